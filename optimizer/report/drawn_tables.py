"""A table of texts drawn for a terminal: no word and no number is broken, whatever the width.

    cells -> tokens (words, numbers, Chinese characters with their marks) -> widths -> rich table

Where even the longest words do not stand side by side, each row is told as an entry instead: its
first cell, and below it every heading with its cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from infraplan.models.regular_expressions import regex

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDE = (
    "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
)
_CLOSING = "\uff0c\u3002\uff1b\uff1a\u3001\uff01\uff1f\uff09\u300b\u3011\u3015\u201d\u2019%"
_OPENING = "\uff08\u300a\u3010\u3014\u201c\u2018"
_TOKENS = regex(
    rf"-?[0-9][0-9.,]* %|"
    rf"[{_OPENING}]*(?:[{_WIDE}\u2014]|[^\s{_WIDE}{_OPENING}{_CLOSING}\u2014]+|[{_CLOSING}])"
    rf"(?:[{_CLOSING},;:)]|\.(?![A-Za-z]))*|[{_OPENING}]+|\s+"
)
"""What may not be broken, with the opening marks before it and the closing ones behind it.

A dot before a letter begins a word, as in `.json`.

A percentage keeps its sign, which would stand alone below its figure.
"""
WORDS = regex(rf"\s*(?:{_TOKENS.pattern})\s*")
"""The same as Rich finds the words of a line, with the blanks around them."""
_SHORT = 4
"""Columns of a heading that stay on one line: two Chinese signs, of which a column breaks all."""
_GAPS = (3, 2)
"""Characters between two columns: with a line between them, and where room is short."""
_INDENT = "  "


def draw_table(
    console: Console,
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[bool],
    wanted: Sequence[int] | None = None,
    note: str = "",
    colon: str = ": ",
) -> None:
    """Print a table, or its rows as entries where their words do not stand side by side.

    Parameters
    ----------
    console
        Where to; its width is kept.
    title, note
        Lines above and below.
    headings, rows
        Texts; one heading and one cell of each row per column.
    numbers
        Which columns stand at the right.
    wanted
        Characters that a column of texts keeps before numbers' headings are broken into more lines.
    colon
        What stands between a heading and its cell in an entry.
    """
    least = [
        max(_least(column), min(_SHORT, _longest_line(column[0])))
        for column in zip(headings, *rows, strict=True)
    ]
    for gap in _GAPS:
        room = console.width - gap * (len(headings) - 1)
        if sum(least) <= room:
            widths = _widths(headings, rows, numbers, least, wanted or least, room)
            console.print(_table(title, headings, rows, numbers, widths, gap, note))
            return
    console.print(title, style="bold", markup=False, highlight=False)
    for row in rows:
        _print_entry(console, headings, row, colon)
    if note:
        console.print(wrapped(note, console.width), markup=False, highlight=False)


def _print_entry(console: Console, headings: Sequence[str], row: Sequence[str], colon: str) -> None:
    """One row: its first cell, and the others by their headings."""
    console.print(wrapped(row[0], console.width), style="bold", markup=False, highlight=False)
    for heading, cell in zip(headings[1:], row[1:], strict=True):
        if cell:
            line = f"{' '.join(heading.split())}{colon}{'; '.join(cell.splitlines())}"
            text = wrapped(line, console.width - len(_INDENT))
            console.print(
                "\n".join(_INDENT + part for part in text.splitlines()),
                markup=False,
                highlight=False,
            )


def wrapped(text: str, width: int) -> str:
    """Return `text` in lines of at most `width` characters, broken between tokens alone.

    A token that is wider than a line is the one thing that is broken.
    """
    from rich.cells import cell_len

    lines = []
    for part in text.splitlines() or [""]:
        line = ""
        for token in _TOKENS.findall(part):
            if cell_len(line) + cell_len(token.rstrip()) > width and line.strip():
                lines.append(line.rstrip())
                line = ""
            line += token if line else token.lstrip()
        lines.append(line.rstrip())
    return "\n".join(lines)


def _longest_line(text: str) -> int:
    from rich.cells import cell_len

    return max((cell_len(line) for line in text.splitlines()), default=1)


def _least(cells: Sequence[str]) -> int:
    """Width of the widest token."""
    from rich.cells import cell_len

    return max((cell_len(t.strip()) for cell in cells for t in _TOKENS.findall(cell)), default=1)


def _widths(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Sequence[bool],
    least: Sequence[int],
    wanted: Sequence[int],
    room: int,
) -> list[int]:
    """Width of each column; headings of numbers give way first, the widest before others."""
    from rich.cells import cell_len

    cells = [
        max((cell_len(line) for row in rows for line in row[at].splitlines()), default=1)
        for at in range(len(headings))
    ]
    whole = [
        max([cell, *(cell_len(line) for line in heading.splitlines())])
        for cell, heading in zip(cells, headings, strict=True)
    ]
    kept = [
        small if number else max(small, min(cell, wish))
        for number, small, cell, wish in zip(numbers, least, cells, wanted, strict=True)
    ]
    loose = [
        small if number else full for number, small, full in zip(numbers, least, whole, strict=True)
    ]
    widths = list(whole)
    for floor in (loose, kept, list(least)):
        while sum(widths) > room:
            wide = [at for at, width in enumerate(widths) if width > floor[at]]
            if not wide:
                break
            widths[max(wide, key=lambda at: widths[at])] -= 1
    return widths


def _table(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Sequence[bool],
    widths: Sequence[int],
    gap: int,
    note: str,
) -> Table:
    from rich.box import HEAVY_HEAD, SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    # Words of a planner are no markup: a unit in brackets, such as [m], would be taken for a style.
    has_lines = gap == _GAPS[0]
    table = Table(
        title=Text(title, style="bold"),
        title_justify="left",
        caption=Text(note, style="table.caption") if note else None,
        caption_justify="left",
        header_style="",
        pad_edge=False,
        show_edge=False,
        box=HEAVY_HEAD if has_lines else SIMPLE_HEAD,
        padding=(0, 1) if has_lines else (0, 1, 0, 0),
    )
    for heading, width, number in zip(headings, widths, numbers, strict=True):
        table.add_column(
            Text(wrapped(heading, width)),
            justify="right" if number else "left",
            width=width,
            overflow="fold",
        )
    for row in rows:
        cells = zip(row, widths, strict=True)
        table.add_row(*(Text(wrapped(cell, width)) for cell, width in cells))
    return table
