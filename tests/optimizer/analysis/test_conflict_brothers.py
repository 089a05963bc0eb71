"""Why there is no plan where two or three rules meet: the rules, their years and amounts, by hand.

Where nothing else is said the plan is 2021-2024, nothing is discounted, and what starts opens at
once. Each amount is what this rule alone would have to give.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infraplan.models.debt_rule import Band
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.program import build_formulation
from tests.builders import (
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_policy,
    make_pool,
    make_project,
    make_relation,
    make_resource,
    make_rule,
    make_settings,
    make_target,
)
from tests.optimizer.analysis.test_reason_brothers import old, quick

Rules = dict[str, tuple[tuple[int, ...], float]]
"""Years and amount of each rule of the conflict."""

MUST: dict[str, Any] = {"mandatory": "must"}
BANDS = (Band(id="green", upper=0.5), Band(id="red", upper=1.0, starts_banned=True))
CASES: dict[str, Callable[[], tuple[Instance, Rules]]] = {}


def case(make: Callable[[], tuple[Instance, Rules]]) -> Callable[[], tuple[Instance, Rules]]:
    CASES[make.__name__] = make
    return make


@case
def a_duty_to_renew_whose_grant_has_lapsed() -> tuple[Instance, Rules]:
    """4 came in 2021 and lapse after 2022; the renewal is due in 2023."""
    instance = make_instance(
        [old(), quick("new", 4.0, 5.0)],
        relations=[make_relation("renews", ["old"], ["new"], renewal="automatic")],
        funds=[make_fund("grant", lapse_years=1)],
        inflows=make_inflows("grant", 2021, 4.0),
    )
    return instance, {
        "renews:renews:old>new": ((2023,), 1.0),
        "fund_balance:grant": ((2023,), 4.0),
        "lapse:grant": ((2022,), 4.0),
    }


@case
def too_little_to_match_a_grant() -> tuple[Instance, Rules]:
    """3 of one's own: 2 more and 5 of the grant would do, or 7 of the grant unmatched by 4."""
    instance = make_instance(
        [quick("b", 10.0, 5.0, **MUST)],
        funds=[make_fund(), make_fund("grant", kind="grant", matching=1.0)],
        inflows=[*make_inflows("budget", 2021, 3.0), *make_inflows("grant", 2021, 10.0)],
    )
    return instance, {
        "mandate:b": ((), 1.0),
        "fund_balance:budget": ((2024,), 2.0),
        "matching:grant": ((2024,), 4.0),
    }


@case
def a_must_in_a_year_of_a_ban() -> tuple[Instance, Rules]:
    instance = make_instance(
        [quick("b", 1.0, 5.0, latest_start=2021, **MUST)],
        settings=make_settings(rules=[make_rule(bands=BANDS)]),
        debt=[make_debt(2021, opening_balance=10.0)],
        fiscal=make_fiscal("capacity", 2021, 10.0),
    )
    return instance, {
        "mandate:b": ((), 1.0),
        "start_ban:rule:region": ((2021,), 1.0),
        "latest_start:b": ((2021,), 1.0),
    }


@case
def old_debt_beyond_the_last_band() -> tuple[Instance, Rules]:
    """12 beside 10 in each of four years: no project has a part in it."""
    instance = make_instance(
        [quick("b", 1.0, 5.0)],
        settings=make_settings(rules=[make_rule(bands=BANDS)]),
        debt=[make_debt(2021, opening_balance=12.0)],
        fiscal=make_fiscal("capacity", 2021, 10.0),
    )
    return instance, {"band_limit:rule:region": ((2021, 2022, 2023, 2024), 8.0)}


