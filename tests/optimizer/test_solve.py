"""The whole solve through a guest: published cases, ties, stops, options, properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from infraplan.models.instance import Instance
from infraplan.optimizer.errors import InfeasibleError, NoPlanError
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination
from tests.assertions import assert_verified
from tests.builders import (
    edit,
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_policy,
    make_pool,
    make_project,
    make_relation,
    make_settings,
)
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance

# Pannell, Ranking projects, PD324: (benefit, cost), at most one A and one G.
PANNELL = {
    "A1": (180, 40),
    "A2": (360, 100),
    "A3": (400, 200),
    "G1": (200, 10),
    "G2": (400, 60),
    "G3": (600, 160),
    "G4": (800, 310),
}


def pannell(budget: float, *, as_fund: bool) -> Instance:
    """Benefits fall once, in the year after; one year's budget."""
    projects = [
        make_project(name, cost, benefit, lead_time=0, lifetime=1, latest_start=2021)
        for name, (benefit, cost) in PANNELL.items()
    ]
    relations = [
        make_relation("exclusive", [n for n in PANNELL if n.startswith(kind)]) for kind in "AG"
    ]
    money = (
        {"funds": [make_fund()], "inflows": make_inflows("budget", 2021, budget)}
        if as_fund
        else {"policies": [make_policy("spend_cap", budget)]}
    )
    return make_instance(projects, relations=relations, **money)


def greedy_by_ratio(budget: float) -> float:
    """Net benefit of taking projects by benefit-cost ratio, one A and one G."""
    left, worth, taken = budget, 0.0, set()
    for name, (benefit, cost) in sorted(PANNELL.items(), key=lambda p: -p[1][0] / p[1][1]):
        if name[0] not in taken and cost <= left:
            taken.add(name[0])
            left -= cost
            worth += benefit - cost
    return worth


@pytest.mark.parametrize("budget", [300.0, 350.0])
@pytest.mark.parametrize("as_fund", [False, True])
def test_published_selection_case(budget: float, as_fund: bool) -> None:
    result = solve(pannell(budget, as_fund=as_fund), SolveOptions(gap=0.0))
    assert result.objective == pytest.approx(700.0)
    assert {s.project for s in result.require_plan().starts} == {"A2", "G3"}
    assert greedy_by_ratio(budget) == pytest.approx(330.0)


@pytest.mark.parametrize("solver", ["highs", "cbc", "scip"])
@pytest.mark.parametrize("seed", first_quick(range(16), quick=6))
def test_solvers_agree(solver: str, seed: int) -> None:
    instance = random_instance(seed)
    result = solve(instance, SolveOptions(solver=solver, gap=0.0))
    expected = best(instance).objective
    assert result.solver == solver
    if expected is None:
        assert result.plan is None
        assert result.termination.is_proof_of_no_plan
    else:
        assert result.objective == pytest.approx(expected, rel=1e-6, abs=1e-6)
        assert_verified(instance, result.require_plan())


@pytest.mark.slow
@pytest.mark.solvers
@pytest.mark.parametrize("solver", ["cbc", "scip"])
@pytest.mark.parametrize("seed", range(16, 320))
def test_solvers_agree_on_all_small_instances(solver: str, seed: int) -> None:
    test_solvers_agree(solver, seed)


def test_ties_are_broken_the_same_way_whatever_the_order_of_rows() -> None:
    # Four equal projects, money for two: the fixed order decides, not the solver.
    projects = [make_project(name, 10, 10) for name in "abcd"]
    cap = [make_policy("spend_cap", 20.0)]
    one = solve(make_instance(projects, policies=cap), SolveOptions(gap=0.0)).require_plan()
    other = solve(
        make_instance(projects[::-1], policies=cap), SolveOptions(gap=0.0, seed=7)
    ).require_plan()
    key = lambda plan: sorted((s.project, s.start) for s in plan.starts)  # noqa: E731
    assert key(one) == key(other)
    assert [s.start for s in one.starts] == [2021, 2021]


def test_financing_borrows_no_more_than_it_must() -> None:
    # 10 to pay in 2021, 6 in the fund: 4 are borrowed, though the bond would pay for all.
    instance = make_instance(
        [make_project("a", 10, 10)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 6, 6, 6, 6),
        pools=[make_pool(region="budget")],
        instruments=[make_bond(tenor=2, rate=0.05)],
    )
    plan = solve(instance, SolveOptions(gap=0.0)).require_plan()
    assert sum(issue.amount for issue in plan.issues) == pytest.approx(4.0)


