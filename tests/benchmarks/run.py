"""Build and solve beside a hand-written highspy model, pair by pair in one run.

    python -m tests.benchmarks.run [--gap 1e-3] [--time-limit 120] [--pairs 5]

Ours: `build_formulation` and the HiGHS guest, process start and answer included (`solve_mip`). By
hand: the same formulation written directly for highspy, in a process of its own. Each pair solves
one instance, one after the other, turn about; the table gives medians and the ratio of total times.
A search tree is a lottery, so single pairs differ both ways.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Annotated, Any

import typer

from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.program import build_formulation
from tests.benchmarks.generate import benchmark_instance

SIZES = ((100, 8), (300, 10), (1000, 10))


def ours(projects: int, years: int, seed: int, gap: float, limit: float) -> dict[str, float]:
    """Build and solve through the product."""
    instance = benchmark_instance(projects, years, seed)
    begin = time.perf_counter()
    mip = build_formulation(instance).mip
    build_s = time.perf_counter() - begin
    begin = time.perf_counter()
    reply = solve_mip(mip, SolverOptions(gap=gap, time_limit_s=limit))
    return {
        "build_s": build_s,
        "solve_s": time.perf_counter() - begin,
        "objective": reply.objective or float("nan"),
        "bound": reply.bound or float("nan"),
        "columns": mip.num_columns,
        "rows": mip.num_rows,
    }


def by_hand(projects: int, years: int, seed: int, gap: float, limit: float) -> dict[str, float]:
    """Build and solve by the hand-written model."""
    answer = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.benchmarks.by_hand",
            *(str(value) for value in (projects, years, seed, gap, limit)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    # HiGHS 1.16 prints its name before it can be told to be silent.
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def main(
    gap: Annotated[float, typer.Option(help="relative gap")] = 1e-3,
    time_limit: Annotated[float, typer.Option(help="seconds a solve")] = 120.0,
    pairs: Annotated[int, typer.Option(help="instances a size, one pair of runs each")] = 5,
) -> None:
    """Print a line per size and write the figures as JSON to standard output's last line."""
    results = []
    for projects, years in SIZES:
        runs = []
        for number in range(pairs):
            turn = (ours, by_hand) if number % 2 == 0 else (by_hand, ours)
            first, second = (call(projects, years, number + 1, gap, time_limit) for call in turn)
            runs.append((first, second) if number % 2 == 0 else (second, first))
        spent = [sum(r[n]["build_s"] + r[n]["solve_s"] for r in runs) for n in (0, 1)]
        result: dict[str, Any] = {
            "size": f"{projects}x{years}",
            "columns": [runs[0][0]["columns"], runs[0][1]["columns"]],
            "rows": [runs[0][0]["rows"], runs[0][1]["rows"]],
            "build_s": [statistics.median(r[n]["build_s"] for r in runs) for n in (0, 1)],
            "solve_s": [statistics.median(r[n]["solve_s"] for r in runs) for n in (0, 1)],
            "objective": [runs[0][n]["objective"] for n in (0, 1)],
            "bound": [runs[0][n]["bound"] for n in (0, 1)],
            "total_s": spent,
            "ratio": spent[0] / spent[1],
        }
        results.append(result)
        typer.echo(
            f"{result['size']:>8}  build {result['build_s'][0]:.3f} / {result['build_s'][1]:.3f} s"
            f"  solve {result['solve_s'][0]:.2f} / {result['solve_s'][1]:.2f} s"
            f"  objective {result['objective'][0]:.4f} / {result['objective'][1]:.4f}"
            f"  bound {result['bound'][0]:.4f} / {result['bound'][1]:.4f}"
            f"  ratio {result['ratio']:.3f}"
        )
    whole = [sum(result["total_s"][n] for result in results) for n in (0, 1)]
    typer.echo(f"overall {whole[0]:.1f} / {whole[1]:.1f} s, ratio {whole[0] / whole[1]:.3f}")
    typer.echo(json.dumps(results))


if __name__ == "__main__":
    typer.run(main)
