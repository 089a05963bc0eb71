"""What columns of money of a foreign table are to one another: parts, sums, low and high, funds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.table_columns_seen import Seen
from infraplan.optimizer.interop.table_dates import without_year, year_in
from infraplan.optimizer.interop.table_file import cell_text
from infraplan.optimizer.interop.table_words import plain_heading

_LOW = regex(r"\blow|\bmin|\bp10\b|optimistic|下限|最低|低值", re.IGNORECASE)
_HIGH = regex(r"\bhigh|\bmax|\bp90\b|pessimistic|上限|最高|高值", re.IGNORECASE)


def low_and_high(costs: Sequence[Seen]) -> list[Seen]:
    """Return the low and the high estimate of a cost beside a middle one, or none."""
    low, high = (
        next((c for c in costs if pattern.search(plain_heading(c.heading))), None)
        for pattern in (_LOW, _HIGH)
    )
    return [] if low is None or high is None or low is high or len(costs) < 3 else [low, high]


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
