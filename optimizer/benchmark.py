"""What an imported problem's source measures, read off a plan: value and bound in its own terms."""

from __future__ import annotations

from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan

COST, TRAVEL_TIME, DISPATCH = "cost", "total_travel_time", "dollars per hour"
OBJECTIVE, MAKESPAN = "objective", "makespan"
"""Metrics that are the plan's own objective: as it is, to be maximised, and turned round."""
WHOLE_DESTINATIONS = "objective_whole_destinations"
"""The objective of a mine whose source may split a block between destinations; the plan does not.

The value is one that the source can have too; the bound holds for whole blocks alone.
"""


def benchmark_of(
    instance: Instance, plan: Plan | None, objective: float | None, bound: float | None
) -> dict[str, Any] | None:
    """`{metric, value, bound}` of the instance's benchmark; None where it has none.

    All metrics but `objective` and `objective_whole_destinations` are minimised.
    The bound follows from that of the objective: both
    differ from their optimum by the same amount of money, which the metric's worth turns into its
    own unit. `objective` and `makespan` stand under their own name as well, with the best value
    that the source knows, and the relative gap to it: above 0 where the plan is worse.
    """
    metric = instance.settings.benchmark_metric
    if not metric:
        return None
    if metric in {OBJECTIVE, MAKESPAN, WHOLE_DESTINATIONS}:
        return _of_objective(instance, metric, objective if plan else None, bound)
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
        # Without trips that time is worth something to, no plan says anything of it.
        worth = max((row.value_of_time for row in instance.demands), default=0.0)
        if worth <= 0.0:
            return {"metric": metric, "value": None, "bound": None}
    else:
        value = sum(row.value for row in plan.service if row.measure == "cost")
        worth = 1.0
    return {
        "metric": metric,
        "value": value,
        "bound": None if slack is None else value - slack / worth,
    }


def _of_objective(
    instance: Instance, metric: str, objective: float | None, bound: float | None
) -> dict[str, Any]:
    """The benchmark of a metric that is the objective, or minus it."""
    sign = -1.0 if metric == MAKESPAN else 1.0
    value, limit = (None if x is None else sign * x + 0.0 for x in (objective, bound))
    known = instance.settings.benchmark_known
    gap = None
    if value is not None and known:
        gap = sign * (known - value) / abs(known)
    return {
        "metric": metric,
        "value": value,
        "bound": limit,
        metric: value,
        "best_known": known,
        "gap_to_best_known": gap,
    }
