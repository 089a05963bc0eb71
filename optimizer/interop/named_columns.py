"""Small CSV tables beside a foreign file: rows of named columns, a diameter in mm or in inches.

They are read as tables of an instance are: any usual encoding and separator, blank rows anywhere.
A heading that stands twice and a row that is longer than its heading are refused, as which cell is
meant cannot be told: `100,1,500` is no price of 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from infraplan.models.catalogue import phrase
from infraplan.models.explanation import shortened
from infraplan.optimizer.interop.faults import FaultReport
from infraplan.optimizer.interop.number_file import MOST, text_of
from infraplan.optimizer.storage.csv_text import parse_csv
from infraplan.optimizer.storage.faults import Faults
from infraplan.optimizer.storage.numbers import number_in

INCH_MM = 25.4
MILLIMETRES, INCHES = "diameter_mm", "diameter_in"
DIAMETER = f"{MILLIMETRES} ({INCHES})"
_FACTORS = {MILLIMETRES: 1.0, INCHES: INCH_MM}

Row = tuple[int, str, float | None, str]
"""Line, cell of the diameter as it stands, the diameter in millimetres, cell of the other column.

A diameter that is no number, not above 0, or beyond what an instance takes is None.
"""


def diameter_rows(path: Path, other: str, report: FaultReport) -> Iterator[Row]:
    """Rows of a CSV with the columns `other` and `diameter_mm` or `diameter_in`.

    Rows that are too long are told; where the columns are not there once each, nothing is read.

    Raises
    ------
    InstanceFormatError
        The file or its heading cannot be read.
    """
    grid = _grid(path, report)
    report.require()
    number, cells = next(grid, (0, []))
    there = [cell for cell in cells if cell]
    sizes = [name for name in there if name in _FACTORS]
    for name, count in ((other, there.count(other)), (DIAMETER, len(sizes))):
        if not count:
            advice = phrase("add-it-the-file-has", there=", ".join(map(_short, there)))
            report.add(path, number, phrase("there-is-no-column", name=name), advice)
        elif count > 1:
            message = phrase("column-stands-twice-2", heading=name)
            report.add(path, number, message, phrase("keep-one"))
    report.require()
    places, width, factor = (cells.index(sizes[0]), cells.index(other)), len(cells), sizes[0]
    for number, row in grid:
        if len(row) > width:
            message = phrase(
                "the-row-has-cells-but-there-are-headings-2", num_cells=len(row), width=width
            )
            advice = phrase("put-cells-that-hold-a-comma-in-double-quotes-2")
            report.add(path, number, message, advice)
            continue
        written, beside = (row[place] if place < len(row) else "" for place in places)
        yield number, _short(written), _millimetres(written, _FACTORS[factor]), beside


def _grid(path: Path, report: FaultReport) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, by their numbers, without blank cells at their ends."""
    text = text_of(path, report)
    faults = Faults()
    rows = None if text is None else parse_csv(text, str(path), faults)
    for finding in faults.findings:
        report.add(path, finding.row or 0, finding.message, finding.advice)
    found = []
    for number, row in enumerate(rows or (), start=1):
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append((number, cells))
    return iter(found)


def _millimetres(text: str, factor: float) -> float | None:
    value = number_in(text)
    diameter = 0.0 if value is None else round(factor * value, 6)
    return diameter if 0.0 < diameter <= MOST else None


def _short(text: str) -> str:
    return shortened(text, "")
