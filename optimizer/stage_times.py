"""How long each stage of a command takes, by the clock and in CPU seconds.

A stage inside another counts for itself alone: its seconds are not those of the stage around it,
so that all stages and what belongs to none add up to the whole. Only the thread that began the
timing counts stages; the CPU seconds are those of the process and of its children that ended.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum


class Stage(StrEnum):
    """What a command spends its time on, in the order in which it happens."""

    READ = "read"
    CHECK = "check"
    BUILD = "build"
    FIRST_PLAN = "first_plan"
    SOLVE = "solve"
    EXTRACT = "extract"
    VERIFY = "verify"
    EXPLAIN = "explain"
    REPORT = "report"
    WRITE = "write"


OTHER = "other"
"""What belongs to no stage: loading the program, and what lies between stages."""


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and seconds of CPU."""

    clock_s: float = 0.0
    cpu_s: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.clock_s + other.clock_s, self.cpu_s + other.cpu_s)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.clock_s - other.clock_s, self.cpu_s - other.cpu_s)


_ELSEWHERE = [0.0]
"""CPU seconds of children that ended and that the system counts as others'."""


def add_child(cpu_s: float) -> None:
    """Count a child that another process waited for."""
    _ELSEWHERE[0] += cpu_s


def _now() -> Spent:
    """Clock and CPU seconds of this process with its children that ended."""
    used = os.times()
    cpu_s = used.user + used.system + used.children_user + used.children_system
    return Spent(time.perf_counter(), cpu_s + _ELSEWHERE[0])


@dataclass
class StageTimes:
    """Times of the stages of one command.

    Attributes
    ----------
    begin
        When the command began.
    now
        What tells clock and CPU (tests give their own).
    """

    begin: Spent = field(default_factory=_now)
    now: Callable[[], Spent] = _now
    _spent: dict[Stage, Spent] = field(default_factory=dict)
    _open: list[tuple[Stage, Spent]] = field(default_factory=list)
    _first_plan_s: float | None = None

    def enter(self, stage: Stage) -> None:
        """Begin `stage`; the one around it waits."""
        now = self.now()
        if self._open:
            outer, since = self._open[-1]
            self._add(outer, now - since)
        self._open.append((stage, now))

    def leave(self) -> None:
        """End the innermost stage; the one around it goes on."""
        now = self.now()
        stage, since = self._open.pop()
        self._add(stage, now - since)
        if self._open:
            self._open[-1] = (self._open[-1][0], now)

    def _add(self, stage: Stage, spent: Spent) -> None:
        self._spent[stage] = self._spent.get(stage, Spent()) + spent

    def note_plan(self) -> None:
        """A plan is known; the first one counts."""
        if self._first_plan_s is None:
            self._first_plan_s = self.now().clock_s - self.begin.clock_s

    @property
    def current(self) -> Stage | None:
        """The stage that is under way; None between stages. Any thread may ask."""
        innermost = self._open[-1:]
        return innermost[0][0] if innermost else None

    @property
    def first_plan_s(self) -> float | None:
        """Seconds from the begin until a plan was known; None where none was, or nobody said."""
        return self._first_plan_s

    def so_far(self) -> Mapping[str, Spent]:
        """Seconds by stage in their order, of open stages those so far, and what is in none."""
        now, found = self.now(), dict(self._spent)
        if self._open:
            stage, since = self._open[-1]
            found[stage] = found.get(stage, Spent()) + (now - since)
        rest = now - self.begin
        for spent in found.values():
            rest = rest - spent
        return {**{stage.value: found[stage] for stage in Stage if stage in found}, OTHER: rest}


_CURRENT: ContextVar[StageTimes | None] = ContextVar("stage_times", default=None)


@contextmanager
def timing(times: StageTimes | None = None) -> Iterator[StageTimes]:
    """Count the stages of what happens inside in `times`.

    Without `times`: in those of the command that is being timed, else in new ones.
    """
    times = times or _CURRENT.get() or StageTimes()
    token = _CURRENT.set(times)
    try:
        yield times
    finally:
        _CURRENT.reset(token)


@contextmanager
def stage(name: Stage) -> Iterator[Callable[[], None]]:
    """Count what happens inside as the stage `name`, if anybody counts.

    Yields what ends the stage before the block ends; the rest is the stage around it.
    """
    times, is_open = _CURRENT.get(), True

    def end() -> None:
        nonlocal is_open
        if is_open and times is not None:
            times.leave()
        is_open = False

    if times is not None:
        times.enter(name)
    try:
        yield end
    finally:
        end()
