"""No plan is lost, no file deleted that a run did not write, nothing verified that was not checked.

Signals are real ones, sent to a real process.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest
from pydantic import ValidationError

from infraplan.models.errors import InstanceError
from infraplan.models.instance import Instance
from infraplan.optimizer import stopping, workflow
from infraplan.optimizer.cli.solve_commands import free_run_dir
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveResult
from infraplan.optimizer.status import Termination
from infraplan.optimizer.storage import inspect_instance, read_run, write_instance
from infraplan.optimizer.storage.run_folder import own_hash
from tests.builders import make_instance, make_policy, make_project, make_resource
from tests.cli.conftest import Call
from tests.markers import needs_signals


def infeasible() -> Instance:
    """Works of 10 that must be, and at most 6 to spend."""
    return make_instance(
        [make_project("school", 10, 10, mandatory="must")],
        policies=[make_policy("spend_cap", 6.0)],
    )


def hard() -> Instance:
    """A knapsack of ten correlated dimensions: plans at once, no proof within a minute."""
    draw = random.Random(7)
    names = [f"crew{i}" for i in range(10)]
    projects = []
    for number in range(120):
        needs = {name: draw.uniform(1.0, 100.0) for name in names}
        worth = sum(needs.values()) / 10.0 + draw.uniform(0.0, 50.0)
        projects.append(make_project(f"p{number}", 1.0, worth, resources=needs))
    limits = [make_resource(name, 2000.0) for name in names]
    return make_instance(projects, years=(2021, 2022), resources=limits)


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def run_copy(run_dir: Path, tmp_path: Path) -> Path:
    """A run with a plan of its own."""
    shutil.copytree(run_dir, tmp_path / "run")
    return tmp_path / "run"


# ------------------------------------------------------------------------------- the place of a run


@pytest.mark.usefixtures("without_page")
def test_a_run_without_a_plan_replaces_none_that_has_one(
    call: Call, run_copy: Path, tmp_path: Path
) -> None:
    write_instance(infeasible(), tmp_path / "poor")
    before = content(run_copy)
    for _ in range(2):  # the second replaces the first of those without a plan
        result = call("solve", tmp_path / "poor", "-o", run_copy, "--json")
        assert result.code == 4
        assert result.data["run_dir"] == f"{run_copy}-2"
        assert result.data["kept_run"] == str(run_copy)
        assert f"{run_copy}-2" in result.err
        assert content(run_copy) == before
    beside = read_run(tmp_path / "run-2")
    assert beside.plan is None
    assert beside.manifest["run_dir"] == f"{run_copy}-2"
    assert not (tmp_path / "run-3").exists()


@pytest.mark.usefixtures("without_page")
def test_what_the_run_did_not_write_is_carried_over(
    call: Call, run_copy: Path, instance_dir: Path
) -> None:
    assert call("export", run_copy, "--json").code == 0
    (run_copy / "notes.txt").write_text("mine", encoding="utf-8")
    (run_copy / "drawings").mkdir()
    (run_copy / "drawings" / "a.dwg").write_bytes(b"x")
    (run_copy / "link").symlink_to("notes.txt")
    workbook = (run_copy / "test-plan.xlsx").read_bytes()
    result = call("solve", instance_dir, "-o", run_copy, "--gap", "0.5", "--json")
    assert read_run(run_copy).manifest["options"]["gap"] == 0.5
    assert (run_copy / "test-plan.xlsx").read_bytes() == workbook
    assert (run_copy / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (run_copy / "drawings" / "a.dwg").read_bytes() == b"x"
    assert str((run_copy / "link").readlink()) == "notes.txt"
    assert "drawings, link, notes.txt, test-plan.xlsx" in result.err
    assert call("verify", run_copy, "--json").data["verified"] is True
    assert [p.name for p in run_copy.parent.iterdir()] == ["run"]


def test_a_place_that_is_no_run_is_refused_before_solving(
    call: Call, instance_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "text").write_text("mine", encoding="utf-8")
    for place in ("thesis", "thesis/text", "thesis/text/run"):
        result = call("solve", instance_dir, "-o", tmp_path / place, "--json")
        assert result.code == 2
        assert place in result.data["message"]
        assert "Solving" not in result.err
    assert (tmp_path / "thesis" / "text").read_text(encoding="utf-8") == "mine"


def test_a_place_where_nothing_can_be_made_is_refused_before_solving(
    call: Call, instance_dir: Path, run_copy: Path, tmp_path: Path
) -> None:
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for place, told in (
        (Path("/proc/infraplan-run"), "no folder can be made in /proc"),
        (tmp_path / ("x" * 300), "cannot be written"),
        (tmp_path / "nowhere", "is a link to nothing"),
        (run_copy / "second", "lies inside the run folder"),
        (run_copy / "a" / "b", "lies inside the run folder"),
    ):
        result = call("solve", instance_dir, "-o", place, "--json")
        assert result.code == 2
        assert told in result.data["message"]
        assert "Solving" not in result.err
    assert not (run_copy / "second").exists()


@pytest.mark.usefixtures("without_page")
def test_a_link_is_followed_and_stays(
    call: Call, instance_dir: Path, run_copy: Path, tmp_path: Path
) -> None:
    (run_copy / "notes.txt").write_text("mine", encoding="utf-8")
    link = tmp_path / "latest"
    link.symlink_to(run_copy, target_is_directory=True)
    before = json.loads((run_copy / "run.json").read_text("utf-8"))
    assert call("solve", instance_dir, "-o", link, "--gap", "0", "--seed", "7").code == 0
    assert link.is_symlink()
    assert link.resolve() == run_copy.resolve()
    after = json.loads((run_copy / "run.json").read_text("utf-8"))
    assert (before["seed"], after["seed"]) == (0, 7)
    assert (run_copy / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_full_disk_costs_no_plan(
    call: Call, instance_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes
    spare = tmp_path / "spare"
    spare.mkdir()

    def full(self: Path, data: bytes) -> int:
        if spare not in self.parents:
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    result = call("solve", instance_dir, "-o", tmp_path / "run", "--json")
    assert result.code == 1
    assert "No space left" in result.data["write_fault"]
    saved = Path(result.data["run_dir"])
    assert spare in saved.parents
    assert str(saved) in result.err
    assert read_run(saved).plan is not None
    assert (saved / "report.html").exists()
    assert not (tmp_path / "run").exists()


def test_a_report_that_cannot_be_written_leaves_the_plan(
    call: Call, instance_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "report.html":
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    result = call("solve", instance_dir, "-o", tmp_path / "run", "--json")
    assert result.code == 1
    assert result.data["run_dir"] == str(tmp_path / "run")
    assert call("verify", tmp_path / "run", "--json").data["verified"] is True


def test_an_interrupt_while_explaining_keeps_the_plan(
    call: Call, instance_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("infraplan.optimizer.explaining.find_rejections", interrupted)
    result = call("solve", instance_dir, "-o", tmp_path / "run", "--json")
    assert result.code == 0
    assert call("verify", tmp_path / "run", "--json").data["verified"] is True
    assert (tmp_path / "run" / "report.html").exists()


@pytest.mark.parametrize("name", ["instance.json", "plan.json"])
def test_a_cut_run_is_told_as_such(call: Call, run_copy: Path, name: str) -> None:
    whole = (run_copy / name).read_bytes()
    (run_copy / name).write_bytes(whole[: len(whole) // 2])
    for command in ("show", "export", "stress"):
        result = call(command, run_copy)
        assert result.code == 3
        assert f"{name} is not the file that the run wrote" in result.err
        assert f"The run {run_copy} cannot be used: 2 error(s)." in result.err
    assert f"结果目录{run_copy}不可用" in call("show", run_copy, "--lang", "zh").err


def test_what_is_left_unexplained_after_a_stop_is_told(
    call: Call, instance_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wish comes while it is explained: the next look at the time ends that."""

    def asked(*_: object, **__: object) -> None:
        stopping.ask()
        stopping.leave_if_asked()

    monkeypatch.setattr("infraplan.optimizer.explaining.find_rejections", asked)
    result = call("solve", instance_dir, "-o", tmp_path / "run", "--json")
    assert result.code == 0
    assert [note["kind"] for note in result.data["notes"]] == ["unexplained"]
    assert "nothing is explained: the run was asked to end" in result.err
    assert call("verify", tmp_path / "run", "--json").data["verified"] is True
    assert not stopping.is_asked()


