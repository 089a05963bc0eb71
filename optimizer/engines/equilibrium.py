"""Instances whose roads are at user equilibrium: evaluation, and exact choice of projects.

No linear program can hold an equilibrium. Choice, policy and money stay in the instance's program;
travel is searched for beside it (`infraplan.optimizer.networkdesign`): by branch and bound over
designs where the plan is a choice of one year, by a master program with cuts where it is not.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw
from infraplan.models.plan import ObjectiveTerm, Plan, ServiceYear
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.accounts.candidates import standing_starts
from infraplan.optimizer.assignment import Assignment, BoolArray, UnreachableDemandError
from infraplan.optimizer.assignment import user_equilibrium as assign
from infraplan.optimizer.backends import Note, Progress
from infraplan.optimizer.engines.claims import no_plan_source, trusted_bound
from infraplan.optimizer.engines.convex_search import CLOSED
from infraplan.optimizer.engines.deadline import HURRIED, Deadline, EndingSearch
from infraplan.optimizer.engines.financing import least_debt_service
from infraplan.optimizer.engines.finished import Finished, first_good, made_to_the_unit
from infraplan.optimizer.engines.plan_starts import start_values
from infraplan.optimizer.engines.road_claims import RoadSolvers
from infraplan.optimizer.engines.ties import PROVEN
from infraplan.optimizer.engines.to_the_unit import with_bars
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.money_scale import MoneyScale, scale_money
from infraplan.optimizer.formulation.networks.layout import network_layouts
from infraplan.optimizer.formulation.networks.stretches import stretches_of
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.networkdesign.affordable import Affordability
from infraplan.optimizer.networkdesign.master import (
    MUST_SERVE_AXES,
    LostTrip,
    search_master,
    way_row,
    with_linear_rows,
)
from infraplan.optimizer.networkdesign.problem import DesignProblem
from infraplan.optimizer.networkdesign.roads import (
    Roads,
    RoadYear,
    equilibrium_network,
    read_roads,
)
from infraplan.optimizer.networkdesign.search import NOISE, SearchResult, search
from infraplan.optimizer.networkdesign.starts import start_problem
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination, relative_gap
from infraplan.optimizer.verify import verify_plan
from infraplan.optimizer.work_clock import ClockStep

OWN = "infraplan"
"""Solver of a search that has asked none."""
RELATIVE_GAP = 1e-10
"""Relative gap of the equilibria that a plan states."""
COARSE = 1e-8
"""Relative gap above which an equilibrium is told to be coarse: sharper ones differ by rounding."""
SHARPER = 0.9
"""Share of the asked gap that the searches close, since the plan's own equilibria are sharper."""


@dataclass(frozen=True)
class _Found:
    """What a search found.

    Attributes
    ----------
    columns
        Values of the scaled program's columns; None where no plan was found.
    short
        Money by which another plan could be better; None where unknown.
    infeasible
        Whether it is proven that there is no plan.
    lost
        Trips that designs looked at leave without a way.
    source
        Who vouches for `short`, or for there being no plan.
    proven_short
        Money by which another plan could be better as far as no solver's word is needed.
    """

    columns: FloatArray | None
    short: float | None
    infeasible: bool
    lost: tuple[LostTrip, ...]
    source: BoundSource = BoundSource.NONE
    proven_short: float | None = None


