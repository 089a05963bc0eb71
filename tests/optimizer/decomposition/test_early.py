"""Starts that are taken out because what they wait for leaves no room: no plan is lost."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.decomposition.early import without_early_starts
from tests.optimizer.decomposition.mines import waiting
from tests.optimizer.decomposition.test_relaxation import asked


def test_the_best_plan_stays_and_the_relaxation_is_worth_less() -> None:
    taken, nearer = 0, 0
    for seed in range(6):
        mip = asked(waiting(seed, options=1 + seed % 3))
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
