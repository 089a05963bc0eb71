"""Columns of networks: flows, outputs, served demand, by representative year and load block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from infraplan.models.network import LoadBlock, NetworkLink, NetworkNode, NodeRole
from infraplan.optimizer.formulation.networks.layout import (
    GENERATED_STEPS,
    GIVERS,
    LIMITED,
    NetworkLayout,
    demand_in,
    is_passed,
    network_layouts,
)
from infraplan.optimizer.formulation.networks.stretches import Stretch, possible_stretches
from infraplan.optimizer.formulation.sets import FloatArray, IntArray, Sets
from infraplan.optimizer.mip import MipBuilder

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Slice:
    """Columns of one network in one stretch of years and block.

    `flow` has shape (ways, commodities); the others are columns by node or demand id, `generated`
    one column per step, `delay` by number of the way.
    """

    network: NetworkLayout
    stretch: Stretch
    t: int
    """Plan year by which something must have opened, and whose works close what they close."""
    until: int
    """Plan year that the stretch begins in: what has ended its life by then is gone."""
    block: LoadBlock
    asks_all: bool
    """Whether must_serve and minimum outputs are asked."""
    demand: dict[str, float]
    flow: IntArray
    output: dict[str, int] = field(default_factory=dict)
    charge: dict[str, int] = field(default_factory=dict)
    discharge: dict[str, int] = field(default_factory=dict)
    spill: dict[str, int] = field(default_factory=dict)
    angle: dict[str, int] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    generated: dict[str, IntArray] = field(default_factory=dict)
    delay: dict[int, int] = field(default_factory=dict)
    quadratic: dict[str, int] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """Year that rows and columns are labelled with: the first of the stretch."""
        return self.stretch.year

    @property
    def key(self) -> tuple[str, int, str]:
        """Network, year and block, as rows are labelled."""
        return self.network.id, self.year, self.block.id

    def is_out(self, element: str) -> bool:
        """Whether the block takes a link or node out of service."""
        return element in self.block.out


@dataclass(frozen=True)
class NetworkColumns:
    """All networks of an instance with their columns, empty where it has none."""

    views: tuple[NetworkLayout, ...] = ()
    slices: tuple[Slice, ...] = ()
    trip_costs: dict[str, float] = field(default_factory=dict)
    """c0: least cost of each demand's trip without projects, inf where there is no way."""
    baseline: dict[tuple[str, int], float] = field(default_factory=dict)
    """baseline_cost(r) by network and representative year."""
    years: tuple[int, ...] = ()
    """Years that the program looks at: all that count, or fewer of them."""

    def all_columns(self) -> IntArray:
        """Numbers of all columns that say what flows."""
        parts = [
            np.concatenate([slice_.flow.ravel(), *slice_.generated.values()])
            for slice_ in self.slices
        ]
        for slice_ in self.slices:
            nodes = (slice_.output, slice_.charge, slice_.discharge, slice_.spill, slice_.angle)
            named = (*nodes, slice_.served)
            parts += [np.array(list(columns.values()), dtype=np.int64) for columns in named]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def is_cut(view: NetworkLayout, link: NetworkLink, block: LoadBlock) -> bool:
    """Whether a block takes the link, or an end of it that nothing passes then, out of service."""
    if not block.out:
        return False
    ends = (view.node_by_id[name] for name in view.index.ends[link.id])
    return link.id in block.out or any(
        node.id in block.out and not is_passed(node) for node in ends
    )


def trip_costs_before(view: NetworkLayout) -> dict[str, float]:
    """Least cost of each demand's trip without any project and congestion; inf: there is no way."""
    import networkx as nx

    costs: dict[str, float] = {}
    closed = {node.id for node in view.nodes if not (node.exists or is_passed(node))}
    for commodity in view.commodities:
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(node.id for node in view.nodes)
        for way in view.ways:
            ends = {way.tail, way.head}
            if way.change is not None or not way.link.exists or ends & closed:
                continue
            cost = way.time * view.value_of_time(commodity) + way.link.cost
            known = graph.get_edge_data(way.tail, way.head, {"cost": np.inf})["cost"]
            graph.add_edge(way.tail, way.head, cost=min(cost, known))
        reached = nx.single_source_dijkstra_path_length(graph, commodity, weight="cost")
        for demand in view.demands_at[commodity]:
            costs[demand.id] = float(reached.get(demand.to_node or "", np.inf))
    return costs


