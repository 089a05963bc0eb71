"""The scheduling engine: the fewest years until all that must be built is open, without money.

    what is asked for -> list schedule and own bound -> interval model in a guest -> plan -> verify

Under the objective `makespan` nothing is gained by a project that nothing asks for. So the
projects that must be built, and those that they wait for, are scheduled, and no other. Where the
list schedule meets the bound of chains and limits, no solver is asked. Where one is, its answer is
held against both (`schedule_claims.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.models.project import Mandate
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.accounts.candidates import FlatOption
from infraplan.optimizer.backends import Note, Progress, SolverReply
from infraplan.optimizer.engines.claims import no_plan_source
from infraplan.optimizer.engines.deadline import LEAST_S, Deadline
from infraplan.optimizer.engines.finished import Finished, first_good
from infraplan.optimizer.engines.schedule_claims import (
    SOLVER,
    Task,
    ask_for_schedule,
    schedule_of,
)
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.families.makespan import BLOCK
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.primal.activities import (
    Activities,
    Order,
    Schedule,
    Way,
    end_of,
    least_end,
    quick_schedule,
)
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination, relative_gap
from infraplan.optimizer.verify import verify_plan

PASSES = 30
"""List schedules that are made before a solver is asked."""
WHOLE = 10**6
"""Amounts of resources are counted in this part of a unit, so that they are whole numbers."""
WHOLENESS = 1e-9
"""Rounding of a limit that is a whole number of amounts."""

ORDERS = {
    RelationType.FINISH_TO_START: (True, False),
    RelationType.START_TO_START: (False, False),
    RelationType.FINISH_TO_FINISH: (True, True),
}
"""Whether a relation counts from the opening of the one, and to the opening of the other."""


def solve_scheduling(
    instance: Instance,
    options: SolveOptions,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
    deadline: Deadline | None = None,
) -> SolveResult:
    """Find the plan of fewest years, with a bound, and verify it.

    Of `warm_start` nothing is taken: the list schedule is the solver's start.

    Raises
    ------
    SolverError
        If CP-SAT is missing, or fails where no plan is known.
    """
    deadline = deadline or Deadline.after(options.time_limit_s)
    before_s = deadline.elapsed_s
    formulation = build_formulation(instance)
    build_s = deadline.elapsed_s - before_s
    task = _task_of(formulation)
    if not all(task.options):
        reply = _no_window(deadline)
        return _result(formulation, options, reply, Finished(), (), 0, build_s, deadline)
    known = quick_schedule(task.activities, PASSES, options.seed)
    least = least_end(task.activities)
    if on_progress is not None:
        worth = None if known is None else -float(end_of(task.activities, known))
        gap = relative_gap(worth, -float(least))
        on_progress(Progress(deadline.elapsed_s, worth, -float(least), gap))
    notes: tuple[Note, ...] = ()
    if known is not None and end_of(task.activities, known) <= least:
        reply = _known_reply(least, deadline)
    else:
        answer = ask_for_schedule(task, known, least, options, deadline, on_progress, should_stop)
        reply, notes = answer.reply, answer.notes
    finished, more = _finish(task, reply, known, scenario, deadline)
    notes = (*notes, *more)
    return _result(task.formulation, options, reply, finished, notes, least, build_s, deadline)


def _finish(
    task: Task, reply: SolverReply, known: Schedule | None, scenario: str, deadline: Deadline
) -> tuple[Finished, tuple[Note, ...]]:
    """The plan of the answered schedule, or of the `known` one where that breaks a law."""
    instance = task.formulation.instance

    def made(schedule: Schedule | None) -> Finished:
        if schedule is None:
            return Finished()
        columns = _columns(task, schedule, deadline)
        plan = extract_plan(task.formulation, columns, scenario)
        return Finished(plan, verify_plan(instance, plan))

    answered = known if reply.values is None else schedule_of(task, reply.values)
    kept = (phrase("the-plan-found-before-is-kept"), lambda: made(known))
    return first_good(made(answered), (kept,) if answered != known else ())


def is_order(row: Relation) -> bool:
    """Whether a relation is one that the engine schedules by."""
    return row.count is None and (row.type in ORDERS or row.type is RelationType.REQUIRES)


def _task_of(formulation: Formulation) -> Task:
    """The projects that must be built and what they wait for, with all that limits them."""
    sets, instance = formulation.sets, formulation.instance
    wanted = {p.id for p in instance.projects if p.mandatory is Mandate.MUST}
    rows = [row for row in instance.relations if row.is_enforced]
    grown = -1
    while grown != len(wanted):
        grown = len(wanted)
        for row in rows:
            if wanted & set(row.to_projects):
                wanted |= set(row.from_projects)
    numbers = tuple(i for i, p in enumerate(instance.projects) if p.id in wanted)
    options = tuple(
        tuple(o for o in sets.options_of[i] if sets.options[o].is_open) for i in numbers
    )
    position = {instance.projects[i].id: place for place, i in enumerate(numbers)}
    orders = tuple(
        Order(position[before], position[after], row.lag, *ORDERS[row.type])
        for row in rows
        if row.type in ORDERS
        for after in row.to_projects
        if after in position
        for before in row.from_projects
    )
    units = [
        _unit(row.resource, [sets.options[o] for mine in options for o in mine])
        for row in instance.resources
    ]
    limits = [
        _limit_of(row, unit, sets.first_year, sets.num_years)
        for row, unit in zip(instance.resources, units, strict=True)
    ]
    ways = tuple(
        tuple(_way(sets.options[o], instance.resources, units) for o in mine) for mine in options
    )
    shape = (len(limits), sets.num_years)
    activities = Activities(ways, orders, np.array(limits, dtype=np.int64).reshape(shape))
    return Task(formulation, numbers, options, activities)


def _unit(resource: str, flats: list[FlatOption]) -> int:
    """Largest part of a unit that all amounts are whole numbers of, in millionths."""
    amounts = [round(flat.option.resources.get(resource, 0.0) * WHOLE) for flat in flats]
    return max(1, math.gcd(*amounts))


def _limit_of(row: ResourceLimit, unit: int, first_year: int, years: int) -> list[int]:
    """Most use in each year of the plan; outside the row's span as much as anybody asks."""
    begin, end = row.from_year or first_year, row.to_year or first_year + years
    limit = math.floor(row.limit * WHOLE / unit + WHOLENESS)
    return [limit if begin <= first_year + t <= end else 2**40 for t in range(years)]


