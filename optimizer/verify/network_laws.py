"""Laws of networks (docs/laws.md section 6): stated flows are possible, and worth what is said."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.network import (
    SERVED,
    TRAVEL_TIME,
    LoadBlock,
    NetworkLink,
    NetworkNode,
    NodeRole,
)
from infraplan.models.plan import Plan
from infraplan.models.target import Target
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.equilibrium import FLOWS
from infraplan.optimizer.verify.network_costs import (
    GIVING,
    BlockFlows,
    block_cost,
    least_costs,
)
from infraplan.optimizer.verify.network_data import (
    Counted,
    Net,
    NetYear,
    counted_years,
    read_nets,
)
from infraplan.optimizer.verify.network_index_check import index_faults, index_of_tables
from infraplan.optimizer.verify.network_meshes import Arc, most_in_a_ring, ruled_meshes
from infraplan.optimizer.verify.pressures import HEAD
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.rows import SERVICE, Row, plain_number
from infraplan.optimizer.verify.violations import Recorder

LINK_DECISIONS = ("flow", "flow_back")
NODE_DECISIONS = ("output", "charge", "discharge", "spill", "angle")
DEMAND_DECISIONS = ("served", "generated")
DECISIONS = (*LINK_DECISIONS, *NODE_DECISIONS, *DEMAND_DECISIONS)

SAME_OPTIMUM = 1e-8
"""Share by which two least costs found by two programs may differ."""

Slot = tuple[str, int, str]
"""Network, first year that counts with the state, block."""


@dataclass
class NetworkBook:
    """Networks of an instance, the flows that a plan states, and what follows from them."""

    reading: ProblemData
    nets: list[Net]
    counted: dict[str, list[Counted]]
    """States by network."""
    built: Mapping[str, Built]
    baselines: dict[int, dict[str, float] | None] = field(default_factory=dict)
    """baseline_cost by representative year and network; None where no flow obeys the laws."""
    flows: dict[Slot, BlockFlows] = field(default_factory=dict)
    states: dict[tuple[str, int], NetYear] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    """Service rows that follow from the decisions."""
    worth: dict[str, float] = field(default_factory=dict)
    """Term `service` by network."""
    at_equilibrium: set[str] = field(default_factory=set)
    """Networks that docs/laws.md section 7 is about."""

    @property
    def cost_of_nothing(self) -> float:
        """Discounted cost of the networks without any project, in the representative years."""
        return sum(
            self.reading.discount(year) * abs(cost)
            for year, costs in self.baselines.items()
            for cost in (costs or {}).values()
        )

    def measured(self, target: Target) -> float:
        """What a target reads off the networks; 0 where it reads nothing there."""
        if target.metric.startswith(TRAVEL_TIME):
            name = target.metric.removeprefix(TRAVEL_TIME)
            for net in self.nets:
                for row in net.demands:
                    if row.id == name:
                        return NetYear(net, target.year, self.built).travel_time(row)
        total = 0.0
        if target.metric.startswith(SERVED):
            name = target.metric.removeprefix(SERVED)
            for net in self.nets:
                stated = self.flows.get((net.id, target.year, net.settings.blocks[0].id))
                for row in net.demands:
                    if stated is not None and name in (row.id, row.node, net.id):
                        total += stated.value("served", row.id)
        return total


def read_networks(
    reading: ProblemData, built: Mapping[str, Built], plan: Plan, recorder: Recorder
) -> NetworkBook:
    """Read the stated flows, check them, and compute what follows."""
    faults = list(index_faults(reading.instance))
    for name, fault in faults:
        recorder.fail("network", name, phrase("the-index-of-the-networks-is-wrong", fault=fault))
    if faults:
        reading.networks = index_of_tables(reading.instance)
    nets = read_nets(reading)
    counted = {net.id: counted_years(reading, net.id, built) for net in nets}
    book = NetworkBook(reading, nets, counted, built)
    for year in {state.base for states in counted.values() for state in states}:
        book.baselines[year] = least_costs(nets, year, {})
    _read_flows(book, plan, recorder)
    due = min(phase.last_year for phase in reading.instance.settings.horizon.phases)
    for net in nets:
        for state in counted[net.id]:
            later = None if state.year == state.base else state.year
            here = NetYear(net, state.base, built, later)
            book.states[net.id, state.year] = here
            possible = book.baselines[state.base] is not None
            asks_all = possible or (later is None and state.base >= due)
            for block in net.settings.blocks:
                flows = book.flows[net.id, state.year, block.id]
                _check_block(here, block, flows, recorder, asks_all=asks_all)
            _check_storages(book, here, recorder)
    _check_suppliers(book, recorder)
    _add_consequences(book)
    _add_worth(book, plan)
    return book


def _known(book: NetworkBook) -> dict[str, dict[str, set[str]]]:
    """Elements that may have each decision, by network and measure."""
    found: dict[str, dict[str, set[str]]] = {}
    for net in book.nets:
        links = {link.id for link in net.links}
        lines = {link.id for link in net.links if net.has_reactance(link)}
        back = {link.id for link in net.links if link.both_ways} - lines
        stores = {node.id for node in net.nodes if node.role is NodeRole.STORAGE}
        found[net.id] = {
            "flow": links,
            "flow_back": back,
            "output": {node.id for node in net.nodes if node.role in GIVING},
            "charge": stores,
            "discharge": stores,
            "spill": {node.id for node in net.nodes if node.spill and not net.is_transport},
            "angle": {node.id for node in net.nodes},
            "served": {row.id for row in net.demands},
            "generated": {row.id for row in net.demands if row.elasticity > 0.0},
        }
    return found


def _read_flows(book: NetworkBook, plan: Plan, recorder: Recorder) -> None:
    for net in book.nets:
        for state in book.counted[net.id]:
            for block in net.settings.blocks:
                book.flows[net.id, state.year, block.id] = BlockFlows()
    known = _known(book)
    commodities = {net.id: set(net.commodities) for net in book.nets}
    seen: set[tuple[object, ...]] = set()
    for row in plan.service:
        if row.measure not in DECISIONS or row.network not in known:
            continue
        key = (row.network, row.year, row.block)
        elements = known[row.network][row.measure]
        wanted = commodities[row.network] if row.measure in LINK_DECISIONS else {""}
        name = phrase(
            "of-in-block", measure=row.measure, element=row.element, year=row.year, block=row.block
        )
        told = (*key, row.measure, row.element, row.commodity)
        good = key in book.flows and row.element in elements and row.commodity in wanted
        good = good and math.isfinite(row.value) and told not in seen
        recorder.holds(
            "network",
            row.element,
            obeyed=good,
            message=phrase("cannot-stand-in-the-plan-s-service", name=name),
        )
        if not good:
            continue
        seen.add(told)
        flows = book.flows[key]
        if row.measure == "flow":
            flows.flow[row.element, row.commodity] = row.value
        elif row.measure == "flow_back":
            flows.flow_back[row.element, row.commodity] = row.value
        else:
            flows.at.setdefault(row.measure, {})[row.element] = row.value


def _where(here: NetYear, block: LoadBlock) -> Phrase:
    return phrase("in-block", year=here.stated, block=block.id)


def _check_block(
    here: NetYear, block: LoadBlock, flows: BlockFlows, recorder: Recorder, *, asks_all: bool
) -> None:
    """Check one block; without `asks_all` no demand must be served and no output is due."""
    net = here.net
    every = [*flows.flow.values(), *flows.flow_back.values()]
    every += [value for values in flows.at.values() for value in values.values()]
    scale = max((abs(value) for value in every), default=0.0) * 1e6
    for link in net.links:
        _check_link(here, block, flows, link, recorder)
    _check_one_way(here, block, flows, recorder)
    _check_balance(here, block, flows, recorder, scale)
    for node in net.nodes:
        _check_node(here, block, flows, node, recorder, asks_all=asks_all)
    for row in net.demands:
        wanted = net.demand(row, here.year, block)
        served = flows.value("served", row.id)
        what = phrase("what-demand-is-served", id=row.id, block=_where(here, block))
        recorder.at_most("demand", row.id, served, wanted, what)
        least = wanted if asks_all and (row.must_serve or block.must_serve) else 0.0
        recorder.at_least("demand", row.id, served, least, what)
        if row.elasticity > 0.0:
            trips = flows.value("generated", row.id)
            what = phrase("generated-trips-of", id=row.id, block=_where(here, block))
            c0 = net.trip_costs[row.id]
            most = row.elasticity * wanted if 0.0 < c0 < math.inf else 0.0
            recorder.at_most("demand", row.id, trips, most, what)
            recorder.at_least("demand", row.id, trips, 0.0, what)


def _check_link(
    here: NetYear, block: LoadBlock, flows: BlockFlows, link: NetworkLink, recorder: Recorder
) -> None:
    net = here.net
    carries = here.carries(link, block) and not here.is_shut(link)
    room = here.capacity(link, block) if carries else 0.0
    if carries and net.is_slow(link):
        room = math.inf if room > 0.0 else 0.0
    where = _where(here, block)
    if net.has_reactance(link):
        flow = flows.volume(link, back=False)
        if math.isfinite(room):
            what = phrase("flow-on", link=link.id, where=where)
            recorder.at_most("link_capacity", link.id, abs(flow), room, what)
        if carries:
            begin, end = net.index.ends[link.id]
            difference = flows.value("angle", begin) - flows.value("angle", end)
            due = net.settings.base * difference / (link.reactance or math.inf)
            recorder.equal("dc", link.id, flow, due, phrase("flow-on", link=link.id, where=where))
            if link.angle_limit is not None:
                what = phrase("difference-of-angles-on", link=link.id, where=where)
                limit = math.radians(link.angle_limit)
                recorder.at_most("dc", link.id, abs(difference), limit, what)
        return
    for back in (False, True):
        side = flows.flow_back if back else flows.flow
        text = (
            phrase("flow-on-back", link=link.id, where=where)
            if back
            else phrase("flow-on", link=link.id, where=where)
        )
        for commodity in net.commodities:
            value = side.get((link.id, commodity), 0.0)
            recorder.at_least("link_capacity", link.id, value, 0.0, text)
        volume = flows.volume(link, back=back)
        if math.isfinite(room):
            recorder.at_most("link_capacity", link.id, volume, room, text)


def _check_one_way(here: NetYear, block: LoadBlock, flows: BlockFlows, recorder: Recorder) -> None:
    """Where a mesh loses or pays nothing flows round in it; elsewhere no link carries both ways."""
    ruled = ruled_meshes(here.net)
    for links in ruled:
        volumes: dict[Arc, float] = defaultdict(float)
        for link in links:
            begin, end = here.net.index.ends[link.id]
            volumes[begin, end] += flows.volume(link, back=False)
            volumes[end, begin] += flows.volume(link, back=True)
        round_, nodes = most_in_a_ring(volumes)
        named = next(
            (row.id for row in links if set(here.net.index.ends[row.id]) <= set(nodes)),
            links[0].id,
        )
        where = _where(here, block)
        what = phrase("what-flows-round-in-a-ring", link=named, where=where)
        recorder.at_most("one_way", named, round_, 0.0, what)
    in_mesh = {link.id for links in ruled for link in links}
    for link in here.net.links if not here.net.is_transport else ():
        if link.both_ways and link.id not in in_mesh and not here.net.has_reactance(link):
            both = min(flows.volume(link, back=back) for back in (False, True))
            what = phrase("what-flows-both-ways", link=link.id, where=_where(here, block))
            recorder.at_most("one_way", link.id, both, 0.0, what)


def _check_balance(
    here: NetYear, block: LoadBlock, flows: BlockFlows, recorder: Recorder, scale: float
) -> None:
    net = here.net
    kept = {
        link.id: 1.0 if net.has_reactance(link) else 1.0 - here.loss(link) for link in net.links
    }
    for commodity in net.commodities:
        gain: dict[str, float] = defaultdict(float)
        for node in net.nodes:
            for name in net.index.leaving[node.id]:
                there, back = flows.both(name, commodity)
                gain[node.id] += kept[name] * back - there
            for name in net.index.arriving[node.id]:
                there, back = flows.both(name, commodity)
                gain[node.id] += kept[name] * there - back
        for row in net.demands:
            used = flows.value("served", row.id) + flows.value("generated", row.id)
            if not net.is_transport:
                gain[row.node] -= used
            elif row.node == commodity:
                gain[row.node] += used
                gain[str(row.to_node)] -= used
        for node in net.nodes:
            left = gain[node.id]
            if not net.is_transport:
                left += flows.value("output", node.id) + flows.value("discharge", node.id)
                left -= flows.value("charge", node.id) + flows.value("spill", node.id)
            name = phrase(
                "what-comes-to-less-what-leaves-it", node=node.id, block=_where(here, block)
            )
            recorder.equal("flow_balance", node.id, left, 0.0, name, scale)


def _check_node(
    here: NetYear,
    block: LoadBlock,
    flows: BlockFlows,
    node: NetworkNode,
    recorder: Recorder,
    *,
    asks_all: bool,
) -> None:
    room, where = here.capacity(node, block), _where(here, block)
    for what, used in _uses(here, flows, node):
        text = phrase("use-of-a-node", what=what, node=node.id, where=where)
        if math.isfinite(room):
            recorder.at_most("node_capacity", node.id, used, room, text)
        if node.role is NodeRole.STORAGE:
            recorder.at_least("node_capacity", node.id, used, 0.0, text)
    if node.spill:
        let_go = flows.value("spill", node.id)
        text = phrase("use-of-a-node", what=phrase("spill-at"), node=node.id, where=where)
        recorder.at_least("flow_balance", node.id, let_go, 0.0, text)
    if node.role in GIVING:
        there = here.is_open(node) and node.id not in block.out
        least = node.minimum_output if there else 0.0
        least = least if asks_all else min(least, 0.0)
        output = flows.value("output", node.id)
        recorder.at_least(
            "node_capacity", node.id, output, least, phrase("output-of", node=node.id, where=where)
        )


def _uses(here: NetYear, flows: BlockFlows, node: NetworkNode) -> list[tuple[Phrase, float]]:
    """What a node's capacity limits, with its name."""
    if node.role in GIVING:
        return [(phrase("output-of-2"), flows.value("output", node.id))]
    if node.role is NodeRole.STORAGE:
        return [
            (phrase("charge-of"), flows.value("charge", node.id)),
            (phrase("discharge-of"), flows.value("discharge", node.id)),
        ]
    return [(phrase("what-arrives-at"), flows.arriving(here, node))]


