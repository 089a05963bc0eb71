"""Ceilings, quotas, rules of debt and coverage, each number derived in a comment."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.debt_rule import Band, ItemTerm, Quantity, QuantityTerm
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.verify import compute_totals, verify_manifest, verify_plan
from tests.assertions import assert_breaks, assert_verified
from tests.builders import (
    edit,
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_issue,
    make_jurisdictions,
    make_payment,
    make_plan,
    make_pool,
    make_project,
    make_rule,
    make_share,
    make_start,
)


def _borrow(instance: Instance, year: int = 2021, amount: float = 10.0) -> Plan:
    """Start `p` (cost 10) in `year`, borrowing `amount` of its cost."""
    rest = [make_payment("p", year, 10.0 - amount, "budget")] if amount < 10.0 else []
    return make_plan(
        instance,
        [make_start(instance, "p", year)],
        [make_payment("p", year, amount, "bond", kind="instrument"), *rest],
        [make_issue("bond", year, amount)],
    )


def _lender(settings: dict[str, Any] | None = None, **tables: Any) -> Instance:
    values = {"funds": [make_fund(opening_balance=100.0)], "instruments": [make_bond(tenor=3)]}
    return make_instance([make_project("p")], settings=settings, **(values | tables))


def test_ceilings_hold_after_their_last_year_and_not_before_the_first() -> None:
    instance = _lender(debt=[make_debt(2022, ceiling=9.0)])
    assert_breaks(instance, _borrow(instance), "ceiling")
    assert_verified(instance, _borrow(instance, amount=9.0))
    rows = [row for row in _borrow(instance).rule_years if row.rule == "ceiling:general"]
    # 2024 + tenor 3 is the last maturity.
    assert [row.year for row in rows] == list(range(2022, 2028))
    # A ceiling of the year before the plan holds on.
    earlier = _lender(debt=[make_debt(2020, ceiling=9.0)])
    assert_breaks(earlier, _borrow(earlier), "ceiling")


def test_quota_counts_only_what_uses_it() -> None:
    debt = [make_debt(2021, new_quota=5.0)]
    free = _lender(debt=debt, instruments=[make_bond(tenor=3, uses_quota=False)])
    assert_verified(free, _borrow(free))
    other = _lender(debt=[make_debt(2021, pool="special", new_quota=5.0)])
    assert_verified(other, _borrow(other))
    assert_verified(_lender(debt=debt), _borrow(_lender(debt=debt), year=2022))
    assert_breaks(_lender(debt=debt), _borrow(_lender(debt=debt)), "quota")


BANDS = (
    Band(id="green", upper=0.5),
    Band(id="red", upper=None, starts_banned=True, quota_share=0.5),
)


def _banded(opening: float, **values: Any) -> Instance:
    """Old debt over a capacity of 20; green to one half, then no starts and half the quota."""
    tables = {"fiscal": make_fiscal("capacity", 2021, 20.0), **values}
    return _lender(
        {"rules": [make_rule(bands=BANDS)]},
        debt=[
            make_debt(2021, opening_balance=opening, new_quota=10.0),
            make_debt(2022, new_quota=10.0),
        ],
        **tables,
    )


def test_the_band_of_the_year_before_the_plan_bans_starts_in_its_first() -> None:
    assert_verified(_banded(10.0), _borrow(_banded(10.0)))  # 10/20: on the line, still green
    # 10.1/20: red, no starts, and only 5 of the quota of 10 are left.
    assert_breaks(_banded(10.1), _borrow(_banded(10.1)), "band", "quota")
    assert_breaks(_banded(10.1), _borrow(_banded(10.1), amount=5.0), "band")


def test_committed_and_exempt_projects_start_in_spite_of_a_ban() -> None:
    all_but = {"start_ban_exempt": ("water", "housing")}
    listed = {"start_banned": ("road", "metro"), "start_ban_exempt": ("water",)}
    for words, values, laws in (
        (all_but, {"sector": "water"}, ()),
        (all_but, {"sector": "road", "subsector": "housing"}, ()),
        (all_but, {"mandatory": "committed"}, ()),
        (all_but, {"mandatory": "must", "stage": "under_construction"}, ()),
        (all_but, {"start_approved": True}, ()),
        (all_but, {"mandatory": "must"}, ("band",)),
        (all_but, {"sector": "road"}, ("band",)),
        (listed, {"sector": "road"}, ("band",)),
        (listed, {"sector": "rail", "subsector": "metro"}, ("band",)),
        (listed, {"sector": "rail", "subsector": "tram"}, ()),
        (listed, {"sector": "water", "subsector": "metro"}, ()),
    ):
        instance = make_instance(
            [make_project("p", **values)],
            settings={"rules": [make_rule(bands=BANDS, **words)]},
            funds=[make_fund(opening_balance=100.0)],
            debt=[make_debt(2021, opening_balance=11.0)],
            fiscal=make_fiscal("capacity", 2021, 20.0),
        )
        plan = make_plan(
            instance, [make_start(instance, "p", 2021)], [make_payment("p", 2021, 10.0, "budget")]
        )
        if laws:
            assert_breaks(instance, plan, *laws)
        else:
            assert_verified(instance, plan)


def test_above_the_last_closed_band_is_no_plan() -> None:
    rule = make_rule(bands=(Band(id="only", upper=0.4),))
    instance = _lender({"rules": [rule]}, fiscal=make_fiscal("capacity", 2021, 20.0))
    assert_breaks(instance, _borrow(instance), "band")
    assert_verified(instance, _borrow(instance, amount=8.0))


def test_the_smallest_quota_share_of_several_banded_rules_counts() -> None:
    mild = make_rule("mild", bands=(Band(id="low", upper=0.1), Band(id="high", quota_share=0.75)))
    hard = make_rule("hard", bands=(Band(id="low", upper=0.1), Band(id="high", quota_share=0.5)))
    instance = _lender(
        {"rules": [mild, hard]},
        debt=[make_debt(2021, opening_balance=11.0, new_quota=10.0)],
        fiscal=make_fiscal("capacity", 2021, 20.0),
    )
    assert_verified(instance, _borrow(instance, amount=5.0))
    assert_breaks(instance, _borrow(instance, amount=5.1), "quota")


def test_rules_are_tested_through_the_last_maturity() -> None:
    """A bullet of 2021 with tenor 6 falls due in 2027, three years after the plan."""
    tables: dict[str, Any] = {
        "instruments": [make_bond(tenor=6)],
        "fiscal": make_fiscal("revenue", 2021, 20.0),
    }
    rule = make_rule("due", 0.4, quantity="principal", item="revenue")
    instance = _lender({"rules": [rule]}, **tables)
    found = assert_breaks(instance, _borrow(instance), "debt_rule")
    assert [violation.message.split(":")[0] for violation in found] == [
        "rule due of region in 2027"
    ]
    inside = _lender({"rules": [edit(rule, through="horizon")]}, **tables)
    assert_verified(inside, _borrow(inside))
    # 8 % growth a year after the last row: 20 x 1.08^6 = 31.7, of which .4 is 12.7.
    growing = _lender({"rules": [rule], "tail_growth": 0.08}, **tables)
    assert_verified(growing, _borrow(growing))


def test_rule_with_lags_additions_and_several_terms() -> None:
    # In 2023: 2 x balance of 2022 (10) + hidden 3 <= ratio x (item of 2021: 4 + .5 x other 2).
    rule = make_rule(
        ratio=4.6,
        through="horizon",
        terms=(QuantityTerm(quantity=Quantity.BALANCE, coefficient=2.0, lag=-1),),
        additions=(ItemTerm(item="hidden"),),
        base=(ItemTerm(item="main", lag=-2), ItemTerm(item="other", coefficient=0.5)),
    )
    fiscal = (
        *make_fiscal("hidden", 2021, 3.0),
        *make_fiscal("main", 2021, 4.0, 9.0),
        *make_fiscal("other", 2021, 2.0),
    )
    instance = _lender({"rules": [rule]}, fiscal=fiscal)
    plan = _borrow(instance)
    assert_verified(instance, plan)
    rows = {row.year: (row.value, row.limit) for row in plan.rule_years if row.rule == "rule"}
    # 2021: no debt before it; 2022: 2 x 10 + 3; main of 2019-2021 is 4 (first row), of 2022 is 9.
    assert rows == {
        2021: (3.0, pytest.approx(23.0)),
        2022: (23.0, pytest.approx(23.0)),
        2023: (23.0, pytest.approx(23.0)),
        2024: (23.0, pytest.approx(46.0)),
    }


def test_rules_cover_whom_they_name_or_every_borrower() -> None:
    """`a` has a fund, `b` only debt, `c` nothing; rule sets cover who names them."""
    fiscal = [
        row for name in "abc" for row in make_fiscal("capacity", 2021, 20.0, jurisdiction=name)
    ]
    capacity = [
        row
        for name in "ab"
        for row in make_fiscal("comprehensive_capacity", 2021, 20.0, jurisdiction=name)
    ]
    jurisdictions = (
        *make_jurisdictions("a"),
        *make_jurisdictions("b", "c", rule_sets=("china",)),
    )
    instance = make_instance(
        jurisdictions=jurisdictions,
        funds=[make_fund(jurisdiction="a")],
        debt=[make_debt(2021, jurisdiction="b", opening_balance=5.0)],
        fiscal=(*fiscal, *capacity),
        settings={"rules": [make_rule("all", 1.0), make_rule("named", 1.0, jurisdictions=("c",))]},
    )
    plan = make_plan(instance)
    found = {(row.jurisdiction, row.rule) for row in plan.rule_years}
    # c names the set but has no comprehensive_capacity; nobody has the items of its other rules.
    assert found == {("a", "all"), ("b", "all"), ("c", "named"), ("b", "cn-debt-ratio")}


def test_without_a_base_there_is_no_ratio() -> None:
    instance = _lender(
        {"rules": [make_rule(ratio=0.5, bands=BANDS)]},
        fiscal=make_fiscal("capacity", 2021, 0.0),
    )
    idle = make_plan(instance)
    assert_verified(instance, idle)
    assert {row.ratio for row in idle.rule_years} == {None}
    assert_breaks(instance, _borrow(instance), "debt_rule")


def _covered(*tenors: int, **values: Any) -> Instance:
    fixed: dict[str, Any] = {"revenue": 4.0, "fixed_om_cost": 1.0}
    return make_instance(
        [make_project("p", **(fixed | values))],
        funds=[make_fund(opening_balance=100.0)],
        instruments=[make_bond(f"bond{n}", n, 0.1, tagged=True, coverage=1.0) for n in tenors],
    )


def _covered_plan(instance: Instance, **amounts: float) -> Plan:
    rest = 10.0 - sum(amounts.values())
    return make_plan(
        instance,
        [make_start(instance, "p", 2021)],
        [
            *(make_payment("p", 2021, a, k, kind="instrument") for k, a in amounts.items()),
            make_payment("p", 2021, rest, "budget"),
        ],
        [make_issue(k, 2021, a, "p") for k, a in amounts.items()],
    )


def test_coverage_by_tenor() -> None:
    # Net revenue 3 a year from 2022: 6 in two years, 12 in four. Service of one: 1.2 and 1.4.
    instance = _covered(2, 4)
    assert_verified(instance, _covered_plan(instance, bond2=5.0))
    assert_breaks(instance, _covered_plan(instance, bond2=5.1), "coverage")
    assert_verified(instance, _covered_plan(instance, bond2=5.0, bond4=4.2))
    # 1.2 x 5 + 1.4 x 4.4 = 12.16 > 12, though each alone would pass.
    assert_breaks(instance, _covered_plan(instance, bond2=5.0, bond4=4.4), "coverage")


def test_coverage_counts_ramp_growth_inflation_and_losses() -> None:
    # 2022: 4 x 1.5 x .5 - 1 = 2; 2023: 4 x 2.25 - 1 = 8; at 25 % inflation x 1.25 and x 1.5625.
    instance = make_instance(
        [make_project("p", revenue=4.0, fixed_om_cost=1.0, revenue_growth=0.5, ramp_up=(0.5,))],
        settings={"inflation": 0.25},
        funds=[make_fund(opening_balance=100.0)],
        instruments=[make_bond("bond2", 2, tagged=True, coverage=2.0)],
    )
    # 2 x amount <= 2.5 + 12.5 = 15.
    assert_verified(instance, _covered_plan(instance, bond2=7.5))
    assert_breaks(instance, _covered_plan(instance, bond2=7.6), "coverage")
    loss = _covered(2, revenue=0.5)
    assert_verified(loss, _covered_plan(loss))
    assert_breaks(loss, _covered_plan(loss, bond2=0.1), "coverage")


def test_coverage_sums_over_all_payers() -> None:
    """Two payers may not both pledge the same revenue."""
    instance = make_instance(
        [make_project("p", revenue=4.0, fixed_om_cost=1.0, jurisdiction="a")],
        jurisdictions=make_jurisdictions("a", "b"),
        shares=[make_share("p", "b", 0.5)],
        instruments=[
            make_bond(f"bond-{name}", 2, tagged=True, coverage=1.0, jurisdiction=name)
            for name in "ab"
        ],
    )
    plan = make_plan(
        instance,
        [make_start(instance, "p", 2021)],
        [
            make_payment("p", 2021, 5.0, f"bond-{name}", kind="instrument", jurisdiction=name)
            for name in "ab"
        ],
        [make_issue(f"bond-{name}", 2021, 5.0, "p") for name in "ab"],
    )
    assert_breaks(instance, plan, "coverage")  # 5 each within 6, together 10 above it


def test_before_the_plan_only_balances_count() -> None:
    """Interest of the first year is not that of the year before it, nor is a lag of a balance."""
    terms = (
        QuantityTerm(quantity=Quantity.INTEREST, lag=1, coefficient=100.0),
        QuantityTerm(quantity=Quantity.BALANCE, lag=1),
    )
    rule = make_rule(terms=terms, bands=BANDS, through="horizon")
    instance = _lender(
        {"rules": [rule]},
        debt=[make_debt(2021, opening_balance=10.0, interest_due=1.0, new_quota=10.0)],
        fiscal=make_fiscal("capacity", 2021, 20.0),
    )
    # 10/20 in 2020: green, though 2021 brings interest of 1 and ten more of debt.
    assert_verified(instance, _borrow(instance))


def test_totals_tell_refinancing_from_borrowing() -> None:
    instance = make_instance(
        instruments=[make_bond("again", 3, refinancing=True)],
        debt=[make_debt(2021, opening_balance=8.0), make_debt(2022, principal_due=8.0)],
    )
    plan = make_plan(instance, issues=[make_issue("again", 2022, 6.0)])
    assert_verified(instance, plan)
    totals = compute_totals(plan, instance)
    # 8 of old debt in 2021; 6 of new from 2022 on, repaid 2025; service 8 in 2022 and 6 in 2025.
    assert (totals["borrowed"], totals["refinanced"]) == (0.0, 6.0)
    assert (totals["debt_peak"], totals["debt_service_peak"]) == (8.0, 8.0)
    manifest = {
        "instance": "test",
        "instance_hash": "h",
        "objective": 0.0,
        "num_projects": 0,
        "num_selected": 0,
        "totals": totals,
    }
    assert verify_manifest(instance, plan, manifest, "h") == ()


@pytest.mark.parametrize(("kept", "is_enough"), [(4.0, True), (3.9, False)])
def test_cash_kept_and_a_sinking_fund_serve_debt_after_the_plan(kept, is_enough) -> None:
    # 10 borrowed in 2021 fall due in 2026; `kept` is there in 2024, 3 come in 2025 and in 2026.
    instance = make_instance(
        [make_project("a")],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2024, kept, 3.0, 3.0, 0.0),
        pools=[make_pool(region="budget")],
        instruments=[make_bond(tenor=5, rate=0.0)],
    )
    payments = [make_payment("a", 2021, 10.0, "bond", kind="instrument")]
    starts = [make_start(instance, "a", 2021)]
    plan = make_plan(instance, starts, payments, [make_issue("bond", 2021, 10.0)])
    found = {violation.law for violation in verify_plan(instance, plan).violations}
    assert found == (set() if is_enough else {"service"})
