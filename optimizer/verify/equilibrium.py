"""Law `equilibrium` (docs/laws.md section 7): no trip has a faster way at the stated flows.

Flows are not searched for here: whether stated ones are an equilibrium can be seen from them.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from infraplan.models.catalogue import phrase
from infraplan.models.network import FlowLaw, NetworkLink, NetworkSettings
from infraplan.models.plan import Plan
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.network_data import Net, NetYear, counted_years, read_nets
from infraplan.optimizer.verify.problem_data import ProblemData, power
from infraplan.optimizer.verify.rows import Row
from infraplan.optimizer.verify.violations import Recorder

RELATIVE_GAP = 1e-5
"""Excess of the trips' time over their fastest ways that still counts as an equilibrium."""

FLOWS = ("flow", "flow_back", "flow_before", "flow_back_before")


@dataclass
class EquilibriumBook:
    """Networks at equilibrium: what follows from their stated flows."""

    rows: list[Row] = field(default_factory=list)
    worth: dict[str, float] = field(default_factory=dict)
    networks: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Arc:
    """A link in one direction."""

    link: NetworkLink
    tail: str
    head: str
    back: bool

    def time(self, volume: float) -> float:
        """Minutes at `volume`."""
        link = self.link
        if link.capacity is None or not link.bpr_alpha:
            return link.time
        slower = link.bpr_alpha * power(volume / link.capacity, link.bpr_beta)
        return link.time * (1.0 + slower)


def read_equilibria(
    reading: ProblemData,
    built: Mapping[str, Built],
    plan: Plan,
    recorder: Recorder,
) -> EquilibriumBook:
    """Check the stated flows of every network at equilibrium."""
    book = EquilibriumBook()
    for net in read_nets(reading, FlowLaw.EQUILIBRIUM):
        book.networks.add(net.id)
        book.worth[net.id] = 0.0
        worth = net.demands[0].value_of_time if net.demands else 0.0
        baselines: dict[int, float] = {}
        for state in counted_years(reading, net.id, built):
            later = None if state.year == state.base else state.year
            here, before = NetYear(net, state.base, built, later), NetYear(net, state.base, {})
            cost = baseline = 0.0
            for block in net.settings.blocks:
                minutes = _state(book, here, block.id, "", plan, recorder)
                cost += block.weight * worth * minutes
                if later is None:
                    minutes = _state(book, before, block.id, "_before", plan, recorder)
                    baseline += block.weight * worth * minutes
            baselines.setdefault(state.base, baseline)
            book.rows.append(_row(net, net.id, "cost", state.year, cost))
            book.rows.append(_row(net, net.id, "baseline_cost", state.year, baselines[state.base]))
            book.worth[net.id] += state.weight * (baselines[state.base] - cost)
    return book


def _row(net: Net, element: str, measure: str, year: int, value: float, unit: str = "") -> Row:
    return Row((net.id, element, measure, "", "", year), {"value": value}, {"unit": unit})


def _arcs(here: NetYear) -> list[_Arc]:
    arcs = []
    for link in here.net.links:
        if here.is_open(link):
            tail, head = here.net.index.ends[link.id]
            arcs.append(_Arc(link, tail, head, back=False))
            if link.both_ways:
                arcs.append(_Arc(link, head, tail, back=True))
    return arcs


