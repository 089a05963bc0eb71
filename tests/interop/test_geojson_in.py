"""GeoJSON into an instance: places from geometry, faults told at once, and its own round trip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.errors import InstanceError, Severity
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import Jurisdiction
from infraplan.models.network import FlowLaw, NetworkSettings
from infraplan.models.place import Place
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.interop.geojson import to_geojson
from infraplan.optimizer.interop.geojson_geometry import spots_of
from infraplan.optimizer.interop.geojson_in import import_geojson
from infraplan.optimizer.storage import read_instance
from tests.architecture.sources import ROOT
from tests.assertions import assert_bilingual
from tests.builders import make_instance, make_link, make_node, make_option, make_project


def feature(id: str | int | None, geometry: Any = None, **properties: Any) -> dict[str, Any]:
    """A feature; of a project it has cost and sector unless told otherwise."""
    fixed = {"sector": "transport", "cost": 5} if "kind" not in properties else {}
    made: dict[str, Any] = {
        "type": "Feature",
        "geometry": geometry,
        "properties": fixed | properties,
    }
    return made if id is None else made | {"id": id}


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(p) for p in points]}


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}


def written(path: Path, *features: Any, **members: Any) -> Path:
    data = {"type": "FeatureCollection", "features": list(features)} | members
    file = path / "规划.geojson"
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return file


def faults_of(path: Path, **options: Any) -> set[tuple[int | None, str | None, str]]:
    """Feature, property and rule of every error of an import that must fail."""
    with pytest.raises(InstanceError) as caught:
        import_geojson(path, **options)
    assert caught.value.exit_code == 3
    errors = [f for f in caught.value.findings if f.severity is Severity.ERROR]
    told = [f for f in errors if f.row is not None and f.rule != "bad-json"]
    assert all(f"feature {f.row}: " in f.message for f in told)
    for finding in errors:
        assert_bilingual(finding.message, finding.message.zh)
    return {(f.row, f.column, f.rule) for f in errors}


@pytest.mark.parametrize(
    ("geometry", "spots"),
    [
        (None, ()),
        (point(108.4, 31.2), ((108.4, 31.2),)),
        (line((0, 0), (5, 5), (1, 0)), ((0, 0), (1, 0))),
        # A closed line of length 8: its middle is the far corner.
        (line((0, 0), (2, 0), (2, 2), (0, 2), (0, 0)), ((2, 2),)),
        (SQUARE, ((1, 1),)),
        # Areas 4 at (1, 1) and 2 at (10.5, 1), the second wound the other way:
        # (4 x 1 + 2 x 10.5) / 6.
        (
            {
                "type": "MultiPolygon",
                "coordinates": [
                    SQUARE["coordinates"],
                    [[[10, 0], [10, 2], [11, 2], [11, 0], [10, 0]]],
                ],
            },
            ((25.0 / 6.0, 1.0),),
        ),
        ({"type": "MultiPoint", "coordinates": [[0, 0], [4, 2]]}, ((2, 1),)),
        ({"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]},
         ((0, 0), (3, 3))),
        ({"type": "GeometryCollection", "geometries": [point(9, 9), SQUARE]}, ((1, 1),)),
        ({"type": "Polygon", "coordinates": [[[1, 1], [3, 1], [5, 1], [1, 1]]]}, ((3, 1),)),
        ({"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2]]]}, ((1, 1),)),
    ],
)  # fmt: skip
def test_what_stands_for_a_geometry(geometry: Any, spots: tuple[tuple[float, float], ...]) -> None:
    found = spots_of(geometry)
    assert [x for spot in found for x in spot] == pytest.approx([x for s in spots for x in s])


def test_projects_of_a_foreign_file(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        feature("bridge", point(108.4, 31.2), name="长江大桥", cost="3亿", stage="在建"),
        feature(
            7, line((108.4, 31.2), (108.6, 31.0)), name="Road", benefits={"users": 2, "x y": 1}
        ),
        feature("park", SQUARE, sector="water", colour="red", owner=None, note="first"),
        feature("same", point(108.4, 31.2), cost=None, 项目名称="同处", 投资=9),
    )
    made = import_geojson(path, first_year=2030)
    instance = made.instance
    assert instance.settings.id == "规划"
    assert list(instance.settings.horizon.years) == list(range(2030, 2040))
    bridge, road, park, same = instance.projects
    assert (bridge.name_zh, bridge.name_en, bridge.place) == ("长江大桥", "", "bridge")
    assert bridge.options[0].overnight_cost == 3e8
    assert bridge.stage is Stage.UNDER_CONSTRUCTION
    assert (road.id, road.from_place, road.to_place) == ("7", "bridge", "7:to")
    assert road.options[0].benefits == {"users": 2.0, "x y": 1.0}
    assert park.note == "first; colour=red"
    assert (same.name_zh, same.place, same.options[0].overnight_cost) == ("同处", "bridge", 9.0)
    spots = {place.id: (place.lon, place.lat) for place in instance.places}
    assert spots == {"bridge": (108.4, 31.2), "7:to": (108.6, 31.0), "park": (1.0, 1.0)}
    assert [(f.rule, f.column) for f in made.findings] == [("unknown-property", "colour")]


def test_a_default_plan_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, feature("a"))
    made = import_geojson(path)
    assert [f.rule for f in made.findings] == ["assumed-years"]
    assert list(made.instance.settings.horizon.years) == list(range(2026, 2036))
    late = import_geojson(path, last_year=2030).instance.settings.horizon
    assert (late.first_year, late.last_year) == (2021, 2030)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        feature("a", point(208.4, 31.2), cost="x12", lead_time="soon"),
        feature(None, {"type": "Circle"}),
        feature("c", line((1, 2)), sector=None),
        feature("d", {"type": "Point", "coordinates": ["a", 1]}, options=[3]),
        feature("e", stage=[1], cost=-1),
        feature("f", cost=1, overnight_cost=2),
        feature("g h"),
        crs={"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}},
    )
    assert faults_of(path) == {
        (None, "crs", "unknown-crs"),
        (1, "cost", "bad-number"),
        (1, "lead_time", "bad-number"),
        (1, "geometry", "out-of-range"),
        (2, "id", "missing-cell"),
        (2, "geometry", "bad-geometry"),
        (3, "sector", "missing-cell"),
        (3, "geometry", "bad-geometry"),
        (4, "geometry", "bad-geometry"),
        (4, "options", "wrong-type"),
        (5, "stage", "wrong-type"),
        (5, "cost", "out-of-range"),
        (6, "cost", "duplicate-column"),
        (7, "id", "bad-id"),
    }


def test_ids_that_nothing_defines_and_ids_that_stand_twice(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        feature("a", place="nowhere"),
        feature("a"),
        feature("link:l", kind="link", network="r", from_node="n", to_node="m"),
    )
    assert faults_of(path) == {
        (1, "place", "unknown-id"),
        (2, "id", "duplicate-id"),
        (3, "from_node", "unknown-id"),
        (3, "to_node", "unknown-id"),
    }


@pytest.mark.parametrize(
    "text",
    ["", "[1,", "[]", "{}", '{"type": "FeatureCollection"}', '{"type":"FeatureCollection",'
     '"features":[]}', "[" * 9999],
)  # fmt: skip
def test_what_is_no_geojson(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(text, encoding="utf-8")
    assert faults_of(path)
    assert faults_of(tmp_path / "nowhere.geojson") == {(None, None, "missing-file")}


def test_features_of_the_wrong_form(tmp_path: Path) -> None:
    bad = [17, None, {"type": "Point"}, {"type": "Feature", "id": "x", "properties": [1]}]
    found = faults_of(written(tmp_path, *bad), first_year=2030, last_year=2020)
    assert {row for row, _, _ in found} == {None, 1, 2, 3, 4}


@pytest.mark.parametrize(
    "junk", [None, "", "abc", -5, 1e300, 10**400, True, [], {}, [1, [2]], "\x00", "=1"]
)
def test_no_value_ends_in_a_traceback(tmp_path: Path, junk: Any) -> None:
    for name in ("id", "kind", "sector", "cost", "place", "from_place", "options", "selected",
                 "start", "benefits", "ready_years", "name", "mandatory", "lifetime"):  # fmt: skip
        good = feature("a", point(1, 2), selected=True, start=2027, options=[{"option": "b"}])
        good["properties"][name] = junk
        for geometry in (
            point(1, 2),
            point(junk, 2),
            junk,
            {"type": "Polygon", "coordinates": junk},
        ):
            path = written(tmp_path, good | {"geometry": geometry}, infraplan={"settings": junk})
            for fix_starts in (False, True):
                try:
                    made = import_geojson(path, fix_starts=fix_starts)
                except InstanceError:
                    continue
                assert made.instance.settings.horizon.years


@pytest.mark.parametrize("junk", [3, [], {"a": 1}, {"properties": [1]}, "\x00"])
def test_no_member_ends_in_a_traceback(tmp_path: Path, junk: Any) -> None:
    bare = feature("a", point(1, 2)) | {"id": junk}
    region = feature("j", SQUARE, kind="jurisdiction", extent=junk)
    node = feature("n", kind="node", network=junk, network_kind="transport")
    members = {"crs": junk, "infraplan": {"settings": {"networks": [{"id": junk}]}}}
    try:
        made = import_geojson(written(tmp_path, bare, region, node, **members))
    except InstanceError as error:
        assert error.exit_code == 3  # noqa: PT017
    else:
        assert made.instance.projects


def whole() -> Instance:
    """What a file carries, with every oddity of its text."""
    return make_instance(
        [
            make_project("a", 10, 10, name_en="'=A", name_zh="甲", place="p", note='x; y="z"'),
            make_project(
                "b",
                from_place="p",
                to_place="q",
                place="r",
                mandatory=Mandate.COMMITTED,
                options=[
                    make_option("small", 3, 1, ramp_up=(0.5, 0.8), outputs={"km": 2.0}),
                    make_option("big", 9, 4, spending_profile=()),
                ],
            ),
            make_project("c", jurisdiction="j", ready_years={"land": 2022}),
        ],
        places=[
            Place(id="p", lon=108.4, lat=31.2, jurisdiction="j", kind="town"),
            Place(id="q", lon=108.5, lat=31.1),
            Place(id="r", name_zh="某地"),
        ],
        jurisdictions=[
            Jurisdiction(id="j", extent=(0.0, 0.0, 1.0, 0.0, 1.0, 1.0)),
            Jurisdiction(id="k", parent="j", population=9.0),
        ],
        network_nodes=[make_node("m", "zone", "t", place="p"), make_node("n", network="t")],
        network_links=[make_link("l", "m", "n", "t", exists=False, capacity=4.0, time=7.5)],
        settings={
            "title": {"en": "Test", "zh": "试"},
            "money_factor": 1e8,
            "networks": (NetworkSettings(id="t", law=FlowLaw.FLOW, no_through=("m",)),),
        },
    )


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    instance = whole()
    path = tmp_path / "out.geojson"
    path.write_text(to_geojson(instance, None), encoding="utf-8")
    made = import_geojson(path)
    assert made.findings == ()
    for table in ("projects", "places", "jurisdictions", "network_nodes", "network_links"):
        assert getattr(made.instance, table) == getattr(instance, table), table
    assert made.instance == instance


@pytest.mark.parametrize("name", ["kaizhou", "wan-da-kai", "tongliang", "qijiang-wansheng"])
def test_real_projects_are_read_back(tmp_path: Path, name: str) -> None:
    instance = read_instance(ROOT / "instances" / name)
    path = tmp_path / "out.geojson"
    path.write_text(to_geojson(instance, None), encoding="utf-8")
    found = import_geojson(path).instance
    assert found.projects == instance.projects
    assert found.places == instance.places
    assert found.network_links == instance.network_links
    assert found.settings.horizon == instance.settings.horizon
    assert found.settings.appraisal == instance.settings.appraisal


def test_starts_are_told_or_held(tmp_path: Path) -> None:
    instance = whole()
    starts = (
        ProjectStart(project="a", option="base", start=2022, finish=2022, opening=2023),
        ProjectStart(project="b", option="big", start=2021, finish=2021, opening=2022),
    )
    path = tmp_path / "out.geojson"
    text = to_geojson(instance, Plan(instance="test", starts=starts, objective=0.0))
    path.write_text(text, encoding="utf-8")
    told = import_geojson(path)
    assert told.instance == instance
    assert [f.rule for f in told.findings] == ["plan-not-read"]
    held = import_geojson(path, fix_starts=True)
    assert held.findings == ()
    a, b, c = held.instance.projects
    assert (a.mandatory, a.earliest_start, a.latest_start) == (Mandate.MUST, 2022, 2022)
    assert b.mandatory is Mandate.COMMITTED
    assert b.options == (instance.projects[1].options[1],)
    assert c.mandatory is Mandate.MUST_NOT


def test_settings_of_networks_that_were_taken_out_are_passed_over(tmp_path: Path) -> None:
    data = json.loads(to_geojson(whole(), None))
    data["features"] = [f for f in data["features"] if f["properties"]["kind"] == "project"]
    for row in data["features"]:
        for name in ("place", "from_place", "to_place", "jurisdiction"):
            row["properties"].pop(name, None)
    made = import_geojson(written(tmp_path, *data["features"], infraplan=data["infraplan"]))
    assert made.instance.settings.networks == ()
    assert {place.id for place in made.instance.places} == {"a"}
