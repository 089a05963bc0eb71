"""Under the objective `makespan` the engine's optimum equals brute force."""

from __future__ import annotations

import random
from functools import cache

import pytest

from infraplan.models.errors import InstanceError
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from tests.builders import make_instance, make_option, make_project, make_relation, make_resource
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance
from tests.oracle.oracle import Answer, solve

CASES = 80
MAKESPAN = {"objective": Objective.MAKESPAN}


def scheduling_instance(seed: int) -> Instance:
    """Three or four projects, most of them mandatory, with an order and a crew to share."""
    rng = random.Random(f"makespan/{seed}")
    names = [f"p{number}" for number in range(rng.choice([3, 4]))]
    projects = []
    for name in names:
        options = [
            make_option(
                f"o{number}",
                rng.uniform(1.0, 9.0),
                rng.choice([0.0, 4.0]),
                lead_time=rng.randint(0, 3),
                resources={"crew": rng.choice([1.0, 2.0])},
            )
            for number in range(rng.choice([1, 1, 2]))
        ]
        mandatory = rng.choice(["must", "must", "must", "no"])
        earliest = rng.choice([None, None, 2022])
        projects.append(
            make_project(name, options=options, mandatory=mandatory, earliest_start=earliest)
        )
    kinds = ["finish_to_start", "finish_to_start", "start_to_start", "finish_to_finish"]
    relations = [
        make_relation(
            rng.choice(kinds), [names[a]], [names[b]], id=f"r{a}{b}", lag=rng.choice([0, 0, 1])
        )
        for b in range(1, len(names))
        for a in range(b)
        if rng.random() < 0.4
    ]
    if rng.random() < 0.3:
        relations.append(make_relation("works_conflict", [names[0]], [names[-1]], id="street"))
    crew = make_resource("crew", rng.choice([2.0, 3.0]), timing="construction", per_year=True)
    return make_instance(
        projects,
        years=(2021, rng.choice([2023, 2025, 2027])),
        settings=MAKESPAN,
        relations=relations,
        resources=[crew] if rng.random() < 0.7 else [],
    )


def paid_instance(seed: int) -> Instance:
    """A random instance of all features, more of its projects mandatory."""
    rng = random.Random(f"paid/{seed}")
    drawn = random_instance(seed)
    projects = [
        row.model_copy(update={"mandatory": Mandate.MUST})
        if row.mandatory is Mandate.FREE and rng.random() < 0.5
        else row
        for row in drawn.projects
    ]
    tables = {name: getattr(drawn, name) for name in Instance.model_fields}
    settings = drawn.settings.model_copy(update=MAKESPAN)
    try:
        return Instance(**tables | {"projects": tuple(projects), "settings": settings})
    except InstanceError:  # a mandatory project without a year to start in
        return Instance(**tables | {"settings": settings})


@cache
def answer_of_schedule(seed: int) -> Answer:
    """Brute force on a scheduling instance, once for all tests that ask."""
    return solve(scheduling_instance(seed))


@cache
def answer_of_paid(seed: int) -> Answer:
    """The same on a paid instance."""
    return solve(paid_instance(seed))


def _agree(answer: Answer, instance: Instance) -> None:
    found = best(instance)
    if answer.objective is None:
        assert found.objective is None
        return
    assert found.plan is not None
    assert found.objective == pytest.approx(answer.objective, abs=1e-9)
    (*terms,) = found.plan.objective_terms
    stated = [] if found.objective == 0.0 else [("makespan", "plan", found.objective)]
    assert [(term.term, term.subject, term.value) for term in terms] == stated


@pytest.mark.parametrize("seed", first_quick(range(CASES), quick=20))
def test_schedules_equal_brute_force(seed: int) -> None:
    _agree(answer_of_schedule(seed), scheduling_instance(seed))


@pytest.mark.parametrize("seed", first_quick(range(CASES), quick=20))
def test_paid_schedules_equal_brute_force(seed: int) -> None:
    _agree(answer_of_paid(seed), paid_instance(seed))


def test_the_cases_are_worth_their_time() -> None:
    """Some have no plan; order and crew make some longer than their longest project alone."""
    instances = [scheduling_instance(seed) for seed in range(40)]
    answers = [answer_of_schedule(seed) for seed in range(40)]
    assert 1 <= sum(answer.objective is None for answer in answers) <= 20
    free = [
        solve(instance.model_copy(update={"relations": (), "resources": ()}))
        for instance in instances
    ]
    pairs = [(a.objective, f.objective) for a, f in zip(answers, free, strict=True)]
    assert sum(a is not None and f is not None and a < f for a, f in pairs) >= 10
    paid = [answer_of_paid(seed).objective for seed in range(40)]
    assert len({value for value in paid if value is not None}) >= 3
