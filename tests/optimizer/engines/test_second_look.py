"""A solver that calls the plan it was given the best one is held against a short search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infraplan.optimizer.backends import SolverOptions, SolverReply
from infraplan.optimizer.backends.quick_relaxation import QuickAnswer
from infraplan.optimizer.engines import claims, second_look
from infraplan.optimizer.engines.claims import Answer
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from tests.optimizer.engines.lying_solver import answered, best_plan, truth
from tests.optimizer.engines.test_lies_by_way import OPTIONS, RIGHT, known_of, pipes


class Believer:
    """In the place of `solve_mip`: any start is the best plan, and without one it is honest."""

    def __init__(self) -> None:
        self.given: list[bool] = []

    def __call__(
        self, mip: Mip, options: SolverOptions, *, start: FloatArray | None = None, **_: object
    ) -> SolverReply:
        """The answer to `mip`."""
        self.given.append(start is not None)
        if start is None:
            return truth(mip, options)
        return answered(mip, options, Termination.OPTIMAL, start, mip.value(start))


def _asked(
    formulation: Formulation,
    known: Known,
    monkeypatch: pytest.MonkeyPatch,
    options: SolveOptions = OPTIONS,
) -> tuple[Answer, list[bool]]:
    believer = Believer()
    monkeypatch.setattr(claims, "solve_mip", believer)
    answer = claims.ask(formulation.mip, options, known, Deadline.after(None), start=known.plan)
    return answer, believer.given


def test_a_start_called_optimal_is_caught_where_a_better_plan_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    formulation = build_formulation(pipes())
    answer, given = _asked(formulation, known_of(formulation, {"p": 2029}), monkeypatch)
    assert answer.reply.objective == pytest.approx(RIGHT)
    assert answer.reply.bound == pytest.approx(RIGHT)
    assert [note.kind for note in answer.notes] == ["contradiction", "repaired"]
    assert given == [True, False]


def test_a_start_that_is_the_best_plan_stays_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    formulation = build_formulation(pipes())
    best = best_plan(formulation.mip, 0.0)
    known = Known(best, formulation.mip.value(best), 2.0 * RIGHT)
    answer, given = _asked(formulation, known, monkeypatch)
    assert answer.reply.objective == pytest.approx(RIGHT)
    assert answer.reply.termination is Termination.OPTIMAL
    assert answer.notes == ()
    assert given == [True]


def test_what_a_look_does_not_find_leaves_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    formulation = build_formulation(pipes())
    known = known_of(formulation, {"p": 2029})
    monkeypatch.setattr(second_look, "quick_search", lambda *_: QuickAnswer(Termination.TIME_LIMIT))
    answer, given = _asked(formulation, known, monkeypatch)
    assert answer.reply.objective == known.worth
    assert given == [True]


@pytest.mark.parametrize("case", ["better", "proven", "open", "nothing known"])
def test_no_other_claim_is_looked_at_again(case: str) -> None:
    """One of its own, one that multipliers prove, one not claimed, one with nothing known."""
    formulation = build_formulation(pipes())
    mip, known = formulation.mip, known_of(formulation, {"p": 2029})
    assert known.plan is not None
    assert known.worth is not None
    options = SolverOptions()
    reply = answered(mip, options, Termination.OPTIMAL, known.plan, known.worth)
    assert second_look.is_doubtful(reply, known)
    changes: dict[str, Any] = {
        "better": (truth(mip, options), known),
        "proven": (reply, replace(known, bound=1.005 * known.worth)),
        "open": (replace(reply, is_called_optimal=False), known),
        "nothing known": (reply, Known()),
    }
    assert not second_look.is_doubtful(*changes[case])
