"""Numbers and years as planning offices write them.

`1,200`, `12.5%`, `３．２亿`, `1,200万元`, `2025年`, `十四五`. Nothing is guessed: a text that can
be read in two ways is refused with advice.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from infraplan.models.catalogue import phrase
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.accepted_words import MYRIADS
from infraplan.optimizer.storage.faults import CellFault

_FULL_WIDTH = str.maketrans(
    "０１２３４５６７８９．，％＋－−＝：；（）　\u00a0\u2009\u202f",
    "0123456789.,%+--=:;()    ",
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))
_PLAIN = regex(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_GROUPED = regex(
    r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+|(?:['’][0-9]{3})+)(?:\.[0-9]*)?"
)
_COMMA = regex(
    r"[+-]?(?:[0-9]*,[0-9]+|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?: [0-9]{3})+)(?:,[0-9]*)?)"
)
"""A number whose decimal mark is the comma, thousands parted by points or blanks."""
_DATE = regex(r"[0-9]{4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,2})?(?:[T ].*)?|[0-9]{4}年[0-9]{1,2}月.*")
_YEAR = regex(
    r"([0-9]{4})(?:\.0*)?年?(?:度|年?[底末初中内]|[上下]半年|第?[1-4一二三四]季度?|(?P<by>年?[底末]前))?"
)
"""A year, or a part of one, which lies in it; `by` its end is a last year and no first one."""
_FISCAL = regex(
    r"[SFC]?FY\s*((?:[0-9]{2})?[0-9]{2})|([0-9]{4})财年"
    r"|(?:FY\s*)?([0-9]{4})\s*[-–—/]\s*([0-9]{2})"
    r"|(?:FY\s*([0-9]{4})\s*[-–—]|(?:FY\s*)?([0-9]{4})\s*/)\s*([0-9]{4})"
    r"|FY\s*([0-9]{2})\s*[-–—/]\s*([0-9]{2})",
    re.IGNORECASE,
)
_RANGE = regex(r"([0-9]{4})年?\s*(?:-|–|—|~|至|到)+\s*([0-9]{4})年?")
_PLAN = regex(r"[“\"]?([一二三四五六七八九十]{1,2})五[”\"]?(?:规划|期间|时期)?([初末])?")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_SIGNS: dict[str, str] = {
    "$": "USD AUD CAD HKD MXN NZD SGD TWD CLP COP ARS",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "CNY JPY",
    "￥": "CNY JPY",
    "₹": "INR",
    "R$": "BRL",
    "人民币": "CNY",
    "RMB": "CNY",
    **{code: code for code in ("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "CAD", "AUD", "INR")},
}
"""Currencies that a sign or a code may stand for: it names the money, and no magnitude."""
_COUNTED: dict[str, str] = {
    "元": "CNY HKD TWD MOP",
    "圆": "CNY TWD",
    "yuan": "CNY TWD",
    "元人民币": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "日元": "JPY",
    "港元": "HKD",
    "英镑": "GBP",
}
"""Currencies by the word for one unit of them, in which an amount before it is counted."""
_COUNTED_NAMES = {word.upper() for word in _COUNTED}
_NAMES = {name.upper(): money for name, money in (_SIGNS | _COUNTED).items()}
_MAGNITUDES = {
    "k": 3,
    "thousand": 3,
    "lakh": 5,
    "lakhs": 5,
    "lac": 5,
    "lacs": 5,
    "crore": 7,
    "crores": 7,
    "m": 6,
    "mn": 6,
    "mio": 6,
    "mill": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
}


def _one_of(words: Iterable[str]) -> str:
    """Pattern of any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SIGN = _one_of(_SIGNS)
