"""The closure of greatest weight, found anew for other weights from the flow of the last ones.

    maximise  sum_v w_v x_v   subject to  x_v <= x_q  for every arc v -> q,   0 <= x <= 1

A flow on the arcs is at once a proof: with `e_v` the weight of a node and what flows in, less what
flows out, no closure is worth more than `sum max(0, e_v)`. Arcs carry any flow, so that the flow of
the last weights is one for the next, and only what the weights have changed is pushed on.

Sources: Picard, "Maximal closure of a graph and applications to combinatorial problems",
Management Science 22, 1976; Hochbaum, "The pseudoflow algorithm: a new algorithm for the maximum
flow problem", Operations Research 56, 2008, for flows that balance at no node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.decomposition import closure_kernels
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray

ForcedArray = NDArray[np.int8]
NodeArray = NDArray[np.int32]
ARC_S = 4e-9
"""Price of looking at one arc, where work is counted. Measured on two mines."""


@dataclass(frozen=True)
class Closed:
    """The closure found (shape: nodes), what no closure exceeds, and the arcs looked at."""

    inside: BoolArray
    most: float
    work: float


class ClosureGraph:
    """Nodes and the arcs `tail -> head`, each from a node to one that it needs."""

    def __init__(self, nodes: int, tail: IntArray, head: IntArray) -> None:
        self.nodes = nodes
        self.order = np.argsort(tail, kind="stable")
        """Numbers of the arcs as they were given, in the order in which they are kept."""
        self.tail = tail[self.order].astype(np.int32)
        self.head = head[self.order].astype(np.int32)
        self.start = _begins(self.tail, nodes)
        self._arc = np.argsort(self.head, kind="stable").astype(np.int32)
        self.into = _begins(self.head, nodes)
        self.tails = self.tail[self._arc]
        self.flow = np.zeros(tail.size)
        """What flows on every arc, as they are kept, shape (arcs,)."""

    def flow_as_given(self) -> FloatArray:
        """What flows on every arc, in the order in which they were given, shape (arcs,)."""
        flow = np.empty(self.flow.size)
        flow[self.order] = self.flow
        return flow

    def excess(self, weight: FloatArray) -> FloatArray:
        """What `weight` and the flow leave over at every node, shape (nodes,)."""
        excess = np.empty(self.nodes)
        closure_kernels.excesses(weight, self.start, self.head, self.flow, excess)
        return excess

    def closure(self, weight: FloatArray, least: float, most_work: float = np.inf) -> Closed | None:
        """The closure of greatest `weight` (shape: nodes), but for `least` at every node.

        None where more than `most_work` arcs would have to be looked at.
        """
        excess = self.excess(weight)
        label = np.empty(self.nodes, dtype=np.int32)
        work = closure_kernels.push_all(
            self.start,
            self.head,
            self.into,
            self._arc,
            self.tails,
            self.flow,
            excess,
            least,
            label,
            most_work,
        )
        if work < 0.0:
            return None
        inside = label == self.nodes
        return Closed(inside, float(np.maximum(excess, 0.0).sum()), work)

    def force(self, state: ForcedArray, parent: IntArray, queue: NodeArray) -> int:
        """Carry what must be in (`state` 1) or out (0) on; see `closure_kernels.force`."""
        return int(
            closure_kernels.force(
                self.start, self.head, self.into, self._arc, self.tails, state, parent, queue
            )
        )

    def repay(
        self,
        weight: FloatArray,
        state: ForcedArray,
        parent: IntArray,
        queue: NodeArray,
        many: int,
    ) -> None:
        """Add flow by which what forces a node bears its weight; see `closure_kernels.repay`."""
        excess = self.excess(weight)
        closure_kernels.repay(self.head, self.tail, state, parent, queue, many, excess, self.flow)


def _begins(sorted_by: NodeArray, nodes: int) -> IntArray:
    """Where the arcs of each node begin, shape (nodes + 1,)."""
    count = np.bincount(sorted_by, minlength=nodes)
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
