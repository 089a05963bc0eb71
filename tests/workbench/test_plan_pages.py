"""A run as its page draws it, and two runs side by side."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import inspect_instance
from infraplan.optimizer.workflow import run_solve

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.compared_view import Views


@pytest.fixture(scope="module")
def solved(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example solved."""
    place = tmp_path_factory.mktemp("runs") / "whole"
    run_solve(inspect_instance(template).require(), SolveOptions(gap=0.0), place)
    return place


@pytest.fixture(scope="module")
def views(solved: Path) -> Views:
    """Its plan, and one that builds all of it but the reservoir."""
    from infraplan.optimizer.workbench.plan_view import view_of

    whole = view_of(solved)
    assert whole is not None
    plan = whole.run.plan
    assert plan is not None
    starts = tuple(row for row in plan.starts if row.project != "reservoir")
    less = replace(whole.run, plan=plan.model_copy(update={"starts": starts}))
    return {"A": whole, "B": replace(whole, run=less)}


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


def test_what_is_left_out_is_told_with_its_reason(solved: Path) -> None:
    from infraplan.optimizer.workbench.plan_view import left_out_table, sought_rows

    table = left_out_table(solved, "en")
    ids = [row["_id"] for row in table["rows"]]
    assert ids == ["ring_road"]
    assert "_id" not in [column["key"] for column in table["columns"]]
    (row,) = rows = table["rows"]
    assert sought_rows(rows, " RING ") == [row]
    assert sought_rows(rows, "", "sector", row["sector"]) == [row]
    assert sought_rows(rows, "ring", "sector", "no such sector") == []
    assert sought_rows(rows, "nothing of the kind") == []


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
    assert told.earlier == ""


def earlier_of(**changes: Any) -> dict[str, Any]:
    """What `explain` says of why a project that is built does not begin before 2034."""
    return {
        "start": 2034,
        "reason": "quota",
        "binding": [
            {"rule": "quota", "key": "county:special", "year": 2033, "amount": 1.0},
        ],
        "others": [],
        "forced": "feasible",
        "loss": 0.75,
        "loss_low": 0.5,
        "loss_high": 0.75,
        "displaces": [],
        "other_run": "x",
    } | changes


@pytest.mark.parametrize(
    ("changes", "english", "chinese"),
    [
        ({}, "the plan would be worth CNY 75 million less (", "方案价值减少7,500 万元"),
        ({"reason": "own_value", "binding": []}, "worth less so", "价值更低"),
        ({"reason": "", "binding": []}, "was not found out", "原因在限定时间内未求出"),
        ({"loss_low": -0.1}, "whether there is one as good is open", "尚未证明"),
        ({"loss_low": None}, "whether there is one as good is open", "尚未证明"),
        ({"loss": 0.0, "loss_low": 0.0}, "worth as much, within the gap", "方案价值在间隙内相同"),
        ({"loss": None, "loss_low": None}, "not found out in the time given", "未求出"),
        ({"reason": "no_window", "forced": "infeasible"}, "first year", "最早可开工年份"),
        ({"forced": "infeasible", "loss": None}, "no plan obeys all rules; against", "与之冲突"),
        ({"forced": "infeasible", "binding": []}, "no plan obeys all rules.", "没有满足全部约束"),
    ],
)
def test_why_not_earlier_in_words(
    changes: dict[str, Any], english: str, chinese: str, views: Views
) -> None:
    """Each thing that `explain` may say, in the panel and in the table beside it."""
    from infraplan.optimizer.report.earlier_words import not_earlier_table
    from infraplan.optimizer.workbench.explained_words import told_project

    instance = views["A"].run.instance
    row = {
        "project": "ring_road",
        "state": "in",
        "reason": "",
        "forced": "not_tried",
        "smallest_change": [],
        "earlier": earlier_of(**changes),
    }
    assert english in told_project(instance, row, "en").earlier
    assert chinese in told_project(instance, row, "zh").earlier
    frame = not_earlier_table(instance, [row, row | {"earlier": None}]).frame
    assert len(frame) == 1
    assert frame["why_not_earlier_en"][0]
    assert frame["why_not_earlier_zh"][0].isascii() is False


def test_what_a_process_apart_sends_is_what_the_server_would_read(
    solved: Path, views: Views
) -> None:
    from infraplan.optimizer.report.plan_tables import TABLES
    from infraplan.optimizer.workbench.made_apart import MAKERS
    from infraplan.optimizer.workbench.plan_view import LEFT_OUT, SHOWN, left_out_table, shown_of
    from infraplan.optimizer.workbench.reading import FILES, run_table, table_piece

    made = pickle.loads(pickle.dumps(MAKERS["run"](solved), pickle.HIGHEST_PROTOCOL))
    whole = views["A"]
    files, shown = made[FILES], made[SHOWN]
    assert (files.instance, files.plan) == (whole.run.instance, whole.run.plan)
    assert replace(shown.view, run=whole.run) == whole
    here = shown_of(solved)
    assert replace(shown, view=whole) == replace(here, view=whole)
    for lang in ("en", "zh"):
        for name in TABLES:
            assert made[table_piece(name, lang)] == run_table(solved, name, lang)
        assert made[table_piece(LEFT_OUT, lang)] == left_out_table(solved, lang)


def test_a_run_is_exported_by_its_name_on_the_pages(solved: Path, tmp_path: Path) -> None:
    from infraplan.optimizer.workbench import bench
    from infraplan.optimizer.workbench.reading import is_there

    named = bench._named(solved, tmp_path / "of" / bench._name_of_run(1, "zh"))
    assert named.name == "方案 1"
    assert is_there(named)
