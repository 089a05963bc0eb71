"""Family `fund_balance`: cash of every fund, what lapses, debt service paid, and its tail."""

from __future__ import annotations

import numpy as np

from infraplan.models.debt_rule import Quantity
from infraplan.models.funding import Fund
from infraplan.optimizer.accounts.funds import interest_on, lapse_lag, years_after_plan
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.formulation.context import NO_COLUMN, Context, Triplets, triplets
from infraplan.optimizer.formulation.debt_terms import Linear, debt_quantity, refinancing_issues
from infraplan.optimizer.formulation.receipts import fund_receipts
from infraplan.optimizer.formulation.sets import IntArray


def _service(context: Context, fund: Fund, years: IntArray) -> Linear:
    """Debt service that `fund` pays in each of `years`, refinancing issues deducted."""
    constant = np.zeros(len(years))
    parts: list[Triplets] = []
    for jurisdiction, pool in context.instance.pools_by_service_fund.get(fund.id, ()):
        due = debt_quantity(context, jurisdiction, (pool,), Quantity.SERVICE, years)
        constant += due.constant
        parts.append(due.entries)
        if years[0] == context.sets.first_year:
            parts.append(refinancing_issues(context, jurisdiction, (pool,)).scaled(-1.0))
    return Linear(constant, Triplets.join(*parts))


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
            triplets(at, money.pay[pair], 1.0)
            for pair, source in enumerate(money.pair_source)
            if source == fund.id
        ]
        if money.lapse[position, 0] != NO_COLUMN:
            parts.append(triplets(at, money.lapse[position], 1.0))
        service = _service(context, fund, context.sets.years)
        inflow = fund_inflows(context.instance, fund, context.sets.years) - service.constant
        inflow[0] += growth * fund.opening_balance
        received = fund_receipts(context, fund, context.sets.years)
        entries = Triplets.join(*parts, service.entries, received.scaled(-1.0))
        context.builder.add_rows(
            "fund_balance",
            years,
            entries.row,
            entries.column,
            entries.value,
            lower=inflow,
            upper=inflow,
            axes=("fund", "year"),
            keys=[(fund.id, int(year)) for year in context.sets.years],
        )


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
        service = _service(context, fund, context.sets.years)
        outflows = [
            money.pay[pair] for pair, source in enumerate(money.pair_source) if source == fund.id
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
        context.builder.add_rows(
            "lapse",
            len(tested),
            entries.row,
            entries.column,
            entries.value,
            lower=needed,
            axes=("fund", "year"),
            keys=[(fund.id, int(context.sets.years[t])) for t in tested],
        )


def add_tail_service(context: Context) -> None:
    """After the plan, a fund's debt service stays within its inflow, through the last maturity.

    Formula: ``service[f,y] - receipts[f,y] <= inflow[f,y]`` for y after the plan's last year. One
    row per (fund that serves a pool, year).
    """
    for fund in context.instance.funds:
        years = years_after_plan(context.instance, fund.id)
        if not years.size:
            continue
        service = _service(context, fund, years)
        received = fund_receipts(context, fund, years)
        entries = Triplets.join(service.entries, received.scaled(-1.0))
        context.builder.add_rows(
            "tail_service",
            len(years),
            entries.row,
            entries.column,
            entries.value,
            upper=fund_inflows(context.instance, fund, years) - service.constant,
            axes=("fund", "year"),
            keys=[(fund.id, int(year)) for year in years],
        )


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
                columns = money.pay[pair]
                parts.append(triplets(np.full(len(columns), number), columns, 1.0))
        gains = fund_receipts(context, fund, context.sets.years, gains_only=True)
        rows = np.full(len(gains.row), number)
        parts.append(triplets(rows, gains.column, -fund.reinvest * gains.value))
        keys.append((fund.id,))
    if keys:
        entries = Triplets.join(*parts)
        context.builder.add_rows(
            "reinvest",
            len(keys),
            entries.row,
            entries.column,
            entries.value,
            lower=0.0,
            axes=("fund",),
            keys=keys,
        )
