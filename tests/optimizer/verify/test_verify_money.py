"""Payments, funds and debt, each number derived in a comment."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from infraplan.models.debt_rule import Quantity
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.verify.debt import outstanding, read_debt, service_of_one
from infraplan.optimizer.verify.funds import inflow
from infraplan.optimizer.verify.limits import item_value
from infraplan.optimizer.verify.problem_data import ProblemData
from tests.assertions import assert_breaks, assert_verified
from tests.builders import (
    REGION,
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
    make_share,
    make_start,
)


def test_qijiang_2020() -> None:
    """Published debt table of Qijiang district, 2020, in 100 million CNY.

    General: 48.99 + 14.39 - 11.41 = 51.97; special: 16.97 + 16.19 - .69 = 32.47 (the district's
    published final accounts of 2020).
    """
    instance = make_instance(
        [make_project("works", 14.39), make_project("station", 16.19)],
        years=(2020, 2020),
        instruments=[
            make_bond("general-bond", 10, 0.03),
            make_bond("special-bond", 15, 0.035, pool="special", tagged=True),
        ],
        debt=[
            make_debt(2020, opening_balance=48.99, principal_due=11.41),
            make_debt(2020, pool="special", opening_balance=16.97, principal_due=0.69),
        ],
    )
    plan = make_plan(
        instance,
        [make_start(instance, name, 2020) for name in ("works", "station")],
        [
            make_payment("works", 2020, 14.39, "general-bond", kind="instrument"),
            make_payment("station", 2020, 16.19, "special-bond", kind="instrument"),
        ],
        [
            make_issue("general-bond", 2020, 14.39),
            make_issue("special-bond", 2020, 16.19, "station"),
        ],
    )
    assert_verified(instance, plan)
    owed = {
        pool: sum(row.balance for row in plan.debt_years if (row.pool, row.year) == (pool, 2020))
        for pool in ("general", "special")
    }
    assert owed == {"general": pytest.approx(51.97), "special": pytest.approx(32.47)}
    # A balance of 52.07 in the files is seen.
    rows = tuple(
        edit(row, balance=row.balance + 0.1)
        if (row.instrument, row.year) == ("general-bond", 2020)
        else row
        for row in plan.debt_years
    )
    assert_breaks(instance, edit(plan, debt_years=rows), "debt")


KERNELS: list[tuple[dict[str, Any], list[float]]] = [
    ({"kernel": "bullet", "tenor": 3}, [1.0, 1.0, 1.0, 0.0]),
    ({"kernel": "equal_principal", "tenor": 4}, [1.0, 0.75, 0.5, 0.25, 0.0]),
    ({"kernel": "equal_principal", "tenor": 3, "grace": 1}, [1.0, 1.0, 0.5, 0.0]),
    # Level payment p with 1 = p/1.25 + p/1.25^2: p = 1/1.44; owed after one: p/1.25 = 1/1.8.
    ({"kernel": "annuity", "tenor": 2, "rate": 0.25}, [1.0, 1 / 1.8, 0.0]),
    ({"kernel": "annuity", "tenor": 3, "grace": 1, "rate": 0.25}, [1.0, 1.0, 1 / 1.8, 0.0]),
    ({"kernel": "annuity", "tenor": 4, "rate": 0.0}, [1.0, 0.75, 0.5, 0.25, 0.0]),
    ({"kernel": "schedule", "tenor": 3, "schedule": (0.5, 0.0, 0.5)}, [1.0, 0.5, 0.5, 0.0]),
]


@pytest.mark.parametrize(("values", "owed"), KERNELS)
def test_what_is_owed_by_age(values: dict[str, Any], owed: list[float]) -> None:
    assert outstanding(make_bond("k", **values)) == pytest.approx(owed)


def test_annuity_pays_the_same_every_year_after_the_grace() -> None:
    bond = make_bond("k", kernel="annuity", tenor=20, grace=5, rate=0.04)
    owed = outstanding(bond)
    service = [before - after + 0.04 * before for before, after in pairwise(owed)]
    assert service[:5] == pytest.approx([0.04] * 5)
    # Capital recovery factor of 15 years at 4 %: .04 / (1 - 1.04^-15) = .0899411.
    assert service[5:] == pytest.approx([0.0899411] * 15, rel=1e-6)


def test_service_of_one_is_principal_and_all_interest() -> None:
    # Bullet 30 years at 2.06 %: 1 + 30 x .0206.
    assert service_of_one(make_bond("k", 30, 0.0206)) == pytest.approx(1.618)


def _quantities(bond: Any, quantity: Quantity) -> list[float]:
    """The quantity in 2021-2026 of 12 issued in 2021 and 6 in 2022."""
    instance = make_instance(instruments=[bond])
    issues = [make_issue(bond.id, 2021, 12.0), make_issue(bond.id, 2022, 6.0)]
    book = read_debt(ProblemData(instance), issues, {})
    return [book.quantity(REGION, (), quantity, year) for year in range(2021, 2027)]


def test_quantities_of_a_bullet() -> None:
    # Three years at 10 %.
    bond = make_bond("k", 3, 0.1)
    assert _quantities(bond, Quantity.BALANCE) == pytest.approx([12, 18, 18, 6, 0, 0])
    assert _quantities(bond, Quantity.PRINCIPAL) == pytest.approx([0, 0, 0, 12, 6, 0])
    assert _quantities(bond, Quantity.INTEREST) == pytest.approx([0, 1.2, 1.8, 1.8, 0.6, 0])
    assert _quantities(bond, Quantity.SERVICE) == pytest.approx([0, 1.2, 1.8, 13.8, 6.6, 0])
    assert _quantities(bond, Quantity.NEW_BORROWING) == pytest.approx([12, 6, 0, 0, 0, 0])
    # (1 + 3 x .1) / 3 of each issue in each of its three years: 5.2 and 2.6.
    assert _quantities(bond, Quantity.LEVEL_SERVICE) == pytest.approx([0, 5.2, 7.8, 7.8, 2.6, 0])


def test_what_is_not_provided_for_falls_evenly() -> None:
    # 12 and 6 of three years: a third less each year, whatever is repaid when.
    expected = [12.0, 8.0 + 6.0, 4.0 + 4.0, 2.0, 0.0, 0.0]
    for kernel in ("bullet", "equal_principal"):
        bond = make_bond("b", 3, 0.1, kernel=kernel)
        assert _quantities(bond, Quantity.UNPROVIDED) == pytest.approx(expected)
    again = make_bond("b", 3, 0.1, refinancing=True, refinancing_share=1.0)
    assert _quantities(again, Quantity.UNPROVIDED) == [0.0] * 6


def test_level_service_of_all_else_is_what_is_due() -> None:
    # 4 and 2 of principal a year, interest 10 % of what was owed: 1.2; .8 + .6; .4 + .4; .2.
    bond = make_bond("k", 3, 0.1, kernel="equal_principal")
    due = [0, 4 + 1.2, 6 + 1.4, 6 + 0.8, 2 + 0.2, 0]
    assert _quantities(bond, Quantity.LEVEL_SERVICE) == pytest.approx(due)
    assert _quantities(bond, Quantity.SERVICE) == pytest.approx(due)


def test_refinancing_is_no_new_borrowing() -> None:
    bond = make_bond("k", 3, refinancing=True)
    assert _quantities(bond, Quantity.NEW_BORROWING) == pytest.approx([0] * 6)


def test_fiscal_items_are_carried_on() -> None:
    rows = (*make_fiscal("capacity", 2022, 10.0), *make_fiscal("capacity", 2025, 16.0))
    reading = ProblemData(make_instance(fiscal=rows, settings={"tail_growth": 0.5}))
    values = [item_value(reading, REGION, "capacity", year) for year in range(2021, 2028)]
    # Before the first row the first; between rows the nearest earlier; after the last it grows.
    assert values == pytest.approx([10, 10, 10, 10, 16, 24, 36])
    assert item_value(reading, REGION, "nothing", 2021) is None


def test_inflows_end_inside_the_plan_and_go_on_after_it() -> None:
    instance = make_instance(
        funds=[make_fund(basis="real")],
        inflows=make_inflows("budget", 2021, 10.0, 20.0),
        settings={"tail_growth": 0.5, "inflation": 0.25},
    )
    reading, fund = ProblemData(instance), instance.funds[0]
    # No row in 2023 and 2024: nothing; after the plan the row of 2022 grown, 20 x 1.5^3 in 2025;
    # all at 1.25 a year of inflation.
    found = [inflow(reading, fund, year) for year in range(2021, 2026)]
    assert found == pytest.approx([10, 20 * 1.25, 0, 0, 20 * 1.5**3 * 1.25**4])


def _shared() -> Instance:
    """A project of 10 led by `a`, of which `b` pays 30 %; only `b` has a fund."""
    return make_instance(
        [make_project("p", jurisdiction="a")],
        jurisdictions=make_jurisdictions("a", "b"),
        shares=[make_share("p", "b", 0.3)],
        funds=[make_fund("fund-b", jurisdiction="b", opening_balance=50.0)],
    )


def _shared_plan(instance: Instance, *payments: Any) -> Plan:
    return make_plan(instance, [make_start(instance, "p", 2021)], payments)


def test_each_payer_pays_its_share_from_its_own_sources() -> None:
    instance = _shared()
    right = [
        make_payment("p", 2021, 7.0, jurisdiction="a"),
        make_payment("p", 2021, 3.0, "fund-b", jurisdiction="b"),
    ]
    assert_verified(instance, _shared_plan(instance, *right))
    wrong: list[list[Any]] = [
        right[:1],
        [right[0], edit(right[1], amount=2.9)],
        [edit(right[0], amount=6.9), edit(right[1], amount=3.1)],
        [right[0], make_payment("p", 2021, 3.0, jurisdiction="b")],  # b has a fund
        [edit(right[0], kind="fund", source="fund-b"), right[1]],  # a takes b's money
        [right[0], edit(right[1], year=2022)],
        [right[0], edit(right[1], amount=-3.0), make_payment("p", 2021, 6.0, jurisdiction="b")],
    ]
    for payments in wrong:
        assert_breaks(instance, _shared_plan(instance, *payments), "sources_uses")


def test_nobody_pays_for_what_is_not_built() -> None:
    instance = make_instance([make_project("p")])
    plan = make_plan(instance, (), [make_payment("p", 2021, 10.0)])
    assert_breaks(instance, plan, "sources_uses")


def test_payments_are_nominal() -> None:
    # 10 at 2021 prices cost 12.5 in 2022 at 25 % inflation.
    instance = make_instance([make_project("p")], settings={"inflation": 0.25})
    start = [make_start(instance, "p", 2022)]
    assert_verified(instance, make_plan(instance, start, [make_payment("p", 2022, 12.5)]))
    assert_breaks(
        instance, make_plan(instance, start, [make_payment("p", 2022, 10.0)]), "sources_uses"
    )


def test_refinancing_does_not_pay_for_works() -> None:
    instance = make_instance(
        [make_project("p")], instruments=[make_bond("again", refinancing=True), make_bond()]
    )
    plan = make_plan(
        instance,
        [make_start(instance, "p", 2021)],
        [make_payment("p", 2021, 10.0, "again", kind="instrument")],
    )
    assert_breaks(instance, plan, "sources_uses")


@pytest.mark.parametrize("values", [{"first_year": 2022}, {"last_year": 2020}, {"sectors": ("x",)}])
def test_instruments_are_eligible_in_their_years_for_their_purpose(values: dict[str, Any]) -> None:
    instance = make_instance([make_project("p")], instruments=[make_bond(**values)])
    plan = make_plan(
        instance,
        [make_start(instance, "p", 2021)],
        [make_payment("p", 2021, 10.0, "bond", kind="instrument")],
        [make_issue("bond", 2021, 10.0)],
    )
    assert_breaks(instance, plan, "eligibility")


def test_tags_of_issues() -> None:
    """A tagged issue names the project that it pays for, any other names none."""

    def plan(tagged: bool, tag: str) -> tuple[Instance, Plan]:
        instance = make_instance(
            [make_project("p"), make_project("q")], instruments=[make_bond(tagged=tagged)]
        )
        return instance, make_plan(
            instance,
            [make_start(instance, "p", 2021)],
            [make_payment("p", 2021, 10.0, "bond", kind="instrument")],
            [make_issue("bond", 2021, 10.0, tag)],
        )

    assert_verified(*plan(True, "p"))
    assert_verified(*plan(False, ""))
    for tagged, tag in ((True, ""), (True, "q"), (False, "p")):
        assert_breaks(*plan(tagged, tag), "issue_use")


def _lapsing(lapse_years: int, *amounts: float) -> tuple[Instance, Plan]:
    """A fund that opens with 4 and gets 6 in 2021; what lapses in each year is the plan's."""
    instance = make_instance(
        funds=[make_fund(opening_balance=4.0, lapse_years=lapse_years)],
        inflows=make_inflows("budget", 2021, 6.0),
    )
    plan = make_plan(instance)
    rows, cash = [], 4.0
    for row, lapse in zip(plan.fund_years, amounts, strict=True):
        closing = cash + row.inflow - lapse
        rows.append(edit(row, opening=cash, lapse=lapse, closing=closing))
        cash = closing
    return instance, edit(plan, fund_years=tuple(rows))


