"""Solve a list of jobs, one after the other or in several processes, and keep a journal.

Each job begins with the finished plan that lies nearest. A process that dies costs the job that it
was at, which is done again; what is in the journal is not done again.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from infraplan.models.catalogue import phrase
from infraplan.optimizer import stopping
from infraplan.optimizer.errors import SolverError, SolverUnavailableError
from infraplan.optimizer.storage import OutputError
from infraplan.optimizer.storage.folder import writing
from infraplan.optimizer.sweeps.jobs import Job, JobResult, solve_job
from infraplan.optimizer.sweeps.journal import JOURNAL_FILE, Journal

MOST_TRIES = 3
"""Times that a job is begun before its dying processes are taken for its own fault."""


LOOK_EVERY_S = 1.0
"""Seconds between two looks of a worker whether its parent is alive."""


@dataclass(frozen=True)
class Standing:
    """How far a list of jobs is: finished (of them known before) of all, and seconds gone by."""

    finished: int
    known: int
    of: int
    elapsed_s: float

    @property
    def left_s(self) -> float | None:
        """Seconds left at the pace so far; None before anything was solved."""
        solved = self.finished - self.known
        return None if solved == 0 else self.elapsed_s / solved * (self.of - self.finished)


@dataclass
class Runner:
    """Solves jobs below `folder`, with `workers` processes at a time (1: in this one).

    Tables of what came of them lie in `tables_folder` (default: `folder`). `scheduler` is the
    address of a Dask scheduler whose workers solve in the place of processes of this machine.
    `solve` solves one job; a process finds it by its name. Results are kept from call to call, so
    that a later job may begin with an earlier one's plan.
    """

    folder: Path
    workers: int = 1
    lang: str = "en"
    on_done: Callable[[JobResult, Standing], None] = lambda *_: None
    solve: Callable[[Job, Path, Path | None, str], JobResult] = solve_job
    tables_folder: Path | None = None
    scheduler: str | None = None
    _journal: Journal = field(init=False)
    _places: dict[str, float] = field(init=False, default_factory=dict)
    _results: dict[str, JobResult] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Open the journal."""
        self._journal = Journal(self.folder)

    @property
    def tables(self) -> Path:
        """Folder for tables of what came of the jobs."""
        return self.tables_folder or self.folder

    def beside_tables(self, run_dir: str) -> str:
        """Path from the folder of tables to the run folder of a result."""
        return os.path.relpath(self.folder / run_dir, self.tables)

    def prepare(self, *, resume: bool) -> int:
        """Make the folder, or read the journal of the one there; return the results it has.

        Raises
        ------
        OutputError
            If the folder holds something and is not to be resumed, or cannot be made.
        """
        if _is_taken(self.folder) and not (resume and (self.folder / JOURNAL_FILE).is_file()):
            name = "sweep-folder-has-no-journal" if resume else "sweep-folder-is-taken"
            raise OutputError(phrase(name, folder=self.folder))
        if not resume and self.tables != self.folder and _is_taken(self.tables):
            raise OutputError(phrase("sweep-folder-is-taken", folder=self.tables))
        if self.scheduler is not None:
            raise SolverUnavailableError(phrase("cluster-is-not-installed"))
        for folder in (self.folder, self.tables):
            with writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
        return self._journal.read()

    def run(self, jobs: Sequence[Job], of: int | None = None) -> list[JobResult]:
        """Solve `jobs`; return their results in the order of the jobs.

        `of` is how many there will be in all, where more follow.

        Raises
        ------
        SolverError, OutputError
            As a solve raises them.
        KeyboardInterrupt
            If the process is asked to end; what is finished is in the journal.
        """
        begin, total = time.perf_counter(), of or len(self._results) + len(jobs)
        known = len(self._results)

        def done(job: Job, result: JobResult, *, is_new: bool) -> None:
            nonlocal known
            known += not is_new
            if is_new:
                self._journal.add(result)
            self._results[job.key], self._places[job.key] = result, job.at
            elapsed = time.perf_counter() - begin
            self.on_done(result, Standing(len(self._results), known, total, elapsed))

        left = []
        for job in jobs:
            before = self._journal.of(job)
            if before is None:
                left.append(job)
            else:
                done(job, before, is_new=False)
        if self.workers == 1:
            for job in left:
                stopping.require_unasked()
                result = self.solve(job, self.folder, self._start(job), self.lang)
                done(job, result, is_new=True)
        elif left:
            self._in_processes(left, lambda job, result: done(job, result, is_new=True))
        return [self._results[job.key] for job in jobs]

    def _start(self, job: Job) -> Path | None:
        """Run folder of the finished plan nearest to `job`."""
        found = [key for key, result in self._results.items() if result.has_plan]
        if not found:
            return None
        nearest = min(found, key=lambda key: (abs(self._places[key] - job.at), key))
        return self.folder / self._results[nearest].run_dir

    def _in_processes(self, jobs: Iterable[Job], done: Callable[[Job, JobResult], None]) -> None:
        left, tries = list(jobs), dict.fromkeys((job.key for job in jobs), 0)
        while left:
            with worker_pool(self.workers) as pool:
                running: dict[Future[JobResult], Job] = {}
                try:
                    while left or running:
                        while left and len(running) < self.workers:
                            job = left[0]
                            tries[job.key] += 1
                            _require_sound(job, tries[job.key])
                            start = self._start(job)
                            task = pool.submit(self.solve, job, self.folder, start, self.lang)
                            running[task] = left.pop(0)
                        stopping.require_unasked()
                        ended, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                        for task in ended:
                            result = task.result()
                            done(running.pop(task), result)
                except BrokenProcessPool:
                    left = [*running.values(), *left]
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise


def _is_taken(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def worker_pool(workers: int) -> ProcessPoolExecutor:
    """Processes that begin empty: a fork would take over threads and guests of this one."""
    return ProcessPoolExecutor(
        max_workers=workers,
        mp_context=get_context("spawn"),
        initializer=_end_with,
        initargs=(os.getpid(),),
    )


def _end_with(parent: int) -> None:
    """End this process soon after `parent` has: nobody would read what it finds."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_EVERY_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _require_sound(job: Job, tries: int) -> None:
    if tries > MOST_TRIES:
        raise SolverError(phrase("sweep-job-kills-its-process", key=job.key, tries=MOST_TRIES))
