"""Networks at prices of money: their bound beside enumeration, plans near them, and lies."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.engines import main_solve as main_solve_module
from infraplan.optimizer.engines import priced_program
from infraplan.optimizer.engines.claims import Answer
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known, plans_sought, what_is_known
from infraplan.optimizer.engines.main_solve import main_solve
from infraplan.optimizer.engines.priced_parts import PricedParts
from infraplan.optimizer.engines.priced_program import (
    FAR_GAP,
    LEAST_FIRST_S,
    Priced,
    come_first,
    ended_by,
    search_by_prices,
    with_plans_sought,
)
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination, relative_gap
from tests.builders import (
    make_change,
    make_demand,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_settings,
)

TOWNS, YEARS = 4, 3
LIMIT_S = 60.0


def towns(seed: int) -> Instance:
    """Four towns, each with a supply that a works widens far beyond its need; one thin purse."""
    rng = np.random.default_rng(seed)
    names = [f"p{number}" for number in range(TOWNS)]
    costs = rng.integers(8, 20, TOWNS).astype(float)
    needs = rng.integers(2, 6, TOWNS).astype(float)
    return make_instance(
        [make_project(n, cost, lead_time=1) for n, cost in zip(names, costs, strict=True)],
        network_nodes=[
            node
            for name in names
            for node in (
                make_node(f"src-{name}", "source", capacity=100.0),
                make_node(f"z-{name}", "zone"),
            )
        ],
        network_links=[
            make_link(f"l-{name}", f"src-{name}", f"z-{name}", exists=False, capacity=50.0)
            for name in names
        ],
        demands=[
            make_demand(f"d-{name}", f"z-{name}", need, unserved_price=1.0)
            for name, need in zip(names, needs, strict=True)
        ],
        project_network=[make_change(name, f"l-{name}") for name in names],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 14.0, 9.0, 9.0),
        settings=make_settings((2021, 2020 + YEARS), end_year=2035, discount_rate=0.05),
    )


def known_of(formulation: Formulation) -> Known:
    """Its relaxation and bound alone."""
    return replace(what_is_known(formulation, Deadline.after(LIMIT_S)), plan=None, worth=None)


def best_of(formulation: Formulation) -> tuple[float, FloatArray]:
    """The best plan by enumeration of all starts."""
    mip = formulation.mip
    columns = mip.columns("started").index.ravel()
    whole = Completion.of(mip, columns)
    place = {int(column): number for number, column in enumerate(columns)}
    found: list[tuple[float, FloatArray]] = []
    for years in product(range(YEARS + 1), repeat=TOWNS):
        starts = np.zeros(columns.size)
        for option, year in enumerate(years):
            own = [int(c) for c in formulation.started[option] if c >= 0]
            for column in own[year:]:
                starts[place[column]] = 1.0
        values = whole.solve(starts, LIMIT_S, 0.0)
        if values is not None:
            found.append((mip.value(values), values))
    return max(found, key=lambda one: one[0])


@pytest.fixture(autouse=True)
def _small_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(priced_program, "is_large", lambda mip: True)
    monkeypatch.setattr(priced_program, "FAR_GAP", np.inf)


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_is_above_its_bound_and_its_plan_is_one(seed: int) -> None:
    formulation = build_formulation(towns(seed))
    known = known_of(formulation)
    best, _ = best_of(formulation)
    heard: list[Progress] = []
    priced = search_by_prices(
        formulation, known, SolveOptions(gap=1e-6), Deadline.after(LIMIT_S), heard.append
    )
    assert priced.bound is not None
    assert priced.bound >= best - 1e-6
    assert known.bound is not None
    assert priced.bound <= known.bound + 1e-6
    assert priced.notes == ()
    assert priced.known.plan is not None
    assert clean_values(formulation.mip, priced.known.plan) is not None
    assert priced.known.worth is not None
    assert priced.known.worth <= best + 1e-6
    assert heard[0].bound == priced.bound
    assert heard[-1].incumbent == priced.known.worth


def searched(formulation: Formulation, known: Known, options: SolveOptions) -> tuple[Known, Answer]:
    """What the main solve says, begun with what is known, and with nobody who listens."""
    deadline = Deadline.after(LIMIT_S)
    return main_solve(formulation, formulation, known, options, deadline, None, None, None)


def test_where_plan_and_bound_meet_nobody_is_asked_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    formulation = build_formulation(towns(3))
    best, plan = best_of(formulation)
    known = known_of(formulation)
    monkeypatch.setattr(main_solve_module, "_whole", lambda *given: pytest.fail("asked"))
    options = SolveOptions(gap=0.5)
    found, answer = searched(formulation, known, options)
    reply = answer.reply
    assert reply.termination is Termination.GAP_REACHED
    assert reply.state is SolutionState.OPTIMAL
    assert reply.values is not None
    assert reply.bound is not None
    assert reply.bound >= best - 1e-6
    assert reply.gap is not None
    assert reply.gap <= options.gap
    assert found.worth == reply.objective
    assert (reply.solver, bool(reply.solver_version)) == ("highs", True)
    assert found.worth is not None
    assert formulation.mip.value(plan) >= found.worth - 1e-6


@pytest.mark.parametrize("has_plan", [True, False])
@pytest.mark.parametrize("is_counted", [True, False])
def test_a_bound_below_a_plan_is_told_and_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch, has_plan: bool, is_counted: bool
) -> None:
    formulation = build_formulation(towns(1))
    best, plan = best_of(formulation)
    known = known_of(formulation)
    if has_plan:
        known = known.with_plan(formulation.mip, plan)
    monkeypatch.setattr(PricedParts, "bound", property(lambda parts: best - 5.0))
    options = SolveOptions(gap=1e-6, deterministic=is_counted)
    _, answer = searched(formulation, known, options)
    assert "contradiction" in [note.kind for note in answer.notes]
    assert answer.reply.bound is not None
    assert answer.reply.objective is not None
    assert answer.reply.objective == pytest.approx(best, rel=1e-6)
    assert answer.reply.bound >= best - 1e-6


def unsought(formulation: Formulation) -> tuple[Known, FloatArray]:
    """What is known of it where a plan that no money pays for is given, and that plan."""
    given = np.full(formulation.mip.num_columns, np.nan)
    given[formulation.mip.columns("started").index.ravel()] = 1.0  # all works in the first year
    deadline = Deadline.after(LIMIT_S)
    known = what_is_known(formulation, deadline, warm_start=given, gap=1e-6, is_sought_later=True)
    return known, given


@pytest.mark.parametrize("gap", [0.5, 1e-6])
def test_a_start_is_mended_only_where_the_parts_prove_no_plan(
    monkeypatch: pytest.MonkeyPatch, gap: float
) -> None:
    formulation = build_formulation(towns(3))
    best, _ = best_of(formulation)
    known, given = unsought(formulation)
    assert known.is_unsought
    assert known.plan is None
    asked: list[Known] = []

    def counted(*found: Any, **more: Any) -> Known:
        asked.append(found[1])
        return plans_sought(*found, **more)

    monkeypatch.setattr(main_solve_module, "plans_sought", counted)
    options, deadline = SolveOptions(gap=gap), Deadline.after(LIMIT_S)
    found, answer = main_solve(
        formulation, formulation, known, options, deadline, None, None, given, given
    )
    assert len(asked) == (gap < 0.5)
    assert found.is_unsought == (gap == 0.5)
    assert answer.reply.objective is not None
    assert best - gap * abs(best) - 1e-6 <= answer.reply.objective <= best + 1e-6


def test_parts_left_out_for_a_poor_start_are_asked_once_it_is_mended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    formulation = build_formulation(towns(3))
    best, plan = best_of(formulation)
    known, _ = unsought(formulation)
    near = relative_gap(best, known.bound)
    assert near is not None
    monkeypatch.setattr(priced_program, "FAR_GAP", 1.01 * near)
    poor = replace(known, plan=np.zeros(formulation.mip.num_columns), worth=best - abs(best))
    options, deadline = SolveOptions(gap=1e-6), Deadline.after(LIMIT_S)
    priced = search_by_prices(formulation, poor, options, deadline)
    assert priced == Priced(poor)

    def seek(found: Known) -> Known:
        return replace(found.with_plan(formulation.mip, plan), is_unsought=False)

    after = with_plans_sought(formulation, priced, seek, options, deadline)
    assert after.bound is not None
    assert best - 1e-6 <= after.bound
    assert after.known.worth == pytest.approx(best)


def test_there_must_be_time_for_parts_to_come_first() -> None:
    formulation = build_formulation(towns(0))
    options = SolveOptions(gap=1e-3)
    assert come_first(formulation, options, Deadline.after(None))
    assert come_first(formulation, options, Deadline.after(LIMIT_S))
    assert not come_first(formulation, options, Deadline.after(0.5 * LEAST_FIRST_S))
    slow = replace(Deadline.after(LIMIT_S), begin=work_clock.now() - 0.1 * LIMIT_S)
    assert not come_first(formulation, options, slow)  # a tenth of the time for building


def test_a_lie_that_no_plan_nearby_shows_is_seen_by_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    formulation = build_formulation(towns(2))
    best, _ = best_of(formulation)
    monkeypatch.setattr(
        main_solve_module, "search_by_prices", lambda *given: Priced(given[1], best - 5.0)
    )
    _, answer = searched(formulation, known_of(formulation), SolveOptions(gap=1e-6))
    assert "contradiction" in [note.kind for note in answer.notes]
    assert answer.reply.objective == pytest.approx(best, rel=1e-6)
    assert answer.reply.bound is not None
    assert answer.reply.bound >= best - 1e-6


def test_the_whole_stands_under_the_bound_of_the_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    formulation = build_formulation(towns(3))
    best, _ = best_of(formulation)
    bound = best + 1e-3 * abs(best)
    monkeypatch.setattr(
        main_solve_module, "search_by_prices", lambda *given: Priced(given[1], bound)
    )
    whole = main_solve_module._whole

    def loose(*given: object) -> tuple[Known, Answer]:
        known, answer = whole(*given)  # type: ignore[arg-type]
        return known, replace(answer, reply=replace(answer.reply, bound=best + 50.0))

    monkeypatch.setattr(main_solve_module, "_whole", loose)
    known, options = known_of(formulation), SolveOptions(gap=1e-2)
    _, answer = searched(formulation, known, options)
    assert answer.reply.bound == pytest.approx(bound)


def test_it_is_left_out_where_it_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(priced_program, "FAR_GAP", FAR_GAP)
    formulation = build_formulation(towns(0))
    known = known_of(formulation)
    hour = Deadline.after(3600.0)
    asked = [
        (formulation, Known(), SolveOptions(), hour),
        (formulation, known, SolveOptions(solver="cbc"), hour),
        (formulation, known, SolveOptions(memory_limit_mb=500), hour),
        (formulation, known, SolveOptions(), Deadline.after(5.0)),
        (formulation, replace(known, worth=known.bound), SolveOptions(), hour),
        (formulation, replace(known, worth=0.4 * (known.bound or 0.0)), SolveOptions(), hour),
        (
            build_formulation(make_instance([make_project("a", 10.0, 5.0)])),
            known,
            SolveOptions(),
            hour,
        ),
    ]
    for given in asked:
        found = search_by_prices(*given)
        assert (found.bound, found.known) == (None, given[1])


def test_a_plan_far_from_the_relaxation_has_parts_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The relaxation is 57 % above the best plan, as 32 % above a first one of a shipped region."""
    monkeypatch.setattr(priced_program, "FAR_GAP", FAR_GAP)
    formulation = build_formulation(towns(3))
    best, plan = best_of(formulation)
    known = known_of(formulation).with_plan(formulation.mip, plan)
    found = search_by_prices(formulation, known, SolveOptions(gap=1e-6), Deadline.after(LIMIT_S))
    assert known.bound is not None
    assert found.bound is not None
    assert best - 1e-6 <= found.bound < known.bound - 1.0


