"""Which rows of a foreign table are projects: sums, groups, notes and parents are none.

An office's table says the same money several times: in a total, in the line of a group, in a
project and once more in its parts. Each amount is to be read once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from statistics import median
from typing import Any

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.table_file import Sheet, cell_text
from infraplan.optimizer.interop.table_layout import Headings
from infraplan.optimizer.interop.table_money import looks_like_amount
from infraplan.optimizer.interop.table_words import (
    FOOTER,
    GROUP_COUNT,
    GROUP_MARK,
    GROUP_NAME,
    GROUP_NUMBER,
    NOTE,
    RULE,
    SUM_ALONE,
    SUM_NAMED,
)

CLOSE, EXACT = 5e-3, 1e-6
"""Part by which a sum may differ: where words or places say that it is one, and where none do."""
DOUBLED = 1.5
"""Times a table's total from which its rows are likely to say some money twice."""
_FEW_LABELS = 0.3
_COVERED = 0.9
_FOOTER_TEXTS = 3


class RowKind(StrEnum):
    """What a row of a foreign table is."""

    PROJECT = "project"
    BLANK = "blank"
    SUM = "sum"
    GROUP = "group"
    NOTE = "note"
    HEADING = "heading"
    PARENT = "parent"
    CHOSEN = "chosen"  # left out by the map


@dataclass
class TableRow:
    """A row below the headings.

    Attributes
    ----------
    number
        Row of the file, from 1.
    cells
        As they stand.
    kind
        What it is.
    amounts
        Of the columns of money, None where there is none.
    group
        Name of the group in which it stands; blank for none.
    told
        Amounts that do not agree: of a sum or parent, what its rows add up to.
    is_doubled
        Whether it is the table's total, and its rows add up to far more than it.
    is_asked
        Whether it is taken for a parent by its amounts alone.
    """

    number: int
    cells: Sequence[Any]
    kind: RowKind = RowKind.PROJECT
    amounts: tuple[float | None, ...] = ()
    group: str = ""
    told: tuple[float, float] | None = None
    is_doubled: bool = False
    is_asked: bool = False

    @property
    def has_amounts(self) -> bool:
        """Whether any amount of it is not 0."""
        return any(self.amounts)

    @property
    def amounts_or_0(self) -> list[float]:
        """The amounts, 0 where there is none."""
        return [amount or 0.0 for amount in self.amounts]

    @cached_property
    def texts(self) -> list[str]:
        """Different texts that are no amounts, in their order."""
        found = (cell_text(cell) for cell in self.cells if not looks_like_amount(cell))
        return list(dict.fromkeys(text for text in found if text))


@dataclass(frozen=True)
class Columns:
    """Columns that are joined to the name of a row, that of ids, if any, and those of money."""

    names: tuple[int, ...]
    ids: int | None
    money: frozenset[int] = frozenset()


def classified(
    sheet: Sheet,
    headings: Headings,
    columns: Columns,
    amounts_of: Callable[[Sequence[Any]], tuple[float | None, ...]],
    chosen: frozenset[int],
    kept: frozenset[int],
) -> list[TableRow]:
    """Return the rows of a table below its headings, each with what it is.

    Parameters
    ----------
    sheet
        The table.
    headings
        Its headings.
    columns
        Where its columns of names and money are.
    amounts_of
        Reads the amounts of a row's cells.
    chosen
        Rows that the map leaves out.
    kept
        Rows that the map says are projects.
    """
    rows = [
        TableRow(number, cells, amounts=amounts_of(cells))
        for number, cells in enumerate(sheet.grid[headings.last :], start=headings.last + 1)
    ]
    again = {
        tuple(_texts(sheet.grid[n - 1])) for n in range(max(headings.first, 1), headings.last + 1)
    }
    for row in rows:
        row.kind = _kind_alone(row, again if headings.last else set())
        row.kind = RowKind.CHOSEN if row.number in chosen else row.kind
        row.kind = RowKind.PROJECT if row.number in kept else row.kind
    _settle_labels(rows, columns, kept)
    _settle_named_sums(rows, columns, kept)
    _settle_parents(rows, sheet, columns, kept)
    _settle_unnamed(rows, columns, kept)
    _name_groups(rows)
    _hold_sums(rows)
    return rows


def _texts(cells: Sequence[Any]) -> list[str]:
    return list(dict.fromkeys(text for cell in cells if (text := cell_text(cell))))


