"""HiGHS as a guest: branch and bound over starts, part by part of a model that falls apart.

What no row joins is searched by itself: the bounds of the parts add up, and so do their plans. The
relaxation of a part is small, so that a node is one dual simplex of a few milliseconds, without
cuts and presolve. Turns go to the part whose plan and bound lie furthest apart. Bounds are computed
again from the multipliers of each node.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, NamedTuple

import highspy
import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.checking import TOLERANCE
from infraplan.optimizer.backends.dual_bound import EPSILON, implied_bounds
from infraplan.optimizer.backends.guest_highs_model import Work, configure, pass_model
from infraplan.optimizer.backends.start_search import Core, Point, StartSearch
from infraplan.optimizer.backends.start_tree import Groups
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_parts import only_columns, part_numbers, restricted
from infraplan.optimizer.status import Termination

LEAST_STARTS = 20
"""Whole columns below which a part is searched together with the other small ones."""
SEND_EVERY_S = 0.5
"""Seconds between two plans that are sent."""
NODE_S = 2.5e-3
"""Price of a node beside its iterations, where work is counted."""
LEAST_S = 0.01
"""Seconds left at which time is over."""
ROUNDINGS, SUMMING = 64.0, 1e-13
"""Times the unit of rounding, and share of all terms, by which a bound is put up."""


class Budget:
    """What is left of time, or of work where that is counted."""

    def __init__(self, job: Job, channel: Channel) -> None:
        self._job, self._channel = job, channel
        self.spent_s = 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds left by the clock; None: no limit."""
        return self._job.remaining_s

    @property
    def is_work_done(self) -> bool:
        """Whether work is counted and nothing is left of it."""
        return self._job.work_s is not None and self.spent_s >= self._job.work_s

    @property
    def is_over(self) -> bool:
        """Whether nothing is left, or an end was asked for."""
        left = self.left_s
        is_late = left is not None and left <= LEAST_S
        return is_late or self.is_work_done or self._channel.stop_asked

    @property
    def ended(self) -> Termination:
        """Why the search has ended before its gap."""
        if self._channel.stop_asked:
            return Termination.INTERRUPTED
        return Termination.WORK_LIMIT if self.is_work_done else Termination.TIME_LIMIT


