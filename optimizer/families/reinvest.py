"""Family `reinvest`: part of what projects bring in pays for works."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.receipts import fund_receipts


def add_reinvest(context: Context) -> None:
    """Part of what projects bring into a fund pays for works within the plan.

    Formula: ``sum_t sum_p pay[p,t] - reinvest sum_t gains[f,t] >= 0``, gains the receipts above 0
    of the projects started, p the fund's payments for works. One row per (fund with a share).
    """
    money = context.money
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    for fund in context.instance.funds:
        if not fund.reinvest or fund.id not in context.instance.receipts_by_fund:
            continue
        number = len(keys)
        for pair, source in enumerate(money.pair_source):
            if source == fund.id and not money.classes[int(money.pair_class[pair])].receiver:
                columns = money.pay[pair, : context.sets.num_years]
                parts.append(triplets(np.full(len(columns), number), columns, 1.0))
        gains = fund_receipts(context, fund, context.sets.years, gains_only=True)
        rows = np.full(len(gains.row), number)
        parts.append(triplets(rows, gains.column, -fund.reinvest * gains.value))
        keys.append((fund.id,))
    if keys:
        entries = Triplets.join(*parts)
        context.add_rows(
            "reinvest",
            entries,
            keys,
            lower=0.0,
        )
