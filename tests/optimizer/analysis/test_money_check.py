"""The money check by hand: what changes at half, double and five times the money, and what scales.

Four roads of cost 10, each in one year of works, of 8, 6, 4 and 2 a year of operation until 2030;
nothing is discounted. Ten come in every year: one road a year, the best first.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from infraplan.models.instance import Instance
from infraplan.models.money_case import MoneyCase, MoneyEffect
from infraplan.models.plan import Plan
from infraplan.models.project import Mandate, Stage
from infraplan.models.quantities import Quality
from infraplan.optimizer.analysis import money_check
from infraplan.optimizer.analysis.held_schedule import held_instance
from infraplan.optimizer.analysis.money_check import (
    MoneyCheck,
    candidates_of,
    check_money,
    compare_starts,
    effect_of,
    main_deadline,
)
from infraplan.optimizer.analysis.money_record import check_record
from infraplan.optimizer.analysis.scaled_money import scaled_caps, with_money
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.report.money_words import money_check_line
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import Termination
from tests.assertions import assert_bilingual, assert_verified
from tests.builders import (
    REGION,
    edit,
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_policy,
    make_pool,
    make_project,
    make_resource,
    make_start,
    make_start_pace,
)
from tests.oracle.generate import random_instance
from tests.oracle.oracle import solve as best_of_all

EXACT = SolveOptions(gap=0.0)


def roads(*inflows: float, **tables: object) -> Instance:
    projects = [
        make_project(name, 10.0, worth) for name, worth in zip("abcd", (8, 6, 4, 2), strict=True)
    ]
    tables = {"projects": projects, "settings": {"end_year": 2030}} | tables
    return make_instance(
        funds=[make_fund()], inflows=make_inflows("budget", 2021, *inflows), **tables
    )


def checked(instance: Instance, options: SolveOptions = EXACT) -> MoneyCheck:
    result = solve(instance, options)
    assert result.plan is not None
    return check_money(result, result.plan, Deadline.after(None))


def cases(check: MoneyCheck) -> dict[float, MoneyCase]:
    return {case.factor: case for case in check.cases}


def test_what_changes_with_money_is_told_by_project() -> None:
    found = cases(checked(roads(10.0, 10.0, 10.0, 10.0)))
    assert list(found) == [0.5, 2.0, 5.0]
    # Half: a road every second year, in 2022 and 2024; b moves two years, c and d are left out.
    half = found[0.5]
    assert (half.enters, half.leaves, half.moves) == ({}, ("c", "d"), {"b": 2024})
    assert (half.changed, half.candidates, half.share) == (3, 4, 0.75)
    # Double: two a year, so that c starts in 2022 (one year sooner) and d too (two years).
    assert found[2.0].moves == {"d": 2022}
    # Five times: all in 2021; b moves by one year alone.
    assert found[5.0].moves == {"c": 2021, "d": 2021}
    assert found[5.0].share == 0.5
    assert [case.effect for case in found.values()] == [MoneyEffect.PROVEN] * 3
    assert all(case.verified for case in found.values())
    # By hand: operation from the year after the works until 2030.
    assert half.objective == pytest.approx(8 * 8 + 6 * 6 - 20)
    assert found[2.0].objective == pytest.approx(8 * 9 + 6 * 9 + 4 * 8 + 2 * 8 - 40)
    assert found[5.0].objective == pytest.approx(9 * (8 + 6 + 4 + 2) - 40)
    assert (half.left, half.came_in) == (pytest.approx(0.0), pytest.approx(20.0))
    assert found[5.0].left == pytest.approx(160.0)


def test_an_answer_that_does_not_depend_on_money_says_so() -> None:
    check = checked(roads(100.0, 0.0, 0.0, 0.0))
    assert [case.changed for case in check.cases] == [0, 0, 0]
    record = check_record(check)
    assert record["depends"] is False
    told = money_check_line({"money_check": record})
    assert told.startswith("The answer does not depend on money")
    assert told.zh.startswith("方案与资金规模无关")
    unlimited = edit(roads(1.0), funds=(), inflows=())
    none = checked(unlimited)
    assert (none.cases, none.is_limited) == ((), False)
    told = money_check_line({"money_check": check_record(none)})
    assert told == "The answer does not depend on money: nothing limits it."
    assert_bilingual(told, told.zh)


def test_that_more_money_changes_nothing_is_told_where_less_does() -> None:
    check = checked(roads(40.0, 0.0, 0.0, 0.0))
    assert [case.changed for case in check.cases] == [2, 0, 0]
    told = money_check_line({"money_check": check_record(check)})
    assert "2 (50%) at 0.5 times the money" in told
    assert told.endswith("More money than there is would change nothing, beyond the gaps told.")
    assert_bilingual(told, told.zh)


def test_that_no_plan_obeys_all_rules_with_less_is_an_answer() -> None:
    must = [make_project("a", 10.0, 8.0, mandatory="must"), make_project("b", 10.0, 6.0)]
    check = checked(roads(10.0, 0.0, 0.0, 0.0, projects=must))
    half = cases(check)[0.5]
    assert (half.effect, half.objective, half.changed) == (MoneyEffect.NO_PLAN, None, 0)
    assert check_record(check)["depends"] is True
    assert "at 0.5 times the money no plan obeys all rules" in money_check_line(
        {"money_check": check_record(check)}
    )


def test_what_a_search_finds_within_the_gap_is_no_work_of_the_money() -> None:
    # With a gap of 90 % any plan is an answer: what is not proven to be worth more counts as none.
    check = checked(roads(100.0, 0.0, 0.0, 0.0), SolveOptions(gap=0.9))
    assert [(case.effect, case.changed) for case in check.cases] == [(MoneyEffect.NONE, 0)] * 3


def test_plans_without_a_bound_do_not_tell_that_money_changes_nothing() -> None:
    check = checked(roads(100.0, 0.0, 0.0, 0.0))
    assert check_record(check)["depends"] is False
    # A search that ends with the plan it began with, and proves nothing, has asked nothing.
    last = check.cases[-1].model_copy(update={"bound": None, "gap": None})
    record = check_record(replace(check, cases=(*check.cases[:-1], last)))
    assert record["depends"] is None
    assert "does not depend" not in money_check_line({"money_check": record})


def test_changes_between_plans_that_are_equally_good_are_ties() -> None:
    # Of a and b one is built in 2021, the other in 2023, whichever: 20 in all. With a swapped start
    # both moved, and the old choice is as good; c was built beside them, which nobody can pay now.
    projects = [
        make_project("a", 10.0, 8.0),
        make_project("b", 10.0, 8.0),
        make_project("c", 10.0, 4.0),
    ]
    found = solve(roads(10.0, 0.0, 10.0, 0.0, projects=projects), EXACT)
    assert found.plan is not None
    at = {row.project: row for row in found.plan.starts}
    assert at.keys() == {"a", "b"}
    swapped = [
        at["a"].model_copy(update={"start": at["b"].start}),
        at["b"].model_copy(update={"start": at["a"].start}),
        at["a"].model_copy(update={"project": "c", "start": 2022}),
    ]
    before = found.plan.model_copy(update={"starts": tuple(swapped)})
    changes = compare_starts(found.instance, before.starts, found.plan.starts)
    assert (set(changes["moves"]), changes["leaves"], changes["changed"]) == ({"a", "b"}, ("c",), 3)
    ties = money_check._ties(changes, before, found, Deadline.after(None))
    assert ties == {"ties_asked": True, "tied": ("a", "b")}
    assert money_check._ties(changes, before, found, Deadline.after(0.0)) == {"ties_asked": False}


def test_both_counts_are_told_with_ties_and_without() -> None:
    case = MoneyCase(
        factor=5.0,
        effect=MoneyEffect.PROVEN,
        termination="optimal",
        candidates=10,
        changed=3,
        share=0.3,
        enters={"c": 2022},
        moves={"a": 2021, "b": 2023},
        tied=("a", "b"),
        ties_asked=True,
    )
    assert case.decided == 1
    record = {"is_limited": True, "depends": True, "cases": [case.model_dump(mode="json")]}
    told = money_check_line({"money_check": record})
    assert "3 (30%) at 5 times the money, 1 (10%) of them not between plans" in told
    assert "其中不属于等值方案间变动的1个（10%）" in told.zh
    unasked = case.model_copy(update={"ties_asked": False, "tied": ()}).model_dump(mode="json")
    told = money_check_line({"money_check": record | {"cases": [unasked]}})
    assert "between plans" not in told


def test_a_start_is_given_where_a_solve_without_one_leaves_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More money solved cold ends at a plan of less; begun with a known plan it does not."""
    instance = roads(10.0, 10.0, 10.0, 10.0)
    main = solve(instance, EXACT)
    assert main.plan is not None
    asked: list[Plan | None] = []

    def lazy(instance: Instance, options: SolveOptions, **values: object) -> SolveResult:
        found = solve(instance, options, **values)  # type: ignore[arg-type]
        if options.gap > 0.0:  # a schedule is paid for
            return found
        start = values.get("warm_start")
        asked.append(start if isinstance(start, Plan) else None)
        assert found.objective is not None
        if start is not None or found.objective <= main.require_plan().objective:
            return found
        poor = solve(held_instance(instance, main.require_plan().starts[:1]), EXACT)
        return replace(
            poor,
            instance=instance,
            bound=found.objective + 7.0,
            gap=1.0,
            termination=Termination.TIME_LIMIT,
        )

    monkeypatch.setattr(money_check, "solve", lazy)
    check = check_money(main, main.plan, Deadline.after(None))
    found = cases(check)
    assert found[5.0].moves == {"c": 2021, "d": 2021}
    assert found[5.0].gap == 0.0
    # Half is met cold; double and five times are asked twice, from the nearest plan that is known.
    assert [None if plan is None else plan.objective for plan in asked] == [
        None,
        None,
        main.objective,
        None,
        found[2.0].objective,
    ]


