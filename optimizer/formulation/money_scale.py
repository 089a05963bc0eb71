"""A money unit that suits the solver, where the instance's does not.

Solvers know absolute tolerances: 1e-6 of a row, 1e-7 of a reduced cost. Money stated in thousands
of billions, or in single yuan, would make these coarser or finer than money itself. The model is
then solved in a unit that is a power of two of the instance's, which changes no digit of anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from infraplan.optimizer.mip import FloatArray, Mip

LEAST, MOST, SUITABLE = 1.0, 1e7, 64.0
"""Largest objective coefficients of a project that are left as they are, and the one aimed at."""

MONEY_COLUMNS = ("pay", "borrow", "cash", "lapse", "drawn")
"""Blocks of columns that are amounts of money."""


@dataclass(frozen=True)
class MoneyScale:
    """`mip` is the model in units of `1 / factor`; `columns` says what each column is in it.

    A value of the instance's own model is the scaled one divided by `columns` (shape: columns).
    """

    mip: Mip
    factor: float
    columns: FloatArray


def scale_money(mip: Mip) -> MoneyScale:
    """`mip` in a suitable money unit; itself, with factor 1, where its own is one."""
    worth = np.abs(mip.objective[mip.integrality])
    largest = float(worth.max(initial=0.0))
    unscaled = MoneyScale(mip, 1.0, np.ones(mip.num_columns))
    if not np.isfinite(largest) or largest == 0.0 or LEAST <= largest <= MOST:
        return unscaled
    factor = float(2.0 ** np.round(np.log2(SUITABLE / largest)))
    columns = np.ones(mip.num_columns)
    for block in mip.column_blocks:
        if block.name.partition("[")[0] in MONEY_COLUMNS:
            columns[block.start : block.start + block.size] = factor
    entries_row = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    rows = np.ones(mip.num_rows)
    rows[entries_row[columns[mip.a_index] != 1.0]] = factor
    scaled = replace(
        mip,
        objective=mip.objective * factor / columns,
        objective_offset=mip.objective_offset * factor,
        col_lower=mip.col_lower * columns,
        col_upper=mip.col_upper * columns,
        a_value=mip.a_value * rows[entries_row] / columns[mip.a_index],
        row_lower=mip.row_lower * rows,
        row_upper=mip.row_upper * rows,
    )
    return MoneyScale(scaled, factor, columns)
