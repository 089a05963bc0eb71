"""Family `start_ban`: no start in the year after a band that bans it."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.accounts.rules import is_banned
from infraplan.optimizer.formulation.context import BandedRule, Context, Triplets, triplets


def add_start_ban(context: Context) -> None:
    """No project starts in the year after a band that bans starts.

    Formula: ``sum_i x[i,t+1] + n sum_{b bans} z[t,b] <= n``, i the n projects led by the
    jurisdiction that may start then and that the ban is about (`is_banned`); in the first year
    the band of the year before the plan decides. One row per (rule, jurisdiction, plan year).
    """
    for banded in context.bands:
        _add_ban(context, banded)


def _add_ban(context: Context, banded: BandedRule) -> None:
    bans = [b for b, band in enumerate(banded.rule.bands) if band.starts_banned]
    if not bans:
        return
    sets = context.sets
    free = np.array(
        [
            is_banned(context.instance, banded.rule, banded.jurisdiction, project)
            for project in context.instance.projects
        ],
        dtype=np.bool_,
    )
    options = np.flatnonzero(free[sets.project_of]) if len(sets.options) else np.zeros(0, int)
    if not options.size:
        return
    number = float(free.sum())
    parts: list[Triplets] = []
    upper = np.full(sets.num_years, number)
    for t in range(sets.num_years):
        parts.append(
            context.start_entries(np.full(options.size, t), options, np.full(options.size, t), 1.0)
        )
        if t:
            parts.append(triplets([t] * len(bans), banded.columns[t - 1, bans], number))
        elif banded.opening_band in bans:
            upper[0] = 0.0
    entries = Triplets.join(*parts)
    context.add_rows(
        "start_ban",
        entries,
        [(banded.rule.id, banded.jurisdiction, int(year)) for year in sets.years],
        upper=upper,
    )
