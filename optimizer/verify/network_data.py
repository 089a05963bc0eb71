"""What docs/laws.md section 6 says of a network in a year of a plan.

Written afresh from the page: nothing is shared with the formulation.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from infraplan.models.network import (
    NO_WAY_MINUTES,
    Demand,
    FlowLaw,
    LoadBlock,
    NetworkAction,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    NodeRole,
    ProjectNetwork,
)
from infraplan.models.network_index import NetworkIndex
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.problem_data import ProblemData, power

BuiltById = Mapping[str, Built]
Element = NetworkLink | NetworkNode

STEPS = 4
"""Steps of generated trips."""


@dataclass(frozen=True)
class Net:
    """One network: its rows as the index lists them, and its settings."""

    reading: ProblemData
    index: NetworkIndex
    settings: NetworkSettings
    nodes: tuple[NetworkNode, ...]
    links: tuple[NetworkLink, ...]
    demands: tuple[Demand, ...]

    @property
    def id(self) -> str:
        """Network id."""
        return self.index.id

    @property
    def is_transport(self) -> bool:
        """Whether flows are trips."""
        return self.nodes[0].kind is NetworkKind.TRANSPORT

    @cached_property
    def node_by_id(self) -> dict[str, NetworkNode]:
        """Nodes by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def link_by_id(self) -> dict[str, NetworkLink]:
        """Links by id."""
        return {link.id: link for link in self.links}

    @cached_property
    def directed_into(self) -> dict[str, list[tuple[NetworkLink, bool]]]:
        """Links without reactance that may arrive at a node, with whether they do so backwards."""
        found: dict[str, list[tuple[NetworkLink, bool]]] = {}
        for node in self.index.nodes:
            forth = [self.link_by_id[name] for name in self.index.arriving[node]]
            back = [self.link_by_id[name] for name in self.index.leaving[node]]
            arrivals = [(link, False) for link in forth]
            arrivals += [(link, True) for link in back if link.both_ways]
            found[node] = [(link, way) for link, way in arrivals if not self.has_reactance(link)]
        return found

    @cached_property
    def trip_costs(self) -> dict[str, float]:
        """c0 of every trip: its least cost without any project; infinite where there is no way."""
        before, costs = NetYear(self, self.reading.first, {}), dict[str, float]()
        for origin in self.commodities if self.is_transport else ():
            worth = self.value_of_time(origin)
            weigh = {link.id: link.time * worth + link.cost for link in self.links}
            least = before.least(origin, weigh)
            costs |= {
                demand.id: least.get(str(demand.to_node), math.inf)
                for demand in self.demands
                if demand.node == origin
            }
        return costs

    def changes(self, element: str) -> Iterator[ProjectNetwork]:
        """Rows of project_network that speak of a node or link."""
        rows = self.reading.instance.project_network
        for number in self.index.changes.get(element, ()):
            yield rows[number]

    def has_reactance(self, link: NetworkLink) -> bool:
        """Whether angles rule the link's flow."""
        return self.nodes[0].kind is NetworkKind.POWER and link.reactance is not None

    def is_slow(self, link: NetworkLink) -> bool:
        """Whether the link is slow instead of full."""
        return self.is_transport and link.bpr_alpha > 0.0 and link.capacity is not None

    @property
    def commodities(self) -> list[str]:
        """Nodes where trips begin; `""` alone where flows are not trips."""
        if not self.is_transport:
            return [""]
        return sorted({demand.node for demand in self.demands})

    def demand(self, row: Demand, year: int, block: LoadBlock) -> float:
        """D of a demand in a year and block."""
        grown = power(1.0 + row.growth, year - self.reading.first)
        return row.amount * grown * block.demand_factor

    def value_of_time(self, commodity: str) -> float:
        """Value of time of a commodity's demands, which are all equal."""
        return next((row.value_of_time for row in self.demands if row.node == commodity), 0.0)

    @property
    def mean_value_of_time(self) -> float:
        """Mean value of time, weighted by amount."""
        total = math.fsum(row.amount for row in self.demands)
        if not total:
            return 0.0
        return math.fsum(row.amount * row.value_of_time for row in self.demands) / total


def read_net(reading: ProblemData, network: str) -> Net:
    """Return the network of an id."""
    instance = reading.instance
    index = reading.networks[network]
    return Net(
        reading,
        index,
        instance.network_settings(network),
        tuple(instance.node_by_id[name] for name in index.nodes),
        tuple(instance.link_by_id[name] for name in index.links),
        tuple(instance.demand_by_id[name] for name in index.demands),
    )


