"""A bound of the optimum that trusts no solver: multipliers from anywhere, arithmetic from here.

For any multipliers `y` of the rows, with `d = c - A' y`, every feasible `x` has

    c' x = y' A x + d' x <= sum_i max(y_i L_i, y_i U_i) + sum_j max(d_j l_j, d_j u_j)

(weak duality; Neumaier and Shcherbina, "Safe bounds in linear and mixed-integer linear
programming", Mathematical Programming 99, 2004). Good multipliers make the bound tight, bad ones
make it loose, none makes it wrong. Every rounding error is bounded and added.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip

EPSILON = float(np.finfo(np.float64).eps)
ROUNDS = 60
"""Passes over the rows in which limits of columns are sought; money is carried over that far."""
SHRINK = (0.0, 1e-12, 1e-10, 1e-8)
"""Shares by which multipliers are shrunk, one after the other, until the bound is finite."""
REPAIRS = 4
"""Rounds of repricing rows of columns without limit, at each share."""
HAIR = 1e-6
"""Largest reduced cost that repricing takes for rounding."""
OUTWARD = 1e-10
"""Share of a row's terms by which an implied limit is moved outwards, beyond all rounding."""


@dataclass(frozen=True)
class DualBound:
    """An upper bound of the objective; `value` is None where some columns have no limit.

    `without_limit` are these columns: neither their own bounds nor rows limit them, and their
    reduced cost is not 0. `multipliers` (shape: rows) are those that the value was found with.
    """

    value: float | None
    without_limit: IntArray
    multipliers: FloatArray | None = None


Limits = tuple[FloatArray, FloatArray]
"""Lower and upper limits of columns (shape: columns)."""


def dual_bound(mip: Mip, multipliers: FloatArray, limits: Limits | None = None) -> DualBound:
    """Upper bound of `mip` (offset included) that `multipliers` (shape: rows) prove.

    A multiplier is at least 0 for an upper limit, at most 0 for a lower one; one on a side that
    has no limit counts as 0. Integrality is not used. The bound is rounded upwards. `limits` are
    those of `implied_bounds` where they are known, of `mip` or of one that allows more.

    A column without limit whose reduced cost is 0 but for rounding would spoil the bound. All
    multipliers are then shrunk by a hair, which turns the reduced cost of what costs something
    below 0, and one row of what costs nothing is priced a hair higher. Where rounding alone hides
    the sign it is found exactly: flow over a line without loss, cost and limit may go round in
    both directions, and no prices but equal ones at its ends bound it.
    """
    lower, upper = limits or implied_bounds(mip)
    given = np.where(np.isfinite(multipliers), multipliers, 0.0)
    given[(given > 0.0) & ~np.isfinite(mip.row_upper)] = 0.0
    given[(given < 0.0) & ~np.isfinite(mip.row_lower)] = 0.0
    without = np.zeros(0, dtype=np.int64)
    for shrink in SHRINK:
        y = given * (1.0 - shrink)
        for repair in range(REPAIRS):
            row_terms, terms, reduced = _terms(mip, y, lower, upper)
            without = np.flatnonzero(np.isinf(terms))
            if not without.size:
                everything = np.concatenate([row_terms, terms, [mip.objective_offset]])
                margin = 4.0 * EPSILON * float(np.abs(everything).sum())
                total = math.fsum(everything) + margin
                return DualBound(total if math.isfinite(total) else None, without, y)
            # First as much as is missing, which may make two prices equal; then a hair more.
            if not _price_up(mip, y, without, reduced[without] * (2.0 if repair else 1.0)):
                break
    return DualBound(None, without)