def _kind_alone(row: TableRow, headings: set[tuple[str, ...]]) -> RowKind:
    """What a row is by itself, as far as that can be told."""
    texts = row.texts
    if not texts and not row.has_amounts and not _texts(row.cells):
        return RowKind.BLANK
    if tuple(_texts(row.cells)) in headings:
        return RowKind.HEADING
    if any(SUM_ALONE.fullmatch(text) for text in texts[:3]):
        return RowKind.SUM
    if len(texts) == 1 and not row.has_amounts and NOTE.fullmatch(texts[0]):
        return RowKind.NOTE
    if texts and len(texts) <= _FOOTER_TEXTS and not row.has_amounts and FOOTER.fullmatch(texts[0]):
        return RowKind.NOTE
    if all(map(RULE.fullmatch, _texts(row.cells))):
        return RowKind.NOTE
    if group_in(texts):
        return RowKind.GROUP
    return RowKind.PROJECT


def _projects(rows: Sequence[TableRow]) -> list[TableRow]:
    return [row for row in rows if row.kind is RowKind.PROJECT]


def _settle_labels(rows: Sequence[TableRow], columns: Columns, kept: frozenset[int]) -> None:
    """Rows of one text and no amount: names of groups, and below all projects notes.

    In a table that holds names alone they are projects whose money is open.
    """
    projects = _projects(rows)
    # A cell of money that cannot be read is no blank one: its row is told, and not passed over.
    labels = [
        row
        for row in projects
        if len(row.texts) == 1
        and not any(_shown(row))
        and not any(looks_like_amount(_at(row, place)) for place in columns.money)
    ]
    rest = [len(row.texts) for row in projects if row not in labels]
    if not rest or (median(rest) < 2 and len(labels) > _FEW_LABELS * len(projects)):
        return
    last = max((row.number for row in projects if row.has_amounts), default=0)
    for row in labels:
        if row.number in kept:
            continue
        row.kind = RowKind.GROUP if row.number < last else RowKind.NOTE


def _shown(row: TableRow) -> Iterator[bool]:
    """Whether each amount of a row is written, be it 0."""
    return (amount is not None for amount in row.amounts)


def _settle_named_sums(rows: Sequence[TableRow], columns: Columns, kept: frozenset[int]) -> None:
    """Rows like `Total Roads`: sums where they say little else, or where they add up."""
    projects = _projects(rows)
    others = [row for row in projects if not any(map(SUM_NAMED.fullmatch, row.texts[:2]))]
    usual = median([len(row.texts) for row in others]) if others else 0
    for index, row in enumerate(rows):
        if row.kind is not RowKind.PROJECT or row.number in kept:
            continue
        if not any(SUM_NAMED.fullmatch(text) for text in row.texts[:2]):
            continue
        is_poor = usual >= 2 and len(row.texts) <= usual / 2
        # `Water total` before a blank name: its group may have one project alone.
        is_poor = is_poor or (
            len(row.texts) == 1 and row.has_amounts and not _has_name(row, columns)
        )
        above = [before for before in rows[:index] if before.kind is RowKind.PROJECT]
        since = _until(rows[:index][::-1], (RowKind.SUM, RowKind.GROUP))
        is_marked = len(since) < len(above) or any(r.kind is RowKind.GROUP for r in rows[:index])
        ends_group = is_marked and _equal(row, since, EXACT)
        if is_poor or ends_group or _ends_sum(row, above) or _equal(row, above, CLOSE):
            row.kind = RowKind.SUM


def _ends_sum(row: TableRow, above: Sequence[TableRow]) -> bool:
    """Whether some last rows above, two or more, add up to `row`."""
    return any(_equal(row, above[-count:], EXACT) for count in range(2, min(len(above), 200) + 1))


def _equal(row: TableRow, parts: Sequence[TableRow], within: float) -> bool:
    """Whether the amounts of `parts` add up to those of `row`, column by column."""
    if not parts or not row.has_amounts:
        return False
    for place, stated in enumerate(row.amounts):
        if stated is None:
            continue
        found = sum(part.amounts[place] or 0.0 for part in parts)
        if abs(found - stated) > within * max(abs(found), abs(stated)) + 1e-9:
            return False
    return True


# ---------------------------------------------------------------------------- parents and children


