"""Schedules bettered by moves: one chain forward with what it needs, others put off for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.decomposition import move_kernels
from infraplan.optimizer.decomposition.schedule import Scheduler
from infraplan.optimizer.mip import IntArray

TRIES = 20_000
"""Tries between two looks at the clock."""
ROUND = 40
"""Tries by chain in a round from hot to cold."""
HOT, COLD, COOLER = 0.015, 0.05, 0.5
"""What a try may lose at first, as a share of what a chain is worth on average; the share of that
at the end of a round; and how much less every round begins with."""
COLDEST = 1e-4
"""The share with which the last round begins."""
IDLE = 2
"""Rounds that better nothing after which moves end."""
TRY_S = 5e-5
"""Price of a try, where work is counted. Measured on MineLib's zuck_small."""


def better_by_moves(
    scheduler: Scheduler,
    place: IntArray,
    tell: Callable[[IntArray], None],
    is_over: Callable[[], bool],
    seed: int,
) -> IntArray:
    """The best places found from `place` on; `tell` hears of better ones."""
    if not scheduler.chains:
        return place
    worth = abs(scheduler.worth(place) - scheduler.program.mip.objective_offset)
    mean = worth / scheduler.chains
    share, idle = HOT, 0
    tries = max(TRIES, ROUND * scheduler.chains)
    while share >= COLDEST and idle < IDLE and mean > 0.0 and not is_over():
        before = scheduler.worth(place)
        found = _round(scheduler, place, tries, mean * share, is_over, seed)
        seed += 1
        if scheduler.worth(found) > before:
            place, idle = found, 0
            tell(place)
        else:
            idle += 1
        share *= COOLER
    return place


def _round(
    scheduler: Scheduler,
    place: IntArray,
    tries: int,
    hot: float,
    is_over: Callable[[], bool],
    seed: int,
) -> IntArray:
    """The best places of one round of tries, from hot to cold."""
    graph, take = scheduler.graph, scheduler.take
    now, best, best_gain, gain = place.copy(), place.copy(), 0.0, 0.0
    inside = np.zeros(scheduler.program.nodes)
    inside[now[now < scheduler.begin[1:]]] = 1.0
    use = np.asarray(take.T @ inside, dtype=np.float64)
    rows = (take.indptr.astype(np.int64), take.indices.astype(np.int32), take.data)
    low, high = scheduler.limits
    steps = max(1, tries // TRIES)
    for step in range(steps):
        if is_over():
            break
        fall = COLD ** (step / steps), COLD ** ((step + 1) / steps)
        top = now.copy()
        found, end = move_kernels.anneal(
            TRIES,
            hot * fall[0],
            hot * fall[1],
            seed * steps + step,
            scheduler.begin,
            scheduler.chain,
            scheduler.year,
            scheduler.last_year + 1,
            scheduler.is_closed,
            graph.start,
            graph.head,
            graph.into,
            graph.tails,
            scheduler.gain,
            *rows,
            low,
            high,
            now,
            use,
            top,
        )
        work_clock.spend(TRY_S * TRIES)
        if gain + found > best_gain:
            best, best_gain = top, gain + found
        gain += end
    return best
