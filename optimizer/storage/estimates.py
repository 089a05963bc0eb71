"""Numbers that offices write as estimates: `约5亿`, `5~6亿元`, `五亿`, `二十五公里`, `about 5 m`.

What a plain number is is asked first; only what is none is looked at here. Each such reading is
told. `5-6` alone may be a date and stays refused; `5-6亿` and `5~6` are intervals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.errors import Severity
from infraplan.models.explanation import shortened
from infraplan.models.quantities import Quality
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.faults import CellFault, Faults, Origin
from infraplan.optimizer.storage.numbers import names_unit, plain
from infraplan.optimizer.storage.table_columns import OPTIONS, PROJECTS, Table, unit_words

_ABOUT = regex(
    r"(?:大约为?|约为|约|大概|近|≈|[~～〜]"
    r"|(?:about|approximately|approx\.?|around|roughly|circa|ca\.?)(?![a-z]))\s*(.+)",
    re.IGNORECASE | re.DOTALL,
)
_SOME = regex(r"(.+?)\s*(?:左右|上下)", re.DOTALL)
_FROM_TO = regex(r"(.*?[^~～〜\s])\s*(?:[~～〜]|至|到|[—–]+|\bto\b)\s*(.+)", re.I | re.DOTALL)
_HYPHEN = regex(r"([^-]*[^-\s])\s*-\s*([^-]+)", re.DOTALL)
_ONE = regex(r"([^0-9]*)([0-9][0-9.,\s]*)(.*)", re.DOTALL)

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_DIGIT = "[一二两三四五六七八九]"
_BELOW_MYRIAD = regex(
    rf"(?:({_DIGIT})千)?(?:[零〇]?({_DIGIT})百)?(?:[零〇]?({_DIGIT}?)(十))?(?:([零〇])?({_DIGIT}))?"
)
_NUMERAL = regex(r"[零〇一二两三四五六七八九十百千万亿点]+")


@dataclass(frozen=True)
class Estimate:
    """A number that was written as an estimate or in Chinese, as it was written.

    `value` is the middle of an interval from `low` to `high`; these are None where there is none.
    """

    value: Any
    written: str
    is_about: bool = False
    low: Any = None
    high: Any = None


def estimate_in(text: str, unit: str | None, read: Callable[[str], Any]) -> Estimate | None:
    """The number that `text` stands for as an estimate; None where it is none.

    Parameters
    ----------
    text
        The cell, no plain number.
    unit
        Unit of its field, whose words (公里) may follow the number.
    read
        Reads a plain number; raises `CellFault` where there is none.
    """
    cleaned = plain(text)
    is_about = False
    for pattern in (_ABOUT, _SOME):
        if match := pattern.fullmatch(cleaned):
            cleaned, is_about = match[1].strip(), True
    try:
        if parts := _interval(cleaned, unit):
            low, high = (read(_written(part, unit)) for part in parts)
            return Estimate((low + high) / 2, text, is_about, low, high) if low <= high else None
        written = _written(cleaned, unit)
        if not is_about and written == plain(text):
            return None
        return Estimate(read(written), text, is_about)
    except CellFault:
        return None


def _interval(cleaned: str, unit: str | None) -> tuple[str, str] | None:
    """The ends of an interval, each with the signs and magnitude that stand at the other alone."""
    match, is_hyphen = _FROM_TO.fullmatch(cleaned), False
    if match is None:
        match, is_hyphen = _HYPHEN.fullmatch(cleaned), True
    if match is None:
        return None
    low, high = (_in_digits(part.strip()) for part in match.groups())
    first, last = _ONE.fullmatch(low), _ONE.fullmatch(high)
    if first is None or last is None:
        return None
    if is_hyphen and not (names_unit(high) or _written(high, unit) != high):
        return None  # 5-6 may be a date
    if not first[3].strip() and last[3].strip():
        low = f"{first[1]}{first[2]}{last[3]}"
    if not last[1].strip() and first[1].strip():
        high = f"{first[1]}{high}"
    return low, high


def _written(part: str, unit: str | None) -> str:
    """`part` in digits, without the word of its field's unit behind it."""
    found = _in_digits(part)
    for word in sorted(unit_words(unit), key=len, reverse=True):
        if found.casefold().endswith(word) and found[: -len(word)].strip():
            return found[: -len(word)].rstrip()
    return found


# ------------------------------------------------------------------------ Chinese numerals