def _settle_parents(
    rows: Sequence[TableRow], sheet: Sheet, columns: Columns, kept: frozenset[int]
) -> None:
    """Leave out what stands once more in its parts: by numbers 1, 1.1, by indents, by columns."""
    projects = _projects(rows)
    levels = _levels(projects, sheet, columns)
    is_told = bool(levels)
    children = _children(projects, levels) if levels else _by_sums(projects)
    for row, parts in children:
        if row.number in kept:
            continue
        if row.has_amounts and not _equal(row, parts, CLOSE):
            if not any(part.has_amounts for part in parts):
                continue  # the parts say nothing: the whole is the project
            place = next(p for p, a in enumerate(row.amounts) if a is not None)
            row.told = (
                row.amounts[place] or 0.0,
                sum(part.amounts[place] or 0.0 for part in parts),
            )
        row.kind = RowKind.PARENT
        row.is_asked = not is_told
        for part in parts:
            part.group = part.group or " ".join(row.texts[:1])
    for row, parts in children:
        if (
            row.kind is RowKind.PROJECT
            and row.has_amounts
            and not any(p.has_amounts for p in parts)
        ):
            for part in parts:
                part.kind = RowKind.NOTE


def _levels(
    projects: Sequence[TableRow], sheet: Sheet, columns: Columns
) -> Sequence[tuple[str, ...]] | Sequence[int]:
    """Depth of each row by the first evidence that tells some; empty where none does."""
    for place in dict.fromkeys((columns.ids, 0, 1)):
        if place is None or place in columns.money:
            continue
        texts = [_number_text(row, place) for row in projects]
        numbers = [tuple(text.split(".")) if text else () for text in texts]
        known = set(numbers)
        if sum(1 for parts in numbers if len(parts) > 1 and parts[:-1] in known) >= 2:
            return numbers
    if columns.names:
        place = columns.names[-1]
        indents = [_indent(row, place, sheet) for row in projects]
        steps = [b - a for a, b in itertools.pairwise(indents) if b > a]
        if steps and max(steps) >= 2 and _mostly_adds_up(projects, indents):
            return indents
    if columns.names:
        tree = [p for p in range(max(columns.names) + 1) if p not in (columns.ids, *columns.money)]
        filled = [[p for p in tree if _at(row, p)] for row in projects]
        depths = [places[0] for places in filled if len(places) == 1]
        is_tree = len(depths) == len(projects) and len(set(depths)) > 1
        if is_tree and _mostly_adds_up(projects, depths):
            return depths
    return []


def _mostly_adds_up(projects: Sequence[TableRow], levels: Sequence[int]) -> bool:
    """Whether most rows with deeper ones below them say nothing of money, or their sum.

    A stray blank before a name makes no whole of the row above.
    """
    found = _children(projects, levels)
    agree = sum(1 for row, parts in found if not row.has_amounts or _equal(row, parts, CLOSE))
    return 2 * agree > len(found)


_LEVEL = regex(r"[A-Za-z]{0,3}-?\d{1,4}(?:[.\-]\d{1,3})*\.?")


def _number_text(row: TableRow, place: int) -> str:
    text = _at(row, place)
    match = _LEVEL.fullmatch(text)
    return text.rstrip(".").replace("-", ".") if match else ""


def _at(row: TableRow, place: int) -> str:
    return cell_text(row.cells[place]) if place < len(row.cells) else ""


def _indent(row: TableRow, place: int, sheet: Sheet) -> int:
    """By how much a name is indented: by blanks before it, or by the sheet's own measure."""
    cell = row.cells[place] if place < len(row.cells) else None
    if not isinstance(cell, str):
        return 0
    blanks = len(cell) - len(cell.lstrip(" \t\u3000\u00a0"))
    return blanks + 2 * sheet.indents.get((row.number, place + 1), 0)


def _children(
    projects: Sequence[TableRow], levels: Sequence[Any]
) -> list[tuple[TableRow, list[TableRow]]]:
    """Rows that have parts, with their direct parts."""
    found = []
    if levels and isinstance(levels[0], tuple):
        for row, own in zip(projects, levels, strict=True):
            parts = [
                other
                for other, its in zip(projects, levels, strict=True)
                if own and its[:-1] == own
            ]
            if parts:
                found.append((row, parts))
        return found
    for index, own in enumerate(levels):
        below = []
        for other in range(index + 1, len(projects)):
            if levels[other] <= own:
                break
            below.append(other)
        if below:
            direct = min(levels[other] for other in below)
            found.append((projects[index], [projects[o] for o in below if levels[o] == direct]))
    return found


def _by_sums(projects: Sequence[TableRow]) -> list[tuple[TableRow, list[TableRow]]]:
    """Rows that others add up to, where the whole table is so: only the amounts tell."""
    rows = [row for row in projects if row.has_amounts]
    for sequence in (rows, rows[::-1]):
        found: list[tuple[TableRow, list[TableRow]]] = []
        index = covered = 0
        while index < len(sequence):
            parts = _run_below(sequence, index)
            if parts:
                found.append((sequence[index], parts))
                covered += len(parts) + 1
            index += len(parts) + 1
        if len(found) >= 2 and covered >= _COVERED * len(rows):
            return found
    return []


