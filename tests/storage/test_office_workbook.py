"""What offices write in workbooks: groups of headings, units above them, what is hidden."""

from __future__ import annotations

import pytest

from infraplan.models.errors import Severity
from tests.storage.books import HEADS, book, read


@pytest.mark.parametrize("unit", ["", "（万元）"])
@pytest.mark.parametrize("above", [0, 1])
def test_headings_in_two_rows_of_merged_cells(unit: str, above: int) -> None:
    """Most headings span two rows; a group spans the headings below it and may tell the unit."""
    scale = 10_000 if unit else 1
    top = ["项目编号", "项目名称", "行业", f"投资{unit}", None, None, "工期"]
    low = [None, None, None, "总投资", "投资低值", "投资高值", None]
    rows = [[f"某县项目清单{n}"] for n in range(above)]
    rows += [top, low, ["r", "水库", "水利", 6.0 * scale, 5.0 * scale, 8.0 * scale, 3]]
    made = book(项目=rows)
    sheet, first = made["项目"], above + 1
    for column in (1, 2, 3, 7):
        sheet.merge_cells(
            start_row=first, end_row=first + 1, start_column=column, end_column=column
        )
    sheet.merge_cells(start_row=first, end_row=first, start_column=4, end_column=6)
    instance, findings = read(made)
    assert instance is not None, findings
    option = instance.projects[0].options[0]
    costs = (option.overnight_cost, option.overnight_cost_low, option.overnight_cost_high)
    assert costs == (6.0, 5.0, 8.0)
    assert option.lead_time == 3


def test_a_row_of_a_group_over_most_headings() -> None:
    """Where the lower row holds most headings, the one that spans both is read all the same."""
    top = ["项目编号", "基本情况", None, None, None]
    low = [None, "项目名称", "行业", "总投资", "工期"]
    made = book(项目=[top, low, ["r", "水库", "水利", 6.0, 3]])
    made["项目"].merge_cells("A1:A2")
    made["项目"].merge_cells("B1:E1")
    instance, findings = read(made)
    assert instance is not None, findings
    assert instance.projects[0].id == "r"


@pytest.mark.parametrize("unit", ["", "（万元）"])
def test_groups_above_the_headings_that_are_headings_themselves(unit: str) -> None:
    """投资 and 效益 name columns too; the row below holds more headings, and is taken."""
    scale = 10_000 if unit else 1
    top = ["基本情况", None, None, f"投资{unit}", None, f"效益{unit}"]
    low = ["编号", "名称", "行业", "静态投资", "建设工期", "年效益"]
    made = book(项目=[top, low, ["r", "水库", "水利", 6.0 * scale, 3, 2.0 * scale]])
    made["项目"].merge_cells("A1:C1")
    made["项目"].merge_cells("D1:E1")
    instance, findings = read(made)
    assert instance is not None, findings
    option = instance.projects[0].options[0]
    assert (option.overnight_cost, option.lead_time, option.benefits) == (6.0, 3, {"benefit": 2.0})


@pytest.mark.parametrize("more", [("年收入",), ()])
def test_a_group_named_as_one_of_its_headings(more: tuple[str, ...]) -> None:
    """年效益 spans 年效益 and 年收入; or 投资 a single 静态投资, beside merged cells."""
    if more:
        top = ["编号", "名称", "行业", "静态投资", "建设工期", "年效益", None]
        low = [None, None, None, None, None, "年效益", "年收入"]
        row, spanned = ["r", "水库", "水利", 6.0, 3, 2.0, 0.5], 5
    else:
        top = ["编号", "名称", "行业", "投资", "建设工期", "年效益"]
        low = [None, None, None, "静态投资（万元）", None, None]
        row, spanned = ["r", "水库", "水利", 60_000, 3, 2.0], 3
    made = book(项目=[top, low, row])
    for column in range(1, spanned + 1):
        made["项目"].merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
    instance, findings = read(made)
    assert instance is not None, findings
    (project,) = instance.projects
    option = project.options[0]
    assert (project.id, option.overnight_cost, option.lead_time) == ("r", 6.0, 3)
    assert (option.benefits, option.revenue) == ({"benefit": 2.0}, 0.5 if more else 0.0)


def test_a_first_project_called_like_a_heading_is_a_project() -> None:
    """A row below the headings that holds one of their words alone is a row with blanks."""
    _, findings = read(book(项目=[HEADS, ["行业"], ["b", "乙", "水利", 6.5, 3]]))
    assert {(f.rule, f.row) for f in findings if f.severity is Severity.ERROR} == {
        ("missing-cell", 2)
    }


