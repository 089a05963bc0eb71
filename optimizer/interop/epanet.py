"""EPANET input files into an instance: who is supplied from where, without hydraulics.

EPANET states no capacities: a pipe carries what the pressures let it. Head losses are not linear:
flows of the instance show what the network could carry, pressures are for `infraplan hydraulics`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.models.errors import Finding, Severity
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
from infraplan.optimizer.interop.epanet_text import has_end, line_of, read_text
from infraplan.optimizer.interop.faults import FaultReport, Imported
from infraplan.optimizer.interop.hydraulics import demand_of, open_network

YEAR = 2000
WATER = "water"
MOST = 1e9
"""Largest length (km) and flow (L/s) that is taken for one."""
LITRES = 1000.0
"""Litres in a cubic metre: flows are in litres a second."""


def import_epanet(path: Path) -> Imported:
    """Junctions, reservoirs, tanks, pipes, pumps and valves as an instance of one year.

    Demands are in litres a second, the average over their patterns times the demand multiplier, and
    priced at 1 a unit not served. A junction that feeds in (negative demand) is a source of that
    much; a reservoir gives whatever is demanded, a tank stores over the one block. What is closed
    at the start carries nothing unless a control or rule can open it.

    Raises
    ------
    InstanceFormatError
        The file cannot be read, or a number in it is out of range.
    SolverUnavailableError
        wntr is not installed.
    """
    network = open_network(path)
    reader = _Reader(path, network)
    nodes, demands = reader.nodes()
    links = [reader.link(name, link) for name, link in network.links()]
    reader.require()
    title = re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-")[:60] or WATER
    settings = Settings(
        id=title,
        title=Title(en=title, zh=title),
        currency="XXX",
        price_year=YEAR,
        horizon=Horizon(phases=(Phase(id="year", first_year=YEAR, last_year=YEAR),)),
        appraisal=Appraisal(discount_rate=0.0, end_year=YEAR, residual_value=ResidualValue.NONE),
        networks=(NetworkSettings(id=WATER, unit="L/s"),),
    )
    instance = Instance(
        settings=settings,
        network_nodes=tuple(nodes),
        network_links=tuple(link for link in links if link is not None),
        demands=tuple(demands),
    )
    return Imported(instance, tuple(reader.notes()))


def _ids(network: Any) -> dict[str, str]:
    """An id of the instance for every node and link of the file, which may share names."""
    nodes = {name: f"n-{_plain(name)}" for name in network.node_name_list}
    return nodes | {f"link:{name}": f"l-{_plain(name)}" for name in network.link_name_list}


def _plain(name: str) -> str:
    return re.sub(r"[\s=;,'\"]+", "_", name)


class _Reader:
    """Makes the rows of an instance; gathers every number that is out of range."""

    def __init__(self, path: Path, network: Any) -> None:
        self._path, self._network = path, network
        self._ids = _ids(network)
        self._openable = _openable(network)
        self._faults = FaultReport()
        self._average, self._largest, self._fed = 0.0, 0.0, 0

    def nodes(self) -> tuple[list[NetworkNode], list[Demand]]:
        """Nodes and demands."""
        network, nodes, demands = self._network, [], []
        for name, junction in network.junctions():
            average, largest = (LITRES * flow for flow in demand_of(network, junction))
            if not math.isfinite(average) or abs(average) > MOST:
                self._fault(
                    ("JUNCTIONS", "DEMANDS"), name, phrase("a-demand-of-litres", amount=average)
                )
                continue
            self._average += max(0.0, average)
            self._largest += max(0.0, largest)
            role = NodeRole.ZONE if average > 0.0 else NodeRole.JUNCTION
            if average < 0.0:
                self._fed += 1
                nodes.append(self._node(name, NodeRole.SOURCE, -average))
                continue
            nodes.append(self._node(name, role))
            if average > 0.0:
                demands.append(self._demand(name, average))
        for name, _ in network.reservoirs():
            nodes.append(self._node(name, NodeRole.SOURCE, self._average))
        for name, _ in network.tanks():
            nodes.append(self._node(name, NodeRole.STORAGE, self._average))
        return nodes, demands

    def _node(self, name: str, role: NodeRole, capacity: float | None = None) -> NetworkNode:
        return NetworkNode(
            id=self._ids[name],
            network=WATER,
            kind=NetworkKind.WATER,
            role=role,
            name_en=name,
            capacity=capacity,
            quality=Quality.STATED,
            source=self._path.name,
        )

    def _demand(self, name: str, amount: float) -> Demand:
        return Demand(
            id=f"d-{self._ids[name]}",
            network=WATER,
            node=self._ids[name],
            amount=amount,
            unserved_price=1.0,
            quality=Quality.STATED,
            source=self._path.name,
        )

    def link(self, name: str, link: Any) -> NetworkLink | None:
        """Pipe, pump or valve; None, with a fault, where its length is out of range."""
        is_pipe = link.link_type == "Pipe"
        length = link.length / 1000.0 if is_pipe else 0.0
        if not 0.0 <= length <= MOST:  # neither where it is no number
            self._fault(("PIPES",), name, phrase("a-length-of-metres", length=link.length))
            return None
        one_way = not is_pipe or bool(getattr(link, "check_valve", False))
        closed = str(link.initial_status) == "Closed" and name not in self._openable
        return NetworkLink(
            id=self._ids[f"link:{name}"],
            network=WATER,
            from_node=self._ids[link.start_node_name],
            to_node=self._ids[link.end_node_name],
            both_ways=not one_way,
            capacity=0.0 if closed else None,
            length=length,
            quality=Quality.STATED,
            source=self._path.name,
        )

    def _fault(self, sections: tuple[str, ...], name: str, what: Phrase) -> None:
        line = line_of(read_text(self._path), sections, name)
        self._faults.add(self._path, line, phrase("has-what-is-out-of-range", name=name, what=what))

    def require(self) -> None:
        """Raise where something is out of range."""
        self._faults.require()

    def notes(self) -> Iterator[Finding]:
        """What the instance does not say that the file says, or that neither says."""
        unlimited = len(self._network.link_name_list)
        yield self._note(
            "no-capacity",
            phrase("epanet-states-no-capacity", links=unlimited),
            phrase("give-capacity-where-it-matters"),
            Severity.WARNING,
        )
        if self._largest > self._average * (1.0 + 1e-9):
            times = self._largest / self._average if self._average else math.inf
            yield self._note(
                "averaged-pattern",
                phrase("demands-are-averages-over-their-patterns", times=times),
                phrase("multiply-amount-where-the-largest-is-to-be-served"),
                Severity.NOTE,
            )
        if not has_end(read_text(self._path)):
            text = phrase("the-file-does-not-close-with-end")
            advice = phrase("is-a-part-of-it-missing")
            yield self._note("no-end", text, advice, Severity.WARNING)
        if self._fed:
            text = phrase("junctions-with-negative-demand-are-sources", junctions=self._fed)
            yield self._note("negative-demand", text, NOTHING_SAID, Severity.NOTE)
        opened = sorted(self._openable)
        if opened:
            text = phrase("closed-at-the-start-opened-later", links=listed(opened))
            yield self._note("opened-later", text, NOTHING_SAID, Severity.NOTE)

    def _note(self, rule: str, message: Phrase, advice: Phrase, severity: Severity) -> Finding:
        return Finding(rule, message, advice, severity, self._path.name)


def _openable(network: Any) -> frozenset[str]:
    """Links that are closed at the start and that a control or rule can open."""
    found = set()
    for _, control in network.controls():
        for action in control.actions():
            link, attribute = action.target()
            name = getattr(link, "name", None)
            closed = name in network.link_name_list and str(link.initial_status) == "Closed"
            # An action reads `PUMP U1 STATUS IS OPEN`, or sets a speed or a setting.
            shuts = attribute == "status" and str(action).upper().endswith("CLOSED")
            if closed and not shuts:
                found.add(str(name))
    return frozenset(found)
