"""`infraplan frontier` and `infraplan sweep`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.horizon import Objective
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.cli import repeated_solves, sweep_commands
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.report.sweep_tables import explanations_table
from infraplan.optimizer.storage import read_instance, write_instance
from infraplan.optimizer.sweeps.frontier import Frontier
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.scenario_matrix import ScenarioRow
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_relation,
)
from tests.cli.conftest import Call, small

pytestmark = pytest.mark.usefixtures("without_page")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Worth 5, 8 and 9 net of costs 1, 4 and 9, in one year of choice and one of service."""
    path = tmp_path_factory.mktemp("three") / "three.json"
    projects = [make_project("a", 1, 6), make_project("b", 4, 12), make_project("c", 9, 18)]
    write_instance(make_instance(projects, years=(2021, 2022)), path)
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_frontier_prints_points_and_writes_them(call: Call, three: Path, tmp_path: Path) -> None:
    out = tmp_path / "f"
    found = call("frontier", three, "--points", "2", "--gap", "0", "-o", out, "--json")
    assert found.code == 0, found.err
    data = found.data
    assert [(row["x"], row["y"]) for row in data["points"]] == [
        (0.0, 0.0),
        (5.0, 13.0),
        (14.0, 22.0),
    ]
    assert data["points"][1]["enters"] == ["a", "b"]
    assert all(row["verified"] for row in data["points"])
    assert all(row["y_bound"] == pytest.approx(row["y"]) for row in data["points"])
    assert data["knees"] == [1]  # 13 of 22 with 5 of 14: 0.23 above the line
    assert call("verify", data["points"][1]["run_dir"]).code == 0
    rows = table(out / "frontier.csv")
    assert [row["x"] for row in rows] == ["0.0", "5.0", "14.0"]
    assert rows[2]["enters"] == "c"
    assert (out / rows[2]["run_dir"] / "run.json").is_file()


def test_frontier_speaks_both_languages(call: Call, three: Path, tmp_path: Path) -> None:
    english = call("frontier", three, "--points", "1", "-o", tmp_path / "en")
    assert "what one more unit is worth" in " ".join(english.out.split())
    assert "1 of 3: free-" in english.err
    chinese = call("frontier", three, "--points", "1", "-o", tmp_path / "zh", "--lang", "zh")
    assert "权衡前沿" in chinese.out
    assert "结果与表格：" in chinese.err


