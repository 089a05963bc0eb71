"""A table of reasons without a row says why: nobody was left out, or nobody said why."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console

from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.table_data import table_data
from infraplan.optimizer.report.terminal import print_tables
from infraplan.optimizer.report.workbook import write_workbook
from tests.builders import make_instance, make_plan, make_project, make_start

INSTANCE = make_instance([make_project("a", 1.0, 2.0), make_project("b", 1.0, 2.0)])
PLAN = make_plan(INSTANCE, [make_start(INSTANCE, "a", 2021)])
STOPPED = {
    "notes": [
        {"kind": "unexplained", "text_en": "asked to end", "text_zh": "被要求提前结束"},
        {"kind": "by_year", "text_en": "something else", "text_zh": "其他"},
    ]
}
REASON = Rejection(project="b", best_npv=1.0, rule="value", loss=1.0, method="x")


def told(plan: Plan | None, manifest: dict, lang: str, *reasons: Rejection) -> str:
    out = StringIO()
    console = Console(file=out, width=80)
    print_tables(console, "rejected", INSTANCE, plan, manifest, reasons, lang=lang)
    return " ".join(out.getvalue().split())


def test_a_run_that_was_stopped_says_so() -> None:
    english = told(PLAN, STOPPED, "en")
    assert "1 project(s) left out, and no reason told. asked to end." in english
    assert "something else" not in english
    assert "有1个项目未入选，但未说明原因。被要求提前结束。" in told(PLAN, STOPPED, "zh")


def test_nobody_left_out_and_no_plan_at_all() -> None:
    whole = make_plan(INSTANCE, [make_start(INSTANCE, name, 2021) for name in ("a", "b")])
    assert "no project was left out" in told(whole, {}, "en")
    assert "没有未入选的项目" in told(whole, {}, "zh")
    assert "nothing to show" in told(None, {}, "en")
    assert "no reason told" not in told(PLAN, STOPPED, "en", REASON)


@pytest.mark.parametrize(("lang", "words"), [("en", "no reason told"), ("zh", "未说明原因")])
def test_the_sheet_and_the_json_say_it_as_well(tmp_path: Path, lang: str, words: str) -> None:
    path = write_workbook(tmp_path / "plan.xlsx", INSTANCE, PLAN, STOPPED, lang=lang)
    book = openpyxl.load_workbook(path)
    assert sum(words in str(sheet["A2"].value) for sheet in book) == 1
    data = table_data(TABLES["rejected"](make_run(INSTANCE, PLAN, STOPPED)), lang)
    assert words in data["why_empty"]
    explained = make_run(INSTANCE, PLAN, STOPPED, [REASON])
    assert "why_empty" not in table_data(TABLES["rejected"](explained), lang)
