"""From an instance to a run folder: solve, explain, report, write. Used by the command line."""

from __future__ import annotations

import math
import platform
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.analysis.conflicts import ConflictReport, find_conflict
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.backends import Progress, SolverOptions, available_solvers, write_model
from infraplan.optimizer.backends.base import Note
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.engines.deadline import Deadline, on_the_clock
from infraplan.optimizer.engines.registry import engine_for, engine_named
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.estimating.recorded_relations import recorded_relations
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.texts import CHAINS_AND_LIMITS, DUAL_VALUES_CHECKED
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination, told_gap
from infraplan.optimizer.storage import OutputError, instance_hash, write_run
from infraplan.optimizer.storage.run_folder import (
    REPORT_FILE,
    check_run_place,
    place_for_run,
    strangers,
)
from infraplan.optimizer.verify import Verification, compute_totals
from infraplan.optimizer.version import __version__
from infraplan.optimizer.work_clock import ClockReason

DRAFT = "draft"
"""State of a run that nobody has submitted or approved."""
MOST_TO_EXPLAIN_S, UNLIMITED_EXACT_S = 60.0, 3600.0
"""Seconds to explain a run at most, and for exact losses where no time limit was given."""
BEYOND_TO_EXPLAIN_S, BEYOND_SHARE_TO_EXPLAIN = 1.5, 0.07
"""Seconds, and share of the time limit, by which explaining may end beyond it: a run may
take 10 % and 5 s longer, and the report comes after it."""
LEAST_TO_EXPLAIN_S = 0.5
"""Seconds below which explaining is not begun."""
_LIBRARIES = ("numpy", "scipy", "pydantic", "highspy", "pulp", "ortools")


class UnwrittenRunError(OutputError):
    """A finished run could be written nowhere."""

    exit_code = 1


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the manifest as written, the result, and where it lies.

    Attributes
    ----------
    run_dir: where the run was written.
    asked_dir: where it was asked for. It differs where a run with a plan lay there and this one
        has none, and where it could not be written there.
    write_fault: why something could not be written where it was asked for; blank where all was.
    carried: what the replaced folder held that no run wrote, which lies in the new one.
    """

    run_dir: Path
    manifest: Mapping[str, Any]
    result: SolveResult
    conflict: ConflictReport | None
    rejections: tuple[Rejection, ...]
    asked_dir: Path
    write_fault: Phrase = NOTHING_SAID
    carried: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Exit code: 0 solved, 1 not written in full, 4 infeasible, 5 no plan, 7 verification."""
        if self.write_fault:
            return 1
        verification = self.result.verification
        if verification is not None and not verification.ok:
            return 7
        if self.result.plan is not None:
            return 0
        return 4 if self.result.termination.is_proof_of_no_plan else 5


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
    parent: Mapping[str, Any] | None = None,
    exact_losses: bool = False,
    deadline: Deadline | None = None,
) -> Outcome:
    """Solve `instance` (under `scenario`), write the run folder, and return the outcome.

    A plan that fails verification is not written as a plan. The run is written as soon as there is
    one, and again with its explanations and report: what ends the program in between loses no plan,
    and an interrupt ends only the explaining. `parent` names the run that this one comes from.
    `deadline` began with the command (default: here) and is kept up to the written run; what
    explaining had no time for is told. With `exact_losses` it takes as much time again.

    Raises
    ------
    OutputError
        `run_dir` is taken or cannot be written; told before solving.
    UnwrittenRunError
        The run can be written neither there nor in a temporary folder.
    InstanceError, SolverError
        As solve and storage raise them.
    """
    engine_for(instance, options.engine)
    check_run_place(run_dir)
    deadline = deadline or Deadline.after(options.time_limit_s)
    step = _by_seconds(on_step)
    instance = apply_scenario(instance, scenario) if scenario else instance
    step("solve")
    with stopping.one_task(), on_the_clock(options, deadline) as limit:
        result = solve(
            instance,
            options,
            scenario=scenario,
            on_progress=on_progress,
            should_stop=should_stop,
            warm_start=warm_start,
            deadline=limit.with_more_to_do(),
        )
        result = _to_be_explained(result, deadline, exact=exact_losses)
        writer = _Writer(result, scenario, run_dir, parent or {}, lang)
        with stopping.heeding():
            _despite_interrupt(writer.write)
            if model_file is not None:
                write_model(result.formulation.mip, model_file)
            found = _explained_on_the_clock(result, writer, step, limit, exact=exact_losses)
            _tell(found.notes, writer, on_progress, deadline.begin)
            step("write")
            _despite_interrupt(lambda: writer.write_in_full(found.conflict, found.rejections))
    return writer.outcome(found.conflict, found.rejections)


