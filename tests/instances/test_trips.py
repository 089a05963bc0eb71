"""What networks leave of a work's own benefit, and what an hour is worth over the years."""

from __future__ import annotations

import pytest

from infraplan.models.network import Demand, LoadBlock, NetworkLink, NetworkSettings
from infraplan.models.project import Option
from tests.builders import make_change, make_demand, make_link, make_option, make_project
from tools.networks import check_years, states_the_rest, without_what_networks_compute
from tools.trips import PER_TRIP, OwnTrips, value_over_years

ROAD = "expressway_4lane_mountain"


def a_link(id: str, tail: str, head: str, time: float, **values: float | bool) -> NetworkLink:
    return make_link(id, tail, head, "t", time=time, **values)


def a_trip(origin: str, target: str, amount: float) -> Demand:
    return make_demand(
        f"{origin}{target}", origin, amount, "t", to_node=target, value_of_time=1.0, growth=0.0
    )


def a_road(aadt: float, name: str = "base") -> Option:
    return make_option(name, benefit=2.0, deliveries={"aadt": aadt})


OLD = [a_link("old", "a", "b", 60.0), a_link("on", "b", "c", 30.0)]
NEW = a_link("new", "a", "b", 40.0, exists=False)
TRIPS = [a_trip("a", "b", 2.0), a_trip("a", "c", 1.0), a_trip("b", "c", 7.0)]


def test_what_the_network_counts_of_its_own_trips_is_taken_off_and_no_more() -> None:
    # a-b and a-c take the new road, 3,000 people; minutes alone are counted.
    trips = OwnTrips([*OLD, NEW], TRIPS, [make_change("p", "new")])
    assert trips.share_kept("p", a_road(9000.0), ROAD) == pytest.approx(
        1.0 - 3000.0 * PER_TRIP[ROAD].time / 9000.0
    )
    # Of fewer vehicles than the network's trips nothing is left, and never less.
    assert trips.share_kept("p", a_road(100.0), ROAD) == 0.0


def test_where_links_cost_a_trip_is_computed_whole() -> None:
    priced = [link.model_copy(update={"cost": 0.5}) for link in [*OLD, NEW]]
    trips = OwnTrips(priced, TRIPS, [make_change("p", "new")])
    assert trips.share_kept("p", a_road(9000.0), "road_class1") == pytest.approx(
        1.0 - 3000.0 / 2.4 / 9000.0
    )


def test_a_line_takes_no_more_trips_than_it_carries() -> None:
    narrow = NEW.model_copy(update={"capacity": 0.5})
    trips = OwnTrips([*OLD, narrow], TRIPS, [make_change("p", "new")])
    assert trips.share_kept("p", a_road(9000.0), ROAD) == pytest.approx(
        1.0 - 500.0 * PER_TRIP[ROAD].time / 9000.0
    )


def test_a_railway_counts_its_trips_by_the_year() -> None:
    trips = OwnTrips([*OLD, NEW], TRIPS, [make_change("p", "new")])
    rail = make_option(benefit=2.0, deliveries={"pax_km_line": 2e6})
    time = PER_TRIP["hsr_350_mountain"].time
    assert trips.share_kept("p", rail, "hsr_350_mountain") == pytest.approx(
        1.0 - 365.0 * 3000.0 * time / 2e6
    )


def test_a_trip_that_is_as_quick_without_the_line_is_none_of_its_trips() -> None:
    # The network computes no gain of it; which of two such ways is looked at first must not matter.
    rail = a_link("rail", "a", "b", NEW.time, exists=False)
    changes = [make_change("p", "new"), make_change("q", "rail")]
    for links in ([*OLD, NEW, rail], [rail, NEW, *OLD]):
        beside = OwnTrips(links, TRIPS, changes, {"q"})
        assert beside.share_kept("p", a_road(9000.0), ROAD) is None


def test_the_better_of_two_times_on_a_link_counts() -> None:
    # In whatever order the two works that are built anyway are named.
    slow = make_change("q", "old", "set_time", 50.0)
    fast = make_change("r", "old", "set_time", 30.0)
    for changes in ([slow, fast], [fast, slow]):
        for due in (["q", "r"], ["r", "q"]):
            trips = OwnTrips([*OLD, NEW], TRIPS, [make_change("p", "new"), *changes], due)
            assert trips.share_kept("p", a_road(9000.0), ROAD) is None


def test_what_crashes_cost_is_in_no_network() -> None:
    # 1 CNY of the 1.2 of a vehicle-km: where the network computes a trip whole, a sixth stays.
    priced = [link.model_copy(update={"cost": 0.5}) for link in [*OLD, NEW]]
    trips = OwnTrips(priced, TRIPS, [make_change("p", "new")])
    kept = trips.share_kept("p", a_road(3000.0 / 2.4), "expressway_4lane_mountain")
    assert kept == pytest.approx(0.2 / 1.2)


