"""Amounts in foreign tables: the product's own reader of amounts, and what stands around them.

Words in the place of an amount say that it is open; a range is low, middle and high. Whatever is an
amount is read by `storage`, so that it means here what it means in an instance's own tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.table_file import western
from infraplan.optimizer.interop.table_words import BY_COMMA, OPEN_WORDS, unit_in
from infraplan.optimizer.storage.accepted_words import MYRIADS
from infraplan.optimizer.storage.cells import BLANK, CellContext, parse_cell
from infraplan.optimizer.storage.decimal_marks import find_marks
from infraplan.optimizer.storage.estimates import Estimate, estimate_in
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.numbers import (
    DecimalMark,
    is_nought,
    parse_number,
    plain,
    readings,
)
from infraplan.optimizer.storage.table_columns import PROJECTS, table_of


@dataclass(frozen=True)
class Amount:
    """An amount in money units; of a range its ends too, None where they are open.

    `written` is the cell where it was written as an estimate or in numerals, `is_about` whether it
    says that it is about so much, `note` what stands in brackets behind it.
    """

    value: float
    low: float | None = None
    high: float | None = None
    is_range: bool = False
    written: str = ""
    is_about: bool = False
    note: str = ""


@dataclass(frozen=True)
class MoneyReader:
    """Reads the cells of one column of money.

    Attributes
    ----------
    context
        Money factor, decimal mark and currency of the instance.
    unit
        Currency units in which a bare number of the column counts; None: in money units.
    """

    context: CellContext
    unit: float | None = None

    def amount(self, cell: Any) -> Amount | None:
        """Return the amount in `cell`; None where it is blank or says that it is not known.

        Raises
        ------
        CellFault
            It seems to be an amount and cannot be read as one.
        """
        if not isinstance(cell, str):
            return self._number(cell)
        if cell not in self._known:
            self._known[cell] = self._of_text(cell)
        return self._known[cell]

    @cached_property
    def _known(self) -> dict[str, Amount | None]:
        """Amounts of texts that were read: a column holds the same ones, and is read twice."""
        return {}

    def _of_text(self, text: str) -> Amount | None:
        text = tidy(text)
        if not text or says_open(text):
            return None
        text, note = without_note(text)
        ends = range_in(text)
        found = self._number(text) if ends is None else self._of_range(*ends)
        return replace(found, note=note) if found is not None and note else found

    def _of_range(self, low: str, high: str) -> Amount:
        least, most = self._number(low) if low else Amount(0.0), self._number(high)
        first, last = (None if end is None else end.value for end in (least, most))
        if first is None or (last is not None and last < first):
            raise CellFault("bad-number", phrase("is-no-range", low=low, high=high))
        value = first if last is None else (first + last) / 2.0
        return Amount(value, first, last, is_range=True)

    def _number(self, cell: Any) -> Amount | None:
        info = table_of(PROJECTS).columns["overnight_cost"]
        context, factor = self._cells
        # Multiplied first: 1,200.5 thousand is 1.2005 million without a trace of rounding.
        scale = 1.0 if factor is None else factor
        by = 1.0 if factor is None else self.context.money_factor or 1.0
        if isinstance(cell, str) and (indian := _INDIAN.fullmatch(cell)):
            size = 1e7 if indian[2].casefold().startswith("c") else 1e5
            value = parse_cell(
                info, indian[1], replace(self.context, money_factor=1.0, reads_estimates=False)
            )
            return Amount(float(value) * size / (self.context.money_factor or 1.0))
        value = parse_cell(info, cell, context)
        if value is BLANK:
            return None
        if not isinstance(value, Estimate):
            return Amount(float(value) * scale / by)
        low, high = (
            None if end is None else float(end) * scale / by for end in (value.low, value.high)
        )
        middle = float(value.value) * scale / by
        return Amount(middle, low, high, low is not None, value.written, value.is_about)

    @cached_property
    def _cells(self) -> tuple[CellContext, float | None]:
        """What a cell's meaning depends on, and the unit in which a bare number counts, if any."""
        context, factor = replace(self.context, reads_estimates=True), None
        if self.unit is not None and context.money_factor:
            # A bare number counts in the column's unit, one with a magnitude is absolute: both
            # come out right where the column's unit is what absolute amounts are divided by.
            factor = self.unit
            context = replace(context, money_factor=self.unit)
        suffix = self._suffix(context)
        return (replace(context, unit=suffix) if suffix else context), factor

    def _suffix(self, context: CellContext) -> str:
        """The column's unit as the reader of amounts knows it, which then refuses 元 below 万元."""
        known = {float(size): f"{word}元" for word, size in MYRIADS.items()}
        return known.get(self.unit or 0.0, "") if context.currency in ("", "CNY") else ""


_BY_POINTS = regex(r"\D*[1-9]\d{0,2}\.\d{3}\D*")


