"""`solve --objective`: what is solved is what the run holds, and no page calls years money."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.horizon import Objective
from infraplan.optimizer.storage import read_instance, write_instance
from tests.builders import make_instance, make_project
from tests.cli.conftest import Call


@pytest.fixture(scope="module")
def runs(call: Call, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs of one instance under both objectives."""
    folder = tmp_path_factory.mktemp("objective")
    projects = [
        make_project("a", 10.0, 9.0, lead_time=2, mandatory="must"),
        make_project("b", 5.0, 9.0, lead_time=1),
    ]
    write_instance(make_instance(projects), folder / "plan")
    found = {}
    for name in ("npv", "makespan"):
        found[name] = folder / name
        done = call("solve", folder / "plan", "--objective", name, "-o", found[name], "--json")
        assert done.code == 0, done.err
    return found


def test_the_run_holds_what_was_solved(call: Call, runs: dict[str, Path]) -> None:
    hashes = set()
    keys = []
    for name, run in runs.items():
        data = call("show", run, "--json").data["run"]
        assert read_instance(run / "instance.json").settings.objective == name
        assert call("verify", run, "--json").data["verified"] is True
        hashes.add(data["instance_hash"])
        keys.append(set(data))
        assert data["objective"] == (-2.0 if name == "makespan" else data["bound"])
    assert len(hashes) == 2
    assert keys[0] == keys[1]


def test_the_setting_of_the_instance_holds_where_no_option_is_given(
    call: Call, runs: dict[str, Path], tmp_path: Path
) -> None:
    question = runs["makespan"] / "instance.json"
    assert call("solve", question, "-o", tmp_path / "a", "--json").data["objective"] == -2.0
    other = call("solve", question, "--objective", "npv", "-o", tmp_path / "b", "--json").data
    assert other["objective"] > 0.0
    written = read_instance(tmp_path / "b" / "instance.json")
    assert written.settings.objective is Objective.NPV


@pytest.mark.parametrize(
    ("lang", "years", "money"),
    [
        ("en", "years until all that is", "net present value"),
        ("zh", "所需年数", "净现值"),
    ],
)
def test_no_page_calls_years_money(
    call: Call, runs: dict[str, Path], lang: str, years: str, money: str
) -> None:
    told = call("show", runs["makespan"], "--table", "summary", "--lang", lang).out
    assert years in told
    assert money not in told
    terms = call("show", runs["makespan"], "--table", "objective", "--lang", lang).out
    assert money not in terms
    assert "-2" in terms
    page = (runs["makespan"] / "report.html").read_text("utf-8")
    assert "2 years after 2021" in page
    assert "至2023年全部建成" in page
    assert "of net present value" not in page


def test_runs_of_both_objectives_stand_side_by_side(call: Call, runs: dict[str, Path]) -> None:
    both = call("compare", runs["npv"], runs["makespan"])
    assert "value by each run's own objective" in both.out
    assert "2 years to the last opening" in both.err  # the plan of npv under the other question
    assert "worth -" not in both.err
    chinese = call("compare", runs["npv"], runs["makespan"], "--lang", "zh").err
    assert "至最后建成2年" in chinese
    alike = call("compare", runs["makespan"], runs["makespan"]).out
    assert "minus the years to the last opening" in alike
