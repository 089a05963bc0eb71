"""Bounds that dual values prove: right for any multipliers, tight for good ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.optimizer.backends.dual_bound import dual_bound, implied_bounds, proves_infeasible
from infraplan.optimizer.backends.quick_relaxation import (
    farkas_multipliers,
    quick_mip,
    quick_relaxation,
)
from infraplan.optimizer.mip import Mip, MipBuilder
from tests.optimizer.backends import mips

INFEASIBLE = mips.infeasible()


def test_the_shadow_prices_of_the_textbook_prove_its_optimum() -> None:
    # Wyndor Glass: 0, 3/2, 1 on limits 4, 12, 18 give 18 + 18 = 36, and all reduced costs are 0.
    found = dual_bound(mips.textbook(), np.array([0.0, 1.5, 1.0]))
    assert found.value == pytest.approx(36.0, abs=1e-12)
    assert found.value is not None
    assert found.value >= 36.0


@given(st.lists(st.floats(-10.0, 10.0), min_size=3, max_size=3))
def test_any_multipliers_give_a_bound(y: list[float]) -> None:
    found = dual_bound(mips.textbook(), np.array(y))
    assert found.value is not None  # rows limit both columns
    assert found.value >= 36.0


@pytest.mark.parametrize("model", [mips.knapsack(7.0), mips.mixed(), mips.general()])
def test_a_bound_is_above_the_optimum_and_at_the_relaxation(model: Mip) -> None:
    relaxed = quick_relaxation(model, 10.0)
    best = quick_mip(model, 10.0, 0.0)
    assert relaxed.values is not None
    assert relaxed.multipliers is not None
    assert best is not None
    found = dual_bound(model, relaxed.multipliers)
    assert found.value is not None
    assert found.value >= model.value(best)
    assert found.value == pytest.approx(model.value(relaxed.values), rel=1e-9)


def test_limits_are_found_in_rows_and_carried_over() -> None:
    # x0 <= 5, x1 <= x0 + 2, x2 <= x1 + 2: at most 5, 7 and 9.
    builder = MipBuilder()
    x = builder.add_columns("x", 3)
    builder.add_rows(
        "carry",
        3,
        [0, 1, 1, 2, 2],
        [x[0], x[1], x[0], x[2], x[1]],
        [1, 1, -1, 1, -1],
        upper=[5, 2, 2],
    )
    lower, upper = implied_bounds(builder.build())
    assert lower.tolist() == [0.0, 0.0, 0.0]
    assert upper == pytest.approx([5.0, 7.0, 9.0])
    assert np.all(upper >= [5.0, 7.0, 9.0])


def test_a_column_without_limit_is_named() -> None:
    found = dual_bound(mips.unbounded(), np.zeros(1))
    assert found.value is None
    assert found.without_limit.tolist() == [0]


def test_a_hair_of_reduced_cost_does_not_spoil_the_bound() -> None:
    # Missing a target of 3 costs 0.1 a unit, without limit: 0.1 x 3 lost, nothing else to win.
    builder = MipBuilder()
    missed = builder.add_columns("missed", 1, objective=-0.1)
    built = builder.add_columns("built", 1, upper=1.0)
    builder.add_rows("target", 1, [0, 0], [missed[0], built[0]], [0.3, 0.1], lower=3.0)
    model = builder.build()
    exact = -0.1 / 0.3
    for error in (0.0, 1e-17, -1e-13, 1e-10):
        found = dual_bound(model, np.array([exact - error]))
        # built = 1 leaves 2.9 / 0.3 missed.
        assert found.value == pytest.approx(-0.1 * 2.9 / 0.3, abs=1e-7)


@pytest.mark.parametrize("error", [0.0, 1e-17, -1e-17, 1e-10, -1e-10])
def test_flow_that_may_go_round_without_cost_or_limit_does_not_spoil_the_bound(
    error: float,
) -> None:
    # A source gives 5 at a cost of 0.3 a unit; a line without loss, cost and limit, both ways,
    # brings it to where up to 4 are worth 1 a unit: 4 x (1 - 0.3).
    builder = MipBuilder()
    given_in = builder.add_columns("given", 1, upper=5.0, objective=-0.3)
    flow = builder.add_columns("flow", 2)
    served = builder.add_columns("served", 1, upper=4.0, objective=1.0)
    builder.add_rows(
        "balance",
        2,
        [0, 0, 0, 1, 1, 1],
        [given_in[0], flow[0], flow[1], flow[0], flow[1], served[0]],
        [1, -1, 1, 1, -1, -1],
        lower=0.0,
        upper=0.0,
    )
    model = builder.build()
    assert np.isinf(implied_bounds(model)[1][flow]).all()
    found = dual_bound(model, np.array([-0.3 + error, -0.3]))
    assert found.value == pytest.approx(4.0 * 0.7, abs=1e-8)
    assert found.value is not None
    assert found.value >= 4.0 * 0.7 - 1e-15


def test_infeasible_rows_are_proven_and_feasible_ones_never() -> None:
    multipliers = farkas_multipliers(INFEASIBLE, 10.0)
    assert multipliers is not None
    assert proves_infeasible(INFEASIBLE, multipliers)
    assert not proves_infeasible(INFEASIBLE, np.zeros(1))
    feasible = replace(INFEASIBLE, row_lower=np.array([2.0]))
    for y in (-5.0, -1.0, 0.0, 1.0, *multipliers.tolist()):
        assert not proves_infeasible(feasible, np.array([y]))


def test_relaxation_tells_infeasible_and_keeps_the_time() -> None:
    assert quick_relaxation(INFEASIBLE, 10.0).is_infeasible
    nothing = quick_relaxation(mips.long_search(200, 2000), 1e-6)
    assert nothing.values is None
    assert not nothing.is_infeasible
