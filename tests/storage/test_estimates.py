"""Estimates, intervals and Chinese numerals in cells; CSV tables below a title, in two headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import Severity
from infraplan.models.project import Option
from infraplan.models.quantities import Quality
from infraplan.optimizer.storage import inspect_instance
from infraplan.optimizer.storage.cells import CellContext, parse_cell
from infraplan.optimizer.storage.estimates import Estimate
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.table_columns import table_of
from tests.assertions import assert_bilingual
from tests.storage.books import HEADS, book, read

CONTEXT = CellContext(money_factor=1e8, currency="CNY", reads_estimates=True)
INTERVAL, ABOUT, NUMBER = "read-as-interval", "read-as-estimate", "read-as-number"
SETTINGS = """\
id: x
money_unit_zh: 亿元
money_factor: 1亿
price_year: 2021年
horizon:
  phases:
    - {id: p14, first_year: 十四五, last_year: 十四五}
"""


def costs_of(option: Option) -> tuple[float | None, ...]:
    """Low, middle and high."""
    return option.overnight_cost_low, option.overnight_cost, option.overnight_cost_high


def cost(text: str) -> Estimate:
    found = parse_cell(table_of("projects").columns["overnight_cost"], text, CONTEXT)
    assert isinstance(found, Estimate), found
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # one money unit is 1e8 yuan
        ("五亿元", 5.0),
        ("两亿", 2.0),
        ("十二亿", 12.0),
        ("三点五亿元", 3.5),
        ("五千万元", 0.5),
        ("一亿二千万元", 1.2),
        ("一亿零五百万元", 1.05),
        ("一千零五十万", 0.105),
        ("人民币一千二百万元", 0.12),
        ("二十", 20.0),
    ],
)
def test_chinese_numerals_are_numbers(text: str, value: float) -> None:
    assert cost(text) == Estimate(pytest.approx(value), text)


@pytest.mark.parametrize(
    "text",
    [
        "约5亿",
        "大约5亿元",
        "约五亿",
        "5亿左右",
        "≈5亿",
        "～5亿",
        "about 5",
        "approx. 500 million",
        "ca. 5",
    ],
)
def test_what_is_about_a_number_is_that_number_and_an_estimate(text: str) -> None:
    assert cost(text) == Estimate(5.0, text, is_about=True)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5~6亿", 5.0, 6.0),
        ("5-6亿", 5.0, 6.0),
        ("5－6亿元", 5.0, 6.0),
        ("5亿~6亿元", 5.0, 6.0),
        ("5000万至1亿", 0.5, 1.0),
        ("五至六亿元", 5.0, 6.0),
        ("¥5~6亿", 5.0, 6.0),
        ("5~6", 5.0, 6.0),
        ("100 million to 120 million", 1.0, 1.2),
        ("1.5–1.6 bn", 15.0, 16.0),
    ],
)
def test_an_interval_is_its_middle_with_low_and_high(text: str, low: float, high: float) -> None:
    middle = pytest.approx((low + high) / 2)
    assert cost(text) == Estimate(middle, text, low=pytest.approx(low), high=pytest.approx(high))


@pytest.mark.parametrize(
    "text",
    [
        "5-6",  # may be a date
        "6~5亿",
        "逾5亿",  # of more than 5 no number is known
        "二百五",  # 250, or 205 in haste
        "一亿三",
        "约",
        "五六亿",
        "很多",
        "about €5 m",
    ],
)
def test_what_may_mean_two_things_or_nothing_stays_refused(text: str) -> None:
    with pytest.raises(CellFault) as caught:
        parse_cell(table_of("projects").columns["overnight_cost"], text, CONTEXT)
    assert caught.value.rule == "bad-number"


def test_the_unit_of_a_field_may_follow() -> None:
    length, years = table_of("network_links").columns["length"], table_of("projects").columns
    assert parse_cell(length, "二十五公里", CONTEXT) == Estimate(25.0, "二十五公里")
    assert parse_cell(length, "约25 km", CONTEXT) == Estimate(25.0, "约25 km", is_about=True)
    assert parse_cell(length, "20-30公里", CONTEXT).value == 25.0
    assert parse_cell(years["lead_time"], "2~4年", CONTEXT).value == 3
    for text in ("2~3年", "五亿元"):  # no whole number; money
        with pytest.raises(CellFault):
            parse_cell(years["lead_time"], text, CONTEXT)
    with pytest.raises(CellFault):
        parse_cell(length, "五亿元", CONTEXT)
    outputs = parse_cell(years["outputs"], "km=二十五公里;站=约3", CONTEXT)
    assert {name: one.value for name, one in outputs.items()} == {"km": 25.0, "站": 3.0}


def test_outside_tables_estimates_stay_refused() -> None:
    """A setting or a scenario is chosen, not estimated; nobody would tell its reading."""
    plain = CellContext(money_factor=1e8, currency="CNY")
    with pytest.raises(CellFault):
        parse_cell(table_of("projects").columns["overnight_cost"], "约5亿", plain)


def test_each_estimate_of_a_workbook_is_told_with_its_place() -> None:
    heads = [*HEADS, "年运维费", "产出"]
    rows = [
        ["a", "甲", "水利", "5~6亿", 3, "约100万元", "km=二十五公里"],
        ["b", "乙", "水利", "约5亿", "三", 0.0, None],
        ["c", "丙", "水利", "五亿元", 3, None, None],
    ]
    made = book(
        项目=[heads, *rows],
        目标=[["编号", "指标", "目标值", "目标年"], ["t", "km", "20~30", 2025]],
    )
    instance, findings = read(made)
    assert instance is not None, findings
    first, second, third = (project.options[0] for project in instance.projects)
    assert (first.overnight_cost_low, first.overnight_cost, first.overnight_cost_high) == (
        5,
        5.5,
        6,
    )
    assert (first.fixed_om_cost, first.outputs) == (0.01, {"km": 25.0})
    assert (second.overnight_cost, second.overnight_cost_low, second.lead_time) == (5.0, None, 3)
    assert third.overnight_cost == 5.0
    # Of the cost of c nothing is uncertain; what is stated of it stays the author's assumption.
    known = [option.quality for option in (first, second, third)]
    assert known == [Quality.ESTIMATE, Quality.ESTIMATE, Quality.ASSUMPTION]
    (target,) = instance.targets
    assert (target.value, target.quality) == (25.0, Quality.ESTIMATE)
    told = {
        (f.sheet, f.row, f.column, f.rule, str(f.message))
        for f in findings
        if f.rule in (INTERVAL, ABOUT, NUMBER)
    }
    assert told == {
        (
            "项目",
            2,
            "总投资",
            INTERVAL,
            "'5~6亿' is read as 5.5, the middle of 5 (low) to 6 (high)",
        ),
        ("项目", 2, "年运维费", ABOUT, "'约100万元' is read as 0.01, an estimate"),
        ("项目", 2, "产出", NUMBER, "'二十五公里' is read as 25"),
        ("项目", 3, "总投资", ABOUT, "'约5亿' is read as 5, an estimate"),
        ("项目", 3, "工期", NUMBER, "'三' is read as 3"),
        ("项目", 4, "总投资", NUMBER, "'五亿元' is read as 5"),
        ("目标", 2, "目标值", INTERVAL, "'20~30' is read as 25, the middle of 20 to 30"),
    }
    for finding in findings:
        if finding.rule in (INTERVAL, ABOUT, NUMBER):
            assert finding.severity is Severity.NOTE
            assert_bilingual(*finding.message.both)


def test_what_a_row_states_itself_is_kept() -> None:
    heads = [*HEADS, "投资低值", "数据性质"]
    rows = [["a", "甲", "水利", "5~6亿", 3, 4.0, "stated"]]
    instance, findings = read(book(项目=[heads, *rows]))
    assert instance is not None, findings
    option = instance.projects[0].options[0]
    assert (option.overnight_cost_low, option.overnight_cost, option.overnight_cost_high) == (
        4,
        5.5,
        6,
    )
    assert option.quality is Quality.STATED


def folder(path: Path, projects: str) -> Path:
    path.mkdir()
    (path / "instance.yaml").write_text(SETTINGS, encoding="utf-8")
    (path / "projects.csv").write_text(projects, encoding="utf-8")
    return path


@pytest.mark.parametrize("sign", [",", ";"])
@pytest.mark.parametrize(
    "title", ["", "某县重点项目表\n", "某县重点项目表{sign}{sign}\n单位：万元\n"]
)
def test_a_csv_table_below_a_title_with_headings_in_two_rows(
    tmp_path: Path, sign: str, title: str
) -> None:
    """As in workbooks: most headings in the upper row, those of a group in the lower one."""
    in_myriads = "单位" in title
    low = "50000,40000,60000" if in_myriads else "5,4,6"
    lines = [
        "项目编号,项目名称,行业,投资,,,工期",
        ",,,总投资,投资低值,投资高值,",
        f"r,水库,水利,{low},3",
    ]
    text = title.replace("{sign}", sign) + "\n".join(lines).replace(",", sign) + "\n"
    found = inspect_instance(folder(tmp_path / "x", text))
    assert found.instance is not None, found.findings
    option = found.instance.projects[0].options[0]
    assert (costs_of(option), option.lead_time) == ((4.0, 5.0, 6.0), 3)
    told = [(f.file, f.row) for f in found.findings if f.rule == "title-row"]
    assert bool(told) == bool(title)
    assert all(file == "projects.csv" for file, _ in told)


def test_a_csv_table_in_english_below_a_title(tmp_path: Path) -> None:
    text = (
        "Works of the county\n\nid,sector,Cost,,lead_time\n,,overnight_cost,overnight_cost_low,\n"
    )
    found = inspect_instance(folder(tmp_path / "x", text + "r,water,about 5,4,3\n"))
    assert found.instance is not None, found.findings
    (project,) = found.instance.projects
    assert (project.id, project.options[0].overnight_cost) == ("r", 5.0)
    assert {(f.rule, f.row) for f in found.findings if f.severity is Severity.NOTE} >= {
        ("title-row", 3),
        ("read-as-estimate", 5),
    }
