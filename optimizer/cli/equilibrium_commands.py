"""`infraplan equilibrium`: a finished plan's roads when every trip takes its fastest way."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.road_equilibrium import (
    ALPHA,
    BETA,
    RELATIVE_GAP,
    RoadComparison,
    RoadState,
    compare_roads,
)
from infraplan.optimizer.cli.clock import command_times
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import LONGEST_S, Json, Lang, RunPath, require_plan
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.frames import ReportTable
from infraplan.optimizer.report.road_tables import (
    road_links_table,
    road_states_table,
    road_trips_table,
)
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import Names
from infraplan.optimizer.stage_times import timing
from infraplan.optimizer.storage.run_reading import read_run


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
    time_limit: Annotated[
        float, typer.Option(min=1.0, max=LONGEST_S, help="Seconds for the whole command.")
    ] = 600.0,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Evaluate a plan's roads at user equilibrium, before and with the plan."""
    output = Output(as_json, lang.value)
    with reporting(output), timing(command_times()) as times:
        deadline = Deadline(times.begin.clock_s, time_limit)
        files = read_run(run)
        plan = require_plan(files)
        roads = compare_roads(
            files.instance,
            plan,
            network=network,
            alpha=alpha,
            beta=beta,
            relative_gap=gap,
            is_over=deadline.is_over,
        )
        if not roads:
            message = (
                phrase("no-transport-network")
                if network is None
                else phrase("not-a-transport-network", network=network)
            )
            raise NotThereError(message)
        output.emit(
            {
                "run_dir": str(run),
                "alpha": alpha,
                "beta": beta,
                "gap": gap,
                "ended_early": deadline.is_over(),
                "roads": [_data(road) for road in roads],
            }
        )
        if deadline.is_over():
            output.say(phrase("equilibria-ended-with-their-time", limit=time_limit))
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
    output.say(phrase("largest-relative-gap", worst=worst))
    if assumed:
        output.say(
            phrase("assumed-the-congestion-of-link-s-with-a", assumed=assumed),
        )
    if not any(row.loading is not None for road in roads for row in road.with_plan.links):
        output.say(
            phrase("no-link-in-use-has-a-capacity-the-times-are"),
        )


def _without(table: ReportTable, hidden: set[str]) -> ReportTable:
    return replace(table, columns=tuple(c for c in table.columns if c.key not in hidden))
