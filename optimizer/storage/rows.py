"""Grid of cells to rows of values, and rows of values to domain objects; all faults collected."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from infraplan.models.catalogue import Phrase, listed, pair, phrase
from infraplan.models.errors import Severity
from infraplan.models.explanation import explain, shortened
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.cells import BLANK, CellContext, of_kind, parse_cell
from infraplan.optimizer.storage.decimal_marks import find_marks
from infraplan.optimizer.storage.descriptions_zh import meaning
from infraplan.optimizer.storage.dittos import more_cells, without_dittos
from infraplan.optimizer.storage.estimates import with_estimates
from infraplan.optimizer.storage.faults import CellFault, Faults, Origin
from infraplan.optimizer.storage.fields import Base, FieldInfo, Span, fields_of
from infraplan.optimizer.storage.numbers import (
    TWO_READINGS,
    DecimalMark,
    half_width,
    two_readings,
)
from infraplan.optimizer.storage.passed_rows import (
    heading_rows,
    is_filled,
    is_passed_over,
    is_sum,
    unit_above,
)
from infraplan.optimizer.storage.table_columns import (
    CSV_TABLES,
    OPTIONS,
    Heading,
    Table,
    closest_heading,
    heading_of,
    holds_names,
    is_comment,
    names_beside_ids,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from infraplan.models.base import DomainModel

_ASKED_ONCE = (Base.NUMBER, Base.NUMBER_OR_TEXT)
"""Columns in which one question stands for all cells that can be read in two ways."""

ACTUALS = "actuals"
"""The table of what happened, which people write as well."""
INSTANCE_TABLES = frozenset({*CSV_TABLES, OPTIONS})
"""Tables in which people write ids; those of a run are the product's own."""


@dataclass(frozen=True)
class Row:
    """Values of a row by field (blank cells left out), where it stands, and its faulty fields."""

    values: dict[str, Any]
    origin: Origin
    faulty: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Source:
    """The file, and sheet of a workbook, that a grid comes from."""

    file: str
    sheet: str | None = None


@dataclass(frozen=True)
class _Columns:
    """Columns of a grid: (position, meaning, field); headings as written by field."""

    table: Table
    known: tuple[tuple[int, Heading, FieldInfo], ...]
    shown: Mapping[str, str]
    width: int


def read_grid(
    grid: Sequence[Sequence[Any]],
    table: Table,
    source: Source,
    context: CellContext,
    faults: Faults,
    *,
    heading_row: int = 1,
    if_silent: DecimalMark = DecimalMark.POINT,
) -> list[Row]:
    """Return the rows of `grid` below its heading.

    Blank rows, notes (注：...) and sums (合计) are passed over; a unit of money above is read.

    Parameters
    ----------
    grid
        Cells as the file holds them; row `i` is entry `i - 1`.
    table
        Columns to look for.
    source
        File and sheet, for findings.
    context
        Money factor and decimal mark.
    faults
        Takes every fault found.
    heading_row
        Row (1-based) that holds the headings.
    if_silent
        What `12,500` means where neither the context nor any cell tells the decimal mark.
    """
    heading_row, headings = heading_rows(grid, table, heading_row)
    if not any(map(is_filled, headings)):
        _report_empty(table, source, faults)
        return []
    columns = _read_headings(headings, table, source, heading_row, faults)
    context = replace(context, reads_estimates=table.name in INSTANCE_TABLES)
    below = list(enumerate(grid[heading_row:], start=heading_row + 1))
    required = [position for position, _, info in columns.known if info.required]
    below = _with_repeats(below, columns, required, source, faults)
    before = len(faults.findings)
    contexts = _column_contexts(below, columns, source, context, faults, if_silent)
    told = frozenset({TWO_READINGS} if len(faults.findings) > before else ())
    above = Origin(source.file, source.sheet, None, columns.shown)
    unit = unit_above(grid[: heading_row - 1], _without_unit(columns), above, faults)
    readers = _readers(columns, contexts, unit)
    rows: list[Row] = []
    sums: list[tuple[Sequence[Any], Origin, int]] = []
    for number, cells in below:
        place = Origin(source.file, source.sheet, number, columns.shown)
        if not is_passed_over(cells, required, place, faults):
            rows.append(_read_row(number, cells, columns, source, readers, faults, told))
        elif is_sum(cells, required):
            sums.append((cells, place, len(rows)))
    _hold_sums(sums, readers, rows, faults)
    if table.name in INSTANCE_TABLES and _tell_wide_names(below, columns, source, faults):
        rows = [_with_plain_names(row, columns) for row in rows]
    _check_required(rows, table, columns, faults)
    return rows


def _without_unit(columns: _Columns) -> list[Phrase]:
    """Columns of money whose headings state no unit."""
    return [
        columns.table.title(info.name)
        for _, heading, info in columns.known
        if info.is_money and not heading.suffix
    ]


