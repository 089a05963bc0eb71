"""The clock by which a solve decides: seconds, or work that is counted.

Every stage of a solve has a share of its time. By seconds, a busy machine finds another plan than
an idle one. `counting` puts work in the place of time: the clock stands still but for what solvers
say they have done (iterations, nodes), each at a price in seconds that is about what it takes. All
shares of time are then shares of work, and the same question leads to the same answer. What ends a
stage by seconds nevertheless is noted (`decided`), in either case, for whoever reads the plan.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from infraplan.optimizer import stopping


class ClockReason(StrEnum):
    """Why the clock decided something."""

    TIME_LIMIT = "time_limit"  # a limit of time, or a stage's share of it, ended something
    SEARCH_BESIDE = "search_beside"  # a search found plans in another process meanwhile
    STOPPED = "stopped"  # somebody asked for an early end
    MEMORY_LIMIT = "memory_limit"  # memory is looked at now and then
    STUCK = "solver_stuck"  # a solver was taken for stuck and asked again in another way


class ClockStep(StrEnum):
    """In which step the clock decided, in the order of a solve."""

    MOVES = "moves"  # the least that moves of a plan in force
    WINDOWS = "windows"  # starts that no money can pay for
    BEFORE = "before_the_solver"  # plans of one's own, and the relaxation
    LARGE_WORKS = "large_works"  # bounds by when large works start
    PRICES = "prices"  # parts of the program at prices of its money, and plans near them
    CORE = "core"  # a plan of the starts that lose least
    SEARCH = "search"  # the solver, the search beside it, the search over roads
    FLOWS = "flows"  # ties, flows and equilibria of the projects chosen
    FINANCING = "financing"  # the least debt service
    EXPLAIN = "explain"
    REPORT = "report"


class Decided(set[ClockReason]):
    """Why the clock decided anything, and in which steps."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: set[ClockStep] = set()


ITERATION_S, ITERATION_S_BY_NONZERO = 2e-6, 2e-9
"""Price of an iteration of a simplex method: a step of its own, and one more per nonzero. Measured
as 1 to 2.3 microseconds per thousand nonzeros on the shipped instances' relaxations."""
ROOT_S_BY_NONZERO = 1e-4
"""Price per nonzero of a search's first node. Measured as 80 to 120 microseconds on three shipped
instances."""
NODE_S, NODE_S_BY_NONZERO = 1e-3, 2e-5
"""Price of every other node: it is divided, its bound found again and plans are looked for.
Measured as 18 to 40 microseconds per nonzero on cores of a thousand choices."""
LOOK_S, LOOK_S_BY_NONZERO = 1e-4, 5e-6
"""Price of what HiGHS does between two looks at whether it is to go on. Measured as 3 to 6
microseconds per nonzero on two instances."""
DETERMINISTIC_VARIABLE = "INFRAPLAN_DETERMINISTIC"
"""Variable of the environment that makes work the clock of every solve that is not told otherwise:
a study of many commands, or a suite of tests, sets it once."""
_YES = {"1", "true", "t", "yes", "y", "on"}
"""Values that switch it on, as the command line reads them."""
LEAST_NODES = 1
LATE = 1e9
"""Seconds by which everything is late once a time limit has passed although work is counted."""


class _Count:
    """Work done so far, in seconds, and when (`time.perf_counter`) even that must end."""

    def __init__(self, end: float) -> None:
        self.spent = 0.0
        self.end = end
        self.late_s: float | None = None


_COUNT: ContextVar[_Count | None] = ContextVar("work_count", default=None)
_STEP: ContextVar[ClockStep] = ContextVar("clock_step", default=ClockStep.SEARCH)
_WATCHES: ContextVar[tuple[Decided, ...]] = ContextVar("clock_watches", default=())


def is_asked_for() -> bool:
    """Whether the environment asks for counted work."""
    return os.environ.get(DETERMINISTIC_VARIABLE, "").strip().casefold() in _YES


@contextmanager
def counting(end: float | None) -> Iterator[None]:
    """While it lasts, work is the clock, from 0 on; `end` is a time of `time.perf_counter`."""
    token = _COUNT.set(_Count(math.inf if end is None else end))
    try:
        yield
    finally:
        _COUNT.reset(token)


@contextmanager
def counted(end: float | None) -> Iterator[None]:
    """While it lasts, work is the clock: the one that is there, else one from 0 as in `counting`.

    For a step of a solve by seconds whose answer is not to depend on them.
    """
    if is_counting():
        yield
        return
    with counting(end):
        yield


