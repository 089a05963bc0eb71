"""Rows of choices alone that are seen without a solver: what limits of money leave for starts.

A row of choices and other columns holds for the choices alone with the other columns where they
help it most. How far that is, rows that hold these columns alone say, passed on a few times: what
is paid in a year is no more than what comes in. Such rows are budgets of single years; what joins
years, as money that is kept or lent does, is for multipliers to find.

Source: Savelsbergh, "Preprocessing and probing techniques for mixed integer programming problems",
ORSA Journal on Computing 6, 1994.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.primal.completion import Completion
from infraplan.optimizer.primal.core import CoreProgram, losses

PASSES = 4
"""Times that limits are passed on: stock, inflow and payment of a year are three rows apart."""
MOST_ROWS = 30
"""Rows at most, those of most choices first: each is held against every choice."""
STEPS, FIRST_STEP, LAST_STEP = 60, 1.0, 0.05
"""Times that prices are changed, and how far: as an exponent, for a row overdrawn to its double."""
ROUNDING = 1e-9
"""Times (1 + size): by how much a limit that was passed on is widened."""


class Sights(NamedTuple):
    """`taken z <= most` for every plan; shapes (rows, choices) and (rows,).

    `is_all`: no row that choices can break was left out.
    """

    taken: FloatArray
    most: FloatArray
    is_all: bool = True


def rows_at_sight(completion: Completion) -> Sights:
    """What the rows of `completion` say of its decided columns alone, where these can break it.

    The decided columns are 0 or 1.
    """
    decided, free = completion.shared
    if not free.nnz or not decided.nnz:
        return Sights(np.zeros((0, completion.decided.size)), np.zeros(0))
    low, high = completion.mip.row_lower[completion.rows], completion.mip.row_upper[completion.rows]
    least, most = _ends(decided)
    lower, upper = _passed_on(completion, low - most, high - least)
    free_least, free_most = _sums(free, lower, upper)
    row = np.concatenate([np.arange(low.size), np.arange(low.size)])
    sign = np.repeat([1.0, -1.0], low.size)
    limit = np.concatenate([high - free_least, free_most - low])
    reach = np.concatenate([most, -least])
    can_break = np.flatnonzero(
        np.isfinite(limit) & (reach > limit + ROUNDING * (1.0 + np.abs(reach)))
    )
    size = np.diff(decided.indptr)[row[can_break]]
    chosen = can_break[np.argsort(-size, kind="stable")[:MOST_ROWS]]
    taken = np.asarray(decided[row[chosen]].toarray(), dtype=np.float64)
    is_all = chosen.size == can_break.size
    return Sights(taken * sign[chosen][:, None], limit[chosen], is_all)


def _ends(rows: csr_array) -> tuple[FloatArray, FloatArray]:
    """Least and most of each row of columns that are 0 or 1."""
    return _sums(rows, np.zeros(rows.shape[1]), np.ones(rows.shape[1]))


def _owners(rows: csr_array) -> IntArray:
    """Row of each entry."""
    return np.repeat(np.arange(rows.indptr.size - 1), np.diff(rows.indptr))


def _sums(rows: csr_array, lower: FloatArray, upper: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least and most of each row of columns between `lower` and `upper`."""
    owner, count = _owners(rows), rows.indptr.size - 1
    ends = np.stack([rows.data * lower[rows.indices], rows.data * upper[rows.indices]])
    least = np.bincount(owner, weights=ends.min(axis=0), minlength=count)
    most = np.bincount(owner, weights=ends.max(axis=0), minlength=count)
    return np.asarray(least, dtype=np.float64), np.asarray(most, dtype=np.float64)


