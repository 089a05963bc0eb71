"""Rows of years whose names repeat without an id: one project, or each one of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.tables import USD, by_proposal, costs, imported, proposed, refused, text_file

LONG = """Project,Year,Amount
Bridge,2026,100
Bridge,2027,50
Road,2026,30
Road,2027,40
"""
MAP = USD + (
    "columns: {name_en: Project}\nconstants: {sector: other}\nlong: {year: Year, amount: Amount}\n"
)


def test_rows_of_one_name_are_proposed_as_years_of_one_project(tmp_path: Path) -> None:
    path = text_file(tmp_path, LONG)
    found = proposed(path)
    assert "repeats: add" in found.text
    assert any("repeats: add" in str(ask) and "'Project'" in str(ask) for ask in found.asks)
    assert costs(by_proposal(path)) == {"Bridge": 150.0, "Road": 70.0}


def test_rows_of_one_name_are_refused_until_the_map_says_what_they_are(tmp_path: Path) -> None:
    path = text_file(tmp_path, LONG)
    (fault,) = (f for f in refused(path, MAP) if f.severity == "error")
    assert (fault.rule, fault.row) == ("repeated-name", 3)
    assert "2 name(s)" in str(fault.message)
    assert "`repeats: add`" in str(fault.advice)
    assert costs(imported(path, MAP + "repeats: add\n")) == {"Bridge": 150.0, "Road": 70.0}
    apart = imported(path, MAP + "repeats: separate\n").instance.projects
    assert [project.options[0].overnight_cost for project in apart] == [100.0, 50.0, 30.0, 40.0]


@pytest.mark.parametrize("head", ["Project", "Project,Description"])
def test_what_is_said_of_a_year_is_no_part_of_a_name(tmp_path: Path, head: str) -> None:
    text = LONG.replace("Project", head)
    if "Description" in head:
        for number, row in enumerate(LONG.splitlines()[1:]):
            first, rest = row.split(",", 1)
            text = text.replace(row, f"{first},works {number},{rest}")
    assert costs(by_proposal(text_file(tmp_path, text))) == {"Bridge": 150.0, "Road": 70.0}


def test_names_that_never_repeat_are_not_asked_for(tmp_path: Path) -> None:
    rows = LONG.splitlines()
    path = text_file(tmp_path, "\n".join([rows[0], rows[1], rows[4]]))
    assert "repeats" not in proposed(path).text
    assert costs(imported(path, MAP)) == {"Bridge": 100.0, "Road": 40.0}
