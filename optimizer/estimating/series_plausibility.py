"""Doubts about amounts by year: leaps between the years, and old debt out of all proportion."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from infraplan.models.catalogue import phrase
from infraplan.models.debt_rule import Quantity
from infraplan.models.finance.discounting import year_array
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.debt import old_debt, opening_debt
from infraplan.optimizer.estimating.implausibility import doubt, median
from infraplan.optimizer.estimating.slip_plausibility import HIGHEST_RATE

TIMES_A_YEAR = 1000.0
"""Times the amount of the year before that no revenue or limit grows by: 万 for 亿 is 10,000."""
ROUNDED = 1e-3
"""Part of a ceiling by which old debt may exceed it: tables are rounded."""
LIMITS = ("ceiling", "new_quota")
"""Columns of old debt that limit what may be borrowed, by year."""

_Year = tuple[int, int, float]
"""Year, position of the row, amount."""


def series_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Yield doubts about inflows, fiscal figures and old debt with its limits, by year."""
    yield from _leaps(instance)
    yield from _interest_over_debt(instance)
    yield from _debt_over_ceiling(instance)


def _leaps(instance: Instance) -> Iterator[Inconsistency]:
    """`leap-between-years`: one of two years is a thousand times the other.

    Amounts of 0 say nothing: a bond quota or a grant may be given in some years only.
    """
    found: defaultdict[tuple[str, str, str], list[_Year]] = defaultdict(list)
    for index, row in enumerate(instance.inflows):
        found["inflows", "value", row.fund].append((row.year, index, row.value))
    for index, item in enumerate(instance.fiscal):
        name = f"{item.jurisdiction} / {item.item}"
        found["fiscal", "value", name].append((item.year, index, item.value))
    for index, debt in enumerate(instance.debt):
        name = f"{debt.jurisdiction} / {debt.pool}"
        for field in LIMITS:
            if (value := getattr(debt, field)) is not None:
                found["debt", field, name].append((debt.year, index, value))
    for (table, field, name), rows in found.items():
        years = sorted(row for row in rows if row[2] > 0.0)
        leap = _leap(years)
        if leap is None:
            continue
        odd, other = leap
        text = phrase(
            "amount-leaps-between-years",
            name=name,
            year=odd[0],
            amount=odd[2],
            other=other[0],
            beside=other[2],
        )
        advice = phrase("check-the-unit-of-the-amount")
        yield doubt("leap-between-years", table, odd[1], field, text, advice)


def _leap(years: Sequence[_Year]) -> tuple[_Year, _Year] | None:
    """The first two years in a row with a leap, the one first that is farther from the rest."""
    middle = median(row[2] for row in years) if years else 0.0
    for before, after in itertools.pairwise(years):
        if not 1.0 / TIMES_A_YEAR < after[2] / before[2] < TIMES_A_YEAR:
            far = [abs(math.log(row[2] / middle)) for row in (before, after)]
            return (before, after) if far[0] > far[1] else (after, before)
    return None


def _interest_over_debt(instance: Instance) -> Iterator[Inconsistency]:
    """`interest-over-debt`: interest of a year that is most of the debt it is owed on."""
    for index, row in enumerate(instance.debt):
        key = (row.jurisdiction, row.pool)
        opening = opening_debt(instance, *key)
        due = float(old_debt(instance, *key, year_array([row.year]), Quantity.INTEREST)[0])
        if opening > 0.0 and due > HIGHEST_RATE * opening:
            text = phrase(
                "interest-of-a-year-is-most-of-the-debt",
                name=" / ".join(key),
                year=row.year,
                amount=due,
                opening=opening,
            )
            advice = phrase("check-the-unit-of-the-amount")
            yield doubt("interest-over-debt", "debt", index, "interest_due", text, advice)


def _debt_over_ceiling(instance: Instance) -> Iterator[Inconsistency]:
    """`debt-over-ceiling`: old debt alone exceeds the ceiling, so that there is no plan.

    Of each pool the first such year is told.
    """
    told: set[tuple[str, str]] = set()
    for index, row in enumerate(instance.debt):
        key = (row.jurisdiction, row.pool)
        if row.ceiling is None or key in told or row.year not in instance.settings.horizon.years:
            continue
        balance = float(old_debt(instance, *key, year_array([row.year]), Quantity.BALANCE)[0])
        if balance > row.ceiling * (1.0 + ROUNDED):
            told.add(key)
            text = phrase(
                "old-debt-alone-is-over-the-ceiling",
                name=" / ".join(key),
                year=row.year,
                balance=balance,
                ceiling=row.ceiling,
            )
            advice = phrase("correct-the-ceiling-or-the-old-debt")
            yield doubt("debt-over-ceiling", "debt", index, "ceiling", text, advice)
