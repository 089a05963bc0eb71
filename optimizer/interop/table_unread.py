"""Amounts of a foreign table that its map does not read: named with their sums, held to the rest.

What an office states once more, a total of years or of the funds of one year, is to agree with what
is read; where it does not, some of its money would be dropped, so that the map has to say which
counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infraplan.models.catalogue import phrase
from infraplan.models.errors import Severity
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import listed_few
from infraplan.optimizer.interop.table_columns_seen import SUM_OF_YEARS, Seen, seen_columns
from infraplan.optimizer.interop.table_dates import year_in, years_of
from infraplan.optimizer.interop.table_file import Sheet
from infraplan.optimizer.interop.table_layout import Headings
from infraplan.optimizer.interop.table_line import TOTAL_WITHIN, Line
from infraplan.optimizer.interop.table_map import MONEY_COLUMNS, TableMap
from infraplan.optimizer.interop.table_money import MoneyReader
from infraplan.optimizer.interop.table_report import TableReport
from infraplan.optimizer.storage.cells import CellContext
from infraplan.optimizer.storage.decimal_marks import find_marks
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.numbers import DecimalMark

_NO_MONEY = ("change", "counter", "benefit", "lon", "lat", "id", "year", "begins", "ends", "span")
_MEANT = ("cost", "total", "spent", "carried", "later", "left")
_SPAN = regex(r"(?:19|20)\d\d")


@dataclass
class Unread:
    """A column of money that the map does not name.

    Attributes
    ----------
    heading
        Its heading.
    year
        The one year that it names; None for none or several.
    is_total
        Whether it says by its heading that it is a sum.
    amounts
        In money units, by row of the file; rows without one are left out.
    """

    heading: str
    year: int | None
    is_total: bool
    amounts: Mapping[int, float]

    @property
    def sum(self) -> float:
        """All of it, in money units."""
        return sum(self.amounts.values())


def tell_unread(
    lines: Sequence[Line],
    table_map: TableMap,
    sheet: Sheet,
    headings: Headings,
    context: CellContext,
    report: TableReport,
) -> None:
    """Tell the money of one sheet that the map does not read.

    Parameters
    ----------
    lines
        Projects of the sheet, before rows of one project are taken together.
    table_map
        What is read, and what it leaves out (`leave_out_columns`).
    sheet, headings
        The table.
    context
        How amounts are read.
    report
        Takes findings: an error where a total or another column of a year that is read says
        something else, a warning for other amounts.
    """
    columns = _unread(lines, table_map, sheet, headings, context)
    columns = [column for column in columns if column.sum]
    lines = [line for line in lines if not line.below]  # what counts as 0 is told by itself
    told: set[str] = set()
    by_year: defaultdict[int, list[Unread]] = defaultdict(list)
    for column in columns:
        if column.year is not None and any(
            read.year == column.year for read in table_map.years.values()
        ):
            by_year[column.year].append(column)
    for year, same in sorted(by_year.items()):
        told |= {column.heading for column in same}
        _hold_year(year, same, lines, report)
    totals = [column for column in columns if column.is_total and column.heading not in told]
    if table_map.years and not table_map.total:
        told |= {column.heading for column in totals}
        for column in totals:
            _hold_total(column, lines, report)
    rest = [
        column
        for column in columns
        if column.heading not in told
        and (not column.is_total or _other_row(column, lines) is not None)
    ]
    if rest:
        shown = listed_few([f"{column.heading} ({column.sum:g})" for column in rest])
        report(
            "unread-amounts",
            phrase("amounts-are-not-read", names=shown),
            phrase("say-what-columns-are"),
            column=rest[0].heading,
            severity=Severity.WARNING,
            sheet=sheet.title,
        )


def _unread(
    lines: Sequence[Line],
    table_map: TableMap,
    sheet: Sheet,
    headings: Headings,
    context: CellContext,
) -> list[Unread]:
    """Columns of money that the map neither names nor leaves out."""
    taken = {place for name in table_map.headings for place in headings.places(name)}
    seen = [c for c in seen_columns(sheet, headings) if c.place not in taken and _is_money(c)]
    rows = list(enumerate(sheet.grid[headings.last :], headings.last + 1))
    marks = find_marks(rows, [c.place for c in seen], DecimalMark.POINT).by_column
    found = []
    for column in seen:
        mark = table_map.decimal or marks.get(column.place) or DecimalMark.POINT
        mark = DecimalMark.POINT if mark is DecimalMark.ASK else mark
        said = headings.unit_of(column.place)
        reader = MoneyReader(
            CellContext(context.money_factor, mark, context.currency),
            None if said is None else said[0],
        )
        amounts = {}
        for line in lines:
            cells = sheet.grid[line.row - 1]
            try:
                amount = reader.amount(cells[column.place] if column.place < len(cells) else None)
            except CellFault:
                continue
            if amount is not None:
                amounts[line.row] = amount.value
        is_total = column.meaning == "total" or SUM_OF_YEARS.search(column.heading) is not None
        found.append(Unread(column.heading, _year(column), is_total, amounts))
    return found


def _is_money(column: Seen) -> bool:
    """Whether a column holds amounts, by its cells and by what heads it."""
    if not column.is_money or column.is_counter or column.meaning in _NO_MONEY:
        return False
    if not column.is_headed or column.has_sign or SUM_OF_YEARS.search(column.heading):
        return True
    is_dated = years_of(column.heading) is not None and _SPAN.search(column.heading) is not None
    return is_dated or column.is_funding or column.meaning in _MEANT


def _year(column: Seen) -> int | None:
    if column.meaning == "spent":
        return None
    is_sum = SUM_OF_YEARS.search(column.heading) is not None
    return year_in(column.heading) if is_sum else column.year


def _agree(stated: float, found: float) -> bool:
    return abs(stated - found) <= TOTAL_WITHIN * max(abs(stated), abs(found), 1e-9)


def _hold_year(
    year: int, same: Sequence[Unread], lines: Sequence[Line], report: TableReport
) -> None:
    """Hold other columns of a year against what is read of it: each alone, or all but totals."""
    parts = [column for column in same if not column.is_total]
    is_parted = len(parts) > 1 and all(
        _agree(sum(c.amounts.get(line.row, 0.0) for c in parts), line.by_year.get(year, 0.0))
        for line in lines
    )
    other = [
        column
        for column in same
        if not (is_parted and column in parts)
        and not all(
            _agree(column.amounts[line.row], line.by_year.get(year, 0.0))
            for line in lines
            if line.row in column.amounts
        )
    ]
    if other:
        report(
            "year-stands-twice",
            phrase(
                "other-columns-of-the-year",
                year=year,
                found=sum(line.by_year.get(year, 0.0) for line in lines),
                names=listed_few([f"{column.heading} ({column.sum:g})" for column in other]),
            ),
            phrase("say-which-columns-count"),
            column=other[0].heading,
            sheet=lines[0].sheet,
        )


def _other_row(column: Unread, lines: Sequence[Line]) -> Line | None:
    """The first line of which a total says neither its years, its funds nor another amount."""
    for line in lines:
        if line.row not in column.amounts:
            continue
        years = sum(line.by_year.values())
        known = [years, sum(line.by_fund.values())]
        known += [float(line.cells[name]) for name in MONEY_COLUMNS if line.cells.get(name)]
        known.append(years + float(line.cells.get("spent_to_date") or 0.0))
        if not any(_agree(column.amounts[line.row], found) for found in known):
            return line
    return None


def _hold_total(column: Unread, lines: Sequence[Line], report: TableReport) -> None:
    """Hold a total that the map does not name against the years, with or without what was spent."""
    line = _other_row(column, lines)
    if line is None:
        return
    report(
        "other-total",
        phrase(
            "a-total-says-more-than-is-read",
            name=column.heading,
            stated=column.sum,
            found=sum(sum(own.by_year.values()) for own in lines if own.row in column.amounts),
        ),
        phrase("say-whether-years-or-total-count", name=column.heading),
        line.row,
        column.heading,
        sheet=line.sheet,
    )
