"""Wide tables in parts that a sheet of paper holds: columns side by side as far as they fit.

Every part begins with the columns that say what a row is.
"""

from __future__ import annotations

from infraplan.optimizer.report.frames import TEXT, YEAR, Column, ReportTable
from infraplan.optimizer.report.frames import format_value as told

SHEET = 150
"""Letters of the printed size that stand beside one another on A4 upright."""
MOST_LETTERS, LEAST_LETTERS = 24, 6
"""A column of text wraps beyond the one; no column is narrower than the other."""
PADDING = 2
MOST_KEYS = 3
SAMPLE = 200
"""Rows that are measured."""


def width_of(table: ReportTable, column: Column) -> int:
    """Letters that a column takes, Chinese counted double."""
    values = table.frame[column.frame_key("zh")].head(SAMPLE)
    if column.kind == TEXT:
        english = table.frame[column.frame_key("en")].head(SAMPLE)
        longest = max(
            [len(str(one)) for one in english] + [2 * len(str(one)) for one in values], default=0
        )
        return min(MOST_LETTERS, max(LEAST_LETTERS, longest)) + PADDING
    found = max([len(told(column, value, "en")) for value in values], default=0)
    return max(LEAST_LETTERS, found) + PADDING


def key_columns(table: ReportTable) -> list[Column]:
    """The columns that say what a row is: those before the first figure, and the year."""
    keys = []
    for column in table.columns[:MOST_KEYS]:
        is_year = column.kind == YEAR and not column.key.isdigit()
        if column.kind != TEXT and not is_year:
            break
        keys.append(column)
    return keys or list(table.columns[:1])


def parts_of(table: ReportTable) -> list[tuple[Column, ...]]:
    """Columns of each part; one part where all of them fit on a sheet."""
    widths = {column.key: width_of(table, column) for column in table.columns}
    if sum(widths.values()) <= SHEET:
        return [table.columns]
    keys = key_columns(table)
    held = sum(widths[column.key] for column in keys)
    parts: list[list[Column]] = [list(keys)]
    used = held
    for column in table.columns[len(keys) :]:
        if used + widths[column.key] > SHEET and len(parts[-1]) > len(keys):
            parts.append(list(keys))
            used = held
        parts[-1].append(column)
        used += widths[column.key]
    return [tuple(part) for part in parts]
