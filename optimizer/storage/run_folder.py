"""Run folder: manifest, instance, plan and tables, written whole or not at all.

A number stands by its shortest exact digits, so that what is read equals what was written.
run.json states the hash of every file of the run and of itself, so that a changed one is found.
Nothing that a run did not write is ever deleted, nor a run with a plan for one without.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from infraplan.models.catalogue import phrase, system_reason
from infraplan.models.money_case import MoneyCase
from infraplan.models.plan import Plan, Rejection
from infraplan.models.run_state import RunState
from infraplan.optimizer.storage.control_totals import control_totals
from infraplan.optimizer.storage.faults import OutputError
from infraplan.optimizer.storage.folder import temporary_sibling, writing
from infraplan.optimizer.storage.json_form import (
    indented_json,
    instance_hash,
    instance_to_json,
    require_writable,
)
from infraplan.optimizer.storage.kept_files import KeptFiles
from infraplan.optimizer.storage.run_tables import (
    EXPLAINED,
    RUN_TABLES,
    RunTables,
    explained_tables,
    table_files,
    tables_of_plan,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from infraplan.models.instance import Instance

MANIFEST_FILE = "run.json"
INSTANCE_FILE = "instance.json"
PLAN_FILE = "plan.json"
REPORT_FILE = "report.html"
SIGNATURE_FILE = "signature.json"
"""Written by `sign`; it is of one run.json and goes with it when the run is replaced."""
RUN_FORMAT = 4
"""Version of run folders that is written; run.json of version 1 calls it `format`."""
HASHES, OWN_HASH = "files", "run_hash"
"""Keys of run.json: SHA-256 of every other file by name, and of run.json without this key."""
LEFT_OUT = "left_out"
"""Key of run.json: the control totals of rejected.csv."""
STATED_BY_RUNS = frozenset({"format_version", "format"})
"""Keys of which every run.json has one."""

MANIFEST_KEYS: tuple[str, ...] = (
    "format_version",
    "created",
    "versions",
    "run_dir",
    "state",
    "parent",
    "instance",
    "instance_hash",
    "scenario",
    "currency",
    "money_unit",
    "money_unit_zh",
    "engine",
    "solver",
    "solver_version",
    "options",
    "seed",
    "threads",
    "termination",
    "solution_state",
    "has_plan",
    "objective",
    "bound",
    "gap",
    "num_projects",
    "num_selected",
    "build_s",
    "runtime_s",
    "verified",
    "verification",
)
"""Order of the keys of run.json; keys that are not named here follow in order of the alphabet."""


@dataclass(frozen=True)
class RunFiles:
    """What a run folder holds.

    Attributes
    ----------
    folder
        Where it was read.
    manifest
        Run.json.
    instance
        Instance.json.
    plan
        Plan.json, None where the run found no plan.
    tables
        The rows of the CSV files; empty where there is no plan, `rejected` excepted.
    """

    folder: Path
    manifest: Mapping[str, Any]
    instance: Instance
    plan: Plan | None
    tables: RunTables

    @property
    def plan_of_tables(self) -> Plan | None:
        """The plan as the CSV files and the objective of run.json tell it; None without a plan."""
        if self.plan is None:
            return None
        objective = self.manifest.get("objective")
        value = float(objective) if isinstance(objective, int | float) else 0.0
        return self.tables.plan(self.plan.instance, self.plan.scenario, value)


# ----------------------------------------------------------------------------------------- writing


def write_run(
    run_dir: Path,
    *,
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
    extra_files: Mapping[str, bytes] | None = None,
    kept: KeptFiles | None = None,
) -> Path:
    """Write a run folder and return its path.

    The folder appears whole or not at all. A run folder of that name is replaced in one step, and
    what it holds that no run wrote (`strangers`) is carried over. A run without a plan replaces
    none that has one: it is written beside it (`place_for_run`). Any other folder that holds
    something is kept and refused. Where `run_dir` is a link, what it points to is written.

    Parameters
    ----------
    run_dir
        Where to write.
    instance
        What was solved, scenario applied.
    plan
        The answer, None where none was found.
    manifest
        Content of run.json; `format_version`, `instance`, `instance_hash`, `has_plan`,
        `currency`, `money_unit` and `money_unit_zh` are filled in where missing, the hashes always.
    rejections
        Rows of rejected.csv.
    extra_files
        Further files by relative path, e.g. `report.html`.
    kept
        Files of the same instance and plan that an earlier call left here: those that did not
        change are not made and not written again; an empty one takes them.

    Raises
    ------
    OutputError
        The place is taken by something else or cannot be written; nothing was changed.
    """
    kept = KeptFiles() if kept is None else kept
    files = run_files(instance, plan, manifest, rejections, extra_files, kept)
    run_dir = place_for_run(run_dir, has_plan=plan is not None)
    with writing(run_dir):
        check_run_place(run_dir)
        place = run_dir.resolve() if run_dir.is_symlink() else run_dir
        place.parent.mkdir(parents=True, exist_ok=True)
        with temporary_sibling(place) as temporary:
            for name, content in files.items():
                kept.put(name, content, temporary)
            for name in strangers(place):
                _carry(place / name, _free_name(temporary, name))
            _put_in_place(temporary, place)
        kept.lie_in(place, files)
    return run_dir


def place_for_run(run_dir: Path, *, has_plan: bool) -> Path:
    """Return where a run is to be written: `run_dir`, or a free folder beside it.

    Beside it (`NAME-2`, `NAME-3`, ...) where `run_dir` holds a run with a plan and the new one has
    none.
    """
    place, number = run_dir, 2
    while not has_plan and (place / PLAN_FILE).exists():
        place = run_dir.with_name(f"{run_dir.name}-{number}")
        number += 1
    return place


def check_run_place(run_dir: Path) -> None:
    """Refuse a place where `write_run` could not write, so that a long solve is not in vain.

    Raises
    ------
    OutputError
        A file; a link to nothing; a folder that holds something and is no run folder; a
        place inside a run folder, which the next run written there would take for a file of the
        user's; or a place whose nearest folder that exists is none or takes no new folder.
    """
    with writing(run_dir):
        _refuse_what_is_there(run_dir)
        _require_new_folder(run_dir, run_dir.resolve())


def _refuse_what_is_there(run_dir: Path) -> None:
    if run_dir.is_dir():
        _refuse_declared(run_dir)
        if not is_run_folder(run_dir) and any(run_dir.iterdir()):
            message = phrase("is-a-folder-with-other-files-in-it-choose", run_dir=run_dir)
            raise OutputError(message)
    elif run_dir.exists():
        message = phrase("is-a-file-choose-another-place-for-the-run", run_dir=run_dir)
        raise OutputError(message)
    elif run_dir.is_symlink():
        raise OutputError(phrase("is-a-link-to-nothing", run_dir=run_dir))
    for outer in run_dir.resolve().parents:
        if is_run_folder(outer):
            raise OutputError(phrase("is-inside-the-run-folder", run_dir=run_dir, outer=outer))


def is_run_folder(folder: Path) -> bool:
    """Whether a run lies in `folder`: a run.json that is no other file of that name.

    Any other JSON, such as what a command printed, states neither the format nor the files of a
    run. What cannot be read is taken for a run, which nothing may replace or be written into.
    """
    path = folder / MANIFEST_FILE
    try:
        if not path.is_file():
            return False
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return True
    return isinstance(data, dict) and not STATED_BY_RUNS.isdisjoint(data)


def _refuse_declared(run_dir: Path) -> None:
    """Refuse to replace a run that somebody has submitted, approved or adopted."""
    state: object = RunState.DRAFT.value
    with contextlib.suppress(OSError, ValueError, AttributeError):
        state = json.loads((run_dir / MANIFEST_FILE).read_bytes()).get("state", state)
    if state != RunState.DRAFT.value:
        words = {word.value: word for word in RunState}
        state = words.get(str(state), str(state))
        message = phrase("run-is-declared-and-stays", run_dir=run_dir, state=state)
        raise OutputError(message)


def _require_new_folder(run_dir: Path, place: Path) -> None:
    """Refuse `place`, to which `run_dir` leads, where no folder can be made beside it.

    A folder is made and taken away: what a file system grants (`/proc`, a full disk, a name too
    long) is not told by the rights of its folders.
    """
    above = place.parent
    try:
        while not above.exists() and above != above.parent:
            above = above.parent
        with temporary_sibling(above / place.name):
            pass
    except OSError as error:
        message = phrase(
            "no-folder-can-be-made-there",
            run_dir=run_dir,
            above=above,
            reason=system_reason(error),
        )
        raise OutputError(message) from error


def strangers(run_dir: Path) -> tuple[str, ...]:
    """Names of what lies in the run folder `run_dir` and was not written with the run.

    Relative paths with `/`: an exported workbook, notes, a folder of drawings. What belongs to the
    run is what run.json lists; a run of format version 1 lists nothing and has a fixed set.
    Empty where there is no run folder.
    """
    if not is_run_folder(run_dir):
        return ()
    own = {
        MANIFEST_FILE,
        SIGNATURE_FILE,
        INSTANCE_FILE,
        PLAN_FILE,
        *(table.file for table in RUN_TABLES),
    }
    with contextlib.suppress(OSError, ValueError):
        listed = json.loads((run_dir / MANIFEST_FILE).read_bytes()).get(HASHES)
        own |= set(listed) if isinstance(listed, dict) else {REPORT_FILE}
    return tuple(_strangers_in(run_dir, run_dir, own))


def _strangers_in(run_dir: Path, folder: Path, own: set[str]) -> list[str]:
    found: list[str] = []
    for path in sorted(folder.iterdir()):
        name = path.relative_to(run_dir).as_posix()
        if name in own:
            continue
        holds_own = any(other.startswith(f"{name}/") for other in own)
        if holds_own and path.is_dir() and not path.is_symlink():
            found += _strangers_in(run_dir, path, own)
        else:
            found.append(name)
    return found


def _free_name(folder: Path, name: str) -> Path:
    """Path of `name` in `folder`; where the new run has a file of that name, one beside it."""
    path, number = folder / name, 1
    while path.exists():
        path = (folder / name).with_stem(f"{(folder / name).stem}-kept-{number}")
        number += 1
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _carry(path: Path, target: Path) -> None:
    """Give `target` what `path` holds without taking it away, so that a fault changes nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.copytree(path, target, symlinks=True, copy_function=_link_or_copy)
    else:
        _link_or_copy(str(path), str(target))


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a file system without links
        shutil.copy2(source, target, follow_symlinks=False)


