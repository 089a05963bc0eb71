"""What a solve tells while it runs: best plan, bound, gap and time left, whatever it does."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from rich.live import Live
from rich.text import Text

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.cli.output import Output
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.stage_times import StageTimes, timing
from infraplan.optimizer.status import gap_text, relative_gap, told_gap

TELL_EVERY_S = 1.0
"""Seconds between two lines of JSON, and two states of the line on a terminal, at most."""
READ = "read"
"""Step that a command begins with, before anything is said."""
LINE_EVERY_S = 10.0
"""Seconds between two lines of prose where nobody sits at a terminal."""

Listeners = tuple[Callable[[Progress], None], Callable[[str], None]]

_STEPS = {
    "solve": phrase("step-solve"),
    "conflict": phrase("step-conflict"),
    "money": phrase("step-money"),
    "explain": phrase("step-explain"),
    "worth": phrase("step-worth"),
    "certify": phrase("step-certify"),
    "report": phrase("step-report"),
    "write": phrase("step-write"),
}


@dataclass
class State:
    """What is known so far: the best plan and the least bound of all that was told."""

    deadline: Deadline
    step: str = ""
    times: StageTimes | None = None
    news: Progress = field(default_factory=lambda: Progress(0.0, None, None, None))

    def take(self, news: Progress) -> None:
        """Keep what is better than what was known; stages may tell less than the one before.

        What is told of the finished plan counts whatever was told before.
        """
        if news.is_final:
            self.news = replace(news, note=None)
            return
        plans = [v for v in (news.incumbent, self.news.incumbent) if v is not None]
        bounds = [v for v in (news.bound, self.news.bound) if v is not None]
        best, bound = max(plans, default=None), min(bounds, default=None)
        gap = relative_gap(best, bound)
        self.news = replace(news, incumbent=best, bound=bound, gap=gap, note=None)

    @property
    def left_s(self) -> float | None:
        """Seconds left of the time limit."""
        limit = self.deadline.limit_s
        return None if limit is None else max(0.0, limit - self.deadline.elapsed_s)

    def line(self) -> Phrase:
        """The state as a line of prose."""
        return phrase(
            "progress-line",
            elapsed=self.deadline.elapsed_s,
            best=_money(self.news.incumbent),
            bound=_money(self.news.bound),
            gap=gap_text(self.news.incumbent, self.news.bound),
            left="-" if self.left_s is None else f"{self.left_s:,.0f}",
        )

    def data(self) -> dict[str, Any]:
        """The state as one JSON object; money in the instance's unit."""
        left = self.left_s
        stage = None if self.times is None else self.times.current
        return {
            "step": self.step,
            "stage": None if stage is None else stage.value,
            "elapsed_s": round(self.deadline.elapsed_s, 3),
            "time_left_s": None if left is None else round(left, 3),
            "objective": self.news.incumbent,
            "bound": self.news.bound,
            "gap": told_gap(self.news.incumbent, self.news.bound),
        }


def _money(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4f}"


@contextmanager
def showing(output: Output, deadline: Deadline, file: Path | None = None) -> Iterator[Listeners]:
    """Listeners that show progress: a live line in a terminal, else a line now and then.

    With `file`, lines of JSON are written there as well. A terminal and a file hear at least every
    two seconds, whether a solver says something or not.

    Raises
    ------
    OSError
        If `file` cannot be written.
    """
    with timing() as times:
        state = State(deadline, READ, times)
    lines = None if file is None else file.open("w", encoding="utf-8")
    live = None
    if sys.stderr.isatty():
        live = Live(console=output.errors, auto_refresh=False, transient=True)
    printer = _Printer(output, state, lines, live)
    done = threading.Event()

    def tick() -> None:
        while not done.wait(TELL_EVERY_S):
            printer.tell()

    ticker = threading.Thread(target=tick, daemon=True)
    try:
        if live is not None:
            live.start()
        if live is not None or lines is not None:
            printer.tell()
            ticker.start()
        yield printer.take, printer.begin
    finally:
        done.set()
        if ticker.ident is not None:
            ticker.join()
        printer.tell()
        with suppress(OSError):
            if live is not None:
                live.stop()
        if lines is not None:
            lines.close()


class _Printer:
    """Tells a state where it is asked for."""

    def __init__(
        self, output: Output, state: State, lines: TextIO | None, live: Live | None
    ) -> None:
        self._output, self._state = output, state
        self._lines, self._live = lines, live
        self._told_at = -LINE_EVERY_S
        self._lock = threading.Lock()

    def begin(self, name: str) -> None:
        """Say that step `name` begins."""
        self._state.step = name
        self._output.say(_STEPS[name])
        self.tell()

    def take(self, news: Progress) -> None:
        """Say a note at once and in full, keep any other news."""
        if news.note is not None:
            note = pair(news.note.text_en, news.note.text_zh)
            self._output.say(phrase("note-while-solving", note=note))
            return
        is_better = self._state.news.incumbent
        self._state.take(news)
        elapsed = self._state.deadline.elapsed_s
        if self._live is None and elapsed - self._told_at >= LINE_EVERY_S:
            self._told_at = elapsed
            self._output.say(self._state.line())
        if is_better != self._state.news.incumbent:
            self.tell()

    def tell(self) -> None:
        """Tell the state to terminal and file; where nobody listens any more, do without."""
        with self._lock, suppress(OSError, ValueError):
            if self._live is not None:
                self._live.update(Text(self._output.text(self._state.line())), refresh=True)
            if self._lines is not None:
                self._lines.write(json.dumps(self._state.data(), allow_nan=False) + "\n")
                self._lines.flush()
