"""Family `resource`: non-money quotas."""

from __future__ import annotations

from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.resource_use import quota_years, use_entries


def add_resource(context: Context) -> None:
    """Use of a resource stays within its quota, each year or over the span.

    Formula: ``sum_{o,s} a[o] w[o,t-s] x[o,s] <= limit``, a the amount needed, w by timing: start 1
    in the start year; construction 1 in each works year; spending the profile's share; operation
    1 in each operating year. One row per quota and year, or one per quota.
    """
    for limit in context.instance.resources:
        years = quota_years(context, limit)
        if not years:
            continue
        entries = use_entries(context, limit, years, per_year=limit.per_year)
        told = years if limit.per_year else years[-1:]
        context.add_rows(
            "resource",
            entries,
            [(limit.resource, context.sets.first_year + t) for t in told],
            upper=limit.limit,
        )
