"""The server killed in the midst of a solve, as a real process: `make test-slow PART=killed`."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.storage import write_instance
from tests.workbench.conftest import wait_for
from tests.workbench.serving import Served, served

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.storage import Store

pytestmark = [pytest.mark.slow, pytest.mark.killed, pytest.mark.by_seconds]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance whose solve lasts: a gap of a tenth is proved, none of 0."""
    path = tmp_path_factory.mktemp("made") / "made.xlsx"
    write_instance(generate(make_request(projects=150, years=10, seed=1)), path)
    return path


def _asked(data: Path, workbook: Path, solves: int) -> tuple[Store, list[int]]:
    """A workbench with solves in its queue."""
    from infraplan.optimizer.workbench.opening import open_store
    from infraplan.optimizer.workbench.tables import JobKind

    folder, store = open_store(data)
    version = store.add_version(store.add_instance("made", "", "Li"), "Li")
    path = folder.workbook(version.instance_id, version.number)
    path.parent.mkdir(parents=True)
    path.write_bytes(workbook.read_bytes())
    # No limit of seconds ends them: on a busy machine it would before there is a plan, or a report.
    # Of several the first ends by its gap, after seconds of work; one alone is never proved.
    gaps = [0.1, 0.0][:solves] if solves > 1 else [0.0]
    asked = [{"gap": gap, "time_limit": 3600, "lang": "en"} for gap in gaps]
    return store, [store.add_job(JobKind.SOLVE, version.id, each, "Li") for each in asked]


def _kill(server: Served) -> None:
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()


def _guests(pid: int) -> list[psutil.Process]:
    """What a solve has begun; none where it is gone, as the one before is for a while."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_solve_goes_on_and_the_next_server_takes_it_in(tmp_path: Path, workbook: Path) -> None:
    store, (first, second) = _asked(tmp_path / "data", workbook, 2)
    with served(tmp_path / "data", ends_well=False) as server:
        wait_for(lambda: store.job(first).pid and _guests(store.job(first).pid))
        solve = psutil.Process(store.job(first).pid)
        _kill(server)
    assert not _gone(solve)
    assert [store.job(number).state for number in (first, second)] == ["running", "queued"]
    with served(tmp_path / "data") as server:
        wait_for(lambda: store.job(first).ended_at and store.job(second).pid)
        assert store.job(first).state == "done"
        assert store.job(first).attempts == 1
        assert store.job(first).answer["verified"] is True
        assert server.ask(f"/run/{first}/report").status == 200
        second_solve = psutil.Process(store.job(second).pid)
    assert _gone(second_solve), "a server that ends in peace leaves no solve behind"
    assert store.job(second).state in {"done", "interrupted"}
    store.close()


def test_a_solve_killed_too_is_begun_again_and_leaves_no_guest(
    tmp_path: Path, workbook: Path
) -> None:
    store, (number,) = _asked(tmp_path / "data", workbook, 1)
    for attempt in (1, 2):
        with served(tmp_path / "data", ends_well=False) as server:
            wait_for(lambda: store.job(number).attempts == attempt)  # noqa: B023
            wait_for(lambda: store.job(number).pid and _guests(store.job(number).pid))
            solve = psutil.Process(store.job(number).pid)
            guests = _guests(solve.pid)
            _kill(server)
            solve.kill()
        for guest in guests:
            wait_for(lambda: _gone(guest))  # noqa: B023
    with served(tmp_path / "data") as server:
        wait_for(lambda: store.job(number).ended_at)
        assert store.job(number).state == "interrupted"
        page = server.ask(f"/en/run/{number}")
        assert page.status == 200
        assert "interrupted" in page.body.decode()
    store.close()


def test_a_solve_begun_by_a_server_killed_before_it_could_say_so_is_known(
    tmp_path: Path, workbook: Path
) -> None:
    from infraplan.optimizer.workbench.commands import begin_command
    from infraplan.optimizer.workbench.folders import DataFolder
    from infraplan.optimizer.workbench.job_queue import JobQueue

    store, (number,) = _asked(tmp_path / "data", workbook, 1)
    folder = DataFolder(tmp_path / "data")
    queue = JobQueue(store, folder)
    place = folder.job(number)
    place.mkdir(parents=True)
    line = queue._arguments(store.job(number))
    begun: subprocess.Popen[bytes] = begin_command(line, place / "answer.json", place / "log.txt")
    assert store.job(number).pid is None
    queue.start()
    try:
        assert store.job(number).pid == begun.pid
        # Before its first plan there is none to keep: it would be lost, and begun once more.
        wait_for(lambda: any(row.get("objective") is not None for row in queue.history(number)))
        os.kill(begun.pid, signal.SIGTERM)
        begun.wait()
        wait_for(lambda: store.job(number).ended_at)
        assert store.job(number).attempts == 1
    finally:
        queue.close()
        store.close()
