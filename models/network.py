"""Nodes, links and demands of the networks, and what a project adds to them.

One table row is one object; what a column means depends on the network's kind, as said in the
field. All capacities, flows and amounts of one network share the network's unit.
"""

from __future__ import annotations

from enum import StrEnum

from models.base import DomainModel, described
from models.quantities import Amount, Identifier, NonNegative, Quality, Rate, Share, Year


class NetworkKind(StrEnum):
    """Which laws a network obeys."""

    TRANSPORT = "transport"
    WATER = "water"
    POWER = "power"
    GAS = "gas"


class NetworkNode(DomainModel):
    """A place in a network: junction, source, works, plant, bus, zone, storage."""

    id: Identifier = described("node id, unique in the instance")
    network: Identifier = described("network id")
    kind: NetworkKind = described("laws the network obeys")
    role: str = described(
        "junction, source (reservoir, well, border), works (treatment), plant (generation), "
        "storage, zone (demand)",
        "junction",
    )
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    place: str | None = described("place id", None)
    capacity: NonNegative | None = described(
        "most that a source yields, a plant generates or a works treats; blank is no limit for a "
        "junction and zero for a source, works or plant",
        None,
    )
    dry_share: Share = described("share of capacity left in the dry year or at peak", 1.0)
    cost: NonNegative = described("variable cost per unit delivered", 0.0, unit="money")
    supplier: str | None = described(
        "node of another network that must be served for this one to work", None
    )
    quality: Quality = described("how the figures are known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


class NetworkLink(DomainModel):
    """A road, railway, main, line or pipe between two nodes of one network."""

    id: Identifier = described("link id, unique in the instance")
    network: Identifier = described("network id")
    from_node: Identifier = described("node where it begins")
    to_node: Identifier = described("node where it ends")
    both_ways: bool = described("whether it carries flow in both directions", default=True)
    exists: bool = described(
        "whether it is there without any project; a candidate is not", default=True
    )
    capacity: NonNegative | None = described("most flow in a direction; blank is no limit", None)
    length: NonNegative = described("length", 0.0, unit="km")
    time: NonNegative = described("transport: free-flow time", 0.0, unit="minutes")
    cost: NonNegative = described("cost per unit of flow, tolls included", 0.0, unit="money")
    loss: Share = described("share of the flow lost on the way", 0.0)
    reactance: NonNegative | None = described("power: series reactance", None, unit="p.u.")
    bpr_alpha: NonNegative = described("transport: congestion, time x (1 + alpha (v/c)^beta)", 0.0)
    bpr_beta: NonNegative = described("transport: congestion exponent", 4.0)
    quality: Quality = described("how the figures are known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


class Demand(DomainModel):
    """Demand at a node (water, power, gas) or between two nodes (transport)."""

    id: Identifier = described("demand id")
    network: Identifier = described("network id")
    node: Identifier = described("node of the demand; origin for transport")
    to_node: Identifier | None = described("destination, transport only", None)
    amount: NonNegative = described("demand per year in the plan's first year")
    growth: Rate = described("yearly growth", 0.0, unit="rate/year")
    unserved_price: NonNegative = described("value lost per unserved unit", 0.0, unit="money")
    priority: int = described("1 is served first", 1, ge=1)
    value_of_time: NonNegative = described(
        "transport: money per unit of flow and minute", 0.0, unit="money"
    )
    target_time: NonNegative | None = described(
        "transport: travel time to be reached", None, unit="minutes"
    )
    quality: Quality = described("how the figures are known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


class NetworkAction(StrEnum):
    """What a project does to a network once it operates."""

    OPEN = "open"  # a candidate link or node becomes available
    ADD_CAPACITY = "add_capacity"
    SET_TIME = "set_time"  # transport: a better time on the link
    REDUCE_LOSS = "reduce_loss"
    CLOSE_DURING_WORKS = "close_during_works"  # share of capacity lost while under construction


class ProjectNetwork(DomainModel):
    """What one project (one option of it) changes in a network."""

    project: Identifier = described("project id")
    option: str = described("option id; blank for all options", "")
    element: Identifier = described("link or node id")
    action: NetworkAction = described("what changes")
    value: Amount = described("capacity added, new time, loss removed or share closed", 0.0)
    from_year: Year | None = described("first year of effect, at the earliest", None, unit="year")
    source: str = described("document and section", "")
