"""Road networks in the TNTP format (Transportation Networks for Research) into an instance.

Format: https://github.com/bstabler/TransportationNetworks, read from a folder with one file of the
network (`*net*`) and one of the trips (`*trips*`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.models.errors import Finding, Severity
from infraplan.models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.network import (
    Demand,
    FlowLaw,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    ProjectNetwork,
)
from infraplan.models.policy import ResourceLimit
from infraplan.models.project import Project
from infraplan.models.quantities import Quality
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import FaultReport, Imported, listed_few
from infraplan.optimizer.interop.number_file import beyond, count_in, text_of
from infraplan.optimizer.storage.numbers import number_in

YEAR = 2000
"""Year of an imported problem, which knows none."""

NETWORK = "roads"
METRIC = "total_travel_time"
COLUMNS = ("capacity", "length", "free flow time", "b", "power")
ZONES, TOTAL = "NUMBER OF ZONES", "TOTAL OD FLOW"
WHOLE = ("NUMBER OF LINKS", "NUMBER OF NEW LINKS", "FIRST THRU NODE", "NUMBER OF NODES", ZONES)
MOST = 1e9
TRIPS_WITHIN = 1e-3
"""Part of all trips by which the stated total may differ: published tables are rounded."""
CUT = phrase("is-a-part-of-it-missing")
LINK_FORM = phrase("form-of-a-link")
TRIP_FORM = phrase("form-of-trips")
_NODE = regex(r"[A-Za-z0-9_.-]{1,40}")


@dataclass(frozen=True)
class TntpLink:
    """A row of the network: nodes, and the numbers of the time function; cost where it has one.

    `toll` is in the file's own unit, which a toll factor turns into time.
    """

    tail: str
    head: str
    capacity: float
    length: float
    free_time: float
    b: float
    power: float
    cost: float
    toll: float = 0.0


@dataclass(frozen=True)
class TntpNetwork:
    """Links in the order of the file, and the first node that trips may pass."""

    links: tuple[TntpLink, ...]
    first_through: int
    num_links: int
    """Links that exist; those after them are candidates."""
    stated_nodes: int | None = None
    """Nodes that the file says it has; None where it says nothing."""
    stated_zones: int | None = None
    """Zones that the file says it has; None where it says nothing."""
    unread: frozenset[str] = frozenset()
    """Ends of links that have a fault."""

    @property
    def nodes(self) -> frozenset[str]:
        """Nodes that a link touches."""
        read = frozenset(end for link in self.links for end in (link.tail, link.head))
        return read | self.unread


def read_network(path: Path, report: FaultReport, *, candidates: bool = False) -> TntpNetwork:
    """Read a network file; faults go into `report`.

    Parameters
    ----------
    path
        Network file.
    report
        Where faults are told.
    candidates
        Whether links beyond `NUMBER OF LINKS` are candidates, or a fault.
    """
    stated: dict[str, int] = {}
    links: list[TntpLink] = []
    unread: set[str] = set()
    without_cost: list[tuple[int, int]] = []
    told, faults = 0, len(report.findings)
    lines = _lines(path, report)
    is_whole = len(report.findings) == faults
    for number, line in enumerate(lines or (), start=1):
        text = line.strip()
        if text.startswith("<"):
            stated |= _metadata(path, number, text, report)
            continue
        cells = text.replace(";", " ").split()
        if not cells or text.startswith("~") or not any(letter.isdigit() for letter in text):
            continue
        told += 1
        if len(cells) <= 10:
            without_cost.append((told, number))
        link = _link(cells)
        if isinstance(link, Phrase):
            report.add(path, number, link, LINK_FORM)
            unread.update(cells[:2])
        else:
            links.append(link)
    count = stated.get("NUMBER OF LINKS", told)
    extra = stated.get("NUMBER OF NEW LINKS", max(0, told - count) if candidates else 0)
    for place, number in without_cost if candidates else ():
        if place > count:
            report.add(path, number, phrase("a-candidate-has-no-cost"), LINK_FORM)
    if is_whole and not told:
        report.add(path, 0, phrase("the-file-has-no-links"), LINK_FORM)
    elif is_whole and told != count + extra:
        report.add(
            path,
            0,
            phrase("the-file-has-links-and-says-that-there-are", told=told, stated=count + extra),
            phrase("is-a-part-of-it-missing-correct-number-of"),
        )
    return TntpNetwork(
        tuple(links),
        stated.get("FIRST THRU NODE", 1),
        min(count, len(links)),
        stated.get("NUMBER OF NODES"),
        stated.get(ZONES),
        frozenset(unread),
    )


def _metadata(path: Path, number: int, text: str, report: FaultReport) -> dict[str, int]:
    """Name and value of a line `<NAME> value` whose value must be a whole number."""
    tag = re.match(r"^<([^>]*)>(.*)$", text)
    name = " ".join(tag.group(1).upper().split()) if tag else ""
    if tag is None:
        report.add(path, number, phrase("not-a-line-name-value", text=text[:40]))
    if tag is None or name not in WHOLE or not tag.group(2).strip():
        return {}
    value = tag.group(2).strip()
    count = count_in(value)
    if count is None or count >= MOST:
        report.add(
            path,
            number,
            phrase("name-is-value", name=name, value=value[:40]),
            phrase("give-a-whole-number"),
        )
        return {}
    return {name: count}


def _link(cells: list[str]) -> TntpLink | Phrase:
    """The link that a line tells, or what is wrong with it."""
    if len(cells) < 7:
        return phrase("a-link-with-columns-fewer-than-seven", num_cells=len(cells))
    for name in cells[:2]:
        if not _NODE.fullmatch(name):
            return phrase("is-not-the-number-of-a-node", name=name[:40])
    numbers: list[float] = []
    for title, cell in zip(COLUMNS, cells[2:7], strict=True):
        value = number_in(cell)
        if told := beyond(value):
            return told
        if value is None or value < 0.0:
            return phrase("is-not-a-number-from-0-on", title=title, cell=cell[:40])
        numbers.append(value)
    cost = number_in(cells[10]) if len(cells) > 10 else 0.0
    if told := beyond(cost):
        return told
    if cost is None or cost < 0.0:
        return phrase("cost-is-not-a-number-from-0-on", cost=cells[10][:40])
    toll = number_in(cells[8]) if len(cells) > 8 else 0.0
    if told := beyond(toll):
        return told
    if toll is None or toll < 0.0:
        return phrase("toll-is-not-a-number-from-0-on", toll=cells[8][:40])
    capacity, length, time, b, power = numbers
    return TntpLink(cells[0], cells[1], capacity, length, time, b, power, cost, toll)


def read_trips(
    path: Path, report: FaultReport, nodes: frozenset[str]
) -> dict[tuple[str, str], float]:
    """Read a trip file: trips by (origin, destination), both among `nodes` where there are any."""
    trips: dict[tuple[str, str], float] = {}
    origin, told = "", len(report.findings)
    for number, line in enumerate(_lines(path, report) or (), start=1):
        begin = re.match(r"^\s*origin\b\s*(\S*)", line, flags=re.IGNORECASE)
        rest = line
        if begin:
            origin, rest = begin.group(1), line[begin.end() :]
            if not _NODE.fullmatch(origin):
                report.add(
                    path,
                    number,
                    phrase("is-not-the-number-of-a-node-2", origin=origin[:40]),
                    TRIP_FORM,
                )
                origin = "?"
        if rest.lstrip().startswith(("<", "~")):
            _hold_stated(path, number, rest, report)
            continue
        for part in (part.strip() for part in rest.split(";")):
            if not part:
                continue
            pair = re.match(r"^([^\s:]+)\s*:\s*([^\s:]+)$", part)
            if pair is None or not origin:
                report.add(path, number, phrase("not-trips-to-a-node", part=part[:40]), TRIP_FORM)
                continue
            fault = _trip_fault(origin, pair.group(1), pair.group(2), nodes, trips)
            if fault:
                report.add(path, number, fault, TRIP_FORM)
            elif origin != "?":
                trips[origin, pair.group(1)] = number_in(pair.group(2)) or 0.0
    if not trips and len(report.findings) == told:
        report.add(path, 0, phrase("the-file-has-no-trips"), TRIP_FORM)
    return trips


def stated_trips(path: Path) -> tuple[float | None, int | None]:
    """All trips and the zones that the file says it has; None where it says nothing."""
    flow: float | None = None
    zones: int | None = None
    for line in _lines(path, FaultReport()) or ():
        name, value = _stated(line)
        if name == ZONES:
            zones = count_in(value)
        elif name == TOTAL:
            flow = number_in(value)
    return flow, zones


def _stated(line: str) -> tuple[str, str]:
    """Name and value of a line `<NAME> value` of a trip file; blank where it states nothing."""
    tag = re.match(r"^\s*<([^>]*)>\s*(\S+)", line)
    return (" ".join(tag[1].upper().split()), tag[2]) if tag else ("", "")


def _hold_stated(path: Path, number: int, line: str, report: FaultReport) -> None:
    """Tell a total or a number of zones that is none."""
    name, value = _stated(line)
    if name == ZONES and count_in(value) is None:
        report.add(
            path,
            number,
            phrase("name-is-value", name=name, value=value[:40]),
            phrase("give-a-whole-number"),
        )
    elif name == TOTAL and number_in(value) is None:
        report.add(path, number, phrase("is-no-number-here", word=value[:40]))


def _trip_fault(
    origin: str,
    destination: str,
    amount: str,
    nodes: frozenset[str],
    trips: dict[tuple[str, str], float],
) -> Phrase | None:
    value = number_in(amount)
    if told := beyond(value):
        return told
    if value is None or value < 0.0:
        return phrase("is-not-a-number-of-trips-from-0-on", amount=amount[:40])
    if (origin, destination) in trips:
        return phrase("trips-from-to-stand-twice", origin=origin, destination=destination)
    for name in (origin, destination) if value > 0.0 and origin != destination and nodes else ():
        if name not in nodes and name != "?":
            return phrase("no-link-touches-node-where-trips-begin-or-end", name=name[:40])
    return None


def _lines(path: Path, report: FaultReport) -> list[str] | None:
    """Lines of a file; None where it cannot be read, which is told, as is a last line cut short."""
    text = text_of(path, report)
    if text is None:
        return None
    lines = text.splitlines()
    last = lines[-1].strip()
    if not text.endswith(("\n", "\r")) and last and last[-1] != ";" and last[0] not in "<~":
        report.add(path, len(lines), phrase("the-last-line-does-not-end"), CUT)
        lines.pop()
    return lines


def find_file(folder: Path, report: FaultReport, *words: str) -> Path | None:
    """The file of `folder` whose name contains one of `words`; None, and a fault, without one."""
    names = sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []
    fitting = [
        path
        for path in names
        if any(word in path.stem.lower() for word in words)
        and path.suffix.lower() in {".tntp", ".txt", ".net", ".dat"}
    ]
    if not fitting:
        report.add(folder, 0, phrase("the-folder-has-no-file-named", words=listed(words)))
        return None
    return fitting[0]


def import_tntp(
    folder: Path, *, toll_factor: float = 0.0, distance_factor: float = 0.0
) -> Imported:
    """The network and the trips of `folder` at user equilibrium, with nothing to decide.

    Parameters
    ----------
    folder
        Folder with one file of the network and one of the trips.
    toll_factor, distance_factor
        Time units that a unit of toll and of length is worth to a driver; the pages of the
        published networks state them (Chicago-Sketch: 0.02 and 0.04). A link's time at volume `v`
        is then `time (1 + b (v/capacity)^power) + toll_factor x toll + distance_factor x length`.

    Raises
    ------
    InstanceFormatError
        A file is missing or has faults; tells all of them with file and line.
    """
    report = FaultReport()
    roads, demand = find_file(folder, report, "_net", "net"), find_file(folder, report, "trips")
    network = TntpNetwork((), 1, 0) if roads is None else read_network(roads, report)
    trips = {} if demand is None else read_trips(demand, report, network.nodes)
    report.require()
    told = doubts_of(roads, demand, network, trips, toll_factor)
    links = tuple(_with_charges(row, toll_factor, distance_factor) for row in network.links)
    instance = road_instance(
        re.sub(r"\W+", "-", folder.resolve().name), replace(network, links=links), trips
    )
    return Imported(instance, tuple(told))


def doubts_of(
    roads: Path | None,
    demand: Path | None,
    network: TntpNetwork,
    trips: dict[tuple[str, str], float],
    toll_factor: float = 0.0,
) -> list[Finding]:
    """What the two files say and the instance reads otherwise or not at all."""
    told = [] if roads is None else _network_doubts(roads, network, toll_factor)
    return told + ([] if demand is None else _trip_doubts(demand, trips, network))


def _with_charges(link: TntpLink, toll_factor: float, distance_factor: float) -> TntpLink:
    """The link with what toll and length are worth in its time, whatever the volume."""
    fixed = toll_factor * link.toll + distance_factor * link.length
    if not fixed:
        return link
    time = link.free_time + fixed
    return replace(link, free_time=time, b=link.b * link.free_time / time)


def _network_doubts(path: Path, network: TntpNetwork, toll_factor: float) -> list[Finding]:
    """What the network file says and the instance reads otherwise or not at all."""
    told = []
    free = [f"{row.tail}-{row.head}" for row in network.links if not row.capacity and row.b]
    if free:
        message = phrase("links-of-capacity-0-carry-whatever-comes", links=listed_few(free))
        told.append(_doubt("no-capacity", path, message, phrase("give-their-capacity")))
    if any(row.toll for row in network.links) and not toll_factor:
        tolled = sum(row.toll > 0.0 for row in network.links)
        message = phrase("tolls-are-not-read", links=tolled)
        told.append(_doubt("toll-not-read", path, message, phrase("give-toll-factor")))
    found = len(network.nodes)
    if network.stated_nodes is not None and network.stated_nodes != found:
        message = phrase(
            "links-touch-nodes-and-the-file-says", found=found, stated=network.stated_nodes
        )
        told.append(
            _doubt(
                "other-count", path, message, phrase("is-a-part-of-it-missing-correct-the-count")
            )
        )
    return told


def _trip_doubts(
    path: Path, trips: dict[tuple[str, str], float], network: TntpNetwork
) -> list[Finding]:
    """What the trip file says of itself and the network file of its zones, and is otherwise."""
    advice, told = phrase("is-a-part-of-it-missing-correct-the-count"), []
    (stated, zones), found = stated_trips(path), sum(trips.values())
    if stated is not None and abs(stated - found) > TRIPS_WITHIN * max(stated, found):
        message = phrase("trips-add-up-to-and-the-file-says", found=found, stated=stated)
        told.append(_doubt("other-total", path, message, advice))
    if None not in (zones, network.stated_zones) and zones != network.stated_zones:
        message = phrase("the-files-state-other-zones", zones=zones, others=network.stated_zones)
        told.append(_doubt("other-count", path, message, advice))
    ends = dict.fromkeys(end for pair, amount in trips.items() if amount for end in pair)
    beyond = [end for end in ends if zones is not None and end.isdigit() and int(end) > zones]
    if beyond:
        message = phrase("trips-begin-or-end-beyond", nodes=listed_few(beyond), stated=zones)
        told.append(_doubt("other-count", path, message, advice))
    return told


def _doubt(rule: str, path: Path, message: Phrase, advice: Phrase = NOTHING_SAID) -> Finding:
    return Finding(rule, message, advice, Severity.WARNING, str(path))


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
    source = f"{name}, TNTP format"
    nodes = dict.fromkeys(end for link in network.links for end in (link.tail, link.head))
    return Instance(
        settings=_settings(name, nodes, network.first_through),
        projects=projects,
        network_nodes=_nodes(nodes, source),
        network_links=_links(network, candidates, source),
        demands=_demands(trips, source),
        project_network=changes,
        resources=resources,
    )


def _settings(name: str, nodes: Iterable[str], first_through: int) -> Settings:
    """Settings of one year at equilibrium; trips pass no node numbered below `first_through`."""
    closed = tuple(f"n{node}" for node in nodes if node.isdigit() and int(node) < first_through)
    return Settings(
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


def _nodes(names: Iterable[str], source: str) -> tuple[NetworkNode, ...]:
    return tuple(
        NetworkNode(
            id=f"n{node}",
            network=NETWORK,
            kind=NetworkKind.TRANSPORT,
            quality=Quality.STATED,
            source=source,
        )
        for node in names
    )


def _links(
    network: TntpNetwork, candidates: frozenset[int], source: str
) -> tuple[NetworkLink, ...]:
    """Links of the file; one without a capacity never slows down."""
    return tuple(
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


def _demands(trips: dict[tuple[str, str], float], source: str) -> tuple[Demand, ...]:
    """Trips between two nodes, in minutes' worth."""
    return tuple(
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


def link_id(number: int) -> str:
    """Id of the link at position `number` of the file."""
    return f"l{number + 1}"
