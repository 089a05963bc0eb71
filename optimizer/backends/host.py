"""The host: gives a model to a guest process, has it listened to, and checks what it answers.

A guest that crashes, hangs or eats memory cannot harm the product: its best incumbent is kept.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends.base import (
    SolverOptions,
    SolverReply,
    solver_entry,
)
from infraplan.optimizer.backends.channel import PRESOLVE
from infraplan.optimizer.backends.checking import (
    INFINITE,
    check_model,
    check_objective,
    checked_bound,
    clean_values,
    is_proven,
    whole_bounds,
)
from infraplan.optimizer.backends.exchange import (
    PlanExchange,
    Recasting,
    in_columns_for,
    in_own_columns,
)
from infraplan.optimizer.backends.process import GuestProcess
from infraplan.optimizer.backends.reports import (
    GuestReports,
    count_work,
    patience_s,
    raise_fault,
    termination_of,
)
from infraplan.optimizer.backends.watch import (
    LATE_SHARE,
    LEAST_LATE_S,
    GuestWatch,
    Listeners,
    ProgressListener,
)
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.errors import SolverContradictionError, SolverError
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.status import SolutionState, Termination, relative_gap

_REPAIRABLE = 1e-4
_POLISH_S = 30.0
LEAST_LEFT_S = 0.01
"""Seconds that a guest is given however long its columns took to change."""


def solve_mip(
    mip: Mip,
    options: SolverOptions,
    *,
    on_progress: ProgressListener | None = None,
    start: FloatArray | None = None,
    should_stop: Callable[[], bool] | None = None,
    exchange: PlanExchange | None = None,
    task: str = "solve",
    more: Mapping[str, object] | None = None,
) -> SolverReply:
    """Maximise `mip` in a guest process.

    `start` gives values for some columns (shape: columns; NaN where unknown). `on_progress` hears
    a few times a second. Ctrl-C, or `should_stop` answering true, ends the solve with the best
    solution so far (termination `interrupted`); a second Ctrl-C does not wait for the solver.
    `exchange` hears its plans, and gives it plans where it takes any while it runs (HiGHS).
    With another `task`, of a solver that knows it, `more` says what limits its answer besides.

    Raises
    ------
    SolverUnavailableError, UnsupportedFeatureError
        If the solver is missing or cannot take the model or the options.
    SolverFailedError
        If it fails without a solution.
    SolverContradictionError
        If it answers values, an objective or a bound that contradict the model or one another.
    """
    begin = time.perf_counter()
    solver_entry(options.solver)
    check_model(mip)
    if (known := _known_at_sight(mip, options)) is not None:
        return known
    if (changed := in_columns_for(mip, options.columns, task)) is not None:
        reply = solve_mip(
            changed.mip,
            replace(options, columns=Columns.CUMULATIVE, time_limit_s=_left_s(options, begin)),
            on_progress=on_progress,
            start=None if start is None else changed.forth(start),
            should_stop=should_stop,
            exchange=None if exchange is None else Recasting(exchange, changed),
        )
        return in_own_columns(mip, reply, changed)
    with job_folder() as folder:
        heard = run_guest(
            mip,
            options,
            task,
            folder,
            start=start,
            on_progress=on_progress,
            should_stop=should_stop,
            exchange=exchange,
            **(more or {}),
        )
    reply = _reply(mip, options, heard, begin)
    if reply.termination in {Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED}:
        return _decided(mip, options, reply, begin)
    return reply


def _left_s(options: SolverOptions, begin: float) -> float | None:
    """What is left of a limit of seconds since `begin`; a limit of work stays whole."""
    limit = options.time_limit_s
    if limit is None or work_clock.is_counting():
        return limit
    return max(LEAST_LEFT_S, limit - (time.perf_counter() - begin))


def solve_relaxation(mip: Mip, options: SolverOptions) -> SolverReply:
    """Solve the linear relaxation with HiGHS; the reply carries duals and reduced costs.

    The model is maximised. A row's dual is the change of the optimum per unit of the limit that
    binds it: at least 0 at an upper limit, at most 0 at a lower one, 0 where the row is slack. A
    reduced cost is `c_j - sum_i dual_i a_ij`: at most 0 for a column at its lower bound, at least
    0 at its upper one. Of `options`, solver and extra are not used.

    Raises
    ------
    SolverError
        If HiGHS is missing, fails, or answers values that break the relaxation.
    """
    begin = time.perf_counter()
    check_model(mip)
    options = replace(options, solver="highs", gap=0.0, extra={})
    relaxed = replace(mip, integrality=np.zeros(mip.num_columns, dtype=np.bool_))
    if (known := _known_at_sight(mip, options)) is not None:
        return known
    with job_folder() as folder:
        heard = run_guest(relaxed, options, "relaxation", folder)
    return _reply(relaxed, options, heard, begin)


@contextlib.contextmanager
def job_folder() -> Iterator[Path]:
    """A folder for one job, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="infraplan-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_guest(
    mip: Mip,
    options: SolverOptions,
    task: str,
    folder: Path,
    *,
    start: FloatArray | None = None,
    on_progress: ProgressListener | None = None,
    should_stop: Callable[[], bool] | None = None,
    exchange: PlanExchange | None = None,
    **more: object,
) -> GuestReports:
    """Run `task` on `mip` in a guest process and return what it said.

    Raises
    ------
    SolverError
        If the guest reports a fault and holds no solution.
    """
    entry = solver_entry(options.solver)
    begin = time.perf_counter()
    heard = GuestReports(is_stuck=True)
    while heard.is_stuck:
        ears = Listeners(on_progress, should_stop, exchange)
        heard = _listen_to_guest(entry.guest, mip, options, task, folder, begin, start, ears, more)
        options = replace(options, extra={**options.extra, PRESOLVE: "off"})
    log = folder / "log.txt"
    heard.log = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    raise_fault(options.solver, heard)
    return heard


