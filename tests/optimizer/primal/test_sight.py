"""Rows of choices seen without a solver: no plan breaks one, and budgets are among them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.bench.by_hand import starts_of, unwritten
from infraplan.optimizer.bench.greedy import greedy_starts
from infraplan.optimizer.engines.known import Known, cores_of
from infraplan.optimizer.primal import Completion, greedy_plan
from infraplan.optimizer.primal.core import CoreProgram
from infraplan.optimizer.primal.sight import Sights, prices, rows_at_sight
from infraplan.optimizer.program import build_formulation
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.markers import first_quick
from tests.oracle.generate import random_instance

MOST_WAYS = 600


def _seen(instance: Instance) -> tuple[CoreProgram, Completion, Sights]:
    _, program = cores_of(build_formulation(instance), Known())
    completion = Completion.of(program.mip, np.arange(program.count))
    return program, completion, rows_at_sight(completion)


def _city(seed: int, projects: int = 40) -> Instance:
    """Projects of one city, built in one year or two, and money of four years that lapses."""
    numbers = np.random.default_rng(seed)
    cost = numbers.uniform(2.0, 40.0, projects).round(1)
    worth = (cost * numbers.uniform(0.1, 0.6, projects)).round(2)
    return make_instance(
        [
            make_project(f"p{k}", cost[k], worth[k], spending_profile=((1.0,), (0.4, 0.6))[k % 2])
            for k in range(projects)
        ],
        funds=[make_fund(carry_over=False)],
        inflows=make_inflows("budget", 2021, *[0.08 * float(cost.sum())] * 4),
    )


def _ways(program: CoreProgram) -> list[tuple[int, ...]]:
    """What may be chosen: of each project one choice (-1: none); empty where these are too many."""
    mine = [np.flatnonzero(program.project == k).tolist() for k in range(program.none_loss.size)]
    if np.prod([1.0 + len(choices) for choices in mine]) > MOST_WAYS:
        return []
    return list(product(*([-1, *choices] for choices in mine)))


@pytest.mark.parametrize("part", first_quick(range(2)))
def test_no_plan_breaks_a_row_that_was_seen(part: int) -> None:
    plans, biting = 0, 0
    for seed in range(part, 150, 2):
        program, completion, seen = _seen(random_instance(seed))
        if not seen.most.size or not completion.free.size:
            continue
        for way in _ways(program)[:120]:
            values = np.zeros(program.count)
            values[[choice for choice in way if choice >= 0]] = 1.0
            broken = seen.taken @ values > seen.most + 1e-6 * (1.0 + np.abs(seen.most))
            biting += int(np.any(broken))
            if completion.solve(values, 10.0) is not None:
                plans += 1
                assert not np.any(broken)
    assert plans >= 100
    assert biting >= 50


@pytest.mark.parametrize("seed", range(4))
def test_money_that_lapses_is_seen_as_a_budget_of_every_year(seed: int) -> None:
    program, completion, seen = _seen(_city(seed))
    assert seen.most.size == 4
    numbers = np.random.default_rng(seed)
    told = 0
    for _ in range(60):
        values = np.zeros(program.count)
        mine = numbers.permutation(program.count)[: numbers.integers(1, 15)]
        values[mine[np.unique(program.project[mine], return_index=True)[1]]] = 1.0
        fits = bool(np.all(seen.taken @ values <= seen.most * (1.0 + 1e-9)))
        told += fits
        assert fits == (completion.solve(values, 10.0) is not None)
    assert 5 <= told <= 55


@pytest.mark.parametrize("seed", range(6))
def test_the_first_plan_that_is_told_is_that_of_a_plain_greedy(seed: int) -> None:
    instance = _city(seed, projects=80)
    assert not unwritten(instance)
    starts = starts_of(instance)
    taken = greedy_starts(starts)
    assert taken is not None
    formulation = build_formulation(instance)
    choices, program = cores_of(formulation, Known())
    heard: list[np.ndarray] = []
    found = greedy_plan(program, 30.0, on_plan=heard.append)
    assert found is not None
    worths = [formulation.mip.value(choices.restore(values)) for values in heard]
    plain = float(starts.worth @ taken)
    assert worths[0] >= plain - 1e-9 * (1.0 + abs(plain))
    assert worths == sorted(worths)
    assert program.mip.value(found) == pytest.approx(worths[-1])
    assert all(clean_values(formulation.mip, choices.restore(v)) is not None for v in heard)


def test_prices_fit_what_pays_to_the_rows() -> None:
    gain = np.array([10.0, 6.0, 3.0, 1.0])
    taken = np.ones((1, 4))
    price = prices(gain, taken, np.array([2.0]), np.arange(5))
    assert 3.0 <= price[0] <= 6.0
    assert not prices(gain, taken, np.array([-1.0]), np.arange(5)).any()
    assert not prices(np.zeros(0), np.zeros((1, 0)), np.ones(1), np.zeros(1, dtype=np.int64)).any()
