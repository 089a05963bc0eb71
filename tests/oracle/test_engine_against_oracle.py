"""The engine's optimum equals brute force over all start-year combinations."""

from __future__ import annotations

from functools import cache

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import DateOutcome
from tests.builders import edit
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.bites import DRAWN, FREE
from tests.oracle.generate import random_instance
from tests.oracle.oracle import Answer, solve

CASES = 320
DECIDED = {seed for drawn, seeds in DRAWN.values() if drawn is FREE for seed in seeds}
"""Seeds in which a rule decides that may decide in no other: a quick run keeps them."""


@cache
def answer_of(seed: int) -> Answer:
    """Brute force on a random instance, once for all tests that ask."""
    return solve(random_instance(seed))


@pytest.mark.parametrize("seed", first_quick(range(CASES), quick=90, also=DECIDED))
def test_optimum_equals_brute_force(seed: int) -> None:
    instance = random_instance(seed)
    answer, found = answer_of(seed), best(instance)
    if answer.objective is None:
        assert found.objective is None
    else:
        assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)


def test_the_cases_are_worth_their_time() -> None:
    """Both kinds of answer occur, and most optima leave something out."""
    answers = [(random_instance(seed), answer_of(seed)) for seed in range(60)]
    feasible = [(i, a) for i, a in answers if a.objective is not None]
    partial = [a for i, a in feasible if 0 < len(a.starts) < len(i.projects)]
    assert 5 <= len(answers) - len(feasible) <= 40
    assert len(partial) >= 10


def test_paces_of_starts_bind_in_some_cases() -> None:
    changed = 0
    for seed in range(0, 60, 4):
        instance = random_instance(seed)
        assert instance.start_paces
        free = instance.model_copy(update={"start_paces": ()})
        changed += answer_of(seed).objective != solve(free).objective
    assert changed >= 2


def _without_capital(instance: Instance) -> Instance:
    finance = instance.settings.finance.model_copy(update={"capital_ratios": ()})
    settings = instance.settings.model_copy(update={"finance": finance})
    return instance.model_copy(update={"settings": settings})


def test_least_capital_binds_in_some_cases() -> None:
    changed = 0
    for seed in range(0, 90, 3):
        instance = random_instance(seed)
        assert instance.settings.finance.capital_ratios
        changed += answer_of(seed).objective != solve(_without_capital(instance)).objective
    assert changed >= 1


DATED = (10, 15, 35, 62, 75, 87, 102, 172)
"""Seeds of small cases with stated dates, quick to enumerate."""


def test_stated_dates_decide_some_cases() -> None:
    changed = missed = 0
    for seed in DATED:
        instance = random_instance(seed)
        answer, free = solve(instance), solve(edit(instance, stated_dates=()))
        changed += answer.starts != free.starts
        missed += any(row.cost > 0.0 for row in stated_of(instance))
    assert changed >= 3
    assert missed >= 5


def stated_of(instance: Instance) -> tuple[DateOutcome, ...]:
    """What the best plan does about the dates of `instance`."""
    plan = best(instance).plan
    return () if plan is None else plan.stated_dates


def _keeping_nothing(instance: Instance) -> Instance:
    """The same with funds that keep no money beyond the plan, but all of it inside."""
    lag = instance.settings.horizon.num_years
    funds = tuple(
        fund.model_copy(update={"lapse_years": lag}) if fund.carry_over else fund
        for fund in instance.funds
    )
    return instance.model_copy(update={"funds": funds})


def test_cash_kept_beyond_the_plan_decides_some_cases() -> None:
    changed = 0
    for seed in range(1, 150, 5):
        instance = random_instance(seed)
        changed += answer_of(seed).objective != solve(_keeping_nothing(instance)).objective
    assert changed >= 3
