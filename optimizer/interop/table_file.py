"""Files of foreign tables as grids of cells: encodings, separators, merged cells, plain formulas.

Nothing is taken for granted of such a file but that it holds a table: its encoding and its
separator are told by its own bytes, and what was found is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import listed, phrase
from infraplan.models.errors import Severity
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.table_encoding import OTHERS, other_encoding
from infraplan.optimizer.storage.csv_text import (
    WESTERN,
    decode,
    parse_csv,
    read_bytes,
    western_text,
)
from infraplan.optimizer.storage.faults import CellFault, Faults
from infraplan.optimizer.storage.numbers import number_in
from infraplan.optimizer.storage.workbook import ForeignSheet, foreign_sheets

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
ENCODINGS = ("utf-8", "utf-16", "gb18030", "cp1252", "latin-1", *OTHERS)
"""Encodings that a map may name."""
SEPARATORS = (",", ";", "\t", "|")
_TEXTS = (".csv", ".tsv", ".txt", ".tab", ".psv")
_LOOKED_AT = 400
"""Rows by which a separator is judged."""
_YEARS = range(1950, 2200)


@dataclass
class Sheet:
    """A table as it stands in its file.

    Attributes
    ----------
    title
        Name of the sheet of a workbook; blank for a text file.
    grid
        Cells; row `i` is entry `i - 1`.
    indents
        By how much a cell's text is indented, by row and column, where it is.
    shared
        Amounts that stand in merged cells of several rows: row, column, last row.
    is_hidden
        Whether its workbook does not show it.
    """

    title: str
    grid: list[list[Any]]
    indents: Mapping[tuple[int, int], int] = field(default_factory=dict)
    shared: Sequence[tuple[int, int, int]] = ()
    is_hidden: bool = False


def shown(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the sheets that their workbook shows; all of them where it shows none with cells."""
    return [sheet for sheet in sheets if not sheet.is_hidden] or list(sheets)


def read_sheets(path: Path, faults: Faults, encoding: str = "") -> list[Sheet]:
    """Return the tables of a file that hold anything; none, with findings, where it has none.

    Parameters
    ----------
    path
        Text file of any separator and encoding, or workbook.
    faults
        Takes what is found.
    encoding
        Of a text file, one of `ENCODINGS`; blank where its bytes are to tell.
    """
    data = read_bytes(path, faults)
    if data is None:
        return []
    ending = path.suffix.casefold()
    if ending in WORKBOOKS or data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        found = [_of_workbook(sheet) for sheet in foreign_sheets(data, path.name, faults)]
    elif ending and ending not in _TEXTS:
        message = phrase("is-no-table-by-its-ending", file=path.name, ending=ending)
        faults.report("foreign-format", message, phrase("save-the-table-as"), file=path.name)
        return []
    else:
        text = _decoded(data, path.name, faults, encoding)
        separator = "," if text is None else best_separator(text)
        grid = None if text is None else parse_csv(text, path.name, faults, separator)
        found = [] if grid is None else [Sheet("", list(grid))]
    filled = [sheet for sheet in found if any(any(map(cell_text, row)) for row in sheet.grid)]
    if not filled and not faults.has_errors:
        faults.report("empty-file", phrase("the-file-is-empty"), file=path.name)
    return filled


def cell_text(cell: Any) -> str:
    """Return the text of a cell in one line; blank for an empty one."""
    if isinstance(cell, str) and cell.isascii():
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, CellFault):
        return str(cell.message)
    return " ".join(str(cell).translate(_MARKS).split()) if cell is not None else ""


