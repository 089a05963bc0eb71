"""Fiscal stress test of a finished plan: its accounts under worse money, nothing decided anew.

The plan's starts, payments and issues stay as they are. Revenue, land money and interest are made
worse, and funds, debt and rules are computed again through the last repayment: what would be
missing, when, and which rule would break first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.funding import FundKind
from models.instance import Instance
from models.jurisdiction import FiscalItem
from models.plan import Compensation, DebtYear, FundYear, Payment, Plan, RuleYear
from optimizer.accounts import debt_years, fund_years, rule_years
from optimizer.formulation.fiscal import fund_inflows
from optimizer.formulation.sets import build_sets

OWN_ITEMS = frozenset({"general_revenue", "current_revenue", "own_revenue", "tax_revenue"})
LAND_ITEMS = frozenset({"fund_revenue", "land_revenue"})
CAPACITY = "comprehensive_capacity"
"""Fiscal items that a case makes worse; capacity falls by what its parts lose."""

OWN_FUNDS = frozenset({FundKind.OWN_BUDGET})
LAND_FUNDS = frozenset({FundKind.LAND})

ROUNDING = 1e-6


@dataclass(frozen=True)
class StressCase:
    """How much worse: shares of revenue and land money lost, points added to rates of new debt."""

    name: str
    revenue: float = 0.0
    land: float = 0.0
    rate: float = 0.0


def standard_cases(
    revenue: float = 0.3, land: float = 0.5, rate: float = 0.02
) -> tuple[StressCase, ...]:
    """The plan as it stands, each shock alone, and all together."""
    return (
        StressCase("base"),
        StressCase("revenue", revenue=revenue),
        StressCase("land", land=land),
        StressCase("rate", rate=rate),
        StressCase("all", revenue=revenue, land=land, rate=rate),
    )


@dataclass(frozen=True)
class Breach:
    """A rule or account that a case breaks: first year, and what is missing then and at worst."""

    rule: str
    year: int
    missing: float
    worst_year: int
    worst: float


@dataclass(frozen=True)
class StressOutcome:
    """One jurisdiction in one case.

    Attributes
    ----------
        case: the case.
        jurisdiction: the borrower.
        breaches: what breaks, in the order of years; empty where everything holds.
        least_cash: least sum of its funds' cash at a plan year's end, negative where it is missing.
        least_cash_year: the year of it.
        peak_service: largest principal and interest of a year, refinancing apart.
        peak_service_year: the year of it.
        peak_service_share: the same over the year's inflow of its own and land funds; None
            without such funds.
    """

    case: StressCase
    jurisdiction: str
    breaches: tuple[Breach, ...]
    least_cash: float
    least_cash_year: int
    peak_service: float
    peak_service_year: int
    peak_service_share: float | None

    @property
    def holds(self) -> bool:
        """Whether nothing breaks."""
        return not self.breaches


def stressed(instance: Instance, case: StressCase) -> Instance:
    """The instance under `case`; old debt keeps its rates."""
    kind = {fund.id: fund.kind for fund in instance.funds}
    lost = {
        **dict.fromkeys(OWN_FUNDS, case.revenue),
        **dict.fromkeys(LAND_FUNDS, case.land),
    }
    inflows = tuple(
        row.model_copy(update={"value": row.value * (1.0 - lost.get(kind[row.fund], 0.0))})
        for row in instance.inflows
    )
    instruments = tuple(
        row.model_copy(update={"rate": row.rate + case.rate}) for row in instance.instruments
    )
    update = {
        "inflows": inflows,
        "instruments": instruments,
        "fiscal": _fiscal(instance.fiscal, case),
    }
    return instance.model_copy(update=update)


def _fiscal(rows: Iterable[FiscalItem], case: StressCase) -> tuple[FiscalItem, ...]:
    rows = tuple(rows)
    share = {
        **dict.fromkeys(OWN_ITEMS, case.revenue),
        **dict.fromkeys(LAND_ITEMS, case.land),
    }
    lost: defaultdict[tuple[str, int], float] = defaultdict(float)
    for row in rows:
        lost[row.jurisdiction, row.year] += share.get(row.item, 0.0) * row.value
    changed = []
    for row in rows:
        value = row.value * (1.0 - share.get(row.item, 0.0))
        if row.item == CAPACITY:
            value = row.value - lost[row.jurisdiction, row.year]
        changed.append(row.model_copy(update={"value": value}))
    return tuple(changed)


def stress_plan(
    instance: Instance, plan: Plan, cases: Iterable[StressCase]
) -> tuple[StressOutcome, ...]:
    """Outcome of every case for every jurisdiction that has funds or borrows."""
    outcomes: list[StressOutcome] = []
    for case in cases:
        changed = stressed(instance, case)
        sets = build_sets(changed)
        debt = debt_years(changed, sets, plan.issues)
        funds = _fund_years(changed, plan, debt)
        rules = rule_years(changed, sets, plan.issues)
        outcomes += [
            _outcome(changed, case, jurisdiction, debt, funds, rules)
            for jurisdiction in sets.funded
        ]
    return tuple(outcomes)


def _fund_years(instance: Instance, plan: Plan, debt: tuple[DebtYear, ...]) -> tuple[FundYear, ...]:
    """Accounts of the funds; what is missing is carried on as negative cash, nothing lapses."""
    sets = build_sets(instance)
    paid: list[Payment | Compensation] = [*plan.payments, *plan.compensations]
    return fund_years(instance, sets, paid, debt, {})


def _outcome(
    instance: Instance,
    case: StressCase,
    jurisdiction: str,
    debt: tuple[DebtYear, ...],
    funds: tuple[FundYear, ...],
    rules: tuple[RuleYear, ...],
) -> StressOutcome:
    mine = {fund.id: fund for fund in instance.funds if fund.jurisdiction == jurisdiction}
    cash: defaultdict[int, float] = defaultdict(float)
    lacks: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in funds:
        fund = mine.get(row.fund)
        if fund is None:
            continue
        cash[row.year] += row.closing
        kept = fund.minimum_balance if fund.carry_over else 0.0
        lacks[f"fund_balance:{row.fund}"].append((row.year, kept - row.closing))
    for rule in rules:
        if rule.jurisdiction == jurisdiction and rule.headroom is not None:
            lacks[rule.rule].append((rule.year, -rule.headroom))
    service = _service(instance, debt, jurisdiction)
    _add_tail(instance, jurisdiction, debt, lacks)
    breaches = [_breach(rule, years) for rule, years in lacks.items()]
    found = sorted((b for b in breaches if b is not None), key=lambda b: (b.year, b.rule))
    peak = max(service, key=lambda year: (service[year], -year), default=0)
    lowest = min(cash, key=lambda year: (cash[year], year), default=0)
    return StressOutcome(
        case=case,
        jurisdiction=jurisdiction,
        breaches=tuple(found),
        least_cash=cash.get(lowest, 0.0),
        least_cash_year=lowest,
        peak_service=service.get(peak, 0.0),
        peak_service_year=peak,
        peak_service_share=_share(instance, jurisdiction, service),
    )


def _breach(rule: str, years: list[tuple[int, float]]) -> Breach | None:
    over = [(year, lack) for year, lack in years if lack > ROUNDING * max(1.0, abs(lack))]
    if not over:
        return None
    worst = max(over, key=lambda found: (found[1], -found[0]))
    return Breach(rule, over[0][0], over[0][1], worst[0], worst[1])


def _service(instance: Instance, debt: tuple[DebtYear, ...], jurisdiction: str) -> dict[int, float]:
    """Principal and interest by year, less what refinancing issues bring."""
    refinancing = {row.id for row in instance.instruments if row.refinancing}
    found: defaultdict[int, float] = defaultdict(float)
    for row in debt:
        if row.jurisdiction == jurisdiction:
            found[row.year] += row.principal + row.interest
            found[row.year] -= row.borrow if row.instrument in refinancing else 0.0
    return dict(found)


def _add_tail(
    instance: Instance,
    jurisdiction: str,
    debt: tuple[DebtYear, ...],
    lacks: dict[str, list[tuple[int, float]]],
) -> None:
    """After the plan a fund must serve its pools' debt out of each year's inflow."""
    end = instance.settings.horizon.last_year
    for fund in instance.funds:
        pools = {
            pool.id for pool in instance.pools if pool.service_funds.get(jurisdiction) == fund.id
        }
        due: defaultdict[int, float] = defaultdict(float)
        for row in debt:
            if row.jurisdiction == jurisdiction and row.pool in pools and row.year > end:
                due[row.year] += row.principal + row.interest
        years = np.array(sorted(due), dtype=np.int64)
        inflow = fund_inflows(instance, fund, years)
        lacks[f"tail_service:{fund.id}"] += [
            (int(year), due[int(year)] - float(money))
            for year, money in zip(years, inflow, strict=True)
        ]


def _share(instance: Instance, jurisdiction: str, service: dict[int, float]) -> float | None:
    """Largest service of a plan year over the inflow of own and land funds."""
    years = np.array(instance.settings.horizon.years, dtype=np.int64)
    inflow = np.zeros(years.size)
    for fund in instance.funds:
        if fund.jurisdiction == jurisdiction and fund.kind in OWN_FUNDS | LAND_FUNDS:
            inflow += fund_inflows(instance, fund, years)
    shares = [
        service.get(int(year), 0.0) / float(money)
        for year, money in zip(years, inflow, strict=True)
        if money > 0.0
    ]
    return max(shares, default=None)
