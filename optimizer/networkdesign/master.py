"""Roads at equilibrium in several years: a master program, and cuts from its designs.

The master is the instance's own program with one further column for each state of the roads, the
trips' total travel time T_r, from which it is bounded below by rows:

- bounds of `bounds.py` at the designs seen, linear in which links are open;
- at each design seen, its true travel time U: with c its bound there, H the number of openings
  that differ, `T_r >= bound + (U - c)(1 - H)` holds for every design and is exact at this one
  (integer optimality cuts: Laporte and Louveaux, Operations Research Letters 13, 1993);
- where a trip has no way: one of the links that lead out of what it reaches is open.

So every answer of the master bounds all plans, and its starts with their true travel times are a
plan. Feasibility, money and every value but travel are the program's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array

from infraplan.models.catalogue import phrase
from infraplan.optimizer import stopping
from infraplan.optimizer.assignment import FloatArray, UnreachableDemandError
from infraplan.optimizer.backends import Progress, SolverReply
from infraplan.optimizer.mip import BoolArray, ColumnBlock, Key, Mip
from infraplan.optimizer.mip_edits import with_rows
from infraplan.optimizer.networkdesign.bounds import make_cut
from infraplan.optimizer.networkdesign.problem import Evaluator
from infraplan.optimizer.networkdesign.roads import RoadYear
from infraplan.optimizer.status import Termination, relative_gap

FINE_GAP = 1e-9
"""Relative gap of the equilibria that value designs."""

ROUGH_SHARE, ROUGH_PART = 0.05, 0.1
"""Relative gap at most that a solve of the master may leave, and its part of the gap known."""

MOST_NEAR = 24
"""Designs looked at near each year's own after a solve of the master."""

MOST_FIRST = 10
"""Plans made before a solver is asked, while each leaves a trip without a way."""

MUST_SERVE_AXES = ("network", "demand", "block", "year")
"""What names a row that keeps a way open for a trip."""


@dataclass(frozen=True)
class LinearRow:
    """`values @ x[columns] >= lower` over the columns of a program."""

    columns: tuple[int, ...]
    values: tuple[float, ...]
    lower: float


class Solvers(Protocol):
    """Who answers the master's questions, and what is known of it without them."""

    def known_of(self, mip: Mip) -> tuple[FloatArray | None, float | None]:
        """Values of a plan that obeys every row of `mip`, and a bound; None where none is found."""

    def solve(self, mip: Mip, gap: float, plan: FloatArray | None) -> SolverReply:
        """`mip` solved within a relative gap; `plan` obeys all rows, and no answer contradicts it.

        The termination is `crashed` or `interrupted` where nobody gave an answer.
        """

    def is_lie(self, bound: float, value: float) -> bool:
        """Whether a plan of `value` contradicts the `bound` of an answer, and not by rounding.

        Where it does, that is told, and the others are asked from then on.
        """


LostTrip = tuple[LinearRow, tuple[str, str], int]
"""A row that keeps a way open for a trip, the trip's ends, and the year."""


@dataclass(frozen=True)
class MasterResult:
    """Best plan found, in the program's money.

    Attributes
    ----------
    columns
        Values of the program's columns; None where no plan was found.
    value, bound
        Objective of the plan, and the most that any plan can have; None where unknown.
    infeasible
        Whether it is proven that there is no plan.
    interrupted
        Whether the user broke the search off.
    lost
        Rows that keep a way open for trips which a design seen leaves without one.
    mip
        The master as it was asked last; None where it was never built.
    """

    columns: FloatArray | None
    value: float | None
    bound: float | None
    infeasible: bool
    interrupted: bool
    lost: tuple[LostTrip, ...]
    mip: Mip | None = None


