"""What run.json states of a run: question, answer, who vouches for it, times, versions."""

from __future__ import annotations

import contextlib
import math
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.models.kept_plan import KeptPlan, decided_starts, moves_between, weight_of
from infraplan.models.run_state import RunState
from infraplan.optimizer.accounts.stopping import works_stopped
from infraplan.optimizer.analysis.asked_changes import AskedChanges, MadeChange
from infraplan.optimizer.analysis.conflicts import ConflictReport
from infraplan.optimizer.backends import available_solvers
from infraplan.optimizer.backends.base import Note
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.estimating.recorded_relations import recorded_relations
from infraplan.optimizer.estimating.rule_plausibility import rules_that_were_not_tested
from infraplan.optimizer.report.texts import CHAINS_AND_LIMITS, DUAL_VALUES_CHECKED, OWN_SEARCH
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.stage_times import StageTimes
from infraplan.optimizer.status import SolutionState, told_gap
from infraplan.optimizer.storage import instance_hash
from infraplan.optimizer.verify import Verification, compute_totals
from infraplan.optimizer.version import __version__

ALTERNATIVE, MOVED_MONEY = "alternative", "moved_money"
"""Keys of run.json on a plan far from others, and on budgets whose money was moved."""
_LIBRARIES = ("numpy", "scipy", "pydantic", "highspy", "pulp", "ortools")


def _solver_version(solver: str) -> str:
    """Version of an installed solver that ended before it could tell its own."""
    return next((s.version for s in available_solvers() if s.name == solver), "")


def bound_source(result: SolveResult) -> str:
    """Who vouches for the bound, or for there being no plan; blank where nobody claims either."""
    if result.bound_source is BoundSource.DUAL_VALUES:
        return DUAL_VALUES_CHECKED
    if result.bound_source is BoundSource.OWN_BOUND:
        return CHAINS_AND_LIMITS
    if result.bound_source is BoundSource.OWN_SEARCH:
        return OWN_SEARCH
    if result.bound_source is BoundSource.NONE:
        return ""
    version = result.solver_version or _solver_version(result.solver)
    return f"{' '.join(f'solver {result.solver} {version}'.split())}, not certified"


def _stated_options(options: SolveOptions) -> dict[str, Any]:
    """What was asked of the solve, as run.json states it."""
    return {
        "engine": options.engine,
        "gap": options.gap,
        "time_limit_s": options.time_limit_s,
        "threads": options.threads,
        "seed": options.seed,
        "memory_limit_mb": options.memory_limit_mb,
        "columns": str(options.columns),
        "deterministic": options.deterministic,
        "alone_s": options.alone_s,
    }


def manifest_of(
    result: SolveResult, scenario: str, run_dir: Path, conflict: ConflictReport | None
) -> dict[str, Any]:
    """Content of run.json."""
    plan, verification = result.plan, result.verification
    ok = verification is not None and verification.ok
    options = result.options
    manifest: dict[str, Any] = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": _versions(result),
        "state": RunState.DRAFT.value,
        "seed": options.seed,
        "threads": options.threads,
        "run_dir": str(run_dir),
        "instance": result.instance.settings.id,
        "instance_hash": instance_hash(result.instance),
        "scenario": scenario,
        "engine": result.engine,
        "solver": result.solver,
        "solver_version": result.solver_version or _solver_version(result.solver),
        "options": _stated_options(options),
        "clock": {
            "plan": bool(result.clock),
            "explanations": False,
            "why": [name.value for name in result.clock],
            "steps": [name.value for name in result.clock_steps],
        },
        "termination": result.termination.value,
        "solution_state": (result.state if ok else SolutionState.NONE).value,
        "objective": result.objective if ok else None,
        "bound": finite(result.bound),
        "gap": _told(result, result.bound) if ok else None,
        "bound_source": bound_source(result),
        "certified_bound": finite(result.certified_bound),
        "certified_gap": _told(result, result.certified_bound) if ok else None,
        "notes": stated_notes((*result.notes, *_notes_of(result))),
        "runtime_s": round(result.runtime_s, 3),
        "build_s": round(result.build_s, 3),
        "peak_memory_mb": result.peak_memory_mb,
        "num_projects": len(result.instance.projects),
        "num_selected": len(plan.starts) if plan is not None and ok else 0,
        "num_columns": result.formulation.mip.num_columns,
        "num_rows": result.formulation.mip.num_rows,
        "verified": ok,
    }
    cost = _network_cost(result)
    if cost > 0.0:
        manifest["network_cost"] = cost
    benchmark = benchmark_of(result.instance, plan if ok else None, result.objective, result.bound)
    if benchmark is not None:
        manifest["benchmark"] = benchmark
    if plan is not None and ok:
        manifest["totals"] = compute_totals(plan, result.instance)
    if verification is not None:
        manifest["verification"] = _verification_part(verification)
    if conflict is not None:
        manifest |= conflict_part(conflict)
    if options.kept is not None:
        manifest["kept"] = _kept_part(options.kept, result)
    return manifest


def _kept_part(kept: KeptPlan, result: SolveResult) -> dict[str, Any]:
    """The plan in force as the question has it, what was asked of it, and what moves."""
    plan, fewest = result.plan, result.fewest
    moves = () if plan is None else moves_between(kept.starts, decided_starts(plan.starts))
    return {
        "starts": {name: list(begun) for name, begun in kept.starts.items()},
        "weights": dict(kept.weights),
        "frozen_until": kept.frozen_until,
        "most": kept.most if fewest is None else fewest.amount,
        "least_value": kept.least_value,
        "move_cost": kept.move_cost,
        "moves": len(moves),
        "weight": weight_of(kept, moves),
        "bound": None if fewest is None else finite(fewest.bound),
    }


