"""Family `exclusion`: exclusive, at_most, all_or_none."""

from __future__ import annotations

import numpy as np

from infraplan.models.relation import RelationType
from infraplan.optimizer.formulation.context import Context, Entry


def add_at_most(context: Context) -> None:
    """At most so many members are ever built.

    Formula: ``sum_i started[i,T-1] <= count`` (1 for `exclusive`). One row per enforced relation of
    type `exclusive` or `at_most`.
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    limits: list[float] = []
    for relation in context.instance.relations:
        if not relation.is_enforced or relation.type not in {
            RelationType.EXCLUSIVE,
            RelationType.AT_MOST,
        }:
            continue
        for name in relation.members:
            index = context.sets.project_index[name]
            entries += context.sum_started(len(keys), index, context.sets.num_years - 1)
        limits.append(
            1.0 if relation.type is RelationType.EXCLUSIVE else float(relation.count or 1)
        )
        keys.append((relation.label,))
    context.add_entries("exclusive", entries, -np.inf, np.array(limits), ("relation",), keys)


def add_all_or_none(context: Context) -> None:
    """All members are built, or none.

    Formula: ``started[i,T-1] - started[h,T-1] = 0`` for each member i after the first member h.
    One row per member after the first of each enforced `all_or_none` relation.
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    last = context.sets.num_years - 1
    for relation in context.instance.relations:
        if relation.type is RelationType.ALL_OR_NONE and relation.is_enforced:
            head = context.sets.project_index[relation.members[0]]
            for name in relation.members[1:]:
                row = len(keys)
                entries += context.sum_started(row, context.sets.project_index[name], last)
                entries += context.sum_started(row, head, last, -1.0)
                keys.append((relation.label, name))
    context.add_entries("all_or_none", entries, 0.0, 0.0, ("relation", "project"), keys)
