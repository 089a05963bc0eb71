"""Networks of two to six nodes, solved by hand.

Everything is one year of lead time from the start in 2021, so service begins in 2022. With the
appraisal ending in 2022 and no discounting, `W(2022)` is 1: the year itself.
"""

from __future__ import annotations

import math

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_project,
    make_settings,
    make_target,
)
from tests.optimizer.engine import best

YEARS = (2021, 2022)
FLOWS = ("flow", "flow_back")
W = 1.0


def network(projects, nodes, links, demands, changes=(), **tables) -> Instance:
    tables.setdefault("years", YEARS)
    return make_instance(
        projects,
        network_nodes=nodes,
        network_links=links,
        demands=demands,
        project_network=changes,
        **tables,
    )


def blocks(name: str, *rows: LoadBlock, **values) -> NetworkSettings:
    return NetworkSettings(id=name, blocks=rows, **values)


def service(plan: Plan, element: str, measure: str, block: str = "all", year: int = 2022) -> float:
    rows = [
        row.value
        for row in plan.service
        if (row.element, row.measure, row.block, row.year) == (element, measure, block, year)
    ]
    return math.fsum(rows)


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


# -------------------------------------------------------------------------------- power and gas


def triangle(*candidates, **limit):
    nodes = [
        make_node("g", "plant", "p", capacity=10.0, cost=1.0),
        make_node("m", network="p"),
        make_node("z", "zone", "p"),
    ]
    links = [
        make_link("gm", "g", "m", "p", reactance=1.0, capacity=1.0),
        make_link("mz", "m", "z", "p", reactance=1.0, capacity=1.0),
        make_link("gz", "g", "z", "p", reactance=1.0, **({"capacity": 1.0} | limit)),
        *candidates,
    ]
    return nodes, links, [make_demand("load", "z", 3.0, "p", unserved_price=10.0)]


def test_flow_divides_by_reactance() -> None:
    # Two thirds take the direct line: it is full at 1.5 in all, though 2 would fit by capacity.
    found = best(network([], *triangle()))
    assert service(found.plan, "load", "served") == pytest.approx(1.5)
    assert service(found.plan, "gz", "flow") == pytest.approx(1.0)
    assert service(found.plan, "gm", "flow") == pytest.approx(0.5)


def test_second_circuit_relieves_the_first() -> None:
    # Two direct circuits: each carries 2/5 of the flow, full at 2.5. From 1.5 to 2.5 served: 9 a
    # unit (10 less generation), so 9 a year for 5.
    circuit = make_link("gz2", "g", "z", "p", reactance=1.0, capacity=1.0, exists=False)
    found = best(network([make_project("up", 5.0)], *triangle(circuit), [make_change("up", "gz2")]))
    assert found.objective == pytest.approx(9.0 * W - 5.0)
    assert service(found.plan, "load", "served") == pytest.approx(2.5)


def test_angle_limit_binds() -> None:
    # 0.5 radians between g and z: 0.5 on the direct line, 0.25 by m.
    found = best(network([], *triangle(angle_limit=math.degrees(0.5))))
    assert service(found.plan, "load", "served") == pytest.approx(0.75)


def test_outage_of_a_line_must_not_black_out() -> None:
    # With gz out, only 1 can pass by m. The load of 1 must be served then as well.
    nodes, links, _ = triangle()
    load = [make_demand("load", "z", 1.0, "p", unserved_price=10.0)]
    outage = blocks(
        "p",
        LoadBlock(id="all"),
        LoadBlock(id="n-1", weight=0.0, out=("gz",), must_serve=True),
    )
    settings = make_settings(YEARS, networks=[outage])
    found = best(network([], nodes, links, load, settings=settings))
    assert service(found.plan, "gm", "flow", "n-1") == pytest.approx(1.0)
    load = [make_demand("load", "z", 1.2, "p", unserved_price=10.0)]
    assert best(network([], nodes, links, load, settings=settings)).plan is None


