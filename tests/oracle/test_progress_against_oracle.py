"""Works that stand or are under way: the engine's optimum equals brute force."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import pytest

from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.errors import InstanceError
from infraplan.models.instance import Instance
from infraplan.models.project import Project
from infraplan.optimizer.verify import verify_plan
from tests.builders import make_bond, make_relation
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.generate import FIRST, random_instance
from tests.oracle.oracle import Answer, solve

CASES = 120
SHARED = 40
"""Seeds tried for works shared with what began before the plan."""
CAPITAL = 120
"""Seeds tried for capital of works begun before the plan."""


def _begun(rng: random.Random, project: Project) -> dict[str, Any]:
    """A project complete or under way, in one of the ways to say so."""
    plain = {
        "mandatory": "no",
        "earliest_start": None,
        "latest_start": None,
        "ready_years": {},
        "open_by": None,
    }
    if rng.random() < 0.5:
        opened = rng.choice([None, FIRST, FIRST - 1, FIRST - 4])
        since = _used_since(project, FIRST if opened is None else opened)
        told = {"stage": "complete", "opened": opened, "options": project.options[:1]}
        return plain | told | {"written_off_since": since}
    cost = min(option.overnight_cost for option in project.options)
    told = {
        "stage": "under_construction",
        "spent_to_date": rng.choice([None, round(cost * rng.uniform(0.0, 0.9), 3)]),
    }
    if rng.random() < 0.2:
        return plain | told | {"mandatory": "must"}
    begun = rng.choice(
        [{}, {"started": FIRST - 1}, {"started": FIRST - 2}, {"earliest_start": FIRST - 1}]
    )
    opened = rng.choice([None, None, FIRST, FIRST + 1])
    since = None if opened is None else _used_since(project, opened)
    return plain | told | begun | {"opened": opened, "written_off_since": since}


def _used_since(project: Project, opened: int) -> int | None:
    """Year from which it is written off, mostly blank; drawn beside the other figures."""
    drawn = random.Random(repr(project.options[0].overnight_cost))
    return drawn.choice([None, None, opened, opened - 1, opened - 3])


def staged_instance(seed: int) -> Instance:
    """Random instance with every second project standing or under way."""
    attempt = 0
    while True:
        rng = random.Random(f"stage/{seed}/{attempt}")
        plain = random_instance(1000 * attempt + seed)
        tables = {name: getattr(plain, name) for name in Instance.model_fields}
        projects = tuple(
            Project(**(dict(project) | _begun(rng, project))) if rng.random() < 0.5 else project
            for project in plain.projects
        )
        try:
            return Instance(**(tables | {"projects": projects}))
        except InstanceError:
            attempt += 1


@cache
def answer_of(seed: int) -> Answer:
    """Brute force on a staged instance, once for all tests that ask."""
    return solve(staged_instance(seed))


@pytest.mark.parametrize("seed", first_quick(range(CASES), quick=30))
def test_optimum_equals_brute_force(seed: int) -> None:
    instance = staged_instance(seed)
    answer, found = answer_of(seed), best(instance)
    if answer.objective is None:
        assert found.objective is None
        return
    assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
    assert found.plan is not None
    assert verify_plan(instance, found.plan).ok
    standing = {row.id for row in instance.projects if row.stage == "complete"}
    assert not standing & {start.project for start in found.plan.starts}


def shared_instance(seed: int) -> Instance | None:
    """A staged instance in which what stands or had begun shares works with another project."""
    rng = random.Random(f"shared/{seed}")
    instance = staged_instance(seed)
    names = [project.id for project in instance.projects]
    early = [row.id for row in instance.projects if row.stage in {"complete", "under_construction"}]
    if not early or len(names) < 2:
        return None
    first = rng.choice(early)
    second = rng.choice([name for name in names if name != first])
    lag, value = rng.choice([1, 2, 3, 4, 6]), rng.choice([3.0, 8.0])
    dig = make_relation("shared_works", [first], [second], lag=lag, value=value, id="dig")
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(**(tables | {"relations": (*instance.relations, dig)}))


def test_works_shared_with_what_began_before_equal_brute_force() -> None:
    shared = 0
    for seed in range(SHARED):
        instance = shared_instance(seed)
        if instance is None:
            continue
        answer, found = solve(instance), best(instance)
        assert (found.objective is None) == (answer.objective is None)
        if found.plan is None:
            continue
        assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
        assert verify_plan(instance, found.plan).ok
        shared += "dig" in {row.subject for row in found.plan.objective_terms}
    assert shared >= 4


def capital_instance(seed: int) -> tuple[Instance, Instance] | None:
    """A random instance that may borrow, its dearest project begun with half of its cost to go.

    Without and with a rule of capital that names this project.
    """
    rng = random.Random(f"capital/{seed}")
    instance = random_instance(seed)
    works = max(instance.projects, key=lambda row: row.options[0].overnight_cost)
    told = {
        "mandatory": "no",
        "earliest_start": None,
        "latest_start": None,
        "ready_years": {},
        "open_by": None,
        "stage": "under_construction",
        "started": FIRST - 1,
        "spent_to_date": 0.5 * works.options[0].overnight_cost,
        "options": works.options[:1],
    }
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    tables["projects"] = tuple(
        Project(**(dict(row) | told)) if row is works else row for row in instance.projects
    )
    tables["instruments"] = (
        *instance.instruments,
        *(
            make_bond(f"bond-{name}", jurisdiction=name, tenor=rng.choice([2, 4]), rate=0.01)
            for name in instance.jurisdiction_ids
        ),
    )

    def ruled(*rules: CapitalRatio) -> Instance:
        finance = instance.settings.finance.model_copy(update={"capital_ratios": rules})
        settings = instance.settings.model_copy(update={"finance": finance})
        return Instance(**(tables | {"settings": settings}))

    some = CapitalRatio(id="all", ratio=0.1)
    step = CapitalRatio(id="step", projects=(works.id,), ratio=0.1, per_year=seed % 3 == 0)
    named = CapitalRatio(id="named", projects=(works.id,), ratio=rng.uniform(0.5, 1.0))
    try:
        return ruled(some, step), ruled(some, step, named)
    except InstanceError:
        return None


CAPITAL_BITES = (3, 1, 1)
"""Cases of each part, at least, in which the capital changes the best plan: five in all."""


@pytest.mark.parametrize("part", first_quick(range(3)))
def test_capital_of_named_works_equals_brute_force(part: int) -> None:
    bites = 0
    for seed in range(part, CAPITAL, 3):
        pair = capital_instance(seed)
        if pair is None:
            continue
        without, instance = pair
        answer, found = solve(instance), best(instance)
        assert (found.objective is None) == (answer.objective is None)
        bites += answer.objective != solve(without).objective
        if found.plan is not None:
            assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
            assert verify_plan(instance, found.plan).ok
    assert bites >= CAPITAL_BITES[part]


def test_the_cases_are_worth_their_time() -> None:
    """Stages occur, and many instances have a plan."""
    instances = [staged_instance(seed) for seed in range(40)]
    stages = [row.stage.value for instance in instances for row in instance.projects]
    assert stages.count("complete") >= 20
    assert stages.count("under_construction") >= 20
    assert sum(answer_of(seed).objective is not None for seed in range(40)) >= 15
