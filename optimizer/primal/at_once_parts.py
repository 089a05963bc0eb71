"""Plans at once of a program that falls apart: part by part, each with its own rows of money.

Districts that pay for themselves each have a few rows at sight, a program of money of a few hundred
columns, and prices of their own. What a greedy takes, and a dive at prices at sight, then costs a
fraction of what it does in the whole, where the rows of all districts are too many to be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.mip_parts import count_as_parts, falls_apart, part_numbers
from infraplan.optimizer.primal.completion import Completion
from infraplan.optimizer.primal.core import CoreProgram, Effort
from infraplan.optimizer.primal.greedy import first_plan, greedy_plan, ordered_plan
from infraplan.optimizer.primal.search import Search
from infraplan.optimizer.primal.sight import Sights, priced_at_sight, rows_at_sight

SOON_SHARE = 0.8
"""Share of the time for plans in order and by cuts; dives have what is left. One order is enough: a
dive finds more than the others."""
DIVE_SHARE = 0.25
"""Share of what is left that the dive of one part may take at most."""
TELLINGS = 4
"""Times that plans are told while parts are dived into: each is a plan of the whole, checked."""


class PartAtOnce:
    """One part of a program and the best plan that is known of it.

    `columns` (ascending) are those of the whole; `best` has their shape, None: none is known.
    """

    def __init__(self, whole: CoreProgram, columns: IntArray) -> None:
        self.columns = columns
        self.program = whole.only(columns)
        self.best: FloatArray | None = None

    @cached_property
    def _completion(self) -> Completion:
        return Completion.of(self.program.mip, np.arange(self.program.count))

    @cached_property
    def _sights(self) -> Sights:
        return rows_at_sight(self._completion)

    def find(self, soon: float, end: float) -> None:
        """Seek a plan in order, else by cuts until `soon`, else of what must be alone.

        `soon` and `end` are times of the clock that decides.
        """
        if not self.program.count:
            self.best = self._completion.solve(np.zeros(0), end - work_clock.now())
            return
        if self._sights.is_all:
            left = soon - work_clock.now()
            seen = (self._completion, self._sights)
            self._keep(ordered_plan(self.program, left, None, *seen, most_orders=1))
        left = soon - work_clock.now()
        if self.best is None and left > 0.0:
            self._keep(greedy_plan(self.program, left, is_ordered=True))
        left = end - work_clock.now()
        if self.best is None and left > 0.0:
            self._keep(first_plan(self.program, left, self._completion))

    def dive(self, end: float) -> bool:
        """Dive at prices at sight until `end` at most; whether that bettered the plan."""
        if not (self._sights.is_all and self._sights.most.size):
            return False
        search = Search(priced_at_sight(self.program, self._sights), self.best, 0)
        seconds = DIVE_SHARE * (end - work_clock.now())
        until = work_clock.now() + seconds
        before = search.worth
        for _ in search.straight_dives(Effort(seconds), lambda: work_clock.is_past(until)):
            pass
        self.best = search.best
        return search.worth > before

    def _keep(self, plan: FloatArray | None) -> None:
        if plan is not None:
            self.best = plan


def parts_at_once(program: CoreProgram) -> list[PartAtOnce]:
    """The parts of `program`, what is small taken together; none where it does not fall apart."""
    number = part_numbers(program.mip)
    size = np.bincount(number[: program.count], minlength=int(number.max(initial=-1)) + 1)
    if not falls_apart(size):
        return []
    group = np.where(count_as_parts(size), np.arange(size.size), size.size)[number]
    order = np.argsort(group, kind="stable")
    begins = np.flatnonzero(np.diff(group[order], prepend=-1))
    return [PartAtOnce(program, columns) for columns in np.split(order, begins[1:])]


def plans_in_parts(
    parts: list[PartAtOnce],
    num_columns: int,
    seconds: float,
    on_plan: Callable[[FloatArray], None],
    *,
    are_dived: bool = True,
) -> tuple[bool, bool]:
    """Tell `on_plan` of plans of all `parts` (shape: columns), each better than those before.

    Returned are whether there is one, and whether a dive led to one; none is made unless
    `are_dived`. Ends within about `seconds`;
    as long as a part has no plan, that of what must be alone may take as long again.
    """
    begin = work_clock.now()
    for part in parts:
        part.find(begin + SOON_SHARE * seconds, begin + 2.0 * seconds)
        if part.best is None:
            return False, False

    def tell() -> None:
        whole = np.zeros(num_columns)
        for part in parts:
            whole[part.columns] = part.best
        on_plan(whole)

    tell()
    if not are_dived:
        return True, False
    is_dived = is_new = False
    stops = {round(len(parts) * number / TELLINGS) for number in range(1, TELLINGS + 1)}
    for count, part in enumerate(parts, start=1):
        if work_clock.is_past(begin + seconds):
            break
        is_new |= part.dive(begin + seconds)
        if is_new and count in stops:
            tell()
            is_dived, is_new = True, False
    if is_new:
        tell()
    return True, is_dived or is_new
