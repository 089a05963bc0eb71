"""A program seen as a closure problem with rows beside it: what is a node, what is an arc.

Every option that may start has a run of columns `x[o,t]`, "started by t". Alone, these columns are
nodes as they are. Options of which a project starts one at most are put into one chain, by year
and option within the year: `z_k`, "started as in place k of the chain or before". Then

    x[o,t] = sum of (z_k - z_(k-1)) over the places k of o up to t,   0 <= z_1 <= ... <= z_m <= 1,

is the same polytope, and a row that speaks of what a project has started by a year, in any option,
speaks of one node. Rows of two nodes with opposite coefficients and the limit 0 are arcs; every
other row, and every other column, stays as it is.

Source: Bienstock and Zuckerberg, "Solving LP relaxations of large-scale precedence constrained
problems", IPCO 2010, for destinations by lines of one chain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer.column_forms import order_priced, ordered_runs
from infraplan.optimizer.decomposition import chain_kernels
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip

HAIR = 1e-12
"""Share of a row's largest coefficient below which a coefficient is the rounding of a sum."""


@dataclass(frozen=True)
class Arcs:
    """Arcs `tail -> head` and the row that each stands for, -1: a chain's own, in no row.

    `factor` is the multiplier of the row for one unit of flow.
    """

    tail: IntArray
    head: IntArray
    row: IntArray
    factor: FloatArray


@dataclass(frozen=True)
class Chained:
    """`mip` with nodes in the place of starts.

    Columns are the nodes, `0 .. nodes - 1`, then the columns `others` of `mip`. `rows` are the rows
    that are no arcs, `matrix` their entries. `lower` and `upper` are limits of nodes, 0 or 1.
    """

    mip: Mip
    nodes: int
    others: IntArray
    objective: FloatArray
    lower: FloatArray
    upper: FloatArray
    arcs: Arcs
    rows: IntArray
    matrix: csr_array
    places: _Places

    @property
    def joined(self) -> IntArray:
        """Rows of choice that chains of several options have taken in."""
        return self.places.choice_row

    def values(self, nodes: FloatArray, others: FloatArray) -> FloatArray:
        """Column values of `mip` (shape: columns) from those of nodes and of other columns."""
        whole = np.zeros(self.mip.num_columns)
        whole[self.others] = others
        self.places.spread(nodes, whole)
        return whole

    def nodes_of(self, values: FloatArray) -> FloatArray:
        """Values of the nodes from column values of `mip`."""
        places = self.places
        columns = np.flatnonzero(places.run_of >= 0)
        at = places.place_of[columns]
        run = places.run_of[columns]
        before = np.where(np.diff(run, prepend=-1) != 0, 0.0, np.roll(values[columns], 1))
        step = np.zeros(self.nodes)
        step[at] = values[columns] - before
        total = np.cumsum(step)
        begin = places.begin
        earlier = np.concatenate([[0.0], total])[begin[:-1]]
        nodes = total - np.repeat(earlier, np.diff(begin))
        plain = places.is_plain[places.chain_of[run]]
        nodes[at[plain]] = values[columns[plain]]
        return np.asarray(nodes, dtype=np.float64)

    def multipliers(self, flow: FloatArray, prices: FloatArray) -> FloatArray:
        """Multipliers of the rows of `mip` from the flow on arcs and the prices of `rows`.

        Those of the rows that chains of several options have taken in are at their best.
        """
        y = np.zeros(self.mip.num_rows)
        y[self.rows] = prices
        real = self.arcs.row >= 0
        np.add.at(y, self.arcs.row[real], flow[real] * self.arcs.factor[real])
        if not self.joined.size:
            return y
        y[self.joined] = self.places.best_choice(self.mip, y)
        return order_priced(self.mip, y)


