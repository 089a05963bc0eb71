"""The time limit of a command, by a clock that the test turns."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from infraplan.optimizer.engines import deadline as module
from infraplan.optimizer.engines.deadline import LEAST_S, LEAST_SEARCH_S, Deadline, guest_options
from infraplan.optimizer.solve_result import SolveOptions


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1000.0

    def perf_counter(self) -> float:
        """What it shows."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=made.perf_counter))
    return made


def test_what_is_left_counts_from_the_begin(clock: Clock) -> None:
    deadline = Deadline.after(30.0)
    clock.now += 12.0
    assert deadline.elapsed_s == 12.0
    assert deadline.left_s() == 18.0
    assert deadline.left_s(5.0) == 5.0
    assert deadline.share_s(0.5, 60.0) == 9.0
    assert not deadline.is_over(18.0 - 1e-6)
    assert deadline.is_over(18.0)
    clock.now += 30.0
    assert deadline.left_s() == 0.0
    assert guest_options(SolveOptions(), deadline).time_limit_s == LEAST_S


def test_a_search_leaves_time_for_what_comes_after(clock: Clock) -> None:
    deadline = Deadline.after(100.0).with_more_to_do()
    clock.now += 4.0  # of which building took 2: six times as much is left for the rest
    assert deadline.of_search(2.0).limit_s == 100.0 - 12.0
    assert deadline.limit_s == 100.0
    # At most 15 % of the limit.
    assert deadline.of_search(50.0).limit_s == 85.0


def test_a_search_with_nothing_after_it_has_the_whole_limit(clock: Clock) -> None:
    deadline = Deadline.after(100.0)
    clock.now += 4.0
    assert deadline.of_search(2.0).limit_s == 100.0


def test_a_search_that_begins_late_has_a_little_time(clock: Clock) -> None:
    deadline = Deadline.after(5.0).with_more_to_do()
    clock.now += 60.0
    search = deadline.of_search(40.0)
    assert search.left_s() == pytest.approx(LEAST_SEARCH_S)
    assert deadline.is_over()
    hasty = Deadline.after(1.0).with_more_to_do()
    clock.now += 60.0
    assert hasty.of_search(40.0).left_s() == pytest.approx(1.0)


def test_without_a_limit_nothing_ends(clock: Clock) -> None:
    deadline = Deadline.after(None).with_more_to_do()
    clock.now += 1e6
    assert deadline.of_search(40.0) is deadline
    assert deadline.left_s() is None
    assert deadline.left_s(7.0) == 7.0
    assert not deadline.is_over()
