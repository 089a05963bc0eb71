"""Where a plan with one project more may lie: models around the plan with few starts free."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from infraplan.optimizer.analysis.binding import Finder
from infraplan.optimizer.analysis.forcing import Bounds, Forcing
from infraplan.optimizer.mip import FloatArray, IntArray, Mip

WHOLE, UNLIKE = 1e-6, 0.01
"""From a whole number; from the plan: by how much a start of the relaxation may differ."""
PAYERS = (12, 48)
"""Projects of the plan in the same jurisdiction, worth least, that may make room before all may."""
FEW = (6, 20)
"""Projects of the plan, worth least at the prices of the relaxation, that may make room."""


class Near(NamedTuple):
    """A model with starts held, and the columns `started` that are not."""

    mip: Mip
    free: IntArray


Way = Callable[[int, FloatArray | None], Near | None]
"""A model near the plan with a project, by its position and what the relaxation with it chooses
(shape: columns; None: not known); None where it leads nowhere."""


class Nearby:
    """The ways to a plan that holds one project more."""

    def __init__(self, forcing: Forcing, finder: Finder, bounds: Bounds) -> None:
        self._forcing, self._finder, self._bounds = forcing, finder, bounds

    def own(self, index: int) -> IntArray:
        """Columns `started` of the project and of those that a rule ties to it."""
        own = self._forcing.own_columns(index)
        return np.union1d(own, self._finder.companions(index))

    def rounded(self, index: int, hint: FloatArray | None) -> Near | None:
        """Starts that are whole in the relaxation with the project stay so."""
        if hint is None:
            return None
        columns = self._forcing.columns
        whole = np.abs(hint[columns] - np.round(hint[columns])) < WHOLE
        free = np.union1d(columns[~whole], self.own(index))
        return Near(self._forcing.held(self._forcing.forced(index), free, hint), free)

    def unlike(self, index: int, hint: FloatArray | None) -> Near | None:
        """Starts that the plan and the relaxation with the project agree on stay."""
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

            return near

        return [way(few) for few in (*PAYERS, len(projects))]

    def making_room(self) -> list[Way]:
        """Rivals and what is worth least in the plan are free, few first."""

        def way(few: int) -> Way:
            def near(index: int, hint: FloatArray | None) -> Near | None:
                if hint is not None:
                    return None  # the relaxation knows better what makes room
                free = np.union1d(self.own(index), self._bounds.cheapest(few))
                return Near(self._forcing.held(self._forcing.forced(index), free), free)

            return near

        return [way(few) for few in FEW]
