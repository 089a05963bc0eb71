"""A study: how far it is, its tables, its points, and the plan of a point."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from nicegui import events, run, ui

from infraplan.models.instance import Instance
from infraplan.optimizer.report.drawings.points import Spot, draw_points
from infraplan.optimizer.report.texts import both, unit_pair
from infraplan.optimizer.sweeps.study_tables import NPV, axis_unit
from infraplan.optimizer.workbench import plan_view, studies
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.commands import told_fault
from infraplan.optimizer.workbench.job_queue import LOG
from infraplan.optimizer.workbench.pages import drawings
from infraplan.optimizer.workbench.pages.light import Choice, plain_table
from infraplan.optimizer.workbench.pages.plan_cards import plan_cards
from infraplan.optimizer.workbench.pages.shell import (
    Page,
    card,
    data_grid,
    register,
    rows,
)
from infraplan.optimizer.workbench.pages.studies_page import choice_name
from infraplan.optimizer.workbench.roles import Role
from infraplan.optimizer.workbench.storage import Row
from infraplan.optimizer.workbench.studies import STUDIES, Kind
from infraplan.optimizer.workbench.tables import JobKind, JobState

WAITING = (JobState.QUEUED, JobState.RUNNING)
EVERY_S = 1.0
"""Seconds between two looks."""
CURVES = {"frontier": ("points", "x", "y", "y_bound"), "replan": ("curve", "weight", "value", "")}
"""Studies whose plans are points: key of the points, their two amounts, what is proven above."""


def add_study_page(bench: Workbench) -> None:
    """Make the page of a study."""
    register("/study/{number}", _build, bench, numbered=True)


async def _build(page: Page, number: int) -> None:
    w, bench = page.words, page.bench
    job = bench.store.job(number)
    if job.kind != JobKind.STUDY:
        job = bench.store.job(0)  # which tells that there is none
    version = bench.store.version(job.version_id)
    title = bench.store.instance(version.instance_id).title
    command, home = str(job.options["command"]), bench.folder.job(job.id)
    name = w.say(
        "workbench-study-of", study=w(f"study_{command}"), title=title, version=version.number
    )
    with page.frame(name):
        _links(page, job, version)
        _asked(page, job)
        if job.state in WAITING:
            _live(page, job)
            return
        _ending(page, job)
        answer = dict(job.answer or {})
        if "error" not in answer and answer:
            asked = await run.io_bound(studies.instance_of, bench.workbook(version))
            await _results(page, job, command, answer, asked)
        _said(page, home)
        await _plans(page, job, home)


def _links(page: Page, job: Row, version: Row) -> None:
    w = page.words
    with rows("q-mb-md"):
        ui.link(w("to_data"), page.link(f"/version/{version.id}"))
        ui.link(w("studies"), page.link(f"/version/{version.id}/studies"))
        if job.run_id:
            ui.link(f"{w('run')} {job.run_id}", page.link(f"/run/{job.run_id}"))


def _asked(page: Page, job: Row) -> None:
    """What was asked for."""
    w, values = page.words, dict(job.options["values"])
    lines = []
    with card(w("options")):
        for field in STUDIES[str(job.options["command"])].fields:
            value = values.get(field.option)
            if field.kind is Kind.FLAG:
                text = w("yes") if value else w("no")
            elif field.kind is Kind.CHOICE:
                text = choice_name(str(value or ""), page.lang)
            elif value in (None, ""):
                continue
            else:
                text = str(value)[:400] if field.kind is Kind.TEXT else f"{float(value):g}"
            lines.append((w(field.key), text))
        plain_table([w("asked"), w("set_to")], lines)


def _live(page: Page, job: Row) -> None:
    """How far a study is, until it ends; then the page is made anew."""
    w, bench = page.words, page.bench
    home = bench.folder.job(job.id)
    with card(w("study_goes")):
        state = ui.label(w.of(JobState(job.state))).classes("text-weight-bold")
        state.props('role="status" aria-live="polite"')
        lines = ui.element("pre").classes("wb-log").props('tabindex="0"')
        if page.visitor.may(Role.EDIT):

            async def stop() -> None:
                await page.done(lambda: bench.stop(page.visitor, job.id))
                button.disable()

            button = ui.button(w("stop_study"), on_click=stop).props("no-caps color=negative")

    def look() -> None:
        if bench.gate.now(page.visitor) is None:  # let in no more
            timer.deactivate()
            ui.navigate.reload()
            return
        now = bench.store.job(job.id)
        if now.state not in WAITING:
            timer.deactivate()
            ui.navigate.reload()
            return
        text = w.of(JobState(now.state))
        text = f"{text} - {w('is_stopping')}" if now.is_stopped else text
        if state.text != text:
            state.set_text(text)
        told = studies.last_lines(home / LOG, [home, bench.folder.root])
        lines.props["innerHTML"] = html.escape("\n".join(told))
        lines.update()

    timer = ui.timer(EVERY_S, look)


def _ending(page: Page, job: Row) -> None:
    """How the study ended, where that is not plain, and the way to go on."""
    w = page.words
    if job.state == JobState.DONE:
        return

    async def go_on() -> None:
        await page.done(lambda: page.bench.go_on(page.visitor, job))
        page.reload()

    with card(w.of(JobState(job.state))):
        if job.state == JobState.FAILED:
            ui.label(w.told(told_fault(job.answer or {}))).classes("wb-error")
        elif job.state == JobState.INTERRUPTED:
            ui.label(w("was_interrupted")).classes("wb-warning")
        if page.visitor.may(Role.EDIT) and job.state in (JobState.FAILED, JobState.INTERRUPTED):
            ui.button(w("go_on"), on_click=go_on).props("outline no-caps")


async def _results(
    page: Page, job: Row, command: str, answer: Mapping[str, Any], asked: Instance
) -> None:
    """Points and tables of a study."""
    w, home = page.words, page.bench.folder.job(job.id)
    if command in CURVES and answer[CURVES[command][0]]:
        _points(page, job, command, answer, asked)
    tables = await run.io_bound(studies.tables_of, command, answer, asked, home, page.lang)
    for number, table in enumerate(tables):
        with card(str(table["title"])):
            data_grid(table, w)
            link = f"/study/{job.id}/table/{number}?lang={page.lang}"
            ui.link(w("download_csv"), link).props("download")
    with rows("q-mb-md"):
        if studies.csv_files(home):
            ui.link(w("tables_zip"), f"/study/{job.id}/tables").props("download")
        if command == "roll" and page.visitor.may(Role.EDIT):

            async def take() -> None:
                made = await page.done(lambda: page.bench.open_rolled(page.visitor, job))
                if made is not None:
                    ui.navigate.to(page.link(f"/version/{made.id}"))

            ui.button(w("open_instance"), on_click=take).props("no-caps")


def _points(page: Page, job: Row, command: str, answer: Mapping[str, Any], asked: Instance) -> None:
    """The plans of a study as points; each is a link to its plan below."""
    w = page.words
    title = both("replan_curve" if command == "replan" else "frontier")
    drawn = draw_points(
        title, spots_of(command, answer, chosen_plan(page)), *units_of(command, answer, asked)
    )
    with card(w("chart")):
        ui.label(w("chart_hint")).classes("wb-soft")
        drawings.drawing(str(drawn), title[drawings.side_of(page)])


def units_of(
    command: str, answer: Mapping[str, Any], asked: Instance
) -> tuple[tuple[str, str], tuple[str, str]]:
    """What stands across and up the chart of a study, with units, in both languages."""
    money = unit_pair(asked)
    if command == "replan":
        return both("moves_made"), _joined(both("money_value"), money)
    x, y = str(answer["x"]), str(answer["y"])
    up = _joined(both("money_value"), money) if y == NPV else _joined((y, y), axis_unit(asked, y))
    name = (choice_name(x, "en"), choice_name(x, "zh"))
    return _joined(name, axis_unit(asked, x)), up


def _joined(name: tuple[str, str], unit: tuple[str, str]) -> tuple[str, str]:
    return f"{name[0]} [{unit[0]}]", f"{name[1]}［{unit[1]}］"


def spots_of(command: str, answer: Mapping[str, Any], chosen: str) -> list[Spot]:
    """The points of a study's chart; `chosen` is the plan that is shown."""
    key, x, y, bound = CURVES[command]
    knees = set(answer.get("knees") or ())
    found = []
    for number, row in enumerate(answer[key]):
        if row[x] is None or row[y] is None:
            continue
        name = studies.name_of(str(row["run_dir"]))
        told = f"{row[x]:,.6g}; {row[y]:,.6g}"
        found.append(
            Spot(
                float(row[x]),
                float(row[y]),
                row[bound] if bound else None,
                (told, told),
                f"?plan={quote(name)}",
                number in knees,
                name == chosen,
            )
        )
    return found


