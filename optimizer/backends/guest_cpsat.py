"""CP-SAT as a guest, through OR-Tools.

CP-SAT searches integers. The model is put on a grid that relaxes it (`integer_grid`), so that
what CP-SAT proves is proven for the model; for every solution of the grid the integers are fixed
and the best continuous columns are found by GLOP. Limits:

- every column needs a finite bound, its own or implied by the rows;
- with continuous columns a proof is finer than 1e-6 only by luck; where the grid is too coarse for
  the asked gap it is refined, and where that does not help the answer is a plan without proof;
- it is made for integers: on models with much money in them the other solvers are faster.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import ortools
from ortools.linear_solver.python import model_builder_helper
from ortools.sat.python import cp_model

from infraplan.models.catalogue import phrase
from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.checking import clean_values, is_proven
from infraplan.optimizer.backends.guest_cpsat_schedule import add_limits
from infraplan.optimizer.backends.integer_grid import Grid, build_grid, finite_bounds
from infraplan.optimizer.errors import SolverFailedError, UnsupportedFeatureError
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.status import Termination

_PRECISIONS = (1e-3, 1e-6, 1e-8)
"""Width of a step as a share of a column's range; the next where the one before is too coarse.

A true solution rounds to a point of every grid, so each grid starts from the best one so far: on
a fine grid alone CP-SAT climbs step by step.
"""
_FINEST_GAP = 1e-6
NO_INCLUSIONS = 0
"""Work that CP-SAT's presolve may spend on linear rows inside of which at most one column is 1.

