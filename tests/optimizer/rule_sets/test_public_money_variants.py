"""Questions of public money worked out by hand: capital, debt after the plan, bundles, listings."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.agreement import Agreement
from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
from infraplan.models.instance import Instance
from infraplan.models.restate import Restatement, restate
from infraplan.models.scenario import Change, Operation, Scenario
from infraplan.optimizer.analysis.stress import stress_plan
from infraplan.optimizer.analysis.stress_case import StressCase
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_pool,
    make_project,
    make_share,
)
from tests.optimizer.engine import best

CHINA = {"capital_ratios": CAPITAL_RATIO_SETS["china"]}


@pytest.mark.parametrize(
    ("words", "least"),
    [
        ({"subsector": "heliport"}, 25.0),
        ({"sector": "airport"}, 25.0),
        ({"subsector": "civil_aviation"}, 25.0),
        ({"subsector": "airport_access"}, 20.0),
        ({"subsector": "port"}, 20.0),
    ],
)
def test_works_of_airports_under_any_of_their_names(words: dict[str, Any], least: float) -> None:
    for own, is_built in ((least, True), (least - 0.5, False)):
        instance = make_instance(
            [make_project("a", 100.0, 90.0, **words)],
            settings=CHINA,
            funds=[make_fund(opening_balance=own)],
            instruments=[make_bond()],
        )
        assert bool(best(instance).starts) is is_built, own


def test_a_word_that_nobody_knows_is_told() -> None:
    def doubts(**values: Any) -> list[str]:
        instance = make_instance([make_project("a", 10.0, 9.0, subsector="runway_b")], **values)
        return [row.rule for row in find_implausibilities(instance)]

    assert "capital-subsector" in doubts(settings=CHINA)
    listed = make_jurisdictions("region", rule_sets=("china-key-province",))
    capacity = make_fiscal("comprehensive_capacity", 2021, 50.0)
    assert "capital-subsector" in doubts(jurisdictions=listed, fiscal=capacity)
    assert "capital-subsector" not in doubts()


@pytest.mark.parametrize(("most", "is_built"), [(0.2, True), (0.19, False)])
def test_a_partner_that_chooses_its_share_brings_capital(most: float, is_built: bool) -> None:
    """The state may take up to a fifth, in cash from outside; the leader can only borrow."""
    instance = make_instance(
        [make_project("a", 100.0, 90.0)],
        settings=CHINA,
        jurisdictions=make_jurisdictions("region", "state"),
        instruments=[make_bond()],
        shares=[make_share("a", "state", min_share=0.0, max_share=most)],
        agreements=[Agreement(project="a", shares="chosen")],
    )
    found = best(instance)
    assert bool(found.starts) is is_built
    assert found.plan is not None
    assert not verify_plan(instance, found.plan).violations


@pytest.mark.parametrize("rule_set", ["china", "china-yearly"])
def test_capital_may_come_last_but_not_where_it_must_keep_step(rule_set: str) -> None:
    """50 and 50 are spent; the own 20 come in the second year alone."""
    instance = make_instance(
        [make_project("a", 100.0, 90.0, lead_time=2, spending_profile=(0.5, 0.5))],
        settings={"capital_ratios": CAPITAL_RATIO_SETS[rule_set]},
        years=(2021, 2025),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2022, 20.0),
        instruments=[make_bond(tenor=10)],
    )
    starts = best(instance).starts
    assert starts["a"] == (2021 if rule_set == "china" else 2022)


@pytest.mark.parametrize(
    ("fund", "has_plan"),
    [
        ({"interest_rate": 0.05}, True),
        ({}, False),
        ({"interest_rate": 0.05, "lapse_years": 1}, False),
    ],
)
def test_a_sinking_fund_with_its_interest_repays_after_the_plan(
    fund: dict[str, Any], has_plan: bool
) -> None:
    """Old debt of 10 falls due in 2026; 9.5 at the end of 2024 grow to 9.5 x 1.05^2 = 10.47."""
    instance = make_instance(
        [make_project("a", 1.0, 0.0)],
        years=(2021, 2024),
        pools=[make_pool("old", region="budget")],
        funds=[make_fund(**fund)],
        inflows=(*make_inflows("budget", 2024, 9.5), *make_inflows("budget", 2025, 0.0)),
        debt=[
            make_debt(2021, pool="old", opening_balance=10.0),
            make_debt(2026, pool="old", principal_due=10.0),
        ],
    )
    found = best(instance)
    assert (found.plan is not None) is has_plan
    if found.plan is not None:
        assert not verify_plan(instance, found.plan).violations


def bundles() -> Instance:
    """Two bundles: `rich` covers a bond of a project without revenue, `poor` only just itself."""
    bond = {"pool": "special", "tagged": True, "coverage": 1.2, "tenor": 10, "rate": 0.03}
    return make_instance(
        [
            make_project("earns", 10.0, 30.0, revenue=4.0, latest_start=2021),
            make_project("serves", 10.0, 30.0, latest_start=2021),
            make_project("alone", 10.0, 30.0, revenue=1.8, latest_start=2021),
        ],
        years=(2021, 2024),
        pools=[make_pool("special", region="budget")],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2022, 30.0, 30.0, 30.0),
        instruments=[
            make_bond("rich", projects=("earns", "serves"), bundle="R", **bond),
            make_bond("poor", projects=("alone",), bundle="P", **bond),
        ],
    )


def test_bundles_are_tested_apart_in_a_stress_test_too() -> None:
    """Service of 10 is 13, times 1.2 15.6. R: 31.2 of 4 x 10 = 40; P: 15.6 of 18 from 2022 on."""
    instance = bundles()
    plan = best(instance).plan
    assert plan is not None
    assert {row.project for row in plan.starts} == {"earns", "serves", "alone"}
    cases = [StressCase("base"), StressCase("fifth", revenue=0.2)]
    base, fifth = stress_plan(instance, plan, cases)
    assert not [row for row in base.breaches if row.rule.startswith("coverage")]
    # A fifth less revenue: 32 still covers R, 14.4 no longer P.
    broken = {row.rule for row in fifth.breaches if row.rule.startswith("coverage")}
    assert broken == {"coverage:P"}


def test_a_listing_and_shares_keep_their_numbers_in_another_currency() -> None:
    """What is no money is left alone by an exchange, in rows and in scenarios that change them."""
    instance = make_instance(
        [make_project("a", 10.0, 9.0)],
        jurisdictions=make_jurisdictions("region", rule_sets=("china-key-province",)),
        funds=[make_fund("budget", max_share=0.5, opening_balance=3.0)],
        fiscal=[
            *make_fiscal("comprehensive_capacity", 2021, 50.0),
            *make_fiscal("high_debt_province", 2021, 1.0),
        ],
        scenarios=[
            Scenario(
                id="s",
                changes=(
                    Change(
                        table="fiscal",
                        where={"item": "high_debt_province"},
                        field="value",
                        value=0.0,
                    ),
                    Change(
                        table="fiscal",
                        where={"item": "comprehensive_capacity"},
                        field="value",
                        operation=Operation.ADD,
                        value=5.0,
                    ),
                    Change(table="funds", field="max_share", value=0.4),
                    Change(table="jurisdictions", field="rule_sets", value="china; china-ppp"),
                ),
            )
        ],
    )
    made = restate(instance, Restatement(exchange=1e-8, money_unit="x"))
    assert {row.item: row.value for row in made.fiscal} == {
        "comprehensive_capacity": pytest.approx(5e-7),
        "high_debt_province": 1.0,
    }
    first, second, third, _ = made.scenarios[0].changes
    assert (first.value, third.value) == (0.0, 0.4)
    assert second.value == pytest.approx(5e-8)
    changed = apply_scenario(made, "s")
    assert changed.jurisdictions[0].rule_sets == ("china", "china-ppp")
    assert changed.fiscal[1].value == 0.0
