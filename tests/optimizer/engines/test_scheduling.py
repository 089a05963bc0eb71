"""Schedules without money: against the integer program on random cases, and what is refused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.engines.registry import ENGINES, engine_for
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions
from infraplan.optimizer.status import Termination
from infraplan.optimizer.workflow import run_solve
from tests.assertions import assert_bilingual, assert_verified
from tests.builders import (
    make_fund,
    make_instance,
    make_option,
    make_policy,
    make_project,
    make_relation,
    make_resource,
)

ORDERS = ("finish_to_start", "start_to_start", "finish_to_finish", "requires")


def random_case(seed: int) -> Instance:
    """Projects with one or two options, order of every kind with lags, limits in spans of years."""
    draw = random.Random(seed)
    count = draw.randint(3, 6)

    def option(name: str):
        crews = {"crews": float(draw.randint(0, 3)), "land": draw.choice([0.0, 0.5, 1.5])}
        return make_option(name, 1.0, lead_time=draw.randint(0, 3), resources=crews)

    projects = [
        make_project(
            f"p{i}",
            options=[option(name) for name in ("base", "large")[: draw.randint(1, 2)]],
            mandatory=draw.choice(["must", "must", "no"]),
            earliest_start=draw.choice([None, None, 2021 + draw.randint(0, 3)]),
        )
        for i in range(count)
    ]
    relations = [
        make_relation(draw.choice(ORDERS), [f"p{i}"], [f"p{j}"], lag=draw.choice([0, 0, 1, -1]))
        for i in range(count)
        for j in range(i + 1, count)
        if draw.random() < 0.35
    ]
    resources = [
        make_resource("crews", 3.0, timing="construction", to_year=2024),
        make_resource("crews", draw.choice([3.0, 4.0]), timing="construction", from_year=2025),
        make_resource("land", 2.0, timing="start"),
    ]
    return make_instance(
        projects,
        years=(2021, 2021 + draw.randint(4, 11)),
        settings={"objective": Objective.MAKESPAN},
        relations=relations,
        resources=resources,
    )


@pytest.mark.parametrize("seed", range(12))
def test_schedules_agree_with_the_integer_program(seed: int) -> None:
    instance = random_case(seed)
    assert engine_for(instance).name == "scheduling"
    found = solve(instance, SolveOptions(gap=0.0))
    expected = solve(instance, SolveOptions(gap=0.0, engine="exact", canonical=False))
    assert found.engine == "scheduling"
    assert found.objective == expected.objective
    if expected.plan is None:
        assert found.termination is Termination.INFEASIBLE
        assert found.bound is None
        return
    assert_verified(instance, found.require_plan())
    assert found.bound == found.objective
    assert found.certified_bound is not None
    assert found.certified_bound >= found.objective


def test_a_chain_proves_the_end_without_a_solver() -> None:
    first, second = (make_project(name, lead_time=2, mandatory="must") for name in "ab")
    chain = make_relation("finish_to_start", ["a"], ["b"])
    settings = {"objective": Objective.MAKESPAN}
    result = solve(make_instance([first, second], settings=settings, relations=[chain]))
    assert (result.objective, result.bound_source) == (-4.0, BoundSource.OWN_BOUND)
    assert result.log == ""


def test_a_schedule_is_told_before_a_solver_is_asked(tmp_path: Path) -> None:
    projects = [make_project(n, 1.0, lead_time=2, mandatory="must") for n in "ab"]
    order = [make_relation("finish_to_start", ["a"], ["b"])]
    instance = make_instance(projects, relations=order, settings={"objective": "makespan"})
    heard: list[Progress] = []
    outcome = run_solve(instance, SolveOptions(), tmp_path / "run", on_progress=heard.append)
    assert outcome.result.engine == "scheduling"
    told = [(news.incumbent, news.bound, news.is_final) for news in heard if news.note is None]
    assert told == [(-4.0, -4.0, False), (-4.0, -4.0, True)]


def test_what_must_be_built_without_a_year_to_start_in_is_no_plan() -> None:
    late = make_project("a", lead_time=2, mandatory="must", latest_start=2022, earliest_start=2022)
    gate = {"objective": Objective.MAKESPAN}
    early = make_project("b", lead_time=1, mandatory="must", latest_start=2021)
    wait = make_relation("finish_to_start", ["a"], ["b"])
    result = solve(make_instance([late, early], settings=gate, relations=[wait]))
    assert result.plan is None
    assert result.termination is Termination.INFEASIBLE


def test_a_solver_that_is_named_is_asked_or_the_engine_refuses_it() -> None:
    instance = random_case(3)
    assert engine_for(instance, solver="cpsat").name == "scheduling"
    assert engine_for(instance, solver="scip").name == "exact"
    result = solve(instance, SolveOptions(gap=0.0, solver="scip", canonical=False))
    assert (result.engine, result.solver) == ("exact", "scip")
    assert result.objective == solve(instance, SolveOptions(gap=0.0)).objective
    with pytest.raises(UnsupportedFeatureError) as refused:
        solve(instance, SolveOptions(engine="scheduling", solver="scip"))
    english, chinese = refused.value.message.both
    assert english.startswith("the engine scheduling solves with cpsat alone, not with scip")
    assert_bilingual(english, chinese)


REFUSED = {
    "objective": ({"settings": {}}, "instance.objective = npv"),
    "funds": ({"funds": [make_fund()]}, "funds = 1 row"),
    "policies": ({"policies": [make_policy("starts_cap", 1.0)]}, "policies = 1 row"),
    "type": ({"relations": [make_relation("exclusive", ["a", "b"])]}, "relations.type"),
    "timing": ({"resources": [make_resource("r", 1.0, timing="spending")]}, "resources.timing"),
    "per_year": ({"resources": [make_resource("r", 1.0, per_year=False)]}, "resources.per_year"),
    "mandatory": ({"mandatory": "must_not"}, "projects.mandatory"),
    "stage": ({"stage": "complete"}, "projects.stage"),
    "amount": (
        {"resources": [make_resource("r", 1.0)], "needs": {"r": 1.0 / 3.0}},
        "projects.options.resources",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_schedule_cannot_do_is_refused_by_name(case: str) -> None:
    changes = dict(REFUSED[case][0])
    own = {key: changes.pop(key) for key in ("mandatory", "stage") if key in changes}
    needs = changes.pop("needs", {})
    settings = changes.pop("settings", {"objective": Objective.MAKESPAN})
    projects = [make_project("a", resources=needs, **own), make_project("b")]
    instance = make_instance(projects, settings=settings, **changes)
    (refusal,) = ENGINES["scheduling"].supports(instance)
    assert refusal.text("en").startswith(REFUSED[case][1])
    assert_bilingual(refusal.text("en"), refusal.text("zh"))
    assert engine_for(instance).name == "exact"


def test_works_after_the_last_opening_are_no_part_of_the_bound() -> None:
    """Opened at once when `long` opens in 2023, `short` uses the crew in that year, after the end.

    2021 to 2023 are 2 years; a year of crew after the opening of 2023 does not make them 3.
    """
    crew = {"crew": 2.0}
    projects = [
        make_project("long", lead_time=2, resources={"crew": 1.0}, mandatory="must"),
        make_project("short", lead_time=0, resources=crew, mandatory="must"),
    ]
    instance = make_instance(
        projects,
        years=(2021, 2025),
        settings={"objective": Objective.MAKESPAN},
        relations=[make_relation("finish_to_finish", ["long"], ["short"])],
        resources=[make_resource("crew", 3.0, timing="construction", per_year=True)],
    )
    found = solve(instance, SolveOptions(gap=0.0))
    assert found.engine == "scheduling"
    assert found.objective == found.bound == -2.0
