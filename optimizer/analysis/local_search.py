"""A model most of whose columns are fixed, solved where the free ones that matter are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from infraplan.optimizer.backends.quick_relaxation import SMALL, QuickAnswer, quick_search
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of, worth_at_least
from infraplan.optimizer.mip_parts import restricted
from infraplan.optimizer.status import Termination

TOLERANCE = 1e-6
"""Times (1 + size of the row's terms): what a row of fixed columns alone may miss its limit."""
FORCED = 1e-14
"""Times (1 + size of the row's least or most): from its limit, at which it leaves no choice."""
PRESOLVED = 2_000
"""Entries from which the part of a large model that is searched is presolved: its money, though
small once what is forced is left out, holds enough equations to make a root slow without."""


class LocalSearch:
    """Searches in a model near known column values.

    With most columns fixed a model falls into parts that share no row (each network, the money of
    payers that have nothing in common). Those parts that hold nothing new keep the values known. A
    row without limits ties nothing; what a row leaves no choice (payments for what is not built) is
    not searched.
    """

    def __init__(self, mip: Mip, base: FloatArray) -> None:
        self._mip = mip
        self._base = base
        self._matrix = csc_array(matrix_of(mip).tocsc())
        self._row = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))

    def solve(
        self,
        mip: Mip,
        new: IntArray,
        time_limit_s: float,
        gap: float,
        least: float | None = None,
    ) -> QuickAnswer:
        """Search `mip`, which differs from the model in bounds and objective alone.

        `new` are columns that the known values do not decide: parts with one of them, or with a
        changed row, are solved. Values and bound are of the whole model; what is worth less than
        `least` is no answer.
        """
        mip = self._without_forced(mip)
        lower, upper = mip.col_lower, mip.col_upper
        is_free = lower < upper
        free = np.flatnonzero(is_free)
        values = np.where(is_free, self._base, lower)
        part = csr_array(self._matrix[:, free])
        chosen = self._parts(mip, part, free, new)
        kept = free[chosen]
        part = csr_array(part[:, np.flatnonzero(chosen)])
        rows = np.flatnonzero((np.diff(part.indptr) > 0) & _is_limited(mip))
        rest = values.copy()
        rest[kept] = 0.0
        shift = self._matrix @ rest
        if self._breaks(mip, shift, rest, rows):
            return QuickAnswer(Termination.INFEASIBLE)
        small = restricted(mip, csr_array(part[rows]), kept, rows, shift[rows])
        small = replace(small, objective_offset=mip.value(rest))  # the gap is of the whole model
        if least is not None:
            small = worth_at_least(small, least)
        from_entries = PRESOLVED if mip.num_nonzeros > SMALL else SMALL
        answer = quick_search(small, time_limit_s, gap, presolved_from=from_entries)
        if answer.values is None:
            return answer
        values[kept] = answer.values
        return replace(answer, values=values, bound=None)

    def _without_forced(self, mip: Mip) -> Mip:
        """`mip` with those columns fixed that a row leaves no choice: all it holds are at an end.

        So are payments for what is not built; presolve would find the same, at five times the cost.
        """
        lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
        free = np.flatnonzero(lower < upper)
        part = csr_array(self._matrix[:, free])
        row, column = np.repeat(np.arange(mip.num_rows), np.diff(part.indptr)), free[part.indices]
        shift = self._matrix @ np.where(lower < upper, 0.0, lower)
        is_up = part.data > 0.0
        low = np.where(is_up, lower[column], upper[column])
        high = np.where(is_up, upper[column], lower[column])
        for ends, limit in ((low, mip.row_upper), (high, mip.row_lower)):
            end = shift + np.bincount(row, weights=part.data * ends, minlength=mip.num_rows)
            is_known = np.isfinite(end) & np.isfinite(limit)
            miss = np.abs(np.where(is_known, limit - end, np.inf))
            mine = (miss <= FORCED * (1.0 + np.abs(shift)))[row]
            lower[column[mine]] = upper[column[mine]] = ends[mine]
        return replace(mip, col_lower=lower, col_upper=upper)

    def _parts(self, mip: Mip, part: csr_array, free: IntArray, new: IntArray) -> BoolArray:
        """Mask of the free columns (shape: free) in parts that must be solved."""
        count, is_limited = free.size, _is_limited(mip)
        changed = (mip.row_lower != self._mip.row_lower) | (mip.row_upper != self._mip.row_upper)
        fixed_moved = (mip.col_lower == mip.col_upper) & (self._base != mip.col_lower)
        touched = np.flatnonzero(fixed_moved)
        if touched.size:
            changed |= np.diff(csr_array(self._matrix[:, touched]).indptr) > 0
        changed &= is_limited
        wanted = np.isin(free, new)
        wanted |= np.diff(csc_array(part[np.flatnonzero(changed)]).indptr) > 0
        row = np.repeat(np.arange(mip.num_rows), np.diff(part.indptr))
        ties = is_limited[row]
        ends = (np.ones(int(ties.sum())), (part.indices[ties], count + row[ties]))
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


def _is_limited(mip: Mip) -> BoolArray:
    """Mask of the rows (shape: rows) that have a limit."""
    return np.isfinite(mip.row_lower) | np.isfinite(mip.row_upper)
