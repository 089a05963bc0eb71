"""Numbers and years as planning offices write them.

`1,200`, `12.5%`, `３．２亿`, `1,200万元`, `2025年`, `十四五`. Nothing is guessed: a text that can
be read in two ways is refused with advice.
"""

from __future__ import annotations

import math
import re
from decimal import Context, Decimal
from enum import StrEnum

from infraplan.models.catalogue import phrase
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.words import MYRIADS

_FULL_WIDTH = str.maketrans(
    "０１２３４５６７８９．，％＋－−＝：；（）　\u00a0\u2009\u202f",
    "0123456789.,%+--=:;()    ",
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_SUFFIXED = re.compile(rf"(.*?)\s*({'|'.join(MYRIADS)})?\s*(元|圆|人民币|CNY|RMB|yuan)?", re.DOTALL)
_DATE = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,2})?(?:[T ].*)?|[0-9]{4}年[0-9]{1,2}月.*"
)
_YEAR = re.compile(r"([0-9]{4})(?:\.0*)?年?(?:度|[底末初])?")
_RANGE = re.compile(r"([0-9]{4})年?\s*(?:-|–|—|~|至|到)+\s*([0-9]{4})年?")
_PLAN = re.compile(r"[“\"]?([一二三四五六七八九十]{1,2})五[”\"]?(?:规划|期间|时期)?([初末])?")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_EXACT = Context(prec=60)


class YearEnd(StrEnum):
    """Which end of a span of years a field means."""

    FIRST = "first"
    LAST = "last"
    NEITHER = "neither"


def plain(text: str) -> str:
    """Return `text` with full-width signs made half-width, invisible ones and outer blanks gone."""
    if text.isascii():
        return text.strip()
    return text.translate(_INVISIBLE).translate(_FULL_WIDTH).strip()


def parse_number(text: str, *, money_factor: float | None = None) -> float:
    """Return the number that `text` stands for.

    A suffix 万 or 亿 multiplies. A suffix 元 (alone or after 万 or 亿), or any suffix where
    `money_factor` is given, makes it currency units, which are divided by `money_factor`.
    A bare number is taken as it stands.

    Args:
        text: the cell.
        money_factor: currency units in one money unit for a money field; None for other fields.

    Raises
    ------
        CellFault: not a number, or not a finite one.
    """
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    return value if math.isfinite(value) else _written_number(text, money_factor)


def _written_number(text: str, money_factor: float | None) -> float:
    cleaned = plain(text)
    if cleaned.casefold().lstrip("+-") in {"nan", "inf", "infinity", "#n/a", "1.#inf", "1.#qnan"}:
        raise CellFault(
            "not-finite",
            phrase("is-not-a-number-3", cleaned=cleaned),
            phrase("give-a-number-or-leave-blank"),
        )
    if cleaned.endswith("%"):
        if money_factor is not None:
            raise CellFault(
                "bad-number", phrase("is-a-percentage-money-is-asked-for", cleaned=cleaned)
            )
        return _as_float(_decimal(cleaned[:-1].rstrip(), text) / 100, text)
    match = _SUFFIXED.fullmatch(cleaned)
    digits, myriad, currency = match.groups() if match else (cleaned, None, None)
    number = _decimal(digits, text)
    if myriad:
        number *= MYRIADS[myriad]
    if (currency or myriad) and money_factor:
        number = _EXACT.divide(number, Decimal(repr(money_factor)))
    return _as_float(number, text)


def _decimal(digits: str, text: str) -> Decimal:
    if _PLAIN.fullmatch(digits):
        return Decimal(digits)
    if _GROUPED.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    if _DATE.fullmatch(digits):
        raise CellFault("bad-number", phrase("is-a-date-a-number-is-asked-for", text=text.strip()))
    advice = phrase("write-e-g-1200-1-200-3-2-1-200-or-12-5")
    raise CellFault("bad-number", phrase("is-not-a-number-4", text=_short(text)), advice)


def _as_float(number: Decimal, text: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise CellFault(
            "not-finite", phrase("is-too-large", text=_short(text)), phrase("give-a-finite-number")
        )
    return value


def parse_integer(text: str, suffix: str = "") -> int:
    """Return the whole number that `text` stands for; `suffix` (e.g. 年) may follow it.

    Raises
    ------
        CellFault: not a whole number.
    """
    cleaned = plain(text)
    if suffix and cleaned.endswith(suffix):
        cleaned = cleaned[: -len(suffix)]
    number = parse_number(cleaned)
    if number != int(number) or abs(number) >= 2**53:
        raise CellFault("bad-number", phrase("is-not-a-whole-number", text=_short(text)))
    return int(number)


def parse_year(text: str, end: YearEnd) -> int:
    """Return the year that `text` stands for; of a span, its first or last year as `end` says.

    Raises
    ------
        CellFault: a date, a span where `end` is neither, or no year at all.
    """
    cleaned = plain(text)
    if match := _YEAR.fullmatch(cleaned):
        return int(match[1])
    if len(cleaned.rstrip("年")) == 4 and cleaned.translate(_DIGITS)[:4].isascii():
        digits = cleaned.translate(_DIGITS).rstrip("年")
        if digits.isdigit():
            return int(digits)
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
