"""The five shipped instances, and plans of them with their proven bound."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_instance
from infraplan.optimizer.storage.run_reading import read_run
from tests.architecture.sources import ROOT

INSTANCES = ("kaizhou", "tongliang", "qijiang-wansheng", "wan-da-kai", "chongqing-counties")
GAP = 1e-3
SOLVE_S = 120.0
"""Seconds in which an instance is solved whose run folder is not given."""


@dataclass(frozen=True)
class Solved:
    """A plan with its proven bound, and the reasons that its run folder states."""

    name: str
    instance: Instance
    plan: Plan
    bound: float
    rejections: tuple[Rejection, ...] = ()

    @property
    def objective(self) -> float:
        """Value of the plan."""
        return self.plan.objective


RUNS_VARIABLE = "INFRAPLAN_RUNS"
"""Variable of the environment that names a folder of runs, each called as its instance."""


@cache
def solved(name: str) -> Solved:
    """The plan of the run folder `name`, or of the shipped instance, solved now.

    Not solved again where `RUNS_VARIABLE` names a folder that holds a run of it.
    """
    if given := os.environ.get(RUNS_VARIABLE):
        name = str(Path(given) / name)  # a folder named in full stays itself
    if (Path(name) / "run.json").exists():
        run = read_run(Path(name))
        assert run.plan is not None
        bound = float(run.manifest["bound"])
        return Solved(Path(name).name, run.instance, run.plan, bound, run.tables.rejected)
    name = Path(name).name
    result = solve(
        read_instance(ROOT / "instances" / name), SolveOptions(gap=GAP, time_limit_s=SOLVE_S)
    )
    assert result.bound is not None
    return Solved(name, result.instance, result.require_plan(), result.bound)
