"""Flows and heads of pipes under pressure, of many designs at once.

Head is lost along a pipe by Hazen and Williams,

    loss = r q |q|^0.852,    r = 10.6668 L / (C^1.852 d^4.871)    (m, m3/s),

with the factor of EPANET, which states it as 4.727 in feet (EPANET 2.2 User Manual, chapter 3).
Flows that serve all demands are those along a tree of pipes, and one flow more round each loop that
another pipe closes. Around a loop the losses cancel: one equation a loop, solved by Newton's method
with all designs in one array. The equations are the gradient of a convex function of the flows
round the loops, so there is one answer. Ways between two sources count as loops through both heads.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray

EXPONENT = 1.852
"""Power of the flow in the loss."""
DIAMETER_EXPONENT = 4.871
FEET = 0.3048
FACTOR = 4.727 * FEET ** (DIAMETER_EXPONENT - 3.0 * EXPONENT)
"""EPANET's 4.727 (ft, ft3/s) in metres and cubic metres a second: 10.6668."""
LOOPS_AT_ONCE = 40
"""Loops up to which the matrices of all designs are made by one product."""
MOST_STEPS = 60
SHARP = 1e-9
"""Metres by which losses round a loop may fail to cancel."""
LEAST_FLOW_SHARE = 1e-7
"""Flow, as a share of all demand, below which a pipe's slope is taken as at this flow."""


def resistance(length_m: float, roughness: float, diameter_mm: float) -> float:
    """R of a pipe: metres of head lost at 1 m3/s."""
    return float(
        FACTOR * length_m / (roughness**EXPONENT * (diameter_mm / 1000.0) ** DIAMETER_EXPONENT)
    )


@dataclass(frozen=True)
class Pipes:
    """The pipes of a network and what its nodes ask.

    Attributes
    ----------
    tails, heads
        Ends of each pipe by position of node, shape (pipes,).
    demand
        What each node takes, m3/s, shape (nodes,).
    source_head
        Head of each source, NaN at other nodes, m, shape (nodes,).
    least_head
        Least head at each node, -inf where nothing is asked, m, shape (nodes,).
    steady
        Pipes that stand in every design, shape (pipes,): loops are closed by others, if possible.
    """

    tails: IntArray
    heads: IntArray
    demand: FloatArray
    source_head: FloatArray
    least_head: FloatArray
    steady: BoolArray

    @property
    def num_nodes(self) -> int:
        """Number of nodes."""
        return int(self.demand.size)

    @property
    def num_pipes(self) -> int:
        """Number of pipes."""
        return int(self.tails.size)


@dataclass(frozen=True)
class States:
    """Flows and heads of designs: m3/s, shape (designs, pipes), and m, shape (designs, nodes).

    `margin` is the least of what the heads of a design have above what is asked, m, -inf where a
    demand has no way to a source or no answer was found; shape (designs,).
    """

    flow: FloatArray
    head: FloatArray
    margin: FloatArray


@dataclass(frozen=True)
class _Loops:
    """A tree of pipes from the sources, and the loops that further pipes close.

    Attributes
    ----------
    reached
        Nodes that the tree reaches, shape (nodes,).
    in_tree
        Pipes of the tree, shape (pipes,).
    tree_flow
        Flows that serve all demands along the tree, shape (pipes,).
    chords
        Pipe that closes each loop, shape (loops,).
    around
        Direction of each pipe in each loop, shape (loops, pipes).
    lift
        Head that each loop gains between two sources, m, shape (loops,).
    way
        Direction of each pipe on the way from its source to each node, shape (nodes, pipes).
    start
        Head of the source of each node, NaN where none reaches it, shape (nodes,).
    """

    reached: BoolArray
    in_tree: BoolArray
    tree_flow: FloatArray
    chords: IntArray
    around: FloatArray
    lift: FloatArray
    way: FloatArray
    start: FloatArray
    pairs: FloatArray | None = field(default=None)
    """Products of the directions of two loops, shape (pipes, loops squared); None: too many."""


