"""What the host believes of values, bounds and models."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.optimizer.backends import SolverOptions, host
from infraplan.optimizer.backends.checking import (
    check_model,
    checked_bound,
    clean_values,
    is_proven,
    whole_bounds,
)
from infraplan.optimizer.backends.reports import GuestReports
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.mip import MipBuilder
from tests.optimizer.backends import mips


def test_clean_values_rounds_and_clips() -> None:
    cleaned = clean_values(mips.knapsack(), np.array([1.0 + 5e-7, -5e-7, 3.0 - 5e-7]))
    assert cleaned is not None
    assert cleaned.tolist() == [1.0, 0.0, 3.0]
    assert not np.signbit(cleaned).any()


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 0.0, 4.0],  # weight 6 > 5
        [0.0, 0.0, 5.0],  # c > 4
        [0.0, 0.0, -1.0],
        [0.5, 0.0, 0.0],
        [0.0, 0.0, 3.0 + 2e-6],  # not whole within 1e-6
        [0.0, 0.0],
        [0.0, 0.0, np.nan],
        [0.0, 0.0, 1e20],
    ],
)
def test_clean_values_refuses(values: list[float]) -> None:
    assert clean_values(mips.knapsack(), np.array(values)) is None


def test_rows_are_measured_by_their_largest_term() -> None:
    # x - y = 0 with both at 1e6: 0.5 is within 1e-6 x (1 + 1e6), 2 is not.
    builder = MipBuilder()
    x = builder.add_columns("x", 2, upper=1e7)
    builder.add_rows("same", 1, [0, 0], x, [1, -1], lower=0, upper=0)
    mip = builder.build()
    assert clean_values(mip, np.array([1e6, 1e6 + 0.5])) is not None
    assert clean_values(mip, np.array([1e6, 1e6 + 2.0])) is None


def test_bound_below_the_plan() -> None:
    assert checked_bound(10.0, 12.0, "s", "") == 12.0
    assert checked_bound(10.0, None, "s", "") is None
    assert checked_bound(None, 12.0, "s", "") == 12.0
    assert checked_bound(10.0, 10.0 - 1e-7, "s", "") == 10.0
    with pytest.raises(SolverFailedError, match="below its own plan"):
        checked_bound(10.0, 9.99, "s", "")


def test_what_counts_as_a_proof() -> None:
    assert is_proven(100.0, 100.0, 0.0)
    assert is_proven(100.0, 101.0, 0.01)
    assert not is_proven(100.0, 101.1, 0.01)
    assert not is_proven(100.0, None, 0.5)
    assert is_proven(0.0, 1e-7, 0.0)
    assert not is_proven(0.0, 1e-3, 0.1)


def test_whole_bounds() -> None:
    lower, upper = whole_bounds(mips.general())
    assert lower.tolist() == [-2.0, -3.0, -np.inf]
    assert upper.tolist() == [3.0, 2.0, np.inf]


def test_good_model_passes() -> None:
    check_model(mips.general())


def test_values_off_by_tolerances_are_polished() -> None:
    # 3 x = y = 1: x = 0.33334 breaks the row by 2e-5, which solving for x again mends.
    mip = mips.mixed()
    heard = GuestReports(arrays={"values": np.array([1.0, 0.33334])})
    assert clean_values(mip, heard.arrays["values"]) is None
    values = host._checked_values(mip, SolverOptions(), heard)
    assert values == pytest.approx([1.0, 1.0 / 3.0], abs=1e-9)


def test_polishing_that_cannot_help() -> None:
    # The whole numbers alone break the rows: 1 + 1 >= 3 cannot be mended.
    mip = mips.infeasible()
    assert host._polished(mip, SolverOptions(), np.array([1.0, 1.0])) is None
    assert host._polished(mip, SolverOptions(), np.array([1.0, np.inf])) is None


def test_better_incumbent_than_the_final_values_is_kept() -> None:
    heard = GuestReports(
        values=np.array([1.0, 0.0, 3.0]),
        objective=14.0,
        arrays={"values": np.array([1.0, 1.0, 0.0])},
    )
    values = host._checked_values(mips.knapsack(), SolverOptions(), heard)
    assert values.tolist() == [1.0, 0.0, 3.0]
