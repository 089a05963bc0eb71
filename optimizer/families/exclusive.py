"""Family `exclusive`: one member of a relation at most."""

from __future__ import annotations

from infraplan.models.relation import RelationType
from infraplan.optimizer.formulation.context import Context, Entry
from infraplan.optimizer.mip import Key


def add_exclusive(context: Context) -> None:
    """At most one member is ever built.

    Formula: ``sum_i started[i,T-1] <= 1``. One row per enforced relation of type `exclusive`.
    """
    entries: list[Entry] = []
    keys: list[Key] = []
    for relation in context.instance.relations:
        if relation.type is RelationType.EXCLUSIVE and relation.is_enforced:
            entries += context.sum_built(len(keys), relation.members)
            keys.append((relation.label,))
    context.add_entries("exclusive", entries, keys, upper=1.0)
