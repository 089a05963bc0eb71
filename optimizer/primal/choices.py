"""The program seen by its choices: which option of which project starts in which year.

The engine of this package decides starts and lets small programs find all the rest. It therefore
looks at a `Mip` through a change of variables that leaves its feasible set as it is: one column
per start (option and year), then all columns that decide no start. Whatever columns the program
itself has for starts, the engine sees these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack, vstack

from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import Formulation

HAIR = 1e-12
"""Share of a row's largest entry below which an entry is what differences leave of zero."""


@dataclass(frozen=True)
class Choices:
    """`mip` has one column per choice, then the columns `free` of the program `origin`.

    `option`, `year` (from the plan's first) and `project` say of every choice what it starts and
    when; choices of one option stand together, by year. `money` is what a start spends inside the
    horizon, `must` whether its project must be built. `spread` (decided columns, choices) turns
    choices into the `decided` columns of `origin`, `gather` turns these back. `row` is the row of
    `origin` that a row of `mip` was, -1 for one that was a limit of columns.
    """

    origin: Mip
    mip: Mip
    option: IntArray
    year: IntArray
    project: IntArray
    money: FloatArray
    must: BoolArray
    decided: IntArray
    free: IntArray
    spread: csr_array
    gather: csr_array
    row: IntArray

    @property
    def count(self) -> int:
        """Number of choices."""
        return int(self.option.size)

    @staticmethod
    def of(formulation: Formulation) -> Choices:
        """See `formulation.mip` by its choices; it has columns `started`."""
        origin = formulation.mip
        option, year, first, last = _starts(formulation)
        decided = origin.columns("started").index.ravel()
        is_free = np.ones(origin.num_columns, dtype=np.bool_)
        is_free[decided] = False
        free = np.flatnonzero(is_free)
        spread, gather = _changes(first, last, decided.size)
        matrix = matrix_of(origin).tocsc()
        rows = hstack([csr_array(matrix[:, decided]) @ spread, csr_array(matrix[:, free])])
        lower = np.zeros(option.size)
        upper = np.ones(option.size)
        limits, low, high = _limits(spread, origin.col_lower[decided], origin.col_upper[decided])
        _tighten(limits, low, high, lower, upper)
        matrix, row_lower, row_upper, row = _kept_rows(
            csr_array(rows), origin, limits, low, high, lower, upper
        )
        sets = formulation.sets
        project = np.asarray(sets.project_of, dtype=np.int64)[option]
        duties = np.array([duty_of(p) is Mandate.MUST for p in sets.instance.projects], np.bool_)
        mip = Mip(
            objective=np.concatenate(
                [spread.T @ origin.objective[decided], origin.objective[free]]
            ),
            objective_offset=origin.objective_offset,
            col_lower=np.concatenate([lower, origin.col_lower[free]]),
            col_upper=np.concatenate([upper, origin.col_upper[free]]),
            integrality=np.concatenate(
                [np.ones(option.size, dtype=np.bool_), origin.integrality[free]]
            ),
            a_start=matrix.indptr.astype(np.int64),
            a_index=matrix.indices.astype(np.int64),
            a_value=matrix.data,
            row_lower=row_lower,
            row_upper=row_upper,
        )
        return Choices(
            origin=origin,
            mip=mip,
            option=option,
            year=year,
            project=project,
            money=_money(formulation, option, year),
            must=duties[project],
            decided=decided,
            free=free,
            spread=spread,
            gather=gather,
            row=row,
        )

    def restore(self, values: FloatArray) -> FloatArray:
        """Columns of `origin` from those of `mip`."""
        whole = np.zeros(self.origin.num_columns)
        whole[self.decided] = self.spread @ values[: self.count]
        whole[self.free] = values[self.count :]
        return whole

    def seen(self, whole: FloatArray) -> FloatArray:
        """Columns of `mip` from those of `origin`."""
        return np.concatenate([self.gather @ whole[self.decided], whole[self.free]])

    def multipliers(self, of_origin: FloatArray) -> FloatArray:
        """Multipliers of the rows of `mip` from those of `origin`; 0 for limits of columns."""
        return np.where(self.row >= 0, of_origin[self.row], 0.0)


