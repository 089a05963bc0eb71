"""Tables of what the networks deliver: supply, pressures, trips, loading, costs, projects."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.network import NO_WAY_MINUTES, FlowLaw, NetworkKind, NodeRole
from infraplan.optimizer.analysis.service_value import project_worths, service_before
from infraplan.optimizer.report.frames import (
    MONEY,
    NUMBER,
    SHARE,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    in_brackets,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both

MOST_LOADED = 40
"""Links in the table of loads, those nearest to their capacity."""

Key = tuple[str, str, int, str]
"""Element, measure, year, block."""


def readings(run: Run) -> dict[Key, float]:
    """Service rows of the plan, commodities summed."""
    found: defaultdict[Key, float] = defaultdict(float)
    for row in run.plan.service if run.plan is not None else ():
        found[row.element, row.measure, row.year, row.block] += row.value
    return dict(found)


def first_blocks(instance: Instance) -> dict[str, str]:
    """First block of every network: the one that targets and tables look at."""
    return {name: instance.network_settings(name).blocks[0].id for name in instance.network_index}


def unit_of(instance: Instance, network: str) -> tuple[str, str]:
    """Unit of a network's flows in both languages."""
    unit = instance.network_settings(network).unit
    return both(unit) if unit else ("", "")


def _with_unit(instance: Instance, network: str) -> tuple[str, str]:
    name, unit = Names(instance).pair(network), unit_of(instance, network)
    if not unit[0]:
        return name
    return f"{name[0]} {in_brackets(unit[0], 'en')}", name[1] + in_brackets(unit[1], "zh")


def _years(run: Run) -> tuple[int, ...]:
    return run.instance.representative_years if run.plan is not None else ()


def supply_table(run: Run) -> ReportTable:
    """What every demand that is not a trip gets by year, and in the last year wants and got.

    Under pressure every demand is served: `pressures_table` tells how.
    """
    instance, names, years = run.instance, Names(run.instance), _years(run)
    columns = (
        Column("network"),
        Column("demand"),
        Column("wanted", NUMBER),
        Column("served_before", NUMBER),
        *(Column(str(year), NUMBER) for year in years),
        Column("served_share", SHARE),
    )
    values, blocks = readings(run), first_blocks(instance)
    elsewhere = _transport(instance) | _under_pressure(instance)
    rows: list[dict[str, Any]] = []
    before = service_before(instance) if values else {}
    for demand in instance.demands if values else ():
        if demand.network in elsewhere or demand.network not in blocks:
            continue
        block, last = blocks[demand.network], years[-1]
        served = {year: values.get((demand.id, "served", year, block), 0.0) for year in years}
        wanted = served[last] + values.get((demand.id, "unserved", last, block), 0.0)
        rows.append(
            text_pair("network", _with_unit(instance, demand.network))
            | text_pair("demand", names.trip(demand.id))
            | {
                "wanted": wanted,
                "served_before": before.get((demand.id, last)),
                "served_share": served[last] / wanted if wanted else None,
            }
            | {str(year): value for year, value in served.items()}
        )
    return ReportTable("supply", columns, frame_of(columns, rows), "supply_note")


def _transport(instance: Instance) -> set[str]:
    kind = NetworkKind.TRANSPORT
    return {node.network for node in instance.network_nodes if node.kind is kind}


def _under_pressure(instance: Instance) -> set[str]:
    return {row.id for row in instance.settings.networks if row.law is FlowLaw.PRESSURE}


def pressures_table(run: Run) -> ReportTable:
    """Heads of the nodes of networks under pressure, those with the least to spare first."""
    instance, names = run.instance, Names(run.instance)
    metres = both("m")
    columns = (
        Column("network"),
        Column("node"),
        Column("year", YEAR),
        Column("height", NUMBER, metres),
        Column("least_head", NUMBER, metres),
        Column("head", NUMBER, metres),
        Column("free_head", NUMBER, metres),
        Column("head_over", NUMBER, metres),
    )
    networks, nodes = _under_pressure(instance), {node.id: node for node in instance.network_nodes}
    rows: list[dict[str, Any]] = []
    for row in run.plan.service if run.plan is not None else ():
        if row.network not in networks or row.measure != "head":
            continue
        node = nodes[row.element]
        height, least = node.elevation or 0.0, node.least_pressure
        rows.append(
            text_pair("network", names.pair(row.network))
            | text_pair("node", names.pair(node.id))
            | {
                "year": row.year,
                "height": height,
                "least_head": None if least is None else height + least,
                "head": row.value,
                "free_head": None if node.role is NodeRole.SOURCE else row.value - height,
                "head_over": None if least is None else row.value - height - least,
            }
        )
    # a node that asks for nothing comes last
    rows.sort(key=lambda row: math.inf if row["head_over"] is None else row["head_over"])
    return ReportTable("pressures", columns, frame_of(columns, rows), "pressures_note")


def trips_table(run: Run) -> ReportTable:
    """Minutes between named places before and with the plan by year; trips of the last year."""
    instance, names, years = run.instance, Names(run.instance), _years(run)
    columns = (
        Column("network"),
        Column("trip"),
        Column("minutes_before", NUMBER),
        *(Column(str(year), NUMBER) for year in years),
        Column("trips_made", NUMBER),
        Column("generated", NUMBER),
    )
    values, blocks = readings(run), first_blocks(instance)
    rows: list[dict[str, Any]] = []
    for demand in instance.demands if values else ():
        if (demand.id, "travel_time", years[-1], "") not in values:
            continue
        block, last = blocks[demand.network], years[-1]
        minutes = {year: values[demand.id, "travel_time", year, ""] for year in years}
        earlier = values.get((demand.id, "travel_time_before", last, ""))
        rows.append(
            text_pair("network", _with_unit(instance, demand.network))
            | text_pair("trip", names.trip(demand.id))
            | {
                "minutes_before": _way(earlier),
                "trips_made": values.get((demand.id, "served", last, block), 0.0),
                "generated": values.get((demand.id, "generated", last, block), 0.0),
            }
            | {str(year): _way(value) for year, value in minutes.items()}
        )
    return ReportTable("trips", columns, frame_of(columns, rows), "trips_note")


