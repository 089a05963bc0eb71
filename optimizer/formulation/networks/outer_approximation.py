"""Flows of least cost where every project is decided: a linear program with ever more tangents.

The program's convex costs are the largest of a few tangents. Once nothing is left to choose but
flows, tangents are added where they are needed until the costs are what they should be (Kelley,
"The cutting-plane method for solving convex programs", 1960).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of, with_rows

NO_END_S = 1e9
"""Seconds left where nothing ends."""

ROUNDS = 60
"""Rounds of tangents at most."""

OUT_OF_TIME = 1
"""Status of scipy's answers that a limit of time or of iterations ended."""

EXACT = 1e-10
"""Costs that are too low by less than this share of themselves are exact."""

CLOSE = 1e-9
"""So are costs that together are too low by less than this share of all costs; a linear program
keeps its rows to 1e-7, and of many costs some would for ever seem too low. What service is worth
does not count: it may be large beyond measure, as the price of a trip that must be made."""


class FlowsUnfinishedError(Exception):
    """Flows of least cost were not found in the time that there was."""


Tangent = tuple[int, IntArray, float, float]
"""`column - slope x sum of the flow columns >= start`."""


def least_cost(
    mip: Mip,
    slices: tuple[Slice, ...],
    lower: FloatArray,
    upper: FloatArray,
    columns: IntArray | None = None,
    seconds: float = NO_END_S,
) -> FloatArray | None:
    """Column values of greatest objective with bounds `lower`, `upper`; None: there are none.

    Integer columns that the bounds leave open (which way a link with losses carries) are decided
    as whole numbers. With `columns`, only these are decided and only
    rows with them are kept; all others are zero. It ends within `seconds` by the clock.

    Raises
    ------
    FlowsUnfinishedError
        If these were too few.
    """
    chosen = np.arange(mip.num_columns) if columns is None else columns
    part = csr_array(matrix_of(mip)[:, chosen])
    rows = np.flatnonzero(np.diff(part.indptr) > 0) if columns is not None else slice(None)
    part = csr_array(part[rows])
    decided = DecidedFlows(mip, slices, chosen, part)
    ends = (mip.row_lower[rows], mip.row_upper[rows], lower[chosen], upper[chosen])
    found = decided.least_cost(*ends, seconds)
    if found is None:
        return None
    values = np.zeros(mip.num_columns)
    values[chosen] = found
    return values


@dataclass(frozen=True)
class DecidedFlows:
    """The columns `chosen` of a model whose other columns are decided, in the rows of `part`.

    Attributes
    ----------
    mip
        The model: its objective and which columns are whole numbers.
    slices
        Those whose tangents are added; a cost that is no column of `chosen` gets none.
    chosen
        Numbers of the columns that are not decided, ascending.
    part
        Entries of these columns, shape (rows, chosen).
    """

    mip: Mip
    slices: tuple[Slice, ...]
    chosen: IntArray
    part: csr_array

    def least_cost(
        self,
        row_lower: FloatArray,
        row_upper: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
        seconds: float = NO_END_S,
    ) -> FloatArray | None:
        """Values of `chosen` of greatest objective; None: there are none.

        Limits are those of the rows of `part`, what the decided columns add taken off, and bounds
        those of `chosen`.

        Raises
        ------
        FlowsUnfinishedError
            If `seconds` by the clock were too few.
        """
        end = time.perf_counter() + seconds
        mip, chosen, part = self.mip, self.chosen, self.part
        if not chosen.size:
            return np.zeros(0)
        equal, (sides, limits) = row_lower == row_upper, _sides(part, row_lower, row_upper)
        equations = part[equal]
        place = np.full(mip.num_columns, -1)
        place[chosen] = np.arange(chosen.size)
        values = np.zeros(mip.num_columns)
        is_open = mip.integrality[chosen] & (lower < upper)
        for _ in range(ROUNDS):
            if (left := end - time.perf_counter()) <= 0.0:
                raise FlowsUnfinishedError
            answer = linprog(
                -mip.objective[chosen],
                A_ub=vstack(sides),
                b_ub=np.concatenate(limits),
                A_eq=equations,
                b_eq=row_lower[equal],
                bounds=np.column_stack([lower, upper]),
                method="highs",
                integrality=is_open.astype(np.int64) if is_open.any() else None,
                options={"time_limit": left},
            )
            if answer.status == OUT_OF_TIME:
                raise FlowsUnfinishedError
            if answer.status != 0:
                return None
            values[chosen] = answer.x
            found = [cut for cut in _tangents(self.slices, values) if place[cut[0][0]] >= 0]
            short = sum(abs(float(mip.objective[cut[0]])) * lack for cut, lack in found)
            worth = mip.objective[chosen] * answer.x
            if short <= CLOSE * -float(worth[worth < 0.0].sum()):
                break
            cuts = [cut for cut, _ in found]
            sides.append(_cut_rows(cuts, place, chosen.size))
            limits.append(np.array([-start for _, _, _, start in cuts]))
        return values[chosen]


