"""Sheets of a version beside its workbook, and large workbooks read and written in a process apart.

Reading a workbook of 5,000 projects takes seconds of a processor: in the server, everybody would
wait for it. It is done once, by a process of its own, and what it found is kept as JSON.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.optimizer.version import __version__
from infraplan.optimizer.workbench.commands import CommandError, run_apart
from infraplan.optimizer.workbench.sheets import Cell, Sheet, SheetColumn, read_sheets, write_cells

LARGE = 1_500_000
"""Bytes, unpacked, from which on a workbook is read in a process apart, which costs half a second
itself."""
ENDING = ".sheets.json"


def kept_sheets(workbook: Path) -> list[Sheet]:
    """The sheets of a workbook that never changes; none where it is no workbook.

    Raises
    ------
    OSError
        If it cannot be read.
    CommandError
        If a large one could not be read in time.
    """
    if not is_large(workbook):
        return read_sheets(workbook.read_bytes(), workbook.name)
    beside = workbook.with_suffix(ENDING)
    with suppress(OSError, ValueError, LookupError, TypeError):
        return _loaded(beside)
    _apart("read", workbook, beside)
    return _loaded(beside)


def written(workbook: Path, cells: Mapping[Cell, str]) -> bytes:
    """`workbook` with other texts in some cells (`write_cells`).

    Raises
    ------
    ValueError
        As `write_cells`.
    CommandError
        If a large one could not be written.
    """
    if not is_large(workbook):
        return write_cells(workbook.read_bytes(), cells)
    with tempfile.TemporaryDirectory() as place:
        target = Path(place) / workbook.name
        told = json.dumps([[*cell, text] for cell, text in cells.items()])
        _apart("write", workbook, target, told)
        return target.read_bytes()


def is_large(workbook: Path) -> bool:
    """Whether a workbook unpacks to much, however small it is; what is none is not."""
    try:
        with zipfile.ZipFile(workbook) as archive:
            return sum(entry.file_size for entry in archive.infolist()) >= LARGE
    except (zipfile.BadZipFile, ValueError):
        return False


def _apart(deed: str, workbook: Path, target: Path, told: str = "") -> None:
    line = [sys.executable, "-m", __name__, deed, str(workbook), str(target)]
    if run_apart(line, told.encode()).returncode:
        raise CommandError(phrase("workbench-command-failed"))


def _loaded(path: Path) -> list[Sheet]:
    """Sheets as `_kept` wrote them.

    Raises
    ------
    ValueError
        If another version of the product wrote them.
    """
    data = json.loads(path.read_text("utf-8"))
    if data["version"] != __version__:
        raise ValueError(data["version"])
    return [
        Sheet(
            number,
            row["title"],
            row["table"],
            tuple(SheetColumn(at, name, pair(*told)) for at, name, told in row["columns"]),
            tuple((at, tuple(cells)) for at, cells in row["rows"]),
        )
        for number, row in enumerate(data["sheets"])
    ]


def _kept(sheets: list[Sheet]) -> dict[str, Any]:
    def both(text: Phrase) -> list[str]:
        return [str(text), text.zh]

    return {
        "version": __version__,
        "sheets": [
            {
                "title": sheet.title,
                "table": sheet.table,
                "columns": [[row.place, row.field, both(row.heading)] for row in sheet.columns],
                "rows": sheet.rows,
            }
            for sheet in sheets
        ],
    }


def _plain(value: object) -> str:
    """A date as the pages show it; numbers and texts are JSON's own."""
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return str(value)
    raise TypeError(type(value).__name__)


def main() -> None:
    """Do one of the two deeds: what the process apart is for."""
    deed, workbook, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if deed == "write":
        cells = {(str(a), int(b), int(c)): str(d) for a, b, c, d in json.load(sys.stdin)}
        target.write_bytes(write_cells(workbook.read_bytes(), cells))
        return
    sheets = read_sheets(workbook.read_bytes(), workbook.name)
    part = target.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(_kept(sheets), default=_plain, ensure_ascii=True), "utf-8")
    part.replace(target)


if __name__ == "__main__":
    main()
