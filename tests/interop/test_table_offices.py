"""Tables as offices of many countries lay them out, each with what a person reads in it.

Every table is proposed a map, and imported by it; what is right was written down before.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.interop.offices import Office, assert_read, csv
from tests.interop.tables import workbook

OFFICES: dict[str, Office] = {
    "fiscal years, thousands, brackets, carry-over": Office(
        csv(
            "Metro Public Works - Capital Improvement Program\n"
            "($ in thousands)\n"
            "Project No.,Project,Category,Carryover,FY 2026,FY 2027,FY 2028,Total\n"
            'T-101,Bridge deck,Streets,,"$1,200",$ -,$800,"$2,000"\n'
            "T-102,Signals,Streets,,300,300,(100),500\n"
            'W-201,Main,Water,,"2,500",0,0,"2,500"\n'
            ',Total,,,"4,000",300,700,"5,000"\n'
        ),
        {"Bridge deck": 2000.0, "Signals": 600.0, "Main": 2500.0},
        "thousand USD",
        {"Bridge deck": {2026: 1200.0, 2028: 800.0}},
        {"Project No.": "id", "Category": "sector", "Total": "total"},
        told=frozenset({"negative-amount"}),
    ),
    "carried-over money in a column of its own": Office(
        csv(
            "Project,Service area,Carry forward,2026/27,2027/28,2028/29,Total £000\n"
            "Harbour wall,Coast,400,100,200,300,1000\n"
            "Depot,Highways,0,50,50,0,100\n"
        ),
        {"Harbour wall": 1000.0, "Depot": 100.0},
        "thousand GBP",
        {"Harbour wall": {2026: 500.0, 2027: 200.0, 2028: 300.0}},
        {"Carry forward": "years: 2026"},
    ),
    "subtotals by ward, a grand total, notes": Office(
        csv(
            "Ward,Project,Type,Cost $,Start,Completion\n"
            "1,Elm Street,Road,100,2026,2027\n"
            "1,Oak Street,Road,200,2026,2028\n"
            ",Ward 1 subtotal,,300,,\n"
            "2,Mill Bridge,Bridge,500,2027,2029\n"
            ",Ward 2 subtotal,,500,,\n"
            ",Grand total,,800,,\n"
            "Note: costs are estimates,,,,,\n"
        ),
        {"Elm Street": 100.0, "Oak Street": 200.0, "Mill Bridge": 500.0},
        "USD",
        fields={"Ward": "place", "Start": "begins", "Completion": "ends"},
    ),
    "merged headings, sources and years apart": Office(
        lambda folder: workbook(
            folder,
            [
                ["Works", None, "Sources of funds (£'000)", None, None, "Spend (£'000)", None],
                ["Scheme", "Service", "Grant", "Borrowing", "Total", "2026/27", "2027/28"],
                ["Bypass", "Highways", 700, 300, 1000, 400, 600],
                ["School", "Education", 0, 250, 250, 250, 0],
            ],
            ["A1:B1", "C1:E1", "F1:G1"],
        ),
        {"Bypass": 1000.0, "School": 250.0},
        "thousand GBP",
        {"Bypass": {2026: 400.0, 2027: 600.0}},
        funds={"Grant": 700.0, "Borrowing": 550.0},
    ),
    "several sheets of one layout": Office(
        lambda folder: workbook(
            folder,
            [["Project", "Sector", "2026", "2027"], ["Tram", "Transport", 5, 6]],
            sheets={
                "Water": [["Project", "Sector", "2026", "2027"], ["Main", "Water", 7, 8]],
                "Notes": [["This workbook holds the capital plan"]],
            },
        ),
        {"Tram": 11.0, "Main": 15.0},
        "USD",
        {"Main": {2026: 7.0, 2027: 8.0}},
    ),
    "a matrix of funds without any total": Office(
        csv(
            "Project Title;Department;State Aid;General Fund;Bonds\n"
            "Library;Culture;1.200,50;300,00;0,00\n"
            "Pool;Sport;0,00;500,25;1.000,00\n"
        ),
        {"Library": 1500.5, "Pool": 1500.25},
        "USD",
        funds={"State_Aid": 1200.5, "General_Fund": 800.25, "Bonds": 1000.0},
    ),
    "a row for project, year and source": Office(
        csv(
            "project_id,project_name,fiscal_year,source,amount_usd\n"
            "1,Bridge,2026,State grant,100\n"
            "1,Bridge,2026,City bonds,50\n"
            "1,Bridge,2027,State grant,200\n"
            "2,Main,2027,City bonds,70\n"
        ),
        {"Bridge": 350.0, "Main": 70.0},
        "USD",
        {"Bridge": {2026: 150.0, 2027: 200.0}},
        {"source": "long.fund"},
        {"State_grant": 300.0, "City_bonds": 120.0},
    ),
    "notes and footnotes between the rows": Office(
        csv(
            "Name of scheme,Area,Cost (million kr)\n"
            "Line A,Rail,1.5\n"
            "* includes land,,\n"
            "Line B,Rail,2.5\n"
            "Source: Ministry of Works,,\n"
        ),
        {"Line A": 1.5, "Line B": 2.5},
        "million SEK",
    ),
    "a row for each phase": Office(
        csv(
            "Project,Phase,Sector,2026,2027,2028\n"
            "North line,Design,Rail,10,0,0\n"
            "North line,Construction,Rail,0,40,50\n"
            "Depot,Design,Rail,5,0,0\n"
            "Depot,Construction,Rail,0,15,0\n"
        ),
        {"North line": 100.0, "Depot": 20.0},
        "USD",
        {"North line": {2026: 10.0, 2027: 40.0, 2028: 50.0}},
    ),
    "ranges and what is not yet known": Office(
        csv(
            "Project,Sector,Estimated cost,Start\n"
            "Port,Transport,$5 - 25 Million,2026\n"
            "Dam,Water,TBD,2027\n"
            "Grid,Energy,< 5 Million,2026\n"
        ),
        {"Port": 15.0, "Dam": 0.0, "Grid": 2.5},
        "million USD",
        told=frozenset({"cost-is-open"}),
    ),
    "percent columns beside amounts": Office(
        csv(
            "Project,Sector,Total cost (£m),% complete,% grant,Benefit cost ratio\n"
            "Bypass,Road,12.5,45%,80%,2.1\n"
            "Sewer,Water,8,0%,20%,1.4\n"
        ),
        {"Bypass": 12.5, "Sewer": 8.0},
        "million GBP",
        fields={"% complete": None, "% grant": None, "Benefit cost ratio": None},
    ),
    "dates as days of a spreadsheet": Office(
        csv(
            "Project,Sector,Cost,Start date,End date\n"
            "Bypass,Road,120,46023,46752\n"
            "Sewer,Water,80,46388,47117\n"
        ),
        {"Bypass": 120.0, "Sewer": 80.0},
        "USD",
        fields={"Start date": "begins", "End date": "ends"},
    ),
    "Arabic digits and marks of direction": Office(
        csv(
            "\u200fProject\u200f,Sector,Cost (million AED),Start\n"
            "\u200fطريق\u200f,Road,\u0661\u0662\u0665,2026\n"
            "سد,Water,\u0663\u0660\u066b\u0665,2027\n"
        ),
        {"طريق": 125.0, "سد": 30.5},
        "million AED",
    ),
    "Hindi digits and crores": Office(
        csv(
            "क्र.सं.,Name of work,Sector,Cost (₹ crore),2026-27,2027-28\n"
            "१,Ring road,Road,१२५.५०,१००,२५.५०\n"
            "२,Canal,Irrigation,४०,४०,०\n"
        ),
        {"Ring road": 125.5, "Canal": 40.0},
        "crore INR",
        {"Ring road": {2026: 100.0, 2027: 25.5}},
    ),
    "lakhs with Indian commas": Office(
        csv(
            "Sl. No.,Name of Work,Head,Estimated Cost (Rs. in Lakhs),Year of start\n"
            '1,Bridge over river,Roads,"1,25,450.75",2026\n'
            '2,Water tower,Water supply,"95.00",2026\n'
        ),
        {"Bridge over river": 125450.75, "Water tower": 95.0},
        "lakh INR",
    ),
    "rand in thousands": Office(
        csv(
            "Project name;Function;R'000 2026/27;R'000 2027/28;R'000 2028/29\n"
            "Reservoir;Water;12 500;3 000;-\n"
            "Taxi rank;Transport;800;(50);1\u00a0000\n"
        ),
        {"Reservoir": 15500.0, "Taxi rank": 1800.0},
        "thousand ZAR",
        {"Reservoir": {2026: 12500.0, 2027: 3000.0}},
        told=frozenset({"negative-amount"}),
    ),
    "thin spaces and decimal commas": Office(
        csv(
            "Opération;Domaine;Coût total (k€);2026;2027\n"
            "Tramway;Transport;1\u202f250,5;250,5;1\u202f000\n"
            "Médiathèque;Culture;400;400;0\n"
        ),
        {"Tramway": 1250.5, "Médiathèque": 400.0},
        "thousand EUR",
        {"Tramway": {2026: 250.5, 2027: 1000.0}},
    ),
    "亿 and 万 in one column": Office(
        csv(
            "序号,项目名称,行业,总投资,建设年限\n1,大桥,交通,1.2亿元,2026-2028\n2,水厂,水利,3500万元,2026-2027\n"
        ),
        {"大桥": 12000.0, "水厂": 3500.0},
        "10 thousand CNY",
        fields={"建设年限": "span", "序号": None},
    ),
    "dates and empty columns of a workbook": Office(
        lambda folder: workbook(
            folder,
            [
                [None, "Capital projects register", None, None, None, None],
                [None, None, None, None, None, None],
                [None, "Ref", "Project", "Directorate", "Budget €", "Completion"],
                [None, "P1", "Quay", "Ports", 1_000_000, datetime.date(2028, 6, 30)],
                [None, "P2", "Ferry", "Ports", 500_000, datetime.date(2027, 3, 31)],
                [None, None, None, "Total", 1_500_000, None],
            ],
        ),
        {"Quay": 1_000_000.0, "Ferry": 500_000.0},
        "EUR",
        fields={"Ref": "id", "Completion": "ends"},
    ),
    "thousands in Portuguese": Office(
        csv(
            "Projeto,Área,Valor (R$ mil),Início\n"
            'Ponte,Transporte,"1.250,5",2026\nCais,Porto,400,2026\n'
        ),
        {"Ponte": 1250.5, "Cais": 400.0},
        "thousand BRL",
        fields={"Área": "sector", "Início": "begins"},
    ),
    "years of a Japanese era": Office(
        csv(
            "事業名,所管,総事業費（百万円）,令和8年度,令和9年度\n橋,道路,500,200,300\n学校,教育,250,250,0\n"
        ),
        {"橋": 500.0, "学校": 250.0},
        "million JPY",
        {"橋": {2026: 200.0, 2027: 300.0}},
    ),
    "millions of roubles": Office(
        csv(
            "Проект;Отрасль;Стоимость, млн руб.;2026 г.;2027 г.\n"
            "Мост;Дороги;500,5;200,5;300\nШкола;Образование;250;250;0\nИтого;;750,5;450,5;300\n"
        ),
        {"Мост": 500.5, "Школа": 250.0},
        "million RUB",
        {"Мост": {2026: 200.5, 2027: 300.0}},
    ),
    "government and donors": Office(
        csv(
            "Project,Sector,Total (US$ million),Govt (US$ million),Donor (US$ million)\n"
            "Road,Transport,30,10,20\nDam,Water,7,7,0\n"
        ),
        {"Road": 30.0, "Dam": 7.0},
        "million USD",
        funds={"Govt": 17.0, "Donor": 20.0},
    ),
    "sources in a second row of headings": Office(
        csv(
            "项目,资金来源,,,合计\n,中央,省级,市级,\n大桥,100,50,50,200\n水厂,30,20,0,50\n"
            "合计,130,70,50,250\n"
        ),
        {"大桥": 200.0, "水厂": 50.0},
        "CNY",
        funds={"中央": 130.0, "省级": 70.0, "市级": 50.0},
    ),
    "two tables one below the other": Office(
        csv(
            "Roads programme,,,\n"
            "Project,Status,2026,2027\n"
            "Elm,Planned,1,2\n"
            "Oak,In progress,3,4\n"
            "Total roads,,4,6\n"
            ",,,\n"
            "Water programme,,,\n"
            "Project,Status,2026,2027\n"
            "Main,Planned,5,6\n"
            "Total water,,5,6\n"
            "Total,,9,12\n"
        ),
        {"Elm": 3.0, "Oak": 7.0, "Main": 11.0},
        "USD",
    ),
}


@pytest.mark.parametrize("key", OFFICES)
def test_an_office_is_read_as_a_person_reads_it(tmp_path: Path, key: str) -> None:
    assert_read(OFFICES[key], tmp_path)
