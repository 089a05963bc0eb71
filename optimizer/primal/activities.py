"""Scheduling of activities under order and yearly limits: a list schedule and a lower bound.

Years are offsets from the plan's first. An activity is done in one of its ways. The list schedule
takes activities one after the other and puts each as early as order and limits allow (the serial
scheme of resource-constrained scheduling); it is repeated with other priorities, and backwards
from the schedule found. Source: R. Kolisch, S. Hartmann, "Heuristic algorithms for solving the
resource-constrained project scheduling problem" (1999).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from infraplan.optimizer.mip import IntArray


@dataclass(frozen=True)
class Way:
    """One way to do an activity.

    `lead` years lie between start and opening; a start lies in `first..last`. Each entry of `use`
    is a row of limits, the number of years from the start on that it is used, and how much.
    """

    lead: int
    first: int
    last: int
    use: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Order:
    """Activity `after` waits for `before`: its start, or opening, is at least `lag` years later."""

    before: int
    after: int
    lag: int
    from_opening: bool
    to_opening: bool


@dataclass(frozen=True)
class Activities:
    """All activities with their ways, what orders them, and limits (shape: rows, years)."""

    ways: tuple[tuple[Way, ...], ...]
    orders: tuple[Order, ...]
    limits: IntArray

    @cached_property
    def sequence(self) -> tuple[int, ...] | None:
        """Positions so that whoever waits comes later; None where they wait for one another."""
        left = [0] * len(self.ways)
        for order in self.orders:
            left[order.after] += 1
        ready = [i for i, count in enumerate(left) if count == 0]
        found: list[int] = []
        while ready:
            i = ready.pop()
            found.append(i)
            for order in self.orders_from[i]:
                left[order.after] -= 1
                if left[order.after] == 0:
                    ready.append(order.after)
        return tuple(found) if len(found) == len(self.ways) else None

    @cached_property
    def orders_from(self) -> tuple[tuple[Order, ...], ...]:
        """Orders by the activity that others wait for."""
        return tuple(tuple(o for o in self.orders if o.before == i) for i in range(len(self.ways)))

    @cached_property
    def orders_to(self) -> tuple[tuple[Order, ...], ...]:
        """Orders by the activity that waits."""
        return tuple(tuple(o for o in self.orders if o.after == i) for i in range(len(self.ways)))

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """Earliest start of each activity by windows and order alone."""
        heads = [min(way.first for way in ways) for ways in self.ways]
        for i in self.sequence or ():
            lead = min(way.lead for way in self.ways[i])
            for order in self.orders_from[i]:
                step = heads[i] + order.lag + (lead if order.from_opening else 0)
                if order.to_opening:
                    step -= max(way.lead for way in self.ways[order.after])
                heads[order.after] = max(heads[order.after], step)
        return tuple(heads)

    @cached_property
    def tails(self) -> tuple[int, ...]:
        """Least years from the start of each activity to the last opening of what waits for it."""
        tails = [min(way.lead for way in ways) for ways in self.ways]
        for i in reversed(self.sequence or ()):
            lead = min(way.lead for way in self.ways[i])
            for order in self.orders_from[i]:
                rest = tails[order.after]
                if order.to_opening:
                    rest -= max(way.lead for way in self.ways[order.after])
                step = order.lag + (lead if order.from_opening else 0) + max(0, rest)
                tails[i] = max(tails[i], step)
        return tuple(tails)


Schedule = tuple[tuple[int, int], ...]
"""Way and start of each activity."""


def least_end(activities: Activities) -> int:
    """A lower bound on the last opening: the longest chain, or what a limit lets through.

    Of the activities that start in year a or later and have at least b years to go after their
    use of a row, all uses must fit between a and the end less b; b is below 0 where works go on
    after the opening.
    """
    heads, tails = activities.heads, activities.tails
    if not heads:
        return 0
    best = max(h + t for h, t in zip(heads, tails, strict=True))
    for row, limits in enumerate(activities.limits):
        most = int(limits.max(initial=0))
        uses = [_least_use(ways, row) for ways in activities.ways]
        users = [i for i, (energy, _) in enumerate(uses) if energy]
        if not users or not most:
            continue
        rest = {i: tails[i] - uses[i][1] for i in users}
        for a in {heads[i] for i in users}:
            later = [i for i in users if heads[i] >= a]
            for b in {rest[i] for i in later}:
                energy = sum(uses[i][0] for i in later if rest[i] >= b)
                best = max(best, a + -(-energy // most) + b)
    return best


def _least_use(ways: Sequence[Way], row: int) -> tuple[int, int]:
    """Least use of a row in all, and the most years that a way uses it."""
    found = [[(n, amount) for r, n, amount in way.use if r == row] for way in ways]
    energy = min(sum(n * amount for n, amount in one) for one in found)
    return energy, max((n for one in found for n, _ in one), default=0)


def quick_schedule(activities: Activities, passes: int, seed: int = 0) -> Schedule | None:
    """The best of `passes` list schedules; None where none keeps order, windows and limits.

    The first goes by the longest way to the end, the others by that plus chance, or by the starts
    of the best one. It ends early at the lower bound.
    """
    if activities.sequence is None:
        return None
    draw, least = random.Random(seed), least_end(activities)
    tails = activities.tails
    best: Schedule | None = None
    end = 0
    for number in range(passes):
        spread = 0.0 if number == 0 else 0.5 * max(tails, default=1)
        keys = [-tail + spread * draw.random() for tail in tails]
        if best is not None and number % 2:
            keys = [start + 0.1 * key for (_, start), key in zip(best, keys, strict=True)]
        found = _serial(activities, keys)
        if found is None:
            continue
        if best is None or end_of(activities, found) < end:
            best, end = found, end_of(activities, found)
        if end <= least:
            break
    return best


def end_of(activities: Activities, schedule: Schedule) -> int:
    """Year offset of the last opening."""
    openings = [
        start + ways[way].lead for ways, (way, start) in zip(activities.ways, schedule, strict=True)
    ]
    return max(openings, default=0)


def is_kept(activities: Activities, schedule: Schedule) -> bool:
    """Whether `schedule` keeps every window, order and limit."""
    used = np.zeros_like(activities.limits)
    opened: list[int] = []
    for ways, (number, start) in zip(activities.ways, schedule, strict=True):
        way = ways[number]
        if not way.first <= start <= way.last:
            return False
        opened.append(start + way.lead)
        for row, years, amount in way.use:
            used[row, start : start + years] += amount
    for order in activities.orders:
        since = opened[order.before] if order.from_opening else schedule[order.before][1]
        until = opened[order.after] if order.to_opening else schedule[order.after][1]
        if until < since + order.lag:
            return False
    return bool(np.all(used <= activities.limits))


def _serial(activities: Activities, keys: Sequence[float]) -> Schedule | None:
    """Each activity as early as it can, the ready one with the smallest key first."""
    free = activities.limits.copy()
    left = [len(orders) for orders in activities.orders_to]
    ready = [i for i, count in enumerate(left) if count == 0]
    placed: list[tuple[int, int]] = [(-1, -1)] * len(keys)
    while ready:
        i = min(ready, key=lambda j: (keys[j], j))
        ready.remove(i)
        ways = activities.ways[i]
        found = [
            (start + way.lead, number, start)
            for number, way in enumerate(ways)
            if (start := _first_fit(activities, placed, i, way, free)) is not None
        ]
        if not found:
            return None
        _, number, start = min(found)
        placed[i] = (number, start)
        for row, years, amount in ways[number].use:
            free[row, start : start + years] -= amount
        for order in activities.orders_from[i]:
            left[order.after] -= 1
            if left[order.after] == 0:
                ready.append(order.after)
    return tuple(placed)


def _first_fit(
    activities: Activities, placed: list[tuple[int, int]], i: int, way: Way, free: IntArray
) -> int | None:
    """First start of activity i in `way` that order and what is `free` allow."""
    first = way.first
    for order in activities.orders_to[i]:
        number, start = placed[order.before]
        since = start + (activities.ways[order.before][number].lead if order.from_opening else 0)
        first = max(first, since + order.lag - (way.lead if order.to_opening else 0))
    start = first
    while start <= way.last:
        late = -1
        for row, years, amount in way.use:
            short = np.flatnonzero(free[row, start : start + years] < amount)
            if short.size:
                late = max(late, start + int(short[-1]))
        if late < 0:
            return start
        start = late + 1
    return None
