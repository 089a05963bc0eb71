"""Rows of a table that hold no object: notes, sums, headings of groups, who filled the table in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.errors import Severity
from infraplan.models.explanation import shortened
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.accepted_words import NOTE_STARTS, PART_STARTS, SIGNED_BY
from infraplan.optimizer.storage.faults import Faults, Origin

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
