"""Starts joined one by one so that the rows of starts alone are kept: order, mandates, quotas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array, csr_array

from infraplan.optimizer import work_clock
from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.primal.completion import ROW_TOLERANCE, Completion
from infraplan.optimizer.primal.starts import Start
from infraplan.optimizer.program import Formulation

PASSES = 3
"""Times that starts which did not fit are tried again."""
DEPTH = 4
"""Length of a chain of forerunners that one start may bring along."""
TRIAL_S, TRIAL_S_BY_ROW = 3e-5, 1e-9
"""Price of looking at one start, where work is counted, and more by row of starts alone."""


def join_starts(
    formulation: Formulation, completion: Completion, listed: Sequence[Start], end: float = math.inf
) -> list[Start]:
    """`listed` in an order, and with years, in which each start breaks no row of starts further.

    A start that does not fit is tried in the other years of its window, nearest first, and then
    with what the broken rows ask for (forerunners, partners). What never fits is left out, and so
    is what has not been tried at `end` (of `work_clock.now`).
    """
    joining = _Joining(formulation, completion, listed, end)
    pending = list(listed)
    for _ in range(PASSES):
        before = len(pending)
        pending = [
            start for start in pending if work_clock.is_past(end) or not joining.join(start, DEPTH)
        ]
        if not pending or len(pending) == before:
            break
    return joining.joined


class _Joining:
    """Starts joined so far, and where the rows of starts alone stand with them."""

    def __init__(
        self,
        formulation: Formulation,
        completion: Completion,
        listed: Sequence[Start],
        end: float,
    ) -> None:
        mip = formulation.mip
        self._end = end
        self.joined: list[Start] = []
        self._formulation = formulation
        self._first = mip.columns("started").start
        alone = np.ones(mip.num_rows, dtype=np.bool_)
        alone[completion.rows] = False
        rows = np.flatnonzero(alone)
        self._by_row = csr_array(completion.of_decided[rows])
        self._by_column = csc_array(self._by_row)
        self._low, self._high = mip.row_lower[rows], mip.row_upper[rows]
        self._activity = np.zeros(rows.size)
        self._listed = {start.project: start for start in listed}
        self._taken: set[int] = set()
        self._owner = {
            int(formulation.started[number, t]): (number, t)
            for number, flat in enumerate(formulation.sets.options)
            for t in range(flat.first, flat.last + 1)
        }

    def join(self, start: Start, depth: int) -> bool:
        """Whether `start`, or the same project in another year, now stands in the list."""
        if start.project in self._taken:
            return True
        if work_clock.is_past(self._end):
            return False  # chains of forerunners branch: one start alone may ask for very many
        flat = self._formulation.sets.options[start.option]
        years = sorted(range(flat.first, flat.last + 1), key=lambda t: abs(t - start.start))
        broken: IntArray | None = None
        for year in years:
            found, worse = self._broken(start.option, year)
            if not worse.size:
                self._take(replace(start, start=year), found)
                return True
            broken = worse if broken is None else broken
        if depth == 0 or broken is None:
            return False
        self._taken.add(start.project)  # no circle of forerunners
        helped = [self._help(int(row), depth - 1) for row in broken]
        self._taken.discard(start.project)
        return any(helped) and self.join(start, 0)

    def _broken(self, option: int, year: int) -> tuple[FloatArray, IntArray]:
        """Activities with a start more, and the rows that miss their limits by more than before."""
        work_clock.spend(TRIAL_S + TRIAL_S_BY_ROW * self._activity.size)
        last = self._formulation.sets.options[option].last
        columns = self._formulation.started[option, year : last + 1] - self._first
        parts = [
            slice(self._by_column.indptr[c], self._by_column.indptr[c + 1])
            for c in columns.tolist()
        ]
        touched = np.concatenate([self._by_column.indices[part] for part in parts])
        change = np.concatenate([self._by_column.data[part] for part in parts])
        activity = self._activity.copy()
        np.add.at(activity, touched, change)
        rows = np.unique(touched)
        worse = self._miss(rows, activity) > self._miss(rows, self._activity) + ROW_TOLERANCE
        return activity, rows[worse]

    def _miss(self, rows: IntArray, activity: FloatArray) -> FloatArray:
        low, high, at = self._low[rows], self._high[rows], activity[rows]
        return np.maximum(0.0, np.maximum(low - at, at - high))

    def _take(self, start: Start, activity: FloatArray) -> None:
        self._activity = activity
        self._taken.add(start.project)
        self.joined.append(start)

    def _help(self, row: int, depth: int) -> bool:
        """Join a project that brings `row`, which a start would break, towards its limits.

        A start raises a row that has room above before it is broken, and must be met by one of
        the opposite sign: precedence `started[later] - started[earlier] <= 0` asks for `earlier`.
        """
        part = slice(self._by_row.indptr[row], self._by_row.indptr[row + 1])
        columns, values = self._by_row.indices[part], self._by_row.data[part]
        sign = -1.0 if np.isfinite(self._high[row]) else 1.0
        for column, value in zip(columns.tolist(), values.tolist(), strict=True):
            if value * sign <= 0.0:
                continue
            option, year = self._owner[column + self._first]
            project = int(self._formulation.sets.project_of[option])
            known = self._listed.get(project)
            if known is None or project in self._taken:
                continue
            at = min(year, known.start) if known.option == option else year
            if self.join(replace(known, option=option, start=at), depth):
                return True
        return False
