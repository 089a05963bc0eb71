"""A run: live while it is solved, then its report, tables, reasons, exports and state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nicegui import events, run, ui

from infraplan.models.run_state import MAY_FOLLOW, RunState
from infraplan.optimizer.workbench import plan_view, reading
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.commands import told_fault
from infraplan.optimizer.workbench.pages.explain_panel import WAITING, explain_panel
from infraplan.optimizer.workbench.pages.light import Choice, Link, links, plain_table
from infraplan.optimizer.workbench.pages.live import live
from infraplan.optimizer.workbench.pages.long_grid import sought_grid
from infraplan.optimizer.workbench.pages.plan_cards import plan_cards
from infraplan.optimizer.workbench.pages.shell import (
    Page,
    card,
    register,
    rows,
)
from infraplan.optimizer.workbench.roles import Role, role_to_declare
from infraplan.optimizer.workbench.storage import Row
from infraplan.optimizer.workbench.tables import JobState


def add_run_page(bench: Workbench) -> None:
    """Make the page of a run."""
    register("/run/{number}", _build, bench, numbered=True)


async def _build(page: Page, number: int) -> None:
    w, bench = page.words, page.bench
    job = bench.store.job(number)
    version = bench.store.version(job.version_id)
    title = bench.store.instance(version.instance_id).title
    with page.frame(w.say("workbench-run-of", number=number, title=title, version=version.number)):
        with rows("q-mb-sm"):
            ui.link(w("to_data"), page.link(f"/version/{version.id}"))
            if job.state not in WAITING:
                ui.link(w("studies_of_run"), page.link(f"/run/{number}/studies"))
        if job.state in WAITING:
            live(page, number)
            return
        folder = bench.run_folder(number)
        _ending(page, job)
        if folder is None:
            if job.state == JobState.DONE:
                ui.label(w("run_gone")).classes("wb-error")
            return
        if await run.io_bound(reading.is_slow, folder):
            _read_first(page, folder)
            return
        shown = await run.io_bound(plan_view.shown_of, folder)
        _figures(page, shown)
        asks: list[Callable[[str], Any]] = []

        async def ask(name: str) -> None:
            """Ask of a project left out in the panel below."""
            await asks[0](name)
            ui.run_javascript("document.querySelector('.wb-reasons')?.scrollIntoView()")

        manifest = shown.manifest
        if shown.view is not None:
            may = page.visitor.may(Role.EDIT)
            plan_cards(page, folder, shown.view, ask if may else None, f"/run/{number}")
        _decision(page, number, reading.state_of(manifest), reading.states_of(manifest))
        _exports(page, number)
        _report(page, number)
        _tables(page, folder, number)
        if shown.view is not None:
            asks.append(explain_panel(page, job, folder))
        _notes(page, number)


def _read_first(page: Page, folder: Path) -> None:
    """Read a large run beside the page, then make it anew: no page may be made for a minute."""

    async def read() -> None:
        if await page.done(lambda: plan_view.shown_of(folder)) is not None:
            page.reload()

    ui.label(page.words("reading")).classes("wb-soft").props('role="status"')
    ui.timer(0.01, read, once=True)


def _ending(page: Page, job: Row) -> None:
    """How the solve ended, where that is not plain."""
    w = page.words
    if job.state == JobState.DONE and not job.is_stopped:
        return
    with card(w.of(JobState(job.state))):
        if job.state == JobState.FAILED and job.answer:
            ui.label(w.told(told_fault(job.answer))).classes("wb-error")
        elif job.state == JobState.INTERRUPTED:
            ui.label(w("was_interrupted")).classes("wb-warning")
        elif job.is_stopped:
            ui.label(w("was_stopped")).classes("wb-warning")


def _figures(page: Page, shown: plan_view.RunShown) -> None:
    w, manifest = page.words, shown.manifest
    unit = manifest.get("money_unit_zh" if page.lang == "zh" else "money_unit") or ""
    known = manifest.get("objective")
    gap = manifest.get("gap")
    figures = [
        (w("value"), "-" if known is None else f"{known:,.2f}"),
        (w("gap"), "-" if gap is None else f"{100 * gap:.3f} %"),
        (w("built"), f"{manifest.get('num_selected')} / {shown.candidates}"),
        (w("verified"), w("yes") if manifest.get("verified") is True else w("no")),
    ]
    with card(w("result")), ui.element("div").classes("wb-figures"):
        for name, text in figures:
            with ui.element("div").classes("wb-figure"):
                has_unit = name == w("value") and unit
                ui.label(w.say("name-and-word", name=name, word=unit) if has_unit else name)
                with ui.element("b"):
                    ui.label(text)


def _decision(page: Page, number: int, state: RunState, told: list[dict[str, str]]) -> None:
    """What the run is declared to be, and the next steps that this visitor may take."""
    w = page.words

    async def declare(wished: RunState) -> None:
        words = str(because.value or "")
        done = await page.done(lambda: _declared(page, number, wished, words))
        if done:
            page.reload()

    with card(w.say("workbench-state-is", state=state)):
        if told:
            lines = [
                (
                    w.of(RunState(row["state"])),
                    row["by"],
                    row["because"],
                    row["at"][:16].replace("T", " "),
                )
                for row in told
            ]
            plain_table([w("state"), w("by"), w("because"), w("at")], lines)
        steps = [
            wished
            for wished in MAY_FOLLOW[state]
            if page.visitor.may(role_to_declare(state, wished))
        ]
        if not steps:
            return
        with rows():
            because = ui.input(w("because")).classes("wb-wide").props("dense outlined")
            for wished in steps:
                button = ui.button(w(f"declare_{wished}"), on_click=_with(declare, wished))
                button.props("outline no-caps")


def _with(act: Callable[[RunState], Any], wished: RunState) -> Callable[[], Any]:
    return lambda: act(wished)


def _declared(page: Page, number: int, wished: RunState, because: str) -> bool:
    page.bench.declare(page.visitor, number, wished, because)
    return True


def _exports(page: Page, number: int) -> None:
    w = page.words
    found = [
        Link(form, f"/run/{number}/export/{form}?lang={page.lang}") for form in page.bench.formats
    ]
    with card(w("exports")):
        links(found, download=True)
        ui.label(w("exports_hint")).classes("wb-soft")


def _report(page: Page, number: int) -> None:
    path = f"/run/{number}/report?lang={page.lang}"
    w = page.words
    with card(w("report")):
        ui.link(w("open_report"), path, new_tab=True)
        frame = ui.element("iframe").classes("wb-report")
        frame.props(f'src="{path}" title="{w("report")}"')


def _tables(page: Page, folder: Path, number: int) -> None:
    w = page.words
    names = reading.table_names(page.lang)

    async def show(event: events.ValueChangeEventArguments) -> None:
        name = str(event.value)
        table = await page.done(lambda: _table(page, folder, name))
        place.clear()
        if table is not None:
            with place:
                sought_grid(page, table, f"/run/{number}/table/{name}")

    with card(w("tables")):
        chosen = Choice(names, label=w("table"), on_change=show)
        chosen.classes("wb-wide").props("dense outlined")
        place = ui.element("div")


def _table(page: Page, folder: Path, name: str) -> dict[str, Any]:
    """A table of a run, as long as this visitor may see it: a page stays open when a right ends."""
    page.bench.require(page.visitor, Role.SEE)
    return reading.run_table(folder, name, page.lang)


def _notes(page: Page, number: int) -> None:
    w, bench = page.words, page.bench

    async def add() -> None:
        words = str(text.value or "")
        await page.done(lambda: bench.add_note(page.visitor, number, words))
        page.reload()

    with card(w("notes")):
        for row in bench.store.notes(number):
            ui.label(f"{row.at[:16].replace('T', ' ')} {row.by}: {row.text}")
        if page.visitor.may(Role.EDIT):
            with rows():
                text = ui.input(w("note")).classes("wb-wide").props("dense outlined")
                ui.button(w("add"), on_click=add).props("outline no-caps")
