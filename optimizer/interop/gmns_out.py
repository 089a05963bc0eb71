"""Transport networks of a plan in the General Modeling Network Specification (GMNS).

What is open in the plan's last year, with what projects made of it, and the flows of the last
representative year. `infraplan.optimizer.interop.gmns` reads the files back.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.network import (
    NetworkAction,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    ProjectNetwork,
)
from infraplan.models.network_index import NetworkIndex
from infraplan.models.plan import Plan, ProjectStart
from infraplan.optimizer.accounts.candidates import standing_starts
from infraplan.optimizer.accounts.retirement import last_operating_year
from infraplan.optimizer.interop.gmns import CENTROID, OURS
from infraplan.optimizer.storage.cells import escape
from infraplan.optimizer.storage.csv_text import format_csv
from infraplan.optimizer.storage.faults import OutputError

VERSION = "0.95"
"""Version of the specification whose fields are written."""

FASTEST = 200.0
"""Largest free_speed that the specification allows."""

NODE_FIELDS = (
    *("node_id", "name", "x_coord", "y_coord", "node_type", "zone_id"),
    *("name_en", "name_zh", *OURS["node"]),
)
LINK_FIELDS = (
    *("link_id", "from_node_id", "to_node_id", "directed", "length", "free_speed", "capacity"),
    *("lanes", "toll", "vdf_alpha", "vdf_beta", "vdf_fftt"),
    *OURS["link"],
)
DEMAND_FIELDS = ("o_zone_id", "d_zone_id", "volume", *OURS["demand"])
CONFIG_FIELDS = (
    *("dataset_name", "short_length", "long_length", "speed", "crs", "geometry_field_format"),
    *("currency", "version_number", "id_type", *OURS["config"]),
)
Rows = list[list[str]]


@dataclass(frozen=True)
class _Change:
    """A row of project_network in force, and the start that put it there."""

    row: ProjectNetwork
    start: ProjectStart


def write_gmns(
    folder: Path, instance: Instance, plan: Plan | None, lang: str = "en"
) -> tuple[Path, ...]:
    """Write the transport networks of `instance` under `plan`; return the folders written.

    One network is written into `folder` itself, several into one subfolder each, named after the
    network. Without a plan it is the networks as they stand.

    Raises
    ------
    OutputError
        The instance has no transport network, or a file stands where the folder is asked for.
    """
    names = [
        network
        for network in dict.fromkeys(node.network for node in instance.network_nodes)
        if any(
            node.network == network and node.kind is NetworkKind.TRANSPORT
            for node in instance.network_nodes
        )
    ]
    if not names:
        message = phrase("the-instance-has-no-transport-network-gmns")
        raise OutputError(message)
    if folder.is_file():
        message = phrase("is-a-file-a-folder-is-to-be-written-there", folder=folder)
        raise OutputError(message)
    written: list[Path] = []
    for network in names:
        part = folder if len(names) == 1 else folder / _file_name(network, written)
        part.mkdir(parents=True, exist_ok=True)
        for name, content in gmns_files(instance, plan, network, lang).items():
            (part / name).write_bytes(content)
        written.append(part)
    return tuple(written)


def _file_name(network: str, taken: Sequence[Path]) -> str:
    name = re.sub(r"[^\w.-]+", "-", network).strip(".-") or "network"
    used = {path.name.casefold() for path in taken}
    number, found = 2, name
    while found.casefold() in used:
        found, number = f"{name}-{number}", number + 1
    return found


def gmns_files(
    instance: Instance, plan: Plan | None, network: str, lang: str = "en"
) -> dict[str, bytes]:
    """Files of one transport network by name: node, link, zone, demand and config (.csv).

    Lengths are in kilometres, speeds in km/h, times in minutes, capacities in the network's unit.
    """
    state = _State(instance, plan, network)
    tables: dict[str, tuple[tuple[str, ...], Rows]] = {
        "node.csv": (NODE_FIELDS, state.node_rows(lang)),
        "link.csv": (LINK_FIELDS, state.link_rows()),
        "zone.csv": (("zone_id", "name"), state.zone_rows(lang)),
        "demand.csv": (DEMAND_FIELDS, state.demand_rows()),
        "config.csv": (CONFIG_FIELDS, [state.config_row(lang)]),
    }
    return {
        # Without the mark that Excel wants: other readers would take it for part of a heading.
        name: format_csv(fields, rows).removeprefix(codecs.BOM_UTF8)
        for name, (fields, rows) in tables.items()
        if rows or name in {"node.csv", "link.csv"}
    }


class _State:
    """One network in the plan's last year."""

    def __init__(self, instance: Instance, plan: Plan | None, network: str) -> None:
        self.instance = instance
        self.year = instance.settings.horizon.last_year
        self.flow_year = instance.representative_years[-1]
        self.has_plan = plan is not None
        index = instance.network_index[network]
        self.settings = instance.network_settings(network)
        self.block = self.settings.blocks[0]
        self.changes = _active_changes(instance, plan, self.year, index)
        nodes = [instance.node_by_id[name] for name in index.nodes]
        self.nodes = [node for node in nodes if node.exists or self._openers(node.id)]
        there = {node.id for node in self.nodes}
        self.links = [
            link
            for link in (instance.link_by_id[name] for name in index.links)
            if there.issuperset(index.ends[link.id]) and (link.exists or self._openers(link.id))
        ]
        self.demands = [
            row
            for row in (instance.demand_by_id[name] for name in index.demands)
            if row.node in there and row.to_node in there
        ]
        self.read: defaultdict[tuple[str, str], float] = defaultdict(float)
        for service in plan.service if plan is not None else ():
            inside = service.network == network and service.year == self.flow_year
            if inside and service.block in {"", self.block.id}:
                self.read[service.element, service.measure] += service.value

    def _openers(self, element: str) -> list[_Change]:
        return [c for c in self.changes[element] if c.row.action is NetworkAction.OPEN]

    def config_row(self, lang: str) -> list[str]:
        settings = self.instance.settings
        title = settings.title.text(lang) or settings.id
        crs = "EPSG:4326"
        return [
            *(escape(f"{title}: {self.settings.id}"), "meter", "kilometer", "kph", crs, "WKT"),
            *(escape(settings.currency), VERSION, "string", str(self.year)),
        ]

    def node_rows(self, lang: str) -> Rows:
        places = {place.id: place for place in self.instance.places}
        ends = {end for row in self.demands for end in (row.node, row.to_node)}
        rows: Rows = []
        for node in self.nodes:
            place = places.get(node.place or "")
            lon, lat = (None, None) if place is None else (place.lon, place.lat)
            closed = node.id in self.settings.no_through
            openers = self._openers(node.id)
            rows.append(
                [
                    *(node.id, _name(node, lang), _number(lon), _number(lat)),
                    *(CENTROID if closed else str(node.role), node.id if node.id in ends else ""),
                    *(escape(node.name_en), escape(node.name_zh)),
                    *_told(openers)[::2],
                ]
            )
        return rows

    def zone_rows(self, lang: str) -> Rows:
        ends = {end for row in self.demands for end in (row.node, row.to_node)}
        return [[node.id, _name(node, lang)] for node in self.nodes if node.id in ends]

    def link_rows(self) -> Rows:
        return [self._link_row(link) for link in self.links]

    def _link_row(self, link: NetworkLink) -> list[str]:
        changes = self.changes[link.id]
        adds = [c for c in changes if c.row.action is NetworkAction.ADD_CAPACITY]
        faster = [c for c in changes if c.row.action is NetworkAction.SET_TIME]
        capacity = link.capacity
        if capacity is not None:
            capacity += sum(change.row.value for change in adds)
        time = min([link.time, *(change.row.value for change in faster)])
        done = [*self._openers(link.id), *adds, *faster]
        speed = link.length / time * 60.0 if time > 0.0 and link.length > 0.0 else None
        if speed is not None and speed > FASTEST:
            speed = None  # a length in another unit, or none to speak of; the time is what counts
        flow, back = (self.read[link.id, measure] for measure in ("flow", "flow_back"))
        # Twelve digits: 0.0012 x 1e8 is 119999.99999999999.
        toll = float(f"{link.cost * self.instance.settings.money_factor:.12g}")
        load = max(flow, back) / capacity if capacity else None
        flows = [flow, back if link.both_ways else None, load] if self.has_plan else [None] * 3
        return [
            *(link.id, link.from_node, link.to_node, "0" if link.both_ways else "1"),
            *(_number(link.length), _number(speed), _number(capacity), "1"),
            *(_number(toll or None), _number(link.bpr_alpha), _number(link.bpr_beta)),
            *(_number(time), *_told(done)),
            *(_number(value) for value in flows),
            str(self.flow_year) if self.has_plan else "",
        ]

    def demand_rows(self) -> Rows:
        """Trips wanted in the last representative year and the first load block; those made."""
        years = self.flow_year - self.instance.settings.horizon.first_year
        rows: Rows = []
        for row in self.demands:
            volume = row.amount * (1.0 + row.growth) ** years * self.block.demand_factor
            told = (row.id, "served") in self.read
            made = self.read[row.id, "served"] + self.read[row.id, "generated"]
            served = (made if told else volume) if self.has_plan else None
            rows.append([row.node, row.to_node or "", _number(volume), row.id, _number(served)])
        return rows


