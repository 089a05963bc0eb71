"""Plans held under many draws, in this process or several."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.optimizer import stopping
from infraplan.optimizer.storage import instance_hash
from infraplan.optimizer.storage.folder import writing
from infraplan.optimizer.sweeps.drawn_data import SHOWN_LATE
from infraplan.optimizer.sweeps.draws import instance_at
from infraplan.optimizer.sweeps.executors import empty_processes
from infraplan.optimizer.sweeps.held_starts import Held, HeldQuestion, Starts
from infraplan.optimizer.sweeps.journal import append_line
from infraplan.optimizer.version import __version__

HELD_FILE = "held.jsonl"
Telling = Callable[[int, int], None]
"""Hears how many plans of how many are held; 0 before the first."""


def quiet(done: int, of: int) -> None:
    """Tell nobody how many plans are held."""
    del done, of


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


class HeldJournal:
    """What plans were worth that were held, below a folder: a line for each finished task."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / HELD_FILE
        self._known: dict[str, list[Held]] = {}
        if not self._file.exists():
            return
        with writing(self._file):
            text = self._file.read_text(encoding="utf-8")
        for line in text.splitlines():
            try:
                data = json.loads(line)
                found = [Held(row["value"], frozenset(row["projects"])) for row in data["held"]]
                self._known[data["digest"]] = found
            except (ValueError, TypeError, KeyError):
                continue  # a line that was cut is held again

    def of(self, digest: str) -> list[Held] | None:
        """What a task came to; None: it is still to be done."""
        return self._known.get(digest)

    def add(self, digest: str, held: Sequence[Held]) -> None:
        """Write what a task came to; it is on disk when this returns.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        rows = [{"value": row.value, "projects": sorted(row.projects)} for row in held]
        append_line(self._file, {"digest": digest, "held": rows})


def hold_in_turn(
    tasks: Sequence[HoldTask], workers: int, folder: Path, tell: Telling = quiet
) -> list[tuple[int, list[Held]]]:
    """What became of each task, by its number; with more `workers` than one, each a process.

    What is finished lies in a journal below `folder` and is not done again. `tell` hears of plans.

    Raises
    ------
    OutputError
        If the journal cannot be read or written.
    """
    journal, found, left = HeldJournal(folder), [], []
    hashes = {id(task.instance): instance_hash(task.instance) for task in tasks}
    for task in tasks:
        digest = _digest(task, hashes[id(task.instance)])
        before = journal.of(digest)
        if before is None:
            left.append((task, digest))
        else:
            found.append((task.number, before))

    count, of = 0, sum(len(task.plans) for task, _ in left)
    tell(count, of)

    def done(task: HoldTask, digest: str, held: list[Held]) -> None:
        nonlocal count
        journal.add(digest, held)
        found.append((task.number, held))
        count += len(held)
        tell(count, of)

    _hold(left, workers, done)
    return found


def _digest(task: HoldTask, instance: str) -> str:
    """Hash of all that decides what a task comes to."""
    quantiles = [[*key, place] for key, place in sorted(task.quantiles.items())]
    plans = [sorted((name, *start) for name, start in plan.items()) for plan in task.plans]
    asked = [instance, quantiles, plans, task.time_limit_s, __version__]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _hold(
    tasks: Sequence[tuple[HoldTask, str]],
    workers: int,
    done: Callable[[HoldTask, str, list[Held]], None],
) -> None:
    if workers == 1:
        for task, digest in tasks:
            stopping.require_unasked()
            done(task, digest, hold_all(task))
        return
    with empty_processes(workers) as pool:
        running = {pool.submit(hold_all, task): (task, digest) for task, digest in tasks}
        try:
            for ended in as_completed(running):
                stopping.require_unasked()
                done(*running[ended], ended.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
