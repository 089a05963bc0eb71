"""Family `node_capacity`: what a source, works, plant, storage or junction can do."""

from __future__ import annotations

from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import (
    Rows,
    add_capacity_rows,
)
from infraplan.optimizer.formulation.networks.nodes import own_capacity, total_demand, uses_of


def add_node_capacity(context: Context) -> None:
    """Output, storage and passage of every node stay within its capacity in the year.

    Formula: ``use <= capacity`` (see `add_capacity_rows`) for `use` = output (source, plant),
    charge and discharge (storage), ``sum (1 - loss) flow in`` (any other node). Links with a
    reactance do not count among what arrives. Network's unit.
    """
    rows = Rows(context, "node_capacity")
    for slice_ in context.networks.slices:
        if rows.add_known(slice_):
            continue
        view = slice_.network
        for node in view.nodes:
            most = view.most_through(node)
            if view.is_transport:
                most = min(total_demand(slice_), view.most_output(node))
            for use in uses_of(slice_, node):
                add_capacity_rows(
                    context,
                    rows,
                    slice_,
                    node,
                    use,
                    capacity=own_capacity(slice_, node),
                    most=most,
                    key=node.id,
                )
    rows.flush()
