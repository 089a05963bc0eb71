"""Instances with a water network under pressure: which pipes are laid, in which sizes.

No linear program holds flows that follow heads and losses. Choice, policy and money stay in the
instance's program; sizes are searched for beside it, each design judged by its own flows and heads
(`infraplan.optimizer.waterdesign`), and a program with the convex half of the losses bounds all
designs. What that answers and misses the pressure asked for is cut off, and it is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.sparse import coo_array, csr_array

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.network import NodeRole
from infraplan.models.plan import Plan, ServiceYear
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import Note, Progress, SolverReply
from infraplan.optimizer.engines.claims import no_plan_source, trusted_bound
from infraplan.optimizer.engines.convex_search import CLOSED
from infraplan.optimizer.engines.deadline import Deadline, EndingSearch
from infraplan.optimizer.engines.financing import least_debt_service
from infraplan.optimizer.engines.finished import Finished, first_good, made_to_the_unit
from infraplan.optimizer.engines.plan_starts import start_values
from infraplan.optimizer.engines.road_claims import RoadSolvers
from infraplan.optimizer.engines.ties import PROVEN
from infraplan.optimizer.engines.to_the_unit import with_bars
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.money_scale import scale_money
from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.mip_edits import with_rows
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination, relative_gap
from infraplan.optimizer.verify import verify_plan
from infraplan.optimizer.waterdesign.hydraulics import SHARP, Hydraulics, States
from infraplan.optimizer.waterdesign.pipe_choice import Judge
from infraplan.optimizer.waterdesign.pipes import (
    LITRES,
    SOME,
    LaidChoice,
    laid_choice,
    read_pipes,
)
from infraplan.optimizer.waterdesign.relaxation import Relaxation
from infraplan.optimizer.waterdesign.size_search import DesignSearch
from infraplan.optimizer.work_clock import ClockStep

NAME = "water_design"
OWN = "infraplan"
"""Solver of a search that has asked none."""
SEARCH_SHARE, SEARCH_S = 0.5, 240.0
"""Share of the time, and seconds at most, for the search over sizes."""
ROUNDS_BY_UNIT = 60
"""Disturbances of the search, by project that lays pipes."""
SHARPER = 0.5
"""Share of the asked gap that the bounding program is solved to."""


class _Question(EndingSearch):
    """One instance on its way through the search; money in the unit of the search."""

    def __init__(
        self,
        instance: Instance,
        options: SolveOptions,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
        deadline: Deadline | None,
    ) -> None:
        super().__init__(deadline or Deadline.after(options.time_limit_s), should_stop)
        before_s = self.deadline.elapsed_s
        self.options = options
        self._on_progress = on_progress
        self.formulation = with_bars(build_formulation(instance), options.bars)
        self.state = read_pipes(self.formulation)
        self.money = scale_money(self.formulation.mip)
        self.scaled = replace(self.formulation, mip=self.money.mip)
        self.relaxation = Relaxation(self.money.mip, self.state)
        self.build_s = self.deadline.elapsed_s - before_s
        self.deadline = self.deadline.of_search(self.build_s)
        self.solvers = RoadSolvers(self.scaled, options, self.deadline, self.stop)
        self.hydraulics = Hydraulics(self.state.pipes)
        laying = {row.project for row in instance.project_network}
        self.is_joined = any(project.id not in laying for project in instance.projects)
        self.best: FloatArray | None = None
        self.value = -np.inf
        self.bound: float | None = None
        self.infeasible = False

    def states(self, columns: FloatArray) -> States:
        """Flows and heads at values of the program's columns."""
        return self.hydraulics.solve(self.state.resistances(columns)[None])

    def take(self, columns: FloatArray) -> bool:
        """Keep a plan of the program where its pipes obey and it is better; whether they obey."""
        whole = columns[: self.money.mip.num_columns].copy()
        integral = self.money.mip.integrality
        whole[integral] = np.round(whole[integral])
        if self.states(whole).margin[0] < -SHARP:
            return False
        value = self.money.mip.value(whole)
        if value > self.value:
            self.best, self.value = whole, value
            self.tell()
        return True

    def tell(self) -> None:
        """Show what is known, in the instance's money."""
        if self._on_progress is None:
            return
        best = None if self.best is None else self.value / self.money.factor
        bound = None if self.bound is None else self.bound / self.money.factor
        gap = relative_gap(best, bound)
        self._on_progress(Progress(self.deadline.elapsed_s, best, bound, gap))

    @property
    def gap(self) -> float | None:
        """Relative gap between plan and bound, None where one is unknown."""
        return relative_gap(None if self.best is None else self.value, self.bound)


