"""Two to six runs side by side: drawings of each, and what `compare` computes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from nicegui import run, ui

from infraplan.models.catalogue import phrase
from infraplan.optimizer.report.texts import both
from infraplan.optimizer.workbench import compared_view, plan_view, reading
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.compared_view import Views
from infraplan.optimizer.workbench.pages import drawings
from infraplan.optimizer.workbench.pages.drawings import side_of
from infraplan.optimizer.workbench.pages.light import Cell, Link, plain_table
from infraplan.optimizer.workbench.pages.shell import (
    Page,
    card,
    data_grid,
    register,
)
from infraplan.optimizer.workbench.storage import Row

Tables = Sequence[Mapping[str, Any]]


def add_compare_page(bench: Workbench) -> None:
    """Make the page that compares runs."""
    register("/compare", _build, bench)


async def _build(page: Page) -> None:
    w, bench = page.words, page.bench
    numbers = [int(text) for text in re.findall(r"\d{1,9}", page.query)]
    jobs = [bench.store.job(number) for number in dict.fromkeys(numbers)]
    there = {f"{w('run')} {job.id}": bench.run_folder(job.id) for job in jobs}
    folders = {name: folder for name, folder in there.items() if folder is not None}
    if len(folders) < len(there):
        raise reading.ComparedError(phrase("workbench-compare-without-run"))
    is_slow = await run.io_bound(reading.is_slow_to_compare, folders, page.lang)
    made = None if is_slow else await run.io_bound(_compared, folders, page.lang)
    with page.frame(w("compare")):
        _runs(page, jobs)
        if made is None:
            _fill_later(page, folders)
        else:
            _shown(page, *made)


def _fill_later(page: Page, folders: Mapping[str, Path]) -> None:
    """Say what is being done, and do it beside the page: large runs take seconds."""

    async def fill() -> None:
        made = await page.done(lambda: _compared(folders, page.lang))
        with suppress(RuntimeError):  # the page was left meanwhile
            place.clear()
            if made is not None:
                with place:
                    _shown(page, *made)

    with ui.element("div").props('aria-live="polite"') as place:
        ui.label(page.words("comparing")).classes("wb-soft")
    ui.timer(0.01, fill, once=True)


def _compared(folders: Mapping[str, Path], lang: str) -> tuple[Tables, Views]:
    return reading.compared(folders, lang), _views(list(folders.values()))


def _shown(page: Page, tables: Tables, views: Views) -> None:
    if len(views) > 1:
        _drawn(page, views)
    for table in tables:
        with card(str(table["title"])):
            data_grid(table, page.words)


def _views(folders: Sequence[Path]) -> dict[str, plan_view.PlanView]:
    """What is drawn of each run that has a plan, by its letter."""
    found = {
        letter: plan_view.compared_of(folder)
        for letter, folder in zip(ascii_uppercase, folders, strict=False)
    }
    return {letter: view for letter, view in found.items() if view is not None}


def _runs(page: Page, jobs: Sequence[Row]) -> None:
    w, bench = page.words, page.bench
    lines: list[tuple[Cell, ...]] = []
    for letter, job in zip(ascii_uppercase, jobs, strict=False):
        version = bench.store.version(job.version_id)
        title = bench.store.instance(version.instance_id).title
        link = Link(f"{w('run')} {job.id}", page.link(f"/run/{job.id}"))
        lines.append((letter, link, f"{title} v{version.number}", job.by))
    with card(w("runs")):
        plain_table([w("label"), w("run"), w("instance"), w("by")], lines)


def _drawn(page: Page, views: Views) -> None:
    side = side_of(page)

    def title(key: str) -> str:
        return both(key)[side]

    with card(page.words("side_by_side")):
        drawings.sections(
            page,
            (
                (title("schedule"), partial(_schedules, page, views)),
                (title("map"), partial(_maps, page, views)),
                (title("money"), partial(_money, page, views)),
                (title("debt"), partial(_debt, page, views)),
                (title("service_page"), partial(_service, page, views)),
                (title("fairness"), partial(_fairness, page, views)),
            ),
        )


def _schedules(page: Page, views: Views) -> None:
    """A line of each run below each project; at first of those alone that differ."""
    w = page.words

    def renew() -> None:
        schedule, count = compared_view.side_by_side(views, only_differing=bool(only.value))
        place.set_content(compared_view.drawn_side_by_side(schedule))
        told.set_text(w.say("workbench-rows-of", count=count, of=whole))

    whole = len(compared_view.starts_of(views))
    only = ui.checkbox(w("only_differing"), value=True, on_change=renew)
    told = ui.label("").classes("wb-soft").props('role="status" aria-live="polite"')
    place = drawings.drawing("", both("schedule")[side_of(page)]).classes("wb-gantt")
    renew()


def _maps(page: Page, views: Views) -> None:
    with ui.element("div").classes("wb-two"):
        for letter, view in views.items():
            with ui.element("div"):
                drawings.heading(page, letter)
                drawings.plan_map(page, view, f"map-{letter}")


def _each(page: Page, charts: Mapping[str, Sequence[Any]]) -> None:
    """Charts of each run beside one another."""
    with ui.element("div").classes("wb-two"):
        for letter, mine in charts.items():
            with ui.element("div"):
                drawings.heading(page, letter)
                drawings.charts(page, mine)


def _money(page: Page, views: Views) -> None:
    drawings.charts(page, compared_view.money_lines(views)[:1])
    _each(page, {letter: view.money_charts for letter, view in views.items()})


def _debt(page: Page, views: Views) -> None:
    drawings.charts(page, compared_view.money_lines(views)[1:])
    _each(page, {letter: view.debt_charts for letter, view in views.items()})


def _service(page: Page, views: Views) -> None:
    _each(page, {letter: view.service_charts for letter, view in views.items()})


def _fairness(page: Page, views: Views) -> None:
    data_grid(compared_view.fairness_by_district(views, page.lang), page.words)