def test_storage_moves_energy_to_the_peak() -> None:
    # Peak 10 and base 2 for two hours each, the plant gives 6. The storage takes 4 in the base
    # and gives 0.8 x 4 = 3.2 at the peak. Unserved at 20, generation at 1:
    # before 2 x (6 + 4 x 20) + 2 x 2 = 176, after 2 x (6 + 0.8 x 20) + 2 x 6 = 56.
    both = blocks(
        "p", LoadBlock(id="peak", weight=2.0), LoadBlock(id="base", weight=2.0, demand_factor=0.2)
    )
    instance = network(
        [make_project("pumped", 5.0)],
        [
            make_node("g", "plant", "p", capacity=6.0, cost=1.0),
            make_node("s", "storage", "p", capacity=4.0, efficiency=0.8, exists=False),
            make_node("z", "zone", "p"),
        ],
        [make_link("gz", "g", "z", "p"), make_link("sz", "s", "z", "p", both_ways=True)],
        [make_demand("load", "z", 10.0, "p", unserved_price=20.0)],
        [make_change("pumped", "s")],
        settings=make_settings(YEARS, networks=[both]),
    )
    found = best(instance)
    assert found.objective == pytest.approx((176.0 - 56.0) * W - 5.0)
    assert service(found.plan, "s", "discharge", "peak") == pytest.approx(3.2)


@pytest.mark.parametrize("efficiency", [0.0, 0.5])
def test_a_storage_gets_rid_of_no_surplus(efficiency: float) -> None:
    # The plant gives 6 at least, 4 are wanted in either block. Of the 2 too many the storage could
    # take in all and give nothing back, or turn 4 over in one block: both are surplus without name.
    both = blocks("p", LoadBlock(id="day"), LoadBlock(id="night"))

    def instance(has_spill: bool) -> Instance:
        return network(
            [],
            [
                make_node("g", "plant", "p", capacity=6.0, minimum_output=6.0),
                make_node("s", "storage", "p", capacity=8.0, efficiency=efficiency),
                make_node("z", "zone", "p", spill=has_spill),
            ],
            [make_link("gz", "g", "z", "p"), make_link("sz", "s", "z", "p", both_ways=True)],
            [make_demand("load", "z", 4.0, "p", unserved_price=20.0)],
            settings=make_settings(YEARS, networks=[both]),
        )

    assert best(instance(has_spill=False)).plan is None
    found = best(instance(has_spill=True)).plan
    assert service(found, "z", "spill", "day") + service(found, "z", "spill", "night") == (
        pytest.approx(4.0)
    )
    assert service(found, "s", "charge", "day") == pytest.approx(0.0)


def test_a_storage_that_loses_nothing_may_turn_over() -> None:
    # An efficiency of 1 loses nothing: no choice of a way, no yes or no in the program.
    instance = network(
        [],
        [make_node("s", "storage", "p", capacity=4.0), make_node("z", "zone", "p")],
        [make_link("sz", "s", "z", "p", both_ways=True)],
        [make_demand("load", "z", 4.0, "p", unserved_price=20.0)],
    )
    assert not build_formulation(instance).mip.integrality.any()


def surplus(loss: float, least: float, **link: object) -> Instance:
    return network(
        [],
        [
            make_node("g", "plant", "p", capacity=20.0, minimum_output=least),
            make_node("z", "zone", "p"),
        ],
        [make_link("line", "g", "z", "p", loss=loss, both_ways=True, **link)],
        [make_demand("load", "z", 10.0, "p", unserved_price=5.0)],
    )


def test_a_link_with_losses_does_not_get_rid_of_what_must_run() -> None:
    # The plant gives 15 at least, of which 13.5 arrive for a demand of 10: there is no plan. Sent
    # back and forth, 26.3 against 23.7, the rest would have been lost on the way.
    assert best(surplus(0.1, 15.0)).plan is None
    # 10 / 0.9 = 11.1 is what the demand takes.
    found = best(surplus(0.1, 11.0))
    assert service(found.plan, "line", "flow", "all") == pytest.approx(10.0 / 0.9)
    assert service(found.plan, "line", "flow_back", "all") == 0.0


