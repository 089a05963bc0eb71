"""Family `resource`: non-money quotas."""

from __future__ import annotations

import numpy as np

from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.optimizer.accounts.candidates import FlatOption
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.sets import FloatArray, IntArray


def add_resource(context: Context) -> None:
    """Use of a resource stays within its quota, each year or over the span.

    Formula: ``sum_{o,s} a[o] w[o,t-s] x[o,s] <= limit``, a the amount needed, w by timing: start 1
    in the start year; construction 1 in each works year; spending the profile's share; operation
    1 in each operating year. One row per quota and year, or one per quota.
    """
    first_year = context.sets.first_year
    last = context.sets.num_years - 1
    for limit in context.instance.resources:
        begin = (limit.from_year or first_year) - first_year
        end = min((limit.to_year or first_year + last) - first_year, last)
        begin = max(begin, 0)
        if begin > end:
            continue
        led = context.sets.select(jurisdictions=limit.jurisdictions)
        parts: list[Triplets] = []
        for option, flat in enumerate(context.sets.options):
            amount = flat.option.resources.get(limit.resource, 0.0)
            if amount and flat.is_open and led[flat.project_index]:
                start, year, weight = _use(limit, flat, last)
                kept = (year >= begin) & (year <= end)
                row = (year[kept] - begin) if limit.per_year else np.zeros(int(kept.sum()))
                parts.append(
                    context.start_entries(
                        row, np.full(row.size, option), start[kept], amount * weight[kept]
                    )
                )
        entries = Triplets.join(*parts)
        years = range(begin, end + 1) if limit.per_year else range(end, end + 1)
        context.add_rows(
            "resource",
            entries,
            [(limit.resource, first_year + t) for t in years],
            upper=limit.limit,
        )


def _use(
    limit: ResourceLimit, flat: FlatOption, last: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Start, year of use and weight of each use inside the plan, as flat arrays."""
    starts = np.arange(flat.first, flat.last + 1)
    if limit.timing is ResourceTiming.START:
        weights = np.full(1, 1.0 if flat.begun is None else 0.0)
        steps = np.zeros(1, dtype=np.int64)
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
