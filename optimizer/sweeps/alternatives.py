"""Plans that are worth nearly as much as that of a run, each as far as can be from those before.

Each is a verified run of the same instance, its parent the run asked about. How far it lies from
the others is proven as far as the bound says; the floor of its value stands in run.json, and
`verify` holds the plan to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.alternative import (
    NEAR,
    AlternativeQuestion,
    find_alternative,
)
from infraplan.optimizer.analysis.plan_distance import By, Difference, difference
from infraplan.optimizer.report.texts import CHAINS_AND_LIMITS, DUAL_VALUES_CHECKED, OWN_SEARCH
from infraplan.optimizer.run_manifest import ALTERNATIVE, RunOrigin
from infraplan.optimizer.solve_result import BoundSource, SolveOptions
from infraplan.optimizer.status import is_near_zero
from infraplan.optimizer.storage import RunFiles, read_run
from infraplan.optimizer.storage.run_folder import MANIFEST_FILE, run_reference
from infraplan.optimizer.sweeps.jobs import Job, JobResult, result_of
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.work_clock import now
from infraplan.optimizer.workflow import write_result

_SOURCES = {
    DUAL_VALUES_CHECKED: BoundSource.DUAL_VALUES,
    CHAINS_AND_LIMITS: BoundSource.OWN_BOUND,
    OWN_SEARCH: BoundSource.OWN_SEARCH,
}


@dataclass(frozen=True)
class AlternativeJob(Job):
    """A job whose plan is the one that `question` asks for; `parents` names the references."""

    question: AlternativeQuestion = field(
        default_factory=lambda: AlternativeQuestion((), 0.0, By.PROJECTS)
    )
    parents: tuple[Mapping[str, Any], ...] = ()

    def digest(self) -> str:
        """Hash of all that decides the answer."""
        asked = self.question
        plans = [plan.model_dump(mode="json") for plan in asked.references]
        text = json.dumps([super().digest(), plans, asked.floor, asked.by, asked.bound])
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Alternatives:
    """What was asked and found.

    Attributes
    ----------
    floor
        Least value of a plan, in the instance's money.
    plans
        Plans in the order in which they were found, each farthest from those before.
    distance_bound
        No further plan with the floor lies farther from all found than this, where the search
        ended without one; None where it ended otherwise, or nothing is proven.
    """

    floor: float
    by: By
    plans: tuple[AlternativePlan, ...]
    distance_bound: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether it is proven that there is no further plan with the floor."""
        return self.distance_bound is not None and self.distance_bound <= 0.0


@dataclass(frozen=True)
class AlternativePlan:
    """A plan, how far it lies from the nearest of those before, and how it differs from the run's.

    `loss` is what it is worth less than the run's, below 0 where more. `is_tie` says that the gap
    of the run does not tell which of both is better.
    """

    result: JobResult
    distance: float
    distance_bound: float | None
    loss: float
    is_tie: bool
    difference: Difference


def least_value(value: float, within: float, money: float | None) -> float:
    """The floor: `money` below `value`, where it is given, else the share `within` of it."""
    return value - (within * abs(value) if money is None else money)


def has_share(value: float, bound: float | None) -> bool:
    """Whether a share of `value` says anything: not where it is near 0 beside its bound."""
    return value != 0.0 and (bound is None or not is_near_zero(value, bound))


def find_alternatives(
    files: RunFiles,
    plan: Plan,
    floor: float,
    by: By,
    count: int,
    options: SolveOptions,
    runner: Runner,
) -> Alternatives:
    """Up to `count` plans of the run's instance that are worth at least `floor`.

    The runner solves by `solve_alternative`.

    Raises
    ------
    UnsupportedFeatureError
        If the instance has roads at equilibrium.
    SolverError, OutputError
        As a solve raises them.
    """
    bound = files.manifest.get("bound")
    references, parents = [plan], [run_reference(files)]
    found: list[AlternativePlan] = []
    for number in range(1, count + 1):
        question = AlternativeQuestion(
            tuple(references),
            floor,
            by,
            bound,
            _SOURCES.get(str(files.manifest.get("bound_source")), BoundSource.SOLVER),
            files.manifest.get("certified_bound"),
        )
        job = AlternativeJob(
            key=f"a{number:02d}",
            instance=files.instance,
            options=options,
            at=float(number),
            scenario=plan.scenario,
            question=question,
            parents=tuple(parents),
        )
        result = runner.run([job], of=count)[0]
        record = record_of(runner.folder / result.run_dir)
        if not result.has_plan:
            return Alternatives(floor, by, tuple(found), record.get("distance_bound"))
        there = read_run(runner.folder / result.run_dir)
        if there.plan is None:
            return Alternatives(floor, by, tuple(found))
        found.append(_told(files.instance, plan, bound, there.plan, result, record))
        references.append(there.plan)
        parents.append({"run_dir": result.run_dir, "run_hash": result.run_hash})
    return Alternatives(floor, by, tuple(found))


def _told(
    instance: Instance,
    plan: Plan,
    bound: float | None,
    other: Plan,
    result: JobResult,
    record: Mapping[str, Any],
) -> AlternativePlan:
    loss = plan.objective - other.objective
    open_gap = 0.0 if bound is None else max(0.0, bound - plan.objective)
    return AlternativePlan(
        result=result,
        distance=record["distance"],
        distance_bound=record["distance_bound"],
        loss=loss,
        is_tie=abs(loss) <= max(open_gap, NEAR * max(1.0, abs(plan.objective))),
        difference=difference(instance, other, plan),
    )


def record_of(run_dir: Path) -> Mapping[str, Any]:
    """What run.json says of an alternative."""
    manifest = json.loads((run_dir / MANIFEST_FILE).read_text(encoding="utf-8"))
    return dict(manifest.get(ALTERNATIVE) or {})


def solve_alternative(job: Job, folder: Path, start: Path | None, lang: str = "en") -> JobResult:
    """Solve one alternative, beginning with the run's plan, and write its run below `folder`.

    Raises
    ------
    TypeError
        If `job` is no alternative.
    OutputError, SolverError
        As a solve raises them.
    """
    if not isinstance(job, AlternativeJob):
        raise TypeError(type(job).__name__)
    begin = now()
    asked = job.question
    found = find_alternative(job.instance, asked, job.options, job.scenario)
    record = {
        "floor": asked.floor,
        "by": asked.by.value,
        "references": [dict(row) for row in job.parents],
        "distance": found.distance,
        "distance_bound": found.distance_bound,
    }
    origin = RunOrigin(dict(job.parents[0]), more={ALTERNATIVE: record})
    outcome = write_result(
        found.result, folder / job.folder_name, scenario=job.scenario, lang=lang, origin=origin
    )
    return result_of(job, outcome, folder, now() - begin)
