"""For every law of networks a plan that obeys everything and one that breaks this law alone."""

from __future__ import annotations

from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, LoadBlock, NetworkSettings
from infraplan.models.plan import Plan, ServiceYear
from tests.builders import (
    edit,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_plan,
    make_service,
    make_settings,
)
from tests.optimizer.engines.waters import NETWORK, node, pipe, water
from tests.optimizer.verify.seed_plans import Seed, outside, pair


def network() -> Seed:
    """Service is reported where there is no network."""
    instance = pair()
    plan = outside(instance, a=2021)
    row = ServiceYear(network="water", element="town", measure="served", year=2021, value=1.0)
    return instance, plan, edit(plan, service=(row,))


def _watered(flow: float, served: float, output: float, **node: object) -> tuple[Instance, Plan]:
    """A well of 8, a main of 6 without loss and a town that wants 5, and a plan that flows so."""
    instance = make_instance(
        network_nodes=[
            make_node("well", "source", **({"capacity": 8.0} | node)),  # type: ignore[arg-type]
            make_node("town", "zone"),
        ],
        network_links=[make_link("main", "well", "town", capacity=6.0)],
        demands=[make_demand("taps", "town", 5.0, unserved_price=1.0)],
        years=(2021, 2021),
    )
    rows = [
        make_service("w", "main", "flow", 2021, flow),
        make_service("w", "taps", "served", 2021, served),
        make_service("w", "well", "output", 2021, output),
    ]
    return instance, make_plan(instance, service=rows)


def flow_balance() -> Seed:
    """More is served than arrives."""
    instance, plan = _watered(5.0, 5.0, 5.0)
    return instance, plan, _watered(4.0, 5.0, 4.0)[1]


def link_capacity() -> Seed:
    """A line of capacity 1 between two buses carries 2."""
    instance, plan = _powered(1.0, 1.0)
    return instance, plan, _powered(2.0, 2.0)[1]


def node_capacity() -> Seed:
    """The well must give 1 at least and gives nothing."""
    instance, plan = _watered(5.0, 5.0, 5.0, minimum_output=1.0)
    return instance, plan, _watered(0.0, 0.0, 0.0, minimum_output=1.0)[1]


def demand() -> Seed:
    """More is served than is wanted."""
    instance, plan = _watered(5.0, 5.0, 5.0)
    return instance, plan, _watered(6.0, 6.0, 6.0)[1]


def _powered(flow: float, angle: float) -> tuple[Instance, Plan]:
    instance = make_instance(
        network_nodes=[
            make_node("g", "plant", "p", capacity=9.0),
            make_node("z", "zone", "p"),
        ],
        network_links=[make_link("line", "g", "z", "p", reactance=1.0, capacity=1.0)],
        demands=[make_demand("load", "z", 5.0, "p", unserved_price=1.0)],
        years=(2021, 2021),
    )
    rows = [
        make_service("p", "line", "flow", 2021, flow),
        make_service("p", "g", "angle", 2021, angle),
        make_service("p", "g", "output", 2021, flow),
        make_service("p", "load", "served", 2021, flow),
    ]
    return instance, make_plan(instance, service=rows)


def dc() -> Seed:
    """Flow 1 needs angles that differ by 1."""
    instance, plan = _powered(1.0, 1.0)
    return instance, plan, _powered(1.0, 0.5)[1]


def storage() -> Seed:
    """Half of what goes in comes out; all comes out."""

    def plan_of(charge: float) -> tuple[Instance, Plan]:
        instance = make_instance(
            network_nodes=[
                make_node("g", "plant", "p", capacity=9.0),
                make_node("s", "storage", "p", capacity=4.0, efficiency=0.5),
            ],
            network_links=[make_link("line", "g", "s", "p")],
            years=(2021, 2021),
            settings=make_settings(
                (2021, 2021),
                networks=[
                    NetworkSettings(id="p", blocks=(LoadBlock(id="low"), LoadBlock(id="high")))
                ],
            ),
            demands=[make_demand("load", "s", 1.0, "p", unserved_price=1.0)],
        )
        rows = [
            make_service("p", "g", "output", 2021, charge, block="low"),
            make_service("p", "line", "flow", 2021, charge, block="low"),
            make_service("p", "s", "charge", 2021, charge, block="low"),
            make_service("p", "s", "discharge", 2021, 1.0, block="high"),
            make_service("p", "load", "served", 2021, 1.0, block="high"),
        ]
        return instance, make_plan(instance, service=rows)

    instance, plan = plan_of(2.0)
    return instance, plan, plan_of(1.0)[1]


