"""What an instance says of relations that no plan has to obey, told with every plan."""

from __future__ import annotations

from collections import Counter

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase, term_or_name
from infraplan.models.instance import Instance
from infraplan.models.quantities import Confidence


def recorded_relations(instance: Instance) -> Phrase:
    """How many relations are only recorded: inferred ones, and others by type; blank: none."""
    idle = [row for row in instance.relations if not row.is_enforced]
    if not idle:
        return NOTHING_SAID
    inferred = sum(row.confidence is Confidence.INFERRED for row in idle)
    kinds = Counter(row.type for row in idle if row.confidence is not Confidence.INFERRED)
    told = [phrase("so-many-inferred", count=inferred)] if inferred else []
    told += [
        phrase("so-many-of-kind", count=count, kind=term_or_name("choice", f"RelationType.{kind}"))
        for kind, count in sorted(kinds.items())
    ]
    return phrase(
        "relations-are-recorded-only",
        idle=len(idle),
        count=len(instance.relations),
        told=listed(told),
    )
