"""What goes wrong, is typed oddly or at once, and is told without a folder of the server."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import openpyxl
import psutil
import pytest

from tests.workbench.conftest import wait_for

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.bench import Workbench
    from infraplan.optimizer.workbench.folders import DataFolder
    from infraplan.optimizer.workbench.roles import Visitor
    from infraplan.optimizer.workbench.storage import Row, Store


@pytest.fixture
def bench(store: Store, folder: DataFolder) -> Workbench:
    from infraplan.optimizer.workbench.opening import open_bench

    return open_bench(folder, store, host="127.0.0.1", name="Li", formats=("xlsx",))


@pytest.fixture
def visitor(bench: Workbench) -> Visitor:
    found = bench.gate.visitor("")
    assert found is not None
    return found


# ------------------------------------------------------------------------------------- the queue


@pytest.mark.parametrize("because", ["a\x00b", "\ud800"])
def test_a_job_that_cannot_be_begun_holds_up_nobody(
    because: str, store: Store, folder: DataFolder, version: Row
) -> None:
    from infraplan.optimizer.workbench.job_queue import JobQueue
    from infraplan.optimizer.workbench.tables import JobKind, JobState

    asked = {"gap": 0.1, "time_limit": 5, "force": ["reservoir"], "by": "Li", "because": because}
    numbers = [store.add_job(JobKind.SOLVE, version.id, asked, "Li") for _ in range(2)]
    queue = JobQueue(store, folder)
    for _ in numbers:
        queue._look()
    for number in numbers:
        job = store.job(number)
        assert job.state == JobState.FAILED
        assert job.answer["message"] != job.answer["message_zh"]


def test_a_job_is_not_forgotten_where_the_database_is_busy(
    store: Store, folder: DataFolder, version: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infraplan.optimizer.workbench.job_queue import JobQueue
    from infraplan.optimizer.workbench.tables import JobKind

    number = store.add_job(JobKind.SOLVE, version.id, {}, "Li")
    queue = JobQueue(store, folder)
    child = subprocess.Popen([sys.executable, "-c", ""])
    process = psutil.Process(child.pid)
    store.begin_job(number, child.pid, process.create_time())
    queue._running[number], queue._children[number] = process, child  # type: ignore[assignment]
    wait_for(lambda: process.status() == psutil.STATUS_ZOMBIE)
    with monkeypatch.context() as busy:
        busy.setattr(store, "take_back", _fails)
        with pytest.raises(OSError, match="busy"):
            queue._look(begins=False)
    queue._look(begins=False)
    assert store.job(number).state == "queued"


def _fails(*args: object, **named: object) -> Any:
    raise OSError(28, "busy", "/srv/plans/workbench.sqlite")


def test_a_limit_of_an_explanation_is_kept_in_bounds(
    bench: Workbench, visitor: Visitor, version: Row
) -> None:
    from infraplan.optimizer.workbench.tables import JobKind

    run = bench.store.job(bench.store.add_job(JobKind.SOLVE, version.id, {}, "Li"))
    for asked, kept in ((1e9, 3600.0), (-5.0, 1.0), (30.0, 30.0)):
        job = bench.store.job(bench.explain(visitor, run, ["ring_road"], asked))
        assert job.options["time_limit"] == kept


# ------------------------------------------------------------------------------------------ cells


def test_what_no_workbook_can_hold_is_left_out_or_refused(template: Path) -> None:
    from infraplan.optimizer.workbench.sheets import write_cells

    written = write_cells(template.read_bytes(), {("projects", 60, 1): "a\x07b\x00\ud800c"})
    assert openpyxl.load_workbook(io.BytesIO(written))["projects"].cell(60, 1).value == "abc"
    with pytest.raises(ValueError, match="40000"):
        write_cells(template.read_bytes(), {("projects", 60, 1): "x" * 40_000})


def test_one_far_cell_is_not_billions(template: Path) -> None:
    from infraplan.optimizer.workbench.sheets import write_cells

    book = openpyxl.load_workbook(template)
    book.create_sheet("stray").cell(1_048_576, 16_384, "here")
    stream = io.BytesIO()
    book.save(stream)
    written = write_cells(stream.getvalue(), {("projects", 60, 1): "a"})
    assert openpyxl.load_workbook(io.BytesIO(written))["projects"].cell(60, 1).value == "a"


# --------------------------------------------------------------------------------- several at once


def test_versions_made_at_once_have_numbers_of_their_own(store: Store) -> None:
    instance, faults = store.add_instance("a", "", "Li"), []

    def add() -> None:
        try:
            for _ in range(5):
                store.add_version(instance, "Li")
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert [row.number for row in store.versions(instance)] == list(range(30, 0, -1))


def test_who_was_overtaken_is_told_once_and_may_save_all_the_same(
    bench: Workbench, visitor: Visitor, version: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infraplan.optimizer.workbench import intake
    from infraplan.optimizer.workbench.bench import OvertakenError
    from infraplan.optimizer.workbench.pages.data_page import _Editing, _saved

    monkeypatch.setattr(intake, "run_command", lambda _: SimpleNamespace(data={}))
    page: Any = SimpleNamespace(bench=bench, visitor=visitor)
    mine, yours = (_Editing(page, version, [], seen=version.number) for _ in range(2))
    assert _saved(mine, {("projects", 60, 1): "mine"}, "").number == 2
    with pytest.raises(OvertakenError) as told:
        _saved(yours, {("projects", 60, 1): "yours"}, "")
    assert "版本2" in told.value.message.zh
    assert len(bench.store.versions(version.instance_id)) == 2
    assert _saved(yours, {("projects", 60, 1): "yours"}, "").number == 3


def test_a_version_that_cannot_be_kept_is_none(
    bench: Workbench, visitor: Visitor, version: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infraplan.optimizer.workbench import intake

    monkeypatch.setattr(intake, "run_command", _fails)
    with pytest.raises(OSError, match="busy"):
        bench.edit(visitor, version, {}, "")
    assert [row.number for row in bench.store.versions(version.instance_id)] == [1]
    assert [path.name for path in bench.workbook(version).parent.iterdir()] == ["v1.xlsx"]


# ------------------------------------------------------------------------------------ what is told


def test_a_fault_is_told_without_a_folder() -> None:
    from infraplan.optimizer.workbench.commands import told_error

    with pytest.raises(OSError, match="busy") as found:
        _fails()
    for told in (told_error(found.value), told_error(ValueError("/srv/plans"))):
        assert "/srv" not in f"{told} {told.zh}"
        assert told.zh != str(told)


def test_answers_of_commands_name_no_folder() -> None:
    from infraplan.optimizer.workbench.commands import read_answer

    text = json.dumps({"message": "/srv/plans/a.xlsx: no", "findings": [{"file": "/srv/plans/b"}]})
    found = read_answer(text.encode(), [Path("/srv"), Path("/srv/plans")])
    assert found == {"message": "a.xlsx: no", "findings": [{"file": "b"}]}


def test_a_table_is_shown_as_long_as_it_may_be_seen(bench: Workbench, folder: DataFolder) -> None:
    """A page stays open when the right to see ends."""
    from infraplan.optimizer.workbench.pages.run_page import _table
    from infraplan.optimizer.workbench.roles import ForbiddenError, Role
    from infraplan.optimizer.workbench.storage import hash_of_token

    key = hash_of_token(bench.store.grant("Wang", Role.SEE))
    bench.store.grant("Li", Role.SEE)
    page: Any = SimpleNamespace(bench=bench, visitor=bench.gate.visitor(key), lang="zh")
    bench.store.revoke("Wang")
    with pytest.raises(ForbiddenError):
        _table(page, folder.run(1), "projects")


def test_wrong_tokens_of_many_addresses_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    from infraplan.optimizer.workbench import access

    monkeypatch.setattr(access, "MOST_ADDRESSES", 3)
    tries = access.Tries()
    for _ in range(access.TRIES):
        tries.note("waits")
    for number in range(20):
        tries.note(str(number))
    assert len(tries.at) <= 4
    assert tries.must_wait("waits")


@pytest.mark.parametrize("url", ["nonsense", "no-such-thing://u:secret@h/x", "sqlite:////no/x.db"])
def test_a_database_that_cannot_be_opened_is_told_without_its_password(url: str) -> None:
    from infraplan.optimizer.workbench.storage import DatabaseError, open_database

    with pytest.raises(DatabaseError) as told:
        open_database(url)
    assert told.value.exit_code == 2
    assert "secret" not in f"{told.value.message} {told.value.message.zh}"


def test_a_port_that_is_taken_is_told() -> None:
    from infraplan.optimizer.workbench.server import AddressError, _listen

    with _listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressError) as told:
            _listen("127.0.0.1", port)
    assert told.value.exit_code == 2
    assert str(port) in told.value.message.zh


GETS_ON = """
import time
end = time.monotonic() + 4
while time.monotonic() < end:
    sum(range(9999))
    time.sleep(0.01)
print(input())
"""


def test_a_process_that_gets_on_is_waited_for() -> None:
    """It takes more seconds of the clock than it is given of a processor, of which it uses few."""
    from infraplan.optimizer.workbench.commands import run_apart

    ended = run_apart([sys.executable, "-c", GETS_ON], b"told\n", time_s=2.0)
    assert (ended.returncode, ended.stdout) == (0, b"told\n")


@pytest.mark.parametrize("deed", ["import time; time.sleep(60)", "while True: pass"])
def test_a_process_that_stands_still_or_goes_on_for_ever_is_ended(deed: str) -> None:
    from infraplan.optimizer.workbench.commands import CommandError, run_apart

    with pytest.raises(CommandError, match="took too long"):
        run_apart([sys.executable, "-c", deed], time_s=0.5)
    left = [p for p in psutil.Process().children() if deed in " ".join(p.cmdline())]
    assert left == []
