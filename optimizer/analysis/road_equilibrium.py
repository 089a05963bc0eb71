"""User equilibrium on the roads of a finished plan: what trips take when nobody directs them.

The plan's own flows are directed: the program sends every trip where all together lose least. Here
every trip takes the way that is fastest for itself (Wardrop's first principle), on the network as
the plan has changed it and on the one before. All minutes count a toll as the minutes that it is
worth at the network's mean value of time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, LoadBlock
from infraplan.models.plan import Plan, ProjectStart
from infraplan.optimizer.accounts.candidates import standing_starts
from infraplan.optimizer.assignment import (
    Arcs,
    Assignment,
    RoadNetwork,
    never,
    system_optimum,
    trip_times,
    user_equilibrium,
)
from infraplan.optimizer.assignment.road_network import road_network
from infraplan.optimizer.formulation.networks.flow_costs import NetworkState
from infraplan.optimizer.formulation.networks.layout import (
    NetworkLayout,
    demand_in,
    network_layouts,
)

RELATIVE_GAP = 1e-6
"""Relative gap of an equilibrium, where none is asked for."""
ALPHA, BETA = 0.15, 4.0
"""Congestion of a link that has a capacity and states no congestion: Bureau of Public Roads,
Traffic Assignment Manual, 1964. An assumption."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class LinkLoad:
    """A direction of a link at equilibrium: flow in the network's unit, times in minutes."""

    link: str
    back: bool
    flow: float
    capacity: float | None
    loading: float | None
    minutes: float
    free_minutes: float
    assumed: bool
    """Whether its congestion is assumed."""


@dataclass(frozen=True)
class TripTime:
    """A demand at equilibrium; minutes are None where no way leads to its end."""

    demand: str
    trips: float
    minutes: float | None
    free_minutes: float | None


@dataclass(frozen=True)
class RoadState:
    """Roads of one network in one state; times in minutes, sums in trip-minutes.

    Attributes
    ----------
    trips
        Trips that have a way.
    trips_without_way
        Trips that have none; they count nowhere else.
    total_travel_time
        Sum of flow x time at equilibrium.
    free_travel_time
        The same sum if no road slowed down.
    directed_travel_time
        Least sum that directed flows reach, to a relative gap of 1e-4.
    relative_gap
        Share by which the times used exceed the fastest ones.
    links
        Directions of links that carry flow, the fullest first.
    demands
        Every demand of the network, in the order of the instance.
    """

    trips: float
    trips_without_way: float
    total_travel_time: float
    free_travel_time: float
    directed_travel_time: float
    relative_gap: float
    links: tuple[LinkLoad, ...]
    demands: tuple[TripTime, ...]

    @property
    def mean_minutes(self) -> float | None:
        """Minutes a trip; None without trips."""
        return self.total_travel_time / self.trips if self.trips else None

    @property
    def links_over_capacity(self) -> int:
        """Directions of links whose flow exceeds their capacity."""
        return sum(row.loading is not None and row.loading > 1.0 for row in self.links)


@dataclass(frozen=True)
class RoadComparison:
    """One network, representative year and block: before any project, and with the plan."""

    network: str
    year: int
    block: str
    before: RoadState
    with_plan: RoadState
    num_assumed: int
    """Links with a capacity whose congestion is assumed."""


def compare_roads(
    instance: Instance,
    plan: Plan,
    *,
    network: str | None = None,
    alpha: float = ALPHA,
    beta: float = BETA,
    relative_gap: float = RELATIVE_GAP,
    is_over: Callable[[], bool] = never,
) -> tuple[RoadComparison, ...]:
    """User equilibria of every transport network, year and block, before and with `plan`.

    Trips that the plan generates count in its state alone. A transport network whose links have no
    times is left out: nobody on it is faster than another.

    Parameters
    ----------
    instance
        The question of the plan.
    plan
        Starts of projects, and what the plan's own flows generate.
    network
        Id of the only network to look at; all where left out.
    alpha, beta
        Congestion of links that have a capacity and state none (0 for none), and its exponent.
    relative_gap
        Relative gap at which an equilibrium is one.
    is_over
        Whether the time is over: what is found from then on states the gap that it has.
    """
    generated = _generated(plan)
    found = []
    for view in network_layouts(instance, tuple(FlowLaw)):
        timed = view.is_transport and any(link.time > 0.0 for link in view.links)
        if not timed or network not in (None, view.id):
            continue
        for year in instance.representative_years:
            for block in view.settings.blocks:
                years_on = year - instance.settings.horizon.first_year
                demand = {row.id: demand_in(row, years_on, block) for row in view.demands}
                more = {
                    name: amount + generated.get((name, year, block.id), 0.0)
                    for name, amount in demand.items()
                }
                before, after = (
                    _Roads(instance, view, starts, year, block, alpha, beta)
                    for starts in ((), (*standing_starts(instance), *plan.starts))
                )
                found.append(
                    RoadComparison(
                        network=view.id,
                        year=year,
                        block=block.id,
                        before=before.state(demand, relative_gap, is_over),
                        with_plan=after.state(more, relative_gap, is_over),
                        num_assumed=after.num_assumed,
                    )
                )
    return tuple(found)


def _generated(plan: Plan) -> dict[tuple[str, int, str], float]:
    found: defaultdict[tuple[str, int, str], float] = defaultdict(float)
    for row in plan.service:
        if row.measure == "generated":
            found[row.element, row.year, row.block] += row.value
    return dict(found)