@contextmanager
def by_seconds() -> Iterator[None]:
    """While it lasts, seconds are the clock, for whoever listens to a solve that counts work."""
    token = _COUNT.set(None)
    try:
        yield
    finally:
        _COUNT.reset(token)


def is_counting() -> bool:
    """Whether work is the clock."""
    return _COUNT.get() is not None


def end_at(end: float) -> None:
    """While work is counted, let `end` (of `time.perf_counter`) be when even that must end."""
    count = _COUNT.get()
    if count is not None:
        count.end = end


def grant(seconds: float) -> None:
    """While work is counted, let even that not end within `seconds` from now, the first time only.

    Where the end is past already the clock goes on counting, and how late it was is kept and noted
    (`late_s`): what is found from then on hangs on when that was. A second grant is none: questions
    that follow one another would never come to an end.
    """
    count = _COUNT.get()
    if count is None or count.late_s is not None:
        return
    current = time.perf_counter()
    count.late_s = max(0.0, current - count.end)
    if count.late_s > 0.0:
        decided(ClockReason.TIME_LIMIT)
    count.end = max(count.end, current + seconds)


def late_s() -> float:
    """Seconds by which the end of counted work was past when more was granted; 0: it was not."""
    count = _COUNT.get()
    return 0.0 if count is None else count.late_s or 0.0


def now() -> float:
    """Seconds on the clock that decides."""
    count = _COUNT.get()
    if count is None:
        return time.perf_counter()
    if time.perf_counter() < count.end:
        return count.spent
    decided(ClockReason.TIME_LIMIT)
    return count.spent + LATE


def is_past(end: float) -> bool:
    """Whether the clock has reached `end`; by seconds, that is noted."""
    if now() < end:
        return False
    if not is_counting():
        decided(ClockReason.TIME_LIMIT)
    return True


def patience_s(seconds: float) -> float:
    """Seconds that something may really take whose share is `seconds` on the clock."""
    count = _COUNT.get()
    if count is None:
        return seconds
    return max(0.01, count.end - time.perf_counter())


def spend(seconds: float) -> None:
    """Put the clock forward by work of `seconds`; without effect where seconds are the clock."""
    count = _COUNT.get()
    if count is not None:
        count.spent += seconds


def iteration_s(nonzeros: int) -> float:
    """Price of an iteration of the simplex method in a model with `nonzeros` entries."""
    return ITERATION_S + ITERATION_S_BY_NONZERO * nonzeros


def root_s(nonzeros: int) -> float:
    """Price of the first node of a search."""
    return ITERATION_S + ROOT_S_BY_NONZERO * nonzeros


def node_s(nonzeros: int) -> float:
    """Price of another node of a search."""
    return NODE_S + NODE_S_BY_NONZERO * nonzeros


def iterations_for(seconds: float, nonzeros: int) -> int:
    """Iterations that `seconds` pay for, at least one."""
    return max(1, int(min(seconds / iteration_s(nonzeros), 2e9)))


def look_s(nonzeros: int) -> float:
    """Price of what a search by HiGHS does between two looks."""
    return LOOK_S + LOOK_S_BY_NONZERO * nonzeros


def nodes_for(seconds: float, nonzeros: int) -> int:
    """Nodes that `seconds` pay for, the first one among them."""
    more = (seconds - root_s(nonzeros)) / node_s(nonzeros)
    return LEAST_NODES + int(min(max(0.0, more), 2e9))


def search_s(nodes: int, nonzeros: int) -> float:
    """Price of a search of so many nodes."""
    return root_s(nonzeros) + node_s(nonzeros) * max(0, nodes - 1)


@contextmanager
def within(step: ClockStep) -> Iterator[None]:
    """What the clock decides while this lasts it decides in `step`."""
    token = _STEP.set(step)
    try:
        yield
    finally:
        _STEP.reset(token)


@contextmanager
def watched() -> Iterator[Decided]:
    """The reasons for which the clock decides anything while this lasts."""
    found = Decided()
    token = _WATCHES.set((*_WATCHES.get(), found))
    try:
        yield found
    finally:
        _WATCHES.reset(token)


def decided(reason: ClockReason) -> None:
    """Note that the clock decided something, and why.

    A wish to end takes the place of limits of time: what time is short from then on is short
    because of it, and shares of time that had ended before would have been followed by others.
    """
    if reason is ClockReason.TIME_LIMIT and stopping.is_asked():
        reason = ClockReason.STOPPED
    for found in _WATCHES.get():
        if reason is ClockReason.STOPPED:
            found.discard(ClockReason.TIME_LIMIT)
        elif reason is ClockReason.TIME_LIMIT and ClockReason.STOPPED in found:
            continue
        found.add(reason)
        found.steps.add(_STEP.get())
