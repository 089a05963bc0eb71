"""Family `one_way`: where flow loses on the way, or is paid to pass, none goes round in a ring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan.models.network import NetworkLink, NetworkNode
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import Expression, Rows
from infraplan.optimizer.formulation.networks.columns import Slice, is_cut
from infraplan.optimizer.formulation.networks.layout import NetworkLayout, is_passed
from infraplan.optimizer.mip import MipBuilder

if TYPE_CHECKING:
    import networkx as nx

_Pair = tuple[str, str]


@dataclass(frozen=True)
class _Group:
    """Nodes that flow could go round in a ring; ways by the pair of nodes that they join."""

    nodes: tuple[str, ...]
    pairs: dict[_Pair, list[int]]

    @property
    def has_order(self) -> bool:
        """Whether a ring could pass more than two nodes."""
        return len(self.nodes) > 2


def columns_one_way(context: Context, builder: MipBuilder) -> None:
    """One binary for each pair of nodes: 1 where its links carry from the first one on.

    Groups of more than two nodes have besides the place of each node in an order.
    """
    for slice_, groups in _with_groups(context.networks.slices):
        names = tuple(_name(slice_, ways) for group in groups for ways in group.pairs.values())
        if not names:
            continue
        builder.add_columns(
            _block(slice_), len(names), upper=1.0, integer=True, axes=("link",), keys=(names,)
        )
        for group in groups:
            if group.has_order:
                builder.add_columns(
                    _order(slice_, group),
                    len(group.nodes),
                    upper=len(group.nodes) - 1.0,
                    axes=("node",),
                    keys=(group.nodes,),
                )


def add_one_way(context: Context) -> None:
    """Between nodes of meshes that lose or pay, flow goes one way, and round in no ring.

    Formula, for each pair of nodes of such a group, with `d` the binary of the pair and `most` what
    can flow: ``sum of flow there <= most d`` and ``sum of flow back <= most (1 - d)``, over all
    links between the two that have no reactance; network's unit. In a group of n > 2 nodes with
    `place` in 0..n-1 besides ``1 - n <= place there - place here - n d <= -1``: flow goes to later
    places (Miller, Tucker and Zemlin, Journal of the ACM 7, 1960). Nothing is added to transport
    networks, whose trips lose nothing, and where the directions of links allow no ring. In all
    other meshes no link carries both ways either; there what goes both ways is netted when the
    plan is read (`flows_at`), which changes no balance and no cost for the worse.
    """
    rows = Rows(context, "one_way")
    for slice_, groups in _with_groups(context.networks.slices):
        directions = iter(context.columns[_block(slice_)] if groups else ())
        for group in groups:
            for pair, ways in group.pairs.items():
                _add_pair(context, rows, slice_, group, pair, ways, int(next(directions)))
    rows.flush()


def _add_pair(
    context: Context,
    rows: Rows,
    slice_: Slice,
    group: _Group,
    pair: _Pair,
    ways: list[int],
    direction: int,
) -> None:
    tail, _ = pair
    key = (*slice_.key, _name(slice_, ways))
    for there in (True, False):
        chosen = [way for way in ways if (slice_.network.ways[way].tail == tail) is there]
        if chosen:
            most = _most(slice_, chosen)
            use: Expression = [(int(column), 1.0) for column in slice_.flow[chosen].ravel()]
            gate = (direction, -most if there else most)
            rows.add(key, [*use, gate], upper=0.0 if there else most)
    if group.has_order:
        size = float(len(group.nodes))
        places = context.columns[_order(slice_, group)]
        first, second = (int(places[group.nodes.index(node)]) for node in pair)
        later = [(second, 1.0), (first, -1.0), (direction, -size)]
        rows.add(key, later, lower=1.0 - size, upper=-1.0)


def _block(slice_: Slice) -> str:
    return f"one_way[{slice_.network.id},{slice_.year},{slice_.block.id}]"


def _order(slice_: Slice, group: _Group) -> str:
    first = next(iter(group.pairs.values()))
    where = f"{slice_.network.id},{slice_.year},{slice_.block.id},{_name(slice_, first)}"
    return f"place[{where}]"


def _name(slice_: Slice, ways: list[int]) -> str:
    """Link that the pair is named for: the first of those between its nodes."""
    return slice_.network.ways[ways[0]].link.id


def _with_groups(slices: tuple[Slice, ...]) -> Iterator[tuple[Slice, list[_Group]]]:
    """Each of `slices` with its groups, which are the same in every year."""
    found: dict[tuple[int, str], list[_Group]] = {}
    for slice_ in slices:
        key = (id(slice_.network), slice_.block.id)
        if key not in found:
            found[key] = _groups(slice_)
        yield slice_, found[key]


def _groups(slice_: Slice) -> list[_Group]:
    """Where flow could go round in a ring of a mesh that loses or pays, in the block."""
    import networkx as nx

    view = slice_.network
    loses = any(link.loss > 0.0 for link in view.link_by_id.values())
    if view.is_transport or not (loses or any(_pays(node) for node in view.nodes)):
        return []
    found: list[_Group] = []
    for mesh in _ruled_meshes(view):
        arcs: nx.DiGraph[str] = nx.DiGraph()
        for way in view.ways:
            if {way.tail, way.head} <= mesh and _is_free(slice_, way.link):
                arcs.add_edge(way.tail, way.head)
        for ring in _rings(arcs):
            inside = set(ring.edges)
            pairs: defaultdict[_Pair, list[int]] = defaultdict(list)
            for number, way in enumerate(view.ways):
                if not _is_free(slice_, way.link):
                    continue
                ends = (way.head, way.tail)
                if ends in inside or ends[::-1] in inside:
                    pairs[ends if ends in pairs else ends[::-1]].append(number)
            nodes = tuple(node.id for node in view.nodes if node.id in ring)
            found.append(_Group(nodes, dict(pairs)))
    # Graphs are searched in the order of sets; what is built must not depend on it.
    return sorted(found, key=lambda group: min(ways[0] for ways in group.pairs.values()))


def _is_free(slice_: Slice, link: NetworkLink) -> bool:
    view = slice_.network
    return not view.obeys_angles(link) and not is_cut(view, link, slice_.block)


def _pays(node: NetworkNode) -> bool:
    """Whether what arrives at the node is paid for: flow that goes round would earn."""
    return node.cost < 0.0 and not is_passed(node)


def _ruled_meshes(view: NetworkLayout) -> list[set[str]]:
    """Nodes of each mesh in which a link loses or a node pays, in the order of its first node.

    A mesh is a largest set of links without a reactance any two of which lie on one ring,
    whatever their directions and whether they stand; else links between the same two nodes.
    """
    import networkx as nx

    pays = {node.id for node in view.nodes if _pays(node)}
    lines: nx.Graph[str] = nx.Graph()
    for link in view.link_by_id.values():
        if not view.obeys_angles(link):
            tail, head = view.index.ends[link.id]
            loses = link.loss > 0.0 or lines.get_edge_data(tail, head, {}).get("loses", False)
            lines.add_edge(tail, head, loses=loses)
    meshes = []
    for edges in nx.biconnected_component_edges(lines):
        joined = list(edges)
        nodes = {node for edge in joined for node in edge}
        if nodes & pays or any(lines.edges[edge]["loses"] for edge in joined):
            meshes.append(nodes)
    return meshes


def _rings(arcs: nx.DiGraph[str]) -> Iterator[nx.Graph[str]]:
    """Parts of a mesh in which flow could come back to where it was."""
    import networkx as nx

    for nodes in nx.strongly_connected_components(arcs):
        part = arcs.subgraph(nodes).to_undirected()
        for edges in nx.biconnected_component_edges(part):
            yield nx.Graph(edges)


def _most(slice_: Slice, ways: list[int]) -> float:
    """Most that the links of `ways` can carry together.

    Flow that goes round in no ring is no more than all that is given.
    """
    view = slice_.network
    links = {view.ways[number].link.id: view.ways[number].link for number in ways}
    together = sum(view.most_flow(link) for link in links.values())
    if any(view.goes_round(link) for link in links.values()):
        return together
    return min(view.most_supply, together)
