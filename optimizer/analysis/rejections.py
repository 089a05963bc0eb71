"""What was left out, why, and what forcing it in would lose; see docs/reasons.md.

Tests in order, each beside the plan as it stands: no start is allowed; a rival or a prerequisite;
what the project is worth to the plan were nothing scarce; which limit is short, when, by how much.
The loss lies between bounds that hold: below, by bounds of every plan that has the project; above,
by such a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np

from infraplan.models.horizon import Objective
from infraplan.models.plan import Plan, Rejection
from infraplan.models.progress import stands
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.analysis.alongside import Alongside, has_room
from infraplan.optimizer.analysis.binding import EVEN, HALF, Binding, Finder
from infraplan.optimizer.analysis.corridors import corridors
from infraplan.optimizer.analysis.forcing import Bounds, Forcing
from infraplan.optimizer.analysis.nearby import LeftOut, Nearby, Way
from infraplan.optimizer.analysis.shut_out import never_started, told, without_value
from infraplan.optimizer.analysis.wished import one_wished_for, start_with
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.forced import ForcedRelaxations, forced_relaxations, with_forced
from infraplan.optimizer.backends.quick_relaxation import (
    QuickAnswer,
    quick_relaxation,
    quick_search,
)
from infraplan.optimizer.engines.priced_parts import PricedParts
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import Formulation

NOT_FOUND = "not_found"
"""Rule of a project whose reason was not found in time."""
SAME = 1e-6
"""Times (1 + size of the plan's value): widest interval that counts as one number."""
NARROW_GAPS, NARROW_COST = 2.0, 0.02
"""An interval is narrow enough at so many times the proven gap, or at that share of the cost."""
LEAST_S, FIRST_LOOK_S, LOOK_S, NEAR_S = 0.2, 1.0, 5.0, 2.0
"""Seconds of one search: at least; for a reason at first, and once all others are known; for a
plan nearby, of which most take a tenth."""
RELAX_SHARE, LOOK_SHARE, NEAR_SHARE, QUICK_SHARE, ROOM_SHARE = 0.5, 0.4, 0.3, 0.4, 0.7
"""Shares of the time left: for the relaxations, then for reasons, then for plans nearby; for bounds
of all projects that take no search; for plans for which a few works make room."""
BESIDE_SHARES = (0.6, 0.55)
"""Shares for the relaxations and for reasons where one is found beside the other."""
WISHES, WISH_SHARE, LEAST_WISHED = 2, 0.6, 2
"""Programs in which one of many is wished for: how many, of how much of the time left, and of how
many projects at least."""
LOOSE, WISHED_ENOUGH = 8.0, 0.9
"""Times the width that is narrow enough above which a known plan says too little for that; share
of the narrowest width asked for at which such a program ends."""
PART_SHARE, PART_S, PART_GAP = 0.85, 10.0, 0.1
"""Share of the time left for bounds by parts, seconds at most for one, and its gap as a share of
the width asked for. The widest asked for come first: the prices are not the best for any."""
FEW_PRICED = 3
"""Projects at most that are bounded by the parts of their own program, each at its own prices. That
takes each about a fifth of what one program takes in which all of them are wished for."""
WISH = 1.1
"""Times the loss: what a project left out is wished to be worth more, so that it is built."""
ANY, ENOUGH = 1e9, 0.99
"""Gap at which the first plan is good enough; share of the width asked for that it must make."""


def find_rejections(
    formulation: Formulation,
    plan: Plan,
    options: SolverOptions | None = None,
    *,
    bound: float | None = None,
    time_limit_s: float = 60.0,
    exact: bool = False,
    only: Collection[str] | None = None,
) -> tuple[Rejection, ...]:
    """Say for each project that is not built what keeps it out, and what forcing it in would lose.

    `bound` is an upper bound of every plan's value, where one is proven. With `exact` each is
    solved for to the end, the time shared; else a search ends where its interval is narrow. With
    `only`, projects of these ids alone are asked about.

    Under the objective `makespan` a project has no value of its own; the loss, in years, is at
    least that by which it would open after the plan's last one.
    """
    built = {start.project for start in plan.starts}
    projects = formulation.instance.projects
    left = [
        index
        for index, project in enumerate(projects)
        if project.id not in built and not stands(project) and (only is None or project.id in only)
    ]
    if not left:
        return ()
    if formulation.instance.settings.objective is Objective.MAKESPAN:
        return tuple(without_value(formulation, plan, index, bound) for index in left)
    search = _Search(formulation, plan, options or SolverOptions(), bound, time_limit_s)
    cases = search.first([index for index in left if search.can_start(index)])
    search.improve(list(cases.values()), exact=exact)
    return tuple(
        _told(search, cases[index]) if index in cases else never_started(formulation, index)
        for index in left
    )


def _told(search: _Search, case: LeftOut) -> Rejection:
    is_possible = case.can_be_forced is not False
    low, high = (case.low, case.high) if is_possible else (None, None)
    best = search.forcing.best_alone(case.index)
    found = told(search.forcing, case.index, best, case.binding, (low, high), search.same)
    return found.model_copy(update={"can_be_forced": case.can_be_forced})


_Aim = Callable[[LeftOut], float]
"""The width at which the interval of a case is narrow enough."""
_Given = TypeVar("_Given")


class _Search:
    """Reasons and losses of all projects left out, until time ends."""

    def __init__(
        self,
        formulation: Formulation,
        plan: Plan,
        options: SolverOptions,
        bound: float | None,
        time_limit_s: float,
    ) -> None:
        self._end = work_clock.now() + time_limit_s
        self._options = options
        self._strong: Mip | None = None
        self._known: float | None = None
        self.forcing = Forcing.of(formulation, plan, bound)
        self.bounds = Bounds(self.forcing, max(LEAST_S, 0.2 * time_limit_s))
        self.finder = Finder(self.forcing, self.bounds)
        self._near = Nearby(self.forcing, self.finder, self.bounds)
        self._is_beside = has_room(self._options) and not self.finder.is_small
        self.same = SAME * (1.0 + abs(self.forcing.worth))

    @property
    def left_s(self) -> float:
        """Seconds left.

        Raises
        ------
        StoppedError
            If the process was asked to end: what is half known is not told as a reason.
        """
        stopping.leave_if_asked()
        return 0.0 if work_clock.is_past(self._end) else self._end - work_clock.now()

    @property
    def gap(self) -> float:
        """By how much some plan may be better than the plan."""
        least = self.bounds.least
        return np.inf if least is None else max(0.0, least - self.forcing.worth)

    def can_start(self, index: int) -> bool:
        """Whether the project has a start that the model knows."""
        return index in self.forcing.row_of

    def narrow(self, index: int) -> float:
        """Width at which an interval is narrow enough."""
        gap = self.gap if np.isfinite(self.gap) else 0.0
        return max(NARROW_GAPS * gap, NARROW_COST * self.forcing.cost(index), self.same)

    def first(self, indices: list[int]) -> dict[int, LeftOut]:
        """Reasons, and bounds that take no search, by project.

        The relaxations are solved by another process: where a processor is left, plans and reasons
        are found meanwhile.
        """
        cases = {index: LeftOut(index, Binding(NOT_FOUND)) for index in indices}
        relax, look = BESIDE_SHARES if self._is_beside else (RELAX_SHARE, LOOK_SHARE)
        seconds = relax * self.left_s
        with Alongside(
            lambda stop: self._relaxed(indices, seconds, stop), is_beside=self._is_beside
        ) as relaxing:
            self._explain(list(cases.values()), look * self.left_s)
            if not self.finder.is_small:
                self._bound_quickly(list(cases.values()), is_priced=True)
                self._make_room(list(cases.values()), self._narrow)
            found = relaxing.result()
        if found is not None:
            self.bounds.know(found.free.bound)
            self._strong, self._known = found.strong, found.known
        for index, case in cases.items():
            relaxed = None if found is None else found.by_row.get(self.forcing.row_of[index])
            if relaxed is not None:
                case.hint = relaxed.values
                case.is_out = relaxed.is_out and self._known is None
                self._under(case, relaxed.bound)
        self._bound_quickly(list(cases.values()))
        return cases

    def _bound_quickly(self, cases: list[LeftOut], *, is_priced: bool = False) -> None:
        """Bounds that take no search, in a share of the time left: of thousands they take minutes.

        `is_priced` as in `Bounds.quick`: those by prices are slow. The bound of any plan all have.
        """
        rest = (1.0 - QUICK_SHARE) * self.left_s
        for case in cases:
            no_prices = is_priced or case.low is not None or self.left_s <= 0.0
            counts, bound = work_clock.is_counting(), self.bounds.least
            if (counts and work_clock.now() < work_clock.LATE) or self.left_s > rest:
                bound = self.bounds.quick(case.index, is_priced=no_prices)
            self._under(case, bound)

    def _by_parts(self, cases: list[LeftOut]) -> None:
        """Bounds by parts that money ties together, for all whose interval is wide without.

        Where no plan is known any interval is wide: a bound alone makes none narrow.
        """
        if self.bounds.multipliers is None:
            return
        known = [case for case in cases if case.high is not None]
        todo = sorted(self._wide(known, self._narrow), key=self._narrow, reverse=True)
        gap = PART_GAP * min(map(self._narrow, todo), default=0.0)
        end = self.left_s * (1.0 - PART_SHARE)
        seconds = self.left_s - end  # all parts at once; no project is bounded without
        if not todo or seconds < LEAST_S:
            return
        parts = PricedParts.of(self.forcing.mip, self.bounds.multipliers, seconds, gap)
        if parts is None:
            return
        self.bounds.know(parts.bound)
        for case in todo:
            if (seconds := min(PART_S, self.left_s - end)) < LEAST_S:
                return
            gap = PART_GAP * self._narrow(case)
            self._under(case, parts.forced(self.forcing.row_of[case.index], seconds, gap))

    def _by_own_parts(self, cases: list[LeftOut]) -> None:
        """Bounds by parts at the prices that hold with each project, where few are wide still.

        A network is a part, however large: whole works in it close most of what its relaxation
        leaves open, and no payment has to be found for them.
        """
        if len(cases) > FEW_PRICED or not self.forcing.formulation.networks.slices:
            return
        for case in cases:
            seconds = min(PART_S, PART_SHARE * self.left_s)
            if seconds < LEAST_S:
                return
            mip = self.forcing.forced(case.index)
            prices = quick_relaxation(mip, seconds).multipliers
            if prices is None:
                continue
            gap = PART_GAP * self._narrow(case)
            parts = PricedParts.of(mip, prices, seconds, gap, largest=1.0)
            self._under(case, None if parts is None else parts.bound)

    def _explain(self, cases: list[LeftOut], seconds: float) -> None:
        """A plan with each project beside the plan, and its reason, in about so many `seconds`.

        A reason that takes long waits until all others are found: they take a tenth of a second.
        """
        end = self.left_s - seconds
        todo = cases
        if not self.finder.is_small and not work_clock.is_counting():
            for case in cases:
                if self.left_s > 0.0:
                    limit = min(FIRST_LOOK_S, self.left_s)
                    self._look(case, limit, self._beside(case, limit))
            todo = [case for case in cases if case.binding.rule == NOT_FOUND]
            end = min(end, HALF * self.left_s)
        for number, case in enumerate(todo):
            share = 3.0 * max(0.0, self.left_s - end) / (len(todo) - number)
            if self.left_s > 0.0:
                self._look(case, min(LOOK_S, share))

    def _look(self, case: LeftOut, limit: float, answer: QuickAnswer | None = None) -> None:
        """The reason, `answer` being what was found beside the plan."""
        case.binding = self.finder.find(case.index, limit, answer)
        if case.binding.values is not None:
            self._hold(case, case.binding.values)

    def _beside(self, case: LeftOut, seconds: float) -> QuickAnswer:
        """A plan with the project beside the plan; else with what a rule ties to it free."""
        answer = self.finder.beside(case.index, seconds)
        values = answer.values
        own, mine = self._near.own(case.index), self.forcing.own_columns(case.index)
        if values is None and own.size > mine.size:
            values = self.finder.near(self.forcing.forced(case.index), own, seconds, 1e-6).values
        if values is not None:
            self._hold(case, values)
        return answer

    def _relaxed(
        self, indices: list[int], seconds: float, should_stop: Callable[[], bool]
    ) -> ForcedRelaxations | None:
        """The relaxation with each project forced in, strengthened by cuts.

        A small model is searched at once.
        """
        if self.finder.is_small:
            return None
        rows = np.array([self.forcing.row_of[index] for index in indices], dtype=np.int64)
        asked = replace(self._options, time_limit_s=max(LEAST_S, seconds))
        try:
            return forced_relaxations(self.forcing.mip, rows, asked, should_stop=should_stop)
        except SolverError:
            return None  # what is known stays

    def _hold(self, case: LeftOut, values: FloatArray) -> None:
        """A plan with the project: the loss is at most what it is worth less."""
        clean = clean_values(self.forcing.mip, values)
        if clean is None:
            return
        values = clean
        loss = self.forcing.worth - self.forcing.true_worth(values)
        case.hold(self._even(loss), values)

    def _under(self, case: LeftOut, bound: float | None) -> None:
        """No plan with the project is worth more than `bound`: the loss is at least the rest.

        Below 0 where the plan is not proven best: a plan with the project may be better within
        the gap.
        """
        if bound is None:
            return
        most = bound if self.bounds.least is None else min(bound, self.bounds.least)
        case.lose_at_least(self._even(self.forcing.worth - most))

    def _even(self, loss: float) -> float:
        """`loss`, 0 where it is no more than rounding."""
        return 0.0 if abs(loss) <= EVEN * (1.0 + abs(self.forcing.worth)) else loss

    def improve(self, cases: list[LeftOut], *, exact: bool) -> None:
        """Search for better plans and bounds, widest intervals last, time shared."""
        for case in cases:
            if case.is_out and case.best is None and self.left_s > 0.0:
                self._impossible(case, self.forcing.forced(case.index))
        aim = self._same if exact else self._narrow
        if not self.finder.is_small:
            self._look_all_ways(cases, aim)
            self._by_parts(cases)
            self._by_own_parts(self._wide(cases, self._narrow))
            self._look_all_ways(cases, aim)
            for _ in range(WISHES):
                self._wish(self._wide(cases, self._narrow))
            for way in self._near.making_room():
                self._look_around(cases, aim, way)
        else:
            self._by_corridor(self._wide(cases, aim))
        self._relax_again(self._wide(cases, aim))
        self._solve_all(self._wide(cases, aim), aim)

    def _look_all_ways(self, cases: list[LeftOut], aim: _Aim) -> None:
        """Plans in every neighbourhood, the smallest first."""
        self._make_room(cases, aim)
        self._look_around(cases, aim, self._near.unlike)
        _, *wider = self._near.payers()
        self._find_any(cases)
        for way in (wider[0], self._near.rounded, *wider[1:]):
            far = [case for case in cases if self._is_far(case)]
            self._look_around(cases if way.name == self._near.rounded.name else far, aim, way)

    def _make_room(self, cases: list[LeftOut], aim: _Aim) -> None:
        """Plans for which a few works of the same payer make room; see `Nearby.payers`."""
        first, *_ = self._near.payers()
        self._look_around([case for case in cases if self._is_far(case)], aim, first, ROOM_SHARE)

    def _look_around(
        self, cases: list[LeftOut], aim: _Aim, way: Way, part: float = NEAR_SHARE
    ) -> None:
        """Plans in the neighbourhood `way` that make an interval narrow, for all that are wide."""
        end = (1.0 - part) * self.left_s
        for number, case in enumerate(todo := self._wide(cases, aim)):
            share = (self.left_s - end) / (len(todo) - number)
            self._look_near(case, way, min(max(share, NEAR_S), self.left_s - end), aim(case))

    def _find_any(self, cases: list[LeftOut]) -> None:
        """Any plan with each project of which none is known: its loss is then no blank."""
        for way in (*self._near.payers(), self._near.unlike, self._near.rounded):
            for case in [case for case in cases if case.width == np.inf]:
                seconds = min(NEAR_S, NEAR_SHARE * self.left_s)
                if seconds >= LEAST_S and (near := way(case.index, case.hint)) is not None:
                    answer = self.finder.search_in(near.mip, near.free, seconds, ANY)
                    if answer.values is not None:
                        self._hold(case, answer.values)

    @staticmethod
    def _wide(cases: list[LeftOut], aim: _Aim) -> list[LeftOut]:
        """Those whose interval is wider than `aim` says."""
        return [case for case in cases if case.width > aim(case)]

    def _same(self, case: LeftOut) -> float:
        return self.same

    def _narrow(self, case: LeftOut) -> float:
        return self.narrow(case.index)

    def _solve_all(self, cases: list[LeftOut], aim: _Aim) -> None:
        """Solve for each, least wide first; two at a time where a processor is left."""
        todo = sorted(cases, key=lambda case: case.width)
        step = 2 if self._is_beside else 1
        for number in range(0, len(todo), step):
            seconds = step * self.left_s / (len(todo) - number)
            if seconds < LEAST_S:
                return
            first, *second = todo[number : number + step]
            solve = partial(self._solve, seconds, aim)
            with self._in_turn(second, solve):
                solve(first)

    def _by_corridor(self, cases: list[LeftOut]) -> None:
        """Small models: circuits of one corridor by one search, in which one is wished for.

        Where the plans known are the best, each with its circuits, one proof holds for all of them;
        where one is not, the better plan is held and the rest is searched for one by one.
        """
        by_index = {case.index: case for case in cases}
        for group in corridors(self.forcing.formulation.instance, by_index):
            for case in (by_index[index] for index in group):
                if case.high is None and self.left_s > LEAST_S:
                    self._beside(case, min(FIRST_LOOK_S, self.left_s))
            known = [by_index[index] for index in group if by_index[index].high is not None]
            seconds = min(LOOK_S, LOOK_SHARE * self.left_s)
            if len(known) < LEAST_WISHED or seconds < LEAST_S:
                continue
            rows = np.array([self.forcing.row_of[case.index] for case in known], dtype=np.int64)
            wishes = np.array([case.high for case in known], dtype=np.float64)
            answer = quick_search(one_wished_for(self.forcing.mip, rows, wishes), seconds, 1e-9)
            if answer.values is not None:
                self._hold_all(known, rows, answer.values[: self.forcing.mip.num_columns])
            for case, wish in zip(known, wishes.tolist(), strict=True):
                self._under(case, None if answer.bound is None else answer.bound - wish)

    def _wish(self, cases: list[LeftOut]) -> None:
        """Better bounds of many at once: the best plan with one of them, each wished for.

        Where a processor is left, two programs have half of the projects each. A plan known that
        is far too bad would leave none of its kind a bound: such projects are left to others.
        """
        seconds = WISH_SHARE * self.left_s
        known = (c for c in cases if c.best is not None and c.width <= LOOSE * self.narrow(c.index))
        todo = sorted(known, key=lambda case: case.width)
        if len(todo) < LEAST_WISHED or seconds < LEAST_S:
            return
        half = len(todo) // 2 if self._is_beside and len(todo) >= 2 * LEAST_WISHED else 0
        with self._in_turn([todo[:half]] if half else [], lambda own: self._wished(own, seconds)):
            self._wished(todo[half:], seconds)

    def _in_turn(self, handed: list[_Given], work: Callable[[_Given], None]) -> Alongside[None]:
        """Do `work` for what is `handed` on, beside what is done here."""

        def compute(should_stop: Callable[[], bool]) -> None:
            del should_stop  # a solver is asked to end with this process
            for one in handed:
                work(one)

        return Alongside(compute, is_beside=self._is_beside)

    def _wished(self, cases: list[LeftOut], seconds: float) -> None:
        """Search for the best plan with one of `cases` until all their intervals are narrow."""
        worth = self.forcing.worth
        best = {id(case): worth if case.high is None else worth - case.high for case in cases}
        mip = self._with_cuts(min(best.values()))
        rows = np.array([self.forcing.row_of[case.index] for case in cases], dtype=np.int64)
        wishes = np.array([worth - best[id(case)] for case in cases])
        least = WISHED_ENOUGH * min(self.narrow(case.index) for case in cases)
        bounds: list[float] = []
        first = cases[0].best
        start = None if first is None else start_with(first, 0, len(cases))
        # When news come depends on the clock: where work is counted the gap alone ends it.
        counts = work_clock.is_counting()
        gap = 0.5 * least / max(1.0, abs(worth)) if counts else 1e-6
        try:
            reply = solve_mip(
                one_wished_for(mip, rows, wishes),
                replace(self._options, gap=gap, time_limit_s=max(1.0, seconds)),
                start=start,
                on_progress=lambda news: None if news.bound is None else bounds.append(news.bound),
                should_stop=lambda: not counts and bool(bounds) and bounds[-1] <= worth + least,
            )
        except SolverError:
            return  # what is known stays
        if reply.values is not None:
            self._hold_all(cases, rows, reply.values[: mip.num_columns])
        for case, wish in zip(cases, wishes.tolist(), strict=True):
            if reply.bound is not None:
                self._under(case, self._at_least_known(reply.bound - wish))

    def _hold_all(self, cases: list[LeftOut], rows: IntArray, values: FloatArray) -> None:
        """`values` are a plan with some of `cases`."""
        built = matrix_of(self.forcing.mip)[rows] @ values
        for case, share in zip(cases, built.tolist(), strict=True):
            if share > HALF:
                self._hold(case, values)

    def _relax_again(self, cases: list[LeftOut]) -> None:
        """Better bounds by cuts of plans that hold what was left out, where it is wished for."""
        seconds = RELAX_SHARE * self.left_s
        if not cases or self._strong is None or seconds < LEAST_S:
            return
        rows = np.array([self.forcing.row_of[case.index] for case in cases], dtype=np.int64)
        wish = np.array([WISH * (case.high or case.low or 0.0) for case in cases])
        asked = replace(self._options, time_limit_s=seconds)
        try:
            found = forced_relaxations(self._strong, rows, asked, np.maximum(0.0, wish))
        except SolverError:
            return
        for case, row in zip(cases, rows.tolist(), strict=True):
            bound = None if row not in found.by_row else found.by_row[row].bound
            if bound is not None:
                self._under(case, self._at_least_known(bound))

    def _at_least_known(self, bound: float) -> float:
        """A bound of plans that obey the cuts, as one of all plans."""
        return bound if self._known is None else max(bound, self._known)

    def _look_near(self, case: LeftOut, way: Way, seconds: float, width: float) -> None:
        """A plan with the project in the neighbourhood `way` of the plan or of the relaxation.

        One is asked for that makes the interval as narrow as `width`, and any such: that there is
        none is mostly seen at once, where the best one would take a search.
        """
        if seconds < LEAST_S or case.low is None:
            return
        width = self.narrow(case.index) if case.width > self.narrow(case.index) else width
        least = self.forcing.worth - case.low - ENOUGH * width
        is_new = least < case.asked.get(way.name, np.inf)
        if not is_new or (near := way(case.index, case.hint)) is None:
            return
        answer = self.finder.search_in(near.mip, near.free, seconds, ANY, least)
        case.asked[way.name] = least
        if answer.values is not None:
            self._hold(case, answer.values)

    def _is_far(self, case: LeftOut) -> bool:
        """Whether the plan known loses more than the project takes were nothing scarce."""
        takes = case.binding.amount if case.binding.rule == "value" else None
        least = -np.inf if takes is None else takes * self.forcing.factor
        return case.high is None or case.high - least > self.narrow(case.index)

    def _solve(self, seconds: float, aim: _Aim, case: LeftOut) -> None:
        """Search for the best plan with the project until the interval is as narrow as `aim`."""
        width = aim(case)
        mip = self._forced(case)
        if self.finder.is_small:
            answer = quick_search(mip, seconds, 1e-9)
            if answer.termination.is_proof_of_no_plan and case.best is None:
                self._impossible(case, mip)
            if answer.values is not None:
                self._hold(case, answer.values)
            self._under(case, answer.bound)
            return
        if case.hint is None:
            relaxed = quick_relaxation(mip, 0.5 * seconds)
            if relaxed.is_infeasible and case.best is None:
                self._impossible(case, self.forcing.forced(case.index))
                return
            if relaxed.multipliers is not None:
                self._under(case, dual_bound(mip, relaxed.multipliers).value)
        if case.width > width:
            self._ask(case, mip, seconds, width)

    def _forced(self, case: LeftOut) -> Mip:
        """The model in which the project must be built, with the cuts that its best plan obeys."""
        best = -np.inf if case.high is None else self.forcing.worth - case.high
        return with_forced(self._with_cuts(best), self.forcing.row_of[case.index])

    def _with_cuts(self, worth: float) -> Mip:
        """The model with the cuts that plans worth more than `worth` obey, nothing forced in."""
        if self._strong is None or (self._known is not None and worth <= self._known):
            return self.forcing.mip
        return self._strong

    def _ask(self, case: LeftOut, mip: Mip, seconds: float, width: float) -> None:
        """Let a solver search, the best plan known as its start."""
        gap = max(1e-7, 0.9 * width / max(1.0, abs(self.forcing.worth)))
        asked = replace(self._options, gap=gap, time_limit_s=max(1.0, seconds))
        try:
            reply = solve_mip(mip, asked, start=case.best)
        except SolverError:
            return  # what is known stays
        if reply.termination.is_proof_of_no_plan and case.best is None:
            self._impossible(case, self.forcing.forced(case.index))
            return
        if reply.values is not None:
            self._hold(case, reply.values)
        self._under(case, reply.bound)

    def _impossible(self, case: LeftOut, mip: Mip) -> None:
        """No plan holds the project: the reason is a rule of a conflict with its being built."""
        case.can_be_forced, case.low, case.high = False, None, None
        limit = max(1.0, min(LOOK_S * 2.0, self.left_s))
        found = self.finder.against(case.index, mip, self._options, limit, case.binding)
        case.binding = case.binding if found is None else found
