"""One list of lies told on each way from a question to its answer: caught, told, asked again.

What is known at first beats the worst plan and contradicts no bound half way to the best one; that
one is contradicted by what a later search finds. A lie is in the first answer alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.engines import (
    beside,
    claims,
    convex_search,
    integer_program,
    main_solve,
    road_claims,
    turns,
)
from infraplan.optimizer.engines.claims import Answer
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.integer_program import start_values
from infraplan.optimizer.engines.known import Known, proven_bound
from infraplan.optimizer.engines.neighbourhood import search_with_neighbourhoods
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions
from infraplan.optimizer.status import SolutionState, Termination
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
from tests.markers import first_quick
from tests.optimizer.engines.lying_solver import LIES, Liar, best_plan
from tests.optimizer.engines.test_lies_by_engine import SEVERAL_YEARS, best_of_several_years
from tests.optimizer.networks.test_convex_search import road

OPTIONS = SolveOptions(gap=0.0)
RIGHT = 10.0 * sum(1.0 / 1.05**k for k in range(1, 20)) - 20.0
"""Both pipes start in 2021 and serve 5 each in 2022-2040."""


def pipes() -> Instance:
    """Two pipes of 10 that serve 5 a year each, and works of 130 that serve nobody."""
    costs = {"p": 10.0, "q": 10.0, "r": 130.0}
    return make_instance(
        [make_project(name, cost, lead_time=1) for name, cost in costs.items()],
        network_nodes=[make_node("src", "source", capacity=100.0), make_node("z", "zone")],
        network_links=[
            make_link(f"link-{name}", "src", "z", exists=False, capacity=5.0) for name in ("p", "q")
        ],
        demands=[make_demand("dz", "z", 10.0, unserved_price=1.0)],
        project_network=[make_change(name, f"link-{name}") for name in ("p", "q")],
        settings=make_settings((2021, 2030), end_year=2040, discount_rate=0.05),
    )


def known_of(formulation: Formulation, starts: dict[str, int]) -> Known:
    """The plan of `starts`, and a bound above what multipliers prove, so that it closes no gap."""
    instance, mip = formulation.instance, formulation.mip
    plan = make_plan(instance, [make_start(instance, name, year) for name, year in starts.items()])
    columns = mip.columns("started").index.ravel()
    started = np.nan_to_num(start_values(formulation, plan))[columns]
    values = Completion.of(mip, columns).solve(started, 60.0, 1e-9)
    assert values is not None
    bound = proven_bound(mip, Deadline.after(60.0))
    assert bound is not None
    return Known(values, mip.value(values), bound + 10.0)


def by_neighbours(formulation: Formulation, known: Known, _: pytest.MonkeyPatch) -> Answer:
    return search_with_neighbourhoods(formulation, known, OPTIONS, Deadline.after(600.0))


def by_turns(
    formulation: Formulation,
    known: Known,
    monkeypatch: pytest.MonkeyPatch,
    is_blind: bool = False,
) -> Answer:
    """The search finds nothing in its first turn, and the best plan in its second."""
    taken: list[Known] = []

    def turn(whole: Formulation, known: Known, *_: object) -> Known:
        taken.append(known)
        best = best_plan(whole.mip, 0.0) if len(taken) > 1 and not is_blind else None
        return known.with_plan(whole.mip, best)

    monkeypatch.setattr(turns, "_can_search", lambda *_: True)
    monkeypatch.setattr(turns, "search_turn", turn)
    _, answer = turns.solve_by_turns(formulation, formulation, known, OPTIONS, Deadline.after(None))
    return answer


def by_blind_turns(
    formulation: Formulation, known: Known, monkeypatch: pytest.MonkeyPatch
) -> Answer:
    """The search finds nothing in either turn: only the solver itself contradicts its bound."""
    return by_turns(formulation, known, monkeypatch, is_blind=True)


def with_search_beside(
    formulation: Formulation, known: Known, monkeypatch: pytest.MonkeyPatch
) -> Answer:
    """The search beside the solver finds the best plan meanwhile."""

    class Found(beside.Beside):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            self.known = self.known.with_plan(formulation.mip, best_plan(formulation.mip, 0.0))
            self.has_run = True

    monkeypatch.setattr(main_solve, "Beside", Found)
    _, answer = main_solve.main_solve(
        formulation, formulation, known, OPTIONS, Deadline.after(None), None, None, known.plan
    )
    return answer


WAYS = [by_neighbours, by_turns, by_blind_turns, with_search_beside]


@pytest.mark.parametrize("name", first_quick(LIES, quick=3))
@pytest.mark.parametrize("way", WAYS)
def test_a_lie_is_caught_told_and_asked_again(
    way: Callable[[Formulation, Known, pytest.MonkeyPatch], Answer],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    formulation = build_formulation(pipes())
    known = known_of(formulation, {"p": 2029})
    liar = Liar(name)
    monkeypatch.setattr(claims, "solve_mip", liar)
    answer = way(formulation, known, monkeypatch)
    assert answer.reply.objective == pytest.approx(RIGHT)
    assert answer.reply.bound == pytest.approx(RIGHT)
    assert [note.kind for note in answer.notes] == [liar.kind, "repaired"]
    assert "solved again by highs without presolve" in answer.notes[1].text_en
    assert [options.seed for options in liar.asked][-1] == 1
    if way in {by_turns, with_search_beside}:  # seen as soon as the plan is there
        assert len(liar.asked) == 2


@pytest.mark.parametrize("name", first_quick(LIES, quick=3))
@pytest.mark.parametrize("way", WAYS)
def test_where_all_lie_no_claim_is_in_the_answer(
    way: Callable[[Formulation, Known, pytest.MonkeyPatch], Answer],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    formulation = build_formulation(pipes())
    known = known_of(formulation, {"p": 2029})
    liar = Liar(name, times=99)
    monkeypatch.setattr(claims, "solve_mip", liar)
    reply = way(formulation, known, monkeypatch).reply
    assert reply.objective is not None
    assert known.worth is not None
    assert reply.objective >= known.worth
    # Either nothing that was found contradicts it, or the proven bound alone is left.
    assert reply.bound is None or reply.bound >= reply.objective
    if reply.objective == pytest.approx(RIGHT):
        assert reply.bound == known.bound
        assert not reply.is_called_optimal


def test_the_search_beside_hears_what_a_bound_was_not_worth() -> None:
    formulation = build_formulation(pipes())
    known = known_of(formulation, {"p": 2029})
    best = best_plan(formulation.mip, 0.0)
    search = beside.Beside(formulation, known, OPTIONS, Deadline.after(None))
    search.listening(None)(Progress(0.0, None, 0.5 * RIGHT, None))
    assert search._bound == 0.5 * RIGHT
    search.heard(best)
    assert search._bound == known.bound


@pytest.mark.parametrize("name", first_quick(LIES, quick=3))
def test_a_lie_under_convex_costs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A road, a tenth full: 100 x 10 x 0.5 x 0.1 = 50 of delay, of which 3 save a half.

    Works of 80 save nothing. The first tangents see no delay, so that a bound half way is 8.5: more
    than nothing is worth, and less than the plan that later tangents lead to.
    """
    crowded = {"capacity": 1000.0, "bpr_alpha": 0.5, "bpr_beta": 1.0}
    instance = road({"p": 3.0, "q": 80.0}, {"p": 1000.0}, 100.0, **crowded)
    formulation = build_formulation(instance)
    nothing, deadline = known_of(formulation, {}), Deadline.after(None)
    assert nothing.plan is not None
    clean = convex_search.clean_flows(formulation, nothing.plan)
    known = Known(clean, formulation.mip.value(clean), nothing.bound)
    liar = Liar(name)
    monkeypatch.setattr(claims, "solve_mip", liar)
    options = replace(OPTIONS, gap=1e-6)
    first = claims.ask(formulation.mip, options, known, deadline)
    answer = convex_search.search_on_tangents(
        formulation, first, known.bound, options, deadline, None
    )
    assert answer.reply.objective == pytest.approx(22.0, rel=2e-6)
    assert answer.reply.bound == pytest.approx(22.0, rel=2e-6)
    assert [note.kind for note in answer.notes] == [liar.kind, "repaired"]


