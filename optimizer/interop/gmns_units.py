"""Units, coordinate systems and geometry of GMNS: to kilometres, hours and degrees."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from infraplan.models.catalogue import Phrase, phrase
from infraplan.optimizer.storage.numbers import number_in

KM_PER_MILE = 1.609344
EARTH_RADIUS_KM = 6371.0088

_LENGTHS = {
    KM_PER_MILE: ("mile", "miles", "mi", "英里"),
    1.0: ("km", "kilometer", "kilometers", "kilometre", "kilometres", "公里", "千米"),
    0.001: ("m", "meter", "meters", "metre", "metres", "米"),
    0.0003048: ("ft", "foot", "feet", "英尺"),
    0.0009144: ("yd", "yard", "yards"),
}
_SPEEDS = {
    KM_PER_MILE: ("mph", "mi/h", "mile/h", "miles/h", "mile per hour", "miles per hour"),
    1.0: (
        *("kph", "km/h", "kmh", "kmph", "km per hour", "公里/小时", "千米/小时"),
        *("kilometer per hour", "kilometers per hour"),
        *("kilometre per hour", "kilometres per hour"),
    ),
    3.6: ("m/s", "mps", "meters per second", "metres per second", "米/秒"),
    1.09728: ("ft/s", "fps", "feet per second"),
}
LENGTH_FACTORS = {word: factor for factor, words in _LENGTHS.items() for word in words}
"""Kilometres in one unit of length."""
SPEED_FACTORS = {word: factor for factor, words in _SPEEDS.items() for word in words}
"""Kilometres per hour in one unit of speed."""

# Geographic systems that lie within about a metre of WGS 84: NAD83, ETRS89, CGCS2000.
_DEGREES = {"4326", "4269", "4258", "4490", "84", "83", "2000"}


def unit_words(factor: float) -> tuple[Phrase, Phrase]:
    """What a length of `factor` km (1, else a mile) is called, and a speed in it."""
    if factor == 1.0:
        return phrase("unit-kilometres"), phrase("unit-kilometres-per-hour")
    return phrase("unit-miles"), phrase("unit-miles-per-hour")


def is_degrees(crs: str) -> bool:
    """Whether `crs` names longitude and latitude on WGS 84 or a system within a metre of it."""
    text = crs.strip().casefold()
    if "utm" in text or "proj=merc" in text or "state plane" in text:
        return False
    known = {"wgs84", "wgs 84", "crs84", "nad83", "cgcs2000", "etrs89", "lonlat", "latlong"}
    if text in known or "proj=longlat" in text:
        return True
    numbers = re.findall(r"[0-9]+", text)
    return bool(numbers) and numbers[-1] in _DEGREES


def points_of(wkt: str) -> list[tuple[float, float]] | None:
    """Points of a WKT linestring, longitude first; None where `wkt` is none."""
    found = re.fullmatch(
        r"\s*(?:SRID=[0-9]+;)?\s*LINESTRING\s*(?:ZM|Z|M)?\s*\(([^()]*)\)\s*", wkt, re.IGNORECASE
    )
    points: list[tuple[float, float]] = []
    for part in found[1].split(",") if found else ():
        numbers = [number for cell in part.split() if (number := number_in(cell)) is not None]
        if len(numbers) < 2 or len(numbers) < len(part.split()):
            return None
        points.append((numbers[0], numbers[1]))
    return points if len(points) > 1 else None


def length_km(points: list[tuple[float, float]]) -> float:
    """Length of a line of (longitude, latitude) on a sphere, in kilometres (haversine)."""
    total = 0.0
    for (lon_a, lat_a), (lon_b, lat_b) in pairwise(points):
        phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
        half = math.sin((phi_b - phi_a) / 2.0) ** 2
        half += math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2.0) ** 2
        total += 2.0 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))
    return total
