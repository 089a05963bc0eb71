"""Convex costs of networks, closed by outer approximation, and the flows of decided projects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import Note
from infraplan.optimizer.engines.claims import Answer, ask, lie_of
from infraplan.optimizer.engines.deadline import HURRIED, Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.formulation.networks.outer_approximation import (
    NO_END_S,
    FlowsUnfinishedError,
    least_cost,
    with_tangents,
)
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap
from infraplan.optimizer.work_clock import ClockReason

MOST_TANGENT_ROUNDS = 200
"""Solves at most in which the tangents of convex costs are completed."""
CLOSED = 1e-7
"""Relative gap below which plan and bound of convex costs meet: tangents are kept to 1e-9."""


def has_convex_costs(formulation: Formulation) -> bool:
    """Whether a network has costs that the program holds by tangents."""
    return any(part.delay or part.quadratic for part in formulation.networks.slices)


def gap_of(formulation: Formulation, objective: float | None, bound: float | None) -> float | None:
    """Relative gap; where there are no projects, relative to what the networks cost.

    The value of flows alone is the small difference of two costs: no gap is relative to it.
    """
    gap = relative_gap(objective, bound)
    cost = abs(formulation.mip.objective_offset)
    if formulation.sets.instance.projects or objective is None or bound is None or not cost:
        return gap
    # Both are rounding alone, of any ratio to one another.
    return abs(bound - objective) / cost


def search_on_tangents(
    formulation: Formulation,
    answer: Answer,
    proven: float | None,
    options: SolveOptions,
    deadline: Deadline,
    should_stop: Callable[[], bool] | None,
) -> Answer:
    """Solve again with tangents where the costs were too low, until plan and bound meet.

    Every solve bounds the true value from above; its projects with the best flows at their full
    costs are worth the true value (outer approximation: Duran and Grossmann, Mathematical
    Programming 36, 1986). The answer is the best plan found, under the least bound; where a plan
    contradicts that, no bound counts but the `proven` one, and the other ways are asked.
    """
    mip, slices = formulation.mip, formulation.networks.slices
    reply, notes = answer.reply, answer.notes
    best, worth, bound = reply.values, -np.inf, reply.bound
    # The first solve may leave half of what is asked to the tangents, and so may the others.
    share = 0.5 * options.gap
    hurried: list[Note] = []
    for _ in range(MOST_TANGENT_ROUNDS):
        if reply.values is None:
            break
        hurried = []  # what the last round says counts
        clean = clean_flows(formulation, reply.values, deadline.flows_s(), hurried)
        if (value := formulation.mip.value(clean)) > worth:
            best, worth = clean, value
        if reply.bound is not None:
            bound = reply.bound if bound is None else min(bound, reply.bound)
        if (lie := lie_of(reply.solver, bound, worth)) is not None:
            bound = proven
        gap = gap_of(formulation, worth, bound)
        if lie is None and _is_enough(gap, options, deadline, should_stop):
            break
        more = with_tangents(mip, slices, [reply.values, clean])
        if more is None and share == 0.0 and lie is None:
            break
        mip, share = mip if more is None else more, share if more is not None else 0.0
        again = ask(
            mip,
            replace(options, gap=share),
            Known(best, worth, proven),
            deadline,
            should_stop=should_stop,
            start=best,
            lie=lie,
        )
        reply, notes = again.reply, notes + again.notes
        if lie is not None and deadline.is_over():
            break
    gap = gap_of(formulation, worth, bound)
    found = replace(reply, values=best, objective=worth, bound=bound, gap=gap)
    return Answer(found, (*notes, *hurried))


def _is_enough(
    gap: float | None,
    options: SolveOptions,
    deadline: Deadline,
    should_stop: Callable[[], bool] | None,
) -> bool:
    """Whether plan and bound meet, or nothing is left to search with."""
    if gap is None or gap <= max(options.gap, CLOSED) or deadline.is_over():
        return True
    return should_stop is not None and should_stop()


def clean_flows(
    formulation: Formulation,
    values: FloatArray,
    seconds: float = NO_END_S,
    notes: list[Note] | None = None,
) -> FloatArray:
    """The projects fixed at exact zeros and ones, the best flows at their full costs.

    `values` as they are where there are no such flows, or none are found within `seconds`, which
    is noted in `notes`.
    """
    if not formulation.networks.slices:
        return values
    mip = formulation.mip
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    whole = np.flatnonzero(mip.integrality)
    lower[whole] = upper[whole] = np.round(values[whole])
    slices, patience = formulation.networks.slices, work_clock.patience_s(seconds)
    try:
        found = least_cost(mip, slices, lower, upper, seconds=patience)
    except FlowsUnfinishedError:
        work_clock.decided(ClockReason.TIME_LIMIT)
        if notes is not None:
            notes.append(Note(HURRIED, *phrase("flows-are-those-of-the-search").both))
        return values
    return values if found is None else found
