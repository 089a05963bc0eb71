"""Family `dc`: flow on a power line follows from the angles at its ends."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from infraplan.models.network import NetworkAction, NetworkLink, NetworkNode
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import (
    Expression,
    Rows,
    active_in,
    gating,
    scaled,
    total_active,
    under_works,
)
from infraplan.optimizer.formulation.networks.columns import Slice, is_cut
from infraplan.optimizer.formulation.networks.layout import Changes, is_passed
from infraplan.optimizer.mip import MipBuilder

if TYPE_CHECKING:
    import networkx as nx


def columns_dc(context: Context, builder: MipBuilder) -> None:
    """Whether a candidate that several rows may open is open: one column by slice."""
    for slice_ in context.networks.slices:
        for element in _opened_by_several(slice_):
            builder.add_columns(_open_name(slice_, element), 1, upper=1.0)


def add_dc(context: Context) -> None:
    """The direct-current approximation on every open link with a reactance.

    Formula: ``flow = base (angle_i - angle_j) / x``; a candidate: ``|base (angle_i - angle_j) / x -
    flow| <= base/|x| D (1 - open)`` with D the most by which the angles can differ while it is
    absent: the shortest path over lines that are always there, each as long as its own largest
    difference, or `_Spans.apart` where there is no such path. Works that take a line out of
    service count as not open: ``1 - open + works``. Beside an equal circuit that may be open
    while it is not, with L the circuit's own largest difference:
    ``... <= base/|x| (D (1 - open_twin) + L (open_twin - open))``.
    ``|angle_i - angle_j| <= angle_limit`` likewise. Angles in radians.
    """
    rows = Rows(context, "dc")
    for slice_ in context.networks.slices:
        if rows.add_known(slice_):
            continue
        lines = _lines(slice_)
        spans = _Spans(slice_, [link for _, link in lines])
        for element in _opened_by_several(slice_):
            _add_opening(context, rows, slice_, element)
        before: dict[tuple[object, ...], NetworkLink] = {}
        for number, link in lines:
            flow = int(slice_.flow[number, 0])
            _add_line(context, rows, slice_, flow, link, spans)
            is_one_choice = not link.exists and not slice_.network.shutting(link)
            if is_one_choice and len(gating(slice_, link)) == 1:
                twin = before.get(kind := _kind(slice_, link))
                before[kind] = link
                if twin is not None:
                    _add_twin(context, rows, slice_, flow, (twin, link), spans)
    rows.flush()


def _lines(slice_: Slice) -> list[tuple[int, NetworkLink]]:
    """Ways of the slice that obey angles and are not out, by their numbers."""
    view = slice_.network
    return [
        (number, way.link)
        for number, way in enumerate(view.ways)
        if view.obeys_angles(way.link) and not is_cut(view, way.link, slice_.block)
    ]


def _openings(slice_: Slice, element: NetworkLink | NetworkNode) -> Changes:
    return slice_.network.changes_of(element.id, NetworkAction.OPEN)


def _opened_by_several(slice_: Slice) -> list[NetworkLink | NetworkNode]:
    """Candidates of the lines, each once, that several rows may open."""
    found = {
        element.id: element
        for _, link in _lines(slice_)
        for element in gating(slice_, link)
        if len(_openings(slice_, element)) > 1
    }
    return list(found.values())


def _open_name(slice_: Slice, element: NetworkLink | NetworkNode) -> str:
    return f"open[{slice_.network.id},{slice_.year},{slice_.block.id},{element.id}]"


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
    tail, head = slice_.network.index.ends[link.id]
    ends = ((slice_.angle[tail], 1.0), (slice_.angle[head], -1.0))
    law: Expression = [*scaled(ends, factor), (flow, -1.0)]
    limit = math.inf if link.angle_limit is None else math.radians(link.angle_limit)
    opened = [_is_open(context, slice_, part) for part in gating(slice_, link)]
    works = [under_works(context, change, slice_.t) for change in slice_.network.shutting(link)]
    gate: Expression = [entry for expression in opened for entry in expression]
    gate += [entry for expression in works for entry in scaled(expression, -1.0)]
    if not gate and not opened:
        rows.add(key, law, lower=0.0, upper=0.0)
        if limit < math.inf:
            rows.add(key, list(ends), lower=-limit, upper=limit)
        return
    most = spans.between(tail, head)
    room = abs(factor) * most
    number = float(len(opened))
    rows.add(key, law + scaled(gate, room), upper=room * number)
    rows.add(key, law + scaled(gate, -room), lower=-room * number)
    # What joins the buses always may keep them within the limit; nothing else does.
    if limit < most or (limit < math.inf and not spans.are_joined(tail, head)):
        free = max(0.0, most - limit)
        rows.add(key, list(ends) + scaled(gate, free), upper=limit + free * number)
        rows.add(key, list(ends) + scaled(gate, -free), lower=-limit - free * number)


def _kind(slice_: Slice, link: NetworkLink) -> tuple[object, ...]:
    """What equal circuits have alike: ends, direction included, and figures."""
    return (*slice_.network.index.ends[link.id], link.reactance, link.capacity, link.angle_limit)


def _add_twin(
    context: Context,
    rows: Rows,
    slice_: Slice,
    flow: int,
    twins: tuple[NetworkLink, NetworkLink],
    spans: _Spans,
) -> None:
    """How far the second of two equal circuits may be from its law where the first one is open.

    It holds in whatever order they are built; where the first is built first it says more than
    the row of the second alone: open, the first leaves no more than its own difference.
    """
    twin, link = twins
    tail, head = slice_.network.index.ends[link.id]
    most, own = spans.between(tail, head), spans.length(twin)
    if own >= most:
        return
    factor = slice_.network.settings.base / (link.reactance or math.inf)
    law: Expression = [
        *scaled(((slice_.angle[tail], 1.0), (slice_.angle[head], -1.0)), factor),
        (flow, -1.0),
    ]
    room, near = abs(factor) * most, abs(factor) * own
    gate = scaled(_is_open(context, slice_, link), near)
    gate += scaled(_is_open(context, slice_, twin), room - near)
    key = (*slice_.key, link.id)
    rows.add(key, law + gate, upper=room)
    rows.add(key, law + scaled(gate, -1.0), lower=-room)


def _is_open(context: Context, slice_: Slice, element: NetworkLink | NetworkNode) -> Expression:
    """1 where a candidate is open, else 0; a column of its own where several rows may open it."""
    changes = _openings(slice_, element)
    if len(changes) < 2:
        return total_active(context, changes, slice_.t, slice_.until)
    return [(int(context.columns[_open_name(slice_, element)][0]), 1.0)]


def _add_opening(
    context: Context, rows: Rows, slice_: Slice, element: NetworkLink | NetworkNode
) -> None:
    """``open <= sum of active``, ``open >= each active``; the column's bound is ``open <= 1``."""
    changes = _openings(slice_, element)
    column = int(context.columns[_open_name(slice_, element)][0])
    key = (*slice_.key, element.id)
    rows.add(
        key,
        [(column, 1.0), *scaled(total_active(context, changes, slice_.t, slice_.until), -1.0)],
        upper=0,
    )
    for change in changes:
        one = active_in(context, change, slice_)
        rows.add(key, [(column, 1.0), *scaled(one, -1.0)], lower=0.0)


