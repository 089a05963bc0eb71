"""Something computed beside something else: its answer, its faults, its end."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from infraplan.optimizer import work_clock
from infraplan.optimizer.analysis import alongside
from infraplan.optimizer.analysis.alongside import Alongside, has_room
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.work_clock import ClockReason


def test_it_runs_beside_and_its_notes_on_the_clock_are_heard() -> None:
    go_on, ended, here = threading.Event(), threading.Event(), threading.current_thread()

    def compute(should_stop: Callable[[], bool]) -> tuple[bool, bool]:
        assert go_on.wait(30.0)
        work_clock.decided(ClockReason.TIME_LIMIT)
        ended.set()
        return threading.current_thread() is here, should_stop()

    with work_clock.watched() as reasons, Alongside(compute, is_beside=True) as beside:
        assert not ended.is_set()
        go_on.set()
        assert beside.result() == (False, False)
        assert ended.is_set()
    assert reasons == {ClockReason.TIME_LIMIT}


def test_without_room_it_is_done_at_once() -> None:
    done = []
    with Alongside(lambda stop: done.append(stop()), is_beside=False) as beside:
        assert done == [False]
        assert beside.result() is None


@pytest.mark.parametrize("is_beside", [False, True])
def test_its_fault_is_the_callers(is_beside: bool) -> None:
    def fails(should_stop: Callable[[], bool]) -> None:
        raise ArithmeticError(should_stop())

    with (
        pytest.raises(ArithmeticError),
        Alongside(fails, is_beside=is_beside) as beside,
    ):
        beside.result()


def test_it_is_told_to_end_where_the_caller_fails() -> None:
    ended = []

    def waits(should_stop: Callable[[], bool]) -> None:
        while not should_stop():
            threading.Event().wait(0.01)
        ended.append(True)

    with pytest.raises(KeyError), Alongside(waits, is_beside=True):
        raise KeyError
    assert ended == [True]


def test_there_is_room_where_a_processor_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alongside, "processors", lambda: 2)
    assert has_room(SolverOptions(threads=1))
    assert not has_room(SolverOptions(threads=2))
    assert not has_room(SolverOptions(threads=1, memory_limit_mb=2000))
    with work_clock.counting(None):
        assert not has_room(SolverOptions(threads=1))
    monkeypatch.setattr(alongside, "processors", lambda: 1)
    assert not has_room(SolverOptions(threads=1))


def test_a_fault_that_nobody_asked_for_is_raised_at_the_end() -> None:
    def fails(should_stop: Callable[[], bool]) -> None:
        raise ArithmeticError(should_stop())

    with pytest.raises(ArithmeticError), Alongside(fails, is_beside=True):
        pass
