"""Runs whose time was over before all was explained: by deadlines that the test has passed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infraplan.models.catalogue import phrase
from infraplan.optimizer.analysis.binding import Binding, Finder
from infraplan.optimizer.cli import solve_commands
from infraplan.optimizer.engines.deadline import Afterwards, Deadline
from infraplan.optimizer.storage import write_instance
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_settings,
)
from tests.cli.conftest import Call

STAGES = ["read", "check", "build", "first_plan", "solve", "extract", "verify", "explain"]
"""Stages of a solve in their order, before report and writing."""


@pytest.fixture
def wet(tmp_path: Path) -> Path:
    """A town that a pipe gives water, and a second pipe that is not worth its cost."""
    instance = make_instance(
        [make_project("pipe", 1.0), make_project("spare", 50.0)],
        settings=make_settings((2021, 2023)),
        network_nodes=[
            make_node("well", "source", capacity=10.0),
            make_node("town", "zone"),
        ],
        network_links=[
            make_link("main", "well", "town", exists=False),
            make_link("other", "well", "town", exists=False),
        ],
        demands=[make_demand("taps", "town", 8.0, unserved_price=3.0)],
        project_network=[make_change("pipe", "main"), make_change("spare", "other")],
    )
    path = tmp_path / "wet.json"
    write_instance(instance, path)
    return path


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of 10 s that has a verified plan on disk after 1,000 s."""

    def now(deadline: Deadline, write_s: float, *, exact: bool = False) -> Afterwards:
        return Afterwards(Deadline(deadline.begin - 1000.0, 10.0), write_s, 1000.0, exact)

    monkeypatch.setattr(Afterwards, "now", staticmethod(now))


@pytest.mark.usefixtures("late")
def test_a_late_run_is_verified_and_says_what_it_lacks(
    call: Call, wet: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    result = call("solve", wet, "-o", run, "--json")
    assert result.code == 0
    assert result.data["verified"] is True
    told = [note["text_en"] for note in result.data["notes"] if note["kind"] == "unexplained"]
    assert told == [
        "nothing is explained: the time limit was used up by the solve",
        "explaining ended with its time: what 1 of the 1 project that changes a network is worth "
        "to it is not in the report; infraplan export RUN --to html works it out",
        "there is no report: its time was used up; infraplan export RUN --to html makes it",
    ]
    assert "there is no report: its time was used up" in result.err
    assert not (run / "report.html").exists()
    assert call("verify", run, "--json").data["verified"] is True
    # Made up later: the page, with what the pipe is worth.
    page = tmp_path / "page.html"
    assert call("export", run, "--to", "html", "-o", page).code == 0
    assert 'id="networks"' in page.read_text("utf-8")


@pytest.mark.usefixtures("late")
def test_the_demonstration_names_no_report_that_it_had_no_time_for(
    call: Call, wet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solve_commands, "find_demo_instance", lambda: wet)
    answer = call("demo", "-o", tmp_path / "demo")
    assert answer.code == 0
    assert not (tmp_path / "demo" / "report.html").exists()
    assert "there is no report" in answer.err
    assert "Report: " not in answer.out + answer.err


def test_a_run_in_time_has_its_report_and_states_its_stages(
    call: Call, wet: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    result = call("solve", wet, "-o", run, "--json")
    assert result.code == 0
    assert [note for note in result.data["notes"] if note["kind"] == "unexplained"] == []
    assert (run / "report.html").exists()
    manifest = json.loads((run / "run.json").read_text("utf-8"))
    assert list(manifest["stages"]) == [*STAGES, "report", "write", "other"]
    for spent in manifest["stages"].values():
        assert spent.keys() == {"clock_s", "cpu_s"}
    assert manifest["first_plan_s"] > 0.0
    assert call("verify", run, "--json").data["verified"] is True


def test_reasons_that_were_not_found_are_counted(
    monkeypatch: pytest.MonkeyPatch, call: Call, wet: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(Finder, "find", lambda *_: Binding("not_found"))
    notes = call("solve", wet, "-o", tmp_path / "run", "--json").data["notes"]
    told = [(note["text_en"], note["text_zh"]) for note in notes if note["kind"] == "unexplained"]
    assert told == [phrase("reasons-not-found-in-time", count=1, most=1).both]


def test_the_stages_are_shown_in_both_languages(call: Call, wet: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    call("solve", wet, "-o", run, "--json")
    shown = " ".join(call("show", run).out.split())
    assert "Seconds by the clock (of CPU): read " in shown
    assert "First plan after" in shown
    chinese = call("show", run, "--lang", "zh").out
    assert "各阶段用时（秒，括号内为CPU时间）：读取" in chinese


def test_a_run_of_before_has_no_stages(call: Call) -> None:
    run = Path(__file__).parents[1] / "data" / "v0_1" / "run"
    result = call("show", run)
    assert result.code == 0
    assert "Seconds by the clock" not in result.out
