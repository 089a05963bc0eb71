"""Where the headings of offices' tables stand: titles, merged rows, formulas, no heading at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.optimizer.interop.table_words import unit_in
from tests.interop.tables import (
    HORIZON,
    USD,
    by_proposal,
    costs,
    imported,
    name,
    proposed,
    refused,
    text_file,
    workbook,
    yearly,
)

PLAN = """Project,Sector,2026,2027,Total
Bridge,Roads,100,200,300
Main,Water,0,50,50
"""


def test_titles_units_and_notes_above_the_headings(tmp_path: Path) -> None:
    text = f"City of X,,,,\nCapital plan 2026-2027,,,,\n(in thousands of dollars),,,,\n{PLAN}"
    path = text_file(tmp_path, text)
    found = proposed(path)
    assert "heading_row: 4" in found.text
    assert "money_factor: 1000" in found.text
    assert found.summary.total == 350.0
    made = by_proposal(path)
    assert costs(made) == {"Bridge": 300.0, "Main": 50.0}
    assert made.instance.settings.money_factor == 1000.0


@pytest.mark.parametrize(
    "title",
    [
        "Capital programme,£m,,,",
        "Capital programme,All amounts in £m,,,",
        '"Capital budget 2026, £m",,,,Version 3',
        "Capital programme 2026 to 2030 £m,,,,",
    ],
)
def test_a_title_that_ends_in_a_unit_is_no_heading(tmp_path: Path, title: str) -> None:
    found = proposed(text_file(tmp_path, f"{title}\n{PLAN}"))
    assert "heading_row: 2" in found.text
    assert "money_unit: million GBP" in found.text
    assert [use.heading for use in found.summary.columns] == PLAN.splitlines()[0].split(",")
    assert found.summary.total == 350.0


def test_the_heading_of_a_group_of_amounts_may_end_in_a_unit(tmp_path: Path) -> None:
    table = "Project,,Funding (£m),\nName,Sector,State,City\nRoad,Roads,1.5,2\nPool,Sport,1,0\n"
    made = by_proposal(text_file(tmp_path, table))
    assert {f.id: f.envelope for f in made.instance.funds} == {"State": 2.5, "City": 2.0}
    # What the funds pay is what the projects cost, where nothing else says it.
    assert costs(made) == {"Road": 3.5, "Pool": 1.0}


def test_two_merged_rows_of_headings(tmp_path: Path) -> None:
    rows = [
        ["No", "Project", "Sector", "Funding sources", None, "2026", None],
        [None, None, None, "City", "State grant", "Q1-Q2", "Q3-Q4"],
        [1, "Bridge", "Roads", 100, 200, 150, 150],
        [2, "Main", "Water", 50, 0, 25, 25],
    ]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"]
    path = workbook(tmp_path, rows, merged)
    headings = [use.heading for use in proposed(path).summary.columns]
    assert headings[:5] == [
        *("No", "Project", "Sector"),
        *("Funding sources / City", "Funding sources / State grant"),
    ]
    # The last part of a heading names it too, where it is the only one that ends so.
    text = USD + "heading_row: [1, 2]\ncolumns: {name_en: Project, sector: Sector}\n"
    text += "years: {Q1-Q2: 2026, Q3-Q4: 2026}\nfunding: {city: City, state: State grant}\n"
    made = imported(path, text)
    assert costs(made) == {"Bridge": 300.0, "Main": 50.0}
    assert {f.id: f.envelope for f in made.instance.funds} == {"city": 150.0, "state": 200.0}


def test_headings_that_are_formulas_without_stored_values(tmp_path: Path) -> None:
    rows = [
        ["Project", "Sector", 2026, "=C1+1", "=D1+1", "Total"],
        ["Bridge", "Roads", 10, 20, 30, "=SUM(C2:E2)"],
        ["Main", "Water", 1, 2, 3, "=C3+D3+E3"],
        ["Total", None, "=SUM(C2:C3)", 22, 33, 66],
    ]
    made = by_proposal(workbook(tmp_path, rows))
    assert costs(made) == {"Bridge": 60.0, "Main": 6.0}
    assert yearly(made.instance, "Bridge") == pytest.approx({2026: 10.0, 2027: 20.0, 2028: 30.0})
    assert "other-total" not in [finding.rule for finding in made.findings]


def test_a_formula_that_is_more_than_sums_is_told_with_its_cell(tmp_path: Path) -> None:
    rows = [["Project", "Sector", 2026], ["Bridge", "Roads", "=VLOOKUP(A2,Z:Z,1)"]]
    text = USD + "columns: {name_en: Project, sector: Sector}\nyears: [2026]\n"
    (fault,) = (f for f in refused(workbook(tmp_path, rows), text) if f.severity == "error")
    assert (fault.rule, fault.sheet, fault.row, fault.column) == (
        *("formula-without-value", "Sheet", 2, "2026"),
    )


@pytest.mark.parametrize(
    ("headings", "years"),
    [
        ("budget2026,budget2027", [2026, 2027]),
        ("FY 2016,FY 2017", [2016, 2017]),
        ("2013/2014,2014/2015", [2013, 2014]),
        ("FY2024/25,FY2025/26", [2024, 2025]),
        ("2024-25 Budget,2025-26 Plan", [2024, 2025]),
        ("FY27,FY28", [2027, 2028]),
        ("2024年度,2025年度", [2024, 2025]),
    ],
)
def test_years_that_are_glued_to_words(tmp_path: Path, headings: str, years: list[int]) -> None:
    path = text_file(tmp_path, f"Project,Sector,{headings}\nBridge,Roads,1,2\nMain,Water,3,4\n")
    summary = proposed(path).summary
    assert summary.by_year == dict(zip(years, (4.0, 6.0), strict=True))


def test_a_heading_that_stands_twice_is_told_and_named_by_number(tmp_path: Path) -> None:
    path = text_file(tmp_path, "name,kind,rating,rating,cost\nBridge,road,A,planned,5\n")
    text = HORIZON + "columns: {name_en: name, sector: kind, stage: rating, overnight_cost: cost}\n"
    made = imported(path, text.replace("stage: rating", "stage: rating (2)"))
    assert made.instance.projects[0].stage == "preparatory"
    faults = refused(path, text.replace("stage: rating", "stage: ratings"))
    assert "rating, rating (2)" in str(faults[0].advice)


def test_projects_as_columns(tmp_path: Path) -> None:
    text = """Project,Bridge,Main,School
