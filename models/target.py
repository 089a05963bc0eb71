"""Targets: a metric that the plan is to reach by a year."""

from __future__ import annotations

from enum import StrEnum

from infraplan.models.base import DomainModel, described
from infraplan.models.quantities import Amount, Identifier, NonNegative, Quality, SectorName, Year

INVESTMENT = "investment"
PROJECTS_STARTED = "projects_started"
PROJECTS_OPENED = "projects_opened"
BUILT_IN_METRICS = frozenset({INVESTMENT, PROJECTS_STARTED, PROJECTS_OPENED})


class Sense(StrEnum):
    """Which side of the value is right."""

    AT_LEAST = ">="
    AT_MOST = "<="


class Target(DomainModel):
    """`metric` must be at least (or at most) `value` in `year`.

    A metric is `existing` plus the outputs of the projects that operate in `year`; the built-in
    metrics `investment` (price-year money spent), `projects_started` and `projects_opened` count
    over `from_year .. year`. Filters keep only projects of the named sectors, jurisdictions or
    places.
    """

    id: Identifier = described("target id")
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    metric: Identifier = described(
        "metric, as named in the projects' outputs, or a built-in one", refers_to="projects.outputs"
    )
    unit: str = described("unit of the metric", "")
    sense: Sense = described("at least or at most", Sense.AT_LEAST)
    value: Amount = described("value to reach")
    year: Year = described("year by which; of a Five-Year Plan its last year", unit="year")
    from_year: Year | None = described(
        "first year counted by a built-in metric; blank is the plan's first year", None, unit="year"
    )
    existing: Amount = described("what exists without the plan", 0.0)
    hard: bool = described("whether a plan that misses it is no plan", default=False)
    shortfall_price: NonNegative = described(
        "price of one missing unit in the objective, price-year money", 0.0, unit="money"
    )
    sectors: tuple[SectorName, ...] = described(
        "only projects of these sectors", (), refers_to="projects.sector"
    )
    jurisdictions: tuple[str, ...] = described(
        "only projects led by these jurisdictions", (), refers_to="jurisdictions"
    )
    places: tuple[str, ...] = described("only projects at these places", (), refers_to="places")
    quality: Quality = described("how the value is known", Quality.STATED)
    source: str = described("document and section", "")
