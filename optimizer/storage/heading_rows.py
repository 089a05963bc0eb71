"""Which rows of a sheet hold its headings: one, two of merged cells, or one with units below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.passed_rows import is_filled
from infraplan.optimizer.storage.table_columns import Table, heading_of

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    found = []
    for high, below in pairs:
        low = "" if below in _STROKES else below
        joined = f"{high}（{low.strip('()（）[]【】')}）" if low else high
        if low and (high == low or heading_of(table, joined) is None):
            return []
        found.append(joined)
    return found if found != [high for high, _ in pairs] else []


_STROKES = frozenset("/／-—–")
_BRACKET = regex(r"[(\[（［].*[)\]）］]")
