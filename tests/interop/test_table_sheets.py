"""Which sheets of a foreign workbook are read: those that it shows, where nobody names others."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.interop.tables import USD, by_proposal, costs, imported, proposed, rules

HEAD = ["Project", "2026", "2027"]
NEW = [HEAD, ["Bridge", 10, 20], ["Road", 5, 6]]
OLD = [HEAD, *([f"Old {number}", 1, 1] for number in range(20))]
MAP = USD + ("columns: {name_en: Project}\nconstants: {sector: other}\nyears: ['2026', '2027']\n")


def _book(folder: Path, *sheets: tuple[str, list[list[object]], str]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows, state in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    book.active = next((i for i, (_, _, state) in enumerate(sheets) if state == "visible"), 0)
    book.save(folder / "plan.xlsx")
    return folder / "plan.xlsx"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_neither_proposed_nor_read_unasked(tmp_path: Path, state: str) -> None:
    path = _book(tmp_path, ("Old", OLD, state), ("Projects", NEW, "visible"))
    found = proposed(path)
    assert "sheet: Projects" in found.text
    assert any("Old" in str(ask) for ask in found.asks)
    made = by_proposal(path)
    assert costs(made) == {"Bridge": 30.0, "Road": 11.0}
    assert "hidden-cells" not in rules(made)
    unnamed = imported(path, MAP)
    assert costs(unnamed) == {"Bridge": 30.0, "Road": 11.0}
    assert "other-sheets" in rules(unnamed)


def test_a_hidden_sheet_is_read_where_it_is_named_or_alone(tmp_path: Path) -> None:
    path = _book(tmp_path, ("Old", OLD, "hidden"), ("Projects", NEW, "visible"))
    assert "sheet: Old" in proposed(path, "Old").text
    named = imported(path, MAP + "sheet: Old\n")
    assert len(costs(named)) == 20
    assert "hidden-cells" in rules(named)
    other = _book(tmp_path, ("Cover", [], "visible"), ("Old", OLD, "hidden"))
    assert len(costs(by_proposal(other))) == 20
