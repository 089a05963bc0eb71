"""GeoJSON and MSPDI: every project once, coordinates in order, dates as planned."""

from __future__ import annotations

import json
from xml.etree import ElementTree as Xml

from infraplan.models.jurisdiction import Jurisdiction
from infraplan.models.network import NetworkLink, NetworkNode
from infraplan.models.place import Place
from infraplan.optimizer.interop.geojson import convex_hull, to_geojson
from infraplan.optimizer.interop.mspdi import NAMESPACE, to_mspdi
from tests.builders import make_instance, make_project, make_relation
from tests.optimizer.engine import best

INSTANCE = make_instance(
    [
        make_project("a", 10, 10, name_en="A & B", name_zh="甲", place="p"),
        make_project("b", 10, 8, from_place="p", to_place="q"),
        make_project("c", 10, 1, place="r"),
    ],
    relations=[make_relation("finish_to_start", ["a"], ["b"])],
    places=[
        Place(id="p", lon=108.4, lat=31.2),
        Place(id="q", lon=108.5, lat=31.1),
        Place(id="r", name_en="somewhere"),
    ],
)
PLAN = best(INSTANCE).plan


def test_geojson_holds_every_project_and_place() -> None:
    data = json.loads(to_geojson(INSTANCE, PLAN))
    features = {feature["id"]: feature for feature in data["features"]}
    assert set(features) == {"a", "b", "c", "place:p", "place:q", "place:r"}
    assert features["a"]["geometry"] == {"type": "Point", "coordinates": [108.4, 31.2]}
    assert features["b"]["geometry"]["type"] == "LineString"
    assert features["c"]["geometry"] is None
    assert features["a"]["properties"]["start"] == 2021
    assert features["a"]["properties"]["phase"] == "plan"
    assert features["c"]["properties"]["selected"] is False
    empty = json.loads(to_geojson(INSTANCE, None))
    assert not any(f["properties"].get("selected") for f in empty["features"])


def test_mspdi_holds_the_schedule_and_its_order() -> None:
    assert PLAN is not None
    space = {"m": NAMESPACE}
    root = Xml.fromstring(to_mspdi(INSTANCE, PLAN, "en"))
    tasks = root.findall("m:Tasks/m:Task", space)
    names = {task.findtext("m:Name", "", space): task for task in tasks}
    assert len(tasks) == 1 + len(PLAN.starts)
    works = names["A & B"]
    assert works.findtext("m:Start", "", space) == "2021-01-01T08:00:00"
    assert works.findtext("m:Finish", "", space) == "2021-12-31T17:00:00"
    links = root.findall(".//m:PredecessorLink", space)
    assert [link.findtext("m:Type", "", space) for link in links] == ["1"]
    assert "甲" in to_mspdi(INSTANCE, PLAN, "zh")


def test_outlines_are_given_or_drawn_round_the_places() -> None:
    corners = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (1.0, 1.0), (1.0, 0.0)]
    assert convex_hull(corners) == [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert convex_hull(corners[:2]) == []
    places = [Place(id=f"c{n}", lon=lon, lat=lat) for n, (lon, lat) in enumerate(corners)]
    instance = make_instance(
        [make_project(f"p{n}", place=f"c{n}", jurisdiction="j") for n in range(6)],
        places=places,
        jurisdictions=[
            Jurisdiction(id="j"),
            Jurisdiction(id="k", extent=(5.0, 5.0, 6.0, 5.0, 6.0, 6.0)),
            Jurisdiction(id="nowhere"),
        ],
        network_nodes=[
            NetworkNode(id="n0", network="roads", kind="transport", place="c0"),
            NetworkNode(id="n1", network="roads", kind="transport", place="c1"),
        ],
        network_links=[NetworkLink(id="l", network="roads", from_node="n0", to_node="n1")],
    )
    data = json.loads(to_geojson(instance, None))
    found = {feature["id"]: feature for feature in data["features"]}
    drawn = found["jurisdiction:j"]
    assert drawn["properties"]["extent"] == "hull of places"
    assert len(drawn["geometry"]["coordinates"][0]) == 5
    assert found["jurisdiction:k"]["properties"]["extent"] == "given"
    assert found["jurisdiction:k"]["geometry"]["coordinates"][0][0] == [5.0, 5.0]
    assert found["jurisdiction:nowhere"]["geometry"] is None
    assert found["link:l"]["geometry"] == {
        "type": "LineString",
        "coordinates": [[0.0, 0.0], [2.0, 0.0]],
    }
