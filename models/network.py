"""Nodes, links and demands of the networks, and what a project adds to them.

One table row is one object; what a column means depends on the network's kind, as said in the
field. All capacities, flows and amounts of one network share the network's unit.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from infraplan.models.base import DomainModel, described
from infraplan.models.quantities import Amount, Identifier, NonNegative, Quality, Rate, Share, Year

NO_WAY_MINUTES = 1440.0
"""Travel time between two nodes that no open link joins: a day."""

TRAVEL_TIME, SERVED = "travel_time:", "served:"
"""Targets whose metric begins so are read off a network: `travel_time:DEMAND`, `served:ID` with the
id of a demand, a node or a network."""


class NetworkKind(StrEnum):
    """Which laws a network obeys."""

    TRANSPORT = "transport"
    WATER = "water"
    POWER = "power"
    GAS = "gas"


class FlowLaw(StrEnum):
    """How flows of a network come about."""

    FLOW = "flow"  # the plan directs them, at least cost
    EQUILIBRIUM = "equilibrium"  # transport: every trip takes its fastest way
    PRESSURE = "pressure"  # water: flows follow heads and losses in pipes


class LoadBlock(DomainModel):
    """A state in which a network must work: a part of the year, a dry year, a failure."""

    id: Identifier = described("block id")
    weight: NonNegative = described(
        "what costs of the block are multiplied by: hours of a year for power, probability for a "
        "dry year",
        1.0,
    )
    demand_factor: NonNegative = described("demand in the block over the stated demand", 1.0)
    dry: bool = described("whether sources yield only their dry share", default=False)
    out: tuple[str, ...] = described(
        "links and nodes that are out of service", (), refers_to="network_links|network_nodes"
    )
    must_serve: bool = described("whether all demand must be served in it", default=False)


class NetworkSettings(DomainModel):
    """What holds for a whole network; a network without settings has the defaults."""

    id: Identifier = described("network id", refers_to="network_nodes.network")
    law: FlowLaw = described("how flows come about", FlowLaw.FLOW)
    unit: str = described("unit of flows and capacities", "")
    base: NonNegative = described(
        "power: factor from per-unit to the unit of flows, e.g. 100 MVA", 1.0
    )
    blocks: tuple[LoadBlock, ...] = described("states in which it works", (LoadBlock(id="all"),))
    no_through: tuple[str, ...] = described(
        "transport: nodes where trips begin and end but that none may pass",
        (),
        refers_to="network_nodes",
    )


class NodeRole(StrEnum):
    """What a node does."""

    JUNCTION = "junction"
    SOURCE = "source"  # reservoir, well, border, gas field
    WORKS = "works"  # treatment, compressor, transformer: all flow passes it
    PLANT = "plant"  # generation
    STORAGE = "storage"
    ZONE = "zone"  # demand


PASSED = frozenset({NodeRole.SOURCE, NodeRole.PLANT, NodeRole.STORAGE})
"""Roles of nodes that flow passes whether they are there or not."""


class NetworkNode(DomainModel):
    """A place in a network: junction, source, works, plant, bus, zone, storage."""

    id: Identifier = described("node id, unique in the instance")
    network: Identifier = described("network id")
    kind: NetworkKind = described("laws the network obeys")
    role: NodeRole = described(
        "junction, source (reservoir, well, border), works (treatment), plant (generation), "
        "storage, zone (demand)",
        NodeRole.JUNCTION,
    )
    exists: bool = described(
        "whether it is there without any project; a candidate is not", default=True
    )
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    place: str | None = described("place id", None, refers_to="places")
    capacity: NonNegative | None = described(
        "most that a source yields, a plant generates, a works treats or a storage takes in or "
        "gives out; blank is zero for these and no limit for a junction or zone",
        None,
    )
    minimum_output: Amount = described("least that a source or plant gives while it exists", 0.0)
    dry_share: Share = described("share of capacity left in the dry year or at peak", 1.0)
    cost: Amount = described("variable cost per unit delivered", 0.0, unit="money")
    cost_quadratic: NonNegative = described(
        "further cost per squared unit delivered", 0.0, unit="money"
    )
    no_load_cost: Amount = described(
        "cost of a source or plant while it exists, whatever it gives", 0.0, unit="money"
    )
    volume: NonNegative | None = described(
        "storage: most it gives out, summed over the blocks by weight; blank is no limit",
        None,
    )
    efficiency: Share = described("storage: what comes out over what goes in", 1.0)
    spill: bool = described(
        "water, power, gas: whether what reaches the node and nobody uses may be let go, as over a "
        "weir or by curtailment; it costs nothing and stands in the plan as spill",
        default=False,
    )
    elevation: Amount | None = described(
        "water under the law pressure: height of the node, blank is 0; of a source, of its water "
        "level",
        None,
        unit="m",
    )
    least_pressure: NonNegative | None = described(
        "water under the law pressure: least head of water above the node; blank asks for none",
        None,
        unit="m",
    )
    supplier: str | None = described(
        "node of another network that must be served for this one to work",
        None,
        refers_to="network_nodes",
    )
    quality: Quality = described("how the figures are known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


class NetworkLink(DomainModel):
    """A road, railway, main, line or pipe between two nodes of one network."""

    id: Identifier = described("link id, unique in the instance")
    network: Identifier = described("network id", refers_to="network_nodes.network")
    from_node: Identifier = described("node where it begins", refers_to="network_nodes")
    to_node: Identifier = described("node where it ends", refers_to="network_nodes")
    both_ways: bool = described("whether it carries flow in both directions", default=True)
    exists: bool = described(
        "whether it is there without any project; a candidate is not", default=True
    )
    capacity: NonNegative | None = described("most flow in a direction; blank is no limit", None)
    length: NonNegative = described("length", 0.0, unit="km")
    time: NonNegative = described("transport: free-flow time", 0.0, unit="minutes")
    cost: NonNegative = described("cost per unit of flow, tolls included", 0.0, unit="money")
    loss: Share = described("share of the flow lost on the way", 0.0)
    reactance: Amount | None = described(
        "power: series reactance; blank is a link whose flow can be directed", None, unit="p.u."
    )
    angle_limit: NonNegative | None = described(
        "power: most by which the angles of its ends differ", None, unit="degrees"
    )
    bpr_alpha: NonNegative = described("transport: congestion, time x (1 + alpha (v/c)^beta)", 0.0)
    bpr_beta: NonNegative = described("transport: congestion exponent", 4.0)
    diameter: NonNegative | None = described(
        "water under the law pressure: inner diameter; blank where projects give it",
        None,
        unit="mm",
    )
    roughness: NonNegative | None = described(
        "water under the law pressure: C of Hazen and Williams, 130 for new iron; the higher the "
        "smoother",
        None,
    )
    quality: Quality = described("how the figures are known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


class Demand(DomainModel):
    """Demand at a node (water, power, gas) or between two nodes (transport)."""

    id: Identifier = described("demand id")
    network: Identifier = described("network id", refers_to="network_nodes.network")
    node: Identifier = described(
        "node of the demand; origin for transport", refers_to="network_nodes"
    )
    to_node: Identifier | None = described(
        "destination, transport only", None, refers_to="network_nodes"
    )
    amount: NonNegative = described("demand per year in the plan's first year")
    growth: Rate = described("yearly growth", 0.0, unit="rate/year")
    unserved_price: NonNegative = described("value lost per unserved unit", 0.0, unit="money")
    must_serve: bool = described("whether a plan that does not serve it is no plan", default=False)
    priority: int = described("1 is served first; its price is the highest", 1, ge=1)
    value_of_time: NonNegative = described(
        "transport: money per unit of flow and minute", 0.0, unit="money"
    )
    elasticity: NonNegative = described(
        "transport: per cent more trips for one per cent less cost of the trip, in four steps: a "
        "saving below 12.5 % of the cost brings none, from there on a quarter of all for each 25 %",
        0.0,
    )
    quality: Quality = described("how the figures are known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


class NetworkAction(StrEnum):
    """What a project does to a network while it operates: it ends with the project's lifetime."""

    OPEN = "open"  # a candidate link or node becomes available
    ADD_CAPACITY = "add_capacity"
    SET_TIME = "set_time"  # transport: a better time on the link
    SET_LOSS = "set_loss"  # a smaller loss on the link
    SET_DIAMETER = (
        "set_diameter"  # law pressure: a pipe of this diameter, new or in the old's place
    )
    CLOSE_DURING_WORKS = "close_during_works"  # share of capacity lost while under construction


class ProjectNetwork(DomainModel):
    """What one project (one option of it) changes in a network."""

    row_key: ClassVar[tuple[str, ...]] = ("project", "option", "element", "action")

    project: Identifier = described("project id", refers_to="projects")
    option: str = described("option id; blank for all options", "", refers_to="projects.options")
    element: Identifier = described("link or node id", refers_to="network_links|network_nodes")
    action: NetworkAction = described("what changes")
    value: Amount = described(
        "capacity added, new time, new loss, share of capacity closed, or diameter (mm)", 0.0
    )
    from_year: Year | None = described("first year of effect, at the earliest", None, unit="year")
    source: str = described("document and section", "")
