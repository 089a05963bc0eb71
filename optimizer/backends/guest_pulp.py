"""CBC and commercial solvers as guests, through PuLP.

PuLP calls a run that hit its limit optimal and merges names that differ only in signs, so columns
are labelled by number, the status is read from the solver's own log where there is one, and a run
that used up its time limit is a time limit whatever PuLP says.
"""

from __future__ import annotations

import math
import re
import threading
import time
from pathlib import Path

import numpy as np
import pulp

from optimizer.backends.channel import Channel, Job
from optimizer.errors import SolverFailedError, SolverUnavailableError, UnsupportedFeatureError
from optimizer.mip import FloatArray, Mip
from optimizer.status import Termination

_COMMERCIAL = {
    "gurobi": ("GUROBI", "GUROBI_CMD"),
    "cplex": ("CPLEX_PY", "CPLEX_CMD"),
    "xpress": ("XPRESS_PY", "XPRESS"),
    "mosek": ("MOSEK",),
    "copt": ("COPT", "COPT_CMD"),
}
_BOUND = re.compile(r"best possible (-?[\d.e+]+)")
_ENDED = re.compile(r"^Result - (.*)$", re.MULTILINE)
_FINAL_BOUND = re.compile(r"^(?:Lower|Upper) bound:\s+(-?[\d.e+]+)", re.MULTILINE)


def pulp_problem(mip: Mip) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """The model as PuLP takes it, minimising the negated objective (CBC's own sense)."""
    problem = pulp.LpProblem("plan", pulp.LpMinimize)
    variables = [
        pulp.LpVariable(
            f"x{number}",
            None if math.isinf(mip.col_lower[number]) else float(mip.col_lower[number]),
            None if math.isinf(mip.col_upper[number]) else float(mip.col_upper[number]),
            pulp.LpInteger if mip.integrality[number] else pulp.LpContinuous,
        )
        for number in range(mip.num_columns)
    ]
    problem.addVariables(variables)
    priced = np.flatnonzero(mip.objective)
    problem.setObjective(
        pulp.LpAffineExpression([(variables[j], -float(mip.objective[j])) for j in priced])
    )
    for row in range(mip.num_rows):
        begin, end = mip.a_start[row], mip.a_start[row + 1]
        terms = [
            (variables[j], float(a))
            for j, a in zip(mip.a_index[begin:end], mip.a_value[begin:end], strict=True)
        ]
        _add_row(problem, row, terms, float(mip.row_lower[row]), float(mip.row_upper[row]))
    return problem, variables


def _add_row(
    problem: pulp.LpProblem,
    row: int,
    terms: list[tuple[pulp.LpVariable, float]],
    lower: float,
    upper: float,
) -> None:
    if lower == upper:
        sides = [(pulp.LpConstraintEQ, lower, "e")]
    else:
        sides = [
            (sense, limit, tag)
            for sense, limit, tag in (
                (pulp.LpConstraintGE, lower, "l"),
                (pulp.LpConstraintLE, upper, "u"),
            )
            if math.isfinite(limit)
        ]
    for sense, limit, tag in sides:
        expression = pulp.LpAffineExpression(terms)
        problem.addConstraint(pulp.LpConstraint(expression, sense, f"r{row}{tag}", limit))


def _cbc(job: Job, log: Path) -> pulp.LpSolver:
    options = [f"randomSeed {job.seed + 1}", f"randomCbcSeed {job.seed + 1}"]
    options += [f"{name} {value}" for name, value in job.extra.items()]
    start = job.start()
    return pulp.PULP_CBC_CMD(
        msg=True,
        timeLimit=job.time_limit_s,
        gapRel=job.gap,
        gapAbs=1e-9,
        threads=job.threads if job.threads > 1 else None,
        options=options,
        logPath=str(log),
        warmStart=start is not None,
        keepFiles=False,
    )


def _commercial(job: Job, log: Path) -> pulp.LpSolver:
    names = _COMMERCIAL.get(job.solver, (job.solver,))
    for name in names:
        solver = pulp.getSolver(
            name, msg=True, timeLimit=job.time_limit_s, gapRel=job.gap, threads=job.threads
        )
        if solver.available():
            return solver
    message = f"PuLP finds no working {job.solver}; is it installed, and its licence in place?"
    raise SolverUnavailableError(message)


