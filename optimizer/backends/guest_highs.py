"""HiGHS as a guest, through highspy."""

from __future__ import annotations

import math
from typing import Any

import highspy
import numpy as np

from optimizer.backends.channel import Channel, Job
from optimizer.errors import SolverFailedError
from optimizer.mip import FloatArray, Mip
from optimizer.status import Termination

_MODEL_STATUS = highspy.HighsModelStatus
_TERMINATIONS = {
    _MODEL_STATUS.kOptimal: Termination.OPTIMAL,
    _MODEL_STATUS.kInfeasible: Termination.INFEASIBLE,
    _MODEL_STATUS.kUnbounded: Termination.UNBOUNDED,
    _MODEL_STATUS.kUnboundedOrInfeasible: Termination.INFEASIBLE_OR_UNBOUNDED,
    _MODEL_STATUS.kTimeLimit: Termination.TIME_LIMIT,
    _MODEL_STATUS.kInterrupt: Termination.INTERRUPTED,
    _MODEL_STATUS.kModelEmpty: Termination.OPTIMAL,
}


def highs_lp(mip: Mip) -> highspy.HighsLp:
    """The model as HiGHS takes it, passed by whole arrays."""
    lp = highspy.HighsLp()
    lp.num_col_ = mip.num_columns
    lp.num_row_ = mip.num_rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.offset_ = mip.objective_offset
    lp.col_cost_ = mip.objective
    lp.col_lower_ = mip.col_lower
    lp.col_upper_ = mip.col_upper
    lp.row_lower_ = mip.row_lower
    lp.row_upper_ = mip.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_ = mip.num_columns
    lp.a_matrix_.num_row_ = mip.num_rows
    lp.a_matrix_.start_ = mip.a_start.astype(np.int32)
    lp.a_matrix_.index_ = mip.a_index.astype(np.int32)
    lp.a_matrix_.value_ = mip.a_value
    if mip.integrality.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in mip.integrality]
    return lp


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) and abs(value) < 1e20 else None


def _listen(solver: highspy.Highs, channel: Channel) -> None:
    kinds = highspy.cb.HighsCallbackType

    def heard(kind: Any, message: str, out: Any, into: Any, user: Any) -> None:
        if kind == kinds.kCallbackMipImprovingSolution:
            channel.incumbent(np.array(out.mip_solution), _finite(out.mip_dual_bound))
        elif kind == kinds.kCallbackMipInterrupt:
            channel.progress(bound=_finite(out.mip_dual_bound), nodes=int(out.mip_node_count))
            if into is not None and channel.stop_asked:
                into.user_interrupt = True
        elif into is not None and channel.stop_asked:
            into.user_interrupt = True

    solver.setCallback(heard, None)
    solver.startCallback(kinds.kCallbackMipImprovingSolution)
    solver.startCallback(kinds.kCallbackMipInterrupt)
    solver.startCallback(kinds.kCallbackSimplexInterrupt)


def _configure(solver: highspy.Highs, job: Job) -> None:
    settings: dict[str, object] = {
        "mip_rel_gap": job.gap,
        "mip_abs_gap": 0.0 if job.gap == 0.0 else 1e-9,
        "threads": job.threads,
        "random_seed": job.seed,
        "mip_feasibility_tolerance": 1e-7,
        "log_to_console": True,
    }
    if job.time_limit_s is not None:
        settings["time_limit"] = job.time_limit_s
    for name, value in (settings | dict(job.extra)).items():
        if solver.setOptionValue(name, value) == highspy.HighsStatus.kError:
            message = f"HiGHS does not take option {name} = {value}"
            raise SolverFailedError(message)


def _give_start(solver: highspy.Highs, values: FloatArray) -> None:
    known = np.flatnonzero(np.isfinite(values))
    if len(known) == len(values):
        solution = highspy.HighsSolution()
        solution.col_value = values
        solver.setSolution(solution)
    elif known.size:
        solver.setSolution(len(known), known.astype(np.int32), values[known])


def run(job: Job, channel: Channel) -> None:
    """Solve, relax or write the job's model."""
    mip = job.model()
    solver = highspy.Highs()
    _configure(solver, job)
    lp = highs_lp(mip)
    if job.task == "relaxation":
        lp.integrality_ = []
    if solver.passModel(lp) == highspy.HighsStatus.kError:
        message = "HiGHS refused the model"
        raise SolverFailedError(message)
    if job.task == "write":
        solver.writeModel(str(job.options["path"]))
        channel.send("done", termination="optimal", bound=None, version=solver.version())
        return
    start = job.start()
    if start is not None:
        _give_start(solver, start)
    _listen(solver, channel)
    solver.run()
    status = solver.getModelStatus()
    info = solver.getInfo()
    termination = _TERMINATIONS.get(status)
    held = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if termination is None:
        message = f"HiGHS ended with status {solver.modelStatusToString(status)}"
        raise SolverFailedError(message)
    integer = bool(mip.integrality.any()) and job.task != "relaxation"
    solution = solver.getSolution()
    files: dict[str, str] = {}
    if held or status == _MODEL_STATUS.kModelEmpty:
        values = np.array(solution.col_value) if mip.num_columns else np.zeros(0)
        files["values"] = channel.save(values, "values")
    bound = _finite(info.mip_dual_bound) if integer else None
    if not integer and termination is Termination.OPTIMAL:
        bound = _finite(info.objective_function_value)
        files["row_duals"] = channel.save(np.array(solution.row_dual), "row_duals")
        files["reduced_costs"] = channel.save(np.array(solution.col_dual), "reduced_costs")
    channel.send(
        "done", termination=termination.value, bound=bound, version=solver.version(), **files
    )
