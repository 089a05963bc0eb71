"""Schedules by annealing in which rows may be passed for a price that finds itself.

A row that is passed after a step gets dearer, one that is kept cheaper: while the heat falls, every
row that limits comes to lie at its limit. Plans are the schedules on the way that keep every row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.decomposition import drift_kernels
from infraplan.optimizer.decomposition.schedule import Scheduler
from infraplan.optimizer.mip import FloatArray, IntArray

STEPS = 60
"""Steps of a round from hot to cold, after each of which prices change."""
FIRST_TRIES, LONGER, MOST_TRIES = 8, 3, 2000
"""Tries by chain in a step of the first round, how much longer the next one is, and at most."""
HOT, COLD = 0.25, 0.005
"""What a try may lose at first and at last, as a share of what a chain is worth on average."""
DEARER, CHEAPER = 1.25, 0.93
"""What prices are multiplied with after a step that passes the row, and after one that keeps it."""
FIRST_PRICE = 0.4
"""What prices begin with, times what all that is placed is worth or costs per unit of a row. Too
cheap is better than too dear: what came too soon is put off while it is hot, and newman1 ends
0.05 % below its optimum; from prices seven times as dear, which put all off at first, 0.2 %."""
LEAST_GAIN = 2e-5
"""Share of the value by which a round must better the plan for a longer one to follow."""
MENDED = 6
"""Steps after which what rows are missed by is mended."""
ROUND_LEAST = 0.4
"""Share of the last round's tries below which what time is left is for no further round."""
TRIES_AT_ONCE = 200_000
"""Tries between two looks at the clock."""
TRY_S = 3e-6
"""Price of a try, where work is counted. Measured on two mines of MineLib."""


@dataclass
class _State:
    """Where a round is: places, what rows use, their prices, and the best plan with its worth."""

    place: IntArray
    use: FloatArray
    price: FloatArray
    worth: float
    best: IntArray
    most: float