def _follow(log: Path, channel: Channel, done: threading.Event, sign: float) -> None:
    """Send bounds that CBC writes into its log while it runs."""
    position = 0
    while not done.wait(0.25):
        if not log.exists():
            continue
        with log.open(encoding="utf-8", errors="replace") as stream:
            stream.seek(position)
            text = stream.read()
            position = stream.tell()
        found = _BOUND.findall(text)
        if found and abs(float(found[-1])) < 1e49:
            channel.progress(bound=sign * float(found[-1]), nodes=None)


def run(job: Job, channel: Channel) -> None:
    """Solve the job's model through PuLP."""
    if job.task != "solve":
        message = f"{job.solver} is only used for solving, not for {job.task!r}"
        raise UnsupportedFeatureError(message)
    mip = job.model()
    problem, variables = pulp_problem(mip)
    start = job.start()
    if start is not None:
        for variable, value in zip(variables, start, strict=True):
            if math.isfinite(value):
                variable.setInitialValue(float(value))
    log = job.folder / "solver.log"
    solver = _cbc(job, log) if job.solver == "cbc" else _commercial(job, log)
    solver.tmpDir = str(job.folder)
    done = threading.Event()
    # The log states the minimised negated objective, without the offset.
    follower = threading.Thread(target=_follow, args=(log, channel, done, -1.0), daemon=True)
    if job.solver == "cbc" and mip.objective_offset == 0.0:
        follower.start()
    begin = time.perf_counter()
    try:
        problem.solve(solver)
    except pulp.PulpSolverError as error:
        message = f"PuLP: {error}"
        raise SolverFailedError(message) from error
    finally:
        done.set()
    elapsed = time.perf_counter() - begin
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    _answer(job, channel, mip, problem, variables, text, elapsed)


def _values(mip: Mip, variables: list[pulp.LpVariable]) -> FloatArray | None:
    found = [variable.varValue for variable in variables]
    if mip.num_columns and all(value is None for value in found):
        return None
    # A column in no row and no objective is left out by PuLP: any value inside its bounds does.
    default = np.clip(0.0, mip.col_lower, mip.col_upper)
    return np.array([default[j] if value is None else value for j, value in enumerate(found)])


def _answer(
    job: Job,
    channel: Channel,
    mip: Mip,
    problem: pulp.LpProblem,
    variables: list[pulp.LpVariable],
    log: str,
    elapsed: float,
) -> None:
    said = pulp.LpStatus[problem.status]
    values = _values(mip, variables) if problem.sol_status > 0 else None
    ended = _ENDED.findall(log)
    stopped = job.time_limit_s is not None and elapsed >= job.time_limit_s - 0.05
    if ended:
        stopped = "Stopped on time" in ended[-1] or "time limit" in ended[-1].lower()
    if said == "Infeasible":
        unsure = "infeasible or unbounded" in log.lower()
        termination = Termination.INFEASIBLE_OR_UNBOUNDED if unsure else Termination.INFEASIBLE
    elif said == "Unbounded":
        termination = Termination.UNBOUNDED
    elif values is not None and problem.sol_status == pulp.LpSolutionOptimal and not stopped:
        termination = Termination.OPTIMAL
    else:
        termination = Termination.TIME_LIMIT
    if termination is not Termination.OPTIMAL and "nbounded" in log and values is None:
        termination = Termination.INFEASIBLE_OR_UNBOUNDED
    bound: float | None = None
    final = _FINAL_BOUND.findall(log)
    if final:
        bound = -float(final[-1]) + mip.objective_offset
    elif values is not None and termination is Termination.OPTIMAL:
        # CBC writes no bound where it closed the gap: the asked gap is what is proven.
        best = mip.value(values)
        bound = best + job.gap * abs(best - mip.objective_offset)
    files = {} if values is None else {"values": channel.save(values, "values")}
    channel.send(
        "done", termination=termination.value, bound=bound, version=pulp.__version__, **files
    )
