"""An instance in the money of another price year and currency, by an index that the user states.

Real money (prices of the price year) is multiplied by index[new] / index[old] and by the exchange
rate, nominal money (budgets, debt) by the exchange rate alone: it is money of its own year already.
Construction cost besides keeps its path of prices: what it rises above general inflation between
the two price years is part of the cost in the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import phrase
from infraplan.models.finance.discounting import convert_price_year
from infraplan.models.funding import Basis
from infraplan.models.horizon import Title
from infraplan.models.instance import TABLES, Instance, SourceDocument, table_model
from infraplan.models.policy import PolicyKind
from infraplan.models.project import Option
from infraplan.models.target import INVESTMENT

REAL, NOMINAL = frozenset({"money", "money/year"}), "nominal money"

_COSTS = frozenset({"overnight_cost", "overnight_cost_low", "overnight_cost_high"})
_MONEY_POLICIES = frozenset(
    {PolicyKind.SPEND_CAP, PolicyKind.SPEND_FLOOR, PolicyKind.BENEFIT_FLOOR}
)
_BY_FUND = ("inflows", "receipts")
"""Tables whose `value` is real or nominal as their fund says."""


@dataclass(frozen=True)
class Restatement:
    """What to restate an instance in.

    Attributes
    ----------
    price_year
        New price year; None keeps the instance's.
    index
        Price index by year, holding the old and the new price year; asked for where they differ.
    exchange
        Units of the new money unit for one of the old.
    currency, money_unit, money_unit_zh
        Names of the new money; blank keeps the instance's.
    """

    price_year: int | None = None
    index: Mapping[int, float] | None = None
    exchange: float = 1.0
    currency: str = ""
    money_unit: str = ""
    money_unit_zh: str = ""


def restate(instance: Instance, to: Restatement) -> Instance:
    """Return `instance` with every figure of money restated; a note on it is added to `sources`.

    Raises
    ------
    ValueError
        If the exchange rate is not above 0, or the index lacks a year that is needed.
    InconsistentInstanceError
        If the restated instance makes no sense.
    """
    if not to.exchange > 0.0:
        raise ValueError(phrase("the-exchange-rate-must-be-above-0"))
    settings = instance.settings
    old = settings.price_year
    new = old if to.price_year is None else to.price_year
    prices = 1.0 if new == old else convert_price_year(1.0, to.index or {}, old, new)
    real = prices * to.exchange
    rise = (1.0 + settings.appraisal.cost_escalation) ** (new - old)
    scale = _Scale(instance, real, to.exchange, real * rise)
    tables = {name: tuple(scale.row(name, r) for r in getattr(instance, name)) for name in TABLES}
    appraisal = settings.appraisal.model_copy(
        update={"metric_prices": _scaled(settings.appraisal.metric_prices, real)}
    )
    note = SourceDocument(id="restated", title=_note(to, old, new, settings.currency))
    kept = tuple(source for source in settings.sources if source.id != note.id)
    renamed = {
        name: value
        for name, value in (
            ("currency", to.currency),
            ("money_unit", to.money_unit),
            ("money_unit_zh", to.money_unit_zh),
        )
        if value
    }
    update = {"price_year": new, "appraisal": appraisal, "sources": (*kept, note), **renamed}
    return Instance(settings=settings.model_copy(update=update), **tables)


def _note(to: Restatement, old: int, new: int, currency: str) -> Title:
    english, chinese = [], []
    if new != old:
        index = {year: (to.index or {})[year] for year in (old, new)}
        stated = ", ".join(f"{year} = {value:g}" for year, value in index.items())
        english.append(f"prices of {old} to {new} by the index {stated}")
        chinese.append(f"{old}年价换算为{new}年价,指数{stated}")
    if to.exchange != 1.0 or to.currency:
        unit = to.money_unit or to.currency or currency
        english.append(f"one old unit = {to.exchange:g} {unit}")
        chinese.append(f"原单位1 = {to.exchange:g} {unit}")
    return Title(en="Restated: " + "; ".join(english), zh="换算:" + ";".join(chinese))


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, Mapping):
        return {key: amount * factor for key, amount in value.items()}
    return None if value is None else value * factor


def _money_fields(model: type[DomainModel]) -> dict[str, str]:
    """Fields of `model` that hold money, with their unit."""
    found = {}
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        unit = extra.get("unit") if isinstance(extra, dict) else None
        if unit == NOMINAL or unit in REAL:
            found[name] = str(unit)
    return found


@dataclass(frozen=True)
class _Scale:
    """Factors of real money, nominal money and construction cost."""

    instance: Instance
    real: float
    nominal: float
    cost: float

    def row(self, table: str, row: Any) -> Any:
        """`row` of `table` with its money restated."""
        special: Mapping[str, Callable[[Any], dict[str, Any]]] = {
            "projects": self._project,
            "policies": self._policy,
            "targets": self._target,
            "scenarios": lambda _: {},
        }
        if table in special:
            return row.model_copy(update=special[table](row))
        update = self._fields(row, table_model(table))
        if table in _BY_FUND:
            basis = next(f.basis for f in self.instance.funds if f.id == row.fund)
            update["value"] = row.value * (self.real if basis is Basis.REAL else self.nominal)
        return row.model_copy(update=update)

    def _fields(self, row: DomainModel, model: type[DomainModel]) -> dict[str, Any]:
        update = {}
        for name, unit in _money_fields(model).items():
            factor = self.nominal if unit == NOMINAL else self.real
            factor = self.cost if name in _COSTS else factor
            update[name] = _scaled(getattr(row, name), factor)
        return update

    def _project(self, project: Any) -> dict[str, Any]:
        options: Iterable[Option] = project.options
        return {
            "options": tuple(o.model_copy(update=self._fields(o, Option)) for o in options),
        }

    def _policy(self, policy: Any) -> dict[str, Any]:
        """Limits of spending and floors of benefits are price-year money."""
        return {"value": policy.value * self.real} if policy.kind in _MONEY_POLICIES else {}

    def _target(self, target: Any) -> dict[str, Any]:
        """A target of investment is money itself; of any other the price of a unit missed is."""
        if target.metric == INVESTMENT:
            return {"value": target.value * self.real, "existing": target.existing * self.real}
        return {"shortfall_price": target.shortfall_price * self.real}