@dataclass(frozen=True)
class RunOrigin:
    """What a run comes from.

    Attributes
    ----------
    parent
        The run whose plan the solve began with, as `run_reference` names it; empty: none.
    asked, made
        Changes of the instance that were asked for, and what they changed.
    before
        run.json of the parent, where it answers the instance without the changes.
    more
        Further keys of run.json: what else the run was asked for.
    """

    parent: Mapping[str, Any] = field(default_factory=dict)
    asked: AskedChanges = field(default_factory=AskedChanges)
    made: tuple[MadeChange, ...] = ()
    before: Mapping[str, Any] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def part(self, result: SolveResult) -> dict[str, Any]:
        """Keys of run.json: the parent, and the changes with their price where it is known."""
        part: dict[str, Any] = {"parent": dict(self.parent) or None, **self.more}
        if self.made:
            part["changes"] = {
                "made": [asdict(change) for change in self.made],
                "because": self.asked.because,
                "by": self.asked.by,
                "price": self._price(result),
            }
        return part

    def _price(self, result: SolveResult) -> dict[str, float | None] | None:
        """What the changes cost: value of the plan without them less value of this one.

        `low` and `high` hold by the proven bounds of both; None where there is none.
        """
        before, now = self.before or {}, result.objective
        worth, least = before.get("objective"), before.get("bound")
        if worth is None or now is None or before.get("verified") is not True:
            return None
        bound = finite(result.bound)
        return {
            "price": worth - now,
            "low": None if bound is None else worth - bound,
            "high": None if least is None else least - now,
        }


def _told(result: SolveResult, bound: float | None) -> float | None:
    """The gap to `bound` as it is told; where there are no projects, of what networks cost."""
    cost = 0.0 if result.instance.projects else _network_cost(result)
    return told_gap(result.objective, finite(bound), cost)


def _network_cost(result: SolveResult) -> float:
    """Discounted cost of the networks without any project, in the years that count."""
    formulation = result.formulation
    first = min(result.instance.service_years, default=0)
    discount = formulation.coefficients.discount
    costs = formulation.networks.baseline.items()
    return float(sum(discount[year - first] * abs(cost) for (_, year), cost in costs))


def stated_notes(notes: tuple[Note, ...]) -> list[dict[str, str]]:
    """Notes as run.json states them."""
    return [{"kind": note.kind, "text_en": note.text_en, "text_zh": note.text_zh} for note in notes]


def _notes_of(result: SolveResult) -> tuple[Note, ...]:
    """What no plan has to obey, what none could be held against, and works that it stops."""
    instance, plan = result.instance, result.plan
    told = {
        "stopped": NOTHING_SAID if plan is None else works_stopped(instance, plan),
        "recorded": recorded_relations(instance),
        "untested": rules_that_were_not_tested(instance),
        "kept": _kept_note(result),
    }
    return tuple(Note(kind, *text.both) for kind, text in told.items() if text)


def _kept_note(result: SolveResult) -> Phrase:
    """Of which plans alone the bound speaks, where they may not move far or something is frozen."""
    kept = result.options.kept
    if kept is None:
        return NOTHING_SAID
    most = kept.most if result.fewest is None else result.fewest.amount
    if most is not None:
        return phrase("bound-of-plans-with-few-moves", most=most)
    if kept.frozen_until is not None:
        return phrase("bound-of-plans-with-frozen-starts", year=kept.frozen_until)
    return NOTHING_SAID


def _versions(result: SolveResult) -> dict[str, str]:
    """Versions of what the run was made with: the product, its libraries, the solver."""
    found = {"python": platform.python_version(), "infraplan": __version__, **_of_libraries()}
    found[f"solver {result.solver}"] = result.solver_version or _solver_version(result.solver)
    return found


@cache
def _of_libraries() -> dict[str, str]:
    """Versions of the libraries, read once: to find them takes a sixth of a small solve."""
    found = {}
    for name in _LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):  # an optional solver
            found[name] = metadata.version(name)
    return found


def _verification_part(verification: Verification) -> dict[str, Any]:
    """How often each law was checked and held."""
    laws = [
        {
            "law": law.law,
            "checked": law.checked,
            "worst_error": law.worst_error,
            "violations": law.violations,
        }
        for law in verification.laws
    ]
    told = verification.violations[:200]
    return {
        "laws": laws,
        "violations": [str(row) for row in told],
        "violations_zh": [row.phrase.zh for row in told],
    }


def times_part(times: StageTimes) -> dict[str, Any]:
    """Keys of run.json on how long the stages took."""
    stages = {
        name: {"clock_s": round(spent.clock_s, 3), "cpu_s": round(spent.cpu_s, 3)}
        for name, spent in times.so_far().items()
    }
    first = times.first_plan_s
    return {"stages": stages, "first_plan_s": None if first is None else round(first, 3)}


def conflict_part(conflict: ConflictReport) -> dict[str, Any]:
    """Keys of run.json on a conflict."""
    rules = [
        {
            "rule": rule.rule,
            "subject": "/".join(str(part) for part in rule.key),
            "text_en": rule.text_en,
            "text_zh": rule.text_zh,
            "amount": rule.amount,
            "years": list(rule.years),
            "amounts": list(rule.amounts),
        }
        for rule in conflict.rules
    ]
    return {"conflicts": rules, "conflicts_minimal": conflict.is_minimal}


def finite(value: float | None) -> float | None:
    """Return `value` where it is a number that JSON has, else None."""
    return value if value is not None and math.isfinite(value) else None