def test_money_lapses_in_time() -> None:
    # 10 came in by the end of 2021; with one year it must be gone by the end of 2022.
    assert_verified(*_lapsing(1, 0.0, 10.0, 0.0, 0.0))
    assert_verified(*_lapsing(1, 3.0, 7.0, 0.0, 0.0))
    assert_breaks(*_lapsing(1, 0.0, 9.0, 1.0, 0.0), "fund_balance")
    assert_verified(*_lapsing(3, 0.0, 0.0, 0.0, 10.0))
    assert_verified(*_lapsing(4, 0.0, 0.0, 0.0, 0.0))
    assert_breaks(*_lapsing(4, 0.0, -1.0, 0.0, 0.0), "fund_balance")


def test_money_that_may_not_lapse_does_not() -> None:
    instance = make_instance(funds=[make_fund(opening_balance=4.0)])
    plan = make_plan(instance)
    rows = (edit(plan.fund_years[-1], lapse=4.0, closing=0.0),)
    assert_breaks(instance, edit(plan, fund_years=plan.fund_years[:-1] + rows), "fund_balance")


def test_without_carry_over_each_year_ends_empty() -> None:
    instance = make_instance(
        [make_project("p")],
        funds=[make_fund(carry_over=False, opening_balance=5.0, minimum_balance=3.0)],
        inflows=make_inflows("budget", 2021, 7.0, 10.0, 9.0),
    )
    # 5 + 7 less 10 in 2021 loses 2; in 2022 nothing is left of the year before.
    plan = make_plan(
        instance, [make_start(instance, "p", 2021)], [make_payment("p", 2021, 10.0, "budget")]
    )
    assert_verified(instance, plan)
    assert [row.lapse for row in plan.fund_years] == [2.0, 10.0, 9.0, 0.0]
    assert {row.closing for row in plan.fund_years} == {0.0}
    late = make_plan(
        instance, [make_start(instance, "p", 2023)], [make_payment("p", 2023, 10.0, "budget")]
    )
    assert_breaks(instance, late, "fund_balance")