def _listen_to_guest(
    module: str,
    mip: Mip,
    options: SolverOptions,
    task: str,
    folder: Path,
    begin: float,
    start: FloatArray | None,
    ears: Listeners,
    more: Mapping[str, object],
) -> GuestReports:
    """What one guest process said."""
    with GuestProcess(module, folder) as guest:
        watch = GuestWatch(guest, mip, options, folder, ears)
        try:
            mip.save(folder / "model.npz")  # while the guest loads its solver
            if start is not None:
                np.save(folder / "start.npy", np.asarray(start, dtype=np.float64))
        except KeyboardInterrupt:
            stopping.heard()
            watch.heard.cause = Termination.INTERRUPTED
            return watch.heard
        limit = patience_s(options)
        left = None if limit is None else max(LEAST_LEFT_S, limit - (time.perf_counter() - begin))
        guest.tell(
            {
                "command": "job",
                "solver": options.solver,
                "gap": options.gap,
                "time_limit_s": left,
                "threads": options.threads,
                "seed": options.seed,
                "extra": dict(options.extra),
                "task": task,
                "work_s": options.time_limit_s if work_clock.is_counting() else None,
                **more,
            }
        )
        heard = watch.until_end(begin)
    count_work(heard, options)
    return heard


def _reply(mip: Mip, options: SolverOptions, heard: GuestReports, begin: float) -> SolverReply:
    """Turn what was heard into a checked reply."""
    values = heard.values
    if "values" in heard.arrays:
        values = _checked_values(mip, options, heard)
    termination = termination_of(heard)
    objective = None if values is None else mip.value(values)
    if heard.done is not None and "values" in heard.arrays and values is not heard.values:
        claimed = heard.done.get("objective")
        check_objective(objective, claimed, options.solver, heard.log_tail)
    bound = checked_bound(objective, heard.bound, options.solver, heard.log_tail)
    if termination.is_proof_of_no_plan:
        if values is not None and termination is Termination.INFEASIBLE:
            message = phrase("calls-a-model-infeasible-for-which-it-has-a", solver=options.solver)
            raise SolverContradictionError(message, heard.log_tail)
        values, objective, bound = None, None, None
    gap = relative_gap(objective, bound)
    state = SolutionState.NONE if values is None else SolutionState.FEASIBLE
    is_called_optimal = termination in {Termination.OPTIMAL, Termination.GAP_REACHED}
    if is_called_optimal:
        if values is None or objective is None:
            message = phrase("calls-a-model-solved-and-gives-no-solution", solver=options.solver)
            raise SolverContradictionError(message, heard.log_tail)
        if is_proven(objective, bound, options.gap):
            state = SolutionState.OPTIMAL
            exact = gap is not None and gap <= 1e-9
            termination = Termination.OPTIMAL if exact else Termination.GAP_REACHED
        else:
            termination = Termination.INTERRUPTED  # stopped, and not by a proof
    return SolverReply(
        termination=termination,
        state=state,
        values=values,
        objective=objective,
        bound=bound,
        gap=gap,
        runtime_s=time.perf_counter() - begin,
        log=heard.log,
        solver=options.solver,
        solver_version="" if heard.done is None else str(heard.done.get("version", "")),
        row_duals=heard.arrays.get("row_duals"),
        reduced_costs=heard.arrays.get("reduced_costs"),
        peak_memory_mb=None if heard.peak_mb is None else round(heard.peak_mb, 1),
        is_called_optimal=is_called_optimal,
    )


