"""Geometries as well-known binary (OGC 06-103r4), to and from the form that GeoJSON gives them.

Coordinates are two; a third and a measure are read and left out. Curves are no geometry here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

_CODES = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
_NUMBERS = {name: code for code, name in _CODES.items()}
MOST_PARTS = 10_000_000
"""Points or parts that a geometry may claim to have; a damaged file claims more."""


def to_wkb(geometry: dict[str, Any]) -> bytes:
    """Return a GeoJSON point, line or area as well-known binary, lowest byte first.

    Raises
    ------
    ValueError
        It is of another kind.
    """
    kind, data = geometry["type"], geometry["coordinates"]
    head = struct.pack("<BI", 1, _NUMBERS[kind])
    if kind == "Point":
        return head + struct.pack("<2d", *data)
    if kind == "LineString":
        return head + _points(data)
    if kind == "Polygon":
        return head + struct.pack("<I", len(data)) + b"".join(map(_points, data))
    raise ValueError(kind)


def _points(points: Any) -> bytes:
    flat = [part for point in points for part in point[:2]]
    return struct.pack(f"<I{len(flat)}d", len(points), *flat)


def positions_of(geometry: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Yield longitude and latitude of every position of a GeoJSON point, line or area."""
    parts: list[Any] = [geometry["coordinates"]]
    while parts:
        part = parts.pop()
        if part and isinstance(part[0], int | float):
            yield part[0], part[1]
        else:
            parts += part


def from_wkb(data: bytes) -> dict[str, Any]:
    """Return a geometry in the form of GeoJSON.

    Raises
    ------
    ValueError
        It is damaged, or a curve or surface that GeoJSON has not.
    """
    try:
        geometry, end = _read(data, 0)
    except (struct.error, IndexError) as error:
        raise ValueError("damaged") from error
    if end != len(data):
        raise ValueError("damaged")
    return geometry


def _read(data: bytes, at: int) -> tuple[dict[str, Any], int]:
    """The geometry that begins at byte `at`, and where it ends."""
    order = "<" if data[at] == 1 else ">"
    (code,) = struct.unpack_from(f"{order}I", data, at + 1)
    more, plain = divmod(code & 0x0FFFFFFF, 1000)
    # By OGC thousands tell of a third coordinate and a measure; by PostGIS the highest bits do.
    size = 2 + (0, 1, 1, 2)[more] if more < 4 else 0
    size += bool(code & 0x80000000) + bool(code & 0x40000000)
    if plain not in _CODES or not size:
        raise ValueError(f"kind {code}")
    at += 9 if code & 0x20000000 else 5
    kind = _CODES[plain]
    if kind == "Point":
        return {"type": kind, "coordinates": _position(data, at, order, size)}, at + 8 * size
    if kind == "LineString":
        points, at = _line(data, at, order, size)
        return {"type": kind, "coordinates": points}, at
    count, at = _count(data, at, order)
    if kind == "Polygon":
        rings = []
        for _ in range(count):
            ring, at = _line(data, at, order, size)
            rings.append(ring)
        return {"type": kind, "coordinates": rings}, at
    parts = []
    for _ in range(count):
        part, at = _read(data, at)
        parts.append(part)
    if kind == "GeometryCollection":
        return {"type": kind, "geometries": parts}, at
    return {"type": kind, "coordinates": [part["coordinates"] for part in parts]}, at


def _count(data: bytes, at: int, order: str) -> tuple[int, int]:
    (count,) = struct.unpack_from(f"{order}I", data, at)
    if count > MOST_PARTS:
        raise ValueError("damaged")
    return int(count), at + 4


def _position(data: bytes, at: int, order: str, size: int) -> list[float]:
    return list(struct.unpack_from(f"{order}{size}d", data, at)[:2])


def _line(data: bytes, at: int, order: str, size: int) -> tuple[list[list[float]], int]:
    count, at = _count(data, at, order)
    flat = struct.unpack_from(f"{order}{count * size}d", data, at)
    points = [list(flat[place : place + 2]) for place in range(0, len(flat), size)]
    return points, at + 8 * count * size
