"""The best choice under few rows, proven: programs of columns of 0 or 1 alone, as knapsacks.

A search for plans worth more than a value somewhat below the relaxation's bound is short, since
at that bound's prices nearly every column loses more by its other value than is left in between
and is fixed: what remains is the core. Where it finds nothing, that value is a bound of all plans,
and the next search seeks plans worth a little less; where it finds one, it goes on for better ones,
and its end proves the best. So the bound falls and the core grows until both meet a plan, whatever
plan was known before. How many columns are taken is a row of its own, since nodes that differ in
it differ most.

Sources: Korf, "Depth-first iterative-deepening", Artificial Intelligence 27, 1985; Vasquez and
Hao, "A hybrid approach for the 0-1 multidimensional knapsack problem", IJCAI 2001, for the row of
the number taken; Balas and Zemel, "An algorithm for large zero-one knapsack problems", Operations
Research 28, 1980, for cores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of

MOST_ROWS, MOST_COLUMNS = 32, 600
"""Rows and columns up to which a program is searched so: each pivot touches every entry."""
WIDENED = 1e-9
"""Times (1 + size): by how much limits of rows are widened, so that rounding rules nothing out."""
FINEST = 5e-10
"""Least relative difference of value that is sought."""
TIE_SHARE = 0.25
"""Share of that unit which all weights together come to where they decide between equal values."""


@dataclass(frozen=True)
class FewRows:
    """The most of `cost x` with `low <= matrix x <= up` over the columns `free` of a program.

    Rows are scaled to entries of 1 at most, but those in `whole`, which come to whole numbers;
    `offset` is what the other columns, which are fixed, add to the value.
    """

    matrix: FloatArray
    cost: FloatArray
    low: FloatArray
    up: FloatArray
    whole: BoolArray
    free: IntArray
    offset: float

    @staticmethod
    def of(mip: Mip) -> FewRows | None:
        """`mip` in this form; None where it has other columns, or too many of anything."""
        lower, upper = mip.col_lower, mip.col_upper
        rows = np.flatnonzero(np.isfinite(mip.row_lower) | np.isfinite(mip.row_upper))
        is_free = lower < upper
        is_it = (
            bool(mip.integrality.all())
            and 0 < int(is_free.sum()) <= MOST_COLUMNS
            and 0 < rows.size <= MOST_ROWS
            and bool(np.all(lower[is_free] == 0.0) and np.all(upper[is_free] == 1.0))
            and bool(np.all(np.isfinite(lower)))
        )
        if not is_it:
            return None
        free = np.flatnonzero(is_free)
        every = matrix_of(mip)[rows]
        taken = every @ np.where(is_free, 0.0, lower)
        matrix = np.vstack([every[:, free].toarray(), np.ones(free.size)])
        low = np.append(mip.row_lower[rows] - taken, 0.0)
        up = np.append(mip.row_upper[rows] - taken, float(free.size))
        scale = np.abs(matrix).max(axis=1)
        scale[scale == 0.0] = 1.0
        low, up = low / scale, up / scale
        low -= WIDENED * (1.0 + np.where(np.isfinite(low), np.abs(low), 0.0))
        up += WIDENED * (1.0 + np.where(np.isfinite(up), np.abs(up), 0.0))
        whole = np.zeros(scale.size, dtype=np.bool_)
        whole[-1] = True
        low[-1], up[-1] = 0.0, float(free.size)
        fixed = float(mip.objective[~is_free] @ lower[~is_free])
        offset = mip.objective_offset + fixed
        return FewRows(matrix / scale[:, None], mip.objective[free], low, up, whole, free, offset)

    @property
    def unit(self) -> float:
        """What the values of any two plans differ by a multiple of, 0 where there is no such."""
        size = np.abs(self.cost[self.cost != 0.0])
        if not size.size:
            return 0.0
        unit, largest = float(size.min()), float(size.max())
        for value in size.tolist():
            while (rest := value - unit * round(value / unit)) and abs(rest) > FINEST * largest:
                unit = abs(rest)
            if unit < 1e-6 * largest:
                return 0.0
        return unit

    def with_ties_broken(self, weights: FloatArray) -> FewRows | None:
        """The same with `weights` (shape: columns) on top, too small for a plan worth less to win.

        None where it is not known by how much the values of plans differ.
        """
        unit, own = self.unit, weights[self.free]
        most = float(np.abs(own).sum())
        if unit == 0.0 or most == 0.0:
            return None
        return replace(self, cost=self.cost + TIE_SHARE * unit / most * own)

    def part(self, ones: BoolArray, free: BoolArray) -> FewRows:
        """What is left of it with the columns `free` where of the others `ones` are taken."""
        matrix = np.ascontiguousarray(self.matrix[:, free])
        shift = self.matrix[:, ones].sum(axis=1)
        return FewRows(
            matrix,
            np.ascontiguousarray(self.cost[free]),
            self.low - shift,
            self.up - shift,
            self.whole,
            self.free[free],
            self.offset + float(self.cost[ones].sum()),
        )
