"""What ties works under way to others that came late or were given up, in next year's instance.

What is begun goes on. Where it waits for works that are late, it opens later; what was broken by
what happened, and what no decision can mend, binds it no more. All of it is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.consistency import option_window
from infraplan.models.instance import Instance
from infraplan.models.progress import (
    begun_in,
    duty_of,
    may_stop,
    opening_of_standing,
    rest_of_works,
    stands,
)
from infraplan.models.project import Mandate, Project, Stage
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.optimizer.analysis.actuals import Works

WorksByProject = Mapping[str, Works]

_COUNTED = {RelationType.EXCLUSIVE, RelationType.AT_MOST}


@dataclass(frozen=True)
class Dates:
    """Years in which a project starts and opens at the earliest; infinite: it cannot be built.

    `bound` says that it stands or is begun, so that both years are known.
    """

    start: float
    opening: float
    bound: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether it is built, or can be."""
        return self.opening < math.inf


def late_openings(draft: Instance, works: WorksByProject) -> dict[str, int]:
    """Later years in which works under way open for what they wait for, by project.

    Parameters
    ----------
    draft
        The new instance as it would be, its relations those of the old one.
    works
        What began before it, by project.
    """
    found: dict[str, int] = {}
    to_year = draft.settings.horizon.first_year
    # A delay is passed on from one to the next, at most through all of them.
    for _ in draft.projects:
        dates = earliest_dates(draft, works, found)
        moved = {
            name: int(year)
            for relation in draft.relations
            if relation.is_enforced and relation.type is RelationType.FINISH_TO_FINISH
            for name in relation.to_projects
            if _may_wait(draft, name, works, to_year)
            and dates[name].opening < (year := _nth(relation, dates)) < math.inf
        }
        if not moved:
            break
        found |= moved
    return found


def _may_wait(draft: Instance, name: str, works: WorksByProject, to_year: int) -> bool:
    """Whether a project is begun and not open before `to_year`."""
    here = works.get(name)
    if here is None:
        return _is_idle(draft.project_by_id[name])
    return not here.cancelled and here.opening >= to_year


def _is_idle(project: Project) -> bool:
    """Whether works begun before the old plan did not go on in it, if nothing says otherwise."""
    is_begun = project.stage is Stage.UNDER_CONSTRUCTION
    return is_begun and duty_of(project) is Mandate.COMMITTED


def _nth(relation: Relation, dates: Mapping[str, Dates]) -> float:
    """Year from which as many members of `from` are there as an order relation asks."""
    start = relation.type is RelationType.START_TO_START
    lag = 0 if relation.type is RelationType.REQUIRES else relation.lag
    years = sorted(
        (dates[name].start if start else dates[name].opening) + lag
        for name in relation.from_projects
    )
    return years[_needed(relation) - 1]


def _needed(relation: Relation) -> int:
    return relation.count or len(relation.from_projects)


def earliest_dates(
    draft: Instance, works: WorksByProject, moved: Mapping[str, int] | None = None
) -> dict[str, Dates]:
    """Earliest start and opening of every project, windows and relations of order taken together.

    Money is not looked at. Works under way open as they are expected to, or in the year `moved`.
    """
    first = draft.settings.horizon.first_year
    dates = {p.id: _own_dates(draft, p, works.get(p.id), first) for p in draft.projects}
    for name, year in (moved or {}).items():
        dates[name] = replace(dates[name], opening=year)
    for _ in draft.projects:
        before = dict(dates)
        for relation in draft.relations:
            if not relation.is_enforced or relation.type not in ORDER_TYPES:
                continue
            for name in relation.to_projects:
                if not dates[name].bound and dates[name].is_possible:
                    project = draft.project_by_id[name]
                    dates[name] = _after(draft, project, relation, dates)
        if dates == before:
            break
    return dates


def _own_dates(draft: Instance, project: Project, here: Works | None, first: int) -> Dates:
    if stands(project):
        opened = opening_of_standing(project, first)
        return Dates(opened - project.options[0].lead_time, opened, bound=True)
    if here is not None and not here.cancelled:
        start = here.start if project.started is None else project.started
        return Dates(start, max(here.opening, first), bound=True)
    if project.mandatory is Mandate.MUST_NOT:
        return Dates(math.inf, math.inf)
    if _is_idle(project):
        lead = min(rest_of_works(project, row, first).lead_time for row in project.options)
        begun = begun_in(project, first)
        return Dates(first if begun is None else begun, first + lead, bound=True)
    return _earliest(draft, project, -math.inf, -math.inf)


def _after(
    draft: Instance, project: Project, relation: Relation, dates: Mapping[str, Dates]
) -> Dates:
    """Dates of a follower, no earlier than it is dated already."""
    own, year = dates[project.id], _nth(relation, dates)
    if relation.type is RelationType.REQUIRES:
        return own if year < math.inf else Dates(math.inf, math.inf)
    opens = relation.type is RelationType.FINISH_TO_FINISH
    start, opening = (own.start, year) if opens else (year, own.opening)
    return _earliest(draft, project, max(own.start, start), max(own.opening, opening))


def _earliest(draft: Instance, project: Project, start: float, opening: float) -> Dates:
    """Earliest dates not before those given; where it must be built, nothing is too late."""
    first_year = draft.settings.horizon.first_year
    found = []
    for option in project.options:
        lead = rest_of_works(project, option, first_year).lead_time
        first, last = option_window(draft, project, option)
        begins = max(first, start, opening - lead)
        if begins <= last or project.mandatory in {Mandate.MUST, Mandate.COMMITTED}:
            found.append((begins, begins + lead))
    if not found:
        return Dates(math.inf, math.inf)
    return Dates(min(row[0] for row in found), min(row[1] for row in found))


