"""Debt table, room under rules, sources and uses, appraisal: by hand and on random plans."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.rule_sets import RULE_SETS
from infraplan.optimizer.accounts.candidates import lay_out
from infraplan.optimizer.accounts.value import build_coefficients
from infraplan.optimizer.analysis.appraisal import appraise
from infraplan.optimizer.analysis.debt_statement import debt_statement, rule_room
from infraplan.optimizer.analysis.fund_room import fund_room_years
from infraplan.optimizer.analysis.sources_uses import (
    SOURCE,
    USE,
    fund_accounts,
    jurisdiction_accounts,
    project_sources,
)
from infraplan.optimizer.report.finance_tables import debt_statement_table, statements_by_year
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.storage.run_tables import TOTAL, tables_of_plan
from tests.builders import (
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_issue,
    make_payment,
    make_plan,
    make_pool,
    make_project,
    make_rule,
    make_start,
)
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance
from tests.oracle.retirements import retiring_instance


def qijiang() -> tuple[Instance, Plan]:
    """Qijiang's published debt table of 2020, 100 million CNY: what was issued paid for works."""
    instance = make_instance(
        [make_project("works", 30.58, 10)],
        years=(2020, 2021),
        instruments=[make_bond("gb", tenor=10), make_bond("sb", tenor=15, pool="special")],
        debt=[
            make_debt(2020, opening_balance=48.99, principal_due=11.41, ceiling=89.00),
            make_debt(
                2020, pool="special", opening_balance=16.97, principal_due=0.69, ceiling=63.50
            ),
        ],
    )
    amounts = {"gb": 14.39, "sb": 16.19}
    plan = make_plan(
        instance,
        [make_start(instance, "works", 2020)],
        [
            make_payment("works", 2020, amount, name, kind="instrument")
            for name, amount in amounts.items()
        ],
        [make_issue(name, 2020, amount) for name, amount in amounts.items()],
    )
    return instance, plan


def test_the_published_debt_table_of_2020() -> None:
    instance, plan = qijiang()
    first = {row.pool: row for row in debt_statement(instance, plan) if row.year == 2020}
    general, special, both = first["general"], first["special"], first["total"]
    assert (general.opening, general.issued_new, general.repaid) == (48.99, 14.39, 11.41)
    assert general.closing == pytest.approx(51.97)
    assert special.closing == pytest.approx(32.47)
    # Both: ceiling 152.50, balance 84.44, so 68.06 is left.
    assert both.ceiling == pytest.approx(152.50)
    assert both.opening == pytest.approx(65.96)
    assert both.issued_new == pytest.approx(30.58)
    assert both.repaid == pytest.approx(12.10)
    assert both.closing == pytest.approx(84.44)
    assert both.headroom == pytest.approx(68.06)
    # Through the last maturity: 15 years after 2021. The bullets are repaid in 2030 and 2035.
    years = sorted({row.year for row in debt_statement(instance, plan)})
    assert years == list(range(2020, 2037))
    by_year = {row.year: row for row in debt_statement(instance, plan) if row.pool == "total"}
    assert by_year[2030].repaid == pytest.approx(14.39)
    assert by_year[2036].closing == pytest.approx(65.96 - 12.10)


def test_the_statement_turned_to_years_says_the_same() -> None:
    instance, plan = qijiang()
    run = make_run(instance, plan, {})
    tables = statements_by_year(run)
    assert len(tables) == 3
    both = tables[2].frame.set_index("item_en")
    assert both.loc["closing balance", "2020"] == pytest.approx(84.44)
    assert both.loc["headroom", "2020"] == pytest.approx(68.06)
    rows = debt_statement_table(run).frame
    assert len(rows) == 3 * 17


WITH_STARTS = (
    *(0, 2, 3, 4, 8, 10, 11, 12, 15, 18, 21, 23, 27, 35, 36, 37, 38, 41, 46, 48, 52, 54, 55, 57),
)
"""Seeds below 60 whose best plan builds something, asked for below."""


@cache
def random_plan(seed: int) -> tuple[Instance, Plan | None]:
    """A random instance and its best plan."""
    instance = random_instance(seed)
    return instance, best(instance).plan


def plan_with_starts(seed: int) -> tuple[Instance, Plan]:
    instance, plan = random_plan(seed)
    assert plan is not None
    return instance, plan


def test_the_random_plans_use_what_is_tested() -> None:
    found = {seed: random_plan(seed)[1] for seed in range(60)}
    assert tuple(seed for seed, plan in found.items() if plan and plan.starts) == WITH_STARTS
    plans = [plan_with_starts(seed) for seed in WITH_STARTS]
    refinancing = {r.id for instance, _ in plans for r in instance.instruments if r.refinancing}
    issued = [issue for _, plan in plans for issue in plan.issues]
    assert len(issued) >= 15
    assert any(issue.instrument in refinancing for issue in issued)
    assert any(row.service > 0 for _, plan in plans for row in plan.fund_years)
    assert any(p.kind.value == "outside" for _, plan in plans for p in plan.payments)


