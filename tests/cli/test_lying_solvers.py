"""Solvers that lie: caught by what is known, solved again and told; else told as not certified."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import MappingProxyType

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends import base
from infraplan.optimizer.errors import SolverContradictionError
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.status import SolutionState, Termination
from infraplan.optimizer.storage import write_instance
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_relation,
    make_target,
)
from tests.cli.conftest import Call
from tests.markers import first_quick
from tests.optimizer.backends.lying_guest import HARMLESS, LIES, NO_ANSWER

ROOT = Path(__file__).resolve().parents[2]
CAUGHT = [name for name in LIES if name not in HARMLESS]


@pytest.fixture(autouse=True)
def _liars(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "tests.optimizer.backends.lying_guest"
    liars = {name: base.SolverEntry(module, "numpy", "numpy", "") for name in LIES}
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType({**base.SOLVERS, **liars}))
    # the liars are tests, not the package's
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)


def one_project() -> Instance:
    """One project of cost 10, opening at once, that pays: 20 of net value, found by everybody.

    Benefit 10 a year in 2022, 2023 and 2024 at no discount: 30 - 10 = 20.
    """
    return make_instance(
        [make_project("a", 10.0, 10.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 10.0),
    )


def not_proven() -> Instance:
    """Three projects of cost 6 that share 10 of money: one fits, the relaxation builds 1.67."""
    return make_instance(
        [make_project(name, 6.0, 6.0, latest_start=2021) for name in "abc"],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 10.0),
    )


def no_whole_plan() -> Instance:
    """At most one of each two of three projects, and one and a half to be opened: a half of each.

    Whole projects make 1 of them, so there is no plan; halves obey every row.
    """
    return make_instance(
        [make_project(name, 1.0, 1.0) for name in "abc"],
        relations=[make_relation("exclusive", pair) for pair in ("ab", "bc", "ac")],
        targets=[make_target("t", "projects_opened", 1.2, year=2024, hard=True)],
    )


def _flat(text: str) -> str:
    """`text` without the blanks and bars of a table, whose cells wrap."""
    return "".join(text.replace("│", " ").split())


def _assert_right(result: SolveResult, value: float) -> None:
    assert result.verification is not None
    assert result.verification.ok
    assert result.objective == pytest.approx(value)
    assert result.bound == pytest.approx(value)
    assert result.termination in {Termination.OPTIMAL, Termination.GAP_REACHED}


@pytest.mark.parametrize("name", CAUGHT)
def test_a_lie_is_caught_repaired_and_told(name: str) -> None:
    truth = solve(one_project(), SolveOptions(gap=0.0))
    assert truth.notes == ()
    assert truth.objective is not None
    result = solve(one_project(), SolveOptions(gap=0.0, solver=name))
    _assert_right(result, truth.objective)
    assert result.solver == "highs"  # another seed of the liar lies again
    kinds = [note.kind for note in result.notes]
    kind = "failure" if name in NO_ANSWER else "contradiction"
    assert kinds == [kind, kind, "repaired"]
    assert all(name in note.text_en and name in note.text_zh for note in result.notes[:2])
    assert "solved again by highs" in result.notes[2].text_en


@pytest.mark.parametrize("name", CAUGHT)
def test_nobody_tells_the_truth_and_the_known_plan_is_kept(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar = base.SOLVERS[name]
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType({name: liar}))
    result = solve(one_project(), SolveOptions(gap=0.0, solver=name, canonical=False))
    # The relaxation is whole here: the bound that its dual values prove is the plan's own value.
    _assert_right_value_by_knowledge(result)
    assert result.notes[-1].kind == "repaired"
    assert "the plan found before is kept" in result.notes[-1].text_en


def _assert_right_value_by_knowledge(result: SolveResult) -> None:
    assert result.verification is not None
    assert result.verification.ok
    assert result.objective == pytest.approx(20.0)
    assert result.bound == pytest.approx(20.0)
    assert result.bound_source is BoundSource.DUAL_VALUES


@pytest.mark.parametrize("name", first_quick(CAUGHT, quick=4, also=NO_ANSWER))
def test_a_lie_at_the_command_line(name: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "question.json"
    write_instance(one_project(), path)
    called = call("solve", path, "--solver", name, "--gap", 0, "-o", tmp_path / "run")
    assert called.code == 0
    told = f"failed: {name}" if name in NO_ANSWER else name
    assert f"Note: solver {told}" in called.err
    assert "solved again by highs" in called.err
    assert _flat("dual values checked") in _flat(called.out)
    manifest = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert manifest["objective"] == pytest.approx(20.0)
    assert manifest["verified"] is True
    assert manifest["solver"] == "highs"
    assert manifest["bound_source"] == "dual values checked"
    assert [note["kind"] for note in manifest["notes"]][-1] == "repaired"
    assert call("verify", tmp_path / "run").code == 0


def test_a_claim_that_nothing_proves_is_told_as_such(call: Call, tmp_path: Path) -> None:
    # One project of 6: 3 x 6 - 6 = 12. The relaxation builds 10 / 6 of them: 20.
    result = solve(not_proven(), SolveOptions(gap=0.0, solver="lie-not"))
    assert result.objective == pytest.approx(12.0)
    assert result.state is SolutionState.OPTIMAL
    assert result.bound_source is BoundSource.SOLVER
    assert result.certified_bound == pytest.approx(20.0)
    path = tmp_path / "question.json"
    write_instance(not_proven(), path)
    for lang, text in (
        ("en", "by solver lie-not 6.6.6, not certified"),
        ("zh", "由求解器lie-not 6.6.6给出，未经证明"),
    ):
        run = tmp_path / lang
        called = call("solve", path, "--solver", "lie-not", "--lang", lang, "-o", run)
        assert called.code == 0
        page = (run / "report.html").read_text(encoding="utf-8")
        assert text in page
        assert _flat(text) in _flat(called.out)
        manifest = json.loads((run / "run.json").read_text(encoding="utf-8"))
        assert manifest["bound_source"] == "solver lie-not 6.6.6, not certified"
        assert manifest["certified_gap"] == pytest.approx(8.0 / 12.0)


def test_infeasible_by_whole_numbers_is_told_as_not_certified(call: Call, tmp_path: Path) -> None:
    result = solve(no_whole_plan(), SolveOptions(solver="lie-infeasible"))
    assert result.termination is Termination.INFEASIBLE
    assert result.bound_source is BoundSource.SOLVER
    assert [note.kind for note in result.notes] == ["uncertified"]
    path = tmp_path / "question.json"
    write_instance(no_whole_plan(), path)
    called = call("solve", path, "-o", tmp_path / "run")
    assert called.code == 4
    assert "not certified" in called.err


def test_infeasible_by_its_rows_is_proven() -> None:
    # A project that must be built costs 10; the money is 5.
    question = make_instance(
        [make_project("a", 10.0, 10.0, mandatory="must")],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 5.0),
    )
    result = solve(question)
    assert result.termination is Termination.INFEASIBLE
    assert result.bound_source is BoundSource.DUAL_VALUES
    assert result.notes == ()


def test_a_liar_without_a_known_plan_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    liar = base.SOLVERS["lie-breaks-row"]
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType({"lie-breaks-row": liar}))
    with pytest.raises(SolverContradictionError, match="break the model"):
        solve(no_whole_plan(), SolveOptions(solver="lie-breaks-row"))
