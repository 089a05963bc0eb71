"""Accounts that follow from decisions: debt, funds, rules, targets, value, term by term.

Starts, payments and issues are the decisions of a plan; everything else in it follows. The
verifier computes the same accounts by code of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from infraplan.models.debt_rule import Quantity, QuantityTerm
from infraplan.models.funding import Instrument, InstrumentKind
from infraplan.models.instance import Instance
from infraplan.models.plan import (
    Compensation,
    DebtYear,
    FundYear,
    Issue,
    ObjectiveTerm,
    Payment,
    ProjectStart,
    RuleYear,
    TargetOutcome,
)
from infraplan.models.relation import RelationType
from infraplan.models.target import INVESTMENT, PROJECTS_OPENED, PROJECTS_STARTED, Sense
from infraplan.optimizer.formulation.coefficients import VALUE_TERMS, Coefficients
from infraplan.optimizer.formulation.debt_limits import debt_limits
from infraplan.optimizer.formulation.debt_terms import (
    contract_matrix,
    issue_matrix,
    last_debt_year,
    old_debt,
    pools_counted,
    pools_of,
    works_end,
)
from infraplan.optimizer.formulation.fiscal import (
    FiscalTable,
    band_position,
    fund_inflows,
    rules_in_force,
)
from infraplan.optimizer.formulation.receipts import receipts_of
from infraplan.optimizer.formulation.sets import Sets

OLD_DEBT = "old:"


@dataclass(frozen=True)
class Issued:
    """What an instrument issued: `amount` paid in year `paid`, counted as issued in `end`.

    `end` is `paid` but for an availability contract, where it is the year in which works end.
    """

    paid: np.ndarray
    end: np.ndarray
    amount: np.ndarray

    def quantity(self, row: Instrument, quantity: Quantity, years: np.ndarray) -> np.ndarray:
        """Quantity of all of it in each of `years`."""
        if row.kind is InstrumentKind.AVAILABILITY:
            matrix = contract_matrix(row, quantity, self.paid, self.end, years)
        else:
            matrix = issue_matrix(row, quantity, self.paid, years)
        return np.asarray(matrix @ self.amount)

    def by_year(self, years: np.ndarray) -> np.ndarray:
        """Amount issued in each of `years`."""
        return np.asarray((years[:, None] == self.paid[None, :]) @ self.amount)


def issued_by_instrument(
    instance: Instance, issues: Iterable[Issue], starts: Iterable[ProjectStart]
) -> dict[str, Issued]:
    """Issues of every instrument."""
    ends: dict[str, int] = {}
    for start in starts:
        options = instance.project_by_id[start.project].options
        option = next(row for row in options if row.option == start.option)
        ends[start.project] = works_end(option, start.start)
    found: dict[str, list[Issue]] = {row.id: [] for row in instance.instruments}
    for issue in issues:
        found[issue.instrument].append(issue)
    return {
        name: Issued(
            np.array([issue.year for issue in rows], dtype=np.int64),
            np.array([ends.get(issue.project, issue.year) for issue in rows], dtype=np.int64),
            np.array([issue.amount for issue in rows], dtype=np.float64),
        )
        for name, rows in found.items()
    }


def debt_years(
    instance: Instance, sets: Sets, issues: Iterable[Issue], starts: Iterable[ProjectStart]
) -> tuple[DebtYear, ...]:
    """Debt by instrument and year through the last maturity, old debt as `old:POOL`."""
    issued = issued_by_instrument(instance, issues, starts)
    flows = (Quantity.PRINCIPAL, Quantity.INTEREST, Quantity.BALANCE)
    rows: list[DebtYear] = []
    for jurisdiction in instance.jurisdiction_ids:
        pools = pools_of(instance, jurisdiction)
        if not pools:
            continue
        last = last_debt_year(instance, jurisdiction)
        years = np.arange(sets.first_year, last + 1)
        accounts: list[tuple[str, str, np.ndarray, list[np.ndarray]]] = []
        for pool in pools:
            old = [old_debt(instance, jurisdiction, pool, years, quantity) for quantity in flows]
            accounts.append((pool, OLD_DEBT + pool, np.zeros(len(years)), old))
        for row in instance.instruments:
            if row.jurisdiction == jurisdiction and row.kind is not InstrumentKind.USER_PAY:
                mine = issued[row.id]
                owed = [mine.quantity(row, quantity, years) for quantity in flows]
                accounts.append((row.pool, row.id, mine.by_year(years), owed))
        for pool, name, borrowed, (principal, interest, balance) in accounts:
            rows += [
                DebtYear(
                    jurisdiction=jurisdiction,
                    pool=pool,
                    instrument=name,
                    year=int(year),
                    borrow=float(borrowed[at]),
                    principal=float(principal[at]),
                    interest=float(interest[at]),
                    balance=float(balance[at]),
                )
                for at, year in enumerate(years)
            ]
    return tuple(rows)


def fund_years(
    instance: Instance,
    sets: Sets,
    payments: Iterable[Payment | Compensation],
    debt: Iterable[DebtYear],
    lapses: Mapping[tuple[str, int], float],
    starts: Iterable[ProjectStart],
) -> tuple[FundYear, ...]:
    """Account of every fund and plan year; `lapses` by (fund, year) is what is lost.

    `starts` are the projects built, for what they bring into funds.
    """
    built = list(starts)
    used: dict[tuple[str, int], float] = defaultdict(float)
    for payment in payments:
        used[payment.source, payment.year] += payment.amount
    refinancing = {row.id for row in instance.instruments if row.refinancing}
    served: dict[tuple[str, str, int], float] = defaultdict(float)
    for row in debt:
        due = row.principal + row.interest
        served[row.jurisdiction, row.pool, row.year] += due - (
            row.borrow if row.instrument in refinancing else 0.0
        )
    rows: list[FundYear] = []
    for fund in instance.funds:
        pools = [
            (jurisdiction, pool.id)
            for pool in instance.pools
            for jurisdiction, payer in pool.service_funds.items()
            if payer == fund.id
        ]
        cash = fund.opening_balance
        inflows = fund_inflows(instance, fund, sets.years)
        inflows = inflows + receipts_of(instance, fund, built, sets.years)
        for at, year in enumerate(int(y) for y in sets.years):
            interest = fund.interest_rate * cash
            service = sum(served[jurisdiction, pool, year] for jurisdiction, pool in pools)
            use = used[fund.id, year]
            before = cash + float(inflows[at]) + interest - use - service
            lapse = lapses.get((fund.id, year), 0.0)
            if not fund.carry_over:
                lapse = max(0.0, before)
            closing = before - lapse
            rows.append(
                FundYear(
                    fund=fund.id,
                    year=year,
                    opening=cash,
                    inflow=float(inflows[at]),
                    interest=interest,
                    use=use,
                    service=service,
                    lapse=lapse,
                    closing=closing,
                )
            )
            cash = closing
    return tuple(rows)


class _DebtTotals:
    """Debt quantities by jurisdiction, pool and year, summed from issues."""

    def __init__(self, instance: Instance, sets: Sets, issued: dict[str, Issued]) -> None:
        self._instance, self._sets, self._issued = instance, sets, issued

    def total(
        self,
        jurisdiction: str,
        pools: Iterable[str],
        quantity: Quantity,
        years: np.ndarray,
        *,
        contracts: bool = False,
    ) -> np.ndarray:
        """Quantity of the pools (all that count where empty) in each of `years`.

        With `contracts` that of availability contracts alone, in every pool.
        """
        wanted = pools_counted(self._instance, jurisdiction, pools, contracts=contracts)
        result = np.zeros(len(years))
        for pool in () if contracts else wanted:
            result += old_debt(self._instance, jurisdiction, pool, years, quantity)
        for row in self._instance.instruments:
            if contracts and row.kind is not InstrumentKind.AVAILABILITY:
                continue
            if row.jurisdiction == jurisdiction and row.pool in wanted:
                result += self._issued[row.id].quantity(row, quantity, years)
        return result

    def term(self, jurisdiction: str, term: QuantityTerm, years: np.ndarray) -> np.ndarray:
        """What a term of a rule counts in each of `years`, without its factor and lag."""
        return self.total(jurisdiction, term.pools, term.quantity, years, contracts=term.contracts)

    def quota_use(self, jurisdiction: str, pool: str) -> np.ndarray:
        """New issues of the pool that count against its quota, by plan year."""
        rows = [
            self._issued[row.id].by_year(self._sets.years)
            for row in self._instance.instruments
            if row.jurisdiction == jurisdiction
            and row.pool == pool
            and row.uses_quota
            and not row.refinancing
        ]
        return np.sum(rows, axis=0) if rows else np.zeros(self._sets.num_years)


def rule_years(
    instance: Instance, sets: Sets, issues: Iterable[Issue], starts: Iterable[ProjectStart]
) -> tuple[RuleYear, ...]:
    """Every ceiling, quota and debt rule by year: measured, limit, headroom, ratio, band."""
    totals = _DebtTotals(instance, sets, issued_by_instrument(instance, issues, starts))
    bands = _band_years(instance, sets, totals)
    rows: list[RuleYear] = []
    for jurisdiction in instance.jurisdiction_ids:
        last = last_debt_year(instance, jurisdiction)
        years = np.arange(sets.first_year, last + 1)
        for pool in pools_of(instance, jurisdiction):
            limit = debt_limits(instance, jurisdiction, pool, years, "ceiling", carried=True)
            balance = totals.total(jurisdiction, (pool,), Quantity.BALANCE, years)
            rows += _limit_rows(jurisdiction, f"ceiling:{pool}", years, balance, limit)
            limit = debt_limits(
                instance, jurisdiction, pool, sets.years, "new_quota", carried=False
            )
            share = np.ones(sets.num_years)
            for (_, owner), (_, shares) in bands.items():
                if owner == jurisdiction:
                    share = np.minimum(share, shares)
            finite = np.isfinite(limit)
            limit = np.where(finite, np.where(finite, limit, 0.0) * share, np.inf)
            used = totals.quota_use(jurisdiction, pool)
            rows += _limit_rows(jurisdiction, f"quota:{pool}", sets.years, used, limit)
    table = FiscalTable(instance)
    for rule, jurisdiction in rules_in_force(instance, sets.funded):
        last = int(sets.years[-1])
        if rule.through == "last_maturity":
            last = last_debt_year(instance, jurisdiction)
        years = np.arange(sets.first_year, last + 1)
        left = table.total(jurisdiction, rule.additions, years)
        for term in rule.terms:
            shifted = years + term.lag
            left = left + term.coefficient * totals.term(jurisdiction, term, shifted)
        base = table.base(jurisdiction, rule, years)
        names = bands.get((rule.id, jurisdiction), ([], np.zeros(0)))[0]
        for at, year in enumerate(years):
            limit_here = None if rule.ratio is None else float(rule.ratio * base[at])
            rows.append(
                RuleYear(
                    jurisdiction=jurisdiction,
                    rule=rule.id,
                    year=int(year),
                    value=float(left[at]),
                    limit=limit_here,
                    headroom=None if limit_here is None else limit_here - float(left[at]),
                    ratio=float(left[at] / base[at]) if base[at] > 0.0 else None,
                    band=names[at] if at < len(names) else "",
                )
            )
    return tuple(rows)


def _limit_rows(
    jurisdiction: str, rule: str, years: np.ndarray, value: np.ndarray, limit: np.ndarray
) -> list[RuleYear]:
    return [
        RuleYear(
            jurisdiction=jurisdiction,
            rule=rule,
            year=int(year),
            value=float(value[at]),
            limit=float(limit[at]),
            headroom=float(limit[at] - value[at]),
        )
        for at, year in enumerate(years)
        if np.isfinite(limit[at])
    ]


def _band_years(
    instance: Instance, sets: Sets, totals: _DebtTotals
) -> dict[tuple[str, str], tuple[list[str], np.ndarray]]:
    """Band name by plan year, and the quota share that the band of the year before leaves."""
    table = FiscalTable(instance)
    found: dict[tuple[str, str], tuple[list[str], np.ndarray]] = {}
    for rule, jurisdiction in rules_in_force(instance, sets.funded):
        if not rule.bands:
            continue
        years = np.arange(sets.first_year - 1, sets.first_year + sets.num_years)
        left = table.total(jurisdiction, rule.additions, years)
        for term in rule.terms:
            amount = totals.term(jurisdiction, term, years + term.lag)
            # The year before the plan knows opening balances only, whatever the lag.
            opening = 0.0
            if term.quantity is Quantity.BALANCE:
                before = years[:1]
                opening = float(totals.term(jurisdiction, term, before)[0])
            amount[0] = opening
            left = left + term.coefficient * amount
        base = table.base(jurisdiction, rule, years)
        positions = [
            band_position(rule, float(left[at]), float(base[at])) for at in range(len(years))
        ]
        shares = np.array([rule.bands[b].quota_share for b in positions[:-1]])
        found[rule.id, jurisdiction] = ([rule.bands[b].id for b in positions[1:]], shares)
    return found


def target_outcomes(
    instance: Instance,
    sets: Sets,
    coefficients: Coefficients,
    starts: Iterable[ProjectStart],
    measured: Mapping[str, float] | None = None,
) -> tuple[TargetOutcome, ...]:
    """What every target reached; `measured` is what the networks add, by target id."""
    built = list(starts)
    rows: list[TargetOutcome] = []
    for target in instance.targets:
        scope = sets.select(
            sectors=target.sectors, jurisdictions=target.jurisdictions, places=target.places
        )
        begin = max(target.from_year or sets.first_year, sets.first_year)
        reached = target.existing + (measured or {}).get(target.id, 0.0)
        for start in built:
            index = sets.project_index[start.project]
            if not scope[index]:
                continue
            number, flat = next(
                (o, sets.options[o])
                for o in sets.options_of[index]
                if sets.options[o].option.option == start.option
            )
            if target.metric == INVESTMENT:
                spending = coefficients.spending
                mine = (
                    (spending.option == number)
                    & (spending.start == start.start - sets.first_year)
                    & (spending.year + sets.first_year >= begin)
                    & (spending.year + sets.first_year <= target.year)
                )
                reached += float(spending.amount[mine].sum())
            elif target.metric == PROJECTS_STARTED:
                reached += float(begin <= start.start <= target.year)
            elif target.metric == PROJECTS_OPENED:
                reached += float(begin <= start.opening <= target.year)
            elif start.opening <= target.year < start.opening + flat.option.lifetime:
                reached += flat.option.outputs.get(target.metric, 0.0)
        missing = target.value - reached
        shortfall = max(0.0, missing if target.sense is Sense.AT_LEAST else -missing)
        factor = coefficients.discount[target.year - sets.first_year]
        rows.append(
            TargetOutcome(
                target=target.id,
                metric=target.metric,
                year=target.year,
                required=target.value,
                achieved=reached,
                shortfall=shortfall,
                penalty=float(target.shortfall_price * shortfall * factor),
            )
        )
    return tuple(rows)


def objective_terms(
    instance: Instance,
    sets: Sets,
    coefficients: Coefficients,
    starts: Iterable[ProjectStart],
    targets: Iterable[TargetOutcome],
) -> tuple[ObjectiveTerm, ...]:
    """Every non-zero term of the objective, signed."""
    built = {start.project: start for start in starts}
    rows: list[ObjectiveTerm] = []
    for start in built.values():
        number = next(
            o
            for o in sets.options_of[sets.project_index[start.project]]
            if sets.options[o].option.option == start.option
        )
        for term in VALUE_TERMS:
            value = float(coefficients.terms[term][number, start.start - sets.first_year])
            if value != 0.0:
                rows.append(ObjectiveTerm(term=term, subject=start.project, value=value))
    for relation in instance.relations:
        if not relation.is_enforced or relation.type not in {
            RelationType.SYNERGY,
            RelationType.SUBSTITUTE,
            RelationType.SHARED_WORKS,
        }:
            continue
        members = [built[name] for name in relation.members if name in built]
        value = _relation_value(
            relation.type,
            relation.count,
            relation.value or 0.0,
            relation.lag,
            len(relation.members),
            members,
            sets,
            coefficients,
        )
        if value != 0.0:
            rows.append(
                ObjectiveTerm(term=relation.type.value, subject=relation.label, value=value)
            )
    rows += [
        ObjectiveTerm(term="shortfall", subject=outcome.target, value=-outcome.penalty)
        for outcome in targets
        if outcome.penalty
    ]
    return tuple(rows)


def _relation_value(
    kind: RelationType,
    count: int | None,
    value: float,
    lag: int,
    size: int,
    members: list[ProjectStart],
    sets: Sets,
    coefficients: Coefficients,
) -> float:
    """Present value of one relation among the members that are built."""
    if kind is RelationType.SHARED_WORKS:
        years = [start.start for start in members]
        if len(members) < size or max(years) - min(years) > lag:
            return 0.0
        return float(value * coefficients.discount[max(years) - sets.first_year])
    needed = count or (size if kind is RelationType.SYNERGY else 2)
    if len(members) < needed:
        return 0.0
    year = sorted(start.opening for start in members)[needed - 1]
    sign = 1.0 if kind is RelationType.SYNERGY else -1.0
    return float(sign * value * coefficients.discount[year - sets.first_year :].sum())
