"""One list of projects for rising budgets: what is built with less money is built with more.

Under each budget the list's plan builds exactly the projects of its tiers so far; options, years
and money are free, and it is a verified run. Its regret is what it is worth less than the best
plan under that budget. Of the lists found the one remains whose largest regret is least, then the
mean one. Lists are found from each budget in turn: its best plan, then under the next tighter
budget the best plan of what that one builds, under the next looser one the best plan that builds
all of it. Where a regret is left, the program of all budgets (`nested_program`) looks for a better
list, and says what no list falls short of.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from infraplan.models.instance import Instance
from infraplan.models.target import INVESTMENT
from infraplan.optimizer import stopping
from infraplan.optimizer.analysis.held_schedule import held_choice
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.axes import DEAR, TargetAxis
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.nested_program import (
    NestedAnswer,
    has_nested_program,
    solve_nested,
)
from infraplan.optimizer.sweeps.runner import Runner

MONEY = TargetAxis(INVESTMENT, is_cap=True)
"""What budgets limit: money spent in the plan's years, price-year prices."""
FREE_JOB, LEAST_JOB = "free", "least-money"
SAME = 1e-6
"""Relative difference of amounts of money that are the same."""
LIE = 1e-5
"""Relative difference by which a plan is worth more than a bound that is wrong."""
NESTED_SHARE = 2.0
"""Time of the program of all budgets, as a multiple of that of one solve."""
ROUNDS = 2
"""Times that the program of all budgets is asked, each from the best list known."""


@dataclass(frozen=True)
class RankedLevel:
    """A budget: its best plan, and the list's.

    Attributes
    ----------
    bound
        No plan under the budget is worth more; None where unknown.
    best
        The best run known that spends no more; most often that of the budget itself.
    """

    budget: float
    bound: float | None
    best: JobResult
    listed: JobResult

    @property
    def optimum(self) -> float:
        """Largest value known of a plan under the budget."""
        return worth_of(self.best)

    @property
    def is_planned(self) -> bool:
        """Whether a plan of the list was found under the budget."""
        return self.listed.has_plan

    @property
    def value(self) -> float:
        """What the list's plan is worth."""
        return worth_of(self.listed)

    @property
    def regret(self) -> float:
        """What the list's plan is worth less than the best plan known."""
        return self.optimum - self.value

    @property
    def regret_bound(self) -> float | None:
        """The same against what no plan passes."""
        return None if self.bound is None else max(self.regret, self.bound - self.value)


@dataclass(frozen=True)
class PriorityList:
    """The list and its levels by rising budget.

    Attributes
    ----------
    least
        No list has a largest regret below this, money; None where nothing is proven.
    impossible, undecided
        Budgets under which there is proven to be no plan; under which none was found in time.
    contradicted
        Budgets whose solve claimed a bound that a plan found later passes: it is not used.
    results
        Every run with a plan.
    """

    levels: tuple[RankedLevel, ...]
    least: float | None
    impossible: tuple[float, ...] = ()
    undecided: tuple[float, ...] = ()
    has_no_plan: bool = False
    contradicted: tuple[float, ...] = ()
    results: tuple[JobResult, ...] = ()

    @property
    def tiers(self) -> dict[str, int]:
        """First level, from 1, of each project of the list."""
        found: dict[str, int] = {}
        for number, level in enumerate(self.levels, start=1):
            for name in level.listed.starts:
                found.setdefault(name, number)
        return found

    @property
    def largest(self) -> float:
        """The largest regret."""
        return max((level.regret for level in self.levels), default=0.0)

    @property
    def largest_bound(self) -> float | None:
        """What the largest regret is at most, as far as proven; None where a level has no bound."""
        bounds = [level.regret_bound for level in self.levels]
        known = [bound for bound in bounds if bound is not None]
        return max(known, default=0.0) if len(known) == len(bounds) else None

    def is_least(self, gap: float) -> bool | None:
        """Whether no list has a smaller largest regret, up to `gap` of the optima; None: unknown.

        False says that the proven interval is wider than that, not that there is a better list.
        """
        if self.least is None or self.largest_bound is None:
            return None
        size = max((abs(level.optimum) for level in self.levels), default=1.0)
        return self.largest_bound <= self.least + gap * max(1.0, size)