def _by_seconds(on_step: Callable[[str], None] | None) -> Callable[[str], None]:
    """`on_step`, which shows seconds although work may be counted."""

    def step(name: str) -> None:
        if on_step is not None:
            with work_clock.by_seconds():
                on_step(name)

    return step


def _tell(
    notes: tuple[Note, ...],
    writer: _Writer,
    on_progress: Callable[[Progress], None] | None,
    began: float,
) -> None:
    """Add notes to the run, and tell them at once."""
    writer.tell(notes)
    for note in notes:
        if on_progress is not None:
            with work_clock.by_seconds():
                on_progress(Progress(time.perf_counter() - began, None, None, None, note=note))


@dataclass(frozen=True)
class _Explained:
    """Why there is no plan, or why projects were left out, and what was left unexplained."""

    conflict: ConflictReport | None = None
    rejections: tuple[Rejection, ...] = ()
    notes: tuple[Note, ...] = ()


def _explained(
    result: SolveResult,
    good: Plan | None,
    step: Callable[[str], None],
    deadline: Deadline,
    *,
    exact: bool,
) -> _Explained:
    """Explain the result for as long as there is time; what is left open is told."""
    engine = engine_named(result.engine)
    options, seconds = _quick(result.options), _seconds_to_explain(deadline, exact=exact)
    has_conflict = (
        engine.explains_conflicts and result.plan is None and result.termination.is_proof_of_no_plan
    )
    if not has_conflict and (good is None or not engine.explains_rejections):
        return _Explained()
    if stopping.is_asked():
        return _unexplained("nothing-is-explained-after-a-stop")
    if seconds < LEAST_TO_EXPLAIN_S:
        return _unexplained("nothing-is-explained-for-want-of-time")
    step("conflict" if has_conflict else "explain")
    try:
        if has_conflict or good is None:
            conflict = find_conflict(result.formulation, options, time_limit_s=seconds)
            return _Explained(conflict, notes=_of_no_conflict(conflict))
        rejections = find_rejections(
            result.formulation,
            good,
            options,
            bound=result.bound,
            time_limit_s=seconds,
            exact=exact,
        )
    except (KeyboardInterrupt, stopping.StoppedError):  # the plan is what was wanted
        return _unexplained("nothing-is-explained-after-a-stop")
    except SolverError as error:
        return _unexplained("nothing-is-explained-by-a-solver-that-fails", why=error.message)
    return _Explained(rejections=rejections, notes=_of_unknown_loss(rejections))


def _unexplained(key: str, **values: object) -> _Explained:
    return _Explained(notes=(Note("unexplained", *phrase(key, **values).both),))


def _of_no_conflict(conflict: ConflictReport) -> tuple[Note, ...]:
    """Why no rules are named that cannot hold together."""
    return () if conflict.rules else (Note("unexplained", *conflict.why.both),)


def _of_unknown_loss(rejections: tuple[Rejection, ...]) -> tuple[Note, ...]:
    """That time ended before the loss by some projects was known at all."""
    names = [row.project for row in rejections if row.can_be_forced is not False and not row.method]
    if not names:
        return ()
    told = phrase("losses-not-found-in-time", count=len(names), most=len(rejections))
    return (Note("unexplained", *told.both),)


