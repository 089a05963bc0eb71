"""Contracts with private partners: repaid by the budget after the works, or by the users.

Rules: `contract`, `contract_limit`.
"""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.funding import Pool
from infraplan.models.totals import compute_totals
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.verify import verify_plan
from infraplan.optimizer.workflow import run_solve
from tests.builders import (
    edit,
    make_bond,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_pool,
    make_project,
    make_rule,
)
from tests.optimizer.engine import best

PAYMENT = 10.0 * 0.1 / (1.0 - 1.1**-4)
"""Yearly payment that repays 10 in four years at 10 %: 3.1547."""


def contract(**values):
    """A partner repaid in four level payments at 10 %."""
    fixed = {"kind": "availability", "kernel": "annuity", "pool": "ppp", "tagged": True}
    return make_bond("ppp", 4, 0.1, **(fixed | values))


def hospital(**tables):
    """A hospital of 10, paid in 2021, in works until 2023, worth 20 a year from 2024 on.

    Nothing but the contract can pay for it.
    """
    fixed = {"instruments": [contract()], "pools": [Pool(id="ppp")]}
    works = make_project("a", 10.0, 20.0, lead_time=3, latest_start=2021)
    return make_instance([works], **(fixed | tables))


def test_payments_begin_when_works_have_ended():
    found = best(hospital())
    assert found.starts == {"a": 2021}
    rows = {row.year: row for row in found.plan.debt_years if row.instrument == "ppp"}
    assert rows[2021].borrow == pytest.approx(10.0)
    for year in (2021, 2022, 2023):
        assert rows[year].balance == pytest.approx(10.0)
        assert rows[year].principal == rows[year].interest == 0.0
    for year in (2024, 2025, 2026, 2027):
        assert rows[year].principal + rows[year].interest == pytest.approx(PAYMENT)
    # 10 % of 10; then of what the first payment leaves: 10 x 1.1 - 3.1547 = 7.8453.
    assert rows[2024].interest == pytest.approx(1.0)
    assert rows[2025].interest == pytest.approx(0.78453, abs=1e-5)
    assert rows[2027].balance == pytest.approx(0.0, abs=1e-9)
    # The last payment that could be: spent in 2024, in works for two years more, four payments.
    assert max(rows) == 2024 + 2 + 4


def limited(expenditure, **rule):
    """Payments within a tenth of general expenditure, given from 2021 on by year."""
    ten = make_rule("ppp-limit", 0.1, quantity="service", item="general_expenditure", **rule)
    return hospital(
        fiscal=make_fiscal("general_expenditure", 2021, *expenditure), settings={"rules": [ten]}
    )


@pytest.mark.parametrize(
    ("expenditure", "rule", "is_built"),
    [
        ([31.6], {}, True),
        ([31.5], {}, False),
        # The last of the four payments is that of 2027, three years after the plan.
        ([40, 40, 40, 40, 40, 40, 31.5], {}, False),
        ([40, 40, 40, 40, 40, 40, 31.6, 0.0], {}, True),
        ([31.5, 31.5, 31.5, 40.0], {}, True),
        # Of the payments inside the plan there is one.
        ([40, 40, 40, 31.6, 0.0], {"through": "horizon"}, True),
    ],
)
def test_a_limit_on_payments(expenditure, rule, is_built):
    assert bool(best(limited(expenditure, **rule)).starts) is is_built


@pytest.mark.parametrize(("inflow", "is_built"), [(3.16, True), (3.15, False)])
def test_the_budget_pays_through_the_last_payment(inflow, is_built):
    instance = hospital(
        funds=[make_fund(sectors=("water",))],
        inflows=make_inflows("budget", 2021, 0.0, 0.0, 0.0, inflow),
        pools=[make_pool("ppp", region="budget")],
    )
    found = best(instance)
    assert bool(found.starts) is is_built
    if is_built:
        service = {row.year: row.service for row in found.plan.fund_years}
        assert service == pytest.approx({2021: 0.0, 2022: 0.0, 2023: 0.0, 2024: PAYMENT})


