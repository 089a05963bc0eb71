"""Works under way that may be stopped: the engine's optimum equals brute force."""

from __future__ import annotations

import random

import pytest

from infraplan.models.errors import InstanceError
from infraplan.models.instance import Instance
from infraplan.models.progress import must_be_built, stands
from infraplan.models.project import Project, Stage
from tests.assertions import assert_verified
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.oracle import Oracle
from tests.oracle.test_progress_against_oracle import staged_instance

CASES = 90
MOST_COMBINATIONS = 400


def stoppable_instance(seed: int) -> Instance:
    """A staged instance in which works under way may be stopped, at some cost or none."""
    for attempt in range(1000):
        rng = random.Random(f"stop/{seed}/{attempt}")
        plain = staged_instance(1000 * attempt + seed)

        def change(project: Project, rng: random.Random = rng) -> Project:
            if project.stage is not Stage.UNDER_CONSTRUCTION or not must_be_built(project):
                return project
            if project.mandatory == "must":
                return project
            cost = rng.choice([0.0, 0.0, 0.5, 2.0, 6.0])
            # Works that bring little are those that are stopped.
            share = rng.uniform(0.0, 0.6)
            options = tuple(
                option.model_copy(
                    update={"benefits": {n: share * v for n, v in option.benefits.items()}}
                )
                for option in project.options
            )
            return project.model_copy(update={"stopping_cost": cost, "options": options})

        projects = tuple(map(change, plain.projects))
        if projects == plain.projects:
            continue
        tables = {name: getattr(plain, name) for name in Instance.model_fields}
        try:
            instance = Instance(**(tables | {"projects": projects}))
        except InstanceError:
            continue
        if Oracle(instance).combinations() <= MOST_COMBINATIONS:
            return instance
    raise AssertionError(seed)


@pytest.mark.parametrize("part", first_quick(range(3)))
def test_optimum_equals_brute_force(part: int) -> None:
    stops = goes_on = paid = 0
    for seed in range(part, CASES, 3):
        instance = stoppable_instance(seed)
        answer, found = Oracle(instance).solve(), best(instance)
        if answer.objective is None:
            assert found.objective is None, seed
            continue
        assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6), seed
        assert found.plan is not None
        assert_verified(instance, found.plan)
        built = {start.project for start in found.plan.starts}
        asked = [p for p in instance.projects if p.stopping_cost is not None and not stands(p)]
        stops += any(p.id not in built for p in asked)
        goes_on += any(p.id in built for p in asked)
        paid += any(p.id not in built and p.stopping_cost and instance.funds for p in asked)
    assert stops >= 5
    assert goes_on >= 5
    assert paid >= 1
