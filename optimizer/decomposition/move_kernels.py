"""Compiled local search among schedules: bring a chain forward, make room, keep what is better.

A chain brought forward takes with it all that it needs, and where a row is passed by that, others
are put off, with all that needs them, until every row is kept or too much has moved. What is worth
less is taken now and then at first, and ever less (simulated annealing). Arrays as in
`schedule_kernels`; a place is a node, `begin[c + 1]` is no place.

Source: Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing", Science 220, 1983.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.compiled import compiled

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_MOVED = 400
"""Chains that one try may move."""
MOST_ROOM = 60
"""Times that others are put off in one try."""
SAMPLES = 6
"""Chains looked at to find the one that loses least by being put off."""
DRAWS = 200
"""Draws to find a chain that takes of a row."""


@compiled(nogil=True)
def _set(
    c: int,
    to: int,
    place: Places,
    begin: Places,
    take_start: Places,
    take_row: Numbers,
    take_value: Floats,
    gain: Floats,
    use: Floats,
    moved: Places,
    was: Places,
    stamp: Places,
    now: int,
    many: int,
) -> tuple[int, float]:
    """Put chain `c` at `to`; the number of chains moved, and what is gained."""
    old = place[c]
    if stamp[c] != now:
        stamp[c] = now
        moved[many] = c
        was[many] = old
        many += 1
    worth = 0.0
    if old < begin[c + 1]:
        worth -= gain[old]
        for k in range(take_start[old], take_start[old + 1]):
            use[take_row[k]] -= take_value[k]
    if to < begin[c + 1]:
        worth += gain[to]
        for k in range(take_start[to], take_start[to + 1]):
            use[take_row[k]] += take_value[k]
    place[c] = to
    return many, worth


@compiled(nogil=True)
def anneal(
    tries: int,
    hot: float,
    cold: float,
    seed: int,
    begin: Places,
    chain: Numbers,
    year: Places,
    years: int,
    closed: NDArray[np.bool_],
    start: Places,
    head: Numbers,
    into: Places,
    tail: Numbers,
    gain: Floats,
    take_start: Places,
    take_row: Numbers,
    take_value: Floats,
    low: Floats,
    high: Floats,
    place: Places,
    use: Floats,
    best: Places,
) -> tuple[float, float]:
    """Make so many `tries` from `place`, while what a try may lose falls from `hot` to `cold`.

    `best` is set to the best places; returned is what they gain on the first ones, and what the
    last ones do. `place` and `use` are those of the last try that was taken.
    """
    np.random.seed(seed)  # noqa: NPY002
    count = begin.size - 1
    stamp = np.full(count, -1, dtype=np.int64)
    moved = np.empty(count, dtype=np.int64)
    was = np.empty(count, dtype=np.int64)
    stack = np.empty(count, dtype=np.int64)
    worth = 0.0
    most = 0.0
    best[:] = place
    for now in range(tries):
        heat = hot * (cold / hot) ** (now / tries)
        c = np.random.randint(count)  # noqa: NPY002
        length = begin[c + 1] - begin[c]
        if length == 0:
            continue
        at = place[c]
        if at <= begin[c]:
            continue
        # Forward by some places, near ones more often.
        back = 1 + int(abs(np.random.standard_normal()) * 1.5 * max(1.0, length / years))  # noqa: NPY002
        to = max(begin[c], at - back)
        if closed[to]:
            continue
        many = 0
        total = 0.0
        many, more = _set(
            c,
            to,
            place,
            begin,
            take_start,
            take_row,
            take_value,
            gain,
            use,
            moved,
            was,
            stamp,
            now,
            many,
        )
        total += more
        fits = True
        stack[0] = c
        top = 1
        while top > 0 and fits:  # what it needs comes too
            top -= 1
            a_chain = stack[top]
            for node in range(place[a_chain], begin[a_chain + 1]):
                for a in range(start[node], start[node + 1]):
                    other = head[a]
                    b = chain[other]
                    if b != a_chain and place[b] > other:
                        target = other
                        while target >= begin[b] and closed[target]:
                            target -= 1
                        if target < begin[b] or many >= MOST_MOVED:
                            fits = False
                            break
                        many, more = _set(
                            b,
                            target,
                            place,
                            begin,
                            take_start,
                            take_row,
                            take_value,
                            gain,
                            use,
                            moved,
                            was,
                            stamp,
                            now,
                            many,
                        )
                        total += more
                        stack[top] = b
                        top += 1
                if not fits:
                    break
        rooms = 0
        while fits:
            # A row that is passed, among those that anything moved takes of.
            row = -1
            for i in range(many):
                p = place[moved[i]]
                if p < begin[moved[i] + 1]:
                    for k in range(take_start[p], take_start[p + 1]):
                        r = take_row[k]
                        if use[r] > high[r] or use[r] < low[r]:
                            row = r
                            break
                if row < 0 and was[i] < begin[moved[i] + 1]:
                    for k in range(take_start[was[i]], take_start[was[i] + 1]):
                        r = take_row[k]
                        if use[r] > high[r] or use[r] < low[r]:
                            row = r
                            break
                if row >= 0:
                    break
            if row < 0:
                break
            rooms += 1
            if rooms > MOST_ROOM or use[row] < low[row]:
                fits = False
                break
            chosen = -1
            chosen_to = -1
            cheapest = np.inf
            seen = 0
            for _ in range(DRAWS):
                d = np.random.randint(count)  # noqa: NPY002
                p = place[d]
                if p >= begin[d + 1]:
                    continue
                if stamp[d] == now:
                    continue
                takes = 0.0
                for k in range(take_start[p], take_start[p + 1]):
                    if take_row[k] == row:
                        takes = take_value[k]
                if takes <= 0.0:
                    continue
                target = p + 1  # the first open place of a later year
                while target < begin[d + 1] and (closed[target] or year[target] == year[p]):
                    target += 1
                # What needs it in between must not be there: a leaf of its year.
                is_leaf = True
                for node in range(p, min(target, begin[d + 1])):
                    for i in range(into[node], into[node + 1]):
                        other = tail[i]
                        if chain[other] != d and place[chain[other]] <= other:
                            is_leaf = False
                            break
                    if not is_leaf:
                        break
                if not is_leaf:
                    continue
                after = gain[target] if target < begin[d + 1] else 0.0
                loss = (gain[p] - after) / min(takes, max(use[row] - high[row], 1e-12))
                seen += 1
                if loss < cheapest:
                    cheapest = loss
                    chosen = d
                    chosen_to = target
                if seen >= SAMPLES:
                    break
            if chosen < 0 or many >= MOST_MOVED:
                fits = False
                break
            many, more = _set(
                chosen,
                chosen_to,
                place,
                begin,
                take_start,
                take_row,
                take_value,
                gain,
                use,
                moved,
                was,
                stamp,
                now,
                many,
            )
            total += more
        takes_it = fits and (total >= 0.0 or np.random.random() < np.exp(total / heat))  # noqa: NPY002
        if takes_it:
            worth += total
            if worth > most:
                most = worth
                best[:] = place
        else:
            for i in range(many):
                c = moved[i]
                old = place[c]
                if old < begin[c + 1]:
                    for k in range(take_start[old], take_start[old + 1]):
                        use[take_row[k]] -= take_value[k]
                if was[i] < begin[c + 1]:
                    for k in range(take_start[was[i]], take_start[was[i] + 1]):
                        use[take_row[k]] += take_value[k]
                place[c] = was[i]
    return most, worth
