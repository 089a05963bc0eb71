"""What the page of a run shows of its plan: summary, schedule, map, money, debt, service, doubt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from nicegui import ui

from infraplan.optimizer.report.texts import both
from infraplan.optimizer.workbench import plan_view
from infraplan.optimizer.workbench.paged import PAGE, Asked, as_read, fitting
from infraplan.optimizer.workbench.pages import drawings
from infraplan.optimizer.workbench.pages.drawings import side_of
from infraplan.optimizer.workbench.pages.light import Choice
from infraplan.optimizer.workbench.pages.long_grid import counted, long_grid, seek
from infraplan.optimizer.workbench.pages.shell import Page, card, chooser, data_grid, rows
from infraplan.optimizer.workbench.plan_view import PlanView


def plan_cards(
    page: Page,
    folder: Path,
    view: PlanView,
    on_ask: Callable[[str], Awaitable[None]] | None = None,
    path: str = "",
) -> None:
    """The cards of a plan; `on_ask` is called with a project left out that somebody asks about.

    `path` is where long tables and schedules are fetched, of a run; blank where they come whole.
    """
    side = side_of(page)

    def title(key: str) -> str:
        return both(key)[side]

    with card(title("summary")):
        for sentence in (view.headline, *view.proof):
            ui.label(page.words.told(sentence)).classes("wb-line")
    with card(page.words("plan")):
        drawings.sections(
            page,
            (
                (title("schedule"), partial(drawings.schedule, page, view, path)),
                (title("map"), partial(drawings.plan_map, page, view)),
                (title("money"), partial(_money, page, view)),
                (title("debt"), partial(drawings.charts, page, view.debt_charts)),
                (title("service_page"), partial(_service, page, folder, view)),
                (title("page_how_sure"), partial(_sure, page, view)),
                (title("rejected"), partial(_left_out, page, folder, view, on_ask, path)),
            ),
        )


def _money(page: Page, view: PlanView) -> None:
    for sentence in view.money:
        ui.label(page.words.told(sentence)).classes("wb-line")
    drawings.charts(page, view.money_charts)


def _service(page: Page, folder: Path, view: PlanView) -> None:
    side = side_of(page)
    targets = plan_view.targets_of(folder, page.lang)
    if targets["rows"]:
        drawings.heading(page, str(targets["title"]))
        data_grid(targets, page.words)
    for each in view.service_charts:
        drawings.chart(page, each)
    if not targets["rows"] and not view.service_charts:
        ui.label(both("no_service")[side]).classes("wb-soft")


def _sure(page: Page, view: PlanView) -> None:
    for sentence in view.sure:
        ui.label(page.words.told(sentence)).classes("wb-line")
    if view.quality_chart is not None:
        drawings.chart(page, view.quality_chart)


def _left_out(
    page: Page,
    folder: Path,
    view: PlanView,
    on_ask: Callable[[str], Awaitable[None]] | None,
    path: str,
) -> None:
    """Projects left out with their reasons, sought by words and by reason."""
    w = page.words
    ui.label(w.told(view.left_out)).classes("wb-line")
    table = plan_view.left_out_table(folder, page.lang)
    whole = table["rows"]
    if not whole:
        return
    sectors = sorted(
        {str(row["sector"]) for row in whole}, key=lambda name: as_read(name, page.lang)
    )
    is_long, rows_path = bool(path) and len(whole) > PAGE, f"{path}/table/{plan_view.LEFT_OUT}"

    def renew() -> None:
        chosen = str(sector.value or "")
        asked = Asked(str(search.value or ""), "sector" if chosen else "", chosen)
        found = fitting(whole, asked)
        if is_long:
            seek(page, grid, rows_path, asked)
        elif grid is not None:
            grid.options["rowData"] = [whole[at] for at in found]
            grid.update()
        count.set_text(counted(page, len(found), len(whole)))

    with rows("q-mb-sm"):
        search = ui.input(both("filter_search")[side_of(page)], on_change=renew)
        search.classes("wb-field").props("dense outlined clearable debounce=300 type=search")
        options = {"": both("filter_any")[side_of(page)]} | {name: name for name in sectors}
        sector = Choice(options, value="", label=both("sector")[side_of(page)], on_change=renew)
        sector.classes("wb-field").props("dense outlined")
        if on_ask is not None:
            _asked_about(page, whole, on_ask)
    count = ui.label(counted(page, len(whole), len(whole)))
    count.classes("wb-soft").props('role="status" aria-live="polite"')
    grid = long_grid(page, table, rows_path) if is_long else data_grid(table, w)


def _asked_about(
    page: Page, whole: Sequence[Mapping[str, Any]], on_ask: Callable[[str], Awaitable[None]]
) -> None:
    names = {str(row["_id"]): str(row["project"]) for row in whole if row.get("_id")}
    project = chooser(names, page.words("project"))

    async def ask() -> None:
        if project.value:
            await on_ask(str(project.value))

    ui.button(page.words("ask"), on_click=ask).props("outline no-caps")
