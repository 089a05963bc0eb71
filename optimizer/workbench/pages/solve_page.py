"""Ask for a solve: options, what must and must not be built, and the queue."""

from __future__ import annotations

from functools import partial
from typing import Any

from nicegui import run, ui

from infraplan.models.project import Mandate
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.pages.changes_card import changes_card
from infraplan.optimizer.workbench.pages.light import Cell, Choice, Link, plain_table
from infraplan.optimizer.workbench.pages.shell import (
    Page,
    card,
    cell,
    chooser,
    html_table,
    register,
    rows,
)
from infraplan.optimizer.workbench.roles import Role
from infraplan.optimizer.workbench.storage import Row
from infraplan.optimizer.workbench.tables import JobKind, JobState

GAP_PERCENT, LIMIT_S = 0.5, 120
"""What a solve is asked for at first."""
LONGEST_S = 86_400
"""Longest solve that is asked for on a page, seconds."""


def add_solve_page(bench: Workbench) -> None:
    """Make the page on which a solve is asked for."""
    register("/version/{number}/solve", _build, bench, numbered=True)


async def _build(page: Page, number: int) -> None:
    w, bench = page.words, page.bench
    page.visitor.require(Role.EDIT)
    version = bench.store.version(number)
    instance = bench.store.instance(version.instance_id)
    sheets = {sheet.table: sheet for sheet in await run.io_bound(bench.sheets, version)}
    projects = sheets["projects"].ids() if "projects" in sheets else []
    scenarios = sheets["scenarios"].ids() if "scenarios" in sheets else []
    with page.frame(w.say("workbench-solve-of", title=instance.title, version=version.number)):
        ui.link(w("to_data"), page.link(f"/version/{version.id}"))
        if version.errors:
            ui.label(w("has_errors")).classes("wb-error")
        _wishes(page, version, projects)
        if not version.errors:
            changes_card(page, version)
        _options(page, version, scenarios)
        _queue(page)


def _wishes(page: Page, version: Row, projects: list[str]) -> None:
    """What must and must not be built, why, and who says so."""
    w = page.words
    words = {True: w.of(Mandate.MUST), False: w.of(Mandate.MUST_NOT)}

    async def add() -> None:
        asked = (str(project.value or ""), bool(must.value), str(because.value or ""))
        done = await page.done(
            lambda: page.bench.wish(page.visitor, version, *asked) or True  # type: ignore[func-returns-value]
        )
        if done:
            ui.navigate.reload()

    async def drop(name: str) -> None:
        await page.done(lambda: page.bench.unwish(page.visitor, version, name))
        ui.navigate.reload()

    with card(w("wishes")):
        found = page.bench.store.wishes(version.instance_id)
        if found:
            with html_table([w("project"), w("asked"), w("because"), w("by"), ""]):
                for row in found:
                    with ui.element("tr"):
                        for text in (row.project, words[row.must], row.because, row.by):
                            with cell():
                                ui.label(text)
                        with cell():
                            button = ui.button(w("remove"), on_click=partial(drop, row.project))
                            button.props("flat dense no-caps")
        with rows():
            project = chooser({name: name for name in projects}, w("project"))
            must = Choice(words, value=True, label=w("asked"))
            must.classes("wb-field").props("dense outlined")
            because = ui.input(w("because")).classes("wb-wide").props("dense outlined")
            ui.button(w("add"), on_click=add).props("outline no-caps")


def _options(page: Page, version: Row, scenarios: list[str]) -> None:
    w = page.words

    async def begin() -> None:
        asked: dict[str, Any] = {
            "gap": min(max(float(gap.value or 0), 0.0), 100.0) / 100,
            "time_limit": min(max(float(limit.value or LIMIT_S), 1.0), LONGEST_S),
            "scenario": str(scenario.value or ""),
            "lang": page.lang,
        }
        number = await page.done(lambda: page.bench.solve(page.visitor, version, asked))
        if number is not None:
            ui.navigate.to(page.link(f"/run/{number}"))

    with card(w("options")), rows():
        gap = ui.number(w("gap_percent"), value=GAP_PERCENT, min=0, max=100, step=0.1)
        gap.classes("wb-field").props("dense outlined")
        limit = ui.number(w("limit_s"), value=LIMIT_S, min=1, max=LONGEST_S, step=10)
        limit.classes("wb-field").props("dense outlined")
        options = {"": w("no_scenario")} | {name: name for name in scenarios}
        scenario = Choice(options, value="", label=w("scenario"))
        scenario.classes("wb-wide").props("dense outlined")
        ui.button(w("begin_solve"), on_click=begin).props("no-caps")


def _queue(page: Page) -> None:
    w = page.words
    with card(w("queue")):
        found = page.bench.store.jobs([JobState.QUEUED, JobState.RUNNING])
        if not found:
            ui.label(w("queue_empty")).classes("wb-soft")
            return
        lines: list[tuple[Cell, ...]] = []
        for job in found:
            is_study = job.kind == JobKind.STUDY
            number = job.id if is_study else job.run_id or job.id
            kind = "study" if is_study else "run"
            link = Link(f"{w(kind)} {number}", page.link(f"/{kind}/{number}"))
            at = job.at[:16].replace("T", " ")
            lines.append((link, w.of(JobState(job.state)), job.by, at))
        plain_table([w("run"), w("job_state"), w("by"), w("at")], lines)
