"""Problems of others whose best values are published: how many the product reaches and proves.

`python -m tests.benchmarks.known_values --bench FOLDER [--set psplib mknap minelib]
[--time-limit S] [--every N]` imports each problem of the sets, solves it within S seconds (its own
limit) and prints a row for each set: how many reach the published value, how many are proven, the
largest shortfall, and seconds by the clock and of CPU in all. Problems that fall short are named
below the table. `--every N` takes each Nth problem of a set.

The folder holds `psplib/j30.sm` (480 schedules and their optima), `mknap` (two files of 30
knapsacks and `best_known_1997.csv`) and `minelib/newman1`; none of it is part of the project.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.interop.mine_file import MineProblem
from infraplan.optimizer.interop.minelib import import_minelib
from infraplan.optimizer.interop.mknap import import_mknap
from infraplan.optimizer.interop.psplib import import_psplib
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.verify import verify_plan

TOLERANCE = 1e-6
"""Times (1 + the published value): a difference that is none."""
NEWMAN1 = 24_176_864.82
"""Published optimum of MineLib's newman1 as a CPIT, proven."""


@dataclass(frozen=True)
class Problem:
    """One problem, its published value, and whether less is better."""

    name: str
    published: float
    is_least: bool
    read: Callable[[], Instance]


@dataclass
class Reached:
    """What became of a set."""

    problems: int = 0
    reached: int = 0
    proven: int = 0
    worst: float = 0.0
    seconds: float = 0.0
    cpu_s: float = 0.0
    short: list[str] = field(default_factory=list)


def schedules(bench: Path) -> Iterator[Problem]:
    """PSPLIB j30, single mode: the makespan."""
    folder = bench / "psplib" / "j30.sm"
    with (folder / "optimum" / "optimum.csv").open(encoding="utf-8") as stream:
        optima = {row["problem"]: float(row["optimum"]) for row in csv.DictReader(stream)}
    for name, value in sorted(optima.items()):
        yield Problem(name, value, True, partial(import_psplib, folder / name))


def knapsacks(bench: Path) -> Iterator[Problem]:
    """Chu and Beasley's knapsacks of 100 items in 5 and 10 dimensions: the value packed."""
    with (bench / "mknap" / "best_known_1997.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    files = {"5": "mknapcb1.txt", "10": "mknapcb4.txt"}
    for row in rows:
        if row["n"] == "100" and row["m"] in files:
            path, index = bench / "mknap" / files[row["m"]], int(row["k"])
            yield Problem(
                f"{path.stem}-{index}",
                float(row["best_feasible_1997"]),
                False,
                partial(import_mknap, path, index),
            )


def mines(bench: Path) -> Iterator[Problem]:
    """MineLib's newman1 as a CPIT: the discounted value mined."""
    prefix = bench / "minelib" / "newman1" / "newman1"
    yield Problem("newman1", NEWMAN1, False, lambda: import_minelib(prefix, MineProblem.CPIT))


SETS: dict[str, Callable[[Path], Iterator[Problem]]] = {
    "psplib": schedules,
    "mknap": knapsacks,
    "minelib": mines,
}


def tried(problem: Problem, time_limit_s: float, into: Reached) -> None:
    """Solve `problem` and count it."""
    begun, cpu = time.monotonic(), sum(os.times()[:4])
    instance = problem.read()
    result = solve(instance, SolveOptions(gap=0.0, time_limit_s=time_limit_s))
    into.seconds += time.monotonic() - begun
    into.cpu_s += sum(os.times()[:4]) - cpu
    into.problems += 1
    told = benchmark_of(instance, result.plan, result.objective, result.bound)
    if result.plan is None or told is None or told["value"] is None:
        into.short.append(f"{problem.name}: no plan")
        into.worst = float("inf")
        return
    if not verify_plan(instance, result.plan).ok:
        into.short.append(f"{problem.name}: not verified")
        return
    value, bound = told["value"], told["bound"]
    short = (value - problem.published) * (1.0 if problem.is_least else -1.0)
    slack = TOLERANCE * (1.0 + abs(problem.published))
    into.worst = max(into.worst, short / abs(problem.published))
    if short <= slack:
        into.reached += 1
    else:
        into.short.append(f"{problem.name}: {value:.10g} where {problem.published:.10g} is known")
    if bound is not None and abs(bound - value) <= slack:
        into.proven += 1
    elif short <= slack:
        into.short.append(f"{problem.name}: {value:.10g} reached, not proven (bound {bound})")


def main() -> None:
    """Print a row for each set, and the problems that fall short."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--bench", type=Path, required=True, help="folder of the problems")
    parser.add_argument("--set", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--every", type=int, default=1)
    asked = parser.parse_args()
    print("| set | problems | reached | proven | largest shortfall | seconds | CPU seconds |")
    print("|---" * 7 + "|", flush=True)
    short: list[str] = []
    for name in asked.set:
        found = Reached()
        for problem in list(SETS[name](asked.bench))[:: asked.every]:
            tried(problem, asked.time_limit, found)
        print(
            f"| {name} | {found.problems} | {found.reached} | {found.proven} | "
            f"{found.worst:.3%} | {found.seconds:.0f} | {found.cpu_s:.0f} |",
            flush=True,
        )
        short += found.short
    print(*short, sep="\n")


if __name__ == "__main__":
    main()
