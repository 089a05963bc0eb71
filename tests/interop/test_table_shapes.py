"""Shapes of offices' tables: rows for years, editions, dates, statuses, places, what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.project import Stage
from infraplan.optimizer.estimating.fill import fill_gaps
from tests.interop.tables import (
    HORIZON,
    USD,
    by_proposal,
    costs,
    imported,
    name,
    proposed,
    refused,
    rules,
    text_file,
    workbook,
    yearly,
)

LONG = """Project ID,Project name,Sector,Fiscal year,Funding source,Amount
P1,Bridge,Roads,2026,City,10
P1,Bridge,Roads,2026,State,20
P1,Bridge,Roads,2027,City,30
P1,Bridge,Roads,2027,City,5
P2,Main,Water,2027,State,40
"""


def test_a_row_for_project_year_and_fund_is_added(tmp_path: Path) -> None:
    made = by_proposal(text_file(tmp_path, LONG))
    assert costs(made) == {"Bridge": 65.0, "Main": 40.0}
    assert yearly(made.instance, "Bridge") == {2026: 30.0, 2027: 35.0}
    assert {(i.fund, i.year): i.value for i in made.instance.inflows} == {
        **{("City", 2026): 10.0, ("State", 2026): 20.0},
        **{("City", 2027): 35.0, ("State", 2027): 40.0},
    }


def test_a_total_that_is_said_again_on_each_row_counts_once(tmp_path: Path) -> None:
    rows = ["Project ID,Project name,Sector,Year,Amount"]
    for number, cost in enumerate((50, 70, 90), start=1):
        rows += [f"P{number},Works {number},Roads,{year},{cost}" for year in (2026, 2027)]
    path = text_file(tmp_path, "\n".join(rows))
    text = USD + "columns: {id: Project ID, name_en: Project name, sector: Sector}\n"
    long = text + "long: {year: Year, amount: Amount}\n"
    (fault,) = (f for f in refused(path, long) if f.severity == "error")
    assert fault.rule == "repeated-total"
    assert "repeats: add" in str(fault.advice)
    assert sum(costs(imported(path, long + "repeats: add\n")).values()) == 420.0
    once = HORIZON + text.removeprefix(USD).replace(
        "sector: Sector", "sector: Sector, overnight_cost: Amount"
    )
    assert [f.rule for f in refused(path, once) if f.severity == "error"] == ["repeated-id"]
    assert sum(costs(imported(path, once + "repeats: once\n")).values()) == 210.0
    other = text_file(tmp_path, "\n".join(rows).replace("2027,50", "2027,51"))
    faults = [f for f in refused(other, once + "repeats: once\n") if f.severity == "error"]
    assert [(f.rule, f.row) for f in faults] == [("other-amount", 3)]


@pytest.mark.parametrize(
    "dates", [("2022", "2023"), ("2022-Q4", "2023-Q1"), ("31.12.2022", "01.02.2023")]
)
def test_the_latest_of_several_editions_is_taken(tmp_path: Path, dates: tuple[str, str]) -> None:
    first, second = dates
    table = f"Project ID,Project name,Sector,Edition,Whole life cost\nP1,Bridge,Roads,{second},12\n"
    table += f"P1,Bridge,Roads,{first},10\nP2,Main,Water,{first},7\n"
    text = HORIZON + "columns: {id: Project ID, name_en: Project name, sector: Sector,"
    text += " overnight_cost: Whole life cost}\nrepeats: latest\nlatest: Edition\n"
    made = imported(text_file(tmp_path, table), text)
    assert costs(made) == {"Bridge": 12.0, "Main": 7.0}
    assert made.summary is not None
    assert [row for _, row, _ in made.summary.skipped] == [3]


def test_one_edition_of_several_is_asked_for(tmp_path: Path) -> None:
    table = "Edition,Project,Sector,Cost\n2025,Bridge,Roads,1\n2026,Bridge,Roads,2\n"
    text = HORIZON + "columns: {name_en: Project, sector: Sector, overnight_cost: Cost}\n"
    made = imported(text_file(tmp_path, table), text + "only: {Edition: 2026}\n")
    assert costs(made) == {"Bridge": 2.0}


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        *(("01.03.2027", "31.12.2029"), ("2027-03-01", "2029-12-31"), ("3/1/27", "12/31/29")),
        *(("Mar 2027", "Dec-29"), ("Q1 2027", "2029Q4"), ("FY2027/28", "FY2029/30")),
        *(("2027年3月", "2029年12月"), ("46447", "47483")),
    ],
)
def test_dates_in_all_their_forms(tmp_path: Path, begins: str, ends: str) -> None:
    table = f"Project;Sector;Cost;Start date;End date\nBridge;Roads;9;{begins};{ends}\n"
    text = HORIZON + "columns: {name_en: Project, sector: Sector, overnight_cost: Cost,"
    text += " begins: Start date, ends: End date}\n"
    (project,) = imported(text_file(tmp_path, table), text).instance.projects
    assert (project.earliest_start, project.options[0].lead_time) == (2027, 3)
    assert "begins: Start date" in proposed(tmp_path / "plan.csv").text


def test_a_span_of_years_in_one_cell(tmp_path: Path) -> None:
    rows = [
        ["2026年重点项目计划", None, None, None, None],
        ["项目名称", "行业", "建设性质", "建设起止年限", "总投资（万元）"],
        ["大桥", "交通", "续建", "2024-2027", 400],
        ["管网", "水利", "新开工", "2026-2028", 90],
        ["学校", "教育", "竣工", "2023—2025", 50],
    ]
    made = by_proposal(workbook(tmp_path, rows))
    bridge, pipes, school = made.instance.projects
    assert (bridge.stage, bridge.started) == (Stage.UNDER_CONSTRUCTION, 2024)
    assert bridge.options[0].lead_time == 4
    assert (pipes.stage, pipes.earliest_start) == (Stage.START, 2026)
    assert (school.stage, school.opened) == (Stage.COMPLETE, 2025)
    horizon = made.instance.settings.horizon
    assert (horizon.first_year, horizon.last_year) == (2026, 2030)


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        *(("Idea", Stage.STUDY), ("Design", Stage.PREPARATORY), ("Procurement", Stage.START)),
        *(("In Progress", Stage.UNDER_CONSTRUCTION), ("Construction", Stage.UNDER_CONSTRUCTION)),
        *(("Completed", Stage.COMPLETE), ("前期", Stage.PREPARATORY), ("新建", Stage.START)),
        *(("续建", Stage.UNDER_CONSTRUCTION), ("Cancelled", None), ("On hold", None)),
    ],
)
def test_status_words(tmp_path: Path, word: str, stage: Stage | None) -> None:
    table = f"Project,Sector,Status,2026\nBridge,Roads,{word},5\nMain,Water,Planned,5\n"
    text = USD + "columns: {name_en: Project, sector: Sector, stage: Status}\nyears: [2026]\n"
    made = imported(text_file(tmp_path, table), text)
    found = {name(project): project.stage for project in made.instance.projects}
    assert found.get("Bridge") == stage
    faults = refused(text_file(tmp_path, table.replace(word, "Dreamt")), text)
    assert faults[0].rule == "unknown-word"
    assert (faults[0].row, faults[0].column) == (2, "Status")


def test_places_marks_of_web_pages_and_ids_that_count_rows(tmp_path: Path) -> None:
    table = "No.,Project name,Sector,Ward Number,Ward,2026\n"
    table += '1,"<b>Bridge</b> &amp; ramp<br>north",Roads,3,Etobicoke; Downtown,5\n'
    table += "2,Main,Water,CW,City Wide,7\n3,Main,Water,4,Willowdale,8\n"
    found = proposed(text_file(tmp_path, table))
    fields = {use.heading: use.field for use in found.summary.columns}
    assert (fields["No."], fields["Ward Number"], fields["Ward"]) == (None, None, "place")
    made = imported(tmp_path / "plan.csv", found.text)
    assert [p.id for p in made.instance.projects] == ["Bridge_&_ramp_north", "Main", "Main:2"]
    assert [p.name_en for p in made.instance.places] == [
        *("Etobicoke; Downtown", "City Wide", "Willowdale"),
    ]


def test_rows_that_are_no_works_are_told_by_name(tmp_path: Path) -> None:
    table = "Project,Sector,2026\nContingency,Other,5\nSalary recovery,Other,2\nBridge,Roads,9\n"
    path = text_file(tmp_path, table)
    text = USD + "columns: {name_en: Project, sector: Sector}\nyears: [2026]\n"
    (told,) = (f for f in imported(path, text).findings if f.rule == "no-project")
    assert "rows 2, 3" in str(told.message)
    made = imported(path, text + "leave_out_rows: [2, 3]\n")
    assert costs(made) == {"Bridge": 9.0}
    assert "no-project" not in rules(made)


def test_a_table_without_money_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Project,Sector,Status\nBridge,Roads,Planned\nMain,Water,Design\n")
    text = HORIZON + "columns: {name_en: Project, sector: Sector}\n"
    faults = [f for f in refused(path, text) if f.rule == "no-money"]
    assert "a table without money is no list to choose from" in str(faults[0].message)
    with pytest.raises(Exception, match="a table without money"):
        proposed(path)


def test_what_is_missing_stays_open_and_can_be_estimated(tmp_path: Path) -> None:
    rows = [["项目名称", "行业", "细分行业", "总投资（万元）"], ["水库一", "水利", "水库", None]]
    rows.append(["水库", "水利", "水库", 50000])
    text = "settings: {currency: CNY, money_unit: 万元, money_factor: 10000, price_year: 2026,"
    text += " horizon: {phases: [{id: p, first_year: 2026, last_year: 2030}]}}\n"
    text += "columns: {name_zh: 项目名称, sector: 行业, subsector: 细分行业,"
    text += " overnight_cost: 总投资（万元）}\n"
    made = imported(workbook(tmp_path, rows), text)
    assert made.summary is not None
    assert made.summary.open["overnight_cost"] == 1
    assert made.summary.open["benefits"] == 2
    assert {"cost-is-open", "no-benefits"} <= set(rules(made))
    filled, told = fill_gaps(made.instance)
    assert ("水库一", "overnight_cost") in {(row.project, row.field) for row in told}
    assert filled.projects[0].options[0].overnight_cost > 0.0
    assert all(project.options[0].benefits for project in filled.projects)


def test_benefits_that_the_map_assumes_are_told(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Project,Sector,2026\nBridge,Roads,50\nMain,Water,0\n")
    text = USD + "columns: {name_en: Project, sector: Sector}\nyears: [2026]\n"
    made = imported(path, text + "assumed_benefit: 0.1\n")
    assert made.instance.projects[0].options[0].benefits == {"assumed": 5.0}
    assert made.instance.projects[1].options[0].benefits == {}
    assert "assumed-benefit" in rules(made)
    assert refused(path, text + "assumed_benefit: 2\n")[0].rule == "bad-number"


def test_every_fault_of_a_foreign_table_is_told_once_and_nothing_is_written(tmp_path: Path) -> None:
    rows = [
        ["City of X", None, None, None],
        ["Project", "Sector", "Status", 2026],
        ["Bridge", "Roads", "Dreamt", "12 km"],
        ["Main", None, "Planned", -5],
        ["Pool", "Parks", "Planned", 7],
    ]
    path = workbook(tmp_path, rows, name="x.xlsx")
    text = USD + "columns: {name_en: Project, sector: Sector, stage: Status, place: Ward}\n"
    faults = [f for f in refused(path, text + "years: [2026]\n") if f.severity == "error"]
    assert all(f.sheet == "Sheet" for f in faults)
    assert [(f.rule, f.row, f.column) for f in faults[:4]] == [
        ("missing-column", 2, "Ward"),
        ("bad-number", 3, "2026"),
        ("negative-amount", 4, "2026"),
        ("unknown-word", 3, "Status"),
    ]
    assert ("missing-cell", 4, "Sector") in {(f.rule, f.row, f.column) for f in faults}


def test_owners_have_budgets_of_their_own(tmp_path: Path) -> None:
    table = "Department,Project,Sector,2026\nDFT,Bridge,Roads,5\nDEFRA,Dam,Water,7\n"
    text = USD + "columns: {name_en: Project, sector: Sector, jurisdiction: Department}\n"
    made = imported(text_file(tmp_path, table), text + "years: [2026]\nbudget: 0.5\n")
    assert {(f.id, f.jurisdiction) for f in made.instance.funds} == {
        *{("budget_DFT", "DFT"), ("budget_DEFRA", "DEFRA")},
    }
    assert {i.fund: i.value for i in made.instance.inflows} == {
        **{"budget_DFT": 2.5, "budget_DEFRA": 3.5},
    }


@pytest.mark.parametrize(
    "table",
    [
        "Project,Funding source,2026,2027\nBridge,City,10,20\nBridge,State,5,5\nPool,City,1,2\n",
        "Project,Funding source,2026,2027\n"
        "Bridge,,,\n,City,10,20\n,State,5,5\nPool,,,\n,City,1,2\n",
    ],
    ids=["each row", "below the name"],
)
def test_funds_as_rows_of_a_project(tmp_path: Path, table: str) -> None:
    made = by_proposal(text_file(tmp_path, table + "Total,,16,27\n"))
    assert costs(made) == {"Bridge": 40.0, "Pool": 3.0}
    assert {(i.fund, i.year): i.value for i in made.instance.inflows} == {
        **{("City", 2026): 11.0, ("City", 2027): 22.0},
        **{("State", 2026): 5.0, ("State", 2027): 5.0},
    }


def test_quarters_of_a_year_are_added(tmp_path: Path) -> None:
    table = "Project,Sector,Q1 2026,Q2 2026,Q3 2026,Q4 2026,Q1 2027\nBridge,Roads,1,2,3,4,5\n"
    made = by_proposal(text_file(tmp_path, table + "Main,Water,0,0,9,9,0\n"))
    assert yearly(made.instance, "Bridge") == {2026: 10.0, 2027: 5.0}


def test_a_row_of_units_below_the_headings(tmp_path: Path) -> None:
    table = "City of X\n,Estimated total cost,2026-27,2027-28,Post 2028\n,$'000,$'000,$'000,$'000\n"
    path = text_file(tmp_path, table + "Rail,900,100,200,600\nDepot,30,10,20,0\n")
    found = proposed(path)
    assert "heading_row: [2, 3]" in found.text
    assert "money_factor: 1000" in found.text
    # What comes after the last year is no amount of a year.
    assert found.summary.by_year == {2026: 110.0, 2027: 220.0}
    assert costs(imported(path, found.text)) == {"Rail": 300.0, "Depot": 30.0}


def test_one_year_beside_a_whole_cost_is_no_cost_of_the_works(tmp_path: Path) -> None:
    rows = [
        ["单位：亿元", None, None, None, None],
        ["序号", "项目名称", "建设年限", "总投资", "2026年投资计划"],
        [None, "一、在建项目（1个）", None, 80, 12],
        [1, "铁路", "2023—2027", 80, 12],
        [None, "二、新开工项目（1个）", None, 20, 6],
        [2, "水厂", "2026—2027", 20, 6],
    ]
    made = by_proposal(workbook(tmp_path, rows))
    assert costs(made) == {"铁路": 80.0, "水厂": 20.0}
    rail, works = made.instance.projects
    assert (rail.stage, rail.started) == (Stage.UNDER_CONSTRUCTION, 2023)
    assert (works.stage, works.earliest_start) == (Stage.START, 2026)
    assert made.instance.settings.horizon.first_year == 2026


def test_a_list_without_headings_is_read_by_its_columns(tmp_path: Path) -> None:
    path = text_file(tmp_path, "1,Bridge repair,Roads,500000\n2,Sewer lining,Water,250000\n")
    found = proposed(path)
    assert "heading_row: 0" in found.text
    assert any("no row of headings" in ask for ask in found.asks)
    assert costs(imported(path, found.text)) == {"Bridge repair": 5e5, "Sewer lining": 2.5e5}


def test_blanks_below_a_programme_mean_the_one_above(tmp_path: Path) -> None:
    table = "Programme,Project,2026,2027\nHighways,Street,1,2\n,Junction,3,4\nSchools,Hall,5,6\n"
    path = text_file(tmp_path, table)
    assert "fill_down: [Programme]" in proposed(path).text
    made = by_proposal(path)
    assert [p.sector for p in made.instance.projects] == ["transport", "transport", "education"]


def test_editions_are_found_by_a_whole_cost_said_for_several_years(tmp_path: Path) -> None:
    table = (
        "Report Year,Project ID,Project Name,Category,Whole Life Cost (£m),Start Date,End Date\n"
    )
    table += "2022,A1,Rail,Roads,120,01/04/2024,31/03/2027\n2023,A1,Rail,Roads,125,01/04/2024,\n"
    table += "2022,B2,Dam,Water,20,01/04/2024,31/03/2026\n"
    made = by_proposal(text_file(tmp_path, table))
    assert costs(made) == {"Rail": 125.0, "Dam": 20.0}
    assert made.instance.settings.horizon.first_year == 2023


def test_budgets_of_another_edition_are_neither_spent_nor_a_cost(tmp_path: Path) -> None:
    rows = [
        ["No", "Description", "Previous Budget", "Current Budget", "Change", "FY26 Request"],
        ["P-1", "Bridge", 100, 120, 20, 10],
        ["P-2", "Pool", 50, 40, -10, 5],
    ]
    for row, more in zip(rows, (["FY27 Request", "FY26-27 Total"], [20, 30], [0, 5]), strict=True):
        row += more
    found = proposed(workbook(tmp_path, rows))
    fields = {use.heading: use.field for use in found.summary.columns}
    assert fields["Previous Budget"] is fields["Current Budget"] is fields["Change"] is None
    assert fields["FY26-27 Total"] == "total"
    assert found.summary.by_year == {2026: 15.0, 2027: 20.0}
