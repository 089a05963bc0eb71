"""Family `max_share`: what a source may bear of a payer's payments."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context, triplets


def add_max_share(context: Context) -> None:
    """A source bears at most its share of a payer's payments in a year.

    Formula: ``pay[p,t] - max_share[source] sum_{q of the same class} pay[q,t] <= 0``. One row per
    (source, class, year) for sources with max_share below 1.
    """
    money = context.money
    limits = {row.id: row.max_share for row in context.instance.funds}
    limits |= {row.id: row.max_share for row in context.instance.instruments}
    years = [int(year) for year in context.sets.money_years]
    weights: list[tuple[int, int, float]] = []
    keys: list[tuple[str | int, ...]] = []
    for pair, source in enumerate(money.pair_source):
        limit = limits.get(source, 1.0)
        group = int(money.pair_class[pair])
        if limit >= 1.0 or money.classes[group].receiver:
            continue
        for mate in money.pairs_of[group].tolist():
            weights.append((len(keys), mate, 1.0 - limit if mate == pair else -limit))
        keys += [(source, group, year) for year in years]
    if keys:
        begin = np.array([row for row, _, _ in weights], dtype=np.int64)
        entries = triplets(
            begin[:, None] + np.arange(len(years)),
            money.pay[[mate for _, mate, _ in weights]],
            np.repeat([weight for _, _, weight in weights], len(years)),
        )
        context.add_rows(
            "max_share",
            entries,
            keys,
            upper=0.0,
        )
