"""The relaxation by closures and a master program (Bienstock and Zuckerberg).

    repeat: solve the master over the parts of the nodes; it prices its rows;
            at these prices find the closure of greatest weight, which bounds the relaxation;
            part what the closure parts

The master holds every row that is no arc, and every column that is no node, as it is. Its value
rises, the bounds fall, and both meet at the relaxation's value. At any time the least bound is one
of the whole program; the flow of its closure and its prices are multipliers of the program's own
rows, from which anyone computes it again.

Sources: Bienstock and Zuckerberg, "Solving LP relaxations of large-scale precedence constrained
problems", IPCO 2010; Munoz, Espinoza, Goycoolea, Moreno, Queyranne and Rivera Letelier, "A study
of the Bienstock-Zuckerberg algorithm", Computational Optimization and Applications 69, 2018, for
the join of parts that the master holds equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.quick_relaxation import QuickRelaxation
from infraplan.optimizer.decomposition.chains import Chained, chained
from infraplan.optimizer.decomposition.closure import ARC_S, ClosureGraph, ForcedArray, NodeArray
from infraplan.optimizer.decomposition.master import (
    MasterAnswer,
    Partition,
    Split,
    entries_of,
    solve_master,
)
from infraplan.optimizer.mip import FloatArray, IntArray, Mip

TOLERANCE = 1e-6
"""Share of the value within which master and bound agree."""
LEAST_SHARE = 1e-9
"""Share of the value that all nodes together may leave unpushed."""
HAIR = 1e-9
"""Shares of parts that differ less are equal."""
FREE = 1e-7
"""Gain of a column without limit below which it is rounding."""
MISSED = 1e-7
"""What rows may be missed by in all, times (1 + size), where a start is sought."""
MOST_ROUNDS = 1000


@dataclass(frozen=True)
class Round:
    """A round: the master's value, the least bound so far, the parts, and arcs looked at."""

    number: int
    value: float
    bound: float
    parts: int
    work: float


@dataclass
class _State:
    """The least bound with its flow and prices, the best master's answer with its parts."""

    bound: float = np.inf
    prices: FloatArray | None = None
    flow: FloatArray | None = None
    answer: MasterAnswer | None = None
    part: NodeArray | None = None
    is_infeasible: bool = False


def relaxed_by_closures(
    mip: Mip,
    seconds: float,
    tolerance: float = TOLERANCE,
    told: Callable[[Round], None] | None = None,
) -> QuickRelaxation | None:
    """Values and multipliers of the relaxation of `mip`, as far as `seconds` lead.

    None where the program has no starts in order, so that nothing of it is a closure. Values obey
    every row from the first round on; multipliers are those of the least bound. Neither is there
    where no round has ended.
    """
    end = work_clock.now() + seconds
    program = chained(mip)
    if program is None:
        return None
    reduced = _Reduced.of(program)
    if reduced is None:
        return QuickRelaxation(None, None, is_infeasible=True)
    state = _solved(reduced.split, Partition(reduced.free.size), end, tolerance, told)
    if state.is_infeasible:
        return QuickRelaxation(None, None, is_infeasible=True)
    values = multipliers = None
    if state.answer is not None and state.part is not None:
        values = reduced.values(state.answer.shares[state.part], state.answer.others)
    if state.prices is not None and state.flow is not None:
        multipliers = reduced.multipliers(state.prices, state.flow)
    return QuickRelaxation(values, multipliers)


def _solved(
    split: Split,
    partition: Partition,
    end: float,
    tolerance: float,
    told: Callable[[Round], None] | None,
) -> _State:
    """Rounds until value and bound agree, or time ends."""
    state = _State()
    rows = split.low.size
    _price(split, partition, np.zeros(rows), state, split.gains)
    for number in range(1, MOST_ROUNDS):
        left = end - work_clock.now()
        if left <= 0.0:
            work_clock.is_past(end)
            break
        answer, found = solve_master(split, partition, left)
        if answer is None:
            if not found.is_infeasible:
                break
            is_there = _with_start(split, partition, end)
            if is_there:
                continue
            state.is_infeasible = is_there is False
            break
        better = state.answer is None or answer.value > state.answer.value + LEAST_SHARE * abs(
            answer.value
        )
        if state.answer is None or answer.value >= state.answer.value:
            state.answer, state.part = answer, partition.part.copy()
        if better:
            partition.join(answer.shares, HAIR)
            state.answer = replace(answer, shares=_joined(answer.shares, HAIR))
            state.part = partition.part.copy()
        work, is_new = _price(split, partition, answer.prices, state, None)
        if told is not None:
            told(Round(number, answer.value, state.bound, partition.count, work))
        if state.bound - answer.value <= tolerance * max(1e-9, abs(answer.value)):
            break
        if not is_new:
            break
    return state


def _joined(shares: FloatArray, hair: float) -> FloatArray:
    """Shares of the parts after `Partition.join`."""
    ordered = np.sort(shares)
    step = np.diff(ordered, prepend=ordered[0] if ordered.size else 0.0)
    is_new = step > hair
    is_new[:1] = True
    return np.asarray(ordered[is_new], dtype=np.float64)


def _price(
    split: Split,
    partition: Partition,
    prices: FloatArray,
    state: _State,
    gains: FloatArray | None,
) -> tuple[float, bool]:
    """Bound the relaxation at `prices`, part what the closure parts; work done, and whether any."""
    weight, others = split.priced(prices)
    least = LEAST_SHARE * max(1e-9, np.abs(weight).max(initial=0.0))
    found = split.graph.closure(weight, least)
    if found is None:
        return 0.0, False
    work_clock.spend(ARC_S * found.work)
    bound = found.most + _at_their_best(split, prices, others)
    if bound < state.bound:
        state.bound, state.prices, state.flow = bound, prices, split.graph.flow.copy()
    return found.work, partition.divide(found.inside.astype(np.int64))


