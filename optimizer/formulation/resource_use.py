"""What starts use of a resource with a quota, year by year."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.optimizer.accounts.candidates import FlatOption
from infraplan.optimizer.formulation.context import Context, Triplets, spread
from infraplan.optimizer.formulation.sets import FloatArray

ONE, NOTHING = np.ones(1), np.zeros(1)
"""Weights of works that start in the plan, and of those that had begun before."""


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
    sets = context.sets
    led = sets.select(jurisdictions=limit.jurisdictions)
    is_open = sets.is_open
    counted = []
    for option, flat in enumerate(sets.options):
        amount = flat.option.resources.get(limit.resource, 0.0)
        if amount and is_open[option] and led[flat.project_index] and is_counted(flat):
            begin, weights = _weights(limit, flat, sets.num_years - 1)
            counted.append((option, amount, begin, weights))
    if not counted:
        return Triplets.join()
    options = np.array([row[0] for row in counted], dtype=np.int64)
    amounts = np.array([row[1] for row in counted])
    delay = np.array([row[2] for row in counted], dtype=np.int64)
    weight = np.concatenate([row[3] for row in counted])
    many = np.array([row[3].size for row in counted], dtype=np.int64)
    first, last = sets.windows
    owner, place = spread(last[options] - first[options] + 1)
    start = first[options][owner] + place
    use, step = spread(many[owner])
    owner, start = owner[use], start[use]
    year = start + delay[owner] + step
    kept = (year <= sets.num_years - 1) & (year >= years.start) & (year < years.stop)
    owner, start, step, year = owner[kept], start[kept], step[kept], year[kept]
    used = amounts[owner] * weight[(np.cumsum(many) - many)[owner] + step]
    row = year - years.start if per_year else np.zeros(year.size)
    return context.start_entries(row, options[owner], start, used)


def _weights(limit: ResourceLimit, flat: FlatOption, last: int) -> tuple[int, FloatArray]:
    """Years from a start to its first use, and what each year from then on uses per amount."""
    if limit.timing is ResourceTiming.START:
        return 0, ONE if flat.begun is None else NOTHING
    if limit.timing is ResourceTiming.CONSTRUCTION:
        return 0, np.ones(flat.works_years)
    if limit.timing is ResourceTiming.SPENDING:
        return 0, flat.ahead * flat.profile
    return flat.option.lead_time, np.ones(min(flat.option.lifetime, last + 1))
