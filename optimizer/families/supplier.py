"""Family `supplier`: a node that needs another network works as far as that one serves it."""

from __future__ import annotations

from collections import defaultdict

from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Rows, scaled
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.formulation.networks.nodes import most_with_projects, uses_of
from infraplan.optimizer.mip import MipBuilder


def columns_supplier(context: Context, builder: MipBuilder) -> None:
    """The share of its demand that each supplier is served, by year."""
    for year in dict.fromkeys(slice_.year for slice_ in context.networks.slices):
        for name in _suppliers(context):
            builder.add_columns(f"share[{name},{year}]", 1, upper=1.0)


def _suppliers(context: Context) -> list[str]:
    """Nodes that others depend on, each once."""
    named = (node.supplier for view in context.networks.views for node in view.nodes)
    return list(dict.fromkeys(name for name in named if name is not None))


def add_supplier(context: Context) -> None:
    """What a node can do falls with the share of its supplier's demand that is served.

    Formula: ``D share <= served`` for every demand D > 0 of the supplier and every block of its
    network; ``use <= share x most`` for each dependent node, with `use` as in `node_capacity` and
    `most` its own capacity and all that projects may add. `share` is one column per supplier and
    year that a stretch begins in, without unit. Nothing is added without suppliers.
    """
    rows = Rows(context, "supplier")
    by_year: defaultdict[int, list[Slice]] = defaultdict(list)
    for slice_ in context.networks.slices:
        by_year[slice_.year].append(slice_)
    for year, slices in by_year.items():
        for name in _suppliers(context):
            share = int(context.columns[f"share[{name},{year}]"][0])
            _add_share(rows, slices, name, share)
            _add_dependents(rows, slices, name, share)
    rows.flush()


def _add_share(rows: Rows, slices: list[Slice], name: str, share: int) -> None:
    for slice_ in slices:
        for demand in slice_.network.demands_at.get(name, ()):
            amount = slice_.demand[demand.id]
            if amount > 0.0:
                served = slice_.served[demand.id]
                rows.add((*slice_.key, name), [(share, amount), (served, -1.0)], upper=0.0)


def _add_dependents(rows: Rows, slices: list[Slice], name: str, share: int) -> None:
    for slice_ in slices:
        for node in slice_.network.nodes:
            if node.supplier != name:
                continue
            room = scaled([(share, 1.0)], -most_with_projects(slice_, node))
            for use in uses_of(slice_, node):
                rows.add((*slice_.key, node.id), use + room, upper=0.0)
