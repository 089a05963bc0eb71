"""The model of a certificate says what the laws say: its optimum is that of brute force.

The text itself is read, by the checker's own reader, and solved: what the certificate speaks of is
held against an enumeration that knows neither the program nor its text.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from infraplan.optimizer.certify.model_text import model_text
from infraplan.optimizer.engines.asked_program import asked_program
from infraplan.optimizer.formulation.money_scale import conditioning_of
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.verify.certificate import Model
from tests.markers import first_quick
from tests.oracle.generate import random_instance
from tests.oracle.oracle import solve

PARTS = range(0, 300, 10)


@pytest.mark.parametrize("part", first_quick(PARTS))
def test_the_optimum_of_the_models_text_is_that_of_brute_force(part: int) -> None:
    for seed in range(part, part + 10):
        instance = random_instance(seed)
        formulation = build_formulation(instance)
        asked, scale = asked_program(formulation, conditioning_of(formulation.coefficients))
        found = _optimum(Model(model_text(asked.mip, float(scale.of_objective))))
        answer = solve(instance).objective
        if answer is None:
            assert found is None, seed
        else:
            assert found == pytest.approx(answer, rel=1e-6, abs=1e-6), seed


def _optimum(model: Model) -> float | None:
    """The optimum of what a text says, in the instance's money; None where nothing is feasible."""
    row_lower, row_upper = np.array(model.row_lower, float), np.array(model.row_upper, float)
    count = len(model.names)
    if not count:
        holds = not ((row_lower > 0.0).any() or (row_upper < 0.0).any())
        return float(model.offset) / float(model.factor) if holds else None
    entries = [(r, c, float(a)) for r, row in enumerate(model.rows) for c, a in row]
    places = np.array([entry[:2] for entry in entries], dtype=np.int64).reshape(-1, 2)
    value = np.array([entry[2] for entry in entries], dtype=np.float64)
    matrix = csr_matrix((value, (places[:, 0], places[:, 1])), (len(model.rows), count))
    answer = milp(
        -np.array(model.objective, float),
        constraints=LinearConstraint(matrix, row_lower, row_upper),
        bounds=Bounds(np.array(model.lower, float), np.array(model.upper, float)),
        integrality=np.array(model.integer, dtype=np.int64),
        options={"mip_rel_gap": 0.0, "presolve": False},
    )
    if answer.x is None:
        return None
    return float(-answer.fun + float(model.offset)) / float(model.factor)