@pytest.mark.parametrize("seed", WITH_STARTS)
def test_the_statement_reconciles_with_debt_csv(seed: int) -> None:
    instance, plan = plan_with_starts(seed)
    rows = debt_statement(instance, plan)
    pools = {(r.jurisdiction, r.pool, r.year): r for r in rows if r.pool != "total"}
    written = {
        (r.jurisdiction, r.pool, r.year): r
        for r in tables_of_plan(instance, plan, ()).debt
        if r.instrument == TOTAL
    }
    assert set(pools) == set(written)
    for key, row in pools.items():
        other = written[key]
        assert row.issued_new + row.issued_refinancing == pytest.approx(other.borrow, abs=1e-9)
        assert row.repaid == pytest.approx(other.principal, abs=1e-9)
        assert row.interest == pytest.approx(other.interest, abs=1e-9)
        assert row.closing == pytest.approx(other.balance, abs=1e-9)
        assert (row.ceiling is None) == (other.limit is None)
        # The roll-forward closes: what is owed is what was owed, plus issues, less repayment.
        rolled = row.opening + row.issued_new + row.issued_refinancing - row.repaid
        assert row.closing == pytest.approx(rolled, abs=1e-7)


@pytest.mark.parametrize("seed", WITH_STARTS)
def test_sources_are_uses(seed: int) -> None:
    instance, plan = plan_with_starts(seed)
    for lines in (fund_accounts(instance, plan), jurisdiction_accounts(instance, plan)):
        sides: dict[tuple[str, str], float] = defaultdict(float)
        for line in lines:
            assert line.amount > -1e-6
            sides[line.subject, line.side] += line.amount
        for subject, _ in sides:
            assert sides[subject, SOURCE] == pytest.approx(sides[subject, USE], rel=1e-6, abs=1e-6)
    projects = project_sources(plan)
    paid = sum(payment.amount for payment in plan.payments)
    assert sum(row.amount for row in projects) == pytest.approx(paid)
    shares: dict[str, float] = defaultdict(float)
    for row in projects:
        shares[row.project] += row.share
    assert list(shares.values()) == pytest.approx([1.0] * len(shares))
    works = sum(line.amount for line in jurisdiction_accounts(instance, plan) if line.item == "use")
    assert works == pytest.approx(paid)


def test_accounts_by_hand() -> None:
    """10 for works in 2021: 4 from the fund, 6 from a two-year bullet at 5 %.

    Sources: 1 at the start, 8 + 8 come in, 6 are borrowed: 23. Uses: works 10, interest .3 in 2022
    (the principal of 2023 lies after the plan), and 23 - 10.3 = 12.7 are left.
    """
    instance = make_instance(
        [make_project("a", 10, 30)],
        years=(2021, 2022),
        funds=[make_fund(opening_balance=1.0)],
        inflows=make_inflows("budget", 2021, 8, 8),
        pools=[make_pool(region="budget")],
        instruments=[make_bond(tenor=2, rate=0.05)],
    )
    plan = make_plan(
        instance,
        [make_start(instance, "a", 2021)],
        [
            make_payment("a", 2021, 4.0, "budget"),
            make_payment("a", 2021, 6.0, "bond", kind="instrument"),
        ],
        [make_issue("bond", 2021, 6.0)],
    )
    lines = {(l.side, l.item): l.amount for l in jurisdiction_accounts(instance, plan)}  # noqa: E741
    assert lines == pytest.approx(
        {
            ("source", "opening_cash"): 1.0,
            ("source", "budget"): 16.0,
            ("source", "bond"): 6.0,
            ("use", "use"): 10.0,
            ("use", "interest_paid"): 0.3,
            ("use", "closing"): 12.7,
        }
    )
    shares = {(row.source, round(row.share, 9)) for row in project_sources(plan)}
    assert shares == {("budget", 0.4), ("bond", 0.6)}


def test_room_names_the_first_year_without_any() -> None:
    """Debt of 10 against 12, 10, 10: 2 of room, then none from 2022 on; largest ratio 100 %."""
    instance = make_instance(
        [make_project("a", 10, 30)],
        years=(2021, 2023),
        instruments=[make_bond(tenor=3)],
        fiscal=[],
        debt=[make_debt(2021, ceiling=12.0), make_debt(2022, ceiling=10.0)],
        settings={"rules": [make_rule(ratio=0.5)]},
    )
    plan = make_plan(
        instance,
        [make_start(instance, "a", 2021)],
        [make_payment("a", 2021, 10.0, "bond", kind="instrument")],
        [make_issue("bond", 2021, 10.0)],
    )
    (room,) = [r for r in rule_room(instance, plan.rule_years) if r.rule == "ceiling:general"]
    assert (room.least_headroom, room.least_year, room.binding_year) == (0.0, 2022, 2022)
    # The last maturity there can be: 2023 + 3.
    assert room.last_year == 2026
    assert rule_room(instance, ()) == ()


