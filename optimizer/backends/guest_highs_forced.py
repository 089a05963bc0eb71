"""HiGHS as a guest: cuts of a model's root, and its relaxation with one of many rows forced.

The root is separated once, without presolve, so that its cuts speak of the model's own columns;
each question that follows is one dual simplex from the basis of the relaxation with these cuts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.guest_highs_model import Work, configure, pass_model
from infraplan.optimizer.mip import FloatArray, IntArray, Mip

_Matrix = tuple[FloatArray, FloatArray, FloatArray]
"""Rows as where each begins, its columns and its values."""

ROOT_SHARE = 0.6
"""Share of the time left that the cuts may take."""
_ROOT_ALONE: dict[str, object] = {
    "presolve": "off",
    "mip_max_nodes": 1,
    "mip_detect_symmetry": False,
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""Options under which HiGHS separates a root and searches for no plan."""
_RIDDLE = (7, 5, 40)
"""Seed, equations and binaries of what keeps a plan from coming up at the root."""
_SOLVED, _INFEASIBLE = 1.0, -1.0


def run_forced(job: Job, channel: Channel) -> None:
    """Answer the job `forced`: its rows, one after the other, with a lower limit of 1."""
    mip = job.model()
    rows = np.asarray(job.options["rows"], dtype=np.int64)
    wish = np.asarray(job.options["wish"], dtype=np.float64)
    share = None if job.work_s is None else ROOT_SHARE * job.work_s
    root = Work(share, mip.num_nonzeros, is_search=True)
    matrix, lower, upper, known = _cuts_of(_wished(mip, rows, wish), job, root)
    solver = _relaxation(mip, job)
    starts, index, value = matrix
    if lower.size:
        ends = starts[:-1].astype(np.int32)
        solver.addRows(lower.size, lower, upper, value.size, ends, index.astype(np.int32), value)
    left = None if job.work_s is None else max(0.0, job.work_s - root.done_s)
    work = Work(left, mip.num_nonzeros + value.size, is_search=False)
    states, points, prices = _forced(solver, mip, job, channel, rows, work)
    count = mip.num_rows + lower.size
    channel.send(
        "done",
        termination="optimal",
        bound=None,
        version=solver.version(),
        known=known,
        cut_starts=channel.save(starts, "cut_starts"),
        cut_index=channel.save(index, "cut_index"),
        cut_value=channel.save(value, "cut_value"),
        cut_lower=channel.save(lower, "cut_lower"),
        cut_upper=channel.save(upper, "cut_upper"),
        states=channel.save(np.array(states), "states"),
        points=channel.save(np.reshape(points, (-1, mip.num_columns)), "points"),
        prices=channel.save(np.reshape(prices, (-1, count)), "prices"),
        work_s=root.done_s + work.done_s,
        is_late=job.work_s is None and (0.0 in states or len(states) <= rows.size),
    )


def _wished(mip: Mip, rows: IntArray, wish: FloatArray) -> Mip:
    """`mip` in which each unit of a row of `rows` is worth its `wish` more."""
    objective = mip.objective.copy()
    for row, worth in zip(rows.tolist(), wish.tolist(), strict=True):
        part = slice(mip.a_start[row], mip.a_start[row + 1])
        np.add.at(objective, mip.a_index[part], worth * mip.a_value[part])
    return replace(mip, objective=objective)


def _cuts_of(
    mip: Mip, job: Job, work: Work
) -> tuple[_Matrix, FloatArray, FloatArray, float | None]:
    """Cuts of the root by rows, their limits, and the value of a plan that came up (None: none).

    A plan found on the way lets HiGHS cut off plans that are worth less.
    """
    found = (np.zeros(1), np.zeros(0), np.zeros(0)), np.zeros(0), np.zeros(0)
    if not mip.integrality.any():
        return *found, None
    solver = highspy.Highs()
    configure(solver, job)
    for name, value in _ROOT_ALONE.items():
        solver.setOptionValue(name, value)
    if job.remaining_s is not None:
        solver.setOptionValue("time_limit", ROOT_SHARE * job.remaining_s)
    beside, secret = _beside_a_riddle(mip)
    pass_model(solver, beside)
    pool = highspy.cb.HighsCallbackType.kCallbackMipGetCutPool
    asked = highspy.cb.HighsCallbackType.kCallbackMipInterrupt

    def heard(kind: object, message: str, out: object, into: Any, user: object) -> None:
        nonlocal found
        if kind == asked and work.look():
            into.user_interrupt = True
        if kind == pool:
            found = _without_riddle(_pool_of(out), mip.num_columns, secret)

    solver.setCallback(heard, None)
    solver.startCallback(pool)
    solver.startCallback(asked)
    solver.run()
    info = solver.getInfo()
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return *found, float(info.objective_function_value) if has_plan else None


