"""What the networks deliver under a plan: service rows, their worth, and targets read off them.

Source of every formula: docs/laws.md section 6.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.models.network import NO_WAY_MINUTES, SERVED, TRAVEL_TIME
from infraplan.models.plan import ObjectiveTerm, ProjectStart, ServiceYear
from infraplan.models.target import Target
from infraplan.optimizer.accounts.candidates import standing_starts
from infraplan.optimizer.formulation.networks.columns import NetworkColumns, Slice
from infraplan.optimizer.formulation.networks.flow_costs import (
    Flows,
    NetworkState,
    flows_at,
    slice_cost,
    state_in,
)
from infraplan.optimizer.formulation.networks.stretches import stretches_of
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation


@dataclass(frozen=True)
class Service:
    """Service rows of a plan, and what is read off them."""

    rows: tuple[ServiceYear, ...]
    terms: tuple[ObjectiveTerm, ...]
    measured: dict[str, float]
    """What each target on a network reaches, by target id."""


def service_of(
    formulation: Formulation, x: FloatArray, starts: tuple[ProjectStart, ...]
) -> Service:
    """Service at column values `x` of a plan with `starts`; empty where there is no network.

    What stands already is in place besides.
    """
    instance, networks = formulation.instance, formulation.networks
    starts = (*standing_starts(instance), *starts)
    rows: list[ServiceYear] = []
    costs: defaultdict[tuple[str, int], float] = defaultdict(float)
    discount = formulation.coefficients.discount
    stretches = {
        (network, stretch.year): stretch
        for network, found in stretches_of(instance, discount, networks.views, starts).items()
        for stretch in found
    }
    for slice_ in networks.slices:
        if (slice_.network.id, slice_.year) not in stretches:
            continue  # nothing ends here: the stretch before goes on
        flows = flows_at(slice_, x)
        state = state_in(instance, slice_, starts)
        rows += _decisions(slice_, flows)
        rows += _consequences(slice_, flows, state)
        cost = slice_cost(slice_, flows, state, networks.trip_costs)
        costs[slice_.network.id, slice_.year] += slice_.block.weight * cost
    rows += _travel_times(instance, networks, starts)
    terms: defaultdict[str, float] = defaultdict(float)
    for (network, year), cost in costs.items():
        stretch = stretches[network, year]
        before = networks.baseline[network, stretch.base]
        for measure, money in (("cost", cost), ("baseline_cost", before)):
            rows.append(_row(network, network, measure, year, money))
        terms[network] += stretch.weight * (before - cost)
    return Service(
        rows=tuple(rows),
        terms=tuple(
            ObjectiveTerm(term="service", subject=network, value=value)
            for network, value in terms.items()
            if value
        ),
        measured={
            target.id: value
            for target in instance.targets
            if (value := _measured(instance, networks, starts, rows, target)) is not None
        },
    )


def _row(
    network: str,
    element: str,
    measure: str,
    year: int,
    value: float,
    *,
    block: str = "",
    commodity: str = "",
    unit: str = "",
) -> ServiceYear:
    return ServiceYear(
        network=network,
        element=element,
        measure=measure,
        year=year,
        block=block,
        commodity=commodity,
        value=value,
        unit=unit,
    )


def _decisions(slice_: Slice, flows: Flows) -> Iterator[ServiceYear]:
    view, year, block = slice_.network, slice_.year, slice_.block.id
    unit = view.settings.unit
    for (name, back, commodity), value in sorted(flows.flow.items()):
        measure = "flow_back" if back else "flow"
        yield _row(view.id, name, measure, year, value, block=block, commodity=commodity, unit=unit)
    parts = (
        ("output", flows.output),
        ("charge", flows.charge),
        ("discharge", flows.discharge),
        ("spill", flows.spill),
        ("angle", flows.angle),
        ("served", flows.served),
        ("generated", flows.generated),
    )
    for measure, values in parts:
        for name, value in values.items():
            if value:
                kind = "rad" if measure == "angle" else unit
                yield _row(view.id, name, measure, year, value, block=block, unit=kind)


def _consequences(slice_: Slice, flows: Flows, state: NetworkState) -> Iterator[ServiceYear]:
    view, year, block = slice_.network, slice_.year, slice_.block.id
    for name, amount in slice_.demand.items():
        unserved = amount - flows.served.get(name, 0.0)
        if unserved > 1e-9 * max(1.0, amount):
            unit = view.settings.unit
            yield _row(view.id, name, "unserved", year, unserved, block=block, unit=unit)
    volumes: defaultdict[tuple[str, bool], float] = defaultdict(float)
    for (name, back, _), value in flows.flow.items():
        volumes[name, back] += abs(value)
    for link in view.links:
        volume = max(volumes[link.id, False], volumes[link.id, True])
        capacity = state.capacity(link)
        if volume > 0.0 and 0.0 < capacity < float("inf"):
            yield _row(view.id, link.id, "loading", year, volume / capacity, block=block)


def _travel_times(
    instance: Instance, networks: NetworkColumns, starts: tuple[ProjectStart, ...]
) -> Iterator[ServiceYear]:
    for view in networks.views:
        if not view.is_transport:
            continue
        for year in instance.service_years:
            cases = (("travel_time", starts), ("travel_time_before", ()))
            for measure, built in cases:
                times = NetworkState(instance, view, built, year).travel_times()
                for demand in view.demands:
                    minutes = times.get(demand.id, NO_WAY_MINUTES)
                    yield _row(view.id, demand.id, measure, year, minutes, unit="minutes")


def _measured(
    instance: Instance,
    networks: NetworkColumns,
    starts: tuple[ProjectStart, ...],
    rows: Iterable[ServiceYear],
    target: Target,
) -> float | None:
    if target.metric.startswith(TRAVEL_TIME):
        name = target.metric.removeprefix(TRAVEL_TIME)
        for view in networks.views:
            if name in view.demand_by_id:
                times = NetworkState(instance, view, starts, target.year).travel_times()
                return times.get(name, NO_WAY_MINUTES)
    if target.metric.startswith(SERVED):
        name = target.metric.removeprefix(SERVED)
        first = {view.id: view.settings.blocks[0].id for view in networks.views}
        nodes = {demand.id: demand.node for view in networks.views for demand in view.demands}
        return sum(
            row.value
            for row in rows
            if row.measure == "served"
            and row.year == target.year
            and row.block == first[row.network]
            and name in (row.element, nodes[row.element], row.network)
        )
    return None
