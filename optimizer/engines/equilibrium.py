"""Instances whose roads are at user equilibrium: evaluation, and exact network design.

No linear program can hold an equilibrium, so these instances have an engine of their own:
branch and bound over designs with bounds from system optima (`infraplan.optimizer.networkdesign`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.plan import ObjectiveTerm, Plan, ServiceYear
from infraplan.optimizer.accounts.funds import least_cash
from infraplan.optimizer.assignment import (
    Assignment,
    BoolArray,
    UnreachableDemandError,
    user_equilibrium,
)
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.networkdesign.problem import DesignProblem
from infraplan.optimizer.networkdesign.reading import Reading, equilibrium_network, read_problem
from infraplan.optimizer.networkdesign.search import SearchResult, search
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination, relative_gap
from infraplan.optimizer.verify import verify_plan

ENGINE = "equilibrium"
RELATIVE_GAP = 1e-10
"""Relative gap of the equilibria that a plan states."""
NOISE = 1e-8
"""Share of its value below which a difference between two equilibria says nothing."""
SHARPER = 0.1
"""Share of the asked gap that the search closes: it measures itself by all travel time, of which
what projects save is a part."""


def has_equilibrium(instance: Instance) -> bool:
    """Whether a network of the instance is at user equilibrium."""
    return equilibrium_network(instance) is not None


def solve_equilibrium(
    instance: Instance,
    options: SolveOptions,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SolveResult:
    """Find the projects of greatest value where every trip takes its fastest way, and prove it.

    Raises
    ------
    UnsupportedFeatureError
        The instance has what the engine cannot take.
    """
    begin = time.perf_counter()
    formulation = build_formulation(instance)
    reading = read_problem(formulation)
    problem = reading.problem
    build_s = time.perf_counter() - begin
    baseline = _equilibrium(problem, np.zeros(problem.num_projects, dtype=np.bool_))
    offset = 0.0 if baseline is None else reading.scale * baseline.total_travel_time

    def show(value: float, bound: float) -> None:
        if on_progress is not None:
            best = None if math.isinf(value) else offset - reading.scale * value
            top = None if math.isinf(bound) else offset - reading.scale * bound
            gap = relative_gap(best, top)
            on_progress(Progress(time.perf_counter() - begin, best, top, gap))

    limit = math.inf if options.time_limit_s is None else options.time_limit_s
    stopped = False

    def stop() -> bool:
        nonlocal stopped
        stopped = stopped or (should_stop is not None and should_stop())
        return stopped

    try:
        found = search(
            problem,
            time_limit_s=limit - (time.perf_counter() - begin),
            gap=SHARPER * options.gap,
            on_progress=show,
            should_stop=stop,
        )
    except KeyboardInterrupt:  # before the first design: nothing is known
        found = SearchResult(None, math.inf, -math.inf, 0, 0)
        stopped = True
    except UnreachableDemandError:
        found = SearchResult(None, math.inf, math.inf, 0, 0)
    plan = None
    if found.design is not None:
        plan = _plan(formulation, reading, found.design, baseline, scenario)
    verification = None if plan is None else verify_plan(instance, plan)
    objective = None if plan is None else plan.objective
    bound = None if math.isinf(found.bound) else offset - reading.scale * found.bound
    if objective is not None and bound is not None:
        # The plan's equilibrium is sharper than the search's: only the search's own gap counts.
        left = found.value - found.bound
        noise = NOISE * abs(found.value)
        bound = objective + (reading.scale * left if left > noise else 0.0)
    gap = relative_gap(objective, bound)
    return SolveResult(
        instance=instance,
        options=options,
        engine=ENGINE,
        solver="infraplan",
        solver_version="",
        termination=_termination(found, gap, options, stopped),
        state=_state(plan, gap, options),
        plan=plan,
        objective=objective,
        bound=bound,
        gap=gap,
        build_s=build_s,
        runtime_s=time.perf_counter() - begin,
        peak_memory_mb=None,
        verification=verification,
        formulation=formulation,
    )


def _termination(
    found: SearchResult, gap: float | None, options: SolveOptions, stopped: bool
) -> Termination:
    if found.design is None and math.isinf(found.bound) and found.bound > 0.0:
        return Termination.INFEASIBLE
    if gap is not None and gap <= 0.0:
        return Termination.OPTIMAL
    if gap is not None and gap <= options.gap:
        return Termination.GAP_REACHED
    return Termination.INTERRUPTED if stopped else Termination.TIME_LIMIT


def _state(plan: Plan | None, gap: float | None, options: SolveOptions) -> SolutionState:
    if plan is None:
        return SolutionState.NONE
    proven = gap is not None and gap <= options.gap
    return SolutionState.OPTIMAL if proven else SolutionState.FEASIBLE


def _equilibrium(problem: DesignProblem, design: BoolArray) -> Assignment | None:
    """Equilibrium of a design; None where a trip has no way."""
    try:
        return user_equilibrium(
            problem.network, relative_gap=RELATIVE_GAP, closed=problem.closed_arcs(design)
        )
    except UnreachableDemandError:
        return None


def _plan(
    formulation: Formulation,
    reading: Reading,
    design: BoolArray,
    baseline: Assignment | None,
    scenario: str,
) -> Plan:
    x = np.zeros(formulation.mip.num_columns)
    for option in np.flatnonzero(design):
        x[formulation.started[option, 0]] = 1.0
    _pay(formulation, x)
    plan = extract_plan(formulation, x, scenario)
    found = _equilibrium(reading.problem, design)
    if found is None:  # the search keeps no design that leaves a trip at home
        message = "a design of the search leaves a trip without a way"
        raise AssertionError(message)
    base = 0.0 if baseline is None else baseline.total_travel_time
    worth = reading.scale * (base - found.total_travel_time)
    terms = plan.objective_terms
    if worth:
        terms += (ObjectiveTerm(term="service", subject=reading.settings.id, value=worth),)
    rows = tuple(_rows(formulation.instance, reading, found, baseline))
    return plan.model_copy(
        update={
            "service": rows,
            "objective_terms": terms,
            "objective": float(sum(term.value for term in terms)),
        }
    )


def _pay(formulation: Formulation, x: np.ndarray) -> None:
    """Let every payer draw on its funds in their order, each up to what it holds."""
    sets, money, instance = formulation.sets, formulation.money, formulation.instance
    spending = formulation.coefficients.spending
    spent = np.zeros(len(instance.projects))
    mine = x[formulation.started[spending.option, 0]] > 0.5
    np.add.at(spent, spending.option[mine], spending.amount[mine] * sets.price_index[0])
    year = sets.first_year
    left = {
        fund.id: fund.opening_balance
        - least_cash(fund)
        + sum(row.value for row in instance.inflows if row.fund == fund.id and row.year == year)
        for fund in instance.funds
    }
    for number, group in enumerate(money.classes):
        due = float(spent[list(group.projects)] @ np.array(group.shares))
        for pair in np.flatnonzero(money.pair_class == number):
            source = money.pair_source[pair]
            paid = min(due, max(0.0, left.get(source, 0.0)))
            x[money.pay[pair, 0]] = paid
            left[source] = left.get(source, 0.0) - paid
            due -= paid


def _rows(
    instance: Instance, reading: Reading, found: Assignment, baseline: Assignment | None
) -> Iterator[ServiceYear]:
    """Service rows: flows and times with the plan and before it."""
    network, name = reading.problem.network, reading.settings.id
    block, unit = reading.settings.blocks[0], reading.settings.unit

    def row(element: str, measure: str, value: float, **more: str) -> ServiceYear:
        return ServiceYear(
            network=name,
            element=element,
            measure=measure,
            year=reading.year,
            value=value,
            **more,
        )

    pair = dict(zip(network.trip_names, range(network.num_trips), strict=True))
    for state, after in ((found, ""), (baseline, "_before")):
        if state is None:
            continue
        for arc, volume in zip(network.arc_names, state.volume, strict=True):
            if volume > 0.0:
                link, back = (arc[:-1], "_back") if arc.endswith("<") else (arc, "")
                yield row(link, f"flow{back}{after}", float(volume), block=block.id, unit=unit)
        for demand in instance.demands:
            number = pair.get((demand.node, demand.to_node or ""))
            if number is not None:
                minutes = float(state.trip_time[number])
                yield row(demand.id, f"travel_time{after}", minutes, unit="minutes")
        yield row(name, f"total_travel_time{after}", state.total_travel_time, unit="minutes")
    money = block.weight * instance.demands[0].value_of_time
    yield row(name, "cost", money * found.total_travel_time)
    base = 0.0 if baseline is None else baseline.total_travel_time
    yield row(name, "baseline_cost", money * base)
