"""Money as people say it: 1,207 亿元, CNY 120.7 billion; never a figure times a unit."""

from __future__ import annotations

from infraplan.models.catalogue import Phrase, pair
from infraplan.models.catalogue.money_unit_words import CURRENCIES_ZH, SCALES, SCALES_ZH
from infraplan.models.instance import Instance
from infraplan.optimizer.report.texts import unit_pair

_WHOLE = 1e-4
"""Share of a figure that four digits do not show; 1.997 is told as 2.00, for it is not 2."""
_SURE = 6
"""Decimals of an amount in money units of the instance that a solve is sure of."""


def figure_of(value: float) -> str:
    """`value` to about four digits, without a fraction that nobody reads."""
    size = abs(value)
    is_whole = abs(size - round(size)) <= _WHOLE * size
    places = 0 if size >= 1000.0 or is_whole else 1 if size >= 10.0 else 2
    return f"{round(value, places) + 0.0:,.{places}f}"


def told_money(instance: Instance, amount: float) -> Phrase:
    """`amount` (money units of the instance) in words of each language.

    Where the instance does not say what its unit is in currency, the figure with the unit's name.
    """
    settings = instance.settings
    amount = round(amount, _SURE) + 0.0  # what a solver leaves of nothing is told as 0
    if not _is_scaled(instance):
        english, chinese = unit_pair(instance)
        sign = " x " if english[:1].isdigit() else " "
        figure = figure_of(amount)
        gap = " "
        return pair(f"{figure}{sign}{english}".strip(), f"{figure}{gap}{chinese}".strip())
    whole = amount * settings.money_factor
    name = CURRENCIES_ZH.get(settings.currency, f" {settings.currency}")
    english = " ".join((settings.currency, _scaled(whole, SCALES, " ")))
    chinese = "".join((_scaled(whole, SCALES_ZH, "", " "), name))
    return pair(english, chinese)


def plain_money(instance: Instance) -> tuple[float, tuple[str, str]]:
    """How much of the currency one money unit of the instance is, and the currency's name.

    Of an instance that does not say so, 1 and the name of its unit.
    """
    if not _is_scaled(instance):
        return 1.0, unit_pair(instance)
    currency = instance.settings.currency
    return instance.settings.money_factor, (currency, CURRENCIES_ZH.get(currency, currency))


def _is_scaled(instance: Instance) -> bool:
    """Whether an instance says what its money unit is in currency."""
    settings = instance.settings
    named = settings.money_unit not in ("", settings.currency) and settings.money_factor == 1.0
    return bool(settings.currency) and not named


def _scaled(whole: float, scales: tuple[tuple[float, str], ...], gap: str, before: str = "") -> str:
    """The figure with the largest word of `scales` that leaves at least 1 of it."""
    size = abs(whole)
    factor, word = next((row for row in scales if size >= row[0] * (1.0 - 5e-4)), scales[-1])
    return f"{figure_of(whole / factor)}{before}{gap if word else ''}{word}"
