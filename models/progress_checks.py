"""Checks that what projects say of their progress agrees."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.inconsistency import Inconsistency
from infraplan.models.problem import Problem
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Project, Stage

_Fault = tuple[str, str, str]
"""Field, what is wrong, what to do."""


def check_progress(instance: Problem) -> Iterator[Inconsistency]:
    """Report stages that contradict the dates, mandates and money beside them."""
    first_year = instance.settings.horizon.first_year
    for index, project in enumerate(instance.projects):
        for field, message, advice in _faults(project, first_year):
            text = f"project {project.id} {message}"
            yield Inconsistency("progress", "projects", index, field, text, advice)


def _faults(project: Project, first_year: int) -> Iterator[_Fault]:
    if project.stage is Stage.COMPLETE:
        yield from _faults_of_complete(project, first_year)
    elif project.stage is Stage.UNDER_CONSTRUCTION:
        yield from _faults_under_construction(project, first_year)
    else:
        for field in ("started", "spent_to_date", "opened"):
            if getattr(project, field) is not None:
                yield (
                    field,
                    f"states {field}, but its stage is {project.stage}",
                    "set stage to under_construction or complete, or leave the cell blank",
                )


def _faults_of_complete(project: Project, first_year: int) -> Iterator[_Fault]:
    if project.mandatory is not Mandate.FREE:
        yield (
            "mandatory",
            f"is complete and {project.mandatory}: it stands, there is nothing to decide",
            "set mandatory to no, or correct the stage",
        )
    for field in ("earliest_start", "latest_start", "open_by", "ready_years"):
        value = getattr(project, field)
        if value is not None and value != {}:
            yield (
                field,
                f"is complete, but {field} speaks of a start that is still to come",
                "leave the cell blank, or correct the stage",
            )
    if project.opened is not None and project.opened > first_year:
        yield (
            "opened",
            f"is complete, but opens in {project.opened}, after the plan begins in {first_year}",
            "set stage to under_construction, or correct the year",
        )
    if len(project.options) > 1:
        yield (
            "options",
            f"is complete in {len(project.options)} options",
            "keep the one that was built",
        )


def _faults_under_construction(project: Project, first_year: int) -> Iterator[_Fault]:
    if project.mandatory is Mandate.MUST_NOT:
        yield (
            "mandatory",
            "is under construction, yet must not be built",
            "set mandatory to no (works go on) or must (they go on when the plan says), or take "
            "the project out if it was given up",
        )
    if project.started is not None and project.started >= first_year:
        yield (
            "started",
            f"began in {project.started}, which is not before the plan's first year {first_year}",
            "give a year before the plan, or set stage to start",
        )
    if project.opened is not None and project.opened < first_year:
        yield (
            "opened",
            f"is under construction, but opened in {project.opened}, before the plan",
            "set stage to complete, or correct the year",
        )
    if duty_of(project) is Mandate.MUST:
        for field in ("started", "opened"):
            if getattr(project, field) is not None:
                yield (
                    field,
                    f"states {field}, but the plan is to choose when its works go on",
                    "set mandatory to no or committed, or leave the cell blank: lead_time and "
                    "spending_profile are then those of what remains",
                )
    least = min(option.overnight_cost for option in project.options)
    if project.spent_to_date is not None and project.spent_to_date > least:
        yield (
            "spent_to_date",
            f"has spent {project.spent_to_date:g} of a cost of {least:g}",
            "correct one of the two; where the works became dearer, raise overnight_cost",
        )
