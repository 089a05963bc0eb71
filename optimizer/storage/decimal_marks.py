"""Which decimal mark the numbers of a table are written with: by its own cells, never by a guess.

A cell that can be read in one way only tells the mark of its column: `0,3` and `1.234,56` the
comma, `2.5` and `12,500.75` the point. A column that tells nothing takes what the others tell,
where they agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.numbers import DecimalMark, plain, readings

_SIGNS = frozenset(",.，．")


@dataclass
class _Seen:
    """What the cells of a column say."""

    told: set[DecimalMark] = field(default_factory=set)
    open_comma: int = 0
    """Cells like `12,500`."""
    open_point: int = 0
    """Cells like `1.250`."""
    first: tuple[int, str] | None = None
    """Row and text of the first cell that can be read in two ways."""


@dataclass(frozen=True)
class Marks:
    """Mark of each column, and the one question that is left: row, column, text, further cells."""

    by_column: Mapping[int, DecimalMark]
    question: tuple[int, int, str, int] | None = None


def find_marks(
    rows: Iterable[tuple[int, Sequence[Any]]], columns: Sequence[int], if_silent: DecimalMark
) -> Marks:
    """Find the decimal mark of each of `columns`.

    Parameters
    ----------
    rows
        Number and cells of each row.
    columns
        Positions of the columns of numbers.
    if_silent
        What `12,500` means where no cell of the table tells the mark: POINT, or ASK.
    """
    seen = {position: _Seen() for position in columns}
    for number, cells in rows:
        for position, column in seen.items():
            cell = cells[position] if position < len(cells) else None
            if isinstance(cell, int | float):  # a workbook's number needs no mark
                column.told.add(DecimalMark.POINT)
            elif isinstance(cell, str) and not _SIGNS.isdisjoint(cell):
                _look(column, number, cell)
    everywhere = set().union(*(column.told for column in seen.values())) if seen else set()
    marks = {position: _mark(column, everywhere, if_silent) for position, column in seen.items()}
    asked = [p for p, mark in marks.items() if mark is DecimalMark.ASK and seen[p].first]
    if not asked:
        return Marks(marks)
    position = asked[0]
    number, text = seen[position].first or (0, "")
    count = sum(seen[p].open_comma + seen[p].open_point for p in asked)
    return Marks(marks, (number, position, text, count - 1))


_POINT_ALONE = regex(r"[0-9]{1,15}\.(?:[0-9]{1,2}|[0-9]{4,15})")
"""What nobody reads by the comma: after a point that parts thousands stand three digits."""


def _look(column: _Seen, number: int, cell: str) -> None:
    if _POINT_ALONE.fullmatch(cell):
        column.told.add(DecimalMark.POINT)
        return
    found = readings(cell)
    if len(found) == 1:
        (mark,) = found
        column.told.add(mark)
    elif found:
        column.first = column.first or (number, cell)
        if "," in plain(cell):
            column.open_comma += 1
        else:
            column.open_point += 1


def _mark(column: _Seen, everywhere: set[DecimalMark], if_silent: DecimalMark) -> DecimalMark:
    if len(column.told) == 1:
        return next(iter(column.told))
    if column.told:  # of two hands: where commas part the cells, the one by comma is the stray
        return if_silent
    if everywhere == {DecimalMark.POINT}:
        return DecimalMark.POINT
    if everywhere == {DecimalMark.COMMA}:
        # `1.250` among decimal commas may be 1250, or 1.25 of another hand.
        return DecimalMark.ASK if column.open_point else DecimalMark.COMMA
    open_cells = column.open_comma + column.open_point
    if everywhere:  # the table has both
        return DecimalMark.ASK if open_cells else DecimalMark.POINT
    if column.open_comma and column.open_point:
        return DecimalMark.ASK
    return if_silent if column.open_comma else DecimalMark.POINT
