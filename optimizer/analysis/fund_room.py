"""What funds keep beside what they must pay: cash in the plan's years, debt service after them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.plan import DebtYear, Plan, ProjectStart, RuleYear
from infraplan.optimizer.formulation.fiscal import fund_inflows
from infraplan.optimizer.formulation.receipts import receipts_of


def service_after_plan(
    instance: Instance, starts: Iterable[ProjectStart], debt: Iterable[DebtYear], fund: str
) -> list[tuple[int, float, float]]:
    """Years after the plan with the debt service that a fund owes and its inflow, nominal."""
    end = instance.settings.horizon.last_year
    served = {
        (jurisdiction, pool.id)
        for pool in instance.pools
        for jurisdiction, payer in pool.service_funds.items()
        if payer == fund
    }
    due: defaultdict[int, float] = defaultdict(float)
    for row in debt:
        if (row.jurisdiction, row.pool) in served and row.year > end:
            due[row.year] += row.principal + row.interest
    years = np.array(sorted(due), dtype=np.int64)
    owner = next(row for row in instance.funds if row.id == fund)
    inflows = fund_inflows(instance, owner, years)
    inflows = inflows + receipts_of(instance, owner, starts, years)
    return [
        (int(year), due[int(year)], float(inflow))
        for year, inflow in zip(years, inflows, strict=True)
    ]


def fund_room_years(instance: Instance, plan: Plan) -> tuple[RuleYear, ...]:
    """Each fund as if it were a rule, `fund_balance:FUND` and, after the plan, `tail_service:FUND`.

    Measured is what goes out and must stay, the limit is what is there.
    """
    rows: list[RuleYear] = []
    for fund in instance.funds:
        kept = fund.minimum_balance if fund.carry_over else 0.0
        accounts = [
            (row.year, row.use + row.service + row.lapse + kept, row.closing - kept)
            for row in plan.fund_years
            if row.fund == fund.id
        ]
        rows += [
            _row(fund.jurisdiction, f"fund_balance:{fund.id}", year, out, out + left)
            for year, out, left in accounts
        ]
        rows += [
            _row(fund.jurisdiction, f"tail_service:{fund.id}", year, due, inflow)
            for year, due, inflow in service_after_plan(
                instance, plan.starts, plan.debt_years, fund.id
            )
            if due > 0.0
        ]
    return tuple(rows)


def _row(jurisdiction: str, rule: str, year: int, value: float, limit: float) -> RuleYear:
    return RuleYear(
        jurisdiction=jurisdiction,
        rule=rule,
        year=year,
        value=value,
        limit=limit,
        headroom=limit - value,
    )
