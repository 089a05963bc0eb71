"""The estimating library: a dated, sourced table of works types, and estimates from it.

Unit costs are in 10,000 CNY (price level of about 2021-2024, see each row's source); benefits and
running costs are yearly shares of cost. A type whose source says `assumption` was not seen in any
published figure. Another table of the same columns may take the place of the shipped one.

Benefits follow from what works deliver (`delivered.py`). The benefit ratios of this table are the
last resort for a type without a formula: first full-year benefits per unit of cost. Where a prior
for the kind of works is known they are its range; elsewhere they follow from three economic
returns `e` (low, middle, high, named in `benefit_source`), growth `g` and life `n`:

    ratio = (e - g) / (1 - ((1 + g) / (1 + e))^n) x (1 + e)^(lead/2) x (1 + e x lost) + O&M share

with `lost` the years of benefit that the ramp-up takes away. All of them are priors, none is
measured. Benefits of works that live 20 years or less do not grow: their renewal is not counted.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

_NUMBERS = (
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
    "optimism_bias",
)
_TEXTS = (
    "type",
    "name_en",
    "name_zh",
    "sector",
    "unit",
    "stream",
    "confidence",
    "source",
    "benefit_source",
    "dated",
)


@dataclass(frozen=True)
class WorksType:
    """One row of the table.

    `cost_*` in 10,000 CNY per `unit`; `om_share`, `benefit_*` and `revenue_share` per year as a
    share of cost; `lead_time` and `lifetime` in years; `growth` of benefits per year;
    `capital_ratio` is the least share of own capital; `optimism_bias` the mean overrun seen for
    the kind of works, as a share of cost; `confidence` H, M or L of the unit cost; `dated` the year
    of the row.
    """

    type: str
    name_en: str
    name_zh: str
    sector: str
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
    optimism_bias: float
    stream: str
    confidence: str
    source: str
    benefit_source: str
    dated: str


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
    text = (
        resources.files("infraplan.optimizer.estimating").joinpath(name).read_text(encoding="utf-8")
    )
    return list(csv.DictReader(text.splitlines()))


def _works_type(row: Mapping[str, str]) -> WorksType:
    numbers = {name: float(row[name]) for name in _NUMBERS}
    texts = {name: row[name] for name in _TEXTS}
    values: dict[str, Any] = {**texts, **numbers}
    return WorksType(
        **values,
        lead_time=int(row["lead_time"]),
        lifetime=int(row["lifetime"]),
        ramp_up=tuple(float(share) for share in row["ramp_up"].split(";")),
    )


@cache
def works_types() -> dict[str, WorksType]:
    """Every type of the shipped table by its key."""
    return {row["type"]: _works_type(row) for row in _rows("types.csv")}


def read_works_types(path: Path) -> dict[str, WorksType]:
    """Types of a table of the user's own, with the columns of the shipped one.

    Raises
    ------
    KeyError
        If a column is missing.
    ValueError
        If a number cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {row["type"]: _works_type(row) for row in csv.DictReader(stream)}


@cache
def _by_subsector() -> dict[str, tuple[str, float]]:
    return {
        row["subsector"]: (row["type"], float(row["quantity"])) for row in _rows("subsectors.csv")
    }


def is_known(subsector: str) -> bool:
    """Whether `subsector` is a word of the library, for a purpose or for a type of works."""
    return subsector in _by_subsector() or subsector in works_types()


def works_type(subsector: str) -> WorksType | None:
    """Type of works of a subsector, None where the table does not know it."""
    found = _by_subsector().get(subsector)
    return None if found is None else works_types()[found[0]]


def estimate(
    subsector: str,
    quantity: float | None = None,
    *,
    type_name: str | None = None,
    size_range: tuple[float, float] | None = None,
    types: Mapping[str, WorksType] | None = None,
) -> Estimate | None:
    """Cost of a project of `subsector` (or of `type_name`), None where nothing is known of it.

    Formula: quantity x unit cost; where the quantity is not given the subsector's usual size is
    assumed. The low and the high cost are also multiplied by `size_range`.

    Parameters
    ----------
    subsector
        Subsector of the project, e.g. `trunk_road`.
    quantity
        Size in the type's unit, None where not known.
    type_name
        Type to use instead of the subsector's.
    size_range
        Smallest and largest size as shares of the one taken; by default 1 and 1 for a size that is
        given, 0.7 and 1.4 for a usual one.
    types
        Table to use instead of the shipped one.
    """
    usual = _by_subsector().get(subsector)
    name = type_name or (usual[0] if usual else None)
    works = None if name is None else (types or works_types()).get(name)
    if works is None:
        return None
    stated = quantity is not None
    amount = quantity if quantity is not None else (usual[1] if usual else 1.0)
    low, high = size_range or ((1.0, 1.0) if stated else (0.7, 1.4))
    basis = f"{amount:g} {works.unit} x {works.type} at {works.cost_mid:g} x 10,000 CNY"
    if not stated:
        basis += " (usual size assumed)"
    return Estimate(
        works,
        amount,
        stated,
        amount * low * works.cost_low,
        amount * works.cost_mid,
        amount * high * works.cost_high,
        basis,
    )
