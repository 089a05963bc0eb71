"""Plans made to deceive or to crash the verifier: each is answered with a named law."""

from __future__ import annotations

import math
from typing import Any

import pytest

from infraplan.models.network import NetworkNode
from infraplan.models.plan import (
    DebtYear,
    FundYear,
    Issue,
    ObjectiveTerm,
    Payment,
    Plan,
    ProjectStart,
    ServiceYear,
)
from infraplan.optimizer.verify import find_differences, verify_manifest, verify_plan
from tests.assertions import assert_breaks, broken_laws
from tests.builders import (
    edit,
    make_bond,
    make_fund,
    make_instance,
    make_issue,
    make_payment,
    make_plan,
    make_project,
    make_start,
)
from tests.optimizer.verify.small_plan import small_instance, small_plan


def _laws(plan: Plan) -> set[str]:
    return broken_laws(verify_plan(small_instance(), plan).violations)


JUNK: list[Any] = [math.nan, math.inf, -math.inf, 1e300, -1e300, 10**400, "12", None, True]


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("table", ["payments", "issues"])
def test_amounts_that_are_no_money(table: str, junk: Any) -> None:
    plan = small_plan()
    rows = getattr(plan, table)
    changed = (edit(rows[0], amount=junk), *rows[1:])
    assert "record" in _laws(edit(plan, **{table: changed}))


@pytest.mark.parametrize("junk", [math.nan, math.inf, 2021.5, "2021", None, True])
@pytest.mark.parametrize("table", ["starts", "payments", "issues"])
def test_years_that_are_none(table: str, junk: Any) -> None:
    plan = small_plan()
    rows = getattr(plan, table)
    field = "start" if table == "starts" else "year"
    changed = (edit(rows[0], **{field: junk}), *rows[1:])
    assert "record" in _laws(edit(plan, **{table: changed}))


@pytest.mark.parametrize("year", [-(10**9), 0, 1900, 2020, 2025, 10**9])
def test_years_far_outside_the_plan(year: int) -> None:
    plan = small_plan()
    start = edit(plan.starts[0], start=year, finish=year + 1, opening=year + 2)
    assert "window" in _laws(edit(plan, starts=(start, plan.starts[1])))
    issue = edit(plan.issues[0], year=year)
    assert "issue_use" in _laws(edit(plan, issues=(issue, plan.issues[1])))
    payment = edit(plan.payments[0], year=year)
    assert "sources_uses" in _laws(edit(plan, payments=(payment, *plan.payments[1:])))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (
            "starts",
            ProjectStart(project="ghost", option="base", start=2021, finish=2021, opening=2022),
        ),
        (
            "starts",
            ProjectStart(project="A", option="ghost", start=2021, finish=2021, opening=2022),
        ),
        ("payments", make_payment("ghost", 2021, 1.0, "budget")),
        ("payments", make_payment("A", 2021, 1.0, "ghost")),
        ("payments", make_payment("A", 2021, 1.0, "budget", kind="instrument")),
        ("payments", make_payment("A", 2021, 1.0, "bond", kind="fund")),
        ("payments", make_payment("A", 2021, 1.0, "budget", kind="outside")),
        ("payments", make_payment("A", 2021, 1.0, "budget", jurisdiction="ghost")),
        ("payments", make_payment("A", 2021, 30.0, "budget")),  # stands twice
        ("issues", make_issue("ghost", 2021, 1.0)),
        ("issues", make_issue("bond", 2021, 1.0, "ghost")),
        ("issues", make_issue("bond", 2021, 10.0)),  # stands twice
    ],
)
def test_unknown_ids_and_rows_that_stand_twice(table: str, row: Any) -> None:
    plan = small_plan()
    assert "record" in _laws(edit(plan, **{table: (*getattr(plan, table), row)}))


def test_a_project_started_twice_in_the_same_option() -> None:
    plan = small_plan()
    again = edit(plan.starts[0], start=2022, finish=2023, opening=2024)
    assert _laws(edit(plan, starts=(*plan.starts, again))) == {"choose_one"}


def test_rows_that_are_no_rows() -> None:
    """Rows made without validation, with fields that are nothing, end in violations too."""
    plan = small_plan()
    for table, row in (
        (
            "starts",
            ProjectStart.model_construct(
                project=None, option=None, start=None, finish=None, opening=None
            ),
        ),
        (
            "payments",
            Payment.model_construct(
                project=None, jurisdiction=None, kind=None, source=None, year=None, amount=None
            ),
        ),
        ("issues", Issue.model_construct(instrument=None, project=None, year=None, amount=None)),
        (
            "fund_years",
            FundYear.model_construct(
                fund=None,
                year=None,
                opening=None,
                inflow=None,
                interest=None,
                use=None,
                service=None,
                lapse=None,
                closing=None,
            ),
        ),
        (
            "debt_years",
            DebtYear.model_construct(
                jurisdiction=None,
                pool=None,
                instrument=None,
                year=None,
                borrow="a",
                principal=None,
                interest=None,
                balance=[],
            ),
        ),
        ("objective_terms", ObjectiveTerm.model_construct(term=None, subject=None, value={})),
    ):
        changed = edit(plan, **{table: (*getattr(plan, table), row)})
        assert _laws(changed), table
        assert find_differences(plan, changed)
        verify_manifest(small_instance(), changed, {}, "")


