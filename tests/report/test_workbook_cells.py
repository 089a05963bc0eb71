"""Texts in the cells of an exported workbook."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from infraplan.optimizer.report.frames import MONEY, NUMBER, Column
from infraplan.optimizer.report.workbook import (
    _FORMATS,
    _cell,
    _number_format,
    safe,
    write_workbook,
)
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.workflow import run_solve
from tests.builders import make_instance, make_project, make_target


@pytest.mark.parametrize("text", ["-0.03 to 0.12", "-1,234.5至-0.06", "0.1 to 0.2"])
def test_an_interval_that_begins_below_zero_is_shown_as_it_is(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    "text", ["=SUM(B)", "-0.03 to A1", "-1+1", "-0.03 to 0.12+A1", "+1 to 2", "@a", "-0.03"]
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize(
    ("lang", "none", "why"),
    [("en", "nothing to show", "money check, --money-check"), ("zh", "无数据", "--money-check")],
)
def test_a_sheet_without_rows_says_why(tmp_path: Path, lang: str, none: str, why: str) -> None:
    instance = make_instance([make_project("a", 1.0, 5.0)])
    outcome = run_solve(instance, SolveOptions(gap=0.0), tmp_path / "run")
    path = tmp_path / "book.xlsx"
    write_workbook(path, instance, outcome.result.plan, outcome.manifest, lang=lang)
    sheets = openpyxl.load_workbook(path).worksheets
    told = {sheet.title: str(sheet["A2"].value) for sheet in sheets if sheet.max_row == 3}
    assert len([words for words in told.values() if why in words]) == 2
    assert none in told.values()
    assert "None" not in told.values()  # every one of them says something


def test_no_figure_is_wider_than_its_column(tmp_path: Path) -> None:
    """A spreadsheet shows signs of a fence in the place of a figure that does not fit."""
    beds = 1234567891.5678
    instance = make_instance(
        [make_project("a", 1.0, 5.0, outputs={"beds": beds})],
        targets=[make_target("t", "beds", beds, 2023)],
    )
    outcome = run_solve(instance, SolveOptions(gap=0.0), tmp_path / "run")
    path = tmp_path / "book.xlsx"
    write_workbook(path, instance, outcome.result.plan, outcome.manifest)
    seen = 0
    for sheet in openpyxl.load_workbook(path).worksheets:
        for cell in (cell for row in sheet.iter_rows(min_row=4) for cell in row):
            if isinstance(cell.value, float) and cell.number_format.startswith("#,##0"):
                places = len(cell.number_format.partition(".")[2].partition(";")[0])
                shown = f"{cell.value:,.{places}f}"
                width = sheet.column_dimensions[cell.column_letter].width
                assert len(shown) < width, (sheet.title, cell.coordinate)
                seen += len(shown) > 9
    assert seen


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (4.004697, "4.005"),
        (130.5, "130.5"),
        (384.1602342, "384.2"),
        (12345.678, "12,346"),
        (0.000097, "0.000097"),
        (60.0, "60"),
        (0.0, "0"),
        (1e-17, "0"),
    ],
)
def test_a_quantity_shows_the_digits_of_the_report(value: float, shown: str) -> None:
    code = _number_format(_FORMATS[NUMBER], value)
    assert f"{value:,.{len(code.partition('.')[2])}f}" == shown


def test_rows_hold_chinese_letters_and_the_book_names_its_plan(tmp_path: Path) -> None:
    """Rows of the usual height cut the upper part of Chinese letters off on paper."""
    instance = make_instance([make_project("a", 1.0, 5.0)])
    outcome = run_solve(instance, SolveOptions(gap=0.0), tmp_path / "run")
    path = tmp_path / "book.xlsx"
    write_workbook(path, instance, outcome.result.plan, outcome.manifest, lang="zh")
    sheets = openpyxl.load_workbook(path).worksheets
    assert sheets[0]["A2"].value == (instance.settings.title.text("zh") or instance.settings.id)
    for sheet in sheets:
        assert sheet.sheet_format.customHeight
        assert sheet.sheet_format.defaultRowHeight >= 16
        assert sheet.row_dimensions[1].height >= 20  # letters of 14 points


def test_what_adding_up_leaves_of_nothing_is_nothing() -> None:
    assert str(_cell(Column("amount", MONEY), -1.4e-14)) == "0.0"
    assert _cell(Column("amount", MONEY), -0.01) == -0.01
    assert _cell(Column("worst", NUMBER), 1.4e-14) == 1.4e-14  # how far a check is off
    assert _cell(Column("amount", MONEY), None) is None


def test_an_office_finds_sums_lines_and_headings_in_the_middle(tmp_path: Path) -> None:
    instance = make_instance([make_project("a", 1.0, 5.0), make_project("b", 2.0, 9.0)])
    outcome = run_solve(instance, SolveOptions(gap=0.0), tmp_path / "run")
    path = tmp_path / "book.xlsx"
    write_workbook(path, instance, outcome.result.plan, outcome.manifest, lang="zh")
    book = openpyxl.load_workbook(path)
    for title, places in (("入选项目", "G"), ("分期分行业投资", "CDE")):
        sheet = book[title]
        last = sheet.max_row
        assert sheet.cell(last, 1).value == "合计"
        for place in places:
            assert sheet[f"{place}{last}"].value == f"=SUM({place}4:{place}{last - 1})"
        assert str(sheet.auto_filter.ref).endswith(str(last - 1))
    for sheet in book.worksheets:
        assert sheet.print_options.gridLines
        assert {cell.alignment.horizontal for cell in sheet[3]} == {"center"}
        assert {cell.font.name for row in sheet.iter_rows() for cell in row} == {"Calibri"}


def test_a_bound_that_was_not_found_is_a_dash(tmp_path: Path) -> None:
    instance = make_instance([make_project("a", 1.0, 5.0)])
    outcome = run_solve(instance, SolveOptions(gap=0.0), tmp_path / "run")
    manifest = {**outcome.manifest, "bound": None}
    path = tmp_path / "book.xlsx"
    write_workbook(path, instance, outcome.result.plan, manifest, lang="zh")
    sheet = openpyxl.load_workbook(path)["概要"]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "-" in cells
    assert not [text for text in cells if isinstance(text, str) and text.startswith("'")]
