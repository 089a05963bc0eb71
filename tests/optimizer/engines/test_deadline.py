"""The time limit of a command, by a clock that the test turns."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace

import pytest

from infraplan.optimizer import work_clock
from infraplan.optimizer.engines.deadline import (
    LEAST_S,
    LEAST_SEARCH_S,
    MOST_TO_EXPLAIN_S,
    REST_SHARE,
    UNLIMITED_EXACT_S,
    Afterwards,
    Deadline,
    OutOfTimeError,
    conflict_seconds,
    guest_options,
    on_the_clock,
)
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.work_clock import ClockReason
from tests.builders import make_instance, make_project


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
    monkeypatch.setattr(work_clock, "time", SimpleNamespace(perf_counter=made.perf_counter))
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


def test_a_first_plan_is_sought_as_long_as_building_took_however_late(clock: Clock) -> None:
    clock.now += 1.0
    search = Deadline(1000.0, 5.0, has_more_to_do=True).of_search(0.5)
    assert search.of_first_plan(0.5) == search  # in time: it ends with the search
    clock.now += 30.0
    late = Deadline(1000.0, 5.0, has_more_to_do=True).of_search(20.0)
    assert late.limit_s == 31.0 + LEAST_SEARCH_S
    assert late.of_first_plan(20.0).limit_s == 31.0 + 20.0
    assert Deadline(1000.0, None).of_first_plan(20.0).limit_s is None


def test_a_search_leaves_time_for_what_comes_after(clock: Clock) -> None:
    deadline = Deadline.after(100.0).with_more_to_do()
    clock.now += 4.0  # of which building took 0.5: 24 times as much is left for the rest
    assert deadline.of_search(0.5).limit_s == 100.0 - 12.0
    assert deadline.limit_s == 100.0
    # At most a fifth of the limit ...
    assert deadline.of_search(9.0).limit_s == 80.0
    # ... unless three times building would not end by 115, with half a second to spare.
    assert deadline.of_search(20.0).limit_s == pytest.approx(114.5 - 60.0)


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


def test_counted_work_has_a_little_time_however_late_it_is(clock: Clock) -> None:
    options = SolveOptions(deterministic=True)
    begun = Deadline.after(5.0).with_more_to_do()
    clock.now += 60.0
    with work_clock.watched() as reasons, on_the_clock(options, begun) as deadline:
        assert deadline.is_over()
        search = deadline.of_search(40.0)
        assert search.left_s() == pytest.approx(5.0 * (1.0 - REST_SHARE))  # of work
        assert work_clock.patience_s(5.0) == pytest.approx(LEAST_SEARCH_S)
        assert deadline.built_late_s(5.0) == pytest.approx(60.0)
        assert reasons == {ClockReason.TIME_LIMIT}
        clock.now += LEAST_SEARCH_S
        deadline.of_search(40.0)
        assert work_clock.patience_s(5.0) < 1.0  # once, not for each question
    with on_the_clock(options, Deadline.after(5.0)) as deadline:
        deadline.of_search(1.0)
        assert deadline.built_late_s(5.0) is None


def test_a_late_solve_by_counted_work_has_a_plan_and_tells_seconds() -> None:
    instance = make_instance([make_project("a", 5, 9.0)], years=(2021, 2022))
    options = SolveOptions(deterministic=True, time_limit_s=1.0)
    begun = Deadline(time.perf_counter() - 30.0, 1.0)
    result = solve(instance, options, deadline=begun)
    assert result.plan is not None
    (late,) = (note for note in result.notes if note.kind == "late")
    seconds = re.search(r"took (\d+\.\d) s", late.text_en)
    assert seconds is not None
    assert 30.0 <= float(seconds[1]) < 1e6
    assert seconds[1] in late.text_zh


def test_without_a_limit_nothing_ends(clock: Clock) -> None:
    deadline = Deadline.after(None).with_more_to_do()
    clock.now += 1e6
    assert deadline.of_search(40.0) is deadline
    assert deadline.left_s() is None
    assert deadline.left_s(7.0) == 7.0
    assert not deadline.is_over()


# --------------------------------------------------------------------------------------- afterwards


def test_explaining_ends_early_enough_for_the_report_and_for_writing(clock: Clock) -> None:
    deadline = Deadline.after(100.0)
    clock.now += 85.0
    # Nothing is large: until 100 + 7 % + 1.5.
    assert Afterwards.now(deadline, 0.0).to_explain_s() == pytest.approx(23.5)
    # Written by 115. Writing takes 4, and 0.5 before it; the report 1 and twice writing.
    assert Afterwards.now(deadline, 4.0).to_explain_s() == pytest.approx(
        115.0 - 0.5 - 4.0 - (1.0 + 8.0) - 85.0
    )
    rest = Afterwards.now(deadline, 4.0)
    clock.now += 20.0
    assert rest.to_explain_s() == pytest.approx(-3.5)


def test_explaining_takes_a_minute_at_most(clock: Clock) -> None:
    deadline = Deadline.after(600.0)
    clock.now += 30.0
    rest = Afterwards.now(deadline, 0.5)
    assert rest.to_explain_s() == MOST_TO_EXPLAIN_S
    clock.now += 45.0
    assert rest.to_explain_s() == pytest.approx(15.0)


def test_explaining_takes_as_long_as_the_plan_where_that_took_longer(clock: Clock) -> None:
    deadline = Deadline.after(1000.0)
    clock.now += 200.0
    rest = Afterwards.now(deadline, 0.5)
    assert rest.to_explain_s() == pytest.approx(200.0)
    clock.now += 150.0
    assert rest.to_explain_s() == pytest.approx(50.0)


def test_after_a_long_solve_the_limit_ends_explaining(clock: Clock) -> None:
    deadline = Deadline.after(300.0)
    clock.now += 232.0
    # Until 300 + 7 % + 1.5.
    assert Afterwards.now(deadline, 0.5).to_explain_s() == pytest.approx(322.5 - 232.0)


def test_exact_losses_take_as_long_again(clock: Clock) -> None:
    deadline = Deadline.after(100.0)
    clock.now += 90.0
    rest = Afterwards.now(deadline, 1.0, exact=True)
    assert rest.written_s == pytest.approx(215.0)
    assert rest.to_explain_s() == pytest.approx(100.0)


def test_without_a_limit_the_report_has_all_time(clock: Clock) -> None:
    deadline = Deadline.after(None)
    clock.now += 1e6
    rest = Afterwards.now(deadline, 10.0)
    assert rest.to_explain_s() == MOST_TO_EXPLAIN_S
    assert Afterwards.now(deadline, 10.0, exact=True).to_explain_s() == UNLIMITED_EXACT_S
    clock.now += 1e6
    rest.require_time_to_report()


def test_the_report_is_given_up_where_writing_needs_the_time(clock: Clock) -> None:
    deadline = Deadline.after(10.0)  # written by 16
    clock.now += 9.0
    rest = Afterwards.now(deadline, 2.0)
    rest.require_time_to_report()
    clock.now += 4.5  # 13.5: 2 to write, and 0.5
    rest.require_time_to_report()
    clock.now += 0.1
    with pytest.raises(OutOfTimeError):
        rest.require_time_to_report()


# ---------------------------------------------------------------------------------------- questions


def test_questions_share_what_is_left(clock: Clock) -> None:
    deadline = Deadline.after(60.0)
    clock.now += 12.0
    first = deadline.of_next(4)
    assert first.left_s() == pytest.approx(12.0)
    assert first.has_more_to_do
    clock.now += 3.0  # what it does not use goes to the others
    assert deadline.of_next(3).left_s() == pytest.approx(15.0)
    clock.now += 60.0
    assert deadline.of_next(2).is_over()
    assert Deadline.after(None).of_next(3).limit_s is None


def test_why_there_is_no_answer_is_asked_for_as_long_as_is_left(clock: Clock) -> None:
    assert conflict_seconds(None) == MOST_TO_EXPLAIN_S
    deadline = Deadline.after(20.0)
    clock.now += 15.0
    assert conflict_seconds(deadline) == pytest.approx(5.0)
    clock.now += 15.0
    assert conflict_seconds(deadline) == LEAST_S


def test_a_plan_that_is_given_has_time_to_be_completed() -> None:
    """A fifth of a long limit; of a short one four seconds, or nearly all that there is."""
    assert Deadline.after(100.0).start_s(0.2, 10.0) == pytest.approx(10.0)
    assert Deadline.after(40.0).start_s(0.2, 10.0) == pytest.approx(8.0, abs=0.1)
    assert Deadline.after(10.0).start_s(0.2, 10.0) == pytest.approx(4.0, abs=0.1)
    assert Deadline.after(2.0).start_s(0.2, 10.0) == pytest.approx(1.8, abs=0.1)
    assert Deadline.after(None).start_s(0.2, 10.0) == pytest.approx(10.0)
