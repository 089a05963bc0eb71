"""Networks of two to six nodes, solved by hand.

Everything is one year of lead time from the start in 2021, so service begins in 2022. With the
appraisal ending in 2022 and no discounting, `W(2022)` is 1: the year itself.

Rules: `travel_time`, `congestion`, `flow_balance`, `link_capacity`, `node_capacity`, `supplier`.
"""

from __future__ import annotations

import pytest

from infraplan.models.network import LoadBlock
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.program import build_formulation
from tests.builders import (
    make_change,
    make_demand,
    make_link,
    make_node,
    make_option,
    make_project,
    make_settings,
    make_target,
)
from tests.optimizer.engine import best
from tests.optimizer.networks.mini import YEARS, W, blocks, network, service

# ------------------------------------------------------------------------------------ water

RESERVOIR = make_node("reservoir", "source", capacity=10.0, exists=False)
WORKS = make_node("works", "works", capacity=10.0, exists=False)
TOWN = make_node("town", "zone")
MAINS = [make_link("raw", "reservoir", "works"), make_link("main", "works", "town")]
WATER = [make_demand("taps", "town", 8.0, unserved_price=3.0)]
BOTH = [make_change("works", "works"), make_change("dam", "reservoir")]


def test_works_with_its_reservoir_serves_the_town() -> None:
    projects = [make_project("works", 5.0), make_project("dam", 7.0)]
    found = best(network(projects, [RESERVOIR, WORKS, TOWN], MAINS, WATER, BOTH))
    # 8 unserved at 3 are 24 a year; both together cost 12.
    assert found.objective == pytest.approx(24.0 * W - 12.0)
    assert service(found.plan, "taps", "served") == pytest.approx(8.0)


@pytest.mark.parametrize("missing", ["works", "dam"])
def test_one_without_the_other_is_worth_nothing(missing: str) -> None:
    projects = [
        make_project(name, 5.0, mandatory="must_not" if name == missing else "must")
        for name in ("works", "dam")
    ]
    found = best(network(projects, [RESERVOIR, WORKS, TOWN], MAINS, WATER, BOTH))
    assert found.objective == pytest.approx(-5.0)
    assert service(found.plan, "taps", "unserved") == pytest.approx(8.0)


def test_less_loss_is_more_water() -> None:
    # 8 are given, a quarter is lost: 6 arrive. Without loss 8: 2 x 3 a year for 4.
    found = best(
        network(
            [make_project("leaks", 4.0)],
            [make_node("well", "source", capacity=8.0), TOWN],
            [make_link("main", "well", "town", loss=0.25)],
            WATER,
            [make_change("leaks", "main", "set_loss", 0.0)],
        )
    )
    assert found.objective == pytest.approx(6.0 * W - 4.0)
    assert service(found.plan, "main", "flow") == pytest.approx(8.0)


def test_dry_year_counts_by_its_probability_and_a_priced_source_costs() -> None:
    # In the dry block (weight 0.2) the well gives half: 4 of 8 are missing at 3. Pumping costs 0.5
    # a unit in both blocks. A second well of capacity 4 at cost 1 a unit would serve the dry block:
    # it saves 0.2 x 4 x (3 - 1) = 1.6 a year.
    dry = blocks("w", LoadBlock(id="normal", weight=0.8), LoadBlock(id="dry", weight=0.2, dry=True))
    instance = network(
        [make_project("second", 1.0)],
        [
            make_node("well", "source", capacity=8.0, dry_share=0.5, cost=0.5),
            make_node("deep", "source", capacity=4.0, cost=1.0, exists=False),
            TOWN,
        ],
        [make_link("a", "well", "town"), make_link("b", "deep", "town")],
        WATER,
        [make_change("second", "deep")],
        settings=make_settings(YEARS, networks=[dry]),
    )
    found = best(instance)
    assert found.objective == pytest.approx(1.6 * W - 1.0)
    before = 0.8 * 8 * 0.5 + 0.2 * (4 * 0.5 + 4 * 3.0)
    assert service(found.plan, "w", "baseline_cost", "") == pytest.approx(before)


def test_higher_prices_are_served_first() -> None:
    # 5 of 9 can be served: homes (price 3) before fields (price 1).
    found = best(
        network(
            [],
            [make_node("well", "source", capacity=5.0), TOWN],
            [make_link("main", "well", "town")],
            [
                make_demand("homes", "town", 4.0, unserved_price=3.0, priority=1),
                make_demand("fields", "town", 5.0, unserved_price=1.0, priority=2),
            ],
        )
    )
    assert service(found.plan, "homes", "served") == pytest.approx(4.0)
    assert service(found.plan, "fields", "served") == pytest.approx(1.0)


