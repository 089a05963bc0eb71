"""Compiled annealing of schedules in which rows may be passed for a price.

A chain is shifted by some places, forward with all that it needs, or back with all that needs it.
What rows are then missed by costs a price, so that a shift needs no room made for it, and costs as
little to try as the cone that it moves. Arrays as in `schedule_kernels`; a place is a node,
`begin[c + 1]` is no place.

Source: Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing", Science 220, 1983.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.compiled import compiled

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Floats = NDArray[np.float64]

DOUBLINGS = 8
"""A try may make 2 shifts of chains at most, or 4, 8 and so on, so many times doubled: small cones
cost little to try and are taken often, and a large one is known only when it is made."""
MOST_MOVED = 2**DOUBLINGS
"""Shifts of chains that one try may make at most."""


@compiled(nogil=True)
def missed(use: float, low: float, high: float) -> float:
    """What a row is missed by."""
    return max(use - high, 0.0) + max(low - use, 0.0)


@compiled(nogil=True)
def _take(
    sign: float,
    node: int,
    take_start: Places,
    take_row: Numbers,
    take_value: Floats,
    change: Floats,
    touched: Places,
    stamp: Places,
    now: int,
    many: int,
) -> int:
    """Add what `node` takes to the `change` of rows; the number of rows touched."""
    for k in range(take_start[node], take_start[node + 1]):
        r = take_row[k]
        if stamp[r] != now:
            stamp[r] = now
            change[r] = 0.0
            touched[many] = r
            many += 1
        change[r] += sign * take_value[k]
    return many


@compiled(nogil=True)
def drift(
    tries: int,
    hot: float,
    cold: float,
    seed: int,
    who: Places,
    begin: Places,
    chain: Numbers,
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
    price: Floats,
    place: Places,
    use: Floats,
    worth: float,
    most: float,
    best: Places,
) -> tuple[float, float]:
    """Shift chains of `who` in so many `tries`, while what one may lose falls from `hot` to `cold`.

    `place` and `use` are those after the last try, which are worth the first number returned. The
    second is the most that places keeping every row were worth; `best` holds these where that is
    more than `most`.
    """
    np.random.seed(seed)  # noqa: NPY002
    row_stamp = np.full(use.size, -1, dtype=np.int64)
    touched = np.empty(use.size, dtype=np.int64)
    change = np.zeros(use.size)
    moved = np.empty(MOST_MOVED, dtype=np.int64)
    was = np.empty(MOST_MOVED, dtype=np.int64)
    bad = 0
    for r in range(use.size):
        if missed(use[r], low[r], high[r]) > 0.0:
            bad += 1
    for now in range(tries):
        heat = hot * (cold / hot) ** (now / tries)
        c = who[np.random.randint(who.size)]  # noqa: NPY002
        length = begin[c + 1] - begin[c]
        at = place[c]
        step = 1 + int(abs(np.random.standard_normal()) * 0.8 * max(1.0, length / years))  # noqa: NPY002
        forward = np.random.random() < 0.5  # noqa: NPY002
        to = at
        if forward:
            to = max(begin[c], at - step)
            while to >= begin[c] and closed[to]:
                to -= 1
            if at <= begin[c] or to < begin[c]:
                continue
        else:
            to = min(begin[c + 1], at + step)
            while to < begin[c + 1] and closed[to]:
                to += 1
            if to <= at:
                continue
        limit = 1 << np.random.randint(1, DOUBLINGS + 1)  # noqa: NPY002
        moved[0] = c
        was[0] = at
        place[c] = to
        many = 1
        done = 0
        fits = True
        while done < many and fits:
            a_chain = moved[done]
            first = min(was[done], place[a_chain])
            last = max(was[done], place[a_chain])
            done += 1
            for node in range(first, last):
                span = range(start[node], start[node + 1])
                if not forward:
                    span = range(into[node], into[node + 1])
                for a in span:
                    other = head[a] if forward else tail[a]
                    b = chain[other]
                    if b == a_chain:
                        continue
                    target = other
                    if forward:
                        if place[b] <= other:
                            continue
                        while target >= begin[b] and closed[target]:
                            target -= 1
                        fits = target >= begin[b]
                    else:
                        if place[b] > other:
                            continue
                        target += 1
                        while target < begin[b + 1] and closed[target]:
                            target += 1
                    if not fits or many >= limit:
                        fits = False
                        break
                    moved[many] = b
                    was[many] = place[b]
                    place[b] = target
                    many += 1
                if not fits:
                    break
        total = 0.0
        rows = 0
        worse = 0
        cost = 0.0
        if fits:
            # A chain shifted twice: its last place was set by the last shift, its first by the
            # first; what lies between cancels out.
            for i in range(many - 1, -1, -1):
                b = moved[i]
                new = place[b]
                old = was[i]
                if new < begin[b + 1]:
                    total += gain[new]
                    rows = _take(
                        1.0,
                        new,
                        take_start,
                        take_row,
                        take_value,
                        change,
                        touched,
                        row_stamp,
                        now,
                        rows,
                    )
                if old < begin[b + 1]:
                    total -= gain[old]
                    rows = _take(
                        -1.0,
                        old,
                        take_start,
                        take_row,
                        take_value,
                        change,
                        touched,
                        row_stamp,
                        now,
                        rows,
                    )
                was[i] = new
                place[b] = old
            for i in range(rows):
                r = touched[i]
                before = missed(use[r], low[r], high[r])
                after = missed(use[r] + change[r], low[r], high[r])
                cost += price[r] * (after - before)
                worse += int(after > 0.0) - int(before > 0.0)
            gained = total - cost
            fits = gained >= 0.0 or np.random.random() < np.exp(gained / heat)  # noqa: NPY002
            if not fits:
                continue
            for i in range(many):
                place[moved[i]] = was[i]
            for i in range(rows):
                use[touched[i]] += change[touched[i]]
            worth += total
            bad += worse
            if bad == 0 and worth > most:
                most = worth
                best[:] = place
        else:
            for i in range(many - 1, -1, -1):
                place[moved[i]] = was[i]
    return worth, most