def test_what_must_run_is_spilt_where_that_is_allowed() -> None:
    # 15 at least, 10 are wanted. Let go at the plant, 15 - 10 / 0.9; at the town, 13.5 - 10.
    instance = surplus(0.1, 15.0)
    for name, amount in (("g", 15.0 - 10.0 / 0.9), ("z", 3.5)):
        nodes = tuple(
            node.model_copy(update={"spill": node.id == name}) for node in instance.network_nodes
        )
        found = best(instance.model_copy(update={"network_nodes": nodes}))
        assert service(found.plan, name, "spill") == pytest.approx(amount)
        assert service(found.plan, "load", "served") == pytest.approx(10.0)
        assert service(found.plan, "line", "flow_back") == 0.0
        # No more is made than must be.
        assert service(found.plan, "g", "output") == pytest.approx(15.0)


def test_spill_stands_where_a_node_allows_it_and_is_no_gain() -> None:
    instance = surplus(0.0, 15.0)
    nodes = tuple(n.model_copy(update={"spill": n.id == "g"}) for n in instance.network_nodes)
    allowed = instance.model_copy(update={"network_nodes": nodes})
    plan = best(allowed).plan
    assert not verify_plan(allowed, plan).violations
    moved = tuple(
        row.model_copy(update={"element": "z"}) if row.measure == "spill" else row
        for row in plan.service
    )
    found = verify_plan(allowed, plan.model_copy(update={"service": moved}))
    assert "network" in {violation.law for violation in found.violations}
    gained = tuple(
        row.model_copy(update={"value": -row.value}) if row.measure == "spill" else row
        for row in plan.service
    )
    found = verify_plan(allowed, plan.model_copy(update={"service": gained}))
    assert "flow_balance" in {violation.law for violation in found.violations}


def test_trips_cannot_be_spilt() -> None:
    with pytest.raises(InconsistentInstanceError, match="trips cannot be spilt") as caught:
        make_instance(network_nodes=[make_node("a", network="t", spill=True)])
    assert [(f.file, f.column) for f in caught.value.findings] == [("network_nodes.csv", "spill")]


def test_two_links_with_losses_do_not_do_it_together_either() -> None:
    instance = surplus(0.1, 15.0)
    twin = make_link("twin", "z", "g", "p", loss=0.1)
    links = (*instance.network_links, twin)
    assert best(instance.model_copy(update={"network_links": links})).plan is None


def test_a_link_that_loses_nothing_may_carry_both_ways() -> None:
    assert best(surplus(0.0, 10.0)).plan is not None


def test_quadratic_costs_are_shared_by_marginal_cost() -> None:
    # Two plants, p^2 and 2 q^2, load 9: 2 p = 4 q, so p = 6, q = 3 and the cost 36 + 18 = 54.
    instance = network(
        [],
        [
            make_node("one", "plant", "p", capacity=9.0, cost_quadratic=1.0),
            make_node("two", "plant", "p", capacity=9.0, cost_quadratic=2.0),
            make_node("z", "zone", "p"),
        ],
        [make_link("a", "one", "z", "p"), make_link("b", "two", "z", "p")],
        [make_demand("load", "z", 9.0, "p", must_serve=True)],
    )
    found = best(instance)
    assert service(found.plan, "p", "cost", "") == pytest.approx(54.0, rel=1e-4)
    assert service(found.plan, "p", "baseline_cost", "") == pytest.approx(54.0, rel=1e-8)