def chained(mip: Mip) -> Chained | None:
    """`mip` as nodes, arcs and the rest; None where it has no starts in order."""
    runs = ordered_runs(mip)
    if not runs.size:
        return None
    places = _placed(mip, runs)
    in_run = places.run_of >= 0
    others = np.flatnonzero(~in_run)
    matrix, objective = _transformed(mip, places, others)
    lower, upper = places.limits(mip)
    return _taken_apart(mip, places, others, matrix, objective, lower, upper)


@dataclass(frozen=True)
class _Places:
    """Where the columns of starts are in their chains.

    `run_of` (shape: columns) is the run of each column among `first` and `size` (shape: runs),
    `chain_of` (runs) the chain of a run. A chain holds the places `begin[c] .. begin[c + 1] - 1`;
    a place is a node. `place_of` (shape: columns) is the place at which a column's start is taken.
    `is_plain` (chains) says that a chain is one run, whose columns are its nodes.
    """

    first: IntArray
    size: IntArray
    run_of: IntArray
    chain_of: IntArray
    begin: IntArray
    place_of: IntArray
    is_plain: BoolArray
    choice_row: IntArray

    @property
    def nodes(self) -> int:
        return int(self.begin[-1])

    def limits(self, mip: Mip) -> tuple[FloatArray, FloatArray]:
        """Limits of nodes; of chains of several options 0 to 1, before the first open one 0."""
        lower, upper = np.zeros(self.nodes), np.ones(self.nodes)
        opened = np.concatenate([[0], np.cumsum(~self.is_closed(mip))])
        chain = np.repeat(np.arange(self.is_plain.size), np.diff(self.begin))
        before = opened[1:] == opened[self.begin[chain]]
        upper[before & ~self.is_plain[chain]] = 0.0
        columns = np.flatnonzero(self.run_of >= 0)
        plain = columns[self.is_plain[self.chain_of[self.run_of[columns]]]]
        lower[self.place_of[plain]] = np.ceil(mip.col_lower[plain] - 1e-9)
        upper[self.place_of[plain]] = np.floor(mip.col_upper[plain] + 1e-9)
        return lower, upper

    def is_closed(self, mip: Mip) -> BoolArray:
        """Places of chains of several options at which nothing can start, shape (nodes,)."""
        closed = np.zeros(self.nodes, dtype=np.bool_)
        columns = np.flatnonzero((self.run_of >= 0) & (mip.col_upper == 0.0))
        mine = columns[~self.is_plain[self.chain_of[self.run_of[columns]]]]
        closed[self.place_of[mine]] = True
        return closed

    def year_of_place(self, mip: Mip) -> IntArray:
        """The year in which a chain at each place starts, counted from the plan's first."""
        starts = mip.starts
        year = np.zeros(self.nodes, dtype=np.int64)
        columns = np.flatnonzero(self.run_of >= 0)
        run = starts.run_of_column(mip.num_columns)[columns]
        year[self.place_of[columns]] = starts.year[run] + columns - starts.first[run]
        return year

    def spread(self, nodes: FloatArray, whole: FloatArray) -> None:
        """Set the columns of starts in `whole` from the values of `nodes`."""
        step = np.diff(nodes, prepend=0.0)
        step[self.begin[:-1]] = nodes[self.begin[:-1]]
        columns = np.flatnonzero(self.run_of >= 0)
        taken = step[self.place_of[columns]]
        total = np.cumsum(taken)
        run = self.run_of[columns]
        heads = np.flatnonzero(np.diff(run, prepend=-1) != 0)
        before = np.where(heads > 0, total[heads - 1], 0.0)
        sums = total - np.repeat(before, np.diff(np.append(heads, run.size)))
        is_plain = self.is_plain[self.chain_of[run]]
        whole[columns] = np.where(is_plain, nodes[self.place_of[columns]], np.clip(sums, 0.0, 1.0))

    def best_choice(self, mip: Mip, y: FloatArray) -> FloatArray:
        """Best multipliers of the rows of choice, given all others but those of order."""
        used = mip.a_value * np.repeat(y, np.diff(mip.a_start))
        reduced = mip.objective - np.bincount(mip.a_index, used, mip.num_columns)
        best = np.zeros(self.is_plain.size)
        for run in np.flatnonzero(~self.is_plain[self.chain_of]).tolist():
            mine = slice(self.first[run], self.first[run] + self.size[run])
            worth = np.cumsum(reduced[mine][::-1])[mip.col_upper[mine][::-1] > 0.0]
            chain = self.chain_of[run]
            best[chain] = max(best[chain], float(worth.max(initial=0.0)))
        return best[~self.is_plain]


