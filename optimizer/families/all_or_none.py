"""Family `all_or_none`: all members are built, or none."""

from __future__ import annotations

from infraplan.models.relation import RelationType
from infraplan.optimizer.formulation.context import Context, Entry


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
    context.add_entries("all_or_none", entries, keys, lower=0.0, upper=0.0)
