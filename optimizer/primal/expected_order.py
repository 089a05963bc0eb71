"""Choices by when the relaxation expects them: for programs in which most waits for something.

Where nearly every project waits for others, value per money says little about one of them: waste
must be moved before ore, and is worth nothing itself. The relaxation weighs each with all that it
needs. A project's expected year in it (a part that it does not build counts as after the plan) is
never later than that of a project that waits for it, so that taking projects in this order, each
in the first year that all rows allow, keeps every order. What was taken for nothing, because what
waits for it found no room, is given up again.

Source: Chicoisne, Espinoza, Goycoolea, Moreno and Rubio, "A new algorithm for the open-pit mine
production scheduling problem", Operations Research 60, 2012 (their TopoSort by expected times).
"""

from __future__ import annotations

import heapq

import numpy as np
from scipy.sparse import csc_array, csr_array

from infraplan.optimizer import work_clock
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray
from infraplan.optimizer.primal.core import HALF, CoreProgram

SLACK = 1e-9
"""Times (1 + size): what a row may be missed by."""
LEAST_WAITING = 0.5
"""Share of the projects that must wait for others, from which on their order decides."""
TRIAL_S = 2e-5
"""Price of looking at one choice, where work is counted."""


def expected_order(program: CoreProgram, end: float) -> BoolArray | None:
    """Choices (shape: choices) taken by expected year; None where few projects wait for others.

    They keep every row of choices alone that can be kept one by one; money and flows are not
    looked at. `end` is a time of `work_clock.now`: what has no turn by then is not taken.
    """
    if not program.count or not np.any(program.relaxed > 0.0):
        return None
    found = _Order(program)
    if found.waiting < LEAST_WAITING * program.none_loss.size:
        return None
    taken = [found.take(end, is_early=is_early) for is_early in (True, False)]
    return max(taken, key=lambda chosen: float(found.gain[chosen].sum()))


class _Order:
    """Rows of choices alone, who waits for whom by them, and when each is expected."""

    def __init__(self, program: CoreProgram) -> None:
        mip, count = program.mip, program.count
        self.gain = mip.objective[:count]
        self._program = program
        matrix = program.by_column
        others = csc_array(matrix[:, count:])
        alone = np.ones(mip.num_rows, dtype=np.bool_)
        alone[np.unique(others.indices)] = False
        rows = np.flatnonzero(alone)
        self._columns = csc_array(csr_array(csc_array(matrix[:, :count]))[rows])
        self._low, self._high = mip.row_lower[rows], mip.row_upper[rows]
        self._open = mip.col_upper[:count] > HALF
        self._before = self._forerunners()
        self.waiting = sum(1 for found in self._before if found)
        """Projects that wait for another one."""
        size = program.none_loss.size
        self._built = np.bincount(program.project, weights=program.relaxed, minlength=size)
        self._expected = self._expected_years()
        order = np.lexsort((program.year, -self._share_of_option(), program.project))
        begins = np.searchsorted(program.project[order], np.arange(program.none_loss.size + 1))
        self._mine = [
            order[begins[k] : begins[k + 1]][self._open[order[begins[k] : begins[k + 1]]]]
            for k in range(program.none_loss.size)
        ]

    def _forerunners(self) -> list[set[int]]:
        """Projects that each project waits for: rows that allow it nothing until they start."""
        rows, project = csr_array(self._columns), self._program.project
        found: list[set[int]] = [set() for _ in range(self._program.none_loss.size)]
        for row in np.flatnonzero((self._high == 0.0) | (self._low == 0.0)).tolist():
            part = slice(rows.indptr[row], rows.indptr[row + 1])
            values = rows.data[part] if self._high[row] == 0.0 else -rows.data[part]
            later, sooner = rows.indices[part][values > 0.0], rows.indices[part][values < 0.0]
            if later.size and sooner.size:
                needed = set(project[sooner].tolist())
                if len(needed) == 1:
                    for number in set(project[later].tolist()) - needed:
                        found[number] |= needed
        return found

    def _expected_years(self) -> FloatArray:
        """Expected year of every project, shape (projects,)."""
        program = self._program
        weights, size = program.relaxed * program.year, program.none_loss.size
        years = np.bincount(program.project, weights=weights, minlength=size)
        after = float(program.year.max()) + 1.0
        return np.asarray(years + np.maximum(0.0, 1.0 - self._built) * after, dtype=np.float64)

    def _share_of_option(self) -> FloatArray:
        """How much of its best year's kind the relaxation chooses, by choice: options apart.

        Choices of an option stand together, by year, so that a year not later than the last one's
        begins another option.
        """
        program = self._program
        begins = np.ones(program.count, dtype=np.bool_)
        begins[1:] = (program.project[1:] != program.project[:-1]) | (
            program.year[1:] <= program.year[:-1]
        )
        option = np.cumsum(begins) - 1
        return np.asarray(np.bincount(option, weights=program.relaxed)[option], dtype=np.float64)

    def take(self, end: float, *, is_early: bool) -> BoolArray:
        """Choices in the order of expected years, those not worth it given up again.

        Each starts in the first year that fits, or, unless `is_early`, in none before its
        expected one.
        """
        taken = np.zeros(self._program.count, dtype=np.bool_)
        activity = np.zeros(self._high.size)
        placed: list[int] = []
        for project in self._in_order():
            if work_clock.is_past(end):
                break
            least = -np.inf if is_early else np.floor(self._expected[project])
            for choice in self._mine[project].tolist():
                work_clock.spend(TRIAL_S)
                if self._program.year[choice] >= least and self._fits(choice, activity):
                    taken[choice] = True
                    placed.append(choice)
                    break
        self._give_up(placed, taken)
        return taken

    def _in_order(self) -> list[int]:
        """Projects by expected year, each after those that it waits for."""
        waits = [len(found) for found in self._before]
        after: list[list[int]] = [[] for _ in waits]
        for project, found in enumerate(self._before):
            for sooner in found:
                after[sooner].append(project)
        ready = [(float(self._expected[k]), k) for k, count in enumerate(waits) if not count]
        heapq.heapify(ready)
        order = []
        while ready:
            _, project = heapq.heappop(ready)
            order.append(project)
            for later in after[project]:
                waits[later] -= 1
                if not waits[later]:
                    heapq.heappush(ready, (float(self._expected[later]), later))
        return order

    def _fits(self, choice: int, activity: FloatArray) -> bool:
        """Whether `choice` breaks no row further; then it is in `activity`."""
        part = slice(self._columns.indptr[choice], self._columns.indptr[choice + 1])
        rows, values = self._columns.indices[part], self._columns.data[part]
        before = activity[rows]
        after = before + values
        slack = SLACK * (1.0 + np.abs(after))
        if np.any((values > 0.0) & (after > self._high[rows] + slack)):
            return False
        if np.any((values < 0.0) & (after < self._low[rows] - slack)):
            return False
        activity[rows] = after
        return True

    def _give_up(self, placed: list[int], taken: BoolArray) -> None:
        """Give up what loses money and nothing that is taken waits for, last first."""
        project: IntArray = self._program.project
        needed = np.zeros(self._program.none_loss.size, dtype=np.bool_)
        must = self._program.mip.col_lower[: self._program.count] > HALF
        for choice in reversed(placed):
            number = int(project[choice])
            if self.gain[choice] < 0.0 and not needed[number] and not must[choice]:
                taken[choice] = False
                continue
            for sooner in self._before[number]:
                needed[sooner] = True
