"""Parts of a page that cost the server little: lists to choose from, tables and headings.

NiceGUI watches every dictionary and list of an element, and makes an element of every cell: of a
page of fifty runs or a list of a hundred works that is most of its time. What never changes goes
out as HTML in one piece, and what the browser alone changes stands in tuples, which nobody watches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement


class Choice(ui.select):  # type: ignore[misc]
    """A list to choose from, of which the entries are not watched one by one."""

    def _update_options(self) -> None:
        before: Any = self.value
        labels = enumerate(self._labels)
        self._props["options"] = tuple({"value": at, "label": label} for at, label in labels)
        self._props[self.VALUE_PROP] = self._value_to_model_value(before)
        self.value: Any = before if before in self._values else None


class Text(TextElement):  # type: ignore[misc]
    """A text in a tag of its own."""

    def __init__(self, tag: str, text: str) -> None:
        super().__init__(tag=tag, text=text)


@dataclass(frozen=True)
class Link:
    """A cell that leads to `path`."""

    text: str
    path: str


@dataclass(frozen=True)
class Chosen:
    """A cell with a box to choose the row by; `value` is what chooses it, 0 none."""

    value: int
    label: str


Cell = str | Link | Chosen
"""What a cell of a table may hold."""


def plain_table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], wide: str = "") -> None:
    """A table that never changes; the column called `wide` keeps some width.

    In a narrow window each row stands as an entry, every cell behind its heading.
    """
    heads = "".join(f'<th scope="col">{escape(text)}</th>' for text in headings)
    marks = [
        f' data-label="{escape(text)}"' + (' class="wb-title"' if text == wide else "")
        for text in headings
    ]
    body = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{_cell(cell)}</td>" for mark, cell in zip(marks, row, strict=True))
        + "</tr>"
        for row in rows
    )
    head = f"<thead><tr>{heads}</tr></thead>"
    table = f'<table class="wb-table wb-plain">{head}<tbody>{body}</tbody></table>'
    ui.html(table, sanitize=False).classes("wb-scroll").props("tabindex=0")


def links(found: Sequence[Link], download: bool = False) -> None:
    """Links side by side."""
    kind = " download" if download else ""
    told = "".join(f'<a href="{escape(one.path)}"{kind}>{escape(one.text)}</a>' for one in found)
    ui.html(told, sanitize=False).classes("wb-row")


def _cell(cell: Cell) -> str:
    if isinstance(cell, Link):
        return f'<a href="{escape(cell.path)}">{escape(cell.text)}</a>'
    if isinstance(cell, Chosen):
        label = escape(cell.label)
        box = f'<input type="checkbox" class="wb-choose" value="{cell.value}" aria-label="{label}">'
        return box if cell.value else ""
    return escape(cell)


CHOSEN_JS = (
    "() => emit([...document.querySelectorAll('.wb-choose:checked')]"
    ".sort((a, b) => a.dataset.at - b.dataset.at).map((box) => Number(box.value)))"
)
"""Tells the server which rows are chosen, in the order in which they were."""


def numbers_of(told: Any) -> list[int]:
    """Numbers that a page told by `CHOSEN_JS`; what is none is left out."""
    found = told if isinstance(told, list) else []
    return [int(one) for one in found if isinstance(one, int) and not isinstance(one, bool)]
