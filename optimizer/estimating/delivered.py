"""What works deliver in a year, times what a unit of it is worth: benefits that hold no cost.

`deliveries.csv` has a formula for each type of works, in quantities of the project (traffic, people
or households served, water, energy) and unit values of `unit_values.csv`. Every figure has a low,
a middle and a high one; a formula is computed with the ranges of its terms, the low end of a
difference with the high end of what is taken off. Quantities that nobody has stated are the
typical ones of the type, grown with its size where they grow with it (`with_size`): traffic on a
road, or what passes a line, does not.

A gain once (serviced land) counts as what it yields a year at a rate of 8 %.

Benefits grow as their quantity does (traffic and need: `growth` of the type of works; land and
floor that is let do not) and as the values in them do: time with incomes (3 % a year x 0.7 to 1,
by the share of time in a value as its source derives it), carbon at 2.25 %; tariffs and land not.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from infraplan.models.catalogue import phrase

PRICE_YEAR = 2021
"""Year of the prices of all unit values."""
PRICES = {2021: 1.0, 2022: 1.02, 2023: 1.022, 2024: 1.024}
"""Consumer prices over those of 2021 (recalled: +2.0 % in 2022, +0.2 % in 2023 and in 2024)."""
LONG_RUN = 15
"""Years over which the growth of a benefit's values is told as one rate: half of a usual life."""
BUILT = frozenset({"mu", "mu_new", "mu_improved", "m2", "occupancy", "spaces"})
"""Quantities that are built once: land and floor grow by no growth of need."""
NET_OF_RUNNING = frozenset(
    (
        "floor_industry_m2",
        "floor_retail_m2",
        "visitor_net",
        "gas_m3_field",
        "gas_m3_industry",
        "gas_hh",
        "h2_kg",
        "charger_kwh",
    )
)
"""Values that are net of what the works cost to run: rent less running, value added by visitors,
gas net of lifting or of its chain, hydrogen against diesel, a charger's fee less running cost.
Values net of fuel or power alone, of handling or of what others spend are not: upkeep stays."""


@dataclass(frozen=True)
class Range:
    """A figure that is not known exactly; low <= mid <= high."""

    low: float
    mid: float
    high: float

    @staticmethod
    def exactly(value: float) -> Range:
        """A figure without doubt."""
        return Range(value, value, value)

    def __add__(self, other: Range) -> Range:
        """Return the sum, ends with ends."""
        return Range(self.low + other.low, self.mid + other.mid, self.high + other.high)

    def __sub__(self, other: Range) -> Range:
        """Return the difference: low less high, high less low."""
        return Range(self.low - other.high, self.mid - other.mid, self.high - other.low)

    def __mul__(self, other: Range) -> Range:
        """Return the product; either may be below 0."""
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Range(min(ends), self.mid * other.mid, max(ends))

    def __truediv__(self, other: Range) -> Range:
        """Return the quotient by a figure above 0."""
        ends = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Range(min(ends), self.mid / other.mid, max(ends))


TRAFFIC_GROWTH = Range(0.01, 0.02, 0.03)
"""Yearly growth of traffic where a type of road states none: that of roads of classes 1 to 3."""


_OPERATIONS: dict[type[ast.operator], Callable[[Range, Range], Range]] = {
    ast.Add: Range.__add__,
    ast.Sub: Range.__sub__,
    ast.Mult: Range.__mul__,
    ast.Div: Range.__truediv__,
}


@dataclass(frozen=True)
class UnitValue:
    """What one unit delivered is worth, CNY at prices of `price_year`, or a parameter of use.

    `growth` is that of its value, per year; `confidence` is H, M or L; `source` says where the
    figure is from.
    """

    key: str
    name_en: str
    name_zh: str
    unit: str
    value: Range
    growth: Range
    price_year: int
    confidence: str
    source: str
    note: str


