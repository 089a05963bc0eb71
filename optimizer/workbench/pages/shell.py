"""What every page has: language, frame, tables, and a fault told in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar

from fastapi import Request
from nicegui import events, run, ui

from infraplan.models.catalogue import Phrase, in_language, phrase, term, term_of
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.commands import told_error
from infraplan.optimizer.workbench.pages.light import Choice, Text
from infraplan.optimizer.workbench.pages.theme import THEMES, is_dark, switch_html, theme_of
from infraplan.optimizer.workbench.roles import Visitor

LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
"""Languages of the pages, and what the browser calls them."""
MAIN_COLOUR = "#1f5f99"
MOST_WITHOUT_SCROLL, FEW_COLUMNS = 20, 6
"""Rows of a table that is as high as it is long; columns that share the width of the page."""
MOST_OFFERED = 100
"""Entries of a list that a page sends; of a longer one, those that fit what is typed."""
LEAST_WIDE = 72
"""Pixels that every column of a grid keeps."""
_IS_NARROW = "innerWidth < 600"
BUILD_S = 240.0
"""Seconds that a page may take to be made on a busy machine."""
Result = TypeVar("Result")


class Words:
    """Words of the pages in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str) -> str:
        """The word `key` of the catalogue."""
        return in_language(term("workbench", key), self.lang)

    @property
    def switch(self) -> str:
        """Name of the other language, in its own words."""
        return in_language(term("report", "language"), self.lang)

    def say(self, key: str, **values: Any) -> str:
        """A sentence with values in it."""
        return in_language(phrase(key, **values), self.lang)

    def of(self, member: StrEnum) -> str:
        """The word of a member of a fixed list."""
        return in_language(term_of(member), self.lang)

    def told(self, text: Phrase | str) -> str:
        """A text that knows both languages."""
        return in_language(text, self.lang)


class Page:
    """A page that is being made: whose it is, in which language."""

    def __init__(self, bench: Workbench, lang: str, request: Request) -> None:
        self.bench, self.words = bench, Words(lang)
        self.lang = lang
        self.visitor: Visitor = request.scope["visitor"]
        self.path = request.url.path.removeprefix(f"/{lang}")
        self.query = f"?{request.url.query}" if request.url.query else ""
        self.theme = theme_of(request.cookies)

    def link(self, path: str) -> str:
        """Address of another page in this language."""
        return f"/{self.lang}{path}"

    @contextmanager
    def frame(self, title: str) -> Iterator[None]:
        """The frame of a page: where one is, the other language, who one is."""
        w = self.words
        ui.page_title(f"{title} - {w('title')}")
        ui.colors(primary=MAIN_COLOUR)
        ui.add_head_html('<script src="/static/theme.js"></script>')
        ui.add_head_html('<link rel="stylesheet" href="/static/palette.css">')
        ui.add_head_html('<link rel="stylesheet" href="/static/workbench.css">')
        ui.add_body_html('<script src="/static/workbench.js" defer></script>')
        other = next(lang for lang in LANGUAGES if lang != self.lang)
        with ui.element("header").classes("wb-top"):
            ui.link(w("title"), self.link("/")).classes("wb-brand")
            with ui.element("div").classes("wb-end"):
                self._theme_switch()
                name, role = self.visitor.name, term_of(self.visitor.role)
                ui.label(w.say("name-and-word", name=name, word=role))
                if self.visitor.key:
                    ui.link(w("leave"), "/logout")
                switch = ui.link(w.switch, f"/{other}{self.path}{self.query}")
                switch.props(f'lang="{LANGUAGES[other]}"')
        main = ui.element("div").classes("wb-main")
        with main.props(f'data-lang="{self.lang}"'):  # inside the `main` of the layout
            heading(1, title)
            yield

    def _theme_switch(self) -> None:
        """Light, dark or as the system is; the browser keeps it, the page changes at once."""
        dark = ui.dark_mode(is_dark(self.theme))
        words = {key: self.words(word) for key, word in THEMES.items()}
        switch = ui.html(switch_html(self.theme, self.words("theme"), words), sanitize=False)

        def change(event: events.GenericEventArguments) -> None:
            dark.value = is_dark(str(event.args))

        switch.on("change", change, js_handler="(event) => emit(event.target.value)")

    async def done(self, work: Callable[[], Result]) -> Result | None:
        """What `work` returns, done beside the pages of others; a fault is told and gives None."""
        try:
            found: Result = await run.io_bound(work)
        except Exception as error:  # whatever it was: a button that does nothing tells nobody
            self.tell_fault(self.words.told(told_error(error)))
        else:
            return found
        return None

    def tell_fault(self, text: str) -> None:
        """Tell a fault until it is closed."""
        close = self.words("close")
        with suppress(RuntimeError):  # the page was left meanwhile
            ui.notify(text, type="negative", timeout=0, close_button=close, multi_line=True)

    def reload(self) -> None:
        """Make the page anew after a deed; nothing where it was left meanwhile."""
        with suppress(RuntimeError):
            ui.navigate.reload()


def chooser(
    names: Mapping[str, str],
    label: str,
    on_change: Callable[[events.ValueChangeEventArguments], Any] | None = None,
) -> Choice:
    """A list to choose from by typing; NiceGUI takes a second for thousands of entries."""
    few = dict(islice(names.items(), MOST_OFFERED))
    field = Choice(few, label=label, with_input=True, on_change=on_change)
    field.classes("wb-wide").props("dense outlined")
    if len(few) == len(names):
        return field

    def seek(event: events.GenericEventArguments) -> None:
        sought = str(event.args or "").strip().casefold()
        fitting = ((key, name) for key, name in names.items() if sought in name.casefold())
        offered = dict(islice(fitting, MOST_OFFERED))
        if field.value is not None:
            offered.setdefault(field.value, names[field.value])
        field.set_options(offered, value=field.value)

    field.on("input-value", seek)
    return field


