"""Renewal, financial life and the moment of discounting: the engine's optimum is brute force's."""

from __future__ import annotations

from collections import Counter

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.verify import verify_plan
from tests.optimizer.engine import best
from tests.oracle.lives import WITHOUT, living_instance
from tests.oracle.oracle import solve

QUICK = (0, 1, 4, 7, 8, 9, 14, 19, 26, 31, 37, 38)
"""Instances of the quick suite, in which every law bites."""
MANY = 500


def agree(instance: Instance) -> float | None:
    """Optimum on which engine, verifier and brute force agree; None: there is no plan."""
    answer, found = solve(instance), best(instance)
    if answer.objective is None:
        assert found.objective is None
        return None
    assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
    assert found.plan is not None
    assert verify_plan(instance, found.plan).ok
    return answer.objective


@pytest.mark.parametrize("seed", QUICK)
def test_optimum_equals_brute_force(seed: int) -> None:
    agree(living_instance(seed))


def bites(seeds: tuple[int, ...]) -> Counter[str]:
    """How many of the instances have another optimum without each law."""
    counted: Counter[str] = Counter()
    for seed in seeds:
        instance = living_instance(seed)
        usual = solve(instance).objective
        for name, without in WITHOUT.items():
            counted[name] += solve(without(instance)).objective != usual
    return counted


def test_every_law_decides_some_of_the_quick_cases() -> None:
    counted = bites(QUICK)
    assert {name for name in WITHOUT if counted[name]} == set(WITHOUT)


@pytest.mark.slow
@pytest.mark.lives
@pytest.mark.parametrize("seed", range(100, 100 + MANY))
def test_optimum_equals_brute_force_in_many(seed: int) -> None:
    agree(living_instance(seed))