def _starts(formulation: Formulation) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Option and year of every choice, and its first and last column among the decided ones."""
    begin = formulation.mip.columns("started").start
    opened = [
        (k, flat.first, flat.last)
        for k, flat in enumerate(formulation.sets.options)
        if flat.is_open
    ]
    number, soon, late = np.array(opened, dtype=np.int64).reshape(-1, 3).T
    size = late - soon + 1
    option = np.repeat(number, size)
    year = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size - soon, size)
    started = np.asarray(formulation.started, dtype=np.int64)
    return (
        option,
        year,
        started[option, year] - begin,
        np.repeat(started[number, late], size) - begin,
    )


def _changes(first: IntArray, last: IntArray, columns: int) -> tuple[csr_array, csr_array]:
    """Choices to columns "started by then", and back: the differences of neighbours."""
    size = last - first + 1
    choice = np.repeat(np.arange(first.size), size)
    column = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size) + first[choice]
    spread = csr_array(
        coo_array((np.ones(choice.size), (column, choice)), shape=(columns, first.size))
    )
    inner = np.flatnonzero(np.concatenate([[False], last[1:] == last[:-1]]))
    gather = csr_array(
        coo_array(
            (
                np.concatenate([np.ones(first.size), -np.ones(inner.size)]),
                (
                    np.concatenate([np.arange(first.size), inner]),
                    np.concatenate([first, first[inner - 1]]),
                ),
            ),
            shape=(first.size, columns),
        )
    )
    return spread, gather


def _limits(
    spread: csr_array, low: FloatArray, high: FloatArray
) -> tuple[csr_array, FloatArray, FloatArray]:
    """Rows of `spread` with their limits, without those that another one implies.

    A column that holds no more starts than the next one, and may be anything from 0 to as much
    as that, says nothing.
    """
    size = np.diff(spread.indptr)
    follows = np.concatenate([size[1:] > size[:-1], [False]])
    inside = follows & (low <= 0.0) & (high >= np.concatenate([high[1:], [np.inf]]))
    kept = np.flatnonzero(~inside)
    return csr_array(spread[kept]), low[kept], high[kept]


def _tighten(
    limits: csr_array,
    low: FloatArray,
    high: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
) -> None:
    """Take limits of single choices, and of sums that are to be 0, into `lower` and `upper`."""
    size = np.diff(limits.indptr)
    owner = np.repeat(np.arange(size.size), size)
    nothing = (high <= 0.0)[owner]
    upper[limits.indices[nothing]] = 0.0
    single = (size == 1)[owner]
    column = limits.indices[single]
    lower[column] = np.maximum(lower[column], low[owner[single]])
    upper[column] = np.minimum(upper[column], high[owner[single]])


def _kept_rows(
    rows: csr_array,
    origin: Mip,
    limits: csr_array,
    low: FloatArray,
    high: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
) -> tuple[csr_array, FloatArray, FloatArray, IntArray]:
    """Rows of the program and limits that are no limit of one column, cleaned of rounding.

    Rows of one choice with nothing else become limits of that choice.
    """
    rows = _cleaned(rows)
    size = np.diff(rows.indptr)
    owner = np.repeat(np.arange(size.size), size)
    single = np.flatnonzero((size[owner] == 1) & (rows.indices < lower.size))
    row, column, value = owner[single], rows.indices[single], rows.data[single]
    ends = np.stack([origin.row_lower[row] / value, origin.row_upper[row] / value])
    np.maximum.at(lower, column, ends.min(axis=0))
    np.minimum.at(upper, column, ends.max(axis=0))
    kept = np.ones(size.size, dtype=np.bool_)
    kept[row] = False
    kept[(size == 0) & (origin.row_lower <= 0.0) & (origin.row_upper >= 0.0)] = False
    mine = np.flatnonzero(kept)
    more = np.flatnonzero(np.diff(limits.indptr) > 1)
    wide = csr_array(limits[more])
    wide.resize((more.size, rows.shape[1]))
    matrix = csr_array(vstack([rows[mine], wide]))
    return (
        matrix,
        np.concatenate([origin.row_lower[mine], low[more]]),
        np.concatenate([origin.row_upper[mine], high[more]]),
        np.concatenate([mine, np.full(more.size, -1)]).astype(np.int64),
    )


def _cleaned(rows: csr_array) -> csr_array:
    """`rows` without the remainders of entries that differences made 0."""
    rows.sum_duplicates()
    size = np.diff(rows.indptr)
    owner = np.repeat(np.arange(size.size), size)
    largest = np.zeros(size.size)
    np.maximum.at(largest, owner, np.abs(rows.data))
    rows.data[np.abs(rows.data) <= HAIR * largest[owner]] = 0.0
    rows.eliminate_zeros()
    return rows


def _money(formulation: Formulation, option: IntArray, year: IntArray) -> FloatArray:
    """What each choice spends inside the horizon, in price-year money."""
    spending, sets = formulation.coefficients.spending, formulation.sets
    money = np.zeros((len(sets.options), sets.num_years))
    inside = spending.start < sets.num_years
    np.add.at(
        money, (spending.option[inside], spending.start[inside]), np.abs(spending.amount[inside])
    )
    return money[option, year]
