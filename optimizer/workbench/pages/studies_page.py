"""Studies of a version or of a run: forms by which one is begun, and those that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nicegui import run, ui

from infraplan.models.catalogue import entries, in_language, term
from infraplan.models.instance import Instance
from infraplan.optimizer.workbench import reading, studies
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.pages import drawings
from infraplan.optimizer.workbench.pages.light import Cell, Choice, Link, plain_table
from infraplan.optimizer.workbench.pages.shell import (
    Page,
    card,
    register,
    rows,
)
from infraplan.optimizer.workbench.roles import Role
from infraplan.optimizer.workbench.storage import Row
from infraplan.optimizer.workbench.studies import STUDIES, Field, Kind, Of, Study
from infraplan.optimizer.workbench.tables import JobState


def add_studies_pages(bench: Workbench) -> None:
    """Make the pages on which studies are begun."""
    register("/version/{number}/studies", _of_version, bench, numbered=True)
    register("/run/{number}/studies", _of_run, bench, numbered=True)


async def _of_version(page: Page, number: int) -> None:
    w, bench = page.words, page.bench
    version = bench.store.version(number)
    title = bench.store.instance(version.instance_id).title
    instance = None
    if not version.errors:
        instance = await run.io_bound(studies.instance_of, bench.workbook(version))
    with page.frame(w.say("workbench-studies-of", title=title, version=version.number)):
        with rows("q-mb-md"):
            ui.link(w("to_data"), page.link(f"/version/{version.id}"))
        if instance is None:
            ui.label(w("has_errors")).classes("wb-error")
        elif page.visitor.may(Role.EDIT):
            _forms(page, Of.VERSION, version, None, instance)
        _found(page, bench.store.studies(version.instance_id))


async def _of_run(page: Page, number: int) -> None:
    w, bench = page.words, page.bench
    job = bench.store.job(number)
    folder = bench.run_folder(number)
    version = bench.store.version(job.version_id)
    with page.frame(f"{w('studies_of_run')}: {w('run')} {number}"):
        with rows("q-mb-md"):
            ui.link(f"{w('run')} {number}", page.link(f"/run/{number}"))
        if folder is None:
            ui.label(w("run_gone")).classes("wb-error")
        elif page.visitor.may(Role.EDIT):
            instance = (await run.io_bound(reading.files_of, folder)).instance
            _forms(page, Of.RUN, version, job, instance)
        _found(page, bench.store.studies(version.instance_id, number))


def _forms(page: Page, of: Of, version: Row, job: Row | None, instance: Instance) -> None:
    """A form for each study, one shown at a time."""
    w = page.words
    offered = [study for study in STUDIES.values() if study.of is of]
    parts: list[tuple[str, Callable[[], None]]] = [
        (w(f"study_{study.command}"), partial(_form, page, study, version, job, instance))
        for study in offered
    ]
    with card(w("new_study")):
        drawings.sections(page, parts, at_once=True)


def _form(page: Page, study: Study, version: Row, job: Row | None, instance: Instance) -> None:
    w = page.words
    fields: dict[str, Any] = {}

    async def begin() -> None:
        values = {option: field.value for option, field in fields.items()}
        number = await page.done(
            lambda: page.bench.study(page.visitor, version, study.command, values, page.lang, job)
        )
        if number is not None:
            ui.navigate.to(page.link(f"/study/{number}"))

    ui.label(w(f"hint_{study.command}")).classes("wb-line")
    with rows():
        for field in study.fields:
            fields[field.option] = _field(page, field, instance)
        ui.button(w("begin_study"), on_click=begin).props("no-caps")


def _field(page: Page, field: Field, instance: Instance) -> Any:
    w, name = page.words, page.words(field.key)
    if field.kind is Kind.FLAG:
        return ui.checkbox(name, value=bool(field.default))
    if field.kind is Kind.TEXT:
        made = ui.textarea(name).classes("wb-whole")
        return made.props("outlined dense autogrow maxlength=200000")
    if field.kind is Kind.CHOICE:
        options = {key: choice_name(key, w.lang) for key in studies.choices_of(field, instance)}
        made = Choice(options, value=field.default, label=name)
        return made.classes("wb-wide").props("dense outlined")
    value = field.default
    if field.option == "--to":
        value = instance.settings.horizon.first_year + 1
    step = 1 if field.kind is Kind.COUNT else 0.1
    made = ui.number(name, value=value, min=field.low, max=field.high, step=step)
    return made.classes("wb-field").props("dense outlined")


def choice_name(key: str, lang: str) -> str:
    """A choice of a form in words; an id or an output by itself."""
    word = f"choice_{key or 'stated'}"
    return in_language(term("workbench", word), lang) if word in _words() else key


def _words() -> Mapping[str, Any]:
    return entries("workbench")


def _found(page: Page, found: list[Row]) -> None:
    w = page.words
    with card(w("studies")):
        if not found:
            ui.label(w("nothing")).classes("wb-soft")
            return
        lines: list[tuple[Cell, ...]] = [
            (
                Link(f"{w('study')} {row.id}", page.link(f"/study/{row.id}")),
                w(f"study_{row.options['command']}"),
                str(row.number),
                w.of(JobState(row.state)),
                row.by,
                row.at[:16].replace("T", " "),
            )
            for row in found
        ]
        headings = [w("study"), w("kind"), w("version"), w("job_state"), w("by"), w("at")]
        plain_table(headings, lines)
