"""Family `sources_uses`: every funded payer pays its share of what is spent, no more, no less."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import NO_COLUMN, Context, Triplets, triplets


def add_sources_uses(context: Context) -> None:
    """Payments of a financing class equal its members' shares of spending, year by year.

    Formula: ``sum_p pay[p,t] - sum_{i in class} share[i] sum_{o,s} spend[o,s,t] index(t)
    x[o,s] = 0``; pay nominal, spend real, index(t) nominal per real. One row per
    (class, plan year).
    """
    money, sets = context.money, context.sets
    years = sets.num_years
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
    context.builder.add_rows(
        "sources_uses",
        len(numbers) * years,
        entries.row,
        entries.column,
        entries.value,
        lower=0.0,
        upper=0.0,
        axes=("payer", "class", "year"),
        keys=[
            (money.classes[number].payer, number, int(year))
            for number in numbers
            for year in sets.years
        ],
    )


def add_max_share(context: Context) -> None:
    """A source bears at most its share of a payer's payments in a year.

    Formula: ``pay[p,t] - max_share[source] sum_{q of the same class} pay[q,t] <= 0``. One row per
    (source, class, year) for sources with max_share below 1.
    """
    money = context.money
    limits = {row.id: row.max_share for row in context.instance.funds}
    limits |= {row.id: row.max_share for row in context.instance.instruments}
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    for pair, source in enumerate(money.pair_source):
        limit = limits.get(source, 1.0)
        group = int(money.pair_class[pair])
        if limit >= 1.0 or money.classes[group].receiver:
            continue
        mates = np.flatnonzero(money.pair_class == group)
        for t, year in enumerate(context.sets.years):
            weight = np.where(mates == pair, 1.0 - limit, -limit)
            parts.append(triplets(np.full(len(mates), len(keys)), money.pay[mates, t], weight))
            keys.append((source, group, int(year)))
    if keys:
        entries = Triplets.join(*parts)
        context.builder.add_rows(
            "max_share",
            len(keys),
            entries.row,
            entries.column,
            entries.value,
            upper=0.0,
            axes=("source", "class", "year"),
            keys=keys,
        )


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
                parts.append(triplets(begin + np.arange(years), money.pay[pair], -1.0))
        keys += [(row.id, int(year)) for year in context.sets.years]
    if keys:
        entries = Triplets.join(*parts)
        context.builder.add_rows(
            "issue_use",
            len(keys),
            entries.row,
            entries.column,
            entries.value,
            lower=0.0,
            upper=0.0,
            axes=("instrument", "year"),
            keys=keys,
        )
