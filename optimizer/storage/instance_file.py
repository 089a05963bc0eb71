"""An instance in any of its forms: folder, workbook (.xlsx) or JSON, chosen by the path."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infraplan.models.catalogue import phrase, system_reason
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.assembly import ReadInstance
from infraplan.optimizer.storage.csv_text import decode, read_bytes
from infraplan.optimizer.storage.faults import Faults, OutputError
from infraplan.optimizer.storage.folder import (
    SETTINGS_FILE,
    read_folder,
    replace_file,
    write_folder,
    writing,
)

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.models.instance import Instance

RUN_STATEMENTS, RUN_INSTANCE = ("run.json", "plan.json"), "instance.json"
"""Files of a run folder that state the run and its plan, and the one that is its instance."""

_FILE_FORMS = (".xlsx", ".json")
_OTHER_FILES = frozenset(
    {
        ".csv", ".doc", ".docx", ".et", ".geojson", ".gz", ".htm", ".html", ".inp", ".m",
        ".md", ".mps", ".lp", ".ods", ".pdf", ".svg", ".tsv", ".txt", ".wps", ".xls",
        ".xlsb", ".xlsm", ".xml", ".yaml", ".yml", ".zip",
    }
)  # fmt: skip
"""Endings of files that are no instance."""
_FILE_ENDING = regex(r"\.[a-z]{1,4}")
"""What looks like the ending of a file; any other dot (`plan.v2`) may belong to a folder's name."""


def read_instance(path: Path) -> Instance:
    """Return the instance at `path`: a folder, an .xlsx workbook or a .json file.

    Raises
    ------
    InstanceFormatError
        A file, row or cell cannot be read.
    UnknownReferenceError
        An id is used that nothing defines.
    InconsistentInstanceError
        The tables make no sense together.
        Each carries all findings, not only those of its own kind.
    """
    return inspect_instance(path).require()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Collect no garbage meanwhile: what is read is kept, and would be looked through each time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_uncollected()
def inspect_instance(path: Path) -> ReadInstance:
    """Return the instance at `path`, or None, with everything found: errors, warnings, notes."""
    faults = Faults()
    name = path.name or str(path)
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError:
        is_folder, exists = False, False
    if not exists:
        advice = phrase("check-the-path-infraplan-new-makes-a-template")
        faults.report("missing-file", phrase("there-is-nothing-at", path=path), advice, file=name)
    elif is_folder and path.suffix.casefold() in _FILE_FORMS:
        faults.report(
            "not-a-file",
            phrase("is-a-folder-2", name=name),
            phrase("give-a-file", suffix=path.suffix),
            file=name,
        )
    elif _is_of_a_run(path):
        place = (path if is_folder else path.parent) / RUN_INSTANCE
        message = phrase("is-a-run-and-no-instance", name=name)
        faults.report(
            "not-an-instance",
            message,
            phrase("give-the-instance-of-the-run", place=place),
            file=name,
        )
    elif is_folder:
        return _read_folder(path, faults)
    elif path.suffix.casefold() == ".xlsx":
        from infraplan.optimizer.storage.workbook import read_workbook

        data = read_bytes(path, faults)
        if data is not None:
            return read_workbook(data, name)
    elif path.suffix.casefold() == ".json":
        from infraplan.optimizer.storage.json_form import read_json

        data = read_bytes(path, faults)
        text = decode(data, name, faults) if data is not None else None
        if text is not None:
            return read_json(text, name)
    else:
        _name_form(path, faults)
    return ReadInstance(None, tuple(faults.findings), {}, len(faults.findings))


def _is_of_a_run(path: Path) -> bool:
    """Whether `path` is a run folder, or what of it states the run or its plan."""
    folder = path.parent if path.name in RUN_STATEMENTS else path
    try:
        has_both = (folder / RUN_STATEMENTS[0]).is_file() and (folder / RUN_INSTANCE).is_file()
        return has_both and not (folder / SETTINGS_FILE).exists()
    except OSError:
        return False


def _read_folder(path: Path, faults: Faults) -> ReadInstance:
    try:
        next(iter(path.iterdir()), None)
    except OSError as error:
        message = phrase("the-folder-cannot-be-read", name=system_reason(error))
        faults.report("unreadable-file", message, phrase("check-its-permissions"), file=path.name)
        return ReadInstance(None, tuple(faults.findings), {}, 1)
    return read_folder(path)


def _name_form(path: Path, faults: Faults) -> None:
    if path.suffix.casefold() in (".xls", ".et", ".ods", ".xlsm", ".xlsb"):
        message = phrase("a-file-is-not-read", suffix=path.suffix)
        advice = phrase("save-it-as-xlsx")
    elif path.name in ("instance.yaml", "projects.csv"):
        message = phrase("is-one-file-of-an-instance-folder", path=path.name)
        advice = phrase("give-the-folder-that-it-lies-in")
    else:
        message = phrase("is-a-file-but-neither-xlsx-nor-json", path=path.name)
        advice = phrase("give-an-instance-folder-an-xlsx-workbook-or-a")
    faults.report("not-a-folder", message, advice, file=path.name)


def _is_unknown_ending(path: Path) -> bool:
    """Whether a new place is called like a file of a form that is none of an instance's."""
    form = path.suffix.casefold()
    looks_so = _FILE_ENDING.fullmatch(form) is not None and form not in _FILE_FORMS
    return looks_so and not path.is_dir()


def write_instance(instance: Instance, path: Path, lang: str = "en") -> None:
    """Write `instance` to `path`: .xlsx a workbook, .json a file, anything else a folder.

    In `lang` "zh" a workbook has the Chinese sheets and headings of the template, in which an
    office goes on filling in. A file is replaced whole; of a folder that exists, see
    `folder.write_folder`.

    Raises
    ------
    OutputError
        It cannot be written there, or holds text that no form could keep.
    """
    from infraplan.optimizer.storage.json_form import instance_to_json, require_writable

    require_writable(instance)
    form = path.suffix.casefold()
    if form in _OTHER_FILES or _is_unknown_ending(path):
        message = phrase("ends-in-no-form-of-an-instance", path=path.name, suffix=path.suffix)
        raise OutputError(message)
    if form not in _FILE_FORMS:
        write_folder(instance, path)
        return
    if path.is_dir():
        message = phrase("is-a-folder-a-file-is-to-be-written-there", path=path, form=form)
        raise OutputError(message)
    if form == ".json":
        content = instance_to_json(instance).encode()
    else:
        from infraplan.optimizer.storage.workbook_out import workbook_bytes

        content = workbook_bytes(instance, template_lang="zh" if lang == "zh" else None)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
