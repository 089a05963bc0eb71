"""How a priority list changes where the figures do: lists of drawn instances beside it.

The list of a draw grows: the best plan under the tightest budget, then under each further one the
best plan that builds all of the one before. Both lists put every project into a tier, those that
they never build into the last. The distance is Kendall's with ties: of all pairs of projects, those
that the lists put in opposite orders, and half of those that one list ties and the other does not.

Source: Fagin, Kumar, Mahdian, Sivakumar and Vee, "Comparing and aggregating rankings with ties",
PODS 2004 (the distance with penalty 1/2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.progress import must_be_built, stands
from infraplan.optimizer import stopping
from infraplan.optimizer.analysis.held_schedule import held_choice
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.jobs import Job
from infraplan.optimizer.sweeps.priority_list import MONEY
from infraplan.optimizer.sweeps.runner import Runner


@dataclass(frozen=True)
class DrawnList:
    """The list of one draw.

    Attributes
    ----------
    tiers
        First level, from 1, of each project that is built.
    without_plan
        Levels under whose budget no plan was found.
    distance
        Kendall distance from the list, 0 to 1; None where no level has a plan.
    """

    number: int
    tiers: Mapping[str, int]
    without_plan: tuple[int, ...]
    distance: float | None


@dataclass(frozen=True)
class ListStability:
    """Lists of draws beside the list; `own` is the distance of the list that grows without a draw.

    `same_tier` says of each project in how large a share of the draws with a list it is in the tier
    that the list gives it.
    """

    own: float | None
    draws: tuple[DrawnList, ...]
    same_tier: Mapping[str, float]

    @property
    def distances(self) -> tuple[float, ...]:
        """Distances of the draws that have a list."""
        return tuple(row.distance for row in self.draws if row.distance is not None)


def kendall_distance(first: Sequence[int], second: Sequence[int]) -> float:
    """Distance of two tiers of the same projects, 0 to 1; 0 where there is no pair."""
    one, two = (np.asarray(row, dtype=np.int64) for row in (first, second))
    if one.size < 2:
        return 0.0
    signs = [np.sign(np.subtract.outer(row, row)) for row in (one, two)]
    upper = np.triu_indices(one.size, 1)
    # opposite signs differ by 2, a tie and an order by 1
    return float(np.abs(signs[0][upper] - signs[1][upper]).mean() / 2.0)


def list_stability(
    instance: Instance,
    tiers: Mapping[str, int],
    budgets: Sequence[float],
    draws: int,
    drawn: Callable[[int], Instance],
    options: SolveOptions,
    runner: Runner,
) -> ListStability:
    """Find the lists of `draws` drawn instances, and how far they are from `tiers`.

    `drawn` makes draw number n. What must be built is left out of the distance: every list has it
    first.

    Raises
    ------
    InconsistentInstanceError
        If a draw makes no sense.
    SolverError, OutputError
        As a solve raises them.
    """
    free = [row.id for row in instance.projects if not (must_be_built(row) or stands(row))]
    grower = _Grower(budgets, options, runner, draws + 1)
    (own,) = grower.grown({-1: instance}, tiers, free)
    found = list[DrawnList]()
    for begin in range(0, draws, runner.workers):
        stopping.require_unasked()
        numbers = range(begin, min(draws, begin + runner.workers))
        found += grower.grown({number: drawn(number) for number in numbers}, tiers, free)
    last = len(budgets) + 1
    there = [row for row in found if row.distance is not None]
    same = {
        name: sum(row.tiers.get(name, last) == tiers.get(name, last) for row in there) / len(there)
        for name in free
        if there
    }
    return ListStability(own.distance, tuple(found), same)


class _Grower:
    """Finds lists that grow with the budget."""

    def __init__(
        self, budgets: Sequence[float], options: SolveOptions, runner: Runner, count: int
    ) -> None:
        self._budgets, self._options, self._runner = budgets, options, runner
        self._left = count * len(budgets)

    def grown(
        self, instances: Mapping[int, Instance], tiers: Mapping[str, int], free: Sequence[str]
    ) -> list[DrawnList]:
        """The lists of `instances`, level by level together."""
        built: dict[int, frozenset[str]] = {number: frozenset() for number in instances}
        mine: dict[int, dict[str, int]] = {number: {} for number in instances}
        without: dict[int, list[int]] = {number: [] for number in instances}
        for level, budget in enumerate(self._budgets, start=1):
            jobs = [
                self._job(number, instance, built[number], level, budget)
                for number, instance in instances.items()
            ]
            self._left -= len(jobs)
            results = self._runner.run(jobs, of=self._runner.num_results + len(jobs) + self._left)
            for number, result in zip(instances, results, strict=True):
                if not result.has_plan:
                    without[number].append(level)
                    continue
                built[number] = frozenset(result.starts)
                for name in result.starts:
                    mine[number].setdefault(name, level)
        return [
            DrawnList(
                number,
                mine[number],
                tuple(without[number]),
                self._distance(tiers, mine[number], free) if mine[number] else None,
            )
            for number in instances
        ]

    def _distance(
        self, tiers: Mapping[str, int], mine: Mapping[str, int], free: Sequence[str]
    ) -> float:
        last = len(self._budgets) + 1
        return kendall_distance(*([row.get(name, last) for name in free] for row in (tiers, mine)))

    def _job(
        self, number: int, instance: Instance, built: frozenset[str], level: int, budget: float
    ) -> Job:
        everything = [row.id for row in instance.projects]
        held = held_choice(instance, built, everything) if built else instance
        key = f"draw-{number}-{level}" if number >= 0 else f"grown-{level}"
        return Job(key, MONEY.limited(held, budget), self._options, at=budget)
