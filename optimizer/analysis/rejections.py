"""What was left out, why, and what forcing it in would lose; see docs/reasons.md.

Tests in order, each beside the plan as it stands: no start is allowed; a rival or a prerequisite;
what the project is worth to the plan were nothing scarce; which limit is short, when, by how much.
The loss lies between bounds that hold: below, by bounds of every plan that has the project; above,
by such a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from infraplan.models.horizon import Objective
from infraplan.models.plan import Plan, Rejection
from infraplan.models.progress import stands
from infraplan.models.project import Mandate
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.analysis.binding import EVEN, Binding, Finder
from infraplan.optimizer.analysis.forcing import Bounds, Forcing
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.forced import ForcedRelaxation, forced_relaxations, with_forced
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.program import Formulation

EXACT, INTERVAL = "exact", "interval"
"""How a loss was found."""
SAME = 1e-6
"""Times (1 + size of the plan's value): widest interval that counts as one number."""
NARROW_GAPS, NARROW_COST = 2.0, 0.02
"""An interval is narrow enough at so many times the proven gap, or at that share of the cost."""
LEAST_S, LOOK_S, NEAR_S = 0.2, 5.0, 10.0
"""Seconds of one search: at least; for a reason; for a plan nearby, at most."""
RELAX_SHARE, LOOK_SHARE, NEAR_SHARE = 0.5, 0.4, 0.5
"""Shares of the time left: for the relaxations, then for reasons, then for plans nearby."""
WHOLE, UNLIKE = 1e-6, 0.01
"""From a whole number; from the plan: by how much a start of the relaxation may differ."""
WISH = 1.1
"""Times the loss: what a project left out is wished to be worth more, so that it is built."""
ROUGH = 0.4
"""Share of the width that is narrow enough to which a plan nearby is searched for."""
FEW = (6, 20)
"""Projects of the plan, worth least at the prices of the relaxation, that may make room."""


@dataclass
class _Case:
    """One project left out, as far as it is known; money in the model's unit."""

    index: int
    binding: Binding
    low: float | None = None
    high: float | None = None
    best: FloatArray | None = None
    can_be_forced: bool | None = None
    hint: FloatArray | None = None
    is_out: bool = False

    @property
    def width(self) -> float:
        """Width of the interval of the loss."""
        if self.can_be_forced is False:
            return 0.0
        return np.inf if self.low is None or self.high is None else self.high - self.low


def find_rejections(
    formulation: Formulation,
    plan: Plan,
    options: SolverOptions | None = None,
    *,
    bound: float | None = None,
    time_limit_s: float = 60.0,
    exact: bool = False,
) -> tuple[Rejection, ...]:
    """Say for each project that is not built what keeps it out, and what forcing it in would lose.

    `bound` is an upper bound of every plan's value, where one is proven. With `exact` each is
    solved for to the end, the time shared; else a search ends where its interval is narrow.

    Under the objective `makespan` a project has no value of its own; the loss, in years, is at
    least that by which it would open after the plan's last one.
    """
    built = {start.project for start in plan.starts}
    projects = formulation.instance.projects
    left = [
        index
        for index, project in enumerate(projects)
        if project.id not in built and not stands(project)
    ]
    if not left:
        return ()
    if formulation.instance.settings.objective is Objective.MAKESPAN:
        return tuple(_without_value(formulation, plan, index, bound) for index in left)
    search = _Search(formulation, plan, options or SolverOptions(), bound, time_limit_s)
    cases = search.first([index for index in left if search.can_start(index)])
    search.improve(list(cases.values()), exact=exact)
    return tuple(
        _told(search, cases[index]) if index in cases else _never(formulation, index)
        for index in left
    )


def _never(formulation: Formulation, index: int) -> Rejection:
    """A project that is not allowed, or has no year to start in."""
    project = formulation.instance.projects[index]
    rule = "forbidden" if project.mandatory is Mandate.MUST_NOT else "window"
    return Rejection(project=project.id, best_npv=0.0, rule=rule, can_be_forced=False)


def _without_value(
    formulation: Formulation, plan: Plan, index: int, bound: float | None
) -> Rejection:
    """Under `makespan`: nothing asks for the project, or it would open after the plan's last.

    Beside a plan that is not proven shortest, a plan with the project may still be shorter.
    """
    flats = [formulation.sets.options[o] for o in formulation.sets.options_of[index]]
    opening = [flat.first + flat.option.lead_time for flat in flats if flat.is_open]
    if formulation.instance.projects[index].mandatory is Mandate.MUST_NOT or not opening:
        return _never(formulation, index)
    value = formulation.coefficients.value
    best = max(
        float(value[o, flat.first : flat.last + 1].max())
        for o, flat in zip(formulation.sets.options_of[index], flats, strict=True)
        if flat.is_open
    )
    delay = min(opening) + plan.objective
    low = delay if delay > 0.0 else None if bound is None else min(0.0, plan.objective - bound)
    return Rejection(
        project=formulation.instance.projects[index].id,
        best_npv=best,
        rule="makespan" if delay > 0.0 else "unneeded",
        loss_low=low,
        method=INTERVAL if low is not None else "",
    )


def _told(search: _Search, case: _Case) -> Rejection:
    forcing, binding = search.forcing, case.binding
    factor = forcing.factor
    is_possible = case.can_be_forced is not False
    low = case.low / factor if case.low is not None and is_possible else None
    high = case.high / factor if case.high is not None and is_possible else None
    is_exact = low is not None and high is not None and case.width <= search.same
    known = low is not None or high is not None
    return Rejection(
        project=forcing.formulation.instance.projects[case.index].id,
        best_npv=forcing.best_alone(case.index) / factor,
        rule=binding.rule,
        year=binding.year,
        amount=binding.amount,
        others=binding.others,
        can_be_forced=case.can_be_forced,
        loss=high if is_exact else None,
        loss_low=low,
        loss_high=high,
        method=EXACT if is_exact else INTERVAL if known else "",
    )


class _Near(NamedTuple):
    """A model with starts held, and the columns `started` that are not."""

    mip: Mip
    free: IntArray


_Way = Callable[[_Case], _Near | None]


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

    def first(self, indices: list[int]) -> dict[int, _Case]:
        """Reasons, and bounds that take no search, by project."""
        relaxed = self._relaxed(indices)
        cases, seconds = {}, LOOK_SHARE * self.left_s
        end = self.left_s - seconds
        for number, index in enumerate(indices):
            share = 3.0 * max(0.0, self.left_s - end) / (len(indices) - number)
            has_time = self.left_s > 0.0
            binding = (
                self.finder.find(index, min(LOOK_S, share)) if has_time else Binding("not_found")
            )
            case = cases[index] = _Case(index, binding)
            if binding.values is not None:
                self._hold(case, binding.values)
            found = relaxed.get(self.forcing.row_of[index])
            is_priced = found is not None and found.bound is not None
            self._under(case, self.bounds.quick(index, is_priced=is_priced))
            if found is not None:
                case.hint = found.values
                case.is_out = found.is_out and self._known is None
                self._under(case, found.bound)
        return cases

    def _relaxed(self, indices: list[int]) -> Mapping[int, ForcedRelaxation]:
        """The relaxation with each project forced in, strengthened by cuts, by its row.

        A small model is searched at once.
        """
        if self.finder.is_small:
            return {}
        rows = np.array([self.forcing.row_of[index] for index in indices], dtype=np.int64)
        asked = replace(self._options, time_limit_s=max(LEAST_S, RELAX_SHARE * self.left_s))
        try:
            found = forced_relaxations(self.forcing.mip, rows, asked)
        except SolverError:
            return {}  # what is known stays
        self.bounds.know(found.free.bound)
        self._strong, self._known = found.strong, found.known
        return found.by_row

    def _hold(self, case: _Case, values: FloatArray) -> None:
        """A plan with the project: the loss is at most what it is worth less."""
        clean = clean_values(self.forcing.mip, values)
        if clean is None:
            return
        values = clean
        loss = self.forcing.worth - self.forcing.true_worth(values)
        loss = 0.0 if abs(loss) <= EVEN * (1.0 + abs(self.forcing.worth)) else loss
        case.can_be_forced = True
        if case.high is None or loss < case.high:
            case.high, case.best = loss, values

    def _under(self, case: _Case, bound: float | None) -> None:
        """No plan with the project is worth more than `bound`: the loss is at least the rest.

        Below 0 where the plan is not proven best: a plan with the project may be better within
        the gap.
        """
        if bound is None:
            return
        most = bound if self.bounds.least is None else min(bound, self.bounds.least)
        loss = self.forcing.worth - most
        loss = 0.0 if abs(loss) <= EVEN * (1.0 + abs(self.forcing.worth)) else loss
        case.low = loss if case.low is None else max(case.low, loss)
        if case.high is not None:  # rounding; or a plan better than the plan, within its gap
            case.low = min(case.low, case.high)

    def improve(self, cases: list[_Case], *, exact: bool) -> None:
        """Search for better plans and bounds, widest intervals last, time shared."""

        def wide() -> list[_Case]:
            return [c for c in cases if c.width > (self.same if exact else self.narrow(c.index))]

        for case in cases:
            if case.is_out and case.best is None:
                self._impossible(case, self.forcing.forced(case.index))
        ways = () if self.finder.is_small else (self._rounded, self._unlike, *self._making_room())
        for way in ways:
            for number, case in enumerate(todo := wide()):
                share = NEAR_SHARE * self.left_s / (len(todo) - number)
                self._look_near(case, way, min(NEAR_S, share))
        self._relax_again(wide())
        todo = sorted(wide(), key=lambda case: case.width)
        for number, case in enumerate(todo):
            seconds = self.left_s / (len(todo) - number)
            if seconds < LEAST_S:
                return
            self._solve(case, seconds, self.same if exact else self.narrow(case.index))

    def _relax_again(self, cases: list[_Case]) -> None:
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
                self._under(case, bound if self._known is None else max(bound, self._known))

    def _look_near(self, case: _Case, way: _Way, seconds: float) -> None:
        """A plan with the project in the neighbourhood `way` of the plan or of the relaxation."""
        if seconds < LEAST_S:
            return
        near = way(case)
        if near is None:
            return
        gap = ROUGH * self.narrow(case.index) / max(1.0, abs(self.forcing.worth))
        answer = self.finder.search_in(near.mip, near.free, seconds, gap)
        if answer.values is not None:
            self._hold(case, answer.values)

    def _own(self, case: _Case) -> IntArray:
        """Columns `started` of the project and of those that a rule ties to it."""
        own = self.forcing.own_columns(case.index)
        return np.union1d(own, self.finder.companions(case.index))

    def _rounded(self, case: _Case) -> _Near | None:
        """Starts that are whole in the relaxation with the project stay so."""
        if case.hint is None:
            return None
        columns = self.forcing.columns
        whole = np.abs(case.hint[columns] - np.round(case.hint[columns])) < WHOLE
        free = np.union1d(columns[~whole], self._own(case))
        mip = self.forcing.forced(case.index)
        return _Near(self.forcing.held(mip, free, case.hint), free)

    def _unlike(self, case: _Case) -> _Near | None:
        """Starts that the plan and the relaxation with the project agree on stay."""
        if case.hint is None:
            return None
        columns = self.forcing.columns
        unlike = np.abs(case.hint[columns] - self.forcing.taken) > UNLIKE
        free = np.union1d(columns[unlike], self._own(case))
        return _Near(self.forcing.held(self.forcing.forced(case.index), free), free)

    def _making_room(self) -> list[_Way]:
        """Rivals and what is worth least in the plan are free, few first."""

        def way(few: int) -> _Way:
            def near(case: _Case) -> _Near | None:
                if case.hint is not None:
                    return None  # the relaxation knows better what makes room
                free = np.union1d(self._own(case), self.bounds.cheapest(few))
                return _Near(self.forcing.held(self.forcing.forced(case.index), free), free)

            return near

        return [way(few) for few in FEW]

    def _solve(self, case: _Case, seconds: float, width: float) -> None:
        """Search for the best plan with the project until plan and bound are `width` apart."""
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

    def _forced(self, case: _Case) -> Mip:
        """The model in which the project must be built, with the cuts that its best plan obeys."""
        best = -np.inf if case.high is None else self.forcing.worth - case.high
        if self._strong is None or (self._known is not None and best <= self._known):
            return self.forcing.forced(case.index)
        return with_forced(self._strong, self.forcing.row_of[case.index])

    def _ask(self, case: _Case, mip: Mip, seconds: float, width: float) -> None:
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

    def _impossible(self, case: _Case, mip: Mip) -> None:
        """No plan holds the project: the reason is a rule of a conflict with its being built."""
        case.can_be_forced, case.low, case.high = False, None, None
        limit = max(1.0, min(LOOK_S * 2.0, self.left_s))
        found = self.finder.against(case.index, mip, self._options, limit)
        case.binding = case.binding if found is None else found