def test_of_two_solves_the_better_plan_counts_under_the_lower_bound_that_it_does_not_refute() -> (
    None
):
    fine = solve(roads(10.0, 10.0, 10.0, 10.0), SolveOptions(gap=0.05))
    plan = fine.require_plan()
    worth = plan.objective
    poor_plan = plan.model_copy(update={"objective": worth - 5.0, "starts": plan.starts[:1]})
    poor = replace(fine, plan=poor_plan, objective=worth - 5.0, bound=worth + 1.0, gap=1.0)
    own = replace(fine, bound=worth + 3.0, bound_source=BoundSource.DUAL_VALUES, gap=1.0)
    for cold, warm in ((poor, own), (own, poor)):
        best = money_check._better(cold, warm, poor_plan)
        assert (best.objective, best.bound) == (worth, worth + 1.0)
        assert best.bound_source is poor.bound_source
        assert best.termination is Termination.GAP_REACHED
    # A bound below the other's plan is no bound.
    wrong = replace(poor, bound=worth - 1.0)
    assert money_check._better(wrong, own, poor_plan).bound == worth + 3.0
    # That its start is the very best counts for nothing: dual values alone do.
    claim = replace(
        poor,
        bound=worth - 5.0,
        gap=0.0,
        bound_source=BoundSource.SOLVER,
        certified_bound=worth + 2.0,
    )
    worse = replace(own, plan=None, objective=None, gap=None)
    best = money_check._better(worse, claim, poor_plan)
    assert (best.objective, best.bound) == (worth - 5.0, worth + 2.0)
    assert best.bound_source is BoundSource.DUAL_VALUES
    nothing = replace(own, plan=None, objective=None, bound=None, gap=None)
    assert money_check._better(own, nothing, poor_plan) is own


