"""Stress test of a plan, by hand."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from optimizer.analysis.stress import StressCase, standard_cases, stress_plan
from optimizer.cli.main import app
from optimizer.solve import solve
from optimizer.solve_result import SolveOptions
from optimizer.workflow import run_solve
from tests.builders import (
    make_bond,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
    make_rule,
)


def instance(**tables):
    """Own revenue of 10 a year, 2021-2024; a project of 8 in 2021."""
    fixed = {
        "funds": [make_fund()],
        "inflows": make_inflows("budget", 2021, 10, 10, 10, 10),
    }
    return make_instance([make_project("a", 8.0, 9.0)], **(fixed | tables))


def outcome(problem, **case):
    plan = solve(problem).require_plan()
    (found,) = stress_plan(problem, plan, [StressCase("case", **case)])
    return found


def test_revenue_falls_below_what_is_paid():
    # 7 comes in, 8 is paid in 2021: 1 is missing then; 6 of cash at the end of 2022.
    found = outcome(instance(), revenue=0.3)
    (breach,) = found.breaches
    assert (breach.rule, breach.year) == ("fund_balance:budget", 2021)
    assert breach.missing == pytest.approx(1.0)
    assert breach.worst == pytest.approx(1.0)
    assert found.least_cash == pytest.approx(-1.0)
    assert found.least_cash_year == 2021


def test_a_plan_with_room_holds():
    assert outcome(instance(), revenue=0.2).holds
    assert outcome(instance(), land=0.9).holds


def test_land_money_falls_in_land_funds_alone():
    land = [make_fund(kind="land")]
    assert outcome(instance(funds=land), revenue=0.9).holds
    found = outcome(instance(funds=land), land=0.5)
    # 5 comes in, 8 is paid.
    assert found.breaches[0].missing == pytest.approx(3.0)


def borrowing(**tables):
    """The project is paid by a three-year bullet at 5 %, served by the fund of 3 a year."""
    fixed = {
        "funds": [make_fund(max_share=0.0)],
        "inflows": make_inflows("budget", 2021, 3, 3, 3, 3),
        "pools": [make_pool(region="budget")],
        "instruments": [make_bond(tenor=3, rate=0.05)],
    }
    return make_instance([make_project("a", 8.0, 9.0)], **(fixed | tables))


def test_dearer_debt_is_served_from_the_same_money():
    # Interest 0.4 in 2022 and 2023, 8.4 in 2024: 12 - 9.2 = 2.8 is left. At 17 %: 1.36, 1.36 and
    # 9.36 of 12: 0.08 is missing in 2024.
    assert outcome(borrowing(), rate=0.1).holds
    found = outcome(borrowing(), rate=0.12)
    (breach,) = found.breaches
    assert breach.year == 2024
    assert breach.missing == pytest.approx(0.08)
    assert found.peak_service == pytest.approx(9.36)
    assert found.peak_service_year == 2024
    assert found.peak_service_share == pytest.approx(9.36 / 3.0)


def test_a_rule_on_revenue_breaks_when_revenue_falls():
    # Debt of 8 may be up to 80 % of a revenue of 12 (9.6); of 8.4 it may be 6.72: 1.28 too much.
    rule = make_rule("limit", ratio=0.8)
    items = make_fiscal("general_revenue", 2021, 12.0)
    rule = rule.model_copy(
        update={"base": (rule.base[0].model_copy(update={"item": "general_revenue"}),)}
    )
    problem = borrowing(fiscal=items, settings={"rules": [rule]})
    found = outcome(problem, revenue=0.3, land=0.5)
    broken = {breach.rule: breach for breach in found.breaches}
    assert broken["limit"].year == 2021
    assert broken["limit"].missing == pytest.approx(8.0 - 0.8 * 8.4)


def test_debt_after_the_plan_is_served_from_later_income():
    # A five-year bullet of 8 falls due in 2026, after the plan: 8 + 0.4 x 1 against 3 and growth 0.
    problem = borrowing(instruments=[make_bond(tenor=3, rate=0.05)])
    plan = solve(problem).require_plan()
    longer = problem.model_copy(update={"instruments": (make_bond(tenor=5, rate=0.05),)})
    (found,) = stress_plan(longer, plan, [StressCase("case")])
    (breach,) = found.breaches
    assert (breach.rule, breach.year) == ("tail_service:budget", 2026)
    assert breach.missing == pytest.approx(8.4 - 3.0)


def test_standard_cases_are_those_asked_for():
    names = [case.name for case in standard_cases()]
    assert names == ["base", "revenue", "land", "rate", "all"]
    assert standard_cases()[-1] == StressCase("all", revenue=0.3, land=0.5, rate=0.02)


def test_command_line(tmp_path):
    run_solve(borrowing(), SolveOptions(), tmp_path / "run")
    runner = CliRunner()
    done = runner.invoke(app, ["stress", str(tmp_path / "run"), "--rate", "0.12", "--json"])
    assert done.exit_code == 0
    cases = {row["case"]: row for row in json.loads(done.stdout)["cases"]}
    assert cases["base"]["holds"]
    assert cases["rate"]["first_breach_year"] == 2024
    for lang, word in (("en", "holds"), ("zh", "全部成立")):
        shown = runner.invoke(app, ["stress", str(tmp_path / "run"), "--lang", lang])
        assert word in shown.stdout