def test_what_parts_claim_is_known_where_the_whole_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    formulation = build_formulation(towns(3))
    best, _ = best_of(formulation)
    told: list[Known] = []
    whole = main_solve_module._whole

    def heard(*given: object) -> tuple[Known, Answer]:
        told.append(given[2])  # type: ignore[arg-type]
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(
        main_solve_module, "search_by_prices", lambda *given: Priced(given[1], best + 1.0)
    )
    monkeypatch.setattr(main_solve_module, "_whole", heard)
    searched(formulation, known_of(formulation), SolveOptions(gap=1e-6))
    assert [known.claimed for known in told] == [best + 1.0]


def test_a_solver_stops_at_a_plan_that_the_bound_proves() -> None:
    heard: list[Progress] = []
    listen, stop = ended_by(100.0, 0.01, heard.append, None)
    assert not stop()
    listen(Progress(0.0, 90.0, None, None))
    assert not stop()
    listen(Progress(0.0, 99.5, None, None))
    assert stop()
    assert [news.incumbent for news in heard] == [90.0, 99.5]
    with work_clock.counting(None):
        assert not stop()
    listen, stop = ended_by(None, 0.01, None, lambda: False)
    listen(Progress(0.0, 99.5, None, None))
    assert not stop()
    assert ended_by(None, 0.01, None, lambda: True)[1]()
