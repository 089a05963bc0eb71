"""Compiled look at what a node needs: whether that fits a limit that adds up from the start on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.compiled import compiled

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Floats = NDArray[np.float64]


@compiled(nogil=True)
def too_much(
    candidates: Places,
    weight: Floats,
    most: float,
    start: Places,
    head: Numbers,
    state: NDArray[np.int8],
    work: float,
) -> float:
    """Set `state` to 0 for `candidates` whose closure weighs more than `most`; the work left.

    Weights are not negative, so that a part of the closure that weighs as much is enough. Nodes of
    state 0 are passed over, what needs one is out with it. Ends early where `work` (arcs) is spent.
    """
    count = state.size
    stamp = np.full(count, -1, dtype=np.int64)
    stack = np.empty(count, dtype=np.int64)
    for candidate in candidates:
        if state[candidate] == 0:
            continue
        total = 0.0
        stack[0] = candidate
        stamp[candidate] = candidate
        top = 1
        is_out = False
        while top > 0 and not is_out:
            top -= 1
            node = stack[top]
            total += weight[node]
            if total > most or state[node] == 0:
                is_out = True
                break
            work -= start[node + 1] - start[node] + 1
            for a in range(start[node], start[node + 1]):
                other = head[a]
                if stamp[other] != candidate:
                    stamp[other] = candidate
                    stack[top] = other
                    top += 1
        if is_out:
            state[candidate] = 0
        if work <= 0.0:
            break
    return work