def _active_changes(
    instance: Instance, plan: Plan | None, year: int, index: NetworkIndex
) -> defaultdict[str, list[_Change]]:
    """Rows of project_network in force in `year`, by element (docs/laws.md section 6).

    Those of what stands too, until its life ends or it is retired.
    """
    begun = (*standing_starts(instance), *(() if plan is None else plan.starts))
    starts = {start.project: start for start in begun}
    found: defaultdict[str, list[_Change]] = defaultdict(list)
    numbers = [number for rows in index.changes.values() for number in rows]
    for row in (instance.project_network[number] for number in sorted(numbers)):
        start = starts.get(row.project)
        if start is None or row.option not in ("", start.option):
            continue
        life = instance.project_by_id[row.project].option(start.option).lifetime
        last = last_operating_year(instance, start, life, starts)
        if max(start.opening, row.from_year or year) <= year <= last:
            found[row.element].append(_Change(row, start))
    return found


def _name(node: NetworkNode, lang: str) -> str:
    names = (node.name_zh, node.name_en) if lang == "zh" else (node.name_en, node.name_zh)
    return escape(names[0] or names[1])


def _told(changes: Sequence[_Change]) -> tuple[str, str, str]:
    """Projects, actions and years of `changes`, each in the same order, parted by `;`."""
    rows = dict.fromkeys(
        (c.start.project, str(c.row.action), str(max(c.start.opening, c.row.from_year or 0)))
        for c in changes
    )
    projects, actions, years = zip(*rows, strict=True) if rows else ((), (), ())
    return ";".join(projects), ";".join(actions), ";".join(years)


def _number(value: float | None) -> str:
    return "" if value is None else repr(float(value))
