"""Roads at equilibrium under every table of money, choice and policy: engine and brute force."""

from __future__ import annotations

import random
from functools import cache

import pytest

from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.optimizer.networkdesign.roads import read_roads
from infraplan.optimizer.networkdesign.starts import start_problem
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from tests.assertions import assert_verified
from tests.builders import edit
from tests.optimizer.engines.roads import RoadOracle, random_roads
from tests.oracle.generate import random_instance
from tests.oracle.oracle import Answer
from tests.oracle.sharing_oracle import JointOracle, random_joint_instance
from tests.oracle.test_progress_against_oracle import staged_instance

CASES = 37
NOT_POSSIBLE = {10}
"""Seeds whose projects cannot all start in one year each."""
STAGED = [0, 6, 8, 11, 17, 19, 20, 26, 31, 34]
"""Seeds of instances in which what stands opens roads."""


class JointRoadOracle(RoadOracle, JointOracle):
    """Brute force under agreements, travel included."""


@cache
def answer_of(seed: int) -> Answer:
    """Brute force on random roads, once for all tests that ask."""
    return RoadOracle(random_roads(random_instance(seed), seed)).solve()


def assert_best(instance: Instance, answer: Answer) -> None:
    """Fail unless the engine's plan obeys the laws, is proven, and is worth what is best."""
    found = solve(instance, SolveOptions(gap=0.0))
    assert found.engine == "equilibrium"
    if answer.objective is None:
        assert found.termination is Termination.INFEASIBLE
        assert found.plan is None
        return
    assert_verified(instance, found.require_plan())
    assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-5)
    assert found.bound == pytest.approx(answer.objective, rel=1e-6, abs=1e-5)


def in_one_year_each(instance: Instance, seed: int) -> Instance:
    """`instance` with one year in which each project may start, and roads in its last year alone.

    Its plans are a choice of one year: branch and bound over designs takes them.
    """
    rng = random.Random(f"one year/{seed}")
    years = list(instance.settings.horizon.years)
    projects = []
    for project in instance.projects:
        year = rng.choice(years)
        free = {"earliest_start": year, "latest_start": year, "stage": "start"}
        committed = project.mandatory is Mandate.COMMITTED
        projects.append(project if committed else edit(project, **free, ready_years={}))
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    settings = edit(instance.settings, representative_years=(years[-1],))
    if seed % 2:  # what opens or ends after the plan would count with a state of its own
        settings = edit(settings, appraisal=edit(settings.appraisal, end_year=years[-1]))
    return Instance(**tables | {"projects": tuple(projects), "settings": settings})


@pytest.mark.parametrize("seed", [seed for seed in range(CASES + 1) if seed not in NOT_POSSIBLE])
def test_best_choice_of_one_year_equals_brute_force(seed: int) -> None:
    instance = random_roads(random_instance(seed), seed)
    instance = in_one_year_each(instance, seed)
    assert_best(instance, RoadOracle(instance).solve())


@pytest.mark.parametrize("seed", range(CASES))
def test_best_plan_equals_brute_force(seed: int) -> None:
    assert_best(random_roads(random_instance(seed), seed), answer_of(seed))


@pytest.mark.parametrize("seed", STAGED)
def test_best_plan_beside_what_stands_equals_brute_force(seed: int) -> None:
    instance = random_roads(staged_instance(seed), seed)
    opening = {row.project for row in instance.project_network}
    assert any(project.id in opening for project in instance.standing)
    assert_best(instance, RoadOracle(instance).solve())


@pytest.mark.parametrize("seed", range(6))
def test_best_joint_plan_equals_brute_force(seed: int) -> None:
    instance = random_roads(random_joint_instance(seed), seed)
    assert_best(instance, JointRoadOracle(instance).solve())


def test_choices_of_one_year_are_searched_without_a_master() -> None:
    """Most of them, that is: some have links that several starts open, or priced targets."""
    taken = 0
    for seed in set(range(CASES + 1)) - NOT_POSSIBLE:
        instance = in_one_year_each(random_roads(random_instance(seed), seed), seed)
        formulation = build_formulation(instance)
        roads = read_roads(formulation, instance.settings.networks[0])
        taken += start_problem(formulation, roads, 1.0) is not None
    assert taken >= CASES // 3


def test_the_cases_are_worth_their_time() -> None:
    """Most optima open roads, and for some of them the roads decide."""
    opening = deciding = impossible = 0
    for seed in range(CASES):
        instance = random_roads(random_instance(seed), seed)
        answer = answer_of(seed)
        opening += bool({row.project for row in instance.project_network} & set(answer.starts))
        if deciding < 4:
            alone = RoadOracle(instance)
            alone.weights = {}
            deciding += alone.solve().starts != answer.starts
        impossible += answer.objective is None
    assert opening >= 6
    assert deciding >= 4
    assert 1 <= impossible <= CASES // 2
