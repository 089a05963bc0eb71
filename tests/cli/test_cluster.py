"""Lists of solves on the workers of a Dask scheduler: the same results, whoever is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.errors import SolverError, SolverUnavailableError
from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.storage import write_instance
from infraplan.optimizer.sweeps import cluster, runner
from infraplan.optimizer.sweeps.cluster import Cluster, DifferentVersionsError, do_packed
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.work_clock import DETERMINISTIC_VARIABLE
from tests.architecture.sources import ROOT
from tests.cli.conftest import Call
from tests.optimizer.sweeps.test_runner import answer, jobs_of, write_run

OWN = cluster.own_versions()
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
    folder.mkdir(exist_ok=True)
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


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with started(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


def test_workers_solve_and_one_that_dies_costs_its_own_job_alone(
    parts: Started, tmp_path: Path
) -> None:
    run = Runner(tmp_path / "out", solve=deadly, scheduler=str(parts.file))
    run.prepare(resume=False)
    found = run.run(jobs_of(6))
    assert [row.key for row in found] == [f"j{n}" for n in range(6)]
    run.close()
    lines = (run.folder / "journal.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["key"] for line in lines) == [f"j{n}" for n in range(6)]
    done = [line.split() for line in (tmp_path / "calls").read_text().splitlines()]
    assert str(os.getpid()) not in {pid for _, pid in done}


def test_a_solve_that_fails_fails_as_in_this_process(parts: Started, tmp_path: Path) -> None:
    bad = Runner(tmp_path / "bad", solve=failing, scheduler=parts.address)
    bad.prepare(resume=False)
    with pytest.raises(SolverUnavailableError, match="not installed"):
        bad.run(jobs_of(1))


def test_other_versions_are_refused_before_anything_is_made(
    parts: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        cluster, "own_versions", lambda: OWN | {"dask": "1.0", "infraplan": "0.0.1"}
    )
    with pytest.raises(DifferentVersionsError, match=r"dask \S+ / 1\.0") as told_here:
        Runner(tmp_path / "out", scheduler=parts.address).prepare(resume=False)
    assert "版本不一致" in told_here.value.message.zh
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(cluster, "own_versions", lambda: OWN | {"infraplan": "0.0.1"})
    run = Runner(tmp_path / "out", solve=told, scheduler=parts.address)
    run.prepare(resume=False)
    with pytest.raises(DifferentVersionsError, match="infraplan"):
        run.run(jobs_of(1))
    assert not (tmp_path / "calls").exists()


def test_a_worker_of_other_versions_unpacks_nothing() -> None:
    with pytest.raises(DifferentVersionsError, match=r"infraplan \S+ / 0\.0\.1"):
        do_packed(OWN | {"infraplan": "0.0.1"}, b"no task at all")


def test_where_no_scheduler_answers_that_is_told(
    call: Call, instance_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_S", 1.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens here
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        asked = ("sweep", instance_dir, "-o", tmp_path / "s", "--scheduler")
        found = call(*asked, address)
    assert found.code == 6
    assert found.err.count("\n") == 1
    assert f"No scheduler can be used at {address}" in found.err
    missing = call(*asked, tmp_path / "none.json", "--lang", "zh")
    assert missing.code == 6
    assert "没有可用的调度器" in missing.err
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("command", ["frontier", "sweep"])
def test_without_dask_the_extra_is_named(
    command: str,
    call: Call,
    instance_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "find_spec", lambda name: None)
    asked = (command, instance_dir, "-o", tmp_path / "s", "--scheduler", "tcp://127.0.0.1:1")
    found = call(*asked)
    assert found.code == 6
    assert "infraplan[cluster]" in found.err
    assert "在集群上求解需要Dask" in call(*asked, "--lang", "zh").err


def test_a_scheduler_without_workers_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "WORKERS_S", 0.5)
    with (
        started(tmp_path, 0) as empty,
        pytest.raises(SolverError, match="has had no worker"),
    ):
        Cluster(empty.address)


SCENARIOS = 12


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated instance under a dozen scenarios of its first project's cost."""
    made = generate(make_request(projects=30, years=8, seed=3))
    first = made.projects[0].id
    scenarios = [
        Scenario(
            id=f"s{number:02d}",
            changes=(
                Change(
                    table="projects",
                    where={"id": first},
                    field="overnight_cost",
                    value=1.0 + number / 10,
                ),
            ),
        )
        for number in range(SCENARIOS)
    ]
    path = tmp_path_factory.mktemp("many") / "many.json"
    write_instance(made.with_tables(scenarios=tuple(scenarios)), path)
    return path


