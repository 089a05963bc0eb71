"""0-1 multi-dimensional knapsacks (the `mknap` files of the OR-Library) into an instance.

A file holds the number of problems, and for each one: number of items n, number of resources m, the
best value known (0: none is stated), n profits, m rows of n needs, m limits. Layout:
http://people.brunel.ac.uk/~mastjjb/jeb/orlib/mknapinfo.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from infraplan.models.catalogue import phrase
from infraplan.models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.models.project import Option, Project
from infraplan.models.quantities import Quality
from infraplan.optimizer.benchmark import OBJECTIVE
from infraplan.optimizer.interop.faults import FaultReport
from infraplan.optimizer.interop.number_file import NumberFile

YEAR = 2026
"""The only year of the plan."""


@dataclass(frozen=True)
class Knapsack:
    """One problem: profits (n), needs (m rows of n), limits (m), best value known (0: none)."""

    profits: tuple[float, ...]
    needs: tuple[tuple[float, ...], ...]
    limits: tuple[float, ...]
    best_known: float


def read_mknap(path: Path, report: FaultReport) -> list[Knapsack]:
    """All problems of a file; what is wrong is told in `report`."""
    numbers = NumberFile(path, report)
    found: list[Knapsack] = []
    count = numbers.take_count()
    if count == 0:
        report.add(path, numbers.line, phrase("the-file-states-no-problems"))
    for number in range(count or 0):
        problem = _read_problem(numbers, path, number, report)
        if problem is None:
            return found
        found.append(problem)
    numbers.require_end()
    return found


def _read_problem(
    numbers: NumberFile, path: Path, number: int, report: FaultReport
) -> Knapsack | None:
    """The next problem; None where its counts do not fit what stands there, which is told."""
    line = numbers.line
    items, rows = numbers.take_count(), numbers.take_count()
    if items is None or rows is None or not numbers.has(1 + items + rows * items + rows):
        return None
    best = numbers.take()
    profits = numbers.take_many(items)
    needs = tuple(numbers.take_many(items) for _ in range(rows))
    limits = numbers.take_many(rows)
    if any(value < 0.0 for row in (*needs, limits) for value in row):
        report.add(path, line, phrase("a-need-or-limit-is-below-0"))
    return Knapsack(profits, needs, limits, best)


def import_mknap(path: Path, index: int) -> Instance:
    """Problem `index` (0: the first) of a file as an instance of one year.

    An item is a project without cost that gives its profit once, in that year; it draws its needs
    on resources that are limited. So the value of a plan is the value of the knapsack.

    Raises
    ------
    InstanceFormatError
        The file cannot be read, or has no such problem.
    """
    report = FaultReport()
    problems = read_mknap(path, report)
    if not report.findings and not 0 <= index < len(problems):
        report.add(
            path,
            0,
            phrase("the-file-has-no-problem-of-that-number", index=index, last=len(problems) - 1),
        )
    report.require()
    problem = problems[index]
    source = f"{path.name}, problem {index}"
    name = f"{re.sub(r'[^A-Za-z0-9]+', '-', path.stem).strip('-')}-{index}"
    return Instance(
        settings=Settings(
            id=name,
            title=Title(en=name, zh=name),
            currency="XXX",
            money_unit="profit of the source",
            money_unit_zh="原文收益单位",
            price_year=YEAR,
            horizon=Horizon(phases=(Phase(id="plan", first_year=YEAR, last_year=YEAR),)),
            appraisal=Appraisal(
                discount_rate=0.0, end_year=YEAR, residual_value=ResidualValue.NONE
            ),
            benchmark_metric=OBJECTIVE,
            benchmark_known=problem.best_known or None,
        ),
        projects=tuple(_project(problem, number, source) for number in range(len(problem.profits))),
        resources=tuple(
            ResourceLimit(
                resource=f"r{row}",
                limit=limit,
                timing=ResourceTiming.START,
                quality=Quality.STATED,
                source=source,
            )
            for row, limit in enumerate(problem.limits, start=1)
        ),
    )


def _project(problem: Knapsack, number: int, source: str) -> Project:
    needs = {f"r{row}": need[number] for row, need in enumerate(problem.needs, start=1)}
    return Project(
        id=f"item{number + 1}",
        name_en=f"item {number + 1}",
        name_zh=f"物品{number + 1}",
        sector="other",
        source=source,
        options=(
            Option(
                overnight_cost=0.0,
                quality=Quality.STATED,
                lead_time=0,
                lifetime=1,
                spending_profile=(1.0,),
                benefits={"profit": problem.profits[number]},
                resources={name: need for name, need in needs.items() if need},
            ),
        ),
    )