def _beside_a_riddle(mip: Mip) -> tuple[Mip, FloatArray]:
    """`mip` with further binaries in a few equations, and values of them that solve these.

    A solution is hard to find (the market split problem, Cornuejols and Dawande, 1998), so that no
    plan comes up at the root by which HiGHS would cut others off. Every plan with the values
    returned obeys the larger model, hence its cuts.
    """
    # Slow to load, and every other task of this guest does without.
    from scipy.sparse import csr_array

    from infraplan.optimizer.mip_edits import with_rows

    chance = np.random.default_rng(_RIDDLE[0])
    rows, count = _RIDDLE[1:]
    weights = chance.integers(1, 100, (rows, count)).astype(np.float64)
    secret = chance.integers(0, 2, count).astype(np.float64)
    wide = replace(
        mip,
        objective=np.concatenate([mip.objective, np.zeros(count)]),
        col_lower=np.concatenate([mip.col_lower, np.zeros(count)]),
        col_upper=np.concatenate([mip.col_upper, np.ones(count)]),
        integrality=np.concatenate([mip.integrality, np.ones(count, dtype=np.bool_)]),
    )
    columns = np.tile(mip.num_columns + np.arange(count), rows)
    ends = count * np.arange(rows + 1)
    shape = (rows, mip.num_columns + count)
    sums = weights @ secret
    return (
        with_rows(
            wide, "riddle", csr_array((weights.ravel(), columns, ends), shape=shape), sums, sums
        ),
        secret,
    )


def _without_riddle(
    cuts: tuple[_Matrix, FloatArray, FloatArray], count: int, secret: FloatArray
) -> tuple[_Matrix, FloatArray, FloatArray]:
    """`cuts` with the columns from `count` on at the values `secret`."""
    (starts, index, value), lower, upper = cuts
    row = np.repeat(np.arange(lower.size), np.diff(starts).astype(np.int64))
    is_own = index < count
    place = index[~is_own].astype(np.int64) - count
    used = np.bincount(row[~is_own], weights=value[~is_own] * secret[place], minlength=lower.size)
    kept = np.bincount(row[is_own], minlength=lower.size)
    ends = np.concatenate([[0], np.cumsum(kept)]).astype(np.float64)
    return (ends, index[is_own], value[is_own]), lower - used, upper - used


def _pool_of(out: object) -> tuple[_Matrix, FloatArray, FloatArray]:
    def array(name: str) -> FloatArray:
        return np.array(getattr(out, f"cutpool_{name}"), dtype=np.float64)

    return (array("start"), array("index"), array("value")), array("lower"), array("upper")


def _relaxation(mip: Mip, job: Job) -> highspy.Highs:
    solver = highspy.Highs()
    configure(solver, job)
    pass_model(solver, mip, relaxed=True)
    return solver


def _forced(
    solver: highspy.Highs, mip: Mip, job: Job, channel: Channel, rows: IntArray, work: Work
) -> tuple[list[float], list[FloatArray], list[FloatArray]]:
    """State, column values and multipliers of the relaxation with each row forced, in their order.

    The first is that of the relaxation with no row forced. The lists end where time does.
    """
    states: list[float] = []
    points: list[FloatArray] = []
    prices: list[FloatArray] = []
    count_columns, count_rows = solver.getNumCol(), solver.getNumRow()
    basis = None
    for row in (-1, *rows.tolist()):
        left = job.remaining_s
        if channel.stop_asked or work.is_done or (left is not None and left <= 0.01):
            break
        if work.most is not None:
            solver.setOptionValue("simplex_iteration_limit", work.most - work.done)
        if left is not None:
            solver.setOptionValue("time_limit", solver.getRunTime() + left)
        if basis is not None:
            solver.setBasis(basis)
        if row >= 0:
            solver.changeRowBounds(row, 1.0, mip.row_upper[row])
        solver.run()
        status = solver.getModelStatus()
        work.done += max(0, int(solver.getInfo().simplex_iteration_count))
        solution = solver.getSolution()
        is_solved = status == highspy.HighsModelStatus.kOptimal
        is_out = status == highspy.HighsModelStatus.kInfeasible
        states.append(_SOLVED if is_solved else _INFEASIBLE if is_out else 0.0)
        points.append(np.array(solution.col_value) if is_solved else np.zeros(count_columns))
        prices.append(np.array(solution.row_dual) if is_solved else np.zeros(count_rows))
        if row >= 0:
            solver.changeRowBounds(row, mip.row_lower[row], mip.row_upper[row])
        elif is_solved:
            basis = solver.getBasis()
    return states, points, prices
