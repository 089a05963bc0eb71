"""What a builder of models adds to columns that it has already."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.optimizer.mip import MadeKeys, MipBuilder


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


def test_keys_that_are_made_when_asked_for_are_a_sequence() -> None:
    keys = MadeKeys(3, lambda number: ("row", number))
    assert list(keys) == [("row", 0), ("row", 1), ("row", 2)]
    assert keys[-1] == ("row", 2)
    assert keys[1:] == (("row", 1), ("row", 2))
    with pytest.raises(IndexError, match="3"):
        keys.__getitem__(3)
    builder = MipBuilder()
    columns = builder.add_columns("x", 3)
    builder.add_rows("f", 3, [0, 1, 2, 2], [*columns, columns[2]], [1.0, 1.0, 1.0, -1.0], keys=keys)
    mip = builder.build()
    assert mip.row_of(1)[1] == ("row", 1)
    assert mip.a_index.tolist() == [0, 1], "what cancels out is no entry"
