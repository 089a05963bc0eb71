"""By which figure one sees that a project's time has come: "start B when demand passes 1,200".

Plans made for scenarios decide otherwise on some projects. Of every figure that differs between the
scenarios each line between two neighbouring values is tried, both ways round: scenarios above it
(below it) are said to build. The line with the fewest scenarios on its wrong side is the trigger.
Where none is better than saying the same of all scenarios, no single figure tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from infraplan.optimizer.sweeps.observables import SAME, Observable

Decided = Mapping[str, Mapping[str, int]]
"""Year in which each project starts, by scenario; projects that are not built have none."""


@dataclass(frozen=True)
class Line:
    """A line between two values of a figure: scenarios `at_least` the threshold, or at most.

    `below` and `above` are the two nearest values, `wrong` the scenarios on the wrong side.
    """

    figure: Observable
    at_least: bool
    below: float
    above: float
    wrong: tuple[str, ...]

    @property
    def threshold(self) -> float:
        """Halfway between the two nearest values."""
        return 0.5 * (self.below + self.above)

    @property
    def margin(self) -> float:
        """Distance of the two nearest values, as a share of all that the figure spans."""
        span = max(self.figure.values) - min(self.figure.values)
        return (self.above - self.below) / span


@dataclass(frozen=True)
class Trigger:
    """A decision that hangs on the scenario, and the figure that tells it.

    Attributes
    ----------
    by
        The decision is to start the project by this year; None: to build it at all.
    yes, no
        Scenarios in which the plan does so, and those in which it does not.
    known_by
        Year in which the works begin where they begin first: the figure must be known by then.
    foreseen
        Years by which the figure lies after that, so that it must be foreseen; 0 where it is seen.
    line
        What tells it; None where no single figure does.
    as_good
        Further figures with a line that is wrong for no more scenarios, and foreseen no longer.
    """

    project: str
    by: int | None
    yes: tuple[str, ...]
    no: tuple[str, ...]
    known_by: int
    foreseen: int = 0
    line: Line | None = None
    as_good: int = 0
    scenarios: tuple[str, ...] = ()
    """All scenarios, in the order of the values of figures."""


def find_triggers(
    scenarios: Sequence[str], decided: Decided, figures: Sequence[Observable]
) -> tuple[Trigger, ...]:
    """What tells each decision that is not the same in all `scenarios`, by project.

    `figures` have a value for each of `scenarios`, in their order. Of a project that is built in
    some scenarios alone it is told when it is built; where it starts in several years, when it
    starts by the year that is told best.
    """
    names = dict.fromkeys(name for row in scenarios for name in decided[row])
    found: list[Trigger] = []
    for project in names:
        starts = {row: decided[row].get(project) for row in scenarios}
        years = sorted({year for year in starts.values() if year is not None})
        if None in starts.values():
            found.append(_told(project, None, starts, years[-1], figures))
        early = [_told(project, year, starts, year, figures) for year in years[:-1]]
        if early:
            found.append(min(early, key=_rank))
    return tuple(found)


def _told(
    project: str,
    by: int | None,
    starts: Mapping[str, int | None],
    last: int,
    figures: Sequence[Observable],
) -> Trigger:
    """Whether a project starts by `last`, and what tells it."""
    yes = [name for name, year in starts.items() if year is not None and year <= last]
    no = [name for name in starts if name not in yes]
    known_by = min(year for year in starts.values() if year is not None)
    trigger = Trigger(project, by, tuple(yes), tuple(no), known_by, scenarios=tuple(starts))
    plain = min(len(yes), len(no))
    best: Line | None = None
    count = 0
    for figure in figures:
        line = best_line(figure, list(starts), set(yes))
        if line is None or len(line.wrong) >= plain:
            continue
        mine = _quality(line, known_by)
        theirs = None if best is None else _quality(best, known_by)
        if theirs is None or mine < theirs:
            count = 0 if theirs is None or mine[:2] < theirs[:2] else count + 1
            best = line
        elif mine[:2] == theirs[:2]:
            count += 1
    if best is None:
        return trigger
    return replace(trigger, foreseen=_foreseen(best, known_by), line=best, as_good=count)


def _foreseen(line: Line, known_by: int) -> int:
    year = line.figure.year
    return 0 if year is None else max(0, year - known_by)


def _quality(line: Line, known_by: int) -> tuple[int, int, float]:
    """Less is better: scenarios on the wrong side, years to foresee, how near the values lie."""
    return len(line.wrong), _foreseen(line, known_by), -round(line.margin, 9)


def _rank(trigger: Trigger) -> tuple[bool, int, int, int]:
    """Less is better: told at all, wrong for few, seen in time, early."""
    wrong = 0 if trigger.line is None else len(trigger.line.wrong)
    return trigger.line is None, wrong, trigger.foreseen, trigger.by or 0


def best_line(figure: Observable, scenarios: Sequence[str], yes: set[str]) -> Line | None:
    """The line of `figure` with the fewest of `scenarios` on its wrong side, then widest margin."""
    lines = list(_lines(figure, scenarios, yes))
    return min(lines, key=lambda line: (len(line.wrong), -line.margin), default=None)


def _lines(figure: Observable, scenarios: Sequence[str], yes: set[str]) -> Iterator[Line]:
    values = dict(zip(scenarios, figure.values, strict=True))
    for below, above in pairwise(sorted(set(values.values()))):
        if above - below <= SAME * max(1.0, abs(below), abs(above)):
            continue
        high = {name for name, value in values.items() if value >= above}
        for at_least in (True, False):
            said = high if at_least else set(scenarios) - high
            wrong = tuple(name for name in scenarios if (name in said) != (name in yes))
            yield Line(figure, at_least, below, above, wrong)
