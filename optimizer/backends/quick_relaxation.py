"""The linear relaxation solved in this process, by the HiGHS that scipy brings.

It gives multipliers for a bound and values for a first plan. Nothing of it is believed: bounds
are computed again from the multipliers, plans are checked by the rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import vstack

from infraplan.optimizer import work_clock
from infraplan.optimizer.column_forms import Columns, recast
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.mip_edits import matrix_of, with_slack
from infraplan.optimizer.status import Termination
from infraplan.optimizer.stopping import StoppedError, abandonable
from infraplan.optimizer.work_clock import ClockReason

SMALL = 20_000
"""Entries up to which no presolve is tried: it saves nothing, and has been seen never to end."""
OUT_OF_TIME, NODES_SPENT = "Status 13", "Status 16"
"""What scipy's messages quote of HiGHS where time, or the limit of nodes, has ended a search."""


def quick_version() -> str:
    """Version of the HiGHS that scipy brings; blank where it does not say."""
    try:
        from scipy.optimize._highspy import _core
    except ImportError:
        return ""
    parts = (getattr(_core, f"HIGHS_VERSION_{name}", None) for name in ("MAJOR", "MINOR", "PATCH"))
    known = [str(part) for part in parts if part is not None]
    return ".".join(known)


@dataclass(frozen=True)
class QuickRelaxation:
    """Values (shape: columns) and multipliers (shape: rows) of the relaxation, None: not solved.

    A multiplier is at least 0 at an upper limit and at most 0 at a lower one.
    """

    values: FloatArray | None
    multipliers: FloatArray | None
    is_infeasible: bool = False


def quick_relaxation(mip: Mip, time_limit_s: float) -> QuickRelaxation:
    """Solve the relaxation of `mip` within `time_limit_s` seconds."""
    nothing = QuickRelaxation(None, None)
    if not mip.num_columns or np.any(mip.col_lower > mip.col_upper):
        return nothing
    begin = work_clock.now()
    if (changed := recast(mip, Columns.AUTO)) is not None:
        found = quick_relaxation(changed.mip, time_limit_s - (work_clock.now() - begin))
        if found.values is None or found.multipliers is None:
            return found
        return QuickRelaxation(changed.back(found.values), changed.multipliers(found.multipliers))
    matrix = matrix_of(mip)
    equal = mip.row_lower == mip.row_upper
    above = np.flatnonzero(~equal & np.isfinite(mip.row_upper))
    below = np.flatnonzero(~equal & np.isfinite(mip.row_lower))
    level = np.flatnonzero(equal)

    limits, equations = vstack([matrix[above], -matrix[below]]), matrix[level]
    seconds = work_clock.patience_s(time_limit_s - (work_clock.now() - begin))
    if seconds <= 0.0:  # which scipy would take for no limit
        work_clock.decided(ClockReason.TIME_LIMIT)
        return nothing
    options = {"time_limit": seconds, "presolve": mip.num_nonzeros > SMALL}
    if work_clock.is_counting():
        options["maxiter"] = work_clock.iterations_for(time_limit_s, mip.num_nonzeros)

    def relax() -> Any:
        return linprog(
            -mip.objective,
            A_ub=limits,
            b_ub=np.concatenate([mip.row_upper[above], -mip.row_lower[below]]),
            A_eq=equations,
            b_eq=mip.row_lower[level],
            bounds=np.column_stack([mip.col_lower, mip.col_upper]),
            method="highs",
            options=options,
        )

    try:
        answer = _quietly(relax)
    except StoppedError:
        return nothing
    work_clock.spend(int(answer.nit) * work_clock.iteration_s(mip.num_nonzeros))
    _note_clock(answer)
    if answer.status != 0:
        return replace(nothing, is_infeasible=answer.status == 2)
    multipliers = np.zeros(mip.num_rows)
    sides = -answer.ineqlin.marginals
    multipliers[above] = sides[: above.size]
    multipliers[below] -= sides[above.size :]
    multipliers[level] = -answer.eqlin.marginals
    return QuickRelaxation(np.asarray(answer.x, dtype=np.float64), multipliers)


def elastic(mip: Mip) -> Mip:
    """`mip` in which every row may be missed at a price of 1 a unit, and nothing else counts.

    Its least price is 0 where the relaxation of `mip` has a solution.
    """
    count, rows = mip.num_columns, mip.num_rows
    free = replace(
        mip,
        objective=np.zeros(count),
        objective_offset=0.0,
        integrality=np.zeros(count, dtype=np.bool_),
    )
    return with_slack(free, np.arange(rows), np.ones(rows))


def farkas_multipliers(mip: Mip, time_limit_s: float) -> FloatArray | None:
    """Multipliers (shape: rows) that may prove the relaxation infeasible; None: none found.

    They are those of the `elastic` model.
    """
    if not mip.num_columns or not mip.num_rows:
        return None
    return quick_relaxation(elastic(mip), time_limit_s).multipliers


def _note_clock(answer: Any) -> None:
    """Note where the clock, and no limit of nodes or iterations, ended a search by scipy."""
    if OUT_OF_TIME in str(answer.message):
        work_clock.decided(ClockReason.TIME_LIMIT)


