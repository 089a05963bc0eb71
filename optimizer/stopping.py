"""A wish that this process ends early: signals state it, every long step asks for it.

Until there is something to keep, Ctrl-C and the signals that end a process raise
KeyboardInterrupt. From then on (`heeding`) they only state the wish: whatever is under way ends
by itself where it next asks, and what was found goes on to be written. Arithmetic in libraries
that cannot be asked runs in a thread of its own, which is left behind (`abandonable`).
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""By name, because not every system has them: Ctrl-C, a scheduler's or `kill`'s, a closed
terminal's."""
LOOK_EVERY_S = 0.05
"""Seconds between two looks at the wish while a library computes."""
PARENT_EVERY_S = 1.0
"""Seconds between two looks whether the process is there that began this one."""

Result = TypeVar("Result")


class StoppedError(Exception):
    """A computation was left behind because the process was asked to end."""


def leave_if_asked() -> None:
    """Leave a computation whose result is worth nothing when half done.

    Raises
    ------
    StoppedError
        If the process was asked to end.
    """
    if is_asked():
        raise StoppedError


def require_unasked() -> None:
    """Go on only where nobody asked this process to end.

    Raises
    ------
    KeyboardInterrupt
        If somebody did.
    """
    if is_asked():
        raise KeyboardInterrupt


class _Wish:
    """The wish of this process, and what hangs on it."""

    def __init__(self) -> None:
        self.times = 0
        self.depth = 0
        self.left_behind: list[threading.Thread] = []


_WISH = _Wish()


def is_asked() -> bool:
    """Whether this process was asked to end."""
    return _WISH.times > 0


def is_urgent() -> bool:
    """Whether it was asked by Ctrl-C once more: then nothing is waited for."""
    return _WISH.times > 1


def ask() -> None:
    """State the wish; stated again it is urgent."""
    _WISH.times += 1


def heard() -> None:
    """State the wish that a KeyboardInterrupt was, where it is caught to keep what was found.

    Whoever tells how the task ended asks for the wish. Outside a task nobody would forget it.
    """
    if _WISH.depth and not is_asked():
        ask()


def has_left_behind() -> bool:
    """Whether a thread that was left behind computes still: the process must not wait for it."""
    return any(thread.is_alive() for thread in _WISH.left_behind)


@contextmanager
def one_task() -> Iterator[None]:
    """One command or solve: the wish ends with the outermost of them."""
    _WISH.depth += 1
    try:
        yield
    finally:
        _WISH.depth -= 1
        if not _WISH.depth:
            _WISH.times = 0


@contextmanager
def heeding() -> Iterator[None]:
    """While it lasts, signals state the wish and raise nothing; a third Ctrl-C still does.

    Signals that nobody has taken (the system's own way to end, or to ignore them) stay as they
    are, and so do all outside the main thread, where Python handles none.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and callable(signal.getsignal(number)):
                before[number] = signal.signal(number, _state)
    try:
        with one_task():
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _state(number: int, frame: FrameType | None) -> None:
    """State the wish. A system that goes down sends several signals: they are not urgent."""
    del frame
    if number == signal.SIGINT and is_urgent():
        raise KeyboardInterrupt
    if number == signal.SIGINT or not is_asked():
        ask()


def abandonable(compute: Callable[[], Result]) -> Result:
    """Return what `compute` returns, in a thread that is left behind when an end is asked for.

    For calls into libraries that let go of Python's lock and cannot be asked to end. They have a
    time limit of their own, at which a thread that was left behind ends.

    Raises
    ------
    StoppedError
        If the process was asked to end before it was done.
    """
    if is_asked():
        raise StoppedError
    answers: list[Result] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(compute())
        except BaseException as error:
            faults.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while thread.is_alive() and not is_asked():
            thread.join(LOOK_EVERY_S)
    finally:
        if thread.is_alive():
            _WISH.left_behind.append(thread)
    if faults:
        raise faults[0]
    if not answers:
        raise StoppedError
    return answers[0]


def end_with(parent: int) -> None:
    """End this process soon after `parent`, which began it, has: nobody reads what it finds."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_EVERY_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