def test_the_columns_that_there_are_are_named_in_chinese() -> None:
    heads = [*HEADS[:2], "投资额度", *HEADS[4:]]
    _, findings = read(book(项目=[heads, ["a", "甲", 24.0, 3]]))
    advice = {f.rule: f.advice.zh for f in findings if f.severity is Severity.ERROR}
    assert "可用的列：项目编号、" in advice["unknown-column"]
    assert "overnight_cost" not in advice["unknown-column"]
    messages = {f.message.zh for f in findings if f.rule == "missing-column"}
    assert messages == {"缺少必填列行业", "缺少必填列静态投资"}


def test_a_five_year_plan_is_the_year_that_its_table_means() -> None:
    """The 15th plan is 2026-2030; a date by it is its end, one not before it is asked about."""
    dates = [
        ["项目", "所定年份", "时点类型"],
        ["a", "十五五", "最迟投用"],
        ["b", "“十五五”期间", "begin_by"],
        ["c", "2031", "not_before"],
        ["d", "十五五末", "not_before"],
        ["e", "2026-2028", "open_by"],
    ]
    targets = [["编号", "指标", "目标值", "目标年"], ["t", "projects_opened", 1, "十四五"]]
    rows = [[name, "路", "水利", 1.0, 2] for name in "abcde"]
    instance, findings = read(book(项目=[HEADS, *rows], 目标=targets, 规划时点=dates))
    assert instance is not None, findings
    years = {date.project: date.year for date in instance.stated_dates}
    assert years == {"a": 2030, "b": 2030, "c": 2031, "d": 2030, "e": 2028}
    assert instance.targets[0].year == 2025
    studied = [dates[0], ["c", "十五五", "研究"]]
    _, findings = read(book(项目=[HEADS, *rows], 规划时点=studied))
    (fault,) = [f for f in findings if f.rule == "bad-year"]
    assert fault.advice == (
        "write 2026 if works may begin in these years, 2031 if they are only studied then"
    )
    inflows = [["资金", "年份", "流入金额"], ["f", "十四五", 1]]
    _, findings = read(book(项目=[HEADS, *rows], 资金=[["编号"], ["f"]], 资金流入=inflows))
    (fault,) = [f for f in findings if f.rule == "bad-year"]
    assert fault.advice == "write one row per year, or choose a year"


def test_ids_in_full_width_signs_are_those_in_half_width() -> None:
    """ＸＭ０１ is XM01 wherever it stands; brackets of a Chinese name stay, as do texts to read."""
    heads = ["编号", "名称", "行业", "静态投资", "建设工期", "产出"]
    rows = [
        ["ＸＭ０１", "甲路Ａ段", "交通", 1.0, 1, "ｋｍ＝３"],
        ["XM02", "乙", "交通", 1.0, 1, "km=2"],
        ["丙（一期）", "丙", "交通", 1.0, 1, None],
    ]
    relations = [["前项", "后项", "关系类型"], ["XM01", "ＸＭ０２；丙（一期）", "先后"]]
    targets = [["编号", "指标", "目标值", "目标年"], ["t", "km", 5, 2025]]
    instance, findings = read(book(项目=[heads, *rows], 项目关系=relations, 目标=targets))
    assert instance is not None, findings
    assert [p.id for p in instance.projects] == ["XM01", "XM02", "丙（一期）"]
    assert instance.projects[0].name_zh == "甲路Ａ段"
    assert instance.projects[0].options[0].outputs == {"km": 3.0}
    assert instance.relations[0].to_projects == ("XM02", "丙（一期）")
    told = [(f.sheet, f.row, f.column, str(f.message)) for f in findings if f.rule == "full-width"]
    assert told == [
        (
            "项目",
            2,
            "编号",
            "ＸＭ０１ is read in half-width signs as XM01; 1 more cell(s) likewise",
        ),
        (
            "项目关系",
            2,
            "后项",
            "ＸＭ０２；丙（一期） is read in half-width signs as XM02；丙（一期）",
        ),
    ]
    twice = [*rows, ["XM01", "丁", "交通", 1.0, 1, None]]
    _, findings = read(book(项目=[heads, *twice]))
    assert [f.rule for f in findings if f.severity is Severity.ERROR] == ["duplicate-id"]


