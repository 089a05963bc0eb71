"""Compiled steps of the maximum closure: a pseudoflow pushed until what is left over is closed.

Arc `a` leads from a node to one that it needs, and carries any flow. A node's excess is its weight
and what flows in, less what flows out. The arrays of a graph are `start` and `head` (arcs by the
node that needs), `into`, `arc` and `tail` (the same by the node that is needed). Excess is pushed
along arcs, or back along flow, towards nodes with a deficit; `label` is at most the number of such
steps to the next deficit, and the number of nodes where none can be reached.

Source: Goldberg and Tarjan, "A new approach to the maximum-flow problem", Journal of the ACM 35,
1988, with exact labels by a search from the deficits and gaps, as in Cherkassky and Goldberg, "On
implementing the push-relabel method", Algorithmica 19, 1997.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.compiled import compiled

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Floats = NDArray[np.float64]

RELABELS = 1.0
"""Labels raised, in times of the nodes, after which all labels are found exactly again."""


@compiled(nogil=True)
def excesses(weight: Floats, start: Places, head: Numbers, flow: Floats, excess: Floats) -> None:
    """Set `excess` to what `weight` and `flow` leave over at every node."""
    for node in range(weight.size):
        excess[node] = weight[node]
    for node in range(weight.size):
        for a in range(start[node], start[node + 1]):
            if flow[a] != 0.0:
                excess[node] -= flow[a]
                excess[head[a]] += flow[a]


@compiled(nogil=True)
def exact_labels(
    start: Places,
    head: Numbers,
    into: Places,
    arc: Numbers,
    tail: Numbers,
    flow: Floats,
    excess: Floats,
    least: float,
    label: Numbers,
    queue: Numbers,
) -> None:
    """Set `label` to the steps from each node to the next deficit above `least`, else to `n`."""
    count = label.size
    end = 0
    for node in range(count):
        label[node] = count
        if excess[node] < -least:
            label[node] = 0
            queue[end] = node
            end += 1
    begin = 0
    while begin < end:
        node = queue[begin]
        begin += 1
        next_label = label[node] + 1
        for k in range(into[node], into[node + 1]):
            other = tail[k]
            if label[other] == count:
                label[other] = next_label
                queue[end] = other
                end += 1
        for a in range(start[node], start[node + 1]):
            other = head[a]
            if flow[a] > 0.0 and label[other] == count:
                label[other] = next_label
                queue[end] = other
                end += 1


@compiled(nogil=True)
def push_all(
    start: Places,
    head: Numbers,
    into: Places,
    arc: Numbers,
    tail: Numbers,
    flow: Floats,
    excess: Floats,
    least: float,
    label: Numbers,
    most_work: float,
) -> float:
    """Push all excess above `least` to deficits that it can reach; return the arcs looked at.

    In the end `label` is the number of nodes exactly where no deficit can be reached: these nodes
    are the closure of greatest weight. Where more than `most_work` arcs would be looked at the
    flow is left as it is, and minus the work returned.
    """
    count = label.size
    queue = np.empty(count, dtype=np.int32)
    above = np.empty(count, dtype=np.int32)  # next active node of the same label
    first = np.empty(count + 1, dtype=np.int32)  # first active node of a label
    many = np.empty(count + 1, dtype=np.int32)  # nodes of a label
    place = np.empty(count, dtype=np.int64)  # arc at which a node goes on: out first, then in
    work = 0.0
    while True:
        exact_labels(start, head, into, arc, tail, flow, excess, least, label, queue)
        work += head.size
        first[:] = -1
        many[:] = 0
        highest = -1
        for node in range(count):
            many[label[node]] += 1
            place[node] = 0
            if excess[node] > least and label[node] < count:
                above[node] = first[label[node]]
                first[label[node]] = node
                highest = max(highest, label[node])
        if highest < 0:
            return work
        raised = 0
        while highest >= 0 and raised < RELABELS * count:
            node = first[highest]
            if node < 0:
                highest -= 1
                continue
            first[highest] = above[node]
            if label[node] != highest:  # a gap has put it out of reach
                continue
            outs = start[node + 1] - start[node]
            total = outs + into[node + 1] - into[node]
            while excess[node] > least:
                here = label[node]
                k = place[node]
                while k < total:
                    if k < outs:
                        a = start[node] + k
                        other = head[a]
                        if label[other] == here - 1:
                            moved = excess[node]
                            flow[a] += moved
                            was = excess[other]
                            excess[other] += moved
                            excess[node] = 0.0
                            if was <= least and excess[other] > least:
                                above[other] = first[here - 1]
                                first[here - 1] = other
                                highest = max(highest, here - 1)
                            break
                    else:
                        i = into[node] + k - outs
                        a = arc[i]
                        other = tail[i]
                        if flow[a] > 0.0 and label[other] == here - 1:
                            moved = min(excess[node], flow[a])
                            flow[a] -= moved
                            was = excess[other]
                            excess[other] += moved
                            excess[node] -= moved
                            if was <= least and excess[other] > least:
                                above[other] = first[here - 1]
                                first[here - 1] = other
                                highest = max(highest, here - 1)
                            if excess[node] <= least:
                                break
                    k += 1
                work += k - place[node] + 1
                place[node] = k
                if excess[node] <= least:
                    break
                lowest = count
                for a in range(start[node], start[node + 1]):
                    lowest = min(lowest, label[head[a]] + 1)
                for i in range(into[node], into[node + 1]):
                    if flow[arc[i]] > 0.0:
                        lowest = min(lowest, label[tail[i]] + 1)
                work += total
                raised += 1
                place[node] = 0
                many[here] -= 1
                if many[here] == 0 and here > 0:
                    # Nothing is left at this distance: what is beyond reaches no deficit.
                    for other in range(count):
                        if here < label[other] < count:
                            many[label[other]] -= 1
                            label[other] = count
                    many[count] = 0
                    work += count / 8
                    lowest = count
                label[node] = min(lowest, count)
                many[label[node]] += 1
                if label[node] >= count:
                    break
            if label[node] < count:
                highest = max(highest, label[node])
            if work > most_work:
                return -work


@compiled(nogil=True)
def force(
    start: Places,
    head: Numbers,
    into: Places,
    arc: Numbers,
    tail: Numbers,
    state: NDArray[np.int8],
    parent: Places,
    queue: Numbers,
) -> int:
    """Carry nodes that must be in (`state` 1) or out (0) over the arcs; others are -1.

    `parent` is set to the arc that forces a node, `queue` to the forced nodes, each after the one
    that forces it. Return their number, or -1 where one must be both.
    """
    end = 0
    for node in range(state.size):
        parent[node] = -1
        if state[node] >= 0:
            queue[end] = node
            end += 1
    begin = 0
    while begin < end:
        node = queue[begin]
        begin += 1
        if state[node] == 1:
            for a in range(start[node], start[node + 1]):
                other = head[a]
                if state[other] == 0:
                    return -1
                if state[other] < 0:
                    state[other] = 1
                    parent[other] = a
                    queue[end] = other
                    end += 1
        else:
            for k in range(into[node], into[node + 1]):
                other = tail[k]
                if state[other] == 1:
                    return -1
                if state[other] < 0:
                    state[other] = 0
                    parent[other] = arc[k]
                    queue[end] = other
                    end += 1
    return end


@compiled(nogil=True)
def repay(
    head: Numbers,
    tail: Numbers,
    state: NDArray[np.int8],
    parent: Places,
    queue: Numbers,
    many: int,
    excess: Floats,
    flow: Floats,
) -> None:
    """Let what forces a node bear what is left over there, so that no limit of its own is missed.

    `tail` and `head` are those of the arcs. A node that must be out hands on what it is worth, one
    that must be in what it costs; `excess` and `flow` are changed in place.
    """
    for k in range(many - 1, -1, -1):
        node = queue[k]
        a = parent[node]
        if a < 0:
            continue
        if state[node] == 0 and excess[node] > 0.0:
            flow[a] += excess[node]
            excess[head[a]] += excess[node]
            excess[node] = 0.0
        elif state[node] == 1 and excess[node] < 0.0:
            flow[a] -= excess[node]
            excess[tail[a]] += excess[node]
            excess[node] = 0.0


@compiled(nogil=True)
def arcs_between(tail: Numbers, head: Numbers, part: Numbers, parts: int) -> NDArray[np.bool_]:
    """Whether an arc leads from one part to another, shape (parts, parts)."""
    found = np.zeros((parts, parts), dtype=np.bool_)
    for a in range(tail.size):
        found[part[tail[a]], part[head[a]]] = True
    for k in range(parts):
        found[k, k] = False
    return found


@compiled(nogil=True)
def reduced(between: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """`between` without arcs that longer ways imply; as it is where arcs lead in a circle."""
    count = between.shape[0]
    waits = np.zeros(count, dtype=np.int64)
    for k in range(count):
        for j in range(count):
            if between[k, j]:
                waits[j] += 1
    order = np.empty(count, dtype=np.int64)
    end = 0
    for k in range(count):
        if waits[k] == 0:
            order[end] = k
            end += 1
    begin = 0
    while begin < end:
        k = order[begin]
        begin += 1
        for j in range(count):
            if between[k, j]:
                waits[j] -= 1
                if waits[j] == 0:
                    order[end] = j
                    end += 1
    if end < count:
        return between
    place = np.empty(count, dtype=np.int64)
    for k in range(count):
        place[order[k]] = k
    reach = np.zeros((count, count), dtype=np.bool_)  # by place in the order
    kept = np.zeros((count, count), dtype=np.bool_)
    for p in range(count - 1, -1, -1):
        k = order[p]
        for q in range(p + 1, count):
            j = order[q]
            if between[k, j] and not reach[p, q]:
                kept[k, j] = True
                reach[p, q] = True
                for r in range(q + 1, count):
                    if reach[q, r]:
                        reach[p, r] = True
    return kept
