"""Family `node_capacity`: what a source, works, plant, storage or junction can do."""

from __future__ import annotations

from infraplan.models.network import NetworkNode
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import (
    Expression,
    Rows,
    add_capacity_rows,
    opening,
    scaled,
)
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.formulation.networks.layout import GIVERS
from infraplan.optimizer.formulation.networks.nodes import own_capacity, total_demand, uses_of


def add_node_capacity(context: Context) -> None:
    """Output, storage and passage of every node stay within its capacity in the year.

    Formula: ``use <= capacity`` (see `add_capacity_rows`) for `use` = output (source, plant),
    charge and discharge (storage), ``sum (1 - loss) flow in`` (any other node); ``output >=
    minimum_output open``. Links with a reactance do not count among what arrives. Network's unit.
    """
    rows = Rows(context, "node_capacity")
    for slice_ in context.networks.slices:
        most = total_demand(slice_)
        if not slice_.network.is_transport:
            most = slice_.network.most_supply
        for node in slice_.network.nodes:
            for use in uses_of(slice_, node):
                add_capacity_rows(
                    context,
                    rows,
                    slice_,
                    node,
                    use,
                    capacity=own_capacity(slice_, node),
                    most=min(most, slice_.network.most_output(node)),
                    key=node.id,
                )
            if node.role in GIVERS:
                _add_minimum(context, rows, slice_, node)
    rows.flush()


def _add_minimum(context: Context, rows: Rows, slice_: Slice, node: NetworkNode) -> None:
    output: Expression = [(slice_.output[node.id], 1.0)]
    if slice_.is_out(node.id):
        rows.add((*slice_.key, node.id), output, lower=0.0)
        return
    if not slice_.asks_all and node.minimum_output > 0.0:
        return
    opened = opening(context, slice_, node)
    if opened is not None and node.minimum_output:
        least = scaled(opened, -node.minimum_output)
        rows.add((*slice_.key, node.id), output + least, lower=0.0)
    elif node.minimum_output > 0.0:
        rows.add((*slice_.key, node.id), output, lower=node.minimum_output)
