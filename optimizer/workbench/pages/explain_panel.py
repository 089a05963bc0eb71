"""Why a project is in or out: reason, loss of the other way, smallest change; answers kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nicegui import ui

from infraplan.optimizer.workbench import explained_words, plan_view, reading
from infraplan.optimizer.workbench.commands import told_fault
from infraplan.optimizer.workbench.explained_words import ToldProject
from infraplan.optimizer.workbench.pages.shell import Page, card, chooser, data_grid, rows
from infraplan.optimizer.workbench.roles import Role
from infraplan.optimizer.workbench.storage import Row
from infraplan.optimizer.workbench.tables import JobState

EXPLAIN_S = 30
"""Seconds of each solve that explains a project, at first."""
MOST_IN_WORDS = 12
"""Projects that are told in words, the last asked first; the table has all."""
WAITING = (JobState.QUEUED, JobState.RUNNING)


def explain_panel(page: Page, job: Row, folder: Path) -> Callable[[str], Any]:
    """The panel; what it returns asks about a project, for buttons elsewhere on the page."""
    w, bench = page.words, page.bench
    names = plan_view.projects_of(folder, page.lang)

    async def ask_for(name: str) -> None:
        seconds = float(limit.value or EXPLAIN_S) if limit is not None else EXPLAIN_S
        if not name:
            page.tell_fault(w("choose_project"))
            return
        if await page.done(lambda: bench.explain(page.visitor, job, [name], seconds)) is not None:
            answers.clear()
            with answers:
                _answers(page, job, folder, names)

    async def ask() -> None:
        await ask_for(str(project.value or ""))

    limit: Any = None
    with ui.element("div").classes("wb-reasons"), card(w("reasons")):
        if page.visitor.may(Role.EDIT):
            with rows("q-mb-sm"):
                project = chooser(names, w("project"))
                limit = ui.number(w("limit_each_s"), value=EXPLAIN_S, min=1, max=3600)
                limit.classes("wb-field").props("dense outlined")
                ui.button(w("ask"), on_click=ask).props("no-caps")
        answers = ui.element("div").props('aria-live="polite"')
        with answers:
            _answers(page, job, folder, names)
    return ask_for


def _answers(page: Page, job: Row, folder: Path, names: dict[str, str]) -> None:
    """What was asked and found; renewed in its place, for elsewhere somebody may be typing."""
    w, bench = page.words, page.bench
    told = bench.store.explanations(job.id)
    waiting = [row for row in told if row.state in WAITING]
    rows_told = [line for row in told for line in (row.answer or {}).get("projects", ())]
    for row in waiting:
        asked = ", ".join(names.get(name, name) for name in row.options["projects"])
        ui.label(f"{asked}: {w.of(JobState(row.state))}").classes("wb-soft")
    if rows_told:
        instance = reading.files_of(folder).instance
        for line in rows_told[:MOST_IN_WORDS]:
            _in_words(page, explained_words.told_project(instance, line, page.lang))
        data_grid(reading.explained(folder, rows_told, page.lang), w)
        if any(line.get("earlier") is not None for line in rows_told):
            data_grid(reading.not_earlier(folder, rows_told, page.lang), w)
    for row in told:
        if row.state not in (*WAITING, JobState.DONE):
            asked = ", ".join(names.get(name, name) for name in row.options["projects"])
            fault = w.told(told_fault(row.answer or {}))
            ui.label(f"{asked}: {fault}").classes("wb-error")
    if waiting:
        place = ui.context.slot.parent

        def look() -> None:
            if bench.store.job(waiting[-1].id).state not in WAITING:
                timer.deactivate()
                place.clear()
                with place:
                    _answers(page, job, folder, names)

        timer = ui.timer(1.0, look)


def _in_words(page: Page, told: ToldProject) -> None:
    """A project with reason, loss and the smallest changes."""
    w = page.words
    with ui.element("div").classes("wb-explained"):
        with ui.element("h3"):
            mark = "：" if page.lang == "zh" else ": "
            ui.label(f"{told.name}{mark}{told.state}").style("display: inline")
        with ui.element("dl"):
            for name, lines in (
                (w("because"), [told.reason]),
                (w("loss"), [told.loss]),
                (w("smallest_change"), told.changes or [w("not_found")]),
                (w("displaces"), [told.displaces] if told.displaces else []),
                (w("why_not_earlier"), [told.earlier] if told.earlier else []),
            ):
                if not lines:
                    continue
                with ui.element("dt"):
                    ui.label(name)
                for line in lines:
                    with ui.element("dd"):
                        ui.label(line)
