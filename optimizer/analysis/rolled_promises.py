"""What finished works were built on: projects that an order relation still asks for.

What stands is asked nothing more by the laws ("Progress"), so that a relation under which works
began and ended would lapse with them. What it still asks of others is written into next year's
instance: they must be built, and by when.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.instance import Instance
from infraplan.models.policy import Policy, PolicyKind
from infraplan.models.progress import duty_of, rest_of_works, stands
from infraplan.models.project import Mandate, Project, Stage
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.models.target import Target
from infraplan.optimizer.analysis.actuals import Works


class Promises(NamedTuple):
    """Projects, policies and targets of the new instance with what finished works still ask for."""

    projects: tuple[Project, ...]
    policies: tuple[Policy, ...]
    targets: tuple[Target, ...]
    notes: list[Phrase]
    """A remark on each relation that asks."""


def kept_promises(draft: Instance, works: Mapping[str, Works]) -> Promises:
    """Everything that `draft` has, and what its finished works still ask for.

    Where a relation needs every project that is left, each must be built, by the year that a lag
    below 0 gives; where some of several would do, a hard target counts those that are open by
    then, or a policy those that begin.
    """
    projects = {row.id: row for row in draft.projects}
    policies, targets = list(draft.policies), list(draft.targets)
    notes: list[Phrase] = []
    for relation in draft.relations:
        if not relation.is_enforced or relation.type not in ORDER_TYPES:
            continue
        for name in relation.to_projects:
            if name not in works or not stands(projects[name]):
                continue
            others = [projects[row] for row in relation.from_projects]
            left = [row for row in others if not _has_begun(row) and not _is_given_up(row)]
            missing = (relation.count or len(others)) - sum(_has_begun(row) for row in others)
            if not 0 < missing <= len(left):
                continue
            years = _latest(relation, works[name])
            if missing == len(left):
                asked = {row.id: row.model_copy(update=_asked(row, years)) for row in left}
                is_new = asked != {row.id: row for row in left}
                projects |= asked
            elif len(set(_latest_starts(draft, left, years))) > 1 and _can_be_counted(
                draft, left, years
            ):
                counted = _so_many_open(projects, targets, relation, missing, years["open_by"])
                projects |= {row.id: _counted(row, counted.metric) for row in left}
                targets.append(counted)
                is_new = True
            else:
                floor = _so_many(draft, policies, relation, left, missing, years)
                is_new = floor is not None
                policies += [] if floor is None else [floor]
            if is_new:
                told = {"project": name, "relation": relation.label, "count": missing}
                others_told = listed([row.id for row in left])
                notes.append(phrase("roll-still-asked-for", **told, others=others_told))
    return Promises(tuple(projects.values()), tuple(policies), tuple(targets), notes)


def _has_begun(project: Project) -> bool:
    return stands(project) or (
        project.stage is Stage.UNDER_CONSTRUCTION and duty_of(project) is Mandate.COMMITTED
    )


def _is_given_up(project: Project) -> bool:
    return project.mandatory is Mandate.MUST_NOT


def _latest(relation: Relation, ended: Works) -> dict[str, int]:
    """Latest start, or opening, of what works that have ended ask for."""
    if relation.type is RelationType.REQUIRES:
        return {}
    if relation.type is RelationType.START_TO_START:
        return {"latest_start": ended.start - relation.lag}
    after_start = relation.type is RelationType.FINISH_TO_START
    return {"open_by": (ended.start if after_start else ended.opening) - relation.lag}


def _asked(project: Project, years: Mapping[str, int]) -> dict[str, Any]:
    """Fields of a project that must be there in time."""
    update: dict[str, Any] = {}
    if duty_of(project) is Mandate.FREE:
        update["mandatory"] = Mandate.MUST
    for field, year in years.items():
        stated = getattr(project, field)
        update[field] = year if stated is None else min(year, stated)
    return update


def _latest_starts(draft: Instance, left: list[Project], years: Mapping[str, int]) -> list[int]:
    """Latest start in the plan of each option that opens in time; none where no opening is asked.

    Options that open too late whenever they begin are left out, unless there are no others.
    """
    horizon, by = draft.settings.horizon, years.get("open_by")
    if by is None:
        return []
    leads = [
        rest_of_works(row, option, horizon.first_year).lead_time
        for row in left
        for option in row.options
    ]
    starts = [min(horizon.last_year, by - lead) for lead in leads]
    return [year for year in starts if year >= horizon.first_year] or starts


def _can_be_counted(draft: Instance, left: list[Project], years: Mapping[str, int]) -> bool:
    """Whether a target of the year by which some must open counts them all.

    It counts what operates in that year, which lies in the plan and in the lives of all of them.
    """
    horizon, by = draft.settings.horizon, years.get("open_by")
    if by is None or not horizon.first_year <= by <= horizon.last_year:
        return False
    life = min(option.lifetime for row in left for option in row.options)
    return horizon.first_year + life > by


def _so_many_open(
    projects: Mapping[str, Project],
    known: list[Target],
    relation: Relation,
    count: int,
    year: int,
) -> Target:
    """A hard target that so many of what a metric of its own counts are open by `year`."""
    names = {row.metric for row in known} | {row.id for row in known}
    names |= {key for row in projects.values() for one in row.options for key in one.outputs}
    number = next(n for n in range(1, len(names) + 2) if f"required-{n}" not in names)
    return Target(
        id=f"required-{number}",
        name_en=relation.label,
        metric=f"required-{number}",
        value=float(count),
        year=year,
        hard=True,
    )


def _counted(project: Project, metric: str) -> Project:
    """The project with one of `metric` among its outputs, in every option."""
    options = tuple(
        option.model_copy(update={"outputs": {**option.outputs, metric: 1.0}})
        for option in project.options
    )
    return project.model_copy(update={"options": options})


def _so_many(
    draft: Instance,
    known: list[Policy],
    relation: Relation,
    left: list[Project],
    count: int,
    years: Mapping[str, int],
) -> Policy | None:
    """A policy that so many of `left` begin in time; None where as many must be built anyway.

    Of openings, by when they must begin to be in time: where their works take differently long and
    no target counts them, the latest year that is in time for any.
    """
    by = years.get("latest_start")
    if "open_by" in years:
        first = draft.settings.horizon.first_year
        by = max(_latest_starts(draft, left, years))
        able = [row for row in left if max(_latest_starts(draft, [row], years)) >= first]
        left = able if len(able) >= count else left
    musts = sum(duty_of(row) is not Mandate.FREE for row in left)
    if by is None and musts >= count:
        return None
    last = draft.settings.horizon.last_year
    ids, name = {row.id for row in known}, "required"
    number = next(n for n in range(1, len(known) + 2) if f"{name}-{n}" not in ids)
    return Policy(
        id=f"{name}-{number}",
        name_en=relation.label,
        kind=PolicyKind.STARTS_FLOOR,
        value=float(count),
        to_year=by if by is not None and by < last else None,
        projects=tuple(row.id for row in left),
    )
