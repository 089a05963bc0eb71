"""The discrete network design problem as arrays, and the values of its designs."""

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
    user_equilibrium,
)

Design = BoolArray
"""Whether each project is built."""


@dataclass(frozen=True)
class DesignProblem:
    """Choose projects that open arcs so that travel and works together cost least.

        minimise    total travel time of the user equilibrium on the open arcs - worth @ design
        subject to  row_weight @ design <= row_limit

    Attributes
    ----------
        network: all arcs, those that projects open included.
        projects: project ids, in the order of designs.
        arc_project: position of the project that opens each arc, -1 where it exists.
        worth: value of each project apart from travel, in units of travel time; costs are negative.
        row_weight: weight of each project in each limit, shape (limits, projects), not negative.
        row_limit: shape (limits,).
        must: projects that every design builds.
        must_not: projects that no design builds.
    """

    network: RoadNetwork
    projects: tuple[str, ...]
    arc_project: IntArray
    worth: FloatArray
    row_weight: FloatArray
    row_limit: FloatArray
    must: BoolArray
    must_not: BoolArray

    @property
    def num_projects(self) -> int:
        """Number of projects."""
        return len(self.projects)

    def closed_arcs(self, design: Design) -> BoolArray:
        """Arcs that `design` leaves unbuilt."""
        candidate = self.arc_project >= 0
        closed = np.zeros(self.network.num_arcs, dtype=np.bool_)
        closed[candidate] = ~design[self.arc_project[candidate]]
        return closed

    def allows(self, design: Design) -> bool:
        """Whether `design` keeps every limit, to 1e-9 of it."""
        if (self.must & ~design).any() or (self.must_not & design).any():
            return False
        used = self.row_weight @ design
        return bool((used <= self.row_limit + 1e-9 * (1.0 + np.abs(self.row_limit))).all())


@dataclass
class Evaluator:
    """Values of designs at equilibrium and at system optimum, from the last paths on.

    Attributes
    ----------
        problem: what the designs are of.
        equilibria: number of equilibria computed so far.
    """

    problem: DesignProblem
    equilibria: int = 0
    _user_paths: Paths | None = field(default=None, init=False)
    _system_paths: Paths | None = field(default=None, init=False)

    def prepare(self) -> None:
        """Compute both assignments with every arc open; their paths start all others.

        Raises
        ------
            UnreachableDemandError: a trip has no way even with every project built.
        """
        self._user_paths = user_equilibrium(self.problem.network, relative_gap=1e-6).paths
        self._system_paths = system_optimum(self.problem.network, relative_gap=1e-6).paths

    def equilibrium(self, design: Design, relative_gap: float) -> float:
        """Total travel time of the user equilibrium; infinite where a trip has no way."""
        self.equilibria += 1
        try:
            found = user_equilibrium(
                self.problem.network,
                relative_gap=relative_gap,
                closed=self.problem.closed_arcs(design),
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
                self.problem.network,
                relative_gap=1e-4,
                closed=self.problem.closed_arcs(design),
                start=self._system_paths,
                stop=stop,
            )
        except UnreachableDemandError:
            return None