def _in_digits(part: str) -> str:
    """`part` with its one Chinese numeral in digits; unchanged where it is not one way alone."""
    match = _NUMERAL.search(part)
    if match is None or any(sign.isdigit() and sign.isascii() for sign in part):
        return part
    body = match[0]
    magnitude = next((word for word in ("万亿", "亿", "万") if body.endswith(word)), "")
    head = body.removesuffix(magnitude)
    if "亿" in head or "万" in head:  # 一亿二千万
        whole = _whole(body)
        number = None if whole is None else f"{whole / 10**4:.4f}".rstrip("0").rstrip(".")
        magnitude = "万"
    else:
        number = _decimal(head)
    if number is None:
        return part
    return f"{part[: match.start()]}{number}{magnitude}{part[match.end() :]}"


def _decimal(numeral: str) -> str | None:
    """三点五 as 3.5; None where it is no numeral."""
    head, point, tail = numeral.partition("点")
    whole = _below_myriad(head)
    if whole is None or (point and not tail) or any(sign not in _DIGITS for sign in tail):
        return None
    return str(whole) + (f".{''.join(str(_DIGITS[sign]) for sign in tail)}" if tail else "")


def _whole(numeral: str) -> int | None:
    """一亿二千万 as 120000000; None where it is no numeral, or may be two (一亿三)."""
    for word, factor in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = numeral.partition(word)
        if found:
            above = _whole(head)
            below = 0 if not tail else _whole(tail.removeprefix("零"))
            if above is None or below is None or (below and len(tail) == 1):
                return None
            return above * factor + below
    return _below_myriad(numeral)


def _below_myriad(numeral: str) -> int | None:
    """二十五 as 25; None where it is no numeral below 10,000, or may be two: 二百五 is 250."""
    if numeral in ("零", "〇"):
        return 0
    match = _BELOW_MYRIAD.fullmatch(numeral)
    if not numeral or match is None:
        return None
    thousands, hundreds, tens, has_tens, nought, ones = match.groups()
    if ones and not has_tens and (thousands or hundreds) and not nought:
        return None
    if nought and not (thousands or hundreds):
        return None
    ten = (_DIGITS[tens] if tens else 1) if has_tens else 0
    places = (thousands, hundreds)
    above = sum(_DIGITS[d] * f for d, f in zip(places, (1000, 100), strict=True) if d)
    return above + 10 * ten + (_DIGITS[ones] if ones else 0)


# ------------------------------------------------------------------------ telling


_HOLDING = frozenset({Estimate, tuple, dict})
"""Types of values that may hold an estimate."""


def with_estimates(
    values: Mapping[str, Any], table: Table, origin: Origin, faults: Faults
) -> dict[str, Any]:
    """`values` of a row with plain numbers in the place of estimates, each of them told.

    An interval gives low and high besides where the table has such columns and the row leaves them
    blank; how a figure is known is an estimate where the row says nothing else.
    """
    found = dict(values)
    for name, value in values.items():
        estimates = list(_estimates(value)) if type(value) in _HOLDING else None
        if not estimates:
            continue
        found[name] = _plain(value)
        filled: dict[str, Any] = {}
        if isinstance(value, Estimate) and value.low is not None:
            ends = {f"{name}_low": value.low, f"{name}_high": value.high}
            if ends.keys() <= table.columns.keys():
                filled = {column: end for column, end in ends.items() if column not in values}
        found |= filled
        unsure = any(one.is_about or one.low is not None for one in estimates)
        # In a table of projects `quality` speaks of the cost alone.
        speaks = table.name not in (PROJECTS, OPTIONS) or name == "overnight_cost"
        if unsure and speaks and "quality" in table.columns and "quality" not in values:
            found["quality"] = Quality.ESTIMATE
        for one in estimates:
            rule, message = _told(one, has_ends=bool(filled))
            faults.add(origin.finding(rule, message, column=name, severity=Severity.NOTE))
    return found


def _told(one: Estimate, *, has_ends: bool) -> tuple[str, Phrase]:
    text = shortened(one.written.strip())
    value = f"{one.value:.10g}"
    if one.low is not None:
        key = "is-read-as-low-middle-high" if has_ends else "is-read-as-the-middle"
        low, high = f"{one.low:.10g}", f"{one.high:.10g}"
        return "read-as-interval", phrase(key, text=text, value=value, low=low, high=high)
    if one.is_about:
        return "read-as-estimate", phrase("is-read-as-an-estimate", text=text, value=value)
    return "read-as-number", phrase("is-read-as-the-number", text=text, value=value)


def _estimates(value: Any) -> Iterator[Estimate]:
    if isinstance(value, Estimate):
        yield value
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _estimates(item)


def _plain(value: Any) -> Any:
    if isinstance(value, Estimate):
        return value.value
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return {name: _plain(item) for name, item in value.items()} if type(value) is dict else value