def _run_below(rows: Sequence[TableRow], index: int) -> list[TableRow]:
    """The rows below one that add up to it, two or more; none where they do not."""
    row = rows[index]
    whole = sum(abs(amount or 0.0) for amount in row.amounts)
    reached = 0.0
    for count, other in enumerate(rows[index + 1 : index + 200], start=1):
        reached += sum(abs(amount or 0.0) for amount in other.amounts)
        if reached > whole * (1.0 + EXACT):
            return []
        parts = list(rows[index + 1 : index + 1 + count])
        if count >= 2 and abs(reached - whole) <= EXACT * whole and _equal(row, parts, EXACT):
            return parts
    return []


def _settle_unnamed(rows: Sequence[TableRow], columns: Columns, kept: frozenset[int]) -> None:
    """Rows without any name whose amounts are those of all rows above: sums that say no word."""
    above: list[TableRow] = []
    last = next(iter(_projects(rows)[::-1]), None)
    for row in rows:
        if row.kind is not RowKind.PROJECT:
            continue
        has_name = _has_name(row, columns)
        is_last = row is last and len(above) > 1
        may_be = not has_name and (not row.texts or is_last) and row.number not in kept
        if may_be and _equal(row, above, CLOSE):
            row.kind = RowKind.SUM
            continue
        above.append(row)


def _has_name(row: TableRow, columns: Columns) -> bool:
    places = (*columns.names, *(() if columns.ids is None else (columns.ids,)))
    return any(_at(row, place) for place in places)


# ------------------------------------------------------------------------------------ groups, sums


def _name_groups(rows: Sequence[TableRow]) -> None:
    """Give every project the name of the group that it stands in."""
    group = ""
    for row in rows:
        if row.kind is RowKind.GROUP:
            group = group_in(row.texts) or group_name(row.texts[0])
        row.group = row.group or group


def group_in(texts: Sequence[str]) -> str:
    """Name of the group that a row of these texts heads, by their form; blank where none."""
    if texts and len(texts) <= 2 and GROUP_NAME.fullmatch(texts[0]) and len(texts[0]) <= 60:
        return group_name(texts[0])
    is_numbered = len(texts) == 2 and GROUP_NUMBER.fullmatch(texts[0]) and len(texts[1]) <= 60
    return group_name(texts[1]) if is_numbered else ""


def group_name(text: str) -> str:
    """Name of a group without its number and count of projects: `一、交通（8项）` is 交通."""
    return GROUP_COUNT.sub("", GROUP_MARK.sub("", text)).strip(" :：") or text


def _hold_sums(rows: Sequence[TableRow]) -> None:
    """Hold sums and groups against projects: all, those since the last, those until the next."""
    marks = (RowKind.SUM, RowKind.GROUP)
    for index, row in enumerate(rows):
        if row.kind not in marks or not row.has_amounts:
            continue
        above = _until(rows[:index][::-1], marks)
        below = _until(rows[index + 1 :], marks)
        beneath = _until(rows[index + 1 :], (row.kind,))
        every = _projects(rows)
        sets = (above, below, beneath, every, _projects(rows[:index]), _projects(rows[index + 1 :]))
        if any(_equal(row, parts, CLOSE) for parts in sets):
            continue
        nearest = every if row.kind is RowKind.SUM else below
        pairs = [
            (stated, sum(part.amounts[place] or 0.0 for part in nearest))
            for place, stated in enumerate(row.amounts)
            if stated is not None
        ]
        stated, found = max(pairs, key=lambda pair: abs(pair[0] - pair[1]))
        row.told = (stated, found)
        totals = [sum(r.amounts_or_0) for r in rows if r.kind is RowKind.SUM]
        is_whole = any(SUM_ALONE.fullmatch(text) for text in row.texts[:3]) and (
            sum(row.amounts_or_0) == max(totals)
        )
        row.is_doubled = is_whole and all(
            found > DOUBLED * stated for stated, found in pairs if stated
        )


def _until(rows: Sequence[TableRow], marks: tuple[RowKind, ...]) -> list[TableRow]:
    found = []
    for row in rows:
        if row.kind in marks:
            break
        if row.kind is RowKind.PROJECT:
            found.append(row)
    return found