def with_linear_rows(
    mip: Mip,
    rows: list[LinearRow],
    family: str,
    axes: tuple[str, ...] = (),
    keys: tuple[Key, ...] = (),
) -> Mip:
    """`mip` with `rows` of `family` besides; `keys` has one key per row where given."""
    if not rows:
        return mip
    columns = np.array([j for row in rows for j in row.columns], dtype=np.int64)
    values = np.array([v for row in rows for v in row.values], dtype=np.float64)
    start = np.cumsum([0, *(len(row.columns) for row in rows)])
    matrix = csr_array((values, columns, start), shape=(len(rows), mip.num_columns))
    matrix.eliminate_zeros()  # what gains nothing
    lower = np.array([row.lower for row in rows])
    return with_rows(mip, family, matrix, lower, axes=axes, keys=keys)


def way_row(year: RoadYear, columns: FloatArray) -> LostTrip | None:
    """The row that keeps a way open for a trip which the starts at `columns` leave without one.

    With the trip's ends and the year; None where every trip has a way.
    """
    found = year.roads.lost_trip(year.design(columns))
    if found is None:
        return None
    trip, links = found
    entries: dict[int, float] = {}
    for link in links:
        for change in year.openings[link]:
            for column, factor in change:
                entries[column] = entries.get(column, 0.0) + factor
    row = LinearRow(tuple(entries), tuple(entries.values()), 1.0)
    return row, year.network.trip_names[trip], year.year


class _Year:
    """One state of the roads in the master: its travel times by design, and its rows."""

    def __init__(self, roads: RoadYear, column: int) -> None:
        self.roads = roads
        self.column = column
        self.evaluator = Evaluator(roads.roads)
        self.least = self.evaluator.prepare()
        everything = np.ones(roads.roads.num_owners, dtype=np.bool_)
        ends = [self.evaluator.equilibrium(state, 1e-6) for state in (everything, ~everything)]
        most = max(total for total in ends if np.isfinite(total))
        # In units of what projects can change, so that the solver's tolerances are small in it.
        self.span = max(most - self.least, 1e-6 * most, 1e-12)
        self.known: dict[bytes, float] = {}

    def value(self, active: list[BoolArray]) -> tuple[float, LinearRow | None]:
        """Travel time at the `active` openings, and its row where it is new.

        Every trip has a way at them.

        Raises
        ------
        UnreachableDemandError
            If one has none after all.
        """
        design = np.array([on.any() for on in active], dtype=np.bool_)
        key = np.concatenate([np.zeros(0, dtype=np.bool_), *active]).tobytes()
        if key in self.known:
            return self.known[key], None
        total = self.evaluator.equilibrium(design, FINE_GAP)
        self.known[key] = total
        best = self.evaluator.optimum(design, None)
        if best is None:
            message = phrase("a-design-has-no-assignment")
            raise UnreachableDemandError(message)
        cut = make_cut(self.roads.roads, design, best.volume)
        counts = np.array([float(on.sum()) for on in active])
        excess = max(0.0, total - (cut.constant - float(cut.gain @ counts)))
        entries: dict[int, float] = {}
        for gain, on, changes in zip(cut.gain, active, self.roads.openings, strict=True):
            for is_on, change in zip(on, changes, strict=True):
                weight = float(gain) + (-excess if is_on else excess)
                for column, factor in change:
                    entries[column] = entries.get(column, 0.0) + weight * factor / self.span
        lower = cut.constant + excess * (1.0 - counts.sum()) - self.least
        row = LinearRow((*entries, self.column), (*entries.values(), 1.0), float(lower) / self.span)
        return total, row


