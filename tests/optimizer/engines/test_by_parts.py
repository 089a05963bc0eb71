"""Programs that fall apart: searched part by part, to the answer that the whole has."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer import mip_parts
from infraplan.optimizer.backends import Progress, SolverReply
from infraplan.optimizer.backends import tree as tree_module
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.engines import by_parts, claims, integer_program
from infraplan.optimizer.engines import known as known_module
from infraplan.optimizer.engines.by_parts import parts_of
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import Termination
from tests.markers import first_quick
from tests.optimizer.engines.lying_solver import LIES, Liar

OPTIONS = SolveOptions(gap=5e-3, time_limit_s=60.0)


@pytest.fixture(autouse=True)
def _few_starts_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an instance of 60 projects be searched as a large one is."""
    monkeypatch.setattr(known_module, "LEAST_CHOICES", 100)
    monkeypatch.setattr(mip_parts, "LEAST_STARTS", 40)


@cache
def instance(districts: int = 2, seed: int = 3) -> Instance:
    return generate(make_request(60, 5, seed, districts=districts, debt=True))


def heard_parts(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each program searched by parts from now on, whether that gave an answer."""
    heard: list[bool] = []
    search = by_parts.search_by_parts

    def listening(*arguments: object, **named: object) -> object:
        found = search(*arguments, **named)  # type: ignore[arg-type]
        heard.append(found[1] is not None)
        return found

    monkeypatch.setattr(integer_program, "search_by_parts", listening)
    return heard


def met(result: SolveResult) -> tuple[float, float]:
    """Value and bound of a verified plan within the gap."""
    assert result.verification is not None
    assert result.verification.ok
    assert result.objective is not None
    assert result.bound is not None
    assert result.bound >= result.objective
    assert result.gap is not None
    assert result.gap <= 1.01 * OPTIONS.gap
    return result.objective, result.bound


def test_parts_and_whole_agree_within_their_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = heard_parts(monkeypatch)
    parts = met(solve(instance(), OPTIONS))
    assert heard == [True]
    monkeypatch.setattr(integer_program, "parts_of", lambda *_: None)
    whole = met(solve(instance(), OPTIONS))
    assert heard == [True]
    assert parts[0] <= whole[1] * (1.0 + 1e-6)
    assert whole[0] <= parts[1] * (1.0 + 1e-6)


def test_the_groups_are_all_columns_and_share_no_row() -> None:
    formulation = build_formulation(instance(3))
    split = parts_of(formulation, OPTIONS)
    assert split is not None
    together = np.concatenate(split.groups)
    assert np.array_equal(np.sort(together), np.arange(split.tree.mip.num_columns))
    rows = sum(split.tree.only(columns).mip.num_rows for columns in split.groups)
    assert rows == np.count_nonzero(np.diff(split.tree.mip.a_start))


def test_what_hangs_together_or_was_asked_for_otherwise_has_no_parts() -> None:
    formulation = build_formulation(instance(1))
    assert parts_of(formulation, OPTIONS) is None
    apart = build_formulation(instance())
    assert parts_of(apart, OPTIONS) is not None
    assert parts_of(apart, replace(OPTIONS, solver="highs")) is None
    assert parts_of(apart, replace(OPTIONS, columns=Columns.CUMULATIVE)) is None


def test_counted_work_leads_to_the_same_plan_again(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = heard_parts(monkeypatch)
    options = replace(OPTIONS, time_limit_s=None, deterministic=True)
    first, second = (solve(instance(), options) for _ in range(2))
    assert heard == [True, True]
    assert first.plan is not None
    assert first.plan == second.plan
    assert first.bound == second.bound
    assert first.clock == second.clock == ()


def test_guests_that_fail_leave_their_parts_to_the_other_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = heard_parts(monkeypatch)

    def failing(*arguments: object, **named: object) -> SolverReply:
        from infraplan.models.catalogue import phrase

        raise SolverFailedError(phrase("highs-refused-the-model"))

    monkeypatch.setattr(tree_module, "solve_mip", failing)
    result = solve(instance(seed=1), OPTIONS)
    met(result)
    assert heard == [True]
    assert [note.kind for note in result.notes] == ["failure", "repaired"]
    monkeypatch.setattr(claims, "other_ways", lambda _: ())
    monkeypatch.setattr(by_parts, "other_ways", lambda _: ())
    # Of the asked gap the plan known before is within; nobody proves it the best.
    alone = solve(instance(seed=1), replace(OPTIONS, gap=0.0))
    assert heard == [True, True]
    assert alone.termination is Termination.CRASHED
    assert alone.objective is not None
    assert alone.objective > 0.8 * met(result)[0]  # what was known before
    assert alone.bound_source is BoundSource.DUAL_VALUES


@pytest.mark.parametrize("lie", ["bound", "infeasible", "values"])
def test_what_a_guest_of_a_part_claims_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, lie: str
) -> None:
    """A bound below the known plan, no plan of a part, a plan that breaks rows of the whole."""
    heard, true = heard_parts(monkeypatch), tree_module.solve_mip

    def lying(*arguments: Any, **named: Any) -> SolverReply:
        reply = true(*arguments, **named)
        assert reply.bound is not None
        assert reply.values is not None
        if lie == "bound":
            return replace(reply, bound=0.5 * reply.bound)
        if lie == "values":
            return replace(reply, values=np.ones(reply.values.size))
        return replace(reply, termination=Termination.INFEASIBLE, values=None, bound=None)

    monkeypatch.setattr(tree_module, "solve_mip", lying)
    result = solve(instance(), OPTIONS)
    met(result)
    if lie == "values":
        assert heard == [False]  # the ways of a whole are gone, which meet the gap
    else:
        assert heard == [True]  # each part is asked again
        assert {note.kind for note in result.notes} == {"contradiction", "repaired"}


def lie_about_one(
    name: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[SolveResult, Liar]:
    """The result where the guests of the smaller part lie at first, so many `times`."""
    split = parts_of(build_formulation(instance()), OPTIONS)
    assert split is not None
    sizes = sorted(columns.size for columns in split.groups)
    assert sizes[0] < sizes[1]
    liar = Liar(name, times, sizes[0])
    monkeypatch.setattr(tree_module, "solve_mip", liar)
    monkeypatch.setattr(by_parts, "solve_mip", liar)
    return solve(instance(), OPTIONS), liar


@cache
def truth() -> float:
    objective = solve(instance(), OPTIONS).objective
    assert objective is not None
    return objective


@pytest.mark.parametrize("name", first_quick(LIES, quick=3))
def test_a_lie_about_one_part_is_held_against_that_part(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    best, heard = truth(), heard_parts(monkeypatch)
    result, liar = lie_about_one(name, 1, monkeypatch)
    assert met(result)[0] == pytest.approx(best, rel=2.0 * OPTIONS.gap)
    assert heard == [True]
    assert [note.kind for note in result.notes] == [liar.kind, "repaired"]
    assert len(liar.asked) == 3  # the other part is asked once


@pytest.mark.parametrize("name", first_quick(LIES, quick=3))
def test_a_part_that_nobody_answers_keeps_its_plan_and_costs_the_other_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    best, heard = truth(), heard_parts(monkeypatch)
    result, _ = lie_about_one(name, 99, monkeypatch)
    assert heard == [True]
    assert result.notes[-1].kind == "repaired"
    assert result.verification is not None
    assert result.verification.ok
    assert result.objective is not None
    assert result.bound is not None
    assert 0.8 * best < result.objective <= best * (1.0 + OPTIONS.gap)
    assert result.bound >= best * (1.0 - 1e-6)  # no claim of the liar's is in it
    assert result.certified_bound is not None


def test_a_part_of_which_its_guest_finds_no_plan_keeps_what_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    best, true, heard = truth(), tree_module.solve_mip, heard_parts(monkeypatch)

    def lazy(*arguments: Any, **named: Any) -> SolverReply:
        reply = true(*arguments, **named)
        if named["start"].size == lazy_size:
            late = Termination.TIME_LIMIT
            return replace(
                reply,
                termination=late,
                values=None,
                objective=None,
                bound=None,
                row_duals=None,
                is_called_optimal=False,
            )
        return reply

    split = parts_of(build_formulation(instance()), OPTIONS)
    assert split is not None
    lazy_size = min(columns.size for columns in split.groups)
    monkeypatch.setattr(tree_module, "solve_mip", lazy)
    monkeypatch.setattr(by_parts, "proven_bound", lambda *_: None)  # no time is left for it
    result = solve(instance(), OPTIONS)
    assert heard == [True]
    assert result.notes == ()
    assert result.objective is not None
    assert 0.8 * best < result.objective <= best * (1.0 + OPTIONS.gap)
    assert result.certified_bound is not None
    assert result.bound is not None
    assert best * (1.0 - 1e-6) <= result.bound <= 1.2 * best


def test_a_part_that_its_guest_gives_up_is_left_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With time left nothing ends with what was known before."""
    best, true, heard = truth(), tree_module.solve_mip, heard_parts(monkeypatch)

    def giving_up(*arguments: Any, **named: Any) -> SolverReply:
        reply = true(*arguments, **named)
        return replace(
            reply,
            termination=Termination.INTERRUPTED,
            values=None,
            objective=None,
            bound=None,
            row_duals=None,
            is_called_optimal=False,
        )

    monkeypatch.setattr(tree_module, "solve_mip", giving_up)
    result = solve(instance(), OPTIONS)
    assert heard == [True]
    assert met(result)[0] == pytest.approx(best, rel=2.0 * OPTIONS.gap)
    assert result.notes == ()


def test_progress_is_of_the_whole() -> None:
    told: list[Progress] = []
    result = solve(instance(), OPTIONS, on_progress=told.append)
    objective, bound = met(result)
    last = [news for news in told if news.bound is not None and news.incumbent is not None][-1]
    assert last.incumbent == pytest.approx(objective, rel=OPTIONS.gap)
    assert last.bound == pytest.approx(bound, rel=1e-6)


def test_a_plan_to_start_from_is_never_lost() -> None:
    best = solve(instance(), OPTIONS)
    again = solve(instance(), replace(OPTIONS, gap=0.5), warm_start=best.plan)
    assert best.objective is not None
    assert again.objective is not None
    assert again.objective >= best.objective * (1.0 - 1e-6)
