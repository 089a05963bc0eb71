"""A bound and plans of a program with networks whose money has a price instead of limits.

The relaxation of such a program lies above its best plan because it builds shares of works that
networks need whole; hardly ever because money comes in lumps. At the relaxation's prices of money
each network is a program of its own, solved whole in seconds (`priced_parts.py`), and together they
bound every plan a hundred times nearer. What they choose is rarely payable as it is. But where they
and the relaxation agree the best plan agrees as well, nearly everywhere: the program with those
starts kept is small, money and all, and has a plan near the bound; the next one lets starts move by
a year. Where plan and bound meet within the asked gap no solver is asked about the whole.

The bound is the word of the solver of the parts; a known plan above it is a contradiction, and then
it counts for nothing.

Sources: Geoffrion, "Lagrangean relaxation for integer programming", Mathematical Programming
Study 2, 1974; Danna, Rothberg, Le Pape, "Exploring relaxation induced neighborhoods to improve MIP
solutions", Mathematical Programming 102, 2005.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import Note, Progress, SolverReply
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_search, quick_version
from infraplan.optimizer.engines.claims import Answer, lie_of
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known, is_large
from infraplan.optimizer.engines.priced_parts import PricedParts
from infraplan.optimizer.mip import BoolArray, FloatArray, Mip
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination, relative_gap
from infraplan.optimizer.work_clock import ClockStep

SOLVER = "highs"
"""Who solves the parts; what somebody else was asked for it does not answer."""
LEAST_LEFT_S = 10.0
"""Seconds that must be left: the parts take some, and their bound is no plan."""
FAR_GAP = 1.0
"""Gap of a plan known above which parts are left out: the value is then too near 0 to measure by.

On Qijiang-Wansheng, 0.32, their bound is 0.23 % above the best plan known, for 5 s of CPU, where
the first node of HiGHS is 0.5 % above it after 20 s. On the county towns, 3.6, it is 7 % above,
as much as that node.
"""
LEAST_FIRST_S, FIRST_TIMES = 30.0, 20.0
"""Seconds that must be left for the parts to come before a plan near the start that is given, and
times what has passed so far: with less time any plan is worth more than a bound, and what building
took says what a second of a busy machine is worth.

Of three draws of Kaizhou whose money does not pay for the plan given, mending that took 2 to 8 s of
CPU, and what ended each solve were plans near the parts, which need none."""
PARTS_SHARE, PARTS_S = 0.3, 60.0
"""Share of the time left, and seconds at most, for the parts."""
NEAR_SHARE, NEAR_S = 0.25, 30.0
"""The same for one search near what they choose."""
PART_GAP, NEAR_GAP = 0.1, 0.9
"""Shares of the asked gap to which all parts together, and a search near them, are solved.

A search near them has nearly the whole: what it leaves open is mostly far less, and the bound is
near. On Kaizhou 0.25 takes 20.0 s of CPU to 0.07 %, 0.9 takes 14 s to 0.09 %, where 0.1 % is asked.
"""
LEAST_GAP = 1e-7
"""Least relative gap that is asked of either."""
AGREED = 1e-4
"""By how much the relaxation may differ from what the parts choose where both agree."""
YEARS = 1
"""Years by which a start may move."""
HALF = 0.5


@dataclass(frozen=True)
class Priced:
    """What is known after the parts: plans, the bound that they claim, what was to be told.

    `bound` is None where there is none.
    """

    known: Known
    bound: float | None = None
    notes: tuple[Note, ...] = ()

    def is_enough(self, gap: float) -> bool:
        """Whether plan and bound meet within the relative `gap`."""
        between = relative_gap(self.known.worth, self.bound)
        return between is not None and between <= gap

    def answer(self, deadline: Deadline, gap: float) -> Answer:
        """Plan and bound as a solver's answer; `gap` is the relative one that was asked."""
        known, bound, is_met = self.known, self.bound, self.is_enough(gap)
        if bound is not None and known.worth is not None:
            bound = max(bound, known.worth)  # by rounding
        states = (SolutionState.FEASIBLE, SolutionState.OPTIMAL)
        reply = SolverReply(
            termination=Termination.GAP_REACHED if is_met else Termination.INTERRUPTED,
            state=SolutionState.NONE if known.plan is None else states[is_met],
            values=known.plan,
            objective=known.worth,
            bound=bound,
            gap=relative_gap(known.worth, bound),
            runtime_s=deadline.elapsed_s,
            log="",
            solver=SOLVER,
            solver_version=quick_version(),
        )
        return Answer(reply, self.notes)


def search_by_prices(
    formulation: Formulation,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None = None,
) -> Priced:
    """Bound `formulation.mip` by its parts, and seek plans near what they choose.

    It is left out where the program is small, has no networks, or another solver was asked for.
    """
    mip, relaxed = formulation.mip, known.relaxed
    gap = max(options.gap, LEAST_GAP)
    if relaxed is None or relaxed.values is None or relaxed.multipliers is None:
        return Priced(known)
    if not _is_wanted(formulation, known, options, deadline):
        return Priced(known)
    seconds = deadline.share_s(PARTS_SHARE, PARTS_S)
    size = max(abs(known.bound or 0.0), abs(known.worth or 0.0))
    parts = PricedParts.of(mip, relaxed.multipliers, seconds, PART_GAP * gap * size, largest=1.0)
    if parts is None:
        return Priced(known)
    if (lie := lie_of(SOLVER, parts.bound, known.worth)) is not None:
        return Priced(known, None, (lie,))
    found = Priced(known, parts.bound)
    _tell(found, deadline, on_progress)
    if parts.values is None:
        return found
    return _near(mip, relaxed.values, parts.values, found, options, deadline, on_progress)


