"""Widths of columns and heights of rows in which a sheet shows all of its text.

A workbook without stated heights is laid out by the program that opens it, and not all of them do
so for wrapped cells. What a text needs is reckoned from its characters: a Chinese one is as wide as
two digits of the standard font and a little more.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from infraplan.models.regular_expressions import regex

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_WIDE, _NARROW = 2.2, 1.1
"""Widths of a Chinese character and of any other, in digits; bold headings fit as well."""

_MARGIN = 2.0
_LINE = 16.0
_LEAST, _MOST = 10.0, 40.0
_TALLEST = 409.0
"""No row of a workbook is higher, in points."""

_PIECES = regex(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+|\s+")


def width_of(text: str) -> float:
    """Return the width of a text in one line, in digits of the standard font."""
    return sum(_WIDE if unicodedata.east_asian_width(sign) in "WFA" else _NARROW for sign in text)


def lines_of(text: str, width: float) -> int:
    """Return into how many lines a text falls in a column of `width` digits.

    Words are kept whole where they fit; Chinese breaks after any character.
    """
    room = max(width - _MARGIN, 1.0)
    return sum(_lines_of_paragraph(part, room) for part in text.split("\n"))


def _lines_of_paragraph(text: str, room: float) -> int:
    lines, used = 1, 0.0
    for piece in _PIECES.findall(text):
        wide = width_of(piece)
        if used + wide <= room or (piece.isspace() and used):
            used += wide
            continue
        lines += int(used > 0.0)
        while wide > room:
            lines += 1
            wide -= room
        used = wide
    return lines


def fit(sheet: Worksheet, widths: dict[int, float] | None = None, *, heading: int = 1) -> None:
    """Give the columns and rows of `sheet` the size in which all text is seen.

    Parameters
    ----------
    sheet
        A sheet that is filled; its texts are wrapped.
    widths
        Widths of columns in digits, by number from 1; the others follow from what stands in them:
        every word of a heading in one line, a cell in one line up to 40 digits.
    heading
        Number of the row of headings, which may be wrapped between words.
    """
    chosen = dict(widths or {})
    for cells in sheet.iter_cols():
        number = cells[0].column or 1
        if number not in chosen:
            chosen[number] = _column_width([str(c.value or "") for c in cells], heading - 1)
        sheet.column_dimensions[get_column_letter(number)].width = chosen[number]
    for row in sheet.iter_rows():
        lines = 1
        for cell in row:
            if not isinstance(cell.value, str) or cell.data_type != "s":
                continue
            lines = max(lines, lines_of(cell.value, chosen[cell.column]))
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        if lines > 1 and row[0].row is not None:
            sheet.row_dimensions[row[0].row].height = min(_LINE * lines, _TALLEST)


def _column_width(texts: list[str], heading: int) -> float:
    words = [width_of(word) for word in texts[heading].split()]
    cells = [width_of(text) for place, text in enumerate(texts) if place != heading]
    needed = max([*words, *cells], default=0.0) + _MARGIN
    return round(min(max(needed, _LEAST), _MOST), 1)
