"""A plan bettered by drift, then window by window: a few years free, all else held as it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.decomposition.drift import Drift
from infraplan.optimizer.decomposition.schedule import Scheduler
from infraplan.optimizer.mip import FloatArray

GAP = 1e-4
"""Share of a window's own value within which it is good enough."""
FIRST_YEARS, MOST_YEARS = 2, 6
"""Years of the first windows, and of the widest ones."""
FIRST_S, STRETCH, LONGEST_S = 5.0, 2.0, 120.0
"""Seconds for a window at first, and how they grow in rounds that better nothing."""
DRIFT_SHARE = 0.85
"""Share of the time for drift, which betters plans of many thousand projects faster."""
LEAST_GAIN = 1e-9
"""Share of the value by which a plan must be better."""


class Windows:
    """Drift and windows from the plan `start` (shape: columns) on."""

    def __init__(self, scheduler: Scheduler, start: FloatArray, seed: int = 0) -> None:
        self._scheduler, self._seed = scheduler, seed
        self.place = scheduler.places(start)

    def search(
        self,
        tell: Callable[[FloatArray], None],
        is_over: Callable[[], bool],
        end: float | None,
    ) -> None:
        """Drift; then go from window to window, wider where all were in vain.

        `tell` hears of every better plan. Ends where `is_over`, or where the widest windows, and
        the longest search of each, better nothing.
        """
        scheduler = self._scheduler
        now = work_clock.now()
        until = None if end is None else now + DRIFT_SHARE * (end - now)
        self.place = Drift(scheduler, self._seed).search(
            self.place, lambda place: tell(scheduler.values(place)), is_over, until
        )
        years, seconds = FIRST_YEARS, FIRST_S
        last = scheduler.last_year
        while not is_over():
            gained = False
            for first in range(0, max(1, last - years + 2), max(1, years // 2)):
                if is_over():
                    return
                left = seconds if end is None else min(seconds, end - work_clock.now())
                if self._window(first, min(first + years - 1, last), left):
                    gained = True
                    tell(scheduler.values(self.place))
            if gained:
                continue
            if years > last and seconds >= LONGEST_S:
                return
            years, seconds = min(years + 1, MOST_YEARS, last + 1), min(STRETCH * seconds, LONGEST_S)
            if years == min(MOST_YEARS, last + 1) and seconds >= LONGEST_S:
                return

    def _window(self, first: int, last: int, seconds: float) -> bool:
        """Solve one window; whether the plan is better by it."""
        scheduler = self._scheduler
        window = scheduler.window(self.place, first, last)
        if not window.nodes.size:
            return False
        found = quick_search(window.mip, seconds, GAP)
        if found.values is None:
            return False
        place = window.places(found.values)
        before = scheduler.worth(self.place)
        if scheduler.worth(place) <= before + LEAST_GAIN * (1.0 + np.abs(before)):
            return False
        if not scheduler.keeps(place):  # by what a solver overlooks
            return False
        self.place = place
        return True
