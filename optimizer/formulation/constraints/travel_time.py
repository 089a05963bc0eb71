"""Family `travel_time`: the way of one traveller, for targets on the time between two places."""

from __future__ import annotations

from collections import defaultdict

from infraplan.models.network import NO_WAY_MINUTES, SERVED, TRAVEL_TIME, NetworkAction
from infraplan.models.target import Target
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import (
    Expression,
    Rows,
    active,
    scaled,
    total_active,
)
from infraplan.optimizer.formulation.networks.view import NetworkView


def add_travel_time(context: Context) -> None:
    """One traveller goes from a demand's node to its to_node in the target's year.

    Formula: ``sum in - sum out = 1 at the end, -1 at the beginning, 0 elsewhere``; on a way that
    is not there without projects ``way <= open`` and ``way <= active`` of the change that makes
    it, at a candidate node ``<= open``; a further way of 1,440 minutes is always there. The time on
    the ways is what family `target` compares. Targets on `served` need no rows: they count served
    of the first block. Nothing is added without targets on travel times.
    """
    rows = Rows(context, "travel_time", ("target", "element"))
    for target in context.instance.targets:
        if target.metric.startswith(TRAVEL_TIME):
            name = target.metric.removeprefix(TRAVEL_TIME)
            for view in context.networks.views:
                if name in view.demand_by_id:
                    context.measured[target.id] = _add_traveller(context, rows, view, target, name)
        elif target.metric.startswith(SERVED):
            name = target.metric.removeprefix(SERVED)
            context.measured[target.id] = _served(context, target.year, name)
    rows.flush()


def _served(context: Context, year: int, name: str) -> Expression:
    return [
        (column, 1.0)
        for slice_ in context.networks.slices
        if slice_.year == year and slice_.block == slice_.network.settings.blocks[0]
        for demand, column in slice_.served.items()
        if name in (demand, slice_.network.demand_by_id[demand].node, slice_.network.id)
    ]


def _add_traveller(
    context: Context, rows: Rows, view: NetworkView, target: Target, name: str
) -> Expression:
    demand, t = view.demand_by_id[name], target.year - context.sets.first_year
    columns = context.builder.add_columns(f"way[{target.id}]", len(view.ways) + 1, upper=1.0)
    missing = int(columns[-1])
    balance: defaultdict[str, Expression] = defaultdict(list)
    balance[demand.node].append((missing, -1.0))
    balance[demand.to_node or ""].append((missing, 1.0))
    minutes: Expression = [(missing, NO_WAY_MINUTES)]
    for number, way in enumerate(view.ways):
        if way.capacity is not None and way.change is not None and way.time == way.link.time:
            continue  # more room on a congested way makes no trip faster by itself
        column = int(columns[number])
        balance[way.head].append((column, 1.0))
        balance[way.tail].append((column, -1.0))
        minutes.append((column, way.time))
        needed = [] if way.change is None else [active(context, way.change, t)]
        for element in (way.link, view.node_by_id[way.tail], view.node_by_id[way.head]):
            if not element.exists:
                opens = view.changes_of(element.id, NetworkAction.OPEN)
                needed.append(total_active(context, opens, t))
        for expression in needed:
            rows.add(
                (target.id, way.link.id), [(column, 1.0), *scaled(expression, -1.0)], upper=0.0
            )
    for node in view.nodes:
        ends = {demand.node: -1.0, demand.to_node: 1.0}
        need = ends.get(node.id, 0.0)
        rows.add((target.id, node.id), balance[node.id], lower=need, upper=need)
    return minutes
