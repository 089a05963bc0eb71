"""Column values -> Plan: which projects start, who pays, what is borrowed, and the accounts."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from infraplan.models.joint_projects import has_chosen_shares
from infraplan.models.plan import Issue, Payment, Plan, ProjectStart, SourceKind
from infraplan.optimizer.accounts.candidates import start_in
from infraplan.optimizer.accounts.dates import date_outcomes
from infraplan.optimizer.accounts.debt import debt_years
from infraplan.optimizer.accounts.funds import accounts_at_least_lapse
from infraplan.optimizer.accounts.limits import rule_years
from infraplan.optimizer.accounts.spending import nominal_spending
from infraplan.optimizer.accounts.targets import target_outcomes
from infraplan.optimizer.accounts.value import objective_terms
from infraplan.optimizer.joint_payments import chosen_payments, compensations_of
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.service import service_of
from infraplan.optimizer.stage_times import Stage, stage

SMALLEST, NOISE = 1e-9, 0.005
"""Money below this share of the year's spending, and below half a smallest unit, is the solver's
noise and no payment."""


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
        starts.append(start_in(flat, year))
    return tuple(starts)


def _payments(formulation: Formulation, x: FloatArray, spending: FloatArray) -> list[Payment]:
    """Payments by project, source and year; each payer's sum is exactly its share of spending."""
    instance, sets, money = formulation.instance, formulation.sets, formulation.money
    funds = instance.fund_by_id
    payments: list[Payment] = []
    for number, group in enumerate(money.classes):
        if group.chosen or group.receiver:
            continue
        pairs = money.pairs_of[number]
        paid = (
            np.maximum(x[money.pay[pairs]], 0.0)
            if pairs.size
            else np.zeros((0, sets.num_money_years))
        )
        total = paid.sum(axis=0)
        members = list(group.projects)
        due = spending[members] * np.array(group.shares)[:, None]
        # Shares of the class's year that each source bears; noise of the solver is cut off.
        part = np.divide(paid, total, out=np.zeros_like(paid), where=total > 0.0)
        part[(part < SMALLEST) & (paid < NOISE)] = 0.0
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
        if payer not in instance.funded
        for t in np.flatnonzero(spending[index] > 0.0)
    ]


def _issues(formulation: Formulation, x: FloatArray, payments: list[Payment]) -> tuple[Issue, ...]:
    """Issues: what instruments paid (per project where tagged), and refinancing."""
    instance, sets = formulation.instance, formulation.sets
    amounts: dict[tuple[str, str, int], float] = defaultdict(float)
    for payment in payments:
        if payment.kind is SourceKind.INSTRUMENT:
            project = payment.project if instance.instrument_by_id[payment.source].tagged else ""
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


@stage(Stage.EXTRACT)
def extract_plan(formulation: Formulation, x: FloatArray, scenario: str = "") -> Plan:
    """Read the plan out of column values `x`; every derived account is computed afresh."""
    instance, sets = formulation.instance, formulation.sets
    starts = starts_of(formulation, x)
    spending = nominal_spending(sets, formulation.coefficients.spending, starts)
    payments = _payments(formulation, x, spending)
    compensations = compensations_of(formulation, x)
    issues = _issues(formulation, x, payments)
    debt = debt_years(instance, issues, starts)
    service = service_of(formulation, x, starts)
    outcomes = target_outcomes(formulation.coefficients, starts, service.measured)
    dates = date_outcomes(sets, formulation.coefficients.discount, starts)
    terms = objective_terms(formulation.coefficients, starts, outcomes, dates, service.terms)
    return Plan(
        instance=instance.settings.id,
        scenario=scenario,
        starts=starts,
        payments=tuple(payments),
        compensations=compensations,
        issues=issues,
        fund_years=accounts_at_least_lapse(instance, [*payments, *compensations], debt, starts),
        debt_years=debt,
        rule_years=rule_years(instance, issues, starts),
        targets=outcomes,
        stated_dates=dates,
        service=service.rows,
        objective_terms=terms,
        objective=float(sum(term.value for term in terms)),
    )
