"""What is known of a model before a solver is asked: a bound, and a plan of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.dual_bound import dual_bound, proves_infeasible
from infraplan.optimizer.backends.quick_relaxation import (
    QuickRelaxation,
    farkas_multipliers,
    quick_relaxation,
)
from infraplan.optimizer.engines.certified_search import certified_search
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.primal import (
    Choices,
    Completion,
    CoreProgram,
    Effort,
    Search,
    core_program,
    expected_order,
    first_plan,
    greedy_plan,
    groups_of,
    plan_between,
    plans_at_once,
    quick_plan,
)
from infraplan.optimizer.primal.starts import HALF
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.status import relative_gap

RELAXATION_SHARE, RELAXATION_S = 0.4, 120.0
"""Share of the time left, and seconds at most, that the relaxation may take."""
DIVED_SHARE = 0.7
"""The share where a dive has led to a plan before it."""
FIRST_SHARE, FIRST_S = 0.9, 20.0
"""The same for the first plan of a large model: as long as there is none, nothing is worth more."""
AT_ONCE_SHARE, AT_ONCE_S = 0.7, 10.0
"""The same for a greedy plan and a dive before all else."""
PLAN_SHARE, PLAN_S = 0.05, 2.0
"""The same for a plan of one's own."""
START_SHARE, START_S = 0.2, 10.0
"""The same to complete the plan that a solve is given to begin with: what is lost there is a plan
that somebody waited for, and a busy machine with networks takes seconds for it."""
BETWEEN_SHARE, BETWEEN_S, BETWEEN_GAP = 0.2, 40.0, 0.2
"""The same for a plan between that start and the relaxation, and the share of the asked gap to
which it is sought: the solver then has little to do but to prove it, whatever its seed."""
FAR_SHARE, FAR_S = 0.4, 10.0
"""The same where the plan of a large model that is known is no more than a first one."""
FAR_GAP = 0.1
"""Gap from which on that is so."""
SHORT_S = 3.0
"""Seconds left in which a greedy plan is better than what the relaxation leads to."""
GREEDY_SHARE, GREEDY_S = 0.2, 10.0
"""The same for a greedy plan of a large model, which has nothing to show before it ends."""
LIST_GAP = 0.01
"""Gap of a greedy plan above which a list schedule is tried besides."""
CORE_SHARE, CORE_S = 0.1, 1.0
"""The same for its first core."""
DIVE_SHARE, DIVE_S = 0.25, 5.0
"""The same for its first cores where dives lead to them: each takes half a second, and after the
first few a plan of a city budget is nearer to the bound than a solver comes in a minute."""
BRIEF_SHARE, BRIEF_S = 0.05, 5.0
"""The same for the relaxation, and the share for a greedy plan, before guests of parts."""
GREEDY_SHARES = (GREEDY_SHARE, BRIEF_SHARE)
"""The share for a greedy plan, and that where all is brief."""
BRIEF_STARTS = 50_000
"""Whole columns above which guests of parts have bounds and plans before a relaxation ends."""
DIVE_EFFORT = 0.3
"""Share of that which one core may take."""
LEAST_CHOICES = 1000
"""Starts to choose from below which a solver needs no core: the whole is as small."""
LEAST_WHOLE = 50
"""The same where there is nothing but whole columns: a hundred of them may be too hard to close."""


@dataclass(frozen=True)
class Known:
    """A plan (shape: columns) with its value, and a bound that its multipliers prove.

    Each is None where it was not found. All are of the model as it was given. `start_obeys` says
    whether the plan to start from, if one was given, obeys every row, `is_near_start` whether a
    plan was found between it and the relaxation, `is_unsought` whether plans after the relaxation
    are still to be sought. `claimed` is a bound on the word of a solver of parts: it may say how a
    search is best begun, and proves nothing.
    """

    plan: FloatArray | None = None
    worth: float | None = None
    bound: float | None = None
    relaxed: QuickRelaxation | None = None
    start_obeys: bool = False
    is_near_start: bool = False
    is_unsought: bool = False
    claimed: float | None = None

    def with_plan(self, mip: Mip, plan: FloatArray | None) -> Known:
        """The same, with `plan` where it is better than the plan held."""
        if plan is None or (self.worth is not None and mip.value(plan) <= self.worth):
            return self
        return replace(self, plan=plan, worth=mip.value(plan))


