"""The features of the map as a GeoPackage (OGC 12-128r19, 1.4): a SQLite file with a layer a kind.

Layers are called by their tables (`projects`, `places`, `jurisdictions`, `nodes`, `links`); columns
are the properties of the GeoJSON form without its style. Settings stand in a table of attributes.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from infraplan.models.catalogue import entries
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.interop.geojson import ID_STARTS, STYLE_WORDS, TABLE_OF, feature_collection
from infraplan.optimizer.interop.wkb import positions_of, to_wkb

LAYERS = {
    "project": ("projects", "GEOMETRY"),
    "place": ("places", "POINT"),
    "jurisdiction": ("jurisdictions", "POLYGON"),
    "node": ("nodes", "POINT"),
    "link": ("links", "LINESTRING"),
}
"""Name of the layer and kind of its geometries, by kind of feature."""
SETTINGS_TABLE = "infraplan_settings"
GEOMETRY, NUMBER = "geom", "fid"
WGS_84 = 4326
APPLICATION, VERSION = 0x47504B47, 10400
"""`GPKG` and the version of the standard, by which programs know the file."""
_WGS_84_TEXT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE,
  max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents(table_name), column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys(srs_id),
  z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
"""
Box = tuple[float, float, float, float]
"""Least and greatest longitude, least and greatest latitude."""


def to_geopackage(instance: Instance, plan: Plan | None, changed: str, lang: str = "en") -> bytes:
    """Return projects, places, jurisdictions, nodes and links as the bytes of a GeoPackage.

    Parameters
    ----------
    instance, plan
        What is shown; without a plan no project is selected or left out.
    changed
        When the run was made, `2026-01-31T12:00:00...`; another text stands for the year 1970.
    lang
        Language of the layers' titles.
    """
    collection = feature_collection(instance, plan)
    base = sqlite3.connect(":memory:")
    try:
        base.executescript(_TABLES)
        base.execute(f"PRAGMA application_id = {APPLICATION}")
        base.execute(f"PRAGMA user_version = {VERSION}")
        base.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("Undefined Cartesian", -1, "NONE", -1, "undefined", None),
                ("Undefined geographic", 0, "NONE", 0, "undefined", None),
                ("WGS 84", WGS_84, "EPSG", WGS_84, _WGS_84_TEXT, None),
            ],
        )
        stamp = (
            f"{changed[:10]}T00:00:00.000Z" if changed[4:5] == "-" else "1970-01-01T00:00:00.000Z"
        )
        for kind, (layer, shape) in LAYERS.items():
            features = [f for f in collection["features"] if f["properties"]["kind"] == kind]
            if features:
                title = _title(kind, lang)
                _write_layer(base, kind, layer, shape, features, (title, stamp))
        _write_settings(base, collection["infraplan"]["settings"], stamp)
        base.commit()
        return base.serialize()
    finally:
        base.close()


def _title(kind: str, lang: str) -> str:
    table = TABLE_OF[kind]
    return entries("table")[table].chinese if lang == "zh" else LAYERS[kind][0]


def _write_layer(
    base: sqlite3.Connection,
    kind: str,
    layer: str,
    shape: str,
    features: Sequence[Mapping[str, Any]],
    told: tuple[str, str],
) -> None:
    """Write the features of one kind; `told` are title and time of the layer."""
    rows = [_row(kind, feature) for feature in features]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    kinds = {name: _type([row.get(name) for row in rows]) for name in columns}
    defined = ", ".join(f"{_quoted(name)} {kinds[name]}" for name in columns)
    base.execute(
        f"CREATE TABLE {layer} ({NUMBER} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        f"{GEOMETRY} {shape}, {defined})"
    )
    boxes = [box for feature in features if (box := _box(feature["geometry"])) is not None]
    whole = _around(boxes)
    title, stamp = told
    base.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, ?)",
        (layer, title, stamp, *whole, WGS_84),
    )
    base.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)",
        (layer, GEOMETRY, shape, WGS_84),
    )
    marks = ", ".join("?" * (len(columns) + 1))
    names = ", ".join(map(_quoted, (GEOMETRY, *columns)))
    base.executemany(
        f"INSERT INTO {layer} ({names}) VALUES ({marks})",
        [
            (_blob(feature["geometry"]), *(_cell(row.get(name)) for name in columns))
            for feature, row in zip(features, rows, strict=True)
        ],
    )


def _row(kind: str, feature: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a feature: its id, and its properties without kind and style."""
    id = str(feature["id"]).removeprefix(ID_STARTS[kind])
    skipped = {"kind", *STYLE_WORDS}
    return {"id": id} | {n: v for n, v in feature["properties"].items() if n not in skipped}


def _type(values: Sequence[Any]) -> str:
    """The narrowest type of column that holds all values."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "BOOLEAN"
    if kinds == {int}:
        return "INTEGER"
    return "REAL" if kinds and kinds <= {int, float} else "TEXT"


def _cell(value: Any) -> Any:
    """A value as SQLite keeps it; lists and groups as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _blob(geometry: dict[str, Any] | None) -> bytes | None:
    """A geometry with the head of a GeoPackage: `GP`, version 0, its envelope; None of null."""
    box = _box(geometry)
    if geometry is None or box is None:
        return None
    lowest_first_with_box = 0b11
    return struct.pack("<2sBBi4d", b"GP", 0, lowest_first_with_box, WGS_84, *box) + to_wkb(geometry)


def _box(geometry: dict[str, Any] | None) -> Box | None:
    if geometry is None:
        return None
    points = list(positions_of(geometry))
    lon, lat = [x for x, _ in points], [y for _, y in points]
    return min(lon), max(lon), min(lat), max(lat)


def _around(boxes: Sequence[Box]) -> tuple[float | None, float | None, float | None, float | None]:
    """Least longitude and latitude, greatest longitude and latitude of all; None of none."""
    if not boxes:
        return None, None, None, None
    low = (min(box[0] for box in boxes), min(box[2] for box in boxes))
    return (*low, max(box[1] for box in boxes), max(box[3] for box in boxes))


def _write_settings(base: sqlite3.Connection, settings: Mapping[str, Any], stamp: str) -> None:
    base.execute(f"CREATE TABLE {SETTINGS_TABLE} ({NUMBER} INTEGER PRIMARY KEY, settings TEXT)")
    text = json.dumps(settings, ensure_ascii=False, allow_nan=False)
    base.execute(f"INSERT INTO {SETTINGS_TABLE} (settings) VALUES (?)", (text,))
    base.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'attributes', ?, '', ?, NULL, NULL, NULL, NULL, 0)",
        (SETTINGS_TABLE, SETTINGS_TABLE, stamp),
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
