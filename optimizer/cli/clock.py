"""When the command began: a time limit counts from there, what is loaded before included."""

from __future__ import annotations

import time

_BEGAN: list[float] = []


def start_clock() -> None:
    """Note that the program begins now; told to the first command that asks."""
    _BEGAN.append(time.perf_counter())


def command_began() -> float:
    """When the program began (`time.perf_counter`); now, for a command inside another program."""
    return _BEGAN.pop() if _BEGAN else time.perf_counter()
