"""Shapes of GMNS links: in the link's own cell, or by `geometry_id` in geometry.csv."""

from __future__ import annotations

from collections.abc import Mapping

from infraplan.models.catalogue import phrase
from infraplan.optimizer.interop.gmns_tables import GmnsFolder, GmnsRow
from infraplan.optimizer.interop.gmns_units import length_km, points_of

SHAPE = ("geometry", "geometry_id")
"""Columns of link.csv that say where a link runs."""


def read_shapes(folder: GmnsFolder) -> dict[str, GmnsRow]:
    """Rows of geometry.csv by id; empty where there is none."""
    table = folder.table("geometry", ("geometry_id",), ("geometry",), optional=True)
    return {row.id("geometry_id"): row for row in table}


def shape_km(row: GmnsRow, shapes: Mapping[str, GmnsRow], *, in_degrees: bool) -> float | None:
    """Length of a link by its shape, None where it has none or is not in degrees.

    After a fault, which is told, the length is 0.
    """
    shape = row if row.is_filled("geometry") else shapes.get(row.id("geometry_id", required=False))
    if shape is None or not shape.is_filled("geometry"):
        return None
    points = points_of(shape.text("geometry"))
    if points is None:
        text = phrase("the-geometry-is-not-a-wkt-linestring-and-the")
        advice = phrase("write-linestring-x-y-x-y-or-give-the-length")
        shape.fault("geometry", text, advice, "bad-geometry")
        return 0.0
    inside = all(abs(x) <= 180.0 and abs(y) <= 90.0 for x, y in points)
    return length_km(points) if inside and in_degrees else None
