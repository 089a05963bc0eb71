"""What a solve tells while it runs, by a clock that the test turns."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.cli import progress as module
from infraplan.optimizer.cli.output import Output
from infraplan.optimizer.cli.progress import State, showing
from infraplan.optimizer.engines.deadline import Deadline
from tests.cli.conftest import Call

pytestmark = pytest.mark.by_seconds


@pytest.fixture
def at_7_s(monkeypatch: pytest.MonkeyPatch) -> Deadline:
    """A limit of 10 s, 7 s after it began."""
    monkeypatch.setattr(work_clock, "time", SimpleNamespace(perf_counter=lambda: 107.0))
    return Deadline(100.0, 10.0)


def test_a_state_keeps_the_best_of_all_stages(at_7_s: Deadline) -> None:
    state = State(at_7_s, "solve")
    state.take(Progress(1.0, 90.0, 120.0, 30.0 / 90.0))
    state.take(Progress(2.0, 80.0, None, None))  # a later stage that knows less
    state.take(Progress(3.0, None, 110.0, None))
    assert state.data() == {
        "step": "solve",
        "stage": None,
        "elapsed_s": 7.0,
        "time_left_s": 3.0,
        "objective": 90.0,
        "bound": 110.0,
        "gap": pytest.approx(20.0 / 90.0),
    }
    assert str(state.line()) == ("   7.0 s  best 90.0000  bound 110.0000  gap 22.222 %  left 3 s")
    assert state.line().zh.endswith("剩余 3 秒")


def test_what_the_finished_plan_is_worth_counts(at_7_s: Deadline) -> None:
    """A plan told on the way may not have held, where numbers span too much."""
    state = State(at_7_s, "solve")
    state.take(Progress(1.0, 90.0, 95.0, None))
    state.take(Progress(2.0, 80.0, 120.0, 0.5, is_final=True))
    assert (state.data()["objective"], state.data()["bound"]) == (80.0, 120.0)
    assert state.data()["gap"] == pytest.approx(0.5)
    state.take(Progress(3.0, None, None, None, is_final=True))  # the plan broke a law
    assert state.data()["objective"] is None


def test_a_value_of_nothing_has_no_relative_gap(at_7_s: Deadline) -> None:
    state = State(at_7_s)
    state.take(Progress(1.0, 0.0, 5.0, 5e9))
    assert state.data()["gap"] is None
    assert "gap 5.0000 " in str(state.line())


def test_a_file_hears_though_no_solver_says_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TELL_EVERY_S", 0.01)
    path = tmp_path / "progress"
    with showing(Output(as_json=True, lang="en"), Deadline.after(60.0), path) as (_, step):
        step("solve")
        while len(path.read_text(encoding="utf-8").splitlines()) < 5:
            pass  # ends by itself: a ticker that tells nothing would hang the test
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    steps = [line["step"] for line in lines]
    assert steps[0] == "read"  # at once, whatever is loaded first
    assert steps[-1] == "solve"
    assert set(steps) == {"read", "solve"}
    assert [line["elapsed_s"] for line in lines] == sorted(line["elapsed_s"] for line in lines)


def test_lines_of_a_solve(call: Call, instance_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    result = call("solve", instance_dir, "-o", tmp_path / "run", "--progress", path, "--json")
    assert result.code == 0
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines[0]["step"] == "read"
    assert list(dict.fromkeys(line["step"] for line in lines))[:2] == ["read", "solve"]
    assert lines[-1]["step"] == "write"
    assert lines[-1]["objective"] == pytest.approx(result.data["objective"])


def test_lines_that_cannot_be_written(call: Call, instance_dir: Path, tmp_path: Path) -> None:
    place = tmp_path / "nowhere" / "progress"
    result = call("solve", instance_dir, "-o", tmp_path / "run", "--progress", place, "--json")
    assert result.code == 1
    assert str(place) in result.err