# ---------------------------------------------------------------------------------- relations


def kept_relations(
    draft: Instance, works: WorksByProject
) -> tuple[tuple[Relation, ...], list[Phrase]]:
    """Relations of the new instance, and remarks on those that what happened has broken.

    Only what began is looked at: where nothing did, a relation can be kept by building nothing.
    """
    to_year = draft.settings.horizon.first_year
    dates = earliest_dates(draft, works)
    under_way = {p.id for p in draft.projects if _goes_on(p, works.get(p.id), to_year)}
    kept: list[Relation] = []
    known = {_key(row) for row in draft.relations}
    notes: list[Phrase] = []
    for relation in draft.relations:
        found = [relation]
        if relation.is_enforced and relation.type in ORDER_TYPES:
            found = list(_kept_order(relation, under_way, dates, to_year))
        elif relation.is_enforced:
            found = _kept_choice(relation, under_way, dates, to_year)
        if found != [relation]:
            bound = [name for name in relation.members if dates[name].bound]
            notes.append(phrase("roll-broken", relation=relation.label, projects=listed(bound)))
        kept += [row for row in found if _key(row) == _key(relation) or _key(row) not in known]
        known |= {_key(row) for row in found}
    return tuple(kept), notes


def _key(row: Relation) -> tuple[object, ...]:
    """What no two relations have in common."""
    return row.type, row.from_projects, row.to_projects


def _kept_order(
    relation: Relation, under_way: Set[str], dates: Mapping[str, Dates], to_year: int
) -> Iterator[Relation]:
    """The relation for those who can still keep it; the others ask that what can be built is."""
    broken = tuple(
        name
        for name in relation.to_projects
        if name in under_way and not _can_hold(relation, dates[name], dates, to_year)
    )
    left = tuple(name for name in relation.to_projects if name not in broken)
    if left:
        yield relation.model_copy(update={"to_projects": left}) if broken else relation
    there = tuple(name for name in relation.from_projects if dates[name].is_possible)
    if broken and there:
        update = {
            "type": RelationType.REQUIRES,
            "lag": 0,
            "from_projects": there,
            "to_projects": broken,
            "count": min(_needed(relation), len(there)),
        }
        yield _named(relation.model_copy(update=update), relation, str(to_year))


def _can_hold(relation: Relation, here: Dates, dates: Mapping[str, Dates], to_year: int) -> bool:
    """Whether works under way can still be as an order relation asks; laws.md, `precedence`."""
    year = _nth(relation, dates)
    if relation.type is RelationType.REQUIRES:
        return year < math.inf
    if relation.type is RelationType.FINISH_TO_FINISH:
        return year <= here.opening
    return year <= to_year


def _kept_choice(
    relation: Relation, under_way: Set[str], dates: Mapping[str, Dates], to_year: int
) -> list[Relation]:
    """A relation among members of one rank, as what is begun or given up leaves it."""
    bound = [name for name in relation.members if dates[name].bound]
    if relation.type in _COUNTED:
        most = 1 if relation.type is RelationType.EXCLUSIVE else relation.count or 1
        if len(bound) <= most:
            return [relation]
        update = {"type": RelationType.AT_MOST, "count": len(bound)}
        return [relation.model_copy(update=update)]
    if relation.type is RelationType.ALL_OR_NONE and bound:
        there = [name for name in relation.members if dates[name].is_possible]
        if len(there) == len(relation.members):
            return [relation]
        return _among(relation, there)
    if relation.type is RelationType.WORKS_CONFLICT:
        return _kept_conflict(relation, under_way, to_year)
    return [relation]


def _among(relation: Relation, members: Sequence[str]) -> list[Relation]:
    """The relation among `members` alone; none where it ties nobody."""
    if len(members) < 2:
        return []
    update = {
        "from_projects": tuple(n for n in relation.from_projects if n in members),
        "to_projects": tuple(n for n in relation.to_projects if n in members),
    }
    if not update["from_projects"]:
        update = {"from_projects": update["to_projects"], "to_projects": ()}
    return [relation.model_copy(update=update)]


def _kept_conflict(relation: Relation, begun: Set[str], to_year: int) -> list[Relation]:
    """Works that go on in the same years as others do so; each still keeps away from the rest."""
    under_way = [name for name in relation.members if name in begun]
    if len(under_way) < 2:
        return [relation]
    clashing = under_way[1:]
    others = [name for name in relation.members if name not in under_way]
    kept = _among(relation, [under_way[0], *others])
    for k, name in enumerate(clashing if others else ()):
        found = _among(relation, [name, *others])
        kept += [_named(row, relation, f"{to_year}-{k + 2}") for row in found]
    return kept


def _goes_on(project: Project, here: Works | None, to_year: int) -> bool:
    """Whether works have begun and are not finished: all such have works in the first year.

    Those that the plan may stop need not: it can keep a relation by stopping them.
    """
    if may_stop(project):
        return False
    if here is None:
        return _is_idle(project)
    return not here.cancelled and not here.is_finished(to_year)


def _named(row: Relation, relation: Relation, end: str) -> Relation:
    """`row`, which comes of `relation`, under an id of its own where that has one."""
    return row.model_copy(update={"id": None if relation.id is None else f"{relation.id}-{end}"})
