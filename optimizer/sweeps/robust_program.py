"""One plan that loses least in the worst draws: a program over several draws at once.

The plan is one for the figures as they stand: it obeys all rows of theirs. In each draw its works
begin as planned, later or not at all, which is what a plan that is held does (`held_starts.py`);
money and flows are the draw's own. Where the benefits of the draw decide what is left out, and not
those believed before, a draw is worth no less than the plan that is held: so what is proven here of
every plan is true of plans that are held.

The worst tenth of all draws counts `share` draws. Of a few of them, u >= regret - eta, and
eta + sum(u) / share is no more than the mean regret of the worst tenth of all, and the same where
the others lose less than eta (Rockafellar and Uryasev, Optimization of conditional value-at-risk,
2000). Of plans alike in it the one is best that is worth most by the figures as they stand: what
it is worth less than the best plan of them, its price, counts `PRICE_WEIGHT`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_diag, coo_array, csr_array, vstack

from infraplan.models.instance import Instance
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.extract import starts_of
from infraplan.optimizer.formulation.context import NO_COLUMN
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.held_starts import (
    FLOWS_GAP,
    Starts,
    believed,
    fitting_starts,
    start_columns,
)
from infraplan.optimizer.sweeps.joint_program import Copy, copies_of

PRICE_WEIGHT = 0.01
"""What a unit of price counts beside one of CVaR."""


@dataclass(frozen=True)
class DrawnQuestion:
    """A draw, and the best value known there, money."""

    number: int
    instance: Instance
    best: float


@dataclass(frozen=True)
class RobustAnswer:
    """What the program came to.

    Attributes
    ----------
    draws
        Numbers of the draws in it.
    entries
        Nonzeros of its rows.
    starts
        The plan; None where none was found, or the program is too large (`is_too_large`).
    bound
        What CVaR of regret over all draws and `PRICE_WEIGHT` times the price come to at least, for
        every plan for the figures as they stand, money; None: nothing is proven.
    """

    draws: tuple[int, ...]
    entries: int
    is_too_large: bool = False
    starts: Starts | None = None
    bound: float | None = None


class RobustProgram:
    """The program of the figures as they stand, `nominal`, and of `draws`."""

    def __init__(
        self, nominal: Instance, best: float, draws: Sequence[DrawnQuestion], share: float
    ) -> None:
        self._draws, self._best, self._share = draws, best, share
        self._copies = copies_of([nominal, *(row.instance for row in draws)])
        mips = [copy.scale.mip for copy in self._copies]
        # What partners agreed to by the benefits believed stays agreed, as where a plan is held.
        self._mips = [mips[0], *(believed(mip) for mip in mips[1:])]
        self._offsets = np.cumsum([0, *(mip.num_columns for mip in mips)])
        self._factor = self._copies[0].scale.of_objective
        self.entries = sum(mip.num_nonzeros for mip in mips)

    def solve(
        self, options: SolveOptions, time_limit_s: float | None, known: Sequence[Starts]
    ) -> RobustAnswer:
        """The plan that loses least, begun with the best of the plans `known` that it can hold."""
        mip, numbers = self._joined(), tuple(row.number for row in self._draws)
        found = [start for row in known if (start := self._start(row, time_limit_s)) is not None]
        start = max(found, key=mip.value, default=None)
        asked = SolverOptions(
            solver=options.guest_solver,
            gap=options.gap,
            time_limit_s=time_limit_s,
            threads=options.threads,
            seed=options.seed,
            memory_limit_mb=options.memory_limit_mb,
        )
        try:
            reply = solve_mip(mip, asked, start=start)
        except SolverError:
            return RobustAnswer(numbers, self.entries)  # the plans compared stay
        bound = None if reply.bound is None else max(0.0, -reply.bound / self._factor)
        starts = None if reply.values is None else self._starts(reply.values)
        return RobustAnswer(numbers, self.entries, starts=starts, bound=bound)

    def _starts(self, values: FloatArray) -> Starts:
        copy = self._copies[0]
        own = values[: self._offsets[1]] / copy.scale.columns
        return {row.project: (row.option, row.start) for row in starts_of(copy.formulation, own)}

    def _joined(self) -> Mip:
        """Columns: those of all copies, eta, u of each draw. Money is that of the first copy."""
        count, width = len(self._draws), int(self._offsets[-1])
        links = self._links()
        losses = self._losses()
        matrix = csr_array(block_diag([*map(matrix_of, self._mips)], format="csr"))
        matrix.resize((matrix.shape[0], width + 1 + count))
        rows = _stacked(matrix, links, losses)
        first = self._mips[0]
        objective = np.zeros(width + 1 + count)
        objective[: self._offsets[1]] = PRICE_WEIGHT * first.objective
        objective[width], objective[width + 1 :] = -1.0, -1.0 / self._share
        low = [mip.row_lower for mip in self._mips]
        high = [mip.row_upper for mip in self._mips]
        least = [self._factor * row.best for row in self._draws]
        least = [
            value - self._in_own(place) * self._mips[place].objective_offset
            for place, value in enumerate(least, 1)
        ]
        zeros, more = np.zeros(1 + count), np.full(1 + count, np.inf)
        whole = np.zeros(1 + count, dtype=np.bool_)
        return Mip(
            objective=objective,
            objective_offset=PRICE_WEIGHT * (first.objective_offset - self._factor * self._best),
            col_lower=np.concatenate([*(mip.col_lower for mip in self._mips), zeros]),
            col_upper=np.concatenate([*(mip.col_upper for mip in self._mips), more]),
            integrality=np.concatenate([*(mip.integrality for mip in self._mips), whole]),
            a_start=rows.indptr.astype(np.int64),
            a_index=rows.indices.astype(np.int64),
            a_value=rows.data,
            row_lower=np.concatenate([*low, np.full(links.shape[0], -np.inf), np.array(least)]),
            row_upper=np.concatenate([*high, np.zeros(links.shape[0]), np.full(count, np.inf)]),
        )

    def _in_own(self, place: int) -> float:
        """By what money of a copy is multiplied to be that of the first."""
        return self._factor / self._copies[place].scale.of_objective

    def _losses(self) -> csr_array:
        """Rows of draws: value + eta + u >= best."""
        width, count = int(self._offsets[-1]), len(self._draws)
        rows, columns, values = [], [], []
        for place in range(1, count + 1):
            objective = self._in_own(place) * self._mips[place].objective
            used = np.flatnonzero(objective)
            rows += [place - 1] * (used.size + 2)
            columns += [*(self._offsets[place] + used), width, width + place]
            values += [*objective[used], 1.0, 1.0]
        return csr_array(coo_array((values, (rows, columns)), shape=(count, width + 1 + count)))

    def _links(self) -> csr_array:
        """Rows `started in a draw <= planned to have started`, by option and year.

        What must be built there is open even where the plan has nothing of it.
        """
        pairs: list[tuple[int, int]] = []
        planned = _columns_by_option(self._copies[0])
        for place in range(1, len(self._copies)):
            low = self._mips[place].col_lower
            for name, (first, row) in _columns_by_option(self._copies[place]).items():
                begin, own = planned.get(name, (0, np.zeros(0, dtype=np.int64)))
                for t, column in enumerate(row, first):
                    if low[column] > 0.0:
                        continue
                    at = min(t - begin, own.size - 1)
                    other = int(own[at]) if at >= 0 else NO_COLUMN
                    pairs.append((int(self._offsets[place] + column), other))
        pairs = list(dict.fromkeys(pairs))
        rows = [number for number, _ in enumerate(pairs)]
        linked = [number for number, pair in enumerate(pairs) if pair[1] != NO_COLUMN]
        columns = [pair[0] for pair in pairs] + [pairs[number][1] for number in linked]
        values = [1.0] * len(pairs) + [-1.0] * len(linked)
        shape = (len(pairs), int(self._offsets[-1]) + 1 + len(self._draws))
        return csr_array(coo_array((values, (rows + linked, columns)), shape=shape))

    def _start(self, starts: Starts, time_limit_s: float | None) -> FloatArray | None:
        """Columns of a plan that is known; None where the rows do not allow it as it stands."""
        limit, parts, least = time_limit_s or 600.0, [], []
        for place, (copy, mip) in enumerate(zip(self._copies, self._mips, strict=True)):
            completion = Completion.of(mip, mip.columns("started").index.ravel())
            allowed, planned = start_columns(copy.formulation, mip.num_columns, starts)
            decided = completion.decided
            whole = completion.solve(planned[decided], limit, FLOWS_GAP)
            if whole is None and place:
                top = mip.col_upper.copy()
                top[decided] = np.where(allowed[decided], top[decided], 0.0)
                for values in fitting_starts(mip, decided, top, limit):
                    whole = completion.solve(values[decided], limit, FLOWS_GAP)
                    if whole is not None:
                        break
            if whole is None:
                return None
            parts.append(whole)
            if place:
                worth = self._in_own(place) * mip.value(whole)
                least.append(max(0.0, self._factor * self._draws[place - 1].best - worth))
        lost = np.array(least)
        etas = [0.0, *least]
        eta = min(etas, key=lambda row: row + np.maximum(lost - row, 0.0).sum() / self._share)
        return np.concatenate([*parts, [eta], np.maximum(lost - eta, 0.0)])


def _columns_by_option(copy: Copy) -> dict[tuple[str, str], tuple[int, IntArray]]:
    """First year of the window, and the columns of its years, by project and option."""
    sets = copy.formulation.sets
    return {
        (flat.project.id, flat.option.option): (flat.first, row[flat.first : flat.last + 1])
        for flat, row in zip(sets.options, copy.formulation.started, strict=True)
        if flat.is_open
    }


def _stacked(first: csr_array, *others: csr_array) -> csr_array:
    rows = csr_array(vstack([first, *others], format="csr"))
    rows.sort_indices()
    return rows
