"""Starts that are taken out because what they wait for leaves no room: no plan is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.decomposition.chains import Chained, chained
from infraplan.optimizer.decomposition.early import ROOM, _sums, without_early_starts
from tests.optimizer.decomposition.mines import waiting
from tests.optimizer.decomposition.test_relaxation import asked


def test_the_best_plan_stays_and_the_relaxation_is_worth_less() -> None:
    taken, nearer = 0, 0
    for seed in range(3):
        mip = asked(waiting(seed, options=1 + seed % 3, projects=14, years=4))
        fewer = without_early_starts(mip)
        out = (fewer.col_upper < mip.col_upper).sum()
        before, after = quick_search(mip, 60.0, 0.0), quick_search(fewer, 60.0, 0.0)
        assert before.values is not None
        assert after.values is not None
        assert fewer.value(after.values) == pytest.approx(mip.value(before.values), abs=1e-6)
        bounds = [quick_relaxation(one, 60.0).values for one in (mip, fewer)]
        worths = [mip.value(values) for values in bounds if values is not None]
        assert worths[1] <= worths[0] + 1e-6
        taken += int(out)
        nearer += worths[1] < worths[0] - 1e-6
    assert taken > 0
    assert nearer > 0


def test_a_start_alone_that_takes_too_much_is_left_to_the_row() -> None:
    mip = asked(waiting(3))
    fewer = without_early_starts(mip)
    assert np.array_equal(fewer.col_lower, mip.col_lower)
    assert np.all(fewer.col_upper <= mip.col_upper)


def rows_of_two(rows: list[list[float]], high: list[float]) -> Chained:
    """A program of two nodes with `rows` that are at most `high`."""
    program = chained(asked(waiting(0)))
    assert program is not None
    mip = replace(program.mip, row_upper=np.array(high))
    matrix = csr_array(np.array(rows))
    return replace(program, mip=mip, nodes=2, rows=np.arange(len(high)), matrix=matrix)


def test_a_sum_may_be_missed_by_what_all_its_rows_may() -> None:
    limits = [1e6, -999_999.0]
    *_, (weight, most) = _sums(rows_of_two([[2.0, 1.0], [-1.0, 1.0]], limits))
    assert weight.tolist() == [1.0, 2.0]
    assert most >= sum(limits) + ROOM * sum(abs(limit) for limit in limits)


def test_what_a_rounded_sum_loses_is_added_to_the_limit() -> None:
    """Both nodes at 1 obey both rows: 1e10 <= 1e10 + 1 and 3 <= 3."""
    rows = [[1e10, 0.0], [-1e10 - 1.0, 3.0]]
    *_, (weight, most) = _sums(rows_of_two(rows, [1e10, 2.0 - 1e10]))
    assert weight.tolist() == [0.0, 3.0]
    assert most >= 3.0
