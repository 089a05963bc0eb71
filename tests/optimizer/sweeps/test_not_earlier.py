"""Why a project does not begin earlier: worked out by hand, and losses against brute force."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import ProjectStart
from infraplan.models.project import Mandate
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.asking import starting_from
from infraplan.optimizer.sweeps.explained import Asker
from infraplan.optimizer.sweeps.held_program import HeldProgram
from infraplan.optimizer.sweeps.not_earlier import NotEarlier, all_not_earlier, why_not_earlier
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.stated_reasons import FEASIBLE, INFEASIBLE
from infraplan.optimizer.workflow import run_solve
from tests.builders import make_fund, make_inflows, make_instance, make_project, make_relation
from tests.markers import first_quick
from tests.oracle.generate import random_instance
from tests.oracle.oracle import solve

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)


def asker_of(instance: Instance, folder: Path) -> Asker:
    """What asks about the best plan of `instance`."""
    run_solve(instance, EXACT, folder / "run")
    files = read_run(folder / "run")
    assert files.plan is not None
    runner = Runner(folder / "asked", solve=partial(starting_from, folder / "run"))
    runner.prepare(resume=False)
    return Asker(files.instance, files.plan, files.manifest["bound"], EXACT, runner)


def told(instance: Instance, project: str, folder: Path) -> NotEarlier:
    found = why_not_earlier(asker_of(instance, folder), project)
    assert found is not None
    return found


def by_inflows(**amounts: float) -> Instance:
    """Two projects of cost 5 that bring 8 and 6 a year; money comes in the years named."""
    rows = [row for y, v in amounts.items() for row in make_inflows("budget", int(y[1:]), v)]
    return make_instance(
        [make_project("a", 5, 8), make_project("b", 5, 6)],
        funds=[make_fund()],
        inflows=rows,
        years=(2021, 2023),
    )


def test_money_that_comes_later_and_what_must_wait_for_it(tmp_path: Path) -> None:
    """5 comes in 2021 and 5 in 2022: b waits; begun in 2021 it drives out a, which then waits."""
    found = told(by_inflows(y2021=5.0, y2022=5.0), "b", tmp_path)
    assert (found.start, found.reason, found.forced) == (2022, "money", FEASIBLE)
    assert found.binding[0].rule == "fund_balance:budget"
    assert (found.binding[0].year, found.binding[0].amount) == (2021, pytest.approx(5.0))
    # Both bring what they bring a year for a year less or more.
    assert found.loss == pytest.approx(2.0)
    assert found.loss_low == pytest.approx(2.0)
    assert found.loss_high == pytest.approx(2.0)
    assert found.displaces == ()


def test_no_plan_begins_before_there_is_any_money(tmp_path: Path) -> None:
    found = told(by_inflows(y2022=5.0), "a", tmp_path)
    assert (found.start, found.forced, found.reason) == (2022, INFEASIBLE, "money")
    assert [row.rule for row in found.binding] == ["fund_balance:budget"]


def test_the_first_year_of_the_window_is_told_as_that(tmp_path: Path) -> None:
    instance = make_instance([make_project("a", 1, 5, earliest_start=2022)], years=(2021, 2023))
    found = told(instance, "a", tmp_path)
    assert (found.reason, found.forced) == ("no_window", INFEASIBLE)
    assert (found.binding[0].rule, found.binding[0].year) == ("earliest_start:a", 2022)


def test_what_it_waits_for_is_named(tmp_path: Path) -> None:
    instance = make_instance(
        [make_project("a", 1, 5, earliest_start=2022), make_project("b", 1, 5)],
        relations=[make_relation("finish_to_start", ["a"], ["b"])],
        years=(2021, 2024),
    )
    found = told(instance, "b", tmp_path)
    assert (found.start, found.forced) == (2023, INFEASIBLE)
    # Its own window is open from 2021: the year is that of the other one, for which it waits.
    assert found.reason == "prerequisite"
    families = [row.rule.partition(":")[0] for row in found.binding]
    assert families == ["precedence", "earliest_start"]


def test_what_is_out_or_goes_on_by_its_duty_is_not_asked(tmp_path: Path) -> None:
    instance = make_instance(
        [
            make_project("a", 5, 1),
            make_project("b", 1, 5, mandatory=Mandate.COMMITTED, stage="under_construction"),
        ],
        years=(2021, 2022),
    )
    asker = asker_of(instance, tmp_path)
    assert why_not_earlier(asker, "a") is None
    assert why_not_earlier(asker, "b") is None


@pytest.mark.parametrize("part", first_quick(range(8)))
def test_losses_are_those_of_brute_force(part: int, tmp_path: Path) -> None:
    """Random instances over all features: the best plan with the project begun earlier."""
    late_ones = 0
    for seed in range(10 * part, 10 * part + 10):
        instance = random_instance(seed)
        if solve(instance).objective is None:
            continue
        asker = asker_of(instance, tmp_path / str(seed))
        late = [row for row in asker.plan.starts if row.start > 2021]
        for begun in late[:1]:
            found = why_not_earlier(asker, begun.project)
            if found is None or found.reason == "no_window":
                continue
            late_ones += 1
            rows = tuple(
                row.model_copy(update={"mandatory": Mandate.MUST, "latest_start": begun.start - 1})
                if row.id == begun.project
                else row
                for row in instance.projects
            )
            best = solve(instance.with_tables(projects=rows)).objective
            assert (found.forced == INFEASIBLE) is (best is None), seed
            if best is not None:
                loss = asker.plan.objective - best
                assert found.loss == pytest.approx(loss, rel=1e-5, abs=1e-5), seed
                assert found.loss_low is not None
                assert found.loss_low <= loss + 1e-5
    assert late_ones >= (part != 1)  # of the second ten none begins late


def best_beside(instance: Instance, starts: tuple[ProjectStart, ...], project: str) -> float | None:
    """The best value with `project` begun earlier and all else held, every way tried."""
    begun = next(row for row in starts if row.project == project)
    program = HeldProgram(instance, EXACT)
    found = []
    for option in instance.project_by_id[project].options:
        for year in range(instance.settings.horizon.first_year, begun.start):
            way = begun.model_copy(update={"option": option.option, "start": year})
            held = program.hold(tuple(way if row is begun else row for row in starts))
            if held.is_possible and held.objective is not None:
                found.append(held.objective)
    return max(found, default=None)


def test_all_at_once_money_and_windows(tmp_path: Path) -> None:
    """Without a solve of its own: the fund is short of 5 for b; a begins as early as it can."""
    asker = asker_of(by_inflows(y2021=5.0, y2022=5.0), tmp_path)
    a, b = sorted(
        all_not_earlier(asker.instance, asker.plan, asker.bound, 60.0), key=lambda r: r.project
    )
    assert (a.project, a.reason, a.start) == ("a", "no_window", 2021)
    assert (b.reason, b.binding[0].rule, b.binding[0].year) == (
        "money",
        "fund_balance:budget",
        2021,
    )
    assert b.binding[0].amount == pytest.approx(5.0)
    assert b.loss is None


@pytest.mark.parametrize("part", first_quick(range(8)))
def test_all_at_once_are_those_of_every_way_held(part: int, tmp_path: Path) -> None:
    """Random instances: whether there is room, and what the plan loses that differs in this."""
    asked = 0
    for seed in range(10 * part, 10 * part + 10):
        instance = random_instance(seed)
        if solve(instance).objective is None:
            continue
        asker = asker_of(instance, tmp_path / str(seed))
        for found in all_not_earlier(asker.instance, asker.plan, asker.bound, 60.0):
            if found.reason == "no_window":
                continue
            asked += 1
            best = best_beside(asker.instance, asker.plan.starts, found.project)
            assert (found.loss is not None) is (best is not None), (seed, found)
            if best is None:
                # There is no room for it: a rule is told, whatever it would be worth.
                assert found.binding, (seed, found)
            else:
                assert found.loss == pytest.approx(asker.plan.objective - best, abs=1e-5), seed
    assert asked
