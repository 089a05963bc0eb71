"""Places with coordinates."""

from __future__ import annotations

from infraplan.models.base import DomainModel, described
from infraplan.models.quantities import Identifier, NonNegative


class Place(DomainModel):
    """A named place; coordinates are WGS 84 and may be unknown."""

    id: Identifier = described("place id")
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    kind: str = described("city, town, county_town, reservoir, ...", "")
    jurisdiction: Identifier | None = described(
        "jurisdiction it lies in", None, refers_to="jurisdictions"
    )
    lon: float | None = described("longitude", None, ge=-180.0, le=180.0, unit="degrees")
    lat: float | None = described("latitude", None, ge=-90.0, le=90.0, unit="degrees")
    accuracy_km: NonNegative | None = described("error of the coordinates", None, unit="km")
    source: str = described("where the coordinates come from", "")
