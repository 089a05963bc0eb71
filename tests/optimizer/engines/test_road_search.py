"""How the search over roads ends, listens and begins; limits that it learns; odd roads."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from infraplan.models.project import Mandate
from infraplan.optimizer.backends import Progress, SolverReply
from infraplan.optimizer.backends.quick_relaxation import QuickRelaxation
from infraplan.optimizer.engines import equilibrium
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.equilibrium import solve_equilibrium
from infraplan.optimizer.engines.road_claims import RoadSolvers
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.networkdesign import affordable
from infraplan.optimizer.networkdesign.affordable import Affordability, Verdict, start_rows
from infraplan.optimizer.networkdesign.problem import Evaluator
from infraplan.optimizer.networkdesign.roads import read_roads
from infraplan.optimizer.networkdesign.search import SearchResult
from infraplan.optimizer.networkdesign.starts import start_problem
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination
from tests.assertions import assert_verified
from tests.builders import (
    edit,
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_project,
)
from tests.optimizer.engines.roads import RoadOracle, with_roads


def choice(years: tuple[int, int] = (2021, 2021), inflow: float = 25.0, **values):
    """Four projects of cost 10, each with a road, and money for two of them."""
    links = ["direct", "short", "wide", "late"]
    projects = [make_project(f"p{n}", 10.0, lead_time=0) for n in range(4)]
    instance = make_instance(
        projects, years=years, funds=[make_fund()], inflows=make_inflows("budget", 2021, inflow)
    )
    changes = [(f"p{n}", link, {}) for n, link in enumerate(links)]
    return with_roads(instance, changes=changes, **({"value_of_time": 1.0} | values))


@pytest.mark.parametrize("years", [(2021, 2021), (2021, 2023)], ids=["search", "master"])
def test_progress_meets_the_answer(years: tuple[int, int]) -> None:
    heard: list[Progress] = []
    instance = choice(years)
    found = solve(instance, SolveOptions(gap=0.0), on_progress=heard.append)
    assert found.objective == pytest.approx(RoadOracle(instance).solve().objective, rel=1e-6)
    assert found.bound == pytest.approx(found.objective)
    for news in heard:
        if news.bound is not None and news.incumbent is not None:
            assert news.bound >= news.incumbent - 1e-6
            assert news.incumbent <= found.objective + 1e-6
            assert news.bound >= found.objective - 1e-6
    assert heard or years == (2021, 2021)  # four candidates are done before the first news


@pytest.mark.parametrize("years", [(2021, 2021), (2021, 2023)], ids=["search", "master"])
def test_asked_to_stop_at_once_it_claims_nothing(years: tuple[int, int]) -> None:
    found = solve(choice(years), SolveOptions(gap=0.0), should_stop=lambda: True)
    assert found.termination is Termination.INTERRUPTED
    assert_verified(found.instance, found.require_plan())
    if found.require_plan().starts:
        assert found.bound > found.objective
    else:
        assert found.bound is None


@pytest.mark.by_seconds
@pytest.mark.parametrize("years", [(2021, 2021), (2021, 2023)], ids=["search", "master"])
def test_without_time_there_is_the_plan_of_nothing_built(
    years: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the kernels are compiled in the time of the search; nothing is claimed of it."""
    ended = SearchResult(None, np.inf, -np.inf, lost=())
    monkeypatch.setattr(equilibrium, "search", lambda *_, **__: ended)
    found = solve(choice(years), SolveOptions(gap=0.0, time_limit_s=1e-6))
    assert found.termination is Termination.TIME_LIMIT
    assert found.state is SolutionState.FEASIBLE
    assert found.require_plan().starts == ()
    assert_verified(found.instance, found.require_plan())
    assert (found.objective, found.bound, found.gap) == (0.0, None, None)


