"""What keeps a project out and what forcing it in would lose, in words."""

from __future__ import annotations

from infraplan.models.catalogue import NOTHING_SAID, Phrase, joined, phrase
from infraplan.models.plan import Rejection
from infraplan.models.rules import Rule, told_rule

Pair = tuple[str, str]

FITTING = ("value", "marginal")
"""Reasons whose amount is what a project takes from the plan, not what a rule is short of."""
MOST_YEARS = 3
"""Years whose amounts are told one by one."""
ALIKE = 1e-3
"""Share by which amounts of years differ at most that are told as one."""
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
        return phrase("loss-impossible").both
    if row.loss is not None:
        return phrase("loss-exact", loss=number(row.loss)).both
    low, high = row.loss_low, row.loss_high
    if low is not None and high is not None:
        least, most = number(low), number(high)
        if least == most:  # the decimals that are shown do not tell one from the other
            return phrase("loss-exact", loss=least).both
        return phrase("loss-between", low=least, high=most).both
    if low is not None and low > 0.0:
        return phrase("loss-at-least", low=number(low)).both
    if high is not None:
        return phrase("loss-at-most", high=number(high)).both
    return phrase("loss-unknown").both


def amount_text(row: Rejection) -> Pair:
    """By how much and when the rule is short, or what the project takes from the plan."""
    if row.amount is None:
        return NOTHING_SAID.both if row.year is None else phrase("binds-in", year=row.year).both
    amount = number(abs(row.amount))
    if row.rule in FITTING:
        key = "would-add" if row.amount < 0.0 else "takes-from-the-plan"
        return phrase(key, amount=amount).both
    record, _ = told_rule(row.rule)
    if isinstance(record, Rule) and record.name == "precedence":
        return phrase("prerequisites-cost", amount=amount).both
    if len(row.years) > 1:
        return _of_years(row).both
    is_late = isinstance(record, Rule) and record.counts_years
    short = phrase("years-long", years=amount) if is_late else amount
    if row.year is None:
        return phrase("is-short-by", amount=short).both
    return phrase("is-short-by-in", amount=short, year=row.year).both


def _of_years(row: Rejection) -> Phrase:
    """What several years are short of together: each, or the range, the sum and the worst."""
    least, most = min(row.amounts), max(row.amounts)
    span = phrase("years-bare", first=row.years[0], last=row.years[-1])
    if most - least <= ALIKE * most:
        return phrase("is-short-each-year", amount=number(most), years=span)
    if len(row.years) <= MOST_YEARS:
        parts = [
            phrase("is-short-by-in", amount=number(amount), year=year)
            for year, amount in zip(row.years, row.amounts, strict=True)
        ]
        return joined(*parts, between=", ")
    return phrase(
        "is-short-in-all",
        amount=number(sum(row.amounts)),
        years=span,
        most=number(most),
        year=row.years[row.amounts.index(most)],
    )
