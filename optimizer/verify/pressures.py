"""Law `pressure` (docs/laws.md section 8): stated flows and heads of pipes are those of physics.

Nothing is searched for here: what comes to a node goes on, what a pipe loses follows from its flow,
and where both hold there is no other answer, since losses rise with the flow.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from infraplan.models.catalogue import phrase
from infraplan.models.network import (
    FlowLaw,
    LoadBlock,
    NetworkAction,
    NetworkLink,
    NodeRole,
)
from infraplan.models.plan import Plan
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.network_data import Net, NetYear, read_nets
from infraplan.optimizer.verify.problem_data import ProblemData, power
from infraplan.optimizer.verify.rows import Row
from infraplan.optimizer.verify.violations import Recorder

LAW = "pressure"
HEAD = "head"
"""Measure of the heads that a plan states."""
PRESSURE = "pressure"
"""Measure of the head above a node's height."""
FEET_FACTOR, METRES_IN_A_FOOT = 4.727, 0.3048
"""EPANET's factor of Hazen and Williams, in feet and cubic feet a second."""
FLOW_SHARE = 1e-7
"""Share of all demand by which flows at a node may fail to add up."""
METRES = 1e-4
"""Head, m, by which a loss may differ, and by which a node may lack: a tenth of EPANET's own."""


@dataclass
class PressureBook:
    """Networks under pressure: what follows from their stated flows and heads."""

    rows: list[Row] = field(default_factory=list)
    networks: set[str] = field(default_factory=set)


def read_pressures(
    reading: ProblemData, built: Mapping[str, Built], plan: Plan, recorder: Recorder
) -> PressureBook:
    """Check the stated flows and heads of every network under pressure."""
    book = PressureBook()
    horizon = reading.instance.settings.horizon
    for net in read_nets(reading, FlowLaw.PRESSURE):
        book.networks.add(net.id)
        for year in range(horizon.phases[0].last_year, horizon.last_year + 1):
            here = NetYear(net, year, built)
            for block in net.settings.blocks:
                _check_state(book, here, block, plan, recorder)
    return book


def _diameter(here: NetYear, link: NetworkLink) -> float | None:
    """Millimetres of the pipe that is there; None where there is none."""
    laid = here.active(link.id, NetworkAction.SET_DIAMETER)
    if laid:
        return max(laid)
    return link.diameter if here.is_open(link) else None


def _loss(link: NetworkLink, diameter: float, litres: float) -> float:
    """Metres of head lost along `link`, in the direction of its flow of `litres` a second."""
    feet = link.length * 1000.0 / METRES_IN_A_FOOT
    across = diameter / 1000.0 / METRES_IN_A_FOOT
    cubic_feet = abs(litres) / 1000.0 / METRES_IN_A_FOOT**3
    loss = FEET_FACTOR * feet * power(cubic_feet / (link.roughness or 1.0), 1.852)
    loss *= METRES_IN_A_FOOT / power(across, 4.871)
    return math.copysign(loss, litres)


def _stated(plan: Plan, net: Net, year: int, block: str) -> dict[tuple[str, str], float]:
    return {
        (row.measure, row.element): row.value
        for row in plan.service
        if (row.network, row.year, row.block) == (net.id, year, block)
    }


def _check_state(
    book: PressureBook, here: NetYear, block: LoadBlock, plan: Plan, recorder: Recorder
) -> None:
    net, year = here.net, here.year
    stated = _stated(plan, net, year, block.id)
    taken: defaultdict[str, float] = defaultdict(float)
    for row in net.demands:
        taken[row.node] += net.demand(row, year, block)
    slack = FLOW_SHARE * max(1.0, math.fsum(taken.values()))
    gain = defaultdict(float, {name: -amount for name, amount in taken.items()})
    heads = {
        node.id: stated.pop((HEAD, node.id)) for node in net.nodes if (HEAD, node.id) in stated
    }
    for link in net.links:
        flow = stated.pop(("flow", link.id), 0.0) - stated.pop(("flow_back", link.id), 0.0)
        gain[link.from_node] -= flow
        gain[link.to_node] += flow
        _check_pipe(here, link, flow, heads, block, recorder)
    reached = _reached(here, block)
    for node in net.nodes:
        words = {"node": node.id, "year": year, "block": block.id}
        level = node.elevation or 0.0
        head = heads.get(node.id)
        text = phrase("head-of-what-no-source-reaches", **words)
        recorder.holds(LAW, node.id, obeyed=head is None or node.id in reached, message=text)
        if node.role is NodeRole.SOURCE:
            if head is not None:
                what = phrase("head-at-in-block", **words)
                recorder.equal(LAW, node.id, head, level, what)
        else:
            found = gain[node.id]
            text = phrase("flow-at-in-block", **words)
            told = phrase("is-but-follows-to-be", what=text, found=f"{found:.10g}", expected="0")
            recorder.holds(LAW, node.id, obeyed=abs(found) <= slack, message=told)
        if head is None:
            needed = taken[node.id] > 0.0 or node.least_pressure is not None
            text = phrase("no-head-is-stated", **words)
            recorder.holds(LAW, node.id, obeyed=not needed, message=text)
            continue
        if node.least_pressure is not None:
            what = phrase("head-at-in-block", **words)
            least = level + node.least_pressure
            recorder.at_least(LAW, node.id, head + METRES, least, what)
        if node.role is not NodeRole.SOURCE:
            key = (net.id, node.id, PRESSURE, block.id, "", year)
            book.rows.append(Row(key, {"value": head - level}, {"unit": "m"}))


def _reached(here: NetYear, block: LoadBlock) -> set[str]:
    """Nodes that pipes join to a source."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for link in here.net.links:
        if link.id not in block.out and _diameter(here, link) is not None:
            beside[link.from_node].add(link.to_node)
            beside[link.to_node].add(link.from_node)
    found = {node.id for node in here.net.nodes if node.role is NodeRole.SOURCE}
    waiting = list(found)
    while waiting:
        for other in beside[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found


def _check_pipe(
    here: NetYear,
    link: NetworkLink,
    flow: float,
    heads: Mapping[str, float],
    block: LoadBlock,
    recorder: Recorder,
) -> None:
    diameter = _diameter(here, link)
    if diameter is None or link.id in block.out:
        text = phrase("flow-on-a-pipe-that-is-not-there", link=link.id, year=here.year, value=flow)
        recorder.holds(LAW, link.id, obeyed=flow == 0.0, message=text)
        return
    ends = [heads.get(name) for name in here.net.index.ends[link.id]]
    if ends[0] is None or ends[1] is None:
        # Nothing reaches the pipe, or a head is missing, which is told of the node.
        text = phrase("flow-on-a-pipe-that-is-not-there", link=link.id, year=here.year, value=flow)
        recorder.holds(LAW, link.id, obeyed=flow == 0.0, message=text)
        return
    lost, told = _loss(link, diameter, flow), ends[0] - ends[1]
    what = phrase("head-lost-on-in-block", link=link.id, year=here.year, block=block.id)
    text = phrase("is-but-follows-to-be", what=what, found=f"{told:.10g}", expected=f"{lost:.10g}")
    is_near = abs(lost - told) <= METRES
    recorder.holds(LAW, link.id, obeyed=is_near, message=text)
