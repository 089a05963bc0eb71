"""How an instance comes in: a shipped plan, a template, a workbook, JSON, a zip of a folder."""

from __future__ import annotations

import io
import shutil
import stat
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath

import yaml

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.errors import PlanningError
from infraplan.optimizer.workbench.commands import run_command
from infraplan.optimizer.workbench.folders import DataFolder
from infraplan.optimizer.workbench.kept_sheets import is_large, kept_sheets
from infraplan.optimizer.workbench.storage import Row, Store

MOST_FILES, MOST_BYTES = 200, 300_000_000
"""Files in a zip, and bytes that they unpack to, at most."""
SETTINGS_FILE = "instance.yaml"
_ENDINGS = frozenset({".yaml", ".yml", ".csv", ".json", ".md", ".txt"})
_ZIP = b"PK\x03\x04"


class IntakeError(PlanningError):
    """What was uploaded cannot be taken in."""


@dataclass(frozen=True)
class ShippedPlan:
    """A real plan that ships with the product."""

    name: str
    title: Phrase
    folder: Path


@cache
def shipped_plans() -> tuple[ShippedPlan, ...]:
    """The plans that ship with the product; none where it is installed without them.

    Read once: their settings take longer to parse than the first page to be made.
    """
    root = Path(str(resources.files("infraplan"))) / "instances"
    found = []
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        path = folder / SETTINGS_FILE
        if path.is_file():
            title = yaml.safe_load(path.read_text("utf-8"))["title"]
            found.append(ShippedPlan(folder.name, pair(title["en"], title["zh"]), folder))
    return tuple(found)


@dataclass(frozen=True)
class Intake:
    """Takes instances in: each as the workbook of a first version, checked."""

    store: Store
    folder: DataFolder

    def shipped(self, name: str, by: str, lang: str) -> Row:
        """Begin with the shipped plan `name`.

        Raises
        ------
        IntakeError
            If there is none.
        """
        plan = next((plan for plan in shipped_plans() if plan.name == name), None)
        if plan is None:
            raise IntakeError(phrase("workbench-no-such-plan", name=name))
        title = plan.title.zh if lang == "zh" else str(plan.title)
        return self._converted(plan.folder, title, plan.name, by)

    def template(self, by: str, lang: str) -> Row:
        """Begin with the template and its worked example."""
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "template.xlsx"
            run_command(["new", path, f"--lang={lang}"]).require()
            title = phrase("workbench-template-title")
            named = title.zh if lang == "zh" else str(title)
            return self._begin(path.read_bytes(), named, "template", by)

    def uploaded(self, data: bytes, name: str, by: str) -> Row:
        """Begin with an uploaded file; its name chooses no path.

        A workbook is taken as it is, faults included: they are told beside its cells. Of another
        form it must be free of errors, since it is made a workbook.

        Raises
        ------
        IntakeError, CommandError
            If it is of no known form, or faulty.
        """
        title = PurePosixPath(name.replace("\\", "/")).name[:200] or "?"
        kind = Path(title).suffix.casefold()
        if kind == ".xlsx" and data.startswith(_ZIP):
            return self._begin(data, Path(title).stem, title, by)
        with tempfile.TemporaryDirectory() as place:
            if kind == ".json":
                path = Path(place) / "instance.json"
                path.write_bytes(data)
                return self._converted(path, Path(title).stem, title, by)
            if kind == ".zip" and data.startswith(_ZIP):
                folder = Path(place) / "instance"
                unpack(data, folder)
                return self._converted(folder, Path(title).stem, title, by)
        raise IntakeError(phrase("workbench-unknown-upload", name=title))

    def _converted(self, path: Path, title: str, origin: str, by: str) -> Row:
        with tempfile.TemporaryDirectory() as place:
            made = Path(place) / "instance.xlsx"
            run_command(["convert", path, made]).require()
            return self._begin(made.read_bytes(), title, origin, by)

    def _begin(self, data: bytes, title: str, origin: str, by: str) -> Row:
        instance = self.store.add_instance(title, origin, by)
        try:
            return self.keep(instance, data, by, "")
        except BaseException:
            self.store.drop_instance(instance)
            raise

    def keep(self, instance_id: int, data: bytes, by: str, note: str) -> Row:
        """Keep a workbook as the next version of an instance, and check it.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        version = self.store.add_version(instance_id, by, note)
        path = self.folder.workbook(instance_id, version.number)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            answer = run_command(["validate", path])
            self.store.keep_findings(version.id, list(answer.data.get("findings") or ()))
            if is_large(path):  # while somebody waits anyway: the page would be too late
                kept_sheets(path)
        except BaseException:  # a version without its workbook would be there for good
            self.store.drop_version(version.id)
            path.unlink(missing_ok=True)
            raise
        return self.store.version(version.id)


def unpack(data: bytes, folder: Path) -> None:
    """Unpack the files of one instance from a zip into `folder`, all side by side.

    Raises
    ------
    IntakeError
        If it is no zip, holds links, folders apart or too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [row for row in archive.infolist() if not row.is_dir()]
            _require_harmless(entries)
            chosen = _of_one_folder(entries)
            folder.mkdir()
            for entry in chosen:
                with archive.open(entry) as read:
                    target = folder / PurePosixPath(entry.filename).name
                    with target.open("wb") as file:
                        shutil.copyfileobj(read, file)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        raise IntakeError(phrase("workbench-bad-zip")) from None


def _require_harmless(entries: list[zipfile.ZipInfo]) -> None:
    too_much = len(entries) > MOST_FILES or sum(row.file_size for row in entries) > MOST_BYTES
    leads_away = any(
        stat.S_ISLNK(row.external_attr >> 16)
        or ".." in PurePosixPath(row.filename).parts
        or row.filename.startswith("/")
        or any(mark in row.filename for mark in "\\:\x00")
        for row in entries
    )
    if too_much or leads_away:
        raise IntakeError(phrase("workbench-bad-zip"))


def _of_one_folder(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The files beside the one file of settings."""
    paths = {row.filename: PurePosixPath(row.filename) for row in entries}
    homes = {path.parent for path in paths.values() if path.name == SETTINGS_FILE}
    if len(homes) != 1:
        raise IntakeError(phrase("workbench-zip-without-settings"))
    (home,) = homes
    return [
        row
        for row in entries
        if paths[row.filename].parent == home and paths[row.filename].suffix.casefold() in _ENDINGS
    ]
