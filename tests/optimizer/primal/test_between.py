"""A plan between one that the money no longer pays for and the relaxation, by enumeration."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines import known as known_module
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import what_is_known
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import Completion, plan_between
from infraplan.optimizer.primal import between as between_module
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import make_fund, make_inflows, make_instance, make_project


def knapsack(seed: int, money: float) -> Instance:
    """Eight projects that begin in one year, and money for some of them."""
    rng = random.Random(seed)
    projects = [
        make_project(f"p{k}", rng.randint(2, 9), rng.uniform(6.0, 14.0), latest_start=2021)
        for k in range(8)
    ]
    return make_instance(
        projects,
        years=(2021, 2022),
        funds=[make_fund("own")],
        inflows=make_inflows("own", 2021, money, 0.0),
    )


def best_agreeing(formulation: Formulation, given: FloatArray, relaxed: FloatArray) -> float:
    """The best value of all plans that start as both do where they agree."""
    mip = formulation.mip
    starts = mip.columns("started").index.ravel()
    agreed = np.abs(relaxed[starts] - given) <= 1e-6
    completion, best = Completion.of(mip, starts), -np.inf
    for choice in product((0.0, 1.0), repeat=starts.size):
        values = np.array(choice)
        if np.all(values[agreed] == given[agreed]):
            whole = completion.solve(values, 10.0, 1e-9)
            best = best if whole is None else max(best, mip.value(whole))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_the_plan_is_the_best_of_those_that_agree_with_both(seed: int) -> None:
    rich, poor = (build_formulation(knapsack(seed, money)) for money in (30.0, 17.0))
    before = solve(rich.instance, SolveOptions(gap=0.0)).plan
    assert before is not None
    starts = poor.mip.columns("started").index.ravel()
    chosen = {row.project for row in before.starts}
    given = np.array([float(flat.project.id in chosen) for flat in poor.sets.options])
    assert Completion.of(poor.mip, starts).solve(given, 10.0) is None  # too dear
    relaxed = quick_relaxation(poor.mip, 10.0).values
    assert relaxed is not None
    found = plan_between(poor.mip, starts, given, relaxed, 1e-9, 10.0)
    assert found is not None
    assert poor.mip.value(found) == pytest.approx(best_agreeing(poor, given, relaxed))


def test_nothing_is_sought_where_they_agree_on_little_or_no_time_is_left() -> None:
    mip = build_formulation(knapsack(0, 17.0)).mip
    starts = mip.columns("started").index.ravel()
    relaxed = quick_relaxation(mip, 10.0).values
    assert relaxed is not None
    other = 1.0 - np.round(relaxed[starts])
    assert plan_between(mip, starts, other, relaxed, 1e-3, 10.0) is None
    assert plan_between(mip, starts, np.round(relaxed[starts]), relaxed, 1e-3, 0.0) is None


def test_what_agrees_may_leave_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(between_module, "LEAST_AGREED", 0.0)
    mip = build_formulation(knapsack(0, 17.0)).mip
    starts = mip.columns("started").index.ravel()
    everything = np.ones(mip.num_columns)
    assert plan_between(mip, starts, everything[starts], everything, 1e-3, 10.0) is None


def test_a_large_model_begins_with_it_where_the_plan_given_cannot_be_paid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known_module, "LEAST_CHOICES", 1)
    monkeypatch.setattr(known_module, "has_networks", lambda _: True)
    poor = build_formulation(knapsack(2, 17.0))
    rich = solve(knapsack(2, 30.0), SolveOptions(gap=0.0)).plan
    assert rich is not None
    given = np.full(poor.mip.num_columns, np.nan)
    chosen = {row.project for row in rich.starts}
    starts = poor.mip.columns("started").index.ravel()
    given[starts] = [float(flat.project.id in chosen) for flat in poor.sets.options]
    known = what_is_known(poor, Deadline.after(60.0), warm_start=given)
    assert known.is_near_start
    assert not known.start_obeys
    assert known.plan is not None
    assert known.worth == pytest.approx(poor.mip.value(known.plan))
    relaxed = quick_relaxation(poor.mip, 10.0).values
    assert relaxed is not None
    assert known.worth == pytest.approx(best_agreeing(poor, given[starts], relaxed))
    found = solve(poor.instance, SolveOptions(gap=0.0), warm_start=rich)
    free = solve(poor.instance, SolveOptions(gap=0.0))
    assert found.objective == pytest.approx(free.objective)
