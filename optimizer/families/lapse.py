"""Family `lapse`: money not used in time is lost."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.accounts.funds import lapse_lag
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.fund_service import fund_service
from infraplan.optimizer.formulation.receipts import fund_receipts


def add_lapse(context: Context) -> None:
    """Money not used within n years of coming in is lost.

    Formula: ``sum_{v<=t} (pay + service + lapse)[f,v] >= opening_balance +
    sum_{v<=t-n} (inflow + receipts)[f,v]``
    with n = lapse_years. One row per (fund with lapse_years, plan year t >= n).
    """
    money, years = context.money, context.sets.num_years
    for position, fund in enumerate(context.instance.funds):
        lag = lapse_lag(fund)
        if lag is None or lag >= years:
            continue
        tested = np.arange(lag, years)
        inflow = np.cumsum(fund_inflows(context.instance, fund, context.sets.years))
        service = fund_service(context, fund, context.sets.years)
        outflows = [
            money.pay[pair, :years]
            for pair, source in enumerate(money.pair_source)
            if source == fund.id
        ] + [money.lapse[position]]
        yearly = Triplets.join(
            *[triplets(np.arange(years), columns, 1.0) for columns in outflows], service.entries
        )
        received = fund_receipts(context, fund, context.sets.years)
        parts = []
        for row, t in enumerate(tested):
            came = received.row <= t - lag
            parts.append(
                triplets(
                    np.full(int(came.sum()), row), received.column[came], -received.value[came]
                )
            )
            kept = yearly.row <= t
            parts.append(
                triplets(np.full(int(kept.sum()), row), yearly.column[kept], yearly.value[kept])
            )
        entries = Triplets.join(*parts)
        needed = fund.opening_balance + inflow[tested - lag] - np.cumsum(service.constant)[tested]
        context.add_rows(
            "lapse",
            entries,
            [(fund.id, int(context.sets.years[t])) for t in tested],
            lower=needed,
        )
