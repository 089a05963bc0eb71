"""How a solve ended, and what its plan is worth, from what the solver said and the gap proven."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import SolverReply
from infraplan.optimizer.engines.claims import TOLERANCE
from infraplan.optimizer.engines.convex_search import CLOSED
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.ties import PROVEN
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination

EARLY_SHARE = 0.5
"""Share of a limit of time before which none of it has ended a search: what is left for reasons,
report and writing is less."""


def whole_years(bound: float | None) -> float | None:
    """A bound on minus a number of whole years, which is one itself and at most 0."""
    return None if bound is None else min(0.0, float(np.floor(bound + TOLERANCE)))


def termination_of(
    said: Termination, gap: float | None, options: SolveOptions, deadline: Deadline
) -> Termination:
    """How a search ended whose reply says `said`, with the gap that is known."""
    if said in {Termination.OPTIMAL, Termination.GAP_REACHED} and gap is not None:
        if gap <= PROVEN:
            return Termination.OPTIMAL
        if gap <= max(options.gap, CLOSED):
            return Termination.GAP_REACHED
        # The convex costs of a network were not closed up to what was asked.
        if stopping.is_asked():
            return Termination.INTERRUPTED
        return deadline.ended if deadline.is_over(1.0) else Termination.UNPROVEN
    early = {Termination.TIME_LIMIT, Termination.WORK_LIMIT, Termination.UNPROVEN}
    if not stopping.is_asked():  # ended by what is known, and by nobody
        early.add(Termination.INTERRUPTED)
    is_met = gap is not None and gap <= options.gap
    return Termination.GAP_REACHED if is_met and said in early else said


def told_end(said: Termination, deadline: Deadline, *, is_asked: bool) -> Termination:
    """How a whole solve ended whose engine says `said`; `is_asked`: somebody asked for its end.

    A solver, or a search of one part, knows only that it ended early: by a limit of its own, by a
    wish, or because it gave up. Whose wish that was, and whether the solve has a limit of time at
    all, is known here alone.
    """
    if said in {Termination.INTERRUPTED, Termination.UNPROVEN}:
        if is_asked:
            return Termination.INTERRUPTED
        return deadline.ended if deadline.is_over() else Termination.UNPROVEN
    if said is Termination.TIME_LIMIT and _is_early(deadline):
        return Termination.INTERRUPTED if is_asked else Termination.UNPROVEN
    return said


def _is_early(deadline: Deadline) -> bool:
    """Whether the limit of time is far, or there is none: what ended was a part's own limit."""
    if deadline.limit_s is None:
        return True
    return not work_clock.is_counting() and deadline.elapsed_s < EARLY_SHARE * deadline.limit_s


def state_of(reply: SolverReply, gap: float | None, asked: float) -> SolutionState:
    """What a reply is worth whose plan has a proven `gap`, of `asked`."""
    if reply.values is None:
        return SolutionState.NONE
    proven = gap is not None and gap <= max(asked, 1e-6)
    return SolutionState.OPTIMAL if proven else SolutionState.FEASIBLE
