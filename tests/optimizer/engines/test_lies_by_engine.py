"""The same lies told to the engines beside the integer program, and solvers that fail."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.backends import base
from infraplan.optimizer.run_manifest import bound_source
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_resource,
)
from tests.cli.test_failing_solvers import FAILURES
from tests.optimizer.backends.lying_guest import HARMLESS, LIES, NO_ANSWER
from tests.optimizer.engines.roads import RoadOracle, with_roads

ROOT = Path(__file__).resolve().parents[3]
CAUGHT = [name for name in LIES if name not in HARMLESS]
LIAR = base.SolverEntry("tests.optimizer.backends.lying_guest", "numpy", "numpy", "")
FAILING = base.SolverEntry("tests.optimizer.backends.fake_guest", "numpy", "numpy", "")


def one_after_the_other() -> Instance:
    """Three works of two years that need 2 of 3 crews: one after the other, six years.

    With a small one beside them, shares of crews let five years do: (3 x 2 x 2 + 1 x 1) / 3.
    """
    small = make_project("d", lead_time=1, resources={"crews": 1.0}, mandatory="must")
    return make_instance(
        [
            *(
                make_project(name, lead_time=2, resources={"crews": 2.0}, mandatory="must")
                for name in "abc"
            ),
            small,
        ],
        years=(2021, 2030),
        settings={"objective": Objective.MAKESPAN},
        resources=[make_resource("crews", 3.0, timing="construction")],
    )


def one_road_of_three(years: tuple[int, ...]) -> Instance:
    """Three roads of cost 1 and money for one of them.

    Money that is left stays, so rows of money join the years; `years` are those that count.
    """
    projects = [make_project(name, 1.0, 0.0) for name in "abc"]
    if len(years) == 1:
        projects = [make_project(name, 1.0, 0.0, latest_start=2021) for name in "abc"]
    instance = make_instance(
        projects, funds=[make_fund()], inflows=make_inflows("budget", 2021, 1.0)
    )
    changes = [("a", "short", {}), ("b", "wide", {}), ("c", "direct", {})]
    return with_roads(instance, changes=changes, years=years)


ONE_YEAR = one_road_of_three((2023,))
SEVERAL_YEARS = one_road_of_three((2021, 2023))


@cache
def best_of_several_years() -> float:
    """By brute force."""
    return RoadOracle(SEVERAL_YEARS).solve().objective


def _only(monkeypatch: pytest.MonkeyPatch, solvers: dict[str, base.SolverEntry]) -> None:
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType(solvers))
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)


def _schedule_by(
    monkeypatch: pytest.MonkeyPatch, entry: base.SolverEntry, others: bool = True
) -> SolveResult:
    """The schedule where CP-SAT is `entry`, with the other solvers or without."""
    _only(monkeypatch, {**(base.SOLVERS if others else {}), "cpsat": entry})
    result = solve(one_after_the_other(), SolveOptions(gap=0.0))
    assert result.engine == "scheduling"
    assert result.verification is not None
    assert result.verification.ok
    assert result.objective == -6.0
    return result


@pytest.mark.parametrize("name", CAUGHT)
def test_a_lie_about_a_schedule_is_caught_repaired_and_told(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIE", name)
    result = _schedule_by(monkeypatch, LIAR)
    kind = "failure" if name in NO_ANSWER else "contradiction"
    assert [note.kind for note in result.notes] == [kind, kind, "repaired"]
    assert result.solver == "highs"
    assert result.bound == -6.0
    assert result.bound_source is BoundSource.SOLVER
    assert result.state is SolutionState.OPTIMAL


@pytest.mark.parametrize("name", CAUGHT)
def test_where_all_lie_the_known_schedule_is_kept_under_its_own_bound(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIE", name)
    result = _schedule_by(monkeypatch, LIAR, others=False)
    assert result.bound == -5.0
    assert result.bound_source is BoundSource.OWN_BOUND
    assert result.state is SolutionState.FEASIBLE
    assert "the plan found before is kept" in result.notes[-1].text_en


@pytest.mark.parametrize("name", FAILURES)
def test_a_solver_of_schedules_that_fails_costs_no_plan(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_BEHAVIOUR", f"fake-{name}")
    result = _schedule_by(monkeypatch, FAILING)
    assert [note.kind for note in result.notes] == ["failure", "failure", "repaired"]
    assert (result.solver, result.termination) == ("highs", Termination.OPTIMAL)
    alone = _schedule_by(monkeypatch, FAILING, others=False)
    assert alone.termination is Termination.CRASHED
    assert alone.bound == -5.0


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_no_lie_about_a_schedule_is_told_as_a_word(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIE", name)
    result = _schedule_by(monkeypatch, LIAR)
    assert result.notes == ()
    assert result.certified_bound == -5.0
    told = {"lie-not": (-6.0, BoundSource.SOLVER), "lie-huge-bound": (-5.0, BoundSource.OWN_BOUND)}
    assert (result.bound, result.bound_source) == told[name]


def _roads_by(
    monkeypatch: pytest.MonkeyPatch,
    instance: Instance,
    entry: base.SolverEntry,
    others: bool = True,
) -> SolveResult:
    """The best roads where the solver asked is `entry`, with the other solvers or without."""
    _only(monkeypatch, {**(base.SOLVERS if others else {}), "liar": entry})
    result = solve(instance, SolveOptions(gap=0.0, solver="liar"))
    assert result.engine == "equilibrium"
    assert result.verification is not None
    assert result.verification.ok
    return result


@pytest.mark.parametrize("name", CAUGHT)
def test_a_lie_about_roads_is_caught_repaired_and_told(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIE", name)
    result = _roads_by(monkeypatch, SEVERAL_YEARS, LIAR)
    kind = "failure" if name in NO_ANSWER else "contradiction"
    assert {note.kind for note in result.notes} == {kind, "repaired"}
    assert "solved again by highs" in result.notes[-1].text_en
    assert result.solver == "highs"
    assert result.objective == pytest.approx(best_of_several_years(), rel=1e-6)
    assert result.bound == pytest.approx(best_of_several_years(), rel=1e-6)
    assert result.state is SolutionState.OPTIMAL


@pytest.mark.parametrize("name", CAUGHT)
def test_where_all_lie_the_known_roads_are_kept_under_a_proven_bound(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIE", name)
    result = _roads_by(monkeypatch, SEVERAL_YEARS, LIAR, others=False)
    assert result.bound_source is BoundSource.DUAL_VALUES
    assert result.bound is not None
    assert result.objective is not None
    assert 0.0 <= result.objective <= best_of_several_years() + 1e-6 <= result.bound + 2e-6
    assert result.state is SolutionState.FEASIBLE
    assert "the plan found before is kept" in result.notes[-1].text_en


@pytest.mark.parametrize("name", FAILURES)
def test_a_solver_of_roads_that_fails_costs_no_plan(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_BEHAVIOUR", f"fake-{name}")
    result = _roads_by(monkeypatch, SEVERAL_YEARS, FAILING)
    assert {note.kind for note in result.notes} == {"failure", "repaired"}
    assert result.objective == pytest.approx(best_of_several_years(), rel=1e-6)
    alone = _roads_by(monkeypatch, SEVERAL_YEARS, FAILING, others=False)
    assert alone.termination is Termination.CRASHED
    assert alone.bound_source is BoundSource.DUAL_VALUES


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_no_lie_about_roads_is_told_as_a_word(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIE", name)
    result = _roads_by(monkeypatch, SEVERAL_YEARS, LIAR)
    assert result.notes == ()
    assert result.objective == pytest.approx(best_of_several_years(), rel=1e-6)
    assert result.certified_bound is not None
    assert result.certified_bound > best_of_several_years() + 0.1
    if name == "lie-not":
        assert bound_source(result) == "solver liar 6.6.6, not certified"
        assert result.bound == pytest.approx(best_of_several_years(), rel=1e-6)
    else:
        assert bound_source(result) == "dual values checked"
        assert result.bound == result.certified_bound


@pytest.mark.parametrize("name", LIES)
def test_the_roads_of_one_year_are_searched_without_a_solver_s_word(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIE", name)
    result = _roads_by(monkeypatch, ONE_YEAR, LIAR, others=False)
    assert result.notes == ()
    assert result.objective == pytest.approx(RoadOracle(ONE_YEAR).solve().objective, rel=1e-6)
    assert result.bound == pytest.approx(result.objective)
    assert bound_source(result) == "own branch and bound"
    assert result.solver == "infraplan"


def test_that_no_road_can_be_paid_is_a_solver_s_word_only_where_nothing_proves_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Must be built and costs more than there is: the rows of one year prove it, and say so."""
    tables = {"funds": [make_fund()], "inflows": make_inflows("budget", 2021, 0.5)}
    for years, latest in (((2023,), {"latest_start": 2021}), ((2021, 2023), {})):
        project = make_project("a", 1.0, 0.0, mandatory="must", **latest)
        instance = with_roads(
            make_instance([project], **tables), changes=[("a", "short", {})], years=years
        )
        monkeypatch.setenv("LIE", "lie-infeasible")
        _only(monkeypatch, {**base.SOLVERS, "liar": LIAR})
        result = solve(instance, SolveOptions(gap=0.0, solver="liar"))
        assert result.termination is Termination.INFEASIBLE
        assert result.bound_source in {BoundSource.OWN_SEARCH, BoundSource.DUAL_VALUES}
        assert result.notes == ()
