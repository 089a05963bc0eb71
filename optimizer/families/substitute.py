"""Family `substitute`: value that projects lose together."""

from __future__ import annotations

from infraplan.models.relation import RelationType
from infraplan.optimizer.accounts.value import members_needed
from infraplan.optimizer.formulation.context import Context, Entry
from infraplan.optimizer.formulation.joint_value import (
    joint_years,
    lines_of,
    relations_of,
    serving,
    yearly_value,
)
from infraplan.optimizer.mip import MipBuilder


def columns_substitute(context: Context, builder: MipBuilder) -> None:
    """One column per relation and year, worth what the year brings."""
    for number, relation in enumerate(relations_of(context, RelationType.SUBSTITUTE)):
        years = joint_years(context, relation)
        needed = members_needed(relation)
        builder.add_columns(
            f"substitute[{number}]",
            len(years),
            upper=1.0,
            objective=-yearly_value(context, relation, years),
            integer=len(relation.members) > needed,
            axes=("year",),
            keys=(tuple(context.sets.first_year + t for t in years),),
        )


def add_substitute(context: Context) -> None:
    """Value per year lost while at least `count` (2) members serve.

    Formula: ``sum_i serves[i,t] - (n - count + 1) overlap[r,t] <= count - 1``, n members, overlap
    binary (continuous for two members, where the row is tight), serves as in `synergy`.
    Objective: ``-value df(t) overlap[r,t]``; a year carries those after it in which nothing
    changes.
    """
    for number, relation in enumerate(relations_of(context, RelationType.SUBSTITUTE)):
        years = joint_years(context, relation)
        members = lines_of(context, relation)
        needed = members_needed(relation)
        columns = context.columns[f"substitute[{number}]"]
        entries: list[Entry] = []
        for at, t in enumerate(years):
            entries.append((at, int(columns[at]), -float(len(members) - needed + 1)))
            for member in members:
                entries += serving(context, member, t, at)
        keys: list[tuple[str | int, ...]] = [
            (relation.label, context.sets.first_year + t) for t in years
        ]
        context.add_entries("substitute", entries, keys, upper=float(needed - 1))
