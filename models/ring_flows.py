"""How much flow of a power network can go round in rings, on top of what sources give.

Where flow goes round in no ring it falls apart into ways from who gives to who takes, and no link
carries more than all that is given. Angles fall along lines of positive reactance and rise along
those of negative one, so rings of lines of one sign carry nothing round, and what goes round over
directed links alone is left out of a best plan, or forbidden. In rings of both signs, or of lines
beside directed links, flow does go round: each such ring passes a link that is limited, or lies
among lines without a limit whose flows follow from what they are fed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from infraplan.models.network import (
    PASSED,
    NetworkAction,
    NetworkLink,
    NetworkNode,
    ProjectNetwork,
)

if TYPE_CHECKING:
    import networkx as nx

MOST_SWITCHED = 10
"""Lines without a limit in one ring that may stand or not: each design is looked at."""
MOST_GAIN = 1e3
"""Times what lines are fed that they may carry: with more, a start within the tolerances of a
solver (1e-6) would let a thousandth of all flow pass a line that is not there."""


@dataclass(frozen=True)
class Ring:
    """A largest set of links any two of which lie on one ring, of which flow can go round.

    `gains` holds the lines of sets without a limit of their own in which flow goes round: each
    carries at most so many times what is given anywhere and what limited links bring.
    """

    links: tuple[str, ...]
    limited: float
    """Sum of the limits of its limited links."""
    gains: dict[str, float]
    is_switched: bool
    """Whether something in it needs a largest flow: it may be there or not, or loses."""

    @property
    def endless(self) -> tuple[str, ...]:
        """Links for which no largest flow is known."""
        return tuple(name for name, gain in self.gains.items() if math.isinf(gain))

    def round(self, given: float) -> float:
        """Most that goes round in it, `given` being what all sources give."""
        return self.limited + sum(gain * (given + self.limited) for gain in self.gains.values())

    def most(self, link: str, given: float) -> float:
        """Most on a link of the ring that has no limit of its own."""
        return self.gains.get(link, 1.0) * (given + self.limited)


class RingFlows:
    """What links of one power network can carry at most."""

    def __init__(
        self,
        nodes: Iterable[NetworkNode],
        links: Iterable[NetworkLink],
        changes: Mapping[str, Sequence[ProjectNetwork]],
        base: float,
        outs: Collection[str] = (),
    ) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._links = {link.id: link for link in links}
        self._changes = changes
        self._base = base
        self._outs = frozenset(outs)

    def limit(self, link: NetworkLink) -> float:
        """Most by the link's own capacity, with all that is ever added, and limit of angles."""
        most = math.inf
        if link.capacity is not None:
            wider = self._rows(link.id, NetworkAction.ADD_CAPACITY)
            most = link.capacity + sum(row.value for row in wider)
        if link.reactance is not None and link.angle_limit is not None:
            angle = math.radians(link.angle_limit)
            most = min(most, self._base * angle / abs(link.reactance))
        return most

    def most(self, link: NetworkLink, given: float) -> float:
        """Most that can flow on an open link, `given` being what all sources give together."""
        ring = self._ring_of.get(link.id)
        limit = self.limit(link)
        if ring is None:
            return min(limit, given)
        return limit if limit < math.inf else ring.most(link.id, given)

    def most_through(self, node: str, given: float) -> float:
        """Most that can arrive at a node over all its links together."""
        return given + sum(ring.round(given) for ring in self._rings_at.get(node, ()))

    def ring_of(self, link: str) -> Ring | None:
        """The ring of which the link is a part where flow can go round in it."""
        return self._ring_of.get(link)

    @cached_property
    def _ring_of(self) -> dict[str, Ring]:
        return {name: ring for ring in self.rings for name in ring.links}

    @cached_property
    def _rings_at(self) -> dict[str, list[Ring]]:
        found: defaultdict[str, list[Ring]] = defaultdict(list)
        for ring in self.rings:
            links = (self._links[name] for name in ring.links)
            ends = (end for link in links for end in (link.from_node, link.to_node))
            for node in dict.fromkeys(ends):
                found[node].append(ring)
        return dict(found)

    @cached_property
    def rings(self) -> tuple[Ring, ...]:
        """All sets of links in which flow can go round."""
        links = self._links.values()
        if not _turns(links):
            return ()
        return tuple(self._ring(block) for block in _blocks(links) if _turns(block))

    def _ring(self, block: list[NetworkLink]) -> Ring:
        free = [link for link in block if math.isinf(self.limit(link))]
        gains: dict[str, float] = {}
        for part in _blocks(free):
            if _turns(part):
                gains |= dict.fromkeys((link.id for link in part), self._gain(part))
        limits = (self.limit(link) for link in block)
        return Ring(
            tuple(link.id for link in block),
            sum(limit for limit in limits if limit < math.inf),
            gains,
            any(self._is_switched(link) for link in block),
        )

    def _rows(self, element: str, action: NetworkAction) -> list[ProjectNetwork]:
        return [row for row in self._changes.get(element, ()) if row.action is action]

    def _ends(self, link: NetworkLink) -> list[NetworkNode]:
        return [self._nodes[name] for name in (link.from_node, link.to_node)]

    def _is_switched(self, link: NetworkLink) -> bool:
        """Whether rows of the link need to know its largest flow, or difference of angles."""
        ends = self._ends(link)
        names = (link.id, link.from_node, link.to_node)
        return (
            self._may_be_absent(link)
            or any(self._rows(name, NetworkAction.CLOSE_DURING_WORKS) for name in names)
            or (link.reactance is None and link.loss > 0.0)
            or any(node.cost < 0.0 and node.role not in PASSED for node in ends)
        )

    def _may_be_absent(self, link: NetworkLink) -> bool:
        return not link.exists or any(
            node.role not in PASSED and not node.exists for node in self._ends(link)
        )

    def _may_be_out(self, link: NetworkLink) -> bool:
        named = {link.id, link.from_node, link.to_node} & self._outs
        closures = self._rows(link.id, NetworkAction.CLOSE_DURING_WORKS)
        is_shut = link.reactance is not None and any(row.value >= 1.0 for row in closures)
        return self._may_be_absent(link) or bool(named) or is_shut

    def _gain(self, part: list[NetworkLink]) -> float:
        """Most flow on any of these lines for each unit that they are fed, in every design.

        Infinite where a link is directed, where in a design the flows do not follow from what the
        lines are fed, or nearly not, and where there are too many designs.
        """
        may = [link for link in part if self._may_be_out(link)]
        if any(link.reactance is None for link in part) or len(may) > MOST_SWITCHED:
            return math.inf
        always = [link for link in part if not self._may_be_out(link)]
        most = 1.0
        for count in range(len(may) + 1):
            for more in combinations(may, count):
                most = max(most, _design_gain([*always, *more]))
                if most > MOST_GAIN:
                    return math.inf
        return most


