"""Doubts about dates that a text states: contradictions, and dates that ask for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.consistency import option_window
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.progress import duty_of, rest_of_works, stands
from infraplan.models.project import Mandate, Project
from infraplan.models.stated_date import DateKind, StatedDate
from infraplan.optimizer.estimating.implausibility import doubt

if TYPE_CHECKING:
    from infraplan.models.plan import DateOutcome


def date_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every doubt about stated dates; all are warnings, for a plan may miss a date."""
    dates: dict[str, list[StatedDate]] = {}
    for index, date in enumerate(instance.stated_dates):
        project = instance.project_by_id[date.project]
        yield from _doubts_of_one(instance, index, date, project)
        for other in dates.setdefault(date.project, []):
            if _exclude(instance, project, date, other):
                text = phrase(
                    "dates-exclude-each-other",
                    project=project.id,
                    said=said(date),
                    other=said(other),
                )
                advice = phrase("correct-one-of-the-two-dates")
                yield doubt("dates-exclude", "stated_dates", index, "year", text, advice)
        dates[date.project].append(date)


def said(date: StatedDate | DateOutcome) -> Phrase:
    """What a date says, e.g. `begins in 2025 at the latest`."""
    if date.kind is DateKind.BEGIN_BY:
        return phrase("date-begin-by", year=date.year)
    if date.kind is DateKind.OPEN_BY:
        return phrase("date-open-by", year=date.year)
    return phrase("date-not-before", year=date.year)


def _doubts_of_one(
    instance: Instance, index: int, date: StatedDate, project: Project
) -> Iterator[Inconsistency]:
    """`date-of-what-stands`, `date-outside`, `date-never-kept`: what one date says by itself."""
    horizon = instance.settings.horizon
    is_late = date.kind is DateKind.NOT_BEFORE
    if stands(project):
        text = phrase("date-of-what-stands", project=project.id)
        advice = phrase("delete-the-row-or-correct-the-stage")
        yield doubt("date-of-what-stands", "stated_dates", index, "project", text, advice)
        return
    if date.year <= horizon.first_year if is_late else date.year > horizon.last_year:
        text = phrase(
            "date-lies-outside-the-plan",
            project=project.id,
            said=said(date),
            first=horizon.first_year,
            last=horizon.last_year,
        )
        advice = phrase("check-the-year-or-delete-the-row")
        yield doubt("date-outside", "stated_dates", index, "year", text, advice)
        return
    if is_late:
        if duty_of(project) is Mandate.COMMITTED:
            text = phrase(
                "date-says-later-but-committed",
                project=project.id,
                said=said(date),
                first=horizon.first_year,
            )
            advice = phrase("check-the-date-or-the-stage")
            yield doubt("date-never-kept", "stated_dates", index, "year", text, advice)
        return
    soonest = _soonest(instance, project, is_opening=date.kind is DateKind.OPEN_BY)
    if soonest is not None and soonest > date.year:
        text = phrase("date-cannot-be-kept", project=project.id, said=said(date), soonest=soonest)
        advice = phrase("check-the-date-or-the-window")
        yield doubt("date-never-kept", "stated_dates", index, "year", text, advice)


def _soonest(instance: Instance, project: Project, *, is_opening: bool) -> int | None:
    """First year in which an option can start, or open; None: no option can start at all."""
    first_year = instance.settings.horizon.first_year
    found = []
    for option in project.options:
        first, last = option_window(instance, project, option)
        if first <= last:
            lead = rest_of_works(project, option, first_year).lead_time if is_opening else 0
            found.append(first + lead)
    return min(found, default=None)


def _exclude(instance: Instance, project: Project, one: StatedDate, other: StatedDate) -> bool:
    """Whether no start keeps both: works that may not begin before they must have."""
    late = next((d for d in (one, other) if d.kind is DateKind.NOT_BEFORE), None)
    early = other if late is one else one
    if late is None or early.kind is DateKind.NOT_BEFORE:
        return False
    first_year = instance.settings.horizon.first_year
    lead = 0
    if early.kind is DateKind.OPEN_BY:
        lead = min(rest_of_works(project, o, first_year).lead_time for o in project.options)
    return late.year + lead > early.year
