"""From an instance to a run folder: solve, explain, report, write. Used by the command line."""

from __future__ import annotations

import math
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.catalogue import listed, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.analysis.conflicts import ConflictReport, find_conflict
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.backends import Progress, SolverOptions, available_solvers, write_model
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.engines.equilibrium import ENGINE as EQUILIBRIUM
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination
from infraplan.optimizer.storage import instance_hash, write_run
from infraplan.optimizer.verify import compute_totals

ENGINES = ("auto", "exact", "decomposition")


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the manifest as written, the result, and where it lies."""

    run_dir: Path
    manifest: Mapping[str, Any]
    result: SolveResult
    conflict: ConflictReport | None
    rejections: tuple[Rejection, ...]

    @property
    def exit_code(self) -> int:
        """Exit code of the command: 0 solved, 4 infeasible, 5 no plan, 7 verification."""
        verification = self.result.verification
        if verification is not None and not verification.ok:
            return 7
        if self.result.plan is not None:
            return 0
        return 4 if self.result.termination.is_proof_of_no_plan else 5


def product_version() -> str:
    """Version of the installed product, `unknown` where it runs without being installed."""
    try:
        return metadata.version("infraplan")
    except metadata.PackageNotFoundError:
        return "unknown"


def run_solve(
    instance: Instance,
    options: SolveOptions,
    run_dir: Path,
    *,
    scenario: str = "",
    lang: str = "en",
    on_progress: Callable[[Progress], None] | None = None,
    on_step: Callable[[str], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
    model_file: Path | None = None,
) -> Outcome:
    """Solve `instance` (under `scenario`), write the run folder, and return the outcome.

    A plan that fails verification is not written as a plan.

    Raises
    ------
    InstanceError, SolverError, OutputError
        As solve and storage raise them.
    """
    if options.engine not in ENGINES:
        message = phrase(
            "there-is-no-engine-engines-are", engine=options.engine, engines=listed(ENGINES)
        )
        raise UnsupportedFeatureError(message)
    if options.engine == "decomposition":
        message = phrase("the-decomposition-engine-is-not-in-this")
        raise UnsupportedFeatureError(message)
    step = on_step or (lambda _: None)
    if scenario:
        instance = apply_scenario(instance, scenario)
    step("solve")
    result = solve(
        instance,
        options,
        scenario=scenario,
        on_progress=on_progress,
        should_stop=should_stop,
        warm_start=warm_start,
    )
    if model_file is not None:
        write_model(result.formulation.mip, model_file)
    conflict = None
    explained = result.engine != EQUILIBRIUM
    if explained and result.plan is None and result.termination.is_proof_of_no_plan:
        step("conflict")
        conflict = find_conflict(result.formulation, _quick(options))
    good = result.plan if result.verification is not None and result.verification.ok else None
    rejections: tuple[Rejection, ...] = ()
    if good is not None:
        step("explain")
        if result.engine != EQUILIBRIUM:  # its program does not hold the flows that decide
            rejections = find_rejections(result.formulation, good, _quick(options))
    manifest = manifest_of(result, scenario, run_dir, conflict)
    step("write")
    page = render_report(instance, good, manifest, rejections, lang=lang)
    write_run(
        run_dir,
        instance=instance,
        plan=good,
        manifest=manifest,
        rejections=rejections,
        extra_files={"report.html": page.encode("utf-8")},
    )
    return Outcome(run_dir, manifest, result, conflict, rejections)


def _quick(options: SolveOptions) -> SolverOptions:
    """Options of the small solves that explain: HiGHS where it was asked for, a minute at most."""
    return SolverOptions(
        solver=options.solver,
        gap=1e-6,
        time_limit_s=60.0,
        threads=options.threads,
        seed=options.seed,
        memory_limit_mb=options.memory_limit_mb,
    )


def _solver_version(solver: str) -> str:
    """Version of an installed solver that ended before it could tell its own."""
    return next((s.version for s in available_solvers() if s.name == solver), "")


def manifest_of(
    result: SolveResult, scenario: str, run_dir: Path, conflict: ConflictReport | None
) -> dict[str, Any]:
    """Content of run.json."""
    plan, verification = result.plan, result.verification
    ok = verification is not None and verification.ok
    options = result.options
    manifest: dict[str, Any] = {
        "product_version": product_version(),
        "python": platform.python_version(),
        "run_dir": str(run_dir),
        "instance": result.instance.settings.id,
        "instance_hash": instance_hash(result.instance),
        "scenario": scenario,
        "engine": result.engine,
        "solver": result.solver,
        "solver_version": result.solver_version or _solver_version(result.solver),
        "options": {
            "engine": options.engine,
            "gap": options.gap,
            "time_limit_s": options.time_limit_s,
            "threads": options.threads,
            "seed": options.seed,
            "memory_limit_mb": options.memory_limit_mb,
        },
        "termination": result.termination.value,
        "solution_state": (result.state if ok else SolutionState.NONE).value,
        "objective": result.objective if ok else None,
        "bound": _finite(result.bound),
        "gap": _finite(result.gap) if ok else None,
        "runtime_s": round(result.runtime_s, 3),
        "build_s": round(result.build_s, 3),
        "peak_memory_mb": result.peak_memory_mb,
        "num_projects": len(result.instance.projects),
        "num_selected": len(plan.starts) if plan is not None and ok else 0,
        "num_columns": result.formulation.mip.num_columns,
        "num_rows": result.formulation.mip.num_rows,
        "verified": ok,
    }
    benchmark = benchmark_of(result.instance, plan if ok else None, result.objective, result.bound)
    if benchmark is not None:
        manifest["benchmark"] = benchmark
    if plan is not None and ok:
        manifest["totals"] = compute_totals(plan, result.instance)
    if verification is not None:
        manifest["verification"] = {
            "laws": [
                {
                    "law": law.law,
                    "checked": law.checked,
                    "worst_error": law.worst_error,
                    "violations": law.violations,
                }
                for law in verification.laws
            ],
            "violations": [str(violation) for violation in verification.violations[:200]],
            "violations_zh": [row.phrase.zh for row in verification.violations[:200]],
        }
    if conflict is not None:
        manifest["conflicts"] = [
            {
                "rule": rule.rule,
                "subject": "/".join(str(part) for part in rule.key),
                "text_en": rule.text_en,
                "text_zh": rule.text_zh,
                "amount": rule.amount,
                "years": list(rule.years),
            }
            for rule in conflict.rules
        ]
        manifest["conflicts_minimal"] = conflict.is_minimal
    return manifest


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def interrupted(outcome: Outcome) -> bool:
    """Whether the solve was ended early by the user."""
    return outcome.result.termination is Termination.INTERRUPTED
