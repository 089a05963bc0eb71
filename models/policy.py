"""Floors, caps and non-money resources."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from infraplan.models.base import DomainModel, described
from infraplan.models.quantities import Identifier, NonNegative, Quality, SectorName, Year


class PolicyKind(StrEnum):
    """What a policy limits; the scope is what its filters keep.

    `spend_cap` / `spend_floor`: price-year money spent in the years, at most / at least `value`.
    `spend_share_cap` / `spend_share_floor`: the scope's part of all money spent in the years.
    `starts_cap` / `starts_floor`: number of projects started in the years.
    `benefit_floor`: present value of benefits of projects started in the years.
    `spend_per_head_floor` / `benefit_per_head_floor`: the same as `spend_floor` and `benefit_floor`
    with `value` for each resident of the scope's jurisdictions (blank: of all that state a
    `population`). One row for each district holds the least that any of them has by head.
    """

    SPEND_CAP = "spend_cap"
    SPEND_FLOOR = "spend_floor"
    SPEND_SHARE_CAP = "spend_share_cap"
    SPEND_SHARE_FLOOR = "spend_share_floor"
    STARTS_CAP = "starts_cap"
    STARTS_FLOOR = "starts_floor"
    BENEFIT_FLOOR = "benefit_floor"
    SPEND_PER_HEAD_FLOOR = "spend_per_head_floor"
    BENEFIT_PER_HEAD_FLOOR = "benefit_per_head_floor"


PER_HEAD = frozenset({PolicyKind.SPEND_PER_HEAD_FLOOR, PolicyKind.BENEFIT_PER_HEAD_FLOOR})
"""Kinds whose value is of each resident."""


class Policy(DomainModel):
    """A limit on what is spent, started or gained in a scope and a span of years."""

    id: Identifier = described("policy id")
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    kind: PolicyKind = described("what is limited")
    value: NonNegative = described("limit; money, a number of projects, a share, or money by head")
    from_year: Year | None = described("first year; blank is the plan's first", None, unit="year")
    to_year: Year | None = described("last year; blank is the plan's last", None, unit="year")
    per_year: bool = described("whether each year is limited by itself", default=False)
    sectors: tuple[SectorName, ...] = described(
        "only projects of these sectors", (), refers_to="projects.sector"
    )
    subsectors: tuple[SectorName, ...] = described(
        "only projects of these subsectors", (), refers_to="projects.subsector"
    )
    jurisdictions: tuple[str, ...] = described(
        "only projects led by these jurisdictions", (), refers_to="jurisdictions"
    )
    places: tuple[str, ...] = described("only projects at these places", (), refers_to="places")
    projects: tuple[str, ...] = described("only these projects", (), refers_to="projects")
    quality: Quality = described("how the value is known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


class ResourceTiming(StrEnum):
    """When a project draws on a resource."""

    START = "start"  # all of it in the start year, e.g. land quota
    CONSTRUCTION = "construction"  # the amount in every year of construction, e.g. crews
    SPENDING = "spending"  # spread like the money, e.g. steel
    OPERATION = "operation"  # the amount in every operating year, e.g. energy quota


class ResourceLimit(DomainModel):
    """A quota of a non-money resource over a span of years."""

    row_key: ClassVar[tuple[str, ...]] = ("resource", "from_year")

    resource: Identifier = described(
        "resource, as named in the projects' resources", refers_to="projects.resources"
    )
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    unit: str = described("unit of the resource", "")
    limit: NonNegative = described("most to be used in the span, or in each year")
    from_year: Year | None = described("first year; blank is the plan's first", None, unit="year")
    to_year: Year | None = described("last year; blank is the plan's last", None, unit="year")
    per_year: bool = described("whether each year is limited by itself", default=True)
    timing: ResourceTiming = described("when a project draws on it", ResourceTiming.START)
    jurisdictions: tuple[str, ...] = described(
        "only projects led by these jurisdictions", (), refers_to="jurisdictions"
    )
    quality: Quality = described("how the value is known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


ALL_SECTORS = "all sectors"
"""Name of a start pace without a sector; with its blank no sector can be called so."""


class StartPace(DomainModel):
    """Most projects that may start in any one year, of one sector or of all together."""

    row_key: ClassVar[tuple[str, ...]] = ("sector",)

    sector: SectorName = described(
        "sector, as named in the projects; blank: all projects together",
        "",
        refers_to="projects.sector",
    )
    most: int = described("most projects that may start in one year", ge=0)
    quality: Quality = described("how the value is known", Quality.ASSUMPTION)
    source: str = described("document and section", "")

    @property
    def label(self) -> str:
        """Sector, or the name of all of them."""
        return self.sector or ALL_SECTORS
