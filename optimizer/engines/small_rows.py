"""A row of large amounts of money restated by rows of small whole numbers, which solvers see.

Amounts of half a billion that lie a cent apart are all one to a solver. Such a row ``a x <= b`` is
divided by an amount g of its own: a = g q + r and b = g Q + R, q whole and r small. Then ``q x``
is at most Q, and where it is Q less k, k at least 1, ``r x`` may be as large as it can be without
the row being broken: ``r x + M q x <= R + M Q`` with M the most of ``r x`` above R says the same
as the row (coefficients of a knapsack reduced: Bradley, Hammer and Wolsey 1974). What is left has
amounts of the size of the differences; where it is still large it is divided once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from infraplan.optimizer.mip import FloatArray, IntArray

SMALL = 10**5
"""Coefficients up to which a row is not divided further: a solver sees a whole number of them."""
MOST = 10**6
"""Coefficients above which a row is left out: a solver would not see that it is broken."""
DIVISORS = 48
"""Amounts of a row that are tried as its divisor, evenly over their order of size."""
FINER = (1, 16, 256, 4096)
"""Parts of a smallest unit in which amounts are counted: the first that they are near."""
ROUNDED = Fraction(1, 4)
"""Share of a smallest unit by which a row may become looser as its amounts are counted."""
LONGEST = 2**62
"""Whole numbers that are exact in 64 bits."""


@dataclass(frozen=True)
class Counted:
    """A row ``sum of weight x start <= most`` in whole numbers (shape: starts)."""

    weights: IntArray
    most: int


def counted(
    weights: FloatArray, most: float, projects: IntArray, unit: Fraction, loose: float
) -> Counted | None:
    """The row of amounts in whole parts of `unit`, made looser by `loose`; None: too long.

    The arithmetic is exact: of amounts above 1e13 a double does not even know the hundredths.

    `projects` (shape: starts) says whose start each is: of each project one start is taken at most.
    What rounding moves is added to the limit, so that no plan is lost that obeys the row.
    """
    amounts = [Fraction(weight) for weight in weights.tolist()]
    for parts in FINER:
        grain = unit / parts
        whole = [round(amount / grain) for amount in amounts]
        if max(map(abs, whole), default=0) * (1 + len(whole)) > LONGEST:
            return None
        moved: dict[int, Fraction] = {}
        for project, number, amount in zip(projects.tolist(), whole, amounts, strict=True):
            moved[project] = max(moved.get(project, Fraction()), number * grain - amount)
        rounded = sum(moved.values(), Fraction())
        if rounded <= ROUNDED * unit:
            limit = (Fraction(most) + Fraction(loose) + rounded) // grain
            return Counted(np.array(whole, dtype=np.int64), limit)
    return None


def small_rows(row: Counted, projects: IntArray) -> tuple[Counted, ...]:
    """Rows that `row` implies and, where all of it could be divided, that imply it."""
    found: list[Counted] = []
    next_divisor = 0
    while (largest := _largest(row.weights)) > SMALL:
        tried = [_divided(row, projects, divisor) for divisor in _divisors(row, next_divisor)]
        if not tried:
            break
        quotient, rest, next_divisor = min(tried, key=lambda parted: _largest(parted[1].weights))
        if _largest(rest.weights) * 2 > largest:
            break
        found.append(quotient)
        row = rest
    if _largest(row.weights) <= MOST:
        found.append(row)
    return tuple(one for one in found if _limits(one, projects))


def _limits(row: Counted, projects: IntArray) -> bool:
    """Whether some choice of starts breaks the row, and its numbers are small."""
    most = int(_most_of(row.weights, projects).sum())
    return most > row.most and _largest(row.weights) <= MOST


def _largest(weights: IntArray) -> int:
    return int(np.abs(weights).max(initial=0))


def _divisors(row: Counted, also: int) -> list[int]:
    sizes = np.unique(np.abs(row.weights))
    sizes = sizes[sizes > 1]
    step = max(1, -(-sizes.size // DIVISORS))
    found = [int(size) for size in sizes[::-1][::step]]
    return [also, *found] if also > 1 else found


def _divided(row: Counted, projects: IntArray, divisor: int) -> tuple[Counted, Counted, int]:
    """The row of quotients, the row that says the rest, and what that is to be divided by next."""
    quotients = (2 * row.weights + divisor) // (2 * divisor)
    rests = row.weights - quotients * divisor
    least = -int(_most_of(-rests, projects).sum())
    most = (row.most - least) // divisor
    left = row.most - most * divisor
    above = _most_rest(rests, quotients, projects, most - 1) - left
    lift, then = max(0, min(divisor, above)), _largest(rests)
    if then > SMALL and -(-lift // then) * then <= divisor:
        lift = -(-lift // then) * then  # of which the next divisor leaves nothing
    rest = Counted(rests + lift * quotients, left + lift * most)
    return Counted(quotients, most), rest, then


def _most_rest(rests: IntArray, quotients: IntArray, projects: IntArray, most: int) -> int:
    """No less than the most that rests add up to where quotients add up to `most` or less."""
    if np.any(quotients < 0):
        return int(_most_of(rests, projects).sum())
    counts = quotients > 0
    many = np.sort(_most_of(np.where(counts, rests, 0), projects))[::-1]
    free = _most_of(np.where(counts, 0, rests), projects)
    return int(many[: max(0, most)].sum()) + int(free.sum())


def _most_of(numbers: IntArray, projects: IntArray) -> IntArray:
    """By project the most that its start may add: 0 where it is not built."""
    most = np.zeros(int(projects.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(most, projects, numbers)
    return most
