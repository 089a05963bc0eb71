"""What one more unit of money is worth, by fund and year: an estimate from the relaxation.

The multiplier of a row of money says by how much the relaxation, in which works may be built in
shares, gains from one more unit there. A plan builds whole works, so that its own gain from a unit
is mostly nothing and at times more: the figure is an estimate and is told as one. Starts that no
money can pay for are no gain: the relaxation may not build shares of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from infraplan.models.horizon import Objective
from infraplan.models.network import FlowLaw
from infraplan.models.policy import PolicyKind
from infraplan.optimizer import work_clock
from infraplan.optimizer.accounts.money_left import LeftKind
from infraplan.optimizer.accounts.reach import unpayable_projects
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines.affordable_starts import affordable_starts
from infraplan.optimizer.engines.registry import engine_named
from infraplan.optimizer.formulation.money_scale import MoneyScale, conditioning_of, scale_money
from infraplan.optimizer.formulation.networks.tightening import tightened
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.solve_result import SolveResult

ESTIMATE, NO_TIME, NO_MONEY_COUNTS, NO_RELAXATION = (
    "estimate",
    "no_time",
    "no_money_counts",
    "no_relaxation",
)
"""How the worth of money is known: from the relaxation; not, for want of time; not, since the
objective counts no money; not, since no linear program says what the plan is worth."""

WINDOWS_SHARE, WINDOWS_S, WINDOWS_MOST_SHARE = 0.25, 5.0, 0.5
"""Share of the time, and seconds at most, of work in which starts are sought that no money can pay
for; share of the time by the clock that it may really take."""
WORTHLESS = 1e-9
"""Multiplier below which a unit of money is worth nothing."""

OF_MONEY = frozenset({"fund_balance", "quota", "policy"})
"""Families whose rows limit money."""

WorthKey = tuple[LeftKind, str, str, int]
"""What of which source, whose, in which year; as in `LeftRow`."""


@dataclass(frozen=True)
class MoneyWorth:
    """Present value of one more unit of money, by source and year; those worth nothing left out.

    Attributes
    ----------
    status
        `ESTIMATE`, or why nothing is known.
    by_source
        Price-year money, discounted, for a nominal unit (of a cap: a price-year unit).
    """

    status: str
    by_source: Mapping[WorthKey, float] = field(default_factory=dict)


def money_worth(result: SolveResult, seconds: float) -> MoneyWorth:
    """What one more unit of money is worth by the relaxation of the program of `result`.

    It is not begun with fewer `seconds` than the program took to build: before the relaxation is
    asked, its model is made anew, for about as long.
    """
    if result.instance.settings.objective is not Objective.NPV:
        return MoneyWorth(NO_MONEY_COUNTS)
    if engine_named(result.engine).flow_law is not FlowLaw.FLOW:
        return MoneyWorth(NO_RELAXATION)
    if seconds <= result.least_more_s:
        return MoneyWorth(NO_TIME)
    begin, formulation = work_clock.now(), result.formulation
    if not any(block.family in OF_MONEY for block in formulation.mip.row_blocks):
        return MoneyWorth(ESTIMATE)  # no money is limited
    scale = scale_money(formulation.mip, conditioning_of(formulation.coefficients))
    work_s = min(WINDOWS_SHARE * seconds, WINDOWS_S)
    payable = affordable_starts(scale.mip, work_s, WINDOWS_MOST_SHARE * seconds)
    payable = _without(payable, [found.project for found in unpayable_projects(result.instance)])
    scaled = replace(scale, mip=tightened(payable, formulation.networks))
    if work_clock.is_past(begin + seconds):
        return MoneyWorth(NO_TIME)
    relaxed = quick_relaxation(scaled.mip, seconds - (work_clock.now() - begin))
    if relaxed.multipliers is None:
        return MoneyWorth(NO_TIME)
    owners = {fund.id: fund.jurisdiction for fund in result.instance.funds}
    caps = {row.id for row in result.instance.policies if row.kind is PolicyKind.SPEND_CAP}
    found: dict[WorthKey, float] = {}
    for family, key, worth in _prices(formulation.mip, scaled, relaxed.multipliers):
        name = _source(family, key, owners, caps)
        if name is not None and worth > WORTHLESS:
            found[name] = found.get(name, 0.0) + worth
    return MoneyWorth(ESTIMATE, found)


def _without(mip: Mip, projects: Sequence[int]) -> Mip:
    """`mip` in which none of `projects` (positions in the instance) may start."""
    upper = mip.col_upper.copy()
    for run in np.flatnonzero(np.isin(mip.starts.project, projects)):
        upper[mip.starts.columns_of(int(run))] = 0.0
    return replace(mip, col_upper=upper)


def _prices(
    mip: Mip, scaled: MoneyScale, multipliers: FloatArray
) -> Iterator[tuple[str, tuple[str | int, ...], float]]:
    """Family, key and multiplier of each row of money, in the instance's own money.

    A row of the scaled model is `r` times the row of `mip`; one more unit on its right side there
    is worth `r` times the multiplier, over what the objective is multiplied by.
    """
    for block in mip.row_blocks:
        if block.family not in OF_MONEY:
            continue
        for number, key in enumerate(block.keys):
            row = block.start + number
            own, there = mip.row_upper[row], scaled.mip.row_upper[row]
            times = there / own if own and np.isfinite(own) else _times(mip, scaled, row)
            yield block.family, key, float(multipliers[row] * times / scaled.of_objective)


def _times(mip: Mip, scaled: MoneyScale, row: int) -> float:
    """By how much a row of the scaled model is a multiple of that of `mip`, read off an entry."""
    for entry in range(mip.a_start[row], mip.a_start[row + 1]):
        if mip.a_value[entry]:
            unit = scaled.columns[mip.a_index[entry]]
            return float(scaled.mip.a_value[entry] * unit / mip.a_value[entry])
    return 1.0


def _source(
    family: str, key: tuple[str | int, ...], owners: Mapping[str, str], caps: set[str]
) -> WorthKey | None:
    """Whose money a row is of; None where it is no money's."""
    if family == "fund_balance":
        fund, year = str(key[0]), int(key[1])
        return LeftKind.FUND, fund, owners.get(fund, ""), year
    if family == "quota":
        return LeftKind.QUOTA, str(key[1]), str(key[0]), int(key[2])
    if str(key[0]) in caps:
        return LeftKind.CAP, str(key[0]), "", int(key[-1])
    return None
