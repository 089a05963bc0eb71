"""Family `output_cost`: a quadratic cost as the largest of its tangents."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Rows
from infraplan.optimizer.formulation.networks.columns import Slice

MOST_TANGENTS, FEWEST_TANGENTS, ALL_TANGENTS = 257, 17, 40_000
"""Tangents of one quadratic cost at most and at least, and of all together."""


def add_output_cost(context: Context) -> None:
    """A quadratic cost is at least each of its tangents.

    Formula: ``quadratic >= c (2 p0 p - p0^2)`` with c the node's cost_quadratic, p its output and
    p0 evenly spread over what it can give; a bound from below, which the worth of a plan replaces
    by ``c p^2``. Money. Nothing is added without quadratic costs.
    """
    slices = context.networks.slices
    count = sum(len(slice_.quadratic) for slice_ in slices)
    tangents = int(np.clip(ALL_TANGENTS // max(1, count), FEWEST_TANGENTS, MOST_TANGENTS))
    rows = Rows(context, "output_cost")
    for slice_ in slices:
        for name, column in slice_.quadratic.items():
            _add_tangents(rows, slice_, name, column, tangents)
    rows.flush()


def _add_tangents(rows: Rows, slice_: Slice, name: str, column: int, tangents: int) -> None:
    node = slice_.network.node_by_id[name]
    most = slice_.network.most_output(node)
    for p0 in np.linspace(min(0.0, node.minimum_output), most, tangents):
        slope = 2.0 * node.cost_quadratic * float(p0)
        rows.add(
            (*slice_.key, name),
            [(column, 1.0), (slice_.output[name], -slope)],
            lower=-node.cost_quadratic * float(p0) ** 2,
        )