def _passed_on(
    completion: Completion, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Limits of the free columns from their own and from rows between `low` and `high` at most."""
    free = completion.shared[1]
    lower = completion.mip.col_lower[completion.free].copy()
    upper = completion.mip.col_upper[completion.free].copy()
    owner, column, value = _owners(free), free.indices, free.data
    count = low.size
    for _ in range(PASSES):
        ends = np.stack([value * lower[column], value * upper[column]])
        least, most = ends.min(axis=0), ends.max(axis=0)
        others_least = _without_own(owner, least, count)
        others_most = _without_own(owner, most, count)
        above, below = high[owner] - others_least, low[owner] - others_most
        new_upper = np.where(value > 0.0, above, below) / value
        new_lower = np.where(value > 0.0, below, above) / value
        new_upper += ROUNDING * (1.0 + np.abs(new_upper))
        new_lower -= ROUNDING * (1.0 + np.abs(new_lower))
        before = upper.copy(), lower.copy()
        np.minimum.at(upper, column, np.where(np.isnan(new_upper), np.inf, new_upper))
        np.maximum.at(lower, column, np.where(np.isnan(new_lower), -np.inf, new_lower))
        if np.array_equal(before[0], upper) and np.array_equal(before[1], lower):
            break
    return lower, upper


def _without_own(owner: IntArray, value: FloatArray, count: int) -> FloatArray:
    """Sum of each entry's row without the entry itself; infinite where another one is."""
    endless = np.isinf(value)
    finite = np.where(endless, 0.0, value)
    sums = np.bincount(owner, weights=finite, minlength=count)[owner] - finite
    sign = np.where(endless, np.sign(value), 0.0)
    ends = np.bincount(owner, weights=sign, minlength=count)[owner] - sign
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(ends == 0.0, sums, sums + ends * np.inf), dtype=np.float64)


def prices(gain: FloatArray, taken: FloatArray, most: FloatArray, begins: IntArray) -> FloatArray:
    """Prices of the rows `taken z <= most` at which what pays fits them about, shape (rows,).

    `gain` and the columns of `taken` are of choices one project after the other, which begin at
    `begins`; of each project at most one choice is taken. A row that is overdrawn becomes dearer,
    one that is not used up cheaper, in ever smaller steps.
    """
    heads = begins[:-1][np.diff(begins) > 0]
    counted = most > 0.0
    price = np.zeros(most.size)
    if not heads.size or not counted.any():
        return price
    rows, limit = taken[counted], most[counted]
    owner = np.repeat(np.arange(heads.size), np.diff(np.append(heads, gain.size)))
    best = np.maximum.reduceat(gain, heads)
    is_best = (gain == best[owner]) & (gain > 0.0)
    share = float(gain[is_best].sum()) / (limit.size * limit)
    least, found = np.inf, share
    for step in np.geomspace(FIRST_STEP, LAST_STEP, STEPS):
        left = gain - np.einsum("kn,k->n", rows, share)
        best = np.maximum.reduceat(left, heads)
        bound = float(share @ limit + np.maximum(best, 0.0).sum())
        if bound < least:
            least, found = bound, share
        chosen = np.flatnonzero((left == best[owner]) & (left > 0.0))
        use = rows[:, chosen].sum(axis=1) / limit
        share = share * np.exp(step * np.clip(use - 1.0, -1.0, 1.0))
    price[counted] = found
    return price


def priced_at_sight(program: CoreProgram, sights: Sights) -> CoreProgram:
    """`program` with what its choices lose at the prices of rows at sight.

    The best choice of each project that pays for itself takes the place of what a relaxation
    chooses.
    """
    count, size = program.count, program.none_loss.size
    order = np.argsort(program.project, kind="stable")
    begins = np.searchsorted(program.project[order], np.arange(size + 1))
    gain = program.mip.objective[:count]
    price = prices(gain[order], sights.taken[:, order], sights.most, begins)
    worth = gain - np.einsum("kn,k->n", sights.taken, price)
    loss, none_loss = losses(program.mip, program.project, worth, size)
    relaxed = ((loss <= 0.0) & (worth > 0.0)).astype(np.float64)
    return replace(program, loss=loss, none_loss=none_loss, relaxed=relaxed)