def _check_storages(book: NetworkBook, here: NetYear, recorder: Recorder) -> None:
    net = here.net
    for node in net.nodes:
        if node.role is not NodeRole.STORAGE:
            continue
        given = taken = 0.0
        for block in net.settings.blocks:
            flows = book.flows[net.id, here.stated, block.id]
            out, into = flows.value("discharge", node.id), flows.value("charge", node.id)
            given += block.weight * out
            taken += block.weight * into
            both = phrase("what-storage-turns-over", node=node.id, where=_where(here, block))
            turned = min(out, into) if node.efficiency > 0.0 else max(out, into)
            recorder.at_most("storage", node.id, turned, 0.0, both)
        what = phrase("what-storage-gives-out-in", node=node.id, year=here.stated)
        recorder.equal("storage", node.id, given, node.efficiency * taken, what)
        if node.volume is not None:
            recorder.at_most("storage", node.id, given, node.volume, what)


def _check_suppliers(book: NetworkBook, recorder: Recorder) -> None:
    for year in sorted({year for _, year in book.states}):
        nets = [net for net in book.nets if (net.id, year) in book.states]
        shares: dict[str, float] = {}
        for net in nets:
            base = book.states[net.id, year].year
            for block in net.settings.blocks:
                flows = book.flows[net.id, year, block.id]
                for row in net.demands:
                    wanted = net.demand(row, base, block)
                    if wanted > 0.0:
                        share = flows.value("served", row.id) / wanted
                        shares[row.node] = min(shares.get(row.node, 1.0), share)
        for net in nets:
            here = book.states[net.id, year]
            for block in net.settings.blocks:
                flows = book.flows[net.id, year, block.id]
                for node in net.nodes:
                    if node.supplier is None:
                        continue
                    limit = shares.get(node.supplier, 1.0) * here.room_of_dependent(node, block)
                    for what, used in _uses(here, flows, node):
                        text = phrase(
                            "supplier",
                            what=what,
                            node=node.id,
                            block=_where(here, block),
                            supplier=node.supplier,
                        )
                        recorder.at_most("supplier", node.id, used, limit, text)


