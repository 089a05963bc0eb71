"""Where a plan with one project more may lie: models around the plan with few starts free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from infraplan.optimizer.analysis.binding import Binding, Finder
from infraplan.optimizer.analysis.forcing import Bounds, Forcing
from infraplan.optimizer.mip import FloatArray, IntArray, Mip

WHOLE, UNLIKE = 1e-6, 0.01
"""From a whole number; from the plan: by how much a start of the relaxation may differ."""
PAYERS = (12, 48)
"""Projects of the plan in the same jurisdiction, worth least, that may make room before all may."""
FEW = (6, 20)
"""Projects of the plan, worth least at the prices of the relaxation, that may make room."""


@dataclass
class LeftOut:
    """One project left out, as far as it is known; money in the model's unit.

    `asked` has the ways that were tried, by name, and what a plan there had to be worth.
    """

    index: int
    binding: Binding
    low: float | None = None
    high: float | None = None
    best: FloatArray | None = None
    can_be_forced: bool | None = None
    hint: FloatArray | None = None
    is_out: bool = False
    asked: dict[str, float] = field(default_factory=dict)

    @property
    def width(self) -> float:
        """Width of the interval of the loss."""
        if self.can_be_forced is False:
            return 0.0
        return np.inf if self.low is None or self.high is None else self.high - self.low

    def hold(self, loss: float, values: FloatArray) -> None:
        """Keep a plan with the project, `values`, that loses so much, where none loses less."""
        self.can_be_forced = True
        if self.high is None or loss < self.high:
            self.high, self.best = loss, values

    def lose_at_least(self, loss: float) -> None:
        """Know that no plan with the project loses less."""
        self.low = loss if self.low is None else max(self.low, loss)
        if self.high is not None:  # rounding; or a plan better than the plan, within its gap
            self.low = min(self.low, self.high)


class Near(NamedTuple):
    """A model with starts held, and the columns `started` that are not."""

    mip: Mip
    free: IntArray


class Way(NamedTuple):
    """A way to a plan with a project, and its name.

    `model` is that near the plan, by the project's position and what the relaxation with it chooses
    (shape: columns; None: not known); None where it leads nowhere.
    """

    name: str
    model: Callable[[int, FloatArray | None], Near | None]

    def __call__(self, index: int, hint: FloatArray | None) -> Near | None:
        """The model for project `index`."""
        return self.model(index, hint)


class Nearby:
    """The ways to a plan that holds one project more."""

    def __init__(self, forcing: Forcing, finder: Finder, bounds: Bounds) -> None:
        self._forcing, self._finder, self._bounds = forcing, finder, bounds

    def own(self, index: int) -> IntArray:
        """Columns `started` of the project and of those that a rule ties to it."""
        own = self._forcing.own_columns(index)
        return np.union1d(own, self._finder.companions(index))

    @property
    def rounded(self) -> Way:
        """Starts that are whole in the relaxation with the project stay so."""
        return Way("rounded", self._rounded)

    @property
    def unlike(self) -> Way:
        """Starts that the plan and the relaxation with the project agree on stay."""
        return Way("unlike", self._unlike)

    def _rounded(self, index: int, hint: FloatArray | None) -> Near | None:
        if hint is None:
            return None
        columns = self._forcing.columns
        whole = np.abs(hint[columns] - np.round(hint[columns])) < WHOLE
        free = np.union1d(columns[~whole], self.own(index))
        return Near(self._forcing.held(self._forcing.forced(index), free, hint), free)

    def _unlike(self, index: int, hint: FloatArray | None) -> Near | None:
        if hint is None:
            return None
        columns = self._forcing.columns
        unlike = np.abs(hint[columns] - self._forcing.taken) > UNLIKE
        free = np.union1d(columns[unlike], self.own(index))
        return Near(self._forcing.held(self._forcing.forced(index), free), free)

    def payers(self) -> list[Way]:
        """What the same jurisdiction builds may make room: its money is what is scarce.

        First what is worth least there, which takes a tenth of a second and mostly does.
        """
        projects = self._forcing.formulation.instance.projects

        def way(few: int) -> Way:
            def near(index: int, hint: FloatArray | None) -> Near | None:
                del hint
                room = self._bounds.cheapest(few, projects[index].jurisdiction)
                free = np.union1d(self.own(index), room)
                return Near(self._forcing.held(self._forcing.forced(index), free), free)

            return Way(f"payers {few}", near)

        return [way(few) for few in (*PAYERS, len(projects))]

    def making_room(self) -> list[Way]:
        """Rivals and what is worth least in the plan are free, few first."""

        def way(few: int) -> Way:
            def near(index: int, hint: FloatArray | None) -> Near | None:
                if hint is not None:
                    return None  # the relaxation knows better what makes room
                free = np.union1d(self.own(index), self._bounds.cheapest(few))
                return Near(self._forcing.held(self._forcing.forced(index), free), free)

            return Way(f"room {few}", near)

        return [way(few) for few in FEW]
