"""How long a test is traced: tracing costs half as much again as what is traced.

What a test computes for longer than a moment are loops over many cases, whose first ones run the
lines already. What is measured is rather too low than too high.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage

TRACED_S = 0.5
"""Seconds of this process, not of the clock, that a test with its fixtures is traced."""


@contextmanager
def traced_for(seconds: float = TRACED_S) -> Iterator[None]:
    """Trace no longer than `seconds` of what is computed here; go on tracing afterwards."""
    measure = Coverage.current()
    if measure is None or not hasattr(signal, "SIGVTALRM"):
        yield
        return

    def stop(*_: object) -> None:
        if Coverage.current() is measure:
            measure.stop()

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)
        if Coverage.current() is None:
            measure.start()
