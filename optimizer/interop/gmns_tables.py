"""Tables of a GMNS folder: rows by heading in any case, cells as numbers, every fault collected.

GMNS is the General Modeling Network Specification, https://github.com/zephyr-data-specs/GMNS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.models.errors import Severity
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.accepted_words import NO, YES
from infraplan.optimizer.storage.cells import clean_text, unescape
from infraplan.optimizer.storage.csv_text import decode, parse_csv, read_bytes
from infraplan.optimizer.storage.faults import CellFault, Faults
from infraplan.optimizer.storage.numbers import parse_number, plain

MOST = 1e15
"""Largest number that the instance takes."""

_WHOLE = regex(r"([0-9]+)\.0+")


@dataclass(frozen=True)
class GmnsRow:
    """One row: its cells by heading in small letters, and where it stands."""

    file: str
    number: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]
    faults: Faults

    def fault(self, column: str, message: Phrase, advice: Phrase, rule: str = "bad-cell") -> None:
        """Keep an error about `column` of this row."""
        heading = self.headings.get(column, column)
        self.faults.report(rule, message, advice, file=self.file, row=self.number, column=heading)

    def text(self, column: str) -> str:
        """Cell as text, blank where it is missing: `NaN`, as the format says, or `NULL`."""
        raw = self.cells.get(column, "").strip()
        if raw.casefold() in {"", "nan", "null"}:
            return ""
        try:
            return unescape(clean_text(raw)).strip()
        except CellFault as fault:
            self.fault(column, fault.message, fault.advice, fault.rule)
            return ""

    def id(self, column: str, *, required: bool = True) -> str:
        """Cell as an id: `12.0`, as tables of numbers write it, is `12`, `1 A` is `1_A`.

        Blank after a fault.
        """
        text = re.sub(r"\s+", "_", plain(self.text(column)))
        if not text and required:
            self.fault(
                column, phrase("is-blank-2", column=column), phrase("give-the-id"), "missing-cell"
            )
        whole = _WHOLE.fullmatch(text)
        if whole:
            text = whole[1]
        if len(text) > 60 or re.search(r"[\s=;,'\"]", text):
            advice = phrase("an-id-holds-no-blanks-commas-semicolons")
            self.fault(column, phrase("is-not-a-proper-id-2", text=text[:60]), advice, "bad-id")
            return ""
        return text

    def number_of(
        self,
        *columns: str,
        least: float = 0.0,
        most: float = MOST,
        whole: bool = False,
    ) -> float | None:
        """First of `columns` that is filled, as a number from `least` to `most`.

        None where all are blank, and after a fault.
        """
        column = next((name for name in columns if self.text(name)), None)
        if column is None:
            return None
        text = self.text(column)
        try:
            value = parse_number(text)
        except CellFault as fault:
            self.fault(
                column, fault.message, phrase("write-a-plain-number-e-g-1800-or-0-15"), fault.rule
            )
            return None
        if not least <= value <= most:
            end = NOTHING_SAID if most >= MOST else phrase("and-at-most", most=most)
            advice = phrase("it-must-be-at-least-2", least=least, end=end)
            self.fault(column, phrase("is-out-of-range-2", text=text), advice, "out-of-range")
            return None
        if whole and value != int(value):
            self.fault(
                column,
                phrase("is-not-a-whole-number", text=text),
                phrase("give-a-whole-number"),
                "bad-number",
            )
            return None
        return value

    def is_filled(self, *columns: str) -> bool:
        """Whether one of `columns` holds something."""
        return any(self.text(name) for name in columns)

    def flag(self, column: str) -> bool:
        """Cell as yes or no: 1, true, yes, 是 or 0, false, no, 否; True after a fault."""
        word = self.text(column).casefold().removesuffix(".0")
        if word not in YES | NO:
            shown = (
                phrase("is-neither-true-nor-false", word=word)
                if word
                else phrase("is-blank-2", column=column)
            )
            advice = phrase("write-1-or-true-for-one-way-0-or-false-for")
            self.fault(column, shown, advice, "bad-word" if word else "missing-cell")
        return word not in NO


@dataclass(frozen=True)
class GmnsTable:
    """A table of the folder; without rows where its file is missing or cannot be read."""

    file: str
    rows: tuple[GmnsRow, ...] = ()
    headings: tuple[str, ...] = ()
    found: bool = False
    """Whether the file is there and could be read."""

    def __iter__(self) -> Iterator[GmnsRow]:
        return iter(self.rows)

    def has(self, *columns: str) -> bool:
        """Whether a heading is one of `columns`."""
        return any(name in self.headings for name in columns)


class GmnsFolder:
    """The CSV files of a folder, by name in any case."""

    def __init__(self, folder: Path, faults: Faults) -> None:
        self.faults = faults
        self.paths: dict[str, Path] = {}
        self.folder = folder
        if not folder.is_dir():
            advice = phrase("name-the-folder-that-holds-node-csv-and-link")
            faults.report(
                "missing-file",
                phrase("there-is-no-folder", folder=folder),
                advice,
                file=folder.name or ".",
            )
            return
        for path in sorted(folder.iterdir()):
            if path.suffix.casefold() == ".csv":
                self.paths.setdefault(path.name.casefold(), path)

    def table(
        self,
        name: str,
        required: Sequence[str],
        read: Sequence[str],
        *,
        optional: bool = False,
    ) -> GmnsTable:
        """Read `name`.csv.

        Parameters
        ----------
        name
            Table, in small letters.
        required
            Headings that must be there.
        read
            Further headings that are read; a note lists all others.
        optional
            Whether the file may be missing.
        """
        file = f"{name}.csv"
        path = self.paths.get(file)
        if path is None:
            if not optional and self.folder.is_dir():
                advice = phrase("a-gmns-folder-has-at-least-node-csv-and-link")
                self.faults.report(
                    "missing-file", phrase("there-is-no", file=file), advice, file=file
                )
            return GmnsTable(file)
        data = read_bytes(path, self.faults)
        text = None if data is None else decode(data, path.name, self.faults)
        grid = None if text is None else parse_csv(text, path.name, self.faults)
        if grid is None:
            return GmnsTable(path.name)
        if text and not text.endswith(("\n", "\r")) and len(grid[-1]) < len(grid[0]):
            message, advice = (
                phrase("the-last-line-does-not-end"),
                phrase("is-a-part-of-it-missing"),
            )
            self.faults.report("cut-file", message, advice, file=path.name, row=len(grid))
            grid.pop()
        return self._table(path.name, grid, required, read)

    def _table(
        self, file: str, grid: list[list[str]], required: Sequence[str], read: Sequence[str]
    ) -> GmnsTable:
        shown: dict[str, str] = {}
        positions: dict[str, int] = {}
        for position, cell in enumerate(grid[0] if grid else ()):
            heading = plain(cell)
            key = heading.casefold().replace(" ", "_")
            if key in positions:
                message = phrase("column-stands-twice-2", heading=heading)
                self.faults.report(
                    "duplicate-column",
                    message,
                    phrase("keep-one"),
                    file=file,
                    row=1,
                    column=heading,
                )
            elif key:
                positions[key], shown[key] = position, heading
        lost = [name for name in required if name not in positions]
        for name in lost:
            there = listed(shown.values()) or phrase("none-given")
            self.faults.report(
                "missing-column",
                phrase("there-is-no-column", name=name),
                phrase("add-it-the-file-has", there=there),
                file=file,
                row=1,
                column=name,
            )
        if lost:
            return GmnsTable(file)
        unread = [shown[key] for key in positions if key not in (*required, *read)]
        if unread:
            self.note(
                "unread-column", phrase("columns-that-are-not-read", unread=listed(unread)), file
            )
        rows = []
        for number, cells in enumerate(grid[1:], start=2):
            if any(cell.strip() for cell in cells):
                values = {
                    key: cells[position]
                    for key, position in positions.items()
                    if position < len(cells)
                }
                rows.append(GmnsRow(file, number, values, shown, self.faults))
                self._check_width(file, number, cells, len(grid[0]))
        return GmnsTable(file, tuple(rows), tuple(positions), found=True)

    def _check_width(self, file: str, number: int, cells: list[str], width: int) -> None:
        if any(cell.strip() for cell in cells[width:]):
            self.faults.report(
                "ragged-row",
                phrase(
                    "the-row-has-cells-but-there-are-headings-2", num_cells=len(cells), width=width
                ),
                phrase("put-cells-that-hold-a-comma-in-double-quotes-2"),
                file=file,
                row=number,
                column=phrase("column-number", number=width + 1),
            )

    def note(self, rule: str, message: Phrase, file: str, advice: Phrase = NOTHING_SAID) -> None:
        """Keep a note about a whole file."""
        self.faults.report(rule, message, advice, file=file, severity=Severity.NOTE)

    def warn(self, rule: str, message: Phrase, file: str, advice: Phrase = NOTHING_SAID) -> None:
        """Keep a warning about a whole file."""
        self.faults.report(rule, message, advice, file=file, severity=Severity.WARNING)
