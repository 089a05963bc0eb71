"""Why a project is moved: money, what it needs, its window, a gain; what is sunk."""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.models.kept_plan import KeptPlan, decided_starts, moves_between, starts_in_force
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.analysis.moved import (
    GAIN,
    GIVEN_UP,
    MUST,
    NEEDED,
    NOT_ASKED,
    WINDOW,
    MovedFor,
    why_moved,
)
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_project,
    make_relation,
    make_start,
)

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)


def moved(instance: Instance, before: dict[str, int], seconds: float = 30.0) -> dict[str, MovedFor]:
    """Reasons by project: from starts in the years `before` to the best plan."""
    plan = solve(instance, EXACT).plan
    assert plan is not None
    kept = KeptPlan(
        starts_in_force(instance, [make_start(instance, n, y) for n, y in before.items()])
    )
    moves = moves_between(kept.starts, decided_starts(plan.starts))
    return {row.move.project: row for row in why_moved(instance, plan, kept, moves, seconds)}


def test_money_that_is_short_is_told_with_year_and_amount() -> None:
    # 4 of 10 come in 2021 and 6 later: of two works of 5 the better one begins in 2022.
    instance = make_instance(
        [make_project("a", 5.0, 9.0), make_project("b", 5.0, 2.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 4.0, 1.0, 5.0, 0.0),
        settings={"end_year": 2035},
    )
    told = moved(instance, {"a": 2021, "b": 2022})
    assert told["a"].rule == "fund_balance:budget"
    assert (told["a"].year, told["a"].amount) == (2021, pytest.approx(1.0))
    assert told["b"].rule == "fund_balance:budget"
    assert (told["b"].year, told["b"].amount) == (2022, pytest.approx(5.0))


def test_a_start_that_the_plan_only_gains_by_is_told_with_the_gain() -> None:
    instance = make_instance([make_project("a", 5.0, 9.0)], settings={"end_year": 2030})
    told = moved(instance, {"a": 2023})
    assert told["a"].reason == GAIN
    assert told["a"].amount == pytest.approx(18.0)  # two years of 9 earlier


def test_a_forerunner_that_comes_later_takes_its_follower_along() -> None:
    instance = make_instance(
        [make_project("a", 5.0, 1.0, earliest_start=2022), make_project("b", 5.0, 9.0)],
        relations=[make_relation("finish_to_start", ["a"], ["b"])],
        settings={"end_year": 2035},
    )
    told = moved(instance, {"a": 2021, "b": 2022})
    assert told["a"].reason == WINDOW
    assert told["b"].rule.startswith("precedence:")


def test_what_is_added_gains_must_be_or_is_waited_for() -> None:
    instance = make_instance(
        [
            make_project("gains", 5.0, 9.0),
            make_project("must", 5.0, 0.1, mandatory=Mandate.MUST),
            make_project("needed", 5.0, 0.0),
            make_project("waits", 5.0, 50.0),
        ],
        relations=[make_relation("finish_to_start", ["needed"], ["waits"])],
    )
    told = moved(instance, {"waits": 2022})
    assert told["gains"].reason == GAIN
    assert told["gains"].amount == pytest.approx(22.0)  # 3 years of 9 less 5
    assert told["must"].reason == MUST
    assert told["needed"].reason == NEEDED
    assert told["needed"].others == ("waits",)


def test_works_given_up_are_sunk() -> None:
    """What was spent on works given up, or stopped, is told; nothing is solved for the first."""
    lost = make_project("lost", 5.0, 9.0, mandatory=Mandate.MUST_NOT, spent_to_date=1.5)
    told = moved(make_instance([lost]), {"lost": 2021})
    assert told["lost"].reason == GIVEN_UP
    assert told["lost"].sunk == 1.5
    begun = make_project(
        "begun",
        stage=Stage.UNDER_CONSTRUCTION,
        started=2020,
        spent_to_date=4.0,
        stopping_cost=0.5,
        options=(make_option("base", 10.0, 0.0, lead_time=2, spending_profile=(0.4, 0.6)),),
    )
    told = moved(make_instance([begun]), {"begun": 2021})
    assert told["begun"].sunk == 4.0
    assert told["begun"].reason == GAIN
    assert told["begun"].amount == pytest.approx(5.5)  # 6 still to be spent, less 0.5 to stop


def test_without_time_only_the_plain_reasons_are_told() -> None:
    instance = make_instance([make_project("a", 5.0, 9.0)], settings={"end_year": 2030})
    assert moved(instance, {"a": 2023}, seconds=0.0)["a"].reason == NOT_ASKED


def test_another_option_is_tested_as_planned() -> None:
    # The large option costs 2 more than comes in.
    options = (make_option("small", 5.0, 4.0), make_option("large", 9.0, 9.0))
    instance = make_instance(
        [make_project("a", options=options)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 7.0, 0.0, 0.0, 0.0),
        settings={"end_year": 2030},
    )
    plan = solve(instance, EXACT).plan
    assert plan is not None
    kept = KeptPlan({"a": ("large", 2021)})
    moves = moves_between(kept.starts, decided_starts(plan.starts))
    (told,) = why_moved(instance, plan, kept, moves, 30.0)
    assert told.rule == "fund_balance:budget"
    assert told.amount == pytest.approx(2.0)
