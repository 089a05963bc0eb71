"""Construction cost by year as a source states it: amounts that stay amounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from infraplan.models.project import Option
from infraplan.models.restate import Restatement, restate
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.storage import instance_hash, read_instance, write_instance
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.optimizer.engine import best

AMOUNTS = (0.1, 0.0, 0.7)


def option(**given: object) -> Option:
    return Option.model_validate({"overnight_cost": 0.8, "lead_time": 3, **given})


def test_shares_are_those_of_the_amounts_where_none_are_stated() -> None:
    found = option(yearly_spending=AMOUNTS)
    assert found.yearly_spending == AMOUNTS
    assert found.spending_profile == pytest.approx((0.125, 0.0, 0.875))
    stated = option(yearly_spending=AMOUNTS, spending_profile=(0.5, 0.5))
    assert (stated.yearly_spending, stated.spending_profile) == (AMOUNTS, (0.5, 0.5))
    assert option(yearly_spending=(0.0, 0.0)).spending_profile == ()
    assert option().spending_profile == ()


@pytest.mark.parametrize("amounts", [(1.0, -1.0, 2.0), ("soon",), (float("nan"),)])
def test_what_is_no_amount_is_refused(amounts: tuple[object, ...]) -> None:
    with pytest.raises(ValidationError, match="yearly_spending"):
        option(yearly_spending=amounts)


@pytest.mark.parametrize("form", ["folder", "plan.xlsx", "plan.json"])
def test_amounts_are_written_and_read_to_the_last_digit(tmp_path: Path, form: str) -> None:
    project = make_project(
        "road", 0.8, 1.0, lead_time=3, spending_profile=(), yearly_spending=AMOUNTS
    )
    instance = make_instance([project])
    write_instance(instance, tmp_path / form)
    again = read_instance(tmp_path / form)
    assert again.projects[0].options[0].yearly_spending == AMOUNTS
    assert instance_hash(again) == instance_hash(instance)


def test_amounts_by_year_are_what_the_plan_pays_and_are_gone_from_next_years_plan() -> None:
    project = make_project(
        "road", 30.0, 99.0, lead_time=3, spending_profile=(), yearly_spending=(5.0, 10.0, 15.0)
    )
    instance = make_instance(
        [project],
        years=(2021, 2025),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 5.0, 10.0, 15.0),
    )
    plan = best(instance).plan
    assert plan is not None
    paid = {row.year: row.amount for row in plan.payments}
    assert paid == pytest.approx({2021: 5.0, 2022: 10.0, 2023: 15.0})
    rolled = roll(instance, plan, 2022).instance
    (works,) = rolled.projects
    # Begun: its whole profile is written out, and the amounts of the old source no longer speak.
    assert works.options[0].yearly_spending == ()
    assert works.options[0].spending_profile == pytest.approx((1 / 6, 1 / 3, 1 / 2))


def test_amounts_are_restated_with_the_cost() -> None:
    project = make_project("road", 30.0, 1.0, spending_profile=(), yearly_spending=(10.0, 20.0))
    instance = make_instance([project], settings={"cost_escalation": 0.02})
    found = restate(instance, Restatement(2024, {2021: 100.0, 2024: 110.0}, 0.1)).projects[0]
    assert sum(found.options[0].yearly_spending) == pytest.approx(found.options[0].overnight_cost)


def test_amounts_that_add_up_to_another_cost_are_doubted() -> None:
    good = make_project("a", 30.0, 1.0, spending_profile=(), yearly_spending=(10.0, 20.0))
    bad = make_project("b", 33.0, 1.0, spending_profile=(), yearly_spending=(10.0, 20.0))
    found = [
        d
        for d in find_implausibilities(make_instance([good, bad]))
        if d.rule == "spending-beside-cost"
    ]
    assert [(d.table, d.index, d.field) for d in found] == [("projects", 1, "yearly_spending")]
