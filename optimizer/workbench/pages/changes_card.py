"""Figures that are changed for the solves of an instance: what, to what, why, by whom."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from nicegui import events, ui

from infraplan.optimizer.workbench.changed_figures import Figure, figures_of
from infraplan.optimizer.workbench.pages.shell import Page, card, cell, chooser, html_table, rows
from infraplan.optimizer.workbench.storage import Row
from infraplan.optimizer.workbench.studies import instance_of


def changes_card(page: Page, version: Row) -> None:
    """The card on which budgets, ceilings, quotas and other cells are changed.

    It is filled once the page stands: reading 5,000 projects takes 14 seconds the first time.
    """
    w, workbook = page.words, page.bench.workbook(version)

    async def fill() -> None:
        figures = await page.done(lambda: figures_of(instance_of(workbook), page.lang))
        with suppress(RuntimeError):  # the page was left meanwhile
            place.clear()
            if figures is None:
                return
            offered = {figure.cell: figure for figure in figures}
            with place:
                _there(page, version, offered)
                _form(page, version, offered)

    with card(w("changed_figures")):
        ui.label(w("changed_hint")).classes("wb-soft")
        with ui.element("div").props('aria-live="polite"') as place:
            ui.label(w("reading")).classes("wb-soft")
        ui.timer(0.01, fill, once=True)


def _there(page: Page, version: Row, offered: dict[str, Figure]) -> None:
    w = page.words
    found = page.bench.store.changes(version.instance_id)
    if not found:
        return

    async def drop(name: str) -> None:
        await page.done(lambda: page.bench.unchange(page.visitor, version, name))
        page.reload()

    headings = [w("figure"), w("value_now"), w("new_value"), w("because"), w("by"), ""]
    with html_table(headings):
        for row in found:
            figure = offered.get(row.cell)
            name = row.cell if figure is None else figure.name
            now = _told(figure)
            with ui.element("tr"):
                for text in (name, now, row.value, row.because, row.by):
                    with cell():
                        ui.label(text)
                with cell():
                    button = ui.button(w("remove"), on_click=partial(drop, row.cell))
                    button.props("flat dense no-caps").props(f'aria-label="{w("remove")} {name}"')


def _told(figure: Figure | None) -> str:
    return "-" if figure is None or figure.value is None else f"{figure.value:,.6g}"


def _form(page: Page, version: Row, offered: dict[str, Figure]) -> None:
    w = page.words

    async def add() -> None:
        asked = (str(figure.value or ""), str(value.value or ""), str(because.value or ""))
        done = await page.done(
            lambda: page.bench.change(page.visitor, version, *asked) or True  # type: ignore[func-returns-value]
        )
        if done:
            page.reload()

    def show(event: events.ValueChangeEventArguments) -> None:
        now.set_text(f"{w('value_now')}: {_told(offered.get(str(event.value)))}")

    with rows("q-mt-sm"):
        options = {name: row.name for name, row in offered.items()}
        figure = chooser(options, w("figure"), show)
        now = ui.label("").classes("wb-soft").props('role="status"')
        value = ui.input(w("new_value")).classes("wb-field").props("dense outlined maxlength=60")
        because = ui.input(w("because")).classes("wb-wide").props("dense outlined maxlength=500")
        ui.button(w("add"), on_click=add).props("outline no-caps").props(
            f'aria-label="{w("add")}: {w("figure")}"'
        )
