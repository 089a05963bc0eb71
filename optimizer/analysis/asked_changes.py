"""Changes of an instance that are asked for in the command line: force, forbid, set a cell.

They are made and checked as a scenario's changes are; the run keeps what was changed, why, by whom,
and what it costs against a run without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from infraplan.models.apply_scenario import apply_scenario, find_scenario, under_scenario
from infraplan.models.catalogue import Phrase, foreign, listed, phrase
from infraplan.models.errors import (
    Finding,
    InconsistentInstanceError,
    UnknownReferenceError,
)
from infraplan.models.instance import TABLES, Instance, table_model
from infraplan.models.project import Mandate, Option
from infraplan.models.scenario import Change, Scenario

COMMAND_LINE = "command-line"
FORCE, FORBID, SET = "force", "forbid", "set"
FUNDS, INFLOWS, OPTIONS, SETTINGS = "funds", "inflows", "options", "instance"


@dataclass(frozen=True)
class AskedChanges:
    """What is asked to be different, and why.

    `sets` are texts `TABLE.ROW.COLUMN=VALUE`; the row of a table with several key columns has its
    parts with `/` between; `funds.FUND.YEAR` is what comes into a fund in a year.
    """

    force: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    because: str = ""
    by: str = ""

    @classmethod
    def of(
        cls,
        force: Iterable[str] | None,
        forbid: Iterable[str] | None,
        sets: Iterable[str] | None,
        because: str,
        by: str,
    ) -> AskedChanges:
        """As options of a command give them, None where one is not given."""
        return cls(tuple(force or ()), tuple(forbid or ()), tuple(sets or ()), because, by)

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.force or self.forbid or self.sets)


@dataclass(frozen=True)
class MadeChange:
    """A cell that was changed; `before` None where it was blank."""

    kind: str
    table: str
    row: str
    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ChangedInstance:
    """An instance with changes made, and what they were."""

    instance: Instance
    changes: tuple[MadeChange, ...]


def change_instance(
    instance: Instance,
    asked: AskedChanges,
    read: Callable[[Instance, Change], Change] = lambda _, change: change,
    scenario: str = "",
) -> ChangedInstance:
    """Make the changes, after those of `scenario` where one is named; check the instance afresh.

    What is asked for at the table counts whatever the scenario says of the same cell: the changes
    become the last ones of the scenario. `read` reads the text of a change as the cell of its
    column; what it raises is told.

    Raises
    ------
    UnknownReferenceError
        If a table, row, column or project is not there; all such faults at once.
    InconsistentInstanceError
        If a value does not fit, or the changed instance makes no sense.
    """
    changes, findings = parse_changes(instance, asked)
    if findings:
        raise UnknownReferenceError(findings)
    kinds = [FORCE] * len(asked.force) + [FORBID] * len(asked.forbid) + [SET] * len(asked.sets)
    words = _words(asked)
    made = _read_all(instance, zip(words, changes, strict=True), read)
    before = under_scenario(instance, scenario)
    ahead = find_scenario(instance, scenario).changes if scenario else ()
    last = Scenario(id=_free(instance), changes=(*ahead, *made))
    trial = instance.model_copy(update={"scenarios": (*instance.scenarios, last)})
    try:
        changed = apply_scenario(trial, last.id, words)
    except (InconsistentInstanceError, UnknownReferenceError) as error:
        told = [_of_command_line(finding) for finding in error.findings]
        raise type(error)(told) from None
    pairs = zip(kinds, made, strict=True)
    rows = tuple(_told(kind, change, before, changed) for kind, change in pairs)
    if not scenario:
        return ChangedInstance(changed.model_copy(update={"scenarios": instance.scenarios}), rows)
    scenarios = tuple(
        row.model_copy(update={"changes": last.changes}) if row.id == scenario else row
        for row in instance.scenarios
    )
    return ChangedInstance(instance.model_copy(update={"scenarios": scenarios}), rows)


def _words(asked: AskedChanges) -> list[Phrase]:
    """The changes as they stand in the command line, in order."""
    texts = [f"--force {name}" for name in asked.force]
    texts += [f"--forbid {name}" for name in asked.forbid]
    return [foreign(text) for text in (*texts, *asked.sets)]


def _read_all(
    instance: Instance,
    changes: Iterable[tuple[Phrase, Change]],
    read: Callable[[Instance, Change], Change],
) -> list[Change]:
    made, findings = [], []
    for asked, change in changes:
        try:
            made.append(read(instance, change))
        except InconsistentInstanceError as error:
            for finding in error.findings:
                told = phrase("asked-change-fault", asked=asked, message=finding.message)
                findings.append(_of_command_line(replace(finding, message=told)))
    if findings:
        raise InconsistentInstanceError(findings)
    return made


def parse_changes(instance: Instance, asked: AskedChanges) -> tuple[list[Change], list[Finding]]:
    """The changes in order, and what cannot be understood of them."""
    changes: list[Change] = []
    findings: list[Finding] = []
    both = set(asked.force) & set(asked.forbid)
    for name in sorted(both):
        findings.append(_finding(phrase("forced-and-forbidden", name=name), "--forbid"))
    for names, word, option in (
        (asked.force, Mandate.MUST, "--force"),
        (asked.forbid, Mandate.MUST_NOT, "--forbid"),
    ):
        for name in names:
            if name not in instance.project_by_id:
                findings.append(_finding(phrase("there-is-no-project", names=name), option))
            changes.append(
                Change(table="projects", where={"id": name}, field="mandatory", value=word.value)
            )
    places: set[str] = set()
    for text in asked.sets:
        change = _parse(text)
        place = text.partition("=")[0].strip()
        if place in places:
            findings.append(_finding(phrase("set-twice", place=place), "--set"))
        places.add(place)
        if isinstance(change, Change):
            changes.append(change)
            findings += _unknown(instance, change, text)
        else:
            findings.append(_finding(change, "--set"))
    return changes, findings


def _parse(text: str) -> Change | Phrase:
    place, sign, value = text.partition("=")
    parts = place.strip().split(".")
    if not sign or len(parts) < 3 or not all(parts):
        return phrase("set-is-not-understood", text=text)
    table, column = parts[0], parts[-1]
    row = ".".join(parts[1:-1])
    if table == SETTINGS:
        return Change(table=table, field=".".join(parts[1:]), value=value.strip())
    if table == OPTIONS and row.count("/") == 1:
        project, _, option = row.partition("/")
        where = {"id": project, "option": option}
        return Change(table="projects", where=where, field=column, value=value.strip())
    if table == FUNDS and column.isdigit():
        where = {"fund": row, "year": column}
        return Change(table=INFLOWS, where=where, field="value", value=value.strip())
    if table not in TABLES or table == "scenarios":
        return phrase("there-is-no-table", table=table)
    keys, cells = table_model(table).row_key or ("id",), row.split("/")
    if len(cells) == 1 and "id" in table_model(table).model_fields:
        keys = ("id",)
    if len(cells) != len(keys):
        return phrase("set-row-has-other-keys", text=text, keys=listed(keys))
    where = dict(zip(keys, cells, strict=True))
    return Change(table=table, where=where, field=column, value=value.strip())


def _unknown(instance: Instance, change: Change, text: str) -> Iterable[Finding]:
    """What a change speaks of and is not there."""
    if change.table == SETTINGS:
        return  # applying it tells
    columns = set(table_model(change.table).model_fields)
    if change.table == "projects":
        columns |= set(Option.model_fields)
    if change.field not in columns:
        told = phrase("table-has-no-column", table=change.table, field=change.field)
        yield _finding(told, "--set", phrase("columns", fields=listed(sorted(columns))))
    elif change.field in _keys(change):
        yield _finding(phrase("set-names-rows", field=change.field, text=text), "--set")
    elif not _rows(instance, change):
        told = phrase("no-row-of-fits", table=change.table, where=dict(change.where))
        yield _finding(told, "--set", phrase("set-names-a-row", text=text))


def _keys(change: Change) -> set[str]:
    """Columns that name a row: with another value it would be another row."""
    keys = {*change.where, *table_model(change.table).row_key}
    keys |= {"id"} & set(table_model(change.table).model_fields)
    return keys | ({"option"} if change.table == "projects" else set())


def _rows(instance: Instance, change: Change) -> Sequence[Any]:
    own = {
        key: value
        for key, value in change.where.items()
        if key != "option" or not _is_option(change)
    }
    named = change.where.get("option") if _is_option(change) else None
    return [
        row
        for row in getattr(instance, change.table)
        if all(str(getattr(row, key, None)) == value for key, value in own.items())
        and (named is None or any(option.option == named for option in row.options))
    ]


def _is_option(change: Change) -> bool:
    """Whether a change is of one option of a project."""
    return change.table == "projects" and "option" in change.where


def _told(kind: str, change: Change, before: Instance, after: Instance) -> MadeChange:
    return MadeChange(
        kind=kind,
        table=change.table,
        row="/".join(change.where.values()),
        column=change.field,
        before=_cell(before, change),
        after=_cell(after, change),
    )


def _cell(instance: Instance, change: Change) -> Any:
    """What the cell holds; of a project's options, by option where they differ."""
    if change.table == SETTINGS:
        return _plain(reduce(getattr, change.field.split("."), instance.settings))
    (row, *_) = _rows(instance, change)
    if _is_option(change):
        return _plain(getattr(row.option(change.where["option"]), change.field))
    if change.table == "projects" and change.field in Option.model_fields:
        cells = {option.option: _plain(getattr(option, change.field)) for option in row.options}
        values = list(cells.values())
        return values[0] if all(value == values[0] for value in values) else cells
    return _plain(getattr(row, change.field))


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return getattr(value, "value", value)


def _finding(message: Phrase, option: str, advice: Phrase | None = None) -> Finding:
    told = advice or phrase("set-how")
    return Finding(rule="asked-change", message=message, advice=told, column=option)


def _of_command_line(finding: Finding) -> Finding:
    return Finding(
        rule=finding.rule, message=finding.message, advice=finding.advice, column="--set"
    )


def _free(instance: Instance) -> str:
    known, name = {row.id for row in instance.scenarios}, COMMAND_LINE
    while name in known:
        name += "-"
    return name
