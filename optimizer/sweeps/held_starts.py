"""What a plan's starts are worth under other figures, without a search of all plans anew.

Held are what is built, in which option, and not before its year. What shows before works begin
(costs, dates, money, interest) decides what the money still pays for: where it does not suffice,
works come later or not at all, so that what remains is worth most by the benefits as they were
thought to be. Then the benefits and demands of the draw say what it is worth; flows and money are
found anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from infraplan.models.instance import Instance
from infraplan.optimizer.backends.quick_relaxation import (
    quick_relaxation,
    quick_search,
)
from infraplan.optimizer.formulation.money_scale import MoneyScale, conditioning_of, scale_money
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.mip_parts import restricted
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation, build_formulation

Starts = Mapping[str, tuple[str, int]]
"""Option and year of start by project."""
BoolArray = npt.NDArray[np.bool_]
BY_BENEFITS = frozenset({"consent", "compensation", "policy"})
"""Families whose rows may ask for benefits; none of them says what a plan is worth."""
WHOLE = 1e-6
"""How near to a whole number a column of the relaxation is taken for one."""
MOST_NODES = 200
"""Nodes of the search among works that the relaxation has in part: it ends the same on any day."""
FEW_STARTS = 200
"""Columns of starts that are searched as a whole, to the end."""
FLOWS_GAP = 1e-7
ROUNDED_GAP, SEARCHED_GAP = 1e-3, 5e-3
"""Relative gaps of the two searches for what the money pays for."""


@dataclass(frozen=True)
class Held:
    """A plan under a draw: its value (None: it is not possible there) and the projects built."""

    value: float | None
    projects: frozenset[str] = frozenset()


class HeldQuestion:
    """One draw in which plans are held; its programs are built once for all of them.

    `shown` has the figures that are known before works begin, `whole` all of the draw.
    """

    def __init__(self, shown: Instance, whole: Instance, time_limit_s: float) -> None:
        self._limit_s = time_limit_s
        self._formulation = build_formulation(whole)
        self._scale = _scaled(self._formulation)
        self._columns = self._formulation.started
        decided = self._scale.mip.columns("started").index.ravel()
        self._completion = Completion.of(believed(self._scale.mip), decided)
        self._decides = self._scale.mip
        if shown is not whole:
            self._decides = _scaled(build_formulation(shown, like=self._formulation)).mip
        self._agreed = Completion.of(self._decides, decided)

    def hold(self, starts: Starts) -> Held:
        """What `starts` are worth in this draw."""
        allowed, planned = start_columns(self._formulation, self._scale.mip.num_columns, starts)
        found = self._completed(planned) if self._is_paid_for(planned) else None
        if found is None:
            for values in self._fitting(allowed):
                found = self._completed(values)
                if found is not None:
                    break
        return Held(None) if found is None else found

    def _is_paid_for(self, values: FloatArray) -> bool:
        """Whether starts are possible by what shows before works begin."""
        decided = self._agreed.decided
        return self._agreed.solve(values[decided], self._limit_s, FLOWS_GAP) is not None

    def _completed(self, values: FloatArray) -> Held | None:
        decided = self._completion.decided
        whole = self._completion.solve(values[decided], self._limit_s, FLOWS_GAP)
        if whole is None:
            return None
        value = self._scale.mip.value(whole) / self._scale.of_objective
        names = {
            flat.project.id
            for flat, row in zip(self._formulation.sets.options, self._columns, strict=True)
            if flat.last >= 0 and row[flat.last] >= 0 and values[row[flat.last]] > 0.5
        }
        return Held(value, frozenset(names))

    def _fitting(self, allowed: BoolArray) -> Iterator[FloatArray]:
        """Values of starts that the money pays for, until one proves to be possible."""
        starts = self._completion.decided
        top = self._decides.col_upper.copy()
        top[starts] = np.where(allowed[starts], top[starts], 0.0)
        return fitting_starts(self._decides, starts, top, self._limit_s)


def start_columns(
    formulation: Formulation, count: int, starts: Starts
) -> tuple[BoolArray, FloatArray]:
    """Which of `count` columns may be used where `starts` stay, and the values as planned."""
    allowed, planned = np.zeros(count, dtype=np.bool_), np.zeros(count)
    sets = formulation.sets
    for flat, row in zip(sets.options, formulation.started, strict=True):
        option, year = starts.get(flat.project.id, ("", 0))
        if option != flat.option.option:
            continue
        first = max(flat.first, year - sets.first_year)
        columns = row[first : flat.last + 1]
        allowed[columns], planned[columns] = True, 1.0
    return allowed, planned


def fitting_starts(
    mip: Mip, starts: IntArray, col_upper: FloatArray, time_limit_s: float
) -> Iterator[FloatArray]:
    """Values of `starts` (shape: columns, 0 elsewhere) below `col_upper` that the money pays for.

    Few are searched at once. Of many, the relaxation decides what it has whole, and a search
    what it has in part; where that fails, a search among all of them.
    """
    # What must be built stays open even where the plan has nothing of it.
    top = np.maximum(col_upper, np.maximum(mip.col_lower, 0.0))
    is_start = np.zeros(top.size, dtype=np.bool_)
    is_start[starts] = True
    kept = np.flatnonzero((top > 0.0) | ~is_start)
    small = _part(replace(mip, col_upper=top), kept)
    inside = np.flatnonzero(is_start[kept])
    free = replace(small, integrality=np.zeros(small.num_columns, dtype=np.bool_))
    relaxed = quick_relaxation(free, time_limit_s).values
    if relaxed is None:
        return

    def whole(values: FloatArray) -> FloatArray:
        found = np.zeros(top.size)
        found[kept[inside]] = values
        return found

    bottom, ceiling = small.col_lower.copy(), small.col_upper.copy()
    bottom[inside] = np.floor(relaxed[inside] + WHOLE)
    ceiling[inside] = np.ceil(relaxed[inside] - WHOLE)
    rounded = replace(small, col_lower=bottom, col_upper=ceiling)
    ways: tuple[tuple[Mip, float], ...] = ((rounded, ROUNDED_GAP), (small, SEARCHED_GAP))
    if inside.size <= FEW_STARTS:
        ways = ((small, 0.0),)
    for question, gap in ways:
        values = quick_search(question, time_limit_s, gap, MOST_NODES).values
        if values is not None:
            yield whole(np.round(values[inside]))


def _scaled(formulation: Formulation) -> MoneyScale:
    conditioning = conditioning_of(formulation.coefficients)
    objective = formulation.instance.settings.objective
    return scale_money(formulation.mip, conditioning, objective)


def believed(mip: Mip) -> Mip:
    """`mip` without the rows that ask for benefits: what was agreed, was by those believed."""
    low, high = mip.row_lower.copy(), mip.row_upper.copy()
    for block in mip.row_blocks:
        if block.family in BY_BENEFITS:
            rows = slice(block.start, block.start + block.size)
            low[rows], high[rows] = -np.inf, np.inf
    return replace(mip, row_lower=low, row_upper=high)


def _part(mip: Mip, columns: npt.NDArray[np.int64]) -> Mip:
    """`mip` with `columns` alone; the others are 0."""
    matrix = matrix_of(mip).tocsc()[:, columns]
    return restricted(mip, matrix.tocsr(), columns, np.arange(mip.num_rows))
