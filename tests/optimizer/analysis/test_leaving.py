"""A plan that loses a project is a plan: how much less it is worth at most, against enumeration.

The bound of every plan with the project is then that of all plans plus what leaving takes.
"""

from __future__ import annotations

import random

import pytest

from infraplan.models.instance import Instance
from infraplan.models.relation import Relation
from infraplan.optimizer.analysis.forcing import Bounds, Forcing
from infraplan.optimizer.program import build_formulation
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_relation,
)
from tests.optimizer.engine import best
from tests.oracle.reasons import forced_in

YEARS = (2021, 2024)
"""Costs fall in the year of the start, benefits from the next one to 2024, undiscounted."""


def most_with(instance: Instance) -> dict[str, tuple[float | None, float | None]]:
    """Bound by leaving, and the true best value, of plans with each project left out."""
    found = best(instance)
    assert found.plan is not None
    formulation = build_formulation(instance)
    forcing = Forcing.of(formulation, found.plan, found.plan.objective)
    bounds = Bounds(forcing, 10.0)
    told: dict[str, tuple[float | None, float | None]] = {}
    for index in forcing.row_of:
        name = instance.projects[index].id
        forced = forced_in(instance, name)
        bound = bounds._by_leaving(index)
        told[name] = (
            None if bound is None else bound / forcing.factor,
            None if forced is None else best(forced).objective,
        )
    return told


def with_relations(*relations: Relation) -> Instance:
    """A gains 6 a year at 10; b, left out, costs 10 and gains 1 a year by itself."""
    projects = [make_project("a", 10.0, 6.0), make_project("b", 10.0, 1.0)]
    return make_instance(projects, years=YEARS, relations=relations)


def test_what_serves_together_is_lost_every_year() -> None:
    """B from 2021: 3 - 10, and twice 3 years with a at most: the plan of 8 keeps 8 - 7 + 3 x 2."""
    joint = make_relation("synergy", ["a"], ["b"], value=2.0)
    assert most_with(with_relations(joint)) == {"b": (pytest.approx(7.0), pytest.approx(7.0))}


def test_a_saving_of_works_that_start_together_is_lost_once() -> None:
    saving = make_relation("shared_works", ["a"], ["b"], value=2.0, lag=1)
    assert most_with(with_relations(saving)) == {"b": (pytest.approx(3.0), pytest.approx(3.0))}


def test_what_follows_leaves_first() -> None:
    """C, of 1 a year at 10, needs b: with b alone the plan of 8 is worth 1, with both -8 or so."""
    order = make_relation("requires", ["b"], ["c"])
    instance = make_instance(
        [make_project("a", 10.0, 6.0), make_project("b", 10.0, 1.0), make_project("c", 10.0, 1.0)],
        years=YEARS,
        relations=[order],
    )
    told = most_with(instance)
    assert told["b"] == (pytest.approx(1.0), pytest.approx(1.0))
    # c needs b, which the bound of c alone does not say: at most 8 - 7.
    assert told["c"] == (pytest.approx(1.0), pytest.approx(-6.0))


def test_what_must_be_built_and_follows_lets_nothing_leave() -> None:
    order = make_relation("requires", ["b"], ["c"])
    projects = [make_project("b", 10.0, 1.0), make_project("c", 10.0, 1.0, mandatory="must")]
    assert "b" not in most_with(make_instance(projects, years=YEARS, relations=[order]))
    either = make_relation("requires", ["a", "b"], ["c"], count=1)
    projects.append(make_project("a", 10.0, 6.0))
    told = most_with(make_instance(projects, years=YEARS, relations=[either]))
    assert told["b"][0] is None


def random_case(seed: int) -> Instance:
    """Five projects and four relations of all kinds that may let one leave, little money."""
    chance = random.Random(seed)
    names = "abcde"
    projects = [
        make_project(
            name,
            float(chance.randint(4, 12)),
            float(chance.randint(0, 5)),
            lead_time=chance.choice((1, 2)),
            spending_profile=(1.0,),
        )
        for name in names
    ]
    relations = []
    for kind in ("synergy", "shared_works", "requires", "finish_to_start"):
        pair = chance.sample(names, 2)
        more = {"value": float(chance.randint(1, 4))} if kind in ("synergy", "shared_works") else {}
        relations.append(make_relation(kind, pair[:1], pair[1:], **more))
    return make_instance(
        projects,
        years=YEARS,
        relations=relations,
        funds=[make_fund("budget", carry_over=True)],
        inflows=make_inflows("budget", 2021, *[float(chance.randint(4, 9)) for _ in range(4)]),
    )


def test_no_plan_with_a_project_is_worth_more_than_its_bound() -> None:
    bounded = 0
    for seed in range(12):
        for name, (bound, most) in most_with(random_case(seed)).items():
            if bound is None or most is None:
                continue
            bounded += 1
            assert most <= bound + 1e-6, (seed, name)
    assert bounded >= 15
