"""CPU seconds and peak memory of every stage of a run, by size.

    python -m tests.benchmarks.stages [--projects 500 5000] [--time-limit 60] [INSTANCE ...]

A process for each size makes the instance (`--years 20 --seed 1 --debt`), or takes one that is
named, and runs it from reading to the written run. Stages are those of run.json; `doubts` is what
`infraplan validate` looks for besides. Memory is the most that the process held while a stage
lasted; solvers have processes of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from infraplan.optimizer.stage_times import OTHER, Spent, Stage, StageTimes, stage, timing

DOUBTS = "doubts"
STAGES = (DOUBTS, *(each.value for each in Stage), OTHER)
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
    chosen: int = 0
    columns: int = 0
    entries: int = 0
    start_mb: float = 0.0
    time_limit_s: float = 0.0
    first_plan_s: float | None = None
    gap: float | None = None
    stages: dict[str, Taken] = field(default_factory=dict)


class MemoryTimes(StageTimes):
    """Stage times that know besides the most memory while a stage was the innermost."""

    def __init__(self) -> None:
        super().__init__()
        self.peaks: dict[str, float] = {}

    def _book(self) -> None:
        name = OTHER if self.current is None else self.current.value
        self.peaks[name] = max(self.peaks.get(name, 0.0), peak_mb())
        forget_peak()

    def enter(self, stage: Stage) -> None:
        """Begin `stage`."""
        self._book()
        super().enter(stage)

    def leave(self) -> None:
        """End the innermost stage."""
        self._book()
        super().leave()


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
    from infraplan.optimizer.engines.deadline import Deadline
    from infraplan.optimizer.estimating.plausibility import find_implausibilities
    from infraplan.optimizer.solve_result import SolveOptions
    from infraplan.optimizer.storage import instance_file

    found = Measured(path.name, start_mb=peak_mb(), time_limit_s=time_limit_s)
    forget_peak()
    with timing(MemoryTimes()) as times:
        deadline = Deadline(times.begin.clock_s, time_limit_s)
        with stage(Stage.READ):
            instance = instance_file.read_instance(path)
        options = SolveOptions(time_limit_s=time_limit_s, gap=gap)
        outcome = workflow.run_solve(instance, options, out, deadline=deadline)
        spent, first = times.so_far(), times.first_plan_s
    begin = StageTimes().begin
    find_implausibilities(instance)
    doubts = StageTimes().begin - begin
    peaks = times.peaks if isinstance(times, MemoryTimes) else {}
    for name in STAGES:
        taken = doubts if name == DOUBTS else spent.get(name, Spent())
        found.stages[name] = Taken(taken.cpu_s, taken.clock_s, peaks.get(name, float("nan")))
    mip = outcome.result.formulation.mip
    found.projects, found.columns = len(instance.projects), mip.num_columns
    found.chosen, found.entries = int(outcome.manifest["num_selected"]), mip.num_nonzeros
    found.first_plan_s, found.gap = first, outcome.result.gap
    return found


def told(found: Measured) -> str:
    """The table of one run; a share is CPU seconds over the time that the solve was given."""
    first = "none" if found.first_plan_s is None else f"after {found.first_plan_s:.1f} s"
    gap = "unknown" if found.gap is None else f"{found.gap:.2%}"
    lines = [
        f"{found.name}: {found.projects} projects, {found.chosen} chosen, {found.columns} columns,"
        f" {found.entries} entries, {found.time_limit_s:g} s given, first plan {first}, "
        f"gap {gap}, {found.start_mb:.0f} MB at first",
        f"{'stage':<11}{'CPU s':>8}{'clock s':>9}{'share':>8}{'peak MB':>9}{'KB/project':>12}",
    ]
    for name, taken in found.stages.items():
        each = (taken.peak_mb - found.start_mb) * MB / max(1, found.projects)
        lines.append(
            f"{name:<11}{taken.cpu_s:>8.2f}{taken.clock_s:>9.2f}"
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
