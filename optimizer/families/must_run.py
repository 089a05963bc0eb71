"""Family `must_run`: a source or plant gives at least its least output."""

from __future__ import annotations

from infraplan.models.network import NetworkNode
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Expression, Rows, opening, scaled
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.formulation.networks.layout import GIVERS


def add_must_run(context: Context) -> None:
    """Output of an open source or plant is at least `minimum_output`.

    Formula: ``output >= minimum_output open``, in the network's unit; 0 in a block that takes the
    node out. A positive least output is asked only in states in which demand must be served.
    """
    rows = Rows(context, "must_run")
    for slice_ in context.networks.slices:
        for node in slice_.network.nodes:
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
