"""The queue of solves: order, stop, faults, and a server killed in the midst of one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.workbench.conftest import wait_for

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.folders import DataFolder
    from infraplan.optimizer.workbench.storage import Row, Store

QUICK = {"gap": 0.0001, "time_limit": 60, "lang": "en"}


def _solve(store: Store, version: Row, **options: Any) -> int:
    from infraplan.optimizer.workbench.tables import JobKind

    return store.add_job(JobKind.SOLVE, version.id, QUICK | options, "Li")


def _has_ended(store: Store, number: int) -> bool:
    return store.job(number).ended_at is not None


def test_a_later_server_takes_in_what_an_earlier_one_began(
    store: Store, folder: DataFolder, version: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a process in the solve's place that says in a moment what a solve would."""
    from infraplan.optimizer.workbench import job_queue
    from infraplan.optimizer.workbench.tables import JobState

    def begin(line: list[str | Path], answer: Path, log: Path) -> subprocess.Popen[bytes]:
        told = "import sys, time; time.sleep(0.5); print('{\"verified\": true}')"
        words = [sys.executable, "-c", told, *map(str, line)]
        with answer.open("wb") as out, log.open("wb") as err:
            return subprocess.Popen(words, stdout=out, stderr=err)

    monkeypatch.setattr(job_queue, "begin_command", begin)
    known, unknown = _solve(store, version), _solve(store, version)
    killed = job_queue.JobQueue(store, folder, at_once=1)
    killed._look()
    assert [store.job(n).state for n in (known, unknown)] == ["running", "queued"]
    # Begun, and the server killed before it could say so.
    place = folder.job(unknown)
    place.mkdir(parents=True)
    line = killed._arguments(store.job(unknown))
    begun = begin(line, place / job_queue.ANSWER, place / job_queue.LOG)
    queue = job_queue.JobQueue(store, folder)
    queue.start()
    assert store.job(unknown).pid == begun.pid
    wait_for(lambda: all(_has_ended(store, number) for number in (known, unknown)))
    queue.close()
    for process in (begun, killed._children[known]):
        process.wait()
    for number in (known, unknown):
        job = store.job(number)
        assert (job.state, job.attempts) == (JobState.DONE, 1)
        assert job.answer == {"verified": True}


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.by_seconds
def test_a_solve_outlives_the_server_that_began_it(
    store: Store, folder: DataFolder, version: Row
) -> None:
    from infraplan.optimizer.workbench.job_queue import JobQueue
    from infraplan.optimizer.workbench.tables import JobState

    # It ends by its proof: on a busy machine a minute ends before its report is written.
    wish = {"force": ["reservoir"], "because": "promised", "by": "Li"}
    number = _solve(store, version, time_limit=3600, **wish)
    killed = JobQueue(store, folder)
    killed.start()
    wait_for(lambda: store.job(number).state == JobState.RUNNING)
    killed.close(stop_jobs=False)  # as one that is killed: nobody watches any more
    queue = JobQueue(store, folder)
    queue.start()
    wait_for(lambda: _has_ended(store, number))
    queue.close()
    killed._children[number].wait()
    job = store.job(number)
    assert (job.state, job.attempts) == ("done", 1)
    assert job.answer["verified"] is True
    assert job.answer["changes"]["by"] == "Li"
    assert (folder.run(number) / "report.html").is_file()


def test_a_solve_that_was_lost_is_begun_once_more_and_then_given_up(
    store: Store, folder: DataFolder, version: Row
) -> None:
    from infraplan.optimizer.workbench.job_queue import JobQueue
    from infraplan.optimizer.workbench.tables import JobState

    number = _solve(store, version)
    queue = JobQueue(store, folder)
    for attempt in (1, 2):
        queue._look()
        job = store.job(number)
        assert (job.state, job.attempts) == ("running", attempt)
        os.kill(job.pid, signal.SIGKILL)
        wait_for(lambda: psutil.Process(job.pid).status() == psutil.STATUS_ZOMBIE)  # noqa: B023
        queue._look(begins=False)
    assert store.job(number).state == JobState.INTERRUPTED


