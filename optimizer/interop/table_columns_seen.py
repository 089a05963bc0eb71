"""What stands in the columns of a foreign table: numbers, years, words, how many different ones."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.table_dates import year_in, years_of
from infraplan.optimizer.interop.table_file import Sheet, cell_text
from infraplan.optimizer.interop.table_layout import BETWEEN, Headings
from infraplan.optimizer.interop.table_money import MoneyReader, looks_like_amount, says_open, tidy
from infraplan.optimizer.interop.table_rows import group_in
from infraplan.optimizer.interop.table_spots import spot_in
from infraplan.optimizer.interop.table_stages import stage_word
from infraplan.optimizer.interop.table_words import (
    FUNDING,
    FUNDING_GROUP,
    PAYERS,
    SPOT_WORDS,
    SUM_ALONE,
    SUM_NAMED,
    field_of,
    plain_heading,
    sector_suggested,
)
from infraplan.optimizer.storage.cells import CellContext
from infraplan.optimizer.storage.decimal_marks import find_marks
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.numbers import DecimalMark, readings

_CHINESE = regex(r"[\u4e00-\u9fff]")
_OPEN_END = regex(
    r"\b(?:post|beyond|after|thereafter|before|prior|until|future|up ?to|thr(?:u|ough))\b|"
    r"以后|以前|之前|之后|及以|至今",
    re.IGNORECASE,
)
SUM_OF_YEARS = regex(r"\btotal\b|合计|小计|总计", re.IGNORECASE)
_WORDS = regex(r"[^\W\d_]")
_FUND_CODE = regex(
    r"(?:fund(?:ing)?|revenue)(?: (?:source|no|nr|code|number|id|#))?|资金(?:代码|编码)",
    re.IGNORECASE,
)
_LONGEST_CODE = 6
_TIMES = range(1980, 2101)
_MOST = 5_000
"""Rows that are looked at."""
_MOST_FUNDS, _PAYERS = 40, 0.3
"""Different words of a column of payers at most, and share of them that are known as such."""


@dataclass
class Seen:
    """A column: its heading, what it seems to hold by it, and what stands in its cells.

    `numbers` are in `unit`, the currency units that heading or table state, None for none; `mark`
    is their decimal mark. What few columns are asked for is found out when it is asked for, and
    once for cells that are the same.
    """

    place: int
    heading: str
    parts: tuple[str, ...]
    meaning: str
    texts: list[str]
    cells: list[Any]
    rows: int
    mark: DecimalMark | None = None
    unit: float | None = None
    has_unit: bool = False
    is_headed: bool = True

    def __post_init__(self) -> None:
        self.num = len(self.texts)
        self.filled = self.num / max(self.rows, 1)
        self.counts = Counter(self.texts)
        self.distinct = len(self.counts)

    @cached_property
    def _filled(self) -> Counter[tuple[type, Any]]:
        """How often each cell stands that is not blank; 1, 1.0 and True are not the same."""
        return Counter((type(cell), cell) for cell in self.cells if cell_text(cell))

    @cached_property
    def amounts(self) -> float:
        """Share of its cells that are amounts, without those that say that none is known."""
        cells = self._filled.items()
        known = {key: n for key, n in cells if not (key[0] is str and says_open(key[1]))}
        return _share(known, lambda key: looks_like_amount(key[1]))

    @cached_property
    def years(self) -> float:
        """Share of its cells that name a year, as a date or otherwise."""
        return _share(self._filled, lambda key: years_of(key[1]) is not None)

    @cached_property
    def spans(self) -> float:
        """Share of its cells that name several years."""
        return _share(self._filled, lambda key: _is_span(key[1]))

    @cached_property
    def stages(self) -> float:
        """Share of its texts that say how far works are."""
        return _share(self.counts, lambda text: bool(stage_word(text)))

    @cached_property
    def sectors(self) -> float:
        """Share of its texts that seem to mean a sector."""
        return _share(self.counts, lambda text: bool(sector_suggested(text)))

    @cached_property
    def chinese(self) -> float:
        """Share of its texts that hold Chinese."""
        return _share(self.counts, lambda text: bool(_CHINESE.search(text)))

    @cached_property
    def length(self) -> float:
        """Characters of its texts in the mean."""
        return sum(map(len, self.texts)) / max(len(self.texts), 1)

    @cached_property
    def numbers(self) -> list[float | None]:
        """Roughly the number in each cell."""
        known = {
            key: _number(key[1], self.mark, self.unit)
            for key in {(type(cell), cell) for cell in self.cells}
        }
        return [known[type(cell), cell] for cell in self.cells]

    @property
    def is_money(self) -> bool:
        """Whether most of its cells are amounts."""
        return self.amounts >= 0.5 and self.num > 0

    @property
    def has_sign(self) -> bool:
        """Whether its heading states a unit of money, or most of its cells a sign of it."""
        return self.has_unit or _share(self.counts, _has_sign) > 0.5

    @property
    def is_text(self) -> bool:
        """Whether most of its cells are words."""
        return self.num > 0 and self.amounts < 0.5 and self.years < 0.8

    @property
    def year(self) -> int | None:
        """The year that its heading names alone; not one that it begins or ends with."""
        if _OPEN_END.search(self.heading) or SUM_OF_YEARS.search(self.heading):
            return None
        for text in (*reversed(self.parts), self.heading):
            if len(text) <= 60 and (year := year_in(text)) is not None:
                return year
        return None

    @property
    def is_counter(self) -> bool:
        """Whether it counts the rows: 1, 2, 3, whatever its name."""
        whole = [int(n) for n in self.numbers if n is not None and n == int(n)]
        steps = sum(1 for a, b in itertools.pairwise(whole) if b == a + 1)
        return len(whole) >= 2 and whole[0] in (0, 1) and steps >= 0.9 * (len(whole) - 1)

    @property
    def is_funding(self) -> bool:
        """Whether its heading names who pays, by itself or by the group it stands in."""
        own = self.parts[-1] if self.parts else self.heading
        above = BETWEEN.join(self.parts[:-1])
        if self.meaning in ("spent", "carried", "change", "benefit", "lon", "lat", "id"):
            return False
        return bool(FUNDING.search(own)) or bool(above and FUNDING_GROUP.search(above))

    @property
    def is_spot(self) -> bool:
        """Whether it holds latitude and longitude in one cell, and its heading says coordinates."""
        is_called = SPOT_WORDS.search(self.heading) is not None
        return is_called and _share(self.counts, lambda text: spot_in(text) is not None) >= 0.8

    @property
    def is_fund_code(self) -> bool:
        """Whether it holds the numbers by which an office calls its funds, and no amounts."""
        is_plain = all(text.isdecimal() and len(text) <= _LONGEST_CODE for text in self.texts)
        is_called = _FUND_CODE.fullmatch(plain_heading(self.heading)) is not None
        return is_called and is_plain and self.num > 0 and not self.has_sign

    @property
    def are_years(self) -> bool:
        """Whether all its numbers are years of these times."""
        return self.num > 0 and all(text.isdecimal() and int(text) in _TIMES for text in self.texts)

    @property
    def names_payers(self) -> bool:
        """Whether it holds the name of who pays the amounts of its row."""
        if self.is_fund_code and self.distinct <= _MOST_FUNDS:
            return True
        if not self.is_text or not 1 < self.distinct <= _MOST_FUNDS:
            return False
        # `Source` alone may be that of the data: what stands below it tells.
        said = _share(self.counts, lambda text: bool(FUNDING.search(text)))
        is_source = PAYERS.search(plain_heading(self.heading)) is not None and said >= _PAYERS
        is_known = self.meaning in ("name", "note", "place", "stage")
        return is_source or (self.is_funding and not is_known)

    def positive(self) -> bool:
        """Whether it holds any amount above 0."""
        return any(number is not None and number > 0.0 for number in self.numbers)


def seen_columns(sheet: Sheet, headings: Headings) -> list[Seen]:
    """Return what stands in each column of a table below its headings."""
    below = [row for row in sheet.grid[headings.last : headings.last + _MOST] if _is_project(row)]
    places = range(len(headings.names))
    marks = find_marks(list(enumerate(below)), list(places), DecimalMark.POINT).by_column
    found = []
    for place, heading in enumerate(headings.shown()):
        cells = [row[place] if place < len(row) else None for row in below]
        texts = [text for cell in cells if (text := cell_text(cell))]
        name = headings.names[place]
        parts = headings.parts[place] if place < len(headings.parts) else ()
        own = field_of(parts[-1]) if parts else ""
        meaning = own or (field_of(name) if name else "")
        column = Seen(place, heading, parts, meaning, texts, cells, len(below))
        said = headings.unit_of(place)
        column.mark = marks.get(place)
        column.unit = None if said is None else said[0]
        column.has_unit = place in headings.units
        column.is_headed = bool(name) or not headings.last
        found.append(column)
    return found


def _is_project(row: Sequence[Any]) -> bool:
    """Whether a row may be a project, by itself: no sum, no name of a group, no blank row."""
    texts = list(dict.fromkeys(text for cell in row if (text := cell_text(cell))))
    words = [text for text in texts if not looks_like_amount(text)]
    if len(texts) < 2 or any(SUM_ALONE.fullmatch(text) for text in words[:3]):
        return False
    if len(words) > 2:
        return True
    return not group_in(words) and not any(SUM_NAMED.fullmatch(text) for text in words[:1])


def _share(items: Mapping[Any, int], test: Callable[[Any], bool]) -> float:
    """Share of items, of which each stands so often, that pass a test."""
    return sum(n for item, n in items.items() if test(item)) / sum(items.values()) if items else 0.0


def _has_sign(text: str) -> bool:
    return re.search(r"[$€£¥￥₹]", text) is not None


def _is_span(cell: Any) -> bool:
    found = years_of(cell)
    return found is not None and found[0] < found[1]


def _number(cell: Any, mark: DecimalMark | None, unit: float | None) -> float | None:
    """Roughly the number in a cell, in the column's unit; None where there is no finite one."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        value = float(cell)
    elif not isinstance(cell, str) or not looks_like_amount(cell):
        return None
    elif (amount := _with_words(cell, mark, unit)) is not None:
        value = amount
    else:
        cell = tidy(cell)
        found = readings(cell)
        if not found:
            return 0.0
        value = float(found.get(mark or DecimalMark.POINT, next(iter(found.values()))))
        value = -value if cell.startswith("(") else value
    return value if math.isfinite(value) else None


