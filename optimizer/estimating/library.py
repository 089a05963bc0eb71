"""The estimating library: a dated, sourced table of works types, and estimates from it.

Unit costs are in 10,000 CNY (price level of about 2021-2024, see each row's source); benefits and
running costs are yearly shares of cost. A type whose source says `assumption` was not seen in any
published figure. The table may be overridden by a table of the same columns.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

PRICE_LEVEL = "2021-2024"
"""Price level of the unit costs."""


@dataclass(frozen=True)
class WorksType:
    """One row of the table.

    `cost_*` in 10,000 CNY per `unit`; `om_share`, `benefit_*` and `revenue_share` per year as a
    share of cost; `lead_time` and `lifetime` in years; `growth` of benefits per year.
    """

    type: str
    unit: str
    cost_low: float
    cost_mid: float
    cost_high: float
    lead_time: int
    om_share: float
    lifetime: int
    ramp_up: tuple[float, ...]
    benefit_low: float
    benefit_mid: float
    benefit_high: float
    growth: float
    revenue_share: float
    capital_ratio: float
    stream: str
    confidence: str
    source: str


@dataclass(frozen=True)
class Estimate:
    """Cost of `quantity` units of a type in 10,000 CNY, low, mid and high, and how it was found."""

    works: WorksType
    quantity: float
    quantity_stated: bool
    low: float
    mid: float
    high: float
    basis: str


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("optimizer.estimating").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def works_types() -> dict[str, WorksType]:
    """Every type by its key."""
    found = {}
    for row in _rows("types.csv"):
        numbers = {
            name: float(row[name])
            for name in (
                "cost_low",
                "cost_mid",
                "cost_high",
                "om_share",
                "benefit_low",
                "benefit_mid",
                "benefit_high",
                "growth",
                "revenue_share",
                "capital_ratio",
            )
        }
        found[row["type"]] = WorksType(
            type=row["type"],
            unit=row["unit"],
            lead_time=int(row["lead_time"]),
            lifetime=int(row["lifetime"]),
            ramp_up=tuple(float(share) for share in row["ramp_up"].split(";")),
            stream=row["stream"],
            confidence=row["confidence"],
            source=row["source"],
            **numbers,
        )
    return found


@cache
def _by_subsector() -> dict[str, tuple[str, float]]:
    return {
        row["subsector"]: (row["type"], float(row["quantity"])) for row in _rows("subsectors.csv")
    }


def works_type(subsector: str) -> WorksType | None:
    """Type of works of a subsector, None where the table does not know it."""
    found = _by_subsector().get(subsector)
    return None if found is None else works_types()[found[0]]


def estimate(
    subsector: str,
    quantity: float | None = None,
    *,
    type_name: str | None = None,
    size_range: tuple[float, float] = (0.7, 1.4),
) -> Estimate | None:
    """Cost of a project of `subsector` (or of `type_name`), None where nothing is known of it.

    Formula: quantity x unit cost; where the quantity is not stated the subsector's usual size is
    assumed and the range widened by `size_range` (share of the usual size, low and high).

    Parameters
    ----------
    subsector
        Subsector of the project, e.g. `trunk_road`.
    quantity
        Size in the type's unit, None where not stated.
    type_name
        Type to use instead of the subsector's.
    size_range
        Smallest and largest size beside the assumed one.
    """
    usual = _by_subsector().get(subsector)
    if usual is None and type_name is None:
        return None
    works = works_types()[type_name or (usual[0] if usual else "")]
    stated = quantity is not None
    amount = quantity if quantity is not None else (usual[1] if usual else 1.0)
    low, high = (1.0, 1.0) if stated else size_range
    basis = f"{amount:g} {works.unit} x {works.type} at {works.cost_mid:g} x 10,000 CNY"
    if not stated:
        basis += f" (size assumed, {low:g}-{high:g} times)"
    return Estimate(
        works,
        amount,
        stated,
        amount * low * works.cost_low,
        amount * works.cost_mid,
        amount * high * works.cost_high,
        basis,
    )
