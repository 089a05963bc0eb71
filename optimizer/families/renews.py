"""Family `renews`: a renewal opens when the life of what it renews has ended."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from infraplan.models.progress import duty_of, stands
from infraplan.models.project import Mandate
from infraplan.models.relation import Relation, RelationType, RenewalMode
from infraplan.optimizer.formulation.context import NO_COLUMN, Context, Entry
from infraplan.optimizer.formulation.joint_value import openings_of


def add_renews(context: Context) -> None:
    """A renewal follows the life of the project that it renews.

    Formula, for the renewal i of h, ended[h,t] = ``sum_a started[a, t - lead_time[a] -
    lifetime[a]]`` over the options a of h (1 from the first year after its life on)::

        decision    opened[i,t] <= ended[h,t]
        automatic   opened[i,t] - opened[i,t-1] = ended[h,t] - ended[h,t-1]

    with ``opened[i,t] = sum_o started[o, t - lead_time[o]]``, and ended[h,t] less the number of
    projects built that retire h, from the year after its life on: what is retired is not renewed.
    One row per relation and year in which i can open; where an automatic one cannot open in the
    year, or the year lies after the plan, ``<=`` stands for ``=``. None for a renewal that stands
    or is under way: its dates are no decision.
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    lower: list[float] = []
    for relation in context.instance.relations:
        if relation.type is not RelationType.RENEWS or not relation.is_enforced:
            continue
        new = context.instance.project_by_id[relation.to_projects[0]]
        if stands(new) or duty_of(new) is Mandate.COMMITTED:
            continue
        automatic = relation.renewal is RenewalMode.AUTOMATIC
        openings = openings_of(context, new.id)
        for t in range(min(openings, default=0), max(openings, default=-1) + 1):
            is_due = automatic and t in openings and t < context.sets.num_years
            entries += _row(context, relation, t, len(keys), by_year=automatic)
            keys.append((relation.label, context.sets.first_year + t))
            lower.append(0.0 if is_due else -np.inf)
    context.add_entries("renews", entries, keys, lower=np.array(lower), upper=0.0)


def _row(context: Context, relation: Relation, t: int, row: int, *, by_year: bool) -> list[Entry]:
    """Entries of `opened[i,t] - ended[h,t]`, less the same of the year before with `by_year`."""
    old, new = (
        context.sets.project_index[names[0]]
        for names in (relation.from_projects, relation.to_projects)
    )
    retirement = context.instance.retired_by.get(relation.from_projects[0])
    retiring = () if retirement is None else retirement.to_projects
    found: defaultdict[int, float] = defaultdict(float)
    for year, sign in ((t, 1.0), (t - 1, -1.0)) if by_year else ((t, 1.0),):
        for _, column, value in context.sum_opened(row, new, year, sign):
            found[column] += value
        for option in context.sets.options_of[old]:
            life = context.sets.options[option].option.lifetime
            gone = year - int(context.sets.leads[option]) - life
            column = context.started_column(option, gone)
            if column != NO_COLUMN:
                found[column] -= sign
                for _, built, value in context.sum_built(row, retiring):
                    found[built] += sign * value
    return [(row, column, value) for column, value in found.items() if value]
