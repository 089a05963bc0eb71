"""Family `lapse`: money not used in time is lost."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.accounts.funds import lapse_lag, opening_expired
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.fund_service import fund_service
from infraplan.optimizer.formulation.receipts import fund_receipts


def add_lapse(context: Context) -> None:
    """Money not used within n years of coming in is lost.

    Formula: ``sum_{v<=t} (pay + service + lapse)[f,v] >= opening[f,t] +
    sum_{v<=t-n} (inflow + receipts)[f,v]`` with n = lapse_years and opening the part of the opening
    balance that came in n years before t or earlier (all of it as of the first year where no ages
    are told). One row per (fund with lapse_years, plan year t >= n, or in which opening > 0).
    """
    money, years = context.money, context.sets.num_years
    for position, fund in enumerate(context.instance.funds):
        lag = lapse_lag(fund)
        if lag is None:
            continue
        opening = np.array([opening_expired(fund, lag, t) for t in range(years)])
        tested = np.flatnonzero((np.arange(years) >= lag) | (opening > 0.0))
        if not tested.size:
            continue
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
        for row, t in enumerate(tested.tolist()):
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
        came_in = np.where(tested >= lag, inflow[np.maximum(tested - lag, 0)], 0.0)
        needed = opening[tested] + came_in - np.cumsum(service.constant)[tested]
        context.add_rows(
            "lapse",
            entries,
            [(fund.id, int(context.sets.years[t])) for t in tested],
            lower=needed,
        )
