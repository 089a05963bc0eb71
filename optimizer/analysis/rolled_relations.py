"""What ties works under way to others that came late or were given up, in next year's instance.

What is begun goes on. Where it waits for works that are late, it opens later; what was broken by
what happened, and what no decision can mend, binds it no more. All of it is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.consistency import option_window
from infraplan.models.instance import Instance
from infraplan.models.progress import opening_of_standing, rest_of_works, stands
from infraplan.models.project import Mandate, Project
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


def late_openings(draft: Instance, works: WorksByProject) -> dict[str, Works]:
    """Works with the openings that relations leave to those under way.

    Parameters
    ----------
    draft
        The new instance as it would be, its relations those of the old one.
    works
        What began before it, by project.
    """
    found = dict(works)
    to_year = draft.settings.horizon.first_year
    # A delay is passed on from one to the next, at most through all of them.
    for _ in found:
        dates = earliest_dates(draft, found)
        moved = {
            name: year
            for relation in draft.relations
            if relation.is_enforced and relation.type is RelationType.FINISH_TO_FINISH
            for name in relation.to_projects
            if (year := _opening_asked(relation, found.get(name), dates, to_year)) is not None
        }
        if not moved:
            break
        for name, year in moved.items():
            found[name] = replace(found[name], opening=year, waits=True)
    return found


def _opening_asked(
    relation: Relation, here: Works | None, dates: Mapping[str, Dates], to_year: int
) -> int | None:
    """Later year in which works under way open for what they wait for; None: as expected."""
    if here is None or here.cancelled or here.opening < to_year:
        return None
    year = _nth(relation, dates)
    return int(year) if here.opening < year < math.inf else None


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


def earliest_dates(draft: Instance, works: WorksByProject) -> dict[str, Dates]:
    """Earliest start and opening of every project, windows and relations of order taken together.

    Money is not looked at. Years after the plan count as none for what has not begun.
    """
    first = draft.settings.horizon.first_year
    dates = {p.id: _own_dates(draft, p, works.get(p.id), first) for p in draft.projects}
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
        begun = here.start if project.started is None else project.started
        return Dates(begun, max(here.opening, first), bound=True)
    if project.mandatory is Mandate.MUST_NOT:
        return Dates(math.inf, math.inf)
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
    kept: dict[tuple[object, ...], Relation] = {}
    notes: list[Phrase] = []
    for relation in draft.relations:
        found = [relation]
        if relation.is_enforced and relation.type in ORDER_TYPES:
            found = list(_kept_order(relation, works, dates, to_year))
        elif relation.is_enforced:
            found = _kept_choice(relation, works, dates, to_year)
        if found != [relation]:
            bound = [name for name in relation.members if dates[name].bound]
            notes.append(phrase("roll-broken", relation=relation.label, projects=listed(bound)))
        for row in found:
            kept.setdefault((row.type, row.from_projects, row.to_projects), row)
    return tuple(kept.values()), notes


def _kept_order(
    relation: Relation, works: WorksByProject, dates: Mapping[str, Dates], to_year: int
) -> Iterator[Relation]:
    """The relation for those who can still keep it; the others ask that what can be built is."""
    broken = tuple(
        name
        for name in relation.to_projects
        if _goes_on(works.get(name), to_year)
        and not _can_hold(relation, works[name], dates, to_year)
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


def _can_hold(relation: Relation, here: Works, dates: Mapping[str, Dates], to_year: int) -> bool:
    """Whether works under way can still be as an order relation asks; laws.md, `precedence`."""
    year = _nth(relation, dates)
    if relation.type is RelationType.REQUIRES:
        return year < math.inf
    if relation.type is RelationType.FINISH_TO_FINISH:
        return year <= max(here.opening, to_year)
    return year <= to_year


def _kept_choice(
    relation: Relation, works: WorksByProject, dates: Mapping[str, Dates], to_year: int
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
        return _kept_conflict(relation, works, to_year)
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


def _kept_conflict(relation: Relation, works: WorksByProject, to_year: int) -> list[Relation]:
    """Works that go on in the same years as others do so; each still keeps away from the rest."""
    under_way = [name for name in relation.members if _goes_on(works.get(name), to_year)]
    if len(under_way) < 2:
        return [relation]
    clashing = under_way[1:]
    others = [name for name in relation.members if name not in under_way]
    kept = _among(relation, [under_way[0], *others])
    for k, name in enumerate(clashing if others else ()):
        found = _among(relation, [name, *others])
        kept += [_named(row, relation, f"{to_year}-{k + 2}") for row in found]
    return kept


def _goes_on(here: Works | None, to_year: int) -> bool:
    """Whether works have begun and are not finished: all such have works in the first year."""
    return here is not None and not here.cancelled and not here.is_finished(to_year)


def _named(row: Relation, relation: Relation, end: str) -> Relation:
    """`row`, which comes of `relation`, under an id of its own where that has one."""
    return row.model_copy(update={"id": None if relation.id is None else f"{relation.id}-{end}"})
