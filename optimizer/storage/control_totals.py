"""Control totals of rejected.csv, as books of account have them: each column once more in sum.

What a project left out would lose takes a search to find, and no file can tell it again from the
plan. Stated a second time, in sum, a figure that was changed in one place is seen.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from infraplan.models.plan import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

SUMMED = ("best_npv", "year", "amount", "years", "amounts", "loss", "loss_low", "loss_high")
"""Columns of which count and sum are stated."""
COUNTED = ("project", "rule", "others", "can_be_forced", "method")
"""Columns of which it is stated how often each value is there, blanks left out."""


def control_totals(rows: Sequence[Rejection]) -> dict[str, Any]:
    """Rows; of each number how many there are and their sum; of each text how often it is there.

    Parameters
    ----------
    rows
        The projects that are left out, in any order.

    Returns
    -------
    dict
        `rows`; `sums`: by column `count` and `sum`, in the column's unit; `counts`: by column the
        number of rows by value. Columns without a value are left out.
    """
    sums, counts = {}, {}
    for name in SUMMED:
        numbers = [float(value) for row in rows for value in _values(row, name)]
        if numbers:
            sums[name] = {"count": len(numbers), "sum": math.fsum(numbers)}
    for name in COUNTED:
        texts = Counter(str(value) for row in rows for value in _values(row, name))
        if texts:
            counts[name] = dict(sorted(texts.items()))
    return {"rows": len(rows), "sums": sums, "counts": counts}


def _values(row: Rejection, name: str) -> tuple[Any, ...]:
    value = getattr(row, name)
    values = value if isinstance(value, tuple) else (value,)
    return tuple(item for item in values if item is not None and item != "")