def _checked_values(mip: Mip, options: SolverOptions, heard: GuestReports) -> FloatArray:
    """The final values, cleaned; where only tolerances are missed, with the rest solved again.

    The final values are preferred to streamed incumbents of equal worth, whose order may depend
    on the clock.
    """
    final = heard.arrays["values"]
    cleaned = clean_values(mip, final)
    rough = solver_entry(options.solver).rough and not mip.integrality.all()
    if rough or (cleaned is None and clean_values(mip, final, _REPAIRABLE) is not None):
        polished = _polished(mip, options, final)
        cleaned = cleaned if polished is None else polished
    if cleaned is None:
        message = phrase("answered-values-that-break-the-model", solver=options.solver)
        raise SolverContradictionError(message, heard.log_tail)
    if heard.values is not None and heard.objective is not None:
        worth = mip.value(cleaned)
        if heard.objective > worth + 1e-6 * max(1.0, abs(worth)):
            return heard.values
    return cleaned


def _polished(mip: Mip, options: SolverOptions, values: FloatArray) -> FloatArray | None:
    """`values` with integers rounded and fixed, and the best continuous columns to them.

    None where there are none, or where HiGHS, which finds them, is missing or out of time.
    """
    if not np.all(np.abs(values) < INFINITE):
        return None
    whole = np.round(values)
    fixed = replace(
        mip,
        col_lower=np.where(mip.integrality, whole, mip.col_lower),
        col_upper=np.where(mip.integrality, whole, mip.col_upper),
        integrality=np.zeros(mip.num_columns, dtype=np.bool_),
    )
    limit = options.time_limit_s
    seconds = _POLISH_S if limit is None else min(_POLISH_S, LEAST_LATE_S + LATE_SHARE * limit)
    quick = replace(options, solver="highs", gap=0.0, time_limit_s=seconds, extra={})
    try:
        with job_folder() as folder:
            heard = run_guest(fixed, quick, "relaxation", folder)
    except SolverError:
        return None
    return clean_values(mip, heard.arrays["values"]) if "values" in heard.arrays else None


def _decided(mip: Mip, options: SolverOptions, reply: SolverReply, begin: float) -> SolverReply:
    """Tell unbounded from infeasible: without an objective, only the rules are left."""
    if not mip.objective.any():
        return replace(reply, termination=Termination.INFEASIBLE)
    left = None
    if options.time_limit_s is not None:
        left = max(1.0, options.time_limit_s - (time.perf_counter() - begin))
    no_objective = replace(mip, objective=np.zeros(mip.num_columns), objective_offset=0.0)
    answer = solve_mip(no_objective, replace(options, time_limit_s=left))
    termination = Termination.INFEASIBLE_OR_UNBOUNDED
    if answer.values is not None:
        termination = Termination.UNBOUNDED
    elif answer.termination is Termination.INFEASIBLE:
        termination = Termination.INFEASIBLE
    return replace(reply, termination=termination, runtime_s=time.perf_counter() - begin)


def _known_at_sight(mip: Mip, options: SolverOptions) -> SolverReply | None:
    """The answer for limits that cross, or for no columns, which some solvers refuse to take."""
    lower, upper = whole_bounds(mip)
    crossed = bool(np.any(lower > upper) or np.any(mip.row_lower > mip.row_upper))
    if mip.num_columns and not crossed:
        return None
    values = None if crossed else clean_values(mip, np.zeros(0))
    objective = None if values is None else mip.value(values)
    return SolverReply(
        termination=Termination.INFEASIBLE if values is None else Termination.OPTIMAL,
        state=SolutionState.NONE if values is None else SolutionState.OPTIMAL,
        values=values,
        objective=objective,
        bound=objective,
        gap=relative_gap(objective, objective),
        runtime_s=0.0,
        log="",
        solver=options.solver,
        solver_version="",
    )
