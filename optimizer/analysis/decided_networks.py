"""What the networks of a model cost once its projects are decided, flows found part by part.

With every project decided, networks, and the years of each, share no row that is not decided: the
flows of one part depend on nothing but what the decided columns leave its rows. A set of projects
that leaves them what another left costs there the same, so that of two sets which differ in one
project the parts which that project touches are solved again, and no other.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.sparse import block_diag, csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from infraplan.models.instance import Instance
from infraplan.models.plan import ProjectStart
from infraplan.optimizer import work_clock
from infraplan.optimizer.accounts.candidates import standing_starts
from infraplan.optimizer.families.storage import STORES
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.formulation.networks.flow_costs import (
    NetworkState,
    StateKey,
    flows_at,
    slice_cost,
    state_in,
)
from infraplan.optimizer.formulation.networks.outer_approximation import DecidedFlows
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import Formulation

FOLLOWING = ("one_way[", f"{STORES}[")
"""Columns of whole numbers that no project decides: they follow the flows."""
TOLERANCE = 1e-6
"""Times (1 + size of the row's terms): what a row of decided columns alone may miss its limit."""
STILL = 1e-9
"""Times (1 + a row's sum): what flows found before may miss a narrower limit."""

_States = tuple[StateKey, ...]


@dataclass
class _Part:
    """Flows that hang together, and what they cost by what was decided.

    `columns` and `rows` are numbers in the model, `entries` what the rows hold of the columns.
    """

    slices: tuple[Slice, ...]
    columns: IntArray
    rows: IntArray
    entries: csr_array
    costs: dict[tuple[bytes, _States], float] = field(default_factory=dict)
    found: list[tuple[FloatArray, FloatArray, FloatArray]] = field(default_factory=list)

    def still_best(self, low: FloatArray, high: FloatArray) -> FloatArray | None:
        """Flows of least cost within wider limits that keep `low` and `high` as well; None: none.

        What is best of more is best of less where it is still allowed.
        """
        for wide_low, wide_high, values in self.found:
            if (wide_low <= low).all() and (wide_high >= high).all():
                sums = self.entries @ values
                slack = STILL * (1.0 + np.abs(sums))
                if (sums >= low - slack).all() and (sums <= high + slack).all():
                    return values
        return None


class _Asked(NamedTuple):
    """A part, what is open of its networks, and the limits of its rows that decided columns leave.

    `key` is that of its cost.
    """

    part: _Part
    key: tuple[bytes, _States]
    states: tuple[NetworkState, ...]
    low: FloatArray
    high: FloatArray


class DecidedNetworks:
    """Cost of all networks of `formulation` by the projects that stand; flows are kept by part.

    `instance` is the whole one, of which `formulation` may hold the networks alone. A project that
    must be built is not there unless it is given: rows of mandates are not obeyed.
    """

    def __init__(self, formulation: Formulation, instance: Instance) -> None:
        self._formulation, self._instance = formulation, instance
        mip, matrix = formulation.mip, matrix_of(formulation.mip)
        self._is_decided = _decided_columns(mip)
        self._is_limited = _limited_rows(mip)
        free = np.flatnonzero(~self._is_decided)
        self._decided = csr_array(matrix[:, np.flatnonzero(self._is_decided)])
        own = csr_array(matrix[:, free])
        own_rows = (np.diff(own.indptr) > 0) & self._is_limited
        self._alone = np.flatnonzero(self._is_limited & ~own_rows)
        slices = formulation.networks.slices
        self._parts = _parts_of(own, own_rows, free, slices)

    def cost(self, starts: tuple[ProjectStart, ...], seconds: float) -> float | None:
        """Discounted cost with `starts` and what stands, money; None: nothing can flow.

        Raises
        ------
        FlowsUnfinishedError
            If `seconds` by the clock were too few.
        """
        end = time.perf_counter() + work_clock.patience_s(seconds)
        starts = (*standing_starts(self._instance), *starts)
        mip, given = self._formulation.mip, self._chosen(starts)[self._is_decided]
        taken = self._decided @ given
        if self._breaks(taken, given):
            return None
        keys, unknown = [], list[_Asked]()
        for part in self._parts:
            own = taken[part.rows]
            states = tuple(state_in(self._instance, s, starts) for s in part.slices)
            keys.append((own.tobytes(), tuple(state.key for state in states)))
            if keys[-1] not in part.costs:
                low, high = mip.row_lower[part.rows] - own, mip.row_upper[part.rows] - own
                unknown.append(_Asked(part, keys[-1], states, low, high))
        flows = self._flows(unknown, end)
        if flows is None:
            return None
        for asked, values in zip(unknown, flows, strict=True):
            asked.part.costs[asked.key] = self._cost(asked, values)
        return sum(part.costs[key] for part, key in zip(self._parts, keys, strict=True))

    def _flows(self, asked: list[_Asked], end: float) -> list[FloatArray] | None:
        """Flows of least cost of each part, those not known by one program; None: there are none.

        Many parts are so small that a program of their own would take longer to hand on than to
        solve.
        """
        flows = [one.part.still_best(one.low, one.high) for one in asked]
        new = [number for number, values in enumerate(flows) if values is None]
        if new:
            mip, parts = self._formulation.mip, [asked[number].part for number in new]
            columns = np.concatenate([part.columns for part in parts])
            slices = tuple(slice_ for part in parts for slice_ in part.slices)
            entries = csr_array(block_diag([part.entries for part in parts], format="csr"))
            values = DecidedFlows(mip, slices, columns, entries).least_cost(
                np.concatenate([asked[number].low for number in new]),
                np.concatenate([asked[number].high for number in new]),
                mip.col_lower[columns],
                mip.col_upper[columns],
                end - time.perf_counter(),
            )
            if values is None:
                return None
            ends = np.cumsum([part.columns.size for part in parts])[:-1]
            for number, own in zip(new, np.split(values, ends), strict=True):
                one = asked[number]
                one.part.found.append((one.low, one.high, own))
                flows[number] = own
        return [values for values in flows if values is not None]

    def _chosen(self, starts: tuple[ProjectStart, ...]) -> FloatArray:
        """Values of the decided columns (shape: columns), all others 0."""
        formulation, sets = self._formulation, self._formulation.sets
        values = np.zeros(formulation.mip.num_columns)
        chosen = {(start.project, start.option): start.start for start in starts}
        for number, flat in enumerate(sets.options):
            year = chosen.get((flat.project.id, flat.option.option))
            if year is not None and flat.standing is None:
                first = year - sets.first_year
                values[formulation.started[number, first : flat.last + 1]] = 1.0
        return values

    def _breaks(self, taken: FloatArray, given: FloatArray) -> bool:
        """Whether a row of decided columns alone is broken."""
        mip, alone = self._formulation.mip, self._alone
        slack = TOLERANCE * (1.0 + (abs(self._decided) @ np.abs(given))[alone])
        over = taken[alone] > mip.row_upper[alone] + slack
        return bool((over | (taken[alone] < mip.row_lower[alone] - slack)).any())

    def _cost(self, asked: _Asked, flows: FloatArray) -> float:
        """Discounted cost of one part with its `flows`."""
        networks = self._formulation.networks
        values = np.zeros(self._formulation.mip.num_columns)
        values[asked.part.columns] = flows
        return sum(
            slice_.stretch.weight
            * slice_.block.weight
            * slice_cost(slice_, flows_at(slice_, values), state, networks.trip_costs)
            for slice_, state in zip(asked.part.slices, asked.states, strict=True)
        )


def _parts_of(
    own: csr_array, own_rows: BoolArray, free: IntArray, slices: tuple[Slice, ...]
) -> list[_Part]:
    """The parts of the columns `free`, of which `own` (shape: rows, free) are the entries."""
    labels = _labels(own, own_rows, free, slices)
    flowing: dict[int, list[Slice]] = {}
    for slice_ in slices:
        first = np.searchsorted(free, _columns_of(slice_)[:1])
        for label in labels[first].tolist():
            flowing.setdefault(label, []).append(slice_)
    by_column, parts = csc_array(own), []
    for label in np.unique(labels).tolist():
        chosen = np.flatnonzero(labels == label)
        entries = csr_array(by_column[:, chosen])
        rows = np.flatnonzero((np.diff(entries.indptr) > 0) & own_rows)
        mine = tuple(flowing.get(label, ()))
        parts.append(_Part(mine, free[chosen], rows, csr_array(entries[rows])))
    return parts


def _decided_columns(mip: Mip) -> BoolArray:
    """Mask (shape: columns) of what projects decide."""
    is_decided = mip.integrality.copy()
    for block in mip.column_blocks:
        if block.name.startswith(FOLLOWING):
            is_decided[block.start : block.start + block.size] = False
    return is_decided


def _limited_rows(mip: Mip) -> BoolArray:
    """Mask (shape: rows) of the rows that limit something and ask for no project."""
    is_limited = np.isfinite(mip.row_lower) | np.isfinite(mip.row_upper)
    for block in mip.row_blocks:
        if block.family == "mandate":
            is_limited[block.start : block.start + block.size] = False
    return is_limited


def _columns_of(slice_: Slice) -> IntArray:
    """Numbers of all columns of a slice."""
    singles = (
        slice_.output,
        slice_.charge,
        slice_.discharge,
        slice_.spill,
        slice_.angle,
        slice_.served,
        slice_.delay,
        slice_.quadratic,
    )
    numbers = [column for columns in singles for column in columns.values()]
    parts = [slice_.flow.ravel(), *slice_.generated.values(), np.array(numbers, dtype=np.int64)]
    return np.concatenate(parts)


def _labels(
    own: csr_array, own_rows: BoolArray, free: IntArray, slices: Iterable[Slice]
) -> IntArray:
    """Number of the part of each free column (shape: free); one part has all that does not flow."""
    count, height = own.shape[1], own.shape[0]
    row = np.repeat(np.arange(height), np.diff(own.indptr))
    kept = own_rows[row]
    heads, tails = [count + row[kept]], [own.indices[kept].astype(np.int64)]
    flowing = []
    for number, slice_ in enumerate(slices):
        places = np.searchsorted(free, _columns_of(slice_))
        heads.append(np.full(places.size, count + height + number))
        tails.append(places)
        flowing.append(places)
    head, tail = np.concatenate(heads), np.concatenate(tails)
    size = count + height + len(flowing)
    graph = csr_array((np.ones(head.size), (head, tail)), shape=(size, size))
    labels = np.asarray(connected_components(graph, directed=False)[1][:count], dtype=np.int64)
    flows = np.unique(labels[np.concatenate(flowing)]) if flowing else np.zeros(0, np.int64)
    return np.where(np.isin(labels, flows), labels, -1)
