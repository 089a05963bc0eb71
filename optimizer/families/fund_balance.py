"""Family `fund_balance`: cash of every fund."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.accounts.funds import interest_on
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.formulation.context import NO_COLUMN, Context, Triplets, triplets
from infraplan.optimizer.formulation.fund_service import fund_service
from infraplan.optimizer.formulation.receipts import fund_receipts


def add_fund_balance(context: Context) -> None:
    """Cash roll-forward of every fund.

    Formula: ``cash[f,t] - (1 + rho) cash[f,t-1] + sum_p pay[p,t] + service[f,t] + lapse[f,t] -
    receipts[f,t] = inflow[f,t]`` (+ ``(1 + rho) opening_balance`` for t = 0), rho the fund's
    interest rate, service the principal and interest of the pools it serves less their
    refinancing issues, receipts what started projects bring in. Bounds:
    cash >= minimum_balance, or cash = 0 without carry-over. One row per (fund, plan year).
    """
    money, years = context.money, context.sets.num_years
    at = np.arange(years)
    for position, fund in enumerate(context.instance.funds):
        growth = 1.0 + interest_on(fund, 1.0)
        cash = money.cash[position]
        parts = [triplets(at, cash, 1.0), triplets(at[1:], cash[:-1], -growth)]
        parts += [
            triplets(at, money.pay[pair, :years], 1.0)
            for pair, source in enumerate(money.pair_source)
            if source == fund.id
        ]
        if money.lapse[position, 0] != NO_COLUMN:
            parts.append(triplets(at, money.lapse[position], 1.0))
        service = fund_service(context, fund, context.sets.years)
        inflow = fund_inflows(context.instance, fund, context.sets.years) - service.constant
        inflow[0] += growth * fund.opening_balance
        received = fund_receipts(context, fund, context.sets.years)
        entries = Triplets.join(*parts, service.entries, received.scaled(-1.0))
        context.add_rows(
            "fund_balance",
            entries,
            [(fund.id, int(year)) for year in context.sets.years],
            lower=inflow,
            upper=inflow,
        )