def _terms(
    mip: Mip, y: FloatArray, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What rows and columns add to the bound at multipliers `y`, and the reduced costs at most."""
    limit = np.where(y > 0.0, mip.row_upper, mip.row_lower)
    row_terms = np.where(y == 0.0, 0.0, y * np.where(np.isfinite(limit), limit, 0.0))
    used = mip.a_value * np.repeat(y, np.diff(mip.a_start))
    count = mip.num_columns
    taken = np.bincount(mip.a_index, weights=used, minlength=count)
    size = np.bincount(mip.a_index, weights=np.abs(used), minlength=count)
    entries = np.bincount(mip.a_index, minlength=count)
    reduced = mip.objective - taken
    error = np.where(size > 0.0, (entries + 4) * EPSILON * (size + np.abs(mip.objective)), 0.0)
    terms = _largest_products(reduced - error, reduced + error, lower, upper)
    hidden = np.flatnonzero(np.isinf(terms) & (np.abs(reduced) <= error + HAIR))
    if hidden.size:
        reduced[hidden], error[hidden] = _exactly_reduced(mip, y, hidden), 0.0
        exact = reduced[hidden]
        terms[hidden] = _largest_products(exact, exact, lower[hidden], upper[hidden])
    return row_terms, terms, reduced + error


def _exactly_reduced(mip: Mip, y: FloatArray, columns: IntArray) -> FloatArray:
    """Reduced costs of `columns` (their shape) in exact arithmetic, rounded once, never to 0."""
    sums = {int(column): Fraction(float(mip.objective[column])) for column in columns}
    wanted = np.zeros(mip.num_columns, dtype=np.bool_)
    wanted[columns] = True
    entries = np.flatnonzero(wanted[mip.a_index])
    rows = np.searchsorted(mip.a_start, entries, side="right") - 1
    for entry, row in zip(entries.tolist(), rows.tolist(), strict=True):
        column = int(mip.a_index[entry])
        sums[column] -= Fraction(float(mip.a_value[entry])) * Fraction(float(y[row]))
    least = float(np.nextafter(0.0, 1.0))
    signs = [(total > 0) - (total < 0) for total in sums.values()]
    found = [float(total) for total in sums.values()]
    return np.array([value or sign * least for value, sign in zip(found, signs, strict=True)])


def _price_up(mip: Mip, y: FloatArray, columns: IntArray, excess: FloatArray) -> bool:
    """Raise `y` in place on one row of each column that is too dear; False where none can be."""
    changed = False
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    for column, much in zip(columns.tolist(), excess.tolist(), strict=True):
        if not 0.0 < much <= HAIR:
            continue
        for entry in np.flatnonzero(mip.a_index == column):
            row, step = int(rows[entry]), much / float(mip.a_value[entry])
            side = mip.row_upper[row] if y[row] + step > 0.0 else mip.row_lower[row]
            if np.isfinite(side):
                y[row] += step
                changed = True
                break
    return changed


def proves_infeasible(mip: Mip, multipliers: FloatArray) -> bool:
    """Whether `multipliers` (shape: rows) prove that no `x` obeys the rows (Farkas).

    They do where, without any objective, they bound 0 from above by less than 0.
    """
    nothing = replace(mip, objective=np.zeros(mip.num_columns), objective_offset=0.0)
    value = dual_bound(nothing, multipliers).value
    return value is not None and value < 0.0


def _largest_products(
    least: FloatArray, most: FloatArray, lower: FloatArray, upper: FloatArray
) -> FloatArray:
    """Largest `d x` with `d` in `least..most` and `x` in `lower..upper`, elementwise."""
    best = np.full(least.shape, -np.inf)
    with np.errstate(invalid="ignore"):
        for factor in (least, most):
            for side in (lower, upper):
                product = np.where(factor == 0.0, 0.0, factor * side)
                best = np.maximum(best, product)
    return best


def implied_bounds(mip: Mip) -> tuple[FloatArray, FloatArray]:
    """Column bounds with the infinite ones replaced by what rows imply, where they do.

    A row `sum_k a_k x_k <= U` limits `x_j` by `(U - least sum of the others) / a_j`. Limits found
    serve the next pass, so that money carried over from year to year is limited by all inflows.
    """
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    for _ in range(ROUNDS):
        is_open = ~np.isfinite(lower) | ~np.isfinite(upper)
        wanted = np.zeros(mip.num_rows, dtype=np.bool_)
        wanted[rows[is_open[mip.a_index]]] = True
        chosen = np.flatnonzero(wanted[rows])
        if not chosen.size:
            break
        found_upper, found_lower = _limits_by_rows(mip, rows, chosen, lower, upper)
        better_upper = ~np.isfinite(upper) & np.isfinite(found_upper)
        better_lower = ~np.isfinite(lower) & np.isfinite(found_lower)
        if not better_upper.any() and not better_lower.any():
            break
        upper = np.where(better_upper, found_upper, upper)
        lower = np.where(better_lower, found_lower, lower)
    return lower, upper


def _limits_by_rows(
    mip: Mip, rows: IntArray, chosen: IntArray, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Largest and least value of each column by one pass over the entries `chosen`."""
    row, column, value = rows[chosen], mip.a_index[chosen], mip.a_value[chosen]
    found_upper = np.full(mip.num_columns, np.inf)
    found_lower = np.full(mip.num_columns, -np.inf)
    rising = value > 0.0
    sides = (
        (np.where(rising, lower[column], upper[column]), mip.row_upper, rising),
        (np.where(rising, upper[column], lower[column]), mip.row_lower, ~rising),
    )
    for extreme, limits, gives_upper in sides:
        rest, size, known = _rest_of_rows(mip.num_rows, row, value * extreme)
        known &= np.isfinite(limits[row])
        limit = np.where(np.isfinite(limits[row]), limits[row], 0.0)
        outward = OUTWARD * (size + np.abs(limit)) / np.abs(value)
        reached = (limit - rest) / value
        up, down = known & gives_upper, known & ~gives_upper
        np.minimum.at(found_upper, column[up], (reached + outward)[up])
        np.maximum.at(found_lower, column[down], (reached - outward)[down])
    return found_upper, found_lower


def _rest_of_rows(
    num_rows: int, row: IntArray, terms: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Sum of each row's other terms, the size of all terms, and where that sum is finite."""
    infinite = np.isinf(terms)
    finite = np.where(infinite, 0.0, terms)
    count = num_rows
    total = np.asarray(np.bincount(row, weights=finite, minlength=count), dtype=np.float64)
    size = np.asarray(np.bincount(row, weights=np.abs(finite), minlength=count), dtype=np.float64)
    many = np.bincount(row, weights=infinite, minlength=count)
    return total[row] - finite, size[row], np.asarray((many[row] - infinite) == 0, dtype=np.bool_)
