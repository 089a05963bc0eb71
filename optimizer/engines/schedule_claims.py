"""Schedules asked of solvers, whose answers are checked by windows, order and limits.

CP-SAT is asked by intervals, any other solver by the instance's own program. Both answer in the
columns of `order_model`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.optimizer.backends import Progress, SolverOptions, SolverReply, solve_mip
from infraplan.optimizer.engines.claims import Answer, ask_by, other_ways
from infraplan.optimizer.engines.deadline import Deadline, guest_options
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.errors import SolverContradictionError
from infraplan.optimizer.mip import FloatArray, Mip, MipBuilder
from infraplan.optimizer.primal.activities import Activities, Schedule, end_of, is_kept
from infraplan.optimizer.primal.starts import HALF
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap

SOLVER = "cpsat"


@dataclass(frozen=True)
class Task:
    """What is to be scheduled: positions of the projects, and their open options, by activity."""

    formulation: Formulation
    projects: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]
    activities: Activities


def ask_for_schedule(
    task: Task,
    known: Schedule | None,
    least: int,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
) -> Answer:
    """What solvers find, from the schedule `known` on, in the columns of `order_model`.

    An answer that contradicts that schedule or the `least` end, or breaks a window, an order or a
    limit, is asked for again: of CP-SAT with another seed, then of another solver.

    Raises
    ------
    SolverError
        If CP-SAT is missing, or nobody answers without contradiction and no schedule is known.
    """
    mip = order_model(task.activities)
    start = None if known is None else _values_of(task, known)
    worth = None if start is None else mip.value(start)
    before = Known(plan=start, worth=worth, bound=-float(least))

    def asked(chosen: SolverOptions) -> SolverReply:
        if chosen.solver == SOLVER:
            reply = _by_intervals(task, mip, chosen, start, on_progress, should_stop)
        else:
            program = task.formulation.mip
            reply = solve_mip(program, chosen, on_progress=on_progress, should_stop=should_stop)
            reply = _in_order_columns(task, mip, reply)
        return _checked(task, reply)

    way = replace(guest_options(options, deadline), solver=SOLVER)
    ways = (way, *other_ways(way))
    return ask_by(asked, mip, ways, before, deadline, should_stop=should_stop)


def schedule_of(task: Task, values: FloatArray) -> Schedule:
    """Way and start of each activity in the columns of `order_model`."""
    whole = np.round(values).astype(np.int64)
    found, number = [], len(task.options)
    for i, ways in enumerate(task.activities.ways):
        found.append((int(np.argmax(whole[number : number + len(ways)])), int(whole[i])))
        number += len(ways)
    return tuple(found)


def _values_of(task: Task, schedule: Schedule) -> FloatArray:
    """The columns of `order_model` at `schedule`."""
    of_ways = [
        float(number == way)
        for ways, (way, _) in zip(task.activities.ways, schedule, strict=True)
        for number in range(len(ways))
    ]
    starts = [float(year) for _, year in schedule]
    return np.array([*starts, *of_ways, float(end_of(task.activities, schedule))])


def _by_intervals(
    task: Task,
    mip: Mip,
    chosen: SolverOptions,
    start: FloatArray | None,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
) -> SolverReply:
    """What CP-SAT finds for `mip` with windows and limits as intervals."""
    activities = task.activities
    described = [
        [{"first": w.first, "last": w.last, "use": [list(u) for u in w.use]} for w in ways]
        for ways in activities.ways
    ]
    return solve_mip(
        mip,
        chosen,
        on_progress=on_progress,
        should_stop=should_stop,
        start=start,
        task="schedule",
        more={"activities": described, "limits": activities.limits.tolist()},
    )


def _in_order_columns(task: Task, mip: Mip, reply: SolverReply) -> SolverReply:
    """`reply` to the instance's program in the columns of `mip`: both count years to the end.

    What the program starts beyond the activities asks for nothing that they need.
    """
    if reply.values is None:
        return reply
    started, found = task.formulation.started, []
    for options in task.options:
        taken = [
            (way, int(years[0]))
            for way, option in enumerate(options)
            if (years := np.flatnonzero(reply.values[started[option]] > HALF)).size
        ]
        found.append(min(taken, key=lambda pair: pair[1]))
    values = _values_of(task, tuple(found))
    worth = mip.value(values)
    return replace(reply, values=values, objective=worth, gap=relative_gap(worth, reply.bound))


def _checked(task: Task, reply: SolverReply) -> SolverReply:
    """`reply`, whose values keep every window, order and limit.

    Raises
    ------
    SolverContradictionError
        If they break one: the rows of `order_model` hold no limits.
    """
    if reply.values is None or is_kept(task.activities, schedule_of(task, reply.values)):
        return reply
    message = phrase("answered-values-that-break-the-model", solver=reply.solver)
    raise SolverContradictionError(message, reply.log)


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
