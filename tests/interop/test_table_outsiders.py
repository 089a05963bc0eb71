"""Layouts that people outside of the project made up, each with what a person reads in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InstanceFormatError
from infraplan.models.project import Stage
from infraplan.optimizer.interop.table_dates import year_in
from infraplan.optimizer.interop.table_mapping import proposed_map
from infraplan.optimizer.interop.table_tongues import tongues
from tests.interop.offices import Office, assert_read, csv
from tests.interop.tables import by_proposal, costs, name, proposed, rules, text_file, workbook

OFFICES: dict[str, Office] = {
    "money through a year before, money beyond the last, a total of all": Office(
        csv(
            "CIP FY27-FY29\t\t\t\t\t\t\t\n(Dollars in Thousands)\t\t\t\t\t\t\t\n"
            "CIP #\tProject Title\tDepartment\tThru 2026\tFY27\tFY28\tBeyond FY28\tTotal\n"
            "0101\tElm Bridge\tPublic Works\t100\t300\t200\t300\t900\n"
            "0102\tPump\tUtilities\t0\t50\t100\t\t150\n"
            "\tGrand Total\t\t100\t350\t300\t300\t1050\n",
            "utf-16",
        ),
        {"Elm Bridge": 800.0, "Pump": 150.0},
        "thousand USD",
        {"Elm Bridge": {2027: 300.0, 2028: 200.0, 2029: 300.0}},
        {"Thru 2026": "spent_to_date", "Beyond FY28": "years: 2029", "CIP #": "id"},
    ),
    "years before those that the total names": Office(
        csv(
            "Capital programme £'000,,,,,,\n"
            "Scheme,Directorate,2024-25 Actual,2025-26 Forecast,2026-27,2027-28,Total 2026-28\n"
            "Bypass,Highways,20,80,300,400,700\nLibrary,Culture,0,10,100,50,150\n"
        ),
        {"Bypass": 700.0, "Library": 150.0},
        "thousand GBP",
        {"Bypass": {2026: 300.0, 2027: 400.0}},
        {"2025-26 Forecast": "spent_to_date", "Total 2026-28": "total"},
    ),
    "sums of two halves of the plan": Office(
        csv(
            "Project,2026 ($m),2027 ($m),Years 1-2 total,2028 ($m),2029 ($m),Years 3-4 total\n"
            "Elm,1,2,3,3,4,7\nOak,5,0,5,1,1,2\n"
        ),
        {"Elm": 10.0, "Oak": 7.0},
        "million USD",
    ),
    "funds of which only the sum tells one, decimal commas, stages in French": Office(
        lambda folder: workbook(
            folder,
            [
                ["Plan pluriannuel d'investissement"],
                ["en M€"],
                ["Opération", "Domaine", "Coût total", "Subvention État", "Région", "Emprunt"],
                ["Tramway", "Transports", "120,5", "40", "30,5", "50"],
                ["Station", "Eau", "42", "10", "12", "20"],
                ["Total général", None, "162,5", "50", "42,5", "70"],
            ],
        ),
        {"Tramway": 120.5, "Station": 42.0},
        "million EUR",
        funds={"Subvention_État": 50.0, "Région": 42.5, "Emprunt": 70.0},
    ),
    "half-years below merged years": Office(
        lambda folder: workbook(
            folder,
            [
                ["2026-2027年建设计划（单位：百万元）"],
                ["编号", "工程名称", "2026年", None, "2027年", None, "合计"],
                [None, None, "上半年", "下半年", "上半年", "下半年", None],
                ["001", "A桥", 8, 10, 6, 6, 30],
                ["002", "B厂", 10, 10, 15, 15, 50],
                [None, "合计", 18, 20, 21, 21, 80],
            ],
            ["C2:D2", "E2:F2"],
        ),
        {"A桥": 30.0, "B厂": 50.0},
        "million CNY",
        {"A桥": {2026: 18.0, 2027: 12.0}},
    ),
    "departments with totals, one of a single project": Office(
        lambda folder: workbook(
            folder,
            [
                ["Department", "Project", "Total Cost ($000)", "Start", "Finish"],
                ["Streets"],
                [None, "Elm St", 400, 2026, 2027],
                [None, "Oak St", 600, 2026, 2028],
                ["Streets Total", None, 1000],
                ["Water"],
                [None, "WTP", 1000, 2027, 2029],
                ["Water Total", None, 1000],
                ["Grand Total", None, 2000],
            ],
        ),
        {"Elm St": 400.0, "Oak St": 600.0, "WTP": 1000.0},
        "thousand USD",
    ),
    "divisions, subtotals in the column of names, numbered notes": Office(
        lambda folder: workbook(
            folder,
            [
                ["Project", "Prior Years (1)", "2026 (2)", "2027 (2)", "2-Year Total ($000)"],
                ["STREETS DIVISION"],
                ["Elm St", 50, 150, 200, 350],
                ["Oak St", 0, 200, 200, 400],
                ["Subtotal Streets", 50, 350, 400, 750],
                ["WATER DIVISION"],
                ["Well 7", 0, 90, 0, 90],
                ["Subtotal Water", 0, 90, 0, 90],
                ["TOTAL", 50, 440, 400, 840],
                [],
                ["(1) Actual spending through June 2025"],
                ["(2) Adopted"],
            ],
        ),
        {"Elm St": 350.0, "Oak St": 400.0, "Well 7": 90.0},
        "thousand USD",
        fields={"Project": "name_en", "Prior Years (1)": "spent_to_date"},
    ),
    "pages, drawn lines": Office(
        csv(
            "Capital Plan ($000)\nProject,2026,2027,Total\nElm,50,50,100\nOak,100,100,200\n"
            "----,----,----,----\nPage 1 of 2\nCapital Plan (continued)\nProject,2026,2027,Total\n"
            "Fir,25,25,50\n----,----,----,----\nTotal,175,175,350\n"
        ),
        {"Elm": 100.0, "Oak": 200.0, "Fir": 50.0},
        "thousand USD",
    ),
    "low and high without a middle": Office(
        csv(
            "Name,Sector,Capex low ($bn),Capex high ($bn),First spend,Comm. ops\n"
            "Metro,Rail,4,6,2026,2031\nDam,Water,1.0,1.4,2028,2033\n"
        ),
        {"Metro": 5.0, "Dam": 1.2},
        "billion USD",
        fields={"Capex high ($bn)": "overnight_cost_high", "First spend": "begins"},
    ),
    "numbers of funds, which are no amounts": Office(
        csv(
            "Project #,Project Description,Fund,Adopted FY25-26,Proposed FY26-27,2 Yr Total\n"
            "60101,Elm,401,$100000,$100000,$200000\n60102,Oak,402,$25000,$50000,$75000\n"
        ),
        {"Elm": 200000.0, "Oak": 75000.0},
        "USD",
        fields={"Fund": "payer"},
        funds={"401": 200000.0, "402": 75000.0},
    ),
    "Shift-JIS": Office(
        csv(
            "事業名,担当課,令和8年度（千円）,令和9年度（千円）,計（千円）\n"
            "橋梁補修,道路課,700,500,1200\n下水道,下水道課,300,500,800\n合計,,1000,1000,2000\n",
            "shift_jis",
        ),
        {"橋梁補修": 1200.0, "下水道": 800.0},
        "thousand JPY",
        {"橋梁補修": {2026: 700.0, 2027: 500.0}},
        told=frozenset({"encoding"}),
    ),
    "Windows-1250": Office(
        csv(
            "Lp;Nazwa zadania;Jednostka realizująca;Łączne nakłady (tys. zł);2026;2027\n"
            "1;Most;ZDM;1 500,50;500,50;1 000,00\n2;Wodociąg;ZDM;300,00;100,00;200,00\n"
            ";Razem;;1 800,50;600,50;1 200,00\n",
            "cp1250",
        ),
        {"Most": 1500.5, "Wodociąg": 300.0},
        "thousand PLN",
        {"Most": {2026: 500.5, 2027: 1000.0}},
        told=frozenset({"encoding"}),
    ),
    "no headings, and years that are no amounts": Office(
        csv("1,Elm,100,2026,2027\n2,Oak,200,2026,2028\n3,Fir,50,2027,2028\n"),
        {"Elm": 100.0, "Oak": 200.0, "Fir": 50.0},
        "USD",
    ),
    "totals of departments in Chinese, a department over two rows": Office(
        lambda folder: workbook(
            folder,
            [
                ["部门", "项目名称", "2026年投资（万元）", "2027年投资（万元）"],
                ["交通局", "东环", 3000, 5000],
                [None, "西环", 2000, 3000],
                ["交通局小计", None, 5000, 8000],
                ["水务局", "水厂", 2000, 2000],
                ["水务局小计", None, 2000, 2000],
                ["总计", None, 7000, 10000],
            ],
            ["A2:A3"],
        ),
        {"东环": 8000.0, "西环": 5000.0, "水厂": 4000.0},
        "10 thousand CNY",
        fields={"部门": "sector"},
    ),
    "a row for each source of money, without years": Office(
        csv(
            "Scheme,Source of funding,Amount £000,From,To\nElm,Grant,200,2026,2027\n"
            "Elm,Borrowing,100,2026,2027\nOak,Grant,90,2026,2026\n"
        ),
        {"Elm": 300.0, "Oak": 90.0},
        "thousand GBP",
        fields={"Source of funding": "payer", "From": "begins", "To": "ends"},
        funds={"Grant": 290.0, "Borrowing": 100.0},
    ),
    "words of size in German, stages in German": Office(
        csv(
            "Vorhaben;Bereich;Gesamtkosten;Baubeginn;Fertigstellung;Status\n"
            "Nordbrücke;Straßen;12,5 Mio. €;2027;2028;in Planung\n"
            "Klärwerk;Abwasser;850.000 €;2027;2028;im Bau\nDepot;ÖPNV;3 Mio. €;2027;2027;geplant\n"
        ),
        {"Nordbrücke": 12.5e6, "Klärwerk": 0.85e6, "Depot": 3e6},
        "EUR",
    ),
    "who made it below the table": Office(
        lambda folder: workbook(
            folder,
            [
                ["Project", "2026 ($M)", "2027 ($M)"],
                ["Elm", 4, 6],
                ["Oak", 10, 10],
                [],
                ["Prepared by:", "Budget Office"],
                ["Date: 3 November 2025"],
            ],
        ),
        {"Elm": 10.0, "Oak": 20.0},
        "million USD",
    ),
    "Windows-1251": Office(
        csv(
            "№ п/п;Наименование объекта;Стоимость, млн руб.;2026 год;2027 год\n"
            "1;Мост;1 500,5;500,5;1 000\n2;Водовод;300;100;200\n;Итого;1 800,5;600,5;1 200\n",
            "cp1251",
        ),
        {"Мост": 1500.5, "Водовод": 300.0},
        "million RUB",
        {"Мост": {2026: 500.5, 2027: 1000.0}},
        told=frozenset({"encoding"}),
    ),
    "a budget before and after its change": Office(
        csv(
            "Project,Original Budget ($000),Amendments ($000),Current Budget ($000),Start,End\n"
            "Elm,60,10,70,2026,2027\nOak,50,-5,45,2026,2027\n"
        ),
        {"Elm": 70.0, "Oak": 45.0},
        "thousand USD",
        fields={"Current Budget ($000)": "overnight_cost", "Original Budget ($000)": None},
    ),
    "names of two signs beside a long scope": Office(
        csv(
            "项目名称,建设规模及内容,总投资（万元）,责任单位\n"
            "A路,改造10公里,10000,交通局\nB管,更新管网25公里,5000,水务局\n",
            "gb18030",
        ),
        {"A路": 10000.0, "B管": 5000.0},
        "10 thousand CNY",
        fields={"项目名称": "name_zh", "建设规模及内容": "note"},
    ),
}


@pytest.mark.parametrize("kind", OFFICES)
def test_a_layout_from_outside_is_read(kind: str, tmp_path: Path) -> None:
    assert_read(OFFICES[kind], tmp_path)


def test_headings_and_words_in_two_languages_are_known(tmp_path: Path) -> None:
    text = (
        "序号 No.,项目名称 Project,总投资 Total cost (万元),"
        "2026年 FY2026,2027年 FY2027,状态 Status\n"
        "1,滨江路 Riverside Rd,5000,2000,3000,在建 Ongoing\n"
        "2,水厂 WTP,8000,3000,5000,前期 / Planning\n"
    )
    made = by_proposal(text_file(tmp_path, text))
    assert {name(p): p.stage for p in made.instance.projects} == {
        "滨江路 Riverside Rd": Stage.UNDER_CONSTRUCTION,
        "水厂 WTP": Stage.PREPARATORY,
    }


def test_two_languages_are_told_apart() -> None:
    assert tongues("状态 Status") == ("状态", "Status")
    assert tongues("Ongoing / 在建") == ("在建", "Ongoing")
    for alone in ("状态", "Status", "A桥", "Rail 轨道 line"):
        assert tongues(alone) == ()


def test_what_nobody_can_read_for_sure_is_asked(tmp_path: Path) -> None:
    text = (
        "Project ID,Project Name,Stage,Cost ($),Federal %,Local %,Balance\n"
        "101,Elm,FID taken,100,80%,20%,60\n102,Oak,Sanctioned,200,50%,50%,90\n"
        "101,Fir,FID taken,300,0%,100%,300\n"
    )
    found = proposed(text_file(tmp_path, text))
    told = "\n".join(map(str, found.asks))
    assert "'Project ID' is no id of its own" in told
    assert "no word of 'Stage' is known as a stage: FID taken, Sanctioned" in told
    assert "shares in per cent are not read: Federal %, Local %" in told
    unread = [str(f.message) for f in found.findings if f.rule == "unread-amounts"]
    assert len(unread) == 1
    assert "Balance (450)" in unread[0]


def test_a_name_that_goes_on_in_the_next_row_is_asked(tmp_path: Path) -> None:
    rows = [
        ["Scheme", "Service", "Budget £000", "Start", "End"],
        ["North Link Road", "Highways", 300, 2026, 2027],
        ["Phase One"],
        ["Pumping station", "Water", 120, 2026, 2026],
    ]
    path = workbook(tmp_path, rows)
    assert "passed over as names of groups: Phase One" in "\n".join(map(str, proposed(path).asks))
    assert costs(by_proposal(path)) == {"North Link Road": 300.0, "Pumping station": 120.0}


def test_shares_of_one_are_no_money_of_funds(tmp_path: Path) -> None:
    shares = [["Project", "Total cost ($000)", "EU share", "State share", "Start", "End"]]
    rows = [["Elm", 400, 0.7, 0.3, 2026, 2027], ["Oak", 600, 0.85, 0.15, 2026, 2028]]
    found = proposed(workbook(tmp_path, shares + rows))
    assert "funding" not in found.text.split("settings:")[1]
    # Shares in money add up to the cost, and are what the funds pay.
    rows = [["Elm", 400, 300, 100, 2026, 2027], ["Oak", 600, 500, 100, 2026, 2028]]
    made = by_proposal(workbook(tmp_path, shares + rows))
    assert {f.id: f.envelope for f in made.instance.funds} == {
        "EU_share": 800.0,
        "State_share": 200.0,
    }


def test_a_span_of_years_is_no_year() -> None:
    assert [year_in(t) for t in ("Total 2026-29", "FY2026-30")] == [None, None]
    assert [year_in(t) for t in ("2026-27", "2026/27 Budget", "FY 2026")] == [2026, 2026, 2026]


def test_a_group_of_one_project_is_counted_once(tmp_path: Path) -> None:
    text = "Project,2026 ($m)\n一、Roads\nElm,3\nOak,4\nTotal Roads,7\n二、Water\nWell,5\n"
    made = by_proposal(text_file(tmp_path, text + "Total Water,5\nTotal,12\n"))
    assert costs(made) == {"Elm": 3.0, "Oak": 4.0, "Well": 5.0}
    assert "other-sum" not in rules(made)


def test_a_table_without_money_says_in_which_encoding_it_was_read(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Straße;Länge\nMühlweg;lang\nHöhe;kurz\n", "cp1252")
    with pytest.raises(InstanceFormatError) as caught:
        proposed_map(path)
    assert [f.rule for f in caught.value.findings] == ["no-money", "encoding"]
