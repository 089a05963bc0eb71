"""A plan of one's own: it obeys every row, is found quickly, and never fails a solve."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.extract import extract_plan, starts_of
from infraplan.optimizer.primal import Completion, list_starts, quick_plan
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_relation,
    make_target,
)
from tests.cli.conftest import small


def _found(instance: Instance, *, with_relaxation: bool) -> set[str]:
    """Projects that the plan builds; the plan is checked by the rows and by the verifier."""
    formulation = build_formulation(instance)
    relaxed = quick_relaxation(formulation.mip, 10.0).values if with_relaxation else None
    values = quick_plan(formulation, 10.0, relaxed)
    assert values is not None
    assert clean_values(formulation.mip, values) is not None
    assert verify_plan(instance, extract_plan(formulation, values)).ok
    return {start.project for start in starts_of(formulation, values)}


@pytest.mark.parametrize("with_relaxation", [False, True])
def test_value_per_scarce_money(with_relaxation: bool) -> None:
    # 12 of money: a (30 - 10 = 20 for 10) or b and c (18 - 6 = 12 each for 6): 24 for all of it.
    projects = [make_project("a", 10.0, 10.0, latest_start=2021)]
    projects += [make_project(name, 6.0, 6.0, latest_start=2021) for name in "bc"]
    instance = make_instance(
        projects, funds=[make_fund()], inflows=make_inflows("budget", 2021, 12.0)
    )
    found = _found(instance, with_relaxation=with_relaxation)
    assert found in ({"a"}, {"b", "c"})  # a plan that fills the budget; the best is the solver's


@pytest.mark.parametrize("with_relaxation", [False, True])
def test_a_must_brings_its_forerunner_along(with_relaxation: bool) -> None:
    instance = make_instance(
        [
            make_project("late", 5.0, 5.0, mandatory="must"),
            make_project("early", 5.0, 0.1),
        ],
        relations=[make_relation("start_to_start", ["early"], ["late"])],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 10.0),
    )
    assert _found(instance, with_relaxation=with_relaxation) == {"early", "late"}


def test_rivals_are_not_both_taken() -> None:
    instance = make_instance(
        [make_project("a", 5.0, 5.0), make_project("b", 5.0, 4.0)],
        relations=[make_relation("exclusive", ["a", "b"])],
    )
    assert len(_found(instance, with_relaxation=False)) == 1


def test_bonds_bands_and_ceilings_are_kept() -> None:
    assert "a" in _found(small(), with_relaxation=True)


def test_no_plan_is_no_fault() -> None:
    instance = make_instance(
        [make_project("a", 10.0, 10.0, mandatory="must")],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 5.0),
    )
    assert quick_plan(build_formulation(instance), 10.0) is None
    assert quick_plan(build_formulation(small()), 0.0) is None
    nobody = make_instance([])
    assert list_starts(build_formulation(nobody), None) == []


def test_a_target_that_the_list_does_not_reach_is_dived_for() -> None:
    # Nothing pays, so the list holds nothing that must be; the target asks for two of three.
    instance = make_instance(
        [make_project(name, 5.0, 0.0) for name in "abc"],
        targets=[make_target("t", "projects_opened", 2.0, year=2024, hard=True)],
    )
    assert len(_found(instance, with_relaxation=True)) >= 2


def test_completion_keeps_what_is_decided() -> None:
    formulation = build_formulation(small())
    mip = formulation.mip
    columns = mip.columns("started").index.ravel()
    completion = Completion.of(mip, columns)
    values = np.zeros(columns.size)
    whole = completion.solve(values, 10.0)
    assert whole is not None
    assert whole[columns].tolist() == values.tolist()
    values[0] = 1.0  # started in the first year and not in the second: no plan
    assert completion.breaks_rows(values)
    assert completion.solve(values, 10.0) is None
    assert completion.solve(np.zeros(columns.size), 0.0) is None


def test_a_model_without_projects_has_no_list() -> None:
    formulation = build_formulation(small())
    bare = replace(formulation, mip=replace(formulation.mip, column_blocks=()))
    assert quick_plan(bare, 1.0) is None


def test_five_hundred_projects_take_no_more_than_the_time_given() -> None:
    random = np.random.default_rng(3)
    projects = [
        make_project(f"p{i}", float(cost), float(cost * random.uniform(0.2, 1.0)))
        for i, cost in enumerate(random.uniform(1.0, 20.0, 500))
    ]
    instance = make_instance(
        projects, funds=[make_fund()], inflows=make_inflows("budget", 2021, 500.0, 500.0, 500.0)
    )
    formulation = build_formulation(instance)
    begin = time.process_time()
    values = quick_plan(formulation, 5.0)
    assert time.process_time() - begin < 2.0  # 0.2 s on an idle core
    assert values is not None
    best = quick_relaxation(formulation.mip, 60.0).values
    assert best is not None
    assert formulation.mip.value(values) >= 0.9 * formulation.mip.value(best)
