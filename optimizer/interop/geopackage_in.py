"""A GeoPackage as the features of a GeoJSON file, which `geojson_in` makes an instance of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.optimizer.interop.geopackage import LAYERS, SETTINGS_TABLE
from infraplan.optimizer.interop.wkb import from_wkb
from infraplan.optimizer.storage.csv_text import read_bytes
from infraplan.optimizer.storage.faults import Faults

SIGN = b"SQLite format 3\0"
"""First bytes of every GeoPackage."""
LONGITUDE_LATITUDE = {("EPSG", 4326), ("EPSG", 4490), ("OGC", 84), ("NONE", 0)}
"""Systems in degrees that are read as they are: WGS 84, CGCS2000 (within a metre of it), none."""
_BOX_BYTES = (0, 32, 48, 48, 64)
"""Bytes of the envelope before a geometry, by its code."""
_KINDS = {layer: kind for kind, (layer, _) in LAYERS.items()}


def is_geopackage(path: Path) -> bool:
    """Whether the file at `path` is a SQLite file, as every GeoPackage is."""
    try:
        with path.open("rb") as file:
            return file.read(len(SIGN)) == SIGN
    except OSError:
        return False


def read_geopackage(path: Path, faults: Faults) -> Any:
    """Return a FeatureCollection of all layers of the file, in the order of its contents.

    A layer that is called as `export --to gpkg` calls it says what its features are; of another
    one the column `kind` does. A feature without a column `id` is called by its number, and by its
    layer where there are several. None, with a finding, where it cannot be read.
    """
    if read_bytes(path, faults) is None:
        return None
    try:
        base = _opened(path)
        try:
            return _collection(base, path.name, faults)
        finally:
            base.close()
    except (sqlite3.Error, OverflowError):
        text = phrase("geopackage-cannot-be-read")
        faults.report("bad-geopackage", text, phrase("geopackage-save-again"), file=path.name)
        return None


def _opened(path: Path) -> sqlite3.Connection:
    """The file for reading; one whose journal lies beside it too, wherever it may not be written.

    Raises
    ------
    sqlite3.Error
        It is no database, or is damaged.
    """
    address = path.absolute().as_uri()
    for way in ("mode=ro", "immutable=1"):
        base = sqlite3.connect(f"{address}?{way}", uri=True)
        try:
            base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            base.close()
            continue
        return base
    return sqlite3.connect(f"{address}?immutable=1", uri=True)


def _collection(base: sqlite3.Connection, file: str, faults: Faults) -> Any:
    layers = base.execute(
        "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id "
        "FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name "
        "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id "
        "WHERE c.data_type = 'features' ORDER BY c.rowid"
    ).fetchall()
    if not layers:
        text = phrase("geopackage-has-no-layer")
        faults.report("bad-geopackage", text, phrase("geopackage-save-again"), file=file)
        return None
    features: list[dict[str, Any]] = []
    for layer, geometry, organization, number in layers:
        if (str(organization).upper(), number) not in LONGITUDE_LATITUDE:
            name = f"{organization}:{number}"
            text = phrase("geopackage-coordinates-are-in", layer=layer, name=name)
            advice = phrase("save-the-file-in-epsg-4326")
            faults.report("unknown-crs", text, advice, file=file, column=layer)
            continue
        features += _features(base, layer, geometry, alone=len(layers) == 1)
    found: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    settings = _settings(base)
    return found if settings is None else found | {"infraplan": {"settings": settings}}


def _features(
    base: sqlite3.Connection, layer: str, geometry: str, *, alone: bool
) -> list[dict[str, Any]]:
    quoted = '"' + layer.replace('"', '""') + '"'
    rows = base.execute(f"PRAGMA table_info({quoted})").fetchall()
    types = {str(row[1]): str(row[2]).upper() for row in rows}
    key = next((str(row[1]) for row in rows if row[5]), "")
    table = base.execute(f"SELECT * FROM {quoted}")
    names = [column[0] for column in table.description]
    found = []
    for row in table:
        values = dict(zip(names, row, strict=True))
        number = values.pop(key, None)
        shape = values.pop(geometry, None)
        properties = {name: _value(value, types[name]) for name, value in values.items()}
        properties = {name: value for name, value in properties.items() if value is not None}
        kind = _KINDS.get(layer)
        if kind is not None:
            properties = {"kind": kind} | properties
        feature = {"type": "Feature", "geometry": _geometry(shape), "properties": properties}
        if "id" not in properties:
            feature["id"] = f"{number}" if alone else f"{layer}-{number}"
        found.append(feature)
    return found


def _value(value: Any, type: str) -> Any:
    """A cell as JSON has it; None of what is blank or no text (a picture)."""
    if isinstance(value, bytes):
        return None
    if type == "BOOLEAN" and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value[:1] in "[{" and value:
        return _group(value)
    return value


def _group(text: str) -> Any:
    """The list of groups that a text of JSON holds (further options); else the text itself."""
    try:
        data = json.loads(text)
    except ValueError:
        return text
    is_groups = isinstance(data, list) and all(isinstance(item, Mapping) for item in data)
    return data if is_groups else text


def _geometry(blob: Any) -> dict[str, Any] | None:
    """A geometry in the form of GeoJSON; of what cannot be read, one of no kind, which is told."""
    if blob is None:
        return None
    try:
        if not isinstance(blob, bytes) or blob[:2] != b"GP":
            raise ValueError("no head")
        flags = blob[3]
        if flags & 0b10000:  # empty
            return None
        begin = 8 + _BOX_BYTES[flags >> 1 & 0b111]
        return from_wkb(blob[begin:])
    except (ValueError, IndexError) as error:
        return {"type": str(error)}


def _settings(base: sqlite3.Connection) -> Any:
    """Settings that `export --to gpkg` wrote; None where there are none."""
    known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if base.execute(known, (SETTINGS_TABLE,)).fetchone() is None:
        return None
    row: Sequence[Any] | None = base.execute(f"SELECT settings FROM {SETTINGS_TABLE}").fetchone()
    try:
        return None if row is None else json.loads(str(row[0]))
    except ValueError:
        return str(row[0]) if row else None
