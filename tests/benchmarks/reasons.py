"""Reasons and losses of the five shipped instances: how narrow, and true when solved again.

`python -m tests.benchmarks.reasons [INSTANCE ...] [--again N] [--seconds S]` prints a row per
instance: projects left out, reasons found, intervals as narrow as asked (twice the proven gap, or
2 % of the project's cost), and of N projects (spread over the list) that were forced in by the
instance itself and solved again, how many losses lie in the stated interval.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.optimizer.analysis.rejections import NARROW_COST, NARROW_GAPS, find_rejections
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.storage import read_instance
from tests.architecture.sources import ROOT
from tests.oracle.reasons import forced_in

INSTANCES = ("kaizhou", "tongliang", "qijiang-wansheng", "wan-da-kai", "chongqing-counties")
GAP = 1e-3


@dataclass(frozen=True)
class Row:
    """What was found for one instance."""

    left_out: int
    with_reason: int
    narrow: int
    seconds: float
    again: int
    true: int


def measure(name: str, again: int, seconds: float) -> Row:
    """Solve instance `name`, explain it in `seconds`, and check `again` of the losses."""
    instance = read_instance(ROOT / "instances" / name)
    options = SolveOptions(gap=GAP, time_limit_s=300.0)
    result = solve(instance, options)
    plan, begin = result.require_plan(), time.perf_counter()
    rows = find_rejections(result.formulation, plan, bound=result.bound, time_limit_s=seconds)
    took = time.perf_counter() - begin
    chosen = rows[:: max(1, len(rows) // again)][:again] if again else ()
    return Row(
        len(rows),
        sum(row.rule != "not_found" for row in rows),
        sum(is_narrow(instance, result, row) for row in rows),
        took,
        len(chosen),
        sum(is_true(instance, result, row) for row in chosen),
    )


def is_narrow(instance: Instance, result: SolveResult, row: Rejection) -> bool:
    """Whether the loss is known as closely as asked; what cannot be forced in has none."""
    if row.can_be_forced is False:
        return True
    if row.loss_low is None or row.loss_high is None:
        return False
    assert result.bound is not None
    assert result.objective is not None
    cost = min(o.overnight_cost for o in instance.project_by_id[row.project].options)
    most = max(NARROW_GAPS * (result.bound - result.objective), NARROW_COST * cost)
    return row.loss_high - row.loss_low <= most + 1e-6 * abs(result.objective)


def is_true(instance: Instance, result: SolveResult, row: Rejection) -> bool:
    """Whether a plan with the project, and the bound of all of them, agree with what is stated."""
    forced = forced_in(instance, row.project)
    if forced is None:
        return row.can_be_forced is False
    found = solve(forced, SolveOptions(gap=GAP, time_limit_s=300.0, canonical=False))
    if found.plan is None or found.bound is None or found.objective is None:
        return found.termination.is_proof_of_no_plan and row.can_be_forced is not True
    assert result.objective is not None
    size = 1e-6 * abs(result.objective)
    least, most = result.objective - found.bound, result.objective - found.objective
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
    print("| instance | left out | with a reason | narrow | seconds | solved again | true |")
    print("|---|---|---|---|---|---|---|")
    for name in asked.instances:
        row = measure(name, asked.again, asked.seconds)
        print(
            f"| {name} | {row.left_out} | {row.with_reason} | {row.narrow} | {row.seconds:.0f} | "
            f"{row.again} | {row.true} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
