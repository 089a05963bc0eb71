"""A run whose works go on after the plan, through the commands that read it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infraplan.optimizer.cli.main import app
from infraplan.optimizer.storage import read_instance, write_instance
from tests.builders import make_fund, make_inflows, make_instance, make_project


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Works of 10 a year from 2023 to 2025 in a plan of 2022-2023; 6 come in a year."""
    spread = {"lead_time": 3, "spending_profile": (1 / 3,) * 3, "benefit": 9.0}
    instance = make_instance(
        [make_project("line", 30.0, earliest_start=2023, **spread)],
        years=(2022, 2023),
        settings={"spending_after_plan": True, "end_year": 2040},
        funds=[make_fund("budget", opening_balance=8.0)],
        inflows=make_inflows("budget", 2022, 6.0, 6.0),
    )
    folder = tmp_path_factory.mktemp("after")
    write_instance(instance, folder / "instance")
    assert read_instance(folder / "instance").settings.spending_after_plan
    done = CliRunner().invoke(app, ["solve", str(folder / "instance"), "-o", str(folder / "run")])
    assert done.exit_code == 0, done.output
    return folder / "run"


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_the_folder_holds_the_years_after_the_plan_and_is_verified(run: Path) -> None:
    (row,) = rows_of(run / "schedule.csv")
    assert [float(row[f"spend_{year}"]) for year in (2023, 2024, 2025)] == pytest.approx([10.0] * 3)
    phases = rows_of(run / "phases.csv")
    assert [(r["phase"], float(r["spend"])) for r in phases] == [("plan", 10.0), ("after", 20.0)]
    totals = json.loads((run / "run.json").read_text("utf-8"))["totals"]
    assert totals["investment_after_plan"] == pytest.approx(20.0)
    assert CliRunner().invoke(app, ["verify", str(run)]).exit_code == 0


def test_a_false_total_is_found(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in run.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    manifest = json.loads((copy / "run.json").read_text("utf-8"))
    manifest["totals"]["investment_after_plan"] = 10.0
    (copy / "run.json").write_text(json.dumps(manifest), "utf-8")
    done = CliRunner().invoke(app, ["verify", str(copy)])
    assert done.exit_code != 0
    assert "investment_after_plan" in done.output


def test_show_tells_them_in_both_languages(run: Path) -> None:
    shown = CliRunner().invoke(app, ["show", str(run), "--table", "after_plan"])
    assert shown.exit_code == 0, shown.output
    assert "Works still to be paid for after the plan" in shown.output
    chinese = CliRunner().invoke(
        app, ["show", str(run), "--table", "after_plan", "--lang", "zh", "--json"]
    )
    (table,) = json.loads(chinese.stdout)["tables"].values()
    assert "规划期后尚须支付的投资" in json.dumps(table, ensure_ascii=False)


def test_stress_reaches_them(run: Path) -> None:
    """8 + 12 - 10 = 10 kept; 10 + 6 - 10 = 6; 6 + 6 - 10 = 2. With 4.2 a year: 6.4, 0.6, -5.2."""
    done = CliRunner().invoke(app, ["stress", str(run), "--revenue", "0.3", "--json"])
    assert done.exit_code == 0, done.output
    cases = {row["case"]: row for row in json.loads(done.stdout)["cases"]}
    assert cases["base"]["holds"]
    assert cases["revenue"]["first_breach_year"] == 2025


def test_roll_keeps_what_is_still_to_be_paid(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "next"
    done = CliRunner().invoke(app, ["roll", str(run), "--to", "2023", str(out)])
    assert done.exit_code == 0, done.output
    rolled = read_instance(out)
    assert rolled.settings.spending_after_plan
    solved = CliRunner().invoke(app, ["solve", str(out), "-o", str(tmp_path / "run"), "--json"])
    assert solved.exit_code == 0, solved.output
    rows = rows_of(tmp_path / "run" / "payments.csv")
    assert {int(row["year"]): float(row["amount"]) for row in rows} == pytest.approx(
        {2023: 10.0, 2024: 10.0, 2025: 10.0}
    )
