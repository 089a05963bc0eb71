"""What a solve is asked and what it answers, whatever engine finds it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.errors import InfeasibleError, NoPlanError
from infraplan.optimizer.formulation.build import Formulation
from infraplan.optimizer.status import SolutionState, Termination
from infraplan.optimizer.verify import Verification


@dataclass(frozen=True)
class SolveOptions:
    """How to solve. `gap` is relative; `time_limit_s` bounds the whole solve (None: no limit)."""

    engine: str = "auto"
    solver: str = "highs"
    gap: float = 1e-4
    time_limit_s: float | None = 600.0
    threads: int = 1
    seed: int = 0
    memory_limit_mb: int | None = None
    canonical: bool = True

    def left_s(self, begin: float) -> float | None:
        """Seconds left of the limit since `begin` (of `time.perf_counter`); None: no limit."""
        if self.time_limit_s is None:
            return None
        return self.time_limit_s - (time.perf_counter() - begin)

    def for_guest(self, begin: float, gap: float | None = None) -> SolverOptions:
        """Options of a solve inside this one, which began at `begin`: at least one second."""
        left = self.left_s(begin)
        return SolverOptions(
            solver=self.solver,
            gap=self.gap if gap is None else gap,
            time_limit_s=None if left is None else max(1.0, left),
            threads=self.threads,
            seed=self.seed,
            memory_limit_mb=self.memory_limit_mb,
        )


@dataclass(frozen=True)
class SolveResult:
    """What a solve found. `plan` is None where there is none; `bound` and `gap` may be unknown."""

    instance: Instance
    options: SolveOptions
    engine: str
    solver: str
    solver_version: str
    termination: Termination
    state: SolutionState
    plan: Plan | None
    objective: float | None
    bound: float | None
    gap: float | None
    build_s: float
    runtime_s: float
    peak_memory_mb: float | None
    verification: Verification | None
    formulation: Formulation
    log: str = ""

    def require_plan(self) -> Plan:
        """Return the plan, or raise InfeasibleError / NoPlanError where there is none."""
        if self.plan is not None:
            return self.plan
        if self.termination.is_proof_of_no_plan:
            message = "no plan obeys all rules"
            raise InfeasibleError(message)
        message = f"no plan was found before the solve ended ({self.termination})"
        raise NoPlanError(message)