def test_service_of_several_pools_less_refinancing() -> None:
    """Old debt of two pools; half of the general principal is refinanced, and repaid after."""
    instance = make_instance(
        funds=[make_fund(opening_balance=100.0)],
        inflows=make_inflows("budget", 2025, 50.0),
        pools=[make_pool("general", region="budget"), make_pool("special", region="budget")],
        instruments=[make_bond("again", 3, 0.1, refinancing=True, refinancing_share=0.5)],
        debt=[
            make_debt(2021, opening_balance=30.0, interest_due=1.0),
            make_debt(2022, principal_due=8.0),
            make_debt(2021, pool="special", opening_balance=5.0),
            make_debt(2022, pool="special", principal_due=5.0, interest_due=2.0),
        ],
    )
    plan = make_plan(instance, issues=[make_issue("again", 2022, 4.0)])
    # 2022: 8 + 5 + 2 - 4 = 11; 2023, 2024: interest .4.
    assert [row.service for row in plan.fund_years] == pytest.approx([1.0, 11.0, 0.4, 0.4])
    assert_verified(instance, plan)


def test_refinancing_of_a_pool_together() -> None:
    loans = [
        make_bond("half", 3, refinancing=True, refinancing_share=0.5),
        make_bond("most", 3, refinancing=True, refinancing_share=0.8),
    ]
    instance = make_instance(
        instruments=loans,
        debt=[make_debt(2021, opening_balance=10.0), make_debt(2022, principal_due=10.0)],
    )

    def plan(half: float, most: float) -> Plan:
        return make_plan(
            instance, issues=[make_issue("half", 2022, half), make_issue("most", 2022, most)]
        )

    assert_verified(instance, plan(5.0, 3.0))
    assert_breaks(instance, plan(5.0, 4.0), "refinancing")  # 9 of 10, at most 8
    assert_breaks(instance, plan(5.5, 1.0), "refinancing")
    assert_breaks(instance, plan(-1.0, 1.0), "refinancing")
