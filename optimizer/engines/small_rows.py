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
ROUNDED = 0.25
"""Share of a smallest unit by which a row may become looser as its amounts are counted."""
LONGEST = 2**62
"""Whole numbers that are exact in 64 bits."""


@dataclass(frozen=True)
class Counted:
    """A row ``sum of weight x start <= most`` in whole numbers (shape: starts)."""

    weights: IntArray
    most: int


def counted(
    weights: FloatArray, most: float, projects: IntArray, unit: float, loose: float
) -> Counted | None:
    """The row of amounts in whole parts of `unit`, made looser by `loose`; None: too long.

    `projects` (shape: starts) says whose start each is: of each project one start is taken at most.
    What rounding moves is added to the limit, so that no plan is lost that obeys the row.
    """
    for parts in FINER:
        grain = unit / parts
        whole = np.round(weights / grain)
        if np.abs(whole).max(initial=0.0) * (1 + len(whole)) > LONGEST:
            return None
        moved = np.maximum(whole * grain - weights, 0.0)
        rounded = float(_most_of(moved, projects).sum())
        if rounded <= ROUNDED * unit:
            limit = int(np.floor((most + loose + rounded) / grain))
            return Counted(whole.astype(np.int64), limit)
    return None


def small_rows(row: Counted, projects: IntArray) -> tuple[Counted, ...]:
    """Rows that `row` implies and, where all of it could be divided, that imply it."""
    found: list[Counted] = []
    while (largest := int(np.abs(row.weights).max(initial=0))) > SMALL:
        tried = [_divided(row, projects, divisor) for divisor in _divisors(row)]
        if not tried:
            break
        parted = min(tried, key=lambda both: int(np.abs(both[1].weights).max(initial=0)))
        quotient, rest = parted
        if int(np.abs(rest.weights).max(initial=0)) * 2 > largest:
            break
        found.append(quotient)
        row = rest
    if int(np.abs(row.weights).max(initial=0)) <= MOST:
        found.append(row)
    return tuple(one for one in found if _limits(one, projects))


def _limits(row: Counted, projects: IntArray) -> bool:
    """Whether some choice of starts breaks the row, and its numbers are small."""
    most = int(_most_of(row.weights, projects).sum())
    return most > row.most and int(np.abs(row.weights).max(initial=0)) <= MOST


def _divisors(row: Counted) -> list[int]:
    sizes = np.unique(np.abs(row.weights))
    sizes = sizes[sizes > 1]
    step = max(1, -(-sizes.size // DIVISORS))
    return [int(size) for size in sizes[::-1][::step]]


def _divided(row: Counted, projects: IntArray, divisor: int) -> tuple[Counted, Counted]:
    """The row of quotients, and the row that says the rest."""
    quotients = (2 * row.weights + divisor) // (2 * divisor)
    rests = row.weights - quotients * divisor
    least = -int(_most_of(-rests, projects).sum())
    most = (row.most - least) // divisor
    left = row.most - most * divisor
    above = _most_rest(rests, quotients, projects, most - 1) - left
    lift = max(0, min(divisor, above))
    return Counted(quotients, most), Counted(rests + lift * quotients, left + lift * most)


def _most_rest(rests: IntArray, quotients: IntArray, projects: IntArray, most: int) -> int:
    """No less than the most that rests add up to where quotients add up to `most` or less."""
    if np.any(quotients < 0):
        return int(_most_of(rests, projects).sum())
    counts = quotients > 0
    many = np.sort(_most_of(np.where(counts, rests, 0), projects))[::-1]
    free = _most_of(np.where(counts, 0, rests), projects)
    return int(many[: max(0, most)].sum()) + int(free.sum())


def _most_of(numbers: np.ndarray, projects: IntArray) -> np.ndarray:
    """By project the most that its start may add: 0 where it is not built."""
    most = np.zeros(int(projects.max(initial=-1)) + 1, dtype=numbers.dtype)
    np.maximum.at(most, projects, numbers)
    return most
