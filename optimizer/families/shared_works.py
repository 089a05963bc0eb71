"""Family `shared_works`: a saving when projects start together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from infraplan.models.progress import may_stop
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.formulation.context import Context, Entry
from infraplan.optimizer.formulation.joint_value import relations_of
from infraplan.optimizer.mip import MipBuilder


def columns_shared_works(context: Context, builder: MipBuilder) -> None:
    """One column per relation and plan year, worth the saving."""
    count = context.sets.num_years
    for number, relation in enumerate(relations_of(context, RelationType.SHARED_WORKS)):
        builder.add_columns(
            f"shared_works[{number}]",
            count,
            upper=1.0,
            objective=float(relation.value or 0.0) * context.coefficients.discount[:count],
            axes=("year",),
            keys=(tuple(int(year) for year in context.sets.years),),
        )


def add_shared_works(context: Context) -> None:
    """A saving, once, when all members start within `lag` years of one another.

    Formula: ``share[r,t] <= started[i,t] - started[i,t-lag-1]`` for each member i (it started in
    t-lag..t), ``sum_t share[r,t] <= 1``. For each member that is a start of the plan also
    ``sum_u share[r,u] <= started[i,t] - started[i,s-lag-1]`` over u in s..t, for every t and s = 0
    and s = t-lag: nothing new for whole starts, but a share of a start then counts in one year, and
    not again in the next `lag`. Objective: ``value df(t) share[r,t]``, t being the year of the last
    start since df falls with t. share needs no integrality. A member that stands or began before
    the plan started in a known year: its rows have a constant on the right, or ``started[i,t]``
    where the plan may stop its works. Of what stands without a stated year, or where no member is a
    start of the plan, nothing is saved.
    """
    for number, relation in enumerate(relations_of(context, RelationType.SHARED_WORKS)):
        count = context.sets.num_years
        columns = context.columns[f"shared_works[{number}]"]
        entries: list[Entry] = []
        keys: list[tuple[str | int, ...]] = []
        upper: list[float] = []
        any_start = any(
            _start_before(context, context.sets.project_index[name])[0] for name in relation.members
        )
        for t in range(count):
            for name in relation.members:
                member = context.sets.project_index[name]
                row = len(keys)
                entries.append((row, int(columns[t]), 1.0))
                is_start, known = _start_before(context, member)
                if is_start:
                    entries += context.sum_started(row, member, t, -1.0)
                    entries += context.sum_started(row, member, t - relation.lag - 1, 1.0)
                keys.append((relation.label, context.sets.first_year + t))
                is_near = any_start and known is not None and known >= t - relation.lag
                if is_near and may_stop(context.instance.projects[member]):
                    entries += context.sum_started(row, member, t, -1.0)
                    is_near = False
                upper.append(1.0 if is_near else 0.0)
        for member, first, t in _counted_once(context, relation):
            row = len(keys)
            entries += [(row, int(column), 1.0) for column in columns[first : t + 1]]
            entries += context.sum_started(row, member, t, -1.0)
            entries += context.sum_started(row, member, first - relation.lag - 1, 1.0)
            keys.append((relation.label, context.sets.first_year + t))
            upper.append(0.0)
        entries += [(len(keys), int(column), 1.0) for column in columns]
        keys.append((relation.label, 0))
        upper.append(1.0)
        context.add_entries("shared_works", entries, keys, upper=np.array(upper))


def _counted_once(context: Context, relation: Relation) -> Iterator[tuple[int, int, int]]:
    """Members that are starts of the plan, with first and last year offset of a common row."""
    for name in relation.members:
        member = context.sets.project_index[name]
        if not _start_before(context, member)[0]:
            continue
        for t in range(1, context.sets.num_years):
            for first in sorted({0, max(0, t - relation.lag)} - {t}):
                yield member, first, t


def _start_before(context: Context, project: int) -> tuple[bool, int | None]:
    """Whether a project would be a start of the plan, else the year offset in which it started.

    That is None where what stands states no year.
    """
    flat = context.sets.options[context.sets.options_of[project][0]]
    if flat.begun is not None:
        return False, flat.begun
    if flat.standing is not None:
        return False, None if flat.project.opened is None else flat.standing
    return True, None
