"""Networks with nothing to choose: one linear program, solved once, and a bound beside it.

The networks of such an instance are those without any project, whose flows of least cost building
has found already. What is left is to prove them: tangents of the convex costs at these flows make
a linear program whose best value is theirs (a convex function lies above its tangent, and where it
is least the tangent is nowhere lower), and its multipliers bound all flows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines.claims import Answer, only_known
from infraplan.optimizer.engines.convex_search import CLOSED, gap_of
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.formulation.networks.outer_approximation import NO_END_S, with_tangents
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.program import Formulation, flows_without_projects
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination

ARRAYS = ("a_start", "a_index", "a_value", "row_lower", "row_upper", "col_lower", "col_upper")
"""What two programs of the same columns and rows have alike."""


def flows_alone(
    own: Formulation,
    scaled: Formulation,
    columns: FloatArray,
    options: SolveOptions,
    deadline: Deadline,
) -> tuple[Known, Answer] | None:
    """What is known of `scaled`, and the answer, where nothing can be chosen; None: search.

    `own` is the program in the instance's money, `columns` (shape: columns) what a column of
    `scaled` is in it. It is None as well where there are no flows, or plan and bound do not meet.
    """
    if own.sets.instance.projects or not own.networks.slices or own.mip.integrality.any():
        return None
    alone, values, feasible = flows_without_projects(own.instance)
    years = {slice_.year for slice_ in own.networks.slices}
    if not years <= feasible or not _is_same(alone.mip, own.mip):
        return None
    mip, plan = scaled.mip, values * columns
    bare = plan.copy()
    for slice_ in scaled.networks.slices:
        bare[[*slice_.delay.values(), *slice_.quadratic.values()]] = 0.0
    near = with_tangents(mip, scaled.networks.slices, [bare]) or mip
    left = deadline.left_s()
    relaxed = quick_relaxation(near, NO_END_S if left is None else left)
    if relaxed.values is None or relaxed.multipliers is None:
        return None
    proven, worth = dual_bound(near, relaxed.multipliers).value, mip.value(plan)
    bound = max(worth, near.value(relaxed.values) if proven is None else proven)
    gap = gap_of(scaled, worth, bound)
    if gap is None or gap > max(options.gap, CLOSED):
        return None
    known = Known(plan, worth, None if proven is None else bound, relaxed)
    ended = Termination.OPTIMAL if gap <= CLOSED else Termination.GAP_REACHED
    reply = only_known(options.guest_solver, known, deadline, ended)
    met = replace(reply, termination=ended, state=SolutionState.OPTIMAL, bound=bound, gap=gap)
    return known, Answer(met, ())


def _is_same(one: Mip, other: Mip) -> bool:
    """Whether two programs have the same columns and rows."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)
