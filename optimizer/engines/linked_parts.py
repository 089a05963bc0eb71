"""A program that falls apart but for a few rows: these rows priced, its parts searched one by one.

A budget of a whole region, or a policy over all districts, joins what would be programs of their
own. With a price on each such row, what districts take of it is worth so much less to them, and
nothing joins them any more: what is best for each at these prices is, all together, worth no less
than any plan (Lagrange). The prices are those of the relaxation, so that the bound is never above
the relaxation's, and below it by what whole projects cost inside the districts.

The plans of the parts together take about as much of the priced rows as there is. A core of the
projects that lose least at these prices, all others as the parts have them, makes it fit.

Source: Geoffrion, "Lagrangean relaxation for integer programming", Mathematical Programming Study
2, 1974.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer.backends import Note, Progress
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.tree import StartTree, tree_of
from infraplan.optimizer.engines.beside import Beside
from infraplan.optimizer.engines.by_parts import Group, is_fit
from infraplan.optimizer.engines.claims import Answer, ask, contradiction_in, under_both
from infraplan.optimizer.engines.deadline import Deadline, guest_options
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.engines.main_solve import main_solve
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.mip_parts import falls_apart, part_numbers, restricted
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap

ROUNDS, ROUNDING = 3, 1e-9
"""Times that links are asked which starts they forbid, and times (1 + size) what rounding does."""
MOST_LINKS = 400
"""Rows between districts that are priced at most."""
LEAST_DISTRICTS = 2
PASSES = 60
"""Times that rows hand on whose a column is: from a year's money to the next."""
MOST_APART = 0.5
"""Share of all starts in one part up to which a program falls apart as it is."""
WHOLE_S = 2.0
"""Seconds that must be left to search the whole where prices have left something open."""
NOBODY, SEVERAL = -1, -2
"""Columns that no district was found for, and those of several."""


def link_rows(formulation: Formulation) -> IntArray:
    """Rows that hold columns of several districts: what joins programs that were their own.

    A start is its project's district's; any other column is of the district whose columns alone
    stand in one of its rows. Where leaving rows of three districts and more out is enough, those
    of two stay.
    """
    mip, instance = formulation.mip, formulation.instance
    starts = mip.starts
    names = list(dict.fromkeys(project.jurisdiction for project in instance.projects))
    if len(names) < LEAST_DISTRICTS:
        return np.zeros(0, dtype=np.int64)
    number = {name: n for n, name in enumerate(names)}
    district = np.array([number[p.jurisdiction] for p in instance.projects], dtype=np.int64)
    run = starts.run_of_column(mip.num_columns)
    owner = np.full(mip.num_columns, NOBODY, dtype=np.int64)
    owner[run >= 0] = district[starts.project[run[run >= 0]]]
    owner = _spread(mip, owner)
    row = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    many = _districts_of(row, owner[mip.a_index], mip.num_rows, len(names))
    return np.flatnonzero(many > 1)


def _spread(mip: Mip, owner: IntArray) -> IntArray:
    """`owner` (shape: columns) with what the rows of one district say of their other columns."""
    row = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    for _ in range(PASSES):
        low, high = _extremes(mip, row, owner)
        told = np.flatnonzero((owner[mip.a_index] == NOBODY) & ((low == high) & (low >= 0))[row])
        if not told.size:
            break
        least = np.full(mip.num_columns, np.iinfo(np.int64).max)
        most = np.full(mip.num_columns, NOBODY)
        np.minimum.at(least, mip.a_index[told], low[row[told]])
        np.maximum.at(most, mip.a_index[told], low[row[told]])
        new = np.unique(mip.a_index[told])
        owner = owner.copy()
        owner[new] = np.where(least[new] == most[new], least[new], SEVERAL)
    return owner


def _extremes(mip: Mip, row: IntArray, owner: IntArray) -> tuple[IntArray, IntArray]:
    """The first and the last district of each row's columns; where it has none, last < first."""
    mine = owner[mip.a_index]
    known = mine >= 0
    low = np.full(mip.num_rows, np.iinfo(np.int64).max)
    high = np.full(mip.num_rows, NOBODY)
    np.minimum.at(low, row[known], mine[known])
    np.maximum.at(high, row[known], mine[known])
    return low, high


