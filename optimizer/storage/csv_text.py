"""Bytes of a text file to text, and CSV text to rows of cells; every fault with its place.

A reader of its own, because the standard one neither says in which row a quote was left open nor
limits a cell without a setting shared by the whole process.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from infraplan.models.catalogue import Phrase, phrase, system_reason
from infraplan.models.errors import Severity
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.file_limits import (
    MOST_CELLS,
    MOST_LINES,
    bytes_of,
    too_many_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from infraplan.optimizer.storage.faults import Faults

_STOP = regex(r"[\n\r]")
_HIGH = regex(rb"[\x80-\xff]+")
_FOUR_BYTES = regex(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")
"""Signs of GB18030 that GBK lacks."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""Beginnings of workbooks: of today's, which are archives, and of those before 2007."""
FULL_WIDTH_COMMA = "，"
COMMAS = (",", FULL_WIDTH_COMMA)
"""Separators of cells beside which a number has a decimal point."""
WESTERN = "Windows-1252"
_REPLACEMENT = "\ufffd"


def read_bytes(path: Path, faults: Faults) -> bytes | None:
    """Return the bytes of `path`; None, with a finding, where it is missing or cannot be read."""
    try:
        return bytes_of(path)
    except FileNotFoundError:
        faults.report("missing-file", phrase("there-is-no-file", path=path.name), file=path.name)
    except IsADirectoryError:
        advice = phrase("replace-the-folder-by-a-file")
        faults.report("not-a-file", phrase("is-a-folder", path=path.name), advice, file=path.name)
    except OSError as error:
        message = phrase("cannot-be-read", path=path.name, reason=system_reason(error))
        faults.report("unreadable-file", message, phrase("check-its-permissions"), file=path.name)
    return None


def decode(data: bytes, file: str, faults: Faults) -> str | None:
    """Return `data` as text: UTF-8 (with or without mark), UTF-16 with mark, else GBK / GB18030.

    A file that is UTF-8 but for a few damaged bytes is not taken for GBK, nor is one with the
    letters of Western Europe, which is read as Windows-1252, with a note. None, with a finding
    naming the byte, where no encoding fits.
    """
    if data.startswith(_WORKBOOKS):
        message, advice = phrase("the-file-is-a-workbook"), phrase("save-it-as-csv-utf-8")
        faults.report("bad-encoding", message, advice, file=file)
        return None
    if data.startswith(_UTF16):
        return _decoded(data, "utf-16", file, faults)
    if (western := western_text(data)) is not None:
        told = phrase("the-file-is-read-as", encoding=WESTERN)
        faults.report("encoding", told, file=file, severity=Severity.NOTE)
        return western
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not _is_utf8_damaged(data):
            try:
                return data.decode("gb18030")
            except UnicodeDecodeError:
                pass
        line = data.count(b"\n", 0, error.start) + 1
        faults.report(
            "bad-encoding",
            phrase(
                "byte-0x-line-is-neither-utf-8-nor-gbk",
                start_byte=error.start,
                byte=data[error.start],
                line=line,
            ),
            phrase("save-the-file-as-utf-8-in-excel-csv-utf-8"),
            file=file,
            row=line,
        )
        return None


def western_text(data: bytes) -> str | None:
    """`data` as Windows-1252, where it is no UTF-8 and looks like that; else None.

    Chinese signs are two bytes from 0x81 on, next to one another but in a few rare signs; Western
    letters with accents mostly stand alone between plain ones. `Süden` read as GBK is `S黡en`.
    """
    if data.startswith(_UTF16):
        return None
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        runs = _HIGH.findall(_FOUR_BYTES.sub(b"", data))
        alone = sum(len(run) == 1 for run in runs)
        if 2 * alone <= len(runs) or _is_utf8_damaged(data):
            return None
        return data.decode("cp1252", errors="replace")
    return None


def _is_utf8_damaged(data: bytes) -> bool:
    """Whether most signs beyond ASCII are sound UTF-8."""
    tolerant = data.decode("utf-8-sig", errors="replace")
    damaged = tolerant.count(_REPLACEMENT)
    return sum(1 for sign in tolerant if ord(sign) > 127) - damaged > damaged


def _decoded(data: bytes, encoding: str, file: str, faults: Faults) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = phrase("byte-is-not", start_byte=error.start, upper=encoding.upper())
        faults.report("bad-encoding", message, phrase("save-the-file-as-utf-8"), file=file)
        return None


