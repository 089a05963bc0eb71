"""Meshes of docs/laws.md section 6, and what flows round in a ring of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from infraplan.models.network import NetworkLink, NodeRole
from infraplan.optimizer.verify.network_data import Net

if TYPE_CHECKING:
    import networkx as nx

Arc = tuple[str, str]
"""Two nodes; what flows goes from the first to the second."""


PASSED = (NodeRole.JUNCTION, NodeRole.WORKS, NodeRole.ZONE)
"""Roles whose cost is that of what arrives."""


def ruled_meshes(net: Net) -> list[list[NetworkLink]]:
    """Links without a reactance, by mesh; only of meshes where a link loses or a node pays."""
    import networkx as nx

    links = [] if net.is_transport else [row for row in net.links if not net.has_reactance(row)]
    paying = {node.id for node in net.nodes if node.cost < 0.0 and node.role in PASSED}
    if not paying and not any(link.loss > 0.0 for link in links):
        return []
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(net.index.ends[link.id] for link in links)
    meshes = []
    for edges in nx.biconnected_component_edges(graph):
        nodes = {node for edge in edges for node in edge}
        inside = [link for link in links if set(net.index.ends[link.id]) <= nodes]
        if paying & nodes or any(link.loss > 0.0 for link in inside):
            meshes.append(inside)
    return meshes


def most_in_a_ring(flow: Mapping[Arc, float]) -> tuple[float, list[str]]:
    """The largest amount that goes round in a ring, and nodes of such a ring; 0: in none.

    Flows are taken from the largest down until those taken hold a ring: all its flows are at
    least the last one taken.
    """
    import networkx as nx

    taken: nx.DiGraph[str] = nx.DiGraph()
    for (tail, head), value in sorted(flow.items(), key=lambda entry: (-entry[1], entry[0])):
        if value <= 0.0:
            break
        if taken.has_node(head) and taken.has_node(tail) and nx.has_path(taken, head, tail):
            return value, list(nx.shortest_path(taken, head, tail))
        taken.add_edge(tail, head)
    return 0.0, []
