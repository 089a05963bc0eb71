"""A model of starts searched by branch and bound over their years, in a guest of HiGHS.

`tree_of` brings a model into the form that the guest takes: starts by year, one whole column each,
and for each project a row that adds them up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer.backends.base import Progress, SolverOptions, SolverReply
from infraplan.optimizer.backends.exchange import PlanExchange
from infraplan.optimizer.backends.host import solve_mip
from infraplan.optimizer.column_forms import Columns, Recast, recast
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import with_rows
from infraplan.optimizer.mip_parts import only_columns

ONE_PROJECT = "one_project"
"""Family of the rows that add up the starts of a project."""


@dataclass(frozen=True)
class StartTree:
    """`mip`, whose whole columns are starts in years, with a row for each project.

    `row` (shape: columns) is the row of a start's project, -1 for other columns, `year` (columns)
    the year of a start. `changed` leads back to the columns of the model that was given; None: they
    are the same. `links` are rows that join parts which are searched one by one, at first at
    `prices` (shape: links) of these; None: as one. `exchange` hears of plans, and has others.
    """

    mip: Mip
    row: IntArray
    year: IntArray
    changed: Recast | None
    links: IntArray | None = None
    prices: FloatArray | None = None
    exchange: PlanExchange | None = None

    def forth(self, values: FloatArray) -> FloatArray:
        """Values (shape: columns) of the model given, in these columns."""
        return values if self.changed is None else self.changed.forth(values)

    def back(self, values: FloatArray) -> FloatArray:
        """Values of these columns in those of the model given."""
        return values if self.changed is None else self.changed.back(values)

    def only(self, columns: IntArray) -> StartTree:
        """The part of `columns`, which no row joins with others; it has no way back."""
        mip, rows = only_columns(self.mip, columns)
        row = self.row[columns]
        own = np.where(row >= 0, np.searchsorted(rows, row), -1)
        return StartTree(mip, own, self.year[columns], None)

    def solve(
        self,
        options: SolverOptions,
        *,
        start: FloatArray | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> SolverReply:
        """Maximise `mip`; the reply has the multipliers of the first relaxation as `row_duals`.

        Raises
        ------
        SolverError
            As `solve_mip`.
        """
        more: dict[str, object] = {"rows": self.row.tolist(), "years": self.year.tolist()}
        if self.links is not None and self.prices is not None:
            more |= {"links": self.links.tolist(), "prices": self.prices.tolist()}
        return solve_mip(
            self.mip,
            replace(options, solver="highs", columns=Columns.CUMULATIVE, extra={}),
            start=start,
            on_progress=on_progress,
            should_stop=should_stop,
            exchange=self.exchange,
            task="tree" if self.links is None else "linked",
            more=more,
        )


def tree_of(mip: Mip) -> StartTree | None:
    """`mip` in the form of starts by year; None where it has whole columns that are no such."""
    changed = recast(mip, Columns.BY_START)
    seen = mip if changed is None else changed.mip
    starts = seen.starts
    run = starts.run_of_column(seen.num_columns)
    is_start = run >= 0
    whole = is_start & (seen.col_lower >= 0.0) & (seen.col_upper <= 1.0)
    if not starts.count or np.any(seen.integrality != whole) or np.any(is_start != whole):
        return None
    if np.any(starts.cumulative & (starts.size > 1)):
        return None
    columns = np.flatnonzero(is_start)
    _, number = np.unique(starts.project[run[columns]], return_inverse=True)
    year = np.zeros(seen.num_columns, dtype=np.int64)
    year[columns] = starts.year[run[columns]] + columns - starts.first[run[columns]]
    row = np.full(seen.num_columns, -1, dtype=np.int64)
    row[columns] = seen.num_rows + number
    count = int(number.max()) + 1
    sums = csr_array((np.ones(columns.size), (number, columns)), shape=(count, seen.num_columns))
    low, high = np.full(count, -np.inf), np.ones(count)
    return StartTree(with_rows(seen, ONE_PROJECT, sums, low, high), row, year, changed)