class _Spans:
    """Largest differences of angles between the ends of lines, radians.

    A way from one end of a line to the other passes only lines that lie on one ring with it: each
    largest set of such lines (a block) is looked at by itself. In it lines that are always there
    join buses into groups. Between groups a way of lines enters each group once at most, if what it
    does between its first and its last bus there is put down to what is always there; buses that
    nothing joins may have any angles, and so near ones.
    """

    def __init__(self, slice_: Slice, links: list[NetworkLink]) -> None:
        import networkx as nx

        view = slice_.network
        self._slice = slice_
        self._always: nx.Graph[str] = nx.Graph()
        self._always.add_nodes_from(view.buses)
        for link in links:
            ends = view.index.ends[link.id]
            there = (view.node_by_id[name] for name in ends)
            is_there = link.exists and not view.shutting(link)
            if is_there and all(node.exists or is_passed(node) for node in there):
                known = self._always.get_edge_data(*ends, {"length": math.inf})["length"]
                self._always.add_edge(*ends, length=min(self.length(link), known))
        self._from: dict[str, dict[str, float]] = {}
        self._links = links
        self._apart: dict[int, float] = {}

    @cached_property
    def _blocks(self) -> dict[frozenset[str], int]:
        """Number of the block of the lines between two buses."""
        import networkx as nx

        ends = self._slice.network.index.ends
        lines: nx.Graph[str] = nx.Graph()
        lines.add_edges_from(ends[link.id] for link in self._links)
        return {
            frozenset(pair): number
            for number, pairs in enumerate(nx.biconnected_component_edges(lines))
            for pair in pairs
        }

    def length(self, link: NetworkLink) -> float:
        """Most by which the angles at the ends of an open line can differ."""
        view = self._slice.network
        return view.most_flow(link) * abs(link.reactance or 0.0) / view.settings.base

    def apart(self, block: int) -> float:
        """Most between buses of a block of which nothing always there joins one to the other.

        All that lies inside the groups and, of the longest line between any two of them, no more
        than there are groups but one; nor than half of the two longest of each group.
        """
        import networkx as nx

        ends = self._slice.network.index.ends
        links = [link for link in self._links if self._blocks[frozenset(ends[link.id])] == block]
        there: nx.Graph[str] = nx.Graph()
        for link in links:
            there.add_nodes_from(ends[link.id])
            if self._always.has_edge(*ends[link.id]):
                there.add_edge(*ends[link.id])
        groups = [sorted(group) for group in nx.connected_components(there)]
        number = {bus: place for place, group in enumerate(groups) for bus in group}
        inside = sum(
            max(self._lengths(bus)[other] for bus in group for other in group) for group in groups
        )
        longest: defaultdict[tuple[int, int], float] = defaultdict(float)
        for link in links:
            one, other = sorted(number[bus] for bus in ends[link.id])
            if one != other:
                longest[one, other] = max(longest[one, other], self.length(link))
        of_group: defaultdict[int, list[float]] = defaultdict(list)
        for pair, length in longest.items():
            for group in pair:
                of_group[group].append(length)
        by_count = sum(sorted(longest.values(), reverse=True)[: len(groups) - 1])
        by_group = sum(sum(sorted(lengths)[-2:]) for lengths in of_group.values()) / 2.0
        return inside + min(by_count, by_group)

    def are_joined(self, one: str, other: str) -> bool:
        """Whether lines that are always there join two buses."""
        return other in self._lengths(one)

    def between(self, one: str, other: str) -> float:
        """Most by which the angles of two buses can differ."""
        joined = self._lengths(one).get(other)
        if joined is not None:
            return joined
        block = self._blocks[frozenset((one, other))]
        if block not in self._apart:
            self._apart[block] = self.apart(block)
        return self._apart[block]

    def _lengths(self, bus: str) -> dict[str, float]:
        import networkx as nx

        if bus not in self._from:
            self._from[bus] = dict(
                nx.single_source_dijkstra_path_length(self._always, bus, weight="length")
            )
        return self._from[bus]
