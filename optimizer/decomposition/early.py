"""Starts that what they wait for leaves no room for: out of the program before it is relaxed.

A row of a year that limits what starts in it, added to those of the years before it, limits what
has started by then. A project that starts in a year has all started that it waits for; where these
together take more than that, it cannot start so soon. The relaxation starts a share of it, and of
all that it needs; no plan does. Every plan stays.

Source: Gaupp, "Methods for improving the tractability of the block sequencing problem for open pit
mining", Colorado School of Mines, 2008 (earliest starts).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.decomposition import reach_kernels
from infraplan.optimizer.decomposition.chains import Chained, chained
from infraplan.optimizer.decomposition.closure import ARC_S, ClosureGraph
from infraplan.optimizer.mip import FloatArray, Mip

ROOM = 1e-6
"""Times (1 + size): what every row of a sum may be missed by; solvers keep rows within as much."""
CANCELLED = 1e-9
"""Share of the terms of a sum below which it is their rounding."""
MOST_SUMS = 20
"""Sums that are gone on with at a time."""
MOST_WORK = 5e8
"""Arcs looked at at most."""


def without_early_starts(mip: Mip) -> Mip:
    """`mip` in which starts that cannot be so soon have the upper limit 0."""
    program = chained(mip)
    if program is None:
        return mip
    graph = ClosureGraph(program.nodes, program.arcs.tail, program.arcs.head)
    state = np.where(program.upper < 0.5, 0, -1).astype(np.int8)
    before = int((state == 0).sum())
    work = MOST_WORK
    for weight, most in _sums(program):
        if weight.sum() <= most or work <= 0.0:
            continue
        nodes = np.flatnonzero((weight > 0.0) & (state < 0))
        left = reach_kernels.too_much(nodes, weight, most, graph.start, graph.head, state, work)
        work_clock.spend(ARC_S * (work - left))
        work = left
        parent = np.empty(program.nodes, dtype=np.int64)
        graph.force(state, parent, np.empty(program.nodes, dtype=np.int32))
    if int((state == 0).sum()) == before:
        return mip
    return _limited(mip, program, state == 0)


def _limited(mip: Mip, program: Chained, is_out: FloatArray) -> Mip:
    """`mip` with the limit 0 for the starts at places that are out; a start must stay possible."""
    columns = np.flatnonzero(program.places.run_of >= 0)
    mine = columns[is_out[program.places.place_of[columns]]]
    upper = mip.col_upper.copy()
    upper[mine] = np.minimum(upper[mine], 0.0)
    return mip if np.any(upper < mip.col_lower) else replace(mip, col_upper=upper)


def _sums(program: Chained) -> Iterator[tuple[FloatArray, float]]:
    """Sums of rows that limit nodes and nothing else, each row added to a sum that it goes on.

    A row goes on where what it takes off is in the sum. Yielded are the weights of the nodes, none
    of them negative, and the limit.
    """
    matrix, high = program.matrix, program.mip.row_upper[program.rows]
    heads: list[tuple[FloatArray, float]] = []
    for row in np.flatnonzero(np.isfinite(high)).tolist():
        room = high[row] + ROOM * (1.0 + abs(high[row]))
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        index, value = matrix.indices[part], matrix.data[part]
        if np.any(index >= program.nodes):
            continue
        for place, (weight, most) in enumerate(heads):
            total = weight[index] + value
            hair = np.where(np.abs(total) <= CANCELLED * np.abs(value), total, 0.0)
            total -= hair
            if np.all(total >= 0.0) and np.any(value < 0.0):
                weight[index] = total
                heads[place] = (weight, most + room - float(np.minimum(hair, 0.0).sum()))
                yield heads[place]
                break
        else:
            if np.all(value >= 0.0) and len(heads) < MOST_SUMS:
                weight = np.zeros(program.nodes)
                weight[index] = value
                heads.append((weight, float(room)))
                yield heads[-1]
