"""Small networks of power and gas, and links with losses, solved by hand.

Years and worths are those of `tests/optimizer/networks/mini.py`.

Rules: `must_run`, `output_cost`, `dc`, `one_way`, `storage`, `must_serve`.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, ProjectNetwork
from infraplan.models.project import Project
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.formulation.networks.flow_costs import flows_at
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
)
from tests.optimizer.engine import best
from tests.optimizer.networks.mini import FLOWS, YEARS, W, blocks, network, service

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


def shut(name: str) -> tuple[Project, ProjectNetwork]:
    """Works that must be, all through 2021 and 2022, and take the line `name` out of service."""
    option = make_option(cost=1.0, lead_time=2, spending_profile=(0.5, 0.5))
    works = make_project("works", options=[option], mandatory="must", latest_start=2021)
    return works, make_change("works", name, "close_during_works", 1.0)


def test_a_line_out_of_service_ties_no_angles() -> None:
    # Without gm nothing goes over m, and the direct line carries what it can: 1. Were gm closed
    # and still ruled by angles, g, m and z would all be at one angle and nothing would flow.
    works, closure = shut("gm")
    found = best(network([works], *triangle(), [closure]))
    assert service(found.plan, "load", "served") == pytest.approx(1.0)
    assert service(found.plan, "gz", "flow") == pytest.approx(1.0)
    assert service(found.plan, "gm", "flow") == 0.0


def test_what_was_added_to_a_line_is_out_of_service_with_it() -> None:
    # gz has 2 more in 2022, when it is out: 1 goes over m.
    works, closure = shut("gz")
    wider = make_project("wider", 0.0, mandatory="must", latest_start=2021)
    changes = [make_change("wider", "gz", "add_capacity", 2.0), closure]
    found = best(network([works, wider], *triangle(), changes))
    assert service(found.plan, "load", "served") == pytest.approx(1.0)
    assert service(found.plan, "gz", "flow") == 0.0


def test_a_candidate_may_be_out_of_service_in_the_year_it_would_serve() -> None:
    # The second circuit opens in 2022 and is out then: what the triangle serves by itself, 1.5.
    works, closure = shut("gz2")
    circuit = make_link("gz2", "g", "z", "p", reactance=1.0, capacity=1.0, exists=False)
    up = make_project("up", 0.0, mandatory="must", latest_start=2021)
    found = best(network([works, up], *triangle(circuit), [make_change("up", "gz2"), closure]))
    assert service(found.plan, "load", "served") == pytest.approx(1.5)


def closing(name: str, years: int, **values) -> Project:
    option = make_option(cost=1.0, lead_time=years, spending_profile=(1.0 / years,) * years)
    return make_project(name, options=[option], **values)


MUST = {"mandatory": "must", "latest_start": 2021}


@pytest.mark.parametrize(
    ("works", "shares", "served"),
    [
        # Two works, of two and of three years: out until the later one ends.
        ([closing("a", 2, **MUST), closing("b", 3, **MUST)], (1.0, 1.0), (1.0, 1.0, 1.0, 1.5)),
        # One closes all of it for two years, the other 0.8 of it for three: then gm carries 0.2,
        # a third of what is served.
        ([closing("a", 2, **MUST), closing("b", 3, **MUST)], (1.0, 0.8), (1.0, 1.0, 0.6, 1.5)),
        # Works of three years that began in 2020 go on in 2021 and 2022.
        (
            [closing("a", 3, stage="under_construction", started=2020)],
            (1.0,),
            (1.0, 1.0, 1.5, 1.5),
        ),
        # What stands since 2020 closes nothing.
        ([closing("a", 2, stage="complete", opened=2020)], (1.0,), (1.5,) * 4),
    ],
)
def test_a_line_is_out_of_service_while_any_works_close_all_of_it(
    works: list[Project], shares: tuple[float, ...], served: tuple[float, ...]
) -> None:
    closures = [
        make_change(project.id, "gm", "close_during_works", share)
        for project, share in zip(works, shares, strict=True)
    ]
    found = best(network(works, *triangle(), closures, years=(2021, 2024)))
    told = [service(found.plan, "load", "served", year=year) for year in range(2021, 2025)]
    assert told == pytest.approx(list(served))


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


def _store(use: float = 0.0, pass_: float = 0.0) -> Instance:
    """A storage that loses nothing, at the end of a link that loses nothing."""
    return network(
        [],
        [
            make_node("s", "storage", "p", capacity=4.0, cost=use),
            make_node("z", "zone", "p", cost=pass_),
        ],
        [make_link("sz", "s", "z", "p", both_ways=True, capacity=8.0)],
        [make_demand("load", "z", 4.0, "p", unserved_price=20.0)],
    )


def test_what_loses_nothing_is_netted_and_not_forbidden() -> None:
    # No choice of a way, no yes or no in the program: what goes there and comes back, 3 on the link
    # and 1 in the storage, is left out of both directions when the flows are read.
    formulation = build_formulation(_store())
    assert not formulation.mip.integrality.any()
    slice_ = formulation.networks.slices[0]
    x = np.zeros(formulation.mip.num_columns)
    ways = {way.back: number for number, way in enumerate(slice_.network.ways)}
    x[slice_.flow[ways[False], 0]], x[slice_.flow[ways[True], 0]] = 5.0, 3.0
    x[slice_.charge["s"]], x[slice_.discharge["s"]] = 1.0, 3.0
    flows = flows_at(slice_, x)
    assert flows.flow == {("sz", False, ""): 2.0}
    assert (flows.charge, flows.discharge) == ({}, {"s": 2.0})
    x[slice_.flow[ways[True], 0]] = 5.0
    assert flows_at(slice_, x).flow == {}


@pytest.mark.parametrize(("use", "pass_", "block"), [(-1.0, 0.0, "stores["), (0, -1.0, "one_way[")])
def test_who_is_paid_for_what_passes_does_not_turn_it_over(
    use: float, pass_: float, block: str
) -> None:
    # Each unit given out, or arriving in z, is paid 1. Turned over without end it would bring 4 or
    # 8 a year; there is nothing to give, so nothing flows and nothing is earned.
    instance = _store(use, pass_)
    blocks = build_formulation(instance).mip.column_blocks
    assert any(found.name.startswith(block) for found in blocks)
    found = best(instance)
    assert service(found.plan, "p", "cost", "") == pytest.approx(80.0)
    assert service(found.plan, "p", "baseline_cost", "") == pytest.approx(80.0)


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


def test_a_link_that_loses_nothing_brings_what_must_run() -> None:
    found = best(surplus(0.0, 10.0)).plan
    assert service(found, "line", "flow_back") == 0.0
    assert service(found, "line", "flow") == pytest.approx(10.0)


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
