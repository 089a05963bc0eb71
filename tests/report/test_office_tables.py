"""Sheets that an office hands on: sums that are formulas, what is printed, typed tables."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.report import parquet_tables, workbook
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.office_tables import OFFICE_TABLES, annual_plan_table
from infraplan.optimizer.report.parquet_tables import write_parquet_export
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.workbook import write_workbook
from tests.report.test_report import INSTANCE, MANIFEST, PLAN, REJECTIONS

assert PLAN is not None
RUN = make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS)
PAID = sum(payment.amount for payment in PLAN.payments)
NAMES = {
    "zh": ("年度投资计划", "重大项目清单", "分区县年度投资", "资金来源构成"),
    "en": (
        *("Annual investment plan", "List of major projects"),
        *("Investment by district and year", "Who pays"),
    ),
}


def book(tmp_path: Path, lang: str) -> Path:
    return write_workbook(tmp_path / "b.xlsx", INSTANCE, PLAN, MANIFEST, REJECTIONS, lang=lang)


@pytest.mark.parametrize("name", list(OFFICE_TABLES))
def test_every_table_sums_up_to_what_is_paid(name: str) -> None:
    table = OFFICE_TABLES[name](RUN)
    money = next(c.key for c in table.columns if c.key in {"total", "spent_in_all", "amount"})
    *rows, total = table.frame[money]
    assert sum(rows) == pytest.approx(total) == pytest.approx(PAID)
    assert table.frame.iloc[-1][f"{table.columns[0].key}_zh"] == "合计"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sheets_have_names_figures_formulas_and_pages(tmp_path: Path, lang: str) -> None:
    sheets = openpyxl.load_workbook(book(tmp_path, lang))
    for name in NAMES[lang]:
        sheet = sheets[name]
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9  # A4
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.print_area
        assert sheet.auto_filter.ref.endswith(str(sheet.max_row - 1))  # no total among the rows
    plan = sheets[NAMES[lang][0]]
    assert plan.freeze_panes == "C4"
    assert {plan.cell(row, 1).value for row in range(4, plan.max_row)} == {
        start.project for start in PLAN.starts
    }
    formulas = [
        cell.value for row in plan.iter_rows(min_row=4) for cell in row if cell.data_type == "f"
    ]
    years = sum(column.key.isdigit() for column in annual_plan_table(RUN).columns)
    assert len(formulas) == len(PLAN.starts) + years + 1
    figures = [plan.cell(4, column).value for column in range(7, 7 + years)]
    assert all(isinstance(figure, int | float) for figure in figures)


@pytest.mark.parametrize(("width", "paper", "pages"), [(200, 9, 1), (280, 8, 1), (500, 8, 2)])
def test_a_wide_sheet_prints_legibly(width: int, paper: int, pages: int) -> None:
    """A3 (8) where A4 (9) would shrink it below 70 %; wider yet, several pages with the names."""
    sheet = openpyxl.Workbook().worksheets[0]
    sheet.append([None] * 10)
    for letter in "ABCDEFGHIJ":
        sheet.cell(3, "ABCDEFGHIJ".index(letter) + 1, "x")
        sheet.column_dimensions[letter].width = width / 10
    workbook._set_page(sheet, "J", num_named=2)
    assert sheet.page_setup.paperSize == paper
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (pages, 0)
    assert sheet.print_title_cols == ("$A:$B" if pages > 1 else None)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_heading_breaks_within_a_year(tmp_path: Path, lang: str) -> None:
    plan = openpyxl.load_workbook(book(tmp_path, lang))[NAMES[lang][0]]
    years = [cell for cell in plan[3] if str(cell.value)[:4].isdigit()]
    assert years
    for cell in years:
        year, unit = cell.value.split("\n")
        assert len(year) == 4
        assert unit.startswith("[" if lang == "en" else "（")
        assert cell.alignment.wrap_text
    assert plan.row_dimensions[3].height >= 30


def test_a_run_without_a_plan_has_its_sheets(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "b.xlsx", INSTANCE, None, {})
    assert NAMES["en"][0] in openpyxl.load_workbook(path).sheetnames


@pytest.mark.slow
def test_a_spreadsheet_finds_the_same_sums_and_no_error(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    path, out = book(tmp_path, "zh"), tmp_path / "out"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    convert = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*convert, str(path)], check=True, capture_output=True, timeout=300)
    before = openpyxl.load_workbook(path)
    after = openpyxl.load_workbook(out / "b.xlsx", data_only=True)
    seen = 0
    for sheet in before:
        for row in sheet.iter_rows():
            for cell in row:
                found = after[sheet.title][cell.coordinate].value
                assert not re.match(r"#|Err:", str(found)), (sheet.title, cell.coordinate, found)
                seen += cell.data_type == "f" and isinstance(found, int | float)
    assert seen > 10
    plan = after[NAMES["zh"][0]]
    assert plan.cell(plan.max_row, plan.max_column).value == pytest.approx(PAID)


def test_parquet_needs_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_tables, "LIBRARY", "no_such_library")
    with pytest.raises(SolverUnavailableError, match="infraplan\\[parquet\\]"):
        write_parquet_export(tmp_path / "p", INSTANCE, PLAN, MANIFEST)
    assert not (tmp_path / "p").exists()


def test_parquet_tables_have_the_rows_of_the_report(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow (extra parquet) is not installed")
    write_parquet_export(tmp_path / "p", INSTANCE, PLAN, MANIFEST, REJECTIONS)
    for name, build in TABLES.items():
        frame, table = pd.read_parquet(tmp_path / "p" / f"{name}.parquet"), build(RUN)
        assert len(frame) == len(table.frame)
        for column in table.columns:
            kind = frame[column.frame_key("en")].dtype
            assert (kind == "float64") == (column.kind != "text"), (name, column.key)
