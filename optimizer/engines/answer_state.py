"""How a solve ended, and what its plan is worth, from what the solver said and the gap proven."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer import stopping
from infraplan.optimizer.backends import SolverReply
from infraplan.optimizer.engines.claims import TOLERANCE
from infraplan.optimizer.engines.convex_search import CLOSED
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.ties import PROVEN
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination


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
        return deadline.ended if deadline.is_over(1.0) else Termination.INTERRUPTED
    early = {Termination.TIME_LIMIT, Termination.WORK_LIMIT}
    if not stopping.is_asked():  # ended by what is known, and by nobody
        early.add(Termination.INTERRUPTED)
    is_met = gap is not None and gap <= options.gap
    return Termination.GAP_REACHED if is_met and said in early else said


def state_of(reply: SolverReply, gap: float | None, asked: float) -> SolutionState:
    """What a reply is worth whose plan has a proven `gap`, of `asked`."""
    if reply.values is None:
        return SolutionState.NONE
    proven = gap is not None and gap <= max(asked, 1e-6)
    return SolutionState.OPTIMAL if proven else SolutionState.FEASIBLE
