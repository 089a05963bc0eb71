"""The master program: nodes of one part are equal; all rows but arcs, and all other columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, hstack, vstack

from infraplan.optimizer.backends.quick_relaxation import QuickRelaxation, quick_relaxation
from infraplan.optimizer.decomposition import closure_kernels
from infraplan.optimizer.decomposition.closure import ClosureGraph
from infraplan.optimizer.mip import FloatArray, IntArray, Mip

MISSED = 1e-6
"""What a row without columns may be missed by."""


@dataclass(frozen=True)
class Split:
    """What is to be solved: a closure problem with rows beside it.

    `gains` (shape: nodes) and `others_gain` (others) are the objective, `of_nodes` (rows, nodes)
    and `of_others` (rows, others) the rows with limits `low` and `high`; other columns lie between
    `least` and `most`.
    """

    graph: ClosureGraph
    gains: FloatArray
    of_nodes: csr_array
    low: FloatArray
    high: FloatArray
    others_gain: FloatArray
    of_others: csr_array
    least: FloatArray
    most: FloatArray

    def priced(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What nodes and other columns gain at `prices` (shape: rows)."""
        return (
            self.gains - self.of_nodes.T @ prices,
            self.others_gain - self.of_others.T @ prices,
        )


@dataclass(frozen=True)
class MasterAnswer:
    """Optimum of the master over a partition, in parts and other columns, and prices of rows."""

    value: float
    shares: FloatArray
    others: FloatArray
    prices: FloatArray


class Partition:
    """The part of every node, shape (nodes,): numbers from 0 on."""

    def __init__(self, nodes: int) -> None:
        self.part = np.zeros(nodes, dtype=np.int32)
        self.count = 1 if nodes else 0

    def divide(self, label: IntArray) -> bool:
        """Part nodes of different `label` (shape: nodes, from 0 on); whether any were together."""
        before, many = self.count, int(label.max(initial=0)) + 1
        mixed = self.part.astype(np.int64) * many + label
        used = np.zeros(before * many, dtype=np.bool_)
        used[mixed] = True
        number = np.cumsum(used) - 1
        self.part = number[mixed].astype(np.int32)
        self.count = int(used.sum())
        return self.count > before

    def join(self, shares: FloatArray, hair: float) -> None:
        """Put parts together whose `shares` (shape: parts) are equal, but for `hair`."""
        order = np.argsort(shares, kind="stable")
        step = np.diff(shares[order], prepend=shares[order[0]] if order.size else 0.0)
        number = np.empty(order.size, dtype=np.int32)
        number[order] = np.cumsum(step > hair)
        self.part = number[self.part]
        self.count = int(number.max(initial=-1)) + 1


def solve_master(
    split: Split, partition: Partition, seconds: float
) -> tuple[MasterAnswer | None, QuickRelaxation]:
    """The master's optimum, None where there is none; and what was answered about it."""
    parts, part = partition.count, partition.part
    rows, others = split.low.size, split.others_gain.size
    if not parts + others:
        return _of_nothing(split)
    gains = np.bincount(part, split.gains, parts)
    entries = split.of_nodes.tocoo()
    place = entries.row.astype(np.int64) * parts + part[entries.col]
    used, number = np.unique(place, return_inverse=True)
    sums = np.bincount(number, entries.data, used.size)
    own = coo_array((sums, (used // max(parts, 1), used % max(parts, 1))), shape=(rows, parts))
    graph = split.graph
    between = closure_kernels.reduced(
        closure_kernels.arcs_between(graph.tail, graph.head, part, parts)
    )
    needs, needed = np.nonzero(between)
    many = needs.size
    steps = np.arange(many)
    order = coo_array(
        (
            np.concatenate([np.ones(many), -np.ones(many)]),
            (np.concatenate([steps, steps]), np.concatenate([needs, needed])),
        ),
        shape=(many, parts),
    )
    nothing = csr_array((many, others))
    matrix = csr_array(vstack([hstack([own, split.of_others]), hstack([order, nothing])]))
    matrix.sum_duplicates()
    mip = Mip(
        objective=np.concatenate([gains, split.others_gain]),
        objective_offset=0.0,
        col_lower=np.concatenate([np.zeros(parts), split.least]),
        col_upper=np.concatenate([np.ones(parts), split.most]),
        integrality=np.zeros(parts + others, dtype=np.bool_),
        a_start=matrix.indptr.astype(np.int64),
        a_index=matrix.indices.astype(np.int64),
        a_value=matrix.data,
        row_lower=np.concatenate([split.low, np.full(many, -np.inf)]),
        row_upper=np.concatenate([split.high, np.zeros(many)]),
    )
    found = quick_relaxation(mip, seconds)
    if found.values is None or found.multipliers is None:
        return None, found
    answer = MasterAnswer(
        mip.value(found.values),
        found.values[:parts],
        found.values[parts:],
        found.multipliers[:rows],
    )
    return answer, found


def _of_nothing(split: Split) -> tuple[MasterAnswer | None, QuickRelaxation]:
    """The master without columns: no solver takes it, and its rows decide alone."""
    nothing = np.zeros(0)
    miss = np.maximum(split.low, -split.high)
    if np.any(miss > MISSED):
        return None, QuickRelaxation(None, None, is_infeasible=True)
    prices = np.zeros(split.low.size)
    return MasterAnswer(0.0, nothing, nothing, prices), QuickRelaxation(nothing, prices)


def entries_of(matrix: csr_array, columns: IntArray) -> csr_array:
    """The columns `columns` of `matrix`, by rows."""
    return csr_array(csc_array(matrix)[:, columns])
