"""An instance in the money of another price year and currency, by an index that the user states.

Real money (prices of the price year) is multiplied by index[new] / index[old] and by the exchange
rate, nominal money (budgets, debt) by the exchange rate alone: it is money of its own year already.
Construction cost besides keeps its path of prices: what it rises above general inflation between
the two price years is part of the cost in the new one.

Which fields hold money is read off their units (`money...` is real, `nominal money` nominal); the
few that hold it only in some rows are listed in `SOMETIMES_MONEY`. What a scenario sets or adds is
money wherever the field that it changes is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import phrase
from infraplan.models.catalogue.money_unit_words import (
    CURRENCIES_ZH,
    SCALES,
    SIZES_ZH,
    TIMES,
    TIMES_ZH,
    UNIT,
    UNIT_ZH,
)
from infraplan.models.finance.discounting import convert_price_year
from infraplan.models.funding import Basis
from infraplan.models.horizon import Title
from infraplan.models.instance import TABLES, Instance, Settings, SourceDocument, table_model
from infraplan.models.jurisdiction import LISTINGS
from infraplan.models.policy import PER_HEAD, PolicyKind
from infraplan.models.project import Option
from infraplan.models.scenario import Change, Operation, Scenario
from infraplan.models.target import INVESTMENT

REAL, NOMINAL = frozenset({"money", "money/year"}), "nominal money"

_COSTS = frozenset(
    {"overnight_cost", "overnight_cost_low", "overnight_cost_high", "yearly_spending"}
)
_MONEY_POLICIES = frozenset(
    {PolicyKind.SPEND_CAP, PolicyKind.SPEND_FLOOR, PolicyKind.BENEFIT_FLOOR, *PER_HEAD}
)
SOMETIMES_MONEY: Mapping[tuple[str, str], str] = {
    ("inflows", "value"): "fund",
    ("fiscal", "value"): "item",
    ("receipts", "value"): "fund",
    ("policies", "value"): "id",
    ("targets", "value"): "id",
    ("targets", "existing"): "id",
    ("targets", "shortfall_price"): "id",
}
"""Fields whose rows differ in what they hold (real or nominal by the fund, money or a number by the
kind or metric), with the column by which the rows are told apart."""
_SCALES = {
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "千": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "亿": 1e8,
}


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
        Names of the new money. Blank keeps the currency; a unit that is named in one language
        alone, or in none where the money becomes another, is named by what it counts.
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
    tables = {name: tuple(scale.rows(name)) for name in TABLES}
    factor = float(f"{_money_factor(instance, to):.12g}")  # 1e4 / 1e-4 is 1e8
    names = _unit_names(settings, to, factor)
    note = SourceDocument(id="restated", title=_note(to, old, new, settings, names))
    kept = tuple(source for source in settings.sources if source.id != note.id)
    update = {
        "price_year": new,
        "money_factor": factor,
        "sources": (*kept, note),
        "currency": to.currency or settings.currency,
        **names,
    }
    return Instance(settings=scale.model(settings).model_copy(update=update), **tables)


def _money_factor(instance: Instance, to: Restatement) -> float:
    """Currency units in one new money unit, by which 万 and 亿 in a cell are read.

    In the same currency it follows from the exchange rate; in another one it is what the name of
    the unit says (`million EUR`: 1,000,000).
    """
    settings = instance.settings
    if not to.currency or to.currency == settings.currency:
        return settings.money_factor / to.exchange
    found = re.match(r"\s*([0-9.,]*)\s*([a-z]+|百万|[千万亿])?", to.money_unit, re.IGNORECASE)
    count, word = found.groups() if found else ("", "")
    number = count.replace(",", "")
    times = float(number) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", number) else 1.0
    return times * _SCALES.get((word or "").casefold(), 1.0)


def _unit_names(settings: Settings, to: Restatement, factor: float) -> dict[str, str]:
    """The unit's names in both languages; blank where a language has none for it."""
    english, chinese = to.money_unit, to.money_unit_zh
    currency = to.currency or settings.currency
    if not (english or chinese):
        old = settings.money_unit or settings.money_unit_zh
        is_same = to.exchange == 1.0 and currency == settings.currency
        if is_same or (old and units_in(old) is None):
            return {}  # a unit that counts something else than a currency keeps its name
        return {
            "money_unit": _unit_in_english(factor, currency) if old or factor != 1.0 else "",
            "money_unit_zh": unit_in_chinese(factor, currency) if settings.money_unit_zh else "",
        }
    if english and not english.isascii() and UNIT_ZH.fullmatch(english.strip()):
        chinese = chinese or english
        english = _unit_in_english(factor, currency)
    counts = _is_currency(english, currency) or units_in(english) == factor
    if not chinese and counts:
        chinese = unit_in_chinese(factor, currency)
    return {"money_unit": english or settings.money_unit, "money_unit_zh": chinese}