def _readers(columns: _Columns, contexts: dict[int, CellContext], unit: str) -> list[_CellReader]:
    """What reads each known column, the kind of a row before what hangs on it."""
    readers = [
        _CellReader(position, info, contexts[position], heading.suffix or unit * info.is_money)
        for position, heading, info in columns.known
    ]
    return sorted(readers, key=lambda reader: reader.info.span is Span.BY_KIND)


def _hold_sums(
    sums: Sequence[tuple[Sequence[Any], Origin, int]],
    readers: Sequence[_CellReader],
    rows: Sequence[Row],
    faults: Faults,
) -> None:
    """Hold the sums of amounts that the table states against its rows.

    A sum has its cells, its place, and how many rows stand before it.
    """
    if not sums:
        return
    from infraplan.optimizer.storage.stated_sums import (  # few tables state sums
        StatedSum,
        SummedColumn,
        tell_sums,
    )

    amounts = [
        SummedColumn(reader.info.name, reader.position, partial(reader.value, row={}))
        for reader in readers
        if reader.info.is_money and reader.info.type.base is Base.NUMBER
    ]
    stated = [StatedSum(*one) for one in sums]
    tell_sums(stated, amounts, [None if row.faulty else row.values for row in rows], faults)


def _with_repeats(
    rows: list[tuple[int, Sequence[Any]]],
    columns: _Columns,
    required: Sequence[int],
    source: Source,
    faults: Faults,
) -> list[tuple[int, Sequence[Any]]]:
    """`rows` with the cell above in the place of 同上, where people wrote the table."""
    if columns.table.name not in {*INSTANCE_TABLES, ACTUALS}:
        return rows
    names = {position: info.name for position, _, info in columns.known}
    place = Origin(source.file, source.sheet, None, columns.shown)
    return without_dittos(rows, names, required, place, faults)


def _report_empty(table: Table, source: Source, faults: Faults) -> None:
    is_file = source.sheet is None
    report = phrase("the-file-is-empty") if is_file else phrase("the-sheet-is-empty")
    columns = listed(map(table.title, list(table.columns)[:6]))
    advice = phrase("the-first-row-must-hold-the-headings", columns=columns)
    faults.report("empty-file", report, advice, file=source.file, sheet=source.sheet, row=1)


def _plain_name(value: Any) -> Any:
    """`value` of a cell with its names half-width."""
    if isinstance(value, str):
        return half_width(value) if type(value) is str else value
    if isinstance(value, tuple):
        return tuple(map(_plain_name, value))
    if isinstance(value, dict):
        return {_plain_name(name): _plain_name(item) for name, item in value.items()}
    return value


def _with_plain_names(row: Row, columns: _Columns) -> Row:
    """`row` with ids and names half-width: `ＸＭ０１` and `XM01` are one project."""
    names = [info.name for _, _, info in columns.known if holds_names(info)]
    plain = {name: _plain_name(row.values[name]) for name in names if name in row.values}
    return row if plain.items() <= row.values.items() else replace(row, values=row.values | plain)


def _tell_wide_names(
    rows: Sequence[tuple[int, Sequence[Any]]], columns: _Columns, source: Source, faults: Faults
) -> bool:
    """Note the first name that is written in full-width signs; return whether any is."""
    places = {position: info for position, _, info in columns.known if holds_names(info)}
    found = [
        (number, info.name, cell.strip())
        for number, cells in rows
        for position, info in places.items()
        if position < len(cells)
        and isinstance(cell := cells[position], str)
        and not cell.isascii()
        and half_width(cell) != cell
    ]
    if found:
        number, column, text = found[0]
        message = phrase(
            "is-read-in-half-width",
            text=shortened(text, ""),
            name=shortened(half_width(text), ""),
            more=more_cells(len(found)),
        )
        place = Origin(source.file, source.sheet, number, columns.shown)
        faults.add(place.finding("full-width", message, column=column, severity=Severity.NOTE))
    return bool(found)


