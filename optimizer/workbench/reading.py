"""Runs as the pages show them: tables, comparisons, explanations, all by what reports use."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.errors import PlanningError
from infraplan.models.run_state import STATES, RunState
from infraplan.optimizer.analysis.comparison import ComparedRun, compare_runs
from infraplan.optimizer.report.comparison_tables import comparison_tables
from infraplan.optimizer.report.earlier_words import not_earlier_table
from infraplan.optimizer.report.frames import Run, make_run
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.sweep_tables import explanations_table
from infraplan.optimizer.report.table_data import table_data
from infraplan.optimizer.storage.run_folder import INSTANCE_FILE, MANIFEST_FILE, RunFiles
from infraplan.optimizer.storage.run_reading import read_run
from infraplan.optimizer.workbench.kept import Kept
from infraplan.optimizer.workbench.kept_apart import is_kept, kept_apart

LARGE = 1_500_000
"""Bytes of the instance of a run from which on it is read in a process apart."""
FEWEST, MOST = 2, 6
"""Runs that are compared side by side."""


FILES = "files"
"""Piece of what is kept of a large run that holds its files as they were read."""
_FILES: Kept[RunFiles] = Kept(6)
_TABLES: Kept[dict[str, Any]] = Kept(60)
_COMPARED: Kept[list[dict[str, Any]]] = Kept(12)


class ComparedError(PlanningError):
    """So many runs cannot be compared."""


def files_of(folder: Path) -> RunFiles:
    """Files of a run; read anew only when it was written again, once for all who ask."""

    def made() -> RunFiles:
        kept: RunFiles | None = piece_of(folder, FILES)
        return read_run(folder) if kept is None else kept

    return _FILES.of((folder, written_at(folder)), made)


def piece_of(folder: Path, piece: str) -> Any:
    """A piece of what a process apart has made of a large run; None of others."""
    return kept_apart("run", piece, folder, folder / MANIFEST_FILE, is_large=is_large_run(folder))


def is_slow(folder: Path) -> bool:
    """Whether the run in `folder` has to be read first, which takes a while: it is large."""
    return is_large_run(folder) and not is_kept("run", folder, folder / MANIFEST_FILE)


def is_large_run(folder: Path) -> bool:
    """Whether the run in `folder` is read in a process apart."""
    with suppress(OSError):  # whoever reads it is told what is missing
        return (folder / INSTANCE_FILE).stat().st_size >= LARGE
    return False


def written_at(folder: Path) -> int:
    """When a run was last written, as its file system counts."""
    return (folder / MANIFEST_FILE).stat().st_mtime_ns


def is_there(folder: Path) -> bool:
    """Whether a run lies in `folder`."""
    return (folder / MANIFEST_FILE).is_file()


def state_of(manifest: Mapping[str, Any]) -> RunState:
    """What a run is declared to be."""
    return RunState(str(manifest.get("state") or RunState.DRAFT.value))


def states_of(manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """Every declaration of a run, in order."""
    return list(manifest.get(STATES) or ())


def table_names(lang: str) -> dict[str, str]:
    """Title of each table of a run, by name."""
    from infraplan.optimizer.report.texts import both

    return {name: both(name)[1 if lang == "zh" else 0] for name in TABLES}


def table_piece(name: str, lang: str) -> str:
    """Piece of what is kept of a large run that holds a table."""
    return f"{name}.{lang}"


def run_table(folder: Path, name: str, lang: str) -> dict[str, Any]:
    """One table of a run, as `show --table NAME --json` has it."""

    def made() -> dict[str, Any]:
        kept: dict[str, Any] | None = piece_of(folder, table_piece(name, lang))
        if kept is not None:
            return kept
        return table_data(TABLES[name](run_of(files_of(folder))), lang)

    return _TABLES.of((folder, written_at(folder), name, lang), made)


def run_of(files: RunFiles) -> Run:
    """A run as tables and drawings of the report take it."""
    return make_run(files.instance, files.plan, files.manifest, files.tables.rejected)


def explained(folder: Path, rows: Sequence[dict[str, Any]], lang: str) -> dict[str, Any]:
    """What `explain` found of projects of a run, as a table."""
    return table_data(explanations_table(files_of(folder).instance, list(rows)), lang)


def not_earlier(folder: Path, rows: Sequence[dict[str, Any]], lang: str) -> dict[str, Any]:
    """Why those of them that are built do not begin earlier, as a table."""
    return table_data(not_earlier_table(files_of(folder).instance, rows), lang)


def compared(folders: Mapping[str, Path], lang: str) -> list[dict[str, Any]]:
    """Tables of what differs between runs by name, as `compare --no-judge` has them.

    Raises
    ------
    ComparedError
        If there are too few or too many.
    """
    if not FEWEST <= len(folders) <= MOST:
        raise ComparedError(phrase("workbench-compare-so-many", fewest=FEWEST, most=MOST))
    return _COMPARED.of(_compared_key(folders, lang), lambda: _compared(folders, lang))


def is_slow_to_compare(folders: Mapping[str, Path], lang: str) -> bool:
    """Whether the runs were not compared yet, and one of them is large."""
    is_large = FEWEST <= len(folders) <= MOST and any(map(is_large_run, folders.values()))
    return is_large and not _COMPARED.has(_compared_key(folders, lang))


def _compared_key(folders: Mapping[str, Path], lang: str) -> Hashable:
    return tuple((name, folder, written_at(folder)) for name, folder in folders.items()), lang


def _compared(folders: Mapping[str, Path], lang: str) -> list[dict[str, Any]]:
    runs = []
    for label, (name, folder) in zip(ascii_uppercase, folders.items(), strict=False):
        files = files_of(folder)
        runs.append(
            ComparedRun(
                label=label,
                folder=name,
                instance=files.instance,
                plan=files.plan,
                manifest=files.manifest,
                rejections=files.tables.rejected,
            )
        )
    return [table_data(table, lang) for table in comparison_tables(compare_runs(runs))]
