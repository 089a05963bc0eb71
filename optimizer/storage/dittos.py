"""Marks that repeat the cell above (同上, 〃), as offices write them in tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.models.errors import Severity
from infraplan.models.explanation import shortened
from infraplan.optimizer.storage.faults import CellFault, Faults, Origin
from infraplan.optimizer.storage.passed_rows import is_filled, why_passed_over

DITTOS = frozenset({"同上", "同前", "〃", "″", "〞", "ditto"})

Numbered = list[tuple[int, Sequence[Any]]]
"""Rows of cells, each with its number in the file."""


def more_cells(count: int) -> Phrase:
    """What is said of cells beside the one that is named, of `count` in all."""
    return phrase("and-more-cells", more=count - 1) if count > 1 else NOTHING_SAID


def without_dittos(
    rows: Numbered,
    names: Mapping[int, str],
    required: Sequence[int],
    place: Origin,
    faults: Faults,
) -> Numbered:
    """Return `rows` with what each mark repeats in its place; the first of each column is noted.

    Rows that are blank, notes or sums are no rows to repeat. A mark below a blank cell, or below
    the headings, becomes a fault.

    Parameters
    ----------
    rows
        Rows below the headings.
    names
        Columns of the table, by position.
    required
        Columns that every row must fill.
    place
        File and sheet, for findings.
    faults
        Takes the notes.
    """
    if not _may_hold_dittos(rows):
        return list(rows)
    found: dict[int, list[tuple[int, str]]] = {}
    done: Numbered = []
    above: Sequence[Any] = ()
    for number, cells in rows:
        if not any(map(is_filled, cells)) or why_passed_over(cells, required) is not None:
            done.append((number, cells))
            continue
        marks = [at for at in names if at < len(cells) and _is_ditto(cells[at])]
        if marks:
            cells = list(cells)
        for at in marks:
            value = above[at] if at < len(above) else None
            if is_filled(value):
                found.setdefault(at, []).append((number, shortened(str(value), "")))
            else:
                value = _nothing_above(cells[at])
            cells[at] = value  # type: ignore[index]
        done.append((number, cells))
        above = cells
    for at, marked in sorted(found.items()):
        number, value = marked[0]
        message = phrase("repeats-the-cell-above", value=value, more=more_cells(len(marked)))
        line = replace(place, row=number)
        faults.add(line.finding("ditto", message, column=names[at], severity=Severity.NOTE))
    return done


def _nothing_above(text: str) -> CellFault:
    message = phrase("repeats-the-cell-above-which-is-blank", text=text.strip())
    return CellFault("ditto-of-nothing", message, phrase("write-what-is-meant"))


def _may_hold_dittos(rows: Numbered) -> bool:
    """Whether any cell is a mark, each text looked at once: most tables are large and hold none."""
    try:
        texts = set(chain.from_iterable(cells for _, cells in rows))
    except TypeError:  # a cell of a JSON file may be a list
        return True
    return any(map(_is_ditto, texts))


def _is_ditto(cell: Any) -> bool:
    return isinstance(cell, str) and cell.strip().casefold() in DITTOS
