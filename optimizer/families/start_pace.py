"""Family `start_pace`: most projects that may start in one year."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context, Triplets


def add_start_pace(context: Context) -> None:
    """No more projects of a sector, or of all, start in a year than its pace allows.

    Formula: ``sum_{i in sector} sum_o x[o,t] <= most``, x the starts of option o in plan year t.
    One row per (row of start_paces, plan year); none where no project of the sector can start.
    """
    sets = context.sets
    count = np.arange(sets.num_years)
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    upper: list[float] = []
    for pace in context.instance.start_paces:
        mask = sets.select(sectors=(pace.sector,) if pace.sector else ())
        options = np.flatnonzero(mask[sets.project_of] & sets.is_start)
        if not any(sets.options[option].is_open for option in options):
            continue
        option, start = np.meshgrid(options, count, indexing="ij")
        row = len(keys) + start
        parts.append(context.start_entries(row, option, start, 1.0))
        keys += [(pace.label, int(year)) for year in sets.years]
        upper += [float(pace.most)] * sets.num_years
    context.add_rows("start_pace", Triplets.join(*parts), keys, upper=upper)
