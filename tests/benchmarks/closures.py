"""Relaxation, bound and first plans of mines by closures, in seconds of CPU.

    python -m tests.benchmarks.closures --bench BENCH [--only NAME] [--drift SECONDS]

`BENCH` is the folder of problems with published values that `known_values` takes. Printed are, for
each problem, the seconds of building, of the relaxation and of the rest, the relaxation's value and
bound in the source's terms, and how far the list and the drift after it stay below the bound.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.decomposition.drift import Drift
from infraplan.optimizer.decomposition.early import without_early_starts
from infraplan.optimizer.decomposition.relaxation import relaxed_by_closures
from infraplan.optimizer.decomposition.schedule import Scheduler
from infraplan.optimizer.interop.mine_file import MineProblem
from infraplan.optimizer.interop.minelib import import_minelib
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation

LIMIT_S = 3600.0


def measure(name: str, mip: Mip, drift_s: float) -> None:
    """Print the figures of one program."""
    begin = time.process_time()
    relaxed = relaxed_by_closures(mip, LIMIT_S)
    seconds = time.process_time() - begin
    if relaxed is None or relaxed.values is None or relaxed.multipliers is None:
        print(f"{name}: no relaxation")
        return
    bound = dual_bound(mip, relaxed.multipliers).value
    print(f"{name}: relaxation {mip.value(relaxed.values):.2f}, bound {bound:.2f}, {seconds:.2f} s")
    scheduler = Scheduler.of_mip(mip) if drift_s > 0.0 else None
    if scheduler is None or bound is None:
        return
    begin = time.process_time()
    expected = scheduler.expected(scheduler.program.nodes_of(relaxed.values))
    place = scheduler.listed(expected, None)
    if place is None:
        return
    first = scheduler.worth(place)
    drift = Drift(scheduler, 0)
    place = drift.search(place, lambda _: None, lambda: time.process_time() - begin > drift_s, None)
    seconds, last = time.process_time() - begin, scheduler.worth(place)
    gaps = " and ".join(f"{(bound - worth) / abs(worth):.4%}" for worth in (first, last))
    print(f"{name}: list and drift {gaps} under the bound, {seconds:.1f} s")


def main() -> None:
    """Measure the mines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--only", default="newman1", help="name of a problem of MineLib")
    parser.add_argument("--drift", type=float, default=20.0)
    asked = parser.parse_args()
    for name in asked.only.split(","):
        for problem in MineProblem:
            instance = import_minelib(asked.bench / "minelib" / name / name, problem)
            begin = time.process_time()
            mip = build_formulation(instance).mip
            print(f"{name} {problem.value}: built in {time.process_time() - begin:.1f} s")
            measure(f"{name} {problem.value}", mip, 0.0)
            begin = time.process_time()
            mip = without_early_starts(mip)
            print(f"{name} {problem.value}: early starts in {time.process_time() - begin:.2f} s")
            measure(f"{name} {problem.value} without early starts", mip, asked.drift)
            print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB at most")


if __name__ == "__main__":
    main()
