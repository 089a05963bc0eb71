"""What columns of money of a foreign table are to one another: parts, sums, low and high, funds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.table_columns_seen import Seen, adds_up, distinct_rows
from infraplan.optimizer.interop.table_dates import without_year, year_in
from infraplan.optimizer.interop.table_file import cell_text
from infraplan.optimizer.interop.table_words import FUNDING, plain_heading

_LOW = regex(r"\blow|\bmin|\bp10\b|optimistic|下限|最低|低值", re.IGNORECASE)
_HIGH = regex(r"\bhigh|\bmax|\bp90\b|pessimistic|上限|最高|高值", re.IGNORECASE)
_PER_CENT = regex(r"[%％]|\bper ?cent|\bpct\b|占比|比例|比重", re.IGNORECASE)
_SHARE = regex(r"\bshare\b|anteil|\bpart\b|cuota|quota", re.IGNORECASE)
_MOST = 0.8
"""Share of the rows in which parts are to add up to a sum."""


def low_and_high(costs: Sequence[Seen]) -> list[Seen]:
    """Return the low and the high estimate of a cost, beside a middle one or alone, or none."""
    low, high = (
        next((c for c in costs if pattern.search(plain_heading(c.heading))), None)
        for pattern in (_LOW, _HIGH)
    )
    return [] if low is None or high is None or low is high else [low, high]


def counted_in(
    columns: Sequence[Seen], used: Sequence[Seen], sums: Sequence[Seen], before: Sequence[Seen]
) -> Seen | None:
    """Return the column that a sum counts in besides the years, and what was spent before them."""
    for column in columns:
        for also in ((), before):
            years = [*used, *also]
            if any(adds_up(s, [column, *years]) > adds_up(s, years) for s in sums):
                return column
    return None


def years_of_a_sum(years: Sequence[Seen], sums: Sequence[Seen]) -> Sequence[Seen]:
    """Return the last of `years`, two or more, that a sum counts; all where it tells nothing."""
    for first in range(len(years) - 1):
        if any(adds_up(column, years[first:]) >= _MOST for column in sums):
            # Where another column sums the years before, both are of parts of the plan.
            is_parted = any(adds_up(column, years[:first]) >= _MOST for column in sums)
            return years if first and is_parted else years[first:]
    return years


def sums_of_some(years: Sequence[Seen], sums: Sequence[Seen]) -> list[Seen]:
    """Return the sums of two or more years that follow one another, but not of all."""
    count = len(years)
    spans = [
        years[first:last]
        for first in range(count)
        for last in range(first + 2, count + 1)
        if last - first < count
    ]
    return [c for c in sums if any(adds_up(c, span) >= _MOST for span in spans)]


def further_funds(columns: Sequence[Seen], funding: Sequence[Seen]) -> list[Seen]:
    """Return columns beside those of funds that make them add up to a cost, whatever their names.

    `Région` between a grant and a loan is who pays as well.
    """
    sums = [
        c for c in columns if c.is_money and c.meaning in ("cost", "total") and c not in funding
    ]
    if not funding or any(adds_up(column, funding) >= _MOST for column in sums):
        return []
    near: list[Seen] = []
    places = {column.place for column in funding}
    for step, at in ((1, max(places)), (-1, min(places))):
        near += _run(columns, at, step, places)
    near += [c for c in columns if min(places) < c.place < max(places) and _may_pay(c, places)]
    for more in (near, *([column] for column in near)):
        if more and any(adds_up(column, [*funding, *more]) >= _MOST for column in sums):
            return sorted(more, key=lambda column: column.place)
    return []


def _run(columns: Sequence[Seen], at: int, step: int, places: set[int]) -> list[Seen]:
    """Columns next to one another from `at` on that may be of funds."""
    found = []
    by_place = {column.place: column for column in columns}
    while (column := by_place.get(at + step)) is not None and _may_pay(column, places):
        found.append(column)
        at += step
    return found


def _may_pay(column: Seen, places: set[int]) -> bool:
    is_free = column.place not in places and column.year is None and not column.is_counter
    is_open = column.meaning in ("", "place", "owner")
    return is_free and is_open and column.is_money and column.positive()


def shares(columns: Sequence[Seen]) -> list[Seen]:
    """Return columns of the parts, in per cent or of one, that funds pay."""
    paying = [c for c in columns if FUNDING.search(c.heading) and c.num]
    found = [c for c in paying if _in_per_cent(c)]
    named = [c for c in paying if c not in found and _SHARE.search(c.heading)]
    rows = list(zip(*(column.numbers for column in named), strict=True))
    sums = [sum(number or 0.0 for number in row) for row in rows]
    is_parted = len(named) > 1 and any(
        all(abs(found - whole) <= 0.01 * whole for found in sums if found) for whole in (1.0, 100.0)
    )
    return [*found, *(named if is_parted else ())]


def _in_per_cent(column: Seen) -> bool:
    signs = sum(text.rstrip().endswith(("%", "％")) for text in column.texts)
    return _PER_CENT.search(column.heading) is not None or 2 * signs > len(column.texts)


def rows_by_payer(columns: Sequence[Seen], cost: Seen) -> Seen | None:
    """Return the column of payers where the rows of one name are what each of them pays.

    Each row of a name has another payer, and not all of them the same amount, which may be a total
    said again.
    """
    payer = next((column for column in columns if column.names_payers), None)
    name = next((column for column in columns if column.meaning == "name" and column.num), None)
    if payer is None or name is None or name.distinct == name.num or name.num < name.rows:
        return None
    if distinct_rows([name, payer]) < name.num:
        return None
    amounts: dict[str, set[float | None]] = {}
    for cell, amount in zip(name.cells, cost.numbers, strict=True):
        amounts.setdefault(cell_text(cell), set()).add(amount)
    again = [text for text, count in name.counts.items() if count > 1]
    return payer if all(len(amounts[text]) > 1 for text in again) else None


def parts_of_a_cost(
    columns: Sequence[Seen], costs: Sequence[Seen]
) -> tuple[Seen, Seen, Seen] | None:
    """Return the columns of payers, of what each row adds, and of the sum said once more.

    A project has a row for each of its funds; its whole cost stands in the first of them.
    """
    payer = next((column for column in columns if column.names_payers), None)
    name = next((column for column in columns if column.meaning == "name" and column.num), None)
    if payer is None or name is None:
        return None
    for part in costs:
        for total in costs:
            if part is not total and _is_sum_by_name(name, part, total):
                return payer, part, total
    return None


def _is_sum_by_name(name: Seen, part: Seen, total: Seen) -> bool:
    """Whether rows of one name, or without one below it, add up to what stands in its first."""
    sums: dict[str, float] = {}
    stated: dict[str, float] = {}
    own, count = "", 0
    for cell, amount, whole in zip(name.cells, part.numbers, total.numbers, strict=True):
        own = cell_text(cell) or own
        count += own in sums
        sums[own] = sums.get(own, 0.0) + (amount or 0.0)
        stated.setdefault(own, whole or 0.0)
    return count > 0 and all(abs(sums[key] - stated[key]) <= 5e-3 * stated[key] for key in sums)


def fund_id(column: Seen) -> str:
    """Return the id of the fund that a column names."""
    text = column.parts[-1] if column.parts else column.heading
    if year_in(text) is not None and len(column.parts) > 1:
        text = column.parts[0]
    text = re.sub(r"[(（\[].*?[)）\]]|^其中[:：]?", "", text)
    text = without_year(text) or text
    return re.sub(r"[\s=;,'\"@+/]+", "_", text).strip("_-")[:40] or f"fund{column.place + 1}"
