"""Dates that a planning text states of its projects, and what missing one costs."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from infraplan.models.base import DomainModel, described
from infraplan.models.quantities import Confidence, Identifier, Money, Year


class DateKind(StrEnum):
    """What a text says of a project by a year.

    `begin_by`: works begin in `year` or before. `open_by`: it operates in `year` or before.
    `not_before`: works begin in `year` at the earliest.
    """

    BEGIN_BY = "begin_by"
    OPEN_BY = "open_by"
    NOT_BEFORE = "not_before"


class StatedDate(DomainModel):
    """A date of one project; a plan may miss it, at a cost for each year in which it does."""

    row_key: ClassVar[tuple[str, ...]] = ("project", "kind")

    project: Identifier = described("project id", refers_to="projects")
    kind: DateKind = described("what is to have happened by the year, or not before it")
    year: Year = described(
        "year that the text states; of a Five-Year Plan its last year (not_before: a year alone)",
        unit="year",
    )
    breach_cost: Money | None = described(
        "value lost in each year of the plan in which the date is missed; blank: a missed date is "
        "listed and costs nothing",
        None,
        unit="money/year",
    )
    quote: str = described("words of the text", "")
    source: str = described("document and section", "")
    confidence: Confidence = described(
        "how it is known; an inferred date is listed, and missing it costs nothing",
        Confidence.EXPLICIT,
    )

    @property
    def label(self) -> str:
        """Project and kind, which tell one date from another."""
        return f"{self.project}:{self.kind}"

    @property
    def price(self) -> float:
        """Value lost in each year in which it is missed: 0 where it is only listed."""
        if self.confidence is Confidence.INFERRED:
            return 0.0
        return self.breach_cost or 0.0
