"""Solve a list of jobs, in one process, several or a cluster, and keep a journal.

Each job begins with the nearest plan of those that were to be finished before it. A process that
dies costs the job that it was at, which is done again; what is in the journal is not done again.
"""

from __future__ import annotations

import os
import time
import weakref
from bisect import insort
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from infraplan.models.catalogue import phrase
from infraplan.optimizer import stopping
from infraplan.optimizer.errors import SolverError, SolverUnavailableError
from infraplan.optimizer.storage import OutputError
from infraplan.optimizer.storage.folder import writing
from infraplan.optimizer.sweeps.executors import Executor, LocalPool, OwnProcess, Solve, Task
from infraplan.optimizer.sweeps.jobs import Job, JobResult, solve_job
from infraplan.optimizer.sweeps.journal import JOURNAL_FILE, Journal

MOST_TRIES = 3
"""Times that a job is begun before its dying processes are taken for its own fault."""


@dataclass(frozen=True)
class Standing:
    """How far a list of jobs is: finished (of them known before) of all, and seconds gone by.

    `is_estimate` says that what comes of the jobs decides how many there will be: `of` is then what
    is thought, or the end of a list that others may follow.
    """

    finished: int
    known: int
    of: int
    elapsed_s: float
    is_estimate: bool = False

    @property
    def left_s(self) -> float | None:
        """Seconds left at the pace so far.

        None before anything was solved, and at the end of a list that others may follow: nobody
        knows then.
        """
        if not self.has_solved or (self.is_estimate and self.finished >= self.of):
            return None
        return self.elapsed_s / (self.finished - self.known) * (self.of - self.finished)

    @property
    def has_solved(self) -> bool:
        """Whether any job was solved by this command, and not found in the journal."""
        return self.finished > self.known