@dataclass(frozen=True)
class Delivery:
    """How the yearly benefit of a type of works follows from what it delivers.

    `typical` are quantities of works of `size` (in the type's unit) where no others are known;
    those named in `with_size` grow with it.
    """

    type: str
    formula: str
    typical: Mapping[str, float]
    size: float
    with_size: frozenset[str]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the formula, quantities and unit values, in order."""
        found = [node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)]
        return tuple(dict.fromkeys(found))

    @property
    def quantities(self) -> tuple[str, ...]:
        """Names that are quantities of a project."""
        return tuple(name for name in self.names if name not in unit_values())

    @property
    def is_net(self) -> bool:
        """Whether what the works cost to run is already taken off in the value of a unit."""
        return not NET_OF_RUNNING.isdisjoint(self.names)

    @cached_property
    def _tree(self) -> ast.expr:
        return ast.parse(self.formula, mode="eval").body

    def usual(self, size: float) -> dict[str, Range]:
        """The typical quantities of works of `size`, in the type's unit."""
        grown = size / self.size
        return {
            name: Range.exactly(value * (grown if name in self.with_size else 1.0))
            for name, value in self.typical.items()
        }

    def worth(self, quantities: Mapping[str, Range]) -> Range:
        """Yearly benefit in CNY of `quantities`, which holds every one of `self.quantities`.

        Raises
        ------
        KeyError
            If a quantity of the formula is missing.
        """
        return self._worth(quantities, 0)

    def _worth(self, quantities: Mapping[str, Range], years: int) -> Range:
        """The benefit after so many years of growing values."""
        known = {
            name: row.value * Range.exactly((1.0 + row.growth.mid) ** years)
            for name, row in unit_values().items()
        }
        return _value(self._tree, known | dict(quantities))

    def value_growth(self, quantities: Mapping[str, Range]) -> float:
        """Yearly growth of the values in the benefit of `quantities`, by their shares in it."""
        now, later = (self._worth(quantities, years).mid for years in (0, LONG_RUN))
        return (later / now) ** (1.0 / LONG_RUN) - 1.0 if min(now, later) > 0.0 else 0.0

    def quantity_growth(self, usual: float) -> float:
        """Yearly growth of the quantities, `usual` being that of the type of works."""
        if set(self.quantities) <= BUILT:
            return 0.0
        return TRAFFIC_GROWTH.mid if "aadt" in self.quantities and usual == 0.0 else usual


def _value(node: ast.expr, known: Mapping[str, Range]) -> Range:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_value(node.left, known), _value(node.right, known))
    if isinstance(node, ast.Name):
        return known[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Range.exactly(float(node.value))
    raise ValueError(phrase("not-a-formula-of-benefits", formula=ast.unparse(node)))


@dataclass(frozen=True)
class Benefit:
    """A yearly benefit in CNY of the first full year, and in words how it was found.

    `value_growth` is the yearly growth of the values in it, that of quantities apart. `is_typical`
    tells that a quantity in it is what such works usually deliver, neither the project's nor grown
    with its size.
    """

    value: Range
    basis: str
    is_typical: bool
    value_growth: float = 0.0


def benefit_of(
    type_name: str, size: float, quantities: Mapping[str, Range] | None = None
) -> Benefit | None:
    """Yearly benefit of works of a type; None where it has no formula.

    Parameters
    ----------
    type_name
        Key of the type of works.
    size
        Size in the type's unit: what the typical quantities are grown by.
    quantities
        What is known of the project, by name; others are the typical ones.
    """
    delivery = deliveries().get(type_name)
    if delivery is None:
        return None
    own = {k: v for k, v in (quantities or {}).items() if k in delivery.quantities}
    used = delivery.usual(size) | own
    told = "; ".join(
        f"{name}={used[name].mid:.6g}"
        + ("" if name in own else " (by size)" if name in delivery.with_size else " (typical)")
        for name in delivery.quantities
    )
    is_typical = any(
        name not in own and name not in delivery.with_size for name in delivery.quantities
    )
    basis = f"{delivery.formula} with {told}"
    return Benefit(delivery.worth(used), basis, is_typical, delivery.value_growth(used))


def uplift(price_year: int, first_year: int, value_growth: float) -> float:
    """Values of the prices and the year of `PRICE_YEAR` in those of a plan: what they multiply by.

    Prices are consumer prices of the last year known; values that grow have done so until the
    plan's first year.
    """
    known = min(max(price_year, min(PRICES)), max(PRICES))
    return PRICES[known] * (1.0 + value_growth) ** max(0, first_year - PRICE_YEAR)


def _table(name: str) -> list[dict[str, str]]:
    folder = resources.files("infraplan.optimizer.estimating")
    return list(csv.DictReader(folder.joinpath(name).read_text(encoding="utf-8").splitlines()))


@cache
def unit_values() -> dict[str, UnitValue]:
    """Every unit value and parameter of use, by its key."""
    return {
        row["key"]: UnitValue(
            key=row["key"],
            name_en=row["name_en"],
            name_zh=row["name_zh"],
            unit=row["unit"],
            value=Range(float(row["low"]), float(row["mid"]), float(row["high"])),
            growth=Range(*(float(row[f"growth_{end}"]) for end in ("low", "mid", "high"))),
            price_year=int(row["price_year"]),
            confidence=row["confidence"],
            source=row["source"],
            note=row["note"],
        )
        for row in _table("unit_values.csv")
    }


@cache
def deliveries() -> dict[str, Delivery]:
    """The formula of every type of works, by the type's key."""
    return {
        row["type"]: Delivery(
            type=row["type"],
            formula=row["formula"],
            typical={
                name: float(value)
                for name, value in (part.split("=") for part in row["typical"].split(";"))
            },
            size=float(row["size"]),
            with_size=frozenset(name for name in row["with_size"].split(";") if name),
        )
        for row in _table("deliveries.csv")
    }
