"""Where the headings of a foreign table stand, and which of its rows are projects."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infraplan.optimizer.interop.table_dates import without_year, year_in
from infraplan.optimizer.interop.table_file import Sheet, cell_text
from infraplan.optimizer.interop.table_money import looks_like_amount
from infraplan.optimizer.interop.table_words import (
    FUNDING,
    PART_OF_YEAR,
    field_of,
    is_unit,
    unit_in,
)

BETWEEN = " / "
"""Sign between the words of headings in several rows."""
_LOOKED_AT = 40
"""Rows in which headings are sought."""
_LONGEST = 120
"""Characters of a text that may be a heading."""
_MOST_ROWS = 3


@dataclass(frozen=True)
class Headings:
    """The rows that hold the headings, and one text for each column.

    Attributes
    ----------
    first, last
        Rows, from 1; 0 and 0 where the table has no headings.
    names
        Text of each column, from all these rows; blank where there is none.
    parts
        The texts of the rows apart, by column.
    units
        Currency units and currency that a heading states, by column, and those above them.
    """

    first: int
    last: int
    names: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()
    units: Mapping[int, tuple[float, str]] = field(default_factory=dict)
    unit_above: tuple[float, str, int] | None = None

    def unit_of(self, place: int) -> tuple[float, str] | None:
        """Unit of money of a column: its own, else the one above the headings."""
        if place in self.units:
            return self.units[place]
        return None if self.unit_above is None else self.unit_above[:2]

    def places(self, name: str) -> list[int]:
        """Columns that `name` may mean: whole headings, else their last parts, else by number.

        Headings that repeat are told apart by a number, `rating (2)`, from the second on.
        """
        plain = _plain(name)
        found = [place for place, own in enumerate(self.shown()) if own and _plain(own) == plain]
        if not found:
            found = [
                place
                for place, parts in enumerate(self.parts)
                if parts and _plain(parts[-1]) == plain
            ]
        if not found and (numbered := re.fullmatch(r"(?:column|第)\s*(\d+)\s*列?", plain)):
            number = int(numbered[1]) - 1
            found = [number] if 0 <= number < len(self.names) else []
        return found

    def shown(self) -> list[str]:
        """The texts of the columns, numbered where they repeat; `column 3` where there is none."""
        counts: Counter[str] = Counter()
        found = []
        for place, name in enumerate(self.names):
            counts[_plain(name)] += 1
            count = counts[_plain(name)]
            text = name if count == 1 else f"{name} ({count})"
            found.append(text if name else f"column {place + 1}")
        return found


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def headings_at(sheet: Sheet, first: int, last: int) -> Headings:
    """Return the headings in rows `first` to `last`; both 0: none, columns go by number."""
    width = max((len(row) for row in sheet.grid), default=0)
    rows = [_heading_row(row, width) for row in sheet.grid[max(first - 1, 0) : last]]
    _fill_groups(rows)
    told = tuple(
        tuple(dict.fromkeys(row[place] for row in rows if row[place])) for place in range(width)
    )
    # A row of units below the headings, £'000, is no part of their names.
    parts = tuple(
        tuple(text for text in texts if not is_unit(text)) or texts[-1:] for texts in told
    )
    names = tuple(BETWEEN.join(texts) for texts in parts)
    units = {}
    for place, texts in enumerate(told):
        # `R'000 2026/27` has its unit before the year, `2026 ($000s)` behind it.
        each = (found for text in reversed(texts) for found in (unit_in(text), _beside_year(text)))
        said = next((found for found in each if found), None)
        if said is not None:
            units[place] = said
    return Headings(first, last, names, parts, units, _unit_above(sheet, first))


def _beside_year(text: str) -> tuple[float, str] | None:
    """Unit that a heading states beside a year."""
    rest = without_year(text)
    return unit_in(rest) if rest and rest != text else None


def _heading_row(cells: Sequence[Any], width: int) -> list[str]:
    texts = [cell_text(cell) for cell in cells[:width]]
    return texts + [""] * (width - len(texts))


def _fill_groups(rows: Sequence[list[str]]) -> None:
    """Put the heading of a group to all columns below it: a text file cannot merge its cells.

    A group reaches to the right over blank cells as long as headings stand below them.
    """
    for upper, lower in itertools.pairwise(rows):
        if len([text for text in lower if text]) < 2:
            continue
        group = ""
        for place, text in enumerate(upper):
            if text:
                group = text if lower[place] and lower[place] != text else ""
            elif group and lower[place]:
                upper[place] = group
            else:
                group = ""


def _unit_above(sheet: Sheet, first: int) -> tuple[float, str, int] | None:
    """Unit of money that a cell above the headings states, and its row."""
    for number, cells in enumerate(sheet.grid[: max(first - 1, 0)], start=1):
        for cell in cells:
            said = unit_in(cell) if isinstance(cell, str) else None
            if said is not None and not (said[0] == 1.0 and not said[1]):
                return (*said, number)
    return None


# ----------------------------------------------------------------------------- where they stand


def find_headings(sheet: Sheet) -> Headings:
    """Return the headings of a table, found by what they say and by what stands below them."""
    first, last = _heading_rows(sheet.grid)
    return headings_at(sheet, first, last)


def _heading_rows(grid: Sequence[Sequence[Any]]) -> tuple[int, int]:
    scores = {
        number: _score(grid, number)
        for number in range(1, min(len(grid), _LOOKED_AT) + 1)
        if _is_heading_like(grid[number - 1])
    }
    best = max(scores, key=lambda number: (scores[number], -number), default=0)
    # Headings that come again on every page say the same: the first ones are meant.
    same = [number for number in scores if _texts(grid[number - 1]) == _texts(grid[best - 1])]
    best = min(same, default=best) if best else 0
    if not best or scores[best] <= 0.0:
        return 0, 0
    first = last = best
    while first > 1 and last - first < _MOST_ROWS - 1 and _is_group_row(grid, first - 1):
        first -= 1
    while (
        last < len(grid) - 1
        and last - first < _MOST_ROWS - 1
        and _belongs_to(grid[last - 1], grid[last])
    ):
        last += 1
    return first, last


def _texts(cells: Sequence[Any]) -> list[str]:
    """Different texts of a row: a merged cell counts once."""
    return list(dict.fromkeys(text for cell in cells if (text := cell_text(cell))))


def _is_year(cell: Any) -> bool:
    text = cell_text(cell)
    return len(text) <= 30 and year_in(text) is not None


def _is_heading_like(cells: Sequence[Any]) -> bool:
    texts = _texts(cells)
    amounts = sum(1 for cell in cells if looks_like_amount(cell) and not _is_year(cell))
    long = sum(1 for text in texts if len(text) > _LONGEST)
    return len(texts) >= 2 and 5 * (amounts + long) <= len(texts)


def _score(grid: Sequence[Sequence[Any]], number: int) -> float:
    """How much a row looks like headings: words that are known, and other cells below it."""
    cells = grid[number - 1]
    texts = _texts(cells)
    # A bare unit heads no column of its own: it stands beside a title, or below the headings.
    known = sum(1 for text in texts if not is_unit(text) and (field_of(text) or unit_in(text)))
    years = sum(1 for text in texts if len(text) <= 30 and year_in(text) is not None)
    below = [row for row in grid[number : number + 12] if len(_texts(row)) >= 2]
    unlike = 0
    for place, cell in enumerate(cells):
        under = [row[place] for row in below if place < len(row) and cell_text(row[place])]
        numbers = sum(map(looks_like_amount, under))
        if cell_text(cell) and under and 2 * numbers > len(under) and not _is_plain_number(cell):
            unlike += 1
    is_alone = not below
    years = years if years >= 2 else 0
    score = 2.0 * known + years + unlike + 0.3 * len(texts) - 5.0 * is_alone
    return score if known + years + unlike >= 2 else 0.0


def _is_plain_number(cell: Any) -> bool:
    return looks_like_amount(cell) and not _is_year(cell)


def _is_group_row(grid: Sequence[Sequence[Any]], number: int) -> bool:
    """Whether a row above headings holds groups of them: several texts, each above a heading."""
    cells, below = grid[number - 1], grid[number]
    texts = _texts(cells)
    if not _is_heading_like(cells) or any(len(text) > 60 for text in texts):
        return False
    if _is_title_row(grid, number):
        return False
    over = sum(
        1
        for place, cell in enumerate(cells)
        if cell_text(cell) and place < len(below) and cell_text(below[place])
    )
    filled = sum(1 for cell in cells if cell_text(cell))
    # A heading that two rows share may stand in the upper one, above a blank cell.
    shared = sum(
        1
        for place, cell in enumerate(cells)
        if (text := cell_text(cell))
        and (place >= len(below) or not cell_text(below[place]))
        and (field_of(text) or unit_in(text))
    )
    is_above = over == filled or (over > 0 and over + shared == filled)
    return is_above and len(texts) < len(_texts(below)) + 3


def _is_title_row(grid: Sequence[Sequence[Any]], number: int) -> bool:
    """Whether a row above headings is a title that states the unit of all amounts.

    Its unit stands alone beside one other text, or in a text above a column of words; the heading
    of a group of amounts, `Funding (£m)`, stands above amounts.
    """
    cells = grid[number - 1]
    said = [(place, text) for place, cell in enumerate(cells) if (text := cell_text(cell))]
    names = list(dict.fromkeys(text for _, text in said if not is_unit(text)))
    if len(names) < len({text for _, text in said}):
        return len(names) == 1 and said[0][1] == names[0]
    for place, text in said:
        under = [row[place] for row in grid[number + 1 : number + 13] if place < len(row)]
        filled = [cell for cell in under if cell_text(cell)]
        amounts = sum(map(looks_like_amount, filled))
        if unit_in(text) and filled and 2 * amounts < len(filled):
            return True
    return False


def _belongs_to(upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    """Whether a row below headings holds further parts of them, and no project."""
    if any(looks_like_amount(cell) and not _is_year(cell) for cell in lower):
        return False
    width = min(len(upper), len(lower))
    texts = [(cell_text(upper[place]), cell_text(lower[place])) for place in range(width)]
    new = [low for high, low in texts if low and low != high]
    if new and all(map(is_unit, new)):
        return True
    if not new or any(len(low) > 40 for low in new):
        return False
    if len(new) == 1 and not (year_in(new[0]) or FUNDING.search(new[0]) or unit_in(new[0])):
        return False  # the name of a group of rows
    spanning = sum(1 for high, low in texts if high and low in ("", high))
    repeated = Counter(high for high, low in texts if high and low and low != high)
    grouped = any(count > 1 for count in repeated.values()) or any(
        not high and low for high, low in texts
    )
    known = sum(
        1
        for low in new
        if field_of(low)
        or unit_in(low)
        or year_in(low)
        or FUNDING.search(low)
        or PART_OF_YEAR.search(low)
    )
    return spanning > 0 and (grouped or 2 * known >= len(new)) and 3 * known >= len(new)
