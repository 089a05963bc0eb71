"""Family `ceiling`: the balance of a pool under its ceiling."""

from __future__ import annotations

import numpy as np

from infraplan.models.debt_rule import Quantity
from infraplan.optimizer.accounts.debt import debt_span
from infraplan.optimizer.accounts.limits import ceilings
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.debt_terms import (
    debt_quantity,
    debtor_pools,
)


def add_ceiling(context: Context) -> None:
    """The balance of a pool stays under its ceiling through the last maturity.

    Formula: ``balance[j,pool,y] <= ceiling[j,pool,y]``. One row per (jurisdiction, pool, year with
    a ceiling).
    """
    for jurisdiction, pool in debtor_pools(context.instance):
        years = debt_span(context.instance, jurisdiction)
        limit = ceilings(context.instance, jurisdiction, pool, years)
        years, limit = years[np.isfinite(limit)], limit[np.isfinite(limit)]
        if not years.size:
            continue
        balance = debt_quantity(context, jurisdiction, (pool,), Quantity.BALANCE, years)
        context.add_rows(
            "ceiling",
            balance.entries,
            [(jurisdiction, pool, int(year)) for year in years],
            upper=limit - balance.constant,
        )