def parse_csv(
    text: str,
    file: str,
    faults: Faults,
    separator: str | None = None,
    most: int = MOST_LINES,
) -> list[list[str]] | None:
    """Return the rows of `text`; row `i` of the file is entry `i - 1`, a blank row is empty.

    The separator, where none is given, is the comma, or the semicolon or tab where the heading has
    no comma. None, with a finding, where a double quote is not closed or is followed by further
    text, and where there are more than `most` lines or more cells than are read.
    """
    separator = separator or separator_of(text)
    if too_many_rows(text, separator, most):
        message = phrase("the-table-has-too-many-cells", lines=most, cells=MOST_CELLS)
        faults.report("too-large", message, phrase("part-it-or-delete-what-is-no-data"), file=file)
        return None
    rows: list[list[str]] = []
    position = 0
    while position < len(text):
        row, position, fault = _parse_row(text, position, separator)
        if fault is not None:
            faults.report(
                "unbalanced-quote",
                fault,
                phrase("close-the-quote-write-a-double-quote-inside-a"),
                file=file,
                row=len(rows) + 1,
                column=_column_name(rows, len(row)),
            )
            return None
        rows.append(row)
    return rows


def separator_of(text: str) -> str:
    """Sign that parts the cells of CSV `text`, by its heading: comma, semicolon or tab.

    A first line without any of them is a title: the headings stand below it. The comma of a Chinese
    keyboard parts them where a line has two of it, no other sign, and the line below no fewer.
    """
    lines = [line for line in _STOP.split(text, maxsplit=10) if line.strip()][:5]
    heading = next((line for line in lines if re.search("[,;\t]", line)), "")
    for line, below in zip(lines, [*lines[1:], *lines[-1:]], strict=True):
        if line == heading:
            break
        if 2 <= line.count(FULL_WIDTH_COMMA) <= below.count(FULL_WIDTH_COMMA):
            return FULL_WIDTH_COMMA
    if "," in heading:
        return ","
    return max((";", "\t"), key=heading.count) if re.search("[;\t]", heading) else ","


def _column_name(rows: list[list[str]], position: int) -> str:
    if rows and position < len(rows[0]) and rows[0][position].strip():
        return rows[0][position].strip()
    return f"no. {position + 1}"


def _parse_row(text: str, start: int, separator: str) -> tuple[list[str], int, Phrase | None]:
    """Return the cells of the row at `start`, where the next row begins, and what is wrong."""
    end_match = _STOP.search(text, start)
    end = end_match.start() if end_match else len(text)
    if '"' not in text[start:end]:
        line = text[start:end]
        cells = line.split(separator) if line.strip(" \t" + separator) else []
        return cells, _after_line(text, end), None
    cells = []
    position = start
    while True:
        cell, position, fault = _parse_cell(text, position, separator)
        if fault is not None:
            return cells, position, fault
        cells.append(cell)
        if position >= len(text) or text[position] in "\r\n":
            return cells, _after_line(text, position), None
        position += 1


def _after_line(text: str, end: int) -> int:
    return end + 2 if text.startswith("\r\n", end) else end + 1


def _parse_cell(text: str, start: int, separator: str) -> tuple[str, int, Phrase | None]:
    body = start
    while body < len(text) and text[body] == " ":
        body += 1
    stop = re.compile(f"[{re.escape(separator)}\r\n]")
    if body < len(text) and text[body] == '"':
        end = body + 1
        while True:
            end = text.find('"', end)
            if end < 0:
                return "", len(text), phrase("a-double-quote-is-opened-in-this-row-and")
            if text[end + 1 : end + 2] != '"':
                break
            end += 2
        found = stop.search(text, end + 1)
        after = found.start() if found else len(text)
        if text[end + 1 : after].strip():
            return "", after, phrase("text-follows-the-closing-double-quote-of-a")
        return text[body + 1 : end].replace('""', '"'), after, None
    found = stop.search(text, start)
    after = found.start() if found else len(text)
    return text[start:after], after, None


def format_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file: UTF-8 with mark (so that Excel knows it), comma, line feed.

    The cells are written as given; escaping formulas is the caller's part.
    """
    lines = [",".join(map(_quoted, headings))]
    lines += [",".join(map(_quoted, row)) for row in rows]
    return codecs.BOM_UTF8 + "".join(f"{line}\n" for line in lines).encode()


_IN_QUOTES = regex('[",\n\r]|^\\s|\\s\\Z')


def _quoted(cell: str) -> str:
    if _IN_QUOTES.search(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell
