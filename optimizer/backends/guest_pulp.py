"""CBC and commercial solvers as guests, through PuLP.

PuLP calls a run that hit its limit optimal and merges names that differ only in signs. So columns
are labelled by number, and CBC's status is read from CBC's own words. Of a commercial solver only
PuLP's `sol_status` and the clock are known: a run that used up its time limit is a time limit.
"""

from __future__ import annotations

import inspect
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pulp

if sys.platform != "win32":
    import termios

from infraplan.models.catalogue import phrase
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.cbc_log import read_final_bound, read_news, read_termination
from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.checking import whole_bounds
from infraplan.optimizer.errors import (
    SolverFailedError,
    SolverUnavailableError,
    UnsupportedFeatureError,
)
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.status import Termination

COMMERCIAL = {
    "gurobi": ("GUROBI", "GUROBI_CMD"),
    "cplex": ("CPLEX_PY", "CPLEX_CMD"),
    "xpress": ("XPRESS_PY", "XPRESS"),
    "mosek": ("MOSEK",),
    "copt": ("COPT", "COPT_CMD"),
}
_LOOK_EVERY_S = 0.25
_DETERMINISTIC = 100
"""CBC searches deterministically on n threads where it is told 100 + n."""


class _WithOwnWords:
    """Keeps the first line of CBC's solution file, and writes starts of known columns only.

    What CBC prints goes to the open file `out`.
    """

    said = ""
    out: Any = None

    def get_pipe(self) -> Any:
        return self.out

    def get_status(self, filename: str) -> tuple[int, int]:
        with Path(filename).open(encoding="utf-8", errors="replace") as stream:
            self.said = stream.readline().strip()
        status: tuple[int, int] = super().get_status(filename)  # type: ignore[misc]
        return status

    def writesol(
        self, filename: str, lp: Any, vs: Any, variables: dict[str, str], constraints: Any
    ) -> bool:
        lines = ["Stopped on time - objective value 0"]
        for number, variable in enumerate(vs):
            if variable.varValue is not None:
                label = variables[variable.name]
                lines.append(f"{number:>7} {label} {variable.varValue:.15g} 0")
        Path(filename).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return True


class BundledCbc(_WithOwnWords, pulp.PULP_CBC_CMD):  # type: ignore[misc]
    """The CBC program inside PuLP."""


class CbcOnPath(_WithOwnWords, pulp.COIN_CMD):  # type: ignore[misc]
    """A CBC program of the system."""


def pulp_problem(mip: Mip) -> tuple[pulp.LpProblem, dict[int, pulp.LpVariable]]:
    """The model as PuLP takes it, and its variables by column.

    It minimises the negated objective (CBC's own sense). The offset is the cost of one more
    column, fixed at 1, so that a solver's relative gap is measured on the same objective as ours.
    Columns without cost or row are left out: PuLP would write bounds for columns that CBC does
    not find in the file.
    """
    problem = pulp.LpProblem("plan", pulp.LpMinimize)
    low, high = whole_bounds(mip)  # CBC goes wrong on integers with fractional bounds
    used = mip.objective != 0.0
    used[mip.a_index] = True
    variables = {
        number: pulp.LpVariable(
            f"c{number:09d}",
            None if math.isinf(low[number]) else float(low[number]),
            None if math.isinf(high[number]) else float(high[number]),
            pulp.LpInteger if mip.integrality[number] else pulp.LpContinuous,
        )
        for number in np.flatnonzero(used).tolist()
    }
    problem.addVariables(variables.values())
    priced = np.flatnonzero(mip.objective).tolist()
    objective = [(variables[j], -float(mip.objective[j])) for j in priced]
    if mip.objective_offset != 0.0:
        one = pulp.LpVariable("offset", 1.0, 1.0)
        problem.addVariable(one)
        objective.append((one, -mip.objective_offset))
    problem.setObjective(pulp.LpAffineExpression(objective))
    start, index, value = mip.a_start.tolist(), mip.a_index.tolist(), mip.a_value.tolist()
    for row in range(mip.num_rows):
        span = slice(start[row], start[row + 1])
        terms = [(variables[j], a) for j, a in zip(index[span], value[span], strict=True)]
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


def _cbc(job: Job, nonzeros: int, *, preprocess: bool) -> Any:
    options = [] if preprocess else ["preprocess off"]
    options += [f"randomSeed {job.seed + 1}", f"randomCbcSeed {job.seed + 1}"]
    if job.work_s is not None:
        options.append(f"maxNodes {work_clock.nodes_for(job.work_s, nonzeros)}")
    options += [f"{name} {value}" for name, value in job.extra.items()]
    for kind in (BundledCbc, CbcOnPath):
        solver = kind(
            msg=False,
            timeLimit=job.remaining_s,
            gapRel=job.gap,
            gapAbs=1e-9,
            threads=_DETERMINISTIC + job.threads if job.threads > 1 else None,
            options=options,
            warmStart=(job.folder / "start.npy").exists(),
        )
        if solver.available():
            return solver
    message = phrase("neither-the-cbc-inside-pulp-nor-a-program")
    raise SolverUnavailableError(message)


