"""Index of a network: which ids it has and what meets what; no year, no capacity, no cost.

Every reader of the tables (formulation, verifier, reports, exchange formats) finds its way by this
one index. What stands in which year with which capacity is law, which each reader works out itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infraplan.models.network import Demand, NetworkLink, NetworkNode, ProjectNetwork


@dataclass(frozen=True)
class NetworkIndex:
    """Ids and incidence of one network, in the order of the tables.

    Attributes
    ----------
    id
        Network id.
    nodes, links, demands
        Ids of its rows.
    ends
        From-node and to-node of each link.
    leaving, arriving
        Links that begin, and that end, at each node as their row is written; a link that carries
        both ways stands in each once all the same.
    demands_at
        Demands at each node that has any (transport: those that begin there).
    changes
        Numbers of the rows of project_network that speak of a node or link, where there are any.
    """

    id: str
    nodes: tuple[str, ...]
    links: tuple[str, ...]
    demands: tuple[str, ...]
    ends: Mapping[str, tuple[str, str]]
    leaving: Mapping[str, tuple[str, ...]]
    arriving: Mapping[str, tuple[str, ...]]
    demands_at: Mapping[str, tuple[str, ...]]
    changes: Mapping[str, tuple[int, ...]]


def index_networks(
    nodes: Iterable[NetworkNode],
    links: Iterable[NetworkLink],
    demands: Iterable[Demand],
    changes: Iterable[ProjectNetwork],
) -> dict[str, NetworkIndex]:
    """Index every network that has a node, in the order of their first nodes."""
    nodes_of: defaultdict[str, list[str]] = defaultdict(list)
    links_of: defaultdict[str, list[str]] = defaultdict(list)
    demands_of: defaultdict[str, list[str]] = defaultdict(list)
    leaving: defaultdict[str, list[str]] = defaultdict(list)
    arriving: defaultdict[str, list[str]] = defaultdict(list)
    demands_at: defaultdict[str, list[str]] = defaultdict(list)
    changes_of: defaultdict[str, list[int]] = defaultdict(list)
    ends: dict[str, tuple[str, str]] = {}
    for node in nodes:
        nodes_of[node.network].append(node.id)
    for link in links:
        links_of[link.network].append(link.id)
        ends[link.id] = (link.from_node, link.to_node)
        leaving[link.from_node].append(link.id)
        arriving[link.to_node].append(link.id)
    for demand in demands:
        demands_of[demand.network].append(demand.id)
        demands_at[demand.node].append(demand.id)
    for number, row in enumerate(changes):
        changes_of[row.element].append(number)
    return {
        name: NetworkIndex(
            id=name,
            nodes=tuple(own),
            links=tuple(links_of[name]),
            demands=tuple(demands_of[name]),
            ends={link: ends[link] for link in links_of[name]},
            leaving={node: tuple(leaving[node]) for node in own},
            arriving={node: tuple(arriving[node]) for node in own},
            demands_at={node: tuple(demands_at[node]) for node in own if node in demands_at},
            changes={
                element: tuple(changes_of[element])
                for element in (*own, *links_of[name])
                if element in changes_of
            },
        )
        for name, own in nodes_of.items()
    }
