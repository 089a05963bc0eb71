"""Networks as inline SVG: what is there in a year, what the plan opened, how full it is."""

from __future__ import annotations

import math
from functools import lru_cache

import networkx as nx
import numpy as np
from markupsafe import Markup
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from infraplan.models.instance import Instance
from infraplan.models.network import (
    NetworkAction,
    NetworkLink,
    NetworkNode,
    NodeRole,
    ProjectNetwork,
)
from infraplan.models.plan import Plan
from infraplan.optimizer.accounts.candidates import standing_starts
from infraplan.optimizer.accounts.retirement import last_operating_year
from infraplan.optimizer.report.charts import words
from infraplan.optimizer.report.frames import Run
from infraplan.optimizer.report.network_tables import first_blocks, readings
from infraplan.optimizer.report.texts import Names, both

WIDTH, HEIGHT, MARGIN = 620, 430, 46
LOADS = ((0.5, "#3a9a86"), (0.8, "#d9a02b"), (0.999, "#d9702b"), (math.inf, "#b3312a"))
"""Colour of a link by its loading."""
CROWDED = 200
"""Nodes above which a layout by all distances takes longer than a plan, and marks have no room."""
PIVOTS = 50
"""Nodes from which distances are measured where there are more."""
FREE, ABSENT, OPENED = "#5b6775", "#c9d2db", "#2f6fab"
MARKS = {
    NodeRole.SOURCE: "M0,-7 L7,6 L-7,6 Z",
    NodeRole.PLANT: "M0,-7 L7,6 L-7,6 Z",
    NodeRole.WORKS: "M-6,-6 H6 V6 H-6 Z",
    NodeRole.STORAGE: "M0,-8 L8,0 L0,8 L-8,0 Z",
}
"""Marks of nodes that are no circle."""


def node_positions(instance: Instance, network: str) -> dict[str, tuple[float, float]]:
    """Positions of the nodes on the drawing: from coordinates where most have them, else laid out.

    A node without coordinates among others with them stands at the middle of its neighbours.
    """
    index = instance.network_index[network]
    nodes = [instance.node_by_id[name] for name in index.nodes]
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(index.nodes)
    graph.add_edges_from(index.ends.values())
    places = {place.id: place for place in instance.places}
    known: dict[str, tuple[float, float]] = {}
    for node in nodes:
        place = places.get(node.place or "")
        if place is not None and place.lon is not None and place.lat is not None:
            known[node.id] = (place.lon, -place.lat)
    if len(known) < max(2, 0.6 * len(nodes)) or len(set(known.values())) < 2:
        known = dict(_laid_out(tuple(index.nodes), tuple(index.ends.values())))
    for node in nodes:
        near = [known[name] for name in graph[node.id] if name in known] or list(known.values())
        if node.id not in known:
            middle = (sum(x for x, _ in near) / len(near), sum(y for _, y in near) / len(near))
            known[node.id] = middle
    return _spread(_fitted(known))


@lru_cache(maxsize=64)
def _laid_out(
    nodes: tuple[str, ...], ends: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, tuple[float, float]], ...]:
    """Positions of `nodes` by the links between them; one layout serves all years of a page."""
    if len(nodes) == 1:
        return ((nodes[0], (0.0, 0.0)),)
    if len(nodes) > CROWDED:
        return _by_pivots(nodes, ends)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(ends)
    laid = nx.kamada_kawai_layout(graph)
    return tuple((name, (float(x), float(y))) for name, (x, y) in laid.items())


def _by_pivots(
    nodes: tuple[str, ...], ends: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, tuple[float, float]], ...]:
    """Positions by links between `nodes` and a few of them, each the farthest from those before.

    The two main directions of the squared distances (Brandes and Pich, "Eigensolver methods for
    progressive multidimensional scaling", 2007). Parts of a network that no link joins lie apart.
    """
    place = {name: number for number, name in enumerate(nodes)}
    pairs = np.array([(place[one], place[other]) for one, other in ends], dtype=np.int64)
    pairs = pairs.reshape(-1, 2)
    size = (len(nodes), len(nodes))
    links = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=size)
    far, pivot, rows = np.full(len(nodes), np.inf), 0, []
    for _ in range(min(PIVOTS, len(nodes))):
        rows.append(dijkstra(links, directed=False, unweighted=True, indices=pivot))
        far = np.minimum(far, rows[-1])
        pivot = int(far.argmax())
    apart = np.array(rows)
    apart[np.isinf(apart)] = 1.0 + apart[np.isfinite(apart)].max()
    squares = apart.T**2
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1, keepdims=True) + squares.mean()
    directions = np.linalg.eigh(centred.T @ centred)[1][:, -2:]
    directions *= np.where(directions[np.abs(directions).argmax(axis=0), [0, 1]] < 0.0, -1.0, 1.0)
    return tuple(
        (name, (float(x), float(y)))
        for name, (y, x) in zip(nodes, (centred @ directions).tolist(), strict=True)
    )


