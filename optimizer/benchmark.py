"""What an imported problem's source measures, read off a plan: value and bound in its own terms."""

from __future__ import annotations

from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan

COST, TRAVEL_TIME, DISPATCH = "cost", "total_travel_time", "dollars per hour"


def benchmark_of(
    instance: Instance, plan: Plan | None, objective: float | None, bound: float | None
) -> dict[str, Any] | None:
    """`{metric, value, bound}` of the instance's benchmark; None where it has none.

    All metrics are minimised. The bound follows from that of the objective: both differ from
    their optimum by the same amount of money, which the metric's worth turns into its own unit.
    """
    metric = instance.settings.benchmark_metric
    if not metric:
        return None
    if plan is None or objective is None:
        return {"metric": metric, "value": None, "bound": None}
    slack = None if bound is None else max(0.0, bound - objective)
    if metric == COST:
        built = {(start.project, start.option) for start in plan.starts}
        value = sum(
            option.overnight_cost
            for project in instance.projects
            for option in project.options
            if (project.id, option.option) in built
        )
        worth = 1.0
    elif metric == TRAVEL_TIME:
        value = sum(row.value for row in plan.service if row.measure == TRAVEL_TIME)
        worth = instance.demands[0].value_of_time
    else:
        value = sum(row.value for row in plan.service if row.measure == "cost")
        worth = 1.0
    return {
        "metric": metric,
        "value": value,
        "bound": None if slack is None else value - slack / worth,
    }