class Drift:
    """Rounds of annealing, each with the prices that the one before has ended with."""

    def __init__(self, scheduler: Scheduler, seed: int) -> None:
        self._scheduler, self._seed = scheduler, seed
        take = scheduler.take
        self._rows = (take.indptr.astype(np.int64), take.indices.astype(np.int32), take.data)
        self._low, self._high = scheduler.limits
        self._who = np.flatnonzero(np.diff(scheduler.begin) > 0)
        self._price: FloatArray | None = None
        self._begun = 0

    def search(
        self,
        place: IntArray,
        tell: Callable[[IntArray], None],
        is_over: Callable[[], bool],
        end: float | None,
    ) -> IntArray:
        """The best places found from `place` on; `tell` hears of better ones after every step.

        Rounds get longer until one betters little, or until `end`: the last one is as long as what
        is left.
        """
        scheduler = self._scheduler
        offset = scheduler.program.mip.objective_offset
        if not self._who.size or scheduler.worth(place) == offset:
            return place
        self._step(self._state(place), 0, 1.0, 1.0)  # compiled, or loaded, before it is timed
        tries, one = float(FIRST_TRIES), TRY_S
        while not is_over() and not (end is not None and work_clock.is_past(end)):
            fits = np.inf
            if end is not None:
                fits = (end - work_clock.now()) / (one * STEPS * self._who.size)
                if fits < ROUND_LEAST * tries and tries > FIRST_TRIES:
                    break
                # A round that nearly all time is left for takes all of it: slower is better.
                tries = fits if fits < 1.5 * LONGER * tries and fits > tries else min(tries, fits)
            before, begin = scheduler.worth(place), work_clock.now()
            done = max(1, int(tries * self._who.size))
            is_last = end is not None and tries >= fits
            place = self._round(place, done, tell, is_over, end, is_last=is_last)
            one = max(1e-8, (work_clock.now() - begin) / (done * STEPS))
            gained = scheduler.worth(place) - before
            if tries > MOST_TRIES or (
                gained <= LEAST_GAIN * abs(before - offset) and tries > LONGER * FIRST_TRIES
            ):
                break
            tries *= LONGER
        return place

    def _round(
        self,
        place: IntArray,
        tries: int,
        tell: Callable[[IntArray], None],
        is_over: Callable[[], bool],
        end: float | None,
        *,
        is_last: bool,
    ) -> IntArray:
        """The best places of a round of steps from hot to cold.

        The last one gets colder as time passes, whatever a busy machine does in it.
        """
        scheduler, state = self._scheduler, self._state(place)
        mean = float(np.abs(self._gross(place)).sum()) / self._who.size
        begin, step, passed = work_clock.now(), 0, 0.0
        while passed < 1.0:
            told = state.most
            heat = mean * HOT * (COLD / HOT) ** np.array([passed, passed + 1.0 / STEPS])
            left = tries
            while left > 0:
                if is_over() or (end is not None and work_clock.is_past(end)):
                    self._mend(state, tell)
                    return state.best
                now = min(left, TRIES_AT_ONCE)
                self._step(state, now, float(heat[0]), float(heat[1]))
                left -= now
            state.use = scheduler.use(state.place)  # without the rounding of many sums
            over = np.maximum(state.use - self._high, 0.0) + np.maximum(self._low - state.use, 0.0)
            state.price *= np.where(over > 0.0, DEARER, CHEAPER)
            if state.most > told:
                tell(state.best)
            # Rows missed by a hair at the end: what finds no room there goes to a later year.
            if step % MENDED == MENDED - 1:
                self._mend(state, tell)
            step, passed = step + 1, (step + 1) / STEPS
            if is_last and end is not None:
                passed = (work_clock.now() - begin) / max(end - begin, 1e-9)
        self._price = state.price
        return state.best

    def _state(self, place: IntArray) -> _State:
        """The state at `place`, with the prices of the last round."""
        scheduler = self._scheduler
        worth = scheduler.worth(place) - scheduler.program.mip.objective_offset
        price = self._first_prices(place) if self._price is None else self._price
        use = scheduler.use(place)
        return _State(place.copy(), use, price.copy(), worth, place.copy(), worth)

    def _mend(self, state: _State, tell: Callable[[IntArray], None]) -> None:
        """Take the plan that the places lead to as the best where it is: none is earlier there."""
        scheduler = self._scheduler
        wait = (state.place - scheduler.begin[:-1]).astype(np.float64)
        place = scheduler.listed(wait, 1.0)
        if place is None:
            return
        worth = scheduler.worth(place) - scheduler.program.mip.objective_offset
        if worth > state.most and scheduler.keeps(place):
            state.best, state.most = place, worth
            tell(place)

    def _step(self, state: _State, tries: int, hot: float, cold: float) -> None:
        scheduler, graph = self._scheduler, self._scheduler.graph
        state.worth, state.most = drift_kernels.drift(
            tries,
            hot,
            cold,
            (self._seed * 1_000_003 + self._begun) % 2**32,
            self._who,
            scheduler.begin,
            scheduler.chain,
            scheduler.last_year + 1,
            scheduler.is_closed,
            graph.start,
            graph.head,
            graph.into,
            graph.tails,
            scheduler.gain,
            *self._rows,
            self._low,
            self._high,
            state.price,
            state.place,
            state.use,
            state.worth,
            state.most,
            state.best,
        )
        self._begun += 1
        work_clock.spend(TRY_S * tries)

    def _gross(self, place: IntArray) -> FloatArray:
        """What each chain at `place` is worth, or costs."""
        return self._scheduler.gain[place[place < self._scheduler.begin[1:]]]

    def _first_prices(self, place: IntArray) -> FloatArray:
        """What all that is placed is worth or costs, per unit that rows use, over the rows."""
        gross = float(np.abs(self._gross(place)).sum())
        use = np.abs(self._scheduler.use(place))
        limit = np.where(np.isfinite(self._high), np.abs(self._high), np.abs(self._low))
        size = np.maximum(np.maximum(use, np.where(np.isfinite(limit), limit, 0.0)), 1e-9)
        return np.asarray(FIRST_PRICE * gross / size / max(1, size.size))