def _at_their_best(split: Split, prices: FloatArray, gain: FloatArray) -> float:
    """What rows and other columns add to the bound; infinite where nothing limits a column."""
    limit = np.where(prices > 0.0, split.high, split.low)
    used = prices != 0.0
    total = float((prices[used] * limit[used]).sum())
    side = np.where(gain > 0.0, split.most, split.least)
    counts = np.isfinite(side) | (np.abs(gain) > FREE)
    terms = gain[counts] * side[counts]
    return total + float(np.where(gain[counts] == 0.0, 0.0, terms).sum())


def _with_start(split: Split, partition: Partition, end: float) -> bool | None:
    """Part nodes until the master has a solution; False: there is none, None: time is up.

    What rows are missed by is made as little as can be, by the same rounds.
    """
    rows = split.low.size
    slack = hstack([split.of_others, eye_array(rows), -eye_array(rows)])
    none = np.zeros(split.others_gain.size)
    elastic = replace(
        split,
        gains=np.zeros(split.gains.size),
        others_gain=np.concatenate([none, -np.ones(2 * rows)]),
        of_others=csr_array(slack),
        least=np.concatenate([split.least, np.zeros(2 * rows)]),
        most=np.concatenate([split.most, np.full(2 * rows, np.inf)]),
    )
    kept = split.graph.flow.copy()
    limit = np.concatenate([split.low[np.isfinite(split.low)], split.high[np.isfinite(split.high)]])
    missed = MISSED * (1.0 + float(np.abs(limit).max(initial=0.0)))
    state, parts = _State(), partition.count
    found: bool | None = None
    for _ in range(MOST_ROUNDS):
        left = end - work_clock.now()
        if left <= 0.0:
            break
        answer, _ = solve_master(elastic, partition, left)
        if answer is None:
            break
        if answer.value >= -MISSED:
            found = True
            break
        _, is_new = _price(elastic, partition, answer.prices, state, None)
        if not is_new:
            # As little as rounding of the largest row may be all of a small one, which the master
            # does not overlook: it is asked again where parts are new, and only there.
            found = False if state.bound < -missed else True if partition.count > parts else None
            break
    split.graph.flow = kept
    return found


@dataclass(frozen=True)
class _Reduced:
    """The problem of the nodes that nothing decides yet (`free`), and the way back.

    `state` says of every node whether it must be in (1) or out (0); -1: free.
    """

    program: Chained
    whole: ClosureGraph
    state: ForcedArray
    parent: IntArray
    queue: NodeArray
    many: int
    free: IntArray
    arcs: IntArray
    split: Split

    @staticmethod
    def of(program: Chained) -> _Reduced | None:
        """None where a node must be in and out."""
        arcs = program.arcs
        whole = ClosureGraph(program.nodes, arcs.tail, arcs.head)
        state = np.full(program.nodes, -1, dtype=np.int8)
        state[program.lower > 0.5] = 1
        state[program.upper < 0.5] = 0
        parent = np.full(program.nodes, -1, dtype=np.int64)
        queue = np.zeros(program.nodes, dtype=np.int32)
        many = whole.force(state, parent, queue) if np.any(state >= 0) else 0
        if many < 0 or np.any((program.lower > 0.5) & (program.upper < 0.5)):
            return None
        free = np.flatnonzero(state < 0)
        number = np.full(program.nodes, -1, dtype=np.int64)
        number[free] = np.arange(free.size)
        tail, head = number[whole.tail], number[whole.head]
        inner = np.flatnonzero((tail >= 0) & (head >= 0))
        graph = (
            whole
            if free.size == program.nodes
            else ClosureGraph(free.size, tail[inner], head[inner])
        )
        nodes = entries_of(program.matrix, np.arange(program.nodes))
        shift = nodes @ (state == 1).astype(np.float64)
        mip, others = program.mip, program.others
        split = Split(
            graph=graph,
            gains=program.objective[free],
            of_nodes=entries_of(nodes, free),
            low=mip.row_lower[program.rows] - shift,
            high=mip.row_upper[program.rows] - shift,
            others_gain=mip.objective[others],
            of_others=entries_of(program.matrix, program.nodes + np.arange(others.size)),
            least=mip.col_lower[others],
            most=mip.col_upper[others],
        )
        return _Reduced(program, whole, state, parent, queue, many, free, inner, split)

    def values(self, nodes: FloatArray, others: FloatArray) -> FloatArray:
        """Column values of the program from those of free nodes and other columns."""
        whole = (self.state == 1).astype(np.float64)
        whole[self.free] = nodes
        return self.program.values(whole, others)

    def multipliers(self, prices: FloatArray, flow: FloatArray) -> FloatArray:
        """Multipliers of the program's rows from prices and the flow on arcs of free nodes."""
        whole = self.whole
        if self.split.graph is whole:
            whole.flow = flow
        else:
            whole.flow = np.zeros(whole.flow.size)
            whole.flow[self.arcs[self.split.graph.order]] = flow
            gain = self.program.objective[: self.program.nodes] - (
                entries_of(self.program.matrix, np.arange(self.program.nodes)).T @ prices
            )
            whole.repay(gain, self.state, self.parent, self.queue, self.many)
        return self.program.multipliers(whole.flow_as_given(), prices)
