"""Sheets of a workbook as a page shows them, and cells written back."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from infraplan.optimizer.storage import read_instance


def _place(sheets, table: str, name: str):  # type: ignore[no-untyped-def]
    (sheet,) = [sheet for sheet in sheets if sheet.table == table]
    (column,) = [column for column in sheet.columns if column.field == name]
    return sheet, column


def test_what_is_typed_is_what_is_read(template: Path, tmp_path: Path) -> None:
    from infraplan.optimizer.workbench.sheets import read_sheets, write_cells

    data = template.read_bytes()
    sheet, column = _place(read_sheets(data, "county.xlsx"), "projects", "name_en")
    row, cells = sheet.rows[0]
    written = write_cells(data, {(sheet.title, row, column.place): "=1+1"})
    path = tmp_path / "new.xlsx"
    path.write_bytes(written)
    before, after = read_instance(template), read_instance(path)
    assert after.projects[0].name_en == "=1+1", "a formula typed in is a text"
    assert openpyxl.load_workbook(path)[sheet.title].cell(row, column.place).data_type == "s"
    assert after.projects[1:] == before.projects[1:]
    assert after.settings == before.settings
    assert sheet.ids() == [project.id for project in before.projects]
    assert cells[column.place - 1] == before.projects[0].name_en


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 12.5),
        ("-3", -3),
        ("007", "007"),
        ("1,200", "1,200"),
        ("1e5", "1e5"),
        (" ", None),
        ("必建", "必建"),
    ],
)
def test_plain_numbers_are_numbers_and_all_else_is_text(
    template: Path, text: str, value: object
) -> None:
    from infraplan.optimizer.workbench.sheets import write_cells

    written = write_cells(template.read_bytes(), {("projects", 60, 1): text})
    assert openpyxl.load_workbook(io.BytesIO(written))["projects"].cell(60, 1).value == value


def test_cells_that_are_nowhere_are_refused(template: Path) -> None:
    from infraplan.optimizer.workbench.sheets import write_cells

    for cell in (("nowhere", 1, 1), ("projects", 0, 1), ("projects", 1, 10_000)):
        with pytest.raises(ValueError, match=r"nowhere|projects|\("):
            write_cells(template.read_bytes(), {cell: "x"})


def test_findings_stand_at_their_cells(template: Path) -> None:
    from infraplan.optimizer.workbench.sheets import marks, read_sheets

    sheets = read_sheets(template.read_bytes(), "county.xlsx")
    sheet, _ = _place(sheets, "projects", "lead_time")
    head = {"sheet": "projects", "row": 3, "message": "no", "message_zh": "不行", "advice": ""}
    findings = [
        head | {"severity": "note", "column": "lead_time"},
        head | {"severity": "error", "column": "lead_time"},
        head | {"severity": "warning", "column": None},
        head | {"severity": "error", "column": "lead_time", "sheet": "funds"},
    ]
    assert marks(sheet, findings, "zh") == {
        (3, "lead_time"): ("error", "不行"),
        (3, ""): ("warning", "不行"),
    }
