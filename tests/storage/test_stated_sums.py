"""Sums below and above the rows of a table: held against them, and told where they disagree."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import Severity
from tests.assertions import assert_bilingual
from tests.storage.books import HEADS, book, read


def row(name: str, cost: Any) -> list[Any]:
    return [name, "路", "水利", cost, 2]


def total(word: str, cost: Any) -> list[Any]:
    return [word, None, None, cost, None]


def told(*rows: list[Any], heads: list[Any] = HEADS) -> list[tuple[Any, ...]]:
    instance, findings = read(book(项目=[heads, *rows]))
    assert instance is not None, findings
    found = [f for f in findings if f.rule == "sum-disagrees"]
    for one in found:
        assert one.severity is Severity.WARNING
        assert_bilingual(one.text(), one.text("zh"))
    return [(f.row, f.column, str(f.message)) for f in found]


A, B, C = row("a", 1.0), row("b", 2.0), row("c", 4.0)


@pytest.mark.parametrize(
    "rows",
    [
        [A, B, total("合计", 3.0)],
        [total("合计", 3.0), A, B],
        [A, B, total("小计", 3.0), C, total("小计", 4.0), total("总计", 7.0)],
        [total("小计", 3.0), A, B, total("小计", 4.0), C, total("总计", 7.0)],
        # a sum of the groups before it, and one of all
        [A, total("小计", 1.0), B, total("小计", 2.0), total("合计", 3.0), C, total("总计", 7.0)],
        [A, B, total("合计", "3亿元")],
        [A, B, total("合计", None)],
        [A, B, total("合计", "/")],
        [row("a", 0.33), row("b", 0.33), row("c", 0.33), total("合计", 1.0)],
    ],
)
def test_a_sum_that_some_rows_beside_it_add_up_to_is_right(rows: list[list[Any]]) -> None:
    assert told(*rows) == []


def test_a_sum_with_a_row_too_few_is_asked_about() -> None:
    """7 are stated; the row of 4 was deleted, or is in another sheet."""
    ((at, column, message),) = told(A, B, total("合计", 7.0))
    assert (at, column) == (4, "总投资")
    assert "states 7" in message
    assert "all rows are 3" in message


def test_a_sum_shows_a_slip_of_units() -> None:
    """20,000 stands in a column of 亿元 where 2 was meant: 万元 by its row."""
    ((at, _, message),) = told(A, row("b", 20_000), total("合计", 3.0))
    assert at == 4
    assert "20001" in message


def test_sums_stand_in_the_unit_of_their_heading() -> None:
    heads = [*HEADS[:3], "总投资（万元）", HEADS[4]]
    rows = [row("a", 10_000), row("b", 20_000)]
    assert told(*rows, total("合计", 30_000), heads=heads) == []
    assert len(told(*rows, total("合计", 3), heads=heads)) == 1


def test_of_each_column_the_one_that_disagrees_is_named() -> None:
    heads = [*HEADS, "年运维费"]
    rows = [[*A, 0.1], [*B, 0.2], [*total("合计", 3.0), 0.5]]
    ((_, column, _),) = told(*rows, heads=heads)
    assert column == "年运维费"


def test_rows_with_faults_are_not_held_against_a_sum() -> None:
    _, findings = read(book(项目=[HEADS, A, row("b", "若干"), total("合计", 3.0)]))
    assert "sum-disagrees" not in {f.rule for f in findings}
