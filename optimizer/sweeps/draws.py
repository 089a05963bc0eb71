"""Instances drawn at random from one: a Latin hypercube over every figure that is doubted.

Of `count` draws each figure has one value in every `count`-th part of its distribution. Figures
that share a cause move together. What a figure draws hangs on the seed and its own name alone:
another figure in the instance changes nothing of it.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from infraplan.models.consistency import option_window
from infraplan.models.instance import Instance
from infraplan.models.project import Option, Project
from infraplan.models.quantities import Quality
from infraplan.models.relation import TakenOver
from infraplan.optimizer.analysis.scaled_money import inflows_times
from infraplan.optimizer.sweeps.drawn_data import (
    AMOUNT,
    BENEFITS,
    COST,
    DEFAULTS,
    EARLIEST,
    LEAD_TIME,
    RATE,
    REVENUE,
    VALUE,
    VALUE_OF_TIME,
    Datum,
    Key,
    addend_at,
    doubted_data,
    drawn_benefits,
    drawn_cost,
    factor_at,
    inflow_kind,
    taken_over,
)

FloatArray = npt.NDArray[np.float64]
Quantiles = Mapping[Key, float]


@dataclass(frozen=True)
class Drawn:
    """One draw.

    Attributes
    ----------
    number
        From 0 on.
    instance
        The instance with every drawn figure in its place, checked as any.
    values
        Each datum's figure by table, row and column, in its own unit; dates and lead times before
        they are rounded to years.
    """

    number: int
    instance: Instance
    values: dict[Key, float]


@dataclass(frozen=True)
class Draws:
    """Draws of an instance; `quantiles` has a row for each draw, a column for each datum."""

    instance: Instance
    seed: int
    data: tuple[Datum, ...]
    quantiles: FloatArray

    @property
    def count(self) -> int:
        """Number of draws."""
        return int(self.quantiles.shape[0])

    def drawn(self, number: int) -> Drawn:
        """Draw `number`, made when it is asked for.

        Raises
        ------
        InconsistentInstanceError
            If the drawn figures make no sense together.
        """
        row = self.quantiles[number]
        places = {d.key: float(q) for d, q in zip(self.data, row, strict=True)}
        values = {d.key: d.at(places[d.key]) for d in self.data}
        return Drawn(number, instance_at(self.instance, places), values)

    def values_of(self, key: Key) -> FloatArray:
        """The figures of one datum over the draws."""
        column = [datum.key for datum in self.data].index(key)
        datum = self.data[column]
        return np.array([datum.at(float(q)) for q in self.quantiles[:, column]])


def make_draws(instance: Instance, seed: int, count: int) -> Draws:
    """Draw `count` times from `instance`; the same seed makes the same draws."""
    data = doubted_data(instance)
    columns = [_quantiles(datum, seed, count) for datum in data]
    quantiles = np.column_stack(columns) if columns else np.zeros((count, 0))
    return Draws(instance, seed, data, quantiles)


def _quantiles(datum: Datum, seed: int, count: int) -> FloatArray:
    """Quantiles of one datum: in order of its causes and its own chance, one in every stratum."""
    own = 1.0 - sum(share for _, share in datum.shares)
    score = math.sqrt(max(0.0, own)) * _normal(datum.name, seed, count)
    for cause, share in datum.shares:
        score = score + math.sqrt(share) * _normal(cause, seed, count)
    ranks = np.empty(count, dtype=np.int64)
    ranks[np.argsort(score, kind="stable")] = np.arange(count)
    return np.asarray((ranks + _chance(f"{datum.name}|within", seed).random(count)) / count)


def _normal(cause: str, seed: int, count: int) -> FloatArray:
    """Standard normal values of a cause, one in every stratum of `count`."""
    # Here: the module brings scipy, which commands that draw nothing do without.
    from scipy.special import ndtri

    chance = _chance(cause, seed)
    return np.asarray(ndtri((chance.permutation(count) + chance.random(count)) / count))


def _chance(name: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


# ---------------------------------------------------------------------------- figures in place


def instance_at(instance: Instance, quantiles: Quantiles) -> Instance:
    """`instance` with the data of `quantiles` there, all others as they stand; checked as any.

    Raises
    ------
    InconsistentInstanceError
        If the changed figures make no sense together.
    """
    tables: dict[str, Any] = {
        "projects": _projects(instance, quantiles),
        "inflows": _inflows(instance, quantiles),
    }
    for table, key_of in _KEYS.items():
        rows = getattr(instance, table)
        tables[table] = tuple(key_of(row, quantiles) for row in rows)
    benefits = [_extra_stream(instance, row, quantiles) for row in instance.benefits]
    return instance.with_tables(**tables, benefits=tuple(benefits))


def _projects(instance: Instance, quantiles: Quantiles) -> tuple[Project, ...]:
    drawn = {row.id: _costed(row, quantiles) for row in instance.projects}
    for name, (old, parts) in taken_over(instance).items():
        before = {row.option: row for row in instance.project_by_id[old].options}
        drawn[name] = _following(drawn[name], before, drawn[old], parts)
    return tuple(_dated(instance, drawn[row.id], quantiles) for row in instance.projects)


def _costed(project: Project, quantiles: Quantiles) -> Project:
    """The project with its drawn cost, benefits and revenue in every option."""

    def place(column: str) -> float | None:
        return quantiles.get(("projects", project.id, column))

    cost, benefits, revenue = place(COST), place(BENEFITS), place(REVENUE)
    if cost is None and benefits is None and revenue is None:
        return project
    options = []
    for option in project.options:
        changed: dict[str, Any] = {}
        if cost is not None:
            changed[COST] = max(drawn_cost(option, cost), project.spent_to_date or 0.0)
        if benefits is not None:
            changed[BENEFITS] = drawn_benefits(option, benefits)
        if revenue is not None:
            changed[REVENUE] = option.revenue * factor_at(revenue, "revenue", option.quality)
        options.append(option.model_copy(update=changed))
    return project.model_copy(update={"options": tuple(options)})


def _following(
    renewal: Project, before: Mapping[str, Option], old: Project, parts: frozenset[TakenOver]
) -> Project:
    """A renewal whose benefits and revenue move as those of the project it took them over from."""
    after = {row.option: row for row in old.options}
    options = []
    for option in renewal.options:
        name = option.option if option.option in before else next(iter(before))
        was, now = before[name], after[name]
        changed: dict[str, Any] = {}
        if TakenOver.BENEFITS in parts and option.benefits == was.benefits:
            changed = {BENEFITS: now.benefits, "benefits_low": {}, "benefits_high": {}}
        if TakenOver.REVENUE in parts and option.revenue == was.revenue:
            changed[REVENUE] = now.revenue
        options.append(option.model_copy(update=changed))
    return renewal.model_copy(update={"options": tuple(options)})


def _dated(instance: Instance, project: Project, quantiles: Quantiles) -> Project:
    """The project with its drawn lead time and first year, as late as it can still be built."""
    lead = quantiles.get(("projects", project.id, LEAD_TIME))
    delay = quantiles.get(("projects", project.id, EARLIEST))
    if lead is None and delay is None:
        return project
    for part in (1.0, 0.5, 0.0):
        moved = _moved(project, lead, delay, part)
        windows = [option_window(instance, moved, option) for option in moved.options]
        if all(first <= last for first, last in windows):
            return moved
    return project


def _moved(project: Project, lead: float | None, delay: float | None, part: float) -> Project:
    """The project with `part` of its drawn delays, in whole years."""
    changed: dict[str, Any] = {}
    if lead is not None:
        changed["options"] = tuple(_longer(option, lead, part) for option in project.options)
    quality = project.options[0].quality
    years = 0 if delay is None else round(part * addend_at(delay, "delay", quality))
    if years:
        if project.earliest_start is not None:
            changed[EARLIEST] = project.earliest_start + years
        gates = {name: year + years for name, year in project.ready_years.items()}
        changed["ready_years"] = gates
        latest = project.latest_start
        if latest is not None and project.earliest_start is not None:
            changed[EARLIEST] = min(changed[EARLIEST], latest)
    return project.model_copy(update=changed)


def _longer(option: Option, lead: float, part: float) -> Option:
    """The option with its drawn lead time; shares of spending that it states stay as they are."""
    factor = 1.0 + part * (factor_at(lead, "lead_time", option.quality) - 1.0)
    years = round(option.lead_time * factor)
    return option.model_copy(update={LEAD_TIME: max(years, min(1, option.lead_time))})


def _inflows(instance: Instance, quantiles: Quantiles) -> tuple[Any, ...]:
    """What comes into funds; a fund's years move together, by the class of the first of them."""
    doubted: dict[str, Quality] = {}
    for row in sorted(instance.inflows, key=lambda row: row.year):
        if row.quality in DEFAULTS["inflow"]:
            doubted.setdefault(row.fund, row.quality)
    factors = {}
    for fund in instance.funds:
        place = quantiles.get(("inflows", fund.id, VALUE))
        if place is not None and fund.id in doubted:
            factors[fund.id] = factor_at(place, inflow_kind(fund), doubted[fund.id])
    moved = inflows_times(instance, factors)
    return tuple(
        new if old.quality in DEFAULTS["inflow"] else old
        for old, new in zip(instance.inflows, moved, strict=True)
    )


