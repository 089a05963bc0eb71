"""Branch and bound over designs: linear bounds from system optima, values from equilibria."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.assignment import FloatArray, IntArray
from infraplan.optimizer.compiled import compiled
from infraplan.optimizer.networkdesign.bounds import Cut, make_cut
from infraplan.optimizer.networkdesign.problem import Design, DesignProblem, Evaluator

FREE, SHUT, OPEN = -1, 0, 1
ROUGH_GAP, FINE_GAP = 1e-6, 1e-9
"""Relative gap of a first look at a design, and of one that may be the best."""

CLEARLY_WORSE = 5e-4
"""A design is dropped at first look where it is worse than the incumbent by this share.

At a relative gap of 1e-6 the total travel time is known to some 1e-5.
"""

Progress = Callable[[float, float], None]
"""Told the least cost so far and the bound."""


@dataclass(frozen=True)
class SearchResult:
    """Best design (None: no design carries all trips), its value, and what is proven.

    `bound` is a lower bound on the value of every allowed design, in the unit of `value`.
    """

    design: Design | None
    value: float
    bound: float
    evaluations: int
    nodes: int


@compiled(nogil=True)
def _least_of_cuts(
    constants: FloatArray,
    gains: FloatArray,
    orders: IntArray,
    weights: FloatArray,
    room: FloatArray,
    state: NDArray[np.int8],
    first: int,
    last: int,
) -> tuple[float, int, int]:
    """Return the best bound of cuts `first .. last - 1` for all designs of a node, cut and row.

    For one cut and one limit, the least value fills the limit with the projects of most gain per
    weight, the last one in part; projects without a gain come last and are left out.
    """
    num_rows, num_projects = weights.shape
    best, best_cut, best_row = -np.inf, -1, -1
    for cut in range(first, last):
        base = constants[cut]
        for project in range(num_projects):
            if state[project] == 1:
                base -= gains[cut, project]
        cut_best, cut_row = -np.inf, 0
        for row in range(num_rows):
            value, left = base, room[row]
            for place in range(num_projects):
                project = orders[cut, row, place]
                if state[project] != -1:
                    continue
                if gains[cut, project] <= 0.0:
                    break
                weight = weights[row, project]
                if weight <= left:
                    left -= weight
                    value -= gains[cut, project]
                else:
                    value -= gains[cut, project] * (left / weight)
                    break
            if value > cut_best:
                cut_best, cut_row = value, row
        if cut_best > best:
            best, best_cut, best_row = cut_best, cut, cut_row
    return best, best_cut, best_row


@dataclass
class _CutPool:
    """Cuts in arrays that grow, each with its order of filling every limit."""

    weights: FloatArray
    size: int = 0
    constants: FloatArray = field(init=False)
    gains: FloatArray = field(init=False)
    orders: IntArray = field(init=False)

    def __post_init__(self) -> None:
        rows, projects = self.weights.shape
        self.constants = np.zeros(64)
        self.gains = np.zeros((64, projects))
        self.orders = np.zeros((64, rows, projects), dtype=np.int64)

    def add(self, cut: Cut) -> None:
        """Keep `cut`."""
        if self.size == self.constants.size:
            self.constants = np.concatenate([self.constants, np.zeros_like(self.constants)])
            self.gains = np.concatenate([self.gains, np.zeros_like(self.gains)])
            self.orders = np.concatenate([self.orders, np.zeros_like(self.orders)])
        self.constants[self.size] = cut.constant
        self.gains[self.size] = cut.gain
        # What gains nothing comes last, however little it weighs.
        ratio = np.where(cut.gain > 0.0, cut.gain / np.maximum(self.weights, 1e-300), cut.gain)
        self.orders[self.size] = np.argsort(-ratio, axis=1, kind="stable")
        self.size += 1


@dataclass(order=True)
class _Node:
    """Designs that agree with `state` on its fixed projects; `bound` uses the first `cuts` cuts."""

    bound: float
    number: int
    state: NDArray[np.int8] = field(compare=False)
    cuts: int = field(compare=False)
    cut: int = field(compare=False, default=-1)
    row: int = field(compare=False, default=0)


class _Search:
    def __init__(
        self,
        problem: DesignProblem,
        deadline: float,
        gap: float,
        on_progress: Progress | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.problem = problem
        self.evaluator = Evaluator(problem)
        self.deadline = deadline
        self.gap = gap
        self.on_progress = on_progress
        self.should_stop = should_stop or (lambda: False)
        weights, limits = problem.row_weight, problem.row_limit
        if not limits.size:
            weights, limits = np.zeros((1, problem.num_projects)), np.zeros(1)
        self.weights = np.ascontiguousarray(weights)
        self.limits = limits + 1e-9 * (1.0 + np.abs(limits))
        self.pool = _CutPool(self.weights)
        self.best: Design | None = None
        self.value = np.inf
        self.floor = np.inf
        self.numbered = 0
        self.heap: list[_Node] = []
        self.looked_at: set[bytes] = set()
        self.valued: dict[bytes, float] = {}

    @property
    def cutoff(self) -> float:
        """Bound from which on a node cannot hold a design that is better by more than the gap."""
        return self.value - self.gap * abs(self.value) if np.isfinite(self.value) else np.inf

    def run(self) -> SearchResult:
        """Search until done or out of time."""
        state = np.full(self.problem.num_projects, FREE, dtype=np.int8)
        state[self.problem.must] = OPEN
        state[self.problem.must_not] = SHUT
        if not self.problem.must_not.any():
            self._look(np.ones(self.problem.num_projects, dtype=np.bool_))
        self._push(_Node(-np.inf, 0, state, 0))
        while self.heap and time.monotonic() < self.deadline and not self.should_stop():
            if self.heap[0].bound >= self.cutoff:
                break
            self._step(heapq.heappop(self.heap))
            if self.on_progress is not None and self.numbered % 256 < 2:
                self.on_progress(self.value, self._bound())
        bound = self._bound()
        return SearchResult(self.best, self.value, bound, self.evaluator.equilibria, self.numbered)

    def _bound(self) -> float:
        waiting = self.heap[0].bound if self.heap else np.inf
        return min(self.value, self.floor, waiting)

    def _push(self, node: _Node) -> None:
        """Queue `node`, unless it breaks a limit or its bound is not below the cutoff."""
        built = node.state == OPEN
        room = self.limits - self.weights @ built
        if (room < 0.0).any():
            return
        # A project that no longer fits is shut: the bound need not count on a part of it.
        misfit = (node.state == FREE) & (self.weights > room[:, None]).any(axis=0)
        node.state[misfit] = SHUT
        self._refresh(node, room)
        if node.bound >= self.cutoff:
            self.floor = min(self.floor, node.bound)
            return
        heapq.heappush(self.heap, node)

    def _refresh(self, node: _Node, room: FloatArray) -> None:
        # A child may close or shut what its parent left free: all cuts count anew for it.
        pool = self.pool
        bound, cut, row = _least_of_cuts(
            pool.constants,
            pool.gains,
            pool.orders,
            self.weights,
            room,
            node.state,
            node.cuts,
            pool.size,
        )
        if cut >= 0 and (bound > node.bound or node.cut < 0):
            node.bound, node.cut, node.row = max(bound, node.bound), cut, row
        node.cuts = pool.size

    def _step(self, node: _Node) -> None:
        room = self.limits - self.weights @ (node.state == OPEN)
        if node.cuts < self.pool.size:
            self._refresh(node, room)
            if self.heap and node.bound > self.heap[0].bound:
                self._push(node)
                return
        if not (node.state == FREE).any():
            self._close_leaf(node.state == OPEN)
            return
        design = self._likely_design(node, room)
        if design.tobytes() not in self.looked_at:
            self._look(design)
            self._refresh(node, room)
            if node.bound >= self.cutoff or (self.heap and node.bound > self.heap[0].bound):
                self._push(node)
                return
        self._branch(node)

    def _likely_design(self, node: _Node, room: FloatArray) -> Design:
        """Fill the limits by the order of the node's binding cut."""
        design = np.asarray(node.state == OPEN)
        if node.cut < 0:
            return design
        left = room.copy()
        for project in self.pool.orders[node.cut, node.row]:
            weight = self.weights[:, project]
            useful = self.pool.gains[node.cut, project] > 0.0
            if node.state[project] == FREE and useful and (weight <= left).all():
                design[project] = True
                left -= weight
        return design

    def _branch(self, node: _Node) -> None:
        free = np.flatnonzero(node.state == FREE)
        gains = self.pool.gains[node.cut, free] if node.cut >= 0 else np.zeros(free.size)
        project = int(free[int(np.argmax(gains))])
        for choice in (OPEN, SHUT):
            self.numbered += 1
            state = node.state.copy()
            state[project] = choice
            self._push(_Node(node.bound, self.numbered, state, 0))

    def _look(self, design: Design) -> float:
        """Add the cut at `design`; value it where it is allowed and may be the best.

        Returns a lower bound on its value.
        """
        key = design.tobytes()
        self.looked_at.add(key)
        worth = float(self.problem.worth @ design)
        target = self.cutoff + worth  # in travel time alone
        found = self.evaluator.optimum(
            design, lambda total, bound: bound >= target or total < 0.999 * target
        )
        if found is None:
            return np.inf
        cut = make_cut(self.problem, design, found.volume)
        self.pool.add(cut)
        bound = max(cut.value(design), found.lower_bound - worth)
        if bound < self.cutoff and self.problem.allows(design):
            self._value(design)
        return bound

    def _value(self, design: Design) -> float:
        key = design.tobytes()
        if key not in self.valued:
            worth = float(self.problem.worth @ design)
            value = self.evaluator.equilibrium(design, ROUGH_GAP) - worth
            if np.isfinite(value) and value < self.value + CLEARLY_WORSE * abs(self.value):
                value = self.evaluator.equilibrium(design, FINE_GAP) - worth
            self.valued[key] = value
            if value < self.value:
                self.value, self.best = value, design.copy()
        return self.valued[key]

    def _close_leaf(self, design: Design) -> None:
        key = design.tobytes()
        bound = -np.inf
        if key not in self.looked_at:
            bound = self._look(design)
        if key in self.valued:
            bound = self.valued[key]
        elif bound < self.cutoff:
            bound = self._value(design)
        self.floor = min(self.floor, bound)


def search(
    problem: DesignProblem,
    *,
    time_limit_s: float,
    gap: float = 0.0,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SearchResult:
    """Return the best design and a bound on all.

    Raises
    ------
        UnreachableDemandError: a trip has no way even with every project built.
    """
    run = _Search(problem, time.monotonic() + time_limit_s, gap, on_progress, should_stop)
    run.evaluator.prepare()
    return run.run()
