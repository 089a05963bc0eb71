"""Family `precedence`: order in time between projects."""

from __future__ import annotations

from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.optimizer.formulation.context import Context, Entry


def add_precedence(context: Context) -> None:
    """A follower waits for its predecessors.

    Formula, for follower i, predecessors h, lag g, needed count n (all: one row per h with n = 1)::

        finish_to_start    n started[i,t] <= sum_h opened[h, t - g]
        start_to_start     n started[i,t] <= sum_h started[h, t - g]
        finish_to_finish   n opened[i,t]  <= sum_h opened[h, t - g]
        requires           n started[i,T-1] <= sum_h started[h, T-1]

    with ``started[i,t] = sum_o started[o,t]`` over its options and ``opened[i,t] =
    sum_o started[o, t - lead_time[o]]``. One row per (relation, follower, year of the follower's
    window); predecessors that never can start give a row that keeps the follower out.
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    for relation in context.instance.relations:
        if relation.type in ORDER_TYPES and relation.is_enforced:
            everyone = relation.count is None or relation.count == len(relation.from_projects)
            groups: tuple[tuple[str, ...], ...] = (
                tuple((before,) for before in relation.from_projects)
                if everyone
                else (relation.from_projects,)
            )
            needed = 1 if everyone else relation.count or 1
            for after in relation.to_projects:
                for group in groups:
                    _add_group(context, relation, group, after, needed, entries, keys)
    context.add_entries("precedence", entries, keys, upper=0.0)


def _add_group(
    context: Context,
    relation: Relation,
    group: tuple[str, ...],
    after: str,
    needed: int,
    entries: list[Entry],
    keys: list[tuple[str | int, ...]],
) -> None:
    follower = context.sets.project_index[after]
    before = [context.sets.project_index[name] for name in group]
    for t in _years(context, relation.type, follower):
        row = len(keys)
        if relation.type is RelationType.FINISH_TO_FINISH:
            own = context.sum_opened(row, follower, t, float(needed))
        else:
            own = context.sum_started(row, follower, t, float(needed))
        if not own:
            continue
        entries.extend(own)
        for predecessor in before:
            if relation.type is RelationType.START_TO_START:
                entries.extend(_begun_by(context, row, predecessor, t - relation.lag))
            elif relation.type is RelationType.REQUIRES:
                entries.extend(context.sum_started(row, predecessor, t, -1.0))
            else:
                entries.extend(context.sum_opened(row, predecessor, t - relation.lag, -1.0))
        year = context.sets.first_year + t
        keys.append((relation.label, after, "+".join(group), year))


def _begun_by(context: Context, row: int, predecessor: int, t: int) -> list[Entry]:
    """Entries of minus what has started by t, works that began before the plan by their year."""
    begun = {context.sets.options[o].begun for o in context.sets.options_of[predecessor]} - {None}
    if begun and t >= min(year for year in begun if year is not None):
        t = max(t, 0)  # committed: its column stands for the plan's first year
    return context.sum_started(row, predecessor, t, -1.0)


def _years(context: Context, kind: RelationType, follower: int) -> range:
    """Years (offsets) in which the follower may start, or for finish-to-finish open."""
    flats = [context.sets.options[o] for o in context.sets.options_of[follower]]
    flats = [flat for flat in flats if flat.is_open]
    if not flats:
        return range(0)
    if kind is RelationType.REQUIRES:
        last = context.sets.num_years - 1
        return range(last, last + 1)
    if kind is RelationType.FINISH_TO_FINISH:
        return range(
            min(flat.first + flat.option.lead_time for flat in flats),
            max(flat.last + flat.option.lead_time for flat in flats) + 1,
        )
    return range(min(flat.first for flat in flats), max(flat.last for flat in flats) + 1)
