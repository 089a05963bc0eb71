"""The same lies told to the engines beside the integer program, and solvers that fail."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType

import pytest

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.backends import base
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination
from tests.builders import make_instance, make_project, make_resource
from tests.cli.test_failing_solvers import FAILURES
from tests.optimizer.backends.lying_guest import HARMLESS, LIES, NO_ANSWER

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