@dataclass(frozen=True)
class _Arc:
    """An open direction of a link; `toll` in minutes."""

    link: str
    back: bool
    tail: str
    head: str
    time: float
    toll: float
    capacity: float
    alpha: float
    beta: float
    assumed: bool


class _Roads:
    """Open roads of a network in a year and block, as arcs."""

    def __init__(
        self,
        instance: Instance,
        view: NetworkLayout,
        starts: Iterable[ProjectStart],
        year: int,
        block: LoadBlock,
        alpha: float,
        beta: float,
    ) -> None:
        self.view = view
        self.assumption = (alpha, beta)
        state = NetworkState(instance, view, tuple(starts), year)
        self.arcs = tuple(self._open_arcs(state, frozenset(block.out)))

    @property
    def num_assumed(self) -> int:
        """Links whose congestion is assumed."""
        return len({arc.link for arc in self.arcs if arc.assumed})

    def _open_arcs(self, state: NetworkState, out: frozenset[str]) -> Iterator[_Arc]:
        nodes, price = self.view.node_by_id, self.view.mean_value_of_time
        for link in self.view.links:
            parts = (link, nodes[link.from_node], nodes[link.to_node])
            capacity = state.capacity(link)
            is_open = all(state.is_open(part) and part.id not in out for part in parts)
            if not is_open or capacity <= 0.0:
                continue
            limited = np.isfinite(capacity)
            assumed = bool(limited and link.bpr_alpha == 0.0 and self.assumption[0] > 0.0)
            alpha, beta = self.assumption if assumed else (link.bpr_alpha, link.bpr_beta)
            toll = link.cost / price if price > 0.0 else 0.0
            figures = (state.time(link), toll, capacity, alpha if limited else 0.0, beta, assumed)
            yield _Arc(link.id, False, link.from_node, link.to_node, *figures)
            if link.both_ways:
                yield _Arc(link.id, True, link.to_node, link.from_node, *figures)

    def _network(self, demand: dict[Pair, float]) -> RoadNetwork:
        """Arcs as arrays: `(t + toll)(1 + a' r^b)`, `a' = a t / (t + toll)`, is time and toll."""
        time = np.array([arc.time for arc in self.arcs])
        cost = time + np.array([arc.toll for arc in self.arcs])
        share = np.divide(time, cost, out=np.zeros_like(time), where=cost > 0.0)
        arcs = Arcs(
            names=[arc.link for arc in self.arcs],
            tails=[arc.tail for arc in self.arcs],
            heads=[arc.head for arc in self.arcs],
            free_time=cost,
            capacity=[arc.capacity for arc in self.arcs],
            alpha=share * np.array([arc.alpha for arc in self.arcs]),
            beta=[arc.beta for arc in self.arcs],
        )
        return road_network(arcs, demand, no_through=frozenset(self.view.settings.no_through))

    def state(
        self, trips: dict[str, float], relative_gap: float, is_over: Callable[[], bool]
    ) -> RoadState:
        """Equilibrium of `trips` by demand id."""
        wanted: defaultdict[Pair, float] = defaultdict(float)
        for row in self.view.demands:
            wanted[row.node, row.to_node or ""] += trips[row.id]
        touched = {name for arc in self.arcs for name in (arc.tail, arc.head)}
        network = self._network({p: n for p, n in wanted.items() if touched.issuperset(p)})
        free = trip_times(network, network.free_time)
        way = np.isfinite(free)
        free_by_pair = dict(zip(network.trip_names, free.tolist(), strict=True))
        network = self._network(
            {pair: wanted[pair] for pair, minutes in free_by_pair.items() if np.isfinite(minutes)}
        )
        found = user_equilibrium(network, relative_gap=relative_gap, is_over=is_over, enough=np.inf)
        directed = system_optimum(network, relative_gap=1e-4, stop=lambda *_: is_over())
        moved = network.trip_demand
        minutes = dict(zip(network.trip_names, found.trip_time.tolist(), strict=True))
        outside = sum(n for p, n in wanted.items() if p[0] != p[1]) - float(moved.sum())
        return RoadState(
            trips=float(moved.sum()),
            trips_without_way=outside if outside > 1e-9 * float(moved.sum()) else 0.0,
            total_travel_time=found.total_travel_time,
            free_travel_time=float(moved @ free[way]),
            directed_travel_time=directed.total_travel_time,
            relative_gap=found.relative_gap,
            links=self._links(network, found),
            demands=tuple(
                TripTime(row.id, trips[row.id], minutes.get(pair), free_by_pair.get(pair))
                for row in self.view.demands
                for pair in [(row.node, row.to_node or "")]
            ),
        )

    def _links(self, network: RoadNetwork, found: Assignment) -> tuple[LinkLoad, ...]:
        times = network.times(found.volume, network.alpha)
        rows = [
            LinkLoad(
                link=arc.link,
                back=arc.back,
                flow=flow,
                capacity=arc.capacity if np.isfinite(arc.capacity) else None,
                loading=flow / arc.capacity if np.isfinite(arc.capacity) else None,
                minutes=minutes,
                free_minutes=free,
                assumed=arc.assumed,
            )
            for arc, flow, minutes, free in zip(
                self.arcs,
                found.volume.tolist(),
                times.tolist(),
                network.free_time.tolist(),
                strict=True,
            )
            if flow > 0.0
        ]
        return tuple(sorted(rows, key=lambda row: (-(row.loading or 0.0), row.link, row.back)))
