"""The engine without a guest process: the same model, solved by scipy inside the test.

scipy carries HiGHS of its own; no solver package of the product is imported here. Every plan is
verified, and its value must be the model's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.networks.outer_approximation import least_cost
from infraplan.optimizer.program import Formulation, build_formulation
from tests.assertions import assert_verified


@dataclass(frozen=True)
class Found:
    """What the model answers; plan None where it is infeasible."""

    formulation: Formulation
    objective: float | None
    plan: Plan | None

    @property
    def starts(self) -> dict[str, int]:
        """Start year of each project that is built."""
        return {} if self.plan is None else {s.project: s.start for s in self.plan.starts}

    def rows(self, family: str) -> int:
        """Number of rows of a family."""
        blocks = self.formulation.mip.row_blocks
        return sum(block.size for block in blocks if block.family == family)


def best(instance: Instance) -> Found:
    """Solve `instance` to optimality inside this process."""
    formulation = build_formulation(instance)
    mip = formulation.mip
    if mip.num_columns == 0:  # scipy takes no empty model
        if (mip.row_lower > 0.0).any() or (mip.row_upper < 0.0).any():
            return Found(formulation, None, None)
        return _found(instance, formulation, np.zeros(0))
    matrix = csr_matrix((mip.a_value, mip.a_index, mip.a_start), (mip.num_rows, mip.num_columns))
    answer = milp(
        -mip.objective,
        constraints=LinearConstraint(matrix, mip.row_lower, mip.row_upper),
        bounds=Bounds(mip.col_lower, mip.col_upper),
        integrality=mip.integrality.astype(int),
        options={"mip_rel_gap": 0.0, "time_limit": 60.0, "presolve": False},
    )
    assert answer.status != 1, "the solver did not end"
    if answer.x is None:
        return Found(formulation, None, None)
    values = np.where(mip.integrality, np.round(answer.x), answer.x)
    slices = formulation.networks.slices
    if slices:  # as solve does: the projects decided, flows at their full costs
        lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
        lower[mip.integrality] = upper[mip.integrality] = values[mip.integrality]
        refined = least_cost(mip, slices, lower, upper)
        assert refined is not None
        values = refined
    return _found(instance, formulation, values)


def _found(instance: Instance, formulation: Formulation, values: np.ndarray) -> Found:
    plan = extract_plan(formulation, values)
    assert_verified(instance, plan)
    assert abs(plan.objective - formulation.mip.value(values)) <= 1e-6 * max(
        1.0, abs(plan.objective)
    )
    return Found(formulation, plan.objective, plan)
