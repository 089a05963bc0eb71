"""HiGHS as a guest: parts of a model that few rows join, searched one by one at prices of these.

What a part takes of the rows between parts costs it their prices. Each part is searched by branch
and bound at these (see `guest_highs_tree`); the bounds of all, with what the rows allow paid for,
are one of every plan. Every plan of a part that is found on the way is kept. A small program picks
one for each part so that the rows hold; its relaxation has the next prices, drawn towards those
that gave the least bound so far.

Sources: Dantzig and Wolfe, "Decomposition principle for linear programs", Operations Research 8,
1960; Wentges, "Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming",
International Transactions in Operational Research 4, 1997, for drawing prices together.
"""

from __future__ import annotations

import time
from dataclasses import replace

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, hstack

from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.checking import TOLERANCE
from infraplan.optimizer.backends.guest_highs_model import Work, configure, pass_model
from infraplan.optimizer.backends.guest_highs_tree import (
    SEND_EVERY_S,
    Budget,
    Part,
    Starts,
    columns_of_parts,
    has_broken_empty_row,
    stop_by,
)
from infraplan.optimizer.backends.start_search import StartSearch
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_parts import restricted
from infraplan.optimizer.status import Termination

DRAWN = 0.6
"""Weight of the best prices so far in the next ones."""
COARSE, FINE = 0.2, 0.05
"""Shares of what the best plan lacks to the bound, and of the asked gap, to which parts are
searched at one set of prices."""
MOST_KEPT = 150
"""Plans of a part that are kept: the ones worth most at the latest prices."""
PICK_S, PICK_GAP = 1.5, 0.1
"""Work of picking plans, and share of what may be gained to which it is done."""
MISSED = 5.0
"""Times the largest price of any row for a unit's share of it that is missed, at least."""
POLISH = 1.0
"""Work that may go into making the best plan better for each unit that goes into all else."""
POLISH_S, SHORT = 2.0, 0.4
"""Work of one such program at most, and the share of it below which the next is larger."""
PARTS_FREE, PROJECTS_FREE, LARGER, SMALLER = 4.0, 30.0, 1.3, 0.75
"""Parts that it frees at first, projects of each, and how their numbers follow."""
WIDE = 4.0
"""Times the loss of the last free project's second best decision: what free choices may lose."""
IDLE = 3
"""Rounds in a row without a better bound or plan, or a new plan of a part, after which it ends."""
SAME = 1e-9


