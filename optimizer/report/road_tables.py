"""Roads at user equilibrium as tables: states before and with the plan, trips, fullest links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.road_equilibrium import RoadComparison, RoadState
from infraplan.optimizer.report.frames import (
    COUNT,
    NUMBER,
    SHARE,
    YEAR,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both

MOST_LINKS = 20
"""Directions of links in the table of loads, the fullest."""
MOST_TRIPS = 40
"""Trips of a network, year and block in the table of trips, those with the most travellers."""


def road_states_table(instance: Instance, roads: Sequence[RoadComparison]) -> ReportTable:
    """Per network, year and block, a line before any project and one with the plan."""
    columns = (
        Column("network"),
        Column("year", YEAR),
        Column("block"),
        Column("state"),
        Column("trips_made", NUMBER),
        Column("without_way", NUMBER),
        Column("mean_minutes", NUMBER),
        Column("mean_free_minutes", NUMBER),
        Column("mean_directed_minutes", NUMBER),
        Column("links_over_capacity", COUNT),
    )
    rows = [
        _where(instance, road)
        | text_pair("state", both(word))
        | {
            "trips_made": state.trips,
            "without_way": state.trips_without_way,
            "mean_minutes": state.mean_minutes,
            "mean_free_minutes": _mean(state, state.free_travel_time),
            "mean_directed_minutes": _mean(state, state.directed_travel_time),
            "links_over_capacity": state.links_over_capacity,
        }
        for road in roads
        for word, state in (("before", road.before), ("with_plan", road.with_plan))
    ]
    return ReportTable("road_states", columns, frame_of(columns, rows), "road_states_note")


def road_trips_table(instance: Instance, roads: Sequence[RoadComparison]) -> ReportTable:
    """Minutes of every trip before and with the plan, and with the plan on empty roads."""
    columns = (
        Column("network"),
        Column("year", YEAR),
        Column("block"),
        Column("trip"),
        Column("trips_made", NUMBER),
        Column("minutes_before", NUMBER),
        Column("minutes", NUMBER),
        Column("free_minutes", NUMBER),
    )
    names = Names(instance)
    rows: list[dict[str, Any]] = []
    for road in roads:
        pairs = list(zip(road.before.demands, road.with_plan.demands, strict=True))
        least = sorted((after.trips for _, after in pairs), reverse=True)[:MOST_TRIPS][-1:]
        shown = [pair for pair in pairs if pair[1].trips >= least[0]][:MOST_TRIPS]
        rows += [
            _where(instance, road)
            | text_pair("trip", names.trip(after.demand))
            | {
                "trips_made": after.trips,
                "minutes_before": before.minutes,
                "minutes": after.minutes,
                "free_minutes": after.free_minutes,
            }
            for before, after in shown
        ]
    return ReportTable("road_trips", columns, frame_of(columns, rows), "road_trips_note")


def road_links_table(instance: Instance, roads: Sequence[RoadComparison]) -> ReportTable:
    """Directions of links with the plan that are fullest."""
    columns = (
        Column("network"),
        Column("year", YEAR),
        Column("block"),
        Column("link"),
        Column("flow", NUMBER),
        Column("flow_share", SHARE),
        Column("minutes", NUMBER),
        Column("free_minutes", NUMBER),
    )
    names = Names(instance)
    links = {link.id: link for link in instance.network_links}
    found = [
        (road, row) for road in roads for row in road.with_plan.links if row.loading is not None
    ]
    found.sort(key=lambda pair: -(pair[1].loading or 0.0))
    rows = []
    for road, row in found[:MOST_LINKS]:
        link = links[row.link]
        ends = (link.to_node, link.from_node) if row.back else (link.from_node, link.to_node)
        tail, head = (names.pair(name) for name in ends)
        rows.append(
            _where(instance, road)
            | text_pair("link", (f"{tail[0]} - {head[0]}", f"{tail[1]}-{head[1]}"))
            | {
                "flow": row.flow,
                "flow_share": row.loading,
                "minutes": row.minutes,
                "free_minutes": row.free_minutes,
            }
        )
    return ReportTable("road_links", columns, frame_of(columns, rows), "road_links_note")


def _where(instance: Instance, road: RoadComparison) -> dict[str, Any]:
    return (
        text_pair("network", Names(instance).pair(road.network))
        | text_pair("block", both(road.block))
        | {"year": road.year}
    )


def _mean(state: RoadState, minutes: float) -> float | None:
    return minutes / state.trips if state.trips else None
