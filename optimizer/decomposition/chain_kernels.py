"""Compiled change of rows from columns "option started by year" to places of chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.compiled import compiled

Places = NDArray[np.int64]
Floats = NDArray[np.float64]


@compiled(nogil=True)
def by_place(
    start: Places,
    index: Places,
    value: Floats,
    column: Places,
    run_of: Places,
    first: Places,
    size: Places,
    chain_of: Places,
    begin: Places,
    place_of: Places,
    hair: float,
) -> tuple[Places, Places, Floats]:
    """The rows `start`, `index`, `value` with places of chains as columns, in the same form.

    `column` is the new number of a column that stays as it is, -1 of one in a chain of several
    options. A start in place k is worth to a row what its option's columns from then on add up to;
    the coefficient of `z_k` is that less the same of place k + 1. Two passes: count, then fill.
    """
    rows = start.size - 1
    places = begin[-1]
    worth = np.zeros(places + 1)
    own = np.zeros(run_of.size)
    ends = np.zeros(rows + 1, dtype=np.int64)
    out_index = np.zeros(0, dtype=np.int64)
    out_value = np.zeros(0)
    runs = np.empty(first.size, dtype=np.int64)
    chains = np.empty(begin.size, dtype=np.int64)
    seen_run = np.full(first.size, -1, dtype=np.int64)
    seen_chain = np.full(begin.size, -1, dtype=np.int64)
    for turn in range(2):
        for row in range(rows):
            at = ends[row] if turn == 1 else 0
            stamp = 2 * row + turn + 2 * rows * turn
            many_runs = 0
            many_chains = 0
            largest = 0.0
            for k in range(start[row], start[row + 1]):
                j = index[k]
                largest = max(largest, abs(value[k]))
                if column[j] >= 0:
                    if value[k] != 0.0:
                        if turn == 1:
                            out_index[at] = column[j]
                            out_value[at] = value[k]
                        at += 1
                    continue
                own[j] += value[k]
                run = run_of[j]
                if seen_run[run] != stamp:
                    seen_run[run] = stamp
                    runs[many_runs] = run
                    many_runs += 1
                chain = chain_of[run]
                if seen_chain[chain] != stamp:
                    seen_chain[chain] = stamp
                    chains[many_chains] = chain
                    many_chains += 1
            for r in range(many_runs):
                run = runs[r]
                total = 0.0
                for j in range(first[run] + size[run] - 1, first[run] - 1, -1):
                    total += own[j]
                    own[j] = 0.0
                    worth[place_of[j]] = total
            for c in range(many_chains):
                for place in range(begin[chains[c]], begin[chains[c] + 1]):
                    after = worth[place + 1] if place + 1 < begin[chains[c] + 1] else 0.0
                    coefficient = worth[place] - after
                    if abs(coefficient) > hair * largest:
                        if turn == 1:
                            out_index[at] = place
                            out_value[at] = coefficient
                        at += 1
                for place in range(begin[chains[c]], begin[chains[c] + 1]):
                    worth[place] = 0.0
            if turn == 0:
                ends[row + 1] = ends[row] + at
        if turn == 0:
            out_index = np.zeros(ends[rows], dtype=np.int64)
            out_value = np.zeros(ends[rows])
    return ends, out_index, out_value
