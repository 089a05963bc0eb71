"""Fiscal stress test of a finished plan: its accounts under worse money, nothing decided anew.

The plan's starts, payments and issues stay as they are. Revenue, land money and interest are made
worse, and funds, debt, rules and coverage are computed again through the last repayment: what would
be missing, when, which rule would break first, and how much room the others keep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from infraplan.models.funding import Fund
from infraplan.models.instance import Instance
from infraplan.models.plan import Compensation, DebtYear, FundYear, Payment, Plan, RuleYear
from infraplan.optimizer.accounts.debt import debt_years
from infraplan.optimizer.accounts.funds import (
    TailYear,
    accounts_at_least_lapse,
    close_year,
    least_cash,
    outgoing,
    service_by_pool,
    tail_of_fund,
)
from infraplan.optimizer.accounts.inflows import money_in
from infraplan.optimizer.accounts.limits import rule_years
from infraplan.optimizer.analysis.debt_statement import RuleRoom, band_order, rule_room
from infraplan.optimizer.analysis.stress_case import LAND_FUNDS, OWN_FUNDS, StressCase, stressed
from infraplan.optimizer.analysis.stress_ppp import call_concession, largest_concession
from infraplan.optimizer.analysis.stress_rules import (
    Exceedance,
    ban_exceedances,
    coverage_exceedances,
    rule_exceedances,
)

ROUNDING = 1e-6
"""As in the laws: relative to the numbers compared, absolute below one."""


def standard_cases(
    revenue: float = 0.3, land: float = 0.5, rate: float = 0.02, *, ppp: bool = False
) -> tuple[StressCase, ...]:
    """The plan as it stands, each shock alone, and all together; with `ppp` a called concession."""
    return (
        StressCase("base"),
        StressCase("revenue", revenue=revenue),
        StressCase("land", land=land),
        StressCase("rate", rate=rate),
        *([StressCase("ppp", ppp=True)] if ppp else []),
        StressCase("all", revenue=revenue, land=land, rate=rate, ppp=ppp),
    )


@dataclass(frozen=True)
class Breach:
    """A rule or account that a case breaks: first year, and what is missing then and at worst.

    `rule` is `fund_balance:FUND` (cash below its least, what is missing carried on),
    `tail_service:FUND` (after the plan), `coverage:PROJECT`, `start_ban:RULE`, `ceiling:POOL`,
    `quota:POOL` or the id of a debt rule. A start that a band bans lacks no money: None.
    """

    rule: str
    year: int
    missing: float | None
    worst_year: int
    worst: float | None


@dataclass(frozen=True)
class Shortfall:
    """Money that a fund lacks in a year, earlier gaps being filled from elsewhere.

    Inside the plan what keeps its cash at the least balance, after it what its cash and inflow lack
    for debt service. The sum over years is what must be found in all.
    """

    fund: str
    year: int
    amount: float


@dataclass(frozen=True)
class StressOutcome:
    """One jurisdiction in one case.

    Attributes
    ----------
    case
        The case.
    jurisdiction
        The borrower.
    breaches
        What breaks, in the order of years; empty where everything holds.
    shortfalls
        What each fund lacks, year by year.
    rooms
        How close each ceiling, quota and debt rule comes to its limit.
    least_cash
        Least sum of its funds' cash at a plan year's end, negative where it is missing.
    least_cash_year
        The year of it.
    peak_service
        Largest principal and interest of a year, refinancing apart.
    peak_service_year
        The year of it.
    peak_service_share
        The largest share of a year's inflow of its own and land funds that
        debt service takes, through the last maturity; None without such funds.
    debt_ratio
        The room of its debt ratio: of the first rule with bands, else of the first that
        measures a ratio; None without one.
    """

    case: StressCase
    jurisdiction: str
    breaches: tuple[Breach, ...]
    shortfalls: tuple[Shortfall, ...]
    rooms: tuple[RuleRoom, ...]
    least_cash: float
    least_cash_year: int
    peak_service: float
    peak_service_year: int
    peak_service_share: float | None
    debt_ratio: RuleRoom | None

    @property
    def holds(self) -> bool:
        """Whether nothing breaks."""
        return not self.breaches

    @property
    def shortfall(self) -> float:
        """What is missing in all."""
        return sum(row.amount for row in self.shortfalls)


@dataclass(frozen=True)
class _Accounts:
    """Everything that follows from the plan's decisions in one case."""

    instance: Instance
    plan: Plan
    debt: tuple[DebtYear, ...]
    funds: tuple[FundYear, ...]
    rules: tuple[RuleYear, ...]


def stress_plan(
    instance: Instance, plan: Plan, cases: Iterable[StressCase]
) -> tuple[StressOutcome, ...]:
    """Outcome of every case for every jurisdiction that has funds or borrows."""
    outcomes: list[StressOutcome] = []
    for case in cases:
        changed, issues = stressed(instance, case), plan.issues
        called = largest_concession(instance, plan) if case.ppp else None
        if called is not None:
            changed, issues = call_concession(changed, plan, called)
        debt = debt_years(changed, issues, plan.starts)
        paid: list[Payment | Compensation] = [*plan.payments, *plan.compensations]
        funds = accounts_at_least_lapse(changed, paid, debt, plan.starts)
        rules = rule_years(changed, issues, plan.starts)
        decided = plan.model_copy(update={"issues": issues})
        accounts = _Accounts(changed, decided, debt, funds, rules)
        outcomes += [_outcome(accounts, case, jurisdiction) for jurisdiction in changed.funded]
    return tuple(outcomes)