def _way(minutes: float | None) -> float | None:
    """Minutes, None where there is no way."""
    return None if minutes == NO_WAY_MINUTES else minutes


def loading_table(run: Run) -> ReportTable:
    """Links nearest to their capacity."""
    instance, names = run.instance, Names(run.instance)
    columns = (
        Column("network"),
        Column("link"),
        Column("link_id"),
        Column("year", YEAR),
        Column("block"),
        Column("flow_share", SHARE),
    )
    network_of = {link.id: link.network for link in instance.network_links}
    years = _years(run)
    loads = [
        row
        for row in (run.plan.service if run.plan else ())
        if row.measure == "loading" and row.year in years
    ]
    loads.sort(key=lambda row: (-row.value, row.year, row.element, row.block))
    rows = [
        text_pair("network", names.pair(network_of[row.element]))
        | text_pair("link", names.link(row.element))
        | text_pair("link_id", (row.element, row.element))
        | text_pair("block", both(row.block))
        | {"year": row.year, "flow_share": row.value}
        for row in loads[:MOST_LOADED]
    ]
    return ReportTable("loading", columns, frame_of(columns, rows), "loading_note")


def network_costs_table(run: Run) -> ReportTable:
    """Cost of every network and year without any project, and with the plan; what is let go."""
    instance, names = run.instance, Names(run.instance)
    spilling = {node.network for node in instance.network_nodes if node.spill}
    columns = (
        Column("network"),
        Column("year", YEAR),
        Column("cost_before", MONEY, run.money),
        Column("cost_with", MONEY, run.money),
        Column("saved", MONEY, run.money),
        *((Column("spilt", NUMBER),) if spilling else ()),
    )
    values = readings(run)
    rows: list[dict[str, Any]] = []
    for network in instance.network_index:
        for year in instance.representative_years:
            cost = values.get((network, "cost", year, ""))
            if cost is None:
                continue
            before = values.get((network, "baseline_cost", year, ""), 0.0)
            rows.append(
                text_pair("network", names.pair(network))
                | {
                    "year": year,
                    "cost_before": before,
                    "cost_with": cost,
                    "saved": before - cost,
                }
                | ({"spilt": _spilt(run, network, year)} if network in spilling else {})
            )
    return ReportTable("network_costs", columns, frame_of(columns, rows), "network_costs_note")


def _spilt(run: Run, network: str, year: int) -> float:
    """What is let go at all nodes of a network in a year, its blocks weighted."""
    weights = {block.id: block.weight for block in run.instance.network_settings(network).blocks}
    return sum(
        weights[row.block] * row.value
        for row in (run.plan.service if run.plan else ())
        if (row.network, row.year, row.measure) == (network, year, "spill")
    )


def network_projects_table(run: Run) -> ReportTable:
    """What the networks would lose without each single project of the plan."""
    names = Names(run.instance)
    columns = (Column("project"), Column("service_lost", MONEY, run.money))
    worths = run.worths
    if worths is None:
        worths = project_worths(run.instance, run.plan) if run.plan is not None else ()
    rows = [
        text_pair("project", names.pair(row.project)) | {"service_lost": row.worth}
        for row in worths
    ]
    note = "network_projects_note"
    return ReportTable("network_projects", columns, frame_of(columns, rows), note)


def network_links(run: Run, network: str) -> list[dict[str, Any]]:
    """Links of a network with flow and loading by representative year, for a machine."""
    values, blocks = readings(run), first_blocks(run.instance)
    rows: list[dict[str, Any]] = []
    for link in map(run.instance.link_by_id.__getitem__, run.instance.network_index[network].links):
        years: dict[str, dict[str, float | None]] = {}
        for year in run.instance.representative_years if run.plan is not None else ():
            block = blocks[network]
            forth = values.get((link.id, "flow", year, block), 0.0)
            back = values.get((link.id, "flow_back", year, block), 0.0)
            loading = values.get((link.id, "loading", year, block))
            years[str(year)] = {"flow": forth, "flow_back": back, "loading": loading}
        rows.append(
            {
                "link": link.id,
                "from_node": link.from_node,
                "to_node": link.to_node,
                "exists": link.exists,
                "capacity": link.capacity,
                "years": years,
            }
        )
    return rows


def network_table(run: Run, network: str) -> ReportTable:
    """Links of one network: capacity, and flow of the busier direction by year."""
    names = Names(run.instance)
    years = run.instance.representative_years if run.plan is not None else ()
    columns = (
        Column("link"),
        Column("link_id"),
        Column("existing"),
        Column("capacity", NUMBER, unit_of(run.instance, network)),
        *(Column(f"{year}", NUMBER) for year in years),
    )
    rows = []
    for row in network_links(run, network):
        flows = {
            year: max(abs(found["flow"] or 0.0), found["flow_back"] or 0.0)
            for year, found in row["years"].items()
        }
        there = both("yes" if row["exists"] else "no")
        rows.append(
            text_pair("link", names.link(row["link"]))
            | text_pair("link_id", (row["link"], row["link"]))
            | text_pair("existing", there)
            | {"capacity": row["capacity"]}
            | flows
        )
    return ReportTable(network, columns, frame_of(columns, rows), "network_note")
