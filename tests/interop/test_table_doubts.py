"""Tables that mix things: read where that is plain, else refused by name until the map says."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import Severity
from tests.interop.tables import (
    USD,
    by_proposal,
    costs,
    imported,
    proposed,
    refused,
    rules,
    text_file,
    workbook,
    yearly,
)


def errors(path: Path, text: str) -> list[tuple[str, str | None, int | None, str | None]]:
    found = (f for f in refused(path, text) if f.severity is Severity.ERROR)
    return [(f.rule, f.sheet, f.row, f.column) for f in found]


def test_a_currency_of_its_own_in_some_rows_is_refused(tmp_path: Path) -> None:
    table = "Project,Sector,Currency,Amount\nA,Road,USD,100\nB,Water,EUR,200\nC,Water,USD,50\n"
    path = text_file(tmp_path, table)
    text = proposed(path).text
    assert "currency: USD" in text
    assert errors(path, text) == [("other-currency", None, 3, "Currency")]
    made = imported(path, text + "only: {Currency: USD}\n")
    assert costs(made) == {"A": 100.0, "C": 50.0}


def test_units_said_row_by_row_are_read(tmp_path: Path) -> None:
    table = "Project,Sector,Amount,Unit\nA,Road,100,thousand USD\nB,Water,2,million USD\n"
    path = text_file(tmp_path, table)
    assert costs(by_proposal(path)) == {"A": 100_000.0, "B": 2_000_000.0}
    path = text_file(tmp_path, table + "C,Road,7,dozens\nD,Road,7,thousand EUR\n")
    assert errors(path, proposed(path).text) == [
        ("unknown-unit", None, 4, "Unit"),
        ("other-currency", None, 5, "Unit"),
    ]


def test_a_unit_of_lengths_is_no_unit_of_money(tmp_path: Path) -> None:
    table = "Project,Sector,Cost,Quantity,Unit\nA,Road,100,3,km\nB,Water,200,4,m\n"
    assert costs(by_proposal(text_file(tmp_path, table))) == {"A": 100.0, "B": 200.0}


def test_one_name_in_several_sheets_is_asked_about(tmp_path: Path) -> None:
    rows = [["Project", "Sector", "2026"], ["A", "Road", 5], ["B", "Water", 6]]
    others = [["Project", "Sector", "2026"], ["A", "Road", 7], ["C", "Water", 8]]
    path = workbook(tmp_path, rows, sheets={"Second": others})
    text = proposed(path).text
    assert errors(path, text) == [("repeated-name", "Second", 2, None)]
    assert costs(imported(path, text + "repeats: add\n")) == {"A": 12.0, "B": 6.0, "C": 8.0}
    assert len(imported(path, text + "repeats: separate\n").instance.projects) == 4


def test_what_is_left_for_future_years_is_named_with_its_sum(tmp_path: Path) -> None:
    table = "Project,Dept,FY26,FY27,Future Years\nA,Road,20,30,50\nB,Water,5,5,0\n"
    made = by_proposal(text_file(tmp_path, table))
    (told,) = (f for f in made.findings if f.rule == "unread-amounts")
    assert "Future Years (50)" in str(told.message)


def test_a_total_with_a_unit_in_its_heading_is_held_to_the_years(tmp_path: Path) -> None:
    table = "Project,Sector,2026,2027,Total £000\nA,Road,1,2,9\nB,Water,3,4,7\n"
    path = text_file(tmp_path, table)
    assert ("other-total", None, 2, "Total £000") in errors(path, proposed(path).text)


def test_amounts_beyond_the_headings_are_named(tmp_path: Path) -> None:
    table = "Project,Sector,2026,2027\nA,Road,1,2,99\nB,Water,3,4\nC,Road,5,6\n"
    made = by_proposal(text_file(tmp_path, table))
    (told,) = (f for f in made.findings if f.rule == "unread-amounts")
    assert "column 5 (99)" in str(told.message)


def test_an_error_of_a_formula_is_never_open(tmp_path: Path) -> None:
    rows = [["Project", "Sector", 2026, 2027], ["A", "Road", 1, 2], ["B", "Water", 5, "#REF!"]]
    path = workbook(tmp_path, rows)
    text = proposed(path).text
    assert "unreadable" not in text
    for more in ("", "unreadable: open\n"):
        assert errors(path, text + more) == [("error-value", "Sheet", 3, "2027")]


def test_funds_in_rows_below_a_merged_total_count_once(tmp_path: Path) -> None:
    rows = [
        ["Project", "Total cost", "Source", "Amount"],
        ["A", 30, "State", 10],
        [None, None, "City", 20],
        ["B", 7, "City", 7],
    ]
    made = by_proposal(workbook(tmp_path, rows, ["A2:A3", "B2:B3"]))
    assert costs(made) == {"A": 30.0, "B": 7.0}
    assert {f.id: f.envelope for f in made.instance.funds} == {"State": 10.0, "City": 27.0}


def test_low_and_high_estimates_stand_beside_the_likely_one(tmp_path: Path) -> None:
    table = "Project,Sector,Cost low,Cost most likely,Cost high\nA,Road,8,10,15\nB,Water,4,5,6\n"
    made = by_proposal(text_file(tmp_path, table))
    option = made.instance.projects[0].options[0]
    assert (option.overnight_cost, option.overnight_cost_low, option.overnight_cost_high) == (
        10.0,
        8.0,
        15.0,
    )


def test_years_as_dates_of_a_workbook_and_totals_above_the_rows(tmp_path: Path) -> None:
    table = "Project,Sector,2026,2027\nTotal,,4,6\nA,Road,1,2\nB,Water,3,4\n"
    made = by_proposal(text_file(tmp_path, table))
    assert costs(made) == {"A": 3.0, "B": 7.0}
    assert yearly(made.instance, "B") == {2026: 3.0, 2027: 4.0}


@pytest.mark.parametrize(
    "headings",
    [
        "Actual 2025,Budget 2026,Revised budget 2026,Budget 2027",
        "Actual 2025,2026 Budget,2026 Forecast,2027 Budget",
    ],
)
def test_two_editions_of_a_year_are_refused_until_one_is_chosen(
    tmp_path: Path, headings: str
) -> None:
    names = headings.split(",")
    path = text_file(tmp_path, f"Project,Sector,{headings}\nA,Road,5,10,12,20\nB,Water,0,3,3,4\n")
    text = proposed(path).text
    assert errors(path, text) == [("year-stands-twice", None, None, names[2])]
    made = imported(path, f"{text}leave_out_columns: [{names[2]}]\n")
    assert costs(made) == {"A": 30.0, "B": 7.0}


def test_every_fault_of_two_sheets_is_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    head = ["Project", "Status", "Sector", "2026", "2027"]
    first = [head, ["A", "Planned", "transport", 1, "soon"], ["B", "Dreamt", "transport", -3, 1]]
    second = [head, ["C", "Planned", "transport", "$ 5 (8)", 1], ["D", "Planned", "magic", 1, "€9"]]
    path = workbook(tmp_path, first, sheets={"Second": second})
    text = USD + "sheet: [Sheet, Second]\nyears: ['2026', '2027']\n"
    text += "columns: {name_en: Project, stage: Status, sector: Sector}\n"
    found = errors(path, text)
    assert {(rule, sheet, row) for rule, sheet, row, _ in found} >= {
        ("bad-number", "Sheet", 2),
        ("negative-amount", "Sheet", 3),
        ("unknown-word", "Sheet", 3),
        ("bad-number", "Second", 2),
        ("bad-number", "Second", 3),
    }
    assert all(sheet and row and column for _, sheet, row, column in found), found
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["map.yaml", "plan.xlsx"]


def test_a_share_of_something_is_no_money(tmp_path: Path) -> None:
    table = "Project,Sector,Percent of total,Cost\nA,Road,40%,40\nB,Water,60%,60\n"
    made = by_proposal(text_file(tmp_path, table))
    assert costs(made) == {"A": 40.0, "B": 60.0}
    assert "unread-amounts" not in rules(made)
