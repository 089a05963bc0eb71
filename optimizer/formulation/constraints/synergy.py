"""Family `synergy`: value that projects have, or lose, together; shared works."""

from __future__ import annotations

import numpy as np

from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.accounts.value import members_needed
from infraplan.optimizer.formulation.context import Context, Entry


def _window(context: Context, relation: Relation) -> list[int]:
    """Offsets of the years up to the one after which no member can open any more."""
    last = [
        flat.last + flat.option.lead_time
        for name in relation.members
        for option in context.sets.options_of[context.sets.project_index[name]]
        if (flat := context.sets.options[option]).is_open
    ]
    final = min(max(last, default=0), len(context.coefficients.discount) - 1)
    return list(range(final + 1))


def _yearly_value(context: Context, relation: Relation, years: list[int]) -> np.ndarray:
    """Present value of `value` in each of `years`; the last carries all years to the end."""
    value = float(relation.value or 0.0) * context.coefficients.discount
    folded = value[: len(years)].copy()
    folded[-1] = value[len(years) - 1 :].sum()
    return folded


def _of_type(context: Context, kind: RelationType) -> list[Relation]:
    return [r for r in context.instance.relations if r.type is kind and r.is_enforced]


def add_synergy(context: Context) -> None:
    """Value per year while at least `count` (all) members have opened.

    Formula: ``joint[r,t] <= opened[i,t]`` for each member i where all are needed (tight, joint
    then needs no integrality), else ``count joint[r,t] <= sum_i opened[i,t]`` with joint binary.
    Objective: ``value df(t) joint[r,t]``; the last year carries the years after it.
    """
    for number, relation in enumerate(_of_type(context, RelationType.SYNERGY)):
        years = _window(context, relation)
        members = [context.sets.project_index[name] for name in relation.members]
        needed = members_needed(relation)
        everyone = needed == len(members)
        columns = context.builder.add_columns(
            f"synergy[{number}]",
            len(years),
            upper=1.0,
            objective=_yearly_value(context, relation, years),
            integer=not everyone,
            axes=("year",),
            keys=(tuple(context.sets.first_year + t for t in years),),
        )
        entries: list[Entry] = []
        keys: list[tuple[str | int, ...]] = []
        for t in years:
            for group in [[member] for member in members] if everyone else [members]:
                row = len(keys)
                entries.append((row, int(columns[t]), 1.0 if everyone else float(needed)))
                for member in group:
                    entries += context.sum_opened(row, member, t, -1.0)
                keys.append((relation.label, context.sets.first_year + t))
        context.add_entries("synergy", entries, -np.inf, 0.0, ("relation", "year"), keys)


def add_substitute(context: Context) -> None:
    """Value per year lost while at least `count` (2) members have opened.

    Formula: ``sum_i opened[i,t] - (n - count + 1) overlap[r,t] <= count - 1``, n members, overlap
    binary (continuous for two members, where the row is tight).
    Objective: ``-value df(t) overlap[r,t]``; the last year carries the years after it.
    """
    for number, relation in enumerate(_of_type(context, RelationType.SUBSTITUTE)):
        years = _window(context, relation)
        members = [context.sets.project_index[name] for name in relation.members]
        needed = members_needed(relation)
        columns = context.builder.add_columns(
            f"substitute[{number}]",
            len(years),
            upper=1.0,
            objective=-_yearly_value(context, relation, years),
            integer=len(members) > needed,
            axes=("year",),
            keys=(tuple(context.sets.first_year + t for t in years),),
        )
        entries: list[Entry] = []
        for t in years:
            entries.append((t, int(columns[t]), -float(len(members) - needed + 1)))
            for member in members:
                entries += context.sum_opened(t, member, t)
        keys: list[tuple[str | int, ...]] = [
            (relation.label, context.sets.first_year + t) for t in years
        ]
        context.add_entries(
            "substitute", entries, -np.inf, float(needed - 1), ("relation", "year"), keys
        )


def add_shared_works(context: Context) -> None:
    """A saving, once, when all members start within `lag` years of one another.

    Formula: ``share[r,t] <= started[i,t] - started[i,t-lag-1]`` for each member i (it started in
    t-lag..t), ``sum_t share[r,t] <= 1``. Objective: ``value df(t) share[r,t]``, t being the year of
    the last start since df falls with t. share needs no integrality.
    """
    for number, relation in enumerate(_of_type(context, RelationType.SHARED_WORKS)):
        count = context.sets.num_years
        columns = context.builder.add_columns(
            f"shared_works[{number}]",
            count,
            upper=1.0,
            objective=float(relation.value or 0.0) * context.coefficients.discount[:count],
            axes=("year",),
            keys=(tuple(int(year) for year in context.sets.years),),
        )
        entries: list[Entry] = []
        keys: list[tuple[str | int, ...]] = []
        upper: list[float] = []
        for t in range(count):
            for name in relation.members:
                member = context.sets.project_index[name]
                row = len(keys)
                entries.append((row, int(columns[t]), 1.0))
                entries += context.sum_started(row, member, t, -1.0)
                entries += context.sum_started(row, member, t - relation.lag - 1, 1.0)
                keys.append((relation.label, context.sets.first_year + t))
                upper.append(0.0)
        entries += [(len(keys), int(column), 1.0) for column in columns]
        keys.append((relation.label, 0))
        upper.append(1.0)
        context.add_entries(
            "shared_works", entries, -np.inf, np.array(upper), ("relation", "year"), keys
        )
