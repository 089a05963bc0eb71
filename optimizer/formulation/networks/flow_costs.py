"""What flows on a network cost, given which projects were started: docs/laws.md section 6."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from infraplan.models.consistency import profile_years
from infraplan.models.instance import Instance
from infraplan.models.network import NetworkAction, NetworkLink, NetworkNode, NodeRole
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import option_in_plan, stands
from infraplan.optimizer.accounts.retirement import last_operating_year
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.formulation.networks.layout import (
    GENERATED_STEPS,
    GIVERS,
    LIMITED,
    Changes,
    NetworkLayout,
    is_passed,
)
from infraplan.optimizer.mip import FloatArray

if TYPE_CHECKING:
    import networkx as nx

_Key = TypeVar("_Key")

NOISE = 1e-9
"""Flows below this share of the network's largest one are the solver's noise."""


@dataclass(frozen=True)
class Flows:
    """Flows of one network, year and block; keys as in the columns of a `Slice`."""

    flow: dict[tuple[str, bool, str], float]
    output: dict[str, float]
    charge: dict[str, float]
    discharge: dict[str, float]
    spill: dict[str, float]
    angle: dict[str, float]
    served: dict[str, float]
    generated: dict[str, float]


def flows_at(slice_: Slice, x: FloatArray) -> Flows:
    """Flows of `slice_` at `x`, the ways of a link and direction summed, without noise.

    What a link carries both ways at once, or a storage takes in and gives out, is netted: where
    that could change what flows cost or lose, the families `one_way` and `storage` forbid it.
    """
    flow: defaultdict[tuple[str, bool, str], float] = defaultdict(float)
    view = slice_.network
    least = NOISE * max(1.0, float(np.abs(x[slice_.flow]).max(initial=0.0)))
    for number, way in enumerate(view.ways):
        for position, commodity in enumerate(view.commodities):
            value = float(x[slice_.flow[number, position]])
            if abs(value) > least:
                flow[way.link.id, way.back, commodity] += value
    values = [
        {name: value for name, column in columns.items() if abs(value := float(x[column])) > least}
        for columns in (
            slice_.output,
            slice_.charge,
            slice_.discharge,
            slice_.spill,
            slice_.served,
        )
    ]
    output, charge, discharge, spill, served = values
    if not view.is_transport:
        for link in view.links:
            if link.loss == 0.0:
                _net(flow, (link.id, False, ""), flow, (link.id, True, ""))
    for name in slice_.charge:
        _net(charge, name, discharge, name)
    generated = {name: float(x[steps].sum()) for name, steps in slice_.generated.items()}
    angle = {name: float(x[column]) for name, column in slice_.angle.items()}
    return Flows(dict(flow), output, charge, discharge, spill, angle, served, generated)


def _net(there: dict[_Key, float], at: _Key, back: dict[_Key, float], other: _Key) -> None:
    """Take what is both there and back out of both."""
    both = min(there.get(at, 0.0), back.get(other, 0.0))
    if both > 0.0:
        for amounts, key in ((there, at), (back, other)):
            amounts[key] -= both
            if amounts[key] <= 0.0:
                del amounts[key]


StateKey = tuple[frozenset[int], frozenset[int]]
"""Which changes of a network have come about, and which are in works."""


@dataclass
class NetworkState:
    """What of a network is open, and how good it is, in one year of a plan.

    With `until`, a later year, what has reached its end of life by then is left out.
    """

    instance: Instance
    view: NetworkLayout
    starts: tuple[ProjectStart, ...]
    year: int
    until: int | None = None
    _active: frozenset[int] = field(init=False)
    _works: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        active, works = set(), set()
        started = {start.project: start for start in self.starts}
        for rows in self.view.changes.values():
            for row in rows:
                start = started.get(row.project)
                if start is None or row.option not in ("", start.option):
                    continue
                project = self.instance.project_by_id[row.project]
                option = option_in_plan(
                    project, start.option, self.instance.settings.horizon.first_year
                )
                last = last_operating_year(self.instance, start, option.lifetime, started)
                until = self.year if self.until is None else self.until
                opened = max(start.opening, row.from_year or start.opening) <= self.year
                if opened and until <= last:
                    active.add(id(row))
                years = max(profile_years(option), option.lead_time)
                if start.start <= self.year < start.start + years and not stands(project):
                    works.add(id(row))
        self._active, self._works = frozenset(active), frozenset(works)

    @property
    def key(self) -> StateKey:
        """The same for two states of a network in which everything is equally open and good."""
        return self._active, self._works

    def _rows(self, element: str, action: NetworkAction) -> Changes:
        rows = self.view.changes_of(element, action)
        return tuple(row for row in rows if id(row) in self._active)

    def is_open(self, element: NetworkLink | NetworkNode) -> bool:
        """Whether a link or node is there."""
        return element.exists or bool(self._rows(element.id, NetworkAction.OPEN))

    def capacity(self, element: NetworkLink | NetworkNode, dry: bool = False) -> float:
        """Capacity in the year; infinite where there is no limit."""
        if not self.is_open(element):
            return 0.0
        closed = [
            row.value
            for row in self.view.changes_of(element.id, NetworkAction.CLOSE_DURING_WORKS)
            if id(row) in self._works
        ]
        own = element.capacity
        if isinstance(element, NetworkNode):
            own = 0.0 if own is None and element.role in LIMITED else own
            own = own * element.dry_share if own is not None and dry else own
        left = 1.0 - max(closed, default=0.0)
        if own is None:
            return float("inf") if left > 0.0 else 0.0
        return own * left + sum(
            row.value for row in self._rows(element.id, NetworkAction.ADD_CAPACITY)
        )

    def time(self, link: NetworkLink) -> float:
        """Free-flow time in minutes."""
        return min([link.time, *(row.value for row in self._rows(link.id, NetworkAction.SET_TIME))])

    def loss(self, link: NetworkLink) -> float:
        """Share of flow lost."""
        return min([link.loss, *(row.value for row in self._rows(link.id, NetworkAction.SET_LOSS))])

    def travel_times(self) -> dict[str, float]:
        """Least time of each demand's trip, in minutes; a missing key says that there is no way."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        nodes = self.view.node_by_id
        graph.add_nodes_from(nodes)
        for way in self.view.ways:
            ends = (nodes[way.tail], nodes[way.head])
            there = all(self.is_open(node) or is_passed(node) for node in ends)
            if way.change is None and there and self.is_open(way.link):
                minutes = self.time(way.link)
                known = graph.get_edge_data(way.tail, way.head, {"minutes": np.inf})["minutes"]
                graph.add_edge(way.tail, way.head, minutes=min(minutes, known))
        times: dict[str, float] = {}
        for commodity in self.view.commodities:
            reached = nx.single_source_dijkstra_path_length(graph, commodity, weight="minutes")
            for demand in self.view.demands_at[commodity]:
                if demand.to_node in reached:
                    times[demand.id] = float(reached[demand.to_node])
        return times


