"""Which changes of a money check are a choice between plans that are equally good.

A search ends at one of many plans within its gap, so that projects are built, left or moved
without the money deciding it. Changes are put back, as many at once as can be: where the plan that
this leads to obeys all laws with the other money and lies within the asked gap of its bound, they
are ties. What is left is the fewest changes found, which money must make as far as is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from infraplan.models.plan import Plan, ProjectStart
from infraplan.optimizer import stopping
from infraplan.optimizer.engines.plan_starts import start_values
from infraplan.optimizer.solve_result import SolveResult

TRIES = 12
"""Schedules at most that are paid for, to find the changes that are ties."""


def tied_changes(
    changed: Iterable[str],
    before: Plan,
    found: SolveResult,
    is_as_good: Callable[[Sequence[ProjectStart]], bool],
    may_go_on: Callable[[], bool],
) -> tuple[str, ...]:
    """Return those of `changed` that can all be as in `before` in one plan as good as `found`.

    Parameters
    ----------
    changed
        Projects that are otherwise in the plan of `found`.
    before
        The plan with the money that there is.
    found
        The best plan with the other money.
    is_as_good
        Whether a schedule obeys all laws there, within the asked gap of the bound.
    may_go_on
        Whether there is time for another schedule.
    """
    after = {row.project: row for row in found.require_plan().starts}
    old = {row.project: row for row in before.starts}
    losses = _losses(found, before)
    queue = [sorted(changed, key=lambda name: (losses.get(name, 0.0), name))]
    kept: list[str] = []
    for _ in range(TRIES):
        if not queue or not queue[0] or stopping.is_asked() or not may_go_on():
            break
        names = queue.pop(0)
        back = {*kept, *names}
        starts = [row for name, row in after.items() if name not in back]
        starts += [row for name, row in old.items() if name in back]
        if is_as_good(starts):
            kept += names
        elif len(names) > 1:
            half = len(names) // 2
            queue[:0] = [names[:half], names[half:]]
    return tuple(sorted(kept))


def _losses(found: SolveResult, before: Plan) -> dict[str, float]:
    """By how much each project is worth more in the plan of `found`, networks left aside."""
    formulation = found.formulation
    mip = formulation.mip
    gain = start_values(formulation, found.require_plan()) - start_values(formulation, before)
    gain = np.where(np.isnan(gain), 0.0, gain) * mip.objective
    runs = mip.starts.run_of_column(mip.num_columns)
    inside = runs >= 0
    by_project = np.bincount(
        mip.starts.project[runs[inside]],
        gain[inside],
        minlength=len(found.instance.projects),
    )
    return {
        project.id: float(loss)
        for project, loss in zip(found.instance.projects, by_project, strict=True)
    }