@pytest.mark.by_seconds
def test_without_time_nothing_is_built_only_where_that_is_allowed() -> None:
    instance = choice((2021, 2023))
    first = instance.projects[0].model_copy(update={"mandatory": Mandate.MUST})
    must = edit(instance, projects=(first, *instance.projects[1:]))
    found = solve(must, SolveOptions(gap=0.0, time_limit_s=1e-6))
    assert found.termination is Termination.TIME_LIMIT
    assert found.plan is None
    assert found.gap is None


@pytest.mark.parametrize(
    ("years", "after"),
    [((2021, 2021), 2), ((2021, 2021), 6), ((2021, 2023), 1), ((2021, 2023), 5), ((2021, 2023), 9)],
)
def test_broken_off_it_keeps_what_it_has_and_claims_no_more(
    years: tuple[int, int], after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C at equilibrium number `after`."""
    instance = choice(years)
    best = RoadOracle(instance).solve().objective
    real, count = Evaluator.equilibrium, 0

    def equilibrium(self: Evaluator, design: np.ndarray, gap: float) -> float:
        nonlocal count
        count += 1
        if count == after:
            raise KeyboardInterrupt
        return real(self, design, gap)

    monkeypatch.setattr(Evaluator, "equilibrium", equilibrium)
    found = solve(instance, SolveOptions(gap=0.0))
    assert count >= after
    assert found.termination is Termination.INTERRUPTED
    if found.plan is not None:
        assert_verified(instance, found.plan)
        assert found.objective <= best + 1e-6
        if found.bound is not None:
            assert found.bound >= best - 1e-6


def test_a_plan_of_before_is_where_it_begins() -> None:
    instance = choice((2021, 2023))
    first = solve(instance, SolveOptions(gap=0.0))
    again = solve(instance, SolveOptions(gap=0.0), warm_start=first.require_plan())
    assert again.objective == pytest.approx(first.objective)
    assert again.termination in {Termination.OPTIMAL, Termination.GAP_REACHED}


def _nobody(mip: Mip) -> SolverReply:
    raise AssertionError("a solver was asked")


def test_what_money_forbids_is_learnt_as_a_limit_that_every_allowed_choice_keeps() -> None:
    instance = choice()
    mip = build_formulation(instance).mip
    starts = mip.columns("started").index.ravel()
    asked = Affordability(mip, starts, lambda: 10.0, _nobody)
    designs = [
        np.array(bits, dtype=np.bool_) for bits in itertools.product([False, True], repeat=4)
    ]
    answers = [asked.check(design) for design in designs]
    # 25 pay for two projects of 10.
    for design, answer in zip(designs, answers, strict=True):
        assert (answer.verdict is Verdict.YES) == (design.sum() <= 2)
    limits = [answer.limit for answer in answers if answer.verdict is Verdict.NO]
    assert len(limits) == 5
    for design, answer in zip(designs, answers, strict=True):
        for weight, limit in (limit for limit in limits if limit is not None):
            if answer.verdict is Verdict.YES:
                assert weight @ design <= limit + 1e-9
    for design, answer in zip(designs, answers, strict=True):
        if answer.limit is not None:
            weight, limit = answer.limit
            assert weight @ design > limit
    assert all(limit is not None for limit in limits)


@pytest.mark.by_seconds
def test_where_the_solver_has_no_time_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is not taken, and the bound keeps its value."""
    late = SolverReply(
        termination=Termination.TIME_LIMIT,
        state=SolutionState.NONE,
        values=None,
        objective=None,
        bound=None,
        gap=None,
        runtime_s=0.0,
        log="",
        solver="highs",
        solver_version="",
    )
    hasty = SimpleNamespace(of=lambda *_: SimpleNamespace(solve=lambda *_: None))
    monkeypatch.setattr(affordable, "Completion", hasty)
    monkeypatch.setattr(affordable, "quick_relaxation", lambda *_: QuickRelaxation(None, None))
    monkeypatch.setattr(RoadSolvers, "check", lambda *_: late)
    found = solve(choice(), SolveOptions(gap=0.0))
    assert found.require_plan().starts == ()
    assert found.bound is None
    assert found.termination is Termination.UNPROVEN  # the solve itself has no limit


def test_rows_of_starts_alone_are_those_of_the_program() -> None:
    """Two options of a project exclude each other; no other rule ties starts in one year."""
    options = [make_option("small", 5.0, lead_time=0), make_option("large", 9.0, lead_time=0)]
    instance = make_instance([make_project("p", options=options)], years=(2021, 2021))
    mip = build_formulation(instance).mip
    rows = start_rows(mip, mip.columns("started").index.ravel())
    assert rows.weight.tolist() == [[1.0, 1.0]]
    assert rows.limit.tolist() == [1.0]


def test_an_option_may_open_a_road_of_its_own() -> None:
    """The large option opens the road as well, and is worth its price only with it."""
    options = [make_option("small", 1.0, lead_time=0), make_option("large", 2.0, lead_time=0)]
    instance = with_roads(
        make_instance([make_project("p", options=options)], years=(2021, 2021)),
        changes=[("p", "direct", {"option": "large"})],
        value_of_time=1.0,
    )
    found = solve(instance, SolveOptions(gap=0.0))
    assert [(start.project, start.option) for start in found.require_plan().starts] == [
        ("p", "large")
    ]
    assert_verified(instance, found.require_plan())
    assert found.objective == pytest.approx(RoadOracle(instance).solve().objective, rel=1e-6)


def test_a_road_that_several_projects_open_needs_one_of_them() -> None:
    projects = [make_project("dear", 9.0, lead_time=0), make_project("cheap", 3.0, lead_time=0)]
    instance = with_roads(
        make_instance(projects, years=(2021, 2021)),
        changes=[("dear", "direct", {}), ("cheap", "direct", {})],
        value_of_time=1.0,
    )
    formulation = build_formulation(instance)
    roads = read_roads(formulation, instance.settings.networks[0])
    assert start_problem(formulation, roads, 1.0) is None
    found = solve(instance, SolveOptions(gap=0.0))
    assert [start.project for start in found.require_plan().starts] == ["cheap"]
    assert_verified(instance, found.require_plan())


@pytest.mark.parametrize("years", [(2021, 2021), (2021, 2023)], ids=["search", "master"])
def test_roads_without_traffic_save_nothing(years: tuple[int, int]) -> None:
    instance = choice(years)
    instance = edit(instance, demands=(edit(instance.demands[0], amount=0.0),))
    found = solve(instance, SolveOptions(gap=0.0))
    assert found.require_plan().starts == ()
    assert found.objective == 0.0
    assert_verified(instance, found.require_plan())


def test_a_road_is_closed_again_where_its_life_ends() -> None:
    """Two years of three: what it saves in 2021 and 2022 alone is had, as brute force says."""
    project = make_project("p", 10.0, lead_time=0, lifetime=2, mandatory="must")
    instance = with_roads(
        make_instance([project], years=(2021, 2023)),
        changes=[("p", "direct", {})],
        years=(2021, 2022, 2023),
        value_of_time=1.0,
    )
    found = solve_equilibrium(instance, SolveOptions(gap=0.0))
    open_in = {row.year for row in found.plan.service if row.element == "direct"}
    start = found.plan.starts[0].start
    assert open_in == {year for year in (start, start + 1) if year <= 2023}
    assert found.objective == pytest.approx(RoadOracle(instance).solve().objective, rel=1e-6)


def test_equilibria_that_find_no_time_are_coarser_and_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = choice()
    monkeypatch.setattr(Deadline, "is_over", lambda _self, _margin=0.0: True)
    monkeypatch.setattr(equilibrium, "COARSE", -1.0)  # small roads are sharp at once
    found = solve(instance, SolveOptions(gap=0.0, time_limit_s=60.0))
    assert_verified(found.instance, found.require_plan())
    assert [note.kind for note in found.notes] == ["hurried"]
    assert "均衡" in found.notes[0].text_zh
