"""Plans before any relaxation: each obeys every row, and a dive betters the plain greedy."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.engines.known import Known, cores_of
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import CoreProgram, plans_at_once
from infraplan.optimizer.primal.completion import Completion
from infraplan.optimizer.primal.diving import NEVER, Diving
from infraplan.optimizer.primal.sight import priced_at_sight, rows_at_sight
from infraplan.optimizer.program import build_formulation
from tests.optimizer.primal.test_diving import city
from tests.oracle.generate import random_instance


@pytest.fixture(scope="module")
def program() -> CoreProgram:
    return cores_of(build_formulation(city()), Known())[1]


def _told(program: CoreProgram, seconds: float = 60.0) -> tuple[list[FloatArray], bool]:
    told: list[FloatArray] = []
    return told, plans_at_once(program, seconds, told.append)


def test_a_dive_at_prices_at_sight_betters_what_a_greedy_takes(program: CoreProgram) -> None:
    told, is_dived = _told(program)
    worths = [program.mip.value(plan) for plan in told]
    assert is_dived
    assert len(told) > 1
    assert worths == sorted(worths)
    for plan in told:
        assert clean_values(program.mip, plan) is not None


def test_the_first_works_is_decided_each_way(program: CoreProgram) -> None:
    sights = rows_at_sight(Completion.of(program.mip, np.arange(program.count)))
    diving = Diving(priced_at_sight(program, sights))
    leaves = list(diving.straight(lambda: False, 60.0))
    assert len(leaves) > 1
    assert not any(diving.straight(lambda: True, 60.0))
    root = diving._asked({}, 60.0)
    assert root is not None
    largest = diving._largest(root)
    assert largest is not None
    ways = diving._leaning(root, largest)
    assert NEVER in ways
    assert len(ways) == len(set(ways))
    assert all(leaf.decided[largest] for leaf in leaves)


def test_prices_at_sight_make_a_best_choice_of_each_project(program: CoreProgram) -> None:
    sights = rows_at_sight(Completion.of(program.mip, np.arange(program.count)))
    priced = priced_at_sight(program, sights)
    assert np.all(priced.loss >= 0.0)
    assert np.all(priced.none_loss >= 0.0)
    chosen = np.bincount(priced.project, weights=priced.relaxed, minlength=priced.none_loss.size)
    assert np.all(chosen[priced.none_loss > 0.0] >= 1.0)


def test_without_time_nothing_is_told(program: CoreProgram) -> None:
    assert _told(program, 0.0) == ([], False)


@pytest.mark.parametrize("seed", range(12))
def test_every_plan_obeys_every_row(seed: int) -> None:
    mine = cores_of(build_formulation(random_instance(seed)), Known())[1]
    for plan in _told(mine)[0]:
        assert clean_values(mine.mip, plan) is not None