@pytest.mark.parametrize("missing", ["plant", "line"])
def test_a_plant_without_its_line_serves_nobody(missing: str) -> None:
    nodes = [
        make_node("g", "plant", "p", capacity=10.0, cost=1.0, exists=False),
        make_node("z", "zone", "p"),
    ]
    links = [make_link("line", "g", "z", "p", reactance=1.0, capacity=10.0, exists=False)]
    demand = [make_demand("load", "z", 4.0, "p", unserved_price=10.0)]
    changes = [make_change("plant", "g"), make_change("line", "line")]
    cost = {"plant": 5.0, "line": 6.0}
    free = [make_project(name, cost[name]) for name in cost]
    both = best(network(free, nodes, links, demand, changes))
    assert both.objective == pytest.approx(4 * 9.0 * W - 11.0)
    alone = [
        make_project(name, cost[name], mandatory="must_not" if name == missing else "must")
        for name in cost
    ]
    one = best(network(alone, nodes, links, demand, changes))
    assert service(one.plan, "load", "unserved") == pytest.approx(4.0)
    assert one.objective == pytest.approx(-6.0 if missing == "plant" else -5.0)


BUS_LINE = [
    make_link("gm", "g", "m", "p", reactance=0.1, capacity=9.0),
    make_link("mz", "m", "z", "p", reactance=0.1, capacity=9.0),
]


def test_the_bus_of_a_plant_is_passed_whether_the_plant_is_there_or_not() -> None:
    """g - m - z exists; the plant at m is a candidate, and then one that fails."""
    load = [make_demand("load", "z", 5.0, "p", unserved_price=10.0)]
    ends = [make_node("g", "plant", "p", capacity=9.0, cost=1.0), make_node("z", "zone", "p")]
    plant = make_node("m", "plant", "p", capacity=9.0, cost=1.0, exists=False)
    found = best(
        network([make_project("m", 1.0)], [*ends, plant], BUS_LINE, load, [make_change("m", "m")])
    )
    assert found.starts == {}
    assert service(found.plan, "load", "served") == pytest.approx(5.0)
    fails = blocks("p", LoadBlock(id="normal"), LoadBlock(id="n-1", out=("m",), must_serve=True))
    built = make_node("m", "plant", "p", capacity=9.0, cost=0.5)
    plan = best(network([], [*ends, built], BUS_LINE, load, settings={"networks": (fails,)})).plan
    assert service(plan, "m", "output", "normal") == pytest.approx(5.0)
    assert service(plan, "g", "output", "n-1") == pytest.approx(5.0)


@pytest.mark.parametrize("mandates", [("no", "no"), ("must", "must"), ("must", "must_not")])
def test_a_line_that_two_projects_open(mandates: tuple[str, str]) -> None:
    """Either opens the line between g and z; both lift the limit of the load that they feed."""
    nodes = [make_node("g", "plant", "p", capacity=9.0), make_node("z", "zone", "p")]
    line = [make_link("l", "g", "z", "p", reactance=0.1, capacity=9.0, exists=False)]
    load = [make_demand("load", "z", 5.0, "p", unserved_price=10.0)]
    projects = [
        make_project(name, 3.0, 4.0, mandatory=mandate)
        for name, mandate in zip("ab", mandates, strict=True)
    ]
    changes = [make_change("a", "l"), make_change("b", "l")]
    found = best(network(projects, nodes, line, load, changes))
    assert service(found.plan, "load", "served") == pytest.approx(5.0)
    count = 1 if "must_not" in mandates else 2
    assert len(found.starts) == count
    assert found.objective == pytest.approx(50.0 * W + count * (4.0 - 3.0))


