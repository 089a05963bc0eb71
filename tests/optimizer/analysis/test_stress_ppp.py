"""A concession that is called: the government repays the partner, by hand."""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.stress import standard_cases, stress_plan
from infraplan.optimizer.analysis.stress_ppp import call_concession, largest_concession
from infraplan.optimizer.verify import recompute_plan
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
)
from tests.optimizer.engine import best

USERS = {"kind": "user_pay", "tagged": True, "coverage": 1.0, "pool": "partner"}


def conceded(**tables: object) -> Instance:
    """Two works of 10 and 4 in 2021 with revenue of 5 a year, paid by a partner at 10 %, bullet 3.

    The budget of 3 a year may pay for nothing, and serves general debt.
    """
    fixed = {
        "funds": [make_fund(max_share=0.0)],
        "inflows": make_inflows("budget", 2021, 3, 3, 3, 3),
        "pools": [make_pool(region="budget"), make_pool("partner")],
        "instruments": [make_bond("users", tenor=3, rate=0.1, **USERS)],
    }
    projects = [
        make_project("large", 10, 9, revenue=5.0, latest_start=2021),
        make_project("small", 4, 9, revenue=5.0, latest_start=2021),
    ]
    return make_instance(projects, **(fixed | tables))


def test_the_largest_concession_is_called() -> None:
    instance = conceded()
    plan = best(instance).plan
    assert plan is not None
    found = largest_concession(instance, plan)
    assert found is not None
    assert (found.instrument, found.project) == ("users", "large")
    assert found.amount == pytest.approx(10.0)
    cases = standard_cases(ppp=True)
    outcomes = {row.case.name: row for row in stress_plan(instance, plan, cases)}
    assert list(outcomes) == ["base", "revenue", "land", "rate", "ppp", "all"]
    assert outcomes["base"].holds
    assert outcomes["base"].peak_service == 0.0  # the users pay
    # Interest 1 in 2022 and 2023, 11 in 2024: 4 x 3 less 13 leave 1 missing in 2024.
    called = outcomes["ppp"]
    (breach,) = called.breaches
    assert (breach.rule, breach.year) == ("fund_balance:budget", 2024)
    assert breach.missing == pytest.approx(1.0)
    assert called.peak_service == pytest.approx(11.0)
    assert called.peak_service_year == 2024
    # All together: 2.1 a year come in, 12 % are charged: 8.4 against 1.2 + 1.2 + 11.2 = 13.6.
    assert outcomes["all"].shortfall == pytest.approx(13.6 - 8.4)


def test_a_called_concession_is_debt_in_the_verifiers_books_too() -> None:
    instance = conceded()
    plan = best(instance).plan
    assert plan is not None
    found = largest_concession(instance, plan)
    assert found is not None
    changed, issues = call_concession(instance, plan, found)
    read = recompute_plan(changed, plan.model_copy(update={"issues": issues}))
    debt = {
        row.year: (row.principal + row.interest, row.balance)
        for row in read.debt_years
        if row.instrument == "users:called"
    }
    assert debt[2022] == pytest.approx((1.0, 10.0))
    assert debt[2024] == pytest.approx((11.0, 0.0))


def test_without_a_concession_nothing_is_called() -> None:
    instance = conceded(instruments=[make_bond(tenor=3)])
    plan = best(instance).plan
    assert plan is not None
    assert largest_concession(instance, plan) is None
    assert "ppp" not in [case.name for case in standard_cases()]
