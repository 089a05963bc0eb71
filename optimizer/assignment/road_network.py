"""Roads and trips as arrays: the form that assignment computes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class RoadNetwork:
    """Directed arcs with times, and trips between nodes, sorted by origin.

    The time of arc `a` at volume `v` is `free_time * (1 + alpha * (v / capacity) ** beta)`. A node
    that trips may not pass through is two: trips leave from one and arrive at the other, so that
    every shortest path obeys the rule by itself.

    Attributes
    ----------
    num_nodes
        Number of nodes, twins included.
    tail, head
        Node numbers, by arc.
    free_time, capacity, alpha, beta
        By arc; capacity is positive.
    arc_names
        Id of the link that each arc is a direction of.
    first_out, out_arc
        Arcs by tail.
    origins
        Node number of each origin.
    trip_first
        First trip of each origin, one more entry at the end.
    trip_origin
        Position of each trip's origin in `origins`.
    trip_destination, trip_demand
        By trip.
    trip_names
        Node ids (from, to) of each trip.
    """

    num_nodes: int
    tail: IntArray
    head: IntArray
    free_time: FloatArray
    capacity: FloatArray
    alpha: FloatArray
    beta: FloatArray
    arc_names: tuple[str, ...]
    first_out: IntArray
    out_arc: IntArray
    origins: IntArray
    trip_first: IntArray
    trip_origin: IntArray
    trip_destination: IntArray
    trip_demand: FloatArray
    trip_names: tuple[tuple[str, str], ...]

    @property
    def num_arcs(self) -> int:
        """Number of arcs."""
        return int(self.tail.size)

    @property
    def num_trips(self) -> int:
        """Number of pairs of nodes with demand."""
        return int(self.trip_demand.size)

    def times(self, volume: FloatArray, alpha: FloatArray) -> FloatArray:
        """Time of every arc at `volume`, with `alpha` in the place of the arcs' own."""
        return self.free_time * (1.0 + alpha * (volume / self.capacity) ** self.beta)

    def beckmann(self, volume: FloatArray) -> float:
        """Sum over arcs of `free_time * (v + alpha c / (beta + 1) (v / c)^(beta + 1))`."""
        ratio = volume / self.capacity
        grown = self.alpha / (self.beta + 1.0) * ratio**self.beta
        return float((self.free_time * volume * (1.0 + grown)).sum())


@dataclass(frozen=True)
class Arcs:
    """Arcs by the names of their ends; all sequences have one entry per arc."""

    names: Sequence[str]
    tails: Sequence[str]
    heads: Sequence[str]
    free_time: ArrayLike
    capacity: ArrayLike
    alpha: ArrayLike
    beta: ArrayLike


def road_network(
    arcs: Arcs, demand: dict[tuple[str, str], float], *, no_through: frozenset[str] = frozenset()
) -> RoadNetwork:
    """Return the arrays of `arcs` and of the trips of `demand` by (from, to).

    Trips from a node to itself and without demand are left out. An arc of infinite capacity has
    its free time always.

    Parameters
    ----------
    arcs
        Arcs of the network.
    demand
        Trips by (from, to) node.
    no_through
        Nodes where trips begin and end but which none may pass.

    Raises
    ------
    ValueError
        A number is negative or not a number, a capacity is zero, or a trip begins or ends at a
        node that no arc touches.
    """
    trips = sorted(
        ((pair, amount) for pair, amount in demand.items() if pair[0] != pair[1] and amount != 0.0)
    )
    numbers = _numbers_of_nodes(arcs, (name for pair, _ in trips for name in pair))
    twins = {name: len(numbers) + i for i, name in enumerate(sorted(no_through & numbers.keys()))}
    arrive = {**numbers, **twins}
    num_nodes = len(numbers) + len(twins)
    tail = np.array([numbers[name] for name in arcs.tails], dtype=np.int64)
    figures = [
        np.array(values, dtype=np.float64).reshape(tail.size)
        for values in (arcs.free_time, arcs.capacity, arcs.alpha, arcs.beta)
    ]
    amounts = np.array([amount for _, amount in trips], dtype=np.float64)
    _require_sound(figures, amounts)
    free_time, capacity, alpha, beta = figures
    endless = np.isinf(capacity)
    names = sorted({pair[0] for pair, _ in trips})
    position = {name: index for index, name in enumerate(names)}
    trip_origin = np.array([position[pair[0]] for pair, _ in trips], dtype=np.int64)
    return RoadNetwork(
        num_nodes=num_nodes,
        tail=tail,
        head=np.array([arrive[name] for name in arcs.heads], dtype=np.int64),
        free_time=free_time,
        capacity=np.where(endless, 1.0, capacity),
        alpha=np.where(endless, 0.0, alpha),
        beta=beta,
        arc_names=tuple(arcs.names),
        first_out=np.searchsorted(np.sort(tail), np.arange(num_nodes + 1)).astype(np.int64),
        out_arc=np.argsort(tail, kind="stable").astype(np.int64),
        origins=np.array([numbers[name] for name in names], dtype=np.int64),
        trip_first=np.searchsorted(trip_origin, np.arange(len(names) + 1)).astype(np.int64),
        trip_origin=trip_origin,
        trip_destination=np.array([arrive[pair[1]] for pair, _ in trips], dtype=np.int64),
        trip_demand=amounts,
        trip_names=tuple(pair for pair, _ in trips),
    )


def _numbers_of_nodes(arcs: Arcs, ends: Iterable[str]) -> dict[str, int]:
    """Number of every node that an arc touches, in their order; `ends` must be among them."""
    numbers: dict[str, int] = {}
    for name in [*arcs.tails, *arcs.heads]:
        numbers.setdefault(name, len(numbers))
    lost = sorted(set(ends) - numbers.keys())
    if lost:
        message = f"no link touches {lost[0]}, where trips begin or end"
        raise ValueError(message)
    return numbers


def _require_sound(figures: list[FloatArray], amounts: FloatArray) -> None:
    if any((values < 0.0).any() or np.isnan(values).any() for values in [*figures, amounts]):
        message = "times, capacities, exponents and trips must not be negative"
        raise ValueError(message)
    if (figures[1] == 0.0).any():
        message = "a link of an assignment must have a capacity above zero"
        raise ValueError(message)
