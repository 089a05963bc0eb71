"""The search beside the solver: its plans are kept, prove what they can, and end with the solve."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, ClassVar

import pytest

from infraplan.optimizer.backends import SolverOptions, SolverReply, solve_mip
from infraplan.optimizer.backends.channel import Job
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.engines import beside as beside_module
from infraplan.optimizer.engines.beside import Beside
from infraplan.optimizer.engines.claims import Answer
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known, cores_of
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import Search, search_process
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
    monkeypatch.setattr(beside_module, "processors", lambda: 2)
    with Beside(
        formulation, known, SolveOptions(gap=0.01, alone_s=0.0), Deadline.after(120.0)
    ) as beside:
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


@pytest.mark.parametrize("said", [None, 1.5])
def test_a_solver_that_the_proven_bound_has_stopped_was_stopped_by_nobody(
    question: tuple[Formulation, Known], said: float | None
) -> None:
    """The guest knows no bound, or one that is half as much again."""
    formulation, known = question
    plan = _good(formulation, 5e-3)
    with Beside(formulation, known, SolveOptions(gap=0.02), Deadline.after(None)) as beside:
        beside.known = known.with_plan(formulation.mip, plan)
        beside.has_run = True
        assert beside.stopping(None)()
        assert known.bound is not None
        bound = None if said is None else said * known.bound
        answer = beside.joined(Answer(_reply(known, bound), ()))
    assert answer is not None
    assert answer.reply.termination is Termination.GAP_REACHED
    assert answer.reply.state is SolutionState.OPTIMAL
    assert answer.reply.bound == known.bound


@pytest.mark.parametrize(
    ("processors", "options"),
    [(1, SolveOptions(alone_s=0.0)), (2, SolveOptions(memory_limit_mb=500, alone_s=0.0))],
)
def test_it_runs_only_where_there_is_room(
    question: tuple[Formulation, Known],
    monkeypatch: pytest.MonkeyPatch,
    processors: int,
    options: SolveOptions,
) -> None:
    monkeypatch.setattr(beside_module, "processors", lambda: processors)
    with Beside(*question, options, Deadline.after(60.0)) as beside:
        beside.poll()
        beside.poll()
        assert not beside.has_run
        answer = Answer(_reply(question[1], None), ())
        assert beside.joined(answer) is answer


def _good(formulation: Formulation, gap: float) -> FloatArray:
    """A plan within `gap` of the best one."""
    values = quick_search(formulation.mip, 60.0, gap).values
    assert values is not None
    plan = clean_values(formulation.mip, values)
    assert plan is not None
    return plan


def test_the_search_has_plans_for_the_solver_that_are_better_than_its_own(
    question: tuple[Formulation, Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    formulation, known = question
    good = _good(formulation, 5e-3)
    worth = formulation.mip.value(good)
    monkeypatch.setattr(beside_module, "processors", lambda: 2)
    with Beside(
        formulation, known, SolveOptions(gap=0.0, alone_s=0.0), Deadline.after(120.0)
    ) as beside:
        beside.heard(good)
        end = time.perf_counter() + 120.0
        offered = beside.offered()
        while offered is None and time.perf_counter() < end:
            time.sleep(0.05)
            offered = beside.offered()
        assert offered is not None
        assert clean_values(formulation.mip, offered) is not None
        assert formulation.mip.value(offered) > worth  # it began with the solver's plan
        assert formulation.mip.value(offered) == beside.known.worth
        beside.heard(offered)
        if formulation.mip.value(offered) == beside.known.worth:
            assert beside.offered() is None  # the solver has it


def test_the_search_goes_on_from_a_plan_that_it_is_given(
    question: tuple[Formulation, Known], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    formulation, known = question
    choices, program = cores_of(formulation, known)
    program.save(tmp_path)
    good = choices.seen(_good(formulation, 1e-3))
    searches: list[Search] = []

    def search(*given: Any) -> Search:
        searches.append(Search(*given))
        return searches[-1]

    class Line:
        worths: ClassVar[list[float]] = []
        stop_asked = False

        def offered(self) -> FloatArray | None:
            self.stop_asked = bool(self.worths)
            self.worths.append(searches[0].worth)
            return good

        def incumbent(self, values: FloatArray) -> None:
            assert clean_values(program.mip, values) is not None

        def send(self, event: str, **fields: object) -> None:
            assert event == "done"

    monkeypatch.setattr(search_process, "Search", search)
    line: Any = Line()
    search_process.run(Job(tmp_path, {"seed": 0}, time.perf_counter()), line)
    assert line.worths[0] < program.mip.value(good) <= line.worths[1]


@pytest.mark.parametrize("columns", [Columns.CUMULATIVE, Columns.BY_START])
def test_highs_takes_a_plan_while_it_runs_and_shows_its_own(columns: Columns) -> None:
    small = build_formulation(benchmark_instance(80, 6))
    mip, good = small.mip, _good(small, 1e-3)

    class Exchange:
        def __init__(self) -> None:
            self.plans: list[float] = []
            self.given = 0

        def heard(self, values: FloatArray) -> None:
            plan = clean_values(mip, values)
            assert plan is not None  # in the columns of the model that was asked
            self.plans.append(mip.value(plan))

        def offered(self) -> FloatArray | None:
            self.given += 1
            return good if self.given == 1 else None

    exchange = Exchange()
    options = SolverOptions(
        gap=0.0,
        time_limit_s=60.0,
        columns=columns,
        extra={
            "mip_heuristic_effort": "0",
            "mip_heuristic_run_feasibility_jump": "false",
            "mip_max_nodes": "1",
        },
    )
    reply = solve_mip(mip, options, exchange=exchange)
    assert exchange.given > 0
    assert reply.objective is not None
    assert reply.objective >= mip.value(good) - 1e-6
    assert max(exchange.plans) == pytest.approx(reply.objective)
