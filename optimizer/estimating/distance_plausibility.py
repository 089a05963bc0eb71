"""Doubts about lengths of links and projects, times of links, and ways that lead far around."""

from __future__ import annotations

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.catalogue.length_words import (
    KILOMETRES,
    KILOMETRES_ZH,
    NO_LENGTH,
    NO_LENGTH_ZH,
)
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.network import NetworkKind, NetworkLink
from infraplan.models.place import Place
from infraplan.models.project import Project
from infraplan.optimizer.estimating.implausibility import doubt, option_name

SHORT = 0.9
"""Length over the straight line below which a link is too short, after what its ends may be off."""
LONG = 4.0
"""Length over the straight line above which a link is questioned."""
LONG_KM = 20.0
"""Length beyond the straight line that is never questioned."""
PART = 0.01
"""Length in outputs over the straight line below which it is too short for a part of the works.

Outputs are often the part in the plan's own region: 38 km of a railway of six hundred.
"""
FASTEST, SLOWEST = 400.0, 3.0
"""Speeds in km/h that nothing on a road, railway or waterway goes beyond."""
DETOUR = 3.0
"""Way over the straight line, or over the way by candidates, above which it is questioned."""
DETOUR_KM = 50.0
DETOUR_MINUTES = 60.0
"""A detour below this is none: a river without a bridge, a mountain."""

_Ways = dict[str, list[tuple[str, float]]]


