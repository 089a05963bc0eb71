"""Latitude and longitude in one cell of a foreign table: `43.65, -79.38`."""

from __future__ import annotations

import re

from infraplan.models.regular_expressions import regex

_NUMBER = r"[+-]?\d{1,3}(?:[.]\d+)?"
_SPOT = regex(
    rf"[(\[]?\s*(?:POINT\s*\(\s*)?({_NUMBER})\s*°?\s*([NS])?\s*(?:[,;/]\s*|\s+)"
    rf"({_NUMBER})\s*°?\s*([EWO])?\s*[)\]]*",
    re.IGNORECASE,
)


def spot_in(text: str) -> tuple[float, float] | None:
    """Longitude and latitude in degrees that a cell states together; None where it does not.

    Latitude stands first, as people write it, but in `POINT (lon lat)` and where the first number
    is none: above 90.
    """
    found = _SPOT.fullmatch(text.strip())
    if found is None or not ("." in found[1] or "." in found[3]):
        return None
    first = float(found[1]) * (-1.0 if (found[2] or "").upper() == "S" else 1.0)
    second = float(found[3]) * (-1.0 if (found[4] or "").upper() in ("W", "O") else 1.0)
    is_point = text.strip(" ([").upper().startswith("POINT")
    lon, lat = (first, second) if is_point or abs(first) > 90.0 else (second, first)
    return (lon, lat) if abs(lat) <= 90.0 and abs(lon) <= 180.0 else None