def _quietly(compute: Callable[[], Any]) -> Any:
    """What `compute` returns, without its warnings, left behind where the process is to end.

    Raises
    ------
    StoppedError
        If the process was asked to end meanwhile.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return abandonable(compute)


@dataclass(frozen=True)
class QuickAnswer:
    """What a search in this process found: values (shape: columns) and a bound, None: unknown.

    Neither is checked here.
    """

    termination: Termination
    values: FloatArray | None = None
    bound: float | None = None


_TERMINATIONS = {
    0: Termination.GAP_REACHED,
    1: Termination.TIME_LIMIT,
    2: Termination.INFEASIBLE,
    3: Termination.UNBOUNDED,
}


def quick_search(
    mip: Mip,
    time_limit_s: float,
    gap: float = 1e-3,
    node_limit: int | None = None,
    *,
    presolved_from: int = SMALL,
) -> QuickAnswer:
    """Search for a solution of `mip`, good within the relative `gap` unless time or nodes end.

    The gap is of the model's value, its offset included: whoever wants a looser end says so by a
    wider gap, and a part of a model that is to be good within a gap of the whole has what the rest
    is worth as its offset. Where `node_limit` ends it, and time does not, the answer is the same in
    every run. Where work is counted, `time_limit_s` limits the nodes. Models of more than
    `presolved_from` entries are presolved.
    """
    if not mip.num_columns:
        holds = not (np.any(mip.row_lower > 0.0) or np.any(mip.row_upper < 0.0))
        if holds:
            return QuickAnswer(Termination.OPTIMAL, np.zeros(0), mip.objective_offset)
        return QuickAnswer(Termination.INFEASIBLE)
    if np.any(mip.col_lower > mip.col_upper):
        return QuickAnswer(Termination.INFEASIBLE)
    asked = mip if gap == 0.0 else _with_offset_as_column(mip)
    rows: Any = ()
    if asked.num_rows:
        rows = LinearConstraint(matrix_of(asked), asked.row_lower, asked.row_upper)
    if work_clock.is_counting():
        paid = work_clock.nodes_for(time_limit_s, mip.num_nonzeros)
        node_limit = paid if node_limit is None else min(paid, node_limit)
    seconds = work_clock.patience_s(time_limit_s)
    if seconds <= 0.0:  # which scipy would take for no limit
        work_clock.decided(ClockReason.TIME_LIMIT)
        return QuickAnswer(Termination.TIME_LIMIT)
    options = {
        "time_limit": seconds,
        "presolve": mip.num_nonzeros > presolved_from,
        "mip_rel_gap": gap,
    } | ({} if node_limit is None else {"node_limit": node_limit})

    def search() -> Any:
        return milp(
            -asked.objective,
            integrality=asked.integrality.astype(np.int64),
            bounds=Bounds(asked.col_lower, asked.col_upper),
            constraints=rows,
            options=options,
        )

    try:
        answer = _quietly(search)
    except StoppedError:
        return QuickAnswer(Termination.INTERRUPTED)
    return _told(answer, mip, asked.objective_offset)


def _told(answer: Any, mip: Mip, offset: float) -> QuickAnswer:
    """What scipy has answered about `mip`; to its bound `offset` is yet to be added."""
    # A program of continuous columns alone has no nodes to tell of.
    nodes = int(getattr(answer, "mip_node_count", None) or 0)
    work_clock.spend(work_clock.search_s(nodes, mip.num_nonzeros))
    _note_clock(answer)
    found = _TERMINATIONS.get(answer.status, Termination.CRASHED)
    if found is Termination.CRASHED and NODES_SPENT in str(answer.message):
        found = Termination.WORK_LIMIT
    bound = getattr(answer, "mip_dual_bound", None)
    return QuickAnswer(
        found,
        None if answer.x is None else np.asarray(answer.x, dtype=np.float64)[: mip.num_columns],
        None if bound is None or not np.isfinite(bound) else offset - float(bound),
    )


def _with_offset_as_column(mip: Mip) -> Mip:
    """`mip` with a fixed last column, in no row, that is worth its offset; itself without one.

    scipy hands HiGHS no offset: to it a gap would be relative to the value without, which may be a
    hundred times the value, and a small model would be left far too early.
    """
    offset = mip.objective_offset
    if offset == 0.0:
        return mip
    # Its value is large and not its price: prices are what HiGHS disturbs and rounds by. A whole
    # offset leaves a whole objective whole, by which HiGHS rounds bounds.
    size, whole = abs(offset), float(offset).is_integer()
    return replace(
        mip,
        objective=np.append(mip.objective, np.sign(offset)),
        objective_offset=0.0,
        col_lower=np.append(mip.col_lower, size),
        col_upper=np.append(mip.col_upper, size),
        integrality=np.append(mip.integrality, whole),
    )


def quick_mip(mip: Mip, time_limit_s: float, gap: float = 1e-3) -> FloatArray | None:
    """Column values of a solution of `mip`, good within `gap` unless time ends; None: none."""
    return quick_search(mip, time_limit_s, gap).values