class _Question(EndingSearch):
    """One instance on its way through a search."""

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
        self.on_progress = on_progress
        self.formulation = with_bars(build_formulation(instance), options.bars)
        settings = equilibrium_network(instance)
        if settings is None:
            message = phrase(
                "the-instance-has-no-network-at-equilibrium", instance=instance.settings.id
            )
            raise SolverError(message)
        self.roads: Roads = read_roads(self.formulation, settings)
        self.money: MoneyScale = scale_money(self.formulation.mip)
        self.build_s = self.deadline.elapsed_s - before_s
        nothing = np.zeros(len(self.roads.candidates), dtype=np.bool_)
        self.coarsest = 0.0
        self._compile()
        before_s = self.deadline.elapsed_s - self.build_s
        self.before = [self.equilibrium(year, nothing) for year in self.roads.years]
        self.deadline = self.deadline.of_search(self.deadline.elapsed_s - before_s)
        self.solvers = RoadSolvers(self.scaled, options, self.deadline, self.stop)

    def _compile(self) -> None:
        """Compile what computes equilibria, once on a machine: it tells nothing of the instance."""
        for year in self.roads.years[:1]:
            with contextlib.suppress(UnreachableDemandError):
                assign(year.network, relative_gap=math.inf)

    def equilibrium(self, year: RoadYear, design: BoolArray) -> Assignment | None:
        """Equilibrium of a design of candidate links; None where a trip has no way.

        Once the time is over it is found less sharply, which `coarsest` keeps.
        """
        closed = year.roads.closed_arcs(design)
        try:
            found = assign(
                year.network,
                relative_gap=RELATIVE_GAP,
                closed=closed,
                is_over=self.deadline.is_over,
            )
        except UnreachableDemandError:
            return None
        if self.deadline.is_over():
            self.coarsest = max(self.coarsest, found.relative_gap)
        return found

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is told of equilibria that the time did not suffice for."""
        if self.coarsest <= COARSE:
            return ()
        told = phrase(
            "equilibria-are-coarser-for-want-of-time", gap=self.coarsest, asked=RELATIVE_GAP
        )
        return (Note(HURRIED, *told.both),)

    @property
    def scaled(self) -> Formulation:
        """The formulation in the money unit of the search."""
        return replace(self.formulation, mip=self.money.mip)

    def minutes_before(self) -> list[float]:
        """Total travel time without any project by year, 0 where a trip has no way then."""
        return [0.0 if state is None else state.total_travel_time for state in self.before]


def solve_equilibrium(
    instance: Instance,
    options: SolveOptions,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
    deadline: Deadline | None = None,
) -> SolveResult:
    """Find the projects of greatest value where every trip takes its fastest way, and prove it.

    The instance is one that the engine supports.

    Raises
    ------
    SolverError
        If the solver that checks money is missing or fails.
    """
    question = _Question(instance, options, on_progress, should_stop, deadline)
    with stopping.heeding():
        return _searched(question, scenario, warm_start)


def _searched(question: _Question, scenario: str, warm_start: Plan | None) -> SolveResult:
    """The search and what follows; from here on a signal costs no plan."""
    instance, options = question.formulation.instance, question.options
    problem = start_problem(question.scaled, question.roads, question.money.factor)
    found = _by_master(question, warm_start) if problem is None else _by_search(question, problem)
    if found.columns is None and not found.infeasible:
        found = replace(found, columns=_nothing_more(question), short=None, proven_short=None)
    finished, more = _finish(question, found, scenario)
    notes = (*question.notes, *question.solvers.notes, *more)
    formulation = question.formulation
    bound, source, certified = _bound(found, finished.plan)
    if found.infeasible:
        mip = _with_ways(formulation.mip, question.roads, instance, found.lost)
        formulation = replace(formulation, mip=mip)
        source, more = _no_plan(question, found, mip)
        notes = (*notes, *more)
    plan, last = finished.plan, question.solvers.last
    objective = None if plan is None else plan.objective
    gap = relative_gap(objective, bound)
    return SolveResult(
        instance=instance,
        options=options,
        engine="equilibrium",
        solver=OWN if last is None else last.solver,
        solver_version="" if last is None else last.solver_version,
        termination=_termination(found, gap, question),
        state=_state(finished, gap, options),
        plan=plan,
        objective=objective,
        bound=bound,
        gap=gap,
        build_s=question.build_s,
        runtime_s=question.deadline.elapsed_s,
        peak_memory_mb=None if last is None else last.peak_memory_mb,
        verification=finished.verification,
        formulation=formulation,
        log="" if last is None else last.log,
        bound_source=source,
        certified_bound=certified,
        notes=notes,
        bars=finished.bars,
    )


def _bound(found: _Found, plan: Plan | None) -> tuple[float | None, BoundSource, float | None]:
    """Bound of the value of every plan, who vouches for it, and what no solver's word is in."""
    if plan is None:
        return None, BoundSource.NONE, None
    claimed, certified = (
        None if short is None else plan.objective + short
        for short in (found.short, found.proven_short)
    )
    if found.source is BoundSource.OWN_SEARCH:
        return claimed, BoundSource.NONE if claimed is None else found.source, certified
    bound, source = trusted_bound(claimed, certified)
    return bound, source, certified


def _no_plan(question: _Question, found: _Found, mip: Mip) -> tuple[BoundSource, tuple[Note, ...]]:
    """Who vouches for there being no plan of `mip`; what is to be told."""
    last = question.solvers.last
    if found.source is BoundSource.OWN_SEARCH or last is None:
        return BoundSource.OWN_SEARCH, ()
    return no_plan_source(mip, last, question.deadline)


