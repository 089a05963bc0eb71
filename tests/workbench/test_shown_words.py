"""What ids and words of fixed lists in a sheet are called on its grid."""

from __future__ import annotations

from pathlib import Path


def test_cells_are_named_and_keep_what_they_hold(template: Path) -> None:
    from infraplan.optimizer.workbench.sheets import read_sheets, shown_rows
    from infraplan.optimizer.workbench.shown_words import words_shown

    sheets = read_sheets(template.read_bytes(), template.name)
    projects = next(sheet for sheet in sheets if sheet.table == "projects")
    chinese = words_shown(projects, sheets, "zh")
    assert chinese["sector"]["transport"] == "交通"
    assert chinese["subsector"]["expressway"] == "高速公路"
    assert chinese["jurisdiction"] == {"county": "某县"}
    english = words_shown(projects, sheets, "en")
    assert english["jurisdiction"] == {"county": "County"}
    assert "sector" not in english, "English words of a list are its ids"
    assert "name_zh" not in chinese, "what is text already has no other name"
    assert {row["jurisdiction"] for row in shown_rows(projects, (), "zh")} == {"county"}
    kinds = {
        word
        for sheet in sheets
        for words in words_shown(sheet, sheets, "zh").values()
        for word in words.values()
    }
    assert all(not word.isascii() for word in kinds)
