"""Marks that repeat the cell above, headings of groups, and who filled a table in."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import Severity
from tests.assertions import assert_bilingual
from tests.storage.books import HEADS, book, places, read

ROAD = ["r", "环路", "交通", 6.0, 3]


@pytest.mark.parametrize("mark", ["同上", " 〃 ", "″", "同前", "Ditto"])
def test_a_mark_that_repeats_the_cell_above(mark: str) -> None:
    """Without that, `同上` would be a sector of its own."""
    rows = [ROAD, [], ["小计", None, None, 6.0], ["s", "支路", mark, mark, mark]]
    instance, findings = read(book(项目=[HEADS, *rows]))
    assert instance is not None, findings
    road, street = instance.projects
    assert (street.sector, street.options) == (road.sector, road.options)
    told = [f for f in findings if f.rule == "ditto"]
    assert [place[3:] for place in places(tuple(told))] == [
        (5, "行业"),
        (5, "总投资"),
        (5, "工期"),
    ]
    assert all(f.severity is Severity.NOTE for f in told)
    for finding in told:
        assert_bilingual(finding.message, finding.message.zh)


@pytest.mark.parametrize("above", [[], [["r", "环路", None, 6.0, 3]]])
def test_a_mark_that_repeats_nothing_is_a_fault(above: list[list[Any]]) -> None:
    instance, findings = read(book(项目=[HEADS, *above, ["s", "支路", "同上", 2.0, 1]]))
    assert instance is None
    assert ("ditto-of-nothing", "plan.xlsx", "项目", len(above) + 2, "行业") in places(findings)


def test_headings_of_groups_and_who_signs_are_no_projects() -> None:
    rows = [
        ["一", "交通项目"],
        ROAD,
        ["二、水利项目"],
        ["（三）能源", None, None, None, None],
        ["w", "水库", "水利", 2.0, 3],
        ["填表人：张三", "审核：李四", None, "日期：2026年3月"],
        ["联系电话：023-5222"],
    ]
    instance, findings = read(book(项目=[HEADS, *rows]))
    assert instance is not None, findings
    assert [project.id for project in instance.projects] == ["r", "w"]
    told = [(f.row, f.severity) for f in findings if f.rule == "row-passed-over"]
    assert told == [(row, Severity.NOTE) for row in (2, 4, 5, 7, 8)]


def test_a_project_is_read_whatever_its_id_is() -> None:
    rows = [["一", "环路", "交通", 6.0, 3], ["联系人：路", "支路", "交通", 2.0, 1]]
    instance, findings = read(book(项目=[HEADS, *rows]))
    assert instance is not None, findings
    assert len(instance.projects) == 2


@pytest.mark.parametrize(
    ("used", "told"),
    [
        ("环路", "这是“r”的名称，此处应填编号r"),
        ("河堤", "将其加入项目表，或在此处更正"),
    ],
)
def test_a_name_in_the_place_of_an_id_is_told_with_the_id(used: str, told: str) -> None:
    rows = [ROAD, ["s", "支路", "交通", 2.0, 1]]
    relations = [["前项项目", "后项项目", "关系类型"], [used, "s", "先后"]]
    instance, findings = read(book(项目=[HEADS, *rows], 关系=relations))
    assert instance is None
    (fault,) = [f for f in findings if f.severity is Severity.ERROR]
    assert fault.message.zh == f"项目表中没有编号“{used}”"
    assert fault.advice.zh == told
