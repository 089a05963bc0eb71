"""Where tasks of a list are done: in this process, or in several of this machine.

The workers of a Dask scheduler are in `cluster.py`, which is imported where they are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from infraplan.optimizer.stopping import end_with
from infraplan.optimizer.sweeps.jobs import Job, JobResult

LOOK_EVERY_S = 1.0
"""Seconds between two looks of a worker whether its parent is alive."""
WAIT_S = 0.5
"""Seconds that `ended` waits at most, so that a wish to end is heard."""

Solve = Callable[[Job, Path, Path | None, str], JobResult]
"""Solves a job below a folder, beginning with the plan of a run folder, in a language."""


@dataclass(frozen=True)
class Task:
    """A job with all that is needed to do it.

    `start` is a run folder whose plan the solve begins with. `solve` is found by its name in
    another process.
    """

    solve: Solve
    job: Job
    folder: Path
    start: Path | None
    lang: str

    def do(self) -> JobResult:
        """Solve the job.

        Raises
        ------
        OutputError, SolverError
            As a solve raises them.
        """
        return self.solve(self.job, self.folder, self.start, self.lang)


@dataclass(frozen=True)
class Ended:
    """A task that is over; without `result` the process that did it died."""

    task: Task
    result: JobResult | None


class Executor(Protocol):
    """Does tasks. What it holds is kept from list to list, until it is closed."""

    def threads(self) -> int:
        """How many tasks are done at a time."""

    def room(self) -> int:
        """How many more tasks it takes at the moment."""

    def begin(self, task: Task) -> None:
        """Take a task."""

    def ended(self) -> Sequence[Ended]:
        """Tasks that have ended since the last call; waits a moment for the first of them.

        Raises
        ------
        OutputError, SolverError
            As the solve of a task raises them; if nothing can be done any more.
        """

    def close(self) -> None:
        """Let go of all that is under way."""


class OwnProcess:
    """Does one task at a time, in this process."""

    def __init__(self) -> None:
        self._task: Task | None = None

    def threads(self) -> int:
        """One."""
        return 1

    def room(self) -> int:
        """One, where none is under way."""
        return int(self._task is None)

    def begin(self, task: Task) -> None:
        """Take a task; `ended` does it."""
        self._task = task

    def ended(self) -> Sequence[Ended]:
        """Do the task."""
        task, self._task = self._task, None
        return [] if task is None else [Ended(task, task.do())]

    def close(self) -> None:
        """Nothing is under way."""
        self._task = None


class LocalPool:
    """Does tasks in processes of this machine, which stay until the pool is closed.

    They begin empty: a fork would take over threads and guests of this one. Where one dies, all
    that were under way are told as died, because nobody knows which of them was its task.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._running: dict[Future[JobResult], Task] = {}

    def threads(self) -> int:
        """One for each process."""
        return self._workers

    def room(self) -> int:
        """Processes that have no task."""
        return self._workers - len(self._running)

    def begin(self, task: Task) -> None:
        """Give a task to a process."""
        if self._pool is None:
            self._pool = empty_processes(self._workers)
        try:
            self._running[self._pool.submit(task.do)] = task
        except BrokenProcessPool:  # it broke since the last look
            died: Future[JobResult] = Future()
            died.set_exception(BrokenProcessPool())
            self._running[died] = task

    def ended(self) -> Sequence[Ended]:
        """Tasks that have ended, and those whose processes died."""
        over, _ = wait(self._running, timeout=WAIT_S, return_when=FIRST_COMPLETED)
        found = []
        try:
            for future in over:
                result = future.result()
                found.append(Ended(self._running.pop(future), result))
        except BrokenProcessPool:
            found += [self._last(future) for future in list(self._running)]
            self.close()
        return found

    def _last(self, future: Future[JobResult]) -> Ended:
        """What a task came to whose pool is broken: it may have ended just before."""
        is_good = future.done() and not future.cancelled() and future.exception() is None
        return Ended(self._running[future], future.result() if is_good else None)

    def close(self) -> None:
        """End the processes as soon as what they are at is done."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool, self._running = None, {}


def empty_processes(workers: int) -> ProcessPoolExecutor:
    """Processes that begin empty, and end where this one does."""
    return ProcessPoolExecutor(
        max_workers=workers,
        mp_context=get_context("spawn"),
        initializer=end_with,
        initargs=(os.getpid(),),
    )
