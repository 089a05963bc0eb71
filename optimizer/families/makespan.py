"""Family `makespan`: the years until the last opening, where they are the objective."""

from __future__ import annotations

from infraplan.models.horizon import Objective
from infraplan.models.policy import ResourceTiming
from infraplan.optimizer.formulation.context import Context, Entry, Triplets, triplets
from infraplan.optimizer.formulation.resource_use import quota_years, use_entries
from infraplan.optimizer.formulation.sets import IntArray
from infraplan.optimizer.mip import MipBuilder

BLOCK = "unopened"
"""Name of the block of columns that `makespan` counts."""


def columns_makespan(context: Context, builder: MipBuilder) -> None:
    """Binaries ``unopened[k]``, k = 1.. years after the first: something opens in k or later.

    As many as the latest possible opening is years after the plan's first year; none where the
    objective is another. What they count in the objective is set in `program`.
    """
    latest = _latest(context)
    if latest:
        first = context.sets.first_year
        builder.add_columns(
            BLOCK,
            latest,
            upper=1.0,
            integer=True,
            axes=("year",),
            keys=(tuple(range(first + 1, first + latest + 1)),),
        )


def add_makespan(context: Context) -> None:
    """A year counts while something that is started has not opened before it.

    Formula: ``unopened[k] >= sum_o started[o,T] - sum_o opened[o,k-1]`` for each project and each k
    from its earliest opening (1 at least) to its latest one, o its options; and
    ``unopened[k] >= unopened[k+1]``, which carries it to the years before. The relaxation counts
    for every year the largest share of a project that is still to open, so that chains of
    forerunners hold in its bound (a single ``end >= opening`` would not). For a resource with a
    yearly quota: ``sum_{o,s} a[o] w[o,k-1-s] x[o,s] <= limit unopened[k]`` over the options whose
    works end before they open, w as in `resource`: who works in a year opens later. Without these
    rows, which cut off no plan, shares of projects could all open half-way.
    Objective: ``- sum_k unopened[k]``, in years.
    """
    latest = _latest(context)
    if not latest:
        return
    columns = context.columns[BLOCK]
    sets = context.sets
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    for project, options in enumerate(sets.options_of):
        flats = [sets.options[number] for number in options if sets.options[number].is_open]
        opening = [
            flat.option.lead_time + year for flat in flats for year in (flat.first, flat.last)
        ]
        for k in range(max(1, min(opening, default=1)), max(opening, default=0) + 1):
            row = len(keys)
            entries.append((row, int(columns[k - 1]), 1.0))
            entries += context.sum_started(row, project, sets.num_years - 1, -1.0)
            entries += context.sum_opened(row, project, k - 1)
            keys.append((sets.instance.projects[project].id, sets.first_year + k))
    for k in range(1, latest):
        row = len(keys)
        entries += [(row, int(columns[k - 1]), 1.0), (row, int(columns[k]), -1.0)]
        keys.append(("", sets.first_year + k))
    context.add_entries("makespan", entries, keys, lower=0.0)
    _add_use_before_opening(context, columns)


def _add_use_before_opening(context: Context, columns: IntArray) -> None:
    """A resource with a yearly quota is used by works only where something opens later."""
    for limit in context.instance.resources:
        years = quota_years(context, limit)
        years = range(years.start, min(years.stop, len(columns)))
        if not years or not limit.per_year or limit.timing is ResourceTiming.OPERATION:
            continue
        used = use_entries(
            context,
            limit,
            years,
            per_year=True,
            is_counted=lambda flat: flat.works_years <= flat.option.lead_time,
        )
        rows = range(len(years))
        later = triplets(rows, columns[years.start : years.stop], -limit.limit)
        context.add_rows(
            "makespan",
            Triplets.join(used, later),
            [(limit.resource, context.sets.first_year + t + 1) for t in years],
            upper=0.0,
        )


def _latest(context: Context) -> int:
    """Years from the plan's first year to the latest possible opening; 0: nothing is counted."""
    if context.instance.settings.objective is not Objective.MAKESPAN:
        return 0
    return max(
        (flat.last + flat.option.lead_time for flat in context.sets.options if flat.is_open),
        default=0,
    )
