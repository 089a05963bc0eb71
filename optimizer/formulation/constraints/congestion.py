"""Families `congestion` and `output_cost`: convex costs as the largest of their tangents."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Expression, Rows
from infraplan.optimizer.formulation.networks.columns import Slice

RATIOS = (0.2, 0.4, 0.55, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
"""Volumes over capacity at which the delay has a tangent."""

MOST_TANGENTS, FEWEST_TANGENTS, ALL_TANGENTS = 257, 17, 40_000
"""Tangents of one quadratic cost at most and at least, and of all together."""


def add_congestion(context: Context) -> None:
    """Delay on a congested way is at least what its volume makes it.

    Formula: ``delay >= d'(v0) v + d(v0) - d'(v0) v0`` at volumes ``v0 = ratio x capacity``, with
    ``d(v) = time alpha (v/capacity)^beta v`` in flow-minutes and v all commodities; a bound from
    below, which the worth of a plan replaces by d itself. Nothing is added without congested links.
    """
    rows = Rows(context, "congestion")
    for slice_ in context.networks.slices:
        for number, column in slice_.delay.items():
            way = slice_.network.ways[number]
            capacity, beta = way.capacity or 0.0, way.link.bpr_beta
            volume: Expression = [(int(flow), 1.0) for flow in slice_.flow[number]]
            for ratio in RATIOS if capacity else ():
                free = way.time * way.link.bpr_alpha
                slope = free * (beta + 1.0) * ratio**beta
                start = -free * beta * ratio ** (beta + 1.0) * capacity
                expression = [(column, 1.0), *((flow, -slope) for flow, _ in volume)]
                key = (*slice_.key, way.link.id + ("<" if way.back else ">"))
                rows.add(key, expression, lower=start)
    rows.flush()


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
