"""Sheets of a version's workbook as a page shows them, and cells written back.

The one form of a version is the workbook that offices send: what is not edited stays as it was.
Formulas become the values that they had when the workbook was last saved by a spreadsheet.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infraplan.models.catalogue import Phrase, foreign, term_or_name
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.accepted_words import LISTS_SHEET
from infraplan.optimizer.storage.faults import Faults
from infraplan.optimizer.storage.flat_settings import SCENARIOS_TABLE, SETTINGS_TABLE
from infraplan.optimizer.storage.rows import guess_heading_row
from infraplan.optimizer.storage.table_columns import Table, heading_of, table_of
from infraplan.optimizer.storage.workbook import foreign_sheets, table_named

MOST_ROWS, MOST_COLUMNS = 100_000, 500
"""Cells that an edit may reach."""
MOST_LETTERS = 32_767
"""Letters that a cell of a workbook can hold."""
_NUMBER = regex(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?")
Cell = tuple[str, int, int]
"""Title of the sheet, row and column from 1."""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its place from 1, the field it is read as, and its heading."""

    place: int
    field: str
    heading: Phrase


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds a table of the instance.

    `number` is its place among the sheets of the workbook that hold tables; `rows` are the rows
    below the headings, with their numbers in the sheet.
    """

    number: int

    title: str
    table: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]

    @property
    def last_row(self) -> int:
        """Number of its last row, the headings' where it has none."""
        return self.rows[-1][0] if self.rows else 1

    def name(self) -> Phrase:
        """What the table is called."""
        return term_or_name("table", self.table)

    def ids(self) -> list[str]:
        """Ids of its rows, where it has such a column."""
        place = next((column.place for column in self.columns if column.field == "id"), None)
        if place is None:
            return []
        found = (row[place - 1] for _, row in self.rows if len(row) >= place)
        return list(dict.fromkeys(str(value) for value in found if value not in (None, "")))


def read_sheets(data: bytes, file: str) -> list[Sheet]:
    """The tables in a workbook, as they stand; none where it is no workbook."""
    found: list[Sheet] = []
    for sheet in foreign_sheets(data, file, Faults()):
        name = table_named(sheet.title)
        if name is None or sheet.title == LISTS_SHEET:
            continue
        table = table_shown(name)
        head = guess_heading_row(sheet.grid, table)
        headings = sheet.grid[head - 1] if sheet.grid else []
        columns = tuple(
            _column(table, place, str(text))
            for place, text in enumerate(headings, start=1)
            if text not in (None, "")
        )
        rows = tuple((at, tuple(row)) for at, row in enumerate(sheet.grid[head:], start=head + 1))
        found.append(Sheet(len(found), sheet.title, name, columns, rows))
    return found


def table_shown(name: str) -> Table:
    """The columns that a table may have, settings and scenarios included."""
    own = {SETTINGS_TABLE.name: SETTINGS_TABLE, SCENARIOS_TABLE.name: SCENARIOS_TABLE}
    return own.get(name) or table_of(name)


def _column(table: Table, place: int, text: str) -> SheetColumn:
    known = heading_of(table, text)
    if known is None:
        return SheetColumn(place, f"_{place}", foreign(text))
    return SheetColumn(place, known.column, term_or_name("column", known.column))


def write_cells(data: bytes, cells: Mapping[Cell, str]) -> bytes:
    """The workbook with other texts in some cells; a blank text empties a cell.

    A plain number is written as one, everything else as text: no formula comes in this way.
    Control characters, which no workbook can hold, are left out.

    Raises
    ------
    ValueError
        A cell lies in no sheet of the workbook, or too far out, or its text is too long for one.
    """
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that openpyxl drops
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for (title, row, column), text in cells.items():
        if title not in book.sheetnames:
            raise ValueError(title)
        if not (1 <= row <= MOST_ROWS and 1 <= column <= MOST_COLUMNS):
            raise ValueError((row, column))
        if len(text) > MOST_LETTERS:
            raise ValueError((row, column, len(text)))
        kept = ILLEGAL_CHARACTERS_RE.sub("", text.encode("utf-8", "ignore").decode())
        cell = book[title].cell(row=row, column=column)
        cell.value = None if not kept.strip() else _value(kept)
        if isinstance(cell.value, str):
            cell.data_type = "s"
    _keep_digits(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _keep_digits(book: Any) -> None:
    """Let numbers be written with all their digits: openpyxl cuts a number to 16, its text not."""
    for sheet in book.worksheets:
        # Not `iter_rows`, which makes every cell up to the last: one stray cell, billions of them.
        for cell in sheet._cells.values():  # noqa: SLF001
            if isinstance(cell.value, float):
                cell.value = repr(cell.value)
                cell.data_type = "n"


def _value(text: str) -> str | int | float:
    if not _NUMBER.fullmatch(text.strip()):
        return text
    number = float(text)
    return int(number) if number.is_integer() and "." not in text else number


def marks(
    sheet: Sheet, findings: Sequence[Mapping[str, Any]], lang: str
) -> dict[tuple[int, str], tuple[str, str]]:
    """Severity and text of the worst finding by row and field; a whole row has the field blank."""
    order = {"error": 0, "warning": 1, "note": 2}
    suffix = "_zh" if lang == "zh" else ""
    found: dict[tuple[int, str], tuple[str, str]] = {}
    for row in sorted(findings, key=lambda row: order[str(row["severity"])]):
        if row.get("row") is None or not _is_of(sheet, row):
            continue
        text = str(row[f"message{suffix}"])
        advice = str(row.get(f"advice{suffix}") or "")
        place = (int(row["row"]), _field(sheet, row.get("column")))
        found.setdefault(place, (str(row["severity"]), f"{text} {advice}".strip()))
    return found


def shown_rows(
    sheet: Sheet, findings: Sequence[Mapping[str, Any]], lang: str
) -> list[dict[str, Any]]:
    """Rows of a sheet as a grid shows them: cells by field, with the marks of what was found."""
    marked: dict[int, tuple[dict[str, str], dict[str, str]]] = {}
    for (at, name), (severity, text) in marks(sheet, findings, lang).items():
        kinds, told = marked.setdefault(at, ({}, {}))
        kinds[name], told[name] = severity, text
    data = []
    for at, cells in sheet.rows:
        row: dict[str, Any] = {"_row": at}
        for column in sheet.columns:
            value = cells[column.place - 1] if len(cells) >= column.place else None
            if value is not None:
                row[column.field] = value if isinstance(value, int | float) else str(value)
        if at in marked:
            row["_marks"], row["_told"] = marked[at]
        data.append(row)
    return data


def _is_of(sheet: Sheet, finding: Mapping[str, Any]) -> bool:
    return table_named(str(finding.get("sheet") or "")) == sheet.table


def _field(sheet: Sheet, column: object) -> str:
    """The field of `sheet` that a finding names; blank where it names none that is there."""
    name = str(column or "")
    fields = {row.field for row in sheet.columns}
    if name in fields:
        return name
    known = heading_of(table_shown(sheet.table), name) if name else None
    return known.column if known is not None and known.column in fields else ""
