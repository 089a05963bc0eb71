"""Why a project is left out where two or three rules meet: rule, year, amount, who else, by hand.

Where nothing else is said the plan is 2021-2024, nothing is discounted, and what starts opens at
once. Left out is `b`, unless another is named; the rest of the plan is as its own best.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infraplan.models.debt_rule import Band
from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.models.project import Project
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.program import build_formulation
from tests.builders import (
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_policy,
    make_project,
    make_relation,
    make_resource,
    make_rule,
    make_settings,
    make_share,
    make_start_pace,
    make_target,
)
from tests.optimizer.engine import best

Reason = tuple[str, int | None, float | None, tuple[str, ...], bool]
"""Rule, year, amount, others, and whether it can be forced in."""

CASES: dict[str, Callable[[], tuple[Instance, Reason]]] = {}


def case(make: Callable[[], tuple[Instance, Reason]]) -> Callable[[], tuple[Instance, Reason]]:
    CASES[make.__name__] = make
    return make


def quick(id: str, cost: float, benefit: float = 0.0, **values: Any) -> Project:
    return make_project(id, cost, benefit, **({"lead_time": 0} | values))


def old(**values: Any) -> Project:
    """What stands since 2019, through 2022 unless told otherwise."""
    fixed: dict[str, Any] = {"stage": "complete", "opened": 2019, "lifetime": 4}
    return make_project("old", 9.0, **(fixed | values))


def rejected(instance: Instance) -> dict[str, Rejection]:
    formulation = build_formulation(instance)
    plan = best(instance).plan
    assert plan is not None
    return {row.project: row for row in find_rejections(formulation, plan)}


# ------------------------------------------------------------ money


@case
def a_grant_that_lapsed() -> tuple[Instance, Reason]:
    """4 came in 2021 and may be spent until 2022; the works may begin in 2023."""
    instance = make_instance(
        [quick("b", 4.0, 5.0, earliest_start=2023)],
        funds=[make_fund("grant", lapse_years=1)],
        inflows=make_inflows("grant", 2021, 4.0),
    )
    return instance, ("fund_balance:grant", 2024, 4.0, (), False)


@case
def too_little_beside_a_grant() -> tuple[Instance, Reason]:
    """5 of the grant ask for 5 of one's own; there are 3."""
    instance = make_instance(
        [quick("b", 10.0, 5.0)],
        funds=[make_fund(), make_fund("grant", kind="grant", matching=1.0)],
        inflows=[*make_inflows("budget", 2021, 3.0), *make_inflows("grant", 2021, 7.0)],
    )
    return instance, ("fund_balance:budget", 2024, 2.0, (), False)


@case
def a_grant_for_half_of_the_cost() -> tuple[Instance, Reason]:
    """The grant may pay 5 of 10 and one's own 3: it would have to pay 2 more than its share."""
    instance = make_instance(
        [quick("b", 10.0, 5.0)],
        funds=[make_fund(), make_fund("grant", kind="grant", max_share=0.5)],
        inflows=[*make_inflows("budget", 2021, 3.0), *make_inflows("grant", 2021, 10.0)],
    )
    return instance, ("max_share:grant", 2024, 2.0, (), False)


@case
def an_envelope_of_half_the_cost() -> tuple[Instance, Reason]:
    instance = make_instance(
        [quick("b", 10.0, 5.0)],
        funds=[make_fund("grant", kind="grant", envelope=5.0)],
        inflows=make_inflows("grant", 2021, 10.0),
    )
    return instance, ("envelope:grant", None, 5.0, (), False)


@case
def users_cover_eight_of_ten() -> tuple[Instance, Reason]:
    """2 a year in four years; a fund without money has the rest to pay."""
    instance = make_instance(
        [quick("b", 10.0, 4.0, revenue=3.0, fixed_om_cost=1.0)],
        funds=[make_fund()],
        instruments=[make_bond(tenor=3, kind="user_pay", tagged=True, coverage=1.0)],
    )
    return instance, ("fund_balance:budget", 2024, 2.0, (), False)