class _Member(Part):
    """A part, what its plans take of the links, and the plans of it that are known.

    `use` of a plan has the shape (links,), `links` (links, columns of the part).
    """

    def __init__(
        self,
        mip: Mip,
        columns: IntArray,
        starts: Starts,
        job: Job,
        budget: Budget,
        links: csr_array,
    ) -> None:
        super().__init__(mip, columns, starts, job, budget)
        self.links = csr_array(links[:, columns])
        self.plans: list[FloatArray] = []
        self.worth: list[float] = []
        self.use: list[FloatArray] = []
        self.best_prices = np.zeros(self.links.shape[0])
        self.reduced, self.top = self.mip.objective, np.inf
        self.alone = np.zeros(self.groups.count)
        self._seen: set[bytes] = set()
        self._gap = job.gap

    def keep(self, values: FloatArray) -> bool:
        """Keep a plan; whether its starts are new."""
        key = np.packbits(values[self.groups.columns] > 0.5).tobytes()
        if key in self._seen:
            return False
        self._seen.add(key)
        self.plans.append(values)
        self.worth.append(float((self.mip.objective * values).sum()))
        self.use.append(self.links @ values)
        return True

    def at_prices(self, prices: FloatArray) -> None:
        """Begin to search at `prices` (shape: links), from the best plan known at these."""
        objective = self.mip.objective - self.links.T @ prices
        self.relaxation.reprice(objective)
        priced = replace(self.mip, objective=objective)
        lessons = self.search.lessons
        self.search = _Keeping(priced, self, lessons)
        if self.plans:
            worth = np.array(self.worth) - np.array(self.use) @ prices
            if len(self.plans) > MOST_KEPT:
                self._drop(np.argsort(-worth, kind="stable")[MOST_KEPT:])
                worth = np.array(self.worth) - np.array(self.use) @ prices
            self.search.offer(self.plans[int(np.argmax(worth))])

    def learn(self, prices: FloatArray) -> None:
        """Learn from a search at `prices`, the best so far, what each start loses at them."""
        y = self.relaxation.prices
        if y is None:
            return
        matrix = csr_array(
            (self.mip.a_value, self.mip.a_index, self.mip.a_start),
            (self.mip.num_rows, self.mip.num_columns),
        )
        self.best_prices, self.top = prices, self.search.bound
        self.reduced = self.mip.objective - self.links.T @ prices - matrix.T @ y
        self.alone = y[self.relaxation.needs]

    def lack_of(self, values: FloatArray) -> float:
        """What the part's piece of a plan lacks to the best one at the best prices."""
        paid = self.links.T @ self.best_prices
        return max(0.0, self.top - float(((self.mip.objective - paid) * values).sum()))

    def near(self, many: int, values: FloatArray) -> BoolArray:
        """Columns of `many` projects that were nearly decided otherwise, and what else to try.

        Shape: columns. `values` is the piece of the best plan.
        """
        mine, group, count = self.groups.columns, self.groups.group, self.groups.count
        loss = np.maximum(0.0, -self.reduced[mine])
        weight = np.zeros(count)
        np.maximum.at(weight, group, np.abs(self.mip.objective[mine]))
        weight = np.maximum(weight, SAME)
        whose = np.concatenate([group, np.arange(count)])
        every = np.concatenate([loss, np.maximum(0.0, self.alone)])
        order = np.lexsort((every, whose))
        ranked = whose[order]
        second = np.full(count, np.inf)
        is_second = np.flatnonzero(
            (ranked == np.concatenate([[-1], ranked[:-1]]))
            & (ranked != np.concatenate([[-1, -1], ranked[:-2]]))
        )
        second[ranked[is_second]] = every[order[is_second]] / weight[ranked[is_second]]
        chosen = np.argsort(second, kind="stable")[:many]
        is_free = np.zeros(count, dtype=np.bool_)
        is_free[chosen] = True
        last = WIDE * float(second[chosen].max(initial=0.0))
        free = np.zeros(values.size, dtype=np.bool_)
        free[mine] = is_free[group] & ((loss / weight[group] <= last) | (values[mine] > 0.5))
        return free

    def _drop(self, places: IntArray) -> None:
        for place in sorted(places.tolist(), reverse=True):
            del self.plans[place], self.worth[place], self.use[place]

    @property
    def gap(self) -> float:
        """The gap that is asked, relative."""
        return self._gap


class _Keeping(StartSearch):
    """A search whose plans are all kept."""

    def __init__(self, mip: Mip, member: _Member, lessons: object) -> None:
        self._member = member
        super().__init__(mip, member.groups, member.relaxation, FINE * member.gap, lessons)  # type: ignore[arg-type]

    def offer(self, values: FloatArray) -> bool:
        """As `StartSearch` does, and keep the plan."""
        self._member.keep(values)
        return super().offer(values)


