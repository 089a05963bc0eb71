"""Workbooks as offices keep them: titles, merged cells, notes, formulas, Chinese; faults."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from infraplan.models.errors import Severity
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
from tests.storage.books import HEADS, SETTINGS, book, data, places, read


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
            ["a", "b", "互斥", "数年"],
        ],
        资金=[["资金编号", "辖区", "可否结转"], ["f", "county", "可能"], ["f", "county", "是"]],
        资金流入=[
            ["资金编号", "年份", "金额"],
            ["f", "十四五", 1],
            ["f", 2021, "若干亿"],
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


@pytest.mark.parametrize("title", ["notes of old projects", "old projects", "项目 说明"])
def test_a_hidden_sheet_that_only_mentions_a_table_is_no_second_one(title: str) -> None:
    for first in (True, False):
        sheets = {"项目": [HEADS, ["a", "", "t", 1, 1]], title: [HEADS, ["b", "", "t", 1, 1]]}
        made = book(**(sheets if first else dict(reversed(sheets.items()))))
        made[title].sheet_state = "hidden"
        instance, findings = read(made)
        assert instance is not None
        assert [project.id for project in instance.projects] == ["a"]
        assert places(findings) == [("hidden-cells", "plan.xlsx", title, None, None)]
    # The only sheet of projects, hidden or not, is that of projects.
    made = book(**{"old projects": [HEADS, ["b", "", "t", 1, 1]]})
    made["old projects"].sheet_state = "hidden"
    instance, _ = read(made)
    assert instance is not None
    assert instance.projects[0].id == "b"
    # Two that are shown are asked about.
    made = book(**{"项目": [HEADS, ["a", "", "t", 1, 1]], "old projects": [HEADS]})
    assert [row[0] for row in places(read(made)[1])] == ["duplicate-sheet"]


@pytest.mark.parametrize(
    ("title", "severity", "words"),
    [
        ("项目 说明", Severity.NOTE, "nothing is to be done"),
        ("项目说明", Severity.NOTE, "nothing is to be done"),
        ("Notes of projects", Severity.NOTE, "nothing is to be done"),
        ("字典2026", Severity.NOTE, "nothing is to be done"),
        ("资金 说明", Severity.WARNING, "name it funds"),
        ("资金说明", Severity.WARNING, "name it funds"),
        ("funds notes", Severity.WARNING, "name it funds"),
        ("说明", None, ""),
        ("说明 README", None, ""),
        ("目录", None, ""),
        ("notes", None, ""),
    ],
)
def test_a_shown_sheet_that_is_passed_over_as_a_note_is_named(
    title: str, severity: Severity | None, words: str
) -> None:
    """One that may be a table which no other sheet holds is asked about: its rows are missing."""
    rows = [["id", "jurisdiction"], ["f", "j"]]
    instance, findings = read(book(**{"项目": [HEADS, ["a", "", "t", 1, 1]], title: rows}))
    assert instance is not None
    assert instance.funds == ()
    if severity is None:
        assert findings == ()
        return
    (told,) = findings
    assert (told.rule, told.sheet, told.severity) == ("note-sheet", title, severity)
    assert title in told.message
    assert title in told.message.zh
    assert words in told.advice
    # An empty one holds nothing that could be missed.
    assert read(book(**{"项目": [HEADS, ["a", "", "t", 1, 1]], title: []}))[1] == ()


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


def test_settings_are_called_what_the_sheet_calls_them() -> None:
    settings = [row for row in SETTINGS if row[0] != "price_year"]
    settings += [["通胀率", 0.02], ["债务规则.规则.1.最高比例", "abc"]]
    _, findings = read(book(设置=settings, 项目=[HEADS, ["r", "环路", "交通", 6.0, 3]]))
    told = {f.rule: (f.where("zh"), f.advice.zh) for f in findings}
    assert told["unknown-key"][0].endswith("通胀率列")
    assert "是否为通货膨胀率" in told["unknown-key"][1]
    assert "价格年份" in told["unknown-key"][1]
    assert "price_year" not in told["unknown-key"][1]
    assert told["bad-number"][0].endswith("债务规则.规则.1.最高比例列")
    assert any(f.where("zh").endswith("，价格年份列") for f in findings)


def test_a_doubt_about_a_table_that_is_not_there_names_the_workbook() -> None:
    reading = read_workbook(data(book(项目=[HEADS, ["r", "环路", "交通", 6.0, 3]])), "plan.xlsx")
    assert reading.instance is not None
    found = [reading.locate(problem) for problem in find_implausibilities(reading.instance)]
    lacking = [f for f in found if f.rule == "money-unlimited"]
    assert [(f.file, f.where("zh")) for f in lacking] == [
        ("plan.xlsx", "plan.xlsx，工作表资金，jurisdiction列")
    ]
