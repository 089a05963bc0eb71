"""`infraplan equilibrium`: a finished plan's roads when every trip takes its fastest way."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.road_equilibrium import (
    ALPHA,
    BETA,
    RELATIVE_GAP,
    RoadComparison,
    RoadState,
    compare_roads,
)
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import Json, Lang, RunPath, require_plan
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.frames import ReportTable
from infraplan.optimizer.report.road_tables import (
    road_links_table,
    road_states_table,
    road_trips_table,
)
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.words import Names
from infraplan.optimizer.storage.run_folder import read_run


def equilibrium(
    run: RunPath,
    network: Annotated[
        str | None, typer.Option(help="Id of the only transport network to look at.")
    ] = None,
    alpha: Annotated[
        float,
        typer.Option(min=0.0, help="Congestion of links with a capacity that state none; 0: none."),
    ] = ALPHA,
    beta: Annotated[float, typer.Option(min=0.0, help="Exponent of the same.")] = BETA,
    gap: Annotated[
        float, typer.Option(min=1e-12, max=1.0, help="Relative gap of the equilibria.")
    ] = RELATIVE_GAP,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Evaluate a plan's roads at user equilibrium, before and with the plan."""
    output = Output(as_json, lang.value)
    with reporting(output):
        files = read_run(run)
        plan = require_plan(files)
        roads = compare_roads(
            files.instance,
            plan,
            network=network,
            alpha=alpha,
            beta=beta,
            relative_gap=gap,
        )
        if not roads:
            message = (
                "the instance has no transport network with travel times"
                if network is None
                else f"{network} is not a transport network with travel times"
            )
            raise NotThereError(message)
        output.emit(
            {
                "run_dir": str(run),
                "alpha": alpha,
                "beta": beta,
                "gap": gap,
                "roads": [_data(road) for road in roads],
            }
        )
        if not as_json:
            _print(output, files.instance, roads)


def _data(road: RoadComparison) -> dict[str, Any]:
    """One network, year and block as JSON; times in minutes."""
    return {
        "network": road.network,
        "year": road.year,
        "block": road.block,
        "links_assumed": road.num_assumed,
        "before": _state(road.before),
        "with_plan": _state(road.with_plan),
    }


def _state(state: RoadState) -> dict[str, Any]:
    return {
        "mean_minutes": state.mean_minutes,
        "links_over_capacity": state.links_over_capacity,
    } | asdict(state)


def _print(output: Output, instance: Instance, roads: tuple[RoadComparison, ...]) -> None:
    names = Names(instance)
    for network in dict.fromkeys(road.network for road in roads):
        mine = [road for road in roads if road.network == network]
        hidden = {"network"} | ({"block"} if len({road.block for road in mine}) == 1 else set())
        title = names.pair(network)[1 if output.lang == "zh" else 0]
        output.console.print(title, style="bold", markup=False)
        last = [road for road in mine if road.year == mine[-1].year]
        for build, shown in (
            (road_states_table, mine),
            (road_trips_table, last),
            (road_links_table, last),
        ):
            table = build(instance, shown)
            if not table.frame.empty:
                print_table(output.console, _without(table, hidden), lang=output.lang)
        _say_assumptions(output, mine)


def _say_assumptions(output: Output, roads: list[RoadComparison]) -> None:
    worst = max(max(road.before.relative_gap, road.with_plan.relative_gap) for road in roads)
    assumed = max(road.num_assumed for road in roads)
    output.say(f"Largest relative gap: {worst:.1e}.", f"最大相对间隙:{worst:.1e}。")
    if assumed:
        output.say(
            f"Assumed: the congestion of {assumed} link(s) with a capacity that state none "
            "(--alpha, --beta).",
            f"假设:{assumed}条有能力而未给出拥堵参数的线路采用--alpha、--beta。",
        )
    if not any(row.loading is not None for road in roads for row in road.with_plan.links):
        output.say(
            "No link in use has a capacity: the times are those of empty roads.",
            "所用线路均无能力数据:时间为不计拥堵的时间。",
        )


def _without(table: ReportTable, hidden: set[str]) -> ReportTable:
    return replace(table, columns=tuple(c for c in table.columns if c.key not in hidden))
