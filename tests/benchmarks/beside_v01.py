"""The five plans of version 0.1.0, solved by it and by the product of today, turn about.

    python -m tests.benchmarks.beside_v01 [INSTANCE ...] [--own-files] [--time-limit 300]

The tree of the tag `v0.1.0` is written into a temporary folder. There its own `solve` takes its own
instances to a gap of 0.1 %; then the product of today solves the same files, or with `--own-files`
those that it ships itself, to 0.01 %, and its `verify` checks the run. Both use this Python and its
packages, one thread each; today has a search of its own beside the solver where a processor is
left. Nothing of the files is changed: today reads them as format 1.

The questions differ. Version 0.1.0 looks at networks in `representative_years` alone, three of
thirteen or fifteen, and draws a line between them; today counts every year, and the years of the
files say no more than where a search may begin. `reached` is the time from the start of the command
to the plan, proven and verified; for version 0.1.0, which does not tell its stages, a wrapper notes
when it begins to explain. These are like with like. `whole` besides explains, reports and writes:
version 0.1.0 names for what was left out the rule with the largest shadow price, today proves an
interval of each loss, and says what each project is worth to the networks. CPU seconds are those of
the command and all its children.

Beside other work seconds of the clock mean nothing by themselves; compare the two lines of a pair.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.architecture.sources import ROOT
from tests.benchmarks.plans import INSTANCES

TAG = "v0.1.0"
COMMIT = "5399e1d"
"""That of the tag, for clones without tags."""
OLD_GAP, NEW_GAP = 1e-3, 1e-4
TIME_LIMIT_S = 300.0
OLD_COMMAND = """
import importlib, json, os, runpy, sys, time
begin = time.perf_counter()
workflow = importlib.import_module("optimizer.workflow")
explain, note = workflow.find_rejections, sys.argv.pop(1)
def noted(*given, **named):
    used = os.times()
    cpu_s = used.user + used.system + used.children_user + used.children_system
    with open(note, "w") as file:
        json.dump({"clock_s": time.perf_counter() - begin, "cpu_s": cpu_s}, file)
    return explain(*given, **named)
workflow.find_rejections = noted
runpy.run_module("optimizer.cli.main", run_name="__main__")
"""
"""The command of that version, which had its folders as packages; it notes when it has solved."""
AFTER = ("explain", "report", "write")
"""Stages of today's runs that come after the plan is proven and verified."""


@dataclass(frozen=True)
class Measured:
    """One solve as its command, and run.json, tell it."""

    version: str
    clock_s: float
    cpu_s: float
    run: dict[str, Any]
    noted: dict[str, float]
    """What the wrapper of version 0.1.0 noted; empty where all was built, and of today."""

    @property
    def reached_s(self) -> float:
        """Clock seconds until the plan was proven: without what comes after it."""
        return self._reached("clock_s", self.clock_s)

    @property
    def reached_cpu_s(self) -> float:
        """The same in CPU seconds."""
        return self._reached("cpu_s", self.cpu_s)

    def _reached(self, unit: str, whole: float) -> float:
        stages = self.run.get("stages")
        if stages is None:
            return self.noted.get(unit, whole)
        return whole - sum(float(stages[name][unit]) for name in AFTER if name in stages)


def measured(
    version: str, arguments: list[str], folder: Path, run: Path, path: str | None = None
) -> Measured:
    """Run a command of Python in `folder`, with `path` before its packages, and read its run.

    Raises
    ------
    RuntimeError
        If it ends without a run.
    """
    environment = dict(os.environ) if path is None else os.environ | {"PYTHONPATH": path}
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    clock_s = time.perf_counter() - begin
    if not (run / "run.json").exists():
        message = f"{version} ended with {process.returncode}: {told.decode()[-500:]}"
        raise RuntimeError(message)
    manifest = json.loads((run / "run.json").read_text("utf-8"))
    note = noted_beside(run)
    noted = json.loads(note.read_text("utf-8")) if note.exists() else {}
    return Measured(version, clock_s, usage.ru_utime + usage.ru_stime, manifest, noted)


def noted_beside(run: Path) -> Path:
    """Where the wrapper of version 0.1.0 notes when the plan of `run` was found."""
    return run.with_name(f"{run.name}.solved.json")


def write_old_tree(folder: Path) -> None:
    """The files of `TAG`, as the clone holds them, in `folder`."""
    archive = folder / "tree.tar"
    subprocess.run(["git", "archive", "-o", str(archive), COMMIT], cwd=ROOT, check=True)
    subprocess.run(["tar", "-xf", str(archive), "-C", str(folder)], check=True)
    archive.unlink()


def is_verified(run: Path) -> bool:
    """Whether today's `verify` accepts the run."""
    done = subprocess.run(
        [sys.executable, "-m", "infraplan", "verify", str(run)],
        capture_output=True,
        cwd=run.parent,
        check=False,
    )
    return done.returncode == 0


def line(name: str, found: Measured, verified: str) -> str:
    """One line of the table."""
    gap = found.run["gap"]
    return (
        f"{name:<20}{found.version:<8}{found.reached_s:>9.1f}{found.reached_cpu_s:>9.1f}"
        f"{found.clock_s:>9.1f}{found.cpu_s:>9.1f}"
        f"{'none' if gap is None else f'{100.0 * gap:.4f} %':>11}"
        f"{found.run['objective'] or float('nan'):>12.4f}  {found.run['termination']:<12}{verified}"
    )


def pair(name: str, old: Path, runs: Path, *, own_files: bool, limit: float) -> None:
    """Solve `name` by both, and print both lines."""
    shared = ["--time-limit", str(limit), "--json", "-o"]
    before = runs / f"{name}-v01"
    command = ["-c", OLD_COMMAND, str(noted_beside(before))]
    arguments = [*command, "solve", f"instances/{name}", "--gap", str(OLD_GAP)]
    found = measured(TAG, [*arguments, *shared, str(before)], old, before, str(old))
    print(line(name, found, ""), flush=True)
    after = runs / name
    files = (ROOT if own_files else old) / "instances" / name
    arguments = ["-m", "infraplan", "solve", str(files), "--gap", str(NEW_GAP)]
    found = measured("today", [*arguments, *shared, str(after)], runs, after)
    verified = "verified" if is_verified(after) else "NOT VERIFIED"
    print(line("", found, verified), flush=True)


def main() -> None:
    """Print two lines for each instance: version 0.1.0, then today."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("instances", nargs="*", default=INSTANCES, metavar="INSTANCE")
    parser.add_argument("--own-files", action="store_true")
    parser.add_argument("--time-limit", type=float, default=TIME_LIMIT_S)
    asked = parser.parse_args()
    print(
        f"{'instance':<20}{'version':<8}{'reached s':>9}{'CPU s':>9}{'whole s':>9}{'CPU s':>9}"
        f"{'gap':>11}{'value':>12}  {'ended':<12}"
    )
    with tempfile.TemporaryDirectory() as folder:
        old, runs = Path(folder) / "old", Path(folder) / "runs"
        old.mkdir()
        runs.mkdir()
        write_old_tree(old)
        for name in asked.instances:
            pair(name, old, runs, own_files=asked.own_files, limit=asked.time_limit)


if __name__ == "__main__":
    main()
