"""Family `sources_uses`: every funded payer pays its share of what is spent, no more, no less."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import NO_COLUMN, Context, Triplets, triplets


def add_sources_uses(context: Context) -> None:
    """Payments of a financing class equal its members' shares of spending, year by year.

    Formula: ``sum_p pay[p,t] - sum_{i in class} share[i] sum_{o,s} spend[o,s,t] index(t)
    x[o,s] = 0``; pay nominal, spend real, index(t) nominal per real. One row per
    (class, year in which works may be paid).
    """
    money, sets = context.money, context.sets
    years = sets.num_money_years
    # Family `sharing` rules the others: what is chosen, and compensation.
    numbers = [n for n, g in enumerate(money.classes) if not g.chosen and not g.receiver]
    if not numbers:
        return
    row_of = np.full(len(money.classes), NO_COLUMN, dtype=np.int64)
    row_of[numbers] = np.arange(len(numbers))
    kept_pairs = np.flatnonzero(row_of[money.pair_class] != NO_COLUMN)
    pairs, at = np.indices((len(kept_pairs), years))
    rows = row_of[money.pair_class[kept_pairs]]
    paid = triplets(rows[pairs] * years + at, money.pay[kept_pairs], 1.0)
    spending = context.coefficients.spending
    parts = [paid]
    for row, number in enumerate(numbers):
        group = money.classes[number]
        share = np.zeros(len(context.instance.projects))
        share[list(group.projects)] = group.shares
        weight = share[sets.project_of][spending.option]
        kept = weight > 0.0
        parts.append(
            context.start_entries(
                row * years + spending.year[kept],
                spending.option[kept],
                spending.start[kept],
                -(weight * spending.nominal)[kept],
            )
        )
    entries = Triplets.join(*parts)
    context.add_rows(
        "sources_uses",
        entries,
        [
            (money.classes[number].payer, number, int(year))
            for number in numbers
            for year in sets.money_years
        ],
        lower=0.0,
        upper=0.0,
    )
