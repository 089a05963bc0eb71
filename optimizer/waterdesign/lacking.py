"""Why no design keeps the pressures: what nodes lack where every pipe is as wide as can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.waterdesign.hydraulics import EXPONENT, SHARP, Hydraulics
from infraplan.optimizer.waterdesign.pipe_choice import PipeChoice
from infraplan.optimizer.waterdesign.pipes import laid_choice, read_pipes


@dataclass(frozen=True)
class Lack:
    """A node that has too little pressure.

    Attributes
    ----------
    node
        Its id.
    year
        Year in which pressure is asked for.
    pressure
        What it has, m; None where no pipe brings water to it.
    asked
        What it asks for, m.
    """

    node: str
    year: int
    pressure: float | None
    asked: float

    @property
    def short(self) -> float:
        """What it lacks, m; all that is asked where no water comes."""
        return self.asked - (self.pressure or 0.0)


def lacking_nodes(formulation: Formulation) -> tuple[Lack, ...]:
    """Nodes without the pressure asked for where every project lays its widest pipes.

    Those that lack most come first. Money and all else that joins projects are left aside. None
    where that design keeps every pressure.
    """
    state = read_pipes(formulation)
    choice = laid_choice(formulation, state).choice
    states = Hydraulics(choice.pipes).solve(choice.of_designs(_widest(choice)[None]))
    if states.margin[0] >= -SHARP:
        return ()
    found = []
    for node, head in zip(state.network.nodes, states.head[0].tolist(), strict=True):
        if node.least_pressure is None:
            continue
        pressure = head - (node.elevation or 0.0) if np.isfinite(head) else None
        if pressure is None or pressure < node.least_pressure - SHARP:
            found.append(Lack(node.id, state.year, pressure, node.least_pressure))
    return tuple(sorted(found, key=lambda row: -row.short))


def _widest(choice: PipeChoice) -> IntArray:
    """The way of each unit in which its pipes together carry most at the same loss."""
    carried: FloatArray = np.where(np.isfinite(choice.resistances), choice.resistances, np.inf) ** (
        -1.0 / EXPONENT
    )
    found = np.zeros(choice.num_units, dtype=np.int64)
    for unit, ways in enumerate(choice.num_ways.tolist()):
        own = carried[choice.owner == unit, :ways].sum(axis=0)
        found[unit] = int(np.argmax(own))
    return found