class _Master:
    def __init__(self, mip: Mip, years: list[_Year], before: list[float], factor: float) -> None:
        self.base = mip
        self.years = years
        self.before = before
        self.factor = factor
        prices = np.array([year.roads.scale * factor for year in years])
        self.prices = prices
        spans = np.array([year.span for year in years])
        offset = sum(
            price * (start - year.least)
            for price, start, year in zip(prices, before, years, strict=True)
        )
        count = len(years)
        keys = (tuple(year.roads.year for year in years),)
        self.mip = replace(
            mip,
            objective=np.concatenate([mip.objective, -prices * spans]),
            objective_offset=mip.objective_offset + float(offset),
            col_lower=np.concatenate([mip.col_lower, np.zeros(count)]),
            col_upper=np.concatenate([mip.col_upper, np.full(count, np.inf)]),
            integrality=np.concatenate([mip.integrality, np.zeros(count, dtype=np.bool_)]),
            column_blocks=(
                *mip.column_blocks,
                ColumnBlock("travel", mip.num_columns, (count,), False, ("year",), keys),
            ),
        )
        self.best: FloatArray | None = None
        self.value = -np.inf
        self.bound: float | None = None
        self.proven: float | None = None
        self.lost: list[LostTrip] = []

    @property
    def gap(self) -> float | None:
        """Relative gap between plan and bound, None where one is unknown."""
        return relative_gap(None if self.best is None else self.value, self.bound)

    def progress(self, elapsed_s: float) -> Progress:
        """What is known, in the instance's money."""
        best = None if self.best is None else self.value / self.factor
        bound = None if self.bound is None else self.bound / self.factor
        return Progress(elapsed_s, best, bound, self.gap)

    def learn(self, reply: SolverReply, solvers: Solvers, is_over: Callable[[], bool]) -> bool:
        """Take a bound, a plan and rows from an answer; False where it told nothing new.

        Where a plan contradicts what an answer bounded, no bound counts but the proven one: that is
        news as well.
        """
        if reply.bound is not None:
            self.bound = reply.bound if self.bound is None else min(self.bound, reply.bound)
        is_new = reply.values is not None and self.take(reply.values)
        if self.bound is not None and self.best is not None:
            if solvers.is_lie(self.bound, self.value):
                self.bound = self.proven
                return True
            self.bound = max(self.bound, self.value)  # by rounding
        if is_new and reply.values is not None and not is_over():
            self.look_around(reply.values)
        return is_new

    def know(self, solvers: Solvers, is_over: Callable[[], bool]) -> None:
        """Take a bound and plans that need no solver.

        A plan that leaves a trip without a way teaches a row, and another is made.
        """
        for _ in range(MOST_FIRST):
            plan, bound = solvers.known_of(self.mip)
            if bound is not None:
                self.proven = bound if self.proven is None else min(self.proven, bound)
                self.bound = self.proven
            before = len(self.lost)
            if plan is not None:
                self.take(plan)
            if len(self.lost) == before or is_over():
                break

    def begin(self) -> None:
        """Add what follows from all openings together, and from none."""
        for year in self.years:
            count = year.roads.roads.num_owners
            self._look(year, [np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)])

    def _look(self, year: _Year, designs: list[BoolArray]) -> None:
        """Add the rows of `designs` of candidate links in `year`, where they serve every trip."""
        rows = []
        for design in designs:
            active = [
                np.full(len(changes), is_open)
                for changes, is_open in zip(year.roads.openings, design, strict=True)
            ]
            there = np.array([on.any() for on in active], dtype=np.bool_)
            if year.roads.roads.lost_trip(there) is None:
                _, row = year.value(active)
                rows += [] if row is None else [row]
        self.mip = with_linear_rows(self.mip, rows, "travel_time_bound")

    def look_around(self, values: FloatArray) -> None:
        """Add what follows from designs near those at `values`: a solve costs more than they do.

        In every year, the designs of the other years, and its own with one link more or less.
        """
        designs = [year.roads.design(values) for year in self.years]
        for year, own in zip(self.years, designs, strict=True):
            near = [design for design in designs if design is not own]
            for link in np.flatnonzero([bool(changes) for changes in year.roads.openings]):
                flipped = own.copy()
                flipped[link] = not own[link]
                near.append(flipped)
            self._look(year, near[:MOST_NEAR])

    def take(self, values: FloatArray) -> bool:
        """Value the starts at `values` and add what follows; False where nothing new did."""
        columns = values[: self.base.num_columns].copy()
        columns[self.base.integrality] = np.round(columns[self.base.integrality])
        missing = [row for year in self.years if (row := way_row(year.roads, columns)) is not None]
        if missing:
            self.lost += missing
            self.mip = with_linear_rows(self.mip, [row for row, _, _ in missing], "must_serve")
            return True
        totals: list[float] = []
        rows: list[LinearRow] = []
        for year in self.years:
            total, new = year.value(year.roads.active(columns))
            totals.append(total)
            rows += [] if new is None else [new]
        self.mip = with_linear_rows(self.mip, rows, "travel_time_bound")
        saved = np.array(self.before) - np.array(totals)
        value = self.base.value(columns) + float(self.prices @ saved)
        if value > self.value:
            self.value = value
            times = [(t - y.least) / y.span for t, y in zip(totals, self.years, strict=True)]
            self.best = np.concatenate([columns, times])
        return bool(rows)

    def result(self, *, infeasible: bool = False, interrupted: bool = False) -> MasterResult:
        """What is known."""
        columns = None if self.best is None else self.best[: self.base.num_columns]
        value = None if columns is None else self.value
        return MasterResult(
            columns, value, self.bound, infeasible, interrupted, tuple(self.lost), self.mip
        )