_MARKS = dict.fromkeys(
    map(ord, "\ufeff\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
"""Signs without any width: the mark of UTF-8, and those that turn the direction of writing."""
_SEPARATORS = {0x66B: ".", 0x66C: ",", 0x60C: ","}


def western(text: str) -> str:
    """Return `text` with digits of any script as 0 to 9, and without marks of direction."""
    if text.isascii():
        return text
    text = text.translate(_MARKS).translate(_SEPARATORS)
    return "".join(
        str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in text
    )


# ------------------------------------------------------------------------------------- text files


def _decoded(data: bytes, file: str, faults: Faults, encoding: str) -> str | None:
    if not encoding:
        western = western_text(data)
        found = Faults()
        text = decode(data, file, found) if western is None else western
        other = "" if _is_unicode(data) else other_encoding(data, text or "?")
        if not other:
            faults.findings += found.findings
        if western is not None or other:
            name = OTHERS[other] if other else WESTERN
            message = phrase("the-file-is-read-as", encoding=name)
            advice = phrase("state-encoding-in-the-map", known=listed(ENCODINGS))
            faults.report("encoding", message, advice, file=file, severity=Severity.NOTE)
        return data.decode(other) if other else text
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = phrase("byte-is-not", start_byte=error.start, upper=encoding.upper())
        advice = phrase("state-encoding-in-the-map", known=listed(ENCODINGS))
        faults.report("bad-encoding", message, advice, file=file, row=line)
        return None


def _is_unicode(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def best_separator(text: str) -> str:
    """Return the sign that parts the cells of `text`: by which most rows are of one width."""
    sample = "".join(text.splitlines(keepends=True)[:_LOOKED_AT])
    scores = {sign: _evenness(sample, sign) for sign in SEPARATORS}
    return max(SEPARATORS, key=lambda sign: scores[sign])


def _evenness(sample: str, separator: str) -> float:
    """Share of rows that have the most common number of cells, 0 where that is one cell.

    Rows of one cell above a table are titles, so that a wider table counts a little more.
    """
    if separator not in sample:
        return 0.0
    trial = Faults()
    rows = parse_csv(sample, "", trial, separator) or parse_csv(
        sample[: sample.rfind("\n")], "", trial, separator
    )
    widths = [len(row) for row in rows or () if row]
    if not widths:
        return 0.0
    ((width, count),) = Counter(width for width in widths if width > 1).most_common(1) or [(1, 0)]
    return count / len(widths) * (1.0 - 0.1 / width)


# --------------------------------------------------------------------------------------- workbooks


def _of_workbook(sheet: ForeignSheet) -> Sheet:
    """Cells of a sheet, plain formulas without a stored value worked out, merged ones filled.

    Texts and years fill all cells that they are merged over. An amount stays in its first cell:
    it is one amount, and would be counted in every row.
    """
    grid = sheet.grid
    for at in sheet.formulas:
        _work_out(grid, sheet.formulas, at, 0)
    shared = []
    for top, left, bottom, right in sheet.merged:
        if top > len(grid) or left > len(grid[top - 1]):
            continue
        value = grid[top - 1][left - 1]
        is_year = isinstance(value, int | float) and value in _YEARS
        if isinstance(value, int | float) and not is_year and bottom > top:
            shared.append((top, left, bottom))
        if not isinstance(value, str) and not is_year:
            continue
        for row in grid[top - 1 : bottom]:
            for place in range(left - 1, min(right, len(row))):
                row[place] = value
    return Sheet(sheet.title, grid, sheet.indents, shared, sheet.is_hidden)


_TERM = regex(
    r"([+-]?)\s*(?:SUM\(\s*([^()]*)\)|\$?([A-Z]{1,3})\$?(\d{1,7})|(\d+(?:\.\d+)?))\s*",
    re.IGNORECASE,
)
_REFERENCE = regex(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_DEEPEST = 400


def _work_out(
    grid: list[list[Any]], formulas: Mapping[tuple[int, int], str], at: tuple[int, int], deep: int
) -> float | None:
    """Number in a cell; a formula of sums that has no stored value is worked out into its cell.

    `=D1+1` and `=SUM(B4:B9)` are written by programs that store no values. What is more than
    sums stays the fault that it is.
    """
    row, column = at
    if row > len(grid) or column > len(grid[row - 1]):
        return 0.0
    value = grid[row - 1][column - 1]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if value is None or not isinstance(value, CellFault):
        return 0.0 if value is None else number_in(str(value).strip())
    text = formulas.get(at, "")
    if value.rule != "formula-without-value" or deep > _DEEPEST:
        return None
    total, rest = 0.0, text.removeprefix("=").strip()
    while rest:
        term = _TERM.match(rest)
        found = None if term is None else _term(grid, formulas, term, deep)
        if term is None or found is None:
            return None
        total += -found if term[1] == "-" else found
        rest = rest[term.end() :]
    grid[row - 1][column - 1] = total
    return total


def _term(
    grid: list[list[Any]],
    formulas: Mapping[tuple[int, int], str],
    term: re.Match[str],
    deep: int,
) -> float | None:
    if term[5] is not None:
        return float(term[5])
    if term[3] is not None:
        return _work_out(grid, formulas, (int(term[4]), _column(term[3])), deep + 1)
    total = 0.0
    for part in term[2].split(","):
        ends = [_REFERENCE.fullmatch(end.strip()) for end in part.split(":")]
        if not 1 <= len(ends) <= 2 or any(end is None for end in ends):
            return None
        corners = [(int(end[2]), _column(end[1])) for end in ends if end is not None]
        for row in range(corners[0][0], min(corners[-1][0], len(grid)) + 1):
            for column in range(corners[0][1], corners[-1][1] + 1):
                is_filled = column <= len(grid[row - 1]) and grid[row - 1][column - 1] is not None
                if is_filled and isinstance(grid[row - 1][column - 1], str):
                    continue
                found = _work_out(grid, formulas, (row, column), deep + 1)
                if found is None:
                    return None
                total += found
    return total


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