# ------------------------------------------------------------------------------------------ signals


@pytest.fixture
def solving(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that solves for a minute unless it is stopped, once it knows a plan."""
    write_instance(hard(), tmp_path / "hard")
    with (tmp_path / "err").open("w") as errors:
        process = _start(tmp_path, errors)
    try:
        _await_a_plan(tmp_path)
        yield process
    finally:
        process.kill()
        process.communicate()


def _start(folder: Path, errors: IO[str], *, before: str = "") -> subprocess.Popen[str]:
    arguments = ["infraplan", "solve", "hard", "-o", "run", "--gap", "0", "--time-limit", "60"]
    arguments += ["--progress", PROGRESS]
    # Tests that run in the background or under nohup hand down signals that are ignored.
    code = "import signal as s; s.signal(s.SIGINT, s.default_int_handler); "
    code += "[s.signal(getattr(s, name), s.SIG_DFL) for name in ('SIGTERM', 'SIGHUP')]; "
    code += f"import sys; {before} sys.argv = {[*arguments, '--json']!r}; "
    code += "import runpy; runpy.run_module('infraplan', run_name='__main__')"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        start_new_session=True,
    )


PROGRESS = "progress.jsonl"


def _await_a_plan(folder: Path) -> None:
    """Wait until the process that writes `PROGRESS` knows a plan."""
    path, end = folder / PROGRESS, time.monotonic() + 60.0
    while not (path.exists() and _knows_a_plan(path)):
        assert time.monotonic() < end, (folder / "err").read_text(encoding="utf-8")
        time.sleep(0.1)


def _knows_a_plan(path: Path) -> bool:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return any(json.loads(line)["objective"] is not None for line in lines if line.endswith("\n"))


@pytest.mark.by_seconds
@needs_signals
def test_signals_that_go_on_until_the_end_change_nothing(
    solving: subprocess.Popen[str], tmp_path: Path
) -> None:
    """They come while the run is written, while it is told and while Python itself ends."""
    end = time.monotonic() + 45.0
    while solving.poll() is None and time.monotonic() < end:
        solving.send_signal(signal.SIGTERM)
        solving.send_signal(signal.SIGHUP)
        time.sleep(0.02)
    out, _ = solving.communicate(timeout=5.0)
    assert solving.returncode == 0
    assert json.loads(out)["verified"] is True
    assert read_run(tmp_path / "run").plan is not None


@pytest.mark.by_seconds
@needs_signals
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP SIGTERM SIGHUP"])
def test_a_signal_keeps_the_best_plan(
    solving: subprocess.Popen[str], tmp_path: Path, name: str, call: Call
) -> None:
    for one in name.split():  # a system that goes down sends several
        solving.send_signal(getattr(signal, one))
        time.sleep(0.2)
    out, _ = solving.communicate(timeout=45.0)
    data = json.loads(out)
    assert solving.returncode == 0
    assert (data["termination"], data["verified"]) == ("interrupted", True)
    assert data["runtime_s"] < 45.0
    assert call("verify", tmp_path / "run", "--json").data["verified"] is True
    assert "the best plan so far is kept" in (tmp_path / "err").read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_page")
def test_a_stopped_run_replaces_no_better_one_of_the_same_instance(
    call: Call, run_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [0.0, 0.0]
    """Value of a plan, and what its bound is above it."""

    def stopped(*given: Any, **named: Any) -> SolveResult:
        found = solve(*given, **named)
        return replace(
            found, termination=Termination.INTERRUPTED, objective=said[0], bound=sum(said)
        )

    monkeypatch.setattr(workflow, "solve", stopped)
    instance, before = run_copy / "instance.json", content(run_copy)
    kept = read_run(run_copy).manifest["objective"]
    for case in ([kept - 1.0, 1.0], [kept, 1.0]):  # worse; as good, proven less
        said[:] = case
        result = call("solve", instance, "-o", run_copy, "--json")
        assert result.data["kept_run"] == str(run_copy)
    assert "or a better one" in result.err
    assert content(run_copy) == before
    said[:] = [kept, 0.0]  # no worse: it takes the place
    assert call("solve", instance, "-o", run_copy, "--json").data["run_dir"] == str(run_copy)
    other = tmp_path / "other.json"  # of another instance nothing is compared
    data = json.loads(instance.read_text(encoding="utf-8"))
    data["settings"]["title"]["en"] = "another"
    other.write_text(json.dumps(data), encoding="utf-8")
    said[:] = [kept - 1.0, 0.0]
    assert call("solve", other, "-o", run_copy, "--json").data["run_dir"] == str(run_copy)


@pytest.mark.by_seconds
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_a_closed_terminal_keeps_the_best_plan(tmp_path: Path) -> None:
    """The system itself sends SIGHUP, and nothing can be said to the terminal afterwards."""
    write_instance(hard(), tmp_path / "hard")
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as terminal:
        take = "import fcntl, termios; fcntl.ioctl(2, termios.TIOCSCTTY, 0);"
        process = _start(tmp_path, terminal, before=take)
    try:
        seen = b""
        while b"Solving" not in seen:
            seen += os.read(ours, 1024)
        _await_a_plan(tmp_path)
        os.close(ours)
        process.communicate(timeout=45.0)
        run = read_run(tmp_path / "run")
        assert run.plan is not None
        assert run.manifest["termination"] == "interrupted"
    finally:
        process.kill()
        process.communicate()


# ---------------------------------------------------------------------------------- ids and places


HOSTILE = (
    *("../../x", "/etc/x", "a/b", "..", ".x", "x.", "con", "LPT1.txt", "a\\b", "c:x"),
    "路" * 70,
)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_instance_id_names_no_path(
    call: Call, tmp_path: Path, instance_dir: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(instance_dir, tmp_path / "in")
    settings = tmp_path / "in" / "instance.yaml"
    text = settings.read_text(encoding="utf-8")
    number = text.splitlines().index("id: test") + 1
    settings.write_text(
        text.replace("id: test", f"id: {json.dumps(name, ensure_ascii=False)}", 1),
        encoding="utf-8",
    )
    result = call("solve", tmp_path / "in", "--json")
    assert result.code == 3
    (finding,) = result.data["findings"]
    place = (finding["rule"], finding["file"], finding["row"], finding["column"])
    assert place == ("bad-id", "instance.yaml", number, "id")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("name", ["..", "../x", "a/../../x", "a\\..\\x", "a/."])
def test_no_id_leads_out_of_a_folder(name: str) -> None:
    with pytest.raises(ValidationError, match="would lead to another folder"):
        make_project(name)


@pytest.mark.parametrize("name", ["a..b", "v1.2", "a/b", "...", ".x"])
def test_dots_inside_an_id_are_dots(name: str) -> None:
    assert make_project(name).id == name


@pytest.mark.parametrize("name", ["a\0b", "", "x" * 100])
def test_an_id_that_no_text_may_hold(tmp_path: Path, name: str) -> None:
    data = {
        "settings": {
            "id": name,
            "price_year": 2026,
            "horizon": {"phases": [{"id": "p", "first_year": 2026, "last_year": 2030}]},
        }
    }
    (tmp_path / "x.json").write_text(json.dumps(data), encoding="utf-8")
    reading = inspect_instance(tmp_path / "x.json")
    with pytest.raises(InstanceError):
        reading.require()
    assert "settings.id" in [finding.column for finding in reading.findings]


@pytest.mark.parametrize("scenario", ["../../x", "a/b", "..", "s\0t", "路" * 80, "a\\b"])
def test_a_run_folder_lies_directly_in_results(scenario: str) -> None:
    instance = make_instance([make_project("a")])
    for name in (instance.settings.id, "../../x", ".."):
        named = instance.settings.model_copy(update={"id": name})
        path = free_run_dir(instance.model_copy(update={"settings": named}), scenario)
        assert path.parent == Path("results")
        assert path.name not in ("", ".", "..")
        assert len(os.fsencode(path.name)) <= 200


# -------------------------------------------------------------------- nothing checked, nothing true


def _edit(run: Path, change: dict[str, Any], *, drop: tuple[str, ...] = ()) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((run / "run.json").read_text(encoding="utf-8"))
    manifest = {key: value for key, value in (manifest | change).items() if key not in drop}
    (run / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    return manifest


SEVEN = ("instance", "instance_hash", "scenario", "objective", "num_projects", "num_selected")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"has_plan": False}, "has_plan"),
        ({"bound": 99.0}, "run.json"),
        ({"options": {}}, "run.json"),
        ({"termination": "time_limit"}, "run.json"),
        ({"solver": "oracle"}, "run.json"),
        ({"totals": {}}, "investment"),
        ({"state": "adopted"}, "run.json"),
        ({"files": {"../x": "0"}}, "../x"),
        ({"files": []}, "files"),
    ],
)
def test_an_edited_record_is_not_verified(
    call: Call, run_copy: Path, change: dict[str, Any], named: str
) -> None:
    _edit(run_copy, change)
    result = call("verify", run_copy, "--json")
    assert (result.code, result.data["verified"]) == (7, False)
    found = {v["subject"] for v in result.data["violations"] if v["law"] == "manifest"}
    assert named in found


def test_a_record_cut_to_a_few_keys_is_not_verified(call: Call, run_copy: Path) -> None:
    whole = _edit(run_copy, {})
    _edit(run_copy, {}, drop=tuple(set(whole) - {*SEVEN, "has_plan"}))
    result = call("verify", run_copy, "--json")
    assert (result.code, result.data["verified"]) == (7, False)
    found = {v["subject"] for v in result.data["violations"]}
    assert {"bound", "gap", "termination", "options", "totals", "solver", "verified"} <= found


def test_a_changed_file_is_named(call: Call, run_copy: Path) -> None:
    assert call("verify", run_copy, "--json").data["verified"] is True
    for name in ("rejected.csv", "targets.csv", "report.html"):
        path = run_copy / name
        before = path.read_bytes()
        path.write_bytes(before.replace(b"km" if name == "targets.csv" else "丙".encode(), b"x"))
        assert path.read_bytes() != before, name
        result = call("verify", run_copy, "--json")
        assert result.code == 7, name
        assert name in {v["subject"] for v in result.data["violations"]}
        path.write_bytes(before)
    (run_copy / "report.html").unlink()
    result = call("verify", run_copy)
    assert result.code == 7
    assert "report.html: missing" in result.err


@pytest.mark.parametrize("name", ["payments.csv", "debt.csv", "plan.json", "instance.json"])
def test_a_run_that_cannot_be_read_is_not_verified(call: Call, run_copy: Path, name: str) -> None:
    (run_copy / name).unlink()
    result = call("verify", run_copy, "--json")
    assert (result.code, result.data["verified"], result.data["checks"]) == (7, False, 0)
    assert name in {finding["file"] for finding in result.data["findings"]}
    assert "nothing was checked" in result.err


def test_where_there_is_no_run_verify_ends_with_3(call: Call, tmp_path: Path) -> None:
    assert call("verify", tmp_path / "nowhere", "--json").code == 3
    assert call("verify", tmp_path, "--json").code == 3


def test_a_dropped_column_is_placed(call: Call, run_copy: Path) -> None:
    lines = (run_copy / "debt.csv").read_text(encoding="utf-8-sig").splitlines()
    lines[0] = lines[0].replace("balance", "note_balance")
    (run_copy / "debt.csv").write_text("\n".join(lines), encoding="utf-8")
    result = call("verify", run_copy, "--json")
    assert result.code == 7
    first = result.data["findings"][0]
    assert (first["file"], first["row"], first["column"]) == ("debt.csv", 2, "balance")


def test_a_run_says_how_it_was_made(run_dir: Path) -> None:
    manifest = read_run(run_dir).manifest
    assert manifest["created"].endswith("+00:00")
    assert {"infraplan", "python", "numpy"} <= set(manifest["versions"])
    assert not {"product_version", "python"} & set(manifest)  # a version is stated once
    assert (manifest["seed"], manifest["threads"], manifest["parent"]) == (0, 1, None)
    assert manifest["state"] == "draft"
    assert manifest["run_hash"] == own_hash(manifest)
    written = {p.relative_to(run_dir).as_posix() for p in run_dir.rglob("*") if p.is_file()}
    assert set(manifest["files"]) == written - {"run.json"}


@pytest.mark.usefixtures("without_page")
def test_a_warm_start_is_the_parent(
    call: Call,
    run_dir: Path,
    instance_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    made = call("solve", instance_dir, "-o", "out/run", "--warm-start", run_dir, "--json")
    assert made.data["run_dir"] == "out/run"  # as it was asked for, not a path of this machine
    manifest = read_run(tmp_path / "out" / "run").manifest
    assert manifest["run_dir"] == "out/run"
    parent = manifest["parent"]
    assert parent == {"run_dir": str(run_dir), "run_hash": read_run(run_dir).manifest["run_hash"]}
