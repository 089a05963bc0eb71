"""Knapsacks of several rows through the whole solve: proven without a solver, ties included."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.engines import few_rows_search, integer_program
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.few_rows_search import search_few_rows
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions
from infraplan.optimizer.status import Termination
from tests.optimizer.primal.test_small_searches import knapsack


@pytest.fixture
def made(tmp_path: Path) -> Instance:
    return knapsack(tmp_path, 50, 2)


def test_no_solver_is_asked_of_a_knapsack(made: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a solver was asked")

    monkeypatch.setattr(integer_program, "main_solve", never)
    result = solve(made, SolveOptions(gap=0.0))
    assert result.termination is Termination.OPTIMAL
    assert result.bound_source is BoundSource.DUAL_VALUES
    assert result.gap == pytest.approx(0.0, abs=1e-9)


def test_a_solver_finds_the_same_plan(made: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    own = solve(made, SolveOptions(gap=0.0))
    monkeypatch.setattr(few_rows_search, "is_searched", lambda _: False)
    other = solve(made, SolveOptions(gap=0.0))
    assert own.plan is not None
    assert other.plan is not None
    assert own.plan.starts == other.plan.starts


def test_plans_and_bounds_are_told_on_the_way(made: Instance) -> None:
    mip = build_formulation(made).mip
    empty = np.zeros(mip.num_columns)
    told: list[Progress] = []
    known, answer = search_few_rows(
        mip, Known(empty, 0.0), SolveOptions(gap=1e-3), Deadline.after(60.0), told.append
    )
    assert answer is not None
    assert answer.reply.gap is not None
    assert answer.reply.gap <= 1e-3
    assert told
    assert told[-1].incumbent == known.worth
    assert told[-1].bound == known.bound
    worth = [news.incumbent or 0.0 for news in told]
    assert worth == sorted(worth)


@pytest.mark.parametrize("case", ["short", "near", "none", "stopped"])
def test_it_is_left_out_or_ended(made: Instance, case: str) -> None:
    mip = build_formulation(made).mip
    empty = np.zeros(mip.num_columns)
    known = {"near": Known(empty, 1.0, 1.0), "none": Known()}.get(case, Known(empty, 0.0))
    left = 5.0 if case == "short" else 60.0
    after, answer = search_few_rows(
        mip, known, SolveOptions(gap=0.0), Deadline.after(left), None, lambda: case == "stopped"
    )
    assert answer is None
    assert after.plan is known.plan
    if case == "stopped":
        assert after.bound is not None
        assert after.bound > 0.0
