"""Tables of public projects, of any layout, into an instance by a map (`import table --map`).

The cells are read by the decoder of an instance's own tables, so that every fault is told with its
row and heading. What a budget states by year becomes a project's cost and spending profile, and
the money of a fund: what the office has adopted is what the plan may spend.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.models.errors import Severity
from infraplan.models.project import Stage
from infraplan.optimizer.interop.faults import Imported, listed_few
from infraplan.optimizer.interop.table_map import (
    COORDINATES,
    LEFT_OUT,
    OTHERS,
    STAGE_WORDS,
    TableMap,
    read_map,
    year_in,
)
from infraplan.optimizer.storage.accepted_words import ENUM_WORDS, word_of
from infraplan.optimizer.storage.assembly import Assembly
from infraplan.optimizer.storage.cells import BLANK, parse_cell
from infraplan.optimizer.storage.csv_text import decode, parse_csv, read_bytes
from infraplan.optimizer.storage.faults import CellFault, Origin, error_of
from infraplan.optimizer.storage.numbers import DecimalMark, parse_number
from infraplan.optimizer.storage.rows import Row, Source, read_grid
from infraplan.optimizer.storage.table_columns import PROJECTS, table_of
from infraplan.optimizer.storage.tree import TreeReader
from infraplan.optimizer.storage.workbook import sheet_grid

OWNER, FUND = "owner", "budget"
TOTAL_WITHIN = 5e-3
"""Part of a stated total by which the yearly amounts may differ: tables are rounded."""
_NO_ID = re.compile(r"[\s=;,'\"@+]+")
_SUMS = re.compile(r"(grand |sub-?)?totals?:?|sum|合\s*计|小\s*计|总\s*计", re.IGNORECASE)


def import_table(path: Path, map_path: Path) -> Imported:
    """The rows of `path` as projects, by the map in `map_path`.

    Raises
    ------
    InstanceError
        A file cannot be read or makes no sense; names every fault with row and heading.
    """
    assembly = Assembly()
    table_map = read_map(map_path, assembly.faults)
    if table_map is not None:
        grid = _grid(path, table_map.sheet, assembly)
        if grid is not None:
            _Importer(path, table_map, grid, assembly).read()
    reading = assembly.finish()
    if reading.instance is None:
        raise error_of(
            reading.findings[: reading.num_reading], reading.findings[reading.num_reading :]
        )
    return Imported(reading.instance, reading.findings)


def _grid(path: Path, sheet: str, assembly: Assembly) -> list[list[Any]] | None:
    data = read_bytes(path, assembly.faults)
    if data is None:
        return None
    if path.suffix.casefold() in (".xlsx", ".xlsm"):
        return sheet_grid(data, path.name, sheet, assembly.faults)
    text = decode(data, path.name, assembly.faults)
    return None if text is None else parse_csv(text, path.name, assembly.faults)


@dataclass
class _Line:
    """A row of the file that is a project: its cells by column, and its amounts by year."""

    row: int
    cells: dict[str, str]
    by_year: dict[int, float] = field(default_factory=dict)
    by_fund: dict[str, float] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether it stands, so that the money of the plan is not for it."""
        return word_of(Stage, self.cells.get("stage", "")) == Stage.COMPLETE


