"""What flows cost, and the least that flows could cost without any project: laws.md section 6."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from infraplan.models.network import LoadBlock, NetworkLink, NetworkNode, NodeRole
from infraplan.optimizer.verify.network_data import STEPS, BuiltById, Net, NetYear
from infraplan.optimizer.verify.network_meshes import Arc, ruled_meshes

if TYPE_CHECKING:
    import networkx as nx

MOST_ROUNDS = 200
"""Rounds of tangents at most."""

CLOSE = 1e-9
"""Convex costs that together are too low by less than this share of all costs are exact."""

RATIOS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Volumes over capacity at which a delay has a tangent from the start: at a volume that no road of
its capacity could carry, a tangent is too steep for any solver."""

GIVING = (NodeRole.SOURCE, NodeRole.PLANT)


@dataclass
class BlockFlows:
    """Stated (or found) decisions of one network, year and block; missing ones are 0."""

    flow: dict[tuple[str, str], float] = field(default_factory=dict)
    """By link and commodity."""
    flow_back: dict[tuple[str, str], float] = field(default_factory=dict)
    at: dict[str, dict[str, float]] = field(default_factory=dict)
    """By measure (output, charge, discharge, spill, angle, served, generated) and id."""

    def value(self, measure: str, name: str) -> float:
        """A decision of a node or demand."""
        return self.at.get(measure, {}).get(name, 0.0)

    def both(self, link: str, commodity: str) -> tuple[float, float]:
        """Flow of a commodity on a link, forth and back."""
        key = (link, commodity)
        return self.flow.get(key, 0.0), self.flow_back.get(key, 0.0)

    @cached_property
    def _volumes(self) -> dict[tuple[str, bool], float]:
        found: dict[tuple[str, bool], list[float]] = defaultdict(list)
        for back, flows in ((False, self.flow), (True, self.flow_back)):
            for (name, _), value in flows.items():
                found[name, back].append(value)
        return {key: math.fsum(values) for key, values in found.items()}

    def volume(self, link: NetworkLink, *, back: bool) -> float:
        """Flow of all commodities in one direction; asked only when all flows are there."""
        return self._volumes.get((link.id, back), 0.0)

    def arriving(self, here: NetYear, node: NetworkNode) -> float:
        """What arrives at a node after losses, on links without reactance."""
        return math.fsum(
            (1.0 - here.loss(link)) * self.volume(link, back=back)
            for link, back in here.net.directed_into[node.id]
        )


def generated_worth(c0: float, step: float, trips: float) -> float:
    """Worth of `trips` generated trips, the dearest step first."""
    worth = 0.0
    for m in range(1, STEPS + 1):
        taken = min(step, max(0.0, trips - (m - 1) * step))
        worth += taken * c0 * (1.0 - (m - 0.5) / STEPS) if taken > 0.0 else 0.0
    return worth


def block_cost(
    here: NetYear, block: LoadBlock, flows: BlockFlows, before: dict[str, float]
) -> float:
    """Cost of one block, its weight left out; `before` is c0 of each trip."""
    return math.fsum(_costs(here, block, flows, before))


def _costs(
    here: NetYear, block: LoadBlock, flows: BlockFlows, before: dict[str, float]
) -> Iterator[float]:
    net = here.net
    for link in net.links:
        if net.has_reactance(link):
            continue
        for direction in (flows.flow, flows.flow_back):
            for commodity in net.commodities:
                value = direction.get((link.id, commodity), 0.0)
                yield value * (link.cost + here.time(link) * net.value_of_time(commodity))
        if net.is_slow(link):
            for back in (False, True):
                volume, capacity = flows.volume(link, back=back), here.capacity(link, block)
                if volume > 0.0 and capacity > 0.0:
                    slower = link.bpr_alpha * (volume / capacity) ** link.bpr_beta
                    yield net.mean_value_of_time * here.time(link) * slower * volume
    for node in net.nodes:
        if node.role in GIVING:
            output = flows.value("output", node.id)
            yield node.cost * output + node.cost_quadratic * output * output
            yield 0.0 if node.id in block.out else node.no_load_cost
        elif node.role is NodeRole.STORAGE:
            yield node.cost * flows.value("discharge", node.id)
        elif node.cost:
            yield node.cost * flows.arriving(here, node)
    for row in net.demands:
        wanted = net.demand(row, here.year, block)
        if not (row.must_serve or block.must_serve):
            yield row.unserved_price * (wanted - flows.value("served", row.id))
        trips = flows.value("generated", row.id)
        if trips > 0.0:
            yield -generated_worth(before[row.id], row.elasticity * wanted / STEPS, trips)


