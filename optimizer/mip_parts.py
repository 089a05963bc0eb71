"""A model taken apart where no row holds its columns together."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of

LEAST_STARTS = 100
"""Starts of a part that counts as one: what is smaller hangs on nothing to speak of."""
LEAST_PARTS = 2


def count_as_parts(starts: IntArray) -> BoolArray:
    """Which of parts with so many `starts` each count as one."""
    return np.asarray(starts >= LEAST_STARTS, dtype=np.bool_)


def falls_apart(starts: IntArray) -> bool:
    """Whether parts with so many `starts` each are worth taking apart."""
    return bool(np.count_nonzero(count_as_parts(starts)) >= LEAST_PARTS)


def part_numbers(mip: Mip) -> IntArray:
    """Number of the part that each column is in, shape (columns,).

    Two columns are in one part where a row holds both, or a chain of rows leads from one to the
    other. Parts are numbered from 0 on, by their first column.
    """
    # A row joins its first column with each of its others.
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    first = mip.a_index[mip.a_start[rows]]
    links = csr_array(
        (np.ones(rows.size, dtype=np.int8), (first, mip.a_index)),
        shape=(mip.num_columns, mip.num_columns),
    )
    _, label = connected_components(links, directed=False)
    _, begin, part = np.unique(label, return_index=True, return_inverse=True)
    number = np.empty(begin.size, dtype=np.int64)
    number[np.argsort(begin)] = np.arange(begin.size)
    return np.asarray(number[part], dtype=np.int64)


def only_columns(
    mip: Mip, columns: IntArray, by_column: csc_array | None = None
) -> tuple[Mip, IntArray]:
    """The model of `columns` (ascending) and of the rows that hold any of them, and these rows.

    The rows must hold no other column. Blocks, runs of starts and offset are left out. `by_column`
    is the matrix of `mip` by columns, for whoever asks for many parts.
    """
    whole = csc_array(matrix_of(mip)) if by_column is None else by_column
    part = csr_array(whole[:, columns])
    rows = np.flatnonzero(np.diff(part.indptr) > 0)
    return restricted(mip, csr_array(part[rows]), columns, rows), rows


def restricted(
    mip: Mip,
    entries: csr_array,
    columns: IntArray,
    rows: IntArray,
    shift: FloatArray | None = None,
) -> Mip:
    """The model of `columns` of `mip` in `rows`, whose `entries` have shape (rows, columns).

    `shift` (shape: rows) is what the other columns add to these rows, nothing where it is None.
    Blocks, runs of starts and offset are left out.
    """
    lower, upper = mip.row_lower[rows], mip.row_upper[rows]
    if shift is not None:
        lower, upper = lower - shift, upper - shift
    return Mip(
        objective=mip.objective[columns],
        objective_offset=0.0,
        col_lower=mip.col_lower[columns],
        col_upper=mip.col_upper[columns],
        integrality=mip.integrality[columns],
        a_start=entries.indptr.astype(np.int64),
        a_index=entries.indices.astype(np.int64),
        a_value=entries.data,
        row_lower=lower,
        row_upper=upper,
    )
