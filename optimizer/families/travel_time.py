"""Family `travel_time`: the way of one traveller, for targets on the time between two places."""

from __future__ import annotations

from collections import defaultdict

from infraplan.models.network import TRAVEL_TIME, NetworkAction
from infraplan.models.target import Target
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import (
    Expression,
    Rows,
    active,
    scaled,
    total_active,
)
from infraplan.optimizer.formulation.networks.layout import NetworkLayout
from infraplan.optimizer.formulation.shared_columns import is_travelled


def add_travel_time(context: Context) -> None:
    """One traveller goes from a demand's node to its to_node in the target's year.

    Formula: ``sum in - sum out = 1 at the end, -1 at the beginning, 0 elsewhere``; on a way that
    is not there without projects ``way <= open`` and ``way <= active`` of the change that makes
    it, at a candidate node ``<= open``; a further way of 1,440 minutes is always there. The time on
    the ways is what family `target` compares. Nothing is added without targets on travel times.
    """
    rows = Rows(context, "travel_time")
    for target in context.instance.targets:
        if target.metric.startswith(TRAVEL_TIME):
            name = target.metric.removeprefix(TRAVEL_TIME)
            for view in context.networks.views:
                if name in view.demand_by_id:
                    _add_traveller(context, rows, view, target, name)
    rows.flush()


def _add_traveller(
    context: Context, rows: Rows, view: NetworkLayout, target: Target, name: str
) -> None:
    demand, t = view.demand_by_id[name], target.year - context.sets.first_year
    columns = context.columns[f"way[{target.id}]"]
    missing = int(columns[-1])
    balance: defaultdict[str, Expression] = defaultdict(list)
    balance[demand.node].append((missing, -1.0))
    balance[demand.to_node or ""].append((missing, 1.0))
    for number, way in enumerate(view.ways):
        if not is_travelled(way):
            continue
        column = int(columns[number])
        balance[way.head].append((column, 1.0))
        balance[way.tail].append((column, -1.0))
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