def test_gas_stored_in_summer_heats_in_winter() -> None:
    # Supply 5 all year; 2 are wanted in the half year of summer, 7 in that of winter, worth 4 each.
    # The store takes 2 of the 3 spare ones at an efficiency of 1: all of winter is served for 2.
    halves = blocks(
        "g",
        LoadBlock(id="summer", weight=0.5),
        LoadBlock(id="winter", weight=0.5, demand_factor=3.5),
    )
    instance = network(
        [make_project("store", 2.0)],
        [
            make_node("field", "source", "g", capacity=5.0),
            make_node("cavern", "storage", "g", capacity=3.0, volume=1.5, exists=False),
            make_node("z", "zone", "g"),
        ],
        [
            make_link("trunk", "field", "z", "g"),
            make_link("spur", "z", "cavern", "g", both_ways=True),
        ],
        [make_demand("homes", "z", 2.0, "g", unserved_price=4.0)],
        [make_change("store", "cavern")],
        settings={"networks": (halves,)},
    )
    found = best(instance)
    assert service(found.plan, "homes", "served", "winter") == pytest.approx(7.0)
    assert found.objective == pytest.approx(0.5 * 2 * 4.0 * W - 2.0)


def test_gas_without_a_source_serves_nobody() -> None:
    nodes = [make_node("field", "source", "g"), make_node("z", "zone", "g")]
    links = [make_link("trunk", "field", "z", "g", capacity=5.0)]
    demand = [make_demand("homes", "z", 4.0, "g", unserved_price=2.0)]
    supply = [make_change("well", "field", "add_capacity", 3.0)]
    none = best(network([], nodes, links, demand))
    assert service(none.plan, "homes", "unserved") == pytest.approx(4.0)
    found = best(network([make_project("well", 1.0)], nodes, links, demand, supply))
    assert found.objective == pytest.approx(3 * 2.0 * W - 1.0)


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
    from infraplan.optimizer.analysis.conflicts import conflict_lines, find_conflict
    from infraplan.optimizer.program import build_formulation

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


# ------------------------------------------------------------------------ rings with losses


def _ring(*, both_ways: bool, spill: bool = False) -> Instance:
    """A plant that must give 15, 10 needed two links on, each of which keeps 0.9."""
    return network(
        [],
        [
            make_node("g", "plant", "p", capacity=15.0, minimum_output=15.0),
            make_node("k", "zone", "p", spill=spill),
            make_node("z", "zone", "p"),
        ],
        [
            make_link("l1", "g", "k", "p", loss=0.1, both_ways=both_ways),
            make_link("l2", "k", "z", "p", loss=0.1, both_ways=both_ways),
            make_link("l3", "z", "g", "p", loss=0.1, both_ways=both_ways),
        ],
        [make_demand("load", "z", 10.0, "p", unserved_price=9.0)],
        settings=make_settings(YEARS, networks=[blocks("p", LoadBlock(id="all", must_serve=True))]),
    )


@pytest.mark.parametrize("both_ways", [False, True])
def test_surplus_is_not_lost_by_sending_it_round(both_ways: bool) -> None:
    """10 need 10/0.9 or 10/0.81 of 15: where surplus may not be let go, the plant is too large."""
    instance = _ring(both_ways=both_ways)
    assert best(instance).plan is None
    report = find_conflict(build_formulation(instance))
    named = ["must_run:p:g", "flow_balance:p", "one_way:p"]
    assert [rule.rule for rule in report.rules] == named
    assert report.is_minimal
    # Asked in the last year of the first phase alone, for no flows are possible before; at most
    # 10/0.81 goes over k.
    assert report.rules[0].years == (2022,)
    assert report.rules[0].amount == pytest.approx(15.0 - 10.0 / 0.81, abs=1e-6)


@pytest.mark.parametrize("both_ways", [False, True])
def test_surplus_in_a_ring_is_spill_with_a_name(both_ways: bool) -> None:
    """Without a price on losses any way is as good; what is left of 15 is let go at k."""
    plan = best(_ring(both_ways=both_ways, spill=True)).plan
    assert plan is not None
    lost = math.fsum(0.1 * service(plan, name, m) for name in ("l1", "l2", "l3") for m in FLOWS)
    let_go = service(plan, "k", "spill")
    assert pytest.approx(service(plan, "load", "served") + lost + let_go) == 15.0
    assert let_go >= 15.0 * 0.9 - 10.0 / 0.9 - 1e-6