def _outcome(accounts: _Accounts, case: StressCase, jurisdiction: str) -> StressOutcome:
    instance = accounts.instance
    mine = {fund.id for fund in instance.funds_by_payer.get(jurisdiction, ())}
    cash: defaultdict[int, float] = defaultdict(float)
    for row in accounts.funds:
        if row.fund in mine:
            cash[row.year] += row.closing
    service = _service(accounts, jurisdiction)
    peak = max(service, key=lambda year: (service[year], -year), default=0)
    lowest = min(cash, key=lambda year: (cash[year], year), default=0)
    rules = [row for row in accounts.rules if row.jurisdiction == jurisdiction]
    rooms = rule_room(instance, rules)
    return StressOutcome(
        case=case,
        jurisdiction=jurisdiction,
        breaches=_breaches(accounts, jurisdiction),
        shortfalls=_shortfalls(accounts, mine),
        rooms=rooms,
        least_cash=cash.get(lowest, 0.0),
        least_cash_year=lowest,
        peak_service=service.get(peak, 0.0),
        peak_service_year=peak,
        peak_service_share=_share(accounts, jurisdiction, service),
        debt_ratio=_debt_ratio(instance, rooms),
    )


def _debt_ratio(instance: Instance, rooms: tuple[RuleRoom, ...]) -> RuleRoom | None:
    measured = [room for room in rooms if room.peak_ratio is not None]
    banded = [room for room in measured if room.rule in band_order(instance)]
    return next(iter([*banded, *measured]), None)


def _breaches(accounts: _Accounts, jurisdiction: str) -> tuple[Breach, ...]:
    exceedances: dict[str, list[Exceedance]] = defaultdict(list)
    instance = accounts.instance
    for fund in instance.funds_by_payer.get(jurisdiction, ()):
        kept = least_cash(fund)
        for row in accounts.funds:
            if row.fund == fund.id:
                size = max(abs(row.inflow), abs(row.use), abs(row.service), abs(row.closing))
                exceedances[f"fund_balance:{fund.id}"].append(
                    Exceedance(row.year, kept - row.closing, size)
                )
        for tail in _tail(accounts, fund):
            exceedances[f"tail_service:{fund.id}"].append(
                Exceedance(tail.year, tail.due - tail.there, max(tail.due, tail.there))
            )
    for rule, found in (
        *rule_exceedances(instance, accounts.rules, jurisdiction),
        *coverage_exceedances(instance, accounts.plan, jurisdiction),
        *ban_exceedances(instance, accounts.plan, accounts.rules, jurisdiction),
    ):
        exceedances[rule] += found
    breaches = [_breach(rule, found) for rule, found in exceedances.items()]
    return tuple(sorted((b for b in breaches if b is not None), key=lambda b: (b.year, b.rule)))


def _breach(rule: str, exceedances: Iterable[Exceedance]) -> Breach | None:
    over = [row for row in exceedances if row.exceeds(ROUNDING)]
    if not over:
        return None
    first = min(over, key=lambda row: row.year)
    worst = max(over, key=lambda row: (row.amount or 0.0, -row.year))
    return Breach(rule, first.year, first.amount, worst.year, worst.amount)


def _service(accounts: _Accounts, jurisdiction: str) -> dict[int, float]:
    """Principal and interest by year, less what refinancing issues bring."""
    found: defaultdict[int, float] = defaultdict(float)
    for (borrower, _, year), due in service_by_pool(accounts.instance, accounts.debt).items():
        if borrower == jurisdiction:
            found[year] += due
    return dict(found)


def _tail(accounts: _Accounts, fund: Fund) -> list[TailYear]:
    closing = [row.closing for row in accounts.funds if row.fund == fund.id]
    out = outgoing(accounts.instance, accounts.plan.payments, accounts.debt)
    return tail_of_fund(accounts.instance, accounts.plan.starts, out, fund, closing[-1])


def _shortfalls(accounts: _Accounts, funds: Iterable[str]) -> tuple[Shortfall, ...]:
    """What the funds lack year by year when every gap is filled as it opens."""
    wanted, plan = set(funds), accounts.plan
    out = outgoing(accounts.instance, plan.payments, accounts.debt)
    rows: list[Shortfall] = []
    for fund in accounts.instance.funds:
        if fund.id not in wanted:
            continue
        cash = fund.opening_balance
        kept = least_cash(fund)
        for row in (row for row in accounts.funds if row.fund == fund.id):
            cash = close_year(fund, cash, row.inflow, row.use, row.service, row.lapse).cash
            missing = kept - cash
            if missing > ROUNDING * max(1.0, abs(row.inflow), abs(row.use), abs(row.service)):
                rows.append(Shortfall(fund.id, row.year, missing))
                cash = kept
        rows += [
            Shortfall(fund.id, tail.year, tail.due - tail.there)
            for tail in tail_of_fund(accounts.instance, plan.starts, out, fund, cash)
            if tail.due - tail.there > ROUNDING * max(1.0, tail.due, tail.there)
        ]
    return tuple(rows)


def _share(accounts: _Accounts, jurisdiction: str, service: Mapping[int, float]) -> float | None:
    """Largest service of a year over the inflow of own and land funds, to the last maturity."""
    years = np.array(sorted(service), dtype=np.int64)
    inflow = np.zeros(years.size)
    instance, starts = accounts.instance, accounts.plan.starts
    for fund in instance.funds_by_payer.get(jurisdiction, ()):
        if fund.kind in OWN_FUNDS | LAND_FUNDS:
            inflow += money_in(instance, fund, starts, years)
    shares = [
        service[int(year)] / float(money)
        for year, money in zip(years, inflow, strict=True)
        if money > 0.0
    ]
    return max(shares, default=None)
