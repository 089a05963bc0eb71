"""Small mines: projects that wait for others, with quotas by year."""

from __future__ import annotations

import random

from infraplan.models.instance import Instance
from infraplan.models.policy import ResourceLimit
from infraplan.models.project import Project
from infraplan.models.relation import Relation
from tests.builders import make_instance, make_option, make_project

FIRST = 2026


def waiting(
    seed: int, *, options: int = 1, must: bool = False, projects: int = 8, years: int = 3
) -> Instance:
    """Mine number `seed`, with so many `options` at most; one project `must` be built if asked."""
    rng = random.Random(f"mine/{seed}")
    rows: list[Project] = []
    for number in range(projects):
        ways = [
            make_option(
                f"o{k}",
                0.0,
                lead_time=0,
                lifetime=1,
                benefits={"value": float(rng.randint(-6, 12))},
                resources={"r": float(rng.randint(1, 5))},
            )
            for k in range(rng.randint(1, options))
        ]
        mandatory = "must" if must and number == 0 else "no"
        rows.append(make_project(f"b{number}", options=ways, mandatory=mandatory))
    relations = [
        Relation(
            from_projects=(f"b{rng.randrange(number)}",),
            to_projects=(f"b{number}",),
            type="finish_to_start",
            lag=rng.choice([0, 0, 0, 1]),
        )
        for number in range(1, projects)
        if rng.random() < 0.8
    ]
    limits = [
        ResourceLimit(
            resource="r",
            limit=float(rng.randint(4, 9)),
            from_year=FIRST + t,
            to_year=FIRST + t,
            timing="start",
        )
        for t in range(years)
    ]
    return make_instance(
        rows, years=(FIRST, FIRST + years - 1), relations=relations, resources=limits
    )
