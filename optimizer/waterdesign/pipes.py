"""The pipes under pressure of an instance: what lies there, and what its projects may lay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, NetworkAction, NetworkSettings, NodeRole
from infraplan.models.progress import must_be_built
from infraplan.optimizer.formulation.networks.changes import Expression, active
from infraplan.optimizer.formulation.networks.layout import (
    NetworkLayout,
    demand_in,
    network_layouts,
)
from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.program import Formulation, context_of
from infraplan.optimizer.waterdesign.hydraulics import Pipes, resistance
from infraplan.optimizer.waterdesign.pipe_choice import PipeChoice

LITRES = 1000.0
"""Litres in a cubic metre."""
METRES = 1000.0
"""Metres in a kilometre."""
SOME = 0.5
"""Value of an expression from which on what it tells is so."""


@dataclass(frozen=True)
class Lay:
    """A pipe that a project lays.

    Attributes
    ----------
    link
        Position of the link.
    resistance
        R of the pipe laid.
    expression
        Over columns of starts: 1 where it is there in the year asked about, else 0.
    """

    link: int
    resistance: float
    expression: Expression

    def is_there(self, columns: FloatArray) -> bool:
        """Whether the pipe is laid at values of all columns."""
        return bool(sum(factor * columns[j] for j, factor in self.expression) > SOME)


@dataclass(frozen=True)
class WaterState:
    """A network under pressure in the year in which pressure is asked for.

    Attributes
    ----------
    network
        Its nodes and links.
    year
        The year.
    pipes
        Their ends, demands and heads.
    standing
        R of each link without any project, inf where there is no pipe, shape (links,).
    lays
        What projects may lay.
    """

    network: NetworkLayout
    year: int
    pipes: Pipes
    standing: FloatArray
    lays: tuple[Lay, ...]

    def resistances(self, columns: FloatArray) -> FloatArray:
        """R of each link at values of all columns, shape (links,)."""
        found = self.standing.copy()
        laid: dict[int, float] = {}
        for lay in self.lays:
            if lay.is_there(columns):
                laid[lay.link] = min(lay.resistance, laid.get(lay.link, np.inf))
        for link, value in laid.items():
            found[link] = value
        return found


def pressure_network(instance: Instance) -> NetworkSettings | None:
    """Settings of the first network under pressure, None where there is none."""
    rows = instance.settings.networks
    return next((row for row in rows if row.law is FlowLaw.PRESSURE), None)


def years_asked(instance: Instance) -> range:
    """Years in which pressure is asked for: from the last of the first phase on."""
    horizon = instance.settings.horizon
    return range(horizon.phases[0].last_year, horizon.last_year + 1)


def read_pipes(formulation: Formulation) -> WaterState:
    """The network under pressure of an instance that has one, in its one year and block."""
    instance = formulation.instance
    (network,) = network_layouts(instance, (FlowLaw.PRESSURE,))
    year = years_asked(instance)[-1]
    t = year - formulation.sets.first_year
    block = network.settings.blocks[0]
    place = {node.id: number for number, node in enumerate(network.nodes)}
    demand = np.zeros(len(network.nodes))
    for row in network.demands:
        demand[place[row.node]] += demand_in(row, t, block) / LITRES
    least = [
        -np.inf if node.least_pressure is None else (node.elevation or 0.0) + node.least_pressure
        for node in network.nodes
    ]
    sources = [
        (node.elevation or 0.0) if node.role is NodeRole.SOURCE else np.nan
        for node in network.nodes
    ]
    standing = [
        _resistance(link.length, link.roughness, link.diameter) if link.exists else np.inf
        for link in network.links
    ]
    context = context_of(formulation)
    number = {link.id: position for position, link in enumerate(network.links)}
    lays = []
    for change in instance.project_network:
        if change.element not in number:
            continue
        link = network.links[number[change.element]]
        is_sized = change.action is NetworkAction.SET_DIAMETER
        size = change.value if is_sized else link.diameter
        if expression := active(context, change, t):
            worth = _resistance(link.length, link.roughness, size)
            lays.append(Lay(number[link.id], worth, expression))
    laid = {lay.link for lay in lays}
    pipes = Pipes(
        tails=np.array([place[link.from_node] for link in network.links], dtype=np.int64),
        heads=np.array([place[link.to_node] for link in network.links], dtype=np.int64),
        demand=demand,
        source_head=np.array(sources),
        least_head=np.array(least),
        steady=np.array(
            [np.isfinite(r) or at not in laid for at, r in enumerate(standing)], dtype=np.bool_
        ),
    )
    return WaterState(network, year, pipes, np.array(standing), tuple(lays))


def _resistance(length: float, roughness: float | None, diameter: float | None) -> float:
    """R of a pipe of `length` km; what lacks a figure is refused before, and lets nothing pass."""
    if not roughness or not diameter:
        return np.inf
    return resistance(METRES * length, roughness, diameter)


@dataclass(frozen=True)
class _Way:
    """One way of a project: the columns at which it stands, and its cost there."""

    values: dict[int, float]
    cost: float
    resistances: dict[int, float]


@dataclass(frozen=True)
class LaidChoice:
    """The choice of pipes, and the columns of starts that each way of each unit sets.

    `values[u][k]` are columns with their values in way k of unit u.
    """

    choice: PipeChoice
    values: tuple[tuple[dict[int, float], ...], ...]

    def columns(self, design: IntArray, size: int) -> FloatArray:
        """Columns of starts of the units at `design`, 0 elsewhere; shape (size,)."""
        found = np.zeros(size)
        for ways, way in zip(self.values, design.tolist(), strict=True):
            for column, value in ways[way].items():
                found[column] = value
        return found


def laid_choice(formulation: Formulation, state: WaterState) -> LaidChoice:
    """What projects may lay, each at the year of start that costs least of those in time.

    Other projects, and what joins projects, are left out: what is found here is held against the
    program afterwards.
    """
    instance, mip = formulation.instance, formulation.mip
    base = np.where(mip.col_lower == mip.col_upper, mip.col_lower, 0.0)
    units = []
    for project in instance.projects:
        ways = list(_ways(formulation, state, project.id, base))
        if ways:
            none = () if must_be_built(project) else (_Way({}, 0.0, {}),)
            units.append(sorted((*none, *ways), key=lambda way: way.cost))
    count = max((len(ways) for ways in units), default=1)
    still = state.resistances(base)
    resistances = np.tile(still[:, None], (1, count))
    owner = np.full(still.size, -1, dtype=np.int64)
    costs = np.full((len(units), count), np.inf)
    for unit, ways in enumerate(units):
        links = {link for way in ways for link in way.resistances}
        for number, way in enumerate(ways):
            costs[unit, number] = way.cost
            for link in links:
                owner[link] = unit
                resistances[link, number] = way.resistances.get(link, still[link])
    choice = PipeChoice(state.pipes, owner, resistances, costs)
    return LaidChoice(choice, tuple(tuple(way.values for way in ways) for ways in units))


def _ways(
    formulation: Formulation, state: WaterState, project: str, base: FloatArray
) -> Iterator[_Way]:
    """Options of a project that lay something in time, each at its best year."""
    sets, mip = formulation.sets, formulation.mip
    for option in sets.options_of[sets.project_index[project]]:
        flat = sets.options[option]
        if flat.standing is not None:
            continue
        best: _Way | None = None
        for t in range(flat.first, flat.last + 1):
            columns = formulation.started[option, t : flat.last + 1]
            if (mip.col_upper[columns] < SOME).any():
                continue
            values = dict.fromkeys(columns.tolist(), 1.0)
            at = base.copy()
            at[columns] = 1.0
            laid = {
                lay.link: lay.resistance
                for lay in state.lays
                if lay.is_there(at) and not lay.is_there(base)
            }
            cost = -float(mip.objective[columns].sum())
            if laid and (best is None or cost < best.cost):
                best = _Way(values, cost, laid)
        if best is not None:
            yield best