@dataclass
class Runner:
    """Solves jobs below `folder`, with `workers` processes at a time (1: in this one).

    Tables of what came of them lie in `tables_folder` (default: `folder`). `scheduler` is the
    address of a Dask scheduler whose workers solve in the place of processes of this machine.
    `solve` solves one job; a process finds it by its name. Results are kept from call to call, so
    that a later job may begin with an earlier one's plan.

    `expected` is how many jobs are thought to be finished in the end, where what comes of them
    decides. Where nobody says how many there will be, the pace is that of all lists so far.
    """

    folder: Path
    workers: int = 1
    lang: str = "en"
    on_done: Callable[[JobResult, Standing], None] = lambda *_: None
    solve: Solve = solve_job
    tables_folder: Path | None = None
    scheduler: str | None = None
    expected: int | None = None
    _begin: float | None = field(init=False, default=None)
    _known: int = field(init=False, default=0)
    _kept: Executor | None = field(init=False, default=None)
    _journal: Journal = field(init=False)
    _places: dict[str, float] = field(init=False, default_factory=dict)
    _results: dict[str, JobResult] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Open the journal; workers elsewhere must find the folder too."""
        self.folder = self.folder if self.scheduler is None else self.folder.resolve()
        self._journal = Journal(self.folder)

    @property
    def tables(self) -> Path:
        """Folder for tables of what came of the jobs."""
        return self.tables_folder or self.folder

    def beside_tables(self, run_dir: str) -> str:
        """Path from the folder of tables to the run folder of a result."""
        return os.path.relpath(self.folder / run_dir, self.tables)

    @property
    def num_results(self) -> int:
        """Jobs that are finished, those found in the journal included."""
        return len(self._results)

    @property
    def num_kept(self) -> int:
        """Jobs whose results are on disk, those of an earlier command included."""
        return len(self._journal)

    def result_of(self, key: str) -> JobResult | None:
        """What the finished job of `key` came to; None where there is none."""
        return self._results.get(key)

    def prepare(self, *, resume: bool) -> int:
        """Make the folder, or read the journal of the one there; return the results it has.

        Raises
        ------
        OutputError
            If a folder holds something and is not to be resumed, or cannot be made.
        SolverError
            If the scheduler cannot be used.
        """
        if is_taken(self.folder) and not (resume and (self.folder / JOURNAL_FILE).is_file()):
            name = "sweep-folder-has-no-journal" if resume else "sweep-folder-is-taken"
            raise OutputError(phrase(name, folder=self.folder))
        if not resume and self.tables != self.folder and is_taken(self.tables):
            raise OutputError(phrase("sweep-folder-is-taken", folder=self.tables))
        self._executor()
        for folder in (self.folder, self.tables):
            with writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
        with writing(self.folder):  # what is killed in its first solve can be resumed too
            (self.folder / JOURNAL_FILE).touch()
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
        begin = time.perf_counter()
        known = len(self._results)
        new = sum(job.key not in self._results for job in jobs)
        is_estimate = of is None
        # Nobody knows before the end that it is reached: one more may follow what is expected.
        total = of or max(known + new + (self.expected is not None), self.expected or 0)
        if is_estimate:
            begin = self._begin = begin if self._begin is None else self._begin
            known = self._known

        def done(job: Job, result: JobResult, *, is_new: bool) -> None:
            nonlocal known
            is_first = job.key not in self._results
            known += not is_new and is_first
            self._known += not is_new and is_first
            if is_new:
                self._journal.add(result)
            self._results[job.key], self._places[job.key] = result, job.at
            elapsed = time.perf_counter() - begin
            if is_first or not is_estimate:  # what is only looked up again is no step
                at = Standing(len(self._results), known, total, elapsed, is_estimate)
                self.on_done(result, at)

        left = []
        for number, job in enumerate(jobs):
            before = self._journal.of(job)
            if before is None:
                left.append(number)
            else:
                done(job, before, is_new=False)
        try:
            self._do(jobs, left, lambda job, result: done(job, result, is_new=True))
        except BaseException:
            self.close()
            raise
        return [self._results[job.key] for job in jobs]

    def _do(
        self, jobs: Sequence[Job], left: list[int], done: Callable[[Job, JobResult], None]
    ) -> None:
        """Solve the `left` ones of `jobs`.

        A job begins with a plan of earlier lists or of the first half of those before it in the
        list, and waits for these: what it begins with hangs neither on how many are solved at a
        time nor on what was resumed, and half of the jobs before it leave enough to be done.
        """
        listed = {job.key for job in jobs}
        earlier = tuple(key for key in self._results if key not in listed)
        numbers = {job.key: number for number, job in enumerate(jobs)}
        tries: Counter[str] = Counter()
        under_way = 0
        while left or under_way:
            executor = self._executor()
            while left and executor.room() > 0:
                job = jobs[left[0]]
                first = [other.key for other in jobs[: (left[0] + 1) // 2]]
                if not all(key in self._results for key in first):
                    break
                stopping.require_unasked()
                tries[job.key] += 1
                _require_sound(job, tries[job.key])
                start = self._start(job, (*earlier, *first))
                executor.begin(Task(self.solve, job, self.folder, start, self.lang))
                del left[0]
                under_way += 1
            stopping.require_unasked()
            for ended in executor.ended():
                under_way -= 1
                # What was stopped in its middle would, in the journal, pass for an answer for ever.
                if ended.result is None or ended.result.was_stopped:
                    insort(left, numbers[ended.task.job.key])
                else:
                    done(ended.task.job, ended.result)

    def _executor(self) -> Executor:
        """Where tasks are done: kept from list to list."""
        if self._kept is None:
            self._kept = self._new_executor()
            # Processes and clients end with what they work for, however that ends.
            weakref.finalize(self, self._kept.close)
        return self._kept

    def _new_executor(self) -> Executor:
        if self.scheduler is None:
            return OwnProcess() if self.workers == 1 else LocalPool(self.workers)
        if find_spec("distributed") is None:
            raise SolverUnavailableError(phrase("cluster-is-not-installed"))
        from infraplan.optimizer.sweeps.cluster import Cluster  # an extra: only where asked for

        return Cluster(self.scheduler)

    def threads(self) -> int:
        """How many jobs are done at a time as things stand; workers of a cluster come and go."""
        return self._executor().threads()

    def close(self) -> None:
        """End processes, or leave the cluster; the next list of jobs begins them anew."""
        if self._kept is not None:
            self._kept.close()
        self._kept = None

    def _start(self, job: Job, among: Sequence[str]) -> Path | None:
        """Run folder of the plan nearest to `job`, of the finished jobs `among`."""
        found = [key for key in among if self._results[key].has_plan]
        if job.is_anew or not found:
            return None
        chosen = job.start_key
        if chosen not in found:
            chosen = min(found, key=lambda key: (abs(self._places[key] - job.at), key))
        return self.folder / self._results[chosen].run_dir


def is_taken(folder: Path) -> bool:
    """Whether a folder for results holds something, or is none."""
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _require_sound(job: Job, tries: int) -> None:
    if tries > MOST_TRIES:
        raise SolverError(phrase("sweep-job-kills-its-process", key=job.key, tries=MOST_TRIES))