_AMOUNT = regex(
    rf"(?:([+-]?)\s*({_SIGN}))?\s*(.*?)\s*({_one_of([*MYRIADS, *_MAGNITUDES])})?"
    rf"\s*({_one_of(_NAMES)})?",
    re.DOTALL | re.IGNORECASE,
)
_NOUGHT = regex(rf"({_SIGN})?\s*(-|–|—){{1,2}}", re.IGNORECASE)
_LOSS = regex(rf"({_SIGN})?\s*\((.*)\)", re.DOTALL | re.IGNORECASE)
_SUFFIXES = {"年": ("years", "year", "yrs", "yr")}
_MIXED = regex(r"([0-9][0-9,]*)亿(?:零)?([0-9][0-9,.]*)万(元?(?:人民币)?)")
"""An amount in two magnitudes: 1亿2000万元."""
_MONTHS = regex(r"([0-9]{1,4})\s*(?:个?月|months?|mths?)", re.IGNORECASE)
MONTHS_A_YEAR = 12
_EXACT = Context(prec=60)
TWO_READINGS = "two-readings"


class YearEnd(StrEnum):
    """Which end of a span of years a field means."""

    FIRST = "first"
    LAST = "last"
    NEITHER = "neither"


class DecimalMark(StrEnum):
    """Which sign parts the whole from the fraction; the other one may part thousands."""

    POINT = "point"
    COMMA = "comma"
    ASK = "ask"
    """Unknown: what can be read in one way is read so, what can be read in two is refused."""


def plain(text: str) -> str:
    """Return `text` with full-width signs made half-width, invisible ones and outer blanks gone."""
    if text.isascii():
        return text.strip()
    return text.translate(_INVISIBLE).translate(_FULL_WIDTH).strip()


_WIDE = {ord(sign) + 0xFEE0: sign for sign in f"{string.ascii_letters}{string.digits}-_."}


def half_width(name: str) -> str:
    """Return `name` with full-width letters, digits and `-_.` half-width: `ＸＭ０１` is `XM01`.

    Brackets and marks stay: they belong to a Chinese name.
    """
    return name if name.isascii() else name.translate(_WIDE)


def number_in(word: str) -> float | None:
    """The finite number that `word` writes in plain digits; None where it is none.

    Python's own reader takes `1_0` for 10, the digits of any script, `inf` and `nan`.
    """
    value = float(word) if _PLAIN.fullmatch(word) else math.inf
    return value if math.isfinite(value) else None


def parse_number(
    text: str,
    *,
    money_factor: float | None = None,
    mark: DecimalMark = DecimalMark.POINT,
    currency: str = "",
    unit: str = "",
) -> float:
    """Return the number that `text` stands for.

    A magnitude (万, 亿; in money also `M`, `bn`) multiplies. Where `money_factor` is given, an
    amount with a magnitude, or with the word for one unit of the currency behind it (元), counts
    currency units, which are divided by `money_factor`: `3.2亿`, `$120M`, `500元`. A sign or code
    of the currency alone, `$1,200`, names no magnitude: such a number is taken as it stands, like
    a bare one, in the unit of its heading or in the money unit. `(5)` is -5.

    Parameters
    ----------
    text
        The cell.
    money_factor
        Currency units in one money unit for a money field; None for other fields.
    currency
        ISO code of the instance's currency, against which a sign is held; blank for none.
    mark
        Its decimal mark. With POINT a decimal comma is refused; with COMMA what cannot be
        read by the comma is read by the point.
    unit
        Unit that its heading states (万元, 元, %), in which a number stands that names none.

    Raises
    ------
    CellFault
        Not a number, not a finite one, or one that can be read in two ways (ASK); money in another
        currency; 元 under a heading that states a larger unit.
    """
    try:
        quick = not unit and mark is DecimalMark.POINT and text.isascii() and "_" not in text
        value = float(text) if quick else math.nan
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    return _as_float(_written_number(text, money_factor, mark, currency, unit), text)


def is_nought(text: str) -> bool:
    """Whether `text` is what accounts print for zero: a dash, after a sign of money or alone."""
    return _NOUGHT.fullmatch(plain(text)) is not None


