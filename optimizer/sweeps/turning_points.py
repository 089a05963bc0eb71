"""The smallest change of one figure that turns a decision, and how far it is proven to be that.

At each change the best plan with the project and the best without it are compared, by bounds that
both solves prove. A change turns the decision where every best plan decides the other way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
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
HELD = 0.2 * SHORT
"""Relative width to which the change is found at which a held plan is no longer the best."""
FAR = 4.0
"""Times `SHORT`: a plan that tells that much less is followed."""
WIDE = 4.0
"""Times the lower end: brackets wider than that are halved by factors."""


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
        Changes at which it was solved.
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


@dataclass(frozen=True)
class IdleFigure:
    """A figure of which no change that was tried turns a decision; never: proven that none does."""

    kind: str
    cell: Cell
    is_never: bool


@dataclass
class Search:
    """Seeks the smallest change of one lever, solving at no more than `tries` changes.

    `solve` says what the best plan is worth at a change, of those that turn (True) or of those that
    stay; both are known at 0. Where more of the change can only help plans (or only hurt them),
    a plan stays one at all larger (smaller) changes, and a bound holds at all smaller (larger)
    ones: no way is solved whose worth is not needed to tell which is better.

    `hold` says what the plan with the project that was found at the first change is worth at the
    second one with all of its starts as they are, None where that is not possible. That is found
    in a small part of the time of a solve, and says next to where the decision turns. It is a plan,
    so that the best one there is worth no less.

    Attributes
    ----------
    is_never
        Whether it is proven that no change at all turns it.
    """

    lever: Lever
    at_zero: Side
    tries: int
    solve: Callable[[float, bool], Worth | None]
    hold: Callable[[float, float], float | None] = lambda *_: None
    is_never: bool = False
    _tried: list[float] = field(init=False, default_factory=list)
    _ways: dict[bool, dict[float, Worth]] = field(init=False)
    _held: dict[tuple[float, float], float | None] = field(init=False, default_factory=dict)

    def find(self) -> SmallestChange | None:
        """The change; None where none that was tried turns it."""
        self._ways = {False: {0.0: self.at_zero.stay}, True: {0.0: self.at_zero.turn}}
        high = self._first_that_turns()
        self.is_never &= self.lever.is_all
        if high is None:
            return None
        low = max(c for c in (0.0, *self._tried) if c < high and not _seems_turned(self._side(c)))
        # What a plan known tells is solved at the end; what a little less does, at once. Where that
        # turns as well, and no plan tells that much less does, half-way is asked.
        solved = high
        high, is_less = self._squeezed(low, solved), True
        while self._left() > 1:
            if self._is_tight(low, high):
                if self._turns_at(high):
                    break
                # Another plan decides as now where the one that was held does no longer.
                low, high, is_less = high, self._squeezed(high, solved), True
                continue
            change = _less(high) if is_less else _middle(low, high)
            if self._at(change) is None:
                break
            if _seems_turned(self._side(change)):
                before, solved, high = high, change, self._squeezed(low, change)
                is_less = not is_less or before - high > FAR * _less_by(before)
            else:
                low, is_less = change, True
        return self._told(high if self._turns_at(high) else solved)

    def _turns_at(self, change: float) -> bool:
        """Whether the best plans known, with `change` solved, have turned."""
        return self._at(change) is not None and _seems_turned(self._side(change))

    def _left(self) -> int:
        return self.tries - len(self._tried)

    def _side(self, change: float) -> Side:
        """What is known of both ways at `change`."""
        return Side(change, self._worth(change, is_turn=False), self._worth(change, is_turn=True))

    def _worth(self, change: float, *, is_turn: bool) -> Worth:
        lever, known = self.lever, self._ways[is_turn]
        has_project = is_turn == lever.is_gain
        if lever.is_own and not has_project:
            return known[0.0]  # without the project, the same everywhere
        if not lever.is_monotone:
            return known.get(change, Worth(-math.inf, math.inf))
        sign = 1.0 if lever.is_gain else -1.0
        lows = [row.low for at, row in known.items() if sign * (change - at) >= 0.0]
        highs = [row.high for at, row in known.items() if sign * (at - change) >= 0.0]
        if has_project:
            lows += [v for (_, at), v in self._held.items() if at == change and v is not None]
            highs += _between(known, change) if lever.is_convex else []
        return Worth(max(lows, default=-math.inf), min(highs, default=math.inf))

    def _at(self, change: float) -> Side | None:
        """Both ways at `change`; None where no tries are left, or nothing is known of it."""
        if change in self._tried or change == 0.0:
            return self._side(change)
        if self._left() <= 0:
            return None
        self._tried.append(change)
        # The way that the figure helps, or hurts, the more is that of the project.
        for is_turn in (self.lever.is_gain, not self.lever.is_gain):
            if self._side(change).is_turned is not None:
                break
            if self.lever.is_own and is_turn != self.lever.is_gain:
                continue
            found = self.solve(change, is_turn)
            if found is None:
                return None
            self._ways[is_turn][change] = found
        side = self._side(change)
        return None if side.gain is None else side

    def _first_that_turns(self) -> float | None:
        lever = self.lever
        change, may_jump = self._first(), True
        if self._is_idle(change) and self._at(lever.limit) is not None:
            may_jump = False
            self.is_never = self._is_surely_never()
        while change > 0.0 and not self.is_never:
            side = self._at(change)
            if side is None:
                return None
            if _seems_turned(side):
                return change
            if change >= lever.limit or self._is_surely_never():
                self.is_never = self._is_surely_never()
                return None
            further = self._further(change)
            if further is None and may_jump and self._at(lever.limit) is not None:
                # So far nothing was gained: what all of it does tells whether there is a search.
                may_jump = False
                if _seems_turned(self._side(lever.limit)):
                    return lever.limit
                continue
            change = min(lever.limit, change * BLIND_STEP if further is None else further)
        return None

    def _first(self) -> float:
        """The change that is tried first."""
        lever = self.lever
        first = min(lever.first * (1.0 + 0.5 * SHORT), lever.limit)
        if lever.is_gain or not lever.is_monotone:
            return first
        # The plan as it stands says how far the figure may fall, or the cost may rise.
        far = first
        while far < lever.limit and self._still_wins(0.0, far):
            far = min(lever.limit, MOST_STEP * far)
        found = self._squeezed(0.0, far)
        return first if found >= far else found

    def _is_idle(self, first: float) -> bool:
        """Whether all of a money figure gives the plan known with the project nothing at all."""
        lever = self.lever
        if lever.is_own or lever.is_named or not lever.is_gain or first >= lever.limit:
            return False
        before, after = self._held_worth(0.0, 0.0), self._held_worth(0.0, lever.limit)
        return before is not None and after is not None and after <= before + EVEN

    def _is_surely_never(self) -> bool:
        """Whether staying is surely better at all changes up to the largest one."""
        lever = self.lever
        if not lever.is_monotone:
            return False
        return self._is_covered(self._side(0.0), self._side(lever.limit))

    def _further(self, change: float) -> float | None:
        """Where the gain would be 0 if it went on as it went so far, within limits.

        None where nothing was gained so far.
        """
        start, here = self.at_zero.gain, self._side(change).gain
        if start is None or here is None or here == -math.inf:
            return None
        if math.isfinite(start) and here <= start + EVEN * (1.0 + abs(start)):
            return None
        step = start / (start - here) * (1.0 + 0.5 * SHORT) if math.isfinite(start) else BLIND_STEP
        return change * min(MOST_STEP, max(LEAST_STEP, step))

    @staticmethod
    def _is_tight(low: float, high: float) -> bool:
        return low >= _less(high) * (1.0 - EVEN)

    def _squeezed(self, low: float, high: float) -> float:
        """The change that is worth trying between `low` and `high`, by a plan that is held.

        That at which the plan that turns at `high` still does; or, where changes hurt, that at
        which the one that stays at `low` just does not stay best: a little less is on its side.
        """
        is_gain = self.lever.is_gain
        source = high if is_gain else low
        good, bad = (high, low) if is_gain else (low, high)
        if self._held_worth(source, good) is None:
            return high
        while abs(good - bad) > HELD * max(good, bad, 0.5 * high):
            middle = _middle(min(good, bad), max(good, bad))
            good, bad = (middle, bad) if self._still_wins(source, middle) else (good, middle)
        if not is_gain and good <= low:
            return high
        found = good if is_gain else good / (1.0 - SHORT) * (1.0 - HELD * SHORT)
        return found if found < high - 0.5 * _less_by(high) else high

    def _still_wins(self, source: float, change: float) -> bool:
        """Whether the plan found at `source` is better at `change` than any that has it not."""
        worth = self._held_worth(source, change)
        other = self._worth(change, is_turn=not self.lever.is_gain)
        return worth is not None and worth > other.high + EVEN * (1.0 + abs(worth))

    def _held_worth(self, source: float, change: float) -> float | None:
        if (source, change) not in self._held:
            self._held[source, change] = self.hold(source, change)
        return self._held[source, change]

    def _told(self, high: float) -> SmallestChange:
        lever = self.lever
        less, side = self._at(_less(high)), self._side(high)
        return SmallestChange(
            kind=lever.kind,
            cell=lever.cell,
            after=lever.after(high),
            turns=side.is_turned,
            less_turns=None if less is None else less.is_turned,
            is_smallest=less is not None and less.is_turned is False and self._covers(less.change),
            also=tuple((cell, lever.after(high, cell.before)) for cell in lever.also),
            solves=len(self._tried),
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
            known = sorted({0.0, *(change for change in self._tried if change <= until)})
            open_ = [
                (a, b)
                for a, b in pairwise(known)
                if not self._is_covered(self._side(a), self._side(b))
            ]
            if not open_:
                return True
            a, b = open_[0]
            if b - a <= SHORT * until or self._at(0.5 * (a + b)) is None:
                return False

    def _is_covered(self, a: Side, b: Side) -> bool:
        """Whether staying is surely better at all changes from `a` to `b`."""
        if self.lever.is_gain:
            return b.turn.high < a.stay.low
        return b.stay.low > a.turn.high


def _between(known: Mapping[float, Worth], change: float) -> list[float]:
    """Bounds at `change` by the nearest on either side, where what is best bends upwards only.

    It lies on or under the straight line between them, and a bound above it only lifts the line.
    """
    ends = sorted((at, row.high) for at, row in known.items() if math.isfinite(row.high))
    before = [end for end in ends if end[0] < change]
    after = [end for end in ends if end[0] > change]
    if not before or not after:
        return []
    (a, low), (b, high) = before[-1], after[0]
    return [low + (high - low) * (change - a) / (b - a)]


def _seems_turned(side: Side) -> bool:
    """Whether turning is better by the plans known."""
    return side.gain is not None and side.gain > 0.0


def _less(change: float) -> float:
    return change - _less_by(change)


def _less_by(change: float) -> float:
    return change * SHORT


def _middle(low: float, high: float) -> float:
    """Half-way; by factors where the ends are far apart."""
    return math.sqrt(low * high) if 0.0 < WIDE * low < high else 0.5 * (low + high)
