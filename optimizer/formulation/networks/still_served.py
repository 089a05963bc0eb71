"""Rows that say what must be served in years after the plan in which nothing has changed.

The program has a state of the networks for each year after the plan's last one in which any start
might change them; a plan has those in which its own starts do, and its last year stands for all
others (docs/laws.md, section 6). Where only projects can serve what must be served, states after
the last year are not asked to: the program could serve in the last year, and let go in the years
that the same state stands for. Here a state may do less than the last year's by as many demands as
starts have changed something since. The value of best plans, and all columns, stay the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.sparse import coo_array, csr_array

from infraplan.optimizer.formulation.context import NO_COLUMN
from infraplan.optimizer.formulation.networks.columns import NetworkColumns, Slice
from infraplan.optimizer.formulation.networks.layout import GIVERS
from infraplan.optimizer.formulation.networks.stretches import (
    Cause,
    change_years,
    changing,
    joined,
    possible_spans,
)
from infraplan.optimizer.formulation.sets import IntArray, Sets
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.mip_edits import with_rows

FAMILY = "still_served"

Causes = list[tuple[int, Cause | None]]
"""Years in which something changes, each with the start that changes it (None: in any plan)."""


def still_served(mip: Mip, sets: Sets, started: IntArray, networks: NetworkColumns) -> Mip:
    """`mip` with `amount >= due (1 - starts that have changed something since the last year)`.

    `amount` is what a demand that must be served is served, or what a source or plant that stands
    gives, `due` the demand or the least output; where what stands changes by itself there is no
    row.

    Parameters
    ----------
    started
        Column of `started[o, t]`, shape (options, T).
    """
    causes: Mapping[str, Causes] = {}
    rows: list[tuple[int, float, list[Cause]]] = []
    asked = {
        (slice_.network.id, slice_.block.id, slice_.stretch.base)
        for slice_ in networks.slices
        if slice_.asks_all and slice_.stretch.year == slice_.stretch.base
    }
    for slice_ in networks.slices:
        is_asked = (slice_.network.id, slice_.block.id, slice_.stretch.base) in asked
        if slice_.asks_all or not slice_.stretch.is_last or not is_asked:
            continue
        causes = causes or _causes(sets, networks)
        since = {
            cause
            for year, cause in causes[slice_.network.id]
            if slice_.stretch.base < year <= slice_.stretch.year
        }
        starts = sorted(cause for cause in since if cause is not None)
        if len(starts) == len(since):
            rows += [(column, due, starts) for column, due in _dues(slice_)]
    if not rows:
        return mip
    lower = np.array([due for _, due, _ in rows])
    return with_rows(mip, FAMILY, _matrix(rows, started, mip.num_columns), lower)


def _causes(sets: Sets, networks: NetworkColumns) -> dict[str, Causes]:
    """What may change a network, or one that suppliers join to it, by network."""
    found: dict[str, Causes] = {}
    views = {view.id: view for view in networks.views}
    for names in joined(networks.views):
        together: Causes = [
            (year, cause)
            for name in names
            for row in changing(views[name])
            for (first, last), cause in possible_spans(sets, row)
            for year in change_years(networks.years, row, first, last)
        ]
        found |= dict.fromkeys(names, together)
    return found


def _dues(slice_: Slice) -> Iterator[tuple[int, float]]:
    """Columns of a state with what they are at least where it must serve."""
    for row in slice_.network.demands:
        if row.must_serve or slice_.block.must_serve:
            yield slice_.served[row.id], slice_.demand[row.id]
    for node in slice_.network.nodes:
        stands = node.exists and not slice_.is_out(node.id)
        if node.role in GIVERS and stands and node.minimum_output > 0.0:
            yield slice_.output[node.id], node.minimum_output


def _matrix(
    rows: list[tuple[int, float, list[Cause]]], started: IntArray, num_columns: int
) -> csr_array:
    """`column + due x` of each row, x the sum of its starts."""
    entries: list[tuple[int, int, float]] = []
    for number, (column, due, starts) in enumerate(rows):
        entries.append((number, column, 1.0))
        for option, t in starts:
            entries.append((number, int(started[option, t]), due))
            if t and started[option, t - 1] != NO_COLUMN:
                entries.append((number, int(started[option, t - 1]), -due))
    at, columns, values = zip(*entries, strict=True)
    shape = (len(rows), num_columns)
    matrix = csr_array(coo_array((values, (at, columns)), shape=shape))
    matrix.eliminate_zeros()  # starts one after the other share a column
    return matrix
