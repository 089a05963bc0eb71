"""From census links to relations, with the hand decisions of tools/data/NAME/relations.csv."""

from __future__ import annotations

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


def _decided(book: Book, number: int) -> Relation:
    row = book.relations[number]
    return Relation(
        id=f"d{number + 1:03d}",
        from_projects=tuple(row["from"].split(";")),
        to_projects=tuple(row["to"].split(";")),
        type=RelationType(row["type"]),
        lag=int(row["lag"] or 0),
        count=int(row["count"]) if row["count"] else None,
        confidence=row["confidence"],
        source=f"{book.document.number}: {row['source']}",
    )


def build_relations(book: Book) -> tuple[Relation, ...]:
    """Relations between projects of the plan; what is only inferred is recorded, never enforced."""
    ids = {project.id for project in book.projects}
    decided = [_decided(book, number) for number in range(len(book.relations))]
    done = {
        (start, end)
        for relation in decided
        for start in relation.members
        for end in relation.members
        if start != end
    }
    seen: set[tuple[str, str, str]] = set()
    found: list[Relation] = []
    for link in book.links:
        ends = (link["from_id"], link["to_id"])
        key = (link["type"], *ends)
        if not set(ends) <= ids or ends in done or key in seen or ends[0] == ends[1]:
            continue
        seen.add(key)
        quote = link["quote"]
        found.append(
            Relation(
                id=f"r{len(found) + 1:03d}",
                from_projects=(ends[0],),
                to_projects=(ends[1],),
                type=TYPES[link["type"]],
                confidence=link["confidence"],
                source=f"{book.document.number}: {quote}" if quote else "judgement of the reader",
            )
        )
    return (*decided, *found)
