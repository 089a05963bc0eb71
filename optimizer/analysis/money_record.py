"""What a run says of its money: how much is left, where and when, and what more is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.money_case import MoneyEffect
from infraplan.models.plan import Plan
from infraplan.models.policy import PolicyKind
from infraplan.optimizer.accounts.money_left import LeftKind, came_in, money_left
from infraplan.optimizer.analysis.money_check import MoneyCheck
from infraplan.optimizer.analysis.money_worth import ESTIMATE, NO_TIME, MoneyWorth, WorthKey

RELAXATION = "dual values of the relaxation"
"""Source of a worth of money, as `worth_source` names it."""
CASH = (LeftKind.FUND, LeftKind.LAPSED)
"""What is money of funds, and neither room to borrow nor room under a cap."""


def money_record(
    instance: Instance, plan: Plan, worth: MoneyWorth | None = None
) -> Mapping[str, Any]:
    """Key `money` of run.json: sums, and a row for each source and year with money or a worth.

    `left` and `came_in` are of funds; `lapsed` is the part of `left` that was lost; `quota_left`
    and `cap_left` are None where there is no quota or cap on spending. A row's `worth` is the
    present value of one more unit, None where `worth_status` says that it is not known.
    """
    rows = money_left(instance, plan)
    worth = MoneyWorth(NO_TIME) if worth is None else worth
    amounts: dict[WorthKey, float] = {}
    for row in rows:
        amounts[row.kind, row.source, row.jurisdiction, row.year] = row.amount
    keys = sorted({*amounts, *worth.by_source}, key=lambda key: (key[0].value, *key[1:]))
    is_known = worth.status == ESTIMATE

    def total(*kinds: LeftKind) -> float:
        return float(sum(row.amount for row in rows if row.kind in kinds))

    has_quota = any(row.rule.startswith("quota:") for row in plan.rule_years)
    has_cap = any(row.kind is PolicyKind.SPEND_CAP for row in instance.policies)
    there, left = came_in(plan), total(*CASH)
    return {
        "has_funds": bool(plan.fund_years),
        "came_in": there,
        "left": left,
        "lapsed": total(LeftKind.LAPSED),
        "share": left / there if there > 0.0 else None,
        "quota_left": total(LeftKind.QUOTA) if has_quota else None,
        "cap_left": total(LeftKind.CAP) if has_cap else None,
        "worth_status": worth.status,
        "worth_source": RELAXATION if is_known else "",
        "rows": [
            {
                "kind": kind.value,
                "source": source,
                "jurisdiction": owner,
                "year": year,
                "left": amounts.get((kind, source, owner, year), 0.0),
                "worth": worth.by_source.get((kind, source, owner, year), 0.0)
                if is_known and kind is not LeftKind.LAPSED
                else None,
            }
            for kind, source, owner, year in keys
        ],
    }


def check_record(check: MoneyCheck) -> Mapping[str, Any]:
    """Key `money_check` of run.json: whether the value depends on money, and every case.

    `depends` is None where no case tells: no plan was found in time, a case has no bound (then
    no gap tells by how much values may differ), or nothing limits the money.
    """
    effects = {case.effect for case in check.cases}
    depends: bool | None = None
    if effects & {MoneyEffect.PROVEN, MoneyEffect.NO_PLAN}:
        depends = True
    elif effects == {MoneyEffect.NONE} and all(case.bound is not None for case in check.cases):
        depends = False
    return {
        "is_limited": check.is_limited,
        "depends": depends,
        "scaled_caps": list(check.scaled_caps),
        "cases": [case.model_dump(mode="json") for case in check.cases],
    }