def read_nets(reading: ProblemData, law: FlowLaw = FlowLaw.FLOW) -> list[Net]:
    """Networks of a law."""
    nets = (read_net(reading, network) for network in reading.networks)
    return [net for net in nets if net.settings.law is law]


def representative_years(reading: ProblemData) -> list[int]:
    """R: every year of the plan; for roads at equilibrium the stated years, if any."""
    settings = reading.instance.settings
    stated = sorted(set(settings.representative_years))
    if stated and any(row.law is FlowLaw.EQUILIBRIUM for row in settings.networks):
        return stated
    return list(range(settings.horizon.first_year, settings.horizon.last_year + 1))


@dataclass(frozen=True)
class Counted:
    """Years that count with one state of a network: from `year` on, with the demand of `base`.

    `year` is the representative year `base` itself or one in which something changes; `weight` is
    the sum of the discounted shares of the years.
    """

    year: int
    base: int
    weight: float


def counted_years(reading: ProblemData, network: str, built: BuiltById) -> list[Counted]:
    """States of a network that a plan is valued by, ascending."""
    years = representative_years(reading)
    ends = _changes_apart(reading, _supplied_together(reading, network), built, years)
    weights = {year: [0.0] for year in [*years, *ends]}
    base_of = {year: max(r for r in years if r <= year) for year in weights}
    for y in range(reading.first, reading.end + 1):
        for r, share in _shares(reading, years, y):
            held = [year for year, base in base_of.items() if base == r and year <= y]
            weights[max(held, default=r)].append(share * reading.discount(y))
    return [Counted(year, base_of[year], math.fsum(weights[year])) for year in sorted(weights)]


def _shares(reading: ProblemData, years: list[int], y: int) -> Iterator[tuple[int, float]]:
    """Representative years that year `y` is made of, with their parts."""
    before = [r for r in years if r <= y]
    after = [r for r in years if r > y]
    if not before:
        yield after[0], (y - reading.first + 1) / (after[0] - reading.first + 1)
    elif not after:
        yield before[-1], 1.0
    else:
        part = (y - before[-1]) / (after[0] - before[-1])
        yield before[-1], 1.0 - part
        yield after[0], part


def _supplied_together(reading: ProblemData, network: str) -> set[str]:
    """Networks that suppliers join to `network`, itself included."""
    nodes = reading.instance.network_nodes
    home = {node.id: node.network for node in nodes}
    pairs = [(node.network, home[node.supplier]) for node in nodes if node.supplier in home]
    found, grows = {network}, True
    while grows:
        more = {name for pair in pairs if found & set(pair) for name in pair}
        grows = not more <= found
        found |= more
    return found


def _changes_apart(
    reading: ProblemData, networks: set[str], built: BuiltById, years: list[int]
) -> set[int]:
    """Years outside R in which a state differs from that of the year of R before."""
    instance = reading.instance
    numbers = {
        number
        for network in networks
        for rows in reading.networks[network].changes.values()
        for number in rows
    }
    found: set[int] = set()
    for row in (instance.project_network[number] for number in sorted(numbers)):
        here = built.get(row.project)
        if here is None or (row.option and row.option != here.option.option):
            continue
        if row.action is NetworkAction.CLOSE_DURING_WORKS:
            effect = here.works_years
        else:
            years_of_service = here.operating_years
            begins = max(years_of_service.start, row.from_year or years_of_service.start)
            effect = range(begins, years_of_service.stop)
            base = max((r for r in years if r < effect.stop), default=None)
            if effect and base in effect:
                found.add(effect.stop)
        if effect:
            found |= {year for year in (effect.start, effect.stop) if year > years[-1]}
    return {year for year in found if year <= reading.end and year not in years}