def test_room_of_a_fund_in_the_plan_and_after_it() -> None:
    """Inflow 5 a year, 4 paid in 2021 beside a bullet of 6 for 3 years at 10 %, at least 1 kept.

    Cash: 1 in 2021 (no room beside the 1 kept), 1 + 5 - .6 = 5.4 in 2022. After the plan: .6 of 5
    in 2023 beside the 4.4 kept, 6.6 of 5 in 2024 beside 4.4 + 5 - .6 = 8.8.
    """
    instance = make_instance(
        [make_project("a", 10, 30)],
        years=(2021, 2022),
        funds=[make_fund(minimum_balance=1.0)],
        inflows=make_inflows("budget", 2021, 5, 5),
        pools=[make_pool(region="budget")],
        instruments=[make_bond(tenor=3, rate=0.1)],
    )
    plan = make_plan(
        instance,
        [make_start(instance, "a", 2021)],
        [
            make_payment("a", 2021, 4.0, "budget"),
            make_payment("a", 2021, 6.0, "bond", kind="instrument"),
        ],
        [make_issue("bond", 2021, 6.0)],
    )
    rooms = {room.rule: room for room in rule_room(instance, fund_room_years(instance, plan))}
    cash, tail = rooms["fund_balance:budget"], rooms["tail_service:budget"]
    assert (cash.least_headroom, cash.binding_year) == (pytest.approx(0.0), 2021)
    assert cash.last_year == 2022
    assert (tail.least_headroom, tail.least_year) == (pytest.approx(8.8 + 5 - 6.6), 2024)
    years = {(r.rule, r.year): r.headroom for r in fund_room_years(instance, plan)}
    assert years["fund_balance:budget", 2022] == pytest.approx(4.4)
    assert years["tail_service:budget", 2023] == pytest.approx(4.4 + 5 - 0.6)


def test_the_year_of_the_least_room_is_no_matter_of_rounding() -> None:
    """Nothing comes in and goes out in 2021; in 2022 and 2023 all does, one to a hair."""
    instance, plan = qijiang()
    numbers = ((0.0, 0.0), (3.0, 3.0), (3.0, 3.0 - 1e-15 * 4))
    rows = [
        plan.rule_years[0].model_copy(
            update={"year": 2021 + k, "value": out, "limit": there, "headroom": there - out}
        )
        for k, (out, there) in enumerate(numbers)
    ]
    (room,) = rule_room(instance, rows)
    assert (room.least_year, room.binding_year, room.value) == (2022, 2022, 3.0)


def test_rule_sets_have_bands_in_order() -> None:
    china = next(r for r in RULE_SETS["china"] if r.bands)
    instance, plan = qijiang()
    row = plan.rule_years[0].model_copy(
        update={"rule": china.id, "band": "orange", "ratio": 2.5, "headroom": None, "limit": None}
    )
    later = row.model_copy(update={"year": 2021, "band": "yellow", "ratio": 1.5})
    (room,) = rule_room(instance, [row, later])
    assert (room.worst_band, room.peak_ratio, room.peak_year) == ("orange", 2.5, 2020)
    assert room.binding_year is None


@pytest.mark.parametrize(
    ("benefit", "advice", "fyrr", "gain"),
    [
        # Cost 100 in 2021, opening 2022, 8 %, benefits grow by 10 % a year from 2021 on: 7.7 in
        # 2022 is 7.7 % of 100. Waiting a year saves 100 - 100/1.08 and loses 7.7/1.08.
        (7.0, "delay", 0.077, 100 - 100 / 1.08 - 7.7 / 1.08),
        # 8.25 % is more than 8 %.
        (7.5, "start_now", 0.0825, 100 - 100 / 1.08 - 8.25 / 1.08),
    ],
)
def test_first_year_return_and_phasing(
    benefit: float, advice: str, fyrr: float, gain: float
) -> None:
    instance = make_instance(
        [make_project("a", 100, benefit, benefit_growth=0.1, lifetime=60)],
        settings={"discount_rate": 0.08, "end_year": 2050},
    )
    plan = make_plan(instance, [make_start(instance, "a", 2021)])
    (found,) = appraise(instance, plan)
    assert found.first_year_return == pytest.approx(fyrr)
    assert found.discount_rate == pytest.approx(0.08)
    assert found.advice == advice
    assert found.delay_gain == pytest.approx(gain)
    assert (found.delay_gain > 0.0) == (advice == "delay")
    # By itself it is worth most in the plan's last year, or at once.
    later = make_plan(instance, [make_start(instance, "a", 2024)])
    assert appraise(instance, later)[0].delay_gain is None


