"""Column values -> Plan: which projects start, who pays, what is borrowed, and the accounts."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from infraplan.models.partners import has_chosen_shares
from infraplan.models.plan import Issue, Payment, Plan, ProjectStart, SourceKind
from infraplan.optimizer.accounts import (
    debt_years,
    fund_years,
    objective_terms,
    rule_years,
    target_outcomes,
)
from infraplan.optimizer.formulation.context import NO_COLUMN
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.partners import chosen_payments, compensations_of
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.service import service_of

SMALLEST = 1e-9
"""Money below this share of the year's spending is the solver's noise, not a payment."""


def starts_of(formulation: Formulation, x: FloatArray) -> tuple[ProjectStart, ...]:
    """Projects started at `x`, in the instance's order."""
    sets = formulation.sets
    starts: list[ProjectStart] = []
    for number, flat in enumerate(sets.options):
        if not flat.is_open:
            continue
        window = x[formulation.started[number, flat.first : flat.last + 1]] > 0.5
        if not window.any():
            continue
        year = sets.first_year + flat.first + int(np.argmax(window))
        starts.append(
            ProjectStart(
                project=flat.project.id,
                option=flat.option.option,
                start=year,
                finish=year + len(flat.profile) - 1,
                opening=year + flat.option.lead_time,
            )
        )
    return tuple(starts)


def nominal_spending(formulation: Formulation, starts: tuple[ProjectStart, ...]) -> FloatArray:
    """Nominal spending of every project by plan year, shape (projects, T)."""
    sets = formulation.sets
    spending = formulation.coefficients.spending
    chosen = np.full(len(sets.options), -1, dtype=np.int64)
    for start in starts:
        for option in sets.options_of[sets.project_index[start.project]]:
            if sets.options[option].option.option == start.option:
                chosen[option] = start.start - sets.first_year
    result = np.zeros((len(formulation.instance.projects), sets.num_years))
    mine = chosen[spending.option] == spending.start
    np.add.at(
        result,
        (sets.project_of[spending.option[mine]], spending.year[mine]),
        spending.amount[mine] * sets.price_index[spending.year[mine]],
    )
    return result


def _payments(formulation: Formulation, x: FloatArray, spending: FloatArray) -> list[Payment]:
    """Payments by project, source and year; each payer's sum is exactly its share of spending."""
    instance, sets, money = formulation.instance, formulation.sets, formulation.money
    funds = {fund.id for fund in instance.funds}
    payments: list[Payment] = []
    for number, group in enumerate(money.classes):
        if group.chosen or group.receiver:
            continue
        pairs = np.flatnonzero(money.pair_class == number)
        paid = np.maximum(x[money.pay[pairs]], 0.0) if pairs.size else np.zeros((0, sets.num_years))
        total = paid.sum(axis=0)
        members = list(group.projects)
        due = spending[members] * np.array(group.shares)[:, None]
        # Shares of the class's year that each source bears; noise of the solver is cut off.
        part = np.divide(paid, total, out=np.zeros_like(paid), where=total > 0.0)
        part[part < SMALLEST] = 0.0
        weight = part.sum(axis=0)
        part = np.divide(part, weight, out=np.zeros_like(part), where=weight > 0.0)
        for row, project in enumerate(members):
            for t in np.flatnonzero(due[row] > 0.0):
                for position, pair in enumerate(pairs):
                    amount = float(part[position, t] * due[row, t])
                    if amount > 0.0:
                        source = money.pair_source[pair]
                        payments.append(
                            Payment(
                                project=instance.projects[project].id,
                                jurisdiction=group.payer,
                                kind=SourceKind.FUND if source in funds else SourceKind.INSTRUMENT,
                                source=source,
                                year=sets.first_year + int(t),
                                amount=amount,
                            )
                        )
    payments += _outside_payments(formulation, spending)
    payments += chosen_payments(formulation, x, spending)
    order = {project.id: index for index, project in enumerate(instance.projects)}
    payments.sort(key=lambda p: (order[p.project], p.year, p.jurisdiction, p.kind, p.source))
    return payments


def _outside_payments(formulation: Formulation, spending: FloatArray) -> list[Payment]:
    instance, sets = formulation.instance, formulation.sets
    funded = set(sets.funded)
    return [
        Payment(
            project=project.id,
            jurisdiction=payer,
            kind=SourceKind.OUTSIDE,
            source="",
            year=sets.first_year + int(t),
            amount=float(share * spending[index, t]),
        )
        for index, project in enumerate(instance.projects)
        if spending[index].any() and not has_chosen_shares(instance, project)
        for payer, share in instance.shares_of(project).items()
        if payer not in funded
        for t in np.flatnonzero(spending[index] > 0.0)
    ]


def _issues(formulation: Formulation, x: FloatArray, payments: list[Payment]) -> tuple[Issue, ...]:
    """Issues: what instruments paid (per project where tagged), and refinancing."""
    instance, sets = formulation.instance, formulation.sets
    tagged = {row.id for row in instance.instruments if row.tagged}
    amounts: dict[tuple[str, str, int], float] = defaultdict(float)
    for payment in payments:
        if payment.kind is SourceKind.INSTRUMENT:
            project = payment.project if payment.source in tagged else ""
            amounts[payment.source, project, payment.year] += payment.amount
    for position, row in enumerate(instance.instruments):
        if row.refinancing:
            for t, value in enumerate(x[formulation.money.borrow[position]]):
                if value > 1e-7:
                    amounts[row.id, "", sets.first_year + t] += float(value)
    return tuple(
        Issue(instrument=instrument, project=project, year=year, amount=amount)
        for (instrument, project, year), amount in sorted(amounts.items())
    )


def extract_plan(formulation: Formulation, x: FloatArray, scenario: str = "") -> Plan:
    """Read the plan out of column values `x`; every derived account is computed afresh."""
    instance, sets = formulation.instance, formulation.sets
    starts = starts_of(formulation, x)
    spending = nominal_spending(formulation, starts)
    payments = _payments(formulation, x, spending)
    compensations = compensations_of(formulation, x)
    issues = _issues(formulation, x, payments)
    debt = debt_years(instance, sets, issues, starts)
    lapses = {
        (fund.id, int(year)): max(0.0, float(x[formulation.money.lapse[position, t]]))
        for position, fund in enumerate(instance.funds)
        if formulation.money.lapse[position, 0] != NO_COLUMN
        for t, year in enumerate(sets.years)
    }
    service = service_of(formulation, x, starts)
    outcomes = target_outcomes(instance, sets, formulation.coefficients, starts, service.measured)
    terms = objective_terms(instance, sets, formulation.coefficients, starts, outcomes)
    terms += service.terms
    return Plan(
        instance=instance.settings.id,
        scenario=scenario,
        starts=starts,
        payments=tuple(payments),
        compensations=compensations,
        issues=issues,
        fund_years=fund_years(instance, sets, [*payments, *compensations], debt, lapses, starts),
        debt_years=debt,
        rule_years=rule_years(instance, sets, issues, starts),
        targets=outcomes,
        service=service.rows,
        objective_terms=terms,
        objective=float(sum(term.value for term in terms)),
    )