def _finish(question: _Question, found: _Found, scenario: str) -> tuple[Finished, tuple[Note, ...]]:
    """The plan found, or where that breaks a law, with its projects fixed and money anew."""
    until = question.deadline

    def made(columns: FloatArray | None, *, is_financed: bool = False) -> Finished:
        if columns is None:
            return Finished()
        if not is_financed:
            columns = least_debt_service(question.scaled, columns, question.options, until)
        with work_clock.within(ClockStep.FLOWS):
            plan = _plan(question, columns, scenario)
        return Finished(plan, verify_plan(question.formulation.instance, plan))

    def exact() -> Finished:
        return made(None if found.columns is None else _completed(question, found.columns))

    def to_unit() -> Finished:
        if found.columns is None:
            return Finished()
        seconds, factor = question.deadline.share_s(0.1, 10.0), question.money.factor
        told = partial(made, is_financed=True)
        return made_to_the_unit(question.scaled, factor, found.columns, seconds, told)

    others = (
        (phrase("its-projects-fixed-money-was-found-to-the-unit"), to_unit),
        (phrase("its-projects-fixed-money-was-found-exactly"), exact),
    )
    return first_good(made(found.columns), others)


def _nothing_more(question: _Question) -> FloatArray | None:
    """Columns of the plan that starts nothing, for a search that found no plan; None: it is none.

    A search may end before its first design: compiling what computes equilibria, once on a
    machine, takes longer than many a small instance.
    """
    mip = question.money.mip
    values = _completed(question, np.zeros(mip.num_columns))
    if values is None:
        return None
    designs = ((year, year.design(values)) for year in question.roads.years)
    return values if all(question.equilibrium(*pair) is not None for pair in designs) else None


def _completed(question: _Question, values: FloatArray) -> FloatArray | None:
    """The scaled program's columns with the starts of `values`; None: it allows them not."""
    mip = question.money.mip
    starts = mip.columns("started").index.ravel()
    chosen = np.round(values[starts])
    return Completion.of(mip, starts).solve(chosen, question.solvers.seconds(), 1e-9)


def _by_search(question: _Question, problem: DesignProblem) -> _Found:
    """Branch and bound over the starts of one year."""
    options, mip, solvers = question.options, question.money.mip, question.solvers
    starts = mip.columns("started").index.ravel()
    year, before = question.roads.years[0], question.minutes_before()[0]
    offset = year.scale * before + mip.objective_offset / question.money.factor

    def show(value: float, bound: float) -> None:
        if question.on_progress is not None:
            best = None if math.isinf(value) else offset - year.scale * value
            top = None if math.isinf(bound) else offset - year.scale * bound
            elapsed = question.deadline.elapsed_s
            question.on_progress(Progress(elapsed, best, top, relative_gap(best, top)))

    left = question.deadline.left_s()
    affordable = Affordability(mip, starts, solvers.seconds, solvers.check)
    try:
        found = search(
            problem,
            affordable,
            time_limit_s=math.inf if left is None else left,
            gap=SHARPER * options.gap,
            base=offset / year.scale,
            on_progress=show,
            should_stop=question.stop,
        )
    except UnreachableDemandError:
        everything = np.ones(problem.roads.num_owners, dtype=np.bool_)
        found = SearchResult(None, math.inf, math.inf, lost=(everything,))
    question.stopped = question.stopped or found.interrupted
    short = None
    if math.isfinite(found.bound) and found.design is not None:
        # The plan's equilibrium is sharper than the search's: only the search's own gap counts.
        apart = found.value - found.bound
        short = year.scale * apart if apart > NOISE * abs(found.value) else 0.0
    infeasible = found.design is None and found.bound == math.inf
    lost = []
    for design in found.lost if infeasible else ():
        columns = np.zeros(mip.num_columns)
        columns[starts] = design[: starts.size]
        if (row := way_row(year, columns)) is not None:
            lost.append(row)
    source = BoundSource.OWN_SEARCH if affordable.word is None else BoundSource.SOLVER
    proven = short if affordable.word is None else None
    return _Found(found.columns, short, infeasible, tuple(lost), source, proven)


def _by_master(question: _Question, warm_start: Plan | None) -> _Found:
    """The master program with cuts from designs."""
    options, money = question.options, question.money
    found = search_master(
        money.mip,
        question.roads.years,
        question.minutes_before(),
        money.factor,
        question.solvers,
        gap=SHARPER * options.gap,
        is_over=question.is_over,
        start=None if warm_start is None else _columns_of(question, warm_start),
        on_progress=question.on_progress,
    )
    question.stopped = question.stopped or found.interrupted
    certified = None
    if found.mip is not None and not found.infeasible:
        certified = question.solvers.bound_of(found.mip)
    short, proven = (_short(question, found.value, bound) for bound in (found.bound, certified))
    return _Found(found.columns, short, found.infeasible, found.lost, proven_short=proven)


def _short(question: _Question, value: float | None, bound: float | None) -> float | None:
    """Money between value and bound of the master; None where one is unknown."""
    if value is None or bound is None:
        return None
    short = max(0.0, (bound - value) / question.money.factor)
    minutes = zip(question.roads.years, question.minutes_before(), strict=True)
    return 0.0 if short <= NOISE * sum(year.scale * total for year, total in minutes) else short