def what_is_known(
    formulation: Formulation,
    deadline: Deadline,
    *,
    warm_start: FloatArray | None = None,
    is_badly_conditioned: bool = False,
    gap: float = 0.0,
    on_plan: Callable[[Known], None] | None = None,
    first: AtOnce | None = None,
    is_brief: bool = False,
    is_priced: bool = False,
    is_sought_later: bool = False,
    relax: Callable[[Mip, float], QuickRelaxation] | None = None,
) -> Known:
    """Relaxation, dual bound and a quick plan of `formulation.mip`, inside the time limit.

    `warm_start` (`started`, NaN elsewhere) is completed; with networks a better plan is sought near
    it. A small model that no solver can be trusted with is searched here; a large one has `first`
    before the relaxation (that of `relax`), cores if none is within `gap`. `is_brief`: no cores.
    With `is_sought_later` plans after the relaxation are left to `plans_sought`, where a plan to
    start from is given.
    """
    mip, known, view = formulation.mip, Known(), _View(formulation)

    def better(plan: FloatArray | None) -> None:
        nonlocal known
        before, known = known.worth, known.with_plan(mip, plan)
        if on_plan is not None and known.worth != before:
            on_plan(known)

    if warm_start is not None:
        better(completed_plan(mip, warm_start, deadline))
        known = replace(known, start_obeys=known.plan is not None)
    elif is_large(mip):
        first = first or plan_at_once(formulation, deadline, on_plan)
        known = known.with_plan(mip, first.checked(mip))
        if not (is_brief or first.is_dived):
            better(_greedy_before(view, known, deadline, better))
    is_dived = first is not None and first.is_dived
    if known.plan is not None and deadline.is_over():
        return known
    known = _with_relaxation(mip, known, deadline, is_brief and not is_priced, is_dived, relax)
    if known.relaxed is not None and known.relaxed.is_infeasible:
        return known
    if is_sought_later and warm_start is not None and not _is_near(known, gap):
        return replace(known, is_unsought=True)
    return plans_sought(
        formulation,
        known,
        deadline,
        warm_start=warm_start,
        is_badly_conditioned=is_badly_conditioned,
        gap=gap,
        on_plan=on_plan,
        is_dived=is_dived,
        is_brief=is_brief,
        view=view,
    )


def plans_sought(
    formulation: Formulation,
    known: Known,
    deadline: Deadline,
    *,
    warm_start: FloatArray | None = None,
    is_badly_conditioned: bool = False,
    gap: float = 0.0,
    on_plan: Callable[[Known], None] | None = None,
    is_dived: bool = False,
    is_brief: bool = False,
    view: _View | None = None,
) -> Known:
    """`known` with plans of one's own after its relaxation; arguments as of `what_is_known`."""
    mip, view = formulation.mip, view or _View(formulation)
    known = replace(known, is_unsought=False)
    relaxed = known.relaxed or QuickRelaxation(None, None)

    def better(plan: FloatArray | None) -> None:
        nonlocal known
        before, known = known.worth, known.with_plan(mip, plan)
        if on_plan is not None and known.worth != before:
            on_plan(known)

    if not (is_brief or is_badly_conditioned or _is_near(known, gap)):
        better(plan := _between(formulation, warm_start, relaxed, gap, deadline))
        if plan is not None:
            return replace(known, is_near_start=True)
    if is_large(mip) and relaxed.values is not None:
        better(_greedy(view, known, deadline, GREEDY_SHARES[is_brief], better, is_dived=is_dived))
    if is_brief:
        return known
    if is_dived and not _is_near(known, gap):  # dives find more than a list
        _first_core(view, known, deadline, better)
    if not _is_near(known, LIST_GAP):
        better(quick_plan(formulation, _quick_plan_s(mip, known, deadline), relaxed.values))
    if is_badly_conditioned:
        found = certified_search(mip, known.plan, deadline.share_s(0.1, 10.0))
        known = replace(known, bound=found.bound)
        better(found.plan)
    elif not (is_dived or _is_near(known, gap)):
        _first_core(view, known, deadline, better)
    return known


def _quick_plan_s(mip: Mip, known: Known, deadline: Deadline) -> float:
    """Seconds for a quick plan after the relaxation."""
    is_far = is_large(mip) and not _is_near(known, FAR_GAP)
    return deadline.share_s(*((FAR_SHARE, FAR_S) if is_far else (PLAN_SHARE, PLAN_S)))


def _with_relaxation(
    mip: Mip,
    known: Known,
    deadline: Deadline,
    is_brief: bool,
    is_dived: bool,
    relax: Callable[[Mip, float], QuickRelaxation] | None,
) -> Known:
    """`known` with the relaxation and its bound; nothing of one that contradicts a known plan.

    Where a dive has led to a plan, nothing but prices and a bound makes it better soon.
    """
    if is_brief and int(mip.integrality.sum()) > BRIEF_STARTS:
        return known
    share = (BRIEF_SHARE, BRIEF_S) if is_brief else (RELAXATION_SHARE, RELAXATION_S)
    if is_dived:
        share = (max(share[0], DIVED_SHARE), share[1])
    relaxed = (relax or quick_relaxation)(mip, deadline.share_s(*share))
    if relaxed.is_infeasible and known.plan is not None:
        # The plan obeys every row: that there is none is no news of them.
        return replace(known, bound=None, relaxed=QuickRelaxation(None, None))
    bound = known.bound
    if relaxed.multipliers is not None:
        bound = dual_bound(mip, relaxed.multipliers).value
    return replace(known, bound=bound, relaxed=relaxed)