def _only_binary(mip: Mip) -> bool:
    """Whether integer columns are all binary: CBC 2.10.3 preprocesses others into wrong optima."""
    low, high = whole_bounds(mip)
    return bool(np.all(low[mip.integrality] >= 0.0) and np.all(high[mip.integrality] <= 1.0))


def _can_be_unbounded(mip: Mip) -> bool:
    """Whether a column without limit improves the objective: CBC may then say infeasible."""
    up = (mip.objective > 0.0) & np.isinf(mip.col_upper)
    down = (mip.objective < 0.0) & np.isinf(mip.col_lower)
    return bool(np.any(up | down))


def accepted(make: Callable[..., Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Those of `wanted` that the constructor `make` takes: PuLP's solvers differ in this."""
    parameters = inspect.signature(make).parameters
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return wanted
    return {name: value for name, value in wanted.items() if name in parameters}


def _other(job: Job, *, started: bool) -> Any:
    """A solver of PuLP's that is there and runs."""
    wanted = {
        "msg": True,
        "timeLimit": job.remaining_s,
        "gapRel": job.gap,
        "threads": job.threads,
        "warmStart": started,
    }
    for name in COMMERCIAL.get(job.solver, (job.solver,)):
        make = type(pulp.getSolver(name, msg=False))
        taken = accepted(make, wanted)
        if job.extra:
            taken["options"] = list(job.extra.items())
        solver = make(**taken)
        if solver.available():
            return solver
    message = phrase("pulp-finds-no-working-is-it-installed-and-its", solver=job.solver)
    raise SolverUnavailableError(message)


class CbcOutput:
    """What CBC prints, read while it runs and passed on as progress.

    CBC holds back what it writes into a file, so where the system has terminals it gets one.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._parts: list[str] = []
        if sys.platform != "win32":
            reading, writing = os.openpty()
            attributes = termios.tcgetattr(writing)
            attributes[1] &= ~termios.OPOST  # no carriage returns
            termios.tcsetattr(writing, termios.TCSANOW, attributes)
        else:
            reading, writing = os.pipe()
        self._reading = reading
        self.writing = os.fdopen(writing, "w")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        line = b""
        while chunk := self._chunk():
            *lines, line = (line + chunk).split(b"\n")
            text = b"\n".join([*lines, b""]).decode(errors="replace")
            self._parts.append(text)
            news = read_news(text)
            if not news.is_empty:
                self._channel.progress(
                    bound=None if news.bound is None else -news.bound,
                    incumbent=None if news.incumbent is None else -news.incumbent,
                    nodes=news.nodes,
                )

    def _chunk(self) -> bytes:
        try:
            return os.read(self._reading, 65536)
        except OSError:  # how Linux tells that a terminal has lost its last writer
            return b""

    def text(self) -> str:
        """All that was printed, once CBC has ended."""
        if not self.writing.closed:
            self.writing.close()
        self._thread.join()
        os.close(self._reading)
        return "".join(self._parts)


def _pass_on_stop(channel: Channel, done: threading.Event) -> None:
    """Tell CBC of a wish to stop: it then ends its search and still writes its best solution."""
    while not done.wait(_LOOK_EVERY_S):
        children = psutil.Process().children() if channel.stop_asked else []
        for child in children:
            child.send_signal(signal.SIGINT)
        if children:
            return


def run(job: Job, channel: Channel) -> None:
    """Solve the job's model through PuLP.

    Raises
    ------
    UnsupportedFeatureError
        If it is asked for anything but solving.
    """
    if job.task != "solve":
        message = phrase("is-only-used-for-solving-not-for", solver=job.solver, task=job.task)
        raise UnsupportedFeatureError(message)
    mip = job.model()
    problem, variables = pulp_problem(mip)
    start = job.start()
    if start is not None:
        for number, variable in variables.items():
            if math.isfinite(start[number]):
                variable.setInitialValue(float(start[number]), check=False)
    # PuLP splits CBC's command at blanks: only names without a folder are safe.
    os.chdir(job.folder)
    if job.solver == "cbc":
        _run_cbc(job, channel, mip, problem, variables)
        return
    solver = _other(job, started=start is not None)
    limit, begin = job.remaining_s, time.perf_counter()
    _solve(problem, solver)
    stopped = limit is not None and time.perf_counter() - begin >= limit - 0.05
    _answer(job, channel, mip, problem, _values(mip, variables), stopped=stopped)


def _solve(problem: pulp.LpProblem, solver: Any) -> None:
    solver.tmpDir = "."
    try:
        problem.solve(solver)
    except pulp.PulpSolverError as error:
        message = phrase("pulp", error=error)
        raise SolverFailedError(message) from error


def _run_cbc(
    job: Job,
    channel: Channel,
    mip: Mip,
    problem: pulp.LpProblem,
    variables: dict[int, pulp.LpVariable],
) -> None:
    size = mip.num_nonzeros
    try:
        said, log = _call_cbc(job, channel, problem, size, preprocess=_only_binary(mip))
    except SolverFailedError:
        # Without preprocessing it crashes on some infeasible models; with it, only that it says
        # so is believed.
        if _only_binary(mip):
            raise
        said, log = _call_cbc(job, channel, problem, size, preprocess=True)
        if not read_termination(said, log).is_proof_of_no_plan:
            raise
    _answer_of_cbc(job, channel, mip, _values(mip, variables), said, log)


def _call_cbc(
    job: Job, channel: Channel, problem: pulp.LpProblem, nonzeros: int, *, preprocess: bool
) -> tuple[str, str]:
    """First line of CBC's solution file, and its log."""
    solver = _cbc(job, nonzeros, preprocess=preprocess)
    output = CbcOutput(channel)
    solver.out = output.writing
    done = threading.Event()
    threading.Thread(target=_pass_on_stop, args=(channel, done), daemon=True).start()
    try:
        _solve(problem, solver)
    finally:
        done.set()
        text = output.text()
        print(text, flush=True)
    return solver.said, text


def _values(mip: Mip, variables: dict[int, pulp.LpVariable]) -> FloatArray:
    low, high = whole_bounds(mip)
    values: FloatArray = np.clip(np.zeros(mip.num_columns), low, high)  # for columns left out
    for number, variable in variables.items():
        if variable.varValue is not None:
            values[number] = variable.varValue
    return values


def _answer_of_cbc(
    job: Job, channel: Channel, mip: Mip, values: FloatArray, said: str, log: str
) -> None:
    termination = read_termination(said, log)
    if termination is Termination.INFEASIBLE and _can_be_unbounded(mip):
        termination = Termination.INFEASIBLE_OR_UNBOUNDED
    if termination is Termination.CRASHED:
        message = phrase("cbc-ended-with", said=said)
        raise SolverFailedError(message)
    # Without an integer solution CBC writes the values of its relaxation.
    none = termination.is_proof_of_no_plan or "no integer solution" in said.lower()
    final = read_final_bound(log)
    bound = None if final is None else -final
    if termination is Termination.OPTIMAL:
        # Either the tree is exhausted, or the asked share of the larger of objective and bound is
        # proven; the closing table has only three decimals.
        best = mip.value(values)
        share = min(job.gap, 0.5)
        proven = best + share / (1.0 - share) * abs(best)
        if "within gap tolerance" in log + said:
            bound = max(best, proven if bound is None else min(bound, proven))
        else:
            bound = best
    files = {} if none else {"values": channel.save(values, "values")}
    version = f"{_version_of(log)} through PuLP {pulp.__version__}"
    channel.send("done", termination=termination.value, bound=bound, version=version, **files)


def _version_of(log: str) -> str:
    for line in log.splitlines()[:10]:
        if line.startswith("Version:"):
            return f"CBC {line.split()[-1]}"
    return "CBC"


def _answer(
    job: Job,
    channel: Channel,
    mip: Mip,
    problem: pulp.LpProblem,
    values: FloatArray,
    *,
    stopped: bool,
) -> None:
    """Send what PuLP knows of a solver that is not CBC."""
    held = problem.sol_status in {pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible}
    bound: float | None = None
    if problem.status == pulp.LpStatusInfeasible:
        doubtful = _can_be_unbounded(mip)  # PuLP says so of "infeasible or unbounded" too
        termination = Termination.INFEASIBLE_OR_UNBOUNDED if doubtful else Termination.INFEASIBLE
    elif problem.status == pulp.LpStatusUnbounded:
        termination = Termination.INFEASIBLE_OR_UNBOUNDED
    elif problem.sol_status == pulp.LpSolutionOptimal and not stopped:
        termination = Termination.OPTIMAL
        best = mip.value(values)
        bound = best + job.gap * abs(best)  # what the solver was asked to prove
    elif stopped:
        termination = Termination.TIME_LIMIT
    else:
        termination = Termination.INTERRUPTED
    files = {"values": channel.save(values, "values")} if held else {}
    version = f"PuLP {pulp.__version__}"
    channel.send("done", termination=termination.value, bound=bound, version=version, **files)