def _is_currency(name: str, currency: str) -> bool:
    return name.strip() == currency


def _unit_in_english(factor: float, currency: str) -> str:
    """A name that `units_in` reads as `factor`: 100 million CNY, 10,000 CNY."""
    for size, word in SCALES:
        count = factor / size
        if count >= 1.0 and count == int(count):
            number = "" if count == 1.0 else f"{int(count):,}"
            return " ".join(part for part in (number, word, currency) if part)
    return f"{factor:g} {currency}"


def unit_in_chinese(factor: float, currency: str) -> str:
    """The Chinese name of a unit of `factor` currency units; blank where there is none."""
    name = CURRENCIES_ZH.get(currency)
    return "" if name is None or factor not in SIZES_ZH else f"{SIZES_ZH[factor]}{name}"


def units_in(name: str) -> float | None:
    """Currency units that the money unit `name` says it has; None where it says nothing.

    `亿元` and `100 million CNY` are 1e8; `m` and `trip-minutes` may be anything.
    """
    if found := UNIT_ZH.fullmatch(name.strip()):
        return math.prod(TIMES_ZH[sign] for sign in found[1])
    found = UNIT.fullmatch(name.strip())
    if found is None or not (found[1] or found[2]):
        return None
    count = float(found[1].replace(",", "")) if found[1] else 1.0
    return count * TIMES[found[2].lower()] if found[2] else count


def _note(
    to: Restatement, old: int, new: int, settings: Settings, names: Mapping[str, str]
) -> Title:
    english, chinese = [], []
    if new != old:
        index = {year: (to.index or {})[year] for year in (old, new)}
        stated = ", ".join(f"{year} = {value:g}" for year, value in index.items())
        english.append(f"prices of {old} to {new} by the index {stated}")
        chinese.append(f"{old}年价换算为{new}年价，指数{stated}")
    if to.exchange != 1.0 or to.currency:
        unit = names.get("money_unit") or to.currency or settings.currency
        english.append(f"each amount times {to.exchange:.12g}, now in {unit}")
        chinese.append(
            f"各金额乘以{to.exchange:.12g}，单位改为{names.get('money_unit_zh') or unit}"
        )
    return Title(en="Restated: " + "; ".join(english), zh="换算：" + "；".join(chinese))


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, Mapping):
        return {key: amount * factor for key, amount in value.items()}
    if isinstance(value, tuple):
        return tuple(amount * factor for amount in value)
    return None if value is None else value * factor


def money_unit_of(model: type[DomainModel], field: str) -> str:
    """Unit of `field` where it always holds money, else blank."""
    extra = model.model_fields[field].json_schema_extra
    unit = extra.get("unit") if isinstance(extra, dict) else None
    return str(unit) if unit == NOMINAL or unit in REAL else ""


