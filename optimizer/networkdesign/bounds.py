"""Linear bounds on the total travel time of every design, from prices at one design.

The system optimum of a design bounds its equilibrium from below, and any prices `w` on arcs bound
the system optimum of every design at once: with `f(v)` an arc's volume times its time,

    total(design) >= sum over trips of demand x shortest path at w
                     - sum over open arcs of  max over v of (w v - f(v)).

The first term and the arcs that exist are a constant; each owner takes off the part of its arcs
where it is there. Prices are the marginal times at the flows of one design, where the bound is
then tight. An arc that this design leaves closed is priced for each trip by itself, just so that
no trip gains by it: by the difference of the trip's potentials at its ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infraplan.optimizer.assignment import FloatArray, IntArray, RoadNetwork, kernels
from infraplan.optimizer.compiled import compiled
from infraplan.optimizer.networkdesign.problem import Design, RoadDesign


@dataclass(frozen=True)
class Cut:
    """`constant - gain @ design` is at most what any design costs."""

    constant: float
    gain: FloatArray

    def value(self, design: Design) -> float:
        """Bound for `design`."""
        return self.constant - float(self.gain @ design)


def make_cut(roads: RoadDesign, design: Design, volume: FloatArray) -> Cut:
    """Return the bound from the marginal times at `volume`, flows on the arcs `design` opens."""
    network = roads.network
    closed = roads.closed_arcs(design)
    marginal = network.times(volume, network.alpha * (network.beta + 1.0))
    cost = np.where(closed, np.inf, marginal)
    distance, _ = kernels.shortest_trees(
        network.first_out, network.out_arc, network.head, cost, network.origins
    )
    shortest = distance[network.trip_origin, network.trip_destination]
    # At price w = f'(v) the arc's maximum of w v - f(v) is at v itself: v (w - time).
    worth = volume * (marginal - network.times(volume, network.alpha))
    worth[closed] = 0.0
    arcs = np.flatnonzero(closed)
    if arcs.size:
        worth[arcs] = _worth_of_closed(network, arcs, cost, distance, shortest)
    exists = roads.arc_owner < 0
    gain = np.zeros(roads.num_owners)
    np.add.at(gain, roads.arc_owner[~exists], worth[~exists])
    constant = float(network.trip_demand @ shortest) - float(worth[exists].sum())
    return Cut(constant, gain)


def _worth_of_closed(
    network: RoadNetwork,
    arcs: IntArray,
    cost: FloatArray,
    distance: FloatArray,
    shortest: FloatArray,
) -> FloatArray:
    """Most that each closed arc could save, from two choices of potentials, whichever is less.

    Forward, a node's potential for a trip is its distance from the origin, but no more than the
    destination's; backward, the destination's less the node's distance to it, but no less than 0.
    Both rise along an open arc by its cost at most.
    """
    order = np.argsort(network.head, kind="stable").astype(np.int64)
    first = np.searchsorted(network.head[order], np.arange(network.num_nodes + 1)).astype(np.int64)
    ends, position = np.unique(network.trip_destination, return_inverse=True)
    onward, _ = kernels.shortest_trees(first, order, network.tail, cost, ends.astype(np.int64))
    choices = [
        _best_savings(
            network.tail[arcs],
            network.head[arcs],
            network.free_time[arcs],
            network.capacity[arcs],
            network.alpha[arcs],
            network.beta[arcs],
            distance,
            onward,
            network.trip_origin,
            position.astype(np.int64),
            shortest,
            network.trip_demand,
            forward,
        )
        for forward in (1.0, 0.0, 0.5)
    ]
    return min(choices, key=lambda worth: float(worth.sum()))


@compiled(nogil=True)
def _best_savings(
    tails: IntArray,
    heads: IntArray,
    free_time: FloatArray,
    capacity: FloatArray,
    alpha: FloatArray,
    beta: FloatArray,
    ahead: FloatArray,
    behind: FloatArray,
    origin: IntArray,
    destination: IntArray,
    shortest: FloatArray,
    demand: FloatArray,
    forward: float,
) -> FloatArray:
    """For each arc, the maximum over flows of `sum of price x flow - f(volume)`.

    A trip's price is the difference of its potentials at the arc's ends, where forward potentials
    count by the share `forward` and backward ones by the rest; its flow is at most its demand.
    Trips are loaded in falling order of price until the marginal time has risen to the price.
    """
    num_trips = shortest.size
    worth = np.zeros(tails.size)
    price = np.empty(num_trips)
    size = np.empty(num_trips)
    for arc in range(tails.size):
        count = 0
        for trip in range(num_trips):
            best = shortest[trip]
            there = ahead[origin[trip], heads[arc]]
            here = ahead[origin[trip], tails[arc]]
            by_origin = min(there, best) - min(here, best)
            there = best - behind[destination[trip], heads[arc]]
            here = best - behind[destination[trip], tails[arc]]
            by_destination = max(there, 0.0) - max(here, 0.0)
            offered = forward * by_origin + (1.0 - forward) * by_destination
            if offered > free_time[arc]:
                price[count] = offered
                size[count] = demand[trip]
                count += 1
        order = np.argsort(-price[:count])
        scale = free_time[arc] * alpha[arc] * (beta[arc] + 1.0)
        volume, saving = 0.0, 0.0
        for index in order:
            wanted = np.inf
            if scale > 0.0 and beta[arc] > 0.0:
                over = (price[index] - free_time[arc]) / scale
                wanted = capacity[arc] * over ** (1.0 / beta[arc])
            elif price[index] <= free_time[arc] * (1.0 + alpha[arc]):
                # With beta = 0 the time is constant, above the free time by alpha.
                wanted = 0.0
            added = min(size[index], wanted - volume)
            if added <= 0.0:
                break
            volume += added
            saving += price[index] * added
        ratio = volume / capacity[arc]
        spent = volume * kernels.arc_time(free_time[arc], alpha[arc], ratio, beta[arc])
        worth[arc] = max(saving - spent, 0.0)
    return worth
