"""Family `synergy`: value that projects have together."""

from __future__ import annotations

from infraplan.models.relation import RelationType
from infraplan.optimizer.accounts.value import members_needed
from infraplan.optimizer.formulation.context import Context, Entry
from infraplan.optimizer.formulation.joint_value import joint_years, relations_of, yearly_value
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
    """Value per year while at least `count` (all) members have opened.

    Formula: ``joint[r,t] <= opened[i,t]`` for each member i where all are needed (tight, joint
    then needs no integrality), else ``count joint[r,t] <= sum_i opened[i,t]`` with joint binary.
    Objective: ``value df(t) joint[r,t]``; the last year carries the years after it.
    """
    for number, relation in enumerate(relations_of(context, RelationType.SYNERGY)):
        years = joint_years(context, relation)
        members = [context.sets.project_index[name] for name in relation.members]
        needed = members_needed(relation)
        everyone = needed == len(members)
        columns = context.columns[f"synergy[{number}]"]
        entries: list[Entry] = []
        keys: list[tuple[str | int, ...]] = []
        for t in years:
            for group in [[member] for member in members] if everyone else [members]:
                row = len(keys)
                entries.append((row, int(columns[t]), 1.0 if everyone else float(needed)))
                for member in group:
                    entries += context.sum_opened(row, member, t, -1.0)
                keys.append((relation.label, context.sets.first_year + t))
        context.add_entries("synergy", entries, keys, upper=0.0)