def grid_words(words: Words) -> dict[str, str]:
    """What a grid says by itself."""
    return {"noRowsToShow": words("nothing"), "loadingOoo": words("reading")}


def heading(level: int, text: str) -> None:
    """A heading that a screen reader knows as one."""
    Text(f"h{level}", text)


@contextmanager
def card(title: str) -> Iterator[None]:
    """A part of a page with a heading."""
    with ui.element("section").classes("wb-card"):
        heading(2, title)
        yield


@contextmanager
def rows(*classes: str) -> Iterator[None]:
    """Things side by side that wrap."""
    with ui.element("div").classes("wb-row").classes(" ".join(classes)):
        yield


@contextmanager
def html_table(headings: Sequence[str]) -> Iterator[None]:
    """A table of the page with buttons in it; its rows are made inside."""
    with (
        ui.element("div").classes("wb-scroll").props("tabindex=0"),
        ui.element("table").classes("wb-table"),
    ):
        with ui.element("thead"), ui.element("tr"):
            for text in headings:
                Text("th", text).props("scope=col")
        with ui.element("tbody"):
            yield


@contextmanager
def cell(classes: str = "") -> Iterator[None]:
    """A cell of a table of the page."""
    with ui.element("td").classes(classes):
        yield


_FORMATS = {
    "money": "p => p.value == null ? '' : p.value.toLocaleString('en-US', "
    "{minimumFractionDigits: 2, maximumFractionDigits: 2})",
    "number": "p => p.value == null ? '' : p.value.toLocaleString('en-US', "
    "{maximumSignificantDigits: 6})",
    "count": "p => p.value == null ? '' : p.value.toLocaleString('en-US')",
    "share": "p => p.value == null ? '' : (100 * p.value).toFixed(1) + ' %'",
}
"""How a browser writes a kind of number."""


def data_grid(table: Mapping[str, Any], words: Words) -> ui.aggrid | None:
    """A table of a run (`table_data`) as a grid that sorts and copies; None where it is empty."""
    if not table["rows"]:
        ui.label(str(table.get("why_empty") or words("nothing"))).classes("wb-soft wb-nothing")
        return None
    return table_grid(table, words)


def table_grid(
    table: Mapping[str, Any], words: Words, paged: Mapping[str, Any] | None = None
) -> ui.aggrid:
    """A table of a run as a grid; `paged` are options of one that fetches its rows itself."""
    columns: list[dict[str, Any]] = []
    for row in table["columns"]:
        form = _FORMATS.get(str(row["kind"]))
        column = {"field": row["key"], "headerName": row["title"], "minWidth": LEAST_WIDE}
        if form is not None:
            column |= {":valueFormatter": form, "type": "rightAligned"}
        elif row["kind"] == "text":
            column |= {"tooltipField": row["key"], "type": "wordy", ":wrapText": _IS_NARROW}
            if paged is None:  # a row that is fetched has the height of all
                column |= {":autoHeight": _IS_NARROW}
        columns.append(column)
    is_few = len(columns) <= FEW_COLUMNS
    options = {
        "columnDefs": tuple(columns),
        "defaultColDef": {
            "sortable": True,
            ":comparator": "(...cells) => window.inOrder ? inOrder(...cells) : 0",
            "resizable": True,
            "suppressHeaderMenuButton": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        "columnTypes": {"wordy": {}},
        "enableCellTextSelection": True,
        "localeText": grid_words(words),
        "suppressFieldDotNotation": True,
        ":onGridSizeChanged": f"p => window.fitGrid?.(p.api, {str(is_few).lower()})",
    }
    # Nobody watches a tuple row by row.
    options |= {"rowData": tuple(table["rows"])} if paged is None else paged
    is_short = paged is None and len(table["rows"]) <= MOST_WITHOUT_SCROLL
    if is_short:
        options["domLayout"] = "autoHeight"
    grid = ui.aggrid(options, auto_size_columns=is_few)
    grid.classes("wb-grid-short" if is_short else "wb-grid")
    if paged is not None:
        grid.classes("wb-fetched")
    grid.props["aria-label"] = str(table.get("title") or words("table"))
    return grid


def register(
    path: str, build: Callable[..., Awaitable[None]], bench: Workbench, *, numbered: bool = False
) -> None:
    """Make a page of `build` in each language; `numbered` ones have a number in their path."""
    for lang, name in LANGUAGES.items():
        _register_one(f"/{lang}{path}", name, lang, build, bench, numbered)


def _register_one(
    path: str,
    name: str,
    lang: str,
    build: Callable[..., Awaitable[None]],
    bench: Workbench,
    numbered: bool,
) -> None:
    page = ui.page(path, language=name, response_timeout=BUILD_S)
    if numbered:

        async def one(request: Request, number: int) -> None:
            await _built(Page(bench, lang, request), build, number)

        page(one)
    else:

        async def alone(request: Request) -> None:
            await _built(Page(bench, lang, request), build)

        page(alone)


async def _built(page: Page, build: Callable[..., Awaitable[None]], *numbers: int) -> None:
    """Make the page; what is not there, or not allowed, is told on it."""
    try:
        await build(page, *numbers)
    except Exception as error:  # a page of NiceGUI would show the fault as it is, paths included
        ui.context.client.content.clear()
        with ui.context.client.content, page.frame(page.words("not_there")):
            ui.label(page.words.told(told_error(error)))
            ui.link(page.words("to_start"), page.link("/"))
    await asyncio.sleep(0)
