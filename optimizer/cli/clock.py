"""When the command began: a time limit counts from there, what is loaded before included."""

from __future__ import annotations

from infraplan.optimizer.stage_times import StageTimes

_BEGAN: list[StageTimes] = []


def start_clock() -> None:
    """Note that the program begins now; told to the first command that asks."""
    _BEGAN.append(StageTimes())


def command_times() -> StageTimes:
    """Times of this command from its begin; from now, for one inside another program."""
    return _BEGAN.pop() if _BEGAN else StageTimes()
