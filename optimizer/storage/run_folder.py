"""Run folder: manifest, instance, plan and tables, written whole or not at all, and read back.

A number stands by its shortest exact digits, so that what is read equals what was written.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from infraplan.models.catalogue import phrase
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.storage.cells import CellContext
from infraplan.optimizer.storage.csv_text import decode, format_csv, parse_csv, read_bytes
from infraplan.optimizer.storage.faults import Faults, OutputError, error_of
from infraplan.optimizer.storage.folder import format_row, temporary_sibling, writing
from infraplan.optimizer.storage.json_form import (
    instance_hash,
    instance_to_json,
    parse_json,
    read_json,
    require_writable,
)
from infraplan.optimizer.storage.rows import Row, Source, build, read_grid
from infraplan.optimizer.storage.run_tables import (
    RUN_TABLES,
    RunTable,
    RunTables,
    ScheduleRow,
    shown_values,
    tables_of_plan,
)
from infraplan.optimizer.storage.tree import TreeReader, describe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraplan.models.base import DomainModel
    from infraplan.models.instance import Instance

MANIFEST_FILE = "run.json"
INSTANCE_FILE = "instance.json"
PLAN_FILE = "plan.json"
FORMAT = 1

MANIFEST_KEYS: tuple[str, ...] = (
    "format",
    "infraplan_version",
    "versions",
    "created",
    "instance",
    "instance_path",
    "instance_hash",
    "scenario",
    "currency",
    "money_unit",
    "money_unit_zh",
    "engine",
    "solver",
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
    folder: where it was read.
    manifest: run.json.
    instance: instance.json.
    plan: plan.json, None where the run found no plan.
    tables: the rows of the CSV files; empty where there is no plan, `rejected` excepted.
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
) -> Path:
    """Write a run folder and return its path.

    The folder appears whole or not at all. A run folder of that name is replaced in one step; any
    other folder that holds something is kept and refused.

    Parameters
    ----------
    run_dir: where to write.
    instance: what was solved, scenario applied.
    plan: the answer, None where none was found.
    manifest: content of run.json; `format`, `instance`, `instance_hash`, `has_plan`, `currency`,
        `money_unit` and `money_unit_zh` are filled in where missing.
    rejections: rows of rejected.csv.
    extra_files: further files by relative path, e.g. `report.html`.

    Raises
    ------
    OutputError: the place is taken by something else or cannot be written; nothing was changed.
    """
    files = run_files(instance, plan, manifest, rejections)
    for name, content in (extra_files or {}).items():
        path = PurePosixPath(name)
        if name in files or path.is_absolute() or ".." in path.parts or not path.parts:
            message = phrase("cannot-be-a-further-file-of-a-run", name=name)
            raise OutputError(message)
        files[name] = content
    with writing(run_dir):
        check_run_place(run_dir)
        run_dir.parent.mkdir(parents=True, exist_ok=True)
        with temporary_sibling(run_dir) as temporary:
            for name, content in files.items():
                (temporary / name).parent.mkdir(parents=True, exist_ok=True)
                (temporary / name).write_bytes(content)
            _put_in_place(temporary, run_dir)
    return run_dir


def check_run_place(run_dir: Path) -> None:
    """Refuse a place where `write_run` could not write, so that a long solve is not in vain.

    Raises
    ------
    OutputError: a file, or a folder that holds something and is no run folder.
    """
    if run_dir.is_dir():
        if (run_dir / MANIFEST_FILE).is_file() or not any(run_dir.iterdir()):
            return
        message = phrase("is-a-folder-with-other-files-in-it-choose", run_dir=run_dir)
        raise OutputError(message)
    if run_dir.exists() or run_dir.is_symlink():
        message = phrase("is-a-file-choose-another-place-for-the-run", run_dir=run_dir)
        raise OutputError(message)


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
) -> dict[str, bytes]:
    """Return the files of a run folder by name.

    Raises
    ------
    OutputError: the instance holds text that no file could keep.
    """
    require_writable(instance)
    settings = instance.settings
    full = {
        "format": FORMAT,
        "instance": settings.id,
        "instance_hash": instance_hash(instance),
        "currency": settings.currency,
        "money_unit": settings.money_unit,
        "money_unit_zh": settings.money_unit_zh,
        **manifest,
        "has_plan": plan is not None,
    }
    files = {
        MANIFEST_FILE: _json(_ordered(full)),
        INSTANCE_FILE: instance_to_json(instance).encode(),
    }
    if plan is not None:
        files[PLAN_FILE] = _json(plan.model_dump(mode="json"))
        tables = tables_of_plan(instance, plan, rejections)
    else:
        tables = RunTables(rejected=tuple(rejections))
    years = instance.settings.horizon.years
    for table in RUN_TABLES:
        absent = table.optional and not getattr(tables, table.attribute)
        if (plan is not None or table.attribute == "rejected") and not absent:
            files[table.file] = _table_file(instance, table, tables, years)
    return files


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _ordered(manifest: Mapping[str, Any]) -> dict[str, Any]:
    known = [key for key in MANIFEST_KEYS if key in manifest]
    others = sorted(key for key in manifest if key not in MANIFEST_KEYS)
    return {key: manifest[key] for key in (*known, *others)}


def _table_file(instance: Instance, table: RunTable, tables: RunTables, years: range) -> bytes:
    is_schedule = table.model is ScheduleRow
    columns = table.columns(years if is_schedule else ())
    headings = list(columns)
    rows = []
    for row in getattr(tables, table.attribute):
        values = {name: getattr(row, name) for name in type(row).model_fields}
        values |= shown_values(instance, table, row)
        if is_schedule:
            values |= {
                f"spend_{year}": tables.spend.get((row.project, year), 0.0) for year in years
            }
        rows.append(format_row(columns, headings, [values[name] for name in headings]))
    return format_csv(headings, rows)


# ----------------------------------------------------------------------------------------- reading


def read_run(run_dir: Path) -> RunFiles:
    """Return what the run folder `run_dir` holds.

    That the parts agree (hash, laws, sums) is not looked at: that is the verifier's work.

    Raises
    ------
    InstanceFormatError: it is no run folder, or a file, row or cell cannot be read; carries all
        findings.
    """
    faults = Faults()
    if not run_dir.is_dir():
        message = (
            phrase("is-no-folder", run_dir=run_dir)
            if run_dir.exists()
            else phrase("there-is-nothing-at-2", run_dir=run_dir)
        )
        faults.report("missing-file", message, phrase("give-a-run-folder"), file=run_dir.name)
        raise error_of(faults.findings)
    if not (run_dir / MANIFEST_FILE).exists():
        message = phrase("is-no-run-folder-it-has-no", run_dir=run_dir, manifest_file=MANIFEST_FILE)
        faults.report("missing-file", message, phrase("give-a-run-folder"), file=MANIFEST_FILE)
        raise error_of(faults.findings)
    manifest = _read_manifest(run_dir / MANIFEST_FILE, faults)
    instance = _read_instance(run_dir / INSTANCE_FILE, faults)
    plan = None
    tables = RunTables()
    if manifest.get("has_plan", (run_dir / PLAN_FILE).exists()):
        plan = _read_plan(run_dir / PLAN_FILE, faults)
        tables = _read_tables(run_dir, RUN_TABLES, faults)
    elif (run_dir / "rejected.csv").exists():
        tables = _read_tables(run_dir, RUN_TABLES[-1:], faults)
    if faults.has_errors or instance is None:
        raise error_of(faults.findings)
    return RunFiles(run_dir, manifest, instance, plan, tables)


def _read_text(path: Path, faults: Faults) -> str | None:
    data = read_bytes(path, faults)
    return decode(data, path.name, faults) if data is not None else None


def _read_manifest(path: Path, faults: Faults) -> dict[str, Any]:
    text = _read_text(path, faults)
    data = parse_json(text, path.name, faults) if text is not None else None
    if isinstance(data, dict):
        return data
    if data is not None:
        message = phrase("stands-where-an-object-is-asked-for", data=describe(data))
        faults.report("wrong-type", message, file=path.name)
    return {}


def _read_instance(path: Path, faults: Faults) -> Instance | None:
    text = _read_text(path, faults)
    if text is None:
        return None
    reading = read_json(text, path.name)
    for finding in reading.findings:
        faults.add(finding)
    return reading.instance


def _read_plan(path: Path, faults: Faults) -> Plan | None:
    text = _read_text(path, faults)
    data = parse_json(text, path.name, faults) if text is not None else None
    if data is None:
        return None
    built = TreeReader(faults, path.name).read(Plan, data, "")
    return built.object if built is not None and built.sound else None


def _read_tables(run_dir: Path, tables: Sequence[RunTable], faults: Faults) -> RunTables:
    found: dict[str, Any] = {}
    for table in tables:
        if table.optional and not (run_dir / table.file).exists():
            continue
        text = _read_text(run_dir / table.file, faults)
        grid = parse_csv(text, table.file, faults) if text is not None else None
        if grid is None:
            continue
        years = _spend_years(grid) if table.model is ScheduleRow else []
        rows = read_grid(grid, table.table(years), Source(table.file), CellContext(), faults)
        found[table.attribute] = _build_rows(table.model, rows, faults)
        if table.model is ScheduleRow:
            found["spend"] = {
                (str(row.values.get("project")), year): row.values.get(f"spend_{year}", 0.0)
                for row in rows
                for year in years
            }
    return RunTables(**found)


def _spend_years(grid: list[list[str]]) -> list[int]:
    headings = grid[0] if grid else []
    return [int(name[6:]) for name in headings if re.fullmatch(r"spend_[0-9]{4}", name.strip())]


def _build_rows(model: type[DomainModel], rows: Sequence[Row], faults: Faults) -> tuple[Any, ...]:
    built = []
    for row in rows:
        values = {name: value for name, value in row.values.items() if name in model.model_fields}
        built.append(build(model, Row(values, row.origin, row.faulty), faults))
    return tuple(item.object for item in built if item is not None)
