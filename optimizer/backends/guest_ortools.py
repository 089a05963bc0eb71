"""SCIP and CP-SAT as guests, through OR-Tools MathOpt.

CP-SAT works on integers: MathOpt scales continuous columns, unbounded ones to +-1e7. The host
checks every answer against the model, so a value that scaling has spoilt is refused, not reported.
"""

from __future__ import annotations

import datetime
import math
import time

import numpy as np
import ortools
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from optimizer.backends.channel import Channel, Job
from optimizer.errors import SolverFailedError, UnsupportedFeatureError
from optimizer.mip import FloatArray, Mip
from optimizer.status import Termination

_SOLVERS = {"scip": mathopt.SolverType.GSCIP, "cpsat": mathopt.SolverType.CP_SAT}
_REASON = mathopt.TerminationReason
_TERMINATIONS = {
    _REASON.OPTIMAL: Termination.OPTIMAL,
    _REASON.INFEASIBLE: Termination.INFEASIBLE,
    _REASON.UNBOUNDED: Termination.UNBOUNDED,
    _REASON.INFEASIBLE_OR_UNBOUNDED: Termination.INFEASIBLE_OR_UNBOUNDED,
    _REASON.FEASIBLE: Termination.TIME_LIMIT,
    _REASON.NO_SOLUTION_FOUND: Termination.TIME_LIMIT,
}
_SEND_EVERY_S = 0.2


def math_opt_model(mip: Mip) -> mathopt.Model:
    """The model as MathOpt takes it; column and row ids are their numbers."""
    proto = model_pb2.ModelProto()
    columns = range(mip.num_columns)
    proto.variables.ids.extend(columns)
    proto.variables.lower_bounds.extend(mip.col_lower.tolist())
    proto.variables.upper_bounds.extend(mip.col_upper.tolist())
    proto.variables.integers.extend(mip.integrality.tolist())
    proto.objective.maximize = True
    proto.objective.offset = mip.objective_offset
    priced = np.flatnonzero(mip.objective)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(mip.objective[priced].tolist())
    proto.linear_constraints.ids.extend(range(mip.num_rows))
    proto.linear_constraints.lower_bounds.extend(mip.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(mip.row_upper.tolist())
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    proto.linear_constraint_matrix.row_ids.extend(rows.tolist())
    proto.linear_constraint_matrix.column_ids.extend(mip.a_index.tolist())
    proto.linear_constraint_matrix.coefficients.extend(mip.a_value.tolist())
    return mathopt.Model.from_model_proto(proto)


def _array(mip: Mip, values: dict[mathopt.Variable, float]) -> FloatArray:
    result = np.zeros(mip.num_columns)
    for variable, value in values.items():
        result[variable.id] = value
    return result


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) or abs(value) > 1e19 else float(value)


def _hints(job: Job, model: mathopt.Model) -> list[mathopt.SolutionHint]:
    start = job.start()
    if start is None:
        return []
    known = {
        variable: float(start[variable.id])
        for variable in model.variables()
        if math.isfinite(start[variable.id])
    }
    return [mathopt.SolutionHint(variable_values=known)]


def run(job: Job, channel: Channel) -> None:
    """Solve the job's model."""
    if job.task != "solve":
        message = f"{job.solver} is only used for solving, not for {job.task!r}"
        raise UnsupportedFeatureError(message)
    mip = job.model()
    model = math_opt_model(mip)
    limit = job.time_limit_s
    parameters = mathopt.SolveParameters(
        time_limit=None if limit is None else datetime.timedelta(seconds=limit),
        threads=job.threads,
        random_seed=job.seed,
        relative_gap_tolerance=job.gap,
        absolute_gap_tolerance=0.0,
        enable_output=False,
    )
    last = [-math.inf, -math.inf]

    def heard(data: mathopt.CallbackData) -> mathopt.CallbackResult:
        now = time.perf_counter()
        if data.solution is not None and now - last[0] > _SEND_EVERY_S:
            values = _array(mip, data.solution)
            if mip.value(values) > last[1]:
                last[0], last[1] = now, mip.value(values)
                channel.incumbent(values, _finite(data.mip_stats.dual_bound))
        else:
            channel.progress(bound=_finite(data.mip_stats.dual_bound), nodes=None)
        return mathopt.CallbackResult(terminate=channel.stop_asked)

    events = {mathopt.Event.MIP_SOLUTION}
    if job.solver == "cpsat":
        events.add(mathopt.Event.MIP)
    try:
        result = mathopt.solve(
            model,
            _SOLVERS[job.solver],
            params=parameters,
            model_params=mathopt.ModelSolveParameters(solution_hints=_hints(job, model)),
            callback_reg=mathopt.CallbackRegistration(events=events),
            cb=heard,
        )
    except Exception as error:  # MathOpt raises a bare StatusNotOk
        message = f"MathOpt: {error}"
        if job.solver == "cpsat":
            raise UnsupportedFeatureError(message) from error
        raise SolverFailedError(message) from error
    _answer(job, channel, mip, result)


def _answer(job: Job, channel: Channel, mip: Mip, result: mathopt.SolveResult) -> None:
    termination = _TERMINATIONS.get(result.termination.reason)
    if termination is None:
        message = f"{job.solver} ended with {result.termination.reason}: {result.termination.detail}"
        raise SolverFailedError(message)
    if result.termination.limit is mathopt.Limit.INTERRUPTED or (
        termination is Termination.TIME_LIMIT and channel.stop_asked
    ):
        termination = Termination.INTERRUPTED
    files: dict[str, str] = {}
    if result.has_primal_feasible_solution():
        files["values"] = channel.save(_array(mip, result.variable_values()), "values")
    channel.send(
        "done",
        termination=termination.value,
        bound=_finite(result.best_objective_bound()),
        version=ortools.__version__,
        **files,
    )