@pytest.mark.parametrize(("counted", "is_built"), [(True, False), (False, True)])
def test_a_rule_that_names_no_pool_counts_what_is_debt(counted, is_built):
    rule = make_rule("limit", 0.5)
    instance = hospital(
        pools=[Pool(id="ppp", counted=counted)],
        fiscal=make_fiscal("capacity", 2021, 10.0),
        settings={"rules": [rule]},
    )
    assert bool(best(instance).starts) is is_built
    # A rule that names the pool counts it all the same.
    named = edit(rule, terms=(edit(rule.terms[0], pools=("ppp",)),))
    instance = hospital(
        pools=[Pool(id="ppp", counted=counted)],
        fiscal=make_fiscal("capacity", 2021, 10.0),
        settings={"rules": [named]},
    )
    assert not best(instance).starts


def test_works_of_several_years_and_a_later_start():
    """10 in two years from 2022 on: 4 owed at the end of 2022, 10 in 2023, then four payments."""
    works = make_project(
        "a", 10.0, 20.0, lead_time=2, spending_profile=(0.4, 0.6), earliest_start=2022
    )
    instance = make_instance([works], instruments=[contract()], pools=[Pool(id="ppp")])
    found = best(instance)
    rows = {row.year: row for row in found.plan.debt_years if row.instrument == "ppp"}
    assert found.starts == {"a": 2022}
    assert [rows[year].balance for year in (2021, 2022, 2023)] == pytest.approx([0.0, 4.0, 10.0])
    assert rows[2023].interest == 0.0
    assert rows[2024].principal + rows[2024].interest == pytest.approx(PAYMENT)
    assert rows[2027].balance == pytest.approx(0.0, abs=1e-9)


def test_the_year_of_start_is_chosen_by_what_the_payments_allow():
    # Payments of 2024-2027 meet a limit of 0 in 2027 where works start in 2021; started in 2022
    # they run to 2028. Started in 2021 with 2027 barred nothing goes; 2023 bars a start in 2021.
    works = make_project("a", 10.0, 20.0)
    rule = make_rule("ppp-limit", 0.1, quantity="service", item="general_expenditure")
    instance = make_instance(
        [works],
        instruments=[contract()],
        pools=[Pool(id="ppp")],
        # Works of one year: started in s, payments fall into s + 1 to s + 4.
        fiscal=make_fiscal("general_expenditure", 2021, 99.0, 0.0, 99.0),
        settings={"rules": [rule]},
    )
    assert best(instance).starts == {"a": 2022}


def test_a_payment_that_is_put_off_is_seen():
    instance = hospital()
    plan = best(instance).plan
    rows = tuple(
        edit(row, principal=0.0, interest=0.0) if row.year == 2024 else row
        for row in plan.debt_years
    )
    found = verify_plan(instance, edit(plan, debt_years=rows))
    assert {violation.law for violation in found.violations} == {"debt"}


def bridge(revenue, **tables):
    """A toll bridge of 10 with net revenue from 2022 on, a concession of five years at 10 %."""
    users = contract(kind="user_pay", coverage=1.0)
    fixed = {
        "funds": [make_fund()],
        "pools": [Pool(id="ppp"), Pool(id="special")],
        "instruments": [edit(users, tenor=5)],
    }
    works = make_project("a", 10.0, 20.0, revenue=revenue, latest_start=2021)
    return make_instance([works], **(fixed | tables))


REPAID = 10.0 * 5 * 0.1 / (1.0 - 1.1**-5)
"""Five level payments that repay 10 at 10 %, together: 13.19, or 2.638 a year."""


@pytest.mark.parametrize(("revenue", "is_built"), [(2.64, True), (2.63, False), (0.0, False)])
def test_users_repay_the_partner(revenue, is_built):
    found = best(bridge(revenue))
    assert bool(found.starts) is is_built


