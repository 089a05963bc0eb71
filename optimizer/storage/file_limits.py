"""How large a file may be that is read: a hostile one is refused before memory is spent on it.

A nation has 100,000 projects (some 170 MB of JSON with 1.2 million objects) and a mine 650,000
relations, which must be read. What is beyond the limits is refused within some 500 MB and seconds;
what lies just below them may take several GB, as 390,000 relations take 1.6.
"""

from __future__ import annotations

import errno
import os
import stat
import zipfile
from typing import TYPE_CHECKING

from infraplan.models.regular_expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 400_000_000
"""Bytes of a file that is read whole."""
MOST_LINES = 3_000_000
"""Lines of a table, each of which becomes a row."""
MOST_CELLS = 30_000_000
"""Cells of a table, each of which becomes a text; blank ones too."""
MOST_ROWS = 2_000_000
"""Rows of a table of an instance, each of which may be told to be wrong."""
MOST_FEATURES = 100_000
"""Features of a map."""
MOST_OBJECTS = 5_000_000
"""Objects of a JSON file: rows and what stands in them."""
MOST_VALUES = 40_000_000
"""Values of a JSON file: commas and brackets, each of which begins one or ends one."""
MOST_TAGS = 6_000_000
"""Tags of all sheets of a workbook; a cell has two to four."""
MOST_MERGED = 1_000_000
"""Cells that the ranges of a workbook (merged cells, links) cover together."""
_BLOCK = 1 << 20
_RANGE = regex(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink)\b[^>]*?\sref\s*=\s*[\"']"
    rb"\$?([A-Za-z]{1,3})\$?(\d{1,9}):\$?([A-Za-z]{1,3})\$?(\d{1,9})[\"']"
)


def bytes_of(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content of a file on disk.

    Raises
    ------
    OSError
        It cannot be read; it has more than `most` bytes (`EFBIG`); or it is a pipe or a device
        (`EOPNOTSUPP`), which might never end.
    IsADirectoryError
        It is a folder.
    """
    # A pipe that nobody writes into would hold up `open` itself without this.
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
        mode = os.fstat(stream.fileno()).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP), str(path))
        data = stream.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return data


def too_many_rows(text: str, separator: str, most: int = MOST_LINES) -> bool:
    """Whether a table has more lines or cells than are read; counted without parting them."""
    lines = max(text.count("\n"), text.count("\r")) + 1
    return lines > most or lines + text.count(separator) > MOST_CELLS


def too_many_values(text: str) -> bool:
    """Whether JSON holds more values than are read; counted without reading it."""
    objects = text.count("{")
    values = objects + text.count(",") + text.count("[")
    return objects > MOST_OBJECTS or values > MOST_VALUES


def too_many_tags(archive: zipfile.ZipFile) -> bool:
    """Whether a workbook holds more cells than are read, or ranges that cover more.

    Libraries make every cell of a merged range, and there are 17 billion in a sheet.
    """
    tags = covered = 0
    for entry in archive.infolist():
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        for block in _blocks(archive, entry):
            tags += block.count(b"<")
            covered += sum(_area(*found.groups()) for found in _RANGE.finditer(block))
            if tags > MOST_TAGS or covered > MOST_MERGED:
                return True
    return False


def _blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a part unpacks to, block by block; a tag is never parted."""
    rest = b""
    with archive.open(entry) as stream:
        while block := stream.read(_BLOCK):
            whole, mark, rest = (rest + block).rpartition(b">")
            yield whole + mark
            if len(rest) > 16 * _BLOCK:  # one text of that length: no tag begins in it
                rest = b""
    yield rest


def _area(left: bytes, top: bytes, right: bytes, bottom: bytes) -> int:
    across, down = abs(_column(right) - _column(left)) + 1, abs(int(bottom) - int(top)) + 1
    return across * down


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
