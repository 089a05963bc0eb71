"""Programs of choices alone under few rows, searched to their proven best before a solver is asked.

A solver works at such programs node by node for minutes; `primal/few_rows.py` needs seconds for
the same trees. What it does not end in its share of the time the solver goes on with, from its plan
and bound. The bound is worked out from prices of the rows at every node that is closed, as the
bounds of relaxations are, and needs nobody's word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.engines.claims import Answer, only_known
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known, is_searched
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.primal.few_rows import FINEST, FewRows
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination, relative_gap

SHARE, MOST_S = 0.7, 600.0
"""Share of the time left, and seconds at most, that the search may take."""
LEAST_LEFT_S = 20.0
"""Seconds that must be left: where its kernels were never called, they are compiled first."""
TIES_SHARE, TIES_S = 0.5, 60.0
"""The same for a plan among equally good ones."""
TIES_GAP = 1e-12
"""Relative difference of value down to which equally good plans are told from one another."""


def search_few_rows(
    mip: Mip,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Known, Answer | None]:
    """What is known after a search of `mip`, and the answer where plan and bound meet.

    It is left out where the program is small or of another kind, no plan is known, or little time
    is left.
    """
    program = _program(mip, known, options, deadline)
    if program is None or known.plan is None:
        return known, None
    from infraplan.optimizer.primal.few_rows_tree import FewRowsSearch  # loads the compiler

    search = FewRowsSearch(program, known.plan, max(options.gap, FINEST))
    end = work_clock.now() + deadline.share_s(SHARE, MOST_S)

    def is_over() -> bool:
        stopped = stopping.is_asked() or (should_stop is not None and should_stop())
        return stopped or work_clock.is_past(end)

    told = (known.worth, known.bound)
    for is_better in search.run(is_over):
        if is_better:
            known = known.with_plan(mip, clean_values(mip, search.values))
        known = _under(known, search.bound)
        if on_progress is not None and told != (known.worth, known.bound):
            told = (known.worth, known.bound)
            on_progress(Progress(deadline.elapsed_s, *told, relative_gap(*told)))
    known = _under(known, search.bound)
    gap = relative_gap(known.worth, known.bound)
    if gap is None or gap > max(options.gap, 2.0 * FINEST):
        return known, None
    reply = only_known(options.guest_solver, known, deadline, Termination.GAP_REACHED)
    met = replace(reply, termination=Termination.GAP_REACHED, state=SolutionState.OPTIMAL)
    return known, Answer(met, ())


def best_of_tied(
    mip: Mip, weights: FloatArray, values: FloatArray, deadline: Deadline
) -> FloatArray | None:
    """The best plan by `weights` (shape: columns) among those worth as much as the best, `values`.

    It is `values` where time was too short; None: the program is none for such a search.
    """
    program = FewRows.of(mip) if is_searched(mip) else None
    tied = None if program is None else program.with_ties_broken(weights)
    if tied is None:
        return None
    from infraplan.optimizer.primal.few_rows_tree import FewRowsSearch  # loads the compiler

    search = FewRowsSearch(tied, values, TIES_GAP, first_room=1.0)
    end = work_clock.now() + deadline.share_s(TIES_SHARE, TIES_S)
    for _ in search.run(lambda: stopping.is_asked() or work_clock.is_past(end)):
        pass
    found = clean_values(mip, search.values) if search.is_done else None
    return values if found is None else found


def _program(mip: Mip, known: Known, options: SolveOptions, deadline: Deadline) -> FewRows | None:
    gap, left = relative_gap(known.worth, known.bound), deadline.left_s()
    is_short = left is not None and left < LEAST_LEFT_S
    is_near = gap is not None and gap <= options.gap
    return None if is_short or is_near or not is_searched(mip) else FewRows.of(mip)


def _under(known: Known, bound: float) -> Known:
    """`known` with `bound`, which is proven, where that is the lesser."""
    least = bound if known.bound is None else min(bound, known.bound)
    if known.worth is not None:
        least = max(least, known.worth)  # by rounding
    return replace(known, bound=least)
