"""Family `dc`: flow on a power line follows from the angles at its ends."""

from __future__ import annotations

import math

import networkx as nx

from models.network import NetworkAction, NetworkLink
from optimizer.formulation.context import Context
from optimizer.formulation.networks.changes import Expression, Rows, gates, scaled
from optimizer.formulation.networks.columns import Slice


def add_direct_current(context: Context) -> None:
    """The direct-current approximation on every open link with a reactance.

    Formula: ``flow = base (angle_i - angle_j) / x``; a candidate: ``|base (angle_i - angle_j) / x -
    flow| <= base/|x| D (1 - open)`` with D the most by which the angles can differ while it is
    absent: the shortest path over lines that are always there, each as long as its own largest
    difference, or the sum of the n - 1 longest of all lines where there is no such path.
    ``|angle_i - angle_j| <= angle_limit`` likewise. Angles in radians.
    """
    rows = Rows(context, "dc")
    for slice_ in context.networks.slices:
        view = slice_.network
        lines = [
            (number, way.link)
            for number, way in enumerate(view.ways)
            if view.obeys_angles(way.link) and not slice_.is_out(way.link.id)
        ]
        spans = _Spans(slice_, [link for _, link in lines])
        for number, link in lines:
            if not (slice_.is_out(link.from_node) or slice_.is_out(link.to_node)):
                _add_line(context, rows, slice_, int(slice_.flow[number, 0]), link, spans)
    rows.flush()


def _add_line(
    context: Context,
    rows: Rows,
    slice_: Slice,
    flow: int,
    link: NetworkLink,
    spans: _Spans,
) -> None:
    key = (*slice_.key, link.id)
    factor = slice_.network.settings.base / (link.reactance or math.inf)
    ends = ((slice_.angle[link.from_node], 1.0), (slice_.angle[link.to_node], -1.0))
    law: Expression = [*scaled(ends, factor), (flow, -1.0)]
    limit = math.inf if link.angle_limit is None else math.radians(link.angle_limit)
    closed = gates(context, slice_, link)
    if not closed:
        rows.add(key, law, lower=0.0, upper=0.0)
        if limit < math.inf:
            rows.add(key, list(ends), lower=-limit, upper=limit)
        return
    most = spans.between(link.from_node, link.to_node)
    room = abs(factor) * most
    gate: Expression = [entry for expression in closed for entry in expression]
    number = float(len(closed))
    rows.add(key, law + scaled(gate, room), upper=room * number)
    rows.add(key, law + scaled(gate, -room), lower=-room * number)
    if limit < most:
        free = most - limit
        rows.add(key, list(ends) + scaled(gate, free), upper=limit + free * number)
        rows.add(key, list(ends) + scaled(gate, -free), lower=-limit - free * number)


class _Spans:
    """Largest differences of angles between buses."""

    def __init__(self, slice_: Slice, links: list[NetworkLink]) -> None:
        view = slice_.network
        self._always: nx.Graph[str] = nx.Graph()
        lengths = []
        for link in links:
            added = view.changes_of(link.id, NetworkAction.ADD_CAPACITY)
            capacity = view.most_supply
            if link.capacity is not None:
                capacity = min(capacity, link.capacity + sum(row.value for row in added))
            length = capacity * abs(link.reactance or 0.0) / view.settings.base
            if link.angle_limit is not None:
                length = min(length, math.radians(link.angle_limit))
            lengths.append(length)
            ends = (link.from_node, link.to_node)
            if link.exists and all(view.node_by_id[name].exists for name in ends):
                known = self._always.get_edge_data(*ends, {"length": math.inf})["length"]
                self._always.add_edge(*ends, length=min(length, known))
        self._all = sum(sorted(lengths, reverse=True)[: max(1, len(view.buses) - 1)])
        self._from: dict[str, dict[str, float]] = {}

    def between(self, one: str, other: str) -> float:
        """Most by which the angles of two buses can differ, in radians."""
        if one not in self._always:
            return self._all
        if one not in self._from:
            self._from[one] = dict(
                nx.single_source_dijkstra_path_length(self._always, one, weight="length")
            )
        return min(self._all, self._from[one].get(other, math.inf))