def test_a_thirty_year_bullet_never_raises_the_objective() -> None:
    """Benefit-cost ratio 0.9, full bond finance at 2 %: still not built (trap of issue finance)."""
    settings = make_settings((2021, 2024), discount_rate=0.08, end_year=2054)
    # 100 spent in 2021; a benefit of b a year 2022..2051 at 8 % is worth 11.2578 b: b = 8 gives 90.
    project = make_project("a", 100, 8.0, lifetime=30)
    bond = make_bond(tenor=30, rate=0.0206)
    with_bond = solve(
        make_instance([project], settings=settings, instruments=[bond]), SolveOptions(gap=0.0)
    )
    assert with_bond.objective == pytest.approx(0.0)
    assert with_bond.require_plan().starts == ()


def test_ten_yearly_bullets_are_caught_by_the_tail() -> None:
    """Ten bullets of ten years repay nothing inside ten years; the tail must bear them all.

    What the fund does not spend is lost, but where it says that cash is kept.
    """
    projects = [
        make_project(f"p{y}", 10, 11, earliest_start=y, latest_start=y) for y in range(2021, 2031)
    ]
    tables = {
        "funds": [make_fund(carry_over=False)],
        "pools": [make_pool(region="budget")],
        "instruments": [make_bond(tenor=10)],
    }
    thin = make_inflows("budget", 2021, *([0.0] * 9), 5.0)
    caught = solve(
        make_instance(projects, years=(2021, 2030), inflows=thin, **tables), SolveOptions(gap=0.0)
    )
    # Each repays 10 in its own year after the plan, where only 5 come in: none can be borrowed
    # for, and 5 of 2030 pay for nothing.
    assert caught.require_plan().starts == ()
    # Where the 5 of a year are kept, those of two years repay one bond: every second year of ten.
    kept = solve(
        make_instance(
            projects, years=(2021, 2030), inflows=thin, **tables | {"funds": [make_fund()]}
        ),
        SolveOptions(gap=0.0),
    )
    assert len(kept.require_plan().starts) == 5
    rich = make_inflows("budget", 2021, *([0.0] * 9), 10.0)
    free = solve(
        make_instance(projects, years=(2021, 2030), inflows=rich, **tables), SolveOptions(gap=0.0)
    )
    # p2030 would operate only after the appraisal's end and does not pay; the nine others do.
    assert len(free.require_plan().starts) == 9


def test_the_quota_binds_while_the_ceiling_does_not() -> None:
    """Qijiang 2020: ceiling 152.50, balance 84.44; the yearly quota of 30.58 is what binds."""
    projects = [
        make_project(f"p{n}", 10, 10, earliest_start=2021, latest_start=2021) for n in range(5)
    ]
    debt = [make_debt(2021, opening_balance=84.44, ceiling=152.50, new_quota=30.58)]
    bond = make_bond(tenor=10)
    result = solve(make_instance(projects, instruments=[bond], debt=debt), SolveOptions(gap=0.0))
    assert len(result.require_plan().starts) == 3
    loose = [edit(debt[0], new_quota=None)]
    result = solve(make_instance(projects, instruments=[bond], debt=loose), SolveOptions(gap=0.0))
    assert len(result.require_plan().starts) == 5  # 134.44 of 152.50


def test_no_plan_is_an_answer_until_one_is_required() -> None:
    instance = make_instance(
        [make_project("a", 10, 1, mandatory="must")], policies=[make_policy("spend_cap", 1.0)]
    )
    result = solve(instance)
    assert result.termination is Termination.INFEASIBLE
    assert result.state is SolutionState.NONE
    assert (result.objective, result.bound, result.gap) == (None, None, None)
    with pytest.raises(InfeasibleError):
        result.require_plan()


def test_a_stop_before_anything_was_found_has_no_plan() -> None:
    result = solve(random_instance(1), should_stop=lambda: True)
    if result.plan is None and not result.termination.is_proof_of_no_plan:
        assert result.termination is Termination.INTERRUPTED
        with pytest.raises(NoPlanError):
            result.require_plan()
    else:
        assert result.verification is None or result.verification.ok


def test_a_warm_start_is_taken_and_changes_nothing() -> None:
    instance = random_instance(8)
    first = solve(instance, SolveOptions(gap=0.0))
    again = solve(instance, SolveOptions(gap=0.0), warm_start=first.require_plan())
    assert again.objective == pytest.approx(first.objective)
    assert "start" not in {note.kind for note in again.notes}


