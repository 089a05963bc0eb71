"""What is best on a frontier: the value of a plan, or an output of it.

A plan with most of an output under a limit is found in two steps: the most that any plan has, by a
program whose objective it is, then the best value of the plans that have so much, an ordinary run
of the instance with a target that no plan may miss. So of plans alike in both the one worth most
is the point, and `verify` holds it to what it has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from infraplan.models.instance import Instance
from infraplan.models.quantities import Quality
from infraplan.models.target import Target
from infraplan.optimizer.analysis.most_of import most_of
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.run_manifest import RunOrigin
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_plan
from infraplan.optimizer.sweeps.axes import existing_of, free_id
from infraplan.optimizer.sweeps.jobs import Job, JobResult, result_of, solve_job
from infraplan.optimizer.work_clock import now
from infraplan.optimizer.workflow import run_solve

ROW = "frontier-criterion"
"""Id of the target that an output as criterion adds."""
MOST = "frontier-criterion-bound"
"""Key among the totals of a result: no plan has more of the criterion."""
RECORD = "frontier"
"""Key of run.json on the output that was sought, and what no plan has more of."""
MOST_SHARE = 0.6
"""Share of the time of a solve to find the most of an output; the rest is for the best value."""
HAIR = 1e-9
"""Share by which the target lies below what was found, for rounding."""


class Criterion(Protocol):
    """What is best."""

    def measured(self, instance: Instance) -> Instance:
        """`instance` whose plans say how much there is of it."""

    def job(self, key: str, instance: Instance, options: SolveOptions, **more: Any) -> Job:
        """A solve for the best plan of `instance`, which is measured."""

    def value(self, result: JobResult) -> float | None:
        """How much of it a plan has."""

    def bound(self, result: JobResult) -> float | None:
        """No plan of the question of `result` has more."""


@dataclass(frozen=True)
class ValueCriterion:
    """The net present value."""

    def measured(self, instance: Instance) -> Instance:
        """Any plan has a value."""
        return instance

    def job(self, key: str, instance: Instance, options: SolveOptions, **more: Any) -> Job:
        """An ordinary solve."""
        return Job(key, instance, options, **more)

    def value(self, result: JobResult) -> float | None:
        """The objective."""
        return result.objective

    def bound(self, result: JobResult) -> float | None:
        """Its bound."""
        return result.bound


@dataclass(frozen=True)
class OutputCriterion:
    """What operates of an output in the plan's last year, `row` the id of its target."""

    metric: str
    row: str

    @classmethod
    def of(cls, metric: str, instance: Instance) -> OutputCriterion:
        """The criterion of an output of `instance`."""
        return cls(metric, free_id((row.id for row in instance.targets), ROW))

    def measured(self, instance: Instance) -> Instance:
        """With a target of 0 that no plan may miss, which binds nothing."""
        return self.with_least(instance, 0.0)

    def with_least(self, instance: Instance, value: float) -> Instance:
        """With a target of `value` in the place of the one that there is."""
        target = Target(
            id=self.row,
            metric=self.metric,
            value=value,
            year=instance.settings.horizon.last_year,
            existing=existing_of(instance, self.metric),
            hard=True,
            quality=Quality.ASSUMPTION,
        )
        others = tuple(row for row in instance.targets if row.id != self.row)
        place = next((n for n, row in enumerate(instance.targets) if row.id == self.row), None)
        at = len(others) if place is None else place
        return instance.with_tables(targets=(*others[:at], target, *others[at:]))

    def job(self, key: str, instance: Instance, options: SolveOptions, **more: Any) -> Job:
        """A solve in two steps."""
        return CriterionJob(key, instance, options, criterion=self, **more)

    def value(self, result: JobResult) -> float | None:
        """What the target has reached."""
        return result.targets.get(self.row) if result.has_plan else None

    def bound(self, result: JobResult) -> float | None:
        """What was proven of it."""
        return result.totals.get(MOST)


@dataclass(frozen=True)
class CriterionJob(Job):
    """A solve for the plan with the most of an output, and of these the one worth most."""

    criterion: OutputCriterion = OutputCriterion("", ROW)

    def digest(self) -> str:
        """Hash of all that decides the answer."""
        text = json.dumps([super().digest(), self.criterion.metric, self.criterion.row])
        return hashlib.sha256(text.encode()).hexdigest()


def solve_point(job: Job, folder: Path, start: Path | None, lang: str = "en") -> JobResult:
    """Solve a point of a frontier, by value or by an output, and write its run below `folder`.

    Raises
    ------
    UnsupportedFeatureError
        If an output is asked for and the instance has roads at equilibrium.
    OutputError, SolverError
        As a solve raises them.
    """
    if not isinstance(job, CriterionJob):
        return solve_job(job, folder, start, lang)
    begin = now()
    criterion, options = job.criterion, job.options
    plan = None if start is None else read_plan(start)
    first = _share(options, MOST_SHARE)
    found = most_of(job.instance, criterion.row, plan, first, Deadline.after(first.time_limit_s))
    asked, second = job.instance, options
    if found.plan is not None:
        most = next(row.achieved for row in found.plan.targets if row.target == criterion.row)
        asked = criterion.with_least(asked, most - HAIR * max(1.0, abs(most)))
        second = _share(options, 1.0 - MOST_SHARE)
    record: Mapping[str, Any] = {"metric": criterion.metric, "most": found.bound}
    outcome = run_solve(
        asked,
        second,
        folder / job.folder_name,
        lang=lang,
        warm_start=found.plan or plan,
        deadline=Deadline.after(second.time_limit_s),
        is_explained=False,
        origin=RunOrigin(more={RECORD: dict(record)}),
    )
    result = result_of(job, outcome, folder, now() - begin)
    if found.bound is None:
        return result
    most_known = max([found.bound, *(row for row in (criterion.value(result),) if row is not None)])
    return replace(result, totals=result.totals | {MOST: most_known})


def _share(options: SolveOptions, share: float) -> SolveOptions:
    if options.time_limit_s is None:
        return options
    return replace(options, time_limit_s=share * options.time_limit_s)
