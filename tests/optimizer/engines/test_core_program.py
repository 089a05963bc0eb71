"""The core of a program: what it keeps, and that its plan is one of the whole program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from infraplan.optimizer.backends import Note, Progress
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.column_forms import Columns, recast
from infraplan.optimizer.engines import claims, core_program
from infraplan.optimizer.engines import main_solve as main_solve_module
from infraplan.optimizer.engines.core_program import core_of, core_plan
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.engines.main_solve import main_solve
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from tests.optimizer.engines.lying_solver import Liar
from tests.optimizer.engines.test_large_works import tunnel_or_roads


def test_it_keeps_what_loses_least_and_what_the_plan_starts() -> None:
    changed = recast(build_formulation(tunnel_or_roads()).mip, Columns.BY_START)
    assert changed is not None
    mip = changed.mip
    relaxed = quick_relaxation(mip, 30.0)
    assert relaxed.values is not None
    assert relaxed.multipliers is not None
    plan = quick_search(mip, 30.0, 0.0).values
    assert plan is not None
    starts = mip.integrality
    core = core_of(mip, relaxed.multipliers, plan)
    kept = core.col_upper[starts] > 0.0
    assert kept[plan[starts] > 0.5].all()
    least = int(np.ceil(core_program.CORE * starts.sum()))
    assert least <= kept.sum() < least + (plan[starts] > 0.5).sum()
    # At the prices of the relaxation what it takes loses nothing.
    alone = core_of(mip, relaxed.multipliers, None)
    taken = (relaxed.values > 1e-6) & starts
    assert (alone.col_upper[taken] > 0.0).mean() >= 0.9


@pytest.mark.parametrize("has_plan", [False, True])
def test_its_plan_is_one_of_the_program_and_no_bound_is_told(has_plan: bool) -> None:
    mip = build_formulation(tunnel_or_roads()).mip
    heard: list[Progress] = []
    before = Known(bound=1e4)
    if has_plan:
        before = before.with_plan(mip, np.asarray(quick_search(mip, 30.0, 0.3).values))
    known, notes = core_plan(
        mip, before, SolveOptions(gap=0.0), Deadline.after(30.0), on_progress=heard.append
    )
    best = quick_search(mip, 30.0, 0.0).values
    assert best is not None
    assert notes == ()
    assert known.plan is not None
    assert known.worth is not None
    assert clean_values(mip, known.plan) is not None
    assert known.worth == pytest.approx(mip.value(known.plan))
    assert known.worth >= 0.97 * mip.value(best)
    assert known.worth >= (before.worth or 0.0)
    assert known.bound == 1e4
    assert all(news.bound in {None, 1e4} for news in heard)


@pytest.mark.parametrize("lie", ["bound", "optimum", "infeasible", "refused"])
def test_what_a_solver_claims_of_the_core_is_told(
    lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan is known, and the first answer about the core contradicts it, or is none."""
    mip = build_formulation(tunnel_or_roads()).mip
    before = Known(bound=1e4).with_plan(mip, np.asarray(quick_search(mip, 30.0, 0.0).values))
    monkeypatch.setattr(claims, "solve_mip", Liar(lie))
    known, notes = core_plan(mip, before, SolveOptions(gap=0.0), Deadline.after(60.0))
    assert [note.kind for note in notes] == ["contradiction", "repaired"]
    assert known.worth == pytest.approx(before.worth)


def test_notes_of_the_core_are_those_of_the_solve(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Note("contradiction", "the core", "核心")

    def lying(mip: Mip, known: Known, *_: object, **__: object) -> tuple[Known, tuple[Note, ...]]:
        return known, (told,)

    monkeypatch.setattr(main_solve_module, "core_plan", lying)
    monkeypatch.setattr(main_solve_module, "TINY_COLUMNS", 0)
    whole = build_formulation(tunnel_or_roads())
    asked = replace(whole, mip=replace(whole.mip))
    for options in (SolveOptions(gap=0.01), SolveOptions(gap=0.01, deterministic=True)):
        _, answer = main_solve(
            whole, asked, Known(), options, Deadline.after(60.0), None, None, None
        )
        assert answer.notes[0] == told
        assert answer.reply.values is not None
