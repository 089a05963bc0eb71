"""Numbers without rounding, and an instance, a plan's decisions read in them.

The laws of `verify` are written once, in plain arithmetic. Given these numbers instead of doubles
the same lines compute in fractions: what a literal or a stated number says in decimals is meant
exactly, `0.1` a tenth. That is needed where amounts are so large that rounding of doubles, or the
tolerance of the laws, would hide the smallest unit of money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

from pydantic import BaseModel

from infraplan.models.instance import Instance
from infraplan.optimizer.verify.built import Built, build, retire, standing
from infraplan.optimizer.verify.decisions import Decisions
from infraplan.optimizer.verify.problem_data import ProblemData

MONEY_TABLES = (
    "projects",
    "shares",
    "benefits",
    "funds",
    "inflows",
    "receipts",
    "instruments",
    "debt",
    "fiscal",
    "jurisdictions",
    "pools",
    "agreements",
    "policies",
    "settings",
)
"""Tables whose numbers enter laws of money; no network among them, which may have many rows."""


@lru_cache(maxsize=100_000)
def _stated(value: float) -> Fraction:
    """The fraction that a double states: the shortest decimals that are read as it."""
    return Fraction(repr(value))


class Exact:
    """A fraction that meets doubles and whole numbers in arithmetic and stays a fraction."""

    __slots__ = ("value",)

    def __init__(self, value: Fraction) -> None:
        self.value = value

    def __add__(self, other: object) -> Exact:
        return Exact(self.value + fraction(other))

    __radd__ = __add__

    def __sub__(self, other: object) -> Exact:
        return Exact(self.value - fraction(other))

    def __rsub__(self, other: object) -> Exact:
        return Exact(fraction(other) - self.value)

    def __mul__(self, other: object) -> Exact:
        return Exact(self.value * fraction(other))

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> Exact:
        return Exact(self.value / fraction(other))

    def __rtruediv__(self, other: object) -> Exact:
        return Exact(fraction(other) / self.value)

    def __pow__(self, exponent: int | float) -> Exact:
        if isinstance(exponent, int):
            return Exact(self.value**exponent)
        return Exact(_stated(float(self.value) ** exponent))  # half a year has no fraction

    def __neg__(self) -> Exact:
        return Exact(-self.value)

    def __abs__(self) -> Exact:
        return Exact(abs(self.value))

    def __lt__(self, other: object) -> bool:
        return self.value < fraction(other)

    def __le__(self, other: object) -> bool:
        return self.value <= fraction(other)

    def __gt__(self, other: object) -> bool:
        return self.value > fraction(other)

    def __ge__(self, other: object) -> bool:
        return self.value >= fraction(other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact | int | float) and self.value == fraction(other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __format__(self, spec: str) -> str:
        return format(float(self.value), spec)

    def __repr__(self) -> str:
        return f"Exact({self.value})"


def fraction(number: object) -> Fraction:
    """The fraction of a number of any kind.

    Raises
    ------
    TypeError
        If it is no number.
    OverflowError
        If it is infinite; ValueError if it is none.
    """
    if isinstance(number, Exact):
        return number.value
    if isinstance(number, float):
        return _stated(number)
    if isinstance(number, int | Fraction):
        return Fraction(number)
    raise TypeError(type(number).__name__)


def _exact(value: object) -> object:
    """`value` with every double below it an exact number; a row without any is itself."""
    if isinstance(value, float):
        return Exact(_stated(value))
    if isinstance(value, BaseModel):
        changed = {
            name: new
            for name in type(value).model_fields
            if (new := _exact(old := getattr(value, name))) is not old
        }
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, tuple):
        parts = tuple(_exact(part) for part in value)
        return (
            parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
        )
    if isinstance(value, Mapping):
        return {key: _exact(part) for key, part in value.items()}
    return value


def exact_instance(instance: Instance) -> Instance:
    """`instance` whose numbers of `MONEY_TABLES` are exact, for arithmetic alone."""
    update = {name: _exact(getattr(instance, name)) for name in MONEY_TABLES}
    return instance.model_copy(update=update)


def exact_decisions(reading: ProblemData, decisions: Decisions) -> Decisions:
    """`decisions` in exact numbers; `reading` is that of an exact instance."""
    by_id = reading.instance.project_by_id
    built: dict[str, Built] = {}
    for name, here in decisions.built.items():
        project = by_id[name]
        option = next(row for row in project.options if row.option == here.option.option)
        built[name] = build(reading, project, option, here.start)
    return replace(
        decisions,
        built=built,
        payments=_rows(decisions.payments),
        issues=_rows(decisions.issues),
        compensations=_rows(decisions.compensations),
        lapses={key: cast("float", _exact(float(v))) for key, v in decisions.lapses.items()},
        standing=retire(reading, standing(reading), built),
    )


def _rows(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        row.model_copy(update={"amount": Exact(_stated(float(row.amount)))}) for row in rows
    )
