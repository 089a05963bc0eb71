"""SIGTERM and SIGHUP end a command as Ctrl-C does: what was found so far is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

ENDING_SIGNALS = ("SIGTERM", "SIGHUP")
"""By name, because not every system has them: a scheduler's or `kill`'s, a closed terminal's."""


@contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """While it lasts, a signal that asks the process to end raises KeyboardInterrupt.

    A signal that the process was started to ignore (`nohup`) stays ignored. Nothing is changed
    outside the main thread, where Python handles no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    for name in ENDING_SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise KeyboardInterrupt
