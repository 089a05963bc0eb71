"""Ties between equally good plans, broken by a fixed order: every solver answers the same plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from infraplan.models.horizon import Objective
from infraplan.optimizer.backends import SolverReply
from infraplan.optimizer.engines.claims import solve_stage
from infraplan.optimizer.engines.deadline import Deadline, second_options
from infraplan.optimizer.engines.few_rows_search import best_of_tied
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.mip_edits import with_rows
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination

CANONICAL_COLUMNS = 3000
"""Largest number of integer columns for which ties are broken by a further solve."""
PROVEN = 1e-9
"""Relative gap below which a plan counts as proven optimal."""


def canonical_weights(formulation: Formulation) -> FloatArray:
    """Fixed preferences between equally good plans, one per column, zero but for `started`.

    By rank in the order of (project id, option id, year), weights in 1..2 that share no simple
    relation (fractional parts of multiples of the golden ratio), so that a tie of two different
    plans is all but impossible, and earlier starts are preferred. Where a plan is worth no money,
    every project weighs more against it than any year of its start for it: what nothing asks for
    is not built.
    """
    mip = formulation.mip
    weights = np.zeros(mip.num_columns)
    labelled = []
    for number, flat in enumerate(formulation.sets.options):
        for t in range(flat.first, flat.last + 1):
            key = (flat.project.id, flat.option.option, t)
            labelled.append((key, int(formulation.started[number, t])))
    for rank, (_, column) in enumerate(sorted(labelled)):
        weights[column] = 1.0 + (rank * 0.6180339887498949) % 1.0
    if formulation.instance.settings.objective is Objective.MAKESPAN:
        for number, flat in enumerate(formulation.sets.options):
            if flat.is_open:
                built = formulation.started[number, flat.last]
                weights[built] -= 2.0 * formulation.sets.num_years + 1.0
    return weights


def break_ties(
    formulation: Formulation,
    reply: SolverReply,
    values: FloatArray,
    options: SolveOptions,
    deadline: Deadline,
) -> FloatArray:
    """Among plans as good as `values`, the one preferred by `canonical_weights`."""
    mip = formulation.mip
    proven = reply.gap is not None and reply.gap <= PROVEN
    if not options.canonical or not proven or int(mip.integrality.sum()) > CANONICAL_COLUMNS:
        return values
    weights = canonical_weights(formulation)
    if (found := best_of_tied(mip, weights, values, deadline)) is not None:
        return found
    best = mip.value(values)
    tolerance = PROVEN * max(1.0, abs(best))
    worth = csr_array(mip.objective[np.newaxis])
    least = np.array([best - mip.objective_offset - tolerance])
    tied = with_rows(mip, "optimal_face", worth, least)
    tied = replace(tied, objective=weights, objective_offset=0.0)
    second = second_options(options, deadline, gap=0.0)
    answer = solve_stage(tied, second, values)
    if answer is None or answer.values is None or answer.termination is not Termination.OPTIMAL:
        return values
    if mip.value(answer.values) < best - 1e-7 * max(1.0, abs(best)):
        return values
    return answer.values
