"""The first page: begin with a plan, a template or a file; instances and runs that are there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nicegui import events, ui

from infraplan.models.run_state import RunState
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.intake import Intake, shipped_plans
from infraplan.optimizer.workbench.pages.shell import (
    Page,
    card,
    cell,
    html_table,
    register,
    rows,
)
from infraplan.optimizer.workbench.reading import FEWEST, MOST
from infraplan.optimizer.workbench.roles import Role
from infraplan.optimizer.workbench.storage import Row
from infraplan.optimizer.workbench.tables import JobState

SHOWN = 50
"""Runs on the first page."""


def add_start_page(bench: Workbench) -> None:
    """Make the first page."""
    register("/", _build, bench)


async def _build(page: Page) -> None:
    with page.frame(page.words("start")):
        if page.visitor.may(Role.EDIT):
            _begin(page)
        _instances(page)
        _runs(page)


def _begin(page: Page) -> None:
    w = page.words

    async def take(way: Callable[[Intake, str], Row]) -> None:
        working = ui.notification(w("reading"), spinner=True, timeout=None)
        made = await page.done(lambda: page.bench.take_in(page.visitor, way))
        working.dismiss()
        if made is not None:
            ui.navigate.to(page.link(f"/version/{made.id}"))

    async def taken(event: events.UploadEventArguments) -> None:
        data, name = await event.file.read(), event.file.name
        await take(lambda intake, by: intake.uploaded(data, name, by))

    with card(w("begin")):
        with rows():
            template = partial(take, lambda intake, by: intake.template(by, page.lang))
            ui.button(w("from_template"), on_click=template).props("no-caps")
            upload = ui.upload(
                auto_upload=True,
                max_files=1,
                max_file_size=page.bench.gate.upload_bytes,
                on_upload=taken,
                on_rejected=lambda: page.tell_fault(w("too_large")),
            )
            # Quasar's own box has a button inside a button and no name: ours opens its chooser.
            upload.props('accept=".xlsx,.zip,.json"').style("display: none")
            choose = ui.button(w("upload")).props("no-caps outline")
            choose.on("click", js_handler=f"() => runMethod({upload.id}, 'pickFiles', [])")
        ui.label(w("shipped")).classes("wb-soft")
        with rows():
            for plan in shipped_plans():
                way = partial(_shipped, plan.name, page.lang)
                button = ui.button(w.told(plan.title), on_click=partial(take, way))
                button.props("outline no-caps align=left")


def _shipped(name: str, lang: str, intake: Intake, by: str) -> Row:
    return intake.shipped(name, by, lang)


def _instances(page: Page) -> None:
    w, store = page.words, page.bench.store
    with card(w("instances")):
        found = store.instances()
        if not found:
            ui.label(w("nothing")).classes("wb-soft")
            return
        lasts = store.last_versions()
        with html_table([w("instance"), w("version"), w("errors"), w("by"), w("at")]):
            for instance in found:
                last = lasts.get(instance.id)
                if last is None:  # its first version is being kept
                    continue
                with ui.element("tr"):
                    with cell("wb-title"):
                        ui.link(instance.title, page.link(f"/version/{last.id}"))
                    with cell():
                        ui.label(str(last.number))
                    with cell():
                        ui.label("-" if last.errors is None else str(last.errors))
                    with cell():
                        ui.label(last.by)
                    with cell():
                        ui.label(last.at[:16].replace("T", " "))


def _runs(page: Page) -> None:
    w = page.words
    chosen: list[int] = []

    def choose(number: int, event: events.ValueChangeEventArguments) -> None:
        if event.value:
            chosen.append(number)
        else:
            chosen.remove(number)

    def compare() -> None:
        if not FEWEST <= len(chosen) <= MOST:
            page.tell_fault(w.say("workbench-compare-so-many", fewest=FEWEST, most=MOST))
            return
        numbers = ",".join(map(str, chosen))
        ui.navigate.to(page.link(f"/compare?runs={numbers}"))

    with card(w("runs")):
        found = page.bench.store.runs(last=SHOWN)
        if not found:
            ui.label(w("nothing")).classes("wb-soft")
            return
        headings = [w("choose"), w("run"), w("instance"), w("job_state"), w("declared")]
        with html_table([*headings, w("by"), w("at")]):
            for job in found:
                _run_row(page, job, choose)
        ui.button(w("compare"), on_click=compare).props("no-caps").classes("q-mt-sm")


def _run_row(page: Page, job: Row, choose: Callable[..., None]) -> None:
    w = page.words
    with ui.element("tr"):
        with cell():
            if page.bench.run_folder(job.id) is not None:
                box = ui.checkbox(on_change=partial(choose, job.id))
                box.props(f'aria-label="{w("choose")} {job.id}" dense')
        with cell():
            ui.link(f"{w('run')} {job.id}", page.link(f"/run/{job.id}"))
        with cell("wb-title"):
            ui.link(f"{job.title} v{job.number}", page.link(f"/version/{job.version_id}"))
        with cell():
            ui.label(w.of(JobState(job.state)))
        with cell():
            ui.label(w.of(RunState(job.declared or RunState.DRAFT)))
        with cell():
            ui.label(job.by)
        with cell():
            ui.label(job.at[:16].replace("T", " "))
