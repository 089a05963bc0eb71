"""What was read of a foreign table: columns, rows, sums, the largest project, what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from infraplan.models.catalogue import Phrase
from infraplan.optimizer.interop.table_file import Sheet, cell_text
from infraplan.optimizer.interop.table_layout import Headings
from infraplan.optimizer.interop.table_line import Left, Line
from infraplan.optimizer.interop.table_map import SHEET, TableMap
from infraplan.optimizer.storage.assembly import Assembly

ASKED_FOR = (
    "sector",
    "subsector",
    "place",
    "stage",
    "overnight_cost",
    "time",
    "benefits",
    "fixed_om_cost",
    "funding",
)
"""What a plan wants to know of a project, and a table of an office may leave open."""


@dataclass(frozen=True)
class ColumnUse:
    """What a column of the file is read as, None for not at all, and how sure that is."""

    heading: str
    field: str | None
    confidence: float = 1.0


@dataclass(frozen=True)
class Largest:
    """The largest project: its name, where it stands, and what it costs."""

    name: str
    sheet: str
    row: int
    amount: float


@dataclass(frozen=True)
class TableSummary:
    """What was read of a table.

    Attributes
    ----------
    rows_read
        Rows below the headings that hold anything.
    skipped
        Sheet, row and why, of rows that are no projects.
    num_projects
        Projects that were made of the others.
    columns
        What each column of the file is read as.
    total
        What all projects cost, in money units.
    by_year
        The same by year, where the table says so.
    money_unit, money_unit_zh, currency
        In which that counts.
    largest
        The project that costs most.
    open
        Of how many projects the table does not say what a plan wants to know.
    """

    rows_read: int
    skipped: tuple[tuple[str, int, Phrase], ...]
    num_projects: int
    columns: tuple[ColumnUse, ...]
    total: float
    by_year: dict[int, float]
    money_unit: str
    money_unit_zh: str
    currency: str
    largest: Largest | None
    open: dict[str, int] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """The summary as JSON."""
        return {
            "rows_read": self.rows_read,
            "rows_skipped": [
                {"sheet": sheet or None, "row": row, "why": str(why), "why_zh": why.zh}
                for sheet, row, why in self.skipped
            ],
            "projects": self.num_projects,
            "columns": [
                {"heading": use.heading, "field": use.field, "confidence": use.confidence}
                for use in self.columns
            ],
            "sum": self.total,
            "by_year": {str(year): amount for year, amount in self.by_year.items()},
            "money_unit": self.money_unit,
            "currency": self.currency,
            "largest": None
            if self.largest is None
            else {
                "project": self.largest.name,
                "sheet": self.largest.sheet or None,
                "row": self.largest.row,
                "amount": self.largest.amount,
            },
            "open": self.open,
        }


def summary_of(
    lines: Sequence[Line],
    left: Left,
    sheets: Sequence[Sheet],
    headings: Sequence[Headings],
    table_map: TableMap,
    assembly: Assembly,
) -> TableSummary:
    """Return what was read, from the lines and from what was left out."""
    read = sum(
        1
        for sheet, own in zip(sheets, headings, strict=True)
        for cells in sheet.grid[own.last :]
        if any(map(cell_text, cells))
    )
    by_year: dict[int, float] = {}
    for line in lines:
        for year, amount in line.by_year.items():
            by_year[year] = by_year.get(year, 0.0) + amount
    most = max(lines, key=lambda line: line.cost, default=None)
    settings = assembly.money
    return TableSummary(
        rows_read=read,
        skipped=tuple(left.skipped),
        num_projects=len(lines),
        columns=uses_of(headings[0], table_map) if headings else (),
        total=sum(line.cost for line in lines),
        by_year=dict(sorted(by_year.items())),
        money_unit=settings[0],
        money_unit_zh=settings[1],
        currency=settings[2],
        largest=None
        if most is None or not most.cost
        else Largest(most.name, most.sheet, most.row, most.cost),
        open=_open(lines, table_map),
    )


def uses_of(headings: Headings, table_map: TableMap) -> tuple[ColumnUse, ...]:
    """What a map makes of each column; a column may serve more than one field."""
    found: dict[int, list[str]] = {}

    def use(name: str, meaning: str) -> None:
        for place in headings.places(name)[:1]:
            if meaning not in found.setdefault(place, []):
                found[place].append(meaning)

    for column, names in table_map.columns.items():
        for name in names:
            use(name, column)
    for name, column_of_year in table_map.years.items():
        fund = f" {column_of_year.fund}" if column_of_year.fund else ""
        use(name, f"years: {column_of_year.year}{fund}")
    if table_map.long is not None:
        if table_map.long.year != SHEET:
            use(table_map.long.year, "long.year")
        use(table_map.long.amount, "long.amount")
        use(table_map.long.fund, "long.fund")
    for fund, name in table_map.funding.items():
        use(name, f"funding: {fund}")
    use(table_map.total, "total")
    use(table_map.latest, "latest")
    use(table_map.payer, "payer")
    for name in table_map.only:
        use(name, "only")
    return tuple(
        ColumnUse(text, ", ".join(found[place]) if place in found else None)
        for place, text in enumerate(headings.shown())
    )


def _open(lines: Sequence[Line], table_map: TableMap) -> dict[str, int]:
    """Of how many lines each of `ASKED_FOR` is not said; what is said of all is left out."""
    counts = dict.fromkeys(ASKED_FOR, 0)
    for line in lines:
        for name in ASKED_FOR:
            said = bool(line.cells.get(name))
            if name == "overnight_cost":
                said = not line.is_open
            elif name == "time":
                said = any(line.by_year.values()) or line.begins is not None
            elif name == "funding":
                said = any(line.by_fund.values())
            counts[name] += not said
    return {name: count for name, count in counts.items() if count}
