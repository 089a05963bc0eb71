"""Tables as a sheet of paper holds them: nothing said in every row, nothing cut at the edge.

What is the same in every row is told once above the table, what repeats stands as a heading over
its rows, narrow tables stand two or three beside one another, and wide ones come in parts, each of
which begins with the columns that say what a row is.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from infraplan.optimizer.report.frames import TEXT, YEAR, Column, ReportTable
from infraplan.optimizer.report.frames import format_value as told

Pair = tuple[str, str]

SHEET = 165
"""Letters of the printed size that stand beside one another on A4 upright."""
MOST_LETTERS, LEAST_LETTERS = 24, 6
"""A column of text wraps beyond the one; no column is narrower than the other."""
PADDING = 2
MOST_KEYS = 3
SAMPLE = 200
"""Rows that are measured."""
MOST_BESIDE = 3
"""Most columns of print in which a narrow table runs."""
GAP = 4
"""Letters between columns of print."""
FEW_ROWS = 8
"""Tables of fewer rows are printed as they are shown."""
HEADINGS = MappingProxyType(
    {
        "projects": ("sector", "payers"),
        "phases": ("phase",),
        "funds": ("fund",),
        "fund_sources": ("fund", "side"),
        "jurisdiction_sources": ("jurisdiction", "side"),
        "project_sources": ("payer", "paid_from"),
        "money_left": ("money_source", "left_kind"),
        "after_plan": ("jurisdiction", "source"),
        "debt_statement": ("jurisdiction", "pool"),
        "trajectory_table": ("jurisdiction", "pool"),
        "debt": ("jurisdiction", "pool"),
        "rules": ("jurisdiction", "rule"),
        "stated_dates": ("text_says",),
        "rejected": ("binding",),
        "network_costs": ("network",),
        "loading": ("network",),
    }
)
"""Columns whose values are headings over rows on paper, by table."""


@dataclass(frozen=True)
class PaperTable:
    """A table on paper.

    `same` are titles of columns with the one value that all rows have, `groups` headings with their
    rows (one without a heading where the table has none), `parts` the columns of each part,
    `beside` in how many columns of print it runs.
    """

    same: tuple[tuple[Pair, Pair], ...]
    groups: tuple[tuple[Pair, tuple[dict[str, Any], ...]], ...]
    parts: tuple[tuple[Column, ...], ...]
    beside: int


def paper_of(table: ReportTable) -> PaperTable | None:
    """`table` as paper has it; None where that is how a screen shows it."""
    records = table.records
    if len(records) < FEW_ROWS or table.has_total:
        parts = parts_of(table)
        whole = (("", ""), tuple(records))
        return PaperTable((), (whole,), tuple(parts), 1) if len(parts) > 1 else None
    heads = [column for column in table.columns if column.key in HEADINGS.get(table.name, ())]
    same = [
        column for column in table.columns[1:] if column not in heads and _is_same(table, column)
    ]
    gone = [*heads, *same]
    left = tuple(column for column in table.columns if column not in gone)
    if not left:
        return None
    groups: dict[Pair, list[dict[str, Any]]] = {}
    for record in records:
        groups.setdefault(_heading(heads, record), []).append(record)
    parts = parts_of(table, left)
    beside = 1
    if len(parts) == 1:
        width = sum(width_of(table, column) for column in left)
        beside = max(1, min(MOST_BESIDE, (SHEET + GAP) // (width + GAP)))
    if not gone and beside == 1 and len(parts) == 1:
        return None
    return PaperTable(
        tuple(((one.title("en"), one.title("zh")), _value(one, records[0])) for one in same),
        tuple((name, tuple(rows)) for name, rows in groups.items()),
        tuple(parts),
        beside,
    )


def _is_same(table: ReportTable, column: Column) -> bool:
    """Whether every row has one value in `column`, in both languages."""
    if column.key.isdigit():  # a year among others: its place tells which
        return False
    keys = [column.frame_key(lang) for lang in ("en", "zh")]
    return all(len({repr(row[key]) for row in table.records}) == 1 for key in keys)


def _heading(heads: list[Column], record: dict[str, Any]) -> Pair:
    """What stands over rows: the values of the columns `heads`, blank ones left out."""
    shown = [(record[column.frame_key("en")], record[column.frame_key("zh")]) for column in heads]
    named = [(str(one), str(other)) for one, other in shown if one or other]
    return " · ".join(one for one, _ in named), " · ".join(other for _, other in named)


def _value(column: Column, record: dict[str, Any]) -> Pair:
    """What a cell says; a dash where it is blank."""
    english, chinese = (
        told(column, record[column.frame_key(lang)], lang) or "-" for lang in ("en", "zh")
    )
    return english, chinese


def width_of(table: ReportTable, column: Column) -> int:
    """Letters that a column takes, Chinese counted double."""
    sample = table.records[:SAMPLE]
    values = [row[column.frame_key("zh")] for row in sample]
    if column.kind == TEXT:
        english = [row[column.frame_key("en")] for row in sample]
        longest = max(
            [len(str(one)) for one in english] + [2 * len(str(one)) for one in values], default=0
        )
        return min(MOST_LETTERS, max(LEAST_LETTERS, longest)) + PADDING
    found = max([len(told(column, value, "en")) for value in values], default=0)
    return max(LEAST_LETTERS, found) + PADDING


def key_columns(table: ReportTable, columns: tuple[Column, ...] | None = None) -> list[Column]:
    """The columns that say what a row is: those before the first figure, and the year."""
    columns = table.columns if columns is None else columns
    keys = []
    for column in columns[:MOST_KEYS]:
        is_year = column.kind == YEAR and not column.key.isdigit()
        if column.kind != TEXT and not is_year:
            break
        keys.append(column)
    return keys or list(columns[:1])


def parts_of(
    table: ReportTable, columns: tuple[Column, ...] | None = None
) -> list[tuple[Column, ...]]:
    """`columns` (all of them) in parts; one part where all of them fit on a sheet."""
    columns = table.columns if columns is None else columns
    widths = {column.key: width_of(table, column) for column in columns}
    if sum(widths.values()) <= SHEET:
        return [columns]
    keys = key_columns(table, columns)
    held = sum(widths[column.key] for column in keys)
    parts: list[list[Column]] = [list(keys)]
    used = held
    for column in columns[len(keys) :]:
        if used + widths[column.key] > SHEET and len(parts[-1]) > len(keys):
            parts.append(list(keys))
            used = held
        parts[-1].append(column)
        used += widths[column.key]
    return [tuple(part) for part in parts]
