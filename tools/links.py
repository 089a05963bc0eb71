"""From census links to relations, with the hand decisions of tools/data/NAME/relations.csv.

What one work makes possible (`enables`, stated or implied) is worth something only once both stand:
such a link is a `synergy` of the benefit that it adds. Where neither is of any use without the
other, or not before it, the hand decisions say so by an order or a choice. Works that dig up the same
streets or the same shore save by being done together (`shared_works`).
"""

from __future__ import annotations

from collections.abc import Sequence

from infraplan.models.project import Project
from infraplan.models.quantities import Confidence
from infraplan.models.relation import Relation, RelationType
from tools.census import Book

TYPES = {
    "complement": RelationType.COMPLEMENT,
    "enables": RelationType.ENABLES,
    "same_corridor": RelationType.SAME_CORRIDOR,
    # The follower opens no earlier than what it rests on: a hub may be built along with its line.
    "precedence": RelationType.FINISH_TO_FINISH,
    # A phase link is mostly a part and its whole; true later phases are decided by hand.
    "phase": RelationType.COMPLEMENT,
    "alternative": RelationType.EXCLUSIVE,
}
DIG_LOW, DIG_MID, DIG_HIGH = 0.08, 0.16, 0.33
"""Share of the cheapest works that digging once saves, an estimate: 16 % in the country and 25 to
33 % in towns by the Government Accountability Office (GAO-12-687R, 2012, conduits along roads in
the United States); the low end is half of the middle, for pipes that need trenches of their own."""


def _decided(book: Book, number: int, projects: dict[str, Project]) -> Relation:
    row = book.relations[number]
    members = [projects[name] for name in (row["from"] + ";" + row["to"]).split(";") if name]
    kind = RelationType(row["type"])
    source = f"{book.document.number}: {row['source']}"
    value = float(row["value"]) if row.get("value") else None
    if kind is RelationType.SHARED_WORKS and value is None:
        least = min(project.options[0].overnight_cost for project in members)
        value = round(DIG_MID * least, 4)
        source += (
            f"; saves {DIG_MID:.0%} of the cheapest works (estimate, low {DIG_LOW:.0%}, high "
            f"{DIG_HIGH:.0%}: GAO-12-687R)"
        )
    return Relation(
        id=f"d{number + 1:03d}",
        from_projects=tuple(row["from"].split(";")),
        to_projects=tuple(name for name in row["to"].split(";") if name),
        type=kind,
        lag=int(row["lag"] or 0),
        count=int(row["count"]) if row["count"] else None,
        value=value,
        confidence=row["confidence"],
        source=source,
    )


def decided_pairs(book: Book) -> set[tuple[str, str]]:
    """Pairs of works about which the hand decisions speak, in both directions."""
    found = set()
    for row in book.relations:
        members = [name for name in (row["from"] + ";" + row["to"]).split(";") if name]
        found |= {(start, end) for start in members for end in members if start != end}
    return found


def is_synergy(book: Book, link: dict[str, str], decided: set[tuple[str, str]]) -> bool:
    """Whether a census link is one of works that are worth more together."""
    ids = book.works.keys() - book.left_out.keys()
    ends = (link["from_id"], link["to_id"])
    return (
        link["type"] == "enables"
        and link["confidence"] != Confidence.INFERRED
        and set(ends) <= ids
        and ends not in decided
    )


def build_relations(book: Book, projects: Sequence[Project]) -> tuple[Relation, ...]:
    """Relations between `projects`; what is only inferred is recorded, never enforced."""
    by_id = {project.id: project for project in projects}
    decided = [_decided(book, number, by_id) for number in range(len(book.relations))]
    done = decided_pairs(book)
    seen: set[tuple[str, str, str]] = set()
    given: dict[str, int] = {}
    found: list[Relation] = []
    for link in book.links:
        ends = (link["from_id"], link["to_id"])
        key = (link["type"], *ends)
        if not set(ends) <= by_id.keys() or ends in done or key in seen or ends[0] == ends[1]:
            continue
        seen.add(key)
        kind, value, quote = TYPES[link["type"]], None, link["quote"]
        source = f"{book.document.number}: {quote}" if quote else "judgement of the reader"
        if is_synergy(book, link, done):
            at = given[ends[0]] = given.get(ends[0], 0) + 1
            gains = book.gains_of_links.get(ends[0], ())
            gain = gains[at - 1] if at <= len(gains) else 0.0
            if gain > 0.0:
                kind, value = RelationType.SYNERGY, round(gain * kept_of(book, by_id[ends[0]]), 5)
                source += "; value a year assumed (low 0, high twice), had only once both stand"
        found.append(
            Relation(
                id=f"r{len(found) + 1:03d}",
                from_projects=(ends[0],),
                to_projects=(ends[1],),
                type=kind,
                value=value,
                confidence=link["confidence"],
                source=source,
            )
        )
    return (*decided, *found)


def kept_of(book: Book, project: Project) -> float:
    """Share of its benefit that a project keeps in its column, the rest being its network's."""
    whole = next(row for row in book.projects if row.id == project.id).options[0].benefits
    left = sum(project.options[0].benefits.values())
    return left / sum(whole.values()) if sum(whole.values()) > 0.0 else 0.0
