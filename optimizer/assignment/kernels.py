"""Compiled inner loops of the assignment: shortest trees, sets of paths, shifts between paths.

All functions work on plain arrays. A graph is `first_out` (shape nodes + 1) and `out_arc` (arc
numbers sorted by tail), with `tail` and `head` by arc. Trips are sorted by origin: those of origin
`o` are `trip_first[o] .. trip_first[o + 1] - 1`. The paths of trip `k` are
`paths_first[k] .. paths_first[k + 1] - 1`; the arcs of path `p`, from origin to destination, are
`path_arcs[path_first[p] : path_first[p + 1]]`. Volumes are flows on arcs; the time of an arc is
`free_time * (1 + alpha * (volume / capacity) ** beta)`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.compiled import compiled

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@compiled()
def arc_time(free_time: float, alpha: float, ratio: float, beta: float) -> float:
    """Return the time of an arc whose volume is `ratio` times its capacity."""
    if alpha == 0.0:
        return free_time
    if beta == 4.0:
        square = ratio * ratio
        return free_time * (1.0 + alpha * square * square)
    return free_time * (1.0 + alpha * ratio**beta)


@compiled()
def arc_slope(free_time: float, alpha: float, ratio: float, beta: float, capacity: float) -> float:
    """Return the derivative of `arc_time` by the volume."""
    if alpha == 0.0 or beta == 0.0:
        return 0.0
    if beta == 4.0:
        return free_time * alpha * 4.0 * ratio * ratio * ratio / capacity
    if ratio <= 0.0:
        return free_time * alpha / capacity if beta == 1.0 else 0.0
    return free_time * alpha * beta * ratio ** (beta - 1.0) / capacity


@compiled()
def _sift_up(heap_key: FloatArray, heap_node: IntArray, place: int) -> None:
    key, node = heap_key[place], heap_node[place]
    while place > 0:
        parent = (place - 1) >> 1
        if heap_key[parent] <= key:
            break
        heap_key[place], heap_node[place] = heap_key[parent], heap_node[parent]
        place = parent
    heap_key[place], heap_node[place] = key, node


@compiled()
def _sift_down(heap_key: FloatArray, heap_node: IntArray, size: int) -> None:
    key, node = heap_key[0], heap_node[0]
    place = 0
    child = 1
    while child < size:
        if child + 1 < size and heap_key[child + 1] < heap_key[child]:
            child += 1
        if heap_key[child] >= key:
            break
        heap_key[place], heap_node[place] = heap_key[child], heap_node[child]
        place = child
        child = 2 * place + 1
    heap_key[place], heap_node[place] = key, node


@compiled()
def shortest_trees(
    first_out: IntArray,
    out_arc: IntArray,
    head: IntArray,
    cost: FloatArray,
    roots: IntArray,
) -> tuple[FloatArray, IntArray]:
    """Return distances and last arcs (-1: none) from every root, shape (roots, nodes).

    An arc of infinite cost is closed. Dijkstra's method with a binary heap; costs are not negative.
    """
    num_nodes = first_out.size - 1
    distance = np.full((roots.size, num_nodes), np.inf)
    last_arc = np.full((roots.size, num_nodes), -1, np.int64)
    heap_key = np.empty(head.size + 1)
    heap_node = np.empty(head.size + 1, np.int64)
    for index in range(roots.size):
        reached = distance[index]
        via = last_arc[index]
        reached[roots[index]] = 0.0
        heap_key[0], heap_node[0] = 0.0, roots[index]
        size = 1
        while size > 0:
            key, node = heap_key[0], heap_node[0]
            size -= 1
            if size > 0:
                heap_key[0], heap_node[0] = heap_key[size], heap_node[size]
                _sift_down(heap_key, heap_node, size)
            if key > reached[node]:
                continue
            for position in range(first_out[node], first_out[node + 1]):
                arc = out_arc[position]
                there = key + cost[arc]
                if there < reached[head[arc]]:
                    reached[head[arc]] = there
                    via[head[arc]] = arc
                    heap_key[size], heap_node[size] = there, head[arc]
                    _sift_up(heap_key, heap_node, size)
                    size += 1
    return distance, last_arc


@compiled()
def path_cost(path_arcs: IntArray, begin: int, end: int, cost: FloatArray) -> float:
    """Sum of `cost` over a path, from the origin on: the order in which Dijkstra adds."""
    total = 0.0
    for position in range(begin, end):
        total += cost[path_arcs[position]]
    return total


@compiled()
def _mark_new_paths(
    distance: FloatArray,
    trip_first: IntArray,
    trip_destination: IntArray,
    paths_first: IntArray,
    path_first: IntArray,
    path_arcs: IntArray,
    path_flow: FloatArray,
    cost: FloatArray,
) -> NDArray[np.bool_]:
    """Whether each trip's shortest path is cheaper than all paths it has with flow."""
    wanted = np.zeros(trip_destination.size, np.bool_)
    for origin in range(trip_first.size - 1):
        for trip in range(trip_first[origin], trip_first[origin + 1]):
            best = np.inf
            for path in range(paths_first[trip], paths_first[trip + 1]):
                if path_flow[path] > 0.0:
                    here = path_cost(path_arcs, path_first[path], path_first[path + 1], cost)
                    best = min(best, here)
            wanted[trip] = distance[origin, trip_destination[trip]] < best
    return wanted


