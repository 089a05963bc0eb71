"""The smallest change of one figure that turns a decision, and how far it is proven to be that.

At each change the best plan with the project and the best without it are compared, by bounds that
both solves prove. A change turns the decision where every best plan decides the other way.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from infraplan.optimizer.sweeps.levers import Cell, Lever

SHORT = 0.02
"""Share by which the other side falls short of the stated change, solved as well."""
MOST_STEP, LEAST_STEP = 8.0, 1.25
"""Times the last change at which the next one is tried, at most and at least, until one turns."""
EVEN = 1e-9
"""Times (1 + size of the values): difference that counts as none."""
BLIND_STEP = 2.0
"""The same where nothing can be made of what was gained so far."""
GUESSES = 2
"""Estimates that may do worse than halving before only halving is left."""
EDGE = 0.05
"""Share of the bracket that an estimate keeps from its ends."""


@dataclass(frozen=True)
class Worth:
    """What the best plan is worth: at least `low` (a plan), at most `high` (a bound)."""

    low: float
    high: float

    @property
    def is_impossible(self) -> bool:
        """Whether there is no plan."""
        return self.high == -math.inf


IMPOSSIBLE = Worth(-math.inf, -math.inf)
"""There is no plan."""


@dataclass(frozen=True)
class Side:
    """The best plans that decide as now (`stay`) and the other way (`turn`), at one change."""

    change: float
    stay: Worth
    turn: Worth

    @property
    def is_turned(self) -> bool | None:
        """Whether the other way is surely better, or surely worse; None where neither is proven."""
        if self.stay.is_impossible and self.turn.is_impossible:
            return None
        known = (abs(value) for value in (self.turn.low, self.stay.low) if math.isfinite(value))
        even = EVEN * (1.0 + max(known, default=0.0))
        if self.turn.low > self.stay.high + even:
            return True
        return False if self.turn.high < self.stay.low - even else None

    @property
    def gain(self) -> float | None:
        """What turning gains by the plans known; None where there are none on both sides."""
        if self.stay.low == self.turn.low == -math.inf:
            return None
        return self.turn.low - self.stay.low


@dataclass(frozen=True)
class SmallestChange:
    """A change of one figure that turns a decision.

    Attributes
    ----------
    kind
        cost, benefit, budget, ceiling or quota.
    cell
        The figure, as it is; of a project's cost and benefits every option changes by the same
        factor, and the figure is that of the option built.
    after
        The figure with the change.
    turns
        Whether every best plan with the change has turned; None where that was not decided.
    less_turns
        Whether every best plan with `SHORT` less of the change has turned too.
    is_smallest
        Whether no change smaller by more than `SHORT` turns it, proven; else it is the smallest
        that was found: more money may put a project out again.
    also
        Further figures that change by as much, with what they come to.
    solves
        Pairs of solves that it took.
    """

    kind: str
    cell: Cell
    after: float
    turns: bool | None
    less_turns: bool | None
    is_smallest: bool
    also: tuple[tuple[Cell, float], ...] = ()
    solves: int = 0

    @property
    def is_confirmed(self) -> bool:
        """Whether both sides were solved and lie on their sides."""
        return self.turns is True and self.less_turns is False


@dataclass
class Search:
    """Seeks the smallest change of one lever in at most `tries` pairs of solves.

    `solve` says what the best plans are worth at a change; `at_zero` is known.
    """

    lever: Lever
    at_zero: Side
    tries: int
    solve: Callable[[float], Side | None]
    _sides: dict[float, Side] = field(init=False, default_factory=dict)

    def find(self) -> SmallestChange | None:
        """The change; None where none that was tried turns it."""
        self._sides[0.0] = self.at_zero
        high = self._first_that_turns()
        if high is None:
            return None
        low = max(c for c, side in self._sides.items() if c < high and not _seems_turned(side))
        misses, ask_less = 0, self._may_be_tight(low, high)
        while self._left() > 1 and not self._is_tight(low, high):
            # What a little less does is asked at once where it should not turn any more: where the
            # estimate is good, that is all.
            is_guess = ask_less or misses < GUESSES
            change = _less(high) if ask_less else self._between(low, high, is_guess=is_guess)
            side = self._at(change)
            if side is None:
                break
            width, has_turned = high - low, _seems_turned(side)
            low, high = (low, change) if has_turned else (change, high)
            misses += is_guess and high - low > 0.5 * width
            is_due = is_guess and not ask_less and has_turned
            ask_less = is_due and self._may_be_tight(low, high)
        return self._told(high)

    def _may_be_tight(self, low: float, high: float) -> bool:
        """Whether a little less than `high` would not turn it, on a line through what is known."""
        first, second = self._sides[low].gain, self._sides[high].gain
        if first is None or second is None or not math.isfinite(second - first):
            return True
        return second - _less_by(high) / (high - low) * (second - first) <= 0.0

    def _left(self) -> int:
        return self.tries - (len(self._sides) - 1)

    def _at(self, change: float) -> Side | None:
        """Both plans at `change`; None where no tries are left, or nothing is known of it."""
        if change not in self._sides:
            if self._left() <= 0:
                return None
            side = self.solve(change)
            if side is None or side.gain is None:
                return None
            self._sides[change] = side
        return self._sides[change]

    def _first_that_turns(self) -> float | None:
        lever = self.lever
        change = lever.first * (1.0 + 0.5 * SHORT)
        change = change if lever.most is None else min(change, lever.most)
        while change > 0.0 and self._left() > 0:
            side = self._at(change)
            if side is None:
                return None
            if _seems_turned(side):
                return change
            if lever.most is not None and change >= lever.most:
                return None
            change = self._further(change)
        return None

    def _further(self, change: float) -> float:
        """Where the gain would be 0 if it went on as it went so far, within limits."""
        start, here = self.at_zero.gain, self._sides[change].gain
        step = BLIND_STEP
        if start is not None and here is not None and here > start and math.isfinite(start):
            step = start / (start - here) * (1.0 + 0.5 * SHORT)
        further = change * min(MOST_STEP, max(LEAST_STEP, step))
        return further if self.lever.most is None else min(further, self.lever.most)

    @staticmethod
    def _is_tight(low: float, high: float) -> bool:
        return low >= _less(high) * (1.0 - EVEN)

    def _between(self, low: float, high: float, *, is_guess: bool) -> float:
        """Where the gain is 0 on a line, a little further; half-way where that goes astray."""
        first, second = self._sides[low].gain, self._sides[high].gain
        middle = 0.5 * (low + high)
        if not is_guess or first is None or second is None or second <= first:
            return middle
        if not math.isfinite(second - first):
            return middle
        root = low + (high - low) * max(0.0, -first) / (second - first)
        root *= 1.0 + 0.5 * SHORT
        edge = EDGE * (high - low)
        return root if low + min(edge, SHORT * root) <= root < high else middle

    def _told(self, high: float) -> SmallestChange:
        lever = self.lever
        side, less = self._sides[high], self._at(_less(high))
        return SmallestChange(
            kind=lever.kind,
            cell=lever.cell,
            after=lever.after(high),
            turns=side.is_turned,
            less_turns=None if less is None else less.is_turned,
            is_smallest=less is not None and less.is_turned is False and self._covers(less.change),
            also=tuple((cell, lever.after(high, cell.before)) for cell in lever.also),
            solves=len(self._sides) - 1,
        )

    def _covers(self, until: float) -> bool:
        """Whether no change up to `until` turns it; tries that are left are spent on it.

        Between two changes a < b, what rises is worth at most its bound at one end and at least its
        plan at the other: of plans that are worth more the larger the change is, the other way is
        worth no more than at b, and staying no less than at a; where all lose, the reverse.
        """
        if not self.lever.is_monotone:
            return False
        if self.lever.is_own:
            return True  # staying is worth the same everywhere, and turning no more than at `until`
        while True:
            known = sorted(change for change in self._sides if change <= until)
            open_ = [
                (a, b)
                for a, b in pairwise(known)
                if not self._is_covered(self._sides[a], self._sides[b])
            ]
            if not open_:
                return True
            a, b = open_[0]
            if b - a <= SHORT * until or self._at(0.5 * (a + b)) is None:
                return False

    def _is_covered(self, a: Side, b: Side) -> bool:
        """Whether staying is surely better at all changes from `a` to `b`."""
        if self.lever.is_rise:
            return b.turn.high < a.stay.low
        return b.stay.low > a.turn.high


def _seems_turned(side: Side) -> bool:
    """Whether turning is better by the plans known."""
    return side.gain is not None and side.gain > 0.0


def _less(change: float) -> float:
    return change - _less_by(change)


def _less_by(change: float) -> float:
    return change * SHORT
