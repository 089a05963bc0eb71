"""A model most of whose columns are fixed, solved where the free ones that matter are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from infraplan.optimizer.backends.quick_relaxation import QuickAnswer, quick_search
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.mip_parts import restricted
from infraplan.optimizer.status import Termination

TOLERANCE = 1e-6
"""Times (1 + size of the row's terms): what a row of fixed columns alone may miss its limit."""


class LocalSearch:
    """Searches in a model near known column values.

    With most columns fixed a model falls into parts that share no row (each network, the money of
    payers that have nothing in common). Those parts that hold nothing new keep the values known.
    """

    def __init__(self, mip: Mip, base: FloatArray) -> None:
        self._mip = mip
        self._base = base
        self._matrix = csc_array(matrix_of(mip).tocsc())

    def solve(self, mip: Mip, new: IntArray, time_limit_s: float, gap: float) -> QuickAnswer:
        """Search `mip`, which differs from the model in bounds and objective alone.

        `new` are columns that the known values do not decide: parts with one of them, or with a
        changed row, are solved. Values and bound are of the whole model.
        """
        lower, upper = mip.col_lower, mip.col_upper
        is_free = lower < upper
        free = np.flatnonzero(is_free)
        values = np.where(is_free, self._base, lower)
        part = csr_array(self._matrix[:, free])
        chosen = self._parts(mip, part, free, new)
        kept = free[chosen]
        part = csr_array(part[:, np.flatnonzero(chosen)])
        rows = np.flatnonzero(np.diff(part.indptr) > 0)
        rest = values.copy()
        rest[kept] = 0.0
        shift = self._matrix @ rest
        if self._breaks(mip, shift, rest, rows):
            return QuickAnswer(Termination.INFEASIBLE)
        small = restricted(mip, csr_array(part[rows]), kept, rows, shift[rows])
        answer = quick_search(small, time_limit_s, gap)
        if answer.values is None:
            return answer
        values[kept] = answer.values
        return replace(answer, values=values, bound=None)

    def _parts(self, mip: Mip, part: csr_array, free: IntArray, new: IntArray) -> BoolArray:
        """Mask of the free columns (shape: free) in parts that must be solved."""
        count = free.size
        changed = (mip.row_lower != self._mip.row_lower) | (mip.row_upper != self._mip.row_upper)
        fixed_moved = (mip.col_lower == mip.col_upper) & (self._base != mip.col_lower)
        touched = np.flatnonzero(fixed_moved)
        if touched.size:
            changed |= np.diff(csr_array(self._matrix[:, touched]).indptr) > 0
        wanted = np.isin(free, new)
        wanted |= np.diff(csc_array(part[np.flatnonzero(changed)]).indptr) > 0
        row = np.repeat(np.arange(mip.num_rows), np.diff(part.indptr))
        ends = (np.ones(part.nnz), (part.indices, count + row))
        graph = csr_array(ends, shape=(count + mip.num_rows, count + mip.num_rows))
        labels = connected_components(graph, directed=False)[1][:count]
        return np.isin(labels, np.unique(labels[wanted]))

    def _breaks(self, mip: Mip, shift: FloatArray, rest: FloatArray, rows: IntArray) -> bool:
        """Whether a row of columns that keep their values alone is broken."""
        alone = np.ones(mip.num_rows, dtype=np.bool_)
        alone[rows] = False
        slack = TOLERANCE * (1.0 + abs(self._matrix) @ np.abs(rest))
        low, high = shift < mip.row_lower - slack, shift > mip.row_upper + slack
        return bool((alone & (low | high)).any())
