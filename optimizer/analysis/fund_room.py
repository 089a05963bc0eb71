"""What funds keep beside what they must pay: cash in the plan, debt service and works after it."""

from __future__ import annotations

from collections import defaultdict

from infraplan.models.instance import Instance
from infraplan.models.plan import FundYear, Plan, RuleYear
from infraplan.optimizer.accounts.funds import least_cash, outgoing, tail_of_fund


def fund_room_years(instance: Instance, plan: Plan) -> tuple[RuleYear, ...]:
    """Each fund as if it were a rule, `fund_balance:FUND` and, after the plan, `tail_service:FUND`.

    Measured is what goes out and must stay, the limit is what is there.
    """
    rows: list[RuleYear] = []
    out_of_all = outgoing(instance, plan.payments, plan.debt_years)
    years_of: defaultdict[str, list[FundYear]] = defaultdict(list)
    for account in plan.fund_years:
        years_of[account.fund].append(account)
    for fund in instance.funds:
        kept = least_cash(fund)
        accounts = [
            (row.year, row.use + row.service + row.lapse + kept, row.closing - kept)
            for row in years_of[fund.id]
        ]
        closing = accounts[-1][2] + kept if accounts else fund.opening_balance
        rows += [
            _row(fund.jurisdiction, f"fund_balance:{fund.id}", year, out, out + left)
            for year, out, left in accounts
        ]
        rows += [
            _row(fund.jurisdiction, f"tail_service:{fund.id}", row.year, row.due, row.there)
            for row in tail_of_fund(instance, plan.starts, out_of_all, fund, closing)
            if row.due > 0.0
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
