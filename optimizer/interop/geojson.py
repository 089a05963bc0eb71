"""Projects, phases and places as GeoJSON (RFC 7946; WGS 84, longitude first)."""

from __future__ import annotations

import json
from typing import Any

from models.instance import Instance
from models.jurisdiction import Jurisdiction
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


def _extent(instance: Instance, jurisdiction: Jurisdiction) -> tuple[dict[str, Any] | None, str]:
    """Outline of a jurisdiction: as given, or the convex hull of its projects' places."""
    given = list(zip(jurisdiction.extent[::2], jurisdiction.extent[1::2], strict=True))
    if given:
        return {"type": "Polygon", "coordinates": [[*given, given[0]]]}, "given"
    places = {place.id: place for place in instance.places}
    used = {
        spot
        for project in instance.projects
        if instance.jurisdiction_of(project) == jurisdiction.id
        for spot in (project.place, project.from_place, project.to_place)
    }
    used |= {place.id for place in instance.places if place.jurisdiction == jurisdiction.id}
    points = {tuple(p) for spot in used if (p := _point(places.get(spot or ""))) is not None}
    hull = convex_hull([(lon, lat) for lon, lat in sorted(points)])
    if len(hull) < 3:
        return None, "unknown"
    ring = [list(point) for point in (*hull, hull[0])]
    return {"type": "Polygon", "coordinates": [ring]}, "hull of places"


def convex_hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners of the convex hull, anticlockwise (Andrew's monotone chain); none of a line."""

    def half(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for x, y in ordered:
            while len(chain) > 1 and (
                (chain[-1][0] - chain[-2][0]) * (y - chain[-2][1])
                - (chain[-1][1] - chain[-2][1]) * (x - chain[-2][0])
                <= 0.0
            ):
                chain.pop()
            chain.append((x, y))
        return chain[:-1]

    ordered = sorted(set(points))
    return half(ordered) + half(ordered[::-1]) if len(ordered) > 2 else []


def _network_features(instance: Instance, places: dict[str, Place]) -> list[dict[str, Any]]:
    """Nodes where their places are, and links between them."""
    spots = {node.id: node.place for node in instance.network_nodes}
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "id": f"node:{node.id}",
            "geometry": _geometry(places, node.place),
            "properties": {"kind": "node", "network": node.network, "role": node.role},
        }
        for node in instance.network_nodes
    ]
    features += [
        {
            "type": "Feature",
            "id": f"link:{link.id}",
            "geometry": _geometry(places, spots.get(link.from_node), spots.get(link.to_node)),
            "properties": {
                "kind": "link",
                "network": link.network,
                "exists": link.exists,
                "capacity": link.capacity,
            },
        }
        for link in instance.network_links
    ]
    return features


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
    for jurisdiction in instance.jurisdictions:
        outline, origin = _extent(instance, jurisdiction)
        features.append(
            {
                "type": "Feature",
                "id": f"jurisdiction:{jurisdiction.id}",
                "geometry": outline,
                "properties": {
                    "kind": "jurisdiction",
                    "name_en": jurisdiction.name_en,
                    "name_zh": jurisdiction.name_zh,
                    "extent": origin,
                },
            }
        )
    features += _network_features(instance, places)
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
