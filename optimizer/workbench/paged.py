"""Long tables by page: the grid asks for the rows that it shows, sorted and sought here.

A page of rows is made and compressed once for all who ask for the same; a browser that has it
already is told so by its tag.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infraplan.optimizer.report.frames import in_order
from infraplan.optimizer.workbench.kept import Kept

PAGE = 100
"""Rows that a grid asks for at once, and the most that come in one piece with a page."""
MOST_AT_ONCE = 1000
"""Rows of one answer, whatever is asked for."""
MOST_LETTERS = 200
"""Letters of what is sought."""
_LEVEL = 5
"""Of compression: one more takes twice as long and saves a twentieth."""
_FIRST_HAN = chr(0x2E80)
"""From here on come characters of Chinese."""
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Asked:
    """Which rows: sought in any text, with `value` in `column`, sorted, from `first` on."""

    search: str = ""
    column: str = ""
    value: str = ""
    sort: str = ""
    is_falling: bool = False
    first: int = 0
    count: int = PAGE
    lang: str = "en"

    def __post_init__(self) -> None:
        """Cut what is sought: no address of a request holds a whole paper that was pasted."""
        for key in ("search", "column", "value", "sort"):
            object.__setattr__(self, key, getattr(self, key)[:MOST_LETTERS])

    @classmethod
    def of(cls, told: Mapping[str, str]) -> Asked:
        """What a request asks for; whatever is no number counts as none."""
        first, count = (
            int(text) if text.isdecimal() and len(text) < 10 else 0
            for text in (told.get("first", ""), told.get("count", ""))
        )
        search, column, value, sort = (
            told.get(key, "") for key in ("search", "column", "value", "sort")
        )
        count = min(count or PAGE, MOST_AT_ONCE)
        lang = "zh" if told.get("lang") == "zh" else "en"
        return cls(search, column, value, sort, told.get("falls") == "1", first, count, lang)


@dataclass(frozen=True)
class Answer:
    """An answer as it goes out, plain and compressed, with its tag."""

    body: bytes
    packed: bytes
    tag: str

    @classmethod
    def of(cls, body: bytes) -> Answer:
        """The answer `body`; the same bytes in every run of the server."""
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return cls(body, gzip.compress(body, _LEVEL, mtime=0), tag)

    @classmethod
    def of_json(cls, told: Any) -> Answer:
        """The answer that holds `told`."""
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return cls.of(text.encode("utf-8", "replace"))


_ORDERS: Kept[list[int]] = Kept(60)
"""Places of the rows that fit, in order, by table and what was asked."""


def page_of(key: Hashable, rows: Rows, asked: Asked) -> tuple[list[dict[str, Any]], int]:
    """Rows of one page, and how many fit in all; `key` is of the table, which never changes."""
    wanted = (asked.search.strip().casefold(), asked.column, asked.value)
    order = (asked.sort, asked.is_falling, asked.lang)
    places = _ORDERS.of((key, wanted, order), lambda: _places(rows, asked))
    shown = places[asked.first : asked.first + asked.count]
    # What begins with a dash is for the server alone.
    found = [{name: cell for name, cell in rows[at].items() if name[:1] != "_"} for at in shown]
    return found, len(places)


def answer_of(key: Hashable, read: Callable[[], Rows], asked: Asked) -> Answer:
    """The page as the grid takes it: `{"rows": [...], "of": count}`."""

    def made() -> Answer:
        rows, count = page_of(key, read(), asked)
        return Answer.of_json({"rows": rows, "of": count})

    return _ANSWERS.of((key, asked), made)


_ANSWERS: Kept[Answer] = Kept(400)


def fitting(rows: Rows, asked: Asked) -> list[int]:
    """Places of the rows in which the words stand, in the order of the table."""
    sought = asked.search.strip().casefold()
    return [
        at
        for at, row in enumerate(rows)
        if (not asked.value or row.get(asked.column) == asked.value)
        and (
            not sought
            or any(sought in text.casefold() for text in row.values() if isinstance(text, str))
        )
    ]


def _places(rows: Rows, asked: Asked) -> list[int]:
    found = fitting(rows, asked)
    if not asked.sort:
        return found
    # Empty cells stand last whichever way; of equal cells the table's own order holds.
    there = [at for at in found if rows[at].get(asked.sort) is not None]
    empty = [at for at in found if rows[at].get(asked.sort) is None]
    there.sort(key=lambda at: _weight(rows[at][asked.sort], asked.lang), reverse=asked.is_falling)
    return there + empty


def _weight(cell: Any, lang: str) -> tuple[bool, float, Any]:
    """Numbers first, by size; texts after them, road-2 before road-10."""
    if isinstance(cell, int | float):
        return False, float(cell), ()
    return True, 0.0, as_read(str(cell), lang)


def as_read(text: str, lang: str) -> Any:
    """What texts are sorted by on a page in `lang`: numbers by size, Chinese by pinyin.

    GB 18030 counts the 3,755 commonest characters by their pinyin and all others, by radical, after
    them. The script of the page comes before the other one, as browsers sort.
    """
    han = 1 if lang == "zh" else 2
    return tuple(
        (is_number, size, tuple(_letter(letter, han) for letter in part))
        for is_number, size, part in in_order(text.casefold())
    )


def _letter(letter: str, han: int) -> tuple[int, bytes]:
    place = 0 if not letter.isalpha() else han if letter >= _FIRST_HAN else 3 - han
    return place, letter.encode("gb18030", "replace")
