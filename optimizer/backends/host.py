"""The host: gives a model to a guest process, listens, and ends the guest when it must.

A guest that crashes, hangs or eats memory cannot harm the product: its best incumbent is kept.
"""

from __future__ import annotations

import contextlib
import json
import queue
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from infraplan.models.catalogue import pair, phrase
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends.base import (
    Progress,
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
    offer_of,
)
from infraplan.optimizer.backends.process import GuestProcess
from infraplan.optimizer.backends.reports import (
    GuestReports,
    count_work,
    patience_s,
    raise_fault,
    termination_of,
)
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.errors import SolverContradictionError, SolverError
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.status import SolutionState, Termination, relative_gap

LATE_S = 10.0
"""Seconds a guest gets at most beyond its time limit before it is killed."""
LEAST_LATE_S, LATE_SHARE = 2.0, 0.05
"""Seconds, and share of its time limit, that it gets beyond it."""
STOP_S = 3.0
"""Seconds a guest gets to end by itself after it was asked to stop."""
PRESOLVE_S, PRESOLVE_S_BY_NONZERO = 3.0, 1e-4
"""Seconds that a presolve may take, and more by nonzero. HiGHS 1.15.1 reduces some models of a
dozen rows for ever and looks at no clock meanwhile; they are then solved without a presolve."""
BUSY = 20.0
"""Factor on that where work is counted: a machine may be busy."""
MEMORY_STRETCH = 1.2
"""Factor on the memory limit at which a guest is killed at once instead of asked to stop."""
_TICK_S = 0.05
_MEMORY_EVERY_S = 0.2
_PROGRESS_EVERY_S = 0.2
_END_S = 10.0
_REPAIRABLE = 1e-4
_POLISH_S = 30.0

ProgressListener = Callable[[Progress], None]


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
            replace(options, columns=Columns.CUMULATIVE),
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
        ears = _Ears(on_progress, should_stop, exchange)
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
    ears: _Ears,
    more: Mapping[str, object],
) -> GuestReports:
    """What one guest process said."""
    with GuestProcess(module, folder) as guest:
        watch = _Watch(guest, mip, options, folder, ears)
        try:
            mip.save(folder / "model.npz")  # while the guest loads its solver
            if start is not None:
                np.save(folder / "start.npy", np.asarray(start, dtype=np.float64))
        except KeyboardInterrupt:
            watch.heard.cause = Termination.INTERRUPTED
            return watch.heard
        limit = patience_s(options)
        left = None if limit is None else max(0.01, limit - (time.perf_counter() - begin))
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


class _Ears(NamedTuple):
    """Who listens to a guest while it runs, and who has something for it."""

    on_progress: ProgressListener | None
    should_stop: Callable[[], bool] | None
    exchange: PlanExchange | None