def test_a_case_without_time_is_told_as_one() -> None:
    instance = roads(10.0, 10.0, 10.0, 10.0)
    result = solve(instance, EXACT)
    assert result.plan is not None
    check = check_money(result, result.plan, Deadline.after(0.5))
    assert {case.effect for case in check.cases} == {MoneyEffect.UNKNOWN}
    assert check_record(check)["depends"] is None
    assert "no plan was found in its" in money_check_line({"money_check": check_record(check)})


def test_the_plan_itself_gets_a_share_of_the_time() -> None:
    deadline = Deadline.after(100.0)
    own = main_deadline(deadline, is_checked=True)
    assert own.has_more_to_do
    assert own.limit_s == pytest.approx(30.0, abs=1.0)
    assert main_deadline(deadline, is_checked=False).limit_s == 100.0
    assert main_deadline(Deadline.after(None), is_checked=True).limit_s is None


def test_candidates_are_what_a_plan_decides_about() -> None:
    instance = make_instance(
        [
            make_project("free"),
            make_project("must", mandatory="must"),
            make_project("committed", mandatory="committed"),
            make_project("begun", stage=Stage.UNDER_CONSTRUCTION),
            make_project("not", mandatory=Mandate.MUST_NOT),
            make_project("there", stage=Stage.COMPLETE),
        ]
    )
    assert candidates_of(instance) == {"free", "must"}
    before = [make_start(instance, "free", 2021), make_start(instance, "committed", 2021)]
    after = [make_start(instance, "must", 2022)]
    found = compare_starts(instance, before, after)
    assert (found["enters"], found["leaves"], found["changed"]) == ({"must": 2022}, ("free",), 2)
    assert found["share"] == 1.0


def result_of(objective: float | None, bound: float | None) -> SolveResult:
    return replace(solve(roads(10.0), EXACT), objective=objective, bound=bound)


def test_an_effect_is_proven_by_a_value_beyond_the_other_bound() -> None:
    base = result_of(100.0, 101.0)
    assert effect_of(2.0, base, result_of(102.0, 110.0)) is MoneyEffect.PROVEN
    assert effect_of(2.0, base, result_of(101.0, 110.0)) is MoneyEffect.NONE
    assert effect_of(0.5, base, result_of(90.0, 99.0)) is MoneyEffect.PROVEN
    assert effect_of(0.5, base, result_of(90.0, 100.0)) is MoneyEffect.NONE
    assert effect_of(0.5, base, result_of(90.0, None)) is MoneyEffect.NONE