@dataclass
class NetYear:
    """A network in year `year`, given what is built.

    With `later`, a year after it, what has reached its end of life by then is gone; where `year`
    is the last of R, all but demand is that of `later`.
    """

    net: Net
    year: int
    built: BuiltById
    later: int | None = None

    @property
    def stated(self) -> int:
        """Year that the rows of the plan's service bear."""
        return self.year if self.later is None else self.later

    @cached_property
    def _stands_in(self) -> int:
        """Year whose openings and works hold."""
        if self.later is not None and self.year == representative_years(self.net.reading)[-1]:
            return self.later
        return self.year

    def _project(self, row: ProjectNetwork) -> Built | None:
        here = self.built.get(row.project)
        if here is None or (row.option and row.option != here.option.option):
            return None
        return here

    def active(self, element: str, action: NetworkAction) -> list[float]:
        """Values of the active rows of `action`."""
        values = []
        for row in self.net.changes(element):
            here = self._project(row)
            since = self._stands_in
            if row.action is not action or here is None or since < (row.from_year or 0):
                continue
            if since in here.operating_years and self.stated in here.operating_years:
                values.append(row.value)
        return values

    def is_open(self, element: Element) -> bool:
        """Whether a link or node exists or is opened, its ends apart."""
        return element.exists or bool(self.active(element.id, NetworkAction.OPEN))

    def carries(self, link: NetworkLink, block: LoadBlock) -> bool:
        """Whether a link is open and in service, and neither end shuts it."""
        nodes = self.net.node_by_id
        ends = [nodes[name] for name in self.net.index.ends[link.id]]
        giving = (NodeRole.SOURCE, NodeRole.PLANT, NodeRole.STORAGE)
        parts: list[Element] = [link, *(node for node in ends if node.role not in giving)]
        return all(self.is_open(part) and part.id not in block.out for part in parts)

    def own_capacity(self, element: Element, block: LoadBlock, *, works: bool = True) -> float:
        """Own capacity; without `works` as if nothing were closed."""
        stated = element.capacity
        if isinstance(element, NetworkNode):
            if stated is None and element.role not in {NodeRole.JUNCTION, NodeRole.ZONE}:
                return 0.0
            if stated is not None and block.dry:
                stated *= element.dry_share
        closed = self._closed_share(element) if works else 0.0
        if stated is None:
            return 0.0 if closed >= 1.0 else math.inf
        return stated * (1.0 - closed)

    def _closed_share(self, element: Element) -> float:
        """Share of its own capacity that works close."""
        return max(
            (
                row.value
                for row in self.net.changes(element.id)
                if row.action is NetworkAction.CLOSE_DURING_WORKS
                and (here := self._project(row)) is not None
                and self._stands_in in here.works_years
            ),
            default=0.0,
        )

    def is_shut(self, link: NetworkLink) -> bool:
        """Whether works take a line with a reactance out of service."""
        return self.net.has_reactance(link) and self._closed_share(link) >= 1.0

    def capacity(self, element: Element, block: LoadBlock) -> float:
        """Capacity: own and added, 0 where it is not open or out of service."""
        if not self.is_open(element) or element.id in block.out:
            return 0.0
        added = math.fsum(self.active(element.id, NetworkAction.ADD_CAPACITY))
        return self.own_capacity(element, block) + added

    def room_of_dependent(self, node: NetworkNode, block: LoadBlock) -> float:
        """What a full share of its supplier lets a node do."""
        own = self.own_capacity(node, block, works=False)
        if math.isinf(own):
            net = self.net
            return math.fsum(
                net.demand(row, self.year, block) * (1.0 + row.elasticity) for row in net.demands
            )
        rows = self.net.changes(node.id)
        return own + math.fsum(
            row.value for row in rows if row.action is NetworkAction.ADD_CAPACITY
        )

    def time(self, link: NetworkLink) -> float:
        """Minutes on the link without congestion."""
        return min([link.time, *self.active(link.id, NetworkAction.SET_TIME)])

    def loss(self, link: NetworkLink) -> float:
        """Share lost on the link."""
        return min([link.loss, *self.active(link.id, NetworkAction.SET_LOSS)])

    @cached_property
    def _open_directions(self) -> tuple[tuple[NetworkLink, str, str], ...]:
        """Open links with their ends, in each direction that they carry."""
        everything, found = LoadBlock(id="any"), list[tuple[NetworkLink, str, str]]()
        for link in self.net.links:
            if self.carries(link, everything):
                tail, head = self.net.index.ends[link.id]
                found.append((link, tail, head))
                if link.both_ways:
                    found.append((link, head, tail))
        return tuple(found)

    def least(self, origin: str, weigh: Mapping[str, float]) -> dict[str, float]:
        """Least sum of `weigh` (by link) from a node to every node that can be reached."""
        ways: dict[str, list[tuple[str, float]]] = {}
        for link, tail, head in self._open_directions:
            ways.setdefault(tail, []).append((head, weigh[link.id]))
        found: dict[str, float] = {}
        queue = [(0.0, origin)]
        while queue:
            far, node = heapq.heappop(queue)
            if node in found:
                continue
            found[node] = far
            for head, step in ways.get(node, []):
                if head not in found:
                    heapq.heappush(queue, (far + step, head))
        return found

    @cached_property
    def _minutes(self) -> dict[str, float]:
        """Time of each link, by its id."""
        return {link.id: self.time(link) for link in self.net.links}

    def travel_time(self, demand: Demand) -> float:
        """Minutes of a demand's trip; a day where there is no way."""
        return self.least(demand.node, self._minutes).get(str(demand.to_node), NO_WAY_MINUTES)