class _Watch:
    """Listens to one guest until it has ended or must be ended."""

    def __init__(
        self,
        guest: GuestProcess,
        mip: Mip,
        options: SolverOptions,
        folder: Path,
        ears: _Ears,
    ) -> None:
        self.heard = GuestReports()
        self._guest = guest
        self._mip = mip
        self._options = options
        self._folder = folder
        self._on_progress = ears.on_progress
        self._should_stop = ears.should_stop
        self._exchange = ears.exchange
        self._offers, self._offer_at = 0, 0.0
        self._begin = time.perf_counter()
        self._kill_at: float | None = None
        self._measure_at = 0.0
        self._tell_at = 0.0
        self._news = False

    def until_end(self, begin: float) -> GuestReports:
        """Listen; afterwards the guest process has ended."""
        self._begin = begin
        if (limit := patience_s(self._options)) is not None:
            self._kill_at = begin + limit + min(LATE_S, LEAST_LATE_S + LATE_SHARE * limit)
        patience = 0.0
        while True:
            try:
                if not self._step():
                    patience = _END_S
                    break
                if self._is_stuck():
                    self.heard.is_stuck = True
                    break
                if self._kill_at is not None and time.perf_counter() > self._kill_at:
                    self.heard.cause = self.heard.cause or Termination.TIME_LIMIT
                    break
            except KeyboardInterrupt:
                if self.heard.cause is Termination.INTERRUPTED:
                    break
                self._ask_stop(Termination.INTERRUPTED)
        self.heard.exit_code = self._guest.end(patience)
        self._drain()
        if self.heard.done is not None:
            self._load_arrays(self.heard.done)
        self._tell(last=True)
        return self.heard

    def _is_stuck(self) -> bool:
        """Whether the guest presolves for longer than any model of this size takes."""
        since = self.heard.presolving_since
        if since is None or PRESOLVE in self._options.extra or self.heard.cause is not None:
            return False
        patience = PRESOLVE_S + PRESOLVE_S_BY_NONZERO * self._mip.num_nonzeros
        if work_clock.is_counting():
            patience *= BUSY
        return time.perf_counter() - since > patience

    def _step(self) -> bool:
        """One turn; False once the guest has closed its end."""
        with contextlib.suppress(queue.Empty):
            line = self._guest.hear(_TICK_S)
            if line is None:
                return False
            self._take(line)
        if stopping.is_urgent() and self.heard.cause is Termination.INTERRUPTED:
            self._kill_at = 0.0
        if self.heard.cause is None and self.heard.done is None and self._is_to_stop():
            self._ask_stop(Termination.INTERRUPTED)
        self._watch_memory()
        self._pass_offer()
        self._tell()
        return True

    def _pass_offer(self) -> None:
        """Give the guest a plan that others have found, now and then."""
        now = time.perf_counter()
        if self._exchange is None or self.heard.done is not None or now < self._offer_at:
            return
        self._offer_at = now + _PROGRESS_EVERY_S
        values = self._exchange.offered()
        if values is None:
            return
        self._offers += 1
        self._guest.tell(offer_of(values, self._folder, self._offers))

    def _is_to_stop(self) -> bool:
        """Whether the caller or a signal asks for an end."""
        return stopping.is_asked() or (self._should_stop is not None and self._should_stop())

    def _drain(self) -> None:
        """Take what the guest said before it was ended."""
        with contextlib.suppress(queue.Empty):
            while (line := self._guest.hear(0.0)) is not None:
                self._take(line)

    def _ask_stop(self, cause: Termination) -> None:
        self.heard.cause = cause
        self._guest.tell({"command": "stop"})
        patience = time.perf_counter() + STOP_S
        self._kill_at = patience if self._kill_at is None else min(patience, self._kill_at)

    def _watch_memory(self) -> None:
        now = time.perf_counter()
        if now < self._measure_at:
            return
        self._measure_at = now + _MEMORY_EVERY_S
        used, limit = self._guest.memory_mb(), self._options.memory_limit_mb
        if used is None:
            return
        self.heard.peak_mb = max(self.heard.peak_mb or 0.0, used)
        if limit is None or used <= limit:
            return
        if self.heard.cause is None:
            self._ask_stop(Termination.MEMORY_LIMIT)
        if used > limit * MEMORY_STRETCH:
            self._kill_at = now

    def _take(self, line: bytes) -> None:
        """Take one event."""
        heard = self.heard
        try:
            event = json.loads(line)
            kind = event["event"]
            bound = None if event.get("bound") is None else float(event["bound"])
            if bound is not None and abs(bound) < INFINITE:
                heard.bound = bound if heard.bound is None else min(heard.bound, bound)
            if kind == "incumbent":
                self._keep(self._folder / str(event["file"]))
            elif kind == "progress":
                heard.nodes = event["nodes"]
                heard.message = str(event["message"])
                if event["incumbent"] is not None:
                    heard.claimed = float(event["incumbent"])
            elif kind == "phase":
                is_presolve = event["name"] == PRESOLVE
                heard.presolving_since = time.perf_counter() if is_presolve else None
            elif kind == "done":
                heard.presolving_since = None
                Termination(str(event["termination"]))
                heard.done = event
            elif kind == "error":
                english = str(event["message"])
                heard.error = (
                    str(event["kind"]),
                    pair(english, str(event.get("chinese", english))),
                )
            elif kind == "end" and event["peak_mb"] is not None:
                heard.peak_mb = max(heard.peak_mb or 0.0, float(event["peak_mb"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            heard.garbage = heard.garbage or line[:200].decode(errors="replace")
            return
        self._news = True

    def _keep(self, path: Path) -> None:
        """Keep an incumbent if it obeys the model and is better than the one held."""
        try:
            self._offer(np.load(path))
        except (OSError, ValueError):
            return

    def _offer(self, values: FloatArray) -> None:
        cleaned = clean_values(self._mip, values)
        if cleaned is None:
            return
        objective = self._mip.value(cleaned)
        if self.heard.objective is None or objective > self.heard.objective:
            self.heard.values, self.heard.objective = cleaned, objective
            if self._exchange is not None:
                self._exchange.heard(cleaned)

    def _load_arrays(self, done: dict[str, object]) -> None:
        for name in ("values", "row_duals", "reduced_costs"):
            if name in done:
                try:
                    self.heard.arrays[name] = np.load(self._folder / str(done[name]))
                except (OSError, ValueError):
                    self.heard.garbage = f"no {name} in {done[name]!r}"
                    self.heard.done = None
        if "values" in self.heard.arrays:
            self._offer(self.heard.arrays["values"])
            self._news = True

    def _tell(self, *, last: bool = False) -> None:
        """Pass news on, a few times a second; the last news always."""
        now = time.perf_counter()
        if self._on_progress is None or not self._news or (now < self._tell_at and not last):
            return
        self._news = False
        self._tell_at = now + _PROGRESS_EVERY_S
        heard = self.heard
        known = [value for value in (heard.objective, heard.claimed) if value is not None]
        incumbent = max(known, default=None)
        self._on_progress(
            Progress(
                elapsed_s=now - self._begin,
                incumbent=incumbent,
                bound=heard.bound,
                gap=relative_gap(incumbent, heard.bound),
                nodes=heard.nodes,
                message=heard.message,
            )
        )


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