def test_what_users_repay_is_no_debt():
    rules = [
        make_rule("none", 0.0, quantity=quantity)
        for quantity in ("balance", "service", "new_borrowing", "level_service", "unprovided")
    ]
    rules = [edit(rule, id=f"none-{number}") for number, rule in enumerate(rules)]
    instance = bridge(3.0, fiscal=make_fiscal("capacity", 2021, 10.0), settings={"rules": rules})
    plan = best(instance).plan
    assert [start.project for start in plan.starts] == ["a"]
    assert all(row.instrument.startswith("old:") for row in plan.debt_years)
    totals = compute_totals(plan, instance)
    assert totals["payments"] == pytest.approx(10.0)
    assert totals["borrowed"] == totals["debt_peak"] == 0.0


@pytest.mark.parametrize(("own", "is_built"), [(5.1, True), (4.9, False)])
def test_the_budget_pays_what_users_do_not(own, is_built):
    # Half the revenue repays half the works.
    instance = bridge(REPAID / 10, inflows=make_inflows("budget", 2021, own))
    found = best(instance)
    assert bool(found.starts) is is_built
    if is_built:
        paid = {row.source: row.amount for row in found.plan.payments}
        # What the users repay costs the budget nothing, but own money goes first all the same.
        assert paid["ppp"] + paid["budget"] == pytest.approx(10.0)
        assert paid["ppp"] <= 5.0 + 1e-6


@pytest.mark.parametrize(("revenue", "is_built"), [(2.32, True), (2.30, False)])
def test_revenue_is_pledged_once(revenue, is_built):
    """Half by a bond of five years at 0 % with coverage 1, half by the partner.

    Five years of revenue must be 5 for the bond and 13.19 / 2 for the partner, 11.595 in all.
    """
    bond = make_bond("special", 5, pool="special", tagged=True, coverage=1.0, max_share=0.5)
    users = edit(contract(kind="user_pay", coverage=1.0, max_share=0.5), tenor=5)
    instance = bridge(revenue, instruments=[bond, users])
    assert bool(best(instance).starts) is is_built


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tagged": False}, "kind"),
        ({"refinancing": True}, "kind"),
        ({"kind": "user_pay"}, "coverage"),
    ],
)
def test_contracts_belong_to_a_project_and_are_repaid(values, field):
    with pytest.raises(InconsistentInstanceError) as caught:
        hospital(instruments=[contract(**values)])
    assert {finding.column for finding in caught.value.findings} == {field}


def test_a_run_with_contracts_is_verified(tmp_path):
    users = edit(contract(kind="user_pay", coverage=1.0), id="users", tenor=5, projects=("a",))
    instance = make_instance(
        [make_project("a", 10.0, 20.0, revenue=3.0), make_project("b", 10.0, 20.0, lead_time=3)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 0.0, 0.0, 0.0, 4.0),
        pools=[make_pool("ppp", region="budget")],
        instruments=[users, contract(projects=("b",))],
    )
    outcome = run_solve(instance, SolveOptions(), tmp_path / "run")
    plan = outcome.result.require_plan()
    assert {start.project for start in plan.starts} == {"a", "b"}
    assert {row.source for row in plan.payments} == {"users", "ppp"}
    done = CliRunner().invoke(app, ["verify", str(tmp_path / "run")])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("expenditure", "promised", "built"),
    [(31.6, 0.0, 1), (31.5, 0.0, 0), (63.2, 0.0, 2), (63.2, 0.1, 1)],
)
def test_the_rule_set_on_partnerships_counts_contracts_and_promises(
    expenditure: float, promised: float, built: int
) -> None:
    """Contracts of 3.1547 a year each against a tenth of expenditure, in any pool."""
    works = [make_project(name, 10.0, 20.0, latest_start=2021) for name in ("a", "b")]
    instance = make_instance(
        works,
        instruments=[contract()],
        pools=[Pool(id="ppp", counted=False)],
        jurisdictions=make_jurisdictions("region", rule_sets=("china-ppp",)),
        fiscal=make_fiscal("general_expenditure", 2021, expenditure)
        + make_fiscal("ppp_payments", 2021, promised),
    )
    found = best(instance)
    assert len(found.starts) == built
    if built:
        assert found.plan is not None
        rule = {row.year: row for row in found.plan.rule_years if row.rule == "cn-ppp-payments"}
        assert rule[2022].value == pytest.approx(built * PAYMENT + promised)
        assert rule[2022].limit == pytest.approx(0.1 * expenditure)
