"""Projects, phases and places as GeoJSON (RFC 7946; WGS 84, longitude first)."""

from __future__ import annotations

import json
from typing import Any

from models.instance import Instance
from models.place import Place
from models.plan import Plan


def _point(place: Place | None) -> list[float] | None:
    if place is None or place.lon is None or place.lat is None:
        return None
    return [place.lon, place.lat]


def _geometry(places: dict[str, Place], *ids: str | None) -> dict[str, Any] | None:
    """Point of one place, line between two; None where coordinates are unknown."""
    points = [point for key in ids if (point := _point(places.get(key or ""))) is not None]
    if not points:
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "LineString", "coordinates": points}


def to_geojson(instance: Instance, plan: Plan | None) -> str:
    """A feature per project (start, opening, phase where it is built) and per place, as text.

    A project whose place has no coordinates is a feature without geometry, so that none is lost.
    """
    places = {place.id: place for place in instance.places}
    starts = {} if plan is None else {start.project: start for start in plan.starts}
    horizon = instance.settings.horizon
    features: list[dict[str, Any]] = []
    for project in instance.projects:
        start = starts.get(project.id)
        phase = None if start is None else horizon.phase_of(start.start)
        ends = (project.place,) if project.place else (project.from_place, project.to_place)
        features.append(
            {
                "type": "Feature",
                "id": project.id,
                "geometry": _geometry(places, *ends),
                "properties": {
                    "kind": "project",
                    "name_en": project.name_en,
                    "name_zh": project.name_zh,
                    "sector": project.sector,
                    "subsector": project.subsector,
                    "selected": start is not None,
                    "option": None if start is None else start.option,
                    "start": None if start is None else start.start,
                    "opening": None if start is None else start.opening,
                    "phase": None if phase is None else phase.id,
                },
            }
        )
    for place in instance.places:
        features.append(
            {
                "type": "Feature",
                "id": f"place:{place.id}",
                "geometry": _geometry(places, place.id),
                "properties": {
                    "kind": "place",
                    "name_en": place.name_en,
                    "name_zh": place.name_zh,
                    "place_kind": place.kind,
                    "accuracy_km": place.accuracy_km,
                },
            }
        )
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
