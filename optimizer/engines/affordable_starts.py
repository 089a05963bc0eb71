"""Starts that no money can pay for, taken out of the model that solvers are asked.

A works may cost more than all that its payer can have by some year. The relaxation then builds a
share of it as soon as there is money for this share, and a search finds out only by branching. Here
the most that a payer can have paid by the end of a year is bounded by a linear program of the money
alone, in which every decision about projects is what the money would like best; the bound follows
from its multipliers, whatever the solver says. A start whose works cost more than that by then,
beside the least that must be spent on what must be built, is in no plan: its columns get 0 as their
upper limit. Every plan stays, and so does the optimum.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.dual_bound import Limits, dual_bound, implied_bounds
from infraplan.optimizer.backends.quick_relaxation import QuickRelaxation, quick_relaxation
from infraplan.optimizer.column_forms import Columns, recast
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.mip_parts import restricted

USES, DUTIES = "sources_uses", "mandate"
"""Rows that tie payments to starts, and rows of what must be built."""
ROOM = 1e-5
"""Share by which spending must pass what there can be: rows hold within 1e-6, summed over years."""
BUDGET_S_BY_NONZERO = 1e-8
"""Price of a budget by nonzero of the model, beside that of its relaxation. Measured as 7 to 12
nanoseconds."""
ROUNDS = 3
"""Rounds in which what must be built, and must be built later, leaves less for the rest."""
WINDOWS_SHARE, WINDOWS_S = 0.05, 5.0
"""Share of the time limit, and seconds at most, to seek starts that no money can pay for: of work,
so that the same starts are left out by seconds as well."""
WINDOWS_MOST_SHARE, WINDOWS_MOST_S = 0.3, 60.0
"""Share of the time left, and seconds at most, by the clock: a busy machine takes several times as
long, and a plan that depends on it says so."""


@dataclass(frozen=True)
class _Budget:
    """What a payer may have spent by the end of a year.

    `columns` are the starts that cost anything by then, `spent` (shape: these) what each of them
    costs. `at_least` is what some way of money pays by then, None: none is known. `paid` (shape:
    columns of `money`) is what is maximised to learn how much that can be.
    """

    columns: IntArray
    spent: FloatArray
    at_least: float | None
    paid: FloatArray
    money: _MoneyProgram

    @cached_property
    def most(self) -> float | None:
        """All that can have been paid; None: no bound of it is known, or work has ended."""
        return self.money.most(self.paid)

    def too_dear(
        self, starts: _Starts, is_out: BoolArray, many: IntArray, found: BoolArray
    ) -> IntArray:
        """Starts beside `found` that cannot be paid for; `many` of each project are not out.

        What would be allowed by less money than there is needs no bound of how much that is.
        """
        if self.at_least is not None:
            new = starts.too_dear(self.columns, self.spent, self.at_least, is_out, many)
            if found[new].all():
                return new[:0]
        if self.most is None:
            return self.columns[:0]
        return starts.too_dear(self.columns, self.spent, self.most, is_out, many)


def windows_s(deadline: Deadline) -> tuple[float, float | None]:
    """Seconds of work, and of the clock at most, to seek starts that no money can pay for."""
    if work_clock.is_counting():
        return deadline.share_s(WINDOWS_SHARE, WINDOWS_S), None
    limit = deadline.limit_s
    work_s = WINDOWS_S if limit is None else min(WINDOWS_SHARE * limit, WINDOWS_S)
    return work_s, deadline.share_s(WINDOWS_MOST_SHARE, WINDOWS_MOST_S)


def affordable_starts(mip: Mip, seconds: float, most_s: float | None = None) -> Mip:
    """`mip` in which starts that no money can pay for have the upper limit 0.

    Only years before the first one that can be paid are taken from an option, or all of them.
    After work of `seconds` nothing more is sought: work is counted here wherever it is not counted
    already, so that a busy machine finds the same starts. Seconds of the clock end it as well, and
    say so: `most_s` of them (None: any number).
    """
    if most_s is not None and most_s <= 0.0:
        return mip
    with work_clock.counted(None if most_s is None else time.perf_counter() + most_s):
        return _affordable(mip, seconds)


def _affordable(mip: Mip, seconds: float) -> Mip:
    """See `affordable_starts`."""
    changed = recast(mip, Columns.BY_START)
    seen = mip if changed is None else changed.mip
    starts = _Starts.of(seen)
    budgets = list(_budgets(seen, starts, work_clock.now() + seconds))
    is_out = np.zeros(seen.num_columns, dtype=np.bool_)
    for _ in range(ROUNDS):
        found, many = is_out.copy(), starts.many(is_out)
        for budget in reversed(budgets):  # by later years more of a works is to be paid
            found[budget.too_dear(starts, is_out, many, found)] = True
        if np.array_equal(found, is_out):
            break
        is_out = found
    return _without(mip, is_out)


def _without(mip: Mip, is_out: BoolArray) -> Mip:
    """`mip` without the starts at the begin of each option that are out."""
    upper = mip.col_upper.copy()
    for run in np.unique(mip.starts.run_of_column(mip.num_columns)[is_out]):
        columns = mip.starts.columns_of(int(run))
        inside = np.flatnonzero(~is_out[columns])
        upper[columns[: inside[0] if inside.size else columns.size]] = 0.0
    return replace(mip, col_upper=upper)


@dataclass(frozen=True)
class _Starts:
    """The columns of a model that say "starts in this year", and the project of each.

    `is_start` has the shape (columns,), `project` as well (-1 for other columns); `duty` are the
    projects that must be built.
    """

    is_start: BoolArray
    can_start: BoolArray
    project: IntArray
    run: IntArray
    duty: IntArray

    @staticmethod
    def of(mip: Mip) -> _Starts:
        run = mip.starts.run_of_column(mip.num_columns)
        single = ~mip.starts.cumulative | (mip.starts.size == 1)
        is_start = (run >= 0) & np.append(single, False)[run]
        project = np.where(is_start, np.append(mip.starts.project, -1)[run], -1)
        rows = np.zeros(mip.num_rows, dtype=np.bool_)
        for block in mip.row_blocks:
            if block.family == DUTIES:
                rows[block.start : block.start + block.size] = True
        columns = mip.a_index[np.repeat(rows, np.diff(mip.a_start))]
        duty = np.unique(project[columns])
        can_start = is_start & (mip.col_upper > 0.0)
        return _Starts(is_start, can_start, project, run, duty[duty >= 0])

    def too_dear(
        self,
        columns: IntArray,
        spent: FloatArray,
        most: float,
        is_out: BoolArray,
        many: IntArray,
    ) -> IntArray:
        """Starts among `columns` that `most` cannot pay for beside the least of all else.

        `spent` (shape: columns) is what each costs, `many` what `many` says of `is_out`.
        """
        can = self.can_start[columns] & ~is_out[columns]
        columns, spent = columns[can], spent[can]
        project, count = self.project[columns], many.size
        least = np.full(count, np.inf)
        np.minimum.at(least, project, spent)
        # A project with other starts can cost nothing by then.
        paid = np.bincount(project, minlength=count)
        least = np.where(paid < many, np.minimum(least, 0.0), least)
        optional = np.ones(count, dtype=np.bool_)
        optional[self.duty] = False
        least = np.where(np.isinf(least), 0.0, np.where(optional, np.minimum(least, 0.0), least))
        limit = most + ROOM * max(1.0, abs(most))
        found: IntArray = columns[spent + (least.sum() - least[project]) > limit]
        return found

    def many(self, is_out: BoolArray) -> IntArray:
        """Number of starts of each project that are not out."""
        count = int(self.project.max(initial=-1)) + 1
        found = np.bincount(self.project[self.can_start & ~is_out], minlength=count)
        return np.asarray(found, dtype=np.int64)


def _budgets(mip: Mip, starts: _Starts, until: float) -> Iterator[_Budget]:
    """Budgets of every payer and year that may leave out a start, by payer and year.

    One way of money is known for all years of a payer, that which pays soonest: what it allows
    needs no program of a year.
    """
    matrix = matrix_of(mip)
    parts = _MoneyParts.of(mip, matrix, starts, until)
    none_out = np.zeros(mip.num_columns, dtype=np.bool_)
    many = starts.many(none_out)
    for rows_by_year in _rows_of_payers(mip):
        entries = csr_array(-matrix[np.concatenate(rows_by_year)])
        columns, place = np.unique(entries.indices, return_inverse=True)
        owner = np.repeat(np.arange(entries.shape[0]), np.diff(entries.indptr))
        year = np.repeat(np.arange(len(rows_by_year)), [rows.size for rows in rows_by_year])
        by_year = np.zeros((len(rows_by_year), columns.size))
        np.add.at(by_year, (year[owner], place), entries.data)
        so_far = np.cumsum(by_year, axis=0)
        whole, is_whole = so_far[-1], mip.integrality[columns]
        if not starts.is_start[columns[is_whole & (whole != 0.0)]].all():
            continue
        if work_clock.now() >= until:
            return
        money = parts.of_payer(columns[~is_whole & (whole != 0.0)])
        paid = money.in_columns(columns[~is_whole], -so_far[:, ~is_whole])
        soonest = money.soonest(paid.sum(axis=0))
        final = columns[is_whole], whole[is_whole]
        for spent, objective in zip(so_far[:, is_whole], paid, strict=True):
            at_least = None if soonest is None else float(objective @ soonest)
            costs = np.flatnonzero(spent)
            budget = _Budget(final[0][costs], spent[costs], at_least, objective, money)
            yield budget
            known = budget.most if at_least is None else at_least
            if known is None or np.any(final[1] < 0.0):
                continue
            if not starts.too_dear(*final, known, none_out, many).size:
                break  # later years can have paid no less, and no start costs more by then


def _rows_of_payers(mip: Mip) -> Iterator[list[IntArray]]:
    """For each payer the rows that say what is paid for, one array for each year."""
    by_payer: dict[str | int, dict[int, list[int]]] = {}
    for block in mip.row_blocks:
        if block.family == USES:
            for number, (payer, _, year) in enumerate(block.keys):
                years = by_payer.setdefault(payer, {})
                years.setdefault(int(year), []).append(block.start + number)
    for years in by_payer.values():
        yield [np.array(years[year], dtype=np.int64) for year in sorted(years)]


def _components(mip: Mip, matrix: csr_array) -> IntArray:
    """Number of the part of the model that each column belongs to, by its continuous columns."""
    entries = matrix.tocoo()
    kept = ~mip.integrality[entries.col]
    links = coo_array(
        (np.ones(int(kept.sum())), (entries.row[kept], mip.num_rows + entries.col[kept])),
        shape=(mip.num_rows + mip.num_columns,) * 2,
    )
    _, label = connected_components(links, directed=False)
    return np.asarray(label[mip.num_rows :], dtype=np.int64)


@dataclass(frozen=True)
class _MoneyProgram:
    """A linear program of `columns` (ascending) of the model; nothing is maximised yet.

    No more is asked once the clock has reached `until`; `price_s` is what asking costs besides.
    """

    mip: Mip
    columns: IntArray
    until: float
    price_s: float

    def most(self, paid: FloatArray) -> float | None:
        """A proven upper bound of `paid` (shape: columns); None: none is known."""
        asked, found = self._asked(paid)
        if found.multipliers is None:
            return None
        return dual_bound(asked, found.multipliers, self._limits).value

    def soonest(self, paid: FloatArray) -> FloatArray | None:
        """Values at which `paid` is as large as can be, shape (columns,); None: not found."""
        return self._asked(paid)[1].values

    def in_columns(self, columns: IntArray, amounts: FloatArray) -> FloatArray:
        """`amounts` (shape: years, `columns` of the model) in these columns, 0 for others."""
        place = np.searchsorted(self.columns, columns)
        is_mine = np.append(self.columns, -1)[place] == columns
        found = np.zeros((amounts.shape[0], self.columns.size))
        found[:, place[is_mine]] = amounts[:, is_mine]
        return found

    def _asked(self, paid: FloatArray) -> tuple[Mip, QuickRelaxation]:
        asked = replace(self.mip, objective=paid)
        if work_clock.now() >= self.until:
            return asked, QuickRelaxation(None, None)
        work_clock.spend(self.price_s)
        return asked, quick_relaxation(asked, 10.0)

    @cached_property
    def _limits(self) -> Limits:
        """What the rows imply of the columns, whatever is maximised."""
        return implied_bounds(self.mip)


@dataclass(frozen=True)
class _MoneyParts:
    """The model taken apart by its continuous columns; `component` (shape: columns) is whose."""

    mip: Mip
    matrix: csr_array
    by_column: csc_array
    component: IntArray
    starts: _Starts
    until: float

    @staticmethod
    def of(mip: Mip, matrix: csr_array, starts: _Starts, until: float) -> _MoneyParts:
        component = np.where(mip.integrality, -1, _components(mip, matrix))
        return _MoneyParts(mip, matrix, csc_array(matrix), component, starts, until)

    def of_payer(self, paying: IntArray) -> _MoneyProgram:
        """The program of what hangs on the columns `paying`, integer ones as money likes them.

        In each row by itself the integer columns stand at what they can add at most and take at
        least.
        """
        mip = self.mip
        is_in = np.zeros(mip.num_columns + mip.num_rows + 1, dtype=np.bool_)
        is_in[self.component[paying]] = True
        is_in[-1] = False  # where integer columns are
        columns = np.flatnonzero(is_in[self.component])
        part = csr_array(self.by_column[:, columns])
        rows = np.flatnonzero(np.diff(part.indptr) > 0)
        low, high = _ranges(mip, self.matrix[rows], self.starts)
        program = replace(
            restricted(mip, csr_array(part[rows]), columns, rows),
            objective=np.zeros(columns.size),
            row_lower=mip.row_lower[rows] - high,
            row_upper=mip.row_upper[rows] - low,
        )
        price_s = BUDGET_S_BY_NONZERO * mip.num_nonzeros
        return _MoneyProgram(program, columns, self.until, price_s)


def _ranges(mip: Mip, rows: csr_array, starts: _Starts) -> tuple[FloatArray, FloatArray]:
    """Least and most that the integer columns add to each of `rows`.

    Of the starts of an option one counts at most.
    """
    entries = rows.tocoo()
    whole = mip.integrality[entries.col]
    row, column, value = entries.row[whole], entries.col[whole], entries.data[whole]
    lower, upper = mip.col_lower[column], mip.col_upper[column]
    least = np.minimum(value * lower, value * upper)
    most = np.maximum(value * lower, value * upper)
    is_start = starts.is_start[column]
    least[is_start] = np.minimum(least[is_start], 0.0)
    most[is_start] = np.maximum(most[is_start], 0.0)
    low, high = np.zeros(rows.shape[0]), np.zeros(rows.shape[0])
    if row.size:
        group = np.where(is_start, mip.num_columns + starts.run[column], column)
        order = np.lexsort((group, row))
        row, group = row[order], group[order]
        differs = (row[1:] != row[:-1]) | (group[1:] != group[:-1])
        begins = np.flatnonzero(np.append(True, differs))
        np.add.at(low, row[begins], np.minimum.reduceat(least[order], begins))
        np.add.at(high, row[begins], np.maximum.reduceat(most[order], begins))
    return low, high