def _tree(pipes: Pipes, present: BoolArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Ways and first heads by node, and the pipes of the tree; pipes that are steady first."""
    way = np.zeros((pipes.num_nodes, pipes.num_pipes))
    start = pipes.source_head.copy()
    in_tree = np.zeros(pipes.num_pipes, dtype=np.bool_)
    ends: list[list[tuple[int, int, float]]] = [[] for _ in range(pipes.num_nodes)]
    for pipe in np.flatnonzero(present).tolist():
        tail, head = int(pipes.tails[pipe]), int(pipes.heads[pipe])
        ends[tail].append((pipe, head, 1.0))
        ends[head].append((pipe, tail, -1.0))
    reached = np.isfinite(start)
    for only_steady in (True, False):
        waiting = deque(np.flatnonzero(reached).tolist())
        while waiting:
            node = waiting.popleft()
            for pipe, other, sign in ends[node]:
                if reached[other] or (only_steady and not pipes.steady[pipe]):
                    continue
                reached[other] = in_tree[pipe] = True
                way[other] = way[node]
                way[other, pipe] = sign
                start[other] = start[node]
                waiting.append(other)
    return way, start, in_tree


def _loops(pipes: Pipes, present: BoolArray) -> _Loops:
    way, start, in_tree = _tree(pipes, present)
    reached = np.isfinite(start)
    taken = np.where(reached & ~np.isfinite(pipes.source_head), pipes.demand, 0.0)
    closing = present & ~in_tree & reached[pipes.tails] & reached[pipes.heads]
    chords = np.flatnonzero(closing)
    around = np.zeros((chords.size, pipes.num_pipes))
    lift = np.zeros(chords.size)
    for loop, pipe in enumerate(chords.tolist()):
        tail, head = pipes.tails[pipe], pipes.heads[pipe]
        # Flow more on the chord comes along the way to its tail, and the way to its head is spared.
        around[loop] = way[tail] - way[head]
        around[loop, pipe] += 1.0
        lift[loop] = start[tail] - start[head]
    pairs = None
    if chords.size <= LOOPS_AT_ONCE:
        pairs = np.einsum("ip,jp->pij", around, around).reshape(pipes.num_pipes, -1)
    return _Loops(reached, in_tree, taken @ way, chords, around, lift, way, start, pairs)


class Hydraulics:
    """Computes the flows and heads of designs of one network."""

    def __init__(self, pipes: Pipes) -> None:
        self.pipes = pipes
        everything = np.ones(pipes.num_pipes, dtype=np.bool_)
        self._whole = _loops(pipes, everything)
        self._known: dict[bytes, _Loops] = {}
        self._least_flow = max(LEAST_FLOW_SHARE * float(np.abs(pipes.demand).sum()), 1e-12)

    def solve(self, resistances: FloatArray) -> States:
        """Flows and heads at `resistances`, inf where there is no pipe; shape (designs, pipes)."""
        present = np.isfinite(resistances)
        plain = present[:, self._whole.in_tree].all(axis=1)
        count = resistances.shape[0]
        pipes = self.pipes
        found = States(
            np.zeros((count, pipes.num_pipes)),
            np.full((count, pipes.num_nodes), np.nan),
            np.full(count, -np.inf),
        )
        groups: dict[bytes, list[int]] = {}
        for row in np.flatnonzero(~plain).tolist():
            groups.setdefault(present[row].tobytes(), []).append(row)
        if plain.any():
            self._into(found, self._whole, np.flatnonzero(plain), resistances)
        for key, rows in groups.items():
            if key not in self._known:
                self._known[key] = _loops(pipes, present[rows[0]])
            self._into(found, self._known[key], np.array(rows), resistances)
        return found

    def _into(self, found: States, loops: _Loops, rows: IntArray, resistances: FloatArray) -> None:
        """Write the states of the designs `rows`, all with the tree of `loops`, into `found`."""
        pipes = self.pipes
        if (pipes.demand[~loops.reached] != 0.0).any():
            return
        r = np.where(np.isfinite(resistances[rows]), resistances[rows], 0.0)
        shut = ~np.isfinite(resistances[rows][:, loops.chords])
        flow, is_solved = self._newton(loops, r, shut)
        loss = r * flow * np.abs(flow) ** (EXPONENT - 1.0)
        head = loops.start - loss @ loops.way.T
        asked = np.isfinite(pipes.least_head)
        over = head[:, asked] - pipes.least_head[asked]
        margin = over.min(axis=1) if asked.any() else np.full(len(rows), np.inf)
        found.flow[rows], found.head[rows] = flow, head
        # A node that is asked a pressure and reached by nothing has none.
        found.margin[rows] = np.where(is_solved & ~np.isnan(margin), margin, -np.inf)

    def _newton(
        self, loops: _Loops, r: FloatArray, shut: BoolArray
    ) -> tuple[FloatArray, BoolArray]:
        """Flows of designs with resistances `r`, and which are solved; nothing in `shut` chords."""
        count, size = shut.shape
        flow = np.tile(loops.tree_flow, (count, 1))
        is_solved = np.ones(count, dtype=np.bool_)
        if not size:
            return flow, is_solved
        extra, step = np.zeros((count, size)), np.zeros((count, size))
        at, least = np.arange(count), np.full(count, np.inf)
        for _ in range(MOST_STEPS):
            q = loops.tree_flow + extra[at] @ loops.around
            power = np.abs(q) ** (EXPONENT - 1.0)
            miss = np.where(shut[at], 0.0, (r[at] * power * q) @ loops.around.T - loops.lift)
            worst = np.abs(miss).max(axis=1)
            is_done = worst <= SHARP
            flow[at[is_done]] = q[is_done]
            on = ~is_done
            at, q, miss, worst = at[on], q[on], miss[on], worst[on]
            if not at.size:
                break
            slope = EXPONENT * r[at] * np.maximum(np.abs(q), self._least_flow) ** (EXPONENT - 1.0)
            matrix = self._matrices(loops, slope, ~shut[at])
            newton = -np.linalg.solve(matrix, miss[:, :, None])[:, :, 0]
            # A step that made the worst loop worse is taken back by half.
            worse = (worst > 2.0 * least[at])[:, None]
            move = np.where(worse, -0.5 * step[at], newton)
            step[at] = np.where(worse, 0.5 * step[at], newton)
            least[at] = np.minimum(least[at], worst)
            extra[at] += move
        is_solved[at] = False
        return flow, is_solved

    def _matrices(self, loops: _Loops, weight: FloatArray, is_open: BoolArray) -> FloatArray:
        """Derivatives of the losses round the loops, shape (designs, loops, loops)."""
        size = loops.chords.size
        if loops.pairs is not None:
            matrix = (weight @ loops.pairs).reshape(-1, size, size)
        else:
            matrix = np.stack([(loops.around * row) @ loops.around.T for row in weight])
        both = is_open[:, :, None] & is_open[:, None, :]
        return np.where(both, matrix, np.eye(size))
