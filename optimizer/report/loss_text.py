"""What keeps a project out and what forcing it in would lose, in words."""

from __future__ import annotations

from infraplan.models.plan import Rejection
from infraplan.models.rules import Rule, told_rule

Pair = tuple[str, str]

FITTING = ("value", "marginal")
"""Reasons whose amount is what a project takes from the plan, not what a rule is short of."""
EXACT_SHOWN = 0.005
"""Smallest amount that two decimals show."""


def number(value: float) -> str:
    """`value` with two decimals, or with two figures where these would print it as nothing."""
    if value == 0.0 or abs(value) >= EXACT_SHOWN:
        return f"{value:,.2f}"
    return f"{value:.2g}"


def loss_text(row: Rejection) -> Pair:
    """The loss if the project is forced in: a number, bounds, or that it is unknown."""
    if row.can_be_forced is False:
        return "cannot be forced in", "不能强制入选"
    if row.loss is not None:
        return number(row.loss), number(row.loss)
    low, high = row.loss_low, row.loss_high
    if low is not None and high is not None:
        return f"{number(low)} to {number(high)}", f"{number(low)}至{number(high)}"
    if low:
        return f"at least {number(low)}", f"至少{number(low)}"
    if high is not None:
        return f"at most {number(high)}", f"至多{number(high)}"
    return "unknown", "未知"


def amount_text(row: Rejection) -> Pair:
    """By how much and when the rule is short, or what the project takes from the plan."""
    if row.amount is None:
        return (f"{row.year}", f"{row.year}年") if row.year is not None else ("", "")
    amount = number(abs(row.amount))
    if row.rule in FITTING:
        if row.amount < 0.0:
            return f"would add {amount}", f"可增加{amount}"
        return f"by {amount}", f"差{amount}"
    record, _ = told_rule(row.rule)
    unit = record.counted_in if isinstance(record, Rule) else ("", "")
    english = f"short by {amount}" + (f" {unit[0]}" if unit[0] else "")
    chinese = f"差额{amount}{unit[1]}"
    if row.year is not None:
        return f"{english} in {row.year}", f"{row.year}年{chinese}"
    return english, chinese