def chosen_plan(page: Page) -> str:
    """Name of the plan that the address asks for; blank where it asks for none."""
    return parse_qs(page.query.removeprefix("?")).get("plan", [""])[0]


def _said(page: Page, home: Path) -> None:
    """What the command said in words."""
    told = studies.conclusions(studies.last_lines(home / LOG, [home, page.bench.folder.root]))
    if told:
        with card(page.words("study_log")):
            for line in told:
                ui.label(line).classes("wb-line")


async def _plans(page: Page, job: Row, home: Path) -> None:
    """The plan that was chosen, drawn as that of a run, and a list to choose from."""
    w = page.words
    names = await run.io_bound(studies.plans_of, home)
    if not names:
        return
    chosen = chosen_plan(page)
    folder = studies.plan_folder(home, chosen)

    def choose(event: events.ValueChangeEventArguments) -> None:
        ui.navigate.to(page.link(f"/study/{job.id}?plan={quote(str(event.value))}"))

    async def keep(name: str) -> None:
        number = await page.done(lambda: page.bench.keep_plan(page.visitor, job, name))
        if number is not None:
            ui.navigate.to(page.link(f"/run/{number}"))

    with card(w("plan_of")), rows():
        value = chosen if folder is not None else None
        field = Choice(names, value=value, label=w("plan_of"), on_change=choose)
        field.classes("wb-wide").props("dense outlined")
        if folder is not None and page.visitor.may(Role.EDIT):
            ui.button(w("keep_run"), on_click=partial(keep, chosen)).props("no-caps")
    if folder is not None:
        view = await run.io_bound(plan_view.view_of, folder)
        if view is not None:
            plan_cards(page, folder, view)
