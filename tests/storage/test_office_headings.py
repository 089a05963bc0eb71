"""What offices write over and into columns: other words for ids, units, strokes, merged amounts."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import Severity
from infraplan.optimizer.storage.table_columns import (
    CSV_TABLES,
    closest_heading,
    heading_of,
    table_of,
)
from tests.assertions import assert_bilingual
from tests.storage.books import book, read

HEADS = ["项目编号", "项目名称", "行业", "总投资", "工期", "最早开工年", "效益年增长率"]
ROW: list[Any] = ["a", "甲", "水利", 6.5, 3, 2026, 0.05]


@pytest.mark.parametrize(
    ("table", "text", "column"),
    [
        ("projects", "项目编码", "id"),
        ("projects", "项目ID", "id"),
        ("projects", "代码", "id"),
        ("projects", "牵头辖区名称", "jurisdiction"),
        ("projects", "地点编号", "place"),
        ("projects", "起点编号", "from_place"),
        ("jurisdictions", "辖区编号", "id"),
        ("jurisdictions", "行政区划代码", "id"),
        ("jurisdictions", "区县名称", "name_zh"),
        ("funds", "资金名称", "name_zh"),
        ("funds", "辖区编号", "jurisdiction"),
        ("inflows", "资金代码", "fund"),
        ("inflows", "资金来源", "fund"),
        ("instruments", "融资工具名称", "name_zh"),
        ("debt", "债务类别编号", "pool"),
        ("targets", "指标编号", "id"),
        ("shares", "项目代码", "project"),
        ("relations", "前项编号", "from_projects"),
        ("network_links", "线路代码", "id"),
        ("demands", "终点编号", "to_node"),
    ],
)
def test_other_words_for_ids_and_names(table: str, text: str, column: str) -> None:
    found = heading_of(table_of(table), text)
    assert found is not None
    assert found.column == column


@pytest.mark.parametrize(
    ("table", "text"),
    # Which of two columns it means, nothing says: `from` or `to`, the option or its project.
    [("relations", "项目编号"), ("options", "编号"), ("network_links", "节点编号")],
)
def test_words_that_fit_two_columns_are_not_guessed(table: str, text: str) -> None:
    assert heading_of(table_of(table), text) is None


@pytest.mark.parametrize("table", CSV_TABLES)
def test_every_title_still_means_its_own_column(table: str) -> None:
    here = table_of(table)
    for column in here.columns:
        for text in (here.heading(column), here.title(column).zh):
            found = heading_of(here, text)
            assert found is not None
            assert found.column == column


@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        *((f"总投资{said}", 10_000.0) for said in ("/万元", "：万元", "万元", "（单位：万元）")),
        *((f"总投资{said}", 1.0) for said in ("／亿元", "_亿元", " （亿元）", "\n(单位:亿元)")),
        ("总 投 资（万元）", 10_000.0),
        ("总投资\n（万元）", 10_000.0),
    ],
)
def test_units_in_headings(heading: str, factor: float) -> None:
    heads = [*HEADS[:3], heading, *HEADS[4:]]
    instance, findings = read(book(项目=[heads, [*ROW[:3], 6.5 * factor, *ROW[4:]]]))
    assert instance is not None, findings
    assert instance.projects[0].options[0].overnight_cost == pytest.approx(6.5)


@pytest.mark.parametrize("heading", ["效益年增长率（％）", "效益年增长率%", "效益年增长率/%"])
@pytest.mark.parametrize("value", [5, "5", "5%", "５％"])
def test_percent_in_headings(heading: str, value: object) -> None:
    instance, findings = read(book(项目=[[*HEADS[:-1], heading], [*ROW[:-1], value]]))
    assert instance is not None, findings
    assert instance.projects[0].options[0].benefit_growth == pytest.approx(0.05)


def test_blanks_and_line_ends_within_headings_and_a_column_of_row_numbers() -> None:
    heads = ["序 号", "项目\n编号", "项 目 名 称", "行　业", *HEADS[3:]]
    instance, findings = read(book(项目=[heads, [1, *ROW], ["合计", None, None, None, 6.5]]))
    assert instance is not None, findings
    assert [row.id for row in instance.projects] == ["a"]


def test_strokes_for_what_does_not_apply() -> None:
    """A stroke leaves a cell out; a dash is no year, and no amount in a column of amounts."""
    heads = [*HEADS, "年收入"]
    rows = [[*ROW[:5], stroke, "/", money] for stroke, money in (("/", "/"), ("—", "—"))]
    rows[1][0] = "b"
    instance, findings = read(book(项目=[heads, *rows]))
    assert instance is not None, findings
    assert [row.earliest_start for row in instance.projects] == [None, None]
    assert [row.options[0].revenue for row in instance.projects] == [0.0, 0.0]
    instance, findings = read(book(项目=[HEADS, [*ROW[:3], "/", *ROW[4:]]]))
    assert instance is None
    assert [(f.rule, f.row, f.column) for f in findings if f.severity is Severity.ERROR] == [
        ("missing-cell", 2, "总投资")
    ]


def test_one_amount_merged_over_several_rows_is_refused() -> None:
    """6.5 for both works together would be counted twice; years may be told for several rows."""
    made = book(项目=[HEADS, ROW, ["b", "乙", "水利", None, None, None, 0.05], ["c", *ROW[1:]]])
    made["项目"].merge_cells("D2:D3")
    made["项目"].merge_cells("E2:E3")
    instance, findings = read(made)
    assert instance is None
    errors = [f for f in findings if f.severity is Severity.ERROR]
    assert [(f.rule, f.sheet, f.row, f.column) for f in errors] == [
        ("merged-amount", "项目", 2, "总投资")
    ]
    assert "D2:D3" in errors[0].message
    made["项目"].unmerge_cells("D2:D3")
    made["项目"]["D3"] = 4.5
    instance, findings = read(made)
    assert instance is not None, findings
    assert [row.options[0].overnight_cost for row in instance.projects] == [6.5, 4.5, 6.5]
    assert [row.options[0].lead_time for row in instance.projects] == [3, 3, 3]


@pytest.mark.parametrize("at", [0, 1])
def test_a_row_of_which_is_one_fault(at: int) -> None:
    """其中：土建 is no project, its amount is in the row above; a fault, lest it was meant so."""
    part: list[Any] = ["", "", None, 3.0, None, None, None]
    part[at] = "其中：土建工程"
    instance, findings = read(book(项目=[HEADS, ROW, part, ["b", *ROW[1:]]]))
    assert instance is None
    errors = [f for f in findings if f.severity is Severity.ERROR]
    assert [(f.rule, f.row) for f in errors] == [("part-of-a-row", 3)]
    assert_bilingual(errors[0].message, errors[0].message.zh)


def test_a_work_that_is_named_of_which_and_has_all_cells_is_read() -> None:
    row = ["b", "其中：一期工程", *ROW[2:]]
    instance, findings = read(book(项目=[HEADS, ROW, row]))
    assert instance is not None, findings
    assert [project.id for project in instance.projects] == ["a", "b"]


@pytest.mark.parametrize("first", ["辖区编号", "辖区名称"])
def test_names_beside_ids_are_passed_over_with_a_note(first: str) -> None:
    """Whichever comes first, the id says which row of another table is meant."""
    cells = {"辖区编号": "j", "辖区名称": "某县"}
    second = next(word for word in cells if word != first)
    made = book(
        项目=[[*HEADS, first, second], [*ROW, cells[first], cells[second]]],
        辖区=[["辖区编号", "辖区名称"], ["j", "某县"]],
        分担=[["项目编号", "项目名称", "辖区编号", "出资比例"], ["a", "甲", "j", 1]],
    )
    instance, findings = read(made)
    assert instance is not None, findings
    assert [row.jurisdiction for row in instance.projects] == ["j"]
    assert [(row.project, row.jurisdiction) for row in instance.shares] == [("a", "j")]
    told = [(f.severity, f.column) for f in findings if f.rule == "names-beside-ids"]
    assert told == [(Severity.NOTE, "辖区名称"), (Severity.NOTE, "项目名称")]


def test_two_ids_of_one_column_still_stand_twice() -> None:
    made = book(项目=[[*HEADS, "辖区编号", "辖区代码"], [*ROW, "j", "j"]])
    instance, findings = read(made)
    assert instance is None
    assert "duplicate-heading" in {f.rule for f in findings}


LINKS = {
    "网络节点": [["编号", "网络", "网络类型"], ["x", "n", "交通"], ["y", "n", "交通"]],
}


@pytest.mark.parametrize(
    ("heading", "cell", "column", "value"),
    [
        ("长度（m）", 2500, "length", 2.5),
        ("长度（米）", "2,500", "length", 2.5),
        ("长度/米", 2500, "length", 2.5),
        ("长度（米）", "1.2万", "length", 12.0),
        ("长度（米）", 1234, "length", 1.234),
        ("长度（KM）", 2.5, "length", 2.5),
        ("length (m)", 2500, "length", 2.5),
        ("时间（小时）", 1.5, "time", 90.0),
        ("时间（秒）", 90, "time", 1.5),
        ("时间（分钟）", 90, "time", 90.0),
    ],
)
def test_the_unit_of_a_heading_scales_lengths_and_times(
    heading: str, cell: object, column: str, value: float
) -> None:
    rows = [["编号", "网络", "起点节点", "终点节点", heading], ["l", "n", "x", "y", cell]]
    instance, findings = read(book(项目=[HEADS, ROW], 网络线路=rows, **LINKS))
    assert instance is not None, findings
    assert getattr(instance.network_links[0], column) == value


def test_people_are_counted_in_the_unit_of_the_heading() -> None:
    """12.5 and 8万 below 万人; a thousand below a heading in English."""
    rows = [["编号", "常住人口（万人）"], ["j", 12.5], ["k", "8万"], ["l", "约3"]]
    instance, findings = read(book(项目=[[*HEADS, "辖区"], [*ROW, "j"]], 行政区=rows))
    assert instance is not None, findings
    assert [row.population for row in instance.jurisdictions] == [125_000.0, 80_000.0, 30_000.0]
    rows = [["id", "population (thousands)"], ["j", 125]]
    instance, findings = read(book(项目=[HEADS, ROW], jurisdictions=rows))
    assert instance is not None, findings
    assert instance.jurisdictions[0].population == 125_000.0


def test_a_unit_within_a_cell_below_another_one_is_asked_about() -> None:
    """2.5公里 below 米 is not 2.5 m."""
    rows = [["编号", "网络", "起点节点", "终点节点", "长度（米）"], ["l", "n", "x", "y", "2.5公里"]]
    instance, findings = read(book(项目=[HEADS, ROW], 网络线路=rows, **LINKS))
    assert instance is None
    assert "bad-number" in {f.rule for f in findings}


@pytest.mark.parametrize(
    ("table", "heading", "said"),
    [
        ("network_links", "长度（英里）", "按km读取"),
        ("network_links", "能力（万辆/日）", "单位须与全算例一致"),
        ("projects", "总投资（万欧元）", "请写元、万元或亿元"),
    ],
)
def test_who_names_another_unit_is_not_told_to_leave_it_out(
    table: str, heading: str, said: str
) -> None:
    """Without its unit the heading would be read, and every figure below it wrongly."""
    assert heading_of(table_of(table), heading) is None
    advice = closest_heading(heading, table_of(table))
    assert said in advice.zh
    assert_bilingual(advice, advice.zh)


def test_what_stands_in_brackets_of_a_name_is_no_unit() -> None:
    advice = closest_heading("项目名称（全称）", table_of("projects"))
    assert "单位" not in advice.zh.split("；")[0]


@pytest.mark.parametrize(
    "units",
    [
        ["/", "/", "/", "万元", "年"],
        [None, None, None, "（万元）", None],
        ["单位", None, None, "万元", "年"],
    ],
)
def test_units_in_a_row_of_their_own_below_the_headings(units: list[Any]) -> None:
    """65,000 below 万元 are 6.5 of 1e8 yuan."""
    rows = [["某县重点项目表"], HEADS[:5], units, ["a", "甲", "水利", 65_000, 3]]
    instance, findings = read(book(项目=rows))
    assert instance is not None, findings
    option = instance.projects[0].options[0]
    assert (option.overnight_cost, option.lead_time) == (6.5, 3)
    told = [f.rule for f in findings if f.severity is not Severity.NOTE]
    assert told == []


def test_a_unit_that_the_heading_states_too_is_said_twice() -> None:
    heads = [*HEADS[:3], "总投资（万元）", "工期"]
    rows = [heads, ["单位：", None, None, "万元", "年"], ["a", "甲", "水利", 65_000, 3]]
    instance, findings = read(book(项目=rows))
    assert instance is not None, findings
    assert instance.projects[0].options[0].overnight_cost == 6.5
    rows[1][3] = "亿元"  # which of both holds is asked
    instance, findings = read(book(项目=rows))
    assert instance is None
    assert 2 in {f.row for f in findings if f.severity is Severity.ERROR}


@pytest.mark.parametrize(
    ("heading", "cell"), [("常住人口", "12%"), ("常住人口（%）", 12), ("常住人口（万人）", "100%")]
)
def test_no_count_and_no_measure_is_a_share(heading: str, cell: Any) -> None:
    """12% of people would be 0.12 persons."""
    sheets = {
        "项目": [HEADS[:5], ["a", "甲", "水利", 6.5, 3]],
        "辖区": [["编号", heading], ["j", cell]],
    }
    instance, findings = read(book(**sheets))
    assert instance is None
    (found,) = [f for f in findings if f.severity is Severity.ERROR]
    assert_bilingual(found.text(), found.text("zh"))


def test_each_column_has_the_unit_below_its_own_heading() -> None:
    """Cost in 亿元, benefit and upkeep in 万元, people in 万人."""
    heads = ["项目编号", "项目名称", "行业", "总投资", "年效益", "年运维费", "工期"]
    units = [None, None, None, "亿元", "万元", "万元", "年"]
    instance, findings = read(book(项目=[heads, units, ["a", "甲", "水利", 6.5, 300, 5, 3]]))
    assert instance is not None, findings
    option = instance.projects[0].options[0]
    assert (option.overnight_cost, option.benefits["benefit"], option.fixed_om_cost) == (
        6.5,
        0.03,
        0.0005,
    )


def test_a_row_that_holds_more_than_units_is_a_row() -> None:
    rows = [HEADS[:5], ["a", None, None, "亿元", None], ["b", "乙", "水利", 6.5, 3]]
    _, findings = read(book(项目=rows))
    assert 2 in {f.row for f in findings if f.severity is Severity.ERROR}
