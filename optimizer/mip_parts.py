"""A model taken apart where no row holds its columns together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from infraplan.optimizer.mip import IntArray, Mip, StartRuns


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


def only_columns(mip: Mip, columns: IntArray) -> tuple[Mip, IntArray]:
    """The model of `columns` (ascending) and of the rows that hold any of them, and these rows.

    The rows must hold no other column. Blocks, runs of starts and offset are left out.
    """
    place = np.full(mip.num_columns, -1, dtype=np.int64)
    place[columns] = np.arange(columns.size)
    owner = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    entries = np.flatnonzero(place[mip.a_index] >= 0)
    rows = np.unique(owner[entries])
    part = replace(
        mip,
        objective=mip.objective[columns],
        objective_offset=0.0,
        col_lower=mip.col_lower[columns],
        col_upper=mip.col_upper[columns],
        integrality=mip.integrality[columns],
        a_start=np.concatenate([[0], np.cumsum(np.diff(mip.a_start)[rows])]).astype(np.int64),
        a_index=place[mip.a_index[entries]],
        a_value=mip.a_value[entries],
        row_lower=mip.row_lower[rows],
        row_upper=mip.row_upper[rows],
        column_blocks=(),
        row_blocks=(),
        starts=StartRuns.none(),
    )
    return part, rows
