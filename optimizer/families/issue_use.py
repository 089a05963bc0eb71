"""Family `issue_use`: what is issued pays for works in the same year."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context, Triplets, triplets


def add_issue_use(context: Context) -> None:
    """What an instrument issues in a year is what it pays for works in that year.

    Formula: ``borrow[k,t] - sum_{p: source k} pay[p,t] = 0`` for each instrument k that is not for
    refinancing. One row per (instrument, plan year).
    """
    money, years = context.money, context.sets.num_years
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    for position, row in enumerate(context.instance.instruments):
        if row.refinancing:
            continue
        begin = len(keys)
        parts.append(triplets(begin + np.arange(years), money.borrow[position], 1.0))
        for pair, source in enumerate(money.pair_source):
            if source == row.id:
                parts.append(triplets(begin + np.arange(years), money.pay[pair, :years], -1.0))
        keys += [(row.id, int(year)) for year in context.sets.years]
    if keys:
        entries = Triplets.join(*parts)
        context.add_rows(
            "issue_use",
            entries,
            keys,
            lower=0.0,
            upper=0.0,
        )
