"""Fill what an instance leaves open with estimates from the library, and say which matter most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.quantities import Quality
from infraplan.optimizer.estimating.delivered import (
    PRICE_YEAR,
    Range,
    benefit_of,
    deliveries,
    uplift,
)
from infraplan.optimizer.estimating.library import Estimate, WorksType, estimate

LAST_RESORT = "share of cost"
"""Marks a benefit for which nothing better than a share of its own cost is known."""


@dataclass(frozen=True)
class Filled:
    """One figure that was filled in: where, its value, and how it was found."""

    project: str
    option: str
    field: str
    value: str
    basis: str


@dataclass(frozen=True)
class Weight:
    """How much an estimated cost weighs: its range, and its share of the range of all costs."""

    project: str
    quality: str
    low: float
    mid: float
    high: float
    share: float


def fill_gaps(instance: Instance) -> tuple[Instance, tuple[Filled, ...]]:
    """Return `instance` with gaps filled from the estimating library, and what was filled.

    A gap is: a cost of 0; no low or high cost beside a cost that is not stated; no benefits; no
    running cost, ramp-up or revenue where the type of works has one. Nothing that is given is
    changed. A filled cost is an estimate where the project states its quantity in the type's unit,
    else an assumption; its basis is written into `cost_basis`. Projects of unknown subsectors, and
    instances in another currency than CNY, are left as they are.
    """
    if instance.settings.currency != "CNY":
        return instance, ()
    filled: list[Filled] = []
    projects = tuple(_project(instance, project, filled) for project in instance.projects)
    if not filled:
        return instance, ()
    return instance.model_copy(update={"projects": projects}), tuple(filled)


def _project(instance: Instance, project: Project, filled: list[Filled]) -> Project:
    found = estimate(project.subsector)
    if found is None or duty_of(project) is Mandate.COMMITTED:
        return project  # of works under way only the rest is stated, no base for shares of cost
    if project.quantity is not None and project.unit == found.works.unit:
        found = estimate(project.subsector, project.quantity) or found
    options = tuple(_option(instance, project, option, found, filled) for option in project.options)
    return (
        project if options == project.options else project.model_copy(update={"options": options})
    )


def _option(
    instance: Instance, project: Project, option: Option, found: Estimate, filled: list[Filled]
) -> Option:
    factor = 10_000.0 / instance.settings.money_factor
    works = found.works
    changes: dict[str, Any] = {}
    bases: dict[str, str] = {}
    cost = option.overnight_cost
    if cost == 0.0:
        cost = round(found.mid * factor, 6)
        changes |= {
            "overnight_cost": cost,
            "overnight_cost_low": round(found.low * factor, 6),
            "overnight_cost_high": round(found.high * factor, 6),
            "cost_basis": found.basis,
            "quality": Quality.ESTIMATE if found.quantity_stated else Quality.ASSUMPTION,
        }
        bases["overnight_cost"] = found.basis
    elif option.quality is not Quality.STATED and option.overnight_cost_low is None:
        changes["overnight_cost_low"] = round(cost * found.low / found.mid, 6)
        bases["overnight_cost_low"] = f"low / middle of {works.type}"
    if (
        option.quality is not Quality.STATED
        and option.overnight_cost_high is None
        and "overnight_cost" not in changes
    ):
        changes["overnight_cost_high"] = round(cost * found.high / found.mid, 6)
        bases["overnight_cost_high"] = f"high / middle of {works.type}"
    if not option.benefits:
        own = {name: Range.exactly(value) for name, value in option.deliveries.items()}
        settings = instance.settings
        years = (settings.price_year, settings.horizon.first_year)
        worth = stream_of(works, found.quantity, own, cost, factor / 10_000.0, years)
        changes |= worth
        bases["benefits"] = worth["benefit_basis"]
        if (given := option.fixed_om_cost) and is_net_of_running(works):
            for field in ("benefits", "benefits_low", "benefits_high"):
                changes[field] = {k: round(v + given, 6) for k, v in changes[field].items()}
            bases["benefits"] += f" + {given:g} of running cost, which is given"
            changes["benefit_basis"] = bases["benefits"]
    running, income = works.om_share, works.revenue_share
    if not option.benefits and option.fixed_om_cost == 0.0:
        running, income = running_shares(works)
    if option.fixed_om_cost == 0.0 and running > 0.0:
        changes["fixed_om_cost"] = round(cost * running, 6)
        bases["fixed_om_cost"] = f"{running:.3g} of cost a year ({works.type})"
    if not option.ramp_up and works.ramp_up != (1.0,):
        changes["ramp_up"] = works.ramp_up
        bases["ramp_up"] = works.type
    if option.revenue == 0.0 and income > 0.0:
        changes["revenue"] = round(cost * income, 6)
        bases["revenue"] = f"{income:.3g} of cost a year ({works.type})"
    for field, basis in bases.items():
        value = changes[field]
        shown = f"{value:g}" if isinstance(value, float) else str(value)
        filled.append(Filled(project.id, option.option, field, shown, basis))
    return option.model_copy(update=changes) if changes else option


def is_net_of_running(works: WorksType) -> bool:
    """Whether the benefit of works of the type is net of what they cost to run."""
    found = deliveries().get(works.type)
    return found is not None and found.is_net


def running_shares(works: WorksType) -> tuple[float, float]:
    """Running cost and revenue a year of works with the benefit of `stream_of`, shares of cost.

    Where the benefit is net of running cost none is charged again, and revenue is net of it too,
    so that what covers a debt (revenue less running cost) stays what it is.
    """
    if not is_net_of_running(works):
        return works.om_share, works.revenue_share
    return 0.0, max(0.0, round(works.revenue_share - works.om_share, 6))


def stream_of(
    works: WorksType,
    size: float,
    own: Mapping[str, Range],
    cost: float,
    factor: float,
    years: tuple[int, int] = (PRICE_YEAR, PRICE_YEAR),
) -> dict[str, Any]:
    """Benefit fields of an option of `size`, in the type's unit: what it delivers times its worth.

    `own` are quantities of its own, others are those usual for the type. A type without a
    formula takes the last resort, a share of `cost`, and says so. `factor` turns CNY into money
    of the instance; `years` are its price year and the first one of its plan.
    """
    found = benefit_of(works.type, size, own)
    growth = works.growth
    if found is None:
        ends = (works.benefit_low, works.benefit_mid, works.benefit_high)
        low, mid, high = (round(cost * share, 6) for share in ends)
        basis = f"{LAST_RESORT}: {works.benefit_mid:.3g} of cost a year ({works.type})"
    else:
        value, since = found.value, uplift(*years, found.value_growth)
        low, mid, high = (
            round(end * factor * since, 6) for end in (value.low, value.mid, value.high)
        )
        growth = deliveries()[works.type].quantity_growth(works.growth)
        basis = (
            f"{found.basis}; CNY a year, prices of {PRICE_YEAR}"
            + (f" x {since:.3f} to {years[0]}" if since != 1.0 else "")
            + f"; grows {growth:.2%} a year by quantity, {found.value_growth:.2%} by value"
            + ("; net of running" if is_net_of_running(works) else "")
        )
        growth = round((1.0 + growth) * (1.0 + found.value_growth) - 1.0, 5)
    return {
        "benefits": {works.stream: mid},
        "benefits_low": {works.stream: low},
        "benefits_high": {works.stream: high},
        "benefit_basis": basis,
        "benefit_growth": growth,
    }


def weights(instance: Instance) -> tuple[Weight, ...]:
    """Costs that are not stated, by how much they may still move, largest first.

    The weight is the share of (high - low) in the sum over all projects, base options: the cost
    share of an estimate, until flip thresholds can say which decisions it would change.
    """
    ranges = []
    for project in instance.projects:
        option = project.options[0]
        low = (
            option.overnight_cost
            if option.overnight_cost_low is None
            else option.overnight_cost_low
        )
        high = (
            option.overnight_cost
            if option.overnight_cost_high is None
            else option.overnight_cost_high
        )
        if option.quality is not Quality.STATED:
            ranges.append((project.id, option.quality.value, low, option.overnight_cost, high))
    total = sum(high - low for _, _, low, _, high in ranges) or 1.0
    rows = [Weight(p, q, low, mid, high, (high - low) / total) for p, q, low, mid, high in ranges]
    return tuple(sorted(rows, key=lambda row: (-row.share, row.project)))
