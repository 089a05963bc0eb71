"""Simple road, water and power networks of a made-up plan, one of each per district.

A project of a network loses its own benefit stream: it gives capacity, or a faster road, that is
worth as much a year if all of it is used. Demand grows towards `FILLED` of all that candidates add.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from infraplan.models.network import (
    Demand,
    LoadBlock,
    NetworkAction,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    NodeRole,
    ProjectNetwork,
)
from infraplan.models.project import Project
from infraplan.optimizer.generating.draws import (
    SOURCE,
    Request,
    district_id,
    district_names,
    rounded,
)

PER_DISTRICT = 3
"""Projects of a network in a district, at most."""
FILLED = 0.7
"""Demand that is not served without projects, over the capacity of all candidates."""
DEMAND_GROWTH = 0.03
SAVED_MINUTES, ROAD_MINUTES = 20.0, 60.0
"""What a road project takes off the time of its link."""
VALUE_OF_TIME = 4e-6
"""Money per 1,000 trips and minute: 24 CNY an hour, as in the shipped instances."""
UNSERVED_TRIPS, UNSERVED_WATER, UNSERVED_POWER = 0.002, 0.0006, 5e-05
"""Money lost per unit and day, per unit and day, per MWh, as in the shipped instances."""
DAYS = 365.0
WATER_BLOCKS = (LoadBlock(id="normal", weight=292.0), LoadBlock(id="dry", weight=73.0, dry=True))
POWER_BLOCKS = (
    LoadBlock(id="peak", weight=600.0),
    LoadBlock(id="day", weight=4900.0, demand_factor=0.72),
    LoadBlock(id="night", weight=3260.0, demand_factor=0.42),
)
SETTINGS = (
    NetworkSettings(
        id="travel", unit="1,000 trips/day", blocks=(LoadBlock(id="day", weight=DAYS),)
    ),
    NetworkSettings(id="water", unit="10,000 m3/day", blocks=WATER_BLOCKS),
    NetworkSettings(id="power", unit="MW", blocks=POWER_BLOCKS),
)


NODES = {
    "centre": (", centre", "中心城区"),
    "source": (", existing source", "既有水源"),
    "works": (", waterworks", "水厂"),
    "town-water": (", water of the town", "城区用水"),
    "reservoir": (", new reservoir", "新建水库"),
    "grid": (", grid", "上级电网"),
    "town-power": (", power of the town", "城区用电"),
    "plant": (", new plant", "新建电厂"),
}
"""What nodes are called behind the name of their district, by the end of their id."""


@dataclass
class Networks:
    """Tables of networks as they grow, and the projects that are in them."""

    nodes: list[NetworkNode] = field(default_factory=list)
    links: list[NetworkLink] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    effects: list[ProjectNetwork] = field(default_factory=list)
    projects: set[str] = field(default_factory=set)

    def settings(self) -> tuple[NetworkSettings, ...]:
        """The networks that have nodes."""
        there = {node.network for node in self.nodes}
        return tuple(row for row in SETTINGS if row.id in there)

    def tables(self) -> dict[str, Any]:
        """The tables of an instance."""
        return {
            "network_nodes": tuple(self.nodes),
            "network_links": tuple(self.links),
            "demands": tuple(self.demands),
            "project_network": tuple(self.effects),
        }

    def node(self, name: str, kind: NetworkKind, role: NodeRole, **more: Any) -> str:
        """Add a node; its id."""
        network = {"transport": "travel"}.get(kind.value, kind.value)
        place, _, what = name.partition("-")
        called = zip(district_names(place), _called(what), strict=True)
        name_en, name_zh = (f"{district}{word}" for district, word in called)
        self.nodes.append(
            NetworkNode(
                id=name,
                name_en=name_en,
                name_zh=name_zh,
                network=network,
                kind=kind,
                role=role,
                place=place,
                source=SOURCE,
                **more,
            )
        )
        return name

    def link(self, network: str, first: str, second: str, **more: Any) -> str:
        """Add a link; its id."""
        name = f"{first}-to-{second.split('-', 1)[1]}"
        self.links.append(
            NetworkLink(
                id=name, network=network, from_node=first, to_node=second, source=SOURCE, **more
            )
        )
        return name

    def demand(self, network: str, node: str, amount: float, price: float, **more: Any) -> None:
        """Add a demand that grows."""
        self.demands.append(
            Demand(
                id=f"{node}-demand",
                network=network,
                node=node,
                amount=rounded(amount),
                growth=DEMAND_GROWTH,
                unserved_price=price,
                source=SOURCE,
                **more,
            )
        )

    def effect(self, project: Project, element: str, action: NetworkAction, value: float) -> None:
        """Say what a project changes."""
        self.projects.add(project.id)
        self.effects.append(
            ProjectNetwork(
                project=project.id,
                element=element,
                action=action,
                value=rounded(value),
                source=SOURCE,
            )
        )


def _called(what: str) -> tuple[str, str]:
    """What a node is called behind the name of its district."""
    number = what.removeprefix("town")
    return (f", town {number}", f"{number}号场镇") if number.isdecimal() else NODES[what]


def draw_networks(request: Request, projects: list[Project]) -> Networks:
    """Networks of all districts; the first projects of a sector in a district are in them."""
    networks = Networks()
    taken: dict[tuple[str, str], list[Project]] = {}
    for project in projects:
        own = taken.setdefault((project.jurisdiction or "", project.sector), [])
        if len(own) < PER_DISTRICT and len(project.options) == 1:
            own.append(project)
    for number in range(1, request.districts + 1):
        name = district_id(number)
        _roads(networks, name, taken.get((name, "transport"), []))
        _water(networks, name, taken.get((name, "water"), []))
        _power(networks, name, taken.get((name, "energy"), []))
    return networks


def _worth(project: Project) -> float:
    """Benefits per year that the network must bring instead."""
    return sum(project.options[0].benefits.values())


def _roads(networks: Networks, district: str, projects: list[Project]) -> None:
    """Towns around a centre; a project makes the road to one of them faster. None without one."""
    if not projects:
        return
    centre = networks.node(f"{district}-centre", NetworkKind.TRANSPORT, NodeRole.ZONE)
    for number, project in enumerate(projects, start=1):
        town = networks.node(f"{district}-town{number}", NetworkKind.TRANSPORT, NodeRole.ZONE)
        road = networks.link("travel", town, centre, time=ROAD_MINUTES)
        trips = _worth(project) / (VALUE_OF_TIME * SAVED_MINUTES * DAYS)
        networks.demand(
            "travel", town, trips, UNSERVED_TRIPS, to_node=centre, value_of_time=VALUE_OF_TIME
        )
        networks.effect(project, road, NetworkAction.SET_TIME, ROAD_MINUTES - SAVED_MINUTES)


def _water(networks: Networks, district: str, projects: list[Project]) -> None:
    """A source, works and a town; the first project is a source of its own, others add works."""
    added = [_worth(project) / (UNSERVED_WATER * DAYS) for project in projects]
    base = 2.0 * sum(added) or 1.0
    old = networks.node(
        f"{district}-source", NetworkKind.WATER, NodeRole.SOURCE, capacity=rounded(2.0 * base)
    )
    works = networks.node(
        f"{district}-works", NetworkKind.WATER, NodeRole.WORKS, capacity=rounded(base)
    )
    town = networks.node(f"{district}-town-water", NetworkKind.WATER, NodeRole.ZONE)
    networks.link("water", old, works, both_ways=False)
    networks.link("water", works, town, both_ways=False)
    networks.demand("water", town, base + FILLED * sum(added), UNSERVED_WATER)
    for number, (project, amount) in enumerate(zip(projects, added, strict=True)):
        if number:
            networks.effect(project, works, NetworkAction.ADD_CAPACITY, amount)
            continue
        reservoir = networks.node(
            f"{district}-reservoir",
            NetworkKind.WATER,
            NodeRole.SOURCE,
            exists=False,
            capacity=rounded(amount),
            dry_share=0.8,
        )
        networks.link("water", reservoir, town, both_ways=False)
        networks.effect(project, reservoir, NetworkAction.OPEN, 0.0)


def _power(networks: Networks, district: str, projects: list[Project]) -> None:
    """The grid, a town and a line; the first project is a plant, others strengthen the line."""
    hours = sum(block.weight * block.demand_factor for block in POWER_BLOCKS)
    added = [_worth(project) / (UNSERVED_POWER * hours) for project in projects]
    base = 2.0 * sum(added) or 1.0
    grid = networks.node(
        f"{district}-grid", NetworkKind.POWER, NodeRole.SOURCE, capacity=rounded(3.0 * base)
    )
    town = networks.node(f"{district}-town-power", NetworkKind.POWER, NodeRole.ZONE)
    line = networks.link("power", grid, town, capacity=rounded(base), loss=0.03)
    networks.demand("power", town, base + FILLED * sum(added), UNSERVED_POWER)
    for number, (project, amount) in enumerate(zip(projects, added, strict=True)):
        if number:
            networks.effect(project, line, NetworkAction.ADD_CAPACITY, amount)
            continue
        plant = networks.node(
            f"{district}-plant",
            NetworkKind.POWER,
            NodeRole.PLANT,
            exists=False,
            capacity=rounded(amount),
        )
        networks.link("power", plant, town, both_ways=False)
        networks.effect(project, plant, NetworkAction.OPEN, 0.0)
