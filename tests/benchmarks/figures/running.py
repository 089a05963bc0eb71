"""Figures measured one after the other, each kept in the ledger as soon as it is known."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.architecture.sources import ROOT
from tests.benchmarks.figures.ledger import LEDGER, Row, read_ledger, write_ledger
from tests.benchmarks.figures.measuring import Failed, Watched, watch
from tests.benchmarks.figures.record import (
    Figure,
    Output,
    Places,
    Taken,
    Unread,
    Values,
    arguments,
)

PATIENCE = 10.0
"""Times the usual seconds after which a command is ended; a busy machine takes up to six."""
LEAST_S = 120.0
CHANGED = "+"
"""Behind the commit where files of the product differ from it."""
GIVEN = "on runs that were given (`--runs`)"


@dataclass
class Session:
    """Figures measured in one go.

    Attributes
    ----------
    folder
        Of everything that is written: `plans/NAME` are the runs, a folder for each figure.
    given
        Folder of runs made before, to be read in the place of solving; None: solve them.
    by_run
        The figure that makes the run of an instance.
    tell
        Hears what goes on, a line at a time.
    """

    folder: Path
    tell: Callable[[str], None]
    by_run: dict[str, Figure]
    bench: Path | None = None
    census: Path | None = None
    cases: Path | None = None
    given: Path | None = None
    ledger: Path = LEDGER

    def __post_init__(self) -> None:
        """Know the tree that is measured; of one that has changed no earlier run is read."""
        self.commit = commit()
        self._tried: dict[str, bool] = {}
        if self.commit.endswith(CHANGED) and self.plans != self.given:
            shutil.rmtree(self.plans, ignore_errors=True)

    @property
    def plans(self) -> Path:
        """Folder of the runs; of each tree its own, so that parts of a day share them."""
        return self.folder / f"plans-{self.commit}"

    def places(self, figure: Figure) -> Places:
        """Where the words of its commands lead."""
        makes = self.by_run.values()
        runs = self.given if self.given is not None and figure not in makes else self.plans
        out = self.folder / figure.name
        return Places(runs, out, self.bench, self.census, self.cases)

    def measure_all(self, figures: Sequence[Figure]) -> list[str]:
        """Measure `figures`, runs that they need first; names of those that have no figure."""
        failed = []
        for number, figure in enumerate(figures, 1):
            self.tell(f"{number} of {len(figures)}: {figure.name}, about {figure.seconds:.0f} s")
            if not self.measured(figure):
                failed.append(figure.name)
        return failed

    def measured(self, figure: Figure) -> bool:
        """Measure `figure` unless this session has; whether it now has a row of today."""
        if figure.name not in self._tried:
            try:
                row = self._measure(figure)
            except (Failed, Unread, OSError) as error:
                self.tell(f"  no figure, the earlier row stays: {error}")
                self._tried[figure.name] = False
            else:
                self.tell(f"  {figure.text_of(row.values)} [{row.on_machine}]")
                write_ledger(read_ledger(self.ledger) | {figure.name: row}, self.ledger)
                self._tried[figure.name] = True
        return self._tried[figure.name]

    def _measure(self, figure: Figure) -> Row:
        places = self.places(figure)
        if absent := figure.lacks(places):
            raise Failed(f"not there: {', '.join(absent)} (`--data`)")
        self._need_runs(figure, places)
        if places.out.exists():
            shutil.rmtree(places.out)
        places.out.mkdir(parents=True)
        load = os.getloadavg()[0]
        watched = self._run(figure, places)
        whole = Taken(
            sum(one.taken.seconds for one in watched),
            sum(one.taken.cpu_s for one in watched),
            max(one.taken.peak_mb for one in watched),
        )
        steps = tuple(one.taken for one in watched)
        output = Output(tuple(one.text for one in watched), steps, places)
        values = _read(figure, output, whole)
        others = sum(one.others * one.taken.seconds for one in watched) / whole.seconds
        is_given = places.runs == self.given and bool(figure.runs)
        return Row(
            name=figure.name,
            date=datetime.now(UTC).date().isoformat(),
            command=figure.command,
            commit=self.commit,
            load=round(load, 2),
            others=round(others, 2),
            seconds=round(whole.seconds, 2),
            cpu_s=round(whole.cpu_s, 2),
            peak_mb=round(whole.peak_mb, 1),
            values=values,
            note=GIVEN if is_given else "",
        )

    def _run(self, figure: Figure, places: Places) -> list[Watched]:
        limit = PATIENCE * figure.seconds + LEAST_S
        found = []
        for number, command in enumerate(figure.commands):
            log = self.folder / "logs" / f"{figure.name}-{number}.out"
            log.parent.mkdir(parents=True, exist_ok=True)
            try:
                found.append(watch(arguments(command, places), log, limit, figure.ends))
            except Failed as error:
                raise Failed(f"`{command}` {error}") from None
        return found

    def _need_runs(self, figure: Figure, places: Places) -> None:
        """Have the runs that `figure` reads; each is solved once."""
        for name in figure.runs:
            if (places.runs / name / "run.json").exists():
                continue
            if places.runs == self.given or name not in self.by_run:
                raise Failed(f"no run {places.runs / name}")
            if self.by_run[name] is figure:  # it makes this run in an earlier command
                continue
            self.tell(f"  first {self.by_run[name].name}")
            if not self.measured(self.by_run[name]):
                raise Failed(f"the run of {name} could not be made")


def _read(figure: Figure, output: Output, whole: Taken) -> Values:
    """The values of `figure` with what the commands took, rounded for the ledger.

    Raises
    ------
    Unread
        If the output does not hold what the template asks for.
    """
    measured = {
        "seconds": round(whole.seconds, 2),
        "cpu_s": round(whole.cpu_s, 2),
        "peak_mb": round(whole.peak_mb, 1),
    }
    try:
        values: Values = _rounded(measured | figure.read(output))
        figure.text_of(values)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Unread(f"its output cannot be read: {type(error).__name__}: {error}") from error
    return values


def _rounded(values: Any) -> Any:
    """`values` to nine digits: more is no measurement, and the file stays readable."""
    if isinstance(values, dict):
        return {key: _rounded(value) for key, value in values.items()}
    if isinstance(values, list):
        return [_rounded(value) for value in values]
    return float(f"{values:.9g}") if isinstance(values, float) else values


def commit() -> str:
    """Of the tree that is measured, `+` behind it where files of the product differ."""
    git = ("git", "-C", str(ROOT))
    head = subprocess.run((*git, "rev-parse", "--short=8", "HEAD"), capture_output=True, text=True)
    changed = subprocess.run(
        (*git, "status", "--porcelain", "--", "models", "optimizer", "instances", "tools"),
        capture_output=True,
        text=True,
    )
    return head.stdout.strip() + (CHANGED if changed.stdout.strip() else "")
