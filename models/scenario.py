"""Scenarios: named changes of an instance, with a probability."""

from __future__ import annotations

from enum import StrEnum

from infraplan.models.base import DomainModel, described
from infraplan.models.horizon import Title
from infraplan.models.quantities import Identifier, Share


class Operation(StrEnum):
    """How a scenario changes a number."""

    SET = "set"
    MULTIPLY = "multiply"
    ADD = "add"


class Change(DomainModel):
    """Change `field` in the rows of `table` whose fields equal `where` (all rows where empty).

    `table` is a table of the instance without its ending, e.g. `inflows`, or `instance` for the
    settings, where `field` is a dotted path, e.g. `appraisal.discount_rate`.
    """

    table: str = described("table")
    where: dict[str, str] = described("field = value that a row must have", {})
    field: str = described("field to change")
    operation: Operation = described("how", Operation.SET)
    value: float | str | None = described(
        "a number; with `set` also a text where the column takes one: a name, an id or one of its "
        "words as listed here, e.g. must; of a list, its parts with ; between"
    )


class Scenario(DomainModel):
    """A named set of changes."""

    id: Identifier = described("scenario id")
    title: Title = described("name", Title())
    probability: Share | None = described("probability", None)
    changes: tuple[Change, ...] = described("changes, applied in order", ())
