"""Choosing among roads at equilibrium as arrays, and the values of its designs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from infraplan.optimizer.assignment import (
    Assignment,
    BoolArray,
    FloatArray,
    IntArray,
    Paths,
    RoadNetwork,
    UnreachableDemandError,
    system_optimum,
    trip_times,
    user_equilibrium,
)

Design = BoolArray
"""Whether each owner of arcs is there."""


@dataclass(frozen=True)
class RoadDesign:
    """Roads of one year, some of whose arcs are there only if their owner is.

    Attributes
    ----------
    network
        All arcs, those that have an owner included.
    arc_owner
        Position of each arc's owner in a design, -1 where the arc exists.
    num_owners
        Number of owners; one may own no arc.
    """

    network: RoadNetwork
    arc_owner: IntArray
    num_owners: int

    def closed_arcs(self, design: Design) -> BoolArray:
        """Arcs that `design` leaves unbuilt."""
        owned = self.arc_owner >= 0
        closed = np.zeros(self.network.num_arcs, dtype=np.bool_)
        closed[owned] = ~design[self.arc_owner[owned]]
        return closed

    def lost_trip(self, design: Design) -> tuple[int, IntArray] | None:
        """A trip that `design` leaves without a way, and the owners one of which must be there.

        Every way of the trip leaves the nodes that it reaches now, so by an arc of one of these
        owners; there may be none. None where every trip has a way.
        """
        network, closed = self.network, self.closed_arcs(design)
        times = trip_times(network, np.where(closed, np.inf, network.free_time))
        lost = np.flatnonzero(~np.isfinite(times))
        if not lost.size:
            return None
        trip = int(lost[0])
        found = self._reached(closed, int(network.origins[network.trip_origin[trip]]))
        leaving = found[network.tail] & ~found[network.head] & (self.arc_owner >= 0)
        return trip, np.unique(self.arc_owner[leaving])

    def _reached(self, closed: BoolArray, origin: int) -> BoolArray:
        """Nodes that are reached from `origin` over arcs that are not `closed`, shape (nodes,)."""
        network = self.network
        found = np.zeros(network.num_nodes, dtype=np.bool_)
        found[origin] = True
        while True:
            more = network.head[~closed & found[network.tail]]
            if found[more].all():
                return found
            found[more] = True


@dataclass(frozen=True)
class DesignProblem:
    """Choose owners so that travel and works together cost least.

        minimise    total travel time of the user equilibrium on the open arcs - worth @ design
        subject to  row_weight @ design <= row_limit, side_weight @ design <= side_limit

    Attributes
    ----------
    roads
        The arcs, and who owns them.
    worth
        Value of each owner apart from travel, in units of travel time; costs are negative.
    row_weight, row_limit
        Limits on weights that are not negative, shapes (limits, owners) and (limits,).
    side_weight, side_limit
        Further limits, of weights of any sign.
    must, must_not
        Owners that are in every design, and in none.
    """

    roads: RoadDesign
    worth: FloatArray
    row_weight: FloatArray
    row_limit: FloatArray
    side_weight: FloatArray
    side_limit: FloatArray
    must: BoolArray
    must_not: BoolArray


@dataclass
class Evaluator:
    """Values of designs at equilibrium and at system optimum, from the last paths on.

    Attributes
    ----------
    roads
        What the designs are of.
    equilibria
        Number of equilibria computed so far.
    """

    roads: RoadDesign
    equilibria: int = 0
    _user_paths: Paths | None = field(default=None, init=False)
    _system_paths: Paths | None = field(default=None, init=False)

    def prepare(self) -> float:
        """Compute both assignments with every arc open; their paths start all others.

        Returns
        -------
        float
            Total travel time that no design beats.

        Raises
        ------
        UnreachableDemandError
            A trip has no way even with every arc open.
        """
        self._user_paths = user_equilibrium(self.roads.network, relative_gap=1e-6).paths
        best = system_optimum(self.roads.network, relative_gap=1e-6)
        self._system_paths = best.paths
        return max(0.0, best.lower_bound)

    def equilibrium(self, design: Design, relative_gap: float) -> float:
        """Total travel time of the user equilibrium; infinite where a trip has no way."""
        self.equilibria += 1
        try:
            found = user_equilibrium(
                self.roads.network,
                relative_gap=relative_gap,
                closed=self.roads.closed_arcs(design),
                start=self._user_paths,
            )
        except UnreachableDemandError:
            return np.inf
        return found.total_travel_time

    def optimum(
        self, design: Design, stop: Callable[[float, float], bool] | None
    ) -> Assignment | None:
        """System optimum to 1e-4, or until `stop`; None where a trip has no way."""
        try:
            return system_optimum(
                self.roads.network,
                relative_gap=1e-4,
                closed=self.roads.closed_arcs(design),
                start=self._system_paths,
                stop=stop,
            )
        except UnreachableDemandError:
            return None
