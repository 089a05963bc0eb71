"""The fewest moves among those of one plan: what may move and what stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from infraplan.models.kept_plan import KeptPlan
from infraplan.optimizer.engines import integer_program, keeping
from infraplan.optimizer.engines.claims import Answer, ask
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.keeping import fewest_moves, move_terms, only_moved
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from tests.builders import make_instance, make_project


def test_the_moves_of_a_known_plan_are_searched_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search of all that finds nothing leaves the best plan among the moves of the known one."""
    rows = [make_project(name, 4.0, 5.0, lead_time=1) for name in "abcd"]
    formulation = build_formulation(make_instance(rows, settings={"end_year": 2035}))
    first = formulation.sets.first_year
    kept = KeptPlan(dict.fromkeys("abc", ("base", first + 1)))
    # The known plan moves three of four: a is dropped, b begins earlier, d is added.
    start = np.zeros(formulation.mip.num_columns)
    years = {"b": 0, "c": 1, "d": 0}
    for o, flat in enumerate(formulation.sets.options):
        since = years.get(flat.project.id)
        if since is not None:
            start[formulation.started[o, since : flat.last + 1]] = 1.0
    terms = move_terms(formulation, kept)
    assert terms.of(start) == 3.0

    near = only_moved(formulation, kept, formulation.mip, start)
    held = {
        flat.project.id
        for o, flat in enumerate(formulation.sets.options)
        if np.all(near.col_lower[formulation.started[o]] == near.col_upper[formulation.started[o]])
    }
    assert held == {"c"}

    mip = formulation.mip
    worth = mip.value(start)
    answers: list[Answer] = []

    def once(*given: Any, **named: Any) -> Answer:
        if answers:  # the search of all: it has what is known, and nothing more in its time
            late = replace(answers[0].reply, values=given[2].plan, bound=None)
            answers.append(Answer(replace(late, termination=Termination.TIME_LIMIT), ()))
        else:
            answers.append(ask(*given, **named))
        return answers[-1]

    monkeypatch.setattr(keeping, "ask", once)
    kept = KeptPlan(kept.starts, least_value=worth - 1e-6, is_fewest=True)
    monkeypatch.setattr(keeping, "NEAR_S", 600.0)  # a busy machine takes long to begin a solver
    options = SolveOptions(gap=0.0, time_limit_s=None)
    found = fewest_moves(formulation, kept, 1.0, options, Deadline.after(None), start)
    assert len(answers) == 2
    assert found.amount == 1.0  # d alone: it and two that begin later bring as much


def test_the_plan_with_the_fewest_moves_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no time to complete its starts again, it is known as it was found."""
    rows = [make_project(name, 4.0, 5.0, lead_time=1) for name in "abcd"]
    instance = make_instance(rows, settings={"end_year": 2035})
    first = instance.settings.horizon.first_year
    kept = KeptPlan(dict.fromkeys("abc", ("base", first + 1)), is_fewest=True)
    monkeypatch.setattr(integer_program, "what_is_known", lambda *_, **__: Known())
    whole, seen = integer_program._as_a_whole, []

    def watched(question: Any, known: Known, *rest: Any) -> Any:
        seen.append(known.plan)
        return whole(question, known, *rest)

    monkeypatch.setattr(integer_program, "_as_a_whole", watched)
    found = solve(instance, SolveOptions(gap=0.0, time_limit_s=60.0, kept=kept))
    assert found.plan is not None
    assert [plan is not None for plan in seen] == [True]