def test_what_of_a_plan_to_start_from_is_possible_is_told() -> None:
    rich = make_instance(
        [make_project("a", 10.0, 9.0), make_project("b", 10.0, 9.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 20.0),
    )
    plan = solve(rich, SolveOptions(gap=0.0)).require_plan()
    assert len(plan.starts) == 2
    poor = rich.model_copy(update={"inflows": make_inflows("budget", 2021, 11.0)})
    told = solve(poor, SolveOptions(gap=0.0), warm_start=plan)
    assert any("cannot be paid or breaks a rule" in note.text_en for note in told.notes)
    assert len(told.require_plan().starts) == 1
    without = rich.model_copy(update={"projects": rich.projects[:1]})
    told = solve(without, SolveOptions(gap=0.0), warm_start=plan)
    assert any("1 of 2 starts" in note.text_en for note in told.notes)
    assert any("2个开工项，其中1个" in note.text_zh for note in told.notes)


SEEDS = st.integers(0, 10_000)
FEW = hypothesis_settings(max_examples=25, deadline=None, derandomize=True)


@FEW
@given(SEEDS)
def test_more_money_never_hurts(seed: int) -> None:
    instance = random_instance(seed)
    richer = instance.model_copy(
        update={
            "inflows": tuple(edit(row, value=row.value * 1.5) for row in instance.inflows),
            "debt": tuple(
                edit(
                    row,
                    ceiling=None if row.ceiling is None else row.ceiling * 2,
                    new_quota=None if row.new_quota is None else row.new_quota * 2,
                )
                for row in instance.debt
            ),
        }
    )
    poor, rich = best(instance).objective, best(richer).objective
    if poor is not None:
        assert rich is not None
        assert rich >= poor - 1e-6 * max(1.0, abs(poor))


@FEW
@given(SEEDS)
def test_a_further_rule_never_helps(seed: int) -> None:
    instance = random_instance(seed)
    tighter = instance.model_copy(
        update={"policies": (*instance.policies, make_policy("starts_cap", 2, id="few"))}
    )
    free, bound = best(instance).objective, best(tighter).objective
    if bound is not None:
        assert free is not None
        assert bound <= free + 1e-6 * max(1.0, abs(free))


@FEW
@given(SEEDS)
def test_the_order_of_projects_changes_nothing(seed: int) -> None:
    instance = random_instance(seed)
    turned = instance.model_copy(update={"projects": instance.projects[::-1]})
    turned = Instance.model_validate(turned.model_dump())
    assert best(turned).objective == pytest.approx(best(instance).objective)


MONEY_FIELDS = {
    "overnight_cost",
    "overnight_cost_low",
    "overnight_cost_high",
    "fixed_om_cost",
    "benefits",
    "revenue",
    "opening_balance",
    "minimum_balance",
    "annual_limit",
    "principal_due",
    "interest_due",
    "ceiling",
    "new_quota",
    "shortfall_price",
    "breach_cost",
}


def scaled(data: object, factor: float, table: str = "") -> object:
    """A dump of an instance with every money figure times `factor`."""
    if isinstance(data, dict):
        found = {}
        for key, value in data.items():
            money = key in MONEY_FIELDS or (
                key == "value" and table in {"inflows", "fiscal", "benefits", "relations"}
            )
            if money and isinstance(value, int | float):
                found[key] = value * factor
            elif (money and isinstance(value, dict)) or key == "metric_prices":
                found[key] = {name: amount * factor for name, amount in value.items()}
            else:
                found[key] = scaled(value, factor, table or key)
        return found
    if isinstance(data, list | tuple):
        return tuple(scaled(item, factor, table) for item in data)
    return data


@FEW
@given(SEEDS)
def test_scaling_all_money_scales_the_objective(seed: int) -> None:
    instance = random_instance(seed)
    money_limits = {"spend_cap", "spend_floor", "benefit_floor"}
    if any(p.kind in money_limits for p in instance.policies) or any(
        t.metric == "investment" for t in instance.targets
    ):
        return  # their values are money under another name
    larger = Instance.model_validate(scaled(instance.model_dump(), 1000.0))
    small, large = best(instance).objective, best(larger).objective
    if small is None:
        assert large is None
    else:
        assert large == pytest.approx(1000.0 * small, rel=1e-6, abs=1e-2)


def test_options_of_a_project_exclude_each_other_through_a_guest() -> None:
    options = [make_option("small", 10, 10), make_option("large", 20, 15)]
    result = solve(make_instance([make_project("a", options=options)]), SolveOptions(gap=0.0))
    assert [s.option for s in result.require_plan().starts] == ["large"]
