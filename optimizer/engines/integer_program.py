"""The exact engine: the whole instance as one mixed-integer linear program.

    build -> main solve -> tie-break -> financing -> extract -> verify

The main solve finds the projects and years of greatest value. Where it is proven to optimality
and the model is small, ties between equally good plans are broken by a fixed order, so that any
solver answers the same plan. The projects fixed, a second solve finds the financing with the
least debt service among those that obey every rule: value never depends on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from infraplan.models.funding import InstrumentKind
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import Progress, SolverOptions, SolverReply, solve_mip
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.build import Formulation, build_formulation
from infraplan.optimizer.formulation.debt_terms import kernel_of
from infraplan.optimizer.formulation.money_scale import scale_money
from infraplan.optimizer.formulation.networks.refine import least_cost, with_tangents
from infraplan.optimizer.mip import FloatArray, Mip, RowBlock
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination, relative_gap
from infraplan.optimizer.verify import verify_plan

CANONICAL_COLUMNS = 3000
"""Largest number of integer columns for which ties are broken by a further solve."""
SECOND_SOLVER = "highs"
"""Solver of the later stages, whatever found the optimum: the same plan from every solver."""
MOST_TANGENT_ROUNDS = 200
"""Solves at most in which the tangents of convex costs are completed."""
CLOSED = 1e-7
"""Relative gap below which plan and bound of convex costs meet: tangents are kept to 1e-9."""
PROVEN = 1e-9
"""Relative gap below which a plan counts as proven optimal."""


def solve_integer_program(
    instance: Instance,
    options: SolveOptions,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
) -> SolveResult:
    """Find the plan of greatest value, with a bound, and verify it.

    `scenario` only names the instance's scenario in the plan (apply it before). `on_progress`
    receives incumbents and bounds; `should_stop` asks for an early end, as Ctrl-C does: the best
    plan so far is kept.

    Raises
    ------
    SolverError
        If the solver is missing, crashes without an incumbent or answers nonsense.
    """
    begin = time.perf_counter()
    formulation = build_formulation(instance)
    build_s = time.perf_counter() - begin
    solver_options = _solver_options(options, begin)
    scale = scale_money(formulation.mip)
    scaled = replace(formulation, mip=scale.mip)
    reply = solve_mip(
        scale.mip,
        solver_options,
        on_progress=_in_own_money(on_progress, scale.factor),
        should_stop=should_stop,
        start=None if warm_start is None else start_values(formulation, warm_start),
    )
    values = reply.values
    if values is not None and has_convex_costs(scaled):
        reply = _search_on(scaled, reply, options, begin, should_stop)
        values = reply.values
    elif values is not None:
        values = _break_ties(scaled, reply, values, options, begin)
        values = _clean_flows(scaled, values)
    if values is not None:
        values = least_debt_service(scaled, values, options, begin) / scale.columns
    plan = None if values is None else extract_plan(formulation, values, scenario)
    verification = None if plan is None else verify_plan(instance, plan)
    objective = None if plan is None else plan.objective
    bound = None if reply.bound is None else reply.bound / scale.factor
    if objective is not None and bound is not None:
        bound = max(bound, objective)
    gap = relative_gap(objective, bound)
    return SolveResult(
        instance=instance,
        options=options,
        engine="exact",
        solver=reply.solver,
        solver_version=reply.solver_version,
        termination=_termination(reply.termination, gap, options, begin),
        state=_state(reply, gap, options.gap),
        plan=plan,
        objective=objective,
        bound=bound,
        gap=gap,
        build_s=build_s,
        runtime_s=time.perf_counter() - begin,
        peak_memory_mb=reply.peak_memory_mb,
        verification=verification,
        formulation=formulation,
        log=reply.log,
    )


def _in_own_money(
    on_progress: Callable[[Progress], None] | None, factor: float
) -> Callable[[Progress], None] | None:
    """The listener, told values in the instance's money."""
    if on_progress is None or factor == 1.0:
        return on_progress
    listener = on_progress

    def told(value: float | None) -> float | None:
        return None if value is None else value / factor

    def listen(news: Progress) -> None:
        listener(replace(news, incumbent=told(news.incumbent), bound=told(news.bound)))

    return listen


def _solver_options(
    options: SolveOptions, begin: float, most_s: float | None = None
) -> SolverOptions:
    """Options for a guest, with what is left of the time limit (at most `most_s`)."""
    left = most_s
    if options.time_limit_s is not None:
        remaining = max(1.0, options.time_limit_s - (time.perf_counter() - begin))
        left = remaining if most_s is None else min(remaining, most_s)
    return SolverOptions(
        solver=options.solver,
        gap=options.gap,
        time_limit_s=left,
        threads=options.threads,
        seed=options.seed,
        memory_limit_mb=options.memory_limit_mb,
    )


