"""A money unit that suits the solver, where the instance's does not.

Solvers know absolute tolerances: 1e-6 of a row, 1e-7 of a reduced cost. Money stated in thousands
of billions, or in single yuan, would make these coarser or finer than money itself. The model is
then solved in a unit that is a power of two of the instance's, which changes no digit of anything.

No unit helps where one project costs a billion times another: such a model is badly conditioned,
which is told, and its unit is chosen for the smaller projects, so that none of them vanishes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.horizon import Objective
from infraplan.models.progress import must_be_built
from infraplan.optimizer.accounts.candidates import FlatOption
from infraplan.optimizer.accounts.value import Coefficients
from infraplan.optimizer.mip import BoolArray, FloatArray, Mip

LEAST, MOST, SUITABLE = 1.0, 1e5, 64.0
"""Largest objective coefficients of a project that are left as they are, and the one aimed at."""

MOST_SPENDING = 1e6
"""Largest spending of a project in a year that is left as it is."""

LEAST_SPENDING = 1e-2
"""Smallest yearly spending that is left as it is where the model is badly conditioned."""

MOST_SPAN = 1e8
"""Largest ratio of the sizes of two projects that a solver's tolerances (1e-6 of a whole number,
1e-7 of a row) can be trusted with."""

MONEY_COLUMNS = ("pay", "borrow", "cash", "lapse", "drawn", "kept")
"""Blocks of columns that are amounts of money."""


@dataclass(frozen=True)
class Span:
    """Smallest and largest size of a project: its present value, or its spending in a year."""

    smallest: float
    largest: float

    @property
    def is_bad(self) -> bool:
        """Whether the model is badly conditioned."""
        return self.largest > MOST_SPAN * self.smallest


@dataclass(frozen=True)
class Conditioning:
    """Sizes of all projects in the objective (`worth`) and in the rows of money (`spending`)."""

    worth: Span
    spending: Span

    @property
    def is_bad(self) -> bool:
        """Whether either spans more than `MOST_SPAN`."""
        return self.worth.is_bad or self.spending.is_bad


@dataclass(frozen=True)
class MoneyScale:
    """`mip` is the model in units of `1 / factor`; `columns` says what each column is in it.

    A value of the instance's own model is the scaled one divided by `columns` (shape: columns), its
    objective the scaled one divided by `of_objective`: `factor`, or 1 where it is no money.
    """

    mip: Mip
    factor: float
    columns: FloatArray
    of_objective: float


def conditioning_of(coefficients: Coefficients) -> Conditioning:
    """Sizes of the options that can start, each by its largest value and its largest spending.

    What is zero does not count. The ratio of two sizes does not depend on the unit of money. Small
    works that no plan decides, as the last cents of what is under way, are lost to no tolerance.
    """
    candidates, spending = coefficients.candidates, coefficients.spending
    in_money = candidates.instance.settings.objective is Objective.NPV
    most = np.zeros(len(candidates.options))
    np.maximum.at(most, spending.option, np.abs(spending.amount))
    worth = np.zeros(len(candidates.options))
    for number, flat in enumerate(candidates.options):
        if flat.is_open and in_money:
            window = coefficients.value[number, flat.first : flat.last + 1]
            worth[number] = np.abs(window).max(initial=0.0)
    decided = _decided(candidates.options)
    return Conditioning(_span(worth, decided), _span(most, decided))


def _decided(options: Sequence[FlatOption]) -> BoolArray:
    """Whether each option starts in every plan, in the one year that there is; (options,)."""
    count = Counter(flat.project_index for flat in options if flat.is_open)
    return np.array(
        [
            flat.first == flat.last
            and count[flat.project_index] == 1
            and must_be_built(flat.project)
            for flat in options
        ],
        dtype=np.bool_,
    )


def _span(sizes: FloatArray, decided: BoolArray) -> Span:
    """The largest of all; the smallest of those that are not `decided`, of all if all are."""
    is_known = np.isfinite(sizes) & (sizes > 0.0)
    known, open_ = sizes[is_known], sizes[is_known & ~decided]
    smallest = (open_ if open_.size else known).min(initial=np.inf)
    return Span(float(smallest), float(known.max(initial=0.0)))


def scale_money(
    mip: Mip, conditioning: Conditioning | None = None, objective: Objective = Objective.NPV
) -> MoneyScale:
    """`mip` in a suitable money unit; itself, with factor 1, where its own is one.

    An `objective` that is no money, and no money column has a part in it, stays as it is.
    """
    factor = _factor(mip, conditioning)
    if factor == 1.0:
        return MoneyScale(mip, 1.0, np.ones(mip.num_columns), 1.0)
    of_objective = factor if objective is Objective.NPV else 1.0
    columns = np.ones(mip.num_columns)
    for block in mip.column_blocks:
        if block.name.partition("[")[0] in MONEY_COLUMNS:
            columns[block.start : block.start + block.size] = factor
    entries_row = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    rows = np.ones(mip.num_rows)
    rows[entries_row[columns[mip.a_index] != 1.0]] = factor
    scaled = replace(
        mip,
        objective=mip.objective * of_objective / columns,
        objective_offset=mip.objective_offset * of_objective,
        col_lower=mip.col_lower * columns,
        col_upper=mip.col_upper * columns,
        a_value=mip.a_value * rows[entries_row] / columns[mip.a_index],
        row_lower=mip.row_lower * rows,
        row_upper=mip.row_upper * rows,
    )
    return MoneyScale(scaled, factor, columns, of_objective)


def _factor(mip: Mip, conditioning: Conditioning | None) -> float:
    """Power of two by which money is multiplied, 1 where its unit suits."""
    worth = np.abs(mip.objective[mip.integrality])
    largest = float(worth.max(initial=0.0))
    if not np.isfinite(largest) or largest == 0.0:
        return 1.0
    if conditioning is not None and conditioning.is_bad:
        size = conditioning.spending.smallest
        if LEAST_SPENDING <= size <= MOST or not np.isfinite(size):
            return 1.0
    else:
        spending = 0.0 if conditioning is None else conditioning.spending.largest
        size = largest if spending <= MOST_SPENDING else max(largest, spending * 1e-3)
        if LEAST <= largest <= MOST and spending <= MOST_SPENDING:
            return 1.0
    return float(2.0 ** np.round(np.log2(SUITABLE / size)))


@dataclass(frozen=True)
class RowSpan:
    """Smallest and largest size of a coefficient of one row, and which row it is."""

    row: int
    smallest: float
    largest: float


def widest_row(mip: Mip) -> RowSpan | None:
    """The row whose coefficients span most, where that is more than `MOST_SPAN`; else None."""
    rows = np.flatnonzero(np.diff(mip.a_start) > 0)
    if not rows.size:
        return None
    sizes, begin = np.abs(mip.a_value), mip.a_start[rows]
    most, least = np.maximum.reduceat(sizes, begin), np.minimum.reduceat(sizes, begin)
    widest = int(np.argmax(most / least))
    if most[widest] <= MOST_SPAN * least[widest]:
        return None
    return RowSpan(int(rows[widest]), float(least[widest]), float(most[widest]))