def solve_water_design(
    instance: Instance,
    options: SolveOptions,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
    deadline: Deadline | None = None,
) -> SolveResult:
    """Find the pipes of greatest value that keep every pressure asked for, and bound all others.

    The instance is one that the engine supports.

    Raises
    ------
    SolverError
        If the solver that holds money is missing or fails.
    """
    question = _Question(instance, options, on_progress, should_stop, deadline)
    with stopping.heeding(), work_clock.within(ClockStep.SEARCH):
        _search_sizes(question, warm_start)
        _bound_designs(question)
        return _result(question, scenario)


def _search_sizes(question: _Question, warm_start: Plan | None) -> None:
    """Search over sizes alone; the best designs are completed by the program, cheapest first."""
    laid = laid_choice(question.scaled, question.state)
    choice = laid.choice
    found: list[IntArray] = []
    if choice.num_units and not question.is_over():
        share = question.deadline.share_s(SEARCH_SHARE, SEARCH_S)
        until = work_clock.now() + share
        search = DesignSearch(
            Judge(choice, -SHARP),
            lambda: question.is_over() or work_clock.is_past(until),
            lambda design, _cost: found.append(design.copy()),
            seed=question.options.seed,
        )
        search.run(ROUNDS_BY_UNIT * choice.num_units, _given(question, laid, warm_start))
    for design in reversed(found[-3:]):
        columns = laid.columns(design, question.money.mip.num_columns)
        if (whole := _completed(question, columns)) is not None and question.take(whole):
            return
    if question.best is None and not question.is_over():
        nothing = _completed(question, np.zeros(question.money.mip.num_columns))
        if nothing is not None:
            question.take(nothing)


def _given(question: _Question, laid: LaidChoice, plan: Plan | None) -> list[IntArray]:
    """The design of a plan that is given."""
    if plan is None:
        return []
    starts = start_values(question.scaled, plan)
    design = np.zeros(laid.choice.num_units, dtype=np.int64)
    for unit, ways in enumerate(laid.values):
        for number, values in enumerate(ways):
            # Some year of the option may be another: that its last column is set tells the option.
            if values and starts[max(values)] > SOME:
                design[unit] = number
    return [design]


def _completed(question: _Question, columns: FloatArray) -> FloatArray | None:
    """The best plan of the program that lays what `columns` lay; None where none is found."""
    mip = question.money.mip
    starts = mip.columns("started").index.ravel()
    others = np.ones(mip.num_columns, dtype=np.bool_)
    others[starts] = False
    if not (question.is_joined or mip.objective[others].any()):
        # Only the pipes may be started, and only starts are worth anything: the years are the best.
        kept = columns[starts]
        alone = Completion.of(mip, starts).solve(kept, question.solvers.seconds(), 1e-9)
        if alone is not None:
            return alone
    base = np.where(mip.col_lower == mip.col_upper, mip.col_lower, columns)
    rows, entries, values, wanted = [], [], [], []
    for number, lay in enumerate(question.state.lays):
        wanted.append(1.0 if lay.is_there(base) else 0.0)
        for column, factor in lay.expression:
            rows.append(number)
            entries.append(column)
            values.append(factor)
    fixed = mip
    if wanted:
        shape = (len(wanted), mip.num_columns)
        matrix = csr_array(coo_array((values, (rows, entries)), shape=shape))
        limit = np.array(wanted)
        fixed = with_rows(mip, "pressure", matrix, limit, limit)
    return question.solvers.solve(fixed, 0.0, None).values


def _bound_designs(question: _Question) -> None:
    """Ask the bounding program until plan and bound meet, or it is over."""
    relaxation, options = question.relaxation, question.options
    while not question.is_over():
        plan = None
        if question.best is not None:
            state = question.states(question.best)
            plan = relaxation.columns(question.best, state.flow[0], state.head[0])
        reply = question.solvers.solve(relaxation.mip, SHARPER * options.gap, plan)
        if reply.termination is Termination.INFEASIBLE:
            question.infeasible = question.best is None
            return
        if not _learnt(question, reply):
            return
        question.tell()
        left = question.gap
        if left is not None and left <= options.gap:
            return


def _learnt(question: _Question, reply: SolverReply) -> bool:
    """Take bound and plan of an answer; False where asking again tells nothing new."""
    if reply.bound is not None:
        bound = reply.bound if question.bound is None else min(question.bound, reply.bound)
        question.bound = bound
    if reply.values is None:
        return False
    obeys = question.take(reply.values)
    if question.bound is not None and question.best is not None:
        if question.solvers.is_lie(question.bound, question.value):
            question.bound = None
            return True
        question.bound = max(question.bound, question.value)
    if obeys or reply.termination in {Termination.CRASHED, Termination.INTERRUPTED}:
        return False
    question.relaxation.sharpen(reply.values)
    question.relaxation.forbid(reply.values)
    return True


@dataclass(frozen=True)
class _Bound:
    """Bound of every plan's value, who vouches for it, and what no solver's word is in."""

    value: float | None
    source: BoundSource
    certified: float | None


