"""Family `one_way`: what loses on the way does not flow back and forth at once."""

from __future__ import annotations

from collections import defaultdict

from infraplan.models.network import NetworkAction, NetworkLink
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Expression, Rows
from infraplan.optimizer.formulation.networks.columns import Slice, is_cut
from infraplan.optimizer.mip import MipBuilder

_Pair = tuple[str, str]


def columns_one_way(context: Context, builder: MipBuilder) -> None:
    """One binary for each pair of nodes: 1 where its links carry from the first one on."""
    for slice_ in context.networks.slices:
        pairs = _pairs(slice_)
        if pairs:
            names = tuple(_name(slice_, ways) for ways in pairs.values())
            builder.add_columns(
                _block(slice_),
                len(names),
                upper=1.0,
                integer=True,
                axes=("link",),
                keys=(names,),
            )


def add_one_way(context: Context) -> None:
    """Between two nodes that a link with a loss joins, flow goes one way only in a block.

    Formula, with `d` the binary of the pair and `most` what can flow: ``sum of flow there <= most
    d`` and ``sum of flow back <= most (1 - d)``, over all links between the two that have no
    reactance; network's unit. Nothing is added to transport networks, whose trips lose nothing,
    and between nodes that links join in one direction alone.
    """
    rows = Rows(context, "one_way")
    for slice_ in context.networks.slices:
        for place, ((tail, _), ways) in enumerate(_pairs(slice_).items()):
            direction = int(context.columns[_block(slice_)][place])
            key = (*slice_.key, _name(slice_, ways))
            for there in (True, False):
                chosen = [w for w in ways if (slice_.network.ways[w].tail == tail) is there]
                most = _most(slice_, chosen)
                use: Expression = [(int(column), 1.0) for column in slice_.flow[chosen].ravel()]
                gate = (direction, -most if there else most)
                rows.add(key, [*use, gate], upper=0.0 if there else most)
    rows.flush()


def _block(slice_: Slice) -> str:
    return f"one_way[{slice_.network.id},{slice_.year},{slice_.block.id}]"


def _name(slice_: Slice, ways: list[int]) -> str:
    """Link that the pair is named for: the first of those between its nodes."""
    return slice_.network.ways[ways[0]].link.id


def _pairs(slice_: Slice) -> dict[_Pair, list[int]]:
    """Ways by the two nodes that they join; only of nodes that a link with a loss joins as well.

    Left out are pairs that are joined in one direction alone.
    """
    view = slice_.network
    found: defaultdict[_Pair, list[int]] = defaultdict(list)
    if view.is_transport:
        return {}
    for number, way in enumerate(view.ways):
        if not view.obeys_angles(way.link) and not is_cut(view, way.link, slice_.block):
            known = (way.head, way.tail) in found
            found[(way.head, way.tail) if known else (way.tail, way.head)].append(number)
    return {
        pair: ways
        for pair, ways in found.items()
        if len({view.ways[number].tail for number in ways}) == 2
        and any(view.ways[number].link.loss > 0.0 for number in ways)
    }


def _most(slice_: Slice, ways: list[int]) -> float:
    """Most that the links of `ways` can carry together."""
    view = slice_.network
    links = {view.ways[number].link.id: view.ways[number].link for number in ways}
    if any(link.capacity is None for link in links.values()):
        return view.most_supply
    return sum(_most_of(slice_, link) for link in links.values())


def _most_of(slice_: Slice, link: NetworkLink) -> float:
    wider = slice_.network.changes_of(link.id, NetworkAction.ADD_CAPACITY)
    return (link.capacity or 0.0) + sum(max(0.0, change.value) for change in wider)
