"""Law `manifest`, of a run that keeps a plan: no more is moved than it says, and nothing frozen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import listed, phrase
from infraplan.models.plan import Plan
from infraplan.optimizer.verify.decisions import is_number
from infraplan.optimizer.verify.violations import Recorder

LAW = "manifest"
SAME = 1e-6
"""Difference of two weights that are one."""


def check_kept_plan(recorder: Recorder, stated: Any, plan: Plan, objective: float) -> None:
    """Count anew what `plan` moves of the plan that run.json states, and look at what is frozen.

    Also its value, `objective` (money), against the least that was asked for and the stated bound.
    """
    planned = _planned(stated)
    if planned is None:
        recorder.fail(LAW, "kept", phrase("kept-plan-has-no-such-form"))
        return
    built = {row.project: (row.option, row.start) for row in plan.starts}
    names = planned.keys() | built.keys()
    moved = sorted(name for name in names if planned.get(name) != built.get(name))
    weights = stated.get("weights")
    fits = isinstance(weights, Mapping) and all(
        name in names and is_number(weight) for name, weight in weights.items()
    )
    recorder.holds(LAW, "kept:weights", fits, phrase("kept-plan-has-no-such-form"))
    weights = weights if isinstance(weights, Mapping) and fits else {}
    weight = sum(float(weights.get(name, 1.0)) for name in moved)
    for key, due in (("moves", float(len(moved))), ("weight", weight)):
        told = stated.get(key)
        text = phrase("run-json-is-but-is-in-the-files", name=key, stated=told, due=due)
        recorder.holds(LAW, f"kept:{key}", is_number(told) and abs(told - due) <= SAME, text)
    most = stated.get("most")
    if most is not None:
        text = phrase("more-is-moved-than-asked", weight=weight, most=most)
        recorder.holds(LAW, "kept:most", is_number(most) and weight <= most + SAME, text)
    _check_worth(recorder, stated, weight, objective)
    until = stated.get("frozen_until")
    if until is not None:
        broken = [
            name
            for name in moved
            if any(row.get(name, ("", until))[1] < until for row in (planned, built))
        ]
        text = phrase("what-is-frozen-is-moved", names=listed(broken), year=until)
        recorder.holds(LAW, "kept:frozen", not broken, text)


def _check_worth(
    recorder: Recorder, stated: Mapping[str, Any], weight: float, objective: float
) -> None:
    """The plan is worth what was asked for, and does not beat what is stated that none can."""
    least, bound, cost = (
        float(told) if isinstance(told, (int, float)) and is_number(told) else None
        for told in (stated.get(key) for key in ("least_value", "bound", "move_cost"))
    )
    if least is not None:
        what = phrase("run-json", name="kept.least_value")
        recorder.at_least(LAW, "kept:least_value", objective, least, what, abs(least))
    what = phrase("run-json", name="kept.bound")
    if bound is not None and cost is not None:
        net = objective - cost * weight
        recorder.at_most(LAW, "kept:bound", net, bound, what, abs(objective))
    elif bound is not None:
        recorder.at_least(LAW, "kept:bound", weight, bound, what)


def _planned(stated: Any) -> dict[str, tuple[str, int]] | None:
    """Option and year of start by project, as run.json states them; None: it does not."""
    rows = stated.get("starts") if isinstance(stated, Mapping) else None
    if not isinstance(rows, Mapping):
        return None
    found: dict[str, tuple[str, int]] = {}
    for name, row in rows.items():
        if not isinstance(row, list) or len(row) != 2 or not isinstance(row[1], int):
            return None
        found[str(name)] = (str(row[0]), row[1])
    return found
