"""A search over designs: pipes are made smaller one by one, exchanged in pairs, and disturbed.

Nothing is proven here. A design in which no pipe can be smaller, and no two be exchanged at a
gain, is a local best one; from it some pipes are made larger at random, and it begins anew
(iterated local search: Lourenco, Martin and Stuetzle, Handbook of Metaheuristics, 2003). Every
neighbour is judged by its own flows and heads, all of one step at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.waterdesign.pipe_choice import Judge

AT_ONCE = 600
"""Designs judged in one array."""
LEAST_GAIN = 1e-9
"""Share of a cost by which another must be less to be a gain."""
WORSE_TAKEN = 0.02
"""Share of cost by which a local best may be worse than that it came of and be gone on from."""
ROUNDS_TO_FORGET = 40
"""Local bests without a gain after which the search goes back to the best."""
ANEW = 0.5
"""Share of these times at which it begins with sizes at random instead."""
SHUT = 0.25
"""Share of disturbances that take one pipe away, or make it as small as can be."""
MOST_MARGIN = 1e6
"""Metres from which on more head than asked is all the same."""
LEAST_MARGIN = -1e9
"""Metres that a design lacks in which some demand has no way to a source."""
STRETCH = 2
"""Steps of size by which an exchange makes one pipe larger, at most."""


class DesignSearch:
    """Finds cheap designs of which every node has the head asked for.

    Parameters
    ----------
    judge
        Computes heads.
    is_over
        Whether to stop.
    found
        Told of each best design.
    """

    def __init__(
        self,
        judge: Judge,
        is_over: Callable[[], bool],
        found: Callable[[IntArray, float], None] = lambda _design, _cost: None,
        seed: int = 0,
    ) -> None:
        self._judge = judge
        self._choice = judge.choice
        self._is_over = is_over
        self._found = found
        self._random = np.random.default_rng(seed)
        self._most = self._choice.num_ways - 1
        self._seen: set[bytes] = set()
        self.best: IntArray | None = None
        self.cost = np.inf

    def run(self, rounds: int, starts: list[IntArray]) -> IntArray | None:
        """The best design after `rounds` disturbances; None where none obeys."""
        here: IntArray | None = None
        for start in [*starts, self._most.copy()]:
            obeying = self._mended(start)
            if obeying is not None:
                local = self._local(obeying)
                if here is None or self._cost(local) < self._cost(here):
                    here = local
        if here is None or self.best is None:
            return None
        idle = 0
        for _ in range(rounds):
            if self._is_over():
                break
            before = self.cost
            other = self._mended(self._disturbed(here))
            if other is None:
                continue
            other = self._local(other)
            idle = 0 if self.cost < before else idle + 1
            if self._cost(other) <= self._cost(here) * (1.0 + WORSE_TAKEN * self._random.random()):
                here = other
            if idle >= ROUNDS_TO_FORGET:
                anew = self._random.random() < ANEW
                again = self._mended(self._random.integers(0, self._most + 1)) if anew else None
                here, idle = self.best.copy() if again is None else self._local(again), 0
        return self.best

    def _cost(self, design: IntArray) -> float:
        return float(self._choice.cost(design))

    def _take(self, design: IntArray) -> None:
        cost = self._cost(design)
        if cost < self.cost * (1.0 - LEAST_GAIN) or self.best is None:
            self.best, self.cost = design.copy(), cost
            self._found(design, cost)

    def _margins(self, designs: IntArray) -> FloatArray:
        parts = [
            self._judge.margins(designs[first : first + AT_ONCE])
            for first in range(0, len(designs), AT_ONCE)
        ]
        # Where nothing is asked, the margin is without end.
        return np.minimum(np.concatenate(parts), MOST_MARGIN) if parts else np.zeros(0)

    def _changed(self, design: IntArray, units: IntArray, by: IntArray) -> IntArray:
        """Copies of `design`, one for each of `units`, which has another way there."""
        many = np.tile(design, (units.size, 1))
        many[np.arange(units.size), units] += by
        return many

    def _mended(self, design: IntArray) -> IntArray | None:
        """A design that obeys, made from `design` by larger pipes; None where there is none."""
        now = design.copy()
        margin = self._margins(now[None])[0]
        while margin < 0.0 and not self._is_over():
            units = np.flatnonzero(now < self._most)
            if not units.size:
                return None
            many = self._changed(now, units, np.ones(units.size, dtype=np.int64))
            margins = self._margins(many)
            dearer = self._choice.cost(many) - self._cost(now)
            # Where some demand has no way yet, a pipe at random may lead to it.
            least = max(margin, LEAST_MARGIN)
            gain = np.minimum(np.maximum(margins, LEAST_MARGIN), 0.0) - least
            if (gain > 0.0).any():
                rate = np.where(gain > 0.0, gain / np.maximum(dearer, 1e-300), -np.inf)
                pick = int(np.argmax(rate))
            else:
                pick = int(self._random.integers(units.size))
            now, margin = many[pick], margins[pick]
        return now if margin >= 0.0 else None

    def _local(self, design: IntArray) -> IntArray:
        """A local best design, from one that obeys."""
        now = design
        while True:
            now = self._reduced(now)
            self._take(now)
            key = now.tobytes()
            if key in self._seen or self._is_over():
                return now
            self._seen.add(key)
            better = self._exchanged(now)
            if better is None:
                return now
            now = better

    def _reduced(self, design: IntArray) -> IntArray:
        """Pipes made smaller one by one, the most saved for the head lost first, by some chance."""
        now = design
        margin = self._margins(now[None])[0]
        units = np.flatnonzero(now > 0)
        while units.size and not self._is_over():
            many = self._changed(now, units, np.full(units.size, -1, dtype=np.int64))
            margins = self._margins(many)
            saved = self._cost(now) - self._choice.cost(many)
            good = (margins >= 0.0) & (saved > 0.0)
            if not good.any():
                break
            lost = np.maximum(margin - margins, 0.0) + 1e-3 * max(margin, 1e-3)
            rate = saved / lost * np.exp(0.5 * self._random.standard_normal(units.size))
            pick = int(np.argmax(np.where(good, rate, -np.inf)))
            now, margin = many[pick], margins[pick]
            # What could not be smaller hardly ever can be later on; all are asked again at the end.
            units = units[good & (now[units] > 0)]
            if not units.size:
                units = np.flatnonzero(now > 0)
        return now

    def _exchanged(self, design: IntArray) -> IntArray | None:
        """The best design in which one pipe is larger and another smaller; None: none is a gain."""
        cost = self._cost(design)
        costs = self._choice.costs
        candidates, gains = [], []
        for up in range(1, STRETCH + 1):
            ups = np.flatnonzero(design + up <= self._most)
            dearer = costs[ups, design[ups] + up] - costs[ups, design[ups]]
            for down in range(1, int(self._most.max(initial=0)) + 1):
                downs = np.flatnonzero(design - down >= 0)
                saved = costs[downs, design[downs]] - costs[downs, design[downs] - down]
                gain = saved[None, :] - dearer[:, None]
                rows, columns = np.nonzero(
                    (gain > LEAST_GAIN * cost) & (ups[:, None] != downs[None, :])
                )
                many = np.tile(design, (rows.size, 1))
                number = np.arange(rows.size)
                many[number, ups[rows]] += up
                many[number, downs[columns]] -= down
                candidates.append(many)
                gains.append(gain[rows, columns])
        if not candidates:
            return None  # nobody has a choice
        every, gain = np.concatenate(candidates), np.concatenate(gains)
        order = np.argsort(-gain, kind="stable")
        for first in range(0, order.size, AT_ONCE):
            if self._is_over():
                return None
            part = every[order[first : first + AT_ONCE]]
            good = np.flatnonzero(self._judge.margins(part) >= 0.0)
            if good.size:
                first_good: IntArray = part[good[0]]
                return first_good
        return None

    def _disturbed(self, design: IntArray) -> IntArray:
        """`design` with a few pipes larger and some smaller, or one as small as can be."""
        now = design.copy()
        size = self._choice.num_units
        if self._random.random() < SHUT:
            now[self._random.integers(size)] = 0
            return now
        ups = np.flatnonzero(now < self._most)
        count = int(self._random.integers(1, max(2, min(7, size // 3 + 1))))
        if ups.size:
            for unit in self._random.choice(ups, min(count, ups.size), replace=False).tolist():
                now[unit] += self._random.integers(1, min(2, self._most[unit] - now[unit]) + 1)
        downs = np.flatnonzero((now > 0) & (now <= design))
        if downs.size:
            few = int(self._random.integers(0, min(3, downs.size) + 1))
            now[self._random.choice(downs, few, replace=False)] -= 1
        return now
