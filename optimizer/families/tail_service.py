"""Family `tail_service`: debt service and works after the plan within what a fund has then."""

from __future__ import annotations

import numpy as np

from infraplan.models.funding import Fund
from infraplan.optimizer.accounts.funds import (
    carries_after_plan,
    interest_on,
    least_cash,
    years_after_plan,
)
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.fund_service import fund_service
from infraplan.optimizer.formulation.receipts import fund_receipts
from infraplan.optimizer.mip import MipBuilder


def columns_tail_service(context: Context, builder: MipBuilder) -> None:
    """Columns ``kept[f,y]``: cash of a fund at the end of a year after the plan, nominal money.

    Bound: kept >= minimum_balance. None for the last year, nor for a fund that may lose money.
    """
    for fund in context.instance.funds:
        years = years_after_plan(context.instance, fund.id)[:-1]
        if years.size and carries_after_plan(fund):
            labels = tuple(int(year) for year in years)
            builder.add_columns(
                _name(fund), len(years), lower=least_cash(fund), axes=("year",), keys=(labels,)
            )


def add_tail_service(context: Context) -> None:
    """After the plan, a fund serves debt and pays for works that go on from its cash and inflow.

    Formula: ``service[f,y] + sum_p pay[p,y] + kept[f,y] - (1 + rho) kept[f,y-1] - receipts[f,y] <=
    inflow[f,y]`` for y after the plan's last year y1, rho the fund's interest rate, p the fund's
    payments, kept[f,y1] its cash at the plan's end, at the last maturity and the last year in
    which works may spend minimum_balance; a fund that may lose money keeps none: ``service + pay -
    receipts <= inflow``. One row per (fund that may have to pay, year).
    """
    for position, fund in enumerate(context.instance.funds):
        years = years_after_plan(context.instance, fund.id)
        if not years.size:
            continue
        service = fund_service(context, fund, years)
        received = fund_receipts(context, fund, years)
        there = fund_inflows(context.instance, fund, years) - service.constant
        parts = [service.entries, received.scaled(-1.0), *_works_paid(context, fund)]
        if carries_after_plan(fund):
            there[-1] -= least_cash(fund)
            kept = context.columns[_name(fund)] if years.size > 1 else np.zeros(0, dtype=np.int64)
            before = np.append(context.money.cash[position, -1], kept)
            at = np.arange(years.size)
            parts += [
                triplets(at[:-1], kept, 1.0),
                triplets(at, before, -(1.0 + interest_on(fund, 1.0))),
            ]
        context.add_rows(
            "tail_service",
            Triplets.join(*parts),
            [(fund.id, int(year)) for year in years],
            upper=there,
        )


def _works_paid(context: Context, fund: Fund) -> list[Triplets]:
    """Entries of what `fund` pays for works after the plan, one row per year from there on."""
    columns = context.money.pay[:, context.sets.num_years :]
    return [
        triplets(np.arange(columns.shape[1]), columns[pair], 1.0)
        for pair, source in enumerate(context.money.pair_source)
        if source == fund.id
    ]


def _name(fund: Fund) -> str:
    return f"kept[{fund.id}]"
