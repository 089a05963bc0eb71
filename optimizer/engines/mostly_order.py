"""Whether an instance is mostly order: what the engine of closures was measured to be better at."""

from __future__ import annotations

from infraplan.models.horizon import Objective
from infraplan.models.instance import TABLES, Instance
from infraplan.models.project import Mandate
from infraplan.models.relation import ORDER_TYPES

TABLES_READ = frozenset({"sources", "projects", "relations", "resources", "places", "scenarios"})
"""Tables that may be filled: all others add columns of money or flows, or rows of other kinds."""
LEAST_WAITS, WAITS_BY_PROJECT = 3_000, 2.0
"""Waits of one project for another, in all and by project, from which on relaxation and plans by
closures are better than a solver's. Measured on MineLib's newman1 (3,922 waits of 1,060 projects)
and zuck_small (145,640 of 9,400); see docs/decomposition.md."""
MOST_ROWS = 200
"""Rows of resources up to which that is so: the master has one for each."""


def is_mostly_order(instance: Instance) -> bool:
    """Whether nearly all of `instance` is order among free projects, with few quotas beside it."""
    filled = {name for name in TABLES if getattr(instance, name)}
    if filled - TABLES_READ or instance.settings.objective is not Objective.NPV:
        return False
    if (
        any(row.mandatory in {Mandate.MUST, Mandate.COMMITTED} for row in instance.projects)
        or instance.standing
    ):
        return False
    waits = 0
    for relation in instance.relations:
        if not relation.is_enforced:
            continue
        if relation.type not in ORDER_TYPES or relation.count is not None:
            return False
        waits += len(relation.from_projects) * len(relation.to_projects)
    if waits < max(LEAST_WAITS, WAITS_BY_PROJECT * len(instance.projects)):
        return False
    horizon = instance.settings.horizon
    rows = 0
    for row in instance.resources:
        first = max(horizon.first_year, row.from_year or horizon.first_year)
        last = min(horizon.last_year, row.to_year or horizon.last_year)
        rows += max(0, last + 1 - first) if row.per_year else 1
    return rows <= MOST_ROWS