def _put_in_place(temporary: Path, run_dir: Path) -> None:
    if not run_dir.exists():
        temporary.rename(run_dir)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{run_dir.name}.", suffix=".old", dir=run_dir.parent))
    old = aside / "run"
    run_dir.rename(old)
    try:
        temporary.rename(run_dir)
    except BaseException:
        old.rename(run_dir)
        raise
    finally:
        if run_dir.exists():
            shutil.rmtree(aside, ignore_errors=True)


def run_files(
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
    extra_files: Mapping[str, bytes] | None = None,
    kept: KeptFiles | None = None,
) -> dict[str, bytes]:
    """Return the files of a run folder by name; `kept` as for `write_run`.

    Raises
    ------
    OutputError
        The instance holds text that no file could keep, or a further file has the name of
        one of the run, or one that leads out of its folder.
    """
    kept = KeptFiles() if kept is None else kept
    if not kept.made:
        kept.made |= _lasting_files(instance, plan)
    settings = instance.settings
    full = {
        "format_version": RUN_FORMAT,
        "instance": settings.id,
        "instance_hash": manifest.get("instance_hash") or instance_hash(instance),
        "currency": settings.currency,
        "money_unit": settings.money_unit,
        "money_unit_zh": settings.money_unit_zh,
        **manifest,
        "has_plan": plan is not None,
        LEFT_OUT: control_totals(rejections),
    }
    files = kept.made | table_files(
        instance, explained_tables(instance, plan, rejections, _cases(manifest)), EXPLAINED
    )
    for name, content in (extra_files or {}).items():
        if name in files or name == MANIFEST_FILE or not _is_inside(name):
            message = phrase("cannot-be-a-further-file-of-a-run", name=name)
            raise OutputError(message)
        files[name] = content
    full = _ordered(full)
    full[HASHES] = {name: kept.hash_of(name, files[name]) for name in sorted(files)}
    full[OWN_HASH] = own_hash(full)
    return {MANIFEST_FILE: _json(full), **files}