@case
def works_that_go_on_after_the_money() -> tuple[Instance, Reason]:
    """5 are paid in 2024 and 2025, the last without any inflow: 5 more in 2024 would do."""
    instance = make_instance(
        [make_project("b", 10.0, 6.0, earliest_start=2024, spending_profile=(0.5, 0.5))],
        settings={"end_year": 2027, "spending_after_plan": True},
        funds=[make_fund()],
        inflows=make_inflows("budget", 2024, 5.0, 0.0),
    )
    return instance, ("fund_balance:budget", 2024, 5.0, (), False)


@case
def money_that_does_not_carry_over() -> tuple[Instance, Reason]:
    instance = make_instance(
        [quick("b", 4.0, 5.0)],
        funds=[make_fund(carry_over=False)],
        inflows=make_inflows("budget", 2021, 3.0, 3.0, 3.0, 3.0),
    )
    return instance, ("fund_balance:budget", 2024, 1.0, (), False)


@case
def the_partner_is_short() -> tuple[Instance, Reason]:
    """Each pays 2; k has 1."""
    instance = make_instance(
        [quick("b", 4.0, 5.0, jurisdiction="j")],
        jurisdictions=make_jurisdictions("j", "k"),
        shares=[make_share("b", "k", 0.5)],
        funds=[
            make_fund("fj", jurisdiction="j", opening_balance=5.0),
            make_fund("fk", jurisdiction="k", opening_balance=1.0),
        ],
    )
    return instance, ("fund_balance:fk", 2024, 1.0, (), False)


@case
def a_ban_in_the_only_year() -> tuple[Instance, Reason]:
    """Old debt of 10 beside a capacity of 10 is red in 2020."""
    bands = (Band(id="green", upper=0.5), Band(id="red", upper=1.0, starts_banned=True))
    instance = make_instance(
        [quick("b", 1.0, 5.0, latest_start=2021)],
        settings=make_settings(rules=[make_rule(bands=bands)]),
        debt=[make_debt(2021, opening_balance=10.0)],
        fiscal=make_fiscal("capacity", 2021, 10.0),
    )
    return instance, ("start_ban:rule:region", 2021, 1.0, (), False)


# ------------------------------------------------------------ what limits works


def beside(**values: Any) -> list[Project]:
    """Two works of 2021 alone, of which one brings more."""
    return [
        quick(name, 1.0, benefit, latest_start=2021, **values)
        for name, benefit in (("a", 5.0), ("b", 3.0))
    ]


@case
def a_pace_of_one() -> tuple[Instance, Reason]:
    instance = make_instance(beside(), start_paces=[make_start_pace(1)])
    return instance, ("start_pace:all sectors", 2021, 1.0, (), True)


@case
def a_conflict_of_works() -> tuple[Instance, Reason]:
    conflict = make_relation("works_conflict", ["a", "b"])
    instance = make_instance(beside(), relations=[conflict])
    return instance, ("works_conflict:works_conflict:a+b>", 2021, 1.0, (), True)


@case
def one_crew_in_operation() -> tuple[Instance, Reason]:
    """In every year of operation one is short; the last start needs it once."""
    crew = {"resources": {"crew": 1.0}}
    instance = make_instance(
        [quick("a", 1.0, 5.0, **crew), quick("b", 1.0, 3.0, **crew)],
        resources=[make_resource("crew", 1.0, timing="operation")],
    )
    return instance, ("resource:crew", 2024, 1.0, (), True)


@case
def a_cap_on_outputs() -> tuple[Instance, Reason]:
    """4 and 3 are 2 more than 5."""
    instance = make_instance(
        [
            quick("a", 1.0, 5.0, outputs={"co2": 4.0}),
            quick("b", 1.0, 3.0, outputs={"co2": 3.0}),
        ],
        targets=[make_target("cap", "co2", 5.0, 2024, sense="<=", hard=True)],
    )
    return instance, ("target:cap", 2024, 2.0, (), True)


