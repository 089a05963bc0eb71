"""A run folder read back: its files, what changed in them, and every fault with its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infraplan.models.catalogue import phrase
from infraplan.models.errors import InstanceError
from infraplan.models.plan import Plan
from infraplan.models.quantities import sectors_as_written
from infraplan.optimizer.storage.cells import CellContext
from infraplan.optimizer.storage.csv_text import decode, parse_csv, read_bytes
from infraplan.optimizer.storage.faults import Faults, error_of
from infraplan.optimizer.storage.json_form import (
    parse_json,
    read_json,
)
from infraplan.optimizer.storage.numbers import DecimalMark
from infraplan.optimizer.storage.rows import Row, Source, build, read_grid
from infraplan.optimizer.storage.run_folder import (
    HASHES,
    INSTANCE_FILE,
    MANIFEST_FILE,
    PLAN_FILE,
    RUN_FORMAT,
    RunFiles,
    file_hashes,
)
from infraplan.optimizer.storage.run_tables import (
    RUN_TABLES,
    DebtRow,
    RunTable,
    RunTables,
    ScheduleRow,
)
from infraplan.optimizer.storage.settings_head import NEWER_FORMAT
from infraplan.optimizer.storage.tree import TreeReader, describe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraplan.models.base import DomainModel
    from infraplan.models.instance import Instance


def read_run(run_dir: Path) -> RunFiles:
    """Return what the run folder `run_dir` holds.

    That the parts agree (hash, laws, sums) is not looked at: that is the verifier's work.

    Raises
    ------
    InstanceFormatError
        It is no run folder, or a file, row or cell cannot be read; carries all
        findings.
    """
    try:
        return _read_run(run_dir)
    except InstanceError as error:
        error.run_dir = str(run_dir)
        raise


def read_plan(run_dir: Path) -> Plan | None:
    """Return the plan of the run folder `run_dir` alone; None where the run has none.

    Of a run that was just written a plan is often all that is asked: instance and tables take most
    of the time of reading.

    Raises
    ------
    InstanceFormatError
        It is no run folder, or run.json or the plan cannot be read; carries all findings.
    """
    try:
        faults = Faults()
        manifest = _read_head(run_dir, faults)
        plan = _read_plan(run_dir / PLAN_FILE, faults) if _has_plan(run_dir, manifest) else None
        if faults.has_errors:
            _tell_what_changed(run_dir, manifest, faults)
            raise error_of(faults.findings)
    except InstanceError as error:
        error.run_dir = str(run_dir)
        raise
    return plan


def _read_head(run_dir: Path, faults: Faults) -> dict[str, Any]:
    """What run.json states; a folder that holds no run is refused at once."""
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
    _require_known_format(manifest, faults)
    return manifest


def _has_plan(run_dir: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the run states that it has a plan, or one lies there."""
    return manifest.get("has_plan") is True or (run_dir / PLAN_FILE).exists()


def _read_run(run_dir: Path) -> RunFiles:
    """What the folder holds; every fault is raised together."""
    faults = Faults()
    manifest = _read_head(run_dir, faults)
    with sectors_as_written():
        instance = _read_instance(run_dir / INSTANCE_FILE, faults)
    plan = None
    tables = RunTables()
    if _has_plan(run_dir, manifest):
        plan = _read_plan(run_dir / PLAN_FILE, faults)
        tables = _read_tables(run_dir, RUN_TABLES, faults)
    elif (run_dir / "rejected.csv").exists():
        tables = _read_tables(run_dir, RUN_TABLES[-1:], faults)
    if faults.has_errors or instance is None:
        _tell_what_changed(run_dir, manifest, faults)
        raise error_of(faults.findings)
    return RunFiles(run_dir, manifest, instance, plan, tables)