def _bound_of(question: _Question, plan: Plan | None) -> _Bound:
    if plan is None or question.infeasible:
        return _Bound(None, BoundSource.NONE, None)
    proven = question.solvers.bound_of(question.relaxation.mip)
    claimed, certified = (
        None
        if bound is None
        else plan.objective + max(0.0, (bound - question.value) / question.money.factor)
        for bound in (question.bound, proven)
    )
    value, source = trusted_bound(claimed, certified)
    return _Bound(value, source, certified)


def _result(question: _Question, scenario: str) -> SolveResult:
    finished, notes = _finish(question, scenario)
    plan, last = finished.plan, question.solvers.last
    bound = _bound_of(question, plan)
    source = bound.source
    if question.infeasible and last is not None:
        source, more = no_plan_source(question.relaxation.mip, last, question.deadline)
        notes = (*notes, *more)
    objective = None if plan is None else plan.objective
    gap = relative_gap(objective, bound.value)
    return SolveResult(
        instance=question.formulation.instance,
        options=question.options,
        engine=NAME,
        solver=OWN if last is None else last.solver,
        solver_version="" if last is None else last.solver_version,
        termination=_termination(question, gap),
        state=_state(finished, gap, question.options),
        plan=plan,
        objective=objective,
        bound=bound.value,
        gap=gap,
        build_s=question.build_s,
        runtime_s=question.deadline.elapsed_s,
        peak_memory_mb=None if last is None else last.peak_memory_mb,
        verification=finished.verification,
        formulation=question.formulation,
        log="" if last is None else last.log,
        bound_source=source,
        certified_bound=bound.certified,
        notes=(*question.solvers.notes, *notes),
        bars=finished.bars,
    )


def _termination(question: _Question, gap: float | None) -> Termination:
    if question.infeasible:
        return Termination.INFEASIBLE
    if gap is not None and gap <= PROVEN:
        return Termination.OPTIMAL
    if gap is not None and gap <= max(question.options.gap, CLOSED):
        return Termination.GAP_REACHED
    if question.solvers.has_failed:
        return Termination.CRASHED
    return Termination.INTERRUPTED if question.stopped else question.deadline.ended


def _state(finished: Finished, gap: float | None, options: SolveOptions) -> SolutionState:
    if finished.plan is None:
        return SolutionState.NONE
    proven = finished.is_good and gap is not None and gap <= max(options.gap, CLOSED)
    return SolutionState.OPTIMAL if proven else SolutionState.FEASIBLE


def _finish(question: _Question, scenario: str) -> tuple[Finished, tuple[Note, ...]]:
    """The plan found, verified."""

    def made(columns: FloatArray | None, *, is_financed: bool = False) -> Finished:
        if columns is None:
            return Finished()
        if not is_financed:
            options, deadline = question.options, question.deadline
            columns = least_debt_service(question.scaled, columns, options, deadline)
        plan = _plan(question, columns, scenario)
        return Finished(plan, verify_plan(question.formulation.instance, plan))

    def to_unit() -> Finished:
        if question.best is None:
            return Finished()
        seconds, factor = question.deadline.share_s(0.1, 10.0), question.money.factor
        told = partial(made, is_financed=True)
        return made_to_the_unit(question.scaled, factor, question.best, seconds, told)

    def exact() -> Finished:
        return made(None if question.best is None else _completed(question, question.best))

    others = (
        (phrase("its-projects-fixed-money-was-found-to-the-unit"), to_unit),
        (phrase("its-projects-fixed-money-was-found-exactly"), exact),
    )
    return first_good(made(question.best), others)


def _plan(question: _Question, columns: FloatArray, scenario: str) -> Plan:
    """The plan at values of the scaled program's columns, with its flows and heads."""
    plan = extract_plan(question.formulation, columns / question.money.columns, scenario)
    rows = tuple(_rows(question, question.states(columns)))
    return plan.model_copy(update={"service": (*plan.service, *rows)})


def _rows(question: _Question, states: States) -> Iterator[ServiceYear]:
    """Flows of pipes, heads of nodes and pressures above them."""
    state = question.state
    network, block = state.network.settings.id, state.network.settings.blocks[0]

    def row(element: str, measure: str, value: float, unit: str) -> ServiceYear:
        return ServiceYear(
            network=network,
            element=element,
            measure=measure,
            year=state.year,
            block=block.id,
            value=value,
            unit=unit,
        )

    for link, flow in zip(state.network.links, states.flow[0].tolist(), strict=True):
        if flow:
            measure = "flow" if flow > 0.0 else "flow_back"
            yield row(link.id, measure, LITRES * abs(flow), state.network.settings.unit)
    for node, head in zip(state.network.nodes, states.head[0].tolist(), strict=True):
        if np.isfinite(head):
            yield row(node.id, "head", head, "m")
            if node.role is not NodeRole.SOURCE:
                yield row(node.id, "pressure", head - (node.elevation or 0.0), "m")
