"""A plan held against every row of a certificate's model, in exact arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from fractions import Fraction
from typing import Any

from infraplan.optimizer.verify.certificate import (
    ZERO,
    CertificateError,
    Model,
    number,
    place,
    product_and,
)

ROW_SHARE = Fraction(1, 10**6)
"""Share of max(1, its limit, its terms) by which a plan may miss a row or a bound."""
VALUE_SHARE = Fraction(1, 10**6)
"""Share of max(1, terms of the objective) by which the plan's value may differ from the run's."""
ONE = Decimal(1)


@dataclass(frozen=True)
class PlanCheck:
    """How well a plan obeys the rows; misses are shares, as `ROW_SHARE` and `VALUE_SHARE`."""

    value: Fraction
    worst_row: Fraction
    value_miss: Fraction
    starts: frozenset[str]


def check_plan(model: Model, values: Any, objective: float) -> PlanCheck:
    """Hold a plan (values by column number, 0 where none) against every row, exactly.

    `objective` is the run's, in its money. A whole column must be whole, to the last digit.
    Raises CertificateError where one is not, or values have another form.
    """
    count = len(model.names)
    if not isinstance(values, dict) or not math.isfinite(objective):
        raise CertificateError("form", "plan")
    x = [ZERO] * count
    for name, text in values.items():
        x[place(name, count)] = number(text)
    for column, value in enumerate(x):
        if model.integer[column] and value != value.to_integral_value():
            raise CertificateError("whole", model.names[column])
    try:
        worst = _worst_miss(model, x)
        terms = [product_and(c, v, ZERO) for c, v in zip(model.objective, x, strict=True) if v]
    except DecimalException as error:
        raise CertificateError("number", "digits") from error
    factor = Fraction(model.factor)
    worth = (sum(map(Fraction, terms), Fraction(0)) + Fraction(model.offset)) / factor
    scale = max(Fraction(1), sum((abs(Fraction(t)) for t in terms), Fraction(0)) / factor)
    pairs = zip(model.names, x, strict=True)
    started = frozenset(n for n, v in pairs if v == ONE and n.startswith("started "))
    return PlanCheck(worth, worst, abs(worth - Fraction(objective)) / scale, started)


def _worst_miss(model: Model, x: list[Decimal]) -> Fraction:
    """The largest share by which a row, or a bound of a column, is missed."""
    worst = Fraction(0)
    rows = [*model.rows, *([(column, ONE)] for column in range(len(x)))]
    lowers, uppers = [*model.row_lower, *model.lower], [*model.row_upper, *model.upper]
    for row, low, high in zip(rows, lowers, uppers, strict=True):
        total = ZERO
        for column, a in row:
            total = product_and(a, x[column], total)
        if low <= total <= high:
            continue
        size = sum((abs(Fraction(product_and(a, x[c], ZERO))) for c, a in row), Fraction(0))
        for limit, is_missed in ((low, total < low), (high, total > high)):
            if is_missed:
                most = max(Fraction(1), abs(Fraction(limit)), size)
                worst = max(worst, abs(Fraction(total) - Fraction(limit)) / most)
    return worst
