"""Points that stand for a GeoJSON geometry (RFC 7946): ends of a line, centroid of an area."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from infraplan.models.catalogue import listed, phrase
from infraplan.optimizer.storage.faults import CellFault

Point = tuple[float, float]
"""Longitude and latitude, degrees."""

KINDS = (
    *("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"),
    "GeometryCollection",
)

LARGEST = 1e300
"""A whole number of JSON may be longer than any float."""


def spots_of(geometry: Any) -> tuple[Point, ...]:
    """Two ends of a line; the one point of anything else, of an area its centroid; none of null.

    A closed line stands at the middle of its length. Several lines go from the first's beginning
    to the last's end; a collection is as its largest part: area before line before point.

    Raises
    ------
    CellFault
        It is no geometry, or a position is not longitude and latitude.
    """
    if geometry is None:
        return ()
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in KINDS:
        advice = phrase("one-of-or-null", kinds=listed(KINDS))
        raise CellFault("bad-geometry", phrase("is-no-geometry", geometry=kind or geometry), advice)
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            raise CellFault(
                "bad-geometry", phrase("the-collection-has-no-geometries"), phrase("give-a-list")
            )
        found = [(_rank(part), spots_of(part)) for part in parts]
        return max(found, key=lambda pair: pair[0], default=(0, ()))[1]
    return _plain_spots(kind, geometry.get("coordinates"))


def _rank(part: Any) -> int:
    kind = str(part.get("type")) if isinstance(part, dict) else ""
    return 3 if "Polygon" in kind else 2 if "Line" in kind else 1


def _plain_spots(kind: str, data: Any) -> tuple[Point, ...]:
    if kind == "Point":
        return (_point(data),)
    if kind == "MultiPoint":
        points = _line(data, 1)
        return (_mean(points),)
    if kind in {"LineString", "MultiLineString"}:
        lines = [_line(data, 2)] if kind == "LineString" else [_line(p, 2) for p in _parts(data)]
        begin, end = lines[0][0], lines[-1][-1]
        return (begin, end) if begin != end else (_middle([p for line in lines for p in line]),)
    areas = [_parts(data)] if kind == "Polygon" else [_parts(part) for part in _parts(data)]
    return (_centroid([_ring(rings[0]) for rings in areas]),)


def outline_of(geometry: Any) -> tuple[float, ...]:
    """Outer ring of a polygon as longitude, latitude, ..., the closing point left out.

    Raises
    ------
    CellFault
        It is no polygon.
    """
    if not isinstance(geometry, dict) or geometry.get("type") != "Polygon":
        raise CellFault(
            "bad-geometry", phrase("the-outline-is-no-polygon"), phrase("give-one-ring-or-null")
        )
    ring = _ring(_parts(geometry.get("coordinates"))[0])
    return tuple(number for point in ring for number in point)


def _ring(data: Any) -> list[Point]:
    """Corners of a ring, whether it comes back to its first position, as it should, or not."""
    points = _line(data, 3)
    if points[0] == points[-1]:
        points.pop()
    if len(points) < 3:
        text, advice = (
            phrase("the-ring-has-fewer-than-three-corners"),
            phrase("give-at-least-three"),
        )
        raise CellFault("bad-geometry", text, advice)
    return points


def _parts(data: Any) -> list[Any]:
    if not isinstance(data, list) or not data:
        raise CellFault(
            "bad-geometry", phrase("the-geometry-has-no-coordinates"), phrase("give-its-positions")
        )
    return data


def _line(data: Any, least: int) -> list[Point]:
    points = [_point(item) for item in _parts(data)]
    if len(points) < least:
        text = phrase(
            "there-are-positions-where-at-least-are-asked", num_points=len(points), least=least
        )
        raise CellFault("bad-geometry", text, phrase("give-more-positions"))
    return points


def _point(data: Any) -> Point:
    numbers = data[:2] if isinstance(data, list) else []
    sound = [n for n in numbers if isinstance(n, int | float) and not isinstance(n, bool)]
    if len(sound) < 2 or not all(abs(n) < LARGEST for n in sound):
        advice = phrase("write-longitude-latitude")
        raise CellFault("bad-geometry", phrase("is-no-position", data=str(data)[:40]), advice)
    lon, lat = (float(number) for number in sound)
    if abs(lon) > 180.0 or abs(lat) > 90.0:
        advice = phrase("longitude-first-180-to-180-then-latitude-90")
        raise CellFault(
            "out-of-range", phrase("is-no-longitude-and-latitude", lon=lon, lat=lat), advice
        )
    return lon, lat


def _mean(points: Sequence[Point]) -> Point:
    return (
        math.fsum(lon for lon, _ in points) / len(points),
        math.fsum(lat for _, lat in points) / len(points),
    )


def _middle(points: Sequence[Point]) -> Point:
    """Point at half the length of a line, measured in degrees."""
    half = math.fsum(math.dist(a, b) for a, b in pairwise(points)) / 2.0
    for a, b in pairwise(points):
        step = math.dist(a, b)
        if step >= half > 0.0:
            share = half / step
            return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
        half -= step
    return points[0]


def _centroid(rings: Sequence[Sequence[Point]]) -> Point:
    """Centroid of areas by the corners of their outer rings; without area the corners' mean."""
    x0, y0 = rings[0][0]  # differences from a corner keep the digits
    area = x = y = 0.0
    for ring in rings:
        own = own_x = own_y = 0.0
        for (ax, ay), (bx, by) in pairwise([(lon - x0, lat - y0) for lon, lat in (*ring, ring[0])]):
            cross = ax * by - bx * ay
            own += cross
            own_x += (ax + bx) * cross
            own_y += (ay + by) * cross
        sign = -1.0 if own < 0.0 else 1.0  # either direction of the ring
        area, x, y = area + sign * own, x + sign * own_x, y + sign * own_y
    if area <= 1e-18:
        return _mean([point for ring in rings for point in ring])
    return x0 + x / (3.0 * area), y0 + y / (3.0 * area)