def undecided(cells: Iterable[Any]) -> int | None:
    """Which of `cells`, from 0, is like `1.200`, where none of them tells the decimal mark.

    It is 1200 in half of the world and 1.2 in the other; None where any cell tells which.
    """
    first = None
    for number, cell in enumerate(cells):
        if isinstance(cell, int | float):
            return None
        if not isinstance(cell, str) or not ("." in cell or "," in cell):
            continue
        if len(readings(cell)) == 1 and not _BY_POINTS.fullmatch(cell.strip()):
            return None
        if first is None and _BY_POINTS.fullmatch(cell.strip()):
            first = number
    return first


def proposed_mark(
    columns: Sequence[Sequence[Any]], currency: str
) -> tuple[DecimalMark, Phrase] | None:
    """Decimal mark of the `columns` of money to be looked at by a person; None where cells tell it.

    Of a column that can be read in two ways among others by the comma it is the comma; where no
    cell tells anything it is the mark of most countries with that currency.
    """
    rows = list(zip(*columns, strict=True))
    if undecided(cell for row in rows for cell in row) is not None:
        mark = DecimalMark.COMMA if currency in BY_COMMA else DecimalMark.POINT
        return mark, phrase("ask-decimal", mark="," if mark is DecimalMark.COMMA else ".")
    marks = find_marks(list(enumerate(rows)), list(range(len(columns))), DecimalMark.POINT)
    told = set(marks.by_column.values()) - {DecimalMark.ASK}
    if marks.question is None or told != {DecimalMark.COMMA}:
        return None
    return DecimalMark.COMMA, phrase("ask-decimal-of-others", text=marks.question[2])


_INDIAN = regex(r"(?:rs\.?|inr|₹)?\s*(.*\d)\s*(crores?|cr\.?|lakhs?|lacs?)", re.IGNORECASE)
_LAKHS = regex(r"(?<![\d,.])\d{1,2}(?:,\d\d)+,\d{3}(?![\d,])")
"""`1,23,456`: parted by lakhs, as India does."""
_APOSTROPHES = regex(r"(?<=\d)['’](?=\d{3})")
_OTHER_SIGNS = regex(
    r"(?<![A-Za-z])(?:NT|HK|NZ|CA|AU|C|A|S)\$|(?<=\d)\s*(?:SEK|NOK|DKK|kr\.?|CHF|PLN|zł|Kč|ZAR)$"
    r"|^(?:CHF|Fr\.|SEK|NOK|DKK|kr\.?|ZAR|R(?=\s*\d)|Rs\.?|NZD|NZ\$)\s*",
)
_DASHED = regex(r"(\d),?[-–—]+$")
"""`1.200,--`: nothing after the decimal mark."""


_BELOW_ZERO = regex(r"^([¥￥]?)\s*[▲△]\s*(?=[¥￥]?\s*\d)")
"""`▲500`: less than 0 in Japan and Korea."""


_OF = r"(?:\s+(?:de|di)\b|\s*d['’])?(?![a-z])"
_MAGNITUDES = tuple(
    (regex(rf"(?<=\d)\s*(?:{words})\.?{_OF}", re.IGNORECASE), magnitude)
    for words, magnitude in (
        (r"mio|mln|milionów|millionen|millones|milhões|milioni|млн|миллион(?:а|ов)?", "million"),
        (r"mrd|mld|milliarden|milliards?|miliardi|млрд|миллиард(?:а|ов)?", "billion"),
        (r"tsd|tausend|tys|milliers|тыс|тысяч", "thousand"),
    )
)
"""Words of size in other languages than English and Chinese, and the English ones."""


@lru_cache(maxsize=50_000)
def tidy(text: str) -> str:
    """`text` in one line, without footnote marks and signs that the reader has no use for."""
    text = plain(" ".join(western(text).split()))
    text = _BELOW_ZERO.sub(r"-\1", text)
    text = _APOSTROPHES.sub("", text)
    for word, magnitude in _MAGNITUDES:
        text = word.sub(f" {magnitude} ", text)
    text = re.sub(r"\s+euros?$", " €", " ".join(text.split()), flags=re.IGNORECASE)
    if _LAKHS.search(text):
        text = text.replace(",", "")
    text = re.sub(r"(?<=\d)\s*(?:[*†‡¹²³]+|\[\d{1,2}\])$", "", text)
    text = _OTHER_SIGNS.sub(lambda found: "$" if found[0].endswith("$") else "", text)
    return _DASHED.sub(r"\1", text).strip()


_NOTED = regex(r"(.*\S)\s*[(（\[]([^()（）\[\]]*)[)）\]]", re.DOTALL)
_PRICED = regex(
    r"(.*?\S)\s+((?:(?:at|in)\s+)?(?:constant\s+)?(?:19|20)\d\d(?:[-/]\d\d)?\s*(?:prices?|价格?))$",
    re.IGNORECASE | re.DOTALL,
)
_YEARS_OF_PRICES = regex(
    r"(?<!\d)(?:19|20)\d\d(?:\s*[-/]\s*(?:20)?\d\d)?(?!\d)|\bq[1-4]\b", re.IGNORECASE
)
PRICES = regex(r"prices?\b|\bbase|不变价|价|\b(?:19|20)\d\d\s*(?:dollars|\$|£)", re.IGNORECASE)
"""Words by which a note beside an amount says in which year's prices it counts."""