def worth_of(result: JobResult) -> float:
    """Value of a run that has a plan.

    Raises
    ------
    ValueError
        If it has none: callers ask for runs with plans alone.
    """
    if result.objective is None:
        raise ValueError(result.key)
    return result.objective


def find_list(
    instance: Instance,
    options: SolveOptions,
    runner: Runner,
    *,
    count: int = 5,
    budgets: Sequence[float] = (),
    is_exact: bool = True,
) -> PriorityList:
    """Find the list for `budgets`, or for `count` levels that share evenly what may be spent.

    These lie between what must be spent and what the plan without a limit spends, the last one.
    Without `is_exact` the program of all budgets is left out.

    Raises
    ------
    SolverError, OutputError
        As a solve raises them.
    """
    search = _Search(instance, options, runner)
    return search.find(count, budgets, is_exact=is_exact)


@dataclass(frozen=True)
class _Chain:
    """A list: its run under each budget."""

    runs: tuple[JobResult, ...]

    def regrets(self, best: Sequence[float]) -> tuple[float, float]:
        """The largest regret, then the mean one."""
        found = [value - worth_of(run) for value, run in zip(best, self.runs, strict=True)]
        return max(found), sum(found) / len(found)

    @property
    def sets(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(run.starts) for run in self.runs)


