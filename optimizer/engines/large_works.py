"""Rows that say how much a plan is worth at most, by when it starts a large works.

A relaxation builds a large works in shares over several years, beside all that its money would
otherwise pay for. No plan can: it starts the works in one year, or never. The relaxation with the
start decided has for each year a worth of its own, and all plans obey

    worth of the plan <= z[never] + sum_s (z[s] - z[never]) x[s],

with `z[s]` a bound of all plans that start in s, proven by multipliers. Where the best `z` lies
well below the bound of all plans, the row takes the difference off at the root, for which a search
by branching needs long: it must rule out every year but one.

Source: disjunctive cuts of one choice, Balas, "Disjunctive programming", Annals of Discrete
Mathematics 5, 1979, in the direction of the objective alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.backends.dual_bound import proves_infeasible
from infraplan.optimizer.backends.forced import (
    ForcedRelaxation,
    ForcedRelaxations,
    forced_relaxations,
    with_forced,
)
from infraplan.optimizer.backends.quick_relaxation import farkas_multipliers
from infraplan.optimizer.column_forms import Columns, recast
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import with_rows

FAMILY = "large_works"
"""Family of the rows."""
STAKE = 0.01
"""Share of the worth of all that a works must bring in to be large."""
MOST = 6
"""Works that are asked about at most."""
GAIN = 1e-3
"""Share of the bound that a row must take off; each makes the relaxations that follow slower."""
FRACTION = 1e-6
"""Distance from a whole number below which a start counts as decided."""
PROOF_S = 2.0
"""Seconds to prove that no plan makes a choice."""
MARGIN = 1e-6
"""Share by which rows are put up: a plan may use the tolerances of the rows that bound it."""


@dataclass(frozen=True)
class _Works:
    """A project whose starts, `columns` of the model by start, the relaxation does not decide."""

    columns: IntArray


def with_large_works(
    mip: Mip, relaxed: FloatArray, bound: float, options: SolverOptions
) -> tuple[Mip, float]:
    """`mip` with a row for each large works that gains by it, and a proven bound of its optimum.

    `relaxed` (shape: columns) is the optimum of the relaxation, `bound` what is proven of it. Every
    plan stays. Where HiGHS fails, or time ends, less is added.
    """
    changed = recast(mip, Columns.BY_START)
    if changed is None:
        return mip, bound
    seen = changed.mip
    works = _large(seen, changed.forth(relaxed), STAKE * abs(bound))
    if not works:
        return mip, bound
    asked, rows = _with_choices(seen, works)
    try:
        found = forced_relaxations(asked, np.array([n for group in rows for n in group]), options)
    except SolverError:
        return mip, bound
    added, limits, least = [], [], bound
    for group, one in zip(rows, works, strict=True):
        worth = _worth_by_choice(asked, group, found, bound)
        if worth is None or worth.max() > bound - GAIN * abs(bound):
            continue
        never, by_start = worth[-1], worth[:-1]
        row = mip.objective.copy()
        row[one.columns] -= _by_year(seen, one.columns, by_start - never)
        added.append(row)
        limits.append(never - mip.objective_offset + MARGIN * max(1.0, np.abs(worth).max()))
        least = min(least, float(worth.max()))
    if not added:
        return mip, bound
    return with_rows(
        mip,
        FAMILY,
        csr_array(np.array(added)),
        np.full(len(added), -np.inf),
        np.array(limits),
    ), least


def _large(mip: Mip, values: FloatArray, stake: float) -> list[_Works]:
    """Projects of which the relaxation brings in at least `stake` by starts that are no whole ones.

    They come by how much is at stake, at most `MOST`.
    """
    starts = mip.starts
    by_project: dict[int, list[IntArray]] = {}
    mixed: set[int] = set()
    for run in range(starts.count):
        project = int(starts.project[run])
        by_project.setdefault(project, []).append(starts.columns_of(run))
        if starts.cumulative[run] and starts.size[run] > 1:
            mixed.add(project)
    found: list[tuple[float, _Works]] = []
    for project, parts in by_project.items():
        columns = np.concatenate(parts)
        share = values[columns]
        can = mip.col_upper[columns] > 0.0
        if project in mixed or np.all(np.minimum(share, 1.0 - share) <= FRACTION):
            continue
        worth = float(np.abs(mip.objective[columns[can]]).max(initial=0.0) * share.sum())
        if worth >= stake:
            found.append((worth, _Works(columns[can])))
    found.sort(key=lambda pair: -pair[0])
    return [one for _, one in found[:MOST]]


def _with_choices(mip: Mip, works: list[_Works]) -> tuple[Mip, list[list[int]]]:
    """The relaxation of `mip` with a row for each choice, which is 1 where it is made.

    The rows of a works are those of its starts, then the one of "never".
    """
    count = mip.num_columns
    one = replace(
        mip,
        objective=np.append(mip.objective, 0.0),
        col_lower=np.append(mip.col_lower, 1.0),
        col_upper=np.append(mip.col_upper, 1.0),
        integrality=np.zeros(count + 1, dtype=np.bool_),
    )
    rows: list[list[int]] = []
    index: list[IntArray] = []
    value: list[FloatArray] = []
    for each in works:
        first = mip.num_rows + len(index)
        rows.append(list(range(first, first + each.columns.size + 1)))
        index += [each.columns[n : n + 1] for n in range(each.columns.size)]
        value += [np.ones(1)] * each.columns.size
        index.append(np.append(each.columns, count))
        value.append(np.append(-np.ones(each.columns.size), 1.0))
    ends = np.cumsum([0, *(part.size for part in index)])
    shape = (len(index), count + 1)
    added = csr_array((np.concatenate(value), np.concatenate(index), ends), shape=shape)
    return with_rows(one, FAMILY, added, np.full(len(index), -np.inf)), rows


def _worth_by_choice(
    asked: Mip, group: list[int], found: ForcedRelaxations, bound: float
) -> FloatArray | None:
    """Proven bound of the plans that make each choice of `group`; None where the row is no gain.

    That no plan makes a choice is not believed but proven again, and such a choice gets the least
    bound of all: whatever is said of it holds.
    """
    answers = [found.by_row.get(row, ForcedRelaxation()) for row in group]
    known = [min(bound, one.bound) for one in answers if one.bound is not None]
    if not known or max(known) > bound - GAIN * abs(bound):
        return None
    for row, one in zip(group, answers, strict=True):
        if one.bound is None and not (one.is_out and _is_proven_out(with_forced(asked, row))):
            return None
    return np.array([min(known) if one.bound is None else min(bound, one.bound) for one in answers])


def _is_proven_out(mip: Mip) -> bool:
    multipliers = farkas_multipliers(mip, PROOF_S)
    return multipliers is not None and proves_infeasible(mip, multipliers)


def _by_year(mip: Mip, columns: IntArray, by_start: FloatArray) -> FloatArray:
    """Factors of "started by this year" that add up to `by_start` for a start in a year."""
    run = mip.starts.run_of_column(mip.num_columns)[columns]
    follows = np.append((run[1:] == run[:-1]) & (columns[1:] == columns[:-1] + 1), False)
    return by_start - np.where(follows, np.append(by_start[1:], 0.0), 0.0)