def _state(
    book: EquilibriumBook, here: NetYear, block: str, after: str, plan: Plan, recorder: Recorder
) -> float:
    """Check the flows of one state of the network; return its total travel time, 0 without flows.

    `after` is the ending of the measures: blank with the plan, `_before` without any project.
    """
    net, year = here.net, here.stated
    arcs = _arcs(here)
    trips = {
        (row.node, str(row.to_node)): net.demand(row, here.year, net.settings.blocks[0])
        for row in net.demands
    }
    distance = _fastest(arcs, [arc.link.time for arc in arcs], net.settings)
    reached = all(trip[1] in distance(trip[0]) for trip, amount in trips.items() if amount > 0.0)
    if after and not reached:
        return 0.0  # nothing can be compared with a network that leaves trips at home
    volumes = _volumes(net, arcs, block, year, after, plan, recorder)
    _check_balance(net, arcs, volumes, trips, year, recorder)
    times = [arc.time(volume) for arc, volume in zip(arcs, volumes, strict=True)]
    total = math.fsum(volume * time for volume, time in zip(volumes, times, strict=True))
    fastest = _fastest(arcs, times, net.settings)
    least = math.fsum(
        amount * fastest(trip[0]).get(trip[1], math.inf)
        for trip, amount in trips.items()
        if amount > 0.0
    )
    gap = (total - least) / total if total > 0.0 else 0.0
    what = (
        phrase("excess-of-the-trips-time-over-their-fastest", year=year)
        if after
        else phrase("excess-of-the-trips-time-over-their-fastest-2", year=year)
    )
    recorder.holds(
        "equilibrium",
        net.id,
        obeyed=abs(gap) <= RELATIVE_GAP,
        message=phrase("is-of-it-above", what=what, gap=gap, relative_gap=RELATIVE_GAP),
    )
    for row in net.demands:
        minutes = fastest(row.node).get(str(row.to_node), math.inf)
        book.rows.append(_row(net, row.id, f"travel_time{after}", year, minutes, "minutes"))
    book.rows.append(_row(net, net.id, f"total_travel_time{after}", year, total, "minutes"))
    return total


def _volumes(
    net: Net,
    arcs: list[_Arc],
    block: str,
    year: int,
    after: str,
    plan: Plan,
    recorder: Recorder,
) -> list[float]:
    stated: dict[tuple[str, str], float] = {}
    for row in plan.service:
        if (row.network, row.year, row.block) != (net.id, year, block) or row.measure not in FLOWS:
            continue
        if row.measure.endswith("_before") == bool(after):
            stated[row.element, row.measure.removesuffix("_before")] = row.value
    volumes = []
    for arc in arcs:
        volume = stated.pop((arc.link.id, "flow_back" if arc.back else "flow"), 0.0)
        what = phrase("flow-on-in", link=arc.link.id, year=year)
        recorder.at_least("equilibrium", arc.link.id, volume, 0.0, what)
        volumes.append(max(0.0, volume))
    for (link, measure), value in stated.items():
        recorder.holds(
            "equilibrium",
            link,
            obeyed=value == 0.0,
            message=phrase(
                "of-in-is-but-the-link-is-not-open",
                measure=measure,
                link=link,
                year=year,
                value=value,
            ),
        )
    return volumes


def _check_balance(
    net: Net,
    arcs: list[_Arc],
    volumes: list[float],
    trips: dict[tuple[str, str], float],
    year: int,
    recorder: Recorder,
) -> None:
    gain: dict[str, float] = defaultdict(float)
    for arc, volume in zip(arcs, volumes, strict=True):
        gain[arc.head] += volume
        gain[arc.tail] -= volume
    for (origin, destination), amount in trips.items():
        gain[origin] += amount
        gain[destination] -= amount
    scale = max(volumes, default=0.0) * 1e6
    for node in net.nodes:
        what = phrase("what-comes-to-less-what-leaves-it-in", node=node.id, year=year)
        recorder.equal("equilibrium", node.id, gain[node.id], 0.0, what, scale)


def _fastest(
    arcs: list[_Arc], times: list[float], settings: NetworkSettings
) -> Callable[[str], dict[str, float]]:
    """A function from a node to the least time to every other; ways end at no_through nodes."""
    ways: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for arc, time in zip(arcs, times, strict=True):
        ways[arc.tail].append((arc.head, time))
    closed = set(settings.no_through)
    known: dict[str, dict[str, float]] = {}

    def from_node(origin: str) -> dict[str, float]:
        if origin not in known:
            found: dict[str, float] = {}
            queue = [(0.0, origin)]
            while queue:
                far, node = heapq.heappop(queue)
                if node in found:
                    continue
                found[node] = far
                if node in closed and node != origin:
                    continue
                for head, step in ways[node]:
                    if head not in found:
                        heapq.heappush(queue, (far + step, head))
            known[origin] = found
        return known[origin]

    return from_node
