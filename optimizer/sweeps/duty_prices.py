"""What each duty of a plan costs: the value of the best plan without it, less that with it.

Duties are what a plan must do whatever it is worth: projects that must be built, floors of
policies, targets, stated dates that cost something when missed, quotas of debt and resources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.policy import PER_HEAD, PolicyKind
from infraplan.models.progress import duty_of, stands
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.accounts.limits import with_no_quota
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.asking import FROM_RUN
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.runner import Runner

MUST_DO, FLOOR, QUOTA, TARGET, DATE = "must_do", "floor", "quota", "target", "stated_date"
FLOORS = frozenset(
    {
        PolicyKind.SPEND_FLOOR,
        PolicyKind.SPEND_SHARE_FLOOR,
        PolicyKind.STARTS_FLOOR,
        PolicyKind.BENEFIT_FLOOR,
        *PER_HEAD,
    }
)


@dataclass(frozen=True)
class Duty:
    """One duty: the row of a table that asks for it; `lifted` is the instance without it."""

    kind: str
    table: str
    row: str
    lifted: Callable[[], Instance] = field(compare=False)


@dataclass(frozen=True)
class DutyPrice:
    """What a duty costs: the middle known, and proven bounds; None where nothing is known.

    Below 0 only within the gap: without a duty no plan is lost. A duty that is a priced wish (a
    soft target, a stated date) costs what missing it costs, where the plan misses it.
    """

    duty: Duty
    price: float | None
    low: float | None
    high: float | None
    run_dir: str
    is_verified: bool


def duties_of(instance: Instance) -> tuple[Duty, ...]:
    """All duties, in the order of the tables."""
    return tuple(
        duty for part in (_musts, _floors, _quotas, _targets, _dates) for duty in part(instance)
    )


def _without(instance: Instance, table: str, number: int) -> Callable[[], Instance]:
    def lifted() -> Instance:
        rows = getattr(instance, table)
        return instance.with_tables(**{table: (*rows[:number], *rows[number + 1 :])})

    return lifted


def _with_row(instance: Instance, table: str, number: int, row: Any) -> Callable[[], Instance]:
    def lifted() -> Instance:
        rows = list(getattr(instance, table))
        rows[number] = row
        return instance.with_tables(**{table: tuple(rows)})

    return lifted


def _musts(instance: Instance) -> Iterator[Duty]:
    for number, row in enumerate(instance.projects):
        is_begun = row.stage is Stage.UNDER_CONSTRUCTION  # without its duty it is committed
        if duty_of(row) is Mandate.MUST and not stands(row) and not is_begun:
            free = row.model_copy(update={"mandatory": Mandate.FREE})
            lifted = _with_row(instance, "projects", number, free)
            yield Duty(MUST_DO, "projects", row.id, lifted)


def _floors(instance: Instance) -> Iterator[Duty]:
    for number, row in enumerate(instance.policies):
        if row.kind in FLOORS:
            yield Duty(FLOOR, "policies", row.id, _without(instance, "policies", number))


def _quotas(instance: Instance) -> Iterator[Duty]:
    for number, row in enumerate(instance.debt):
        free = with_no_quota(row)
        if free is not None:
            lifted = _with_row(instance, "debt", number, free)
            yield Duty(QUOTA, "debt", f"{row.jurisdiction}/{row.pool}/{row.year}", lifted)
    for number, limit in enumerate(instance.resources):
        name = limit.resource if limit.from_year is None else f"{limit.resource}/{limit.from_year}"
        yield Duty(QUOTA, "resources", name, _without(instance, "resources", number))


def _targets(instance: Instance) -> Iterator[Duty]:
    for number, row in enumerate(instance.targets):
        if row.hard or row.shortfall_price > 0.0:
            yield Duty(TARGET, "targets", row.id, _without(instance, "targets", number))


def _dates(instance: Instance) -> Iterator[Duty]:
    for number, row in enumerate(instance.stated_dates):
        if row.price > 0.0:
            lifted = _without(instance, "stated_dates", number)
            yield Duty(DATE, "stated_dates", f"{row.project}/{row.kind}", lifted)


def price_duties(
    duties: Sequence[Duty],
    worth: float,
    bound: float | None,
    options: SolveOptions,
    runner: Runner,
) -> tuple[DutyPrice, ...]:
    """Solve without each of `duties`, for a run whose plan is worth `worth`, at most `bound`.

    Raises
    ------
    SolverError, OutputError
        As a solve raises them.
    """
    jobs: dict[int, Job] = {}
    for number, duty in enumerate(duties):
        try:
            lifted = duty.lifted()
        except InconsistentInstanceError:
            continue  # other rows lean on it: nobody can ask for a plan without it
        jobs[number] = Job(f"without-{duty.kind}-{duty.row}", lifted, options, at=FROM_RUN)
    results = dict(zip(jobs, runner.run(list(jobs.values())), strict=True))
    return tuple(
        _price(duty, results.get(number), worth, bound) for number, duty in enumerate(duties)
    )


def _price(duty: Duty, found: JobResult | None, worth: float, bound: float | None) -> DutyPrice:
    if found is None:
        return DutyPrice(duty, None, None, None, "", is_verified=False)
    objective = found.objective if found.has_plan else None
    high = None if found.bound is None else found.bound - worth
    # The plan with the duty is one without it as well: nothing is lost by lifting it.
    best = worth if objective is None else max(worth, objective)
    low = 0.0 if bound is None else max(0.0, best - bound)
    return DutyPrice(
        duty=duty,
        price=None if objective is None else max(0.0, objective - worth),
        low=low,
        high=None if high is None else max(low, high),
        run_dir=found.run_dir,
        is_verified=found.is_verified,
    )
