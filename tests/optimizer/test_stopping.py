"""A wish to end early: stated by signals, heeded by solves, never at the cost of a plan."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Iterator

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer import stopping
from infraplan.optimizer.backends import SolverOptions, SolverReply, quick_relaxation
from infraplan.optimizer.engines import claims, financing, integer_program
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination
from tests.builders import make_instance, make_project, make_resource
from tests.markers import needs_signals
from tests.optimizer.backends import mips


@pytest.fixture(autouse=True)
def heeded_ctrl_c() -> Iterator[None]:
    """Ctrl-C as a terminal gives it, and no wish left over."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with stopping.one_task():
        yield
    signal.signal(signal.SIGINT, before)
    assert not stopping.is_asked()


def knapsacks() -> Instance:
    """Thirty projects that share three resources: a plan at sight, and no proof by relaxation."""
    draw = random.Random(5)
    crews = [make_resource(f"crew{i}", 300.0) for i in range(3)]
    projects = []
    for number in range(30):
        needs = {crew.resource: draw.uniform(10.0, 100.0) for crew in crews}
        projects.append(make_project(f"p{number}", 1.0, sum(needs.values()), resources=needs))
    return make_instance(projects, years=(2021, 2022), resources=crews)


def _press(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


@needs_signals
def test_while_it_is_heeded_a_signal_raises_nothing() -> None:
    with stopping.heeding():
        _press()
        assert stopping.is_asked()
        assert not stopping.is_urgent()
        _press()
        assert stopping.is_urgent()
        with pytest.raises(KeyboardInterrupt):  # who presses a third time means it
            _press()
    with pytest.raises(KeyboardInterrupt):
        _press()


@needs_signals
def test_signals_of_a_system_that_goes_down_are_not_urgent() -> None:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with stopping.heeding():
            _press(signal.SIGTERM)
            _press(signal.SIGTERM)
            assert stopping.is_asked()
            assert not stopping.is_urgent()
    finally:
        signal.signal(signal.SIGTERM, before)


@needs_signals
def test_a_signal_that_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with stopping.heeding():
        _press()
        assert not stopping.is_asked()


def test_outside_the_main_thread_no_signal_is_taken() -> None:
    handlers = []

    def run() -> None:
        with stopping.heeding():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert handlers == [signal.default_int_handler]


def test_the_wish_ends_with_the_outermost_task() -> None:
    with stopping.one_task():
        stopping.ask()
    assert stopping.is_asked()  # the fixture's task lasts


def test_a_computation_is_left_behind() -> None:
    begun, end = threading.Event(), threading.Event()

    def deaf() -> int:
        begun.set()
        stopping.ask()
        end.wait()
        return 1

    with pytest.raises(stopping.StoppedError):
        stopping.abandonable(deaf)
    assert begun.is_set()
    assert stopping.has_left_behind()
    end.set()
    with pytest.raises(stopping.StoppedError):  # none is begun afterwards
        stopping.abandonable(lambda: 1)


def test_results_and_faults_of_a_computation_come_through() -> None:
    def fail() -> None:
        message = "a fault of its own"
        raise ZeroDivisionError(message)

    assert stopping.abandonable(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError, match="a fault of its own"):
        stopping.abandonable(fail)


def test_an_interrupt_leaves_a_computation_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()

    def interrupted() -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(stopping, "is_asked", lambda: False)
    monkeypatch.setattr(threading.Thread, "join", lambda *_: interrupted())
    with pytest.raises(KeyboardInterrupt):
        stopping.abandonable(end.wait)
    assert stopping.has_left_behind()
    end.set()


def test_quick_searches_say_that_they_were_stopped() -> None:
    stopping.ask()
    relaxed = quick_relaxation.quick_relaxation(mips.knapsack(), 1.0)
    assert (relaxed.values, relaxed.multipliers, relaxed.is_infeasible) == (None, None, False)
    found = quick_relaxation.quick_search(mips.knapsack(), 1.0)
    assert (found.termination, found.values) == (Termination.INTERRUPTED, None)


def test_a_deadline_is_over_once_an_end_is_asked_for() -> None:
    deadline = Deadline.after(None)
    assert not deadline.is_over()
    stopping.ask()
    assert deadline.is_over()
    assert deadline.left_s(60.0) == 0.0
    assert deadline.share_s(0.5, 60.0) == 0.0


@pytest.mark.parametrize("stage", ["quick_plan", "solve_mip"])
def test_a_wish_in_any_stage_keeps_the_plan_and_begins_no_other(
    stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wish comes as the stage ends: nothing is searched after it, and the plan is told."""
    asked: list[str] = []
    module = integer_program if stage == "quick_plan" else claims
    name = "what_is_known" if stage == "quick_plan" else "solve_mip"
    solve_mip = claims.solve_mip

    def counted(*args: object, **options: object) -> SolverReply:
        asked.append("guest")
        return solve_mip(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(claims, "solve_mip", counted)
    whole = getattr(module, name)

    def then_asked(*args: object, **options: object) -> object:
        found = whole(*args, **options)
        stopping.ask()
        return found

    monkeypatch.setattr(module, name, then_asked)
    result = solve(knapsacks(), SolveOptions(gap=0.0))
    assert result.verification is not None
    assert result.verification.ok
    assert result.plan is not None
    assert len(asked) == (0 if stage == "quick_plan" else 1)
    if stage == "quick_plan":
        assert result.termination is Termination.INTERRUPTED
        assert result.state is SolutionState.FEASIBLE
        assert result.bound is not None


def test_no_financing_is_searched_after_a_stop() -> None:
    stopping.ask()
    mip = mips.knapsack()
    assert claims.solve_stage(mip, SolverOptions(), mip.col_lower) is None
    assert financing.solve_stage is claims.solve_stage
