"""What is known of a model before a solver is asked: a bound, and a plan of one's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infraplan.optimizer.backends.dual_bound import dual_bound, proves_infeasible
from infraplan.optimizer.backends.quick_relaxation import farkas_multipliers, quick_relaxation
from infraplan.optimizer.engines.certified_search import certified_search
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.primal import Completion, quick_plan
from infraplan.optimizer.program import Formulation

RELAXATION_SHARE, RELAXATION_S = 0.2, 120.0
"""Share of the time left, and seconds at most, that the relaxation may take."""
PLAN_SHARE, PLAN_S = 0.05, 2.0
"""The same for a plan of one's own."""


@dataclass(frozen=True)
class Known:
    """A plan (shape: columns) with its value, and a bound that its multipliers prove.

    Each is None where it was not found. All are of the model as it was given.
    """

    plan: FloatArray | None = None
    worth: float | None = None
    bound: float | None = None

    def with_plan(self, mip: Mip, plan: FloatArray | None) -> Known:
        """The same, with `plan` where it is better than the plan held."""
        if plan is None or (self.worth is not None and mip.value(plan) <= self.worth):
            return self
        return Known(plan, mip.value(plan), self.bound)


def what_is_known(
    formulation: Formulation,
    deadline: Deadline,
    *,
    warm_start: FloatArray | None = None,
    is_badly_conditioned: bool = False,
) -> Known:
    """Relaxation, dual bound and a quick plan of `formulation.mip`, inside the time limit.

    `warm_start` holds values of `started` (NaN elsewhere): completed, it is a plan that is known.
    A small model whose numbers no solver can be trusted with is searched here, every bound checked.
    """
    mip = formulation.mip
    relaxed = quick_relaxation(mip, deadline.share_s(RELAXATION_SHARE, RELAXATION_S))
    bound = None
    if relaxed.multipliers is not None:
        bound = dual_bound(mip, relaxed.multipliers).value
    known = Known(bound=bound)
    if relaxed.is_infeasible:
        return known
    if warm_start is not None:
        columns = mip.columns("started").index.ravel()
        completion = Completion.of(mip, columns)
        whole = completion.solve(warm_start[columns], deadline.share_s(PLAN_SHARE, PLAN_S))
        known = known.with_plan(mip, whole)
    seconds = deadline.share_s(PLAN_SHARE, PLAN_S)
    known = known.with_plan(mip, quick_plan(formulation, seconds, relaxed.values))
    if is_badly_conditioned:
        found = certified_search(mip, known.plan, deadline.share_s(0.1, 10.0))
        known = Known(known.plan, known.worth, found.bound).with_plan(mip, found.plan)
    return known


def is_proven_infeasible(mip: Mip, deadline: Deadline) -> bool:
    """Whether multipliers recomputed here prove that no plan obeys the rows.

    Limits that cross are such a proof at sight.
    """
    crossed = np.any(mip.col_lower > mip.col_upper) or np.any(mip.row_lower > mip.row_upper)
    if crossed:
        return True
    multipliers = farkas_multipliers(mip, deadline.share_s(RELAXATION_SHARE, RELAXATION_S))
    return multipliers is not None and proves_infeasible(mip, multipliers)
