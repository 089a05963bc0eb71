"""What a renewal takes over from the project that it renews, and when that one's life ends.

Source: docs/laws.md section 1, "Renewal". What is taken over is written into the tables when an
instance comes into being, so that every reader sees one and the same project.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from infraplan.models.base import DomainModel
from infraplan.models.network import NetworkAction, ProjectNetwork
from infraplan.models.project import Option, Project
from infraplan.models.relation import Relation, RelationType, TakenOver

FIELDS: Mapping[TakenOver, tuple[str, ...]] = {
    TakenOver.BENEFITS: ("benefits", "benefit_growth"),
    TakenOver.REVENUE: ("revenue", "revenue_growth"),
    TakenOver.OUTPUTS: ("outputs",),
    TakenOver.OM: ("fixed_om_cost",),
    TakenOver.LIFETIME: ("lifetime", "financial_life"),
}
"""Fields of an option by the part that names them."""
ROWS: Mapping[TakenOver, str] = {
    TakenOver.BENEFITS: "benefits",
    TakenOver.RECEIPTS: "receipts",
    TakenOver.NETWORK: "project_network",
}
"""Tables of rows by the part that names them."""
TAKING_OVER = ("projects", "relations", *ROWS.values())
"""Tables that taking over reads or fills."""


def renewals(relations: Iterable[Relation]) -> Iterator[Relation]:
    """Relations `renews` that name one project on each side and are enforced."""
    for relation in relations:
        is_pair = len(relation.from_projects) == len(relation.to_projects) == 1
        if relation.type is RelationType.RENEWS and relation.is_enforced and is_pair:
            yield relation


def model_of(old: Project, option: Option) -> Option | None:
    """Option of `old` that `option` of its renewal takes over from: that of its name, or the only.

    None where it has several and none of that name.
    """
    named = [own for own in old.options if own.option == option.option]
    return named[0] if named else old.options[0] if len(old.options) == 1 else None


def is_blank(option: Option, field: str) -> bool:
    """Whether a field of an option says nothing of its own.

    Nothing and 0 say nothing; a default that is a figure does where somebody stated it.
    """
    default = Option.model_fields[field].get_default(call_default_factory=True)
    is_stated = bool(default) and field in option.model_fields_set
    return bool(getattr(option, field) == default) and not is_stated


def with_taken_over(tables: Mapping[str, Any]) -> dict[str, Any]:
    """`tables` by name, with what renewals leave blank filled in from what they renew.

    What a renewal states itself stays. Filled in twice is filled in once. Renewals of renewals
    take over what was taken over before.
    """
    found = dict(tables)
    for relation in _in_order(tuple(renewals(found.get("relations", ())))):
        projects = {project.id: project for project in found["projects"]}
        old = projects.get(relation.from_projects[0])
        new = projects.get(relation.to_projects[0])
        if old is None or new is None or not relation.takes_over:
            continue
        filled = _filled(old, new, relation.takes_over)
        found["projects"] = tuple(
            filled if project is new else project for project in found["projects"]
        )
        for part, table in ROWS.items():
            rows = found.get(table, ())
            if part in relation.takes_over and not any(_lasting(rows, new.id)):
                found[table] = (*rows, *_moved(_lasting(rows, old.id), new))
    return found


def leave_blank_again(before: Mapping[str, Any], data: dict[str, Any]) -> None:
    """Take out of `data` what renewals have from what they renew, where that was changed alone.

    Then it is filled in anew. `before` are the tables as objects, `data` the same tables as plain
    values with changes made. What is the same in both projects was taken over; a renewal that was
    changed itself keeps what it has.
    """
    was = {project.id: project for project in before["projects"]}
    now = {project["id"]: project for project in data["projects"]}
    for relation in _in_order(tuple(renewals(before["relations"]))):
        names = (relation.from_projects[0], relation.to_projects[0])
        if any(name not in was or name not in now for name in names):
            continue
        old, new = (was[name] for name in names)
        for option, mine in zip(new.options, now[new.id]["options"], strict=False):
            model = model_of(old, option)
            if model is not None:
                theirs = now[old.id]["options"][old.options.index(model)]
                _leave_fields_blank(relation.takes_over, (model, option), (theirs, mine))
        for part, table in ROWS.items():
            if part in relation.takes_over:
                _leave_rows_out(before.get(table, ()), data, table, old, new)


def _leave_fields_blank(
    parts: Iterable[TakenOver], was: tuple[Option, Option], now: tuple[dict[str, Any], ...]
) -> None:
    """Drop the fields of a renewal's option (the second) that only the first one's changed."""
    plain = tuple(option.model_dump(mode="python") for option in was)
    for part in parts:
        fields = FIELDS.get(part, ())
        old, new = ([one[name] for name in fields] for one in plain)
        theirs, mine = ([one.get(name) for name in fields] for one in now)
        if old == new and mine == new and theirs != old:
            for name in fields:
                del now[1][name]


def _leave_rows_out(
    rows: Iterable[Any], data: dict[str, Any], table: str, old: Project, new: Project
) -> None:
    """Drop the rows of a renewal that it has from what it renews, where only that one's changed."""
    rows = tuple(rows)
    own = [row.model_dump(mode="python") for row in _lasting(rows, new.id)]
    moved = [row.model_dump(mode="python") for row in _moved(_lasting(rows, old.id), new)]
    first = [row.model_dump(mode="python") for row in rows if row.project == old.id]
    theirs = [row for row in data[table] if row["project"] == old.id]
    if own and own == moved and theirs != first and all(row in data[table] for row in own):
        data[table] = [row for row in data[table] if row not in own]


