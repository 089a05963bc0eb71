"""What a builder of models adds to columns that it has already."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.mip import MipBuilder


def test_gains_of_columns_of_several_blocks_go_to_each_of_them() -> None:
    builder = MipBuilder()
    first = builder.add_columns("first", 3, objective=[1.0, 2.0, 3.0])
    builder.add_columns("empty", 0)
    second = builder.add_columns("second", (2, 2))
    builder.add_columns("empty_too", (0, 4))
    last = builder.add_columns("last", 1, objective=-1.0)
    builder.add_objective(np.array([last[0], first[2], second[1, 0]]), [10.0, 20.0, 30.0])
    builder.add_objective(second, 1.0)
    builder.add_objective(np.zeros(0, dtype=np.int64), 5.0)
    builder.add_objective(first[:1], 0.5)
    expected = [1.5, 2.0, 23.0, 1.0, 1.0, 31.0, 1.0, 9.0]
    assert builder.build().objective.tolist() == expected