def test_the_river_keeps_its_flow_before_towns_and_fields() -> None:
    # Yield 10, in the dry block 5. The river below the dam must keep 3; the town (price 3) takes 2
    # of what is left in the dry block, the fields (price 1) nothing; in a normal year 4 and 3.
    dry = blocks("w", LoadBlock(id="normal", weight=0.5), LoadBlock(id="dry", weight=0.5, dry=True))
    instance = network(
        [],
        [
            make_node("dam", "source", capacity=10.0, dry_share=0.5),
            make_node("river", "zone"),
            make_node("canal", "zone"),
            TOWN,
        ],
        [
            make_link("release", "dam", "river"),
            make_link("main", "dam", "town"),
            make_link("ditch", "dam", "canal"),
        ],
        [
            make_demand("flow", "river", 3.0, must_serve=True),
            make_demand("homes", "town", 4.0, unserved_price=3.0, priority=1),
            make_demand("fields", "canal", 6.0, unserved_price=1.0, priority=2),
        ],
        settings={"networks": (dry,)},
    )
    plan = best(instance).plan
    for name, normal, drought in (("flow", 3.0, 3.0), ("homes", 4.0, 2.0), ("fields", 3.0, 0.0)):
        assert service(plan, name, "served", "normal") == pytest.approx(normal)
        assert service(plan, name, "served", "dry") == pytest.approx(drought)


def test_works_during_construction_take_capacity() -> None:
    # The works project has two years of works, 2021 and 2022, in which half of the main is closed.
    option = make_option(cost=1.0, benefit=100.0, lead_time=2, spending_profile=(0.5, 0.5))
    found = best(
        network(
            [make_project("road", options=[option], mandatory="must")],
            [make_node("well", "source", capacity=8.0), TOWN],
            [make_link("main", "well", "town", capacity=8.0)],
            WATER,
            [make_change("road", "main", "close_during_works", 0.5)],
        )
    )
    assert service(found.plan, "taps", "served") == pytest.approx(4.0)
    # Opening is in 2023, after the appraisal's end: only the cost and what is not served count.
    assert found.objective == pytest.approx(-1.0 - 4.0 * 3.0 * 2.0)


def test_served_targets_bind() -> None:
    # Worth 1 in service, costs 50: built only for the target.
    instance = network(
        [make_project("pipe", 50.0)],
        [make_node("well", "source", capacity=8.0), TOWN],
        [make_link("main", "well", "town", exists=False)],
        [make_demand("taps", "town", 1.0, unserved_price=1.0)],
        [make_change("pipe", "main")],
        targets=[make_target("tap", "served:taps", 1.0, 2022, hard=True)],
    )
    found = best(instance)
    assert found.starts == {"pipe": 2021}
    assert found.plan.targets[0].achieved == pytest.approx(1.0)
    assert found.objective == pytest.approx(1.0 * W - 50.0)


# ---------------------------------------------------------------------------------- transport

ENDS = [make_node("a", network="t"), make_node("b", network="t")]


def trips(amount: float = 10.0, **values):
    fixed = {"to_node": "b", "value_of_time": 1.0, "unserved_price": 1000.0}
    return [make_demand("trip", "a", amount, "t", **(fixed | values))]


def test_second_parallel_road_gives_the_difference_only() -> None:
    roads = [
        make_link("old", "a", "b", "t", time=60.0),
        make_link("good", "a", "b", "t", time=40.0, exists=False),
        make_link("better", "a", "b", "t", time=30.0, exists=False),
    ]
    changes = [make_change("one", "good"), make_change("two", "better")]
    both = [make_project(name, 5.0, mandatory="must") for name in ("one", "two")]
    found = best(network(both, ENDS, roads, trips(), changes))
    # 10 trips save 30 minutes each; the other road adds nothing.
    assert found.objective == pytest.approx(10 * 30 * W - 10.0)
    free = [make_project(name, 5.0) for name in ("one", "two")]
    assert best(network(free, ENDS, roads, trips(), changes)).starts == {"two": 2021}


