"""Plans near a known one: starts within a year, all else free, every row of the whole model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.engines import neighbourhood
from infraplan.optimizer.engines.claims import Answer
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.integer_program import start_values
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.engines.neighbourhood import (
    FIRST_SUB_SEARCH,
    SUB_SEARCHES,
    near_plan,
    search_with_neighbourhoods,
    sub_searches_off,
)
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_plan,
    make_project,
    make_settings,
    make_start,
)


def pipes() -> Instance:
    """Two pipes of 10 a year each, the first mended in any year of 2021-2030."""
    return make_instance(
        [make_project(name, 10.0, lead_time=1) for name in ("p", "q")],
        network_nodes=[make_node("src", "source", capacity=100.0), make_node("z", "zone")],
        network_links=[
            make_link(f"link-{name}", "src", "z", exists=False, capacity=5.0) for name in ("p", "q")
        ],
        demands=[make_demand("dz", "z", 10.0, unserved_price=1.0)],
        project_network=[make_change(name, f"link-{name}") for name in ("p", "q")],
        settings=make_settings((2021, 2030), end_year=2040, discount_rate=0.05),
    )


def test_a_start_moves_by_a_year_and_what_is_out_is_free() -> None:
    instance = pipes()
    formulation = build_formulation(instance)
    values = start_values(formulation, make_plan(instance, [make_start(instance, "p", 2025)]))
    near = near_plan(formulation, np.nan_to_num(values))
    (p,), (q,) = formulation.sets.options_of
    built, out = formulation.started[p], formulation.started[q]
    years = formulation.sets.first_year + np.arange(built.size)
    assert (near.col_upper[built] == np.where(years < 2024, 0.0, 1.0)).all()
    assert (near.col_lower[built] == np.where(years >= 2026, 1.0, 0.0)).all()
    assert (near.col_upper[out] == formulation.mip.col_upper[out]).all()
    assert (near.col_lower[out] == formulation.mip.col_lower[out]).all()


@pytest.mark.parametrize("limit", [None, 30.0])
def test_with_and_without_a_time_limit_the_answer_is_that_of_the_whole_model(limit) -> None:
    formulation = build_formulation(pipes())
    answer = search_with_neighbourhoods(
        formulation, Known(), SolveOptions(gap=0.0), Deadline.after(limit)
    )
    # Both start in 2021 and serve 5 each in 2022-2040.
    right = 10.0 * sum(1.0 / 1.05**k for k in range(1, 20)) - 20.0
    assert answer.reply.objective == pytest.approx(right)
    assert answer.reply.bound == pytest.approx(right)


def test_a_search_that_is_cut_short_goes_on_from_the_better_neighbour(monkeypatch) -> None:
    """The first search stops at p in 2022 under a bound; the neighbourhood finds 2021 and q."""
    instance = pipes()
    formulation = build_formulation(instance)
    plan = make_plan(instance, [make_start(instance, "p", 2022)])
    start = np.nan_to_num(start_values(formulation, plan))
    asked: list[str] = []
    honest = neighbourhood.ask

    def short(mip, options, known, deadline, **values):
        asked.append("whole" if mip is formulation.mip else "near")
        answer = honest(mip, options, known, deadline, **values)
        if len(asked) > 1:
            return answer
        known_columns = formulation.mip.columns("started").index.ravel()
        worse = neighbourhood_plan(formulation, start[known_columns])
        value = formulation.mip.value(worse)
        reply = replace(
            answer.reply, values=worse, objective=value, bound=1e3, gap=1e3 / value - 1.0
        )
        return Answer(reply, ())

    monkeypatch.setattr(neighbourhood, "ask", short)
    answer = search_with_neighbourhoods(
        formulation, Known(), SolveOptions(gap=0.0), Deadline.after(60.0)
    )
    right = 10.0 * sum(1.0 / 1.05**k for k in range(1, 20)) - 20.0
    assert asked == ["whole", "near", "whole"]
    assert answer.reply.objective == pytest.approx(right)
    assert answer.reply.bound == pytest.approx(right)  # the whole model's, not the neighbourhood's


def neighbourhood_plan(formulation, started: np.ndarray) -> np.ndarray:
    """All columns with the starts given."""
    columns = formulation.mip.columns("started").index.ravel()
    found = Completion.of(formulation.mip, columns).solve(started, 10.0, 1e-9)
    assert found is not None
    return found


# ------------------------------------------------------------------- searches of the solver's own


@pytest.mark.parametrize(
    ("worth", "bound", "off"),
    [
        (99.0, 100.0, {*SUB_SEARCHES, FIRST_SUB_SEARCH}),
        (90.0, 100.0, set(SUB_SEARCHES)),
        (99.0, None, set(SUB_SEARCHES)),
    ],
)
def test_a_plan_at_hand_takes_the_place_of_the_solvers_own_searches(
    monkeypatch, worth: float, bound: float | None, off: set[str]
) -> None:
    monkeypatch.setattr(neighbourhood, "is_large", lambda mip: True)
    formulation = build_formulation(pipes())
    plan = np.zeros(formulation.mip.num_columns)
    known = Known(plan, worth, bound)
    assert sub_searches_off(formulation, known, SolveOptions()) == dict.fromkeys(off, "false")


@pytest.mark.parametrize(("claimed", "is_near"), [(90.3, True), (92.0, False), (None, False)])
def test_a_plan_near_what_parts_claim_takes_the_place_of_the_search_after_cuts_too(
    monkeypatch, claimed: float | None, is_near: bool
) -> None:
    """The relaxation is 11 % above the plan, and says less of it than the parts do."""
    monkeypatch.setattr(neighbourhood, "is_large", lambda mip: True)
    formulation = build_formulation(pipes())
    plan = np.zeros(formulation.mip.num_columns)
    known = Known(plan, 90.0, 100.0, claimed=claimed)
    off = {*SUB_SEARCHES, FIRST_SUB_SEARCH} if is_near else set(SUB_SEARCHES)
    assert sub_searches_off(formulation, known, SolveOptions()) == dict.fromkeys(off, "false")


def test_a_plan_between_a_start_and_the_relaxation_leaves_the_search_after_cuts(
    monkeypatch,
) -> None:
    monkeypatch.setattr(neighbourhood, "is_large", lambda mip: True)
    formulation = build_formulation(pipes())
    known = Known(np.zeros(formulation.mip.num_columns), 99.0, 100.0, is_near_start=True)
    off = dict.fromkeys(SUB_SEARCHES, "false")
    assert sub_searches_off(formulation, known, SolveOptions()) == off


def test_the_solver_keeps_its_searches_where_nothing_takes_their_place(monkeypatch) -> None:
    formulation = build_formulation(pipes())
    known = Known(np.zeros(formulation.mip.num_columns), 99.0, 100.0)
    assert sub_searches_off(formulation, known, SolveOptions()) == {}  # a small program
    monkeypatch.setattr(neighbourhood, "is_large", lambda mip: True)
    assert sub_searches_off(formulation, Known(), SolveOptions()) == {}
    assert sub_searches_off(formulation, known, SolveOptions(solver="scip")) == {}
    no_networks = build_formulation(make_instance([make_project("p", 10.0, 20.0)]))
    assert sub_searches_off(no_networks, known, SolveOptions()) == {}


@pytest.mark.parametrize("worth", [1.0, 140.0])
def test_without_them_the_answer_is_the_same(monkeypatch, worth: float) -> None:
    """HiGHS takes the options by these names, and proves the best plan from a worse one."""
    monkeypatch.setattr(neighbourhood, "is_large", lambda mip: True)
    instance = pipes()
    formulation = build_formulation(instance)
    mip = formulation.mip
    plan = make_plan(instance, [make_start(instance, "p", 2022)])
    columns = mip.columns("started").index.ravel()
    start = np.nan_to_num(start_values(formulation, plan))
    whole = Completion.of(mip, columns).solve(start[columns], 10.0)
    assert whole is not None
    known = Known(whole, mip.value(whole), worth + mip.value(whole))
    assert sub_searches_off(formulation, known, SolveOptions())
    answer = search_with_neighbourhoods(
        formulation, known, SolveOptions(gap=0.0), Deadline.after(30.0), start=whole
    )
    right = 10.0 * sum(1.0 / 1.05**k for k in range(1, 20)) - 20.0
    assert answer.notes == ()
    assert answer.reply.objective == pytest.approx(right)
    assert answer.reply.bound == pytest.approx(right)
