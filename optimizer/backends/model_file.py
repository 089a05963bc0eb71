"""The model as a file that other programs read, with a table of what its numbers stand for."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.optimizer.backends.base import SolverOptions
from infraplan.optimizer.backends.host import job_folder, run_guest
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.mip import ColumnBlock, Mip

_SUFFIXES = (".mps", ".lp")


def write_model(mip: Mip, path: Path) -> None:
    """Write `mip` as `.mps` or `.lp`, and `PATH.names.csv` with what each number stands for.

    Columns are called `c0, c1, ...` and rows `r0, r1, ...`; the table has the columns kind
    (column or row), number, block and key.

    Raises
    ------
    UnsupportedFeatureError
        If `path` ends in neither `.mps` nor `.lp`.
    SolverError
        If HiGHS, which writes the file, is missing or fails.
    """
    if path.suffix not in _SUFFIXES:
        message = phrase("a-model-is-written-as-mps-or-lp-not-as", suffix=path.suffix)
        raise UnsupportedFeatureError(message)
    with job_folder() as folder:
        draft = folder / f"written{path.suffix}"
        run_guest(mip, SolverOptions(), "write", folder, path=str(draft))
        shutil.copyfile(draft, path)
    with path.with_name(path.name + ".names.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["kind", "number", "block", "key"])
        for block in mip.column_blocks:
            for offset in range(block.size):
                key = _column_key(block, offset)
                table.writerow(["column", block.start + offset, block.name, key])
        for rows in mip.row_blocks:
            for offset in range(rows.size):
                key = "/".join(map(str, rows.keys[offset])) if rows.keys else str(offset)
                table.writerow(["row", rows.start + offset, rows.family, key])


def _column_key(block: ColumnBlock, offset: int) -> str:
    position = [int(part) for part in np.unravel_index(offset, block.shape)]
    if len(block.keys) != len(block.shape):
        return "/".join(map(str, position))
    return "/".join(str(block.keys[axis][part]) for axis, part in enumerate(position))
