"""The five shipped instances, and plans of them with their proven bound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
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
    """A plan with its proven bound."""

    name: str
    instance: Instance
    plan: Plan
    bound: float

    @property
    def objective(self) -> float:
        """Value of the plan."""
        return self.plan.objective


def solved(name: str) -> Solved:
    """The plan of the run folder `name`, or of the shipped instance solved now."""
    if (Path(name) / "run.json").exists():
        run = read_run(Path(name))
        assert run.plan is not None
        return Solved(Path(name).name, run.instance, run.plan, float(run.manifest["bound"]))
    result = solve(
        read_instance(ROOT / "instances" / name), SolveOptions(gap=GAP, time_limit_s=SOLVE_S)
    )
    assert result.bound is not None
    return Solved(name, result.instance, result.require_plan(), result.bound)
