"""`infraplan equilibrium` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.storage import write_instance
from tests.builders import make_fund, make_inflows
from tests.cli.conftest import Call
from tests.optimizer.analysis.test_road_equilibrium import pigou


@pytest.fixture(scope="module")
def road_run(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run of Pigou's roads with money for the bypass."""
    folder = tmp_path_factory.mktemp("roads")
    money = {
        "funds": [make_fund()],
        "inflows": make_inflows("budget", 2021, 9.0, 0.0),
    }
    write_instance(pigou(**money), folder / "pigou")
    solved = call("solve", folder / "pigou", "-o", folder / "run", "--gap", "0", "--json")
    assert solved.code == 0, solved.err
    return folder / "run"


def test_as_json(road_run: Path, call: Call) -> None:
    data = call("equilibrium", road_run, "--json", "--gap", "1e-9").data
    assert (data["alpha"], data["beta"], data["gap"]) == (0.15, 4.0, 1e-9)
    (road,) = data["roads"]
    assert (road["network"], road["year"]) == ("t", 2022)
    assert road["before"]["total_travel_time"] == pytest.approx(200.0)
    assert road["with_plan"]["mean_minutes"] == pytest.approx(10.0)
    assert road["with_plan"]["relative_gap"] <= 1e-9
    assert {row["link"] for row in road["with_plan"]["links"]} == {"slow", "short"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_time_ends_it_and_each_state_says_how_sharp_it_is(
    road_run: Path, call: Call, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = call("equilibrium", road_run, "--json").data
    assert whole["ended_early"] is False
    monkeypatch.setattr(Deadline, "is_over", lambda *_: True)
    ended = call("equilibrium", road_run, "--json", "--gap", "1e-12", "--lang", lang)
    assert ended.code == 0
    assert ended.data["ended_early"] is True
    assert ("relative gap" if lang == "en" else "相对间隙") in ended.err
    assert [road["year"] for road in ended.data["roads"]] == [2022]
    assert call("equilibrium", road_run, "--time-limit", "0").code == 2


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("fastest way", "no way", "directed", "Fullest")), ("zh", ("用户均衡", "统一调度"))],
)
def test_as_tables(road_run: Path, call: Call, lang: str, words: tuple[str, ...]) -> None:
    shown = call("equilibrium", road_run, "--lang", lang)
    assert shown.code == 0
    for word in words:
        assert word in shown.out


def test_without_roads(road_run: Path, run_dir: Path, call: Call) -> None:
    none = call("equilibrium", run_dir, "--json")
    assert none.code == 2
    assert none.data["error"] == "NotThereError"
    assert "no transport network" in none.data["message"]
    wrong = call("equilibrium", road_run, "--network", "rail", "--json")
    assert wrong.code == 2
    assert "rail" in wrong.data["message"]
