"""A first phase decided now: against enumeration, and by hand."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest

from infraplan.models.apply_scenario import under_scenario
from infraplan.models.horizon import Phase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.scenario import Change, Operation, Scenario
from infraplan.optimizer.analysis.first_phase import (
    hold_first_phase,
    last_first_year,
    started_first,
)
from infraplan.optimizer.analysis.held_schedule import hold_schedule
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps import two_stage
from infraplan.optimizer.sweeps.first_phase_plans import FirstPhasePlans
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.joint_program import copies_of, joint_program
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.scenario_matrix import NOMINAL, solve_scenarios
from infraplan.optimizer.sweeps.two_stage import TWO_STAGE, TwoStage, solve_two_stage
from tests.builders import make_fund, make_inflows, make_instance, make_project, make_settings

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
PHASES = (
    Phase(id="first", first_year=2021, last_year=2021),
    Phase(id="second", first_year=2022, last_year=2022),
)


def benefit(project: str, factor: float) -> Change:
    """All benefits of a project times `factor`."""
    return Change(
        table="projects",
        where={"id": project},
        field="benefits",
        operation=Operation.MULTIPLY,
        value=factor,
    )


def two_phases(
    projects: list[tuple[str, float, float]], money: tuple[float, float], *scenarios: Scenario
) -> Instance:
    """Projects (name, cost, yearly benefit), money of both years; appraised to 2024."""
    return make_instance(
        [make_project(name, cost, worth) for name, cost, worth in projects],
        settings=make_settings((2021, 2022), phases=PHASES, end_year=2024),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, *money),
        scenarios=scenarios,
    )


def solved(instance: Instance, folder: Path) -> TwoStage:
    runner = Runner(folder)
    runner.prepare(resume=False)
    names = [NOMINAL, *(row.id for row in instance.scenarios)]
    rows = solve_scenarios(instance, names, EXACT, runner)

    def plan_of(result: JobResult) -> Plan:
        plan = read_run(folder / result.run_dir).plan
        assert plan is not None
        return plan

    found = solve_two_stage(instance, rows, plan_of, EXACT, runner)
    assert found is not None
    return found


def test_waiting_is_worth_something_where_scenarios_differ(tmp_path: Path) -> None:
    """Money for one of two: a brings 6 a year or 1, b brings 4.

    Appraised 2021 to 2024 a start in 2021 earns in 2022 to 2024, one in 2022 in 2023 and 2024.
    Costs are 6, money 6 in 2021: one project, now or later.
        a now: good 3 x 6 - 6 = 12, bad 3 x 1 - 6 = -3; later: good 12 - 6 = 6, bad -4: never
        b now: 3 x 4 - 6 = 6; later 2
    Half and half: a now 4.5; b now 6; none now: good a later 6, bad b later 2: 4. Two stages: 6.
    Known before: a now 12, b now 6: 9. As it stands a earns 4.1: 3 x 4.1 - 6 = 6.3, a now: 4.5.
    """
    instance = two_phases(
        [("a", 6, 4.1), ("b", 6, 4)],
        (6.0, 0.0),
        Scenario(id="good", probability=0.5, changes=(benefit("a", 6 / 4.1),)),
        Scenario(id="bad", probability=0.5, changes=(benefit("a", 1 / 4.1),)),
    )
    found = solved(instance, tmp_path / "s")
    assert found.is_joint
    assert found.value.value == pytest.approx(6.0)
    assert found.value.high == pytest.approx(6.0)
    assert found.expected_plan is not None
    assert found.expected_plan.value == pytest.approx(4.5)
    assert found.vss is not None
    assert (found.vss.value, found.vss.low, found.vss.high) == pytest.approx((1.5, 1.5, 1.5))
    assert (found.evpi.value, found.evpi.low, found.evpi.high) == pytest.approx((3.0, 3.0, 3.0))
    by_name = {path.name: path for path in found.paths}
    assert set(by_name) == {TWO_STAGE, NOMINAL, "good", "bad"}
    assert by_name["good"].same_as == NOMINAL
    assert by_name["bad"].same_as == TWO_STAGE
    # a now loses 6 - (-3) where things go badly, b now 12 - 6 where they go well.
    assert by_name["good"].worst_regret == pytest.approx(9.0)
    assert by_name[TWO_STAGE].worst_regret == pytest.approx(6.0)
    assert found.least_worst_regret == TWO_STAGE
    assert all(cell.is_verified for path in found.paths for cell in path.cells)


def drawn(seed: int) -> Instance:
    """Three projects, money for some of them, two scenarios of benefits."""
    draw = random.Random(seed)
    names = ("a", "b", "c")
    projects = [(name, draw.randint(2, 8), draw.randint(1, 6)) for name in names]
    scenarios = [
        Scenario(
            id=f"s{number}",
            probability=part,
            changes=tuple(benefit(name, draw.choice((0.2, 0.6, 1.0, 1.8))) for name in names),
        )
        for number, part in enumerate((0.4, 0.6))
    ]
    money = (float(draw.randint(4, 10)), float(draw.randint(0, 6)))
    return two_phases(projects, money, *scenarios)


def enumerated(instance: Instance) -> float:
    """Best expected value over all first phases, by all schedules that money allows."""
    names = [row.id for row in instance.projects]
    inflow = [row.value for row in instance.inflows]
    schedules = [
        plan
        for plan in product((None, 2021, 2022), repeat=len(names))
        if _is_paid(instance, plan, inflow)
    ]
    best = -float("inf")
    for first in {tuple(year == 2021 for year in plan) for plan in schedules}:
        value = 0.0
        for scenario in instance.scenarios:
            asked = under_scenario(instance, scenario.id)
            values = [
                _worth(asked, plan)
                for plan in schedules
                if tuple(year == 2021 for year in plan) == first
            ]
            value += (scenario.probability or 0.0) * max(values)
        best = max(best, value)
    return best


def _is_paid(instance: Instance, plan: tuple[int | None, ...], inflow: list[float]) -> bool:
    costs = [row.options[0].overnight_cost for row in instance.projects]
    now = sum(cost for cost, year in zip(costs, plan, strict=True) if year == 2021)
    later = sum(cost for cost, year in zip(costs, plan, strict=True) if year == 2022)
    return now <= inflow[0] and now + later <= sum(inflow)


def _worth(instance: Instance, plan: tuple[int | None, ...]) -> float:
    """Benefits from the year after the start to 2024, less cost; nothing is discounted."""
    total = 0.0
    for row, year in zip(instance.projects, plan, strict=True):
        if year is not None:
            option = row.options[0]
            total += sum(option.benefits.values()) * (2024 - year) - option.overnight_cost
    return total


@pytest.mark.parametrize("seed", range(3))
def test_two_stages_equal_enumeration(seed: int, tmp_path: Path) -> None:
    instance = drawn(seed)
    found = solved(instance, tmp_path / "s")
    best = enumerated(instance)
    assert found.value.value == pytest.approx(best)
    assert found.value.high == pytest.approx(best)
    in_order(found)


def in_order(found: TwoStage) -> None:
    """Wait-and-see >= two stages >= the plan made for the instance as it stands."""
    see, value, plan = found.wait_and_see, found.value, found.expected_plan
    assert see.value >= value.value - 1e-9
    assert see.high is None or value.high is None or see.high >= value.high - 1e-9
    assert plan is None or plan.value <= value.value + 1e-9
    assert plan is None or plan.high is None or value.high is None or plan.high <= value.high + 1e-9
    for more in (found.vss, found.evpi):
        assert more is None or 0.0 <= more.low <= more.value + 1e-9
        assert more is None or more.high is None or more.value <= more.high + 1e-9


def test_without_the_joint_program_the_order_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_stage, "MOST_ENTRIES", 0)
    instance = drawn(1)
    found = solved(instance, tmp_path / "s")
    assert not found.is_joint
    assert TWO_STAGE not in {path.name for path in found.paths}
    best = enumerated(instance)
    assert found.value.low <= best + 1e-9
    assert found.value.high is not None
    assert found.value.high >= best - 1e-9
    in_order(found)


def test_the_joint_program_starts_the_same_in_all_copies() -> None:
    instance = drawn(0)
    late = Scenario(
        id="late",
        probability=0.5,
        changes=(Change(table="projects", where={"id": "a"}, field="earliest_start", value=2022),),
    )
    instance = instance.with_tables(scenarios=(late,))
    asked = [instance, under_scenario(instance, "late")]
    program = joint_program(asked, [0.5, 0.5])
    block = program.mip.row_blocks[-1]
    # a: its one column of 2021 is 0, for the other copy knows no such start; b and c: equal.
    assert (block.family, block.size) == ("non_anticipativity", 3)
    assert program.mip.num_columns == sum(build_formulation(row).mip.num_columns for row in asked)


def test_the_first_phase_is_what_begins_in_it(tmp_path: Path) -> None:
    found = solved(drawn(2), tmp_path / "s")
    last = last_first_year(drawn(2))
    assert last == 2021
    for path in found.paths:
        assert started_first(path.starts, last) == path.starts
        for cell in path.cells:
            plan = read_run(tmp_path / "s" / cell.run_dir).plan
            assert plan is not None
            assert started_first(plan.starts, last) == path.starts


@pytest.mark.parametrize("seed", range(3))
def test_plans_that_are_mended_begin_as_held_and_obey_every_row(seed: int) -> None:
    instance = drawn(seed)
    asked = [under_scenario(instance, row.id) for row in instance.scenarios]
    last = last_first_year(instance)
    copies = copies_of(asked)
    own = []
    for question in asked:
        plan = solve(question, EXACT).plan
        assert plan is not None
        own.append(plan.starts)
    shortened = 0
    for copy, question, starts in zip(copies, asked, own, strict=True):
        plans = FirstPhasePlans(copy, 60.0)
        for other in own:
            first = started_first(other, last)
            found = plans.plan(first, starts)
            assert found is not None  # the first phase is paid for by the same money
            assert started_first(found.starts, last) == first
            best = solve(hold_first_phase(question, first, last), EXACT).objective
            assert best is not None
            assert found.value <= best + 1e-9
            held = hold_schedule(question, found.starts, EXACT)
            assert held.objective == pytest.approx(found.value)
            shortened += found.starts != starts
    assert shortened


def test_a_first_phase_that_a_scenario_does_not_offer_has_no_plan() -> None:
    instance = drawn(0)
    change = Change(table="projects", where={"id": "a"}, field="earliest_start", value=2022)
    instance = instance.with_tables(
        scenarios=(Scenario(id="late", probability=1.0, changes=(change,)),)
    )
    (copy,) = copies_of([under_scenario(instance, "late")])
    starts = (ProjectStart(project="a", option="base", start=2021, finish=2021, opening=2022),)
    assert FirstPhasePlans(copy, 60.0).plan(starts, ()) is None


def test_a_first_phase_that_is_proven_needs_no_joint_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All scenarios alike: what is best in one is best in all, and no search can find better."""
    monkeypatch.setattr(two_stage, "solve_mip", None)
    names = ("one", "other")
    scenarios = [Scenario(id=name, probability=0.5, changes=()) for name in names]
    found = solved(two_phases([("a", 6, 4), ("b", 5, 3)], (6.0, 5.0), *scenarios), tmp_path / "s")
    assert not found.is_joint
    assert found.value.low == pytest.approx(found.value.high)
    assert found.value.value == pytest.approx(found.wait_and_see.value)


def test_what_all_plans_begin_is_a_path_where_no_other_has_plans_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """a can begin early in one scenario, b in the other; none is common."""
    monkeypatch.setattr(two_stage, "MOST_ENTRIES", 0)
    scenarios = [
        Scenario(
            id=f"no-{name}",
            probability=0.5,
            changes=(
                Change(table="projects", where={"id": name}, field="earliest_start", value=2022),
            ),
        )
        for name in ("a", "b")
    ]
    projects = [("a", 6, 4), ("b", 5, 3), ("c", 1, 2)]
    found = solved(two_phases(projects, (12.0, 11.0), *scenarios), tmp_path / "s")
    assert found.best == two_stage.IN_COMMON
    path = next(row for row in found.paths if row.name == two_stage.IN_COMMON)
    assert {row.project for row in path.starts} == {"c"}
    in_order(found)
    assert found.value.high is not None
    # c now, a and b in 2022: 3 x 2 - 1, 2 x 4 - 6, 2 x 3 - 5.
    assert found.value.value == pytest.approx(5.0 + 2.0 + 1.0)
