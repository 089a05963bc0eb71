"""Early retirement of what stands: the engine's optimum is brute force's."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.oracle.oracle import solve
from tests.oracle.retirements import WITHOUT, retiring_instance
from tests.oracle.test_lives_against_oracle import agree

QUICK = (0, 2, 3, 5, 9, 13)
"""Instances of the quick suite, in which every law bites."""
MANY = 400


@pytest.mark.parametrize("seed", QUICK)
def test_optimum_equals_brute_force(seed: int) -> None:
    agree(retiring_instance(seed))


def test_every_law_decides_some_of_the_quick_cases() -> None:
    counted: Counter[str] = Counter()
    for seed in QUICK:
        instance = retiring_instance(seed)
        usual = solve(instance).objective
        for name, without in WITHOUT.items():
            counted[name] += solve(without(instance)).objective != usual
    assert {name for name in WITHOUT if counted[name]} == set(WITHOUT)


@pytest.mark.slow
@pytest.mark.lives
@pytest.mark.parametrize("seed", range(100, 100 + MANY))
def test_optimum_equals_brute_force_in_many(seed: int) -> None:
    agree(retiring_instance(seed))
