"""Terms of money that never count, or that no plan can obey: one instance each."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.errors import Severity
from infraplan.models.instance import Instance
from infraplan.optimizer.estimating.idle_plausibility import idle_doubts
from infraplan.optimizer.estimating.impossible_plausibility import impossible_doubts
from infraplan.optimizer.estimating.life_plausibility import life_doubts
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from tests.assertions import assert_bilingual
from tests.builders import (
    REGION,
    make_agreement,
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_pool,
    make_project,
    make_receipt,
    make_rule,
    make_share,
)

JOINT = {"jurisdictions": make_jurisdictions(REGION, "other")}


def told(instance: Instance) -> list[tuple[str, str, int | None, str | None]]:
    found = [*idle_doubts(instance), *impossible_doubts(instance)]
    for one in found:
        assert_bilingual(one.message, one.message.zh)
        assert_bilingual(one.advice, one.advice.zh)
    assert set(map(str, found)) <= set(map(str, find_implausibilities(instance)))
    return [(d.rule, d.table, d.index, d.field) for d in found]


def plan(**tables: Any) -> Instance:
    """One project of 10 in 2021-2024, and a fund that has 9 a year."""
    given = {
        "funds": [make_fund()],
        "inflows": make_inflows("budget", 2021, 9.0, 9.0, 9.0, 9.0),
    }
    projects = tables.pop("projects", [make_project("a", 10.0, 2.0)])
    return make_instance(projects, years=(2021, 2024), **(given | tables))


def bond(**terms: Any) -> dict[str, Any]:
    return {"instruments": [make_bond(**terms)], "pools": [make_pool(**{REGION: "budget"})]}


def fund(**terms: Any) -> dict[str, Any]:
    return {"funds": [make_fund(**terms)]}


def test_a_plain_plan_is_in_no_doubt() -> None:
    assert told(plan(**bond())) == []


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (bond(last_year=2020), ("never-issued", "instruments", 0, "last_year")),
        (bond(first_year=2025), ("never-issued", "instruments", 0, "first_year")),
        (bond(first_year=2024), None),
        (
            {"settings": {"capital_ratios": [CapitalRatio(id="c", ratio=0.2, valid_to=2020)]}},
            ("never-in-force", "instance", None, "finance.capital_ratios[0]"),
        ),
        (
            {"settings": {"capital_ratios": [CapitalRatio(id="c", ratio=0.2, valid_from=2025)]}},
            ("never-in-force", "instance", None, "finance.capital_ratios[0]"),
        ),
        (
            {"settings": {"rules": [make_rule(ratio=1.0, valid_to=2020)]}},
            ("never-in-force", "instance", None, "finance.rules[0]"),
        ),
        # It tests what is still owed after the plan.
        ({"settings": {"rules": [make_rule(ratio=1.0, valid_from=2025)]}}, None),
        (bond(refinancing=True), ("refinancing-idle", "instruments", 0, "refinancing")),
        (bond(refinancing=True) | {"debt": [make_debt(2021, opening_balance=2.0, principal_due=2.0,
                                                      interest_due=0.1)]}, None),
        (
            bond(tagged=True, coverage=1.2),
            ("coverage-idle", "instruments", 0, "coverage"),
        ),
        (
            bond(tagged=True, coverage=1.2)
            | {"projects": [make_project("a", 10.0, 2.0, revenue=1.0)]},
            None,
        ),
        (bond(refinancing_share=0.5), ("term-idle", "instruments", 0, "refinancing_share")),
        (fund(reinvest=0.5), ("term-idle", "funds", 0, "reinvest")),
        (fund(reinvest=0.5) | {"receipts": [make_receipt("a", 1.0)]}, None),
        (
            JOINT | {"shares": [make_share("a", "other", min_share=0.2)], **fund()},
            ("share-limits-idle", "shares", 0, "min_share"),
        ),
        (
            {"debt": [make_debt(2021, opening_balance=8.0, ceiling=5.0, interest_due=0.1)]},
            ("ceiling-below-debt", "debt", 0, "ceiling"),
        ),
        ({"debt": [make_debt(2021, opening_balance=8.0, principal_due=3.0, ceiling=5.0,
                             interest_due=0.1)]}, None),
        (
            {"funds": [make_fund(kind="grant", matching=1.0)]},
            ("matching-alone", "funds", 0, "matching"),
        ),
        (
            {"funds": [make_fund(), make_fund("grant", kind="grant", matching=50.0)]},
            ("matching-in-per-cent", "funds", 1, "matching"),
        ),
        (
            {"funds": [make_fund(max_share=0.3), make_fund("grant", kind="grant", max_share=0.5)]},
            ("shares-of-sources", "projects", 0, "overnight_cost"),
        ),
        (fund(max_share=0.3) | bond(), None),
        (
            {"debt": [make_debt(2021, opening_balance=8.0)]},
            ("debt-without-interest", "debt", 0, "interest_due"),
        ),
    ],
)  # fmt: skip
def test_each_doubt(
    tables: dict[str, Any], expected: tuple[str, str, int | None, str] | None
) -> None:
    assert told(plan(**tables)) == ([] if expected is None else [expected])


@pytest.mark.parametrize(("share", "is_told"), [(0.9, True), (0.6, False), (0.5, False)])
def test_a_share_above_that_of_the_named_grant(share: float, is_told: bool) -> None:
    named = make_fund("grant", preset="cn-central-budget-west", max_share=share)
    found = told(plan(funds=[make_fund(), named]))
    assert found == ([("beyond-preset", "funds", 1, "max_share")] if is_told else [])


@pytest.mark.parametrize(("opened", "is_told"), [(1990, True), (1991, False)])
def test_what_ended_before_the_plan_is_noted(opened: int, is_told: bool) -> None:
    """31 years from 1990 end in 2020, from 1991 in 2021, in which the plan begins."""
    works = make_project("old", 10.0, 2.0, lifetime=31, stage="complete", opened=opened)
    notes = [d for d in life_doubts(plan(projects=[works])) if d.rule == "life-over"]
    assert bool(notes) is is_told
    for note in notes:
        assert note.severity is Severity.NOTE
        assert "old (2020)" in str(note.message)


@pytest.mark.parametrize(("consent", "is_told"), [("no", True), ("package", False)])
def test_compensation_that_nobody_asks_for(consent: str, is_told: bool) -> None:
    instance = plan(
        **JOINT,
        funds=[make_fund(), make_fund("theirs", jurisdiction="other")],
        shares=[make_share("a", "other", 0.3, benefit_share=0.3)],
        agreements=[make_agreement("a", consent=consent, compensation=True)],
    )
    found = [("compensation-idle", "agreements", 0, "compensation")]
    assert told(instance) == (found if is_told else [])


@pytest.mark.parametrize(
    ("terms", "gains", "is_told"),
    [
        ({"consent": "project"}, None, True),
        ({"consent": "project"}, 0.2, False),
        ({"consent": "project", "compensation": True}, None, False),
        ({"consent": "package"}, None, False),
    ],
)
def test_a_partner_that_can_never_consent(
    terms: dict[str, Any], gains: float | None, is_told: bool
) -> None:
    instance = plan(
        **JOINT,
        funds=[make_fund(), make_fund("theirs", jurisdiction="other")],
        shares=[make_share("a", "other", 0.3, benefit_share=gains)],
        agreements=[make_agreement("a", **terms)],
    )
    rules = [rule for rule, *_ in told(instance)]
    assert rules == (["consent-never"] if is_told else [])


def test_partners_without_money_are_noted_once() -> None:
    instance = plan(
        projects=[make_project("a", 10.0, 2.0), make_project("b", 10.0, 2.0)],
        jurisdictions=make_jurisdictions(REGION, "other", "third"),
        shares=[make_share("a", "other", 0.3), make_share("b", "other", 0.3),
                make_share("b", "third", 0.1)],
    )  # fmt: skip
    assert told(instance) == [("payer-without-money", "shares", 0, "jurisdiction")]
    (note,) = impossible_doubts(instance)
    assert note.severity is Severity.NOTE
    assert "other" in str(note.message)
    assert "third" in str(note.message)


@pytest.mark.parametrize("field", ["interest_rate"])
def test_interest_on_cash_in_per_cent(field: str) -> None:
    found = find_implausibilities(plan(**fund(**{field: 3.0})))
    assert ("rate-in-per-cent", "funds", field) in [(d.rule, d.table, d.field) for d in found]