def _placed(mip: Mip, runs: IntArray) -> _Places:
    """The chains of the starts of `runs`."""
    starts = mip.starts
    first, size = starts.first[runs], starts.size[runs]
    run_of = np.full(mip.num_columns, -1, dtype=np.int64)
    position = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    columns = np.repeat(first, size) + position
    run_of[columns] = np.repeat(np.arange(runs.size), size)
    groups = _choices(mip, run_of, first, size)
    chain_of = np.full(runs.size, -1, dtype=np.int64)
    for number, (_, members) in enumerate(groups):
        chain_of[members] = number
    alone = np.flatnonzero(chain_of < 0)
    chain_of[alone] = len(groups) + np.arange(alone.size)
    count = len(groups) + alone.size
    is_plain = np.arange(count) >= len(groups)
    run = np.repeat(np.arange(runs.size), size)
    year = np.repeat(starts.year[runs], size) + position
    order = np.lexsort((run, year, chain_of[run]))
    place_of = np.full(mip.num_columns, -1, dtype=np.int64)
    place_of[columns[order]] = np.arange(columns.size)
    length = np.bincount(chain_of[run], minlength=count)
    begin = np.concatenate([[0], np.cumsum(length)])
    rows = np.array([row for row, _ in groups], dtype=np.int64)
    return _Places(first, size, run_of, chain_of, begin, place_of, is_plain, rows)


def _choices(
    mip: Mip, run_of: IntArray, first: IntArray, size: IntArray
) -> list[tuple[int, IntArray]]:
    """Rows that let one of several options start, and the runs of each; no run twice.

    They add up, with coefficients of 1, the last columns of runs that nothing else limits but that
    nothing starts before some year.
    """
    last = first + size - 1
    is_last = np.zeros(mip.num_columns, dtype=np.bool_)
    is_last[last] = True
    after = np.concatenate([mip.col_upper[1:], [1.0]])
    after[last] = 1.0
    is_late = (mip.col_upper == 0.0) & (after <= 1.0)
    is_free = (mip.col_lower == 0.0) & (is_late | ((mip.col_upper == 1.0) & (after == 1.0)))
    owner = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    odd = ~is_last[mip.a_index] | (mip.a_value != 1.0)
    bad = np.bincount(owner[odd], minlength=mip.num_rows) > 0
    several = np.diff(mip.a_start) > 1
    rows = np.flatnonzero(~bad & several & (mip.row_upper == 1.0) & (mip.row_lower <= 0.0))
    constrained = np.bincount(run_of[(run_of >= 0) & ~is_free], minlength=first.size) > 0
    found: list[tuple[int, IntArray]] = []
    taken = constrained.copy()
    for row in rows.tolist():
        members = run_of[mip.a_index[mip.a_start[row] : mip.a_start[row + 1]]]
        if not taken[members].any():
            taken[members] = True
            found.append((row, members))
    return found