def test_first_year_return_waits_for_full_demand_and_counts_the_uplift() -> None:
    """Two years of works, bias 66 % net of 10 % contingency, ramp-up of a year, declining rate.

    40 in 2021 and 60 in 2022, opening 2023; the rate is 8 % and 6 % from offset 2 (2023) on.
    Uplift 1.66/1.1 = 1.50909. Compounded to 2022, the year before opening: 40 x 1.08 + 60 = 103.2,
    with the uplift 155.738. First full year 2024: 20 less running cost 2 = 18.
    """
    from infraplan.models.horizon import RateStep

    instance = make_instance(
        [
            make_project(
                "a",
                100,
                20,
                lead_time=2,
                spending_profile=(0.4, 0.6),
                ramp_up=(0.5,),
                fixed_om_cost=2.0,
                optimism_bias=0.66,
                lifetime=20,
            )
        ],
        settings={
            "discount_rate": 0.08,
            "discount_steps": (RateStep(from_offset=2, rate=0.06),),
            "contingency": 0.10,
            "end_year": 2040,
        },
    )
    plan = make_plan(instance, [make_start(instance, "a", 2021)])
    (found,) = appraise(instance, plan)
    assert found.uplift == pytest.approx(0.66 / 1.1 - 0.1 / 1.1)
    assert found.discount_rate == pytest.approx(0.06)
    assert found.first_year_return == pytest.approx(18 / (103.2 * 1.66 / 1.1))
    assert found.construction == pytest.approx((40 + 60 / 1.08) * 1.66 / 1.1)
    assert found.bcr == pytest.approx(found.benefit / (found.construction + found.om))


@hypothesis_settings(max_examples=60, deadline=None, derandomize=True)
@given(
    benefit=st.floats(1.0, 20.0),
    growth=st.floats(0.0, 0.2),
    rate=st.floats(0.01, 0.15),
    lead=st.integers(1, 3),
    running=st.floats(0.0, 0.9),
    bias=st.floats(0.0, 0.6),
    start=st.integers(2021, 2023),
)
def test_the_phasing_advice_is_right_about_the_value(
    benefit: float, growth: float, rate: float, lead: int, running: float, bias: float, start: int
) -> None:
    """Without ramp-up and to the appraisal's end: waiting raises the value just where advised."""
    project = make_project(
        "a",
        100,
        benefit,
        benefit_growth=growth,
        lead_time=lead,
        spending_profile=(1 / lead,) * lead,
        fixed_om_cost=running,
        optimism_bias=bias,
        lifetime=99,
    )
    settings = {"discount_rate": rate, "end_year": 2060}
    instance = make_instance([project], years=(2021, 2026), settings=settings)
    plan = make_plan(instance, [make_start(instance, "a", start)])
    (found,) = appraise(instance, plan)
    assert found.delay_gain is not None
    if abs(found.delay_gain) > 1e-9:
        assert (found.advice == "delay") == (found.delay_gain > 0.0)


@pytest.mark.parametrize("seed", WITH_STARTS)
def test_appraisal_is_the_objectives_own(seed: int) -> None:
    """Each project's value is the sum of its terms of the objective."""
    instance, plan = plan_with_starts(seed)
    worth: dict[str, float] = defaultdict(float)
    own = {"benefit", "metric_value", "construction", "om", "residual"}
    for term in plan.objective_terms:
        if term.term in own:
            worth[term.subject] += term.value
    found = appraise(instance, plan)
    assert [row.project for row in found] == [start.project for start in plan.starts]
    for row in found:
        assert row.npv == pytest.approx(worth[row.project], rel=1e-9, abs=1e-9)
        if row.bcr is not None and abs(row.npv) > 1e-6:
            assert (row.bcr > 1.0) == (row.npv > 0.0)


def test_what_is_laid_out_alone_has_the_figures_that_it_has_among_all() -> None:
    compared = 0
    for instance in (*map(retiring_instance, range(3)), *map(random_instance, range(6))):
        whole = build_coefficients(lay_out(instance))
        named = {project.id for project in instance.projects[::2]}
        alone = build_coefficients(lay_out(instance, named))
        assert {flat.project.id for flat in alone.candidates.options} == named
        for number, flat in enumerate(alone.candidates.options):
            among = whole.candidates.number_by_option[flat.project.id, flat.option.option]
            for name, values in alone.terms.items():
                assert values[number] == pytest.approx(whole.terms[name][among], abs=1e-12)
                compared += bool(values[number].any())
    assert compared > 30
