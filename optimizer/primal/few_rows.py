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

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.primal import few_rows_kernels as kernels

MOST_ROWS, MOST_COLUMNS = 32, 600
"""Rows and columns up to which a program is searched so: each pivot touches every entry."""
WIDENED = 1e-9
"""Times (1 + size): by how much limits of rows are widened, so that rounding rules nothing out."""
FINEST = 5e-10
"""Least relative difference of value that is sought."""
TIE_SHARE = 0.25
"""Share of that unit which all weights together come to where they decide between equal values."""
NEARLY = 1e-3
"""Share of the unit of values that is left out of a difference, for rounding."""
FIRST_ROOM, GROWTH = 0.125, 1.35
"""Share of the gap that the first search looks into, and how it grows from search to search."""
SLICE = 20_000
"""Pivots between two looks at the clock, some hundredths of a second."""
PIVOT_S, PIVOT_S_BY_ENTRY = 1e-6, 2e-9
"""Price of a pivot or a node: seconds of work, and more by entry of the table. Measured as 3.3
microseconds on tables of 1,100 entries."""
HALF = 0.5


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

    def tree(self, best: float, wanted: float, step: float) -> kernels.Tree:
        """A search for plans worth more than `wanted`, where one worth `best` is known."""
        rows, columns = self.matrix.shape
        width, depth = columns + rows, 2 * columns + 4 * rows + 64
        box = np.zeros((2, width))
        box[1, :columns] = 1.0
        box[0, columns:] = np.maximum(self.low, np.minimum(self.matrix, 0.0).sum(axis=1))
        box[1, columns:] = np.minimum(self.up, np.maximum(self.matrix, 0.0).sum(axis=1))
        whole = np.ones(width, dtype=np.int64)
        whole[columns:] = self.whole
        tree = kernels.Tree(
            matrix=self.matrix,
            cost=self.cost,
            rows=np.stack([self.low, self.up]),
            table=np.zeros((rows, width)),
            gain=np.zeros(width),
            basis=np.arange(columns, width),
            place=np.full(width, -1),
            box=box,
            x=np.zeros(width),
            whole=whole,
            trail=np.zeros(depth * 2, dtype=np.int64),
            before=np.zeros((2, depth * 2)),
            levels=np.zeros((depth, 4), dtype=np.int64),
            best=np.zeros(columns),
            worth=np.array([best, wanted, step]) - np.array([self.offset, self.offset, 0.0]),
            counts=np.zeros(7, dtype=np.int64),
        )
        tree.counts[kernels.IS_NEW] = 1
        kernels.refresh(tree)
        return tree


class FewRowsSearch:
    """A search for the best plan of `program` from `values` (shape: columns), a plan of it.

    `bound` is proven of all plans; plans better by no more than the relative `gap` are not sought,
    which is to be above 0. `first_room` is the share of the gap that the first search looks into.
    """

    def __init__(
        self, program: FewRows, values: FloatArray, gap: float, first_room: float = FIRST_ROOM
    ) -> None:
        self.values = values
        self.worth = float(program.cost @ values[program.free]) + program.offset
        self.nodes = 0
        self._program = program
        self._gap, self._unit, self._first_room = gap, program.unit, first_room
        tree = program.tree(-np.inf, -np.inf, 0.0)
        kernels.relax(tree, -np.inf)
        columns = program.free.size
        self.bound = self._relaxed = (
            float(kernels.proven(tree, tree.gain[columns:], True)) + program.offset
        )
        self._gain = np.abs(tree.gain[:columns])
        self._at_one = tree.x[:columns] > HALF
        self._is_basic = tree.place[:columns] >= 0

    @property
    def _step(self) -> float:
        return max((1.0 - NEARLY) * self._unit, self._gap * max(1.0, abs(self.worth)))

    @property
    def is_done(self) -> bool:
        """Whether no plan is worth more by what is sought."""
        return self.bound - self.worth <= self._step * (1.0 + NEARLY)

    def run(self, is_over: Callable[[], bool]) -> Iterator[bool]:
        """Search until it is done or `is_over`; each yields whether the plan became better."""
        room = self._first_room * (self._relaxed - self.worth)
        while not self.is_done and not is_over():
            wanted = max(self._relaxed - room, self.worth + self._step)
            part, ones = self._core(self._relaxed - wanted)
            tree, is_whole = part.tree(self.worth, wanted, self._step), False
            while not is_whole and not is_over():
                is_whole = self._slice(tree)
                yield self._take(tree, part, ones)
            if not is_whole:
                return
            ended = float(tree.worth[kernels.WANTED]) + part.offset
            self.bound = min(self.bound, self._rounded(max(self.worth, ended)))
            room *= GROWTH
            yield False

    def _rounded(self, bound: float) -> float:
        """The largest value up to `bound` that a plan can have."""
        if self._unit == 0.0:
            return bound
        units = np.floor((bound - self.worth) / self._unit + NEARLY / 2.0)
        return min(bound, self.worth + float(units) * self._unit)

    def _core(self, room: float) -> tuple[FewRows, BoolArray]:
        """The program without the columns that lose more than `room`, and which of them are 1."""
        slack = room * (1.0 + FINEST) + FINEST * (1.0 + abs(self._relaxed))
        is_free = self._is_basic | (self._gain <= slack)
        ones = ~is_free & self._at_one
        return self._program.part(ones, is_free), ones

    def _slice(self, tree: kernels.Tree) -> bool:
        """Search on for a moment of work; whether `tree` is searched to its end."""
        before = int(tree.counts[kernels.PIVOTS] + tree.counts[kernels.NODES])
        nodes = int(tree.counts[kernels.NODES])
        is_whole = bool(kernels.search(tree, SLICE))
        done = int(tree.counts[kernels.PIVOTS] + tree.counts[kernels.NODES]) - before
        self.nodes += int(tree.counts[kernels.NODES]) - nodes
        work_clock.spend(done * (PIVOT_S + PIVOT_S_BY_ENTRY * tree.table.size))
        return is_whole

    def _take(self, tree: kernels.Tree, part: FewRows, ones: BoolArray) -> bool:
        """Keep the best plan of `tree` where it is better; whether it is."""
        worth = float(tree.worth[kernels.BEST]) + part.offset
        if not tree.counts[kernels.BETTER] or worth <= self.worth:
            return False
        values = self.values.copy()
        values[self._program.free] = ones
        values[part.free] = tree.best
        self.values, self.worth = values, worth
        return True
