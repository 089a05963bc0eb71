"""The greedy that any engine must beat: starts by what they are worth for their money."""

from __future__ import annotations

import numpy as np
from scipy.sparse import block_diag, csc_array

from infraplan.optimizer.bench.by_hand import Starts
from infraplan.optimizer.mip import FloatArray

PASSES = 3
"""Passes over all starts: what waits for another may come before it in the first."""
ROUNDING = 1e-9


def greedy_starts(starts: Starts) -> FloatArray | None:
    """Which starts are taken, 0 or 1, shape (starts,); None where what must be built does not fit.

    What must be built comes first; then, and among that, what is worth most by what it costs. A
    start is taken if the money of every year still allows it.
    """
    funds, years = starts.inflow.shape
    project = starts.project
    cost = np.maximum(starts.spending.sum(axis=0), ROUNDING)
    age = np.subtract.outer(np.arange(years), np.arange(years))
    kept = [
        np.where(age >= 0, starts.growth[n] ** np.maximum(age, 0), 0.0)
        if starts.most[n] > 0.0
        else np.eye(years)
        for n in range(funds)
    ]  # what a unit of money in a year leaves in later ones
    carried = block_diag(kept) if funds else csc_array((0, 0))
    room = carried @ starts.inflow.ravel() - np.repeat(starts.least, years)
    room += ROUNDING * (1.0 + np.abs(room))
    use = csc_array(carried @ starts.spending)
    waits: dict[int, list[tuple[int, int]]] = {}
    for after, before, lag in starts.waits:
        waits.setdefault(after, []).append((before, lag))
    opens = np.full(starts.must.size, np.inf)
    taken = np.zeros(project.size)
    order = np.lexsort((-starts.worth / cost, ~starts.must[project]))
    for k in np.tile(order[starts.must[project[order]] | (starts.worth[order] > 0.0)], PASSES):
        i, part = project[k], slice(use.indptr[k], use.indptr[k + 1])
        rows, amounts = use.indices[part], use.data[part]
        is_ready = all(opens[h] + lag <= starts.year[k] for h, lag in waits.get(int(i), ()))
        if np.isinf(opens[i]) and is_ready and np.all(amounts <= room[rows]):
            room[rows] -= amounts
            opens[i], taken[k] = starts.opening[k], 1.0
    return None if np.any(np.isinf(opens[starts.must])) else taken
