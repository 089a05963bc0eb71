"""Family `storage`: what a storage takes in it gives out again, less its losses."""

from __future__ import annotations

from collections import defaultdict

from infraplan.models.network import NetworkNode, NodeRole
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Expression, Rows
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.formulation.networks.nodes import most_with_projects
from infraplan.optimizer.mip import MipBuilder

STORES = "stores"
"""Blocks of columns that say which way a storage works in a block."""


def columns_storage(context: Context, builder: MipBuilder) -> None:
    """One binary for each storage that loses or is paid, in each block: 1 where it charges."""
    for slice_ in context.networks.slices:
        names = tuple(node.id for node in _ruled(slice_))
        if names:
            builder.add_columns(
                _block(slice_), len(names), upper=1.0, integer=True, axes=("node",), keys=(names,)
            )


def add_storage(context: Context) -> None:
    """Over the blocks of a year a storage gives what it took in, less its losses.

    Formula: ``sum_b weight discharge = efficiency sum_b weight charge`` and ``sum_b weight
    discharge <= volume`` (where given), in the network's unit times the unit of the weights. Where
    it loses, or is paid for what it gives out, in each block with `most` of its capacity with all
    projects and the binary `stores`: ``charge <= most stores`` and ``discharge <= most (1 -
    stores)``. At an efficiency of 0 both are 0. Any other storage does not both either: what it
    turns over is netted when the plan is read (`flows_at`). Nothing is added without storages.
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
        _add_ways(context, rows, slice_)
    for key, node in nodes.items():
        if node.efficiency > 0.0:
            rows.add(key, given[key] + taken[key], lower=0.0, upper=0.0)
        if node.volume is not None:
            rows.add(key, given[key], upper=node.volume)
    rows.flush()


def _add_ways(context: Context, rows: Rows, slice_: Slice) -> None:
    """No charging and discharging at once, where that would lose or earn."""
    ruled = _ruled(slice_)
    columns = context.columns[_block(slice_)] if ruled else ()
    for node, stores in zip(ruled, columns, strict=True):
        key = (slice_.network.id, slice_.year, node.id)
        most = most_with_projects(slice_, node) if node.efficiency > 0.0 else 0.0
        rows.add(key, [(slice_.charge[node.id], 1.0), (int(stores), -most)], upper=0.0)
        rows.add(key, [(slice_.discharge[node.id], 1.0), (int(stores), most)], upper=most)


def _ruled(slice_: Slice) -> list[NetworkNode]:
    """Storages of the slice that give back less than they take in, or are paid for giving out."""
    stores = [node for node in slice_.network.nodes if node.role is NodeRole.STORAGE]
    return [node for node in stores if node.efficiency < 1.0 or node.cost < 0.0]


def _block(slice_: Slice) -> str:
    return f"{STORES}[{slice_.network.id},{slice_.year},{slice_.block.id}]"
