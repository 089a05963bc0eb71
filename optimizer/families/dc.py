"""Family `dc`: flow on a power line follows from the angles at its ends."""

from __future__ import annotations

import math
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
    difference, or the sum of the n - 1 longest of all lines where there is no such path.
    ``|angle_i - angle_j| <= angle_limit`` likewise. Angles in radians.
    """
    rows = Rows(context, "dc")
    for slice_ in context.networks.slices:
        lines = _lines(slice_)
        spans = _Spans(slice_, [link for _, link in lines])
        for element in _opened_by_several(slice_):
            _add_opening(context, rows, slice_, element)
        for number, link in lines:
            _add_line(context, rows, slice_, int(slice_.flow[number, 0]), link, spans)
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
    closed = [_is_open(context, slice_, part) for part in gating(slice_, link)]
    if not closed:
        rows.add(key, law, lower=0.0, upper=0.0)
        if limit < math.inf:
            rows.add(key, list(ends), lower=-limit, upper=limit)
        return
    most = spans.between(tail, head)
    room = abs(factor) * most
    gate: Expression = [entry for expression in closed for entry in expression]
    number = float(len(closed))
    rows.add(key, law + scaled(gate, room), upper=room * number)
    rows.add(key, law + scaled(gate, -room), lower=-room * number)
    if limit < most:
        free = most - limit
        rows.add(key, list(ends) + scaled(gate, free), upper=limit + free * number)
        rows.add(key, list(ends) + scaled(gate, -free), lower=-limit - free * number)


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
    """Largest differences of angles between buses."""

    def __init__(self, slice_: Slice, links: list[NetworkLink]) -> None:
        import networkx as nx

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
            ends = view.index.ends[link.id]
            there = (view.node_by_id[name] for name in ends)
            if link.exists and all(node.exists or is_passed(node) for node in there):
                known = self._always.get_edge_data(*ends, {"length": math.inf})["length"]
                self._always.add_edge(*ends, length=min(length, known))
        self._all = sum(sorted(lengths, reverse=True)[: max(1, len(view.buses) - 1)])
        self._from: dict[str, dict[str, float]] = {}

    def between(self, one: str, other: str) -> float:
        """Most by which the angles of two buses can differ, in radians."""
        import networkx as nx

        if one not in self._always:
            return self._all
        if one not in self._from:
            self._from[one] = dict(
                nx.single_source_dijkstra_path_length(self._always, one, weight="length")
            )
        return min(self._all, self._from[one].get(other, math.inf))
