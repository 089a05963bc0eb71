"""One solve of many: what is asked, where its run is written, and what came of it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.optimizer.backends import warm_guests
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.run_manifest import RunOrigin
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from infraplan.optimizer.storage import instance_hash, read_plan
from infraplan.optimizer.storage.run_folder import MANIFEST_FILE, own_hash
from infraplan.optimizer.version import __version__
from infraplan.optimizer.work_clock import now
from infraplan.optimizer.workflow import Outcome, run_solve

ALONE_SHARE = 0.5
"""Share of a solve's time in which its solver is alone: of many solves the next one is worth more
than a search beside this one, which takes as much of a processor as the solver."""
MOST_SIGNS = 60
"""Signs of a key in the name of a folder."""


@dataclass(frozen=True)
class Job:
    """An instance to solve.

    Attributes
    ----------
    key
        Name among the jobs of a list.
    instance
        The instance as it is to be solved.
    at
        Where it lies among the others: the finished plan that lies nearest is its start.
    scenario
        Scenario of the instance that is solved.
    start_key
        Key of a finished job whose plan is its start in the place of the nearest one; blank: none
        is better known.
    begins_with
        Starts that its start has in the place of those of that plan, where any are given.
    origin
        What the run says that it comes from.
    is_anew
        Whether it begins with no plan, whatever is finished.
    """

    key: str
    instance: Instance
    options: SolveOptions
    at: float = 0.0
    scenario: str = ""
    start_key: str = ""
    begins_with: tuple[ProjectStart, ...] = ()
    origin: RunOrigin | None = None
    is_anew: bool = False

    @cached_property
    def folder_name(self) -> str:
        """Name of its run folder: no other question and no other options lead to the same."""
        safe = re.sub(r"[^\w-]+", "_", self.key, flags=re.ASCII).strip("_-")[:MOST_SIGNS]
        return f"{safe or 'run'}-{self.digest()[:8]}"

    def digest(self) -> str:
        """Hash of all that decides the answer: instance, scenario, options, version."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        asked = asdict(self.options) | {"scenario": self.scenario, "version": __version__}
        text = instance_hash(self.instance) + json.dumps(asked, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class JobResult:
    """What a job came to; money in the instance's unit, `bound` and `gap` None where unknown.

    `run_dir` is relative to the folder of the list, and `run_hash` that of its run.json.
    `exit_code` is that of `solve`. `debt_peaks` are largest balances of a year's end by borrower.
    """

    key: str
    digest: str
    run_dir: str
    run_hash: str
    exit_code: int
    termination: str
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    is_verified: bool = False
    starts: dict[str, tuple[str, int]] = field(default_factory=dict)
    totals: dict[str, float] = field(default_factory=dict)
    targets: dict[str, float] = field(default_factory=dict)
    debt_peaks: dict[str, float] = field(default_factory=dict)
    runtime_s: float = 0.0

    @property
    def has_plan(self) -> bool:
        """Whether there is a verified plan."""
        return self.is_verified and self.objective is not None

    @property
    def is_impossible(self) -> bool:
        """Whether it is proven that there is no plan."""
        return self.exit_code == 4

    @property
    def was_stopped(self) -> bool:
        """Whether somebody ended the solve before its time: no answer, whatever plan it has."""
        return self.termination == Termination.INTERRUPTED.value

    def data(self) -> dict[str, Any]:
        """As one line of the journal."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: dict[str, Any]) -> JobResult:
        """Read a line of the journal.

        Raises
        ------
        TypeError, KeyError, ValueError
            If the line is none of a job.
        """
        known = {row.name for row in fields(cls)}
        if set(data) != known:
            raise KeyError(*sorted(set(data) ^ known))
        starts = {name: (str(row[0]), int(row[1])) for name, row in data["starts"].items()}
        return cls(**{**data, "starts": starts})


def _thrifty(options: SolveOptions) -> SolveOptions:
    """Options of one solve of many."""
    if options.time_limit_s is None:
        return options
    return replace(options, alone_s=max(options.alone_s, ALONE_SHARE * options.time_limit_s))


def debt_peaks(plan: Plan) -> dict[str, float]:
    """Largest debt at a year's end by borrower, money of the year."""
    balances: dict[str, dict[int, float]] = {}
    for row in plan.debt_years:
        years = balances.setdefault(row.jurisdiction, {})
        years[row.year] = years.get(row.year, 0.0) + row.balance
    return {owner: max(years.values()) for owner, years in sorted(balances.items())}


def solve_job(job: Job, folder: Path, start: Path | None, lang: str = "en") -> JobResult:
    """Solve `job`, write its run below `folder`, and say what came of it.

    `start` is a run folder whose plan the solve begins with. The run has no reasons and no report:
    of many runs a planner opens few, and `infraplan report` makes it.

    Raises
    ------
    OutputError, SolverError
        As a solve raises them.
    """
    begin = now()
    run_dir = folder / job.folder_name
    with warm_guests.wanted():
        outcome = run_solve(
            job.instance,
            _thrifty(job.options),
            run_dir,
            scenario=job.scenario,
            lang=lang,
            warm_start=None if start is None else _start_of(job, start),
            deadline=Deadline.after(job.options.time_limit_s),
            is_explained=False,
            origin=job.origin,
        )
    return result_of(job, outcome, folder, now() - begin)


def _start_of(job: Job, start: Path) -> Plan | None:
    """The plan of the run in folder `start`, with the starts that the job is given."""
    plan = read_plan(start)
    if plan is None or not job.begins_with:
        return plan
    return plan.model_copy(update={"starts": job.begins_with})


def result_of(job: Job, outcome: Outcome, folder: Path, runtime_s: float) -> JobResult:
    """What the written run of `job` below `folder` came to."""
    result = outcome.result
    plan: Plan | None = result.plan
    verification = result.verification
    manifest = outcome.manifest
    return JobResult(
        key=job.key,
        digest=job.digest(),
        run_dir=os.path.relpath(outcome.run_dir, folder),
        run_hash=own_hash(json.loads((outcome.run_dir / MANIFEST_FILE).read_text("utf-8"))),
        exit_code=outcome.exit_code,
        termination=result.termination.value,
        objective=None if plan is None else plan.objective,
        bound=manifest["bound"],
        gap=manifest["gap"],
        is_verified=verification is not None and verification.ok,
        starts={} if plan is None else {s.project: (s.option, s.start) for s in plan.starts},
        totals=dict(manifest.get("totals") or {}),
        targets={} if plan is None else {row.target: row.achieved for row in plan.targets},
        debt_peaks={} if plan is None else debt_peaks(plan),
        runtime_s=runtime_s,
    )