def _cases(manifest: Mapping[str, Any]) -> tuple[MoneyCase, ...]:
    """The cases of the money check that run.json states; none where none was made."""
    stated = manifest.get("money_check")
    cases = stated.get("cases", ()) if isinstance(stated, dict) else ()
    return tuple(MoneyCase.model_validate(case) for case in cases)


def _lasting_files(instance: Instance, plan: Plan | None) -> dict[str, bytes]:
    """Files that hold the question and the plan: explaining it changes none of them."""
    require_writable(instance)
    files = {INSTANCE_FILE: instance_to_json(instance).encode()}
    if plan is None:
        return files
    lasting = [table.attribute for table in RUN_TABLES if table.attribute not in EXPLAINED]
    files[PLAN_FILE] = indented_json(plan).encode()
    return files | table_files(instance, tables_of_plan(instance, plan, ()), lasting)


def _is_inside(name: str) -> bool:
    """Whether `name` is the relative path of a file below a folder."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def files_due(*, has_plan: bool) -> tuple[str, ...]:
    """Names of the files that every run has besides run.json."""
    if not has_plan:
        return (INSTANCE_FILE,)
    tables = (table.file for table in RUN_TABLES if not table.optional)
    return (INSTANCE_FILE, PLAN_FILE, *tables)


def own_hash(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of the content of run.json without its own hash: keys sorted, no blanks, UTF-8."""
    return hashlib.sha256(canonical_text(manifest)).hexdigest()


def canonical_text(manifest: Mapping[str, Any]) -> bytes:
    """The content of run.json without its own hash, in the one form that is hashed and signed."""
    content = {key: value for key, value in manifest.items() if key != OWN_HASH}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def run_reference(files: RunFiles) -> dict[str, Any]:
    """How a run that comes from this one names it: where it was read, and its content."""
    return {"run_dir": str(files.folder), "run_hash": own_hash(files.manifest)}


def file_hashes(run_dir: Path, names: Iterable[str]) -> dict[str, str | None]:
    """SHA-256 of files of a run folder by name; None where there is no such file in it."""
    found: dict[str, str | None] = {}
    for name in names:
        found[name] = None
        with contextlib.suppress(OSError, ValueError):
            path = run_dir / name
            if _is_inside(name) and stat.S_ISREG(path.stat().st_mode):
                with path.open("rb") as stream:
                    found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _ordered(manifest: Mapping[str, Any]) -> dict[str, Any]:
    known = [key for key in MANIFEST_KEYS if key in manifest]
    manifest = {key: value for key, value in manifest.items() if key not in (HASHES, OWN_HASH)}
    others = sorted(key for key in manifest if key not in MANIFEST_KEYS)
    return {key: manifest[key] for key in (*known, *others)}
