"""A plan of a scenario that begins as another one does: its own plan, mended.

The first phase is held; of what the scenario's own plan begins later, what the money pays for stays
and the rest comes later still or not at all. So a first phase has a value under a scenario before
any search, and every search has a plan to begin with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from infraplan.optimizer.analysis.first_phase import Starts, last_first_year
from infraplan.optimizer.extract import starts_of
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.sweeps.held_starts import FLOWS_GAP, fitting_starts
from infraplan.optimizer.sweeps.joint_program import Copy


@dataclass(frozen=True)
class BegunPlan:
    """A plan that obeys every row of the scenario's program.

    `columns` are those of the program in the solver's money; `value` is money of the instance.
    """

    columns: FloatArray
    value: float
    starts: Starts


class FirstPhasePlans:
    """Plans of one scenario for one first phase after the other, in a program built once."""

    def __init__(self, copy: Copy, time_limit_s: float) -> None:
        self._copy, self._limit_s = copy, time_limit_s
        mip = copy.scale.mip
        self._completion = Completion.of(mip, mip.columns("started").index.ravel())

    def plan(self, first: Starts, own: Starts) -> BegunPlan | None:
        """The plan that begins with `first` and goes on as `own`; None where none was found."""
        mip, decided = self._copy.scale.mip, self._completion.decided
        if (bounds := self._bounds(first)) is None:
            return None
        low, top = bounds
        planned, allowed = self._later(own, low, top)
        whole = self._completion.solve(planned[decided], self._limit_s, FLOWS_GAP)
        if whole is None:
            held = replace(mip, col_lower=low, col_upper=top)
            for values in fitting_starts(held, decided, allowed, self._limit_s):
                whole = self._completion.solve(values[decided], self._limit_s, FLOWS_GAP)
                if whole is not None:
                    break
        return None if whole is None else self._told(whole)

    def _told(self, columns: FloatArray) -> BegunPlan:
        scale, formulation = self._copy.scale, self._copy.formulation
        value = scale.mip.value(columns) / scale.of_objective
        return BegunPlan(columns, value, starts_of(formulation, columns / scale.columns))

    def _bounds(self, first: Starts) -> tuple[FloatArray, FloatArray] | None:
        """Limits of all columns with `first` held; None where one of them has no column here.

        What is under way goes on as it does, whether it is named in `first` or not.
        """
        formulation, mip = self._copy.formulation, self._copy.scale.mip
        sets, built = formulation.sets, {row.project: row for row in first}
        last = last_first_year(formulation.instance) - sets.first_year
        low, top, left = mip.col_lower.copy(), mip.col_upper.copy(), {*built}
        for flat, row in zip(sets.options, formulation.started, strict=True):
            start = built.get(flat.project.id)
            if start is None or start.option != flat.option.option:
                end = flat.last if start is not None else min(last, flat.last)
                top[row[flat.first : end + 1]] = 0.0
                continue
            year = start.start - sets.first_year
            if not flat.is_open or not flat.first <= year <= flat.last:
                return None
            top[row[flat.first : year]] = 0.0
            low[row[year : flat.last + 1]] = 1.0
            left.discard(flat.project.id)
        top = np.maximum(top, mip.col_lower)
        is_possible = not left and not np.any(low > np.minimum(top, mip.col_upper))
        return (low, top) if is_possible else None

    def _later(
        self, own: Starts, low: FloatArray, top: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Values of starts where `own` goes on as planned, and the most that they may be.

        What `own` begins in the first phase, and what is held does not, may come later.
        """
        formulation = self._copy.formulation
        sets, built = formulation.sets, {row.project: row for row in own}
        planned, allowed = low.copy(), low.copy()
        for flat, row in zip(sets.options, formulation.started, strict=True):
            start = built.get(flat.project.id)
            if start is None or start.option != flat.option.option or not flat.is_open:
                continue
            columns = row[max(flat.first, start.start - sets.first_year) : flat.last + 1]
            allowed[columns] = top[columns]
            if start.start > last_first_year(formulation.instance) and columns.size:
                planned[columns] = np.maximum(low[columns], top[columns])
        return planned, allowed
