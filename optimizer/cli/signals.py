"""SIGTERM and SIGHUP end a command as Ctrl-C does: what was found so far is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING_SIGNALS = ("SIGTERM", "SIGHUP")
"""By name, because not every system has them: a scheduler's or `kill`'s, a closed terminal's."""


@contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """While it lasts, the first signal that asks the process to end raises KeyboardInterrupt.

    Further ones say the same again (a system that goes down sends SIGTERM and SIGHUP) and must not
    end the writing of what is kept; who cannot wait has SIGKILL or Ctrl-C. A signal that the
    process was started to ignore (`nohup`) stays ignored. Nothing is changed outside the main
    thread, where Python handles no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    asked = threading.Event()
    for name in ENDING_SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _interrupt_once(asked))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt_once(asked: threading.Event) -> Callable[[int, FrameType | None], None]:
    """A handler that interrupts unless some signal has `asked` for it before."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        if not asked.is_set():
            asked.set()
            raise KeyboardInterrupt

    return interrupt
