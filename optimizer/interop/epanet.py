"""EPANET input files into an instance: who is supplied from where, without hydraulics.

Head losses are not linear: flows of the instance show what the network could carry, pressures are
for `infraplan hydraulics`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from infraplan.models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.network import (
    Demand,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    NodeRole,
)
from infraplan.models.quantities import Quality
from infraplan.optimizer.interop.hydraulics import open_network

YEAR = 2000
WATER = "water"
LITRES = 1000.0
"""Litres in a cubic metre: flows are in litres a second."""


def import_epanet(path: Path) -> Instance:
    """Junctions, reservoirs, tanks, pipes, pumps and valves as an instance of one year.

    Demands are base demands in litres a second and priced at 1 a unit not served; a reservoir
    gives whatever is demanded, a tank stores over the one block.
    """
    network = open_network(path)
    ids = _ids(network)
    source = path.name
    wanted = sum(max(0.0, junction.base_demand) for _, junction in network.junctions())
    nodes: list[NetworkNode] = []
    demands: list[Demand] = []

    def add(name: str, role: NodeRole, capacity: float | None = None) -> None:
        nodes.append(
            NetworkNode(
                id=ids[name],
                network=WATER,
                kind=NetworkKind.WATER,
                role=role,
                name_en=name,
                capacity=capacity,
                quality=Quality.STATED,
                source=source,
            )
        )

    for name, junction in network.junctions():
        base = junction.base_demand * LITRES
        add(name, NodeRole.ZONE if base > 0.0 else NodeRole.JUNCTION)
        if base > 0.0:
            demands.append(
                Demand(
                    id=f"d-{ids[name]}",
                    network=WATER,
                    node=ids[name],
                    amount=base,
                    unserved_price=1.0,
                    quality=Quality.STATED,
                    source=source,
                )
            )
    for name, _ in network.reservoirs():
        add(name, NodeRole.SOURCE, wanted * LITRES)
    for name, _ in network.tanks():
        add(name, NodeRole.STORAGE, wanted * LITRES)
    links = [_link(name, link, ids, source) for name, link in network.links()]
    title = re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-")
    settings = Settings(
        id=title,
        title=Title(en=title, zh=title),
        currency="XXX",
        price_year=YEAR,
        horizon=Horizon(phases=(Phase(id="year", first_year=YEAR, last_year=YEAR),)),
        appraisal=Appraisal(discount_rate=0.0, end_year=YEAR, residual_value=ResidualValue.NONE),
        networks=(NetworkSettings(id=WATER, unit="L/s"),),
    )
    return Instance(
        settings=settings,
        network_nodes=tuple(nodes),
        network_links=tuple(links),
        demands=tuple(demands),
    )


def _ids(network: Any) -> dict[str, str]:
    """An id of the instance for every node and link of the file, which may share names."""
    nodes = {name: f"n-{_plain(name)}" for name in network.node_name_list}
    return nodes | {f"link:{name}": f"l-{_plain(name)}" for name in network.link_name_list}


def _plain(name: str) -> str:
    return re.sub(r"[\s=;,'\"]+", "_", name)


def _link(name: str, link: Any, ids: dict[str, str], source: str) -> NetworkLink:
    is_pipe = link.link_type == "Pipe"
    one_way = not is_pipe or bool(getattr(link, "check_valve", False))
    return NetworkLink(
        id=ids[f"link:{name}"],
        network=WATER,
        from_node=ids[link.start_node_name],
        to_node=ids[link.end_node_name],
        both_ways=not one_way,
        capacity=0.0 if str(link.initial_status) == "Closed" else None,
        length=link.length / 1000.0 if is_pipe else 0.0,
        quality=Quality.STATED,
        source=source,
    )
