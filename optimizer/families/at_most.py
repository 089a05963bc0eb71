"""Family `at_most`: so many members of a relation at most."""

from __future__ import annotations

from infraplan.models.relation import RelationType
from infraplan.optimizer.formulation.context import Context, Entry
from infraplan.optimizer.mip import Key


def add_at_most(context: Context) -> None:
    """At most so many members are ever built.

    Formula: ``sum_i started[i,T-1] <= count``. One row per enforced relation of type `at_most`.
    """
    entries: list[Entry] = []
    keys: list[Key] = []
    limits: list[float] = []
    for relation in context.instance.relations:
        if relation.type is RelationType.AT_MOST and relation.is_enforced:
            entries += context.sum_built(len(keys), relation.members)
            limits.append(float(relation.count or 1))
            keys.append((relation.label,))
    context.add_entries("at_most", entries, keys, upper=limits)
