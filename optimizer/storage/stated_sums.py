"""Sums that a table states of its rows, held against them: a missing row or a slip of units shows.

A sum is no row of the table. Offices put it below or above what it sums: all rows, those since a
sum before it, or those up to one after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.errors import Severity
from infraplan.optimizer.storage.cells import BLANK
from infraplan.optimizer.storage.faults import CellFault, Faults, Origin

NEAR = 0.011
"""Share of a sum by which rounded rows may differ from it: three times 0.33 are 1."""


@dataclass(frozen=True)
class StatedSum:
    """A row that states sums, and how many rows of the table stand before it."""

    cells: Sequence[Any]
    origin: Origin
    rows_before: int


@dataclass(frozen=True)
class SummedColumn:
    """A column of amounts: its name, its place, and what reads a cell of it."""

    name: str
    position: int
    read: Callable[[Any], Any]


def tell_sums(
    sums: Sequence[StatedSum],
    columns: Sequence[SummedColumn],
    rows: Sequence[Mapping[str, Any] | None],
    faults: Faults,
) -> None:
    """Report a warning for each stated sum that no rows add up to.

    Parameters
    ----------
    sums
        Rows of sums in their order.
    columns
        Columns whose sums are held against the rows.
    rows
        Values of the rows by column; None for a row with a fault: then nothing is told.
    faults
        Takes what is found.
    """
    known = [row for row in rows if row is not None]
    if len(known) < len(rows) or not rows:
        return
    ends = [0, *(stated.rows_before for stated in sums), len(rows)]
    for stated in sums:
        here = stated.rows_before
        spans = [(min(end, here), max(end, here)) for end in dict.fromkeys(ends)]
        spans.append((0, len(rows)))
        for column in columns:
            amount = _amount(column, stated.cells)
            found = [
                sum(float(row.get(column.name) or 0.0) for row in known[a:b]) for a, b in spans
            ]
            if amount and not any(abs(amount - one) <= NEAR * abs(amount) for one in found):
                message = phrase("the-sum-states-another", stated=amount, found=found[-1])
                advice = phrase("look-for-rows-that-are-missing-or-units-that-differ")
                finding = stated.origin.finding(
                    "sum-disagrees", message, advice, column=column.name, severity=Severity.WARNING
                )
                faults.add(finding)


def _amount(column: SummedColumn, cells: Sequence[Any]) -> float | None:
    """What a row of sums states in a column; None where that is no number."""
    raw = cells[column.position] if column.position < len(cells) else None
    try:
        value = BLANK if raw is None else column.read(raw)
    except CellFault:
        return None
    return float(value) if isinstance(value, int | float) else None
