"""The program of several draws: its bound and its plan against all plans there are."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.sweeps import robust, robust_program
from infraplan.optimizer.sweeps.draws import instance_at, make_draws
from infraplan.optimizer.sweeps.robust import Robust, RobustQuestion, find_robust
from infraplan.optimizer.sweeps.robust_program import (
    PRICE_WEIGHT,
    DrawnQuestion,
    RobustProgram,
)
from infraplan.optimizer.sweeps.runner import Runner
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.optimizer.sweeps.test_robust import (
    COUNT,
    OPTIONS,
    Names,
    best_of,
    by_enumeration,
    held_by_hand,
    is_paid,
    places,
    scarce,
    subsets,
    worth,
)


def drawn(seed: int) -> Instance:
    """Five projects, and money for about half of them."""
    draw = random.Random(seed)
    projects = [make_project(name, draw.randint(2, 9), draw.uniform(3.0, 14.0)) for name in "abcde"]
    return make_instance(
        projects,
        years=(2021, 2022),
        funds=[make_fund("own")],
        inflows=make_inflows("own", 2021, float(draw.randint(8, 16)), 0.0),
    )


def tail(lost: list[float], share: float) -> float:
    """eta + sum of what passes it / share, at its best eta: one of the losses, or none."""
    losses = np.maximum(np.array(lost), 0.0)
    return min(eta + np.maximum(losses - eta, 0.0).sum() / share for eta in (0.0, *losses))


def criterion(nominal: Instance, names: Names, asked: list[DrawnQuestion], share: float) -> float:
    """CVaR over the draws, each with the best part of the plan that is paid there, and price."""
    lost = [row.best - worth(row.instance, best_of(row.instance, names)) for row in asked]
    best = worth(nominal, best_of(nominal, "abcde"))
    return tail(lost, share) + PRICE_WEIGHT * (best - worth(nominal, names))


@pytest.mark.parametrize("seed", range(4))
def test_the_plan_of_a_program_is_the_best_of_all_plans(seed: int) -> None:
    nominal = drawn(seed)
    draws = make_draws(nominal, seed, 5)
    asked = []
    for number in range(5):
        instance = draws.drawn(number).instance
        best = worth(instance, best_of(instance, "abcde"))
        asked.append(DrawnQuestion(number, instance, best))
    value = worth(nominal, best_of(nominal, "abcde"))
    for share in (1.5, 5.0, 20.0):
        program = RobustProgram(nominal, value, asked, share)
        answer = program.solve(OPTIONS, 60.0, [])
        plans = [names for names in subsets("abcde") if is_paid(nominal, names)]
        least = min(criterion(nominal, names, asked, share) for names in plans)
        assert answer.starts is not None
        found = criterion(nominal, tuple(sorted(answer.starts)), asked, share)
        assert found == pytest.approx(least, abs=1e-6)
        assert answer.bound == pytest.approx(least, abs=1e-6)


def test_a_program_begins_with_plans_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    nominal = drawn(1)
    instance = make_draws(nominal, 1, 3).drawn(0).instance
    asked = [DrawnQuestion(0, instance, worth(instance, best_of(instance, "abcde")))]
    program = RobustProgram(nominal, worth(nominal, best_of(nominal, "abcde")), asked, 1.0)
    starts: list[object] = []
    solve = robust_program.solve_mip

    def listening(*args: object, **more: object) -> object:
        starts.append(more["start"])
        return solve(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(robust_program, "solve_mip", listening)
    names = best_of(nominal, "abcde")
    answer = program.solve(OPTIONS, 60.0, [dict.fromkeys("abcde", ("base", 2021))])
    assert starts == [None]  # the money does not pay for all
    program.solve(OPTIONS, 60.0, [dict.fromkeys(names, ("base", 2021))])
    columns = starts[1]
    assert isinstance(columns, np.ndarray)
    mip = program._joined()
    assert not np.isnan(columns).any()
    value = -mip.value(columns) / program._factor
    assert value == pytest.approx(criterion(nominal, names, asked, 1.0))
    assert answer.bound is not None
    assert value >= answer.bound - 1e-9


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Robust:
    """All draws of one program."""
    runner = Runner(tmp_path_factory.mktemp("robust"), solve=by_enumeration)
    return find_robust(RobustQuestion(scarce(), OPTIONS, COUNT, 4, together=COUNT), runner)


def test_no_plan_that_is_held_beats_the_bound(found: Robust) -> None:
    """By enumeration over all plans for the figures as they stand, held as the product holds."""
    nominal, program = scarce(), found.program
    assert program is not None
    assert program.bound is not None
    best = worth(nominal, best_of(nominal, "abcd"))
    values = {}
    for names in subsets("abcd"):
        if is_paid(nominal, names):
            lost = [
                (row.best or 0.0) - held_by_hand(nominal, places(found, k), names)
                for k, row in enumerate(found.solved)
            ]
            values[names] = tail(lost, 0.1 * COUNT) + PRICE_WEIGHT * (best - worth(nominal, names))
    least = min(values.values())
    assert program.bound <= least + 1e-6
    assert found.least_criterion is not None
    assert found.least_criterion >= least - 1e-6
    assert program.starts is not None
    row = next(plan for plan in found.plans if dict(plan.starts) == program.starts)
    names = tuple(sorted(row.starts))
    assert row.cvar is not None
    assert row.nominal is not None
    assert row.cvar + PRICE_WEIGHT * (best - row.nominal) == pytest.approx(values[names])


def test_of_some_draws_the_bound_holds_for_all(found: Robust, tmp_path: Path) -> None:
    question = RobustQuestion(scarce(), OPTIONS, COUNT, 4, together=4)
    some = find_robust(question, Runner(tmp_path, solve=by_enumeration)).program
    assert some is not None
    assert found.program is not None
    assert len(some.draws) == 4
    assert some.bound is not None
    assert found.program.bound is not None
    assert some.bound <= found.program.bound + 1e-9


def test_what_is_too_large_or_fails_keeps_the_plans_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = RobustQuestion(scarce(), OPTIONS, 3, 4, together=2)
    without = find_robust(replace(question, together=0), Runner(tmp_path, solve=by_enumeration))
    assert without.program is None

    def failing(*args: object, **more: object) -> object:
        raise SolverError(phrase("no-solver-answered"))

    with monkeypatch.context() as patched:
        patched.setattr(robust_program, "solve_mip", failing)
        failed = find_robust(question, Runner(tmp_path, solve=by_enumeration))
    monkeypatch.setattr(robust, "MOST_ENTRIES", 0)
    large = find_robust(question, Runner(tmp_path, solve=by_enumeration))
    assert failed.plans == large.plans == without.plans
    assert failed.program is not None
    assert (failed.program.bound, failed.program.is_too_large) == (None, False)
    assert large.program is not None
    assert large.program.is_too_large


def test_a_plan_that_a_draw_delays_begins_later_there() -> None:
    nominal = make_instance([make_project("a", 2, 3.0)], years=(2021, 2024))
    late = make_instance([make_project("a", 2, 3.0, earliest_start=2022)], years=(2021, 2024))
    assert instance_at(nominal, {}).projects == nominal.projects
    asked = [DrawnQuestion(0, late, 2 * 3.0 - 2.0)]
    answer = RobustProgram(nominal, 3 * 3.0 - 2.0, asked, 1.0).solve(OPTIONS, 60.0, [])
    assert answer.starts == {"a": ("base", 2021)}
    assert answer.bound == pytest.approx(0.0, abs=1e-6)