def without_note(text: str) -> tuple[str, str]:
    """Return an amount and what stands in brackets behind it, `£12.5m` and `2019 prices`.

    Words alone are a note, with years at most: another amount or a unit in brackets is none.
    """
    found = _NOTED.fullmatch(text) or _PRICED.fullmatch(text)
    if found is None:
        return text, ""
    amount, note = found[1], " ".join(found[2].split())
    words = _YEARS_OF_PRICES.sub("", note)
    is_note = re.search(r"[^\W\d_]", words) and not re.search(r"\d", words)
    return (amount, note) if is_note and unit_in(words) is None else (text, "")


def says_open(text: str) -> bool:
    """Whether a word in the place of an amount says that it is not known: `TBC`, `未披露`.

    Not a dash, which is zero, and not any other text, which must be read or told.
    """
    plain_text = text.casefold()
    return plain_text in OPEN_WORDS or plain_text.strip(" .()[]（）") in OPEN_WORDS


_SHORT = 40
"""Characters of a text with figures that may be an amount; a longer one says why there is none."""


def is_slip(text: str) -> bool:
    """Whether a text in the place of an amount seems one that was mistyped, and tells no reason."""
    has_digits = re.search(r"\d", text) is not None and len(text) <= _SHORT
    return has_digits or (text.isascii() and len(text.split()) == 1)


def looks_like_amount(cell: Any) -> bool:
    """Whether a cell holds a number that is an amount, by its looks; a dash for zero is one too."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return True
    return isinstance(cell, str) and len(cell) <= _LONGEST and _looks_like_amount(cell)


_LONGEST = 60
"""Characters of a text that may be an amount."""


@lru_cache(maxsize=50_000)
def _looks_like_amount(cell: str) -> bool:
    text = tidy(cell)
    amount, note = without_note(text)
    if note and (_MONEY_MARK.search(amount) or PRICES.search(note)):
        text = amount
    if not text:
        return False
    if is_nought(text) or readings(text) or _INDIAN.fullmatch(text):
        return True
    ends = range_in(text)
    if ends is not None:
        return all(readings(end) for end in ends if end)
    return _is_estimate(text)


_MONEY_MARK = regex(r"[亿万元$€£¥￥]")


def _is_estimate(text: str) -> bool:
    """Whether a text is an amount as an office estimates it: `约3.5亿`, `五亿元`; no year."""
    has_mark = _MONEY_MARK.search(text) is not None
    if "年" in text or not (has_mark or re.search(r"\d", text)):
        return False
    found = estimate_in(text, None, lambda part: parse_number(part, money_factor=1.0))
    return found is not None and (has_mark or not 1900 <= found.value < 2200)


_BELOW = regex(r"(?:<|≤|<=|less than|under|below|up to|at most|不超过|低于)\s*(.+)", re.IGNORECASE)
_BELOW_AFTER = regex(r"(.+?)\s*(?:or less|以下|以内|以内\))", re.IGNORECASE)
_ABOVE = regex(r"(?:>|≥|>=|more than|over|above|at least|from|不低于|超过)\s*(.+)", re.IGNORECASE)
_ABOVE_AFTER = regex(r"(.+?)\s*(?:\+|or more|and above|and over|以上)", re.IGNORECASE)
_BETWEEN = regex(
    r"(?:between\s+|from\s+)?(.*?\d[^-–—~～]*?)\s*(?:-|–|—|~|～|\bto\b|\band\b|至|到)\s*(\D{0,5}\d.*)",
    re.IGNORECASE,
)
_BEHIND = regex(r"[\d.)]\s*([^\d\s.,)][^\d]*)$")
_YEARS = regex(r"(?:19|20)\d\d年?\s*(?:-|–|—|~|～|至|到|/)\s*(?:19|20)\d\d年?")
_DATED = regex(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{4}-\d{1,2}")


def range_in(text: str) -> tuple[str, str] | None:
    """Low and high end of the range that `text` is, an open one blank; None where it is none.

    What stands behind the second number, a magnitude, counts for the first as well.
    """
    if _DATED.fullmatch(text) or _YEARS.fullmatch(text):
        return None
    for pattern in (_BELOW, _BELOW_AFTER):
        if (found := pattern.fullmatch(text)) and readings(found[1]):
            return "", found[1]
    for pattern in (_ABOVE, _ABOVE_AFTER):
        if (found := pattern.fullmatch(text)) and readings(found[1]):
            return found[1], ""
    found = _BETWEEN.fullmatch(text)
    if found is None or not readings(found[2]):
        return None
    low, high = found[1].strip(), found[2].strip()
    behind = _BEHIND.search(high)
    if behind is not None and not _BEHIND.search(low):
        low = f"{low} {behind[1].strip()}"
    return (low, high) if readings(low) else None
