"""The pages of the shipped instances are made from their census and from a run, never typed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from infraplan.models.debt_rule import Band
from infraplan.optimizer.storage import instance_hash, read_instance
from tests.builders import make_fiscal, make_fund, make_instance, make_project, make_rule
from tools.build_instances import build
from tools.run_figures import (
    BEGIN,
    END,
    ban_lines,
    kept,
    money_lines,
    renewed,
    scenario_lines,
    section,
)

INSTANCES = Path(__file__).resolve().parents[2] / "instances"
NAMES = sorted(path.parent.name for path in INSTANCES.glob("*/instance.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_of_a_page_are_those_of_its_instance(name: str) -> None:
    figures = kept(INSTANCES / name / "README.md")
    assert f"infraplan solve instances/{name}" in figures
    found = instance_hash(read_instance(INSTANCES / name))[:12]
    assert f"instance `{found}`" in figures, "the instance has changed: make pages"


@pytest.mark.parametrize("name", NAMES)
def test_instances_are_what_the_census_and_the_decisions_make(
    name: str, shared_dir: Path, tmp_path: Path
) -> None:
    page = INSTANCES / name / "README.md"
    (tmp_path / "README.md").write_text(kept(page), encoding="utf-8")
    build(name, shared_dir / "census", tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    shipped = {path.name: path.read_bytes() for path in (INSTANCES / name).iterdir()}
    assert made == shipped


@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_instances_counts_their_projects(name: str) -> None:
    page = (INSTANCES.parent / "docs" / "instances.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| [{name}]")]
    assert int(row.split("|")[4]) == len(read_instance(INSTANCES / name).projects)


def _run_folder(folder: Path) -> Path:
    tables = {
        "phases": [
            ("phase", "sector", "started", "opened", "spend"),
            ("y1", "road", "2", "0", "3.5"),
            ("y1", "water", "1", "1", "1.5"),
        ],
        "rejected": [("project", "rule"), ("a", "value"), ("b", "sources_uses:x"), ("c", "value")],
        "targets": [
            ("name_en", "year", "required", "achieved", "shortfall", "unit"),
            ("Wells", "2027", "5", "3", "2", "wells"),
            ("Roads", "2027", "5", "5", "0", "km"),
        ],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
    (folder / "instance.json").write_text('{"settings": {"money_unit": "million EUR"}}')
    (folder / "run.json").write_text(
        '{"instance": "x", "instance_hash": "0123456789abcdef", "objective": 12.5, "bound": 12.625,'
        '"gap": 0.01, "num_selected": 3, "num_projects": 6, "verified": true, "solver": "highs",'
        '"solver_version": "1", "options": {"gap": 0.01, "time_limit_s": 60.0}}',
        encoding="utf-8",
    )
    return folder


def test_a_section_is_read_off_the_files_of_a_run(tmp_path: Path) -> None:
    text = "\n".join(section(_run_folder(tmp_path)))
    assert "value 12.50, at most 12.62 (gap 1.000%), 3 of 6 projects chosen, verified" in text
    assert "| phase | started | opened | spent, million EUR, money of the year |" in text
    assert "| y1 | 3 | 1 | 5.0 |" in text
    assert "Left out: 2 by `value`, 1 by `sources_uses`" in text
    assert "1 of 2 targets are attained." in text
    assert "- missed: Wells (2027): 3 of 5 wells" in text


def test_a_section_tells_what_a_ban_is_about_and_what_scenarios_are_worth(tmp_path: Path) -> None:
    run = _run_folder(tmp_path)
    instance = make_instance(
        [make_project(name) for name in ("a", "b", "c")],
        settings={"rules": [make_rule("ban", bands=BANDS)]},
        funds=[make_fund()],
        fiscal=make_fiscal("capacity", 2021, 10.0),
    )
    (run / "schedule.csv").write_text("project,start\na,2021\nb,2024\n")
    years = "".join(f"region,ban,{year},{band}\n" for year, band in LISTED.items())
    (run / "rules.csv").write_text("jurisdiction,rule,year,band\n" + years)
    told = ban_lines(instance, run)
    assert told[1] == (
        "- `ban` bans starts of region in 2022-2023: it is about 3 of its projects; 1 start "
        "before, 1 after, 1 are left out."
    )
    manifest = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(manifest | {"scenario": "low"}))
    (head, line, _) = scenario_lines([run])
    assert line == "- `low`: value 12.50, at most 12.62, 3 projects chosen"
    assert head in section(run, [head])


def test_a_section_tells_what_no_money_lets_in_and_what_other_money_changes(tmp_path: Path) -> None:
    run = _run_folder(tmp_path)
    manifest = json.loads((run / "run.json").read_text())
    assert money_lines(run, manifest) == []  # nobody has funds
    half = {"factor": 0.5, "effect": "proven", "candidates": 8, "changed": 2, "share": 0.25}
    half["gap"] = 0.02
    many = {"factor": 5.0, "effect": "none", "candidates": 8, "gap": 0.001}
    money = {"has_funds": True, "left": 30.0, "came_in": 120.0, "share": 0.25}
    manifest |= {"money": money, "money_check": {"cases": [many, half]}}
    told = money_lines(run, manifest)
    left = "Money: 30.0 of 120.0 is left (25%). Of the 3 works left out 2 lose by"
    assert told[0].startswith(left)
    assert "can let in the other 1 and" in told[0]
    assert told[1:] == [
        "- 0.5 times the money: 2 of 8 candidates change (25%), 0 of them ties; the best value is "
        "proven to be another one (gap 2.00%)",
        "- 5 times the money: 0 of 8 candidates change (0%), 0 of them ties; the values differ by "
        "no more than the gaps (gap 0.10%)",
        "",
    ]
    (run / "run.json").write_text(json.dumps(manifest))
    assert told[0] in section(run)


BANDS = [Band(id="free", upper=0.5), Band(id="listed", starts_banned=True)]
LISTED = {2021: "listed", 2022: "listed", 2023: "free"}


def test_a_section_takes_the_place_of_the_old_one() -> None:
    page = f"# T\n\n{BEGIN}\nold\n{END}\n\nafter\n"
    assert renewed(page, [BEGIN, "new", END]) == f"# T\n\n{BEGIN}\nnew\n{END}\n\nafter\n"
    assert renewed("# T\n", [BEGIN, "new", END]) == f"# T\n\n{BEGIN}\nnew\n{END}\n"
