"""Read a workbook (.xlsx): one sheet per table, as planning offices keep them.

Merged cells take the value of their first cell, notes and sums below a table are passed over, a
title above the headings is passed over; hidden sheets, rows and columns are read; each with a note
in the findings.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.errors import Severity
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.accepted_words import LISTS_SHEET, SHEETS
from infraplan.optimizer.storage.assembly import Assembly, ReadInstance
from infraplan.optimizer.storage.faults import CellFault, Faults
from infraplan.optimizer.storage.file_limits import too_many_tags
from infraplan.optimizer.storage.flat_settings import (
    SCENARIOS_TABLE,
    SETTINGS_TABLE,
    build_scenarios,
    nested_settings,
    setting_of,
)
from infraplan.optimizer.storage.rows import Row, Source, find_headings, read_grid
from infraplan.optimizer.storage.table_columns import (
    CSV_TABLES,
    OPTIONS,
    PROJECTS,
    SCENARIOS,
    Table,
    heading_of,
    table_of,
)
from infraplan.optimizer.storage.tree import TreeReader

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SETTINGS_SHEET = "instance"
MAX_UNPACKED = 100_000_000
"""Bytes that a workbook may unpack to."""

MAX_CELLS = 2_000_000
_IGNORED = regex(r"(说明|readme|notes?|lists|字典|封面|目录)", re.IGNORECASE)


def read_workbook(data: bytes, file: str) -> ReadInstance:
    """Return the instance in the workbook `data` with all findings; `file` is its name."""
    assembly = Assembly()
    book = _open(data, file, assembly.faults)
    if book is None:
        return assembly.finish()
    sheets = _sheets_by_table(book, file, assembly.faults)
    for required in (SETTINGS_SHEET, PROJECTS):
        if required not in sheets:
            message = phrase(
                "the-workbook-has-no-sheet", required=required, title=SHEETS[required][0]
            )
            advice = phrase("add-it-infraplan-new-makes-a-template")
            assembly.lose_rows()
            assembly.faults.report("missing-sheet", message, advice, file=file, sheet=required)
    formulas = _formulas(data, assembly.faults, file)
    reader = _SheetReader(file, sheets, formulas, assembly)
    if SETTINGS_SHEET in sheets:
        reader.read_settings()
    rows = {name: reader.rows(name, table_of(name)) for name in CSV_TABLES if name in sheets}
    assembly.add_projects(rows.pop(PROJECTS, []), rows.pop(OPTIONS, []))
    for name, table_rows in rows.items():
        assembly.add_rows(name, table_rows)
    if SCENARIOS in sheets:
        for built in build_scenarios(reader.rows(SCENARIOS, SCENARIOS_TABLE), assembly.faults):
            assembly.add_object(SCENARIOS, built)
    return assembly.finish()


@dataclass(frozen=True)
class ForeignSheet:
    """A sheet of any workbook as it stands.

    Attributes
    ----------
    title
        Its name.
    grid
        Cells; row `i` is entry `i - 1`.
    merged
        First row, first column, last row, last column of merged cells, from 1.
    indents
        By how much a cell's text is indented, by row and column, where it is.
    formulas
        What stands in cells of formulas, by row and column.
    is_hidden
        Whether the workbook does not show it.
    """

    title: str
    grid: list[list[Any]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    indents: Mapping[tuple[int, int], int] = field(default_factory=dict)
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    is_hidden: bool = False


def foreign_sheets(data: bytes, file: str, faults: Faults) -> list[ForeignSheet]:
    """Return the sheets of any workbook that hold cells; none, with a finding, where it is damaged.

    Parameters
    ----------
    data
        The workbook.
    file
        Its name, for findings.
    faults
        Takes what is found.
    """
    book = _open(data, file, faults)
    if book is None:
        return []
    formulas = _formulas(data, faults, file)
    found = []
    for sheet in book.worksheets:
        if sheet.max_row * sheet.max_column > MAX_CELLS:
            _report_span(sheet, file, faults)
            continue
        known = formulas.get(sheet.title, {})
        grid = _grid(sheet, set(known))
        _tell_hidden(sheet, grid, file, faults)
        merged = tuple(
            (area.min_row, area.min_col, area.max_row, area.max_col)
            for area in sorted(sheet.merged_cells.ranges, key=lambda r: (r.min_row, r.min_col))
        )
        is_hidden = sheet.sheet_state != "visible"
        found.append(ForeignSheet(sheet.title, grid, merged, _indents(sheet), known, is_hidden))
    return found


def _indents(sheet: Worksheet) -> dict[tuple[int, int], int]:
    return {
        (cell.row, cell.column): int(cell.alignment.indent)
        for row in sheet.iter_rows()
        for cell in row
        if cell.has_style and cell.alignment.indent and isinstance(cell.value, str)
    }


def _open(data: bytes, file: str, faults: Faults) -> Workbook | None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        message = phrase("the-file-is-an-old-xls-workbook-or-protected")
        advice = phrase("save-it-as-xlsx-without-a-password")
        faults.report("bad-workbook", message, advice, file=file)
        return None
    if not data:
        faults.report("empty-file", phrase("the-file-is-empty"), file=file)
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            is_too_large = unpacked <= MAX_UNPACKED and too_many_tags(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        message = phrase("the-file-is-no-xlsx-workbook-or-it-is-damaged")
        faults.report(
            "bad-workbook", message, phrase("open-it-in-excel-and-save-it-again"), file=file
        )
        return None
    if is_too_large:
        message = phrase("the-file-holds-too-many-values", most=MAX_CELLS)
        advice = phrase("part-it-or-delete-what-is-no-data")
        faults.report("too-large", message, advice, file=file)
        return None
    if unpacked > MAX_UNPACKED:
        message = phrase(
            "the-workbook-unpacks-to-bytes-at-most-are",
            unpacked=unpacked,
            max_unpacked=MAX_UNPACKED,
        )
        faults.report(
            "bad-workbook", message, phrase("delete-empty-formatted-rows-pictures"), file=file
        )
        return None
    return _load(data, file, faults, values=True)


def _load(data: bytes, file: str, faults: Faults, *, values: bool) -> Workbook | None:
    import openpyxl

    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it drops; they hold no data.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(data), data_only=values)
    except Exception as error:
        # A foreign file may break the library in any way; whatever it raises means "damaged".
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        message = phrase("the-workbook-cannot-be-read", reason=reason)
        faults.report(
            "bad-workbook", message, phrase("open-it-in-excel-and-save-it-again"), file=file
        )
        return None


def _formulas(data: bytes, faults: Faults, file: str) -> dict[str, dict[tuple[int, int], str]]:
    """Return formulas by sheet, and row and column; loads a second time only if there are any."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        has_formulas = any(re.search(rb"<f[\s>/]", archive.read(name)) for name in names)
    book = _load(data, file, faults, values=False) if has_formulas else None
    found: dict[str, dict[tuple[int, int], str]] = {}
    for sheet in book.worksheets if book else ():
        cells = (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f")
        found[sheet.title] = {(cell.row or 0, cell.column or 0): str(cell.value) for cell in cells}
    return found


@cache
def _tables_by_title() -> dict[str, str]:
    known = {name: name for name in (SETTINGS_SHEET, *CSV_TABLES, SCENARIOS)}
    return known | {word: name for name, words in SHEETS.items() for word in words}


def table_named(title: str) -> str | None:
    """Return the table that a sheet of this title holds, in either language; None where none.

    A title of several words is a table's where one of them names it: `2026 projects`; but notes of
    funds are notes.
    """
    title = title.strip()
    if _IGNORED.search(title) and not _is_plain(title):
        return None
    return _one_named_in(title)


def _one_named_in(title: str) -> str | None:
    """The one table that a title, or a word of it, names; None where it names none or several."""
    known = _tables_by_title()
    names = {known.get(part.casefold()) for part in (title, *title.split())} - {None}
    return names.pop() if len(names) == 1 else None


def _is_plain(title: str) -> bool:
    """Whether a title is made of names of tables alone: `funds`, `资金`, `funds 资金`."""
    known, title = _tables_by_title(), title.strip().casefold()
    return title in known or all(part in known for part in title.split())


def _sheets_by_table(book: Workbook, file: str, faults: Faults) -> dict[str, Worksheet]:
    known = _tables_by_title()
    plain = {table_named(sheet.title) for sheet in book.worksheets if _is_plain(sheet.title)}
    found: dict[str, Worksheet] = {}
    for sheet in book.worksheets:
        title = sheet.title.strip()
        table, is_hidden = table_named(title), sheet.sheet_state != "visible"
        # Old funds, put away: those in use have a sheet of the plain name.
        is_put_away = is_hidden and table in plain and not _is_plain(title)
        table = None if is_put_away else table
        if table is not None and table not in found:
            found[table] = sheet
        elif table is not None:
            message = phrase(
                "two-sheets-hold-the-table", table=table, first=found[table].title, second=title
            )
            faults.report("duplicate-sheet", message, phrase("keep-one"), file=file, sheet=title)
        elif not (is_put_away or _IGNORED.search(title)) and sheet.max_row > 1:
            close = get_close_matches(title.casefold(), list(known), n=1, cutoff=0.6)
            hint = (
                phrase("did-you-mean-2", close=close[0])
                if close
                else phrase("known", known=listed(known))
            )
            message = phrase("the-sheet-is-not-a-table-of-an-instance-and", title=title)
            faults.report(
                "unknown-table", message, hint, file=file, sheet=title, severity=Severity.WARNING
            )
        elif is_hidden and title != LISTS_SHEET and _is_used(sheet):
            faults.report(
                "hidden-cells",
                phrase("the-sheet-is-hidden-and-not-read"),
                phrase("show-them-or-delete-what-is-not-meant"),
                file=file,
                sheet=title,
                severity=Severity.NOTE,
            )
    _tell_notes(book, found, file, faults)
    return found


def _tell_notes(book: Workbook, found: Mapping[str, Worksheet], file: str, faults: Faults) -> None:
    """Name sheets in view that are passed over as notes though their name says more than that.

    `说明` or `封面` alone says it by itself. Where what else the name says is a table that no sheet
    holds, its rows may be meant: a warning.
    """
    for sheet in book.worksheets:
        title = sheet.title.strip()
        is_shown = sheet.sheet_state == "visible"
        says_so = all(_IGNORED.fullmatch(part) for part in title.split())
        is_note = _IGNORED.search(title) is not None and not _is_plain(title)
        if not (is_shown and is_note and _is_used(sheet)) or says_so:
            continue
        table = _one_named_in(_IGNORED.sub(" ", title).strip())
        is_missed = table is not None and table not in found
        faults.report(
            "note-sheet",
            phrase("the-sheet-is-a-note-by-its-name-and-not-read", title=title),
            phrase("name-it-as-a-table-if-it-is-one", table=table, sheet=SHEETS[table][0])
            if table is not None and is_missed
            else phrase("nothing-to-do-where-it-is-a-note"),
            file=file,
            sheet=title,
            severity=Severity.WARNING if is_missed else Severity.NOTE,
        )


def _is_used(sheet: Worksheet) -> bool:
    return any(cell.value not in (None, "") for row in sheet.iter_rows() for cell in row)


class _SheetReader:
    def __init__(
        self,
        file: str,
        sheets: dict[str, Worksheet],
        formulas: Mapping[str, Mapping[tuple[int, int], str]],
        assembly: Assembly,
    ) -> None:
        self._file = file
        self._sheets = sheets
        self._formulas = formulas
        self._assembly = assembly

    def read_settings(self) -> None:
        """Take the settings from their sheet of keys and values."""
        rows = self.rows(SETTINGS_SHEET, SETTINGS_TABLE)
        tree, places = nested_settings(rows, self._assembly.faults)
        title = self._sheets[SETTINGS_SHEET].title

        def line_of(path: str) -> int | None:
            while path:
                below = [row for key, row in places.items() if _is_below(key, path)]
                if below:
                    return below[0]
                path = path[: max(path.rfind("."), path.rfind("["), 0)]
            return 1

        reader = TreeReader(
            self._assembly.faults, self._file, sheet=title, line_of=line_of, word_of=setting_of
        )
        self._assembly.set_settings(tree, reader)

    def rows(self, name: str, table: Table) -> list[Row]:
        """Return the rows of the sheet that holds table `name`."""
        sheet, faults = self._sheets[name], self._assembly.faults
        source = Source(self._file, sheet.title)
        if sheet.max_row * sheet.max_column > MAX_CELLS:
            _report_span(sheet, self._file, faults)
            self._assembly.lose_rows()
            return []
        grid = _grid(sheet, set(self._formulas.get(sheet.title, ())))
        _tell_hidden(sheet, grid, self._file, faults)
        heading_row = find_headings(grid, table, source, faults)
        self._fill_merged(sheet, grid, heading_row, table)
        if not grid and name not in (PROJECTS, SETTINGS_SHEET):
            return []
        return read_grid(
            grid, table, source, self._assembly.context, faults, heading_row=heading_row
        )

    def _fill_merged(
        self, sheet: Worksheet, grid: list[list[Any]], heading_row: int, table: Table
    ) -> None:
        for area in sorted(sheet.merged_cells.ranges, key=lambda r: (r.min_row, r.min_col)):
            first, last = area.min_row, min(area.max_row, len(grid))
            if first <= heading_row or first > len(grid):
                continue
            value = grid[first - 1][area.min_col - 1]
            if value is None:
                continue
            for row in range(first, last + 1):
                for column in range(area.min_col, min(area.max_col, len(grid[row - 1])) + 1):
                    grid[row - 1][column - 1] = value
            heading = grid[heading_row - 1][area.min_col - 1]
            if last > first and _holds_money(table, heading):
                # One amount for several rows: taken in each, it would count several times.
                fault = CellFault(
                    "merged-amount",
                    phrase("one-amount-for-several-rows", coord=area.coord, value=str(value)[:40]),
                    phrase("unmerge-and-give-each-row-its-amount"),
                )
                grid[first - 1][area.min_col - 1] = fault
                for row in range(first + 1, last + 1):
                    grid[row - 1][area.min_col - 1] = 0.0
                continue
            self._assembly.faults.report(
                "merged-cells",
                phrase(
                    "the-merged-cells-all-take-the-value", coord=area.coord, value=str(value)[:40]
                ),
                phrase("unmerge-them-and-fill-each-cell-if-that-is"),
                file=self._file,
                sheet=sheet.title,
                row=first,
                column=" ".join(str(heading).split()) if heading is not None else None,
                severity=Severity.NOTE,
            )


def _holds_money(table: Table, heading: Any) -> bool:
    """Whether a column of this heading holds amounts of money, one a row."""
    known = None if heading is None else heading_of(table, " ".join(str(heading).split()))
    return known is not None and table.columns[known.column].is_money


def _report_span(sheet: Worksheet, file: str, faults: Faults) -> None:
    message = phrase(
        "the-sheet-spans-rows-and-columns", max_row=sheet.max_row, max_column=sheet.max_column
    )
    advice = phrase("delete-the-empty-formatted-rows-and-columns")
    faults.report("bad-workbook", message, advice, file=file, sheet=sheet.title)


def _is_below(key: str, path: str) -> bool:
    """Whether the setting `key` is `path` itself or stands inside it."""
    return key == path or key.startswith((f"{path}.", f"{path}["))


def _grid(sheet: Worksheet, formulas: set[tuple[int, int]]) -> list[list[Any]]:
    rows = [[_value(cell, formulas) for cell in row] for row in sheet.iter_rows()]
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    return rows


def _tell_hidden(sheet: Worksheet, grid: list[list[Any]], file: str, faults: Faults) -> None:
    """Note what is hidden of a sheet and holds something: it is read like all else.

    Rows are hidden by a filter and columns for a printout; a plan without them would be another.
    """
    from openpyxl.utils import get_column_letter

    filled = [[value not in (None, "") for value in cells] for cells in grid]
    if not any(map(any, filled)):
        return
    hidden = {number for number, size in sheet.row_dimensions.items() if size.hidden}
    rows = [number for number, cells in enumerate(filled, 1) if number in hidden and any(cells)]
    sizes = [size for size in sheet.column_dimensions.values() if size.hidden]
    spans = [(size.min or 0, size.max or 0) for size in sizes]
    columns = [
        place
        for place in range(1, max(map(len, filled)) + 1)
        if any(first <= place <= last for first, last in spans)
        and any(cells[place - 1] for cells in filled if len(cells) >= place)
    ]
    told: list[tuple[int | None, Phrase]] = []
    if sheet.sheet_state != "visible":
        told.append((None, phrase("the-sheet-is-hidden-and-is-read")))
    if rows:
        told.append((rows[0], phrase("rows-are-hidden-and-are-read", rows=_spans(rows))))
    if columns:
        letters = listed(map(get_column_letter, columns))
        told.append((None, phrase("columns-are-hidden-and-are-read", columns=letters)))
    for row, message in told:
        faults.report(
            "hidden-cells",
            message,
            phrase("show-them-or-delete-what-is-not-meant"),
            file=file,
            sheet=sheet.title,
            row=row,
            severity=Severity.NOTE,
        )


def _spans(numbers: list[int]) -> Phrase:
    """Row numbers in ascending order, those in a row as first-last."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    return listed("-".join(map(str, span)) for span in spans)


def _value(cell: Any, formulas: set[tuple[int, int]]) -> Any:
    if cell.data_type == "e":
        advice = phrase("correct-the-formula-or-put-the-value-in-its")
        return CellFault(
            "error-value", phrase("the-cell-holds-the-error", error=cell.value), advice
        )
    if cell.value is None and (cell.row, cell.column) in formulas:
        advice = phrase("open-the-workbook-in-excel-or-libreoffice-and")
        return CellFault("formula-without-value", phrase("the-formula-has-no-stored-value"), advice)
    if getattr(cell, "is_date", False) and _YEAR_FORMAT.fullmatch(str(cell.number_format)):
        return _year_shown(cell.value)
    return cell.value


_YEAR_FORMAT = regex(r'(?:\[\$[^\]]*\])?y{2,4}(?:"?年"?)?(?:;@)?', re.IGNORECASE)


def _year_shown(value: Any) -> Any:
    """The year in a cell that is formatted to show a year alone.

    Typed as a plain 2028 the cell holds the 2,028th day of the calendar, in 1905; typed as a date
    it holds a day of that year.
    """
    from openpyxl.utils.datetime import to_excel

    if not isinstance(value, datetime.date):
        return value
    day = float(to_excel(value))  # type: ignore[no-untyped-call]
    return int(day) if 1900 <= day <= 2300 and day == int(day) else value.year
