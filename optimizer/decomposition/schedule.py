"""Plans of programs of starts alone: a list schedule by expected place, bettered window by window.

The list is ordered by the place at which the relaxation expects a chain, each chain after those it
needs, and takes every chain to the first place that arcs and rows allow. Then all chains but those
placed in a few years are held as they are, and these years are solved as a small program of their
own, one window of years after the other.

Sources: Chicoisne, Espinoza, Goycoolea, Moreno and Rubio, "A new algorithm for the open-pit mine
production scheduling problem", Operations Research 60, 2012, for both the order and the windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from infraplan.optimizer.decomposition import schedule_kernels
from infraplan.optimizer.decomposition.chains import Chained, chained
from infraplan.optimizer.decomposition.closure import ClosureGraph, NodeArray
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip

SLACK = 1e-9
"""Times (1 + size): what a row may be missed by."""
LEADS = (None, 0.5)
"""How far into its expected place a chain must have come before it may start; None: at once."""


def is_of_starts(mip: Mip) -> bool:
    """Whether a program has columns of starts, and no others."""
    return bool(mip.starts.count) and int(mip.starts.size.sum()) >= mip.num_columns


@dataclass(frozen=True)
class Scheduler:
    """A program of starts alone; places are nodes, `year` is that of each.

    `gain` (shape: nodes) is what a chain is worth at a place, `take` (nodes, rows) what it takes.
    """

    program: Chained
    graph: ClosureGraph
    begin: IntArray
    chain: NodeArray
    year: IntArray
    gain: FloatArray
    take: csr_array
    low: FloatArray
    high: FloatArray

    @staticmethod
    def of_mip(mip: Mip) -> Scheduler | None:
        """The same of a program that is not yet seen by its nodes."""
        if not is_of_starts(mip):
            return None
        program = chained(mip)
        return None if program is None else Scheduler.of(program)

    @staticmethod
    def of(program: Chained) -> Scheduler | None:
        """None where there are other columns than starts, or nodes that must be in."""
        if program.others.size or np.any(program.lower > 0.0):
            return None
        begin = program.places.begin
        chain = np.repeat(np.arange(begin.size - 1), np.diff(begin))
        gain = _from_end(program.objective[: program.nodes], begin)
        matrix = csc_array(program.matrix)[:, : program.nodes]
        take = _taken(csr_array(matrix.T), begin, chain)
        mip = program.mip
        low, high = mip.row_lower[program.rows], mip.row_upper[program.rows]
        graph = ClosureGraph(program.nodes, program.arcs.tail, program.arcs.head)
        year = program.places.year_of_place(mip)
        return Scheduler(program, graph, begin, chain.astype(np.int32), year, gain, take, low, high)

    @property
    def chains(self) -> int:
        """Number of chains."""
        return int(self.begin.size - 1)

    @property
    def last_year(self) -> int:
        """The last year of any place."""
        return int(self.year.max(initial=0))

    @cached_property
    def limits(self) -> tuple[FloatArray, FloatArray]:
        """Limits of the rows, with what they may be missed by."""
        return self._slack(self.low, -1.0), self._slack(self.high, 1.0)

    @cached_property
    def is_closed(self) -> BoolArray:
        """Places at which nothing can start, shape (nodes,)."""
        program = self.program
        return np.asarray((program.upper < 0.5) | program.places.is_closed(program.mip))

    def values(self, place: IntArray) -> FloatArray:
        """Column values of the program with every chain at its `place`."""
        inside = np.arange(self.program.nodes) >= place[self.chain]
        return self.program.values(inside.astype(np.float64), np.zeros(0))

    def worth(self, place: IntArray) -> float:
        """What chains at `place` are worth, offset included."""
        placed = place[place < self.begin[1:]]
        return float(self.gain[placed].sum()) + self.program.mip.objective_offset

    def use(self, place: IntArray) -> FloatArray:
        """What the rows use with all chains at `place`, shape (rows,)."""
        inside = np.zeros(self.program.nodes)
        inside[place[place < self.begin[1:]]] = 1.0
        return np.asarray(self.take.T @ inside, dtype=np.float64)

    def keeps(self, place: IntArray) -> bool:
        """Whether chains at `place` keep every row that is no arc."""
        use, (low, high) = self.use(place), self.limits
        return bool(np.all(use <= high) and np.all(use >= low))

    def is_worse(self, place: IntArray, worth: float | None) -> bool:
        """Whether a plan worth so much is at least as good as chains at `place`."""
        return worth is not None and self.worth(place) <= worth

    def places(self, values: FloatArray) -> IntArray:
        """Place of every chain in column values of the program, which are whole."""
        nodes = self.program.nodes_of(values)
        inside = np.bincount(self.chain, nodes > 0.5, self.chains).astype(np.int64)
        return self.begin[1:] - inside

    def listed(self, expected: FloatArray, lead: float | None) -> IntArray | None:
        """Places by a list of the `expected` place in each chain; None: chains need one another.

        With `lead` none starts before that much of its expected place has passed.
        """
        order = np.empty(self.chains, dtype=np.int64)
        graph = self.graph
        count = schedule_kernels.in_order(
            expected,
            self.begin,
            self.chain,
            graph.start,
            graph.head,
            graph.into,
            graph.tails,
            order,
        )
        if count < self.chains:
            return None
        earliest = self.begin[:-1].copy()
        if lead is not None:
            wait = np.floor(expected + 1.0 - lead).astype(np.int64)
            earliest += np.minimum(wait, np.diff(self.begin) - 1)
        place, use = self.begin[1:].copy(), np.zeros(self.low.size)
        rows = (
            self.take.indptr.astype(np.int64),
            self.take.indices.astype(np.int32),
            self.take.data,
        )
        shut = np.flatnonzero(self.program.upper < 0.5)
        np.maximum.at(earliest, self.chain[shut], shut + 1)
        schedule_kernels.schedule(
            order,
            earliest,
            self.year,
            self.is_closed,
            self.gain,
            self.begin,
            self.chain,
            graph.start,
            graph.head,
            *rows,
            *self.limits,
            place,
            use,
        )
        schedule_kernels.give_up(
            order,
            self.begin,
            self.chain,
            graph.into,
            graph.tails,
            self.is_closed,
            self.gain,
            *rows,
            *self.limits,
            place,
            use,
        )
        return place

    def expected(self, nodes: FloatArray) -> FloatArray:
        """Place at which each chain is expected, counted from its first, from values of nodes."""
        return np.asarray(np.diff(self.begin) - np.bincount(self.chain, nodes, self.chains))

    def window(self, place: IntArray, first: int, last: int) -> Window:
        """The program of the years `first` to `last` with all else held as it is at `place`.

        Free are the chains placed in these years, which may go to the year after them as well, and
        in a window that ends with the plan those without a place.
        """
        placed = place < self.begin[1:]
        year = np.where(placed, self.year[np.minimum(place, self.program.nodes - 1)], last)
        free = (year >= first) & (year <= last) & (placed | (last >= self.last_year))
        return Window.of(self, place, free, first, last)

    def _slack(self, limit: FloatArray, sign: float) -> FloatArray:
        return limit + sign * SLACK * (1.0 + np.abs(np.where(np.isfinite(limit), limit, 0.0)))


@dataclass(frozen=True)
class Window:
    """A small program in nodes, and the nodes that its columns are; the others are as in `held`."""

    scheduler: Scheduler
    mip: Mip
    nodes: IntArray
    held: FloatArray

    @staticmethod
    def of(scheduler: Scheduler, place: IntArray, free: BoolArray, first: int, last: int) -> Window:
        """The program of the chains that are `free`, in the years from `first` to `last`."""
        program, graph, chain = scheduler.program, scheduler.graph, scheduler.chain
        held = (np.arange(program.nodes) >= place[chain]).astype(np.float64)
        inside = free[chain] & (scheduler.year >= first)
        inside &= (scheduler.year <= last) | (held < 0.5)
        inside &= program.upper > 0.5
        state = np.where(inside, -1, held).astype(np.int8)
        parent = np.full(program.nodes, -1, dtype=np.int64)
        queue = np.zeros(program.nodes, dtype=np.int32)
        graph.force(state, parent, queue)
        nodes = np.flatnonzero(state < 0)
        held = np.where(state < 0, 0.0, state == 1)
        number = np.full(program.nodes, -1, dtype=np.int64)
        number[nodes] = np.arange(nodes.size)
        tail, head = number[graph.tail], number[graph.head]
        mine = np.flatnonzero((tail >= 0) & (head >= 0))
        ones = np.ones(mine.size)
        steps = np.arange(mine.size)
        order = csr_array(
            (
                np.concatenate([ones, -ones]),
                (np.concatenate([steps, steps]), np.concatenate([tail[mine], head[mine]])),
            ),
            shape=(mine.size, nodes.size),
        )
        matrix = csc_array(program.matrix)
        rest = csr_array(matrix[:, nodes])
        shift = csr_array(program.matrix)[:, : program.nodes] @ held
        used = np.flatnonzero(np.diff(rest.indptr) > 0)
        whole = csr_array(vstack([rest[used], order]))
        return Window(
            scheduler,
            Mip(
                objective=program.objective[nodes],
                objective_offset=float(program.objective[: program.nodes] @ held)
                + program.mip.objective_offset,
                col_lower=np.zeros(nodes.size),
                col_upper=np.ones(nodes.size),
                integrality=np.ones(nodes.size, dtype=np.bool_),
                a_start=whole.indptr.astype(np.int64),
                a_index=whole.indices.astype(np.int64),
                a_value=whole.data,
                row_lower=np.concatenate(
                    [(scheduler.low - shift)[used], np.full(mine.size, -np.inf)]
                ),
                row_upper=np.concatenate([(scheduler.high - shift)[used], np.zeros(mine.size)]),
            ),
            nodes,
            held,
        )

    def places(self, values: FloatArray) -> IntArray:
        """Places of all chains with the columns of the window at `values`."""
        whole = self.held.copy()
        whole[self.nodes] = np.round(values)
        scheduler = self.scheduler
        inside = np.bincount(scheduler.chain, whole, scheduler.chains).astype(np.int64)
        return scheduler.begin[1:] - inside


def _from_end(values: FloatArray, begin: IntArray) -> FloatArray:
    """Sums of `values` from each place to the end of its chain."""
    total = np.concatenate([[0.0], np.cumsum(values[::-1])])[::-1]
    return np.asarray(total[:-1] - np.repeat(total[begin[1:]], np.diff(begin)))


def _taken(by_node: csr_array, begin: IntArray, chain: IntArray) -> csr_array:
    """What each place takes of the rows: sums over the nodes from it to the end of its chain."""
    entries = by_node.tocoo()
    length = entries.row - begin[chain[entries.row]] + 1
    down = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    row = np.repeat(entries.row, length) - down
    found = csr_array(
        (np.repeat(entries.data, length), (row, np.repeat(entries.col, length))),
        shape=by_node.shape,
    )
    found.sum_duplicates()
    size = np.repeat(
        np.maximum.reduceat(
            np.abs(np.append(found.data, 0.0)), np.minimum(found.indptr[:-1], found.data.size)
        ),
        np.diff(found.indptr),
    )
    found.data[np.abs(found.data) <= 1e-12 * size] = 0.0
    found.eliminate_zeros()
    return found
