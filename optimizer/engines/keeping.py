"""A plan in force in the program: what is frozen, how much may move, and the least that must.

The plan is fixed, so whether a project is moved is linear in its starts: ``1 - x[o0,t0]`` for one
that the plan builds in option o0 from t0 on, ``sum_o started[o,T]`` for another, x the starts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from infraplan.models.kept_plan import KeptPlan
from infraplan.models.progress import stands
from infraplan.optimizer.engines.claims import ask
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.mip_edits import with_rows
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import FewestMoves, SolveOptions

MOVES = "kept_plan"
"""Name of the block of the row that limits moves."""
FEWEST_SHARE = 0.6
"""Share of the time left in which the least weight of moves is sought; the rest is for value."""
START_SHARE, START_S = 0.1, 10.0
"""Share of the time left, and seconds at most, to complete the plan that it begins with."""
NEAR_SHARE, NEAR_S = 0.3, 60.0
"""The same to find the fewest moves among those of the plan that is known alone."""
FEW_MOVES = 2.0
"""Weight of moves below which there is nothing to choose among them."""
SLACK = 1e-6
"""By how much the row is wider than the weight that is meant: far below any weight."""
LEAST_SHORT = 1e-9
"""Relative room of the least value: solvers hold rows within as much."""


@dataclass(frozen=True)
class MoveTerms:
    """Weight of all moves: ``fixed + entries x``, shape of `entries`: columns."""

    entries: FloatArray
    fixed: float

    def of(self, values: FloatArray) -> float:
        """Weight of the moves of the plan at column `values`, starts rounded."""
        return self.fixed + float(self.entries @ np.round(values))

    def limited(self, mip: Mip, most: float) -> Mip:
        """`mip` with no more moves than `most`."""
        upper = np.array([most + SLACK - self.fixed])
        row = csr_array(self.entries[np.newaxis])
        return with_rows(mip, MOVES, row, np.array([-np.inf]), upper)


def move_terms(formulation: Formulation, kept: KeptPlan) -> MoveTerms:
    """The weight of moves in the columns of `formulation`."""
    sets, started = formulation.sets, formulation.started
    entries, fixed = np.zeros(formulation.mip.num_columns), 0.0
    for index, project in enumerate(formulation.instance.projects):
        if stands(project):
            continue
        weight, begun = kept.weight(project.id), kept.starts.get(project.id)
        flats = [(o, sets.options[o]) for o in sets.options_of[index] if sets.options[o].is_open]
        if begun is None:
            for o, flat in flats:
                entries[started[o, flat.last]] += weight
            continue
        fixed += weight
        option, t = begun[0], begun[1] - sets.first_year
        for o, flat in flats:
            if flat.option.option == option and flat.first <= t <= flat.last:
                entries[started[o, t]] -= weight
                if t > flat.first:
                    entries[started[o, t - 1]] += weight
    return MoveTerms(entries, fixed)


def _planned(formulation: Formulation, kept: KeptPlan) -> FloatArray:
    """Column values that start what the plan in force starts, as far as it is offered."""
    values, sets = np.zeros(formulation.mip.num_columns), formulation.sets
    for o, flat in enumerate(sets.options):
        option, year = kept.starts.get(flat.project.id, ("", 0))
        t = year - sets.first_year
        if flat.is_open and flat.option.option == option and flat.first <= t <= flat.last:
            values[formulation.started[o, t : flat.last + 1]] = 1.0
    return values


def with_frozen(formulation: Formulation, kept: KeptPlan) -> Formulation:
    """The program in which nothing starts before `frozen_until` but what is planned to, as planned.

    Formula: ``started[o0,t0] >= 1``, ``started[o0,t] <= 0`` for t < t0 and ``started[o,t] <= 0``
    for its other options; of all other projects ``started[o,t] <= 0`` for t before that year.
    """
    if kept.frozen_until is None:
        return formulation
    mip, sets, started = formulation.mip, formulation.sets, formulation.started
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    until = kept.frozen_until - sets.first_year
    for o, flat in enumerate(sets.options):
        if not flat.is_open:
            continue
        name, window = flat.project.id, np.arange(flat.first, flat.last + 1)
        if not kept.is_frozen(name):
            upper[started[o, window[window < until]]] = 0.0
            continue
        option, year = kept.starts[name]
        t = year - sets.first_year
        if flat.option.option == option:
            upper[started[o, window[window < t]]] = 0.0
            lower[started[o, window[window >= t]]] = 1.0
        else:
            upper[started[o, window]] = 0.0
    return replace(formulation, mip=replace(mip, col_lower=lower, col_upper=upper))


def only_moved(scaled: Formulation, kept: KeptPlan, asked: Mip, plan: FloatArray) -> Mip:
    """`asked` in which nothing moves but what `plan` (shape: columns) moves of the plan in force.

    What it moves may move otherwise, or stay.
    """
    planned, sets, started = _planned(scaled, kept), scaled.sets, scaled.started
    lower, upper = asked.col_lower.copy(), asked.col_upper.copy()
    for options in sets.options_of:
        rows = [
            started[o, sets.options[o].first : sets.options[o].last + 1]
            for o in options
            if sets.options[o].is_open
        ]
        columns = np.concatenate([np.zeros(0, dtype=np.int64), *rows])
        if np.array_equal(np.round(plan[columns]), planned[columns]):
            lower[columns] = upper[columns] = planned[columns]
    return replace(asked, col_lower=lower, col_upper=upper)


def _with_fewer_moves(
    scaled: Formulation,
    kept: KeptPlan,
    asked: Mip,
    options: SolveOptions,
    known: Known,
    search: Deadline,
) -> Known:
    """`known` with the best plan that moves nothing but what the known one moves.

    A plan that nobody asked to move little is seldom far from one that does, and among its moves
    alone it is found in a fraction of the time.
    """
    if known.plan is None or move_terms(scaled, kept).of(known.plan) < FEW_MOVES:
        return known
    near = only_moved(scaled, kept, asked, known.plan)
    seconds = search.share_s(NEAR_SHARE, NEAR_S)
    try:
        reply = ask(
            near, options, Known().with_plan(near, known.plan), search.within(seconds),
            start=known.plan,
        ).reply  # fmt: skip
    except SolverError:
        return known
    return known if reply.values is None else known.with_plan(asked, reply.values)


def fewest_moves(
    scaled: Formulation,
    kept: KeptPlan,
    factor: float,
    options: SolveOptions,
    deadline: Deadline,
    start: FloatArray | None,
) -> FewestMoves:
    """The least weight of moves, or that of least cost, of plans worth `least_value`.

    `scaled` counts money in units of ``1 / factor``; `start` are values of `started` of a plan that
    may obey it (NaN elsewhere). The plan in force itself is tried before: often it still is one.

    Raises
    ------
    SolverError
        If no solver gives an answer.
    """
    terms, mip = move_terms(scaled, kept), scaled.mip
    asked = mip
    if kept.least_value is not None:
        least = factor * (kept.least_value - LEAST_SHORT * max(1.0, abs(kept.least_value)))
        worth = csr_array(mip.objective[np.newaxis])
        asked = with_rows(mip, "least_value", worth, np.array([least - mip.objective_offset]))
    if kept.move_cost is None:
        asked = replace(asked, objective=-terms.entries, objective_offset=-terms.fixed)
        unit = 1.0
    else:
        unit = factor
        price = factor * kept.move_cost
        asked = replace(
            asked,
            objective=mip.objective - price * terms.entries,
            objective_offset=mip.objective_offset - price * terms.fixed,
        )
    left = deadline.left_s()
    search = Deadline.after(None if left is None else FEWEST_SHARE * left)
    known = Known()
    columns = mip.columns("started").index.ravel()
    completion = Completion.of(asked, columns)
    for given in (_planned(scaled, kept), start):
        if given is not None:
            seconds = search.start_s(START_SHARE, START_S)
            known = known.with_plan(asked, completion.solve(given[columns], seconds))
    known = _with_fewer_moves(scaled, kept, asked, options, known, search)
    reply = ask(asked, options, known, search, start=known.plan).reply
    if reply.values is None:
        return FewestMoves(None, None, reply.termination.is_proof_of_no_plan)
    bound = None if reply.bound is None else reply.bound / unit
    amount = terms.of(reply.values)
    if kept.move_cost is None and bound is not None:
        bound = -bound
        if kept.is_counting:
            bound = math.ceil(bound - SLACK)
        bound = min(amount, max(0.0, bound))
    return FewestMoves(amount, bound, is_impossible=False, values=reply.values)