def names_money(text: str) -> bool:
    """Whether `text` is an amount with a sign, a code or a word of a currency: `$5`, `5万元`."""
    amount = _amount(_without_loss(plain(text)))
    return bool(amount.names) and bool(_readings(amount.digits))


def names_unit(text: str) -> bool:
    """Whether `text` names a magnitude, money or per cent: `6亿`, `$6`, `6%`."""
    cleaned = plain(text)
    amount = _amount(cleaned)
    return bool(amount.magnitude or amount.names) or cleaned.endswith("%")


@dataclass(frozen=True)
class _Amount:
    """What a number is written of: its digits, its magnitude and the money it names."""

    digits: str
    is_negative: bool = False
    magnitude: str = ""
    names: tuple[str, ...] = ()
    """Signs, codes and words of currencies, in upper case."""

    @property
    def factor(self) -> int:
        """What the magnitude multiplies by."""
        return MYRIADS.get(self.magnitude) or 10 ** _MAGNITUDES.get(self.magnitude, 0)

    @property
    def is_counted(self) -> bool:
        """Whether a word for one unit of a currency stands behind it, as 元."""
        return any(name in _COUNTED_NAMES for name in self.names)


def _amount(cleaned: str) -> _Amount:
    match = _AMOUNT.fullmatch(cleaned)
    if match is None:  # pragma: no cover - the digits may be anything
        return _Amount(cleaned)
    plus, sign, digits, magnitude, name = match.groups()
    if plus and digits[:1] in ("+", "-"):
        return _Amount(cleaned)
    names = tuple(found.upper() for found in (sign, name) if found)
    return _Amount(digits, plus == "-", (magnitude or "").lower(), names)


def _without_loss(cleaned: str) -> str:
    """What stands in the brackets by which accounts print a loss; all where there are none."""
    loss = _LOSS.fullmatch(cleaned)
    return cleaned if loss is None else f"{loss[1] or ''}{loss[2].strip()}"


def _hold_currency(amount: _Amount, cleaned: str, currency: str) -> None:
    for name in amount.names:
        if currency and currency.upper() not in _NAMES[name].split():
            message = phrase(
                "is-in-another-currency-than-the-instance",
                cleaned=cleaned,
                sign=name,
                currency=currency,
            )
            raise CellFault("bad-number", message, phrase("convert-it-to", currency=currency))


def _written_number(
    text: str, money_factor: float | None, mark: DecimalMark, currency: str, unit: str
) -> Decimal:
    cleaned = plain(half_width(text))
    if mixed := _MIXED.fullmatch(cleaned):
        parts = (f"{mixed[1]}亿{mixed[3]}", f"{mixed[2]}万{mixed[3]}")
        return sum(
            (_written_number(part, money_factor, mark, currency, unit) for part in parts),
            Decimal(0),
        )
    if cleaned.casefold().lstrip("+-") in {"nan", "inf", "infinity", "#n/a", "1.#inf", "1.#qnan"}:
        raise CellFault(
            "not-finite",
            phrase("is-not-a-number-3", cleaned=cleaned),
            phrase("give-a-number-or-leave-blank"),
        )
    inner = _without_loss(cleaned)
    if inner != cleaned and inner[:1] not in ("-", "+", "("):
        return -_written_number(inner, money_factor, mark, currency, unit)
    if cleaned.endswith("%"):
        if money_factor is not None:
            raise CellFault(
                "bad-number", phrase("is-a-percentage-money-is-asked-for", cleaned=cleaned)
            )
        return _decimal(cleaned[:-1].rstrip(), text, mark) / 100
    amount = _amount(cleaned)
    if money_factor is None and (amount.magnitude in _MAGNITUDES or not _is_plain(amount)):
        amount = _Amount(cleaned)  # a sign of money, or `M`, where no money is asked for
    number = _decimal(amount.digits, text, mark)
    _hold_currency(amount, cleaned, currency)
    number = -number if amount.is_negative else number
    return _in_money_units(number, amount, cleaned, money_factor, unit)


