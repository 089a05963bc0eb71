"""One cell or one leaf of a tree: from what is written to a plain value, and back.

Texts that a spreadsheet would take for a formula (beginning with = + - @ or an apostrophe) are
written with an apostrophe in front, which reading takes off again.
"""

from __future__ import annotations

import datetime
import functools
import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, listed, phrase
from infraplan.models.regular_expressions import regex
from infraplan.models.stated_date import DateKind
from infraplan.optimizer.storage.accepted_words import ENUM_WORDS, NO, NOTHING, YES, word_of
from infraplan.optimizer.storage.estimates import estimate_in
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.fields import Base, FieldInfo, Span, ValueType
from infraplan.optimizer.storage.numbers import (
    DecimalMark,
    YearEnd,
    is_nought,
    names_money,
    names_unit,
    parse_integer,
    parse_number,
    parse_year,
)
from infraplan.optimizer.storage.table_columns import is_measured, scale_of, unit_words

MAX_TEXT = 100_000
BLANK: Any = object()
"""What `parse_cell` returns for a cell that holds nothing."""

_ESCAPED = ("=", "+", "-", "@", "'", "\t")
_STROKES = frozenset({"/", "／", "\\", "＼"})
_DASHES = frozenset({"-", "--", "–", "—", "——", "－"})
_CONTROL = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SEPARATORS = regex(r"[;；、|｜]")
_NEEDS_QUOTES = regex(r"[;；、|｜,，\"=＝\n]")


@dataclass(frozen=True)
class CellContext:
    """What a cell's meaning depends on.

    Attributes
    ----------
    money_factor
        Currency units in one money unit.
    mark
        Decimal mark; None where nobody has said it.
    currency
        ISO code of the currency; blank where it is not known.
    unit
        Unit that the heading states (万元, %); blank where it states none.
    """

    money_factor: float = 1.0
    mark: DecimalMark | None = None
    currency: str = ""
    unit: str = ""
    reads_estimates: bool = False
    """Whether what is no plain number may be an estimate (约5亿), which its reader tells."""


def escape(text: str) -> str:
    """Return `text` safe for a spreadsheet: an apostrophe before = + - @ ' at its beginning."""
    return f"'{text}" if text.startswith(_ESCAPED) else text


def unescape(text: str) -> str:
    """Undo `escape`; an apostrophe alone is the empty text."""
    if text.startswith("'") and (len(text) == 1 or text[1] in _ESCAPED):
        return text[1:]
    return text


def clean_text(raw: str) -> str:
    """Return `raw` with line ends made uniform.

    Raises
    ------
    CellFault
        Too long, or with control characters.
    """
    if len(raw) > MAX_TEXT:
        raise CellFault(
            "cell-too-long",
            phrase(
                "the-cell-holds-characters-at-most-are-allowed", num_raw=len(raw), max_text=MAX_TEXT
            ),
            phrase("shorten-it-a-long-text-belongs-in-a-document"),
        )
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(raw):
        rule = "nul-byte" if found[0] == "\x00" else "control-character"
        message = phrase("the-cell-holds-the-control-character-u", found=ord(found[0]))
        raise CellFault(rule, message, phrase("delete-it-the-file-may-be-damaged"))
    return raw


def parse_cell(field: FieldInfo, raw: Any, context: CellContext, suffix: str = "") -> Any:
    """Return the value of a cell of `field`, or `BLANK`.

    Parameters
    ----------
    field
        The field that the cell is of.
    raw
        Text, number, boolean, date or None as the file holds it, or the fault found in it.
    context
        Money factor.
    suffix
        Unit from the heading (e.g. 万元) of a number that names none.

    Raises
    ------
    CellFault
        The cell cannot be read.
    """
    if raw is None:
        return BLANK
    if isinstance(raw, CellFault):
        raise raw
    if isinstance(raw, str):
        raw = clean_text(raw)
        text = raw.strip()
        if not text:
            return BLANK
        text = unescape(text)
        if field.type.base is not Base.TEXT and _says_nothing(text, field.type):
            return BLANK
        if not text and field.type.base not in (Base.TEXT, Base.NUMBER_OR_TEXT):
            return BLANK
        raw = text
    if suffix:
        context = replace(context, unit=suffix)
    return parse_value(field.type, raw, field, context)


def _says_nothing(text: str, kind: ValueType) -> bool:
    """Whether `text` is the stroke with which a form's field is left out; of numbers - is 0."""
    return text in _STROKES or (kind.base is Base.YEAR and text in _DASHES)