class _Search:
    """The budgets, the best plans under them, and the lists found."""

    def __init__(
        self,
        instance: Instance,
        options: SolveOptions,
        runner: Runner,
    ) -> None:
        self._instance, self._options, self._runner = instance, options, runner
        self._budgets: list[float] = []
        self._asked: list[JobResult] = []
        self._results: list[JobResult] = []
        self._of = 0
        self._again = set[int]()

    def find(self, count: int, budgets: Sequence[float], *, is_exact: bool) -> PriorityList:
        """See `find_list`."""
        self._of = self._most_solves(len(budgets) or count, is_given=bool(budgets))
        free_job = Job(FREE_JOB, MONEY.measured(self._instance), self._options)
        free = self._run([free_job])[0]
        if not free.has_plan:
            return PriorityList((), None, has_no_plan=free.is_impossible)
        asked = sorted(set(budgets)) or self._shared(free, count)
        impossible, undecided = self._solve_levels(asked, free)
        if not self._budgets:
            return PriorityList((), None, impossible, undecided, results=tuple(self._results))
        chain = self._from_pivots()
        least: float | None = None
        if is_exact and has_nested_program(self._instance, self._options.solver):
            chain, least = self._by_program(chain)
        bounds, contradicted = self._bounds()
        rows = zip(self._budgets, bounds, self._leading(), chain.runs, strict=True)
        levels = tuple(RankedLevel(*row) for row in rows)
        if least is None and max(level.regret for level in levels) <= self._tolerance():
            least = 0.0  # no list loses less than nothing
        return PriorityList(
            levels,
            least,
            impossible,
            undecided,
            contradicted=contradicted,
            results=tuple(self._results),
        )

    def _most_solves(self, levels: int, *, is_given: bool) -> int:
        """Solves at most, but for those of better lists."""
        return 1 + (not is_given) + levels + levels * (levels - 1)

    def _run(self, jobs: Sequence[Job]) -> list[JobResult]:
        found = self._runner.run(jobs, of=self._of)
        self._results += [row for row in found if row.has_plan]
        return found

    def _shared(self, free: JobResult, count: int) -> list[float]:
        """Budgets that share evenly what the plan without a limit spends beyond what must be."""
        least_job = Job(LEAST_JOB, MONEY.dear(self._instance, DEAR), self._options)
        # Not among the results: what it is worth is another objective's.
        found = self._runner.run([least_job], of=self._of)[0]
        most = MONEY.value(free)
        least = min(most, MONEY.value(found)) if found.has_plan else 0.0
        return [least + (most - least) * part / count for part in range(1, count + 1)]

    def _solve_levels(
        self, asked: Sequence[float], free: JobResult
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The best plan under each budget; return those without one: proven, and not found."""
        most = MONEY.value(free)
        tight = [budget for budget in asked if budget < most * (1.0 - SAME)]
        # A hair off the budget, so that the plan of a list lies nearer to what is asked again.
        jobs = [
            replace(self._job(f"best-{number}", self._instance, budget), at=budget * (1.0 - SAME))
            for number, budget in enumerate(tight, start=1)
        ]
        found = dict(zip(tight, self._run(jobs), strict=True))
        impossible, undecided = list[float](), list[float]()
        for budget in asked:
            result = found.get(budget, free)
            if result.has_plan:
                self._budgets.append(budget)
                self._asked.append(result)
            else:
                (impossible if result.is_impossible else undecided).append(budget)
        return tuple(impossible), tuple(undecided)

    def _job(self, key: str, instance: Instance, budget: float) -> Job:
        return Job(key, MONEY.limited(instance, budget), self._options, at=budget)

    def _from_pivots(self) -> _Chain:
        """The best list of those that begin with the best plan of one budget."""
        chains = list[_Chain]()
        for pivot in self._pivots():
            best = min((c.regrets(self._optima()) for c in chains), default=None)
            if best is not None and best[0] <= self._tolerance():
                break
            most = None if best is None else best[0]
            chain = self._from_pivot(pivot, most)
            if chain is not None:
                chains.append(chain)
            self._ask_again()
        return min(chains, key=lambda chain: chain.regrets(self._optima()))

    def _ask_again(self) -> None:
        """Solve budgets again, once and with another seed, of which a list knows better.

        Its plan is worth more than the bound that was claimed, or so much more than the plan found
        that the bound, too, can come down from the plan of the list.
        """
        values = self._optima()
        wrong = [
            number
            for number, row in enumerate(self._asked)
            if number not in self._again
            and (
                is_passed(row.bound, values[number])
                or values[number] > worth_of(row) + self._tolerance()
            )
        ]
        seed = replace(self._options, seed=self._options.seed + 1)
        jobs = [
            replace(
                self._job(f"again-{number + 1}", self._instance, self._budgets[number]),
                options=seed,
            )
            for number in wrong
        ]
        self._of += len(jobs)
        for number, result in zip(wrong, self._run(jobs), strict=True):
            self._again.add(number)
            if result.has_plan:
                self._asked[number] = result

    def _pivots(self) -> list[int]:
        """The tightest budget first, from which there always is a list, then from the middle on."""
        rest = range(1, len(self._budgets))
        middle = len(self._budgets) / 2
        return [0, *sorted(rest, key=lambda number: (abs(number - middle), number))]

    def _tolerance(self) -> float:
        """Regret that no solve tells from none."""
        return self._options.gap * max(1.0, max(abs(value) for value in self._optima()))

    def _from_pivot(self, pivot: int, most: float | None) -> _Chain | None:
        """The list that begins with the best plan of budget `pivot`.

        None where a tighter budget has no plan within it, or a regret is above `most`.
        """
        runs = {pivot: self._leading()[pivot]}
        below, above = pivot - 1, pivot + 1
        while below >= 0 or above < len(self._budgets):
            jobs = list[Job]()
            places = list[int]()
            if below >= 0:
                jobs.append(self._between(pivot, below, (), runs[below + 1].starts))
                places.append(below)
            if above < len(self._budgets):
                everything = [row.id for row in self._instance.projects]
                jobs.append(self._between(pivot, above, runs[above - 1].starts, everything))
                places.append(above)
            for place, found in zip(places, self._run(jobs), strict=True):
                result = found
                if place > pivot:  # what a tighter budget pays for, a looser one pays for too
                    result = max((runs[place - 1], found), key=_worth_at_least)
                if not result.has_plan:
                    return None
                if most is not None and self._optima()[place] - worth_of(result) > most:
                    return None
                runs[place] = result
            below, above = below - 1, above + 1
        return _Chain(tuple(runs[number] for number in range(len(self._budgets))))

    def _between(
        self, pivot: int, level: int, built: Collection[str], free: Collection[str]
    ) -> Job:
        """The best plan of a level that builds all of `built` and else of `free` alone."""
        held = held_choice(self._instance, built, free)
        return self._job(f"list-{pivot + 1}-{level + 1}", held, self._budgets[level])

    def _by_program(self, chain: _Chain) -> tuple[_Chain, float | None]:
        """A better list by the program of all budgets, and what no list falls short of."""
        least: float | None = None
        levels = [MONEY.limited(self._instance, budget) for budget in self._budgets]
        limit = self._options.time_limit_s
        seconds = None if limit is None else NESTED_SHARE * limit
        for number in range(1, ROUNDS + 1):
            regret = chain.regrets(self._optima())[0]
            if regret <= max(self._tolerance(), least or 0.0):
                break
            stopping.require_unasked()
            try:
                answer = solve_nested(levels, self._optima(), self._options, seconds)
            except SolverFailedError:
                break  # the list found so far is one all the same
            least = _larger(least, answer)
            better = None if answer.sets is None else self._exactly(answer.sets, number)
            if better is None:
                break
            before = chain
            chain = min(chain, better, key=lambda row: row.regrets(self._optima()))
            if chain is before or chain.regrets(self._optima())[0] >= regret:
                break
        return chain, least

    def _exactly(self, sets: Sequence[frozenset[str]], number: int) -> _Chain | None:
        """The list that builds exactly `sets`; None where a level has no plan in time."""
        jobs = [
            self._job(f"nested-{number}-{level + 1}", held_choice(self._instance, built), budget)
            for level, (built, budget) in enumerate(zip(sets, self._budgets, strict=True))
        ]
        self._of += len(jobs)
        found = self._run(jobs)
        return _Chain(tuple(found)) if all(row.has_plan for row in found) else None

    def _optima(self) -> list[float]:
        """The largest value known under each budget."""
        return [worth_of(row) for row in self._leading()]

    def _leading(self) -> list[JobResult]:
        """The best run under each budget: one that spends no more is one of it."""
        return leading(self._results, self._budgets)

    def _bounds(self) -> tuple[list[float | None], tuple[float, ...]]:
        """What no plan of each budget is worth more than; budgets whose own claim was wrong."""
        claimed = [row.bound for row in self._asked]
        values = self._optima()
        wrong = [is_passed(*pair) for pair in zip(claimed, values, strict=True)]
        sound = [None if bad else row for bad, row in zip(wrong, claimed, strict=True)]
        lies = (budget for bad, budget in zip(wrong, self._budgets, strict=True) if bad)
        return bounds_of(sound, values), tuple(lies)


def _worth_at_least(result: JobResult) -> float:
    """What a run is worth; less than anything where it has no plan."""
    return worth_of(result) if result.has_plan else -math.inf


def is_passed(bound: float | None, value: float) -> bool:
    """Whether a plan is worth more than a bound that was claimed, beyond rounding."""
    return bound is not None and value > bound + LIE * (1.0 + abs(bound))


def leading(results: Sequence[JobResult], budgets: Sequence[float]) -> list[JobResult]:
    """The best of `results` that spends no more than each budget; there is one."""
    return [
        max((row for row in results if is_within(row, budget)), key=worth_of) for budget in budgets
    ]


def is_within(result: JobResult, budget: float) -> bool:
    """Whether a plan spends no more than `budget`."""
    return MONEY.value(result) <= budget + SAME * max(1.0, budget)


def bounds_of(claimed: Sequence[float | None], values: Sequence[float]) -> list[float | None]:
    """Bounds by rising budget, each no larger than those of looser ones, nor below a value."""
    found = list[float | None]()
    least: float | None = None
    for bound, value in zip(reversed(claimed), reversed(values), strict=True):
        known = [row for row in (bound, least) if row is not None]
        least = min(known) if known else None
        found.append(None if least is None else max(least, value))
    return found[::-1]


def _larger(least: float | None, answer: NestedAnswer) -> float | None:
    known = [value for value in (least, answer.least) if value is not None]
    return max(known) if known else None


def ordered(
    names: Collection[str], needs: Mapping[str, Collection[str]], worth: Mapping[str, float]
) -> tuple[str, ...]:
    """`names` by falling `worth`, each after those of them that it needs."""
    left, placed = sorted(names, key=lambda name: (-worth.get(name, 0.0), name)), list[str]()
    while left:
        ready = [name for name in left if not (set(needs.get(name, ())) & set(left) - {name})]
        chosen = ready[0] if ready else left[0]
        placed.append(chosen)
        left.remove(chosen)
    return tuple(placed)
