"""Rate of a list of solves on one and on two workers of a Dask scheduler of this machine.

Run as `python -m tests.benchmarks.cluster [--scenarios N] [--projects N] [--json FILE]`. The sweep
of the scenarios of a generated instance is made on one worker, then on two, in turn. Rates by the
clock say something on an idle machine only. What a machine that others use too can tell is CPU: a
worker that is never idle makes as many solves as its CPU pays for, so two make twice as many if
each solve costs them no more, and if client and scheduler keep ahead of them. Besides: the stages
on which a solve spends it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from infraplan.models.instance import Instance
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.scenario_matrix import solve_scenarios

GOAL = 0.9
"""Least rate of two workers, as a share of twice that of one."""
PATIENCE_S = 120.0
WARM = 2
"""Solves before the measured ones, for each worker: they load the program and the solver."""


@dataclass(frozen=True)
class Measured:
    """What a sweep took; CPU seconds are of one solve, in each of the three parts."""

    workers: int
    solves: int
    clock_s: float
    worker_cpu_s: float
    scheduler_cpu_s: float
    client_cpu_s: float
    stages: dict[str, float]

    @property
    def by_clock(self) -> float:
        """Solves in a second."""
        return self.solves / self.clock_s

    @property
    def by_cpu(self) -> float:
        """Solves in a second of workers that have a processor each, and do not wait."""
        waited_for = self.client_cpu_s + self.scheduler_cpu_s  # both serve all workers, one at most
        return min(self.workers / self.worker_cpu_s, 1.0 / waited_for)


def question(projects: int, scenarios: int) -> Instance:
    """A generated instance with scenarios of what its first project costs."""
    made = generate(make_request(projects=projects, years=10, seed=1, debt=True))
    first = made.projects[0].id
    rows = tuple(
        Scenario(
            id=f"s{number:03d}",
            changes=(
                Change(
                    table="projects",
                    where={"id": first},
                    field="overnight_cost",
                    value=0.5 + number / scenarios,
                ),
            ),
        )
        for number in range(scenarios)
    )
    return made.with_tables(scenarios=rows)


def part(*words: object) -> subprocess.Popen[bytes]:
    """A part of a cluster."""
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler (first of the parts) with workers."""
    file = folder / "scheduler.json"
    parts = [
        part(
            "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0,
            "--no-dashboard", "--scheduler-file", file,
        )
    ]  # fmt: skip
    try:
        end = time.monotonic() + PATIENCE_S
        while not file.is_file() and time.monotonic() < end:
            time.sleep(0.1)
        parts += [
            part(
                "distributed.cli.dask_worker", "--scheduler-file", file, "--no-nanny",
                "--nthreads", 1, "--no-dashboard", "--local-directory", folder / "scratch",
            )
            for _ in range(workers)
        ]  # fmt: skip
        yield str(file), parts
    finally:
        for one in parts:
            one.kill()
            one.wait()


def cpu_s(pid: int) -> float:
    """CPU seconds of a process and all its children, of those that ended and those that run."""
    one = psutil.Process(pid)
    used = 0.0
    for process in (one, *one.children(recursive=True)):
        times = process.cpu_times()
        used += times.user + times.system + times.children_user + times.children_system
    return used


def measure(instance: Instance, folder: Path, workers: int) -> Measured:
    """Solve all scenarios on `workers` workers."""
    options = SolveOptions(gap=1e-4, time_limit_s=60.0)
    names = [row.id for row in instance.scenarios]
    warm, counted = names[: WARM * workers], names[WARM * workers :]
    folder.mkdir()
    with cluster(folder, workers) as (address, parts):
        runner = Runner(folder / "runs", scheduler=address)
        runner.prepare(resume=False)
        while runner.threads() < workers:
            time.sleep(0.1)
        solve_scenarios(instance, warm, options, runner)
        before = [cpu_s(one.pid) for one in parts], cpu_s(os.getpid()), time.perf_counter()
        rows = solve_scenarios(instance, counted, options, runner)
        clock_s = time.perf_counter() - before[2]
        used = [cpu_s(one.pid) - was for one, was in zip(parts, before[0], strict=True)]
        client = cpu_s(os.getpid()) - before[1]
        runner.close()
    return Measured(
        workers,
        len(rows),
        clock_s,
        sum(used[1:]) / len(rows),
        used[0] / len(rows),
        client / len(rows),
        stages_of(folder / "runs", [row.result for row in rows]),
    )


def stages_of(folder: Path, results: list[JobResult]) -> dict[str, float]:
    """Mean CPU seconds of a solve by stage, as the runs state them."""
    total: Counter[str] = Counter()
    for result in results:
        manifest = json.loads((folder / result.run_dir / "run.json").read_text("utf-8"))
        for name, spent in manifest["stages"].items():
            total[name] += spent["cpu_s"]
    return {name: value / len(results) for name, value in total.items()}


def main() -> int:
    """Measure, print, and fail where two workers are slower than the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--projects", type=int, default=60)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    instance = question(asked.projects, asked.scenarios)
    with tempfile.TemporaryDirectory() as place:
        one, two = (measure(instance, Path(place) / str(n), n) for n in (1, 2))
    for row in (one, two):
        print(
            f"{row.workers} worker(s): {row.solves} solves, {row.by_clock:.2f}/s by the clock, "
            f"{row.by_cpu:.2f}/s by CPU; CPU ms of a solve: worker {1e3 * row.worker_cpu_s:.0f}, "
            f"scheduler {1e3 * row.scheduler_cpu_s:.1f}, client {1e3 * row.client_cpu_s:.1f}"
        )
        print("  stages, ms:", {name: round(1e3 * value, 1) for name, value in row.stages.items()})
    by_cpu, by_clock = two.by_cpu / (2 * one.by_cpu), two.by_clock / (2 * one.by_clock)
    print(f"two workers beside twice one: {by_cpu:.1%} by CPU, {by_clock:.1%} by the clock")
    if asked.json:
        found = {"one": asdict(one), "two": asdict(two), "by_cpu": by_cpu, "by_clock": by_clock}
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return int(by_cpu < GOAL)


if __name__ == "__main__":
    sys.exit(main())
