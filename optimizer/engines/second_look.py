"""A second look at a claim that rests on what its solver was given to begin with.

A solver that calls the plan it was given the best one has shown nothing: it may have kept a bound
that holds for that plan alone. Where multipliers leave room above such a claim, another search of
the same model, which is given nothing, has a moment to beat it. It need not prove anything; one
plan above the claimed bound is enough.
"""

from __future__ import annotations

from infraplan.optimizer.backends import SolverOptions, SolverReply
from infraplan.optimizer.backends.checking import OBJECTIVE_TOLERANCE, clean_values
from infraplan.optimizer.backends.exchange import in_columns_for
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.status import relative_gap

ROOM = 0.01
"""Gap between the plan and what multipliers prove above which a claim is looked at again."""
SHARE, MOST_S, LEAST_S = 0.1, 10.0, 1.0
"""Share of the time left, and seconds at most, that it may take. It is never longer than the claim
itself took, but where that is less than the last."""


def is_doubtful(reply: SolverReply, known: Known) -> bool:
    """Whether `reply` calls optimal what was known before, and no multipliers say so."""
    if not reply.is_called_optimal or reply.objective is None or known.worth is None:
        return False
    gap = relative_gap(known.worth, known.bound)
    slack = OBJECTIVE_TOLERANCE * max(1.0, abs(known.worth))
    return reply.objective <= known.worth + slack and gap is not None and gap > ROOM


def plan_above(
    mip: Mip, reply: SolverReply, options: SolverOptions, time_limit_s: float
) -> FloatArray | None:
    """A plan of `mip` that is worth more than `reply` says any is; None: none came up."""
    changed = in_columns_for(mip, options.columns, "solve")
    asked = mip if changed is None else changed.mip
    values = quick_search(asked, time_limit_s, options.gap).values
    if values is None:
        return None
    plan = clean_values(mip, values if changed is None else changed.back(values))
    if plan is None:
        return None
    claimed = [value for value in (reply.objective, reply.bound) if value is not None]
    slack = OBJECTIVE_TOLERANCE * max(1.0, abs(mip.value(plan)))
    return plan if mip.value(plan) > max(claimed) + slack else None