class _Importer:
    def __init__(
        self, path: Path, table_map: TableMap, grid: list[list[Any]], assembly: Assembly
    ) -> None:
        self.path, self.map, self.grid, self.assembly = path, table_map, grid, assembly
        self.faults = assembly.faults
        self.positions = self._positions()
        self.unknown: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self.passed: defaultdict[str, list[int]] = defaultdict(list)

    def read(self) -> None:
        """Take everything into the assembly."""
        self._set_settings()
        lines = list(self._lines())
        if self.map.long is not None:
            lines = _added(lines)
        self._make_ids(lines)
        self._tell_rest()
        places = _places(lines, self.path.name)
        self._add_projects(lines)
        self._add_tables(lines, places)

    # ------------------------------------------------------------------------------- headings

    def _positions(self) -> dict[str, int]:
        """Position of every heading that the map names, by heading."""
        wanted = [name for names in self.map.columns.values() for name in names]
        wanted += [*self.map.years.values(), *self.map.funding.values(), *(self.map.long or ())]
        wanted += [self.map.total] if self.map.total else []
        number = self.map.heading_row
        cells = self.grid[number - 1] if len(self.grid) >= number else []
        texts = [_text(cell) for cell in cells]
        found: dict[str, int] = {}
        for name in dict.fromkeys(wanted):
            places = [
                place for place, text in enumerate(texts) if text.casefold() == name.casefold()
            ]
            if len(places) == 1:
                found[name] = places[0]
                continue
            known = listed_few([text for text in texts if text])
            self._report(
                "missing-column",
                phrase("stands-in-columns", name=name, count=len(places))
                if places
                else phrase("the-table-has-no-heading", name=name),
                phrase("its-headings-are", known=known),
                number,
                name,
            )
        return found

    def _report(
        self,
        rule: str,
        message: Phrase,
        advice: Phrase = NOTHING_SAID,
        row: int | None = None,
        column: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.faults.report(
            rule, message, advice, file=self.path.name, row=row, column=column, severity=severity
        )

    # -------------------------------------------------------------------------------- settings

    def _set_settings(self) -> None:
        name = re.sub(r"[^\w.]+", "-", self.path.stem).strip("-._")[:60] or "table"
        tree: dict[str, Any] = {"id": name, "title": {"en": name, "zh": name}}
        tree |= self.map.settings
        years = [*self.map.years, *self._long_years()]
        if years and "horizon" not in tree:
            phase = {"id": "plan", "first_year": min(years), "last_year": max(years)}
            tree["horizon"] = {"phases": [phase]}
        if years:
            tree.setdefault("price_year", min(years))
        reader = TreeReader(self.faults, self.path.name)
        self.assembly.set_settings(tree, reader, "settings")

    def _long_years(self) -> Iterator[int]:
        if self.map.long is None or self.map.long[0] not in self.positions:
            return
        place = self.positions[self.map.long[0]]
        for cells in self.grid[self.map.heading_row :]:
            year = year_in(_text(cells[place])) if place < len(cells) else None
            if year is not None:
                yield year

    # ------------------------------------------------------------------------------------ rows

    def _lines(self) -> Iterator[_Line]:
        for number, cells in enumerate(
            self.grid[self.map.heading_row :], start=self.map.heading_row + 1
        ):
            filled = [_text(cell) for cell in cells if _text(cell)]
            if not filled:
                continue
            if any(_SUMS.fullmatch(text) for text in filled[:3]):
                self.passed["rows-are-left-out-a-sum"].append(number)
                continue
            line = self._line(number, cells)
            if line is not None:
                yield line

    def _line(self, number: int, cells: Sequence[Any]) -> _Line | None:
        stated = {"quality": "stated", "source": f"{self.path.name}, row {number}"}
        line = _Line(number, stated | dict(self.map.constants))
        for column, headings in self.map.columns.items():
            texts = [self._cell(cells, heading) for heading in headings]
            text = " / ".join(text for text in texts if text)
            if text:
                line.cells[column] = self._word(number, column, text)
        if "jurisdiction" in line.cells:
            line.cells["jurisdiction"] = _NO_ID.sub("_", line.cells["jurisdiction"])[:70]
        if LEFT_OUT in line.cells.values():
            self.passed["rows-are-left-out-left-out-by-a-word"].append(number)
            return None
        amounts = dict(self._amounts(number, cells))
        below = [year for year, amount in amounts.items() if amount < 0.0]
        if below and self.map.negative == "leave_out":
            self.passed["rows-are-left-out-a-negative-amount"].append(number)
            return None
        if below and self.map.negative == "refuse":
            self._report(
                "negative-amount",
                phrase("the-amount-of-is-negative", year=below[0], amount=amounts[below[0]]),
                phrase("say-in-the-map-what-negative-amounts-are"),
                number,
            )
        line.by_year = {year: max(0.0, amount) for year, amount in amounts.items()}
        line.by_fund = {
            fund: max(0.0, self._money(number, cells, heading))
            for fund, heading in self.map.funding.items()
        }
        self._hold_total(number, cells, amounts)
        return line

    def _cell(self, cells: Sequence[Any], heading: str) -> str:
        place = self.positions.get(heading)
        return "" if place is None or place >= len(cells) else _text(cells[place])

    def _word(self, number: int, column: str, text: str) -> str:
        """The word of the instance for a word of the file; an unknown one is told at the end."""
        words = self.map.words.get(column, {})
        plain = text.casefold()
        if plain in words:
            return words[plain]
        if column == "stage" and plain in STAGE_WORDS:
            return str(STAGE_WORDS[plain])
        if OTHERS in words:
            return words[OTHERS]
        kind = table_of(PROJECTS).columns[column].type.words if column not in COORDINATES else None
        known = ENUM_WORDS.get(kind, {}) if kind is not None else {}
        if known and plain not in known and all(text not in said for said in known.values()):
            self.unknown[column, text].append(number)
        return text

    def _amounts(self, number: int, cells: Sequence[Any]) -> Iterator[tuple[int, float]]:
        for year, heading in self.map.years.items():
            yield year, self._money(number, cells, heading)
        if self.map.long is not None:
            said, amount = self.map.long
            found = year_in(self._cell(cells, said))
            if found is None:
                text = phrase("no-year-in", text=self._cell(cells, said))
                self._report("bad-year", text, row=number, column=said)
            else:
                yield found, self._money(number, cells, amount)

    def _money(self, number: int, cells: Sequence[Any], heading: str) -> float:
        """The amount below `heading`, 0 where it is blank or no amount, which is told."""
        info = table_of(PROJECTS).columns["overnight_cost"]
        place = self.positions.get(heading)
        raw = None if place is None or place >= len(cells) else cells[place]
        if raw is None or not _text(raw):
            return 0.0
        try:
            value = parse_cell(info, raw, self.assembly.context, "")
        except CellFault as fault:
            self._report(fault.rule, fault.message, fault.advice, number, heading)
            return 0.0
        return 0.0 if value is BLANK else float(value)

    def _hold_total(self, number: int, cells: Sequence[Any], amounts: Mapping[int, float]) -> None:
        if not self.map.total or not self._cell(cells, self.map.total):
            return
        stated, found = self._money(number, cells, self.map.total), sum(amounts.values())
        if abs(stated - found) > TOTAL_WITHIN * max(abs(stated), abs(found), 1.0):
            self._report(
                "other-total",
                phrase("the-years-add-up-to-and-the-table-says", found=found, stated=stated),
                phrase("check-the-amounts"),
                number,
                self.map.total,
                Severity.WARNING,
            )

    def _make_ids(self, lines: Sequence[_Line]) -> None:
        """Give every line an id; one made of names is told apart by a number where it repeats."""
        made = len(self.map.columns.get("id", ())) != 1
        taken: set[str] = set()
        for line in lines:
            text = (
                line.cells.get("id") or line.cells.get("name_en") or line.cells.get("name_zh", "")
            )
            name = _NO_ID.sub("_", text).strip("_-")[:70] or f"row{line.row}"
            name = name if made else (line.cells.get("id") or name)
            plain, count = name, 1
            while made and name in taken:
                count += 1
                name = f"{plain}:{count}"
            taken.add(name)
            line.cells["id"] = name

    def _tell_rest(self) -> None:
        for (column, text), rows in self.unknown.items():
            self._report(
                "unknown-word",
                phrase("word-of-the-file-is-not-known", text=text, column=column, count=len(rows)),
                phrase("say-in-the-map-what-the-word-means", column=column),
                rows[0],
                " / ".join(self.map.columns[column]),
            )
        for key, rows in self.passed.items():
            self._report(
                "row-passed-over",
                phrase(key, count=len(rows)),
                row=rows[0],
                severity=Severity.NOTE,
            )

    # ------------------------------------------------------------------------------- instance

    def _add_projects(self, lines: Sequence[_Line]) -> None:
        """Read the lines as rows of projects, each at its row of the file."""
        has_years = bool(self.map.years) or self.map.long is not None
        given = {*self.map.columns, *self.map.constants, "id"}
        given |= {"overnight_cost"} if has_years else set()
        lacking = [name for name in table_of(PROJECTS).required if name not in given]
        for name in lacking:
            message = phrase("the-map-gives-no", name=name)
            self._report(
                "missing-column", message, phrase("map-a-column-or-a-constant"), column=name
            )
        if lacking:
            self.assembly.lose_rows()
            return
        first = min((year for line in lines for year in line.by_year), default=0)
        for line in lines if has_years else ():
            _spread(line, first)
        names = dict.fromkeys(name for line in lines for name in line.cells)
        columns = [name for name in names if name not in COORDINATES]
        table = table_of(PROJECTS)
        for name in table.required:
            if name not in columns:
                columns.append(name)
        grid: list[list[Any]] = [[] for _ in self.grid]
        top = self.map.heading_row
        grid[top - 1] = [table.heading(name) for name in columns]
        for line in lines:
            grid[line.row - 1] = [line.cells.get(name, "") for name in columns]
        rows = read_grid(
            grid,
            table,
            Source(self.path.name, self.map.sheet or None),
            self.assembly.context,
            self.faults,
            heading_row=top,
        )
        shown = {name: " / ".join(heads) for name, heads in self.map.columns.items()}
        named = [replace(row, origin=replace(row.origin, columns=shown)) for row in rows]
        self.assembly.add_projects(named, [])

    def _add_tables(self, lines: Sequence[_Line], places: Sequence[dict[str, Any]]) -> None:
        """Places, the one jurisdiction, and funds that hold what the budget adopts."""
        self._rows("jurisdictions", self._owners(lines))
        self._rows("places", places)
        funds, inflows = self._funds(lines)
        self._rows("funds", funds)
        self._rows("inflows", inflows)

    def _rows(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        self.assembly.add_rows(table, [Row(row, Origin(self.path.name)) for row in rows])

    def _owners(self, lines: Sequence[_Line]) -> list[dict[str, Any]]:
        named = dict.fromkeys(
            line.cells["jurisdiction"] for line in lines if "jurisdiction" in line.cells
        )
        names = named or {self.map.constants.get("jurisdiction", OWNER): None}
        return [{"id": name, "name_en": name} for name in names]

    def _funds(self, lines: Sequence[_Line]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """A fund for each funding column, else one of the yearly amounts; and their inflows."""
        owners, ours = self._owners(lines), [line for line in lines if not line.is_complete]
        common = {"jurisdiction": owners[0]["id"], "source": self.path.name}
        funds: list[dict[str, Any]] = []
        money: defaultdict[tuple[str, int], float] = defaultdict(float)
        if len(owners) > 1 or not any(line.by_year for line in lines) or self.map.budget is None:
            return [], []
        for fund, heading in self.map.funding.items():
            paid = [line for line in ours if line.by_fund.get(fund, 0.0) > 0.0]
            ids = tuple(line.cells["id"] for line in paid)
            total = sum(line.by_fund[fund] for line in paid)
            row = {"id": fund, "name_en": heading, "projects": ids, "envelope": total}
            funds += [common | row] if paid else []
            for line in paid:
                whole = sum(line.by_year.values()) or 1.0
                for year, amount in line.by_year.items():
                    money[fund, year] += line.by_fund[fund] * amount / whole
        if not self.map.funding:
            funds = [common | {"id": FUND, "name_en": "adopted budget", "name_zh": "已批预算"}]
            for line in ours:
                for year, amount in line.by_year.items():
                    money[FUND, year] += amount * self.map.budget
        inflows = [
            {"fund": fund, "year": year, "value": value, "source": self.path.name}
            for (fund, year), value in sorted(money.items())
            if value > 0.0
        ]
        return funds, inflows


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split()) if cell is not None else ""


def _added(lines: Sequence[_Line]) -> list[_Line]:
    """Lines of one id as one: their amounts are added, the first one's words stand."""
    found: dict[str, _Line] = {}
    for line in lines:
        name = line.cells.get("id") or f"row{line.row}"
        first = found.setdefault(name, line)
        if first is not line:
            for year, amount in line.by_year.items():
                first.by_year[year] = first.by_year.get(year, 0.0) + amount
            for fund, amount in line.by_fund.items():
                first.by_fund[fund] = first.by_fund.get(fund, 0.0) + amount
    return list(found.values())


def _spread(line: _Line, first: int) -> None:
    """Cost, spending profile, first year and years of works from the amounts by year.

    Works under way go on in the plan's `first` year; what is complete has spent its money.
    """
    paid = [year for year, amount in line.by_year.items() if amount > 0.0]
    total = sum(line.by_year.values())
    line.cells.setdefault("overnight_cost", repr(total))
    if not paid or line.is_complete:
        return
    is_under_way = word_of(Stage, line.cells.get("stage", "")) == Stage.UNDER_CONSTRUCTION
    years = range(min(first, *paid) if is_under_way else min(paid), max(paid) + 1)
    shares = [line.by_year.get(year, 0.0) / total for year in years]
    line.cells.setdefault("spending_profile", ";".join(map(repr, shares)))
    line.cells.setdefault("lead_time", str(len(years)))
    if not is_under_way:
        line.cells.setdefault("earliest_start", str(years[0]))


def _places(lines: Sequence[_Line], source: str) -> list[dict[str, Any]]:
    """A place for each that a line names, or for its coordinates; the lines call it by its id."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        spot = _spot(line)
        name = line.cells.get("place") or ("" if spot is None else line.cells["id"])
        if not name:
            continue
        ident = _NO_ID.sub("_", name).strip("_-")[:70] or line.cells["id"]
        line.cells["place"] = ident
        place = found.setdefault(ident, {"id": ident, "name_en": name, "source": source})
        if spot is not None and "lon" not in place:
            place |= dict(zip(COORDINATES, spot, strict=True))
    return list(found.values())


def _spot(line: _Line) -> tuple[float, float] | None:
    """Longitude and latitude of a line; None where one is blank or no number."""
    try:
        lon, lat = (_degrees(line.cells.get(name, "")) for name in COORDINATES)
    except CellFault:
        return None
    return lon, lat


def _degrees(text: str) -> float:
    return parse_number(text, mark=DecimalMark.ASK)