def test_travel_time_target_forces_the_faster_road() -> None:
    instance = network(
        [make_project("up", 500.0)],
        ENDS,
        [make_link("old", "a", "b", "t", time=60.0)],
        trips(),
        [make_change("up", "old", "set_time", 25.0)],
        targets=[make_target("half_hour", "travel_time:trip", 30.0, 2022, sense="<=", hard=True)],
    )
    found = best(instance)
    assert found.objective == pytest.approx(10 * 35 * W - 500.0)
    assert service(found.plan, "trip", "travel_time", "") == pytest.approx(25.0)
    assert service(found.plan, "trip", "travel_time_before", "") == pytest.approx(60.0)
    assert found.plan.targets[0].achieved == pytest.approx(25.0)


def test_soft_travel_time_is_missed_by_its_price() -> None:
    # Meeting it costs 500, missing it 30 minutes x 2 a minute.
    instance = network(
        [make_project("up", 500.0)],
        ENDS,
        [make_link("old", "a", "b", "t", time=60.0)],
        trips(0.0),
        [make_change("up", "old", "set_time", 25.0)],
        targets=[
            make_target(
                "half_hour", "travel_time:trip", 30.0, 2022, sense="<=", shortfall_price=2.0
            )
        ],
    )
    found = best(instance)
    assert found.objective == pytest.approx(-60.0)
    assert found.plan.targets[0].shortfall == pytest.approx(30.0)


def test_no_way_takes_a_day() -> None:
    instance = network(
        [],
        ENDS,
        [make_link("back", "b", "a", "t", time=5.0)],
        trips(),
        targets=[make_target("reach", "travel_time:trip", 60.0, 2022, sense="<=")],
    )
    found = best(instance)
    assert found.plan.targets[0].achieved == pytest.approx(1440.0)


def test_generated_trips_are_worth_half() -> None:
    # 60 to 30 minutes at elasticity 1: demand rises by half. Rule of half:
    # 100 x 30 + 1/2 x 50 x 30 = 3750 a year.
    found = best(
        network(
            [make_project("up", 500.0)],
            ENDS,
            [make_link("old", "a", "b", "t", time=60.0)],
            trips(100.0, elasticity=1.0),
            [make_change("up", "old", "set_time", 30.0)],
        )
    )
    assert found.objective == pytest.approx(3750.0 * W - 500.0)
    assert service(found.plan, "trip", "generated") == pytest.approx(50.0)


def test_congestion_spreads_over_two_roads_and_a_wider_road_is_faster() -> None:
    # 20 trips on capacity 10: 60 x (1 + 0.15 x 2^4) = 204 minutes each, with 20 of capacity
    # 60 x 1.15 = 69.
    found = best(
        network(
            [make_project("wide", 5.0)],
            ENDS,
            [make_link("old", "a", "b", "t", time=60.0, capacity=10.0, bpr_alpha=0.15)],
            trips(20.0),
            [make_change("wide", "old", "add_capacity", 10.0)],
        )
    )
    assert found.objective == pytest.approx(20 * (204.0 - 69.0) * W - 5.0, rel=1e-6)
    assert service(found.plan, "old", "loading") == pytest.approx(1.0)


def test_a_road_that_slows_down_carries_nothing_before_it_has_any_capacity() -> None:
    # 10 trips take 600 minutes each on the detour, and 60 x 1.15 = 69 on the road once it has 10.
    found = best(
        network(
            [make_project("first", 5.0)],
            ENDS,
            [
                make_link("old", "a", "b", "t", time=60.0, capacity=0.0, bpr_alpha=0.15),
                make_link("detour", "a", "b", "t", time=600.0),
            ],
            trips(10.0),
            [make_change("first", "old", "add_capacity", 10.0)],
        )
    )
    assert found.objective == pytest.approx(10 * (600.0 - 69.0) * W - 5.0, rel=1e-6)
    assert service(found.plan, "old", "flow") == pytest.approx(10.0)
    assert service(found.plan, "t", "baseline_cost", "") == pytest.approx(10 * 600.0)


def test_a_road_far_beyond_its_capacity_leaves_trips_at_home() -> None:
    # A trip is worth 1000: 60 x (1 + 5 x 0.15 r^4) = 1000 at r^4 = 940 / 45, so 0.001 x r go.
    found = best(
        network(
            [make_project("wide", 5.0)],
            ENDS,
            [make_link("old", "a", "b", "t", time=60.0, capacity=0.001, bpr_alpha=0.15)],
            trips(20.0),
            [make_change("wide", "old", "add_capacity", 10.0)],
        )
    )
    gone = 0.001 * (940.0 / 45.0) ** 0.25
    cost = 20 * 1000.0 - gone * (940.0 - 9.0 * 940.0 / 45.0)
    assert service(found.plan, "t", "baseline_cost", "") == pytest.approx(cost, rel=1e-9)