def most_given(here: NetYear, block: LoadBlock) -> float:
    """Most that sources, plants and storages of a network could send over one link."""
    return math.fsum(
        max(here.capacity(node, block), -min(0.0, node.minimum_output))
        for node in here.net.nodes
        if node.role in GIVING or node.role is NodeRole.STORAGE
    )


# ------------------------------------------------------------------ least cost without projects


class _Program:
    """A linear program put together piece by piece: minimise cost x."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.bounds: list[tuple[float, float]] = []
        self.equal: list[tuple[dict[int, float], float]] = []
        self.most: list[tuple[dict[int, float], float]] = []
        self.whole: set[int] = set()

    def variable(self, cost: float = 0.0, low: float = 0.0, high: float = math.inf) -> int:
        self.cost.append(cost)
        self.bounds.append((low, high))
        return len(self.cost) - 1

    def solve(self) -> np.ndarray | None:
        if not self.cost:
            return np.zeros(0)

        def matrix(rows: list[tuple[dict[int, float], float]]) -> coo_array | None:
            if not rows:
                return None
            at = [(r, c, v) for r, (row, _) in enumerate(rows) for c, v in row.items()]
            index = ([r for r, _, _ in at], [c for _, c, _ in at])
            return coo_array(([v for _, _, v in at], index), shape=(len(rows), len(self.cost)))

        answer = linprog(
            self.cost,
            A_ub=matrix(self.most),
            b_ub=[limit for _, limit in self.most] or None,
            A_eq=matrix(self.equal),
            b_eq=[limit for _, limit in self.equal] or None,
            bounds=self.bounds,
            integrality=[int(n in self.whole) for n in range(len(self.cost))]
            if self.whole
            else None,
        )
        return answer.x if answer.status == 0 else None


@dataclass
class _Part:
    """Variables of one network and block in the program."""

    here: NetYear
    block: LoadBlock
    flow: dict[tuple[str, bool, str], int] = field(default_factory=dict)
    at: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    steps: dict[str, list[int]] = field(default_factory=dict)
    delay: dict[tuple[str, bool], int] = field(default_factory=dict)
    curve: dict[str, int] = field(default_factory=dict)


def least_costs(
    nets: list[Net], year: int, built: BuiltById, later: int | None = None
) -> dict[str, float] | None:
    """Least cost by network in `year` with what is `built`; None where no flow obeys the laws.

    With `later`, a year after it, what has reached its end of life by then is gone. Nothing built:
    baseline_cost.
    """
    program = _Program()
    before = {net.id: net.trip_costs for net in nets}
    parts = [
        _add_part(program, NetYear(net, year, built, later), block, before[net.id])
        for net in nets
        for block in net.settings.blocks
    ]
    _add_storages(program, parts)
    _add_suppliers(program, parts)
    x = program.solve()
    if x is None:
        return None
    for _ in range(MOST_ROUNDS):
        short = _add_tangents(program, parts, x)
        costs_of = np.multiply(program.cost, x)
        closer = program.solve() if short > CLOSE * costs_of[costs_of > 0.0].sum() else None
        if closer is None:  # a point that is left is one of feasible flows all the same
            break
        x = closer
    costs: dict[str, float] = defaultdict(float)
    for part in parts:
        flows = _flows(part, x)
        cost = block_cost(part.here, part.block, flows, before[part.here.net.id])
        costs[part.here.net.id] += part.block.weight * cost
    return costs


def _flows(part: _Part, x: np.ndarray) -> BlockFlows:
    found = BlockFlows()
    for (link, back, commodity), number in part.flow.items():
        side = found.flow_back if back else found.flow
        side[link, commodity] = float(x[number])
    found.at = {
        measure: {name: float(x[number]) for name, number in names.items()}
        for measure, names in part.at.items()
    }
    found.at["generated"] = {
        name: float(sum(x[number] for number in numbers)) for name, numbers in part.steps.items()
    }
    return found


def _add_part(
    program: _Program, here: NetYear, block: LoadBlock, before: dict[str, float]
) -> _Part:
    part = _Part(here, block)
    net = here.net
    balance: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    _add_nodes(program, part, balance)
    for link in net.links:
        if here.carries(link, block):
            _add_link(program, part, link, balance)
    _add_one_way(program, part)
    for row in net.demands:
        wanted = net.demand(row, here.year, block)
        must = row.must_serve or block.must_serve
        price = 0.0 if must else row.unserved_price
        served = program.variable(-block.weight * price, wanted if must else 0.0, wanted)
        part.at["served"][row.id] = served
        numbers = [served]
        c0 = before.get(row.id, math.inf)
        if row.elasticity > 0.0 and 0.0 < c0 < math.inf:
            part.steps[row.id] = [
                program.variable(
                    -block.weight * c0 * (1.0 - (m - 0.5) / STEPS),
                    0.0,
                    row.elasticity * wanted / STEPS,
                )
                for m in range(1, STEPS + 1)
            ]
            numbers += part.steps[row.id]
        for number in numbers:
            if net.is_transport:
                balance[row.node, row.node][number] = 1.0
                balance[str(row.to_node), row.node][number] = -1.0
            else:
                balance[row.node, ""][number] = -1.0
    program.equal += [(row, 0.0) for row in balance.values()]
    _add_arrivals(program, part)
    return part


def _add_nodes(
    program: _Program, part: _Part, balance: dict[tuple[str, str], dict[int, float]]
) -> None:
    here, weight = part.here, part.block.weight
    for node in here.net.nodes:
        room = here.capacity(node, part.block)
        is_there = here.is_open(node) and node.id not in part.block.out
        if node.role in GIVING:
            low = node.minimum_output if is_there else 0.0
            number = program.variable(weight * node.cost, low, room)
            part.at["output"][node.id] = number
            balance[node.id, ""][number] = 1.0
            if node.cost_quadratic > 0.0:
                part.curve[node.id] = program.variable(weight)
                for p in np.linspace(low, room, 17):
                    _cut_curve(program, part, node, float(p))
        elif node.role is NodeRole.STORAGE:
            for measure, sign, cost in (("charge", -1.0, 0.0), ("discharge", 1.0, node.cost)):
                number = program.variable(weight * cost, 0.0, room)
                part.at[measure][node.id] = number
                balance[node.id, ""][number] = sign
        if node.spill and not here.net.is_transport:
            number = program.variable()
            part.at["spill"][node.id] = number
            balance[node.id, ""][number] = -1.0


def _cut_curve(program: _Program, part: _Part, node: NetworkNode, p: float) -> None:
    row = {
        part.curve[node.id]: -1.0,
        part.at["output"][node.id]: 2.0 * node.cost_quadratic * p,
    }
    program.most.append((row, node.cost_quadratic * p * p))


def _slower(part: _Part, name: str, volume: float) -> float:
    """Minutes by which each unit of `volume` is slower than on the empty link."""
    here = part.here
    link = here.net.link_by_id[name]
    ratio = volume / here.capacity(link, part.block)
    return here.time(link) * link.bpr_alpha * float(ratio**link.bpr_beta)


def _cut_delay(program: _Program, part: _Part, way: tuple[str, bool], volume: float) -> None:
    slower, beta = _slower(part, way[0], volume), part.here.net.link_by_id[way[0]].bpr_beta
    numbers = [part.flow[(*way, commodity)] for commodity in part.here.net.commodities]
    row = dict.fromkeys(numbers, slower * (beta + 1.0))
    program.most.append(({**row, part.delay[way]: -1.0}, slower * beta * volume))


def _add_link(
    program: _Program,
    part: _Part,
    link: NetworkLink,
    balance: dict[tuple[str, str], dict[int, float]],
) -> None:
    here, net = part.here, part.here.net
    begin, end = net.index.ends[link.id]
    room = here.capacity(link, part.block)
    if net.has_reactance(link):
        number = program.variable(0.0, -room, room)
        part.flow[link.id, False, ""] = number
        balance[begin, ""][number] = -1.0
        balance[end, ""][number] = 1.0
        for node in (begin, end):
            if node not in part.at["angle"]:
                part.at["angle"][node] = program.variable(0.0, -math.inf)
        ends = {part.at["angle"][begin]: 1.0, part.at["angle"][end]: -1.0}
        factor = net.settings.base / (link.reactance or math.inf)
        law = {angle: sign * factor for angle, sign in ends.items()}
        program.equal.append(({**law, number: -1.0}, 0.0))
        if link.angle_limit is not None:
            limit = math.radians(link.angle_limit)
            program.most.append((ends, limit))
            program.most.append(({angle: -sign for angle, sign in ends.items()}, limit))
        return
    weight, kept = part.block.weight, 1.0 - here.loss(link)
    for back in (False, True) if link.both_ways else (False,):
        tail, head = (end, begin) if back else (begin, end)
        numbers = []
        for commodity in net.commodities:
            cost = link.cost + here.time(link) * net.value_of_time(commodity)
            number = program.variable(weight * cost)
            part.flow[link.id, back, commodity] = number
            balance[tail, commodity][number] = -1.0
            balance[head, commodity][number] = kept
            numbers.append(number)
        if net.is_slow(link) and room > 0.0:
            delay = program.variable(weight * net.mean_value_of_time)
            part.delay[link.id, back] = delay
            for ratio in RATIOS:
                _cut_delay(program, part, (link.id, back), ratio * room)
        elif math.isfinite(room):
            program.most.append((dict.fromkeys(numbers, 1.0), room))


def _add_one_way(program: _Program, part: _Part) -> None:
    """Where a mesh loses or pays flow goes up an order of the nodes: a yes or no for each arc."""
    here = part.here
    for links in ruled_meshes(here.net):
        uses: dict[Arc, dict[int, float]] = defaultdict(dict)
        rooms: dict[Arc, float] = defaultdict(float)
        names = {link.id: link for link in links}
        for (name, back, _), number in part.flow.items():
            if name in names:
                begin, end = here.net.index.ends[name][:: -1 if back else 1]
                uses[begin, end][number] = 1.0
                rooms[begin, end] += here.capacity(names[name], part.block)
        _order_nodes(program, uses, rooms, most_given(here, part.block))


def _order_nodes(
    program: _Program, uses: dict[Arc, dict[int, float]], rooms: dict[Arc, float], most: float
) -> None:
    import networkx as nx

    arcs: nx.DiGraph[str] = nx.DiGraph(list(uses))
    for nodes in nx.strongly_connected_components(arcs):
        size = float(len(nodes))
        height = {node: program.variable(0.0, 0.0, size - 1.0) for node in sorted(nodes)}
        for begin, end in [arc for arc in uses if set(arc) <= nodes]:
            carries = program.variable(0.0, 0.0, 1.0)
            program.whole.add(carries)
            room = rooms[begin, end] if math.isfinite(rooms[begin, end]) else most
            program.most.append(({**uses[begin, end], carries: -room}, 0.0))
            rise = {height[begin]: 1.0, height[end]: -1.0, carries: size}
            program.most.append((rise, size - 1.0))


def _arrivals(part: _Part, node: NetworkNode) -> dict[int, float]:
    here = part.here
    return {
        part.flow[link.id, back, commodity]: 1.0 - here.loss(link)
        for link, back in here.net.directed_into[node.id]
        for commodity in here.net.commodities
        if (link.id, back, commodity) in part.flow
    }


def _add_arrivals(program: _Program, part: _Part) -> None:
    for node in part.here.net.nodes:
        if node.role in GIVING or node.role is NodeRole.STORAGE:
            continue
        arriving, room = _arrivals(part, node), part.here.capacity(node, part.block)
        if arriving and math.isfinite(room):
            program.most.append((arriving, room))
        for number, kept in arriving.items():
            program.cost[number] += part.block.weight * node.cost * kept


def _add_storages(program: _Program, parts: list[_Part]) -> None:
    stores = {(p.here.net.id, name) for p in parts for name in p.at["charge"]}
    for net, name in sorted(stores):
        mine = [part for part in parts if part.here.net.id == net]
        node = mine[0].here.net.node_by_id[name]
        given = {part.at["discharge"][name]: part.block.weight for part in mine}
        taken = {part.at["charge"][name]: -node.efficiency * part.block.weight for part in mine}
        program.equal.append(({**given, **taken}, 0.0))
        if node.volume is not None:
            program.most.append((given, node.volume))
        if node.efficiency < 1.0 or node.cost < 0.0:
            for part in mine:
                _choose_way(program, part, node)


def _choose_way(program: _Program, part: _Part, node: NetworkNode) -> None:
    """A storage takes in or gives out in a block, not both; a useless one neither."""
    room = part.here.capacity(node, part.block) if node.efficiency > 0.0 else 0.0
    gives = program.variable(0.0, 0.0, 1.0)
    program.whole.add(gives)
    program.most.append(({part.at["discharge"][node.id]: 1.0, gives: -room}, 0.0))
    program.most.append(({part.at["charge"][node.id]: 1.0, gives: room}, room))


def _add_suppliers(program: _Program, parts: list[_Part]) -> None:
    shares: dict[str, int] = {}
    for part in parts:
        here = part.here
        for node in here.net.nodes:
            if node.supplier is None:
                continue
            if node.supplier not in shares:
                shares[node.supplier] = program.variable(0.0, 0.0, 1.0)
            room = {shares[node.supplier]: -here.room_of_dependent(node, part.block)}
            uses: list[dict[int, float]]
            if node.role in GIVING:
                uses = [{part.at["output"][node.id]: 1.0}]
            elif node.role is NodeRole.STORAGE:
                uses = [{part.at[m][node.id]: 1.0} for m in ("charge", "discharge")]
            else:
                uses = [_arrivals(part, node)]
            program.most += [({**use, **room}, 0.0) for use in uses]
    for part in parts:
        for row in part.here.net.demands:
            wanted = part.here.net.demand(row, part.here.year, part.block)
            if row.node in shares and wanted > 0.0:
                served = part.at["served"][row.id]
                program.most.append(({shares[row.node]: wanted, served: -1.0}, 0.0))


def _add_tangents(program: _Program, parts: list[_Part], x: np.ndarray) -> float:
    """Add tangents of the convex costs that are too low at `x`; by how much all of them are."""
    short = 0.0
    for part in parts:
        net = part.here.net
        for (name, back), delay in part.delay.items():
            numbers = [part.flow[name, back, commodity] for commodity in net.commodities]
            volume = max(0.0, float(sum(x[number] for number in numbers)))  # but for tolerances
            true = volume * _slower(part, name, volume)
            lack = true - float(x[delay])
            if lack > 1e-10 * (1.0 + true):
                _cut_delay(program, part, (name, back), volume)
                short += program.cost[delay] * lack
        for name, curve in part.curve.items():
            node = net.node_by_id[name]
            p = float(x[part.at["output"][name]])
            true = node.cost_quadratic * p * p
            lack = true - float(x[curve])
            if lack > 1e-10 * (1.0 + true):
                _cut_curve(program, part, node, p)
                short += program.cost[curve] * lack
    return short