@case
def half_of_the_money_for_water() -> tuple[Instance, Reason]:
    """10 for a road ask for 5 in water, where nothing may be built."""
    instance = make_instance(
        [quick("b", 10.0, 6.0), quick("w", 6.0, sector="water", mandatory="must_not")],
        policies=[make_policy("spend_share_floor", 0.5, sectors=("water",))],
    )
    return instance, ("policy:spend_share_floor", 2024, 5.0, (), False)


# ------------------------------------------------------------ between projects


@case
def a_substitute_takes_more_than_it_brings() -> tuple[Instance, Reason]:
    """12 less 1, less 3 of each of 4 years beside the other and 1: 1 more than it brings."""
    instance = make_instance(
        [quick("a", 1.0, 5.0), quick("b", 1.0, 3.0, latest_start=2021)],
        relations=[make_relation("substitute", ["a", "b"], value=3.0)],
    )
    return instance, ("value", None, 1.0, (), True)


@case
def excluded_by_what_stands() -> tuple[Instance, Reason]:
    instance = make_instance(
        [old(lifetime=30), quick("b", 1.0, 3.0)],
        relations=[make_relation("exclusive", ["old", "b"])],
    )
    return instance, ("exclusive:exclusive:old+b>", None, None, ("old",), False)


@case
def after_a_prerequisite_that_is_dear() -> tuple[Instance, Reason]:
    instance = make_instance(
        [quick("a", 20.0), quick("b", 5.0, 3.0)],
        relations=[make_relation("requires", ["a"], ["b"])],
    )
    return instance, ("precedence:requires:a>b:b:a", None, 20.0, ("a",), True)


RENEWS = make_relation("renews", ["old"], ["new"])


@case
def beside_a_renewal_of_what_stands() -> tuple[Instance, Reason]:
    """The renewal has nothing to do with it: 4 x 1 for 10."""
    instance = make_instance(
        [old(), quick("new", 1.0, 5.0), quick("b", 10.0, 1.0)], relations=[RENEWS]
    )
    return instance, ("value", None, 6.0, (), True)


@case
def money_beside_a_renewal_of_what_stands() -> tuple[Instance, Reason]:
    """2 are spent on the renewal in 2023; of 3 for it 2 are short."""
    instance = make_instance(
        [old(), quick("new", 2.0, 5.0), quick("b", 3.0, 2.0)],
        relations=[RENEWS],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 0.0, 0.0, 3.0, 0.0),
    )
    return instance, ("fund_balance:budget", 2024, 2.0, (), True)


@case
def a_renewal_of_what_is_too_dear() -> tuple[Instance, Reason]:
    """What it renews costs 100 and brings 2; without it nothing is renewed, in any year."""
    instance = make_instance(
        [quick("old", 100.0, 2.0, lifetime=1), quick("b", 4.0, 5.0)],
        relations=[make_relation("renews", ["old"], ["b"])],
    )
    return instance, ("renews:renews:old>b", None, 100.0, ("old",), True)


@case
def a_renewal_of_what_is_retired() -> tuple[Instance, Reason]:
    """Not the old one is in its way, but what took it away."""
    instance = make_instance(
        [old(), quick("scrap", 1.0, latest_start=2021), quick("b", 4.0, 5.0)],
        relations=[
            make_relation("renews", ["old"], ["b"]),
            make_relation("retires", ["old"], ["scrap"], value=100.0),
        ],
    )
    return instance, ("renews:renews:old>b", 2024, None, ("scrap",), True)


@case
def a_renewal_before_the_end_of_a_life() -> tuple[Instance, Reason]:
    """The old one serves through 2024."""
    instance = make_instance(
        [old(lifetime=6), quick("b", 1.0, 5.0)],
        relations=[make_relation("renews", ["old"], ["b"])],
    )
    return instance, ("renews:renews:old>b", 2024, None, ("old",), False)


@pytest.mark.parametrize("name", CASES)
def test_the_reason_is_that_by_hand(name: str) -> None:
    instance, (rule, year, amount, others, can_be_forced) = CASES[name]()
    row = rejected(instance)["b"]
    assert (row.rule, row.year, row.others, row.can_be_forced) == (
        rule,
        year,
        others,
        can_be_forced,
    )
    assert row.amount == pytest.approx(amount, abs=1e-6)