# ------------------------------------------------------------------------------- what scales


def test_what_planners_call_the_money_scales_and_the_rest_stays() -> None:
    instance = make_instance(
        [make_project("a", 10.0, 8.0, resources={"land": 1.0, "steel": 1.0})],
        funds=[make_fund(opening_balance=12.0, minimum_balance=2.0, envelope=50.0)],
        inflows=make_inflows("budget", 2021, 10.0, 20.0),
        instruments=[make_bond(annual_limit=4.0)],
        pools=[make_pool(**{REGION: "budget"})],
        debt=[
            make_debt(2021, opening_balance=30.0, principal_due=6.0, ceiling=44.0, new_quota=3.0),
            make_debt(2022, interest_due=1.0, ceiling=20.0),
        ],
        policies=[
            make_policy("spend_cap", 100.0),
            make_policy("spend_floor", 5.0),
            make_policy("starts_cap", 3.0, id="assumed", per_year=True),
            make_policy("starts_cap", 3.0, id="stated", quality=Quality.STATED),
        ],
        start_paces=[make_start_pace(3)],
        resources=[
            make_resource("land", 4.0),
            make_resource("steel", 4.0, timing="spending"),
        ],
    )
    half, double = with_money(instance, 0.5), with_money(instance, 2.0)
    # Of 12 only the 10 above what must remain.
    assert [row.funds[0].opening_balance for row in (half, double)] == [7.0, 22.0]
    assert [row.funds[0].envelope for row in (half, double)] == [25.0, 100.0]
    assert half.funds[0].minimum_balance == 2.0
    # Old debt takes 6 of the 10 of 2021: half the money would not serve it.
    assert [row.value for row in half.inflows] == [6.0, 10.0]
    assert [row.value for row in double.inflows] == [20.0, 40.0]
    assert [row.instruments[0].annual_limit for row in (half, double)] == [2.0, 8.0]
    # Beside the 24 of old debt that are left at the end of 2021 there is room for 20 more; in 2022
    # there is none, and none grows out of it.
    assert [row.ceiling for row in half.debt] == [34.0, 20.0]
    assert [row.ceiling for row in double.debt] == [64.0, 20.0]
    assert [row.new_quota for row in half.debt] == [1.5, None]
    assert double.debt[0].principal_due == 6.0
    assert [row.value for row in half.policies] == [50.0, 5.0, 2.0, 3.0]
    assert [row.value for row in double.policies] == [200.0, 5.0, 6.0, 3.0]
    assert [row.start_paces[0].most for row in (half, double)] == [2, 6]
    assert [row.limit for row in double.resources] == [8.0, 4.0]
    assert scaled_caps(instance) == ("assumed", "all sectors", "land")
    assert with_money(instance, 1.0) == instance


def test_a_cap_on_starts_leaves_what_must_start() -> None:
    works = [make_project(f"p{k}", 1.0, 1.0, mandatory="must", latest_start=2021) for k in range(3)]
    instance = make_instance(works, policies=[make_policy("starts_cap", 4.0, per_year=True)])
    assert with_money(instance, 0.5).policies[0].value == 3.0


# ---------------------------------------------------------------------------- random instances


def test_random_cases_are_the_optima_of_brute_force() -> None:
    """Every case of the check against all plans of the scaled instance; plans are verified."""
    proven = none = nothing = 0
    for seed in range(10):
        instance = random_instance(seed)
        result = solve(instance, EXACT)
        if result.plan is None:
            continue
        check = check_money(result, result.plan, Deadline.after(None))
        for case in check.cases:
            scaled = with_money(instance, case.factor)
            best = best_of_all(scaled)
            if best.objective is None:
                assert case.effect is MoneyEffect.NO_PLAN, (seed, case)
                nothing += 1
                continue
            assert case.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6), seed
            differs = abs(best.objective - result.plan.objective) > 1e-5
            assert (case.effect is MoneyEffect.PROVEN) == differs, (seed, case)
            proven, none = proven + differs, none + (not differs)
            if not differs:
                assert case.changed == 0, (seed, case)
    assert proven >= 3
    assert none >= 3


def test_more_money_pays_for_every_plan_of_less() -> None:
    for seed in range(30):
        instance = random_instance(seed)
        values = []
        for factor in (0.5, 1.0, 2.0):
            found = solve(with_money(instance, factor), EXACT)
            values.append(-1e9 if found.objective is None else found.objective)
            if found.plan is not None:
                assert_verified(found.instance, found.plan)
        assert values[0] <= values[1] + 1e-6, seed
        assert values[1] <= values[2] + 1e-6, seed