class _Linked:
    """All parts, the links between them, the best plan and what no plan exceeds."""

    def __init__(self, mip: Mip, job: Job, channel: Channel) -> None:
        self.budget = Budget(job, channel)
        self._mip, self._job, self._channel = mip, job, channel
        links, rows, years = (
            np.asarray(job.options[n], dtype=np.int64) for n in ("links", "rows", "years")
        )
        matrix = csr_array((mip.a_value, mip.a_index, mip.a_start), (mip.num_rows, mip.num_columns))
        self._links = csr_array(matrix[links])
        self._low, self._high = mip.row_lower[links], mip.row_upper[links]
        kept = np.setdiff1d(np.arange(mip.num_rows), links)
        every = np.arange(mip.num_columns)
        alone = restricted(mip, csr_array(matrix[kept]), every, kept)
        starts = Starts(np.where(rows >= 0, np.searchsorted(kept, rows), -1), years)
        self.members = [
            _Member(alone, c, starts, job, self.budget, self._links)
            for c in columns_of_parts(alone)
        ]
        self._is_broken = has_broken_empty_row(alone)
        self.bound, self.worth = np.inf, -np.inf
        self.values: FloatArray | None = None
        self._send_at, self._is_sent = 0.0, True
        self._matrix, self._by_column = matrix, csc_array(matrix)
        self._random = np.random.default_rng(job.seed)
        self._many, self._wide, self._polished_s = PROJECTS_FREE, PARTS_FREE, 0.0
        start = job.start()
        if start is not None and np.isfinite(start).all():
            self._take(start)

    def search(self) -> Termination:
        """Search until plan and bound are within the gap, or nothing new comes; why it ended."""
        if self._is_broken:
            return Termination.INFEASIBLE
        prices = np.asarray(self._job.options["prices"], dtype=np.float64)
        prices, best, idle = self._signed(prices), prices, 0
        while not self.budget.is_over:
            before = self.bound, self.worth, self._count
            bound = self._bound_at(prices)
            if bound is None:
                return Termination.INFEASIBLE
            if bound == np.inf and self.bound < np.inf:
                idle, prices = idle + 1, self._signed(DRAWN * best + (1.0 - DRAWN) * prices)
                if idle >= IDLE:
                    break
                continue
            if bound < self.bound:
                self.bound, best = bound, prices
                for member in self.members:
                    member.learn(prices)
            self._hear()
            picked = self._pick(best)
            self._polish()
            if self._is_near:
                return Termination.GAP_REACHED
            if picked is None:
                break
            is_new = self._count > before[2] or self.worth > before[1]
            is_lower = self.bound < before[0] - SAME * max(1.0, abs(self.bound))
            idle = 0 if is_new or is_lower else idle + 1
            if idle >= IDLE:
                break
            drawn = DRAWN if idle == 0 else DRAWN / 2**idle
            prices = self._signed(drawn * best + (1.0 - drawn) * picked)
        return self.budget.ended if self.budget.is_over else Termination.INTERRUPTED

    @property
    def nodes(self) -> int:
        """Relaxations solved."""
        return sum(member.relaxation.count for member in self.members)

    @property
    def _count(self) -> int:
        return sum(len(member.plans) for member in self.members)

    @property
    def _is_near(self) -> bool:
        lack = self.bound - self.worth
        return bool(np.isfinite(lack)) and lack <= self._job.gap * abs(self.worth)

    def _signed(self, prices: FloatArray) -> FloatArray:
        """`prices` without those of a side that has no limit."""
        limit = np.where(prices > 0.0, self._high, self._low)
        return np.where(np.isfinite(limit), prices, 0.0)

    def _bound_at(self, prices: FloatArray) -> float | None:
        """What no plan exceeds, by searching all parts at `prices`; None: a part has no plan.

        As closely as it is worth it; infinite where a part has no bound: it was left before it had
        one, or money between parts that is cheap enough is worth having without end.
        """
        limit = np.where(prices > 0.0, self._high, self._low)
        due = float((prices * np.where(prices == 0.0, 0.0, limit)).sum())
        due += self._mip.objective_offset
        for member in self.members:
            member.at_prices(prices)
        lack = self.bound - self.worth
        fine = FINE * self._job.gap * abs(self.worth if np.isfinite(self.worth) else self.bound)
        enough = max(fine, COARSE * lack) if np.isfinite(lack) else np.inf
        least = np.inf
        while True:
            searches = [member.search for member in self.members]
            if any(s.has_no_plan for s in searches):
                return None
            bound = due + sum(s.bound for s in searches)
            if np.isfinite(bound):
                least = min(least, bound)
            waiting = [m for m in self.members if not m.search.is_closed]
            fresh = [m for m in waiting if np.isinf(m.search.bound) or m.search.values is None]
            missing = sum(s.lack for s in searches)
            if not np.isfinite(enough) and not fresh:
                enough = max(1e-3 * abs(bound), FINE * self._job.gap * abs(bound))
            if self.budget.is_over or not waiting or (not fresh and missing <= enough):
                return least
            chosen = fresh[0] if fresh else max(waiting, key=lambda m: m.search.lack)
            chosen.search.turn()
            self._tell(min(self.bound, least))

    def _pick(self, best: FloatArray) -> FloatArray | None:
        """Pick a plan of each part so that the links hold; prices by the relaxation of that.

        None where the relaxation was not solved to its end, or a part has no plan yet.
        """
        if not all(member.plans for member in self.members):
            return None
        model, owner, place = self._picking(best)
        solver = self._solver(model, relaxed=True)
        solver.run()
        self.budget.spent_s += PICK_S * 1e-2
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        prices = np.array(solver.getSolution().row_dual)[: self._low.size]
        if not self.budget.is_over:
            self._pick_whole(model, owner, place)
        return prices

    def _pick_whole(self, model: Mip, owner: IntArray, place: IntArray) -> None:
        solver = self._solver(model, relaxed=False)
        lack = self.bound - self.worth
        share = PICK_GAP * lack / max(1.0, abs(self.worth)) if np.isfinite(lack) else 1e-4
        solver.setOptionValue("mip_rel_gap", max(share, 1e-9))
        work = Work(PICK_S, model.num_nonzeros, is_search=True)
        stop_by(solver, work, self.budget)
        left = self.budget.left_s
        if left is not None:
            solver.setOptionValue("time_limit", min(left, 4.0 * PICK_S))
        solver.run()
        self.budget.spent_s += work.done_s
        if (
            solver.getInfo().primal_solution_status
            != highspy.SolutionStatus.kSolutionStatusFeasible
        ):
            return
        chosen = np.array(solver.getSolution().col_value)[: owner.size] > 0.5
        values = np.zeros(self._mip.num_columns)
        for number in np.flatnonzero(chosen).tolist():
            member = self.members[int(owner[number])]
            values[member.columns] = member.plans[int(place[number])]
        self._take(values)

    def _polish(self) -> None:
        """Make the best plan better, a few parts at a time, as long as it has its share of work."""
        while self.values is not None and not self.budget.is_over and not self._is_near:
            if self._polished_s > POLISH * (self.budget.spent_s - self._polished_s):
                return
            before = self.budget.spent_s
            self._polish_some(self.values)
            self._polished_s += self.budget.spent_s - before
            self._tell(self.bound)

    def _some(self, values: FloatArray) -> list[_Member]:
        """A few parts, the likelier the more their plan lacks, and those that start nothing."""
        deciding = [m for m in self.members if m.groups.count]
        lacks = np.array([m.lack_of(values[m.columns]) for m in deciding])
        lacks = np.where(np.isfinite(lacks), lacks, 0.0)
        chance = lacks + max(float(lacks.mean()), SAME)
        size = min(round(self._wide), len(deciding))
        drawn = self._random.choice(lacks.size, size, replace=False, p=chance / chance.sum())
        others = [m for m in self.members if not m.groups.count]
        return [*(deciding[number] for number in sorted(drawn.tolist())), *others]

    def _polish_some(self, values: FloatArray) -> None:
        lower, upper = values.copy(), values.copy()
        for member in self._some(values):
            mine = member.columns
            free = ~self._mip.integrality[mine]
            if member.groups.count:
                free |= member.near(round(self._many), values[mine])
            lower[mine[free]] = self._mip.col_lower[mine[free]]
            upper[mine[free]] = self._mip.col_upper[mine[free]]
        kept = np.flatnonzero(upper > lower)
        rest = values.copy()
        rest[kept] = 0.0
        part = csr_array(self._by_column[:, kept])
        rows = np.flatnonzero(np.diff(part.indptr) > 0)
        shift = self._matrix @ rest
        small = restricted(self._mip, csr_array(part[rows]), kept, rows, shift[rows])
        small = replace(
            small,
            objective_offset=self._mip.objective_offset + float((self._mip.objective * rest).sum()),
        )
        solver = self._solver(small, relaxed=False)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.02 * max(self.bound - self.worth, SAME))
        work = Work(POLISH_S, small.num_nonzeros, is_search=True)
        stop_by(solver, work, self.budget)
        left = self.budget.left_s
        if left is not None:
            solver.setOptionValue("time_limit", min(left, 4.0 * POLISH_S))
        solver.run()
        self.budget.spent_s += 1e-2 + work.done_s
        is_whole = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if is_whole and work.done_s < SHORT * POLISH_S:
            self._many *= LARGER
            self._wide = min(self._wide * LARGER, float(len(self.members)))
        elif not is_whole:
            self._many = max(5.0, SMALLER * self._many)
            self._wide = max(2.0, SMALLER * self._wide)
        if (
            solver.getInfo().primal_solution_status
            != highspy.SolutionStatus.kSolutionStatusFeasible
        ):
            return
        found = rest
        found[kept] = np.array(solver.getSolution().col_value)
        whole = self._mip.integrality
        found[whole] = np.round(found[whole])
        self._take(found)

    def _picking(self, best: FloatArray) -> tuple[Mip, IntArray, IntArray]:
        """The program that picks; its columns' parts, and their places among the part's plans."""
        sizes = [len(member.plans) for member in self.members]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        place = np.concatenate([np.arange(size) for size in sizes])
        use = np.array([u for member in self.members for u in member.use]).T
        worth = np.array([w for member in self.members for w in member.worth])
        count, many = self._low.size, owner.size
        scale = np.maximum(np.abs(use).max(axis=1, initial=0.0), TOLERANCE)
        dear = MISSED * max(float((np.abs(best) * scale).max(initial=0.0)), 1e-6) / scale
        one = csr_array((np.ones(many), (owner, np.arange(many))), shape=(len(sizes), many))
        slack = csr_array((np.ones(count), (np.arange(count), np.arange(count))), (count, count))
        none = csr_array((len(sizes), 2 * count))
        top = hstack([csr_array(use), slack, -slack])
        matrix = csr_array(_stacked(top, hstack([one, none])))
        model = Mip(
            objective=np.concatenate([worth, -dear, -dear]),
            objective_offset=self._mip.objective_offset,
            col_lower=np.zeros(many + 2 * count),
            col_upper=np.concatenate([np.ones(many), np.full(2 * count, np.inf)]),
            integrality=np.arange(many + 2 * count) < many,
            a_start=matrix.indptr.astype(np.int64),
            a_index=matrix.indices.astype(np.int64),
            a_value=matrix.data,
            row_lower=np.concatenate([self._low, np.ones(len(sizes))]),
            row_upper=np.concatenate([self._high, np.ones(len(sizes))]),
        )
        return model, owner, place

    def _solver(self, model: Mip, *, relaxed: bool) -> highspy.Highs:
        solver = highspy.Highs()
        configure(solver, self._job)
        solver.setOptionValue("output_flag", False)
        pass_model(solver, model, relaxed=relaxed)
        return solver

    def _hear(self) -> None:
        """Take a plan that somebody else found."""
        values = self._channel.offered()
        if values is not None and values.size == self._mip.num_columns:
            self._take(values)

    def _take(self, values: FloatArray) -> None:
        """Keep a plan part by part, and as the best one where it obeys the links and is better."""
        for member in self.members:
            member.keep(values[member.columns])
        use = self._links @ values
        room = TOLERANCE * (1.0 + np.abs(use))
        if np.any((use > self._high + room) | (use < self._low - room)):
            return
        worth = self._mip.value(values)
        if worth > self.worth:
            self.worth, self.values, self._is_sent = worth, values, False

    def _tell(self, bound: float) -> None:
        now, known = time.perf_counter(), bound if np.isfinite(bound) else None
        if not self._is_sent and self.values is not None and now >= self._send_at:
            self._channel.incumbent(self.values, known)
            self._is_sent, self._send_at = True, now + SEND_EVERY_S
        self._channel.progress(bound=known, nodes=self.nodes)


def _stacked(first: csr_array, second: csr_array) -> csr_array:
    from scipy.sparse import vstack

    return csr_array(vstack([first, second]))


def run_linked(job: Job, channel: Channel) -> None:
    """Answer the job `linked`: as `tree`, with the rows `links`, whose first `prices` are given."""
    linked = _Linked(job.model(), job, channel)
    ended = linked.search()
    files = {}
    if linked.values is not None:
        files["values"] = channel.save(linked.values, "values")
    channel.send(
        "done",
        termination=ended.value,
        bound=linked.bound if np.isfinite(linked.bound) else None,
        objective=linked.worth if np.isfinite(linked.worth) else None,
        version=highspy.Highs().version(),
        work_s=linked.budget.spent_s,
        **files,
    )
