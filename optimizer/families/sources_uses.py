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
    entries = Triplets.join(paid, _spent(context, numbers))
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


def _spent(context: Context, numbers: list[int]) -> Triplets:
    """What the members of the classes `numbers` spend, taken off, a row per class and year."""
    money, sets, spending = context.money, context.sets, context.coefficients.spending
    groups = [money.classes[number] for number in numbers]
    size = np.array([len(group.projects) for group in groups], dtype=np.int64)
    member = np.array([project for group in groups for project in group.projects], dtype=np.int64)
    share = np.array([share for group in groups for share in group.shares])
    row = np.repeat(np.arange(len(groups)), size)
    # The spending of each member, one after the other, wherever it stands.
    owner = sets.project_of[spending.option]
    order = np.argsort(owner, kind="stable")
    begin = np.searchsorted(owner[order], member)
    count = np.searchsorted(owner[order], member, side="right") - begin
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    at = order[np.repeat(begin, count) + step]
    weight = np.repeat(share, count)
    kept = weight > 0.0
    at = at[kept]
    return context.start_entries(
        np.repeat(row, count)[kept] * sets.num_money_years + spending.year[at],
        spending.option[at],
        spending.start[at],
        -weight[kept] * spending.nominal[at],
    )
