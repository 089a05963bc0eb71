"""Money in offices' tables: units, signs, ranges, words; and no amount counted twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import Severity
from tests.interop.tables import (
    HORIZON,
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

ONE = "columns: {name_en: Project, sector: Sector, overnight_cost: Cost}\n"


def cost_of(folder: Path, cell: str, heading: str = "Cost", text: str = HORIZON + ONE) -> float:
    table = f"Project;Sector;{heading}\nBridge;Roads;{cell}\nMain;Water;1\n"
    text = text.replace("overnight_cost: Cost", f"overnight_cost: '{heading}'")
    return costs(imported(text_file(folder, table), text))["Bridge"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("$ 888,000.00", 888_000.0),
        ('"$\t888,000.00"', 888_000.0),
        (" -   ", 0.0),
        ("$ -", 0.0),
        ("1 200", 1_200.0),
        ("1'250'000", 1_250_000.0),
        ("$1.2m", 1_200_000.0),
        ("$3bn", 3_000_000_000.0),
        ("12k", 12_000.0),
        ("US$5 million", 5_000_000.0),
        ("NA", 0.0),
        ("Not Disclosed", 0.0),
        ("TBC", 0.0),
        ("1,200 *", 1_200.0),
        ("1,23,456.50", 123_456.5),
    ],
)
def test_amounts_as_offices_write_them(tmp_path: Path, cell: str, value: float) -> None:
    assert cost_of(tmp_path, cell) == value


@pytest.mark.parametrize(
    ("cell", "value", "note"),
    [
        ("$12.5m (2019 prices)", 12_500_000.0, "2019 prices"),
        ("$9m in 2018/19 prices", 9_000_000.0, "in 2018/19 prices"),
        ("$12m (excl. land)", 12_000_000.0, "excl. land"),
        ("1200 (Q2 2020 prices)", 1_200.0, "Q2 2020 prices"),
        ("300万元（2020年价格）", 3_000_000.0, "2020年价格"),
    ],
)
def test_a_note_behind_an_amount_is_told(
    tmp_path: Path, cell: str, value: float, note: str
) -> None:
    currency = "CNY" if "元" in cell else "USD"
    table = f"Project;Sector;Cost\nBridge;Roads;{cell}\nMain;Water;1\n"
    made = imported(text_file(tmp_path, table), HORIZON.replace("USD", currency) + ONE)
    assert costs(made)["Bridge"] == value
    (told,) = (f for f in made.findings if f.rule == "note-beside-amount")
    assert (told.row, told.column) == (2, "Cost")
    assert note in str(told.message)
    assert note in told.message.zh


@pytest.mark.parametrize("cell", ["$8m (of which 5 spent)", "12 (million)", "5 (8)", "7 (£9)"])
def test_another_amount_or_unit_in_brackets_is_no_note(tmp_path: Path, cell: str) -> None:
    table = f"Project;Sector;Cost\nBridge;Roads;{cell}\nMain;Water;1\n"
    found = refused(text_file(tmp_path, table), HORIZON + ONE)
    (told,) = (f for f in found if f.row == 2 and f.severity is Severity.ERROR)
    assert (told.rule, told.column) == ("bad-number", "Cost")


def test_a_cell_of_money_that_cannot_be_read_keeps_its_row(tmp_path: Path) -> None:
    """Its row would else be the name of a group, or a note, and the fault pass unseen."""
    table = "Project;Cost\nBridge;$1\nMain;£9\nPool;$2\n"
    text = (
        HORIZON + "constants: {sector: other}\ncolumns: {name_en: Project, overnight_cost: Cost}\n"
    )
    found = refused(text_file(tmp_path, table), text)
    assert [(f.rule, f.row, f.column) for f in found if f.rule == "bad-number"] == [
        ("bad-number", 3, "Cost")
    ]


def test_the_unit_of_rupees_has_its_own_names(tmp_path: Path) -> None:
    for word, unit, amount in (("Crore", "crore INR", 45.0), ("Lakhs", "lakh INR", 4500.0)):
        table = f"Project;Sector;Cost (Rs. {word})\nBridge;Roads;Rs. 45 crore\nMain;Water;1\n"
        made = by_proposal(text_file(tmp_path, table))
        assert made.instance.settings.money_unit == unit
        assert costs(made)["Bridge"] == pytest.approx(amount)


@pytest.mark.parametrize(
    ("heading", "currency", "factor"),
    [
        ("Cost ($000s)", "USD", 1e3),
        ("Cost (£m)", "GBP", 1e6),
        ("Cost in thousands of dollars", "USD", 1e3),
        ("Kosten [Mio. €]", "EUR", 1e6),
        ("Kosten in T€", "EUR", 1e3),
        ("Cost (Rs. Crore)", "INR", 1e7),
        ("总投资（万元）", "CNY", 1e4),
        ("总投资(亿元)", "CNY", 1e8),
    ],
)
def test_a_unit_that_a_heading_states(
    tmp_path: Path, heading: str, currency: str, factor: float
) -> None:
    # In units of one, 2.5 of the heading's unit are 2.5 times its size.
    text = HORIZON.replace("USD", currency) + ONE
    assert cost_of(tmp_path, "2.5", heading, text) == pytest.approx(2.5 * factor, rel=1e-15)
    # Where the map states none, the table's unit is the instance's.
    plain = text.replace(f"money_unit: {currency}, money_factor: 1, ", "")
    assert cost_of(tmp_path, "2.5", heading, plain) == 2.5
    said = proposed(tmp_path / "plan.csv").text
    assert f"money_factor: {factor:.0f}" in said
    assert f"currency: {currency}" in said


def test_units_that_are_mixed_in_one_table(tmp_path: Path) -> None:
    rows = [
        ["单位：万元", None, None, None],
        ["项目名称", "行业", "总投资（亿元）", "2026年"],
        ["大桥", "交通", 2, 20000],
        ["管网", "水利", "3000万", 3000],
    ]
    text = "settings: {currency: CNY, money_unit: 万元, money_factor: 10000}\nheading_row: 2\n"
    text += "columns: {name_zh: 项目名称, sector: 行业, overnight_cost: 总投资（亿元）}\n"
    text += "years: [2026年]\n"
    made = imported(workbook(tmp_path, rows), text)
    assert costs(made) == {"大桥": 20000.0, "管网": 3000.0}
    assert "cost-outside-of-the-years" not in rules(made)  # 2 亿元 are 20,000 万元


def test_a_unit_that_nobody_states_is_told_with_the_largest_project(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Project,Sector,2026\nBridge,Roads,70\nMain,Water,5\n")
    found = proposed(path)
    assert any("unit of money is said nowhere" in ask for ask in found.asks)
    largest = found.summary.largest
    assert largest is not None
    assert (largest.name, largest.row, largest.amount) == ("Bridge", 2, 70.0)
    text = "columns: {name_en: Project, sector: Sector}\nyears: [2026]\n"
    assert "no-unit" in rules(imported(path, text))


@pytest.mark.parametrize(
    ("cell", "low", "middle", "high"),
    [
        ("5 - 25 Million", 5e6, 15e6, 25e6),
        ("< 5 Million", 0.0, 2.5e6, 5e6),
        ("500 Million +", 5e8, 5e8, 5e8),
        ("$1m to $3m", 1e6, 2e6, 3e6),
        ("between 2 and 4 million", 2e6, 3e6, 4e6),
    ],
)
def test_ranges_are_low_middle_and_high(
    tmp_path: Path, cell: str, low: float, middle: float, high: float
) -> None:
    path = text_file(tmp_path, f"Project;Sector;Cost\nBridge;Roads;{cell}\n")
    (project,) = imported(path, HORIZON + ONE).instance.projects
    option = project.options[0]
    assert option.overnight_cost == middle
    assert (option.overnight_cost_low, option.overnight_cost_high) == (low, high)
    assert option.quality == "estimate"


def test_sentences_in_the_place_of_amounts_are_asked_about(tmp_path: Path) -> None:
    rows = ["Project;Sector;Cost", "Bridge;Roads;The project did not provide data"]
    rows += ["Main;Water;exempt under section 43", "Pool;Parks;12 km", "Hall;Parks;5"]
    path = text_file(tmp_path, "\n".join(rows))
    faults = [f for f in refused(path, HORIZON + ONE) if f.severity == "error"]
    assert [(f.rule, f.row, f.column) for f in faults] == [
        *(("bad-number", 2, "Cost"), ("bad-number", 3, "Cost"), ("bad-number", 4, "Cost")),
    ]
    made = imported(path, HORIZON + ONE + "unreadable: open\n")
    assert costs(made) == {"Bridge": 0.0, "Main": 0.0, "Pool": 0.0, "Hall": 5.0}
    assert made.summary is not None
    assert made.summary.open["overnight_cost"] == 3
    assert "cost-is-open" in rules(made)


def test_decimal_commas_by_the_cells_or_by_the_map(tmp_path: Path) -> None:
    table = "Project;Sector;2026;2027\nBridge;Roads;1.234,56;2,5\nMain;Water;0,5;\n"
    assert costs(by_proposal(text_file(tmp_path, table))) == {"Bridge": 1237.06, "Main": 0.5}
    text = USD + "columns: {name_en: Project, sector: Sector}\nyears: [2026]\n"
    open_table = "Project;Sector;2026\nBridge;Roads;1.250\nMain;Water;1,250\n"
    (fault,) = (f for f in refused(text_file(tmp_path, open_table), text) if f.severity == "error")
    assert (fault.rule, fault.row) == ("two-readings", 2)
    made = imported(tmp_path / "plan.csv", text + "decimal: comma\n")
    assert costs(made) == {"Bridge": 1250.0, "Main": 1.25}


def test_thousands_by_points_alone_are_asked_about(tmp_path: Path) -> None:
    table = "Name;Kosten 2026 (TEUR);Kosten 2027 (TEUR)\nSchule;1.200;800\nHalle;50;0\n"
    path = text_file(tmp_path, table)
    text = USD.replace("USD", "EUR") + "columns: {name_en: Name}\nconstants: {sector: education}\n"
    text += "years: [Kosten 2026 (TEUR), Kosten 2027 (TEUR)]\n"
    (fault,) = (f for f in refused(path, text) if f.severity == "error")
    assert (fault.rule, fault.row, fault.column) == ("two-readings", 2, "Kosten 2026 (TEUR)")
    assert "decimal: comma" in str(fault.advice)
    found = proposed(path)
    assert "decimal: comma" in found.text
    assert any("1.200" in ask for ask in found.asks)
    assert found.summary.total == 2050.0
    told = text_file(tmp_path, table.replace("50;0", "50,5;0"))
    assert proposed(told).summary.total == 2050.5


def test_negative_scope_changes_are_told_and_never_taken_in_silence(tmp_path: Path) -> None:
    table = "Project,Sector,2026,2027\nBridge,Roads,(48;887),0\nMain,Water,5,-1\nHall,Parks,3,0\n"
    path = text_file(tmp_path, table.replace("(48;887)", '"(48,887)"'))
    text = USD + "columns: {name_en: Project, sector: Sector}\nyears: [2026, 2027]\n"
    faults = [f for f in refused(path, text) if f.severity == "error"]
    assert [(f.rule, f.row) for f in faults] == [("negative-amount", 2), ("negative-amount", 3)]
    assert "-48887" in str(faults[0].message)
    assert costs(imported(path, text + "negative: zero\n")) == {
        **{"Bridge": 0.0, "Main": 5.0, "Hall": 3.0},
    }
    assert costs(imported(path, text + "negative: leave_out\n")) == {"Hall": 3.0}
    found = proposed(path)
    assert "negative: keep_rest" in found.text
    assert any("2 amount(s) are negative, -48888 in all" in ask for ask in found.asks)
    kept = by_proposal(path)
    assert costs(kept) == {"Main": 5.0, "Hall": 3.0}
    told = [(f.row, str(f.message)) for f in kept.findings if f.rule == "negative-amount"]
    assert [row for row, _ in told] == [2, 3]
    assert "-48887 in all, and with them other amounts of 0" in told[0][1]
    assert "-1 in all count as 0" in told[1][1]
    dropped = imported(path, text + "negative: leave_out\n")
    (lost,) = (f for f in dropped.findings if f.rule == "negative-amount")
    assert "-48888 in all, and with them other amounts of 5" in str(lost.message)
    assert "keep_rest" in str(lost.advice)
    summed = table.replace("2027\n", "2027,Total\n").replace("-1\n", "-1,4\n")
    again = summed.replace(",0\nMain", ",0,(48;887)\nMain").replace("3,0\n", "3,0,3\n")
    with_total = proposed(text_file(tmp_path, again.replace("(48;887)", "-48887")))
    assert "total: Total" in with_total.text  # what it says again counts once
    assert any("2 amount(s) are negative, -48888 in all" in ask for ask in with_total.asks)
    alone = text_file(
        tmp_path, table.replace("(48;887)", "-7").replace("Main,Water,5", "Main,Water,0")
    )
    assert "negative: leave_out" in proposed(alone).text


def test_both_columns_of_a_year_are_read_where_the_total_says_so(tmp_path: Path) -> None:
    table = "Project,FY2026,FY 27,2027/28,FY28-29,Total\nBridge,12,3,2,1,18\nMain,0,5,6,0,11\n"
    path = text_file(tmp_path, table)
    found = proposed(path)
    assert any("FY 27, 2027/28" in str(ask) for ask in found.asks)
    assert costs(by_proposal(path)) == {"Bridge": 18.0, "Main": 11.0}


# -------------------------------------------------------------------------- nothing counted twice


def test_totals_subtotals_and_groups_are_no_projects(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "总投资", "备注"],
        ["合计（3项）", None, 60, None],
        ["一、交通（2项）", None, 50, None],
        [1, "大桥", 20, "续建"],
        [2, "道路", 30, "新建"],
        ["二、水利（1项）", None, 10, None],
        [3, "水库", 10, "新建"],
        ["小计", None, 10, None],
        ["注：总投资为匡算数。", None, None, None],
    ]
    path = workbook(tmp_path, rows, merged=["A2:B2", "A3:B3", "A6:B6", "A9:D9"])
    found = proposed(path)
    assert "groups: sector" in found.text
    made = imported(path, found.text)
    assert costs(made) == {"大桥": 20.0, "道路": 30.0, "水库": 10.0}
    assert [p.sector for p in made.instance.projects] == ["transport", "transport", "water"]
    assert made.summary is not None
    why = {row: str(text) for _, row, text in made.summary.skipped}
    assert why == {
        **{2: "a sum", 3: "the name of a group", 6: "the name of a group", 8: "a sum"},
        **{9: "a note"},
    }
    assert "other-sum" not in rules(made)


@pytest.mark.parametrize(
    ("total", "told"), [("Total,,,60", False), ("Grand Total:,,,61", True), (",,,60", False)]
)
def test_a_stated_total_is_held_against_the_rows(tmp_path: Path, total: str, told: bool) -> None:
    table = "Project,Sector,Status,2026\nBridge,Roads,Planned,50\nMain,Water,Planned,10\n"
    path = text_file(tmp_path, table + total + "\n")
    text = USD + "columns: {name_en: Project, sector: Sector, stage: Status}\nyears: [2026]\n"
    made = imported(path, text)
    assert costs(made) == {"Bridge": 50.0, "Main": 10.0}
    assert ("other-sum" in rules(made)) == told


def test_a_project_whose_name_begins_with_total_stays_one(tmp_path: Path) -> None:
    table = "Project,Sector,Status,2026\nTotal station renewal,Roads,Planned,7\n"
    path = text_file(tmp_path, table + "Main,Water,Planned,10\nTotal Roads,,,7\n")
    text = USD + "columns: {name_en: Project, sector: Sector, stage: Status}\nyears: [2026]\n"
    assert costs(imported(path, text)) == {"Total station renewal": 7.0, "Main": 10.0}


@pytest.mark.parametrize(
    "table",
    [
        "No,Name,2026,2027\n1,Roads,30,5\n1.1,Bridge,20,5\n1.2,Street,10,0\n2,Main,4,4\n",
        "No,Name,2026,2027\nA,Roads,30,5\nA,    Bridge,20,5\nA,    Street,10,0\nB,Main,4,4\n",
    ],
    ids=["numbers", "indents"],
)
def test_a_parent_and_its_parts_count_once(tmp_path: Path, table: str) -> None:
    text = USD + "columns: {name_en: Name}\nconstants: {sector: transport}\nyears: [2026, 2027]\n"
    made = imported(text_file(tmp_path, table), text)
    assert costs(made) == {"Bridge": 25.0, "Street": 10.0, "Main": 8.0}
    other = table.replace("Roads,30", "Roads,31")
    faults = refused(text_file(tmp_path, other), text) if ".1" in table else ()
    assert [f.rule for f in faults if f.severity == "error"] == ["other-parts"] * bool(faults)
    kept = imported(text_file(tmp_path, table), text + "keep_rows: [2]\nleave_out_rows: [3-4]\n")
    assert costs(kept) == {"Roads": 35.0, "Main": 8.0}


def test_parents_that_only_their_amounts_tell_are_told(tmp_path: Path) -> None:
    rows = ["Roads,30,5", "Bridge,20,5", "Street,10,0", "Water,8,9", "Main,3,4", "Sewer,5,5"]
    path = text_file(tmp_path, "Name,2026,2027\n" + "\n".join(rows))
    text = USD + "columns: {name_en: Name}\nconstants: {sector: transport}\nyears: [2026, 2027]\n"
    made = imported(path, text)
    assert list(costs(made)) == ["Bridge", "Street", "Main", "Sewer"]
    (told,) = (f for f in made.findings if f.rule == "parents-by-sums")
    assert "rows 2, 5" in str(told.message)


def test_parents_in_columns_of_their_own_count_once(tmp_path: Path) -> None:
    table = "Sector,Project,Total,2026,2027\nRoads,,300,100,200\n,Bridge,100,50,50\n"
    table += ",Street,200,50,150\nWater,,50,50,0\n,Main,50,50,0\n"
    made = by_proposal(text_file(tmp_path, table))
    assert costs(made) == {"Bridge": 100.0, "Street": 200.0, "Main": 50.0}
    assert [p.sector for p in made.instance.projects] == ["transport", "transport", "water"]


def test_a_total_that_the_rows_pass_by_far_is_asked_about(tmp_path: Path) -> None:
    """Where rows say some money twice and nothing tells which, nothing is imported."""
    table = "Project,Sector,Status,2026\nRoads,Roads,Planned,50\nBridge,Roads,Planned,50\n"
    path = text_file(tmp_path, table + "Total,,,50\n")
    text = USD + "columns: {name_en: Project, sector: Sector, stage: Status}\nyears: [2026]\n"
    (fault,) = (f for f in refused(path, text) if f.severity == "error")
    assert (fault.rule, fault.row) == ("other-sum", 4)
    assert costs(imported(path, text + "leave_out_rows: [2]\n")) == {"Bridge": 50.0}


def test_groups_whose_numbers_stand_in_cells_of_their_own(tmp_path: Path) -> None:
    rows = [
        ["2026年度政府投资项目计划表", None, None, None, None],
        ["单位：万元", None, None, None, None],
        ["序号", "项目名称", "建设单位", "总投资", "2026年计划投资"],
        ["总计", None, None, 350, 120],
        ["一", "交通项目", None, 300, 100],
        [1, "大桥", "交通局", 200, 60],
        [2, "道路", "交通局", 100, 40],
        ["（二）", "水利项目", None, 50, 20],
        [1, "水库", "水利局", 50, 20],
    ]
    made = by_proposal(workbook(tmp_path, rows))
    assert list(costs(made)) == ["大桥", "道路", "水库"]
    assert [p.sector for p in made.instance.projects] == ["transport", "transport", "water"]
    assert "other-sum" not in rules(made)


def test_several_funds_and_their_total_are_one_money(tmp_path: Path) -> None:
    table = (
        "Project,Sector,Total Cost,City funds,State grant,Federal grant,Start date,End date\n"
        "Bridge,Roads,100,20,30,50,2026,2027\nMain,Water,40,40,0,0,2027,2028\n"
    )
    found = proposed(text_file(tmp_path, table))
    made = imported(tmp_path / "plan.csv", found.text)
    assert made.summary is not None
    assert made.summary.total == 140.0
    envelopes = {f.id: f.envelope for f in made.instance.funds}
    assert envelopes == pytest.approx({"City_funds": 60, "State_grant": 30, "Federal_grant": 50})
    assert sum(row.value for row in made.instance.inflows) == pytest.approx(140.0)
    assert "rest:" not in found.text


def test_funds_that_do_not_cover_the_cost_are_told_and_a_rest_made(tmp_path: Path) -> None:
    table = "Project,Sector,Cost,City\nBridge,Roads,100,60\nMain,Water,40,40\n"
    path = text_file(tmp_path, table)
    text = HORIZON + ONE + "funding: {city: City}\n"
    (told,) = (f for f in imported(path, text).findings if f.rule == "other-funding")
    assert told.row == 2
    made = imported(path, text + "rest: open_money\n")
    assert {f.id: f.envelope for f in made.instance.funds} == {"city": 100.0, "open_money": 40.0}


def test_years_and_funds_crossed_in_one_table(tmp_path: Path) -> None:
    rows = [
        ["Project", "Sector", "2026", None, "2027", None],
        [None, None, "City", "State", "City", "State"],
        ["Bridge", "Roads", 1, 2, 3, 4],
    ]
    path = workbook(tmp_path, rows, merged=["C1:D1", "E1:F1", "A1:A2", "B1:B2"])
    made = imported(path, proposed(path).text)
    assert costs(made) == {"Bridge": 10.0}
    assert {(i.fund, i.year): i.value for i in made.instance.inflows} == {
        **{("City", 2026): 1.0, ("State", 2026): 2.0},
        **{("City", 2027): 3.0, ("State", 2027): 4.0},
    }


def test_a_window_of_years_is_no_whole_cost(tmp_path: Path) -> None:
    """What the years state is what the plan pays; the rest is told, not spread over them."""
    table = "Project,Sector,Total project cost,Prior years,2026,2027\n"
    table += "Bridge,Roads,100,20,10,30\n"
    path = text_file(tmp_path, table + "Main,Water,40,0,15,25\n")
    found = proposed(path)
    assert any("more than the years add up to" in ask for ask in found.asks)
    made = imported(path, found.text)
    assert costs(made) == {"Bridge": 40.0, "Main": 40.0}
    (told,) = (f for f in made.findings if f.rule == "cost-outside-of-the-years")
    assert told.row == 2


def test_columns_of_changes_are_no_amounts(tmp_path: Path) -> None:
    table = "Project,Sector,2026,2027,Change from last year,Variance 2027\nBridge,Roads,5,6,9,9\n"
    summary = proposed(text_file(tmp_path, table + "Main,Water,1,2,-3,4\n")).summary
    assert summary.total == 14.0
    assert [use.field for use in summary.columns[4:]] == [None, None]


def test_an_amount_merged_over_rows_counts_once(tmp_path: Path) -> None:
    rows = [["Project", "Sector", 2026], ["Bridge", "Roads", 50], ["Ramp", "Roads", None]]
    path = workbook(tmp_path, rows, merged=["C2:C3", "B2:B3"])
    made = imported(path, USD + "columns: {name_en: Project, sector: Sector}\nyears: [2026]\n")
    assert costs(made) == {"Bridge": 50.0, "Ramp": 0.0}
    assert "shared-amount" in rules(made)


def test_amounts_by_year_stay_amounts(tmp_path: Path) -> None:
    table = (
        "Project,Sector,2026,2027,2028\nBridge,Roads,0.1,0,0.7\nMain,Water,333.33,333.33,333.34\n"
    )
    made = by_proposal(text_file(tmp_path, table))
    assert yearly(made.instance, "Main") == {2026: 333.33, 2027: 333.33, 2028: 333.34}
    assert yearly(made.instance, "Bridge") == {2026: 0.1, 2028: 0.7}


def test_totals_of_programmes_and_of_all_by_any_word(tmp_path: Path) -> None:
    rows = ["Program,Project,2026,2027,Total", "Transport,Bridge,10,0,10", "Transport,Road,5,5,10"]
    rows += ["Transport Total,,15,5,20", "Water,Main,1,1,2", "Water Total,,1,1,2"]
    rows += ["Overall,,16,6,22"]
    made = by_proposal(text_file(tmp_path, "\n".join(rows)))
    assert costs(made) == {"Bridge": 10.0, "Road": 10.0, "Main": 2.0}
    assert "other-sum" not in rules(made)