def come_first(formulation: Formulation, options: SolveOptions, deadline: Deadline) -> bool:
    """Whether the parts are asked before a plan is sought near the one that is given."""
    left = deadline.left_s()
    is_time = left is None or left >= max(LEAST_FIRST_S, FIRST_TIMES * deadline.elapsed_s)
    return is_time and _is_wanted(formulation, Known(), options, deadline)


def with_plans_sought(
    formulation: Formulation,
    priced: Priced,
    seek: Callable[[Known], Known],
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None = None,
) -> Priced:
    """`priced`, whose plans do not meet the bound, with those that `seek` finds.

    Parts that were not asked, as the plan known was too far from the bound, are asked now.
    """
    was_wanted = _is_wanted(formulation, priced.known, options, deadline)
    with work_clock.within(ClockStep.BEFORE):
        known = seek(priced.known)
    if priced.bound is None and not was_wanted:
        return search_by_prices(formulation, known, options, deadline, on_progress)
    if (lie := lie_of(SOLVER, priced.bound, known.worth)) is not None:
        return Priced(known, None, (*priced.notes, lie))
    found = replace(priced, known=known)
    _tell(found, deadline, on_progress)
    return found


def _near(
    mip: Mip,
    relaxed: FloatArray,
    chosen: FloatArray,
    found: Priced,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None,
) -> Priced:
    """`found` with plans near what the parts have `chosen`, until one meets the bound."""
    gap = max(options.gap, LEAST_GAP)
    chosen = np.where(mip.integrality, np.round(chosen), chosen)
    plans = [found.known.plan]
    for kept in _kept_starts(mip, relaxed, chosen, lambda: plans[-1]):
        seconds = deadline.share_s(NEAR_SHARE, NEAR_S)
        if found.is_enough(options.gap) or stopping.is_asked() or seconds <= 0.0:
            break
        plan = quick_search(_held(mip, chosen, kept), seconds, NEAR_GAP * gap).values
        better = found.known.with_plan(mip, None if plan is None else clean_values(mip, plan))
        if (lie := lie_of(SOLVER, found.bound, better.worth)) is not None:
            return Priced(better, None, (lie,))
        found = replace(found, known=better)
        plans.append(better.plan)
        _tell(found, deadline, on_progress)
    return found


def _is_wanted(
    formulation: Formulation, known: Known, options: SolveOptions, deadline: Deadline
) -> bool:
    """Whether parts are solved: there are networks, time, and a gap not met and not too wide."""
    if not formulation.networks.slices or not is_large(formulation.mip):
        return False
    if options.guest_solver != SOLVER or options.memory_limit_mb is not None:
        return False
    left, gap = deadline.left_s(), relative_gap(known.worth, known.bound)
    is_other = gap is not None and (gap <= options.gap or gap > FAR_GAP)
    return not is_other and (left is None or left >= LEAST_LEFT_S)


def _kept_starts(
    mip: Mip, relaxed: FloatArray, chosen: FloatArray, best: Callable[[], FloatArray | None]
) -> Iterator[BoolArray]:
    """Columns of starts that stay as the parts have `chosen` them, ever fewer.

    First those on which `chosen` and the `relaxed` program agree; then those of them on which the
    `best` plan agrees as well, and by which no start of either may move within a year. All have the
    shape of columns.
    """
    is_start = mip.starts.run_of_column(mip.num_columns) >= 0
    kept = is_start & (np.abs(relaxed - chosen) <= AGREED)
    yield kept
    if (plan := best()) is not None:
        yield kept & (np.abs(plan - chosen) < HALF) & ~_within_years(mip, (chosen, plan))


def _held(mip: Mip, values: FloatArray, kept: BoolArray) -> Mip:
    """`mip` with the columns `kept` at `values`, inside their limits."""
    held = np.clip(values, mip.col_lower, mip.col_upper)
    return replace(
        mip,
        col_lower=np.where(kept, held, mip.col_lower),
        col_upper=np.where(kept, held, mip.col_upper),
    )


def _within_years(mip: Mip, plans: tuple[FloatArray, ...]) -> BoolArray:
    """Columns of starts by which a start of one of `plans` may move by `YEARS`."""
    found = np.zeros(mip.num_columns, dtype=np.bool_)
    for run in range(mip.starts.size.size):
        columns = mip.starts.columns_of(run)
        for plan in plans:
            built = np.flatnonzero(plan[columns] > HALF)
            if built.size:
                found[columns[max(0, built[0] - YEARS) : built[0] + YEARS]] = True
    return found


def _tell(
    found: Priced, deadline: Deadline, on_progress: Callable[[Progress], None] | None
) -> None:
    if on_progress is not None:
        worth, bound = found.known.worth, found.bound
        elapsed_s = deadline.elapsed_s
        on_progress(Progress(elapsed_s, worth, bound, relative_gap(worth, bound)))


def ended_by(
    bound: float | None,
    gap: float,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
) -> tuple[Callable[[Progress], None], Callable[[], bool]]:
    """A listener to a solver, and whether it is to stop.

    It is as asked, or because `bound` proves its plan within the relative `gap`. When news come
    depends on the clock: where work is counted they end nothing.
    """
    worth: list[float] = []

    def listen(news: Progress) -> None:
        if news.incumbent is not None:
            worth[:] = [news.incumbent]
        if on_progress is not None:
            on_progress(news)

    def stop() -> bool:
        is_proven = False
        if worth and bound is not None and not work_clock.is_counting():
            between = relative_gap(worth[0], bound)
            is_proven = between is not None and (between <= gap or worth[0] >= bound)
        return is_proven or (should_stop is not None and should_stop())

    return listen, stop
