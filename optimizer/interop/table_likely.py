"""Which sheet of a foreign workbook is likeliest a table of projects, and which way it lies."""

from __future__ import annotations

from collections.abc import Sequence

from infraplan.optimizer.interop.table_columns_seen import seen_columns
from infraplan.optimizer.interop.table_dates import year_in
from infraplan.optimizer.interop.table_file import Sheet, cell_text
from infraplan.optimizer.interop.table_layout import Headings, find_headings
from infraplan.optimizer.interop.table_words import field_of


def likeliest_sheet(sheets: Sequence[Sheet], chosen: str) -> Sheet:
    """The sheet called `chosen`, else the one whose headings and rows look most like projects."""
    for sheet in sheets:
        if chosen and sheet.title.strip().casefold() == chosen.strip().casefold():
            return sheet

    if len(sheets) == 1:
        return sheets[0]

    def weight(sheet: Sheet) -> float:
        headings = find_headings(sheet)
        columns = seen_columns(sheet, headings)
        known = sum(1 for column in columns if column.meaning or column.year)
        money = sum(1 for column in columns if column.is_money)
        rows = len(columns[0].cells) if columns else 0
        # A summary by year has no column of words: nothing in it is called anything.
        words = 1.0 if any(column.is_text for column in columns) else 0.01
        return known * (1 + min(money, 3)) * min(rows, 200) * words if headings.last else 0.0

    return max(sheets, key=weight)


def is_transposed(sheet: Sheet, headings: Headings) -> bool:
    """Whether the first column holds the headings, and the first row the projects."""
    first = [text for row in sheet.grid if row and (text := cell_text(row[0]))]
    known = sum(1 for text in dict.fromkeys(first) if _is_known(text))
    across = sum(1 for name in headings.names if name and _is_known(name))
    return known >= 3 and 2 * known > len(first) and known > across + 1


def _is_known(text: str) -> bool:
    """Whether a text is a heading that is known, or a year."""
    return bool(field_of(text)) or (len(text) <= 20 and year_in(text) is not None)
