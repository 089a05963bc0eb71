"""Workbooks as offices keep them: titles, merged cells, notes, formulas, Chinese; faults."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from infraplan.models.errors import Finding, Severity
from infraplan.models.instance import Instance
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.storage import (
    example_instance,
    inspect_instance,
    new_instance,
    read_instance,
    write_instance,
)
from infraplan.optimizer.storage import workbook as workbook_module
from infraplan.optimizer.storage.accepted_words import SHEETS
from infraplan.optimizer.storage.flat_settings import key_in_chinese, key_of
from infraplan.optimizer.storage.sheet_layout import lines_of, width_of
from infraplan.optimizer.storage.workbook import read_workbook
from tests.builders import make_instance, make_project

SETTINGS = [
    ["设置项", "值"],
    ["id", "x"],
    ["price_year", 2021],
    ["money_factor", "1亿"],
    ["horizon.phases.1.id", "p14"],
    ["horizon.phases.1.first_year", "十四五"],
    ["horizon.phases.1.last_year", "十四五"],
]
HEADS = ["项目编号", "项目名称", "行业", "总投资", "工期"]


def book(**sheets: list[list[Any]]) -> Workbook:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in {"设置": SETTINGS, **sheets}.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return made


def data(made: Workbook) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def read(made: Workbook) -> tuple[Instance | None, tuple[Finding, ...]]:
    reading = read_workbook(data(made), "plan.xlsx")
    return reading.instance, reading.findings


def places(findings: tuple[Finding, ...]) -> list[tuple[Any, ...]]:
    return [(f.rule, f.file, f.sheet, f.row, f.column) for f in findings]


def test_an_office_workbook(tmp_path: Path) -> None:
    made = book(
        项目清单=[
            ["某县“十四五”重点项目表", None, None, None, None],
            [None, None, None, None, "单位：亿元"],
            HEADS,
            ["a", "甲路", "transport", 3.2, 2],
            ["b", "乙路", None, "1,200万元", "3年"],
            [None, None, None, None, None],
            ["c", "丙库", "water", 1, 1],
            ["合计", None, None, 4.32, None],
            ["注：投资为估算", None, None, None, None],
        ],
        封面=[["某县发展改革委"], ["2021年"]],
    )
    made["项目清单"].merge_cells("A1:E1")
    made["项目清单"].merge_cells("C4:C5")
    instance, findings = read(made)
    assert instance is not None
    assert [p.id for p in instance.projects] == ["a", "b", "c"]
    assert [p.sector for p in instance.projects] == ["transport", "transport", "water"]
    # 1,200 万元 = 1.2e7 yuan = 0.12 units of 1e8
    assert [p.options[0].overnight_cost for p in instance.projects] == [3.2, 0.12, 1.0]
    assert [p.options[0].lead_time for p in instance.projects] == [2, 3, 1]
    assert places(findings) == [
        ("title-row", "plan.xlsx", "项目清单", 3, None),
        ("merged-cells", "plan.xlsx", "项目清单", 4, "行业"),
        ("unit-above", "plan.xlsx", "项目清单", 2, None),
        ("row-passed-over", "plan.xlsx", "项目清单", 8, None),
        ("row-passed-over", "plan.xlsx", "项目清单", 9, None),
    ]
    assert {f.severity for f in findings} == {Severity.NOTE}


def spoilt() -> Workbook:
    """Thirty faults of different kinds, one a row where they are in a row."""
    made = book(
        projects=[
            [
                *HEADS,
                "阶段",
                "最早开工年",
                "最晚开工年",
                "产出",
                "分年投资比例",
                "是否必建",
                "颜色",
            ],
            ["a", "", "t", "很多", 1],
            ["b", "", "t", -1, 1],
            ["c", "", "t", "12%", 1],
            ["d", "", "t", 1, 1.5],
            ["e", "", "t", 1, 1, "梦想"],
            ["f", "", "t", 1, 1, None, "2025-06-01"],
            ["g", "", "t", 1, 1, None, datetime.datetime(2025, 6, 1)],
            ["h", "", "t", 1, 1, None, None, "以后"],
            ["i", "", "t", 1, 1, None, 1066],
            ["j", "", "t", 1, 1, None, None, None, "12公里"],
            ["k", "", "t", 1, 1, None, None, None, "km=1;km=2"],
            ["l", "", "t", 1, 1, None, None, None, None, "0.5;0.6"],
            ["m", "", "t", 1, 1, None, None, None, None, "50%，50%"],
            ["n", "", "t", 1, 1, None, None, None, None, None, "也许"],
            [None, "无编号", "t", 1, 1],
            ["o o", "", "t", 1, 1],
            ["p", "", None, 1, 1],
            ["q", "", "t", "nan", 1],
            ["r", "", "t", "1,20", 1],
        ],
        关系=[
            ["前项", "后项", "关系类型", "间隔年数"],
            ["a", "b", "谁知道", 1],
            ["a", "b", "互斥", "一年"],
        ],
        资金=[["资金编号", "辖区", "可否结转"], ["f", "county", "可能"], ["f", "county", "是"]],
        资金流入=[
            ["资金编号", "年份", "金额"],
            ["f", "十四五", 1],
            ["f", 2021, "一亿"],
            ["f", 2021, None],
        ],
        债务工具=[
            ["工具编号", "辖区", "债务池", "期限", "利率"],
            ["b1", "county", "special", 10, -30],
        ],
    )
    made["projects"]["B2"] = "=1/0"
    made["projects"]["C3"] = "#REF!"
    return made


def test_thirty_planted_faults_are_named_with_sheet_row_and_column() -> None:
    instance, findings = read(spoilt())
    assert instance is None
    projects = [
        ("unknown-column", 1, "颜色"),
        ("formula-without-value", 2, "项目名称"),
        ("bad-number", 2, "总投资"),
        ("error-value", 3, "行业"),
        ("out-of-range", 3, "总投资"),
        ("bad-number", 4, "总投资"),
        ("bad-number", 5, "工期"),
        ("bad-word", 6, "阶段"),
        ("date-as-text", 7, "最早开工年"),
        ("date-as-text", 8, "最早开工年"),
        ("bad-year", 9, "最晚开工年"),
        ("out-of-range", 10, "最早开工年"),
        ("bad-mapping", 11, "产出"),
        ("duplicate-key", 12, "产出"),
        ("figures-disagree", 13, "分年投资比例"),
        ("bad-number", 14, "分年投资比例"),
        ("bad-word", 15, "是否必建"),
        ("missing-cell", 16, "项目编号"),
        ("bad-id", 17, "项目编号"),
        ("missing-cell", 18, "行业"),
        ("not-finite", 19, "总投资"),
        ("bad-number", 20, "总投资"),
    ]
    others = [
        ("关系", "bad-word", 2, "关系类型"),
        ("关系", "bad-number", 3, "间隔年数"),
        ("资金", "bad-word", 2, "可否结转"),
        ("资金", "duplicate-id", 3, "资金编号"),
        ("资金流入", "bad-year", 2, "年份"),
        ("资金流入", "bad-number", 3, "金额"),
        ("资金流入", "missing-cell", 4, "金额"),
        ("债务工具", "out-of-range", 2, "利率"),
    ]
    expected = {(rule, "plan.xlsx", "projects", row, column) for rule, row, column in projects}
    expected |= {(rule, "plan.xlsx", sheet, row, column) for sheet, rule, row, column in others}
    assert len(expected) == 30
    assert set(places(findings)) == expected


def test_a_formula_counts_by_its_stored_value(tmp_path: Path) -> None:
    made = book(projects=[HEADS, ["a", "", "t", 7, 1]])
    content = data(made)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            # what Excel writes for a formula that it has computed: <f> and <v> side by side
            text = old.read(name).replace(b"<v>7</v>", b"<f>3+4</f><v>7</v>")
            new.writestr(name, text)
    reading = read_workbook(stream.getvalue(), "plan.xlsx")
    assert reading.findings == ()
    assert reading.instance is not None
    assert reading.instance.projects[0].options[0].overnight_cost == 7.0


def test_sheets_may_be_named_in_both_languages_and_strangers_are_named() -> None:
    made = book(**{"projects 项目": [HEADS, ["a", "", "t", 1, 1]], "projets": [["a"], ["b"]]})
    instance, findings = read(made)
    assert instance is not None
    assert places(findings) == [("unknown-table", "plan.xlsx", "projets", None, None)]
    made = book(
        **{"projects": [HEADS, ["a", "", "t", 1, 1]], "项目": [HEADS, ["b", "", "t", 1, 1]]}
    )
    assert places(read(made)[1]) == [("duplicate-sheet", "plan.xlsx", "项目", None, None)]


def test_settings_sheet_faults_are_placed() -> None:
    rows = [
        *SETTINGS,
        ["inflatoin", 0.02],  # row 8
        ["inflation", "much"],  # row 9
        ["price_year", 2022],  # row 10: stands in row 3 already
        ["horizon.phases.2.id", "p15"],  # row 11: no years
        ["title.en.more", "x"],  # row 12: below a text
        ["appraisal.discount_rate", "6%"],
        [None, "alone"],
        ["currency", None],
    ]
    made = book(projects=[HEADS, ["a", "", "t", 1, 1]])
    sheet = made["设置"]
    sheet.delete_rows(1, 20)
    for row in rows:
        sheet.append(row)
    found = {(f.rule, f.sheet, f.row, f.column) for f in read(made)[1]}
    assert found == {
        ("missing-cell", "设置", 14, "设置项"),
        ("duplicate-key", "设置", 10, "设置项"),
        ("unknown-key", "设置", 8, "inflatoin"),
        ("bad-number", "设置", 9, "inflation"),
        ("missing-cell", "设置", 11, "horizon.phases[1].first_year"),
        ("missing-cell", "设置", 11, "horizon.phases[1].last_year"),
        ("wrong-type", "设置", 12, "title.en"),
    }


def test_scenarios_are_rows_of_changes() -> None:
    made = book(
        projects=[HEADS, ["a", "", "t", 1, 1]],
        情景=[
            ["情景编号", "名称", "概率", "表", "条件", "字段", "运算", "数值"],
            ["dear", "贵", "20%", "projects", "sector=t", "overnight_cost", "乘", 1.2],
            [None, None, None, "instance", None, "inflation", "设为", "0.03"],
            ["plain", "平", 0.8, None, None, None, None, None],
        ],
    )
    instance, findings = read(made)
    assert findings == ()
    assert instance is not None
    dear, plain = instance.scenarios
    assert (dear.probability, dear.title.zh, len(dear.changes)) == (0.2, "贵", 2)
    assert dear.changes[0].where == {"sector": "t"}
    assert (dear.changes[0].value, dear.changes[1].value) == (1.2, 0.03)
    assert plain.changes == ()
    made["情景"]["G2"] = "除"
    made["情景"]["C4"] = 3
    assert [f[0] for f in places(read(made)[1])] == ["bad-word", "out-of-range"]


def test_missing_and_empty_sheets_are_named() -> None:
    made = Workbook()
    assert places(read(made)[1]) == [
        ("missing-sheet", "plan.xlsx", "instance", None, None),
        ("missing-sheet", "plan.xlsx", "projects", None, None),
    ]
    instance, findings = read(book(projects=[], funds=[]))
    assert instance is None
    assert places(findings) == [("empty-file", "plan.xlsx", "projects", 1, None)]


def test_files_that_are_no_workbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    good = data(book(projects=[HEADS]))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("x", "x")
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[:-20])
    for content in (
        b"PK\x03\x04 damaged",
        b"\xd0\xcf\x11\xe0old",
        stream.getvalue(),
        broken.getvalue(),
    ):
        finding = read_workbook(content, "plan.xlsx").findings[0]
        assert (finding.rule, finding.file) == ("bad-workbook", "plan.xlsx")
    assert read_workbook(b"", "plan.xlsx").findings[0].rule == "empty-file"
    monkeypatch.setattr(workbook_module, "MAX_UNPACKED", 100)
    assert "unpacks to" in read_workbook(good, "plan.xlsx").findings[0].message


def test_a_sheet_of_a_million_empty_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_module, "MAX_CELLS", 50)
    findings = read(book(projects=[HEADS, *([["a", "", "t", 1, 1]] * 20)]))[1]
    assert ("bad-workbook", "plan.xlsx", "projects", None, None) in places(findings)


# --------------------------------------------------------------------------------------- templates


def test_the_template_has_a_sheet_per_table_lists_and_comments(tmp_path: Path) -> None:
    new_instance(tmp_path / "t.xlsx", "zh")
    made = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert made.sheetnames[:5] == ["项目", "资金", "债务", "说明 README", "设置"]
    assert made.active == made["项目"]
    assert set(made.sheetnames) == {"说明 README", "lists", *(SHEETS[name][0] for name in SHEETS)}
    sheet = made["项目"]
    assert sheet["A1"].value == "id\n项目编号"
    assert sheet.freeze_panes == "B2"
    comment = sheet["A1"].comment
    assert comment is not None
    assert "必填" in comment.text
    formulas = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert "=行政区!$A$2:$A$2000" in formulas
    assert any(str(formula).startswith("=lists!") for formula in formulas)
    lists = {cell.value for row in made["lists"].iter_rows() for cell in row}
    assert {"是", "否", "在建", "必建"} <= lists
    assert any("十四五" in str(row[1].value) for row in made["说明 README"].iter_rows())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_template_opens_with_projects_funds_and_debt_and_shows_all_text(
    tmp_path: Path, lang: str
) -> None:
    new_instance(tmp_path / "t.xlsx", lang)
    made = openpyxl.load_workbook(tmp_path / "t.xlsx")
    first = ["projects", "funds", "debt"] if lang == "en" else ["项目", "资金", "债务"]
    assert made.sheetnames[:3] == first
    wrapped = 0
    for sheet in made.worksheets:
        if sheet.sheet_state == "hidden":
            continue
        for row in sheet.iter_rows():
            height = sheet.row_dimensions[row[0].row].height or 15.0
            for cell in row:
                width = sheet.column_dimensions[cell.column_letter].width
                if isinstance(cell.value, str):
                    assert max(map(width_of, cell.value.split())) <= width or sheet.title in (
                        "说明 README",
                        "设置",
                        "instance",
                    ), cell
                    # 15 points hold a line of the standard font
                    assert 15.0 * lines_of(cell.value, width) <= height, cell
                    assert cell.alignment.wrap_text
                    wrapped += lines_of(cell.value, width) > 1
    assert wrapped > 100


def test_lines_of_a_text_are_those_of_its_words_and_characters() -> None:
    # 12 digits wide, 10 of them for text: nine letters of 1.1 or four Chinese characters of 2.2
    assert lines_of("abcdefghi", 12.0) == 1
    assert lines_of("abcdefghij", 12.0) == 2
    assert lines_of("abcd efgh ij", 12.0) == 2
    assert lines_of("项目投资", 12.0) == 1
    assert lines_of("项目投资额", 12.0) == 2
    assert lines_of("a\n\nb", 12.0) == 3
    assert lines_of("", 12.0) == 1


def test_settings_are_named_in_chinese_and_read_by_either_name() -> None:
    assert key_in_chinese("horizon.phases.1.first_year") == "规划期.阶段.1.首年"
    assert key_of(" 规划期.阶段.1.首年 ") == "horizon.phases.1.first_year"
    assert key_of("horizon.阶段.2.title.中文") == "horizon.phases.2.title.zh"
    assert key_of("阶段门槛.study") == "stage_gates.study"  # the names of a mapping are data
    assert key_of("price_year") == "price_year"
    assert key_of("价格年代") == "价格年代"  # unknown: told as it was written
    made = book(projects=[HEADS, ["a", "甲路", "transport", 3.2, 2]])
    for row in made["设置"].iter_rows(min_row=2):
        row[0].value = key_in_chinese(str(row[0].value))
    instance, findings = read(made)
    assert instance is not None, findings
    assert instance.settings.horizon.phases[0].last_year == 2025
    made["设置"]["A3"].value = "价格年代"
    instance, findings = read(made)
    assert instance is None
    assert any("价格年代" in finding.message for finding in findings)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_drop_down_points_at_words_that_are_read(tmp_path: Path, lang: str) -> None:
    new_instance(tmp_path / "t.xlsx", lang)
    made = openpyxl.load_workbook(tmp_path / "t.xlsx")
    reading = inspect_instance(tmp_path / "t.xlsx")
    assert reading.findings == ()
    # put each word of the stage list into the stage column: all are understood
    sheet = made.worksheets[0]
    column = next(c for c in sheet[1] if str(c.value).startswith("stage")).column
    words = next(c for c in made["lists"].iter_cols(values_only=True) if c[0] == "# Stage")
    for number, word in enumerate([w for w in words[1:] if w], start=2):
        sheet.cell(row=number, column=column, value=word)
    made.save(tmp_path / "t.xlsx")
    instance = read_instance(tmp_path / "t.xlsx")
    stages = [project.stage.value for project in instance.projects[:5]]
    assert stages == ["study", "preparatory", "start", "under_construction", "complete"]


def test_the_example_of_the_template_is_the_example(tmp_path: Path) -> None:
    for name in ("t.xlsx", "t.json", "t"):
        assert new_instance(tmp_path / name) == example_instance()
        assert read_instance(tmp_path / name) == example_instance()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (datetime.datetime(1905, 7, 20), "yyyy"),  # 2028 typed: the 2,028th day of the calendar
        (datetime.datetime(2028, 1, 1), "yyyy"),
        (datetime.datetime(2028, 6, 1), 'yyyy"年"'),
    ],
)
def test_a_cell_that_shows_a_year_alone_is_a_year(
    tmp_path: Path, value: datetime.datetime, shown: str
) -> None:
    path = tmp_path / "x.xlsx"
    write_instance(make_instance([make_project("a")], years=(2021, 2030)), path)
    book = openpyxl.load_workbook(path)
    sheet = book["projects"]
    heads = {cell.value: cell for row in sheet.iter_rows(max_row=5) for cell in row}
    head = heads["latest_start"]
    row = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "a")
    cell = sheet.cell(row, head.column, value)
    cell.number_format = shown
    book.save(path)
    assert read_instance(path).projects[0].latest_start == 2028


def test_the_template_validates_clean_and_teaches_how_debt_is_handled(tmp_path: Path) -> None:
    new_instance(tmp_path / "t.xlsx", "zh")
    reading = inspect_instance(tmp_path / "t.xlsx")
    assert reading.findings == ()
    assert reading.instance is not None
    assert find_implausibilities(reading.instance) == ()
    rows, years = reading.instance.debt, reading.instance.settings.horizon.years
    assert sum(row.principal_due for row in rows) == sum(row.opening_balance or 0.0 for row in rows)
    assert {row.year for row in rows if row.new_quota} == set(years)
    served = {(pool.id, owner) for pool in reading.instance.pools for owner in pool.service_funds}
    assert {(row.pool, row.jurisdiction) for row in reading.instance.instruments} <= served


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
            "ＸＭ０２；丙（一期） is read in half-width signs as XM02；丙（一期）; "
            "0 more cell(s) likewise",
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


def test_the_advice_on_decimal_marks_names_what_a_workbook_has() -> None:
    rows = [HEADS, ["a", "甲", "水利", "24,00", 3], ["b", "乙", "水利", "6.5", 3]]
    _, findings = read(book(项目=rows))
    (finding,) = [f for f in findings if f.severity is Severity.ERROR]
    assert "sheet of settings" in finding.advice
    assert "设置表" in finding.advice.zh
