"""The decisions of a plan's first phase, held while all that comes later is free."""

from __future__ import annotations

from collections.abc import Iterable

from infraplan.models.instance import Instance
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import duty_of, stands
from infraplan.models.project import Mandate, Project
from infraplan.optimizer.analysis.held_schedule import held_tables

Starts = tuple[ProjectStart, ...]


def last_first_year(instance: Instance) -> int:
    """Last year of the plan's first phase."""
    return instance.settings.horizon.phases[0].last_year


def started_first(starts: Iterable[ProjectStart], last_year: int) -> Starts:
    """Those of `starts` that begin by `last_year`, in order of their names."""
    found = (row for row in starts if row.start <= last_year)
    return tuple(sorted(found, key=lambda row: row.project))


def hold_first_phase(instance: Instance, starts: Starts, last_year: int) -> Instance:
    """`instance` in which exactly `starts` begin by `last_year`; later everything is free.

    Works under way go on as they do, whether they may stop being part of what is held.

    Raises
    ------
    InconsistentInstanceError
        If a project must start by then and does not.
    """
    built = {row.project: row for row in starts}
    tables = held_tables(instance, built)
    later = {row.id: _later(row, last_year) for row in instance.projects if row.id not in built}
    rows = tuple(
        later[row.id] if row.id in later and not _is_decided(own) else row
        for row, own in zip(tables["projects"], instance.projects, strict=True)
    )
    return instance.with_tables(**tables | {"projects": rows})


def _is_decided(project: Project) -> bool:
    """Whether it is no choice of later years: it stands, is forbidden, or is under way."""
    is_chosen = duty_of(project) not in (Mandate.MUST_NOT, Mandate.COMMITTED)
    return stands(project) or not is_chosen


def _later(project: Project, last_year: int) -> Project:
    """`project` that starts after `last_year`, or not at all where it may not."""
    last = project.latest_start
    if last is not None and last <= last_year and duty_of(project) is Mandate.FREE:
        return project.model_copy(update={"mandatory": Mandate.MUST_NOT})
    first = max(project.earliest_start or 0, last_year + 1)
    return project.model_copy(update={"earliest_start": first})
