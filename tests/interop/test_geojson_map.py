"""Maps of others: tags to columns of projects, and on to an estimate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.errors import InstanceError
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.estimating.fill import fill_gaps
from infraplan.optimizer.estimating.library import is_known
from infraplan.optimizer.interop.faults import Imported
from infraplan.optimizer.interop.geojson_in import import_geojson
from infraplan.optimizer.interop.geojson_map import OSM_MAP, length_km
from tests.assertions import assert_bilingual

LINE = {"type": "LineString", "coordinates": [[108.0, 31.0], [108.0, 32.0]]}
POINT = {"type": "Point", "coordinates": [108.0, 31.0]}
TAGS: list[tuple[dict[str, str], Any]] = [
    ({"highway": "construction", "construction": "primary", "start_date": "2027-05"}, LINE),
    ({"highway": "proposed", "bridge": "yes", "name": "大桥"}, LINE),
    ({"proposed:power": "substation"}, POINT),
    ({"man_made": "water_works"}, POINT),
    ({"shop": "bakery"}, POINT),
]


def made(folder: Path, tag_map: Path) -> Imported:
    features = [
        {"type": "Feature", "id": f"way/{n}", "properties": tags, "geometry": geometry}
        for n, (tags, geometry) in enumerate(TAGS)
    ]
    path = folder / "map.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    imported = import_geojson(path, tag_map=tag_map)
    for finding in imported.findings:
        assert_bilingual(finding.message, finding.message.zh)
    return imported


def test_tags_of_openstreetmap_are_projects_that_can_be_estimated(tmp_path: Path) -> None:
    imported = made(tmp_path, Path("osm"))
    road, bridge, substation, works = imported.instance.projects
    assert [p.subsector for p in imported.instance.projects] == [
        "trunk_road",
        "city_bridge",
        "grid_substation",
        "water_works",
    ]
    assert (road.stage, road.mandatory) == (Stage.UNDER_CONSTRUCTION, Mandate.MUST)
    assert road.earliest_start == 2027
    assert (bridge.stage, bridge.name_zh) == (Stage.STUDY, "大桥")
    assert substation.stage is Stage.STUDY
    # One degree of a great circle of 6371 km: 111.195 km.
    assert (road.quantity, road.unit) == (111.195, "km")
    assert works.quantity is None
    told = {finding.rule: str(finding.message) for finding in imported.findings}
    assert told["unmapped-feature"].startswith("1 feature(s) fit no rule")
    filled, _ = fill_gaps(imported.instance)
    assert all(p.options[0].overnight_cost > 0.0 for p in filled.projects)


def test_every_subsector_of_the_rules_can_be_estimated() -> None:
    named = {rule.columns["subsector"] for rule in OSM_MAP.rules} - {""}
    assert {name for name in named if not is_known(name)} == set()


def test_rules_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(
        "rules:\n  - where: {shop: [bakery, butcher]}\n"
        "    set: {sector: trade, overnight_cost: 3}\nnames: {shop: note}\n"
    )
    (shop,) = made(tmp_path, path).instance.projects
    assert (shop.sector, shop.options[0].overnight_cost, shop.note) == ("trade", 3.0, "bakery")


@pytest.mark.parametrize("text", ["3", "rules: 3", "rules: [{where: 1, set: {}}]", "rule: []"])
def test_a_map_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "map.yaml").write_text(text)
    with pytest.raises(InstanceError, match="a map of tags is"):
        made(tmp_path, tmp_path / "map.yaml")


def test_the_length_of_what_is_no_line_is_0() -> None:
    several = {"type": "MultiLineString", "coordinates": [LINE["coordinates"]] * 2}
    assert length_km(several) == pytest.approx(2 * length_km(LINE))
    assert length_km(POINT) == length_km(None) == 0.0
    assert length_km({"type": "LineString", "coordinates": [["a", 1.0]]}) == 0.0
