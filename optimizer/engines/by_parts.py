"""A program that falls apart searched part by part, on as many processors as there are.

Money and rules belong to jurisdictions; where nothing is shared between them (no joint project, no
fund or target of all), the program is one of its own for each. What is best for each is best for
all: plans and bounds add up. General solvers do not take a program apart, and branch on projects
of one jurisdiction again below every branch of another.

What a guest says of its part is held against what is known of that part: in the sum of all parts a
lie about one of them hides behind what the others gained. A part that nobody answers keeps the
plan that is known of it, and costs the others nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.horizon import Objective
from infraplan.optimizer import stopping
from infraplan.optimizer.backends import Note, Progress, SolverOptions, SolverReply, solve_mip
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.tree import StartTree, tree_of
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.engines.claims import (
    Answer,
    ask_by,
    contradiction_in,
    lie_of,
    other_ways,
    under,
    with_known_plan,
)
from infraplan.optimizer.engines.deadline import Deadline, guest_options
from infraplan.optimizer.engines.known import Known, is_large, proven_bound
from infraplan.optimizer.errors import SolverContradictionError, SolverError
from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.mip_parts import falls_apart, part_numbers
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination, relative_gap

WHOLE_S = 1.0
"""Seconds that must be left to ask another solver of a part that its guest gave up."""
FINER = 0.1
"""Share of the asked gap to which each of several groups may be searched, until all are near."""


class _Told:
    """What the groups have told so far, as progress of the whole."""

    def __init__(
        self,
        count: int,
        known: Known,
        offset: float,
        gap: float,
        listener: Callable[[Progress], None] | None,
    ) -> None:
        self._gap, self._is_near = gap, False
        self._plans: list[float | None] = [None] * count
        self._bounds: list[float | None] = [None] * count
        self._known, self._offset, self._listener = known, offset, listener
        self._lock = threading.Lock()

    def of(self, number: int) -> Callable[[Progress], None]:
        """The listener of a group."""

        def listen(news: Progress) -> None:
            with self._lock:
                self._plans[number] = news.incumbent
                self._bounds[number] = news.bound
                whole = self._whole(news)
                self._is_near = whole.gap is not None and whole.gap <= self._gap
                if self._listener is not None:
                    self._listener(whole)

        return listen

    def stopping(self, should_stop: Callable[[], bool] | None) -> Callable[[], bool]:
        """Whether groups are to stop: as asked, or because plan and bound of all are near."""

        def stop() -> bool:
            return self._is_near or (should_stop is not None and should_stop())

        return stop

    def _whole(self, news: Progress) -> Progress:
        plan, bound = _sum(self._plans, self._offset), _sum(self._bounds, self._offset)
        known = [value for value in (plan, self._known.worth) if value is not None]
        best = max(known, default=None)
        return replace(news, incumbent=best, bound=bound, gap=relative_gap(best, bound))


class Group:
    """A group of parts: what is known of it, and who answers it.

    `proven` is the bound that multipliers prove, None before it is asked, or where there is none.
    """

    def __init__(self, tree: StartTree, start: FloatArray | None) -> None:
        self.tree = tree
        plan = None if start is None else clean_values(tree.mip, start)
        self.known = Known(plan, None if plan is None else tree.mip.value(plan))
        self.proven: float | None = None

    def ask(
        self,
        way: SolverOptions,
        deadline: Deadline,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool] | None,
    ) -> Answer:
        """The answer of the guest of starts, and of others where that contradicts what is known.

        Raises
        ------
        SolverError
            As `ask_by`.
        """
        mip = self.tree.mip

        def asked(chosen: SolverOptions) -> SolverReply:
            if (chosen.solver, chosen.seed) == (way.solver, way.seed):
                reply = self.tree.solve(
                    chosen, start=self.known.plan, on_progress=on_progress, should_stop=should_stop
                )
                if reply.row_duals is not None:
                    self.proven = dual_bound(mip, reply.row_duals).value
                if self._is_given_up(reply, deadline, should_stop):
                    left = replace(chosen, time_limit_s=deadline.left_s())
                    reply = solve_mip(mip, left, on_progress=on_progress, should_stop=should_stop)
            else:
                reply = solve_mip(mip, chosen, on_progress=on_progress, should_stop=should_stop)
            if reply.termination is Termination.UNBOUNDED and self._bound(deadline) is not None:
                message = phrase("calls-the-model-unbounded-but-a-bound-is-proven")
                raise SolverContradictionError(message, reply.log)
            return reply

        ways = (way, *other_ways(way))
        answer = ask_by(asked, mip, ways, self.known, deadline, should_stop=should_stop)
        reply = answer.reply
        proven = None if reply.termination.is_proof_of_no_plan else self._bound(deadline)
        if lie_of("", proven, reply.objective) is None:
            reply = under(reply, proven)
        return replace(answer, reply=reply)

    def _is_given_up(
        self, reply: SolverReply, deadline: Deadline, should_stop: Callable[[], bool] | None
    ) -> bool:
        """Whether the guest left its part open, a relaxation having no answer, with time left."""
        is_open = reply.termination is Termination.INTERRUPTED and not reply.is_called_optimal
        if not is_open or self.tree.links is not None:
            return False
        is_ended = stopping.is_asked() or (should_stop is not None and should_stop())
        return not is_ended and not deadline.is_over(WHOLE_S)

    def _bound(self, deadline: Deadline) -> float | None:
        """The bound that is proven, sought where no guest brought it."""
        if self.proven is None:
            self.proven = proven_bound(self.tree.mip, deadline)
        return self.proven


@dataclass(frozen=True)
class Parts:
    """A program in the form of starts by year, and the columns of each group of its parts."""

    tree: StartTree
    groups: list[IntArray]


def parts_of(formulation: Formulation, options: SolveOptions) -> Parts | None:
    """The parts of a program that falls apart; None where it does not, or is of another kind."""
    tree = tree_of(formulation.mip) if is_fit(formulation, options) else None
    groups = [] if tree is None else _groups(tree, _processes(options))
    return None if tree is None or not groups else Parts(tree, groups)


def search_by_parts(
    split: Parts,
    formulation: Formulation,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Known, Answer | None, tuple[Note, ...]]:
    """What is known then, the answer to a program in parts, and where it has none what to tell.

    There is none where nobody answers a part of which no plan is known, or where there is no plan:
    that is found again, and told, as for one part.
    """
    tree = split.tree
    start = None if known.plan is None else tree.forth(known.plan)
    told = _Told(len(split.groups), known, tree.mip.objective_offset, options.gap, on_progress)
    way = guest_options(options, deadline)
    if len(split.groups) > 1:  # what groups are worth may be of both signs, and add up to little
        way, should_stop = replace(way, gap=FINER * way.gap), told.stopping(should_stop)
    groups = [
        Group(tree.only(columns), None if start is None else start[columns])
        for columns in split.groups
    ]

    def ask(number: int) -> Answer:
        return groups[number].ask(way, deadline, told.of(number), should_stop)

    try:
        answers = _all(ask, len(groups))
    except SolverError:
        return known, None, ()
    notes = tuple(dict.fromkeys(note for answer in answers for note in answer.notes))
    replies = [answer.reply for answer in answers]
    if any(reply.termination.is_proof_of_no_plan for reply in replies):
        return known, None, notes
    known = _with_bound(known, _sum([group.proven for group in groups], tree.mip.objective_offset))
    reply = _joined(formulation, split, replies, options)
    known = known.with_plan(formulation.mip, reply.values)
    if reply.values is None and all(one.is_called_optimal for one in replies):
        return known, None, notes  # each calls its plan the best, and together they break a row
    if (lie := contradiction_in(reply, known, options.gap)) is not None:
        return known, None, (*notes, lie)
    return known, Answer(with_known_plan(formulation.mip, reply, known), notes), ()


def _with_bound(known: Known, bound: float | None) -> Known:
    """`known` with the lesser of its bound and another that is proven."""
    proven = [one for one in (known.bound, bound) if one is not None]
    return replace(known, bound=min(proven, default=None))


def is_fit(formulation: Formulation, options: SolveOptions) -> bool:
    """Whether a program is of a kind that is searched so, and no other way was asked for."""
    return (
        is_large(formulation.mip)
        and not formulation.networks.slices
        and formulation.instance.settings.objective is Objective.NPV
        and options.solver is None
        and options.columns is Columns.AUTO
        and options.memory_limit_mb is None  # several guests at a time would share it
    )


def _processes(options: SolveOptions) -> int:
    """Guests at a time: one more than threads where a processor is left and nothing is counted."""
    if options.deterministic:
        return 1
    count = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    return min(count, options.threads + 1)


def _groups(tree: StartTree, most: int) -> list[IntArray]:
    """Columns of each group of parts, the groups about as large; none where all hangs together."""
    number = part_numbers(tree.mip)
    size = np.bincount(number[tree.row >= 0], minlength=int(number.max(initial=-1)) + 1)
    if not falls_apart(size):
        return []
    order = np.argsort(-size, kind="stable")
    group = np.zeros(size.size, dtype=np.int64)
    load = np.zeros(most)
    for part in order.tolist():
        least = int(np.argmin(load))
        group[part] = least
        load[least] += size[part]
    return [np.flatnonzero(group[number] == n) for n in range(most) if load[n] > 0.0]


def _all(ask: Callable[[int], Answer], count: int) -> list[Answer]:
    """The answers of all groups, one in this thread, the others each in a thread of its own.

    Raises
    ------
    SolverError
        If any of them does.
    """
    with ThreadPoolExecutor(max_workers=max(1, count - 1)) as pool:
        others = [pool.submit(copy_context().run, ask, number) for number in range(1, count)]
        return [ask(0), *(one.result() for one in others)]


def _joined(
    formulation: Formulation,
    split: Parts,
    replies: list[SolverReply],
    options: SolveOptions,
) -> SolverReply:
    """The replies as one; a bound is raised to their plan by rounding alone."""
    values = _whole(formulation, split, replies)
    worth = None if values is None else formulation.mip.value(values)
    bound = _sum([reply.bound for reply in replies], split.tree.mip.objective_offset)
    if worth is not None and bound is not None and lie_of("", bound, worth) is None:
        bound = max(bound, worth)
    gap = relative_gap(worth, bound)
    ended = [reply.termination for reply in replies if not reply.is_called_optimal]
    is_near = gap is not None and gap <= options.gap
    peaks = [reply.peak_memory_mb for reply in replies if reply.peak_memory_mb is not None]
    return replace(
        replies[0],
        termination=_ended(gap) if is_near else next(iter(ended), Termination.INTERRUPTED),
        state=_state(worth, is_near=is_near),
        values=values,
        objective=worth,
        bound=bound,
        gap=gap,
        runtime_s=max(one.runtime_s for one in replies),
        row_duals=None,
        reduced_costs=None,
        peak_memory_mb=sum(peaks) if peaks else None,
        is_called_optimal=is_near,
    )


def _whole(formulation: Formulation, split: Parts, replies: list[SolverReply]) -> FloatArray | None:
    """The plans of all groups as one of the program; None where one is missing or breaks a row."""
    values = np.zeros(split.tree.mip.num_columns)
    for columns, reply in zip(split.groups, replies, strict=True):
        if reply.values is None:
            return None
        values[columns] = reply.values
    return clean_values(formulation.mip, split.tree.back(values))


def _ended(gap: float | None) -> Termination:
    exact = gap is not None and gap <= 1e-9
    return Termination.OPTIMAL if exact else Termination.GAP_REACHED


def _state(worth: float | None, *, is_near: bool) -> SolutionState:
    if worth is None:
        return SolutionState.NONE
    return SolutionState.OPTIMAL if is_near else SolutionState.FEASIBLE


def _sum(values: list[float | None], offset: float) -> float | None:
    """Sum of all, None where any is unknown."""
    found = [value for value in values if value is not None]
    return offset + sum(found) if len(found) == len(values) else None