def state_in(instance: Instance, slice_: Slice, starts: tuple[ProjectStart, ...]) -> NetworkState:
    """State of a slice's network in the years that it stands for."""
    stretch = slice_.stretch
    return NetworkState(instance, slice_.network, starts, stretch.since, stretch.year)


def slice_cost(
    slice_: Slice, flows: Flows, state: NetworkState, trip_costs: dict[str, float]
) -> float:
    """Cost of the flows of one block, its weight left out: docs/laws.md section 6, cost(r)."""
    return sum(_parts(slice_, flows, state, trip_costs))


def _parts(
    slice_: Slice, flows: Flows, state: NetworkState, trip_costs: dict[str, float]
) -> Iterator[float]:
    view = slice_.network
    for (name, _, commodity), value in flows.flow.items():
        link = view.link_by_id[name]
        if not view.obeys_angles(link):
            yield value * (link.cost + state.time(link) * view.value_of_time(commodity))
    yield from _delays(view, flows, state)
    yield from _node_costs(view, flows, state, slice_.block.out)
    for demand in view.demands:
        amount = slice_.demand[demand.id]
        if not (demand.must_serve or slice_.block.must_serve):
            yield demand.unserved_price * (amount - flows.served.get(demand.id, 0.0))
        step = demand.elasticity * amount / GENERATED_STEPS
        left = flows.generated.get(demand.id, 0.0)
        for number in range(GENERATED_STEPS):
            taken = min(left, step)
            if taken > 0.0:
                worth = 1.0 - (number + 0.5) / GENERATED_STEPS
                yield -taken * worth * trip_costs[demand.id]
            left -= taken


def _delays(view: NetworkLayout, flows: Flows, state: NetworkState) -> Iterator[float]:
    volumes: defaultdict[tuple[str, bool], float] = defaultdict(float)
    for (name, back, _), value in flows.flow.items():
        volumes[name, back] += value
    for (name, _), volume in volumes.items():
        link = view.link_by_id[name]
        capacity = state.capacity(link)
        if view.is_congested(link) and capacity > 0.0 and volume > 0.0:
            slower = link.bpr_alpha * (volume / capacity) ** link.bpr_beta
            yield view.mean_value_of_time * state.time(link) * slower * volume


def _node_costs(
    view: NetworkLayout, flows: Flows, state: NetworkState, out: tuple[str, ...]
) -> Iterator[float]:
    arriving: defaultdict[str, float] = defaultdict(float)
    for (name, back, _), value in flows.flow.items():
        link = view.link_by_id[name]
        if not view.obeys_angles(link):
            tail, head = view.index.ends[name]
            head = tail if back else head
            arriving[head] += value * (1.0 - state.loss(link))
    for node in view.nodes:
        if node.role in GIVERS:
            output = flows.output.get(node.id, 0.0)
            yield node.cost * output + node.cost_quadratic * output**2
            if node.no_load_cost and node.id not in out:
                yield node.no_load_cost
        elif node.role is NodeRole.STORAGE:
            yield node.cost * flows.discharge.get(node.id, 0.0)
        else:
            yield node.cost * arriving[node.id]


def year_costs(
    instance: Instance,
    slices: Iterable[Slice],
    x: FloatArray,
    starts: tuple[ProjectStart, ...],
    trip_costs: dict[str, float],
) -> dict[tuple[str, int], float]:
    """Cost by network and first year of each stretch at column values `x`."""
    costs: defaultdict[tuple[str, int], float] = defaultdict(float)
    for slice_ in slices:
        state = state_in(instance, slice_, starts)
        cost = slice_cost(slice_, flows_at(slice_, x), state, trip_costs)
        costs[slice_.network.id, slice_.year] += slice_.block.weight * cost
    return dict(costs)
