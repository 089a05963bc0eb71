"""Listen to a guest while it runs, and end it when it must.

What it says is kept as it comes, so that a guest that crashes, hangs or eats memory costs nothing
but what it had not said.
"""

from __future__ import annotations

import contextlib
import json
import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from infraplan.models.catalogue import pair
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends.base import Progress, SolverOptions
from infraplan.optimizer.backends.channel import PRESOLVE
from infraplan.optimizer.backends.checking import INFINITE, clean_values
from infraplan.optimizer.backends.exchange import PlanExchange, offer_of
from infraplan.optimizer.backends.process import GuestProcess
from infraplan.optimizer.backends.reports import GuestReports, patience_s
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.status import Termination, relative_gap

LATE_S = 10.0
"""Seconds a guest gets at most beyond its time limit before it is killed."""
LEAST_LATE_S, LATE_SHARE = 2.0, 0.05
"""Seconds, and share of its time limit, that it gets beyond it."""
STOP_S = 3.0
"""Seconds a guest gets to end by itself after it was asked to stop."""
PRESOLVE_S, PRESOLVE_S_BY_NONZERO = 3.0, 1e-4
"""Seconds that a presolve may take, and more by nonzero. HiGHS 1.15.1 reduces some models of a
dozen rows for ever and looks at no clock meanwhile; they are then solved without a presolve."""
BUSY = 20.0
"""Factor on that where work is counted: a machine may be busy."""
MEMORY_STRETCH = 1.2
"""Factor on the memory limit at which a guest is killed at once instead of asked to stop."""
_TICK_S = 0.05
_MEMORY_EVERY_S = 0.2
_PROGRESS_EVERY_S = 0.2
_END_S = 10.0

ProgressListener = Callable[[Progress], None]


class Listeners(NamedTuple):
    """Who listens to a guest while it runs, and who has something for it."""

    on_progress: ProgressListener | None
    should_stop: Callable[[], bool] | None
    exchange: PlanExchange | None


