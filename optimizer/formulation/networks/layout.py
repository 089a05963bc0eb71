"""One network of an instance, laid out for the formulation: docs/laws.md section 6."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from infraplan.models.instance import Instance
from infraplan.models.network import (
    PASSED,
    Demand,
    FlowLaw,
    LoadBlock,
    NetworkAction,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    NodeRole,
    ProjectNetwork,
)
from infraplan.models.network_index import NetworkIndex
from infraplan.models.ring_flows import RingFlows

GENERATED_STEPS = 4
"""Steps in which trips come that a cheaper way generates."""

GIVERS = frozenset({NodeRole.SOURCE, NodeRole.PLANT})
"""Roles with an output."""

LIMITED = frozenset({NodeRole.SOURCE, NodeRole.PLANT, NodeRole.WORKS, NodeRole.STORAGE})
"""Roles whose blank capacity is zero."""

Changes = tuple[ProjectNetwork, ...]


@dataclass(frozen=True)
class Way:
    """One direction of a link as it stands without projects, or as one change makes it.

    `capacity` is the capacity of a congested way (which is slow, not full), else None. `better`
    are the changes that, once active, take the place of this way.
    """

    link: NetworkLink
    tail: str
    """Node where it begins."""
    head: str
    """Node where it ends."""
    back: bool
    time: float
    loss: float
    capacity: float | None
    change: ProjectNetwork | None
    better: Changes


def is_passed(node: NetworkNode) -> bool:
    """Whether flow passes the node whatever it is: the bus of a plant that is not there."""
    return node.role in PASSED


@dataclass(frozen=True)
class NetworkLayout:
    """The rows of one network, and the changes that projects make to its links and nodes."""

    settings: NetworkSettings
    index: NetworkIndex
    kind: NetworkKind
    nodes: tuple[NetworkNode, ...]
    links: tuple[NetworkLink, ...]
    demands: tuple[Demand, ...]
    changes: dict[str, Changes]

    @property
    def id(self) -> str:
        """Network id."""
        return self.settings.id

    @property
    def is_transport(self) -> bool:
        """Whether flows are trips between two nodes each."""
        return self.kind is NetworkKind.TRANSPORT

    @cached_property
    def _changes_by_action(self) -> dict[tuple[str, NetworkAction], Changes]:
        found: dict[tuple[str, NetworkAction], Changes] = {}
        for element, rows in self.changes.items():
            for row in rows:
                found[element, row.action] = (*found.get((element, row.action), ()), row)
        return found

    def changes_of(self, element: str, action: NetworkAction) -> Changes:
        """Rows of `action` for a link or node."""
        return self._changes_by_action.get((element, action), ())

    @cached_property
    def node_by_id(self) -> dict[str, NetworkNode]:
        """Nodes by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def link_by_id(self) -> dict[str, NetworkLink]:
        """Links by id."""
        return {link.id: link for link in self.links}

    @cached_property
    def demand_by_id(self) -> dict[str, Demand]:
        """Demands by id."""
        return {demand.id: demand for demand in self.demands}

    @cached_property
    def demands_at(self) -> dict[str, tuple[Demand, ...]]:
        """Demands by the node that they are at (transport: where they begin)."""
        return {
            node: tuple(self.demand_by_id[name] for name in names)
            for node, names in self.index.demands_at.items()
        }

    @cached_property
    def commodities(self) -> tuple[str, ...]:
        """Nodes where trips begin; the single `""` where flows are not trips."""
        if not self.is_transport:
            return ("",)
        return tuple(dict.fromkeys(demand.node for demand in self.demands))

    def value_of_time(self, commodity: str) -> float:
        """Money per unit of flow and minute; 0 where flows are not trips."""
        rows = self.demands_at.get(commodity, ())
        return rows[0].value_of_time if rows else 0.0

    @cached_property
    def mean_value_of_time(self) -> float:
        """Mean of the demands' values of time, weighted by their amounts."""
        total = sum(demand.amount for demand in self.demands)
        worth = sum(demand.amount * demand.value_of_time for demand in self.demands)
        return worth / total if total else 0.0

    def is_congested(self, link: NetworkLink) -> bool:
        """Whether the link slows down with its volume instead of being full at its capacity."""
        return self.is_transport and link.bpr_alpha > 0.0 and link.capacity is not None

    def obeys_angles(self, link: NetworkLink) -> bool:
        """Whether flow on the link follows from the angles at its ends."""
        return self.kind is NetworkKind.POWER and link.reactance is not None

    def shutting(self, link: NetworkLink) -> Changes:
        """Works that take a link that obeys angles out of service altogether."""
        if not self.obeys_angles(link):
            return ()
        rows = self.changes_of(link.id, NetworkAction.CLOSE_DURING_WORKS)
        return tuple(row for row in rows if row.value >= 1.0)

    @cached_property
    def buses(self) -> frozenset[str]:
        """Nodes that have an angle."""
        links = [link for link in self.links if self.obeys_angles(link)]
        return frozenset(name for link in links for name in self.index.ends[link.id])

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Every way of every link, base ways first within a link and direction."""
        return tuple(way for link in self.links for way in self._ways_of(link))

    @cached_property
    def ways_into(self) -> dict[str, tuple[int, ...]]:
        """Numbers of the ways that end at each node."""
        return self._ways_at(self.index.arriving, self.index.leaving)

    @cached_property
    def ways_out_of(self) -> dict[str, tuple[int, ...]]:
        """Numbers of the ways that begin at each node."""
        return self._ways_at(self.index.leaving, self.index.arriving)

    def _ways_at(
        self, forth: Mapping[str, tuple[str, ...]], back: Mapping[str, tuple[str, ...]]
    ) -> dict[str, tuple[int, ...]]:
        numbers: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
        for number, way in enumerate(self.ways):
            numbers[way.link.id, way.back].append(number)
        return {
            node: tuple(
                sorted(
                    number
                    for links, is_back in ((forth[node], False), (back[node], True))
                    for link in links
                    for number in numbers[link, is_back]
                )
            )
            for node in self.index.nodes
        }

    def _ways_of(self, link: NetworkLink) -> list[Way]:
        tail, head = self.index.ends[link.id]
        directions = ((False, tail, head), (True, head, tail))[: 2 if link.both_ways else 1]
        if self.obeys_angles(link):
            return [Way(link, tail, head, False, 0.0, 0.0, None, None, ())]
        if not self.is_transport:
            rows = self.changes_of(link.id, NetworkAction.SET_LOSS)
            return [
                Way(
                    link,
                    tail,
                    head,
                    back=back,
                    time=0.0,
                    loss=link.loss if row is None else row.value,
                    capacity=None,
                    change=row,
                    better=tuple(other for other in rows if _beats(other, row, link.loss, rows)),
                )
                for back, tail, head in directions
                for row in (None, *(row for row in rows if row.value < link.loss))
            ]
        rows = self.changes_of(link.id, NetworkAction.SET_TIME)
        faster = [
            Way(
                link,
                tail,
                head,
                back=back,
                time=link.time if row is None else row.value,
                loss=0.0,
                capacity=link.capacity if self.is_congested(link) else None,
                change=row,
                better=tuple(other for other in rows if _beats(other, row, link.time, rows)),
            )
            for back, tail, head in directions
            for row in (None, *(row for row in rows if row.value < link.time))
        ]
        if not self.is_congested(link):
            return faster
        wider = self.changes_of(link.id, NetworkAction.ADD_CAPACITY)
        return faster + [
            Way(link, tail, head, back, link.time, 0.0, row.value, row, ())
            for back, tail, head in directions
            for row in wider
            if row.value > 0.0
        ]

    def most_output(self, node: NetworkNode) -> float:
        """Most that the node could ever give or take: its capacity and everything added."""
        if node.capacity is None and node.role not in LIMITED:
            return float("inf")
        added = sum(row.value for row in self.changes_of(node.id, NetworkAction.ADD_CAPACITY))
        return (node.capacity or 0.0) + added

    @cached_property
    def most_supply(self) -> float:
        """Sum of all outputs at most: what does not go round carries no more anywhere."""
        total = 0.0
        for node in self.nodes:
            if is_passed(node):
                total += self.most_output(node) + max(0.0, -node.minimum_output)
        return total

    @cached_property
    def _ring_flows(self) -> RingFlows:
        outs = frozenset(name for block in self.settings.blocks for name in block.out)
        return RingFlows(self.nodes, self.links, self.changes, self.settings.base, outs)

    def goes_round(self, link: NetworkLink) -> bool:
        """Whether flow can go round in rings of which the link is a part."""
        return self._ring_flows.ring_of(link.id) is not None

    def most_flow(self, link: NetworkLink) -> float:
        """Most that an open link can carry of a single commodity: no plan loses by that limit."""
        return self._ring_flows.most(link, self.most_supply)

    def most_through(self, node: NetworkNode) -> float:
        """Most that can arrive at a node, or that it gives or takes: no plan loses by that."""
        through = self._ring_flows.most_through(node.id, self.most_supply)
        return min(through, self.most_output(node))


def _beats(other: ProjectNetwork, row: ProjectNetwork | None, base: float, rows: Changes) -> bool:
    """Whether `other`, once active, takes the place of the way that `row` makes (None: the base).

    Of two equal values the earlier row counts.
    """
    if other.value >= base:
        return False
    if row is None:
        return True
    if other.value == row.value:
        return rows.index(other) < rows.index(row)
    return other.value < row.value


def demand_in(demand: Demand, years_on: int, block: LoadBlock) -> float:
    """Demand `years_on` years after the plan's first, in `block`."""
    return demand.amount * (1.0 + demand.growth) ** years_on * block.demand_factor


def network_layouts(
    instance: Instance, laws: tuple[FlowLaw, ...] = (FlowLaw.FLOW,)
) -> tuple[NetworkLayout, ...]:
    """Networks that obey one of `laws`, in the order of their first node."""
    views = []
    for index in instance.network_index.values():
        settings = instance.network_settings(index.id)
        if settings.law not in laws:
            continue
        nodes = tuple(instance.node_by_id[name] for name in index.nodes)
        views.append(
            NetworkLayout(
                settings=settings,
                index=index,
                kind=nodes[0].kind,
                nodes=nodes,
                links=tuple(instance.link_by_id[name] for name in index.links),
                demands=tuple(instance.demand_by_id[name] for name in index.demands),
                changes={
                    element: tuple(instance.project_network[number] for number in numbers)
                    for element, numbers in index.changes.items()
                },
            )
        )
    return tuple(views)
