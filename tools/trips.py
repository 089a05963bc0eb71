"""What of a line's own benefit its travel network computes, and what an hour is worth over the years.

A travel network counts the trips that it holds, by their minutes and, where its links have a cost, by
their running cost. The benefit of a road or railway counts everybody who uses it: these trips, those
who pass through, and lorries. Of the column what the network computes is taken off, and no more:

    share kept = 1 - trips of the network on the line x what the network computes of a trip
                     / quantity of the work (vehicles, passengers or trips)

Trips are those of the plan's first year that are quickest over the line, beside what must be built
anyway, at most what the line carries; of several links the one that most of them take counts for the
whole line, so that rather too much is taken off. Where no trip of the network is quicker over a line,
nobody knows what of its quantity they would be: a flat share is kept. A trip that is as quick without
the line gains nothing by it, and is none of its trips.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from infraplan.models.network import (
    Demand,
    NetworkAction,
    NetworkLink,
    ProjectNetwork,
)
from infraplan.models.project import Option
from infraplan.optimizer.estimating.delivered import Range, deliveries

TRIPS = 1000.0
"""Trips a day in the unit of every travel network."""
PEOPLE = Range(2.0, 2.4, 3.0)
"""People in a vehicle of the mix of 75 cars of 2, 20 lorries and 5 coaches of 18 (unit_values.csv)."""
TIME_GROWTH = Range(0.021, 0.0255, 0.03)
"""Yearly growth of the value of time: incomes 3 % a year x 0.7 to 1 (unit_values.csv, vot_nonwork)."""


@dataclass(frozen=True)
class PerTrip:
    """What a trip of the network is in the quantity of a type of works.

    `all` where the network computes running cost as well, `time` where it computes minutes alone:
    hours saved a km x vot_mixed_road (railways: vot_rail_passenger) / unit value of the type, as
    unit_values.csv derives them. `yearly`: the quantity counts a year and not a day.
    """

    quantity: str
    time: float
    all: float
    yearly: bool = False


_UPGRADE = 0.0104 * 21.0 / 0.77
PER_TRIP: dict[str, PerTrip] = {
    # 1 CNY a vehicle-km and 0.2 of crashes that do not happen, which no network computes.
    "expressway_4lane_mountain": PerTrip("aadt", 0.0089 * 21.0 / 1.2, 1.0 / 1.2 / PEOPLE.mid),
    "expressway_widening": PerTrip("aadt", 1.0 / PEOPLE.mid, 1.0 / PEOPLE.mid),
    "road_class1": PerTrip("aadt", _UPGRADE, 1.0 / PEOPLE.mid),
    "road_class2": PerTrip("aadt", _UPGRADE, 1.0 / PEOPLE.mid),
    "hsr_350_mountain": PerTrip(
        "pax_km_line", (1.0 / 75.0 - 1.0 / 200.0) * 25.0 / 0.4, 1.0, yearly=True
    ),
    "rail_250_mountain": PerTrip(
        "pax_km_line", (1.0 / 75.0 - 1.0 / 200.0) * 25.0 / 0.4, 1.0, yearly=True
    ),
    "suburban_rail": PerTrip("trips_day", 0.5, 1.0),
    "guided_tram": PerTrip("trips_day", 0.5, 1.0),
}
"""By type; of other types a flat share is kept (tools/networks.py)."""

_Ways = dict[str, list[tuple[str, str, float, bool]]]
"""By node: what links lead to, link, price, and whether the link is of the line that is asked about."""
_DIGITS = 12
"""Decimals of the price of a way, money: far below a second, far above what sums of links lose."""


def value_over_years(
    growth: float, rate: float, first: int, last: int, end: int, more: float
) -> float:
    """What a value that grows comes to as one that does not, in the years `first` to `end`.

    An instance has one value of time. The mean of a value that grows by `growth` a year is taken by
    discount factors of `rate` and by trips, which grow by `more` until `last` and then stay.
    """
    weights = {
        year: (1.0 + more) ** (min(year, last) - first) / (1.0 + rate) ** (year - first)
        for year in range(first, end + 1)
    }
    worth = sum(weight * (1.0 + growth) ** (year - first) for year, weight in weights.items())
    return worth / sum(weights.values())


class OwnTrips:
    """The trips of an instance's travel networks, and the lines that they would take.

    `due` names the projects that are built in every plan.
    """

    def __init__(
        self,
        links: Sequence[NetworkLink],
        demands: Sequence[Demand],
        changes: Sequence[ProjectNetwork],
        due: Collection[str] = (),
    ) -> None:
        self._due = due
        self._links = {link.id: link for link in links}
        self._trips = [row for row in demands if row.to_node and row.value_of_time > 0.0]
        travel = {row.network for row in self._trips}
        self._travel = {link.id for link in links if link.network in travel}
        self._priced = {link.network for link in links if link.id in self._travel and link.cost}
        self._changes: dict[str, list[ProjectNetwork]] = defaultdict(list)
        for row in changes:
            if row.element in self._travel and row.action is not NetworkAction.CLOSE_DURING_WORKS:
                self._changes[row.project].append(row)

    def share_kept(self, project: str, option: Option, kind: str) -> float | None:
        """Share of the benefit of works of type `kind` that the network does not compute."""
        per_trip = PER_TRIP.get(kind)
        rows = [row for row in self._changes[project] if row.option in {"", option.option}]
        if per_trip is None or not rows:
            return None
        typical = deliveries()[kind].typical
        quantity = option.deliveries.get(per_trip.quantity, typical[per_trip.quantity])
        if quantity <= 0.0:
            return None
        network = self._links[rows[0].element].network
        taken = per_trip.all if network in self._priced else per_trip.time
        trips = TRIPS * self._on_line(project, rows) * (365.0 if per_trip.yearly else 1.0)
        if trips <= 0.0:
            return None
        return max(0.0, 1.0 - trips * taken / quantity)

    def _on_line(self, project: str, rows: Sequence[ProjectNetwork]) -> float:
        """Trips that would take the line, thousand a day, on the link that most take."""
        anyway = [row for name in self._due if name != project for row in self._changes[name]]
        built = [*anyway, *rows]
        opened = {row.element for row in built}
        times: dict[str, float] = {}
        for row in built:
            if row.action is NetworkAction.SET_TIME:
                times[row.element] = min(row.value, times.get(row.element, math.inf))
        own = {row.element for row in rows}
        flows: dict[str, float] = defaultdict(float)
        for trip in self._trips:
            for link in self._way(trip, opened, times, own):
                flows[link] += trip.amount
        used = [
            min(flows[link], self._links[link].capacity or math.inf)
            for link in own
            if flows[link] > 0.0
        ]
        return max(used, default=0.0)

    def _way(
        self, trip: Demand, opened: set[str], times: Mapping[str, float], own: Collection[str]
    ) -> list[str]:
        """Links of the cheapest way of a trip, past the links `own` if it can; none: no way."""
        ways: _Ways = defaultdict(list)
        for name, link in self._links.items():
            is_there = name in self._travel and (link.exists or name in opened)
            if not is_there or link.network != trip.network:
                continue
            time = min(link.time, times.get(name, math.inf))
            price = time * trip.value_of_time + link.cost
            ways[link.from_node].append((link.to_node, name, price, name in own))
            if link.both_ways:
                ways[link.to_node].append((link.from_node, name, price, name in own))
        return _cheapest(ways, trip.node, trip.to_node or "")


def _cheapest(ways: _Ways, origin: str, target: str) -> list[str]:
    start = (0.0, 0)
    best, by = {origin: start}, dict[str, tuple[str, str]]()
    queue = [(start, origin)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if node == target:
            break
        if so_far > best[node]:
            continue
        for head, link, price, is_own in ways.get(node, ()):
            there = (round(so_far[0] + price, _DIGITS), so_far[1] + is_own)
            if there < best.get(head, (math.inf, 0)):
                best[head], by[head] = there, (node, link)
                heapq.heappush(queue, (there, head))
    found = []
    while target in by:
        target, link = by[target]
        found.append(link)
    return found