def parse_value(kind: ValueType, raw: Any, field: FieldInfo, context: CellContext) -> Any:
    """Return the value of `raw` (not None, not blank) as `kind`.

    Raises
    ------
    CellFault
        It cannot be read.
    """
    if isinstance(raw, datetime.date | datetime.time | datetime.timedelta):
        return _from_date(kind, raw)
    if isinstance(raw, float) and not math.isfinite(raw):
        raise CellFault(
            "not-finite", phrase("is-not-a-number", raw=raw), phrase("give-a-number-or-leave-blank")
        )
    if kind.base in (Base.LIST, Base.MAPPING):
        return _from_collection(kind, raw, field, context)
    if kind.base is Base.NUMBER_OR_TEXT:
        return raw if isinstance(raw, str) else _as_float(raw)
    text = raw if isinstance(raw, str) else _text_of(raw)
    if kind.base is Base.TEXT:
        return text
    if kind.optional and text.casefold() in NOTHING:
        return None
    if kind.base is Base.BOOLEAN:
        return _boolean(text)
    if kind.base is Base.WORD:
        return _word(kind, text)
    if isinstance(raw, bool):
        raise CellFault("bad-number", phrase("is-not-a-number-2", text=text))
    return _number(kind, raw, text, field, context)


def _as_float(raw: float) -> float:
    """A number of JSON or of a sheet; a whole one may be longer than any float."""
    try:
        return float(raw)
    except OverflowError:
        message, advice = phrase("the-number-is-too-large"), phrase("give-a-finite-number")
        raise CellFault("not-finite", message, advice) from None


def _number(kind: ValueType, raw: Any, text: str, field: FieldInfo, context: CellContext) -> Any:
    if kind.base is Base.YEAR:
        return _year(field, text)
    try:
        return _plain_number(kind, raw, text, field, context)
    except CellFault:
        if not context.reads_estimates or not isinstance(raw, str):
            raise
        # Below a heading in metres `2.5 km` would be taken for metres: it is asked about.
        is_own = not field.is_money and scale_of(field.unit, context.unit) is None
        unit = field.unit if is_own else None
        read = functools.partial(_plain_part, kind, field, context)
        found = estimate_in(text, unit, read)
        if found is None or (kind.base is Base.INTEGER and found.value != int(found.value)):
            raise
        return replace(found, value=int(found.value)) if kind.base is Base.INTEGER else found


def _plain_part(kind: ValueType, field: FieldInfo, context: CellContext, part: str) -> Any:
    return _plain_number(kind, part, part, field, context)


def _plain_number(
    kind: ValueType, raw: Any, text: str, field: FieldInfo, context: CellContext
) -> Any:
    is_named = not field.is_money and isinstance(raw, str) and names_money(text)
    if is_named and (field.unit is not None or kind.base is Base.INTEGER):
        raise CellFault("bad-number", phrase("is-money-no-money-is-asked-for", text=text))
    if is_measured(field.unit) and text.rstrip().endswith(("%", "％")):
        raise CellFault("bad-number", phrase("is-a-share-none-is-asked-for", text=text))
    if kind.base is Base.INTEGER:
        return parse_integer(text, "年" if field.unit == "years" else "")
    scale = None if field.is_money else scale_of(field.unit, context.unit)
    if scale is not None:
        plain = _plain_number(kind, raw, text, field, replace(context, unit=""))
        counts = field.unit == "persons" and names_unit(text)  # 12万 below 万人 are 120,000
        return plain if counts else float(Fraction(repr(float(plain))) * scale)
    if not isinstance(raw, str):
        value = _as_float(raw)
        if not context.unit:
            return value
        text = repr(value)
    if is_nought(text):
        return _nought(kind)
    return parse_number(
        text,
        money_factor=context.money_factor if field.is_money or is_named else None,
        mark=context.mark or DecimalMark.POINT,
        currency=context.currency,
        unit=context.unit,
    )


def _nought(kind: ValueType) -> float:
    """What a dash means that accounts print for zero, where zero and nothing are not two things."""
    if kind.optional:
        raise CellFault(
            "zero-or-nothing",
            phrase("a-dash-can-be-0-or-nothing"),
            phrase("write-0-or-leave-the-cell-blank"),
        )
    return 0.0


def _text_of(raw: bool | float) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 2**53:
        return str(int(raw))
    return repr(raw)


