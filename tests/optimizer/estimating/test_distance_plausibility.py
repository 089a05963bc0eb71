"""Doubts about lengths, times and ways far around."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.place import Place
from infraplan.optimizer.estimating.distance_plausibility import distance_doubts
from tests.assertions import assert_bilingual
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
)

# One degree of latitude is 111.2 km.
PLACES = [Place(id="A", lon=106.0, lat=29.0), Place(id="B", lon=106.0, lat=30.0), Place(id="C")]


def roads(links: list[dict[str, Any]], **demand: Any) -> Instance:
    nodes = [
        make_node(name, network="t", place=place)
        for name, place in (("a", "A"), ("b", "B"), ("c", "C"))
    ]
    made = [
        make_link(f"l{n}", link.pop("tail", "a"), link.pop("head", "b"), "t", **link)
        for n, link in enumerate(links)
    ]
    opened = [make_change("p", link.id, "open") for link in made if not link.exists]
    return make_instance(
        [make_project("p", benefit=1.0)],
        places=PLACES,
        network_nodes=nodes,
        network_links=made,
        demands=[make_demand("d", "a", 1.0, "t", to_node="b", **demand)] if demand else [],
        project_network=opened,
    )


def doubts(instance: Instance) -> list[tuple[str, int | None, str | None]]:
    found = list(distance_doubts(instance))
    for item in found:
        assert_bilingual(item.message, item.message.zh)
        assert_bilingual(item.advice, item.advice.zh)
    return [(item.rule, item.index, item.field) for item in found]


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"length": 120.0, "time": 90.0}, None),
        ({"length": 95.0, "time": 90.0}, "link-too-short"),  # below 100.1 = 0.9 x 111.2
        ({"length": 11.1, "time": 90.0}, "link-too-short"),
        ({"length": 460.0, "time": 400.0}, "link-too-long"),
        ({"length": 120.0, "time": 1.5}, "link-speed"),  # hours for minutes: 4,800 km/h
        ({"length": 120.0, "time": 5400.0}, "link-speed"),  # seconds: 1.3 km/h
        ({"time": 10.0}, "link-speed"),  # 111 km in ten minutes
        ({"length": 2.0, "head": "c"}, None),  # nobody knows where c is
    ],
)
def test_length_and_time_against_the_places(values: dict[str, Any], rule: str | None) -> None:
    assert [found[0] for found in doubts(roads([values]))] == ([rule] if rule else [])


def test_a_place_that_may_be_off_is_given_leeway() -> None:
    instance = roads([{"length": 95.0, "time": 90.0}])
    places = tuple(place.model_copy(update={"accuracy_km": 10.0}) for place in instance.places)
    assert doubts(instance.model_copy(update={"places": places})) == []


AROUND = [
    {"tail": "a", "head": "c", "length": 300.0, "time": 250.0},
    {"tail": "c", "head": "b", "length": 300.0, "time": 250.0},
]


def copies(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(link) for link in (*AROUND, *more)]


def test_a_way_far_around_the_straight_line() -> None:
    # 600 km for a straight line of 111 km: a road that stands is missing.
    assert doubts(roads(copies(), value_of_time=1.0)) == [("detour", 0, "to_node")]
    direct = {"length": 130.0, "time": 110.0}
    assert doubts(roads(copies(direct), value_of_time=1.0)) == []


def test_a_way_far_around_what_a_candidate_shows() -> None:
    unmeasured = [{**link, "length": 0.0} for link in AROUND]
    short = {"time": 60.0, "exists": False}
    assert doubts(roads([*unmeasured, short], value_of_time=1.0)) == [("detour", 0, "to_node")]
    # A slow road that leads there is what the candidate is for.
    unmeasured = [{**link, "length": 0.0} for link in AROUND]
    slow = {"time": 400.0}
    assert doubts(roads([*unmeasured, slow, dict(short)], value_of_time=1.0)) == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"quantity": 120.0, "unit": "km"}, None),
        ({"quantity": 30.0, "unit": "km"}, ("project-too-short", "quantity")),
        ({"quantity": 30.0, "unit": " 公里"}, ("project-too-short", "quantity")),
        ({"quantity": 1200.0, "unit": "Km"}, ("project-too-long", "quantity")),
        ({"quantity": 30.0, "unit": "bridges"}, None),
        ({"quantity": 1.0, "unit": ""}, None),
        ({"outputs": {"road_km": 1200.0}}, ("project-too-long", "outputs")),
        ({"outputs": {"新建公路公里": 1200.0}}, ("project-too-long", "outputs")),
        ({"outputs": {"road_km": 0.12}}, ("project-too-short", "outputs")),
        # The part in the plan's own region; four lanes; an area; people.
        ({"outputs": {"road_km": 12.0}}, None),
        ({"outputs": {"lane_km": 600.0}}, None),
        ({"outputs": {"area_km2": 1200.0, "建成区平方公里": 1200.0}}, None),
        ({"outputs": {"residents": 9e5}}, None),
        # One slip in two columns is one doubt.
        (
            {"quantity": 1200.0, "unit": "km", "outputs": {"road_km": 1200.0}},
            ("project-too-long", "quantity"),
        ),
    ],
)
def test_lengths_of_projects_against_the_straight_line(
    values: dict[str, Any], told: tuple[str, str] | None
) -> None:
    road = make_project("r", benefit=1.0, from_place="A", to_place="B", **values)
    found = doubts(make_instance([make_project("p", benefit=1.0), road], places=PLACES))
    assert found == ([] if told is None else [(told[0], 1, told[1])])


def test_length_of_a_project_whose_places_are_rough_or_unknown() -> None:
    short = {"quantity": 30.0, "unit": "km", "benefit": 1.0}
    rough = [PLACES[0].model_copy(update={"accuracy_km": 90.0}), *PLACES[1:]]
    for places, ends in (
        (rough, ("A", "B")),
        (PLACES, ("A", "C")),
        (PLACES, ("A", "A")),
        (PLACES, ("A", None)),
    ):
        road = make_project("r", from_place=ends[0], to_place=ends[1], **short)
        assert doubts(make_instance([road], places=places)) == []


def test_words_of_a_length_that_cannot_be() -> None:
    road = make_project("r", from_place="A", to_place="B", quantity=30.0, unit="km")
    (told,) = distance_doubts(make_instance([road], places=PLACES))
    assert told.message == (
        "length of project r in quantity is 30 km; the straight line from A to B is 111.2 km"
    )
