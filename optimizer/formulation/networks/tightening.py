"""Rows that open a link or node, with the least factor that a best plan needs.

``flow <= capacity open`` lets the relaxation build a share of a works that serves all there is to
serve. No best plan sends more through it than the demands beyond can take, nor trips over a road
that is no shorter for them than what is there without any project: a factor of more is put down to
that. Plans that are left out have flows in circles or detours, and are worth no more than others.
Where a network has what may make more flow worth while (storage, spill, least outputs, negative
costs, angles), its rows stay as they are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.network import Demand, NetworkAction, NodeRole
from infraplan.optimizer.formulation.networks.columns import NetworkColumns, Slice, is_cut
from infraplan.optimizer.formulation.networks.layout import NetworkLayout, Way, is_passed
from infraplan.optimizer.formulation.sets import FloatArray, IntArray
from infraplan.optimizer.mip import BoolArray, Key, Mip

if TYPE_CHECKING:
    import networkx as nx

FAMILIES = ("link_capacity", "node_capacity")
"""Families whose rows are tightened."""
ROOM = 1e-9
"""Share by which costs of two ways, or a factor and 0, may differ by rounding alone."""

Most = dict[int, float]
"""Most flow by column."""
Needed = dict[str, FloatArray]
"""Amount at each node (shape: nodes) of which one unit arrives, by the node where it does."""
Useful = dict[tuple[int, int], list[Demand]]
"""Demands by way and position of their origin."""


def tightened(mip: Mip, networks: NetworkColumns) -> Mip:
    """`mip` with the least factors; the value of its best plans, and its columns, are the same."""
    columns: Most = {}
    nodes: dict[Key, float] = {}
    of_view, of_block = dict[str, Needed](), dict[tuple[str, str], Useful]()
    for slice_ in networks.slices:
        view, load = slice_.network, slice_.block.id
        if view.is_transport:
            if (view.id, load) not in of_block:
                of_block[view.id, load] = _useful_trips(slice_)
            columns |= _trips_by_column(slice_, of_block[view.id, load])
        elif _flow_ends_at_demands(view):
            if view.id not in of_view:
                of_view[view.id] = _needed(view)
            beyond = _beyond_nodes(slice_, of_view[view.id])
            columns |= _flow_by_column(slice_, beyond)
            nodes |= {(*slice_.key, node): most for node, most in beyond.items()}
    if not columns:
        return mip
    value = mip.a_value.copy()
    run = mip.starts.run_of_column(mip.num_columns)
    most = np.full(mip.num_columns, np.inf)
    most[list(columns)] = list(columns.values())
    may_be = _rows_of_starts(mip, run)
    # Rows are short and many: plain numbers are quicker than arrays of ten.
    begin, index, given = mip.a_start.tolist(), mip.a_index.tolist(), mip.a_value.tolist()
    runs, room = run.tolist(), most.tolist()
    for block in mip.row_blocks:
        if block.family not in FAMILIES:
            continue
        for row in (block.start + np.flatnonzero(may_be[block.start :][: block.size])).tolist():
            key = block.keys[row - block.start]
            part = slice(begin[row], begin[row + 1])
            lower = _tightened_row(
                index[part],
                given[part],
                runs,
                room,
                nodes.get(key, math.inf),
                float(mip.row_upper[row]),
            )
            for place, found in lower.items():
                value[part.start + place] = found
    return _without_zeros(mip, value)


def _rows_of_starts(mip: Mip, run: IntArray) -> BoolArray:
    """Mask (shape: rows) of the rows with a finite limit of 0 or more that hold a start."""
    if not mip.starts.cumulative.all():
        return np.zeros(mip.num_rows, dtype=np.bool_)
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    holds = np.zeros(mip.num_rows, dtype=np.bool_)
    holds[rows[run[mip.a_index] >= 0]] = True
    return holds & (mip.row_upper >= 0.0) & np.isfinite(mip.row_upper)


def _tightened_row(
    index: list[int],
    old: list[float],
    run: list[int],
    most_by_column: list[float],
    at_node: float,
    limit: float,
) -> dict[int, float]:
    """Factors of starts, put down, by place in the row ``use - sum factor start <= limit``.

    With `use` at most m, a factor of ``m - limit`` is enough. The factor of a start in a year is
    the sum of those of "started by" this year and later ones; no start may have one below 0.
    """
    use = 0.0
    starts: defaultdict[int, list[int]] = defaultdict(list)
    for place, column in enumerate(index):
        if run[column] >= 0:
            starts[run[column]].append(place)
        elif old[place] < 0.0:
            return {}
        else:
            use += old[place] * most_by_column[column]
    # No room beyond: a limit a hair above that of the demands would be used within tolerances.
    enough = max(0.0, min(at_node, use) - limit)
    if not math.isfinite(enough):
        return {}
    if sum(max(-old[place], 0.0) for mine in starts.values() for place in mine) <= enough:
        return {}
    lower: dict[int, float] = {}
    for mine in starts.values():
        mine.sort(key=index.__getitem__)
        by_start, later = [0.0] * len(mine), 0.0
        for number in range(len(mine) - 1, -1, -1):
            later += old[mine[number]]
            by_start[number] = -later
        least = -ROOM * max(abs(old[place]) for place in mine)
        if any(amount < least for amount in by_start):
            return {}
        if any(amount > enough for amount in by_start):
            put = [min(max(amount, 0.0), enough) for amount in by_start]
            for place, own, after in zip(mine, put, [*put[1:], 0.0], strict=True):
                lower[place] = after - own
    return lower


def _without_zeros(mip: Mip, value: FloatArray) -> Mip:
    kept = value != 0.0
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))[kept]
    counts = np.bincount(rows, minlength=mip.num_rows)
    return replace(
        mip,
        a_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        a_index=mip.a_index[kept],
        a_value=value[kept],
    )


def _flow_ends_at_demands(view: NetworkLayout) -> bool:
    """Whether all that flows is served or lost, and more flow is never worth anything."""
    return (
        not view.buses
        and all(link.cost >= 0.0 for link in view.links)
        and all(
            node.role is not NodeRole.STORAGE
            and not node.spill
            and node.minimum_output == 0.0
            and node.cost >= 0.0
            for node in view.nodes
        )
    )


def _needed(view: NetworkLayout) -> Needed:
    """Largest amount at each node of which one unit arrives at each node with demands.

    0 where no way leads there. The loss on the way to a demand is that of the worst walk with no
    more links than nodes.
    """
    place = {node.id: number for number, node in enumerate(view.nodes)}
    tail = np.array([place[way.tail] for way in view.ways], dtype=np.int64)
    head = np.array([place[way.head] for way in view.ways], dtype=np.int64)
    kept = np.array([1.0 - way.loss for way in view.ways])
    found: Needed = {}
    for node in dict.fromkeys(demand.node for demand in view.demands):
        needed = np.zeros(len(place))
        needed[place[node]] = 1.0
        with np.errstate(divide="ignore"):
            for _ in range(len(place) - 1):
                before = needed.copy()
                np.maximum.at(needed, tail, np.where(needed[head] > 0.0, needed[head] / kept, 0.0))
                if np.array_equal(before, needed):
                    break
        found[node] = needed
    return found


def _beyond_nodes(slice_: Slice, needed: Needed) -> dict[str, float]:
    """Most that can come to each node: what the demands beyond it can take, losses added."""
    view = slice_.network
    served: defaultdict[str, float] = defaultdict(float)
    for demand in view.demands:
        served[demand.node] += slice_.demand[demand.id]
    beyond = np.zeros(len(view.nodes))
    for node, amount in served.items():
        if amount > 0.0:
            beyond += amount * needed[node]
    return dict(zip((node.id for node in view.nodes), beyond.tolist(), strict=True))


def _flow_by_column(slice_: Slice, beyond: Mapping[str, float]) -> Most:
    most: Most = {}
    for number, way in enumerate(slice_.network.ways):
        if way.loss < 1.0:
            most[int(slice_.flow[number, 0])] = beyond[way.head] / (1.0 - way.loss)
    for node, column in slice_.output.items():
        most[column] = beyond[node]
    return most


def _useful_trips(slice_: Slice) -> Useful:
    """Demands whose trips a way may make cheaper, by way and position of their origin."""
    import networkx as nx

    view = slice_.network
    if any(link.cost < 0.0 for link in view.links) or any(node.cost < 0.0 for node in view.nodes):
        return {}
    found: Useful = {}
    for position, origin in enumerate(view.commodities):
        least = _graph(slice_, origin, lambda way: True)
        safe = _graph(slice_, origin, lambda way: _is_always_there(slice_, way))
        there = nx.single_source_dijkstra_path_length(least, origin, weight="cost")
        known = nx.single_source_dijkstra_path_length(safe, origin, weight="cost")
        back = least.reverse(copy=False)
        for number in range(len(view.ways)):
            found[number, position] = []
        for demand in view.demands_at[origin]:
            target = demand.to_node or ""
            onward = nx.single_source_dijkstra_path_length(back, target, weight="cost")
            limit = known.get(target, np.inf)
            for number, way in enumerate(view.ways):
                cost = there.get(way.tail, np.inf) + onward.get(way.head, np.inf)
                cost += _cost(view, way, origin)
                # A way that is as dear as what is always there is needed by nobody.
                if cost < limit * (1.0 + ROOM) or (np.isinf(limit) and np.isfinite(cost)):
                    found[number, position].append(demand)
    return found


def _trips_by_column(slice_: Slice, useful: Useful) -> Most:
    """Trips from each node that a way may make cheaper, by column of flow."""
    amount = {
        demand.id: slice_.demand[demand.id] * (1.0 + demand.elasticity)
        for demand in slice_.network.demands
    }
    return {
        int(slice_.flow[place]): sum((amount[demand.id] for demand in demands), 0.0)
        for place, demands in useful.items()
    }


def _cost(view: NetworkLayout, way: Way, origin: str) -> float:
    """What a trip from `origin` pays for a way, the node that it leads to included."""
    return way.time * view.value_of_time(origin) + way.link.cost + view.node_by_id[way.head].cost


def _graph(slice_: Slice, origin: str, is_taken: Callable[[Way], bool]) -> nx.DiGraph[str]:
    import networkx as nx

    view = slice_.network
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(node.id for node in view.nodes)
    for way in view.ways:
        if is_taken(way):
            cost = _cost(view, way, origin)
            known = graph.get_edge_data(way.tail, way.head, {"cost": np.inf})["cost"]
            graph.add_edge(way.tail, way.head, cost=min(cost, known))
    return graph


def _is_always_there(slice_: Slice, way: Way) -> bool:
    """Whether any number of trips may take the way, at its cost, whatever is built."""
    view = slice_.network
    ends = (view.node_by_id[way.tail], view.node_by_id[way.head])
    elements = (way.link, *ends)
    return (
        way.change is None
        and way.link.exists
        and way.link.capacity is None
        and not is_cut(view, way.link, slice_.block)
        and all(node.capacity is None and (node.exists or is_passed(node)) for node in ends)
        and not any(slice_.is_out(element.id) for element in elements)
        and not any(
            view.changes_of(element.id, NetworkAction.CLOSE_DURING_WORKS) for element in elements
        )
    )
