"""Rolled without a plan: who is charged for works that went on."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.funding import Fund
from infraplan.optimizer.analysis.rolled_money import RollError
from infraplan.optimizer.analysis.rolling import Rolled, roll
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_receipt,
)


def rolled(
    *funds: tuple[Fund, tuple[float, ...]],
    to_year: int = 2022,
    spending: tuple[float, ...] = (0.5, 0.5),
    **tables: Any,
) -> Rolled:
    """Committed works of 10 without a plan; funds with their inflows from 2021 on."""
    works = make_project(
        "works", 10.0, 3.0, lead_time=2, spending_profile=spending, mandatory="committed"
    )
    other = make_project("other", 1.0, sector="water")
    inflows = [row for fund, money in funds for row in make_inflows(fund.id, 2021, *money)]
    instance = make_instance(
        [works, other], funds=[fund for fund, _ in funds], inflows=inflows, **tables
    )
    return roll(instance, None, to_year)


def test_funds_are_charged_in_order_as_far_as_they_hold() -> None:
    found = rolled((make_fund("a"), (1.0, 0.0)), (make_fund("b"), (20.0, 0.0)))
    assert found.funds == pytest.approx({"a": 0.0, "b": 16.0})


@pytest.mark.parametrize(
    ("first", "kept", "second"),
    [
        (make_fund("a", minimum_balance=2.0), 2.0, 17.0),
        (make_fund("a", envelope=1.0), 3.0, 16.0),
        (make_fund("a", max_share=0.4), 2.0, 17.0),
        (make_fund("a", sectors=("water",)), 4.0, 15.0),
        (make_fund("a", carry_over=False), 0.0, 19.0),
        (make_fund("a", lapse_years=1), 0.0, 19.0),
    ],
)
def test_what_a_fund_may_pay_bounds_what_it_is_charged(
    first: Fund, kept: float, second: float
) -> None:
    """4 are there, and 5 are due."""
    found = rolled((first, (4.0, 0.0)), (make_fund("b"), (20.0, 0.0)))
    assert found.funds == pytest.approx({"a": kept, "b": second})


def test_cash_that_a_later_year_needs_is_not_there_for_an_earlier_one() -> None:
    """A loss of 3 in 2022 is paid from the 4 of 2021, so that 1 is left for the works."""
    loss = make_receipt("works", -3.0, fund="a", event="start", delay=1)
    found = rolled(
        (make_fund("a"), (4.0, 0.0)),
        (make_fund("b"), (20.0, 0.0)),
        to_year=2023,
        spending=(1.0,),
        receipts=[loss],
    )
    assert found.funds == pytest.approx({"a": 0.0, "b": 11.0})


def test_interest_that_is_lost_counts() -> None:
    """12 with a tenth of interest: 10 in the first year leave 2, and 2.2 a year later."""
    found = rolled(
        (make_fund("a", interest_rate=0.1), (12.0, 0.0)),
        (make_fund("b"), (20.0, 0.0)),
        to_year=2023,
        spending=(1.0,),
    )
    assert found.funds == pytest.approx({"a": 2.2, "b": 20.0})


def test_what_funds_lack_is_borrowed_within_the_limit() -> None:
    bond = make_bond(tenor=5, annual_limit=3.0)
    found = rolled((make_fund("a"), (2.5, 0.0)), instruments=[bond])
    assert found.funds == pytest.approx({"a": 0.0})
    assert found.debt == pytest.approx({("region", "general"): 2.5})
    with pytest.raises(RollError, match=r"a ends 2021 at -0\.5"):
        rolled((make_fund("a"), (1.5, 0.0)), instruments=[bond])


def test_several_years_and_works_draw_on_the_same_cash() -> None:
    found = rolled((make_fund("a"), (6.0, 1.0)), (make_fund("b"), (0.0, 4.0)), to_year=2023)
    assert found.funds == pytest.approx({"a": 0.0, "b": 1.0})
