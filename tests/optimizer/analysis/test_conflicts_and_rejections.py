"""Why there is no plan, and why a project is not in it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import Jurisdiction
from infraplan.models.plan import Rejection
from infraplan.models.project import Mandate
from infraplan.models.relation import Relation
from infraplan.optimizer.analysis.conflicts import conflict_lines, find_conflict
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.loss_text import amount_text
from infraplan.optimizer.report.plan_tables import rejected_table
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.assertions import assert_bilingual
from tests.builders import (
    make_agreement,
    make_bond,
    make_demand,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_policy,
    make_project,
    make_relation,
    make_resource,
    make_share,
    make_target,
)


def rules_of(instance: Instance) -> set[str]:
    """Rules of the conflict, which must be minimal."""
    report = find_conflict(build_formulation(instance))
    assert report.is_minimal
    return {rule.rule for rule in report.rules}


def must(name: str, cost: float = 10.0, **values: object) -> object:
    return make_project(name, cost, 10, mandatory=Mandate.MUST, **values)


def test_two_mandates_and_an_exclusion() -> None:
    relation = make_relation("exclusive", ["a"], ["b"], id="either")
    found = rules_of(make_instance([must("a"), must("b"), must("c")], relations=[relation]))
    assert found == {"mandate:a", "mandate:b", "exclusive:either"}


def test_a_mandate_and_a_fund_too_small() -> None:
    instance = make_instance(
        [must("a")], funds=[make_fund()], inflows=make_inflows("budget", 2021, 4, 1)
    )
    assert rules_of(instance) == {"mandate:a", "fund_balance:budget"}


def test_a_hard_target_and_a_quota() -> None:
    projects = [make_project(n, 1, 1, outputs={"km": 5.0}, resources={"land": 2.0}) for n in "ab"]
    instance = make_instance(
        projects,
        targets=[make_target("road", "km", 10.0, 2024, hard=True)],
        resources=[make_resource("land", 3.0, per_year=False)],
        policies=[make_policy("starts_cap", 5)],
    )
    assert rules_of(instance) == {"target:road", "resource:land"}


def test_least_capital_is_a_rule_that_can_give_way() -> None:
    # 10 must be paid, half of it with capital; the fund brings 1, the bond all the rest.
    instance = make_instance(
        [must("a")],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 1),
        instruments=[make_bond()],
        settings={"capital_ratios": [CapitalRatio(id="half", ratio=0.5)]},
    )
    assert rules_of(instance) == {"mandate:a", "fund_balance:budget", "capital:a"}


def test_matching_money_is_a_rule_that_can_give_way() -> None:
    # A grant of 10 asks for as much own money beside it; there is none.
    instance = make_instance(
        [must("a")],
        funds=[make_fund(), make_fund("grant", kind="grant", matching=1.0)],
        inflows=make_inflows("grant", 2021, 10),
    )
    assert rules_of(instance) == {"mandate:a", "fund_balance:budget", "matching:grant"}


def conflict_of(instance: Instance) -> dict[str, tuple[float, tuple[int, ...]]]:
    """Amounts and years of a conflict by rule."""
    report = find_conflict(build_formulation(instance))
    assert report.is_minimal
    return {rule.rule: (rule.amount, rule.years) for rule in report.rules}


def test_the_yearly_limit_of_an_instrument_is_a_rule() -> None:
    # 10 are due in 2021, 4 may be issued.
    instance = make_instance(
        [must("a", latest_start=2021)],
        instruments=[make_bond(annual_limit=4.0)],
        years=(2021, 2021),
    )
    found = conflict_of(instance)
    assert set(found) == {"mandate:a", "annual_limit:bond"}
    assert found["annual_limit:bond"] == (pytest.approx(6.0), (2021,))


def test_the_years_of_issue_are_a_rule() -> None:
    # All 10 are due by 2021, the bond comes in 2023 and would pay then: two years late.
    instance = make_instance(
        [must("a", latest_start=2021)], instruments=[make_bond(first_year=2023, last_year=2023)]
    )
    found = conflict_of(instance)
    assert set(found) == {"mandate:a", "latest_start:a", "issue_years:bond"}
    assert found["issue_years:bond"] == (pytest.approx(10.0), (2021,))
    assert found["latest_start:a"] == (pytest.approx(2.0), (2021,))


def test_a_limit_holds_in_years_that_are_opened() -> None:
    # Neither the years nor the limit alone give 10 in 2021.
    instance = make_instance(
        [must("a", latest_start=2021)],
        instruments=[make_bond(annual_limit=4.0, first_year=2022)],
        years=(2021, 2022),
    )
    found = conflict_of(instance)
    assert "mandate:a" in found
    assert "annual_limit:bond" in found or "issue_years:bond" in found


def test_the_least_cash_of_a_fund_is_a_rule() -> None:
    # 12 come in, 10 are due and 3 must stay at the end of each of two years.
    instance = make_instance(
        [must("a")],
        funds=[make_fund(minimum_balance=3.0)],
        inflows=make_inflows("budget", 2021, 12, 0),
        years=(2021, 2022),
    )
    found = conflict_of(instance)
    assert set(found) == {"mandate:a", "fund_balance:budget", "minimum_balance:budget"}
    assert found["fund_balance:budget"][0] == pytest.approx(1.0)
    amount, years = found["minimum_balance:budget"]
    assert amount == pytest.approx(len(years))  # 1 is missing at the end of each year named
    report = find_conflict(build_formulation(instance))
    lines = conflict_lines(report.rules, "en")
    assert any("must not fall below its minimum: short by about" in line for line in lines), lines


def test_the_yearly_limit_keeps_a_project_out() -> None:
    instance = make_instance(
        [make_project("a", 10, 10, latest_start=2021), make_project("b", 10, 8, latest_start=2021)],
        instruments=[make_bond(annual_limit=12.0)],
    )
    row = rejections(instance)["b"]
    assert (row.rule, row.year) == ("annual_limit:bond", 2021)
    assert row.amount == pytest.approx(8.0)


def test_physics_that_has_no_plan_by_itself_is_named() -> None:
    instance = make_instance(
        years=(2021, 2021),
        network_nodes=[make_node("g", "plant", "p", capacity=5.0), make_node("z", "zone", "p")],
        network_links=[make_link("line", "g", "z", "p")],
        demands=[make_demand("load", "z", 1.0, "p", unserved_price=1.0)],
    )
    formulation = build_formulation(instance)
    lower = formulation.mip.col_lower.copy()
    lower[formulation.mip.columns("output[p,2021,all]").index] = 9.0
    held = replace(formulation, mip=replace(formulation.mip, col_lower=lower))
    report = find_conflict(held)
    assert report.is_minimal
    assert report.rules
    assert {rule.family for rule in report.rules} <= {"node_capacity", "flow_balance"}


def test_a_conflict_that_is_not_found_says_why() -> None:
    poor = make_instance(
        [must("a")], funds=[make_fund()], inflows=make_inflows("budget", 2021, 4, 1)
    )
    report = find_conflict(build_formulation(poor), time_limit_s=0.0)
    assert (report.rules, report.is_minimal) == ((), False)
    assert_bilingual(*report.why.both)
    assert "not found in the time left" in report.why.both[0]
    report = find_conflict(build_formulation(make_instance([make_project("a", 10, 10)])))
    assert report.rules == ()
    assert "within the solver's tolerances" in report.why.both[0]


def test_lines_name_years_and_amounts() -> None:
    instance = make_instance(
        [must("a")], policies=[make_policy("spend_cap", 4.0, name_en="Cap", name_zh="上限")]
    )
    report = find_conflict(build_formulation(instance))
    english, chinese = conflict_lines(report.rules, "en"), conflict_lines(report.rules, "zh")
    assert any("short by about" in line for line in english)
    assert any("差额约" in line for line in chinese)


def reasons(instance: Instance) -> dict[str, tuple[str, float | None]]:
    result = solve(instance, SolveOptions(gap=0.0))
    plan = result.require_plan()
    return {r.project: (r.rule, r.loss) for r in find_rejections(result.formulation, plan)}


def test_a_project_that_does_not_pay_is_left_out_for_its_value() -> None:
    # 3 x 2 - 10 = -4 in 2021, -6, -8, and -10 in 2024: never starting later is no help; the least
    # loss of forcing it in is 4.
    rule, loss = reasons(make_instance([make_project("a", 10, 2)]))["a"]
    assert rule == "value"
    assert loss == pytest.approx(4.0)


def test_a_good_project_is_left_out_by_the_budget() -> None:
    # Budget 10 for one of two: a earns 20, b 14; forced in, b takes a's place and 20 - 14 = 6 are
    # lost. The shadow price of the budget may be anything from 1.4 to 2, so the estimate is 0 to 6.
    instance = make_instance(
        [make_project("a", 10, 10), make_project("b", 10, 8)],
        policies=[make_policy("spend_cap", 10.0, id="cap")],
    )
    rule, loss = reasons(instance)["b"]
    assert rule == "policy:cap"
    assert loss is not None
    assert -1e-9 <= loss <= 6.0 + 1e-9


def test_windows_and_bans_are_reasons_too() -> None:
    instance = make_instance(
        [
            make_project("late", 1, 10, earliest_start=2023, latest_start=2024, open_by=2023),
            make_project("barred", 1, 10, mandatory=Mandate.MUST_NOT),
            make_project("in", 1, 10),
        ]
    )
    found = reasons(instance)
    assert found["late"] == ("window", None)
    assert found["barred"] == ("forbidden", None)
    assert set(found) == {"late", "barred"}


def test_what_can_never_start_has_no_value_of_its_own() -> None:
    """No year, no number: 0 would say that it just pays. A bad one that could start has one."""
    instance = make_instance(
        [
            make_project("late", 1, 10, earliest_start=2023, latest_start=2024, open_by=2023),
            make_project("barred", 1, 10, mandatory=Mandate.MUST_NOT),
            make_project("bad", 10, 2),
        ]
    )
    result = solve(instance, SolveOptions(gap=0.0))
    rows = find_rejections(result.formulation, result.require_plan())
    assert {row.project: row.best_npv for row in rows} == {
        "late": None,
        "barred": None,
        "bad": pytest.approx(-4.0),
    }
    table = rejected_table(make_run(instance, result.require_plan(), {}, rows))
    assert [pd.isna(cell) for cell in table.frame["best_npv"]] == [False, True, True]


def rejections(instance: Instance) -> dict[str, Rejection]:
    result = solve(instance, SolveOptions(gap=0.0))
    found = find_rejections(result.formulation, result.require_plan(), bound=result.bound)
    return {row.project: row for row in found}


def test_a_rival_of_a_mandatory_project_cannot_be_forced_in() -> None:
    relation = make_relation("exclusive", ["a"], ["b"], id="either")
    row = rejections(make_instance([must("a"), make_project("b", 10, 8)], relations=[relation]))[
        "b"
    ]
    assert (row.rule, row.others, row.can_be_forced) == ("exclusive:either", ("a",), False)
    assert (row.loss, row.loss_low, row.loss_high) == (None, None, None)


def test_a_rival_of_a_chosen_project_can_be_forced_in_at_a_loss() -> None:
    # a is worth 3 x 10 - 10 = 20, b 3 x 8 - 10 = 14.
    relation = make_relation("exclusive", ["a"], ["b"], id="either")
    projects = [make_project("a", 10, 10), make_project("b", 10, 8)]
    row = rejections(make_instance(projects, relations=[relation]))["b"]
    assert (row.rule, row.others, row.can_be_forced) == ("exclusive:either", ("a",), True)
    assert row.loss == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("relation", "rule", "others", "amount"),
    [
        (make_relation("exclusive", ["a"], ["b"], id="either"), "exclusive:either", ("a",), None),
        (
            make_relation("requires", ["pre"], ["b"], id="needs"),
            "precedence:needs:b:pre",
            ("pre",),
            1.0,
        ),
    ],
)
def test_what_no_money_would_help_is_told_before_money_that_is_short(
    relation: Relation, rule: str, others: tuple[str, ...], amount: float | None
) -> None:
    """Beside the must there is money for no other project; with any money b stays out."""
    projects = [
        must("a", latest_start=2021),
        make_project("b", 10, 8, latest_start=2021),
        make_project("pre", 1, 1, mandatory=Mandate.MUST_NOT),
    ]
    instance = make_instance(
        projects,
        relations=[relation],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 10.0, 0, 0, 0),
    )
    row = rejections(instance)["b"]
    assert (row.rule, row.others, row.can_be_forced) == (rule, others, False)
    assert row.amount == amount  # of the prerequisite what it costs; an exclusion has none


def test_what_loses_is_told_before_money_that_is_short() -> None:
    """b loses 10 - 3 x 2 = 4, and there is no money for it beside the must."""
    instance = make_instance(
        [must("a", latest_start=2021), make_project("b", 10, 2, latest_start=2021)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 10.0, 0, 0, 0),
    )
    row = rejections(instance)["b"]
    assert (row.rule, row.amount, row.can_be_forced) == ("value", pytest.approx(4.0), False)


def test_money_that_is_short_is_told_before_what_partners_agreed_on() -> None:
    """a is to pay 6 and to make good the loss of b: 4 less a fifth of 12. It has too little."""
    instance = make_instance(
        [make_project("x", 10, 4, jurisdiction="a", latest_start=2021)],
        jurisdictions=[Jurisdiction(id="a"), Jurisdiction(id="b")],
        funds=[make_fund("fa", jurisdiction="a"), make_fund("fb", jurisdiction="b")],
        inflows=[
            *make_inflows("fa", 2021, 7.0, 0, 0, 0),
            *make_inflows("fb", 2021, 100.0, 0, 0, 0),
        ],
        shares=[make_share("x", "b", 0.4, benefit_share=0.2)],
        agreements=[make_agreement("x", consent="project", compensation=True)],
    )
    row = rejections(instance)["x"]
    assert (row.rule, row.can_be_forced) == ("fund_balance:fa", False)
    assert row.amount == pytest.approx(6.0 + 1.6 - 7.0)


def test_a_prerequisite_that_is_out_is_named() -> None:
    # "first" loses 3 x 1 - 10 = -7 and pulls "then" (3 x 1 - 1 = 2 when first opens in 2022: 2 in
    # 2022, 1 year less of benefit, so 2 x 1 - 1 = 1) down: together 1 - 7 = -6.
    relation = make_relation("finish_to_start", ["first"], ["then"], id="order")
    projects = [make_project("first", 10, 1), make_project("then", 1, 1)]
    rows = rejections(make_instance(projects, relations=[relation]))
    assert rows["then"].rule == "precedence:order:then:first"
    assert rows["then"].others == ("first",)
    # No year would help: what is out costs 10.
    assert (rows["then"].year, rows["then"].amount) == (None, 10.0)
    assert amount_text(rows["then"])[0] == "what is out costs 10.00"
    assert rows["then"].loss == pytest.approx(6.0)
    assert (rows["first"].rule, rows["first"].amount) == ("value", pytest.approx(7.0))


def test_the_fund_that_is_short_is_named_with_its_year_and_amount() -> None:
    # 12 come in 2021 and nothing later; a takes 10 of them, b needs 10: 8 are short, from 2021 on.
    instance = make_instance(
        [make_project("a", 10, 10, latest_start=2021), make_project("b", 10, 8, latest_start=2021)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 12, 0, 0, 0),
    )
    row = rejections(instance)["b"]
    assert (row.rule, row.year) == ("fund_balance:budget", 2021)
    assert row.amount == pytest.approx(8.0)
    assert row.loss == pytest.approx(6.0)


def test_what_two_musts_lack_by_their_latest_start_is_told_with_the_window() -> None:
    # 10 come in each of 2026 and 2027; a and c cost 30 and must start by 2027, so 10 are short.
    # With a year more for either, the money of 2028 pays.
    instance = make_instance(
        [must("a", 15.0, latest_start=2027), must("c", 15.0, latest_start=2027)],
        years=(2026, 2030),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2026, 10, 10, 10, 10, 10),
    )
    report = find_conflict(build_formulation(instance))
    assert report.is_minimal
    found = {rule.rule: (rule.amount, rule.years) for rule in report.rules}
    assert set(found) == {
        "mandate:a", "mandate:c", "latest_start:a", "latest_start:c", "fund_balance:budget"
    }  # fmt: skip
    assert found["fund_balance:budget"][0] == pytest.approx(10.0)
    assert found["latest_start:a"] == (pytest.approx(1.0), (2027,))
    lines = conflict_lines(report.rules, "en")
    assert "a may not start after its latest start: short by about 1 year (2027)" in lines
    assert any("budget" in line and "short by about 10" in line for line in lines)
