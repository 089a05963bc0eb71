"""Money to the smallest unit: plans that no cents pay for are refused, exact fits are not.

The answers are held against all plans, each tried in fractions.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Payment
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.engines.finished import Finished, made_to_the_unit
from infraplan.optimizer.engines.registry import engine_named
from infraplan.optimizer.engines.to_the_unit import Corrected
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import Bar, SolveOptions, SolveResult
from infraplan.optimizer.verify import verify_plan
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
)
from tests.nightly.near_equal import best_of_all, near_equal
from tests.optimizer.engines.roads import with_roads

FIRST = 2021
UNIT = Fraction(1, 100)


def _cents(value: Fraction) -> float:
    return float(round(value * 100) / Fraction(100))


def _instance(costs: list[float], *inflows: float, **tables: object) -> Instance:
    """Projects of one year's works that are worth a tenth of their cost a year, the later more."""
    projects = [
        make_project(f"p{k}", cost, round(cost * (0.1 + 0.001 * k), 2), lead_time=1)
        for k, cost in enumerate(costs)
    ]
    return make_instance(
        projects,
        funds=[make_fund()],
        inflows=make_inflows("budget", FIRST, *inflows),
        years=(FIRST, FIRST + max(1, len(inflows)) - 1),
        settings={"end_year": FIRST + 19},
        **tables,  # type: ignore[arg-type]
    )


def _solved(instance: Instance) -> SolveResult:
    result = solve(instance, SolveOptions(gap=0.0))
    assert result.plan is not None
    assert result.verification is not None
    assert result.verification.ok
    return result


def _best(instance: Instance, inflows: list[float]) -> float:
    """The best value of all plans whose spending never exceeds what came in, in fractions."""
    form = build_formulation(instance)
    value, sets = form.coefficients.value, form.sets
    years = range(len(inflows))
    come = np.cumsum([Fraction(str(amount)) for amount in inflows])
    cost = [Fraction(str(p.options[0].overnight_cost)) for p in instance.projects]
    best = 0.0
    for starts in product([None, *years], repeat=len(cost)):
        flats = [sets.options[k] for k, t in enumerate(starts) if t is not None]
        times = [t for t in starts if t is not None]
        if any(not flat.first <= t <= flat.last for flat, t in zip(flats, times, strict=True)):
            continue
        spent = [
            sum(c for c, t in zip(cost, starts, strict=True) if t is not None and t <= y)
            for y in years
        ]
        if all(left <= there for left, there in zip(spent, come, strict=True)):
            total = sum(value[k, t] for k, t in enumerate(starts) if t is not None)
            best = max(best, float(total))
    return best


def test_two_cents_short_of_half_a_billion_is_refused() -> None:
    instance = _instance([519_780_130.52, 87_654_321.09], 519_780_130.50)
    result = _solved(instance)
    assert result.plan is not None
    assert [start.project for start in result.plan.starts] == ["p1"]
    assert result.bound == pytest.approx(result.objective, rel=1e-9)
    assert any(note.kind == "repaired" for note in result.notes)


@pytest.mark.parametrize("size", [1.0, 4.21e4, 5.1978e8, 3.7e11, 9.9e12])
def test_an_exact_fit_is_taken_and_a_hundredth_less_is_not(size: float) -> None:
    costs = [round(size, 2), round(size * 0.7, 2)]
    both = sum(Fraction(str(cost)) for cost in costs)
    fits = _solved(_instance(costs, _cents(both)))
    short = _solved(_instance(costs, _cents(both - UNIT)))
    assert fits.plan is not None
    assert short.plan is not None
    assert len(fits.plan.starts) == 2
    assert len(short.plan.starts) == 1


def test_many_equal_projects_are_refused_by_one_row() -> None:
    """Of thirty equal ones fifteen lack two cents: each choice of fifteen, and there are many."""
    cost = Fraction("519780130.52")
    instance = _instance([float(cost)] * 30, _cents(15 * cost - 2 * UNIT))
    result = _solved(instance)
    assert result.plan is not None
    assert len(result.plan.starts) == 14
    assert result.gap == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_near_equal_and_mixed_amounts_against_all_plans(seed: int) -> None:
    rng = random.Random(seed)
    top = (5e8, 3e6, 2e11, 9e12)[seed]
    costs = [round(top + 0.01 * k, 2) for k in range(3)] + [round(rng.uniform(1.0, 2e4), 2)]
    fractions = [Fraction(str(cost)) for cost in costs]
    inflows = [
        _cents(fractions[0] + fractions[3] - rng.choice((0, 1, 2)) * UNIT),
        _cents(fractions[1] + rng.choice((0, 1)) * UNIT),
    ]
    instance = _instance(costs, *inflows)
    result = _solved(instance)
    assert result.objective == pytest.approx(_best(instance, inflows), rel=1e-9)