_UNKNOWN: Any = object()
_BARE = regex(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
"""A number that means the same by whatever way it is read where the point is the decimal mark."""
_MOST_KNOWN = 10_000
"""Different texts of one column that are remembered."""


class _CellReader:
    """Reads the cells of one column, equal texts once: most columns of a large table have few."""

    def __init__(self, position: int, info: FieldInfo, context: CellContext, suffix: str) -> None:
        self.position, self.info = position, info
        self._context, self._suffix = context, suffix
        self._is_bare = (
            info.type.base is Base.NUMBER
            and not suffix
            and context.mark in (None, DecimalMark.POINT)
        )
        self.known: dict[str, Any] = {}
        """What texts of the column mean whatever else stands in their row."""

    def value(self, raw: Any, row: Mapping[str, Any]) -> Any:
        """Return what `parse_cell` makes of `raw`; `row` is what was read of the row before.

        Raises
        ------
        CellFault
            The cell cannot be read.
        """
        if self.info.span is Span.BY_KIND:
            return parse_cell(of_kind(self.info, row.get("kind")), raw, self._context)
        if type(raw) is not str:
            return parse_cell(self.info, raw, self._context, self._suffix)
        if self._is_bare and _BARE.fullmatch(raw):
            return float(raw)
        found = parse_cell(self.info, raw, self._context, self._suffix)
        if len(self.known) < _MOST_KNOWN:
            self.known[raw] = found
        return dict(found) if type(found) is dict else found


def _column_contexts(
    rows: Sequence[tuple[int, Sequence[Any]]],
    columns: _Columns,
    source: Source,
    context: CellContext,
    faults: Faults,
    if_silent: DecimalMark,
) -> dict[int, CellContext]:
    """Context of each column by position, with its decimal mark; asks once where that is open."""
    positions = [position for position, _, _ in columns.known]
    if context.mark is not None:
        return dict.fromkeys(positions, context)
    numeric = [position for position, _, info in columns.known if info.type.base in _ASKED_ONCE]
    marks = find_marks(rows, numeric, if_silent)
    if marks.question is not None:
        number, at, text, more = marks.question
        name = next(info.name for position, _, info in columns.known if position == at)
        fault = two_readings(text, more)
        origin = Origin(source.file, source.sheet, number, columns.shown)
        faults.add(origin.finding(fault.rule, fault.message, fault.advice, column=name))
    # What a list or mapping holds is read like the columns of numbers, where those agree.
    told = set(marks.by_column.values())
    shared = next(iter(told)) if len(told) == 1 else if_silent
    return {
        position: replace(context, mark=marks.by_column.get(position, shared))
        for position in positions
    }


def guess_heading_row(grid: Sequence[Sequence[Any]], table: Table) -> int:
    """Return the row (1-based) among the first five that holds headings; 1 where none does.

    Offices put a title or a row of groups (Investment, Benefits) above the headings. Of the rows in
    which two cells, or all cells, are headings that the table knows, the one with most of them
    is taken, and the first of those: the words of a group may be headings too.
    """
    best, most = 1, 0
    for number, cells in enumerate(grid[:5], start=1):
        texts = [str(cell) for cell in cells if is_filled(cell)]
        known = sum(1 for text in texts if heading_of(table, text) is not None)
        if known > most and (known >= 2 or known == len(texts)):
            best, most = number, known
    return best


def find_headings(
    grid: Sequence[Sequence[Any]], table: Table, source: Source, faults: Faults
) -> int:
    """Return the row of headings, as guessed; a note tells where a title stands above it."""
    heading_row = guess_heading_row(grid, table)
    if heading_row > 1:
        faults.report(
            "title-row",
            phrase("the-headings-are-taken-from-row-what-stands", heading_row=heading_row),
            file=source.file,
            sheet=source.sheet,
            row=heading_row,
            severity=Severity.NOTE,
        )
    return heading_row


def _read_headings(
    headings: Sequence[Any], table: Table, source: Source, number: int, faults: Faults
) -> _Columns:
    known: list[tuple[int, Heading, FieldInfo]] = []
    shown: dict[str, str] = {}
    place = {"file": source.file, "sheet": source.sheet, "row": number}
    texts = [" ".join(str(cell).split()) if cell is not None else "" for cell in headings]
    beside = names_beside_ids(table, texts)
    for position, text in enumerate(texts):
        if not text or is_comment(text):
            continue
        if position in beside:
            message = phrase("is-not-read-beside-its-id", text=text, shown=beside[position])
            finding = Origin(source.file, source.sheet, number).finding(
                "names-beside-ids", message, column=text, severity=Severity.NOTE
            )
            faults.add(finding)
            continue
        heading = heading_of(table, text)
        if heading is None:
            message = phrase("column-is-not-known-here", text=shortened(text))
            advice = closest_heading(text, table)
            faults.report("unknown-column", message, advice, column=shortened(text, ""), **place)  # type: ignore[arg-type]
        elif heading.column in shown:
            message = phrase(
                "column-stands-twice",
                column=table.title(heading.column),
                shown=shown[heading.column],
                text=text,
            )
            advice = phrase("keep-one-of-them")
            faults.report("duplicate-heading", message, advice, column=text, **place)  # type: ignore[arg-type]
        else:
            known.append((position, heading, table.columns[heading.column]))
            shown[heading.column] = text
    for name in table.required:
        if name not in shown:
            message = phrase("the-required-column-is-missing", name=table.title(name))
            advice = phrase("add-it", description=meaning(table.name, table.columns[name]))
            shown_name = table.heading(name)
            faults.report("missing-column", message, advice, column=shown_name, **place)  # type: ignore[arg-type]
    return _Columns(table, tuple(known), shown, len(headings))


def _read_row(
    number: int,
    cells: Sequence[Any],
    columns: _Columns,
    source: Source,
    readers: Sequence[_CellReader],
    faults: Faults,
    told: frozenset[str],
) -> Row:
    """Return the row of `cells`; faults of a kind in `told` are told for the table already."""
    origin = Origin(source.file, source.sheet, number, columns.shown)
    values: dict[str, Any] = {}
    faulty: set[str] = set()
    width = len(cells)
    for reader in readers:
        position, info = reader.position, reader.info
        raw = cells[position] if position < width else None
        if raw is None or raw == "":
            continue
        if type(raw) is str and (value := reader.known.get(raw, _UNKNOWN)) is not _UNKNOWN:
            if value is not BLANK:
                values[info.name] = dict(value) if type(value) is dict else value
            continue
        try:
            value = reader.value(raw, values)
        except CellFault as fault:
            faulty.add(info.name)
            if fault.rule in told and info.type.base in _ASKED_ONCE:
                continue
            faults.add(origin.finding(fault.rule, fault.message, fault.advice, column=info.name))
            continue
        if value is not BLANK:
            values[info.name] = value
    extra = [cell for cell in cells[columns.width :] if is_filled(cell)]
    if extra:
        faults.add(
            origin.finding(
                "ragged-row",
                phrase(
                    "the-row-has-cells-but-there-are-headings",
                    num_cells=len(cells),
                    width=columns.width,
                    extra=shortened(str(extra[0])),
                ),
                phrase("put-cells-that-hold-a-comma-in-double-quotes"),
                column=phrase("column-number", number=columns.width + 1),
            )
        )
    values = with_estimates(values, columns.table, origin, faults)
    return Row(values, origin, frozenset(faulty))


def _check_required(rows: Sequence[Row], table: Table, columns: _Columns, faults: Faults) -> None:
    needed = [name for name in table.required if name in columns.shown]
    for row in rows:
        for name in needed:
            if name not in row.values and name not in row.faulty:
                advice = meaning(table.name, table.columns[name])
                title = pair(name, table.title(name).zh)
                faults.add(
                    row.origin.finding(
                        "missing-cell", phrase("is-blank", name=title), advice, column=name
                    )
                )


@dataclass(frozen=True)
class Built:
    """An object made of a row; `sound` is False where faults were found in the row.

    An unsound object holds what could be read, so that checks across tables still see its id; it
    never leaves the reader. `faulty` are the columns that could not be read.
    """

    object: Any
    origin: Origin
    sound: bool
    faulty: frozenset[str] = frozenset()


def build(model: type[DomainModel], row: Row, faults: Faults) -> Built | None:
    """Return the object of `row`; None where so little could be read that there is none."""
    # A nested object with faults has told them; checking it again would tell them twice.
    nested = {name: row.values[name] for name in row.faulty if name in row.values}
    values = {name: value for name, value in row.values.items() if name not in nested}
    try:
        made = model.model_validate(values)
    except ValidationError as error:
        bad = _report(error, row, fields_of(model), faults)
        good = {name: value for name, value in values.items() if name not in bad} | nested
    else:
        whole = made.model_copy(update=nested) if nested else made
        return Built(whole, row.origin, not row.faulty, row.faulty)
    for name, info in fields_of(model).items():
        if info.required and (name not in good or good[name] == ()):
            return None
    made = model.model_construct(None, **good)
    return Built(made, row.origin, sound=False, faulty=row.faulty | bad)


def _report(
    error: ValidationError, row: Row, columns: Mapping[str, FieldInfo], faults: Faults
) -> set[str]:
    """Keep a finding per fault of `error`; return the faulty fields."""
    bad: set[str] = set()
    for detail in error.errors(include_url=False):
        rule, message, advice = explain(detail)
        place = detail["loc"]
        if place:
            column: str | None = str(place[0])
            bad.add(str(place[0]))
        else:
            words = re.findall(r"[a-z_]+", message)
            column = next((word for word in words if word in columns), None)
        is_tree = row.origin.line_of is not None and row.origin.word_of is None
        if detail["type"] == "missing" and is_tree:
            advice = phrase("it-is-required-and-a-bare-null-is-nothing")
        is_blank = detail["type"] == "missing" and row.origin.line_of is None
        if column not in row.faulty and not is_blank:
            if len(place) > 1:
                message = phrase("entry", place=_entry_name(place[1:]), message=message)
            faults.add(row.origin.finding(rule, message, advice, column=column))
    return bad


def _entry_name(place: Iterable[Any]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in place)