def swept(many: Path, out: Path, *more: object) -> subprocess.Popen[bytes]:
    """A sweep in a process of its own; what it says is in a file beside its folder."""
    path = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    words = ("sweep", many, "--no-hold", "--gap", 1e-4, "-o", out, *more)
    with out.with_suffix(".err").open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-c", "from infraplan.optimizer.cli.entry_point import run; run()"]
            + [str(word) for word in words],
            env=os.environ | {"PYTHONPATH": path, DETERMINISTIC_VARIABLE: "1"},
            stdout=subprocess.DEVNULL,
            stderr=said,
        )


def finished(out: Path) -> int:
    journal = out / "journal.jsonl"
    return len(journal.read_bytes().splitlines()) if journal.exists() else 0


def table_of(out: Path) -> bytes:
    return (out / "scenarios.csv").read_bytes()


@pytest.fixture(scope="module")
def unbroken(many: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out = tmp_path_factory.mktemp("unbroken") / "s"
    assert swept(many, out).wait() == 0
    return table_of(out)


def has_guest(worker: subprocess.Popen[bytes]) -> bool:
    return bool(psutil.Process(worker.pid).children(recursive=True))


@pytest.mark.slow
@pytest.mark.cluster
def test_whoever_is_killed_the_table_is_that_of_an_unbroken_run(
    many: Path, unbroken: bytes, tmp_path: Path
) -> None:
    out = tmp_path / "s"
    with started(tmp_path, 2) as one:
        # A worker in the middle of a solve: its guests end with it, its job is done again.
        client = swept(many, out, "--scheduler", one.file)
        wait_for(lambda: finished(out) >= 2)
        wait_for(lambda: has_guest(one.workers[0]))
        guests = psutil.Process(one.workers[0].pid).children(recursive=True)
        one.workers[0].kill()
        wait_for(lambda: not any(guest.is_running() for guest in guests))
        before = finished(out)
        wait_for(lambda: finished(out) > before)
        # The scheduler: the command ends with one error, and what is finished stays.
        one.scheduler.kill()
        assert client.wait(PATIENCE_S) == 6
    said = out.with_suffix(".err").read_text()
    assert said.count("was lost; what is finished is kept") == 1
    assert "Traceback" not in said
    assert "distributed" not in said
    kept = finished(out)
    assert 3 <= kept < SCENARIOS + 1
    with started(tmp_path / "again", 2) as two:
        # The command itself, with SIGKILL.
        client = swept(many, out, "--scheduler", two.address, "--resume")
        wait_for(lambda: finished(out) > kept)
        client.kill()
        client.wait()
        assert finished(out) < SCENARIOS + 1
        assert swept(many, out, "--scheduler", two.address, "--resume").wait(PATIENCE_S) == 0
    assert table_of(out) == unbroken
    keys = [json.loads(line)["key"] for line in (out / "journal.jsonl").read_text().splitlines()]
    assert len(set(keys)) == SCENARIOS + 1


@pytest.mark.slow
@pytest.mark.cluster
def test_a_killed_command_with_a_pool_of_its_own_resumes_too(
    many: Path, unbroken: bytes, tmp_path: Path
) -> None:
    out = tmp_path / "s"
    client = swept(many, out, "--workers", 2)
    wait_for(lambda: finished(out) >= 3)
    hands = psutil.Process(client.pid).children(recursive=True)
    client.kill()
    client.wait()
    wait_for(lambda: not any(hand.is_running() for hand in hands))
    assert finished(out) < SCENARIOS + 1
    assert swept(many, out, "--workers", 2, "--resume").wait(PATIENCE_S) == 0
    assert table_of(out) == unbroken