@dataclass(frozen=True)
class AtOnce:
    """A plan (shape: columns) that needed no relaxation, None: none; whether a dive ended."""

    plan: FloatArray | None = None
    is_dived: bool = False

    def checked(self, mip: Mip) -> FloatArray | None:
        """The plan where it obeys every row of `mip`, whose limits may be closer by now."""
        return None if self.plan is None else clean_values(mip, self.plan)


def plan_at_once(
    formulation: Formulation,
    deadline: Deadline,
    on_plan: Callable[[Known], None] | None = None,
    *,
    are_parts_next: bool = False,
) -> AtOnce:
    """The plan of a large program before its relaxation is asked; none of a small one.

    It is, without networks, a greedy one and one of a dive; where there is none that is greedy,
    one of what must be alone. `on_plan` hears of each better one. `are_parts_next`: guests search
    the parts of a program that falls apart next, and are not to wait for dives into them.
    """
    mip, known = formulation.mip, Known()
    if not is_large(mip):
        return AtOnce()
    view = _View(formulation)

    def better(plan: FloatArray | None) -> None:
        nonlocal known
        before, known = known.worth, known.with_plan(mip, plan)
        if on_plan is not None and known.worth != before:
            on_plan(known)

    program = view.cores(Known(), with_groups=False)

    def first(completion: Completion | None = None) -> FloatArray | None:
        left = deadline.share_s(FIRST_SHARE, FIRST_S)
        return first_plan(program, left, completion) if left > 0.0 else None

    seconds = deadline.share_s(AT_ONCE_SHARE, AT_ONCE_S)
    if has_networks(formulation) or seconds <= 0.0:
        better(view.checked(first()))
        return AtOnce(known.plan)
    is_dived = plans_at_once(
        program,
        seconds,
        lambda plan: better(view.checked(plan)),
        first,
        are_parts_dived=not are_parts_next,
    )
    return AtOnce(known.plan, is_dived)


def is_large(mip: Mip) -> bool:
    """Whether plans of one's own are worth more than a moment before and beside the solver."""
    return mip.has_columns("started") and mip.columns("started").size >= LEAST_CHOICES


def is_searched(mip: Mip) -> bool:
    """Whether a search over cores goes on beside the solver, or by turns with it.

    Besides large models, in those of choices alone, as knapsacks of many rows: the solver finds
    their best plans late, by branching, and never proves them.
    """
    is_whole = mip.has_columns("started") and bool(mip.integrality.all())
    return is_large(mip) or (is_whole and mip.columns("started").size >= LEAST_WHOLE)


class _View:
    """A formulation seen by its choices, built once for all that asks for them."""

    def __init__(self, formulation: Formulation) -> None:
        self.formulation = formulation

    @cached_property
    def choices(self) -> Choices:
        """The choices."""
        return Choices.of(self.formulation)

    @cached_property
    def groups(self) -> tuple[IntArray, IntArray, IntArray]:
        """Projects that lie near one another: see `groups_of`."""
        return groups_of(self.formulation)

    def cores(self, known: Known, *, with_groups: bool = True) -> CoreProgram:
        """The program of the choices, with what the relaxation says of each.

        Dives need no groups, and are not to wait for them.
        """
        relaxed = known.relaxed or QuickRelaxation(None, None)
        none = np.zeros(0, dtype=np.int64)
        return core_program(
            self.choices,
            len(self.formulation.instance.projects),
            relaxed.values,
            relaxed.multipliers,
            known.bound,
            self.groups if with_groups else (none, none, none),
        )

    def checked(self, values: FloatArray | None) -> FloatArray | None:
        """A plan of the choices in the program's own columns; None where a row is broken."""
        if values is None:
            return None
        return clean_values(self.formulation.mip, self.choices.restore(values))


def cores_of(formulation: Formulation, known: Known) -> tuple[Choices, CoreProgram]:
    """`formulation` by its choices, with what its relaxation says of each."""
    view = _View(formulation)
    return view.choices, view.cores(known)


def _is_near(known: Known, asked: float) -> bool:
    gap = relative_gap(known.worth, known.bound)
    return gap is not None and gap <= asked


def completed_plan(mip: Mip, warm_start: FloatArray, deadline: Deadline) -> FloatArray | None:
    """The plan to begin with, where the rows allow it."""
    columns = mip.columns("started").index.ravel()
    seconds = deadline.start_s(START_SHARE, START_S)
    return Completion.of(mip, columns).solve(warm_start[columns], seconds)


