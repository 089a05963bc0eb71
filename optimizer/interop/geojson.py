"""Projects, phases, places and networks as GeoJSON (RFC 7946; WGS 84, longitude first).

A feature's properties are the columns of its table, those at their default left out, and for a
project what the plan decided; `infraplan.optimizer.interop.geojson_in` reads them back.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import Jurisdiction
from infraplan.models.place import Place
from infraplan.models.plan import Plan
from infraplan.optimizer.storage.cells import escape, unescape
from infraplan.optimizer.storage.fields import Base
from infraplan.optimizer.storage.folder import format_row, instance_tables, tree_of
from infraplan.optimizer.storage.table_columns import table_of

TABLE_OF = {
    "project": "projects",
    "option": "options",
    "place": "places",
    "jurisdiction": "jurisdictions",
    "node": "network_nodes",
    "link": "network_links",
}
"""Table by kind of feature; an option stands inside the feature of its project."""
ID_STARTS = {
    "project": "",
    "place": "place:",
    "jurisdiction": "jurisdiction:",
    "node": "node:",
    "link": "link:",
}
"""What stands before the id of a feature, by its kind."""
COLUMN_OF = {
    "project": {"base_option": "option"},
    "place": {"place_kind": "kind"},
    "node": {"network_kind": "kind"},
}
"""Columns by property, where the property has another name."""
PLAN_WORDS = ("selected", "option", "start", "opening", "phase")
"""Properties of a project that tell what a plan decided."""
STYLE_WORDS = (
    *("marker-color", "marker-size", "stroke", "stroke-width", "stroke-opacity"),
    *("fill", "fill-opacity"),
)
"""Properties that say how a map shows a feature (simplestyle 1.1), which programs read unasked."""
_SECTOR_COLOURS = (
    *("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a7a2e"),
    *("#332288", "#882255", "#44aa99"),
)
"""Colours of sectors in the order of their names (Okabe and Ito 2008, Tol 2021)."""
_GREY = "#999999"
SETTINGS = (
    *("id", "title", "currency", "money_unit", "money_unit_zh", "money_factor", "price_year"),
    *("inflation", "horizon", "appraisal", "stage_gates", "representative_years", "networks"),
    "sources",
)
"""Settings that the file carries: those that need no table but the features'."""
_MAPPED = {"lon", "lat", "extent", "rule_sets", "supplier"}
"""Columns that the geometry tells, or that need tables the file does not carry."""

Properties = dict[str, Any]


def _point(place: Place | None) -> list[float] | None:
    if place is None or place.lon is None or place.lat is None:
        return None
    return [place.lon, place.lat]


def _geometry(places: dict[str, Place], *ids: str | None) -> dict[str, Any] | None:
    """Point of one place, line between two apart; None where coordinates are unknown.

    Two ends at one spot are a point: map programs call a line of no length invalid.
    """
    points = [point for key in ids if (point := _point(places.get(key or ""))) is not None]
    if not points:
        return None
    if all(point == points[0] for point in points):
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "LineString", "coordinates": points}


def _line(places: dict[str, Place], *ids: str | None) -> dict[str, Any] | None:
    """Line between two places apart, for a layer that holds lines alone; None of any other."""
    geometry = _geometry(places, *ids)
    return geometry if geometry is not None and geometry["type"] == "LineString" else None


def _extent(instance: Instance, jurisdiction: Jurisdiction) -> tuple[dict[str, Any] | None, str]:
    """Outline of a jurisdiction: as given, or the convex hull of its projects' places.

    It runs anticlockwise, as RFC 7946 asks of the outer ring of an area.
    """
    given = list(zip(jurisdiction.extent[::2], jurisdiction.extent[1::2], strict=True))
    if given:
        ring = [*given, given[0]]
        is_clockwise = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) < 0.0
        return {"type": "Polygon", "coordinates": [ring[::-1] if is_clockwise else ring]}, "given"
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
    outline = [list(point) for point in (*hull, hull[0])]
    return {"type": "Polygon", "coordinates": [outline]}, "hull of places"


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


def _columns(instance: Instance) -> dict[str, list[Properties]]:
    """Rows of the tables that the file carries as properties, in their order."""
    found: dict[str, list[Properties]] = {table: [] for table in TABLE_OF.values()}
    tables = instance_tables(instance)
    for kind, table in TABLE_OF.items():
        headings, rows = tables.get(table, ([], []))
        columns = table_of(table).columns
        names = {column: name for name, column in COLUMN_OF.get(kind, {}).items()}
        for row in rows:
            properties: Properties = {}
            cells = format_row(columns, headings, row, explicit=kind == "option")
            for heading, value, cell in zip(headings, row, cells, strict=True):
                field = columns[heading]
                plain = isinstance(value, bool | int | float)
                at_default = not field.required and value == field.default and kind != "option"
                if cell == "" or heading in _MAPPED or at_default:
                    continue
                if isinstance(value, str) and field.type.base is Base.TEXT and value:
                    cell = value if unescape(value) == value else escape(value)
                properties[names.get(heading, heading)] = value if plain else cell
            found[table].append(properties)
    return found


