"""Family `congestion`: delay as the largest of its tangents."""

from __future__ import annotations

from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Expression, Rows

RATIOS = (0.2, 0.4, 0.55, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
"""Volumes over capacity at which the delay has a tangent."""


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
