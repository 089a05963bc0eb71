"""A money unit that suits the solver: the same plan, whatever unit the instance is in."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.models.restate import Restatement, restate
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.formulation.money_scale import SUITABLE, scale_money
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
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
