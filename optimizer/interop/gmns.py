"""Road networks in the General Modeling Network Specification (GMNS) into an instance.

Format: https://github.com/zephyr-data-specs/GMNS (`node.csv`, `link.csv`, `zone.csv`,
`config.csv`); trips in `demand.csv` and volume-delay parameters in `link.csv` as the assignment
tools around it write them (`o_zone_id, d_zone_id, volume`; `vdf_alpha` or `VDF_alpha1`, ...).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.network import (
    Demand,
    FlowLaw,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    NodeRole,
)
from infraplan.models.place import Place
from infraplan.models.quantities import Quality
from infraplan.optimizer.benchmark import TRAVEL_TIME
from infraplan.optimizer.interop.faults import Imported
from infraplan.optimizer.interop.gmns_geometry import SHAPE, read_shapes, shape_km
from infraplan.optimizer.interop.gmns_tables import MOST, GmnsFolder, GmnsRow, GmnsTable
from infraplan.optimizer.interop.gmns_units import (
    KM_PER_MILE,
    LENGTH_FACTORS,
    SPEED_FACTORS,
    is_degrees,
    unit_words,
)
from infraplan.optimizer.storage.faults import Faults, error_of

YEAR = 2000
"""Year of an imported problem, which knows none."""
NETWORK = "roads"
CENTROID = "centroid"
"""`node_type` of a node where trips begin and end but that none may pass."""

ALPHA, BETA = ("vdf_alpha", "vdf_alpha1"), ("vdf_beta", "vdf_beta1")
FREE_TIME = ("vdf_fftt", "vdf_fftt1")
OURS: dict[str, tuple[str, ...]] = {
    "config": ("state_year",),
    "node": ("project", "opening_year"),
    "link": ("project", "action", "opening_year", "flow", "flow_back", "load", "flow_year"),
    "demand": ("demand_id", "served"),
}
"""Columns that an export of a plan adds; they tell results, and reading passes over them."""
NO_CARS = frozenset(
    {"walk", "walking", "pedestrian", "ped", "foot", "bike", "bicycle", "cycling"}
    | {"rail", "railway", "metro", "parking", "none", "sidewalk", "crosswalk", "footway"}
    | {"bikeway", "cycleway", "steps"}
)
"""Uses and facility types of a link that carries no motor vehicles."""


def import_gmns(folder: Path) -> Imported:
    """The network of `folder` as an instance of one year with nothing to decide.

    With trips its roads are at user equilibrium; links without volume-delay parameters take their
    free-flow time. Without trips it is a network for a planner to build on.

    Raises
    ------
    InstanceFormatError
        A file, column or cell is missing or wrong, or a trip has no way; names all of it.
    """
    return _Importer(folder).imported()


@dataclass(frozen=True)
class _Link:
    """A usable row of link.csv: length in km, time in minutes, capacity of all lanes per hour."""

    id: str
    tail: str
    head: str
    both_ways: bool
    length: float
    time: float
    capacity: float | None
    alpha: float
    beta: float
    toll: float
    name: str


class _Importer:
    def __init__(self, folder: Path) -> None:
        self.faults = Faults()
        self.folder = GmnsFolder(folder, self.faults)
        self.name = re.sub(r"[^\w.]+", "-", folder.resolve().name).strip("-._")[:60] or "gmns"
        self.title = self.name
        self.length_factor = self.speed_factor = KM_PER_MILE
        self.crs = ""
        self.row_of_node: dict[str, GmnsRow] = {}
        self.spots: dict[str, tuple[float, float] | None] = {}
        self.shapes: dict[str, GmnsRow] = {}
        self.members: defaultdict[str, list[str]] = defaultdict(list)
        self.centroids: set[str] = set()
        self.zone_names: dict[str, str] = {}
        self.links: list[_Link] = []
        self.ways: defaultdict[str, set[str]] = defaultdict(set)
        self.ends_known = True

    def imported(self) -> Imported:
        self._read_config()
        self._read_zones()
        nodes = self._read_nodes()
        self._read_links(nodes)
        trips = self._read_trips(nodes)
        self._name_strangers()
        if self.faults.has_errors:
            raise error_of(self.faults.findings)
        return Imported(self._instance(trips), tuple(self.faults.findings))

    # --------------------------------------------------------------------------------- reading

    def _read_config(self) -> None:
        more = ("short_length", "geometry_field_format", "currency", "version_number", "id_type")
        names = ("dataset_name", "long_length", "speed", "crs")
        table = self.folder.table("config", (), (*names, *more, *OURS["config"]), optional=True)
        for further in table.rows[1:]:
            further.fault(
                "dataset_name",
                phrase("config-csv-has-a-second-row"),
                phrase("keep-one"),
                "extra-row",
            )
        row = table.rows[0] if table.rows else None
        length, speed = ("", "") if row is None else (row.text("long_length"), row.text("speed"))
        if row is not None:
            self.title = row.text("dataset_name") or self.name
            self.crs = row.text("crs")
            for column, text, known in (
                ("long_length", length, LENGTH_FACTORS),
                ("speed", speed, SPEED_FACTORS),
            ):
                if text and text.casefold() not in known:
                    advice = phrase("one-of-2", known=listed(known))
                    row.fault(
                        column, phrase("is-not-a-known-unit", text=text), advice, "unknown-unit"
                    )
        factor = SPEED_FACTORS.get(speed.casefold())
        if not length:
            self.length_factor = factor if factor in {1.0, KM_PER_MILE} else KM_PER_MILE
            unit, by_hour = unit_words(self.length_factor)
            speeds = speed or by_hour
            self.folder.note(
                "assumed-unit",
                phrase("no-long-length-is-stated-lengths-are-taken-as", unit=unit, speeds=speeds),
                table.file,
                phrase("state-long-length-and-speed-in-config-csv"),
            )
        else:
            self.length_factor = LENGTH_FACTORS.get(length.casefold(), KM_PER_MILE)
        # Speeds are "usually long_length units per hour".
        self.speed_factor = self.length_factor if factor is None else factor

    def _read_zones(self) -> None:
        table = self.folder.table(
            "zone", ("zone_id",), ("name", "boundary", "super_zone"), optional=True
        )
        for row in table:
            zone = row.id("zone_id")
            if zone in self.zone_names:
                row.fault(
                    "zone_id",
                    phrase("zone-stands-twice", zone=zone),
                    phrase("keep-one-row"),
                    "duplicate-id",
                )
            elif zone:
                self.zone_names[zone] = row.text("name")

    def _read_nodes(self) -> GmnsTable:
        table = self.folder.table(
            "node",
            ("node_id", "x_coord", "y_coord"),
            (
                *("name", "name_en", "name_zh", "node_type", "ctrl_type", "zone_id", "z_coord"),
                *OURS["node"],
            ),
        )
        blank = 0
        for row in table:
            node = row.id("node_id")
            if node in self.row_of_node:
                first = self.row_of_node[node].number
                text = phrase("node-stands-twice-first-in-row", node=node, first=first)
                row.fault("node_id", text, phrase("give-every-node-its-own-id"), "duplicate-id")
                continue
            x, y = (row.number_of(name, least=-MOST) for name in ("x_coord", "y_coord"))
            blank += not row.is_filled("x_coord", "y_coord")
            zone = row.id("zone_id", required=False)
            if not node:
                continue
            self.row_of_node[node] = row
            self.spots[node] = None if x is None or y is None else (x, y)
            if zone:
                self.members[zone].append(node)
            if row.text("node_type").casefold().replace("_", " ") in {CENTROID, "zone centroid"}:
                self.centroids.add(node)
        if table.found and not table.rows:
            self.faults.report(
                "no-rows", phrase("there-are-no-nodes"), phrase("add-one-a-row"), file=table.file
            )
        if blank:
            text = phrase("nodes-have-no-coordinates-and-no-place", blank=blank)
            self.folder.note("no-coordinates", text, table.file)
        self._check_coordinates(table)
        return table

    def _check_coordinates(self, table: GmnsTable) -> None:
        """Keep coordinates where they are longitude and latitude; say so where they are not."""
        outside = [
            node
            for node, spot in self.spots.items()
            if spot and not (abs(spot[0]) <= 180.0 and abs(spot[1]) <= 90.0)
        ]
        if self.crs and is_degrees(self.crs):
            for node in outside:
                x, y = self.spots[node] or (0.0, 0.0)
                column = "x_coord" if abs(x) > 180.0 else "y_coord"
                advice = phrase("x-coord-is-longitude-180-to-180-y-coord")
                text = phrase(
                    "is-no-longitude-and-latitude-as-crs-asks-for", x=x, y=y, crs=self.crs
                )
                self.row_of_node[node].fault(column, text, advice, "out-of-range")
        elif self.crs or outside:
            what = (
                phrase("crs", crs=self.crs)
                if self.crs
                else phrase("coordinates-beyond-180-and-90-degrees")
            )
            self.spots = dict.fromkeys(self.spots)
            text = phrase("coordinates-are-not-longitude-and-latitude", what=what)
            advice = phrase("convert-them-to-epsg-4326-to-see-the-network")
            self.folder.warn("unknown-crs", text, table.file, advice)

    def _read_links(self, nodes: GmnsTable) -> None:
        table = self.folder.table(
            "link",
            ("link_id", "from_node_id", "to_node_id"),
            (
                *("name", "directed", "length", "free_speed", "capacity", "lanes", "toll"),
                *("facility_type", "allowed_uses", *SHAPE, *ALPHA, *BETA, *FREE_TIME),
                *OURS["link"],
            ),
        )
        self.shapes = read_shapes(self.folder)
        seen: dict[str, int] = {}
        counts: defaultdict[Phrase, int] = defaultdict(int)
        for row in table:
            link = self._link(row, table, nodes, counts)
            if link is None:
                continue
            if link.id in seen:
                text = phrase("link-stands-twice-first-in-row", link=link.id, first=seen[link.id])
                row.fault("link_id", text, phrase("give-every-link-its-own-id"), "duplicate-id")
            seen.setdefault(link.id, row.number)
            self.links.append(link)
        self.ends_known = self.ends_known and table.found
        if table.found and not table.rows:
            self.faults.report(
                "no-rows", phrase("there-are-no-links"), phrase("add-one-a-row"), file=table.file
            )
        if table.rows and not table.has("directed"):
            text = phrase("there-is-no-column-directed-every-link-is")
            self.folder.note("assumed-directed", text, table.file, phrase("add-directed-1-or-0"))
        for text, count in counts.items():
            self.folder.warn("left-out", phrase("counted", count=count, text=text), table.file)

    def _link(
        self, row: GmnsRow, table: GmnsTable, nodes: GmnsTable, counts: defaultdict[Phrase, int]
    ) -> _Link | None:
        """The link of a row; None where it carries no cars or has no ends."""
        name = row.id("link_id")
        tail, head = (self._end(row, end, nodes) for end in ("from_node_id", "to_node_id"))
        if tail and tail == head:
            text = phrase("the-link-begins-and-ends-at-node", tail=tail)
            row.fault("to_node_id", text, phrase("name-two-different-nodes"), "loop")
        is_told = row.is_filled("directed")
        both_ways = is_told and not row.flag("directed")
        if table.has("directed") and not is_told:
            counts[phrase("links-do-not-say-whether-they-are-directed")] += 1
        lanes = row.number_of("lanes", most=1000.0, whole=True)
        capacity = row.number_of("capacity", most=1e9)
        alpha = row.number_of(*ALPHA, most=1e12) or 0.0
        beta = row.number_of(*BETA, most=100.0)
        toll = row.number_of("toll") or 0.0
        uses = set(re.split(r"[,;\s]+", row.text("allowed_uses").casefold())) - {""}
        reason = NOTHING_SAID
        if (uses and uses <= NO_CARS) or row.text("facility_type").casefold() in NO_CARS:
            reason = phrase("are-closed-to-motor-vehicles-allowed-uses")
        elif lanes == 0.0 or capacity == 0.0:
            reason = phrase("have-no-lanes-or-capacity-0")
        # Nobody states the speed of a pavement, and nobody need.
        length, time = (0.0, 0.0) if reason else self._length_and_time(row)
        if not (name and tail and head):
            self.ends_known = False
            return None
        if reason:
            counts[phrase("links-and-are-left-out", reason=reason)] += 1
            return None
        self.ways[tail].add(head)
        if both_ways:
            self.ways[head].add(tail)
        if toll and (self.folder.paths.get("demand.csv")):
            counts[phrase("links-have-a-toll-that-is-left-out-nothing")] += 1
            toll = 0.0
        if alpha and capacity is None:
            counts[phrase("links-have-a-vdf-alpha-and-no-capacity-they")] += 1
        label = row.text("name") or row.text("facility_type")
        total = None if capacity is None else capacity * (1.0 if lanes is None else lanes)
        return _Link(
            id=name,
            tail=tail,
            head=head,
            both_ways=both_ways,
            length=length,
            time=time,
            capacity=total,
            alpha=alpha if total else 0.0,
            beta=4.0 if beta is None else beta,
            toll=toll,
            name=label,
        )

    def _end(self, row: GmnsRow, column: str, nodes: GmnsTable) -> str:
        node = row.id(column)
        if node and nodes.found and node not in self.row_of_node:
            text = phrase("is-not-a-node-id-in", node=node, file=nodes.file)
            row.fault(column, text, phrase("add-the-node-or-correct-the-id-here"), "unknown-id")
            return ""
        return node

    def _length_and_time(self, row: GmnsRow) -> tuple[float, float]:
        """Length in kilometres and free-flow time in minutes; zeros after a fault."""
        before = len(self.faults.findings)
        length = row.number_of("length", most=1e9)
        speed = row.number_of("free_speed", most=1e4)
        time = row.number_of(*FREE_TIME, most=1e6)
        km = None if length is None else length * self.length_factor
        if len(self.faults.findings) > before:
            return 0.0, 0.0
        if km is None:
            km = shape_km(row, self.shapes, in_degrees=any(self.spots.values()))
            if len(self.faults.findings) > before:
                return 0.0, 0.0
        if time is None:
            for column, value, unit in (("length", km, "length"), ("free_speed", speed, "speed")):
                if value is None:
                    text = phrase("the-link-has-no-vdf-fftt-and-no-so-no-free", unit=unit)
                    advice = phrase("give-length-and-free-speed-or-vdf-fftt-in")
                    row.fault(column, text, advice, "missing-cell")
                    return 0.0, 0.0
            if km and not speed:
                advice = phrase("it-must-be-more-than-0-or-vdf-fftt-be-given")
                row.fault("free_speed", phrase("the-speed-is-0"), advice, "out-of-range")
            elif km and speed:
                time = min(km / (speed * self.speed_factor) * 60.0, MOST)
        return km or 0.0, time or 0.0

    def _read_trips(self, nodes: GmnsTable) -> dict[tuple[str, str], float]:
        """Trips by (origin zone, destination zone)."""
        table = self.folder.table(
            "demand", ("o_zone_id", "d_zone_id", "volume"), OURS["demand"], optional=True
        )
        trips: defaultdict[tuple[str, str], float] = defaultdict(float)
        reached: dict[str, set[str]] = {}
        told: set[tuple[str, str]] = set()
        inside = 0.0
        for row in table:
            pair = (row.id("o_zone_id"), row.id("d_zone_id"))
            volume = row.number_of("volume")
            if volume is None and not row.is_filled("volume"):
                row.fault(
                    "volume",
                    phrase("volume-is-blank"),
                    phrase("give-the-trips-0-for-none"),
                    "missing-cell",
                )
            zones = [self._zone(row, n, z, nodes) for n, z in zip(_ENDS, pair, strict=True)]
            if not volume or not all(zones):
                continue
            if pair[0] == pair[1]:
                inside += volume
                continue
            trips[pair] += volume
            if self.ends_known and nodes.found and pair not in told:
                if pair[0] not in reached:
                    reached[pair[0]] = self._reach(zones[0])
                if not reached[pair[0]] & set(zones[1]):
                    told.add(pair)
                    text = phrase(
                        "there-is-no-way-from-zone-to-zone", origin=pair[0], destination=pair[1]
                    )
                    advice = phrase("add-the-missing-links-or-delete-the-trips")
                    row.fault("d_zone_id", text, advice, "no-way")
        if inside:
            text = phrase("trips-begin-and-end-in-one-zone-and-are-left", inside=inside)
            self.folder.note("inside-zone", text, table.file)
        if table.found and not trips and not self.faults.has_errors:
            text = phrase("there-are-no-trips-between-zones")
            self.faults.report("no-rows", text, phrase("give-volumes-above-0"), file=table.file)
        return dict(trips)

    def _zone(self, row: GmnsRow, column: str, zone: str, nodes: GmnsTable) -> list[str]:
        """Nodes of a zone: those that name it, else the node of the same id."""
        found = self.members.get(zone) or ([zone] if zone in self.row_of_node else [])
        if zone and not found and nodes.found:
            text = phrase("no-node-is-in-zone", zone=zone)
            advice = phrase("give-its-node-the-zone-id-in", zone=zone, file=nodes.file)
            row.fault(column, text, advice, "unknown-id")
        return found

    def _reach(self, begin: list[str]) -> set[str]:
        """Nodes that a trip from one of `begin` can come to, passing no centroid."""
        reached, waiting = set(begin), list(begin)
        while waiting:
            node = waiting.pop()
            if node in self.centroids and node not in begin:
                continue
            for head in self.ways[node] - reached:
                reached.add(head)
                waiting.append(head)
        return reached

    def _name_strangers(self) -> None:
        known = {f"{name}.csv" for name in ("node", "link", "zone", "config", "demand", "geometry")}
        for key, path in self.folder.paths.items():
            if key not in known:
                reason = {
                    "link_tod.csv": phrase("links-are-the-same-at-all-hours"),
                    "segment.csv": phrase("links-are-the-same-along-their-length"),
                }.get(key, phrase("the-model-has-no-place-for-it"))
                self.folder.note(
                    "unread-file",
                    phrase("file-is-not-read", path=path.name, reason=reason),
                    path.name,
                )

    # ------------------------------------------------------------------------------- instance

    def _instance(self, trips: dict[tuple[str, str], float]) -> Instance:
        clash = set(self.row_of_node) & {link.id for link in self.links}
        signs = [key for key in (*self.row_of_node, *(k.id for k in self.links)) if key[0] in "@+-"]
        self.node_prefix, self.link_prefix = ("n", "l") if clash or signs else ("", "")
        ends = dict.fromkeys(zone for pair in trips for zone in pair)
        spot_of_zone = {zone: self._zone_node(zone) for zone in ends}
        nodes, links, places = self._tables(set(spot_of_zone.values()))
        closed = [self.node_prefix + node for node in self.row_of_node if node in self.centroids]
        for zone, key in spot_of_zone.items():
            if len(self.members.get(zone, ())) > 1:
                closed.append(key)
                place = self._zone_place(zone, key)
                places += [] if place is None else [place]
                names = _names(self.zone_names.get(zone, ""))
                spot = None if place is None else place.id
                nodes.append(self._node(key, NodeRole.ZONE, *names, spot))
                links += self._connectors(zone, key)
        demands = tuple(
            Demand(
                id=f"d{number}",
                network=NETWORK,
                node=spot_of_zone[origin],
                to_node=spot_of_zone[destination],
                amount=amount,
                must_serve=True,
                value_of_time=1.0,
                quality=Quality.STATED,
                source="demand.csv",
            )
            for number, ((origin, destination), amount) in enumerate(trips.items(), start=1)
        )
        return Instance(
            settings=self._settings(tuple(closed), bool(demands)),
            places=tuple(places),
            network_nodes=tuple(nodes),
            network_links=tuple(links),
            demands=demands,
        )

    def _settings(self, closed: tuple[str, ...], has_trips: bool) -> Settings:
        law = FlowLaw.EQUILIBRIUM if has_trips else FlowLaw.FLOW
        return Settings(
            id=self.name,
            title=Title(en=self.title, zh=self.title),
            currency="XXX",
            money_unit="trip-minutes",
            money_unit_zh="出行分钟",
            price_year=YEAR,
            horizon=Horizon(phases=(Phase(id="year", first_year=YEAR, last_year=YEAR),)),
            appraisal=Appraisal(
                discount_rate=0.0, end_year=YEAR, residual_value=ResidualValue.NONE
            ),
            networks=(NetworkSettings(id=NETWORK, law=law, unit="trips", no_through=closed),),
            benchmark_metric=TRAVEL_TIME if has_trips else "",
        )

    def _zone_node(self, zone: str) -> str:
        members = self.members.get(zone) or [zone]
        return f"zone:{zone}" if len(members) > 1 else self.node_prefix + members[0]

    def _node(
        self, key: str, role: NodeRole, name_en: str, name_zh: str, place: str | None
    ) -> NetworkNode:
        return NetworkNode(
            id=key,
            network=NETWORK,
            kind=NetworkKind.TRANSPORT,
            role=role,
            name_en=name_en,
            name_zh=name_zh,
            place=place,
            quality=Quality.STATED,
            source=f"{self.name}, GMNS",
        )

    def _tables(self, ends: set[str]) -> tuple[list[NetworkNode], list[NetworkLink], list[Place]]:
        """Nodes, links and places as they stand in the files; `ends` have trips."""
        nodes, places = [], []
        zone_of = {m[0]: zone for zone, m in self.members.items() if len(m) == 1}
        for node, row in self.row_of_node.items():
            key, spot = self.node_prefix + node, self.spots[node]
            name = row.text("name") or self.zone_names.get(zone_of.get(node, ""), "")
            english, chinese = _names(name)
            english, chinese = row.text("name_en") or english, row.text("name_zh") or chinese
            role = NodeRole.ZONE if key in ends else NodeRole.JUNCTION
            nodes.append(self._node(key, role, english, chinese, key if spot else None))
            if spot:
                lon, lat = spot
                source = f"{self.name}, node.csv"
                places.append(
                    Place(id=key, name_en=english, name_zh=chinese, lon=lon, lat=lat, source=source)
                )
        links = [
            NetworkLink(
                id=self.link_prefix + link.id,
                network=NETWORK,
                from_node=self.node_prefix + link.tail,
                to_node=self.node_prefix + link.head,
                both_ways=link.both_ways,
                capacity=link.capacity,
                length=link.length,
                time=link.time,
                cost=link.toll,
                bpr_alpha=link.alpha,
                bpr_beta=link.beta,
                quality=Quality.STATED,
                source=f"{self.name}, GMNS" + (f": {link.name}" if link.name else ""),
            )
            for link in self.links
        ]
        return nodes, links, places

    def _zone_place(self, zone: str, key: str) -> Place | None:
        """Mean of a zone's nodes; None where one has no coordinates."""
        spots = [spot for node in self.members[zone] if (spot := self.spots[node]) is not None]
        if len(spots) < len(self.members[zone]):
            return None
        lon, lat = (math.fsum(values) / len(spots) for values in zip(*spots, strict=True))
        english, chinese = _names(self.zone_names.get(zone, ""))
        source = f"{self.name}, mean of the zone's nodes"
        return Place(id=key, name_en=english, name_zh=chinese, lon=lon, lat=lat, source=source)

    def _connectors(self, zone: str, key: str) -> list[NetworkLink]:
        """Links of no time between a zone of several nodes and each of them."""
        return [
            NetworkLink(
                id=f"{key}:{number}",
                network=NETWORK,
                from_node=key,
                to_node=self.node_prefix + node,
                both_ways=True,
                quality=Quality.ASSUMPTION,
                source=f"connector of zone {zone}",
            )
            for number, node in enumerate(self.members[zone], start=1)
        ]


_ENDS = ("o_zone_id", "d_zone_id")


def _names(name: str) -> tuple[str, str]:
    """Name in English and in Chinese: a text with Chinese characters is Chinese."""
    return ("", name) if re.search(r"[\u3400-\u9fff]", name) else (name, "")
