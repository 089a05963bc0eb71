"""Plans far from a run's and worth nearly as much: against enumeration, and by hand."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.plan_distance import By
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.alternatives import (
    Alternatives,
    find_alternatives,
    least_value,
    solve_alternative,
)
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.verify import verify_plan
from infraplan.optimizer.workflow import run_solve
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
    make_relation,
)
from tests.markers import first_quick
from tests.oracle.money import Money
from tests.oracle.oracle import Choice, Oracle

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
PART = 2
"""Random instances in one test."""
Schedule = dict[str, tuple[str, int]]
"""Option and year of start of what is built."""


def asked(
    instance: Instance, folder: Path, by: By, within: float, count: int
) -> tuple[Plan, Alternatives]:
    """The best plan, and plans far from it."""
    run_solve(instance, EXACT, folder / "run", is_explained=False)
    files = read_run(folder / "run")
    assert files.plan is not None
    runner = Runner(folder / "asked", solve=solve_alternative)
    runner.prepare(resume=False)
    floor = least_value(files.plan.objective, within, None)
    return files.plan, find_alternatives(files, files.plan, floor, by, count, EXACT, runner)


def drawn(seed: int) -> Instance:
    """Three to five projects of two districts, one in two sizes, money short."""
    rng = random.Random(seed)
    projects = [
        make_project(
            f"p{number}",
            rng.randint(2, 6),
            rng.randint(3, 6),
            jurisdiction=("east", "west")[number % 2],
        )
        for number in range(rng.randint(3, 5))
    ]
    return make_instance(
        projects,
        years=(2021, 2023),
        relations=[make_relation("exclusive", ["p0", "p1"])],
        jurisdictions=make_jurisdictions("east", "west"),
        funds=[make_fund("e", jurisdiction="east"), make_fund("w", jurisdiction="west")],
        inflows=[
            *make_inflows("e", 2021, rng.randint(2, 8), rng.randint(2, 8)),
            *make_inflows("w", 2021, rng.randint(2, 8), rng.randint(2, 8)),
        ],
    )


def enumerated(instance: Instance) -> list[tuple[float, Schedule, list[Choice]]]:
    """Every plan that obeys all rules, with its value."""
    oracle, found = Oracle(instance), []
    for schedule in product(*(oracle.choices(project) for project in instance.projects)):
        built = {choice.project.id: choice for choice in schedule if choice is not None}
        if oracle.allowed(built) and Money(oracle, built).possible():
            value = sum(oracle.value(choice) for choice in built.values())
            plain = {name: (row.option.option, row.start) for name, row in built.items()}
            found.append((value, plain, list(built.values())))
    return found


def schedule_of(plan: Plan) -> Schedule:
    return {row.project: (row.option, row.start) for row in plan.starts}


def far(mine: Schedule, theirs: Schedule) -> float:
    """Projects that differ; all years are one phase here."""
    return float(
        len(mine.keys() ^ theirs.keys())
        + sum(mine[name] != theirs[name] for name in mine.keys() & theirs.keys())
    )


def spent(instance: Instance, schedule: Schedule, by: By) -> dict[str, float]:
    """Money by district, or by year where each is a phase."""
    found: dict[str, float] = {}
    for name, (option, start) in schedule.items():
        project = instance.project_by_id[name]
        group = project.jurisdiction if by is By.DISTRICTS else f"y{start}"
        found[group] = found.get(group, 0.0) + project.option(option).overnight_cost
    return found


def far_in_money(instance: Instance, mine: Schedule, theirs: Schedule, by: By) -> float:
    here, there = spent(instance, mine, by), spent(instance, theirs, by)
    return sum(abs(here.get(k, 0.0) - there.get(k, 0.0)) for k in here.keys() | there.keys())


@pytest.mark.parametrize("by", [By.PROJECTS, By.DISTRICTS])
@pytest.mark.parametrize("part", first_quick(range(15)))
def test_each_plan_is_the_farthest_from_those_before(part: int, by: By, tmp_path: Path) -> None:
    seen = 0
    for seed in range(PART * part, PART * part + PART):
        instance = drawn(seed)
        plan, found = asked(instance, tmp_path / str(seed), by, 0.3, 2)
        there = [row for row in enumerated(instance) if row[0] >= found.floor - 1e-6]
        assert plan.objective == pytest.approx(max(row[0] for row in there))

        def distances(row: Schedule, before: list[Schedule], by: By = by) -> float:
            if by is By.PROJECTS:
                return min(far(row, other) for other in before)
            return min(far_in_money(instance, row, other, by) for other in before)  # noqa: B023

        before = [schedule_of(plan)]
        for row in found.plans:
            most = max(distances(schedule, before) for _, schedule, _ in there)
            here = read_run(tmp_path / str(seed) / "asked" / row.result.run_dir)
            assert here.plan is not None
            mine = schedule_of(here.plan)
            assert row.distance == pytest.approx(most, abs=1e-4), seed
            assert row.distance == pytest.approx(distances(mine, before), abs=1e-4), seed
            assert row.distance_bound == pytest.approx(most, abs=1e-3), seed
            best = max(v for v, other, _ in there if distances(other, before) >= most - 1e-4)
            assert here.plan.objective == pytest.approx(best, abs=1e-4), seed
            assert here.plan.objective >= found.floor - 1e-6
            assert verify_plan(here.instance, here.plan).ok
            before.append(mine)
            seen += 1
        if len(found.plans) < 2:
            assert max(distances(row, before) for _, row, _ in there) <= 1e-4
            assert found.is_complete
    assert seen
