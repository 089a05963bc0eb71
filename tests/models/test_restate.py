"""An instance in other prices and another currency is the same question."""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.models.restate import Restatement, restate
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_policy,
    make_project,
    make_target,
)
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance


def test_by_hand() -> None:
    """Prices of 2021 to 2024 by 100 to 110, ten old units for one new: real x .11, nominal x .1."""
    instance = make_instance(
        [make_project("a", 100.0, 40.0, overnight_cost_low=90.0, outputs={"km": 3.0})],
        settings={
            "cost_escalation": 0.02,
            "metric_prices": {"km": 5.0},
            "currency": "CNY",
            "inflation": 0.03,
        },
        funds=[make_fund(opening_balance=50.0), make_fund("real", basis="real")],
        inflows=[*make_inflows("budget", 2021, 20.0), *make_inflows("real", 2021, 20.0)],
        policies=[make_policy("spend_cap", 300.0), make_policy("starts_cap", 2.0)],
        targets=[
            make_target("money", "investment", 80.0, 2024, shortfall_price=2.0),
            make_target("road", "km", 3.0, 2024, shortfall_price=2.0),
        ],
    )
    to = Restatement(2024, {2021: 100.0, 2024: 110.0}, 0.1, "EUR", "million EUR")
    found = restate(instance, to)
    option = found.projects[0].options[0]
    # Cost rises by 2 % a year above general prices: three years of it are in the new price.
    assert option.overnight_cost == pytest.approx(100 * 0.11 * 1.02**3)
    assert option.overnight_cost_low == pytest.approx(90 * 0.11 * 1.02**3)
    assert option.benefits["users"] == pytest.approx(4.4)
    assert option.outputs == {"km": 3.0}
    assert found.settings.appraisal.metric_prices["km"] == pytest.approx(0.55)
    assert [fund.opening_balance for fund in found.funds] == pytest.approx([5.0, 0.0])
    assert [row.value for row in found.inflows] == pytest.approx([2.0, 2.2])
    assert [row.value for row in found.policies] == pytest.approx([33.0, 2.0])
    money, road = found.targets
    assert (money.value, money.shortfall_price) == (pytest.approx(8.8), 2.0)
    assert (road.value, road.shortfall_price) == (3.0, pytest.approx(0.22))
    assert (found.settings.price_year, found.settings.currency) == (2024, "EUR")
    note = found.settings.sources[-1].title
    assert "2021 = 100, 2024 = 110" in note.en
    assert "0.1 million EUR" in note.en
    assert "2024年价" in note.zh


@pytest.mark.parametrize("seed", range(25))
def test_a_restated_instance_has_the_same_answer(seed: int) -> None:
    """With the index of its own inflation, the value scales by both and payments by the rate."""
    instance = random_instance(seed)
    settings, appraisal = instance.settings, instance.settings.appraisal
    if appraisal.cost_escalation and appraisal.residual_value.value == "straight_line":
        return  # the value left is at the prices of the price year, whichever that is
    year = settings.price_year + 3
    index = {y: (1.0 + settings.inflation) ** (y - settings.price_year) for y in range(2015, 2040)}
    found = restate(instance, Restatement(year, index, exchange=7.0))
    before, after = best(instance), best(found)
    if before.plan is None:
        assert after.plan is None
        return
    assert after.plan is not None
    assert before.objective is not None
    factor = 7.0 * index[year]
    assert after.objective == pytest.approx(before.objective * factor, rel=1e-6, abs=1e-4)
    one = [(s.project, s.option, s.start) for s in before.plan.starts]
    other = [(s.project, s.option, s.start) for s in after.plan.starts]
    if one == other:  # equal plans may be told by different starts where there are ties
        paid = sum(payment.amount for payment in before.plan.payments)
        assert sum(p.amount for p in after.plan.payments) == pytest.approx(7.0 * paid, rel=1e-6)


def test_there_and_back_again() -> None:
    instance = random_instance(3)
    old = instance.settings.price_year
    index = {old: 95.0, old + 5: 120.0}
    there = restate(instance, Restatement(old + 5, index, exchange=3.0))
    back = restate(there, Restatement(old, index, exchange=1.0 / 3.0))

    def costs(one: Instance) -> list[float]:
        return [option.overnight_cost for project in one.projects for option in project.options]

    assert costs(back) == pytest.approx(costs(instance))
    assert [row.value for row in back.inflows] == pytest.approx(
        [row.value for row in instance.inflows]
    )
    assert len([s for s in back.settings.sources if s.id == "restated"]) == 1


def test_what_is_missing_is_asked_for() -> None:
    instance = make_instance([make_project("a")])
    with pytest.raises(ValueError, match="2024"):
        restate(instance, Restatement(2024, {2021: 100.0}))
    with pytest.raises(ValueError, match="above 0"):
        restate(instance, Restatement(exchange=0.0))
