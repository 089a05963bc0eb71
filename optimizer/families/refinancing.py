"""Family `refinancing`: issues that repay what falls due."""

from __future__ import annotations

import numpy as np

from infraplan.models.debt_rule import Quantity
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.debt_terms import (
    debt_quantity,
    debtor_pools,
    refinancing_issues,
)


def add_refinancing(context: Context) -> None:
    """Refinancing issues repay at most their share of the pool's principal due in the year.

    Formula: ``borrow[k,t] - share_k principal[pool,t] <= 0`` for each refinancing instrument k, and
    for all of a pool together with the largest of their shares. One row per (instrument or pool,
    plan year).
    """
    for jurisdiction, pool in debtor_pools(context.instance):
        loans = [
            (context.sets.instrument_index[row.id], row)
            for row in context.instance.instruments_by_payer.get(jurisdiction, ())
            if row.refinancing and row.pool == pool
        ]
        if not loans:
            continue
        years = context.sets.years
        due = debt_quantity(context, jurisdiction, (pool,), Quantity.PRINCIPAL, years)
        at = np.arange(len(years))
        groups = [
            (row.id, triplets(at, context.money.borrow[position], 1.0), row.refinancing_share)
            for position, row in loans
        ]
        if len(loans) > 1:
            everything = refinancing_issues(context, jurisdiction, (pool,))
            groups.append((pool, everything, max(row.refinancing_share for _, row in loans)))
        for name, issued, share in groups:
            rows = Triplets.join(issued, due.entries.scaled(-share))
            context.add_rows(
                "refinancing",
                rows,
                [(jurisdiction, name, int(year)) for year in years],
                upper=share * due.constant,
            )