def distance_km(one: Place, other: Place) -> float | None:
    """Great-circle distance between two places, None where one has no coordinates."""
    if None in {one.lon, one.lat, other.lon, other.lat}:
        return None
    lat1, lat2 = math.radians(one.lat or 0.0), math.radians(other.lat or 0.0)
    d_lat, d_lon = lat2 - lat1, math.radians((other.lon or 0.0) - (one.lon or 0.0))
    a = math.sin(d_lat / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(d_lon / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(a))


def distance_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Yield doubts about how far and how long the links and ways of `instance` are."""
    places = {place.id: place for place in instance.places}
    spots = {
        node.id: places[node.place]
        for node in instance.network_nodes
        if node.place in places and places[node.place].lon is not None
    }
    yield from _projects(instance, places)
    yield from _links(instance, spots)
    yield from _detours(instance, spots)


def _links(instance: Instance, spots: dict[str, Place]) -> Iterator[Inconsistency]:
    """`link-too-short`, `link-too-long`, `link-speed`: length and time against the places."""
    kinds = {node.id: node.kind for node in instance.network_nodes}
    for index, link in enumerate(instance.network_links):
        straight, off = _straight(link.from_node, link.to_node, spots)
        values = {"link": link.id, "length": link.length, "straight": straight}
        if 0.0 < link.length < SHORT * (straight - off):
            text = phrase("link-is-shorter-than-the-straight-line", **values)
            advice = phrase("check-the-length-its-unit-and-the-places")
            yield doubt("link-too-short", "network_links", index, "length", text, advice)
        elif straight > 0.0 and link.length > max(LONG * straight, straight + off + LONG_KM):
            text = phrase("link-is-longer-than-the-straight-line", **values)
            advice = phrase("check-the-length-its-unit-and-the-places")
            yield doubt("link-too-long", "network_links", index, "length", text, advice)
        if kinds[link.from_node] is not NetworkKind.TRANSPORT or link.time <= 0.0:
            continue
        least = max(link.length, straight - off)
        speed, slow = 60.0 * least / link.time, 60.0 * (link.length or straight) / link.time
        if speed > FASTEST or (slow < SLOWEST and (link.length or straight - off) > 1.0):
            text = phrase(
                "link-has-the-speed",
                link=link.id,
                speed=speed if speed > FASTEST else slow,
                length=least,
                time=link.time,
            )
            advice = phrase("check-the-time-in-minutes-and-the-length-in-km")
            yield doubt("link-speed", "network_links", index, "time", text, advice)


def _projects(instance: Instance, places: dict[str, Place]) -> Iterator[Inconsistency]:
    """`project-too-short`, `project-too-long`: its length against the places it joins."""
    for index, project in enumerate(instance.projects):
        one, other = project.from_place or "", project.to_place or ""
        straight, off = _straight(one, other, places)
        if straight <= 0.0:
            continue
        values = {"one": one, "other": other, "straight": straight}
        advice = phrase("check-the-length-its-unit-and-the-places")
        for position, field, length, least in _lengths(project):
            said = {"project": option_name(project, position), "field": field, "length": length}
            place = ("projects", index, field, position)
            if length < least * (straight - off):
                text = phrase("project-is-shorter-than-the-straight-line", **said, **values)
                yield _length_doubt("project-too-short", place, text, advice)
                break
            if length > max(LONG * straight, straight + off + LONG_KM):
                text = phrase("project-is-longer-than-the-straight-line", **said, **values)
                yield _length_doubt("project-too-long", place, text, advice)
                break  # the same length stands in several places


def _length_doubt(
    rule: str, place: tuple[str, int, str, int], text: Phrase, advice: Phrase
) -> Inconsistency:
    table, index, field, position = place
    return doubt(rule, table, index, field, text, advice, position)


def _lengths(project: Project) -> Iterator[tuple[int, str, float, float]]:
    """Lengths that a project states: option, column, km, least part of the straight line."""
    unit = project.unit.strip().casefold()
    if project.quantity and unit in KILOMETRES | KILOMETRES_ZH:
        yield 0, "quantity", project.quantity, SHORT
    for position, option in enumerate(project.options):
        for metric, amount in option.outputs.items():
            if amount > 0.0 and _is_length(metric):
                yield position, "outputs", amount, PART


def _is_length(metric: str) -> bool:
    words = set(re.split(r"[^a-z0-9]+", metric.casefold()))
    in_km = bool(words & KILOMETRES) or any(unit in metric for unit in KILOMETRES_ZH)
    is_more = any(NO_LENGTH.fullmatch(word) for word in words) or set(metric) & NO_LENGTH_ZH
    return in_km and not is_more


def _straight(one: str, other: str, spots: dict[str, Place]) -> tuple[float, float]:
    """Straight line between two spots and how much they may be off; 0 and 0 if unknown."""
    if one not in spots or other not in spots or one == other:
        return 0.0, 0.0
    off = (spots[one].accuracy_km or 0.0) + (spots[other].accuracy_km or 0.0)
    return distance_km(spots[one], spots[other]) or 0.0, off


def _detours(instance: Instance, spots: dict[str, Place]) -> Iterator[Inconsistency]:
    """`detour`: the shortest way of a trip today leads far around.

    Either the straight line says so, or the way that candidates would give: then a link that
    stands in the world is likely missing, and a project would be paid for the whole detour.
    """
    kinds = {node.id: node.kind for node in instance.network_nodes}
    roads = [row for row in instance.network_links if kinds[row.from_node] is NetworkKind.TRANSPORT]
    there = [link for link in roads if link.exists]
    times, lengths = _ways(there, lambda link: link.time), _ways(there, lambda link: link.length)
    opened = _ways(roads, lambda link: link.time)
    measured = {link.network for link in there if link.length > 0.0} - {
        link.network for link in there if link.length <= 0.0
    }
    for index, demand in enumerate(instance.demands):
        if demand.to_node is None or kinds[demand.node] is not NetworkKind.TRANSPORT:
            continue
        straight, off = _straight(demand.node, demand.to_node, spots)
        way = _shortest(lengths, demand.node, demand.to_node)
        is_known = demand.network in measured and straight > off
        if (
            is_known
            and way is not None
            and way > max(DETOUR * straight, straight + off + DETOUR_KM)
        ):
            text = phrase(
                "todays-way-is-far-longer-than-the-straight-line",
                demand=demand.id,
                way=way,
                straight=straight,
            )
            advice = phrase("is-a-road-that-stands-missing-among-the-links")
            yield doubt("detour", "demands", index, "to_node", text, advice)
            continue
        if demand.to_node in {head for head, _ in times.get(demand.node, ())}:
            continue  # a direct way that is slow today is what a faster one is for
        now = _shortest(times, demand.node, demand.to_node)
        then = _shortest(opened, demand.node, demand.to_node)
        if now is not None and then and now > DETOUR * then and now > then + DETOUR_MINUTES:
            text = phrase(
                "todays-way-is-far-longer-than-by-candidates", demand=demand.id, now=now, then=then
            )
            advice = phrase("is-a-road-that-stands-missing-among-the-links")
            yield doubt("detour", "demands", index, "to_node", text, advice)


def _ways(links: list[NetworkLink], measure: Callable[[NetworkLink], float]) -> _Ways:
    heads: _Ways = defaultdict(list)
    for link in links:
        heads[link.from_node].append((link.to_node, measure(link)))
        if link.both_ways:
            heads[link.to_node].append((link.from_node, measure(link)))
    return heads


def _shortest(ways: _Ways, origin: str, target: str) -> float | None:
    """Least sum of measures from `origin` to `target`; None where no way leads there."""
    best, queue = {origin: 0.0}, [(0.0, origin)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if node == target:
            return so_far
        if so_far > best[node]:
            continue
        for head, measure in ways.get(node, ()):
            if so_far + measure < best.get(head, math.inf):
                best[head] = so_far + measure
                heapq.heappush(queue, (so_far + measure, head))
    return None
