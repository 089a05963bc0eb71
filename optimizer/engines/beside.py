"""A search of one's own beside the solver, in a process of its own where a processor is left.

It begins where the solver has not ended within a moment, and ends with it. Its plans are kept: the
answer is never worse than them, and the solver is stopped once its bound proves one of them within
the asked gap. What it finds depends on the clock.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.exchange import offer_of
from infraplan.optimizer.backends.host import job_folder
from infraplan.optimizer.backends.process import GuestProcess
from infraplan.optimizer.engines.claims import (
    Answer,
    contradiction_in,
    lie_of,
    under,
    with_known_plan,
)
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known, cores_of, is_searched
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import Choices
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import EARLY, SolutionState, Termination, relative_gap
from infraplan.optimizer.work_clock import ClockReason

_GUEST = "infraplan.optimizer.primal.search_process"


class Beside:
    """A search beside a solve of `formulation`; a `with` block ends its process.

    `poll` is to be called again and again; nothing of it waits.
    """

    def __init__(
        self, formulation: Formulation, known: Known, options: SolveOptions, deadline: Deadline
    ) -> None:
        self.known = known
        self.has_run = False
        self._passed = 0
        self._formulation = formulation
        self._options = options
        self._deadline = deadline
        self._begin = time.perf_counter() + options.alone_s
        self._stack = contextlib.ExitStack()
        self._guest: GuestProcess | None = None
        self._bound = known.bound
        self._is_done = not self._is_wanted()
        self._of_solver = known
        self._given, self._taken = known.worth, known.worth

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        self._guest, self._is_done = None, True

    @property
    def is_proven(self) -> bool:
        """Whether the solver's bound proves the best plan of the search within the asked gap."""
        gap = relative_gap(self.known.worth, self._bound)
        return self.has_run and gap is not None and gap <= self._options.gap

    def poll(self) -> None:
        """Begin when it is time, and take what the search has sent."""
        if self._is_done:
            return
        if self._guest is None:
            if time.perf_counter() >= self._begin:
                self._start()
            return
        with contextlib.suppress(queue.Empty):
            while (line := self._guest.hear(0.0)) is not None:
                self._take(line)
            self._is_done = True

    def listening(
        self, on_progress: Callable[[Progress], None] | None
    ) -> Callable[[Progress], None]:
        """A listener to the solver that learns its bound, and tells the best plan of both."""

        def listen(news: Progress) -> None:
            self.poll()
            if news.bound is not None:
                self._bound = news.bound if self._bound is None else min(self._bound, news.bound)
                self._doubt()
            if on_progress is None:
                return
            worth = self.known.worth
            if self.has_run and worth is not None and news.note is None:
                best = worth if news.incumbent is None else max(worth, news.incumbent)
                news = replace(news, incumbent=best, gap=relative_gap(best, news.bound))
            on_progress(news)

        return listen

    def stopping(self, should_stop: Callable[[], bool] | None) -> Callable[[], bool]:
        """Whether the solver is to stop: as asked, or because the plan is proven good enough."""

        def stop() -> bool:
            self.poll()
            return self.is_proven or (should_stop is not None and should_stop())

        return stop

    def heard(self, values: FloatArray) -> None:
        """Take a plan of the solver's, and pass it on to the search where that has none as good."""
        self._of_solver = self._of_solver.with_plan(self._formulation.mip, values)
        self._doubt()
        self._pass_on()

    def _doubt(self) -> None:
        """Forget a bound that a plan of either contradicts: it would end who is asked again."""
        for known in (self.known, self._of_solver):
            if lie_of("", self._bound, known.worth) is not None:
                self._bound = self.known.bound

    def offered(self) -> FloatArray | None:
        """The search's best plan, once, where it is better than the solver's."""
        self.poll()
        worth = self.known.worth
        best = max((w for w in (self._of_solver.worth, self._given) if w is not None), default=None)
        if not self.has_run or worth is None or (best is not None and worth <= best):
            return None
        self._given = worth
        return self.known.plan

    def _pass_on(self) -> None:
        """Give the search the solver's plan where it is better than all that the search knows."""
        plan, worth = self._of_solver.plan, self._of_solver.worth
        best = max((w for w in (self.known.worth, self._taken) if w is not None), default=None)
        if self._guest is None or plan is None or worth is None:
            return
        if best is not None and worth <= best:
            return
        self._taken = worth
        self._passed += 1
        offer = offer_of(self._choices.seen(plan), self._folder, self._passed)
        self._guest.tell(offer)

    def joined(self, answer: Answer) -> Answer | None:
        """`answer` with the better plan of both; None where the search's contradicts it.

        It stands under the proven bound where that is the lesser: that, too, stops a solver.
        """
        if not self.has_run:
            return answer
        if contradiction_in(answer.reply, self.known, self._options.gap) is not None:
            return None
        reply = with_known_plan(self._formulation.mip, answer.reply, self.known)
        if lie_of("", self.known.bound, reply.objective) is None:
            reply = under(reply, self.known.bound)
        if reply.gap is not None and reply.gap <= self._options.gap:
            ended = reply.termination
            if ended in EARLY:
                ended = Termination.GAP_REACHED
            reply = replace(reply, termination=ended, state=SolutionState.OPTIMAL)
        return Answer(reply, answer.notes)

    def _is_wanted(self) -> bool:
        memory_counts = self._options.memory_limit_mb is not None
        return (
            not self._options.deterministic
            and is_searched(self._formulation.mip)
            and not memory_counts
            and processors() > self._options.threads
            and self.known.relaxed is not None
            and not self.known.relaxed.is_infeasible
        )

    def _start(self) -> None:
        choices, program = cores_of(self._formulation, self.known)
        self._choices: Choices = choices
        self._folder = self._stack.enter_context(job_folder())
        self._guest = self._stack.enter_context(GuestProcess(_GUEST, self._folder))
        program.save(self._folder)
        best = self.known.with_plan(self._formulation.mip, self._of_solver.plan)
        self._taken = best.worth
        if best.plan is not None:
            np.save(self._folder / "start.npy", choices.seen(best.plan))
        self._guest.tell(
            {
                "command": "job",
                "solver": "",
                "gap": self._options.gap,
                "time_limit_s": self._deadline.left_s(),
                "threads": 1,
                "seed": self._options.seed,
            }
        )
        self.has_run = True

    def _take(self, line: bytes) -> None:
        """Take one event; what is no plan, or none that obeys every row, is left."""
        with contextlib.suppress(ValueError, KeyError, TypeError, OSError):
            event = json.loads(line)
            if event["event"] != "incumbent":
                return
            whole = self._choices.restore(np.load(self._folder / str(event["file"])))
            plan = clean_values(self._formulation.mip, whole)
            before = self.known.worth
            self.known = self.known.with_plan(self._formulation.mip, plan)
            if self.known.worth != before:
                self._doubt()
                work_clock.decided(ClockReason.SEARCH_BESIDE)


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
