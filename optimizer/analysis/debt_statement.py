"""The statutory debt table of a plan, and how much room its debt rules leave.

Both are read off the plan's own accounts: nothing is decided or solved here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from infraplan.models.instance import Instance
from infraplan.models.plan import DebtYear, Plan, RuleYear
from infraplan.optimizer.accounts.debt import opening_debt
from infraplan.optimizer.accounts.rules import rules_by_id

BINDING = 1e-6
"""Headroom below this, relative to the limit, is none."""
TOTAL = "total"
"""Stands for all pools of a jurisdiction together."""


@dataclass(frozen=True)
class StatementRow:
    """One pool (or all, `total`) of one jurisdiction in one year, nominal money.

    `closing = opening + issued_new + issued_refinancing - repaid`; `headroom = ceiling - closing`,
    both None where there is no ceiling.
    """

    jurisdiction: str
    pool: str
    year: int
    ceiling: float | None
    opening: float
    issued_new: float = 0.0
    issued_refinancing: float = 0.0
    repaid: float = 0.0
    interest: float = 0.0
    closing: float = 0.0

    @property
    def headroom(self) -> float | None:
        """What the ceiling leaves at the year's end."""
        return None if self.ceiling is None else self.ceiling - self.closing


def debt_statement(instance: Instance, plan: Plan) -> tuple[StatementRow, ...]:
    """Ceiling, opening, issues, repayment, interest, closing by pool and year to last maturity.

    A jurisdiction with several pools has a row of all of them in each year, after the pools; its
    ceiling is the sum of theirs where every pool has one.
    """
    refinancing = {row.id for row in instance.instruments if row.refinancing}
    accounts: dict[tuple[str, str], dict[int, list[DebtYear]]] = {}
    for row in plan.debt_years:
        accounts.setdefault((row.jurisdiction, row.pool), {}).setdefault(row.year, []).append(row)
    ceilings = {
        (row.jurisdiction, row.rule.removeprefix("ceiling:"), row.year): row.limit
        for row in plan.rule_years
        if row.rule.startswith("ceiling:")
    }
    rows: list[StatementRow] = []
    for jurisdiction in instance.jurisdiction_ids:
        pools = [pool for owner, pool in accounts if owner == jurisdiction]
        closing = {pool: opening_debt(instance, jurisdiction, pool) for pool in pools}
        years = sorted({year for pool in pools for year in accounts[jurisdiction, pool]})
        for year in years:
            found = []
            for pool in pools:
                ceiling = ceilings.get((jurisdiction, pool, year))
                bare = StatementRow(jurisdiction, pool, year, ceiling, closing[pool])
                here = accounts[jurisdiction, pool].get(year, [])
                found.append(_with_flows(bare, here, refinancing))
                closing[pool] = found[-1].closing
            rows += found
            if len(found) > 1:
                rows.append(_total(found))
    return tuple(rows)


def _with_flows(
    row: StatementRow, accounts: Sequence[DebtYear], refinancing: set[str]
) -> StatementRow:
    again = math.fsum(account.borrow for account in accounts if account.instrument in refinancing)
    return replace(
        row,
        issued_new=math.fsum(account.borrow for account in accounts) - again,
        issued_refinancing=again,
        repaid=math.fsum(account.principal for account in accounts),
        interest=math.fsum(account.interest for account in accounts),
        closing=math.fsum(account.balance for account in accounts),
    )


def _total(rows: Sequence[StatementRow]) -> StatementRow:
    limits = [row.ceiling for row in rows]
    known = [limit for limit in limits if limit is not None]
    return StatementRow(
        jurisdiction=rows[0].jurisdiction,
        pool=TOTAL,
        year=rows[0].year,
        ceiling=math.fsum(known) if len(known) == len(limits) else None,
        opening=math.fsum(row.opening for row in rows),
        issued_new=math.fsum(row.issued_new for row in rows),
        issued_refinancing=math.fsum(row.issued_refinancing for row in rows),
        repaid=math.fsum(row.repaid for row in rows),
        interest=math.fsum(row.interest for row in rows),
        closing=math.fsum(row.closing for row in rows),
    )


@dataclass(frozen=True)
class RuleRoom:
    """How close one rule comes to its limit for one jurisdiction, through the last tested year.

    `least_headroom` is the least of limit - value and `least_year` its year (of equal ones the
    first that binds), in which `value` is tested against `limit`; without a limit `value` is that
    of `peak_year`. `binding_year` is the first year without room; `peak_ratio` the largest measured
    ratio, in `peak_year`; `worst_band` the highest band reached. None or blank where the rule has
    no such thing.
    """

    jurisdiction: str
    rule: str
    last_year: int
    value: float | None
    limit: float | None
    least_headroom: float | None
    least_year: int | None
    binding_year: int | None
    peak_ratio: float | None
    peak_year: int | None
    worst_band: str


def is_binding(row: RuleYear) -> bool:
    """Whether the limit leaves no room; a limit of nothing against nothing does not bind."""
    if row.limit is None or row.headroom is None:
        return False
    return row.value > BINDING and row.headroom <= BINDING * max(1.0, abs(row.limit))


def rule_room(instance: Instance, rule_years: Iterable[RuleYear]) -> tuple[RuleRoom, ...]:
    """Room that each ceiling, quota and debt rule leaves, in the order of `rule_years`."""
    groups: dict[tuple[str, str], list[RuleYear]] = {}
    for row in rule_years:
        groups.setdefault((row.jurisdiction, row.rule), []).append(row)
    order = band_order(instance)
    rooms = []
    for (jurisdiction, rule), rows in groups.items():
        least = _tightest(rows)
        ratios = [(row.ratio, -row.year) for row in rows if row.ratio is not None]
        peak = max(ratios, default=None)
        shown = least[1] if least is not None else None if peak is None else -peak[1]
        tested = next((row for row in rows if row.year == shown), None)
        bands = order.get(rule, ())
        reached = [bands.index(row.band) for row in rows if row.band in bands]
        rooms.append(
            RuleRoom(
                jurisdiction=jurisdiction,
                rule=rule,
                last_year=max(row.year for row in rows),
                value=None if tested is None else tested.value,
                limit=None if tested is None else tested.limit,
                least_headroom=None if least is None else least[0],
                least_year=None if least is None else least[1],
                binding_year=min((row.year for row in rows if is_binding(row)), default=None),
                peak_ratio=None if peak is None else peak[0],
                peak_year=None if peak is None else -peak[1],
                worst_band=bands[max(reached)] if reached else "",
            )
        )
    return tuple(rooms)


def _tightest(rows: Iterable[RuleYear]) -> tuple[float, int] | None:
    """Least headroom and its year; of years that differ by rounding one that binds, the first."""
    tight = [(row.headroom, row) for row in rows if row.headroom is not None]
    if not tight:
        return None
    least = min(headroom for headroom, _ in tight)
    alike = [
        row
        for headroom, row in tight
        if headroom <= least + BINDING * max(1.0, abs(row.limit or 0.0))
    ]
    first = min(alike, key=lambda row: (not is_binding(row), row.year))
    return float(first.headroom or 0.0), first.year


def band_order(instance: Instance) -> dict[str, tuple[str, ...]]:
    """Bands of each rule that has any, from low to high."""
    rules = rules_by_id(instance).values()
    return {rule.id: tuple(band.id for band in rule.bands) for rule in rules if rule.bands}