def _is_plain(amount: _Amount) -> bool:
    """Whether nothing but 元 or a word like it names money."""
    return not amount.names or amount.is_counted


def _in_money_units(
    number: Decimal, amount: _Amount, cleaned: str, money_factor: float | None, unit: str
) -> Decimal:
    """`number` times its magnitude, or in the unit of its heading where it names none itself."""
    if unit == "%" and not amount.magnitude and not amount.names:
        return number / 100
    myriad = unit.removesuffix("元") if unit != "%" else ""
    if amount.is_counted and not amount.magnitude and myriad:
        raise CellFault(
            "two-units",
            phrase("stands-in-yuan-below-another-unit", cleaned=cleaned, unit=unit),
            phrase("write-the-amount-with-its-unit", number=f"{number:f}", unit=unit),
        )
    is_absolute = bool(amount.magnitude) or amount.is_counted
    if not is_absolute and unit and unit != "%":
        number, is_absolute = number * MYRIADS.get(myriad, 1), True
    number *= amount.factor
    if is_absolute and money_factor:
        return _EXACT.divide(number, Decimal(repr(money_factor)))
    return number


def readings(text: str) -> dict[DecimalMark, Decimal]:
    """What the digits of `text` can mean by decimal mark; one entry where the mark is no matter."""
    cleaned = _without_loss(plain(text))
    return _readings(_amount(cleaned.removesuffix("%")).digits.strip())


def _readings(digits: str) -> dict[DecimalMark, Decimal]:
    found = {}
    if _PLAIN.fullmatch(digits) or _GROUPED.fullmatch(digits):
        found[DecimalMark.POINT] = Decimal(re.sub("[, '’]", "", digits))
    if _COMMA.fullmatch(digits):
        by_comma = Decimal(digits.replace(".", "").replace(" ", "").replace(",", "."))
        if found.get(DecimalMark.POINT) != by_comma:
            found[DecimalMark.COMMA] = by_comma
    return found


def _decimal(digits: str, text: str, mark: DecimalMark) -> Decimal:
    found = _readings(digits)
    if mark is DecimalMark.ASK and len(found) > 1:
        raise two_readings(text)
    if mark is not DecimalMark.POINT and DecimalMark.COMMA in found:
        return found[DecimalMark.COMMA]
    if DecimalMark.POINT in found:
        return found[DecimalMark.POINT]
    if _DATE.fullmatch(digits):
        raise CellFault("bad-number", phrase("is-a-date-a-number-is-asked-for", text=text.strip()))
    advice = phrase("write-e-g-1200-1-200-3-2-1-200-or-12-5")
    if DecimalMark.COMMA in found:
        advice = phrase("write-it-so-or-state-the-comma", number=f"{found[DecimalMark.COMMA]:f}")
    raise CellFault("bad-number", phrase("is-not-a-number-4", text=_short(text)), advice)


def two_readings(text: str, more: int = 0) -> CellFault:
    """The question that `text` raises, which has two readings; so have `more` other cells."""
    found = readings(text)
    message = phrase(
        "can-be-read-in-two-ways",
        text=_short(text),
        by_comma=float(found[DecimalMark.COMMA]),
        by_point=float(found[DecimalMark.POINT]),
    )
    if more:
        message = phrase("so-can-more-cells", message=message, more=more)
    return CellFault(TWO_READINGS, message, phrase("state-the-decimal-mark"))