@compiled()
def renew_paths(
    distance: FloatArray,
    last_arc: IntArray,
    tail: IntArray,
    trip_first: IntArray,
    trip_destination: IntArray,
    trip_demand: FloatArray,
    paths_first: IntArray,
    path_first: IntArray,
    path_arcs: IntArray,
    path_flow: FloatArray,
    cost: FloatArray,
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Return the paths without those that carry nothing, with each trip's new shortest path.

    Flow that is missing to a trip's demand goes onto its shortest path; a trip whose flows exceed
    its demand by rounding is scaled down.
    """
    wanted = _mark_new_paths(
        distance, trip_first, trip_destination, paths_first, path_first, path_arcs, path_flow, cost
    )
    num_paths, num_entries = 0, 0
    for path in range(path_flow.size):
        if path_flow[path] > 0.0:
            num_paths += 1
            num_entries += path_first[path + 1] - path_first[path]
    for origin in range(trip_first.size - 1):
        for trip in range(trip_first[origin], trip_first[origin + 1]):
            if wanted[trip]:
                num_paths += 1
                node = trip_destination[trip]
                while last_arc[origin, node] >= 0:
                    num_entries += 1
                    node = tail[last_arc[origin, node]]
    new_trips = np.empty(trip_destination.size + 1, np.int64)
    new_first = np.empty(num_paths + 1, np.int64)
    new_arcs = np.empty(num_entries, np.int64)
    new_flow = np.empty(num_paths)
    count, entry = 0, 0
    new_first[0] = 0
    new_trips[0] = 0
    for origin in range(trip_first.size - 1):
        for trip in range(trip_first[origin], trip_first[origin + 1]):
            begin = count
            total = 0.0
            for path in range(paths_first[trip], paths_first[trip + 1]):
                if path_flow[path] <= 0.0:
                    continue
                for position in range(path_first[path], path_first[path + 1]):
                    new_arcs[entry] = path_arcs[position]
                    entry += 1
                new_flow[count] = path_flow[path]
                total += path_flow[path]
                count += 1
                new_first[count] = entry
            missing = trip_demand[trip] - total
            if wanted[trip]:
                node = trip_destination[trip]
                start = entry
                while last_arc[origin, node] >= 0:
                    new_arcs[entry] = last_arc[origin, node]
                    entry += 1
                    node = tail[last_arc[origin, node]]
                new_arcs[start:entry] = new_arcs[start:entry][::-1].copy()
                new_flow[count] = max(missing, 0.0)
                count += 1
                new_first[count] = entry
                total += max(missing, 0.0)
            if total > 0.0 and count > begin:
                scale = trip_demand[trip] / total
                for path in range(begin, count):
                    new_flow[path] *= scale
            new_trips[trip + 1] = count
    return new_trips, new_first, new_arcs, new_flow


@compiled()
def load_paths(
    num_arcs: int, path_first: IntArray, path_arcs: IntArray, path_flow: FloatArray
) -> FloatArray:
    """Return the volume of every arc."""
    volume = np.zeros(num_arcs)
    for path in range(path_flow.size):
        for position in range(path_first[path], path_first[path + 1]):
            volume[path_arcs[position]] += path_flow[path]
    return volume


@compiled()
def close_paths(
    closed: NDArray[np.bool_], path_first: IntArray, path_arcs: IntArray, path_flow: FloatArray
) -> None:
    """Take the flow off every path that uses a closed arc."""
    for path in range(path_flow.size):
        for position in range(path_first[path], path_first[path + 1]):
            if closed[path_arcs[position]]:
                path_flow[path] = 0.0
                break


@compiled()
def shift_flows(
    paths_first: IntArray,
    path_first: IntArray,
    path_arcs: IntArray,
    path_flow: FloatArray,
    volume: FloatArray,
    free_time: FloatArray,
    capacity: FloatArray,
    alpha: FloatArray,
    beta: FloatArray,
    target: float,
    most_passes: int,
) -> int:
    """Even out the costs of each trip's paths, in place; return the number of passes.

    For each trip, flow moves from every path to the cheapest by a Newton step on the arcs that
    the two do not share (gradient projection); times follow at once, so that the next trip sees
    them. A pass goes over all trips; passes end when the excess cost of the flows is at most
    `target` times the whole cost.
    """
    num_arcs = volume.size
    cost = np.empty(num_arcs)
    slope = np.empty(num_arcs)
    for arc in range(num_arcs):
        ratio = volume[arc] / capacity[arc]
        cost[arc] = arc_time(free_time[arc], alpha[arc], ratio, beta[arc])
        slope[arc] = arc_slope(free_time[arc], alpha[arc], ratio, beta[arc], capacity[arc])
    mark = np.full(num_arcs, -1, np.int64)
    stamp = 0
    for number in range(most_passes):
        excess, whole = 0.0, 0.0
        for trip in range(paths_first.size - 1):
            begin, end = paths_first[trip], paths_first[trip + 1]
            if end - begin < 2:
                if end > begin:
                    whole += path_flow[begin] * path_cost(
                        path_arcs, path_first[begin], path_first[begin + 1], cost
                    )
                continue
            best, best_cost = begin, np.inf
            for path in range(begin, end):
                here = path_cost(path_arcs, path_first[path], path_first[path + 1], cost)
                whole += path_flow[path] * here
                if here < best_cost:
                    best, best_cost = path, here
            stamp += 2
            for position in range(path_first[best], path_first[best + 1]):
                mark[path_arcs[position]] = stamp
            for path in range(begin, end):
                if path == best or path_flow[path] <= 0.0:
                    continue
                # Shared arcs get the odd stamp, so that both walks below can skip them.
                difference, curvature = 0.0, 0.0
                for position in range(path_first[path], path_first[path + 1]):
                    arc = path_arcs[position]
                    if mark[arc] == stamp:
                        mark[arc] = stamp + 1
                    else:
                        difference += cost[arc]
                        curvature += slope[arc]
                for position in range(path_first[best], path_first[best + 1]):
                    arc = path_arcs[position]
                    if mark[arc] == stamp:
                        difference -= cost[arc]
                        curvature += slope[arc]
                moved = 0.0
                if difference > 0.0:
                    excess += difference * path_flow[path]
                    moved = path_flow[path]
                    if curvature * moved > difference:
                        moved = difference / curvature
                elif difference < 0.0 and curvature > 0.0:
                    moved = max(difference / curvature, -path_flow[best])
                if moved != 0.0:
                    path_flow[path] = 0.0 if moved == path_flow[path] else path_flow[path] - moved
                    path_flow[best] += moved
                    for position in range(path_first[path], path_first[path + 1]):
                        arc = path_arcs[position]
                        if mark[arc] != stamp + 1:
                            volume[arc] = max(volume[arc] - moved, 0.0)
                            ratio = volume[arc] / capacity[arc]
                            cost[arc] = arc_time(free_time[arc], alpha[arc], ratio, beta[arc])
                            slope[arc] = arc_slope(
                                free_time[arc], alpha[arc], ratio, beta[arc], capacity[arc]
                            )
                for position in range(path_first[best], path_first[best + 1]):
                    arc = path_arcs[position]
                    if mark[arc] == stamp + 1:
                        mark[arc] = stamp
                    elif moved != 0.0:
                        volume[arc] = max(volume[arc] + moved, 0.0)
                        ratio = volume[arc] / capacity[arc]
                        cost[arc] = arc_time(free_time[arc], alpha[arc], ratio, beta[arc])
                        slope[arc] = arc_slope(
                            free_time[arc], alpha[arc], ratio, beta[arc], capacity[arc]
                        )
        if excess <= target * whole:
            return number + 1
    return most_passes