def _termination(
    said: Termination, gap: float | None, options: SolveOptions, begin: float
) -> Termination:
    limit = options.time_limit_s
    if said in {Termination.OPTIMAL, Termination.GAP_REACHED} and gap is not None:
        if gap <= PROVEN:
            return Termination.OPTIMAL
        if gap <= max(options.gap, CLOSED):
            return Termination.GAP_REACHED
        # The convex costs of a network were not closed up to what was asked.
        late = limit is not None and time.perf_counter() - begin >= limit - 1.0
        return Termination.TIME_LIMIT if late else Termination.INTERRUPTED
    if said is Termination.TIME_LIMIT and gap is not None and gap <= options.gap:
        return Termination.GAP_REACHED
    return said


def has_convex_costs(formulation: Formulation) -> bool:
    """Whether a network has costs that the program holds by tangents."""
    return any(part.delay or part.quadratic for part in formulation.networks.slices)


def _search_on(
    formulation: Formulation,
    reply: SolverReply,
    options: SolveOptions,
    begin: float,
    should_stop: Callable[[], bool] | None,
) -> SolverReply:
    """Solve again with tangents where the costs were too low, until plan and bound meet.

    Every solve bounds the true value from above; its projects with the best flows at their full
    costs are worth the true value (outer approximation: Duran and Grossmann, Mathematical
    Programming 36, 1986). The answer is the best plan found, under the least bound.
    """
    mip, slices = formulation.mip, formulation.networks.slices
    best, worth, bound = reply.values, -np.inf, reply.bound
    # The first solve may leave half of what is asked to the tangents, and so may the others.
    share = 0.5 * options.gap
    for _ in range(MOST_TANGENT_ROUNDS):
        if reply.values is None:
            break
        clean = _clean_flows(formulation, reply.values)
        if (value := formulation.mip.value(clean)) > worth:
            best, worth = clean, value
        if reply.bound is not None:
            bound = reply.bound if bound is None else min(bound, reply.bound)
        gap = relative_gap(worth, bound)
        left = options.time_limit_s
        out_of_time = left is not None and time.perf_counter() - begin >= left
        if gap is None or gap <= max(options.gap, CLOSED) or out_of_time:
            break
        if should_stop is not None and should_stop():
            break
        more = with_tangents(mip, slices, [reply.values, clean])
        if more is None and share == 0.0:
            break
        mip, share = mip if more is None else more, share if more is not None else 0.0
        again = replace(_solver_options(options, begin), gap=share)
        reply = solve_mip(mip, again, should_stop=should_stop, start=best)
    return replace(
        reply,
        values=best,
        objective=worth,
        bound=bound,
        gap=relative_gap(worth, bound),
    )


def _state(reply: SolverReply, gap: float | None, asked: float) -> SolutionState:
    if reply.values is None:
        return SolutionState.NONE
    proven = gap is not None and gap <= max(asked, 1e-6)
    return SolutionState.OPTIMAL if proven else SolutionState.FEASIBLE


def with_row(mip: Mip, columns: FloatArray, family: str, lower: float) -> Mip:
    """`mip` with one more row `columns' x >= lower` (dense coefficients, zeros left out)."""
    index = np.flatnonzero(columns)
    block = RowBlock(family, mip.num_rows, 1, (), ())
    return replace(
        mip,
        a_start=np.append(mip.a_start, mip.a_start[-1] + len(index)),
        a_index=np.concatenate([mip.a_index, index]),
        a_value=np.concatenate([mip.a_value, columns[index]]),
        row_lower=np.append(mip.row_lower, lower),
        row_upper=np.append(mip.row_upper, np.inf),
        row_blocks=(*mip.row_blocks, block),
    )


def canonical_weights(formulation: Formulation) -> FloatArray:
    """Fixed preferences between equally good plans, one per column, zero but for `started`.

    By rank in the order of (project id, option id, year), weights in 1..2 that share no simple
    relation (fractional parts of multiples of the golden ratio), so that a tie of two different
    plans is all but impossible, and earlier starts are preferred.
    """
    mip = formulation.mip
    weights = np.zeros(mip.num_columns)
    labelled = []
    for number, flat in enumerate(formulation.sets.options):
        for t in range(flat.first, flat.last + 1):
            key = (flat.project.id, flat.option.option, t)
            labelled.append((key, int(formulation.started[number, t])))
    for rank, (_, column) in enumerate(sorted(labelled)):
        weights[column] = 1.0 + (rank * 0.6180339887498949) % 1.0
    return weights