def _sides(
    part: csr_array, low: FloatArray, high: FloatArray
) -> tuple[list[csr_array], list[FloatArray]]:
    """Rows `low <= part x <= high` that are no equations, each side as rows of "at most"."""
    above, below = (low != high) & np.isfinite(high), (low != high) & np.isfinite(low)
    return [part[above], -part[below]], [high[above], -low[below]]


def with_tangents(mip: Mip, slices: tuple[Slice, ...], points: Sequence[FloatArray]) -> Mip | None:
    """`mip` with tangents at each of `points` where its costs are too low; None where none is.

    A tangent of a convex cost holds everywhere, whatever is built: the model stays a bound.
    """
    cuts = [cut for x in points for cut, _ in _tangents(slices, x)]
    if not cuts:
        return None
    rows = _cut_rows(cuts, np.arange(mip.num_columns), mip.num_columns)
    upper = np.array([-start for _, _, _, start in cuts])
    return with_rows(mip, "tangent", rows, np.full(len(cuts), -np.inf), upper)


def _cut_rows(cuts: list[Tangent], place: IntArray, width: int) -> csr_array:
    """Rows `-column + slope x flows <= -start`."""
    row: list[int] = []
    column: list[int] = []
    value: list[float] = []
    for number, (cost, flows, slope, _) in enumerate(cuts):
        row += [number] * (1 + flows.size)
        column += [int(place[cost]), *place[flows].tolist()]
        value += [-1.0, *([slope] * flows.size)]
    return csr_array((value, (row, column)), shape=(len(cuts), width))


def _tangents(slices: tuple[Slice, ...], x: FloatArray) -> Iterator[tuple[Tangent, float]]:
    """Tangents at `x` of the costs that are too low there, with by how much."""
    for slice_ in slices:
        for number, column in slice_.delay.items():
            way = slice_.network.ways[number]
            volume = float(x[slice_.flow[number]].sum())
            capacity, beta = way.capacity or 0.0, way.link.bpr_beta
            if volume <= 0.0 or capacity <= 0.0:
                continue
            free = way.time * way.link.bpr_alpha * (volume / capacity) ** beta
            lack = free * volume - float(x[column])
            if lack > EXACT * (1.0 + free * volume):
                flows, start = slice_.flow[number], -free * beta * volume
                yield (column, flows, free * (beta + 1.0), start), lack
        for name, column in slice_.quadratic.items():
            cost = slice_.network.node_by_id[name].cost_quadratic
            output = float(x[slice_.output[name]])
            lack = cost * output**2 - float(x[column])
            if lack > EXACT * (1.0 + cost * output**2):
                flows = np.array([slice_.output[name]])
                yield (column, flows, 2.0 * cost * output, -cost * output**2), lack