def _fitted(known: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    xs, ys = [x for x, _ in known.values()], [y for _, y in known.values()]
    wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left = (WIDTH - scale * wide) / 2
    top = (HEIGHT - scale * high) / 2
    return {
        name: (left + scale * (x - min(xs)), top + scale * (y - min(ys)))
        for name, (x, y) in known.items()
    }


def _spread(known: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Move nodes that lie on one another apart, in a fixed order; a crowd stays where it is."""
    if len(known) > CROWDED:
        return known
    placed: dict[str, tuple[float, float]] = {}
    for name in sorted(known):
        x, y = known[name]
        turn = 0
        while any(math.hypot(x - a, y - b) < 22.0 for a, b in placed.values()) and turn < 60:
            turn += 1
            far = 8.0 + 3.0 * turn
            x = known[name][0] + far * math.cos(2.4 * turn)
            y = known[name][1] + far * math.sin(2.4 * turn)
        placed[name] = (min(max(x, 20.0), WIDTH - 20.0), min(max(y, 20.0), HEIGHT - 20.0))
    return placed


def draw_network(run: Run, network: str, year: int | None = None) -> Markup:
    """Return the network with the plan in representative year `year`; None: as it is without."""
    instance = run.instance
    at = node_positions(instance, network)
    state = _State(run, network, year)
    index = instance.network_index[network]
    lines = [_line(state, instance.link_by_id[name], at) for name in index.links]
    marks = [_mark(state, instance.node_by_id[name], at[name]) for name in index.nodes]
    label = f"{network} {year or ''}".strip()
    return Markup(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" class="network">{}{}</svg>'
    ).format(WIDTH, HEIGHT, label, Markup("").join(lines), Markup("").join(marks))


class _State:
    """What is open and how full it is."""

    def __init__(self, run: Run, network: str, year: int | None) -> None:
        self.names = Names(run.instance)
        self.year = year
        self.index = run.instance.network_index[network]
        values = readings(run)
        block = first_blocks(run.instance)[network]
        self.loading = {
            name: values.get((name, "loading", year or 0, block)) for name in self.index.links
        }
        self.volume = {
            name: abs(values.get((name, "flow", year or 0, block), 0.0))
            + values.get((name, "flow_back", year or 0, block), 0.0)
            for name in self.index.links
        }
        self.bends: dict[str, float] = {}
        pairs: dict[frozenset[str], list[str]] = {}
        for name, ends in self.index.ends.items():
            pairs.setdefault(frozenset(ends), []).append(name)
        for links in pairs.values():
            for at, name in enumerate(links):
                turn = 1.0 if self.index.ends[name][0] == self.index.ends[links[0]][0] else -1.0
                self.bends[name] = turn * (2.0 * at - len(links) + 1.0)
        self.most = max(self.volume.values(), default=0.0) or 1.0
        self.stood: set[str] = set()
        self.opened: set[str] = set()
        self.changed: set[str] = set()
        self._add_changes(run.instance, run.plan, year)

    def _add_changes(self, instance: Instance, plan: Plan | None, year: int | None) -> None:
        """What operating projects opened and changed: it ends with their lives.

        What stands opened its links before the plan; without a year none of the plan counts.
        """
        standing = standing_starts(instance)
        built = plan.starts if plan is not None and year is not None else ()
        starts = {start.project: start for start in (*standing, *built)}
        stands = {start.project for start in standing}
        at = instance.settings.horizon.first_year if year is None else year
        for element, numbers in self.index.changes.items():
            for row in (instance.project_network[number] for number in numbers):
                start = starts.get(row.project)
                if start is None or row.option not in ("", start.option):
                    continue
                options = instance.project_by_id[row.project].options
                life = next(o.lifetime for o in options if o.option == start.option)
                if start.opening <= at <= last_operating_year(instance, start, life, starts):
                    self._target(row, is_new=row.project not in stands).add(element)

    def _target(self, row: ProjectNetwork, *, is_new: bool) -> set[str]:
        """Where an element belongs that an operating project changes."""
        if row.action is NetworkAction.OPEN:
            return self.opened if is_new else self.stood
        return self.changed if is_new else set()

    def is_there(self, element: NetworkLink | NetworkNode) -> bool:
        return element.exists or element.id in self.opened | self.stood


def _line(state: _State, link: NetworkLink, at: dict[str, tuple[float, float]]) -> Markup:
    (x1, y1), (x2, y2) = (at[name] for name in state.index.ends[link.id])
    there = state.is_there(link)
    load = state.loading[link.id]
    color = FREE if there else ABSENT
    if there and load is not None:
        color = next(shade for limit, shade in LOADS if load <= limit)
    width = 1.2 + 4.0 * state.volume[link.id] / state.most if there else 1.2
    dash = Markup("") if there else Markup(' stroke-dasharray="5 4"')
    name = state.names.link(link.id)
    told = "" if load is None else f" {load:.0%}"
    new = link.id in state.opened or link.id in state.changed
    # Links between the same nodes bend away from one another.
    bend = 14.0 * state.bends[link.id]
    far = math.hypot(x2 - x1, y2 - y1) or 1.0
    middle = (
        (x1 + x2) / 2 - bend * (y2 - y1) / far,
        (y1 + y2) / 2 + bend * (x2 - x1) / far,
    )
    way = f"M{x1:.1f},{y1:.1f} Q{middle[0]:.1f},{middle[1]:.1f} {x2:.1f},{y2:.1f}"
    halo = (
        Markup(
            '<path d="{}" fill="none" stroke="{}" stroke-width="{:.1f}" stroke-opacity="0.25"/>'
        ).format(way, OPENED, width + 7.0)
        if new
        else Markup("")
    )
    return halo + Markup(
        '<path d="{}" fill="none" stroke="{}" stroke-width="{:.1f}"{}>'
        "<title>{} / {}{}</title></path>"
    ).format(way, color, width, dash, name[0], name[1], told)


def _mark(state: _State, node: NetworkNode, at: tuple[float, float]) -> Markup:
    there = state.is_there(node)
    fill = "#fff" if not there else (OPENED if node.id in state.opened else "#1d2733")
    edge = ABSENT if not there else "#1d2733"
    shape = MARKS.get(node.role)
    body = (
        Markup('<circle r="{}" fill="{}" stroke="{}"/>').format(
            5 if node.role is NodeRole.ZONE else 3.5, fill, edge
        )
        if shape is None
        else Markup('<path d="{}" fill="{}" stroke="{}"/>').format(shape, fill, edge)
    )
    name = state.names.pair(node.id)
    role = both(node.role.value)
    if len(state.index.nodes) > CROWDED:  # names would lie on one another
        return Markup(
            '<g transform="translate({:.1f},{:.1f}) scale(0.4)">{}'
            "<title>{}: {} / {}: {}</title></g>"
        ).format(at[0], at[1], body, name[0], role[0], name[1], role[1])
    side = -8 if at[0] > WIDTH - 110 else 8
    anchor = "end" if side < 0 else ""
    return Markup(
        '<g transform="translate({:.1f},{:.1f})">{}<text x="{}" y="-5" class="tiny {}">{}</text>'
        "<title>{}: {} / {}: {}</title></g>"
    ).format(at[0], at[1], body, side, anchor, words(name), name[0], role[0], name[1], role[1])


def legend() -> tuple[tuple[str, tuple[str, str]], ...]:
    """Colours of the drawing with their meaning."""
    return (
        (LOADS[0][1], both("load_low")),
        (LOADS[1][1], both("load_mid")),
        (LOADS[2][1], both("load_high")),
        (LOADS[3][1], both("load_full")),
        (FREE, both("load_unknown")),
        (ABSENT, both("link_absent")),
        (OPENED, both("link_opened")),
    )


def network_page(run: Run, network: str, lang: str) -> str:
    """Drawings of a network as one SVG file: each representative year below the last."""
    years: tuple[int | None, ...] = (None,)
    if run.plan is not None:
        years = run.instance.representative_years
    step = HEIGHT + 30
    parts = [
        Markup(
            '<g transform="translate(0,{})"><text x="12" y="20" font-weight="600">{} {}</text>'
            '<svg y="26" width="{}" height="{}">{}</svg></g>'
        ).format(step * at, network, year or "", WIDTH, HEIGHT, draw_network(run, network, year))
        for at, year in enumerate(years)
    ]
    hidden = "en" if lang == "zh" else "zh"
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}">'
            "<style>text {{ font-family: 'Noto Sans', 'Noto Sans CJK SC', sans-serif; }} "
            ".tiny {{ font-size: 10.5px; }} .end {{ text-anchor: end; }} "
            ".{} {{ display: none; }}</style>"
            '<rect width="100%" height="100%" fill="#fff"/>{}</svg>'
        ).format(WIDTH, step * len(years), WIDTH, step * len(years), hidden, Markup("").join(parts))
    )
