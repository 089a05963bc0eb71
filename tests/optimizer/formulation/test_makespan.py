"""The objective `makespan`: years until the last opening, and nothing else.

Rules: `makespan`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines.contract import EngineRefusalError
from infraplan.optimizer.primal import quick_plan
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination
from tests.assertions import assert_verified
from tests.builders import (
    make_demand,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_project,
    make_relation,
    make_resource,
    make_target,
)
from tests.optimizer.engine import best
from tests.optimizer.engines.roads import with_roads

MAKESPAN = {"objective": Objective.MAKESPAN}


def job(name: str, years: int, crew: float, **values: Any) -> Any:
    return make_project(
        name, lead_time=years, resources={"crew": crew}, **({"mandatory": "must"} | values)
    )


def site() -> Instance:
    """Six jobs and a crew of 4.

    Of x, y (3 years, 3 hands), z (2 years, 2 hands) and v (1 year, 4 hands) no two fit beside one
    another: 3 + 3 + 2 + 1 = 9 years at least, and in this row w (5 years, 1 hand) and p (1 year,
    1 hand) fit beside x, y. Hands times years are 9 + 9 + 4 + 4 + 5 + 1 = 32, 8 years of 4 hands;
    the longest chain, w before z, takes 7.
    """
    jobs = [job("x", 3, 3), job("y", 3, 3), job("z", 2, 2), job("v", 1, 4), job("w", 5, 1)]
    return make_instance(
        [*jobs, job("p", 1, 1)],
        years=(2021, 2040),
        settings=MAKESPAN,
        relations=[make_relation("finish_to_start", ["w"], ["z"])],
        resources=[make_resource("crew", 4.0, timing="construction", per_year=True)],
    )


def test_a_known_optimum_and_the_bound_of_its_relaxation() -> None:
    found = best(site())
    assert found.objective == -9.0
    relaxed = quick_relaxation(found.formulation.mip, 10.0)
    assert relaxed.values is not None
    bound = found.formulation.mip.value(relaxed.values)
    # A quick relaxation is inexact by a little: 8 is what the hands in years need.
    assert -9.0 <= bound <= -7.9


def test_a_plan_of_ones_own_is_near_the_known_optimum() -> None:
    formulation = build_formulation(site())
    values = quick_plan(formulation, 10.0)
    assert values is not None
    assert -11.0 <= formulation.mip.value(values) <= -9.0


def test_the_whole_solve_tells_whole_years() -> None:
    result = solve(site(), SolveOptions(gap=0.0))
    assert (result.objective, result.bound, result.gap) == (-9.0, -9.0, 0.0)
    assert result.termination is Termination.OPTIMAL
    assert result.certified_bound in {-8.0, -9.0}
    (term,) = result.require_plan().objective_terms
    assert (term.term, term.subject, term.value) == ("makespan", "plan", -9.0)


def test_nothing_of_it_is_there_under_another_objective() -> None:
    instance = site()
    settings = instance.settings.model_copy(update={"objective": Objective.NPV})
    formulation = build_formulation(instance.model_copy(update={"settings": settings}))
    assert not formulation.mip.has_columns("unopened")
    assert all(block.family != "makespan" for block in formulation.mip.row_blocks)
    assert np.array_equal(formulation.mip.objective, formulation.present_value)


def test_the_quicker_option_is_taken_whatever_it_costs() -> None:
    options = [make_option("slow", 1.0, 9.0, lead_time=3), make_option("fast", 99.0, lead_time=1)]
    project = make_project("a", options=options, mandatory="must")
    found = best(make_instance([project], settings=MAKESPAN))
    assert found.objective == -1.0
    money = make_fund(opening_balance=5.0)
    assert best(make_instance([project], settings=MAKESPAN, funds=[money])).objective == -3.0


def test_money_that_comes_late_delays() -> None:
    project = make_project("a", 10.0, lead_time=1, mandatory="must")
    found = best(
        make_instance(
            [project],
            settings=MAKESPAN,
            funds=[make_fund()],
            inflows=make_inflows("budget", 2021, 4, 4, 4),
        )
    )
    assert found.starts == {"a": 2023}
    assert found.objective == -3.0


def test_a_priced_target_counts_for_nothing_and_a_hard_one_holds() -> None:
    project = make_project("a", 10.0, lead_time=2, outputs={"km": 1.0})
    soft = make_target("road", "km", 1.0, 2024, shortfall_price=1000.0)
    plan = solve(make_instance([project], settings=MAKESPAN, targets=[soft])).require_plan()
    assert plan.starts == plan.objective_terms == ()
    assert plan.objective == 0.0
    assert [(row.shortfall, row.penalty) for row in plan.targets] == [(1.0, 1000.0)]
    hard = make_target("road", "km", 1.0, 2024, hard=True)
    assert best(make_instance([project], settings=MAKESPAN, targets=[hard])).objective == -2.0


@pytest.mark.parametrize("mandatory", ["no", "must"])
def test_a_plan_of_no_year_has_no_gap(mandatory: str) -> None:
    """Nothing is started, or all opens in the plan's first year: the gap is 0, not unknown."""
    project = make_project("a", 10.0, 99.0, lead_time=0, mandatory=mandatory)
    result = solve(make_instance([project], settings=MAKESPAN))
    assert (result.objective, result.bound, result.gap) == (0.0, 0.0, 0.0)
    assert result.state is SolutionState.OPTIMAL
    assert len(result.require_plan().starts) == (mandatory == "must")


