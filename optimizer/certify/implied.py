"""Finite bounds that the rows of a model imply, as steps that a checker follows exactly."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from infraplan.optimizer.verify.certificate import Model, product_and

ROUNDS = 200
"""Passes over the rows at most: a chain of years needs one for each."""
UP, DOWN = Context(prec=10, rounding=ROUND_CEILING), Context(prec=10, rounding=ROUND_FLOOR)
"""Digits to which an implied bound is rounded outward."""

Step = tuple[int, str, int, str]
"""Column, side, row and bound."""


def bound_steps(model: Model) -> list[Step]:
    """Steps that give as many columns as possible finite bounds, each by one row."""
    lower, upper = list(model.lower), list(model.upper)
    steps: list[Step] = []
    for _ in range(ROUNDS):
        found = len(steps)
        for row, entries in enumerate(model.rows):
            if any(lower[c].is_infinite() or upper[c].is_infinite() for c, _ in entries):
                for is_upper in (True, False):
                    steps += _steps_of_row(model, row, lower, upper, by_upper=is_upper)
        if len(steps) == found:
            break
    return steps


def _steps_of_row(
    model: Model,
    row: int,
    lower: list[Decimal],
    upper: list[Decimal],
    *,
    by_upper: bool,
) -> list[Step]:
    """What one limit of one row implies for columns without a bound on the side it limits."""
    limit = (model.row_upper if by_upper else model.row_lower)[row]
    if limit.is_infinite():
        return []
    entries = [(column, a) for column, a in model.rows[row] if a]
    left, infinite = limit, []
    for column, a in entries:
        end = (lower if (a > 0) == by_upper else upper)[column]
        if end.is_infinite():
            infinite.append(column)
        else:
            left = product_and(a.copy_negate(), end, left)
    if len(infinite) > 1:
        return []
    steps = []
    for column, a in entries:
        is_upper = (a > 0) == by_upper
        bounds = upper if is_upper else lower
        if bounds[column].is_finite() or (infinite and infinite[0] != column):
            continue
        own = (lower if is_upper else upper)[column]
        rest = left if infinite or own.is_infinite() else product_and(a, own, left)
        value = (UP if is_upper else DOWN).divide(rest, a)
        bounds[column] = value
        steps.append((column, "upper" if is_upper else "lower", row, f"{value:f}"))
    return steps
