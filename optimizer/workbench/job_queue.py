"""The queue of solves: each a process of its own, one at a time unless told otherwise.

A solve outlives the server that began it. After a restart one that still runs is watched on, one
that ended meanwhile is taken in, one that was lost half done is begun once more and, lost again,
marked as interrupted.
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from infraplan.models.errors import PlanningError
from infraplan.optimizer.storage.run_folder import MANIFEST_FILE
from infraplan.optimizer.workbench.commands import begin_command, read_answer, told_error
from infraplan.optimizer.workbench.folders import DataFolder
from infraplan.optimizer.workbench.kept import Kept
from infraplan.optimizer.workbench.storage import Row, Store
from infraplan.optimizer.workbench.tables import JobKind, JobState

LOOK_EVERY_S = 0.3
"""Seconds between two looks at the queue."""
MOST_ATTEMPTS = 2
"""Times that a solve is begun before it is given up."""
STOP_S = 20.0
"""Seconds that running solves have to keep their best plan when the workbench ends."""
MOST_LINES, MOST_TOLD = 400, 64
"""Lines of progress that are told of a solve, and solves whose lines are kept in memory."""
PROGRESS, ANSWER, LOG = "progress.jsonl", "answer.json", "log.txt"
TAIL = 1_000_000
"""Bytes of the end of a file of progress that are read: an hour and more."""


class JobQueue:
    """Begins jobs in the order in which they were asked for, and takes in how they end."""

    def __init__(self, store: Store, folder: DataFolder, at_once: int = 1) -> None:
        self._store, self._at_once = store, at_once
        # Whole, so that a later server, begun elsewhere, knows a process by its arguments.
        self._folder = DataFolder(folder.root.absolute())
        self._running: dict[int, psutil.Process] = {}
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._told: Kept[list[dict[str, Any]]] = Kept(MOST_TOLD)
        self.when_ended: Callable[[int], None] = lambda number: None
        self._end = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="job-queue", daemon=True)

    def start(self) -> None:
        """Take up what an earlier server left, and begin to work."""
        waiting = self._store.jobs([JobState.QUEUED])
        for number, unknown in self._unknown(waiting).items():
            self._store.begin_job(number, unknown.pid, unknown.create_time())
        for job in self._store.jobs([JobState.RUNNING]):
            process = _process_of(job)
            if process is None:
                self._take_in(job)
            else:
                self._running[job.id] = process
        self._thread.start()

    def _unknown(self, waiting: list[Row]) -> dict[int, psutil.Process]:
        """Solves of jobs that wait, begun by a server that was killed before it could say so."""
        if not waiting:
            return {}
        places = {str(self._folder.job(job.id) / PROGRESS): job.id for job in waiting}
        found = {}
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                for number in (places[word] for word in process.cmdline() if word in places):
                    found[number] = process
        return found

    def close(self, *, stop_jobs: bool = True) -> None:
        """Stop watching; running solves are asked to keep their best plan and to end."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join()
        with self._lock:
            running = dict(self._running)
        if not stop_jobs:
            return
        for number, process in running.items():
            self._store.note_stop(number)
            _ask_to_end(process)
        psutil.wait_procs(list(running.values()), timeout=STOP_S)
        self._look(begins=False)

    def stop(self, number: int) -> None:
        """Stop a job: one that waits is taken out, one that runs keeps its best plan and ends."""
        if self._store.cancel(number):
            return
        with self._lock:
            process = self._running.get(number)
        if process is not None:
            self._store.note_stop(number)
            _ask_to_end(process)

    def history(self, number: int) -> list[dict[str, Any]]:
        """What a solve has told, in order: step, best plan, bound, gap, time left.

        The last line is told as of now: between two of them the seconds go on all the same.
        """
        path = self._folder.job(number) / PROGRESS
        try:
            found = path.stat()
        except OSError:
            return []
        key = (number, found.st_size, found.st_mtime_ns)
        lines = self._told.of(key, lambda: thinned(lines_of(path)))
        if not lines:
            return []
        age = max(time.time() - found.st_mtime, 0.0)
        last = dict(lines[-1])
        if last.get("elapsed_s") is not None:
            last["elapsed_s"] += age
        if last.get("time_left_s") is not None:
            last["time_left_s"] = max(last["time_left_s"] - age, 0.0)
        return [*lines[:-1], last]

    def _watch(self) -> None:
        while not self._end.wait(LOOK_EVERY_S):
            try:
                self._look()
            except Exception:  # a full disk or a busy database now is none in a moment
                logging.getLogger(__name__).exception("the queue of solves goes on after a fault")

    def _look(self, *, begins: bool = True) -> None:
        """Take in what has ended, and begin what may."""
        with self._lock:
            ended = [n for n, process in self._running.items() if not _is_alive(process)]
            for number in ended:
                if number in self._children:
                    self._children.pop(number).wait()
                # Forgotten only once it is taken in: a busy database now is none at the next look.
                self._take_in(self._store.job(number))
                del self._running[number]
                self.when_ended(number)
            if not begins:
                return
            room = self._at_once - len(self._running)
            for job in self._store.jobs([JobState.QUEUED])[: max(room, 0)]:
                self._begin(job)

    def _begin(self, job: Row) -> None:
        """Begin a job; one that cannot be begun has failed, and does not hold up the others."""
        place = self._folder.job(job.id)
        try:
            place.mkdir(parents=True, exist_ok=True)
            process = begin_command(self._arguments(job), place / ANSWER, place / LOG)
        except (OSError, ValueError, TypeError, LookupError, PlanningError) as error:
            told = told_error(error)
            answer = {"error": "file", "message": str(told), "message_zh": told.zh}
            self._store.end_job(job.id, JobState.FAILED, answer)
            return
        try:
            watched = psutil.Process(process.pid)
            self._store.begin_job(job.id, process.pid, watched.create_time())
        except BaseException:  # nobody would know of it, and it would be begun once more
            process.kill()
            process.wait()
            raise
        self._running[job.id], self._children[job.id] = watched, process

    def _arguments(self, job: Row) -> list[str | Path]:
        """The command of a job; what somebody typed stands behind `=` or `--`, never as option."""
        asked = dict(job.options)
        if job.kind == JobKind.EXPLAIN:
            place = self._folder.job(job.id) / "explained"
            shutil.rmtree(place, ignore_errors=True)
            limit = f"--time-limit={float(asked['time_limit']):g}"
            projects = [str(name) for name in asked["projects"]]
            return ["explain", limit, "-o", place, self._folder.run(job.run_id), "--", *projects]
        version = self._store.version(job.version_id)
        workbook = self._folder.workbook(version.instance_id, version.number)
        line: list[str | Path] = ["solve", workbook, "-o", self._folder.run(job.id)]
        line += ["--progress", self._folder.job(job.id) / PROGRESS]
        line += [f"--lang={asked.get('lang', 'en')}", f"--gap={float(asked['gap']):g}"]
        line += [f"--time-limit={float(asked['time_limit']):g}"]
        line += [f"--scenario={asked['scenario']}"] if asked.get("scenario") else []
        line += [f"--force={name}" for name in asked.get("force", ())]
        line += [f"--forbid={name}" for name in asked.get("forbid", ())]
        if asked.get("force") or asked.get("forbid"):
            line += [f"--because={asked['because']}", f"--by={asked['by']}"]
        return line

    def _take_in(self, job: Row) -> None:
        """State how a job ended whose process is gone."""
        place = self._folder.job(job.id)
        answer = None
        with suppress(OSError):
            answer = read_answer((place / ANSWER).read_bytes(), [place, self._folder.root])
        has_run = (self._folder.run(job.id) / MANIFEST_FILE).is_file()
        if answer is not None:
            failed = "error" in answer
            was_stopped = answer.get("error") == "interrupted" or job.is_stopped
            state = JobState.DONE
            if failed:
                state = JobState.INTERRUPTED if was_stopped else JobState.FAILED
            self._store.end_job(job.id, state, answer)
        elif has_run or job.is_stopped or job.attempts >= MOST_ATTEMPTS:
            self._store.end_job(job.id, JobState.INTERRUPTED, None)
        else:
            self._store.take_back(job.id)


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The whole lines at the end of a file of JSON lines; none where there is no file."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(0, end - TAIL))
            lines = file.read().split(b"\n")[:-1]
    except OSError:
        return []
    found = []
    for line in lines:
        with suppress(ValueError):
            row = json.loads(line)
            if isinstance(row, dict):
                found.append(row)
    return found


def thinned(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most `MOST_LINES` of the lines, evenly, the last among them."""
    every = -(-len(lines) // MOST_LINES) or 1
    return lines[::-1][::every][::-1]


def _process_of(job: Row) -> psutil.Process | None:
    """The process of a job that an earlier server began, if it still runs.

    Numbers of processes are used again: the moment at which it began tells it from another.
    """
    if job.pid is None:
        return None
    with suppress(psutil.Error):
        process = psutil.Process(job.pid)
        if abs(process.create_time() - job.pid_began) < 1.0 and _is_alive(process):
            return process
    return None


def _is_alive(process: psutil.Process) -> bool:
    """Whether a process still works; one that has ended and is not laid to rest does not."""
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _ask_to_end(process: psutil.Process) -> None:
    """Send the signal on which a solve keeps its best plan."""
    with suppress(psutil.Error):
        process.terminate()
