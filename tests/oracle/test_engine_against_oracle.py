"""The engine's optimum equals brute force over all start-year combinations."""

from __future__ import annotations

import pytest

from tests.optimizer.engine import best
from tests.oracle.generate import random_instance
from tests.oracle.oracle import solve

CASES = 320


@pytest.mark.parametrize("seed", range(CASES))
def test_optimum_equals_brute_force(seed: int) -> None:
    instance = random_instance(seed)
    answer, found = solve(instance), best(instance)
    if answer.objective is None:
        assert found.objective is None
    else:
        assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)


def test_the_cases_are_worth_their_time() -> None:
    """Both kinds of answer occur, and most optima leave something out."""
    answers = [(random_instance(seed), solve(random_instance(seed))) for seed in range(60)]
    feasible = [(i, a) for i, a in answers if a.objective is not None]
    partial = [a for i, a in feasible if 0 < len(a.starts) < len(i.projects)]
    assert 5 <= len(answers) - len(feasible) <= 40
    assert len(partial) >= 10


def test_paces_of_starts_bind_in_some_cases() -> None:
    changed = 0
    for seed in range(0, 60, 4):
        instance = random_instance(seed)
        assert instance.start_paces
        free = instance.model_copy(update={"start_paces": ()})
        changed += solve(instance).objective != solve(free).objective
    assert changed >= 2
