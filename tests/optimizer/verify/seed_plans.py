"""What the seeds of the verifier are made of: plans that are paid from outside."""

from __future__ import annotations

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from tests.builders import (
    make_instance,
    make_payment,
    make_plan,
    make_project,
    make_start,
)

Seed = tuple[Instance, Plan, Plan]


def outside(instance: Instance, **starts: int) -> Plan:
    """Plan that starts projects of cost 10 (base option) and pays for them from outside."""
    return make_plan(
        instance,
        [make_start(instance, name, year) for name, year in starts.items()],
        [make_payment(name, year, 10.0) for name, year in starts.items()],
    )


def pair(*relations: object, projects: int = 3, **tables: object) -> Instance:
    names = "abcde"[:projects]
    return make_instance(
        [make_project(name, 10.0, 1.0) for name in names],
        relations=relations,
        **tables,  # type: ignore[arg-type]
    )
