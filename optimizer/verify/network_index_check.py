"""Whether the index of the networks is what the tables say: in time linear in the tables.

All readers find their way by one index (`infraplan.models.network_index`), so that a fault in it
would mislead all of them alike, the verifier included. Where there is one, the verifier goes on by
what the tables say (`index_of_tables`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.instance import Instance
from infraplan.models.network_index import NetworkIndex

Thing = TypeVar("Thing")
Fault = tuple[str, Phrase]
"""Id of a row, and what the index has of it that the tables have not."""


def index_faults(instance: Instance) -> Iterator[Fault]:
    """Yield every difference between the index and the tables."""
    every = instance.network_index.values()
    for name, index in instance.network_index.items():
        if index.id != name:
            yield name, phrase("index-of-another-network", name=name, found=index.id)
    nodes = [(index.id, name) for index in every for name in index.nodes]
    yield from _unlike(
        phrase("index-node"), nodes, ((row.network, row.id) for row in instance.network_nodes)
    )
    links = [(index.id, name) for index in every for name in index.links]
    yield from _unlike(
        phrase("index-link"), links, ((row.network, row.id) for row in instance.network_links)
    )
    demands = [(index.id, name) for index in every for name in index.demands]
    yield from _unlike(
        phrase("index-demand"), demands, ((row.network, row.id) for row in instance.demands)
    )
    ends = {name: ends for index in every for name, ends in index.ends.items()}
    leaving = _places(index.leaving for index in every)
    arriving = _places(index.arriving for index in every)
    for link in instance.network_links:
        begin, end = link.from_node, link.to_node
        if ends.get(link.id) != (begin, end):
            yield link.id, phrase("index-link-does-not-join", link=link.id, begin=begin, end=end)
        if leaving[link.id] != [begin] or arriving[link.id] != [end]:
            found = _named([*leaving[link.id], *arriving[link.id]])
            yield (
                link.id,
                phrase("index-link-is-found-at", link=link.id, found=found, begin=begin, end=end),
            )
    at = _places(index.demands_at for index in every)
    for demand in instance.demands:
        if at[demand.id] != [demand.node]:
            found = _named(at[demand.id])
            yield (
                demand.id,
                phrase("index-demand-is-found-at", demand=demand.id, found=found, node=demand.node),
            )
    changes = (pair for index in every for pair in index.changes.items())
    told = [(element, str(number)) for element, numbers in changes for number in numbers]
    rows = ((row.element, str(number)) for number, row in enumerate(instance.project_network))
    yield from _unlike(phrase("index-row-of-project-network"), told, rows)


def index_of_tables(instance: Instance) -> dict[str, NetworkIndex]:
    """Ids and incidence of every network, read off the tables row by row."""
    found = {}
    for name in dict.fromkeys(row.network for row in instance.network_nodes):
        nodes = [row.id for row in instance.network_nodes if row.network == name]
        links = [row for row in instance.network_links if row.network == name]
        demands = [row for row in instance.demands if row.network == name]
        begins = _grouped((row.from_node, row.id) for row in links)
        ends = _grouped((row.to_node, row.id) for row in links)
        elements = {*nodes, *(row.id for row in links)}
        rows = enumerate(instance.project_network)
        found[name] = NetworkIndex(
            id=name,
            nodes=tuple(nodes),
            links=tuple(row.id for row in links),
            demands=tuple(row.id for row in demands),
            ends={row.id: (row.from_node, row.to_node) for row in links},
            leaving={node: begins.get(node, ()) for node in nodes},
            arriving={node: ends.get(node, ()) for node in nodes},
            demands_at=_grouped((row.node, row.id) for row in demands),
            changes=_grouped((row.element, n) for n, row in rows if row.element in elements),
        )
    return found


def _grouped(pairs: Iterable[tuple[str, Thing]]) -> dict[str, tuple[Thing, ...]]:
    """What stands beside each name, in order."""
    found: defaultdict[str, list[Thing]] = defaultdict(list)
    for name, thing in pairs:
        found[name].append(thing)
    return {name: tuple(things) for name, things in found.items()}


def _unlike(
    kind: Phrase, told: Iterable[tuple[str, str]], rows: Iterable[tuple[str, str]]
) -> Iterator[Fault]:
    """Pairs (where, id) that one side has more often than the other."""
    found, stated = Counter(told), Counter(rows)
    for where, name in sorted(found.keys() | stated.keys()):
        if found[where, name] != stated[where, name]:
            yield (
                name,
                phrase(
                    "index-stands-other-times",
                    kind=kind,
                    name=name,
                    found=found[where, name],
                    stated=stated[where, name],
                    where=where,
                ),
            )


def _named(nodes: list[str]) -> Phrase:
    return listed(nodes) if nodes else phrase("index-no-node")


def _places(listed: Iterable[Mapping[str, Iterable[str]]]) -> defaultdict[str, list[str]]:
    """Nodes that list each id."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for lists in listed:
        for node, names in lists.items():
            for name in names:
                found[name].append(node)
    return found
