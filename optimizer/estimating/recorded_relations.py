"""What an instance says of relations that no plan has to obey, told before and with every plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase, term_or_name
from infraplan.models.errors import Severity
from infraplan.models.inconsistency import Inconsistency
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


def note_of_recorded(instance: Instance) -> Iterator[Inconsistency]:
    """`relations-recorded`: a note for whoever checks an instance; nothing is wrong with it."""
    told = recorded_relations(instance)
    if told:
        advice = phrase("choose-another-type-or-confidence")
        yield Inconsistency(
            "relations-recorded", "relations", None, "type", told, advice, Severity.NOTE
        )
