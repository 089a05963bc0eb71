"""A finished model with something added: columns, rows, or slack in rows that it has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Key, Mip, RowBlock


def matrix_of(mip: Mip) -> csr_array:
    """The matrix of `mip` by rows, shape (rows, columns)."""
    return csr_array((mip.a_value, mip.a_index, mip.a_start), shape=(mip.num_rows, mip.num_columns))


def with_columns(
    mip: Mip,
    lower: FloatArray,
    upper: FloatArray,
    integrality: BoolArray | None = None,
    entries: coo_array | None = None,
) -> tuple[Mip, IntArray]:
    """`mip` with columns that are worth nothing, and their numbers.

    All arrays have the shape (new columns,); without `integrality` none is whole. `entries`, shape
    (rows, new columns), says how they stand in the rows that there are; without it in none.
    """
    count = lower.size
    whole = np.zeros(count, dtype=np.bool_) if integrality is None else integrality
    wider = replace(
        mip,
        objective=np.concatenate([mip.objective, np.zeros(count)]),
        col_lower=np.concatenate([mip.col_lower, lower]),
        col_upper=np.concatenate([mip.col_upper, upper]),
        integrality=np.concatenate([mip.integrality, whole]),
    )
    if entries is not None:
        wider = _with_matrix(wider, csr_array(hstack([matrix_of(mip), entries])))
    return wider, np.arange(mip.num_columns, mip.num_columns + count, dtype=np.int64)


def _with_matrix(mip: Mip, matrix: csr_array) -> Mip:
    matrix.sort_indices()
    return replace(
        mip,
        a_start=matrix.indptr.astype(np.int64),
        a_index=matrix.indices.astype(np.int64),
        a_value=matrix.data,
    )


def with_rows(
    mip: Mip,
    family: str,
    rows: csr_array,
    lower: FloatArray,
    upper: FloatArray | None = None,
    *,
    axes: tuple[str, ...] = (),
    keys: tuple[Key, ...] = (),
) -> Mip:
    """`mip` with `lower <= rows x <= upper` besides, as one block of `family`.

    `rows` has the shape (new rows, columns of `mip`); without `upper` nothing limits them above.
    `keys` has one key per row where given, whose parts `axes` name. The entries of a row may stand
    in any order, and a column twice: solvers are given them in order and once, since SCIP's
    interface takes no other.
    """
    count = len(lower)
    rows = rows.copy()
    rows.sum_duplicates()
    if upper is None:
        upper = np.full(count, np.inf)
    return replace(
        mip,
        a_start=np.concatenate([mip.a_start, mip.a_start[-1] + rows.indptr[1:]]),
        a_index=np.concatenate([mip.a_index, rows.indices]),
        a_value=np.concatenate([mip.a_value, rows.data]),
        row_lower=np.concatenate([mip.row_lower, lower]),
        row_upper=np.concatenate([mip.row_upper, upper]),
        row_blocks=(*mip.row_blocks, RowBlock(family, mip.num_rows, count, axes, keys)),
    )


def worth_at_least(mip: Mip, least: float) -> Mip:
    """`mip` of whose plans those alone are left that are worth `least` or more, offset included."""
    entries = csr_array(mip.objective[np.newaxis])
    return with_rows(mip, "value_floor", entries, np.array([least - mip.objective_offset]))


def with_slack(mip: Mip, rows: IntArray, price: FloatArray) -> Mip:
    """`mip` in which each of `rows` may be missed, upwards or downwards, at `price` a unit.

    The columns of slack come last: first those that raise a row, in the order of `rows`, then
    those that lower it. `price` (shape of `rows`) is taken from the objective.
    """
    count = rows.size
    ones = np.concatenate([np.ones(count), -np.ones(count)])
    entries = (ones, (np.concatenate([rows, rows]), np.arange(2 * count)))
    slack = coo_array(entries, shape=(mip.num_rows, 2 * count))
    free = np.full(2 * count, np.inf)
    wider, _ = with_columns(mip, np.zeros(2 * count), free, entries=slack)
    return replace(wider, objective=np.concatenate([mip.objective, -price, -price]))