Sector,Roads,Water,Education
Status,Planned,Design,Planned
2026,100,20,7
2027,200,30,0
Total,300,50,7
"""
    path = text_file(tmp_path, text)
    assert "transposed" in proposed(path).text
    made = by_proposal(path)
    assert costs(made) == {"Bridge": 300.0, "Main": 50.0, "School": 7.0}


def test_an_indented_tree_without_headings(tmp_path: Path) -> None:
    rows = [
        ["Roads", None, None, 300],
        [None, "Bridge", None, 200],
        [None, None, "North ramp", 150],
        [None, None, "South ramp", 50],
        [None, "Street", None, 100],
        ["Water", None, None, 40],
        [None, "Main", None, 40],
    ]
    text = HORIZON + "heading_row: 0\nconstants: {sector: transport}\n"
    text += "columns: {name_en: [column 1, column 2, column 3], overnight_cost: column 4}\n"
    made = imported(workbook(tmp_path, rows), text)
    assert costs(made) == {"North ramp": 150.0, "South ramp": 50.0, "Street": 100.0, "Main": 40.0}
    assert made.summary is not None
    assert [row for _, row, _ in made.summary.skipped] == [1, 2, 6]


def test_line_breaks_separators_and_quotes_inside_cells(tmp_path: Path) -> None:
    text = (
        'Project\tname;Sector;"Cost\n($000s)";Note\n'
        '"Bridge, old;\nand new";Roads;"1,200";"a; b"\n'
        'Main;Water;"3,400";\n'
    )
    text = text.replace("Project\t", "Project ")
    made = by_proposal(text_file(tmp_path, text))
    assert costs(made) == {"Bridge, old; and new": 1200.0, "Main": 3400.0}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_separator(tmp_path: Path, separator: str, encoding: str) -> None:
    path = text_file(tmp_path, PLAN.replace(",", separator), encoding)
    assert costs(by_proposal(path)) == {"Bridge": 300.0, "Main": 50.0}


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        *(("gb18030", "滨河路改造"), ("gbk", "污水处理厂扩建工程"), ("utf-8", "滨河路改造")),
        *(("cp1252", "Straße und Brücke"), ("cp1252", "Réseau d’eau – été"), ("latin-1", "Niño")),
    ],
)
def test_every_encoding(tmp_path: Path, encoding: str, word: str) -> None:
    table = f"Project,Sector,2026,2027\n{word},Roads,1,2\nMain,Water,3,4\n"
    made = by_proposal(text_file(tmp_path, table, encoding))
    assert name(made.instance.projects[0]) == word


def test_an_encoding_that_the_map_states(tmp_path: Path) -> None:
    table = "Project,Sector,2026\nСтанция,Roads,1\n"
    text = USD + "encoding: cp1251\ncolumns: {name_en: Project, sector: Sector}\nyears: [2026]\n"
    made = imported(text_file(tmp_path, table, "cp1251"), text)
    assert name(made.instance.projects[0]) == "Станция"
    wrong = text.replace("cp1251", "utf-8")
    assert next(f.rule for f in refused(tmp_path / "plan.csv", wrong)) == "bad-encoding"


def test_several_sheets_alike_are_read_one_after_the_other(tmp_path: Path) -> None:
    rows = [["Project", "Sector", 2026], ["Bridge", "Roads", 5]]
    other = [["Project", "Sector", 2026], ["Main", "Water", 7]]
    path = workbook(tmp_path, rows, sheets={"Water": other, "Notes": [["made by us"]]})
    found = proposed(path)
    assert "sheet: [Sheet, Water]" in found.text
    made = imported(path, found.text)
    assert costs(made) == {"Bridge": 5.0, "Main": 7.0}
    assert made.instance.projects[1].source == "plan.xlsx, Water, row 2"
    only = USD + "columns: {name_en: Project, sector: Sector}\nyears: [2026]\n"
    first = imported(path, only)
    assert costs(first) == {"Bridge": 5.0}
    assert "other-sheets" in [finding.rule for finding in first.findings]


def test_headings_that_come_again_on_every_page(tmp_path: Path) -> None:
    again = "Project,Sector,2026,2027,Total\n"
    path = text_file(tmp_path, f"{PLAN}{again}School,Education,9,0,9\n,,,,\n")
    made = by_proposal(path)
    assert costs(made) == {"Bridge": 300.0, "Main": 50.0, "School": 9.0}


@pytest.mark.parametrize(("file", "word"), [("plan.pdf", "pdf"), ("plan.xls", "xls")])
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, file: str, word: str) -> None:
    path = tmp_path / file
    path.write_bytes(b"\xd0\xcf\x11\xe0 old" if word == "xls" else b"%PDF-1.7")
    faults = refused(path, USD + "columns: {name_en: a}\n")
    assert word in str(faults[0].message)
    assert "xlsx" in str(faults[0].advice)


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Cost, million USD", (1e6, "USD")),
        ("Cost USD million", (1e6, "USD")),
        ("Cost thousand of dollars", (1e3, "")),
        ("Budget (R$ mil)", (1e3, "BRL")),
        ("Cost ($ mil)", None),  # million in one language, thousand in another
        ("R'000", (1e3, "ZAR")),
        ("Length m", None),
    ],
)
def test_units_of_headings(heading: str, unit: tuple[float, str] | None) -> None:
    assert unit_in(heading) == unit
