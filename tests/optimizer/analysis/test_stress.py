"""Stress test of a plan, by hand."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from itertools import count

import pytest
from typer.testing import CliRunner

from infraplan.models.debt_rule import Band
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.rules import FiscalTable
from infraplan.optimizer.analysis.stress import standard_cases, stress_plan
from infraplan.optimizer.analysis.stress_case import StressCase, stressed, unmoved_items
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.verify import recompute_plan, verify_plan
from infraplan.optimizer.workflow import run_solve
from tests.builders import (
    make_bond,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
    make_receipt,
    make_rule,
)
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance


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


def test_what_projects_bring_in_falls_with_its_fund():
    problem = instance(
        inflows=make_inflows("budget", 2021, 2.0),
        receipts=[make_receipt("a", 6.0, event="start")],
    )
    (breach,) = outcome(problem, revenue=0.25).breaches
    # 0.75 x (2 + 6) = 6 of the 8 that are paid.
    assert (breach.rule, breach.year) == ("fund_balance:budget", 2021)
    assert breach.missing == pytest.approx(2.0)


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


def test_debt_after_the_plan_is_served_from_cash_and_later_income():
    # 9.2 come in, nothing from 2024 on. A five-year bullet of 8 costs 0.4 a year: 8 are kept at the
    # plan's end, 7.6 in 2025, and 8.4 fall due in 2026.
    problem = borrowing(inflows=make_inflows("budget", 2021, 3, 3, 3.2, 0))
    plan = solve(problem).require_plan()
    longer = problem.model_copy(update={"instruments": (make_bond(tenor=5, rate=0.05),)})
    (found,) = stress_plan(longer, plan, [StressCase("case")])
    (breach,) = found.breaches
    assert (breach.rule, breach.year) == ("tail_service:budget", 2026)
    assert breach.missing == pytest.approx(8.4 - 7.6)


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


def test_what_a_plan_does_not_count_on_may_be_lost():
    # Of 10 a year the plan counts on 6 and pays 6 in 2021. A fall by 40 % leaves just that; a fall
    # by 60 % leaves 4, so 2 are missing.
    land = [make_fund(kind="land", certainty=0.6)]
    problem = make_instance(
        [make_project("a", 6.0, 9.0, latest_start=2021)],
        funds=land,
        inflows=make_inflows("budget", 2021, 10, 10, 10, 10),
    )
    assert outcome(problem, land=0.4).holds
    found = outcome(problem, land=0.6)
    assert found.breaches[0].missing == pytest.approx(2.0)


def test_shortfalls_by_year_are_filled_as_they_open():
    # 8 is paid in 2021, 5 comes in a year: 3 missing in 2021. Another 7 in 2022: 2 more, as the
    # 3 were filled; carried on, 5 are missing then. Interest of 10 % on cash counts once filled.
    problem = make_instance(
        [
            make_project("a", 8.0, 9.0, latest_start=2021),
            make_project("b", 7.0, 9.0, earliest_start=2022, latest_start=2022),
        ],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 10, 10, 10, 10),
    )
    found = outcome(problem, revenue=0.5)
    assert [(row.year, row.amount) for row in found.shortfalls] == [
        (2021, pytest.approx(3.0)),
        (2022, pytest.approx(2.0)),
    ]
    assert found.shortfall == pytest.approx(5.0)
    (breach,) = found.breaches
    assert (breach.missing, breach.worst) == (pytest.approx(3.0), pytest.approx(5.0))
    assert breach.worst_year == 2022


def test_capacity_and_expenditure_lose_what_their_parts_lose():
    items = [
        *make_fiscal("general_revenue", 2021, 20.0, 30.0),
        *make_fiscal("fund_revenue", 2020, 10.0),
        *make_fiscal("comprehensive_capacity", 2021, 50.0),
        *make_fiscal("general_expenditure", 2021, 40.0),
        *make_fiscal("personal_income", 2021, 99.0),
        *make_fiscal("gross_saving", 2021, 5.0),
    ]
    changed = stressed(instance(fiscal=items), StressCase("x", revenue=0.3, land=0.5))
    table = FiscalTable(changed)

    def value(item, year):
        return table.value("region", item, year)

    # 2021 loses 6 of general and 5 of land revenue, 2022 and later 9 and 5; 2020 nothing.
    assert [value("comprehensive_capacity", y) for y in (2020, 2021, 2022, 2030)] == pytest.approx(
        [50.0, 39.0, 36.0, 36.0]
    )
    assert [value("fund_revenue", y) for y in (2020, 2021)] == pytest.approx([10.0, 5.0])
    assert value("general_expenditure", 2022) == pytest.approx(31.0)
    assert value("personal_income", 2022) == 99.0
    # Without a current revenue beside it, saving loses the same share.
    assert value("gross_saving", 2022) == pytest.approx(3.5)


def test_debt_ratio_bands_and_room():
    """Debt of 8 over a capacity of 10 is green to 90 %; with revenue 30 % lower 8/7 is red."""
    rule = make_rule(
        "ratio",
        item="comprehensive_capacity",
        bands=[Band(id="green", upper=0.9), Band(id="red", starts_banned=True)],
        through="horizon",
    )
    items = make_fiscal("comprehensive_capacity", 2021, 10.0)
    late = make_project("b", 1.0, 9.0, earliest_start=2022, latest_start=2022)
    problem = borrowing(fiscal=items, settings={"rules": [rule]})
    problem = problem.model_copy(update={"projects": (*problem.projects, late)})
    plan = solve(problem).require_plan()
    assert {start.project for start in plan.starts} == {"a", "b"}
    base, revenue = stress_plan(
        problem, plan, [StressCase("base"), StressCase("revenue", revenue=0.3)]
    )
    debt = {row.year: row.balance for row in plan.debt_years if row.instrument == "bond"}
    most = max(debt[year] for year in range(2021, 2025))
    assert base.holds
    assert (base.debt_ratio.peak_ratio, base.debt_ratio.worst_band) == (
        pytest.approx(most / 10),
        "green",
    )
    assert revenue.debt_ratio.peak_ratio == pytest.approx(most / 7)
    assert revenue.debt_ratio.worst_band == "red"
    # The start of 2022 follows a red year.
    bans = [breach for breach in revenue.breaches if breach.rule == "start_ban:ratio"]
    assert [(ban.year, ban.missing) for ban in bans] == [(2022, None)]


def test_coverage_falls_with_project_revenue_and_dearer_debt():
    # A bond of 10 for 3 years at 10 %: 1.3 x 10 x 1.2 = 15.6 asked of 3 x 5.3 = 15.9.
    bond = make_bond(tenor=3, rate=0.10, tagged=True, coverage=1.2)
    problem = make_instance(
        [make_project("a", 10, 10, revenue=5.3, latest_start=2021)], instruments=[bond]
    )
    assert outcome(problem).holds
    found = outcome(problem, revenue=0.1)
    (breach,) = found.breaches
    assert (breach.rule, breach.year) == ("coverage:a", 2024)
    assert breach.missing == pytest.approx(15.6 - 15.9 * 0.9)
    # At 12 %: 1.36 x 10 x 1.2 = 16.32.
    assert outcome(problem, rate=0.02).breaches[0].missing == pytest.approx(16.32 - 15.9)


def bundled(revenue, bundle):
    """A waterworks of 10 that earns and a park of 5 that does not, on bonds of ten years at 3 %."""
    bond = make_bond(tenor=10, rate=0.03, tagged=True, coverage=1.2, bundle=bundle)
    projects = [
        make_project("works", 10, 10, revenue=revenue, latest_start=2021),
        make_project("park", 5, 10, latest_start=2021),
    ]
    return make_instance(projects, years=(2021, 2030), instruments=[bond])


def test_bonds_of_a_bundle_are_covered_together():
    # 1.2 x 1.3 x 15 = 23.4 asked of 2.5 in each of the ten years from 2022 to 2031.
    problem = bundled(2.5, "city")
    assert outcome(problem).holds
    (breach,) = outcome(problem, revenue=0.1).breaches
    assert (breach.rule, breach.year) == ("coverage:city", 2031)
    assert breach.missing == pytest.approx(23.4 - 0.9 * 25.0)
    # The same plan with each project by itself: the park asks for 7.8 and earns nothing.
    plan = solve(problem).require_plan()
    (alone,) = stress_plan(bundled(2.5, ""), plan, [StressCase("base")])
    assert [(b.rule, b.missing) for b in alone.breaches] == [("coverage:park", pytest.approx(7.8))]


LAWS = ("ceiling", "quota", "debt_rule", "band", "coverage", "fund_balance", "service")


def law_of(breach):
    family = breach.rule.partition(":")[0]
    known = {"tail_service": "service", "start_ban": "band"}
    if family in known or family in LAWS:
        return known.get(family, family)
    return "debt_rule"


def stressful(seed):
    """A random instance; every other one has a debt rule at least, on what revenue moves.

    Where none was drawn, it is one that the best plan just keeps. Every fourth loses the dates of
    its rules, as rules in force in every year are broken more often. Of every eight, one is drawn
    until its plan borrows and starts later than at once, and has two bands, the second of which
    bans starts; one is drawn until its plan borrows against what a project earns, of which three
    times the service is asked.
    """
    if seed % 8 == 3:
        fitting = (
            banning(on_revenue(row)) for row in drawn(seed) if row.instruments and row.fiscal
        )
        return next(row for row in fitting if starts_later_with_debt(row))
    if seed % 8 == 7:
        fitting = (covering(on_revenue(row)) for row in drawn(seed) if tagged(row))
        return next(row for row in fitting if borrows_against_revenue(row))
    found = on_revenue(random_instance(seed))
    if seed % 2 and not found.settings.finance.rules and found.instruments:
        found = tightened(found)
    if seed % 4 == 0:
        undated = {"valid_from": None, "valid_to": None}
        found = ruled(found, *(r.model_copy(update=undated) for r in found.settings.finance.rules))
    return found


def on_revenue(problem):
    """`problem` with debt rules that look at what revenue moves."""
    text = json.dumps(problem.model_dump(mode="json"))
    return Instance.model_validate_json(text.replace('"capacity"', '"general_revenue"'))


def drawn(seed):
    """Random instances from `seed` on, a thousand seeds apart."""
    return (random_instance(number) for number in count(seed, 1000))


def banning(problem):
    return tightened(problem, bands=True)


def starts_later_with_debt(problem):
    plan = best(problem).plan
    if plan is None or not plan.issues:
        return False
    return any(start.start > problem.settings.horizon.first_year for start in plan.starts)


def tagged(problem):
    return {row.id for row in problem.instruments if row.tagged and row.coverage is not None}


def covering(problem):
    rows = tuple(
        row.model_copy(update={"coverage": 3.0}) if row.id in tagged(problem) else row
        for row in problem.instruments
    )
    return problem.model_copy(update={"instruments": rows})


def borrows_against_revenue(problem):
    plan = best(problem).plan
    return plan is not None and any(row.source in tagged(problem) for row in plan.payments)


def ruled(problem, *rules):
    """`problem` with these debt rules."""
    finance = problem.settings.finance.model_copy(update={"rules": rules})
    settings = problem.settings.model_copy(update={"finance": finance})
    return problem.model_copy(update={"settings": settings})


def tightened(problem, bands=False):
    """`problem` with a debt rule 2 % above the largest ratio of its best plan; or bands there."""

    def limited(ratio):
        limit = {"ratio": ratio}
        if bands:
            limit = {
                "bands": [Band(id="calm", upper=ratio), Band(id="tense", starts_banned=True)],
            }
        rule = make_rule("drawn", item="general_revenue", through="horizon", **limit)
        return ruled(problem, rule)

    plan = best(problem).plan
    if plan is None:
        return limited(0.6)
    outcomes = stress_plan(limited(100.0), plan, [StressCase("base")])
    ratios = [found.debt_ratio.peak_ratio for found in outcomes if found.debt_ratio]
    most = 1.02 * max((ratio for ratio in ratios if ratio), default=0.0)
    return limited(most or 0.6)


@cache
def planned(seed):
    """A stressful instance and its best plan, once for all tests that ask."""
    problem = stressful(seed)
    return problem, best(problem).plan


@pytest.mark.parametrize("seed", first_quick(range(100), quick=40))
def test_what_breaks_is_what_the_verifier_finds(seed):
    """The verifier, which shares no code with the accounts, finds the same laws broken."""
    problem, plan = planned(seed)
    if plan is None:
        return
    lapsing = any(fund.lapse_years is not None for fund in problem.funds)
    for case in standard_cases(0.4, 0.5, 0.05):
        outcomes = stress_plan(problem, plan, [case])
        changed = stressed(problem, case)
        verified = verify_plan(changed, recompute_plan(changed, plan))
        mine = {law_of(breach) for outcome in outcomes for breach in outcome.breaches}
        theirs = {violation.law for violation in verified.violations} & set(LAWS)
        if lapsing:  # the plan's own lapses are its choice; here only what the law asks for lapses
            mine, theirs = mine - {"fund_balance"}, theirs - {"fund_balance"}
        assert mine == theirs
        if case.name == "base":
            assert not mine


def test_the_random_cases_break_every_kind_of_law():
    """Each in several of them, so that no one draw carries a law alone."""
    broken = Counter()
    for seed in range(100):
        problem, plan = planned(seed)
        if plan is not None:
            outcomes = stress_plan(problem, plan, standard_cases(0.4, 0.5, 0.05))
            broken.update({law_of(breach) for outcome in outcomes for breach in outcome.breaches})
    laws = ("debt_rule", "band", "coverage", "fund_balance", "service")
    assert {law: broken[law] for law in laws if broken[law] < 3} == {}


def test_items_that_no_case_moves_are_named():
    rule = make_rule("limit", ratio=0.8)
    items = make_fiscal("capacity", 2021, 12.0)
    assert unmoved_items(borrowing(fiscal=items, settings={"rules": [rule]})) == ("capacity",)