def test_a_ceiling_of_debt_holds_to_the_unit() -> None:
    """What the budget lacks is borrowed: to the cent up to the ceiling, and not above."""
    cost, income = Fraction("519780130.52"), Fraction("219780130.25")
    more = {
        "instruments": [make_bond(tenor=30)],
        "pools": [make_pool(region="budget")],
    }
    for ceiling, built in ((cost - income, 1), (cost - income - UNIT, 0)):
        debt = [make_debt(FIRST, ceiling=_cents(ceiling))]
        instance = _instance([float(cost)], float(income), debt=debt, **more)
        result = _solved(instance)
        assert result.plan is not None
        assert len(result.plan.starts) == built


def test_a_cap_on_spending_holds_to_the_unit() -> None:
    cost = 519_780_130.52
    for cap, built in ((cost, 1), (cost - 0.01, 0)):
        policies = [make_policy("spend_cap", cap)]
        result = _solved(_instance([cost], 6e8, policies=policies))
        assert result.plan is not None
        assert len(result.plan.starts) == built


def test_what_lacks_two_cents_is_explained() -> None:
    """The row that refuses its start is nobody's rule: reasons and losses are found beside it.

    Of 100.00 and 60.01 millions the first alone, the second alone, never both: 20 years of a tenth
    and a hundred-and-first part each.
    """
    instance = _instance([1e8, 60_000_000.01], 1.6e8, 0.0)
    result = _solved(instance)
    assert result.plan is not None
    assert result.options.bars == ()
    assert [start.project for start in result.plan.starts] == ["p0"]
    (told,) = find_rejections(result.formulation, result.plan, bound=result.bound, exact=True)
    assert told.project == "p1"
    assert told.rule == "cents"
    other = _solved(_instance([1e8, 60_000_000.01], 60_000_000.01, 0.0))
    assert told.loss == pytest.approx(result.objective - other.objective, rel=1e-9)


def test_verify_names_a_payment_that_lacks_a_cent() -> None:
    instance = _instance([519_780_130.52], 519_780_130.52)
    plan = _solved(instance).plan
    assert plan is not None
    for missing, holds in ((0.001, True), (0.01, False)):
        rows = tuple(_less(row, missing) for row in plan.payments)
        told = verify_plan(instance, edit(plan, payments=rows)).violations
        assert ("sources_uses" not in {row.law for row in told}) is holds


def _less(row: Payment, amount: float) -> Payment:
    return edit(row, amount=row.amount - amount)


def test_a_plan_that_obeys_is_not_lost_to_an_answer_whose_time_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer after a refusal has no plan, as where no time is left to complete one."""
    instance = _instance([519_780_130.52, 87_654_321.09], 519_780_130.50)
    good = _solved(instance)
    refused = replace(good, bars=(Bar(((0, 1),), 0),))
    empty = replace(good, plan=None, objective=None, verification=None)
    answers = iter([refused, empty])
    engine = replace(engine_named("exact"), load=lambda: lambda *_, **__: next(answers))
    monkeypatch.setattr("infraplan.optimizer.solve.engine_for", lambda *_: engine)
    result = solve(instance, SolveOptions(gap=0.0))
    assert result.plan == good.plan
    assert any(note.kind == "repaired" for note in result.notes)


@pytest.mark.parametrize("inflows", [(519_780_130.50,), (0.0, 519_780_130.50)])
def test_roads_at_equilibrium_take_no_project_that_lacks_two_cents(
    inflows: tuple[float, ...],
) -> None:
    """By the search of one year, and by the master program of several."""
    plain = _instance([519_780_130.52, 87_654_321.09], *inflows)
    instance = with_roads(plain, changes=[("p0", "bridge", {}), ("p1", "direct", {})])
    result = _solved(instance)
    assert result.engine == "equilibrium"
    assert result.plan is not None
    assert [start.project for start in result.plan.starts] == ["p1"]
    assert result.bound == pytest.approx(result.objective, rel=1e-6)


@pytest.mark.parametrize("number", range(4))
def test_projects_a_cent_apart_against_all_plans(number: int) -> None:
    """Debt, several funds, money that lapses and joint projects; money adds up to the cent."""
    case = near_equal(1, number)
    result = _solved(case.instance)
    assert result.objective == pytest.approx(best_of_all(case), rel=1e-9)
    assert result.bound == pytest.approx(result.objective, rel=1e-7)


def test_thirty_projects_a_cent_apart_need_few_refusals() -> None:
    """Each choice of five a year lacked cents: one refused after another, there were thousands."""
    costs = [round(5e8 + 0.01 * k, 2) for k in range(30)]
    result = _solved(_instance(costs, *(round(2.5e9 + 0.01 * k, 2) for k in (90, 70, 80))))
    assert result.gap == pytest.approx(0.0, abs=1e-9)
    (told,) = (n.text_en for n in result.notes if "smallest unit or more" in n.text_en)
    assert int(told.rpartition(":")[2]) <= 5


def test_cents_are_found_after_the_time_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def noted(scaled: Formulation, factor: float, values: object, seconds: float) -> Corrected:
        asked.append(seconds)
        return Corrected()

    monkeypatch.setattr("infraplan.optimizer.engines.finished.to_the_unit", noted)
    instance = _instance([10.0], 10.0)
    formulation = build_formulation(instance)
    made_to_the_unit(formulation, 1.0, np.zeros(1), 0.0, lambda _: Finished())
    assert asked == [1.0]
