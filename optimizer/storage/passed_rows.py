"""Rows of a table that hold no object: headings, notes, sums, groups, who filled the table in.

Headings stand in one row, in two of merged cells, or in one with units below it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.catalogue.table_words import MONEY_SAID, UNIT_SAID
from infraplan.models.errors import Severity
from infraplan.models.explanation import shortened
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.accepted_words import NOTE_STARTS, PART_STARTS, SIGNED_BY
from infraplan.optimizer.storage.faults import Faults, Origin
from infraplan.optimizer.storage.table_columns import MONEY_UNITS, Table, heading_of

_NOTE = regex(rf"(?:{'|'.join(NOTE_STARTS)})s?\s*[0-9]*\s*[:：.、]", re.IGNORECASE)
_SIGNED = regex(rf"(?:{'|'.join(SIGNED_BY)})(?:\([^()]*\)|（[^（）]*）)?\s*[:：]")
_PART = regex(rf"(?:{'|'.join(PART_STARTS)})(?![a-z])", re.IGNORECASE)
_SUMS = ("合计", "小计", "总计", "共计")
_WESTERN_SUMS = regex(
    r"(?:(?:grand |sub[- ]?)?totals?|sum|summe|gesamt|zwischensumme|somme|totale|suma)(?: .*)?",
    re.IGNORECASE,
)
"""Sums too, of all or of what follows (`Subtotal roads`), as `交通小计` is, where a cell that
every row must have is blank: they might be ids otherwise."""
_GROUP = regex(r"[(（]?[一二三四五六七八九十]{1,3}[)）]?(?:[、.．\s].*|[)）].*)?", re.DOTALL)
"""Number of a group of rows, alone or before its heading: 一, 二、水利, （三）能源."""
_GROUP_CELLS = 2
"""Most cells that are filled beside the number of a group: its heading and a remark."""


def is_filled(cell: Any) -> bool:
    """Whether `cell` holds anything but blanks."""
    if isinstance(cell, str):
        return cell != "" and not cell.isspace()
    return cell is not None


def _num_filled(cells: Sequence[Any]) -> int:
    return sum(map(is_filled, cells))


def part_of_the_row_above(cells: Sequence[Any], required: Sequence[int]) -> str:
    """Return what a row says that is a part of the one above it; blank where it is none.

    Its amounts are in those of the row above. Not so of a row that fills what each row must, but
    by these words themselves: it may be called so and stand for itself.
    """
    place = next((at for at, cell in enumerate(cells) if is_filled(cell)), -1)
    first = cells[place].strip() if place >= 0 and isinstance(cells[place], str) else ""
    if not _PART.match(first):
        return ""
    full = all(is_filled(cells[at] if at < len(cells) else None) for at in required)
    return "" if full and place not in required else first


def why_passed_over(cells: Sequence[Any], required: Sequence[int]) -> Phrase | None:
    """Return why a row that holds something is no row of the table, None where it is one.

    Parameters
    ----------
    cells
        The row's cells, one of which at least is filled.
    required
        Columns that every row must fill: a row that does is passed over as a sum alone.
    """
    first_cell = next(filter(is_filled, cells), None)
    first = first_cell.strip() if isinstance(first_cell, str) else ""
    if _NOTE.match(first) and _num_filled(cells) == 1:
        return phrase("the-note")
    bare = "".join(first.split()).rstrip(":：")
    if bare in _SUMS:
        return phrase("the-sum")
    blank = [at for at in required if not is_filled(cells[at] if at < len(cells) else None)]
    if not blank:
        return None
    if bare.endswith(_SUMS) or _WESTERN_SUMS.fullmatch(first.rstrip(":：")) is not None:
        return phrase("the-sum")
    is_group = _GROUP.fullmatch(first) is not None and len(blank) > 1
    if is_group and _num_filled(cells) <= 1 + _GROUP_CELLS:
        return phrase("the-heading-of-a-group")
    if _SIGNED.match(first):
        return phrase("the-note")
    return None


def is_sum(cells: Sequence[Any], required: Sequence[int]) -> bool:
    """Whether a row is passed over because it sums others."""
    return any(map(is_filled, cells)) and why_passed_over(cells, required) == phrase("the-sum")


def is_passed_over(
    cells: Sequence[Any], required: Sequence[int], place: Origin, faults: Faults
) -> bool:
    """Whether a row is blank or none of the table, which is told; a part of a row is a fault."""
    if (first := next(filter(is_filled, cells), None)) is None:
        return True
    if reason := why_passed_over(cells, required):
        message = phrase("is-not-read", reason=reason, filled=shortened(str(first)))
        faults.add(place.finding("row-passed-over", message, severity=Severity.NOTE))
        return True
    if part := part_of_the_row_above(cells, required):
        message = phrase("is-a-part-of-the-row-above", text=shortened(part, ""))
        advice = phrase("leave-the-part-out-or-make-it-a-row")
        faults.add(place.finding("part-of-a-row", message, advice))
        return True
    return False


_UNITS_ABOVE = regex(
    rf"(?:^|[^\u3400-\u9fff]|{'|'.join(MONEY_SAID)}){UNIT_SAID}\s*[:：]\s*([^()（）]*)"
)
"""Units, alone in a cell or at the end of a title; 编制单位 and 建设单位 are offices."""
_PARTS = regex(r"[、，,;；\s]+")


def unit_above(
    rows: Sequence[Sequence[Any]], money: Sequence[Phrase], place: Origin, faults: Faults
) -> str:
    """Return the unit of money that a cell above the headings states; blank where none does.

    Parameters
    ----------
    rows
        Rows above the headings.
    money
        Columns of money whose headings state no unit: the one above holds for them.
    place
        File and sheet, for findings.
    faults
        Takes a note of the unit, or the fault that it is not known here: without it the amounts
        would be others.
    """
    cells = [(n, cell.strip()) for n, row in enumerate(rows, 1) for cell in row if _is_text(cell)]
    for number, text in cells if money else ():
        for said in _UNITS_ABOVE.findall(text):
            parts = [_bare_unit(part) for part in _PARTS.split(said)]
            here = replace(place, row=number)
            if unit := next((part for part in parts if part in MONEY_UNITS), ""):
                unit = unit if unit.endswith("元") else f"{unit}元"
                message = phrase("amounts-stand-in-the-unit-above", unit=unit)
                faults.add(here.finding("unit-above", message, severity=Severity.NOTE))
                return unit
            if other := next((part for part in parts if part.endswith("元")), ""):
                message = phrase("amounts-stand-in-another-unit", unit=other, columns=listed(money))
                faults.add(here.finding("unit-above", message, phrase("write-the-unit-of-money")))
                return ""
    return ""


def _is_text(cell: Any) -> bool:
    return isinstance(cell, str)


def _bare_unit(text: str) -> str:
    """A unit of money without what says that it is money, or each year: 人民币万元/年."""
    return text.removesuffix("/年").removeprefix("人民币").removesuffix("人民币")


def heading_rows(
    grid: Sequence[Sequence[Any]], table: Table, heading_row: int
) -> tuple[int, Sequence[Any]]:
    """Return the last row of headings and the headings, where two rows hold them together.

    Offices merge cells: most headings span two rows, and a group (Investment) spans the headings
    below it. What a group says in brackets, its unit, counts for the headings that say none. Or the
    row below the headings holds their units and nothing else.
    """
    for upper in (heading_row, heading_row - 1):
        if upper < 1 or len(grid) <= upper:
            continue
        above, below = (
            [" ".join(str(cell).split()) if is_filled(cell) else "" for cell in grid[row]]
            for row in (upper - 1, upper)
        )
        width = max(len(above), len(below))
        above, below = ([*cells, *[""] * (width - len(cells))] for cells in (above, below))
        pairs = list(zip(above, below, strict=True))
        if upper == heading_row and (with_units := _with_units(table, pairs)):
            return upper + 1, with_units
        if _are_one_heading(table, pairs):
            return upper + 1, _joined_headings(table, pairs)
    return heading_row, grid[heading_row - 1] if len(grid) >= heading_row else ()


def _are_one_heading(table: Table, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether two rows, given as pairs of cells, hold the headings together.

    All that the lower row says are headings; some heading stands above alone, or in both rows: a
    merged cell is read in both. Or the upper row tells the unit of a group of headings. One heading
    alone in the lower row could be the first cell of a row: it must say more than the one above.
    """
    lower = [(high, low) for high, low in pairs if low]
    if not all(heading_of(table, low) for _, low in lower):
        return False
    more = [(high, low) for high, low in lower if high != low]
    if not more:
        return False
    if len(lower) == 1:
        ((high, low),) = lower
        if not high or _column_of(table, high) not in (None, _column_of(table, low)):
            return False
    is_spanning = any(high and low in ("", high) and heading_of(table, high) for high, low in pairs)
    return is_spanning or (
        len(lower) > 1 and _joined_headings(table, pairs) != [low for _, low in pairs]
    )