def _service(
    net: Net, element: str, measure: str, year: int, value: float, unit: str = "", block: str = ""
) -> Row:
    # The order of the parts is that of the table of service rows.
    return Row((net.id, element, measure, block, "", year), {"value": value}, {"unit": unit})


def _add_consequences(book: NetworkBook) -> None:
    for net in book.nets:
        unit = net.settings.unit
        for state in book.counted[net.id]:
            year, here = state.year, book.states[net.id, state.year]
            for block in net.settings.blocks:
                flows = book.flows[net.id, year, block.id]
                for row in net.demands:
                    left = net.demand(row, state.base, block) - flows.value("served", row.id)
                    book.rows.append(_service(net, row.id, "unserved", year, left, unit, block.id))
                for link in net.links:
                    volume = max(
                        abs(flows.volume(link, back=False)), abs(flows.volume(link, back=True))
                    )
                    room = here.capacity(link, block)
                    if 0.0 < room < math.inf:
                        share = volume / room
                        book.rows.append(
                            _service(net, link.id, "loading", year, share, "", block.id)
                        )
            before = NetYear(net, state.base, {})
            for row in net.demands if net.is_transport and here.later is None else ():
                for name, then in (("travel_time", here), ("travel_time_before", before)):
                    minutes = then.travel_time(row)
                    book.rows.append(_service(net, row.id, name, year, minutes, "minutes"))


