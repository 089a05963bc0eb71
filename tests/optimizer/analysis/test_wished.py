"""The program with one of many projects wished for bounds the best plan with each of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from infraplan.optimizer.analysis.wished import one_wished_for, start_with
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.forced import with_forced
from infraplan.optimizer.backends.quick_relaxation import quick_search
from tests.optimizer.backends.test_forced import knapsacks


@pytest.mark.parametrize("seed", range(6))
def test_its_optimum_is_the_best_of_all_wishes(seed: int) -> None:
    mip = knapsacks(seed)
    plan = quick_search(mip, 30.0, 1e-9).values
    assert plan is not None
    worth = mip.value(plan)
    rows = np.arange(2, mip.num_rows)
    built = [quick_search(with_forced(mip, int(row)), 30.0, 1e-9).values for row in rows]
    assert all(values is not None for values in built)
    values = np.array([mip.value(v) for v in built if v is not None])
    chance = np.random.default_rng(seed)
    # Wishes as they are made: what a plan known with each loses, some of them too much.
    wishes = worth - values + chance.choice([0.0, 0.0, 0.5], rows.size)
    wide = one_wished_for(mip, rows, wishes)
    found = quick_search(wide, 30.0, 1e-9)
    assert found.values is not None
    assert wide.value(found.values) == pytest.approx(float((values + wishes).max()), rel=1e-7)
    assert found.bound is not None
    assert (values <= found.bound - wishes + 1e-6).all()
    # The plan that comes with it holds a project whose wish is granted, and is one of the model.
    own, granted = found.values[: mip.num_columns], found.values[mip.num_columns :]
    assert clean_values(mip, own) is not None
    row = int(rows[int(granted.argmax())])
    part = slice(mip.a_start[row], mip.a_start[row + 1])
    assert mip.a_value[part] @ own[mip.a_index[part]] >= 1.0 - 1e-6
    assert granted.sum() == pytest.approx(1.0)
    # A plan known is a start that obeys every row.
    best = int((values + wishes).argmax())
    known = built[best]
    assert known is not None
    start = start_with(known, best, rows.size)
    assert clean_values(wide, start) is not None
    assert clean_values(replace(wide, row_lower=wide.row_lower.copy()), start) is not None
