"""Roads of a finished plan at user equilibrium, by hand.

Pigou's two ways (Wohlstand und Welfare, 1920; Roughgarden, Selfish Routing, 2005): 20 trips from a
to b, over a slow road of 10 minutes that never fills, or, once it is built, a short one of
`5 (1 + v/10)` minutes. Nobody takes the slow road before the short one takes 10 minutes, at v = 10;
directed, marginal times are equal: `5 + v = 10`, v = 5, 15 x 10 + 5 x 7.5 = 187.5.
"""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.road_equilibrium import RoadComparison, compare_roads
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_plan,
    make_project,
    make_service,
    make_start,
)

SHORT = {"time": 5.0, "capacity": 10.0, "bpr_alpha": 1.0, "bpr_beta": 1.0, "exists": False}


def pigou(short: dict[str, Any] | None = None, **tables: Any) -> Instance:
    """Two ways from a to b, the short one built by a project."""
    fixed: dict[str, Any] = {
        "network_nodes": [make_node("a", network="t"), make_node("b", network="t")],
        "network_links": [
            make_link("slow", "a", "b", "t", time=10.0),
            make_link("short", "a", "b", "t", **(SHORT | (short or {}))),
        ],
        "demands": [
            make_demand("d", "a", 20.0, "t", to_node="b", value_of_time=1.0, unserved_price=99.0)
        ],
        "project_network": [make_change("bypass", "short")],
    }
    return make_instance([make_project("bypass", 1.0)], years=(2021, 2022), **(fixed | tables))


def built(instance: Instance, **rows: Any) -> Plan:
    """Plan that starts the bypass in the first year: open in the second."""
    plan = make_plan(instance, [make_start(instance, "bypass", 2021)])
    return edit(plan, **rows) if rows else plan


def compare(instance: Instance, plan: Plan | None = None, **more: Any) -> RoadComparison:
    (found,) = compare_roads(instance, plan or built(instance), **more)
    return found


def test_a_bypass_that_saves_nobody_a_minute() -> None:
    found = compare(pigou(), relative_gap=1e-9)
    assert (found.network, found.year, found.block, found.num_assumed) == ("t", 2022, "all", 0)
    assert found.before.total_travel_time == pytest.approx(200.0)
    assert found.before.directed_travel_time == pytest.approx(200.0)
    after = found.with_plan
    assert after.total_travel_time == pytest.approx(200.0)
    assert after.mean_minutes == pytest.approx(10.0)
    assert after.free_travel_time == pytest.approx(100.0)
    assert after.directed_travel_time == pytest.approx(187.5, rel=1e-4)
    flows = {row.link: (row.flow, row.minutes, row.loading) for row in after.links}
    assert flows["short"] == pytest.approx((10.0, 10.0, 1.0))
    assert flows["slow"][:2] == pytest.approx((10.0, 10.0))
    assert flows["slow"][2] is None
    assert [row.minutes for row in after.demands] == pytest.approx([10.0])
    assert after.links_over_capacity == 0


def test_without_the_project_there_is_no_bypass() -> None:
    instance = pigou()
    found = compare(instance, make_plan(instance))
    assert found.with_plan == found.before


def test_a_toll_counts_as_its_minutes() -> None:
    # 2 of money at 0.5 a minute are 4 minutes: 9 + v/2 = 10, v = 2.
    demand = make_demand("d", "a", 20.0, "t", to_node="b", value_of_time=0.5)
    found = compare(pigou({"cost": 2.0}, demands=[demand]), relative_gap=1e-9)
    flows = {row.link: row.flow for row in found.with_plan.links}
    assert flows == pytest.approx({"short": 2.0, "slow": 18.0})
    assert found.with_plan.total_travel_time == pytest.approx(200.0)


