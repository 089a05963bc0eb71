"""CPU seconds and peak memory of every stage of a run, by size.

    python -m tests.benchmarks.stages [--projects 500 5000] [--time-limit 60] [INSTANCE ...]

A process for each size makes the instance (`--years 20 --seed 1 --debt`), or takes one that is
named, and runs it from reading to the written run. A stage is what its functions take, without
what the functions of other stages take inside them; `check` is that of `infraplan validate`. Memory
is the most that the process held while a stage lasted; solvers have processes of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

STAGES = ("read", "check", "build", "solve", "extract", "verify", "explain", "write", "report")
_STORAGE, _ENGINES = "infraplan.optimizer.storage", "infraplan.optimizer.engines"
_WORKFLOW = "infraplan.optimizer.workflow"
WHERE = (
    ("check", f"{_STORAGE}.assembly", "find_inconsistencies"),
    ("build", f"{_ENGINES}.integer_program", "build_formulation"),
    ("build", f"{_ENGINES}.integer_program", "scale_money"),
    ("build", f"{_ENGINES}.integer_program", "tightened"),
    ("extract", f"{_ENGINES}.integer_program", "extract_plan"),
    ("verify", f"{_ENGINES}.integer_program", "verify_plan"),
    ("solve", _WORKFLOW, "solve"),
    ("explain", _WORKFLOW, "find_rejections"),
    ("write", _WORKFLOW, "manifest_of"),
    ("write", _WORKFLOW, "write_run"),
    ("report", "infraplan.optimizer.report.html", "render_report"),
)
"""Stage, module and name of each function that is measured, where it is called from."""
MB = 1024.0


@dataclass
class Taken:
    """What a stage took."""

    cpu_s: float = 0.0
    clock_s: float = 0.0
    peak_mb: float = 0.0


@dataclass
class Measured:
    """What the stages of one run took, in order, and how large it was."""

    name: str
    projects: int = 0
    columns: int = 0
    entries: int = 0
    start_mb: float = 0.0
    time_limit_s: float = 0.0
    stages: dict[str, Taken] = field(default_factory=dict)


class Stopwatch:
    """Keeps, for the stage that is running, its seconds and the most memory since it went on."""

    def __init__(self) -> None:
        self.taken = {stage: Taken() for stage in STAGES}
        self._running: list[str] = []
        self._since = (0.0, 0.0)

    def _book(self) -> None:
        """Book what has passed since the last change of stage."""
        now = (_cpu_s(), time.perf_counter())
        if self._running:
            stage = self.taken[self._running[-1]]
            stage.cpu_s += now[0] - self._since[0]
            stage.clock_s += now[1] - self._since[1]
            stage.peak_mb = max(stage.peak_mb, peak_mb())
        forget_peak()
        self._since = now

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what passes in here as stage `name`, but for stages inside it."""
        self._book()
        self._running.append(name)
        try:
            yield
        finally:
            self._book()
            self._running.pop()

    def watch(self, stage: str, module: str, name: str) -> None:
        """Count calls of `name`, as `module` knows it, as `stage`."""
        place = importlib.import_module(module)
        function: Callable[..., Any] = getattr(place, name)

        @functools.wraps(function)
        def watched(*arguments: Any, **named: Any) -> Any:
            with self.stage(stage):
                return function(*arguments, **named)

        setattr(place, name, watched)


def _cpu_s() -> float:
    """Seconds of this process and of the processes that it has waited for."""
    return sum(os.times()[:4])


