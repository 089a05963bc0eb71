"""Ways to spoil the files of the worked example: a cell, a heading, a table, bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from infraplan.models.errors import (
    InconsistentInstanceError,
    InstanceError,
    InstanceFormatError,
    UnknownReferenceError,
)
from infraplan.optimizer.storage.folder import folder_files
from infraplan.optimizer.storage.template import example_instance

Files = dict[str, bytes]
FORMAT, UNKNOWN, INCONSISTENT = (
    InstanceFormatError,
    UnknownReferenceError,
    InconsistentInstanceError,
)

# The settings of every case; line 1 is `id`, line 5 `horizon`, line 18 `ratio`.
SETTINGS = """\
id: example
money_factor: 1e8
price_year: 2025
inflation: 0.02
horizon:
  phases:
    - id: p15
      first_year: 2026
      last_year: 2030
    - id: p16
      first_year: 2031
      last_year: 2035
finance:
  rules:
    - id: interest_share
      terms: [{quantity: interest}]
      base: [{item: general_revenue}]
      ratio: 0.1
appraisal:
  discount_rate: 6%
"""


@dataclass(frozen=True)
class Broken:
    """One broken instance and the finding it must lead to."""

    name: str
    spoil: Callable[[Files], None]
    rule: str
    file: str
    row: int | None
    column: str | None
    error: type[InstanceError] = FORMAT


def example_files() -> Files:
    """Files of the worked example; projects.csv rows: expressway is row 2, ..., ring_road row 7."""
    return folder_files(example_instance()) | {"instance.yaml": SETTINGS.encode()}


def _rows(files: Files, file: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(files[file].decode("utf-8-sig"), newline="")))


def _store(files: Files, file: str, rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    files[file] = stream.getvalue().encode()


def cell(file: str, row: int, column: str, text: str) -> Callable[[Files], None]:
    """Put `text` into a cell; `row` counts as a spreadsheet does."""

    def spoil(files: Files) -> None:
        rows = _rows(files, file)
        rows[row - 1][rows[0].index(column)] = text
        _store(files, file, rows)

    return spoil


def heading(file: str, old: str, new: str) -> Callable[[Files], None]:
    """Rename a heading."""

    def spoil(files: Files) -> None:
        rows = _rows(files, file)
        rows[0][rows[0].index(old)] = new
        _store(files, file, rows)

    return spoil


def table(file: str, text: str) -> Callable[[Files], None]:
    """Put a file of this text."""
    return content(file, text.encode())


def content(file: str, data: bytes) -> Callable[[Files], None]:
    """Put a file of these bytes."""

    def spoil(files: Files) -> None:
        files[file] = data

    return spoil


def without(file: str) -> Callable[[Files], None]:
    """Delete a file."""

    def spoil(files: Files) -> None:
        del files[file]

    return spoil


def settings(old: str, new: str) -> Callable[[Files], None]:
    """Change text in instance.yaml."""

    def spoil(files: Files) -> None:
        text = files["instance.yaml"].decode()
        assert old in text
        files["instance.yaml"] = text.replace(old, new, 1).encode()

    return spoil


def bytes_in(file: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    """Change bytes in a file."""

    def spoil(files: Files) -> None:
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1)

    return spoil


def relations(lines: str) -> Callable[[Files], None]:
    return table("relations.csv", f"from,to,type,lag,count,value\n{lines}\n")
