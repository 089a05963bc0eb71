"""The value of a plan by what was decided."""

from __future__ import annotations

import pytest

from infraplan.models.project import Mandate
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.value_parts import value_by_decision, value_parts
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import make_instance, make_project, make_target
from tests.report.test_report import MANIFEST


def test_parts_are_told_by_mandate_and_sum_to_the_value() -> None:
    # The duty costs 9 and brings 4 in the one year after it is built; the free one 2 and 5; each
    # missing kilometre costs 0.5, and nobody builds any.
    instance = make_instance(
        [make_project("duty", 9, 4, mandatory=Mandate.MUST), make_project("free", 2, 5)],
        years=(2021, 2022),
        targets=[make_target("road", "km", 4.0, 2022, shortfall_price=0.5)],
    )
    plan = solve(instance, SolveOptions(gap=0.0)).plan
    assert plan is not None
    parts = value_by_decision(instance, plan)
    assert parts["duty"] == pytest.approx(-5.0)
    assert parts["free"] == pytest.approx(3.0)
    assert parts["shortfall"] == pytest.approx(-2.0)
    assert sum(parts.values()) == pytest.approx(plan.objective)
    told = value_parts(instance, plan)
    assert str(told) == (
        "Of the net present value, in CNY: works that are committed or must be built -5.00; works "
        "of free choice +3.00; targets missed -2.00."
    )
    assert "可选项目+3.00" in told.zh
    page = render_report(instance, plan, MANIFEST | {"objective": plan.objective})
    first_screen = page[page.index('class="lead"') : page.index('class="figures"')]
    assert str(told) in first_screen
    assert told.zh in first_screen


def test_nothing_is_told_without_duties_or_plan() -> None:
    instance = make_instance([make_project("free", 2, 5)], years=(2021, 2022))
    plan = solve(instance, SolveOptions(gap=0.0)).plan
    assert not value_parts(instance, plan)
    assert not value_parts(instance, None)
