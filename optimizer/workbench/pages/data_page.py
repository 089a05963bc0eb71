"""The data of a version: each table in a grid, what is wrong beside its cells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nicegui import events, run, ui

from infraplan.models.errors import Severity
from infraplan.optimizer.workbench.bench import OvertakenError, Workbench
from infraplan.optimizer.workbench.pages.light import Choice
from infraplan.optimizer.workbench.pages.shell import Page, card, grid_words, register, rows
from infraplan.optimizer.workbench.roles import Role
from infraplan.optimizer.workbench.sheets import Cell, Sheet, marks
from infraplan.optimizer.workbench.storage import Row

NEW_ROWS = 10
MOST_TOLD = 300
"""Findings that the page lists; all of them mark their cells."""
_CLASS = (
    "p => (p.data._edited || {})[p.colDef.field] ? 'wb-cell-edited' : "
    "((p.data._marks || {})[p.colDef.field] ? "
    "'wb-cell-' + p.data._marks[p.colDef.field] : '')"
)
_TOLD = "p => (p.data._told || {})[p.colDef.field]"


def add_data_page(bench: Workbench) -> None:
    """Make the page of a version's data."""
    register("/version/{number}", _build, bench, numbered=True)


@dataclass
class _Editing:
    """What is shown and what was typed since the version was read.

    `seen` is the number of the last version that whoever edits knows of; `target` the place among
    the rows, and the field, at which the grid is opened.
    """

    page: Page
    version: Row
    sheets: list[Sheet]
    shown: int = 0
    cells: dict[Cell, str] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    grid: Any = None
    seen: int = 0
    target: tuple[int, str] | None = None

    @property
    def sheet(self) -> Sheet:
        """The sheet that is shown."""
        return self.sheets[self.shown]


async def _build(page: Page, number: int) -> None:
    w, bench = page.words, page.bench
    version = bench.store.version(number)
    instance = bench.store.instance(version.instance_id)
    sheets = await run.io_bound(bench.sheets, version)
    with page.frame(f"{instance.title} v{version.number}"):
        _links(page, version)
        if not sheets:
            ui.label(w("no_sheets")).classes("wb-error")
            _findings(_Editing(page, version, []))
            return
        order = {"projects": 0, "funds": 1, "inflows": 2, "debt": 3, "instance": 4}
        shown = sorted(sheets, key=lambda sheet: order.get(sheet.table, 9))
        last = bench.store.versions(instance.id)[0].number
        editing = _Editing(page, version, shown, seen=last)
        _findings(editing)
        _tables(editing)


def _links(page: Page, version: Row) -> None:
    w = page.words
    versions = page.bench.store.versions(version.instance_id)
    options = {row.id: f"v{row.number}  {row.by}  {row.note}".strip() for row in versions}
    with rows("q-mb-md"):
        if page.visitor.may(Role.EDIT):
            solve = ui.link(w("to_solve"), page.link(f"/version/{version.id}/solve"))
            solve.classes("text-weight-bold")
        ui.link(w("studies"), page.link(f"/version/{version.id}/studies"))
        ui.link(w("download"), f"/version/{version.id}/workbook")

        def leave(event: events.ValueChangeEventArguments) -> None:
            ui.navigate.to(page.link(f"/version/{event.value}"))

        chosen = Choice(options, value=version.id, label=w("version"), on_change=leave)
        chosen.classes("wb-field").props("dense outlined")


def _findings(editing: _Editing) -> None:
    """What `validate` found, worst first; a click leads to the row."""
    page, w = editing.page, editing.page.words
    found: list[Mapping[str, Any]] = list(editing.version.findings or ())
    order = [severity.value for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE)]
    found.sort(key=lambda row: order.index(str(row["severity"])))
    counts = [sum(row["severity"] == kind for row in found) for kind in order]
    with card(w("findings")):
        total = w.say("workbench-findings", errors=counts[0], warnings=counts[1], notes=counts[2])
        ui.label(total).classes("wb-error" if counts[0] else "wb-good")
        with ui.element("div").classes("wb-findings").props("tabindex=0"):
            for row in found[:MOST_TOLD]:
                _finding(editing, row, "_zh" if page.lang == "zh" else "")


def _finding(editing: _Editing, row: Mapping[str, Any], suffix: str) -> None:
    page, w = editing.page, editing.page.words
    places = [str(row[key]) for key in ("sheet", "row", "column") if row.get(key) is not None]
    word = w.of(Severity(str(row["severity"])))
    where = w.say("workbench-place", places=" / ".join(places)) if places else ""
    told, advice = str(row[f"message{suffix}"]), str(row.get(f"advice{suffix}") or "")
    told = w.say("message-and-advice", message=told, advice=advice) if advice else told
    text = f"{word} {where} {told}"

    async def go() -> None:
        for at, sheet in enumerate(editing.sheets):
            for number, name in marks(sheet, [row], page.lang):
                first = sheet.rows[0][0] if sheet.rows else 0
                await _show(editing, at, (number - first, name))

    button = ui.element("button").classes(f"wb-finding wb-{row['severity']}").on("click", go)
    with button:
        ui.label(text)