def add_networks(
    builder: MipBuilder,
    sets: Sets,
    discount: FloatArray,
    feasible: frozenset[int],
    years: tuple[int, ...] | None = None,
) -> NetworkColumns:
    """Add the columns of every network whose law is `flow`, with their part of the objective.

    Objective: `- W x weight x (flow cost + delay + output cost + unserved_price (D - served)
    - worth of generated trips)`, W of the stretch; what does not depend on the plan goes to the
    offset. `feasible` are the representative years that have flows without any project, `years`
    those that the program looks at (None: all that count).
    """
    views = network_layouts(sets.instance)
    if not views:
        return NetworkColumns()
    marks = sets.instance.service_years if years is None else years
    due = sets.instance.settings.horizon.phases[0].last_year
    stretches = possible_stretches(sets, discount, views, marks)
    slices = []
    before: dict[str, float] = {}
    for view in views:
        if view.is_transport:
            before |= trip_costs_before(view)
        for stretch in stretches[view.id]:
            is_due = stretch.year == stretch.base >= due
            asks_all = is_due or stretch.base in feasible
            for block in view.settings.blocks:
                maker = _SliceMaker(builder, sets, view, stretch, block, asks_all=asks_all)
                slices.append(maker.make(before))
    return NetworkColumns(views, tuple(slices), before, years=marks)