def _turns(links: Iterable[NetworkLink]) -> bool:
    """Whether flow can go round in rings of these links: signs differ, or some are directed."""
    signs = {
        0.0 if link.reactance is None else math.copysign(1.0, link.reactance) for link in links
    }
    return len(signs) > 1


def _blocks(links: Iterable[NetworkLink]) -> Iterator[list[NetworkLink]]:
    """Largest sets of links any two of which lie on one ring or join the same nodes."""
    import networkx as nx

    between: defaultdict[frozenset[str], list[NetworkLink]] = defaultdict(list)
    for link in links:
        between[frozenset((link.from_node, link.to_node))].append(link)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((own[0].from_node, own[0].to_node) for own in between.values())
    for edges in nx.biconnected_component_edges(graph):
        # Sorted: sets of texts have another order in every process.
        pairs = sorted(tuple(sorted(edge)) for edge in edges)
        yield [link for pair in pairs for link in between[frozenset(pair)]]


def _design_gain(lines: list[NetworkLink]) -> float:
    """Most flow on a line for each unit that goes into the lines at some nodes and out at others.

    By the factors of distribution: what flows on a line is linear in what is fed, the least and
    the greatest of its factors differ by what the worst pair of nodes sends over it.
    """
    import networkx as nx
    import numpy as np

    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((line.from_node, line.to_node) for line in lines)
    most = 0.0
    for part in nx.connected_components(graph):
        place = {name: number for number, name in enumerate(sorted(part))}
        own = [line for line in lines if line.from_node in place]
        ends = np.zeros((len(own), len(place)))
        for number, line in enumerate(own):
            ends[number, place[line.from_node]], ends[number, place[line.to_node]] = 1.0, -1.0
        weight = np.array([1.0 / (line.reactance or math.inf) for line in own])
        known = ends[:, 1:]  # the first angle is 0
        try:
            inverse = np.linalg.inv(known.T @ (weight[:, None] * known))
        except np.linalg.LinAlgError:
            return math.inf
        factors = np.zeros(ends.shape)
        factors[:, 1:] = weight[:, None] * (known @ inverse)
        spread = float((factors.max(axis=1) - factors.min(axis=1)).max())
        if not spread <= MOST_GAIN:
            return math.inf
        most = max(most, spread)
    return most