That part of it, in OR-Tools 9.15, cuts off best plans and calls others optimal (google/or-tools,
thread 5293, where leaving it out is the remedy too)."""
_WAIT_S = 0.05


@dataclass
class _Best:
    """The best solution that obeys the model, and the smallest bound proven."""

    values: FloatArray | None = None
    objective: float | None = None
    bound: float | None = None

    def offer(self, mip: Mip, values: FloatArray | None) -> bool:
        """Take `values` if they are better; whether they were."""
        if values is None:
            return False
        worth = mip.value(values)
        if self.objective is not None and worth <= self.objective:
            return False
        self.values, self.objective = values, worth
        return True

    def limit(self, bound: float) -> None:
        """Take `bound` if it is smaller."""
        self.bound = bound if self.bound is None else min(self.bound, bound)


class Polish:
    """Finds the best continuous columns to given integers, by GLOP."""

    def __init__(self, mip: Mip) -> None:
        self._mip = mip
        self._integer = np.flatnonzero(mip.integrality)
        self._continuous = not mip.integrality.all()
        self._lock = threading.Lock()
        if not self._continuous:
            return
        # Slow to load, and not always needed.
        from scipy.sparse import csr_matrix

        from infraplan.optimizer.mip_edits import matrix_of

        self._model = model_builder_helper.ModelBuilderHelper()
        arrays: tuple[Any, ...] = (  # the library's stubs misname numpy's types
            mip.col_lower,
            mip.col_upper,
            mip.objective,
            mip.row_lower,
            mip.row_upper,
            csr_matrix(matrix_of(mip)),
        )
        self._model.fill_model_from_sparse_data(*arrays)
        self._model.set_maximize(True)

    def values(self, near: FloatArray) -> FloatArray | None:
        """The best values with the integers of `near`, None where the rows allow none."""
        if not self._continuous:
            return clean_values(self._mip, near)
        with self._lock:
            for column in self._integer.tolist():
                value = float(np.round(near[column]))
                self._model.set_var_lower_bound(column, value)
                self._model.set_var_upper_bound(column, value)
            solver = model_builder_helper.ModelSolverHelper("glop")
            solver.enable_output(False)
            solver.solve(self._model)
            if solver.status() != model_builder_helper.SolveStatus.OPTIMAL:
                return None
            return clean_values(self._mip, np.array(solver.variable_values()))


class _Solutions(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
    """Hands the newest grid solution to a thread that polishes and sends it."""

    def __init__(self, mip: Mip, grid: Grid, polish: Polish, best: _Best, channel: Channel) -> None:
        super().__init__()
        self._mip, self._grid, self._polish = mip, grid, polish
        self._best, self._channel = best, channel
        self._newest: FloatArray | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def on_solution_callback(self) -> None:
        """Called by CP-SAT, from inside its search."""
        units = [self.SolutionIntegerValue(j) for j in range(self._mip.num_columns)]
        self._newest = self._grid.values(np.array(units, dtype=np.int64))

    def close(self) -> None:
        """Stop the thread."""
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.wait(_WAIT_S):
            newest, self._newest = self._newest, None
            if newest is not None and self._best.offer(self._mip, self._polish.values(newest)):
                values = self._best.values
                if values is not None:
                    self._channel.incumbent(values, self._best.bound)


def cp_model_of(mip: Mip, grid: Grid, start: FloatArray | None) -> cp_model.CpModel:
    """The grid model as CP-SAT takes it, its objective and bound in the model's own measure."""
    model = cp_model.CpModel()
    columns = [
        model.new_int_var(low, high, f"c{number}")
        for number, (low, high) in enumerate(
            zip(grid.lower.tolist(), grid.upper.tolist(), strict=True)
        )
    ]
    begin, index = mip.a_start.tolist(), mip.a_index.tolist()
    coefficients = grid.coefficient.tolist()
    for row in range(mip.num_rows):
        span = slice(begin[row], begin[row + 1])
        terms = cp_model.LinearExpr.weighted_sum(
            [columns[j] for j in index[span]], coefficients[span]
        )
        model.add_linear_constraint(terms, int(grid.row_lower[row]), int(grid.row_upper[row]))
    priced = np.flatnonzero(grid.objective).tolist()
    if priced:
        model.maximize(
            cp_model.LinearExpr.weighted_sum(
                [columns[j] for j in priced], [int(grid.objective[j]) for j in priced]
            )
        )
        # CP-SAT reports factor x (sum + offset), and minimises the negated sum.
        objective = model.proto.objective
        objective.scaling_factor = -1.0 / grid.objective_scale
        objective.offset = -grid.objective_constant * grid.objective_scale
    if start is not None:
        units = grid.units(np.where(np.isfinite(start), start, 0.0))
        for column in np.flatnonzero(np.isfinite(start)).tolist():
            model.add_hint(columns[column], int(units[column]))
    return model


def _solver(job: Job, *, exact: bool) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = job.threads
    parameters.random_seed = job.seed
    parameters.log_search_progress = True
    parameters.presolve_inclusion_work_limit = NO_INCLUSIONS
    if job.threads > 1:
        parameters.interleave_search = True  # the one parallel search that repeats itself
    # On a relaxing grid the bound still grows by the slack: half of the gap is left for that.
    parameters.relative_gap_limit = job.gap if exact else max(job.gap, _FINEST_GAP) / 2.0
    if job.remaining_s is not None:
        parameters.max_time_in_seconds = job.remaining_s
    if job.work_s is not None:
        parameters.max_deterministic_time = job.work_s
    for name, value in job.extra.items():
        if not parameters.merge_text_format(f"{name}: {value}"):
            message = phrase("cp-sat-does-not-take-parameter", name=name, value=value)
            raise UnsupportedFeatureError(message)
    return solver


