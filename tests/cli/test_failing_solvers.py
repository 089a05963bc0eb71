"""Solvers that crash, die or say nothing: another is asked, and a plan that is known is kept."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import MappingProxyType

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends import base
from infraplan.optimizer.engines import integer_program
from infraplan.optimizer.errors import SolverFailedError, SolverUnavailableError
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions
from infraplan.optimizer.status import SolutionState, Termination
from infraplan.optimizer.storage import write_instance
from tests.cli.conftest import Call
from tests.cli.test_lying_solvers import no_whole_plan, not_proven

ROOT = Path(__file__).resolve().parents[2]
FAILURES = ["crash", "killed", "silent", "unknown-end", "garbage", "no-file", "fault"]
MODULE = "tests.optimizer.backends.fake_guest"


def _only(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Nothing but solvers that fail, `highs` among them where it is named."""
    entries = {name: base.SolverEntry(MODULE, "numpy", "numpy", "") for name in names}
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType(entries))
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)


def _besides(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A solver that fails, and those that come with the product."""
    entries = {**base.SOLVERS, name: base.SolverEntry(MODULE, "numpy", "numpy", "")}
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType(entries))
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)


def _question(folder: Path, instance: Instance) -> Path:
    path = folder / "question.json"
    write_instance(instance, path)
    return path


@pytest.mark.parametrize("name", FAILURES)
def test_another_solver_is_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _besides(monkeypatch, f"fake-{name}")
    result = solve(not_proven(), SolveOptions(gap=0.0, solver=f"fake-{name}"))
    assert result.objective == pytest.approx(12.0)
    assert result.termination is Termination.OPTIMAL
    assert result.solver == "highs"
    assert [note.kind for note in result.notes] == ["failure", "failure", "repaired"]
    assert f"fake-{name}" in result.notes[0].text_en
    assert "solved again by highs" in result.notes[-1].text_en


@pytest.mark.parametrize("name", FAILURES)
def test_the_known_plan_is_kept_where_nobody_answers(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, f"fake-{name}")
    options = SolveOptions(gap=0.0, solver=f"fake-{name}", canonical=False)
    result = solve(not_proven(), options)
    assert result.verification is not None
    assert result.verification.ok
    # One project of 6: 3 x 6 - 6 = 12; the relaxation builds 10 / 6 of them: 20.
    assert result.objective == pytest.approx(12.0)
    assert result.bound == pytest.approx(20.0)
    assert result.bound_source is BoundSource.DUAL_VALUES
    assert result.termination is Termination.CRASHED
    assert result.state is SolutionState.FEASIBLE
    assert result.notes[-1].text_en == "no solver answered: the plan found before is kept"


def test_without_a_plan_the_failure_is_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, "fake-silent")
    with pytest.raises(SolverFailedError, match="exit code 0 and no answer"):
        solve(no_whole_plan(), SolveOptions(solver="fake-silent"))


def test_a_solver_that_always_fails_at_the_command_line(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later stages, explaining and the report do without it too."""
    _only(monkeypatch, "highs")
    monkeypatch.setenv("FAKE_BEHAVIOUR", "fake-crash")
    run = tmp_path / "run"
    called = call("solve", _question(tmp_path, not_proven()), "-o", run, "--json")
    assert called.code == 0
    assert called.data["termination"] == "crashed"
    assert called.data["solution_state"] == "feasible"
    assert called.data["objective"] == pytest.approx(12.0)
    assert "Note: solver failed" in called.err
    assert "The solver failed; the best plan found is kept" in called.err
    manifest = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert manifest["notes"][-1]["kind"] == "repaired"
    assert (run / "report.html").exists()
    assert call("verify", run).code == 0


def test_without_a_plan_a_failing_solver_ends_with_its_code(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, "highs")
    monkeypatch.setenv("FAKE_BEHAVIOUR", "fake-silent")
    run = tmp_path / "run"
    called = call("solve", _question(tmp_path, no_whole_plan()), "-o", run)
    assert called.code == 6
    assert "highs ended with exit code 0 and no answer" in called.err
    assert not run.exists()


@pytest.mark.parametrize(("lang", "told"), [("en", "absent is not installed"), ("zh", "absent")])
def test_a_solver_that_is_not_there_is_told_before_anything_is_read(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    entry = base.SolverEntry(MODULE, "", "no_such_module", "pip install it")
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType({**base.SOLVERS, "absent": entry}))
    called = call("solve", tmp_path / "nowhere", "--solver", "absent", "--lang", lang)
    assert called.code == 6
    assert told in called.err
    assert "nowhere" not in called.err


def test_a_missing_solver_of_the_engine_is_told_before_anything_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def build(*_: object, **__: object) -> None:
        raise AssertionError("built")

    entry = base.SolverEntry(MODULE, "", "no_such_module", "pip install it")
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType({"highs": entry}))
    monkeypatch.setattr(integer_program, "build_formulation", build)
    with pytest.raises(SolverUnavailableError, match="pip install it"):
        solve(not_proven())