def _way(flat: FlatOption, rows: tuple[ResourceLimit, ...], units: list[int]) -> Way:
    use = []
    for number, (row, unit) in enumerate(zip(rows, units, strict=True)):
        amount = round(flat.option.resources.get(row.resource, 0.0) * WHOLE) // unit
        years = 1 if row.timing is ResourceTiming.START else flat.works_years
        if amount:
            use.append((number, years, amount))
    return Way(flat.option.lead_time, flat.first, flat.last, tuple(use))


def _no_window(deadline: Deadline) -> SolverReply:
    """What must be built has no year to start in."""
    return replace(
        _known_reply(0, deadline),
        termination=Termination.INFEASIBLE,
        state=SolutionState.NONE,
        objective=None,
        bound=None,
        gap=None,
    )


def _known_reply(end: int, deadline: Deadline) -> SolverReply:
    """The list schedule's end, which chains and limits prove to be the least."""
    return SolverReply(
        termination=Termination.OPTIMAL,
        state=SolutionState.OPTIMAL,
        values=None,
        objective=-float(end),
        bound=-float(end),
        gap=0.0,
        runtime_s=deadline.elapsed_s,
        log="",
        solver=SOLVER,
        solver_version="",
    )


def _columns(task: Task, schedule: Schedule, deadline: Deadline) -> FloatArray:
    """Columns of the whole program that start what the schedule starts.

    Raises
    ------
    SolverFailedError
        If the program of all rows does not allow it.
    """
    formulation, mip = task.formulation, task.formulation.mip
    values = np.zeros(mip.num_columns)
    for mine, (way, year) in zip(task.options, schedule, strict=True):
        last = formulation.sets.options[mine[way]].last
        values[formulation.started[mine[way], year : last + 1]] = 1.0
    started = mip.columns("started").index.ravel()
    if len({*started.tolist()}) + len(formulation_ends(mip)) == mip.num_columns:
        values[formulation_ends(mip)[: end_of(task.activities, schedule)]] = 1.0
        return values
    found = Completion.of(mip, started).solve(
        values[started], max(LEAST_S, deadline.share_s(0.5, 60.0)), 1e-9
    )
    if found is None:
        raise SolverFailedError(phrase("the-schedule-breaks-the-rows"))
    return found


def formulation_ends(mip: Mip) -> list[int]:
    """Columns of the years that `makespan` counts, in order; none where nothing can open later."""
    named = [block for block in mip.column_blocks if block.name == BLOCK]
    return [int(column) for block in named for column in block.index.ravel()]


def _result(
    formulation: Formulation,
    options: SolveOptions,
    reply: SolverReply,
    finished: Finished,
    notes: tuple[Note, ...],
    least: int,
    build_s: float,
    deadline: Deadline,
) -> SolveResult:
    """The result; the bound is proven where chains and limits give it, else the solver's word."""
    plan = finished.plan
    objective = None if plan is None else plan.objective
    proof = reply.termination.is_proof_of_no_plan and plan is None
    certified = None if proof else -float(least)
    claimed = (
        None if proof or reply.bound is None else min(0.0, float(np.floor(reply.bound + 1e-6)))
    )
    bound, source = certified, BoundSource.NONE if proof else BoundSource.OWN_BOUND
    if claimed is not None and certified is not None and claimed < certified:
        bound, source = claimed, BoundSource.SOLVER
    if proof:
        source, more = no_plan_source(formulation.mip, reply, deadline)
        notes = (*notes, *more)
    gap = relative_gap(objective, bound)
    state = SolutionState.NONE
    if plan is not None:
        closed = finished.is_good and gap is not None and gap <= max(options.gap, 1e-6)
        state = SolutionState.OPTIMAL if closed else SolutionState.FEASIBLE
    return SolveResult(
        instance=formulation.instance,
        options=options,
        engine="scheduling",
        solver=reply.solver,
        solver_version=reply.solver_version,
        termination=reply.termination,
        state=state,
        plan=plan,
        objective=objective,
        bound=bound,
        gap=gap,
        build_s=build_s,
        runtime_s=deadline.elapsed_s,
        peak_memory_mb=reply.peak_memory_mb,
        verification=finished.verification,
        formulation=formulation,
        log=reply.log,
        bound_source=source,
        certified_bound=certified,
        notes=notes,
    )
