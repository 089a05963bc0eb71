"""The roads at equilibrium of an instance: their arcs by year, and which starts open them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, NetworkAction, NetworkLink, NetworkSettings
from infraplan.optimizer.assignment import (
    Arcs,
    Assignment,
    BoolArray,
    FloatArray,
    RoadNetwork,
    trip_times,
)
from infraplan.optimizer.assignment.road_network import road_network
from infraplan.optimizer.formulation.networks.changes import Expression, active
from infraplan.optimizer.formulation.networks.layout import demand_in, network_layouts
from infraplan.optimizer.formulation.networks.stretches import Stretch, possible_stretches
from infraplan.optimizer.networkdesign.problem import RoadDesign
from infraplan.optimizer.program import Formulation, context_of


@dataclass(frozen=True)
class RoadYear:
    """The roads in one state: in a representative year, or after an end of life that follows it.

    Attributes
    ----------
    year
        First year of the stretch that the state stands for.
    base
        Representative year whose trips and openings hold; `year` itself but after an end of life.
    scale
        Money per trip-minute: discounted years that the state stands for x weight of the block x
        value of time.
    roads
        All arcs; owners are the candidate links.
    idle
        The same arcs with the trips that nobody makes in the year: they have a travel time, too.
    openings
        By candidate link, one expression over columns of starts for each change that opens it,
        which is 1 where the change is active in the state and 0 where it is not.
    """

    year: int
    base: int
    scale: float
    roads: RoadDesign
    idle: RoadNetwork
    openings: tuple[tuple[Expression, ...], ...]

    @property
    def network(self) -> RoadNetwork:
        """All arcs and trips."""
        return self.roads.network

    def trip_minutes(self, design: BoolArray, state: Assignment) -> dict[tuple[str, str], float]:
        """Least minutes of every trip, made or not, at the flows of `design`; inf: no way."""
        network = self.network
        times = network.times(state.volume, network.alpha)
        times[self.roads.closed_arcs(design)] = np.inf
        minutes = dict(zip(network.trip_names, state.trip_time.tolist(), strict=True))
        idle = trip_times(self.idle, times).tolist()
        return minutes | dict(zip(self.idle.trip_names, idle, strict=True))

    def active(self, columns: FloatArray) -> list[BoolArray]:
        """By candidate link, which of its openings are active at values of all columns."""
        return [
            np.array(
                [sum(factor * columns[j] for j, factor in one) > 0.5 for one in changes],
                dtype=np.bool_,
            )
            for changes in self.openings
        ]

    def design(self, columns: FloatArray) -> BoolArray:
        """Which candidate links are open at values of all columns."""
        return np.array([bool(on.any()) for on in self.active(columns)], dtype=np.bool_)


@dataclass(frozen=True)
class Roads:
    """The network at equilibrium of an instance.

    Attributes
    ----------
    settings
        Settings of the network.
    candidates
        Ids of the links that do not exist without a project.
    years
        The roads by state that any plan may need, ascending.
    """

    settings: NetworkSettings
    candidates: tuple[str, ...]
    years: tuple[RoadYear, ...]


def equilibrium_network(instance: Instance) -> NetworkSettings | None:
    """Settings of the first network at equilibrium, None where there is none."""
    rows = instance.settings.networks
    return next((row for row in rows if row.law is FlowLaw.EQUILIBRIUM), None)


def read_roads(formulation: Formulation, settings: NetworkSettings) -> Roads:
    """Return the roads of network `settings` with their candidates by state."""
    instance = formulation.instance
    links = [link for link in instance.network_links if link.network == settings.id]
    candidates = tuple(link.id for link in links if not link.exists)
    views = network_layouts(instance, (FlowLaw.EQUILIBRIUM,))
    discount = formulation.coefficients.discount
    stretches = possible_stretches(formulation.sets, discount, views, instance.service_years)
    years = tuple(
        _road_year(formulation, settings, links, candidates, stretch)
        for stretch in stretches[settings.id]
    )
    return Roads(settings, candidates, years)


def _road_year(
    formulation: Formulation,
    settings: NetworkSettings,
    links: list[NetworkLink],
    candidates: tuple[str, ...],
    stretch: Stretch,
) -> RoadYear:
    instance, block = formulation.instance, settings.blocks[0]
    first = formulation.sets.first_year
    base, t, until = (year - first for year in (stretch.base, stretch.since, stretch.year))
    numbers = {name: position for position, name in enumerate(candidates)}
    rows = [row for link in links for row in _arcs(link, numbers.get(link.id, -1))]
    names, tails, heads, times, capacities, alphas, betas, owners = zip(*rows, strict=True)
    demands = [row for row in instance.demands if row.network == settings.id]
    arcs = Arcs(names, tails, heads, times, capacities, alphas, betas)
    trips = {(row.node, row.to_node or ""): demand_in(row, base, block) for row in demands}
    idle = {pair: 1.0 for pair, amount in trips.items() if not amount}
    network, rest = (
        road_network(arcs, pairs, no_through=frozenset(settings.no_through))
        for pairs in (trips, idle)
    )
    value = demands[0].value_of_time
    design = RoadDesign(network, np.array(owners, dtype=np.int64), len(candidates))
    context = context_of(formulation)
    openings = tuple(
        tuple(
            expression
            for row in instance.project_network
            if row.element == name and row.action is NetworkAction.OPEN
            if (expression := active(context, row, t, until))
        )
        for name in candidates
    )
    scale = stretch.weight * block.weight * value
    return RoadYear(stretch.year, stretch.base, scale, design, rest, openings)


_Arc = tuple[str, str, str, float, float, float, float, int]


def _arcs(link: NetworkLink, owner: int) -> Iterator[_Arc]:
    """A link in each direction: name, ends, time, capacity, alpha, beta, owner."""
    slow = link.capacity is not None and link.bpr_alpha > 0.0
    capacity = link.capacity if slow and link.capacity is not None else np.inf
    alpha = link.bpr_alpha if slow else 0.0
    ends = [(link.from_node, link.to_node, link.id)]
    if link.both_ways:
        ends.append((link.to_node, link.from_node, link.id + "<"))
    for tail, head, name in ends:
        yield name, tail, head, link.time, capacity, alpha, link.bpr_beta, owner