def test_what_is_built_anyway_may_take_the_trips() -> None:
    # A railway that must be built takes a-b in 20 minutes: the road has no trip of the network.
    rail = a_link("rail", "a", "b", 20.0, exists=False)
    changes = [make_change("p", "new"), make_change("q", "rail")]
    alone = OwnTrips([*OLD, NEW, rail], TRIPS, changes)
    beside = OwnTrips([*OLD, NEW, rail], TRIPS, changes, {"q"})
    assert alone.share_kept("p", a_road(9000.0), ROAD) is not None
    assert beside.share_kept("p", a_road(9000.0), ROAD) is None
    # A better time on an old link counts as well, by the option that makes it.
    better = OwnTrips(OLD, TRIPS, [make_change("p", "old", "set_time", 10.0, option="slow")])
    assert better.share_kept("p", a_road(9000.0), ROAD) is None
    assert better.share_kept("p", a_road(9000.0, "slow"), ROAD) is not None


def test_other_types_and_other_networks_have_no_share_of_their_own() -> None:
    trips = OwnTrips([*OLD, NEW], TRIPS, [make_change("p", "new"), make_change("w", "well")])
    assert trips.share_kept("p", a_road(9000.0), "waterworks") is None
    assert trips.share_kept("w", a_road(9000.0), ROAD) is None


def test_the_flat_share_the_share_of_trips_and_a_stated_rest() -> None:
    changes = (make_change("flat", "x"), make_change("rest", "x"), make_change("trips", "x"))
    flat = make_project("flat", options=[make_option(benefits={"water_supply": 10.0})])
    rest = make_project("rest", options=[make_option(benefits={"water_supply": 10.0})])
    trips = make_project("trips", options=[make_option(benefits={"travel_time": 10.0})])
    kept = without_what_networks_compute(
        [flat, rest, trips],
        changes,
        share=lambda project, _option: {"trips": 0.8, "rest": 1.0}.get(project),
    )
    found = [sum(project.options[0].benefits.values()) for project in kept]
    assert found == pytest.approx([4.0, 10.0, 8.0])
    assert [project.note.rpartition("; ")[2] for project in kept] == [
        "of base 40% (assumed)",
        "of base 100% (all that the network does not hold)",
        "of base 80% (all that the network does not hold)",
    ]


@pytest.mark.parametrize(
    ("kind", "stream", "stated", "is_rest"),
    [
        # Town water is the network's, fields and people below the dam are the rest.
        ("reservoir_large", "water_supply", {"m3_town": 0.0, "m3_farm": 1e6}, True),
        ("reservoir_large", "water_supply", {"m3_town": 2e6, "m3_farm": 1e6}, False),
        # A quantity that is left out is the usual one of the type.
        ("reservoir_large", "water_supply", {"m3_farm": 1e6}, False),
        # Of two that the network has or saves, 0 of one says nothing of the other.
        ("water_main_urban", "water_supply", {"m3_new": 0.0, "m3_leak": 2e6, "hh": 1e4}, False),
        ("water_main_urban", "water_supply", {"m3_new": 0.0, "m3_leak": 0.0, "hh": 1e4}, True),
        # No network knows fields or homes: none of their benefit is computed.
        ("canal_trunk", "water_supply", {"mu": 60000.0}, True),
        ("rural_water_scheme", "water_supply", {"hh_new": 4000.0, "hh_up": 25000.0}, True),
        # Of lines trips decide, whatever the quantities.
        ("suburban_rail", "travel_time", {"trips_day": 0.0}, False),
    ],
)
def test_what_a_network_serves_is_told_by_the_quantities_of_the_formula(
    kind: str, stream: str, stated: dict[str, float], *, is_rest: bool
) -> None:
    option = make_option(benefits={stream: 1.0}, deliveries=stated)
    assert states_the_rest(option, kind) is is_rest


def test_the_value_of_time_is_its_mean_over_discounted_trips() -> None:
    # Three years, no discounting, no more trips: (1 + 1.1 + 1.21) / 3.
    assert value_over_years(0.1, 0.0, 2021, 2021, 2023, 0.0) == pytest.approx(3.31 / 3.0)
    # Trips double until 2022 and stay: weights 1, 2, 2.
    assert value_over_years(0.1, 0.0, 2021, 2022, 2023, 1.0) == pytest.approx(
        (1.0 + 2.0 * 1.1 + 2.0 * 1.21) / 5.0
    )
    assert value_over_years(0.0, 0.06, 2021, 2035, 2055, 0.03) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("unit", "weights", "fault"),
    [
        ("1,000 trips/day", (365.0,), ""),
        ("1,000 trips/day", (), "weigh 1, a year 365"),
        ("10,000 m3/day", (292.0, 73.0), ""),
        ("MW", (600.0, 4900.0, 3240.0, 20.0), ""),
        ("MW", (600.0, 4900.0), "weigh 5500, a year 8760"),
        ("GWh/year", (), ""),
        ("trips", (), "needs a unit that ends in one of"),
    ],
)
def test_the_blocks_of_a_network_are_a_year_of_its_unit(
    unit: str, weights: tuple[float, ...], fault: str
) -> None:
    blocks = tuple(LoadBlock(id=f"b{n}", weight=weight) for n, weight in enumerate(weights))
    settings = NetworkSettings(id="t", unit=unit, **({"blocks": blocks} if blocks else {}))
    if not fault:
        check_years([settings], ["t"])
        return
    with pytest.raises(ValueError, match=fault):
        check_years([settings], ["t"])


def test_a_network_that_the_document_does_not_name_is_refused() -> None:
    with pytest.raises(ValueError, match="network t needs a unit"):
        check_years([], ["t"])
