"""An office's spreadsheet from the map to a verified plan and its exports, by commands alone."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Call


def city(folder: Path) -> Path:
    """A capital budget of 60 lines by year, in thousands, with a total and a subtotal."""
    draw = random.Random(7)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["City of X - capital budget ($000s)"])
    sheet.append(["Program", "Project", "Ward", *range(2026, 2031), "Total"])
    sums = [0] * 6
    for number in range(60):
        years = [draw.choice([0, 0, draw.randint(50, 900)]) for _ in range(5)]
        years[number % 5] = draw.randint(50, 900)
        amounts = [*years, sum(years)]
        sums = [a + b for a, b in zip(sums, amounts, strict=True)]
        program = ("Roads", "Water", "Parks")[number // 20]
        sheet.append([program, f"Works {number}", f"Ward {number % 7}", *amounts])
        if number % 20 == 19:
            sheet.append([f"Total {program}", None, None, *sums])
            sums = [0] * 6
    book.save(folder / "city.xlsx")
    return folder / "city.xlsx"


def test_a_spreadsheet_becomes_a_verified_plan(tmp_path: Path, call: Call) -> None:
    table, text = city(tmp_path), tmp_path / "map.yaml"
    assert call("map", table, "-o", text).code == 0
    said = text.read_text(encoding="utf-8")
    assert "money_factor: 1000" in said
    more = "budget: 0.85\nassumed_benefit: 0.2\n"
    text.write_text(said + more, encoding="utf-8")
    assert len([line for line in text.read_text().splitlines() if line[:1] != "#"]) <= 30
    made = call("import", "table", table, tmp_path / "x", "--map", text, "--json").data
    assert made["projects"] == 60
    assert call("validate", tmp_path / "x").code == 0
    run = tmp_path / "run"
    solved = call("solve", tmp_path / "x", "-o", run, "--gap", 1e-3, "--json").data
    assert solved["gap"] <= 1e-3
    assert solved["money"]["came_in"] == pytest.approx(0.85 * made["sum"])
    assert solved["money"]["share"] < 0.02  # the money binds
    assert call("verify", run).code == 0
    for form in ("xlsx", "csv"):
        assert call("export", run, "--to", form, "-o", tmp_path / f"out.{form}").code == 0
        assert (tmp_path / f"out.{form}").exists()
