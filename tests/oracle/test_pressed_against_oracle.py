"""The engine's optimum equals brute force where laws are pressed that seldom decide otherwise."""

from __future__ import annotations

import pytest

from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.bites import DRAWN, PRESSED
from tests.oracle.oracle import solve
from tests.oracle.pressed import pressed_instance

CASES = 70
DECIDED = {seed for drawn, seeds in DRAWN.values() if drawn is PRESSED for seed in seeds}
"""Seeds in which a rule decides that may decide in no other: a quick run keeps them."""


@pytest.mark.parametrize("seed", first_quick(range(CASES), quick=25, also=DECIDED))
def test_optimum_equals_brute_force(seed: int) -> None:
    instance = pressed_instance(seed)
    answer, found = solve(instance), best(instance)
    if answer.objective is None:
        assert found.objective is None
    else:
        assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
