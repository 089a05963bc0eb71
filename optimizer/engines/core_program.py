"""A plan from the core of a program: the starts that its relaxation would least regret.

Where the first plans lie far from the bound, a solver of the whole program spends its first minutes
on finding any good one. Most starts lose much at the prices of the relaxation and are in no good
plan. The program without them, and with those of the plan that is known, is a fraction of the whole
and has nearly all of its worth; its plan is the start of the whole, its bound says nothing of it.

Source: Balas and Zemel, "An algorithm for large zero-one knapsack problems", Operations Research
28(5), 1980, for cores; here the money of all payers and years is the knapsack.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from infraplan.optimizer.backends import Note, Progress
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.column_forms import Columns, recast
from infraplan.optimizer.engines.claims import ask
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap

CORE = 0.25
"""Share of all starts that the core has."""
RELAXATION_S = 60.0
"""Seconds at most for the relaxation that prices them."""


def core_of(mip: Mip, prices: FloatArray, plan: FloatArray | None) -> Mip:
    """`mip`, in the form by start, with the starts that lose least at `prices` and those of `plan`.

    `prices` (shape: rows) are multipliers of the relaxation, `plan` values of columns.
    """
    run = mip.starts.run_of_column(mip.num_columns)
    starts = np.flatnonzero(run >= 0)
    loss = matrix_of(mip).T @ prices - mip.objective
    order = starts[np.argsort(loss[starts], kind="stable")]
    is_out = np.zeros(mip.num_columns, dtype=np.bool_)
    is_out[order[int(np.ceil(CORE * order.size)) :]] = True
    is_out[mip.col_lower > 0.0] = False
    if plan is not None:
        is_out[plan > 0.5] = False
    return replace(mip, col_upper=np.where(is_out, 0.0, mip.col_upper))


def core_plan(
    mip: Mip,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Known, tuple[Note, ...]]:
    """`known` with the plan of the core of `mip` where that is better, found by `deadline`.

    Told besides is what the solver claimed of the core that could not be.
    """
    changed = recast(mip, Columns.BY_START)
    if changed is None:
        return known, ()
    prices = quick_relaxation(changed.mip, deadline.share_s(0.5, RELAXATION_S)).multipliers
    if prices is None:
        return known, ()
    plan = None if known.plan is None else changed.forth(known.plan)
    core = core_of(changed.mip, prices, plan)

    def told(news: Progress) -> None:
        """Tell of plans; a bound of the core is none of the program."""
        if on_progress is not None:
            gap = relative_gap(news.incumbent, known.bound)
            on_progress(replace(news, bound=known.bound, gap=gap))

    try:
        answer = ask(
            core,
            options,
            Known(plan, known.worth),
            deadline,
            on_progress=told,
            should_stop=should_stop,
            start=plan,
        )
    except SolverError:  # the whole program is asked all the same, and tells it
        return known, ()
    values = answer.reply.values
    if values is None:
        return known, answer.notes
    found = clean_values(mip, changed.back(values))
    return known.with_plan(mip, found), answer.notes
