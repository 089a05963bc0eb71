"""Checks that what projects say of their progress agrees."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.problem import Problem
from infraplan.models.progress import duty_of, is_given_up, may_stop, rest_of_works
from infraplan.models.project import Mandate, Project, Stage
from infraplan.models.relation import RelationType

_STATED = frozenset(
    {
        *("stage", "mandatory", "started", "spent_to_date", "stopping_cost", "opened"),
        "written_off_since",
        *("earliest_start", "latest_start", "open_by", "ready_years"),
    }
)
"""Columns of progress and dates: what disagrees among them needs no other cell of the row."""

_Fault = tuple[str, Phrase, Phrase]
"""Field, what is wrong, what to do."""


def check_progress(instance: Problem) -> Iterator[Inconsistency]:
    """Report stages that contradict the dates, mandates and money beside them."""
    first_year = instance.settings.horizon.first_year
    for index, project in enumerate(instance.projects):
        for field, message, advice in _faults(project, first_year):
            hangs_on_cost = field in ("spent_to_date", "options")
            reads = frozenset() if hangs_on_cost else _STATED
            yield Inconsistency("progress", "projects", index, field, message, advice, reads=reads)
    yield from _check_before(instance)
    ended = {
        name
        for relation in instance.relations
        if relation.is_enforced and relation.type in (RelationType.RENEWS, RelationType.RETIRES)
        for name in relation.members
    }
    for index, project in enumerate(instance.projects):
        if may_stop(project) and project.id in ended:
            message = phrase("may-stop-and-is-renewed", project=project.id)
            advice = phrase("leave-the-stopping-cost-blank-or-the-relation-out")
            yield Inconsistency("progress", "projects", index, "stopping_cost", message, advice)


def _check_before(instance: Problem) -> Iterator[Inconsistency]:
    """Report what partners are said to have given for works that have not begun."""
    begun = {Stage.COMPLETE, Stage.UNDER_CONSTRUCTION}
    unbegun = {project.id for project in instance.projects if project.stage not in begun}
    for index, row in enumerate(instance.shares):
        for field in ("gained_before", "given_before", "compensation_before"):
            if row.project in unbegun and getattr(row, field):
                message = phrase("shares-before-works-began", project=row.project, field=field)
                advice = phrase("set-the-stage-or-leave-the-cell-blank")
                yield Inconsistency("progress", "shares", index, field, message, advice)


def _faults(project: Project, first_year: int) -> Iterator[_Fault]:
    if project.stage is Stage.COMPLETE:
        yield from _faults_of_complete(project, first_year)
    elif project.stage is Stage.UNDER_CONSTRUCTION:
        yield from _faults_under_construction(project, first_year)
    else:
        for field in ("started", "spent_to_date", "opened", "stopping_cost", "written_off_since"):
            is_sunk = field == "spent_to_date" and is_given_up(project)
            if getattr(project, field) is not None and not is_sunk:
                yield (
                    field,
                    phrase(
                        "states-a-field-of-works",
                        project=project.id,
                        field=field,
                        stage=project.stage,
                    ),
                    phrase(
                        "set-under-construction-or-leave-the-cell-blank"
                        if field == "stopping_cost"
                        else "set-the-stage-or-leave-the-cell-blank"
                    ),
                )


def _faults_of_complete(project: Project, first_year: int) -> Iterator[_Fault]:
    name = project.id
    if project.mandatory is not Mandate.FREE:
        yield (
            "mandatory",
            phrase("is-complete-and-mandatory", project=name, mandatory=project.mandatory),
            phrase("set-mandatory-to-no-or-correct-the-stage"),
        )
    for field in ("earliest_start", "latest_start", "open_by", "ready_years"):
        value = getattr(project, field)
        if value is not None and value != {}:
            yield (
                field,
                phrase("is-complete-but-speaks-of-a-start", project=name, field=field),
                phrase("leave-the-cell-blank-or-correct-the-stage"),
            )
    if project.opened is not None and project.opened > first_year:
        yield (
            "opened",
            phrase(
                "is-complete-but-opens-later", project=name, opened=project.opened, first=first_year
            ),
            phrase("set-under-construction-or-correct-the-year"),
        )
    opened = first_year if project.opened is None else project.opened
    if project.started is not None and project.started > opened:
        yield (
            "started",
            phrase(
                "is-complete-but-began-later", project=name, started=project.started, opened=opened
            ),
            phrase("correct-one-of-the-two-years"),
        )
    if project.stopping_cost is not None:
        yield (
            "stopping_cost",
            phrase(
                "states-a-field-of-works", project=name, field="stopping_cost", stage=project.stage
            ),
            phrase("set-under-construction-or-leave-the-cell-blank"),
        )
    yield from _written_off_late(project, opened)
    if len(project.options) > 1:
        yield (
            "options",
            phrase("is-complete-in-options", project=name, count=len(project.options)),
            phrase("keep-the-one-that-was-built"),
        )


def _faults_under_construction(project: Project, first_year: int) -> Iterator[_Fault]:
    name = project.id
    if project.mandatory is Mandate.MUST_NOT:
        yield (
            "mandatory",
            phrase("is-under-construction-yet-must-not", project=name),
            phrase("let-works-go-on-or-take-it-out"),
        )
    yield from _faults_of_dates(project, first_year)
    opening = first_year + rest_of_works(project, project.options[0], first_year).lead_time
    yield from _written_off_late(project, opening)
    if duty_of(project) is Mandate.MUST:
        for field in ("started", "opened", "stopping_cost", "written_off_since"):
            if getattr(project, field) is not None:
                yield (
                    field,
                    phrase("states-a-field-but-the-plan-chooses", project=name, field=field),
                    phrase("set-committed-or-leave-blank"),
                )
    least = min(option.overnight_cost for option in project.options)
    if project.spent_to_date is not None and project.spent_to_date > least:
        yield (
            "spent_to_date",
            phrase(
                "has-spent-more-than-its-cost",
                project=name,
                spent=project.spent_to_date,
                cost=least,
            ),
            phrase("correct-or-raise-the-cost"),
        )


def _written_off_late(project: Project, opening: int) -> Iterator[_Fault]:
    """Works whose cost is written off from a year after their opening, or before they began."""
    since, started = project.written_off_since, project.started
    if since is not None and started is not None and since < started:
        yield (
            "written_off_since",
            phrase("written-off-before-it-began", project=project.id, since=since, started=started),
            phrase("correct-one-of-the-two-years"),
        )
    if since is not None and since > opening:
        yield (
            "written_off_since",
            phrase("written-off-after-opening", project=project.id, since=since, opened=opening),
            phrase("correct-one-of-the-two-years"),
        )


def _faults_of_dates(project: Project, first_year: int) -> Iterator[_Fault]:
    """Years of works under way that cannot be."""
    name, started, opened = project.id, project.started, project.opened
    if started is not None and started >= first_year:
        yield (
            "started",
            phrase("began-not-before-the-plan", project=name, started=started, first=first_year),
            phrase("give-a-year-before-the-plan"),
        )
    if started is not None and opened is not None and opened < started:
        yield (
            "opened",
            phrase("is-to-open-before-it-began", project=name, opened=opened, started=started),
            phrase("correct-one-of-the-two-years"),
        )
    elif opened is not None and opened < first_year:
        yield (
            "opened",
            phrase("is-under-construction-but-opened", project=name, opened=opened),
            phrase("set-complete-or-correct-the-year"),
        )


def too_long_works(
    instance: Problem, project: Project, first: int, last: int
) -> tuple[Phrase, Phrase] | None:
    """What is wrong and what would be right where its spending alone shuts a project's window.

    `first` and `last` are the years in which it might start; None where something else shuts it.
    """
    horizon = instance.settings.horizon
    goes_on = instance.may_spend_after(project)
    limit = instance.end_year if goes_on else horizon.last_year
    rests = [rest_of_works(project, option, horizon.first_year) for option in project.options]
    years = [
        len(rest.spending_profile) or max(1, rest.lead_time)
        for rest in rests
        if project.open_by is None or first + rest.lead_time <= project.open_by
    ]
    if first > last or not years or first + min(years) - 1 <= limit:
        return None
    told = {"project": project.id, "years": min(years), "first": first, "limit": limit}
    until, room = first + min(years) - 1, limit - first + 1
    if goes_on:
        return (
            phrase("works-spend-until-after-the-appraisal", **told, until=until),
            phrase("let-the-appraisal-end-later-or-shorten-the-works", until=until, room=room),
        )
    return (
        phrase("works-spend-until-after-the-plan", **told, until=until),
        phrase("let-its-works-go-on-after-the-plan", room=room),
    )
