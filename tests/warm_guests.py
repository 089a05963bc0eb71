"""Guests of tests that are not about guests: forked, and measured where coverage asks for it.

They are forked as those of lists of solves are (`optimizer/backends/warm_guests.py`).
Run as a program, with the descriptor of a socket and the module of a guest, this file is what is
forked.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from infraplan.optimizer.backends import warm_guests
from infraplan.optimizer.backends.warm_guests import WarmGuest, end, is_possible

__all__ = ["PIPE", "TRACE_CHILDREN", "Popen", "TimeoutExpired", "end", "is_possible"]

PIPE, TimeoutExpired = subprocess.PIPE, subprocess.TimeoutExpired
TRACE_CHILDREN = "COVERAGE_PROCESS_CONFIG"
"""Variable of the environment by which coverage asks for child processes to be measured."""
warm_guests.SERVER = [__file__]


def Popen(command: list[str], **given: Any) -> Any:
    """As `subprocess.Popen`, of which the host takes this for the other."""
    return WarmGuest(command, **given)


@contextlib.contextmanager
def _measured() -> Iterator[None]:
    """Measure coverage of this process where the tests ask for it, as in one started anew."""
    if TRACE_CHILDREN not in os.environ:
        yield
        return
    import coverage

    measure = coverage.process_startup()
    try:
        yield
    finally:
        if measure is not None:
            measure.stop()
            measure.save()


if __name__ == "__main__":
    warm_guests.serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2], _measured)
