"""HiGHS as a guest: the plan that a search begins with.

HiGHS would complete a partial start itself, but tells the bounds of that smaller search by the same
callbacks as those of the whole one, where they are false; and what 1.16 counts a start to be worth
after its presolve was seen to be off by a constant. So a partial start is completed here, by a
solver of its own whose bounds nobody hears, and a start is handed over like a plan that comes up
during the search, which HiGHS holds against the rows of the model as it was given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from infraplan.optimizer.backends.channel import PRESOLVE, Channel, Job
from infraplan.optimizer.backends.checking import clean_values, whole_bounds
from infraplan.optimizer.backends.guest_highs_model import Work, configure, pass_model
from infraplan.optimizer.mip import FloatArray, Mip

SHARE = 0.5
"""Share of what is left of time, or of work, that the completion may take."""
NODES = 500
"""Nodes that it may take: as many as HiGHS allows itself for that."""


def whole_start(
    mip: Mip, start: FloatArray, job: Job, channel: Channel, work: Work
) -> FloatArray | None:
    """A plan of `mip` with the integers of `start` (shape: columns; NaN where unknown).

    It is `start` itself where that obeys every row; None where none is found. Of columns that are
    not integer nothing is taken over otherwise. Plans on the way are sent.
    """
    if (cleaned := clean_values(mip, start)) is not None:
        return cleaned
    is_given = np.isfinite(start) & mip.integrality
    if not is_given.any():
        return None
    lower, upper = whole_bounds(mip)
    whole = np.clip(np.round(start), lower, upper)
    fixed = replace(
        mip,
        col_lower=np.where(is_given, whole, mip.col_lower),
        col_upper=np.where(is_given, whole, mip.col_upper),
    )
    solver = highspy.Highs()
    configure(solver, job)
    solver.setOptionValue("mip_max_nodes", NODES)
    pass_model(solver, fixed)
    if job.remaining_s is not None:
        solver.setOptionValue("time_limit", SHARE * job.remaining_s)
    _hear_plans(solver, channel, work)
    channel.send("phase", name=PRESOLVE)
    solver.run()
    channel.send("phase", name="search")
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return clean_values(mip, np.array(solver.getSolution().col_value))


def _hear_plans(solver: highspy.Highs, channel: Channel, work: Work) -> None:
    """Send the plans of `solver`, and no bound of it; end it when it must end."""
    kinds = highspy.cb.HighsCallbackType
    most = None if work.most is None else work.done + SHARE * (work.most - work.done)
    is_presolved = False

    def heard(kind: Any, message: str, out: Any, into: Any, user: Any) -> None:
        nonlocal is_presolved
        if not is_presolved:
            is_presolved = True
            channel.send("phase", name="search")
        if kind == kinds.kCallbackMipImprovingSolution:
            channel.incumbent(np.array(out.mip_solution))
            return
        if kind == kinds.kCallbackMipInterrupt:
            work.look()
        if channel.stop_asked or (most is not None and work.done >= most):
            into.user_interrupt = True

    solver.setCallback(heard, None)
    for kind in (
        kinds.kCallbackMipImprovingSolution,
        kinds.kCallbackMipInterrupt,
        kinds.kCallbackSimplexInterrupt,
    ):
        solver.startCallback(kind)