def _seconds_to_explain(deadline: Deadline, *, exact: bool) -> float:
    """What the solve left of the time limit and of what may go beyond it, a minute at most.

    Exact losses get the time limit of the solve anew.
    """
    limit = deadline.limit_s
    if limit is None:
        return UNLIMITED_EXACT_S if exact else MOST_TO_EXPLAIN_S
    if exact:
        return limit
    end = limit + BEYOND_TO_EXPLAIN_S + BEYOND_SHARE_TO_EXPLAIN * limit
    return min(MOST_TO_EXPLAIN_S, end - deadline.elapsed_s)


def _to_be_explained(result: SolveResult, deadline: Deadline, *, exact: bool) -> SolveResult:
    """`result` of a solve that `deadline` (of `time.perf_counter`) limits, in seconds it took.

    Where work is counted, explaining may go on until the time of the run is over.
    """
    if not result.options.deterministic:
        return result
    limit = deadline.limit_s
    if limit is not None:
        beyond = limit if exact else BEYOND_TO_EXPLAIN_S + BEYOND_SHARE_TO_EXPLAIN * limit
        work_clock.end_at(deadline.begin + limit + beyond)
    return replace(result, runtime_s=time.perf_counter() - deadline.begin)


def _explained_on_the_clock(
    result: SolveResult,
    writer: _Writer,
    step: Callable[[str], None],
    limit: Deadline,
    *,
    exact: bool,
) -> _Explained:
    """Explain the result; what the clock decided of it is stated in the run."""
    with work_clock.watched() as reasons:
        found = _explained(result, writer.good, step, limit, exact=exact)
    writer.explained_by_clock(reasons)
    return found


def _despite_interrupt(write: Callable[[], None]) -> None:
    """Call `write`, once more where it is interrupted: it takes a moment and keeps a plan."""
    try:
        write()
    except KeyboardInterrupt:
        write()


class _Writer:
    """Writes a run where it was asked for, else beside it or in a temporary folder."""

    def __init__(
        self,
        result: SolveResult,
        scenario: str,
        run_dir: Path,
        parent: Mapping[str, Any],
        lang: str,
    ) -> None:
        self._result, self._lang, self._asked_dir = result, lang, run_dir
        ok = result.verification is not None and result.verification.ok
        self.good = result.plan if ok else None
        self.place = place_for_run(run_dir, has_plan=self.good is not None)
        self.carried = strangers(self.place)
        self.fault = NOTHING_SAID
        self.manifest = manifest_of(result, scenario, self.place, None)
        self.manifest["parent"] = dict(parent) or None

    def write(self) -> None:
        """Write the run without explanations and report."""
        try:
            self._write_to(self.place)
            return
        except OutputError as error:
            fault = error
        for folder in (tempfile.gettempdir, Path.cwd, Path.home):
            try:
                place = Path(tempfile.mkdtemp(prefix="infraplan-run-", dir=folder()))
                self._write_to(place)
            except (OSError, RuntimeError, OutputError):
                continue
            self.place, self.fault, self.carried = place, fault.message, ()
            return
        raise UnwrittenRunError(fault.message) from fault

    def outcome(
        self, conflict: ConflictReport | None, rejections: tuple[Rejection, ...]
    ) -> Outcome:
        """What the run came to, and where it lies."""
        return Outcome(
            self.place,
            self.manifest,
            self._result,
            conflict,
            rejections,
            self._asked_dir,
            self.fault,
            self.carried,
        )

    def tell(self, notes: tuple[Note, ...]) -> None:
        """Add notes to the run."""
        self.manifest["notes"] = [*self.manifest["notes"], *_stated_notes(notes)]

    def explained_by_clock(self, reasons: Collection[str]) -> None:
        """State for which reasons the clock decided what was explained, if it did."""
        clock = dict(self.manifest["clock"])
        why = [name.value for name in ClockReason if name in {*clock["why"], *reasons}]
        self.manifest["clock"] = clock | {"explanations": bool(reasons), "why": why}

    def write_in_full(
        self, conflict: ConflictReport | None, rejections: tuple[Rejection, ...]
    ) -> None:
        """Write the run again, explained; where that fails it stays as it was first written."""
        if conflict is not None:
            self.manifest |= conflict_part(conflict)
        instance = self._result.instance
        page = render_report(instance, self.good, self.manifest, rejections, lang=self._lang)
        try:
            self._write_to(self.place, rejections, {REPORT_FILE: page.encode("utf-8")})
        except OutputError as error:
            self.fault = self.fault or error.message

    def _write_to(
        self,
        place: Path,
        rejections: tuple[Rejection, ...] = (),
        extra_files: Mapping[str, bytes] | None = None,
    ) -> None:
        self.manifest["run_dir"] = str(place)
        write_run(
            place,
            instance=self._result.instance,
            plan=self.good,
            manifest=self.manifest,
            rejections=rejections,
            extra_files=extra_files,
        )


