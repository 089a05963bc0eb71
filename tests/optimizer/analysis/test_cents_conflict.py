"""A duty that lacks cents: the rule of money that is short is named, with its year and amount."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.conflicts import conflict_lines, find_conflict
from infraplan.optimizer.analysis.held_schedule import hold_schedule
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import (
    edit,
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_policy,
    make_pool,
    make_project,
    make_start,
)

FIRST = 2021
COST = 519_780_130.52


def _duty(*inflows: float, costs: tuple[float, ...] = (COST,), **tables: object) -> Instance:
    projects = [
        make_project(f"p{k}", cost, cost / 10, lead_time=1, mandatory="must")
        for k, cost in enumerate(costs)
    ]
    return make_instance(
        projects,
        funds=[make_fund()],
        inflows=make_inflows("budget", FIRST, *inflows),
        years=(FIRST, FIRST + len(inflows) - 1),
        settings={"end_year": FIRST + 19},
        **tables,  # type: ignore[arg-type]
    )


def _told(instance: Instance) -> dict[str, tuple[tuple[int, ...], float]]:
    result = solve(instance, SolveOptions(gap=0.0))
    assert result.plan is None
    assert result.termination.is_proof_of_no_plan
    found = find_conflict(result.formulation)
    assert found.is_minimal
    return {rule.rule: (rule.years, rule.amount) for rule in found.rules}


def test_a_budget_two_cents_short_of_a_duty_is_named() -> None:
    told = _told(_duty(519_780_130.50))
    assert set(told) == {"mandate:p0", "fund_balance:budget"}
    years, amount = told["fund_balance:budget"]
    assert years == (FIRST,)
    assert amount == pytest.approx(0.02, abs=1e-6)


def test_the_words_say_the_year_and_the_cents_in_both_languages() -> None:
    result = solve(_duty(519_780_130.50), SolveOptions(gap=0.0))
    rules = find_conflict(result.formulation).rules
    for lang in ("en", "zh"):
        (line,) = [line for line in conflict_lines(rules, lang) if "0.02" in line]
        assert "budget" in line
        assert "2021" in line


def test_duties_of_two_years_lack_a_cent_together() -> None:
    """Both must be built; each alone is paid for."""
    told = _told(_duty(6e8, 439_560_261.03, costs=(COST, 519_780_130.52)))
    assert set(told) == {"mandate:p0", "mandate:p1", "fund_balance:budget"}
    assert told["fund_balance:budget"][1] == pytest.approx(0.01, abs=1e-6)


def test_a_cap_on_spending_a_cent_below_a_duty_is_named() -> None:
    told = _told(_duty(6e8, policies=[make_policy("spend_cap", 519_780_130.51)]))
    assert set(told) == {"mandate:p0", "policy:spend_cap"}
    assert told["policy:spend_cap"][1] == pytest.approx(0.01, abs=1e-6)


def test_a_ceiling_of_debt_a_cent_too_low_is_named_with_the_budget() -> None:
    more = {
        "instruments": [make_bond(tenor=30)],
        "pools": [make_pool(region="budget")],
        "debt": [make_debt(FIRST, ceiling=300_000_000.26)],
    }
    told = _told(_duty(219_780_130.25, **more))
    assert {"mandate:p0", "fund_balance:budget"} < set(told)
    assert any(rule.startswith("ceiling") for rule in told)
    assert told["fund_balance:budget"][1] == pytest.approx(0.01, abs=1e-6)


def test_a_schedule_held_that_lacks_cents_says_of_which_budget() -> None:
    instance = _duty(519_780_130.50)
    free = instance.with_tables(
        projects=tuple(edit(project, mandatory="free") for project in instance.projects)
    )
    held = hold_schedule(free, [make_start(free, "p0", FIRST)])
    assert held.is_possible is False
    assert any("budget" in english and "0.02" in english for english, _ in held.reasons)


def test_it_is_found_without_an_answer_refused_before() -> None:
    """Whoever asks of a program that was never solved has no row that refuses."""
    found = find_conflict(build_formulation(_duty(519_780_130.50)))
    assert {rule.family for rule in found.rules} == {"mandate", "fund_balance"}


def test_no_time_tells_no_rules() -> None:
    result = solve(_duty(519_780_130.50), SolveOptions(gap=0.0))
    found = find_conflict(replace(result).formulation, time_limit_s=0.0)
    assert not found.is_minimal