@dataclass(frozen=True)
class _Scale:
    """Factors of real money, nominal money and construction cost."""

    instance: Instance
    real: float
    nominal: float
    cost: float

    def rows(self, table: str) -> Iterator[Any]:
        """The rows of `table` with their money restated."""
        for row in getattr(self.instance, table):
            if isinstance(row, Scenario):
                changes = tuple(new for old in row.changes for new in self._change(old))
                yield row.model_copy(update={"changes": changes})
            else:
                yield self.model(row, table)

    def model(self, item: DomainModel, table: str = "") -> Any:
        """`item` (a row of `table`, settings, or part of either) with its money restated."""
        update: dict[str, Any] = {}
        for name in type(item).model_fields:
            value = getattr(item, name)
            if isinstance(value, DomainModel):
                update[name] = self.model(value)
            elif isinstance(value, tuple) and value and isinstance(value[0], DomainModel):
                update[name] = tuple(self.model(part) for part in value)
            elif (factor := self._factor(type(item), name, table, item)) != 1.0:
                update[name] = _scaled(value, factor)
        return item.model_copy(update=update)

    def _factor(
        self, model: type[DomainModel], field: str, table: str, row: DomainModel | None
    ) -> float:
        """What the money in `field` is multiplied by; 1 where it holds none."""
        if (table, field) in SOMETIMES_MONEY:
            return 1.0 if row is None else self._by_row[table](row, field)
        unit = money_unit_of(model, field)
        if not unit:
            return 1.0
        factor = self.nominal if unit == NOMINAL else self.real
        return self.cost if field in _COSTS else factor

    @cached_property
    def _by_row(self) -> Mapping[str, Callable[[Any, str], float]]:
        return {
            "inflows": self._of_fund,
            "receipts": self._of_fund,
            "policies": self._of_policy,
            "targets": self._of_target,
            "fiscal": self._of_item,
        }

    def _of_fund(self, row: Any, field: str) -> float:
        del field
        return self.real if self.instance.fund_by_id[row.fund].basis is Basis.REAL else self.nominal

    def _of_item(self, item: Any, field: str) -> float:
        """A listing is yes or no, every other item nominal money."""
        del field
        return 1.0 if item.item in LISTINGS else self.nominal

    def _of_policy(self, policy: Any, field: str) -> float:
        """Limits of spending and floors of benefits are price-year money."""
        del field
        return self.real if policy.kind in _MONEY_POLICIES else 1.0

    def _of_target(self, target: Any, field: str) -> float:
        """A target of investment is money itself; of any other the price of a unit missed is."""
        is_money = (target.metric == INVESTMENT) != (field == "shortfall_price")
        return self.real if is_money else 1.0

    # -------------------------------------------------------------------------------- scenarios

    def _change(self, change: Change) -> Iterator[Change]:
        """`change` with its amount and `where` restated; one per row group where rows differ."""
        fields = (change.field, *change.where)
        columns = {SOMETIMES_MONEY.get((change.table, field)) for field in fields} - {None}
        if not columns:
            yield self._restated(change, {name: self._of(change, name) for name in fields})
            return
        column = str(columns.pop())  # of one table all are told apart by the same column
        groups: dict[str, dict[str, float]] = {}
        for row in getattr(self.instance, change.table):
            if all(str(getattr(row, key, None)) == value for key, value in change.where.items()):
                factors = {
                    name: self._factor(type(row), name, change.table, row)
                    for name in fields
                    if name in type(row).model_fields
                }
                groups[str(getattr(row, column))] = factors
        first = next(iter(groups.values()), {})
        if all(factors == first for factors in groups.values()):
            yield self._restated(change, first)
            return
        for key, factors in groups.items():
            apart = change.model_copy(update={"where": {**change.where, column: key}})
            yield self._restated(apart, factors)

    def _restated(self, change: Change, factors: Mapping[str, float]) -> Change:
        """`change` with the money in it multiplied by the factor of its field.

        A row is met by the text of its number: the text is made of the product that the row gets.
        """
        where = {
            key: _text_of_product(text, factors.get(key, 1.0)) for key, text in change.where.items()
        }
        scaled = change.model_copy(update={"where": where})
        if change.operation is Operation.MULTIPLY:
            return scaled
        return _restated(scaled, factors.get(change.field, 1.0))

    def _of(self, change: Change, field: str) -> float:
        if change.table == "instance":
            return self._of_setting(field)
        if change.table not in TABLES:
            return 1.0
        models = [table_model(change.table), *([Option] if change.table == "projects" else [])]
        model = next((model for model in models if field in model.model_fields), None)
        return 1.0 if model is None else self._factor(model, field, change.table, None)

    def _of_setting(self, path: str) -> float:
        """Factor of the setting at the dotted `path`; keys of a table of numbers may end it."""
        if path == "money_factor":
            return 1.0 / self.nominal
        place: Any = self.instance.settings
        for name in path.split("."):
            if not isinstance(place, DomainModel) or name not in type(place).model_fields:
                return 1.0
            if money_unit_of(type(place), name):
                return self._factor(type(place), name, "", None)
            place = getattr(place, name)
        return 1.0


def _text_of_product(text: str, factor: float) -> str:
    try:
        return text if factor == 1.0 else str(float(text) * factor)
    except ValueError:  # "None" and other texts are no money
        return text


def _restated(change: Change, factor: float) -> Change:
    try:
        amount = None if change.value is None else float(change.value)
    except ValueError:  # a text is no money
        amount = None
    if amount is None or factor == 1.0:
        return change
    return change.model_copy(update={"value": amount * factor})