def one_way() -> Seed:
    """Half is lost each way: 4 go there and arrive as 2; of 5 there, 1 comes back as half of it."""

    def plan_of(output: float, there: float, back: float) -> tuple[Instance, Plan]:
        instance = make_instance(
            network_nodes=[make_node("g", "plant", "p", capacity=9.0), make_node("z", "zone", "p")],
            network_links=[make_link("line", "g", "z", "p", loss=0.5, both_ways=True)],
            years=(2021, 2021),
            demands=[make_demand("load", "z", 2.0, "p", unserved_price=1.0)],
        )
        rows = [
            make_service("p", "g", "output", 2021, output),
            make_service("p", "line", "flow", 2021, there),
            make_service("p", "load", "served", 2021, 0.5 * there - back),
        ]
        rows += [make_service("p", "line", "flow_back", 2021, back)] if back else []
        return instance, make_plan(instance, service=rows)

    instance, plan = plan_of(4.0, 4.0, 0.0)
    return instance, plan, plan_of(4.5, 5.0, 1.0)[1]


def supplier() -> Seed:
    """The pump's bus is served half of what it needs, the pump moves more than half."""

    def plan_of(water: float) -> tuple[Instance, Plan]:
        instance = make_instance(
            network_nodes=[
                make_node("g", "plant", "p", capacity=1.0),
                make_node("bus", "zone", "p"),
                make_node("well", "source", capacity=8.0, supplier="bus"),
                make_node("town", "zone"),
            ],
            network_links=[
                make_link("line", "g", "bus", "p"),
                make_link("main", "well", "town"),
            ],
            demands=[
                make_demand("motor", "bus", 2.0, "p", unserved_price=1.0),
                make_demand("taps", "town", 5.0, unserved_price=1.0),
            ],
            years=(2021, 2021),
        )
        rows = [
            make_service("p", "g", "output", 2021, 1.0),
            make_service("p", "line", "flow", 2021, 1.0),
            make_service("p", "motor", "served", 2021, 1.0),
            make_service("w", "well", "output", 2021, water),
            make_service("w", "main", "flow", 2021, water),
            make_service("w", "taps", "served", 2021, water),
        ]
        return instance, make_plan(instance, service=rows)

    instance, plan = plan_of(4.0)
    return instance, plan, plan_of(5.0)[1]


def equilibrium() -> Seed:
    """Two equal roads: all trips on one of them, though the other is faster then."""

    def plan_of(one: float, other: float) -> tuple[Instance, Plan]:
        instance = make_instance(
            network_nodes=[make_node("a", network="t"), make_node("b", network="t")],
            network_links=[
                make_link(name, "a", "b", "t", time=10.0, capacity=1.0, bpr_alpha=1.0, bpr_beta=1.0)
                for name in ("one", "other")
            ],
            demands=[make_demand("trip", "a", 2.0, "t", to_node="b", value_of_time=1.0)],
            years=(2021, 2021),
            settings=make_settings(
                (2021, 2021), networks=[NetworkSettings(id="t", law=FlowLaw.EQUILIBRIUM)]
            ),
        )
        rows = [
            make_service("t", name, f"flow{after}", 2021, value)
            for after, values in (("", (one, other)), ("_before", (1.0, 1.0)))
            for name, value in zip(("one", "other"), values, strict=True)
        ]
        return instance, make_plan(instance, service=rows)

    instance, plan = plan_of(1.0, 1.0)
    return instance, plan, plan_of(2.0, 0.0)[1]


def pressure() -> Seed:
    """A pipe of 1 km and 200 mm loses 2.351 m of head with 20 L/s: 47.649 m of 50 are left, not 48.

    By hand: 4.727 (3,280.84 ft) (0.70629 ft3/s / 130)^1.852 / (0.656168 ft)^4.871 = 7.712 ft.
    """
    instance = water(
        [node("s", 50.0), node("a", 0.0, 30.0)],
        [pipe("p", "s", "a", diameter=200.0)],
        {"a": 20.0},
        [],
    )

    def plan_of(left: float) -> Plan:
        stated = [
            ("p", "flow", 20.0),
            ("s", "head", 50.0),
            ("a", "head", left),
            ("a", "pressure", left),
        ]
        units = {"flow": "L/s", "head": "m", "pressure": "m"}
        rows = [
            make_service(NETWORK, element, measure, 2021, value, unit=units[measure])
            for element, measure, value in stated
        ]
        return make_plan(instance, service=rows)

    return instance, plan_of(47.64927), plan_of(48.0)