@pytest.mark.parametrize("built", ["must", "must_not"])
def test_a_road_that_would_slow_down_is_there_only_once_it_is_built(built: str) -> None:
    # Old: 60 minutes. New, of capacity 10: 10 x (1 + 0.15) for 10 trips.
    found = best(
        network(
            [make_project("new", 5.0, mandatory=built)],
            ENDS,
            [
                make_link("old", "a", "b", "t", time=60.0),
                make_link(
                    "new", "a", "b", "t", time=10.0, capacity=10.0, bpr_alpha=0.15, exists=False
                ),
            ],
            trips(10.0),
            [make_change("new", "new")],
        )
    )
    saved = 10 * (60.0 - 11.5) * W - 5.0
    assert found.objective == pytest.approx(saved if built == "must" else 0.0, rel=1e-6)
    assert service(found.plan, "new", "flow") == pytest.approx(10.0 if built == "must" else 0.0)


def test_full_road_leaves_trips_at_home() -> None:
    found = best(
        network(
            [],
            ENDS,
            [make_link("old", "a", "b", "t", time=60.0, capacity=4.0, both_ways=True)],
            trips(),
        )
    )
    assert service(found.plan, "trip", "unserved") == pytest.approx(6.0)


# ------------------------------------------------------------------------------ across networks


def test_pump_in_a_blacked_out_node_stops() -> None:
    nodes = [
        make_node("g", "plant", "p", capacity=1.0),
        make_node("bus", "zone", "p"),
        make_node("well", "source", capacity=10.0),
        make_node("pump", capacity=10.0, supplier="bus"),
        TOWN,
    ]
    links = [
        make_link("line", "g", "bus", "p", capacity=1.0, exists=False),
        make_link("a", "well", "pump"),
        make_link("b", "pump", "town"),
    ]
    demands = [*WATER, make_demand("motor", "bus", 1.0, "p", unserved_price=0.0)]
    dark = best(network([], nodes, links, demands))
    assert service(dark.plan, "taps", "served") == pytest.approx(0.0)
    line = [make_change("line", "line")]
    found = best(network([make_project("line", 5.0)], nodes, links, demands, line))
    assert found.objective == pytest.approx(24.0 * W - 5.0)


def test_half_the_power_moves_half_the_water() -> None:
    nodes = [
        make_node("g", "plant", "p", capacity=0.5),
        make_node("bus", "zone", "p"),
        make_node("well", "source", capacity=10.0),
        make_node("pump", capacity=10.0, supplier="bus"),
        TOWN,
    ]
    links = [
        make_link("line", "g", "bus", "p"),
        make_link("a", "well", "pump"),
        make_link("b", "pump", "town"),
    ]
    demands = [*WATER, make_demand("motor", "bus", 1.0, "p", unserved_price=0.0)]
    found = best(network([], nodes, links, demands))
    assert service(found.plan, "taps", "served") == pytest.approx(5.0)
    assert service(found.plan, "motor", "served") == pytest.approx(0.5)


@pytest.mark.parametrize("years", [(), (2022, 2024), (2024,)])
def test_service_counts_in_every_year_whatever_a_search_begins_with(years) -> None:
    # No discounting, appraisal to 2025. The project opens in 2024 at the earliest (ready in 2023):
    # it serves in 2024 and, as the plan's last year goes on, in 2025.
    settings = make_settings((2021, 2024), end_year=2025, representative_years=years)
    found = best(
        network(
            [make_project("pipe", 5.0, earliest_start=2023)],
            [make_node("well", "source", capacity=8.0), TOWN],
            [make_link("main", "well", "town", exists=False)],
            WATER,
            [make_change("pipe", "main")],
            settings=settings,
        )
    )
    assert found.objective == pytest.approx(24.0 * 2.0 - 5.0)


def test_demand_that_cannot_be_served_is_named() -> None:
    """8 must be served, the well gives 5: short by 3, and no project helps."""
    from infraplan.optimizer.analysis.conflicts import conflict_lines

    instance = network(
        [],
        [make_node("well", "source", capacity=5.0), TOWN],
        [make_link("main", "well", "town")],
        [make_demand("taps", "town", 8.0, must_serve=True)],
    )
    found = find_conflict(build_formulation(instance))
    assert conflict_lines(found.rules, "en") == [
        "demand taps of network w must be served: short by about 3 (2022)",
        "flow is conserved at every node of network w: short by about 3 (2022)",
        "capacity of well of network w: short by about 3 (2022)",
    ]
    assert "必须满足" in conflict_lines(found.rules, "zh")[0]
