"""A priority list beside the lists of offices, all looked at in one way at the same budgets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from infraplan.models.catalogue import phrase
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer import work_clock
from infraplan.optimizer.analysis.project_scores import (
    WEIGHTS,
    Criterion,
    Method,
    ProjectScores,
    score_projects,
)
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.draws import make_draws
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.list_stability import ListStability, list_stability
from infraplan.optimizer.sweeps.office_lists import OfficeLists, Relations
from infraplan.optimizer.sweeps.priority_list import (
    PriorityList,
    RankedLevel,
    find_list,
    leading,
    ordered,
)
from infraplan.optimizer.sweeps.runner import Runner

SCORING_S = 60.0
"""Seconds for the service of networks in the scores where a solve has no limit."""


@dataclass(frozen=True)
class RankQuestion:
    """What is asked of a ranking.

    `count` levels, or the `budgets` where any are given; the `methods` beside the list; `weights`
    of scoring and TOPSIS. Without `is_exact` the program of all budgets is left out. With `draws`
    the list is held against those of as many drawn instances, from `seed`.
    """

    count: int = 5
    budgets: tuple[float, ...] = ()
    methods: tuple[Method, ...] = tuple(Method)
    weights: Mapping[Criterion, float] = field(default_factory=lambda: dict(WEIGHTS))
    is_exact: bool = True
    draws: int = 0
    seed: int = 0


@dataclass(frozen=True)
class RankedProject:
    """A project of the list: its tier, its place, and when it opens with the first budget."""

    project: str
    tier: int
    order: int
    first_budget: float
    opened: int


@dataclass(frozen=True)
class Ranking:
    """The list, the projects in its order, and the levels of each other method."""

    found: PriorityList
    projects: tuple[RankedProject, ...]
    scores: ProjectScores | None
    methods: Mapping[Method, tuple[RankedLevel, ...]]
    """By method; a level whose run has no plan says that none was found there."""
    stability: ListStability | None = None
    """How the list changes where figures do; None where no draws are asked for."""

    def order_at(self, number: int) -> list[str]:
        """Projects of the list at level `number`, from 1, in its order."""
        return [row.project for row in self.projects if row.tier <= number]


def rank(
    instance: Instance,
    asked: RankQuestion,
    options: SolveOptions,
    runner: Runner,
    plan_of: Callable[[JobResult], Plan],
) -> Ranking:
    """Find the list of `instance`, and what it and other lists lose at each budget.

    Raises
    ------
    NotThereError
        If the instance asks for the fewest years: its value is no money.
    SolverError, OutputError
        As a solve raises them.
    """
    if instance.settings.objective is not Objective.NPV:
        raise NotThereError(phrase("rank-of-value-alone"))
    found = find_list(
        instance,
        options,
        runner,
        count=asked.count,
        budgets=asked.budgets,
        is_exact=asked.is_exact,
    )
    if not found.levels:
        return Ranking(found, (), None, {})
    begin, limit = work_clock.now(), options.time_limit_s or SCORING_S
    scores = score_projects(instance, lambda: begin + limit - work_clock.now())
    spending = {row.project: row.spending for row in scores.rows}
    office = OfficeLists(instance, spending, options, runner)
    budgets = [level.budget for level in found.levels]
    orders = {method.value: scores.ranked(method, asked.weights) for method in asked.methods}
    by_name = office.runs(orders, budgets)
    runs = {method: by_name[method.value] for method in asked.methods}
    others = [row for rows in runs.values() for row in rows if row.has_plan]
    found = beside(found, others)
    methods = {
        method: tuple(
            replace(level, listed=row) for level, row in zip(found.levels, rows, strict=True)
        )
        for method, rows in runs.items()
    }
    projects = _projects(instance, found, scores, plan_of)
    stability = _stability(instance, asked, found, options, runner) if asked.draws else None
    return Ranking(found, projects, scores, methods, stability)


def _stability(
    instance: Instance,
    asked: RankQuestion,
    found: PriorityList,
    options: SolveOptions,
    runner: Runner,
) -> ListStability:
    draws = make_draws(instance, asked.seed, asked.draws)
    return list_stability(
        instance,
        found.tiers,
        [level.budget for level in found.levels],
        asked.draws,
        lambda number: draws.drawn(number).instance,
        options,
        runner,
    )


def beside(found: PriorityList, others: Sequence[JobResult]) -> PriorityList:
    """`found` where `others` are known too: one of them may be better than the best plan known."""
    results = (*found.results, *others)
    best = leading(results, [level.budget for level in found.levels])
    levels = (
        replace(level, best=row, bound=_at_least(level.bound, row))
        for level, row in zip(found.levels, best, strict=True)
    )
    return replace(found, levels=tuple(levels), results=results)


def _at_least(bound: float | None, row: JobResult) -> float | None:
    """A bound is no less than a value that is there, but for rounding."""
    return None if bound is None or row.objective is None else max(bound, row.objective)


def _projects(
    instance: Instance,
    found: PriorityList,
    scores: ProjectScores,
    plan_of: Callable[[JobResult], Plan],
) -> tuple[RankedProject, ...]:
    needs = Relations(instance).forerunners
    worth = {row.project: row.ratio for row in scores.rows}
    tiers = found.tiers
    rows = list[RankedProject]()
    for number, level in enumerate(found.levels, start=1):
        new = {name for name, tier in tiers.items() if tier == number}
        opened = _openings(plan_of(level.listed), new) if new else {}
        for name in ordered(new, needs, worth):
            rows.append(RankedProject(name, number, len(rows) + 1, level.budget, opened[name]))
    return tuple(rows)


def _openings(plan: Plan, names: Collection[str]) -> dict[str, int]:
    return {start.project: start.opening for start in plan.starts if start.project in names}
