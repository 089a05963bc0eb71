"""The frontier of three criteria: what is best against two axes at once.

Each solve has a limit on either axis. Its plan is the best of all that obey both, so what else may
be better in something has less of the one axis than it, or of the other: two smaller regions,
which are solved in turn. A region is not solved whose answer is known: a plan found under looser
limits that obeys it, or none under looser ones. So every plan that no other beats in all three is
found, and no region twice (Kirlik and Sayin 2014 split regions alike). No small price of the axes
is added to what is best, as augmented methods do: a plan that is beaten in an axis alone drops out
when the region beside it is solved, and values stay exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from infraplan.models.instance import Instance
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap
from infraplan.optimizer.sweeps.axes import Axis
from infraplan.optimizer.sweeps.criteria import Criterion, ValueCriterion
from infraplan.optimizer.sweeps.frontier import (
    FREE_JOB,
    KNEE,
    LEAST_STEP,
    MOST_POINTS,
    STEP,
    FrontierPoint,
    LimitSearch,
    dominates,
    is_within,
)
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.runner import Runner

Limits = tuple[float | None, float | None]
"""Limits of the two axes; None: none."""
FREE: Limits = (None, None)
TINY = 1e-9
"""What shares of a mix of points, in units of their spans, may lie off by rounding."""


@dataclass(frozen=True)
class Surface:
    """Points by rising amounts of the first axis, then of the second.

    `impossible` are limits under which there is proven to be no plan, as far as they were solved;
    `undecided` those where none was found in the time.
    """

    points: tuple[FrontierPoint, ...]
    knees: tuple[int, ...]
    impossible: tuple[Limits, ...]
    undecided: tuple[Limits, ...]
    is_complete: bool
    """Whether, within the gap, no further plan is beaten by none: an exact walk to its end."""
    has_no_plan: bool = False
    """Whether it is proven that there is no plan even without a limit."""


def find_surface(
    instance: Instance,
    axes: tuple[Axis, Axis],
    options: SolveOptions,
    runner: Runner,
    points: int | None,
    criterion: Criterion | None = None,
) -> Surface:
    """Solve for the frontier against both axes, with `points` limits of each, or all where None.

    The rows of the axes must have different names (`axis_named`).

    Raises
    ------
    SolverError, OutputError
        As a solve raises them.
    """
    best = criterion or ValueCriterion()
    base = best.measured(instance)
    job = best.job(FREE_JOB, axes[1].measured(axes[0].measured(base)), options)
    free = runner.run([job], of=1 if points is None else 2 * points + 3)[0]
    if not free.has_plan:
        return Surface((), (), (), (), is_complete=False, has_no_plan=free.is_impossible)
    search = _Regions(base, axes, best, options, runner, free)
    if points is not None:
        search.spread(points)
    is_whole = search.split()
    return search.surface(is_complete=is_whole and points is None)


class _Regions:
    """Pairs of limits solved so far, each with its result."""

    def __init__(
        self,
        instance: Instance,
        axes: tuple[Axis, Axis],
        criterion: Criterion,
        options: SolveOptions,
        runner: Runner,
        free: JobResult,
    ) -> None:
        self._instance, self._axes, self._criterion = instance, axes, criterion
        self._options, self._runner = options, runner
        self._found: list[tuple[Limits, JobResult]] = [(FREE, free)]
        self._implied: list[Limits] = []
        self._solves = 0
        self._grid: list[list[float]] | None = None
        self._lines = [self._line(place, free) for place in range(2)]

    def _line(self, place: int, free: JobResult) -> LimitSearch:
        """Limits of one axis alone, the other one measured."""
        base = self._axes[1 - place].measured(self._instance)
        rest = (self._criterion, self._options, self._runner, free, "xz"[place])
        return LimitSearch(base, self._axes[place], *rest)

    def spread(self, points: int) -> None:
        """Take limits from an even grid only: of each axis from no limit to its tightest one."""
        self._grid = []
        for place, line in enumerate(self._lines):
            axis = self._axes[place]
            loose = axis.ends(self._instance, axis.value(self._found[0][1]))[1]
            tight = line.tightest(points)
            self._grid.append([loose + (tight - loose) * n / points for n in range(1, points + 1)])
            for limit, row in line.found[1:]:
                self._found.append(((limit, None) if place == 0 else (None, limit), row))

    def split(self) -> bool:
        """Answer all regions that found plans leave; return whether none is left open."""
        asked, seen, is_whole = [FREE], {FREE}, True
        while asked:
            to_solve = [limits for limits in asked if self._answer(limits) is None]
            to_solve = [limits for limits in to_solve if not self._is_impossible(limits)]
            room = MOST_POINTS - self._solves
            is_whole &= len(to_solve) <= room
            self._solve(to_solve[:room])
            further: list[Limits] = []
            for limits in asked:
                plan = self._answer(limits)
                if plan is not None:
                    further += self._parts(limits, plan)
                elif self._is_impossible(limits):
                    self._note(limits)
                else:
                    is_whole = False
            asked = [limits for limits in dict.fromkeys(further) if limits not in seen]
            seen.update(asked)
        return is_whole

    def _solve(self, asked: Sequence[Limits]) -> None:
        jobs = [self._job(limits, self._solves + n) for n, limits in enumerate(asked, start=1)]
        self._solves += len(jobs)
        of = self._runner.num_results + len(jobs)
        self._found += zip(asked, self._runner.run(jobs, of=of), strict=True)

    def _job(self, limits: Limits, number: int) -> Job:
        instance = self._instance
        for axis, limit in zip(self._axes, limits, strict=True):
            instance = axis.measured(instance) if limit is None else axis.limited(instance, limit)
        obeying = [row for _, row in self._found if row.has_plan and self._obeys(row, limits)]
        start = max(obeying, key=lambda row: self._criterion.value(row) or 0.0, default=None)
        if start is None:
            # None obeys; the last one found lies in a region near this one.
            start = next(row for _, row in reversed(self._found) if row.has_plan)
        name = f"p{number:03d}"
        at = float(number)
        return self._criterion.job(name, instance, self._options, at=at, start_key=start.key)

    def _answer(self, limits: Limits) -> JobResult | None:
        """A plan that obeys `limits` and is proven to be best there, within the gap."""
        bound = self._bound(limits)
        rows = [row for _, row in self._found if row.has_plan and self._obeys(row, limits)]
        best = max(rows, key=lambda row: self._criterion.value(row) or 0.0, default=None)
        if any(limits == found for found, row in self._found if row.has_plan):
            return best or next(row for found, row in self._found if found == limits)
        gap = relative_gap(None if best is None else self._criterion.value(best), bound)
        return best if gap is not None and gap <= self._options.gap else None

    def _parts(self, limits: Limits, plan: JobResult) -> list[Limits]:
        """What of a region may hold plans that `plan` does not beat: less of one axis, or other."""
        found: list[Limits] = []
        for place, axis in enumerate(self._axes):
            limit = self._next(place, axis.value(plan))
            if limit is not None:
                found.append((limit, limits[1]) if place == 0 else (limits[0], limit))
        return found

    def _next(self, place: int, amount: float) -> float | None:
        """The loosest limit of an axis that a plan with `amount` of it does not obey."""
        axis = self._axes[place]
        if self._grid is None:
            step = max(STEP * self._lines[place].size(), LEAST_STEP)
            limit = amount - step if axis.is_cap else amount + step
            return None if axis.is_cap and limit < 0.0 else limit
        return next(
            (row for row in self._grid[place] if not is_within(amount, row, cap=axis.is_cap)), None
        )

    def _obeys(self, row: JobResult, limits: Limits) -> bool:
        return all(
            limit is None or is_within(axis.value(row), limit, cap=axis.is_cap)
            for axis, limit in zip(self._axes, limits, strict=True)
        )

    def _is_under(self, limits: Limits, loose: Limits) -> bool:
        """Whether all that obeys `limits` obeys `loose`."""
        return all(
            wide is None or (limit is not None and is_within(limit, wide, cap=axis.is_cap))
            for axis, limit, wide in zip(self._axes, limits, loose, strict=True)
        )

    def _is_impossible(self, limits: Limits) -> bool:
        rows = (loose for loose, row in self._found if row.is_impossible)
        return any(self._is_under(limits, loose) for loose in rows)

    def _note(self, limits: Limits) -> None:
        """Keep a region without a plan that no solve was asked for."""
        if all(limits != found for found, _ in self._found):
            self._implied.append(limits)

    def _bound(self, limits: Limits) -> float | None:
        """The least bound that is proven of all plans that obey `limits`."""
        rows = (row for loose, row in self._found if self._is_under(limits, loose))
        bounds = [bound for bound in map(self._criterion.bound, rows) if bound is not None]
        return min(bounds, default=None)

    def surface(self, *, is_complete: bool) -> Surface:
        """What was found, as points."""
        none = [(limits, row) for limits, row in self._found if not row.has_plan]
        points = self._told()
        return Surface(
            points=points,
            knees=knees_of([self._gains(point) for point in points]),
            impossible=(*(limits for limits, row in none if row.is_impossible), *self._implied),
            undecided=tuple(limits for limits, row in none if not row.is_impossible),
            is_complete=is_complete,
        )

    def _gains(self, point: FrontierPoint) -> tuple[float, float, float]:
        """Amounts of which more is better: how little of a cap, how much of an output; the best."""
        x, z = point.x, point.z or 0.0
        signs = [-1.0 if axis.is_cap else 1.0 for axis in self._axes]
        return signs[0] * x, signs[1] * z, point.y

    def _told(self) -> tuple[FrontierPoint, ...]:
        made = [
            (self._point(limits, row), row)
            for limits, row in self._found
            if row.has_plan and self._criterion.value(row) is not None
        ]
        gains = [self._gains(point) for point, _ in made]
        kept = [
            pair
            for number, pair in enumerate(made)
            if not any(
                dominates(gains[index], gains[number], is_earlier=index < number)
                for index in range(len(made))
                if index != number
            )
        ]
        kept.sort(key=lambda pair: (pair[0].x, pair[0].z, pair[0].y))
        return tuple(self._beside(number, kept) for number in range(len(kept)))

    def _point(self, limits: Limits, row: JobResult) -> FrontierPoint:
        x, z = (axis.value(row) for axis in self._axes)
        y = self._criterion.value(row) or 0.0
        least = self._bound((x, z))
        return FrontierPoint(
            x=x,
            y=y,
            y_bound=None if least is None else max(y, least),
            run_dir=row.run_dir,
            is_verified=row.is_verified,
            limit=limits[0],
            value=row.objective,
            z=z,
            z_limit=limits[1],
        )

    def _beside(
        self, number: int, kept: Sequence[tuple[FrontierPoint, JobResult]]
    ) -> FrontierPoint:
        """A point with the one before it, and what one more unit of either axis brought."""
        point, row = kept[number]
        mine = self._gains(point)
        # The more there may be of a cap, and the less there must be of an output, the better y is.
        fewer = [
            (self._gains(other), index)
            for index, (other, _) in enumerate(kept)
            if index != number
            and all(a >= b for a, b in zip(self._gains(other)[:2], mine[:2], strict=True))
        ]
        told = replace(
            point,
            price=self._price(0, mine, fewer, is_cap=self._axes[0].is_cap),
            z_price=self._price(1, mine, fewer, is_cap=self._axes[1].is_cap),
        )
        if not fewer:
            return told
        _, before = max(fewer, key=lambda pair: (pair[0][2], -pair[1]))
        other = kept[before][1]
        return replace(
            told,
            before=before,
            enters=tuple(sorted(row.starts.keys() - other.starts.keys())),
            leaves=tuple(sorted(other.starts.keys() - row.starts.keys())),
        )

    @staticmethod
    def _price(
        place: int,
        mine: tuple[float, float, float],
        fewer: Sequence[tuple[tuple[float, float, float], int]],
        *,
        is_cap: bool,
    ) -> float | None:
        """What is best for one more unit of an axis, from the best point with a stricter amount."""
        rows = [gains for gains, _ in fewer if gains[place] > mine[place]]
        if not rows:
            return None
        nearest = max(rows, key=lambda gains: gains[2])
        slope = (mine[2] - nearest[2]) / (nearest[place] - mine[place])
        return slope if is_cap else -slope


def knees_of(gains: Sequence[tuple[float, float, float]]) -> tuple[int, ...]:
    """Indices of points that stand out above mixes of others, of three amounts each.

    All spans are made 1. From the points that are best in one amount on, the one that lies highest
    in the third amount above what any mix of those taken has with no less of the other two is
    taken, if it lies at least `KNEE` above it; then again.
    """
    if len(gains) < 4:
        return ()
    table = np.array(gains)
    spans = np.ptp(table, axis=0)
    if spans.min() <= 0.0:
        return ()
    unit = (table - table.min(axis=0)) / spans
    taken = list(dict.fromkeys(int(np.argmax(unit[:, column])) for column in range(3)))
    ends, heights = len(taken), unit[:, 2]
    while True:
        above = {
            at: heights[at] - _mixed(unit[taken], unit[at])
            for at in range(len(unit))
            if at not in taken
        }
        best = max(above, key=lambda at: (above[at], -at), default=None)
        if best is None or above[best] < KNEE:
            return tuple(sorted(taken[ends:]))
        taken.append(best)


def _mixed(rows: np.ndarray, at: np.ndarray) -> float:
    """The most of the third amount that a mix of `rows` has with no less than `at` of the others.

    0, the least of all points, where no mix has so much. A best mix is made of three rows at most.
    """
    best = 0.0
    more = rows[:, :2] - at[:2]
    for count in (1, 2, 3):
        for part in combinations(range(len(rows)), count):
            # A mix at a corner of what is allowed holds `count` - 1 of the limits exactly.
            for held in combinations(range(2), count - 1):
                chosen = list(part)
                system = np.vstack([np.ones(count), *(more[chosen, axis] for axis in held)])
                if abs(np.linalg.det(system)) < TINY:
                    continue
                shares = np.linalg.solve(system, np.eye(count)[0])
                if shares.min() < -TINY or (shares @ more[chosen]).min() < -TINY:
                    continue
                best = max(best, float(shares @ rows[chosen, 2]))
    return best
