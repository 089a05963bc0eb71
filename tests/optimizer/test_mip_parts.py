"""A model taken apart: parts share no row, and are together the whole."""

from __future__ import annotations

import numpy as np
from scipy.sparse import block_diag, csr_array, random_array

from infraplan.optimizer.mip import Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.mip_parts import only_columns, part_numbers


def shuffled_blocks(seed: int) -> tuple[Mip, int]:
    """A model of blocks, each held together by a chain of rows, its columns in any order."""
    chance = np.random.default_rng(seed)
    sizes = chance.integers(1, 6, size=int(chance.integers(1, 6))).tolist()
    chains = [
        np.eye(size, dtype=np.float64) + np.eye(size, k=1) if size > 1 else np.ones((1, 1))
        for size in sizes
    ]
    more = [random_array((2, size), density=0.5, rng=chance).toarray() for size in sizes]
    blocks = [np.vstack([chain, part]) for chain, part in zip(chains, more, strict=True)]
    matrix = csr_array(block_diag(blocks)).toarray()
    order = chance.permutation(matrix.shape[1])
    rows = csr_array(matrix[chance.permutation(matrix.shape[0])][:, order])
    count = rows.shape[0]
    return Mip(
        objective=chance.normal(size=order.size),
        objective_offset=1.0,
        col_lower=np.zeros(order.size),
        col_upper=np.ones(order.size),
        integrality=np.ones(order.size, dtype=np.bool_),
        a_start=rows.indptr.astype(np.int64),
        a_index=rows.indices.astype(np.int64),
        a_value=rows.data,
        row_lower=np.full(count, -np.inf),
        row_upper=chance.uniform(1.0, 2.0, size=count),
    ), len(sizes)


def test_parts_are_the_blocks_and_share_no_row() -> None:
    for seed in range(40):
        mip, blocks = shuffled_blocks(seed)
        number = part_numbers(mip)
        assert number.max() + 1 == blocks
        assert np.array_equal(np.unique(number, return_index=True)[1], np.sort(_firsts(number)))
        touched = matrix_of(mip).toarray() != 0.0
        for row in touched:
            assert np.unique(number[row]).size <= 1


def _firsts(number: np.ndarray) -> list[int]:
    return [int(np.flatnonzero(number == part)[0]) for part in range(int(number.max()) + 1)]


def test_the_parts_are_together_the_whole() -> None:
    for seed in range(40):
        mip, _ = shuffled_blocks(seed)
        number = part_numbers(mip)
        values = np.random.default_rng(seed).uniform(size=mip.num_columns)
        activity, worth, seen = mip.activity(values), mip.objective_offset, 0
        for part in range(int(number.max()) + 1):
            columns = np.flatnonzero(number == part)
            own, rows = only_columns(mip, columns)
            assert np.allclose(own.activity(values[columns]), activity[rows])
            assert np.array_equal(own.row_upper, mip.row_upper[rows])
            worth += own.value(values[columns])
            seen += rows.size
        assert np.isclose(worth, mip.value(values))
        assert seen == np.count_nonzero(np.diff(mip.a_start))
