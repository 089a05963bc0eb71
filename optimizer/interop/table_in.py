"""Tables of public projects, of any layout, into an instance by a map (`import table --map`).

The cells are read by the decoder of an instance's own tables, so that every fault is told with its
row and heading. What a budget states by year becomes a project's cost and spending profile, and
the money of a fund: what the office has adopted is what the plan may spend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, phrase
from infraplan.models.errors import Severity
from infraplan.models.explanation import shortened
from infraplan.optimizer.interop.faults import Imported, listed_few
from infraplan.optimizer.interop.table_dates import year_in
from infraplan.optimizer.interop.table_file import Sheet, cell_text, read_sheets, shown
from infraplan.optimizer.interop.table_funds import funds_of
from infraplan.optimizer.interop.table_layout import Headings, find_headings, headings_at
from infraplan.optimizer.interop.table_line import NO_ID, Left, Line
from infraplan.optimizer.interop.table_lines import LineReader, tell_unknown
from infraplan.optimizer.interop.table_map import COORDINATES, SHEET, SPOT, TableMap, read_map
from infraplan.optimizer.interop.table_money import PRICES, Amount
from infraplan.optimizer.interop.table_repeats import as_one
from infraplan.optimizer.interop.table_report import TableReport
from infraplan.optimizer.interop.table_spots import spot_in
from infraplan.optimizer.interop.table_summary import TableSummary, summary_of
from infraplan.optimizer.interop.table_times import TimeNotes, place_in_time
from infraplan.optimizer.interop.table_units import unit_name, unit_name_zh
from infraplan.optimizer.interop.table_unread import tell_unread
from infraplan.optimizer.storage.assembly import Assembly
from infraplan.optimizer.storage.faults import CellFault, Origin, error_of
from infraplan.optimizer.storage.numbers import DecimalMark, parse_number
from infraplan.optimizer.storage.rows import Row, Source, read_grid
from infraplan.optimizer.storage.table_columns import PROJECTS, table_of
from infraplan.optimizer.storage.tree import TreeReader

OWNER = "owner"
_LOOKED_AT = 40
"""Rows among which the headings are sought that a map names."""


@dataclass(frozen=True)
class ImportedTable(Imported):
    """An instance made of a table, and what was read of it."""

    summary: TableSummary | None = None


@dataclass(frozen=True)
class TableReading:
    """What reading a table by a map came to, whether or not an instance could be made."""

    assembly: Assembly
    summary: TableSummary | None
    headings: tuple[Headings, ...]


def import_table(path: Path, map_path: Path) -> ImportedTable:
    """The rows of `path` as projects, by the map in `map_path`.

    Raises
    ------
    InstanceError
        A file cannot be read or makes no sense; names every fault with sheet, row and heading.
    """
    assembly = Assembly()
    table_map = read_map(map_path, assembly.faults)
    read = TableReading(assembly, None, ())
    if table_map is not None:
        read = read_table(path, table_map, assembly)
    reading = assembly.finish()
    if reading.instance is None:
        raise error_of(
            reading.findings[: reading.num_reading], reading.findings[reading.num_reading :]
        )
    return ImportedTable(reading.instance, reading.findings, read.summary)


def read_table(path: Path, table_map: TableMap, assembly: Assembly) -> TableReading:
    """Read the rows of `path` by a map into `assembly`, with all findings."""
    sheets = _chosen(
        read_sheets(path, assembly.faults, table_map.encoding), path, table_map, assembly
    )
    if not sheets:
        return TableReading(assembly, None, ())
    titles = {None, *(sheet.title for sheet in sheets)}
    assembly.faults.findings[:] = [  # what is hidden is told of sheets that are read
        f for f in assembly.faults.findings if f.rule != "hidden-cells" or f.sheet in titles
    ]
    if table_map.transposed:
        sheets = [_turned(sheet) for sheet in sheets]
    importer = _Importer(path, table_map, sheets, assembly)
    importer.read()
    return TableReading(assembly, importer.summary, tuple(importer.headings))


def _chosen(
    sheets: Sequence[Sheet], path: Path, table_map: TableMap, assembly: Assembly
) -> list[Sheet]:
    """The sheets that a map names, else the first one that is shown; others are told."""
    titles = {sheet.title.strip().casefold(): sheet for sheet in sheets}
    found = []
    for name in table_map.sheets:
        sheet = titles.get(name.strip().casefold())
        if sheet is None:
            known = phrase("known", known=listed_few([s.title for s in sheets]))
            message = phrase("the-workbook-has-no-sheet-named", sheet=name)
            assembly.faults.report("missing-sheet", message, known, file=path.name, sheet=name)
        else:
            found.append(sheet)
    if table_map.sheets or not sheets:
        return found
    first = shown(sheets)[0]
    others = [sheet.title for sheet in sheets if sheet is not first]
    if others:
        assembly.faults.report(
            "other-sheets",
            phrase("sheets-are-not-read", sheets=listed_few(others)),
            phrase("name-sheets-in-the-map"),
            file=path.name,
            severity=Severity.NOTE,
        )
    return [first]


def _turned(sheet: Sheet) -> Sheet:
    """The table with its rows as columns."""
    width = max(map(len, sheet.grid), default=0)
    grid = [
        [row[place] if place < len(row) else None for row in sheet.grid] for place in range(width)
    ]
    return Sheet(sheet.title, grid)


def headings_for(sheet: Sheet, table_map: TableMap) -> Headings:
    """The headings that a map states, or the rows of headings in which most of its names stand."""
    if table_map.heading_rows is not None:
        return headings_at(sheet, *table_map.heading_rows)
    names = table_map.headings
    best = find_headings(sheet)
    most = sum(1 for name in names if len(best.places(name)) == 1)
    for number in range(1, min(len(sheet.grid), _LOOKED_AT) + 1):
        if most == len(names):
            break
        texts = {cell_text(cell).casefold() for cell in sheet.grid[number - 1]}
        if sum(1 for name in names if name.casefold() in texts) > most:
            best = headings_at(sheet, number, number)
            most = sum(1 for name in names if len(best.places(name)) == 1)
    return best if best.last or not names else headings_at(sheet, 1, 1)


class _Importer:
    def __init__(
        self, path: Path, table_map: TableMap, sheets: Sequence[Sheet], assembly: Assembly
    ) -> None:
        self.path, self.map, self.sheets, self.assembly = path, table_map, sheets, assembly
        self.faults = assembly.faults
        self.headings = [headings_for(sheet, table_map) for sheet in sheets]
        self.left = Left()
        self.notes = TimeNotes()
        self.summary: TableSummary | None = None
        self._report = TableReport(
            self.faults, path.name, sheets[0].title if len(sheets) == 1 else ""
        )

    def read(self) -> None:
        """Take everything into the assembly."""
        first, last = self._set_settings()
        lines: list[Line] = []
        for sheet, headings in zip(self.sheets, self.headings, strict=True):
            reader = LineReader(
                self.path.name,
                self.map,
                sheet,
                headings,
                self.assembly.context,
                self.faults,
                self.left,
            )
            own = reader.lines()
            lines += own
            faulty = {row for found in reader.unread.values() for row, _ in found}
            own = [line for line in own if line.row not in faulty]  # of which sums tell nothing
            tell_unread(own, self.map, sheet, headings, self.assembly.context, self._report)
        lines = as_one(lines, self.map, self.left, self._report)
        self._make_ids(lines)
        tell_unknown(self.left, self.map, self._report, self.map.columns)
        has_years = bool(self.map.years) or self.map.long is not None
        if not has_years and not self._has_money():
            self._report("no-money", phrase("the-table-has-no-money"), phrase("map-money-columns"))
        self.notes = place_in_time(lines, first, last, has_years)
        self._assume_benefits(lines)
        places = _places(lines, self.path.name)
        self.summary = summary_of(
            lines, self.left, self.sheets, self.headings, self.map, self.assembly
        )
        self._tell_notes(lines)
        self._add_projects(lines)
        self._add_tables(lines, places, first, last)

    def _has_money(self) -> bool:
        costs = {"overnight_cost", "overnight_cost_high"}
        return bool(self.map.funding or costs & {*self.map.columns, *self.map.constants})

    # -------------------------------------------------------------------------------- settings

    def _set_settings(self) -> tuple[int, int]:
        """Take the settings of the map, with what the table says; return the plan's years."""
        name = re.sub(r"[^\w.]+", "-", self.path.stem).strip("-._")[:60] or "table"
        tree: dict[str, Any] = {"id": name, "title": {"en": name, "zh": name}}
        tree |= self.map.settings
        years = sorted({*(column.year for column in self.map.years.values()), *self._long_years()})
        if years and "horizon" not in tree:
            phase = {"id": "plan", "first_year": years[0], "last_year": years[-1]}
            tree["horizon"] = {"phases": [phase]}
        if years:
            tree.setdefault("price_year", years[0])
        self._set_unit(tree)
        reader = TreeReader(self.faults, self.path.name)
        self.assembly.set_settings(tree, reader, "settings")
        plan = self.assembly.plan_years
        return plan or (years[0] if years else 0, years[-1] if years else 0)

    def _set_unit(self, tree: dict[str, Any]) -> None:
        """Take the unit of money that the table states, where the map states none; tell either."""
        if "money_factor" in tree or "money_unit" in tree:
            return
        said = [
            unit
            for headings in self.headings
            for name in self.map.money_headings
            for place in headings.places(name)[:1]
            if (unit := headings.unit_of(place)) is not None
        ]
        said += [(factor, "") for factor in self.map.units.values()]
        if not said:
            self._report(
                "no-unit",
                phrase("the-unit-of-money-is-said-nowhere"),
                phrase("state-money-unit-and-factor"),
                severity=Severity.WARNING,
            )
            return
        factor = max(set(said), key=said.count)[0]
        currency = str(tree.get("currency") or next((c for _, c in said if c), ""))
        if currency:
            tree.setdefault("currency", currency)
        tree["money_factor"] = repr(factor)
        tree["money_unit"] = unit_name(factor, currency)
        if chinese := unit_name_zh(factor, currency):
            tree.setdefault("money_unit_zh", chinese)
        self._report(
            "unit",
            phrase("amounts-are-read-in", unit=tree["money_unit"] or "1"),
            severity=Severity.NOTE,
        )

    def _long_years(self) -> Iterator[int]:
        if self.map.long is None:
            return
        for sheet, headings in zip(self.sheets, self.headings, strict=True):
            if self.map.long.year == SHEET:
                yield from filter(None, [year_in(sheet.title)])
                continue
            places = headings.places(self.map.long.year)
            if len(places) != 1:
                continue
            for cells in sheet.grid[headings.last :]:
                found = cell_text(cells[places[0]]) if places[0] < len(cells) else ""
                year = year_in(found) if len(found) <= 30 else None
                if year is not None:
                    yield year

    # ---------------------------------------------------------------------------------- lines

    def _make_ids(self, lines: Sequence[Line]) -> None:
        """Give every line an id; one made of names is told apart by a number where it repeats."""
        made = len(self.map.columns.get("id", ())) != 1
        taken: set[str] = set()
        for line in lines:
            text = (
                line.cells.get("id") or line.cells.get("name_en") or line.cells.get("name_zh", "")
            )
            name = NO_ID.sub("_", text).strip("_-")[:70] or f"row{line.row}"
            name = name if made else (line.cells.get("id") or name)
            plain, count = name, 1
            while made and name in taken:
                count += 1
                name = f"{plain}:{count}"
            taken.add(name)
            line.cells["id"] = name

    def _assume_benefits(self, lines: Sequence[Line]) -> None:
        """Give every project the benefit that the map assumes, where the table has none: told."""
        share = self.map.assumed_benefit
        if share is None:
            return
        for line in lines:
            cost = float(line.cells.get("overnight_cost") or 0.0)
            line.cells.setdefault("benefits", f"assumed={share * cost!r}" if cost else "none")
        self._report(
            "assumed-benefit",
            phrase("benefits-are-assumed", share=share),
            phrase("put-benefits-of-your-own"),
            severity=Severity.WARNING,
        )

    def _tell_notes(self, lines: Sequence[Line]) -> None:
        """Tell, once for each reason, which rows are left out, and what was taken for granted."""
        by_why: dict[tuple[str, str], list[int]] = {}
        for sheet, row, why in self.left.skipped:
            by_why.setdefault((sheet, str(why)), []).append(row)
        whys = {str(why): why for _, _, why in self.left.skipped}
        for (sheet, text), rows in by_why.items():
            message = phrase("rows-are-left-out", count=len(rows), why=whys[text])
            self._report(
                "row-passed-over", message, row=rows[0], severity=Severity.NOTE, sheet=sheet
            )
        for title in [table.title for table in self.sheets]:
            self._tell_negative([line for line in lines if line.sheet == title], title)
        self._tell_estimates()
        self._tell_money_notes()
        for key, found in self.notes.rows.items():
            for title in dict.fromkeys(line.sheet for line in found):
                of_sheet = [line.row for line in found if line.sheet == title]
                rows_told = listed_few(list(map(str, of_sheet)))
                message = phrase(key, count=len(of_sheet), rows=rows_told)
                self._report(key, message, row=of_sheet[0], severity=Severity.WARNING, sheet=title)
        if not any("benefits" in line.cells for line in lines):
            self._report(
                "no-benefits",
                phrase("the-table-has-no-benefits"),
                phrase("put-benefits-of-your-own"),
                severity=Severity.WARNING,
            )

    def _tell_negative(self, lines: Sequence[Line], sheet: str) -> None:
        """Tell what negative amounts come to that count as 0, or are left out with their rows."""
        dropped = [found for found in self.left.negative if found[0] == sheet]
        zeros = [line for line in lines if line.below]
        if dropped:
            message = phrase(
                "negative-rows-are-left-out",
                count=len(dropped),
                below=sum(below for _, _, below, _ in dropped),
                rest=sum(rest for _, _, _, rest in dropped),
                rows=listed_few([str(row) for _, row, _, _ in dropped]),
            )
            is_mixed = any(rest for _, _, _, rest in dropped)
            advice = phrase("negative-amounts-apart") if is_mixed else NOTHING_SAID
            row = dropped[0][1]
            self._report("negative-amount", message, advice, row, None, Severity.WARNING, sheet)
        if zeros and self.map.negative != "refuse":
            message = phrase(
                "negative-amounts-count-as-0",
                below=sum(line.below for line in zeros),
                rows=listed_few([str(line.row) for line in zeros]),
            )
            advice, row = phrase("check-the-amounts"), zeros[0].row
            self._report("negative-amount", message, advice, row, None, Severity.WARNING, sheet)

    def _tell_estimates(self) -> None:
        """Tell, once by column, what amounts are read of cells that are no plain numbers."""
        by_heading: dict[tuple[str, str, bool], list[tuple[int, Amount]]] = {}
        for sheet, row, heading, amount in self.left.estimates:
            found = by_heading.setdefault((sheet, heading, amount.is_about), [])
            found.append((row, amount))
        for (sheet, heading, _), found in by_heading.items():
            row, first = found[0]
            key = "is-read-as-an-estimate" if first.is_about else "is-read-as-the-number"
            message = phrase(key, text=shortened(first.written), value=f"{first.value:.10g}")
            if len(found) > 1:
                rows = listed_few([str(number) for number, _ in found])
                message = phrase("so-in-rows", message=message, count=len(found), rows=rows)
            rule = "read-as-estimate" if first.is_about else "read-as-number"
            self._report(rule, message, NOTHING_SAID, row, heading, Severity.NOTE, sheet)

    def _tell_money_notes(self) -> None:
        """Tell, once by sheet, column and note, what stands in brackets behind amounts."""
        by_note: dict[tuple[str, str, str], list[int]] = {}
        for sheet, row, heading, note in self.left.notes:
            by_note.setdefault((sheet, heading, note), []).append(row)
        for (sheet, heading, note), rows in by_note.items():
            is_priced = PRICES.search(note) is not None
            rows_told = listed_few([str(row) for row in rows])
            self._report(
                "note-beside-amount",
                phrase("a-note-beside-amounts", note=note[:60], count=len(rows), rows=rows_told),
                phrase("state-one-price-year" if is_priced else "check-the-amounts"),
                rows[0],
                heading,
                Severity.WARNING,
                sheet,
            )

    # ------------------------------------------------------------------------------- instance

    def _add_projects(self, lines: Sequence[Line]) -> None:
        """Read the lines as rows of projects, each at its row of the file."""
        given = {*self.map.columns, *self.map.constants, "id", "overnight_cost", self.map.groups}
        lacking = [name for name in table_of(PROJECTS).required if name not in given]
        for name in lacking:
            message = phrase("the-map-gives-no", name=name)
            self._report(
                "missing-column", message, phrase("map-a-column-or-a-constant"), column=name
            )
        if lacking:
            self.assembly.lose_rows()
            return
        rows: list[Row] = []
        for sheet, headings in zip(self.sheets, self.headings, strict=True):
            of_sheet = [line for line in lines if line.sheet == sheet.title]
            rows += self._rows_of(sheet, headings, of_sheet)
        self.assembly.add_projects(rows, [])

    def _rows_of(self, sheet: Sheet, headings: Headings, lines: Sequence[Line]) -> list[Row]:
        names = dict.fromkeys(name for line in lines for name in line.cells)
        table = table_of(PROJECTS)
        columns = [name for name in names if name not in (*COORDINATES, SPOT)]
        columns += [name for name in table.required if name not in columns]
        # Its own headings stand above the first row that is read, so that rows keep their numbers.
        top = max(headings.last, 1)
        shift = 1 - headings.last if headings.last < 1 else 0
        grid: list[list[Any]] = [[] for _ in range(len(sheet.grid) + shift)]
        grid[top - 1] = [table.heading(name) for name in columns]
        for line in lines:
            grid[line.row - 1 + shift] = [line.cells.get(name, "") for name in columns]
        before = len(self.faults.findings)
        rows = read_grid(
            grid,
            table,
            Source(self.path.name, sheet.title or None),
            replace(self.assembly.context, mark=DecimalMark.POINT),
            self.faults,
            heading_row=top,
        )
        shown = {name: " / ".join(heads) for name, heads in self.map.columns.items()}
        self.faults.findings[before:] = [
            replace(
                found,
                column=shown.get(found.column or "", found.column),
                row=None if found.row is None else found.row - shift,
            )
            for found in self.faults.findings[before:]
        ]
        return [
            replace(
                row,
                origin=replace(row.origin, columns=shown, row=(row.origin.row or 0) - shift),
            )
            for row in rows
        ]

    def _add_tables(
        self, lines: Sequence[Line], places: Sequence[dict[str, Any]], first: int, last: int
    ) -> None:
        """Places, the jurisdictions, and funds that hold what the budget adopts."""
        owners = self._owners(lines)
        self._rows("jurisdictions", owners)
        self._rows("places", places)
        names = [str(owner["id"]) for owner in owners]
        funds, inflows = funds_of(lines, self.map, names, self.path.name, first, last)
        has_payers = bool(self.map.funding) or any(line.by_fund for line in lines)
        if len(owners) > 1 and has_payers and self.map.budget is not None:
            message = phrase("with-several-owners-no-fund-is-made", count=len(owners))
            self._report("no-fund", message, phrase("add-funds"), severity=Severity.WARNING)
        self._rows("funds", funds)
        self._rows("inflows", inflows)

    def _rows(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self.assembly.add_rows(table, [Row(dict(row), Origin(self.path.name)) for row in rows])

    def _owners(self, lines: Sequence[Line]) -> list[dict[str, Any]]:
        named = dict.fromkeys(
            line.cells["jurisdiction"] for line in lines if line.cells.get("jurisdiction")
        )
        names = named or {self.map.constants.get("jurisdiction", OWNER): None}
        return [{"id": name, "name_en": name} for name in names]


def _places(lines: Sequence[Line], source: str) -> list[dict[str, Any]]:
    """A place for each that a line names, or for its coordinates; the lines call it by its id."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        spot = _spot(line)
        name = line.cells.get("place") or ("" if spot is None else line.cells["id"])
        if not name:
            line.cells.pop("place", None)
            continue
        ident = NO_ID.sub("_", name).strip("_-")[:70] or line.cells["id"]
        line.cells["place"] = ident
        place = found.setdefault(ident, {"id": ident, "name_en": name, "source": source})
        if spot is not None and "lon" not in place:
            place |= dict(zip(COORDINATES, spot, strict=True))
    return list(found.values())


def _spot(line: Line) -> tuple[float, float] | None:
    """Longitude and latitude of a line; None where one is blank or no number."""
    if SPOT in line.cells:
        return spot_in(line.cells[SPOT])
    try:
        lon, lat = (_degrees(line.cells.get(name, "")) for name in COORDINATES)
    except CellFault:
        return None
    return lon, lat


def _degrees(text: str) -> float:
    return parse_number(text, mark=DecimalMark.ASK)
