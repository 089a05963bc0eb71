"""What finished works were built on: projects that an order relation still asks for.

What stands is asked nothing more by the laws ("Progress"), so that a relation under which works
began and ended would lapse with them. What it still asks of others is written into next year's
instance: they must be built, and by when.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.instance import Instance
from infraplan.models.policy import Policy, PolicyKind
from infraplan.models.progress import duty_of, stands
from infraplan.models.project import Mandate, Project, Stage
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.optimizer.analysis.actuals import Works


def kept_promises(
    draft: Instance, works: Mapping[str, Works]
) -> tuple[tuple[Project, ...], tuple[Policy, ...], list[Phrase]]:
    """Projects and policies of the new instance with what finished works still ask for.

    Where a relation needs every project that is left, each must be built, by the year that a lag
    below 0 gives; where some of several would do, so many must begin, in time to begin alone.

    Returns
    -------
    tuple
        All projects of `draft`, all its policies, and a remark on each relation that asks.
    """
    projects = {row.id: row for row in draft.projects}
    policies = list(draft.policies)
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
            else:
                floor = _so_many(draft, policies, relation, left, missing, years)
                is_new = floor is not None
                policies += [] if floor is None else [floor]
            if is_new:
                told = {"project": name, "relation": relation.label, "count": missing}
                others_told = listed([row.id for row in left])
                notes.append(phrase("roll-still-asked-for", **told, others=others_told))
    return tuple(projects.values()), tuple(policies), notes


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


def _so_many(
    draft: Instance,
    known: list[Policy],
    relation: Relation,
    left: list[Project],
    count: int,
    years: Mapping[str, int],
) -> Policy | None:
    """A policy that so many of `left` begin in time; None where as many must be built anyway.

    By when some of several open, no policy can ask: these must begin while the plan lasts.
    """
    by = years.get("latest_start")
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