def search_master(
    mip: Mip,
    roads: tuple[RoadYear, ...],
    before: list[float],
    factor: float,
    solvers: Solvers,
    *,
    gap: float,
    is_over: Callable[[], bool],
    start: FloatArray | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> MasterResult:
    """Search until plan and bound meet at the relative `gap`, or `is_over` says that it is over.

    Parameters
    ----------
    mip
        The instance's program, in money `factor` times the instance's.
    roads, before
        The roads by state, and their travel time without any project, 0 where a
        trip has no way then.
    solvers
        Who answers questions about the master.
    start
        Values of all columns of a plan to begin from; no solver is told of it, since HiGHS 1.16
        can lose a better plan behind a start that its presolve moves.

    Raises
    ------
    SolverError
        The solver is missing or fails.
    """
    begin = time.perf_counter()
    try:
        years = [_Year(one, mip.num_columns + number) for number, one in enumerate(roads)]
    except UnreachableDemandError:
        return _nothing_reaches(roads)
    except KeyboardInterrupt:  # nothing is known yet
        stopping.heard()
        return MasterResult(None, None, None, infeasible=False, interrupted=True, lost=())
    master = _Master(mip, years, before, factor)

    def listen() -> None:
        if on_progress is not None:
            on_progress(master.progress(time.perf_counter() - begin))

    try:
        master.begin()
        if start is not None:
            master.take(start)
        master.know(solvers, is_over)
        listen()
        return _improve(master, solvers, gap, is_over, listen)
    except KeyboardInterrupt:  # between two solves: what is known is kept
        stopping.heard()
        return master.result(interrupted=True)


def _improve(
    master: _Master,
    solvers: Solvers,
    gap: float,
    is_over: Callable[[], bool],
    listen: Callable[[], None],
) -> MasterResult:
    """Solve the master and learn from its answers until plan and bound meet, or it is over."""
    share = max(0.5 * gap, ROUGH_SHARE)
    while not is_over():
        reply = solvers.solve(master.mip, share, master.best)
        if reply.termination is Termination.INFEASIBLE:
            return master.result(infeasible=master.best is None)
        is_new = master.learn(reply, solvers, is_over)
        listen()
        left = master.gap
        if reply.termination is Termination.INTERRUPTED and not reply.is_called_optimal:
            return master.result(interrupted=True)
        if reply.termination is Termination.CRASHED:
            break
        if reply.values is None or (left is not None and left <= gap):
            break
        if not is_new and share == 0.0:
            break
        # A rough answer bounds all the same, and shows where to look, while much is open.
        rough = ROUGH_SHARE if left is None else min(ROUGH_SHARE, ROUGH_PART * left)
        share = max(0.5 * gap, rough) if is_new else 0.0
    return master.result()


def _nothing_reaches(roads: tuple[RoadYear, ...]) -> MasterResult:
    """No plan: in some year a trip has no way even with every link."""
    lost = tuple(row for year in roads if (row := _cut_off(year)) is not None)
    return MasterResult(None, None, None, infeasible=True, interrupted=False, lost=lost)


def _cut_off(year: RoadYear) -> LostTrip | None:
    found = year.roads.lost_trip(np.ones(year.roads.num_owners, dtype=np.bool_))
    if found is None:
        return None
    return LinearRow((), (), 1.0), year.network.trip_names[found[0]], year.year
