"""Doubts about networks, each with its place."""

from typing import Any

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.network import FlowLaw
from infraplan.optimizer.estimating.network_plausibility import network_doubts
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from tests.assertions import assert_bilingual
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
)
from tests.optimizer.equilibrium.test_equilibrium import braess_instance


def doubts(**tables):
    instance = make_instance([make_project("p", 10.0, 1.0)], **tables)
    found = find_implausibilities(instance)
    for doubt in found:
        assert_bilingual(doubt.message, doubt.message.zh)
        assert_bilingual(doubt.advice, doubt.advice.zh)
    # The instance holds no fund; that doubt has tests of its own (test_money_plausibility).
    found = [doubt for doubt in found if doubt.rule != "money-unlimited"]
    return {(doubt.rule, doubt.table, doubt.index) for doubt in found}


def test_candidate_that_nobody_opens():
    nodes = [make_node("well", "source", capacity=5.0), make_node("town", "zone")]
    links = [make_link("main", "well", "town", exists=False)]
    demand = [make_demand("taps", "town", 4.0)]
    found = doubts(network_nodes=nodes, network_links=links, demands=demand)
    assert ("nobody-opens", "network_links", 0) in found
    opened = [make_change("p", "main")]
    found = doubts(network_nodes=nodes, network_links=links, demands=demand, project_network=opened)
    assert not any(rule == "nobody-opens" for rule, _, _ in found)


def test_demand_that_nothing_reaches():
    nodes = [make_node("well", "source", capacity=5.0), make_node("town", "zone")]
    wrong = [make_link("main", "town", "well")]
    demand = [make_demand("taps", "town", 4.0, unserved_price=1.0)]
    found = doubts(network_nodes=nodes, network_links=wrong, demands=demand)
    assert ("unreachable-demand", "demands", 0) in found
    right = [make_link("main", "well", "town")]
    assert not doubts(network_nodes=nodes, network_links=right, demands=demand)


def test_trip_without_a_way():
    nodes = [make_node("a", network="t"), make_node("b", network="t")]
    links = [make_link("road", "b", "a", "t", time=5.0)]
    trip = [make_demand("trip", "a", 4.0, "t", to_node="b", value_of_time=1.0)]
    found = doubts(network_nodes=nodes, network_links=links, demands=trip)
    assert ("unreachable-demand", "demands", 0) in found


def test_capacity_in_another_unit():
    # 4 wanted in a year, 4 x 10,000 of capacity.
    nodes = [make_node("well", "source", capacity=40_000.0), make_node("town", "zone")]
    links = [make_link("main", "well", "town")]
    demand = [make_demand("taps", "town", 4.0)]
    found = doubts(network_nodes=nodes, network_links=links, demands=demand)
    assert ("absurd-capacity", "network_nodes", 0) in found


def test_nodes_that_do_nothing_and_demand_that_nobody_minds() -> None:
    instance = make_instance(
        network_nodes=[
            make_node("well", "source"),
            make_node("town", "zone"),
            make_node("alone"),
        ],
        network_links=[make_link("main", "well", "town")],
        demands=[
            make_demand("taps", "town", 5.0),
            make_demand("hospital", "town", 1.0, must_serve=True),
        ],
    )
    found = {(row.rule, row.table, row.index) for row in network_doubts(instance)}
    assert found == {
        ("gives-nothing", "network_nodes", 0),
        ("isolated-node", "network_nodes", 2),
        ("free-demand", "demands", 0),
    }


@pytest.mark.parametrize(
    ("node", "field"),
    [
        ({"capacity": 10.0}, "capacity"),
        ({"supplier": "g"}, "supplier"),
        ({"cost": 1.0}, "cost"),
    ],
)
def test_a_bus_has_no_limits_of_its_own(node: dict[str, Any], field: str) -> None:
    nodes = [make_node("g", "plant", "p", capacity=5.0), make_node("bus", network="p", **node)]
    links = [make_link("line", "g", "bus", "p", reactance=0.1)]
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance(network_nodes=nodes, network_links=links)
    assert field in {finding.column for finding in caught.value.findings}
    assert any("without effect" in finding.message for finding in caught.value.findings)


@pytest.mark.parametrize("law", ["flow", "equilibrium"])
def test_trips_at_equilibrium_are_served_without_being_asked_to(law: str) -> None:
    """A trip that need not be served and costs nothing then is doubted where it could be left."""
    instance = braess_instance()
    (own,) = instance.settings.networks
    settings = edit(instance.settings, networks=(edit(own, law=FlowLaw(law)),))
    found = {doubt.rule for doubt in network_doubts(edit(instance, settings=settings))}
    assert ("free-demand" in found) is (law == "flow")
