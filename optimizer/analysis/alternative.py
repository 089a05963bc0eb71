"""A plan that is worth nearly as much as a given one and lies as far from it as can be.

The value becomes a row, the distance the objective. What is found is financed, extracted and
verified as any plan; its value is computed anew from it and must keep the floor.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.analysis.far_start import far_start
from infraplan.optimizer.analysis.plan_distance import (
    Amount,
    By,
    Distanced,
    distance,
    with_distance,
)
from infraplan.optimizer.analysis.varied_program import VariedProgram
from infraplan.optimizer.backends import Note, SolverReply
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines.answer_state import told_end
from infraplan.optimizer.engines.deadline import Deadline, on_the_clock
from infraplan.optimizer.engines.finished import Finished
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.mip_edits import with_rows
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination, relative_gap

NEAR = 1e-6
"""Relative tolerance of the floor: rows hold within as much."""
WHOLE = 0.999
"""Share of a whole project by which a bound of a number of projects may lie below it."""
FAR_SHARE = 0.8
"""Share of the time for the greatest distance; the rest is for the best value at it."""
LEAST_STARTS = 400
"""Starts to choose from below which a solver finds plans far away by itself."""
GUIDE_SHARE, GUIDE_S, START_SHARE = 0.25, 600.0, 0.7
"""Share of the time left, and seconds at most, for the relaxation, and share of what is then left
for a first plan far away."""
MOST_TRIES = 4
"""Plans tried at most, where the value of what was found turns out below the floor."""


@dataclass(frozen=True)
class AlternativeQuestion:
    """What is asked for: the plan farthest from all `references` that is worth at least `floor`.

    Attributes
    ----------
    references
        Plans of the same instance; the first is that of the run.
    floor
        Least value, in the money of the instance.
    by
        In what plans differ.
    bound, source, certified_bound
        What the run says that no plan's value exceeds, who vouches for it, and what is certified.
    """

    references: tuple[Plan, ...]
    floor: float
    by: By
    bound: float | None = None
    source: BoundSource = BoundSource.NONE
    certified_bound: float | None = None


@dataclass(frozen=True)
class Alternative:
    """What was found: the result holds the plan, the distance is the least to any reference.

    `distance` is None where no plan was found; `distance_bound` is what no plan with the floor
    exceeds, None where unknown.
    """

    result: SolveResult
    distance: float | None
    distance_bound: float | None


def find_alternative(
    instance: Instance, question: AlternativeQuestion, options: SolveOptions, scenario: str = ""
) -> Alternative:
    """Solve for the plan of `question` within the time limit of `options`.

    Raises
    ------
    UnsupportedFeatureError
        If the instance has roads at equilibrium.
    SolverError
        If the solver is missing or fails.
    """
    began = time.perf_counter()
    deadline = Deadline.after(options.time_limit_s)
    with work_clock.watched() as reasons, on_the_clock(options, deadline) as limit:
        program = VariedProgram.of(instance, "alternatives")
        build_s = time.perf_counter() - began
        search = _Search(program, question, options, limit, scenario)
        search.run()
    search.clock = tuple(reason for reason in work_clock.ClockReason if reason in reasons)
    return search.answer(build_s, time.perf_counter() - began)


@dataclass
class _Search:
    """The search for one alternative, and what it has found so far."""

    program: VariedProgram
    question: AlternativeQuestion
    options: SolveOptions
    deadline: Deadline
    scenario: str
    found: Finished = field(default_factory=Finished)
    distance: float | None = None
    bound: float | None = None
    reply: SolverReply | None = None
    notes: list[Note] = field(default_factory=list)
    clock: tuple[work_clock.ClockReason, ...] = ()

    def run(self) -> None:
        """Seek the farthest plan; one that turns out to be below the floor is left out."""
        plain = self._with_floor(self.program.mip)
        for _ in range(MOST_TRIES):
            asked = with_distance(
                replace(self.program, scale=replace(self.program.scale, mip=plain)),
                self.question.references,
                self.question.by,
            )
            tried = self._tried(asked)
            if tried is None or self._takes(tried) or tried.plan is None:
                return
            plain = self._without(plain, tried.plan)
            if self.deadline.is_over(1.0):
                return

    def _with_floor(self, mip: Mip) -> Mip:
        """`mip` whose plans are worth at least the floor."""
        floor = self.question.floor * self.program.scale.of_objective
        least = np.array([floor - mip.objective_offset])
        return with_rows(mip, "value_floor", csr_array(mip.objective[np.newaxis]), least)

    def _tried(self, asked: Distanced) -> Finished | None:
        """The farthest plan of `asked`, of these the best; None where none was found."""
        program, by = self.program, self.question.by
        first = _part(self.deadline, FAR_SHARE)
        start = self._start(asked, first)
        answer = program.ask(asked.mip, start, self.options, first)
        self.notes += answer.notes
        self.reply = answer.reply
        self._know(answer.reply.bound, asked)
        values = answer.reply.values
        if values is None or self._far(asked, values) <= self._least():
            return None
        best = self._best_so_far(asked, values)
        return program.plan_of(
            best,
            self.options,
            self.deadline,
            scenario=self.scenario,
            keeps_money=by is By.PAYER,
        )

    def _start(self, asked: Distanced, deadline: Deadline) -> FloatArray | None:
        """A plan that the search begins with: the run's, in large programs one far from it."""
        references = self.question.references
        if int(asked.mip.integrality.sum()) < LEAST_STARTS:
            return self.program.completed(asked.mip, references[0], deadline)
        guide = quick_relaxation(asked.mip, deadline.share_s(GUIDE_SHARE, GUIDE_S))
        if guide.multipliers is not None:
            self._know(dual_bound(asked.mip, guide.multipliers).value, asked)
        last = _part(deadline, START_SHARE)
        return far_start(self.program, asked.mip, references, guide.values, last)

    def _far(self, asked: Distanced, values: FloatArray) -> float:
        return float(values[asked.column]) / asked.factor

    def _least(self) -> float:
        """Distance that is none: half a project, or money that is lost in the numbers."""
        if self.question.by is By.PROJECTS:
            return 0.5
        paid = sum(row.amount for row in self.question.references[0].payments)
        return NEAR * max(1.0, paid)

    def _know(self, bound: float | None, asked: Distanced) -> None:
        """Keep a proven `bound` of the distance of `asked`."""
        if bound is not None:
            bound = max(0.0, bound / asked.factor)
            if self.question.by is By.PROJECTS:
                bound = math.floor(bound + 1.0 - WHOLE)
            self.bound = bound if self.bound is None else min(bound, self.bound)

    def _best_so_far(self, asked: Distanced, values: FloatArray) -> FloatArray:
        """Of plans as far as `values`, the best that is found in the time left."""
        lower = asked.mip.col_lower.copy()
        far = values[asked.column]
        is_whole = self.question.by is By.PROJECTS
        lower[asked.column] = round(far) if is_whole else far * (1.0 - NEAR)
        objective = np.zeros(asked.mip.num_columns)
        own = self.program.mip
        objective[: own.num_columns] = own.objective
        mip = replace(
            asked.mip,
            col_lower=lower,
            objective=objective,
            objective_offset=own.objective_offset,
        )
        if self.deadline.is_over(1.0):
            return values
        answer = self.program.ask(mip, values, self.options, self.deadline)
        return values if answer.reply.values is None else answer.reply.values

    def _takes(self, tried: Finished) -> bool:
        """Whether `tried` obeys every law and keeps the floor; it is then what was found."""
        plan, question = tried.plan, self.question
        if plan is None or not tried.is_good:
            return False
        if plan.objective < question.floor - NEAR * max(1.0, abs(question.floor)):
            return False
        far = least_distance(self.program.instance, plan, question.references, question.by)
        if far <= self._least():
            return False
        self.found, self.distance = tried, far
        if self.bound is not None:
            self.bound = max(self.bound, far)  # by rounding
        return True

    def _without(self, mip: Mip, plan: Plan) -> Mip:
        """`mip` without the plans that build what `plan` builds, each project in its year."""
        amount = _same_starts(self.program, plan.starts)
        matrix = csr_array(
            (amount.value, (np.zeros(amount.column.size, dtype=np.int64), amount.column)),
            shape=(1, mip.num_columns),
        )
        least = np.array([1.0 - amount.constant])
        return with_rows(mip, "another_plan", matrix, least)

    def answer(self, build_s: float, runtime_s: float) -> Alternative:
        """What was found, as the result of a solve with the floor as its gap."""
        return Alternative(self._result(build_s, runtime_s), self.distance, self.bound)

    def _result(self, build_s: float, runtime_s: float) -> SolveResult:
        question, plan = self.question, self.found.plan
        bound = None if plan is None else _at_least(question.bound, plan)
        gap = None if plan is None else relative_gap(plan.objective, bound)
        asked = [value for value in (gap, relative_gap(question.floor, bound)) if value is not None]
        options = (
            replace(self.options, gap=max(self.options.gap, *asked)) if asked else self.options
        )
        reply = self.reply
        return SolveResult(
            instance=self.program.instance,
            options=options,
            engine="exact",
            solver=self.options.guest_solver if reply is None else reply.solver,
            solver_version="" if reply is None else reply.solver_version,
            termination=self._termination(bound),
            state=SolutionState.NONE if plan is None else SolutionState.FEASIBLE,
            plan=plan,
            objective=None if plan is None else plan.objective,
            bound=bound,
            gap=gap,
            build_s=build_s,
            runtime_s=runtime_s,
            peak_memory_mb=None if reply is None else reply.peak_memory_mb,
            verification=self.found.verification,
            formulation=self.program.own,
            log="" if reply is None else reply.log,
            bound_source=BoundSource.NONE if bound is None else question.source,
            certified_bound=None if plan is None else _at_least(question.certified_bound, plan),
            notes=tuple(self.notes),
            clock=self.clock,
        )

    def _termination(self, bound: float | None) -> Termination:
        """With a plan the floor is the gap that was asked for; without one why none was found."""
        reply, proofs = self.reply, {Termination.OPTIMAL, Termination.GAP_REACHED}
        if self.found.plan is None and self.bound is not None and self.bound <= self._least():
            return Termination.INFEASIBLE  # no other plan keeps the floor
        if self.found.plan is not None and bound is not None:
            return Termination.GAP_REACHED
        if reply is None:
            return self.deadline.ended
        said = Termination.UNPROVEN if reply.termination in proofs else reply.termination
        return told_end(said, self.deadline, is_asked=stopping.is_asked())


