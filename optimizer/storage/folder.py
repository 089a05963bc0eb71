"""Instance folder: `instance.yaml`, one CSV per table, `scenarios.yaml`."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infraplan.models.catalogue import listed, phrase, system_reason
from infraplan.models.errors import Severity
from infraplan.models.project import BASE_OPTION, Option, Project
from infraplan.optimizer.storage.assembly import Assembly, ReadInstance
from infraplan.optimizer.storage.cells import format_value
from infraplan.optimizer.storage.csv_text import (
    COMMAS,
    decode,
    format_csv,
    parse_csv,
    read_bytes,
    separator_of,
)
from infraplan.optimizer.storage.faults import OutputError
from infraplan.optimizer.storage.fields import Base, FieldInfo, fields_of
from infraplan.optimizer.storage.file_limits import MOST_ROWS
from infraplan.optimizer.storage.numbers import DecimalMark
from infraplan.optimizer.storage.rows import Row, Source, find_headings, read_grid
from infraplan.optimizer.storage.table_columns import (
    CSV_TABLES,
    OPTIONS,
    PROJECTS,
    SCENARIOS,
    Table,
    table_of,
)
from infraplan.optimizer.storage.tree import TreeReader
from infraplan.optimizer.storage.yaml_text import YamlTree, format_yaml, parse_yaml

if TYPE_CHECKING:
    from infraplan.models.base import DomainModel
    from infraplan.models.instance import Instance

SETTINGS_FILE = "instance.yaml"
SCENARIOS_FILE = "scenarios.yaml"
_TEXTS = (Base.TEXT, Base.NUMBER_OR_TEXT)
EXTRA_FILES = frozenset({"coverage.csv"})
"""Tables that may lie in the folder and are read by other commands."""


# ----------------------------------------------------------------------------------------- reading


def read_folder(folder: Path) -> ReadInstance:
    """Return the instance in `folder` with all findings."""
    assembly = Assembly()
    faults = assembly.faults
    settings = _read_tree(folder / SETTINGS_FILE, assembly)
    if settings is not None:
        reader = TreeReader(faults, SETTINGS_FILE, line_of=settings.line_of)
        assembly.set_settings(settings.data, reader)
    elif (folder / "instance.yml").exists():
        advice = phrase("rename-it-to", settings_file=SETTINGS_FILE)
        faults.report(
            "unknown-file", phrase("instance-yml-is-not-read"), advice, file="instance.yml"
        )
    rows = {
        name: _read_table(folder / f"{name}.csv", table_of(name), assembly)
        for name in CSV_TABLES
        if name == PROJECTS or (folder / f"{name}.csv").exists()
    }
    assembly.add_projects(rows.pop(PROJECTS), rows.pop(OPTIONS, []))
    for name, table_rows in rows.items():
        assembly.add_rows(name, table_rows)
    if (folder / SCENARIOS_FILE).exists():
        _read_scenarios(folder / SCENARIOS_FILE, assembly)
    _name_strangers(folder, assembly)
    return assembly.finish()


def _read_tree(path: Path, assembly: Assembly) -> YamlTree | None:
    data = read_bytes(path, assembly.faults)
    text = decode(data, path.name, assembly.faults) if data is not None else None
    return parse_yaml(text, path.name, assembly.faults) if text is not None else None


def _read_table(path: Path, table: Table, assembly: Assembly) -> list[Row]:
    faults = assembly.faults
    data = read_bytes(path, faults)
    text = decode(data, path.name, faults) if data is not None else None
    grid = parse_csv(text, path.name, faults, most=MOST_ROWS) if text is not None else None
    if grid is None:
        assembly.lose_rows()
        return []
    # Where the comma parts the cells it is no decimal mark; else it may be.
    by_comma = text is None or separator_of(text) in COMMAS
    source = Source(path.name)
    rows = read_grid(
        grid,
        table,
        source,
        assembly.context,
        faults,
        heading_row=find_headings(grid, table, source, faults),
        if_silent=DecimalMark.POINT if by_comma else DecimalMark.ASK,
    )
    if table.name == PROJECTS and len(grid) == 1 and not rows:
        faults.report(
            "no-rows",
            phrase("the-table-has-a-heading-and-no-project"),
            phrase("add-one-row-per-project"),
            file=path.name,
            row=1,
            severity=Severity.WARNING,
        )
    return rows


def _read_scenarios(path: Path, assembly: Assembly) -> None:
    tree = _read_tree(path, assembly)
    if tree is None:
        return
    reader = TreeReader(assembly.faults, path.name, line_of=tree.line_of)
    data, where = tree.data, ""
    if isinstance(data, Mapping) and "scenarios" in data:
        for name in data:
            if name != "scenarios":
                reader.fault(
                    "unknown-key",
                    phrase("is-not-known-here", name=name),
                    phrase("delete-it"),
                    str(name),
                )
        data, where = data["scenarios"], "scenarios"
    if data is not None:
        assembly.add_tree(SCENARIOS, data, reader, where)


def _name_strangers(folder: Path, assembly: Assembly) -> None:
    """Warn of files that look like tables and are not read."""
    known = [f"{name}.csv" for name in CSV_TABLES]
    for path in sorted(folder.iterdir()):
        name = path.name
        if path.suffix.casefold() != ".csv" or name in known or name in EXTRA_FILES:
            continue
        if name.startswith((".", "~", "#", "note_")):
            continue
        close = get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
        hint = (
            phrase("did-you-mean-2", close=close[0])
            if close
            else phrase("known-tables", known=listed(known))
        )
        assembly.faults.report(
            "unknown-table",
            phrase("is-not-a-table-of-an-instance-and-is-not-read", name=name),
            hint,
            file=name,
            severity=Severity.WARNING,
        )


# ----------------------------------------------------------------------------------------- writing


def write_folder(instance: Instance, folder: Path) -> None:
    """Write `instance` into `folder`.

    A new folder appears whole or not at all. In a folder that exists, the files of an instance are
    replaced one by one, tables that are empty now are removed, and all other files stay.

    Raises
    ------
    OutputError
        `folder` is a file, or cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        message = phrase("is-a-file-a-folder-is-to-be-written-there", folder=folder)
        raise OutputError(message)
    files = folder_files(instance)
    with writing(folder):
        if folder.exists():
            for name, content in files.items():
                replace_file(folder / name, content)
            for name in CSV_TABLES:
                if f"{name}.csv" not in files:
                    (folder / f"{name}.csv").unlink(missing_ok=True)
            if SCENARIOS_FILE not in files:
                (folder / SCENARIOS_FILE).unlink(missing_ok=True)
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        with temporary_sibling(folder) as temporary:
            for name, content in files.items():
                (temporary / name).write_bytes(content)
            temporary.rename(folder)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an operating system error into an `OutputError` about `path`."""
    try:
        yield
    except OSError as error:
        message = phrase("cannot-be-written", path=path, name=system_reason(error))
        raise OutputError(message) from error


@contextlib.contextmanager
def temporary_sibling(path: Path) -> Iterator[Path]:
    """Give an empty folder beside `path`, removed at the end unless it was renamed."""
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent))
    try:
        temporary.chmod(0o777 & ~_umask())
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _umask() -> int:
    # Asking for the mask means setting it; a folder of mkdtemp is readable by its owner alone.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` to `path` whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def folder_files(instance: Instance) -> dict[str, bytes]:
    """Return the files of the folder form of `instance` by name."""
    files = {SETTINGS_FILE: format_yaml(tree_of(instance.settings))}
    for name, (headings, rows) in instance_tables(instance).items():
        columns, explicit = table_of(name).columns, name == OPTIONS
        texts = [format_row(columns, headings, row, explicit=explicit) for row in rows]
        shown = [table_of(name).heading(heading) for heading in headings]
        files[f"{name}.csv"] = format_csv(shown, texts)
    if instance.scenarios:
        scenarios = [tree_of(scenario) for scenario in instance.scenarios]
        files[SCENARIOS_FILE] = format_yaml({"scenarios": scenarios})
    return files


def format_row(
    columns: Mapping[str, FieldInfo],
    headings: Sequence[str],
    values: Sequence[Any],
    *,
    explicit: bool = False,
) -> list[str]:
    """Return the cells of a row.

    A cell that is empty of purpose, where a blank would be read as something else, says so: an
    apostrophe for a text, `none` for all else. With `explicit` a blank cell never stays blank.
    """
    cells = []
    for heading, value in zip(headings, values, strict=True):
        field = columns[heading]
        cell = format_value(field.type, value)
        empty = value is None or value in ("", (), {})
        if not cell and empty and (explicit or not _blank_means(field, value)):
            cell = "'" if field.type.base in _TEXTS else "none"
        cells.append(cell)
    return cells


def _blank_means(field: FieldInfo, value: Any) -> bool:
    """Whether a blank cell of `field` is read as `value`."""
    if field.type.base is Base.NUMBER_OR_TEXT:
        return value is None
    return not field.required and (field.default is None or field.default == value)


def tree_of(item: DomainModel) -> dict[str, Any]:
    """Return `item` as plain data for YAML; empty values that are the default are left out."""
    found: dict[str, Any] = {}
    for name, field in fields_of(type(item)).items():
        value = getattr(item, name)
        if field.type.base is Base.OBJECT:
            kept = tree_of(value)
            if kept or field.required:
                found[name] = kept
        elif field.type.base is Base.OBJECTS:
            if value or field.required:
                found[name] = [tree_of(part) for part in value]
        elif value not in (None, "", (), {}) or field.required or field.default != value:
            found[name] = item.model_dump(mode="json", include={name})[name]
    return found


def instance_tables(instance: Instance) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """Return headings and rows of values of each table to be written, scenarios apart.

    Tables without rows are left out, `projects` excepted. The column `option` of `projects` is
    written only where a base option has a name of its own.
    """
    found: dict[str, tuple[list[str], list[list[Any]]]] = {}
    for name in CSV_TABLES:
        if name == PROJECTS:
            found[name] = _project_table(instance.projects)
        elif name == OPTIONS:
            further = [(p, option) for p in instance.projects for option in p.options[1:]]
            headings = list(table_of(OPTIONS).columns)
            if further:
                found[name] = (
                    headings,
                    [_option_row(p, option, headings) for p, option in further],
                )
        elif rows := getattr(instance, name):
            headings = list(table_of(name).columns)
            found[name] = (headings, [[getattr(row, h) for h in headings] for row in rows])
    return found


def _option_row(project: Project, option: Option, headings: list[str]) -> list[Any]:
    return [project.id if h == "project" else getattr(option, h) for h in headings]


def _project_table(projects: tuple[Project, ...]) -> tuple[list[str], list[list[Any]]]:
    headings = list(table_of(PROJECTS).columns)
    if all(project.options[0].option == BASE_OPTION for project in projects):
        headings.remove("option")
    own = set(Project.model_fields)
    rows = [[getattr(p if h in own else p.options[0], h) for h in headings] for p in projects]
    return headings, rows
