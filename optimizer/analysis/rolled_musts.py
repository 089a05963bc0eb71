"""What must be built and came late: the dates that next year's instance can still ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.consistency import option_window
from infraplan.models.instance import Instance
from infraplan.models.progress import begun_in, duty_of, profile_of, rest_of_works, stands
from infraplan.models.project import Mandate, Option, Project
from infraplan.optimizer.analysis.actuals import Works
from infraplan.optimizer.analysis.rolled_relations import Dates, earliest_dates


def kept_musts(
    draft: Instance, works: Mapping[str, Works]
) -> tuple[tuple[Project, ...], list[Phrase]]:
    """Projects of `draft`, those that must be built with the dates that they can keep.

    One date after the other is left out until a year is left to start in, counted from when what a
    project waits for is there at the earliest; then its works go on after the plan; and where even
    that leaves none, the plan need not build it. What has begun must be paid for all the same: what
    would be paid after the appraisal, which could not count it, is paid in its last year. Each is
    told.
    """
    dates = earliest_dates(draft, works)
    notes: list[Phrase] = []
    kept = []
    for project in draft.projects:
        here = dates[project.id]
        if duty_of(project) in {Mandate.MUST, Mandate.COMMITTED} and here.is_possible:
            project = _in_time(draft, project, here, notes)
        kept.append(project)
    return tuple(kept), notes


def _in_time(draft: Instance, project: Project, here: Dates, notes: list[Phrase]) -> Project:
    first = draft.settings.horizon.first_year
    begun = here.bound and not stands(project)
    start = first if begun else int(here.start)
    tries: list[tuple[str, dict[str, Any], int | None]] = []
    if not begun and duty_of(project) is Mandate.COMMITTED and start > first:
        tries.append(("roll-committed-waits", {"mandatory": Mandate.MUST}, start))
    if project.latest_start is not None and project.latest_start < start:
        tries.append(("roll-late", {"latest_start": None}, project.latest_start))
    if project.open_by is not None and project.open_by < here.opening:
        tries.append(("roll-opens-late", {"open_by": None}, project.open_by))
    last = draft.settings.horizon.last_year
    if not draft.may_spend_after(project) and draft.end_year > last:
        tries.append(("roll-goes-on-after", {"spending_after_plan": True}, last))
    if not begun:
        tries.append(("roll-no-year-left", {"mandatory": Mandate.FREE}, last))
    else:
        since = begun_in(project, first)
        paid = tuple(
            _paid_by(option, draft.end_year - (first if since is None else since))
            for option in project.options
        )
        tries.append(("roll-paid-by-the-end", {"options": paid}, draft.end_year))
    for name, update, year in tries:
        if _can_start(draft, project, here, start):
            break
        project = project.model_copy(update=update)
        notes.append(phrase(name, project=project.id, year=year))
    return project


def _paid_by(option: Option, years: int) -> Option:
    """The option with what its profile spends more than `years` after its start spent then."""
    profile = profile_of(option)
    kept = max(0, years)
    if len(profile) <= kept + 1:
        return option
    put = (*profile[:kept], sum(profile[kept:]))
    return option.model_copy(update={"spending_profile": put, "yearly_spending": ()})


def _can_start(draft: Instance, project: Project, here: Dates, start: int) -> bool:
    """Whether an option has a year to start in, none before `start` or with an earlier opening."""
    for option in project.options:
        first, last = option_window(draft, project, option)
        lead = rest_of_works(project, option, draft.settings.horizon.first_year).lead_time
        opening = start if here.bound else int(here.opening) - lead
        if max(first, start, opening) <= last:
            return True
    return False
