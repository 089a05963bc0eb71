"""The benchmarks run to their end; what they measure is read by people, not tested."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT
from tests.benchmarks.stages import STAGES

pytestmark = [pytest.mark.slow, pytest.mark.bench]


def _run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_shell_is_measured_beside_its_libraries() -> None:
    lines = _run("tests.benchmarks.shell").splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "--help",
        "validate FOLDER",
        "validate FILE.json",
        "validate FILE.xlsx",
    ]
    assert all(re.search(r"\d\.\d{3} +\d\.\d{3} +\d+\.\d\d", line) for line in lines[1:])


def test_every_stage_of_a_run_is_measured() -> None:
    lines = _run("tests.benchmarks.stages", "--projects", "60", "--gap", "0.1").splitlines()
    assert lines[0].startswith("generated-60: 60 projects, ")
    measured = {line.split()[0]: line for line in lines[2:] if line}
    assert list(measured) == list(STAGES)
    for stage in ("read", "build", "verify", "write", "report"):
        assert float(measured[stage].split()[2]) > 0.0


def test_the_engine_is_measured_beside_a_model_written_by_hand() -> None:
    table = _run("tests.benchmarks.run", "--pairs", "1", "--gap", "0.01", "--time-limit", "60")
    assert "100x8" in table
    assert "overall" in table


def test_the_plans_of_version_0_1_0_are_solved_by_both_versions() -> None:
    lines = _run("tests.benchmarks.beside_v01", "tongliang", "--time-limit", "120").splitlines()
    assert [line.split()[:2] for line in lines[1:2]] == [["tongliang", "v0.1.0"]]
    assert lines[2].split()[0] == "today"
    assert lines[2].endswith(" verified")
