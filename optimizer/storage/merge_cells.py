"""What several files say in one cell: whether they agree, and whose word is taken."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import Phrase, foreign, listed, pair, phrase, term_of
from infraplan.models.errors import Finding, Severity
from infraplan.models.inconsistency import table_named
from infraplan.optimizer.storage.cells import format_value
from infraplan.optimizer.storage.faults import Origin
from infraplan.optimizer.storage.fields import Base, fields_of

CONFLICT = "merge-conflict"
"""Rule of the finding that several files say different things in one cell."""
SETTINGS = "instance"
"""Name under which settings stand among tables."""
NEAR = 1e-9
"""Relative difference of numbers that are the same: a restated amount has been multiplied."""
LONGEST = 80
"""Letters of a value that a message shows."""


class Prefer(StrEnum):
    """Whose word counts where files differ."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class Said:
    """What one file says in a cell: where it stands, its text for a file and for a reader."""

    label: str
    place: Finding
    text: str
    shown: Phrase


@dataclass(frozen=True)
class Conflict:
    """A cell in which files differ, with what each says; `taken` is the label of the one taken.

    `column` is blank where whole rows differ because the key does not tell them apart.
    """

    table: str
    row: str
    column: str
    said: tuple[Said, ...]
    taken: str | None

    @property
    def key(self) -> tuple[str, str, str]:
        """By what a decision names it."""
        return self.table, self.row, self.column

    def finding(self) -> Finding:
        """The conflict at the place of the first file; an error until it is decided."""
        first, *others = self.said
        told = listed(
            phrase("merge-says", place=place_of(other.place), value=other.shown) for other in others
        )
        is_setting = self.table == SETTINGS
        named = phrase("merge-settings") if is_setting else table_named(self.table)
        where = phrase("merge-of-row", table=named, row=self.row or self.column)
        values = {"where": where, "value": first.shown, "others": told}
        if self.taken is None:
            message = phrase("merge-conflict", **values)
            advice, severity = phrase("merge-conflict-advice"), Severity.ERROR
        else:
            message = phrase("merge-conflict-taken", **values, taken=self.taken)
            advice, severity = phrase("merge-taken-advice"), Severity.NOTE
        place = first.place
        return Finding(
            CONFLICT, message, advice, severity, place.file, place.sheet, place.row, place.column
        )


def place_of(finding: Finding) -> Phrase:
    """Where a finding stands, in words."""
    return pair(finding.where(), finding.where("zh"))


@dataclass
class Decider:
    """Keeps every conflict, and says whose word is taken: as decided, or as preferred.

    Attributes
    ----------
    prefer
        Whose word counts where no decision says; None: a conflict stays one.
    decisions
        Labels of files by table, row and column.
    conflicts
        What was asked so far, in order.
    """

    prefer: Prefer | None = None
    decisions: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)

    def choose(self, table: str, row: str, column: str, said: Sequence[Said]) -> int:
        """Keep the conflict and return the position in `said` of what is taken.

        The first where nothing is decided: then nothing is written.
        """
        labels = [item.label for item in said]
        decided = self.decisions.get((table, row, column))
        place: int | None = None
        if decided in labels:
            place = labels.index(decided)
        elif self.prefer is not None:
            place = 0 if self.prefer is Prefer.FIRST else len(said) - 1
        taken = None if place is None else labels[place]
        self.conflicts.append(Conflict(table, row, column, tuple(said), taken))
        return place or 0


def alike(one: Any, other: Any) -> bool:
    """Whether two values of a field are the same; numbers to `NEAR`."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=NEAR, abs_tol=0.0)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, DomainModel) and type(one) is type(other):
        return all(alike(getattr(one, n), getattr(other, n)) for n in type(one).model_fields)
    return bool(one == other)


def said_by(label: str, origin: Origin, model: type[DomainModel], name: str, value: Any) -> Said:
    """What the file `label` says in the field `name` of the object at `origin`."""
    text = text_of(model, name, value)
    return Said(label, origin.finding("", foreign(""), column=name), text, _shown(value, text))


def text_of(model: type[DomainModel], name: str, value: Any) -> str:
    """`value` as a file says it; what has parts of its own as JSON."""
    kind = fields_of(model)[name].type
    if kind.base in (Base.OBJECT, Base.OBJECTS):
        parts = value if isinstance(value, tuple) else (value,)
        data = [part.model_dump(mode="json", exclude_defaults=True) for part in parts]
        return json.dumps(data if isinstance(value, tuple) else data[0], ensure_ascii=False)
    return format_value(kind, value)


def _shown(value: Any, text: str) -> Phrase:
    if value is None or value in ("", (), {}):
        return phrase("merge-blank")
    if isinstance(value, bool):
        return phrase("merge-yes" if value else "merge-no")
    if isinstance(value, StrEnum):
        return term_of(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return foreign(f"{value:.0f}")
    return foreign(text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}...")