def test_one_waits_for_another_and_can_be_taken_out(
    store: Store, folder: DataFolder, version: Row
) -> None:
    from infraplan.optimizer.workbench.job_queue import JobQueue

    first, second = _solve(store, version), _solve(store, version)
    queue = JobQueue(store, folder)
    queue._look()
    assert [store.job(n).state for n in (first, second)] == ["running", "queued"]
    queue.stop(second)
    queue.stop(first)
    wait_for(lambda: queue._look() or _has_ended(store, first))
    assert store.job(second).state == "cancelled"
    assert store.job(first).is_stopped
    assert store.job(first).state in {"interrupted", "done"}


def test_a_fault_of_the_instance_is_kept_with_its_findings(
    store: Store, folder: DataFolder, version: Row
) -> None:
    from infraplan.optimizer.workbench.job_queue import JobQueue

    folder.workbook(version.instance_id, version.number).write_bytes(b"no workbook")
    number = _solve(store, version)
    queue = JobQueue(store, folder)
    queue._look()
    wait_for(lambda: queue._look() or _has_ended(store, number))
    job = store.job(number)
    assert job.state == "failed"
    assert job.answer["findings"][0]["rule"] == "bad-workbook"


def test_a_number_that_another_process_bears_is_not_taken_for_the_solve(
    store: Store, folder: DataFolder, version: Row
) -> None:
    from infraplan.optimizer.workbench.job_queue import JobQueue

    number = _solve(store, version)
    store.begin_job(number, os.getpid(), psutil.Process().create_time() - 100.0)
    queue = JobQueue(store, folder)
    queue.start()
    queue.close()
    assert psutil.Process().is_running()
    assert store.job(number).attempts >= 1


def test_what_is_typed_is_never_an_option(store: Store, folder: DataFolder, version: Row) -> None:
    from infraplan.optimizer.workbench.job_queue import JobQueue
    from infraplan.optimizer.workbench.tables import JobKind

    queue = JobQueue(store, folder)
    run = _solve(store, version, force=["--write-model=/etc/x"], because="-o", by="--json")
    line = queue._arguments(store.job(run))
    assert "--force=--write-model=/etc/x" in line
    assert "--because=-o" in line
    asked = {"projects": ["--all"], "time_limit": 10}
    explain = store.add_job(JobKind.EXPLAIN, version.id, asked, "Li", run)
    assert queue._arguments(store.job(explain))[-2:] == ["--", "--all"]


def test_lines_are_told_as_of_now_and_not_all(
    store: Store, folder: DataFolder, version: Row
) -> None:
    from infraplan.optimizer.workbench import job_queue

    number = _solve(store, version)
    queue = job_queue.JobQueue(store, folder)
    assert queue.history(number) == []
    path = folder.job(number) / job_queue.PROGRESS
    path.parent.mkdir(parents=True)
    lines = [{"elapsed_s": float(at), "time_left_s": 5.0} for at in range(1001)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    an_hour_ago = path.stat().st_mtime - 3600
    os.utime(path, (an_hour_ago, an_hour_ago))
    told = queue.history(number)
    assert len(told) <= job_queue.MOST_LINES
    assert told[-1]["elapsed_s"] >= 4600
    assert told[-1]["time_left_s"] == 0.0
    assert told[-2] == lines[997]


def test_a_half_line_of_progress_is_passed_over(folder: DataFolder) -> None:
    from infraplan.optimizer.workbench.job_queue import lines_of

    path = folder.root / "progress.jsonl"
    assert lines_of(path) == []
    path.write_text('{"objective": 1}\n{"objective": 2', encoding="utf-8")
    assert lines_of(path) == [{"objective": 1}]
