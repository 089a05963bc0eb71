"""GeoPackage out and in: what GeoJSON carries it carries, of this product and of map programs."""

from __future__ import annotations

import sqlite3
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.errors import InstanceError
from infraplan.models.network import FlowLaw, NetworkSettings
from infraplan.models.place import Place
from infraplan.optimizer.interop.geojson import feature_collection
from infraplan.optimizer.interop.geojson_in import import_geojson
from infraplan.optimizer.interop.geopackage import to_geopackage
from infraplan.optimizer.interop.wkb import from_wkb, to_wkb
from tests.assertions import assert_bilingual
from tests.builders import (
    make_instance,
    make_jurisdictions,
    make_link,
    make_node,
    make_project,
)
from tests.interop.test_exports import INSTANCE, PLAN
from tests.interop.test_geojson_in import whole

STAMP = "2026-11-30T10:00:00"


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def changed(path: Path, *commands: str, rows: Any = ()) -> Path:
    """The file with some SQL run on it, as other programs leave it."""
    base = sqlite3.connect(path)
    for command in commands:
        base.execute(command, rows if "?" in command else ())
    base.commit()
    base.close()
    return path


def faults_of(path: Path) -> list[str]:
    with pytest.raises(InstanceError) as caught:
        import_geojson(path)
    for finding in caught.value.findings:
        assert_bilingual(finding.message, finding.message.zh)
    return [finding.rule for finding in caught.value.findings]


def test_a_geopackage_carries_what_geojson_carries(tmp_path: Path) -> None:
    """Every table of the round trip of GeoJSON: projects with options, places, nodes, links."""
    instance = whole()
    path = saved(tmp_path / "图 b.gpkg", to_geopackage(instance, None, STAMP))
    back = import_geojson(path).instance
    for table in ("projects", "places", "jurisdictions", "network_nodes", "network_links"):
        assert getattr(back, table) == getattr(instance, table), table
    assert back.settings.horizon == instance.settings.horizon


def test_ends_at_one_spot_make_no_line(tmp_path: Path) -> None:
    """A line of no length is invalid to map programs; a layer of lines holds lines alone."""
    instance = make_instance(
        [make_project("a", from_place="p", to_place="same"), make_project("b", place="p")],
        places=[Place(id=id, lon=lon, lat=31.0) for id, lon in (("p", 108.0), ("same", 108.0))]
        + [Place(id="q", lon=109.0, lat=31.0), Place(id="nowhere")],
        network_nodes=[
            make_node(id, "zone", "t", place=id) for id in ("p", "same", "q", "nowhere")
        ],
        network_links=[
            make_link(f"p-{end}", "p", end, "t", exists=True, capacity=4.0, time=7.5)
            for end in ("same", "q", "nowhere")
        ],
        settings={"networks": (NetworkSettings(id="t", law=FlowLaw.FLOW),)},
    )
    shapes = {f["id"]: f["geometry"] for f in feature_collection(instance, None)["features"]}
    assert shapes["a"] == {"type": "Point", "coordinates": [108.0, 31.0]}
    assert [shapes[f"link:p-{end}"] for end in ("same", "nowhere")] == [None, None]
    assert shapes["link:p-q"]["coordinates"] == [[108.0, 31.0], [109.0, 31.0]]
    path = saved(tmp_path / "p.gpkg", to_geopackage(instance, None, STAMP))
    base = sqlite3.connect(path)
    drawn = base.execute("SELECT id FROM links WHERE geom IS NOT NULL").fetchall()
    base.close()
    assert drawn == [("p-q",)]
    back = import_geojson(path).instance
    assert back.network_links == instance.network_links
    assert back.projects == instance.projects


def test_starts_of_a_plan_are_held(tmp_path: Path) -> None:
    assert PLAN is not None
    path = saved(tmp_path / "p.gpkg", to_geopackage(INSTANCE, PLAN, STAMP, "zh"))
    held = import_geojson(path, fix_starts=True).instance
    starts = {start.project: start.start for start in PLAN.starts}
    assert {p.id: p.earliest_start for p in held.projects if p.latest_start} == starts


