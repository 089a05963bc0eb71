"""Road networks in the TNTP format (Transportation Networks for Research) into an instance.

Format: https://github.com/bstabler/TransportationNetworks, read from a folder with one file of the
network (`*net*`) and one of the trips (`*trips*`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from models.instance import Instance, Settings
from models.network import (
    Demand,
    FlowLaw,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    ProjectNetwork,
)
from models.policy import ResourceLimit
from models.project import Project
from models.quantities import Quality
from optimizer.interop.faults import one_fault

YEAR = 2000
"""Year of an imported problem, which knows none."""

NETWORK = "roads"
METRIC = "total_travel_time"
_NUMBER = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")


@dataclass(frozen=True)
class TntpLink:
    """A row of the network: nodes, and the numbers of the time function; cost where it has one."""

    tail: str
    head: str
    capacity: float
    length: float
    free_time: float
    b: float
    power: float
    cost: float


@dataclass(frozen=True)
class TntpNetwork:
    """Links in the order of the file, and the first node that trips may pass."""

    links: tuple[TntpLink, ...]
    first_through: int
    num_links: int
    """Links that exist; those after them are candidates."""


def read_network(path: Path) -> TntpNetwork:
    """Read a network file.

    Raises
    ------
    InstanceFormatError
        A line is no link, or the file has none; names file and line.
    """
    found: dict[str, str] = {}
    links: list[TntpLink] = []
    for number, line in enumerate(_lines(path), start=1):
        text = line.strip()
        tag = re.match(r"^<([^>]*)>(.*)$", text)
        if tag:
            found[tag.group(1).strip().upper()] = tag.group(2).strip()
            continue
        cells = text.replace(";", " ").split()
        if not cells or text.startswith("~") or not _NUMBER.match(cells[0]):
            continue
        if len(cells) < 7 or not all(_NUMBER.match(cell) for cell in cells[2:7]):
            raise one_fault(path, number, "not a link: init node, term node, capacity, length, ...")
        capacity, length, time, b, power = (float(cell) for cell in cells[2:7])
        cost = float(cells[10]) if len(cells) > 10 and _NUMBER.match(cells[10]) else 0.0
        links.append(TntpLink(cells[0], cells[1], capacity, length, time, b, power, cost))
    if not links:
        raise one_fault(path, 1, "the file has no links")
    stated = int(float(found.get("NUMBER OF LINKS", len(links)) or len(links)))
    first = int(float(found.get("FIRST THRU NODE", "1") or 1))
    return TntpNetwork(tuple(links), first, min(stated, len(links)))


def read_trips(path: Path) -> dict[tuple[str, str], float]:
    """Read a trip file: trips by (origin, destination)."""
    trips: dict[tuple[str, str], float] = {}
    origin = ""
    for number, line in enumerate(_lines(path), start=1):
        begin = re.match(r"^\s*origin\s+(\S+)", line, flags=re.IGNORECASE)
        if begin:
            origin = begin.group(1)
            line = line[begin.end() :]
        if line.lstrip().startswith("<"):
            continue
        for destination, amount in re.findall(r"(\S+)\s*:\s*([^;\s]+)\s*;?", line):
            if not _NUMBER.match(amount) or not origin:
                raise one_fault(path, number, f"{amount!r} is no number of trips")
            trips[origin, destination] = trips.get((origin, destination), 0.0) + float(amount)
    if not trips:
        raise one_fault(path, 1, "the file has no trips")
    return trips


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise one_fault(path, 0, f"cannot be read: {error.strerror}") from error


def find_file(folder: Path, *words: str) -> Path:
    """The one file of `folder` whose name contains one of `words`; raises InstanceFormatError."""
    names = sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []
    fitting = [
        path
        for path in names
        if any(word in path.stem.lower() for word in words)
        and path.suffix.lower() in {".tntp", ".txt", ".net", ".dat"}
    ]
    if not fitting:
        raise one_fault(folder, 0, f"the folder has no file named *{'* or *'.join(words)}*")
    return fitting[0]


def import_tntp(folder: Path) -> Instance:
    """The network and the trips of `folder` at user equilibrium, with nothing to decide."""
    network = read_network(find_file(folder, "_net", "net"))
    trips = read_trips(find_file(folder, "trips"))
    return road_instance(re.sub(r"\W+", "-", folder.resolve().name), network, trips)


def road_instance(
    name: str,
    network: TntpNetwork,
    trips: dict[tuple[str, str], float],
    *,
    projects: tuple[Project, ...] = (),
    changes: tuple[ProjectNetwork, ...] = (),
    resources: tuple[ResourceLimit, ...] = (),
    candidates: frozenset[int] = frozenset(),
) -> Instance:
    """Instance of one year whose roads are at equilibrium; `candidates` are positions of links.

    A trip-minute is worth one money unit, so that the objective is in the source's own units.
    """
    names = dict.fromkeys(end for link in network.links for end in (link.tail, link.head))
    source = f"{name}, TNTP format"
    nodes = tuple(
        NetworkNode(
            id=f"n{node}",
            network=NETWORK,
            kind=NetworkKind.TRANSPORT,
            quality=Quality.STATED,
            source=source,
        )
        for node in names
    )
    links = tuple(
        NetworkLink(
            id=link_id(number),
            network=NETWORK,
            from_node=f"n{link.tail}",
            to_node=f"n{link.head}",
            both_ways=False,
            exists=number not in candidates,
            capacity=link.capacity if link.capacity > 0.0 else None,
            length=link.length,
            time=link.free_time,
            bpr_alpha=link.b if link.capacity > 0.0 else 0.0,
            bpr_beta=link.power,
            quality=Quality.STATED,
            source=source,
        )
        for number, link in enumerate(network.links)
    )
    demands = tuple(
        Demand(
            id=f"d{origin}-{destination}",
            network=NETWORK,
            node=f"n{origin}",
            to_node=f"n{destination}",
            amount=amount,
            must_serve=True,
            value_of_time=1.0,
            quality=Quality.STATED,
            source=source,
        )
        for (origin, destination), amount in trips.items()
        if amount > 0.0 and origin != destination
    )
    closed = tuple(
        f"n{node}" for node in names if node.isdigit() and int(node) < network.first_through
    )
    settings = Settings(
        id=name,
        title=Title(en=name, zh=name),
        currency="XXX",
        money_unit="trip-minutes",
        money_unit_zh="出行分钟",
        price_year=YEAR,
        horizon=Horizon(phases=(Phase(id="year", first_year=YEAR, last_year=YEAR),)),
        appraisal=Appraisal(discount_rate=0.0, end_year=YEAR, residual_value=ResidualValue.NONE),
        networks=(
            NetworkSettings(id=NETWORK, law=FlowLaw.EQUILIBRIUM, unit="trips", no_through=closed),
        ),
        benchmark_metric=METRIC,
    )
    return Instance(
        settings=settings,
        projects=projects,
        network_nodes=nodes,
        network_links=links,
        demands=demands,
        project_network=changes,
        resources=resources,
    )


def link_id(number: int) -> str:
    """Id of the link at position `number` of the file."""
    return f"l{number + 1}"
