"""Bounds of plans by parts that only money ties together: each part at its best at given prices.

With a price for each row that ties parts (who pays what, what may begin in a year) every plan obeys

    worth <= y'b + sum over parts of max (c - A'y) x,

the maximum of a part over its own rows, in whole starts. A network, or a project by itself, is such
a part and solved in a second, while the relaxation of the whole builds shares of its works. For the
best plan with one project more, its part alone is solved again. What the parts do at their best is
near the best plan where money is not all that counts; see `priced_program.py`.

Source: Lagrangean relaxation, Geoffrion, "Lagrangean relaxation for integer programming",
Mathematical Programming Study 2, 1974.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array, csr_array

from infraplan.models.rules import RULES
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.dual_bound import dual_bound, implied_bounds
from infraplan.optimizer.backends.forced import with_forced
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.mip_parts import part_numbers, restricted

PRICED = frozenset(rule.name for rule in RULES.values() if rule.is_priced)
"""Rules whose rows get a price."""
LARGEST = 0.5
"""Share of the whole columns that the largest part may have: else little has come apart."""
LEAST_S = 0.01
"""Seconds that a part has at least, once it is begun."""
MARGIN = 1e-9
"""Share of its size by which what a part is worth is put up, beyond all rounding."""


class PricedParts:
    """The parts of `mip` at `multipliers` (shape: rows), each solved; see `of`."""

    def __init__(
        self, mip: Mip, gains: FloatArray, is_priced: BoolArray, part_of: IntArray, rest: float
    ) -> None:
        self._mip = mip
        self._gains = gains
        self._is_own = ~is_priced
        self._part_of = part_of
        self._rest = rest
        self._by_column = csc_array(matrix_of(mip).tocsc())
        self._found: dict[int, float] = {}
        self._values: FloatArray | None = np.zeros(mip.num_columns)

    @staticmethod
    def of(
        mip: Mip, multipliers: FloatArray, seconds: float, gap: float, largest: float = LARGEST
    ) -> PricedParts | None:
        """The parts of `mip`, solved within `gap` (money); None where it hardly comes apart.

        `largest` is the share of the whole columns that the largest part may have.
        """
        is_priced = np.zeros(mip.num_rows, dtype=np.bool_)
        for block in mip.row_blocks:
            if block.family in PRICED:
                is_priced[block.start : block.start + block.size] = True
        y = np.where(is_priced & np.isfinite(multipliers), multipliers, 0.0)
        limit = np.where(y > 0.0, mip.row_upper, mip.row_lower)
        y[~np.isfinite(limit)] = 0.0
        lower, upper = implied_bounds(mip)
        bounded = replace(mip, col_lower=lower, col_upper=upper)
        kept = np.flatnonzero(~is_priced)
        entries = csr_array(matrix_of(mip)[kept])
        every = np.arange(mip.num_columns)
        part_of = part_numbers(restricted(mip, entries, every, kept))
        wholes = np.bincount(part_of[mip.integrality])
        if not wholes.size or wholes.max() > largest * wholes.sum():
            return None
        gains = mip.objective - matrix_of(mip).T @ y
        rest = mip.objective_offset + float(y[y != 0.0] @ limit[y != 0.0])
        parts = PricedParts(bounded, gains, is_priced, part_of, rest)
        return parts if parts._solve_all(seconds, gap) else None

    @property
    def bound(self) -> float:
        """Upper bound of every plan's value."""
        return self._rest + sum(self._found.values())

    @property
    def values(self) -> FloatArray | None:
        """What each part does at its best (shape: columns); None where one was not found.

        It obeys the rows of every part. Rows that tie the parts it may break.
        """
        return self._values

    def forced(self, row: int, seconds: float, gap: float) -> float | None:
        """Bound of the plans in which `row`, of one part, is at least 1; None: not found."""
        columns = self._mip.a_index[self._mip.a_start[row] : self._mip.a_start[row + 1]]
        numbers = np.unique(self._part_of[columns])
        if numbers.size != 1 or not self._is_own[row]:
            return None
        number = int(numbers[0])
        own = np.flatnonzero(self._part_of == number)
        most, _ = self._most(with_forced(self._mip, row), own, seconds, gap)
        return None if most is None else self.bound - self._found[number] + most

    def _solve_all(self, seconds: float, gap: float) -> bool:
        order = np.argsort(self._part_of, kind="stable")
        ends = np.cumsum(np.bincount(self._part_of))
        end = work_clock.now() + seconds
        for number, own in enumerate(np.split(order, ends[:-1])):
            if work_clock.is_past(end):
                return False
            seconds = max(LEAST_S, end - work_clock.now())
            most, values = self._most(self._mip, own, seconds, gap)
            if most is None:
                return False
            self._found[number] = most
            if values is None:
                self._values = None
            elif self._values is not None:
                self._values[own] = values
        return True

    def _most(
        self, mip: Mip, own: IntArray, seconds: float, gap: float
    ) -> tuple[float | None, FloatArray | None]:
        """Upper bound of what a part is worth at the prices, and values at its best.

        None for what was not found.
        """
        entries = csr_array(self._by_column[:, own])
        rows = np.flatnonzero((np.diff(entries.indptr) > 0) & self._is_own)
        priced = replace(mip, objective=self._gains)
        part = restricted(priced, csr_array(entries[rows]), own, rows)
        if not rows.size:
            return dual_bound(part, np.zeros(0)).value, _at_their_best(part)
        relaxed = quick_relaxation(part, seconds)
        multipliers = np.zeros(rows.size) if relaxed.multipliers is None else relaxed.multipliers
        most = dual_bound(part, multipliers).value
        if most is None or not part.integrality.any():
            return most, relaxed.values
        found = quick_search(part, seconds, gap / max(1.0, abs(most)))
        if found.bound is not None:
            most = min(most, found.bound + MARGIN * (1.0 + abs(found.bound)))
        return most, found.values


def _at_their_best(part: Mip) -> FloatArray:
    """Values of columns that no row holds: each at the limit at which it is worth most."""
    any_value = np.clip(0.0, part.col_lower, part.col_upper)
    best = np.where(part.objective > 0.0, part.col_upper, part.col_lower)
    return np.where(part.objective == 0.0, any_value, best)
