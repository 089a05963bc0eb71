"""Whether a choice of starts obeys every rule of the program: asked of the program itself.

The program (`Mip`) holds each law of money, choice and policy once. Rows of starts alone limit a
search as they stand; what the other rows allow is found by a solve with the starts fixed. Where
that finds nothing, the linear relaxation with slack tells which limit on starts was broken: with
e(s) the least slack at starts s, a convex function, and p a subgradient of it at s0,

    every s that obeys the rules has  p s <= p s0 - e(s0)      (Benders, 1962).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from infraplan.optimizer.assignment import FloatArray, IntArray
from infraplan.optimizer.backends import SolverOptions, solve_mip, solve_relaxation
from infraplan.optimizer.mip import BoolArray, Mip
from infraplan.optimizer.mip_edits import matrix_of, with_slack
from infraplan.optimizer.networkdesign.problem import Design
from infraplan.optimizer.status import Termination

CLEAR = 1e-6
"""Slack above which starts break a limit for certain, and by which a limit on them is loosened."""


class Verdict(Enum):
    """Whether starts obey the rules."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # the solver ran out of time


@dataclass(frozen=True)
class Answer:
    """What became of a choice of starts.

    Attributes
    ----------
    verdict
        Whether the rules allow it.
    columns
        Values of all columns where they do, shape (columns,).
    limit
        Where they do not, weights and a limit that every allowed choice keeps, if one was found.
    """

    verdict: Verdict
    columns: FloatArray | None = None
    limit: tuple[FloatArray, float] | None = None


@dataclass(frozen=True)
class StartRows:
    """Rows `weight @ starts <= limit` of a program, shapes (rows, starts) and (rows,)."""

    weight: FloatArray
    limit: FloatArray


def mixed_rows(mip: Mip, starts: IntArray) -> BoolArray:
    """Which rows hold a column that is not a start, shape (rows,)."""
    other = np.ones(mip.num_columns, dtype=np.bool_)
    other[starts] = False
    mixed = np.zeros(mip.num_rows, dtype=np.bool_)
    mixed[np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))[other[mip.a_index]]] = True
    return mixed


def start_rows(mip: Mip, starts: IntArray) -> StartRows:
    """All rows of `mip` that hold starts alone, those that cannot bind left out."""
    kept = np.flatnonzero(~mixed_rows(mip, starts))
    weight = matrix_of(mip)[kept][:, starts].toarray()
    weight = np.concatenate([weight, -weight])
    limit = np.concatenate([mip.row_upper[kept], -mip.row_lower[kept]])
    binds = np.maximum(weight, 0.0).sum(axis=1) > limit
    return StartRows(weight[binds], limit[binds])


def with_starts(mip: Mip, starts: IntArray, design: FloatArray | Design) -> Mip:
    """`mip` with its columns `starts` fixed as in `design`, which may be longer."""
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    lower[starts] = upper[starts] = design[: starts.size]
    return replace(mip, col_lower=lower, col_upper=upper)


class Affordability:
    """Asks `mip` what it allows; `starts` are its columns of starts, in the order of designs.

    Attributes
    ----------
    checks
        Number of designs asked about so far.
    interrupted
        Whether the user broke off a check.
    """

    def __init__(
        self,
        mip: Mip,
        starts: IntArray,
        options: Callable[[], SolverOptions],
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self.checks = 0
        self.interrupted = False
        self._mip = replace(mip, objective=np.zeros(mip.num_columns), objective_offset=0.0)
        self._starts = starts
        self._options = options
        self._should_stop = should_stop
        self._mixed = np.flatnonzero(mixed_rows(mip, starts))

    def check(self, design: Design) -> Answer:
        """Whether some values of the other columns keep every row at the starts of `design`.

        The rows of starts alone are not asked about: a design keeps them already.

        Raises
        ------
        SolverError
            The solver is missing or fails.
        """
        self.checks += 1
        fixed = with_starts(self._mip, self._starts, design)
        if not self._mixed.size:
            return Answer(Verdict.YES, fixed.col_lower)
        reply = solve_mip(fixed, self._options(), should_stop=self._should_stop)
        if reply.values is not None:
            return Answer(Verdict.YES, reply.values)
        self.interrupted = self.interrupted or reply.termination is Termination.INTERRUPTED
        if not reply.termination.is_proof_of_no_plan:
            return Answer(Verdict.UNKNOWN)
        return Answer(Verdict.NO, limit=self._broken_limit(design))

    def _broken_limit(self, design: Design) -> tuple[FloatArray, float] | None:
        """The limit on starts that the relaxation with least slack shows; None: it has no slack."""
        elastic = with_starts(self._with_slack(), self._starts, design)
        reply = solve_relaxation(elastic, replace(self._options(), time_limit_s=60.0))
        if reply.objective is None or reply.reduced_costs is None or -reply.objective <= CLEAR:
            return None
        slope = -reply.reduced_costs[self._starts]
        slack = (1.0 - CLEAR) * -reply.objective
        weight = np.zeros(design.size)
        weight[: slope.size] = slope
        weight[np.abs(weight) <= 1e-12 * np.abs(weight).max(initial=0.0)] = 0.0
        return weight, float(weight @ design) - slack

    def _with_slack(self) -> Mip:
        """The program with two priced columns of slack in every row that holds other columns."""
        mip, rows = self._mip, self._mixed
        size = np.where(np.isfinite(mip.row_upper), mip.row_upper, mip.row_lower)[rows]
        price = 1.0 / np.maximum(1.0, np.abs(np.where(np.isfinite(size), size, 0.0)))
        relaxed = replace(mip, integrality=np.zeros(mip.num_columns, dtype=np.bool_))
        return with_slack(relaxed, rows, price)