def peak_mb() -> float:
    """Most memory that this process held since `forget_peak`; Linux alone tells it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / MB
    return float("nan")


def forget_peak() -> None:
    """Have `peak_mb` begin with what is held now."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def run(path: Path, out: Path, time_limit_s: float, gap: float) -> Measured:
    """Read, validate and solve the instance at `path` into `out`, watching every stage."""
    from infraplan.optimizer import workflow
    from infraplan.optimizer.estimating.plausibility import find_implausibilities
    from infraplan.optimizer.solve_result import SolveOptions
    from infraplan.optimizer.storage import instance_file

    watch = Stopwatch()
    for stage, module, name in WHERE:
        watch.watch(stage, module, name)
    found = Measured(path.name, start_mb=peak_mb(), time_limit_s=time_limit_s, stages=watch.taken)
    with watch.stage("read"):
        instance = instance_file.read_instance(path)
    with watch.stage("check"):
        find_implausibilities(instance)
    options = SolveOptions(time_limit_s=time_limit_s, gap=gap)
    with watch.stage("write"):  # what no stage claims
        outcome = workflow.run_solve(instance, options, out)
    mip = outcome.result.formulation.mip
    found.projects, found.columns = len(instance.projects), mip.num_columns
    found.entries = mip.num_nonzeros
    return found


def told(found: Measured) -> str:
    """The table of one run; a share is CPU seconds over the time that the solve was given."""
    lines = [
        f"{found.name}: {found.projects} projects, {found.columns} columns, "
        f"{found.entries} entries, {found.time_limit_s:g} s given, "
        f"{found.start_mb:.0f} MB at first",
        f"{'stage':<9}{'CPU s':>8}{'clock s':>9}{'share':>8}{'peak MB':>9}{'KB/project':>12}",
    ]
    for name, taken in found.stages.items():
        each = (taken.peak_mb - found.start_mb) * MB / max(1, found.projects)
        lines.append(
            f"{name:<9}{taken.cpu_s:>8.2f}{taken.clock_s:>9.2f}"
            f"{taken.cpu_s / found.time_limit_s:>8.1%}{taken.peak_mb:>9.0f}{each:>12.1f}"
        )
    return "\n".join(lines)


def made(projects: int, districts: int | None, folder: Path) -> Path:
    """A made-up instance of `projects` in `folder`."""
    path = folder / f"generated-{projects}"
    options = ["--projects", str(projects), "--years", "20", "--seed", "1", "--debt"]
    if districts is not None:
        options += ["--districts", str(districts)]
    command = [sys.executable, "-m", "infraplan", "generate", *options, str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def in_its_own_process(path: Path, folder: Path, time_limit_s: float, gap: float) -> Measured:
    """Measure in a process that has held nothing before."""
    answer, out = folder / "measured.json", folder / f"run-{path.name}"
    command = [sys.executable, "-m", "tests.benchmarks.stages", str(path)]
    command += ["--time-limit", str(time_limit_s), "--gap", str(gap)]
    command += ["--here", str(out), "--json", str(answer)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    kept = json.loads(answer.read_text(encoding="utf-8"))[0]
    stages = {name: Taken(**taken) for name, taken in kept.pop("stages").items()}
    return Measured(**kept, stages=stages)


def main() -> None:
    """Print a table for every size and instance; with `--json FILE` keep the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("instances", nargs="*", type=Path, help="instances measured as they are")
    parser.add_argument("--projects", nargs="*", type=int, default=None, help="sizes to make")
    parser.add_argument("--districts", type=int, default=None)
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds that a solve has")
    parser.add_argument("--gap", type=float, default=1e-4, help="1 ends with the first plan")
    parser.add_argument("--json", type=Path, help="file into which all figures go")
    parser.add_argument("--here", type=Path, help="run folder: measure in this process")
    asked = parser.parse_args()
    sizes = asked.projects
    if sizes is None:
        sizes = [] if asked.instances else [500, 5000]
    found: list[Measured] = []
    with tempfile.TemporaryDirectory() as name:
        paths = [*asked.instances, *(made(n, asked.districts, Path(name)) for n in sizes)]
        for path in paths:
            if asked.here is not None:
                found.append(run(path, asked.here, asked.time_limit, asked.gap))
            else:
                found.append(in_its_own_process(path, Path(name), asked.time_limit, asked.gap))
            print(told(found[-1]), end="\n\n", flush=True)
            if asked.json is not None:
                text = json.dumps([asdict(row) for row in found], indent=1)
                asked.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
