"""Cash that lapses keeps its age over a roll; ages of cash as an instance states them."""

from __future__ import annotations

import random

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.verify import verify_plan
from tests.assertions import assert_bilingual
from tests.builders import (
    edit,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
    make_target,
)
from tests.optimizer.analysis.test_rolling import assert_same_accounts, cut, lapsing, with_a_plan
from tests.optimizer.engine import best


def test_cash_keeps_its_age_over_a_roll() -> None:
    """Of 10 a year, lost unused after two, 10 of 2021 and 10 of 2022 are there in 2023, and old."""
    instance = edit(lapsing(2), projects=())
    rolled = roll(instance, None, 2023).instance
    (fund,) = rolled.funds
    assert (fund.opening_balance, fund.opening_ages) == (20.0, (10.0, 10.0))
    plan = best(rolled).plan
    assert plan is not None
    # As of 2023 both would have lapsed in 2025 alone.
    assert [row.lapse for row in plan.fund_years] == pytest.approx([10.0, 10.0, 10.0])
    assert verify_plan(rolled, plan).ok
    young = edit(rolled, funds=(edit(fund, opening_ages=()),))
    later = best(young).plan
    assert later is not None
    assert [row.lapse for row in later.fund_years] == pytest.approx([0.0, 0.0, 30.0])
    assert not verify_plan(rolled, later).ok  # what should have lapsed is still there
    again = roll(rolled, plan, 2024).instance.funds[0]
    assert (again.opening_balance, again.opening_ages) == (20.0, (10.0, 10.0))


def test_what_is_spent_is_the_oldest_and_interest_has_no_age() -> None:
    """20 in 2021, then 5 a year; 8 are spent in 2021, 12 earn 0.6; the rest of 2021 is 12."""
    instance = make_instance(
        [make_project("works", 8.0, 9.0, latest_start=2021)],
        years=(2021, 2024),
        funds=[make_fund(lapse_years=3, interest_rate=0.05)],
        inflows=make_inflows("budget", 2021, 20.0, 5.0, 5.0, 5.0),
    )
    plan = best(instance).plan
    assert plan is not None
    (fund,) = roll(instance, plan, 2023).instance.funds
    assert fund.opening_balance == pytest.approx(17.6)
    assert fund.opening_ages == pytest.approx((5.0, 12.0, 0.0))


def lapsing_plan(seed: int) -> Instance:
    """Works of several years over funds that lapse after one to three, some with interest."""
    rng = random.Random(f"lapse/{seed}")
    funds, inflows = [], []
    for name in ("a", "b"):
        funds.append(
            make_fund(
                name,
                lapse_years=rng.randint(1, 3),
                opening_balance=float(rng.randint(0, 9)),
                interest_rate=rng.choice([0.0, 0.1]),
                sectors=rng.choice([(), ("transport",)]),
            )
        )
        inflows += make_inflows(name, 2021, *(float(rng.randint(0, 9)) for _ in range(6)))
    projects = [
        make_project(
            f"p{number}",
            float(rng.randint(6, 24)),
            float(rng.randint(3, 12)),
            lead_time=years,
            spending_profile=(1.0 / years,) * years,
            earliest_start=rng.choice([None, 2022, 2023]),
            outputs={"km": float(number)},
        )
        for number in range(1, 5)
        for years in [rng.randint(1, 3)]
    ]
    debt = [make_debt(2021, opening_balance=6.0, principal_due=1.0)]
    debt += [make_debt(year, principal_due=1.0) for year in range(2022, 2027)]
    return make_instance(
        projects,
        years=(2021, 2026),
        funds=funds,
        inflows=inflows,
        pools=[make_pool(region="a")],
        debt=debt,
        targets=[make_target("t", "km", 3.0, 2026)],
    )


@pytest.mark.parametrize("part", range(2))
def test_three_rolls_keep_cash_debt_and_outputs_where_money_lapses(part: int) -> None:
    """Nothing changed: accounts stay to 1e-6, and the rest of the plan stays the best of it."""
    lapses = old = 0
    for seed in range(part, 16, 2):
        instance, plan = with_a_plan(lapsing_plan, seed)
        question, answer = instance, plan
        for year in (2022, 2023, 2024):
            rolled = roll(question, answer, year)
            left = cut(question, answer, rolled)
            assert_same_accounts(plan, left, year)
            assert verify_plan(rolled.instance, left).violations == ()
            again = best(rolled.instance).objective
            assert again == pytest.approx(left.objective, rel=1e-6, abs=1e-6), (seed, year)
            lost = {(row.fund, row.year): row.lapse for row in plan.fund_years if row.year >= year}
            mine = {(row.fund, row.year): row.lapse for row in left.fund_years}
            assert mine == pytest.approx(lost, rel=1e-6, abs=1e-6)
            for fund in rolled.instance.funds:
                n = fund.lapse_years or 0
                lapses += any(mine[fund.id, y] > 1e-6 for y in range(year, min(year + n, 2027)))
                old += any(fund.opening_ages)
            question, answer = rolled.instance, left
    assert lapses >= 10  # money lapsed that a fund of new cash would have kept
    assert old >= 10


@pytest.mark.parametrize(
    ("fund", "words"),
    [
        ({"opening_ages": (5.0,)}, "none of it is lost"),
        ({"opening_ages": (5.0,), "lapse_years": 1, "carry_over": False}, "none of it is lost"),
        ({"opening_ages": (0.0, 5.0), "lapse_years": 1}, "more than 1 year before"),
        ({"opening_ages": (5.0, 6.0), "lapse_years": 2}, "the entries sum to 11"),
    ],
)
def test_ages_that_cannot_be_are_refused(fund: dict[str, object], words: str) -> None:
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance(funds=[make_fund(opening_balance=10.0, **fund)])
    (finding,) = caught.value.findings
    assert (finding.rule, finding.column) == ("fund-ages", "opening_ages")
    assert words in finding.message
    assert_bilingual(*finding.message.both)
    assert_bilingual(*finding.advice.both)


def test_a_row_of_the_program_says_what_old_cash_must_do() -> None:
    """Of 10, 6 came in the year before; a year on they must be used or lost, all else stays."""
    fund = make_fund(opening_balance=10.0, lapse_years=1, opening_ages=(6.0,))
    instance = make_instance(funds=[fund], inflows=make_inflows("budget", 2021, 0.0, 0.0, 0.0, 0.0))
    plan = best(instance).plan
    assert plan is not None
    assert [row.lapse for row in plan.fund_years] == pytest.approx([6.0, 0.0, 0.0, 0.0])
    assert plan.fund_years[-1].closing == pytest.approx(4.0)
