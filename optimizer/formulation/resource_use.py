"""What starts use of a resource with a quota, year by year."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.optimizer.accounts.candidates import FlatOption
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.sets import FloatArray, IntArray


def quota_years(context: Context, limit: ResourceLimit) -> range:
    """Years (0 the plan's first) of the quota's span that lie in the plan; empty: none does."""
    first_year, last = context.sets.first_year, context.sets.num_years - 1
    begin = max(0, (limit.from_year or first_year) - first_year)
    end = min((limit.to_year or first_year + last) - first_year, last)
    return range(begin, end + 1)


def use_entries(
    context: Context,
    limit: ResourceLimit,
    years: range,
    *,
    per_year: bool,
    is_counted: Callable[[FlatOption], bool] = lambda _: True,
) -> Triplets:
    """Entries of what the counted options use in `years`: one row a year, or one in all."""
    led = context.sets.select(jurisdictions=limit.jurisdictions)
    parts: list[Triplets] = []
    for option, flat in enumerate(context.sets.options):
        amount = flat.option.resources.get(limit.resource, 0.0)
        if amount and flat.is_open and led[flat.project_index] and is_counted(flat):
            start, year, weight = _use(limit, flat, context.sets.num_years - 1)
            kept = (year >= years.start) & (year < years.stop)
            row = (year[kept] - years.start) if per_year else np.zeros(int(kept.sum()))
            parts.append(
                context.start_entries(
                    row, np.full(row.size, option), start[kept], amount * weight[kept]
                )
            )
    return Triplets.join(*parts)


def _use(
    limit: ResourceLimit, flat: FlatOption, last: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Start, year of use and weight of each use inside the plan, as flat arrays."""
    starts = np.arange(flat.first, flat.last + 1)
    if limit.timing is ResourceTiming.START:
        steps = np.zeros(1, dtype=np.int64)
        weights = np.full(1, 1.0 if flat.begun is None else 0.0)
    elif limit.timing is ResourceTiming.CONSTRUCTION:
        steps, weights = np.arange(flat.works_years), np.ones(flat.works_years)
    elif limit.timing is ResourceTiming.SPENDING:
        steps, weights = np.arange(len(flat.profile)), flat.ahead * flat.profile
    else:
        life = min(flat.option.lifetime, last + 1)
        steps = flat.option.lead_time + np.arange(life)
        weights = np.ones(life)
    years = starts[:, None] + steps[None, :]
    inside = years <= last
    start = np.broadcast_to(starts[:, None], years.shape)[inside]
    weight = np.broadcast_to(weights[None, :], years.shape)[inside]
    return start, years[inside], weight
