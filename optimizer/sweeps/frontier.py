"""The frontier of value, or an output, against money, debt or an output: none is worse in both.

Each point is a solve under a limit (epsilon-constraint method), and a verified run. A plan under a
tight limit is one under every looser one, so a value that is found there counts for the looser
limits too, and a bound that is proven under a loose limit holds under the tighter ones; where there
is no plan there is none under a tighter limit either. So limits are solved from the middle outwards
to their neighbours, and those are not solved at all whose answer the solved ones prove. Of plans of
one value the one with the least of the axis remains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from infraplan.models.instance import Instance
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap
from infraplan.optimizer.sweeps.axes import Axis
from infraplan.optimizer.sweeps.criteria import Criterion, ValueCriterion
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.runner import Runner

FREE_JOB, TIGHTEST_JOB = "free", "tightest"
STEP = 1e-4
"""Share of the unlimited plan's amount by which the next limit of an exact walk is tighter: plans
that differ by less are one. Far above what solvers tolerate, else one could be found again."""
LEAST_STEP = 1e-5
"""A step is no less: ten times what solvers tolerate in a row."""
SAME = 1e-9
"""Relative difference of values that are the same."""
HAIR = 1e-6
"""Share of an amount by which a limit lies off the plan that has as little as can be: what a solver
finds is not exact to the last digit."""
HALVINGS = 5
"""Limits asked at most for the tightest one that has a plan, where no one solve tells it."""
MOST_POINTS = 500
"""Points of an exact walk at most."""
KNEE = 0.1
"""Least distance of a knee from the line between its neighbours, as a share of both spans."""


@dataclass(frozen=True)
class FrontierPoint:
    """A plan on the frontier.

    Attributes
    ----------
    x, y
        Amount of the axis, and value (money) or amount of the output that is best.
    y_bound
        No plan with so much of the axis has more, as far as proven; None where unknown.
    value
        What the plan is worth, money.
    price
        Value of one more unit of the axis between the point before and this one; None at the first.
    enters, leaves
        Projects that are built here and not at the point before, and the other way.
    z, z_limit, z_price
        The same of a second axis, where there is one.
    before
        With a second axis, index of the point before: of those that have no more of a cap and no
        less of an output the one with the best `y`; None where there is none.
    """

    x: float
    y: float
    y_bound: float | None
    run_dir: str
    is_verified: bool
    limit: float | None
    value: float | None = None
    price: float | None = None
    enters: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    z: float | None = None
    z_limit: float | None = None
    z_price: float | None = None
    before: int | None = None


@dataclass(frozen=True)
class Frontier:
    """Points by rising amount of the axis; `knees` are indices of points.

    `impossible` are limits under which there is proven to be no plan; `undecided` those where none
    was found in the time.
    """

    points: tuple[FrontierPoint, ...]
    knees: tuple[int, ...]
    impossible: tuple[float, ...]
    undecided: tuple[float, ...]
    is_complete: bool
    """Whether, within the gap, no plan lies between two points: an exact walk to its end."""
    has_no_plan: bool = False
    """Whether it is proven that there is no plan even without a limit."""


def find_frontier(
    instance: Instance,
    axis: Axis,
    options: SolveOptions,
    runner: Runner,
    points: int | None,
    criterion: Criterion | None = None,
) -> Frontier:
    """Solve for the frontier, with `points` limits evenly spaced, or all of it where None.

    What is best is the value, or another `criterion`; the runner then solves by `solve_point`.

    Raises
    ------
    SolverError, OutputError
        As a solve raises them.
    """
    count = 1 if points is None else points + 2  # without a limit, and the tightest
    best = criterion or ValueCriterion()
    instance = best.measured(instance)
    free_job = best.job(FREE_JOB, axis.measured(instance), options)
    free = runner.run([free_job], of=count)[0]
    if not free.has_plan:
        return Frontier((), (), (), (), is_complete=False, has_no_plan=free.is_impossible)
    search = LimitSearch(instance, axis, best, options, runner, free)
    if points is None:
        is_complete = search.walk()
    else:
        is_complete = False
        search.spread(points)
    return search.frontier(is_complete=is_complete)


def waves(points: int) -> Iterator[range]:
    """Numbers 1 to `points`, the first ones far apart, each later wave between those before it."""
    step = 1 << (points.bit_length() - 1)
    while step:
        yield range(step, points + 1, 2 * step)
        step //= 2


class LimitSearch:
    """Limits solved so far, each with its result; `prefix` begins the keys of its solves."""

    def __init__(
        self,
        instance: Instance,
        axis: Axis,
        criterion: Criterion,
        options: SolveOptions,
        runner: Runner,
        free: JobResult,
        prefix: str = "",
    ) -> None:
        self._prefix = prefix
        self._instance, self._axis, self._options = instance, axis, options
        self._criterion = criterion
        self._runner = runner
        self._free_x = axis.value(free)
        self.found: list[tuple[float | None, JobResult]] = [(None, free)]
        self._implied: list[float] = []

    def size(self) -> float:
        """How much there is of the axis: units of money and outputs may be of any size."""
        ends = self._axis.ends(self._instance, self._free_x)
        return max(abs(end) for end in ends) or 1.0

    def _job(self, limit: float, number: int) -> Job:
        limited = self._axis.limited(self._instance, limit)
        start = self._best_within(limit)
        key = "" if start is None else start.key
        name = f"{self._prefix}p{number:03d}"
        return self._criterion.job(name, limited, self._options, at=limit, start_key=key)

    def spread(self, points: int) -> None:
        """Answer evenly spaced limits: in waves, each between the limits of those before it."""
        free = self._axis.ends(self._instance, self._free_x)[1]
        tight = self.tightest(points)
        limits = [free + (tight - free) * step / points for step in range(1, points + 1)]
        left = {number: limit for number, limit in enumerate(limits, start=1) if limit != free}
        for wave in waves(points):
            self._leave_out(left)
            now = {number: left.pop(number) for number in wave if number in left}
            jobs = [self._job(limit, number) for number, limit in now.items()]
            of = self._runner.num_results + len(jobs) + len(left)
            self.found += zip(now.values(), self._runner.run(jobs, of=of), strict=True)

    def tightest(self, points: int) -> float:
        """The tightest limit that is known to have a plan: limits beyond it would answer nothing.

        On real plans most money must be spent: spread from nothing, most limits have no plan.
        """
        tight, free = self._axis.ends(self._instance, self._free_x)
        asked = self._axis.tightest(self._instance)
        if asked is None:
            return self._halved(tight, free, points)
        of = self._runner.num_results + 1 + points
        job = Job(f"{self._prefix}{TIGHTEST_JOB}", asked, self._options, at=tight)
        # Not among what is found: what it is worth is another objective's.
        found = self._runner.run([job], of=of)[0]
        if not found.has_plan:
            return tight
        least = self._axis.value(found)
        return min(free, least + HAIR * max(1.0, self.size())) if least > tight else tight

    def _halved(self, tight: float, free: float, points: int) -> float:
        """The tightest limit with a plan: the end itself, or between it and `free` by halving."""
        loose, limit = free, tight
        for number in range(1, HALVINGS + 1):
            if abs(loose - tight) <= STEP * self.size():
                break
            job = replace(self._job(limit, number), key=f"{self._prefix}{TIGHTEST_JOB}-{number}")
            result = self._runner.run([job], of=self._runner.num_results + 1 + points)[0]
            self.found.append((limit, result))
            if result.has_plan:
                loose = self._axis.value(result)
                if number == 1:
                    return tight
            elif result.is_impossible:
                tight = limit
            else:
                break
            limit = (loose + tight) / 2.0
        return loose

    def _leave_out(self, left: dict[int, float]) -> None:
        """Take from `left` the limits whose answers are known: no plan, or one that is found."""
        for number, limit in list(left.items()):
            if any(
                row.is_impossible and loose is not None and self._is_within(limit, loose)
                for loose, row in self.found
            ):
                self._implied.append(left.pop(number))
                continue
            best, bound = self._best_within(limit), self._bound_within(limit)
            gap = relative_gap(None if best is None else self._criterion.value(best), bound)
            if gap is not None and gap <= self._options.gap:
                del left[number]

    def _is_within(self, x: float, limit: float) -> bool:
        return is_within(x, limit, cap=self._axis.is_cap)

    def _best_within(self, limit: float) -> JobResult | None:
        """The plan of greatest value that is found and obeys `limit`."""
        obeying = [
            row
            for _, row in self.found
            if row.has_plan and self._is_within(self._axis.value(row), limit)
        ]
        return max(obeying, key=lambda row: self._criterion.value(row) or 0.0, default=None)

    def _bound_within(self, limit: float) -> float | None:
        """The least bound that is proven of all plans that obey `limit`."""
        bounds = [
            self._criterion.bound(row)
            for loose, row in self.found
            if loose is None or self._is_within(limit, loose)
        ]
        return min((bound for bound in bounds if bound is not None), default=None)

    def walk(self) -> bool:
        """Solve just beyond the last plan again and again; return whether the end was reached."""
        step = max(STEP * self.size(), LEAST_STEP)
        x = self._free_x
        for number in range(1, MOST_POINTS + 1):
            limit = x - step if self._axis.is_cap else x + step
            if self._axis.is_cap and limit < 0.0:
                return True
            result = self._runner.run([self._job(limit, number)])[0]
            self.found.append((limit, result))
            if not result.has_plan:
                return result.is_impossible
            before, x = x, self._axis.value(result)
            if abs(x - before) < 0.5 * step:
                return False
        return False

    def frontier(self, *, is_complete: bool) -> Frontier:
        """What was found, as points."""
        found = self.found
        none = [(limit, row) for limit, row in found if limit is not None and not row.has_plan]
        impossible = [limit for limit, row in none if row.is_impossible] + self._implied
        plans = [(limit, row) for limit, row in found if row.has_plan]
        points = self._told(self._best(plans))
        return Frontier(
            points=points,
            knees=knees_of([(p.x, p.y) for p in points]),
            impossible=tuple(sorted(impossible, reverse=self._axis.is_cap)),
            undecided=tuple(limit for limit, row in none if not row.is_impossible),
            is_complete=is_complete,
        )

    def _best(
        self, plans: Sequence[tuple[float | None, JobResult]]
    ) -> list[tuple[FrontierPoint, JobResult]]:
        """Plans that no other one dominates, by rising x, each with the least bound that holds."""
        sign = -1.0 if self._axis.is_cap else 1.0
        made = []
        for limit, row in plans:
            x, y = self._axis.value(row), self._criterion.value(row)
            if y is None:
                continue
            least = self._bound_within(x)
            bound = None if least is None else max(y, least)
            told = FrontierPoint(x, y, bound, row.run_dir, row.is_verified, limit, row.objective)
            made.append((told, row))
        kept = [
            (point, row)
            for number, (point, row) in enumerate(made)
            if not any(
                dominates(
                    (sign * other.x, other.y), (sign * point.x, point.y), is_earlier=index < number
                )
                for index, (other, _) in enumerate(made)
                if index != number
            )
        ]
        return sorted(kept, key=lambda pair: pair[0].x)

    def _told(self, kept: Sequence[tuple[FrontierPoint, JobResult]]) -> tuple[FrontierPoint, ...]:
        """Points with what is different from the one before."""
        told: list[FrontierPoint] = []
        for number, (point, row) in enumerate(kept):
            if number == 0:
                told.append(point)
                continue
            before, other = kept[number - 1]
            told.append(
                replace(
                    point,
                    price=(point.y - before.y) / (point.x - before.x),
                    enters=tuple(sorted(row.starts.keys() - other.starts.keys())),
                    leaves=tuple(sorted(other.starts.keys() - row.starts.keys())),
                )
            )
        return tuple(told)


def is_within(x: float, limit: float, *, cap: bool) -> bool:
    """Whether a plan with `x` obeys `limit`."""
    slack = SAME * max(1.0, abs(limit))
    return x <= limit + slack if cap else x >= limit - slack


def dominates(other: Sequence[float], point: Sequence[float], *, is_earlier: bool) -> bool:
    """Whether `other` has no less of anything than `point`; of two alike the earlier one remains.

    Of all amounts more is better.
    """
    gains = [
        (mine - yours) / max(1.0, abs(mine), abs(yours))
        for mine, yours in zip(other, point, strict=True)
    ]
    return min(gains) >= -SAME and (max(gains) > SAME or is_earlier)


def knees_of(points: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """Indices of points after which one more unit is worth clearly less (or costs clearly more).

    Both spans are made 1; a knee lies at least `KNEE` above the line between the ends of the part
    it was looked for in, farthest of all; then both sides are looked at in the same way.
    """
    if len(points) < 3:
        return ()
    xs, ys = [x for x, _ in points], [y for _, y in points]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if width <= 0.0 or height <= 0.0:
        return ()
    unit = [((x - min(xs)) / width, (y - min(ys)) / height) for x, y in points]
    found: list[int] = []
    parts = [(0, len(unit) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        (x0, y0), (x1, y1) = unit[first], unit[last]
        above = {
            at: unit[at][1] - (y0 + (y1 - y0) * (unit[at][0] - x0) / (x1 - x0))
            for at in range(first + 1, last)
        }
        best = max(above, key=lambda at: (above[at], -at))
        if above[best] >= KNEE:
            found.append(best)
            parts += [(first, best), (best, last)]
    return tuple(sorted(found))
