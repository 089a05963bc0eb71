"""Doubts about stages: what a project says of its progress that its money and dates belie.

What cannot be at all is an error (`models/progress_checks.py`); here is what a colleague would ask.
"""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.progress import begun_in, duty_of, profile_of, stands
from infraplan.models.project import Mandate, Project, Stage
from infraplan.optimizer.estimating.implausibility import doubt, field_words

LEAST_SPENT, MOST_SPENT = 0.5, 2.0
"""Shares of its cost that works which stand have spent, unless cost or stage is wrong."""
EARLY = (Stage.STUDY, Stage.PREPARATORY)
"""Stages at which works are not yet decided on."""

_Doubt = tuple[str, str, Phrase, Phrase]
"""Rule, field, what is strange, what to do."""


def progress_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every doubt about a stage."""
    first_year = instance.settings.horizon.first_year
    for index, project in enumerate(instance.projects):
        if stands(project):
            found = _of_complete(project)
        elif duty_of(project) is not Mandate.COMMITTED:
            continue
        elif project.stage is Stage.UNDER_CONSTRUCTION:
            found = _of_works(project, first_year)
        else:
            found = _of_committed(project, first_year)
        for rule, field, message, advice in found:
            yield doubt(rule, "projects", index, field, message, advice)


def _of_complete(project: Project) -> Iterator[_Doubt]:
    """`spent-not-its-cost`: what stands cost about what was spent on it."""
    spent, cost = project.spent_to_date, project.options[0].overnight_cost
    if spent is None or LEAST_SPENT * cost <= spent <= MOST_SPENT * cost:
        return
    yield (
        "spent-not-its-cost",
        "spent_to_date",
        phrase("stands-but-spent-another-sum", project=project.id, spent=spent, cost=cost),
        phrase("correct-the-stage-the-cost-or-what-was-spent"),
    )


def _of_works(project: Project, first_year: int) -> Iterator[_Doubt]:
    """Works under way that should be open, should cost nothing more, or have not begun."""
    name, begun = project.id, begun_in(project, first_year)
    if begun is not None and project.opened is None:
        due = begun + max(option.lead_time for option in project.options)
        if due < first_year:
            yield (
                "works-overdue",
                "opened",
                phrase("should-have-opened", project=name, begun=begun, due=due, first=first_year),
                phrase("give-the-year-of-opening-or-set-complete"),
            )
    if begun is not None and project.spent_to_date is None:
        gone = first_year - begun
        ends = [begun + option.lead_time for option in project.options]
        goes_on = (min(ends) if project.opened is None else project.opened) > first_year
        if goes_on and all(not sum(profile_of(option)[gone:]) for option in project.options):
            yield (
                "nothing-left-to-spend",
                "spent_to_date",
                phrase("nothing-is-left-by-its-profile", project=name, begun=begun),
                phrase("give-what-was-spent"),
            )
    if begun is None and project.spent_to_date:
        yield (
            "spent-without-start",
            "started",
            phrase("spent-but-began-in-no-year", project=name, spent=project.spent_to_date),
            phrase("give-the-year-in-which-it-began"),
        )
    yield from _outside_window(project, first_year)
    yield from _ignored(project, first_year)


def _outside_window(project: Project, first_year: int) -> Iterator[_Doubt]:
    """`began-outside-window`: works that are said to have begun when they might not have.

    Of an earliest start inside the plan `date-not-heeded` is told.
    """
    started = project.started
    for field, sign in (("earliest_start", 1), ("latest_start", -1)):
        year = getattr(project, field)
        if started is None or year is None or year > first_year:
            continue
        if sign * (year - started) > 0:
            yield (
                "began-outside-window",
                field,
                phrase(
                    "began-outside-its-window",
                    project=project.id,
                    started=started,
                    field=field_words("projects", field),
                    year=year,
                ),
                phrase("correct-one-of-the-two-years"),
            )


def _of_committed(project: Project, first_year: int) -> Iterator[_Doubt]:
    """Works that start at once by word of `mandatory`, though nothing else says so."""
    if project.stage in EARLY:
        yield (
            "committed-at-an-early-stage",
            "mandatory",
            phrase(
                "is-committed-at-a-stage", project=project.id, stage=project.stage, first=first_year
            ),
            phrase("set-must-or-correct-the-stage"),
        )
    yield from _ignored(project, first_year)


def _ignored(project: Project, first_year: int) -> Iterator[_Doubt]:
    """`date-not-heeded`: committed works go on from the first year, whatever else is given."""
    stated = {"earliest_start": project.earliest_start, "ready_years": _latest(project)}
    for field, year in stated.items():
        if year is not None and year > first_year:
            yield (
                "date-not-heeded",
                field,
                phrase(
                    "goes-on-at-once-but-states-a-later-year",
                    project=project.id,
                    field=field,
                    year=year,
                    first=first_year,
                ),
                phrase("set-must-so-that-the-date-counts"),
            )


def _latest(project: Project) -> int | None:
    return max(project.ready_years.values(), default=None)
