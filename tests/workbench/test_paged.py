"""Long tables by page: what is sought, how it is sorted, and what goes out of it."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

ROWS: list[dict[str, Any]] = [
    {"name": "road-10", "cost": 3.0, "sector": "roads", "_id": "a"},
    {"name": "Road-2", "cost": None, "sector": "roads", "_id": "b"},
    {"name": "水库", "cost": 12.0, "sector": "water", "_id": "c"},
    {"name": None, "cost": 3.0, "sector": "water", "_id": "d"},
]


def _page(key: str, **told: str) -> tuple[list[Any], int]:
    from infraplan.optimizer.workbench.paged import Asked, page_of

    found, count = page_of(key, ROWS, Asked.of(told))
    return [row["name"] for row in found], count


@pytest.mark.parametrize(
    ("told", "names", "count"),
    [
        ({}, ["road-10", "Road-2", "水库", None], 4),
        ({"search": " ROAD-"}, ["road-10", "Road-2"], 2),
        ({"search": "water"}, ["水库", None], 2),
        ({"column": "sector", "value": "water", "search": "水"}, ["水库"], 1),
        ({"search": "nothing of the kind"}, [], 0),
        # As an office numbers; empty cells last either way; equal ones as they stand.
        ({"sort": "name"}, ["Road-2", "road-10", "水库", None], 4),
        ({"sort": "name", "falls": "1"}, ["水库", "road-10", "Road-2", None], 4),
        ({"sort": "cost"}, ["road-10", None, "水库", "Road-2"], 4),
        ({"sort": "cost", "falls": "1"}, ["水库", "road-10", None, "Road-2"], 4),
        ({"sort": "no such column"}, ["road-10", "Road-2", "水库", None], 4),
        ({"first": "1", "count": "2"}, ["Road-2", "水库"], 4),
        ({"first": "9"}, [], 4),
        ({"first": "-1", "count": "many"}, ["road-10", "Road-2", "水库", None], 4),
    ],
)
def test_rows_are_sought_sorted_and_cut(
    told: dict[str, str], names: list[str | None], count: int
) -> None:
    assert _page("a", **told) == (names, count)


def test_pages_put_together_are_the_table() -> None:
    from infraplan.optimizer.workbench.paged import PAGE, Asked, page_of

    rows = [{"at": (7 * at) % 1009, "text": str(at % 3)} for at in range(1009)]
    found: list[dict[str, Any]] = []
    for first in range(0, 1009, PAGE):
        page, count = page_of("b", rows, Asked(sort="at", first=first))
        assert count == 1009
        assert len(page) <= PAGE
        found += page
    assert [row["at"] for row in found] == list(range(1009))


def test_an_answer_is_made_once_compressed_and_without_what_is_hidden() -> None:
    from infraplan.optimizer.workbench.paged import MOST_AT_ONCE, Asked, answer_of

    read: list[int] = []

    def rows() -> list[dict[str, Any]]:
        read.append(1)
        return ROWS

    asked = Asked.of({"count": "999999", "sort": "cost"})
    assert asked.count == MOST_AT_ONCE
    one, other = (answer_of("c", rows, asked) for _ in range(2))
    assert one is other
    assert len(read) == 1
    assert gzip.decompress(one.packed) == one.body
    told = json.loads(one.body)
    assert told["of"] == 4
    assert all("_id" not in row for row in told["rows"])
    assert answer_of("d", rows, asked).tag == one.tag, "a tag is of what goes out alone"
    assert answer_of("c", rows, Asked(search="road")).tag != one.tag


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip, br", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("deflate, *;q=0.1", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("gzipped", False),
        ("identity", False),
        ("gzip;q=much", False),
        ("", False),
    ],
)
def test_gzip_goes_to_those_alone_who_take_it(accepted: str, takes: bool) -> None:
    from infraplan.optimizer.workbench.row_answers import takes_gzip

    assert takes_gzip(accepted) is takes


def test_chinese_is_sorted_by_pinyin_in_the_order_of_the_page() -> None:
    from infraplan.optimizer.workbench.paged import as_read

    names = [
        "road-10",
        "能源工程2号",
        "数字化工程",
        "road-2",
        "安全工程30号",
        "能源工程10号",
        "110 kV",
    ]
    chinese = ["安全工程30号", "能源工程2号", "能源工程10号", "数字化工程"]
    latin = ["road-2", "road-10"]
    for lang, order in (("zh", ["110 kV", *chinese, *latin]), ("en", ["110 kV", *latin, *chinese])):
        assert sorted(names, key=lambda name, told=lang: as_read(name, told)) == order


def test_a_paper_pasted_into_the_search_fits_an_address() -> None:
    from infraplan.optimizer.workbench.paged import MOST_LETTERS, Asked

    assert Asked(search="项目" * 5000) == Asked.of({"search": "项目" * 5000})
    assert len(Asked(search="项目" * 5000).search) == MOST_LETTERS