def _between(
    formulation: Formulation,
    warm_start: FloatArray | None,
    relaxed: QuickRelaxation,
    gap: float,
    deadline: Deadline,
) -> FloatArray | None:
    """A plan of a large model with networks between `warm_start`, if given, and its relaxation.

    Without networks dives and cores find more in the same time.
    """
    mip = formulation.mip
    is_sought = is_large(mip) and has_networks(formulation)
    if warm_start is None or relaxed.values is None or not is_sought:
        return None
    columns = mip.columns("started").index.ravel()
    given, seconds = warm_start[columns], deadline.share_s(BETWEEN_SHARE, BETWEEN_S)
    return plan_between(mip, columns, given, relaxed.values, BETWEEN_GAP * gap, seconds)


def has_networks(formulation: Formulation) -> bool:
    """Whether flows of networks are part of the model."""
    return bool(formulation.networks.slices)


def _greedy_before(
    view: _View,
    known: Known,
    deadline: Deadline,
    on_plan: Callable[[FloatArray | None], None],
) -> FloatArray | None:
    """A greedy plan without prices, where that is the best use of the time.

    What choices bring in by flows it does not see: where there are networks it is far behind the
    plans that the relaxation leads to, and is made only where there is no time for that. Where
    there is no time it comes before all else: a relaxation that is not solved to its end is worth
    nothing. What is known besides is no more than a first plan.
    """
    left = deadline.left_s()
    if known.plan is not None and left is not None and left <= SHORT_S:
        return _greedy(view, known, deadline, FIRST_SHARE, on_plan)
    if view.formulation.networks.views:
        return None
    return _greedy(view, known, deadline, FAR_SHARE, on_plan)


def _greedy(
    view: _View,
    known: Known,
    deadline: Deadline,
    share: float,
    on_plan: Callable[[FloatArray | None], None],
    *,
    is_dived: bool = False,
) -> FloatArray | None:
    """A greedy plan, from what the relaxation chooses, or orders, where there is one.

    `on_plan` is told of plans on the way to it.
    """
    seconds = deadline.share_s(share, GREEDY_S)
    if seconds <= 0.0:
        return None
    program = view.cores(known)

    def told(values: FloatArray) -> None:
        on_plan(view.checked(values))

    if known.relaxed is None:  # plans in order are known, or were sought in vain
        return view.checked(greedy_plan(program, seconds, on_plan=told, is_ordered=True))
    first = expected_order(program, work_clock.now() + seconds)
    if first is None and is_dived:  # which is better than any greedy one
        return None
    if first is None:
        first = program.relaxed >= HALF
    return view.checked(greedy_plan(program, seconds, first, told))


def _first_core(
    view: _View, known: Known, deadline: Deadline, on_plan: Callable[[FloatArray | None], None]
) -> None:
    """Tell of the plans of the cores that dives lead to, else of the core nearest by price.

    Of a small model, and where there are no prices, there is none.
    """
    is_priced = known.relaxed is not None and known.relaxed.multipliers is not None
    if not is_priced or not is_large(view.formulation.mip):
        return
    start = None if known.plan is None else view.choices.seen(known.plan)
    search = Search(view.cores(known), start, 0)
    shares = (DIVE_SHARE, DIVE_S) if search.can_dive else (CORE_SHARE, CORE_S)
    seconds = deadline.share_s(*shares)
    if seconds <= 0.0:
        return
    if not search.can_dive:
        search.by_price(Effort(seconds))
        on_plan(view.checked(search.best))
        return
    end = work_clock.now() + seconds
    for is_better in search.dives(Effort(DIVE_EFFORT * seconds), lambda: work_clock.is_past(end)):
        if is_better:
            on_plan(view.checked(search.best))


def proven_bound(mip: Mip, deadline: Deadline) -> float | None:
    """A bound of `mip` that multipliers of its relaxation prove; None where time is up."""
    seconds = deadline.share_s(RELAXATION_SHARE, RELAXATION_S)
    relaxed = quick_relaxation(mip, seconds) if seconds > 0.0 else QuickRelaxation(None, None)
    return None if relaxed.multipliers is None else dual_bound(mip, relaxed.multipliers).value


def is_proven_infeasible(mip: Mip, deadline: Deadline) -> bool:
    """Whether multipliers recomputed here prove that no plan obeys the rows.

    Limits that cross are such a proof at sight.
    """
    crossed = np.any(mip.col_lower > mip.col_upper) or np.any(mip.row_lower > mip.row_upper)
    if crossed:
        return True
    multipliers = farkas_multipliers(mip, deadline.share_s(RELAXATION_SHARE, RELAXATION_S))
    return multipliers is not None and proves_infeasible(mip, multipliers)
