"""Small workbooks of sheets, made and read in memory."""

from __future__ import annotations

import io
from typing import Any

from openpyxl.workbook import Workbook

from infraplan.models.errors import Finding
from infraplan.models.instance import Instance
from infraplan.optimizer.storage.workbook import read_workbook

SETTINGS = [
    ["设置项", "值"],
    ["id", "x"],
    ["price_year", 2021],
    ["money_factor", "1亿"],
    ["horizon.phases.1.id", "p14"],
    ["horizon.phases.1.first_year", "十四五"],
    ["horizon.phases.1.last_year", "十四五"],
]
HEADS = ["项目编号", "项目名称", "行业", "总投资", "工期"]


def book(**sheets: list[list[Any]]) -> Workbook:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in {"设置": SETTINGS, **sheets}.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return made


def data(made: Workbook) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def read(made: Workbook) -> tuple[Instance | None, tuple[Finding, ...]]:
    reading = read_workbook(data(made), "plan.xlsx")
    return reading.instance, reading.findings


def places(findings: tuple[Finding, ...]) -> list[tuple[Any, ...]]:
    return [(f.rule, f.file, f.sheet, f.row, f.column) for f in findings]
