"""The time limit of a whole solve, as one object that every stage asks.

It is over as well once the process was asked to end (`optimizer/stopping.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from infraplan.optimizer.work_clock import ClockReason

LEAST_S = 1.0
"""Seconds that a guest gets at least: less would not load a solver."""

REST_SHARE, REST_BY_BUILD = 0.2, 24.0
"""Share of the limit, and times of building, for verification, reasons and report at most."""
TO_WRITE_BY_BUILD = 3.0
"""Times of building that a plan takes from its values to the written run with its report."""
LEAST_SEARCH_S = 2.0
"""Seconds that a search gets where reading and building took the whole limit."""

LEAST_START_S, START_SHARE = 4.0, 0.9
"""Seconds at least to complete a plan that is given, and the share of what is left that it may take
for that: as long as there is none, nothing is worth more. Kaizhou takes 0.2 s of CPU."""
LEAST_FLOWS_S, MOST_FLOWS_S = 1.0, 600.0
"""Seconds for the best flows of decided projects, at least and at most."""

BEYOND_S, BEYOND_SHARE = 5.0, 0.1
"""Seconds, and share of the limit, by which the run may be written later than the limit."""
MOST_TO_EXPLAIN_S, UNLIMITED_EXACT_S = 60.0, 3600.0
"""Seconds to explain a run at most, unless its plan took longer; and for exact losses where no time
limit was given."""
BEYOND_TO_EXPLAIN_S, BEYOND_SHARE_TO_EXPLAIN = 1.5, 0.07
"""Seconds, and share of the limit, by which explaining may end beyond it."""
TO_REPORT_S, TO_REPORT_BY_WRITE = 1.0, 2.0
"""Seconds, and times of writing the plan, that the report is left at least."""
MARGIN_S = 0.5
"""Seconds before a run must be written at which nothing else is begun."""


HURRIED = "hurried"
"""Kind of a note on what was done less well for want of time."""


class OutOfTimeError(Exception):
    """What was begun is given up: what comes after it needs the time that is left."""


@dataclass(frozen=True)
class Deadline:
    """When a solve began (`work_clock.now`) and how long it may take (None: no limit)."""

    begin: float
    limit_s: float | None
    has_more_to_do: bool = False
    """Whether a run is explained, reported and written after the solve, inside the limit."""

    @staticmethod
    def after(limit_s: float | None) -> Deadline:
        """A deadline `limit_s` seconds from now."""
        return Deadline(work_clock.now(), limit_s)

    def with_more_to_do(self) -> Deadline:
        """The same, for a solve after which there is more to do."""
        return replace(self, has_more_to_do=True)

    def of_next(self, count: int) -> Deadline:
        """The deadline of the next of `count` questions, which have what is left in equal parts.

        What one does not use goes to those after it. Each leaves time for what follows its search.
        """
        if self.limit_s is None:
            return self
        left = max(0.0, self.limit_s - self.elapsed_s)
        return replace(self, limit_s=self.elapsed_s + left / count, has_more_to_do=True)

    def of_search(self, build_s: float) -> Deadline:
        """When the search must end, asked when the program was built, in `build_s` seconds.

        Where there is more to do afterwards it leaves time for it, which grows with the instance
        and with the load of the machine as building does: some for reasons, and so much that the
        plan is extracted, verified and written, and reported, before the run must be written.
        However late it is, a search gets `LEAST_SEARCH_S`. Where work is counted, a share of it is
        left, however long building took, and the seconds by the clock are granted besides.
        """
        if self.limit_s is None:
            return self
        work_clock.grant(min(LEAST_SEARCH_S, self.limit_s))
        end = self.limit_s
        if self.has_more_to_do and work_clock.is_counting():
            end -= REST_SHARE * self.limit_s
        elif self.has_more_to_do:
            written = self.limit_s + BEYOND_S + BEYOND_SHARE * self.limit_s
            rest = min(REST_SHARE * self.limit_s, REST_BY_BUILD * build_s)
            end = min(end - rest, written - MARGIN_S - TO_WRITE_BY_BUILD * build_s)
        return replace(self, limit_s=max(end, self.elapsed_s + min(LEAST_SEARCH_S, self.limit_s)))

    def of_first_plan(self, build_s: float) -> Deadline:
        """Until when a search that ends here seeks a first plan.

        For as long as the program took to build, however late it is: a run without a plan is
        worth nothing, in time or not.
        """
        if self.limit_s is None or work_clock.is_counting():
            return self
        return replace(self, limit_s=max(self.limit_s, self.elapsed_s + build_s))

    def within(self, seconds: float) -> Deadline:
        """The same, or an earlier one in so many `seconds` from now."""
        end = self.elapsed_s + seconds
        return replace(self, limit_s=end if self.limit_s is None else min(self.limit_s, end))

    def built_late_s(self, limit_s: float) -> float | None:
        """Seconds that reading and building took where they took all of `limit_s`; else None.

        Asked after `of_search`. Seconds where work is counted too: its clock says no more than that
        it is late.
        """
        if work_clock.is_counting():
            late = work_clock.late_s()
            return limit_s + late if late > 0.0 else None
        return self.elapsed_s if self.elapsed_s > limit_s else None

    @property
    def elapsed_s(self) -> float:
        """Seconds since the begin."""
        return work_clock.now() - self.begin

    def left_s(self, most_s: float | None = None) -> float | None:
        """Seconds left, at most `most_s`; never below 0; None where nothing limits them.

        None are left once the process was asked to end.
        """
        if stopping.is_asked():
            return 0.0
        if self.limit_s is None:
            return most_s
        left = max(0.0, self.limit_s - self.elapsed_s)
        if left <= 0.0 and not work_clock.is_counting():
            work_clock.decided(ClockReason.TIME_LIMIT)
        return left if most_s is None else min(left, most_s)

    def share_s(self, share: float, most_s: float) -> float:
        """A `share` of the seconds left, at most `most_s`."""
        left = self.left_s()
        return most_s if left is None else min(share * left, most_s)

    def start_s(self, share: float, most_s: float) -> float:
        """Seconds to complete a plan that is given: at least `LEAST_START_S`, if there is as much.

        Somebody waited for it, and without it a short search on a busy machine ends with none.
        """
        left = self.left_s()
        least = LEAST_START_S if left is None else min(LEAST_START_S, START_SHARE * left)
        return max(least, self.share_s(share, most_s))

    def flows_s(self) -> float:
        """Seconds to find the best flows of decided projects: half of what is left.

        However late it is, they get `LEAST_FLOWS_S`: a plan's own flows are those of a search,
        which may leave a little on the table.
        """
        return max(LEAST_FLOWS_S, self.share_s(0.5, MOST_FLOWS_S))

    def is_over(self, margin_s: float = 0.0) -> bool:
        """Whether fewer than `margin_s` seconds are left."""
        if stopping.is_asked():
            return True
        if self.limit_s is None:
            return False
        return work_clock.is_past(self.begin + self.limit_s - margin_s)

    @property
    def ended(self) -> Termination:
        """How a search ends that has used up what it was given."""
        counts = work_clock.is_counting() and work_clock.now() < work_clock.LATE
        return Termination.WORK_LIMIT if counts else Termination.TIME_LIMIT


@contextmanager
def on_the_clock(options: SolveOptions, deadline: Deadline) -> Iterator[Deadline]:
    """The deadline of a solve on the clock that its options ask for.

    Where that is work, its limit is work as well, whatever was read and built before, and
    `deadline` (of `time.perf_counter`) ends the solve besides. Inside another one that counts
    work, `deadline` is of that one already.
    """
    if not options.deterministic or work_clock.is_counting():
        yield deadline
        return
    limit = deadline.limit_s
    with work_clock.counting(None if limit is None else deadline.begin + limit):
        # Not `now`: once the end is past, that is late by a number that is no time.
        yield replace(deadline, begin=0.0)


@dataclass(frozen=True)
class Afterwards:
    """The time after a plan was verified and is on disk: for explaining it, then for the report.

    Attributes
    ----------
    deadline
        Of the whole command.
    write_s
        What writing the plan took; writing it again with its report takes as long.
    begin_s
        When this time began, seconds after the deadline's begin.
    exact
        Whether exact losses are asked for, which may take as long again as the limit.
    """

    deadline: Deadline
    write_s: float
    begin_s: float
    exact: bool = False

    @staticmethod
    def now(deadline: Deadline, write_s: float, *, exact: bool = False) -> Afterwards:
        """The time that begins now."""
        return Afterwards(deadline, write_s, deadline.elapsed_s, exact)

    @property
    def written_s(self) -> float | None:
        """When the run must be written, seconds after the begin; None without a limit."""
        limit = self.deadline.limit_s
        if limit is None:
            return None
        return limit + BEYOND_S + BEYOND_SHARE * limit + (limit if self.exact else 0.0)

    def to_explain_s(self) -> float:
        """Seconds left for explaining, below 0 where its time is over.

        That is a minute at most, or as long as all before it took where that is longer (for exact
        losses as long as the limit), as far as the limit and what may go beyond it allow, and the
        report and writing still have their time. Intervals that stay wide would else take all of a
        long limit after a plan of seconds, and a minute only after one of half an hour.
        """
        limit, written, elapsed = self.deadline.limit_s, self.written_s, self.deadline.elapsed_s
        if limit is None or written is None:
            most = UNLIMITED_EXACT_S if self.exact else MOST_TO_EXPLAIN_S
            return self.begin_s + most - elapsed
        report_s = TO_REPORT_S + TO_REPORT_BY_WRITE * self.write_s
        most = limit if self.exact else max(MOST_TO_EXPLAIN_S, self.begin_s)
        ends = [written - MARGIN_S - self.write_s - report_s, self.begin_s + most]
        if not self.exact:
            ends.append(limit + BEYOND_TO_EXPLAIN_S + BEYOND_SHARE_TO_EXPLAIN * limit)
        return min(ends) - elapsed

    def require_time_to_report(self) -> None:
        """Go on with the report only where writing the run still has its time.

        Raises
        ------
        OutOfTimeError
            If it has not.
        """
        written = self.written_s
        if written is not None and self.deadline.elapsed_s > written - MARGIN_S - self.write_s:
            raise OutOfTimeError


def conflict_seconds(deadline: Deadline | None) -> float:
    """Seconds to say why there is no answer to a question: what is left of its share."""
    left = None if deadline is None else deadline.left_s(MOST_TO_EXPLAIN_S)
    return MOST_TO_EXPLAIN_S if left is None else max(LEAST_S, left)


def guest_options(
    options: SolveOptions, deadline: Deadline, most_s: float | None = None
) -> SolverOptions:
    """Options for a guest, with what is left of the time limit (at most `most_s`)."""
    left = deadline.left_s()
    if left is not None:
        left = max(LEAST_S, left)
        left = left if most_s is None else min(left, most_s)
    else:
        left = most_s
    return SolverOptions(
        solver=options.guest_solver,
        gap=options.gap,
        time_limit_s=left,
        threads=options.threads,
        seed=options.seed,
        memory_limit_mb=options.memory_limit_mb,
        columns=options.columns,
    )


def second_options(options: SolveOptions, deadline: Deadline, gap: float) -> SolverOptions:
    """Options of a later stage: the same solver whatever found the optimum, a minute at most.

    Then every solver leads to the same plan.
    """
    return replace(guest_options(options, deadline, 60.0), gap=gap, solver=SECOND_SOLVER)


SECOND_SOLVER = "highs"
"""Solver of the later stages."""


class EndingSearch:
    """A search that ends when its time is over, or when the user asks.

    Attributes
    ----------
    deadline
        Its time.
    stopped
        Whether the user asked for an early end.
    """

    def __init__(self, deadline: Deadline, should_stop: Callable[[], bool] | None) -> None:
        self.deadline = deadline
        self.stopped = False
        self._should_stop = should_stop

    def stop(self) -> bool:
        """Whether the user asked for an early end."""
        self.stopped = self.stopped or stopping.is_asked()
        self.stopped = self.stopped or (self._should_stop is not None and self._should_stop())
        return self.stopped

    def is_over(self) -> bool:
        """Whether time is up or the user asked for an end."""
        return self.stop() or self.deadline.is_over()
