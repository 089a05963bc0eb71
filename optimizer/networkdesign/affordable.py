"""Whether a choice of starts obeys every rule of the program: asked of the program itself.

The program (`Mip`) holds each law of money, choice and policy once. Rows of starts alone limit a
search as they stand; what the other rows allow is found by completing the starts in this process,
and every value is checked by the rows. Where that finds nothing, the linear relaxation with slack
tells which limit on starts was broken: with e(s) the least slack at starts s, for any multipliers
y of its rows, d = c - A' y and K what the other columns and the rows add to the bound at most,

    every s has  -e(s) <= K + d s,  so every s that obeys the rules has  -d s <= K  (Benders, 1962).

That is recomputed and trusts no solver. One is asked only where neither tells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from infraplan.optimizer.assignment import FloatArray, IntArray
from infraplan.optimizer.backends import SolverReply
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.mip import BoolArray, Mip
from infraplan.optimizer.mip_edits import matrix_of, with_slack
from infraplan.optimizer.networkdesign.problem import Design
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.status import Termination

CLEAR = 1e-6
"""Slack above which starts break a limit for certain, and by which a limit on them is loosened."""


class Verdict(Enum):
    """Whether starts obey the rules."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # time ran out


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
        Without it, that the rules allow it not is a solver's word.
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

    `seconds` says how long a check may take, `ask` has a model solved by a solver.

    Attributes
    ----------
    checks
        Number of designs asked about so far.
    interrupted
        Whether the user broke off a check.
    word
        The last answer of a solver by whose word alone a design was refused; None where there is
        none.
    """

    def __init__(
        self,
        mip: Mip,
        starts: IntArray,
        seconds: Callable[[], float],
        ask: Callable[[Mip], SolverReply],
    ) -> None:
        self.checks = 0
        self.interrupted = False
        self.word: SolverReply | None = None
        self._mip = replace(mip, objective=np.zeros(mip.num_columns), objective_offset=0.0)
        self._starts = starts
        self._seconds = seconds
        self._ask = ask
        self._mixed = np.flatnonzero(mixed_rows(mip, starts))
        self._completion = Completion.of(self._mip, starts)

    def check(self, design: Design) -> Answer:
        """Whether some values of the other columns keep every row at the starts of `design`.

        The rows of starts alone are not asked about: a design keeps them already.

        Raises
        ------
        SolverError
            A solver is asked, and is missing or fails.
        """
        self.checks += 1
        fixed = with_starts(self._mip, self._starts, design)
        if not self._mixed.size:
            return Answer(Verdict.YES, fixed.col_lower)
        chosen = np.asarray(design[: self._starts.size], dtype=np.float64)
        columns = self._completion.solve(chosen, self._seconds())
        if columns is not None:
            return Answer(Verdict.YES, columns)
        limit = self._broken_limit(design)
        if limit is not None:
            return Answer(Verdict.NO, limit=limit)
        reply = self._ask(fixed)
        if reply.values is not None:
            return Answer(Verdict.YES, reply.values)
        self.interrupted = self.interrupted or reply.termination is Termination.INTERRUPTED
        if not reply.termination.is_proof_of_no_plan:
            return Answer(Verdict.UNKNOWN)
        self.word = reply
        return Answer(Verdict.NO)

    def _broken_limit(self, design: Design) -> tuple[FloatArray, float] | None:
        """The limit on starts that the relaxation with least slack proves; None: it has no slack.

        It is loosened by a hair, beyond all rounding of it at other starts.
        """
        elastic = with_starts(self._with_slack(), self._starts, design)
        found = quick_relaxation(elastic, self._seconds())
        if found.multipliers is None:
            return None
        proven = dual_bound(elastic, found.multipliers)
        if proven.value is None or proven.multipliers is None or -proven.value <= CLEAR:
            return None
        used = matrix_of(elastic).T @ proven.multipliers
        slope = -(elastic.objective - used)[self._starts]
        weight = np.zeros(design.size)
        weight[: slope.size] = slope
        weight[np.abs(weight) <= 1e-12 * np.abs(weight).max(initial=0.0)] = 0.0
        return weight, float(weight @ design) + (1.0 - CLEAR) * proven.value

    def _with_slack(self) -> Mip:
        """The program with two priced columns of slack in every row that holds other columns."""
        mip, rows = self._mip, self._mixed
        size = np.where(np.isfinite(mip.row_upper), mip.row_upper, mip.row_lower)[rows]
        price = 1.0 / np.maximum(1.0, np.abs(np.where(np.isfinite(size), size, 0.0)))
        relaxed = replace(mip, integrality=np.zeros(mip.num_columns, dtype=np.bool_))
        return with_slack(relaxed, rows, price)