def _in_order(relations: tuple[Relation, ...]) -> Iterator[Relation]:
    """What is renewed before its renewal is; a circle in the order it has."""
    left = list(relations)
    while left:
        made = {relation.to_projects[0] for relation in left}
        ready = [row for row in left if row.from_projects[0] not in made] or left
        yield from ready
        left = [row for row in left if row not in ready]


def _filled(old: Project, new: Project, parts: Iterable[TakenOver]) -> Project:
    options = []
    for option in new.options:
        model = model_of(old, option)
        update = {}
        if model is not None:
            # Growth goes with what grows, the financial life with the technical one.
            update = {
                name: getattr(model, name)
                for part in parts
                for name in FIELDS.get(part, ())
                if is_blank(option, FIELDS[part][0])
            }
        options.append(option.model_copy(update=update))
    return new.model_copy(update={"options": tuple(options)})


def _lasting(rows: Iterable[Any], project: str) -> Iterator[Any]:
    """Rows of a project; of networks, what works close belongs to works and not to the asset."""
    for row in rows:
        works = isinstance(row, ProjectNetwork) and row.action is NetworkAction.CLOSE_DURING_WORKS
        if row.project == project and not works:
            yield row


def _moved(rows: Iterable[DomainModel], new: Project) -> Iterator[DomainModel]:
    """Rows as those of `new`; those of an option that it has not are for all of its options."""
    names = {option.option for option in new.options}
    for row in rows:
        option: str = getattr(row, "option", "")
        update: dict[str, object] = {"project": new.id}
        if option and option not in names:
            update["option"] = ""
        if "ramp_up" in type(row).model_fields:
            update["ramp_up"] = ()  # the users are there already
        yield row.model_copy(update=update)


def line_of(
    renewed_by: Mapping[str, str], project: str, members: Iterable[str] = ()
) -> tuple[str, ...]:
    """`project`, its renewal, the renewal of that and so on, up to one among `members`.

    `renewed_by` is `Problem.renewed_by`.
    """
    apart = set(members)
    found = [project]
    while (following := renewed_by.get(found[-1])) and following not in {*apart, *found}:
        found.append(following)
    return tuple(found)
