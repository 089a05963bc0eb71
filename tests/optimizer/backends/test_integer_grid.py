"""The grid relaxes the model: every true point has a neighbour on it, and its bound holds."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.backends.integer_grid import Grid, build_grid, finite_bounds
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.mip import Mip, MipBuilder
from infraplan.optimizer.status import SolutionState, Termination
from tests.optimizer.backends import mips


def _contains(mip: Mip, grid: Grid, values: np.ndarray) -> bool:
    units = grid.units(values)
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    activity = np.zeros(mip.num_rows, dtype=np.int64)
    np.add.at(activity, rows, grid.coefficient * units[mip.a_index])
    inside = (grid.lower <= units) & (units <= grid.upper)
    rows_hold = (grid.row_lower <= activity) & (activity <= grid.row_upper)
    return bool(inside.all() and rows_hold.all())


def test_whole_models_are_taken_as_they_are() -> None:
    mip = mips.knapsack()
    grid = build_grid(mip, *finite_bounds(mip), 1.0)
    assert grid.coefficient.tolist() == [2, 3, 1]
    assert grid.row_upper.tolist() == [5]
    assert grid.objective.tolist() == [5, 4, 3]
    assert grid.objective_scale == 1.0
    assert grid.objective_slack == 0.0
    assert grid.values(np.array([1, 0, 3])).tolist() == [1.0, 0.0, 3.0]


def test_decimals_become_whole_by_a_power_of_ten() -> None:
    builder = MipBuilder()
    x = builder.add_columns("x", 2, upper=9, objective=[0.25, 1.5], integer=True)
    builder.add_rows("r", 1, [0, 0], x, [1.25, 0.5], upper=7.75)
    mip = builder.build()
    grid = build_grid(mip, *finite_bounds(mip), 1.0)
    assert grid.coefficient.tolist() == [125, 50]
    assert grid.row_upper.tolist() == [775]
    assert grid.objective.tolist() == [25, 150]
    assert grid.objective_scale == 100.0


@pytest.mark.parametrize("precision", [1e-3, 1e-6])
def test_every_true_point_has_a_neighbour_on_the_grid(precision: float) -> None:
    random = np.random.default_rng(7)
    for _ in range(200):
        n, m = int(random.integers(1, 8)), int(random.integers(1, 6))
        values = random.uniform(-20.0, 20.0, n)
        integer = random.random(n) < 0.4
        values[integer] = np.round(values[integer])
        builder = MipBuilder()
        columns = [
            builder.add_columns(
                f"x{j}",
                1,
                lower=values[j] - random.choice([0.0, 1.0, 3.7]),
                upper=values[j] + random.choice([0.0, 2.0, 0.9]),
                objective=random.normal(),
                integer=bool(integer[j]),
            )[0]
            for j in range(n)
        ]
        matrix = random.normal(size=(m, n)) * random.choice([0.01, 1.0, 1000.0], (m, 1))
        rows, at = np.indices((m, n))
        exact = matrix @ values
        builder.add_rows(
            "tight", m, rows.ravel(), np.array(columns)[at.ravel()], matrix.ravel(),
            lower=exact, upper=exact,
        )  # fmt: skip
        mip = builder.build()
        grid = build_grid(mip, *finite_bounds(mip), precision)
        assert _contains(mip, grid, values)
        units = grid.units(values)
        on_grid = float(grid.objective @ units) / grid.objective_scale + grid.objective_constant
        assert mip.value(values) <= on_grid + grid.objective_slack + 1e-9


def test_bounds_that_rows_imply() -> None:
    # x + 2 y <= 10, x, y >= 0: x <= 10, y <= 5; z >= x - 3 and z <= 4 - y: -3 <= z <= 4.
    builder = MipBuilder()
    x = builder.add_columns("x", 2)
    z = builder.add_columns("z", 1, lower=-np.inf)
    builder.add_rows("sum", 1, [0, 0], x, [1, 2], upper=10)
    builder.add_rows("below", 1, [0, 0], [z[0], x[0]], [1, -1], lower=-3)
    builder.add_rows("above", 1, [0, 0], [z[0], x[1]], [1, 1], upper=4)
    lower, upper = finite_bounds(builder.build())
    assert lower == pytest.approx([0.0, 0.0, -3.0], abs=1e-6)
    assert upper == pytest.approx([10.0, 5.0, 4.0], abs=1e-6)


def test_shortfalls_need_not_exceed_their_target() -> None:
    # 3 x + s >= 10 with x in 0..2 and s at a price: s <= 10. Its mirror image t <= 0 with
    # 3 x - t >= 10: t >= -10. A whole u with 2 u >= 5 - x: at most 3 (2.5 rounded up).
    builder = MipBuilder()
    x = builder.add_columns("x", 1, upper=2, integer=True)[0]
    s = builder.add_columns("s", 1, objective=-1)[0]
    t = builder.add_columns("t", 1, lower=-np.inf, upper=0, objective=1)[0]
    u = builder.add_columns("u", 1, integer=True, objective=-1)[0]
    builder.add_rows(
        "target", 3, [0, 0, 1, 1, 2, 2], [x, s, x, t, x, u], [3, 1, 3, -1, 1, 2], lower=[10, 10, 5]
    )
    mip = builder.build()
    lower, upper = finite_bounds(mip)
    assert lower == pytest.approx([0.0, 0.0, -10.0, 0.0], abs=1e-6)
    assert upper == pytest.approx([2.0, 10.0, 0.0, 3.0], abs=1e-6)
    # x = 2: s = 4, t = -4, u = 2 (1.5 rounded up): -4 - 4 - 2 = -10.
    reply = solve_mip(mip, SolverOptions(solver="cpsat", gap=0.0))
    assert reply.objective == pytest.approx(-10.0)


def test_columns_without_a_bound() -> None:
    with pytest.raises(UnsupportedFeatureError, match="the first is number 0"):
        finite_bounds(mips.unbounded())


def test_range_too_wide() -> None:
    builder = MipBuilder()
    builder.add_columns("x", 1, upper=1e15, integer=True)
    mip = builder.build()
    with pytest.raises(UnsupportedFeatureError, match="too wide"):
        build_grid(mip, *finite_bounds(mip), 1.0)


def test_cpsat_does_not_take_money_for_whole_numbers() -> None:
    # Max 1.7 x + 1.3 y, 1.37 x + 2.11 y <= 10.3, 2.9 x + 0.7 y <= 9.1: both rows bind, so
    # x = (10.3 * 0.7 - 9.1 * 2.11) / (1.37 * 0.7 - 2.9 * 2.11), y from the first row.
    # In whole numbers the best would be 7.3 at (2, 3).
    builder = MipBuilder()
    c = builder.add_columns("c", 2, objective=[1.7, 1.3])
    builder.add_rows(
        "r", 2, [0, 0, 1, 1], c[[0, 1, 0, 1]], [1.37, 2.11, 2.9, 0.7], upper=[10.3, 9.1]
    )
    x = (10.3 * 0.7 - 9.1 * 2.11) / (1.37 * 0.7 - 2.9 * 2.11)
    y = (10.3 - 1.37 * x) / 2.11
    reply = solve_mip(builder.build(), SolverOptions(solver="cpsat", gap=0.0))
    assert reply.state is SolutionState.OPTIMAL
    assert reply.objective == pytest.approx(1.7 * x + 1.3 * y, rel=1e-8)
    assert reply.bound is not None
    assert reply.bound >= 1.7 * x + 1.3 * y


def _third(short: float, range_: float) -> Mip:
    """3 x >= 1 and 3 x <= 1 - short: no point, but a coarse grid has one near it."""
    builder = MipBuilder()
    x = builder.add_columns("x", 1, upper=range_, objective=1)
    rows = [x[0], x[0]]
    builder.add_rows("third", 2, [0, 1], rows, [3, 3], lower=[1, 0], upper=[2, 1 - short])
    return builder.build()


def test_cpsat_refines_its_grid() -> None:
    # Steps of 1e-3 widen each row by 1.5e-3, which hides the 2e-5; steps of 1e-6 do not.
    reply = solve_mip(_third(2e-5, 1.0), SolverOptions(solver="cpsat", gap=0.0))
    assert reply.termination is Termination.INFEASIBLE


def test_cpsat_says_where_its_grid_ends() -> None:
    # The finest steps are 1e-8 of the range, here 0.01: they widen the rows by 0.015.
    with pytest.raises(UnsupportedFeatureError, match="too coarse"):
        solve_mip(_third(1e-3, 1e6), SolverOptions(solver="cpsat", gap=0.0))


def test_cpsat_with_crossing_implied_bounds() -> None:
    # y <= 2 by the first row and y >= 3 by the second.
    builder = MipBuilder()
    y = builder.add_columns("y", 1, lower=-np.inf, integer=True)
    builder.add_rows("r", 2, [0, 1], [y[0], y[0]], [1, 1], lower=[-np.inf, 3], upper=[2, np.inf])
    reply = solve_mip(builder.build(), SolverOptions(solver="cpsat"))
    assert reply.termination is Termination.INFEASIBLE