def _style(instance: Instance, kind: str, values: Properties) -> Properties:
    """How a map shows a feature: works built in the colour of their sector, all others grey."""
    if kind != "project":
        line = {"stroke": _GREY, "stroke-width": 1, "stroke-opacity": 0.7}
        if kind == "jurisdiction":
            return line | {"fill": _GREY, "fill-opacity": 0.05}
        return line if kind == "link" else {"marker-color": _GREY, "marker-size": "small"}
    sectors = sorted({project.sector for project in instance.projects})
    number = sectors.index(str(values["sector"]))
    is_built = values["selected"] is not False
    colour = _SECTOR_COLOURS[number % len(_SECTOR_COLOURS)] if is_built else _GREY
    return {
        "marker-color": colour,
        "marker-size": "medium" if is_built else "small",
        "stroke": colour,
        "stroke-width": 3 if is_built else 1,
        "stroke-opacity": 0.9 if is_built else 0.5,
    }


def _feature(kind: str, id: str, geometry: Properties | None, values: Properties) -> Properties:
    """One feature; `values` are its further properties, the id left to the feature."""
    properties = {name: value for name, value in values.items() if name != "id"}
    return {
        "type": "Feature",
        "id": ID_STARTS[kind] + id,
        "geometry": geometry,
        "properties": {"kind": kind} | properties,
    }


def _network_features(
    instance: Instance, places: dict[str, Place], columns: dict[str, list[Properties]]
) -> list[Properties]:
    """Nodes where their places are, and links between them."""
    spots = {node.id: node.place for node in instance.network_nodes}
    features = [
        _feature(
            "node",
            node.id,
            _geometry(places, node.place),
            {"network": node.network, "role": str(node.role)} | row,
        )
        for node, row in zip(instance.network_nodes, columns["network_nodes"], strict=True)
    ]
    features += [
        _feature(
            "link",
            link.id,
            _line(places, spots.get(link.from_node), spots.get(link.to_node)),
            {"network": link.network, "exists": link.exists, "capacity": link.capacity} | row,
        )
        for link, row in zip(instance.network_links, columns["network_links"], strict=True)
    ]
    return features


def _settings(instance: Instance) -> Properties:
    """Settings for reading the file back; flows of networks stay behind with the demands."""
    tree = tree_of(instance.settings)
    kept = {name: tree[name] for name in SETTINGS if name in tree}
    for network in kept.get("networks", ()):
        network.pop("law", None)
    return kept


def _project_features(
    instance: Instance,
    plan: Plan | None,
    places: dict[str, Place],
    columns: dict[str, list[Properties]],
) -> list[Properties]:
    """Projects with their columns and further options, and with what the plan decided."""
    starts = {} if plan is None else {start.project: start for start in plan.starts}
    further: dict[str, list[Properties]] = {}
    for option in columns["options"]:
        further.setdefault(option["project"], []).append(
            {name: value for name, value in option.items() if name != "project"}
        )
    features = []
    for project, row in zip(instance.projects, columns["projects"], strict=True):
        start = starts.get(project.id)
        phase = None if start is None else instance.settings.horizon.phase_of(start.start)
        ends = (project.place,) if project.place else (project.from_place, project.to_place)
        properties: Properties = {
            "name_en": project.name_en,
            "name_zh": project.name_zh,
            "sector": project.sector,
            "subsector": project.subsector,
            "selected": None if plan is None else start is not None,
            "option": None if start is None else start.option,
            "start": None if start is None else start.start,
            "opening": None if start is None else start.opening,
            "phase": None if phase is None else phase.id,
        }
        properties |= row
        if project.id in further:
            properties["options"] = further[project.id]
        features.append(_feature("project", project.id, _geometry(places, *ends), properties))
    return features


def to_geojson(instance: Instance, plan: Plan | None) -> str:
    """Return `feature_collection` as text."""
    collection = feature_collection(instance, plan)
    return json.dumps(collection, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def feature_collection(instance: Instance, plan: Plan | None) -> Properties:
    """Projects, places, jurisdictions, nodes and links as features, and the settings.

    A project's properties tell its start, opening and the phase where it is built. A project whose
    place has no coordinates is a feature without geometry, so that none is lost.
    """
    places = {place.id: place for place in instance.places}
    columns = _columns(instance)
    features = _project_features(instance, plan, places, columns)
    for place, row in zip(instance.places, columns["places"], strict=True):
        told = {
            "name_en": place.name_en,
            "name_zh": place.name_zh,
            "place_kind": place.kind,
            "accuracy_km": place.accuracy_km,
        }
        features.append(_feature("place", place.id, _geometry(places, place.id), told | row))
    for jurisdiction, row in zip(instance.jurisdictions, columns["jurisdictions"], strict=True):
        outline, origin = _extent(instance, jurisdiction)
        told = {
            "name_en": jurisdiction.name_en,
            "name_zh": jurisdiction.name_zh,
            "extent": origin,
        }
        features.append(_feature("jurisdiction", jurisdiction.id, outline, told | row))
    features += _network_features(instance, places, columns)
    for feature in features:
        values = feature["properties"]
        values |= _style(instance, values["kind"], values)
    return {
        "type": "FeatureCollection",
        "infraplan": {"settings": _settings(instance)},
        "features": features,
    }
