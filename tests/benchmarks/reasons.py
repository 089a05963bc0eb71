"""Reasons and losses of the five shipped instances: how narrow, and true when solved again.

`python -m tests.benchmarks.reasons [INSTANCE | RUN FOLDER ...] [--again N] [--seconds S]` prints a
row per instance (a run folder is not solved anew): projects left out, reasons found, intervals as
narrow as asked (twice the proven gap, or 2 % of the project's cost), seconds by the clock and of
CPU, and of N projects (spread over the list) that were forced in by the instance itself and solved
again, how many losses lie in the stated interval.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.analysis.rejections import NARROW_COST, NARROW_GAPS, find_rejections
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_instance
from infraplan.optimizer.storage.run_folder import read_run
from tests.architecture.sources import ROOT
from tests.oracle.reasons import forced_in

INSTANCES = ("kaizhou", "tongliang", "qijiang-wansheng", "wan-da-kai", "chongqing-counties")
GAP = 1e-3


@dataclass(frozen=True)
class Solved:
    """A plan with its proven bound."""

    name: str
    instance: Instance
    plan: Plan
    bound: float

    @property
    def objective(self) -> float:
        """Value of the plan."""
        return self.plan.objective


@dataclass(frozen=True)
class Row:
    """What was found for one instance."""

    left_out: int
    with_reason: int
    narrow: int
    seconds: float
    cpu: float
    again: int
    true: int


def solved(name: str) -> Solved:
    """The plan of the run folder `name`, or of the shipped instance solved now."""
    if (Path(name) / "run.json").exists():
        run = read_run(Path(name))
        assert run.plan is not None
        return Solved(Path(name).name, run.instance, run.plan, float(run.manifest["bound"]))
    result = solve(
        read_instance(ROOT / "instances" / name), SolveOptions(gap=GAP, time_limit_s=300)
    )
    assert result.bound is not None
    return Solved(name, result.instance, result.require_plan(), result.bound)


def measure(name: str, again: int, seconds: float) -> Row:
    """Explain the plan of `name` in `seconds`, and check `again` of the losses."""
    known = solved(name)
    formulation = build_formulation(known.instance)
    begin, cpu = time.perf_counter(), _cpu_s()
    rows = find_rejections(formulation, known.plan, bound=known.bound, time_limit_s=seconds)
    took, cpu = time.perf_counter() - begin, _cpu_s() - cpu
    chosen = rows[:: max(1, len(rows) // again)][:again] if again else ()
    return Row(
        len(rows),
        sum(row.rule != "not_found" for row in rows),
        sum(is_narrow(known, row) for row in rows),
        took,
        cpu,
        len(chosen),
        sum(is_true(known, row) for row in chosen),
    )


def _cpu_s() -> float:
    """Seconds of CPU of this process and of the guests that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def is_narrow(known: Solved, row: Rejection) -> bool:
    """Whether the loss is known as closely as asked; what cannot be forced in has none."""
    if row.can_be_forced is False:
        return True
    if row.loss_low is None or row.loss_high is None:
        return False
    cost = min(o.overnight_cost for o in known.instance.project_by_id[row.project].options)
    most = max(NARROW_GAPS * (known.bound - known.objective), NARROW_COST * cost)
    return row.loss_high - row.loss_low <= most + 1e-6 * abs(known.objective)


def is_true(known: Solved, row: Rejection) -> bool:
    """Whether a plan with the project, and the bound of all of them, agree with what is stated."""
    forced = forced_in(known.instance, row.project)
    if forced is None:
        return row.can_be_forced is False
    found = solve(forced, SolveOptions(gap=GAP, time_limit_s=300.0, canonical=False))
    if found.plan is None or found.bound is None or found.objective is None:
        return found.termination.is_proof_of_no_plan and row.can_be_forced is not True
    size = 1e-6 * abs(known.objective)
    least, most = known.objective - found.bound, known.objective - found.objective
    low = -size if row.loss_low is None else row.loss_low
    return (
        row.can_be_forced is not False
        and low <= most + size
        and (row.loss_high is None or least <= row.loss_high + size)
    )


def main() -> None:
    """Print the figures of the instances named, of all five where none is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("instances", nargs="*", default=INSTANCES)
    parser.add_argument("--again", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    print("| instance | left out | with a reason | narrow | seconds | CPU | solved again | true |")
    print("|---|---|---|---|---|---|---|---|")
    for name in asked.instances:
        row = measure(name, asked.again, asked.seconds)
        print(
            f"| {Path(name).name} | {row.left_out} | {row.with_reason} | {row.narrow} | "
            f"{row.seconds:.0f} | {row.cpu:.0f} | {row.again} | {row.true} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