def test_the_file_is_what_the_standard_asks(tmp_path: Path) -> None:
    """12-128r19: ids of the application, contents, geometry columns, head of each geometry."""
    path = saved(tmp_path / "p.gpkg", to_geopackage(INSTANCE, PLAN, STAMP, "zh"))
    base = sqlite3.connect(path)
    assert base.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    layers = base.execute(
        "SELECT table_name, identifier, min_x, min_y, max_x, max_y, last_change FROM gpkg_contents "
        "WHERE data_type = 'features'"
    ).fetchall()
    stamp = "2026-11-30T00:00:00.000Z"
    assert layers == [
        ("projects", "项目", 108.4, 31.1, 108.5, 31.2, stamp),
        ("places", "地点", 108.4, 31.1, 108.5, 31.2, stamp),
    ]
    shapes = dict(base.execute("SELECT id, geom FROM projects").fetchall())
    assert shapes["c"] is None  # a place without coordinates
    head = struct.unpack_from("<2sBBi4d", shapes["b"])
    assert head == (b"GP", 0, 3, 4326, 108.4, 108.5, 31.1, 31.2)
    types = {row[1]: row[2] for row in base.execute("PRAGMA table_info(projects)")}
    assert (types["selected"], types["start"], types["overnight_cost"]) == (
        "BOOLEAN",
        "INTEGER",
        "REAL",
    )
    base.close()


SHAPES = (
    {"type": "Point", "coordinates": [1.5, 2.0]},
    {"type": "LineString", "coordinates": [[0.0, 0.0], [1.0, 2.0]]},
    {"type": "Polygon", "coordinates": [[[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 0.0]]]},
)


@pytest.mark.parametrize("shape", SHAPES)
def test_geometries_come_back(shape: dict[str, Any]) -> None:
    data = to_wkb(shape)
    assert from_wkb(data) == shape
    with pytest.raises(ValueError, match="damaged"):
        from_wkb(data[:-1])
    with pytest.raises(ValueError, match="damaged"):
        from_wkb(data + b"\0")


def test_geometries_of_others() -> None:
    """High byte first, several parts, a third coordinate and a measure, by either convention."""
    point = struct.pack(">BI3d", 0, 1001, 3, 4, 9)
    assert from_wkb(point) == {"type": "Point", "coordinates": [3.0, 4.0]}
    assert from_wkb(struct.pack("<BI4d", 1, 3001, 3, 4, 9, 9))["coordinates"] == [3.0, 4.0]
    assert from_wkb(struct.pack("<BII3d", 1, 0xA0000001, 4326, 3, 4, 9))["coordinates"] == [3, 4]
    many = struct.pack("<BII", 1, 4, 2) + point[:0] + 2 * struct.pack("<BI2d", 1, 1, 5, 6)
    assert from_wkb(many) == {"type": "MultiPoint", "coordinates": [[5, 6], [5, 6]]}
    bag = struct.pack("<BII", 1, 7, 2) + to_wkb(SHAPES[0]) + to_wkb(SHAPES[2])
    assert from_wkb(bag)["geometries"] == [SHAPES[0], SHAPES[2]]
    for curve in (struct.pack("<BII", 1, 8, 0), struct.pack("<BII", 1, 4001, 0)):
        with pytest.raises(ValueError, match="kind"):
            from_wkb(curve)
    with pytest.raises(ValueError, match="damaged"):
        from_wkb(struct.pack("<BII", 1, 2, 0xFFFFFFFF))