def _column_of(table: Table, text: str) -> str | None:
    found = heading_of(table, text)
    return None if found is None else found.column


def _joined_headings(table: Table, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """One heading per column, of what stands above and what stands below.

    What a group says in brackets, its unit, is put to the headings below it that take it.
    """
    found, bracket = [], ""
    for high, low in pairs:
        if high or not low:
            said = _BRACKET.search(high)
            bracket = said[0] if said and low and high != low else ""
        with_unit = "" if _BRACKET.search(low) else low + bracket
        found.append((with_unit if heading_of(table, with_unit) else low) if low else high)
    return found


def _with_units(table: Table, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Headings with the units below them in brackets; none where something else stands there."""
    found: list[str] = []
    says = False
    for high, below in pairs:
        low = "" if below in _STROKES or _is_label(below, found) else below
        bare = low.strip(_BRACKETS)
        is_repeated = any(part.strip(_BRACKETS) == bare for part in _BRACKET.findall(high))
        joined = high if not low or is_repeated else f"{high}（{bare}）"
        if low and (high == low or heading_of(table, joined) is None):
            return []
        found.append(joined)
        says = says or bool(low)
    return found if says else []


def _is_label(text: str, before: Sequence[str]) -> bool:
    """Whether `text`, at the left, says that units follow, and is none."""
    return text.rstrip(":：") == UNIT_SAID and len(before) < _LABELS


_LABELS = 2
"""Columns at the left in which 单位 may stand: that of numbers and that of ids."""
_BRACKETS = "()（）[]【】"
_STROKES = frozenset("/／-—–")
_BRACKET = regex(r"[(\[（［].*[)\]）］]")
