"""Family `storage`: what a storage gives out it took in before."""

from __future__ import annotations

from collections import defaultdict

from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Expression, Rows


def add_storage(context: Context) -> None:
    """Over the blocks of a year a storage gives no more than it took in, less its losses.

    Formula: ``sum_b weight discharge <= efficiency sum_b weight charge`` and ``sum_b weight
    discharge <= volume`` (where given), in the network's unit times the unit of the weights.
    Nothing is added without storages.
    """
    rows = Rows(context, "storage")
    given: defaultdict[tuple[str, int, str], Expression] = defaultdict(list)
    taken: defaultdict[tuple[str, int, str], Expression] = defaultdict(list)
    nodes = {}
    for slice_ in context.networks.slices:
        for name, column in slice_.discharge.items():
            key = (slice_.network.id, slice_.year, name)
            nodes[key] = slice_.network.node_by_id[name]
            given[key].append((column, slice_.block.weight))
            factor = -nodes[key].efficiency * slice_.block.weight
            taken[key].append((slice_.charge[name], factor))
    for key, node in nodes.items():
        rows.add(key, given[key] + taken[key], upper=0.0)
        if node.volume is not None:
            rows.add(key, given[key], upper=node.volume)
    rows.flush()
