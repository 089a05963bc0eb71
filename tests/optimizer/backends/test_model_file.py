"""Models as files: what is written reads back as the same model."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from infraplan.optimizer.backends import write_model
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.mip import MipBuilder
from tests.optimizer.backends import mips

_READ = """
import sys, highspy
solver = highspy.Highs()
solver.setOptionValue("output_flag", False)
solver.readModel(sys.argv[1])
solver.run()
lp = solver.getLp()
found = solver.getInfo().objective_function_value
print(found, lp.sense_ == highspy.ObjSense.kMaximize, *lp.col_names_, *lp.row_names_)
"""


@pytest.mark.parametrize("suffix", [".mps", ".lp"])
def test_written_model_has_the_same_optimum(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    write_model(mips.knapsack(100.0), path)
    said = (
        subprocess.run(
            [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True
        )
        .stdout.splitlines()[-1]
        .split()
    )  # HiGHS greets before it can be silenced
    assert float(said[0]) == pytest.approx(114.0)
    assert said[1] == "True"
    assert sorted(said[2:]) == ["c0", "c1", "c2", "r0"]


def test_table_of_names(tmp_path: Path) -> None:
    builder = MipBuilder()
    x = builder.add_columns(
        "started", (2, 2), upper=1, axes=("option", "year"), keys=[["a,b", '"q"'], [2025, 2026]]
    )
    builder.add_columns("slack", 1)
    builder.add_rows(
        "budget", 1, [0], [x[0, 0]], [1], upper=1, axes=("fund", "year"), keys=[("街道", 2025)]
    )
    builder.add_rows("bare", 1, [0], [x[1, 1]], [1], upper=1)
    path = tmp_path / "model.lp"
    write_model(builder.build(), path)
    with (tmp_path / "model.lp.names.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["kind", "number", "block", "key"],
        ["column", "0", "started", "a,b/2025"],
        ["column", "1", "started", "a,b/2026"],
        ["column", "2", "started", '"q"/2025'],
        ["column", "3", "started", '"q"/2026'],
        ["column", "4", "slack", "0"],
        ["row", "0", "budget", "街道/2025"],
        ["row", "1", "bare", "0"],
    ]


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFeatureError, match=r"as \.mps or \.lp"):
        write_model(mips.knapsack(), tmp_path / "model.txt")
