"""The search of `few_rows` itself: trees of cores, by compiled kernels.

Apart from the form of such programs, so that a solve that has none does not load the compiler.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.mip import BoolArray, FloatArray
from infraplan.optimizer.primal import few_rows_kernels as kernels
from infraplan.optimizer.primal.few_rows import FINEST, FewRows

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
        tree = _tree(program, -np.inf, -np.inf, 0.0)
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
            tree, is_whole = _tree(part, self.worth, wanted, self._step), False
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


def _tree(program: FewRows, best: float, wanted: float, step: float) -> kernels.Tree:
    """A search for plans worth more than `wanted`, where one worth `best` is known."""
    rows, columns = program.matrix.shape
    width, depth = columns + rows, 2 * columns + 4 * rows + 64
    box = np.zeros((2, width))
    box[1, :columns] = 1.0
    box[0, columns:] = np.maximum(program.low, np.minimum(program.matrix, 0.0).sum(axis=1))
    box[1, columns:] = np.minimum(program.up, np.maximum(program.matrix, 0.0).sum(axis=1))
    whole = np.ones(width, dtype=np.int64)
    whole[columns:] = program.whole
    tree = kernels.Tree(
        matrix=program.matrix,
        cost=program.cost,
        rows=np.stack([program.low, program.up]),
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
        worth=np.array([best, wanted, step]) - np.array([program.offset, program.offset, 0.0]),
        counts=np.zeros(7, dtype=np.int64),
    )
    tree.counts[kernels.IS_NEW] = 1
    kernels.refresh(tree)
    return tree
