"""SIGTERM and SIGHUP end a command as Ctrl-C does: what was found so far is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from infraplan.optimizer import stopping
from infraplan.optimizer.cli.entry_point import stopped_early

ENDING_SIGNALS = ("SIGTERM", "SIGHUP")
"""By name, because not every system has them: a scheduler's or `kill`'s, a closed terminal's."""


@contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """While it lasts, the first signal that asks the process to end raises KeyboardInterrupt.

    It raises nothing where there is something to keep: there it only states the wish
    (`optimizer/stopping.py`). Further ones say the same again (a system that goes down sends
    SIGTERM and SIGHUP) and must not end the writing of what is kept; who cannot wait has SIGKILL or
    Ctrl-C. A signal that the process was started to ignore (`nohup`) stays ignored. Afterwards
    signals change nothing more in a process of the product's own: all that is left is to tell how
    the command ended, with its exit code. Nothing is changed outside the main thread, where Python
    handles no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {}
    for name in ENDING_SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and (handler := signal.getsignal(number)) in _TAKEN_OVER:
            before[number] = signal.SIG_DFL if handler is signal.SIG_DFL else _change_nothing
            signal.signal(number, _interrupt_once)
    if signal.getsignal(signal.SIGINT) in (
        stopped_early,
        _change_nothing,
    ):  # now there is who tells
        before[signal.SIGINT] = _change_nothing
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with stopping.one_task():
        try:
            yield
        finally:
            stopping.ask()  # a signal from here on finds all done: it must not interrupt the rest
            for number, handler in before.items():
                signal.signal(number, handler)


def _change_nothing(number: int, frame: FrameType | None) -> None:
    """Hear a signal that comes while a command tells how it ended, in a process of its own."""
    del number, frame


_TAKEN_OVER = (signal.SIG_DFL, stopped_early, _change_nothing)


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """Interrupt unless some signal has asked for it before."""
    del number, frame
    if not stopping.is_asked():
        stopping.ask()
        raise KeyboardInterrupt
