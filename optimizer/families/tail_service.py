"""Family `tail_service`: debt service after the plan within a fund's inflow."""

from __future__ import annotations

from infraplan.optimizer.accounts.funds import years_after_plan
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.fund_service import fund_service
from infraplan.optimizer.formulation.receipts import fund_receipts


def add_tail_service(context: Context) -> None:
    """After the plan, a fund's debt service stays within its inflow, through the last maturity.

    Formula: ``service[f,y] - receipts[f,y] <= inflow[f,y]`` for y after the plan's last year. One
    row per (fund that serves a pool, year).
    """
    for fund in context.instance.funds:
        years = years_after_plan(context.instance, fund.id)
        if not years.size:
            continue
        service = fund_service(context, fund, years)
        received = fund_receipts(context, fund, years)
        entries = Triplets.join(service.entries, received.scaled(-1.0))
        context.add_rows(
            "tail_service",
            entries,
            [(fund.id, int(year)) for year in years],
            upper=fund_inflows(context.instance, fund, years) - service.constant,
        )