def _add_worth(book: NetworkBook, plan: Plan) -> None:
    stated = _stated_baselines(plan)
    for net in book.nets:
        before = net.trip_costs
        book.worth[net.id] = 0.0
        for state in book.counted[net.id]:
            here = book.states[net.id, state.year]
            cost = 0.0
            for block in net.settings.blocks:
                flows = book.flows[net.id, state.year, block.id]
                cost += block.weight * block_cost(here, block, flows, before)
            baseline = book.baselines[state.base]
            base = 0.0 if baseline is None else baseline[net.id]
            # Of two optima that agree the plan's own: a difference of large costs would tell them
            # apart.
            told = stated.get((net.id, state.year), math.inf)
            if abs(told - base) <= SAME_OPTIMUM * abs(base):
                base = told
            book.rows.append(_service(net, net.id, "cost", state.year, cost))
            book.rows.append(_service(net, net.id, "baseline_cost", state.year, base))
            book.worth[net.id] += state.weight * (base - cost)


def _stated_baselines(plan: Plan) -> dict[tuple[str, int], float]:
    return {
        (row.network, row.year): value
        for row in plan.service
        if row.measure == "baseline_cost" and (value := plain_number(row.value)) is not None
    }


def stated_service(book: NetworkBook, plan: Plan) -> list[Row]:
    """Service rows of `plan` that are not decisions, of the networks of the book."""
    known = {net.id for net in book.nets} | book.at_equilibrium
    return [
        Row(
            tuple(getattr(row, key) for key in SERVICE.keys),
            {"value": row.value},
            {"unit": row.unit},
        )
        for row in plan.service
        if row.network in known and row.measure not in (*DECISIONS, *FLOWS, HEAD)
    ]