def _as_float(number: Decimal, text: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise CellFault(
            "not-finite", phrase("is-too-large", text=_short(text)), phrase("give-a-finite-number")
        )
    return value


def parse_integer(text: str, suffix: str = "") -> int:
    """Return the whole number that `text` stands for; `suffix` (e.g. 年) may follow it.

    So may its English words: behind a number of years `years` says what 年 does.

    Raises
    ------
    CellFault
        Not a whole number.
    """
    cleaned = plain(text)
    if not suffix:
        return _whole(parse_number(cleaned), text)
    words = (suffix, *_SUFFIXES.get(suffix, ()))
    cleaned = re.sub(rf"\s*(?:{_one_of(words)})$", "", cleaned, flags=re.IGNORECASE)
    months = _MONTHS.fullmatch(cleaned)
    try:
        number = int(months[1]) / MONTHS_A_YEAR if months else parse_number(cleaned)
        return _whole(number, text)
    except CellFault as fault:
        raise CellFault(fault.rule, fault.message, phrase("write-whole-years")) from None


def _whole(number: float, text: str) -> int:
    if number != int(number) or abs(number) >= 2**53:
        raise CellFault("bad-number", phrase("is-not-a-whole-number", text=_short(text)))
    return int(number)


def parse_year(text: str, end: YearEnd) -> int:
    """Return the year that `text` stands for; of a span, its first or last year as `end` says.

    A fiscal year is one year: `FY2027` and `FY27` are 2027, `2026-27` and `2026/2027` are the year
    in which it begins. So is `2011-12`: were it a month, it would lie in the same year.

    Raises
    ------
    CellFault
        A date, a span where `end` is neither, or no year at all.
    """
    cleaned = plain(text)
    match = _YEAR.fullmatch(cleaned)
    if match and (match["by"] is None or end is YearEnd.LAST):
        return int(match[1])
    if len(cleaned.rstrip("年")) == 4 and cleaned.translate(_DIGITS)[:4].isascii():
        digits = cleaned.translate(_DIGITS).rstrip("年")
        if digits.isdigit():
            return int(digits)
    if (fiscal := _fiscal_year(cleaned)) is not None:
        return fiscal
    if _DATE.fullmatch(cleaned):
        raise CellFault(
            "date-as-text",
            phrase("is-a-date-a-year-is-asked-for", cleaned=cleaned),
            phrase("write-the-year-alone", year=cleaned[:4]),
        )
    span = _span(cleaned)
    if span is None:
        advice = phrase("write-e-g-2025-2025-or")
        raise CellFault("bad-year", phrase("is-not-a-year", text=_short(text)), advice)
    if end is YearEnd.NEITHER and span[0] != span[1]:
        raise CellFault(
            "bad-year",
            phrase(
                "stands-for-one-year-is-asked-for", cleaned=cleaned, first=span[0], last=span[1]
            ),
            phrase("write-one-row-per-year-or-choose-a-year"),
        )
    return span[0] if end is YearEnd.FIRST else span[1]


def _fiscal_year(text: str) -> int | None:
    match = _FISCAL.fullmatch(text)
    if match is None:
        return None
    ended, chinese, *spans = match.groups()
    if ended or chinese:
        named = ended or chinese
        return int(named) + (2000 if len(named) == 2 else 0)
    first, last = (int(part) for part in spans if part)
    first += 2000 if first < 100 else 0
    return first if last % 100 == (first + 1) % 100 and last in (last % 100, first + 1) else None


def _span(text: str) -> tuple[int, int] | None:
    if match := _RANGE.fullmatch(text):
        first, last = int(match[1]), int(match[2])
        return (first, last) if first <= last else None
    match = _PLAN.fullmatch(text)
    number = _chinese_number(match[1]) if match else None
    if match is None or number is None:
        return None
    # The first two plans began in 1953 and 1958; from the third (1966) on, every five years.
    first = {1: 1953, 2: 1958}.get(number, 1966 + 5 * (number - 3))
    last = first + 4
    return {"初": (first, first), "末": (last, last)}.get(match[2] or "", (first, last))


def _chinese_number(text: str) -> int | None:
    """Return 1..19 for 一 .. 十九, None for anything else."""
    ones = "一二三四五六七八九"
    if len(text) == 1:
        return 10 if text == "十" else ones.index(text) + 1
    if text[0] == "十" and text[1] in ones:
        return 11 + ones.index(text[1])
    return None


def _short(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
