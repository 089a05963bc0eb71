"""The commands: exit codes, JSON, files, languages."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len

from infraplan.models.project import Mandate
from infraplan.models.rule_sets import RULE_SETS
from infraplan.optimizer.report.terminal import TABLE_KINDS
from infraplan.optimizer.storage import read_instance, write_instance
from tests.builders import (
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_policy,
    make_project,
)
from tests.cli.conftest import Call

KEYS = {
    "run_dir",
    "instance",
    "instance_hash",
    "scenario",
    "engine",
    "solver",
    "termination",
    "solution_state",
    "objective",
    "bound",
    "gap",
    "runtime_s",
    "build_s",
    "num_projects",
    "num_selected",
    "verified",
}
FILES = {
    "run.json",
    "plan.json",
    "schedule.csv",
    "phases.csv",
    "cashflow.csv",
    "debt.csv",
    "service.csv",
    "targets.csv",
    "objective.csv",
    "rejected.csv",
    "report.html",
}


def test_solve_prints_one_object_and_writes_the_run(
    call: Call, run_dir: Path, instance_dir: Path
) -> None:
    again = call("solve", instance_dir, "-o", run_dir.parent / "again", "--gap", "0", "--json")
    data = again.data
    assert again.code == 0
    assert set(data) >= KEYS
    assert data["verified"] is True
    assert data["termination"] == "optimal"
    assert data["gap"] <= 1e-9
    assert data["num_projects"] == 3
    assert {path.name for path in run_dir.iterdir()} >= FILES
    first = json.loads((run_dir / "run.json").read_text(encoding="utf-8"))
    assert first["objective"] == pytest.approx(data["objective"])
    for name in ("schedule.csv", "payments.csv", "debt.csv", "objective.csv"):
        same = (run_dir / name).read_bytes() == (run_dir.parent / "again" / name).read_bytes()
        assert same, f"{name} differs between two runs of the same options"


@pytest.mark.parametrize("solver", ["cbc", "scip"])
def test_other_solvers_find_the_same_optimum(
    call: Call, run_dir: Path, instance_dir: Path, solver: str
) -> None:
    other = run_dir.parent / solver
    result = call("solve", instance_dir, "-o", other, "--gap", "0", "--solver", solver, "--json")
    best = json.loads((run_dir / "run.json").read_text(encoding="utf-8"))["objective"]
    assert result.data["objective"] == pytest.approx(best, rel=1e-6)
    assert (other / "schedule.csv").read_bytes() == (run_dir / "schedule.csv").read_bytes()


def test_a_scenario_is_solved_by_name(call: Call, instance_dir: Path, tmp_path: Path) -> None:
    result = call("solve", instance_dir, "--scenario", "poor", "-o", tmp_path / "poor", "--json")
    assert result.code in {0, 4}
    assert result.data["scenario"] == "poor"
    unknown = call("solve", instance_dir, "--scenario", "rich", "-o", tmp_path / "x", "--json")
    assert unknown.code == 3
    assert "poor" in unknown.data["findings"][0]["advice"]


def test_verify_passes_and_every_kind_of_change_fails(
    call: Call, run_dir: Path, tmp_path: Path
) -> None:
    assert call("verify", run_dir, "--json").data["verified"] is True

    def changed(name: str, column: str, change: float) -> set[str]:
        copy = tmp_path / f"{name}-{column}"
        shutil.copytree(run_dir, copy)
        path = copy / name
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        row = next(r for r in rows if r[column] not in {"", "0.0"})
        row[column] = repr(type(change)(float(row[column]) + change))
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        result = call("verify", copy, "--json")
        assert result.code == 7
        return {violation["law"] for violation in result.data["violations"]}

    assert changed("schedule.csv", "start", 1)
    assert "sources_uses" in changed("payments.csv", "amount", 0.5)
    assert "debt" in changed("debt.csv", "balance", 0.25)
    assert "fund_balance" in changed("cashflow.csv", "closing", 0.25)
    assert changed("objective.csv", "value", 0.25) & {"benefit", "construction", "objective"}
    assert "target" in changed("targets.csv", "achieved", 1.0)


def test_verify_checks_the_numbers_of_run_json(call: Call, run_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run_dir, copy)
    manifest = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    manifest["objective"] += 1.0
    (copy / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = call("verify", copy, "--json")
    assert result.code == 7
    assert any(v["law"] == "manifest" for v in result.data["violations"])


def test_an_infeasible_instance_names_the_conflict(call: Call, tmp_path: Path) -> None:
    """Must-do works of 10 against a budget of 6; old debt above its ceiling beside it."""
    instance = make_instance(
        [make_project("school", 10, 10, mandatory=Mandate.MUST, name_en="School", name_zh="学校")],
        policies=[make_policy("spend_cap", 6.0, name_en="Budget 2021-2024", name_zh="四年预算")],
    )
    write_instance(instance, tmp_path / "poor")
    result = call("solve", tmp_path / "poor", "-o", tmp_path / "run", "--json")
    assert result.code == 4
    data = result.data
    assert data["objective"] is None
    assert data["bound"] is None
    assert {c["rule"] for c in data["conflicts"]} == {"mandate:school", "policy:spend_cap"}
    texts = " ".join(c["text_en"] for c in data["conflicts"])
    assert "School must be built" in texts
    assert "Budget 2021-2024" in texts
    chinese = call("solve", tmp_path / "poor", "-o", tmp_path / "run2", "--lang", "zh")
    assert "必须建设学校" in chinese.err
    assert call("show", tmp_path / "run", "--json").data["plan"] is None
    checked = call("verify", tmp_path / "run", "--json")  # nothing was checked: not verified
    assert (checked.code, checked.data["verified"], checked.data["checks"]) == (7, False, 0)


def test_debt_already_above_its_ceiling_is_said(call: Call, tmp_path: Path) -> None:
    instance = make_instance(
        [make_project("a", 1, 10)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 5),
        instruments=[make_bond()],
        debt=[make_debt(2021, opening_balance=20.0, ceiling=12.0)],
    )
    write_instance(instance, tmp_path / "indebted")
    result = call("solve", tmp_path / "indebted", "-o", tmp_path / "run", "--json")
    assert result.code == 4
    assert {c["rule"] for c in result.data["conflicts"]} == {"ceiling:region:general"}
    assert "debt ceiling" in result.data["conflicts"][0]["text_en"]
    assert result.data["conflicts"][0]["amount"] >= 8.0


def test_bad_instances_end_with_3_and_bad_usage_with_2(call: Call, tmp_path: Path) -> None:
    missing = call("solve", tmp_path / "nowhere", "--json")
    assert missing.code == 3
    assert missing.data["findings"][0]["rule"] == "missing-file"
    assert "Traceback" not in missing.err
    assert call("solve", tmp_path, "--gap", "-1").code == 2
    assert call("solve", tmp_path, "--objective", "beauty").code == 2
    assert call("solve", tmp_path, "--write-model", "x.txt").code == 2
    assert call("show", tmp_path, "--table", "nothing").code == 2


def test_unknown_solver_and_engine_end_with_2_and_what_is_not_there_yet_with_6(
    call: Call, instance_dir: Path, tmp_path: Path
) -> None:
    for option, value, code in (
        ("--solver", "oracle", 2),
        ("--engine", "magic", 2),
        ("--engine", "equilibrium", 6),
    ):
        result = call("solve", instance_dir, option, value, "-o", tmp_path / "r", "--json")
        assert result.code == code
        assert value in result.data["message"]
    assert not (tmp_path / "r").exists()


def test_new_validate_convert_and_schema(call: Call, tmp_path: Path) -> None:
    made = call("new", tmp_path / "plan", "--json")
    assert made.code == 0
    assert call("new", tmp_path / "plan", "--json").code == 2  # nothing is overwritten
    report = call("validate", tmp_path / "plan", "--json").data
    assert report["valid"] is True
    converted = call("convert", tmp_path / "plan", tmp_path / "plan.xlsx", "--json").data
    assert converted["instance_hash"] == report["instance_hash"]
    assert read_instance(tmp_path / "plan.xlsx") == read_instance(tmp_path / "plan")
    assert "projects" in json.dumps(call("schema", "--json").data)
    assert "overnight_cost" in call("schema", "--markdown").out
    assert json.loads(call("schema").out)
    broken = tmp_path / "plan" / "projects.csv"
    broken.write_text(broken.read_text(encoding="utf-8").replace("transport", ""), encoding="utf-8")
    assert call("validate", tmp_path / "plan").code in {0, 3}


def test_the_template_solves_in_both_forms(call: Call, tmp_path: Path) -> None:
    call("new", tmp_path / "plan", "--xlsx", "--lang", "zh")
    result = call("solve", tmp_path / "plan.xlsx", "-o", tmp_path / "run", "--json")
    assert result.code == 0
    assert result.data["verified"] is True


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_show_and_export(call: Call, run_dir: Path, tmp_path: Path, lang: str) -> None:
    shown = call("show", run_dir, "--table", "all", "--lang", lang)
    assert shown.code == 0
    assert ("净现值" if lang == "zh" else "net present value") in shown.out
    for form in ("xlsx", "csv", "html", "geojson", "mspdi"):  # gmns: test_foreign.py
        target = tmp_path / f"out.{form}"
        result = call("export", run_dir, "--to", form, "-o", target, "--lang", lang, "--json")
        assert result.code == 0
        assert target.exists()


def test_rules_and_solvers(call: Call) -> None:
    rules = call("rules", "--json").data["rules"]
    assert {"china", "us-georgia", "spain"} <= {rule["set"] for rule in rules}
    assert all(rule["source"] and rule["dated"] for rule in rules)
    solvers = {s["name"]: s for s in call("solvers", "--json").data["solvers"]}
    assert solvers["highs"]["available"] is True
    assert call("rules").code == call("solvers").code == 0


def test_write_model_and_warm_start(
    call: Call, instance_dir: Path, run_dir: Path, tmp_path: Path
) -> None:
    result = call(
        "solve",
        instance_dir,
        "-o",
        tmp_path / "run",
        "--write-model",
        tmp_path / "model.mps",
        "--warm-start",
        run_dir,
        "--gap",
        "0",
        "--json",
    )
    assert result.code == 0
    assert (tmp_path / "model.mps").read_text(encoding="utf-8").startswith("NAME")
    assert "started" in (tmp_path / "model.mps.names.csv").read_text(encoding="utf-8")


def test_results_go_to_the_next_free_folder(
    call: Call, instance_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = call("solve", instance_dir, "--json").data["run_dir"]
    second = call("solve", instance_dir, "--json").data["run_dir"]
    assert (first, second) == ("results/test", "results/test-2")


@pytest.mark.parametrize("part", ["", "run.json", "plan.json"])
def test_a_run_where_an_instance_belongs_is_one_fault_that_names_the_instance(
    call: Call, run_dir: Path, tmp_path: Path, part: str
) -> None:
    given = run_dir / part
    for line in (("validate", given), ("convert", given, tmp_path / "out.xlsx")):
        refused = call(*line, "--lang", "zh", "--json")
        assert refused.code == 3
        (finding,) = refused.data["findings"]
        assert finding["rule"] == "not-an-instance"
        assert str(run_dir / "instance.json") in finding["advice"]
        assert "不是算例" in finding["message_zh"]
    assert call("convert", run_dir / "instance.json", tmp_path / "out.xlsx").code == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_listed_at_80_columns_breaks_no_name(
    call: Call, run_dir: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("INFRAPLAN_LANG", lang)
    pages = [call("rules").out, call("solvers").out, call("compare", run_dir, run_dir).out]
    rules = [rule for found in RULE_SETS.values() for rule in found]
    for name in (*RULE_SETS, *(r.dated for r in rules), *(t.item for r in rules for t in r.base)):
        assert name in pages[0], name
    assert "pip install gurobipy" in pages[1]
    pages += [call("show", run_dir, "--table", kind).out for kind in TABLE_KINDS]
    assert max(cell_len(line) for page in pages for line in page.splitlines()) <= 80


def test_convert_names_the_unit_in_both_languages_there_and_back(
    call: Call, tmp_path: Path
) -> None:
    """The English name stood in money_unit_zh, and a Chinese report told 10 thousand CNY."""
    call("new", tmp_path / "plan")
    first = read_instance(tmp_path / "plan").settings
    assert (first.money_unit_zh, first.money_factor) == ("亿元", 1e8)
    away, back = tmp_path / "away.xlsx", tmp_path / "back.json"
    ten = ("--exchange", 1e4, "--money-unit", "10 thousand CNY")
    assert call("convert", tmp_path / "plan", away, *ten, "--lang", "zh").code == 0
    made = read_instance(away).settings
    assert (made.money_unit, made.money_unit_zh) == ("10 thousand CNY", "万元")
    assert call("convert", away, back, "--exchange", 1e-4, "--money-unit", "亿元").code == 0
    made = read_instance(back).settings
    assert (made.money_unit, made.money_unit_zh) == ("100 million CNY", "亿元")
    assert made.money_factor == 1e8
    assert "unit-beside-factor" not in call("validate", back, "--json").out