def _with_words(cell: str, mark: DecimalMark | None, unit: float | None) -> float | None:
    """What a cell with a magnitude or other words comes to, `8000万`; None where it has none."""
    if not _WORDS.search(cell):
        return None
    mark = DecimalMark.POINT if mark in (None, DecimalMark.ASK) else mark
    reader = MoneyReader(CellContext(unit or 1.0, mark), unit)
    try:
        amount = reader.amount(cell)
    except CellFault:
        return None
    return None if amount is None else amount.value


def adds_up(total: Seen, parts: Sequence[Seen]) -> float:
    """Share of rows with any amount in which `parts` add up to `total`, each in its own unit."""
    agree = rows = 0
    scales = [_scale(part, total) for part in parts]
    for index, stated in enumerate(total.numbers):
        found = sum(
            (part.numbers[index] or 0.0) * scale for part, scale in zip(parts, scales, strict=True)
        )
        if stated or found:
            rows += 1
            agree += abs((stated or 0.0) - found) <= 5e-3 * max(
                abs(stated or 0.0), abs(found), 1e-9
            )
    return agree / rows if rows else 0.0


def _scale(part: Seen, total: Seen) -> float:
    """Units of `total` in one of `part`; 1 where either is open."""
    return part.unit / total.unit if part.unit and total.unit else 1.0


def is_number_of_place(column: Seen) -> bool:
    """Whether a column holds numbers of wards, from 1, of which some have several projects."""
    whole = [n for n in column.numbers if n is not None and n == int(n) and 0.0 < n < 1000.0]
    return len(whole) == column.num and column.distinct < column.num


def distinct_rows(columns: Sequence[Seen]) -> int:
    """How many different rows the texts of `columns` make together."""
    rows = zip(*(map(cell_text, column.cells) for column in columns), strict=True)
    return len(set(rows))


def cells_below(sheet: Sheet, headings: Headings, place: int) -> list[str]:
    """Texts of a column below its heading, in all rows."""
    rows = sheet.grid[headings.last :]
    return [text for row in rows if place < len(row) and (text := cell_text(row[place]))]