def test_a_lie_about_roads_that_a_later_design_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first bound is below what the design that comes with it is worth."""
    honest, best = road_claims.ask, best_of_several_years()
    bounds: list[float | None] = []

    def ask(*given: Any, **named: Any) -> Answer:
        answer = honest(*given, **named)
        reply = answer.reply
        if not bounds:
            reply = replace(reply, bound=0.5 * best)
        bounds.append(reply.bound)
        return Answer(reply, answer.notes, reply)

    monkeypatch.setattr(road_claims, "ask", ask)
    result = solve(SEVERAL_YEARS, OPTIONS)
    assert bounds[0] == 0.5 * best
    assert len(bounds) > 1
    assert result.objective == pytest.approx(best, rel=1e-6)
    assert result.bound == pytest.approx(best, rel=1e-6)
    kinds = [note.kind for note in result.notes]
    assert kinds == ["contradiction", "repaired"]
    assert "claims that no plan is worth more than" in result.notes[0].text_en


def test_what_no_stage_has_seen_is_seen_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = integer_program.main_solve

    def lying(*given: Any) -> tuple[Known, Answer]:
        known, answer = honest(*given)
        return known, replace(answer, reply=replace(answer.reply, bound=0.5 * RIGHT, gap=0.0))

    monkeypatch.setattr(integer_program, "main_solve", lying)
    result = solve(pipes(), OPTIONS)
    assert result.objective == pytest.approx(RIGHT)
    assert [note.kind for note in result.notes] == ["contradiction"]
    assert result.bound == result.certified_bound
    assert result.certified_bound is not None
    assert result.certified_bound >= RIGHT * (1.0 - 1e-9)
    assert result.bound_source is BoundSource.DUAL_VALUES
    assert result.state is (
        SolutionState.OPTIMAL if result.gap == pytest.approx(0.0) else SolutionState.FEASIBLE
    )
    assert result.termination is not Termination.TIME_LIMIT