def test_a_layer_of_others_is_projects_unless_it_says_otherwise(tmp_path: Path) -> None:
    """Layers by names of their own, ids by number, CGCS2000, headings in Chinese."""
    path = saved(tmp_path / "p.gpkg", to_geopackage(INSTANCE, None, STAMP))
    blob = b"GP\0\x01" + struct.pack("<i", 4490) + to_wkb(SHAPES[2])
    empty = b"GP\0\x11" + struct.pack("<i", 4490) + to_wkb(SHAPES[0])
    changed(
        path,
        "DROP TABLE projects",
        "DROP TABLE places",
        "DELETE FROM gpkg_contents",
        "DELETE FROM gpkg_geometry_columns",
        "DROP TABLE infraplan_settings",
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('CGCS2000', 4490, 'EPSG', 4490, 'x', NULL)",
        'CREATE TABLE "拟建 项目" (n INTEGER PRIMARY KEY, 图形 POLYGON, 项目名称 TEXT, '
        "sector TEXT, 投资 REAL, 照片 BLOB, 备注 TEXT)",
        "INSERT INTO gpkg_contents VALUES ('拟建 项目', 'features', 'x', '', '', 0, 0, 0, 0, 4490)",
        "INSERT INTO gpkg_geometry_columns VALUES ('拟建 项目', '图形', 'POLYGON', 4490, 0, 0)",
        "INSERT INTO \"拟建 项目\" VALUES (7, ?, '公园', 'water', 3.5, x'00', '[x]')",
        rows=(blob,),
    )
    changed(path, 'INSERT INTO "拟建 项目" VALUES (8, ?, \'桥\', \'transport\', 2, NULL, NULL)',
            rows=(empty,))  # fmt: skip
    made = import_geojson(path).instance
    park, bridge = made.projects
    assert (park.id, park.name_zh, park.options[0].overnight_cost) == ("7", "公园", 3.5)
    assert (park.note, bridge.place) == ("[x]", None)
    (place,) = made.places
    assert (place.lon, place.lat) == pytest.approx((4 / 3, 2 / 3))


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "p.gpkg", to_geopackage(INSTANCE, None, STAMP))
    data = path.read_bytes()
    assert "bad-geopackage" in faults_of(saved(tmp_path / "cut.gpkg", data[:5000]))
    assert "bad-geopackage" in faults_of(saved(tmp_path / "x.gpkg", data[:16] + b"?" * 5000))
    changed(path, "UPDATE projects SET geom = x'4750000001' WHERE id = 'a'")
    assert faults_of(path) == ["bad-geometry"]
    changed(
        path,
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('UTM', 32649, 'EPSG', 32649, 'x', NULL)",
        "UPDATE gpkg_geometry_columns SET srs_id = 32649",
    )
    assert faults_of(path)[:2] == ["unknown-crs", "unknown-crs"]
    changed(path, "DELETE FROM gpkg_contents")
    assert faults_of(path) == ["bad-geopackage"]


def test_properties_are_those_of_geojson_without_style(tmp_path: Path) -> None:
    path = saved(tmp_path / "p.gpkg", to_geopackage(INSTANCE, PLAN, STAMP))
    base = sqlite3.connect(path)
    columns = {row[1] for row in base.execute("PRAGMA table_info(projects)")}
    base.close()
    features = feature_collection(INSTANCE, PLAN)["features"]
    named = {n for f in features if f["properties"]["kind"] == "project" for n in f["properties"]}
    assert columns - {"fid", "geom", "id"} == {
        n for n in named - {"kind"} if not n.startswith(("marker-", "stroke", "fill"))
    }


def test_outlines_run_anticlockwise_as_the_standard_asks(tmp_path: Path) -> None:
    """RFC 7946, 3.1.6: whatever way an outline was given, its ring is wound one way."""
    square = (0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0)
    backwards = tuple(part for at in (3, 2, 1, 0) for part in square[2 * at : 2 * at + 2])
    for extent in (square, backwards):
        instance = make_instance([make_project("a", 1, 1, jurisdiction="j")],
                                 jurisdictions=make_jurisdictions("j", extent=extent))  # fmt: skip
        (shape,) = [f for f in feature_collection(instance, None)["features"]
                    if f["properties"]["kind"] == "jurisdiction"]  # fmt: skip
        (ring,) = shape["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) == 8.0