def _fiscal(row: Any, quantiles: Quantiles) -> Any:
    return _times(row, quantiles, ("fiscal", f"{row.jurisdiction}/{row.item}", VALUE), "fiscal")


def _receipt(row: Any, quantiles: Quantiles) -> Any:
    return _times(row, quantiles, ("receipts", row.project, VALUE), "revenue")


def _rate(row: Any, quantiles: Quantiles) -> Any:
    place = quantiles.get(("instruments", row.id, RATE))
    if place is None:
        return row
    return row.model_copy(update={RATE: max(0.0, row.rate + addend_at(place, "rate", row.quality))})


def _demand(row: Any, quantiles: Quantiles) -> Any:
    row = _times(row, quantiles, ("demands", row.id, AMOUNT), "demand", AMOUNT)
    key = ("demands", row.network, VALUE_OF_TIME)
    return _times(row, quantiles, key, VALUE_OF_TIME, VALUE_OF_TIME)


def _times(row: Any, quantiles: Quantiles, key: Key, kind: str, column: str = VALUE) -> Any:
    place = quantiles.get(key)
    if place is None:
        return row
    return row.model_copy(
        update={column: getattr(row, column) * factor_at(place, kind, row.quality)}
    )


_KEYS: dict[str, Callable[[Any, Quantiles], Any]] = {
    "fiscal": _fiscal,
    "receipts": _receipt,
    "instruments": _rate,
    "demands": _demand,
}


def _extra_stream(instance: Instance, row: Any, quantiles: Quantiles) -> Any:
    """A further benefit stream moves with its project's benefits, by the default of its class."""
    place = quantiles.get(("projects", row.project, BENEFITS))
    if place is None:
        return row
    quality = instance.project_by_id[row.project].options[0].quality
    return row.model_copy(update={VALUE: row.value * factor_at(place, "benefits", quality)})
