"""Lists of solves on the workers of a Dask scheduler: the same results, whoever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from infraplan.optimizer.errors import SolverError, SolverUnavailableError
from infraplan.optimizer.sweeps import cluster, runner
from infraplan.optimizer.sweeps.cluster import Cluster, DifferentVersionsError, do_packed
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.runner import Runner
from tests.architecture.sources import ROOT
from tests.optimizer.sweeps.test_runner import answer, jobs_of, write_run

PATIENCE_S = 120.0
"""Seconds in which something must happen on a busy machine."""


@dataclass
class Started:
    """A scheduler with its workers, each a process of its own."""

    address: str
    file: Path
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


def program(*words: object) -> subprocess.Popen[bytes]:
    """A part of a cluster, which finds the program and the tests."""
    path = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, words)],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def started(folder: Path, workers: int) -> Iterator[Started]:
    """A cluster of this machine; everything of it is ended at the end."""
    file = folder / "scheduler.json"
    scheduler = program(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0,
        "--no-dashboard", "--scheduler-file", file,
    )  # fmt: skip
    parts = [scheduler]
    try:
        wait_for(file.is_file)
        address = json.loads(file.read_text())["address"]
        hands = [new_worker(address, folder) for _ in range(workers)]
        parts += hands
        yield Started(address, file, scheduler, hands)
    finally:
        for part in parts:
            part.kill()
            part.wait()


def new_worker(address: str, folder: Path) -> subprocess.Popen[bytes]:
    """A worker without a nanny: what kills it kills the process that solves."""
    return program(
        "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", 1,
        "--no-dashboard", "--local-directory", folder / "scratch",
    )  # fmt: skip


def wait_for(is_so: object) -> None:
    """Wait until `is_so()`."""
    assert callable(is_so)
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def told(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
    """Notes in a file which process did it."""
    with (folder.parent / "calls").open("a") as stream:
        stream.write(f"{job.key} {os.getpid()}\n")
    write_run(job, folder)
    return answer(job, job.at)


def deadly(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
    """The worker dies at the first try of j1."""
    mark = folder.parent / "died"
    if job.key == "j1" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return told(job, folder, start, lang)


def failing(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
    """A solve that fails is no matter of the cluster."""
    raise SolverUnavailableError("the solver is not installed")


def test_workers_solve_and_a_dying_one_costs_its_own_job_alone(tmp_path: Path) -> None:
    with started(tmp_path, 2) as parts:
        run = Runner(tmp_path / "out", solve=deadly, scheduler=str(parts.file))
        run.prepare(resume=False)
        found = run.run(jobs_of(6))
        assert [row.key for row in found] == [f"j{n}" for n in range(6)]
        run.close()
        lines = (run.folder / "journal.jsonl").read_text().splitlines()
        assert sorted(json.loads(line)["key"] for line in lines) == [f"j{n}" for n in range(6)]
        done = [line.split() for line in (tmp_path / "calls").read_text().splitlines()]
        assert str(os.getpid()) not in {pid for _, pid in done}
        bad = Runner(tmp_path / "bad", solve=failing, scheduler=parts.address)
        bad.prepare(resume=False)
        with pytest.raises(SolverUnavailableError, match="not installed"):
            bad.run(jobs_of(1))