@case
def old_debt_beyond_the_fund() -> tuple[Instance, Rules]:
    """3, 3 and 4 are due, and 1 a year comes in: what is kept is never enough."""
    instance = make_instance(
        [quick("b", 1.0, 5.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 1.0, 1.0, 1.0, 1.0),
        pools=[make_pool(region="budget")],
        debt=[
            make_debt(2021, opening_balance=10.0, principal_due=3.0),
            make_debt(2022, principal_due=3.0),
            make_debt(2023, principal_due=4.0),
        ],
    )
    return instance, {"fund_balance:budget": ((2021, 2022, 2023), 7.0)}


@case
def a_target_after_the_life_of_what_serves_it() -> tuple[Instance, Rules]:
    """Of 5 in 2023 a new one gives 2, and the old one has ended."""
    instance = make_instance(
        [old(outputs={"km": 5.0}), quick("a", 1.0, 5.0, outputs={"km": 2.0})],
        targets=[make_target("t", "km", 5.0, 2023, hard=True)],
    )
    return instance, {"target:t": ((2023,), 3.0)}


@case
def one_crew_for_two_musts() -> tuple[Instance, Rules]:
    """Both operate in 2024, whenever they begin."""
    crew: dict[str, Any] = {"resources": {"crew": 1.0}, **MUST}
    instance = make_instance(
        [quick("a", 1.0, 5.0, **crew), quick("b", 1.0, 5.0, **crew)],
        resources=[make_resource("crew", 1.0, timing="operation")],
    )
    return instance, {
        "mandate:a": ((), 1.0),
        "mandate:b": ((), 1.0),
        "resource:crew": ((2024,), 1.0),
    }


@case
def a_must_excluded_by_what_stands() -> tuple[Instance, Rules]:
    instance = make_instance(
        [old(lifetime=30), quick("b", 1.0, 5.0, **MUST)],
        relations=[make_relation("exclusive", ["old", "b"])],
    )
    return instance, {"mandate:b": ((), 1.0), "exclusive:exclusive:old+b>": ((), 1.0)}


@case
def a_must_that_renews_what_must_be_retired() -> tuple[Instance, Rules]:
    instance = make_instance(
        [old(), quick("scrap", 1.0, **MUST), quick("new", 1.0, 5.0, **MUST)],
        relations=[
            make_relation("renews", ["old"], ["new"]),
            make_relation("retires", ["old"], ["scrap"]),
        ],
    )
    return instance, {
        "mandate:scrap": ((), 1.0),
        "mandate:new": ((), 1.0),
        "renews:renews:old>new": ((2024,), 1.0),
    }


@case
def works_that_go_on_when_the_money_ends() -> tuple[Instance, Rules]:
    """10 in six years, of which 8 come in: the last 2, of 2026, kept in time or coming in then."""
    works = make_project(
        "a",
        10.0,
        6.0,
        stage="under_construction",
        lead_time=6,
        spending_profile=(0.1, 0.1, 0.2, 0.2, 0.2, 0.2),
    )
    instance = make_instance(
        [works],
        settings={"end_year": 2030, "spending_after_plan": True},
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 2.0, 2.0, 2.0, 2.0, 0.0),
    )
    return instance, {
        "mandate:a": ((), 1.0),
        "fund_balance:budget": ((2024,), 2.0),
        "tail_service:budget": ((2026,), 2.0),
    }


@case
def a_must_beyond_a_cap_on_spending() -> tuple[Instance, Rules]:
    instance = make_instance(
        [quick("w", 6.0, 1.0, **MUST)], policies=[make_policy("spend_cap", 5.0)]
    )
    return instance, {"mandate:w": ((), 1.0), "policy:spend_cap": ((), 1.0)}


@case
def a_must_beyond_an_envelope() -> tuple[Instance, Rules]:
    instance = make_instance(
        [quick("b", 10.0, 5.0, **MUST)],
        funds=[make_fund("grant", kind="grant", envelope=5.0)],
        inflows=make_inflows("grant", 2021, 10.0),
    )
    return instance, {"mandate:b": ((), 1.0), "envelope:grant": ((), 5.0)}


@pytest.mark.parametrize("name", CASES)
def test_the_conflict_is_that_by_hand(name: str) -> None:
    instance, rules = CASES[name]()
    found = {row.rule: row for row in find_conflict(build_formulation(instance)).rules}
    assert set(found) == set(rules)
    for rule, (years, amount) in rules.items():
        assert found[rule].years == years
        assert found[rule].amount == pytest.approx(amount, abs=1e-6)
