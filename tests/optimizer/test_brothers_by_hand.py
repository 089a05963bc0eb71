"""Brothers of faults once found: two or three rules that meet, each answer worked out by hand.

Where nothing else is said the plan is 2021-2024 and ends with its appraisal, nothing is discounted,
and what starts opens at once. Each instance is rolled year by year as well: what is left of its
plan is worth the same, and no plan of next year's instance is worth more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infraplan.models.debt_rule import Band
from infraplan.models.horizon import RateStep
from infraplan.models.instance import Instance
from infraplan.models.project import Project
from tests.builders import (
    make_bond,
    make_date,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_policy,
    make_pool,
    make_project,
    make_receipt,
    make_relation,
    make_resource,
    make_rule,
    make_settings,
    make_start_pace,
    make_target,
)
from tests.optimizer.by_hand import Answer, assert_by_hand

CASES: dict[str, Callable[[], Answer]] = {}


def case(make: Callable[[], Answer]) -> Callable[[], Answer]:
    CASES[make.__name__] = make
    return make


def quick(id: str, cost: float, benefit: float = 0.0, **values: Any) -> Project:
    """A project that opens in the year in which it begins."""
    return make_project(id, cost, benefit, **({"lead_time": 0} | values))


def old(benefit: float = 0.0, **values: Any) -> Project:
    """What stands since 2019 and serves through 2022, unless told otherwise."""
    fixed: dict[str, Any] = {"stage": "complete", "opened": 2019, "lifetime": 4}
    return make_project("old", 9.0, benefit, **(fixed | values))


# ------------------------------------------------------------ money that lapses


def renewed_by_a_grant(lead_time: int, years: int) -> Instance:
    """A grant of 4 that came in 2021 for the renewal alone, which may open from 2023 on."""
    return make_instance(
        [old(), make_project("new", 4.0, 5.0, lead_time=lead_time)],
        relations=[make_relation("renews", ["old"], ["new"])],
        funds=[make_fund("grant", kind="grant", projects=("new",), lapse_years=years)],
        inflows=make_inflows("grant", 2021, 4.0, 0.0, 0.0, 0.0),
    )


@case
def a_renewal_begun_before_its_grant_lapses() -> Answer:
    """Begun in 2022, the last year of the grant, it opens in 2023: -4 + 2 x 5."""
    return renewed_by_a_grant(1, 1), 6.0, {"new": 2022}


@case
def a_renewal_whose_grant_lapses_before_the_old_one_ends() -> Answer:
    return renewed_by_a_grant(0, 1), 0.0, {}


@case
def a_renewal_whose_grant_lasts_a_year_longer() -> Answer:
    return renewed_by_a_grant(0, 2), 6.0, {"new": 2023}


def matched(**grant: Any) -> Instance:
    """5 of a grant that came in 2021, and 5 of one's own beside it in 2023."""
    return make_instance(
        [quick("a", 10.0, 6.0)],
        funds=[make_fund(), make_fund("grant", kind="grant", matching=1.0, **grant)],
        inflows=[
            *make_inflows("budget", 2021, 0.0, 0.0, 5.0, 0.0),
            *make_inflows("grant", 2021, 5.0, 0.0, 0.0, 0.0),
        ],
    )


@case
def a_grant_waits_for_what_matches_it() -> Answer:
    return matched(), 2.0, {"a": 2023}


@case
def a_grant_lapses_before_it_is_matched() -> Answer:
    return matched(lapse_years=1), 0.0, {}


def sold(**fund: Any) -> Instance:
    """A sale that costs 2 and brings 3 in each of the two years after it; a road of 5."""
    return make_instance(
        [quick("sale", 2.0), quick("road", 5.0, 10.0)],
        funds=[make_fund(**fund)],
        inflows=make_inflows("budget", 2021, 2.0, 0.0, 0.0, 0.0),
        receipts=[make_receipt("sale", 3.0, delay=1, years=2)],
    )


