"""Money that a map does not read: later years, totals, several columns of one year."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import Finding
from tests.interop.tables import (
    USD,
    ImportedTable,
    ProposedMap,
    by_proposal,
    costs,
    imported,
    proposed,
    refused,
    rules,
    text_file,
    yearly,
)

NAMED = USD + "columns: {name_en: Project}\nconstants: {sector: other}\n"
LATER = """Project,2026,2027,2028-2035,Total
Bridge,50,50,350,450
Road,20,20,0,40
"""
BY_FUND = """Project,2026 Fed,2026 Local,2026 Total,2027 Fed,2027 Local,2027 Total,Grand Total
Bridge,10,20,30,1,2,3,33
Road,5,5,10,6,6,12,22
"""
QUARTERS = """Project,Q1 2026,Q2 2026,2026,2027
Bridge,4,6,10,20
Road,5,15,20,10
"""


def _errors(found: tuple[Finding, ...]) -> list[tuple[str, str | None]]:
    return [(f.rule, f.column) for f in found if f.severity == "error"]


def _told(made: ImportedTable | ProposedMap, rule: str) -> str:
    return next(str(f.message) for f in made.findings if f.rule == rule)


def test_a_block_of_years_is_named_with_its_sum_and_a_total_refuses(tmp_path: Path) -> None:
    path = text_file(tmp_path, LATER)
    found = proposed(path)
    assert "2028-2035 (350)" in _told(found, "unread-amounts")
    assert _errors(found.findings) == [("other-total", "Total")]
    assert "490 in all" in _told(found, "other-total")
    assert "add up to 140" in _told(found, "other-total")
    assert _errors(refused(path, found.text)) == [("other-total", "Total")]


def test_the_map_says_which_counts(tmp_path: Path) -> None:
    path = text_file(tmp_path, LATER)
    all_years = imported(path, NAMED + "years: {'2026': 2026, '2027': 2027, 2028-2035: 2028}\n")
    assert costs(all_years) == {"Bridge": 450.0, "Road": 40.0}
    assert "unread-amounts" not in rules(all_years)
    years = NAMED + "years: ['2026', '2027']\n"
    left = imported(path, years + "leave_out_columns: [2028-2035, Total]\n")
    assert costs(left) == {"Bridge": 100.0, "Road": 40.0}
    assert "unread-amounts" not in rules(left)
    assert costs(imported(path, years + "total: Total\n")) == {"Bridge": 100.0, "Road": 40.0}


def test_a_total_that_agrees_with_or_without_what_was_spent_is_silent(tmp_path: Path) -> None:
    text = "Project,Prior Years,2026,2027,Total\nBridge,10,50,50,110\nRoad,5,20,20,45\n"
    path = text_file(tmp_path, text)
    spent = NAMED.replace("Project}", "Project, spent_to_date: Prior Years}")
    made = imported(path, spent + "years: ['2026', '2027']\n")
    assert not {"other-total", "unread-amounts"} & set(rules(made))


def test_years_by_fund_are_proposed_and_held_to_the_totals(tmp_path: Path) -> None:
    path = text_file(tmp_path, BY_FUND)
    made = by_proposal(path)
    assert costs(made) == {"Bridge": 33.0, "Road": 22.0}
    assert {(i.fund, i.year): i.value for i in made.instance.inflows} == {
        **{("Fed", 2026): 15.0, ("Local", 2026): 25.0},
        **{("Fed", 2027): 7.0, ("Local", 2027): 8.0},
    }
    other = text_file(tmp_path, BY_FUND.replace("Bridge,10,20,30", "Bridge,10,20,31"))
    assert _errors(refused(other, proposed(path).text)) == [("year-stands-twice", "2026 Total")]


@pytest.mark.parametrize("text", [QUARTERS, QUARTERS.replace("2026", "FY2026")])
def test_the_whole_of_a_year_counts_before_its_quarters(tmp_path: Path, text: str) -> None:
    made = by_proposal(text_file(tmp_path, text))
    assert costs(made) == {"Bridge": 30.0, "Road": 30.0}
    assert yearly(made.instance, "Bridge") == {2026: 10.0, 2027: 20.0}


def test_columns_of_a_year_that_nothing_tells_apart_are_refused(tmp_path: Path) -> None:
    text = "Project,2026 Draft,2026 Bid,2027\nBridge,10,12,20\nRoad,20,25,10\n"
    path = text_file(tmp_path, text)
    found = proposed(path)
    assert any("2026 stands over several columns" in str(ask) for ask in found.asks)
    assert _errors(found.findings) == [("year-stands-twice", "2026 Bid")]
    assert "2026 Bid (37)" in _told(found, "year-stands-twice")
    assert _errors(refused(path, found.text)) == [("year-stands-twice", "2026 Bid")]
    made = imported(path, found.text + "leave_out_columns: [2026 Bid]\n")
    assert costs(made) == {"Bridge": 30.0, "Road": 30.0}
    bid = NAMED + "years: [2026 Bid, '2027']\nleave_out_columns: 2026 Draft\n"
    assert costs(imported(path, bid)) == {"Bridge": 32.0, "Road": 35.0}


def test_a_total_of_a_year_is_read_before_one_of_its_funds(tmp_path: Path) -> None:
    text = "Project,2026 Fed,2026 Other,2026 Total,2027\nBridge,10,20,40,5\nRoad,5,5,11,6\n"
    path = text_file(tmp_path, text)
    found = proposed(path)
    faults = _errors(found.findings)
    assert faults == [("year-stands-twice", "2026 Total")]
    assert "2026 Total (51)" in _told(found, "year-stands-twice")


def test_a_row_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Project,2026,2027,Total\nBridge,1O,20,30\nRoad,5,6,12\n")
    faults = refused(path, NAMED + "years: ['2026', '2027']\n")
    assert [(f.rule, f.row) for f in faults if f.severity == "error"] == [
        *(("bad-number", 2), ("other-total", 3)),
    ]


def test_measures_that_are_no_money_are_not_named(tmp_path: Path) -> None:
    text = "Project,Length km,Ward,Score,2026,2027\nBridge,3.5,4,80,10,20\nRoad,7,5,60,20,10\n"
    assert "unread-amounts" not in rules(by_proposal(text_file(tmp_path, text)))


def test_sums_are_compared_in_the_units_of_their_headings(tmp_path: Path) -> None:
    text = (
        "2026年计划\n,,,,,单位：万元\n项目名称,总投资（亿元）,中央,市级,2026年,2027年\n"
        "甲桥,1.5,5000,10000,8000,7000\n乙路,8000万,2000,6000,4000,4000\n"
    )
    found = proposed(text_file(tmp_path, text))
    assert "total: 总投资（亿元）" in found.text
    assert "rest" not in found.text
    assert not [ask for ask in found.asks if "add up" in str(ask)]
    assert "other-total" not in rules(found)
    assert found.summary.total == 23_000.0
    other = proposed(text_file(tmp_path, text.replace("甲桥,1.5", "甲桥,15000")))
    assert [ask for ask in other.asks if "more than the years add up to" in str(ask)]


def test_a_total_of_another_unit_is_held_in_its_own(tmp_path: Path) -> None:
    head = "项目名称,2026年（万元）,2027年（万元）,合计（亿元）\n"
    text = head + "甲桥,8000,7000,{}\n乙路,4000,4000,0.8\n"
    years = NAMED.replace("name_en: Project", "name_zh: 项目名称").replace("USD", "CNY")
    years += "years: [2026年（万元）, 2027年（万元）]\n"
    agreeing = imported(text_file(tmp_path, text.format("1.5")), years)
    assert not {"other-total", "unread-amounts"} & set(rules(agreeing))
    faults = refused(text_file(tmp_path, text.format("15000")), years)
    assert _errors(faults) == [("other-total", "合计（亿元）")]
