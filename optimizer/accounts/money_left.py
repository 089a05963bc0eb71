"""Money that a plan leaves: in which fund, since when, and what of debt quotas and caps is unused.

Source: docs/laws.md section 5 (`money_left`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from infraplan.models.funding import Fund
from infraplan.models.instance import Instance
from infraplan.models.plan import FundYear, Plan
from infraplan.models.policy import Policy, PolicyKind
from infraplan.optimizer.accounts.candidates import lay_out
from infraplan.optimizer.accounts.funds import (
    TailYear,
    carries_after_plan,
    interest_on,
    least_cash,
    may_lapse,
    outgoing,
    tail_of_fund,
)
from infraplan.optimizer.accounts.spending import chosen_rows, spending_of

NOTHING = 1e-6
"""Share of all money below which an amount is rounding."""


class LeftKind(StrEnum):
    """What was left of what."""

    FUND = "fund"  # cash that no year of the plan and no debt after it needs
    LAPSED = "lapsed"  # money of a fund that was lost unspent
    QUOTA = "quota"  # room for new debt that was not issued
    CAP = "cap"  # room under a cap on spending, in price-year money


@dataclass(frozen=True)
class LeftRow:
    """What was left of one source in one year.

    Attributes
    ----------
    source
        Id of the fund, the pool or the policy.
    jurisdiction
        Whose it is; blank for a policy.
    year
        From which the money lay unused to the end of the plan, in which it lapsed, or of the
        quota or cap.
    amount
        Nominal money; that of a cap in price-year money.
    """

    kind: LeftKind
    source: str
    jurisdiction: str
    year: int
    amount: float


def came_in(plan: Plan) -> float:
    """All that funds had to spend in the plan: what they began with, inflows and interest."""
    begun = {row.fund: row.opening for row in reversed(plan.fund_years)}
    flows = sum(row.inflow + row.interest for row in plan.fund_years)
    return float(sum(begun.values()) + flows)


def money_left(instance: Instance, plan: Plan) -> tuple[LeftRow, ...]:
    """What `plan` leaves of its money, by source and year; rows of nothing are left out.

    Money is left in the year from which on it lies unused to the end: what could have been spent
    in that year beside all that was, with no account of a later year short.
    """
    rows = [
        *_of_funds(instance, plan),
        *_of_quotas(plan),
        *_of_caps(instance, plan),
    ]
    least = NOTHING * max(1.0, came_in(plan))
    return tuple(row for row in rows if row.amount > least)


def _of_funds(instance: Instance, plan: Plan) -> Iterator[LeftRow]:
    out = outgoing(instance, plan.payments, plan.debt_years)
    for fund in instance.funds:
        accounts = [row for row in plan.fund_years if row.fund == fund.id]
        if not accounts:
            continue
        closing = accounts[-1].closing
        tail = tail_of_fund(instance, plan.starts, out, fund, closing)
        before = 0.0
        for row, free in zip(accounts, free_cash(fund, accounts, tail), strict=True):
            yield LeftRow(LeftKind.LAPSED, fund.id, fund.jurisdiction, row.year, row.lapse)
            added = free - before * (1.0 + interest_on(fund, 1.0))
            yield LeftRow(LeftKind.FUND, fund.id, fund.jurisdiction, row.year, added)
            before = free


def free_cash(
    fund: Fund, accounts: Iterable[FundYear], tail: Iterable[TailYear] = ()
) -> list[float]:
    """Cash at each year's end, as in `accounts`, that nothing later needs.

    Formula: ``free(y) = min(closing(y) - least, free(y+1) / (1 + interest_rate))``, not below 0;
    after the plan what is there beyond what is due stands for the first of them, where the fund
    keeps its cash for it. Of a fund whose money lapses only the last year's is told.
    """
    growth = 1.0 + interest_on(fund, 1.0)
    later = np.inf
    if carries_after_plan(fund):
        for year in reversed(list(tail)):
            later = min(later / growth, year.there - year.due)
    found: list[float] = []
    for row in reversed(list(accounts)):
        later = max(0.0, min(row.closing - least_cash(fund), later / growth))
        found.append(float(later))
    if may_lapse(fund):
        # What is there at the end came last: the rest of what earlier years left was lost.
        found[1:] = [0.0] * (len(found) - 1)
    return found[::-1]


def _of_quotas(plan: Plan) -> Iterator[LeftRow]:
    """Quotas that are not used up, as far as the year's ceiling of the pool leaves room."""
    room = {
        (row.jurisdiction, row.rule.partition(":")[2], row.year): row.headroom
        for row in plan.rule_years
        if row.rule.startswith("ceiling:")
    }
    for row in plan.rule_years:
        if row.rule.startswith("quota:"):
            pool = row.rule.partition(":")[2]
            limits = [row.headroom, room.get((row.jurisdiction, pool, row.year))]
            amount = min(limit for limit in limits if limit is not None)
            yield LeftRow(LeftKind.QUOTA, pool, row.jurisdiction, row.year, amount)


def _of_caps(instance: Instance, plan: Plan) -> Iterator[LeftRow]:
    """Caps on spending that are not used up; one of a span of years stands at its last year."""
    caps = [row for row in instance.policies if row.kind is PolicyKind.SPEND_CAP]
    if not caps:
        return
    candidates = lay_out(instance)
    spending = spending_of(candidates)
    chosen = chosen_rows(candidates, spending, plan.starts)
    for cap in caps:
        scope = candidates.select(
            sectors=cap.sectors,
            subsectors=cap.subsectors,
            jurisdictions=cap.jurisdictions,
            places=cap.places,
            projects=cap.projects,
        )
        mine = chosen[scope[candidates.project_of[spending.option[chosen]]]]
        by_year = np.bincount(
            spending.year[mine], spending.amount[mine], minlength=candidates.num_money_years
        )
        for years in _tested_spans(instance, cap):
            at = [year - candidates.first_year for year in years]
            yield LeftRow(LeftKind.CAP, cap.id, "", years[-1], cap.value - float(by_year[at].sum()))


def _tested_spans(instance: Instance, cap: Policy) -> Iterator[range]:
    """Spans of plan years that a cap tests: each year by itself, or all of its years."""
    horizon = instance.settings.horizon
    first = max(horizon.first_year, cap.from_year or horizon.first_year)
    last = min(horizon.last_year, cap.to_year or horizon.last_year)
    if cap.per_year:
        yield from (range(year, year + 1) for year in range(first, last + 1))
    elif first <= last:
        yield range(first, last + 1)
