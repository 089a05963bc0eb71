"""A money unit that suits the solver: the same plan, whatever unit the instance is in."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.models.restate import Restatement, restate
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.formulation.money_scale import SUITABLE, conditioning_of, scale_money
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import small


def question(unit: float) -> Instance:
    return restate(small(), Restatement(exchange=unit))


def test_a_suitable_unit_is_left_alone() -> None:
    mip = build_formulation(small()).mip
    scale = scale_money(mip)
    assert scale.mip is mip
    assert scale.factor == 1.0
    nothing = scale_money(build_formulation(make_instance()).mip)
    assert nothing.factor == 1.0


@pytest.mark.parametrize("unit", [1e-6, 1e9])
def test_the_scaled_model_is_the_same_model(unit: float) -> None:
    mip = build_formulation(question(unit)).mip
    scale = scale_money(mip)
    assert np.log2(scale.factor) % 1.0 == 0.0
    worth = np.abs(scale.mip.objective[scale.mip.integrality]).max()
    assert SUITABLE / 2 <= worth <= 2 * SUITABLE
    x = np.random.default_rng(1).uniform(0.0, 1.0, mip.num_columns)
    assert scale.mip.value(x * scale.columns) == pytest.approx(scale.factor * mip.value(x))
    # A row of the scaled model is one of the model times a power of two, exactly.
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    own, other = np.zeros(mip.num_rows), np.zeros(mip.num_rows)
    np.add.at(own, rows, mip.a_value * x[mip.a_index])
    np.add.at(other, rows, scale.mip.a_value * (x * scale.columns)[scale.mip.a_index])
    factor = np.where(other == own, 1.0, scale.factor)
    assert other == pytest.approx(own * factor, rel=1e-12)
    assert scale.mip.row_upper == pytest.approx(mip.row_upper * factor, rel=1e-15)
    assert (scale.mip.col_upper == mip.col_upper * scale.columns).all()


@pytest.mark.parametrize("unit", [1e-6, 1e-3, 1e9])
def test_every_unit_gives_the_same_plan(unit: float) -> None:
    heard: list[Progress] = []
    one = solve(small(), SolveOptions(gap=0.0))
    other = solve(question(unit), SolveOptions(gap=0.0), on_progress=heard.append)
    assert one.plan is not None
    assert other.plan is not None
    assert other.plan.starts == one.plan.starts
    assert other.objective == pytest.approx(unit * (one.objective or 0.0), rel=1e-9)
    assert other.bound == pytest.approx(unit * (one.bound or 0.0), rel=1e-6)
    assert other.verification is not None
    assert other.verification.ok
    for news in heard:
        assert news.incumbent is None or news.incumbent <= (other.objective or 0.0) * (1 + 1e-6)


def test_a_choice_that_an_absolute_tolerance_would_not_see() -> None:
    """Two projects of one millionth each; the budget takes one: that of greater worth."""
    tiny = 1e-6
    instance = make_instance(
        [make_project("a", tiny, 1.001 * tiny), make_project("b", tiny, 1.0 * tiny)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, tiny, 0.0, 0.0, 0.0),
    )
    found = solve(instance, SolveOptions(gap=0.0))
    assert found.plan is not None
    assert [start.project for start in found.plan.starts] == ["a"]
    assert found.objective == pytest.approx((3 * 1.001 - 1) * tiny, rel=1e-6)


def under_way(left: float, **values: object) -> Instance:
    """Works under way of which `left` is still to be paid, beside two of tens of millions."""
    cost = 50_000_000.55
    works = make_project(
        "works",
        cost,
        9e6,
        stage="under_construction",
        started=2019,
        spent_to_date=round(cost - left, 2),
        **values,
    )
    others = [
        make_project("road", 46_669_000.22, 8e6),
        make_project("main", 60_000_000.37, 7e6),
    ]
    budget = make_inflows("budget", 2021, *(40_000_000.13,) * 3)
    settings = {"end_year": 2040, "discount_rate": 0.05}
    return make_instance([works, *others], funds=[make_fund()], inflows=budget, settings=settings)


def test_the_last_cents_of_works_under_way_condition_nothing_badly() -> None:
    """They are paid in every plan: no tolerance can lose them, and the others are proven best."""
    instance = under_way(0.19)
    assert not conditioning_of(build_formulation(instance).coefficients).is_bad
    result = solve(instance, SolveOptions(gap=0.0))
    assert result.gap == pytest.approx(0.0, abs=1e-9)
    assert result.termination is Termination.OPTIMAL


def test_cents_that_a_plan_decides_about_are_told() -> None:
    instance = under_way(0.19, stopping_cost=0.01)
    assert conditioning_of(build_formulation(instance).coefficients).is_bad
