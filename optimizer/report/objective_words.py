"""How the value of a plan is told: money of net present value, or years until all is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, foreign, joined, phrase, term
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.report.texts import both
from infraplan.optimizer.status import told_gap

Pair = tuple[str, str]
YEARS: Pair = both("unit_years")
_LEAST_SHOWN = 1e-6
"""Smallest gap that is told by its figure: four places of a per cent show no smaller one."""


def counts_years(instance: Instance) -> bool:
    """Whether a plan is worth minus the years until its last opening."""
    return instance.settings.objective is Objective.MAKESPAN


def objective_name(instance: Instance) -> Pair:
    """What the figure told as the plan's value is called; see `told_value`."""
    return both("name_makespan" if counts_years(instance) else "name_objective")


def bound_name(instance: Instance) -> Pair:
    """What the figure told as its bound is called."""
    return both("name_least_years" if counts_years(instance) else "name_bound")


def gap_name(instance: Instance) -> Pair:
    """What the distance between the two is called."""
    return both("name_gap_years" if counts_years(instance) else "name_gap")


def gap_part(manifest: Mapping[str, Any]) -> Phrase:
    """The gap of a run in brackets, behind the difference that it is of.

    It is relative to the plan's value, to what the networks cost where that is near 0, and blank
    where there is nothing to be relative to.
    """
    figures = (manifest.get(name) for name in ("objective", "bound", "network_cost"))
    objective, bound, cost = (v if isinstance(v, int | float) else None for v in figures)
    gap = told_gap(objective, bound, cost or 0.0)
    if gap is None:
        return NOTHING_SAID
    is_of_cost = told_gap(objective, bound) is None
    least = term("report", "under_share") if 0.0 < gap < _LEAST_SHOWN else NOTHING_SAID
    share = joined(least, foreign(f"{100.0 * max(gap, _LEAST_SHOWN if least else 0.0):.4f}%"))
    return phrase("gap-of-cost" if is_of_cost else "gap-of-value", share=share)


def told_value(instance: Instance, value: object) -> float | None:
    """A value or bound as a person reads it: years as a positive number, money as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return abs(float(value)) if counts_years(instance) else float(value)


def common_name(instances: Iterable[Instance]) -> Pair:
    """What values of several runs beside one another are called, with the sign they have."""
    kinds = {counts_years(instance) for instance in instances}
    if len(kinds) > 1:
        return both("name_own_objective")
    return both("makespan" if True in kinds else "name_objective")


def common_unit(instances: Iterable[Instance], money: Pair) -> Pair:
    """Unit of such values: `money`, years, or none where they differ."""
    kinds = {counts_years(instance) for instance in instances}
    if len(kinds) > 1:
        return ("", "")
    return YEARS if True in kinds else money
