"""Plans within tenths of a second, before any relaxation of the whole program is asked.

First what a plain greedy takes, in several orders. Where limits of money are seen in the rows
themselves, they have prices without a solver too (`sight.prices`): a dive at these decides the few
large works that no greedy judges, and the core at its end is small and good.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal.at_once_parts import parts_at_once, plans_in_parts
from infraplan.optimizer.primal.completion import Completion
from infraplan.optimizer.primal.core import CoreProgram, Effort
from infraplan.optimizer.primal.greedy import ordered_plan
from infraplan.optimizer.primal.search import Search
from infraplan.optimizer.primal.sight import priced_at_sight, rows_at_sight

ORDERS_SHARE = 0.5
"""Share of the time for plans in order; a dive has the rest."""


def plans_at_once(
    program: CoreProgram,
    seconds: float,
    on_plan: Callable[[FloatArray], None],
    first: Callable[[Completion], FloatArray | None] | None = None,
    *,
    are_parts_dived: bool = True,
) -> bool:
    """Tell `on_plan` of plans (shape: columns) that obey every row, each better than those before.

    Returned is whether a dive came to its end and a plan is known: no greedy finds more. `program`
    needs no relaxation. `first` is asked for a plan where none in order is found. Ends within about
    `seconds`, and what `first` takes. A program that falls apart is seen part by part, without
    dives unless `are_parts_dived`.
    """
    if not program.count or seconds <= 0.0:
        return False
    end = work_clock.now() + seconds
    if parts := parts_at_once(program):
        columns = program.mip.num_columns
        has_plan, is_dived = plans_in_parts(
            parts, columns, seconds, on_plan, are_dived=are_parts_dived
        )
        if has_plan:
            return is_dived
    completion = Completion.of(program.mip, np.arange(program.count))
    sights, best = rows_at_sight(completion), None
    if sights.is_all:  # what obeys some budgets alone is hardly ever paid for
        best = ordered_plan(program, ORDERS_SHARE * seconds, on_plan, completion, sights)
    if best is None and first is not None and (best := first(completion)) is not None:
        on_plan(best)
    if not (sights.is_all and sights.most.size) or work_clock.is_past(end):
        return False
    search, is_dived = Search(priced_at_sight(program, sights), best, 0), False
    effort = Effort(end - work_clock.now())
    for is_better in search.straight_dives(effort, lambda: work_clock.is_past(end)):
        is_dived = search.best is not None
        if is_better and search.best is not None:
            on_plan(search.best)
    return is_dived
