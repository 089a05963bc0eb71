"""A finished model without the columns that one long row defines: their terms in their place.

What is paid in a year is a column, the sum of what all projects then spend, and stands in one more
row: what is paid is taken from what there is. A solver's presolve finds that out for itself and
takes seconds for it, for each of its reductions goes through thousands of entries. With the sum in
the place of the column the rest is the same program: plans, relaxation and bound are the same, and
values and multipliers lead back.

Source: free column substitution, Andersen and Andersen, "Presolving in linear programming",
Mathematical Programming 71, 1995.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array

from infraplan.optimizer.column_forms import ordered_runs
from infraplan.optimizer.mip import FloatArray, IntArray, Mip, RowBlock
from infraplan.optimizer.mip_edits import matrix_of

LONG = 200
"""Entries of a row from which on what it defines is worth the change; short ones are presolved in
no time."""
MOST_ROWS = 2
"""Rows in which a column may stand, its own among them: no entry is added to the program."""
STEADY = 1e3
"""Factor by which, or by whose inverse, a row is multiplied at most where it is put in."""
ROUNDING = 1e-9
"""Times (1 + size): by how much the row may pass a limit of its column, and still imply it."""
CANCELLED = 1e-14
"""Share of the terms of a sum below which the sum is their rounding error, and 0."""


@dataclass(frozen=True)
class Substituted:
    """`given` without `columns`, each the sum that its row of `rows` says: `mip`.

    `kept_columns` and `kept_rows` are those of `given` that `mip` has, in its order. `factor` is
    the entry of a column in its row.
    """

    given: Mip
    mip: Mip
    columns: IntArray
    rows: IntArray
    factor: FloatArray
    kept_columns: IntArray
    kept_rows: IntArray

    def forth(self, values: FloatArray) -> FloatArray:
        """Column values of `given` (NaN: unknown) as values of `mip`."""
        return values[self.kept_columns]

    def back(self, values: FloatArray) -> FloatArray:
        """Column values of `mip` as values of `given`, with the sums."""
        whole = np.zeros(self.given.num_columns)
        whole[self.kept_columns] = values
        defining = csr_array(matrix_of(self.given)[self.rows])
        whole[self.columns] = (self.given.row_lower[self.rows] - defining @ whole) / self.factor
        return whole

    def multipliers(self, prices: FloatArray) -> FloatArray:
        """Multipliers of the rows of `mip` as multipliers of those of `given`.

        A defining row has the price at which its column neither gains nor loses.
        """
        whole = np.zeros(self.given.num_rows)
        whole[self.kept_rows] = prices
        used = csc_array(matrix_of(self.given))[:, self.columns].T @ whole
        whole[self.rows] = (self.given.objective[self.columns] - used) / self.factor
        return whole


def substituted(mip: Mip) -> Substituted | None:
    """`mip` without the columns that long rows define; None where there are none."""
    found = _defined(mip)
    if not found:
        return None
    rows, columns, factor = (np.array(part) for part in zip(*found, strict=True))
    matrix = matrix_of(mip)
    uses = csc_array(matrix)[:, columns].tocoo()
    other = uses.row != rows[uses.col]
    target, which = uses.row[other], uses.col[other]
    share = -uses.data[other] / factor[which]
    change = coo_array((share, (target, rows[which])), shape=(mip.num_rows, mip.num_rows))
    kept_rows = np.setdiff1d(np.arange(mip.num_rows), rows)
    kept_columns = np.setdiff1d(np.arange(mip.num_columns), columns)
    shift = change @ mip.row_lower
    worth = mip.objective[columns] / factor
    defining = csr_array(matrix[rows])
    lean = _sum(matrix, csr_array(change @ matrix))[kept_rows][:, kept_columns]
    lean.sort_indices()
    return Substituted(
        given=mip,
        mip=replace(
            mip,
            objective=(mip.objective - defining.T @ worth)[kept_columns],
            objective_offset=mip.objective_offset + float(worth @ mip.row_lower[rows]),
            col_lower=mip.col_lower[kept_columns],
            col_upper=mip.col_upper[kept_columns],
            integrality=mip.integrality[kept_columns],
            a_start=lean.indptr.astype(np.int64),
            a_index=lean.indices.astype(np.int64),
            a_value=lean.data,
            row_lower=(mip.row_lower + shift)[kept_rows],
            row_upper=(mip.row_upper + shift)[kept_rows],
            column_blocks=(),
            row_blocks=_blocks(mip, kept_rows),
            starts=replace(
                mip.starts, first=np.searchsorted(kept_columns, mip.starts.first).astype(np.int64)
            ),
        ),
        columns=columns,
        rows=rows,
        factor=factor,
        kept_columns=kept_columns,
        kept_rows=kept_rows,
    )


def _defined(mip: Mip) -> list[tuple[int, int, float]]:
    """Row, column and entry of each column that is put out; no row is used by two of them.

    A long row says what the column is, and its other terms keep it within its limits; it stands in
    one other row at most, so that no entry is added. No other column that is put out stands in its
    row, and its other row is none that goes.
    """
    owner = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    is_long = (np.diff(mip.a_start) >= LONG) & (mip.row_lower == mip.row_upper)
    if not is_long.any():
        return []
    uses = np.bincount(mip.a_index, minlength=mip.num_columns)
    is_free = ~mip.integrality & (mip.col_lower < mip.col_upper) & (uses <= MOST_ROWS)
    at = np.flatnonzero(is_long[owner] & is_free[mip.a_index])
    low, high = _of_others(mip, owner, at)
    column, value = mip.a_index[at], mip.a_value[at]
    ends = np.stack([low / value, high / value])
    slack = ROUNDING * (1.0 + np.abs(mip.row_lower[owner[at]] / value))
    implied = (ends.min(axis=0) >= mip.col_lower[column] - slack) & (
        ends.max(axis=0) <= mip.col_upper[column] + slack
    )
    by_column = csc_array(matrix_of(mip))
    taken: list[tuple[int, int, float]] = []
    gone: set[int] = set()
    touched: set[int] = set()
    for entry in np.flatnonzero(implied).tolist():
        row, own = int(owner[at[entry]]), int(column[entry])
        part = slice(by_column.indptr[own], by_column.indptr[own + 1])
        others = {
            int(r): float(v)
            for r, v in zip(by_column.indices[part], by_column.data[part], strict=True)
            if r != row
        }
        factors = [abs(v / value[entry]) for v in others.values()]
        is_steady = all(1.0 / STEADY <= factor <= STEADY for factor in factors)
        if is_steady and not gone & others.keys() and row not in gone | touched:
            taken.append((row, own, float(value[entry])))
            gone.add(row)
            touched |= others.keys()
    return taken


def _of_others(mip: Mip, owner: IntArray, at: IntArray) -> tuple[FloatArray, FloatArray]:
    """Least and most of what an entry `at` of an equation must make up for in its row.

    Of starts by year, which are put in order, a row holds the sum of its last terms or of none.
    """
    in_order = np.full(mip.starts.count + 1, -1, dtype=np.int64)
    in_order[ordered_runs(mip)] = 1
    run = mip.starts.run_of_column(mip.num_columns)
    used = np.zeros(mip.num_rows, dtype=np.bool_)
    used[owner[at]] = True
    mine = np.flatnonzero(used[owner] & (in_order[run[mip.a_index]] > 0))
    ends = np.stack(
        [mip.a_value * mip.col_lower[mip.a_index], mip.a_value * mip.col_upper[mip.a_index]]
    )
    ends.sort(axis=0)
    ends[:, mine] = 0.0
    group, least, most = _of_starts(owner[mine], run[mip.a_index[mine]], mip.a_value[mine])
    total = mip.row_lower[owner[at]]
    limits = []
    for each, of_starts in zip(ends, (least, most), strict=True):
        endless = np.isinf(each)
        finite = np.where(endless, 0.0, each)
        sums = np.bincount(owner, weights=finite, minlength=mip.num_rows)
        sums += np.bincount(group, weights=of_starts, minlength=mip.num_rows)
        count = np.bincount(owner, weights=endless, minlength=mip.num_rows)[owner[at]] - endless[at]
        limits.append((total - sums[owner[at]] + finite[at], count > 0))
    (high, is_high), (low, is_low) = limits
    return np.where(is_low, -np.inf, low), np.where(is_high, np.inf, high)


def _of_starts(
    row: IntArray, run: IntArray, value: FloatArray
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Row, least and most of the terms of each run in each row; terms come by row and by column."""
    begins = np.ones(row.size, dtype=np.bool_)
    begins[1:] = (row[1:] != row[:-1]) | (run[1:] != run[:-1])
    heads = np.flatnonzero(begins)
    if not heads.size:
        return row, value, value
    ends = np.append(heads[1:], row.size)
    left = np.repeat(ends, ends - heads) - 1 - np.arange(row.size)
    tails, size = value.copy(), np.abs(value)
    for step in range(1, int(left.max()) + 1):
        here = np.flatnonzero(left == step)
        tails[here] += tails[here + 1]
        size[here] += size[here + 1]
    tails[np.abs(tails) <= CANCELLED * size] = 0.0
    return (
        row[heads],
        np.minimum(0.0, np.minimum.reduceat(tails, heads)),
        np.maximum(0.0, np.maximum.reduceat(tails, heads)),
    )


def _sum(one: csr_array, other: csr_array) -> csr_array:
    """The sum of both, without what rounding leaves of terms that cancel out."""
    parts = one.tocoo(), other.tocoo()
    width = max(one.shape[1], 1)
    flat = np.concatenate([part.row.astype(np.int64) * width + part.col for part in parts])
    value = np.concatenate([part.data for part in parts])
    order = np.argsort(flat, kind="stable")
    flat, value = flat[order], value[order]
    heads = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]])[: flat.size])
    total, size = np.add.reduceat(value, heads), np.add.reduceat(np.abs(value), heads)
    kept = np.abs(total) > CANCELLED * size
    at = flat[heads[kept]]
    return csr_array((total[kept], (at // width, at % width)), shape=one.shape)


def _blocks(mip: Mip, kept: IntArray) -> tuple[RowBlock, ...]:
    """Blocks of the rows `kept`, with their families and without their keys."""
    ends = (
        np.searchsorted(kept, [b.start for b in mip.row_blocks]),
        np.searchsorted(kept, [b.start + b.size for b in mip.row_blocks]),
    )
    return tuple(
        RowBlock(block.family, int(first), int(last - first), (), ())
        for block, first, last in zip(mip.row_blocks, *ends, strict=True)
    )