@pytest.mark.parametrize(
    ("said", "costs"),
    [
        # one money unit is 1e8 yuan; the bare 50,000 stands in the unit above, the others do not
        ("单位：万元", [5.0, 3.0, 0.02]),
        ("（金额单位: 亿元）", [50_000.0, 3.0, 0.02]),
        ("单位：元", [0.0005, 3.0, 0.02]),
        # beside units of other columns, with the name of the currency, at the end of a title
        ("单位：公里、万元", [5.0, 3.0, 0.02]),
        ("单位：人民币万元", [5.0, 3.0, 0.02]),
        ("计量单位：万元（人民币）", [5.0, 3.0, 0.02]),
        ("单位：万元/年", [5.0, 3.0, 0.02]),
        ("某县重点项目表  单位：万元", [5.0, 3.0, 0.02]),
        ("编制单位：某县发展改革委  单位：万元", [5.0, 3.0, 0.02]),
        ("编制单位：某县发展改革委", [50_000.0, 3.0, 0.02]),
        ("单位：公里", [50_000.0, 3.0, 0.02]),
    ],
)
def test_a_unit_above_the_headings_holds_for_amounts_that_state_none(
    said: str, costs: list[float]
) -> None:
    rows = [["a", "甲", "水利", 50_000, 1, None], ["b", "乙", "水利", "3亿元", 1, None]]
    rows += [["c", "丙", "水利", "200万", 1, 7]]
    heads = [*HEADS, "年运维费（亿元）"]
    instance, findings = read(book(项目=[["重点项目表"], [said], heads, *rows]))
    assert instance is not None, findings
    assert [p.options[0].overnight_cost for p in instance.projects] == costs
    assert instance.projects[2].options[0].fixed_om_cost == 7.0
    told = [f.row for f in findings if f.rule == "unit-above"]
    assert told == ([2] if costs[0] != 50_000.0 or "亿" in said else [])


@pytest.mark.parametrize("unit", ["千元", "万美元"])
def test_a_unit_above_the_headings_that_is_not_known_is_no_silence(unit: str) -> None:
    """As in a heading: without it the amounts would be others."""
    rows = [["a", "甲", "水利", 50_000, 1]]
    _, findings = read(book(项目=[[f"单位：{unit}"], HEADS, *rows]))
    (found,) = [f for f in findings if f.severity is Severity.ERROR]
    assert (found.rule, found.row) == ("unit-above", 1)
    assert unit in str(found.message)
    heads = [*HEADS[:3], "总投资（万元）", *HEADS[4:]]
    instance, findings = read(book(项目=[[f"单位：{unit}"], heads, *rows]))
    assert instance is not None, findings  # every heading states its own
    assert instance.projects[0].options[0].overnight_cost == 5.0


def test_what_is_hidden_is_read_and_named() -> None:
    """A filter hides rows 3, 4 and 6, a printout the column of lead times; row 8 is empty."""
    rows = [[name, "路", "水利", 1.0, 2] for name in "abcde"]
    targets = [
        ["编号", "指标", "目标值", "目标年", "是否约束性"],
        ["t", "projects_opened", 1, 2025, "是"],
    ]
    made = book(项目=[HEADS, *rows], 目标=targets, 备忘=[["x"], [1]])
    sheet = made["项目"]
    for number in (3, 4, 6, 8):
        sheet.row_dimensions[number].hidden = True
    sheet.column_dimensions["E"].hidden = True
    sheet.column_dimensions["J"].hidden = True
    made["目标"].sheet_state = "hidden"
    instance, findings = read(made)
    assert instance is not None, findings
    assert [p.id for p in instance.projects] == list("abcde")
    assert {p.options[0].lead_time for p in instance.projects} == {2}
    assert instance.targets[0].id == "t"
    told = [f for f in findings if f.rule == "hidden-cells"]
    assert {(f.sheet, f.row, str(f.message)) for f in told} == {
        ("项目", 3, "hidden rows are read like the others: 3-4, 6"),
        ("项目", None, "hidden columns are read like the others: E"),
        ("目标", None, "the sheet is hidden; it is read like the others"),
    }
    assert all(f.severity is Severity.NOTE for f in told)


def test_a_hidden_sheet_that_is_passed_over_is_named() -> None:
    """By its name it is no table; who hid it may have meant its rows all the same."""
    rows = [HEADS, ["a", "路", "水利", 1.0, 2]]
    made = book(项目=rows, 资金说明=[["编号"], ["f"]], lists=[["x"], ["y"]], 封面=[["z"]])
    for name in ("资金说明", "lists"):
        made[name].sheet_state = "hidden"
    told = [(f.sheet, f.message.zh) for f in read(made)[1] if f.rule == "hidden-cells"]
    assert told == [("资金说明", "该工作表已隐藏，且按名称不是数据表，未读取")]


def test_the_advice_on_decimal_marks_names_what_a_workbook_has() -> None:
    rows = [HEADS, ["a", "甲", "水利", "24,00", 3], ["b", "乙", "水利", "6.5", 3]]
    _, findings = read(book(项目=rows))
    (finding,) = [f for f in findings if f.severity is Severity.ERROR]
    assert "sheet of settings" in finding.advice
    assert "设置表" in finding.advice.zh
