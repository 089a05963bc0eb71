"""Rows of a foreign table as lines of projects: their words, and their amounts by year and fund."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.errors import Severity
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import listed_few
from infraplan.optimizer.interop.table_dates import edition_of, year_in, years_of
from infraplan.optimizer.interop.table_file import Sheet, cell_text
from infraplan.optimizer.interop.table_layout import BETWEEN, Headings
from infraplan.optimizer.interop.table_line import NO_ID, TOTAL_WITHIN, Left, Line
from infraplan.optimizer.interop.table_map import (
    COORDINATES,
    MONEY_COLUMNS,
    OTHERS,
    SHEET,
    SPANS,
    SPOT,
    TableMap,
)
from infraplan.optimizer.interop.table_money import Amount, MoneyReader, undecided
from infraplan.optimizer.interop.table_report import TableReport
from infraplan.optimizer.interop.table_row_money import RowMoney
from infraplan.optimizer.interop.table_rows import Columns, RowKind, TableRow, classified
from infraplan.optimizer.interop.table_stages import LEFT_OUT, stage_word
from infraplan.optimizer.interop.table_words import NO_PROJECT
from infraplan.optimizer.storage.accepted_words import ENUM_WORDS
from infraplan.optimizer.storage.cells import CellContext
from infraplan.optimizer.storage.decimal_marks import find_marks
from infraplan.optimizer.storage.faults import CellFault, Faults
from infraplan.optimizer.storage.numbers import DecimalMark, two_readings
from infraplan.optimizer.storage.table_columns import PROJECTS, table_of

_WHY = {
    RowKind.SUM: "row-is-sum",
    RowKind.GROUP: "row-is-group",
    RowKind.NOTE: "row-is-note",
    RowKind.HEADING: "row-is-heading",
    RowKind.PARENT: "row-is-parent",
    RowKind.CHOSEN: "row-is-chosen",
}
"""What is told of a row that is no project."""
_TAG = regex(r"<[A-Za-z/][^<>]{0,200}>")


class LineReader:
    """Reads the lines of one sheet.

    Parameters
    ----------
    file
        Name of the file, for findings.
    table_map
        What its columns mean.
    sheet, headings
        The table.
    context
        How cells are read.
    faults, left
        Take what is found.
    """

    def __init__(
        self,
        file: str,
        table_map: TableMap,
        sheet: Sheet,
        headings: Headings,
        context: CellContext,
        faults: Faults,
        left: Left,
    ) -> None:
        self.file, self.map, self.sheet, self.headings = file, table_map, sheet, headings
        self.faults, self.left = Faults(), left
        self.report = TableReport(self.faults, file, sheet.title)
        self._all_faults = faults
        self.positions = self._positions()
        self._above: dict[str, str] = {}
        self.unread: defaultdict[tuple[str, str], list[tuple[int, CellFault]]] = defaultdict(list)
        self._money = self._money_readers(context)
        self._row_money = RowMoney(sheet, headings, context.currency)

    # ------------------------------------------------------------------------------- headings

    def _positions(self) -> dict[str, int]:
        """Position of every heading that the map names, by heading."""
        found: dict[str, int] = {}
        for name in self.map.headings:
            places = self.headings.places(name)
            if len(places) == 1:
                found[name] = places[0]
                continue
            shown = [text for text in self.headings.shown() if text]
            self.report(
                "missing-column",
                phrase("stands-in-columns", name=name, count=len(places))
                if places
                else phrase("the-table-has-no-heading", name=name),
                phrase("its-headings-are", known=listed_few(shown)),
                self.headings.last or None,
                name,
            )
        return found

    # ---------------------------------------------------------------------------------- money

    def _money_readers(self, context: CellContext) -> dict[str, MoneyReader]:
        """A reader for every column of money, with its unit and decimal mark."""
        names = [name for name in self.map.money_headings if name in self.positions]
        names += [self.map.total] if self.map.total in self.positions else []
        places = {name: self.positions[name] for name in names}
        rows = list(enumerate(self.sheet.grid[self.headings.last :], self.headings.last + 1))
        marks = find_marks(rows, list(places.values()), DecimalMark.POINT)
        if self.map.decimal is None and marks.question is not None:
            number, at, text, more = marks.question
            fault = two_readings(text, more)
            name = next(name for name, place in places.items() if place == at)
            advice = phrase("say-decimal-in-the-map")
            self.report(fault.rule, fault.message, advice, number, name)
        elif self.map.decimal is None:
            self._ask_mark(places)
        found = {}
        for name, place in places.items():
            mark = self.map.decimal or marks.by_column.get(place) or DecimalMark.POINT
            mark = DecimalMark.POINT if mark is DecimalMark.ASK else mark
            said = self.headings.unit_of(place)
            unit = self.map.units.get(name, None if said is None else said[0])
            money = CellContext(context.money_factor, mark, context.currency)
            found[name] = MoneyReader(money, unit)
        return found

    def _ask_mark(self, places: Mapping[str, int]) -> None:
        """Ask what `1.200` means where no amount of the table tells."""
        below = self.sheet.grid[self.headings.last :]
        cells = [
            (number, name, row[place])
            for number, row in enumerate(below, self.headings.last + 1)
            for name, place in places.items()
            if place < len(row)
        ]
        at = undecided(cell for _, _, cell in cells)
        if at is not None:
            number, name, cell = cells[at]
            fault = two_readings(str(cell))
            advice = phrase("say-decimal-in-the-map")
            self.report(fault.rule, fault.message, advice, number, name)

    def _amount(self, row: TableRow, heading: str) -> Amount | None:
        """The amount below `heading`, None where it is open or no amount, which is told."""
        cell = self._raw(row, heading)
        if cell is None or heading not in self._money:
            return None
        reader, unit = self._money[heading], self._row_money.unit(row.number, row.cells)
        if unit is not None:
            reader = replace(reader, unit=unit)
        try:
            amount = reader.amount(cell)
            if amount is not None and amount.written:
                self.left.estimates.append((self.sheet.title, row.number, heading, amount))
            if amount is not None and amount.note:
                self.left.notes.append((self.sheet.title, row.number, heading, amount.note))
            return amount
        except CellFault as fault:
            if self.map.unreadable == "open" and not isinstance(cell, CellFault):
                return None
            self.unread[heading, cell_text(cell)[:200]].append((row.number, fault))
            return None

    def _plain_amounts(self, cells: Sequence[Any]) -> tuple[float | None, ...]:
        """Amounts of a row, to tell sums by; what cannot be read counts as none."""
        found: list[float | None] = []
        for name in self.map.money_headings:
            place = self.positions.get(name)
            cell = cells[place] if place is not None and place < len(cells) else None
            try:
                amount = self._money[name].amount(cell) if name in self._money else None
            except CellFault:
                amount = None
            found.append(None if amount is None else amount.value)
        return tuple(found)

    def _raw(self, row: TableRow, heading: str) -> Any:
        place = self.positions.get(heading)
        return None if place is None or place >= len(row.cells) else row.cells[place]

    # ----------------------------------------------------------------------------------- rows

    def lines(self) -> list[Line]:
        """Return the lines that are projects; all others are told as skipped."""
        names = [n for key in ("name_en", "name_zh") for n in self.map.columns.get(key, ())]
        ids = self.map.columns.get("id", ())
        columns = Columns(
            tuple(self.positions[name] for name in names if name in self.positions),
            self.positions.get(ids[0]) if len(ids) == 1 else None,
            frozenset(self.positions[n] for n in self._money),
        )
        rows = classified(
            self.sheet,
            self.headings,
            columns,
            self._plain_amounts,
            self.map.leave_out,
            self.map.keep,
        )
        self._tell_rows(rows)
        found = [line for row in rows if (line := self._line_of(row)) is not None]
        self._tell_unread()
        self._row_money.tell(self.report)
        self._tell_doubts(found)
        # As they stand in the file, whatever was looked at first.
        self._all_faults.findings += sorted(self.faults.findings, key=lambda f: f.row or 0)
        return found

    def _line_of(self, row: TableRow) -> Line | None:
        if row.kind is not RowKind.PROJECT:
            if row.kind is RowKind.GROUP:  # what stands in it alone holds for the rows below
                for heading in self.map.fill_down:
                    self._text(row, heading)
            if row.kind is not RowKind.BLANK:
                self._skip(row, phrase(_WHY[row.kind]))
            return None
        for heading, words in self.map.only.items():
            if cell_text(self._raw(row, heading)).casefold() not in words:
                self._skip(row, phrase("row-is-beside-only", heading=heading))
                return None
        return self._line(row)

    def _skip(self, row: TableRow, why: Phrase) -> None:
        self.left.skipped.append((self.sheet.title, row.number, why))

    def _line(self, row: TableRow) -> Line | None:
        stated = {"quality": "stated", "source": self._source(row.number)}
        line = Line(self.sheet.title, row.number, stated | dict(self.map.constants))
        self._read_words(row, line)
        if LEFT_OUT in line.cells.values():
            self._skip(row, phrase("row-is-left-out-by-a-word"))
            return None
        if not self._read_amounts(row, line):
            return None
        self._read_years(row, line)
        if self.map.latest:
            line.edition = edition_of(self._raw(row, self.map.latest))
        return line

    def _source(self, number: int) -> str:
        sheet = f", {self.sheet.title}" if self.sheet.title else ""
        return f"{self.file}{sheet}, row {number}"

    def _read_words(self, row: TableRow, line: Line) -> None:
        columns = {k: v for k, v in self.map.columns.items() if k not in (*MONEY_COLUMNS, *SPANS)}
        for column, headings in columns.items():
            texts = [self._text(row, heading) for heading in headings]
            text = BETWEEN.join(dict.fromkeys(text for text in texts if text))
            text = text or (row.group if column == "sector" else "")
            if text or OTHERS in self.map.words.get(column, {}):
                line.cells[column] = self._word(row.number, column, text)
        group = self.map.groups
        if group and (row.group or OTHERS in self.map.words.get(group, {})):
            line.cells[group] = self._word(row.number, group, row.group)
        if "jurisdiction" in line.cells:
            line.cells["jurisdiction"] = NO_ID.sub("_", line.cells["jurisdiction"])[:70]

    def _text(self, row: TableRow, heading: str) -> str:
        """The text below a heading; a blank takes the one above where the map says so."""
        text = _without_tags(cell_text(self._raw(row, heading)))
        if heading in self.map.fill_down:
            text = text or self._above.get(heading, "")
            self._above[heading] = text
        return text

    def _word(self, number: int, column: str, text: str) -> str:
        """The word of the instance for a word of the file; an unknown one is told at the end."""
        words = self.map.words.get(column, {})
        plain = text.casefold()
        if plain in words:
            return words[plain]
        if column == "stage" and (stage := stage_word(text)):
            return stage
        if OTHERS in words:
            return words[OTHERS]
        kind = (
            table_of(PROJECTS).columns[column].type.words
            if column not in (*COORDINATES, SPOT)
            else None
        )
        known = ENUM_WORDS.get(kind, {}) if kind is not None else {}
        if known and plain not in known and all(text not in said for said in known.values()):
            self.left.unknown[self.sheet.title, column, text].append(number)
        return text

    def _read_years(self, row: TableRow, line: Line) -> None:
        """Years that the row states; a date that cannot be read is open, and told."""
        for key in SPANS:
            for heading in self.map.columns.get(key, ()):
                found = years_of(self._raw(row, heading))
                if found is None:
                    continue
                if key in ("begins", "span") and line.begins is None:
                    line.begins = found[0]
                if key in ("ends", "span"):
                    line.ends = found[1]
        if line.begins is not None and line.ends is not None and line.ends < line.begins:
            message = phrase("ends-before-it-begins", ends=line.ends, begins=line.begins)
            self.report("bad-year", message, phrase("check-the-dates"), row.number)
            line.ends = None

    def _read_amounts(self, row: TableRow, line: Line) -> bool:
        """Read the money of a row; return whether it is a project by what it costs."""
        amounts = list(self._yearly(row))
        below = [(year, amount) for year, _, amount in amounts if amount < 0.0]
        line.below = sum(amount for _, amount in below)
        if below and self._is_left_out(row):
            self._skip_negative(row, line.below, sum(a for _, _, a in amounts) - line.below)
            return False
        if below and self.map.negative == "refuse":
            self.report(
                "negative-amount",
                phrase("the-amount-of-is-negative", year=below[0][0], amount=below[0][1]),
                phrase("say-in-the-map-what-negative-amounts-are"),
                row.number,
                self._heading_of_year(below[0][0]),
            )
        for year, fund, amount in amounts:
            line.by_year[year] = line.by_year.get(year, 0.0) + max(0.0, amount)
            if fund:
                key = fund, year
                line.by_fund_year[key] = line.by_fund_year.get(key, 0.0) + max(0.0, amount)
                line.by_fund[fund] = line.by_fund.get(fund, 0.0) + max(0.0, amount)
        for fund, heading in self.map.funding.items():
            paid = self._amount(row, heading)
            line.by_fund[fund] = 0.0 if paid is None else max(0.0, paid.value)
        self._hold_total(row, amounts)
        return self._read_costs(row, line)

    def _heading_of_year(self, year: int) -> str:
        """The first heading of amounts of a year; that of all amounts where rows are of years."""
        long = "" if self.map.long is None else self.map.long.amount
        return next((name for name, own in self.map.years.items() if own.year == year), long)

    def _is_left_out(self, row: TableRow) -> bool:
        """Whether a row of negative amounts is no project: by the map, or as it says no others."""
        keeps = self.map.negative == "keep_rest" and max(row.amounts_or_0) > 0.0
        return self.map.negative in ("keep_rest", "leave_out") and not keeps

    def _skip_negative(self, row: TableRow, below: float, rest: float) -> None:
        self.left.negative.append((self.sheet.title, row.number, below, rest))
        self._skip(row, phrase("row-is-negative"))

    def _read_costs(self, row: TableRow, line: Line) -> bool:
        """Read stated costs and what was spent; a negative one is treated as yearly ones are."""
        for column in MONEY_COLUMNS:
            parts = [self._amount(row, heading) for heading in self.map.columns.get(column, ())]
            known = [part for part in parts if part is not None]
            value = sum(part.value for part in known)
            line.below += min(0.0, value)
            if value < 0.0 and self._is_left_out(row):
                self._skip_negative(row, value, sum(line.by_year.values()))
                return False
            if value < 0.0 and self.map.negative == "refuse":
                message = phrase("the-amount-is-negative", amount=value)
                advice = phrase("say-in-the-map-what-negative-amounts-are")
                heading = BETWEEN.join(self.map.columns[column])
                self.report("negative-amount", message, advice, row.number, heading)
            if known:
                line.cells[column] = repr(max(0.0, value))
            if column == "overnight_cost" and any(part.is_range for part in known):
                low = sum(part.value if part.low is None else part.low for part in known)
                high = sum(part.value if part.high is None else part.high for part in known)
                line.cells |= {"overnight_cost_low": repr(low), "overnight_cost_high": repr(high)}
                line.cells["quality"] = "estimate"
            if column == "overnight_cost" and any(part.is_about for part in known):
                line.cells["quality"] = "estimate"
        _put_middle(line)
        if self.map.funding and not self._has_costs and any(line.by_fund.values()):
            line.cells["overnight_cost"] = repr(sum(line.by_fund.values()))
        if self.map.payer and not (self.map.years or self.map.long) and line.cost:
            line.by_fund[_fund_name(self._text(row, self.map.payer))] = line.cost
        line.is_open = not line.cost
        return True

    @property
    def _has_costs(self) -> bool:
        """Whether the map names what projects cost, and not only who pays how much of it."""
        named = {*self.map.columns, *self.map.constants}
        return bool(self.map.years or self.map.long) or "overnight_cost" in named

    def _yearly(self, row: TableRow) -> Iterator[tuple[int, str, float]]:
        """Year, fund (blank for all) and amount of everything that the row says of years."""
        payer = _fund_name(self._text(row, self.map.payer)) if self.map.payer else ""
        for heading, column in self.map.years.items():
            amount = self._amount(row, heading)
            yield column.year, column.fund or payer, 0.0 if amount is None else amount.value
        if self.map.long is not None:
            is_title = self.map.long.year == SHEET
            text = self.sheet.title if is_title else cell_text(self._raw(row, self.map.long.year))
            found = year_in(text)
            if found is None:
                message = phrase("no-year-in", text=text)
                self.report("bad-year", message, row=row.number, column=self.map.long.year)
                return
            amount = self._amount(row, self.map.long.amount)
            fund = self._text(row, self.map.long.fund) if self.map.long.fund else payer
            yield found, _fund_name(fund), 0.0 if amount is None else amount.value

    # ------------------------------------------------------------------------------- what is told

    def _hold_total(self, row: TableRow, amounts: Sequence[tuple[int, str, float]]) -> None:
        """Hold a stated total against the years, or the funds where there are no years."""
        found = sum(amount for _, _, amount in amounts)
        heading = self.map.total
        if not amounts:
            return
        stated = self._amount(row, heading) if heading else None
        if stated is None or self._agree(stated.value, found):
            return
        self.report(
            "other-total",
            phrase("the-years-add-up-to-and-the-table-says", found=found, stated=stated.value),
            phrase("check-the-amounts"),
            row.number,
            heading,
            Severity.WARNING,
        )

    @staticmethod
    def _agree(stated: float, found: float) -> bool:
        return abs(stated - found) <= TOTAL_WITHIN * max(abs(stated), abs(found), 1.0)

    def _tell_rows(self, rows: Sequence[TableRow]) -> None:
        """Tell sums that differ from their rows, and parents that nothing but amounts tells."""
        for row in rows:
            if row.told is None or row.kind not in (RowKind.SUM, RowKind.GROUP, RowKind.PARENT):
                continue
            stated, found = row.told
            is_parent = row.kind is RowKind.PARENT
            is_asked = is_parent or row.is_doubled
            self.report(
                "other-parts" if is_parent else "other-sum",
                phrase("the-row-says-and-its-rows-add-up-to", stated=stated, found=found),
                phrase("say-which-rows-are-projects" if is_asked else "check-the-amounts"),
                row.number,
                severity=Severity.ERROR if is_asked else Severity.WARNING,
            )
        asked = [row.number for row in rows if row.kind is RowKind.PARENT and row.is_asked]
        if asked:
            self.report(
                "parents-by-sums",
                phrase("rows-are-the-sums-of-those-below", rows=listed_few(list(map(str, asked)))),
                phrase("say-which-rows-are-projects"),
                asked[0],
                severity=Severity.WARNING,
            )
        for number, column, last in self.sheet.shared:
            if number <= self.headings.last or column - 1 not in self.positions.values():
                continue
            self.report(
                "shared-amount",
                phrase("an-amount-is-merged-over-rows", first=number, last=last),
                phrase("it-counts-in-the-first-row-alone"),
                number,
                self.headings.shown()[column - 1],
                Severity.WARNING,
            )

    def _tell_unread(self) -> None:
        """Tell texts in the place of amounts, each once with the rows in which it stands."""
        for (heading, _), found in self.unread.items():
            number, fault = found[0]
            message = fault.message
            if len(found) > 1:
                rows = listed_few([str(row) for row, _ in found])
                message = phrase("so-in-rows", message=message, count=len(found), rows=rows)
            advice = fault.advice or phrase("say-that-texts-are-open")
            self.report(fault.rule, message, advice, number, heading)

    def _tell_doubts(self, lines: Sequence[Line]) -> None:
        """Tell rows that may be no projects by their names, and funds that do not add up."""
        doubted = [line for line in lines if NO_PROJECT.search(line.name)]
        if doubted:
            rows = listed_few([str(line.row) for line in doubted])
            self.report(
                "no-project",
                phrase(
                    "rows-may-be-no-projects",
                    count=len(doubted),
                    rows=rows,
                    name=doubted[0].name[:60],
                ),
                phrase("leave-them-out-in-the-map"),
                doubted[0].row,
                severity=Severity.WARNING,
            )
        if not self.map.funding:
            return
        other = [
            line
            for line in lines
            if line.by_fund and line.cost and not self._agree(line.cost, sum(line.by_fund.values()))
        ]
        if other:
            first = other[0]
            self.report(
                "other-funding",
                phrase(
                    "funds-and-cost-differ",
                    count=len(other),
                    paid=sum(first.by_fund.values()),
                    cost=first.cost,
                    rows=listed_few([str(line.row) for line in other]),
                ),
                phrase("say-who-pays-the-rest"),
                first.row,
                severity=Severity.WARNING,
            )


def _put_middle(line: Line) -> None:
    """Put the middle of a low and a high cost where no other cost is stated."""
    low, high = (line.cells.get(f"overnight_cost_{bound}") for bound in ("low", "high"))
    if low and high and "overnight_cost" not in line.cells:
        line.cells["overnight_cost"] = repr((float(low) + float(high)) / 2.0)
        line.cells["quality"] = "estimate"


def _fund_name(text: str) -> str:
    """Id of the fund that a cell names."""
    return NO_ID.sub("_", text).strip("_-")[:70]


def _without_tags(text: str) -> str:
    """`text` without the marks of a web page: `<b>Road</b> &amp; bridge`."""
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", text))
    return " ".join(text.split())


def tell_unknown(
    left: Left,
    table_map: TableMap,
    report: TableReport,
    headings: Mapping[str, tuple[str, ...]],
) -> None:
    """Tell every word of the file that nobody knows, once, with the column it is of."""
    for (sheet, column, text), rows in left.unknown.items():
        report(
            "unknown-word",
            phrase("word-of-the-file-is-not-known", text=text, column=column, count=len(rows)),
            phrase("say-in-the-map-what-the-word-means", column=column),
            rows[0],
            BETWEEN.join(headings.get(column, ())) or table_map.groups or column,
            sheet=sheet,
        )