@case
def receipts_of_two_years_pay_a_road() -> Answer:
    """-2 - 5 + 2 x 10; in 2023 the cash is 6."""
    return sold(), 13.0, {"sale": 2021, "road": 2023}


@case
def receipts_that_lapse_after_a_year_are_enough() -> Answer:
    return sold(lapse_years=1), 13.0, {"sale": 2021, "road": 2023}


@case
def receipts_that_lapse_in_their_year_are_not() -> Answer:
    return sold(lapse_years=0), 0.0, {}


@case
def receipts_beside_a_least_balance() -> Answer:
    """2 must stay, which was there; in 2023 4 may be spent and never more: no road, no sale."""
    return sold(minimum_balance=2.0, opening_balance=2.0 - 1.0), 0.0, {}


def dear_years(envelope: float) -> Instance:
    """Prices rise by a tenth: in 2022 11 are paid, 5 of a grant won by half, in real money 5.5."""
    return make_instance(
        [quick("a", 10.0, 6.0, earliest_start=2022)],
        settings={"inflation": 0.1},
        funds=[
            make_fund(),
            make_fund("grant", kind="grant", certainty=0.5, basis="real", envelope=envelope),
        ],
        inflows=[
            *make_inflows("budget", 2021, 0.0, 6.0, 0.0, 0.0),
            *make_inflows("grant", 2021, 0.0, 10.0, 0.0, 0.0),
        ],
    )


@case
def a_grant_within_its_envelope() -> Answer:
    return dear_years(5.0), 8.0, {"a": 2022}


@case
def a_grant_a_tenth_beyond_its_envelope() -> Answer:
    return dear_years(4.9), 0.0, {}


# ------------------------------------------------------------ debt


def banned(cost: float, om: float, **tables: Any) -> Instance:
    """Debt of 10 beside a capacity of 10 bans starts in 2021; 6 of it are repaid in 2021."""
    bands = (Band(id="green", upper=0.5), Band(id="red", upper=1.0, starts_banned=True))
    debt = [make_debt(2021, opening_balance=10.0, principal_due=6.0)]
    projects = [old(fixed_om_cost=om, lifetime=20), quick("scrap", cost), *tables.pop("more", ())]
    return make_instance(
        projects,
        settings=make_settings(rules=[make_rule(bands=bands)]),
        relations=[make_relation("retires", ["old"], ["scrap"])],
        pools=[make_pool()],
        debt=debt,
        fiscal=make_fiscal("capacity", 2021, 10.0),
        **tables,
    )


@case
def retired_when_the_ban_ends() -> Answer:
    """From 2022 on 3 a year are saved, for 1."""
    return banned(1.0, 3.0), 8.0, {"scrap": 2022}


@case
def a_loan_for_a_retirement_bans_what_comes_after_it() -> Answer:
    """Retired in 2022 (-6 + 3 x 4) the loan bans the road, -1 + 2 x 10 from 2023 on; so in 2023."""
    found = banned(
        6.0,
        4.0,
        more=[quick("road", 1.0, 10.0, earliest_start=2023)],
        funds=[make_fund(projects=("road",), opening_balance=1.0)],
        instruments=[make_bond(projects=("scrap",))],
    )
    return found, 21.0, {"scrap": 2023, "road": 2023}


def paid_by_users(own: float, **road: Any) -> Instance:
    """Four years of 3 less 1 cover 8 of a loan of three years: one's own money is the rest."""
    return make_instance(
        [quick("a", 10.0, 4.0, revenue=3.0, fixed_om_cost=1.0, **road)],
        funds=[make_fund(opening_balance=own)],
        instruments=[make_bond(tenor=3, kind="user_pay", tagged=True, coverage=1.0)],
    )


@case
def users_and_ones_own_money() -> Answer:
    """-10 + 4 x (4 - 1)."""
    return paid_by_users(2.0), 2.0, {"a": 2021}


