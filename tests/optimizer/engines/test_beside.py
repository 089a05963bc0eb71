"""The search beside the solver: its plans are kept, prove what they can, and end with the solve."""

from __future__ import annotations

import time

import pytest

from infraplan.optimizer.backends import SolverReply
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines import beside as beside_module
from infraplan.optimizer.engines.beside import Beside
from infraplan.optimizer.engines.claims import Answer
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination
from tests.benchmarks.generate import benchmark_instance


@pytest.fixture(scope="module")
def question() -> tuple[Formulation, Known]:
    formulation = build_formulation(benchmark_instance(200, 8))
    relaxed = quick_relaxation(formulation.mip, 60.0)
    assert relaxed.values is not None
    return formulation, Known(bound=formulation.mip.value(relaxed.values), relaxed=relaxed)


def _reply(known: Known, bound: float | None) -> SolverReply:
    ended, state = Termination.INTERRUPTED, SolutionState.NONE
    return SolverReply(ended, state, None, None, bound, None, 1.0, "", "highs", "")


def test_its_plans_are_kept_and_prove_the_answer(
    question: tuple[Formulation, Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    formulation, known = question
    monkeypatch.setattr(beside_module, "AFTER_S", 0.0)
    monkeypatch.setattr(beside_module, "_processors", lambda: 2)
    with Beside(formulation, known, SolveOptions(gap=0.01), Deadline.after(120.0)) as beside:
        stop = beside.stopping(None)
        end = time.perf_counter() + 120.0
        while not stop() and time.perf_counter() < end:
            time.sleep(0.05)
        assert beside.is_proven
        found = beside.known
        answer = beside.joined(Answer(_reply(known, known.bound), ()))
    assert found.plan is not None
    assert clean_values(formulation.mip, found.plan) is not None
    assert answer is not None
    assert answer.reply.termination is Termination.GAP_REACHED
    assert answer.reply.objective == found.worth
    assert found.worth is not None
    lie = Answer(_reply(known, 0.5 * found.worth), ())
    assert beside.joined(lie) is None  # a bound below a plan that obeys every row


@pytest.mark.parametrize(
    ("processors", "options"), [(1, SolveOptions()), (2, SolveOptions(memory_limit_mb=500))]
)
def test_it_runs_only_where_there_is_room(
    question: tuple[Formulation, Known],
    monkeypatch: pytest.MonkeyPatch,
    processors: int,
    options: SolveOptions,
) -> None:
    monkeypatch.setattr(beside_module, "AFTER_S", 0.0)
    monkeypatch.setattr(beside_module, "_processors", lambda: processors)
    with Beside(*question, options, Deadline.after(60.0)) as beside:
        beside.poll()
        beside.poll()
        assert not beside.has_run
        answer = Answer(_reply(question[1], None), ())
        assert beside.joined(answer) is answer
