"""The first page: begin with a plan, a template or a file; instances and runs that are there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nicegui import events, ui

from infraplan.models.run_state import RunState
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.intake import Intake, shipped_plans
from infraplan.optimizer.workbench.pages.light import (
    CHOSEN_JS,
    Cell,
    Chosen,
    Link,
    numbers_of,
    plain_table,
)
from infraplan.optimizer.workbench.pages.shell import Page, card, register, rows
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
        kept = [(row, lasts[row.id]) for row in found if row.id in lasts]  # others are being kept
        lines: list[tuple[Cell, ...]] = [
            (
                Link(instance.title, page.link(f"/version/{last.id}")),
                str(last.number),
                "-" if last.errors is None else str(last.errors),
                last.by,
                last.at[:16].replace("T", " "),
            )
            for instance, last in kept
        ]
        headings = [w("instance"), w("version"), w("errors"), w("by"), w("at")]
        plain_table(headings, lines, wide=w("instance"))


def _runs(page: Page) -> None:
    w = page.words

    def compare(event: events.GenericEventArguments) -> None:
        chosen = numbers_of(event.args)
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
        lines = [_run_row(page, job) for job in found]
        plain_table([*headings, w("by"), w("at")], lines, wide=w("instance"))
        button = ui.button(w("compare")).props("no-caps").classes("q-mt-sm")
        button.on("click", compare, js_handler=CHOSEN_JS)


def _run_row(page: Page, job: Row) -> tuple[Cell, ...]:
    w = page.words
    is_there = page.bench.run_folder(job.id) is not None
    return (
        Chosen(job.id if is_there else 0, f"{w('choose')} {job.id}"),
        Link(f"{w('run')} {job.id}", page.link(f"/run/{job.id}")),
        Link(f"{job.title} v{job.number}", page.link(f"/version/{job.version_id}")),
        w.of(JobState(job.state)),
        w.of(RunState(job.declared or RunState.DRAFT)),
        job.by,
        job.at[:16].replace("T", " "),
    )
