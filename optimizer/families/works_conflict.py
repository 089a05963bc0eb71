"""Family `works_conflict`: members are not under construction together."""

from __future__ import annotations

import numpy as np

from infraplan.models.relation import RelationType
from infraplan.optimizer.formulation.context import Context, Triplets


def add_works_conflict(context: Context) -> None:
    """In no year do two members have works.

    Formula: ``sum_i sum_o (started[o,t] - started[o,t-d_o]) <= 1`` with d_o the works years of
    option o. One row per enforced `works_conflict` relation and plan year.
    """
    count = context.sets.num_years
    for relation in context.instance.relations:
        if relation.type is not RelationType.WORKS_CONFLICT or not relation.is_enforced:
            continue
        parts: list[Triplets] = []
        for name in relation.members:
            for option in context.sets.options_of[context.sets.project_index[name]]:
                flat = context.sets.options[option]
                starts = np.arange(max(flat.first, 0), flat.last + 1)
                years = starts[:, None] + np.arange(flat.works_years)[None, :]
                inside = years < count
                start = np.broadcast_to(starts[:, None], years.shape)[inside]
                parts.append(
                    context.start_entries(years[inside], np.full(start.size, option), start, 1.0)
                )
        entries = Triplets.join(*parts)
        context.add_rows(
            "works_conflict",
            entries,
            [(relation.label, int(year)) for year in context.sets.years],
            upper=1.0,
        )
