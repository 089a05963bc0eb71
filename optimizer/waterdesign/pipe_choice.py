"""The choice of pipes as arrays: which project puts which pipe where, in which size, for what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.waterdesign.hydraulics import Hydraulics, Pipes, States

PIPE_S = 1.5e-6
"""Price in seconds of a pipe of a design. Measured as 1.2 microseconds on 34 pipes in 3 loops."""


@dataclass(frozen=True)
class PipeChoice:
    """Ways to lay the pipes of a network.

    A design is one way for each unit (a project), shape (units,); way k of unit u is its k-th by
    cost, rising.

    Attributes
    ----------
    pipes
        The network.
    owner
        Unit that decides on each pipe, -1 where none does, shape (pipes,).
    resistances
        R of each pipe by way of its unit, inf where it is not there, shape (pipes, ways).
    costs
        What each way costs, inf where a unit has fewer, shape (units, ways).
    """

    pipes: Pipes
    owner: IntArray
    resistances: FloatArray
    costs: FloatArray

    @property
    def num_units(self) -> int:
        """Number of units."""
        return int(self.costs.shape[0])

    @property
    def num_ways(self) -> IntArray:
        """Number of ways of each unit, shape (units,)."""
        found: IntArray = np.isfinite(self.costs).sum(axis=1).astype(np.int64)
        return found

    def cost(self, designs: IntArray) -> FloatArray:
        """Cost of each of `designs`, shape (designs, units)."""
        costs: FloatArray = self.costs[np.arange(self.num_units), designs].sum(axis=-1)
        return costs

    def of_designs(self, designs: IntArray) -> FloatArray:
        """R of every pipe in each of `designs`, shape (designs, pipes)."""
        if not self.num_units:  # nobody may lay anything: what stands is all there is
            return np.tile(self.resistances[:, 0], (len(designs), 1))
        ways = np.where(self.owner >= 0, designs[:, np.maximum(self.owner, 0)], 0)
        found: FloatArray = self.resistances[np.arange(self.pipes.num_pipes), ways]
        return found


class Judge:
    """Says how far above what is asked the heads of designs are; counts how many were asked."""

    def __init__(self, choice: PipeChoice, slack: float) -> None:
        self.choice = choice
        self.slack = slack
        self.asked = 0
        self._hydraulics = Hydraulics(choice.pipes)

    def states(self, designs: IntArray) -> States:
        """Flows and heads of `designs`, shape (designs, units)."""
        self.asked += len(designs)
        work_clock.spend(PIPE_S * len(designs) * self.choice.pipes.num_pipes)
        return self._hydraulics.solve(self.choice.of_designs(designs))

    def margins(self, designs: IntArray) -> FloatArray:
        """Metres by which the heads of `designs` are above what is asked, less the slack wanted."""
        return self.states(designs).margin - self.slack

    def obeys(self, design: IntArray) -> bool:
        """Whether every node has the head asked for."""
        return bool(self.margins(design[None])[0] >= 0.0)