def test_congestion_of_a_capacity_without_a_curve_is_assumed() -> None:
    # 5 (1 + 0.15 (v/10)^4) = 10 at v = 10 (1/0.15)^(1/4) = 16.0686.
    instance = pigou({"bpr_alpha": 0.0})
    found = compare(instance, relative_gap=1e-9)
    assert found.num_assumed == 1
    (short,) = [row for row in found.with_plan.links if row.link == "short"]
    assert short.assumed
    assert short.flow == pytest.approx(10.0 * (1.0 / 0.15) ** 0.25, rel=1e-5)
    assert found.with_plan.links_over_capacity == 1
    # A linear curve is Pigou's again; with none all trips take the short road.
    linear = compare(instance, alpha=1.0, beta=1.0, relative_gap=1e-9).with_plan
    assert linear.total_travel_time == pytest.approx(200.0)
    free = compare(instance, alpha=0.0)
    assert free.num_assumed == 0
    assert free.with_plan.total_travel_time == pytest.approx(100.0)


def test_generated_trips_count_with_the_plan_alone() -> None:
    instance = pigou()
    rows = (make_service("t", "d", "generated", 2022, 5.0),)
    found = compare(instance, built(instance, service=rows))
    assert found.before.trips == 20.0
    assert found.with_plan.trips == 25.0
    assert found.with_plan.total_travel_time == pytest.approx(250.0)


def test_trips_without_a_way_are_said() -> None:
    links = [make_link("short", "a", "b", "t", **SHORT)]
    more = [
        make_demand("d", "a", 20.0, "t", to_node="b", value_of_time=1.0),
        make_demand("back", "b", 3.0, "t", to_node="a", value_of_time=1.0),
    ]
    found = compare(pigou(network_links=links, demands=more))
    assert (found.before.trips, found.before.trips_without_way) == (0.0, 23.0)
    assert found.before.mean_minutes is None
    assert found.before.total_travel_time == 0.0
    assert [row.minutes for row in found.before.demands] == [None, None]
    after = found.with_plan
    assert (after.trips, after.trips_without_way) == (20.0, 3.0)
    assert [row.minutes for row in after.demands] == [pytest.approx(15.0), None]


def test_blocks_and_growth() -> None:
    """A peak of double demand, and a failure of the short road."""
    blocks = (LoadBlock(id="peak", demand_factor=2.0), LoadBlock(id="out", out=("short",)))
    settings = {"networks": (NetworkSettings(id="t", blocks=blocks),)}
    demand = make_demand("d", "a", 20.0, "t", to_node="b", value_of_time=1.0, growth=0.5)
    instance = pigou(settings=settings, demands=[demand])
    peak, out = compare_roads(instance, built(instance))
    assert (peak.block, out.block) == ("peak", "out")
    assert peak.with_plan.trips == pytest.approx(60.0)
    assert {row.link: row.flow for row in peak.with_plan.links} == pytest.approx(
        {"short": 10.0, "slow": 50.0}, rel=1e-4
    )
    assert {row.link: row.flow for row in out.with_plan.links} == pytest.approx({"slow": 30.0})


def test_wider_and_faster() -> None:
    """The short road is there; the project doubles it: 5 (1 + v/20) = 10 takes all 20 trips."""
    wider = make_change("bypass", "short", "add_capacity", 10.0)
    found = compare(pigou({"exists": True}, project_network=[wider]), relative_gap=1e-9)
    assert [row.flow for row in found.before.links] == pytest.approx([10.0, 10.0])
    assert {row.link: row.flow for row in found.with_plan.links} == pytest.approx({"short": 20.0})
    # The slow road made as fast as the short one when empty: all take it.
    faster = make_change("bypass", "slow", "set_time", 5.0)
    quick = compare(pigou({"exists": True}, project_network=[faster])).with_plan
    assert quick.total_travel_time == pytest.approx(100.0, rel=1e-5)


def test_networks_that_are_left_out() -> None:
    links = [make_link("river", "a", "b", "t", cost=3.0)]
    instance = pigou(network_links=links, project_network=[])
    assert compare_roads(instance, make_plan(instance)) == ()
    assert compare_roads(pigou(), built(pigou()), network="elsewhere") == ()