def _tables(editing: _Editing) -> None:
    page, w = editing.page, editing.page.words
    with card(w("tables")):
        options = {
            at: _sheet_name(sheet, editing.version.findings or (), page.lang)
            for at, sheet in enumerate(editing.sheets)
        }

        async def choose(event: events.ValueChangeEventArguments) -> None:
            await _show(editing, int(event.value))

        with rows("q-mb-sm"):
            chosen = Choice(options, value=0, label=w("table"), on_change=choose)
            chosen.classes("wb-wide").props("dense outlined")
            if page.visitor.may(Role.EDIT):
                _edit_buttons(editing)
        if page.visitor.may(Role.EDIT):
            ui.label(w("paste_hint")).classes("wb-soft")
        editing.grid = ui.aggrid(_options(editing), auto_size_columns=False).classes("wb-grid")
        editing.grid.props(f'aria-label="{w("table")}"')
        editing.grid.on("cellValueChanged", lambda event: _typed(editing, event.args))


def _edit_buttons(editing: _Editing) -> None:
    page, w = editing.page, editing.page.words

    async def more() -> None:
        title = editing.sheet.title
        editing.added[title] = editing.added.get(title, 0) + NEW_ROWS
        last = len(editing.sheet.rows) + editing.added[title] - 1
        await _show(editing, editing.shown, (last, ""))

    async def save() -> None:
        if not editing.cells:
            page.tell_fault(w("nothing_edited"))
            return
        working = ui.notification(w("checking"), spinner=True, timeout=None)
        cells, told = dict(editing.cells), note.value or ""
        made = await page.done(lambda: _saved(editing, cells, told))
        working.dismiss()
        if made is not None:
            ui.navigate.to(page.link(f"/version/{made.id}"))

    ui.button(w("more_rows"), on_click=more).props("outline no-caps")
    note = ui.input(w("note")).classes("wb-field").props("dense outlined maxlength=200")
    ui.button(w("save"), on_click=save).props("no-caps")


def _saved(editing: _Editing, cells: Mapping[Cell, str], note: str) -> Row:
    """Save; where somebody did so meanwhile it is told once, and the next time saved all the same.

    Raises
    ------
    OvertakenError
        Which says so.
    """
    page, version = editing.page, editing.version
    try:
        return page.bench.edit(page.visitor, version, cells, note, editing.seen)
    except OvertakenError as error:
        editing.seen = error.number
        raise


def _sheet_name(sheet: Sheet, findings: Sequence[Mapping[str, Any]], lang: str) -> str:
    name = sheet.name().zh if lang == "zh" else str(sheet.name())
    errors = [row for row in findings if row["severity"] == "error"]
    count = len(marks(sheet, errors, lang))
    return f"{name} ({count})" if count else name


async def _show(editing: _Editing, at: int, target: tuple[int, str] | None = None) -> None:
    """Show a sheet at a row and field, with what was typed into it."""
    editing.shown, editing.target = at, target
    editing.grid.options = _options(editing) | {"theme": "quartz"}
    editing.grid.update()


def _options(editing: _Editing) -> dict[str, Any]:
    """The sheet that is shown as options of a grid."""
    page, sheet = editing.page, editing.sheet
    may = page.visitor.may(Role.EDIT)
    columns: list[dict[str, Any]] = [
        {
            "field": "_row",
            "headerName": page.words("row"),
            "pinned": "left",
            "width": 70,
            "editable": False,
            ":cellClass": "p => (p.data._marks || {})[''] ? 'wb-cell-' + p.data._marks[''] : ''",
            ":tooltipValueGetter": "p => (p.data._told || {})['']",
        }
    ]
    for column in sheet.columns:
        name = page.words.told(column.heading)
        columns.append(
            {
                "field": column.field,
                "headerName": name,
                "headerTooltip": column.field,
                "editable": may,
                ":cellClass": _CLASS,
                ":valueFormatter": "p => window.shownCell ? shownCell(p) : p.value",
                ":tooltipValueGetter": _TOLD,
            }
        )
    return {
        "columnDefs": columns,
        ":onGridReady": _fill(editing),
        "defaultColDef": {
            "minWidth": 90,
            "width": 140,
            "resizable": True,
            "sortable": False,
            "suppressHeaderMenuButton": True,
            "cellDataType": False,
        },
        "undoRedoCellEditing": True,
        "localeText": grid_words(page.words),
        "suppressFieldDotNotation": True,
        "tooltipShowDelay": 200,
        "stopEditingWhenCellsLoseFocus": True,
    }


def _fill(editing: _Editing) -> str:
    """What the browser does once the grid stands: fetch its rows, lay what was typed over them.

    As options of the grid, thousands of rows would be made observed one by one.
    """
    page, sheet = editing.page, editing.sheet
    fields = {column.place: column.field for column in sheet.columns}
    asked = {
        "url": f"/version/{editing.version.id}/rows/{sheet.number}?lang={page.lang}",
        "words": f"/version/{editing.version.id}/words/{sheet.number}?lang={page.lang}",
        "last": sheet.last_row,
        "added": editing.added.get(sheet.title, 0),
        "edited": [
            [at, fields[place], text]
            for (title, at, place), text in editing.cells.items()
            if title == sheet.title
        ],
        "goto": editing.target,
    }
    told = json.dumps(asked)
    go = f"const go = () => window.fillGrid ? fillGrid(p.api, {told}) : setTimeout(go, 20)"
    return f"p => {{ {go}; go(); }}"


def _typed(editing: _Editing, event: Mapping[str, Any]) -> None:
    """Keep what was typed or pasted into a cell; the browser names row and column alone."""
    places = {column.field: column.place for column in editing.sheet.columns}
    row, place = event.get("data", {}).get("_row"), places.get(str(event.get("colId")))
    value = event.get("newValue")
    if isinstance(row, int) and place is not None:
        text = "" if value is None else str(value)
        editing.cells[(editing.sheet.title, row, place)] = text
