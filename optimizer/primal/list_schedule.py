"""List scheduling: take starts in order of value per scarce money while all rows can be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal.completion import Completion
from infraplan.optimizer.primal.joining import join_starts
from infraplan.optimizer.primal.starts import HALF, Start, list_starts
from infraplan.optimizer.program import Formulation

WHOLE = 1e-6
"""Distance from a whole number up to which the relaxation has decided."""
DIVE_GAP = 0.05
"""Gap within which a dive is good enough."""
MISSES = 3
"""Single starts that may fail one after the other before the rest of the list is left."""
JOINING_SHARE = 0.4
"""Share of the time in which starts are joined; the rest is for trials."""
MOST_TRIALS = 80
"""Programs solved at most for one plan."""


def quick_plan(
    formulation: Formulation, time_limit_s: float, relaxed: FloatArray | None = None
) -> FloatArray | None:
    """Column values of a plan that obeys every row of `formulation.mip`, or None.

    The longest beginning of the list that can be completed is found by halving, then the rest is
    added in lots, halved where they do not fit. A trial decides the starts and finds money, flows
    and bands by a small program. `relaxed` (shape: columns) are values of the relaxation, which
    give the list's order. Never raises for want of a plan; ends within about `time_limit_s`.

    Source: serial schedule generation with a priority list (Kolisch and Hartmann, in Weglarz (ed.),
    Project Scheduling, 1999), with a linear program in the place of the resource profile.
    """
    if not formulation.mip.has_columns("started"):
        return None
    begin = work_clock.now()
    search = _Search(formulation, begin + time_limit_s)
    listed = join_starts(
        formulation,
        search.completion,
        list_starts(formulation, relaxed),
        begin + JOINING_SHARE * time_limit_s,
    )
    must = _up_to_last(start.must for start in listed)
    likely = max(must, _up_to_last(start.share >= HALF for start in listed))
    taken = search.longest(listed, must, likely)
    if taken is None:
        if relaxed is not None:
            search.dive(relaxed)
        return search.best
    chosen, more = listed[:taken], [s for s in listed[taken:] if s.ratio > 0.0 or s.share > 0.0]
    while more and not search.is_over:
        chosen, left = search.add_lots(chosen, more)
        more = list(_a_year_later(formulation, left))
    return search.best


def _up_to_last(flags: Iterable[bool]) -> int:
    """How long a beginning must be to hold every flag that is set."""
    return max((number for number, flag in enumerate(flags, 1) if flag), default=0)


def _a_year_later(formulation: Formulation, starts: Iterable[Start]) -> Iterator[Start]:
    """`starts` a year later, those that may start then and are worth something."""
    for start in starts:
        year, flat = start.start + 1, formulation.sets.options[start.option]
        if year <= flat.last and formulation.coefficients.value[start.option, year] > 0.0:
            yield replace(start, start=year)


class _Search:
    """Trials of lists of starts, and the best plan that one of them gave."""

    def __init__(self, formulation: Formulation, end: float) -> None:
        self.best: FloatArray | None = None
        self._formulation = formulation
        self._mip = formulation.mip
        self._columns = self._mip.columns("started")
        self.completion = Completion.of(self._mip, self._columns.index.ravel())
        self._end = end
        self._trials = 0

    @property
    def is_over(self) -> bool:
        """Whether trials or time have run out."""
        return self._trials >= MOST_TRIALS or work_clock.is_past(self._end)

    def fits(self, starts: Sequence[Start]) -> bool:
        """Whether `starts` alone can be completed; keeps the plan where it is the best."""
        if self.is_over:
            return False
        values = self._decisions(starts)
        if self.completion.breaks_rows(values):
            return False
        self._trials += 1
        found = self.completion.solve(values, self._end - work_clock.now())
        if found is None:
            return False
        if self.best is None or self._mip.value(found) > self._mip.value(self.best):
            self.best = found
        return True

    def longest(self, listed: Sequence[Start], least: int, most: int) -> int | None:
        """Length in `least..most` of a beginning that fits, found by halving; None: none does."""
        if self.fits(listed[:most]):
            return most
        if most == least:
            return None
        if not self.fits(listed[:least]):
            middle = (least + most) // 2
            return middle if middle > least and self.fits(listed[:middle]) else None
        low, high = least, most
        while high - low > 1 and not self.is_over:
            middle = (low + high) // 2
            low, high = (middle, high) if self.fits(listed[:middle]) else (low, middle)
        return low

    def add_lots(
        self, taken: Sequence[Start], more: Sequence[Start]
    ) -> tuple[list[Start], list[Start]]:
        """Add `more` to `taken`, all at once where that fits, else by halves, in order.

        Returns what is taken now, and what did not fit. A few that do not fit in a row end it:
        what follows in the list is worth less.
        """
        lots, left, misses = [list(more)], list[Start](), 0
        chosen = list(taken)
        while lots and not self.is_over:
            lot = lots.pop(0)
            if not lot:
                continue
            if self.fits([*chosen, *lot]):
                chosen += lot
                misses = 0
            elif len(lot) > 1 and misses < MISSES:
                half = (len(lot) + 1) // 2
                lots[:0] = [lot[:half], lot[half:]]
            else:
                left += lot
                misses += 1
        return chosen, left

    def dive(self, relaxed: FloatArray) -> None:
        """Decide what the relaxation decides, and search for the rest of the starts."""
        columns = self._columns.index.ravel()
        decided = columns[np.abs(relaxed[columns] - np.round(relaxed[columns])) < WHOLE]
        completion = Completion.of(self._mip, decided)
        self.best = completion.solve(
            np.round(relaxed[decided]), self._end - work_clock.now(), DIVE_GAP
        )

    def _decisions(self, starts: Sequence[Start]) -> FloatArray:
        """Values of the columns `started` (shape: their number) for `starts`."""
        values = np.zeros(self._columns.size)
        sets = self._formulation.sets
        for start in starts:
            last = sets.options[start.option].last
            columns = self._formulation.started[start.option, start.start : last + 1]
            values[columns - self._columns.start] = 1.0
        return values
