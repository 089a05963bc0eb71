"""What a planner does at the workbench: each deed asks for its role and keeps who did it."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import in_language, phrase, term
from infraplan.models.errors import PlanningError
from infraplan.models.run_state import RunState
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.workbench.access import Gate
from infraplan.optimizer.workbench.changed_figures import check_change
from infraplan.optimizer.workbench.commands import run_command
from infraplan.optimizer.workbench.folders import DataFolder
from infraplan.optimizer.workbench.intake import Intake
from infraplan.optimizer.workbench.job_queue import JobQueue
from infraplan.optimizer.workbench.kept import Kept
from infraplan.optimizer.workbench.kept_sheets import is_large, kept_sheets, written
from infraplan.optimizer.workbench.paged import Answer, Asked, answer_of
from infraplan.optimizer.workbench.plan_view import (
    LEFT_OUT,
    MOST_VIEWS,
    rows_of,
    shown_of,
    view_of,
)
from infraplan.optimizer.workbench.planning_store import PlanningStore
from infraplan.optimizer.workbench.reading import is_there, state_of, written_at
from infraplan.optimizer.workbench.roles import ForbiddenError, Role, Visitor, role_to_declare
from infraplan.optimizer.workbench.sheets import Cell, Sheet, shown_rows
from infraplan.optimizer.workbench.shown_words import words_shown
from infraplan.optimizer.workbench.storage import MOST_NUMBER, Row
from infraplan.optimizer.workbench.studies import (
    ROLLED_FILE,
    STUDIES,
    Of,
    instance_of,
    plan_folder,
)
from infraplan.optimizer.workbench.tables import JobKind, JobState

MOST_EXPLAIN_S = 3600.0
"""Longest solve that explains a project, seconds."""
MOST_KEPT, MOST_ROWS_KEPT = 6, 40
"""Versions whose sheets are kept in memory, and sheets whose rows are."""


class OvertakenError(PlanningError):
    """Somebody saved version `number` while another was being edited."""

    def __init__(self, number: int, by: str) -> None:
        super().__init__(phrase("workbench-overtaken", number=number, by=by))
        self.number = number


@dataclass
class Workbench:
    """The workbench behind its pages."""

    store: PlanningStore
    folder: DataFolder
    queue: JobQueue
    gate: Gate
    formats: tuple[str, ...] = ()
    _sheets: Kept[list[Sheet]] = field(default_factory=lambda: Kept(MOST_KEPT))
    _rows: Kept[Answer] = field(default_factory=lambda: Kept(MOST_ROWS_KEPT))
    _drawn: Kept[Answer] = field(default_factory=lambda: Kept(MOST_VIEWS))

    @property
    def intake(self) -> Intake:
        """How instances come in."""
        return Intake(self.store, self.folder)

    def require(self, visitor: Visitor, role: Role) -> Visitor:
        """Go on only where the visitor has `role` now, whatever they had when the page was made.

        Raises
        ------
        ForbiddenError
            If not.
        """
        found = self.gate.now(visitor)
        if found is None or found.name != visitor.name:
            raise ForbiddenError(phrase("workbench-role-is-missing", role=role))
        found.require(role)
        return found

    # --------------------------------------------------------------------------------------- data

    def take_in(self, visitor: Visitor, way: Callable[[Intake, str], Row]) -> Row:
        """Begin an instance in some `way`."""
        by = self.require(visitor, Role.EDIT).name
        return self._read_beside(way(self.intake, by))

    def _read_beside(self, version: Row) -> Row:
        """Read the instance of a new version beside, for the pages that will ask for it."""
        path = self.workbook(version)
        if not version.errors and is_large(path):
            threading.Thread(target=_read_instance, args=(path,), daemon=True).start()
        return version

    def workbook(self, version: Row) -> Path:
        """File of a version."""
        return self.folder.workbook(version.instance_id, version.number)

    def sheets(self, version: Row) -> list[Sheet]:
        """Sheets of a version; a version never changes."""
        return self._sheets.of(version.id, lambda: kept_sheets(self.workbook(version)))

    def rows(self, visitor: Visitor, version: Row, at: int, lang: str) -> Answer:
        """Rows of sheet number `at` of a version as a grid shows them, as JSON.

        In one piece: a grid in which one pastes and takes back has all of them.

        Raises
        ------
        NotThereError
            If there is no such sheet.
        """
        sheets = self._sheets_with(visitor, version, at)

        def made() -> Answer:
            return Answer.of_json(shown_rows(sheets[at], version.findings or (), lang))

        # What is found of a version comes a moment after it.
        return self._rows.of((version.id, at, lang, version.errors is None), made)

    def cell_words(self, visitor: Visitor, version: Row, at: int, lang: str) -> Answer:
        """What ids and words of fixed lists in sheet number `at` are called, as JSON.

        Raises
        ------
        NotThereError
            If there is no such sheet.
        """
        sheets = self._sheets_with(visitor, version, at)
        key = (version.id, at, lang, "words")
        return self._rows.of(key, lambda: Answer.of_json(words_shown(sheets[at], sheets, lang)))

    def _sheets_with(self, visitor: Visitor, version: Row, at: int) -> list[Sheet]:
        self.require(visitor, Role.SEE)
        sheets = self.sheets(version)
        if not 0 <= at < len(sheets):
            raise NotThereError(phrase("workbench-there-is-nothing", number=at))
        return sheets

    def table_rows(
        self, visitor: Visitor, number: int, name: str, lang: str, asked: Asked
    ) -> Answer:
        """A page of rows of a table of a run, or of what was left out of it.

        Raises
        ------
        NotThereError
            If there is no such run or table.
        """
        self.require(visitor, Role.SEE)
        folder = self.run_folder(number)
        if folder is None or name not in (*TABLES, LEFT_OUT):
            raise NotThereError(phrase("workbench-there-is-nothing", number=number))
        key = (folder, written_at(folder), name, lang)
        return answer_of(key, lambda: rows_of(folder, name, lang), asked)

    def drawn_schedule(self, visitor: Visitor, number: int) -> Answer:
        """The schedule of a run as HTML.

        Raises
        ------
        NotThereError
            If there is no such run, or it has no plan.
        """
        self.require(visitor, Role.SEE)
        folder = self.run_folder(number)
        view = None if folder is None else view_of(folder)
        if folder is None or view is None:
            raise NotThereError(phrase("workbench-there-is-nothing", number=number))
        drawn = view.drawn
        key = (folder, written_at(folder))
        return self._drawn.of(key, lambda: Answer.of(drawn.encode("utf-8", "replace")))

    def edit(
        self, visitor: Visitor, version: Row, cells: Mapping[Cell, str], note: str, seen: int = 0
    ) -> Row:
        """Keep a version with other cells as the next version, and check it.

        `seen` is the last version's number as the visitor knows it; 0 asks for no such look.

        Raises
        ------
        OvertakenError
            Somebody saved a version meanwhile, whose edits this one would not have.
        """
        by = self.require(visitor, Role.EDIT).name
        last = self.store.versions(version.instance_id)[0]
        if seen and last.number > seen:
            raise OvertakenError(last.number, last.by)
        data = written(self.workbook(version), cells)
        return self._read_beside(self.intake.keep(version.instance_id, data, by, note))

    def wish(self, visitor: Visitor, version: Row, project: str, must: bool, because: str) -> None:
        """Ask that a project must or must not be built.

        Raises
        ------
        ForbiddenError
            If the role is missing, or no project or reason is named.
        """
        by = self.require(visitor, Role.EDIT).name
        if not project or not because.strip():
            raise ForbiddenError(phrase("workbench-wish-needs-words"))
        self.store.wish(version.instance_id, project, must, because.strip(), by)

    def unwish(self, visitor: Visitor, version: Row, project: str) -> None:
        """Ask no more of a project."""
        self.require(visitor, Role.EDIT)
        self.store.unwish(version.instance_id, project)

    def change(self, visitor: Visitor, version: Row, cell: str, value: str, because: str) -> None:
        """Change a figure in the solves of a version's instance; the data stay as they are.

        Raises
        ------
        ForbiddenError, ChangeError, InstanceError
            If the role, the cell or the reason is missing; if the value does not fit; if the
            version has errors.
        """
        by = self.require(visitor, Role.EDIT).name
        if not cell.strip() or not value.strip() or not because.strip():
            raise ForbiddenError(phrase("workbench-change-needs-words"))
        check_change(instance_of(self.workbook(version)), cell.strip(), value.strip())
        self.store.change(version.instance_id, cell.strip(), value.strip(), because.strip(), by)

    def unchange(self, visitor: Visitor, version: Row, cell: str) -> None:
        """Leave a figure as the data have it."""
        self.require(visitor, Role.EDIT)
        self.store.unchange(version.instance_id, cell)

    # --------------------------------------------------------------------------------------- jobs

    def solve(self, visitor: Visitor, version: Row, asked: Mapping[str, Any]) -> int:
        """Put a solve into the queue, with what is asked of projects."""
        by = self.require(visitor, Role.EDIT).name
        wishes = self.store.wishes(version.instance_id)
        changes = self.store.changes(version.instance_id)
        reasons = [f"{row.project}: {row.because}" for row in wishes]
        reasons += [f"{row.cell}: {row.because}" for row in changes]
        options = {
            **asked,
            "force": [row.project for row in wishes if row.must],
            "forbid": [row.project for row in wishes if not row.must],
            "set": [f"{row.cell}={row.value}" for row in changes],
            "because": "; ".join(dict.fromkeys(reasons)),
            "by": ", ".join(dict.fromkeys(row.by for row in (*wishes, *changes))),
        }
        return self.store.add_job(JobKind.SOLVE, version.id, options, by)

    def explain(
        self, visitor: Visitor, run: Row, projects: Sequence[str], time_limit: float
    ) -> int:
        """Put a question about projects of a run into the queue."""
        by = self.require(visitor, Role.EDIT).name
        limit = min(max(time_limit, 1.0), MOST_EXPLAIN_S)
        asked = {"projects": list(projects), "time_limit": limit}
        return self.store.add_job(JobKind.EXPLAIN, run.version_id, asked, by, run.id)

    def study(
        self,
        visitor: Visitor,
        version: Row,
        command: str,
        values: Mapping[str, Any],
        lang: str,
        run: Row | None = None,
    ) -> int:
        """Put a study of a version, or of a run of it, into the queue.

        Raises
        ------
        ForbiddenError
            If the role is missing, or there is no such study.
        """
        by = self.require(visitor, Role.EDIT).name
        study = STUDIES.get(command)
        if study is None or (study.of is Of.RUN) is not (run is not None):
            raise ForbiddenError(phrase("workbench-no-such-plan", name=command))
        if command == "roll" and not values.get("--to"):
            raise ForbiddenError(phrase("workbench-study-needs-a-year"))
        known = {field.option for field in study.fields}
        asked = {"command": command, "lang": lang}
        kept = {key: value for key, value in values.items() if key in known}
        number = None if run is None else run.id
        return self.store.add_job(JobKind.STUDY, version.id, {**asked, "values": kept}, by, number)

    def go_on(self, visitor: Visitor, job: Row) -> None:
        """Put a study that was ended early into the queue again: it goes on with its journal."""
        self.require(visitor, Role.EDIT)
        if job.kind == JobKind.STUDY and job.state in (JobState.INTERRUPTED, JobState.FAILED):
            self.store.take_back(job.id)

    def keep_plan(self, visitor: Visitor, job: Row, name: str) -> int:
        """Keep plan `name` of a study as a run, to be compared, declared and exported.

        Raises
        ------
        ForbiddenError
            If the role is missing, or there is no such plan.
        """
        by = self.require(visitor, Role.EDIT).name
        folder = plan_folder(self.folder.job(job.id), name)
        if folder is None:
            raise ForbiddenError(phrase("workbench-no-such-plan", name=name))
        number = self.store.keep_run(job.version_id, {"study": job.id, "plan": name}, by)
        shutil.copytree(folder, self.folder.run(number))
        return number

    def open_rolled(self, visitor: Visitor, job: Row) -> Row:
        """Begin an instance with what a study rolled to a later year.

        Raises
        ------
        ForbiddenError
            If the role is missing, or nothing was rolled.
        """
        by = self.require(visitor, Role.EDIT).name
        path = self.folder.job(job.id) / ROLLED_FILE
        if not path.is_file():
            raise ForbiddenError(phrase("workbench-no-such-plan", name=ROLLED_FILE))
        version = self.store.version(job.version_id)
        title = self.store.instance(version.instance_id).title
        year = int(float(dict(job.options["values"])["--to"]))
        return self.intake.uploaded(path.read_bytes(), f"{title} {year}.xlsx", by)

    def stop(self, visitor: Visitor, number: int) -> None:
        """Stop a job; a solve keeps its best plan."""
        self.require(visitor, Role.EDIT)
        self.queue.stop(number)

    # --------------------------------------------------------------------------------------- runs

    def run_folder(self, number: int) -> Path | None:
        """Folder of a run, where there is one."""
        if not 0 < number <= MOST_NUMBER:
            return None
        folder = self.folder.run(number)
        return folder if is_there(folder) else None

    def read_ahead(self, number: int) -> None:
        """Read a run for whoever looks at it next: one of 5,000 projects takes seconds."""
        folder = self.run_folder(number)
        if folder is not None:
            threading.Thread(target=_read, args=(folder,), daemon=True).start()

    def declare(self, visitor: Visitor, number: int, state: RunState, because: str) -> None:
        """Declare a run to be in another state, by the product's own command.

        Raises
        ------
        CommandError
            If it may not follow, has no reason, or the run is broken.
        """
        folder = self.folder.run(number)
        role = role_to_declare(state_of(shown_of(folder).manifest), state)
        by = self.require(visitor, role).name
        told = [f"--by={by}", f"--because={because}"]
        run_command(["state", *told, "--", folder, state.value]).require()
        self.store.declare(number, state, because, by)

    def add_note(self, visitor: Visitor, number: int, text: str) -> None:
        """Keep a note on a run."""
        by = self.require(visitor, Role.EDIT).name
        if text.strip():
            self.store.add_note(number, text.strip(), by)

    def export(self, visitor: Visitor, number: int, form: str, lang: str) -> Path:
        """Write a run in another form into a folder of its own, which the caller deletes.

        A form of several files comes as a zip.

        Raises
        ------
        ForbiddenError, CommandError
            If there is no such form, or it cannot be written.
        """
        self.require(visitor, Role.SEE)
        if form not in self.formats:
            raise ForbiddenError(phrase("workbench-no-such-plan", name=form))
        place = Path(tempfile.mkdtemp(prefix="infraplan-export-"))
        run = _named(self.folder.run(number), place / "of" / _name_of_run(number, lang))
        target = place / run.name
        try:
            if form not in _FOLDERS:
                target = target.with_suffix(f".{_SUFFIXES.get(form, form)}")
            told: list[str | Path] = ["export", f"--to={form}", f"--lang={lang}", "-o", target]
            run_command([*told, run]).require()
            if target.is_dir():
                target = Path(shutil.make_archive(str(target), "zip", target))
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return target


def _name_of_run(number: int, lang: str) -> str:
    """What a run is called on the pages, and so in its papers and their files."""
    return f"{in_language(term('workbench', 'run'), lang)} {number}"


def _named(folder: Path, name: Path) -> Path:
    """The run in `folder` by another name, which papers tell it by: every folder is called run."""
    name.parent.mkdir()
    try:
        name.symlink_to(folder.absolute(), target_is_directory=True)
    except OSError:  # a system that lets few make links
        shutil.copytree(folder, name)
    return name


def _read(folder: Path) -> None:
    with suppress(Exception):  # whoever opens the run is told
        shown_of(folder)


def _read_instance(workbook: Path) -> None:
    with suppress(Exception):  # whoever asks for it is told
        instance_of(workbook)


_FOLDERS = frozenset({"csv", "gmns"})
"""Forms of several files."""
_SUFFIXES = {"mspdi": "xml"}
"""Ending of a file where the form's name is none."""