@case
def users_and_a_tenth_too_little() -> Answer:
    return paid_by_users(1.9), 0.0, {}


@case
def users_of_what_ends_a_year_before_its_loan() -> Answer:
    """6 are covered."""
    return paid_by_users(2.0, lifetime=3), 0.0, {}


# ------------------------------------------------------------ lives, targets, what works together


def counted(price: float) -> Instance:
    """What stands gives 5 in 2022 and costs 4 a year, until 2022; without it 5 are missing."""
    return make_instance(
        [old(fixed_om_cost=4.0, outputs={"km": 5.0}), quick("scrap", 1.0)],
        relations=[make_relation("retires", ["old"], ["scrap"])],
        targets=[make_target("t", "km", 5.0, 2022, shortfall_price=price)],
    )


@case
def a_target_is_worth_less_than_what_serves_it() -> Answer:
    """8 are saved for 1 and 5."""
    return counted(1.0), 2.0, {"scrap": 2021}


@case
def a_target_keeps_what_serves_it() -> Answer:
    return counted(2.0), 0.0, {}


@case
def a_target_of_the_year_after_a_life() -> Answer:
    """4 for the renewal, or 5 that are missing at 2 each."""
    return (
        make_instance(
            [old(outputs={"km": 5.0}), quick("new", 4.0, outputs={"km": 5.0})],
            relations=[make_relation("renews", ["old"], ["new"])],
            targets=[
                make_target("before", "km", 5.0, 2022, hard=True),
                make_target("after", "km", 5.0, 2023, shortfall_price=2.0),
            ],
        ),
        -4.0,
        None,
    )


@case
def together_while_the_finished_one_lasts() -> Answer:
    """-5 + 4 x 1 + 3 x 3."""
    both = make_relation("synergy", ["old", "new"], value=3.0)
    projects = [old(lifetime=5), quick("new", 5.0, 1.0)]
    return make_instance(projects, relations=[both]), 8.0, {"new": 2021}


@case
def together_with_the_renewal_of_the_finished_one() -> Answer:
    """-5 + 4 - 1 + 4 x 3: the renewal of 2023 goes on with it."""
    relations = [
        make_relation("synergy", ["old", "new"], value=3.0),
        make_relation("renews", ["old"], ["again"]),
    ]
    projects = [old(), quick("new", 5.0, 1.0), quick("again", 1.0)]
    return make_instance(projects, relations=relations), 10.0, {"new": 2021, "again": 2023}


@case
def a_renewal_has_the_growth_and_not_the_ramp() -> Answer:
    """What it takes over grows from 2021 on: 12.1 and 13.31, all of it from its first year."""
    renews = make_relation("renews", ["old"], ["new"], takes_over=("benefits",))
    projects = [old(10.0, benefit_growth=0.1, ramp_up=(0.5,)), quick("new", 4.0)]
    return make_instance(projects, relations=[renews]), -4 + 12.1 + 13.31, {"new": 2023}


@case
def works_under_way_may_still_be_widened() -> Answer:
    """4 of 10 or of 14 are spent: -6 + 3 x 3, or -10 + 3 x 5."""
    options = [
        make_option(cost=10.0, benefit=3.0, lead_time=2, spending_profile=(0.4, 0.6)),
        make_option("wide", 14.0, 5.0, lead_time=2, spending_profile=(0.4, 0.6)),
    ]
    way: dict[str, Any] = {"stage": "under_construction", "started": 2020, "spent_to_date": 4.0}
    return make_instance([make_project("a", options=options, **way)]), 5.0, {"a": 2021}


@case
def one_crew_for_two_works_after_each_other() -> Answer:
    """-1 + 2 x 3 while the first lasts, then -1 + 2 x 2; the second alone is worth 7."""
    crew = {"resources": {"crew": 1.0}}
    projects = [quick("a", 1.0, 3.0, lifetime=2, **crew), quick("b", 1.0, 2.0, **crew)]
    limits = [make_resource("crew", 1.0, timing="operation")]
    return make_instance(projects, resources=limits), 8.0, {"a": 2021, "b": 2023}


