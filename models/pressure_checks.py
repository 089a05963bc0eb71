"""What must hold in water networks under pressure; every fault with its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from infraplan.models.catalogue import listed, phrase
from infraplan.models.network import (
    FlowLaw,
    NetworkAction,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NodeRole,
)
from infraplan.models.network_checks import RULE, Fault
from infraplan.models.problem import Problem

LAYING = (NetworkAction.OPEN, NetworkAction.SET_DIAMETER)
"""What puts a pipe where there was none, or another in its place."""
_ROLES = (NodeRole.JUNCTION, NodeRole.ZONE, NodeRole.SOURCE)


def pressure_faults(instance: Problem) -> Iterator[Fault]:
    """Yield every fault of the networks under pressure, and of what only they have."""
    networks = {row.id for row in instance.settings.networks if row.law is FlowLaw.PRESSURE}
    for index, node in enumerate(instance.network_nodes):
        yield from _node_faults(index, node, node.network in networks)
    laid = _laid(instance)
    for index, link in enumerate(instance.network_links):
        yield from _link_faults(index, link, link.network in networks, laid.get(link.id, set()))
    yield from _change_faults(instance, networks)
    for number, row in enumerate(instance.settings.networks):
        if row.law is FlowLaw.PRESSURE:
            yield from _source_faults(instance, number, row.id)
    yield from _way_faults(instance, networks)


def _laid(instance: Problem) -> dict[str, set[NetworkAction]]:
    """By link, how projects lay it."""
    found: defaultdict[str, set[NetworkAction]] = defaultdict(set)
    for row in instance.project_network:
        if row.action in LAYING:
            found[row.element].add(row.action)
    return found


def _filled_in_vain(
    table: str, index: int, row: NetworkNode | NetworkLink, *fields: str
) -> Iterator[Fault]:
    """What only networks under pressure read, filled elsewhere."""
    for field in fields:
        if getattr(row, field) is not None:
            text = phrase("only-networks-under-pressure-have", name=row.id, field=field)
            advice = phrase("give-the-network-the-law-pressure-or-leave-blank")
            yield RULE, table, index, field, text, advice


def _node_faults(index: int, node: NetworkNode, is_under_pressure: bool) -> Iterator[Fault]:
    if not is_under_pressure:
        yield from _filled_in_vain("network_nodes", index, node, "elevation", "least_pressure")
        return
    if node.kind is not NetworkKind.WATER:
        text = phrase("the-law-pressure-is-for-water", node=node.id, kind=node.kind)
        yield RULE, "network_nodes", index, "kind", text, phrase("give-the-network-another-law")
    if node.role not in _ROLES:
        text = phrase("under-pressure-there-is-no-role", node=node.id, role=node.role)
        advice = phrase("make-it-a-junction-zone-or-source")
        yield RULE, "network_nodes", index, "role", text, advice
    if node.role is NodeRole.SOURCE and node.elevation is None:
        text = phrase("source-has-no-head", node=node.id)
        advice = phrase("give-the-height-of-its-water-level")
        yield RULE, "network_nodes", index, "elevation", text, advice


def _link_faults(
    index: int, link: NetworkLink, is_under_pressure: bool, laid: set[NetworkAction]
) -> Iterator[Fault]:
    if not is_under_pressure:
        yield from _filled_in_vain("network_links", index, link, "diameter", "roughness")
        return
    for field in ("length", "roughness"):
        if not getattr(link, field):
            text = phrase("a-pipe-lacks", link=link.id, field=field)
            yield RULE, "network_links", index, field, text, phrase("give-a-number-above-0")
    needs_own = link.exists or NetworkAction.OPEN in laid
    if (needs_own and link.diameter is None) or link.diameter == 0.0:
        text = phrase("a-pipe-lacks", link=link.id, field="diameter")
        yield RULE, "network_links", index, "diameter", text, phrase("give-a-number-above-0")


def _change_faults(instance: Problem, networks: set[str]) -> Iterator[Fault]:
    links = {link.id: link for link in instance.network_links}
    owner: dict[str, str] = {}
    laid: dict[str, set[str]] = {}
    for index, row in enumerate(instance.project_network):
        link = links.get(row.element)
        is_here = link is not None and link.network in networks
        if row.action is NetworkAction.SET_DIAMETER:
            if not is_here:
                text = phrase("is-no-pipe-under-pressure", name=row.element)
                yield (
                    RULE,
                    "project_network",
                    index,
                    "action",
                    text,
                    phrase("choose-another-action"),
                )
            elif row.value <= 0.0:
                text = phrase("the-diameter-for-is", name=row.element, value=row.value)
                advice = phrase("give-a-number-above-0")
                yield RULE, "project_network", index, "value", text, advice
        if is_here and row.action in LAYING:
            rows = laid.setdefault(row.element, set())
            if row.option in rows or (rows and "" in {row.option, *rows}):
                text = phrase("a-pipe-is-laid-twice", link=row.element, project=row.project)
                advice = phrase("keep-one-row-for-each-option")
                yield RULE, "project_network", index, "option", text, advice
            rows.add(row.option)
        if is_here and owner.setdefault(row.element, row.project) != row.project:
            other = owner[row.element]
            text = phrase("two-projects-lay-a-pipe", link=row.element, one=other, other=row.project)
            advice = phrase("make-them-options-of-one-project-or-another-link-beside")
            yield RULE, "project_network", index, "element", text, advice


def _source_faults(instance: Problem, number: int, network: str) -> Iterator[Fault]:
    roles = {node.role for node in instance.network_nodes if node.network == network}
    if roles and NodeRole.SOURCE not in roles:
        text = phrase("network-under-pressure-has-no-source", network=network)
        advice = phrase("give-one-node-the-role-source")
        yield RULE, "instance", None, f"networks[{number}].id", text, advice


def _way_faults(instance: Problem, networks: set[str]) -> Iterator[Fault]:
    """Demands that no source reaches, whatever is laid."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for link in instance.network_links:
        if link.network in networks:
            beside[link.from_node].add(link.to_node)
            beside[link.to_node].add(link.from_node)
    waiting = [
        node.id
        for node in instance.network_nodes
        if node.network in networks and node.role is NodeRole.SOURCE
    ]
    reached = set(waiting)
    while waiting:
        for other in beside[waiting.pop()] - reached:
            reached.add(other)
            waiting.append(other)
    sources = {node.network for node in instance.network_nodes if node.role is NodeRole.SOURCE}
    asked = {node.id for node in instance.network_nodes if node.least_pressure is not None}
    for index, row in enumerate(instance.demands):
        if row.network in networks and row.node not in asked:
            text = phrase("demand-asks-for-no-pressure", demand=row.id, node=row.node)
            yield RULE, "demands", index, "node", text, phrase("give-the-node-a-least-pressure")
        if row.network in networks & sources and row.amount and row.node not in reached:
            text = phrase("no-pipe-leads-to-demand", demand=row.id, node=listed([row.node]))
            yield RULE, "demands", index, "node", text, phrase("add-a-pipe-or-a-candidate-to-it")