def _transformed(mip: Mip, places: _Places, others: IntArray) -> tuple[csr_array, FloatArray]:
    """The matrix and the objective in nodes and other columns."""
    column = np.full(mip.num_columns, -1, dtype=np.int64)
    column[others] = places.nodes + np.arange(others.size)
    plain = (places.run_of >= 0) & places.is_plain[places.chain_of[places.run_of]]
    column[plain] = places.place_of[plain]
    width = places.nodes + others.size
    if places.is_plain.all():
        index = column[mip.a_index]
        matrix = csr_array((mip.a_value, index, mip.a_start), shape=(mip.num_rows, width))
        objective = np.zeros(width)
        objective[column] = mip.objective
        return matrix, objective
    start = np.append(mip.a_start, mip.a_start[-1] + mip.num_columns)
    index = np.append(mip.a_index, np.arange(mip.num_columns))
    value = np.append(mip.a_value, mip.objective)
    entries = chain_kernels.by_place(
        start,
        index,
        value,
        column,
        places.run_of,
        places.first,
        places.size,
        places.chain_of,
        places.begin,
        places.place_of,
        HAIR,
    )
    whole = csr_array((entries[2], entries[1], entries[0]), shape=(mip.num_rows + 1, width))
    objective = whole[[mip.num_rows]].toarray()[0]
    return csr_array(whole[: mip.num_rows]), objective


def _taken_apart(
    mip: Mip,
    places: _Places,
    others: IntArray,
    matrix: csr_array,
    objective: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
) -> Chained:
    """Which rows are arcs, and the rest."""
    at = matrix.indptr[:-1]
    pairs = np.flatnonzero(np.diff(matrix.indptr) == 2)
    first, second = matrix.indices[at[pairs]], matrix.indices[at[pairs] + 1]
    a, b = matrix.data[at[pairs]], matrix.data[at[pairs] + 1]
    low, high = mip.row_lower[pairs], mip.row_upper[pairs]
    fits = (first < places.nodes) & (second < places.nodes) & (a == -b)
    fits &= ((high == 0.0) | np.isposinf(high)) & ((low == 0.0) | np.isneginf(low))
    is_arc = np.zeros(mip.num_rows, dtype=np.bool_)
    is_arc[pairs[fits]] = True
    tails, heads, rows, factors = [], [], [], []
    # a x1 - a x2 <= 0: for a > 0 x1 needs x2. The same row from below turns the arc round.
    for side, sign in ((high, 1.0), (low, -1.0)):
        mine = fits & (side == 0.0)
        forward = sign * a[mine] > 0.0
        tails.append(np.where(forward, first[mine], second[mine]))
        heads.append(np.where(forward, second[mine], first[mine]))
        rows.append(pairs[mine])
        factors.append(sign / np.abs(a[mine]))
    inner = np.flatnonzero(np.repeat(~places.is_plain, np.diff(places.begin)))
    inner = np.setdiff1d(inner, places.begin[1:] - 1)
    tails.append(inner)
    heads.append(inner + 1)
    # Where nothing can start, a chain has not come further than at the place before.
    closed = np.setdiff1d(np.flatnonzero(places.is_closed(mip)), places.begin[:-1])
    tails.append(closed)
    heads.append(closed - 1)
    own = inner.size + closed.size
    rows.append(np.full(own, -1))
    factors.append(np.zeros(own))
    arcs = Arcs(*(np.concatenate(part) for part in (tails, heads, rows, factors)))
    is_arc[places.choice_row] = True
    is_arc |= np.diff(matrix.indptr) == 0
    dropped = _order_of_joined(mip, places)
    is_arc[dropped] = True
    kept = np.flatnonzero(~is_arc)
    rest = csr_array(matrix[kept])
    return Chained(mip, places.nodes, others, objective, lower, upper, arcs, kept, rest, places)


def _order_of_joined(mip: Mip, places: _Places) -> IntArray:
    """Rows that order the years of an option inside a chain of several: the chain implies them."""
    pairs = np.flatnonzero(np.diff(mip.a_start) == 2)
    at = mip.a_start[pairs]
    first, second = mip.a_index[at], mip.a_index[at + 1]
    run = places.run_of[first]
    mine = (run >= 0) & (run == places.run_of[second])
    mine &= ~places.is_plain[places.chain_of[run]]
    mine &= (mip.a_value[at] == -1.0) & (mip.a_value[at + 1] == 1.0)
    mine &= (
        (mip.row_lower[pairs] == 0.0) & np.isposinf(mip.row_upper[pairs]) & (second == first + 1)
    )
    return np.asarray(pairs[mine], dtype=np.int64)
