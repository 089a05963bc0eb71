"""Resource-constrained project scheduling (PSPLIB, single-mode `.sm` files) into an instance.

A job is a project that must be built, its duration the years of its works, its requests what it
draws in each of them. Source of the format: R. Kolisch, A. Sprecher, "PSPLIB - a project scheduling
problem library" (1996).
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.horizon import (
    Appraisal,
    Horizon,
    Objective,
    Phase,
    ResidualValue,
    Title,
)
from infraplan.models.instance import Instance, Settings
from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.quantities import Quality
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.benchmark import MAKESPAN
from infraplan.optimizer.interop.faults import FaultReport
from infraplan.optimizer.interop.job_file import Jobs, read_jobs
from infraplan.optimizer.primal.activities import (
    Activities,
    Order,
    Way,
    end_of,
    quick_schedule,
)

YEAR, MOST_YEARS = 2026, 200
"""First year of the plan, and the most years that a plan may have."""
PASSES = 200
"""List schedules that the number of years is taken from."""


def import_psplib(path: Path) -> Instance:
    """Jobs as projects that must all be built, as soon as the last of them can be open.

    One period is one year. The plan has as many years as the best of some list schedules needs, so
    that every optimum fits. Jobs without duration and requests before and after all others
    (source and sink of the file) are left out.

    Raises
    ------
    InstanceFormatError
        The file cannot be read, is not whole or not single-mode, its jobs wait for one another, or
        cannot be scheduled in 200 years.
    """
    report = FaultReport()
    jobs = read_jobs(path, report)
    report.require()
    waited_for = {later for successors in jobs.successors.values() for later in successors}
    kept = [
        job
        for job in jobs.durations
        if jobs.durations[job]
        or any(jobs.requests[job])
        or (job in waited_for and jobs.successors.get(job))
    ]
    years = _years(jobs, kept)
    if years is None:
        report.add(path, 0, phrase("the-jobs-need-more-years-than-a-plan-has", most=MOST_YEARS))
        report.require()
    name = re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-")
    last = YEAR + max(1, years or 1) - 1
    return Instance(
        settings=Settings(
            id=name,
            title=Title(en=name, zh=name),
            currency="XXX",
            money_unit="none",
            money_unit_zh="无",
            price_year=YEAR,
            horizon=Horizon(phases=(Phase(id="plan", first_year=YEAR, last_year=last),)),
            appraisal=Appraisal(
                discount_rate=0.0, end_year=last, residual_value=ResidualValue.NONE
            ),
            objective=Objective.MAKESPAN,
            benchmark_metric=MAKESPAN,
        ),
        projects=tuple(_project(jobs, job, path.name) for job in kept),
        relations=_order(jobs, kept, path.name),
        resources=tuple(
            ResourceLimit(
                resource=f"r{number}",
                limit=limit,
                timing=ResourceTiming.CONSTRUCTION,
                quality=Quality.STATED,
                source=path.name,
            )
            for number, limit in enumerate(jobs.limits, start=1)
        ),
    )


def _order(jobs: Jobs, kept: list[int], source: str) -> tuple[Relation, ...]:
    """One relation for each job that others wait for."""
    return tuple(
        Relation(
            from_projects=(f"job{job}",),
            to_projects=tuple(f"job{later}" for later in after),
            type=RelationType.FINISH_TO_START,
            source=source,
        )
        for job in kept
        if (after := [later for later in jobs.successors.get(job, ()) if later in kept])
    )


def _years(jobs: Jobs, kept: list[int]) -> int | None:
    """Years of the best list schedule found; None where there is none within the most years."""
    position = {job: number for number, job in enumerate(kept)}
    activities = Activities(
        ways=tuple(
            (
                Way(
                    lead=jobs.durations[job],
                    first=0,
                    last=MOST_YEARS - max(1, jobs.durations[job]),
                    use=tuple(
                        (row, max(1, jobs.durations[job]), need)
                        for row, need in enumerate(jobs.requests[job])
                        if need
                    ),
                ),
            )
            for job in kept
        ),
        orders=tuple(
            Order(position[job], position[later], 0, from_opening=True, to_opening=False)
            for job in kept
            for later in jobs.successors.get(job, ())
            if later in position
        ),
        limits=np.repeat(np.array(jobs.limits, dtype=np.int64)[:, None], MOST_YEARS, axis=1),
    )
    found = quick_schedule(activities, PASSES)
    if found is None:
        return None
    # A job without duration takes place in the year in which it starts, and that must be there.
    starts = max((start for _, start in found), default=0)
    return max(end_of(activities, found), starts + 1)


def _project(jobs: Jobs, job: int, source: str) -> Project:
    return Project(
        id=f"job{job}",
        name_en=f"job {job}",
        name_zh=f"任务{job}",
        sector="other",
        mandatory=Mandate.MUST,
        source=source,
        options=(
            Option(
                overnight_cost=0.0,
                quality=Quality.STATED,
                lead_time=jobs.durations[job],
                spending_profile=(1.0,),
                resources={
                    f"r{number}": float(need)
                    for number, need in enumerate(jobs.requests[job], start=1)
                    if need
                },
            ),
        ),
    )
