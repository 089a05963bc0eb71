"""Plans held under many draws, in this process or several."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.optimizer import stopping
from infraplan.optimizer.sweeps.drawn_data import SHOWN_LATE
from infraplan.optimizer.sweeps.draws import instance_at
from infraplan.optimizer.sweeps.executors import empty_processes
from infraplan.optimizer.sweeps.held_starts import Held, HeldQuestion, Starts


@dataclass(frozen=True)
class HoldTask:
    """Plans to hold under one draw; `quantiles` of all its data, none for the instance itself."""

    number: int
    instance: Instance
    quantiles: dict[tuple[str, str, str], float]
    plans: tuple[Starts, ...]
    time_limit_s: float


def hold_all(task: HoldTask) -> list[Held]:
    """What each of the plans is worth under the draw; a process finds it by its name."""
    shown = {key: q for key, q in task.quantiles.items() if key[2] not in SHOWN_LATE}
    whole = instance_at(task.instance, task.quantiles)
    before = whole if not task.quantiles else instance_at(task.instance, shown)
    question = HeldQuestion(before, whole, task.time_limit_s)
    return [question.hold(starts) for starts in task.plans]


def hold_in_turn(tasks: Sequence[HoldTask], workers: int) -> list[tuple[int, list[Held]]]:
    """What became of each task, by its number; with more `workers` than one, each a process."""
    found = []
    if workers == 1:
        for task in tasks:
            stopping.require_unasked()
            found.append((task.number, hold_all(task)))
        return found
    with empty_processes(workers) as pool:
        running = {pool.submit(hold_all, task): task.number for task in tasks}
        try:
            for done in as_completed(running):
                stopping.require_unasked()
                found.append((running[done], done.result()))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found
