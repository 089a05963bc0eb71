"""Plausibility of networks: candidates that nobody opens, demand that nothing can reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from infraplan.models.catalogue import phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, NetworkAction, NetworkKind, NodeRole
from infraplan.optimizer.estimating.implausibility import doubt

MOST_TIMES_DEMAND = 1000.0
"""A capacity above this many times all demand of its network is likely a slip of the unit."""


def network_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Yield doubts about the networks of `instance`."""
    yield from _unopened(instance)
    yield from _unreachable(instance)
    yield from _absurd_capacity(instance)
    yield from _idle_nodes(instance)
    yield from _free_demand(instance)


def _under_pressure(instance: Instance) -> set[str]:
    """Networks in which every demand is served, from sources without a limit."""
    return {row.id for row in instance.settings.networks if row.law is FlowLaw.PRESSURE}


def _unopened(instance: Instance) -> Iterator[Inconsistency]:
    """`nobody-opens`: a candidate link or node that no project opens."""
    opening = (NetworkAction.OPEN, NetworkAction.SET_DIAMETER)
    opened = {row.element for row in instance.project_network if row.action in opening}
    for table in ("network_nodes", "network_links"):
        for index, element in enumerate(getattr(instance, table)):
            if not element.exists and element.id not in opened:
                yield doubt(
                    "nobody-opens",
                    table,
                    index,
                    "exists",
                    phrase("does-not-exist-and-no-project-opens-it", element=element.id),
                    phrase("add-a-row-with-the-action-open-to-project"),
                )


def _reached(heads: Mapping[str, set[str]], starts: Iterable[str]) -> set[str]:
    """Nodes to which arcs lead from `starts`, these included."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        new = heads.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _unreachable(instance: Instance) -> Iterator[Inconsistency]:
    """`unreachable-demand`: no way leads to a demand, however much is built."""
    heads: dict[str, set[str]] = defaultdict(set)
    for link in instance.network_links:
        heads[link.from_node].add(link.to_node)
        if link.both_ways or link.reactance is not None:
            heads[link.to_node].add(link.from_node)
    nodes = {node.id: node for node in instance.network_nodes}
    giving = (NodeRole.SOURCE, NodeRole.PLANT, NodeRole.STORAGE)
    supplied = _reached(heads, (n.id for n in instance.network_nodes if n.role in giving))
    from_origin: dict[str, set[str]] = {}
    for index, demand in enumerate(instance.demands):
        if nodes[demand.node].kind is NetworkKind.TRANSPORT:
            if demand.node not in from_origin:
                from_origin[demand.node] = _reached(heads, [demand.node]) - {demand.node}
            reached = demand.to_node in from_origin[demand.node]
            what = phrase("no-way-leads-from-to", node=demand.node, to_node=demand.to_node)
        else:
            reached = demand.node in supplied
            what = phrase("no-source-or-plant-reaches", node=demand.node)
        if not reached:
            yield doubt(
                "unreachable-demand",
                "demands",
                index,
                "node",
                phrase("even-if-everything-is-built", what=what),
                phrase("check-the-ends-and-directions-of-the-links"),
            )


def _absurd_capacity(instance: Instance) -> Iterator[Inconsistency]:
    """`absurd-capacity`: a capacity that all demand of the network could never use."""
    demand: defaultdict[str, float] = defaultdict(float)
    years = instance.settings.horizon.num_years
    for row in instance.demands:
        demand[row.network] += row.amount * (1.0 + max(row.growth, 0.0)) ** years
    for table in ("network_nodes", "network_links"):
        for index, element in enumerate(getattr(instance, table)):
            most = MOST_TIMES_DEMAND * demand[element.network]
            if element.capacity is not None and element.capacity > most > 0.0:
                yield doubt(
                    "absurd-capacity",
                    table,
                    index,
                    "capacity",
                    phrase(
                        "has-a-capacity-of-all-demand-of-network-is",
                        element=element.id,
                        capacity=element.capacity,
                        network=element.network,
                        demand=demand[element.network],
                    ),
                    phrase("check-the-unit-leave-it-blank-where-there-is"),
                )


def _idle_nodes(instance: Instance) -> Iterator[Inconsistency]:
    """`gives-nothing`, `isolated-node`: a node that can give nothing, or that no link touches."""
    limited = (NodeRole.SOURCE, NodeRole.PLANT, NodeRole.WORKS, NodeRole.STORAGE)
    widened = {
        row.element for row in instance.project_network if row.action is NetworkAction.ADD_CAPACITY
    }
    touched = {name for link in instance.network_links for name in (link.from_node, link.to_node)}
    for index, node in enumerate(instance.network_nodes):
        is_limited = node.role in limited and node.network not in _under_pressure(instance)
        if is_limited and node.capacity is None and node.id not in widened:
            yield doubt(
                "gives-nothing",
                "network_nodes",
                index,
                "capacity",
                phrase("has-no-capacity-which-counts-as-0", role=node.role, node=node.id),
                phrase("give-its-capacity-or-a-project-that-adds-some"),
            )
        if node.id not in touched and len(instance.network_nodes) > 1:
            yield doubt(
                "isolated-node",
                "network_nodes",
                index,
                "id",
                phrase("no-link-begins-or-ends-at", node=node.id),
                phrase("add-its-links-or-delete-it"),
            )


def _free_demand(instance: Instance) -> Iterator[Inconsistency]:
    """`free-demand`: demand that costs nothing when it is not served.

    At equilibrium and under pressure all of it is served, whatever it would cost.
    """
    suppliers = {node.supplier for node in instance.network_nodes}
    strict = {row.id for row in instance.settings.networks if any(b.must_serve for b in row.blocks)}
    strict |= {row.id for row in instance.settings.networks if row.law is not FlowLaw.FLOW}
    for index, row in enumerate(instance.demands):
        asked = row.must_serve or row.unserved_price > 0.0 or row.network in strict
        if not asked and row.node not in suppliers and row.amount > 0.0:
            yield doubt(
                "free-demand",
                "demands",
                index,
                "unserved_price",
                phrase("nobody-minds-if-demand-is-not-served", id=row.id),
                phrase("give-the-value-lost-by-unit-not-served-or-set"),
            )