def _break_ties(
    formulation: Formulation,
    reply: SolverReply,
    values: FloatArray,
    options: SolveOptions,
    begin: float,
) -> FloatArray:
    """Among plans as good as `values`, the one preferred by `canonical_weights`."""
    mip = formulation.mip
    proven = reply.gap is not None and reply.gap <= PROVEN
    if not options.canonical or not proven or int(mip.integrality.sum()) > CANONICAL_COLUMNS:
        return values
    best = mip.value(values)
    tolerance = PROVEN * max(1.0, abs(best))
    tied = with_row(mip, mip.objective, "optimal_face", best - mip.objective_offset - tolerance)
    tied = replace(tied, objective=canonical_weights(formulation), objective_offset=0.0)
    second = replace(_solver_options(options, begin, 60.0), gap=0.0, solver=SECOND_SOLVER)
    answer = solve_mip(tied, second, start=values)
    if answer.values is None or answer.termination is not Termination.OPTIMAL:
        return values
    if mip.value(answer.values) < best - 1e-7 * max(1.0, abs(best)):
        return values
    return answer.values


def _clean_flows(formulation: Formulation, values: FloatArray) -> FloatArray:
    """The projects fixed at exact zeros and ones, the best flows at their full costs."""
    if not formulation.networks.slices:
        return values
    mip = formulation.mip
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    whole = np.flatnonzero(mip.integrality)
    lower[whole] = upper[whole] = np.round(values[whole])
    found = least_cost(mip, formulation.networks.slices, lower, upper)
    return values if found is None else found


def least_debt_service(
    formulation: Formulation, values: FloatArray, options: SolveOptions, begin: float
) -> FloatArray:
    """The projects fixed, borrow as little (weighted by service) and as late as can be."""
    money = formulation.money
    if not money.borrow.size and not any(group.receiver for group in money.classes):
        return values
    financing = financing_model(formulation, values)
    second = replace(_solver_options(options, begin, 60.0), gap=1e-6, solver=SECOND_SOLVER)
    answer = solve_mip(financing, second, start=values)
    if answer.values is None:
        return values
    # Flows cost nothing in this solve: theirs are those found before.
    flows = formulation.networks.all_columns()
    financed = answer.values.copy()
    financed[flows] = values[flows]
    return financed


def financing_model(formulation: Formulation, values: FloatArray) -> Mip:
    """The model with the projects fixed as in `values`: least debt service, then compensation."""
    mip, money = formulation.mip, formulation.money
    objective = np.zeros(mip.num_columns)
    years = formulation.sets.num_years
    sooner = 1.0 + 0.001 * np.arange(years - 1, -1, -1)
    for position, row in enumerate(formulation.instance.instruments):
        # What users repay costs the budget nothing.
        is_ours = row.kind is not InstrumentKind.USER_PAY
        service = kernel_of(row).service_per_unit if is_ours else 0.0
        objective[money.borrow[position]] = -service * sooner
    rank = {source: number for number, source in enumerate(dict.fromkeys(money.pair_source))}
    for pair, source in enumerate(money.pair_source):
        objective[money.pay[pair]] -= 1e-4 * rank[source] / max(1, len(rank))
        if money.classes[int(money.pair_class[pair])].receiver:
            objective[money.pay[pair]] -= 1e-3
    fixed = mip.columns("started").index.ravel()
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    lower[fixed] = upper[fixed] = np.round(values[fixed])
    return replace(mip, objective=objective, objective_offset=0.0, col_lower=lower, col_upper=upper)


def start_values(formulation: Formulation, plan: Plan) -> FloatArray:
    """Column values that start what `plan` starts; NaN for every other column.

    Starts that the instance no longer allows are left out.
    """
    sets, mip = formulation.sets, formulation.mip
    values = np.full(mip.num_columns, np.nan)
    values[mip.columns("started").index.ravel()] = 0.0
    wanted = {(start.project, start.option): start.start for start in plan.starts}
    for number, flat in enumerate(sets.options):
        year = wanted.get((flat.project.id, flat.option.option))
        if year is not None and flat.first <= year - sets.first_year <= flat.last:
            values[formulation.started[number, year - sets.first_year : flat.last + 1]] = 1.0
    return values