class GuestWatch:
    """Listens to one guest until it has ended or must be ended."""

    def __init__(
        self,
        guest: GuestProcess,
        mip: Mip,
        options: SolverOptions,
        folder: Path,
        ears: Listeners,
    ) -> None:
        self.heard = GuestReports()
        self._guest = guest
        self._mip = mip
        self._options = options
        self._folder = folder
        self._on_progress = ears.on_progress
        self._should_stop = ears.should_stop
        self._exchange = ears.exchange
        self._offers, self._offer_at = 0, 0.0
        self._begin = time.perf_counter()
        self._kill_at: float | None = None
        self._measure_at = 0.0
        self._tell_at = 0.0
        self._news = False

    def until_end(self, begin: float) -> GuestReports:
        """Listen; afterwards the guest process has ended."""
        self._begin = begin
        if (limit := patience_s(self._options)) is not None:
            self._kill_at = begin + limit + min(LATE_S, LEAST_LATE_S + LATE_SHARE * limit)
        patience = 0.0
        while True:
            try:
                if not self._step():
                    patience = _END_S
                    break
                if self._is_stuck():
                    self.heard.is_stuck = True
                    break
                if self._kill_at is not None and time.perf_counter() > self._kill_at:
                    self.heard.cause = self.heard.cause or Termination.TIME_LIMIT
                    break
            except KeyboardInterrupt:
                stopping.heard()
                if self.heard.cause is Termination.INTERRUPTED:
                    break
                self._ask_stop(Termination.INTERRUPTED)
        self.heard.exit_code = self._guest.end(patience)
        self._drain()
        if self.heard.done is not None:
            self._load_arrays(self.heard.done)
        self._tell(last=True)
        return self.heard

    def _is_stuck(self) -> bool:
        """Whether the guest presolves for longer than any model of this size takes."""
        since = self.heard.presolving_since
        if since is None or PRESOLVE in self._options.extra or self.heard.cause is not None:
            return False
        patience = PRESOLVE_S + PRESOLVE_S_BY_NONZERO * self._mip.num_nonzeros
        if work_clock.is_counting():
            patience *= BUSY
        return time.perf_counter() - since > patience

    def _step(self) -> bool:
        """One turn; False once the guest has closed its end."""
        with contextlib.suppress(queue.Empty):
            line = self._guest.hear(_TICK_S)
            if line is None:
                return False
            self._take(line)
        if stopping.is_urgent() and self.heard.cause is Termination.INTERRUPTED:
            self._kill_at = 0.0
        if self.heard.cause is None and self.heard.done is None and self._is_to_stop():
            self._ask_stop(Termination.INTERRUPTED)
        self._watch_memory()
        self._pass_offer()
        self._tell()
        return True

    def _pass_offer(self) -> None:
        """Give the guest a plan that others have found, now and then."""
        now = time.perf_counter()
        if self._exchange is None or self.heard.done is not None or now < self._offer_at:
            return
        self._offer_at = now + _PROGRESS_EVERY_S
        values = self._exchange.offered()
        if values is None:
            return
        self._offers += 1
        self._guest.tell(offer_of(values, self._folder, self._offers))

    def _is_to_stop(self) -> bool:
        """Whether the caller or a signal asks for an end."""
        return stopping.is_asked() or (self._should_stop is not None and self._should_stop())

    def _drain(self) -> None:
        """Take what the guest said before it was ended."""
        with contextlib.suppress(queue.Empty):
            while (line := self._guest.hear(0.0)) is not None:
                self._take(line)

    def _ask_stop(self, cause: Termination) -> None:
        self.heard.cause = cause
        self._guest.tell({"command": "stop"})
        patience = time.perf_counter() + STOP_S
        self._kill_at = patience if self._kill_at is None else min(patience, self._kill_at)

    def _watch_memory(self) -> None:
        now = time.perf_counter()
        if now < self._measure_at:
            return
        self._measure_at = now + _MEMORY_EVERY_S
        used, limit = self._guest.memory_mb(), self._options.memory_limit_mb
        if used is None:
            return
        self.heard.peak_mb = max(self.heard.peak_mb or 0.0, used)
        if limit is None or used <= limit:
            return
        if self.heard.cause is None:
            self._ask_stop(Termination.MEMORY_LIMIT)
        if used > limit * MEMORY_STRETCH:
            self._kill_at = now

    def _take(self, line: bytes) -> None:
        """Take one event."""
        heard = self.heard
        try:
            event = json.loads(line)
            kind = event["event"]
            bound = None if event.get("bound") is None else float(event["bound"])
            if bound is not None and abs(bound) < INFINITE:
                is_least = heard.bound is None or bound < heard.bound or kind == "done"
                heard.bound = bound if is_least else heard.bound
            if kind == "incumbent":
                self._keep(self._folder / str(event["file"]))
            elif kind == "progress":
                heard.nodes = event["nodes"]
                heard.message = str(event["message"])
                if event["incumbent"] is not None:
                    heard.claimed = float(event["incumbent"])
            elif kind == "phase":
                is_presolve = event["name"] == PRESOLVE
                heard.presolving_since = time.perf_counter() if is_presolve else None
            elif kind == "done":
                heard.presolving_since = None
                Termination(str(event["termination"]))
                heard.done = event
            elif kind == "error":
                english = str(event["message"])
                heard.error = (
                    str(event["kind"]),
                    pair(english, str(event.get("chinese", english))),
                )
            elif kind == "end" and event["peak_mb"] is not None:
                heard.peak_mb = max(heard.peak_mb or 0.0, float(event["peak_mb"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            heard.garbage = heard.garbage or line[:200].decode(errors="replace")
            return
        self._news = True

    def _keep(self, path: Path) -> None:
        """Keep an incumbent if it obeys the model and is better than the one held."""
        try:
            self._offer(np.load(path))
        except (OSError, ValueError):
            return

    def _offer(self, values: FloatArray) -> None:
        cleaned = clean_values(self._mip, values)
        if cleaned is None:
            return
        objective = self._mip.value(cleaned)
        if self.heard.objective is None or objective > self.heard.objective:
            self.heard.values, self.heard.objective = cleaned, objective
            if self._exchange is not None:
                self._exchange.heard(cleaned)

    def _load_arrays(self, done: dict[str, object]) -> None:
        for name in ("values", "row_duals", "reduced_costs"):
            if name in done:
                try:
                    self.heard.arrays[name] = np.load(self._folder / str(done[name]))
                except (OSError, ValueError):
                    self.heard.garbage = f"no {name} in {done[name]!r}"
                    self.heard.done = None
        if "values" in self.heard.arrays:
            self._offer(self.heard.arrays["values"])
            self._news = True

    def _tell(self, *, last: bool = False) -> None:
        """Pass news on, a few times a second; the last news always."""
        now = time.perf_counter()
        if self._on_progress is None or not self._news or (now < self._tell_at and not last):
            return
        self._news = False
        self._tell_at = now + _PROGRESS_EVERY_S
        heard = self.heard
        known = [value for value in (heard.objective, heard.claimed) if value is not None]
        incumbent = max(known, default=None)
        self._on_progress(
            Progress(
                elapsed_s=now - self._begin,
                incumbent=incumbent,
                bound=heard.bound,
                gap=relative_gap(incumbent, heard.bound),
                nodes=heard.nodes,
                message=heard.message,
            )
        )
