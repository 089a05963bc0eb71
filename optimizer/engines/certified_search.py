"""Branch and bound on small models in which every bound is recomputed from multipliers.

It serves models whose numbers span too much for a solver's tolerances: a billionth of a project of
billions is a whole number to a solver, and pays for a project of tens. Here a node is closed only
by a bound that arithmetic proves, and a plan counts only with its whole numbers exact.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.dual_bound import dual_bound, proves_infeasible
from infraplan.optimizer.backends.quick_relaxation import farkas_multipliers, quick_relaxation
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.primal import Completion

MOST_INTEGERS = 400
"""Integer columns up to which such a search is tried."""
NODE_S = 2.0
"""Seconds at most for one relaxation."""
GAP = 1e-7
"""Relative gap that closes the search."""


@dataclass(frozen=True)
class Certified:
    """The best plan found (shape: columns) and a bound that is proven; None: none."""

    plan: FloatArray | None
    bound: float | None


def certified_search(mip: Mip, plan: FloatArray | None, time_limit_s: float) -> Certified:
    """Search `mip` from `plan` for at most `time_limit_s`; the bound is that of all open nodes."""
    tree = _Tree(mip, plan, work_clock.now() + time_limit_s)
    tree.add(mip.col_lower, mip.col_upper, np.inf)
    if int(mip.integrality.sum()) <= MOST_INTEGERS:
        tree.search()
    return Certified(tree.plan, tree.bound)


class _Tree:
    """Open nodes by bound; a node is a pair of column bounds."""

    def __init__(self, mip: Mip, plan: FloatArray | None, end: float) -> None:
        self.plan = plan
        self._worth = -np.inf if plan is None else mip.value(plan)
        self._mip = mip
        self._end = end
        self._whole = np.flatnonzero(mip.integrality)
        self._completion = Completion.of(mip, self._whole)
        self._open: list[tuple[float, int, FloatArray, FloatArray, FloatArray]] = []
        self._number = 0
        self._unresolved = -np.inf
        self._tried: set[bytes] = set()

    @property
    def bound(self) -> float | None:
        """Bound of everything that is not closed, and of the plan."""
        highest = -self._open[0][0] if self._open else -np.inf
        bound = max(highest, self._unresolved, self._worth)
        return float(bound) if np.isfinite(bound) else None

    def search(self) -> None:
        """Open the node of highest bound and divide it, until plan and bound meet or time ends."""
        while self._open and not work_clock.is_past(self._end):
            highest = -self._open[0][0]
            if highest <= self._worth + GAP * max(1.0, abs(self._worth)):
                return
            _, _, lower, upper, values = heapq.heappop(self._open)
            self._try(values)
            column = self._branch_on(lower, upper, values)
            if column is None:
                self._unresolved = max(self._unresolved, highest)
                continue
            at = float(np.clip(np.floor(values[column]), lower[column], upper[column] - 1.0))
            below, above = upper.copy(), lower.copy()
            below[column], above[column] = at, at + 1.0
            self.add(lower, below, highest)
            self.add(above, upper, highest)

    def add(self, lower: FloatArray, upper: FloatArray, parent: float) -> None:
        """Bound a node and keep it open, unless it is proven to hold nothing better."""
        node = replace(self._mip, col_lower=lower, col_upper=upper)
        relaxed = quick_relaxation(node, NODE_S)
        bound, values = parent, np.clip(np.zeros(node.num_columns), lower, upper)
        if relaxed.multipliers is not None and relaxed.values is not None:
            own = dual_bound(node, relaxed.multipliers).value
            bound = parent if own is None else min(parent, own)
            values = relaxed.values
        else:
            multipliers = farkas_multipliers(node, NODE_S)
            if multipliers is not None and proves_infeasible(node, multipliers):
                return
        if bound <= self._worth:
            return
        self._number += 1
        heapq.heappush(self._open, (-bound, self._number, lower, upper, values))

    def _try(self, values: FloatArray) -> None:
        """Round `values` to a plan, and keep it where it is one and better."""
        rounded = np.round(values[self._whole])
        if rounded.tobytes() in self._tried:
            return
        self._tried.add(rounded.tobytes())
        found = self._completion.solve(rounded, NODE_S)
        if found is not None and self._mip.value(found) > self._worth:
            self.plan, self._worth = found, self._mip.value(found)

    def _branch_on(self, lower: FloatArray, upper: FloatArray, values: FloatArray) -> int | None:
        """The undecided whole column that is farthest from a whole number; None: all decided."""
        free = self._whole[upper[self._whole] - lower[self._whole] > 0.5]
        if not free.size:
            return None
        off = np.abs(values[free] - np.round(values[free]))
        # Of two that are whole but for a hair, the one that moves the objective most.
        weight = off * (1.0 + np.abs(self._mip.objective[free]))
        return int(free[int(np.argmax(np.where(off > 1e-6, 1e30 + off, weight)))])
