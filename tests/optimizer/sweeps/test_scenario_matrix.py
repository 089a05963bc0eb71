"""Plans held under other scenarios: one program for each, the values those of solves apart."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from infraplan.models.apply_scenario import under_scenario
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.analysis import held_schedule
from infraplan.optimizer.analysis.held_schedule import HeldSchedule, hold_schedule
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps import held_program, scenario_matrix
from infraplan.optimizer.sweeps.held_program import HeldProgram
from infraplan.optimizer.sweeps.holding import HELD_FILE
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.scenario_matrix import (
    NOMINAL,
    ScenarioMatrix,
    ScenarioRow,
    hold_plans,
    solve_scenarios,
)
from tests.builders import (
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
)

OPTIONS = SolveOptions(gap=0.0, time_limit_s=60.0)


def scaled(name: str, table: str, field: str, by: float) -> Scenario:
    change = Change(table=table, where={}, field=field, operation="multiply", value=by)
    return Scenario(id=name, changes=(change,))


def indebted(seed: int) -> Instance:
    """Six projects of up to three years, money of four years, and a bond with a ceiling."""
    rng = random.Random(seed)
    projects = [
        make_project(name, rng.randint(2, 8), 0.5 * rng.randint(8, 30), lead_time=rng.randint(1, 3))
        for name in "abcdef"
    ]
    return make_instance(
        projects,
        years=(2021, 2024),
        funds=[make_fund("own")],
        inflows=make_inflows("own", 2021, *(rng.randint(1, 6) for _ in range(3))),
        pools=[make_pool(region="own")],
        instruments=[make_bond(tenor=2, rate=0.05)],
        debt=[make_debt(year, ceiling=4.0) for year in range(2021, 2025)],
        scenarios=[
            scaled("poor", "inflows", "value", 0.3),
            scaled("dear", "projects", "overnight_cost", 1.6),
        ],
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_program_of_a_scenario_says_what_a_solve_of_each_cell_says(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = indebted(seed)
    asked = {name: under_scenario(instance, name) for name in (NOMINAL, "poor", "dear")}
    plans = [solve(question, OPTIONS).plan for question in asked.values()]
    starts = [plan.starts for plan in plans if plan is not None]
    assert len(starts) == 3
    monkeypatch.setattr(held_program, "hold_schedule", None)  # no cell needs a solve of its own
    for question in asked.values():
        program = HeldProgram(question, OPTIONS)
        for row in starts:
            mine, by_solve = program.hold(row), hold_schedule(question, row, OPTIONS)
            assert mine.is_possible is by_solve.is_possible
            assert mine.objective == (
                by_solve.objective and pytest.approx(by_solve.objective, abs=1e-6)
            )


def test_reasons_are_sought_where_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """a and b cost 2 in one year that has 1: a conflict of its own tells why."""
    instance = make_instance(
        [make_project("a", 1, 6), make_project("b", 1, 6)],
        years=(2021, 2022),
        funds=[make_fund("own")],
        inflows=make_inflows("own", 2021, 1.0),
    )
    plan = [
        ProjectStart(project=name, option="base", start=2021, finish=2021, opening=2022)
        for name in "ab"
    ]
    told = hold_schedule(instance, plan, OPTIONS)
    assert told.is_possible is False
    assert told.reasons
    monkeypatch.setattr(held_schedule, "find_conflict", None)
    assert hold_schedule(instance, plan, OPTIONS, is_explained=False) == HeldSchedule(False)


def test_a_plan_without_what_must_be_built_there_is_not_possible() -> None:
    """m loses 1: a plan without it is worth more than the best there is, and none at all."""
    must = Change(table="projects", where={"id": "m"}, field="mandatory", value="must")
    instance = make_instance(
        [make_project("a", 1, 6), make_project("m", 1, 0)],
        years=(2021, 2022),
        scenarios=[Scenario(id="asked", changes=(must,))],
    )
    plan = (ProjectStart(project="a", option="base", start=2021, finish=2021, opening=2022),)
    assert HeldProgram(instance, OPTIONS).hold(plan).is_possible
    assert HeldProgram(under_scenario(instance, "asked"), OPTIONS).hold(plan) == HeldSchedule(False)


def held(
    instance: Instance, rows: tuple[ScenarioRow, ...], folder: Path, told: list[tuple[int, int]]
) -> ScenarioMatrix:
    def plan_of(result: JobResult) -> Plan:
        plan = read_run(folder / result.run_dir).plan
        assert plan is not None
        return plan

    return hold_plans(
        instance, rows, plan_of, OPTIONS, folder, lambda done, of: told.append((done, of))
    )


def test_what_was_held_is_not_held_again_and_a_scenario_has_one_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance, runner = indebted(0), Runner(tmp_path)
    runner.prepare(resume=False)
    rows = solve_scenarios(instance, (NOMINAL, "poor", "dear"), OPTIONS, runner)
    built: list[HeldProgram] = []
    count = [0]

    class Counted(HeldProgram):
        def __init__(self, instance: Instance, options: SolveOptions) -> None:
            super().__init__(instance, options)
            built.append(self)

        def hold(self, starts: tuple[ProjectStart, ...]) -> HeldSchedule:
            count[0] += 1
            if count[0] == 4:
                raise KeyboardInterrupt
            return super().hold(starts)

    monkeypatch.setattr(scenario_matrix, "HeldProgram", Counted)
    told: list[tuple[int, int]] = []
    with pytest.raises(KeyboardInterrupt):
        held(instance, rows, tmp_path, told)
    assert told == [(0, 6), (1, 6), (2, 6), (3, 6)]
    assert len((tmp_path / HELD_FILE).read_text().splitlines()) == 3
    told.clear()
    built.clear()
    found = held(instance, rows, tmp_path, told)
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert len(built) == 2  # of the three scenarios one was finished
    assert [(row.plan, row.scenario) for row in found.held[:4]] == [
        (NOMINAL, NOMINAL),
        (NOMINAL, "poor"),
        (NOMINAL, "dear"),
        ("poor", NOMINAL),
    ]
    told.clear()
    assert held(instance, rows, tmp_path, told) == found
    assert told == [(0, 0)]
    lines = (tmp_path / HELD_FILE).read_text().splitlines()
    assert len({json.loads(line)["digest"] for line in lines}) == 6