class Relaxation:
    """The relaxation of a part, solved from node to node by the dual simplex method."""

    def __init__(self, mip: Mip, needs: IntArray, job: Job, budget: Budget) -> None:
        """`needs` (shape: groups) are the rows that add up the starts of each group."""
        self._mip, self._job, self._budget = mip, job, budget
        self.needs = needs
        self._solver = highspy.Highs()
        configure(self._solver, job)
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("output_flag", False)
        pass_model(self._solver, mip, relaxed=True)
        shape = (mip.num_rows, mip.num_columns)
        matrix = csr_array((mip.a_value, mip.a_index, mip.a_start), shape=shape)
        self._by_column, self._sizes = csr_array(matrix.T), csr_array(abs(matrix).T)
        self._matrix = matrix
        self._limits = implied_bounds(mip)
        self._upper = mip.col_upper.copy()
        self._needed = np.zeros(needs.size, dtype=np.bool_)
        self._price = work_clock.iteration_s(mip.num_nonzeros)
        self.count, self.spent_s = 0, 0.0
        self.prices: FloatArray | None = None
        """Multipliers of the first relaxation, shape (rows,)."""

    @property
    def is_over(self) -> bool:
        """Whether time, or work, has ended, or an end was asked for."""
        return self._budget.is_over

    def reprice(self, objective: FloatArray) -> None:
        """Ask for `objective` (shape: columns) from now on."""
        self._mip = replace(self._mip, objective=objective)
        columns = np.arange(objective.size, dtype=np.int32)
        self._solver.changeColsCost(columns.size, columns, objective)
        self.prices = None

    def solve(self, allowed: BoolArray, needed: BoolArray, known: float) -> Point | None:
        """As `Relaxation` says. A bound is proven by multipliers where these give a finite one."""
        self._set(allowed, needed)
        status = self._run()
        if status not in _ANSWERS and not self.is_over:
            self._solver.clearSolver()
            status = self._run()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            return Point(known, np.zeros(0), np.zeros(0), is_known=False)
        solution = self._solver.getSolution()
        worth = float(self._solver.getInfo().objective_function_value)
        bound, reduced = self._proven(np.array(solution.row_dual), needed)
        bound = max(bound, worth) if np.isfinite(bound) else worth
        return Point(min(known, bound), np.array(solution.col_value), reduced)

    def _set(self, allowed: BoolArray, needed: BoolArray) -> None:
        upper = np.where(allowed, self._mip.col_upper, self._mip.col_lower)
        changed = np.flatnonzero(upper != self._upper).astype(np.int32)
        if changed.size:
            lower = self._mip.col_lower[changed]
            self._solver.changeColsBounds(changed.size, changed, lower, upper[changed])
        for group in np.flatnonzero(needed != self._needed).tolist():
            row = int(self.needs[group])
            least = 1.0 if needed[group] else float(self._mip.row_lower[row])
            self._solver.changeRowBounds(row, least, float(self._mip.row_upper[row]))
        self._upper, self._needed = upper, needed.copy()

    def _run(self) -> highspy.HighsModelStatus:
        left = self._budget.left_s
        if left is not None:
            self._solver.setOptionValue("time_limit", self._solver.getRunTime() + left)
        self._solver.run()
        self.count += 1
        steps = max(0, int(self._solver.getInfo().simplex_iteration_count))
        self._spend(NODE_S + steps * self._price)
        status: highspy.HighsModelStatus = self._solver.getModelStatus()
        return status

    def search(self, allowed: BoolArray, needed: BoolArray, gap: float, work_s: float) -> Core:
        """As `Relaxation` says, by HiGHS with presolve, cuts and its own heuristics."""
        mip = self._mip
        upper = np.where(allowed, mip.col_upper, mip.col_lower)
        lower = mip.row_lower.copy()
        lower[self.needs[needed]] = 1.0
        kept = np.flatnonzero((upper > mip.col_lower) | (mip.col_lower != 0.0))
        part = self._matrix[:, kept]
        every_row = np.arange(mip.num_rows)
        small = replace(
            restricted(mip, part, kept, every_row), col_upper=upper[kept], row_lower=lower
        )
        solver = highspy.Highs()
        configure(solver, self._job)
        for name, value in (("output_flag", False), ("mip_rel_gap", gap)):
            solver.setOptionValue(name, value)
        pass_model(solver, small)
        work = Work(work_s, small.num_nonzeros, is_search=True)
        stop_by(solver, work, self._budget)
        solver.run()
        self._spend(NODE_S + work.done_s)
        info, status = solver.getInfo(), solver.getModelStatus()
        values = None
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            values = np.zeros(mip.num_columns)
            found = np.array(solver.getSolution().col_value)
            values[kept] = np.where(small.integrality, np.round(found), found)
        if status == highspy.HighsModelStatus.kInfeasible:
            return Core(None, -np.inf)
        is_done = status == highspy.HighsModelStatus.kOptimal
        return Core(values, float(info.mip_dual_bound) if is_done else np.inf)

    def _spend(self, seconds: float) -> None:
        self.spent_s += seconds
        self._budget.spent_s += seconds

    def _proven(self, y: FloatArray, needed: BoolArray) -> tuple[float, FloatArray]:
        """Bound of all plans of the node that multipliers `y` prove, and its reduced costs."""
        mip = self._mip
        lower = mip.row_lower.copy()
        lower[self.needs[needed]] = 1.0
        limit = np.where(y > 0.0, mip.row_upper, lower)
        y = np.where(np.isfinite(limit), y, 0.0)
        if self.prices is None:
            self.prices = y
        rows = y * np.where(np.isfinite(limit), limit, 0.0)
        reduced = mip.objective - self._by_column @ y
        error = ROUNDINGS * EPSILON * (self._sizes @ np.abs(y) + np.abs(mip.objective))
        low = np.where(np.isfinite(mip.col_lower), mip.col_lower, self._limits[0])
        high = np.where(np.isfinite(self._upper), self._upper, self._limits[1])
        with np.errstate(invalid="ignore"):
            best = np.stack([(reduced + e) * side for e in (error, -error) for side in (low, high)])
        best = np.where(np.isnan(best), 0.0, best).max(axis=0)
        terms = float(np.abs(rows).sum() + np.abs(best).sum())
        return float(rows.sum() + best.sum()) + SUMMING * terms, reduced


def stop_by(solver: highspy.Highs, work: Work, budget: Budget) -> None:
    """Let `solver` end when its work is done, or when nothing is left of the budget."""

    def heard(kind: object, message: str, out: object, into: Any, user: object) -> None:
        if work.look() or budget.is_over:
            into.user_interrupt = True

    solver.setCallback(heard, None)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)


_ANSWERS = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)


class Starts(NamedTuple):
    """Row that adds up a column's project, -1: it is no start; its year. Shapes (columns,)."""

    row: IntArray
    year: IntArray


class Part:
    """A part of the model and its search; `columns` and `rows` are its own in the whole."""

    def __init__(
        self, mip: Mip, columns: IntArray, starts: Starts, job: Job, budget: Budget
    ) -> None:
        own, self.rows = only_columns(mip, columns)
        self.columns = columns
        needs, number = np.unique(starts.row[columns], return_inverse=True)
        has_others = needs.size > 0 and needs[0] < 0
        groups = Groups(number - int(has_others), starts.year[columns])
        rows = np.searchsorted(self.rows, needs[int(has_others) :])
        self.mip, self.groups = own, groups
        self.relaxation = Relaxation(own, rows, job, budget)
        self.search = StartSearch(own, groups, self.relaxation, job.gap)


