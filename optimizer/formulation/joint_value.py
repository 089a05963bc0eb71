"""Value that projects have together: its years, and its present value in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.models.relation import Relation, RelationType
from infraplan.models.renewal import line_of
from infraplan.optimizer.formulation.context import NO_COLUMN, Context, Entry


def joint_years(context: Context, relation: Relation) -> list[int]:
    """Offsets of the first years of stretches in which nothing about the members changes.

    Every year up to the one after which no member can open any more, then the years after which
    the life of one may have ended.
    """
    last_offset = len(context.coefficients.discount) - 1
    openings, ends = {0}, set[int]()
    for line in lines_of(context, relation):
        for project in line:
            for option in context.sets.options_of[context.sets.project_index[project]]:
                flat = context.sets.options[option]
                for start in flat.start_offsets:
                    openings.add(start + flat.option.lead_time)
                    ends.add(start + flat.option.lead_time + flat.option.lifetime)
            retirement = context.instance.retired_by.get(project)
            if retirement is not None:
                openings |= openings_of(context, retirement.to_projects[0])
    final = min(max(openings), last_offset)
    return [*range(final + 1), *sorted(end for end in ends if final < end <= last_offset)]


def yearly_value(context: Context, relation: Relation, years: list[int]) -> np.ndarray:
    """Present value of `value` in the stretches that begin in `years`, the last to the end."""
    value = float(relation.value or 0.0) * context.coefficients.discount
    return np.add.reduceat(value, years)


def lines_of(context: Context, relation: Relation) -> list[tuple[str, ...]]:
    """Each member of a relation with what renews it, one after the other."""
    renewed_by = context.instance.renewed_by
    return [line_of(renewed_by, member, relation.members) for member in relation.members]


def serving(
    context: Context, line: tuple[str, ...], t: int, row: int, weight: float = 1.0
) -> list[Entry]:
    """Entries of `weight` where one of `line`, a member and its renewals, operates in year `t`."""
    found: defaultdict[int, float] = defaultdict(float)
    taken = -1
    for project in line:
        flats = context.sets.options_of[context.sets.project_index[project]]
        for option in flats:
            for column, sign in _operating(context, option, t):
                found[column] += sign * weight if t > taken else 0.0
        for column, ended in retired(context, project, t):
            found[column] -= ended * weight if t > taken else 0.0
        # What stands or is under way may overlap with its renewal under way: it counts once.
        taken = max([taken, *(_closing(context, option) for option in flats)])
    return [(row, column, value) for column, value in found.items() if value]


def openings_of(context: Context, project: str) -> set[int]:
    """Years (offsets) in which a project can open in some option."""
    flats = [
        context.sets.options[option]
        for option in context.sets.options_of[context.sets.project_index[project]]
    ]
    return {t + flat.option.lead_time for flat in flats for t in flat.start_offsets}


def retired(context: Context, project: str, t: int) -> list[tuple[int, float]]:
    """Columns of 1 where `project`, which stands, would operate in year `t` and is retired."""
    relation = context.instance.retired_by.get(project)
    if relation is None:
        return []
    (option,) = context.sets.options_of[context.sets.project_index[project]]
    if t > _closing(context, option):
        return []
    new = context.sets.project_index[relation.to_projects[0]]
    return [(column, value) for _, column, value in context.sum_opened(0, new, t)]


def _operating(context: Context, option: int, t: int) -> Iterator[tuple[int, float]]:
    """Columns of `started` by year t - lead_time, less those whose life has ended by t."""
    flat = context.sets.options[option].option
    for at, sign in ((t - flat.lead_time, 1.0), (t - flat.lead_time - flat.lifetime, -1.0)):
        column = context.started_column(option, at)
        if column != NO_COLUMN:
            yield column, sign


def _closing(context: Context, option: int) -> int:
    """Last operating year of an option whose dates are no decision; -1: they are one."""
    flat = context.sets.options[option]
    if flat.standing is None and duty_of(flat.project) is not Mandate.COMMITTED:
        return -1
    start = flat.standing if flat.standing is not None else 0
    return start + flat.option.lead_time + flat.option.lifetime - 1


def relations_of(context: Context, kind: RelationType) -> list[Relation]:
    """Enforced relations of a type."""
    return [r for r in context.instance.relations if r.type is kind and r.is_enforced]
