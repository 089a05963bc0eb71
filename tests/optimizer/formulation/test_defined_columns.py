"""Columns that one row defines, put out: the same plans, the same bound, the same answers."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from infraplan.optimizer import defined_columns
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.column_forms import Columns, recast
from infraplan.optimizer.defined_columns import Substituted, substituted
from infraplan.optimizer.mip import Mip, MipBuilder
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.status import SolutionState
from tests.oracle.generate import random_instance

SEEDS = range(110)


@pytest.fixture(autouse=True)
def _short_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small models have no long rows."""
    monkeypatch.setattr(defined_columns, "LONG", 2)


@cache
def model_of(seed: int) -> Mip:
    mip = build_formulation(random_instance(seed)).mip
    changed = recast(mip, Columns.BY_START) if seed % 2 else None
    return mip if changed is None else changed.mip


def budget(most: float = np.inf, cost: float = 3.0, worth: float = 0.0) -> Mip:
    """Max 5 a + 4 b + worth pay; pay = cost a + 2 b, pay + left = 4, pay <= most; a, b 0 or 1.

    Both cost 5 and do not fit; a alone is worth 5.
    """
    builder = MipBuilder()
    x = builder.add_columns("take", 2, upper=1, objective=[5, 4], integer=True)
    pay = builder.add_columns("pay", 1, upper=most, objective=worth)[0]
    left = builder.add_columns("left", 1)[0]
    builder.add_rows("spent", 1, [0, 0, 0], [pay, *x], [1, -cost, -2], lower=0, upper=0)
    builder.add_rows("money", 1, [0, 0], [pay, left], [1, 1], lower=4, upper=4)
    return builder.build()


def changed_of(mip: Mip) -> Substituted:
    changed = substituted(mip)
    assert changed is not None
    return changed


def test_a_sum_stands_in_the_place_of_its_column() -> None:
    changed = changed_of(budget())
    assert changed.columns.tolist() == [2]
    assert changed.mip.num_rows == 1
    assert dict(zip(changed.mip.a_index.tolist(), changed.mip.a_value.tolist(), strict=True)) == {
        0: 3.0,
        1: 2.0,
        2: 1.0,
    }
    assert (changed.mip.row_lower[0], changed.mip.row_upper[0]) == (4.0, 4.0)
    assert changed.back(np.array([1.0, 0.0, 1.0])).tolist() == [1.0, 0.0, 3.0, 1.0]
    assert changed.forth(np.array([1.0, 0.0, 3.0, 1.0])).tolist() == [1.0, 0.0, 1.0]


def test_what_the_column_is_worth_goes_to_its_terms() -> None:
    """a costs 3 and b 2, and a unit paid loses 1: a is worth 2, b 2."""
    changed = changed_of(budget(worth=-1.0))
    assert changed.mip.objective.tolist() == [2.0, 2.0, 0.0]
    plan = np.array([0.0, 1.0, 2.0, 2.0])
    assert changed.mip.value(changed.forth(plan)) == changed.given.value(plan) == 2.0


@pytest.mark.parametrize(
    "mip",
    [
        pytest.param(budget(most=4.0), id="its limit is below the sum of its terms"),
        pytest.param(budget(cost=-3.0), id="its terms may be below its limit"),
    ],
)
def test_a_column_stays_whose_limits_its_terms_may_pass(mip: Mip) -> None:
    changed = substituted(mip)
    assert changed is None or 2 not in changed.columns


def test_a_column_stays_that_more_than_one_other_row_asks_for() -> None:
    builder = MipBuilder()
    x = builder.add_columns("take", 2, upper=1, objective=[5, 4], integer=True)
    pay = builder.add_columns("pay", 1)[0]
    builder.add_rows("spent", 1, [0, 0, 0], [pay, *x], [1, -3, -2], lower=0, upper=0)
    builder.add_rows("limits", 2, [0, 1], [pay, pay], [1, 2], upper=[4, 9])
    assert substituted(builder.build()) is None


def test_starts_by_year_are_in_order() -> None:
    """The terms of a project that is paid in one year are its starts in years, not by years."""
    bites = 0
    for seed in SEEDS:
        mip = build_formulation(random_instance(seed)).mip
        changed, by_start = substituted(mip), recast(mip, Columns.BY_START)
        if changed is None or by_start is None:
            continue
        other = substituted(by_start.mip)
        mixed = np.isin(np.arange(mip.starts.count), by_start.runs).all()
        if mixed and changed.columns.size:
            assert other is not None
            assert set(changed.columns) <= set(other.columns)
            bites += 1
    assert bites >= 10


def test_relaxation_bound_and_plans_are_the_same() -> None:
    bites = 0
    for seed in SEEDS:
        mip = model_of(seed)
        changed = substituted(mip)
        if changed is None:
            continue
        given, lean = quick_relaxation(mip, 10.0), quick_relaxation(changed.mip, 10.0)
        assert (given.values is None) == (lean.values is None), seed
        if given.values is None or lean.values is None or lean.multipliers is None:
            continue
        bites += 1
        worth = mip.value(given.values)
        assert changed.mip.value(lean.values) == pytest.approx(worth, rel=1e-7, abs=1e-7)
        assert mip.value(changed.back(lean.values)) == pytest.approx(worth, rel=1e-7, abs=1e-7)
        bound = dual_bound(mip, changed.multipliers(lean.multipliers)).value
        assert bound == pytest.approx(dual_bound(changed.mip, lean.multipliers).value, rel=1e-7)
        plan = quick_search(changed.mip, 10.0).values
        assert (plan is None) == (quick_search(mip, 10.0).values is None)
        if plan is not None:
            whole = changed.back(plan)
            cleaned = clean_values(mip, whole)
            assert cleaned is not None, seed
            assert changed.forth(whole) == pytest.approx(plan)
            assert mip.value(whole) == pytest.approx(changed.mip.value(plan), rel=1e-9, abs=1e-9)
    assert bites >= 30


@pytest.mark.parametrize("solver", ["highs", "scip", "cbc", "cpsat"])
def test_a_solver_answers_in_the_columns_of_the_model(solver: str) -> None:
    reply = solve_mip(budget(), SolverOptions(solver=solver, gap=0.0))
    assert reply.state is SolutionState.OPTIMAL
    assert reply.values is not None
    assert reply.values == pytest.approx([1.0, 0.0, 3.0, 1.0])
    assert reply.objective == pytest.approx(5.0)


def test_a_start_and_plans_of_others_are_given_in_the_columns_of_the_solver() -> None:
    """The plan {b} is offered; what is heard of the solver has all columns, and obeys the rows."""
    mip, heard = budget(), []

    class Exchange:
        def heard(self, values: np.ndarray) -> None:
            heard.append(values)

        def offered(self) -> np.ndarray | None:
            return np.array([0.0, 1.0, 2.0, 2.0])

    start = np.array([0.0, 1.0, np.nan, np.nan])
    reply = solve_mip(mip, SolverOptions(gap=0.0), start=start, exchange=Exchange())
    assert reply.objective == pytest.approx(5.0)
    assert heard
    for values in heard:
        assert clean_values(mip, values) is not None