def test_payments_that_cancel_out_are_seen() -> None:
    """A negative payment may not balance one that is too large."""
    instance = make_instance(
        [make_project("p")],
        funds=[make_fund(opening_balance=100.0), make_fund("land", opening_balance=100.0)],
    )
    plan = make_plan(
        instance,
        [make_start(instance, "p", 2021)],
        [make_payment("p", 2021, 15.0, "budget"), make_payment("p", 2021, -5.0, "land")],
    )
    assert_breaks(instance, plan, "sources_uses")


def test_issues_that_cancel_out_are_seen() -> None:
    """A negative issue of one year may not lower the debt of another."""
    instance = make_instance(
        [make_project("p")], funds=[make_fund(opening_balance=100.0)], instruments=[make_bond()]
    )
    plan = make_plan(
        instance,
        [make_start(instance, "p", 2021)],
        [make_payment("p", 2021, 10.0, "budget")],
        [make_issue("bond", 2022, -5.0)],
    )
    assert "issue_use" in broken_laws(verify_plan(instance, plan).violations)


def test_a_small_change_is_not_drowned_by_a_large_account() -> None:
    """One per cent of 10 is seen next to ten thousand million in the same account."""
    instance = make_instance(
        [make_project("p"), make_project("q", 1e10)],
        funds=[make_fund(opening_balance=2e10)],
        instruments=[make_bond()],
    )
    plan = make_plan(
        instance,
        [make_start(instance, "p", 2021), make_start(instance, "q", 2022)],
        [
            make_payment("p", 2021, 10.0, "bond", kind="instrument"),
            make_payment("q", 2022, 1e10, "bond", kind="instrument"),
        ],
        [make_issue("bond", 2021, 10.0), make_issue("bond", 2022, 1e10)],
    )
    assert verify_plan(instance, plan).ok
    payments = (edit(plan.payments[0], amount=10.1), plan.payments[1])
    assert_breaks(instance, edit(plan, payments=payments), "sources_uses", "issue_use")
    rows = tuple(
        edit(row, balance=10.1) if (row.instrument, row.year) == ("bond", 2021) else row
        for row in plan.debt_years
    )
    assert_breaks(instance, edit(plan, debt_years=rows), "debt")


def test_terms_that_cancel_out_are_seen() -> None:
    """Two false terms with the right sum break their laws, the objective being right."""
    plan = small_plan()
    terms = list(plan.objective_terms)
    terms[0] = edit(terms[0], value=terms[0].value + 5.0)
    terms[1] = edit(terms[1], value=terms[1].value - 5.0)
    assert _laws(edit(plan, objective_terms=tuple(terms))) == {"benefit", "construction"}


def test_invented_terms_and_rows_are_seen() -> None:
    plan = small_plan()
    for term in ("service", "benefit", "magic"):
        row = ObjectiveTerm(term=term, subject="A2", value=1.0)
        assert _laws(edit(plan, objective_terms=(*plan.objective_terms, row)))
    # Debt and funds of others than the plan's.
    other = edit(plan.debt_years[-1], instrument="loan", borrow=0.0)
    assert _laws(edit(plan, debt_years=(*plan.debt_years, other))) == {"debt"}
    later = edit(plan.fund_years[-1], year=2025)
    assert _laws(edit(plan, fund_years=(*plan.fund_years, later))) == {"fund_balance"}


def test_an_empty_plan_of_an_instance_with_rules_is_not_complete() -> None:
    """Leaving out the accounts does not leave out the laws."""
    empty = Plan(instance="test", objective=-10.24)
    found = _laws(empty)
    assert {"fund_balance", "debt", "ceiling", "quota", "debt_rule", "target"} <= found


def test_numbers_too_large_for_the_machine_are_no_excuse() -> None:
    """Inflation of 1000 % a year since 1900 overflows; the plan fails instead of the program."""
    instance = make_instance(
        [make_project("p")],
        years=(2290, 2293),
        settings={"inflation": 10.0, "price_year": 1900, "cost_escalation": 10.0},
        funds=[make_fund(opening_balance=100.0, basis="real")],
        instruments=[make_bond(tenor=5, rate=10.0, kernel="annuity")],
    )
    plan = Plan(
        instance="test",
        starts=(make_start(instance, "p", 2290),),
        payments=(make_payment("p", 2290, 10.0, "bond", kind="instrument"),),
        issues=(make_issue("bond", 2290, 10.0),),
        objective=0.0,
    )
    found = broken_laws(verify_plan(instance, plan).violations)
    assert {"sources_uses", "construction", "objective"} <= found
    assert verify_manifest(instance, plan, {"totals": {}}, "")


def test_infinite_rows_agree_with_nothing() -> None:
    plan = small_plan()
    for value in (math.inf, -math.inf, math.nan):
        changed = edit(plan, objective=value)
        assert _laws(changed) == {"objective"}
        assert find_differences(changed, changed)


def test_a_derived_number_that_no_float_can_hold() -> None:
    plan = small_plan()
    row = edit(plan.fund_years[0], closing=10**400)
    assert _laws(edit(plan, fund_years=(row, *plan.fund_years[1:]))) == {"fund_balance"}


def test_service_that_no_network_gives_is_refused() -> None:
    """The town has no demand: nothing can be served there, and no value comes of it."""
    instance = make_instance(
        [make_project("p")],
        network_nodes=[NetworkNode(id="town", network="water", kind="water")],
    )
    row = ServiceYear(network="water", element="town", measure="served", year=2021, value=1.0)
    plan = make_plan(instance)
    assert_breaks(instance, edit(plan, service=(row,)), "network")
    term = ObjectiveTerm(term="service", subject="water", value=5.0)
    assert not verify_plan(instance, edit(plan, objective_terms=(term,), objective=5.0)).ok