class _SliceMaker:
    def __init__(
        self,
        builder: MipBuilder,
        sets: Sets,
        view: NetworkLayout,
        stretch: Stretch,
        block: LoadBlock,
        *,
        asks_all: bool,
    ) -> None:
        self.builder = builder
        self.view = view
        self.stretch = stretch
        self.base = stretch.base - sets.first_year
        self.t = stretch.since - sets.first_year
        self.until = stretch.year - sets.first_year
        self.block = block
        self.asks_all = asks_all
        self.worth = stretch.weight * block.weight

    def _name(self, what: str) -> str:
        return f"{what}[{self.view.id},{self.stretch.year},{self.block.id}]"

    def make(self, trip_costs: dict[str, float]) -> Slice:
        demand = {row.id: demand_in(row, self.base, self.block) for row in self.view.demands}
        made = Slice(
            self.view,
            self.stretch,
            self.t,
            self.until,
            self.block,
            self.asks_all,
            demand,
            self._flow(),
        )
        self._nodes(made)
        self._demands(made, trip_costs)
        self._delays(made)
        return made

    def _flow(self) -> IntArray:
        view, block = self.view, self.block
        cost = np.zeros((len(view.ways), len(view.commodities)))
        upper = np.full(len(view.ways), np.inf)
        lower = np.zeros(len(view.ways))
        for number, way in enumerate(view.ways):
            if is_cut(view, way.link, block) or way.capacity == 0.0:  # slow beyond all measure
                upper[number] = 0.0
            elif view.obeys_angles(way.link):
                lower[number] = -np.inf
            for position, commodity in enumerate(view.commodities):
                minutes = way.time * view.value_of_time(commodity)
                cost[number, position] = minutes + way.link.cost
        return self.builder.add_columns(
            self._name("flow"),
            cost.shape,
            lower=lower[:, None],
            upper=upper[:, None],
            objective=-self.worth * cost,
            axes=("way", "commodity"),
            keys=(
                tuple(_way_label(number, view) for number in range(len(view.ways))),
                view.commodities,
            ),
        )

    def _nodes(self, made: Slice) -> None:
        view = self.view
        givers = [node for node in view.nodes if node.role in GIVERS]
        stores = [node for node in view.nodes if node.role is NodeRole.STORAGE]
        curved = [node for node in givers if node.cost_quadratic > 0.0]
        least = np.array([min(0.0, node.minimum_output) for node in givers])
        made.output.update(self._by_node("output", givers, [-node.cost for node in givers], least))
        made.charge.update(self._by_node("charge", stores))
        made.discharge.update(self._by_node("discharge", stores, [-node.cost for node in stores]))
        made.quadratic.update(self._by_node("quadratic", curved, [-1.0] * len(curved)))
        loose = [node for node in view.nodes if node.spill and not view.is_transport]
        made.spill.update(self._by_node("spill", loose))
        idle = sum(node.no_load_cost for node in givers if node.id not in self.block.out)
        self.builder.objective_offset -= self.worth * idle
        buses = [node for node in view.nodes if node.id in view.buses]
        # Angles are known up to a constant: the first one is 0.
        free = np.full(len(buses), -np.inf)
        free[:1] = 0.0
        made.angle.update(self._by_node("angle", buses, lower=free, upper=-free))
        # What arrives at a works, junction or zone costs; the ways into it carry the cost.
        costs = [
            (number, node.cost * (1.0 - view.ways[number].loss))
            for node in view.nodes
            if node.cost and node.role not in LIMITED - {NodeRole.WORKS}
            for number in view.ways_into[node.id]
            if not view.obeys_angles(view.ways[number].link)
        ]
        if costs:
            numbers, paid = zip(*costs, strict=True)
            flow = made.flow[list(numbers)]
            gain = -self.worth * np.array(paid)
            self.builder.add_objective(flow, np.broadcast_to(gain[:, None], flow.shape).ravel())

    def _by_node(
        self,
        what: str,
        nodes: list[NetworkNode],
        gain: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
    ) -> dict[str, int]:
        names = tuple(node.id for node in nodes)
        if not names:
            return {}
        columns = self.builder.add_columns(
            self._name(what),
            len(names),
            lower=lower,
            upper=upper,
            objective=self.worth * np.asarray(gain, dtype=np.float64),
            axes=("node",),
            keys=(names,),
        )
        return dict(zip(names, columns.tolist(), strict=True))

    def _demands(self, made: Slice, trip_costs: dict[str, float]) -> None:
        rows = self.view.demands
        if not rows:
            return
        amount = np.array([made.demand[row.id] for row in rows])
        must = np.array([row.must_serve or self.block.must_serve for row in rows])
        price = np.array(
            [0.0 if forced else row.unserved_price for row, forced in zip(rows, must, strict=True)]
        )
        names = tuple(row.id for row in rows)
        columns = self.builder.add_columns(
            self._name("served"),
            len(rows),
            lower=np.where(must & self.asks_all, amount, 0.0),
            upper=amount,
            objective=self.worth * price,
            axes=("demand",),
            keys=(names,),
        )
        self.builder.objective_offset -= self.worth * float(price @ amount)
        made.served.update(zip(names, columns.tolist(), strict=True))
        elastic = [
            row
            for row in rows
            if row.elasticity > 0.0 and 0.0 < trip_costs.get(row.id, 0.0) < np.inf
        ]
        if not elastic:
            return
        steps = np.arange(1, GENERATED_STEPS + 1)
        generated = self.builder.add_columns(
            self._name("generated"),
            (len(elastic), GENERATED_STEPS),
            upper=np.array(
                [[row.elasticity * made.demand[row.id] / GENERATED_STEPS] for row in elastic]
            ),
            objective=self.worth
            * np.array(
                [trip_costs[row.id] * (1.0 - (steps - 0.5) / GENERATED_STEPS) for row in elastic]
            ),
            axes=("demand", "step"),
            keys=(tuple(row.id for row in elastic), tuple(steps.tolist())),
        )
        made.generated.update(zip((row.id for row in elastic), generated, strict=True))

    def _delays(self, made: Slice) -> None:
        slow = [number for number, way in enumerate(self.view.ways) if way.capacity is not None]
        if not slow:
            return
        columns = self.builder.add_columns(
            self._name("delay"),
            len(slow),
            objective=-self.worth * self.view.mean_value_of_time,
            axes=("way",),
            keys=(tuple(_way_label(number, self.view) for number in slow),),
        )
        made.delay.update(zip(slow, columns.tolist(), strict=True))


def _way_label(number: int, view: NetworkLayout) -> str:
    way = view.ways[number]
    name = way.link.id + ("<" if way.back else ">")
    return name if way.change is None else f"{name}{way.change.project}"
