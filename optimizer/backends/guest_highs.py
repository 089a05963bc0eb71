"""HiGHS as a guest, through highspy."""

from __future__ import annotations

import math
import time
from typing import Any

import highspy
import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.optimizer.backends.channel import PRESOLVE, Channel, Job
from infraplan.optimizer.backends.guest_highs_forced import run_forced
from infraplan.optimizer.backends.guest_highs_model import Work, configure, pass_model
from infraplan.optimizer.backends.guest_highs_start import whole_start
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.status import Termination

_STATUS = highspy.HighsModelStatus
_TERMINATIONS = {
    _STATUS.kOptimal: Termination.OPTIMAL,
    _STATUS.kModelEmpty: Termination.OPTIMAL,
    _STATUS.kInfeasible: Termination.INFEASIBLE,
    _STATUS.kUnbounded: Termination.UNBOUNDED,
    _STATUS.kUnboundedOrInfeasible: Termination.INFEASIBLE_OR_UNBOUNDED,
    _STATUS.kTimeLimit: Termination.TIME_LIMIT,
    _STATUS.kInterrupt: Termination.INTERRUPTED,
    _STATUS.kMemoryLimit: Termination.MEMORY_LIMIT,
    # Limits that only `extra` can set: stopped early because that was asked for.
    _STATUS.kIterationLimit: Termination.INTERRUPTED,
    _STATUS.kSolutionLimit: Termination.INTERRUPTED,
    _STATUS.kObjectiveBound: Termination.INTERRUPTED,
    _STATUS.kObjectiveTarget: Termination.INTERRUPTED,
}
_LOOK_EVERY_S = 0.1
"""Seconds between two looks at the clock's news in a callback that comes very often."""


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) and abs(value) < 1e20 else None


def _listen(
    solver: highspy.Highs, channel: Channel, work: Work, start: FloatArray | None = None
) -> None:
    """Tell the host what `solver` says, and `solver` what the host does; `start` comes first."""
    kinds = highspy.cb.HighsCallbackType
    look_at, presolved = 0.0, False

    def heard(kind: Any, message: str, out: Any, into: Any, user: Any) -> None:
        nonlocal look_at, presolved, start
        if not presolved:  # nothing is called back before
            presolved = True
            channel.send("phase", name="search")
        if kind == kinds.kCallbackMipImprovingSolution:
            channel.incumbent(np.array(out.mip_solution), _finite(out.mip_dual_bound))
            return
        spent = kind == kinds.kCallbackMipInterrupt and work.look()
        if kind == kinds.kCallbackMipUserSolution:
            values, start = (channel.offered() if start is None else start), None
            if values is not None:
                into.setSolution(values)
            return
        if channel.stop_asked or spent:
            into.user_interrupt = True
        now = time.perf_counter()
        if now < look_at:
            return
        look_at = now + _LOOK_EVERY_S
        if kind == kinds.kCallbackMipInterrupt:
            channel.progress(bound=_finite(out.mip_dual_bound), nodes=int(out.mip_node_count))
        elif kind == kinds.kCallbackSimplexInterrupt:
            channel.progress(message=f"simplex iteration {out.simplex_iteration_count}")
        else:
            channel.progress(message=f"interior point iteration {out.ipm_iteration_count}")

    solver.setCallback(heard, None)
    for kind in (
        kinds.kCallbackMipImprovingSolution,
        kinds.kCallbackMipInterrupt,
        kinds.kCallbackMipUserSolution,
        kinds.kCallbackSimplexInterrupt,
        kinds.kCallbackIpmInterrupt,
    ):
        solver.startCallback(kind)


def run(job: Job, channel: Channel) -> None:
    """Solve, relax, write or search by parts the job's model.

    Raises
    ------
    SolverFailedError
        If HiGHS cannot write the model.
    """
    if job.task == "forced":
        run_forced(job, channel)
        return
    if job.task == "tree":
        # Few need it, and it loads scipy.
        from infraplan.optimizer.backends.guest_highs_tree import run_tree

        run_tree(job, channel)
        return
    if job.task == "linked":
        from infraplan.optimizer.backends.guest_highs_linked import run_linked

        run_linked(job, channel)
        return
    if job.task == "leaves":
        from infraplan.optimizer.backends.guest_highs_leaves import run_leaves

        run_leaves(job, channel)
        return
    mip = job.model()
    solver = highspy.Highs()
    configure(solver, job)
    pass_model(solver, mip, relaxed=job.task == "relaxation")
    if job.task == "write":
        if solver.writeModel(str(job.options["path"])) == highspy.HighsStatus.kError:
            message = phrase("highs-could-not-write-the-model")
            raise SolverFailedError(message)
        channel.send("done", termination="optimal", bound=None, version=solver.version())
        return
    is_search = job.task == "solve" and bool(mip.integrality.any())
    work = Work(job.work_s, mip.num_nonzeros, is_search=is_search)
    start = job.start() if is_search else None
    if start is not None:
        start = whole_start(mip, start, job, channel, work)
    if start is not None:
        channel.incumbent(start)
    _listen(solver, channel, work, start)
    if work.most is not None and not work.is_search:
        solver.setOptionValue("simplex_iteration_limit", work.most)
    remaining = job.remaining_s
    if remaining is not None:
        solver.setOptionValue("time_limit", remaining)
    channel.send("phase", name=PRESOLVE)
    solver.run()
    _answer(job, channel, mip, solver, work)


def _answer(job: Job, channel: Channel, mip: Mip, solver: highspy.Highs, work: Work) -> None:
    status = solver.getModelStatus()
    termination = _TERMINATIONS.get(status)
    if not work.is_search:
        work.done = max(0, int(solver.getInfo().simplex_iteration_count))
    if termination is Termination.INTERRUPTED and work.is_done and not channel.stop_asked:
        termination = Termination.WORK_LIMIT
    if termination is None:
        message = phrase("highs-ended-with-status", status=solver.modelStatusToString(status))
        raise SolverFailedError(message)
    info = solver.getInfo()
    solution = solver.getSolution()
    files: dict[str, str] = {}
    # Only this status tells whether there is a solution; the model status does not.
    objective: float | None = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        files["values"] = channel.save(np.array(solution.col_value), "values")
        objective = _finite(info.objective_function_value)
    bound: float | None = None
    if mip.integrality.any() and job.task == "solve":
        bound = _finite(info.mip_dual_bound)
    elif termination is Termination.OPTIMAL:
        bound = _finite(info.objective_function_value)
        files["row_duals"] = channel.save(np.array(solution.row_dual), "row_duals")
        files["reduced_costs"] = channel.save(np.array(solution.col_dual), "reduced_costs")
    channel.send(
        "done",
        termination=termination.value,
        bound=bound,
        objective=objective,
        version=solver.version(),
        work_s=work.done_s,
        **files,
    )
