"""Finite bounds that the rows of a model imply, as steps that a checker follows exactly."""

from __future__ import annotations

from infraplan.optimizer.verify.certificate import Model

ROUNDS = 200
"""Passes over the rows at most: a chain of years needs one for each."""
DIGITS = 10
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
            if any(lower[c] is None or upper[c] is None for c, _ in entries):
                for is_upper in (True, False):
                    steps += _steps_of_row(model, row, lower, upper, by_upper=is_upper)
        if len(steps) == found:
            break
    return steps


def _steps_of_row(
    model: Model,
    row: int,
    lower: list[int | None],
    upper: list[int | None],
    *,
    by_upper: bool,
) -> list[Step]:
    """What one limit of one row implies for columns without a bound on the side it limits."""
    limit = (model.row_upper if by_upper else model.row_lower)[row]
    if limit is None:
        return []
    entries = model.rows[row]
    total, infinite = 0, []
    for column, a in entries:
        end = (lower if (a > 0) == by_upper else upper)[column]
        if end is None:
            infinite.append(column)
        else:
            total += a * end
    if len(infinite) > 1:
        return []
    steps = []
    for column, a in entries:
        is_upper = (a > 0) == by_upper
        bounds = upper if is_upper else lower
        if bounds[column] is not None or (infinite and infinite[0] != column):
            continue
        own = (lower if is_upper else upper)[column]
        rest = total if infinite or own is None else total - a * own
        value = _outward(model, limit * 10**model.places - rest, a, up=is_upper)
        bounds[column] = value
        steps.append((column, "upper" if is_upper else "lower", row, _text(value, model.places)))
    return steps


def _outward(model: Model, spare: int, a: int, *, up: bool) -> int:
    """`spare / a` rounded up or down to few digits."""
    value = -((-spare) // a) if up else spare // a
    coarse: int = 10 ** max(0, min(model.places, len(str(abs(value))) - DIGITS))
    return (-((-value) // coarse) if up else value // coarse) * coarse


def _text(value: int, places: int) -> str:
    """The decimal of an integer that is `10**places` times a number."""
    digits = str(abs(value)).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :].rstrip("0")
    return ("-" if value < 0 else "") + (f"{whole}.{part}" if part else whole)