def _tell_what_changed(run_dir: Path, manifest: Mapping[str, Any], faults: Faults) -> None:
    """Say of instance and plan that cannot be read whether they are what the run wrote.

    A table is told by its cells alone: people open them.
    """
    stated = manifest.get(HASHES)
    stated = stated if isinstance(stated, dict) else {}
    broken = {finding.file for finding in faults.findings}
    names = [name for name in (INSTANCE_FILE, PLAN_FILE) if name in broken and name in stated]
    for name, found in file_hashes(run_dir, names).items():
        if found is not None and found != stated[name]:
            message = phrase("is-not-the-file-that-the-run-wrote", name=name)
            faults.report(
                "changed-file", message, phrase("take-a-copy-of-the-run-or-solve-again"), file=name
            )


def run_format(manifest: Mapping[str, Any]) -> Any:
    """Version of the format of a run, which version 1 called `format`."""
    return manifest.get("format_version", manifest.get("format", 1))


def _require_known_format(manifest: Mapping[str, Any], faults: Faults) -> None:
    """Refuse a run of a later version at once: what else is strange in it follows from that."""
    version = run_format(manifest)
    if isinstance(version, int) and 1 <= version <= RUN_FORMAT:
        return
    message = phrase("the-run-has-format-version", version=version, latest=RUN_FORMAT)
    advice = phrase("use-the-version-that-wrote-the-run")
    faults.report(NEWER_FORMAT, message, advice, file=MANIFEST_FILE, column="format_version")
    raise error_of(faults.findings[-1:])


def _read_text(path: Path, faults: Faults) -> str | None:
    """Text of a file of a run; a link is refused, which would show a file from elsewhere."""
    if path.is_symlink():
        message, advice = phrase("is-a-link-in-a-run", name=path.name), phrase("put-the-file-there")
        faults.report("not-a-file", message, advice, file=path.name)
        return None
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
    shown: dict[str, tuple[dict[str, str], ...]] = {}
    context = CellContext(mark=DecimalMark.POINT)  # as they were written
    for table in tables:
        if table.optional and not (run_dir / table.file).exists():
            continue
        text = _read_text(run_dir / table.file, faults)
        grid = parse_csv(text, table.file, faults) if text is not None else None
        if grid is None:
            continue
        years = _spend_years(grid) if table.model is ScheduleRow else []
        rows = read_grid(grid, table.table(years), Source(table.file), context, faults)
        found[table.attribute] = _build_rows(table.model, rows, faults)
        if table.shown:
            shown[table.attribute] = tuple(
                {name: str(row.values.get(name) or "") for name in table.shown} for row in rows
            )
        if table.model is ScheduleRow:
            found["spend"] = {
                (str(row.values.get("project")), year): row.values.get(f"spend_{year}", 0.0)
                for row in rows
                for year in years
            }
    return RunTables(**found, shown=shown)


def _spend_years(grid: list[list[str]]) -> list[int]:
    headings = grid[0] if grid else []
    return [int(name[6:]) for name in headings if re.fullmatch(r"spend_[0-9]{4}", name.strip())]


def _build_rows(model: type[DomainModel], rows: Sequence[Row], faults: Faults) -> tuple[Any, ...]:
    built = []
    for row in rows:
        values = {name: value for name, value in row.values.items() if name in model.model_fields}
        one = build(model, Row(values, row.origin, row.faulty), faults)
        built.append(one)
        if one is not None and isinstance(one.object, DebtRow) and one.object.is_account:
            _require_flows(one.object, row, faults)
    return tuple(item.object for item in built if item is not None)


def _require_flows(account: DebtRow, row: Row, faults: Faults) -> None:
    """An instrument's account has all its flows, which are blank in rows of rules alone."""
    for name in ("borrow", "principal", "interest", "balance"):
        if getattr(account, name) is None and name not in row.faulty:
            message = phrase("is-blank", name=name)
            advice = phrase("the-account-of-an-instrument-states-it")
            faults.add(row.origin.finding("missing-cell", message, advice, column=name))