def _columns_of(question: _Question, plan: Plan) -> FloatArray | None:
    """Values of the scaled program's columns at the starts of `plan`; None: it allows them not."""
    return _completed(question, start_values(question.formulation, plan))


def _with_ways(mip: Mip, roads: Roads, instance: Instance, lost: tuple[LostTrip, ...]) -> Mip:
    """`mip` with the rows that keep ways open: what explains why there is no plan."""
    block = roads.settings.blocks[0].id
    ids = {(row.node, row.to_node or ""): row.id for row in instance.demands}
    keys = tuple((roads.settings.id, ids[pair], block, year) for _, pair, year in lost)
    return with_linear_rows(mip, [row for row, _, _ in lost], "must_serve", MUST_SERVE_AXES, keys)


def _termination(found: _Found, gap: float | None, question: _Question) -> Termination:
    if found.infeasible:
        return Termination.INFEASIBLE
    if gap is not None and gap <= PROVEN:
        return Termination.OPTIMAL
    if gap is not None and gap <= max(question.options.gap, CLOSED):
        return Termination.GAP_REACHED
    if question.solvers.has_failed:
        return Termination.CRASHED
    if question.stopped or question.deadline.limit_s is None:
        return Termination.UNPROVEN  # whether it was stopped by a wish is told by `solve`
    return question.deadline.ended


def _state(finished: Finished, gap: float | None, options: SolveOptions) -> SolutionState:
    if finished.plan is None:
        return SolutionState.NONE
    proven = finished.is_good and gap is not None and gap <= max(options.gap, CLOSED)
    return SolutionState.OPTIMAL if proven else SolutionState.FEASIBLE


def _plan(question: _Question, columns: FloatArray, scenario: str) -> Plan:
    """The plan at values of the scaled program's columns."""
    values = columns / question.money.columns
    plan = extract_plan(question.formulation, values, scenario)
    instance, name = question.formulation.instance, question.roads.settings.id
    discount = question.formulation.coefficients.discount
    views = network_layouts(instance, (FlowLaw.EQUILIBRIUM,))
    starts = (*standing_starts(instance), *plan.starts)
    stated = {row.year for row in stretches_of(instance, discount, views, starts)[name]}
    rows: list[ServiceYear] = []
    saved = 0.0
    for year, before in zip(question.roads.years, question.before, strict=True):
        design = year.design(values)
        found = question.equilibrium(year, design)
        if found is None:  # the search keeps no design that leaves a trip at home
            message = phrase("a-design-of-the-search-leaves-a-trip")
            raise SolverError(message)
        base = 0.0 if before is None else before.total_travel_time
        saved += year.scale * (base - found.total_travel_time)
        states = [(found, design, "")]
        if before is not None:
            states.append((before, np.zeros_like(design), "_before"))
        if year.year in stated:  # else nothing ends here: the state before goes on
            rows += _rows(instance, question.roads, year, states)
    terms = plan.objective_terms
    if saved:
        terms += (ObjectiveTerm(term="service", subject=name, value=saved),)
    return plan.model_copy(
        update={
            "service": tuple(rows),
            "objective_terms": terms,
            "objective": float(sum(term.value for term in terms)),
        }
    )


def _rows(
    instance: Instance,
    roads: Roads,
    year: RoadYear,
    states: list[tuple[Assignment, BoolArray, str]],
) -> Iterator[ServiceYear]:
    """Service rows of a state: flows and times with the plan, and before it (`states`).

    What was before it is stated once, in the representative year.
    """
    network, name = year.network, roads.settings.id
    block, unit = roads.settings.blocks[0], roads.settings.unit

    def row(element: str, measure: str, value: float, **more: str) -> ServiceYear:
        return ServiceYear(
            network=name, element=element, measure=measure, year=year.year, value=value, **more
        )

    money = block.weight * instance.demands[0].value_of_time
    costs = {"": 0.0, "_before": 0.0}
    for state, design, after in states:
        costs[after] = money * state.total_travel_time
        if after and year.year != year.base:
            continue
        for arc, volume in zip(network.arc_names, state.volume, strict=True):
            if volume > 0.0:
                link, back = (arc[:-1], "_back") if arc.endswith("<") else (arc, "")
                yield row(link, f"flow{back}{after}", float(volume), block=block.id, unit=unit)
        minutes = year.trip_minutes(design, state)
        for demand in instance.demands:
            taken = minutes.get((demand.node, demand.to_node or ""), math.inf)
            if math.isfinite(taken):
                yield row(demand.id, f"travel_time{after}", taken, unit="minutes")
        yield row(name, f"total_travel_time{after}", state.total_travel_time, unit="minutes")
    yield row(name, "cost", costs[""])
    yield row(name, "baseline_cost", costs["_before"])
