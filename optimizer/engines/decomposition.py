"""The engine for programs in which most waits for something: relaxation by closures, own plans.

It is the integer program with two stages of its own. What is known before a solver is asked comes
from the relaxation by closures and a master program (`optimizer/decomposition`), whose bound is
computed again from the program's own rows; a list by the relaxation's expected years leads to a
plan where the program is one of starts alone. Such a plan is then bettered window by window; a
solver is asked for the whole only where that is small enough for it to get anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import QuickRelaxation, quick_relaxation
from infraplan.optimizer.decomposition.early import without_early_starts
from infraplan.optimizer.decomposition.relaxation import relaxed_by_closures
from infraplan.optimizer.decomposition.schedule import LEADS, Scheduler, is_of_starts
from infraplan.optimizer.decomposition.windows import Windows
from infraplan.optimizer.engines.claims import Answer, only_known
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.integer_program import solve_integer_program
from infraplan.optimizer.engines.known import Known, completed_plan, what_is_known
from infraplan.optimizer.engines.ways import Way
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination, relative_gap
from infraplan.optimizer.work_clock import ClockStep

RELAXATION_SHARE = 0.6
"""Share of the time left that the relaxation may take: without it there is no order of plans."""
MOST_S = 1e6
"""Seconds for it where there is no limit."""
WHOLE_ENTRIES = 400_000
"""Entries of a program above which no solver is asked for the whole of it: it does not get beyond
the relaxation (MineLib's zuck_small has 6.7 million)."""
WINDOWS_SHARE = 0.3
"""Share of the time left for windows where a solver is asked for the whole after them."""


def closure_relaxation(mip: Mip, seconds: float) -> QuickRelaxation:
    """The relaxation by closures; where nothing is an order, as any other."""
    end = work_clock.now() + seconds
    found = relaxed_by_closures(mip, seconds)
    if found is not None and (found.is_infeasible or found.multipliers is not None):
        return found
    return quick_relaxation(mip, end - work_clock.now())


def solve_decomposition(
    instance: Instance,
    options: SolveOptions,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
    deadline: Deadline | None = None,
) -> SolveResult:
    """Find the plan of greatest value, with a bound, and verify it; see `solve_integer_program`.

    Raises
    ------
    SolverError
        If the solver is missing, crashes without an incumbent or answers nonsense.
    """
    return solve_integer_program(
        instance,
        options,
        scenario=scenario,
        on_progress=on_progress,
        should_stop=should_stop,
        warm_start=warm_start,
        deadline=deadline,
        way=DECOMPOSED,
    )


def known_by_closures(
    formulation: Formulation,
    deadline: Deadline,
    warm_start: FloatArray | None,
    is_badly_conditioned: bool,
    gap: float,
    on_plan: Callable[[Known], None] | None,
) -> tuple[Formulation, Known]:
    """A plan, a bound and the relaxation: of starts alone by a list, else as for any program.

    They are of the program without starts that what they wait for leaves no room for.
    """
    # Of starts alone nothing is asked of a solver but prices: whatever they are, the bound is added
    # up from them, and plans are made by additions. Numbers that span much do no harm there.
    is_plain = is_of_starts(formulation.mip)
    if is_plain or not is_badly_conditioned:
        formulation = replace(formulation, mip=without_early_starts(formulation.mip))
    mip = formulation.mip
    if not is_plain or np.any(mip.col_lower > 0.0):
        return formulation, what_is_known(
            formulation,
            deadline,
            warm_start=warm_start,
            is_badly_conditioned=is_badly_conditioned,
            gap=gap,
            on_plan=on_plan,
            relax=closure_relaxation,
        )
    told = _Told(mip, Known(), on_plan)
    if warm_start is not None:
        told.take(completed_plan(mip, warm_start, deadline))
        told.known = replace(told.known, start_obeys=told.known.plan is not None)
    relaxed = closure_relaxation(mip, deadline.share_s(RELAXATION_SHARE, MOST_S))
    if relaxed.is_infeasible and told.known.plan is not None:
        relaxed = QuickRelaxation(None, None)
    told.known = replace(told.known, relaxed=relaxed)
    if relaxed.multipliers is not None:
        bound = dual_bound(mip, relaxed.multipliers).value
        told.known = replace(told.known, bound=bound)
    # Not before: it takes as much memory as the relaxation, which has given its own back.
    scheduler = Scheduler.of_mip(mip)
    if relaxed.values is not None and scheduler is not None:
        expected = scheduler.expected(scheduler.program.nodes_of(relaxed.values))
        for lead in LEADS:
            place = scheduler.listed(expected, lead)
            if place is not None and not scheduler.is_worse(place, told.known.worth):
                told.take(clean_values(mip, scheduler.values(place)))
    return formulation, told.known


@dataclass
class _Told:
    """What is known so far, and who hears of better plans."""

    mip: Mip
    known: Known
    on_plan: Callable[[Known], None] | None

    def take(self, plan: FloatArray | None) -> None:
        """Take a plan that obeys every row where it is better."""
        before, self.known = self.known.worth, self.known.with_plan(self.mip, plan)
        if self.on_plan is not None and self.known.worth != before:
            self.on_plan(self.known)


def search_windows(
    formulation: Formulation,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
) -> tuple[Known, Answer | None]:
    """What is known after windows of years; the answer where it is near enough, or the whole large.

    Without a plan, and where there are other columns than starts, nothing is searched.
    """
    mip = formulation.mip
    scheduler = Scheduler.of_mip(mip)
    if scheduler is None or known.plan is None:
        return known, None
    is_large = mip.num_nonzeros > WHOLE_ENTRIES
    end = None
    if deadline.left_s() is not None or not is_large:
        share = 1.0 if is_large else WINDOWS_SHARE
        end = work_clock.now() + deadline.share_s(share, MOST_S)

    def tell(plan: FloatArray) -> None:
        nonlocal known
        before, known = known.worth, known.with_plan(mip, clean_values(mip, plan))
        if on_progress is not None and known.worth != before:
            gap = relative_gap(known.worth, known.bound)
            on_progress(Progress(deadline.elapsed_s, known.worth, known.bound, gap))

    def is_stopped() -> bool:
        return stopping.is_asked() or (should_stop is not None and should_stop())

    def is_over() -> bool:
        gap = relative_gap(known.worth, known.bound)
        is_near = gap is not None and gap <= options.gap
        return is_near or is_stopped() or (end is not None and work_clock.is_past(end))

    with work_clock.within(ClockStep.SEARCH):
        Windows(scheduler, known.plan, options.seed).search(tell, is_over, end)
    gap = relative_gap(known.worth, known.bound)
    if gap is not None and gap <= options.gap:
        reply = only_known(options.guest_solver, known, deadline, Termination.GAP_REACHED)
        met = replace(reply, termination=Termination.GAP_REACHED, state=SolutionState.OPTIMAL)
        return known, Answer(met, ())
    if not is_large:
        return known, None
    # The widest windows may end before time does: nobody has stopped them.
    ended = Termination.INTERRUPTED if is_stopped() else Termination.WORK_LIMIT
    return known, Answer(only_known(options.guest_solver, known, deadline, ended), ())


DECOMPOSED = Way("decomposition", known_by_closures, search_windows)
"""The stages of the integer program with those of this engine."""