def _districts_of(row: IntArray, owner: IntArray, rows: int, districts: int) -> IntArray:
    """How many districts the entries of each row are of, shape (rows,)."""
    known = owner >= 0
    pairs = np.unique(row[known] * districts + owner[known])
    return np.bincount(pairs // max(1, districts), minlength=rows)


def joined_by_few(formulation: Formulation, options: SolveOptions) -> IntArray | None:
    """The few rows without which a program would fall apart; None where it does not even then.

    None, too, where it is of another kind, or where no part of it holds most of it with them.
    """
    if not is_fit(formulation, options):
        return None
    links = link_rows(formulation)
    if not 0 < links.size <= MOST_LINKS:
        return None
    alone = _without_rows(formulation.mip, links)
    part = part_numbers(alone)
    is_start = formulation.mip.starts.run_of_column(formulation.mip.num_columns) >= 0
    joined = np.bincount(part_numbers(formulation.mip)[is_start])
    if joined.max() <= MOST_APART * joined.sum():
        return None
    return links if falls_apart(np.bincount(part[is_start])) else None


def _tree_of(formulation: Formulation, links: IntArray, known: Known) -> StartTree | None:
    """A program in the form of starts by year, with its links and their first prices.

    These are those of its relaxation, 0 where there are none. None: it has no such form.
    """
    tree = tree_of(formulation.mip)
    if tree is None:
        return None
    multipliers = None if known.relaxed is None else known.relaxed.multipliers
    prices = np.zeros(links.size) if multipliers is None else multipliers[links]
    if tree.changed is not None:
        place = np.full(formulation.mip.num_rows, NOBODY, dtype=np.int64)
        place[tree.changed.kept] = np.arange(tree.changed.kept.size)
        links = place[links]
    if np.any(links < 0):
        return None
    mip = without_forbidden(tree.mip, links, tree.row)
    return replace(tree, mip=mip, links=links, prices=prices)


def _without_rows(mip: Mip, rows: IntArray) -> Mip:
    """`mip` without `rows`."""
    kept = np.setdiff1d(np.arange(mip.num_rows), rows)
    return restricted(mip, csr_array(matrix_of(mip)[kept]), np.arange(mip.num_columns), kept)


def without_forbidden(mip: Mip, links: IntArray, row: IntArray) -> Mip:
    """`mip` without starts that no plan can have, since a link alone forbids them.

    `row` (shape: columns) adds up the starts of a project, -1: a column is no start. Where a
    project must be started each of its starts takes the least of them at least.
    """
    upper = mip.col_upper.copy()
    must = _must_start(mip, row)
    for _ in range(ROUNDS):
        before = int(np.count_nonzero(upper > 0.0))
        for number in links.tolist():
            low, high = float(mip.row_lower[number]), float(mip.row_upper[number])
            begin, end = mip.a_start[number], mip.a_start[number + 1]
            taken = np.zeros(mip.num_columns)
            taken[mip.a_index[begin:end]] = mip.a_value[begin:end]
            for sign, limit in ((1.0, high), (-1.0, -low)):
                if np.isfinite(limit):
                    _forbid(mip, sign * taken, limit, row, must, upper)
        if int(np.count_nonzero(upper > 0.0)) == before:
            break
    return replace(mip, col_upper=upper)


def _forbid(
    mip: Mip, taken: FloatArray, limit: float, row: IntArray, must: BoolArray, upper: FloatArray
) -> None:
    """Put `upper` (shape: columns) to 0 in place where a start takes more than `limit` leaves.

    `taken` (columns) is what each column takes, `must` (rows) whether a project must be started.
    """
    is_start = row >= 0
    with np.errstate(invalid="ignore"):
        sides = np.stack([taken * mip.col_lower, taken * upper])
    others = np.where(taken == 0.0, 0.0, sides.min(axis=0))[~is_start]
    mine = np.flatnonzero(is_start & (upper > 0.0))
    least = np.full(mip.num_rows, np.inf)
    np.minimum.at(least, row[mine], taken[mine])
    least = np.where(must, least, np.minimum(least, 0.0))
    projects = np.unique(row[mine])
    total = float(least[projects].sum() + others.sum())
    if not np.isfinite(total):
        return
    size = float(np.abs(least[projects]).sum() + np.abs(others).sum()) + abs(limit)
    is_out = total - least[row[mine]] + taken[mine] > limit + ROUNDING * (1.0 + size)
    upper[mine[is_out & (mip.col_lower[mine] <= 0.0)]] = 0.0


def _must_start(mip: Mip, row: IntArray) -> BoolArray:
    """Whether the project whose starts a row adds up must be started, shape (rows,)."""
    must = np.zeros(mip.num_rows, dtype=np.bool_)
    must[row[(row >= 0) & (mip.col_lower >= 1.0)]] = True
    number = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    project = row[mip.a_index]
    low, high = np.full(mip.num_rows, np.iinfo(np.int64).max), np.full(mip.num_rows, NOBODY)
    np.minimum.at(low, number, project)
    np.maximum.at(high, number, project)
    is_one = np.ones(mip.num_rows, dtype=np.bool_)
    np.logical_and.at(is_one, number, mip.a_value == 1.0)
    asks = is_one & (low == high) & (high >= 0) & (mip.row_lower > 1.0 - ROUNDING)
    must[high[asks]] = True
    return must


def search_linked(
    formulation: Formulation,
    links: IntArray,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Known, Answer | None, tuple[Note, ...]]:
    """What is known then, the answer, and where there is none what to tell.

    A search over cores of the whole goes on beside; both hear of one another's better plans. There
    is no answer where nobody gives one without a contradiction, or where it is that there is no
    plan: that is found again, and told, as for any program.
    """
    mip, tree = formulation.mip, _tree_of(formulation, links, known)
    if tree is None:
        return known, None, ()
    start = None if known.plan is None else tree.forth(known.plan)
    with Beside(formulation, known, options, deadline) as beside:
        group = Group(replace(tree, exchange=_Exchange(beside, tree)), start)
        group.proven = known.bound
        try:
            answer = group.ask(
                guest_options(options, deadline),
                deadline,
                beside.listening(on_progress),
                beside.stopping(should_stop),
            )
        except SolverError:
            return beside.known, None, ()
        reply, known = answer.reply, beside.known
        if reply.termination.is_proof_of_no_plan:
            return known, None, answer.notes
        values = None if reply.values is None else clean_values(mip, tree.back(reply.values))
        worth = None if values is None else mip.value(values)
        gap = relative_gap(worth, reply.bound)
        reply = replace(reply, values=values, objective=worth, gap=gap)
        joined = beside.joined(replace(answer, reply=reply))
    if joined is None:
        lie = contradiction_in(reply, known, options.gap)
        return known, None, answer.notes if lie is None else (*answer.notes, lie)
    known = known.with_plan(mip, joined.reply.values)
    is_over = deadline.is_over(WHOLE_S) or (should_stop is not None and should_stop())
    if is_over or (joined.reply.gap is not None and joined.reply.gap <= options.gap):
        return known, joined, ()
    return _ended_as_a_whole(
        formulation, known, joined, options, deadline, on_progress, should_stop
    )


def _ended_as_a_whole(
    formulation: Formulation,
    known: Known,
    first: Answer,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
) -> tuple[Known, Answer | None, tuple[Note, ...]]:
    """What is known then, and the answer: what prices have left open is for the whole to decide."""
    asked = partial(
        main_solve, formulation, formulation, known, options, deadline, on_progress, should_stop
    )
    known, last = asked(known.plan)

    def again(known: Known, lie: Note) -> Answer:
        return ask(formulation.mip, options, known, deadline, should_stop=should_stop, lie=lie)

    return known, under_both(formulation.mip, first, last, known, options.gap, again), ()


class _Exchange:
    """The search beside, as the guest of parts sees it: in the columns of its model."""

    def __init__(self, beside: Beside, tree: StartTree) -> None:
        self._beside, self._tree = beside, tree

    def heard(self, values: FloatArray) -> None:
        """Pass a plan on in the columns of the program."""
        self._beside.heard(self._tree.back(values))

    def offered(self) -> FloatArray | None:
        """A plan of the search beside."""
        values = self._beside.offered()
        return None if values is None else self._tree.forth(values)