def test_no_plan_is_no_plan() -> None:
    jobs = [job("a", 4, 1, open_by=2028), job("b", 4, 1, open_by=2028)]
    crew = make_resource("crew", 1.0, timing="construction", per_year=True)
    result = solve(make_instance(jobs, years=(2021, 2025), settings=MAKESPAN, resources=[crew]))
    assert result.termination is Termination.INFEASIBLE
    assert (result.plan, result.objective, result.bound, result.gap) == (None, None, None, None)


def test_what_nothing_asks_for_is_not_built_and_says_so() -> None:
    """`b` would pay, `c` would be late: neither is needed; forced in, `c` costs 2 years."""
    instance = make_instance(
        [
            make_project("a", 10.0, lead_time=1, mandatory="must"),
            make_project("b", 1.0, 50.0, lead_time=1),
            make_project("c", 1.0, 50.0, lead_time=3),
        ],
        settings=MAKESPAN,
    )
    result = solve(instance)
    plan = result.require_plan()
    assert [start.project for start in plan.starts] == ["a"]
    assert [row.loss_low for row in find_rejections(result.formulation, plan)] == [None, 2.0]
    b, c = find_rejections(result.formulation, plan, bound=result.bound)
    assert (b.rule, b.loss_low) == ("unneeded", pytest.approx(0.0, abs=1e-9))
    assert (c.rule, c.loss_low) == ("makespan", pytest.approx(2.0))


def test_the_unit_of_money_does_not_touch_the_years() -> None:
    projects = [
        make_project(name, cost, lead_time=1, mandatory="must")
        for name, cost in (("a", 4e9), ("b", 7e9))
    ]
    funds = {"funds": [make_fund()], "inflows": make_inflows("budget", 2021, 5e9, 5e9, 5e9)}
    result = solve(make_instance(projects, settings=MAKESPAN, **funds), SolveOptions(gap=0.0))
    assert (result.objective, result.bound) == (-3.0, -3.0)


def test_networks_have_no_worth_but_obey_their_laws_at_least_cost() -> None:
    """Water can come from a dear well or a cheap one: nothing counts it, the cheap one is told."""
    instance = make_instance(
        [make_project("a", 10.0, lead_time=1, mandatory="must")],
        years=(2021, 2022),
        settings=MAKESPAN,
        network_nodes=[
            make_node("dear", "source", capacity=9.0, cost=5.0),
            make_node("cheap", "source", capacity=9.0, cost=1.0),
            make_node("taps", "zone"),
        ],
        network_links=[make_link("d", "dear", "taps"), make_link("c", "cheap", "taps")],
        demands=[make_demand("water", "taps", 4.0, unserved_price=3.0)],
    )
    result = solve(instance)
    plan = result.require_plan()
    assert_verified(instance, plan)
    assert [term.term for term in plan.objective_terms] == ["makespan"]
    used = {row.element: row.value for row in plan.service if row.measure == "output"}
    assert used.get("cheap") == pytest.approx(4.0)
    assert used.get("dear", 0.0) == pytest.approx(0.0, abs=1e-9)


def test_the_search_over_roads_refuses_it_by_name() -> None:
    roads = with_roads(make_instance([make_project("a")], settings=MAKESPAN))
    with pytest.raises(EngineRefusalError, match=r"instance\.objective = makespan"):
        solve(roads)
