"""Years in what foreign tables hold for dates, spans and headings."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.table_file import cell_text, western
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.numbers import YearEnd, parse_year, plain

_YEAR = regex(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")
_FISCAL = regex(r"(?<!\d)((?:19|20)\d\d)\s*[-–/]\s*(\d\d)(?!\d)(?!\s*[-./]\s*\d)")
_SHORT_DATE = regex(r"(?<!\d)\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*(\d\d)(?!\d)")
_REIWA = regex(r"(?:令和|\bR)\s*(\d{1,2}|元)\s*年")
"""A year of the Japanese era that began in 2019."""
_MINGUO = regex(r"(?:民國\s*(\d{2,3})\s*年?|(?<!\d)(1[0-4]\d)\s*年度)")
"""A year of the Republic of China, counted from 1911."""
_BUDDHIST = regex(r"(?:พ\.?\s?ศ\.?|ปี(?:งบประมาณ)?)\s*(25[4-9]\d|26[0-4]\d)(?!\d)")
"""A year of the Buddhist era, 543 ahead."""
_MONTH = regex(
    r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*"
    r"\.?\s*[-'’ ]?\s*(\d\d)(?!\d)",
    re.IGNORECASE,
)
_QUARTER = regex(r"(?:q[1-4]|h[12])\s*[-/ ']?\s*(?:fy)?\s*'?(\d\d)(?!\d)", re.IGNORECASE)
_SHORT_FISCAL = regex(r"(?<![a-z])fy\s*'?(\d\d)(?!\d)", re.IGNORECASE)
_NAMED_YEAR = regex(
    r"(?:\b(?:fy|cy|fiscal year|financial year|year)\s*)?'?(?<!\d)(?:19|20|21)\d\d"
    r"(?:\s*[-–/]\s*(?:20)?\d\d(?!\d))?\s*年?度?|\bfy\s*'?\d\d(?:\s*[-–/]\s*\d\d)?(?!\d)",
    re.IGNORECASE,
)
_SPAN = regex(r"(?<!\d)(?:19|20)(\d\d)\s*[-–/]\s*(\d\d)(?!\d)(?!\s*[-./]\s*\d)")
_MONTHS = 12
_JOINING = " -–—_:：/|·,.()（）[]"
_SPLIT = regex(r"\s+(?:-|–|—|to|until|bis|à)\s+|[—–~～至到]|(?<=[\d年月日])-(?=\d{4})")
_SERIALS = range(25_000, 75_000)
"""Days that a spreadsheet counts from 1900: 1968 to 2105."""
_MOST_WORDS = 6
_LONGEST_TITLE = 30
"""Characters of a title of a sheet that is a year."""
_THESE = range(1900, 2200)
"""Years that a plan may speak of."""


def years_of(cell: Any) -> tuple[int, int] | None:
    """First and last year that a cell names, as a date, quarter, fiscal year or span.

    `01.03.2014`, `3/1/14`, `Mar 2014`, `Q3 2024`, `FY2024/25` (the year in which it begins),
    `2024年3月`, `2020-2025`, a day of a spreadsheet. None where it names no year of these times,
    or is a sentence.
    """
    found = _read_years(cell)
    return found if found is not None and found[0] in _THESE and found[1] in _THESE else None


def year_in(text: str) -> int | None:
    """Return the one year that `text` names, glued to words or not; None where there is none."""
    found = _read_year(text)
    return found if found in _THESE else None


def are_years(titles: Sequence[str]) -> bool:
    """Whether titles name a year each, and no two the same."""
    found = [year_in(title) if len(title) <= _LONGEST_TITLE else None for title in titles]
    return None not in found and len(set(found)) == len(found)


def without_year(text: str) -> str:
    """Return a heading without the year that it names: `FY2026 Fed` is Fed, `2026年` blank."""
    return " ".join(_NAMED_YEAR.sub(" ", text).strip(_JOINING).split())


def edition_of(cell: Any) -> tuple[int, ...]:
    """Return the date, year, quarter or number of an edition, so that later ones are larger.

    Where the year stands last, `31.03.2023`, as Europe and others write days, it is put first.
    """
    text = western(cell_text(cell))
    numbers = [int(part) for part in re.findall(r"\d+", text)][:6]
    if len(numbers) == 3 and numbers[2] > 31 >= numbers[0]:
        numbers = numbers[::-1]
    return tuple(numbers)


def _read_years(cell: Any) -> tuple[int, int] | None:
    if isinstance(cell, datetime.date):
        return cell.year, cell.year
    if isinstance(cell, int | float):
        if int(cell) in _SERIALS:
            day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(cell))
            return day.year, day.year
        cell = str(int(cell)) if float(cell).is_integer() else str(cell)
    text = plain(" ".join(western(str(cell or "")).split()))
    if len(text) == 5 and text.isdecimal() and text.isascii() and int(text) in _SERIALS:
        return _read_years(int(text))
    if not text or len(text.split()) > _MOST_WORDS:
        return None
    try:
        return parse_year(text, YearEnd.FIRST), parse_year(text, YearEnd.LAST)
    except CellFault:
        pass
    parts = [part for part in _SPLIT.split(text) if part]
    years = [found for part in parts if (found := _one_year(part)) is not None]
    return (min(years), max(years)) if years else None


def _one_year(text: str) -> int | None:
    if fiscal := _FISCAL.search(text):
        first = int(fiscal[1])
        if int(fiscal[2]) == (first + 1) % 100:
            return first
    if whole := _YEAR.findall(text):
        return int(whole[0])
    for pattern in (_SHORT_DATE, _MONTH, _QUARTER, _SHORT_FISCAL):
        if found := pattern.search(text):
            short = int(found[1])
            return short + (2000 if short < 70 else 1900)
    return None


def _names_several(text: str) -> bool:
    """Whether `text` names a span of years, `Total 2026-29`, and no fiscal year or month."""
    return any(int(last) > max(_MONTHS, int(first) + 1) for first, last in _SPAN.findall(text))


def _read_year(text: str) -> int | None:
    text = western(text)
    if _names_several(text):
        return None
    if era := _REIWA.search(text):
        return 2018 + (1 if era[1] == "元" else int(era[1]))
    if minguo := _MINGUO.search(text):
        return 1911 + int(minguo[1] or minguo[2])
    if buddhist := _BUDDHIST.search(text):
        return int(buddhist[1]) - 543
    try:
        return parse_year(text, YearEnd.NEITHER)
    except CellFault:
        pass
    if (fiscal := _FISCAL.search(text)) and int(fiscal[2]) == (int(fiscal[1]) + 1) % 100:
        return int(fiscal[1])
    found = _YEAR.findall(text)
    if len(found) == 2 and int(found[1]) == int(found[0]) + 1 and re.search(r"\d\s*/\s*\d", text):
        return int(found[0])
    if found:
        return int(found[0]) if len(set(found)) == 1 else None
    short = _SHORT_FISCAL.search(text)
    return 2000 + int(short[1]) if short else None
