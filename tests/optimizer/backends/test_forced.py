"""Relaxations with one row forced, and the cuts that strengthen them, beside enumeration."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from infraplan.optimizer.backends import SolverOptions, forced
from infraplan.optimizer.backends.dual_bound import DualBound, Limits
from infraplan.optimizer.backends.forced import forced_relaxations, with_forced
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.mip_edits import matrix_of

COUNT = 9


def knapsacks(seed: int) -> Mip:
    """Nine things to pick, two sacks that hold half of them; the rows after them ask for one."""
    rng = np.random.default_rng(seed)
    sacks = rng.integers(3, 20, (2, COUNT)).astype(float)
    matrix = np.vstack([sacks, np.eye(COUNT)])
    row, column = np.nonzero(matrix)
    return Mip(
        objective=rng.integers(5, 40, COUNT).astype(float),
        objective_offset=2.0,
        col_lower=np.zeros(COUNT),
        col_upper=np.ones(COUNT),
        integrality=np.ones(COUNT, dtype=bool),
        a_start=np.searchsorted(row, np.arange(COUNT + 3)).astype(np.int64),
        a_index=column.astype(np.int64),
        a_value=matrix[row, column],
        row_lower=np.concatenate([np.full(2, -np.inf), np.zeros(COUNT)]),
        row_upper=np.concatenate([np.floor(0.5 * sacks.sum(axis=1)), np.full(COUNT, np.inf)]),
    )


def plans(mip: Mip) -> list[FloatArray]:
    matrix = matrix_of(mip)
    choices = [np.array(choice, dtype=float) for choice in product((0.0, 1.0), repeat=COUNT)]
    return [x for x in choices if (matrix @ x <= mip.row_upper + 1e-9).all()]


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_with_the_row_is_above_its_bound(seed: int) -> None:
    mip = knapsacks(seed)
    rows = np.arange(2, 2 + COUNT)
    found = forced_relaxations(mip, rows, SolverOptions(time_limit_s=30.0))
    assert set(found.by_row) == set(rows.tolist())
    weak = 0
    for row, answer in found.by_row.items():
        best = max(mip.value(x) for x in plans(mip) if x[row - 2] > 0.5)
        assert answer.bound is not None
        assert answer.bound >= best - 1e-6
        plain = quick_relaxation(with_forced(mip, row), 10.0).values
        assert plain is not None
        least = mip.value(plain) if found.known is None else max(found.known, mip.value(plain))
        assert answer.bound <= least + 1e-6
        weak += answer.bound < least - 1e-6
    assert weak or found.strong.num_rows == mip.num_rows
    # Every plan that is worth more than the one that came up on the way obeys the cuts.
    strong = matrix_of(found.strong)
    for x in plans(mip):
        if found.known is None or mip.value(x) > found.known + 1e-6:
            assert (strong @ x <= found.strong.row_upper + 1e-6).all()
            assert (strong @ x >= found.strong.row_lower - 1e-6).all()


@pytest.mark.parametrize("seed", range(3))
def test_bounds_by_cuts_of_what_is_wished_for_hold(seed: int) -> None:
    mip = knapsacks(seed)
    rows = np.arange(2, 2 + COUNT)
    wish = np.linspace(0.0, 40.0, COUNT)
    found = forced_relaxations(mip, rows, SolverOptions(time_limit_s=30.0), wish)
    for row, answer in found.by_row.items():
        assert answer.bound is not None
        assert answer.bound >= max(mip.value(x) for x in plans(mip) if x[row - 2] > 0.5) - 1e-6


def test_cuts_are_found_in_some_model() -> None:
    sizes = [
        forced_relaxations(knapsacks(seed), np.array([2]), SolverOptions(time_limit_s=30.0))
        for seed in range(6)
    ]
    assert any(found.strong.num_rows > 2 + COUNT for found in sizes)


def test_what_cannot_be_forced_is_out() -> None:
    mip = knapsacks(0)
    upper = mip.col_upper.copy()
    upper[0] = 0.5
    found = forced_relaxations(
        replace(mip, col_upper=upper), np.array([2, 3]), SolverOptions(time_limit_s=30.0)
    )
    assert found.by_row[2].is_out
    assert found.by_row[3].bound is not None


def test_bounds_of_many_answers_end_with_their_share_of_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds, bound_of = [0.0], forced.dual_bound

    def timed(mip: Mip, y: FloatArray, limits: Limits | None = None) -> DualBound:
        seconds[0] += 1.0
        return bound_of(mip, y, limits)

    monkeypatch.setattr(forced.work_clock, "now", lambda: seconds[0])
    monkeypatch.setattr(forced, "dual_bound", timed)
    mip, rows = knapsacks(0), np.arange(2, 2 + COUNT)
    found = forced_relaxations(mip, rows, SolverOptions(time_limit_s=4.0))
    # The relaxation without any row, then five until 1.3 times 4 seconds are over.
    assert seconds[0] == 6.0
    assert list(found.by_row) == rows[:5].tolist()
    assert found.free.bound is not None
