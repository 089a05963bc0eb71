"""Settings that are proposed for a foreign table: currency, unit of money, years of the plan."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.project import Stage
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import listed_few
from infraplan.optimizer.interop.table_columns_seen import Seen
from infraplan.optimizer.interop.table_dates import year_in, years_of
from infraplan.optimizer.interop.table_file import Sheet, cell_text
from infraplan.optimizer.interop.table_layout import Headings
from infraplan.optimizer.interop.table_money import (
    is_slip,
    looks_like_amount,
    proposed_mark,
    says_open,
)
from infraplan.optimizer.interop.table_row_money import codes_in, currency_column
from infraplan.optimizer.interop.table_stages import stage_word
from infraplan.optimizer.interop.table_units import unit_name, unit_name_zh
from infraplan.optimizer.interop.table_words import currency_in, unit_in
from infraplan.optimizer.storage.faults import CellFault

_MAGNITUDE = regex(
    r"(万亿|亿|千万|百万|万)元?|(?<![a-z])(crore|lakh|billion|million|thousand|bn|mn|[kmb](?![a-z]))",
    re.IGNORECASE,
)
_LETTERS = {"k": "thousand", "m": "million", "b": "billion", "mn": "million"}
_LONG_PLAN, _SHORT_PLAN = 40, 15
_SIGNS = (
    ("£", "GBP"),
    ("€", "EUR"),
    ("₹", "INR"),
    ("$", "USD"),
    ("元", "CNY"),
    ("￥", "CNY"),
    ("¥", "CNY"),
)
_SHARED = ("", "USD")
"""Currencies that are put where no sign, or `$` alone, says which it is."""


class SettingsChooser:
    """Chooses the settings of one table.

    Parameters
    ----------
    path, sheet, headings
        The table.
    columns
        What stands in its columns.
    fields
        Columns by what they are read as.
    asks
        Takes what a person should look at.
    """

    def __init__(
        self,
        path: Path,
        sheet: Sheet,
        headings: Headings,
        columns: Sequence[Seen],
        fields: Mapping[str, Sequence[Seen]],
        asks: list[Phrase],
    ) -> None:
        self.path, self.sheet, self.headings = path, sheet, headings
        self.columns, self.fields, self.asks = columns, fields, asks

    def settings(self, money: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings, with the keys of the map that name its money in `money`."""
        said = self._unit(money)
        currency = said[1] if said is not None and said[1] else self._currency()
        said = said or self._of_cells(money, currency)
        settings: dict[str, Any] = {"currency": currency}
        if said is None or (said[0] == 1.0 and not said[1]):
            settings |= {"money_unit": currency, "money_factor": 1}
            self.asks.append(phrase("ask-unit"))
        else:
            settings |= {"money_unit": unit_name(said[0], currency), "money_factor": int(said[0])}
            if chinese := unit_name_zh(said[0], currency):
                settings["money_unit_zh"] = chinese
        if not ({"years", "long"} & set(money)):
            first, last = self._plan_years()
            settings["price_year"] = first
            settings["horizon"] = {
                "phases": [{"id": "plan", "first_year": first, "last_year": last}]
            }
            self.asks.append(phrase("ask-horizon", first=first, last=last))
        return settings

    def _unit(self, money: Mapping[str, Any]) -> tuple[float, str] | None:
        places = [column.place for column in self._of_money(money)]
        found = [unit for place in places if (unit := self.headings.unit_of(place)) is not None]
        others = list(self.headings.units.values())
        if not found and others:
            found = others
            self.asks.append(phrase("ask-unit-of-other-column"))
        return max(set(found), key=found.count) if found else None

    def _of_money(self, money: Mapping[str, Any]) -> list[Seen]:
        names = [*(money.get("years") or ()), *(money.get("funding") or {}).values()]
        names += [(money.get("long") or {}).get("amount")]
        names += [c.heading for c in self.fields.get("overnight_cost", ())]
        return [column for column in self.columns if column.heading in names]

    def _of_cells(self, money: Mapping[str, Any], currency: str) -> tuple[float, str] | None:
        """The least magnitude that cells state, where every amount states its own: `1.2亿元`."""
        texts = [text for column in self._of_money(money) for text in column.texts]
        amounts = [text for text in texts if looks_like_amount(text)]
        sizes = [size for text in amounts if (size := _magnitude(text))]
        return (min(sizes), currency) if sizes and len(sizes) == len(amounts) else None

    def _currency(self) -> str:
        cells = [cell for column in self.columns for cell in column.texts[:300]]
        above = [cell_text(cell) for row in self.sheet.grid[: self.headings.last] for cell in row]
        place = currency_column(self.sheet, self.headings)
        if place is not None:
            return Counter(codes_in(self.sheet, self.headings, place)).most_common(1)[0][0]
        counts = Counter(
            code
            for sign, code in _SIGNS
            for text in (cells if sign != "元" else above)
            if sign in text
        )
        named = currency_in(" ".join(above).casefold())
        sign = counts.most_common(1)[0][0] if counts else ""
        if not sign and any(column.chinese > 0.5 for column in self.columns):
            sign = "CNY"
        currency = named or sign or "USD"
        if not named and sign in _SHARED:
            self.asks.append(phrase("ask-currency", currency=currency))
        return currency

    def _plan_years(self) -> tuple[int, int]:
        """First and last year of a plan of projects with dates alone: the table's own year on."""
        above = [
            cell_text(cell) for row in self.sheet.grid[: self.headings.first - 1] for cell in row
        ]
        titles = [self.sheet.title, *above, self.path.stem.replace("_", " ")]
        # The one column of a year, beside the cost: what is planned for the table's own year.
        titles += [
            c.heading for c in self.columns if c.year and c.is_money and c.meaning != "spent"
        ]
        years = [
            years_of(text[:60]) or (y, y) if (y := year_in(text[:60])) else None for text in titles
        ]
        said = [found for found in years if found is not None]
        own = next((c for c in self.columns if c.meaning == "year" and years_in(c)), None)
        dated = [
            found
            for name in ("span", "begins", "ends")
            for column in self.fields.get(name, ())
            for cell in column.cells
            if (found := years_of(cell)) is not None
        ]
        begin = [first for first, _ in dated]
        end = max((last for _, last in dated), default=0)
        if said:
            first = said[0][0]
        elif own is not None:
            first = max(years_in(own))
        elif under_way := [
            found[0]
            for stage in self.fields.get("stage", ())
            for name in ("span", "begins")
            for column in self.fields.get(name, ())
            for word, cell in zip(stage.cells, column.cells, strict=True)
            if stage_word(cell_text(word)) == Stage.UNDER_CONSTRUCTION
            and (found := years_of(cell)) is not None
        ]:
            first = max(under_way) + 1
        else:
            # A list of works of many years: what began early is under way by now.
            first = min(begin, default=2026)
            first = first if end - first <= _SHORT_PLAN else sorted(begin)[len(begin) // 2]
        return first, min(max(end, first + 4), first + _LONG_PLAN)


def _magnitude(text: str) -> float | None:
    """Currency units of the magnitude that an amount states, `$1.5M`; None for none."""
    found = _MAGNITUDE.search(text)
    word = "" if found is None else (found[1] or found[2]).casefold()
    unit = unit_in(f"({_LETTERS.get(word, word)})") if word else None
    return None if unit is None else unit[0]


def years_in(column: Seen) -> set[int]:
    """Years that the cells of a column begin with."""
    return {found[0] for cell in column.cells if (found := years_of(cell)) is not None}


def amount_rules(
    tree: dict[str, Any],
    columns: Sequence[Seen],
    fields: Mapping[str, Sequence[Seen]],
    asks: list[Phrase],
) -> None:
    """Put into `tree` what negative amounts and texts in the place of amounts are taken for."""
    names = {*(tree.get("years") or ()), (tree.get("long") or {}).get("amount")}
    names |= {*(tree.get("funding") or {}).values()}
    names |= {
        column.heading
        for name in ("overnight_cost", "spent_to_date")
        for column in fields.get(name, ())
    }
    names.add(tree.get("total"))
    money = [column for column in columns if column.heading in names]
    parts = [column.numbers for column in money if column.heading != tree.get("total")]
    rows = list(zip(*parts, strict=True))
    below = [n for numbers in rows for n in numbers if n is not None and n < 0.0]
    lowest = [numbers for numbers in rows if any((n or 0.0) < 0.0 for n in numbers)]
    if any(any((n or 0.0) > 0.0 for n in numbers) for numbers in lowest):
        tree["negative"] = "keep_rest"
        told = phrase("ask-negative-as-zero", count=len(below), below=sum(below))
        asks.append(told)
    elif below:
        tree["negative"] = "leave_out"
        asks.append(phrase("ask-negative", count=len(below)))
    currency = tree["settings"]["currency"]
    if asked := proposed_mark([column.cells for column in money], currency):
        tree["decimal"] = asked[0].value
        asks.append(asked[1])
    words = [
        text
        for column in money
        for cell, number in zip(column.cells, column.numbers, strict=True)
        if number is None and not isinstance(cell, CellFault)
        if (text := cell_text(cell)) and not says_open(text)
    ]
    slips = list(dict.fromkeys(text for text in words if is_slip(text)))
    if slips:
        shown = listed_few([repr(text[:60]) for text in slips])
        asks.append(phrase("ask-slips", count=len(words), texts=shown))
    elif words:
        tree["unreadable"] = "open"
        asks.append(phrase("ask-unreadable", count=len(words), text=words[0][:60]))