def _from_date(kind: ValueType, raw: datetime.date | datetime.time | datetime.timedelta) -> str:
    midnight = isinstance(raw, datetime.datetime) and raw.time() == datetime.time()
    text = str(raw.date()) if isinstance(raw, datetime.datetime) and midnight else str(raw)
    if kind.base in (Base.TEXT, Base.NUMBER_OR_TEXT):
        return text
    year = raw.year if isinstance(raw, datetime.date) else None
    advice = (
        phrase("write-the-year-alone", year=year)
        if year and kind.base is Base.YEAR
        else NOTHING_SAID
    )
    what = phrase("a-year") if kind.base is Base.YEAR else phrase("something-else")
    raise CellFault(
        "date-as-text", phrase("the-cell-holds-the-date-is-asked-for", text=text, what=what), advice
    )


def of_kind(field: FieldInfo, kind: object) -> FieldInfo:
    """Return `field` as a row of `kind` means it.

    What begins or opens by 十四五 does so by its last year. `not_before` is open: works may not
    begin before that plan, or are only studied in it.
    """
    if field.span is not Span.BY_KIND:
        return field
    is_open = word_of(DateKind, str(kind)) == DateKind.NOT_BEFORE
    return replace(field, span=Span.OPEN if is_open else Span.LAST)


def _year(field: FieldInfo, text: str) -> int:
    last = parse_year(text, YearEnd.LAST)
    if field.span is Span.LAST:
        return last
    if field.span is not Span.OPEN:
        return parse_year(text, year_end(field.name))
    first = parse_year(text, YearEnd.FIRST)
    if first != last:
        message = phrase("stands-for-years-not-before", text=text.strip(), first=first, last=last)
        advice = phrase("write-the-year-not-before", first=first, after=last + 1)
        raise CellFault("bad-year", message, advice)
    return last


def year_end(name: str) -> YearEnd:
    """Return which end of a span of years (e.g. 十四五) the field `name` means."""
    if name.startswith(("earliest", "first", "from")):
        return YearEnd.FIRST
    if name.startswith(("latest", "last", "to_", "open_by", "end_")) or name == "ready_years":
        return YearEnd.LAST
    return YearEnd.NEITHER


def _boolean(text: str) -> bool:
    word = text.strip().casefold()
    if word in YES or word == "1.0":
        return True
    if word in NO or word == "0.0":
        return False
    raise CellFault(
        "bad-word", phrase("is-neither-yes-nor-no", text=text), phrase("write-yes-or-no-or")
    )


def _word(kind: ValueType, text: str) -> Any:
    words = kind.words
    if words is None:  # pragma: no cover - a WORD type always has its words
        raise TypeError(kind)
    value = word_of(words, text)
    if value is not None:
        return words(value)
    shown = [
        f"{member.value} ({zh[0]})"
        if (zh := ENUM_WORDS.get(words, {}).get(member.value))
        else member
        for member in words
    ]
    shown_text = text if len(text) <= 60 else f"{text[:57]}..."
    raise CellFault(
        "bad-word",
        phrase("is-not-a-known-word-here", shown_text=shown_text),
        phrase("one-of", shown=listed(shown)),
    )


# ----------------------------------------------------------------------------- lists and mappings


def _from_collection(kind: ValueType, raw: Any, field: FieldInfo, context: CellContext) -> Any:
    if isinstance(raw, bool):
        raise CellFault(
            "wrong-type", phrase("a-is-asked-for-not", base=kind.base, raw=_text_of(raw))
        )
    text = raw if isinstance(raw, str) else _text_of(raw)
    if text.strip().casefold() in NOTHING:
        return {} if kind.base is Base.MAPPING else ()
    if kind.base is Base.LIST:
        return tuple(_entry(kind, entry, field, context) for entry in split_list(text))
    if field.name == "benefits" and not re.search("[=＝:：]", text):
        return {"benefit": _entry(kind, text, field, context)}
    return _mapping(kind, text, field, context)


def _entry(kind: ValueType, text: str, field: FieldInfo, context: CellContext) -> Any:
    item = kind.item
    if item is None:  # pragma: no cover - a collection always has an item type
        raise TypeError(kind)
    entry, quoted = _unquote(text)
    if item.base is Base.TEXT:
        if not quoted and re.search("[,，]", entry):
            advice = phrase("part-the-entries-by-or-put-the-entry-in")
            raise CellFault("bad-list", phrase("holds-a-comma", entry=entry), advice)
        return entry
    return parse_value(item, entry, field, context)


