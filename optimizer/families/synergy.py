"""Family `synergy`: value that projects have together."""

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


def columns_synergy(context: Context, builder: MipBuilder) -> None:
    """One column per relation and year, worth what the year brings."""
    for number, relation in enumerate(relations_of(context, RelationType.SYNERGY)):
        years = joint_years(context, relation)
        needed = members_needed(relation)
        builder.add_columns(
            f"synergy[{number}]",
            len(years),
            upper=1.0,
            objective=yearly_value(context, relation, years),
            integer=needed < len(relation.members),
            axes=("year",),
            keys=(tuple(context.sets.first_year + t for t in years),),
        )


def add_synergy(context: Context) -> None:
    """Value per year while at least `count` (all) members serve.

    Formula: ``joint[r,t] <= serves[i,t]`` for each member i where all are needed (tight, joint
    then needs no integrality), else ``count joint[r,t] <= sum_i serves[i,t]`` with joint binary,
    serves 1 in the operating years of the member and of what renews it (`joint_value`).
    Objective: ``value df(t) joint[r,t]``; a year carries those after it in which nothing changes.
    """
    for number, relation in enumerate(relations_of(context, RelationType.SYNERGY)):
        years = joint_years(context, relation)
        members = lines_of(context, relation)
        needed = members_needed(relation)
        everyone = needed == len(members)
        columns = context.columns[f"synergy[{number}]"]
        entries: list[Entry] = []
        keys: list[tuple[str | int, ...]] = []
        for at, t in enumerate(years):
            for group in [[member] for member in members] if everyone else [members]:
                row = len(keys)
                entries.append((row, int(columns[at]), 1.0 if everyone else float(needed)))
                for member in group:
                    entries += serving(context, member, t, row, -1.0)
                keys.append((relation.label, context.sets.first_year + t))
        context.add_entries("synergy", entries, keys, upper=0.0)
