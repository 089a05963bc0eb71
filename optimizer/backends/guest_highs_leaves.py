"""HiGHS as a guest: a tree of cases, each with multipliers that bound it below a target.

Whole columns are branched on until the bound that the multipliers of each case prove lies at the
target, or time ends: then the multipliers of the case above stand for those still open. Nothing
of it is believed: whoever asks computes every bound again, exactly.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.guest_highs_model import configure, pass_model
from infraplan.optimizer.backends.guest_highs_tree import Budget
from infraplan.optimizer.backends.mixed_rounding import Cut, Rounding, matrix_of, with_rows
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.status import Termination

NUDGE = 1e-8
"""What a column without any bound is worth more, so that rounding leaves its sign as it must be."""
WHOLE = 1e-6
"""Distance from a whole number up to which a value is one."""
PLACES = (9, 12, 15, 18)
"""Places after the point to which multipliers are rounded; the fewest that cost nothing."""
LOST = 1e-6
"""Share of the bound that rounding may cost."""
TRIED, TRIES, TRY_STEPS = 8, 2, 60
"""Columns tried at a node, how often each in all, and simplex steps of a try."""
CUT_ROUNDS, CUTS, CUT_GAIN = 10, 500, 0.01
"""Rounds of cuts, cuts a round, and share of the way to the target that a round must bring."""
CUT_PRICE = 1e-5
"""Price of a round of cuts by nonzero, where work is counted."""
NODE_S = 2.5e-3
"""Price of a node beside its iterations, where work is counted."""
LEAF, NONE = 1.0, 2.0
"""Kinds of a case in the answer: its bound is proven, or that it holds nothing; 0: it branches."""


@dataclass
class _Case:
    """A case of the tree: `limits` are the least and most of the columns that lead to it."""

    limits: dict[int, tuple[float, float]]
    bound: float
    y: FloatArray
    last: tuple[int, float, float, bool] | None = None
    basis: Any = None
    column: int = -1
    at: float = 0.0
    below: list[_Case] = field(default_factory=list)
    kind: float = LEAF


class _Tries:
    """What branching on each column has brought so far, per unit of its distance."""

    def __init__(self, count: int) -> None:
        self.gain = np.zeros((2, count))
        self.seen = np.zeros((2, count))

    def note(self, side: int, column: int, gain: float, distance: float) -> None:
        self.gain[side, column] += max(gain, 0.0) / max(distance, WHOLE)
        self.seen[side, column] += 1.0

    def score(self, columns: IntArray, part: FloatArray, most: float) -> FloatArray:
        """Product of what both sides are expected to bring, no more than `most` each."""
        seen = self.seen.sum(axis=1)
        usual = self.gain.sum(axis=1) / np.maximum(seen, 1.0)
        mean = self.gain[:, columns] / np.maximum(self.seen[:, columns], 1.0)
        mean = np.where(self.seen[:, columns] > 0.0, mean, usual[:, None])
        gain = mean * np.stack([part, 1.0 - part])
        return np.asarray(np.prod(np.clip(gain, 1e-6, max(most, 1e-6)), axis=0))


class Leaves:
    """The search for a tree of cases of `mip` below `target`.

    Columns have the bounds that the certificate proves: those that rows imply are among them.
    """

    def __init__(self, mip: Mip, target: float, job: Job, budget: Budget) -> None:
        self._mip, self._target, self._budget = mip, target, budget
        self._by_column = csr_array(matrix_of(mip).T)
        self._low, self._high = mip.col_lower, mip.col_upper
        size = np.minimum(NUDGE, np.abs(mip.objective) / 2.0)  # no column begins to pay
        self._nudge = size * (np.isinf(self._high) * 1.0 - np.isinf(self._low))
        self._solver = highspy.Highs()
        configure(self._solver, job)
        self._option("output_flag", False)
        self._option("dual_feasibility_tolerance", 1e-9)
        nudged = replace(mip, objective=mip.objective + self._nudge)
        pass_model(self._solver, nudged, relaxed=True)
        self._limits: dict[int, tuple[float, float]] = {}
        self._price = work_clock.iteration_s(mip.num_nonzeros)
        self._tries = _Tries(mip.num_columns)
        self.places = PLACES[0]
        self.count = 0
        self.cuts: list[Cut] = []
        self.better = -np.inf

    def cut(self) -> None:
        """Add cuts at the root as long as they bring it nearer to the target."""
        if self._solve({}) != highspy.HighsModelStatus.kOptimal:
            return
        mip, rounding = self._mip, Rounding(self._mip, self._low, self._high)
        self._option("presolve", "off")
        cuts: list[Cut] = []
        before = np.inf
        for _ in range(CUT_ROUNDS):
            worth = float(self._solver.getInfo().objective_function_value)
            if self._budget.is_over or worth <= self._target:
                break
            if before - worth < CUT_GAIN * abs(worth - self._target):
                break
            before = worth
            self._budget.spent_s += CUT_PRICE * mip.num_nonzeros
            found = rounding.cuts(np.array(self._solver.getSolution().col_value), CUTS)
            for cut in found:
                numbers = cut.columns.astype(np.int32)
                self._solver.addRow(-np.inf, cut.limit, numbers.size, numbers, cut.values)
            cuts += found
            if not found or self._solve({}) != highspy.HighsModelStatus.kOptimal:
                break
        duals = np.array(self._solver.getSolution().row_dual)[mip.num_rows :]
        if duals.size != len(cuts):  # no answer was found with them
            duals = np.ones(len(cuts))
        idle = np.flatnonzero(duals == 0.0).astype(np.int32)
        self._solver.deleteRows(idle.size, idle + np.int32(mip.num_rows))
        self.cuts = [cut for cut, y in zip(cuts, duals.tolist(), strict=True) if y]
        self._mip = with_rows(mip, self.cuts)
        self._by_column = csr_array(matrix_of(self._mip).T)

    def grow(self, channel: Channel) -> _Case:
        """Branch until all cases are below the target, or time is over; the root of the tree."""
        zero = np.zeros(self._mip.num_rows)
        root = _Case({}, np.inf, zero)
        waiting: list[tuple[float, int, _Case]] = []
        case: _Case | None = root
        while case is not None and not self._budget.is_over:
            following = self._visit(case)
            if case is root:
                self._option("presolve", "off")
            for other in following[1:]:
                heapq.heappush(waiting, (-other.bound, self.count, other))
            channel.progress(bound=max([-w[0] for w in waiting[:1]] + [case.bound]))
            if following:
                case = following[0]
            else:
                case = heapq.heappop(waiting)[2] if waiting else None
                if case is not None and case.basis is not None:
                    self._solver.setBasis(case.basis)
        return root

    def _visit(self, case: _Case) -> list[_Case]:
        """Solve a case; the two below it where it must be split."""
        status = self._solve(case.limits)
        if status == highspy.HighsModelStatus.kInfeasible and case.last is not None:
            self._prove_empty(case)
            return []
        if status != highspy.HighsModelStatus.kOptimal:
            return []
        solution = self._solver.getSolution()
        y = np.array(solution.row_dual)
        if not case.limits:
            self._choose_places(y)
        bound, y = self._proven(y, case.limits)
        value = float(self._solver.getInfo().objective_function_value)
        if case.last is not None:
            column, distance, before, is_up = case.last
            self._tries.note(int(is_up), column, before - value, distance)
        if bound < case.bound:
            case.bound, case.y = bound, y
        if case.bound <= self._target:
            return []
        return self._split(case, np.array(solution.col_value), value)

    def _split(self, case: _Case, values: FloatArray, worth: float) -> list[_Case]:
        whole = np.flatnonzero(self._mip.integrality)
        part = values[whole] - np.floor(values[whole])
        is_open = (part > WHOLE) & (part < 1.0 - WHOLE)
        columns, part = whole[is_open], part[is_open]
        if not columns.size:
            self.better = max(self.better, worth)
            return []
        basis = self._solver.getBasis()
        column = self._chosen(case, columns, part, values, worth, basis)
        at = float(np.floor(values[column]))
        case.column, case.at, case.kind = column, at, 0.0
        low, high = self._sides(case.limits, column)
        off = float(values[column] - at)
        for side, limit in enumerate(((low, at), (at + 1.0, high))):
            limits = {**case.limits, column: limit}
            last = (column, 1.0 - off if side else off, worth, bool(side))
            case.below.append(_Case(limits, case.bound, case.y, last, basis))
        return sorted(case.below, key=lambda c: c.limits[column][0], reverse=off > 0.5)

    def _chosen(
        self,
        case: _Case,
        columns: IntArray,
        part: FloatArray,
        values: FloatArray,
        worth: float,
        basis: Any,
    ) -> int:
        """Column to branch on: tries where little is known of the best ones."""
        most = worth - self._target
        order = np.argsort(-self._tries.score(columns, part, most), kind="stable")
        unknown = self._tries.seen[:, columns].min(axis=0) < TRIES
        for place in [p for p in order.tolist() if unknown[p]][:TRIED]:
            column, at = int(columns[place]), float(np.floor(values[columns[place]]))
            low, high = self._sides(case.limits, column)
            for side, limit in enumerate(((low, at), (at + 1.0, high))):
                if self._budget.is_over:
                    break
                self._option("simplex_iteration_limit", TRY_STEPS)
                status = self._solve({**case.limits, column: limit})
                found = float(self._solver.getInfo().objective_function_value)
                is_out = status == highspy.HighsModelStatus.kInfeasible
                gain = most if is_out else min(worth - found, most)
                distance = 1.0 - part[place] if side else part[place]
                self._tries.note(side, column, gain, float(distance))
                self._option("simplex_iteration_limit", 2**31 - 1)
                self._solver.setBasis(basis)
        return int(columns[np.argmax(self._tries.score(columns, part, most))])

    def _sides(self, limits: dict[int, tuple[float, float]], column: int) -> tuple[float, float]:
        own = (float(self._mip.col_lower[column]), float(self._mip.col_upper[column]))
        return limits.get(column, own)

    def _solve(self, limits: dict[int, tuple[float, float]]) -> highspy.HighsModelStatus:
        changed = [c for c in {**self._limits, **limits} if self._limits.get(c) != limits.get(c)]
        for column in changed:
            self._solver.changeColBounds(column, *self._sides(limits, column))
        self._limits = limits
        left = self._budget.left_s
        if left is not None:
            self._option("time_limit", self._solver.getRunTime() + left)
        self._solver.run()
        self.count += 1
        steps = max(0, int(self._solver.getInfo().simplex_iteration_count))
        self._budget.spent_s += NODE_S + steps * self._price
        status: highspy.HighsModelStatus = self._solver.getModelStatus()
        return status

    def _prove_empty(self, case: _Case) -> None:
        """Multipliers by which the last column cannot reach the side of the case at all."""
        if case.last is None:
            return
        column, is_up = case.last[0], case.last[3]
        least, most = case.limits[column]
        wish = np.zeros(self._mip.num_columns)
        wish[column] = 1.0 if is_up else -1.0
        numbers = np.arange(wish.size, dtype=np.int32)
        free = {c: limit for c, limit in case.limits.items() if c != column}
        for nudge in (0.0 * self._nudge, self._nudge):  # which may pay where nothing costs
            self._solver.changeColsCost(wish.size, numbers, wish + nudge)
            if self._solve(free) != highspy.HighsModelStatus.kOptimal:
                continue
            y = np.array(self._solver.getSolution().row_dual)
            room, y = self._proven(y, case.limits, np.zeros(wish.size))
            if room < -WHOLE * max(1.0, abs(least), abs(most)):
                case.kind, case.y, case.bound = NONE, y, -np.inf
                break
        usual = self._mip.objective + self._nudge
        self._solver.changeColsCost(wish.size, numbers, usual)

    def _choose_places(self, y: FloatArray) -> None:
        exact = self._proven(y, {}, places=None)[0]
        for places in PLACES:
            self.places = places
            if self._proven(y, {})[0] - exact <= LOST * max(1.0, abs(exact)):
                break

    def _proven(
        self,
        y: FloatArray,
        limits: dict[int, tuple[float, float]],
        objective: FloatArray | None = None,
        places: int | None = -1,
    ) -> tuple[float, FloatArray]:
        """Bound of a case that `y`, rounded, proves, and `y`; without an objective no offset."""
        mip = self._mip
        if places is not None:
            y = np.round(y, self.places)
        limit = np.where(y > 0.0, mip.row_upper, mip.row_lower)
        y = np.where(np.isfinite(limit), y, 0.0)
        gain = mip.objective if objective is None else objective
        reduced = gain - self._by_column @ y
        low, high = self._low.copy(), self._high.copy()
        for column, (least, most) in limits.items():
            low[column], high[column] = least, most
        with np.errstate(invalid="ignore"):
            best = np.where(reduced > 0.0, reduced * high, reduced * low)
        best = np.where(reduced == 0.0, 0.0, best)
        offset = mip.objective_offset if objective is None else 0.0
        return offset + float((y * np.where(y, limit, 0.0)).sum() + best.sum()), y

    def _option(self, name: str, value: object) -> None:
        self._solver.setOptionValue(name, value)


def run_leaves(job: Job, channel: Channel) -> None:
    """Answer the job `leaves`: the cases of its model in order, those with less first.

    `target` is the bound at which a case needs no more branching. The answer lists for each case
    kind, column and limit, and for those that do not branch their multipliers by rows.
    """
    mip = job.model()
    budget = Budget(job, channel)
    leaves = Leaves(mip, float(str(job.options["target"])), job, budget)
    leaves.cut()
    waiting, listed, multipliers = [leaves.grow(channel)], [], []
    while waiting:
        case = waiting.pop()
        listed.append((case.kind, float(case.column), case.at))
        if case.kind == 0.0:
            waiting += reversed(case.below)
        else:
            multipliers.append(csr_array(case.y[None, :]))
    counts = np.array([y.nnz for y in multipliers], dtype=np.float64)
    channel.send(
        "done",
        termination=(budget.ended if budget.is_over else Termination.GAP_REACHED).value,
        bound=None,
        version=highspy.Highs().version(),
        cases=channel.save(np.array(listed), "cases"),
        counts=channel.save(counts, "counts"),
        rows=channel.save(np.concatenate([y.indices for y in multipliers]), "rows"),
        values_of_rows=channel.save(np.concatenate([y.data for y in multipliers]), "row_values"),
        **{name: channel.save(values, name) for name, values in _cut_lists(leaves.cuts).items()},
        better=leaves.better,
        places=leaves.places,
        solved=leaves.count,
        work_s=budget.spent_s,
    )


def _cut_lists(cuts: list[Cut]) -> dict[str, FloatArray]:
    """What proves the cuts, as `leaves.CUT_LISTS` names it."""
    none = [np.zeros(0)]
    return {
        "cut_counts": np.array([cut.rows.size for cut in cuts], dtype=np.float64),
        "above_counts": np.array([cut.from_above.size for cut in cuts], dtype=np.float64),
        "cut_rows": np.concatenate(none + [cut.rows for cut in cuts]),
        "cut_values": np.concatenate(none + [cut.multipliers for cut in cuts]),
        "above": np.concatenate(none + [cut.from_above for cut in cuts]),
    }
