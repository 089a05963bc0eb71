"""Units and currencies that a foreign table states row by row, in columns of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import listed_few
from infraplan.optimizer.interop.table_file import Sheet, cell_text
from infraplan.optimizer.interop.table_layout import Headings
from infraplan.optimizer.interop.table_report import TableReport
from infraplan.optimizer.interop.table_words import currency_in, unit_in

_CURRENCY = regex(r"^(?:.* )?currenc(?:y|ies)(?: code)?$|币种|货币|^devise$|währung|^moneda$", re.I)
_UNIT = regex(r"^(?:.* )?units?(?: of (?:money|account|measure))?$|单位$|^unité$|^einheit$", re.I)
_MOST = 0.5
"""Share of a column's words that must be units of money, or currencies, for it to state them."""


def currency_column(sheet: Sheet, headings: Headings) -> int | None:
    """Place of the column that names the currency of each row; None where there is none."""
    return _column(sheet, headings, _CURRENCY, lambda text: bool(_code(text)))


def codes_in(sheet: Sheet, headings: Headings, place: int) -> list[str]:
    """Currencies that a column names, row by row; rows without one are left out."""
    texts = (_at(row, place) for row in sheet.grid[headings.last :])
    return [code for text in texts if (code := _code(text))]


def _code(text: str) -> str:
    plain = text.strip()
    return currency_in(plain) or (plain if re.fullmatch(r"[A-Z]{3}", plain) else "")


def _column(sheet: Sheet, headings: Headings, pattern: re.Pattern[str], said: Any) -> int | None:
    for place, parts in enumerate(headings.parts):
        if not any(pattern.search(part) for part in parts):
            continue
        texts = [text for row in sheet.grid[headings.last :] if (text := _at(row, place))]
        if texts and sum(map(bool, map(said, texts))) > _MOST * len(texts):
            return place
    return None


def _at(row: Sequence[Any], place: int) -> str:
    return cell_text(row[place]) if place < len(row) else ""


class RowMoney:
    """What the rows of one sheet say of the unit and the currency of their amounts.

    Parameters
    ----------
    sheet, headings
        The table.
    currency
        Of the instance; blank where it is open.
    """

    def __init__(self, sheet: Sheet, headings: Headings, currency: str) -> None:
        self._currency = currency
        self._headings = headings
        self._of_currency = currency_column(sheet, headings)
        self._of_unit = _column(sheet, headings, _UNIT, unit_in)
        self._others: dict[str, list[int]] = {}
        self._unknown: dict[str, list[int]] = {}

    def unit(self, number: int, cells: Sequence[Any]) -> float | None:
        """Currency units in which the bare numbers of row `number` count; None: not said there."""
        if self._of_currency is not None and (code := _code(_at(cells, self._of_currency))):
            self._hold(number, code)
        text = "" if self._of_unit is None else _at(cells, self._of_unit)
        if not text:
            return None
        found = unit_in(text)
        if found is None:
            self._unknown.setdefault(text, []).append(number)
            return None
        self._hold(number, found[1])
        return found[0]

    def _hold(self, number: int, code: str) -> None:
        """Keep a row whose currency is another one than that of the instance."""
        rows = self._others.setdefault(code, [])
        if code and self._currency and code != self._currency and rows[-1:] != [number]:
            rows.append(number)

    def tell(self, report: TableReport) -> None:
        """Tell rows in another currency, and units that nobody knows."""
        shown = self._headings.shown()
        for code, rows in self._others.items():
            if not rows:
                continue
            place = self._of_unit if self._of_currency is None else self._of_currency
            report(
                "other-currency",
                phrase(
                    "rows-are-in-another-currency",
                    code=code,
                    currency=self._currency,
                    count=len(rows),
                    rows=listed_few([str(row) for row in rows]),
                ),
                phrase("convert-them-or-read-one-currency"),
                rows[0],
                None if place is None else shown[place],
            )
        for text, rows in self._unknown.items():
            report(
                "unknown-unit",
                phrase(
                    "unit-of-rows-is-not-known",
                    text=text[:60],
                    rows=listed_few([str(row) for row in rows]),
                ),
                row=rows[0],
                column=None if self._of_unit is None else shown[self._of_unit],
            )