def test_frontier_resumes_byte_for_byte(call: Call, three: Path, tmp_path: Path) -> None:
    out, asked = tmp_path / "f", ("frontier", three, "--points", "2", "-o", tmp_path / "f")
    assert call(*asked).code == 0
    before = (out / "frontier.csv").read_bytes()
    lines = (out / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (out / "journal.jsonl").write_bytes(lines[0] + lines[1][:30])
    (out / "frontier.csv").unlink()
    assert call(*asked).code == 2
    again = call(*asked, "--resume")
    assert again.code == 0
    assert "1 finished solve was found" in again.err
    assert (out / "frontier.csv").read_bytes() == before


def test_runs_and_journal_lie_where_they_are_asked_for(
    call: Call, three: Path, tmp_path: Path
) -> None:
    out, kept = tmp_path / "f", tmp_path / "kept"
    asked = ("frontier", three, "--points", "1", "-o", out, "--journal", kept)
    assert call(*asked).code == 0
    before = (out / "frontier.csv").read_bytes()
    assert [path.name for path in out.iterdir()] == ["frontier.csv"]
    assert all((out / row["run_dir"] / "run.json").is_file() for row in table(out / "frontier.csv"))
    assert call(*asked).code == 2
    assert call("frontier", three, "-o", out, "--journal", tmp_path / "new").code == 2
    again = call(*asked, "--resume")
    assert "3 finished solves were found" in again.err
    assert (out / "frontier.csv").read_bytes() == before


def test_an_unknown_axis_names_those_there_are(call: Call, three: Path, tmp_path: Path) -> None:
    found = call("frontier", three, "--x", "beauty", "-o", tmp_path / "f")
    assert found.code == 2
    assert "There is no beauty to set value against; there are: budget." in found.err
    assert not (tmp_path / "f").exists()
    assert call("frontier", three, "--y", "km", "-o", tmp_path / "f").code == 2


@pytest.fixture(scope="module")
def either(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Either b, worth 8, or c, worth 6 and, where it is cheap, 14.5; and a, worth 5."""
    path = tmp_path_factory.mktemp("either") / "either.json"
    projects = [make_project("a", 1, 6), make_project("b", 4, 12), make_project("c", 9, 15)]
    change = Change(table="projects", where={"id": "c"}, field="overnight_cost", value=0.5)
    instance = make_instance(
        projects,
        relations=[make_relation("exclusive", ["b", "c"])],
        years=(2021, 2022),
        scenarios=[Scenario(id="cheap", probability=0.25, changes=(change,))],
    )
    write_instance(instance, path)
    return path


def test_sweep_holds_each_plan_under_the_other_scenarios(
    call: Call, either: Path, tmp_path: Path
) -> None:
    out = tmp_path / "s"
    found = call("sweep", either, "--gap", "0", "-o", out, "--json")
    assert found.code == 0, found.err
    data = found.data
    best = {row["scenario"]: row["objective"] for row in data["scenarios"]}
    assert best == {"": pytest.approx(13.0), "cheap": pytest.approx(19.5)}
    held = {(row["plan"], row["scenario"]): row for row in data["held"]}
    assert held["", "cheap"]["value"] == pytest.approx(13.0)
    assert held["", "cheap"]["regret"] == pytest.approx(6.5)
    assert held["cheap", ""]["value"] == pytest.approx(11.0)
    assert data["least_regret"] == {"plan": "cheap", "max_regret": pytest.approx(2.0)}
    # Three quarters as it stands, one quarter cheap.
    assert data["expected"] == {"": pytest.approx(13.0), "cheap": pytest.approx(13.125)}
    assert data["wait_and_see"] == pytest.approx(0.75 * 13.0 + 0.25 * 19.5)
    # One phase: all is decided now, and the best plan that is held is worth 13.125.
    stages = data["two_stage"]
    assert stages["value"] == pytest.approx(13.125)
    assert stages["bound"] == pytest.approx(13.125)
    assert stages["vss"] == pytest.approx(0.125)
    assert stages["evpi"] == pytest.approx(1.5)
    assert stages["joint"]
    assert stages["best"] in {"two stages", "cheap"}
    paths = {row["path"]: row for row in stages["paths"]}
    assert set(paths) == {"two stages", "", "cheap"}
    assert all(cell["verified"] for row in paths.values() for cell in row["scenarios"])
    assert call("verify", paths[""]["scenarios"][1]["run_dir"]).code == 0
    (first,) = [row for row in table(out / "paths.csv") if row["path"] == "as it stands"]
    assert (first["as it stands"], first["cheap"]) == ("13.0", "13.0")
    assert len(table(out / "held.csv")) == 4
    told = call("sweep", either, "-o", tmp_path / "t")
    assert "The plan made for “cheap” loses least" in told.err
    assert "To know the scenario before would be worth: 1.5" in told.err
    chinese = call("sweep", either, "-o", tmp_path / "z", "--lang", "zh", "--no-hold")
    assert "首期先定、后期视情景而定的期望价值：13.1250" in chinese.err
    none = call("sweep", either, "-o", tmp_path / "n", "--json", "--no-hold", "--no-two-stage")
    assert none.data["two_stage"] is None


def test_probabilities_may_be_asked_for(call: Call, either: Path, tmp_path: Path) -> None:
    asked = ("sweep", either, "--gap", "0", "--no-hold", "--json")
    equal = call(*asked, "--probabilities", "equal", "-o", tmp_path / "e").data
    assert [row["probability"] for row in equal["scenarios"]] == [None, 0.5]
    # Alike likely: the plan made for "cheap", worth 11 and 19.5, is better than 13 in both.
    assert equal["two_stage"]["value"] == pytest.approx(0.5 * 11.0 + 0.5 * 19.5)
    sure = call(*asked, "--probabilities", "cheap=1", "-o", tmp_path / "s").data
    assert sure["two_stage"]["value"] == pytest.approx(19.5)
    wrong = ("dear=0.2", "cheap=2", "cheap", "cheap=0.5,cheap=0.2", "", "cheap=nan")
    for number, text in enumerate(wrong):
        found = call(*asked, "--probabilities", text, "-o", tmp_path / f"w{number}")
        assert found.code == 2, text


def test_a_plan_that_another_scenario_forbids_is_not_possible_there(
    call: Call, instance_dir: Path, tmp_path: Path
) -> None:
    found = call("sweep", instance_dir, "-o", tmp_path / "s", "--json").data
    # A tenth of the money does not serve the old debt: no plan, so nothing to hold there.
    assert [row["objective"] is None for row in found["scenarios"]] == [False, True]
    assert [(row["plan"], row["scenario"]) for row in found["held"]] == [("", "")]


def test_scenarios_may_have_names_that_tables_and_runs_use(call: Call, tmp_path: Path) -> None:
    names = ("path", "same_as", "as-it-stands")
    cost = [
        Change(table="projects", where={"id": "b"}, field="overnight_cost", value=value)
        for value in (11.0, 1.0, 5.0)
    ]
    instance = make_instance(
        [make_project("b", 4, 12), make_project("c", 9, 15)],
        relations=[make_relation("exclusive", ["b", "c"])],
        scenarios=[
            Scenario(id=name, probability=0.2, changes=(change,))
            for name, change in zip(names, cost, strict=True)
        ],
    )
    write_instance(instance, tmp_path / "i.json")
    found = call("sweep", tmp_path / "i.json", "-o", tmp_path / "s", "--json", "--no-hold")
    assert found.code == 0, found.err
    rows = {row["path"]: row for row in table(tmp_path / "s" / "paths.csv")}
    # One project a plan: the bounds of the scenarios prove a path, and no joint program is solved.
    assert set(rows) == {"as it stands", *names}
    assert found.data["two_stage"]["joint"] is False
    for told in found.data["two_stage"]["paths"]:
        row = rows[told["path"] or "as it stands"]
        values = {cell["scenario"]: cell["value"] for cell in told["scenarios"]}
        assert float(row["scenario path"]) == values["path"]
        assert float(row["scenario same_as"]) == values["same_as"]
        assert float(row["as-it-stands"]) == values["as-it-stands"]


def test_where_a_scenario_that_counts_has_no_plan_nothing_is_expected(
    call: Call, tmp_path: Path
) -> None:
    """A sum without its part would pass for an expected value."""
    must = [
        Change(table="projects", where={"id": n}, field="mandatory", value="must") for n in "bc"
    ]
    instance = make_instance(
        [make_project("b", 4, 12), make_project("c", 9, 15)],
        relations=[make_relation("exclusive", ["b", "c"])],
        years=(2021, 2022),
        scenarios=[Scenario(id="both", probability=0.25, changes=tuple(must))],
    )
    write_instance(instance, tmp_path / "i.json")
    found = call("sweep", tmp_path / "i.json", "-o", tmp_path / "s", "--json")
    assert found.code == 0
    assert (found.data["expected"], found.data["wait_and_see"]) == ({}, None)
    assert found.data["two_stage"] is None
    assert "No plan under scenarios that have a probability: both." in found.err


def test_a_stopped_list_of_solves_says_what_it_keeps(
    call: Call, either: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "s"

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sweep_commands, "hold_plans", stop)
        stopped = call("sweep", either, "-o", out, "--json")
        chinese = call("sweep", either, "-o", out, "--resume", "--lang", "zh")
    assert (stopped.code, chinese.code) == (5, 5)
    assert stopped.data["message"] == (
        f"Stopped. Finished solves that are kept in {out}: 2; the same command with --resume goes "
        "on from there."
    )
    assert f"已中断。已完成的2次求解保存在{out}；原命令加--resume可从此处继续。" in chinese.err
    monkeypatch.setattr(sweep_commands, "solve_scenarios", stop)
    nothing = call("sweep", either, "-o", tmp_path / "n")
    assert "Stopped before there was anything to keep." in nothing.err


def test_sweep_takes_scenarios_by_name(call: Call, instance_dir: Path, tmp_path: Path) -> None:
    asked = ("sweep", instance_dir, "-o", tmp_path / "s", "--scenarios")
    wrong = call(*asked, "poor,rich,old")
    assert wrong.code == 2
    assert "There is no scenario rich, old; there are: poor." in wrong.err
    found = call(*asked, "poor", "--no-hold", "--json")
    assert [row["scenario"] for row in found.data["scenarios"]] == ["", "poor"]
    assert "held" not in found.data


@pytest.mark.parametrize("command", ["frontier", "sweep", "explain"])
def test_a_solver_that_is_not_installed_is_told_first(
    command: str, call: Call, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> None:
        raise SolverUnavailableError(f"{name} is not installed")

    monkeypatch.setattr(repeated_solves, "solver_entry", fail)
    what = (three, "a") if command == "explain" else (three,)
    found = call(command, *what, "--solver", "highs", "-o", tmp_path / "f")
    assert found.code == 6
    assert not (tmp_path / "f").exists()


def test_no_plan_in_time_has_its_code(
    call: Call, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = JobResult("free", "", "free", "", 5, "time_limit")
    monkeypatch.setattr(
        sweep_commands,
        "find_frontier",
        lambda *_: Frontier((), (), (), (), is_complete=False),
    )
    monkeypatch.setattr(
        sweep_commands, "solve_scenarios", lambda *_: (ScenarioRow("", None, nothing),)
    )
    assert call("frontier", three, "-o", tmp_path / "f").code == 5
    assert call("sweep", three, "-o", tmp_path / "s").code == 5


def test_explain_says_why_and_what_would_turn_it(call: Call, three: Path, tmp_path: Path) -> None:
    instance = make_instance(
        [make_project("a", 1, 6), make_project("z", 9, 6, name_en="Bridge", name_zh="大桥")],
        years=(2021, 2022),
    )
    write_instance(instance, tmp_path / "i.json")
    assert call("solve", tmp_path / "i.json", "--gap", "0", "-o", tmp_path / "r").code == 0
    found = call("explain", tmp_path / "r", "z", "-o", tmp_path / "e", "--json")
    assert found.code == 0, found.err
    (row,) = found.data["projects"]
    assert (row["state"], row["reason"], row["forced"]) == ("out", "own_value", "feasible")
    assert row["loss"] == pytest.approx(3.0)
    assert row["binding"][0]["rule"] == "value"
    changes = {change["kind"]: change for change in row["smallest_change"]}
    assert all(change["confirmed"] for change in changes.values())
    assert changes["benefit"]["from"] == pytest.approx(6.0)
    assert 9.0 <= changes["benefit"]["to"] <= 9.0 + 3.0 * 0.021
    assert 6.0 - 3.0 * 0.021 <= changes["cost"]["to"] <= 6.0
    assert [line["kind"] for line in table(tmp_path / "e" / "turning_points.csv")] == [
        "benefit",
        "cost",
    ]
    chinese = call("explain", tmp_path / "r", "z", "-o", tmp_path / "e", "--resume", "--lang", "zh")
    assert "大桥：若纳入，方案价值减少3.0000" in chinese.err
    assert "效益低于费用" in chinese.out.replace("\n", "")
    both = call("explain", tmp_path / "r", "--all", "-o", tmp_path / "all", "--json")
    assert [row["project"] for row in both.data["projects"]] == ["z"]
    assert both.data["projects"][0]["loss"] == pytest.approx(3.0)


def test_explain_tells_why_not_earlier(call: Call, tmp_path: Path) -> None:
    """Money for the bridge comes in 2022; earlier, it drives the works to 2022, which loses 2."""
    instance = make_instance(
        [
            make_project("a", 5, 8, name_en="Water works", name_zh="水厂"),
            make_project("b", 5, 6, name_en="Bridge", name_zh="大桥"),
            make_project("c", 0, 5, earliest_start=2022, name_en="Weir", name_zh="水闸"),
            make_project("d", 0, 5, name_en="Lock", name_zh="船闸"),
        ],
        relations=[make_relation("finish_to_start", ["c"], ["d"])],
        funds=[make_fund(name_en="Own money", name_zh="自有资金")],
        inflows=[r for y in (2021, 2022) for r in make_inflows("budget", y, 5.0)],
        years=(2021, 2023),
    )
    write_instance(instance, tmp_path / "i.json")
    assert call("solve", tmp_path / "i.json", "--gap", "0", "-o", tmp_path / "r").code == 0
    asked = ("explain", tmp_path / "r", "b", "d", "--tries", "2", "-o", tmp_path / "e")
    found = call(*asked, "--json")
    assert found.code == 0, found.err
    earlier = {row["project"]: row["earlier"] for row in found.data["projects"]}
    assert [row["reason"] for row in earlier.values()] == ["money", "prerequisite"]
    assert [row["start"] for row in earlier.values()] == [2022, 2023]
    assert [row["forced"] for row in earlier.values()] == ["feasible", "infeasible"]
    assert earlier["b"]["loss_low"] == pytest.approx(2.0)
    assert earlier["b"]["loss_high"] == pytest.approx(2.0)
    lines = {row["project"]: row for row in table(tmp_path / "e" / "explained.csv")}
    assert [row["earlier_reason"] for row in lines.values()] == [
        row["reason"] for row in earlier.values()
    ]
    assert lines["b"]["earlier_rule"] == "fund_balance:budget"
    assert float(lines["b"]["earlier_loss"]) == pytest.approx(2.0)
    english = call(*asked, "--resume")
    shown = " ".join(english.out.split())
    assert "Why built projects do not start earlier" in shown
    assert "Bridge │ 2022 │ money │ cash is missing:" in shown
    assert "│ 2.00 │ 2.00" in shown
    assert "Lock │ 2023 │ waits for another │ waits for a" in shown
    told = " ".join(english.err.split())
    assert "Started before 2022, the plan would be worth 2.0000 x CNY less" in told
    assert "Where it starts before 2023, no plan obeys all rules" in told
    chinese = call(*asked, "--resume", "--lang", "zh")
    for words in ("入选项目为何不提前开工", "资金不足：自有资金", "须待前置项目"):
        assert words in chinese.out
    assert "若早于2022年开工，方案价值减少2.0000元" in chinese.err.replace("\n  ", "")

    every = ("explain", tmp_path / "r", "--all", "-o", tmp_path / "all")
    found = call(*every, "--json")
    assert found.code == 0, found.err
    assert {row["project"]: row["reason"] for row in found.data["earlier"]} == {
        "a": "no_window",
        "b": "money",
        "c": "no_window",
        "d": "prerequisite",
    }
    lines = {row["project"]: row for row in table(tmp_path / "all" / "not_earlier.csv")}
    assert lines["b"]["rule"] == "fund_balance:budget"
    chinese = call(*every, "--resume", "--lang", "zh")
    for words in ("入选项目为何不提前开工", "资金不足：自有资金", "须待前置项目"):
        assert words in chinese.out


def test_explain_tells_what_is_worth_apart_from_what_is_possible(
    call: Call, tmp_path: Path
) -> None:
    """5 do not pay for the tunnel, which loses as well: two facts that do not contradict."""
    instance = make_instance(
        [make_project("a", 1, 6), make_project("t", 9, 1, name_en="Tunnel", name_zh="隧道")],
        funds=[make_fund(name_en="Own money", name_zh="自有资金")],
        inflows=make_inflows("budget", 2021, 5.0),
        years=(2021, 2022),
    )
    write_instance(instance, tmp_path / "i.json")
    assert call("solve", tmp_path / "i.json", "--gap", "0", "-o", tmp_path / "r").code == 0
    every = call("explain", tmp_path / "r", "--all", "--lang", "zh", "-o", tmp_path / "all")
    told = every.err.replace("\n", "").replace(" ", "")
    assert "隧道：没有含此项目且满足全部约束的方案。即使放开约束，其效益也低于费用。" in told
    assert "与之冲突的约束" not in told
    named = call("explain", tmp_path / "r", "t", "-o", tmp_path / "one")
    words = " ".join(named.err.split())
    assert "no plan obeys all rules with it; what stands against it: cash is missing" in words
    assert "Even where the rules made room for it, it would cost more than it brings." in words
    found = call("explain", tmp_path / "r", "t", "-o", tmp_path / "one", "--resume", "--json")
    rules = [row["rule"] for row in found.data["projects"][0]["binding"]]
    assert rules == ["value", "fund_balance"]


def test_explain_tells_money_and_duties(call: Call, tmp_path: Path) -> None:
    """4 pay for x (worth 4); y, worth 3, comes in with 4 more; m must be built and loses 1."""
    instance = make_instance(
        [
            make_project("x", 4, 8, latest_start=2021),
            make_project("y", 4, 7, latest_start=2021, name_en="Tunnel", name_zh="隧道"),
            make_project("m", 1, 0, latest_start=2021, mandatory="must"),
        ],
        funds=[make_fund(name_en="Own money", name_zh="自有资金")],
        inflows=make_inflows("budget", 2021, 5.0),
        years=(2021, 2022),
    )
    write_instance(instance, tmp_path / "i.json")
    assert call("solve", tmp_path / "i.json", "--gap", "0", "-o", tmp_path / "r").code == 0
    asked = ("explain", tmp_path / "r", "y", "--duties", "-o", tmp_path / "e")
    found = call(*asked, "--json")
    assert found.code == 0, found.err
    (row,) = found.data["projects"]
    assert row["reason"] == "money"
    assert [(b["rule"], b["key"], b["year"]) for b in row["binding"]] == [
        ("fund_balance", "budget", 2021)
    ]
    first = row["smallest_change"][0]
    assert (first["kind"], first["table"], first["row"], first["column"]) == (
        "budget",
        "inflows",
        "budget/2021",
        "value",
    )
    assert first["confirmed"]
    assert first["proven_smallest"]
    # With less, x is worth more in the place of y.
    assert 9.0 <= first["to"] <= 5.0 + 4.0 * 1.021
    (duty,) = found.data["duties"]
    assert (duty["kind"], duty["row"]) == ("must_do", "m")
    assert duty["price"] == pytest.approx(1.0)
    assert len(table(tmp_path / "e" / "duties.csv")) == 1
    chinese = call(*asked, "--resume", "--lang", "zh")
    assert "自有资金2021年资金流入由5.0000变为" in chinese.err
    assert "已证明在2%以内为最小改动" in chinese.err
    assert "必建项目" in chinese.out
    english = call(*asked, "--resume")
    assert "comes into Own money in 2021 in the place of 5.0000" in english.err


@pytest.mark.parametrize("command", ["explain", "alternatives", "move-money"])
def test_years_are_no_money(command: str, call: Call, three: Path, tmp_path: Path) -> None:
    call("solve", three, "--objective", "makespan", "-o", tmp_path / "years")
    what = ("a",) if command == "explain" else ()
    told = call(command, tmp_path / "years", *what, "-o", tmp_path / "x")
    assert told.code == 6
    assert f"`{command}` tells losses and gains in money" in told.err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("command", ["frontier", "sweep"])
def test_an_instance_that_asks_for_years_is_refused(
    command: str, call: Call, three: Path, tmp_path: Path
) -> None:
    asked = read_instance(three)
    settings = asked.settings.model_copy(update={"objective": Objective.MAKESPAN})
    write_instance(asked.with_tables(settings=settings), tmp_path / "years.json")
    told = call(command, tmp_path / "years.json", "-o", tmp_path / "x", "--lang", "zh")
    assert told.code == 6
    assert "净现值" in told.err


def test_a_second_axis_makes_three_criteria(call: Call, tmp_path: Path) -> None:
    projects = [
        make_project("a", 4, 9, outputs={"km": 3.0}),
        make_project("b", 2, 9),
    ]
    write_instance(make_instance(projects, years=(2021, 2022)), tmp_path / "i.json")
    asked = ("frontier", tmp_path / "i.json", "--every", "--gap", "0", "-o", tmp_path / "f")
    found = call(*asked, "--z", "km", "--json")
    assert found.code == 0, found.err
    assert (found.data["x"], found.data["z"], found.data["y"]) == ("budget", "km", "npv")
    # b alone is worth 7, a alone 5 with 3 km: the one before both has no fewer kilometres.
    sides = [(row["x"], row["z"], row["y"]) for row in found.data["points"]]
    assert sides == [(0.0, 0.0, 0.0), (2.0, 0.0, 7.0), (4.0, 3.0, 5.0), (6.0, 3.0, 12.0)]
    last = found.data["points"][-1]
    assert (last["before"], last["enters"], last["price"]) == (2, ["b"], pytest.approx(7 / 2))
    assert found.data["complete"]
    row = table(tmp_path / "f" / "frontier.csv")[-1]
    assert (row["z"], row["before"]) == ("3.0", "2")
    shown = call(*asked, "--z", "km", "--resume", "--lang", "zh")
    assert "第二数量" in "".join(shown.out.split("\n")[1:5])
    assert max(map(len, call(*asked, "--z", "km", "--resume").out.splitlines())) <= 80
    for z in ("beauty", "budget"):
        wrong = call("frontier", tmp_path / "i.json", "--z", z, "-o", tmp_path / "g")
        assert wrong.code == 2
        assert "km" in wrong.err


def test_an_output_may_be_best(call: Call, tmp_path: Path) -> None:
    projects = [
        make_project("a", 4, 9, outputs={"km": 3.0}),
        make_project("b", 2, 9, outputs={"homes": 1.0}),
    ]
    write_instance(make_instance(projects, years=(2021, 2022)), tmp_path / "i.json")
    asked = ("frontier", tmp_path / "i.json", "--points", "1", "--gap", "0", "-o", tmp_path / "f")
    found = call(*asked, "--y", "km", "--json")
    assert found.code == 0, found.err
    assert found.data["y"] == "km"
    assert [(row["x"], row["y"], row["y_bound"]) for row in found.data["points"]] == [
        (0.0, 0.0, 0.0),
        (6.0, 3.0, 3.0),
    ]
    assert [row["value"] for row in found.data["points"]] == [0.0, 12.0]
    assert table(tmp_path / "f" / "frontier.csv")[1]["value"] == "12.0"
    shown = call(*asked, "--y", "km", "--resume", "--lang", "zh")
    assert "产出" in shown.out
    for y in ("beauty", "km"):
        refused = call(*asked, "--x", "km", "--y", y, "--json")
        assert refused.code == 2
        assert refused.data["message"].startswith(f"{y} cannot be best beside --x km")
        assert "npv" in refused.data["message"]


def test_an_explanation_that_was_not_found_in_time_says_so() -> None:
    """No reason and no bounds: words, not a blank beside `in`."""
    row = {"project": "a", "state": "in", "reason": "", "loss_low": None, "loss_high": None}
    rows: list[dict[str, Any]] = [row | {"smallest_change": []}]
    frame = explanations_table(small(), rows).frame
    assert frame["why_in_a_word_en"][0] == "not found out in the time given"
    assert frame["why_in_a_word_zh"][0] == "限定时间内未求出"
    known = explanations_table(small(), [rows[0] | {"loss_low": 0.0}]).frame
    assert known["why_in_a_word_en"][0] == ""
