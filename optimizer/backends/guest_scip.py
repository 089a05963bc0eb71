"""SCIP as a guest, through OR-Tools MathOpt."""

from __future__ import annotations

import datetime
import math
import sys
import threading
from collections.abc import Sequence

import numpy as np
import ortools
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.util.python.solve_interrupter import SolveInterrupter

from infraplan.models.catalogue import phrase
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.errors import SolverFailedError, UnsupportedFeatureError
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.status import Termination

_REASON = mathopt.TerminationReason
_TERMINATIONS = {
    _REASON.OPTIMAL: Termination.OPTIMAL,
    _REASON.INFEASIBLE: Termination.INFEASIBLE,
    _REASON.UNBOUNDED: Termination.UNBOUNDED,
    _REASON.INFEASIBLE_OR_UNBOUNDED: Termination.INFEASIBLE_OR_UNBOUNDED,
}
_LIMITS = {
    mathopt.Limit.TIME: Termination.TIME_LIMIT,
    mathopt.Limit.NODE: Termination.WORK_LIMIT,
    mathopt.Limit.MEMORY: Termination.MEMORY_LIMIT,
}
_PRINTED = 1e-6
"""SCIP's table prints seven digits: a bound read from it is widened by this, relative."""


def math_opt_model(mip: Mip) -> mathopt.Model:
    """The model as MathOpt takes it; column and row ids are their numbers."""
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(mip.num_columns))
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


class Table:
    """Reads the dual bound and the number of nodes from the table SCIP prints while it works."""

    def __init__(self) -> None:
        self._columns: list[str] = []
        self.unbounded = False

    def read(self, line: str) -> tuple[float | None, int | None] | None:
        """Bound (widened to what the printed digits allow) and nodes; None for other lines."""
        if "[unbounded]" in line:
            self.unbounded = True
        cells = [cell.strip() for cell in line.split("|")]
        if "dualbound" in cells:
            self._columns = cells
            return None
        if not self._columns or len(cells) != len(self._columns):
            return None
        row = dict(zip(self._columns, cells, strict=True))
        try:
            bound = float(row["dualbound"])
            nodes = int(row["node"])
        except (KeyError, ValueError):
            return None
        known = math.isfinite(bound) and abs(bound) < 1e19
        return (bound + _PRINTED * abs(bound) if known else None), nodes


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


def _parameters(job: Job, nonzeros: int) -> mathopt.SolveParameters:
    limit = job.remaining_s
    parameters = mathopt.SolveParameters(
        time_limit=None if limit is None else datetime.timedelta(seconds=limit),
        threads=job.threads,
        random_seed=job.seed,
        relative_gap_tolerance=job.gap,
        absolute_gap_tolerance=0.0,
    )
    # Tighter than SCIP's 1e-6, so that rounding the integers keeps within the host's 1e-6.
    parameters.gscip.real_params["numerics/feastol"] = 1e-7
    if job.work_s is not None:
        nodes = work_clock.nodes_for(job.work_s, nonzeros)
        parameters.gscip.long_params["limits/totalnodes"] = nodes
    for name, value in job.extra.items():
        _set_extra(parameters, name, value)
    return parameters


def _set_extra(parameters: mathopt.SolveParameters, name: str, value: str) -> None:
    """Set a SCIP parameter by its type.

    The value shows it (TRUE, 12, 0.5, d, text), unless the name says it, as in `long:limits/nodes`:
    SCIP tells apart what looks the same.
    """
    kind, _, rest = name.rpartition(":")
    if not kind:
        kind = _kind_of(value)
    gscip = parameters.gscip
    try:
        if kind == "bool":
            gscip.bool_params[rest] = value.upper() == "TRUE"
        elif kind == "int":
            gscip.int_params[rest] = int(value)
        elif kind == "long":
            gscip.long_params[rest] = int(value)
        elif kind == "real":
            gscip.real_params[rest] = float(value)
        elif kind == "char":
            gscip.char_params[rest] = value
        else:
            gscip.string_params[rest] = value
    except ValueError as error:
        message = phrase("scip-does-not-take", name=name, value=value)
        raise UnsupportedFeatureError(message) from error


def _kind_of(value: str) -> str:
    if value.upper() in {"TRUE", "FALSE"}:
        return "bool"
    if value.lstrip("-").isdigit():
        return "int"
    try:
        float(value)
    except ValueError:
        return "char" if len(value) == 1 else "string"
    return "real"


def run(job: Job, channel: Channel) -> None:
    """Solve the job's model.

    Raises
    ------
    UnsupportedFeatureError
        If it is asked for anything but solving.
    SolverFailedError
        If SCIP ends without an answer.
    """
    if job.task != "solve":
        message = phrase("is-only-used-for-solving-not-for", solver=job.solver, task=job.task)
        raise UnsupportedFeatureError(message)
    mip = job.model()
    model = math_opt_model(mip)
    hints = _hints(job, model)
    best = -math.inf
    table = Table()

    def solution(data: mathopt.CallbackData) -> mathopt.CallbackResult:
        nonlocal best
        values = None if data.solution is None else clean_values(mip, _array(mip, data.solution))
        if values is not None and mip.value(values) > best:
            best = mip.value(values)
            # Not with the bound in the event: it is 0 for solutions known before the first bound.
            channel.incumbent(values)
        return mathopt.CallbackResult()

    def messages(lines: Sequence[str]) -> None:
        for line in lines:
            sys.stdout.write(line + "\n")
            row = table.read(line)
            if row is not None:
                channel.progress(bound=row[0], nodes=row[1])
        sys.stdout.flush()

    try:
        result = mathopt.solve(
            model,
            mathopt.SolverType.GSCIP,
            params=_parameters(job, mip.num_nonzeros),
            model_params=mathopt.ModelSolveParameters(solution_hints=hints),
            callback_reg=mathopt.CallbackRegistration(events={mathopt.Event.MIP_SOLUTION}),
            cb=solution,
            msg_cb=messages,
            interrupter=_interrupter(channel),
        )
    except Exception as error:  # MathOpt raises bare errors of its binding
        if table.unbounded:  # it cannot read SCIP's ray
            unbounded = Termination.INFEASIBLE_OR_UNBOUNDED.value
            channel.send("done", termination=unbounded, bound=None, version=_version())
            return
        message = phrase("scip-through-mathopt", error=error)
        raise SolverFailedError(message) from error
    _answer(channel, mip, result)


def _interrupter(channel: Channel) -> SolveInterrupter:
    """What interrupts a solve as soon as the host asks for it."""
    found = SolveInterrupter()

    def interrupt() -> None:
        channel.stop.wait()
        found.interrupt()

    threading.Thread(target=interrupt, daemon=True).start()
    return found


def _answer(channel: Channel, mip: Mip, result: mathopt.SolveResult) -> None:
    reason = result.termination.reason
    termination = _TERMINATIONS.get(reason)
    if termination is None:
        if reason not in {_REASON.FEASIBLE, _REASON.NO_SOLUTION_FOUND}:
            message = phrase(
                "scip-ended-with", reason=reason.name, detail=result.termination.detail
            )
            raise SolverFailedError(message)
        termination = _LIMITS.get(result.termination.limit, Termination.INTERRUPTED)
    files: dict[str, str] = {}
    if result.has_primal_feasible_solution():
        files["values"] = channel.save(_array(mip, result.variable_values()), "values")
    channel.send(
        "done",
        termination=termination.value,
        bound=_finite(result.best_objective_bound()),
        version=_version(),
        **files,
    )


def _version() -> str:
    return f"OR-Tools {ortools.__version__}"
