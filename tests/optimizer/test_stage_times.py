"""Times of stages, by a clock that the test turns."""

from __future__ import annotations

import threading

import pytest

from infraplan.optimizer.stage_times import OTHER, Spent, Stage, StageTimes, stage, timing


class Clock:
    """Clock and CPU seconds, turned by hand."""

    def __init__(self) -> None:
        self.at = Spent(100.0, 3.0)

    def turn(self, clock_s: float, cpu_s: float = 0.0) -> None:
        self.at = self.at + Spent(clock_s, cpu_s)

    def __call__(self) -> Spent:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def times(clock: Clock) -> StageTimes:
    return StageTimes(clock(), clock)


def test_a_stage_within_another_counts_for_itself_and_all_are_the_whole(
    clock: Clock, times: StageTimes
) -> None:
    with timing(times):
        clock.turn(1.0, 0.5)  # loading
        with stage(Stage.READ):
            clock.turn(4.0, 3.0)
            with stage(Stage.CHECK):
                clock.turn(2.0, 2.0)
            clock.turn(1.0, 0.25)
        with stage(Stage.SOLVE):
            clock.turn(8.0, 1.0)
        clock.turn(0.5)
    found = times.so_far()
    assert found == {
        "read": Spent(5.0, 3.25),
        "check": Spent(2.0, 2.0),
        "solve": Spent(8.0, 1.0),
        OTHER: Spent(1.5, 0.5),
    }
    assert sum(spent.clock_s for spent in found.values()) == 16.5


def test_a_stage_again_adds_up_and_an_open_one_counts_so_far(
    clock: Clock, times: StageTimes
) -> None:
    with timing(times):
        for _ in range(2):
            with stage(Stage.WRITE):
                clock.turn(3.0)
        with stage(Stage.REPORT):
            clock.turn(2.0)
            assert times.current is Stage.REPORT
            assert times.so_far() == {
                "report": Spent(2.0),
                "write": Spent(6.0),
                OTHER: Spent(),
            }
    assert times.current is None


def test_a_stage_that_ends_early_leaves_the_rest_to_the_one_around_it(
    clock: Clock, times: StageTimes
) -> None:
    with timing(times), stage(Stage.SOLVE):
        with stage(Stage.FIRST_PLAN) as end:
            clock.turn(1.0)
            end()
            end()  # a second plan ends nothing more
            clock.turn(5.0)
        assert times.current is Stage.SOLVE
    assert times.so_far() == {"first_plan": Spent(1.0), "solve": Spent(5.0), OTHER: Spent()}


def test_a_stage_that_fails_is_left(clock: Clock, times: StageTimes) -> None:
    @stage(Stage.SOLVE)
    def fail() -> None:
        clock.turn(1.0)
        raise ValueError("no plan")

    with timing(times), pytest.raises(ValueError, match="no plan"):
        fail()
    assert times.current is None
    assert times.so_far()["solve"] == Spent(1.0)


def test_the_first_plan_counts_from_the_begin(clock: Clock, times: StageTimes) -> None:
    assert times.first_plan_s is None
    clock.turn(7.0)
    times.note_plan()
    clock.turn(7.0)
    times.note_plan()
    assert times.first_plan_s == 7.0


def test_whoever_is_timed_already_is_timed_by_the_same(times: StageTimes) -> None:
    with timing(times), timing() as inner:
        assert inner is times
    with timing() as other:
        assert other is not times


def test_other_threads_count_no_stages(clock: Clock, times: StageTimes) -> None:
    def work() -> None:
        with stage(Stage.VERIFY):
            clock.turn(1.0)

    with timing(times), stage(Stage.SOLVE):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert times.so_far() == {"solve": Spent(1.0), OTHER: Spent()}


def test_nobody_counts_outside(clock: Clock) -> None:
    with stage(Stage.BUILD) as end:
        clock.turn(1.0)
        end()
