"""What taking out starts and bounding large works is worth to a solver that knows no plan.

`python -m tests.benchmarks.large_works INSTANCE --cpu 13` prints the relaxation as written and with
both, then plan and bound of HiGHS alone on either model after so many seconds of CPU.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from infraplan.optimizer.backends import Progress, SolverOptions, solve_mip
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.bench.row import _cpu_s
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.engines.affordable_starts import affordable_starts
from infraplan.optimizer.engines.large_works import with_large_works
from infraplan.optimizer.formulation.money_scale import conditioning_of, scale_money
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.storage import read_instance

LONGEST_S = 600.0
"""Seconds by the clock at most of one solve."""


def after_cpu(mip: Mip, seconds: float) -> tuple[float | None, float | None]:
    """Plan and bound that HiGHS has of `mip` after `seconds` of CPU, its start included."""
    begin = _cpu_s()
    last: list[Progress] = []

    def hear(news: Progress) -> None:
        if _cpu_s() - begin <= seconds:
            last.append(news)

    options = SolverOptions(columns=Columns.AUTO, time_limit_s=LONGEST_S, gap=1e-4)
    solve_mip(mip, options, on_progress=hear, should_stop=lambda: _cpu_s() - begin > seconds)
    return (last[-1].incumbent, last[-1].bound) if last else (None, None)


def main() -> None:
    """Print the figures of one instance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", type=Path)
    parser.add_argument("--cpu", type=float, default=13.0)
    asked = parser.parse_args()
    instance = read_instance(asked.instance)
    formulation = build_formulation(instance)
    conditioning = conditioning_of(formulation.coefficients)
    scale = scale_money(formulation.mip, conditioning, instance.settings.objective)
    less = affordable_starts(scale.mip, 5.0)
    relaxed = quick_relaxation(less, 60.0).values
    if relaxed is None:
        raise SystemExit("no relaxation")
    bound, options = less.value(relaxed), SolverOptions(time_limit_s=60.0)
    both, least = with_large_works(less, relaxed, bound, replace(options, columns=Columns.AUTO))
    factor = scale.of_objective
    print(f"relaxation {bound / factor:.2f}, with rows of large works {least / factor:.2f}")
    for name, mip in (("as written", scale.mip), ("with both", both)):
        plan, proven = after_cpu(mip, asked.cpu)
        told = ["-" if value is None else f"{value / factor:.1f}" for value in (plan, proven)]
        print(f"{name}: plan {told[0]}, bound {told[1]}")


if __name__ == "__main__":
    main()