class _Forest:
    """All parts of a model, and which of them has the next turn."""

    def __init__(self, mip: Mip, job: Job, channel: Channel) -> None:
        self.budget = Budget(job, channel)
        self._mip, self._job, self._channel = mip, job, channel
        rows, years = (np.asarray(job.options[n], dtype=np.int64) for n in ("rows", "years"))
        starts = Starts(rows, years)
        self.parts = [Part(mip, c, starts, job, self.budget) for c in columns_of_parts(mip)]
        start = job.start()
        if start is not None and np.isfinite(start).all():
            for part in self.parts:
                part.search.offer(start[part.columns])
        self._sent, self._send_at, self._turns = -np.inf, 0.0, 0

    @property
    def bound(self) -> float:
        """What no plan exceeds."""
        return self._mip.objective_offset + sum(part.search.bound for part in self.parts)

    @property
    def worth(self) -> float:
        """Value of the best plan; minus infinity where a part has none."""
        return self._mip.objective_offset + sum(part.search.best for part in self.parts)

    @property
    def nodes(self) -> int:
        """Relaxations solved."""
        return sum(part.relaxation.count for part in self.parts)

    def grow(self) -> Termination:
        """Search until plan and bound are within the gap, or nothing is left; why it ended."""
        if has_broken_empty_row(self._mip):
            return Termination.INFEASIBLE
        while True:
            if any(part.search.has_no_plan for part in self.parts):
                return Termination.INFEASIBLE
            lack = sum(part.search.lack for part in self.parts)
            is_near = np.isfinite(lack) and lack <= self._job.gap * abs(self.worth)
            waiting = [part for part in self.parts if not part.search.is_closed]
            if is_near or not waiting:  # a relaxation without an answer leaves a part open
                return Termination.GAP_REACHED if np.isfinite(lack) else Termination.INTERRUPTED
            if self.budget.is_over:
                return self.budget.ended
            self._chosen(waiting).search.turn()
            self._tell()

    def _chosen(self, waiting: list[Part]) -> Part:
        """Whose turn it is: parts without any bound, then in turn those without a plan and others.

        Of the others the one whose plan lacks most for the work that went into it.
        """
        self._turns += 1
        fresh = [part for part in waiting if np.isinf(part.search.bound)]
        if fresh:
            return fresh[0]
        bare = [part for part in waiting if part.search.values is None]
        others = [part for part in waiting if part.search.values is not None]
        if bare and (self._turns % 2 or not others):
            return bare[self._turns // 2 % len(bare)]
        return max(others, key=lambda part: part.search.lack / part.relaxation.spent_s)

    def values(self) -> FloatArray:
        """The best plan, shape (columns,); 0 for parts that have none."""
        whole = np.zeros(self._mip.num_columns)
        for part in self.parts:
            if part.search.values is not None:
                whole[part.columns] = part.search.values
        return whole

    def prices(self) -> FloatArray:
        """Multipliers of the relaxation, shape (rows,); 0 where none are known."""
        whole = np.zeros(self._mip.num_rows)
        for part in self.parts:
            if part.relaxation.prices is not None:
                whole[part.rows] = part.relaxation.prices
        return whole

    def _tell(self) -> None:
        now, worth, bound = time.perf_counter(), self.worth, self.bound
        known = bound if np.isfinite(bound) else None
        if worth > self._sent and now >= self._send_at:
            self._channel.incumbent(self.values(), known)
            self._sent, self._send_at = worth, now + SEND_EVERY_S
        self._channel.progress(bound=known, nodes=self.nodes)


def run_tree(job: Job, channel: Channel) -> None:
    """Answer the job `tree`: its model, whose whole columns are starts.

    `rows` (shape: columns) is the row that adds up the starts of a column's project, with 1 as its
    upper limit, and -1 for columns that are no starts; `years` (columns) the year of a start.
    """
    mip = job.model()
    forest = _Forest(mip, job, channel)
    ended = forest.grow()
    worth, bound = forest.worth, forest.bound
    files = {"row_duals": channel.save(forest.prices(), "row_duals")}
    if np.isfinite(worth):
        files["values"] = channel.save(forest.values(), "values")
    channel.send(
        "done",
        termination=ended.value,
        bound=bound if np.isfinite(bound) else None,
        objective=worth if np.isfinite(worth) else None,
        version=highspy.Highs().version(),
        work_s=forest.budget.spent_s,
        **files,
    )


def has_broken_empty_row(mip: Mip) -> bool:
    """Whether a row without entries, which is in no part, does not hold."""
    is_empty = np.diff(mip.a_start) == 0
    is_missed = (mip.row_lower > TOLERANCE) | (mip.row_upper < -TOLERANCE)
    return bool(np.any(is_empty & is_missed))


def columns_of_parts(mip: Mip) -> list[IntArray]:
    """Columns of each part, those of all small parts together."""
    number = part_numbers(mip)
    starts = np.bincount(number[mip.integrality], minlength=int(number.max(initial=-1)) + 1)
    is_small = starts < LEAST_STARTS
    parts = [np.flatnonzero(number == n) for n in np.flatnonzero(~is_small).tolist()]
    rest = np.flatnonzero(is_small[number])
    return [*parts, rest] if rest.size else parts