# ------------------------------------------------------------ dates, policies, discounting


@case
def two_dates_and_one_start_a_year() -> Answer:
    """The dearer date is kept; the other is a year late at 2."""
    dates = [make_date("a", "begin_by", 2021, 3.0), make_date("b", "begin_by", 2021, 2.0)]
    projects = [quick("a", 1.0), quick("b", 1.0)]
    found = make_instance(projects, stated_dates=dates, start_paces=[make_start_pace(1)])
    return found, -4.0, {"a": 2021, "b": 2022}


@case
def half_of_all_money_for_water() -> Answer:
    """-10 + 4 x 6 for the road and 6 for each of two works that bring nothing; 12 >= 11."""
    projects = [
        quick("road", 10.0, 6.0),
        quick("w1", 6.0, sector="water"),
        quick("w2", 6.0, sector="water"),
    ]
    floor = make_policy("spend_share_floor", 0.5, sectors=("water",))
    return make_instance(projects, policies=[floor]), 2.0, None


STEPS: dict[str, Any] = {
    "discount_rate": 0.1,
    "discount_steps": (RateStep(from_offset=2, rate=0.05),),
    "discount_timing": "mid",
}


@case
def steps_of_rates_in_the_middle_of_years() -> Answer:
    """The second half year of 2022 is discounted at the rate of the second year."""
    first, second = 1.1**-0.5, 1.05**-0.5 / 1.1
    third, fourth = second / 1.05, second / 1.05**2
    worth = -4 * first + 6 * (first + second + third + fourth)
    return make_instance([quick("a", 4.0, 6.0)], settings=STEPS), worth, {"a": 2021}


@case
def steps_of_rates_and_a_renewal_with_something_left() -> Answer:
    """Opened in 2023, 8 of 10 years are left after 2024."""
    second = 1.05**-0.5 / 1.1
    third, fourth = second / 1.05, second / 1.05**2
    settings = STEPS | {"residual_value": "straight_line"}
    renews = make_relation("renews", ["old"], ["new"])
    projects = [old(), quick("new", 10.0, 2.0, lifetime=10)]
    worth = -10 * third + 2 * (third + fourth) + 8 * fourth
    assert worth > 0
    found = make_instance(projects, settings=settings, relations=[renews])
    return found, worth, {"new": 2023}


def after_the_plan(*inflows: float, **fund: Any) -> Instance:
    """Works of 10 in two years; the appraisal ends in 2027."""
    return make_instance(
        [make_project("a", 10.0, 6.0, earliest_start=2024, spending_profile=(0.5, 0.5))],
        settings={"end_year": 2027, "spending_after_plan": True},
        funds=[make_fund(**fund)],
        inflows=make_inflows("budget", 2024, *inflows),
    )


@case
def works_after_the_plan_of_an_inflow_that_goes_on() -> Answer:
    return after_the_plan(5.0), 8.0, {"a": 2024}


@case
def works_after_the_plan_of_an_inflow_that_ends() -> Answer:
    return after_the_plan(5.0, 0.0), 0.0, {}


@case
def works_after_the_plan_beyond_an_envelope() -> Answer:
    return after_the_plan(5.0, envelope=9.0), 0.0, {}


@case
def works_after_the_plan_of_cash_that_may_lapse() -> Answer:
    """10 came in 2024, and what may lapse is not kept beyond the plan."""
    return after_the_plan(10.0, 0.0, lapse_years=3), 0.0, {}


@case
def works_after_the_plan_of_cash_that_is_kept() -> Answer:
    return after_the_plan(10.0, 0.0), 8.0, {"a": 2024}


@pytest.mark.parametrize("name", CASES)
def test_value_starts_and_rolls_are_those_by_hand(name: str) -> None:
    assert_by_hand(CASES[name]())