def _mapping(kind: ValueType, text: str, field: FieldInfo, context: CellContext) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for entry in split_list(text):
        position = _equals_at(entry)
        if position is None:
            advice = phrase("write-name-value-name-value")
            raise CellFault("bad-mapping", phrase("has-no", entry=entry), advice)
        name, quoted = _unquote(entry[:position].strip())
        if not quoted and (not name or re.search("[,，]", name)):
            advice = phrase("write-name-value-name-value-parted-by")
            raise CellFault(
                "bad-mapping", phrase("has-no-proper-name-before-its", entry=entry), advice
            )
        key: Any = name
        if kind.key is not None and kind.key.base is Base.WORD:
            key = _word(kind.key, name)
        if key in found:
            raise CellFault(
                "duplicate-key", phrase("stands-twice-in-the-cell", name=name), phrase("keep-one")
            )
        value = entry[position + 1 :].strip()
        if not value:
            raise CellFault(
                "bad-mapping", phrase("has-no-value", name=name), phrase("write-name-value")
            )
        # outputs: road_km=二十五公里 stands under no unit; `km` names its own
        named = replace(field, unit=name) if field.unit is None and unit_words(name) else field
        found[key] = _entry(kind, value, named, context)
    return found


def _equals_at(entry: str) -> int | None:
    """Position of the sign between name and value; signs inside double quotes do not count."""
    if entry.startswith('"'):
        end = _quote_end(entry, 0)
        rest = re.compile(r"\s*[=＝:：]").match(entry, end)
        return rest.end() - 1 if rest else None
    for signs in ("=＝", ":："):
        if before_quote := re.match(rf'[^"]*?[{signs}](?=\s*")', entry):
            return before_quote.end() - 1
        position = max(entry.rfind(sign) for sign in signs)
        if position >= 0:
            return position
    return None


def split_list(text: str) -> list[str]:
    """Split a cell at ; ； 、 or |, but not inside double quotes; outer blanks are taken off.

    A separator at the end is allowed.

    Raises
    ------
    CellFault
        An entry is empty, or a double quote is not closed.
    """
    if '"' not in text:
        parts = _SEPARATORS.split(text)
    else:
        parts = [""]
        position = 0
        while position < len(text):
            opens = text[position] == '"' and re.search(r"(?:^|[=＝:：])\s*$", parts[-1])
            if opens:
                end = _quote_end(text, position)
                parts[-1] += text[position:end]
                position = end
            elif _SEPARATORS.match(text[position]):
                parts.append("")
                position += 1
            else:
                parts[-1] += text[position]
                position += 1
    parts = [part.strip() for part in parts]
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    if any(not part for part in parts):
        raise CellFault(
            "bad-list", phrase("the-list-has-an-empty-entry"), phrase("delete-the-extra-separator")
        )
    return parts


def _quote_end(text: str, start: int) -> int:
    """Position after the closing quote of the quoted part that begins at `start`."""
    position = start + 1
    while True:
        position = text.find('"', position)
        if position < 0:
            raise CellFault("unbalanced-quote", phrase("a-double-quote-in-the-cell-is-not-closed"))
        if text[position + 1 : position + 2] != '"':
            return position + 1
        position += 2


def _unquote(entry: str) -> tuple[str, bool]:
    if len(entry) >= 2 and entry.startswith('"') and _quote_end(entry, 0) == len(entry):
        return entry[1:-1].replace('""', '"'), True
    return entry, False


# ---------------------------------------------------------------------------------------- writing


def format_value(kind: ValueType, value: Any) -> str:
    """Return `value` as the text of a cell, from which `parse_cell` makes the same value again."""
    if value is None:
        return ""
    if kind.base is Base.LIST:
        return escape(";".join(_format_item(kind.item, item) for item in value))
    if kind.base is Base.MAPPING:
        pairs = (
            f"{_quote(str(name))}={_format_item(kind.item, item)}" for name, item in value.items()
        )
        return escape(";".join(pairs))
    if kind.base is Base.TEXT or isinstance(value, str):
        return escape(str(value))
    return format_plain(kind, value)


def format_plain(kind: ValueType, value: Any) -> str:
    """Return a number, year, boolean or word as text; a float by its shortest exact digits."""
    if kind.base is Base.BOOLEAN:
        return "yes" if value else "no"
    if kind.base is Base.WORD:
        return str(value.value)
    if kind.base in (Base.NUMBER, Base.NUMBER_OR_TEXT):
        return repr(float(value))
    return str(value)


def _format_item(item: ValueType | None, value: Any) -> str:
    if item is not None and item.base is not Base.TEXT:
        return format_plain(item, value)
    return _quote(str(value))


def _quote(text: str) -> str:
    if not text or text.casefold() in NOTHING or text != text.strip() or _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text
