"""What must be served in the plan's last year is served in the years that it stands for."""

from __future__ import annotations

import random
from itertools import product

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.networks.outer_approximation import least_cost
from infraplan.optimizer.formulation.networks.still_served import FAMILY, still_served
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState
from tests.agreement.features import optimum
from tests.agreement.mixed import mixed
from tests.agreement.networks import with_network
from tests.assertions import assert_verified
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
)

NO_CHANGE = 57
"""Seed of a mixture in which the program as written lets go what the plan must serve."""


def pipe(*, can_widen: bool = False, standing: bool = False) -> Instance:
    """Five units that must be served, by a main that a project of 1 opens, at 1 a unit.

    What starts in 2022 opens in 2023, after the plan, so that the program has a state from then
    on. In 2022, the last year of the first phase, the demand must be served; without the project
    it cannot be, so that states after that year are not asked to.
    """
    projects = [make_project("pipe", 1.0)]
    changes = [make_change("pipe", "main")]
    if can_widen:
        projects.append(make_project("wide", 1.0))
        changes.append(make_change("wide", "main", "add_capacity", 5.0))
    return make_instance(
        projects,
        settings={"end_year": 2024},
        years=(2021, 2022),
        network_nodes=[make_node("well", "source", capacity=10.0), make_node("town", "zone")],
        network_links=[
            make_link("main", "well", "town", capacity=10.0, cost=1.0, exists=standing),
        ],
        demands=[make_demand("taps", "town", 5.0, must_serve=True)],
        project_network=changes[standing:],
    )


def _tied(formulation: Formulation) -> float | None:
    """Optimum of the program with the rows."""
    parts = formulation.sets, formulation.started, formulation.networks
    return optimum(still_served(formulation.mip, *parts))


def test_the_last_year_stands_for_those_after_it() -> None:
    # 1 for the pipe, 5 in each of 2022, 2023 and 2024; as written the last two were let go.
    formulation = build_formulation(pipe())
    assert optimum(formulation.mip) == pytest.approx(-6.0)
    assert _tied(formulation) == pytest.approx(-16.0)
    found = solve(pipe(), SolveOptions(gap=0.0))
    assert found.objective == pytest.approx(-16.0)
    assert found.bound == pytest.approx(-16.0)
    assert found.state is SolutionState.OPTIMAL
    assert_verified(pipe(), found.require_plan())


def test_a_start_that_changes_something_frees_the_state_after_it() -> None:
    # By the law nothing is asked of the state from 2023 on where the main is widened then.
    instance = pipe(can_widen=True)
    formulation = build_formulation(instance)
    assert optimum(formulation.mip) == pytest.approx(-6.0)
    assert _tied(formulation) == pytest.approx(-7.0)
    found = solve(instance, SolveOptions(gap=0.0))
    assert found.objective == found.bound == pytest.approx(-7.0)
    assert {start.project: start.start for start in found.require_plan().starts} == {
        "pipe": 2021,
        "wide": 2022,
    }
    assert_verified(instance, found.require_plan())


def test_where_all_is_served_without_projects_no_row_is_added() -> None:
    formulation = build_formulation(pipe(can_widen=True, standing=True))
    parts = formulation.sets, formulation.started, formulation.networks
    assert still_served(formulation.mip, *parts) is formulation.mip
    assert not any(block.family == FAMILY for block in formulation.mip.row_blocks)


def test_a_project_left_out_loses_what_plans_with_it_are_worth() -> None:
    """The program as written would have a plan with it that lets go after the last year."""
    instance = pipe()
    more = make_project("statue", 3.0)
    instance = instance.model_copy(update={"projects": (*instance.projects, more)})
    found = solve(instance, SolveOptions(gap=0.0))
    assert found.objective == pytest.approx(-16.0)
    plan = found.require_plan()
    (left,) = find_rejections(found.formulation, plan, bound=found.bound)
    assert left.project == "statue"
    assert left.loss == pytest.approx(3.0)


def test_a_mixture_of_two_networks_is_proven() -> None:
    instance = mixed(NO_CHANGE).instance
    found = solve(instance, SolveOptions(gap=0.0))
    assert found.objective == pytest.approx(found.bound, rel=1e-6)
    assert optimum(build_formulation(instance).mip) > found.objective + 0.5
    assert_verified(instance, found.require_plan())


WORTH_IT = (62, 71, 78, 79, 85, 88, 101, 104, 105, 109, 126, 129, 131, 150, 152)
"""Seeds with a schedule that serves what must be served, which others have in one of ten."""


def _drawn(seed: int) -> Instance:
    """One or two networks whose demands must mostly be served, and two short-lived projects."""
    rng = random.Random(f"still served/{seed}")
    projects = [
        make_project(name, 1.0, lead_time=rng.choice([1, 1, 2]), lifetime=rng.choice([1, 2, 3, 30]))
        for name in ("a", "b")
    ]
    instance = make_instance(projects, years=(2021, 2022), settings={"end_year": 2026})
    for _ in range(rng.choice([1, 1, 2])):
        instance = with_network(rng, instance, must_serve=0.8)
    return instance


def test_every_schedule_is_worth_what_its_plan_is_worth() -> None:
    """With the rows the program values all starts as plans do; without them some more."""
    compared = above = 0
    for seed in WORTH_IT:
        instance = _drawn(seed)
        formulation = build_formulation(instance)
        sets, slices = formulation.sets, formulation.networks.slices
        tied = still_served(formulation.mip, sets, formulation.started, formulation.networks)
        windows = [[None, *sets.options[number].start_offsets] for number in range(2)]
        for starts in product(*windows):
            lower, upper = tied.col_lower.copy(), tied.col_upper.copy()
            for number, start in enumerate(starts):
                for t in sets.options[number].start_offsets:
                    column = formulation.started[number, t]
                    lower[column] = upper[column] = float(start is not None and t >= start)
            values = least_cost(tied, slices, lower, upper)
            if values is None:
                continue
            plan = extract_plan(formulation, values)
            assert_verified(instance, plan)
            assert plan.objective == pytest.approx(tied.value(values), rel=1e-6, abs=1e-6)
            free = least_cost(formulation.mip, slices, lower, upper)
            assert free is not None
            assert tied.value(values) <= formulation.mip.value(free) + 1e-6
            compared += 1
            above += formulation.mip.value(free) > plan.objective + 1e-3
    assert compared >= 40
    assert above >= 30
