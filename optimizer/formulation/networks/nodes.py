"""What the capacity of a node limits, and how much it is."""

from __future__ import annotations

from infraplan.models.network import NetworkAction, NetworkNode, NodeRole
from infraplan.optimizer.formulation.networks.changes import Expression
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.formulation.networks.layout import GIVERS, LIMITED


def uses_of(slice_: Slice, node: NetworkNode) -> list[Expression]:
    """What the node's capacity limits: output; charge and discharge; else what arrives."""
    if node.role in GIVERS:
        return [[(slice_.output[node.id], 1.0)]]
    if node.role is NodeRole.STORAGE:
        return [[(slice_.charge[node.id], 1.0)], [(slice_.discharge[node.id], 1.0)]]
    view = slice_.network
    arriving: Expression = []
    for number in view.ways_into[node.id]:
        way = view.ways[number]
        if not view.obeys_angles(way.link):
            arriving += [(int(column), 1.0 - way.loss) for column in slice_.flow[number]]
    return [arriving]


def own_capacity(slice_: Slice, node: NetworkNode) -> float | None:
    """Capacity without projects in the block; None: no limit."""
    if node.capacity is None:
        return 0.0 if node.role in LIMITED else None
    return node.capacity * (node.dry_share if slice_.block.dry else 1.0)


def total_demand(slice_: Slice) -> float:
    """Sum of all demands of the slice, trips that cheaper ways may generate included."""
    rows = slice_.network.demands
    return sum(slice_.demand[row.id] * (1.0 + row.elasticity) for row in rows)


def most_with_projects(slice_: Slice, node: NetworkNode) -> float:
    """Own capacity and everything that projects may add; unlimited: all demand of the slice."""
    own = own_capacity(slice_, node)
    if own is None:
        return total_demand(slice_)
    rows = slice_.network.changes_of(node.id, NetworkAction.ADD_CAPACITY)
    return own + sum(row.value for row in rows)