def _quick(options: SolveOptions) -> SolverOptions:
    """Options of the small solves that explain: HiGHS where it was asked for, a minute at most."""
    return SolverOptions(
        solver=options.solver,
        gap=1e-6,
        time_limit_s=60.0,
        threads=options.threads,
        seed=options.seed,
        memory_limit_mb=options.memory_limit_mb,
        columns=options.columns,
    )


def _solver_version(solver: str) -> str:
    """Version of an installed solver that ended before it could tell its own."""
    return next((s.version for s in available_solvers() if s.name == solver), "")


def bound_source(result: SolveResult) -> str:
    """Who vouches for the bound, or for there being no plan; blank where nobody claims either."""
    if result.bound_source is BoundSource.DUAL_VALUES:
        return DUAL_VALUES_CHECKED
    if result.bound_source is BoundSource.OWN_BOUND:
        return CHAINS_AND_LIMITS
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
        "state": DRAFT,
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
        },
        "termination": result.termination.value,
        "solution_state": (result.state if ok else SolutionState.NONE).value,
        "objective": result.objective if ok else None,
        "bound": _finite(result.bound),
        "gap": told_gap(result.objective, _finite(result.bound)) if ok else None,
        "bound_source": bound_source(result),
        "certified_bound": _finite(result.certified_bound),
        "certified_gap": told_gap(result.objective, _finite(result.certified_bound))
        if ok
        else None,
        "notes": _stated_notes((*result.notes, *_note_of_instance(result.instance))),
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
    return manifest


def _network_cost(result: SolveResult) -> float:
    """Discounted cost of the networks without any project, in the years that count."""
    formulation = result.formulation
    first = min(result.instance.service_years, default=0)
    discount = formulation.coefficients.discount
    costs = formulation.networks.baseline.items()
    return float(sum(discount[year - first] * abs(cost) for (_, year), cost in costs))


def _stated_notes(notes: tuple[Note, ...]) -> list[dict[str, str]]:
    """Notes as run.json states them."""
    return [{"kind": note.kind, "text_en": note.text_en, "text_zh": note.text_zh} for note in notes]


def _note_of_instance(instance: Instance) -> tuple[Note, ...]:
    """What the instance says and no plan has to obey."""
    told = recorded_relations(instance)
    return (Note("recorded", *told.both),) if told else ()


def _versions(result: SolveResult) -> dict[str, str]:
    """Versions of what the run was made with: the product, its libraries, the solver."""
    found = {"python": platform.python_version(), "infraplan": __version__}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # an optional solver
            continue
    found[f"solver {result.solver}"] = result.solver_version or _solver_version(result.solver)
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
        }
        for rule in conflict.rules
    ]
    return {"conflicts": rules, "conflicts_minimal": conflict.is_minimal}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def interrupted(outcome: Outcome) -> bool:
    """Whether the solve was ended early by the user."""
    return outcome.result.termination is Termination.INTERRUPTED
