"""How a solve ended is told by who ended it: only a wish is a wish, only the limit the limit.

A solver that gives up by itself, ends at a limit of its own or only contradicts what is known was
told as "stopped by the user".
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import MappingProxyType

import pytest

from infraplan.models.catalogue import entries, term_of
from infraplan.models.instance import Instance
from infraplan.optimizer import stopping
from infraplan.optimizer.backends import base
from infraplan.optimizer.engines.answer_state import told_end
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.status import Termination
from infraplan.optimizer.storage import write_instance
from tests.cli.conftest import Call
from tests.cli.test_lying_solvers import not_proven
from tests.optimizer.backends.lying_guest import HARMLESS, LIES, NO_ANSWER
from tests.optimizer.engines.test_lies_by_engine import SEVERAL_YEARS, best_of_several_years

ROOT = Path(__file__).resolve().parents[2]
EARLY = ("fake-gives-up", "fake-own-limit")
CONTRADICTS = [name for name in LIES if name not in HARMLESS and name not in NO_ANSWER]


def _only(monkeypatch: pytest.MonkeyPatch, module: str, name: str) -> None:
    entry = base.SolverEntry(f"tests.optimizer.backends.{module}", "numpy", "numpy", "")
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType({name: entry}))
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)


def _solved(name: str, instance: Instance, limit: float | None = None) -> SolveResult:
    options = SolveOptions(gap=0.0, solver=name, canonical=False, time_limit_s=limit)
    result = solve(instance, options)
    assert result.verification is not None
    assert result.verification.ok
    return result


@pytest.mark.parametrize("name", EARLY)
def test_a_solver_that_ends_by_itself_was_stopped_by_nobody(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, "fake_guest", name)
    result = _solved(name, not_proven())
    assert result.objective == pytest.approx(12.0)  # known before the solver was asked
    assert result.bound == pytest.approx(20.0)
    assert result.termination is Termination.UNPROVEN


@pytest.mark.parametrize("name", EARLY)
def test_nor_is_a_search_of_roads(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, "fake_guest", name)
    assert _solved(name, SEVERAL_YEARS).termination is Termination.UNPROVEN


def test_a_search_of_roads_asks_others_where_a_solver_gives_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = base.SolverEntry("tests.optimizer.backends.fake_guest", "numpy", "numpy", "")
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType({**base.SOLVERS, EARLY[0]: entry}))
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    result = _solved(EARLY[0], SEVERAL_YEARS)
    assert result.objective == pytest.approx(best_of_several_years(), rel=1e-6)
    assert result.bound == pytest.approx(result.objective, rel=1e-6)
    assert {note.kind for note in result.notes} == {"failure", "repaired"}
    assert result.solver == "highs"


@pytest.mark.by_seconds
def test_a_limit_of_a_solvers_own_is_not_the_limit_of_the_solve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _only(monkeypatch, "fake_guest", "fake-own-limit")
    result = _solved("fake-own-limit", not_proven(), limit=3600.0)
    assert result.termination is Termination.UNPROVEN


@pytest.mark.parametrize("name", CONTRADICTS)
def test_a_solver_that_only_contradicts_was_stopped_by_nobody(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, "lying_guest", name)
    assert _solved(name, not_proven()).termination is Termination.UNPROVEN


@pytest.mark.parametrize(
    ("lang", "told", "kept"),
    [
        ("en", "ended without a proof", "The search ended by itself without a proof"),
        ("zh", "求解结束，未完成证明", "求解自行结束，未完成证明"),
    ],
)
def test_the_command_does_not_name_a_user(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, told: str, kept: str
) -> None:
    _only(monkeypatch, "fake_guest", "highs")
    monkeypatch.setenv("FAKE_BEHAVIOUR", "fake-gives-up")
    question, run = tmp_path / "question.json", tmp_path / "run"
    write_instance(not_proven(), question)
    called = call("solve", question, "-o", run, "--lang", lang)
    assert called.code == 0
    text = "".join((called.out + called.err).split())
    assert "".join(told.split()) in text
    assert "".join(kept.split()) in text
    assert "stoppedasasked" not in text
    assert "按要求中断" not in text
    manifest = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert manifest["termination"] == "unproven"
    assert call("verify", run).code == 0


def test_who_ended_is_known_by_the_wish_and_the_clock() -> None:
    endless, over = Deadline.after(None), Deadline.after(0.0)
    for said in (Termination.INTERRUPTED, Termination.UNPROVEN):
        assert told_end(said, endless, is_asked=True) is Termination.INTERRUPTED
        assert told_end(said, endless, is_asked=False) is Termination.UNPROVEN
        assert told_end(said, over, is_asked=False) is over.ended
    assert told_end(Termination.TIME_LIMIT, endless, is_asked=False) is Termination.UNPROVEN
    assert told_end(Termination.TIME_LIMIT, over, is_asked=False) is Termination.TIME_LIMIT
    for proof in (Termination.OPTIMAL, Termination.INFEASIBLE, Termination.CRASHED):
        assert told_end(proof, endless, is_asked=True) is proof


def test_an_end_that_was_asked_for_is_laid_to_nobody() -> None:
    """SIGTERM of a scheduler, SIGHUP of a closed terminal or a caller's wish is no user's."""
    said = term_of(Termination.INTERRUPTED), entries("report")["interrupted"]
    assert said[1][:2] == ("stopped as asked", "按要求中断")
    assert said[0].zh == said[1].chinese


def test_a_wish_heard_outside_a_task_is_not_kept() -> None:
    """Nobody would forget it, and the next solve would end at once."""
    stopping.heard()
    assert not stopping.is_asked()
    with stopping.one_task():
        stopping.heard()
        assert stopping.is_asked()
        stopping.heard()
        assert not stopping.is_urgent()
    assert not stopping.is_asked()


def test_a_wish_of_the_caller_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, "fake_guest", "fake-gives-up")
    options = SolveOptions(gap=0.0, solver="fake-gives-up", canonical=False)
    result = solve(not_proven(), options, should_stop=lambda: True)
    assert result.termination is Termination.INTERRUPTED