def _search(
    job: Job, channel: Channel, mip: Mip, grid: Grid, number: int, polish: Polish, best: _Best
) -> Termination:
    """Solve the grid with `number`; `best` is improved. What is proven holds for the grid."""
    start = job.start()
    model = cp_model_of(mip, grid, best.values if start is None or number else start)
    if job.task == "schedule":
        add_limits(model, job.options)
    fault = model.validate()
    if fault:
        message = phrase("cp-sat-refuses-the-model", fault=fault)
        raise UnsupportedFeatureError(message)
    solver = _solver(job, exact=bool(mip.integrality.all()))
    priced = bool(grid.objective.any())

    def limited(bound: float) -> None:
        best.limit(bound + grid.objective_slack)
        channel.progress(bound=best.bound)

    if priced:
        solver.best_bound_callback = limited
    solutions = _Solutions(mip, grid, polish, best, channel)
    over = threading.Event()

    def interrupt() -> None:
        while not over.wait(_WAIT_S):
            if channel.stop_asked:
                solver.stop_search()

    watcher = threading.Thread(target=interrupt, daemon=True)
    watcher.start()
    try:
        status = solver.solve(model, solutions)
    finally:
        over.set()
        watcher.join()
        solutions.close()
    if status == cp_model.INFEASIBLE:
        return Termination.INFEASIBLE
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN}:
        message = phrase("cp-sat-ended-with", status=solver.status_name(status))
        raise SolverFailedError(message)
    if status != cp_model.UNKNOWN:
        if priced:
            best.limit(solver.best_objective_bound + grid.objective_slack)
        else:
            best.limit(grid.objective_constant + grid.objective_slack)
        units: IntArray = np.array(
            [solver.response_proto.solution[j] for j in range(mip.num_columns)], dtype=np.int64
        )
        if best.offer(mip, polish.values(grid.values(units))) and best.values is not None:
            channel.incumbent(best.values, best.bound)
    if status == cp_model.OPTIMAL:
        return Termination.OPTIMAL
    if channel.stop_asked:
        return Termination.INTERRUPTED
    limit = solver.parameters.max_time_in_seconds
    is_late = job.work_s is None or solver.wall_time >= limit - _WAIT_S
    return Termination.TIME_LIMIT if is_late else Termination.WORK_LIMIT


def run(job: Job, channel: Channel) -> None:
    """Solve the job's model.

    Raises
    ------
    UnsupportedFeatureError
        If it is asked for something else, or its grid of integers is too coarse for the model.
    """
    if job.task not in {"solve", "schedule"}:
        message = phrase("is-only-used-for-solving-not-for", solver=job.solver, task=job.task)
        raise UnsupportedFeatureError(message)
    mip = job.model()
    lower, upper = finite_bounds(mip)
    best = _Best()
    termination = Termination.INFEASIBLE
    if not np.any(lower > upper):
        polish = Polish(mip)
        if not mip.integrality.all():
            # Without a start CP-SAT may take very long to balance the money: try to do nothing.
            idle = np.clip(np.zeros(mip.num_columns), lower, upper)
            if best.offer(mip, polish.values(idle)) and best.values is not None:
                channel.incumbent(best.values)
        precisions = (1.0,) if mip.integrality.all() else _PRECISIONS
        for number, precision in enumerate(precisions):
            try:
                grid = build_grid(mip, lower, upper, precision)
                termination = _search(job, channel, mip, grid, number, polish, best)
            except UnsupportedFeatureError:
                if number == 0:
                    raise
                break
            if termination is not Termination.OPTIMAL or _is_enough(job, best):
                break
    if termination is Termination.OPTIMAL and best.values is None:
        message = phrase("cp-sat-s-grid-is-too-coarse-for-the-model-its")
        raise UnsupportedFeatureError(message)
    if termination is Termination.OPTIMAL and not _is_enough(job, best):
        print(phrase("cp-sat-s-grid-is-too-coarse-to-prove-the"), flush=True)
        termination = Termination.INTERRUPTED
    files = {} if best.values is None else {"values": channel.save(best.values, "values")}
    channel.send(
        "done",
        termination=termination.value,
        bound=best.bound,
        version=f"OR-Tools {ortools.__version__}",
        **files,
    )


def _is_enough(job: Job, best: _Best) -> bool:
    return best.objective is not None and is_proven(best.objective, best.bound, job.gap)
