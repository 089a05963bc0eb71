"""Branch and bound over designs: linear bounds from system optima, values from equilibria."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.assignment import FloatArray, IntArray
from infraplan.optimizer.compiled import compiled
from infraplan.optimizer.networkdesign.affordable import Affordability, Verdict
from infraplan.optimizer.networkdesign.bounds import Cut, make_cut
from infraplan.optimizer.networkdesign.problem import Design, DesignProblem, Evaluator

FREE, SHUT, OPEN = -1, 0, 1
ROUGH_GAP, FINE_GAP = 1e-6, 1e-9
"""Relative gap of a first look at a design, and of one that may be the best."""

CLEARLY_WORSE = 5e-4
"""A design is dropped at first look where it is worse than the incumbent by this share of its time.

At a relative gap of 1e-6 the total travel time is known to some 1e-5.
"""

NOISE = 1e-8
"""Share of its value below which a difference between two equilibria says nothing."""

STEP_S, EQUILIBRIUM_S = 1e-3, 2e-2
"""Price, where work is counted, of looking at a design and of each equilibrium of it."""

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
    nodes: int = 0
    columns: FloatArray | None = None
    """Values of all columns of the program in which the rules allow the design."""
    interrupted: bool = False
    """Whether the user broke the search off."""
    lost: tuple[Design, ...] = ()
    """Designs looked at that leave a trip without a way."""


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
        self.orders[self.size] = self._order(self.size)
        self.size += 1

    def _order(self, number: int) -> IntArray:
        """In which order cut `number` fills every limit, shape (limits, projects)."""
        gain = self.gains[number]
        # What gains nothing comes last, however little it weighs.
        ratio = np.where(gain > 0.0, gain / np.maximum(self.weights, 1e-300), gain)
        return np.argsort(-ratio, axis=1, kind="stable").astype(np.int64)

    def limit(self, weights: FloatArray) -> None:
        """Order all cuts anew for limits of `weights`."""
        self.weights = weights
        self.orders = np.zeros((self.constants.size, *weights.shape), dtype=np.int64)
        for number in range(self.size):
            self.orders[number] = self._order(number)


@dataclass(order=True)
class _Node:
    """Designs that agree with `state` on its fixed projects; `bound` uses the first `cuts` cuts."""

    bound: float
    number: int
    state: NDArray[np.int8] = field(compare=False)
    cuts: int = field(compare=False)
    cut: int = field(compare=False, default=-1)
    row: int = field(compare=False, default=0)
    limits: int = field(compare=False, default=0)
    """Number of limits that its state was settled with."""


class _Limits:
    """All limits on designs, each with a tolerance of 1e-9 of it; more may come as they show."""

    def __init__(self, problem: DesignProblem) -> None:
        weights, limits = problem.row_weight, problem.row_limit
        if not limits.size:
            weights, limits = np.zeros((1, problem.roads.num_owners)), np.zeros(1)
        self.weights = np.ascontiguousarray(weights)
        self.limits = _loosened(limits)
        self.side_weights = problem.side_weight
        self.side_limits = _loosened(problem.side_limit)

    @property
    def count(self) -> int:
        """Number of limits."""
        return self.limits.size + self.side_limits.size

    def add(self, weight: FloatArray, limit: float) -> None:
        """Take in `weight @ design <= limit`."""
        more = _loosened(np.array([limit]))
        if (weight >= 0.0).all():
            self.weights = np.ascontiguousarray(np.vstack([self.weights, weight]))
            self.limits = np.concatenate([self.limits, more])
        else:
            self.side_weights = np.vstack([self.side_weights, weight])
            self.side_limits = np.concatenate([self.side_limits, more])

    def room(self, built: Design) -> FloatArray:
        """What `built` leaves of every limit on weights that are not negative."""
        return np.asarray(self.limits - self.weights @ built)

    def allows(self, design: Design) -> bool:
        """Whether `design` keeps every limit."""
        side = self.side_limits - self.side_weights @ design
        return bool((self.room(design) >= 0.0).all() and (side >= 0.0).all())

    def settle(self, state: NDArray[np.int8]) -> bool:
        """Shut and open in `state` what the limits leave no choice; False where nothing fits."""
        while True:
            free, built = state == FREE, state == OPEN
            room = self.room(built)
            # Least that a limit of mixed signs can come to: all that lowers it, and nothing else.
            lowest = np.where(free, np.minimum(self.side_weights, 0.0), 0.0).sum(axis=1)
            slack = self.side_limits - self.side_weights @ built - lowest
            if (room < 0.0).any() or (slack < 0.0).any():
                return False
            shut = (self.weights > room[:, None]).any(axis=0)
            shut |= (self.side_weights > slack[:, None]).any(axis=0)
            opened = (-self.side_weights > slack[:, None]).any(axis=0)
            if (free & shut & opened).any():
                return False
            state[free & shut] = SHUT
            state[free & opened] = OPEN
            if not (free & (shut | opened)).any():
                return True


def _loosened(limits: FloatArray) -> FloatArray:
    return limits + 1e-9 * (1.0 + np.abs(limits))


class _Search:
    def __init__(
        self,
        problem: DesignProblem,
        affordable: Affordability,
        deadline: float,
        gap: float,
        base: float,
        on_progress: Progress | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.problem = problem
        self.affordable = affordable
        self.evaluator = Evaluator(problem.roads)
        self.deadline = deadline
        self.gap = gap
        self.base = base
        self.on_progress = on_progress
        self.should_stop = should_stop or (lambda: False)
        self.limits = _Limits(problem)
        self.pool = _CutPool(self.limits.weights)
        self.columns: FloatArray | None = None
        self.lost: list[Design] = []
        self.best: Design | None = None
        self.value = np.inf
        self.floor = np.inf
        self.in_hand = np.inf
        self.interrupted = False
        self.numbered = 0
        self.heap: list[_Node] = []
        self.looked_at: set[bytes] = set()
        self.valued: dict[bytes, float] = {}

    @property
    def cutoff(self) -> float:
        """Bound from which on a node cannot hold a design that is better by more than the gap."""
        if not np.isfinite(self.value):
            return np.inf
        slack = self.gap * abs(self.base - self.value)
        return self.value - (max(slack, NOISE * abs(self.value)) if self.gap else 0.0)

    def run(self) -> SearchResult:
        """Search until done, out of time or broken off."""
        state = np.full(self.problem.roads.num_owners, FREE, dtype=np.int8)
        state[self.problem.must] = OPEN
        state[self.problem.must_not] = SHUT
        root = _Node(-np.inf, 0, state, 0)
        self.in_hand = root.bound
        try:
            self._look(~self.problem.must_not)
            self._push(root)
            self._work()
        except KeyboardInterrupt:  # what is known is kept; the node in hand bounds the rest
            stopping.heard()
            self.interrupted = True
        return SearchResult(
            self.best,
            self.value,
            self._bound(),
            self.numbered,
            self.columns,
            self.interrupted or self.affordable.interrupted,
            tuple(self.lost),
        )

    def _work(self) -> None:
        self.in_hand = np.inf
        while self.heap and not work_clock.is_past(self.deadline) and not self.should_stop():
            if self.heap[0].bound >= self.cutoff or self.affordable.interrupted:
                break
            node = heapq.heappop(self.heap)
            self.in_hand = node.bound
            solved = self.evaluator.equilibria
            self._step(node)
            work_clock.spend(STEP_S + EQUILIBRIUM_S * (self.evaluator.equilibria - solved))
            self.in_hand = np.inf
            if self.on_progress is not None and self.numbered % 256 < 2:
                self.on_progress(self.value, self._bound())

    def _bound(self) -> float:
        waiting = self.heap[0].bound if self.heap else np.inf
        return min(self.value, self.floor, waiting, self.in_hand)

    def _push(self, node: _Node) -> None:
        """Queue `node`, unless it breaks a limit or its bound is not below the cutoff."""
        if not self.limits.settle(node.state):
            return
        node.limits = self.limits.count
        room = self.limits.room(node.state == OPEN)
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
            pool.weights,
            room,
            node.state,
            node.cuts,
            pool.size,
        )
        if cut >= 0 and (bound > node.bound or node.cut < 0):
            node.bound, node.cut, node.row = max(bound, node.bound), cut, row
        node.cuts = pool.size

    def _step(self, node: _Node) -> None:
        if node.limits < self.limits.count:
            node.cuts = 0  # all cuts are worth more under a further limit
            self._push(node)
            return
        room = self.limits.room(node.state == OPEN)
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
            if node.limits < self.limits.count:
                node.cuts = 0
                self._push(node)
                return
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
            weight = self.pool.weights[:, project]
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
            self.lost.append(design.copy())
            return np.inf
        cut = make_cut(self.problem.roads, design, found.volume)
        cut = Cut(cut.constant, cut.gain + self.problem.worth)
        self.pool.add(cut)
        bound = max(cut.value(design), found.lower_bound - worth)
        if bound < self.cutoff and self._allows(design):
            self._value(design)
        return bound

    def _allows(self, design: Design) -> bool:
        problem = self.problem
        fixed = (problem.must & ~design).any() or (problem.must_not & design).any()
        return not fixed and self.limits.allows(design)

    def _value(self, design: Design) -> float:
        """A lower bound on the design's value, which may be the best; infinite: no plan has it."""
        key = design.tobytes()
        if key not in self.valued:
            worth = float(self.problem.worth @ design)
            minutes = self.evaluator.equilibrium(design, ROUGH_GAP)
            value = minutes - worth
            if np.isfinite(value) and value < self.value + CLEARLY_WORSE * minutes:
                value = self.evaluator.equilibrium(design, FINE_GAP) - worth
            if value < self.value:
                value = self._afford(design, value)
            self.valued[key] = value
        return self.valued[key]

    def _afford(self, design: Design, value: float) -> float:
        """Keep a design that is the best so far if its money and all other rules hold."""
        answer = self.affordable.check(design)
        if answer.verdict is Verdict.YES:
            self.value, self.best, self.columns = value, design.copy(), answer.columns
        if answer.verdict is not Verdict.NO:
            return value
        if answer.limit is not None:
            self.limits.add(*answer.limit)
            self.pool.limit(self.limits.weights)
        return np.inf

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
    affordable: Affordability,
    *,
    time_limit_s: float,
    gap: float = 0.0,
    base: float = 0.0,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SearchResult:
    """Return the best design that `affordable` passes, and a bound on all.

    What may stay open is `gap` times the difference between the best value and `base`, the value
    from which savings count; a zero gap leaves nothing.

    Raises
    ------
    UnreachableDemandError
        A trip has no way even with every owner's arcs.
    SolverError
        A solver is asked about money, and is missing or fails.
    """
    run = _Search(
        problem, affordable, work_clock.now() + time_limit_s, gap, base, on_progress, should_stop
    )
    run.evaluator.prepare()
    return run.run()
