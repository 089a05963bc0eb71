"""The scheduling engine: the fewest years until all that must be built is open, without money.

    what is asked for -> list schedule and own bound -> interval model in a guest -> plan -> verify

Under the objective `makespan` nothing is gained by a project that nothing asks for. So the
projects that must be built, and those that they wait for, are scheduled, and no other. Where the
list schedule meets the bound of chains and limits, no solver is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.models.project import Mandate
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.accounts.candidates import FlatOption
from infraplan.optimizer.backends import Note, Progress, SolverReply, solve_mip
from infraplan.optimizer.engines.deadline import Deadline, guest_options
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.families.makespan import BLOCK
from infraplan.optimizer.mip import FloatArray, Mip, MipBuilder
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

SOLVER = "cpsat"
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


@dataclass(frozen=True)
class _Task:
    """What is to be scheduled: positions of the projects, and their open options, by activity."""

    formulation: Formulation
    projects: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]
    activities: Activities


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
        return _result(instance, options, formulation, reply, None, 0, build_s, deadline)
    known = quick_schedule(task.activities, PASSES, options.seed)
    least = least_end(task.activities)
    if on_progress is not None:
        worth = None if known is None else -float(end_of(task.activities, known))
        gap = relative_gap(worth, -float(least))
        on_progress(Progress(deadline.elapsed_s, worth, -float(least), gap))
    if known is not None and end_of(task.activities, known) <= least:
        reply = _known_reply(least, deadline)
    else:
        reply = _ask(task, known, options, deadline, on_progress, should_stop)
        if known is not None and reply.termination.is_proof_of_no_plan:
            # The list schedule is one: the claim is not believed.
            reply = replace(reply, termination=Termination.INTERRUPTED, bound=None)
        known = known if reply.values is None else _schedule_of(task, reply.values)
    plan = None
    if known is not None:
        plan = extract_plan(formulation, _columns(task, known, deadline), scenario)
    return _result(instance, options, formulation, reply, plan, least, build_s, deadline)


def is_order(row: Relation) -> bool:
    """Whether a relation is one that the engine schedules by."""
    return row.count is None and (row.type in ORDERS or row.type is RelationType.REQUIRES)


def _task_of(formulation: Formulation) -> _Task:
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
    return _Task(formulation, numbers, options, activities)


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


def order_model(activities: Activities) -> Mip:
    """Order and choice of ways as a model that limits no resource: columns and what they mean.

    Columns: ``start[i]`` in years, ``way[i,w]`` (one of them 1), ``end``; the objective is minus
    ``end``. Rows: ``end >= start[i] + sum_w lead[i,w] way[i,w]``, ``sum_w way[i,w] = 1``, and for
    each order ``start[j] (+ its lead) >= start[i] (+ its lead) + lag``.
    """
    builder = MipBuilder()
    count = len(activities.ways)
    last = [max((w.last for w in ways), default=0) for ways in activities.ways]
    # From 0: CP-SAT's columns count from their lower limit, and intervals begin at the columns.
    start = builder.add_columns("start", count, upper=last, integer=True)
    num_ways = sum(len(ways) for ways in activities.ways)
    way = builder.add_columns("way", num_ways, upper=1.0, integer=True)
    latest = max((w.last + w.lead for ways in activities.ways for w in ways), default=0)
    end = builder.add_columns("end", 1, upper=latest, objective=-1.0, integer=True)
    leads: list[list[tuple[int, float]]] = []
    number = 0
    for ways in activities.ways:
        leads.append([(int(way[number + k]), float(w.lead)) for k, w in enumerate(ways)])
        number += len(ways)
    entries: list[tuple[int, int, float]] = []
    lower: list[float] = []
    for i, mine in enumerate(leads):
        row = len(lower)
        entries += [(row, int(end[0]), 1.0), (row, int(start[i]), -1.0)]
        entries += [(row, column, -lead) for column, lead in mine]
        lower.append(0.0)
    for order in activities.orders:
        row = len(lower)
        entries += [(row, int(start[order.after]), 1.0), (row, int(start[order.before]), -1.0)]
        entries += [(row, c, lead) for c, lead in leads[order.after] if order.to_opening]
        entries += [(row, c, -lead) for c, lead in leads[order.before] if order.from_opening]
        lower.append(float(order.lag))
    builder.add_rows("order", len(lower), *_triples(entries), lower=np.array(lower))
    choice = [(i, column, 1.0) for i, mine in enumerate(leads) for column, _ in mine]
    builder.add_rows("way", count, *_triples(choice), lower=1.0, upper=1.0)
    return builder.build()


def _triples(
    entries: list[tuple[int, int, float]],
) -> tuple[FloatArray, FloatArray, FloatArray]:
    table = np.array(entries, dtype=np.float64).reshape(-1, 3)
    kept = table[table[:, 2] != 0.0]
    return kept[:, 0].astype(np.int64), kept[:, 1].astype(np.int64), kept[:, 2]


def _ask(
    task: _Task,
    known: Schedule | None,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
) -> SolverReply:
    """What CP-SAT finds, from the list schedule on."""
    activities = task.activities
    mip = order_model(activities)
    start = None
    if known is not None:
        ways = np.concatenate(
            [np.arange(len(w)) == k for w, (k, _) in zip(activities.ways, known, strict=True)]
        )
        starts = [float(year) for _, year in known]
        start = np.array([*starts, *ways.astype(float), float(end_of(activities, known))])
    described = [
        [{"first": w.first, "last": w.last, "use": [list(u) for u in w.use]} for w in ways]
        for ways in activities.ways
    ]
    return solve_mip(
        mip,
        replace(guest_options(options, deadline), solver=SOLVER),
        on_progress=on_progress,
        should_stop=should_stop,
        start=start,
        task="schedule",
        more={"activities": described, "limits": activities.limits.tolist()},
    )


def _schedule_of(task: _Task, values: FloatArray) -> Schedule:
    """Way and start of each activity in the columns of `order_model`."""
    whole = np.round(values).astype(np.int64)
    found, number = [], len(task.options)
    for i, ways in enumerate(task.activities.ways):
        found.append((int(np.argmax(whole[number : number + len(ways)])), int(whole[i])))
        number += len(ways)
    return tuple(found)


def _columns(task: _Task, schedule: Schedule, deadline: Deadline) -> FloatArray:
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
    found = Completion.of(mip, started).solve(values[started], deadline.share_s(0.5, 60.0), 1e-9)
    if found is None:
        raise SolverFailedError(phrase("the-schedule-breaks-the-rows"))
    return found


def formulation_ends(mip: Mip) -> list[int]:
    """Columns of the years that `makespan` counts, in order; none where nothing can open later."""
    named = [block for block in mip.column_blocks if block.name == BLOCK]
    return [int(column) for block in named for column in block.index.ravel()]


def _result(
    instance: Instance,
    options: SolveOptions,
    formulation: Formulation,
    reply: SolverReply,
    plan: Plan | None,
    least: int,
    build_s: float,
    deadline: Deadline,
) -> SolveResult:
    """The result; the bound is proven where chains and limits give it, else the solver's word."""
    objective = None if plan is None else plan.objective
    proof = reply.termination.is_proof_of_no_plan and plan is None
    certified = None if proof else -float(least)
    claimed = (
        None if proof or reply.bound is None else min(0.0, float(np.floor(reply.bound + 1e-6)))
    )
    bound, source = certified, BoundSource.NONE if proof else BoundSource.OWN_BOUND
    notes: tuple[Note, ...] = ()
    if claimed is not None and certified is not None and claimed < certified:
        bound, source = claimed, BoundSource.SOLVER
    if proof:
        solver = f"{reply.solver} {reply.solver_version}".strip()
        told = phrase("that-there-is-no-plan-is-not-certified", solver=solver)
        source, notes = BoundSource.SOLVER, (Note("uncertified", *told.both),)
    gap = relative_gap(objective, bound)
    state = SolutionState.NONE
    if plan is not None:
        closed = gap is not None and gap <= max(options.gap, 1e-6)
        state = SolutionState.OPTIMAL if closed else SolutionState.FEASIBLE
    return SolveResult(
        instance=instance,
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
        verification=None if plan is None else verify_plan(instance, plan),
        formulation=formulation,
        log=reply.log,
        bound_source=source,
        certified_bound=certified,
        notes=notes,
    )
