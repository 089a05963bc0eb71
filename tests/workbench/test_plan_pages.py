"""A run as its page draws it, two runs side by side, and the pages as they are served."""

from __future__ import annotations

import html
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infraplan.optimizer.analysis.asked_changes import AskedChanges, change_instance
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import inspect_instance
from infraplan.optimizer.workflow import run_solve
from tests.workbench.serving import Served, served

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.compared_view import Views


@pytest.fixture(scope="module")
def runs(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The worked example solved, and once more without its reservoir."""
    place = tmp_path_factory.mktemp("runs")
    instance = inspect_instance(template).require()
    run_solve(instance, SolveOptions(gap=0.0), place / "whole")
    less = AskedChanges(forbid=("reservoir",), because="-", by="-")
    changed = change_instance(instance, less).instance
    run_solve(changed, SolveOptions(gap=0.0), place / "less")
    return place / "whole", place / "less"


@pytest.fixture(scope="module")
def views(runs: tuple[Path, Path]) -> Views:
    from infraplan.optimizer.workbench.plan_view import view_of

    found = {letter: view_of(folder) for letter, folder in zip("AB", runs, strict=True)}
    return {letter: view for letter, view in found.items() if view is not None}


def test_the_schedule_is_filtered_by_words_and_choices(views: Views) -> None:
    from infraplan.optimizer.workbench.plan_view import count_of, drawn_schedule, filtered

    whole = views["A"].schedule
    assert count_of(whole) == len(views["A"].run.plan.starts)  # type: ignore[union-attr]
    found = filtered(whole, "  RESERVOIR ", {})
    assert [row.project for _, rows in found.groups for row in rows] == ["reservoir"]
    assert count_of(filtered(whole, "水库", {})) == 1
    sector = found.groups[0][1][0].sector
    alike = filtered(whole, "", {"sector": sector, "district": ""})
    assert {row.sector for _, rows in alike.groups for row in rows} == {sector}
    fund = found.groups[0][1][0].funds[0]
    assert "reservoir" in [
        row.project for _, rows in filtered(whole, "", {"funds": fund}).groups for row in rows
    ]
    none = filtered(whole, "nothing of the kind", {})
    assert count_of(none) == 0
    assert "<table" in drawn_schedule(none)


def test_what_is_left_out_is_told_with_its_reason(runs: tuple[Path, Path]) -> None:
    from infraplan.optimizer.workbench.plan_view import left_out_table, sought_rows

    table = left_out_table(runs[1], "en")
    ids = [row["_id"] for row in table["rows"]]
    assert "reservoir" in ids
    assert "_id" not in [column["key"] for column in table["columns"]]
    rows = table["rows"]
    assert [row["_id"] for row in sought_rows(rows, "reserv")] == ["reservoir"]
    sector = next(row["sector"] for row in rows if row["_id"] == "reservoir")
    assert all(row["sector"] == sector for row in sought_rows(rows, "", "sector", sector))
    assert sought_rows(rows, "reserv", "sector", "no such sector") == []


def test_runs_stand_side_by_side_on_the_years_of_both(views: Views) -> None:
    from infraplan.optimizer.workbench.compared_view import (
        differs,
        drawn_side_by_side,
        money_lines,
        side_by_side,
        starts_of,
    )

    found = starts_of(views)
    assert set(found["reservoir"]) == {"A"}
    assert differs(found["reservoir"], 2)
    alike = {"A": found["reservoir"]["A"], "B": found["reservoir"]["A"]}
    assert not differs(alike, 2)
    schedule, count = side_by_side(views, only_differing=True)
    names = [title[0] for title, _ in schedule.groups]
    assert count == len(names)
    assert "Reservoir" in names
    for title, rows in schedule.groups:
        assert len(rows) == 2, title
        for row in rows:
            assert not row.spans or sum(s.years for s in row.spans) == len(schedule.years)
    everything, most = side_by_side(views, only_differing=False)
    assert most == len(found) >= count
    drawn = drawn_side_by_side(everything)
    assert "B: not built" in drawn
    assert "B：未入选" in drawn
    spent = money_lines(views)[0]
    assert spent.unit == views["A"].run.money
    assert str(spent.drawing).count("<polyline") == 2


def test_an_explanation_in_words_has_reason_loss_and_change(views: Views) -> None:
    from infraplan.optimizer.workbench.explained_words import told_project

    change = {
        "kind": "quota",
        "table": "debt",
        "row": "county/special/2034",
        "column": "new_quota",
        "from": 2.0,
        "to": 3.5,
        "confirmed": False,
    }
    row = {
        "project": "ring_road",
        "state": "out",
        "reason": "quota",
        "rule": "quota:county:special",
        "year": 2034,
        "amount": 3.0,
        "others": ["reservoir"],
        "forced": "feasible",
        "loss_low": 0.5,
        "loss_high": 0.75,
        "displaces": ["reservoir"],
        "smallest_change": [change],
    }
    instance = views["A"].run.instance
    told = told_project(instance, row, "en")
    assert told.state == "out"
    assert "2034" in told.reason
    assert "CNY 300 million" in told.reason
    assert told.loss == "between CNY 50 million and CNY 75 million"
    assert "from CNY 200 million to CNY 350 million" in told.changes[0]
    assert "not confirmed" in told.changes[0]
    assert "Reservoir" in told.displaces
    chinese = told_project(instance, row | {"forced": "infeasible"}, "zh")
    assert "2034年" in chinese.changes[0]
    assert "无法" in chinese.loss


@pytest.fixture(scope="module")
def server(
    runs: tuple[Path, Path], template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A workbench with version 1, runs 1 and 2, and study 3, a frontier of one point."""
    from infraplan.optimizer.workbench.opening import open_store
    from infraplan.optimizer.workbench.tables import JobKind, JobState

    folder, store = open_store(tmp_path_factory.mktemp("pages") / "data")
    version = store.add_version(store.add_instance("county", "template", "Li"), "Li")
    workbook = folder.workbook(version.instance_id, version.number)
    workbook.parent.mkdir(parents=True)
    workbook.write_bytes(template.read_bytes())
    for run in runs:
        shutil.copytree(run, folder.run(store.keep_run(version.id, {}, "Li")))
    values = {"command": "frontier", "values": {"--x": "budget", "--points": 1}, "lang": "en"}
    number = store.add_job(JobKind.STUDY, version.id, values, "Li")
    shutil.copytree(runs[0], folder.job(number) / "study" / "p001")
    manifest = json.loads((runs[0] / "run.json").read_text("utf-8"))
    point = {
        **{"x": 10.0, "y": manifest["objective"], "y_bound": manifest["bound"], "limit": None},
        **{"value": manifest["objective"], "price": None, "run_dir": "study/p001"},
        **{"verified": True, "enters": [], "leaves": []},
    }
    answer = {"x": "budget", "y": "npv", "points": [point], "knees": []}
    store.end_job(number, JobState.DONE, answer)
    store.close()
    with served(folder.root) as made:
        yield made


def _page(server: Served, path: str) -> str:
    told = server.ask(path)
    assert told.status == 200, path
    text = html.unescape(html.unescape(told.body.decode()))
    assert "Not there" not in text, path
    assert "无法显示" not in text, path
    return text


def test_every_page_is_made_in_both_languages(server: Served) -> None:
    run = _page(server, "/en/run/1")
    for words in ("Phase schedule", "How sure this is", "What was left out, and why", 'class=\\"m'):
        assert words in run, words
    assert "分期建设安排" in _page(server, "/zh/run/1")
    assert "Only what differs" in _page(server, "/en/compare?runs=1,2")
    assert "并列对比" in _page(server, "/zh/compare?runs=2,1")
    study = _page(server, "/en/study/3?plan=p001")
    assert "?plan=p001" in study
    assert "Keep as a run" in study
    assert "权衡前沿" in _page(server, "/zh/study/3")
    assert "Draws planned for together" in _page(server, "/en/version/1/studies")
    assert "允许的损失" in _page(server, "/zh/run/1/studies")
    assert "Budgets, ceilings and other figures" in _page(server, "/en/version/1/solve")


def test_a_run_is_no_study_and_a_table_is_downloaded(server: Served) -> None:
    told = html.unescape(server.ask("/en/study/1").body.decode())
    assert "Not there" in told
    table = server.ask("/study/3/table/0?lang=zh")
    assert table.status == 200
    assert table.headers["content-type"].startswith("text/csv")
    assert "亿元" in table.body.decode("utf-8-sig")
    for path in ("/study/3/table/9", "/study/1/table/0", "/study/99/tables", "/study/3/tables"):
        assert server.ask(path).status == 404, path


def test_the_tones_are_served_to_whoever_comes(server: Served) -> None:
    told = server.ask("/static/palette.css")
    assert told.status == 200
    assert told.headers["content-type"].startswith("text/css")
    assert b"data-theme=dark" in told.body
    assert b"table.gantt" in told.body
    page = _page(server, "/en/")
    assert page.index("/static/theme.js") < page.index("/static/workbench.css")
    dark = server.ask("/en/", Cookie="infraplan_theme=dark").body.decode()
    assert 'value="dark" selected' in html.unescape(html.unescape(dark)).replace('\\"', '"')
