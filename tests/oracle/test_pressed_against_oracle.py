"""The engine's optimum equals brute force where laws are pressed that seldom decide otherwise."""

from __future__ import annotations

import pytest

from tests.optimizer.engine import best
from tests.oracle.oracle import solve
from tests.oracle.pressed import pressed_instance

CASES = 70


@pytest.mark.parametrize("seed", range(CASES))
def test_optimum_equals_brute_force(seed: int) -> None:
    instance = pressed_instance(seed)
    answer, found = solve(instance), best(instance)
    if answer.objective is None:
        assert found.objective is None
    else:
        assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
