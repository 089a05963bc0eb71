"""A schedule held fixed under another question: what it is worth there, or why it cannot be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.consistency import option_window
from infraplan.models.funding import Receipt
from infraplan.models.instance import Instance
from infraplan.models.network import ProjectNetwork
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import duty_of, may_stop, stands
from infraplan.models.project import BenefitStream, Mandate, Project, Stage
from infraplan.optimizer import stopping
from infraplan.optimizer.analysis.conflicts import HOLDING, conflict_lines, find_conflict
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.engines.deadline import Deadline, conflict_seconds
from infraplan.optimizer.engines.registry import engine_named
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions


@dataclass(frozen=True)
class HeldSchedule:
    """What became of a schedule under a question.

    Attributes
    ----------
    is_possible
        Whether the rules allow it; None where the time did not suffice to tell.
    objective
        What it is worth with the best money for it, money.
    reasons
        Why it is not possible, in English and in Chinese.
    """

    is_possible: bool | None
    objective: float | None = None
    reasons: tuple[tuple[str, str], ...] = ()


def hold_schedule(
    instance: Instance,
    starts: Iterable[ProjectStart],
    options: SolveOptions | None = None,
    deadline: Deadline | None = None,
    *,
    is_explained: bool = True,
) -> HeldSchedule:
    """Solve `instance` with every project's option and year as in `starts`, money left free.

    `deadline` is the time limit where it began before this call; over, nothing is solved. A
    conflict takes longer than the solve: it is sought where `is_explained` asks for the reasons.

    Raises
    ------
    SolverError
        If the solver is missing or fails.
    """
    built = {start.project: start for start in starts}
    reasons = tuple(starts_not_offered(instance, built))
    if reasons:
        return HeldSchedule(False, reasons=reasons)
    if deadline is not None and deadline.is_over():
        return HeldSchedule(None)
    held = held_instance(instance, built.values())
    asked = replace(options or SolveOptions(), canonical=False)
    result = solve(held, asked, deadline=deadline)
    stopping.require_unasked()
    if result.plan is not None:
        return HeldSchedule(True, result.plan.objective)
    if not result.termination.is_proof_of_no_plan:
        return HeldSchedule(None)
    if not is_explained or not engine_named(result.engine).explains_conflicts:
        return HeldSchedule(False)
    guest = SolverOptions(solver=asked.guest_solver, gap=1e-6, time_limit_s=60.0)
    seconds = conflict_seconds(deadline)
    conflict = find_conflict(result.formulation, guest, time_limit_s=seconds)
    rules = [] if conflict is None else [r for r in conflict.rules if r.family not in HOLDING]
    english, chinese = (conflict_lines(rules, lang) for lang in ("en", "zh"))
    return HeldSchedule(False, reasons=tuple(zip(english, chinese, strict=True)))


def held_instance(instance: Instance, starts: Iterable[ProjectStart]) -> Instance:
    """`instance` that offers every project in its option and year of `starts`, and no other."""
    built = {start.project: start for start in starts}
    settings = instance.settings.model_copy(update={"stage_gates": {}})
    return instance.with_tables(**held_tables(instance, built), settings=settings)


def held_choice(instance: Instance, built: Collection[str], free: Collection[str] = ()) -> Instance:
    """`instance` in which the projects `built` must be built, in any option and year.

    Those of `free` stay as they are; no other is offered. What stands stays.
    """

    def held(project: Project) -> Project:
        if project.id in free and project.id not in built:
            return project
        if project.id not in built or stands(project):
            return _hold(project, None, instance.settings.horizon.first_year)
        if duty_of(project) is Mandate.COMMITTED:
            return project.model_copy(update={"stopping_cost": None})
        return project.model_copy(update={"mandatory": Mandate.MUST})

    return instance.with_tables(projects=tuple(held(row) for row in instance.projects))


def starts_not_offered(
    instance: Instance, built: dict[str, ProjectStart]
) -> Iterable[tuple[str, str]]:
    """Starts that the question does not offer at all."""
    for name, start in built.items():
        project = instance.project_by_id.get(name)
        offered = () if project is None else tuple(o.option for o in project.options)
        if project is None or start.option not in offered or project.mandatory is Mandate.MUST_NOT:
            yield phrase("no-candidate-there", name=name).both
            continue
        first, last = option_window(instance, project, project.option(start.option))
        if not first <= start.start <= last:
            told = phrase("cannot-start-then", name=name, start=start.start, first=first, last=last)
            yield told.both


def held_tables(instance: Instance, built: dict[str, ProjectStart]) -> dict[str, tuple[Any, ...]]:
    """The projects held as in `built`, and the tables that speak of options without the others."""

    def is_kept(row: BenefitStream | Receipt | ProjectNetwork) -> bool:
        start = built.get(row.project)
        return start is None or row.option in ("", start.option)

    first_year = instance.settings.horizon.first_year
    return {
        "projects": tuple(_hold(row, built.get(row.id), first_year) for row in instance.projects),
        "benefits": tuple(row for row in instance.benefits if is_kept(row)),
        "receipts": tuple(row for row in instance.receipts if is_kept(row)),
        "project_network": tuple(row for row in instance.project_network if is_kept(row)),
    }


def _hold(project: Project, start: ProjectStart | None, first_year: int) -> Project:
    """The project with the option and year of `start` alone; forbidden where there is none.

    What stands already is no candidate and stays as it is, committed works keep their dates; those
    that may stop and are not in the schedule have no year to go on in, and are stopped at a cost.
    """
    if stands(project):
        return project
    if start is None and may_stop(project):
        return project.model_copy(update={"opened": None, "open_by": first_year - 1})
    if start is None:
        free = {"stage": Stage.START, "started": None, "spent_to_date": None, "opened": None}
        free |= {"stopping_cost": None, "written_off_since": None}
        return project.model_copy(update={"mandatory": Mandate.MUST_NOT, **free})
    options = tuple(o for o in project.options if o.option == start.option)
    if duty_of(project) is Mandate.COMMITTED:
        on = {"mandatory": Mandate.COMMITTED, "options": options, "stopping_cost": None}
        return project.model_copy(update=on)
    return project.model_copy(
        update={
            "mandatory": Mandate.MUST,
            "earliest_start": start.start,
            "latest_start": start.start,
            "ready_years": {},
            "options": options,
        }
    )
