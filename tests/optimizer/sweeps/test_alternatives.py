"""Plans far from a run's and worth nearly as much: against enumeration, and by hand."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest

from infraplan.models.horizon import Phase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis import alternative
from infraplan.optimizer.analysis.far_start import far_start
from infraplan.optimizer.analysis.plan_distance import By, difference, distance, with_distance
from infraplan.optimizer.analysis.varied_program import VariedProgram
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.alternatives import (
    Alternatives,
    find_alternatives,
    has_share,
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
    make_settings,
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


def test_a_first_plan_far_away_obeys_all_rows_and_differs(tmp_path: Path) -> None:
    # It is where a large search begins: at the best it is the farthest, here never none.
    for seed in (1, 4, 7):
        instance = drawn(seed)
        run_solve(instance, EXACT, tmp_path / str(seed), is_explained=False)
        plan = read_run(tmp_path / str(seed)).plan
        assert plan is not None
        program = VariedProgram.of(instance, "alternatives")
        asked = with_distance(program, [plan], By.PROJECTS)
        guide = quick_relaxation(asked.mip, 10.0).values
        most = max(far(row, schedule_of(plan)) for _, row, _ in enumerated(instance))
        for led in (guide, None):
            values = far_start(program, asked.mip, [plan], led, Deadline.after(60.0))
            assert values is not None
            assert 1.0 <= values[asked.column] <= most
            there = program.plan_of(values, EXACT, Deadline.after(60.0))
            assert there.is_good
            assert there.plan is not None
            assert far(schedule_of(there.plan), schedule_of(plan)) == values[asked.column]


def test_a_large_search_finds_what_a_small_one_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, small = asked(drawn(1), tmp_path / "small", By.PROJECTS, 0.3, 1)
    monkeypatch.setattr(alternative, "LEAST_STARTS", 0)
    _, large = asked(drawn(1), tmp_path / "large", By.PROJECTS, 0.3, 1)
    assert large.plans[0].distance == small.plans[0].distance
    assert large.plans[0].result.objective == pytest.approx(small.plans[0].result.objective)


def two_ways() -> Instance:
    """Two districts, one phase each year; either work is worth as much and money allows one."""
    return make_instance(
        [make_project("a", 4, 8, jurisdiction="east"),
         make_project("b", 4, 8, jurisdiction="west")],
        settings=make_settings(
            phases=[Phase(id="one", first_year=2021, last_year=2021),
                    Phase(id="two", first_year=2022, last_year=2023)],
        ),
        relations=[make_relation("exclusive", ["a", "b"])],
        jurisdictions=make_jurisdictions("east", "west"),
        funds=[make_fund("e", jurisdiction="east"), make_fund("w", jurisdiction="west"),
               make_fund("spare", jurisdiction="east")],
        inflows=[row for name in ("e", "w", "spare") for row in make_inflows(name, 2021, 4.0)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("by", "expected"), [(By.PROJECTS, 2.0), (By.DISTRICTS, 8.0), (By.PHASES, 8.0), (By.PAYER, 8.0)]
)
def test_each_way_to_differ(by: By, expected: float, tmp_path: Path) -> None:
    # Of 20 (16 in the second year) all may be lost: the other work, or the same a phase later, or
    # by another fund. By phases nothing is farther than to build later what was built sooner.
    plan, found = asked(two_ways(), tmp_path, by, 0.6, 1)
    (row,) = found.plans
    assert row.distance == pytest.approx(expected, abs=1e-4)
    assert row.distance_bound == pytest.approx(expected, abs=1e-3)
    other = read_run(tmp_path / "asked" / row.result.run_dir).plan
    assert other is not None
    assert distance(two_ways(), other, plan, by) == pytest.approx(expected, abs=1e-4)
    if by is By.PROJECTS:  # the best of those as far: as good as the run
        assert row.is_tie
        assert difference(two_ways(), other, plan).count == 2


def test_a_share_of_a_value_near_0_says_nothing() -> None:
    assert has_share(5.0, 6.0)
    assert has_share(-5.0, None)
    assert not has_share(0.0, None)
    assert not has_share(0.01, 2.0)
    assert least_value(-500.0, 0.01, None) == -505.0
    assert least_value(-500.0, 0.01, 20.0) == -520.0


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