def _part(deadline: Deadline, share: float) -> Deadline:
    """A deadline with `share` of what is left of this one; itself where nothing limits it."""
    seconds = deadline.share_s(share, math.inf)
    return Deadline(work_clock.now(), seconds) if math.isfinite(seconds) else deadline


def _at_least(bound: float | None, plan: Plan) -> float | None:
    return None if bound is None else max(bound, plan.objective)


def least_distance(instance: Instance, plan: Plan, references: Iterable[Plan], by: By) -> float:
    """Distance of `plan` to the nearest of `references`."""
    return min(distance(instance, plan, other, by) for other in references)


def _same_starts(program: VariedProgram, starts: Iterable[ProjectStart]) -> Amount:
    """Number of options that start otherwise than in `starts`, as a linear amount."""
    own = program.own
    wanted = {(row.project, row.option): row.start - own.sets.first_year for row in starts}
    parts, constant = [], 0.0
    for number, flat in enumerate(own.sets.options):
        if not flat.is_open:
            continue
        year = wanted.get((flat.project.id, flat.option.option))
        if year is None:
            parts.append((own.started[number, flat.last : flat.last + 1], np.ones(1)))
            continue
        constant += 1.0
        parts.append((own.started[number, year : year + 1], -np.ones(1)))
        if year > flat.first:
            parts.append((own.started[number, year - 1 : year], np.ones(1)))
    return Amount.of(parts, constant)
