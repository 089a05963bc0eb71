"""Family `flow_balance`: what comes to a node leaves it or is used there."""

from __future__ import annotations

from collections import defaultdict

from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Expression, Rows
from infraplan.optimizer.formulation.networks.columns import Slice


def add_flow_balance(context: Context) -> None:
    """Flow is conserved at every node.

    Formula, one commodity: ``output + discharge - charge + sum (1 - loss) flow in - sum flow out
    - sum served - spill = 0``; trips from o: ``sum flow in - sum flow out - sum (served +
    generated) of trips that end here + all of them where the node is o = 0``. One row per network,
    year, block, node and commodity; flows in the network's unit.
    """
    rows = Rows(context, "flow_balance")
    for slice_ in context.networks.slices:
        if rows.add_known(slice_):
            continue
        view = slice_.network
        for position, commodity in enumerate(view.commodities):
            balance: defaultdict[str, Expression] = defaultdict(list)
            for node in view.nodes:
                for number in view.ways_into[node.id]:
                    column = int(slice_.flow[number, position])
                    balance[node.id].append((column, 1.0 - view.ways[number].loss))
                for number in view.ways_out_of[node.id]:
                    balance[node.id].append((int(slice_.flow[number, position]), -1.0))
            if view.is_transport:
                _add_trips(slice_, commodity, balance)
            else:
                _add_uses(slice_, balance)
            for node in view.nodes:
                key = (*slice_.key, node.id, commodity)
                rows.add(key, balance[node.id], lower=0.0, upper=0.0)
    rows.flush()


def _add_trips(slice_: Slice, commodity: str, balance: defaultdict[str, Expression]) -> None:
    for demand in slice_.network.demands_at[commodity]:
        columns = [slice_.served[demand.id], *slice_.generated.get(demand.id, ())]
        balance[commodity] += [(int(column), 1.0) for column in columns]
        balance[demand.to_node or ""] += [(int(column), -1.0) for column in columns]


def _add_uses(slice_: Slice, balance: defaultdict[str, Expression]) -> None:
    parts = (
        (slice_.output, 1.0),
        (slice_.discharge, 1.0),
        (slice_.charge, -1.0),
        (slice_.spill, -1.0),
    )
    for columns, sign in parts:
        for node, column in columns.items():
            balance[node].append((column, sign))
    for demand in slice_.network.demands:
        balance[demand.node].append((slice_.served[demand.id], -1.0))
