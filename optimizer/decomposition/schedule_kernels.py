"""Compiled list schedule of chains: each in the first place that arcs and rows allow.

A chain is at one place, or at none (its end). At place `p` its nodes from `p` on are in. Arrays of
arcs are those of `closure_kernels`; `chain` is the chain of a node, `begin` the first node of each
chain. What place `p` takes of the rows stands in `take_start`, `take_row` and `take_value`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.compiled import compiled

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Floats = NDArray[np.float64]


@compiled(nogil=True)
def schedule(
    order: Places,
    earliest: Places,
    year: Places,
    closed: NDArray[np.bool_],
    gain: Floats,
    begin: Places,
    chain: Numbers,
    start: Places,
    head: Numbers,
    take_start: Places,
    take_row: Numbers,
    take_value: Floats,
    low: Floats,
    high: Floats,
    place: Places,
    use: Floats,
) -> None:
    """Place the chains in `order`, none before `earliest`; set `place` and add to `use` of rows.

    Of several places of one year, which are its options, a chain takes the one of most `gain`. No
    row is brought further beyond a limit than it is; what fits nowhere gets no place.
    """
    for c in order:
        place[c] = begin[c + 1]
    for c in order:
        first = begin[c]
        for node in range(begin[c + 1] - 1, begin[c] - 1, -1):
            is_open = True
            for a in range(start[node], start[node + 1]):
                other = head[a]
                if chain[other] != c and place[chain[other]] > other:
                    is_open = False
                    break
            if not is_open:
                first = node + 1
                break
        best = begin[c + 1]
        for node in range(max(first, earliest[c]), begin[c + 1]):
            if closed[node]:
                continue
            if best < begin[c + 1] and (year[node] > year[best] or gain[node] <= gain[best]):
                if year[node] > year[best]:
                    break
                continue
            fits = True
            for k in range(take_start[node], take_start[node + 1]):
                row, value = take_row[k], take_value[k]
                after = use[row] + value
                if (value > 0.0 and after > high[row]) or (value < 0.0 and after < low[row]):
                    fits = False
                    break
            if fits:
                best = node
        place[c] = best
        if best < begin[c + 1]:
            for k in range(take_start[best], take_start[best + 1]):
                use[take_row[k]] += take_value[k]


@compiled(nogil=True)
def give_up(
    order: Places,
    begin: Places,
    chain: Numbers,
    into: Places,
    tail: Numbers,
    closed: NDArray[np.bool_],
    gain: Floats,
    take_start: Places,
    take_row: Numbers,
    take_value: Floats,
    low: Floats,
    high: Floats,
    place: Places,
    use: Floats,
) -> None:
    """Take what loses and what nothing placed needs from its place, the last of `order` first.

    Where something needs it later only, it goes to the last place at which that is served, if rows
    allow: what costs is better late.
    """
    for k in range(order.size - 1, -1, -1):
        c = order[k]
        now = place[c]
        if now >= begin[c + 1]:
            continue
        latest = begin[c + 1]  # it must be in from the first node on that a placed one needs
        for node in range(begin[c], begin[c + 1]):
            for i in range(into[node], into[node + 1]):
                other = tail[i]
                if chain[other] != c and place[chain[other]] <= other:
                    latest = min(latest, node)
        best, most = now, gain[now]
        for node in range(now + 1, latest + 1):
            worth = gain[node] if node < begin[c + 1] else 0.0
            if worth <= most or (node < begin[c + 1] and closed[node]):
                continue
            fits = True
            if node < begin[c + 1]:
                for i in range(take_start[node], take_start[node + 1]):
                    row, value = take_row[i], take_value[i]
                    after = use[row] + value
                    if (value > 0.0 and after > high[row]) or (value < 0.0 and after < low[row]):
                        fits = False
                        break
            if fits:
                best, most = node, worth
        if best == now:
            continue
        for i in range(take_start[now], take_start[now + 1]):
            use[take_row[i]] -= take_value[i]
        if best < begin[c + 1]:
            for i in range(take_start[best], take_start[best + 1]):
                use[take_row[i]] += take_value[i]
        place[c] = best


@compiled(nogil=True)
def in_order(
    key: Floats,
    begin: Places,
    chain: Numbers,
    start: Places,
    head: Numbers,
    into: Places,
    tail: Numbers,
    order: Places,
) -> int:
    """Set `order` to the chains by `key`, each after those it needs; return how many.

    Fewer than there are where chains need one another in a circle.
    """
    count = key.size
    waits = np.zeros(count, dtype=np.int64)
    for c in range(count):
        for node in range(begin[c], begin[c + 1]):
            for a in range(start[node], start[node + 1]):
                if chain[head[a]] != c:
                    waits[c] += 1
    heap = np.empty(count, dtype=np.int64)
    size = 0
    for c in range(count):
        if waits[c] == 0:
            size = _push(heap, size, c, key)
    done = 0
    while size > 0:
        c = heap[0]
        size = _pop(heap, size, key)
        order[done] = c
        done += 1
        for node in range(begin[c], begin[c + 1]):
            for i in range(into[node], into[node + 1]):
                other = chain[tail[i]]
                if other != c:
                    waits[other] -= 1
                    if waits[other] == 0:
                        size = _push(heap, size, other, key)
    return done


@compiled(nogil=True)
def _push(heap: Places, size: int, item: int, key: Floats) -> int:
    at = size
    while at > 0:
        above = (at - 1) // 2
        if key[heap[above]] <= key[item]:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = item
    return size + 1


@compiled(nogil=True)
def _pop(heap: Places, size: int, key: Floats) -> int:
    size -= 1
    item = heap[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and key[heap[below + 1]] < key[heap[below]]:
            below += 1
        if key[heap[below]] >= key[item]:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = item
    return size
