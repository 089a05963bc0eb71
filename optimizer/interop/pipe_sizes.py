"""An EPANET input file and a table of sizes as a design problem: which pipe in which size."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.models.errors import Finding, Severity
from infraplan.models.explanation import shortened
from infraplan.models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.network import (
    Demand,
    FlowLaw,
    NetworkAction,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    NodeRole,
    ProjectNetwork,
)
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.quantities import Quality
from infraplan.optimizer.benchmark import COST
from infraplan.optimizer.interop.epanet_text import line_of, read_text
from infraplan.optimizer.interop.faults import FaultReport, Imported
from infraplan.optimizer.interop.hydraulics import demand_of, open_network
from infraplan.optimizer.interop.named_columns import DIAMETER, diameter_rows
from infraplan.optimizer.interop.number_file import MOST, beyond
from infraplan.optimizer.storage.numbers import number_in

YEAR = 2000
WATER = "water"
LITRES = 1000.0
METRES = 1000.0
HAZEN_WILLIAMS = "H-W"
LEAST_PRESSURE_M = 30.0
"""Pressure above every node with a demand where none is asked for, metres of water."""
UNIT_COST = "unit_cost"
COLUMNS = f"{DIAMETER}, {UNIT_COST}"


@dataclass(frozen=True)
class PipeSize:
    """A size that can be bought: inner diameter, mm, and money a metre."""

    diameter: float
    unit_cost: float

    @property
    def id(self) -> str:
        """Name of the option."""
        return "d" + f"{self.diameter:.6f}".rstrip("0").rstrip(".").replace(".", "_")


def read_sizes(path: Path) -> tuple[PipeSize, ...]:
    """Sizes of a CSV with the columns `diameter_mm` (or `diameter_in`) and `unit_cost` (a metre).

    Raises
    ------
    InstanceFormatError
        It cannot be read, a column is missing or stands twice, a row is longer than the heading, a
        number is missing or out of range, or a diameter stands twice.
    """
    report = FaultReport()
    found: dict[float, PipeSize] = {}
    for number, written, diameter, cell in diameter_rows(path, UNIT_COST, report):
        cost = number_in(cell)
        if diameter is None or cost is None or not 0.0 <= cost <= MOST:
            told = shortened(cell, "")
            message = phrase("is-no-size", diameter=written, cost=told, columns=COLUMNS)
            report.add(path, number, message)
            continue
        if diameter in found:
            report.add(path, number, phrase("a-size-stands-twice", diameter=diameter))
        found[diameter] = PipeSize(diameter, cost)
    if not found and not report.findings:
        report.add(path, 0, phrase("no-sizes", columns=COLUMNS))
    report.require()
    return tuple(sorted(found.values(), key=lambda size: size.diameter))


def import_pipe_sizes(
    path: Path, sizes: tuple[PipeSize, ...], least_pressure: float, *, beside: bool = False
) -> Imported:
    """The choice of a size for every pipe of `path`, or with `beside` of a pipe beside it.

    Each pipe is a project that must be built, its sizes are options; with `beside` the pipes stand,
    and a project lays another of the same length and roughness beside each, or none.

    Parameters
    ----------
    path
        EPANET input file.
    sizes
        What can be bought.
    least_pressure
        Least head of water above every node with a demand, m.
    beside
        Whether the pipes of the file stay.

    Raises
    ------
    InstanceFormatError
        The file cannot be read, or has what no network under pressure has: tanks, pumps, valves,
        check valves, closed pipes, junctions that feed in, or another law of head loss.
    SolverUnavailableError
        wntr is not installed.
    """
    network = open_network(path)
    report = FaultReport()
    _refuse(path, network, report)
    report.require()
    _refuse_prices(path, network, sizes, report)
    if (message := beyond(least_pressure)) is not None:
        report.add(path, 0, message)
    report.require()
    title = re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-")[:60] or WATER
    nodes, demands = _nodes(path, network, least_pressure)
    links, projects, changes = _pipes(path, network, sizes, beside=beside)
    instance = Instance(
        settings=_settings(title),
        projects=projects,
        network_nodes=nodes,
        network_links=links,
        demands=demands,
        project_network=changes,
    )
    return Imported(instance, tuple(_notes(path, network, sizes)))


def _settings(title: str) -> Settings:
    return Settings(
        id=title,
        title=Title(en=title, zh=title),
        currency="XXX",
        price_year=YEAR,
        horizon=Horizon(phases=(Phase(id="year", first_year=YEAR, last_year=YEAR),)),
        appraisal=Appraisal(discount_rate=0.0, end_year=YEAR, residual_value=ResidualValue.NONE),
        networks=(NetworkSettings(id=WATER, law=FlowLaw.PRESSURE, unit="L/s"),),
        benchmark_metric=COST,
    )


def _refuse(path: Path, network: Any, report: FaultReport) -> None:
    """Everything that no network under pressure has, with its line."""
    text = read_text(path)

    def fault(sections: tuple[str, ...], name: str, message: Phrase) -> None:
        report.add(path, line_of(text, sections, name), message)

    law = str(network.options.hydraulic.headloss)
    if law.upper() != HAZEN_WILLIAMS:
        report.add(path, 0, phrase("another-law-of-head-loss", law=law))
    for section, names in (
        ("TANKS", network.tank_name_list),
        ("PUMPS", network.pump_name_list),
        ("VALVES", network.valve_name_list),
    ):
        for name in names:
            fault((section,), name, phrase("pressure-knows-no", name=name, section=section))
    for name, pipe in network.pipes():
        closed = str(pipe.initial_status) == "Closed"
        if closed or bool(getattr(pipe, "check_valve", False)):
            fault(("PIPES",), name, phrase("a-pipe-that-is-closed-or-one-way", name=name))
        values = (pipe.length, pipe.roughness, pipe.diameter)
        if not all(math.isfinite(value) and value > 0.0 for value in values) or any(
            beyond(value) for value in values
        ):
            fault(("PIPES",), name, phrase("a-pipe-of-no-size", name=name))
    for name, junction in network.junctions():
        demand, largest = demand_of(network, junction)
        if not math.isfinite(demand) or demand < 0.0:
            fault(("JUNCTIONS", "DEMANDS"), name, phrase("a-junction-that-feeds-in", name=name))
        elif (message := beyond(largest * LITRES) or beyond(junction.elevation)) is not None:
            fault(("JUNCTIONS", "DEMANDS"), name, message)
    for name, reservoir in network.reservoirs():
        if (message := beyond(reservoir.base_head)) is not None:
            fault(("RESERVOIRS",), name, message)
    if not network.reservoir_name_list:
        report.add(path, 0, phrase("a-file-without-reservoir"))


def _refuse_prices(
    path: Path, network: Any, sizes: Iterable[PipeSize], report: FaultReport
) -> None:
    """Tell every pipe that costs more than an instance takes."""
    text = read_text(path)
    dearest = max((size.unit_cost for size in sizes), default=0.0)
    for name, pipe in network.pipes():
        if (message := beyond(dearest * float(pipe.length))) is not None:
            report.add(path, line_of(text, ("PIPES",), name), message)


def _plain(name: str) -> str:
    return re.sub(r"[\s=;,'\"]+", "_", name)


def _nodes(
    path: Path, network: Any, least_pressure: float
) -> tuple[tuple[NetworkNode, ...], tuple[Demand, ...]]:
    """Nodes at the largest demand of their patterns, and demands in litres a second."""
    nodes, demands = [], []
    shared = {"network": WATER, "quality": Quality.STATED, "source": path.name}
    for name, junction in network.junctions():
        flow = demand_of(network, junction)[1] * LITRES
        node = NetworkNode(
            id=f"n-{_plain(name)}",
            kind=NetworkKind.WATER,
            role=NodeRole.ZONE if flow > 0.0 else NodeRole.JUNCTION,
            name_en=name,
            elevation=float(junction.elevation),
            least_pressure=least_pressure if flow > 0.0 else None,
            **shared,
        )
        nodes.append(node)
        if flow > 0.0:
            demands.append(Demand(id=f"d-{node.id}", node=node.id, amount=flow, **shared))
    nodes += [
        NetworkNode(
            id=f"n-{_plain(name)}",
            kind=NetworkKind.WATER,
            role=NodeRole.SOURCE,
            name_en=name,
            elevation=float(reservoir.base_head),
            **shared,
        )
        for name, reservoir in network.reservoirs()
    ]
    return tuple(nodes), tuple(demands)


def _pipes(
    path: Path, network: Any, sizes: Iterable[PipeSize], *, beside: bool
) -> tuple[tuple[NetworkLink, ...], tuple[Project, ...], tuple[ProjectNetwork, ...]]:
    """Links of all pipes, a project for each, and what it lays."""
    links, projects, changes = [], [], []
    for name, pipe in network.pipes():
        shared = {
            "network": WATER,
            "from_node": f"n-{_plain(pipe.start_node_name)}",
            "to_node": f"n-{_plain(pipe.end_node_name)}",
            "length": float(pipe.length) / METRES,
            "roughness": float(pipe.roughness),
            "quality": Quality.STATED,
            "source": path.name,
        }
        own = f"l-{_plain(name)}"
        if beside:
            links.append(NetworkLink(id=own, diameter=float(pipe.diameter) * METRES, **shared))
        new = f"{own}-beside" if beside else own
        links.append(NetworkLink(id=new, exists=False, **shared))
        project = Project(
            id=f"pipe-{_plain(name)}",
            name_en=f"pipe {name}",
            name_zh=f"管道{name}",
            sector="water",
            mandatory=Mandate.FREE if beside else Mandate.MUST,
            source=path.name,
            options=tuple(
                Option(
                    option=size.id,
                    overnight_cost=size.unit_cost * float(pipe.length),
                    quality=Quality.STATED,
                    lead_time=0,
                    spending_profile=(1.0,),
                )
                for size in sizes
            ),
        )
        projects.append(project)
        changes += [
            ProjectNetwork(
                project=project.id,
                option=size.id,
                element=new,
                action=NetworkAction.SET_DIAMETER,
                value=size.diameter,
                source=path.name,
            )
            for size in sizes
        ]
    return tuple(links), tuple(projects), tuple(changes)


def _notes(path: Path, network: Any, sizes: tuple[PipeSize, ...]) -> Iterable[Finding]:
    """What the instance does not hold, and sizes that cost no less than a larger one."""

    def note(rule: str, message: Phrase) -> Finding:
        return Finding(rule, message, NOTHING_SAID, Severity.WARNING, path.name)

    lossy = [name for name, pipe in network.pipes() if pipe.minor_loss]
    if lossy:
        yield note("minor-losses", phrase("minor-losses-are-left-out", pipes=len(lossy)))
    idle = [
        f"{size.diameter:g}"
        for size, larger in pairwise(sizes)
        if size.unit_cost >= larger.unit_cost
    ]
    if idle:
        yield note("sizes", phrase("sizes-that-cost-no-less", sizes=listed(idle)))
